//! Kills the real process under load and compares what its clients were told with what is there after the restart.
//!
//! - [`history`] is what one client was told, and [`history::History::check`] the comparison: pure, and itself tested
//!   with histories that were tampered with.
//! - [`load`] is the traffic; [`server`] starts and kills; [`run()`] is the loop.

pub mod history;
pub mod load;
pub mod run;
pub mod server;

pub use run::{Options, Summary, run};
