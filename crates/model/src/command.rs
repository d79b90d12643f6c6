//! What the engine is asked to do.

use crate::{
    AccountId, AccountLimits, AccountName, AccountState, AddDecay, AddLinked, AuctionId, ByOperator, Cash, ClOrdId,
    CommandSeq, Funding, FundingRules, GroupName, GroupRule, HoldingCommand, Instrument, InstrumentId, Level, Lots,
    OrderId, OrderKind, OwnerGroup, Permit, PermitKind, Phase, PostOnly, Price, Programme, ProgrammeTerms, Schedule,
    SelfTrade, SessionId, SettlementCommand, Side, TimeInForce, Timestamp, TradeId, TradingRules, WithdrawalId,
};

/// A command with its place in the venue's one sequence and its time: the engine's whole input.
///
/// `seq` grows by one, `at` never goes back. Both are stamped before the command is journalled, and replay feeds the
/// same stamps back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequenced {
    /// The position, counted from 1.
    pub seq: CommandSeq,
    /// When the command was taken in.
    pub at: Timestamp,
    /// What to do.
    pub command: Command,
}

/// A new order. Every field is as its owner sent it; nothing is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddOrder {
    /// Whose order.
    pub account: AccountId,
    /// In which book.
    pub instrument: InstrumentId,
    /// Buy or sell.
    pub side: Side,
    /// Limit with its price, or market.
    pub kind: OrderKind,
    /// The trade price at which the order enters the book: at or above it for a buy, at or below it for a sell. Until
    /// then it waits, unseen. `None` for at once. Source: FIX OrdType(40) `3` and `4`, StopPx(99).
    pub stop: Option<Price>,
    /// Total quantity, above zero. For a market buy with `max_total` the most lots to buy.
    pub lots: Lots,
    /// The lots it shows at a time, for an iceberg; `None` shows all. Source: FIX DisplayQty(1138).
    pub display: Option<Lots>,
    /// The lots that it must trade on arrival, or it is refused; a resting order has no minimum. Source: FIX MinQty(110).
    pub min_lots: Option<Lots>,
    /// How long it stays. A market order is immediate-or-cancel or fill-or-kill; with a stop it says how long it waits.
    pub time_in_force: TimeInForce,
    /// Whether it may trade on arrival.
    pub post_only: PostOnly,
    /// What happens when it meets its own owner group.
    pub self_trade: SelfTrade,
    /// The owner's name for it.
    pub cl_ord_id: Option<ClOrdId>,
    /// The session with whose end it is cancelled.
    pub session: Option<SessionId>,
    /// Refused when the command's time is later than this.
    pub deadline: Option<Timestamp>,
}

impl AddOrder {
    /// A good-till-cancelled limit order with nothing else to it.
    #[must_use]
    pub fn limit(account: AccountId, instrument: InstrumentId, side: Side, price: Price, lots: Lots) -> AddOrder {
        AddOrder {
            account,
            instrument,
            side,
            kind: OrderKind::Limit(price),
            stop: None,
            lots,
            display: None,
            min_lots: None,
            time_in_force: TimeInForce::Gtc,
            post_only: PostOnly::No,
            self_trade: SelfTrade::CancelNewest,
            cl_ord_id: None,
            session: None,
            deadline: None,
        }
    }
}

/// An order named by the exchange or by its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderRef {
    /// By the exchange's id.
    Id(OrderId),
    /// By the owner's id.
    ClOrdId(ClOrdId),
}

/// A change to an open order: quantity down keeps priority, any price change or quantity up loses it.
///
/// A new total at or below what is already filled cancels the rest, as at Kraken (`amend_order`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmendOrder {
    /// Whose order.
    pub account: AccountId,
    /// Which order.
    pub order: OrderRef,
    /// The new *total* quantity, filled part included; `None` leaves it.
    pub lots: Option<Lots>,
    /// The new limit price; `None` leaves it.
    pub price: Option<Price>,
    /// Refuse the amend, leaving the order as it was, when the order would trade on its new terms. `None`: as the
    /// order was entered.
    pub post_only: Option<bool>,
    /// Another price to wait for, for an order that still waits.
    pub stop: Option<Price>,
    /// Another number of lots to show, for an iceberg; it then loses priority.
    pub display: Option<Lots>,
    /// Refused when the command's time is later than this.
    pub deadline: Option<Timestamp>,
}

/// Which of an account's open orders a cancel-all takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CancelFilter {
    /// Only in this instrument.
    pub instrument: Option<InstrumentId>,
    /// Only on this side.
    pub side: Option<Side>,
    /// Only in instruments of this programme.
    pub programme: Option<Programme>,
    /// Only quotes of this protection group.
    pub group: Option<GroupName>,
}

