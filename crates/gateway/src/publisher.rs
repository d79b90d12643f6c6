//! The one thread that tells: it owns the announcer and knows who listens to what.

use crate::announcer::{Announcer, Audience, BookScope, Topic};
use crate::clock::now;
use crate::connection::MAX_SUBSCRIPTIONS;
use crate::control::{Control, Look};
use crate::directory::Directory;
use crate::metrics::Metrics;
use crate::outbox::{CloseCode, Outbox};
use crate::paging::{PAGES_AT_ONCE, Paging, SOON};
use crate::resume::{Resume, resumable};
use crate::road::{ConnectionId, Origin, Released};
use crate::stats::Stats;
use crate::status;
use crossbeam_channel::{Receiver, after, never, select, tick};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use unspent_model::{AccountId, Event, Interval, Reject, Reply};
use unspent_protocol::{
    BookDepth, Channel, Data, LogoutResult, Method, Refusal, Reply as WireReply, ReplyResult, SubscribeParams,
    SubscribeResult, SystemState, UnsubscribeParams,
};

/// One connection as the publisher knows it.
#[derive(Debug)]
struct Listener {
    outbox: Outbox,
    account: Option<AccountId>,
    topics: Vec<Topic>,
    /// Books of which it missed something: the next thing it gets of them is a snapshot.
    stale: Vec<Topic>,
    /// A snapshot that is not told whole.
    paging: Option<Paging>,
    /// Whether anything was sent since the last tick.
    spoken: bool,
}

/// Who listens to what.
#[derive(Debug)]
struct Room {
    listeners: HashMap<ConnectionId, Listener>,
    by_topic: HashMap<Topic, Vec<ConnectionId>>,
    /// Connections that are behind with a book and may have caught up.
    behind: Vec<(ConnectionId, Topic)>,
    /// Connections with a snapshot that is not told whole, the one whose turn it is first.
    paging: VecDeque<ConnectionId>,
    /// What was told lately.
    resume: Resume,
    /// Who waits for one answer without a connection.
    expected: HashMap<ConnectionId, oneshot::Sender<Utf8Bytes>>,
    metrics: Arc<Metrics>,
}

impl Audience for Room {
    fn wants(&self, topic: &Topic) -> bool {
        match topic {
            Topic::Reply(origin) => {
                self.listeners.contains_key(&origin.connection) || self.expected.contains_key(&origin.connection)
            }
            _ => self.by_topic.contains_key(topic) || self.resume.keeps(topic),
        }
    }

    fn tell(&mut self, topic: Topic, message: &[u8]) {
        // One copy for all of a topic's listeners.
        let message = text(message);
        if let Topic::Reply(origin) = topic {
            if let Some(answer) = self.expected.remove(&origin.connection) {
                // Who no longer waits has been told that the outcome is unknown.
                let _ = answer.send(message);
                return;
            }
            if let Some(listener) = self.listeners.get(&origin.connection) {
                listener.outbox.answered();
            }
            self.push(origin.connection, message);
            return;
        }
        self.deliver(topic, &message);
    }

    fn tell_numbered(&mut self, topic: Topic, number: u64, message: &[u8]) {
        let message = text(message);
        self.resume.keep(&topic, number, &message);
        self.deliver(topic, &message);
    }
}

fn text(message: &[u8]) -> Utf8Bytes {
    Utf8Bytes::try_from(message.to_vec()).expect("JSON is text")
}

impl Room {
    fn deliver(&mut self, topic: Topic, message: &Utf8Bytes) {
        let Some(listeners) = self.by_topic.get(&topic) else { return };
        let is_book = topic.is_picture();
        for connection in listeners {
            let Some(listener) = self.listeners.get_mut(connection) else { continue };
            if is_book && (listener.stale.contains(&topic) || listener.outbox.lags()) {
                if !listener.stale.contains(&topic) {
                    listener.stale.push(topic);
                    self.behind.push((*connection, topic));
                }
                self.metrics.withheld();
                continue;
            }
            listener.spoken = true;
            if topic.is_private() {
                listener.outbox.push(message.clone());
            } else {
                listener.outbox.push_public(message.clone());
            }
        }
    }

    fn new(metrics: Arc<Metrics>) -> Room {
        let (listeners, by_topic, expected) = (HashMap::new(), HashMap::new(), HashMap::new());
        let (paging, resume) = (VecDeque::new(), Resume::default());
        Room { listeners, by_topic, behind: Vec::new(), expected, paging, resume, metrics }
    }

