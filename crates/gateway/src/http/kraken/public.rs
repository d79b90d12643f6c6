//! `/0/public`: what everybody may know.

use super::{Answer, Envelope, pairs, symbol, venue};
use crate::announcer::Announcer;
use crate::clock::now;
use crate::http::Front;
use crate::http::arguments::{Arguments, wrong};
use crate::rows;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;
use unspent_marketdata::{Candle, Market};
use unspent_model::{InstrumentId, Interval, Side, Symbol, Timestamp};
use unspent_protocol::{Pair, TickerRow, TradeRow, print_time};

/// Trades that one answer holds at most.
const MOST_TRADES: u64 = 1_000;
/// Levels of each side that one answer holds at most.
const MOST_LEVELS: u64 = 500;

fn arguments(query: Option<String>) -> Answer<Arguments> {
    Arguments::read(query.unwrap_or_default().as_bytes())
}

/// A pair as answers name it.
fn named(symbol: Symbol) -> String {
    format!("{symbol}/USD")
}

/// Seconds since 1970 as a JSON number with so many decimals of nine.
pub(super) fn seconds(at: Timestamp, decimals: u32) -> Box<RawValue> {
    let fraction = at.0 % 1_000_000_000 / 10_u64.pow(9 - decimals);
    let text = format!("{}.{fraction:0width$}", at.0 / 1_000_000_000, width = decimals as usize);
    RawValue::from_string(text).expect("digits and a point are a number")
}

/// The market of a symbol.
fn market<'a>(announcer: &'a Announcer, symbol: &Symbol) -> Answer<(InstrumentId, &'a Market)> {
    let (instrument, _) = announcer.catalogue().resolve(symbol)?;
    Ok((instrument, announcer.view().market(instrument).expect("what is listed has a market")))
}

/// The markets that a request names, or all.
fn markets<'a>(announcer: &'a Announcer, named: Option<&[Symbol]>) -> Answer<Vec<(InstrumentId, &'a Market)>> {
    match named {
        Some(symbols) => symbols.iter().map(|symbol| market(announcer, symbol)).collect(),
        None => Ok(announcer.view().markets().collect()),
    }
}

/// `Time`.
pub(super) async fn time() -> Response {
    #[derive(Serialize)]
    struct Time {
        unixtime: u64,
        rfc1123: String,
    }
    let at = SystemTime::now();
    let unixtime = at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Envelope(Ok(Time { unixtime, rfc1123: httpdate::fmt_http_date(at) })).into_response()
}

/// `SystemStatus`.
pub(super) async fn system_status(State(front): State<Arc<Front>>) -> Response {
    #[derive(Serialize)]
    struct Status {
        status: &'static str,
        timestamp: String,
    }
    let status = match front.door.enter() {
        Ok(shared) if shared.disk_short.load(std::sync::atomic::Ordering::Relaxed) => "cancel_only",
        Ok(_) => "online",
        Err(_) => "maintenance",
    };
    Envelope(Ok(Status { status, timestamp: print_time(now()) })).into_response()
}

#[derive(Serialize)]
struct AssetText {
    aclass: &'static str,
    altname: String,
    decimals: u8,
    display_decimals: u8,
    status: &'static str,
}

/// `Assets`.
pub(super) async fn assets(State(front): State<Arc<Front>>, RawQuery(query): RawQuery) -> Response {
    Envelope(all_assets(&front, query).await).into_response()
}

async fn all_assets(front: &Front, query: Option<String>) -> Answer<BTreeMap<String, AssetText>> {
    let mut arguments = arguments(query)?;
    let asked = arguments.take("asset");
    arguments.take("aclass");
    arguments.end()?;
    let listed = venue(front)?
        .look(|announcer| announcer.catalogue().instruments(|_| (unspent_model::Phase::Continuous, None)).assets)
        .await?;
    let mut assets = BTreeMap::new();
    for asset in listed {
        let text = AssetText {
            aclass: "currency",
            altname: asset.id.to_string(),
            decimals: asset.precision,
            display_decimals: asset.precision,
            status: "enabled",
        };
        assets.insert(asset.id.into_owned(), text);
    }
    let Some(asked) = asked else { return Ok(assets) };
    let mut named = BTreeMap::new();
    for id in asked.split(',') {
        let (id, text) = assets.remove_entry(id).ok_or_else(|| wrong("asset", "names what is not listed"))?;
        named.insert(id, text);
    }
    Ok(named)
}

