//! The cases: one kind of operation each, the three mixes, and recorded flow.

use crate::{Bare, Matcher, Venue, compare};
use unspent_flow::{Flow, Mix, Op, Random};
use unspent_model::{Lots, OrderId, Price, Side};

const SEED: u64 = 7;
/// The prices of a credit.
const PRICE_MAX: Price = Price(10_000);
/// How many operations of one kind.
const SINGLE_OPS: usize = 10_000;
const SWEPT_LEVELS: usize = 20;

/// How many operations of a mix are timed, where nothing else is asked.
pub const MIX_OPS: usize = 200_000;

/// One thing to time.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub name: &'static str,
    /// What builds the book; not timed.
    pub opening: Vec<Op>,
    /// What is timed.
    pub timed: Vec<Op>,
    /// The highest price that may be named.
    pub price_max: Price,
    /// What throughput counts: the timed operations, or for a sweep its fills.
    pub elements: u64,
    /// How many fills the timed part has, where its name promises a number.
    promised_fills: Option<u64>,
}

/// One kind of operation each, then the mixes.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut cases = vec![add(), cancel(), match_one(), sweep(SWEPT_LEVELS)];
    cases.extend(mixes(MIX_OPS));
    cases
}

/// The case of this name among [`cases`], made without the others; a mix of so many timed operations.
#[must_use]
pub fn case(name: &str, mix_ops: usize) -> Option<Case> {
    match name {
        "add" => Some(add()),
        "cancel" => Some(cancel()),
        "match" => Some(match_one()),
        "sweep" => Some(sweep(SWEPT_LEVELS)),
        _ => mixes_named(mix_ops, Some(name)).pop(),
    }
}

/// The three mixes, of so many timed operations each.
#[must_use]
pub fn mixes(ops: usize) -> Vec<Case> {
    mixes_named(ops, None)
}

fn mixes_named(ops: usize, only: Option<&str>) -> Vec<Case> {
    let mix = |(name, mix)| {
        let flow = Flow::new(mix, SEED);
        let opening = flow.opening().to_vec();
        Case::new(name, PRICE_MAX, opening, flow.take(ops).collect())
    };
    let all = [("mix_mixed", Mix::Mixed), ("mix_deep", Mix::Deep), ("mix_sweeps", Mix::Sweeps)];
    all.into_iter().filter(|&(name, _)| only.is_none_or(|only| only == name)).map(mix).collect()
}

/// The deep mix around so many resting orders.
#[must_use]
pub fn deep(resting: usize, ops: usize) -> Case {
    let flow = Flow::sized(Mix::Deep, SEED, resting);
    let opening = flow.opening().to_vec();
    Case::new("deep", PRICE_MAX, opening, flow.take(ops).collect())
}

/// `count` orders of 1 to 99 lots on 2 × 1,000 levels, none of which crosses.
fn resting(count: usize) -> Vec<Op> {
    Flow::new(Mix::Deep, SEED).opening()[..count].to_vec()
}

/// 10,000 adds beside 10,000 resting orders.
fn add() -> Case {
    let mut opening = resting(2 * SINGLE_OPS);
    let timed = opening.split_off(SINGLE_OPS);
    Case { promised_fills: Some(0), ..Case::new("add", PRICE_MAX, opening, timed) }
}

/// 10,000 of 20,000 resting orders are cancelled, by chance.
fn cancel() -> Case {
    let opening = resting(2 * SINGLE_OPS);
    let mut random = Random::new(SEED);
    let mut ids: Vec<OrderId> = (1..=opening.len() as u64).map(OrderId).collect();
    for at in 0..SINGLE_OPS {
        let rest = u32::try_from(ids.len() - at).expect("few orders");
        ids.swap(at, at + random.below(rest) as usize);
    }
    let timed = ids[..SINGLE_OPS].iter().map(|&id| Op::Cancel { id }).collect();
    Case { promised_fills: Some(0), ..Case::new("cancel", PRICE_MAX, opening, timed) }
}

