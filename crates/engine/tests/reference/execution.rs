//! What an order does when it enters the book, and what follows from it.

use super::Reference;
use super::accounts::Thing;
use super::orders::Open;
use super::plan::{Deed, End, Plan};
use unspent_model::{
    Across, CancelReason, Cash, Event, Fill, InstrumentId, Leg, Lots, OrderAnswer, OrderStatus, Phase, PhaseReason,
    Price, Reduced, Refilled, Rested, Side, TradeId,
};

/// How two orders come to trade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    /// The taker met the maker.
    Taken,
    Uncross,
    /// Both rested, crossed across months.
    Sweep,
}

impl Reference {
    /// Carries out the plan, then rests what is left or cancels it.
    pub(super) fn execute(&mut self, mut order: Open, plan: &Plan) -> OrderAnswer {
        for deed in &plan.deeds {
            self.carry_out_deed(&mut order, *deed);
        }
        for deed in &plan.deeds {
            if let Deed::Breach { instrument, .. } = *deed {
                self.change_phase(instrument, Phase::VolatilityCall, PhaseReason::Volatility);
            }
        }
        let instrument = order.terms.instrument;
        let breach = matches!(plan.end, End::Band(_)) && order.leaves() > 0;
        if breach {
            self.change_phase(instrument, Phase::VolatilityCall, PhaseReason::Volatility);
        }
        let canceled = if plan.end == End::SelfTrade {
            Some(CancelReason::SelfTrade)
        } else if order.leaves() == 0 || order.rests() {
            None
        } else if breach {
            Some(CancelReason::Volatility)
        } else {
            Some(CancelReason::TimeInForce)
        };
        let leaves = if canceled.is_some() { 0 } else { order.leaves() };
        let answer = self.answer(&order, leaves, canceled);
        match canceled {
            Some(reason) => {
                order.shown = 0;
                self.tell_canceled(&order, reason);
                self.end_leg(&order);
                let needed = self.needs(&order);
                if needed > 0 {
                    self.change_for(&order, needed, order.bond);
                }
            }
            None if order.leaves() > 0 => {
                order.place = self.next_place();
                order.shown = order.slice();
                self.tell(Event::Rested(Rested {
                    order: order.id,
                    instrument,
                    side: order.terms.side,
                    price: Price(order.price),
                    leaves: Lots(order.leaves()),
                    shown: Lots(order.shown),
                }));
                self.open.push(order);
            }
            None => self.end_leg(&order),
        }
        answer
    }

    /// Where an order stands.
    pub(super) fn answer(&self, order: &Open, leaves: u32, canceled: Option<CancelReason>) -> OrderAnswer {
        let status = match (canceled, leaves, order.filled) {
            (Some(_), _, _) => OrderStatus::Canceled,
            (None, 0, _) => OrderStatus::Filled,
            (None, _, 0) => OrderStatus::Open,
            (None, _, _) => OrderStatus::PartiallyFilled,
        };
        OrderAnswer {
            order: order.id,
            cl_ord_id: order.terms.cl_ord_id,
            instrument: order.terms.instrument,
            status,
            cum: Lots(order.filled),
            leaves: Lots(leaves),
            canceled,
            seq: self.seq(),
            duplicate: false,
        }
    }

    /// What follows an execution: groups are pulled, stops are queued, and while the market is continuous, triggered.
    pub(super) fn follow_up(&mut self) {
        self.follow_fills();
        self.trigger_stops();
    }

    /// The part of it that does not wait for the continuous phase.
    pub(super) fn follow_fills(&mut self) {
        self.pull_tripped();
        let prints = std::mem::take(&mut self.prints);
        for instrument in (0..self.listed.len() as u32).map(InstrumentId) {
            let here: Vec<u32> = prints.iter().filter(|(at, _)| *at == instrument).map(|&(_, price)| price).collect();
            if let (Some(&lowest), Some(&highest)) = (here.iter().min(), here.iter().max()) {
                self.reach_stops(instrument, lowest, highest);
            }
        }
    }

    fn carry_out_deed(&mut self, order: &mut Open, deed: Deed) {
        match deed {
            Deed::Fill { maker, price, lots } => {
                let mut maker = self.take_out(maker);
                self.print(&mut maker, order, price, lots, Way::Taken);
                self.put_back(maker);
            }
            Deed::Breach { .. } => {}
            Deed::Cancel { maker } => _ = self.pull(maker, CancelReason::SelfTrade),
            Deed::Decrement { maker, lots } => {
                let mut maker = self.take_out(maker);
                let before = maker.clone();
                maker.total -= lots;
                maker.shown -= lots;
                maker.bond = self.bond_again(&before, &maker);
                if maker.link.is_none() {
                    self.change_for(&maker, i128::from(lots), before.bond - maker.bond);
                }
                self.tell_reduced(&maker, lots, true, CancelReason::SelfTrade);
                self.leg_lost(&maker, lots);
                if maker.leaves() == 0 {
                    self.tell_canceled(&maker, CancelReason::SelfTrade);
                }
                let needed = self.needs(order);
                let before = order.clone();
                order.total -= lots;
                order.bond = self.bond_again(&before, order);
                let less = needed - self.needs(order);
                if less != 0 {
                    self.change_for(order, less, before.bond - order.bond);
                }
                self.tell_reduced(order, lots, false, CancelReason::SelfTrade);
                self.leg_lost(order, lots);
                self.put_back(maker);
            }
        }
    }