/// One side of a quote: lots that shall be open at a price from now on; no lots pull the side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteSide {
    /// At which price.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
}

/// A maker's prices for one instrument. A side that is `None` stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Where.
    pub instrument: InstrumentId,
    /// What it buys.
    pub bid: Option<QuoteSide>,
    /// What it sells.
    pub ask: Option<QuoteSide>,
}

/// Many quotes in one command. An account has at most one quote a side of an instrument.
///
/// A side whose price is the quote's and whose lots are at most what it has open keeps its place; every other side is
/// pulled and placed anew, good till its session ends. A side that cannot be placed is pulled and says why
/// ([`crate::Event::QuoteRefused`]): a maker is never left with a quote that it meant to replace.
/// Source: FIX MassQuote(35=i).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MassQuote {
    /// Whose.
    pub account: AccountId,
    /// The session with whose end the quotes are pulled.
    pub session: SessionId,
    /// The protection group that counts their fills.
    pub group: Option<GroupName>,
    /// The maker's number for it, returned.
    pub quote_id: u64,
    /// Whether they may trade on arrival.
    pub post_only: PostOnly,
    /// The quotes, each instrument once.
    pub quotes: Vec<Quote>,
    /// Refused when the command's time is later than this.
    pub deadline: Option<Timestamp>,
}

/// What a kill switch stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KillScope {
    /// Everything.
    Venue,
    /// Every instrument of a programme.
    Programme(Programme),
    /// An account.
    Account(AccountId),
}

