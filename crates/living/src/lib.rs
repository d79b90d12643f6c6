//! A market that lives from a seed: start-ups that sell what they will not use, teams that buy what they do use, bargain
//! hunters, an informed trader, and makers.
//!
//! [`Flow::draw`] draws who comes when, with how much and what it is worth to them, before the market opens and apart from
//! what it answers. A [`Participant`] turns that and what it has been told into orders. [`World`] lets them all trade
//! in an engine of their own, simulated days in seconds; over real sockets the same participants take seats of a venue.
//! [`run_cell`] runs one flow under some rules and measures the market that comes of it.
//!
//! docs/living-market.md publishes every parameter, and says which decisions react to the market and which do not.
//!
//! # Invariants
//! - Whole numbers only, and all chance comes from the seed: the same seed and parameters give the same commands, events and
//!   state hash, on every machine.
//! - What is drawn does not depend on the market: two worlds of one seed have the same arrivals, lots, values, budgets and
//!   attention, whatever their rules.
//! - A participant knows what the public knows ([`Market`]) and what it was told itself ([`Told`]), and nothing else; the
//!   informed trader also knows the value of the days to come.
//!
//! # Not here
//! Sockets and clocks (the binary seats participants at a venue), and the maker that is shipped: it takes a maker's seat here as a
//! [`Guest`] ([`World::with_guest`]).

mod chance;
mod curve;
mod flow;
mod guest;
mod market;
mod parameters;
mod participant;
pub mod people;
mod quality;
mod study;
mod world;

pub use curve::Curve;
pub use flow::{Buyer, Flow, Lump, StartUp, Values};
pub use guest::{Guest, View};
pub use market::{Book, Market};
pub use parameters::{
    Buyers, Hunters, Informed, Makers, Parameters, ProgrammeShape, Row, StartUps, ValueWalk, documented,
};
pub use participant::{Act, Acts, Lasts, Participant, Told};
pub use quality::{AgeBucket, Quality, Tally};
pub use study::{CELLS, Cell, Measure, Spread, measures, run_cell};
pub use world::{Kind, Listing, Seats, World, listings};
