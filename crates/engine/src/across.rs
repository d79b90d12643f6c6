//! An order meets the books of its family: a buy the asks of its month and later ones, a sell the bids of its month and
//! earlier ones; and the sweep that trades what an entry into the continuous phase finds crossed.

use crate::ahead::LOOK_AT;
use crate::engine::Engine;
use crate::execute::{Met, canceled_event};
use crate::family::{Kin, within};
use crate::fill::{leg, settle};
use crate::orders::Order;
use crate::promises::Sold;
use crate::terms::{Budget, Purse};
use unspent_book::{End, Preview, Resting, Step, Taker};
use unspent_ledger::Settlement;
use unspent_model::{
    Across, CancelReason, Cash, Event, FeeRate, Fill, InstrumentId, Lots, OwnerGroup, Phase, PhaseReason, Price,
    Refilled, SelfTrade, Side, TradeId,
};

/// What an execution printed in one instrument.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prints {
    pub instrument: InstrumentId,
    pub low: Price,
    pub high: Price,
    last: Price,
}

impl Prints {
    /// Trades of an instrument between two prices.
    pub fn between(instrument: InstrumentId, low: Price, high: Price) -> Prints {
        Prints { instrument, low, high, last: high }
    }
}

fn print(prints: &mut Vec<Prints>, instrument: InstrumentId, price: Price) {
    match prints.iter_mut().find(|prints| prints.instrument == instrument) {
        Some(prints) => {
            (prints.low, prints.high, prints.last) = (prints.low.min(price), prints.high.max(price), price);
        }
        None => prints.push(Prints { instrument, low: price, high: price, last: price }),
    }
}

/// The price that is not as far.
fn nearer(side: Side, one: Price, other: Price) -> Price {
    match side {
        Side::Buy => one.min(other),
        Side::Sell => one.max(other),
    }
}

impl Engine {
    fn kin(&self, instrument: InstrumentId) -> Kin {
        self.listed[instrument.0 as usize].kin.expect("a book with relatives has a place among them")
    }

    /// Lets an order trade with what it crosses in its own book and in those of its relatives.
    #[inline(never)]
    pub(crate) fn meet_relatives(
        &mut self,
        order: &mut Order,
        owner: OwnerGroup,
        budgeted: Option<Lots>,
        events: &mut Vec<Event>,
    ) -> Met {
        let Kin { family, place } = self.kin(order.instrument);
        let side = order.side;
        let mut open = budgeted.unwrap_or(order.leaves());
        let (mut met, mut out) = (Met::NOBODY, 0);
        let mut prints = std::mem::take(&mut self.prints);
        let mut breached = std::mem::take(&mut self.breached);
        while !open.is_zero() {
            let relatives = self.families.get(family);
            let Some((at, price)) = relatives.best(place, side, out) else { break };
            if !within(side, order.limit, price) {
                break;
            }
            let there = relatives.instrument(at);
            // Its own book goes first at a price, so it is walked as far as another's best; of another's one level.
            let mut up_to = price;
            if there == order.instrument {
                let other = relatives.best(place, side, out | 1 << at);
                up_to = other.map_or(order.limit, |(_, other)| nearer(side, other, order.limit));
            }
            let asks = if side == Side::Buy { there } else { order.instrument };
            let Some(up_to) = self.listed[asks.0 as usize].inside(side, price, up_to) else {
                breached.push(asks);
                if asks == order.instrument {
                    break;
                }
                out |= 1 << at;
                continue;
            };
            let taker = Taker { side, limit: up_to, lots: open, owner, self_trade: order.self_trade };
            let mut steps = std::mem::take(&mut self.steps);
            (open, met.end) = self.listed[there.0 as usize].book.take(&taker, |step| steps.push(step));
            self.note_best(there, side.opposite());
            for (at, &step) in steps.iter().enumerate() {
                if let Some(ahead) = steps.get(at + LOOK_AT) {
                    self.look_at(ahead.maker());
                }
                if let Step::Fill { price, .. } = step {
                    print(&mut prints, asks, price);
                }
                if !matches!(step, Step::Refilled { .. }) {
                    met.decremented = matches!(step, Step::Decremented { .. });
                }
                self.step(order, step, events);
            }
            steps.clear();
            self.steps = steps;
            if met.end == End::SelfTrade {
                break;
            }
        }
        met.breached = breached.contains(&order.instrument);
        let own = prints.iter().find(|prints| prints.instrument == order.instrument);
        met.traded = own.map(|prints| (prints.low, prints.high));
        self.note_prints(&mut prints, Some(order.instrument));
        self.prints = prints;
        for instrument in breached.drain(..) {
            self.change_phase(instrument, Phase::VolatilityCall, PhaseReason::Volatility, events);
        }
        self.breached = breached;
        met
    }

