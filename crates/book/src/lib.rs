//! One instrument's order book, matched in price-time priority.
//!
//! An order is a 32-byte node in a slab, linked to its neighbours in the queue of its level. Levels live in leaves of
//! 64 adjacent prices; a 64-way radix tree of bitmaps over the leaves finds the next occupied price by counting zeros
//! (`ladder.rs`). The best level of each side is cached. Nothing is hashed, compared in a tree or allocated per order
//! once the slab has grown.
//!
//! # Invariants
//! - Never crossed between calls: best bid < best ask.
//! - A level exists only while orders rest on it, and its total is the sum of their leaves.
//! - Within a level the queue is in the order of arrival; an order keeps its place while its quantity only falls.
//!
//! # Not here
//! Balances (`ledger`), accounts, sequence numbers and time (`engine`), aggregated depth for subscribers
//! (`marketdata`), bytes (`records`). Ids are not looked up here: the caller keeps the [`Slot`] it was given.

mod book;
mod find;
mod ladder;
mod prefetch;
mod taker;

pub use book::{Book, Resting, Slot};
pub use prefetch::prefetch;
pub use taker::{End, Step, Taker};
