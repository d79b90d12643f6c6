//! The state as a stream of facts, and an engine made of one.
//!
//! [`Engine::facts`](crate::Engine::facts) says everything that can matter later: what the state hash covers, and what
//! it leaves to other commands to show. [`Restore`] takes the facts in the order of [`unspent_model::EngineFact`] and
//! gives an engine that goes on as the first one would have.
//!
//! # Invariants
//! - A fact that comes out of order, names what is not there or contradicts another is an error, and so is everything
//!   after it. No facts lead to an engine that breaks an invariant.
//! - Same state, same facts: nothing that depends on where things are stored is said.
//!
//! # Not here
//! Bytes (`records`), files, and whether the engine is the one that was saved: who restores compares the state hash.

mod calls;
mod error;
mod facts;
mod funding;
mod holdings;
mod orders;
mod people;
mod programmes;
mod restore;
mod settlements;

pub use error::{RestoreError, Wrong};
pub use restore::Restore;
