//! An instrument with its book, its phase and what its trading refers to.

use crate::calls::Call;
use crate::family::Kin;
use crate::fees::Fees;
use crate::policy::TermsAt;
use crate::stops::Stops;
use unspent_book::Book;
use unspent_model::{
    Cash, FeeRate, Instrument, InstrumentFact, InstrumentId, Phase, Price, Reject, Schedule, Side, Timestamp,
    TradingRules,
};

/// One instrument.
#[derive(Debug)]
pub(crate) struct Listed {
    pub spec: Instrument,
    /// [`Instrument::unit_value`], worked out once.
    pub unit_value: Cash,
    pub phase: Phase,
    pub book: Book,
    pub rules: TradingRules,
    /// Every fee schedule it has had, the one of now last; orders pin one by its place.
    pub fees: Vec<Fees>,
    /// The last of them, and its place.
    pub fees_now: (u8, Fees),
    pub schedule: Schedule,
    /// When the trading day's next entry is due.
    pub next_entry: Option<Timestamp>,
    /// The call that has not been uncrossed.
    pub call: Option<Call>,
    pub stops: Stops,
    /// The price of the last trade.
    pub last: Option<Price>,
    /// The price of the last trade or the operator's reference, whichever is later.
    pub anchor: Option<Price>,
    /// The price of the last uncross or the operator's reference, whichever is later.
    pub reference: Option<Price>,
    /// Whether a kill switch of its programme is engaged.
    pub killed: bool,
    /// Where the terms of its programme stand, when it has some: `None` for what everybody may trade.
    pub terms: Option<TermsAt>,
    /// The first instant after its month, when that is watched and has not come.
    pub ends: Option<Timestamp>,
    /// Whether its indication may have changed with this command.
    pub touched: bool,
    /// Whether it trades across months now, and others of its family do.
    pub related: bool,
    /// Its place among them, while it trades across months, even alone.
    pub kin: Option<Kin>,
}

impl Listed {
    pub fn new(spec: Instrument, killed: bool) -> Listed {
        let rules = TradingRules::new(spec.fees.maker);
        let fees = Fees::new(spec.fees, rules.auction_fee);
        Listed {
            unit_value: spec.unit_value(),
            phase: Phase::Continuous,
            book: Book::new(spec.price_max),
            rules,
            fees: vec![fees],
            fees_now: (0, fees),
            schedule: Schedule::default(),
            next_entry: None,
            call: None,
            stops: Stops::default(),
            last: None,
            anchor: None,
            reference: None,
            killed,
            terms: None,
            ends: None,
            touched: false,
            related: false,
            kin: None,
            spec,
        }
    }

    /// Whether it trades across months whenever it is continuous.
    pub fn entitled(&self) -> bool {
        self.rules.dominance && self.phase != Phase::Expired
    }

    /// The place of a schedule with this auction fee, when there has been one.
    fn place_of(&self, auction: FeeRate) -> Option<usize> {
        self.fees.iter().position(|fees| fees.auction == auction)
    }

    /// Lets orders entered from now on pay this in an uncross. There is room for it.
    pub fn set_auction_fee(&mut self, auction: FeeRate) {
        let place = self.place_of(auction).unwrap_or_else(|| {
            self.fees.push(Fees::new(self.spec.fees, auction));
            self.fees.len() - 1
        });
        self.fees_now = (u8::try_from(place).expect("fee schedules are bounded"), self.fees[place]);
    }

    /// Whether another auction fee may be pinned.
    pub fn room_for_fees(&self, auction: FeeRate) -> bool {
        self.place_of(auction).is_some() || self.fees.len() < unspent_model::limits::FEE_SCHEDULES
    }

