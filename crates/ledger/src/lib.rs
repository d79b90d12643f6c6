//! Cash and holdings, by double entry.
//!
//! Every account has cash in cents and holdings in lots per instrument, each split in *available* and *reserved*. Money
//! enters from outside, moves between accounts, and leaves to the venue's fees; a movement is a posting whose legs
//! sum to zero, checked as it is applied.
//!
//! # Invariants
//! - Nothing is ever negative.
//! - The cash of all accounts and the fees sum to what came in from outside; so do the lots of each instrument.
//!
//! # Not here
//! Whether an order may be entered and what it must set aside (`engine`), escrow for trades that settle later.

mod balance;
mod ledger;
mod posting;
mod write_off;

pub use balance::{Changed, HoldingRef};
pub use ledger::{Ledger, Reversal, Settlement};
