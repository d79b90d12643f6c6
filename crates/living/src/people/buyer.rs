//! Teams that buy what they use, with a budget and a need each month, and use it up.
//!
//! A team looks every few days. It takes the offer that is worth most to it beyond its price, if that is enough; else it
//! leaves a bid. It asks for less gain and bids more as its month goes by, and what it has not got at the end it pays the
//! provider for.

use super::{Holding, NEVER};
use crate::chance::{DAY, Topic, looks_again, stream, within};
use crate::flow::{Buyer, Flow, Values};
use crate::market::{Market, Taking, price_down};
use crate::parameters::Parameters;
use crate::participant::{Act, Acts, Lasts, Participant, Told};
use std::sync::Arc;
use unspent_flow::Random;
use unspent_model::{InstrumentId, Lots, OrderId, Price, Side, Timestamp};

/// Days of a team's month.
const MONTH: u64 = 30;
/// What a taker pays, in bp of notional: a team reckons with it.
const FEE: i64 = 100;

/// A team.
pub struct Team {
    parameters: Arc<Parameters>,
    flow: Arc<Flow>,
    who: Buyer,
    attention: Random,
    /// Which of its months this is, and what it still needs and may spend in it, in lots and cents.
    month: Option<u64>,
    need: u32,
    budget: u64,
    bid: Option<Bid>,
    last_tag: u32,
    holds: Holding,
    /// Up to when what it uses is accounted for.
    used_until: Timestamp,
}

#[derive(Clone, Copy, Debug)]
struct Bid {
    tag: u32,
    order: Option<OrderId>,
    instrument: InstrumentId,
    price: Price,
}

impl Team {
    /// One team of a flow.
    #[must_use]
    pub fn new(parameters: Arc<Parameters>, flow: Arc<Flow>, who: Buyer) -> Team {
        Team {
            attention: stream(flow.seed, Topic::Attention, u64::from(who.number) | 1 << 63),
            parameters,
            used_until: who.begins,
            flow,
            who,
            month: None,
            need: 0,
            budget: 0,
            bid: None,
            last_tag: 0,
            holds: Holding::default(),
        }
    }

    /// When it first looks.
    #[must_use]
    pub fn first(&self) -> Timestamp {
        self.who.begins
    }

    fn values(&self) -> &Values {
        &self.flow.values
    }

    /// A new month: another need and budget, whatever is left of the last.
    fn begin_month(&mut self, month: u64) {
        let p = &self.parameters.buyers;
        let mut random = stream(self.flow.seed, Topic::Need, u64::from(self.who.number) << 16 | month);
        let need = u64::from(self.who.uses) * u64::from(within(&mut random, p.cover)) / 10_000;
        self.need = u32::try_from(need).expect("a month's lots fit").max(1);
        let face = u64::from(self.parameters.programmes[self.who.programme].face);
        // Cents: dollars of face × bp ÷ 100.
        let cost = u64::from(self.need) * face * self.who.value.unsigned_abs() / 100;
        self.budget = cost * u64::from(within(&mut random, p.budget)) / 10_000;
        self.month = Some(month);
    }

    /// Uses up what it holds at its rate, what ends first.
    fn use_up(&mut self, market: &Market, acts: &mut Acts) {
        self.holds.0.retain(|&(instrument, lots)| lots > 0 && market.days_left(instrument) > 0);
        if self.holds.0.is_empty() {
            self.used_until = market.now;
            return;
        }
        let a_lot = MONTH * DAY / u64::from(self.who.uses);
        let mut due = market.now.0.saturating_sub(self.used_until.0) / a_lot;
        self.used_until.0 += due * a_lot;
        self.holds.0.sort_by_key(|&(instrument, _)| (market.book(instrument).ends.unwrap_or(NEVER), instrument));
        for (instrument, lots) in &mut self.holds.0 {
            let used = due.min(*lots);
            if used > 0 {
                acts.acts.push(Act::Use { instrument: *instrument, lots: used });
                *lots -= used;
                due -= used;
            }
        }
    }

    /// What a dollar of a month is worth to it now, in bp.
    fn worth(&self, market: &Market, instrument: InstrumentId) -> i64 {
        let value = self.who.value * self.values().at(self.who.programme, market.now) / 10_000;
        value * self.parameters.usable.at(market.days_left(instrument)) / 10_000
    }

    /// How many lots of a month it would buy at a price: its need, what it can use until the end, what it can pay.
    fn wants(&self, market: &Market, instrument: InstrumentId, price: Price) -> u32 {
        let face = u64::from(market.book(instrument).face);
        let usable = u64::from(self.who.uses) * market.days_left(instrument).unsigned_abs() / MONTH;
        let cents = face * u64::from(price.0) * (10_000 + FEE.unsigned_abs()) / 1_000_000;
        let payable = self.budget / cents.max(1);
        u32::try_from(u64::from(self.need).min(usable.saturating_sub(self.holds.of(instrument))).min(payable))
            .expect("at most its need")
    }

