//! The streams of a session: what the supervisor fills, and what their readers hold.

use super::Session;
use super::feed::{self, Next, Position};
use crate::book::{Keeper, Kept};
use crate::executions::{Track, Tracked};
use crate::{Book, BookLoss, ClientError, ExecutionEvent};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, mpsc, oneshot};
use unspent_model::Symbol;
use unspent_protocol::{BookDepth, Channel, Data, SubscribeParams, UnsubscribeParams};

/// Events that wait for the reader of executions; beyond, the session stops reading.
const WAITING_EXECUTIONS: usize = 1_024;
/// Messages that wait for the reader of a feed; beyond, the session stops reading (private) or the reader misses some (public).
const WAITING_MESSAGES: usize = 1_024;

/// A stream to open, and who waits for it.
pub(super) struct Opening {
    pub(super) target: Target,
    pub(super) opened: oneshot::Sender<Result<(), ClientError>>,
}

/// The supervisor's end of a stream.
pub(super) enum Target {
    Book { params: SubscribeParams, shared: Arc<SharedBook> },
    Executions { track: Track, events: mpsc::Sender<ExecutionEvent> },
    Feed { params: SubscribeParams, position: Position, events: mpsc::Sender<FeedEvent>, lagging: bool, renewing: bool },
}

/// What the supervisor must do after a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Nothing.
    Nothing,
    /// Subscribe to the stream again: its state is not known.
    Renew,
    /// Begin a new connection: what is missing is replayed there.
    Reconnect,
}

/// A subscription to a channel without symbols.
fn plain(channel: Channel) -> SubscribeParams {
    let symbols = Vec::new();
    SubscribeParams {
        channel,
        symbols,
        depth: None,
        interval: None,
        snapshot: None,
        from_seq: None,
        from_exec_seq: None,
    }
}

pub(super) fn book(symbol: Symbol, depth: BookDepth, session: Session) -> (Target, BookStream) {
    let params = SubscribeParams { symbols: vec![symbol], depth: Some(depth), ..plain(Channel::Book) };
    let shared = Arc::new(SharedBook {
        inner: Mutex::new(Inner { keeper: Keeper::new(depth), version: 0, loss: None, over: None }),
        changed: Notify::new(),
    });
    (Target::Book { params, shared: shared.clone() }, BookStream { shared, seen: 0, _session: session })
}

pub(super) fn executions(session: Session) -> (Target, Executions) {
    let (events, waiting) = mpsc::channel(WAITING_EXECUTIONS);
    (Target::Executions { track: Track::default(), events }, Executions { waiting, session })
}

pub(super) fn feed(params: SubscribeParams, session: Session) -> (Target, Feed) {
    let (events, waiting) = mpsc::channel(WAITING_MESSAGES);
    let position = Position::default();
    (Target::Feed { params, position, events, lagging: false, renewing: false }, Feed { waiting, session })
}

impl Target {
    /// Whether its messages could not be told from those of another.
    pub(super) fn collides(&self, other: &Target) -> bool {
        match (self, other) {
            (Target::Book { params, .. }, Target::Book { params: others, .. }) => params.symbols == others.symbols,
            (Target::Executions { .. }, Target::Executions { .. }) => true,
            (Target::Feed { params, .. }, Target::Feed { params: others, .. }) => {
                (params.channel, &params.symbols, params.interval) == (others.channel, &others.symbols, others.interval)
            }
            _ => false,
        }
    }

    /// Whether nobody reads it any more.
    pub(super) fn is_abandoned(&self) -> bool {
        match self {
            Target::Book { shared, .. } => Arc::strong_count(shared) == 1,
            Target::Executions { events, .. } => events.is_closed(),
            Target::Feed { events, .. } => events.is_closed(),
        }
    }

    /// What a new connection subscribes with.
    pub(super) fn resume(&mut self) -> SubscribeParams {
        match self {
            Target::Book { params, .. } => params.clone(),
            Target::Executions { track, .. } => {
                SubscribeParams { from_exec_seq: track.resume(), ..plain(Channel::Executions) }
            }
            Target::Feed { params, position, renewing, .. } => {
                *renewing = false;
                position.resume(params)
            }
        }
    }

    /// What to subscribe with when the venue does not remember: everything anew.
    pub(super) fn start_anew(&mut self) -> SubscribeParams {
        match self {
            Target::Executions { track, .. } => track.start_anew(),
            Target::Feed { position, .. } => position.break_off(),
            Target::Book { .. } => {}
        }
        self.resume()
    }

    pub(super) fn ending(&self) -> UnsubscribeParams {
        let (channel, symbols, depth, interval) = match self {
            Target::Executions { .. } => (Channel::Executions, Vec::new(), None, None),
            Target::Book { params, .. } | Target::Feed { params, .. } => {
                (params.channel, params.symbols.clone(), params.depth, params.interval)
            }
        };
        UnsubscribeParams { channel, symbols, depth, interval }
    }

    /// The connection is gone.
    pub(super) fn cut(&mut self) {
        if let Target::Book { shared, .. } = self {
            shared.lose(BookLoss::Connection);
        }
    }

    /// There will be no more, and why.
    pub(super) fn end(&mut self, why: &ClientError) {
        if let Target::Book { shared, .. } = self {
            shared.lock().over = Some(why.clone());
            shared.changed.notify_one();
        }
    }

    /// Whether a message is this stream's.
    pub(super) fn takes(&self, data: &Data) -> bool {
        match (self, data) {
            (Target::Book { params, .. }, Data::Book(stream)) => {
                stream.data.first().is_some_and(|row| params.symbols.contains(&row.symbol))
            }
            (Target::Executions { .. }, Data::Executions(_)) => true,
            (Target::Feed { params, .. }, data) => feed::belongs(params, data),
            _ => false,
        }
    }

