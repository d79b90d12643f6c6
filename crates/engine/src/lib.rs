//! The venue as a function: sequenced commands in, events and one reply out.
//!
//! [`Engine::apply`] takes a [`unspent_model::Sequenced`] command, decides, then changes: a refused command leaves no
//! trace but the refusal. Everything it does is told as [`unspent_model::Event`]s, in order.
//!
//! # Invariants
//! - The same commands give the same events and the same [`Engine::state_hash`].
//! - An open order has set aside exactly what it may still cost: a sell its leaves, a buy its limit × leaves and the
//!   largest fee that can come of it.
//! - No book is crossed in the continuous phase, and no two are across months of one family that trade so.
//!
//! The rules themselves, the order of checks and of events among them, are RULES.md at the root of the repository. The
//! variants of [`unspent_model::Reject`] stand in the order in which they are checked.
//!
//! # Not here
//! Clocks, randomness, disk and sockets: stamps come with the command, and the seed of an auction's end is a command.
//! Linked bids are not offered yet.

mod accounts;
mod across;
mod add;
mod ahead;
mod amend;
mod blocks;
mod bounds;
mod buy_in;
mod calendar;
mod calls;
mod cancel;
mod checks;
mod decay;
mod engine;
mod execute;
mod expiry;
mod family;
mod fees;
mod fill;
mod funding;
mod groups;
mod hash;
mod holdings;
mod link;
mod listed;
mod lists;
mod lookup;
mod losses;
mod memory;
mod operator;
mod orders;
mod policy;
mod promises;
mod quotes;
mod records;
mod registry;
mod saved;
mod sessions;
mod settle;
mod settlements;
mod stops;
mod terms;
mod timers;
mod trades;

pub use ahead::{LOOK_FAR, LOOK_NEAR};
pub use calls::{OpenCall, random_end};
pub use engine::Engine;
pub use saved::{Restore, RestoreError, Wrong};
