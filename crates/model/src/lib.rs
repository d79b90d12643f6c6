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

mod account_state;
pub mod calendar;
mod command;
mod date;
mod decay;
mod digest;
mod engine_fact;
mod event;
mod family;
mod funding;
mod holding;
mod ids;
mod instrument;
mod interval;
pub mod limits;
mod linked;
mod movement;
mod operator;
mod order;
mod phase;
mod programme;
mod reject;
mod rules;
mod settlement;
mod text;
mod units;
mod view_fact;

pub use account_state::AccountState;
pub use command::{
    AddOrder, AmendOrder, CancelFilter, Command, KillScope, MassQuote, OrderRef, Quote, QuoteSide, Sequenced,
};
pub use date::Date;
pub use decay::{AddDecay, Decay, DecayStep, Decaying};
pub use engine_fact::{
    AccountFact, AnswerFact, CallFact, DecayFact, EndingFact, EngineFact, GroupFact, HoldingFact, IndicationFact,
    InstrumentFact, LinkFact, OrderFact, OrderPlace, SpecialFact, TradeFact, VenueFact,
};
pub use event::{
    Across, Amended, CallEnded, CancelReason, Canceled, CashBalance, Event, Fill, HoldingBalance, Indicative, Leg,
    Opened, OrderAnswer, OrderStatus, Recalled, Reduced, Refilled, Reply, Rested, TradeCorrection,
};
pub use family::Family;
pub use funding::{Asset, Funding, FundingRef, FundingRules, FundingSide, PendingWithdrawal, WithdrawalId};
pub use holding::{
    CreditId, Holding, HoldingCommand, HoldingId, HoldingLots, HoldingState, HoldingStep, HoldingTold, NewHolding,
};
pub use ids::{AccountId, AuctionId, CommandSeq, InstrumentId, OrderId, OwnerGroup, SessionId, TradeId};
pub use instrument::{Credit, Expiry, FeeSchedule, Instrument, InstrumentError, Programme, Symbol, SymbolError};
pub use interval::Interval;
pub use linked::{AddLinked, Linked, LinkedLeg};
pub use movement::{Movement, MovementKind};
pub use operator::{Actor, ByOperator, Reason};
pub use order::{OrderKind, PostOnly, SelfTrade, Side, TimeInForce};
pub use phase::{Phase, PhaseReason};
pub use programme::{Note, Permit, PermitKind, PolicyClass, ProgrammeTerms, SplitRule};
pub use reject::{Reject, Rejection};
pub use rules::{AccountLimits, GroupRule, Schedule, ScheduleEntry, TradingRules};
pub use settlement::{
    Claim, EscrowBalance, Evidence, Level, PromisedBalance, Ruling, Settlement, SettlementCommand, SettlementId,
    SettlementState, SettlementStep, SettlementTerms, SettlementTold,
};
pub use text::{AccountName, ClOrdId, GroupName, ShortText, TextError};
pub use units::{Cash, FeeRate, Lots, Price, Timestamp};
pub use view_fact::{
    GroupChange, ViewAccountPart, ViewBucket, ViewCall, ViewCandle, ViewClosed, ViewCounts, ViewFact, ViewFactName,
    ViewFill, ViewGroup, ViewMarket, ViewMarketPart, ViewMonth, ViewOrder, ViewPlace, ViewProgrammes, ViewRegistered,
    ViewRegistry, ViewRegistryPart, ViewSettlement, ViewSettling, ViewSettlingPart, ViewTrade, ViewVenue,
};
