//! The wire: JSON text to and from the words of the market.
//!
//! Requests come in through [`parse_request`], [`Catalogue`] turns them into commands and turns what the core said
//! back into [`Reply`]s and [`Data`] messages, which print into a caller's buffer. The same types read what they
//! print ([`ServerMessage::parse`], [`Request::write`]), so a client speaks them too. PROTOCOL.md is the reference.
//!
//! # Invariants
//! - A number is exact from text to integer and back: no float is ever made of it.
//! - No JSON tree is built: a value is read from its slice of the message, and depth never costs stack.
//! - Whatever the bytes, reading answers: a request or a refusal with number, field and advice.
//!
//! # Not here
//! Sockets, sessions, subscriptions, sequence numbers (`gateway`); behaviour (`engine`).

mod catalogue;
mod checksum;
mod curve;
mod decay;
mod explain;
mod fields;
mod form;
mod funding;
mod ids;
mod interval;
mod linked;
mod listing;
mod market;
mod message;
mod number;
mod operating;
mod orders;
mod params;
mod parse;
mod private;
mod programmes;
mod public;
mod quoting;
mod refusal;
mod registry;
mod reply;
mod request;
mod rows;
mod settling;
mod time;
mod words;

pub use catalogue::{Catalogue, CatalogueError, MAX_FACE_DOLLARS, dollars};
pub use checksum::{CHECKSUM_LEVELS, CHECKSUM_ORDERS, book_checksum, level3_checksum};
pub use curve::expiry_of;
pub use decay::{DecayParams, DecayRow, DecayStepParams};
pub use explain::Asked;
pub use funding::{
    CorrectTradeParams, DecideWithdrawalParams, FundCashParams, FundCreditsParams, FundedResult, OpenAccountParams,
    SetAccountParams, SetFundingRulesParams, WithdrawalRow,
};
pub use ids::{ExecId, parse_order_id, print_order_id};
pub use linked::LegParams;
pub use listing::parse_instrument;
pub use market::{
    Asset, AuctionRow, Book, BookLevel, IMPLIED_LEVELS, Instruments, Limits, Pair, Status, TickerRow, TradeRow,
};
pub use message::{Data, MessageError, ServerMessage};
pub use number::{MAX_DIGITS, parse_decimal};
pub use operating::{EntryParams, KillParams, SetLimitsParams, SetReferenceParams, SetRulesParams, SetScheduleParams};
pub use orders::{
    BatchAddParams, BatchResult, BatchRow, MAX_BATCH, MAX_QUERY_FILLS, OpenRows, PastFill, QueryOrderParams,
    QueryResult, ValidResult,
};
pub use params::{
    AddOrderParams, AmendOrderParams, CancelAllParams, CancelOrderParams, LoginParams, MAX_CANCELS, SetPhaseParams,
    SubscribeParams, Triggers, UnsubscribeParams, login_message,
};
pub use parse::{parse_filter_request, parse_operator, parse_params, parse_request};
pub use private::{BalanceRow, Execution, Fee, GroupRow, HoldingRow, Stream};
pub use programmes::{
    ListInstrumentParams, MonthRow, PermitParams, PermitRow, ProgrammeRow, RevokePermitParams, SetProgrammeParams,
    SymbolText, WatchExpiryParams,
};
pub use public::{CurveRow, Level3, Level3Order, OhlcRow};
pub use quoting::{
    CancelAfterParams, MassQuoteParams, QuoteParams, QuoteReject, QuoteResult, QuoteSideParams, ResetGroupParams,
    SetGroupParams, TimerResult,
};
pub use refusal::{Refusal, RequestError};
pub use registry::{
    HoldingInRegistry, HoldingLevelParams, HoldingLotsParams, ListedRow, RegisterHoldingParams, RegisteredResult,
    WithdrawHoldingParams,
};
pub use reply::{
    CancelAllResult, CancelResult, ErrorBody, ErrorDetail, FillReport, LoginResult, LogoutResult, OrderResult, Reply,
    ReplyResult, SubscribeResult,
};
pub use request::{Call, Request};
pub use settling::{
    AcceptParams, ClawBackParams, ContributeParams, EvidenceParams, PromiseParams, RuleParams, SettlementRow,
    TermsParams,
};
pub use time::{parse_time, print_time};
pub use words::{
    BookDepth, Channel, DisconnectScope, ExecType, Kind, Liquidity, Method, OrderEvent, OrderState, OrderType, Outcome,
    PostOnlyMode, Priority, Reason, ReplyStatus, RulingWord, SystemState, TimeInForceWord, Vocabulary, reason_word,
    state_word,
};
