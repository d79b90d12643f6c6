//! The one thread that owns all state: stamps, applies, hands over.
//!
//! While a batch is on its way to the disk the next one is made of whatever arrives; it is handed over the moment the
//! journal is free. Nothing waits on purpose.

use super::auctioneer::{Auctioneer, Secret};
use super::calendar::Calendar;
use super::work::Work;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, select};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use unspent_engine::{Engine, LOOK_FAR, LOOK_NEAR};
use unspent_gateway::{Answer, Applied, Ask, ConnectionId, Inbound, Origin};
use unspent_model::{AccountId, Command, CommandSeq, OrderRef, Reply, Sequenced, SessionId, Timestamp};
use unspent_protocol::Asked;

/// Commands between two state hashes in the journal.
const COMMANDS_PER_MARK: u64 = 65_536;
/// The largest state that is hashed between two commands, for it takes about a microsecond a piece. A larger one is hashed
/// by whoever makes snapshots, and at a clean stop; what it does is compared fill by fill in any case.
const MOST_HASHED: usize = 2_000;

/// Where time comes from: nanoseconds since 1970.
pub type Clock = fn() -> Timestamp;

/// What the thread begins with.
pub struct Start {
    /// For the ends of auctions.
    pub secret: Secret,
    /// What the journal does not know yet of the venue file.
    pub commands: Vec<Command>,
    /// Lists months as days begin.
    pub calendar: Calendar,
    /// Told the last command of the start.
    pub ready: Sender<u64>,
}

