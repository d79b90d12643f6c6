//! Linked bids, by RULES.md §2.2: one list of them, and legs that are orders with nothing set aside.

use super::accounts::Thing;
use super::memory::Parts;
use super::orders::{Fees, Open, ceil};
use super::plan::Plan;
use super::{Answer, Reference, no};
use unspent_model::{
    AccountId, AddLinked, AddOrder, CancelReason, Cash, Event, InstrumentId, Linked, LinkedLeg, Lots, Opened,
    OrderAnswer, OrderId, OrderKind, OrderStatus, Phase, PostOnly, Price, Reject, Rejection, Reply, Side, TimeInForce,
    limits,
};

/// One order of a linked bid, or one that is about to be entered.
#[derive(Clone, Copy, Debug)]
struct Leg {
    order: OrderId,
    instrument: InstrumentId,
    price: u32,
    fees: Fees,
}

#[derive(Clone, Debug)]
pub struct Link {
    id: OrderId,
    pub account: AccountId,
    left: u32,
    /// The cents that it has set aside.
    pub purse: i128,
    legs: Vec<Leg>,
}

impl Reference {
    pub(super) fn add_linked(&mut self, bid: &AddLinked) -> Answer {
        let add = &bid.order;
        self.known(add.account)?;
        let parts = Parts::Legs(bid.others.clone());
        if let Some(answer) = self.recall(add, &parts) {
            return answer;
        }
        self.in_time(add.deadline)?;
        if let Some(session) = add.session {
            self.live(session, add.account)?;
        }
        let orders: Vec<AddOrder> = bid.legs().map(|leg| one_leg(add, leg)).collect();
        let arrival = self.check_linked(add, &orders)?;
        let id = OrderId(self.orders + 1);
        let legs: Vec<Leg> = (id.0..)
            .zip(bid.legs())
            .map(|(order, LinkedLeg { instrument, price })| {
                let fees = self.at(instrument).fees();
                Leg { order: OrderId(order), instrument, price: price.0, fees }
            })
            .collect();
        let mut link = Link { id, account: add.account, left: add.lots.0, purse: 0, legs };
        link.purse = self.costs(&link);
        if link.purse > i128::from(self.cash(add.account).available.0) {
            let available = Some(self.cash(add.account).available.0);
            return Err(Rejection { reject: Reject::InsufficientFunds, available });
        }
        self.accounts[add.account.0 as usize].arrival = arrival;
        self.change(Thing::Cash(add.account));
        self.links.push(link);
        let mut first = None;
        for (at, terms) in orders.into_iter().enumerate() {
            let Some(left) = self.links.iter().find(|link| link.id == id).map(|link| link.left) else { break };
            if left == 0 {
                break;
            }
            let terms = AddOrder { lots: Lots(left), cl_ord_id: add.cl_ord_id.filter(|_| at == 0), ..terms };
            let answer = self.enter_leg(&terms, id);
            first.get_or_insert(answer);
        }
        self.links.retain(|link| link.id != id || link.left > 0);
        let first = first.expect("one leg at least");
        let answer = match self.find(first.order).cloned() {
            Some(open) => self.answer(&open, open.leaves(), None),
            None if first.leaves.0 == 0 => first,
            None => OrderAnswer {
                status: OrderStatus::Canceled,
                leaves: Lots(0),
                canceled: Some(CancelReason::Linked),
                ..first
            },
        };
        self.remember(add, parts, answer);
        self.follow_up();
        Ok(Reply::Added(answer))
    }

    fn enter_leg(&mut self, terms: &AddOrder, link: OrderId) -> OrderAnswer {
        let mut order = self.draft(terms, &super::entry::Source::Order);
        self.orders += 1;
        (order.id, order.link) = (OrderId(self.orders), Some(link));
        let (account, instrument) = (terms.account, terms.instrument);
        self.tell(Event::Opened(Opened { order: order.id, price: Price(order.price), terms: *terms }));
        self.tell(Event::Linked(Linked { order: order.id, account, instrument, link }));
        let plan = if self.phase(instrument) == Phase::Continuous { self.plan(&order) } else { Plan::none() };
        self.execute(order, &plan)
    }

