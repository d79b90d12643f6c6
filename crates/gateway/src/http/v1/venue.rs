//! The venue itself: how it is, what its refusals mean, and the documents that describe it.

use super::asked::Asked;
use super::page::MOST;
use super::{Answer, found, text};
use crate::clock::now;
use crate::http::Front;
use crate::http::door::Shut;
use crate::http::openapi::{Good, Operation, Schema, Tag};
use crate::http::problem;
use crate::server::MAX_MESSAGE_BYTES;
use axum::extract::State;
use serde::Serialize;
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};
use unspent_model::{Reject, limits};
use unspent_protocol::{SystemState, Vocabulary, print_time};

/// How the venue is.
#[derive(Debug, Serialize)]
pub(super) struct Status {
    pub system: &'static str,
    pub api_version: &'static str,
    pub version: &'static str,
    /// The last command that is on disk; while replaying, the last replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    pub server_time: String,
    pub limits: StatusLimits,
}

/// What a request may be.
#[derive(Debug, Serialize)]
pub(super) struct StatusLimits {
    pub body_bytes: usize,
    pub page_rows: u64,
    pub open_orders: u32,
}

pub(super) const STATUS: Operation = Operation {
    path: "/v1/status",
    id: "getStatus",
    tag: Tag::Venue,
    summary: "How the venue is.",
    about: "Answered while it starts and stops, too.",
    good: &[Good::json("The venue's state.", "Status")],
    ..Operation::PUBLIC
};

pub(super) async fn status(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    asked.end()?;
    let (system, seq) = match front.door.enter() {
        Err(Shut::Replaying(seq)) => (SystemState::Maintenance, Some(seq)),
        Err(Shut::Stopping) => (SystemState::Maintenance, None),
        Ok(shared) => {
            let short = shared.disk_short.load(Ordering::Relaxed);
            let state = if short { SystemState::CancelOnly } else { SystemState::Online };
            (state, Some(shared.stats.seq.load(Ordering::Relaxed)))
        }
    };
    found(&Status {
        system: system.word(),
        api_version: "v1",
        version: env!("CARGO_PKG_VERSION"),
        seq,
        server_time: print_time(now()),
        limits: StatusLimits {
            body_bytes: MAX_MESSAGE_BYTES,
            page_rows: MOST,
            open_orders: limits::OPEN_ORDERS_PER_ACCOUNT,
        },
    })
}

/// One refusal of the venue.
#[derive(Debug, Serialize)]
pub(super) struct ErrorRow {
    pub code: u16,
    pub reason: &'static str,
    pub error: &'static str,
    /// The field it usually names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    pub status: u16,
    pub retryable: bool,
}

/// All refusals.
#[derive(Debug, Serialize)]
pub(super) struct Errors {
    pub data: Vec<ErrorRow>,
}

pub(super) fn all_errors() -> Errors {
    let row = |reject: &Reject| ErrorRow {
        code: reject.code(),
        reason: reject.name(),
        error: reject.text(),
        field: reject.field(),
        status: problem::status(*reject).as_u16(),
        retryable: reject.retryable(),
    };
    Errors { data: Reject::ALL.iter().map(row).collect() }
}

pub(super) const ERRORS: Operation = Operation {
    path: "/v1/errors",
    id: "listErrors",
    tag: Tag::Venue,
    summary: "Every refusal, with the HTTP status that it is told with.",
    about: "In the order in which they are checked. A number never changes its meaning.",
    good: &[Good::json("The refusals.", "Errors")],
    ..Operation::PUBLIC
};

pub(super) async fn errors(mut asked: Asked) -> Answer {
    asked.end()?;
    found(&all_errors())
}

pub(super) const ALIVE: Operation = Operation {
    path: "/healthz",
    id: "isAlive",
    tag: Tag::Venue,
    summary: "The process answers.",
    good: &[Good::json("It does.", "Alive")],
    ..Operation::PLAIN
};

pub(super) const READY: Operation = Operation {
    path: "/readyz",
    id: "isReady",
    tag: Tag::Venue,
    summary: "Orders are taken.",
    about: "Not until the journal is replayed, not while the disk is nearly full, and not at the end.",
    good: &[Good::json("They are.", "Ready"), Good { status: 503, ..Good::json("They are not, and why.", "Ready") }],
    ..Operation::PLAIN
};

pub(super) const VERSION: Operation = Operation {
    path: "/version",
    id: "getVersion",
    tag: Tag::Venue,
    summary: "Which program answers.",
    good: &[Good::json("The program.", "Version")],
    ..Operation::PLAIN
};

pub(super) const METRICS: Operation = Operation {
    path: "/metrics",
    id: "getMetrics",
    tag: Tag::Venue,
    summary: "What is counted.",
    good: &[Good {
        media: "application/openmetrics-text; version=1.0.0; charset=utf-8",
        schema: Schema::Document,
        ..Good::json("OpenMetrics text.", "")
    }],
    ..Operation::PLAIN
};

pub(super) const OPENAPI: Operation = Operation {
    path: "/openapi.json",
    id: "getOpenApi",
    tag: Tag::Venue,
    summary: "This document.",
    good: &[Good { schema: Schema::Anything, ..Good::json("OpenAPI 3.1.", "") }],
    ..Operation::PUBLIC
};

static DOCUMENT: LazyLock<Vec<u8>> = LazyLock::new(super::document);

pub(super) async fn openapi(mut asked: Asked) -> Answer {
    asked.end()?;
    Ok(text("application/json", DOCUMENT.as_slice()))
}

pub(super) const ASYNCAPI: Operation = Operation {
    path: "/asyncapi.yaml",
    id: "getAsyncApi",
    tag: Tag::Venue,
    summary: "What describes the websocket.",
    good: &[Good { media: "application/yaml", schema: Schema::Anything, ..Good::json("AsyncAPI 3.", "") }],
    ..Operation::PUBLIC
};

pub(super) async fn asyncapi(mut asked: Asked) -> Answer {
    asked.end()?;
    Ok(text("application/yaml", include_str!("../../../../../asyncapi.yaml")))
}
