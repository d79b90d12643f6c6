//! What is listed, and what its market looks like.

use super::asked::Asked;
use super::page::{CURSOR, LIMIT, Paging};
use super::{Answer, found, symbol, venue};
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::arguments::wrong;
use crate::http::openapi::{Good, Operation, Parameter, Place, Schema, Tag};
use crate::rows;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use unspent_marketdata::Market;
use unspent_model::{InstrumentId, Interval, Programme, Reject, Side, Symbol};
use unspent_protocol::{BookLevel, CHECKSUM_LEVELS, Pair, Refusal, book_checksum, print_time};

/// Levels of each side at most.
const MOST_LEVELS: u64 = 1_000;
/// Levels of each side unless asked otherwise.
const USUAL_LEVELS: u64 = 10;

/// The instrument of a path.
pub(super) const SYMBOL: Parameter = Parameter {
    name: "symbol",
    place: Place::Path,
    needed: true,
    about: "The instrument's symbol, without `/USD`.",
    schema: Schema::SYMBOL_NAME,
    example: "\"AWS-ACT-1K-202706\"",
};

pub(super) const LIST: Operation = Operation {
    path: "/v1/instruments",
    id: "listInstruments",
    tag: Tag::Market,
    summary: "What is listed.",
    about: "In the order of listing.",
    parameters: &[
        Parameter {
            name: "provider",
            place: Place::Query,
            needed: false,
            about: "Only credits of this provider.",
            schema: Schema::SYMBOL_NAME,
            example: "\"AWS\"",
        },
        Parameter {
            name: "programme",
            place: Place::Query,
            needed: false,
            about: "Only credits of this programme.",
            schema: Schema::SYMBOL_NAME,
            example: "\"AWS-ACT\"",
        },
        LIMIT,
        CURSOR,
    ],
    good: &[Good::json("A page of instruments.", "InstrumentPage")],
    ..Operation::PUBLIC
};

pub(super) async fn list(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let name = |field: &'static str, text: String| {
        let read = Programme::parse(&text);
        read.map_err(|error| Refusal::at(Reject::InvalidField, field, format!("{field} {error}")))
    };
    let provider = asked.arguments.take("provider").map(|text| name("provider", text)).transpose()?;
    let programme = asked.arguments.take("programme").map(|text| name("programme", text)).transpose()?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let wanted = |symbol: &Symbol| {
            let credit = symbol.credit();
            let provider = provider.is_none_or(|named| credit.is_some_and(|credit| credit.provider == named.as_str()));
            let programme = programme.is_none_or(|named| {
                let parts = named.as_str().split_once('-');
                credit.is_some_and(|credit| parts == Some((credit.provider, credit.programme)))
            });
            provider && programme
        };
        let rows = markets(announcer, paging).filter(|(_, (_, market))| wanted(&market.spec.symbol));
        paging.page(announcer.seq(), rows, |(id, market)| pair(announcer, id, market))
    };
    found(&venue(&front)?.look(look).await?)
}

/// The instruments that are to come, each with its number.
pub(super) fn markets(announcer: &Announcer, paging: Paging) -> impl Iterator<Item = (u64, (InstrumentId, &Market))> {
    let numbered = announcer.view().markets().map(|(id, market)| (u64::from(id.0), (id, market)));
    numbered.filter(move |(number, _)| paging.ascends_to(*number))
}

pub(super) fn pair(announcer: &Announcer, id: InstrumentId, market: &Market) -> Pair {
    announcer.catalogue().pair(id, market.phase, market.reason)
}

/// The market of a symbol.
pub(super) fn market<'a>(announcer: &'a Announcer, symbol: &Symbol) -> Result<(InstrumentId, &'a Market), Refusal> {
    let Some((id, _)) = announcer.catalogue().find(symbol) else {
        let message = format!("symbol {symbol}/USD is not listed; /v1/instruments says what is");
        return Err(Refusal::new(Reject::UnknownSymbol, message));
    };
    Ok((id, announcer.view().market(id).expect("what is listed has a market")))
}

pub(super) const ONE: Operation = Operation {
    path: "/v1/instruments/{symbol}",
    id: "getInstrument",
    tag: Tag::Market,
    summary: "One instrument.",
    parameters: &[SYMBOL],
    good: &[Good::json("The instrument.", "Instrument")],
    bad: &[404],
    ..Operation::PUBLIC
};

pub(super) async fn one(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    asked.end()?;
    let symbol = symbol(&asked.name)?;
    let look = move |announcer: &Announcer| {
        let (id, market) = market(announcer, &symbol)?;
        Ok::<Pair, Refusal>(pair(announcer, id, market))
    };
    found(&venue(&front)?.look(look).await??)
}

/// The best levels of an instrument.
#[derive(Debug, Serialize)]
pub(super) struct Depth {
    pub symbol: String,
    /// The last command that it knows of.
    pub seq: u64,
    /// Highest first.
    pub bids: Vec<BookLevel>,
    /// Lowest first.
    pub asks: Vec<BookLevel>,
    /// The bids of earlier months that a sell here would meet, highest first; absent where books do not trade across months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implied_bids: Option<Vec<BookLevel>>,
    /// The asks of later months that a buy here would meet, lowest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implied_asks: Option<Vec<BookLevel>>,
    /// Of the ten best levels of each side, by Kraken's rule, as on the channel `book`.
    pub checksum: u32,
    /// When the last command was taken in.
    pub timestamp: String,
}

