//! What the strategy must know of an instrument.

use unspent_model::{Cash, Expiry, FeeSchedule, Instrument, InstrumentId, Price, Symbol, Timestamp};

/// An instrument's reference data. Only credits are quoted: they have a family and a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What the host calls it in inputs and actions.
    pub instrument: InstrumentId,
    /// Its name.
    pub symbol: Symbol,
    /// The tick in price units.
    pub tick: u32,
    /// The highest price.
    pub price_max: Price,
    /// One price unit on one lot, in cents.
    pub unit_value: Cash,
    /// Face value of a lot in dollars.
    pub face_dollars: u32,
    /// What the two sides of a fill pay, in basis points of notional.
    pub fees: FeeSchedule,
    /// Its month.
    pub expiry: Expiry,
    /// When it trades for the last time; `None`: never.
    pub last_trade: Option<Timestamp>,
}

impl Reference {
    /// Of an instrument as it is listed, with the calendar's last trade; `None` of what is no credit. A host that knows of another
    /// last trade sets it.
    #[must_use]
    pub fn of(instrument: InstrumentId, spec: &Instrument) -> Option<Reference> {
        let expiry = spec.symbol.credit()?.expiry;
        Some(Reference {
            instrument,
            symbol: spec.symbol,
            tick: spec.tick,
            price_max: spec.price_max,
            unit_value: spec.unit_value(),
            face_dollars: spec.face_dollars,
            fees: spec.fees,
            expiry,
            last_trade: expiry.last_trade(),
        })
    }

    /// `AWS`.
    pub(crate) fn provider(&self) -> &str {
        self.symbol.credit().map_or("", |credit| credit.provider)
    }

    /// `AWS-ACT-1K`.
    pub(crate) fn family(&self) -> &str {
        self.symbol.family().map_or("", |family| &family[..family.len() - 1])
    }

    /// Days until the last trade, none after it; `None` when there is no last.
    pub(crate) fn days_left(&self, now: Timestamp) -> Option<f64> {
        const DAY_NS: f64 = 86_400e9;
        self.last_trade.map(|last| last.0.saturating_sub(now.0) as f64 / DAY_NS)
    }
}