    /// Moves last trades and anchors to what was printed, and notes where stops may be reached: but for `own`, which whoever
    /// executes sees to.
    fn note_prints(&mut self, prints: &mut Vec<Prints>, own: Option<InstrumentId>) {
        for prints in prints.drain(..) {
            let listed = &mut self.listed[prints.instrument.0 as usize];
            (listed.last, listed.anchor) = (Some(prints.last), Some(prints.last));
            if Some(prints.instrument) != own {
                self.reach(prints);
            }
        }
    }

    /// Notes what stops may be reached by once the command's executions are over.
    pub(crate) fn reach(&mut self, prints: Prints) {
        if self.listed[prints.instrument.0 as usize].stops.len() == 0 {
            return;
        }
        match self.reached.iter_mut().find(|reached| reached.instrument == prints.instrument) {
            Some(reached) => {
                (reached.low, reached.high) = (reached.low.min(prints.low), reached.high.max(prints.high));
            }
            None => self.reached.push(prints),
        }
    }

    /// What a taker would trade across months: `each` as of [`unspent_book::Book::preview`], and `outside` hears of each
    /// level that a band keeps it from and answers whether it would go on.
    fn preview_relatives(
        &self,
        instrument: InstrumentId,
        taker: &Taker,
        mut each: impl FnMut(Price, Lots) -> Lots,
        mut outside: impl FnMut(Price) -> bool,
    ) -> Preview {
        let Kin { family, place } = self.kin(instrument);
        let relatives = self.families.get(family);
        let mut walk = relatives.walk(place, taker.side);
        let mut preview = Preview::of(taker);
        let mut met = Vec::new();
        while let Some((at, price)) = walk.first() {
            if preview.open.is_zero() || !within(taker.side, taker.limit, price) {
                break;
            }
            let there = relatives.instrument(at);
            let asks = if taker.side == Side::Buy { there } else { instrument };
            if self.listed[asks.0 as usize].inside(taker.side, price, price).is_none() {
                if !outside(price) || asks == instrument {
                    break;
                }
                walk.set(at, None);
                continue;
            }
            let book = &self.listed[there.0 as usize].book;
            let goes_on = if self.links.is_empty() {
                book.preview_level(taker, price, &mut preview, |_| false, &mut each)
            } else {
                book.preview_level(
                    taker,
                    price,
                    &mut preview,
                    |order| self.has_bought(order, taker, &mut met),
                    &mut each,
                )
            };
            if !goes_on {
                break;
            }
            walk.set(at, book.after(taker.side.opposite(), price));
        }
        preview
    }

    /// The lots that an aggressor would trade now, inside the bands.
    pub(crate) fn tradable(&self, instrument: InstrumentId, taker: &Taker) -> Lots {
        let listed = &self.listed[instrument.0 as usize];
        if listed.related {
            return self.preview_relatives(instrument, taker, |_, lots| lots, |_| true).traded;
        }
        listed.tradable(taker)
    }

    /// As [`crate::terms::spendable`], across months.
    pub(crate) fn spendable(&self, instrument: InstrumentId, max_total: Cash, rate: FeeRate, taker: &Taker) -> Budget {
        let listed = &self.listed[instrument.0 as usize];
        if !listed.related {
            return crate::terms::spendable(listed, max_total, rate, taker);
        }
        let purse = std::cell::RefCell::new(Purse::new(max_total, rate, listed.unit_value));
        let walk = self.preview_relatives(
            instrument,
            taker,
            |price, lots| purse.borrow_mut().pay(price, lots),
            |price| purse.borrow_mut().reaches(price),
        );
        purse.into_inner().budget(&walk, taker.lots)
    }

