//! The task behind a session: connects, logs in, subscribes, and gives every message to its stream.

use super::streams::{After, Opening, Target};
use super::{SessionConfig, SessionEnd, SessionState};
use crate::back_off::Waits;
use crate::{Client, ClientError, Ending, Inbox};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use unspent_model::Reject;
use unspent_protocol::{Call, Data, ErrorBody, SubscribeParams};

/// A connection that lasted so long was a good one: the next wait is a short one again.
const GOOD: Duration = Duration::from_secs(10);
/// How often streams that nobody reads any more are ended, and those that missed some told again.
const SWEEP: Duration = Duration::from_millis(250);
/// How long a stream that lost its state waits before it is asked for again.
const RENEWAL: Duration = Duration::from_millis(50);

/// A stream with who waits for its first subscription.
struct Line {
    target: Target,
    opened: Option<oneshot::Sender<Result<(), ClientError>>>,
}

/// The answer to a subscription: of which stream, whether it asked to resume, and what was said.
type Answer = (u64, bool, Result<(), ClientError>);

/// Why a round of connecting and living ended.
enum Round {
    /// Try again.
    Again {
        why: String,
        code: Option<u16>,
    },
    Over(SessionEnd),
}

pub(super) struct Supervisor {
    config: SessionConfig,
    to_open: mpsc::Receiver<Opening>,
    states: watch::Sender<SessionState>,
    links: watch::Sender<Option<Client>>,
    closing: watch::Receiver<bool>,
    /// By a number of their own, in the order in which they were opened.
    lines: BTreeMap<u64, Line>,
    next_line: u64,
}

impl Supervisor {
    pub(super) fn new(
        config: SessionConfig,
        to_open: mpsc::Receiver<Opening>,
        states: watch::Sender<SessionState>,
        links: watch::Sender<Option<Client>>,
        closing: watch::Receiver<bool>,
    ) -> Supervisor {
        Supervisor { config, to_open, states, links, closing, lines: BTreeMap::new(), next_line: 0 }
    }

    pub(super) async fn run(mut self) {
        let mut closing = self.closing.clone();
        let end = tokio::select! {
            end = self.rounds() => end,
            // A handle that goes without closing ends the session through its streams, which go with it.
            () = async {
                if closing.wait_for(|closing| *closing).await.is_err() {
                    std::future::pending::<()>().await;
                }
            } => SessionEnd::Closed,
        };
        self.links.send_replace(None);
        self.states.send_replace(SessionState::Over(end.clone()));
        let why = ClientError::Over(end);
        for line in self.lines.values_mut() {
            line.target.end(&why);
            if let Some(opened) = line.opened.take() {
                let _ = opened.send(Err(why.clone()));
            }
        }
    }

    async fn rounds(&mut self) -> SessionEnd {
        let mut waits = Waits::new(self.config.back_off);
        loop {
            self.states.send_replace(SessionState::Connecting);
            let mut began = None;
            let round = self.round(&mut began).await;
            self.links.send_replace(None);
            for line in self.lines.values_mut() {
                line.target.cut();
            }
            let (why, code) = match round {
                Round::Over(end) => return end,
                Round::Again { why, code } => (why, code),
            };
            // 4012: the venue said that it comes back soon.
            if code == Some(4012) || began.is_some_and(|began: Instant| began.elapsed() >= GOOD) {
                waits.reset();
            }
            // 4009: it asked for less.
            let wait = if code == Some(4009) { waits.longest() } else { waits.next() };
            let until = Instant::now() + wait;
            self.states.send_replace(SessionState::Waiting { until, why });
            loop {
                tokio::select! {
                    () = sleep_until(until) => break,
                    opening = self.to_open.recv() => match opening {
                        Some(opening) => drop(self.add(opening)),
                        None => return SessionEnd::Closed,
                    },
                }
            }
        }
    }

    /// One connection from its beginning to its end.
    async fn round(&mut self, began: &mut Option<Instant>) -> Round {
        let config = self.config.clone();
        let mut dialling = std::pin::pin!(dial(config));
        let (client, inbox) = loop {
            tokio::select! {
                dialled = &mut dialling => match dialled {
                    Ok(dialled) => break dialled,
                    Err(round) => return round,
                },
                opening = self.to_open.recv() => match opening {
                    Some(opening) => drop(self.add(opening)),
                    None => return Round::Over(SessionEnd::Closed),
                },
            }
        };
        *began = Some(Instant::now());
        self.links.send_replace(Some(client.clone()));
        self.states.send_replace(SessionState::Live);
        self.live(&client, inbox).await
    }

