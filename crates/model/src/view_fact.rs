//! What is known from events alone, piece by piece: so much that whoever takes every piece knows it all again.
//!
//! A view of a venue is its [`ViewFact`]s in the order of their [`ViewFactName`]s, each name once. Each is small. What
//! follows from others is not among them: depth follows from the orders that rest, and names lead to what has them.

use crate::{
    AccountId, AccountName, AccountState, AuctionId, CancelReason, Cash, CashBalance, ClOrdId, Claim, CommandSeq,
    Decaying, EscrowBalance, GroupName, GroupRule, Holding, HoldingBalance, HoldingId, HoldingLots, Instrument,
    InstrumentId, Interval, Level, Lots, OrderId, OrderKind, OwnerGroup, PendingWithdrawal, Permit, PermitKind, Phase,
    PhaseReason, PostOnly, Price, Programme, ProgrammeTerms, PromisedBalance, Schedule, Settlement, SettlementId,
    SettlementTerms, Side, TimeInForce, Timestamp, TradeId, TradingRules, WithdrawalId,
};
use std::fmt;

/// One piece of what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewFact {
    /// Where the view stands. The first fact.
    Venue(ViewVenue),
    /// An instrument; in the order of listing, each followed by its call, its trades, its buckets and its candles.
    Market(ViewMarket),
    /// An instrument's call that has not been uncrossed.
    Call(ViewCall),
    /// A remembered trade of an instrument, oldest first.
    Trade(ViewTrade),
    /// A stretch of an instrument's last 24 hours in which it traded, oldest first.
    Bucket(ViewBucket),
    /// A candle of an instrument, by length and then oldest first.
    Candle(ViewCandle),
    /// An account; in the order of opening, each followed by its cash, its holdings and its protection groups.
    Account {
        /// Its id.
        account: AccountId,
        /// Its name.
        name: AccountName,
        /// Its owner.
        group: OwnerGroup,
    },
    /// An account's cash, of an account that ever had any.
    Cash(CashBalance),
    /// An account's holding that is not nothing, in the order of instruments.
    Holding(HoldingBalance),
    /// A protection group of an account, in the order of names.
    Group(ViewGroup),
    /// An open order, in the order of ids.
    Order(ViewOrder),
    /// What is to come of the schedule of an open order that lowers its own price, in the order of ids, after all orders.
    Decay(Decaying),
    /// How much is remembered of what accounts did. Told when it is anything, after the open orders.
    History {
        /// How many [`ViewFact::Closed`] follow.
        closed: u64,
        /// How many [`ViewFact::Fill`]s follow those.
        fills: u64,
    },
    /// A remembered order that is over, in the order in which they closed.
    Closed(ViewClosed),
    /// A remembered side of a fill, in the order in which they happened.
    Fill(ViewFill),
    /// How much there is of programmes and months. Told when there is anything, after what accounts did.
    Programmes(ViewProgrammes),
    /// The terms of a programme.
    Terms {
        /// Where it stands in the order in which programmes first had terms, from 0.
        number: u64,
        /// The terms.
        terms: Box<ProgrammeTerms>,
    },
    /// A permit that is valid.
    Permit(Box<Permit>),
    /// An instrument whose month is or was watched, by id.
    Month(ViewMonth),
    /// Dollars of face of a programme that were held when their month ended; ascending.
    Expired {
        /// Of which programme.
        programme: Programme,
        /// How many, above zero.
        dollars: u64,
    },
    /// An instrument's rules, as they were set last; by id.
    Rules {
        /// Which.
        instrument: InstrumentId,
        /// Its rules.
        rules: TradingRules,
    },
    /// An instrument's trading day, as it was set last; by id.
    Schedule {
        /// Which.
        instrument: InstrumentId,
        /// Its day.
        schedule: Box<Schedule>,
    },
    /// What is known of trades that settle later in numbers. Told when it is anything.
    Settling(Box<ViewSettling>),
    /// An account's promised lots that are not nothing, by account, instrument and level.
    Promised(PromisedBalance),
    /// What an account has in escrow and owes, when that is anything, by account.
    Escrow(EscrowBalance),
    /// A settlement that has not ended or is remembered, by number.
    Settlement(Box<ViewSettlement>),
    /// What somebody waits for: what is owed to the fund by debtor, then by settlement.
    Claim(Claim),
    /// How much is known of the registry of holdings. Told when it is anything, after trades that settle later.
    Registry(ViewRegistry),
    /// A holding that is live or is remembered, by number.
    Registered(Box<ViewRegistered>),
    /// Lots that are listed out of a holding, by holding, instrument and level.
    ListedOut {
        /// Out of which.
        holding: HoldingId,
        /// Which lots, above zero.
        listed: HoldingLots,
    },
    /// Where the announcer stands. The first fact after the view's.
    Announcer {
        /// The last command followed, whether or not it had events.
        seq: CommandSeq,
        /// How many [`ViewFact::ExecSeq`]s follow.
        exec_seqs: u64,
    },
    /// How many execution rows an account has had, when it has had any; in the order of accounts.
    ExecSeq {
        /// Whose.
        account: AccountId,
        /// How many.
        exec_seq: u64,
    },
    /// How much there is of what the operator did to accounts. Told when there is anything, after what accounts did.
    Fundings {
        /// Accounts that are not open.
        states: u64,
        /// Withdrawals that wait.
        withdrawals: u64,
    },
    /// An account that is not open; ascending.
    AccountState {
        /// Which.
        account: AccountId,
        /// What it may do.
        state: AccountState,
    },
    /// A withdrawal that waits for a second operator; ascending.
    Withdrawal(PendingWithdrawal),
}

