//! The closed sets of words on the wire: what each enum is called there.

use crate::form::Form;
use std::fmt;
use unspent_model::{
    AccountState, CancelReason, GroupChange, HoldingState, Level, OrderStatus, PermitKind, Phase, PhaseReason,
    PolicyClass, SelfTrade, SettlementState, Side, TimeInForce,
};

/// Finds `text` in a set; on failure lists the set, and says so when the word is documented for later.
fn find<T: Copy>(text: &str, words: &[(T, &'static str)], later: &[&str]) -> Result<T, String> {
    if let Some((value, _)) = words.iter().find(|(_, word)| *word == text) {
        return Ok(*value);
    }
    let known: Vec<&str> = words.iter().map(|(_, word)| *word).collect();
    let known = known.join(", ");
    Err(match later.contains(&text) {
        true => format!("{text} is not offered yet; offered now: {known}"),
        false => format!("must be one of: {known}"),
    })
}

/// A closed set of words.
pub trait Vocabulary {
    /// Every word that is offered, in order.
    const VOCABULARY: &'static [&'static str];

    /// The word of this value.
    fn word(&self) -> &'static str;
}

/// Gives each variant its word, and names words that are documented but not offered yet.
macro_rules! words {
    ($type:ty $(, later: [$($later:literal),*])?; $($variant:ident = $word:literal),* $(,)?) => {
        impl $type {
            const WORDS: &'static [($type, &'static str)] = &[$((<$type>::$variant, $word)),*];
            const LATER: &'static [&'static str] = &[$($($later),*)?];
        }
        words_form!($type, <$type>::WORDS, <$type>::LATER; $($variant = $word),*);
    };
}

macro_rules! words_form {
    ($type:ty, $words:expr, $later_words:expr; $($variant:ident = $word:literal),*) => {
        impl Form for $type {
            fn read(text: &str) -> Result<$type, String> {
                find(text, $words, $later_words)
            }

            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }

        impl Vocabulary for $type {
            const VOCABULARY: &'static [&'static str] = &[$($word),*];

            fn word(&self) -> &'static str {
                match self {
                    $(<$type>::$variant => $word),*
                }
            }
        }
    };
}

/// The same for the model's enums.
macro_rules! model_words {
    ($type:ty $(, later: [$($later:literal),*])?; $($variant:ident = $word:literal),* $(,)?) => {
        words_form!($type, &[$((<$type>::$variant, $word)),*], &[$($($later),*)?]; $($variant = $word),*);
    };
}

model_words!(AccountState; Open = "open", Suspended = "suspended", Closed = "closed");
model_words!(Side; Buy = "buy", Sell = "sell");
words!(
    TimeInForceWord;
    Gtc = "gtc", Day = "day", Gtd = "gtd", Ioc = "ioc", Fok = "fok", Auction = "auction",
);
model_words!(
    SelfTrade;
    CancelNewest = "cancel_newest",
    CancelOldest = "cancel_oldest",
    CancelBoth = "cancel_both",
    Decrement = "decrement",
);
model_words!(
    Phase;
    Continuous = "continuous",
    Call = "call",
    NoCancel = "no_cancel",
    VolatilityCall = "volatility_call",
    Halted = "halted",
    CancelOnly = "cancel_only",
    Closed = "closed",
    Expired = "expired",
);
model_words!(
    PhaseReason;
    Operator = "operator",
    Schedule = "schedule",
    Volatility = "volatility",
    CallEnded = "call_ended",
    Extended = "extended",
    Unresolved = "unresolved",
    LastTrade = "last_trade",
    Policy = "policy",
);

/// How long an order stays; with `gtd` an `expire_time` says until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeInForceWord {
    /// Until cancelled.
    Gtc,
    /// Until the next midnight UTC.
    Day,
    /// Until `expire_time`.
    Gtd,
    /// What does not trade at once is cancelled.
    Ioc,
    /// Whole at once, or refused.
    Fok,
    /// For the auction that is being called.
    Auction,
}

