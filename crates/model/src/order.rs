//! What an order says of itself.

/// The side of an order. Source: FIX Side(54) `1` and `2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Side {
    /// Bids for credits.
    Buy = 1,
    /// Offers credits.
    Sell = 2,
}

impl Side {
    /// The side that this one trades with.
    #[must_use]
    pub fn opposite(self) -> Side {
        match self {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        }
    }
}

/// How an order names its price. Source: FIX OrdType(40) `1` and `2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderKind {
    /// Trades at its limit price or better.
    Limit(crate::Price),
    /// An immediate-or-cancel limit at the best opposite price ± the instrument's collar.
    ///
    /// Refused when there is no opposite price. A buyer's `max_total` bounds what is spent, fees included.
    Market {
        /// Most cents to spend, fees included; `None` for no bound but the account's cash. Only for buys.
        max_total: Option<crate::Cash>,
    },
}

/// How long an order stays. Source: FIX TimeInForce(59) `0`, `1`, `2`/`7`, `3`, `4`, `6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeInForce {
    /// Good till cancelled: what does not trade rests.
    Gtc,
    /// Immediate or cancel: what does not trade at once is cancelled.
    Ioc,
    /// Fill or kill: trades whole at once, or is refused.
    Fok,
    /// Rests until the next midnight UTC.
    Day,
    /// Good till date: rests until this instant, which is after the command's.
    Gtd(crate::Timestamp),
    /// At the auction: taken during a call, takes part in its uncross, and is cancelled after it.
    Auction,
}

impl TimeInForce {
    /// Whether what does not trade on arrival may stay: everything but immediate-or-cancel and fill-or-kill.
    #[must_use]
    pub fn rests(self) -> bool {
        !matches!(self, TimeInForce::Ioc | TimeInForce::Fok)
    }

    /// A stable number for it, without its date.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            TimeInForce::Gtc => 1,
            TimeInForce::Ioc => 3,
            TimeInForce::Fok => 4,
            TimeInForce::Day => 5,
            TimeInForce::Gtd(_) => 6,
            TimeInForce::Auction => 7,
        }
    }
}

/// What happens to an order that adds liquidity only. Source: FIX ExecInst(18) `6`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PostOnly {
    /// It may trade on arrival.
    #[default]
    No = 0,
    /// It is refused when it would trade on arrival.
    Reject = 1,
    /// When it would trade on arrival it rests one tick short of the best opposite price instead.
    Slide = 2,
}

/// What happens when an order meets a resting order of its own owner group.
///
/// The two never trade. Source: Kraken WebSocket v2 `stp_type`; CME and Nasdaq self-match prevention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum SelfTrade {
    /// The rest of the incoming order is cancelled. The default.
    #[default]
    CancelNewest = 1,
    /// The resting order is cancelled and the incoming one goes on.
    CancelOldest = 2,
    /// Both are cancelled.
    CancelBoth = 3,
    /// Both lose the smaller of their two quantities without a trade; whichever reaches zero is cancelled.
    Decrement = 4,
}