    /// An instrument that was listed before, without its call and its orders.
    ///
    /// # Errors
    /// What of it does not fit together.
    pub fn again(fact: &InstrumentFact, killed: bool, now: Timestamp) -> Result<Listed, &'static str> {
        let spec = fact.spec.clone().checked().map_err(|_| "its fields do not fit together")?;
        let price_max = spec.price_max;
        if !fact.rules.fit(price_max) || !fact.schedule.fits() {
            return Err("its rules or its trading day do not fit");
        }
        let prices = [fact.last, fact.anchor, fact.reference];
        if prices.iter().flatten().any(|&price| price.0 == 0 || price > price_max) {
            return Err("it has a price outside its domain");
        }
        let expired = fact.phase == Phase::Expired;
        if expired && fact.schedule.last_trade.is_some() {
            return Err("it has expired and will trade for the last time");
        }
        let mut listed = Listed::new(spec, killed);
        let (first, more) = fact.auction_fees.split_first().ok_or("it has no fees")?;
        if *first != listed.fees[0].auction {
            return Err("its first auction fee is not its maker's");
        }
        for &auction in more {
            if listed.place_of(auction).is_some() || !listed.room_for_fees(auction) || auction > FeeRate::MAX {
                return Err("its auction fees do not fit");
            }
            listed.set_auction_fee(auction);
        }
        if listed.place_of(fact.rules.auction_fee).is_none() {
            return Err("its auction fee is none that it has had");
        }
        listed.set_auction_fee(fact.rules.auction_fee);
        (listed.phase, listed.rules, listed.schedule) = (fact.phase, fact.rules, fact.schedule.clone());
        (listed.last, listed.anchor, listed.reference) = (fact.last, fact.anchor, fact.reference);
        // The next entry is always the first after now.
        listed.next_entry = listed.schedule.next(now).map(|(due, _)| due).filter(|_| !expired);
        Ok(listed)
    }

    /// What a snapshot says of it, besides its call and its orders.
    pub fn fact(&self, instrument: InstrumentId, lots_in: u64) -> InstrumentFact {
        InstrumentFact {
            instrument,
            spec: self.spec.clone(),
            phase: self.phase,
            rules: self.rules,
            auction_fees: self.fees.iter().map(|fees| fees.auction).collect(),
            schedule: self.schedule.clone(),
            last: self.last,
            anchor: self.anchor,
            reference: self.reference,
            lots_in,
        }
    }

    /// The step between prices that may be entered now.
    pub fn tick(&self) -> u32 {
        if self.phase.collects() { self.rules.auction_tick } else { self.spec.tick }
    }

    /// Whether an order may be entered at `price` now.
    #[inline]
    pub fn quoted(&self, price: Price) -> Result<(), Reject> {
        if self.on(price, self.tick()) { Ok(()) } else { Err(Reject::InvalidPrice) }
    }

    /// Whether a price may be waited for.
    pub fn quoted_stop(&self, stop: Price) -> Result<(), Reject> {
        if self.on(stop, self.spec.tick) { Ok(()) } else { Err(Reject::InvalidStopPrice) }
    }

    fn on(&self, price: Price, tick: u32) -> bool {
        price.0 >= 1 && price <= self.spec.price_max && price.0.is_multiple_of(tick)
    }

    /// Whether the last trade has reached a stop already.
    pub fn reached(&self, side: Side, stop: Price) -> bool {
        self.last.is_some_and(|last| match side {
            Side::Buy => stop <= last,
            Side::Sell => stop >= last,
        })
    }

    /// Whether a limit is further through the anchor than may be entered.
    #[inline]
    pub fn beyond_entry(&self, side: Side, limit: Price) -> bool {
        match (self.rules.entry_range, self.anchor) {
            (Some(range), Some(anchor)) => match side {
                Side::Buy => limit.0 > anchor.0.saturating_add(range),
                Side::Sell => limit.0 < anchor.0.saturating_sub(range),
            },
            _ => false,
        }
    }

    /// The lowest and highest price that may print now, when there are bands.
    fn band(&self) -> Option<(Price, Price)> {
        let around = |centre: Option<Price>, range: Option<u32>| {
            centre.zip(range).map(|(centre, range)| (centre.0.saturating_sub(range), centre.0.saturating_add(range)))
        };
        let dynamic = around(self.anchor, self.rules.dynamic_range);
        let fixed = around(self.reference, self.rules.static_range);
        let (low, high) = match (dynamic, fixed) {
            (None, None) => return None,
            (Some(band), None) | (None, Some(band)) => band,
            (Some(one), Some(other)) => (one.0.max(other.0), one.1.min(other.1)),
        };
        Some((Price(low), Price(high)))
    }

    /// The limit that keeps an aggressor inside the bands: `None` when its first trade would print outside.
    #[inline]
    pub fn permitted(&self, side: Side, limit: Price) -> Option<Price> {
        let Some((low, high)) = self.band() else { return Some(limit) };
        let (best, _) = match self.book.best(side.opposite()) {
            Some(best) => best,
            None => return Some(limit),
        };
        if best < low || best > high {
            return None;
        }
        Some(match side {
            Side::Buy => limit.min(high),
            Side::Sell => limit.max(low),
        })
    }

    /// The limit that keeps an aggressor whose first trade prints at `first` inside this instrument's bands, at most
    /// `limit`; `None` when that one would print outside.
    pub fn inside(&self, side: Side, first: Price, limit: Price) -> Option<Price> {
        let Some((low, high)) = self.band() else { return Some(limit) };
        if first < low || first > high {
            return None;
        }
        Some(match side {
            Side::Buy => limit.min(high),
            Side::Sell => limit.max(low),
        })
    }

    /// The first level within an aggressor's limit that is outside the bands, when they end its walk.
    pub fn first_outside(&self, side: Side, limit: Price, permitted: Option<Price>) -> Option<Price> {
        if permitted == Some(limit) {
            return None;
        }
        let within = |price: Price, bound: Price| match side {
            Side::Buy => price <= bound,
            Side::Sell => price >= bound,
        };
        let mut levels = self.book.levels(side.opposite()).map(|(price, _)| price);
        let first = levels.find(|&price| permitted.is_none_or(|permitted| !within(price, permitted)))?;
        within(first, limit).then_some(first)
    }

    /// Whether a price is outside the static band.
    pub fn beyond_static(&self, price: Price) -> bool {
        match (self.rules.static_range, self.reference) {
            (Some(range), Some(reference)) => price.0.abs_diff(reference.0) > range,
            _ => false,
        }
    }

    /// The best opposite price, across months where they trade so, ± the collar, within the domain.
    pub fn collared(&self, side: Side, best: Option<Price>) -> Result<Price, Reject> {
        let best = best.ok_or(Reject::NoOppositePrice)?;
        let collar = self.spec.collar;
        Ok(match side {
            Side::Buy => Price(best.0.saturating_add(collar)).min(self.spec.price_max),
            Side::Sell => Price(best.0.saturating_sub(collar).max(1)),
        })
    }

    /// The nearest price short of the best opposite one that may be entered: where a sliding order goes.
    pub fn short_of_opposite(&self, side: Side, best: Option<Price>) -> Option<Price> {
        let best = best?;
        let tick = self.tick();
        let price = match side {
            Side::Buy => (best.0 - 1) / tick * tick,
            Side::Sell => (best.0 / tick).checked_add(1)?.checked_mul(tick)?,
        };
        (price >= 1 && price <= self.spec.price_max.0).then_some(Price(price))
    }
}
