//! Measures the time from an order's intended send to its durable acknowledgement, at a fixed rate.
//!
//! # Invariants
//! - Every request has its time on a schedule fixed before the run. Its latency runs from that time to its reply, so a
//!   server that stalls makes every request meant for the stall slow, whether or not it could be sent (no coordinated
//!   omission).
//! - Every request is accounted for: acknowledged, refused with a code, or missing. Missing and unexpected ones fail
//!   the run.
//!
//! # Not here
//! Throughput at any price: a run offers a rate and says whether it was kept.

pub mod disk;
pub mod echo;
pub mod mix;
pub mod report;
pub mod run;
pub mod schedule;
pub mod server;
pub mod tally;
mod wire;