#[derive(Serialize)]
struct PairText {
    altname: String,
    wsname: String,
    aclass_base: &'static str,
    base: String,
    aclass_quote: &'static str,
    quote: String,
    lot: &'static str,
    cost_decimals: u8,
    pair_decimals: u8,
    lot_decimals: u8,
    lot_multiplier: u8,
    leverage_buy: [u8; 0],
    leverage_sell: [u8; 0],
    fees: [(u8, Box<RawValue>); 1],
    fees_maker: [(u8, Box<RawValue>); 1],
    fee_volume_currency: &'static str,
    ordermin: String,
    costmin: &'static str,
    tick_size: String,
    status: String,
}

/// Basis points as percent.
fn percent(basis_points: u16) -> Box<RawValue> {
    let text = format!("{}.{:02}", basis_points / 100, basis_points % 100);
    RawValue::from_string(text).expect("digits and a point are a number")
}

impl From<Pair> for PairText {
    fn from(pair: Pair) -> PairText {
        PairText {
            altname: named(pair.symbol),
            wsname: named(pair.symbol),
            aclass_base: "currency",
            base: pair.base.into_owned(),
            aclass_quote: "currency",
            quote: pair.quote.into_owned(),
            lot: "unit",
            cost_decimals: pair.cost_precision,
            // What is printed, of which clients compute checksums; the tick may be coarser.
            pair_decimals: pair.price_precision,
            lot_decimals: pair.qty_precision,
            lot_multiplier: 1,
            leverage_buy: [],
            leverage_sell: [],
            fees: [(0, percent(pair.taker_bp))],
            fees_maker: [(0, percent(pair.maker_bp))],
            fee_volume_currency: "USD",
            ordermin: pair.qty_min.to_string(),
            costmin: "0.01",
            tick_size: pair.price_increment.to_string(),
            status: pair.status.into_owned(),
        }
    }
}

/// `AssetPairs`.
pub(super) async fn asset_pairs(State(front): State<Arc<Front>>, RawQuery(query): RawQuery) -> Response {
    Envelope(all_pairs(&front, query).await).into_response()
}

async fn all_pairs(front: &Front, query: Option<String>) -> Answer<BTreeMap<String, PairText>> {
    let mut arguments = arguments(query)?;
    let asked = pairs(&mut arguments)?;
    arguments.take("info");
    arguments.end()?;
    let look = move |announcer: &Announcer| -> Answer<Vec<Pair>> {
        let markets = markets(announcer, asked.as_deref())?;
        let pair = |(id, market): (InstrumentId, &Market)| announcer.catalogue().pair(id, market.phase, market.reason);
        Ok(markets.into_iter().map(pair).collect())
    };
    let listed = venue(front)?.look(look).await??;
    Ok(listed.into_iter().map(|pair| (named(pair.symbol), PairText::from(pair))).collect())
}

/// A price, a quantity in whole lots' worth, and the quantity.
type Quote = (String, String, String);