    /// Every check but the one of funds. When the account's next order would arrive.
    fn check_linked(&self, add: &AddOrder, legs: &[AddOrder]) -> Result<u64, Rejection> {
        for leg in legs {
            self.listed(leg.instrument)?;
        }
        for leg in legs {
            self.not_barred(leg.account, leg.instrument)?;
        }
        if legs.iter().any(|leg| !self.permits(leg.account, leg.instrument, Side::Buy)) {
            return no(Reject::PolicyForbids);
        }
        for leg in legs {
            self.check_shape(leg)?;
        }
        let plain = add.stop.is_none() && add.display.is_none() && add.min_lots.is_none();
        let stays = matches!(add.time_in_force, TimeInForce::Gtc | TimeInForce::Day | TimeInForce::Gtd(_));
        let limit = matches!(add.kind, OrderKind::Limit(_));
        if add.side != Side::Buy || add.post_only != PostOnly::No || !plain || !stays || !limit {
            return no(Reject::InvalidCombination);
        }
        let mut places: Vec<InstrumentId> = legs.iter().map(|leg| leg.instrument).collect();
        places.sort();
        places.dedup();
        let unit = |leg: &AddOrder| self.at(leg.instrument).unit();
        let even = legs.iter().all(|leg| unit(leg) == unit(add));
        if places.len() != legs.len() || !(2..=limits::LINKED_LEGS).contains(&legs.len()) || !even {
            return no(Reject::InvalidLegs);
        }
        if self.count_open(add.account) + legs.len() > self.account(add.account).limits.open_orders as usize {
            return no(Reject::TooManyOpenOrders);
        }
        let remembered = self.memory.iter().filter(|first| first.terms.account == add.account).count();
        if add.cl_ord_id.is_some() && remembered >= limits::CL_ORD_IDS_PER_ACCOUNT as usize {
            return no(Reject::TooManyClOrdIds);
        }
        let arrival = self.next_arrival(add.account)?;
        if let Some(Cash(bound)) = self.account(add.account).limits.open_notional {
            let open = self.open.iter().filter(|other| other.terms.account == add.account);
            let free = i128::from(bound) - open.map(|other| self.notional(other)).sum::<i128>();
            let drafts = legs.iter().map(|leg| self.draft(leg, &super::entry::Source::Order));
            if drafts.map(|draft| self.notional(&draft)).sum::<i128>() > free {
                let available = Some(free.max(0) as u64);
                return Err(Rejection { reject: Reject::NotionalLimit, available });
            }
        }
        if legs.iter().any(|leg| self.outside_entry_band(&self.draft(leg, &super::entry::Source::Order))) {
            return no(Reject::OutsideBand);
        }
        Ok(arrival)
    }

    /// The most that a linked bid can still cost: by its dearest leg, and a cent more for the rounding of each other one.
    fn costs(&self, link: &Link) -> i128 {
        if link.left == 0 || link.legs.is_empty() {
            return 0;
        }
        let one = |leg: &Leg| {
            let worth = self.worth(leg.instrument, leg.price, link.left);
            let Fees { maker, taker, auction } = leg.fees;
            worth + ceil(worth * i128::from(maker.max(taker).max(auction)))
        };
        link.legs.iter().map(one).max().unwrap_or(0) + link.legs.len() as i128 - 1
    }

    fn link(&self, id: OrderId) -> usize {
        self.links.iter().position(|link| link.id == id).expect("a leg's bid is there")
    }

    /// A leg has bought lots for so many cents.
    pub(super) fn pay_from_purse(&mut self, buyer: &Open, lots: u32, paid: i128) {
        let Some(id) = buyer.link else { return };
        let at = self.link(id);
        self.links[at].left -= lots;
        let needed = self.costs(&self.links[at]);
        let link = &mut self.links[at];
        link.purse = (link.purse - paid).min(needed);
        assert!(link.purse >= 0, "a linked bid paid more than it had set aside");
    }

    /// Self-trade prevention took lots from a leg.
    pub(super) fn leg_lost(&mut self, leg: &Open, lots: u32) {
        let Some(id) = leg.link else { return };
        let at = self.link(id);
        self.links[at].left -= lots;
        self.fit_purse(at);
        self.others_lose(leg, lots);
    }

    /// What one leg lost the others lose too.
    pub(super) fn others_lose(&mut self, one: &Open, lots: u32) {
        let Some(id) = one.link else { return };
        let others: Vec<OrderId> =
            self.links[self.link(id)].legs.iter().map(|leg| leg.order).filter(|&leg| leg != one.id).collect();
        for other in others {
            let Some(leaves) = self.find(other).map(Open::leaves) else { continue };
            if leaves == lots {
                self.pull(other, CancelReason::Linked);
                continue;
            }
            let mut leg = self.take_out(other);
            leg.total -= lots;
            leg.shown -= lots;
            self.tell_reduced(&leg, lots, true, CancelReason::Linked);
            self.open.push(leg);
        }
    }

    /// An order has ended: if it was a leg, its bid may need less.
    pub(super) fn end_leg(&mut self, order: &Open) {
        let Some(id) = order.link else { return };
        let at = self.link(id);
        self.links[at].legs.retain(|leg| leg.order != order.id);
        self.fit_purse(at);
        if self.links[at].legs.is_empty() {
            self.links.remove(at);
        }
    }

    fn fit_purse(&mut self, at: usize) {
        let needed = self.costs(&self.links[at]);
        let link = &mut self.links[at];
        if needed < link.purse {
            link.purse = needed;
            let account = link.account;
            self.change(Thing::Cash(account));
        }
    }

    /// What the account's linked bids have set aside.
    pub(super) fn purses(&self, account: AccountId) -> i128 {
        self.links.iter().filter(|link| link.account == account).map(|link| link.purse).sum()
    }
}

fn one_leg(add: &AddOrder, leg: LinkedLeg) -> AddOrder {
    AddOrder { instrument: leg.instrument, kind: OrderKind::Limit(leg.price), ..*add }
}
