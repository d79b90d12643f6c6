//! What a run is measured by, counted from events and from looks at the books.

use crate::market::{Market, Taking};
use crate::world::Kind;
use unspent_engine::Engine;
use unspent_model::{Fill, InstrumentId, Phase, Price, Side, Timestamp};

/// How far from the best price an offer still counts as depth, in bp of face.
const NEAR: u32 = 300;
/// Prices are counted in steps of a tick.
const STEP: usize = 10;

/// Days left at a trade, from and to: a row of the curve of discounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeBucket {
    /// From so many days left.
    pub from: i64,
    /// To so many.
    pub to: i64,
    /// The median discount of what traded, by face, in bp; `None` without a trade.
    pub median: Option<i64>,
    /// The first and the third quartile.
    pub quartiles: Option<(i64, i64)>,
    /// Dollars of face that traded.
    pub face: u64,
}

/// From which days left on a row begins.
const AGES: [i64; 8] = [0, 21, 31, 61, 91, 181, 366, 3_000];

/// What a run came to. Shares and prices are in bp; face and money in dollars and cents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quality {
    /// Face that start-ups brought of months that ended in the run, in dollars.
    pub offered: u64,
    /// Of it, what was sold before its end.
    pub sold: u64,
    /// What they got for it, fees paid, in cents.
    pub proceeds: u64,
    /// Face that teams bought, in dollars.
    pub bought: u64,
    /// What they paid for it, fees included, in cents.
    pub paid: u64,
    /// Looks at books that were continuous, and of them those with both sides.
    pub looks: (u64, u64),
    /// The sum of spreads over looks with both sides, in bp.
    pub spreads: u64,
    /// The sum over looks of face within 300 bp of the best price, both sides together, in dollars.
    pub depths: u64,
    /// Face that was written off at the ends of months, whoever held it, in dollars.
    pub expired: u64,
    /// Of it, what start-ups held.
    pub expired_unsold: u64,
    /// Trades.
    pub trades: u64,
}

impl Quality {
    /// A part of a whole in 1/10,000.
    fn share(part: u64, whole: u64) -> i64 {
        match whole {
            0 => 0,
            _ => i64::try_from(u128::from(part) * 10_000 / u128::from(whole)).expect("a share fits"),
        }
    }

    /// The share of offered face that was sold before its end, in 1/10,000.
    #[must_use]
    pub fn sold_share(&self) -> i64 {
        Quality::share(self.sold, self.offered)
    }

    /// What start-ups got for a dollar that they offered, in bp.
    #[must_use]
    pub fn per_offered(&self) -> i64 {
        Quality::share(self.proceeds, self.offered * 100)
    }

    /// What they got for a dollar that they sold, in bp.
    #[must_use]
    pub fn per_sold(&self) -> i64 {
        Quality::share(self.proceeds, self.sold * 100)
    }

    /// What teams paid less than face, in bp of it.
    #[must_use]
    pub fn discount(&self) -> i64 {
        10_000 - Quality::share(self.paid, self.bought * 100)
    }

    /// The share of time with both sides, in 1/10,000.
    #[must_use]
    pub fn two_sided(&self) -> i64 {
        Quality::share(self.looks.1, self.looks.0)
    }

    /// The mean spread while there were both sides, in tenths of a bp.
    #[must_use]
    pub fn spread(&self) -> i64 {
        i64::try_from(self.spreads * 10 / self.looks.1.max(1)).expect("a spread fits")
    }

    /// The mean face near the best prices, in dollars.
    #[must_use]
    pub fn depth(&self) -> i64 {
        i64::try_from(self.depths / self.looks.0.max(1)).expect("a depth fits")
    }
}

/// What is counted while a run goes on.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Nothing before is counted.
    from: Timestamp,
    /// Months that end later are not counted among what was offered.
    end: Timestamp,
    /// By book: offered and sold in dollars, proceeds in cents.
    books: Vec<[u64; 3]>,
    sums: Quality,
    /// Face by days left and price.
    prices: Vec<Vec<u64>>,
}

impl Tally {
    /// Counts from an instant to the end of a run.
    #[must_use]
    pub fn new(from: Timestamp, end: Timestamp) -> Tally {
        let sums = Quality {
            offered: 0,
            sold: 0,
            proceeds: 0,
            bought: 0,
            paid: 0,
            looks: (0, 0),
            spreads: 0,
            depths: 0,
            expired: 0,
            expired_unsold: 0,
            trades: 0,
        };
        Tally { from, end, books: Vec::new(), sums, prices: vec![vec![0; 10_000 / STEP + 1]; AGES.len() - 1] }
    }

    fn book(&mut self, id: InstrumentId) -> &mut [u64; 3] {
        let at = id.0 as usize;
        if self.books.len() <= at {
            self.books.resize(at + 1, [0; 3]);
        }
        &mut self.books[at]
    }

    /// A start-up brought credits.
    pub fn offered(&mut self, id: InstrumentId, face: u64) {
        self.book(id)[0] += face;
    }