#[derive(Serialize)]
struct TickerText {
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<Quote>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<Quote>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<(String, String)>,
    v: [String; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<[String; 2]>,
    t: [u64; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    l: Option<[String; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    h: Option<[String; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<String>,
}

/// A ticker, the last trade's quantity, and the number of trades.
type Glance = (TickerRow, Option<u64>, u64);

impl From<Glance> for TickerText {
    fn from((row, last_qty, trades): Glance) -> TickerText {
        // Kraken tells today and the last 24 hours; ours are both the last 24 hours.
        let twice = |value: String| [value.clone(), value];
        let text = |price: rust_decimal::Decimal| price.to_string();
        let quote = |price: rust_decimal::Decimal, qty: u64| (price.to_string(), qty.to_string(), qty.to_string());
        TickerText {
            a: row.ask.map(|price| quote(price, row.ask_qty)),
            b: row.bid.map(|price| quote(price, row.bid_qty)),
            c: row.last.zip(last_qty).map(|(price, qty)| (price.to_string(), qty.to_string())),
            v: twice(row.volume.to_string()),
            p: row.vwap.map(text).map(twice),
            t: [trades; 2],
            l: row.low.map(text).map(twice),
            h: row.high.map(text).map(twice),
            o: row.last.zip(row.change).map(|(last, change)| (last - change).to_string()),
        }
    }
}

/// `Ticker`.
pub(super) async fn ticker(State(front): State<Arc<Front>>, RawQuery(query): RawQuery) -> Response {
    Envelope(tickers(&front, query).await).into_response()
}

async fn tickers(front: &Front, query: Option<String>) -> Answer<BTreeMap<String, TickerText>> {
    let mut arguments = arguments(query)?;
    let asked = pairs(&mut arguments)?;
    arguments.end()?;
    let at = now();
    let look = move |announcer: &Announcer| -> Answer<Vec<Glance>> {
        let glance = |(id, market): (InstrumentId, &Market)| {
            let catalogue = announcer.catalogue();
            let last = market.tape.last().map(|trade| catalogue.face(id, u64::from(trade.lots.0)));
            (rows::ticker(catalogue, id, market, at), last, market.day(at).trades)
        };
        Ok(markets(announcer, asked.as_deref())?.into_iter().map(glance).collect())
    };
    let found = venue(front)?.look(look).await??;
    Ok(found.into_iter().map(|glance| (named(glance.0.symbol), TickerText::from(glance))).collect())
}

#[derive(Serialize)]
struct DepthText {
    asks: Vec<(String, String, u64)>,
    bids: Vec<(String, String, u64)>,
}

/// `Depth`.
pub(super) async fn depth(State(front): State<Arc<Front>>, RawQuery(query): RawQuery) -> Response {
    Envelope(book(&front, query).await).into_response()
}

async fn book(front: &Front, query: Option<String>) -> Answer<BTreeMap<String, DepthText>> {
    let mut arguments = arguments(query)?;
    let pair = symbol(&arguments.need("pair")?)?;
    let count = usize::try_from(arguments.number("count", 1, MOST_LEVELS, 100)?).expect("a few hundred");
    arguments.end()?;
    let look = move |announcer: &Announcer| -> Answer<DepthText> {
        let (id, market) = market(announcer, &pair)?;
        let at = announcer.view().at().0 / 1_000_000_000;
        let side = |side| {
            let levels = market.depth.levels(side, count).map(|level| {
                let level = announcer.catalogue().level(id, level.price, level.lots);
                (level.price.to_string(), level.qty.to_string(), at)
            });
            levels.collect()
        };
        Ok(DepthText { asks: side(Side::Sell), bids: side(Side::Buy) })
    };
    let found = venue(front)?.look(look).await??;
    Ok(BTreeMap::from([(named(pair), found)]))
}

/// Price, quantity, time, side, type, nothing, number.
type TradeText = (String, String, Box<RawValue>, &'static str, &'static str, &'static str, u64);

#[derive(Serialize)]
struct TradesText {
    #[serde(flatten)]
    trades: BTreeMap<String, Vec<TradeText>>,
    last: String,
}

/// `Trades`.
pub(super) async fn trades(State(front): State<Arc<Front>>, RawQuery(query): RawQuery) -> Response {
    Envelope(tape(&front, query).await).into_response()
}

async fn tape(front: &Front, query: Option<String>) -> Answer<TradesText> {
    let mut arguments = arguments(query)?;
    let pair = symbol(&arguments.need("pair")?)?;
    let since = arguments.take("since").map(|since| nanoseconds("since", &since)).transpose()?;
    let count = usize::try_from(arguments.number("count", 1, MOST_TRADES, MOST_TRADES)?).expect("a thousand");
    arguments.end()?;
    let look = move |announcer: &Announcer| -> Answer<Vec<TradeRow>> {
        let (id, market) = market(announcer, &pair)?;
        let row = |trade| rows::trade(announcer.catalogue(), id, trade);
        Ok(match since {
            // The oldest after it: a client comes for the rest with `last`.
            Some(since) => {
                market.tape.recent(usize::MAX).filter(|trade| trade.at > since).take(count).map(row).collect()
            }
            None => market.tape.recent(count).map(row).collect(),
        })
    };
    let rows = venue(front)?.look(look).await??;
    let last = rows.last().map_or(since.unwrap_or(Timestamp(0)), |row| row.timestamp).0.to_string();
    let text = |row: TradeRow| -> TradeText {
        let side = if row.side == Side::Buy { "b" } else { "s" };
        let kind = if row.ord_type == Some(unspent_protocol::OrderType::Market) { "m" } else { "l" };
        (row.price.to_string(), row.qty.to_string(), seconds(row.timestamp, 7), side, kind, "", row.trade_id)
    };
    Ok(TradesText { trades: BTreeMap::from([(named(pair), rows.into_iter().map(text).collect())]), last })
}

/// Time, open, high, low, close, average, quantity, trades.
type CandleText = (u64, String, String, String, String, String, String, u64);

#[derive(Serialize)]
struct OhlcText {
    #[serde(flatten)]
    candles: BTreeMap<String, Vec<CandleText>>,
    last: u64,
}

/// `OHLC`.
pub(super) async fn ohlc(State(front): State<Arc<Front>>, RawQuery(query): RawQuery) -> Response {
    Envelope(candles(&front, query).await).into_response()
}

async fn candles(front: &Front, query: Option<String>) -> Answer<OhlcText> {
    let mut arguments = arguments(query)?;
    let pair = symbol(&arguments.need("pair")?)?;
    let minutes = arguments.number("interval", 1, 21_600, 1)?;
    let interval = Interval::ALL.into_iter().find(|interval| u64::from(interval.minutes()) == minutes);
    let interval = interval.ok_or_else(|| wrong("interval", "must be 1, 5, 15, 30, 60, 240, 1440, 10080 or 21600"))?;
    let since = arguments.take("since").map(|since| nanoseconds("since", &since)).transpose()?;
    arguments.end()?;
    let look = move |announcer: &Announcer| -> Answer<Vec<CandleText>> {
        let (id, market) = market(announcer, &pair)?;
        let catalogue = announcer.catalogue();
        let price = |price| catalogue.price(id, price).to_string();
        let text = |candle: Candle| -> CandleText {
            let average = catalogue.average_price(id, candle.value, candle.lots);
            let average = average.map_or_else(|| price(candle.close), |average| average.to_string());
            let [open, high, low, close] = [candle.open, candle.high, candle.low, candle.close].map(price);
            let volume = catalogue.face(id, candle.lots).to_string();
            (candle.begin.0 / 1_000_000_000, open, high, low, close, average, volume, candle.trades)
        };
        let wanted = market.candles.of(interval).filter(|candle| since.is_none_or(|since| candle.begin >= since));
        Ok(wanted.map(text).collect())
    };
    let found = venue(front)?.look(look).await??;
    // The last that is over: the one after it may still change.
    let over = found.len().checked_sub(2).map(|at| found[at].0);
    let last = over.unwrap_or_else(|| since.map_or(0, |since| since.0 / 1_000_000_000));
    Ok(OhlcText { candles: BTreeMap::from([(named(pair), found)]), last })
}

/// A time as Kraken's clients give it: nanoseconds since 1970, or seconds, perhaps with a fraction.
pub(super) fn nanoseconds(name: &str, text: &str) -> Answer<Timestamp> {
    let bad = || wrong(name, "must be a time in seconds or nanoseconds since 1970");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: u64 = whole.parse().map_err(|_| bad())?;
    if fraction.len() > 9 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad());
    }
    // Later than the year 2286 in seconds, and earlier than 1970-04-26 in nanoseconds.
    if whole >= 10_000_000_000 && fraction.is_empty() {
        return Ok(Timestamp(whole));
    }
    let fraction: u64 = format!("{fraction:0<9}").parse().map_err(|_| bad())?;
    whole.checked_mul(1_000_000_000).and_then(|whole| whole.checked_add(fraction)).map(Timestamp).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_may_be_in_seconds_or_in_nanoseconds() {
        assert_eq!(nanoseconds("since", "1616663618"), Ok(Timestamp(1_616_663_618_000_000_000)));
        assert_eq!(nanoseconds("since", "1616663618.5"), Ok(Timestamp(1_616_663_618_500_000_000)));
        assert_eq!(nanoseconds("since", "1616663618123456789"), Ok(Timestamp(1_616_663_618_123_456_789)));
        assert_eq!(nanoseconds("since", "0"), Ok(Timestamp(0)));
        for bad in ["", "-1", "x", "1.1234567890", "99999999999.5", "1e9"] {
            assert!(nanoseconds("since", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_print_without_a_float() {
        assert_eq!(seconds(Timestamp(1_688_669_597_827_761_700), 7).get(), "1688669597.8277617");
        assert_eq!(seconds(Timestamp(1_000_000_001), 4).get(), "1.0000");
        assert_eq!([percent(0), percent(5), percent(125)].map(|text| text.get().to_owned()), ["0.00", "0.05", "1.25"]);
    }
}
