//! Start-ups that sell what they will not use: in lumps, before quarters end and before their credits do.
//!
//! A lump begins at a first price and comes down on a straight line to its lowest price at its deadline. Where the venue takes
//! decaying orders, the order does so by itself; elsewhere its owner lowers it whenever it looks, which is seldom.

use super::NEVER;
use crate::chance::{Topic, looks_again, stream};
use crate::flow::{Flow, Lump, StartUp};
use crate::market::{Market, Taking, days_between, price_down, price_up};
use crate::parameters::Parameters;
use crate::participant::{Act, Acts, Lasts, Participant, Told};
use std::sync::Arc;
use unspent_flow::Random;
use unspent_model::{InstrumentId, Lots, OrderId, Price, Side, Timestamp};

/// Steps of a decaying order, unless it has fewer days: four a day.
const STEPS_A_DAY: i64 = 4;

/// Who sells for one start-up, or for several, one after the other, from one account.
pub struct Seller {
    parameters: Arc<Parameters>,
    seed: u64,
    people: Vec<StartUp>,
    /// Lumps of all of them to come, the last first.
    to_come: Vec<(Lump, usize)>,
    offers: Vec<Offer>,
    last_tag: u32,
}

/// Where an offer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is to be sent.
    Wanted,
    /// It was sent under this number, and not answered.
    Sent(u32),
    /// It is open.
    Open(OrderId),
}

#[derive(Debug)]
struct Offer {
    person: usize,
    instrument: InstrumentId,
    lots: u32,
    state: State,
    /// Whether it first takes what is bid.
    tries: bool,
    start: i64,
    floor: i64,
    from: Timestamp,
    until: Timestamp,
    attention: Random,
    looks: Timestamp,
}

impl Seller {
    /// Sells for these start-ups of a flow.
    #[must_use]
    pub fn new(parameters: Arc<Parameters>, flow: &Flow, people: Vec<StartUp>) -> Seller {
        let lumps =
            people.iter().enumerate().flat_map(|(person, one)| one.lumps.iter().map(move |&lump| (lump, person)));
        let mut to_come: Vec<(Lump, usize)> = lumps.collect();
        to_come.sort_by_key(|&(lump, person)| std::cmp::Reverse((lump.at, person)));
        Seller { parameters, seed: flow.seed, people, to_come, offers: Vec::new(), last_tag: 0 }
    }

    /// When its next lump is due.
    #[must_use]
    pub fn first(&self) -> Timestamp {
        self.to_come.last().map_or(NEVER, |(lump, _)| lump.at)
    }

    /// A lump is due: what is left of the earlier one of the same start-up goes with it.
    fn begin(&mut self, lump: Lump, person: usize, market: &Market, acts: &mut Acts) {
        let one = &self.people[person];
        let mut lots = lump.lots;
        self.offers.retain(|offer| {
            if offer.person != person {
                return true;
            }
            lots += offer.lots;
            if let State::Open(order) = offer.state {
                acts.acts.push(Act::Cancel { order });
            }
            false
        });
        let days = one.expiry.ends().map_or(3_650, |ends| days_between(market.now, ends));
        let Some(instrument) = market.nearest(one.programme, days) else { return };
        let p = &self.parameters;
        let broker = p.broker.at(days) * (10_000 + one.hope) / 10_000;
        let then = days - days_between(market.now, lump.until);
        let floor = i64::from(price_down(one.reserve * p.own_use.at(then) / 10_000).0);
        let below = market.opposite(instrument, Side::Buy).filter(|_| one.undercuts).map_or(i64::MAX, |ask| ask - 10);
        let start = i64::from(price_up(broker.min(below)).0).max(floor);
        let number = u64::from(one.number) << 32 | lump.at.0 >> 32;
        let mut attention = stream(self.seed, Topic::Attention, number);
        let looks = looks_again(&mut attention, market.now, p.start_ups.attention);
        self.offers.push(Offer {
            person,
            instrument,
            lots,
            state: State::Wanted,
            tries: one.eagerness.is_some(),
            start,
            floor,
            from: market.now,
            until: lump.until,
            attention,
            looks,
        });
    }
}

