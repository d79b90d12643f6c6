//! The venue buys in what a seller has not delivered: from the best asks of every instrument that is as good.

use crate::engine::Engine;
use crate::promises::{Sold, share};
use crate::settle::{Sale, moved};
use unspent_book::{End, Step, Taker};
use unspent_ledger::Purse;
use unspent_model::{
    AddOrder, Cash, Event, Expiry, Fill, InstrumentId, Leg, Lots, MovementKind, Opened, OrderId, Phase, Price,
    Refilled, SelfTrade, Settlement, SettlementStep, Side, Symbol, TimeInForce, TradeId,
};

/// One fill of what is bought in.
struct Bought {
    order: OrderId,
    instrument: InstrumentId,
    maker: OrderId,
    price: Price,
    lots: Lots,
    /// What the order has open after it.
    leaves: Lots,
}

impl Engine {
    /// Buys in what it can of what is open: at the best ask of any instrument that dominates the one sold (the same
    /// programme and face, ending no sooner), the one sold first at one price, then the one that ends first; at most at the
    /// sale's price and the cap, and only as long as somebody can pay the difference.
    pub(crate) fn cover(&mut self, it: &mut Settlement, events: &mut Vec<Event>) {
        let mut family = self.dominating(it.instrument);
        let cap_bp = u64::from(self.settlements.terms.cap_bp);
        let cap = u64::from(it.price.0) + u64::from(it.price.0) * cap_bp / 10_000;
        while !it.open().is_zero() {
            let best = family.iter().filter_map(|&(expiry, instrument)| {
                let listed = &self.listed[instrument.0 as usize];
                let (price, _) = listed.book.best(Side::Sell).filter(|_| listed.phase == Phase::Continuous)?;
                Some((price, instrument != it.instrument, expiry, instrument))
            });
            let Some((price, _, _, instrument)) = best.min() else { return };
            if u64::from(price.0) > cap {
                return;
            }
            let within_bands = self.listed[instrument.0 as usize].permitted(Side::Buy, price) == Some(price);
            let lots = self.payable(it, instrument, price);
            if lots.is_zero() {
                return;
            }
            // What its bands or its buyer's own orders bar stays out of this try.
            if !within_bands || !self.cover_at(it, (instrument, price, lots), events) {
                family.retain(|&(_, other)| other != instrument);
            }
        }
    }

    /// The instruments that are as good as this one, with when they end; this one among them. Comparable are those with the
    /// same units.
    fn dominating(&self, instrument: InstrumentId) -> Vec<(Expiry, InstrumentId)> {
        let spec = &self.listed[instrument.0 as usize].spec;
        let Some(credit) = spec.symbol.credit() else { return vec![(Expiry::Perpetual, instrument)] };
        let text = spec.symbol.as_str();
        let family = &text[..=text.rfind('-').expect("a credit's symbol has four parts")];
        let first = Symbol::parse(family).expect("a part of a symbol");
        let units = |spec: &unspent_model::Instrument| (spec.unit_value(), spec.price_decimals, spec.price_unit);
        let members = self.symbols.range(first..).take_while(|(symbol, _)| symbol.as_str().starts_with(family));
        members
            .filter_map(|(symbol, &id)| {
                let expiry = symbol.credit()?.expiry;
                let same = units(&self.listed[id.0 as usize].spec) == units(spec);
                (expiry >= credit.expiry && same).then_some((expiry, id))
            })
            .collect()
    }

    /// How many of the open lots can be paid at a price.
    fn payable(&self, it: &Settlement, instrument: InstrumentId, price: Price) -> Lots {
        let unit_value = self.listed[instrument.0 as usize].unit_value;
        let dearer = u64::from(price.0.saturating_sub(it.price.0)) * unit_value.0;
        if dearer == 0 {
            return it.open();
        }
        let lots = self.means(it).0 / dearer;
        Lots(u32::try_from(lots).unwrap_or(u32::MAX)).min(it.open())
    }

