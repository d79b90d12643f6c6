//! What the engine says happened. Events are facts in order; the reply answers the one who asked.
//!
//! Whoever reads every event from the first can rebuild depth, open orders and balances without an engine.

use crate::{
    AccountId, AccountLimits, AccountName, AccountState, AddOrder, AuctionId, Cash, ClOrdId, Claim, CommandSeq,
    Decaying, EscrowBalance, FundingRules, GroupName, GroupRule, HoldingId, HoldingTold, Instrument, InstrumentId,
    KillScope, Linked, Lots, Movement, OrderId, OwnerGroup, PendingWithdrawal, Permit, PermitKind, Phase, PhaseReason,
    Price, Programme, ProgrammeTerms, PromisedBalance, Rejection, Schedule, SessionId, SettlementTerms, SettlementTold,
    Side, Timestamp, TradeId, TradingRules, WithdrawalId,
};

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An instrument was listed.
    InstrumentListed {
        /// Its id.
        instrument: InstrumentId,
        /// What it is.
        spec: Box<Instrument>,
    },
    /// An account was opened.
    AccountOpened {
        /// Its id.
        account: AccountId,
        /// Its name.
        name: AccountName,
        /// Its owner.
        group: OwnerGroup,
    },
    /// An instrument is in another phase now.
    PhaseChanged {
        /// Which.
        instrument: InstrumentId,
        /// The phase it was in.
        from: Phase,
        /// The phase it is in.
        phase: Phase,
        /// Why.
        reason: PhaseReason,
    },
    /// An instrument has these rules now.
    RulesSet {
        /// Which.
        instrument: InstrumentId,
        /// Its rules.
        rules: TradingRules,
    },
    /// An instrument has this trading day now.
    ScheduleSet {
        /// Which.
        instrument: InstrumentId,
        /// Its day.
        schedule: Box<Schedule>,
    },
    /// Auctions and bands of an instrument refer to this price now.
    ReferenceSet {
        /// Which.
        instrument: InstrumentId,
        /// The price.
        price: Price,
    },
    /// An account has these bounds now.
    LimitsSet {
        /// Whose.
        account: AccountId,
        /// Its bounds.
        limits: AccountLimits,
    },
    /// A kill switch was engaged or released.
    KillSwitch {
        /// What it stops.
        scope: KillScope,
        /// Whether it is on.
        engaged: bool,
    },
    /// An account may do something else now; when it is suspended its orders are cancelled next.
    AccountSet {
        /// Which.
        account: AccountId,
        /// What it may do.
        state: AccountState,
    },
    /// What may leave the venue is bounded so now.
    FundingRulesSet(FundingRules),
    /// A withdrawal waits for a second operator.
    WithdrawalAsked(PendingWithdrawal),
    /// A withdrawal that waited is carried out, and a [`Event::Moved`] follows, or is given up.
    WithdrawalDecided {
        /// Which.
        withdrawal: WithdrawalId,
        /// Whose.
        account: AccountId,
        /// Whether it is carried out.
        approved: bool,
    },
    /// A trade was undone or got another price. What moved follows.
    TradeCorrected(TradeCorrection),
    /// A call began; its random end may be committed to.
    CallOpened {
        /// Where.
        instrument: InstrumentId,
        /// The auction.
        auction: AuctionId,
    },
    /// The venue committed to a call's random end.
    AuctionCommitted {
        /// Where.
        instrument: InstrumentId,
        /// The auction.
        auction: AuctionId,
        /// SHA-256 of the seed.
        commitment: [u8; 32],
    },
    /// A call's scheduled end has come, and its end is being drawn: it comes between now and `latest`.
    CallEnding {
        /// Where.
        instrument: InstrumentId,
        /// The auction.
        auction: AuctionId,
        /// The scheduled end.
        scheduled: Timestamp,
        /// When it ends if no seed is revealed.
        latest: Timestamp,
    },
    /// The venue revealed the seed that a call's end was drawn from.
    AuctionRevealed {
        /// Where.
        instrument: InstrumentId,
        /// The auction.
        auction: AuctionId,
        /// The seed.
        seed: [u8; 32],
    },
    /// What an uncross would come to now. Once a command that changed it, after its other events.
    Indicative(Indicative),
    /// A call is over; the fills of its uncross came before.
    CallEnded(CallEnded),
    /// An order was accepted; what it trades and whether it rests follows.
    Opened(Opened),
    /// It is a leg of a linked bid.
    Linked(Linked),
    /// One maker traded with one taker.
    Fill(Fill),
    /// Self-trade prevention, or a fill of another leg of its linked bid, took quantity from an order without a trade.
    Reduced(Reduced),
    /// An order's terms changed; what it trades on them and whether it rests follows.
    Amended(Amended),
    /// What is to come of the schedule of an order that lowers its own price.
    Decaying(Decaying),
    /// What is left of an order rests in the book now, behind everything at its price.
    Rested(Rested),
    /// What was left of an order is gone.
    Canceled(Canceled),
    /// An iceberg shows its next slice, behind everything at its price.
    Refilled(Refilled),
    /// A waiting order's stop was reached: it enters the book now; what it trades and whether it rests follows.
    Triggered {
        /// The order.
        order: OrderId,
        /// Whose.
        account: AccountId,
        /// Where.
        instrument: InstrumentId,
        /// The worst price it accepts now: its limit, or for a stop market order the collar's.
        price: Price,
    },
    /// A side of a mass quote was refused; the account has no quote there now, unless the no-cancel phase kept it.
    QuoteRefused {
        /// Where.
        instrument: InstrumentId,
        /// Which side.
        side: Side,
        /// Why.
        rejection: Rejection,
    },
    /// A protection group counts by this rule now.
    GroupSet {
        /// Whose.
        account: AccountId,
        /// Which.
        group: GroupName,
        /// When it trips.
        rule: GroupRule,
    },
    /// A protection group tripped: its quotes are pulled next, and none is taken until it is reset.
    GroupTripped {
        /// Whose.
        account: AccountId,
        /// Which.
        group: GroupName,
        /// The lots filled within its window.
        lots: u64,
    },
    /// A protection group may quote again.
    GroupReset {
        /// Whose.
        account: AccountId,
        /// Which.
        group: GroupName,
    },
    /// An account's dead-man timer was set or disarmed, or has fired: its orders are cancelled next.
    DeadMan {
        /// Whose.
        account: AccountId,
        /// When it fires; `None` when it is not armed.
        due: Option<Timestamp>,
    },
    /// A connection with cancel-on-disconnect began.
    SessionOpened {
        /// Which.
        session: SessionId,
        /// Whose.
        account: AccountId,
    },
    /// A connection with cancel-on-disconnect has ended: its orders are cancelled next.
    SessionClosed {
        /// Which.
        session: SessionId,
        /// Whose.
        account: AccountId,
    },
    /// A programme is traded under these terms now; what they forbid is halted and cancelled next.
    ProgrammeSet(Box<ProgrammeTerms>),
    /// An account has this permit now.
    Permitted(Box<Permit>),
    /// An account's permit has ended; its orders that needed it are cancelled next.
    PermitEnded {
        /// Whose.
        account: AccountId,
        /// In which programme.
        programme: Programme,
        /// Which.
        kind: PermitKind,
        /// Whether its last day is over; otherwise it was revoked.
        expired: bool,
    },
    /// The holders of an instrument are alerted from now on, and at its month's end what they hold is written off.
    ExpiryWatched {
        /// Which.
        instrument: InstrumentId,
        /// The first instant after its month.
        ends: Timestamp,
    },
    /// An instrument's month ends soon.
    ExpiryAlert {
        /// Which.
        instrument: InstrumentId,
        /// How many days before the month's last day this is.
        days: u16,
        /// The next later month of its programme and face value that is listed and has not expired.
        next: Option<InstrumentId>,
    },
    /// An instrument whose month's end is watched expires next, and its orders are cancelled.
    NextMonth {
        /// Which.
        instrument: InstrumentId,
        /// The next later month of its programme and face value that is listed and has not expired: where to trade now.
        next: Option<InstrumentId>,
    },
    /// A fill of the first answer, said again for a client order id that was sent again.
    Recalled(Recalled),
    /// What an account owns changed by something else than a plain fill.
    Moved(Movement),
    /// An account's cash after this command. Once a command for an account whose cash it changed.
    Cash(CashBalance),
    /// An account's holding after this command. Once a command for a holding that it changed.
    Holding(HoldingBalance),
    /// An account's money in escrow and its debt after this command, as [`Event::Cash`].
    Escrow(EscrowBalance),
    /// An account's promised lots after this command, as [`Event::Holding`].
    Promised(PromisedBalance),
    /// What the default fund has after this command that changed it, in cents.
    Fund(Cash),
    /// What somebody waits for after this command that changed it.
    Claim(Claim),
    /// One step of a trade that settles later. What it moved follows in the balances.
    Settlement(Box<SettlementTold>),
    /// A holding took a step.
    Registry(Box<HoldingTold>),
    /// The terms of settlement from now on.
    TermsSet(Box<SettlementTerms>),
}