/// Applies what arrives until every sender of `inbound` is gone; then hands over what is left, ended by a state hash.
/// What is due fires when it is, whether or not anything arrives.
///
/// Returns the engine as it is after the last command.
pub fn run(
    engine: Engine,
    clock: Clock,
    start: Start,
    inbound: &Receiver<Inbound>,
    journal: &Sender<Work>,
    spent: &Receiver<Work>,
) -> Engine {
    let Start { secret, commands, calendar, ready } = start;
    let mut desk = Desk::new(engine, clock, secret, calendar);
    for command in commands {
        if let Reply::Rejected(rejection) = desk.apply(None, command, Asked::default()) {
            tracing::warn!(reject = rejection.reject.name(), "the engine refused a command of the venue file");
        }
    }
    desk.months();
    // Who started us has gone when nobody waits for it.
    let _ = ready.send(desk.engine.seq().0);
    loop {
        if desk.work.is_empty() && desk.waiting.is_empty() {
            match inbound.recv_timeout(desk.patience()) {
                Ok(first) => desk.take(first),
                Err(RecvTimeoutError::Timeout) => desk.what_is_due(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        while !desk.work.is_full() {
            desk.waiting.extend(inbound.try_iter().take(LOOKED_AT.saturating_sub(desk.waiting.len())));
            let Some(next) = desk.waiting.pop_front() else { break };
            desk.look_ahead();
            desk.take(next);
        }
        if desk.work.is_empty() {
            continue;
        }
        if desk.work.is_full() {
            let next = spent.try_recv().unwrap_or_default();
            if journal.send(std::mem::replace(&mut desk.work, next)).is_err() {
                return desk.engine;
            }
            continue;
        }
        select! {
            send(journal, std::mem::replace(&mut desk.work, spent.try_recv().unwrap_or_default())) -> sent => {
                if sent.is_err() {
                    return desk.engine;
                }
            }
            recv(inbound) -> next => match next {
                Ok(next) => desk.waiting.push_back(next),
                Err(_) => break,
            }
        }
    }
    for next in std::mem::take(&mut desk.waiting) {
        desk.take(next);
    }
    if desk.engine.seq() > CommandSeq(0) {
        desk.work.journalled.mark(desk.engine.seq(), desk.engine.state_hash());
    }
    // When the journal is gone it has said why.
    let _ = journal.send(desk.work);
    desk.engine
}

/// How long the engine's thread sleeps at most: a call's end or an order's expiry comes no later than this.
const LONGEST_SLEEP: Duration = Duration::from_millis(100);

/// The engine with what the thread keeps beside it.
struct Desk {
    engine: Engine,
    clock: Clock,
    auctioneer: Auctioneer,
    calendar: Calendar,
    /// The session of each connection that has one.
    sessions: HashMap<ConnectionId, SessionId>,
    work: Work,
    /// Taken from the channel and not yet carried out.
    waiting: VecDeque<Inbound>,
}

/// How many commands are taken from the channel ahead of their turn, so that their memory can be asked for.
const LOOKED_AT: usize = LOOK_FAR + 4;

impl Desk {
    fn new(engine: Engine, clock: Clock, secret: Secret, calendar: Calendar) -> Desk {
        let auctioneer = Auctioneer::new(secret, &engine);
        let mut desk = Desk {
            engine,
            clock,
            auctioneer,
            calendar: Calendar::new(None),
            sessions: HashMap::new(),
            work: Work::default(),
            waiting: VecDeque::new(),
        };
        // Nobody is connected to a venue that has just started.
        let live: Vec<SessionId> = desk.engine.sessions().collect();
        for session in live {
            desk.apply(None, Command::Disconnect { session }, Asked::default());
        }
        desk.what_is_due();
        // The venue file comes before it.
        desk.calendar = calendar;
        desk
    }

    /// Asks for the memory that commands which wait will need.
    fn look_ahead(&self) {
        if let Some(Inbound { ask: Ask::Command(far), .. }) = self.waiting.get(LOOK_FAR) {
            self.engine.look_far(far);
        }
        if let Some(Inbound { ask: Ask::Command(near), .. }) = self.waiting.get(LOOK_NEAR) {
            self.engine.look_near(near);
        }
    }

    /// How long nothing has to be done.
    fn patience(&self) -> Duration {
        let due = [self.engine.next_timer(), self.auctioneer.next(), self.calendar.next()].into_iter().flatten().min();
        let now = (self.clock)();
        due.map_or(LONGEST_SLEEP, |due| Duration::from_nanos(due.0.saturating_sub(now.0)).min(LONGEST_SLEEP))
    }

    /// Gives the commands that time asks for.
    fn what_is_due(&mut self) {
        let now = (self.clock)();
        self.auctions(now);
        if self.engine.next_timer().is_some_and(|due| due <= now) {
            self.apply(None, Command::Clock, Asked::default());
        }
        self.months();
    }

    /// Gives the commands of a day that has begun.
    fn months(&mut self) {
        for command in self.calendar.commands(&self.engine, (self.clock)()) {
            if let Reply::Rejected(rejection) = self.apply(None, command, Asked::default()) {
                tracing::warn!(reject = rejection.reject.name(), "the engine refused a command of the calendar");
            }
        }
    }

    /// Gives the commitments and seeds that calls wait for at `now`.
    fn auctions(&mut self, now: Timestamp) {
        while let Some(command) = self.auctioneer.command(now) {
            self.apply(None, command, Asked::default());
        }
    }

    fn take(&mut self, inbound: Inbound) {
        let origin = inbound.origin;
        let session = origin.and_then(|origin| self.sessions.get(&origin.connection)).copied();
        let (mut command, asked) = match inbound.ask {
            Ask::Connect { account, connection } => {
                // A login that was refused after its session began, and is tried again.
                if let Some(session) = self.sessions.remove(&connection) {
                    self.apply(None, Command::Disconnect { session }, Asked::default());
                }
                let reply = self.apply(None, Command::Connect { account }, Asked::default());
                // Refused, the connection's orders name a session that is not live, and are refused too.
                let session = if let Reply::Connected { session } = reply { session } else { SessionId(0) };
                self.sessions.insert(connection, session);
                return;
            }
            Ask::Disconnect { connection } => {
                if let Some(session) = self.sessions.remove(&connection) {
                    self.apply(None, Command::Disconnect { session }, Asked::default());
                }
                return;
            }
            Ask::Batch(orders) => {
                let count = orders.len();
                for (number, mut command) in (1..).zip(orders) {
                    command.set_session(session);
                    let asked = Asked::of(&command);
                    self.apply_as(origin, command, asked, |reply| Answer::Part { reply, last: number == count });
                }
                self.auctions(self.engine.now());
                return;
            }
            Ask::Check(mut command) => {
                // What is due happens first, as it would if the order were a command.
                self.what_is_due();
                command.set_session(session);
                let checked = self.engine.check(&command, (self.clock)());
                self.answer(origin, Answer::Checked(checked), Asked::of(&command));
                return;
            }
            Ask::Query { account, order } => {
                self.answer(origin, looked_up(&self.engine, account, order), Asked::default());
                return;
            }
            ask => resolve(&self.engine, ask),
        };
        if let Some(session) = session {
            match &mut command {
                Command::MassQuote(quote) => quote.session = session,
                command => command.set_session(Some(session)),
            }
        }
        self.apply(origin, command, asked);
        // Timers up to its time have fired with it; what an auction asks for has not been given.
        self.auctions(self.engine.now());
    }

    fn apply(&mut self, origin: Option<Origin>, command: Command, asked: Asked) -> Reply {
        self.apply_as(origin, command, asked, Answer::Reply)
    }

    /// Answers what is no command, in its turn.
    fn answer(&mut self, origin: Option<Origin>, answer: Answer, asked: Asked) {
        let (seq, at) = (self.engine.seq(), self.engine.now());
        self.work.released.applied.push(Applied { seq, at, origin, answer, asked, events: 0 });
    }

    fn apply_as(
        &mut self,
        origin: Option<Origin>,
        command: Command,
        asked: Asked,
        answer: impl FnOnce(Reply) -> Answer,
    ) -> Reply {
        let (engine, work) = (&mut self.engine, &mut self.work);
        let seq = CommandSeq(engine.seq().0 + 1);
        let command = Sequenced { seq, at: (self.clock)().max(engine.now()), command };
        let first = work.released.events.len();
        let reply = engine.apply(&command, &mut work.released.events);
        let events = &work.released.events[first..];
        work.journalled.command(&command, events);
        self.auctioneer.follow(events);
        let applied = Applied { seq, at: command.at, origin, answer: answer(reply), asked, events: events.len() };
        work.released.applied.push(applied);
        if seq.0.is_multiple_of(COMMANDS_PER_MARK) && engine.size() <= MOST_HASHED {
            work.journalled.mark(seq, engine.state_hash());
        }
        reply
    }
}

/// What is to be told of an order when everything before is told.
pub fn looked_up(engine: &Engine, account: AccountId, order: OrderRef) -> Answer {
    let known = match order {
        OrderRef::Id(_) => None,
        OrderRef::ClOrdId(name) => engine.order_named(account, name),
    };
    Answer::Order { account, order, known }
}

/// The command that was asked for, and what advice on it needs to know.
pub fn resolve(engine: &Engine, ask: Ask) -> (Command, Asked) {
    match ask {
        Ask::Command(command) => {
            let asked = Asked::of(&command);
            (command, asked)
        }
        Ask::Amend { account, params } => {
            let instrument = engine.order_instrument(account, params.order);
            let spec = instrument.and_then(|instrument| engine.instruments().nth(instrument.0 as usize));
            let command = Command::AmendOrder(params.in_units(account, spec));
            let asked = Asked { instrument, ..Asked::of(&command) };
            (command, asked)
        }
        Ask::Connect { account, .. } => (Command::Connect { account }, Asked::default()),
        // No commands, or more than one: whoever takes these in treats them apart.
        Ask::Batch(_) | Ask::Check(_) | Ask::Query { .. } | Ask::Disconnect { .. } => {
            (Command::Clock, Asked::default())
        }
    }
}
