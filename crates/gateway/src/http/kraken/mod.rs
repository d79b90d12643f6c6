//! Kraken's REST names, for clients that expect them.
//!
//! Shapes, parameters and the way of signing are those of Kraken's REST API as documented; what a credit has no use for (margin,
//! other currencies, tiers) is absent or empty. An answer is HTTP 200 with `error`, a list of texts, and `result`; beside the
//! texts `error_detail` has what the websocket's refusals have. Quantities are dollars of face, as everywhere.

mod order;
mod private;
mod public;

use super::Front;
use super::arguments::Arguments;
use crate::server::Shared;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use std::sync::Arc;
use unspent_model::{Reject, Symbol};
use unspent_protocol::{ErrorBody, ErrorDetail, Refusal};

/// The routes under `/0`.
pub(super) fn routes() -> Router<Arc<Front>> {
    Router::new()
        .route("/0/public/Time", get(public::time))
        .route("/0/public/SystemStatus", get(public::system_status))
        .route("/0/public/Assets", get(public::assets))
        .route("/0/public/AssetPairs", get(public::asset_pairs))
        .route("/0/public/Ticker", get(public::ticker))
        .route("/0/public/Depth", get(public::depth))
        .route("/0/public/Trades", get(public::trades))
        .route("/0/public/OHLC", get(public::ohlc))
        .route("/0/private/{name}", post(private::private))
}

/// What a handler came to.
type Answer<T> = Result<T, Refusal>;

/// An answer in Kraken's envelope.
struct Envelope<T>(Answer<T>);

impl<T: Serialize> IntoResponse for Envelope<T> {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Text<'a, T> {
            error: &'a [&'a str],
            #[serde(skip_serializing_if = "Option::is_none")]
            result: Option<&'a T>,
            #[serde(skip_serializing_if = "Option::is_none")]
            error_detail: Option<&'a ErrorDetail>,
        }
        let body = match self.0 {
            Ok(result) => serde_json::to_vec(&Text { error: &[], result: Some(&result), error_detail: None }),
            Err(refusal) => {
                let text = text(&refusal);
                let error = ErrorBody::from(refusal);
                serde_json::to_vec(&Text::<T> { error: &[text], result: None, error_detail: Some(&error.detail) })
            }
        };
        super::json(StatusCode::OK, body.expect("an answer serialises into memory"))
    }
}

/// The refusal in Kraken's words, where its clients look for them.
fn text(refusal: &Refusal) -> &'static str {
    match refusal.reject {
        Reject::LoginFailed if refusal.field.as_deref() == Some("nonce") => "EAPI:Invalid nonce",
        Reject::UnknownSymbol => "EQuery:Invalid asset pair",
        Reject::InsufficientCredits => "EOrder:Insufficient funds",
        reject => reject.text(),
    }
}

/// The venue, when it can be reached.
fn venue(front: &Front) -> Answer<Arc<Shared>> {
    front
        .door
        .enter()
        .map_err(|_| Refusal::new(Reject::ShuttingDown, "the venue is starting or stopping; try again later"))
}

/// A pair as clients name it: a symbol, with or without its currency.
fn symbol(pair: &str) -> Answer<Symbol> {
    Symbol::parse(pair).map_err(|error| Refusal::at(Reject::UnknownSymbol, "pair", format!("pair {error}")))
}

/// The pairs of a list with commas; `None` for all.
fn pairs(arguments: &mut Arguments) -> Answer<Option<Vec<Symbol>>> {
    let Some(list) = arguments.take("pair") else { return Ok(None) };
    list.split(',').map(symbol).collect::<Answer<Vec<Symbol>>>().map(Some)
}
