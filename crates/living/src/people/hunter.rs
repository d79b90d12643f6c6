//! Bargain hunters: they leave bids far below what brokers pay, and sell again what they got.

use super::Holding;
use crate::chance::{Topic, looks_again, stream, within};
use crate::flow::Flow;
use crate::market::{Market, Taking, price_down, price_up};
use crate::parameters::Parameters;
use crate::participant::{Act, Acts, Lasts, Participant, Told};
use std::sync::Arc;
use unspent_flow::Random;
use unspent_model::{InstrumentId, Lots, Side, Timestamp};

/// From so many days before the end on it sells at any price.
const LAST_DAYS: i64 = 30;

/// A bargain hunter.
pub struct Hunter {
    parameters: Arc<Parameters>,
    start: Timestamp,
    random: Random,
    /// Whose turn it is of the programmes.
    turn: usize,
    last_tag: u32,
    holds: Holding,
    /// What a lot cost, by book, in bp: the last price paid.
    paid: Vec<(InstrumentId, i64)>,
}

impl Hunter {
    /// The hunter of this number.
    #[must_use]
    pub fn new(parameters: Arc<Parameters>, flow: &Flow, number: u32) -> Hunter {
        let random = stream(flow.seed, Topic::Hunter, u64::from(number));
        Hunter {
            parameters,
            start: flow.start,
            random,
            turn: number as usize,
            last_tag: 0,
            holds: Holding::default(),
            paid: Vec::new(),
        }
    }

    /// When it first looks.
    #[must_use]
    pub fn first(&self) -> Timestamp {
        self.start.plus_seconds(8 * 3_600)
    }
}

impl Participant for Hunter {
    fn wake(&mut self, market: &Market, acts: &mut Acts) -> Timestamp {
        let p = &self.parameters.hunters;
        let programme = self.turn % market.programmes();
        self.turn += 1;
        let months = market.months(programme);
        // Drawn whether they are used or not: chance does not depend on the market.
        let (share, count) = (i64::from(within(&mut self.random, p.bid)), within(&mut self.random, p.months) as usize);
        let (size, markup) = (within(&mut self.random, p.size), i64::from(within(&mut self.random, p.markup)));
        let first = self.random.below(12) as usize;
        let held: u64 = months.iter().map(|&id| self.holds.of(id) * u64::from(market.book(id).face)).sum();
        for (i, &instrument) in months.iter().enumerate() {
            let days = market.days_left(instrument);
            let bids = (0..count).any(|k| (first + k) % months.len() == i);
            let has = self.holds.of(instrument);
            if market.taking(instrument) == Taking::No || !(bids || has > 0) {
                continue;
            }
            acts.acts.push(Act::CancelAll { instrument });
            if has > 0 {
                let paid = self.paid.iter().find(|(id, _)| *id == instrument).map_or(5_000, |&(_, paid)| paid);
                let price = match days {
                    ..=LAST_DAYS => price_down(paid / 2),
                    _ => price_up(paid * (10_000 + markup) / 10_000),
                };
                self.last_tag += 1;
                let (tag, lots) = (self.last_tag, Lots(u32::try_from(has).unwrap_or(u32::MAX)));
                acts.acts.push(Act::Add { tag, instrument, side: Side::Sell, price, lots, lasts: Lasts::Rests });
            } else if bids && days > LAST_DAYS + 15 && held < u64::from(p.most) {
                self.last_tag += 1;
                let price = price_down(self.parameters.broker.at(days) * share / 10_000);
                let (tag, lots) = (self.last_tag, Lots((size / market.book(instrument).face).max(1)));
                acts.acts.push(Act::Add { tag, instrument, side: Side::Buy, price, lots, lasts: Lasts::Rests });
            }
        }
        let every = (market.programmes() as u32).max(1);
        // It goes round the programmes, one at a look.
        let again = looks_again(&mut self.random, market.now, p.attention);
        Timestamp(market.now.0 + (again.0 - market.now.0) / u64::from(every))
    }

    fn told(&mut self, told: &Told) -> bool {
        match *told {
            Told::Filled { instrument, side: Side::Buy, price, lots, .. } => {
                self.holds.add(instrument, u64::from(lots.0));
                self.paid.retain(|&(id, _)| id != instrument);
                self.paid.push((instrument, i64::from(price.0)));
            }
            Told::Filled { instrument, side: Side::Sell, lots, .. } => self.holds.take(instrument, u64::from(lots.0)),
            Told::WrittenOff { instrument } => {
                self.holds.drop_all(instrument);
                self.paid.retain(|&(id, _)| id != instrument);
            }
            _ => {}
        }
        false
    }
}