/// 10,000 IOC orders, on the two sides in turn, each of which takes exactly the order at the front.
fn match_one() -> Case {
    let opening = resting(2 * SINGLE_OPS + 2_000);
    let mut bare = Bare::new(PRICE_MAX, opening.len());
    opening.iter().for_each(|op| bare.apply(op));
    let mut id = opening.len() as u64;
    let (mut bids, mut asks) = (bare.book().queue(Side::Buy), bare.book().queue(Side::Sell));
    let mut timed = Vec::new();
    for at in 0..SINGLE_OPS {
        let front = if at % 2 == 0 { bids.next() } else { asks.next() }.expect("enough orders rest");
        id += 1;
        let side = front.side.opposite();
        timed.push(Op::Ioc { id: OrderId(id), side, price: front.price, lots: front.leaves });
    }
    drop((bids, asks));
    Case { promised_fills: Some(SINGLE_OPS as u64), ..Case::new("match", PRICE_MAX, opening, timed) }
}

/// IOC orders, on the two sides in turn, each of which takes exactly so many adjacent levels of 10 orders, of which there
/// are 1,000 a side. Throughput counts fills.
#[must_use]
pub fn sweep(levels: usize) -> Case {
    let opening = Flow::new(Mix::Sweeps, SEED).opening().to_vec();
    swept("sweep", PRICE_MAX, opening, levels)
}

/// As [`sweep`], but of one order on every 64th price: every level is in another leaf of the book.
#[must_use]
pub fn sweep_apart(levels: usize) -> Case {
    const APART: u32 = 64;
    const A_SIDE: u32 = 1_000;
    let (mid, price_max) = (A_SIDE * APART + 1, Price(2 * A_SIDE * APART + 2));
    let mut random = Random::new(SEED);
    let sides = [Side::Buy, Side::Sell].into_iter().cycle();
    let ticks = (1..=A_SIDE).flat_map(|level| [level * APART; 2]);
    let opening = (1..).zip(sides.zip(ticks)).map(|(id, (side, ticks))| {
        let price = Price(if side == Side::Buy { mid - ticks } else { mid + ticks });
        Op::Add { id: OrderId(id), side, price, lots: Lots(random.between(1, 99)) }
    });
    swept("sweep_apart", price_max, opening.collect(), levels)
}

fn swept(name: &'static str, price_max: Price, opening: Vec<Op>, swept_levels: usize) -> Case {
    let mut bare = Bare::new(price_max, opening.len());
    opening.iter().for_each(|op| bare.apply(op));
    let levels = |side| -> Vec<(Price, u64)> { bare.book().levels(side).collect() };
    let (bids, asks) = (levels(Side::Buy), levels(Side::Sell));
    let mut id = opening.len() as u64;
    let mut timed = Vec::new();
    let mut fills = 0;
    let orders_a_level = opening.len() as u64 / (bids.len() + asks.len()) as u64;
    for (bids, asks) in bids.chunks_exact(swept_levels).zip(asks.chunks_exact(swept_levels)) {
        for (side, swept) in [(Side::Sell, bids), (Side::Buy, asks)] {
            id += 1;
            let lots = swept.iter().map(|level| level.1).sum::<u64>();
            let lots = Lots(u32::try_from(lots).expect("few lots"));
            let price = swept[swept_levels - 1].0;
            timed.push(Op::Ioc { id: OrderId(id), side, price, lots });
            fills += swept_levels as u64 * orders_a_level;
        }
    }
    Case { elements: fills, promised_fills: Some(fills), ..Case::new(name, price_max, opening, timed) }
}

impl Case {
    /// A case whose throughput counts operations.
    #[must_use]
    pub fn new(name: &'static str, price_max: Price, opening: Vec<Op>, timed: Vec<Op>) -> Case {
        Case { name, opening, price_max, elements: timed.len() as u64, timed, promised_fills: None }
    }

    /// All its operations, the opening's first.
    pub fn ops(&self) -> impl Iterator<Item = &Op> + Clone {
        self.opening.iter().chain(&self.timed)
    }

    /// The highest order id.
    #[must_use]
    pub fn ids(&self) -> usize {
        let id = |op: &Op| match op {
            Op::Add { id, .. } | Op::Ioc { id, .. } => id.0,
            Op::Cancel { .. } | Op::Reduce { .. } => 0,
        };
        self.ops().map(id).max().map_or(0, |id| id as usize)
    }