/// What is known of trades that settle later, and how many facts of it follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewSettling {
    /// What the default fund has.
    pub fund: Cash,
    /// The terms of settlement.
    pub terms: SettlementTerms,
    /// How many [`ViewFact::Promised`] follow.
    pub promised: u64,
    /// How many [`ViewFact::Escrow`] follow.
    pub escrow: u64,
    /// How many [`ViewFact::Settlement`] follow.
    pub rows: u64,
    /// How many [`ViewFact::Claim`] follow.
    pub claims: u64,
}

/// A settlement as it stands, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewSettlement {
    /// As its last step left it.
    pub settlement: Settlement,
    /// The time of that step.
    pub at: Timestamp,
}

/// How many facts there are of the registry of holdings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewRegistry {
    /// Holdings that are live or are remembered.
    pub holdings: u64,
    /// Of each what is listed out of it, by instrument and level.
    pub listed: u64,
}

/// A holding as it stands, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewRegistered {
    /// As its last step left it.
    pub holding: Holding,
    /// The time of that step.
    pub at: Timestamp,
}

/// What of the registry of holdings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewRegistryPart {
    /// The numbers.
    Itself,
    /// A holding.
    Holding(HoldingId),
    /// What is listed out of one.
    Listed(HoldingId, InstrumentId, Level),
}

/// What of trades that settle later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewSettlingPart {
    /// The numbers.
    Itself,
    /// Promised lots.
    Promised(AccountId, InstrumentId, Level),
    /// What an account has in escrow.
    Escrow(AccountId),
    /// A settlement.
    Settlement(SettlementId),
    /// What somebody waits for, by settlement (none: what is owed to the fund) and debtor.
    Claim(Option<SettlementId>, AccountId),
}

/// Where a view stands, and what follows of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewVenue {
    /// The command of the last event.
    pub seq: CommandSeq,
    /// The time of the last event.
    pub at: Timestamp,
    /// Whether a kill switch stops the whole venue.
    pub stopped: bool,
    /// How many facts follow.
    pub counts: ViewCounts,
}

/// How many facts there are of programmes and months.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewProgrammes {
    /// Programmes with terms.
    pub terms: u64,
    /// Permits.
    pub permits: u64,
    /// Instruments whose month is or was watched.
    pub months: u64,
    /// Programmes of which something expired unused.
    pub expired: u64,
    /// Instruments whose rules were set.
    pub rules: u64,
    /// Instruments whose trading day was set.
    pub schedules: u64,
}

/// An instrument whose month is or was watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewMonth {
    /// Which.
    pub instrument: InstrumentId,
    /// The first instant after its month.
    pub ends: Timestamp,
    /// Whether it has expired.
    pub over: bool,
    /// The next month as it was told last.
    pub next: Option<InstrumentId>,
}

