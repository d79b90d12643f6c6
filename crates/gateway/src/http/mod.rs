//! Everything on the port that is not yet a websocket: accepting, TLS, routes, health.
//!
//! # Invariants
//! - A client that is slow to ask is dropped: TLS and the head of a request have [`HANDSHAKE`] each, a body as long again.
//! - A handler holds the venue only while it answers, so that the venue can stop.

mod arguments;
mod door;
#[cfg(feature = "echo")]
mod echo;
mod health;
mod kraken;
mod listen;
mod openapi;
mod problem;
mod tls;
mod transport;
mod upgrade;
mod v1;

pub(crate) use door::Door;
pub(crate) use listen::serve;
pub use tls::{Tls, TlsError};
pub(crate) use transport::Transport;

use crate::metrics::Metrics;
use crate::rates::{Rates, clock, refusal};
use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use problem::Problem;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long a client may take for TLS, and again for the head of a request.
pub(crate) const HANDSHAKE: Duration = Duration::from_secs(5);

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Front {
    pub door: Door,
    /// Pages elsewhere that may connect.
    pub origins: Vec<String>,
    pub rates: Arc<Rates>,
    pub metrics: Arc<Metrics>,
    /// Turns true when the venue stops.
    pub stop: watch::Sender<bool>,
}

/// The address at the other end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub IpAddr);

/// Every route of the port.
pub(crate) fn router(front: Arc<Front>) -> Router {
    let router = Router::new();
    #[cfg(feature = "echo")]
    let router = router.route("/echo", get(echo::websocket));
    router
        .route("/ws", get(upgrade::websocket))
        .route("/v2", get(upgrade::websocket))
        .route("/ws/v2", get(upgrade::websocket))
        .merge(v1::health())
        .merge(v1::routes().route_layer(from_fn_with_state(Arc::clone(&front), metered)))
        .merge(kraken::routes().route_layer(from_fn_with_state(Arc::clone(&front), metered)))
        .fallback(nowhere)
        .method_not_allowed_fallback(not_so)
        .with_state(front)
}

/// Every route of the operator's listener.
pub(crate) fn admin_router(front: Arc<Front>) -> Router {
    v1::admin::router(front)
}

/// Counts a request of its address; health is not counted.
async fn metered(
    State(front): State<Arc<Front>>,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let now = clock();
    match front.rates.addresses.of(peer.0, now).request(now) {
        Ok(()) => next.run(request).await,
        Err(wait) => Problem::from(refusal("requests of this address", wait)).into_response(),
    }
}

async fn nowhere(uri: Uri) -> Problem {
    let path = clipped(uri.path());
    Problem::not_found(format!("there is nothing at {path}; the websocket is at /ws, the rest is in /openapi.json"))
}

async fn not_so(method: Method, uri: Uri) -> Problem {
    let detail = format!("{} does not take {}", clipped(uri.path()), clipped(method.as_str()));
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

/// At most 64 characters of what a stranger wrote.
fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(64)]
}

/// An answer of JSON.
fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
