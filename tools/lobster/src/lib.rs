//! Equity flow in LOBSTER format, replayed through the engine itself and compared with the book that the file tells.
//!
//! [`Tape`] reads the message file and its order book files; [`Replay`] turns every row into commands by the explicit,
//! counted rules of [`Rule`]; [`Report`] says how far the engine's book agrees, and [`Floor`] how far it must.
//!
//! # Invariants
//! - Every row of the tape falls under exactly one rule, so the counts of [`Rule::of_rows`] sum to the rows.
//! - Whatever is not entered, or entered otherwise than the tape says, has a rule of its own.
//!
//! # Not here
//! The tape's own errors are not corrected: liquidity that enters the file's window from beyond is not invented.

mod hour;
mod replay;
mod report;
mod rule;
mod tape;

pub use hour::{Absent, Hour, repository};
pub use replay::{PRICE_MAX, Refused, Replay};
pub use report::{Floor, Report};
pub use rule::{Counts, Rule};
pub use tape::{Action, Bad, Level, Message, Tape, TapeError, What};
