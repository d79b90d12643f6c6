//! The engine, the records and the journal on one thread from a seed, over a disk that loses, tears, rots and refuses.
//!
//! A world is a script of random commands and what two venues that never fail make of it, the engine and the naive venue of
//! RULES.md. Then a venue lives through it on a simulated disk: the power fails at any storage call, calls fail, the disk fills
//! up, bytes change while nobody looks. After each the venue starts again, and an auditor compares.
//!
//! # What must hold
//! - Nothing that was told is gone, nothing happens twice, and the state hash is that of a run without the crash.
//! - An ordinary crash never stops a start. Damage always does, unless it hit what is not used, or the last batch, which
//!   cannot be told from one that never was; what is gone then is that batch alone.
//! - What was derived from events alone is what the engine has.
//! - A seed repeats everything, on every machine.
//!
//! # Not here
//! Sockets and threads (`tools/crashloop` kills the real process), and the operating system's own disk.

mod auditor;
mod disk;
mod plant;
mod script;
mod venue;
mod watched;
mod world;

#[allow(dead_code, reason = "the fuzzer draws from bytes, and the campaign shrinks")]
#[allow(missing_docs, reason = "the engine's tests share it")]
#[path = "../../engine/tests/properties/flow/mod.rs"]
mod flow;
#[allow(missing_docs, reason = "the engine's tests share it")]
#[path = "../../engine/tests/reference/mod.rs"]
mod reference;

pub use disk::Fault;
pub use venue::Plant;
pub use world::{Tally, run, sweep};
