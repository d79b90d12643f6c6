//! Linked bids: a buy in each of several instruments, and one quantity for all.
//!
//! # Invariants
//! - The open legs of a linked bid have the same leaves. What one of them loses, by a fill or to self-trade prevention, the others
//!   lose with it, before anything else meets them.
//! - A leg has set nothing aside: the link has, for whichever of its legs would cost the most.
//! - A link is there as long as one of its legs is open, or is about to be.
//!
//! # Not here
//! An amend of a leg: it is refused but for one that cancels what is left.

use crate::across::Prints;
use crate::add::Decided;
use crate::engine::Engine;
use crate::fees::Fees;
use crate::listed::Listed;
use crate::orders::{Order, Special};
use std::collections::BTreeMap;
use unspent_book::Taker;
use unspent_ledger::Settlement;
use unspent_model::{
    AccountId, AddLinked, AddOrder, CancelReason, Cash, Event, InstrumentId, Level, LinkFact, LinkedLeg, Lots,
    OrderAnswer, OrderId, OrderKind, OrderStatus, PostOnly, Price, Reduced, Reject, Rejection, Reply, SelfTrade, Side,
    TimeInForce, limits,
};

/// A leg that is open, or about to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Leg {
    order: OrderId,
    instrument: InstrumentId,
    limit: Price,
    fees: Fees,
}

/// A linked bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub account: AccountId,
    /// Lots that it still buys.
    pub leaves: Lots,
    /// What it has set aside.
    pub purse: Cash,
    /// Ascending by order.
    legs: Vec<Leg>,
}

impl Link {
    /// What its legs can cost at most: the dearest buys everything, and each but one rounds its fee up once more.
    fn needs(&self, unit_value: Cash) -> Cash {
        needs(self.legs.iter().map(|leg| (leg.limit, leg.fees)), self.leaves, unit_value).expect("less than at entry")
    }

    /// Its legs' orders, ascending.
    pub fn legs(&self) -> impl Iterator<Item = OrderId> + '_ {
        self.legs.iter().map(|leg| leg.order)
    }
}

fn needs(legs: impl ExactSizeIterator<Item = (Price, Fees)>, leaves: Lots, unit_value: Cash) -> Option<Cash> {
    if leaves.is_zero() {
        return Some(Cash::ZERO);
    }
    let roundings = Cash((legs.len() as u64).saturating_sub(1));
    let costs = legs.map(|(limit, fees)| fees.required(Default::default(), limit, leaves, unit_value));
    costs.collect::<Option<Vec<Cash>>>()?.into_iter().max().unwrap_or_default().checked_add(roundings)
}

/// All linked bids of which legs are open, by their first legs' ids.
pub(crate) type Links = BTreeMap<OrderId, Link>;

/// The order that a leg is.
fn leg_order(bid: &AddLinked, at: usize, leg: LinkedLeg, lots: Lots) -> AddOrder {
    let cl_ord_id = bid.order.cl_ord_id.filter(|_| at == 0);
    AddOrder { instrument: leg.instrument, kind: OrderKind::Limit(leg.price), lots, cl_ord_id, ..bid.order }
}

/// Whether a linked bid is a plain buy limit that rests.
fn is_plain_bid(add: &AddOrder) -> bool {
    let stays = matches!(add.time_in_force, TimeInForce::Gtc | TimeInForce::Day | TimeInForce::Gtd(_));
    let bare = add.stop.is_none() && add.display.is_none() && add.min_lots.is_none();
    add.side == Side::Buy && stays && bare && add.post_only == PostOnly::No && matches!(add.kind, OrderKind::Limit(_))
}

