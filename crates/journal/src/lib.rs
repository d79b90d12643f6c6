//! An append-only, checksummed, segmented journal: bytes, not orders. JOURNAL.md shows every byte.
//!
//! # Invariants
//! - [`Journal::append`] returns only when its batch is on disk; after any error nothing is ever appended again.
//! - One batch is in flight. So a valid batch behind a bad one proves that the bad one was on disk: that is damage,
//!   and reading stops there. A bad batch with nothing valid behind it is the torn tail that a crash leaves.
//! - Every batch names the checksum of the one before it: a missing, moved or repeated one shows.
//! - Reading never writes. Cutting a torn tail is a step of its own ([`Journal::cut_torn_tail`]).
//!
//! # Not here
//! What the frames say (`records`), what they make (`recovery`), when to write and what to tell afterwards (the binary).

mod alone;
mod batch;
mod check;
mod disk;
mod error;
mod files;
mod head;
mod mark;
mod reader;
mod salvage;
mod segment;
mod snapshot;
mod spares;
mod stat;
mod verify;
mod writer;

pub use batch::{Batch, Frames, MAX_FRAME_BYTES, MAX_PAYLOAD_BYTES, PushError};
pub use check::{Checking, check};
pub use disk::{Dir, Disk, DiskFile};
pub use error::JournalError;
pub use files::{copy_segment, lock, remove_segments, segments};
pub use head::{Head, NoHead};
pub use reader::{BatchView, End, Reader, TornTail};
pub use salvage::salvage;
pub use snapshot::{About, SnapshotReader, SnapshotWriter, remove_snapshots, snapshots};
pub use spares::Room;
pub use stat::{Stat, stat};
pub use verify::{Report, Span, verify};
pub use writer::{Appended, Journal, Opening, Options, Position, Recovery};
