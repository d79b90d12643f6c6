//! A session with a venue: it outlives its connections.

mod feed;
mod orders;
mod streams;
mod supervisor;

pub use streams::{BookEvent, BookStream, Executions, Feed, FeedEvent};

use crate::{BackOff, Client, ClientError, Credential, Endpoint};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use streams::{Opening, Target};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, timeout_at};
use unspent_model::Symbol;
use unspent_protocol::{BookDepth, Call, Channel, DisconnectScope, ErrorBody, ReplyResult, SubscribeParams};

/// Streams that wait to be opened; beyond, opening one waits.
const WAITING_STREAMS: usize = 64;

/// What a session does on its own.
#[derive(Clone)]
pub struct SessionConfig {
    /// Where the venue is.
    pub endpoint: Endpoint,
    /// Whom it acts for; absent: nobody, and public streams only.
    pub credential: Option<Credential>,
    /// Which orders go when a connection does; absent: none.
    pub cancel_on_disconnect: Option<DisconnectScope>,
    /// How long it waits between tries to connect.
    pub back_off: BackOff,
    /// How long a call waits for a connection before it gives up with [`ClientError::Closed`] and has sent nothing.
    pub patience: Duration,
}

impl SessionConfig {
    /// With a URL such as `ws://127.0.0.1:8080/ws`, without a login; calls wait 10 s for a connection.
    ///
    /// # Errors
    /// As for [`Endpoint::new`].
    pub fn new(url: &str) -> Result<SessionConfig, ClientError> {
        Ok(SessionConfig {
            endpoint: Endpoint::new(url)?,
            credential: None,
            cancel_on_disconnect: None,
            back_off: BackOff::default(),
            patience: Duration::from_secs(10),
        })
    }
}

/// Why a session tries no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// The login was refused, and would be again.
    LoginRefused(Box<ErrorBody>),
    /// The venue closed with 4001: too many refused logins.
    TooManyLogins,
    /// The venue closed with 4003: the key was revoked, has expired or lost rights.
    KeyRevoked,
    /// [`Session::close`].
    Closed,
}

impl fmt::Display for SessionEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SessionEnd::LoginRefused(body) => write!(f, "the login was refused: {}", body.detail.message),
            SessionEnd::TooManyLogins => f.write_str("too many logins were refused"),
            SessionEnd::KeyRevoked => f.write_str("the key was revoked, has expired or lost rights"),
            SessionEnd::Closed => f.write_str("it was closed"),
        }
    }
}

/// Where a session stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// It makes a connection.
    Connecting,
    /// It has one, and is logged in.
    Live,
    /// It lost one, or could not make one.
    Waiting {
        /// When it tries again.
        until: Instant,
        /// What was wrong, for people.
        why: String,
    },
    /// It tries no more.
    Over(SessionEnd),
}

/// A handle to a session. Clones share it; it ends when the last handle and the last stream are dropped.
#[derive(Clone)]
pub struct Session {
    /// Streams to open.
    openings: mpsc::Sender<Opening>,
    state: watch::Receiver<SessionState>,
    /// The connection while there is one that is logged in.
    link: watch::Receiver<Option<Client>>,
    close: Arc<watch::Sender<bool>>,
    patience: Duration,
    back_off: BackOff,
}

impl Session {
    /// Starts a session, which connects at once and as often as it must. Needs a tokio runtime.
    #[must_use]
    pub fn start(config: SessionConfig) -> Session {
        let (openings, to_open) = mpsc::channel(WAITING_STREAMS);
        let (states, state) = watch::channel(SessionState::Connecting);
        let (links, link) = watch::channel(None);
        let (close, closing) = watch::channel(false);
        let (patience, back_off) = (config.patience, config.back_off);
        tokio::spawn(supervisor::Supervisor::new(config, to_open, states, links, closing).run());
        Session { openings, state, link, close: Arc::new(close), patience, back_off }
    }

