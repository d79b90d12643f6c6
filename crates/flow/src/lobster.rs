//! LOBSTER's text format, and files in it that nobody has to be asked for.
//!
//! A message row is `seconds after midnight,type,order id,size,price × 10,000,direction`; an order book row, here with
//! one level a side, is `ask price,ask size,bid price,bid size` after the message on the same row. No header, `\n` at
//! the end of every row. Source: lobsterdata.com, "Output data structure".

use crate::book::Book;
use crate::random::Random;
use std::fmt::{self, Write as _};
use unspent_model::{Lots, OrderId, Price, Side};

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A new limit order.
    Add = 1,
    /// A part of an order is cancelled.
    Reduce = 2,
    /// An order is deleted.
    Delete = 3,
    /// A visible resting order is executed; the id, price and direction are the *resting* order's.
    Execute = 4,
    /// A hidden order is executed: the visible book does not change.
    ExecuteHidden = 5,
    /// A cross trade.
    Cross = 6,
    /// Trading is halted or resumed.
    Halt = 7,
}

/// One row of a message file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Nanoseconds after midnight.
    pub time_ns: u64,
    /// What happened.
    pub kind: Kind,
    /// The order; 0 for a hidden one.
    pub order: OrderId,
    /// Shares: of the order, or taken from it.
    pub size: u32,
    /// Ten-thousandths of a dollar; for a halt a code.
    pub price: i64,
    /// The side of the resting order.
    pub side: Side,
}

impl Message {
    /// Reads one row; `None` when it is not one. Of the time nine decimals are read.
    #[must_use]
    pub fn parse(row: &str) -> Option<Message> {
        let mut fields = row.split(',');
        let mut field = || fields.next();
        let (time, kind, order, size, price, side) = (field()?, field()?, field()?, field()?, field()?, field()?);
        let (seconds, decimals) = time.split_once('.').unwrap_or((time, ""));
        let nanoseconds = format!("{decimals:0<9}").get(..9)?.parse::<u64>().ok()?;
        let message = Message {
            time_ns: seconds.parse::<u64>().ok()?.checked_mul(1_000_000_000)?.checked_add(nanoseconds)?,
            kind: match kind {
                "1" => Kind::Add,
                "2" => Kind::Reduce,
                "3" => Kind::Delete,
                "4" => Kind::Execute,
                "5" => Kind::ExecuteHidden,
                "6" => Kind::Cross,
                "7" => Kind::Halt,
                _ => return None,
            },
            order: OrderId(order.parse().ok()?),
            size: size.parse().ok()?,
            price: price.parse().ok()?,
            side: match side {
                "1" => Side::Buy,
                "-1" => Side::Sell,
                _ => return None,
            },
        };
        fields.next().is_none().then_some(message)
    }
}

/// The row without its end. Trailing zeros of the time are left out, as in the real files.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanoseconds) = (self.time_ns / 1_000_000_000, self.time_ns % 1_000_000_000);
        if nanoseconds == 0 {
            write!(f, "{seconds}")?;
        } else {
            write!(f, "{seconds}.{}", format!("{nanoseconds:09}").trim_end_matches('0'))?;
        }
        let direction = match self.side {
            Side::Buy => 1,
            Side::Sell => -1,
        };
        write!(f, ",{},{},{},{},{direction}", self.kind as u8, self.order, self.size, self.price)
    }
}

/// One row of an order book file with one level a side: prices in ten-thousandths of a dollar with their shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Top {
    /// The best offer.
    pub ask: Option<(i64, u64)>,
    /// The best bid.
    pub bid: Option<(i64, u64)>,
}

/// What stands for the price of an empty side: this for the ask, its negative for the bid.
const EMPTY: i64 = 9_999_999_999;

impl Top {
    /// Reads one row; `None` when it is not one.
    #[must_use]
    pub fn parse(row: &str) -> Option<Top> {
        let mut fields = row.split(',').map(|field| field.parse::<i64>().ok());
        let mut level = || {
            let (price, size) = (fields.next()??, u64::try_from(fields.next()??).ok()?);
            Some((price.abs() != EMPTY).then_some((price, size)))
        };
        let (ask, bid) = (level()?, level()?);
        fields.next().is_none().then_some(Top { ask, bid })
    }
}

/// The row without its end.
impl fmt::Display for Top {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ask, bid) = (self.ask.unwrap_or((EMPTY, 0)), self.bid.unwrap_or((-EMPTY, 0)));
        write!(f, "{},{},{},{}", ask.0, ask.1, bid.0, bid.1)
    }
}

/// A message file and the best prices after each of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// The text of the message file.
    pub message: String,
    /// The text of the order book file, one level a side.
    pub orderbook: String,
}

