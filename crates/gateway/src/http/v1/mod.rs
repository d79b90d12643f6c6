//! `/v1`: the venue over HTTP, as `/openapi.json` describes it.
//!
//! # Invariants
//! - One list ([`operations`]) makes both the routes and the document, so neither has what the other lacks.
//! - What is read stands where the disk stands, and says where (`seq`); what is done is durable before it is answered.
//! - Every list is given in pages, and has an order in which a cursor stays where it is while things come and go.
//! - Whatever is another account's is answered as what is not there.

mod account;
pub(super) mod admin;
mod asked;
mod entry;
mod instruments;
mod market;
mod orders;
mod page;
mod past;
mod programmes;
mod registry;
mod settlements;
mod venue;
mod who;

use super::openapi::{self, Document, Operation, Verb};
use super::problem::Problem;
use super::{Front, health};
use crate::server::Shared;
use axum::Router;
use axum::body::Body;
use axum::handler::Handler;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use serde::Serialize;
use std::sync::Arc;
use unspent_model::{Reject, Symbol};
use unspent_protocol::Refusal;

/// What the document says of itself.
const ABOUT: &str = "The venue over HTTP. Words, units and refusals are those of the websocket protocol (PROTOCOL.md): quantities \
    are dollars of face, prices dollars per dollar of face, money dollars. What is read stands where the disk stands; what is \
    done is on disk before it is answered. A refusal is `application/problem+json` with the protocol's number in `code`; \
    `/v1/errors` lists them all. Paths under `/0` are Kraken's, as Kraken documents them, and not described here.";

/// What a handler comes to.
type Answer = Result<Response, Problem>;

/// An operation and who carries it out.
type Entry = (&'static Operation, MethodRouter<Arc<Front>>);

/// Every operation of the document.
fn operations() -> Vec<Entry> {
    vec![
        of(&instruments::LIST, instruments::list),
        of(&instruments::ONE, instruments::one),
        of(&instruments::DEPTH, instruments::depth),
        of(&instruments::TRADES, instruments::trades),
        of(&instruments::CANDLES, instruments::candles),
        of(&market::TICKER, market::ticker),
        of(&market::AUCTIONS, market::auctions),
        of(&market::CURVE, market::curve),
        of(&programmes::PROGRAMMES, programmes::programmes),
        of(&programmes::CALENDAR, programmes::calendar),
        of(&venue::STATUS, venue::status),
        of(&venue::ERRORS, venue::errors),
        of(&account::ACCOUNT, account::account),
        of(&account::HOLDINGS, account::holdings),
        of(&settlements::LIST, settlements::list),
        of(&settlements::DELIVER, settlements::deliver),
        of(&settlements::ACCEPT, settlements::accept),
        of(&settlements::DISPUTE, settlements::dispute),
        of(&registry::LIST, registry::list),
        of(&registry::REGISTER, registry::register),
        of(&registry::OFFER, registry::offer),
        of(&registry::DELIST, registry::delist),
        of(&registry::WITHDRAW, registry::withdraw),
        of(&orders::LIST, orders::list),
        of(&entry::ADD, entry::add),
        of(&entry::CANCEL_ALL, entry::cancel_all),
        of(&orders::ONE, orders::one),
        of(&entry::AMEND, entry::amend),
        of(&entry::CANCEL, entry::cancel),
        of(&past::FILLS, past::fills),
        of(&past::STATEMENT, past::statement),
        of(&venue::ALIVE, health::alive),
        of(&venue::READY, health::ready),
        of(&venue::VERSION, health::version),
        of(&venue::METRICS, health::metrics),
        of(&venue::OPENAPI, venue::openapi),
        of(&venue::ASYNCAPI, venue::asyncapi),
    ]
}

fn of<H: Handler<T, Arc<Front>>, T: 'static>(operation: &'static Operation, handler: H) -> Entry {
    let filter = match operation.verb {
        Verb::Get => MethodFilter::GET,
        Verb::Post => MethodFilter::POST,
        Verb::Patch => MethodFilter::PATCH,
        Verb::Delete => MethodFilter::DELETE,
    };
    (operation, on(filter, handler))
}

/// The routes that a supervisor asks: always answered, however often.
pub(super) fn health() -> Router<Arc<Front>> {
    joined(operations().into_iter().filter(|(operation, _)| !operation.reads))
}

/// All the other routes of the document.
pub(super) fn routes() -> Router<Arc<Front>> {
    joined(operations().into_iter().filter(|(operation, _)| operation.reads))
}

fn joined(entries: impl Iterator<Item = Entry>) -> Router<Arc<Front>> {
    entries.fold(Router::new(), |router, (operation, handler)| router.route(operation.path, handler))
}

/// The document of the routes.
fn document() -> Vec<u8> {
    let operations: Vec<&'static Operation> = operations().into_iter().map(|(operation, _)| operation).collect();
    openapi::print(&Document { title: "Unspent", about: ABOUT, operations, shapes: openapi::shapes() })
}

/// The venue, when it can be reached.
fn venue(front: &Front) -> Result<Arc<Shared>, Problem> {
    Ok(front.door.enter()?)
}

/// An answer that nobody keeps: a moment later it may be another.
fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_vec(body).expect("an answer serialises into memory");
    let mut response = super::json(status, body);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn found(body: &impl Serialize) -> Answer {
    Ok(json(StatusCode::OK, body))
}

/// A text that is no JSON.
fn text(media: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// The symbol of a path or a query, with or without its currency.
fn symbol(text: &str) -> Result<Symbol, Refusal> {
    Symbol::parse(text).map_err(|error| Refusal::new(Reject::UnknownSymbol, format!("symbol {error}")))
}

#[cfg(test)]
mod tests;
