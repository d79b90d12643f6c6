//! Buying in what was not delivered, at the best ask of all instruments that serve.

use super::Reference;
use super::accounts::Thing;
use super::aside::DAY;
use super::losses::To;
use super::orders::{Open, Waits};
use super::plan::Deed;
use unspent_model::{
    AddOrder, Cash, Event, Expiry, Fill, InstrumentId, Leg, Level, Lots, MovementKind, Opened, OrderId, OrderKind,
    Phase, Price, SelfTrade, SettlementId, SettlementState, SettlementStep, Side, TimeInForce, Timestamp, TradeId,
};

impl Reference {
    /// When it is too late to buy in.
    fn cutoff(&self, instrument: InstrumentId) -> Option<u64> {
        let symbol = self.at(instrument).spec.symbol;
        let Expiry::Month { year, month } = symbol.credit()?.expiry else { return None };
        let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let mut days: u64 = (1970..u64::from(year)).map(|year| if leap(year) { 366 } else { 365 }).sum();
        for number in 1..=month {
            days += match number {
                2 => 28 + u64::from(leap(u64::from(year))),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
        }
        Some((days - u64::from(self.terms().cutoff_days)) * DAY)
    }

    pub(super) fn buy_in(&mut self, id: SettlementId) {
        let at = self.at;
        let terms = *self.terms();
        let row = self.row(id);
        row.tries += 1;
        let (instrument, tries) = (row.instrument, row.tries);
        let cutoff = self.cutoff(instrument);
        let too_late = cutoff.is_some_and(|cutoff| at >= cutoff);
        if !too_late {
            self.cover(id);
        }
        let row = *self.row(id);
        let open = row.open().0;
        if open > 0 && !too_late && tries < terms.tries {
            let next = at + u64::from(terms.retry_seconds) * 1_000_000_000;
            self.row(id).due = Some(Timestamp(cutoff.map_or(next, |cutoff| next.min(cutoff))));
            self.tell_row(id, SettlementStep::Uncovered);
            return;
        }
        let failed = open + row.covered.0;
        let penalty = self.penalty(self.worth(instrument, row.price.0, failed));
        let whole = penalty * i128::from(open) / i128::from(failed);
        let split = penalty - whole;
        let buyers = split * i128::from(terms.penalty_buyer_bp) / 10_000;
        if open > 0 {
            self.refund(id, open);
        }
        self.charge(id, whole + buyers, To::Buyer, MovementKind::Penalty);
        self.charge(id, split - buyers, To::Fund, MovementKind::Penalty);
        self.free_bond(id);
        let row = self.row(id);
        (row.state, row.due) = (SettlementState::Compensated, None);
        if open == 0 {
            row.state = SettlementState::Covered;
        }
        self.tell_row(id, if open == 0 { SettlementStep::Closed } else { SettlementStep::Compensated });
    }

    /// Buys the best ask of all dominating instruments, again and again.
    fn cover(&mut self, id: SettlementId) {
        let mut barred: Vec<InstrumentId> = Vec::new();
        loop {
            let row = *self.row(id);
            let cap = i128::from(row.price.0) + i128::from(row.price.0) * i128::from(self.terms().cap_bp) / 10_000;
            let all = (0..self.listed.len() as u32).map(InstrumentId);
            let choices = all.filter(|it| !barred.contains(it) && self.phase(*it) == Phase::Continuous);
            let choices = choices.filter_map(|it| {
                let expiry = self.dominates(it, row.instrument)?;
                Some((self.queue(it, Side::Sell).first()?.price, it != row.instrument, expiry, it))
            });
            let Some((price, _, _, instrument)) = choices.min() else { return };
            if row.open().0 == 0 || i128::from(price) > cap {
                return;
            }
            let held = self.settling.live.iter().filter(|other| other.seller == row.seller && other.settlement != id);
            let held: i128 = held.map(|other| i128::from(other.held_back.0)).sum();
            let free = i128::from(self.cash(row.seller).available.0);
            let means = i128::from(row.bond.0) + free + held + self.settling.fund;
            let dearer = (i128::from(price) - i128::from(row.price.0)).max(0) * self.at(instrument).unit();
            let open = i128::from(row.open().0);
            let lots = if dearer == 0 { open } else { open.min(means / dearer) };
            if lots == 0 {
                return;
            }
            let terms = AddOrder {
                time_in_force: TimeInForce::Ioc,
                ..AddOrder::limit(row.buyer, instrument, Side::Buy, Price(price), Lots(lots as u32))
            };
            let order = self.taker(terms);
            let plan = self.plan_at_home(&order);
            let traded = plan.traded();
            if traded == 0 {
                barred.push(instrument);
                continue;
            }
            self.orders += 1;
            let order = OrderId(self.orders);
            let terms = AddOrder { lots: Lots(traded), ..terms };
            self.tell(Event::Opened(Opened { order, price: Price(price), terms }));
            let mut leaves = traded;
            for deed in plan.deeds {
                if let Deed::Fill { maker, price, lots } = deed {
                    leaves -= lots;
                    self.cover_fill(id, (order, Lots(leaves)), maker, price, lots);
                }
            }
            self.follow_up();
        }
    }

    fn taker(&self, terms: AddOrder) -> Open {
        let price = match terms.kind {
            OrderKind::Limit(price) => price.0,
            OrderKind::Market { .. } => unreachable!("a limit"),
        };
        Open {
            id: OrderId(0),
            terms: AddOrder { self_trade: SelfTrade::CancelNewest, ..terms },
            price,
            total: terms.lots.0,
            filled: 0,
            shown: 0,
            display: None,
            waits: Waits::No,
            fees: self.at(terms.instrument).fees(),
            exact_fee: 0,
            place: 0,
            expires: None,
            session: None,
            quote: false,
            group: None,
            level: Level::Custody,
            bond: 0,
            link: None,
            falls: Vec::new(),
            overdue: None,
        }
    }

    /// When an instrument ends that is as good as another, in the same units.
    fn dominates(&self, it: InstrumentId, other: InstrumentId) -> Option<Expiry> {
        let (mine, its) = (&self.at(it).spec, &self.at(other).spec);
        if it == other {
            return Some(mine.symbol.credit().map_or(Expiry::Perpetual, |credit| credit.expiry));
        }
        let (one, two) = (mine.symbol.credit()?, its.symbol.credit()?);
        let same = (one.provider, one.programme, one.face_dollars) == (two.provider, two.programme, two.face_dollars)
            && mine.unit_value() == its.unit_value()
            && (mine.price_decimals, mine.price_unit) == (its.price_decimals, its.price_unit);
        (same && one.expiry >= two.expiry).then_some(one.expiry)
    }

    fn cover_fill(&mut self, id: SettlementId, order: (OrderId, Lots), maker: OrderId, price: u32, lots: u32) {
        let row = *self.row(id);
        let mut ask = self.take_out(maker);
        let (seller, instrument) = (ask.terms.account, ask.terms.instrument);
        let notional = self.worth(instrument, price, lots);
        let before = ask.fee();
        ask.filled += lots;
        ask.shown -= lots;
        ask.exact_fee += notional * i128::from(ask.fees.maker);
        let fee = ask.fee() - before;
        self.trades += 1;
        let trade = TradeId(self.trades);
        let none = Cash(0);
        let fill = Fill {
            trade,
            instrument,
            taker_side: Side::Buy,
            auction: false,
            price: Price(price),
            lots: Lots(lots),
            maker: Leg {
                order: maker,
                account: seller,
                leaves: Lots(ask.leaves()),
                fee: Cash(fee as u64),
                hidden: Lots(0),
            },
            taker: Leg { order: order.0, account: row.buyer, leaves: order.1, fee: none, hidden: Lots(0) },
            across: None,
        };
        self.tell(Event::Fill(fill));
        self.keep_trade(fill, true);
        let sale = self.worth(row.instrument, row.price.0, lots);
        if notional > sale {
            // The ask may be of the seller that pays: its bond is not free.
            self.open.push(ask);
            assert_eq!(self.charge(id, notional - sale, To::BuyersEscrow, MovementKind::BoughtIn), 0);
            ask = self.take_out(maker);
        } else {
            self.escrow_by(row.buyer, sale - notional);
            self.fund_by(sale - notional);
            self.moved(row.buyer, MovementKind::BoughtIn, notional - sale, (instrument, 0), row.trade);
        }
        let open = row.open().0;
        let (buyers, sellers) = (Self::part(row.buyer_fee, lots, open), Self::part(row.seller_fee, lots, open));
        let kept = self.row(id);
        kept.covered = Lots(kept.covered.0 + lots);
        kept.escrow = Cash(kept.escrow.0 - sale as u64);
        kept.buyer_fee = Cash(kept.buyer_fee.0 - buyers as u64);
        kept.seller_fee = Cash(kept.seller_fee.0 - sellers as u64);
        self.write_off(&row, lots);
        let count = i64::from(lots);
        if ask.promised() {
            self.moved(row.buyer, MovementKind::Deferred, notional, (instrument, -count), trade);
            self.moved(seller, MovementKind::Deferred, fee - notional, (instrument, count), trade);
            self.begin(&mut ask, row.buyer, price, lots, (Cash(buyers as u64), Cash(fee as u64)));
        } else {
            self.escrow_by(row.buyer, notional);
            self.cash_by(seller, notional - fee);
            self.earned += fee;
            self.own(seller, instrument, -i128::from(lots));
            self.own(row.buyer, instrument, i128::from(lots));
            self.change(Thing::Lots(seller, instrument));
            self.change(Thing::Lots(row.buyer, instrument));
            self.earn(buyers);
            self.moved(row.buyer, MovementKind::BoughtIn, -buyers, (instrument, 0), row.trade);
        }
        self.tell_row(id, SettlementStep::Covered { trade, instrument, price: Price(price), lots: Lots(lots) });
        self.prints.push((instrument, price));
        let listed = self.at_mut(instrument);
        (listed.last, listed.anchor) = (Some(price), Some(price));
        self.count_fill(&ask, lots);
        if ask.leaves() > 0 {
            if ask.shown == 0 {
                self.refill(&mut ask);
            }
            self.open.push(ask);
        }
    }
}
