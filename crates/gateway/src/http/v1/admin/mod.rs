//! `/admin/v1`: the operator's interface, on a listener of its own.
//!
//! # Invariants
//! - The public port has none of these routes, and this listener none of the public ones but health.
//! - Whoever asks has signed the request with a key of the scope `admin`, which names the addresses it is used from. A key that
//!   is merely said is never taken.
//! - Every command is journalled with the name of that key and with the reason that its body gives. The reason stands in the
//!   body because the signature covers it there.
//! - Every refused attempt is logged and counted.

mod commands;
mod funding;
mod funding_shapes;
mod listings;
mod look;
mod programmes;
mod registry;
mod shapes;
mod who;

use super::super::{metered, not_so, nowhere};
use super::openapi::{self, Document, Good, Operation, Schema, Tag};
use super::{Answer, Entry, joined, of, text};
use crate::http::Front;
use crate::http::v1::asked::Asked;
use axum::Router;
use axum::middleware::from_fn_with_state;
use std::sync::{Arc, LazyLock};

/// What the document says of itself.
const ABOUT: &str = "The operator's interface. Every request is signed by a key of the scope `admin`. Bodies are the parameters \
    of the operator's methods as PROTOCOL.md has them, without what the path names, and with `reason`: why it is done, for who \
    reads the journal, where each command stands with the key that gave it. What is done is on disk before it is answered.";

/// Every route of the operator's listener.
pub(in crate::http) fn router(front: Arc<Front>) -> Router {
    joined(operations().into_iter())
        .route_layer(from_fn_with_state(Arc::clone(&front), metered))
        .merge(super::health())
        .fallback(nowhere)
        .method_not_allowed_fallback(not_so)
        .with_state(front)
}

/// Every operation of the document.
fn operations() -> Vec<Entry> {
    vec![
        of(&look::INSTRUMENTS, look::instruments),
        of(&look::ACCOUNTS, look::accounts),
        of(&look::ACCOUNT, look::account),
        of(&look::JOURNAL, look::journal),
        of(&commands::PHASE, commands::phase),
        of(&commands::RULES, commands::rules),
        of(&commands::SCHEDULE, commands::schedule),
        of(&commands::REFERENCE, commands::reference),
        of(&programmes::LIST, programmes::list),
        of(&programmes::WATCH, programmes::watch),
        of(&listings::LISTINGS, listings::listings),
        of(&listings::TERMS, listings::terms),
        of(&programmes::PROGRAMME, programmes::programme),
        of(&programmes::PERMITS, programmes::permits),
        of(&programmes::PERMIT, programmes::permit),
        of(&programmes::REVOKE, programmes::revoke),
        of(&commands::LIMITS, commands::limits),
        of(&commands::CASH, commands::cash),
        of(&commands::CREDITS, commands::credits),
        of(&look::SETTLEMENTS, look::settlements),
        of(&commands::PROMISE, commands::promise),
        of(&commands::WITHDRAW_PROMISE, commands::withdraw_promise),
        of(&registry::LIST, registry::list),
        of(&registry::REGISTER, registry::register),
        of(&registry::LEVEL, registry::level),
        of(&registry::OFFER, registry::offer),
        of(&registry::DELIST, registry::delist),
        of(&registry::WITHDRAW, registry::withdraw),
        of(&commands::RULE, commands::rule),
        of(&commands::CLAW_BACK, commands::claw_back),
        of(&commands::FUND, commands::fund),
        of(&commands::TERMS, commands::terms),
        of(&commands::CANCEL_ALL, commands::cancel_all),
        of(&funding::OPEN, funding::open),
        of(&funding::STATE, funding::state),
        of(&funding::CASH_OUT, funding::cash_out),
        of(&funding::CREDITS_OUT, funding::credits_out),
        of(&funding::WITHDRAWALS, funding::withdrawals),
        of(&funding::APPROVE, funding::approve),
        of(&funding::DECLINE, funding::decline),
        of(&funding::RULES, funding::rules),
        of(&funding::BUST, funding::bust),
        of(&funding::ADJUST, funding::adjust),
        of(&commands::KILL, commands::kill),
        of(&commands::UNKILL, commands::unkill),
        of(&OPENAPI, openapi),
    ]
}

const OPENAPI: Operation = Operation {
    path: "/openapi.json",
    id: "getOpenApi",
    tag: Tag::Venue,
    summary: "This document.",
    good: &[Good { schema: Schema::Anything, ..Good::json("OpenAPI 3.1.", "") }],
    ..Operation::PUBLIC
};

static DOCUMENT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let operations = operations().into_iter().map(|(operation, _)| operation).collect();
    openapi::print(&Document { title: "Unspent, for its operator", about: ABOUT, operations, shapes: shapes::all() })
});

async fn openapi(mut asked: Asked) -> Answer {
    asked.end()?;
    Ok(text("application/json", DOCUMENT.as_slice()))
}

#[cfg(test)]
mod tests;
