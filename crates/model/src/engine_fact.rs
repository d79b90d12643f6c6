//! The logical state of an engine in pieces: what a snapshot says.
//!
//! Facts come in one order, that of the variants of [`EngineFact`]: a fact names only what came before it. Within a
//! kind the order is part of what is said, or is fixed so that one state has one spelling; each variant says which.
//! What follows from other facts is left out: what an account or a quote has open, timers, levels.

use crate::{
    AccountId, AccountLimits, AccountName, AccountState, AddOrder, AuctionId, CancelReason, Cash, Claim, CommandSeq,
    DecayStep, FeeRate, Funding, FundingRules, GroupName, GroupRule, Holding, HoldingId, HoldingLots, Instrument,
    InstrumentId, Level, Lots, OrderId, OrderKind, OrderStatus, OwnerGroup, PendingWithdrawal, Permit, Phase,
    PhaseReason, PostOnly, Price, Programme, ProgrammeTerms, PromisedBalance, Recalled, Schedule, SelfTrade, SessionId,
    Settlement, SettlementId, SettlementTerms, Side, TimeInForce, Timestamp, TradeId, TradingRules, WithdrawalId,
};

/// One piece of an engine's state, small and bounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineFact {
    /// The stamps and counters. The first fact, once.
    Venue(VenueFact),
    /// A programme whose kill switch is engaged. Ascending.
    KilledProgramme(Programme),
    /// An instrument. By id, from 0.
    Instrument(Box<InstrumentFact>),
    /// The call of the instrument before it that has not been uncrossed. At most one.
    Call(CallFact),
    /// An account with its cash. By id, from 0.
    Account(AccountFact),
    /// What an account has of an instrument, or once had. In the order in which they were first made.
    Holding(HoldingFact),
    /// The terms of settlement and the last settlement's number, once there is either. At most one.
    Terms {
        /// The terms.
        terms: Box<SettlementTerms>,
        /// The number; 0 when none was given.
        last_settlement: SettlementId,
    },
    /// What was ever registered of an instrument as promised, and what of it was withdrawn or written off. Ascending.
    Registered {
        /// Of what.
        instrument: InstrumentId,
        /// Lots that were registered.
        registered: u64,
        /// Those that are gone.
        gone: u64,
    },
    /// An account's promised lots, when there are any. Ascending by account, instrument and level.
    Promised(PromisedBalance),
    /// What an account has in escrow, when that is anything. Ascending.
    Escrow {
        /// Whose.
        account: AccountId,
        /// How much.
        escrow: Cash,
    },
    /// What the default fund has, when that is anything.
    Fund(Cash),
    /// What somebody waits for. Buyers by settlement, then what is owed to the fund by account.
    Claim(Claim),
    /// How many settlements of a seller's became final. Ascending.
    GoodDeliveries {
        /// Whose.
        account: AccountId,
        /// How many.
        count: u32,
    },
    /// A settlement that has not ended. Ascending.
    Settlement(Box<Settlement>),
    /// A live session. Ascending.
    Session {
        /// Which.
        session: SessionId,
        /// Whose.
        account: AccountId,
    },
    /// An armed dead-man timer. Ascending by account.
    DeadMan {
        /// Whose.
        account: AccountId,
        /// When all its orders are cancelled.
        due: Timestamp,
    },
    /// A protection group. In the order in which they were made; orders name them by it, from 0.
    Group(GroupFact),
    /// The lots filled at one instant in the window of the group before it. Oldest first.
    GroupFill {
        /// When.
        at: Timestamp,
        /// How many.
        lots: u64,
    },
    /// That the order after it, a sell, is of promised lots.
    PromisedOrder {
        /// The order.
        order: OrderId,
        /// The level of the lots.
        level: Level,
    },
    /// A linked bid of which legs are open. Ascending by its first leg, before all orders.
    Link(LinkFact),
    /// An open order. By instrument, and there: resting buys and then sells, each as they would trade; waiting buys and
    /// then sells, each ascending by stop and id; those whose stop was reached, in the order of their turn.
    Order(OrderFact),
    /// What is to come of the schedule of an open order that lowers its own price. Ascending by order, after all orders.
    Decay(DecayFact),
    /// The remembered answer of an accepted order. As they are due to be looked at.
    Answer(AnswerFact),
    /// A fill of the answer before it. In their order.
    AnswerFill(Recalled),
    /// An account that is not open. Ascending.
    AccountState {
        /// Which.
        account: AccountId,
        /// What it may do.
        state: AccountState,
    },
    /// What may leave the venue, when the operator said so. At most one.
    FundingRules(FundingRules),
    /// A withdrawal that waits for a second operator. Ascending.
    Withdrawal(PendingWithdrawal),
    /// What an account asked for in a day. Ascending by account.
    Asked {
        /// Whose.
        account: AccountId,
        /// Days since 1970 (UTC).
        day: u64,
        /// Cents.
        cents: u64,
        /// Dollars of face.
        face: u64,
    },
    /// A remembered reference. Oldest first.
    Funded {
        /// What was done under it.
        funding: Funding,
        /// The withdrawal that it became when it had to wait.
        withdrawal: Option<WithdrawalId>,
    },
    /// The first trade that is kept, when one is. At most one.
    TradesSince(u64),
    /// A trade that may be corrected. Ascending, without a gap up to the last one.
    Trade(TradeFact),
    /// The terms of a programme. In the order in which they were first set.
    Programme(Box<ProgrammeTerms>),
    /// A permit. By account, then by the place of its programme's terms, then by kind.
    Permit(Box<Permit>),
    /// An instrument whose month is watched, or of which lots were written off. By id.
    Month {
        /// Which.
        instrument: InstrumentId,
        /// Whether its month is watched, and has not ended.
        watched: bool,
        /// All lots of it that were written off.
        lots_out: u64,
    },
    /// Dollars of face of a programme that were held when their month ended. Ascending by programme.
    Expired {
        /// Of which programme.
        programme: Programme,
        /// How many, above zero.
        dollars: u64,
    },
    /// There has been a holding.
    Registry {
        /// The last number given.
        last: HoldingId,
    },
    /// A live holding. Ascending by number.
    RegisteredHolding(Box<Holding>),
    /// Lots that are listed out of a holding. Ascending by holding, instrument and level.
    ListedOut {
        /// Out of which.
        holding: HoldingId,
        /// Which lots, above zero.
        listed: HoldingLots,
    },
}

