//! A request as its handler sees it: read whole, within bounds.

use crate::clock::now;
use crate::http::arguments::Arguments;
use crate::http::problem::Problem;
use crate::http::{Front, HANDSHAKE, Peer};
use crate::server::MAX_MESSAGE_BYTES;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::net::IpAddr;
use std::sync::Arc;
use unspent_model::{Reject, Timestamp};
use unspent_protocol::Refusal;

/// Everything a request brings.
#[derive(Debug)]
pub(super) struct Asked {
    pub method: Method,
    /// Path and query as they were sent: what a signature covers.
    pub target: String,
    /// What stands in the path's variable part, if it has one.
    pub name: String,
    pub arguments: Arguments,
    pub headers: HeaderMap,
    pub peer: IpAddr,
    pub body: Bytes,
    /// When its head was read.
    pub time_in: Timestamp,
}

impl FromRequest<Arc<Front>> for Asked {
    type Rejection = Problem;

    async fn from_request(request: Request, front: &Arc<Front>) -> Result<Asked, Problem> {
        let time_in = now();
        let (mut parts, body) = request.into_parts();
        let names = RawPathParams::from_request_parts(&mut parts, front).await;
        let names = names.map_err(|_| Problem::not_found("the path is no text"))?;
        let name = names.iter().next().map(|(_, name)| name.to_owned()).unwrap_or_default();
        let arguments = Arguments::read(parts.uri.query().unwrap_or_default().as_bytes())?;
        let peer = parts.extensions.get::<Peer>().expect("every connection has a peer").0;
        let body = match tokio::time::timeout(HANDSHAKE, Limited::new(body, MAX_MESSAGE_BYTES).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                let message = format!("a body may have at most {MAX_MESSAGE_BYTES} bytes");
                return Err(Refusal::new(Reject::MessageTooLarge, message).into());
            }
            Ok(Err(_)) => return Err(Problem::new(StatusCode::BAD_REQUEST, "the body ended before it was whole")),
            Err(_) => {
                let detail = format!("the body took longer than {} seconds", HANDSHAKE.as_secs());
                return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, detail));
            }
        };
        let target = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
        Ok(Asked { method: parts.method, target, name, arguments, headers: parts.headers, peer, body, time_in })
    }
}

impl Asked {
    /// A header's text; `None` when it is not there once, or is no text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).into_iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    }

    /// Says that the query has been taken and that there is no body.
    pub fn end(&mut self) -> Result<(), Problem> {
        std::mem::take(&mut self.arguments).end()?;
        if self.body.is_empty() {
            return Ok(());
        }
        Err(Problem::new(StatusCode::BAD_REQUEST, "this request takes no body"))
    }

    /// The body, when it says that it is JSON and is an object.
    pub fn object(&mut self) -> Result<&str, Problem> {
        std::mem::take(&mut self.arguments).end()?;
        let media = self.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
        let mut parts = media.split(';').map(str::trim);
        let json = parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/json"));
        if !json || !parts.all(|part| part.eq_ignore_ascii_case("charset=utf-8")) {
            let detail = "the body must be JSON; say so with Content-Type: application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let text = std::str::from_utf8(&self.body).ok().map(|text| text.trim_matches([' ', '\t', '\r', '\n']));
        let object = text.filter(|text| text.starts_with('{'));
        object.ok_or_else(|| Refusal::new(Reject::MalformedMessage, "the body is no JSON object").into())
    }
}
