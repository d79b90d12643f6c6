//! What passes between the gateway and the threads behind it: requests in, released results out.

use std::time::Duration;
use unspent_model::{AccountId, Command, CommandSeq, Event, Reply, Timestamp};
use unspent_protocol::{AmendOrderParams, Asked, Method};

/// Which request of which connection a command came from: what is needed to answer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The connection.
    pub connection: ConnectionId,
    /// The request's method, for the reply.
    pub method: Method,
    /// The request's `req_id`, echoed.
    pub req_id: Option<i64>,
    /// When the request was read.
    pub time_in: Timestamp,
}

/// A connection, counted from 1 since the process started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// A command on its way to the engine.
#[derive(Debug)]
pub struct Inbound {
    /// Whom to answer; `None` for commands that the venue gives itself.
    pub origin: Option<Origin>,
    /// What to do.
    pub ask: Ask,
}

/// What a connection asks of the engine.
#[derive(Debug)]
pub enum Ask {
    /// A command.
    Command(Command),
    /// An amend as it was sent. It names its order but not its instrument, so its dollars become units only where the
    /// order is known: in the engine's thread, before the command is stamped.
    Amend {
        /// Whose order.
        account: AccountId,
        /// The request.
        params: Box<AmendOrderParams>,
    },
    /// The connection begins a session: orders that it enters from now on end with it.
    Connect {
        /// Whose.
        account: AccountId,
        /// Which.
        connection: ConnectionId,
    },
    /// A connection with a session is gone.
    Disconnect {
        /// Which.
        connection: ConnectionId,
    },
}

impl Ask {
    /// Whether it may add to what rests in a book, or trade. Cancels, timers that cancel, and sessions do not.
    #[must_use]
    pub fn enters_orders(&self) -> bool {
        match self {
            Ask::Command(command) => matches!(command, Command::AddOrder(_) | Command::MassQuote(_)),
            Ask::Amend { .. } => true,
            Ask::Connect { .. } | Ask::Disconnect { .. } => false,
        }
    }
}

/// One command's outcome. Its events are the next `events` of its batch.
#[derive(Clone, Copy, Debug)]
pub struct Applied {
    /// Its place in the sequence.
    pub seq: CommandSeq,
    /// Its time.
    pub at: Timestamp,
    /// Whom to answer.
    pub origin: Option<Origin>,
    /// The answer.
    pub reply: Reply,
    /// What a refusal's advice needs of the command.
    pub asked: Asked,
    /// How many events it made.
    pub events: usize,
}

/// Outcomes that are on disk: they may be told.
#[derive(Debug, Default)]
pub struct Released {
    /// In the order of the sequence.
    pub applied: Vec<Applied>,
    /// All their events, in order.
    pub events: Vec<Event>,
    /// Where the journal stands after them.
    pub journal: JournalPosition,
}

/// Where the journal stands, for people to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JournalPosition {
    /// Bytes written since the process started.
    pub bytes: u64,
    /// Batches written since the process started: one write and one sync each.
    pub batches: u64,
    /// How long the write and the sync of the last one took.
    pub took: Duration,
}
