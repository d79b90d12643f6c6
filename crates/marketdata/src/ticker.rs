//! One instrument at a glance.

use crate::day::Day;
use crate::depth::Level;
use unspent_model::Lots;

/// Best prices, last trade and the day of one instrument at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticker {
    /// The best bid with the lots that it shows; `None` when nobody bids. In a call it may be above the best offer.
    pub bid: Option<Level>,
    /// The best offer with the lots that it shows; `None` when nobody offers.
    pub ask: Option<Level>,
    /// The lots of the last trade, an uncross's too; its price is [`Day::last`].
    pub last_lots: Option<Lots>,
    /// The last 24 hours.
    pub day: Day,
}
