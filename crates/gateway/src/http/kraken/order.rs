//! Orders in Kraken's REST words: its parameters into a request of the websocket, which one parser reads, and an order into its
//! row.

use super::Answer;
use super::public::seconds;
use crate::announcer::Announcer;
use crate::http::arguments::{Arguments, wrong};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::value::RawValue;
use unspent_marketdata::{AccountFill, ClosedOrder, OpenOrder};
use unspent_model::{AccountId, OrderKind, OrderStatus, PostOnly, Side, TimeInForce, Timestamp};
use unspent_protocol::{AddOrderParams, Call, ExecId, Liquidity, OrderType, parse_request, print_order_id};

/// A request's parameters as JSON text in the making.
#[derive(Default)]
pub(super) struct Params(String);

impl Params {
    /// A value that is text on the wire.
    pub fn text(&mut self, name: &str, value: &str) {
        let value = serde_json::to_string(value).expect("text serialises");
        self.raw(name, &value);
    }

    /// A value that is JSON already.
    pub fn raw(&mut self, name: &str, json: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&format!("\"{name}\":{json}"));
    }

    /// The request of this method.
    ///
    /// # Errors
    /// As for the websocket's; the fields have its names.
    pub fn request(self, method: &str) -> Answer<Call> {
        let text = format!(r#"{{"method":"{method}","params":{{{}}}}}"#, self.0);
        parse_request(&text).map(|request| request.call).map_err(|error| *error.refusal)
    }
}

/// The request of an `AddOrder`.
///
/// # Errors
/// What is wrong with it, by Kraken's names as far as they differ from ours.
pub(super) fn add_order(arguments: &mut Arguments) -> Answer<Call> {
    let mut params = Params::default();
    params.text("symbol", &arguments.need("pair")?);
    params.text("side", &arguments.need("type")?);
    let kind = arguments.need("ordertype")?;
    params.text("order_type", &kind);
    params.text("order_qty", &arguments.need("volume")?);
    let (price, second) = (arguments.take("price"), arguments.take("price2"));
    // Kraken's clients send a zero where no price belongs.
    let [price, second] = [price, second].map(|price| price.filter(|price| !matches!(price.as_str(), "" | "0")));
    let (limit, trigger) = match kind.as_str() {
        "stop-loss" | "stop-loss-limit" => (second, price),
        _ => (price, None),
    };
    if let Some(limit) = limit {
        params.text("limit_price", &limit);
    }
    if let Some(trigger) = trigger {
        let trigger = serde_json::to_string(&trigger).expect("text serialises");
        params.raw("triggers", &format!("{{\"price\":{trigger}}}"));
    }
    if let Some(display) = arguments.take("displayvol") {
        params.text("display_qty", &display);
    }
    if let Some(time_in_force) = arguments.take("timeinforce") {
        params.text("time_in_force", &time_in_force.to_ascii_lowercase());
    }
    if let Some(expires) = arguments.take("expiretm").filter(|expires| expires != "0") {
        let seconds: u64 = expires.parse().map_err(|_| wrong("expiretm", "must be a time in seconds since 1970"))?;
        let at = seconds.checked_mul(1_000_000_000).ok_or_else(|| wrong("expiretm", "is too far away"))?;
        params.text("expire_time", &unspent_protocol::print_time(Timestamp(at)));
    }
    for flag in arguments.take("oflags").unwrap_or_default().split(',').filter(|flag| !flag.is_empty()) {
        match flag {
            "post" => params.raw("post_only", "true"),
            // Fees are always in dollars.
            "fciq" => {}
            _ => return Err(wrong("oflags", "may hold post and fciq; the others are not offered")),
        }
    }
    if let Some(prevention) = arguments.take("stptype") {
        params.text("stp_type", &prevention.replace('-', "_"));
    }
    for name in ["cl_ord_id", "deadline"] {
        if let Some(value) = arguments.take(name) {
            params.text(name, &value);
        }
    }
    if arguments.take("validate").is_some_and(|validate| validate != "false") {
        params.raw("validate", "true");
    }
    params.request("add_order")
}

