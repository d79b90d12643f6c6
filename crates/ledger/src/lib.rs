//! Cash and holdings, by double entry.
//!
//! Every account has cash in cents and holdings in lots per instrument, each split in *available* and *reserved*; cash has
//! *escrow* beside them, for trades that settle later, and lots that their owner keeps are *promised*, in the same three
//! places. Money enters from outside, moves between accounts, and leaves to the venue's fees and the default fund; a
//! movement is a posting whose legs sum to zero, checked as it is applied.
//!
//! # Invariants
//! - Nothing is ever negative.
//! - The cash of all accounts, the fees and the fund sum to what came in from outside; so do the lots of each instrument in
//!   custody. Promised lots are what was registered less what was withdrawn or written off.
//! - A debt is no money: it is what a buyer or the fund waits for.
//!
//! # Not here
//! Whether an order may be entered and what it must set aside, and when a trade settles (`engine`).

mod aside;
mod balance;
mod ledger;
mod posting;
mod write_off;

pub use aside::{Promise, Purse, Shelf};
pub use balance::{Changed, HoldingRef};
pub use ledger::{Ledger, Reversal, Settlement};
