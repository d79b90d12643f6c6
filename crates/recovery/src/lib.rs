//! From commands to journal batches, and from a journal back to the engine that it was.
//!
//! # Invariants
//! - What is replayed is compared: every fill in the journal is made again, equal and in order, and every state hash. The
//!   first difference ends the replay.
//! - A command whose fills did not all reach the disk was told to nobody; the replay gives the fills that are lacking, to be
//!   written before anything else.
//!
//! # Not here
//! Files and checksums (`journal`), bytes of a record (`records`), threads, clocks, and what is told to whom (the binary).

mod archive;
mod journalled;
mod replay;
mod snapshot;

pub use archive::{Archived, archive};
pub use journalled::{Journalled, Part};
pub use replay::{Outcome, Place, Replay, ReplayError, Replayed, Until};
pub use snapshot::{Follower, Made, MakeError, Saved, SnapshotError, advance, check_covers, save};
