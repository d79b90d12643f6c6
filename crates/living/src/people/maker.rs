//! Makers: both sides of every month around one curve, moved by trades and by what they hold.
//!
//! The simplest maker that a market can do with, and a seat for a better one: the curve is what brokers pay, times a level
//! for each programme that follows the trades; a bid stands half a spread below it, an ask above; holding more moves both
//! down, and before the end of a month they only sell, lower by the day.

use super::Holding;
use crate::chance::{Topic, stream, within};
use crate::flow::Flow;
use crate::market::{Market, Taking, price_down, price_up};
use crate::parameters::Parameters;
use crate::participant::{Acts, Participant, Told};
use std::sync::Arc;
use unspent_flow::Random;
use unspent_model::{InstrumentId, Lots, Phase, Price, Quote, QuoteSide, Side, Timestamp};

/// A maker.
pub struct Maker {
    parameters: Arc<Parameters>,
    start: Timestamp,
    random: Random,
    half_spread: i64,
    /// By programme: what it thinks of the broker's price, in 1/10,000 of it.
    levels: Vec<i64>,
    /// By book: what it quotes, and how many trades it has taken note of.
    quoted: Vec<Quoted>,
    holds: Holding,
}

#[derive(Clone, Copy, Debug, Default)]
struct Quoted {
    bid: Option<QuoteSide>,
    ask: Option<QuoteSide>,
    prints: u64,
}

impl Maker {
    /// The maker of this number.
    #[must_use]
    pub fn new(parameters: Arc<Parameters>, flow: &Flow, number: u32) -> Maker {
        let mut random = stream(flow.seed, Topic::Maker, u64::from(number));
        let half_spread = i64::from(within(&mut random, parameters.makers.half_spread));
        let levels = vec![9_900; parameters.programmes.len()];
        Maker {
            parameters,
            start: flow.start,
            random,
            half_spread,
            levels,
            quoted: Vec::new(),
            holds: Holding::default(),
        }
    }

    /// When it first looks.
    #[must_use]
    pub fn first(&self) -> Timestamp {
        self.start.plus_seconds(60)
    }

    /// Takes note of what traded since.
    fn learn(&mut self, market: &Market) {
        for (i, (book, quoted)) in market.books().iter().zip(&mut self.quoted).enumerate() {
            let Some(last) = book.last.filter(|_| book.prints > quoted.prints && book.phase != Phase::Expired) else {
                continue;
            };
            quoted.prints = book.prints;
            let id = InstrumentId(u32::try_from(i).expect("a book's number"));
            let implied = i64::from(last.0) * 10_000 / self.parameters.broker.at(market.days_left(id));
            let level = &mut self.levels[book.programme];
            *level += (implied - *level) / i64::from(self.parameters.makers.learning);
            *level = (*level).clamp(6_000, 12_000);
        }
    }

    /// What it quotes in a month now: price and lots of each side, none to pull it.
    fn sides(&self, market: &Market, id: InstrumentId) -> [Option<(Price, u32)>; 2] {
        let p = &self.parameters.makers;
        let book = market.book(id);
        let days = market.days_left(id);
        let held = i64::try_from(self.holds.of(id) * u64::from(book.face)).expect("holdings are bounded");
        let (most, start) = (i64::from(p.most), i64::from(p.endowment));
        let fair = self.parameters.broker.at(days) * self.levels[book.programme] / 10_000;
        let ramp = (i64::from(p.ramp) - days).max(0) * i64::from(p.ramp_step);
        let fair = fair - i64::from(p.skew) * (held - start) / most - ramp;
        let size = (p.size / book.face).max(1);
        let room = u32::try_from((most - held).max(0) / i64::from(book.face)).unwrap_or(u32::MAX);
        let bid = size.min(room);
        let buys = days > i64::from(p.no_buy) && bid > 0;
        let ask = size.min(u32::try_from(self.holds.of(id)).unwrap_or(u32::MAX));
        let bid = buys.then(|| (price_down(fair - self.half_spread), bid));
        [bid, (ask > 0).then(|| (price_up(fair + self.half_spread), ask))]
    }
}

/// The change that a side of a quote needs, and what it is then.
fn change(before: Option<QuoteSide>, wanted: Option<(Price, u32)>) -> Option<(QuoteSide, Option<QuoteSide>)> {
    match (before, wanted) {
        (None, None) => None,
        // Fills make it smaller; it is filled up when half of it is gone.
        (Some(before), Some((price, lots)))
            if before.price == price && before.lots.0 <= lots && before.lots.0 * 2 >= lots =>
        {
            None
        }
        (_, Some((price, lots))) => {
            let side = QuoteSide { price, lots: Lots(lots) };
            Some((side, Some(side)))
        }
        (Some(before), None) => Some((QuoteSide { lots: Lots::ZERO, ..before }, None)),
    }
}

impl Participant for Maker {
    fn wake(&mut self, market: &Market, acts: &mut Acts) -> Timestamp {
        self.quoted.resize_with(market.books().len(), Quoted::default);
        self.learn(market);
        for programme in 0..market.programmes() {
            for &id in market.months(programme) {
                if market.taking(id) == Taking::No {
                    continue;
                }
                let [bid, ask] = self.sides(market, id);
                let quoted = &mut self.quoted[id.0 as usize];
                let (bid, ask) = (change(quoted.bid, bid), change(quoted.ask, ask));
                if bid.is_some() || ask.is_some() {
                    quoted.bid = bid.map_or(quoted.bid, |(_, then)| then);
                    quoted.ask = ask.map_or(quoted.ask, |(_, then)| then);
                    let side = |change: Option<(QuoteSide, _)>| change.map(|(side, _)| side);
                    acts.quotes.push(Quote { instrument: id, bid: side(bid), ask: side(ask) });
                }
            }
        }
        let jitter = u64::from(self.random.below(120));
        market.now.plus_seconds(u64::from(self.parameters.makers.minutes) * 60 + jitter)
    }

    fn told(&mut self, told: &Told) -> bool {
        match *told {
            Told::Received { instrument, lots } => self.holds.add(instrument, lots),
            Told::Filled { book, instrument, side, lots, leaves, .. } => {
                match side {
                    Side::Buy => self.holds.add(instrument, u64::from(lots.0)),
                    Side::Sell => self.holds.take(instrument, u64::from(lots.0)),
                }
                if let Some(quoted) = self.quoted.get_mut(book.0 as usize) {
                    let quote = match side {
                        Side::Buy => &mut quoted.bid,
                        Side::Sell => &mut quoted.ask,
                    };
                    *quote =
                        quote.map(|quote| QuoteSide { lots: leaves, ..quote }).filter(|quote| !quote.lots.is_zero());
                }
            }
            Told::Unquoted { instrument, side } => {
                if let Some(quoted) = self.quoted.get_mut(instrument.0 as usize) {
                    match side {
                        Side::Buy => quoted.bid = None,
                        Side::Sell => quoted.ask = None,
                    }
                }
            }
            Told::WrittenOff { instrument } => self.holds.drop_all(instrument),
            Told::Opened { .. } | Told::Refused { .. } | Told::Gone { .. } => {}
        }
        false
    }
}