    /// Takes up to so many lots at the best ask, which is at this price. `false` when the buyer's own owner group stands in
    /// the way.
    fn cover_at(
        &mut self,
        it: &mut Settlement,
        (instrument, price, lots): (InstrumentId, Price, Lots),
        events: &mut Vec<Event>,
    ) -> bool {
        let owner = self.accounts.get(it.buyer).expect("a party's account is open").group;
        let taker = Taker { side: Side::Buy, limit: price, lots, owner, self_trade: SelfTrade::CancelNewest };
        let listed = &mut self.listed[instrument.0 as usize];
        let tradable = listed.book.preview(&taker, |_, lots| lots);
        if tradable.is_zero() {
            return false;
        }
        self.last_order = OrderId(self.last_order.0 + 1);
        let order = self.last_order;
        let terms = AddOrder {
            time_in_force: TimeInForce::Ioc,
            ..AddOrder::limit(it.buyer, instrument, Side::Buy, price, tradable)
        };
        events.push(Event::Opened(Opened { order, price, terms }));
        let mut steps = std::mem::take(&mut self.steps);
        let (_, end) = listed.book.take(&Taker { lots: tradable, ..taker }, |step| steps.push(step));
        self.note_best(instrument, Side::Sell);
        let mut leaves = tradable;
        for &step in &steps {
            match step {
                Step::Fill { maker, price, lots, maker_leaves } => {
                    leaves = leaves - lots;
                    let bought = Bought { order, instrument, maker, price, lots, leaves };
                    self.cover_fill(it, &bought, maker_leaves, events);
                }
                Step::Refilled { maker, price, shown, leaves } => {
                    let side = Side::Sell;
                    events.push(Event::Refilled(Refilled { order: maker, instrument, side, price, shown, leaves }));
                }
                Step::MakerCanceled { .. } | Step::Decremented { .. } => {
                    unreachable!("the newest is cancelled, and it ends before")
                }
            }
        }
        steps.clear();
        self.steps = steps;
        let listed = &mut self.listed[instrument.0 as usize];
        (listed.last, listed.anchor) = (Some(price), Some(price));
        self.settlements.put(*it);
        self.settle_down(instrument, Some((price, price)), events);
        end != End::SelfTrade
    }

    fn cover_fill(&mut self, it: &mut Settlement, bought: &Bought, maker_leaves: Lots, events: &mut Vec<Event>) {
        let &Bought { order, instrument, maker, price, lots, leaves } = bought;
        let record = self.orders.find(maker).expect("a resting order is open");
        let listed = &self.listed[instrument.0 as usize];
        let notional = price.notional(lots, listed.unit_value).expect("an order's notional is bounded");
        let ask = self.orders.get_mut(record);
        let seller_fee = ask.fee.charge(listed.fees[usize::from(ask.fees)].maker, notional);
        ask.cum = ask.cum + lots;
        let (seller, delivers, more) = (ask.account, ask.holding, ask.more);
        let maker_leg =
            Leg { order: maker, account: seller, leaves: ask.leaves(), fee: seller_fee, hidden: Lots::ZERO };
        let sold = ask.is_promised().then(|| Sold::of(ask, lots));
        let open_notional = &mut self.accounts.get_mut(seller).open_notional;
        *open_notional = *open_notional - notional;
        self.last_trade += 1;
        let trade = TradeId(self.last_trade);
        events.push(Event::Fill(Fill {
            trade,
            instrument,
            taker_side: Side::Buy,
            auction: false,
            price,
            lots,
            maker: maker_leg,
            taker: Leg { order, account: it.buyer, leaves, fee: Cash::ZERO, hidden: Lots::ZERO },
            across: None,
        }));

        // The seller that failed pays what is missing in the buyer's escrow; what is over goes to the fund.
        let (sale, open) = (self.sale_of(it, lots), it.open());
        let escrow = Purse::Escrow(it.buyer);
        let none = (instrument, 0);
        if notional > sale {
            let owed = self.charge(it, notional - sale, escrow, MovementKind::BoughtIn, events);
            assert_eq!(owed, Cash::ZERO, "bought in beyond what can be paid");
        } else {
            self.ledger.shift(escrow, Purse::Fund, sale - notional);
            let over = i128::from((sale - notional).0);
            moved(it.buyer, MovementKind::BoughtIn, -over, none, it.trade, events);
        }
        let buyer_fee = share(it.buyer_fee, lots, open);
        it.buyer_fee = it.buyer_fee - buyer_fee;
        it.seller_fee = it.seller_fee - share(it.seller_fee, lots, open);
        it.escrow = it.escrow - sale;
        it.covered = it.covered + lots;
        self.write_off(it, lots, events);
        let bought = Sale { buyer: it.buyer, instrument, price, lots, notional, buyer_fee, seller_fee };
        self.keep_later(seller, &bought);
        match sold {
            None => {
                self.ledger.shift(escrow, Purse::Available(seller), notional - seller_fee);
                self.ledger.shift(escrow, Purse::Fees, seller_fee);
                let receives = self.ledger.holding(it.buyer, instrument);
                self.ledger.hand_over(delivers, receives, lots);
                self.earn(escrow, buyer_fee);
                moved(it.buyer, MovementKind::BoughtIn, -i128::from(buyer_fee.0), none, it.trade, events);
            }
            Some(sold) => {
                let (paid, proceeds) = (i128::from(notional.0), i128::from((notional - seller_fee).0));
                let amount = i64::from(lots.0);
                moved(it.buyer, MovementKind::Deferred, paid, (instrument, -amount), trade, events);
                moved(seller, MovementKind::Deferred, -proceeds, (instrument, amount), trade, events);
                self.begin(&bought, &sold, events);
            }
        }
        self.tell_step(*it, SettlementStep::Covered { trade, instrument, price, lots }, events);
        if more.is_special() {
            self.count_for_group(more, lots);
        }
        if maker_leaves.is_zero() {
            self.close(record);
        }
    }
}