    /// Ends it, for every handle and stream.
    pub fn close(&self) {
        self.close.send_replace(true);
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> SessionState {
        self.state.borrow().clone()
    }

    /// Where it stands, and every change: a receiver that sees the newest.
    #[must_use]
    pub fn states(&self) -> watch::Receiver<SessionState> {
        self.state.clone()
    }

    /// Waits until there is a connection that is logged in, however long that takes.
    ///
    /// # Errors
    /// [`ClientError::Over`].
    pub async fn live(&self) -> Result<(), ClientError> {
        self.connection(None).await.map(|_| ())
    }

    /// The connection, once there is one; `past` is one that is known to be lost.
    async fn connection(&self, past: Option<&Client>) -> Result<Client, ClientError> {
        let (mut link, mut state) = (self.link.clone(), self.state.clone());
        let lost = |client: &Client| past.is_some_and(|past| client.is(past)) || client.ended().is_some();
        tokio::select! {
            client = link.wait_for(|link| link.as_ref().is_some_and(|client| !lost(client))) => match client {
                Ok(client) => Ok(client.clone().expect("this was waited for")),
                Err(_) => Err(ClientError::Over(self.end())),
            },
            _ = state.wait_for(|state| matches!(state, SessionState::Over(_))) => Err(ClientError::Over(self.end())),
        }
    }

    fn end(&self) -> SessionEnd {
        match &*self.state.borrow() {
            SessionState::Over(end) => end.clone(),
            _ => SessionEnd::Closed,
        }
    }

    /// Asks and waits for the answer. It is asked once: on a connection that is there within the session's patience.
    ///
    /// # Errors
    /// [`ClientError::Refused`], [`ClientError::OutcomeUnknown`]; [`ClientError::Closed`] and [`ClientError::Over`] when nothing was
    /// sent.
    pub async fn call(&self, call: Call) -> Result<ReplyResult, ClientError> {
        let until = Instant::now() + self.patience;
        let mut past = None;
        loop {
            let client = timeout_at(until, self.connection(past.as_ref())).await.map_err(|_| ClientError::Closed)??;
            match client.call(call.clone()).await {
                // It was not sent: on the next connection it is sent for the first time.
                Err(ClientError::Closed) => past = Some(client),
                outcome => return outcome,
            }
        }
    }

    /// Follows an instrument's book.
    ///
    /// # Errors
    /// [`ClientError::Refused`], also when the session follows this book already; [`ClientError::Over`].
    pub async fn book(&self, symbol: Symbol, depth: BookDepth) -> Result<BookStream, ClientError> {
        let (target, stream) = streams::book(symbol, depth, self.clone());
        self.open(target).await?;
        Ok(stream)
    }

    /// Follows the account's executions. Read it: while its queue is full nothing else of the session is read.
    ///
    /// # Errors
    /// As for [`Session::book`].
    pub async fn executions(&self) -> Result<Executions, ClientError> {
        let (target, stream) = streams::executions(self.clone());
        self.open(target).await?;
        Ok(stream)
    }

    /// Follows any other channel, of at most one symbol. Read the private ones: while their queue is full nothing else of the
    /// session is read.
    ///
    /// # Errors
    /// As for [`Session::book`]; [`ClientError::Protocol`] for `book`, `executions` and several symbols.
    pub async fn feed(&self, params: SubscribeParams) -> Result<Feed, ClientError> {
        if matches!(params.channel, Channel::Book | Channel::Executions) || params.symbols.len() > 1 {
            let why = "a feed is of one symbol; books and executions have streams of their own";
            return Err(ClientError::Protocol(why.to_owned()));
        }
        let (target, stream) = streams::feed(params, self.clone());
        self.open(target).await?;
        Ok(stream)
    }

    async fn open(&self, target: Target) -> Result<(), ClientError> {
        let (opened, answer) = oneshot::channel();
        let over = |_| ClientError::Over(self.end());
        self.openings.send(Opening { target, opened }).await.map_err(over)?;
        answer.await.map_err(|_| ClientError::Over(self.end()))?
    }
}