    /// Puts a resting order back with lots taken; an iceberg that shows none shows its next slice.
    pub(super) fn put_back(&mut self, mut order: Open) {
        if order.leaves() == 0 {
            self.end_leg(&order);
            return;
        }
        if order.shown == 0 {
            self.refill(&mut order);
        }
        self.open.push(order);
    }

    pub(super) fn refill(&mut self, order: &mut Open) {
        order.shown = order.slice();
        order.place = self.next_place();
        self.tell(Event::Refilled(Refilled {
            order: order.id,
            instrument: order.terms.instrument,
            side: order.terms.side,
            price: Price(order.price),
            shown: Lots(order.shown),
            leaves: Lots(order.leaves()),
        }));
    }

    pub(super) fn tell_reduced(&mut self, order: &Open, lots: u32, resting: bool, reason: CancelReason) {
        self.tell(Event::Reduced(Reduced {
            order: order.id,
            account: order.terms.account,
            instrument: order.terms.instrument,
            side: order.terms.side,
            price: Price(order.price),
            lots: Lots(lots),
            leaves: Lots(order.leaves()),
            resting,
            reason,
        }));
    }

    /// A trade between two orders: money, lots, fees and what is said of it.
    pub(super) fn print(&mut self, maker: &mut Open, taker: &mut Open, price: u32, lots: u32, way: Way) {
        let auction = way == Way::Uncross;
        let (ask, bid) = if taker.terms.side == Side::Buy { (&*maker, &*taker) } else { (&*taker, &*maker) };
        let (instrument, bid) = (ask.terms.instrument, bid.terms.instrument);
        let across = (instrument != bid).then_some(Across { bid, swept: way == Way::Sweep });
        let notional = self.worth(instrument, price, lots);
        let mut legs = Vec::new();
        for (continuous, order) in [(maker.fees.maker, &mut *maker), (taker.fees.taker, &mut *taker)] {
            let rate = if auction { order.fees.auction } else { continuous };
            let before = order.fee();
            order.filled += lots;
            order.exact_fee += notional * i128::from(rate);
            let fee = Cash((order.fee() - before) as u64);
            let hidden = Lots(if auction { lots.saturating_sub(order.shown) } else { 0 });
            order.shown = order.shown.saturating_sub(lots);
            let (account, leaves) = (order.terms.account, Lots(order.leaves()));
            legs.push(Leg { order: order.id, account, leaves, fee, hidden });
        }
        let (maker_leg, taker_leg) = (legs[0], legs[1]);
        let taker_side = taker.terms.side;
        let (buyer, seller) = if taker_side == Side::Buy { (taker_leg, maker_leg) } else { (maker_leg, taker_leg) };
        let promised = if taker_side == Side::Buy { maker.promised() } else { taker.promised() };
        if !promised {
            let proceeds = notional - i128::from(seller.fee.0);
            self.accounts[buyer.account.0 as usize].cash -= notional + i128::from(buyer.fee.0);
            self.accounts[seller.account.0 as usize].cash += proceeds;
            self.earned += i128::from(buyer.fee.0) + i128::from(seller.fee.0);
            self.own(seller.account, instrument, -i128::from(lots));
            self.own(buyer.account, instrument, i128::from(lots));
            self.change(Thing::Cash(buyer.account));
            if proceeds > 0 {
                self.change(Thing::Cash(seller.account));
            }
            self.change(Thing::Lots(seller.account, instrument));
            self.change(Thing::Lots(buyer.account, instrument));
        }
        let bought = if taker_side == Side::Buy { &*taker } else { &*maker };
        self.pay_from_purse(&bought.clone(), lots, notional + i128::from(buyer.fee.0));
        self.trades += 1;
        let fill = Fill {
            trade: TradeId(self.trades),
            instrument,
            taker_side,
            auction,
            price: Price(price),
            lots: Lots(lots),
            maker: maker_leg,
            taker: taker_leg,
            across,
        };
        self.tell(Event::Fill(fill));
        self.keep_trade(fill, promised);
        if promised {
            let sold = if taker_side == Side::Buy { &mut *maker } else { &mut *taker };
            self.sell_promised(sold, buyer, seller, price, lots);
        }
        self.prints.push((instrument, price));
        let listed = self.at_mut(instrument);
        (listed.last, listed.anchor) = (Some(price), Some(price));
        // In an uncross the buy counts first, otherwise the maker.
        let (first, second) = if auction { (&*taker, &*maker) } else { (&*maker, &*taker) };
        self.count_fill(first, lots);
        self.count_fill(second, lots);
        let bought = if taker_side == Side::Buy { taker } else { maker };
        self.others_lose(bought, lots);
    }
}