impl Offer {
    /// Where the line from first to lowest price is.
    fn price(&self, now: Timestamp) -> i64 {
        let all = i128::from(self.until.0.saturating_sub(self.from.0).max(1));
        let gone = i128::from(now.0.saturating_sub(self.from.0)).min(all);
        let fall = i128::from(self.start - self.floor) * gone / all;
        self.start - i64::try_from(fall).expect("a part of a price")
    }

    /// Sends it, as its owner would now.
    fn send(&mut self, tag: u32, eagerness: Option<i64>, market: &Market, acts: &mut Acts) {
        let taking = market.taking(self.instrument);
        if taking == Taking::No {
            return;
        }
        let (instrument, lots) = (self.instrument, Lots(self.lots));
        let now = self.price(market.now);
        let add = |price, lasts| Act::Add { tag, instrument, side: Side::Sell, price, lots, lasts };
        if let Some(eager) = eagerness.filter(|_| self.tries) {
            self.tries = false;
            let limit = now - (now - self.floor) * eager / 10_000;
            let bid = market.opposite(instrument, Side::Sell).is_some_and(|bid| bid >= limit);
            let limit = price_up(limit);
            match taking {
                Taking::AtOnce if bid => {
                    self.state = State::Sent(tag);
                    return acts.acts.push(add(limit, Lasts::AtOnce));
                }
                Taking::Collecting => {
                    self.state = State::Sent(tag);
                    return acts.acts.push(add(limit, Lasts::Auction));
                }
                _ => {}
            }
        }
        self.state = State::Sent(tag);
        let (price, floor) = (price_up(now), price_up(self.floor));
        let over = self.until.0.saturating_sub(market.now.0);
        let days = days_between(market.now, self.until);
        let steps = u32::try_from((days * STEPS_A_DAY).clamp(1, 100)).expect("at most 100");
        acts.acts.push(match market.decay && floor < price && over > u64::from(steps) {
            true => Act::Decay { tag, instrument, price, lots, floor, over, steps },
            false => add(price, Lasts::Rests),
        });
    }
}

impl Participant for Seller {
    fn wake(&mut self, market: &Market, acts: &mut Acts) -> Timestamp {
        while let Some(&(lump, person)) = self.to_come.last()
            && lump.at <= market.now
        {
            self.to_come.pop();
            self.begin(lump, person, market, acts);
        }
        self.offers.retain(|offer| market.book(offer.instrument).phase != unspent_model::Phase::Expired);
        let mut next = self.first();
        for offer in &mut self.offers {
            let looks = offer.looks <= market.now;
            if looks {
                offer.looks = looks_again(&mut offer.attention, market.now, self.parameters.start_ups.attention);
            }
            match offer.state {
                State::Wanted => {
                    self.last_tag += 1;
                    offer.send(self.last_tag, self.people[offer.person].eagerness, market, acts);
                }
                State::Open(order) if looks && !market.decay => {
                    let price: Price = price_up(offer.price(market.now));
                    if market.taking(offer.instrument) != Taking::No {
                        acts.acts.push(Act::Amend { order, price });
                    }
                }
                State::Open(_) | State::Sent(_) => {}
            }
            next = next.min(offer.looks);
        }
        next
    }

    fn told(&mut self, told: &Told) -> bool {
        let at = |offers: &[Offer], state| offers.iter().position(|offer| offer.state == state);
        match *told {
            Told::Opened { tag, order } => {
                if let Some(i) = at(&self.offers, State::Sent(tag)) {
                    self.offers[i].state = State::Open(order);
                }
                false
            }
            Told::Refused { tag } => {
                if let Some(i) = at(&self.offers, State::Sent(tag)) {
                    self.offers[i].state = State::Wanted;
                }
                false
            }
            Told::Filled { order, lots, .. } => {
                if let Some(i) = at(&self.offers, State::Open(order)) {
                    self.offers[i].lots -= lots.0.min(self.offers[i].lots);
                    if self.offers[i].lots == 0 {
                        self.offers.swap_remove(i);
                    }
                }
                false
            }
            // What a try left over is offered.
            Told::Gone { order } => match at(&self.offers, State::Open(order)) {
                Some(i) => {
                    self.offers[i].state = State::Wanted;
                    true
                }
                None => false,
            },
            Told::Received { .. } | Told::Unquoted { .. } | Told::WrittenOff { .. } => false,
        }
    }
}
