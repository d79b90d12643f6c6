//! Programmes with their terms, and the calendar of months.

use super::asked::Asked;
use super::page::{CURSOR, LIMIT, Page, Paging};
use super::{Answer, found, venue};
use crate::announcer::Announcer;
use crate::clock::now;
use crate::http::Front;
use crate::http::openapi::{Good, Operation, Tag};
use axum::extract::State;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use unspent_model::calendar::listed_months;
use unspent_model::{Date, Expiry, Phase, ProgrammeTerms, Symbol};
use unspent_protocol::{MonthRow, ProgrammeRow, SymbolText};

pub(super) const PROGRAMMES: Operation = Operation {
    path: "/v1/programmes",
    id: "listProgrammes",
    tag: Tag::Market,
    summary: "Under which terms each programme is traded, who says so and since when.",
    about: "In the order in which they were first set. A programme that is not here has no terms: everybody trades it.",
    parameters: &[LIMIT, CURSOR],
    good: &[Good::json("A page of programmes.", "ProgrammePage")],
    ..Operation::PUBLIC
};

pub(super) async fn programmes(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    found(&venue(&front)?.look(move |announcer: &Announcer| programme_page(announcer, paging)).await?)
}

/// A page of all programmes.
pub(super) fn programme_page(announcer: &Announcer, paging: Paging) -> Page<ProgrammeRow> {
    let known = announcer.view().programmes();
    let expired: BTreeMap<_, _> = known.expired_unused().collect();
    let rows = (0..).zip(known.terms()).filter(|(number, _)| paging.ascends_to(*number));
    let row = |terms: &ProgrammeTerms| ProgrammeRow::new(terms, expired.get(&terms.programme).copied().unwrap_or(0));
    paging.page(announcer.seq(), rows, row)
}

/// The months that are listed today, and those of which something still is.
#[derive(Debug, Serialize)]
pub(super) struct Calendar {
    /// The last command that it knows of.
    pub seq: u64,
    /// The day, in UTC.
    pub today: String,
    pub data: Vec<MonthRow>,
}

pub(super) const CALENDAR: Operation = Operation {
    path: "/v1/calendar",
    id: "getCalendar",
    tag: Tag::Market,
    summary: "Which months are listed today, when they trade for the last time and when they end.",
    about: "The next six month-ends, then quarter-ends to two years, then what never expires; and every other month of which an \
            instrument has not expired.",
    good: &[Good::json("The months, ascending.", "Calendar")],
    ..Operation::PUBLIC
};

pub(super) async fn calendar(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    asked.end()?;
    let look = |announcer: &Announcer| {
        let today = Date::of(now().max(announcer.view().at()));
        let months = listed_months(today, true);
        let mut symbols: BTreeMap<Expiry, Vec<Symbol>> = months.iter().map(|&month| (month, Vec::new())).collect();
        for (_, market) in announcer.view().markets().filter(|(_, market)| market.phase != Phase::Expired) {
            if let Some(credit) = market.spec.symbol.credit() {
                symbols.entry(credit.expiry).or_default().push(market.spec.symbol);
            }
        }
        let row = |(month, symbols): (Expiry, Vec<Symbol>)| MonthRow {
            month: month.text(),
            last_trade: month.last_trade(),
            ends: month.ends(),
            listed: months.contains(&month),
            symbols: symbols.into_iter().map(SymbolText).collect(),
        };
        let data = symbols.into_iter().map(row).collect();
        Calendar { seq: announcer.seq().0, today: today.to_string(), data }
    };
    found(&venue(&front)?.look(look).await?)
}