/// What Kraken describes an order with.
pub(super) struct Words {
    side: &'static str,
    volume: String,
    pair: String,
    kind: &'static str,
    price: String,
    price2: String,
}

impl Words {
    /// Those of an order as it was asked for.
    pub fn of(params: &AddOrderParams) -> Words {
        let text = |price: Option<Decimal>| price.map_or("0".to_owned(), |price| price.to_string());
        let limit = text(params.limit_price);
        let (price, price2) = match params.triggers {
            Some(triggers) => (triggers.price.to_string(), limit),
            None => (limit, "0".to_owned()),
        };
        Words {
            side: word(params.side),
            volume: params.order_qty.to_string(),
            pair: format!("{}/USD", params.symbol),
            kind: match params.order_type {
                OrderType::Market => "market",
                OrderType::StopLoss => "stop-loss",
                OrderType::StopLossLimit => "stop-loss-limit",
                OrderType::Iceberg => "iceberg",
                _ => "limit",
            },
            price,
            price2,
        }
    }

    /// `buy 1000 AWS-ACT-1K-202706/USD @ limit 0.6600`.
    pub fn describe(&self) -> String {
        let Words { side, volume, pair, kind, price, price2 } = self;
        let terms = match *kind {
            "market" => "market".to_owned(),
            "stop-loss" => format!("stop loss {price}"),
            "stop-loss-limit" => format!("stop loss {price} -> limit {price2}"),
            _ => format!("limit {price}"),
        };
        format!("{side} {volume} {pair} @ {terms}")
    }
}

fn word(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

#[derive(Serialize)]
struct Description {
    pair: String,
    #[serde(rename = "type")]
    side: &'static str,
    ordertype: &'static str,
    price: String,
    price2: String,
    leverage: &'static str,
    order: String,
    close: &'static str,
}

/// An order as `OpenOrders` tells it.
#[derive(Serialize)]
pub(super) struct OrderText {
    refid: Option<()>,
    userref: Option<()>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cl_ord_id: Option<String>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    opentm: Box<RawValue>,
    starttm: u8,
    expiretm: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closetm: Option<Box<RawValue>>,
    descr: Description,
    vol: String,
    vol_exec: String,
    cost: String,
    fee: String,
    price: String,
    stopprice: String,
    limitprice: String,
    misc: &'static str,
    oflags: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trades: Vec<String>,
}

/// The row of an order that is over, under its id.
pub(super) fn closed_row(announcer: &Announcer, closed: &ClosedOrder) -> (String, OrderText) {
    let (id, mut text) = row(announcer, &closed.order);
    text.closetm = Some(seconds(closed.at, 7));
    (id, text)
}

impl OrderText {
    /// With the fills of the order, as their ids.
    pub fn with_trades(mut self, trades: Vec<String>) -> OrderText {
        self.trades = trades;
        self
    }
}

/// One fill as `TradesHistory` tells it.
#[derive(Serialize)]
pub(super) struct FillText {
    ordertxid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cl_ord_id: Option<String>,
    postxid: &'static str,
    pair: String,
    time: Box<RawValue>,
    #[serde(rename = "type")]
    side: &'static str,
    /// Absent when the order is no longer remembered.
    #[serde(skip_serializing_if = "Option::is_none")]
    ordertype: Option<&'static str>,
    price: String,
    cost: String,
    fee: String,
    vol: String,
    margin: &'static str,
    misc: &'static str,
    trade_id: u64,
    maker: bool,
}

/// A fill's id, which is this leg's alone.
pub(super) fn fill_id(fill: &AccountFill) -> String {
    let leg = if fill.taker { Liquidity::Taker } else { Liquidity::Maker };
    ExecId { trade: fill.trade, leg }.to_string()
}

/// The row under its id of a fill of this account.
pub(super) fn fill_row(announcer: &Announcer, account: AccountId, fill: &AccountFill) -> (String, FillText) {
    let (catalogue, view) = (announcer.catalogue(), announcer.view());
    let closed = || view.history().closed(account, fill.order).map(|closed| &closed.order);
    let order = view.orders().get(fill.order).or_else(closed);
    let lots = u64::from(fill.lots.0);
    let cost = catalogue.cost(fill.instrument, u128::from(fill.price.0) * u128::from(lots));
    let symbol = catalogue.get(fill.instrument).expect("a fill's instrument is listed").symbol;
    let text = FillText {
        ordertxid: print_order_id(fill.order),
        cl_ord_id: fill.cl_ord_id.map(|id| id.as_str().to_owned()),
        postxid: "",
        pair: format!("{symbol}/USD"),
        time: seconds(fill.at, 7),
        side: word(fill.side),
        ordertype: order.map(kind_of),
        price: catalogue.price(fill.instrument, fill.price).to_string(),
        cost: cost.map_or("0.00".to_owned(), |cost| cost.to_string()),
        fee: unspent_protocol::dollars(fill.fee).to_string(),
        vol: catalogue.face(fill.instrument, lots).to_string(),
        margin: "0",
        misc: "",
        trade_id: fill.trade.0,
        maker: !fill.taker,
    };
    (fill_id(fill), text)
}

/// What an order is called that was entered so.
fn kind_of(order: &OpenOrder) -> &'static str {
    match (order.kind, order.stop) {
        (OrderKind::Limit(_), Some(_)) => "stop-loss-limit",
        (OrderKind::Market { .. }, Some(_)) => "stop-loss",
        (OrderKind::Limit(_), None) if order.display.is_some() => "iceberg",
        (OrderKind::Limit(_), None) => "limit",
        (OrderKind::Market { .. }, None) => "market",
    }
}

