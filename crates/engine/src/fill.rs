//! What the book did to two orders is done to their records and their owners' balances.

use crate::engine::Engine;
use crate::execute::canceled_event;
use crate::fees::Fees;
use crate::orders::Order;
use crate::promises::Sold;
use unspent_book::Step;
use unspent_ledger::Settlement;
use unspent_model::{CancelReason, Cash, Event, Fill, Leg, Lots, OrderId, Price, Reduced, Refilled, Side, TradeId};

impl Engine {
    /// Frees what an order that ends has set aside.
    pub(crate) fn release(&mut self, order: &Order) {
        match order.side {
            Side::Buy => self.ledger.release_cash(order.account, order.reserved),
            Side::Sell if order.is_promised() => self.release_promised(order, order.leaves(), order.reserved),
            Side::Sell => self.ledger.release_lots(order.holding, order.leaves()),
        }
    }

    /// Carries out one step of an aggressor's walk.
    #[inline(always)]
    pub(crate) fn step(&mut self, taker: &mut Order, step: Step, events: &mut Vec<Event>) {
        if let Step::Fill { maker, price, lots, maker_leaves } = step {
            let record = self.orders.find(maker).expect("a resting order is open");
            self.fill(taker, record, price, lots, events);
            debug_assert_eq!(self.orders.get(record).leaves(), maker_leaves);
            if maker_leaves.is_zero() {
                self.close(record);
            }
        } else {
            self.step_without_fill(taker, step, events);
        }
    }

    /// Out of the way of fills, so that their path stays short.
    #[inline(never)]
    fn step_without_fill(&mut self, taker: &mut Order, step: Step, events: &mut Vec<Event>) {
        let record = self.orders.find(step.maker()).expect("a resting order is open");
        match step {
            Step::Fill { .. } => unreachable!("a fill is carried out by `step`"),
            Step::Refilled { maker, price, shown, leaves } => {
                let (instrument, side) = (self.orders.get(record).instrument, taker.side.opposite());
                events.push(Event::Refilled(Refilled { order: maker, instrument, side, price, shown, leaves }));
            }
            Step::MakerCanceled { shown, .. } => {
                let order = self.close(record);
                events.push(canceled_event(&order, CancelReason::SelfTrade, shown));
                self.release(&order);
            }
            Step::Decremented { lots, maker_leaves, .. } => {
                self.decrement_resting(record, lots, events);
                if maker_leaves.is_zero() {
                    let order = self.close(record);
                    events.push(canceled_event(&order, CancelReason::SelfTrade, Lots::ZERO));
                }
                let freed = self.decrement(taker, lots, false, events);
                self.free(taker, lots, freed);
                self.link_decremented(taker, lots, events);
            }
        }
    }

    /// Takes `lots` from a resting order without a trade.
    pub(crate) fn decrement_resting(&mut self, record: u32, lots: Lots, events: &mut Vec<Event>) {
        let mut order = *self.orders.get(record);
        let unit_value = self.listed[order.instrument.0 as usize].unit_value;
        let freed = self.decrement(&mut order, lots, true, events);
        self.orders.put_back(record, order, unit_value, &mut self.accounts);
        self.free(&order, lots, freed);
        self.link_decremented(&order, lots, events);
    }

    /// Takes `lots` from an order without a trade, tells so, and returns the cash that a buy needs no longer.
    fn decrement(&self, order: &mut Order, lots: Lots, resting: bool, events: &mut Vec<Event>) -> Cash {
        let before = *order;
        order.lots = order.lots - lots;
        let listed = &self.listed[order.instrument.0 as usize];
        let freed = match order.side {
            Side::Buy => {
                let fees = listed.fees[usize::from(order.fees)];
                let needed = needed(order, fees, listed.unit_value).min(order.reserved);
                let freed = order.reserved - needed;
                order.reserved = needed;
                freed
            }
            Side::Sell => {
                order.reserved = self.bond_again(&before, order);
                before.reserved - order.reserved
            }
        };
        events.push(Event::Reduced(Reduced {
            order: order.id,
            account: order.account,
            instrument: order.instrument,
            side: order.side,
            price: order.limit,
            lots,
            leaves: order.leaves(),
            resting,
            reason: CancelReason::SelfTrade,
        }));
        freed
    }

    /// Frees what `lots` that an order lost without a trade had set aside: `cash` for a buy, and of a bond.
    fn free(&mut self, order: &Order, lots: Lots, cash: Cash) {
        match order.side {
            Side::Buy => self.ledger.release_cash(order.account, cash),
            Side::Sell if order.is_promised() => self.release_promised(order, lots, cash),
            Side::Sell => self.ledger.release_lots(order.holding, lots),
        }
    }

