//! What the operator set of instruments and programmes.

use super::who::identify;
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::openapi::{Good, Operation, Tag};
use crate::http::v1::asked::Asked;
use crate::http::v1::instruments::markets;
use crate::http::v1::page::{CURSOR, LIMIT, Paging};
use crate::http::v1::programmes::programme_page;
use crate::http::v1::{Answer, found};
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use unspent_marketdata::{Market, Programmes};
use unspent_model::InstrumentId;
use unspent_protocol::print_time;

/// What the operator set of an instrument; prices and ranges in price units.
#[derive(Debug, Serialize)]
struct ListingRow {
    symbol: String,
    tick: u32,
    collar: u32,
    maker_bp: u16,
    taker_bp: u16,
    phase: &'static str,
    /// Whether its month is or was watched.
    watched: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<RulesRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<ScheduleRow>,
}

#[derive(Debug, Serialize)]
struct RulesRow {
    auction_tick: u32,
    auction_bp: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    dynamic_range: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    static_range: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_range: Option<u32>,
    volatility_seconds: u32,
    random_end_seconds: u32,
    dominance: bool,
}

#[derive(Debug, Serialize)]
struct ScheduleRow {
    entries: Vec<EntryRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_trade: Option<String>,
}

#[derive(Debug, Serialize)]
struct EntryRow {
    second: u32,
    phase: &'static str,
}

pub(super) const LISTINGS: Operation = Operation {
    path: "/admin/v1/listings",
    id: "listListings",
    tag: Tag::Market,
    summary: "What was set of each instrument, in its own units.",
    about: "In the order of listing. Rules and trading days that were never set are absent.",
    parameters: &[LIMIT, CURSOR],
    good: &[Good::json("A page of listings.", "ListingPage")],
    ..Operation::ADMIN
};

pub(super) async fn listings(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let rows = markets(announcer, paging);
        paging.page(announcer.seq(), rows, |(id, market)| listing(announcer.view().programmes(), id, market))
    };
    found(&operator.shared.look(look).await?)
}

fn listing(known: &Programmes, id: InstrumentId, market: &Market) -> ListingRow {
    let spec = &market.spec;
    let rules = known.rules(id).map(|rules| RulesRow {
        auction_tick: rules.auction_tick,
        auction_bp: rules.auction_fee.0,
        dynamic_range: rules.dynamic_range,
        static_range: rules.static_range,
        entry_range: rules.entry_range,
        volatility_seconds: rules.volatility_seconds,
        random_end_seconds: rules.random_end_seconds,
        dominance: rules.dominance,
    });
    let schedule = known.schedule(id).map(|schedule| {
        let entries = schedule.entries.iter();
        ScheduleRow {
            entries: entries.map(|entry| EntryRow { second: entry.second_of_day, phase: entry.phase.name() }).collect(),
            last_trade: schedule.last_trade.map(print_time),
        }
    });
    ListingRow {
        symbol: spec.symbol.to_string(),
        tick: spec.tick,
        collar: spec.collar,
        maker_bp: spec.fees.maker.0,
        taker_bp: spec.fees.taker.0,
        phase: market.phase.name(),
        watched: known.month(id).is_some(),
        rules,
        schedule,
    }
}

pub(super) const TERMS: Operation = Operation {
    path: "/admin/v1/programmes",
    id: "listProgrammes",
    tag: Tag::Market,
    summary: "Under which terms each programme is traded.",
    about: "In the order in which they were first set.",
    parameters: &[LIMIT, CURSOR],
    good: &[Good::json("A page of programmes.", "ProgrammePage")],
    ..Operation::ADMIN
};

pub(super) async fn terms(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    found(&operator.shared.look(move |announcer: &Announcer| programme_page(announcer, paging)).await?)
}