/// How many facts a view has of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewCounts {
    /// Instruments.
    pub markets: u64,
    /// Calls that have not been uncrossed.
    pub calls: u64,
    /// Remembered trades.
    pub trades: u64,
    /// Stretches of the last 24 hours.
    pub buckets: u64,
    /// Accounts.
    pub accounts: u64,
    /// Accounts that ever had cash.
    pub cash: u64,
    /// Holdings that are not nothing.
    pub holdings: u64,
    /// Open orders.
    pub orders: u64,
    /// Candles.
    pub candles: u64,
    /// Protection groups.
    pub groups: u64,
    /// Open orders that lower their own price.
    pub decays: u64,
}

/// An instrument and the phase it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewMarket {
    /// Its id.
    pub instrument: InstrumentId,
    /// What it is.
    pub spec: Instrument,
    /// The phase it is in.
    pub phase: Phase,
    /// Why; `None` while it is in the phase that it was listed in.
    pub reason: Option<PhaseReason>,
    /// The last price before the oldest of its buckets; `None` when they are all that it ever traded.
    pub before: Option<Price>,
    /// Whether its book trades across months.
    pub dominance: bool,
}

/// A call that has not been uncrossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewCall {
    /// Where.
    pub instrument: InstrumentId,
    /// The auction.
    pub auction: AuctionId,
    /// The price of an uncross now, or `None` when nothing would trade.
    pub price: Option<Price>,
    /// How many lots would trade.
    pub lots: u64,
    /// The side that would be left with lots at that price, and how many.
    pub surplus: Option<(Side, u64)>,
    /// SHA-256 of the seed of its random end, once the venue has committed to one.
    pub commitment: Option<[u8; 32]>,
    /// Its scheduled and its latest end, while the end between them is being drawn.
    pub ending: Option<(Timestamp, Timestamp)>,
}

/// A trade as the public saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewTrade {
    /// Where.
    pub instrument: InstrumentId,
    /// The trade.
    pub trade: TradeId,
    /// Its price.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
    /// The side of the aggressor; of an uncross buy.
    pub taker_side: Side,
    /// Whether the aggressor was a market order.
    pub taker_market: bool,
    /// Whether it is of an uncross.
    pub auction: bool,
    /// When.
    pub at: Timestamp,
    /// The command that made it.
    pub seq: CommandSeq,
    /// Of a trade across months the bid's instrument; `instrument` is the ask's.
    pub bid: Option<InstrumentId>,
}

/// What an instrument traded in one stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewBucket {
    /// Where.
    pub instrument: InstrumentId,
    /// Which stretch, counted since 1970.
    pub number: u64,
    /// The first price.
    pub first: Price,
    /// The last price.
    pub last: Price,
    /// The highest price.
    pub high: Price,
    /// The lowest price.
    pub low: Price,
    /// Lots traded.
    pub lots: u64,
    /// The sum of price × lots over the trades, in price units × lots.
    pub value: u128,
    /// How many trades.
    pub trades: u64,
}

/// What an instrument traded in one interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewCandle {
    /// How long the interval is.
    pub interval: Interval,
    /// Where, which one, counted since 1970, and what.
    pub bucket: ViewBucket,
}

/// What happened to a protection group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum GroupChange {
    /// It counts by another rule.
    Set = 1,
    /// It tripped.
    Tripped = 2,
    /// It may quote again.
    Reset = 3,
}

/// A protection group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewGroup {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub group: GroupName,
    /// When it trips.
    pub rule: GroupRule,
    /// What happened to it last.
    pub change: GroupChange,
    /// The lots filled within its window when it tripped; `None` while it may quote.
    pub tripped: Option<u64>,
    /// When something happened to it last.
    pub at: Timestamp,
}

/// Where an order stands in the queue of its price: behind those with a smaller place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewPlace {
    /// The command in which it took its place.
    pub seq: CommandSeq,
    /// How many had taken one before it in that command.
    pub number: u32,
    /// When.
    pub at: Timestamp,
}

