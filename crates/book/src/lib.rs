//! One instrument's order book, matched in price-time priority.
//!
//! An order is a 32-byte node in a slab, linked to its neighbours in the queue of its level. Levels live in leaves of
//! 64 adjacent prices; a 64-way radix tree of bitmaps over the leaves finds the next occupied price by counting zeros
//! (`ladder.rs`). The best level of each side is cached. Nothing is hashed, compared in a tree or allocated per order
//! once the slab has grown.
//!
//! While a book collects orders for an auction ([`Book::collect`]) bids may rest above asks; [`Book::clearing`] finds the
//! price at which they trade and [`Book::uncross`] trades them. An iceberg's node shows a slice; what it hides is kept
//! beside the nodes (`iceberg.rs`), so that other orders pay nothing for it.
//!
//! # Invariants
//! - Never crossed between calls, but while it collects: best bid < best ask.
//! - A level exists only while orders rest on it, and its total is the sum of what they show.
//! - Within a level the queue is in the order of arrival; an order keeps its place while its quantity only falls, until
//!   it shows its next slice.
//!
//! # Not here
//! Balances (`ledger`), accounts, sequence numbers and time (`engine`), aggregated depth for subscribers
//! (`marketdata`), bytes (`records`). Ids are not looked up here: the caller keeps the [`Slot`] it was given.

mod book;
mod clearing;
mod find;
mod iceberg;
mod ladder;
mod prefetch;
mod taker;

pub use book::{Book, Resting, Slot};
pub use clearing::{Candidates, Clearing, Pair, Reshown};
pub use prefetch::prefetch;
pub use taker::{End, Preview, Step, Taker};
