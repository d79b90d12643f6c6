//! What everybody knows: the books' best prices, what traded last, which months there are.

use crate::chance::DAY;
use unspent_model::{InstrumentId, Phase, Price, Side, Symbol, Timestamp};

/// The step of prices that participants use, in bp of face: the tick of the continuous phase.
const TICK: i64 = 10;
/// Days left of what never expires, for curves.
const FOR_EVER: i64 = 3_650;

/// One book as the public sees it.
#[derive(Clone, Debug)]
pub struct Book {
    /// Its name.
    pub symbol: Symbol,
    /// Which programme, counted as in [`crate::Parameters::programmes`].
    pub programme: usize,
    /// Dollars of face of one lot.
    pub face: u32,
    /// The first instant after its month; `None` for what never expires.
    pub ends: Option<Timestamp>,
    /// When it trades for the last time.
    pub last_trade: Option<Timestamp>,
    /// What may be done in it.
    pub phase: Phase,
    /// The best bid and the best ask of its own.
    pub best: [Option<Price>; 2],
    /// The last trade's price.
    pub last: Option<Price>,
    /// How many trades there were.
    pub prints: u64,
}

/// The public's view of the venue.
#[derive(Clone, Debug, Default)]
pub struct Market {
    /// The participants' time: what they draw, wait for and plan is in it.
    pub now: Timestamp,
    /// The venue's time, from which days left count. In a world of their own it is the same.
    pub today: Timestamp,
    /// Whether the venue takes decaying orders.
    pub decay: bool,
    /// Whether months trade with one another.
    pub dominance: bool,
    books: Vec<Book>,
    /// The books of each programme that have not expired, by the end of their months.
    families: Vec<Vec<InstrumentId>>,
}

/// Whether an order can be entered now, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// It trades as it arrives.
    AtOnce,
    /// It is collected for an auction.
    Collecting,
    /// Not now.
    No,
}

impl Market {
    /// A market of so many programmes without a book.
    #[must_use]
    pub fn new(programmes: usize, decay: bool, dominance: bool) -> Market {
        Market { decay, dominance, families: vec![Vec::new(); programmes], ..Market::default() }
    }

    /// Adds a book; they are numbered in the order in which they are added.
    ///
    /// # Panics
    /// When the symbol is no credit's, or the programme is none.
    pub fn list(&mut self, symbol: Symbol, programme: usize) -> InstrumentId {
        let credit = symbol.credit().expect("only credits are traded here");
        let (face, expiry) = (credit.face_dollars, credit.expiry);
        let id = InstrumentId(u32::try_from(self.books.len()).expect("the bound on instruments fits"));
        self.books.push(Book {
            symbol,
            programme,
            face,
            ends: expiry.ends(),
            last_trade: expiry.last_trade(),
            phase: Phase::Continuous,
            best: [None; 2],
            last: None,
            prints: 0,
        });
        let books = &self.books;
        let end = |id: InstrumentId| books[id.0 as usize].ends.unwrap_or(Timestamp(u64::MAX));
        let family = &mut self.families[programme];
        let place = family.partition_point(|&other| end(other) <= end(id));
        family.insert(place, id);
        id
    }

    /// Everything that may be told of a book, to be changed by who follows the venue.
    pub fn book_mut(&mut self, id: InstrumentId) -> &mut Book {
        &mut self.books[id.0 as usize]
    }

    /// A book is in another phase; one that has expired leaves its family.
    pub fn set_phase(&mut self, id: InstrumentId, phase: Phase) {
        let book = &mut self.books[id.0 as usize];
        book.phase = phase;
        if phase == Phase::Expired {
            book.best = [None; 2];
            self.families[book.programme].retain(|&other| other != id);
        }
    }

    /// The books, by number.
    #[must_use]
    pub fn books(&self) -> &[Book] {
        &self.books
    }

    /// One book.
    #[must_use]
    pub fn book(&self, id: InstrumentId) -> &Book {
        &self.books[id.0 as usize]
    }

    /// The months of a programme that trade, the earliest first.
    #[must_use]
    pub fn months(&self, programme: usize) -> &[InstrumentId] {
        &self.families[programme]
    }

    /// How many programmes there are.
    #[must_use]
    pub fn programmes(&self) -> usize {
        self.families.len()
    }

    /// Whole days until a credit ends; ten years for one that never does.
    #[must_use]
    pub fn days_left(&self, id: InstrumentId) -> i64 {
        self.books[id.0 as usize].ends.map_or(FOR_EVER, |ends| days_between(self.today, ends))
    }

    /// The month of a programme that ends in about so many days.
    #[must_use]
    pub fn nearest(&self, programme: usize, days: i64) -> Option<InstrumentId> {
        self.families[programme].iter().copied().min_by_key(|&id| (self.days_left(id) - days).abs())
    }

    /// Whether an order can be entered now.
    #[must_use]
    pub fn taking(&self, id: InstrumentId) -> Taking {
        match self.books[id.0 as usize].phase {
            Phase::Continuous => Taking::AtOnce,
            Phase::Call => Taking::Collecting,
            _ => Taking::No,
        }
    }

    /// The best price that an order of this side would meet, across months when they trade with one another.
    #[must_use]
    pub fn opposite(&self, id: InstrumentId, side: Side) -> Option<i64> {
        let book = &self.books[id.0 as usize];
        let own = book.best[place(side.opposite())];
        let best = if self.dominance && book.phase == Phase::Continuous {
            let end = |id: InstrumentId| self.books[id.0 as usize].ends.unwrap_or(Timestamp(u64::MAX));
            let meets = |other: InstrumentId| match side {
                Side::Buy => end(other) >= end(id),
                Side::Sell => end(other) <= end(id),
            };
            let family = self.families[book.programme].iter();
            let relatives = family.filter(|&&other| meets(other)).map(|other| &self.books[other.0 as usize]);
            let prices = relatives
                .filter(|book| book.phase == Phase::Continuous)
                .filter_map(|book| book.best[place(side.opposite())]);
            match side {
                Side::Buy => prices.min(),
                Side::Sell => prices.max(),
            }
        } else {
            own
        };
        best.map(|price| i64::from(price.0))
    }
}

/// Where a side's best price is in [`Book::best`].
#[must_use]
pub fn place(side: Side) -> usize {
    match side {
        Side::Buy => 0,
        Side::Sell => 1,
    }
}

/// Whole days from one instant to a later one; none when it is not later.
#[must_use]
pub fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    i64::try_from(to.0.saturating_sub(from.0) / DAY).expect("days fit")
}

/// A price in bp on the tick, rounded down, from one tick to all of the face.
#[must_use]
pub fn price_down(bp: i64) -> Price {
    on_tick(bp.div_euclid(TICK) * TICK)
}

/// As [`price_down`], rounded up.
#[must_use]
pub fn price_up(bp: i64) -> Price {
    on_tick((bp + TICK - 1).div_euclid(TICK) * TICK)
}

fn on_tick(bp: i64) -> Price {
    Price(u32::try_from(bp.clamp(TICK, 10_000)).expect("it is within the domain of prices"))
}
