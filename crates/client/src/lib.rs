//! An async client of the venue's websocket: requests with their answers, and the data between.
//!
//! # Invariants
//! - Every call ends exactly once: with the venue's answer, or with [`ClientError::OutcomeUnknown`] when the connection
//!   was lost after it was sent. An order's fate is then asked for by its client order id, by sending it again.
//! - Data arrives in [`Inbox`] in the venue's order; a slow reader slows its own connection, and no other.
//!
//! # Not here
//! Reconnecting, resuming and following books: a caller that loses its connection connects again.

mod client;
mod error;
mod signing;

pub use client::{Client, Inbox};
pub use error::ClientError;
pub use signing::SigningSeed;