    /// Takes one of its messages to its reader; waits for a reader that must not miss any.
    pub(super) async fn take(&mut self, data: Data) -> After {
        match (self, data) {
            (Target::Book { shared, .. }, Data::Book(stream)) => shared.take(&stream),
            (Target::Executions { track, events }, Data::Executions(stream)) => match track.take(stream) {
                Tracked::Gap => After::Reconnect,
                Tracked::Events(news) => {
                    for event in news {
                        // Who dropped the stream is noticed elsewhere.
                        let _ = events.send(event).await;
                    }
                    After::Nothing
                }
            },
            (Target::Feed { params, position, events, lagging, renewing }, data) => {
                let private = params.channel.is_private();
                if *lagging {
                    return After::Nothing;
                }
                if *renewing && params.snapshot != Some(false) && !feed::is_snapshot(&data) {
                    return After::Nothing;
                }
                *renewing = false;
                let news = match position.take(&data) {
                    Next::Pass => return After::Nothing,
                    Next::Gap => return After::Reconnect,
                    Next::Tell => vec![FeedEvent::Data(Box::new(data))],
                    Next::TellAfterLoss => vec![FeedEvent::Missed, FeedEvent::Data(Box::new(data))],
                };
                for event in news {
                    if private {
                        let _ = events.send(event).await;
                    } else if let Err(mpsc::error::TrySendError::Full(_)) = events.try_send(event) {
                        position.break_off();
                        *lagging = true;
                        return After::Nothing;
                    }
                }
                After::Nothing
            }
            _ => After::Nothing,
        }
    }

    /// Whether a reader that missed some has read what it had, so that it is told again from a snapshot.
    pub(super) fn caught_up(&mut self) -> bool {
        match self {
            Target::Feed { events, lagging, renewing, .. } if *lagging && events.capacity() > WAITING_MESSAGES / 2 => {
                (*lagging, *renewing) = (false, true);
                true
            }
            _ => false,
        }
    }
}

/// A book between the supervisor, which keeps it, and its reader, who looks when there is time.
pub(super) struct SharedBook {
    inner: Mutex<Inner>,
    changed: Notify,
}

struct Inner {
    keeper: Keeper,
    /// Counts changes.
    version: u64,
    /// A loss that the reader has not been told.
    loss: Option<BookLoss>,
    over: Option<ClientError>,
}

impl SharedBook {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing panics while it is held.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, stream: &unspent_protocol::Stream<Vec<unspent_protocol::Book>>) -> After {
        let mut inner = self.lock();
        let after = match inner.keeper.take(stream) {
            Kept::Passed => return After::Nothing,
            Kept::Taken => After::Nothing,
            Kept::Lost(why) => {
                inner.loss.get_or_insert(why);
                After::Renew
            }
        };
        inner.version += 1;
        drop(inner);
        self.changed.notify_one();
        after
    }

    fn lose(&self, why: BookLoss) {
        let mut inner = self.lock();
        if inner.keeper.book().is_none() {
            return;
        }
        inner.keeper.forget();
        inner.loss.get_or_insert(why);
        drop(inner);
        self.changed.notify_one();
    }
}

/// What a book came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookEvent {
    /// The newest book. Whoever reads seldom is given fewer of them, and never an old one.
    Changed(Box<Book>),
    /// The book is not known any more; the session asks for it again, and the next event is the new one. Said once.
    Lost(BookLoss),
}

/// An instrument's book, followed.
pub struct BookStream {
    shared: Arc<SharedBook>,
    /// The version that the reader was given last.
    seen: u64,
    /// A session lives as long as its streams.
    _session: Session,
}

impl BookStream {
    /// The next change. Cancel safe.
    ///
    /// # Errors
    /// [`ClientError::Over`] when the session is over; the refusal when the venue no longer offers the book.
    pub async fn next(&mut self) -> Result<BookEvent, ClientError> {
        loop {
            {
                let mut inner = self.shared.lock();
                if let Some(why) = inner.loss.take() {
                    return Ok(BookEvent::Lost(why));
                }
                let version = inner.version;
                if let Some(book) = inner.keeper.book()
                    && version != self.seen
                {
                    self.seen = version;
                    return Ok(BookEvent::Changed(Box::new(book.clone())));
                }
                if let Some(why) = &inner.over {
                    return Err(why.clone());
                }
            }
            self.shared.changed.notified().await;
        }
    }
}

/// An account's executions, followed: each once, in order.
pub struct Executions {
    waiting: mpsc::Receiver<ExecutionEvent>,
    session: Session,
}

impl Executions {
    /// The next event. Cancel safe.
    ///
    /// # Errors
    /// [`ClientError::Over`] when the session is over.
    pub async fn next(&mut self) -> Result<ExecutionEvent, ClientError> {
        self.waiting.recv().await.ok_or_else(|| ClientError::Over(self.session.end()))
    }
}

/// What a feed tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedEvent {
    /// A message. Boxed: some are large.
    Data(Box<Data>),
    /// Something between the message before and the next one is missing: the connection was lost and the channel could not be
    /// resumed, or messages came faster than they were read. The next message is a snapshot, if the feed has them.
    Missed,
}

/// A channel, followed: its messages in order.
pub struct Feed {
    waiting: mpsc::Receiver<FeedEvent>,
    session: Session,
}

impl Feed {
    /// The next event. Cancel safe.
    ///
    /// # Errors
    /// [`ClientError::Over`] when the session is over, or the venue no longer offers the channel.
    pub async fn next(&mut self) -> Result<FeedEvent, ClientError> {
        self.waiting.recv().await.ok_or_else(|| ClientError::Over(self.session.end()))
    }
}