impl Engine {
    pub(crate) fn add_linked(&mut self, bid: &AddLinked, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        let add = &bid.order;
        self.known(add.account)?;
        let digest = bid.digest();
        if let Some(reply) = self.first_answer(add, digest, events)? {
            return Ok(reply);
        }
        let purse = self.judge_linked(bid)?;

        // Decided. From here on everything succeeds.
        self.arrived(add.account);
        let opened = events.len();
        let link = OrderId(self.last_order.0 + 1);
        let legs = bid.legs().enumerate().map(|(at, LinkedLeg { instrument, price: limit })| {
            let (_, fees) = self.listed[instrument.0 as usize].fees_now;
            Leg { order: OrderId(link.0 + at as u64), instrument, limit, fees }
        });
        let legs = legs.collect();
        self.ledger.reserve_cash(add.account, purse);
        self.links.insert(link, Link { account: add.account, leaves: add.lots, purse, legs });
        let mut first = None;
        for (at, leg) in bid.legs().enumerate() {
            let Some(leaves) = self.links.get(&link).map(|link| link.leaves).filter(|leaves| !leaves.is_zero()) else {
                break;
            };
            let order = leg_order(bid, at, leg, leaves);
            let expires = self.expiry(add.time_in_force);
            let special = Special {
                time_in_force: add.time_in_force,
                expires,
                session: add.session,
                link: Some(link),
                ..Special::PLAIN
            };
            let decided = Decided { limit: leg.price, reserved: Cash::ZERO, level: Level::Custody, budget: None };
            let (answer, _, traded) = self.open(&order, &decided, Some(special), events);
            first.get_or_insert(answer);
            if let Some((low, high)) = traded {
                self.reach(Prints::between(leg.instrument, low, high));
            }
        }
        // Those that were not entered, because nothing was left for them, end with the link.
        self.links.retain(|&it, held| it != link || !held.leaves.is_zero());
        let answer = self.stands_now(first.expect("the first leg is always entered"));
        if add.cl_ord_id.is_some() {
            let record = self.orders.find(answer.order);
            self.remember_answer(add, digest, answer, record, &events[opened..]);
        }
        self.settle_down(add.instrument, None, events);
        Ok(Reply::Added(answer))
    }

    /// Where a first leg stands once all legs were entered.
    fn stands_now(&self, first: OrderAnswer) -> OrderAnswer {
        if first.leaves.is_zero() {
            return first;
        }
        match self.orders.find(first.order) {
            Some(record) => OrderAnswer { cl_ord_id: first.cl_ord_id, ..self.answer(self.orders.get(record)) },
            None => OrderAnswer {
                status: OrderStatus::Canceled,
                leaves: Lots::ZERO,
                canceled: Some(CancelReason::Linked),
                ..first
            },
        }
    }

    /// Every check of a new linked bid of a known account, whose client order id is new. What it sets aside.
    pub(crate) fn judge_linked(&self, bid: &AddLinked) -> Result<Cash, Rejection> {
        let add = &bid.order;
        self.in_time(add.deadline)?;
        if let Some(session) = add.session {
            self.live(session, add.account)?;
        }
        let legs: Vec<AddOrder> = bid.legs().enumerate().map(|(at, leg)| leg_order(bid, at, leg, add.lots)).collect();
        let listed = legs.iter().map(|leg| self.listed(leg.instrument)).collect::<Result<Vec<&Listed>, Reject>>()?;
        for &listed in &listed {
            self.not_killed(add.account, listed)?;
        }
        for &listed in &listed {
            self.permitted(add.account, listed, Side::Buy)?;
        }
        for (leg, listed) in legs.iter().zip(&listed) {
            listed.takes(leg)?;
            listed.check_terms(leg, self.now)?;
        }
        if !is_plain_bid(add) {
            return Err(Reject::InvalidCombination.into());
        }
        let twice = (1..legs.len()).any(|at| legs[..at].iter().any(|leg| leg.instrument == legs[at].instrument));
        let face = listed[0].unit_value;
        let one_face = listed.iter().all(|listed| listed.unit_value == face);
        if legs.len() < 2 || legs.len() > limits::LINKED_LEGS || twice || !one_face {
            return Err(Reject::InvalidLegs.into());
        }
        let account = self.accounts.get(add.account).expect("known");
        let more = u32::try_from(legs.len()).expect("legs are bounded");
        if account.open + more > account.limits.open_orders {
            return Err(Reject::TooManyOpenOrders.into());
        }
        if add.cl_ord_id.is_some() && account.remembered >= limits::CL_ORD_IDS_PER_ACCOUNT {
            return Err(Reject::TooManyClOrdIds.into());
        }
        self.arrives_evenly(add.account)?;
        let asked = bid.legs().map(|leg| leg.price.notional(add.lots, face).expect("an order's notional is bounded"));
        let asked = asked.fold(Cash::ZERO, |sum, leg| sum + leg);
        self.within_notional(add.account, Cash::ZERO, asked)?;
        if bid.legs().zip(&listed).any(|(leg, listed)| listed.beyond_entry(Side::Buy, leg.price)) {
            return Err(Reject::OutsideBand.into());
        }
        let (available, _) = self.ledger.cash(add.account);
        let pinned: Vec<_> = bid.legs().zip(&listed).map(|(leg, listed)| (leg.price, listed.fees_now.1)).collect();
        match needs(pinned.into_iter(), add.lots, face) {
            Some(purse) if purse <= available => Ok(purse),
            _ => Err(Rejection { reject: Reject::InsufficientFunds, available: Some(available.0) }),
        }
    }

