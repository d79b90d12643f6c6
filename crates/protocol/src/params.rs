//! What each method takes. Numbers are as they were sent; [`crate::Catalogue`] judges them.

use crate::decay::DecayParams;
use crate::form::{self, Text};
use crate::linked::LegParams;
use crate::number;
use crate::words::{BookDepth, Channel, DisconnectScope, OrderType, PostOnlyMode, TimeInForceWord};
use rust_decimal::Decimal;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use unspent_model::{
    ClOrdId, GroupName, Interval, OrderId, OrderRef, Phase, Programme, SelfTrade, Side, Symbol, Timestamp,
};

/// The most orders that one `cancel_order` names.
pub const MAX_CANCELS: usize = 50;

/// `login`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LoginParams {
    /// The key's public name.
    pub api_key: String,
    /// Ed25519 over `"unspent-login\n" + api_key + "\n" + challenge`, in base64. A static key needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// Which orders go when the connection does; absent: none.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub cancel_on_disconnect: Option<DisconnectScope>,
}

/// What a login signs: the key's name and the challenge of the connection, so that a login overheard opens no other.
#[must_use]
pub fn login_message(api_key: &str, challenge: &str) -> String {
    format!("unspent-login\n{api_key}\n{challenge}")
}

/// `subscribe`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SubscribeParams {
    /// Which stream.
    #[serde(with = "form")]
    pub channel: Channel,
    /// Of which instruments, or for `curve` of which curves: symbols without an expiry; empty for the channels that take none.
    #[serde(rename = "symbol", serialize_with = "form::list::serialize", skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<Symbol>,
    /// How deep, for `book` and `level3`; absent: 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depth: Option<BookDepth>,
    /// How long a candle is, for `ohlc`; absent: a minute.
    #[serde(with = "crate::interval::option", skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// Whether a snapshot comes first; absent: it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<bool>,
    /// Replay what came after this `seq`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_seq: Option<u64>,
    /// Replay what came after this `exec_seq`, for `executions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_exec_seq: Option<u64>,
}

/// `unsubscribe`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct UnsubscribeParams {
    /// Which stream.
    #[serde(with = "form")]
    pub channel: Channel,
    /// Of which instruments, or for `curve` of which curves: symbols without an expiry; empty for the channels that take none.
    #[serde(rename = "symbol", serialize_with = "form::list::serialize", skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<Symbol>,
    /// Of which depth, for `book` and `level3`; absent: 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depth: Option<BookDepth>,
    /// Of which length of candle, for `ohlc`; absent: a minute.
    #[serde(with = "crate::interval::option", skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
}

/// `add_order`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AddOrderParams {
    /// In which book.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// Buy or sell.
    #[serde(with = "form")]
    pub side: Side,
    /// Limit or market.
    #[serde(with = "form")]
    pub order_type: OrderType,
    /// Dollars of face, a multiple of the lot.
    #[serde(with = "number")]
    pub order_qty: Decimal,
    /// Dollars per dollar of face; with `limit` only, and always.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Decimal>,
    /// Most dollars to spend, fees included; with a market buy only.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub max_total: Option<Decimal>,
    /// What it waits for; with `stop-loss` and `stop-loss-limit` only, and always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triggers: Option<Triggers>,
    /// Dollars of face shown at a time, a multiple of the lot; with `iceberg` only, and always.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub display_qty: Option<Decimal>,
    /// How it lowers its `limit_price`; with `decay` only, and always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decay: Option<DecayParams>,
    /// What a buy takes instead: it is one bid for any of these and `symbol`. Empty: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<LegParams>,
    /// Dollars of face that must trade on arrival, or it is refused.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub min_qty: Option<Decimal>,
    /// Absent: `ioc` for a market order, else `gtc`.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub time_in_force: Option<TimeInForceWord>,
    /// Until when it stays; with `gtd` only, and always.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub expire_time: Option<Timestamp>,
    /// Whether it only adds liquidity. Absent: false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub post_only: bool,
    /// What becomes of a post-only order that would trade on arrival; absent: `reject`.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub post_only_mode: Option<PostOnlyMode>,
    /// Absent: `cancel_newest`.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub stp_type: Option<SelfTrade>,
    /// The owner's name for it.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub cl_ord_id: Option<ClOrdId>,
    /// Refuse it when it reaches the engine later.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
}