/// An accepted order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The exchange's id.
    pub order: OrderId,
    /// The price it will pay or take at worst: its limit, or for a market order the collar's.
    pub price: Price,
    /// As it was sent.
    pub terms: AddOrder,
}

/// What became of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeCorrection {
    /// The trade.
    pub trade: TradeId,
    /// Where.
    pub instrument: InstrumentId,
    /// Who bought.
    pub buyer: AccountId,
    /// Who sold.
    pub seller: AccountId,
    /// How many lots.
    pub lots: Lots,
    /// The price that it had.
    pub from: Price,
    /// The price that it has; `None` when it is undone.
    pub to: Option<Price>,
}

/// One side of a fill, after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Lots still open.
    pub leaves: Lots,
    /// The fee of this fill in cents.
    pub fee: Cash,
    /// Lots of this fill that the book did not show: an iceberg's, in an uncross.
    pub hidden: Lots,
}

/// One match of one maker with one taker, at the maker's price; or, in an uncross, of a sell with a buy at its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The trade.
    pub trade: TradeId,
    /// Where; across months the ask's, whose credits are delivered.
    pub instrument: InstrumentId,
    /// The side of the taker.
    pub taker_side: Side,
    /// Whether it is of an uncross: then both orders rested, `taker` is the buy and `maker` the sell.
    pub auction: bool,
    /// The maker's price, or the uncross's.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
    /// The resting order.
    pub maker: Leg,
    /// The aggressor.
    pub taker: Leg,
    /// Of a trade across months what it does not share with others; `None` of every other.
    pub across: Option<Across>,
}

