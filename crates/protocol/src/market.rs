//! Rows of the public streams: book, trade, ticker, instrument, status.

use crate::words::{OrderType, SystemState};
use crate::{form, number};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use unspent_model::{Phase, PhaseReason, Side, Symbol, Timestamp};

/// One price of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookLevel {
    /// The price, with the instrument's decimals.
    #[serde(with = "number")]
    pub price: Decimal,
    /// What rests there in dollars of face; in an update 0 deletes the level.
    pub qty: u64,
}

/// How many prices of other months are told of each side of a book.
pub const IMPLIED_LEVELS: usize = 10;

/// A row of `book`: the whole depth of an instrument, or the levels that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Which instrument.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// Highest first.
    pub bids: Vec<BookLevel>,
    /// Lowest first.
    pub asks: Vec<BookLevel>,
    /// The phase, when it is not continuous: in a call the book may be crossed. The filter does not tell it.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// The bids of earlier months that a sell here would meet, as they are now: at most [`IMPLIED_LEVELS`] prices, highest
    /// first. In a snapshot, and whenever they change; absent where books do not trade across months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implied_bids: Option<Vec<BookLevel>>,
    /// The asks of later months that a buy here would meet, likewise, lowest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implied_asks: Option<Vec<BookLevel>>,
    /// [`crate::book_checksum`] of the book after this message; absent where less than ten levels are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<u32>,
    /// When.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}

/// A row of `trade`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradeRow {
    /// Where.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// The taker's side.
    #[serde(with = "form")]
    pub side: Side,
    /// The maker's price.
    #[serde(with = "number")]
    pub price: Decimal,
    /// Dollars of face.
    pub qty: u64,
    /// The taker's type.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub ord_type: Option<OrderType>,
    /// Unique over the venue.
    pub trade_id: u64,
    /// Of a trade across months the bid's instrument; `symbol` is the ask's, whose credits change hands.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub implied: Option<Symbol>,
    /// When.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}

/// A row of `auction`: what an uncross of an instrument would come to now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuctionRow {
    /// Which instrument.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// The auction, counted over the whole venue.
    pub auction_id: u64,
    /// The phase: a call, or what followed it.
    #[serde(with = "form")]
    pub phase: Phase,
    /// The price at which it would print; absent when nothing would trade.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub indicative_price: Option<Decimal>,
    /// What would trade, in dollars of face.
    pub indicative_qty: u64,
    /// The side that would be left with quantity at that price.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub imbalance_side: Option<Side>,
    /// How much, in dollars of face.
    pub imbalance_qty: u64,
    /// SHA-256 of the seed of its random end in hexadecimal, once the venue has committed to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Cow<'static, str>>,
    /// That seed in hexadecimal, once the end that was drawn from it has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<Cow<'static, str>>,
    /// While its end is being drawn: the earliest that it can come.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub scheduled_end: Option<Timestamp>,
    /// While its end is being drawn: the latest that it can come.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub latest_end: Option<Timestamp>,
    /// When.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}

/// A row of `ticker`. A price that does not exist is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TickerRow {
    /// Which instrument.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// The best bid.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub bid: Option<Decimal>,
    /// What rests there in dollars of face; 0 without a bid.
    pub bid_qty: u64,
    /// The best ask.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Decimal>,
    /// What rests there in dollars of face; 0 without an ask.
    pub ask_qty: u64,
    /// The price of the last trade ever.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Decimal>,
    /// Traded in the last 24 hours, in dollars of face.
    pub volume: u64,
    /// The average price of the last 24 hours, weighted by quantity.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub vwap: Option<Decimal>,
    /// The lowest price of the last 24 hours.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Decimal>,
    /// The highest price of the last 24 hours.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Decimal>,
    /// The last price less the first of the last 24 hours.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Decimal>,
    /// When.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}

/// The data of `instrument`: what is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instruments {
    /// The dollar, and the credits.
    pub assets: Vec<Asset>,
    /// What trades for what.
    pub pairs: Vec<Pair>,
}

/// Something that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// `USD`, or a symbol without its currency.
    pub id: Cow<'static, str>,
    /// `enabled`.
    pub status: Cow<'static, str>,
    /// Decimals of its quantity.
    pub precision: u8,
}

/// An instrument. Source of the names: Kraken WebSocket v2 `instrument`; those after `status` are ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Its name.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// What is traded.
    pub base: Cow<'static, str>,
    /// `USD`.
    pub quote: Cow<'static, str>,
    /// Decimals of a printed price.
    pub price_precision: u8,
    /// Today's tick: an entered price is a multiple of it.
    #[serde(with = "number")]
    pub price_increment: Decimal,
    /// Decimals of a quantity: 0.
    pub qty_precision: u8,
    /// One lot in dollars of face: an entered quantity is a multiple of it.
    pub qty_increment: u64,
    /// The smallest quantity: one lot.
    pub qty_min: u64,
    /// Decimals of money: 2.
    pub cost_precision: u8,
    /// `online`, `limit_only` (a call), `cancel_only` or `delisted`, from the phase.
    pub status: Cow<'static, str>,
    /// What may be done in the book now.
    #[serde(with = "form")]
    pub phase: Phase,
    /// Why it is in that phase; absent before the first change.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub phase_reason: Option<PhaseReason>,
    /// The highest price.
    #[serde(with = "number")]
    pub price_max: Decimal,
    /// How far from the best opposite price a market order may trade.
    #[serde(with = "number")]
    pub collar: Decimal,
    /// What the resting side pays, in basis points of notional.
    pub maker_bp: u16,
    /// What the aggressor pays, in basis points of notional.
    pub taker_bp: u16,
}

/// A row of `status`. The first message of a connection carries every field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// What the venue is doing.
    #[serde(with = "form")]
    pub system: SystemState,
    /// The protocol's version: `v2`.
    pub api_version: Cow<'static, str>,
    /// The program's version.
    pub version: Cow<'static, str>,
    /// This connection, unique while the program runs.
    pub connection_id: u64,
    /// What a login signs: 128 random bits in hexadecimal, this connection's only. First message only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Cow<'static, str>>,
    /// The venue's time.
    #[serde(with = "form")]
    pub server_time: Timestamp,
    /// The connection's bounds. First message only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
}

/// The bounds of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The longest message from a client, in bytes.
    pub message_bytes: u32,
    /// The most subscriptions of a connection.
    pub subscriptions: u32,
    /// The most orders that one `cancel_order` names.
    pub cancels_per_request: u32,
    /// The most open orders of an account.
    pub open_orders: u32,
}
