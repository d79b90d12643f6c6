//! What passes between the gateway and the threads behind it: requests in, released results out.

use std::time::Duration;
use unspent_model::{AccountId, Command, CommandSeq, Event, OrderId, OrderRef, Rejection, Reply, Timestamp};
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
    /// New orders, each a command of its own, carried out without another between them and answered together.
    Batch(Vec<Command>),
    /// Whether a new order would be accepted now: the command that would enter it. No command: it takes its turn among them, and is answered when all before
    /// it is on disk, but it is not journalled.
    Check(Command),
    /// Where an order stands. No command, as [`Ask::Check`]: whatever its connection sent before is in the answer.
    Query {
        /// Whose order.
        account: AccountId,
        /// Which.
        order: OrderRef,
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
            Ask::Command(command) => command.entered().is_some() || matches!(command, Command::MassQuote(_)),
            // What would be refused is not said to be accepted either.
            Ask::Amend { .. } | Ask::Batch(_) | Ask::Check(_) => true,
            Ask::Query { .. } | Ask::Connect { .. } | Ask::Disconnect { .. } => false,
        }
    }
}

/// What there is to answer.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Of a command.
    Reply(Reply),
    /// Of a command that is one of an [`Ask::Batch`].
    Part {
        /// Its answer.
        reply: Reply,
        /// Whether it is the last, with which all are told.
        last: bool,
    },
    /// Of an [`Ask::Check`].
    Checked(Result<(), Rejection>),
    /// Of an [`Ask::Query`]: what the view knows when it is told.
    Order {
        /// Who asks.
        account: AccountId,
        /// Which order.
        order: OrderRef,
        /// Its id, when it was named otherwise and the engine remembers it.
        known: Option<OrderId>,
    },
}

impl Answer {
    /// The command's answer, when it is of a command.
    #[must_use]
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Answer::Reply(reply) | Answer::Part { reply, .. } => Some(reply),
            Answer::Checked(_) | Answer::Order { .. } => None,
        }
    }
}

/// One outcome: of a command, or of a question that took its turn among them and changed nothing. Its events are the next
/// `events` of its batch.
#[derive(Clone, Copy, Debug)]
pub struct Applied {
    /// Its place in the sequence; of a question that of the command before it.
    pub seq: CommandSeq,
    /// Its time; of a question the time of the command before it.
    pub at: Timestamp,
    /// Whom to answer.
    pub origin: Option<Origin>,
    /// The answer.
    pub answer: Answer,
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
