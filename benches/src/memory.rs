//! Memory: what books and engines hold, by the bytes that they asked the allocator for.

use crate::{Bare, Books, Case, Cell, Matcher, Prepared, Script, Table, Terms, Venue, deep, sweep_apart};
use std::hint::black_box;
use unspent_book::Book;
use unspent_model::{Price, Sequenced};

const PRICE_MAX: Price = Price(10_000);

/// What a counting allocator knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heap {
    /// Bytes in use.
    pub live: usize,
    /// How often memory was asked for so far, growth in place included.
    pub requests: usize,
}

/// Reads the counting allocator.
pub type Meter<'a> = &'a dyn Fn() -> Heap;

fn held<T>(meter: Meter<'_>, make: impl FnOnce() -> T) -> (T, usize) {
    let before = meter().live;
    let made = make();
    (made, meter().live.saturating_sub(before))
}

fn each(bytes: usize, count: usize) -> Cell {
    Cell::Number(bytes as f64 / count as f64, 1)
}

/// Bytes of empty books and of venues without orders.
#[must_use]
pub fn empty(meter: Meter<'_>, count: usize) -> Table {
    let mut table = Table::new(
        "Memory of what is empty, by what its allocations hold",
        &[("what", ""), ("count", ""), ("all", "bytes"), ("each", "bytes")],
    );
    let (books, bytes) = held(meter, || -> Vec<Book> {
        let mut books = Vec::with_capacity(count);
        books.extend((0..count).map(|_| Book::new(PRICE_MAX)));
        books
    });
    table.row(vec!["empty books, the book itself included".into(), count.into(), bytes.into(), each(bytes, count)]);
    drop(books);
    let instruments = u32::try_from(count).expect("few instruments");
    let terms = |instruments| Terms { instruments, ..Terms::one(PRICE_MAX, 0) };
    let (one, of_one) = held(meter, || Venue::new(&terms(1)));
    let (many, of_many) = held(meter, || Venue::new(&terms(instruments + 1)));
    let (of_one, of_many) = (of_one.saturating_sub(one.event_bytes()), of_many.saturating_sub(many.event_bytes()));
    let more = of_many.saturating_sub(of_one);
    table.row(vec!["an engine: 1 instrument, 5 accounts".into(), 1_usize.into(), of_one.into(), each(of_one, 1)]);
    let what = "instruments more in an engine, each held by 5 accounts";
    table.row(vec![what.into(), count.into(), more.into(), each(more, count)]);
    drop((one, many));
    table
}

/// Bytes of a resting order in the book and in the whole engine, against how many rest.
///
/// # Panics
/// When an operation is refused.
#[must_use]
pub fn resting(meter: Meter<'_>, book_sizes: &[usize], engine_sizes: &[usize]) -> Table {
    let mut table = Table::new(
        "Memory of a resting order",
        &[
            ("where", ""),
            ("shape", ""),
            ("resting", "orders"),
            ("all", "bytes"),
            ("an order", "bytes, grown"),
            ("an order", "bytes, reserved"),
        ],
    );
    let shape = "2 × 1,000 adjacent levels";
    for &size in book_sizes {
        let case = deep(size, 0);
        let grown = book_bytes(meter, &case, None);
        let reserved = book_bytes(meter, &case, Some(size));
        table.row(vec![
            "book".into(),
            shape.into(),
            size.into(),
            grown.into(),
            each(grown, size),
            each(reserved, size),
        ]);
    }
    let apart = sweep_apart(1);
    let (size, grown) = (apart.opening.len(), book_bytes(meter, &apart, None));
    let reserved = book_bytes(meter, &apart, Some(size));
    let shape_apart = "every 64th price, the worst";
    let cells = [each(grown, size), each(reserved, size)];
    let [grown_each, reserved_each] = cells;
    table.row(vec!["book".into(), shape_apart.into(), size.into(), grown.into(), grown_each, reserved_each]);
    for cl_ord_ids in [false, true] {
        let on = if cl_ord_ids { "engine, client order ids of 36 bytes" } else { "engine" };
        for &size in engine_sizes {
            let case = deep(size, 0);
            let terms = Terms { cl_ord_ids, ..Terms::one(case.price_max, size) };
            let mut script = Script::new(terms);
            let mut venue = Venue::new(&terms);
            let before = meter().live;
            let mut scripted = 0;
            for op in &case.opening {
                // The script's own memory is not the engine's.
                let (command, bytes) = held(meter, || script.command(op));
                scripted += bytes;
                venue.apply(&command);
                assert!(!venue.was_rejected(), "{op:?} is refused");
            }
            let bytes = (meter().live - before).saturating_sub(scripted);
            assert_eq!(venue.open_orders(), size, "every order rests");
            table.row(vec![on.into(), shape.into(), size.into(), bytes.into(), each(bytes, size), Cell::Nothing]);
        }
    }
    table
}

/// What a book alone holds after a case's opening; the index by id is not in it.
fn book_bytes(meter: Meter<'_>, case: &Case, reserve: Option<usize>) -> usize {
    let mut places = Books::new(0, PRICE_MAX, case.ids());
    let (book, bytes) = held(meter, || {
        let mut book = Book::new(case.price_max);
        if let Some(orders) = reserve {
            book.reserve(orders);
        }
        case.opening.iter().for_each(|op| places.apply_to(&mut book, op));
        book
    });
    assert_eq!(book.len(), case.opening.len(), "every order rests");
    drop(black_box(book));
    bytes
}

/// How often memory is asked for in the timed part of each case.
#[must_use]
pub fn requests(meter: Meter<'_>, cases: &[Case]) -> Table {
    let mut table = Table::new(
        "Requests to the allocator after the warm-up, and by how much memory in use changed",
        &[("case", ""), ("on", ""), ("timed", "commands"), ("requests", ""), ("change", "bytes")],
    );
    for case in cases {
        steady::<Bare>(meter, case, &mut table);
        steady::<Venue>(meter, case, &mut table);
    }
    table
}

fn steady<M: Matcher>(meter: Meter<'_>, case: &Case, table: &mut Table) {
    let prepared = Prepared::<M>::new(case);
    let mut matcher = prepared.build();
    let before = meter();
    black_box(prepared.run(&mut matcher));
    let after = meter();
    let change = after.live as f64 - before.live as f64;
    table.row(vec![
        case.name.into(),
        M::name().into(),
        case.timed.len().into(),
        (after.requests - before.requests).into(),
        Cell::Number(change, 0),
    ]);
}

/// Sizes of the values that cross the engine's border.
#[must_use]
pub fn values() -> Table {
    let mut table = Table::new("Sizes of values", &[("value", ""), ("size", "bytes")]);
    table.row(vec!["a command with its stamps".into(), size_of::<Sequenced>().into()]);
    table.row(vec!["an event".into(), size_of::<unspent_model::Event>().into()]);
    table.row(vec!["a book".into(), size_of::<Book>().into()]);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_filled_where_nothing_is_counted() {
        let meter = || Heap::default();
        assert_eq!(empty(&meter, 10).len(), 3);
        assert_eq!(resting(&meter, &[100], &[100, 200]).len(), 6);
        let cases: Vec<Case> = crate::mixes(2_000).into_iter().map(|case| case.warmed(1_000)).collect();
        assert_eq!(requests(&meter, &cases).len(), 6);
        assert_eq!(values().len(), 3);
    }
}