    fn take_back(&mut self, acts: &mut Acts) {
        if let Some(Bid { order: Some(order), .. }) = self.bid.take() {
            acts.acts.push(Act::Cancel { order });
        }
    }

    fn trade(&mut self, urgency: i64, market: &Market, acts: &mut Acts) {
        let months = market.months(self.who.programme);
        let from = months.iter().position(|&id| market.days_left(id) >= self.who.horizon).unwrap_or(0);
        let compared = months.iter().skip(from).take(self.who.compares);
        let wanted = |id: InstrumentId| {
            let gain = self.who.margin * (10_000 - urgency) / 10_000;
            (self.worth(market, id) - gain) * 10_000 / (10_000 + FEE)
        };
        let offered = compared.clone().filter_map(|&id| {
            let limit = wanted(id);
            match market.taking(id) {
                Taking::AtOnce => {
                    let ask = market.opposite(id, Side::Buy)?;
                    (ask <= limit).then_some((limit - ask, id, limit, Lasts::AtOnce))
                }
                // What an auction gives is seen at its end: it bids there as it would take.
                Taking::Collecting if urgency >= 2_000 => Some((0, id, limit, Lasts::Auction)),
                _ => None,
            }
        });
        let best = offered.max_by_key(|&(gain, id, ..)| (gain, std::cmp::Reverse(id)));
        if let Some((_, instrument, limit, lasts)) = best {
            let price = price_down(limit);
            let lots = self.wants(market, instrument, price);
            if lots > 0 {
                self.take_back(acts);
                self.last_tag += 1;
                let (tag, side) = (self.last_tag, Side::Buy);
                acts.acts.push(Act::Add { tag, instrument, side, price, lots: Lots(lots), lasts });
                return;
            }
        }
        let Some(&instrument) = months.get(from) else { return };
        let shade = self.who.shade * (10_000 - urgency) / 10_000;
        let price = price_down((self.worth(market, instrument) - shade) * 10_000 / (10_000 + FEE));
        if market.taking(instrument) == Taking::No {
            return;
        }
        let lots = self.wants(market, instrument, price);
        match self.bid {
            Some(Bid { order: Some(order), instrument: there, price: before, .. })
                if there == instrument && lots > 0 =>
            {
                if before != price {
                    acts.acts.push(Act::Amend { order, price });
                    self.bid = self.bid.map(|bid| Bid { price, ..bid });
                }
            }
            // Not answered yet.
            Some(Bid { order: None, .. }) => {}
            _ => {
                self.take_back(acts);
                if lots > 0 {
                    self.last_tag += 1;
                    let (tag, side) = (self.last_tag, Side::Buy);
                    self.bid = Some(Bid { tag, order: None, instrument, price });
                    acts.acts.push(Act::Add { tag, instrument, side, price, lots: Lots(lots), lasts: Lasts::Rests });
                }
            }
        }
    }
}

impl Participant for Team {
    fn wake(&mut self, market: &Market, acts: &mut Acts) -> Timestamp {
        let since = market.now.0.saturating_sub(self.who.begins.0);
        let month = since / (MONTH * DAY);
        self.use_up(market, acts);
        if self.month != Some(month) {
            self.take_back(acts);
            self.begin_month(month);
        }
        if self.need > 0 {
            let urgency = i64::try_from(since % (MONTH * DAY) / (MONTH * DAY / 10_000)).expect("about 10,000 at most");
            self.trade(urgency, market, acts);
        }
        looks_again(&mut self.attention, market.now, self.parameters.buyers.attention)
    }

    fn told(&mut self, told: &Told) -> bool {
        match *told {
            Told::Opened { tag, order } => {
                if let Some(bid) = self.bid.as_mut().filter(|bid| bid.tag == tag) {
                    bid.order = Some(order);
                }
            }
            Told::Refused { tag } => {
                self.bid = self.bid.filter(|bid| bid.tag != tag);
            }
            Told::Filled { order, instrument, price, lots, leaves, .. } => {
                self.need = self.need.saturating_sub(lots.0);
                let face = u64::from(self.parameters.programmes[self.who.programme].face);
                self.budget = self.budget.saturating_sub(u64::from(lots.0) * face * u64::from(price.0) / 100);
                self.holds.add(instrument, u64::from(lots.0));
                if leaves.is_zero() {
                    self.bid = self.bid.filter(|bid| bid.order != Some(order));
                }
            }
            Told::Gone { order } => self.bid = self.bid.filter(|bid| bid.order != Some(order)),
            Told::WrittenOff { instrument } => self.holds.drop_all(instrument),
            Told::Received { .. } | Told::Unquoted { .. } => {}
        }
        false
    }
}
