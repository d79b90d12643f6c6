//! What the full screen shows: plain data, without a terminal, a socket or a clock.

use super::keys::Press;
use super::measure::{Quantiles, Rate};
use super::ring::Ring;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use unspent_maker::Parts;
use unspent_model::{OrderId, Phase, Side, Symbol, Timestamp};
use unspent_protocol::BookLevel;

/// Trades and events that are kept.
const KEPT: usize = 128;

/// Everything that is shown.
#[derive(Clone, Debug)]
pub struct Model {
    /// What runs: `watch`, `maker live`.
    pub title: String,
    /// The venue's address.
    pub venue: String,
    /// As of when.
    pub now: Timestamp,
    /// Where the connection stands.
    pub link: Link,
    /// When something was heard last.
    pub heard: Option<Timestamp>,
    /// In the host's order.
    pub instruments: Vec<Instrument>,
    /// The place of the one whose book is shown.
    pub chosen: usize,
    /// By family, `AWS-ACT-1K`: what each month costs, by month.
    pub curves: BTreeMap<String, BTreeMap<String, Point>>,
    /// What everybody sees.
    pub trades: Ring<Trade>,
    /// The account's open orders.
    pub own: BTreeMap<OrderId, Own>,
    /// What the account owns, in dollars of face; `None` when nobody is logged in.
    pub holdings: Option<BTreeMap<Symbol, u64>>,
    /// The account's money in cents, free and set aside.
    pub cash: Option<u64>,
    /// Of a maker: what it does.
    pub making: Option<Making>,
    /// How long answers take.
    pub latency: Option<Quantiles>,
    /// What of the venue's rate is used.
    pub rate: Option<Rate>,
    /// What people are to know.
    pub notes: Ring<Note>,
    /// What is asked and waits for a yes.
    pub question: Option<String>,
    /// What keys do.
    pub help: &'static str,
}

/// Where a connection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// It is being made.
    Connecting,
    /// It is there.
    Live,
    /// It is not, and why.
    Lost(String),
}

/// An instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Which.
    pub symbol: Symbol,
    /// Its phase, once known.
    pub phase: Option<Phase>,
    /// Bids, highest first, and asks, lowest first, in dollars of face; `None` while it is not known.
    pub book: Option<(Vec<BookLevel>, Vec<BookLevel>)>,
    /// The price of the last trade.
    pub last: Option<Decimal>,
    /// What a maker thinks that it is worth.
    pub fair: Option<Decimal>,
    /// Of a maker: the average of its samples, and how many of ten thousand counted.
    pub score: Option<(u64, u64)>,
}

/// What a month costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// The best bid.
    pub bid: Option<Decimal>,
    /// The best ask.
    pub ask: Option<Decimal>,
    /// The last trade's price.
    pub last: Option<Decimal>,
    /// What a maker thinks that it is worth.
    pub fair: Option<Decimal>,
}

/// A trade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trade {
    /// When.
    pub at: Timestamp,
    /// Where.
    pub symbol: Symbol,
    /// The taker's side.
    pub side: Side,
    /// At which price.
    pub price: Decimal,
    /// Dollars of face.
    pub face: u64,
}

/// One of the account's open orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    /// Where.
    pub symbol: Symbol,
    /// Its side.
    pub side: Side,
    /// Its limit.
    pub price: Decimal,
    /// What is open, in dollars of face.
    pub face: u64,
}

/// What a maker does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Making {
    /// Why it does not quote; empty while it does.
    pub holds: Vec<&'static str>,
    /// Fills so far.
    pub fills: u64,
    /// Quotes sent so far.
    pub quotes: u64,
    /// What was made since the start.
    pub made: Parts,
    /// What was made since midnight, in cents.
    pub today: i64,
}

/// Something that people are to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// `!` for what is wrong, `◆` for a fill, `·` for the rest.
    pub sign: char,
    /// What.
    pub text: String,
}

impl Model {
    /// Nothing is known yet.
    pub fn new(title: &str, venue: &str, symbols: &[Symbol], help: &'static str) -> Model {
        let none = |&symbol| Instrument { symbol, phase: None, book: None, last: None, fair: None, score: None };
        Model {
            title: title.to_owned(),
            venue: venue.to_owned(),
            now: Timestamp(0),
            link: Link::Connecting,
            heard: None,
            instruments: symbols.iter().map(none).collect(),
            chosen: 0,
            curves: BTreeMap::new(),
            trades: Ring::new(KEPT),
            own: BTreeMap::new(),
            holdings: None,
            cash: None,
            making: None,
            latency: None,
            rate: None,
            notes: Ring::new(KEPT),
            question: None,
            help,
        }
    }

    /// The instrument whose book is shown.
    pub fn chosen(&self) -> Option<&Instrument> {
        self.instruments.get(self.chosen)
    }

    /// An instrument.
    pub fn instrument(&mut self, symbol: Symbol) -> Option<&mut Instrument> {
        self.instruments.iter_mut().find(|instrument| instrument.symbol == symbol)
    }

    /// Chooses the next instrument, or the one before; it goes round.
    pub fn step(&mut self, forward: bool) {
        let many = self.instruments.len().max(1);
        self.chosen = (self.chosen + if forward { 1 } else { many - 1 }) % many;
    }

    /// One of the account's orders is so now; with nothing open it is over.
    pub fn order(&mut self, order: OrderId, own: Own) {
        match own.face {
            0 => self.own.remove(&order),
            _ => self.own.insert(order, own),
        };
    }

    /// What the account has open on a side of an instrument, by price.
    pub fn own_at(&self, symbol: Symbol, side: Side) -> BTreeMap<Decimal, u64> {
        let mut at = BTreeMap::new();
        for own in self.own.values().filter(|own| own.symbol == symbol && own.side == side) {
            *at.entry(own.price).or_insert(0) += own.face;
        }
        at
    }

    /// Tells people something. The same again only moves to now.
    pub fn note(&mut self, sign: char, text: impl Into<String>) {
        let (at, text) = (self.now, text.into());
        match self.notes.newest() {
            Some(note) if note.text == text => note.at = at,
            _ => self.notes.push(Note { at, sign, text }),
        }
    }

    /// A book is so now, or not known any more; its month's point with it.
    pub fn book(&mut self, symbol: Symbol, book: Option<(Vec<BookLevel>, Vec<BookLevel>)>) {
        let best = |levels: &[BookLevel]| levels.first().map(|level| level.price);
        let (bid, ask) = book.as_ref().map_or((None, None), |(bids, asks)| (best(bids), best(asks)));
        let point = self.point(&symbol);
        (point.bid, point.ask) = (bid, ask);
        if let Some(instrument) = self.instrument(symbol) {
            instrument.book = book;
        }
    }

    /// The point of an instrument's month.
    pub fn point(&mut self, symbol: &Symbol) -> &mut Point {
        let (family, month) = family_and_month(symbol);
        self.curves.entry(family.to_owned()).or_default().entry(month.to_owned()).or_default()
    }

    /// What a key does to what is shown.
    pub fn press(&mut self, press: Press) {
        match press {
            Press::Step { forward } => self.step(forward),
            Press::Ask(question) => self.question = Some(question.to_owned()),
            Press::Never | Press::Do(_) => self.question = None,
            Press::Nothing => {}
        }
    }
}

/// `AWS-ACT-1K` and `202706`.
pub fn family_and_month(symbol: &Symbol) -> (&str, &str) {
    symbol.as_str().rsplit_once('-').unwrap_or((symbol.as_str(), ""))
}
