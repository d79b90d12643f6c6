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
use serde::Serialize;
use std::sync::Arc;
use unspent_protocol::{CurveRow, Refusal};

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

/// The best prices of a curve.
#[derive(Debug, Serialize)]
pub(super) struct Curve {
    /// The last command that it knows of.
    pub seq: u64,
    /// By expiry.
    pub data: Vec<CurveRow>,
}

pub(super) const CURVE: Operation = Operation {
    path: "/v1/curves/{curve}",
    id: "getCurve",
    tag: Tag::Market,
    summary: "The best prices of every expiry of a programme and face value, other months' included.",
    about: "By expiry, those that have expired left out.",
    parameters: &[Parameter {
        name: "curve",
        place: Place::Path,
        needed: true,
        about: "A credit's symbol without its expiry.",
        schema: Schema::SYMBOL_NAME,
        example: "\"AWS-ACT-1K\"",
    }],
    good: &[Good::json("The curve.", "Curve")],
    bad: &[404],
    ..Operation::PUBLIC
};

pub(super) async fn curve(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    asked.end()?;
    let curve = symbol(&asked.name)?;
    let look = move |announcer: &Announcer| {
        announcer.catalogue().resolve_curve(&curve)?;
        let data = announcer.curve_rows(&curve, announcer.view().at());
        Ok::<Curve, Refusal>(Curve { seq: announcer.seq().0, data })
    };
    found(&venue(&front)?.look(look).await??)
}