    /// Which linked bid an order is a leg of.
    #[inline]
    pub(crate) fn link_of(&self, order: &Order) -> Option<OrderId> {
        self.orders.special(order).and_then(|special| special.link)
    }

    /// Whether a taker or the resting order that it meets is a leg.
    pub(crate) fn is_of_link(&self, taker: &Order, record: u32) -> bool {
        self.link_of(taker).or_else(|| self.link_of(self.orders.get(record))).is_some()
    }

    /// Lends a leg that is about to buy all that its bid has set aside. [`Engine::take_back`] follows.
    pub(crate) fn lend(&self, buyer: &mut Order) -> Option<OrderId> {
        let link = self.link_of(buyer)?;
        debug_assert_eq!(buyer.reserved, Cash::ZERO, "a leg has set nothing aside");
        buyer.reserved = self.links[&link].purse;
        Some(link)
    }

    /// Takes back what a leg was lent, less what it paid for `settled.lots`: the bid keeps what it still needs, the rest is free.
    pub(crate) fn take_back(&mut self, link: Option<OrderId>, buyer: &mut Order, settled: &mut Settlement) {
        let Some(link) = link.and_then(|link| self.links.get_mut(&link)) else { return };
        let left = std::mem::take(&mut buyer.reserved) + settled.buyer_release;
        link.leaves = link.leaves - settled.lots;
        link.purse = link.needs(self.listed[buyer.instrument.0 as usize].unit_value).min(left);
        settled.buyer_release = left - link.purse;
    }

    /// The other legs of a bid lose what one of them lost.
    pub(crate) fn lose_with(&mut self, link: OrderId, one: OrderId, lots: Lots, events: &mut Vec<Event>) {
        let others: Vec<OrderId> = self.links[&link].legs().filter(|&leg| leg != one).collect();
        for leg in others {
            // One that is still to be entered will be for what is left.
            let Some(record) = self.orders.find(leg) else { continue };
            let mut leg = *self.orders.get(record);
            if leg.leaves() == lots {
                self.cancel_open(record, CancelReason::Linked, events);
                continue;
            }
            let listed = &mut self.listed[leg.instrument.0 as usize];
            let unit_value = listed.unit_value;
            leg.lots = leg.lots - lots;
            listed.book.reduce(leg.slot.expect("a leg rests"), leg.leaves());
            events.push(Event::Reduced(Reduced {
                order: leg.id,
                account: leg.account,
                instrument: leg.instrument,
                side: leg.side,
                price: leg.limit,
                lots,
                leaves: leg.leaves(),
                resting: true,
                reason: CancelReason::Linked,
            }));
            self.touch(leg.instrument);
            self.orders.put_back(record, leg, unit_value, &mut self.accounts);
        }
    }

    /// A leg lost lots to self-trade prevention: its bid and the other legs lose them too.
    pub(crate) fn link_decremented(&mut self, leg: &Order, lots: Lots, events: &mut Vec<Event>) {
        let Some(id) = self.link_of(leg) else { return };
        let link = self.links.get_mut(&id).expect("a leg's bid is there");
        link.leaves = link.leaves - lots;
        self.fit_purse(id);
        self.lose_with(id, leg.id, lots, events);
    }

    /// Whether a taker on its walk through several books has had all of a leg's bid before, in another leg; `met` are the bids of
    /// the legs that it has met. A leg that it would take from leaves nothing of the others, or ends the walk.
    pub(crate) fn has_bought(&self, order: OrderId, taker: &Taker, met: &mut Vec<OrderId>) -> bool {
        let order = self.orders.get(self.orders.find(order).expect("a resting order is open"));
        let Some(link) = self.link_of(order) else { return false };
        if met.contains(&link) {
            return true;
        }
        let own = self.accounts.get(order.account).expect("an order's account is open").group == taker.owner;
        if !own || taker.self_trade == SelfTrade::Decrement {
            met.push(link);
        }
        false
    }

