//! Synthetic order flow: the same seed gives the same orders, on every machine and for ever.
//!
//! [`Flow`] makes the mixes that the matching core is measured with; [`lobster::twin`] makes a message file and its
//! order book in LOBSTER's text format, for where the real files may not be.
//!
//! # Invariants
//! - Whole numbers only, and the generator of chance is here: nothing that a library or a processor may change.
//! - What is cancelled, reduced or executed rests at that moment, in price-time priority.

mod book;
pub mod lobster;
mod mix;
mod random;

pub use mix::{Flow, Mix, Op};
pub use random::Random;
