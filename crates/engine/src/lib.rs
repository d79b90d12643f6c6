//! The venue as a function: sequenced commands in, events and one reply out.
//!
//! [`Engine::apply`] takes a [`unspent_model::Sequenced`] command, decides, then changes: a refused command leaves no
//! trace but the refusal. Everything it does is told as [`unspent_model::Event`]s, in order.
//!
//! # Invariants
//! - The same commands give the same events and the same [`Engine::state_hash`].
//! - An open order has set aside exactly what it may still cost: a sell its leaves, a buy its limit × leaves and the
//!   largest fee that can come of it.
//! - No book is crossed between commands.
//!
//! # The order of checks
//! A new order: account (6001), client order id (a resend gets its first answer; 2106), deadline (2112), symbol
//! (2101), phase (2110), price (2102), quantity (2103), combination (2118), bounds (2109, 2116), opposite price
//! (2117), post-only (2107), fill-or-kill (2111), credits (2104) or funds (2105). An amend: account, deadline, order
//! (2113, 2114), phase, price, quantity, post-only, credits or funds. The variants of [`unspent_model::Reject`] stand in
//! this order.
//!
//! # Not here
//! Clocks, randomness, disk and sockets: stamps come with the command. Auctions, stops, icebergs, dominance, decay and
//! escrow are not offered yet.

mod accounts;
mod add;
mod amend;
mod cancel;
mod checks;
mod engine;
mod execute;
mod hash;
mod lookup;
mod memory;
mod operator;
mod orders;

pub use engine::Engine;