/// A bid that an ask of a later month filled: the buyer receives the later credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Across {
    /// The bid's instrument. The fill's is the ask's.
    pub bid: InstrumentId,
    /// Whether both orders rested, and an entry into the continuous phase found them crossed: then `taker` is the younger.
    pub swept: bool,
}

impl Fill {
    /// The instrument of an order of this side.
    #[must_use]
    pub fn instrument_of(&self, side: Side) -> InstrumentId {
        match (side, self.across) {
            (Side::Buy, Some(across)) => across.bid,
            _ => self.instrument,
        }
    }

    /// The instrument of the order that was there before: [`Fill::maker`]'s.
    #[must_use]
    pub fn maker_instrument(&self) -> InstrumentId {
        self.instrument_of(self.taker_side.opposite())
    }

    /// The instrument of [`Fill::taker`]'s order.
    #[must_use]
    pub fn taker_instrument(&self) -> InstrumentId {
        self.instrument_of(self.taker_side)
    }

    /// Whether the taker's order rested too, as in an uncross.
    #[must_use]
    pub fn taker_rested(&self) -> bool {
        self.auction || self.across.is_some_and(|across| across.swept)
    }
}

/// Quantity taken from an order by self-trade prevention ([`crate::SelfTrade::Decrement`]), without a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reduced {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// Its limit price.
    pub price: Price,
    /// How many lots it lost.
    pub lots: Lots,
    /// Lots still open.
    pub leaves: Lots,
    /// Whether the lots were resting in the book (the maker's) or not (the taker's).
    pub resting: bool,
    /// Why: [`CancelReason::SelfTrade`] or [`CancelReason::Linked`].
    pub reason: CancelReason,
}