    fn push(&mut self, connection: ConnectionId, message: Utf8Bytes) {
        if let Some(listener) = self.listeners.get_mut(&connection) {
            listener.spoken = true;
            listener.outbox.push(message);
        }
    }

    fn reply(&mut self, reply: &WireReply, connection: ConnectionId) {
        let mut bytes = Vec::with_capacity(256);
        WireReply { time_out: now(), ..reply.clone() }.write(&mut bytes);
        self.push(connection, text(&bytes));
    }
}

/// Tells outcomes and answers connections.
pub(crate) struct Publisher {
    announcer: Announcer,
    room: Room,
    directory: Directory,
    stats: Arc<Stats>,
    disk_short: Arc<AtomicBool>,
    /// What the connections were told of the venue last.
    system: SystemState,
}

impl Publisher {
    pub fn new(
        announcer: Announcer,
        directory: Directory,
        stats: Arc<Stats>,
        metrics: Arc<Metrics>,
        disk_short: Arc<AtomicBool>,
    ) -> Publisher {
        Stats::set(&stats.seq, announcer.seq().0);
        let system = status::system(disk_short.load(Ordering::Relaxed), announcer.view().stopped());
        Publisher { announcer, room: Room::new(metrics), directory, stats, disk_short, system }
    }

    /// Tells what is released until nothing more can come, then closes every connection.
    pub fn run(mut self, released: &Receiver<Released>, control: &Receiver<Control>) {
        let second = tick(Duration::from_secs(1));
        loop {
            let soon = if self.room.paging.is_empty() { never() } else { after(SOON) };
            select! {
                recv(released) -> batch => match batch {
                    Ok(batch) => {
                        // Who sent a command had said before where its answer goes, but on another channel.
                        for message in control.try_iter().take(control.len()) {
                            self.control(message);
                        }
                        self.batch(&batch);
                    }
                    Err(_) => break,
                },
                recv(control) -> message => {
                    if let Ok(message) = message {
                        self.control(message);
                    }
                }
                recv(second) -> _ => self.second(),
                recv(soon) -> _ => self.pages(),
            }
        }
        for listener in self.room.listeners.values() {
            listener.outbox.push(status::message(status::row(SystemState::Maintenance, 0)));
            listener.outbox.close(CloseCode::Restart);
        }
    }

    fn batch(&mut self, batch: &Released) {
        self.directory.follow(&batch.events);
        let time_out = now();
        self.room.metrics.batch(batch, time_out);
        let mut rest = &batch.events[..];
        for applied in &batch.applied {
            let (events, later) = rest.split_at(applied.events);
            rest = later;
            self.announcer.announce(applied, events, time_out, &mut self.room);
            if let Some(reply) = applied.answer.reply() {
                self.count(reply, events);
            }
        }
        let stats = &self.stats;
        let commands = batch.applied.iter().filter(|applied| applied.answer.reply().is_some()).count();
        Stats::add(&stats.commands, commands as u64);
        Stats::set(&stats.seq, self.announcer.seq().0);
        Stats::set(&stats.journal_bytes, batch.journal.bytes);
        Stats::set(&stats.journal_batches, batch.journal.batches);
        for (programme, dollars) in self.announcer.view().programmes().expired_unused() {
            self.room.metrics.expired(programme, dollars);
        }
        self.tell_status();
        self.catch_up();
    }

    fn count(&self, reply: &Reply, events: &[Event]) {
        match reply {
            Reply::Rejected(_) => Stats::add(&self.stats.rejects, 1),
            Reply::Added(answer) if !answer.duplicate => Stats::add(&self.stats.orders, 1),
            _ => {}
        }
        let fills = events.iter().filter(|event| matches!(event, Event::Fill(_))).count();
        if fills > 0 {
            Stats::add(&self.stats.fills, fills as u64);
        }
    }

    /// Goes on with snapshots that are not told whole: a few pages, in turn.
    fn pages(&mut self) {
        let mut left = PAGES_AT_ONCE;
        for _ in 0..self.room.paging.len() {
            if left == 0 {
                return;
            }
            let Some(connection) = self.room.paging.pop_front() else { return };
            let Some(listener) = self.room.listeners.get_mut(&connection) else { continue };
            let Some(paging) = &mut listener.paging else { continue };
            let (given, whole) = paging.go_on(&self.announcer, &listener.outbox, left.div_ceil(2));
            listener.spoken |= given > 0;
            left -= given;
            if whole || listener.outbox.is_closed() {
                listener.paging = None;
            } else {
                self.room.paging.push_back(connection);
            }
        }
    }