    /// A trade across months, or of a linked bid's leg: of a taker with an order that rests, or in a sweep of two that do. Both
    /// copies are put back by the caller.
    fn trade_apart(
        &mut self,
        maker: &mut Order,
        taker: &mut Order,
        price: Price,
        lots: Lots,
        swept: bool,
        events: &mut Vec<Event>,
    ) {
        let [maker_at, taker_at] = [&*maker, &*taker].map(|order| &self.listed[order.instrument.0 as usize]);
        let unit_value = taker_at.unit_value;
        let (maker_fees, taker_fees) = (maker_at.fees[usize::from(maker.fees)], taker_at.fees[usize::from(taker.fees)]);
        let notional = price.notional(lots, unit_value).expect("an order's notional is bounded");
        let maker_fee = maker.fee.charge(maker_fees.maker, notional);
        let taker_fee = taker.fee.charge(taker_fees.taker, notional);
        maker.cum = maker.cum + lots;
        taker.cum = taker.cum + lots;
        let taker_side = taker.side;
        let (buyer, buyer_fees, seller, paid) = match taker_side {
            Side::Buy => (&mut *taker, taker_fees, &mut *maker, (taker_fee, maker_fee)),
            Side::Sell => (&mut *maker, maker_fees, &mut *taker, (maker_fee, taker_fee)),
        };
        let (instrument, bid) = (seller.instrument, buyer.instrument);
        // The buyer receives the later credit.
        let receives = self.ledger.holding(buyer.account, instrument);
        let (link, buying) = (self.lend(buyer), buyer.id);
        let mut settlement = settle(buyer, seller, buyer_fees, paid, lots, notional, unit_value);
        self.take_back(link, buyer, &mut settlement);
        let promised = seller.is_promised().then(|| Sold::of(seller, lots));
        self.last_trade += 1;
        events.push(Event::Fill(Fill {
            trade: TradeId(self.last_trade),
            instrument,
            taker_side,
            auction: false,
            price,
            lots,
            maker: leg(maker, maker_fee, Lots::ZERO),
            taker: leg(taker, taker_fee, Lots::ZERO),
            across: (instrument != bid).then_some(Across { bid, swept }),
        }));
        let settlement = Settlement { receives, ..settlement };
        match promised {
            None => {
                self.ledger.settle(&settlement);
                self.keep_trade(instrument, price, &settlement);
            }
            Some(sold) => self.settle_later(&settlement, &sold, price, events),
        }
        self.count_for_group(maker.more, lots);
        self.count_for_group(taker.more, lots);
        if let Some(link) = link {
            self.lose_with(link, buying, lots, events);
        }
    }

    /// A taker trades with a resting order at its price: one of another month, or a linked bid's leg on either side.
    #[inline(never)]
    pub(crate) fn fill_apart(
        &mut self,
        taker: &mut Order,
        record: u32,
        price: Price,
        lots: Lots,
        events: &mut Vec<Event>,
    ) {
        let mut maker = *self.orders.get(record);
        self.trade_apart(&mut maker, taker, price, lots, false, events);
        self.keep(record, maker);
    }

    fn keep(&mut self, record: u32, order: Order) {
        let unit_value = self.listed[order.instrument.0 as usize].unit_value;
        self.orders.put_back(record, order, unit_value, &mut self.accounts);
    }