/// An open order as its owner may know it.
///
/// Between two commands an order that is open either shows lots in the book or waits for its stop, and its total is
/// what is filled and what is open: so neither is said twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewOrder {
    /// The exchange's id.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// The owner's id.
    pub cl_ord_id: Option<ClOrdId>,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// Limit or market, as it was entered.
    pub kind: OrderKind,
    /// The price at which it enters the book, or did. `None` for no stop order.
    pub stop: Option<Price>,
    /// How long it stays.
    pub time_in_force: TimeInForce,
    /// What was to happen when it would have traded on arrival.
    pub post_only: PostOnly,
    /// Its limit price now; for a market order the collar's, and while that waits its stop.
    pub price: Price,
    /// Lots filled.
    pub cum: Lots,
    /// Lots open.
    pub leaves: Lots,
    /// Those of them that the book shows; none while it waits for its stop.
    pub shown: Lots,
    /// The most lots that an iceberg shows at a time, as far as is known.
    pub display: Option<Lots>,
    /// The sum of price × lots over its fills, in price units × lots.
    pub notional: u128,
    /// The fees of its fills.
    pub fees: Cash,
    /// When it was accepted.
    pub opened_at: Timestamp,
    /// The command that accepted it.
    pub opened_seq: CommandSeq,
    /// Its place in the queue. `None` while it waits for its stop, and in a fact that was written before places were
    /// kept.
    pub place: Option<ViewPlace>,
    /// The linked bid that it is a leg of: the id of the first one.
    pub link: Option<OrderId>,
}

/// An order that is over as its owner may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewClosed {
    /// Which of the orders that closed since the venue began, counted from 1.
    pub number: u64,
    /// What it was. Its `leaves` and `shown` are none.
    pub order: ViewOrder,
    /// Its total quantity.
    pub lots: Lots,
    /// Whether it rested in the book.
    pub rested: bool,
    /// Whether it still waited for its stop.
    pub waited: bool,
    /// Why its rest is gone; `None` when it was filled.
    pub reason: Option<CancelReason>,
    /// When it closed.
    pub closed_at: Timestamp,
    /// The command that closed it.
    pub closed_seq: CommandSeq,
}

/// One side of a fill as the one whose it is may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewFill {
    /// Which of the sides of fills since the venue began, counted from 1.
    pub number: u64,
    /// Whose.
    pub account: AccountId,
    /// The trade.
    pub trade: TradeId,
    /// The order.
    pub order: OrderId,
    /// The owner's id of the order.
    pub cl_ord_id: Option<ClOrdId>,
    /// Where.
    pub instrument: InstrumentId,
    /// The side of the order.
    pub side: Side,
    /// The price.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
    /// The fee.
    pub fee: Cash,
    /// Whether the order was the aggressor; of an uncross, whether it was the buy.
    pub taker: bool,
    /// Whether it is of an uncross.
    pub auction: bool,
    /// When.
    pub at: Timestamp,
    /// The command that made it.
    pub seq: CommandSeq,
    /// Of a trade across months the bid's instrument; `instrument` is the ask's.
    pub bid: Option<InstrumentId>,
}

/// Which fact it is. Facts come in the order of their names, and no name comes twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewFactName {
    /// Where the view stands.
    Venue,
    /// Of an instrument.
    Market(InstrumentId, ViewMarketPart),
    /// Of an account.
    Account(AccountId, ViewAccountPart),
    /// An open order.
    Order(OrderId),
    /// What is to come of the schedule of an open order.
    Decay(OrderId),
    /// How much is remembered of what accounts did.
    History,
    /// A remembered order that is over, by number.
    Closed(u64),
    /// A remembered side of a fill, by number.
    Fill(u64),
    /// How much there is of programmes and months.
    Programmes,
    /// A programme's terms, by number.
    Terms(u64),
    /// A permit.
    Permit(AccountId, Programme, PermitKind),
    /// An instrument's month.
    Month(InstrumentId),
    /// What expired of a programme.
    Expired(Programme),
    /// An instrument's rules.
    Rules(InstrumentId),
    /// An instrument's trading day.
    Schedule(InstrumentId),
    /// How much there is of what the operator did to accounts.
    Fundings,
    /// What an account may do.
    AccountState(AccountId),
    /// A withdrawal that waits.
    Withdrawal(WithdrawalId),
    /// Of trades that settle later.
    Settling(ViewSettlingPart),
    /// Of the registry of holdings.
    Registry(ViewRegistryPart),
    /// Where the announcer stands.
    Announcer,
    /// An account's execution rows.
    ExecSeq(AccountId),
}

