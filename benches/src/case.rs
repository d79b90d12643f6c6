//! The cases: one kind of operation each, and the three mixes.

use crate::{Bare, Venue, commands};
use unspent_flow::{Flow, Mix, Op, Random};
use unspent_model::{Lots, OrderId, Price, Side};

const SEED: u64 = 7;
/// How many operations of a mix are timed.
const MIXED_OPS: usize = 200_000;
/// How many operations of one kind.
const SINGLE_OPS: usize = 10_000;
const SWEPT_LEVELS: usize = 20;

/// One thing to time.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub name: &'static str,
    /// What builds the book; not timed.
    pub opening: Vec<Op>,
    /// What is timed.
    pub timed: Vec<Op>,
    /// What throughput counts: the timed operations, or for a sweep its fills.
    pub elements: u64,
    /// How many fills the timed part has, where its name promises a number.
    promised_fills: Option<u64>,
}

/// All cases.
#[must_use]
pub fn cases() -> Vec<Case> {
    vec![
        add(),
        cancel(),
        match_one(),
        sweep(),
        mix("mix_mixed", Mix::Mixed),
        mix("mix_deep", Mix::Deep),
        mix("mix_sweeps", Mix::Sweeps),
    ]
}

fn mix(name: &'static str, mix: Mix) -> Case {
    let flow = Flow::new(mix, SEED);
    let opening = flow.opening().to_vec();
    let timed: Vec<Op> = flow.take(MIXED_OPS).collect();
    Case { name, opening, elements: timed.len() as u64, timed, promised_fills: None }
}

/// `count` orders of 1 to 99 lots on 2 × 1,000 levels, none of which crosses.
fn resting(count: usize) -> Vec<Op> {
    Flow::new(Mix::Deep, SEED).opening()[..count].to_vec()
}

/// 10,000 adds beside 10,000 resting orders.
fn add() -> Case {
    let mut opening = resting(2 * SINGLE_OPS);
    let timed = opening.split_off(SINGLE_OPS);
    Case { name: "add", opening, timed, elements: SINGLE_OPS as u64, promised_fills: Some(0) }
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
    Case { name: "cancel", opening, timed, elements: SINGLE_OPS as u64, promised_fills: Some(0) }
}

/// 10,000 IOC orders, on the two sides in turn, each of which takes exactly the order at the front.
fn match_one() -> Case {
    let opening = resting(2 * SINGLE_OPS + 2_000);
    let mut bare = Bare::new(opening.len());
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
    Case { name: "match", opening, timed, elements: SINGLE_OPS as u64, promised_fills: Some(SINGLE_OPS as u64) }
}

/// 100 IOC orders, on the two sides in turn, each of which takes exactly 20 levels of 10 orders: 200 fills. Throughput
/// counts fills.
fn sweep() -> Case {
    let opening = Flow::new(Mix::Sweeps, SEED).opening().to_vec();
    let mut bare = Bare::new(opening.len());
    opening.iter().for_each(|op| bare.apply(op));
    let levels = |side| -> Vec<(Price, u64)> { bare.book().levels(side).collect() };
    let (bids, asks) = (levels(Side::Buy), levels(Side::Sell));
    let mut id = opening.len() as u64;
    let mut timed = Vec::new();
    for (bids, asks) in bids.chunks_exact(SWEPT_LEVELS).zip(asks.chunks_exact(SWEPT_LEVELS)) {
        for (side, swept) in [(Side::Sell, bids), (Side::Buy, asks)] {
            id += 1;
            let lots = swept.iter().map(|level| level.1).sum::<u64>();
            let lots = Lots(u32::try_from(lots).expect("few lots"));
            let price = swept[SWEPT_LEVELS - 1].0;
            timed.push(Op::Ioc { id: OrderId(id), side, price, lots });
        }
    }
    let fills = opening.len() as u64;
    Case { name: "sweep", opening, timed, elements: fills, promised_fills: Some(fills) }
}

impl Case {
    /// The highest order id.
    #[must_use]
    pub fn ids(&self) -> usize {
        let id = |op: &Op| match op {
            Op::Add { id, .. } | Op::Ioc { id, .. } => id.0,
            Op::Cancel { .. } | Op::Reduce { .. } => 0,
        };
        self.opening.iter().chain(&self.timed).map(id).max().map_or(0, |id| id as usize)
    }

    /// Runs it once on book and engine and compares: the same fills and the same book, and as many fills as promised.
    ///
    /// # Panics
    /// When the case is not what its name says.
    pub fn check(&self) {
        let mut bare = Bare::new(self.ids());
        self.opening.iter().for_each(|op| bare.apply(op));
        assert_eq!(bare.fills(), 0, "{}: the opening trades", self.name);
        self.timed.iter().for_each(|op| bare.apply(op));
        if let Some(promised) = self.promised_fills {
            assert_eq!(bare.fills(), promised, "{}: another number of fills", self.name);
        }
        bare.book().check_invariants();

        let mut venue = Venue::new();
        for command in commands(self.opening.iter().chain(&self.timed)) {
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
    }
}
