//! One run: a thread that sends on the schedule, and one for each connection that receives.

use crate::mix::Mix;
use crate::schedule::Schedule;
use crate::tally::{Answer, Tally};
use crate::wire::{Incoming, Receiver, Sender, connect};
use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use unspent_model::OrderId;

/// Between the last login and the first slot.
const LEAD: Duration = Duration::from_millis(50);
/// Slots sent in one go when many are overdue.
const BURST: u64 = 64;
/// How often the end looks for the last replies.
const POLL: Duration = Duration::from_millis(5);

/// What to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The venue.
    pub url: String,
    /// Keys, given to the connections in turn.
    pub keys: Vec<String>,
    /// How many connections.
    pub connections: usize,
    /// Requests a second over all connections.
    pub rate: u32,
    /// Seconds that are not measured.
    pub warmup: u32,
    /// Seconds that are.
    pub seconds: u32,
    /// What is asked.
    pub mix: Mix,
    /// A request that leaves later than this after its time counts as late.
    pub late: Duration,
    /// How long to wait for the last replies.
    pub drain: Duration,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Requests a second that were meant to be sent.
    pub rate: u32,
    /// Requests that left, warm-up included.
    pub sent: u64,
    /// Requests of the whole schedule.
    pub slots: u64,
    /// Requests that left later than the bound, warm-up excluded.
    pub late: u64,
    /// The most that one left after its time, warm-up excluded.
    pub latest: Duration,
    /// Measured replies a second, from the first measured slot to the last measured reply.
    pub achieved: f64,
    /// The replies.
    pub tally: Tally,
    /// What went wrong with connections.
    pub failures: Vec<String>,
}

impl Outcome {
    /// Slots without a reply.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.slots - self.tally.replies
    }

    /// Why the figures do not count, if they do not. Refusals with a code in `allowed` are expected.
    #[must_use]
    pub fn faults(&self, allowed: &[u16]) -> Vec<String> {
        let mut faults = self.failures.clone();
        if self.missing() > 0 {
            faults.push(format!("{} of {} requests have no reply", self.missing(), self.slots));
        }
        if self.tally.strays > 0 {
            faults.push(format!("{} replies answer no open request", self.tally.strays));
        }
        for (code, count) in self.tally.rejects.iter().filter(|(code, _)| !allowed.contains(code)) {
            faults.push(format!("{count} requests were refused with code {code}"));
        }
        faults
    }
}

/// What the two halves of a connection share.
#[derive(Debug, Default)]
struct Open(Mutex<VecDeque<OrderId>>);

impl Open {
    fn push(&self, order: OrderId) {
        self.0.lock().expect("no code panics while it holds this lock").push_back(order);
    }

    /// The order that this turn cancels, if it cancels.
    fn take(&self, turn: u64) -> Option<OrderId> {
        let mut open = self.0.lock().expect("no code panics while it holds this lock");
        if Mix::cancels(turn, open.len()) { open.pop_front() } else { None }
    }
}

/// Sends a plan's schedule and waits for every reply. Blocks.
///
/// # Errors
/// When a connection cannot be made or logged in, or the plan makes no sense.
pub fn run(plan: &Plan) -> Result<Outcome> {
    if plan.connections == 0 || plan.keys.is_empty() || plan.rate == 0 || plan.seconds == 0 {
        bail!("a run needs a connection, a key, a rate and a duration");
    }
    if plan.mix.crossing > 0 && (plan.keys.len() < 2 || !plan.connections.is_multiple_of(2)) {
        bail!("crossing orders need two keys or more, of different owners, and an even number of connections");
    }
    let mut senders = Vec::new();
    let mut receivers = Vec::new();
    for connection in 0..plan.connections {
        let (sender, receiver) = connect(&plan.url, &plan.keys[connection % plan.keys.len()])?;
        senders.push(sender);
        receivers.push(receiver);
    }
    let schedule = Schedule::new(Instant::now() + LEAD, plan.rate, plan.warmup, plan.seconds);
    let replies = Arc::new(AtomicU64::new(0));
    let open: Vec<Arc<Open>> = senders.iter().map(|_| Arc::default()).collect();
    let mut threads = Vec::new();
    for (connection, receiver) in receivers.into_iter().enumerate() {
        let (open, replies, mix) = (Arc::clone(&open[connection]), Arc::clone(&replies), plan.mix.clone());
        let reader = Reader { connection, connections: plan.connections, schedule, mix, open, replies };
        threads.push(thread::Builder::new().name(format!("reader-{connection}")).spawn(|| reader.read(receiver))?);
    }

    let mut pacer = Pacer { plan, schedule, open, sent: 0, late: 0, latest: Duration::ZERO };
    let mut failures = Vec::new();
    if let Err(error) = pacer.send(&mut senders) {
        failures.push(format!("sending: {error:#}"));
    }
    let Pacer { sent, late, latest, .. } = pacer;
    wait(plan.drain, || replies.load(Ordering::Relaxed) >= sent);
    for sender in &mut senders {
        if let Err(error) = sender.farewell() {
            failures.push(format!("taking the orders out: {error:#}"));
        }
    }
    wait(plan.drain, || threads.iter().all(thread::JoinHandle::is_finished));
    for sender in &senders {
        sender.cut();
    }
    let mut tally = Tally::default();
    for reader in threads {
        let (read, failure) = reader.join().map_err(|_| anyhow::anyhow!("a reader panicked"))?;
        tally.merge(&read);
        failures.extend(failure);
    }
    let begun = schedule.intended(schedule.first_measured());
    let took = tally.last.map_or(0.0, |last| last.saturating_duration_since(begun).as_secs_f64());
    // The first slot leaves at the start, so a run of n slots lasts n - 1 intervals and an answer.
    let achieved = tally.measured as f64 / took.max(f64::from(plan.seconds));
    Ok(Outcome { rate: plan.rate, sent, slots: schedule.slots(), late, latest, achieved, tally, failures })
}

