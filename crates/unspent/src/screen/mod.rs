//! The full screen of `unspent watch` and `unspent maker run`.
//!
//! [`Model`] is what is shown, as plain data; [`draw`](draw()) puts it on any frame; [`Keys`] is what keys mean; [`Terminal`] is the
//! terminal while it is ours. Hosts fill a model from what they hear.
//!
//! # Invariants
//! - The terminal's own colours, green and red, bold and dim: it is readable on a light and on a dark background.
//! - No colour alone says anything: signs, words and places do.
//! - Everything kept has a bound.

mod curve;
mod draw;
mod events;
mod heat;
mod instruments;
mod keys;
mod ladder;
mod measure;
mod model;
mod money;
mod paint;
mod pulse;
mod ring;
mod tape;
mod terminal;
#[cfg(test)]
mod tests;
mod top;

pub use draw::draw;
pub use keys::{Keys, Order, Press};
pub use measure::{Budget, Latencies};
pub use model::{Link, Making, Model, Own, Trade};
pub use terminal::{Terminal, tell};