    /// The same, with the first timed operations in the opening.
    ///
    /// # Panics
    /// When throughput counts something else than operations.
    #[must_use]
    pub fn warmed(mut self, ops: usize) -> Case {
        assert!(self.promised_fills.is_none(), "a case with promised fills is timed whole");
        let timed = self.timed.split_off(ops.min(self.timed.len()));
        self.opening.append(&mut self.timed);
        Case::new(self.name, self.price_max, self.opening, timed)
    }

    /// The first timed operations alone.
    #[must_use]
    pub fn shortened(mut self, ops: usize) -> Case {
        self.timed.truncate(ops);
        Case::new(self.name, self.price_max, self.opening, self.timed)
    }

    /// What each operation leaves open of the order that it reduces; zero for every other operation.
    #[must_use]
    pub fn leaves(&self) -> Vec<Lots> {
        let mut bare = Bare::open(self);
        self.ops()
            .map(|op| {
                bare.apply(op);
                match op {
                    Op::Reduce { id, .. } => bare.leaves(*id),
                    _ => Lots::ZERO,
                }
            })
            .collect()
    }

    /// The same flow for those that cannot reduce an order in its place: without reductions, and without the cancels of
    /// orders that now trade before.
    #[must_use]
    pub fn without_reductions(&self, name: &'static str) -> Case {
        let mut bare = Bare::open(self);
        let mut open = vec![Lots::ZERO; self.ids() + 1];
        let mut kept = |op: &Op| {
            match *op {
                Op::Reduce { .. } => return false,
                Op::Cancel { id } if open[id.0 as usize].is_zero() => return false,
                Op::Cancel { id } => open[id.0 as usize] = Lots::ZERO,
                Op::Add { id, lots, .. } => open[id.0 as usize] = lots,
                Op::Ioc { .. } => {}
            }
            let mut taken = Lots::ZERO;
            bare.apply_each(op, &mut |fill| {
                let maker = &mut open[fill.maker.0 as usize];
                *maker = *maker - fill.lots;
                taken = taken + fill.lots;
            });
            if let Op::Add { id, lots, .. } = *op {
                open[id.0 as usize] = lots - taken;
            }
            true
        };
        let opening = self.opening.iter().filter(|op| kept(op)).copied().collect();
        let timed = self.timed.iter().filter(|op| kept(op)).copied().collect();
        Case::new(name, self.price_max, opening, timed)
    }

    /// Whether an operation reduces an order.
    #[must_use]
    pub fn reduces(&self) -> bool {
        self.ops().any(|op| matches!(op, Op::Reduce { .. }))
    }

    /// Runs it once on book and engine and compares: the same fills and the same book, and as many fills as promised.
    ///
    /// # Panics
    /// When the case is not what its name says.
    pub fn check(&self) {
        let mut bare = Bare::open(self);
        self.opening.iter().for_each(|op| bare.apply(op));
        let before = bare.fills();
        self.timed.iter().for_each(|op| bare.apply(op));
        if let Some(promised) = self.promised_fills {
            assert_eq!(before, 0, "{}: the opening trades", self.name);
            assert_eq!(bare.fills(), promised, "{}: another number of fills", self.name);
        }
        bare.book().check_invariants();

        if let Err(differs) = compare::<Venue>(self) {
            panic!("{}: book and engine disagree at {differs}", self.name);
        }
        let mut venue = Venue::open(self);
        for command in Venue::prepare(self) {
            venue.apply(&command);
            assert!(!venue.was_rejected(), "{}: refused {command:?}", self.name);
        }
        assert_eq!(venue.fills(), bare.fills(), "{}: book and engine disagree", self.name);
        for side in [Side::Buy, Side::Sell] {
            assert!(venue.levels(side).eq(bare.book().levels(side)), "{}: book and engine disagree", self.name);
        }
        venue.check_invariants();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_does_what_it_says_on_book_and_engine() {
        for case in cases() {
            case.check();
        }
        sweep(1_000).check();
        sweep_apart(7).check();
        deep(1_000, 10_000).warmed(2_000).check();
    }
}
