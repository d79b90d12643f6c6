//! What a supervisor asks: is it alive, may it have traffic, which version is it.

use super::Front;
use super::door::Shut;
use crate::metrics::Now;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// `GET /healthz`: the process answers. A replay is health too.
pub(super) async fn alive() -> Response {
    #[derive(Serialize)]
    struct Alive {
        status: &'static str,
    }
    json(StatusCode::OK, &Alive { status: "ok" })
}

#[derive(Serialize, Default)]
struct Ready {
    ready: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// The last command that is on disk; while replaying, the last replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
}

/// `GET /readyz`: orders are taken. False until the replay is done, while the disk is nearly full, and at the end.
pub(super) async fn ready(State(front): State<Arc<Front>>) -> Response {
    let ready = match front.door.enter() {
        Err(Shut::Replaying(seq)) => Ready { reason: Some("replaying"), seq: Some(seq), ..Ready::default() },
        Err(Shut::Stopping) => Ready { reason: Some("stopping"), ..Ready::default() },
        Ok(shared) => {
            let short = shared.disk_short.load(Ordering::Relaxed);
            let seq = Some(shared.stats.seq.load(Ordering::Relaxed));
            Ready { ready: !short, reason: short.then_some("disk_short"), seq }
        }
    };
    json(if ready.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, &ready)
}

/// `GET /metrics`: OpenMetrics text.
pub(super) async fn metrics(State(front): State<Arc<Front>>) -> Response {
    let shared = front.door.enter().ok();
    let now = shared.as_ref().map(|shared| Now {
        stats: &shared.stats,
        engine_queue: shared.inbound.len(),
        publisher_queue: shared.control.len(),
        disk_short: shared.disk_short.load(Ordering::Relaxed),
    });
    let mut response = Response::new(Body::from(front.metrics.text(now)));
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// `GET /version`.
pub(super) async fn version() -> Response {
    #[derive(Serialize)]
    struct Version {
        name: &'static str,
        version: &'static str,
        api_version: &'static str,
    }
    json(StatusCode::OK, &Version { name: "unspent", version: env!("CARGO_PKG_VERSION"), api_version: "v2" })
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_vec(body).expect("plain fields serialise into memory");
    super::json(status, body)
}