impl From<TimeInForce> for TimeInForceWord {
    fn from(time_in_force: TimeInForce) -> TimeInForceWord {
        match time_in_force {
            TimeInForce::Gtc => TimeInForceWord::Gtc,
            TimeInForce::Day => TimeInForceWord::Day,
            TimeInForce::Gtd(_) => TimeInForceWord::Gtd,
            TimeInForce::Ioc => TimeInForceWord::Ioc,
            TimeInForce::Fok => TimeInForceWord::Fok,
            TimeInForce::Auction => TimeInForceWord::Auction,
        }
    }
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Are you there.
    Ping,
    /// Names the account of this connection.
    Login,
    /// Ends what a login began.
    Logout,
    /// Starts a stream.
    Subscribe,
    /// Ends a stream.
    Unsubscribe,
    /// Enters an order.
    AddOrder,
    /// Changes an open order.
    AmendOrder,
    /// Cancels open orders by id.
    CancelOrder,
    /// Cancels open orders by filter.
    CancelAll,
    /// Sets or disarms the account's dead-man timer.
    CancelAllOrdersAfter,
    /// Enters orders, one after the other.
    BatchAdd,
    /// Says where an order stands.
    QueryOrder,
    /// Quotes many instruments.
    MassQuote,
    /// Says what trips a protection group.
    SetGroup,
    /// Lets a tripped protection group quote again.
    ResetGroup,
    /// The seller of a trade that settles later says that it delivered.
    Deliver,
    /// The buyer of it has what it bought.
    Accept,
    /// The buyer of it has not.
    Dispute,
    /// Operator, in the filter: money arrives.
    DepositCash,
    /// Operator, in the filter: credits are taken into custody.
    DepositCredits,
    /// Operator, in the filter: credits that their owner keeps may be sold.
    RegisterLots,
    /// Operator, in the filter: they may not any more.
    WithdrawLots,
    /// Operator, in the filter: decides a dispute.
    Rule,
    /// Operator, in the filter: the provider took delivered credits back.
    ClawBack,
    /// Operator, in the filter: money for the default fund.
    Contribute,
    /// Operator, in the filter: the terms of settlement.
    SetTerms,
    /// Operator, in the filter: opens an account.
    OpenAccount,
    /// Operator, in the filter: suspends, opens again or closes an account.
    SetAccount,
    /// Operator, in the filter: money leaves.
    WithdrawCash,
    /// Operator, in the filter: credits leave.
    WithdrawCredits,
    /// Operator, in the filter: the second word on a withdrawal.
    DecideWithdrawal,
    /// Operator, in the filter: bounds what leaves the venue.
    SetFundingRules,
    /// Operator, in the filter: undoes a trade.
    BustTrade,
    /// Operator, in the filter: gives a trade another price.
    AdjustTrade,
    /// Operator, in the filter: moves an instrument to another phase.
    SetPhase,
    /// Operator, in the filter: how an instrument is protected and how its auctions run.
    SetRules,
    /// Operator, in the filter: an instrument's trading day.
    SetSchedule,
    /// Operator, in the filter: the price that auctions and bands refer to.
    SetReference,
    /// Operator, in the filter: bounds an account.
    SetLimits,
    /// Operator, in the filter: engages or releases a kill switch.
    Kill,
    /// Operator, in the filter: lists a credit.
    ListInstrument,
    /// Operator, in the filter: the terms of a programme.
    SetProgramme,
    /// Operator, in the filter: gives an account leave.
    Permit,
    /// Operator, in the filter: ends it.
    RevokePermit,
    /// Operator, in the filter: watches an instrument's month.
    WatchExpiry,
    /// Over HTTP and in the filter: a credit that an account has at a provider stands in the registry.
    RegisterHolding,
    /// Over HTTP and in the filter: how well a holding is known.
    SetHoldingLevel,
    /// Over HTTP and in the filter: lots are made of a part of a holding.
    ListHolding,
    /// Over HTTP and in the filter: free lots are a part of it again.
    DelistHolding,
    /// Over HTTP and in the filter: a holding leaves the registry.
    WithdrawHolding,
    /// In the filter: a connection with cancel-on-disconnect begins.
    Connect,
    /// In the filter: it ends.
    Disconnect,
    /// Operator, in the filter: time passes.
    Clock,
}