pub(super) const DEPTH: Operation = Operation {
    path: "/v1/instruments/{symbol}/depth",
    id: "getDepth",
    tag: Tag::Market,
    summary: "The best levels of an instrument's book.",
    parameters: &[
        SYMBOL,
        Parameter {
            name: "levels",
            place: Place::Query,
            needed: false,
            about: "Levels of each side at most; 10 by default.",
            schema: Schema::Integer { least: 1, most: Some(MOST_LEVELS) },
            example: "10",
        },
    ],
    good: &[Good::json("The levels.", "Depth")],
    bad: &[404],
    ..Operation::PUBLIC
};

pub(super) async fn depth(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let levels = asked.arguments.number("levels", 1, MOST_LEVELS, USUAL_LEVELS)?;
    let levels = usize::try_from(levels).expect("a thousand at most");
    asked.end()?;
    let symbol = symbol(&asked.name)?;
    let look = move |announcer: &Announcer| {
        let (id, market) = market(announcer, &symbol)?;
        let side = |side, levels| -> Vec<BookLevel> {
            let levels = market.depth.levels(side, levels);
            levels.map(|level| announcer.catalogue().level(id, level.price, level.lots)).collect()
        };
        let implied = |side| -> Option<Vec<BookLevel>> {
            let found = market.dominance.then(|| announcer.view().implied(id, side, levels))?;
            Some(found.iter().map(|level| announcer.catalogue().level(id, level.price, level.lots)).collect())
        };
        let best = |of| side(of, CHECKSUM_LEVELS).into_iter().map(|level| (level.price, level.qty));
        Ok::<Depth, Refusal>(Depth {
            symbol: format!("{symbol}/USD"),
            seq: announcer.seq().0,
            checksum: book_checksum(best(Side::Sell), best(Side::Buy)),
            bids: side(Side::Buy, levels),
            asks: side(Side::Sell, levels),
            implied_bids: implied(Side::Buy),
            implied_asks: implied(Side::Sell),
            timestamp: print_time(announcer.view().at()),
        })
    };
    found(&venue(&front)?.look(look).await??)
}

pub(super) const TRADES: Operation = Operation {
    path: "/v1/instruments/{symbol}/trades",
    id: "listTrades",
    tag: Tag::Market,
    summary: "The last trades of an instrument.",
    about: "Newest first. The venue remembers an instrument's last 1,000 trades.",
    parameters: &[SYMBOL, LIMIT, CURSOR],
    good: &[Good::json("A page of trades.", "TradePage")],
    bad: &[404],
    ..Operation::PUBLIC
};

pub(super) async fn trades(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let symbol = symbol(&asked.name)?;
    let look = move |announcer: &Announcer| {
        let (id, market) = market(announcer, &symbol)?;
        let rows = market.tape.recent(usize::MAX).rev().map(|trade| (trade.trade.0, trade));
        let rows = rows.filter(|(number, _)| paging.descends_to(*number));
        Ok::<_, Refusal>(paging.page(announcer.seq(), rows, |trade| rows::trade(announcer.catalogue(), id, trade)))
    };
    found(&venue(&front)?.look(look).await??)
}

/// `interval` in minutes, as the protocol has it.
const INTERVAL: Parameter = Parameter {
    name: "interval",
    place: Place::Query,
    needed: false,
    about: "Minutes that each covers; 1 by default.",
    schema: Schema::OneOf(&[1, 5, 15, 30, 60, 240, 1_440, 10_080, 21_600]),
    example: "60",
};

pub(super) const CANDLES: Operation = Operation {
    path: "/v1/instruments/{symbol}/candles",
    id: "listCandles",
    tag: Tag::Market,
    summary: "What an instrument traded in intervals of one length.",
    about: "Newest first; the first may not be over. An interval without a trade has none. The venue remembers 720 of each length.",
    parameters: &[SYMBOL, INTERVAL, LIMIT, CURSOR],
    good: &[Good::json("A page of candles.", "CandlePage")],
    bad: &[404],
    ..Operation::PUBLIC
};

pub(super) async fn candles(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let interval = match asked.arguments.take("interval") {
        None => Interval::Minute,
        Some(text) => {
            let interval = text.parse().ok().and_then(Interval::from_minutes);
            interval.ok_or_else(|| wrong("interval", "must be one of: 1, 5, 15, 30, 60, 240, 1440, 10080, 21600"))?
        }
    };
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let symbol = symbol(&asked.name)?;
    let look = move |announcer: &Announcer| {
        let (id, _) = market(announcer, &symbol)?;
        let rows = announcer.ohlc_rows(id, interval).into_iter().rev();
        // Numbered by the minute in which they begin.
        let rows = rows.map(|row| (row.interval_begin.0 / 60_000_000_000, row));
        let rows = rows.filter(|(number, _)| paging.descends_to(*number));
        Ok::<_, Refusal>(paging.page(announcer.seq(), rows, |row| row))
    };
    found(&venue(&front)?.look(look).await??)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_intervals_are_those_that_there_are() {
        let Schema::OneOf(told) = INTERVAL.schema else { panic!() };
        assert_eq!(told, Interval::ALL.map(|interval| u64::from(interval.minutes())));
    }
}
