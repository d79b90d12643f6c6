//! What went wrong with an HTTP request, as `application/problem+json` (RFC 9457) with the wire's own numbers.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;
use unspent_model::Reject;
use unspent_protocol::{ErrorBody, Refusal};

/// An answer that is no success.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    status: StatusCode,
    title: Cow<'static, str>,
    detail: String,
    error: Option<Box<ErrorBody>>,
}

impl Problem {
    /// One that has no number on the wire: it is HTTP's own.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
        let title = Cow::Borrowed(status.canonical_reason().unwrap_or("error"));
        Problem { status, title, detail: detail.into(), error: None }
    }

    /// No such path, or nothing there that the asker may see.
    pub fn not_found(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, detail)
    }

    /// Its HTTP status.
    #[cfg(test)]
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<ErrorBody> for Problem {
    fn from(error: ErrorBody) -> Problem {
        let status = Reject::from_code(error.detail.code).map_or(StatusCode::BAD_REQUEST, status);
        let detail = error.detail.message.to_string();
        Problem { status, title: error.error.clone(), detail, error: Some(Box::new(error)) }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        Problem::from(ErrorBody::from(refusal))
    }
}

/// The HTTP status of a refusal: by its family, and where a family says too little, one by one.
pub(super) fn status(reject: Reject) -> StatusCode {
    match reject {
        Reject::LoginRequired | Reject::LoginFailed => StatusCode::UNAUTHORIZED,
        Reject::NotPermitted => StatusCode::FORBIDDEN,
        Reject::MessageTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Reject::UnknownSymbol
        | Reject::UnknownOrder
        | Reject::UnknownSettlement
        | Reject::UnknownHolding
        | Reject::UnknownGroup
        | Reject::UnknownMethod
        | Reject::UnknownAccount => StatusCode::NOT_FOUND,
        Reject::DuplicateClOrdId => StatusCode::CONFLICT,
        Reject::RateLimited | Reject::OrderRate => StatusCode::TOO_MANY_REQUESTS,
        Reject::OutcomeUnknown => StatusCode::GATEWAY_TIMEOUT,
        Reject::Busy | Reject::ShuttingDown | Reject::VenueFull => StatusCode::SERVICE_UNAVAILABLE,
        Reject::MalformedMessage | Reject::InvalidField | Reject::InvalidDepth => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(flatten)]
    error: Option<&'a unspent_protocol::ErrorDetail>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let detail = self.error.as_ref().map(|error| &error.detail);
        let kind = detail.map_or("about:blank".to_owned(), |detail| format!("urn:unspent:error:{}", detail.reason));
        let body = Body { kind, title: &self.title, status: self.status.as_u16(), detail: &self.detail, error: detail };
        let body = serde_json::to_vec(&body).expect("a problem serialises into memory");
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(ms) = detail.and_then(|detail| detail.retry_after_ms) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1_000)));
        } else if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(1));
        }
        response
    }
}