words!(
    Method,
    later: [];
    Ping = "ping",
    Login = "login",
    Logout = "logout",
    Subscribe = "subscribe",
    Unsubscribe = "unsubscribe",
    AddOrder = "add_order",
    AmendOrder = "amend_order",
    CancelOrder = "cancel_order",
    CancelAll = "cancel_all",
    CancelAllOrdersAfter = "cancel_all_orders_after",
    BatchAdd = "batch_add",
    QueryOrder = "query_order",
    MassQuote = "mass_quote",
    SetGroup = "set_group",
    ResetGroup = "reset_group",
    Deliver = "deliver",
    Accept = "accept",
    Dispute = "dispute",
    DepositCash = "deposit_cash",
    DepositCredits = "deposit_credits",
    RegisterLots = "register_lots",
    WithdrawLots = "withdraw_lots",
    Rule = "rule",
    ClawBack = "claw_back",
    Contribute = "contribute",
    SetTerms = "set_terms",
    OpenAccount = "open_account",
    SetAccount = "set_account",
    WithdrawCash = "withdraw_cash",
    WithdrawCredits = "withdraw_credits",
    DecideWithdrawal = "decide_withdrawal",
    SetFundingRules = "set_funding_rules",
    BustTrade = "bust_trade",
    AdjustTrade = "adjust_trade",
    SetPhase = "set_phase",
    SetRules = "set_rules",
    SetSchedule = "set_schedule",
    SetReference = "set_reference",
    SetLimits = "set_limits",
    Kill = "kill",
    ListInstrument = "list_instrument",
    SetProgramme = "set_programme",
    Permit = "permit",
    RevokePermit = "revoke_permit",
    WatchExpiry = "watch_expiry",
    RegisterHolding = "register_holding",
    SetHoldingLevel = "set_holding_level",
    ListHolding = "list_holding",
    DelistHolding = "delist_holding",
    WithdrawHolding = "withdraw_holding",
    Connect = "connect",
    Disconnect = "disconnect",
    Clock = "clock",
);

impl Method {
    /// So many methods are a connection's; those after them are the operator's, in the filter.
    const CONNECTION: usize = 18;

    /// Whether it is the operator's, offered in the filter only.
    #[must_use]
    pub fn is_operators(self) -> bool {
        Method::WORDS[Method::CONNECTION..].iter().any(|&(method, _)| method == self)
    }

    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        Method::WORDS.iter().find(|(method, _)| *method == self).expect("every method has a word").1
    }

    /// The method of this word; `operator` admits the operator's methods.
    ///
    /// # Errors
    /// What would be right.
    pub(crate) fn find(text: &str, operator: bool) -> Result<Method, String> {
        let words = if operator { Method::WORDS } else { &Method::WORDS[..Method::CONNECTION] };
        find(text, words, Method::LATER)
    }
}

/// A stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Private: what happened to the account's orders.
    Executions,
    /// Private: the account's money.
    Balances,
    /// Private: the account's credits.
    Holdings,
    /// Private: the account's protection groups.
    Groups,
    /// Private: the account's trades that settle later.
    Settlements,
    /// Depth of an instrument, with a checksum.
    Book,
    /// Every order of an instrument's book in the order of its queues, with a checksum.
    Level3,
    /// Every trade of an instrument.
    Trade,
    /// Best prices and the day's figures of an instrument.
    Ticker,
    /// What traded in an instrument in intervals of one length.
    Ohlc,
    /// Best prices of every expiry of a programme and face value.
    Curve,
    /// What an uncross of an instrument would come to.
    Auction,
    /// What is listed and in which phase.
    Instrument,
    /// The venue's state; comes with and without a subscription.
    Status,
    /// Once a second when nothing else is sent; comes with and without a subscription.
    Heartbeat,
}

words!(
    Channel, later: [];
    Executions = "executions",
    Balances = "balances",
    Holdings = "holdings",
    Groups = "groups",
    Settlements = "settlements",
    Book = "book",
    Level3 = "level3",
    Trade = "trade",
    Ticker = "ticker",
    Ohlc = "ohlc",
    Curve = "curve",
    Auction = "auction",
    Instrument = "instrument",
    Status = "status",
    Heartbeat = "heartbeat",
);

impl Channel {
    /// Whether it needs a login.
    #[must_use]
    pub fn is_private(self) -> bool {
        matches!(
            self,
            Channel::Executions | Channel::Balances | Channel::Holdings | Channel::Groups | Channel::Settlements
        )
    }

    /// Whether a subscription names symbols.
    #[must_use]
    pub fn takes_symbols(self) -> bool {
        matches!(
            self,
            Channel::Book
                | Channel::Level3
                | Channel::Trade
                | Channel::Ticker
                | Channel::Ohlc
                | Channel::Curve
                | Channel::Auction
        )
    }

    /// Whether a subscription has a depth.
    #[must_use]
    pub fn has_depth(self) -> bool {
        matches!(self, Channel::Book | Channel::Level3)
    }

    /// Whether it comes without a subscription, and does not end with one.
    #[must_use]
    pub fn comes_unasked(self) -> bool {
        matches!(self, Channel::Status | Channel::Heartbeat)
    }

    /// The channel of this word; on failure what would be right.
    pub(crate) fn find(text: &str) -> Result<Channel, String> {
        find(text, Channel::WORDS, Channel::LATER)
    }
}

/// How many levels of each side a book subscription shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BookDepth {
    /// Ten, the default.
    #[default]
    D10,
    /// Twenty-five.
    D25,
    /// A hundred.
    D100,
    /// A thousand.
    D1000,
}