/// What of an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewMarketPart {
    /// What it is.
    Itself,
    /// Its call.
    Call,
    /// A trade.
    Trade(TradeId),
    /// A stretch of its last 24 hours, by number.
    Bucket(u64),
    /// A candle, by length and number.
    Candle(Interval, u64),
}

/// What of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewAccountPart {
    /// Who it is.
    Itself,
    /// Its cash.
    Cash,
    /// What it holds of an instrument.
    Holding(InstrumentId),
    /// A protection group.
    Group(GroupName),
}

impl ViewFact {
    /// Which fact it is.
    #[must_use]
    pub fn name(&self) -> ViewFactName {
        match self {
            ViewFact::Venue(_) => ViewFactName::Venue,
            ViewFact::Market(market) => ViewFactName::Market(market.instrument, ViewMarketPart::Itself),
            ViewFact::Call(call) => ViewFactName::Market(call.instrument, ViewMarketPart::Call),
            ViewFact::Trade(trade) => ViewFactName::Market(trade.instrument, ViewMarketPart::Trade(trade.trade)),
            ViewFact::Bucket(bucket) => ViewFactName::Market(bucket.instrument, ViewMarketPart::Bucket(bucket.number)),
            ViewFact::Candle(ViewCandle { interval, bucket }) => {
                ViewFactName::Market(bucket.instrument, ViewMarketPart::Candle(*interval, bucket.number))
            }
            ViewFact::Account { account, .. } => ViewFactName::Account(*account, ViewAccountPart::Itself),
            ViewFact::Cash(cash) => ViewFactName::Account(cash.account, ViewAccountPart::Cash),
            ViewFact::Holding(holding) => {
                ViewFactName::Account(holding.account, ViewAccountPart::Holding(holding.instrument))
            }
            ViewFact::Group(group) => ViewFactName::Account(group.account, ViewAccountPart::Group(group.group)),
            ViewFact::Order(order) => ViewFactName::Order(order.order),
            ViewFact::Decay(decay) => ViewFactName::Decay(decay.order),
            ViewFact::History { .. } => ViewFactName::History,
            ViewFact::Closed(closed) => ViewFactName::Closed(closed.number),
            ViewFact::Fill(fill) => ViewFactName::Fill(fill.number),
            ViewFact::Settling(_) => ViewFactName::Settling(ViewSettlingPart::Itself),
            ViewFact::Promised(it) => {
                ViewFactName::Settling(ViewSettlingPart::Promised(it.account, it.instrument, it.level))
            }
            ViewFact::Escrow(it) => ViewFactName::Settling(ViewSettlingPart::Escrow(it.account)),
            ViewFact::Settlement(it) => ViewFactName::Settling(ViewSettlingPart::Settlement(it.settlement.settlement)),
            ViewFact::Claim(it) => ViewFactName::Settling(ViewSettlingPart::Claim(it.settlement, it.debtor)),
            ViewFact::Registry(_) => ViewFactName::Registry(ViewRegistryPart::Itself),
            ViewFact::Registered(it) => ViewFactName::Registry(ViewRegistryPart::Holding(it.holding.holding)),
            ViewFact::ListedOut { holding, listed } => {
                ViewFactName::Registry(ViewRegistryPart::Listed(*holding, listed.instrument, listed.level))
            }
            ViewFact::Fundings { .. } => ViewFactName::Fundings,
            ViewFact::AccountState { account, .. } => ViewFactName::AccountState(*account),
            ViewFact::Withdrawal(pending) => ViewFactName::Withdrawal(pending.id),
            ViewFact::Programmes(_) => ViewFactName::Programmes,
            ViewFact::Terms { number, .. } => ViewFactName::Terms(*number),
            ViewFact::Permit(permit) => ViewFactName::Permit(permit.account, permit.programme, permit.kind),
            ViewFact::Month(month) => ViewFactName::Month(month.instrument),
            ViewFact::Expired { programme, .. } => ViewFactName::Expired(*programme),
            ViewFact::Rules { instrument, .. } => ViewFactName::Rules(*instrument),
            ViewFact::Schedule { instrument, .. } => ViewFactName::Schedule(*instrument),
            ViewFact::Announcer { .. } => ViewFactName::Announcer,
            ViewFact::ExecSeq { account, .. } => ViewFactName::ExecSeq(*account),
        }
    }
}

