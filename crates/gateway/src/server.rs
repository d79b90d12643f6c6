//! The port: accepts connections, checks how they ask, and starts the two tasks of each.

use crate::connection;
use crate::control::Control;
use crate::directory::Directory;
use crate::keys::Keys;
use crate::road::{ConnectionId, Inbound};
use crate::stats::Stats;
use crossbeam_channel::Sender;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_tungstenite::accept_hdr_async_with_config;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderMap, StatusCode, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// The largest message taken in, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Connections at a time; beyond, one is told 503.
const MAX_CONNECTIONS: u64 = 20_000;
/// Bytes that a websocket may hold unwritten. The outbox has its own bound and closes before; this is only beyond the largest
/// message, the open orders of an account that has as many as it may.
const MAX_UNWRITTEN: usize = 64 << 20;
/// How long a client may take to ask for a websocket.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// What every connection needs.
#[derive(Debug)]
pub(crate) struct Shared {
    /// To the engine. Dropped with the last connection that reads: then the engine stops.
    pub inbound: Sender<Inbound>,
    /// To the publisher.
    pub control: Sender<Control>,
    pub directory: Directory,
    pub keys: Keys,
    pub stats: Arc<Stats>,
    pub connections: AtomicU64,
    /// The disk is nearly full.
    pub disk_short: Arc<AtomicBool>,
}

/// Accepts connections until `stop` turns true.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|&stop| stop) => return,
        };
        match accepted {
            Ok((stream, _)) => {
                tokio::spawn(welcome(stream, Arc::clone(&shared), stop.clone()));
            }
            Err(error) => {
                // Out of file descriptors, most likely: connections that end will free some.
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn welcome(stream: TcpStream, shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    // Answers are small and each matters: none may wait for another.
    let _ = stream.set_nodelay(true);
    // Who is gone already has none.
    let Ok(peer) = stream.peer_addr() else { return };
    let full = Stats::get(&shared.stats.connections) >= MAX_CONNECTIONS;
    let config = WebSocketConfig::default()
        .read_buffer_size(8 << 10)
        .write_buffer_size(16 << 10)
        .max_write_buffer_size(MAX_UNWRITTEN)
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES));
    #[expect(clippy::result_large_err, reason = "the shape that the handshake's callback must have")]
    let check = |request: &Request, response: Response| check(request, full).map(|()| response);
    let handshake = accept_hdr_async_with_config(stream, check, Some(config));
    let shaken = tokio::select! {
        shaken = tokio::time::timeout(HANDSHAKE, handshake) => shaken,
        // Who is still asking must not hold up the end.
        _ = stop.wait_for(|&stop| stop) => return,
    };
    let Ok(Ok(socket)) = shaken else { return };
    let connection = ConnectionId(shared.connections.fetch_add(1, Ordering::Relaxed) + 1);
    shared.stats.connections.fetch_add(1, Ordering::Relaxed);
    let stats = Arc::clone(&shared.stats);
    connection::run(socket, connection, peer.ip(), shared, stop).await;
    stats.connections.fetch_sub(1, Ordering::Relaxed);
}

/// Whether a request may become a websocket here; otherwise what is wrong with it.
#[expect(clippy::result_large_err, reason = "the shape that the handshake's callback must have")]
fn check(request: &Request, full: bool) -> Result<(), ErrorResponse> {
    let path = request.uri().path();
    if !matches!(path, "/ws" | "/v2" | "/ws/v2") {
        return Err(refuse(StatusCode::NOT_FOUND, "the websocket is at /ws, and for Kraken's clients at /v2"));
    }
    if request.uri().query().is_some() {
        return Err(refuse(StatusCode::BAD_REQUEST, "the websocket takes no query; leave it out"));
    }
    if !same_origin(request.headers()) {
        return Err(refuse(StatusCode::FORBIDDEN, "this page's origin may not connect; use the venue's own page"));
    }
    if full {
        return Err(refuse(StatusCode::SERVICE_UNAVAILABLE, "too many connections; try again later"));
    }
    Ok(())
}

/// A browser says which page asks; a program says nothing.
fn same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    host.is_some() && origin == host
}

fn refuse(status: StatusCode, message: &str) -> ErrorResponse {
    let body = format!("{{\"error\":{{\"status\":{},\"message\":\"{message}\"}}}}", status.as_u16());
    let response = Response::builder().status(status).header(header::CONTENT_TYPE, "application/json");
    response.body(Some(body)).expect("the parts are valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(uri: &str, headers: &[(&str, &str)], full: bool) -> Result<(), u16> {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(()).unwrap(), full).map_err(|response| {
            let body = response.body().clone().unwrap();
            assert!(body.starts_with("{\"error\":") && body.contains(&response.status().as_u16().to_string()));
            response.status().as_u16()
        })
    }

    #[test]
    fn only_the_documented_paths_without_query_become_websockets() {
        assert_eq!(answer("/ws", &[], false), Ok(()));
        assert_eq!(answer("/v2", &[], false), Ok(()));
        assert_eq!(answer("/ws/v2", &[], false), Ok(()));
        assert_eq!(answer("/", &[], false), Err(404));
        assert_eq!(answer("/v3", &[], false), Err(404));
        assert_eq!(answer("/ws?version=2", &[], false), Err(400));
        assert_eq!(answer("/ws", &[], true), Err(503));
    }

    #[test]
    fn a_page_from_elsewhere_is_refused() {
        let host = ("host", "127.0.0.1:8080");
        assert_eq!(answer("/ws", &[host, ("origin", "http://127.0.0.1:8080")], false), Ok(()));
        assert_eq!(answer("/ws", &[host, ("origin", "https://evil.example")], false), Err(403));
        assert_eq!(answer("/ws", &[host, ("origin", "null")], false), Err(403));
        assert_eq!(answer("/ws", &[("origin", "http://127.0.0.1:8080")], false), Err(403));
    }
}