    /// Frees what a bid needs no longer.
    fn fit_purse(&mut self, id: OrderId) {
        let link = self.links.get_mut(&id).expect("a leg's bid is there");
        let unit_value = link.legs.first().map(|leg| self.listed[leg.instrument.0 as usize].unit_value);
        let needed = unit_value.map_or(Cash::ZERO, |unit_value| link.needs(unit_value)).min(link.purse);
        let (account, freed) = (link.account, link.purse - needed);
        link.purse = needed;
        self.ledger.release_cash(account, freed);
    }

    /// A leg has ended.
    pub(crate) fn unlink(&mut self, id: OrderId, leg: OrderId) {
        let link = self.links.get_mut(&id).expect("a leg's bid is there");
        link.legs.retain(|held| held.order != leg);
        self.fit_purse(id);
        if self.links[&id].legs.is_empty() {
            self.links.remove(&id);
        }
    }

    /// What snapshots say of linked bids.
    pub(crate) fn link_facts(&self) -> impl Iterator<Item = LinkFact> + '_ {
        self.links.iter().map(|(&link, held)| LinkFact { link, purse: held.purse, legs: held.legs().collect() })
    }

    /// Makes a linked bid again whose legs are open, and returns whose it is.
    ///
    /// # Errors
    /// What of it cannot be.
    pub(crate) fn link_again(&mut self, fact: &LinkFact) -> Result<AccountId, &'static str> {
        let wrong = "no linked bid is like this";
        let mut link: Option<Link> = None;
        for &id in &fact.legs {
            let order = *self.orders.get(self.orders.find(id).ok_or("a leg is not open")?);
            let special = self.orders.special(&order).ok_or(wrong)?;
            let plain = special.display.is_none() && special.waiting.is_none() && !special.quote && !special.decay;
            let listed = &self.listed[order.instrument.0 as usize];
            if order.side != Side::Buy || order.slot.is_none() || !plain || special.link != Some(fact.link) {
                return Err(wrong);
            }
            let leaves = order.leaves();
            let held = link.get_or_insert(Link { account: order.account, leaves, purse: fact.purse, legs: Vec::new() });
            let twice = held.legs.iter().any(|leg| leg.instrument == order.instrument);
            let one_face = held
                .legs
                .first()
                .is_none_or(|leg| self.listed[leg.instrument.0 as usize].unit_value == listed.unit_value);
            if (held.account, held.leaves) != (order.account, leaves) || twice || !one_face {
                return Err(wrong);
            }
            let (instrument, limit, fees) = (order.instrument, order.limit, listed.fees[usize::from(order.fees)]);
            held.legs.push(Leg { order: id, instrument, limit, fees });
        }
        let link = link.ok_or(wrong)?;
        let unit_value = self.listed[link.legs[0].instrument.0 as usize].unit_value;
        let dearest = link.legs.iter().filter_map(|leg| leg.limit.notional(link.leaves, unit_value)).max();
        if link.purse > link.needs(unit_value) || Some(link.purse) < dearest {
            return Err("it set aside too much or too little");
        }
        let account = link.account;
        self.links.insert(fact.link, link);
        Ok(account)
    }

    /// Checks linked bids against their legs, and adds what they have set aside to `cash` by account.
    ///
    /// # Panics
    /// At the first that is not so.
    pub(crate) fn check_links(&self, cash: &mut [Cash]) {
        let mut legs = 0;
        for (id, link) in &self.links {
            assert!(!link.legs.is_empty() && !link.leaves.is_zero(), "linked bid {id} buys nothing");
            assert!(link.legs.is_sorted_by(|one, next| one.order < next.order), "legs of {id} are out of order");
            for leg in &link.legs {
                let order = self.orders.get(self.orders.find(leg.order).expect("a leg is open"));
                assert_eq!((order.account, order.leaves()), (link.account, link.leaves), "leg {} differs", leg.order);
                assert_eq!((order.instrument, order.limit), (leg.instrument, leg.limit), "leg {} differs", leg.order);
                assert_eq!(self.link_of(order), Some(*id), "leg {} is another bid's", leg.order);
                legs += 1;
            }
            let unit_value = self.listed[link.legs[0].instrument.0 as usize].unit_value;
            assert!(link.purse <= link.needs(unit_value), "linked bid {id} set aside too much");
            cash[link.account.0 as usize] = cash[link.account.0 as usize] + link.purse;
        }
        assert_eq!(legs, self.orders.linked(), "a leg without its bid");
    }
}
