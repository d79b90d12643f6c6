//! The words of the market: units, ids, instruments, orders, commands, events and rejects.
//!
//! Every other crate speaks in these types. They are plain values: integers with a unit, closed enums, fixed-size
//! text. A [`Sequenced`] command goes into the engine, [`Event`]s and one [`Reply`] come out.
//!
//! # Invariants
//! - No type here holds a float, a clock, a hash map or a reference to anything outside itself.
//! - A number on the wire or in the journal ([`Reject::code`], every `#[repr]` discriminant) never changes its meaning.
//!
//! # Not here
//! Text to integers and back (`protocol`), bytes (`records`), behaviour (`book`, `ledger`, `engine`).

mod command;
mod event;
mod ids;
mod instrument;
pub mod limits;
mod order;
mod reject;
mod text;
mod units;

pub use command::{AddOrder, AmendOrder, CancelFilter, Command, OrderRef, Sequenced};
pub use event::{
    Amended, CancelReason, Canceled, CashBalance, Event, Fill, HoldingBalance, Leg, Opened, OrderAnswer, OrderStatus,
    Recalled, Reduced, Reply, Rested,
};
pub use ids::{AccountId, CommandSeq, InstrumentId, OrderId, OwnerGroup, TradeId};
pub use instrument::{Credit, Expiry, FeeSchedule, Instrument, InstrumentError, Phase, Symbol, SymbolError};
pub use order::{OrderKind, SelfTrade, Side, TimeInForce};
pub use reject::{Reject, Rejection};
pub use text::{AccountName, ClOrdId, ShortText, TextError};
pub use units::{Cash, FeeRate, Lots, Price, Timestamp};
