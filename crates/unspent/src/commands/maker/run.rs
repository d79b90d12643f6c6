//! `unspent maker run --mode live` and `--mode paper`: the strategy, a venue's messages, people, and a clock.

use super::people::{People, now};
use super::report::Report;
use super::stage::Stage;
use super::venue::{Heard, Tongue, ask, references};
use super::view::View;
use super::{account, read};
use crate::cli::{MakerMode, MakerRunArgs};
use crate::commands::connect;
use crate::failure::Failure;
use crate::screen::{Order, Terminal, tell};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use unspent_client::{Client, ClientError, Credential, Inbox};
use unspent_maker::{Action, Control, Input, Obligation, Paper, Strategy};
use unspent_model::{InstrumentId, Symbol};
use unspent_protocol::{Call, DisconnectScope};

/// How often the strategy is told that time has passed.
const TICK: Duration = Duration::from_millis(50);
/// How often the full screen is drawn and keys are looked at.
const FRAME: Duration = Duration::from_millis(100);
/// The waits between tries to connect, the last one again and again.
const WAITS: [u64; 6] = [100, 250, 500, 1_000, 2_000, 5_000];
/// How long quitting may take until it ends without an answer: the session's end cancels what is open.
const LEAVE: Duration = Duration::from_secs(5);

/// Runs until it is told to quit.
pub fn run(args: &MakerRunArgs, json: bool) -> Result<(), Failure> {
    connect::talk(make(args, json))
}

/// Who fills.
enum Desk {
    /// The venue.
    Live,
    /// Nobody.
    Paper(Paper),
}

/// A connection.
struct Link {
    client: Client,
    inbox: Inbox,
}

/// What a task came to.
enum Told {
    Inputs(Vec<Input>),
    /// The venue answered after so long.
    Answered(Vec<Input>, Duration),
    /// A subscription was refused or lost.
    Lost(String),
}

struct Running {
    strategy: Strategy,
    tongue: Tongue,
    desk: Desk,
    report: Report,
    places: BTreeMap<Symbol, InstrumentId>,
    link: Option<Link>,
    asked: JoinSet<Told>,
    waiting: VecDeque<Input>,
    done: bool,
}

type Connecting = JoinHandle<Result<(Client, Inbox), ClientError>>;

async fn make(args: &MakerRunArgs, json: bool) -> Result<(), Failure> {
    let file = read(&args.file.file)?;
    let credential = match args.mode {
        MakerMode::Live => Some(connect::credential(&args.client)?),
        _ => None,
    };
    // A venue that is not there at first is an error; one that goes is waited for.
    let (client, mut inbox) = connect::connect(&args.client).await?;
    let pairs = connect::instruments(&client, &mut inbox).await?.pairs;
    drop((client, inbox));
    let references = references(&file.config, &pairs)?;
    let desk = match args.mode {
        MakerMode::Live => Desk::Live,
        _ => {
            let (cash, held) = account(&references, &args.account)?;
            Desk::Paper(Paper::new(&references, cash, &held))
        }
    };
    let mode = if matches!(desk, Desk::Live) { "live" } else { "paper" };
    let report = Report::new(&references, args.transcript.as_deref(), json, mode)?;
    // Without keys nobody could leave it.
    let full_screen = !json && !args.no_keys && Terminal::there();
    let mut strategy =
        Strategy::new(file.config, references.clone()).map_err(|error| Failure::Usage(error.to_string()))?;
    strategy.score_by(Obligation::default(), args.seed);
    let prefix = format!("mk-{:x}-", now().0 / 1_000_000);
    let mut running = Running {
        strategy,
        tongue: Tongue::new(references.clone(), prefix, matches!(desk, Desk::Live)),
        desk,
        report,
        places: references.iter().map(|reference| (reference.symbol, reference.instrument)).collect(),
        link: None,
        asked: JoinSet::new(),
        waiting: VecDeque::new(),
        done: false,
    };
    let people = People::new(args.file.file.clone(), file.pause_file, args.no_keys || full_screen)?;
    if full_screen {
        running.report.show(Stage::take(View::new(mode, &args.client.url, &references))?);
    }
    running.live(args, credential, people).await
}