    /// Trades what is crossed across months since a book takes part: `entered`, for this reason.
    pub(crate) fn sweep(&mut self, entered: InstrumentId, reason: PhaseReason, events: &mut Vec<Event>) {
        let Kin { family, .. } = self.kin(entered);
        let mut out = 0;
        let mut prints = std::mem::take(&mut self.prints);
        let mut breached = std::mem::take(&mut self.breached);
        while let Some((bid, ask)) = self.families.get(family).crossed(out) {
            let relatives = self.families.get(family);
            let (buys, sells) = (relatives.instrument(bid), relatives.instrument(ask));
            let front = |instrument: InstrumentId, side| {
                self.listed[instrument.0 as usize].book.front(side).expect("a book with a best price")
            };
            let (bid, offer) = (front(buys, Side::Buy), front(sells, Side::Sell));
            let (older, younger) = if bid.id < offer.id { (bid, offer) } else { (offer, bid) };
            if self.listed[sells.0 as usize].inside(Side::Buy, older.price, older.price).is_none() {
                breached.push(sells);
                out |= 1 << ask;
                continue;
            }
            if bid.owner == offer.owner {
                self.prevent(&older, &younger, events);
            } else {
                print(&mut prints, sells, older.price);
                self.strike(&older, &younger, events);
            }
            self.note_best(buys, Side::Buy);
            self.note_best(sells, Side::Sell);
        }
        self.note_prints(&mut prints, None);
        self.prints = prints;
        for instrument in breached.drain(..) {
            // The call that it comes from led here: another would too.
            let again = instrument == entered && reason == PhaseReason::CallEnded;
            let (phase, why) = if again {
                (Phase::Halted, PhaseReason::Unresolved)
            } else {
                (Phase::VolatilityCall, PhaseReason::Volatility)
            };
            self.change_phase(instrument, phase, why, events);
        }
        self.breached = breached;
    }

    /// Two resting orders trade what both show, at the older one's price.
    fn strike(&mut self, older: &Resting, younger: &Resting, events: &mut Vec<Event>) {
        let lots = older.shown.min(younger.shown);
        let records = [older, younger].map(|it| self.orders.find(it.id).expect("a resting order is open"));
        let [mut maker, mut taker] = records.map(|record| *self.orders.get(record));
        self.trade_apart(&mut maker, &mut taker, older.price, lots, true, events);
        for (record, order) in records.into_iter().zip([maker, taker]) {
            self.keep(record, order);
            let refilled = self.take_front(&order, lots);
            if order.leaves().is_zero() {
                self.close(record);
            }
            events.extend(refilled.map(Event::Refilled));
        }
    }

    /// Two resting orders of one owner group do not trade: what the younger one asked for happens instead.
    fn prevent(&mut self, older: &Resting, younger: &Resting, events: &mut Vec<Event>) {
        let [old, young] = [older, younger].map(|it| self.orders.find(it.id).expect("a resting order is open"));
        match self.orders.get(young).self_trade {
            SelfTrade::CancelNewest => _ = self.cancel_open(young, CancelReason::SelfTrade, events),
            SelfTrade::CancelOldest => _ = self.cancel_open(old, CancelReason::SelfTrade, events),
            SelfTrade::CancelBoth => {
                self.cancel_open(old, CancelReason::SelfTrade, events);
                self.cancel_open(young, CancelReason::SelfTrade, events);
            }
            SelfTrade::Decrement => {
                let lots = older.shown.min(younger.shown);
                let mut refilled = [None; 2];
                for (record, refilled) in [old, young].into_iter().zip(&mut refilled) {
                    let order = *self.orders.get(record);
                    *refilled = self.take_front(&order, lots);
                    self.decrement_resting(record, lots, events);
                    if self.orders.get(record).leaves().is_zero() {
                        let order = self.close(record);
                        events.push(canceled_event(&order, CancelReason::SelfTrade, Lots::ZERO));
                    }
                }
                events.extend(refilled.into_iter().flatten().map(Event::Refilled));
            }
        }
    }

    /// Takes lots that the first order of a book shows out of it; an iceberg that shows none then shows its next slice.
    fn take_front(&mut self, order: &Order, lots: Lots) -> Option<Refilled> {
        let book = &mut self.listed[order.instrument.0 as usize].book;
        let front = book.front(order.side).expect("the order is the first");
        assert_eq!(front.id, order.id, "another order is the first");
        // Whoever it is, it is not of the same owner group.
        let owner = OwnerGroup(!front.owner.0);
        let side = order.side.opposite();
        let taker = Taker { side, limit: front.price, lots, owner, self_trade: SelfTrade::CancelNewest };
        let mut refilled = None;
        book.take(&taker, |step| {
            if let Step::Refilled { shown, leaves, .. } = step {
                let (instrument, price) = (order.instrument, front.price);
                refilled = Some(Refilled { order: order.id, instrument, side: order.side, price, shown, leaves });
            }
        });
        refilled
    }
}
