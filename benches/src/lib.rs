//! What is measured, apart from how long it takes: cases of order flow, and the two things they are run on.
//!
//! A [`Case`] builds its book first and is timed after. The same cases run on the [`Bare`] book, which knows no owners
//! and no money, and on the [`Venue`], which is the whole engine with ledger and fees. [`Case::check`] proves, before
//! anything is timed, that a case does what its name says.
//!
//! ```sh
//! cargo bench -p unspent-benches                         # everything
//! cargo bench -p unspent-benches --bench book -- mixed   # one
//! ```

mod bare;
mod case;
mod venue;

pub use bare::Bare;
pub use case::{Case, cases};
pub use venue::{Venue, commands};