    /// Gives those who were behind and no longer are a fresh picture, and the others more of theirs.
    fn catch_up(&mut self) {
        self.pages();
        if self.room.behind.is_empty() {
            return;
        }
        let behind = std::mem::take(&mut self.room.behind);
        for (connection, topic) in behind {
            let Some(listener) = self.room.listeners.get_mut(&connection) else { continue };
            if listener.outbox.lags() {
                self.room.behind.push((connection, topic));
                continue;
            }
            listener.stale.retain(|stale| *stale != topic);
            if listener.topics.contains(&topic)
                && let Some(snapshot) = self.announcer.snapshot(topic)
            {
                self.room.push(connection, text(&snapshot));
            }
        }
    }

    fn second(&mut self) {
        let now = std::time::Instant::now();
        for listener in self.room.listeners.values() {
            listener.outbox.judge_age(now);
        }
        let gone: Vec<ConnectionId> = self
            .room
            .listeners
            .iter()
            .filter(|(_, listener)| listener.outbox.is_closed())
            .map(|(connection, _)| *connection)
            .collect();
        for connection in gone {
            self.disconnect(connection);
        }
        self.room.expected.retain(|_, answer| !answer.is_closed());
        self.tell_status();
        self.catch_up();
        for topic in self.room.resume.second() {
            self.announcer.close(&topic);
        }
        let mut heartbeat = Vec::new();
        Data::Heartbeat.write(&mut heartbeat);
        let heartbeat = text(&heartbeat);
        for listener in self.room.listeners.values_mut() {
            if !listener.spoken {
                listener.outbox.push(heartbeat.clone());
            }
            listener.spoken = false;
        }
    }

    /// Tells every connection when the venue takes orders no longer, or again.
    fn tell_status(&mut self) {
        let system = status::system(self.disk_short.load(Ordering::Relaxed), self.announcer.view().stopped());
        if system == std::mem::replace(&mut self.system, system) {
            return;
        }
        for (connection, listener) in &mut self.room.listeners {
            listener.spoken = true;
            listener.outbox.push(status::message(status::row(system, connection.0)));
        }
    }

    fn control(&mut self, message: Control) {
        match message {
            Control::Connect { connection, outbox } => {
                let listener = Listener {
                    outbox,
                    account: None,
                    topics: Vec::new(),
                    stale: Vec::new(),
                    paging: None,
                    spoken: true,
                };
                self.room.listeners.insert(connection, listener);
                if self.system != SystemState::Online {
                    self.room.push(connection, status::message(status::row(self.system, connection.0)));
                }
            }
            Control::Look(Look(look)) => look(&self.announcer),
            Control::Expect { connection, answer } => {
                self.room.expected.insert(connection, answer);
            }
            Control::Disconnect { connection } => self.disconnect(connection),
            Control::Login { origin, account, scopes } => {
                if let Some(listener) = self.room.listeners.get_mut(&origin.connection) {
                    listener.account = Some(account);
                }
                let result = ReplyResult::Login(self.announcer.login_result(account, &scopes));
                let reply = WireReply::done(Method::Login, origin.req_id, result, origin.time_in);
                self.room.reply(&reply, origin.connection);
            }
            Control::Bind { connection, account } => {
                if let Some(listener) = self.room.listeners.get_mut(&connection) {
                    listener.account = Some(account);
                }
            }
            Control::Logout { origin, challenge } => self.logout(origin, challenge),
            Control::Subscribe { origin, params } => self.subscribe(origin, &params),
            Control::Unsubscribe { origin, params } => self.unsubscribe(origin, &params),
        }
    }

    /// Ends what is private of a connection; the rest of it goes on.
    fn logout(&mut self, origin: Origin, challenge: String) {
        let connection = origin.connection;
        let Some(listener) = self.room.listeners.get_mut(&connection) else { return };
        listener.account = None;
        for topic in listener.topics.extract_if(.., |topic| topic.is_private()).collect::<Vec<_>>() {
            self.leave(connection, &topic);
        }
        let result = ReplyResult::Logout(LogoutResult { challenge: challenge.into() });
        let reply = WireReply::done(Method::Logout, origin.req_id, result, origin.time_in);
        self.room.reply(&reply, connection);
    }