/// The twin of a real hour that this seed begins, of exactly `rows` rows in each file.
///
/// Once the book has filled, its rows are shared out much as in the real one: about 48 % new orders, 44 % deletions, 5 %
/// executions, 2 % hidden executions, 0.5 % partial cancels, at 40 ms from row to row on average. Unlike the real one it
/// begins with an empty book, so that a rebuild needs nothing else, and has no halts or cross trades. Executions name
/// the oldest order at the best price; those of one aggressor share their time.
#[must_use]
pub fn twin(seed: u64, rows: usize) -> Twin {
    let mut generator = Generator {
        random: Random::new(seed),
        book: Book::default(),
        time_ns: 34_200_000_000_000,
        last_order: 16_000_000,
        fair: 50_000,
        rows,
        twin: Twin { message: String::new(), orderbook: String::new() },
    };
    while generator.rows > 0 {
        generator.step();
    }
    generator.twin
}

/// How many orders the generated book keeps, roughly.
const RESTING: std::ops::RangeInclusive<usize> = 150..=400;

struct Generator {
    random: Random,
    book: Book,
    time_ns: u64,
    last_order: u64,
    /// What new orders are priced around, in cents.
    fair: u32,
    /// Rows still to write.
    rows: usize,
    twin: Twin,
}

impl Generator {
    fn step(&mut self) {
        let bursts = self.random.below(2) == 0;
        self.time_ns += u64::from(1 + self.random.below(if bursts { 500_000 } else { 160_000_000 }));
        match self.random.below(8) {
            0 => self.fair += 1,
            1 => self.fair = (self.fair - 1).max(1_000),
            _ => {}
        }
        let chance = self.random.below(1_000);
        match chance {
            _ if self.book.len() < *RESTING.start() => self.add(),
            _ if self.book.len() > *RESTING.end() => self.delete(),
            0..500 => self.add(),
            500..945 => self.delete(),
            945..950 => self.reduce(),
            950..974 => self.execute_hidden(),
            _ => self.execute(),
        }
    }

    fn side(&mut self) -> Side {
        if self.random.below(2) == 0 { Side::Buy } else { Side::Sell }
    }

    fn size(&mut self) -> u32 {
        match self.random.below(10) {
            0..5 => 100,
            5 => 18,
            6 => 200,
            7 => 100 * self.random.between(1, 10),
            _ => self.random.between(1, 99),
        }
    }

    fn add(&mut self) {
        self.last_order += u64::from(self.random.between(1, 40));
        let order = OrderId(self.last_order);
        let (side, size) = (self.side(), self.size());
        let spread = self.random.between(1, 60);
        let away = self.random.below(spread);
        // A new order never crosses: what it would have traded is executions, in other rows.
        let price = match (side, self.book.best(side.opposite())) {
            (Side::Buy, None) => self.fair - 1 - away,
            (Side::Buy, Some((ask, _))) => (self.fair - 1 - away).min(ask.0 - 1),
            (Side::Sell, None) => self.fair + 1 + away,
            (Side::Sell, Some((bid, _))) => (self.fair + 1 + away).max(bid.0 + 1),
        };
        self.book.rest(order, side, Price(price), Lots(size));
        self.write(Kind::Add, order, size, price, side);
    }

    fn delete(&mut self) {
        let Some(order) = self.book.pick(&mut self.random) else { return };
        let resting = self.book.remove(order);
        self.write(Kind::Delete, order, resting.lots.0, resting.price.0, resting.side);
    }

    fn reduce(&mut self) {
        let Some(order) = self.book.pick(&mut self.random) else { return };
        let resting = self.book.get(order);
        if resting.lots.0 < 2 {
            return;
        }
        let size = self.random.between(1, resting.lots.0 - 1);
        self.book.reduce(order, Lots(size));
        self.write(Kind::Reduce, order, size, resting.price.0, resting.side);
    }

    fn execute(&mut self) {
        let (side, mut leaves) = (self.side(), self.size());
        while let Some(order) = self.book.first(side).filter(|_| leaves > 0 && self.rows > 0) {
            let resting = self.book.get(order);
            let size = leaves.min(resting.lots.0);
            leaves -= size;
            self.book.reduce(order, Lots(size));
            self.write(Kind::Execute, order, size, resting.price.0, side);
        }
    }

    fn execute_hidden(&mut self) {
        let (Some((ask, _)), Some((bid, _))) = (self.book.best(Side::Sell), self.book.best(Side::Buy)) else { return };
        let (side, size, price) = (self.side(), self.size(), self.random.between(bid.0, ask.0));
        self.write(Kind::ExecuteHidden, OrderId(0), size, price, side);
    }

    /// Writes a row of each file; `price` in cents.
    fn write(&mut self, kind: Kind, order: OrderId, size: u32, price: u32, side: Side) {
        let message = Message { time_ns: self.time_ns, kind, order, size, price: i64::from(price) * 100, side };
        let best = |side| self.book.best(side).map(|(price, lots)| (i64::from(price.0) * 100, lots));
        let top = Top { ask: best(Side::Sell), bid: best(Side::Buy) };
        writeln!(self.twin.message, "{message}").expect("a string takes everything");
        writeln!(self.twin.orderbook, "{top}").expect("a string takes everything");
        self.rows -= 1;
    }
}