/// A trade that may be undone or get another price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeFact {
    /// The trade.
    pub trade: TradeId,
    /// Where.
    pub instrument: InstrumentId,
    /// Who bought.
    pub buyer: AccountId,
    /// Who sold.
    pub seller: AccountId,
    /// The price that it has.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
    /// The buyer's fee.
    pub buyer_fee: Cash,
    /// The seller's fee.
    pub seller_fee: Cash,
    /// Whether it was given another price.
    pub adjusted: bool,
    /// Whether it was undone.
    pub busted: bool,
}

impl EngineFact {
    /// What kind of fact it is, in words.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            EngineFact::Venue(_) => "venue",
            EngineFact::KilledProgramme(_) => "killed programme",
            EngineFact::Instrument(_) => "instrument",
            EngineFact::Call(_) => "call",
            EngineFact::Account(_) => "account",
            EngineFact::Holding(_) => "holding",
            EngineFact::Terms { .. } => "terms of settlement",
            EngineFact::Registered { .. } => "registered lots",
            EngineFact::Promised(_) => "promised lots",
            EngineFact::Escrow { .. } => "escrow",
            EngineFact::Fund(_) => "default fund",
            EngineFact::Claim(_) => "claim",
            EngineFact::GoodDeliveries { .. } => "good deliveries",
            EngineFact::Settlement(_) => "settlement",
            EngineFact::PromisedOrder { .. } => "promised order",
            EngineFact::Session { .. } => "session",
            EngineFact::DeadMan { .. } => "dead-man timer",
            EngineFact::Group(_) => "group",
            EngineFact::GroupFill { .. } => "group fill",
            EngineFact::Link(_) => "linked bid",
            EngineFact::Order(_) => "order",
            EngineFact::Decay(_) => "decay",
            EngineFact::Answer(_) => "answer",
            EngineFact::AnswerFill(_) => "answer fill",
            EngineFact::AccountState { .. } => "account state",
            EngineFact::FundingRules(_) => "funding rules",
            EngineFact::Withdrawal(_) => "withdrawal",
            EngineFact::Asked { .. } => "asked for in a day",
            EngineFact::Funded { .. } => "funding",
            EngineFact::TradesSince(_) => "trades since",
            EngineFact::Trade(_) => "trade",
            EngineFact::Programme(_) => "terms",
            EngineFact::Permit(_) => "permit",
            EngineFact::Month { .. } => "month",
            EngineFact::Expired { .. } => "expired unused",
            EngineFact::Registry { .. } => "registry",
            EngineFact::RegisteredHolding(_) => "registered holding",
            EngineFact::ListedOut { .. } => "listed out",
        }
    }
}

