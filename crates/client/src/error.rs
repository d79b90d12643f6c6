//! Why a call failed.

use unspent_protocol::ErrorBody;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The venue cannot be reached. Nothing was sent.
    #[error("{url} cannot be reached: {why}")]
    Unreachable {
        /// Where.
        url: String,
        /// What the network or the venue said.
        why: String,
    },
    /// The connection was lost, or no answer came in time. What was asked may have been done.
    #[error("the connection was lost before the answer came: the outcome is unknown")]
    OutcomeUnknown,
    /// The connection was lost before anything was sent.
    #[error("the connection is closed")]
    Closed,
    /// The venue refused, and did nothing.
    #[error("{}: {}", .0.error, .0.detail.message)]
    Refused(Box<ErrorBody>),
    /// The venue answered something else than was asked.
    #[error("the venue's answer was not understood: {0}")]
    Protocol(String),
}
