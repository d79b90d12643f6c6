//! Kills the real process under load and compares what its clients were told with what is there after the restart.
//!
//! - [`history`] is what one client was told, and [`history::History::check`] the comparison: pure, and itself tested
//!   with histories that were tampered with.
//! - [`load`] is the traffic; [`look`] is what a client finds after a restart; [`run()`] is the loop.
//! - [`machine::Machine`] is what the loop stops dead: [`server::Server`], the process, or the virtual machine of
//!   `unspent-powercut`.
//! - [`clock`] makes the process's wall clock jump; [`full`] fills its disk.

pub mod clock;
pub mod full;
pub mod history;
pub mod load;
pub mod look;
pub mod machine;
pub mod run;
pub mod server;
pub mod small_disk;

pub use machine::Machine;
pub use run::{Options, Summary, run};