impl Running {
    async fn live(
        &mut self,
        args: &MakerRunArgs,
        credential: Option<Credential>,
        mut people: People,
    ) -> Result<(), Failure> {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut second = interval(Duration::from_secs(1));
        let mut frame = interval(FRAME);
        frame.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let end = args.seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
        let (mut tries, mut next_try, mut leave) = (0, Instant::now(), None);
        let mut connecting: Option<Connecting> = None;
        while !self.done {
            if self.link.is_none() && connecting.is_none() && Instant::now() >= next_try && leave.is_none() {
                connecting = Some(begin(args, credential.clone())?);
            }
            tokio::select! {
                Some(made) = made(&mut connecting) => match made {
                    Ok((client, inbox)) => {
                        tries = 0;
                        self.up(client, inbox)?;
                    }
                    Err(error) => {
                        if let ClientError::Refused(_) = &error {
                            return Err(error.into());
                        }
                        tell(&format!("{error}; trying again"));
                        next_try = Instant::now() + Duration::from_millis(WAITS[tries.min(WAITS.len() - 1)]);
                        tries += 1;
                    }
                },
                data = next(&mut self.link) => match data {
                    Some(data) => match self.hear(&data) {
                        Ok(heard) => {
                            for input in heard.inputs {
                                self.see(input)?;
                            }
                            if heard.whole {
                                self.take(Input::Reconciled)?;
                            }
                        }
                        Err(error) => {
                            tell(&format!("{error:#}; the connection is made anew"));
                            self.down()?;
                        }
                    },
                    None => {
                        self.down()?;
                        next_try = Instant::now() + Duration::from_millis(WAITS[0]);
                    }
                },
                Some(told) = self.asked.join_next() => match told {
                    Ok(Told::Answered(inputs, took)) => {
                        if let Some(stage) = self.report.stage() {
                            stage.view.answered(took);
                        }
                        for input in inputs {
                            self.take(input)?;
                        }
                    }
                    Ok(Told::Inputs(inputs)) => {
                        for input in inputs {
                            self.take(input)?;
                        }
                    }
                    Ok(Told::Lost(why)) => {
                        tell(&why);
                        self.down()?;
                        next_try = Instant::now() + Duration::from_millis(WAITS[3]);
                    }
                    Err(error) if error.is_panic() => return Err(anyhow::Error::from(error).into()),
                    Err(_) => {}
                },
                control = people.next() => {
                    if self.said(control, &mut leave)? {
                        break;
                    }
                }
                _ = frame.tick(), if self.report.stage().is_some() => {
                    let mut over = false;
                    for order in self.frame() {
                        over |= match order {
                            Order::Pause => self.said(Control::Pause, &mut leave)?,
                            Order::Resume => self.said(Control::Resume, &mut leave)?,
                            Order::CancelAll => self.cancel_all(&mut leave)?,
                            Order::Reload => match people.reload() {
                                Some(control) => self.said(control, &mut leave)?,
                                None => false,
                            },
                            Order::Quit => self.said(Control::Quit, &mut leave)?,
                        };
                    }
                    if over {
                        break;
                    }
                }
                _ = tick.tick() => {
                    self.take(Input::Clock)?;
                    if leave.is_none() && end.is_some_and(|end| Instant::now() >= end) {
                        leave = Some(Instant::now() + LEAVE);
                        self.take(Input::Control(Control::Quit))?;
                    }
                }
                _ = second.tick() => {
                    self.report.status(now(), &self.strategy.status());
                    self.report.flush()?;
                }
                () = until(leave) => {
                    tell("the venue does not answer; what is open goes with the session");
                    break;
                }
            }
        }
        // What was asked last is sent and answered before the connection goes.
        let _ = tokio::time::timeout(LEAVE, async { while self.asked.join_next().await.is_some() {} }).await;
        self.report.close();
        self.report.status(now(), &self.strategy.status());
        self.report.flush()?;
        Ok(())
    }

    /// Somebody says something; whether that ends it at once.
    fn said(&mut self, control: Control, leave: &mut Option<Instant>) -> Result<bool, Failure> {
        if control == Control::Quit {
            leave.get_or_insert(Instant::now() + LEAVE);
            if self.link.is_none() {
                return Ok(true);
            }
        }
        self.take(Input::Control(control))?;
        Ok(false)
    }

    /// Pauses, and cancels everything of the account even when it was paused already and thinks that nothing is open.
    fn cancel_all(&mut self, leave: &mut Option<Instant>) -> Result<bool, Failure> {
        let over = self.said(Control::Pause, leave)?;
        self.report.action(now(), &Action::CancelAll)?;
        self.act(Action::CancelAll);
        Ok(over)
    }

    /// A frame of the full screen, and what people want. A terminal that is gone is nobody who looks: it quits.
    fn frame(&mut self) -> Vec<Order> {
        let status = self.strategy.status();
        let Some(stage) = self.report.stage() else { return Vec::new() };
        stage.frame(now(), &status).unwrap_or_else(|error| {
            self.report.close();
            tell(&format!("the terminal is gone ({error})"));
            vec![Order::Quit]
        })
    }