/// An order's row under its id.
pub(super) fn row(announcer: &Announcer, order: &OpenOrder) -> (String, OrderText) {
    let catalogue = announcer.catalogue();
    let face = |lots: u32| catalogue.face(order.instrument, u64::from(lots)).to_string();
    let money = |price| catalogue.price(order.instrument, price).to_string();
    let pair = format!("{}/USD", catalogue.get(order.instrument).expect("an order's instrument is listed").symbol);
    let kind = kind_of(order);
    let limit = match order.kind {
        OrderKind::Limit(_) => money(order.price),
        OrderKind::Market { .. } => "0".to_owned(),
    };
    let (price, price2) = match order.stop {
        Some(stop) => (money(stop), limit),
        None => (limit, "0".to_owned()),
    };
    let average =
        order.average_price().and_then(|(sum, lots)| catalogue.average_price(order.instrument, sum, u64::from(lots.0)));
    let cost = catalogue.cost(order.instrument, order.notional);
    let words = Words { side: word(order.side), volume: face(order.lots.0), pair, kind, price, price2 };
    let text = OrderText {
        refid: None,
        userref: None,
        cl_ord_id: order.cl_ord_id.map(|id| id.as_str().to_owned()),
        status: match order.status() {
            OrderStatus::Filled => "closed",
            OrderStatus::Canceled => "canceled",
            _ if order.waiting => "pending",
            _ => "open",
        },
        reason: order.canceled.map(unspent_protocol::reason_word),
        opentm: seconds(order.opened_at, 7),
        starttm: 0,
        expiretm: match order.time_in_force {
            TimeInForce::Gtd(until) => seconds(until, 4),
            _ => RawValue::from_string("0".to_owned()).expect("a number"),
        },
        closetm: None,
        stopprice: order.stop.map_or("0".to_owned(), |_| words.price.clone()),
        limitprice: order.stop.map_or("0".to_owned(), |_| words.price2.clone()),
        vol: words.volume.clone(),
        descr: Description {
            order: words.describe(),
            pair: words.pair,
            side: words.side,
            ordertype: words.kind,
            price: words.price,
            price2: words.price2,
            leverage: "none",
            close: "",
        },
        vol_exec: face(order.cum.0),
        cost: cost.map_or("0.00".to_owned(), |cost| cost.to_string()),
        fee: unspent_protocol::dollars(order.fees).to_string(),
        price: average.map_or("0".to_owned(), |price| price.to_string()),
        misc: "",
        oflags: if order.post_only == PostOnly::No { "fciq" } else { "fciq,post" },
        trades: Vec::new(),
    };
    (print_order_id(order.order), text)
}
