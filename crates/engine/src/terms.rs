//! What a new order says of itself: whether it makes sense, and what its money buys.

use crate::listed::Listed;
use unspent_book::{End, Preview, Taker};
use unspent_model::{
    AddOrder, Cash, FeeRate, Lots, OrderKind, Phase, PostOnly, Price, Reject, Side, TimeInForce, Timestamp, limits,
};

impl Listed {
    /// Whether the phase takes an order of these terms.
    pub fn takes(&self, add: &AddOrder) -> Result<(), Reject> {
        let at_once = add.min_lots.is_some()
            || !add.time_in_force.rests()
            || (add.stop.is_none() && matches!(add.kind, OrderKind::Market { .. }));
        let taken = match self.phase {
            Phase::Continuous => add.time_in_force != TimeInForce::Auction,
            phase => phase.collects() && !at_once,
        };
        if taken { Ok(()) } else { Err(Reject::WrongPhase) }
    }

    /// Price, stop, quantity, display, minimum, expiry and combination.
    pub fn check_terms(&self, add: &AddOrder, now: Timestamp) -> Result<(), Reject> {
        let dearest = match add.kind {
            OrderKind::Limit(price) => {
                self.quoted(price)?;
                price
            }
            OrderKind::Market { .. } => self.spec.price_max,
        };
        if let Some(stop) = add.stop {
            self.quoted_stop(stop)?;
        }
        if add.lots.is_zero() || self.too_large(dearest, add.lots) {
            return Err(Reject::InvalidQuantity);
        }
        if add.display.is_some_and(|display| !shows_enough(display, add.lots)) {
            return Err(Reject::InvalidDisplay);
        }
        if add.min_lots.is_some_and(|minimum| minimum.is_zero() || minimum > add.lots) {
            return Err(Reject::InvalidMinimum);
        }
        if let TimeInForce::Gtd(until) = add.time_in_force
            && until <= now
        {
            return Err(Reject::InvalidExpiry);
        }
        if sensible(add) { Ok(()) } else { Err(Reject::InvalidCombination) }
    }

    /// Whether so many lots at a price are beyond the bound on one order.
    #[inline]
    pub fn too_large(&self, price: Price, lots: Lots) -> bool {
        price.notional(lots, self.unit_value).is_none_or(|cash| cash.0 > limits::ORDER_NOTIONAL_CENTS)
    }
}

/// Whether an iceberg of so many lots may show so few.
pub(crate) fn shows_enough(display: Lots, lots: Lots) -> bool {
    let most = u64::from(display.0) * u64::from(limits::ICEBERG_SLICES);
    !display.is_zero() && display <= lots && u64::from(lots.0) <= most
}

/// Whether the combination of type, time in force and flags has a meaning.
fn sensible(add: &AddOrder) -> bool {
    let (limit, max_total) = match add.kind {
        OrderKind::Limit(_) => (true, None),
        OrderKind::Market { max_total } => (false, max_total),
    };
    let post_only = add.post_only != PostOnly::No;
    let (stop, display, minimum) = (add.stop.is_some(), add.display.is_some(), add.min_lots.is_some());
    let stays = matches!(add.time_in_force, TimeInForce::Gtc | TimeInForce::Day | TimeInForce::Gtd(_));
    if !limit {
        // An immediate one trades now; one with a stop waits, and a buy says what it may spend then.
        let timely = if stop { stays } else { !add.time_in_force.rests() };
        let funded = max_total.is_some() || !stop || add.side == Side::Sell;
        let bounded_sale = max_total.is_some() && add.side == Side::Sell;
        if !timely || !funded || bounded_sale {
            return false;
        }
    }
    if (post_only || display) && !(limit && stays) {
        return false;
    }
    if stop && (!stays || post_only || minimum) {
        return false;
    }
    if minimum && (post_only || add.time_in_force == TimeInForce::Fok) {
        return false;
    }
    add.time_in_force != TimeInForce::Auction || !minimum
}

/// What a market buy with a bound on money will do.
#[derive(Clone, Copy)]
pub(crate) struct Budget {
    /// The lots it will trade.
    pub lots: Lots,
    /// The lots it takes to the book: all of them, unless the money ends first. Then those used up by the last trade
    /// that it pays for, so that an order whose money is spent touches nothing more.
    pub walk: Lots,
    /// What they cost, fees included.
    pub cost: Cash,
}

/// What a market buy's `max_total` has paid for so far.
pub(crate) struct Purse {
    max_total: Cash,
    rate: FeeRate,
    unit_value: Cash,
    spent: Cash,
    /// Whether the money ended the walk.
    bound: bool,
}

impl Purse {
    pub fn new(max_total: Cash, rate: FeeRate, unit_value: Cash) -> Purse {
        Purse { max_total, rate, unit_value, spent: Cash::ZERO, bound: false }
    }

    fn after(&self, price: Price, lots: Lots) -> Cash {
        self.spent + price.notional(lots, self.unit_value).expect("an order's notional is bounded")
    }

    fn pays_for(&self, notional: Cash) -> bool {
        notional + FeeRate::round_up(self.rate.product(notional)) <= self.max_total
    }

    /// Pays for as many of `lots` as the money lasts, and returns how many.
    pub fn pay(&mut self, price: Price, lots: Lots) -> Lots {
        let count = |lots: u64| Lots(u32::try_from(lots).expect("at most the maker's lots"));
        // The cost grows with the lots: find the first count that is too dear.
        let (mut fits, mut too_many) = (0, u64::from(lots.0) + 1);
        while too_many - fits > 1 {
            let middle = fits + (too_many - fits) / 2;
            if self.pays_for(self.after(price, count(middle))) { fits = middle } else { too_many = middle }
        }
        let fits = count(fits);
        self.spent = self.after(price, fits);
        self.bound = fits < lots;
        fits
    }

    /// Whether the money lasts for a lot at a price that the bands keep it from: otherwise it ends the walk, and they do not.
    pub fn reaches(&mut self, price: Price) -> bool {
        let reaches = self.pays_for(self.after(price, Lots(1)));
        self.bound |= !reaches;
        reaches
    }

    /// What an order of so many lots does, after a walk that this paid for.
    pub fn budget(self, walk: &Preview, lots: Lots) -> Budget {
        let cost = self.spent + FeeRate::round_up(self.rate.product(self.spent));
        Budget { lots: walk.traded, walk: if self.bound { walk.used } else { lots }, cost }
    }
}

/// The most lots that a market buy's `max_total` pays for, fees included, walking the book as the order will.
pub(crate) fn spendable(listed: &Listed, max_total: Cash, rate: FeeRate, taker: &Taker) -> Budget {
    let mut purse = Purse::new(max_total, rate, listed.unit_value);
    let permitted = listed.permitted(taker.side, taker.limit);
    let mut walk = Preview::of(taker);
    if let Some(limit) = permitted {
        walk = listed.book.preview_used(&Taker { limit, ..*taker }, |price, lots| purse.pay(price, lots));
    }
    if walk.end == End::Exhausted
        && !walk.open.is_zero()
        && let Some(outside) = listed.first_outside(taker.side, taker.limit, permitted)
    {
        // Where the bands end it, its money may have ended before.
        purse.reaches(outside);
    }
    purse.budget(&walk, taker.lots)
}
