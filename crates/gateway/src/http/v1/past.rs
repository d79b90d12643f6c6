//! What an account did: its fills, and a statement.

use super::asked::Asked;
use super::instruments::market;
use super::market::ONLY_SYMBOL;
use super::page::{CURSOR, LIMIT, Paging};
use super::who::identify;
use super::{Answer, found, symbol, text};
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::arguments::wrong;
use crate::http::openapi::{CSV, Good, Operation, Parameter, Place, Schema, Tag};
use crate::keys::Scope;
use crate::rows;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use serde::Serialize;
use std::fmt::Write;
use std::sync::Arc;
use unspent_marketdata::AccountFill;
use unspent_model::AccountId;
use unspent_protocol::{BalanceRow, Catalogue, HoldingRow, PastFill, Refusal, Vocabulary, print_order_id, print_time};

/// A fill, with the order that it is of.
#[derive(Debug, Serialize)]
pub(super) struct FillText {
    pub order_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cl_ord_id: Option<String>,
    pub symbol: String,
    pub side: &'static str,
    #[serde(flatten)]
    pub fill: PastFill,
}

impl FillText {
    fn of(catalogue: &Catalogue, fill: &AccountFill) -> FillText {
        let symbol = catalogue.get(fill.instrument).expect("what was traded is listed").symbol;
        FillText {
            order_id: print_order_id(fill.order),
            cl_ord_id: fill.cl_ord_id.map(|name| name.to_string()),
            symbol: format!("{symbol}/USD"),
            side: fill.side.word(),
            fill: rows::past_fill(catalogue, fill),
        }
    }
}

/// The remembered fills of an account, newest first, each with a number of its own: both legs of a trade may be one account's.
fn numbered(announcer: &Announcer, account: AccountId) -> impl Iterator<Item = (u64, &AccountFill)> {
    let fills = announcer.view().history().fills_of(account);
    fills.map(|fill| (fill.trade.0 * 2 + u64::from(fill.taker), fill))
}

pub(super) const FILLS: Operation = Operation {
    path: "/v1/fills",
    id: "listFills",
    tag: Tag::Account,
    summary: "The account's last fills.",
    about: "Newest first. The venue remembers the last 1,000 of an account, and 131,072 of all together.",
    parameters: &[ONLY_SYMBOL, LIMIT, CURSOR],
    good: &[Good::json("A page of fills.", "FillPage")],
    bad: &[404],
    ..Operation::READ
};

pub(super) async fn fills(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Read)?;
    let account = caller.account;
    let only = asked.arguments.take("symbol").map(|text| symbol(&text)).transpose()?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let only = only.map(|symbol| market(announcer, &symbol)).transpose()?.map(|(id, _)| id);
        let rows = numbered(announcer, account).filter(|(number, _)| paging.descends_to(*number));
        let rows = rows.filter(|(_, fill)| only.is_none_or(|only| fill.instrument == only));
        Ok::<_, Refusal>(paging.page(announcer.seq(), rows, |fill| FillText::of(announcer.catalogue(), fill)))
    };
    found(&caller.shared.look(look).await??)
}

/// What an account has, and its last fills.
#[derive(Debug, Serialize)]
pub(super) struct Statement {
    pub account: String,
    /// The last command that it knows of.
    pub seq: u64,
    /// When that was taken in.
    pub timestamp: String,
    pub balances: [BalanceRow; 1],
    pub holdings: Vec<HoldingRow>,
    pub fills: Vec<FillText>,
}

pub(super) const STATEMENT: Operation = Operation {
    path: "/v1/statements",
    id: "getStatement",
    tag: Tag::Account,
    summary: "What the account has now, and its last fills.",
    about: "It holds no deposits and no withdrawals, and no more fills than `/v1/fills`: the journal does. As CSV it has one table, in \
            which each kind of row fills the columns that it has.",
    parameters: &[Parameter {
        name: "format",
        place: Place::Query,
        needed: false,
        about: "How it is written; `json` by default.",
        schema: Schema::Word(&["json", "csv"]),
        example: "\"json\"",
    }],
    good: &[Good::json("The statement.", "Statement")],
    csv: true,
    ..Operation::READ
};

pub(super) async fn statement(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Read)?;
    let account = caller.account;
    let csv = match asked.arguments.take("format").as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => return Err(wrong("format", "must be one of: json, csv").into()),
    };
    asked.end()?;
    let name = caller.grant.account().to_string();
    let look = move |announcer: &Announcer| {
        let (catalogue, balances) = (announcer.catalogue(), announcer.view().balances());
        Statement {
            account: name,
            seq: announcer.seq().0,
            timestamp: print_time(announcer.view().at()),
            balances: [catalogue.balance(&balances.cash(account))],
            holdings: balances.holdings(account).map(|holding| catalogue.holding(holding)).collect(),
            fills: numbered(announcer, account).map(|(_, fill)| FillText::of(catalogue, fill)).collect(),
        }
    };
    let statement = caller.shared.look(look).await?;
    if !csv {
        return found(&statement);
    }
    let mut response = text(CSV, lines(&statement));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// RFC 4180. No value has a comma, a quote or a line's end in it.
fn lines(statement: &Statement) -> String {
    let mut text =
        "record,timestamp,exec_id,order_id,cl_ord_id,asset,side,qty,price,fee,balance,available,reserved\r\n"
            .to_owned();
    let at = &statement.timestamp;
    for row in &statement.balances {
        let BalanceRow { asset, balance, available, reserved } = row;
        let _ = write!(text, "balance,{at},,,,{asset},,,,,{balance},{available},{reserved}\r\n");
    }
    for row in &statement.holdings {
        let HoldingRow { symbol, balance, available, reserved } = row;
        let _ = write!(text, "holding,{at},,,,{symbol}/USD,,,,,{balance},{available},{reserved}\r\n");
    }
    for FillText { order_id, cl_ord_id, symbol, side, fill } in &statement.fills {
        let (at, id, name) = (print_time(fill.timestamp), fill.exec_id, cl_ord_id.as_deref().unwrap_or_default());
        let PastFill { last_qty, last_price, fees, .. } = fill;
        let _ =
            write!(text, "fill,{at},{id},{order_id},{name},{symbol},{side},{last_qty},{last_price},{},,,\r\n", fees.0);
    }
    text
}