impl BookDepth {
    /// Every depth offered.
    pub const ALL: [BookDepth; 4] = [BookDepth::D10, BookDepth::D25, BookDepth::D100, BookDepth::D1000];

    /// The depths that a channel offers. Source: Kraken WebSocket v2 `book` and `level3`.
    #[must_use]
    pub fn of(channel: Channel) -> &'static [BookDepth] {
        match channel {
            Channel::Level3 => &[BookDepth::D10, BookDepth::D100, BookDepth::D1000],
            _ => &BookDepth::ALL,
        }
    }

    /// The number of levels.
    #[must_use]
    pub fn levels(self) -> u32 {
        match self {
            BookDepth::D10 => 10,
            BookDepth::D25 => 25,
            BookDepth::D100 => 100,
            BookDepth::D1000 => 1_000,
        }
    }

    /// The depth of so many levels.
    #[must_use]
    pub fn from_levels(levels: u64) -> Option<BookDepth> {
        BookDepth::ALL.into_iter().find(|depth| u64::from(depth.levels()) == levels)
    }
}

impl serde::Serialize for BookDepth {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.levels())
    }
}

impl<'de> serde::Deserialize<'de> for BookDepth {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let levels = u64::deserialize(deserializer)?;
        BookDepth::from_levels(levels).ok_or_else(|| serde::de::Error::custom("depth must be one of 10, 25, 100, 1000"))
    }
}

/// How an order names its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderType {
    /// `limit_price` or better.
    Limit,
    /// The best opposite price, within the instrument's collar.
    Market,
    /// A market order once a trade reaches the trigger.
    StopLoss,
    /// A limit order once a trade reaches the trigger.
    StopLossLimit,
    /// A limit order that shows `display_qty` at a time.
    Iceberg,
    /// A sell that lowers its own `limit_price` on a schedule.
    Decay,
}

words!(
    OrderType;
    Limit = "limit",
    Market = "market",
    StopLoss = "stop-loss",
    StopLossLimit = "stop-loss-limit",
    Iceberg = "iceberg",
    Decay = "decay",
);

impl OrderType {
    /// Whether it has a `limit_price`.
    #[must_use]
    pub fn has_limit(self) -> bool {
        !matches!(self, OrderType::Market | OrderType::StopLoss)
    }

    /// Whether it waits for a trigger.
    #[must_use]
    pub fn has_trigger(self) -> bool {
        matches!(self, OrderType::StopLoss | OrderType::StopLossLimit)
    }
}

/// What becomes of a post-only order that would trade on arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PostOnlyMode {
    /// It is refused.
    Reject,
    /// It rests one tick short of the best opposite price.
    Slide,
}

words!(PostOnlyMode; Reject = "reject", Slide = "slide");

/// Which orders go when the connection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisconnectScope {
    /// Those that this connection entered.
    Connection,
    /// None.
    None,
}

words!(DisconnectScope; Connection = "connection", None = "none");

/// Whether data is a whole picture or a change to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The whole.
    Snapshot,
    /// A change.
    Update,
    /// A part of a whole, of which more follows; the last of it is the snapshot.
    Part,
}

words!(Kind; Snapshot = "snapshot", Update = "update", Part = "part");

/// What happened to an order. Source: Kraken WebSocket v2 `exec_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExecType {
    /// It was accepted; in a snapshot: it is open.
    New,
    /// It traded.
    Trade,
    /// Its terms changed, or quantity was taken from it: by self-trade prevention (`reason` is `stp`), or because another leg of its
    /// linked bid bought (`linked`).
    Amended,
    /// What was left of it is gone.
    Canceled,
    /// Its time, or its instrument's, is over: what was left of it is gone.
    Expired,
    /// A trade reached its trigger.
    Triggered,
    /// It shows its next slice, behind everything at its price.
    IcebergRefill,
    /// What is to come of its schedule is another: `decay` says what.
    Decay,
    /// It is a leg of a linked bid: `link_id` says of which.
    Linked,
}

words!(
    ExecType;
    New = "new",
    Trade = "trade",
    Amended = "amended",
    Canceled = "canceled",
    Expired = "expired",
    Triggered = "triggered",
    IcebergRefill = "iceberg_refill",
    Decay = "decay",
    Linked = "linked",
);

/// Where an order stands, in the executions stream. Source: Kraken WebSocket v2 `order_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderState {
    /// Accepted, nothing of it traded or rests yet. Not sent now: an acceptance is told with its outcome known.
    PendingNew,
    /// Open, nothing filled.
    New,
    /// Open, partly filled.
    PartiallyFilled,
    /// Filled whole.
    Filled,
    /// Gone with quantity unfilled.
    Canceled,
}