/// The stamps and counters of a venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VenueFact {
    /// The last command.
    pub seq: CommandSeq,
    /// Its time.
    pub at: Timestamp,
    /// The last order id given.
    pub last_order: OrderId,
    /// The last trade id given.
    pub last_trade: u64,
    /// The last auction's number.
    pub last_auction: AuctionId,
    /// Whether the venue's kill switch is engaged.
    pub killed: bool,
    /// What it earned in fees.
    pub fees: Cash,
    /// All money that ever came in.
    pub cash_in: Cash,
}

/// An instrument and what its trading refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstrumentFact {
    /// Its id.
    pub instrument: InstrumentId,
    /// As it was listed.
    pub spec: Instrument,
    /// Its phase.
    pub phase: Phase,
    /// How it is protected and how its auctions run.
    pub rules: TradingRules,
    /// Every auction fee that it has had, in the order of their coming; orders name the one they pinned by it.
    pub auction_fees: Vec<FeeRate>,
    /// Its trading day; without its last trade once it has expired.
    pub schedule: Schedule,
    /// The price of the last trade.
    pub last: Option<Price>,
    /// The price of the last trade or the operator's reference, whichever is later.
    pub anchor: Option<Price>,
    /// The price of the last uncross or the operator's reference, whichever is later.
    pub reference: Option<Price>,
    /// All lots of it that ever came in.
    pub lots_in: u64,
}

/// A call that has not been uncrossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallFact {
    /// Where.
    pub instrument: InstrumentId,
    /// The auction's number.
    pub auction: AuctionId,
    /// SHA-256 of the seed of its random end.
    pub commitment: Option<[u8; 32]>,
    /// When a volatility call's time is over. Never beside `ending`.
    pub due: Option<Timestamp>,
    /// Its end, while it is being drawn.
    pub ending: Option<EndingFact>,
    /// Whether a volatility call goes on for the second time.
    pub extended: bool,
    /// The indication that was told last.
    pub told: Option<IndicationFact>,
}

/// A call's end that is being drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndingFact {
    /// The first instant that it may come to.
    pub scheduled: Timestamp,
    /// The last one.
    pub latest: Timestamp,
    /// The phase after it.
    pub then: Phase,
    /// Why.
    pub reason: PhaseReason,
}

/// What an uncross would come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndicationFact {
    /// The one price.
    pub price: Price,
    /// How many lots would trade.
    pub lots: u64,
    /// The side left with lots at that price, and how many.
    pub surplus: Option<(Side, u64)>,
}

/// An account with its bounds and its cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountFact {
    /// Its id.
    pub account: AccountId,
    /// Its name.
    pub name: AccountName,
    /// Whose it is.
    pub group: OwnerGroup,
    /// Its bounds.
    pub limits: AccountLimits,
    /// When its next order would arrive if it sent them evenly at its rate.
    pub next_arrival: Timestamp,
    /// Whether its kill switch is engaged.
    pub killed: bool,
    /// Cash free to use.
    pub available: Cash,
    /// Cash set aside: the sum over its open buys.
    pub reserved: Cash,
}

