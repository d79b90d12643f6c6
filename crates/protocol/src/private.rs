//! Rows of the private streams: executions, balances, holdings, groups; and the frame that every stream shares.

use crate::ids::ExecId;
use crate::params::Triggers;
use crate::words::{Channel, ExecType, Kind, Liquidity, OrderState, OrderType, Reason, TimeInForceWord};
use crate::{form, number};
use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeSeq, Serializer};
use std::borrow::Cow;
use unspent_model::{AccountName, ClOrdId, GroupChange, GroupName, OrderId, SelfTrade, Side, Symbol, Timestamp};

/// A data message: its place in its stream, and its rows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Stream<D> {
    /// Whether the data is the whole or a change.
    #[serde(rename = "type", with = "form")]
    pub kind: Kind,
    /// In the filter, on private streams: whose.
    #[serde(with = "form::option", default = "none")]
    pub account: Option<AccountName>,
    /// On `executions`: the account's own gap-free number of the last row.
    #[serde(default = "none")]
    pub exec_seq: Option<u64>,
    /// The engine's sequence of the last event in it. Absent on `status` only.
    #[serde(default = "none")]
    pub seq: Option<u64>,
    /// The `seq` of the message before it on this channel and symbol; absent on a snapshot.
    #[serde(default = "none")]
    pub prev_seq: Option<u64>,
    /// The rows.
    pub data: D,
}

fn none<T>() -> Option<T> {
    None
}

impl<D: Serialize> Stream<D> {
    /// Appends its JSON text to `out`. The rows may be borrowed: a `Stream<&[Execution]>` prints as well.
    pub fn write(&self, channel: Channel, out: &mut Vec<u8>) {
        #[derive(serde::Serialize)]
        struct Frame<'a, D> {
            #[serde(with = "form")]
            channel: Channel,
            #[serde(rename = "type", with = "form")]
            kind: Kind,
            #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
            account: Option<AccountName>,
            #[serde(skip_serializing_if = "Option::is_none")]
            exec_seq: Option<u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            seq: Option<u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            prev_seq: Option<u64>,
            data: &'a D,
        }
        let Stream { kind, account, exec_seq, seq, prev_seq, ref data } = *self;
        let frame = Frame { channel, kind, account, exec_seq, seq, prev_seq, data };
        serde_json::to_writer(out, &frame).expect("data serialises into memory");
    }
}

/// A row of `executions`: one thing that happened to one order, or in a snapshot one open order.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Execution {
    /// What happened.
    #[serde(with = "form")]
    pub exec_type: ExecType,
    /// The order.
    #[serde(with = "form")]
    pub order_id: OrderId,
    /// The owner's name for it.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub cl_ord_id: Option<ClOrdId>,
    /// Where.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// Its side.
    #[serde(with = "form")]
    pub side: Side,
    /// Its type.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub order_type: Option<OrderType>,
    /// Its total quantity in dollars of face.
    pub order_qty: u64,
    /// The worst price it accepts: its limit, or a market order's collar.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Decimal>,
    /// What it waits for, or waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triggers: Option<Triggers>,
    /// Of an iceberg: dollars of face shown at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_qty: Option<u64>,
    /// Of an order that lowers its own price: what is to come of its schedule, in a snapshot and when that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decay: Option<crate::decay::DecayRow>,
    /// The linked bid that it is a leg of: the id of its first leg.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub link_id: Option<OrderId>,
    /// Its time in force.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub time_in_force: Option<TimeInForceWord>,
    /// Of `gtd`: until when it stays.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub expire_time: Option<Timestamp>,
    /// Whether it may only rest; absent: false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub post_only: bool,
    /// What happens when it meets its own owner group.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub stp_type: Option<SelfTrade>,
    /// Of a trade: dollars of face.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_qty: Option<u64>,
    /// Of a trade: the price.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub last_price: Option<Decimal>,
    /// Filled so far, in dollars of face.
    pub cum_qty: u64,
    /// Still open, in dollars of face.
    pub leaves_qty: u64,
    /// The average price of what is filled ([`crate::Catalogue::average_price`]).
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub avg_price: Option<Decimal>,
    /// Where it stands after this.
    #[serde(with = "form")]
    pub order_status: OrderState,
    /// Of a trade: whether it rested or arrived.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub liquidity_ind: Option<Liquidity>,
    /// Of a trade: what it cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<Fee>,
    /// Of a trade: this leg.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub exec_id: Option<ExecId>,
    /// Of a trade: both legs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_id: Option<u64>,
    /// Of a trade across months the bid's instrument.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub implied: Option<Symbol>,
    /// Of a trade across months the ask's instrument, whose credits changed hands.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Symbol>,
    /// Why quantity is gone.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Of an order that ended with its instrument: the next later month that is listed.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub next_symbol: Option<Symbol>,
    /// When.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}

/// A fee in dollars, `[{"asset":"USD","qty":3.30}]` on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fee(pub Decimal);

impl From<unspent_model::Cash> for Fee {
    fn from(cash: unspent_model::Cash) -> Fee {
        Fee(crate::catalogue::dollars(cash))
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct FeeRow {
    asset: Cow<'static, str>,
    #[serde(with = "number")]
    qty: Decimal,
}

impl Serialize for Fee {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(1))?;
        rows.serialize_element(&FeeRow { asset: Cow::Borrowed("USD"), qty: self.0 })?;
        rows.end()
    }
}

impl<'de> Deserialize<'de> for Fee {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fee, D::Error> {
        let rows = <[FeeRow; 1]>::deserialize(deserializer)?;
        match &rows[0] {
            FeeRow { asset, qty } if asset == "USD" => Ok(Fee(*qty)),
            _ => Err(D::Error::custom("fees are in USD")),
        }
    }
}

/// A row of `balances`: an account's money.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BalanceRow {
    /// `USD`.
    pub asset: Cow<'static, str>,
    /// All of it: available and reserved, in dollars.
    #[serde(with = "number")]
    pub balance: Decimal,
    /// Free to use.
    #[serde(with = "number")]
    pub available: Decimal,
    /// Set aside for open buy orders, their largest possible fee included.
    #[serde(with = "number")]
    pub reserved: Decimal,
}

/// A row of `holdings`: an account's credits of one instrument, in dollars of face.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HoldingRow {
    /// What.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// All of it: available and reserved.
    pub balance: u64,
    /// Free to sell.
    pub available: u64,
    /// Set aside for open sell orders.
    pub reserved: u64,
}

/// A row of `groups`: a protection group.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct GroupRow {
    /// Which.
    #[serde(with = "form")]
    pub group: GroupName,
    /// What happened to it last.
    #[serde(with = "form")]
    pub event: GroupChange,
    /// Whether it has tripped and takes no quotes.
    pub tripped: bool,
    /// How many lots filled within the window trip it: whole lots, of whatever face value.
    pub lots: u32,
    /// The window in seconds.
    pub window: u32,
    /// Of a tripped group: the lots filled within its window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filled_lots: Option<u64>,
    /// When.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}
