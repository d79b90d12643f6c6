//! The mixes of order flow that a matching core is measured with.
//!
//! Prices are 1..=10,000 price units, the domain of a credit; order ids count from 1 without a gap, over [`Op::Add`]
//! and [`Op::Ioc`] together. Shares are in hundredths of all operations; where they would let the book grow or shrink
//! without end, an add becomes a cancel or a cancel an add as soon as it is 5 % away from its size.

use crate::book::Book;
use crate::random::Random;
use std::collections::VecDeque;
use unspent_model::{Lots, OrderId, Price, Side};

/// One operation on a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// A limit order: trades what crosses, then rests.
    Add {
        /// Its id.
        id: OrderId,
        /// Its side.
        side: Side,
        /// Its limit price.
        price: Price,
        /// Its lots.
        lots: Lots,
    },
    /// An immediate-or-cancel order: trades what crosses, then is gone.
    Ioc {
        /// Its id.
        id: OrderId,
        /// Its side.
        side: Side,
        /// Its limit price.
        price: Price,
        /// Its lots.
        lots: Lots,
    },
    /// A resting order leaves.
    Cancel {
        /// Its id.
        id: OrderId,
    },
    /// A resting order loses lots and keeps its place. None of the mixes has it; a message file read as operations does.
    Reduce {
        /// Its id.
        id: OrderId,
        /// The lots it loses, fewer than it has.
        lots: Lots,
    },
}

/// A kind of flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// 10,000 orders rest. 60 % limit orders of 1 to 99 lots within 100 ticks of a drifting mid (so that now and then
    /// one crosses), 35 % cancels of an order by chance, 5 % crossing IOC of 50 to 449 lots.
    Mixed,
    /// 100,000 orders rest on 2 × 1,000 levels. 50 % cancels, 48 % adds that never cross, 2 % IOC, all of 1 to 99 lots.
    /// Cancels and fills outrun the adds: the book falls to 95,000 and then as many are added as leave; the few dozen
    /// levels next to the mid are thin, for the IOC orders take them faster than they fill.
    Deep,
    /// 10 orders of 1 to 99 lots on each of 2 × 1,000 levels. One IOC that takes exactly the 20 best levels of a side,
    /// then the 200 adds, shuffled, that bring them back.
    Sweeps,
}

impl Mix {
    /// Shares of adds and of cancels in hundredths; the rest is IOC.
    fn shares(self) -> (u32, u32) {
        match self {
            Mix::Mixed => (60, 35),
            Mix::Deep | Mix::Sweeps => (48, 50),
        }
    }

    fn resting(self) -> usize {
        match self {
            Mix::Mixed => 10_000,
            Mix::Deep => 100_000,
            Mix::Sweeps => 20_000,
        }
    }
}

/// How far prices lie from the mid at most: in [`Mix::Mixed`], and in the others.
const NEAR: u32 = 100;
const FAR: u32 = 1_000;
const SWEPT_LEVELS: usize = 20;
const ORDERS_A_LEVEL: u32 = 10;

/// Endless flow of one mix: first [`Flow::opening`], then what it yields.
#[derive(Clone, Debug)]
pub struct Flow {
    mix: Mix,
    random: Random,
    book: Book,
    last_id: OrderId,
    mid: u32,
    size: usize,
    opening: Vec<Op>,
    waiting: VecDeque<Op>,
}

impl Flow {
    /// The flow of a mix that this seed begins.
    #[must_use]
    pub fn new(mix: Mix, seed: u64) -> Flow {
        Flow::sized(mix, seed, mix.resting())
    }

    /// The flow of a mix around another number of resting orders; [`Mix::Sweeps`] has its own number whatever is asked.
    #[must_use]
    pub fn sized(mix: Mix, seed: u64, size: usize) -> Flow {
        let (random, book) = (Random::new(seed), Book::default());
        let (opening, waiting) = (Vec::new(), VecDeque::new());
        let mut flow = Flow { mix, random, book, last_id: OrderId(0), mid: 5_000, size, opening, waiting };
        match mix {
            Mix::Sweeps => {
                for side in [Side::Buy, Side::Sell] {
                    let prices: Vec<_> = (1..=FAR).map(|ticks| flow.away(side, ticks)).collect();
                    let adds = flow.fill_levels(side, &prices);
                    flow.opening.extend(adds);
                }
            }
            Mix::Mixed | Mix::Deep => {
                while flow.book.len() < size {
                    let op = flow.add();
                    flow.opening.push(op);
                }
            }
        }
        flow
    }

