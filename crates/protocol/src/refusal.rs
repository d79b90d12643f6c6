//! A refusal with its advice: which field, what was wrong, what would be right.

use rust_decimal::Decimal;
use std::borrow::Cow;
use std::fmt;
use unspent_model::Reject;

/// Why a request was refused, for people and for machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The number and name.
    pub reject: Reject,
    /// The request's field at fault.
    pub field: Option<Cow<'static, str>>,
    /// What was wrong and what would be right.
    pub message: String,
    /// What there was: dollars of cash with two decimals, or dollars of face.
    pub available: Option<Decimal>,
}

impl Refusal {
    /// A refusal at the field that this reject usually names.
    #[must_use]
    pub fn new(reject: Reject, message: impl Into<String>) -> Refusal {
        Refusal { reject, field: reject.field().map(Cow::Borrowed), message: message.into(), available: None }
    }

    /// A refusal at a field.
    #[must_use]
    pub fn at(reject: Reject, field: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Refusal {
        Refusal { reject, field: Some(field.into()), message: message.into(), available: None }
    }

    /// An [`Reject::InvalidField`] whose message starts with the field's name.
    pub(crate) fn field(field: &'static str, message: impl fmt::Display) -> Refusal {
        Refusal::at(Reject::InvalidField, field, format!("{field} {message}"))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reject.text(), self.message)
    }
}

impl std::error::Error for Refusal {}

/// A request that could not be read, with what could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError {
    /// Its method as it was written, at most 64 bytes of it; known or not.
    pub method: Option<Cow<'static, str>>,
    /// Its `req_id`.
    pub req_id: Option<i64>,
    /// What was wrong. Boxed: refusals are rare, and results stay small.
    pub refusal: Box<Refusal>,
}

impl RequestError {
    /// The number and name.
    #[must_use]
    pub fn reject(&self) -> Reject {
        self.refusal.reject
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal.fmt(f)
    }
}

impl std::error::Error for RequestError {}

/// At most 64 bytes of someone else's text, cut between characters.
pub(crate) fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(64)]
}
