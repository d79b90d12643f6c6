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

/// How long an order stays. Source: FIX TimeInForce(59) `1`, `3`, `4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum TimeInForce {
    /// Good till cancelled: what does not trade rests.
    Gtc = 1,
    /// Immediate or cancel: what does not trade at once is cancelled.
    Ioc = 3,
    /// Fill or kill: trades whole at once, or is refused.
    Fok = 4,
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