impl SubscribeParams {
    /// A stream with nothing else to it, from its snapshot on.
    #[must_use]
    pub fn new(channel: Channel, symbols: Vec<Symbol>) -> SubscribeParams {
        SubscribeParams {
            channel,
            symbols,
            depth: None,
            interval: None,
            snapshot: None,
            from_seq: None,
            from_exec_seq: None,
        }
    }
}

impl AddOrderParams {
    /// A limit order with nothing else to it.
    #[must_use]
    pub fn limit(symbol: Symbol, side: Side, order_qty: Decimal, limit_price: Decimal) -> AddOrderParams {
        AddOrderParams {
            symbol,
            side,
            order_type: OrderType::Limit,
            order_qty,
            limit_price: Some(limit_price),
            max_total: None,
            triggers: None,
            display_qty: None,
            decay: None,
            any_of: Vec::new(),
            min_qty: None,
            time_in_force: None,
            expire_time: None,
            post_only: false,
            post_only_mode: None,
            stp_type: None,
            cl_ord_id: None,
            deadline: None,
        }
    }
}

/// What an order waits for. Source of the shape: Kraken WebSocket v2 `triggers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Triggers {
    /// The trade price that lets it into the book: at or above it for a buy, at or below it for a sell.
    #[serde(with = "number")]
    pub price: Decimal,
}

/// `amend_order`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmendOrderParams {
    /// Which order.
    pub order: OrderRef,
    /// The new total quantity in dollars of face, filled part included.
    pub order_qty: Option<Decimal>,
    /// The new limit price.
    pub limit_price: Option<Decimal>,
    /// The new price to wait for.
    pub trigger_price: Option<Decimal>,
    /// The new dollars of face to show at a time.
    pub display_qty: Option<Decimal>,
    /// Refuse the amend when the order would trade on its new terms; absent: as the order was entered.
    pub post_only: Option<bool>,
    /// Refuse it when it reaches the engine later.
    pub deadline: Option<Timestamp>,
}

/// `cancel_order`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelOrderParams {
    /// Which orders, 1 to [`MAX_CANCELS`]: those by order id first, then those by client order id, each as listed.
    /// Each is answered by a reply of its own, in this order.
    pub orders: Vec<OrderRef>,
}

/// `cancel_all`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct CancelAllParams {
    /// Only in this instrument.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub symbol: Option<Symbol>,
    /// Only on this side.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Only in instruments of this programme, `AWS-ACT`.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub programme: Option<Programme>,
    /// Only quotes of this protection group.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupName>,
}

/// `set_phase`, the operator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SetPhaseParams {
    /// Which instrument.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// The phase it shall be in.
    #[serde(with = "form")]
    pub phase: Phase,
}

struct Number<'a>(&'a Decimal);

impl Serialize for Number<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        number::serialize(self.0, serializer)
    }
}

impl Serialize for AmendOrderParams {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("amend_order", 7)?;
        match &self.order {
            OrderRef::Id(order) => fields.serialize_field("order_id", &Text(order))?,
            OrderRef::ClOrdId(cl_ord_id) => fields.serialize_field("cl_ord_id", &Text(cl_ord_id))?,
        }
        if let Some(qty) = &self.order_qty {
            fields.serialize_field("order_qty", &Number(qty))?;
        }
        if let Some(price) = &self.limit_price {
            fields.serialize_field("limit_price", &Number(price))?;
        }
        if let Some(price) = &self.trigger_price {
            fields.serialize_field("trigger_price", &Number(price))?;
        }
        if let Some(qty) = &self.display_qty {
            fields.serialize_field("display_qty", &Number(qty))?;
        }
        if let Some(post_only) = self.post_only {
            fields.serialize_field("post_only", &post_only)?;
        }
        if let Some(deadline) = &self.deadline {
            fields.serialize_field("deadline", &Text(deadline))?;
        }
        fields.end()
    }
}

impl Serialize for CancelOrderParams {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ids: Vec<Text<'_, OrderId>> = self
            .orders
            .iter()
            .filter_map(|order| if let OrderRef::Id(id) = order { Some(Text(id)) } else { None })
            .collect();
        let names: Vec<Text<'_, ClOrdId>> = self
            .orders
            .iter()
            .filter_map(|order| if let OrderRef::ClOrdId(id) = order { Some(Text(id)) } else { None })
            .collect();
        let mut fields = serializer.serialize_struct("cancel_order", 2)?;
        if !ids.is_empty() {
            fields.serialize_field("order_id", &ids)?;
        }
        if !names.is_empty() {
            fields.serialize_field("cl_ord_id", &names)?;
        }
        fields.end()
    }
}
