//! A book kept from a venue's messages, and held to what they say of it.

use rust_decimal::Decimal;
use std::collections::BTreeMap;
use unspent_model::{Phase, Symbol, Timestamp};
use unspent_protocol::{BookDepth, BookLevel, Kind, Stream, book_checksum};

/// The best levels of an instrument, as the venue last told them.
///
/// # Invariants
/// - Quantities are above zero, and no side has more levels than the depth asked for.
/// - Whoever is given one is given one whose messages came without a gap and whose checksum held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// Which instrument.
    pub symbol: Symbol,
    /// The engine's sequence of the last message in it.
    pub seq: u64,
    /// The phase, when it is not continuous: in a call the book may be crossed.
    pub phase: Option<Phase>,
    /// When it became so.
    pub timestamp: Timestamp,
    depth: usize,
    bids: BTreeMap<Decimal, u64>,
    asks: BTreeMap<Decimal, u64>,
}

impl Book {
    /// Bids, highest first.
    pub fn bids(&self) -> impl Iterator<Item = BookLevel> + '_ {
        self.bids.iter().rev().map(|(&price, &qty)| BookLevel { price, qty })
    }

    /// Asks, lowest first.
    pub fn asks(&self) -> impl Iterator<Item = BookLevel> + '_ {
        self.asks.iter().map(|(&price, &qty)| BookLevel { price, qty })
    }

    fn checksum(&self) -> u32 {
        let pair = |level: BookLevel| (level.price, level.qty);
        book_checksum(self.asks().map(pair), self.bids().map(pair))
    }

    fn take(&mut self, row: &unspent_protocol::Book) {
        for (side, levels) in [(&mut self.bids, &row.bids), (&mut self.asks, &row.asks)] {
            for level in levels {
                match level.qty {
                    0 => side.remove(&level.price),
                    qty => side.insert(level.price, qty),
                };
            }
        }
        while self.bids.len() > self.depth {
            self.bids.pop_first();
        }
        while self.asks.len() > self.depth {
            self.asks.pop_last();
        }
        (self.phase, self.timestamp) = (row.phase, row.timestamp);
    }
}

/// Why a book is not known for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookLoss {
    /// The connection was lost.
    Connection,
    /// A message was missing.
    Gap,
    /// The checksum did not hold.
    Checksum,
}

/// What a message did to a kept book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is in the book.
    Taken,
    /// It was told before, or came while a snapshot is waited for.
    Passed,
    /// The book is not known any more: a snapshot must be asked for.
    Lost(BookLoss),
}

/// Keeps a book.
#[derive(Debug)]
pub(crate) struct Keeper {
    depth: usize,
    book: Option<Book>,
}

impl Keeper {
    pub(crate) fn new(depth: BookDepth) -> Keeper {
        Keeper { depth: depth.levels() as usize, book: None }
    }

    /// The book; `None` until a snapshot, and from a loss to the next one.
    pub(crate) fn book(&self) -> Option<&Book> {
        self.book.as_ref()
    }

    pub(crate) fn forget(&mut self) {
        self.book = None;
    }

    pub(crate) fn take(&mut self, stream: &Stream<Vec<unspent_protocol::Book>>) -> Kept {
        let (Some(seq), Some(row)) = (stream.seq, stream.data.first()) else { return Kept::Passed };
        match (stream.kind, &mut self.book) {
            (Kind::Update, None) => return Kept::Passed,
            (Kind::Update, Some(book)) => {
                if seq <= book.seq {
                    return Kept::Passed;
                }
                // A snapshot may stand later than the message before the first change after it.
                if stream.prev_seq.is_some_and(|prev_seq| prev_seq > book.seq) {
                    return self.lose(BookLoss::Gap);
                }
                book.seq = seq;
                book.take(row);
            }
            // In the middle of a stream it takes the place of what a slow reader missed.
            (_, kept) => {
                let (symbol, depth) = (row.symbol, self.depth);
                let (bids, asks) = (BTreeMap::new(), BTreeMap::new());
                let mut book = Book { symbol, seq, phase: None, timestamp: row.timestamp, depth, bids, asks };
                book.take(row);
                *kept = Some(book);
            }
        }
        let book = self.book.as_ref().expect("it was taken into a book");
        match row.checksum {
            Some(checksum) if checksum != book.checksum() => self.lose(BookLoss::Checksum),
            _ => Kept::Taken,
        }
    }

