//! From an HTTP request to a websocket (RFC 6455, section 4.2).
//!
//! Done by hand between hyper and tungstenite: both then use the one tungstenite that the rest of the gateway uses.

use super::door::Shut;
use super::problem::Problem;
use super::transport::Transport;
use super::{Front, Peer};
use crate::connection;
use crate::rates::clock;
use crate::server::{MAX_MESSAGE_BYTES, MAX_UNWRITTEN};
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// `GET /ws` and the paths that Kraken's clients append to a base of their own.
pub(super) async fn websocket(
    State(front): State<Arc<Front>>,
    Extension(peer): Extension<Peer>,
    mut request: Request,
) -> Response {
    let key = match check(&front.origins, &request) {
        Ok(key) => key,
        Err(problem) => return upgrade_required(problem),
    };
    let shared = match front.door.enter() {
        Ok(shared) => shared,
        Err(shut) => return Problem::from(shut).into_response(),
    };
    let Some(address_place) = front.rates.addresses.place(peer.0, clock()) else {
        let detail = "this address has as many connections as it may; close some first";
        return Problem::new(StatusCode::TOO_MANY_REQUESTS, detail).into_response();
    };
    let Some(place) = shared.place() else {
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many connections; try again later");
        return problem.into_response();
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let stop = front.stop.subscribe();
    tokio::spawn(async move {
        let Some(socket) = socket(upgrade, MAX_MESSAGE_BYTES).await else { return };
        connection::run(socket, place, peer.0, shared, stop).await;
        drop(address_place);
    });
    switching(&key)
}

/// The websocket that a connection has become, of messages of at most so many bytes; `None` when it is gone.
pub(super) async fn socket(upgrade: OnUpgrade, most: usize) -> Option<WebSocketStream<Transport>> {
    let upgraded = upgrade.await.ok()?;
    // The transport as it was accepted: no virtual call between the websocket and the socket.
    let parts = upgraded.downcast::<TokioIo<Transport>>().ok()?;
    let config = WebSocketConfig::default()
        .read_buffer_size(8 << 10)
        .write_buffer_size(16 << 10)
        .max_write_buffer_size(MAX_UNWRITTEN)
        .max_message_size(Some(most))
        .max_frame_size(Some(most));
    let (transport, read) = (parts.io.into_inner(), parts.read_buf.to_vec());
    Some(WebSocketStream::from_partially_read(transport, read, Role::Server, Some(config)).await)
}

/// The answer to a handshake with this key.
pub(super) fn switching(key: &HeaderValue) -> Response {
    let accept = HeaderValue::from_str(&derive_accept_key(key.as_bytes())).expect("base64 is a header value");
    let response = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_ACCEPT, accept);
    response.body(Body::empty()).expect("the parts are valid")
}

impl From<Shut> for Problem {
    fn from(shut: Shut) -> Problem {
        let detail = match shut {
            Shut::Replaying(seq) => {
                format!(
                    "the venue replays its journal and has come to command {seq}; connect again when /readyz says so"
                )
            }
            Shut::Stopping => "the venue is stopping; connect again later".to_owned(),
        };
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }
}

/// The key of a request that may become a websocket; otherwise what is wrong with it.
pub(super) fn check(origins: &[String], request: &Request) -> Result<HeaderValue, Problem> {
    let headers = request.headers();
    if request.uri().query().is_some() {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "the websocket takes no query; leave it out"));
    }
    if !origin_may(origins, headers) {
        let detail =
            "this page's origin may not connect; use the venue's own page, or have the operator allow the origin";
        return Err(Problem::new(StatusCode::FORBIDDEN, detail));
    }
    let asks = names(headers, header::UPGRADE, "websocket") && names(headers, header::CONNECTION, "upgrade");
    let version = headers.get(header::SEC_WEBSOCKET_VERSION).is_some_and(|version| version == "13");
    let key = headers.get(header::SEC_WEBSOCKET_KEY).filter(|key| key.len() == 24);
    match key {
        Some(key) if asks && version => Ok(key.clone()),
        _ => {
            let detail = "this path speaks the websocket protocol, version 13; ask for an upgrade to it";
            Err(Problem::new(StatusCode::UPGRADE_REQUIRED, detail))
        }
    }
}

/// RFC 9110, section 15.5.22: who is told to upgrade is told to what.
pub(super) fn upgrade_required(problem: Problem) -> Response {
    let mut response = problem.into_response();
    if response.status() == StatusCode::UPGRADE_REQUIRED {
        let headers = response.headers_mut();
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    }
    response
}

/// Whether a header's list of words has this one, in whatever case.
fn names(headers: &HeaderMap, header: header::HeaderName, word: &str) -> bool {
    let values = headers.get_all(header).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|named| named.trim().eq_ignore_ascii_case(word))
}

/// A browser says which page asks; a program says nothing. A page may connect from the venue's own address and from those
/// that the operator named.
fn origin_may(origins: &[String], headers: &HeaderMap) -> bool {
    let mut named = headers.get_all(header::ORIGIN).into_iter();
    let Some(origin) = named.next() else { return true };
    let (Ok(origin), None) = (origin.to_str(), named.next()) else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let ours = origin.split_once("://").is_some_and(|(scheme, page)| {
        matches!(scheme, "http" | "https") && host.is_some_and(|host| host.eq_ignore_ascii_case(page))
    });
    ours || origins.iter().any(|allowed| allowed == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASK: [(&str, &str); 4] = [
        ("upgrade", "websocket"),
        ("connection", "keep-alive, Upgrade"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];

    fn answer(uri: &str, headers: &[(&str, &str)]) -> Result<(), u16> {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let allowed = ["https://desk.example".to_owned()];
        let checked = check(&allowed, &request.body(Body::empty()).unwrap());
        checked.map(|_| ()).map_err(|problem| problem.status().as_u16())
    }

    fn asking(more: &[(&'static str, &'static str)]) -> Result<(), u16> {
        answer("/ws", &[&ASK[..], more].concat())
    }

    #[test]
    fn only_a_whole_handshake_without_query_becomes_a_websocket() {
        assert_eq!(asking(&[]), Ok(()));
        assert_eq!(answer("/ws?version=2", &ASK), Err(400));
        assert_eq!(answer("/ws", &[]), Err(426));
        for (missing, _) in ASK {
            let rest: Vec<_> = ASK.into_iter().filter(|(name, _)| *name != missing).collect();
            assert_eq!(answer("/ws", &rest), Err(426), "without {missing}");
        }
        let mut old = ASK;
        old[2].1 = "8";
        assert_eq!(answer("/ws", &old), Err(426));
    }

    #[test]
    fn a_page_from_elsewhere_is_refused() {
        let host = ("host", "127.0.0.1:8080");
        assert_eq!(asking(&[host, ("origin", "http://127.0.0.1:8080")]), Ok(()));
        assert_eq!(asking(&[host, ("origin", "https://desk.example")]), Ok(()), "the operator named it");
        assert_eq!(asking(&[host, ("origin", "https://evil.example")]), Err(403));
        assert_eq!(asking(&[host, ("origin", "file://127.0.0.1:8080")]), Err(403));
        assert_eq!(asking(&[host, ("origin", "null")]), Err(403));
        assert_eq!(asking(&[("origin", "http://127.0.0.1:8080")]), Err(403));
        let twice = [host, ("origin", "http://127.0.0.1:8080"), ("origin", "https://evil.example")];
        assert_eq!(asking(&twice), Err(403));
    }
}