    /// A taker trades with a resting order at its price.
    #[inline(always)]
    fn fill(&mut self, taker: &mut Order, record: u32, price: Price, lots: Lots, events: &mut Vec<Event>) {
        let listed = &self.listed[taker.instrument.0 as usize];
        let unit_value = listed.unit_value;
        let maker = self.orders.get_mut(record);
        let special = maker.more.is_special() || taker.more.is_special();
        if maker.instrument != taker.instrument || (special && self.is_of_link(taker, record)) {
            self.fill_apart(taker, record, price, lots, events);
            return;
        }
        let maker = self.orders.get_mut(record);
        let notional = price.notional(lots, unit_value).expect("an order's notional is bounded");
        let (maker_fees, taker_fees) = (listed.fees[usize::from(maker.fees)], listed.fees[usize::from(taker.fees)]);
        let maker_fee = maker.fee.charge(maker_fees.maker, notional);
        let taker_fee = taker.fee.charge(taker_fees.taker, notional);
        maker.cum = maker.cum + lots;
        taker.cum = taker.cum + lots;
        // It traded at its limit, which is what it counted for.
        let open_notional = &mut self.accounts.get_mut(maker.account).open_notional;
        *open_notional = *open_notional - notional;
        let (settlement, maker_more) = match taker.side {
            Side::Buy => {
                (settle(taker, maker, taker_fees, (taker_fee, maker_fee), lots, notional, unit_value), maker.more)
            }
            Side::Sell => {
                (settle(maker, taker, maker_fees, (maker_fee, taker_fee), lots, notional, unit_value), maker.more)
            }
        };
        let seller = if taker.side == Side::Buy { &mut *maker } else { &mut *taker };
        let promised = seller.is_promised().then(|| Sold::of(seller, lots));
        self.last_trade += 1;
        events.push(Event::Fill(Fill {
            trade: TradeId(self.last_trade),
            instrument: taker.instrument,
            taker_side: taker.side,
            auction: false,
            price,
            lots,
            maker: leg(maker, maker_fee, Lots::ZERO),
            taker: leg(taker, taker_fee, Lots::ZERO),
            across: None,
        }));
        match promised {
            None => {
                self.ledger.settle(&settlement);
                self.keep_trade(taker.instrument, price, &settlement);
            }
            Some(sold) => self.settle_later(&settlement, &sold, price, events),
        }
        if special {
            self.count_for_group(maker_more, lots);
            self.count_for_group(taker.more, lots);
        }
    }

    /// A bid trades with an ask in an uncross. Closes what is filled.
    pub(crate) fn fill_in_auction(
        &mut self,
        (bid, ask): (OrderId, OrderId),
        price: Price,
        lots: Lots,
        (bid_hidden, ask_hidden): (Lots, Lots),
        events: &mut Vec<Event>,
    ) {
        let bid_record = self.orders.find(bid).expect("a resting order is open");
        let ask_record = self.orders.find(ask).expect("a resting order is open");
        let (mut buy, mut sell) = (*self.orders.get(bid_record), *self.orders.get(ask_record));
        let listed = &self.listed[buy.instrument.0 as usize];
        let unit_value = listed.unit_value;
        let notional = price.notional(lots, unit_value).expect("an order's notional is bounded");
        let (buy_fees, sell_fees) = (listed.fees[usize::from(buy.fees)], listed.fees[usize::from(sell.fees)]);
        let buy_fee = buy.fee.charge(buy_fees.auction, notional);
        let sell_fee = sell.fee.charge(sell_fees.auction, notional);
        buy.cum = buy.cum + lots;
        sell.cum = sell.cum + lots;
        let link = self.lend(&mut buy);
        let mut settlement = settle(&mut buy, &mut sell, buy_fees, (buy_fee, sell_fee), lots, notional, unit_value);
        self.take_back(link, &mut buy, &mut settlement);
        let promised = sell.is_promised().then(|| Sold::of(&mut sell, lots));
        self.orders.put_back(bid_record, buy, unit_value, &mut self.accounts);
        self.orders.put_back(ask_record, sell, unit_value, &mut self.accounts);
        self.last_trade += 1;
        events.push(Event::Fill(Fill {
            trade: TradeId(self.last_trade),
            instrument: buy.instrument,
            taker_side: Side::Buy,
            auction: true,
            price,
            lots,
            maker: leg(&sell, sell_fee, ask_hidden),
            taker: leg(&buy, buy_fee, bid_hidden),
            across: None,
        }));
        match promised {
            None => {
                self.ledger.settle(&settlement);
                self.keep_trade(buy.instrument, price, &settlement);
            }
            Some(sold) => self.settle_later(&settlement, &sold, price, events),
        }
        self.count_for_group(buy.more, lots);
        self.count_for_group(sell.more, lots);
        if let Some(link) = link {
            self.lose_with(link, buy.id, lots, events);
        }
        for (record, order) in [(bid_record, &buy), (ask_record, &sell)] {
            if order.leaves().is_zero() {
                self.close(record);
            }
        }
    }
}

/// What moves for a fill. The buyer keeps aside what its leaves still need.
pub(crate) fn settle(
    buyer: &mut Order,
    seller: &mut Order,
    buyer_fees: Fees,
    (buyer_fee, seller_fee): (Cash, Cash),
    lots: Lots,
    notional: Cash,
    unit_value: Cash,
) -> Settlement {
    let remaining = buyer.reserved - notional - buyer_fee;
    // A market buy with a bound on money has set aside less than its limit would ask for.
    let needed = needed(buyer, buyer_fees, unit_value).min(remaining);
    buyer.reserved = needed;
    Settlement {
        buyer: buyer.account,
        seller: seller.account,
        delivers: seller.holding,
        receives: buyer.holding,
        lots,
        notional,
        buyer_fee,
        seller_fee,
        buyer_release: remaining - needed,
    }
}

/// What a buy needs for its leaves.
fn needed(order: &Order, fees: Fees, unit_value: Cash) -> Cash {
    order.required(fees, order.limit, order.leaves(), unit_value).expect("less than at entry")
}

pub(crate) fn leg(order: &Order, fee: Cash, hidden: Lots) -> Leg {
    Leg { order: order.id, account: order.account, leaves: order.leaves(), fee, hidden }
}
