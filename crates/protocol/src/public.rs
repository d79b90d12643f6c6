//! Rows of the public streams `level3`, `ohlc` and `curve`.

use crate::words::OrderEvent;
use crate::{form, interval, number};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use unspent_model::{Interval, OrderId, Symbol, Timestamp};

/// One order of a book, as everybody may know it. Source of the names: Kraken WebSocket v2 `level3`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level3Order {
    /// What happened to it; absent in a snapshot.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub event: Option<OrderEvent>,
    /// The order.
    #[serde(with = "form")]
    pub order_id: OrderId,
    /// Its price.
    #[serde(with = "number")]
    pub limit_price: Decimal,
    /// What it shows in dollars of face; of one that is deleted, what it was last told to show.
    pub order_qty: u64,
    /// Since when it stands where it stands; of one that is modified or deleted, when that happened.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}

/// A row of `level3`: the orders of an instrument's book, or what happened to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level3 {
    /// Which instrument.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// Of the buy side; in a snapshot in the order in which they would trade.
    pub bids: Vec<Level3Order>,
    /// Of the sell side.
    pub asks: Vec<Level3Order>,
    /// [`crate::level3_checksum`] of the orders after this message.
    pub checksum: u32,
}

/// A row of `ohlc`: what traded in one interval. Source of the names: Kraken WebSocket v2 `ohlc`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OhlcRow {
    /// Where.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// The first price.
    #[serde(with = "number")]
    pub open: Decimal,
    /// The highest price.
    #[serde(with = "number")]
    pub high: Decimal,
    /// The lowest price.
    #[serde(with = "number")]
    pub low: Decimal,
    /// The last price.
    #[serde(with = "number")]
    pub close: Decimal,
    /// The average price, weighted by quantity; absent when it has more digits than a number may have.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub vwap: Option<Decimal>,
    /// How many trades.
    pub trades: u64,
    /// What traded, in dollars of face.
    pub volume: u64,
    /// When the interval began.
    #[serde(with = "form")]
    pub interval_begin: Timestamp,
    /// How long it is, in minutes.
    #[serde(with = "interval")]
    pub interval: Interval,
    /// When it ends.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}

/// A row of `curve`: the best prices of one expiry of a programme and face value. A price that does not exist is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurveRow {
    /// The instrument.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// The last part of its symbol: a month, `202706`, or `PERP`.
    pub expiry: Cow<'static, str>,
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
    /// The best bid of an earlier month, which a sell here would meet; absent where books do not trade across months.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub implied_bid: Option<Decimal>,
    /// What rests there, in all months together, in dollars of face; absent without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implied_bid_qty: Option<u64>,
    /// The best ask of a later month, which a buy here would meet; absent where books do not trade across months.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub implied_ask: Option<Decimal>,
    /// What rests there, in all months together, in dollars of face; absent without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implied_ask_qty: Option<u64>,
    /// Half of bid and ask together, exactly; absent unless there are both.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub mid: Option<Decimal>,
    /// The price of the last trade.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Decimal>,
    /// What a dollar spent at the best ask of any month that serves gains until the month ends, as a simple rate a year of 365
    /// days, with four decimals: 0.6 is 60 %. Absent without an ask, and of what never expires.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub annual_discount: Option<Decimal>,
    /// When.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}
