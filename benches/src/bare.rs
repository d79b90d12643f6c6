//! The book alone, with the least that can drive it.

use crate::{Case, Fill, Matcher};
use unspent_book::{Book, Slot, Step, Taker};
use unspent_flow::Op;
use unspent_model::{Lots, OwnerGroup, Price, SelfTrade, Side};

/// Bids and asks have an owner each, and every IOC a third: no order meets its own.
const BIDS: OwnerGroup = OwnerGroup(0);
const ASKS: OwnerGroup = OwnerGroup(1);
const IOCS: OwnerGroup = OwnerGroup(2);

/// Most orders that room is made for before the first.
const RESERVED: usize = 1 << 17;

/// A book and where its orders are, by id.
#[derive(Debug)]
pub struct Bare {
    book: Book,
    slots: Slots,
    fills: u64,
}

/// Many books and where their orders are, by id over all of them. Nothing is reserved.
#[derive(Debug)]
pub struct Books {
    books: Vec<Book>,
    slots: Slots,
}

/// Where orders are, by id.
#[derive(Debug)]
struct Slots(Vec<Option<Slot>>);

impl Slots {
    fn new(ids: usize) -> Slots {
        Slots(vec![None; ids + 1])
    }

    #[inline]
    fn apply(&mut self, book: &mut Book, op: &Op, each: &mut impl FnMut(Fill)) {
        match *op {
            Op::Add { id, side, price, lots } => {
                let owner = if side == Side::Buy { BIDS } else { ASKS };
                let leaves = take(book, side, price, lots, owner, each);
                if !leaves.is_zero() {
                    self.0[id.0 as usize] = Some(book.rest(id, side, price, leaves, owner));
                }
            }
            Op::Ioc { side, price, lots, .. } => {
                take(book, side, price, lots, IOCS, each);
            }
            Op::Cancel { id } => {
                book.remove(self.slot(id.0));
            }
            Op::Reduce { id, lots } => {
                let slot = self.slot(id.0);
                book.reduce(slot, book.get(slot).leaves - lots);
            }
        }
    }

    fn slot(&self, id: u64) -> Slot {
        self.0[id as usize].expect("only resting orders are named")
    }
}

#[inline]
fn take(book: &mut Book, side: Side, limit: Price, lots: Lots, owner: OwnerGroup, each: &mut impl FnMut(Fill)) -> Lots {
    let taker = Taker { side, limit, lots, owner, self_trade: SelfTrade::CancelNewest };
    book.take(&taker, |step| {
        if let Step::Fill { maker, price, lots, .. } = step {
            each(Fill { maker, price, lots });
        }
    })
    .0
}

impl Bare {
    /// An empty book for a case, with room for its orders.
    #[must_use]
    pub fn new(price_max: Price, ids: usize) -> Bare {
        let mut book = Book::new(price_max);
        book.reserve(ids.min(RESERVED));
        Bare { book, slots: Slots::new(ids), fills: 0 }
    }

    /// Carries out one operation.
    #[inline]
    pub fn apply(&mut self, op: &Op) {
        let fills = &mut self.fills;
        self.slots.apply(&mut self.book, op, &mut |_| *fills += 1);
    }

    /// The open lots of a resting order.
    #[must_use]
    pub fn leaves(&self, id: unspent_model::OrderId) -> Lots {
        self.book.get(self.slots.slot(id.0)).leaves
    }

    /// How many fills [`Bare::apply`] made.
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

impl Matcher for Bare {
    type Command = Op;

    fn name() -> &'static str {
        "unspent-book"
    }

    fn prepare(case: &Case) -> Vec<Op> {
        case.ops().copied().collect()
    }

    fn open(case: &Case) -> Bare {
        Bare::new(case.price_max, case.ids())
    }

    #[inline]
    fn apply_each(&mut self, op: &Op, each: &mut impl FnMut(Fill)) {
        self.slots.apply(&mut self.book, op, each);
    }
}

impl Books {
    /// So many empty books, and room to name orders up to `ids`.
    #[must_use]
    pub fn new(count: usize, price_max: Price, ids: usize) -> Books {
        Books { books: (0..count).map(|_| Book::new(price_max)).collect(), slots: Slots::new(ids) }
    }

    /// Carries out one operation on one book; returns its fills.
    #[inline]
    pub fn apply(&mut self, book: usize, op: &Op) -> u64 {
        let mut fills = 0;
        self.slots.apply(&mut self.books[book], op, &mut |_| fills += 1);
        fills
    }

    /// Carries out one operation on a book that stands elsewhere; only the orders' places are kept here.
    pub fn apply_to(&mut self, book: &mut Book, op: &Op) {
        self.slots.apply(book, op, &mut |_| {});
    }

    /// The books.
    #[must_use]
    pub fn books(&self) -> &[Book] {
        &self.books
    }
}
