//! All instruments at a glance.

use super::asked::Asked;
use super::instruments::{market, markets};
use super::page::{CURSOR, LIMIT, Paging};
use super::{Answer, found, symbol, venue};
use crate::announcer::Announcer;
use crate::clock::now;
use crate::http::Front;
use crate::http::openapi::{Good, Operation, Parameter, Place, Schema, Tag};
use crate::rows;
use axum::extract::State;
use std::sync::Arc;
use unspent_protocol::Refusal;

/// An instrument to which a list is narrowed.
pub(super) const ONLY_SYMBOL: Parameter = Parameter {
    name: "symbol",
    place: Place::Query,
    needed: false,
    about: "Only this instrument.",
    schema: Schema::SYMBOL_NAME,
    example: "\"AWS-ACT-1K-202706\"",
};

pub(super) const TICKER: Operation = Operation {
    path: "/v1/ticker",
    id: "listTickers",
    tag: Tag::Market,
    summary: "Best prices and the last 24 hours.",
    about: "In the order of listing. A price that does not exist is absent.",
    parameters: &[ONLY_SYMBOL, LIMIT, CURSOR],
    good: &[Good::json("A page of tickers.", "TickerPage")],
    bad: &[404],
    ..Operation::PUBLIC
};

pub(super) async fn ticker(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let only = asked.arguments.take("symbol").map(|text| symbol(&text)).transpose()?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let only = only.map(|symbol| market(announcer, &symbol)).transpose()?.map(|(id, _)| id);
        // The rim's clock may stand before the last command's.
        let at = now().max(announcer.view().at());
        let rows = markets(announcer, paging).filter(|(_, (id, _))| only.is_none_or(|only| *id == only));
        let row = |(id, market)| rows::ticker(announcer.catalogue(), id, market, at);
        Ok::<_, Refusal>(paging.page(announcer.seq(), rows, row))
    };
    found(&venue(&front)?.look(look).await??)
}

pub(super) const AUCTIONS: Operation = Operation {
    path: "/v1/auctions",
    id: "listAuctions",
    tag: Tag::Market,
    summary: "The calls that go on, and what each would come to now.",
    about: "In the order of listing.",
    parameters: &[LIMIT, CURSOR],
    good: &[Good::json("A page of calls.", "AuctionPage")],
    ..Operation::PUBLIC
};

pub(super) async fn auctions(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let at = announcer.view().at();
        let rows = markets(announcer, paging).filter_map(|(number, (id, market))| {
            Some((number, rows::auction(announcer.catalogue(), id, market, at, true)?))
        });
        paging.page(announcer.seq(), rows, |row| row)
    };
    found(&venue(&front)?.look(look).await?)
}