    fn disconnect(&mut self, connection: ConnectionId) {
        let Some(listener) = self.room.listeners.remove(&connection) else { return };
        for topic in listener.topics {
            self.leave(connection, &topic);
        }
    }

    fn leave(&mut self, connection: ConnectionId, topic: &Topic) {
        let Some(listeners) = self.room.by_topic.get_mut(topic) else { return };
        listeners.retain(|listener| *listener != connection);
        if listeners.is_empty() {
            self.room.by_topic.remove(topic);
            for topic in self.room.resume.unheard(topic) {
                self.announcer.close(&topic);
            }
        }
    }

    /// The topics that a subscription names, each with the part of the reply that is its own.
    fn topics(
        &self,
        connection: ConnectionId,
        channel: Channel,
        symbols: &[unspent_model::Symbol],
        depth: Option<BookDepth>,
        interval: Option<Interval>,
    ) -> Vec<(SubscribeResult, Result<Topic, Refusal>)> {
        let result = |symbol, depth| SubscribeResult { channel, symbol, depth, interval, snapshot: None };
        let account = self.room.listeners.get(&connection).and_then(|listener| listener.account);
        let private = |topic: fn(AccountId) -> Topic| {
            let topic = account.map(topic).ok_or_else(|| Refusal::from(Reject::LoginRequired));
            vec![(result(None, None), topic)]
        };
        match channel {
            Channel::Executions => private(Topic::Executions),
            Channel::Balances => private(Topic::Balances),
            Channel::Holdings => private(Topic::Holdings),
            Channel::Groups => private(Topic::Groups),
            Channel::Settlements => private(Topic::Settlements),
            Channel::Instrument => vec![(result(None, None), Ok(Topic::Instruments))],
            // These come without a subscription, and have no topic.
            Channel::Status | Channel::Heartbeat => Vec::new(),
            Channel::Curve => {
                let each = symbols.iter().map(|curve| {
                    let known = self.announcer.catalogue().resolve_curve(curve).map(|_| Topic::Curve(*curve));
                    (result(Some(*curve), None), known)
                });
                each.collect()
            }
            Channel::Book | Channel::Level3 | Channel::Trade | Channel::Ticker | Channel::Ohlc | Channel::Auction => {
                let depth = channel.has_depth().then(|| depth.unwrap_or(BookDepth::D10));
                let each = symbols.iter().map(|symbol| {
                    let topic = self.announcer.catalogue().resolve(symbol).map(|(instrument, _)| match channel {
                        Channel::Book => {
                            let levels = depth.expect("a book has a depth").levels();
                            Topic::Book(instrument, BookScope::Levels(levels))
                        }
                        Channel::Level3 => Topic::Level3(instrument, depth.unwrap_or_default().levels()),
                        Channel::Ohlc => Topic::Ohlc(instrument, interval.unwrap_or(Interval::Minute)),
                        Channel::Trade => Topic::Trade(instrument),
                        Channel::Auction => Topic::Auction(instrument),
                        _ => Topic::Ticker(instrument),
                    });
                    (result(Some(*symbol), depth), topic)
                });
                each.collect()
            }
        }
    }

