//! One instrument at a glance.

use crate::day::Day;
use crate::depth::Level;
use unspent_model::Lots;

/// Best prices, last trade and the day of one instrument at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticker {
    /// The best bid with its lots; `None` when nobody bids.
    pub bid: Option<Level>,
    /// The best offer with its lots; `None` when nobody offers.
    pub ask: Option<Level>,
    /// The lots of the last trade; its price is [`Day::last`].
    pub last_lots: Option<Lots>,
    /// The last 24 hours.
    pub day: Day,
}