fn wait(most: Duration, done: impl Fn() -> bool) {
    let until = Instant::now() + most;
    while !done() && Instant::now() < until {
        thread::sleep(POLL);
    }
}

struct Pacer<'a> {
    plan: &'a Plan,
    schedule: Schedule,
    open: Vec<Arc<Open>>,
    sent: u64,
    late: u64,
    latest: Duration,
}

impl Pacer<'_> {
    /// Sends every slot at its time or, when something held it up, as soon as it can.
    fn send(&mut self, senders: &mut [Sender]) -> Result<()> {
        // The kernel may delay a sleeper by its slack, 50 µs unless told otherwise.
        rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1)).context("asking for precise timers")?;
        let connections = senders.len() as u64;
        let mut touched = vec![false; senders.len()];
        while self.sent < self.schedule.slots() {
            let now = Instant::now();
            let due = self.schedule.due(now).min(self.sent + BURST);
            if due == self.sent {
                thread::sleep(self.schedule.intended(due).saturating_duration_since(now));
                continue;
            }
            for slot in self.sent..due {
                let connection = (slot % connections) as usize;
                let turn = slot / connections;
                let mix = &self.plan.mix;
                let cancel = if mix.crosses(slot) { None } else { self.open[connection].take(turn) };
                let mut message = Vec::with_capacity(256);
                mix.write(slot, connection, turn, cancel, &mut message);
                senders[connection].queue(message)?;
                touched[connection] = true;
            }
            for (sender, touched) in senders.iter_mut().zip(&mut touched) {
                if std::mem::take(touched) {
                    sender.flush()?;
                }
            }
            let left = Instant::now();
            for slot in self.sent.max(self.schedule.first_measured())..due {
                let lateness = left.saturating_duration_since(self.schedule.intended(slot));
                self.late += u64::from(lateness > self.plan.late);
                self.latest = self.latest.max(lateness);
            }
            self.sent = due;
        }
        Ok(())
    }
}

struct Reader {
    connection: usize,
    connections: usize,
    schedule: Schedule,
    mix: Mix,
    open: Arc<Open>,
    replies: Arc<AtomicU64>,
}

impl Reader {
    /// Reads until the farewell is answered or the connection is gone.
    fn read(self, mut receiver: Receiver) -> (Tally, Option<String>) {
        let mut tally = Tally::default();
        let turns = (self.schedule.slots() as usize).div_ceil(self.connections);
        let mut answered = vec![false; turns];
        loop {
            let (at, incoming) = match receiver.next() {
                Ok(incoming) => incoming,
                Err(error) => return (tally, Some(format!("connection {}: {error:#}", self.connection))),
            };
            let (req_id, outcome) = match incoming {
                Incoming::Farewell => return (tally, None),
                Incoming::Other => continue,
                Incoming::Slot(req_id, outcome) => (req_id, outcome),
            };
            let Some(slot) = self.claim(req_id, &mut answered) else {
                tally.strays += 1;
                continue;
            };
            let answer = outcome.map_or_else(Answer::Reject, |_| Answer::Ack);
            tally.record(&self.schedule, slot, answer, at);
            if let Ok(Some(order)) = outcome
                && !self.mix.crosses(slot)
            {
                self.open.push(order);
            }
            self.replies.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The slot that a reply answers, once.
    fn claim(&self, req_id: i64, answered: &mut [bool]) -> Option<u64> {
        let slot = u64::try_from(req_id).ok().filter(|&slot| slot < self.schedule.slots())?;
        let (turn, connection) = (slot as usize / self.connections, slot as usize % self.connections);
        let answered = &mut answered[turn];
        (connection == self.connection && !std::mem::replace(answered, true)).then_some(slot)
    }
}
