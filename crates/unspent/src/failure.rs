//! How a command ends when it does not succeed: an exit code with a meaning, and words that say what to do.

use std::process::ExitCode;
use unspent_client::{ClientError, SessionEnd};
use unspent_journal::JournalError;
use unspent_model::Reject;
use unspent_protocol::ErrorBody;
use unspent_recovery::ReplayError;

/// Why a command failed. The discriminants are the exit codes; 2 is the argument parser's.
#[derive(Debug)]
pub enum Failure {
    /// 1: anything else.
    Error(anyhow::Error),
    /// 2: the arguments make no sense together.
    Usage(String),
    /// 3: the exchange refused, and did nothing.
    Refused(Box<ErrorBody>),
    /// 4: the key is missing or not accepted.
    Login(String),
    /// 5: the exchange cannot be reached, or takes nothing now.
    Unavailable(String),
    /// 6: the connection was lost before the answer came.
    OutcomeUnknown(String),
    /// 7: the journal is damaged, or it is not the one that was expected.
    Damaged(String),
    /// 8: what could be saved was saved, and something was lost.
    Lost(String),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Failure::Error(_) => 1,
            Failure::Usage(_) => 2,
            Failure::Refused(_) => 3,
            Failure::Login(_) => 4,
            Failure::Unavailable(_) => 5,
            Failure::OutcomeUnknown(_) => 6,
            Failure::Damaged(_) => 7,
            Failure::Lost(_) => 8,
        }
    }

    /// Says why on standard error, as text or as one JSON object, and gives the exit code.
    pub fn report(&self, json: bool) -> ExitCode {
        let message = match self {
            Failure::Error(error) => format!("{error:#}"),
            Failure::Refused(body) => {
                format!("refused: {} ({}, code {})", body.detail.message, body.error, body.detail.code)
            }
            Failure::Usage(text)
            | Failure::Login(text)
            | Failure::Unavailable(text)
            | Failure::OutcomeUnknown(text)
            | Failure::Damaged(text)
            | Failure::Lost(text) => text.clone(),
        };
        if json {
            let detail = match self {
                Failure::Refused(body) => serde_json::to_value(&body.detail).unwrap_or_default(),
                _ => serde_json::Value::Null,
            };
            let object = serde_json::json!({ "exit_code": self.code(), "error": message, "error_detail": detail });
            eprintln!("{object}");
        } else {
            eprintln!("unspent: {message}");
        }
        ExitCode::from(self.code())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::Error(error)
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Failure {
        match error {
            JournalError::Damaged { .. } => Failure::Damaged(format!(
                "{error}; or save what is whole with `unspent journal repair --data DIR --to NEWDIR`"
            )),
            _ => Failure::Error(error.into()),
        }
    }
}

impl From<ReplayError> for Failure {
    fn from(error: ReplayError) -> Failure {
        match error {
            ReplayError::Journal(error) => error.into(),
            _ => Failure::Error(anyhow::Error::from(error).context("replaying the journal")),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::Error(error.into())
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Failure {
        match error {
            ClientError::Refused(body) => match body.detail.reject() {
                Some(Reject::LoginRequired | Reject::LoginFailed | Reject::NotPermitted) => {
                    Failure::Login(format!("{}; pass a key with --key-file or --key", body.detail.message))
                }
                Some(Reject::Busy | Reject::ShuttingDown) => Failure::Unavailable(body.detail.message),
                Some(Reject::OutcomeUnknown) => Failure::OutcomeUnknown(body.detail.message),
                _ => Failure::Refused(body),
            },
            ClientError::Unreachable { url, why } => Failure::Unavailable(format!(
                "{url} cannot be reached ({why}); start a venue with `unspent demo` or name one with --url"
            )),
            ClientError::OutcomeUnknown => Failure::OutcomeUnknown(error.to_string()),
            ClientError::Closed => Failure::Unavailable("the venue closed the connection; try again".to_owned()),
            ClientError::Over(SessionEnd::LoginRefused(body)) => ClientError::Refused(body).into(),
            ClientError::Over(SessionEnd::TooManyLogins | SessionEnd::KeyRevoked) => Failure::Login(error.to_string()),
            ClientError::Over(SessionEnd::Closed) => Failure::Unavailable(error.to_string()),
            ClientError::Protocol(_) => Failure::Error(anyhow::anyhow!(error)),
        }
    }
}