/// One thing the engine is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Operator: lists an instrument; its id is the number of instruments listed before it.
    ListInstrument(Instrument),
    /// Operator: opens an account; its id is the number of accounts opened before it.
    OpenAccount {
        /// The account's name, unique.
        name: AccountName,
        /// Accounts of one owner share a group.
        group: OwnerGroup,
    },
    /// Operator: money arrives from outside.
    DepositCash {
        /// Whose.
        account: AccountId,
        /// How much, above zero.
        amount: Cash,
    },
    /// Operator: credits are taken into custody.
    DepositCredits {
        /// Whose.
        account: AccountId,
        /// What.
        instrument: InstrumentId,
        /// How many lots, above zero.
        lots: u64,
    },
    /// Operator: moves an instrument to another phase; out of a call into continuous or closed through its uncross.
    SetPhase {
        /// Which.
        instrument: InstrumentId,
        /// The phase it shall be in.
        phase: Phase,
    },
    /// Time passes; nothing else.
    Clock,
    /// A participant's new order.
    AddOrder(AddOrder),
    /// A participant's new sell that lowers its own price.
    AddDecay(Box<AddDecay>),
    /// A participant's new buy of any of several instruments.
    AddLinked(Box<AddLinked>),
    /// A participant changes an open order.
    AmendOrder(AmendOrder),
    /// A participant cancels an open order.
    CancelOrder {
        /// Whose order.
        account: AccountId,
        /// Which order.
        order: OrderRef,
    },
    /// A participant cancels many open orders, in the order of their ids.
    CancelAll {
        /// Whose orders.
        account: AccountId,
        /// Which of them.
        filter: CancelFilter,
    },
    /// A participant quotes many instruments.
    MassQuote(MassQuote),
    /// A participant says what trips one of its protection groups; a new rule starts with an empty window.
    SetGroup {
        /// Whose.
        account: AccountId,
        /// Which.
        group: GroupName,
        /// When it trips.
        rule: GroupRule,
    },
    /// A participant lets a tripped group quote again.
    ResetGroup {
        /// Whose.
        account: AccountId,
        /// Which.
        group: GroupName,
    },
    /// A participant's dead-man timer: all its orders are cancelled so many seconds from now unless it is set again.
    CancelAllAfter {
        /// Whose.
        account: AccountId,
        /// How many seconds; 0 disarms it.
        seconds: u32,
    },
    /// A connection with cancel-on-disconnect begins.
    Connect {
        /// Whose.
        account: AccountId,
    },
    /// A connection with cancel-on-disconnect has ended: its orders are cancelled.
    Disconnect {
        /// Which.
        session: SessionId,
    },
    /// Operator: how an instrument is protected and how its auctions run.
    SetRules {
        /// Which.
        instrument: InstrumentId,
        /// How.
        rules: TradingRules,
    },
    /// Operator: an instrument's trading day. It takes effect at its next entry.
    SetSchedule {
        /// Which.
        instrument: InstrumentId,
        /// When.
        schedule: Schedule,
    },
    /// Operator: the price that auctions and bands refer to.
    SetReference {
        /// Which.
        instrument: InstrumentId,
        /// The price.
        price: Price,
    },
    /// Operator: bounds one account.
    SetLimits {
        /// Whose.
        account: AccountId,
        /// How.
        limits: AccountLimits,
    },
    /// Operator: cancels every order in a scope and refuses new ones, or lets them in again.
    Kill {
        /// What.
        scope: KillScope,
        /// Whether it is on.
        engaged: bool,
    },
    /// The venue commits to a call's random end before anybody can know it.
    CommitAuction {
        /// Which.
        auction: AuctionId,
        /// Where.
        instrument: InstrumentId,
        /// SHA-256 of the seed.
        commitment: [u8; 32],
    },
    /// The venue reveals the seed at the end that it drew: the call ends with this command.
    RevealAuction {
        /// Which.
        auction: AuctionId,
        /// Where.
        instrument: InstrumentId,
        /// The seed.
        seed: [u8; 32],
    },
    /// Operator: credits that their owner keeps may be sold from now on, and are then delivered later.
    RegisterLots {
        /// Whose.
        account: AccountId,
        /// What.
        instrument: InstrumentId,
        /// How well they are known: documented or attested.
        level: Level,
        /// How many lots, above zero.
        lots: u64,
    },
    /// Operator: takes back a registration of lots that are neither offered nor sold.
    WithdrawLots {
        /// Whose.
        account: AccountId,
        /// What.
        instrument: InstrumentId,
        /// At which level they were registered.
        level: Level,
        /// How many lots, above zero.
        lots: u64,
    },
    /// What is asked about trades that settle later.
    Settlement(Box<SettlementCommand>),
    /// What is asked about the registry of holdings.
    Holding(Box<HoldingCommand>),
    /// Operator: suspends an account, opens it again, or closes it for ever.
    SetAccount {
        /// Which.
        account: AccountId,
        /// What it may do from now on.
        state: AccountState,
    },
    /// Operator: something came from outside, or is to leave. The same reference of an account is carried out once.
    Fund(Funding),
    /// Operator: a withdrawal that waits for a second approval is carried out or given up, by another operator than the
    /// one who asked.
    DecideWithdrawal {
        /// Which.
        withdrawal: WithdrawalId,
        /// Whether it is carried out.
        approve: bool,
    },
    /// Operator: bounds what leaves the venue.
    SetFundingRules(FundingRules),
    /// Operator: a trade is undone; credits, money and fees go back exactly.
    BustTrade {
        /// Where it was; another trade's number is then seldom taken for it.
        instrument: InstrumentId,
        /// Which.
        trade: TradeId,
    },
    /// Operator: a trade gets another price; the difference moves, fees stay.
    AdjustTrade {
        /// Where it was.
        instrument: InstrumentId,
        /// Which.
        trade: TradeId,
        /// The price that it gets.
        price: Price,
    },
    /// Operator: the terms under which a programme may be traded, from now on.
    SetProgramme(Box<ProgrammeTerms>),
    /// Operator: an account has leave to trade a programme; in place of its permit of that kind, if it has one.
    Permit(Box<Permit>),
    /// Operator: an account's permit ends.
    RevokePermit {
        /// Whose.
        account: AccountId,
        /// In which programme.
        programme: Programme,
        /// Which.
        kind: PermitKind,
    },
    /// Operator: from now on an instrument's holders are alerted as the end of its month comes near, and what is held of it
    /// then is written off.
    WatchExpiry {
        /// Which.
        instrument: InstrumentId,
    },
    /// An operator's command, with who gave it and why.
    ByOperator(Box<ByOperator>),
}

impl Command {
    /// Says in whose session an order is entered, of a command that enters one order or linked bid; any other stays as it is.
    pub fn set_session(&mut self, session: Option<SessionId>) {
        match self {
            Command::AddOrder(add) => add.session = session,
            Command::AddDecay(add) => add.order.session = session,
            Command::AddLinked(bid) => bid.order.session = session,
            _ => {}
        }
    }

    /// The order that a command enters, of a linked bid its first leg.
    #[must_use]
    pub fn entered(&self) -> Option<&AddOrder> {
        match self {
            Command::AddOrder(add) => Some(add),
            Command::AddDecay(add) => Some(&add.order),
            Command::AddLinked(bid) => Some(&bid.order),
            _ => None,
        }
    }
}
