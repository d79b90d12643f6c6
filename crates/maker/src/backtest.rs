//! What a run came to: money by its parts over time, what fills were worth later, how often quotes were filled, what was owned.
//!
//! It looks at a strategy from outside, at most once a second of its time, and keeps a bounded amount: a series has at most
//! [`POINTS`] points, and is thinned when it is full.

use crate::input::OwnFill;
use crate::money::Parts;
use crate::reference::Reference;
use crate::strategy::Strategy;
use std::collections::{BTreeMap, VecDeque};
use unspent_model::{InstrumentId, Price, Side, Symbol, Timestamp};

const SECOND: u64 = 1_000_000_000;
/// The most points of a series.
pub const POINTS: usize = 512;
/// How long after a fill it is looked at again, in seconds.
pub const HORIZONS: [u64; 7] = [0, 1, 10, 60, 600, 3_600, 86_400];
/// How wide a step of the fill curve is, in price units, and how many there are; the last has all beyond.
pub const STEP: u32 = 10;
const STEPS: usize = 31;

/// Fills some time later: how much better the fair price was then than what was paid or got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Markout {
    /// Lots that were looked at again.
    pub lots: u64,
    /// The sum over them, in thousandths of a price unit.
    pub sum_milli: i64,
}

impl Markout {
    /// The average lot's, in thousandths of a price unit, rounded toward zero.
    #[must_use]
    pub fn average_milli(&self) -> i64 {
        i64::try_from(self.lots).ok().and_then(|lots| self.sum_milli.checked_div(lots)).unwrap_or(0)
    }
}

/// Best quotes at a distance from the fair price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtDistance {
    /// Lots × seconds that were quoted there.
    pub lot_seconds: u64,
    /// Lots filled there.
    pub filled: u64,
}

/// Where a run stood at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// When.
    pub at: Timestamp,
    /// What had been made by then.
    pub made: Parts,
    /// What was owned, in dollars of face, of each instrument.
    pub face: Vec<u64>,
}

/// A fill to be looked at again.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: Timestamp,
    place: usize,
    side: Side,
    price: Price,
    lots: u64,
}

/// A run, as it was seen.
#[derive(Clone, Debug)]
pub struct Backtest {
    /// The instruments, in the order of a [`Point`]'s quantities.
    pub symbols: Vec<Symbol>,
    faces: Vec<u64>,
    places: BTreeMap<InstrumentId, usize>,
    /// Fills of bids and of asks.
    pub fills: [u64; 2],
    /// Lots bought and sold.
    pub lots: [u64; 2],
    /// By [`HORIZONS`].
    pub markouts: [Markout; HORIZONS.len()],
    /// Fills to be looked at again, by horizon.
    later: [VecDeque<Due>; HORIZONS.len()],
    /// By distance, each [`STEP`] wide; nearer than the fair price counts as the first.
    pub distances: Vec<AtDistance>,
    /// Over time, ascending.
    pub points: Vec<Point>,
    /// Seconds between two points.
    apart: u64,
    seen: Option<Timestamp>,
}

fn step_of(fair_milli: i64, side: Side, price: Price) -> usize {
    let price = i64::from(price.0) * 1_000;
    let away = if side == Side::Buy { fair_milli - price } else { price - fair_milli };
    usize::try_from(away.max(0) / (i64::from(STEP) * 1_000)).unwrap_or(STEPS).min(STEPS - 1)
}

impl Backtest {
    /// Nothing has happened yet. The references are those of the strategy's instruments, in its configuration's order.
    #[must_use]
    pub fn new(references: &[Reference]) -> Backtest {
        Backtest {
            symbols: references.iter().map(|reference| reference.symbol).collect(),
            faces: references.iter().map(|reference| u64::from(reference.face_dollars)).collect(),
            places: (0..).zip(references).map(|(at, reference)| (reference.instrument, at)).collect(),
            fills: [0; 2],
            lots: [0; 2],
            markouts: [Markout::default(); HORIZONS.len()],
            later: std::array::from_fn(|_| VecDeque::new()),
            distances: vec![AtDistance::default(); STEPS],
            points: Vec::new(),
            apart: 1,
            seen: None,
        }
    }

    /// A fill, before or after the strategy has been told.
    pub fn fill(&mut self, at: Timestamp, fill: &OwnFill, strategy: &Strategy) {
        let Some(&place) = self.places.get(&fill.delivered).or_else(|| self.places.get(&fill.instrument)) else {
            return;
        };
        let side = usize::from(fill.side == Side::Sell);
        let lots = u64::from(fill.lots.0);
        self.fills[side] += 1;
        self.lots[side] += lots;
        let fair = strategy.status().instruments[place].fair_milli;
        self.distances[step_of(fair, fill.side, fill.price)].filled += lots;
        for (horizon, later) in HORIZONS.iter().zip(&mut self.later) {
            later.push_back(Due { at: at.plus_seconds(*horizon), place, side: fill.side, price: fill.price, lots });
        }
        self.look_again(at, strategy);
    }