    /// What a message of the venue is.
    fn hear(&mut self, data: &unspent_protocol::Data) -> anyhow::Result<Heard> {
        if let Some(stage) = self.report.stage() {
            stage.view.data(data);
        }
        self.tongue.hear(data)
    }

    /// A connection is there and logged in.
    fn up(&mut self, client: Client, inbox: Inbox) -> Result<(), Failure> {
        for call in self.tongue.resume() {
            let client = client.clone();
            self.asked.spawn(async move {
                match client.call(call).await {
                    // What the venue does not remember is not told; what is owned and open is told in any case.
                    Ok(_) | Err(ClientError::Closed | ClientError::Refused(_)) => Told::Inputs(Vec::new()),
                    Err(error) => Told::Lost(format!("a subscription failed: {error}")),
                }
            });
        }
        let subscriptions = self.tongue.subscriptions();
        self.link = Some(Link { client: client.clone(), inbox });
        self.take(Input::Up)?;
        if let Desk::Paper(paper) = &self.desk {
            for input in paper.has() {
                self.take(input)?;
            }
        }
        for params in subscriptions {
            let client = client.clone();
            self.asked.spawn(async move {
                match client.call(Call::Subscribe(params)).await {
                    Ok(_) | Err(ClientError::Closed) => Told::Inputs(Vec::new()),
                    Err(error) => Told::Lost(format!("a subscription failed: {error}")),
                }
            });
        }
        Ok(())
    }

    /// The connection is gone, or is given up. Answers that have not come do not count any more.
    fn down(&mut self) -> Result<(), Failure> {
        if self.link.take().is_some() {
            self.asked.abort_all();
            self.take(Input::Down)?;
        }
        Ok(())
    }

    /// Something of the market: on paper it may fill orders.
    fn see(&mut self, input: Input) -> Result<(), Failure> {
        if let Desk::Paper(paper) = &mut self.desk {
            let mut filled = Vec::new();
            paper.see(&input, &mut filled);
            self.waiting.extend(filled);
        }
        self.take(input)
    }

    /// Gives the strategy what waits and an input, and carries out what it wants.
    fn take(&mut self, input: Input) -> Result<(), Failure> {
        self.waiting.push_back(input);
        let mut actions = Vec::new();
        while let Some(input) = self.waiting.pop_front() {
            let at = now();
            self.report.input(at, &input)?;
            self.strategy.take(at, input, &mut actions);
            for action in std::mem::take(&mut actions) {
                self.report.action(at, &action)?;
                self.act(action);
            }
        }
        Ok(())
    }

    fn act(&mut self, action: Action) {
        if action == Action::Done {
            self.done = true;
        }
        match &mut self.desk {
            Desk::Paper(paper) => {
                let mut inputs = Vec::new();
                paper.act(&action, &mut inputs);
                self.waiting.extend(inputs);
            }
            Desk::Live => {
                let (Some(link), Some(call)) = (&self.link, self.tongue.call(&action)) else { return };
                let (client, places) = (link.client.clone(), self.places.clone());
                // Tasks of one thread begin in the order in which they were made, and with them requests.
                self.asked.spawn(async move {
                    let asked = Instant::now();
                    let inputs = ask(client, call, action, places).await;
                    Told::Answered(inputs, asked.elapsed())
                });
            }
        }
    }
}

/// Begins to connect and to log in.
fn begin(args: &MakerRunArgs, credential: Option<Credential>) -> Result<Connecting, Failure> {
    let endpoint = connect::endpoint(&args.client)?;
    Ok(tokio::spawn(async move {
        let (client, inbox) = Client::connect_to(&endpoint).await?;
        if let Some(credential) = credential {
            client.log_in(&credential, Some(DisconnectScope::Connection)).await?;
        }
        Ok((client, inbox))
    }))
}

/// What connecting came to; `None` at once when nothing connects. Cancel safe.
async fn made(connecting: &mut Option<Connecting>) -> Option<Result<(Client, Inbox), ClientError>> {
    let made = connecting.as_mut()?.await;
    *connecting = None;
    Some(made.unwrap_or(Err(ClientError::Closed)))
}

/// The next message; never without a connection. Cancel safe.
async fn next(link: &mut Option<Link>) -> Option<unspent_protocol::Data> {
    match link {
        Some(link) => link.inbox.next().await,
        None => std::future::pending().await,
    }
}

/// Waits for an instant, if there is one.
async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