    /// The adds that build the book, none of which crosses.
    #[must_use]
    pub fn opening(&self) -> &[Op] {
        &self.opening
    }

    /// How many orders rest after everything yielded so far.
    #[must_use]
    pub fn resting(&self) -> usize {
        self.book.len()
    }

    fn id(&mut self) -> OrderId {
        self.last_id.0 += 1;
        self.last_id
    }

    fn side(&mut self) -> Side {
        if self.random.below(2) == 0 { Side::Buy } else { Side::Sell }
    }

    /// The price `ticks` worse than the mid for the resting side.
    fn away(&self, side: Side, ticks: u32) -> Price {
        match side {
            Side::Buy => Price(self.mid - ticks),
            Side::Sell => Price(self.mid + ticks),
        }
    }

    fn add(&mut self) -> Op {
        let reach = if self.mix == Mix::Mixed { NEAR } else { FAR };
        let (side, ticks) = (self.side(), self.random.between(1, reach));
        let (id, price, lots) = (self.id(), self.away(side, ticks), Lots(self.random.between(1, 99)));
        let leaves = self.book.take(side, price, lots);
        if !leaves.is_zero() {
            self.book.rest(id, side, price, leaves);
        }
        Op::Add { id, side, price, lots }
    }

    fn cancel(&mut self) -> Op {
        let id = self.book.pick(&mut self.random).expect("the book is kept near its size");
        self.book.remove(id);
        Op::Cancel { id }
    }

    fn ioc(&mut self) -> Op {
        let side = self.side();
        let lots = match self.mix {
            Mix::Mixed => self.random.between(50, 449),
            Mix::Deep | Mix::Sweeps => self.random.between(1, 99),
        };
        let Some((best, _)) = self.book.best(side.opposite()) else { return self.add() };
        let price = match side {
            Side::Buy => Price(best.0 + NEAR),
            Side::Sell => Price(best.0 - NEAR),
        };
        let (id, lots) = (self.id(), Lots(lots));
        self.book.take(side, price, lots);
        Op::Ioc { id, side, price, lots }
    }

    fn drift(&mut self) {
        match self.random.below(128) {
            0 => self.mid = (self.mid + 1).min(9_000),
            1 => self.mid = (self.mid - 1).max(1_000),
            _ => {}
        }
    }

    /// [`ORDERS_A_LEVEL`] new orders at each price, shuffled.
    fn fill_levels(&mut self, side: Side, prices: &[Price]) -> Vec<Op> {
        let mut places: Vec<_> = prices.iter().flat_map(|&price| (0..ORDERS_A_LEVEL).map(move |_| price)).collect();
        for last in (1..places.len()).rev() {
            let other = self.random.below(u32::try_from(last + 1).expect("few levels")) as usize;
            places.swap(last, other);
        }
        let add = |price| {
            let (id, lots) = (self.id(), Lots(self.random.between(1, 99)));
            self.book.rest(id, side, price, lots);
            Op::Add { id, side, price, lots }
        };
        places.into_iter().map(add).collect()
    }

    fn sweep(&mut self) -> Op {
        let side = self.side();
        let levels: Vec<_> = self.book.levels(side.opposite()).take(SWEPT_LEVELS).collect();
        let prices: Vec<_> = levels.iter().map(|level| level.0).collect();
        let lots = Lots(levels.iter().map(|level| u32::try_from(level.1).expect("few lots")).sum());
        let (id, price) = (self.id(), *prices.last().expect("the levels were brought back"));
        let leaves = self.book.take(side, price, lots);
        assert!(leaves.is_zero(), "the swept levels hold exactly the lots of the sweep");
        let adds = self.fill_levels(side.opposite(), &prices);
        self.waiting.extend(adds);
        Op::Ioc { id, side, price, lots }
    }
}

impl Iterator for Flow {
    type Item = Op;

    /// Never ends.
    fn next(&mut self) -> Option<Op> {
        if self.mix == Mix::Sweeps {
            return Some(self.waiting.pop_front().unwrap_or_else(|| self.sweep()));
        }
        if self.mix == Mix::Mixed {
            self.drift();
        }
        let (adds, cancels) = self.mix.shares();
        let (size, slack) = (self.size, self.size / 20);
        let (full, empty) = (self.book.len() > size + slack, self.book.len() < size - slack);
        let chance = self.random.below(100);
        Some(if chance >= adds + cancels {
            self.ioc()
        } else if (chance < adds && !full) || empty {
            self.add()
        } else {
            self.cancel()
        })
    }
}