/// What an account has of an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldingFact {
    /// Whose.
    pub account: AccountId,
    /// Of what.
    pub instrument: InstrumentId,
    /// Lots free to sell.
    pub available: u64,
    /// Lots set aside: the sum of the leaves of its open sells.
    pub reserved: u64,
}

/// A protection group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupFact {
    /// Whose.
    pub account: AccountId,
    /// Its name.
    pub name: GroupName,
    /// When it trips.
    pub rule: GroupRule,
    /// Whether it has; its window is empty then.
    pub tripped: bool,
}

/// An open order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderFact {
    /// Its id.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub instrument: InstrumentId,
    /// Buy or sell.
    pub side: Side,
    /// The worst price it accepts; of a waiting market order its stop.
    pub limit: Price,
    /// Total quantity, filled part included.
    pub lots: Lots,
    /// Filled so far.
    pub cum: Lots,
    /// What a buy has set aside, or the bond of a sell of promised lots; zero for any other sell.
    pub reserved: Cash,
    /// Which of its instrument's auction fees it pinned, from 0.
    pub fees: u8,
    /// What its fees so far have left over of a cent, in ten-thousandths.
    pub fee_owed: u16,
    /// What happens when it meets its own owner group.
    pub self_trade: SelfTrade,
    /// Whether it might trade on arrival.
    pub post_only: PostOnly,
    /// Where it is.
    pub place: OrderPlace,
    /// What few orders have. A waiting order has it.
    pub special: Option<SpecialFact>,
}

/// Where an open order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderPlace {
    /// In the book.
    Resting {
        /// The lots that the book shows.
        shown: Lots,
    },
    /// Out of sight until a trade reaches its stop and its turn comes.
    Waiting {
        /// The price it waits for.
        stop: Price,
        /// What it was entered as.
        kind: OrderKind,
        /// Whether a trade has reached its stop.
        reached: bool,
    },
}

/// What few orders have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpecialFact {
    /// The lots an iceberg shows at a time.
    pub display: Option<Lots>,
    /// How long it stays.
    pub time_in_force: TimeInForce,
    /// When it is cancelled: of DAY and GTD.
    pub expires: Option<Timestamp>,
    /// The session with whose end it is cancelled.
    pub session: Option<SessionId>,
    /// Whether it is its account's quote.
    pub quote: bool,
    /// The protection group that counts its fills, by its place among the groups.
    pub group: Option<u32>,
}

/// What is remembered of an accepted order with a client order id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerFact {
    /// The order as it was sent.
    pub terms: AddOrder,
    /// Its id; it may have ended since.
    pub order: OrderId,
    /// Where it stood after its own execution.
    pub status: OrderStatus,
    /// Lots filled then.
    pub cum: Lots,
    /// Lots open then.
    pub leaves: Lots,
    /// Why the rest was gone, when it was.
    pub canceled: Option<CancelReason>,
    /// The command that accepted it.
    pub seq: CommandSeq,
    /// When it is forgotten unless its order is open.
    pub expires: Timestamp,
    /// When it is looked at for that.
    pub due: Timestamp,
    /// How many fills of it follow.
    pub fills: u32,
    /// [`crate::Decay::digest`] of its schedule or [`crate::AddLinked::digest`] of its other legs; 0 of an order without.
    pub decay: u64,
}

/// What is to come of an order's schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecayFact {
    /// The order.
    pub order: OrderId,
    /// A step that came while nothing could trade or be collected.
    pub overdue: Option<Price>,
    /// The steps to come, the next first; at most [`crate::limits::DECAY_STEPS`].
    pub steps: Vec<DecayStep>,
}

/// A linked bid of which legs are open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkFact {
    /// The id of its first leg, which may be over.
    pub link: OrderId,
    /// What it has set aside for all its legs.
    pub purse: Cash,
    /// Its open legs, ascending; at most [`crate::limits::LINKED_LEGS`].
    pub legs: Vec<OrderId>,
}