    async fn live(&mut self, client: &Client, mut inbox: Inbox) -> Round {
        let mut answers: JoinSet<Answer> = JoinSet::new();
        self.lines.retain(|_, line| !line.target.is_abandoned());
        for (&id, line) in &mut self.lines {
            subscribe(&mut answers, client, id, line.target.resume());
        }
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            tokio::select! {
                data = inbox.next() => {
                    let Some(data) = data else { return ended(client) };
                    if let Some(round) = self.take(client, &mut answers, data).await {
                        return round;
                    }
                }
                opening = self.to_open.recv() => {
                    let Some(opening) = opening else { return Round::Over(SessionEnd::Closed) };
                    if let Some(id) = self.add(opening) {
                        let line = self.lines.get_mut(&id).expect("it was added");
                        subscribe(&mut answers, client, id, line.target.resume());
                    }
                }
                Some(answer) = answers.join_next() => {
                    // A task that asks does not panic.
                    let Ok(answer) = answer else { continue };
                    if let Some(round) = self.answered(client, &mut answers, answer) {
                        return round;
                    }
                }
                _ = sweep.tick() => self.sweep(client, &mut answers),
            }
        }
    }

    /// Takes in a stream; `None` when there is one that it could not be told from.
    fn add(&mut self, opening: Opening) -> Option<u64> {
        let Opening { target, opened } = opening;
        self.lines.retain(|_, line| !line.target.is_abandoned() || line.opened.is_some());
        if self.lines.values().any(|line| line.target.collides(&target)) {
            let why = "the session follows this already";
            let refusal = unspent_protocol::Refusal::new(Reject::AlreadySubscribed, why);
            let _ = opened.send(Err(ClientError::Refused(Box::new(ErrorBody::from(refusal)))));
            return None;
        }
        let id = self.next_line;
        self.next_line += 1;
        self.lines.insert(id, Line { target, opened: Some(opened) });
        Some(id)
    }

    async fn take(&mut self, client: &Client, answers: &mut JoinSet<Answer>, data: Data) -> Option<Round> {
        let (&id, line) = self.lines.iter_mut().find(|(_, line)| line.target.takes(&data))?;
        match line.target.take(data).await {
            After::Nothing => None,
            After::Renew => {
                renew(answers, client, id, line);
                None
            }
            After::Reconnect => Some(Round::Again { why: "a message was missing".to_owned(), code: None }),
        }
    }

    fn answered(&mut self, client: &Client, answers: &mut JoinSet<Answer>, answer: Answer) -> Option<Round> {
        let (id, resumed, outcome) = answer;
        let line = self.lines.get_mut(&id)?;
        let refused = match outcome {
            Ok(()) => {
                if let Some(opened) = line.opened.take() {
                    let _ = opened.send(Ok(()));
                }
                return None;
            }
            Err(refused @ ClientError::Refused(_)) => refused,
            // The connection is ending: the next one subscribes.
            Err(error) => return Some(ended(client).or(&error)),
        };
        let reject = refused.reject();
        if resumed && reject == Some(Reject::Gap) {
            subscribe(answers, client, id, line.target.start_anew());
            return None;
        }
        if matches!(&refused, ClientError::Refused(body) if body.detail.retryable)
            || reject == Some(Reject::ShuttingDown)
        {
            return Some(Round::Again { why: refused.to_string(), code: None });
        }
        let mut line = self.lines.remove(&id).expect("it was there");
        line.target.end(&refused);
        if let Some(opened) = line.opened.take() {
            let _ = opened.send(Err(refused));
        }
        None
    }

    fn sweep(&mut self, client: &Client, answers: &mut JoinSet<Answer>) {
        self.lines.retain(|&id, line| {
            let left = line.opened.is_none() && line.target.is_abandoned();
            if left {
                let (client, ending) = (client.clone(), line.target.ending());
                answers.spawn(async move { (id, false, client.call(Call::Unsubscribe(ending)).await.map(|_| ())) });
            }
            !left
        });
        for (&id, line) in &mut self.lines {
            if line.target.caught_up() {
                renew(answers, client, id, line);
            }
        }
    }
}

impl Round {
    /// The same, with what a call said where the connection has said nothing.
    fn or(self, error: &ClientError) -> Round {
        match self {
            Round::Again { why, code } if why.is_empty() => Round::Again { why: error.to_string(), code },
            round => round,
        }
    }
}

fn subscribe(answers: &mut JoinSet<Answer>, client: &Client, id: u64, params: SubscribeParams) {
    let resumed = params.from_seq.is_some() || params.from_exec_seq.is_some();
    let client = client.clone();
    answers.spawn(async move { (id, resumed, client.subscribe(params).await) });
}

/// Ends a stream's subscription and begins it again, for a snapshot.
fn renew(answers: &mut JoinSet<Answer>, client: &Client, id: u64, line: &mut Line) {
    let (client, ending, params) = (client.clone(), line.target.ending(), line.target.start_anew());
    answers.spawn(async move {
        // A venue whose checksums never hold is not asked without end.
        tokio::time::sleep(RENEWAL).await;
        let ended = client.call(Call::Unsubscribe(ending)).await;
        match ended {
            // It may have ended before.
            Ok(_) | Err(ClientError::Refused(_)) => (id, false, client.subscribe(params).await),
            Err(error) => (id, false, Err(error)),
        }
    });
}

/// What the end of a connection means.
fn ended(client: &Client) -> Round {
    let Ending { code, why } = client.ended().unwrap_or(Ending { code: None, why: String::new() });
    match code {
        Some(4001) => Round::Over(SessionEnd::TooManyLogins),
        Some(4003) => Round::Over(SessionEnd::KeyRevoked),
        code => Round::Again { why, code },
    }
}

/// A connection that is logged in.
async fn dial(config: SessionConfig) -> Result<(Client, Inbox), Round> {
    let again = |error: ClientError| Round::Again { why: error.to_string(), code: None };
    let (client, inbox) = Client::connect_to(&config.endpoint).await.map_err(again)?;
    let Some(credential) = &config.credential else { return Ok((client, inbox)) };
    match client.log_in(credential, config.cancel_on_disconnect).await {
        Ok(_) => Ok((client, inbox)),
        Err(ClientError::Refused(body))
            if !body.detail.retryable && body.detail.reject() != Some(Reject::ShuttingDown) =>
        {
            Err(Round::Over(SessionEnd::LoginRefused(body)))
        }
        Err(error) => Err(ended(&client).or(&error)),
    }
}