/// New terms of an open order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amended {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// The price it rested at.
    pub old_price: Price,
    /// The lots it had open.
    pub old_leaves: Lots,
    /// Those of them that the book showed; none of an order that still waits for its stop.
    pub old_shown: Lots,
    /// Its limit price now.
    pub price: Price,
    /// Its total quantity now, filled part included.
    pub lots: Lots,
    /// Its open lots now.
    pub leaves: Lots,
    /// Those of them that the book shows, when it kept its place.
    pub shown: Lots,
    /// The price it waits for, when it still waits.
    pub stop: Option<Price>,
    /// Whether it kept its place in the queue. Otherwise it left the book and a [`Event::Rested`] says that it is back.
    pub kept_priority: bool,
}

/// An iceberg's next slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refilled {
    /// The order.
    pub order: OrderId,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// Its limit price.
    pub price: Price,
    /// The lots that it shows now; before it showed none.
    pub shown: Lots,
    /// Its open lots.
    pub leaves: Lots,
}

/// What an uncross would come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indicative {
    /// Where.
    pub instrument: InstrumentId,
    /// The auction.
    pub auction: AuctionId,
    /// The price, or `None` when nothing would trade.
    pub price: Option<Price>,
    /// How many lots would trade.
    pub lots: u64,
    /// The side that would be left with lots at that price, and how many.
    pub surplus: Option<(Side, u64)>,
}

/// The end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallEnded {
    /// Where.
    pub instrument: InstrumentId,
    /// The auction.
    pub auction: AuctionId,
    /// The price of its uncross, or `None` when nothing traded.
    pub price: Option<Price>,
    /// How many lots traded.
    pub lots: u64,
    /// The side left with lots at that price, and how many.
    pub surplus: Option<(Side, u64)>,
}

/// An order that rests from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rested {
    /// The order.
    pub order: OrderId,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// Its limit price.
    pub price: Price,
    /// Its open lots.
    pub leaves: Lots,
    /// Those of them that the book shows.
    pub shown: Lots,
}

/// Why what was left of an order is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum CancelReason {
    /// Its owner cancelled it, or amended its total down to what was filled.
    User = 1,
    /// Its time in force allowed no resting.
    TimeInForce = 2,
    /// Self-trade prevention.
    SelfTrade = 3,
    /// The operator ended the instrument.
    Operator = 4,
    /// Its day or date has come.
    Expired = 5,
    /// Its owner's dead-man timer.
    DeadMan = 6,
    /// Its connection ended.
    Disconnect = 7,
    /// Its protection group tripped.
    Group = 8,
    /// A kill switch.
    Kill = 9,
    /// Its instrument traded for the last time.
    LastTrade = 10,
    /// It would have traded outside the volatility bands, and its time in force allowed no resting.
    Volatility = 11,
    /// A stop market order was triggered, and nothing rested on the other side.
    NoOppositePrice = 12,
    /// It was for an auction that is over.
    AuctionOver = 13,
    /// A mass quote replaced or pulled it.
    Requoted = 14,
    /// Other legs of its linked bid bought all that it was for.
    Linked = 15,
    /// Its programme's policy forbids it, or the permit that it needed has ended.
    Policy = 60,
}

impl CancelReason {
    /// Every reason, by number.
    pub const ALL: [CancelReason; 16] = [
        CancelReason::User,
        CancelReason::TimeInForce,
        CancelReason::SelfTrade,
        CancelReason::Operator,
        CancelReason::Expired,
        CancelReason::DeadMan,
        CancelReason::Disconnect,
        CancelReason::Group,
        CancelReason::Kill,
        CancelReason::LastTrade,
        CancelReason::Volatility,
        CancelReason::NoOppositePrice,
        CancelReason::AuctionOver,
        CancelReason::Requoted,
        CancelReason::Linked,
        CancelReason::Policy,
    ];

