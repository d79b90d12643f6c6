//! The book alone, with the least that can drive it.

use unspent_book::{Book, Slot, Step, Taker};
use unspent_flow::Op;
use unspent_model::{Lots, OrderId, OwnerGroup, Price, SelfTrade, Side};

/// Bids and asks have an owner each, and every IOC a third: no order meets its own.
const BIDS: OwnerGroup = OwnerGroup(0);
const ASKS: OwnerGroup = OwnerGroup(1);
const IOCS: OwnerGroup = OwnerGroup(2);

/// A book and where its orders are, by id.
#[derive(Debug)]
pub struct Bare {
    book: Book,
    slots: Vec<Option<Slot>>,
    fills: u64,
}

impl Bare {
    /// An empty book with room for ids up to `ids`.
    #[must_use]
    pub fn new(ids: usize) -> Bare {
        let mut book = Book::new(Price(10_000));
        book.reserve(ids.min(1 << 17));
        Bare { book, slots: vec![None; ids + 1], fills: 0 }
    }

    /// Carries out one operation.
    #[inline]
    pub fn apply(&mut self, op: &Op) {
        match *op {
            Op::Add { id, side, price, lots } => {
                let owner = if side == Side::Buy { BIDS } else { ASKS };
                let leaves = self.take(side, price, lots, owner);
                if !leaves.is_zero() {
                    self.slots[id.0 as usize] = Some(self.book.rest(id, side, price, leaves, owner));
                }
            }
            Op::Ioc { side, price, lots, .. } => {
                self.take(side, price, lots, IOCS);
            }
            Op::Cancel { id } => {
                self.book.remove(self.slot(id));
            }
            Op::Reduce { id, lots } => {
                let slot = self.slot(id);
                self.book.reduce(slot, self.book.get(slot).leaves - lots);
            }
        }
    }

    fn take(&mut self, side: Side, limit: Price, lots: Lots, owner: OwnerGroup) -> Lots {
        let taker = Taker { side, limit, lots, owner, self_trade: SelfTrade::CancelNewest };
        let fills = &mut self.fills;
        self.book.take(&taker, |step| *fills += u64::from(matches!(step, Step::Fill { .. }))).0
    }

    fn slot(&self, id: OrderId) -> Slot {
        self.slots[id.0 as usize].expect("only resting orders are named")
    }

    /// How many fills there were.
    #[must_use]
    pub fn fills(&self) -> u64 {
        self.fills
    }

    /// The book.
    #[must_use]
    pub fn book(&self) -> &Book {
        &self.book
    }
}
