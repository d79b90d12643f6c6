//! What is measured, apart from how long it takes: cases of order flow, what they are run on, and how it is reported.
//!
//! A [`Case`] builds its book first and is timed after. The same cases run on the [`Bare`] book, which knows no owners
//! and no money, on the [`Venue`], which is the whole engine with ledger and fees, and on other books: each is a
//! [`Matcher`]. [`Case::check`] proves, before anything is timed, that a case does what its name says, and [`compare`]
//! that another matcher fills the same orders.
//!
//! README.md beside this crate has the named commands.

mod bare;
mod case;
mod clock;
pub mod curves;
mod hour;
pub mod latency;
mod matcher;
pub mod memory;
mod months;
mod report;
mod venue;

pub use bare::{Bare, Books};
pub use case::{Case, MIX_OPS, case, cases, deep, mixes, sweep, sweep_apart};
pub use clock::{Prepared, Tally, interleaved, median, median_each, median_ratio, thread_ns};
pub use hour::recorded;
pub use matcher::{Differs, Fill, Matcher, compare};
pub use months::Months;
pub use report::{Args, Cell, Report, Table};
pub use venue::{Script, Terms, Venue};
