//! Commands, fills and state hashes as journal bytes, the facts of an engine as a snapshot's, and back.
//!
//! A journal frame is one [`Record`]: two bytes of kind, two of version, then a body of fixed-width little-endian
//! fields (`codec.rs` is the only place that names bincode). Kinds and versions are explicit numbers; each that was ever
//! written stays readable, and golden bytes in `tests/golden/` hold that.
//!
//! | kind | record | follows |
//! |---|---|---|
//! | 1–24, 40–48 | a command with its stamps | |
//! | 100 | a fill | the command that made it |
//! | 201 | the state hash after a command | the last command it covers |
//! | 200 | the same by a former definition, read only | the last command it covers |
//!
//! A snapshot's frames are facts of an engine's state instead, kinds 300–312 and 330–338: they never stand in a journal.
//!
//! The state of a view is a stream of [`unspent_model::ViewFact`]s in frames of the same make, kinds 400–410; they never
//! stand in a journal.
//!
//! # Not here
//! Batches, checksums, files (`journal`), what a command does (`engine`).

mod codec;
mod engine_fact;
mod holdings;
mod record;
mod settlement;
mod settlement_fact;
mod view_fact;
mod wire;

pub use engine_fact::{decode_engine_fact, encode_engine_fact, is_engine_fact};
pub use record::{Record, RecordError, StateMark, encode_command, encode_fill, encode_mark};
pub use view_fact::{decode_view_fact, encode_view_fact};