    fn subscribe(&mut self, origin: Origin, params: &SubscribeParams) {
        let connection = origin.connection;
        let from = params.from_seq.or(params.from_exec_seq);
        let wants_snapshot = params.snapshot.unwrap_or(true) && from.is_none();
        if params.channel.comes_unasked() {
            let (channel, snapshot) = (params.channel, Some(false));
            let result = SubscribeResult { channel, symbol: None, depth: None, interval: None, snapshot };
            let result = ReplyResult::Subscribe(result);
            self.room.reply(&WireReply::done(Method::Subscribe, origin.req_id, result, origin.time_in), connection);
            return;
        }
        let interval = (params.channel == Channel::Ohlc).then(|| params.interval.unwrap_or(Interval::Minute));
        for (result, topic) in self.topics(connection, params.channel, &params.symbols, params.depth, interval) {
            let missed = match (&topic, from) {
                (Ok(topic), Some(number)) => self.missed(topic, number),
                _ => Some(Vec::new()),
            };
            let Some(listener) = self.room.listeners.get_mut(&connection) else { return };
            let entered = topic.and_then(|topic| {
                if listener.topics.contains(&topic) {
                    return Err(Refusal::from(Reject::AlreadySubscribed));
                }
                if listener.topics.len() >= MAX_SUBSCRIPTIONS {
                    let message = format!("a connection may have {MAX_SUBSCRIPTIONS} subscriptions; end some first");
                    return Err(Refusal::new(Reject::TooManySubscriptions, message));
                }
                let missed = missed.ok_or_else(gap)?;
                listener.topics.push(topic);
                Ok((topic, missed))
            });
            let (topic, missed) = match entered {
                Ok(entered) => entered,
                Err(refusal) => {
                    let reply = WireReply::refused(Method::Subscribe, origin.req_id, refusal, origin.time_in);
                    self.room.reply(&reply, connection);
                    continue;
                }
            };
            self.room.by_topic.entry(topic).or_default().push(connection);
            // A book is nothing without its beginning.
            let snapshot = wants_snapshot || topic.is_picture();
            let result = ReplyResult::Subscribe(SubscribeResult { snapshot: Some(snapshot), ..result });
            let reply = WireReply::done(Method::Subscribe, origin.req_id, result, origin.time_in);
            self.room.reply(&reply, connection);
            if let Some(number) = from {
                self.announcer.resume(topic, number);
                for message in missed {
                    self.room.push(connection, message);
                }
            } else if let Topic::Executions(account) = topic {
                if snapshot && let Some(listener) = self.room.listeners.get_mut(&connection) {
                    listener.paging = Some(Paging::begin(&self.announcer, account));
                    if !self.room.paging.contains(&connection) {
                        self.room.paging.push_back(connection);
                    }
                    self.pages();
                }
            } else {
                // Made even when it is not sent: it opens the topic.
                let message = self.announcer.snapshot(topic);
                if snapshot && let Some(message) = message {
                    self.room.push(connection, text(&message));
                }
            }
            self.room.resume.heard(topic, self.announcer.number(&topic));
        }
    }

    /// What somebody has missed of a stream who has seen it up to `number`; `None` when that is not known.
    fn missed(&self, topic: &Topic, number: u64) -> Option<Vec<Utf8Bytes>> {
        if !resumable(topic) {
            return None;
        }
        if !self.room.resume.keeps(topic) {
            return self.announcer.unchanged(topic, number).then(Vec::new);
        }
        let now = match topic {
            Topic::Executions(_) => self.announcer.number(topic),
            _ => self.announcer.seq().0,
        };
        self.room.resume.after(topic, number, now)
    }

    fn unsubscribe(&mut self, origin: Origin, params: &UnsubscribeParams) {
        let connection = origin.connection;
        if params.channel.comes_unasked() {
            let refusal =
                Refusal::new(Reject::NotSubscribed, "status and heartbeat come without a subscription and never end");
            let reply = WireReply::refused(Method::Unsubscribe, origin.req_id, refusal, origin.time_in);
            self.room.reply(&reply, connection);
            return;
        }
        let interval = (params.channel == Channel::Ohlc).then(|| params.interval.unwrap_or(Interval::Minute));
        for (result, topic) in self.topics(connection, params.channel, &params.symbols, params.depth, interval) {
            let Some(listener) = self.room.listeners.get_mut(&connection) else { return };
            let left = topic.and_then(|topic| {
                let at = listener.topics.iter().position(|known| *known == topic);
                at.map(|at| listener.topics.swap_remove(at)).ok_or_else(|| Refusal::from(Reject::NotSubscribed))
            });
            if let Ok(Topic::Executions(_)) = &left {
                listener.paging = None;
            }
            let reply = match left {
                Ok(topic) => {
                    self.leave(connection, &topic);
                    let result = ReplyResult::Unsubscribe(result);
                    WireReply::done(Method::Unsubscribe, origin.req_id, result, origin.time_in)
                }
                Err(refusal) => WireReply::refused(Method::Unsubscribe, origin.req_id, refusal, origin.time_in),
            };
            self.room.reply(&reply, connection);
        }
    }
}

/// The refusal of a resume that cannot be whole.
fn gap() -> Refusal {
    let message =
        "what came after this number is no longer remembered; subscribe without it and start from the snapshot";
    Refusal::new(Reject::Gap, message)
}