impl fmt::Display for ViewFactName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ViewFactName::Venue => f.write_str("where the view stands"),
            ViewFactName::Market(instrument, ViewMarketPart::Itself) => write!(f, "instrument {instrument}"),
            ViewFactName::Market(instrument, ViewMarketPart::Call) => write!(f, "the call of instrument {instrument}"),
            ViewFactName::Market(instrument, ViewMarketPart::Trade(trade)) => {
                write!(f, "trade {trade} of instrument {instrument}")
            }
            ViewFactName::Market(instrument, ViewMarketPart::Bucket(number)) => {
                write!(f, "bucket {number} of instrument {instrument}")
            }
            ViewFactName::Market(instrument, ViewMarketPart::Candle(interval, number)) => {
                write!(f, "candle {number} of {} minutes of instrument {instrument}", interval.minutes())
            }
            ViewFactName::Account(account, ViewAccountPart::Itself) => write!(f, "account {account}"),
            ViewFactName::Account(account, ViewAccountPart::Cash) => write!(f, "the cash of account {account}"),
            ViewFactName::Account(account, ViewAccountPart::Holding(instrument)) => {
                write!(f, "what account {account} holds of instrument {instrument}")
            }
            ViewFactName::Account(account, ViewAccountPart::Group(group)) => {
                write!(f, "group {} of account {account}", group.as_str())
            }
            ViewFactName::Order(order) => write!(f, "order {order}"),
            ViewFactName::Decay(order) => write!(f, "the schedule of order {order}"),
            ViewFactName::History => f.write_str("how much is remembered"),
            ViewFactName::Closed(number) => write!(f, "closed order number {number}"),
            ViewFactName::Fill(number) => write!(f, "side number {number} of a fill"),
            ViewFactName::Settling(ViewSettlingPart::Itself) => f.write_str("what settles later"),
            ViewFactName::Settling(ViewSettlingPart::Promised(account, instrument, level)) => {
                write!(f, "what account {account} promises of instrument {instrument}, {}", level.name())
            }
            ViewFactName::Settling(ViewSettlingPart::Escrow(account)) => write!(f, "the escrow of account {account}"),
            ViewFactName::Settling(ViewSettlingPart::Settlement(settlement)) => write!(f, "settlement {settlement}"),
            ViewFactName::Settling(ViewSettlingPart::Claim(_, debtor)) => write!(f, "a claim on account {debtor}"),
            ViewFactName::Registry(ViewRegistryPart::Itself) => f.write_str("how much there is of holdings"),
            ViewFactName::Registry(ViewRegistryPart::Holding(holding)) => write!(f, "holding {holding}"),
            ViewFactName::Registry(ViewRegistryPart::Listed(holding, instrument, level)) => {
                write!(f, "what is listed out of holding {holding} of instrument {instrument}, {}", level.name())
            }
            ViewFactName::Fundings => f.write_str("how much there is of what the operator did to accounts"),
            ViewFactName::AccountState(account) => write!(f, "what account {account} may do"),
            ViewFactName::Withdrawal(withdrawal) => write!(f, "withdrawal {withdrawal}"),
            ViewFactName::Programmes => f.write_str("how much there is of programmes"),
            ViewFactName::Terms(number) => write!(f, "the terms of programme number {number}"),
            ViewFactName::Permit(account, programme, kind) => {
                write!(f, "the permit {} of account {account} in {programme}", kind.name())
            }
            ViewFactName::Month(instrument) => write!(f, "the month of instrument {instrument}"),
            ViewFactName::Rules(instrument) => write!(f, "the rules of instrument {instrument}"),
            ViewFactName::Schedule(instrument) => write!(f, "the trading day of instrument {instrument}"),
            ViewFactName::Expired(programme) => write!(f, "what expired of {programme}"),
            ViewFactName::Announcer => f.write_str("where the announcer stands"),
            ViewFactName::ExecSeq(account) => write!(f, "the exec_seq of account {account}"),
        }
    }
}
