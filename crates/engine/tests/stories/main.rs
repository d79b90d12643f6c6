//! Market stories, grouped by topic.

#[path = "../story/mod.rs"]
#[allow(dead_code, reason = "the properties use the rest")]
mod story;

mod amend;
mod auction_allocation;
mod auction_price;
mod bands;
mod bounds;
mod cancel;
mod corrections;
mod dead_man;
mod decay;
mod dominance;
mod expiry;
mod fees;
mod funding;
mod groups;
mod holdings;
mod icebergs;
mod idempotency;
mod kill;
mod limits;
mod linked;
mod market;
mod mass_quote;
mod minimum;
mod months;
mod order_of_checks;
mod phases;
mod policy;
mod post_only;
mod prices;
mod priority;
mod random_end;
mod reasons;
mod rejects;
mod reserves;
mod schedule;
mod self_trade;
mod sessions;
mod settlement;
mod settlement_losses;
mod state_hash;
mod stops;
mod time_in_force;
mod timers;
