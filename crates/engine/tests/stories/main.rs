//! Market stories, grouped by topic.

#[path = "../story/mod.rs"]
#[allow(dead_code, reason = "the properties use the rest")]
mod story;

mod amend;
mod bounds;
mod cancel;
mod fees;
mod idempotency;
mod market;
mod order_of_checks;
mod phases;
mod post_only;
mod prices;
mod priority;
mod rejects;
mod reserves;
mod self_trade;
mod state_hash;
mod time_in_force;
