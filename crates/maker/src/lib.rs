//! A market maker for credits: what it would quote, and why, as a function of what it was told.
//!
//! [`Strategy`] is the whole of it, and it is pure: no clock, no I/O, no chance, no threads. Time comes with every input, prices
//! and lots are integers, and inner numbers (a fair value, a half-spread) use only `+ - * /` and square roots, which give the
//! same bits everywhere. The same inputs give the same actions, byte for byte.
//!
//! # How a host drives it
//! 1. Make a [`Config`] and a [`Reference`] for each of its instruments, then [`Strategy::new`].
//! 2. Tell it of the world with [`Strategy::take`]: the time and one [`Input`] at a time, in the order in which things happened. It
//!    appends [`Action`]s; carry them out in their order. At first it wants [`Input::Up`], then what the account has ([`Input::Cash`],
//!    [`Input::Holding`], an [`Input::Order`] for each that is open), each instrument's [`Input::Phase`] and [`Input::Book`], and then
//!    [`Input::Reconciled`].
//! 3. Answer: [`Input::Confirmed`] for every [`Action::DeadMan`] that the venue has acknowledged, [`Input::Quoted`] for every
//!    [`Action::Quote`], [`Input::Refused`] for an [`Action::Place`] that was refused. What becomes of orders is told by
//!    [`Input::Order`] and [`Input::Fill`]. A host in which nothing is ever lost may answer at once.
//! 4. Send [`Input::Clock`] some times a second, so that what is due is done though nothing happens. In a
//!    simulation any step does, a second for example; [`Safety`] says what it waits for.
//!
//! Every book that it is given is the venue's whole book: it takes its own orders out of it.
//!
//! ```
//! use unspent_maker::{Action, Config, Input, Reference, Strategy};
//! use unspent_model::{Cash, Instrument, InstrumentId, Phase, Symbol, Timestamp};
//!
//! let symbol = Symbol::parse("AWS-ACT-1K-202706").unwrap();
//! let reference = Reference::of(InstrumentId(0), &Instrument::credit(symbol).unwrap()).unwrap();
//! let mut strategy = Strategy::new(Config::simple(&[symbol]), vec![reference]).unwrap();
//! let (now, mut actions) = (Timestamp(1_800_000_000_000_000_000), Vec::new());
//! for input in [
//!     Input::Up,
//!     Input::Cash { available: Cash(100_000_000), reserved: Cash(0) },
//!     Input::Phase { instrument: InstrumentId(0), phase: Phase::Continuous },
//!     Input::Book { instrument: InstrumentId(0), bids: vec![], asks: vec![] },
//!     Input::Reconciled,
//!     Input::Confirmed,
//!     Input::Clock,
//! ] {
//!     strategy.take(now, input, &mut actions);
//! }
//! assert!(actions.iter().any(|action| matches!(action, Action::Quote { .. })));
//! ```
//!
//! # Invariants
//! - It never quotes while any [`Hold`] is on, and pulls everything when one comes on.
//! - Its own bid of a month is below its own asks of that month and of later ones of the family.
//! - Bid and ask of an instrument are further apart than the fees of buying at one and selling at the other.
//! - What it owns and what its bids would buy, together, is within its bounds of instrument, provider and in total, and within its cash;
//!   it offers nothing that it does not have.
//!
//! # Not here
//! Sockets, keys, signals and the command line (`unspent`).

mod action;
mod backtest;
mod config;
mod fair;
mod file;
mod input;
mod living;
mod money;
mod own;
mod paper;
mod pricing;
mod reference;
mod safety;
mod seat;
mod simulation;
mod sizing;
mod spread;
mod strategy;
mod transcript;

pub use action::{Action, Hold};
pub use backtest::{AtDistance, Backtest, HORIZONS, Markout, POINTS, Point, STEP};
pub use config::{
    Bounds, Config, ConfigError, Curve, Family, GroupSetting, Knot, ProviderBound, Quoted, Quoting, Safety, Timing,
};
pub use file::{File, FileError, PARAMETERS, Parameter, VERSION, migrate};
pub use input::{Control, Input, Level, OwnFill, OwnOrder, SideRefused};
pub use living::{Living, LivingSettings};
pub use money::{Money, Parts};
pub use paper::Paper;
pub use pricing::{Explained, Row, Term};
pub use reference::Reference;
pub use seat::{Seat, public};
pub use simulation::{Simulation, SimulationSettings};
pub use strategy::{InstrumentStatus, Status, Strategy};
pub use transcript::Transcript;
pub use unspent_marketdata::{Obligation, Sampler, Standing};
