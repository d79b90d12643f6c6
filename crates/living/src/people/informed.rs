//! The informed trader: it knows the common value of the days to come, and takes what is quoted before others know.

use super::Holding;
use crate::chance::{DAY, Topic, stream};
use crate::flow::Flow;
use crate::market::{Market, Taking, price_down, price_up};
use crate::parameters::Parameters;
use crate::participant::{Act, Acts, Lasts, Participant, Told};
use std::sync::Arc;
use unspent_flow::Random;
use unspent_model::{Lots, Side, Timestamp};

/// It sells what ends within so many days, whatever it knows.
const LAST_DAYS: i64 = 40;

/// Who knows more.
pub struct Insider {
    parameters: Arc<Parameters>,
    flow: Arc<Flow>,
    random: Random,
    last_tag: u32,
    holds: Holding,
}

impl Insider {
    /// The informed trader of this number.
    #[must_use]
    pub fn new(parameters: Arc<Parameters>, flow: Arc<Flow>, number: u32) -> Insider {
        let random = stream(flow.seed, Topic::Informed, u64::from(number));
        Insider { parameters, flow, random, last_tag: 0, holds: Holding::default() }
    }

    /// When it first looks.
    #[must_use]
    pub fn first(&self) -> Timestamp {
        self.flow.start.plus_seconds(9 * 3_600)
    }
}

impl Participant for Insider {
    fn wake(&mut self, market: &Market, acts: &mut Acts) -> Timestamp {
        let p = &self.parameters.informed;
        for programme in 0..market.programmes() {
            let now = self.flow.values.at(programme, market.now);
            let then = self.flow.values.at(programme, Timestamp(market.now.0 + u64::from(p.lead) * DAY));
            let months = market.months(programme);
            let held: u64 = months.iter().map(|&id| self.holds.of(id) * u64::from(market.book(id).face)).sum();
            let threshold = i64::from(p.threshold);
            for &instrument in months {
                if market.taking(instrument) != Taking::AtOnce {
                    continue;
                }
                let days = market.days_left(instrument);
                // What the broker's price will be once everybody knows.
                let fair = self.parameters.broker.at(days) * then / 10_000;
                let has = self.holds.of(instrument);
                let size = Lots((p.size / market.book(instrument).face).max(1));
                self.last_tag += 1;
                let (tag, lasts) = (self.last_tag, Lasts::AtOnce);
                let rises = then - now >= threshold && days > LAST_DAYS && held < u64::from(p.most);
                if rises && market.opposite(instrument, Side::Buy).is_some_and(|ask| ask + threshold <= fair) {
                    let price = price_down(fair - threshold);
                    acts.acts.push(Act::Add { tag, instrument, side: Side::Buy, price, lots: size, lasts });
                    break;
                }
                // It sells what falls, and what it holds without reason, and what ends.
                let wanted = match now - then >= threshold {
                    true => fair + threshold / 2,
                    false if days <= LAST_DAYS => fair / 2,
                    false => fair + threshold,
                };
                if has > 0 && !rises && market.opposite(instrument, Side::Sell).is_some_and(|bid| bid >= wanted) {
                    let lots = Lots(size.0.min(u32::try_from(has).unwrap_or(u32::MAX)));
                    let price = price_up(wanted);
                    acts.acts.push(Act::Add { tag, instrument, side: Side::Sell, price, lots, lasts });
                }
            }
        }
        let jitter = u64::from(self.random.below(3_600));
        market.now.plus_seconds(u64::from(p.hours) * 3_600 + jitter)
    }

    fn told(&mut self, told: &Told) -> bool {
        match *told {
            Told::Filled { instrument, side: Side::Buy, lots, .. } => self.holds.add(instrument, u64::from(lots.0)),
            Told::Filled { instrument, side: Side::Sell, lots, .. } => self.holds.take(instrument, u64::from(lots.0)),
            Told::Received { instrument, lots } => self.holds.add(instrument, lots),
            Told::WrittenOff { instrument } => self.holds.drop_all(instrument),
            _ => {}
        }
        false
    }
}