    /// Time has passed.
    pub fn see(&mut self, at: Timestamp, strategy: &Strategy) {
        let passed = self.seen.map_or(SECOND, |seen| at.0.saturating_sub(seen.0));
        if passed < SECOND {
            return;
        }
        self.look_again(at, strategy);
        let status = strategy.status();
        let seconds = if self.seen.is_some() { passed / SECOND } else { 0 };
        for row in &status.instruments {
            for (side, best) in [(Side::Buy, row.bid), (Side::Sell, row.ask)] {
                if let Some((price, lots)) = best {
                    self.distances[step_of(row.fair_milli, side, price)].lot_seconds += lots * seconds;
                }
            }
        }
        self.seen = Some(at);
        if self.points.last().is_none_or(|last| at.0 - last.at.0 >= self.apart * SECOND) {
            let face = status.instruments.iter().zip(&self.faces).map(|(row, face)| row.held * face).collect();
            self.points.push(Point { at, made: status.made, face });
            if self.points.len() > POINTS {
                let mut odd = false;
                self.points.retain(|_| {
                    odd = !odd;
                    odd
                });
                self.apart *= 2;
            }
        }
    }

    fn look_again(&mut self, at: Timestamp, strategy: &Strategy) {
        if self.later.iter().all(|later| later.front().is_none_or(|due| due.at > at)) {
            return;
        }
        let status = strategy.status();
        for (markout, later) in self.markouts.iter_mut().zip(&mut self.later) {
            while let Some(&Due { at: due, place, side, price, lots }) = later.front()
                && due <= at
            {
                later.pop_front();
                let better = status.instruments[place].fair_milli - i64::from(price.0) * 1_000;
                let better = if side == Side::Buy { better } else { -better };
                markout.lots += lots;
                markout.sum_milli += better.saturating_mul(i64::try_from(lots).unwrap_or(i64::MAX));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::input::Input;
    use unspent_model::{Cash, Instrument, Lots};

    #[test]
    fn a_fill_is_worth_what_the_fair_price_says_then_and_later() {
        let symbol = Symbol::parse("AWS-ACT-1K-202706").unwrap();
        let reference = Reference::of(InstrumentId(0), &Instrument::credit(symbol).unwrap()).unwrap();
        let mut config = Config::simple(&[symbol]);
        let flat = crate::Curve::Parametric { near: Price(7_000), far: Price(7_000), half_days: 1 };
        config.families[0] =
            crate::Family { curve: flat, anchor_permille: 1_000, anchor_lots: 1, ..config.families[0].clone() };
        config.families[0].anchor_half_life_seconds = 0;
        let mut strategy = Strategy::new(config, vec![reference.clone()]).unwrap();
        let mut backtest = Backtest::new(&[reference]);
        let start = Timestamp(1_796_083_200_000_000_000);
        let mut take = |at, input| strategy.take(at, input, &mut Vec::new());
        take(start, Input::Clock);
        let fill = OwnFill {
            instrument: InstrumentId(0),
            delivered: InstrumentId(0),
            side: Side::Buy,
            price: Price(6_950),
            lots: Lots(4),
            fee: Cash(0),
        };
        take(start, Input::Fill(fill));
        backtest.fill(start, &fill, &strategy);
        let later = start.plus_seconds(5);
        strategy.take(
            later,
            Input::Trade { instrument: InstrumentId(0), price: Price(6_900), lots: Lots(1) },
            &mut Vec::new(),
        );
        strategy.take(later.plus_seconds(6), Input::Clock, &mut Vec::new());
        backtest.see(later.plus_seconds(6), &strategy);
        let averages: Vec<i64> = backtest.markouts.iter().map(Markout::average_milli).collect();
        assert_eq!(averages[..3], [50_000, -50_000, -50_000], "fifty better at once, fifty worse ten seconds later");
        assert_eq!(backtest.markouts[3].lots, 0, "a minute has not passed");
        assert_eq!((backtest.fills, backtest.lots), ([1, 0], [4, 0]));
        assert_eq!(backtest.distances[5].filled, 4);
    }

    #[test]
    fn a_series_is_thinned_and_stays_in_order() {
        let symbol = Symbol::parse("AWS-ACT-1K-202706").unwrap();
        let reference = Reference::of(InstrumentId(0), &Instrument::credit(symbol).unwrap()).unwrap();
        let strategy = Strategy::new(Config::simple(&[symbol]), vec![reference.clone()]).unwrap();
        let mut backtest = Backtest::new(&[reference]);
        for second in 0..5_000 {
            backtest.see(Timestamp(SECOND).plus_seconds(second), &strategy);
        }
        assert!((POINTS / 2..=POINTS).contains(&backtest.points.len()), "{}", backtest.points.len());
        assert!(backtest.points.is_sorted_by(|a, b| a.at < b.at));
    }
}