words!(
    OrderState;
    PendingNew = "pending_new",
    New = "new",
    PartiallyFilled = "partially_filled",
    Filled = "filled",
    Canceled = "canceled",
);

impl From<OrderStatus> for OrderState {
    fn from(status: OrderStatus) -> OrderState {
        match status {
            OrderStatus::Open => OrderState::New,
            OrderStatus::PartiallyFilled => OrderState::PartiallyFilled,
            OrderStatus::Filled => OrderState::Filled,
            OrderStatus::Canceled => OrderState::Canceled,
        }
    }
}

/// Where an order stands, in the reply to its request.
pub type ReplyStatus = OrderStatus;

model_words!(
    OrderStatus;
    Open = "open", PartiallyFilled = "partially_filled", Filled = "filled", Canceled = "canceled",
);

/// Which side of a trade an execution was. Source: Kraken WebSocket v2 `liquidity_ind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Liquidity {
    /// It rested.
    Maker,
    /// It arrived.
    Taker,
    /// Both rested: the trade is of an uncross.
    Auction,
}

words!(Liquidity; Maker = "m", Taker = "t", Auction = "a");

/// Why quantity of an order is gone.
pub type Reason = CancelReason;

/// The word of a reason.
#[must_use]
pub fn reason_word(reason: Reason) -> String {
    crate::form::Shown(&reason).to_string()
}

model_words!(
    CancelReason;
    User = "user",
    TimeInForce = "time_in_force",
    SelfTrade = "stp",
    Operator = "operator",
    Expired = "expired",
    DeadMan = "dead_man",
    Disconnect = "disconnect",
    Group = "group",
    Kill = "kill",
    LastTrade = "expiry",
    Volatility = "volatility",
    NoOppositePrice = "no_opposite_price",
    AuctionOver = "auction_over",
    Requoted = "requoted",
    Linked = "linked",
    Policy = "policy",
);

/// What happened to an order that a book shows. Source: Kraken WebSocket v2 `level3`, `event`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderEvent {
    /// It took its place, behind everything at its price; or its price came into scope.
    Add,
    /// It shows another quantity, at the same place.
    Modify,
    /// It left its place.
    Delete,
}

words!(OrderEvent; Add = "add", Modify = "modify", Delete = "delete");

model_words!(
    PolicyClass;
    Prohibited = "prohibited",
    UseThrough = "use_through",
    OneFamily = "one_family",
    WithConsent = "with_consent",
    Free = "free",
);
model_words!(PermitKind; Family = "family", Consent = "consent", Arrangement = "arrangement");
model_words!(
    Level; Declared = "declared", Documented = "documented", Attested = "attested", Custody = "custody",
);
model_words!(
    SettlementState;
    Delivering = "delivering",
    Late = "late",
    Verifying = "verifying",
    Disputed = "disputed",
    BuyIn = "buy_in",
    HeldBack = "held_back",
    Final = "final",
    Covered = "covered",
    Compensated = "compensated",
    Refunded = "refunded",
    ClawedBack = "clawed_back",
    Lost = "lost",
);

model_words!(HoldingState; Live = "live", Withdrawn = "withdrawn", WrittenOff = "written_off");

/// The word of a settlement's state.
#[must_use]
pub fn state_word(state: SettlementState) -> &'static str {
    state.word()
}

/// The operator's word in a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RulingWord {
    /// All was delivered.
    Delivered,
    /// Some lots were.
    Partial,
    /// Nothing was.
    Refund,
}

words!(RulingWord; Delivered = "delivered", Partial = "partial", Refund = "refund");

model_words!(GroupChange; Set = "set", Tripped = "tripped", Reset = "reset");

/// Whether an amended order kept its place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Priority {
    /// It did.
    Kept,
    /// It is behind everything at its price.
    Lost,
}

words!(Priority; Kept = "kept", Lost = "lost");

/// What the venue is doing. Source: Kraken WebSocket v2 `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SystemState {
    /// Everything.
    Online,
    /// Cancels are taken, orders are not.
    CancelOnly,
    /// It is about to restart.
    Maintenance,
}

words!(SystemState; Online = "online", CancelOnly = "cancel_only", Maintenance = "maintenance");

/// Whether it is known that a refused request did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing was done.
    Rejected,
    /// It cannot be known now; ask by `cl_ord_id`.
    Unknown,
}

words!(Outcome; Rejected = "rejected", Unknown = "unknown");