    fn lose(&mut self, why: BookLoss) -> Kept {
        self.book = None;
        Kept::Lost(why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: Kind, seq: u64, prev_seq: Option<u64>, bids: &[(i64, u64)]) -> Stream<Vec<unspent_protocol::Book>> {
        let bids = bids.iter().map(|&(price, qty)| BookLevel { price: Decimal::new(price, 4), qty }).collect();
        let symbol = Symbol::parse("AWS-ACT-1K-202706").unwrap();
        let row = unspent_protocol::Book {
            symbol,
            bids,
            asks: Vec::new(),
            implied_bids: None,
            implied_asks: None,
            phase: None,
            checksum: None,
            timestamp: Timestamp(1),
        };
        Stream { kind, account: None, exec_seq: None, seq: Some(seq), prev_seq, data: vec![row] }
    }

    fn bids(keeper: &Keeper) -> Vec<(i64, u64)> {
        let bids = keeper.book().expect("a book").bids();
        bids.map(|level| (i64::try_from(level.price.mantissa()).unwrap(), level.qty)).collect()
    }

    #[test]
    fn messages_are_taken_once_and_in_order() {
        let mut keeper = Keeper::new(BookDepth::D10);
        assert_eq!(keeper.take(&row(Kind::Update, 3, Some(2), &[(6_600, 1)])), Kept::Passed, "no snapshot yet");
        assert_eq!(keeper.take(&row(Kind::Snapshot, 5, None, &[(6_600, 1), (6_500, 2)])), Kept::Taken);
        // The snapshot stands later than the message before this one.
        assert_eq!(keeper.take(&row(Kind::Update, 8, Some(4), &[(6_600, 0), (6_700, 3)])), Kept::Taken);
        assert_eq!(keeper.take(&row(Kind::Update, 8, Some(4), &[(6_700, 9)])), Kept::Passed, "told twice");
        assert_eq!(bids(&keeper), [(6_700, 3), (6_500, 2)]);
        assert_eq!(keeper.take(&row(Kind::Update, 11, Some(9), &[(6_800, 1)])), Kept::Lost(BookLoss::Gap));
        assert_eq!(keeper.book(), None);
        assert_eq!(keeper.take(&row(Kind::Update, 12, Some(11), &[(6_800, 1)])), Kept::Passed, "said once");
        assert_eq!(keeper.take(&row(Kind::Snapshot, 12, None, &[(6_100, 7)])), Kept::Taken);
        assert_eq!(bids(&keeper), [(6_100, 7)]);
    }

    #[test]
    fn a_side_has_no_more_levels_than_asked_for() {
        let mut keeper = Keeper::new(BookDepth::D10);
        let levels: Vec<(i64, u64)> = (1..=10).map(|i| (6_000 + i, 1)).collect();
        keeper.take(&row(Kind::Snapshot, 1, None, &levels));
        keeper.take(&row(Kind::Update, 2, Some(1), &[(6_020, 5)]));
        let kept = bids(&keeper);
        assert_eq!((kept.len(), kept[0], kept[9]), (10, (6_020, 5), (6_002, 1)));
    }

    #[test]
    fn a_checksum_that_does_not_hold_loses_the_book() {
        let mut keeper = Keeper::new(BookDepth::D10);
        let mut good = row(Kind::Snapshot, 1, None, &[(6_600, 1_000)]);
        good.data[0].checksum = Some(book_checksum([] as [(Decimal, u64); 0], [(Decimal::new(6_600, 4), 1_000_u64)]));
        assert_eq!(keeper.take(&good), Kept::Taken);
        good.data[0].checksum = Some(1);
        assert_eq!(keeper.take(&good), Kept::Lost(BookLoss::Checksum));
    }
}