    /// A trade, with who bought and who sold.
    pub fn fill(&mut self, fill: &Fill, buyer: Kind, seller: Kind, market: &Market) {
        let (buy, sell) = match fill.taker_side {
            Side::Buy => (&fill.taker, &fill.maker),
            Side::Sell => (&fill.maker, &fill.taker),
        };
        let face = u64::from(market.book(fill.instrument).face) * u64::from(fill.lots.0);
        let cents = face * u64::from(fill.price.0) / 100;
        if seller == Kind::StartUp {
            let book = self.book(fill.instrument);
            book[1] += face;
            book[2] += cents - sell.fee.0;
        }
        if market.now < self.from {
            return;
        }
        self.sums.trades += 1;
        if buyer == Kind::Team {
            self.sums.bought += face;
            self.sums.paid += cents + buy.fee.0;
        }
        let days = market.days_left(fill.instrument);
        let age = AGES.partition_point(|&from| from <= days).clamp(1, AGES.len() - 1) - 1;
        self.prices[age][fill.price.0 as usize / STEP] += face;
    }

    /// A month has ended, and somebody held credits of it.
    pub fn expired(&mut self, holder: Kind, face: u64, now: Timestamp) {
        if now >= self.from {
            self.sums.expired += face;
            if holder == Kind::StartUp {
                self.sums.expired_unsold += face;
            }
        }
    }

    /// Looks at every book that is continuous.
    pub fn look(&mut self, engine: &Engine, market: &Market) {
        if market.now < self.from {
            return;
        }
        for programme in 0..market.programmes() {
            let months = market.months(programme);
            for (i, &id) in months.iter().enumerate() {
                if market.taking(id) != Taking::AtOnce {
                    continue;
                }
                self.sums.looks.0 += 1;
                let (bid, ask) = (market.opposite(id, Side::Sell), market.opposite(id, Side::Buy));
                if let (Some(bid), Some(ask)) = (bid, ask) {
                    self.sums.looks.1 += 1;
                    self.sums.spreads += u64::try_from(ask - bid).expect("no book is crossed");
                }
                let reach = |side: Side| match (market.dominance, side) {
                    (false, _) => &months[i..=i],
                    // What a seller can hit, and what a buyer can take.
                    (true, Side::Buy) => &months[..=i],
                    (true, Side::Sell) => &months[i..],
                };
                for (side, best) in [(Side::Buy, bid), (Side::Sell, ask)] {
                    let Some(best) = best else { continue };
                    let best = Price(u32::try_from(best).expect("a price"));
                    for &book in reach(side).iter().filter(|&&book| market.book(book).phase == Phase::Continuous) {
                        let face = u64::from(market.book(book).face);
                        let near = engine.levels(book, side).take_while(|(price, _)| price.0.abs_diff(best.0) <= NEAR);
                        self.sums.depths += near.map(|(_, lots)| lots * face).sum::<u64>();
                    }
                }
            }
        }
    }

    /// What the run came to.
    #[must_use]
    pub fn quality(&self, market: &Market) -> Quality {
        let mut quality = self.sums.clone();
        for (book, &[offered, sold, proceeds]) in market.books().iter().zip(&self.books) {
            if book.last_trade.is_some_and(|last| last >= self.from && last < self.end) {
                quality.offered += offered;
                quality.sold += sold;
                quality.proceeds += proceeds;
            }
        }
        quality
    }

    /// The median discount by days left, the fewest days first.
    #[must_use]
    pub fn ages(&self) -> Vec<AgeBucket> {
        let rows = AGES.windows(2).zip(&self.prices);
        rows.map(|(ages, counts)| age_bucket((ages[0], ages[1] - 1), counts)).collect()
    }

    /// The sum of two runs' prices, for a curve over several seeds.
    pub fn add_prices(&mut self, other: &Tally) {
        for (mine, theirs) in self.prices.iter_mut().zip(&other.prices) {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
    }
}

fn age_bucket((from, to): (i64, i64), counts: &[u64]) -> AgeBucket {
    let face: u64 = counts.iter().sum();
    // The discount below which so many quarters of the face traded: the highest prices first.
    let quantile = |quarters: u64| {
        let mut left = face * quarters / 4;
        for (step, &count) in counts.iter().enumerate().rev() {
            if count > left {
                return i64::try_from(10_000 - step * STEP).expect("a discount");
            }
            left -= count;
        }
        10_000
    };
    let some = face > 0;
    AgeBucket { from, to, median: some.then(|| quantile(2)), quartiles: some.then(|| (quantile(1), quantile(3))), face }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_by_face_and_in_discounts() {
        let mut counts = vec![0; 1_001];
        (counts[700], counts[600], counts[650]) = (10, 10, 1);
        let row = age_bucket((1, 2), &counts);
        assert_eq!((row.median, row.quartiles, row.face), (Some(3_500), Some((3_000, 4_000)), 21));
        assert_eq!(age_bucket((1, 2), &[0; 1_001]).median, None);
    }
}
