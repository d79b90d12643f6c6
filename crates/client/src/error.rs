//! Why a call failed.

use crate::session::SessionEnd;
use unspent_model::Reject;
use unspent_protocol::ErrorBody;

/// Why a call failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ClientError {
    /// The venue cannot be reached. Nothing was sent.
    #[error("{url} cannot be reached: {why}")]
    Unreachable {
        /// Where.
        url: String,
        /// What the network or the venue said.
        why: String,
    },
    /// The connection was lost, no answer came in time, or the venue said so. What was asked may have been done.
    #[error("the connection was lost before the answer came: the outcome is unknown")]
    OutcomeUnknown,
    /// The connection was lost before anything was sent, or a session had none for as long as it waits.
    #[error("the connection is closed")]
    Closed,
    /// The session is over, and tries no more. Nothing was sent.
    #[error("the session is over: {0}")]
    Over(SessionEnd),
    /// The venue refused, and did nothing.
    #[error("{}: {}", .0.error, .0.detail.message)]
    Refused(Box<ErrorBody>),
    /// The venue answered something else than was asked.
    #[error("the venue's answer was not understood: {0}")]
    Protocol(String),
}

impl ClientError {
    /// The venue's refusal; `None` when it is no refusal, or one that this program does not know.
    #[must_use]
    pub fn reject(&self) -> Option<Reject> {
        match self {
            ClientError::Refused(body) => body.detail.reject(),
            _ => None,
        }
    }
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The venue's close code: see PROTOCOL.md; `None` when the connection was cut without one.
    pub code: Option<u16>,
    /// What was said or went wrong, for people.
    pub why: String,
}