    /// The reason of this number.
    #[must_use]
    pub fn numbered(number: u8) -> Option<CancelReason> {
        CancelReason::ALL.into_iter().find(|&reason| reason as u8 == number)
    }
}

/// The end of an order with lots still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canceled {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// Its limit price.
    pub price: Price,
    /// The lots that were open; zero when self-trade prevention had taken the last of them.
    pub lots: Lots,
    /// Those of them that the book showed.
    pub shown: Lots,
    /// Why.
    pub reason: CancelReason,
}

/// A fill of an order's first answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recalled {
    /// The trade.
    pub trade: TradeId,
    /// At which price.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
    /// The order's fee for it.
    pub fee: Cash,
}

/// An account's money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CashBalance {
    /// Whose.
    pub account: AccountId,
    /// Free to use.
    pub available: Cash,
    /// Set aside for open buy orders, waiting ones too, their largest possible fee included.
    pub reserved: Cash,
}

/// An account's lots of one instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldingBalance {
    /// Whose.
    pub account: AccountId,
    /// What.
    pub instrument: InstrumentId,
    /// Free to sell, in lots.
    pub available: u64,
    /// Set aside for open sell orders, in lots.
    pub reserved: u64,
}

/// Where an order stands. Source: FIX OrdStatus(39); Kraken WebSocket v2 `order_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum OrderStatus {
    /// Rests, nothing filled.
    Open = 1,
    /// Rests, partly filled.
    PartiallyFilled = 2,
    /// Filled whole.
    Filled = 3,
    /// Gone with lots unfilled.
    Canceled = 4,
}

/// What a new order came to when it was accepted. Its fills are the command's [`Event::Fill`]s as taker, or its
/// [`Event::Recalled`]s when `duplicate` is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderAnswer {
    /// The exchange's id.
    pub order: OrderId,
    /// The owner's id.
    pub cl_ord_id: Option<ClOrdId>,
    /// Where.
    pub instrument: InstrumentId,
    /// Where it stood after its own execution, before anything that followed from it.
    pub status: OrderStatus,
    /// Lots filled.
    pub cum: Lots,
    /// Lots open.
    pub leaves: Lots,
    /// Why the rest is gone, when it is.
    pub canceled: Option<CancelReason>,
    /// The command that accepted it.
    pub seq: CommandSeq,
    /// Whether this is the first answer, given again.
    pub duplicate: bool,
}

/// The answer to the one who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A command with nothing more to say was carried out.
    Done,
    /// A new order was accepted, now or before.
    Added(OrderAnswer),
    /// An order was amended.
    Amended {
        /// Where it stands; `cl_ord_id`, fills and `seq` are this command's.
        answer: OrderAnswer,
        /// Whether it kept its place in the queue.
        kept_priority: bool,
    },
    /// An order was cancelled.
    Canceled {
        /// The exchange's id.
        order: OrderId,
        /// The owner's id.
        cl_ord_id: Option<ClOrdId>,
    },
    /// That many orders were cancelled.
    CanceledAll {
        /// How many.
        count: u32,
    },
    /// Quotes were placed; sides that were refused say so in [`Event::QuoteRefused`].
    Quoted {
        /// The maker's number for it.
        quote_id: u64,
        /// Sides that are new or moved.
        placed: u32,
        /// Sides that kept their place.
        unchanged: u32,
        /// Sides that were pulled.
        pulled: u32,
        /// Sides that were refused.
        refused: u32,
    },
    /// The dead-man timer is set, or not armed.
    Timer {
        /// When it fires.
        due: Option<Timestamp>,
    },
    /// A deposit or withdrawal was carried out, now or before, or waits.
    Funded {
        /// The withdrawal that waits for a second operator, when it does.
        waits: Option<WithdrawalId>,
        /// Whether the reference was taken before, and nothing moved now.
        duplicate: bool,
    },
    /// A holding is in the registry.
    Registered {
        /// Which.
        holding: HoldingId,
    },
    /// A session is live.
    Connected {
        /// Which.
        session: SessionId,
    },
    /// Nothing was done.
    Rejected(Rejection),
}
