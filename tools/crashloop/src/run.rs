//! The loop: start, compare, load, cut.

use crate::history::{History, Problem, Told};
use crate::load::{self, Rng, Shared, with};
use crate::look::{conserved, open};
use crate::machine::Machine;
use crate::server::ACCOUNTS;
use anyhow::{Context, Result};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;
use unspent_client::{Client, ClientError};
use unspent_model::ClOrdId;
use unspent_protocol::{AddOrderParams, CancelAllParams, Data, OrderResult};

/// Requests that an account has in flight.
const IN_FLIGHT: usize = 4;
/// Orders of earlier rounds that are sent again after a restart, besides all of the last round.
const OLDER: u64 = 50;
/// Open orders of an account with which it cancels them all: one message tells of all open orders, and has a bound.
const MANY: usize = 1_500;
/// Orders that are sent again at the same time.
const TOGETHER: usize = 64;

/// What to do.
#[derive(Debug, Clone)]
pub struct Options {
    /// How often to stop it dead.
    pub kills: u64,
    /// Decides traffic and moments.
    pub seed: u64,
    /// Milliseconds of load before a cut.
    pub load: RangeInclusive<u64>,
    /// Say a line a cut.
    pub talk: bool,
}

/// What happened.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Cuts.
    pub kills: u64,
    /// Orders whose acceptance was told.
    pub acknowledged: u64,
    /// Orders whose outcome was unknown when the process was killed, each resolved by sending it again.
    pub unknown: u64,
    /// Orders sent again after a restart and found as they were told.
    pub compared: u64,
    /// How often an account was told everything before the kill, so that its open orders, its money and its credits
    /// had to be exactly what it was told.
    pub exact: u64,
    /// What was told and is not so, or is so twice.
    pub problems: Vec<Problem>,
}

/// Cuts and compares.
///
/// # Errors
/// When the machine does not come up the first time, or ends by itself; problems in what it says, and that it does not
/// come up after a cut, are in the summary.
pub async fn run(machine: &mut impl Machine, options: &Options) -> Result<Summary> {
    let histories: Vec<Shared> = (0..ACCOUNTS).map(|_| Arc::new(Mutex::new(History::default()))).collect();
    let mut rng = Rng(options.seed);
    let mut summary = Summary::default();
    for round in 0..=options.kills {
        let url = match machine.start().await {
            Ok(url) => url,
            Err(error) if round > 0 => {
                summary.problems.push(Problem::DidNotStart(format!("{error:#}")));
                break;
            }
            Err(error) => return Err(error.context("the first start")),
        };
        let mut sessions = Vec::new();
        let mut purses = Vec::new();
        for (i, history) in histories.iter().enumerate() {
            let (session, there) = open(&url, i).await?;
            summary.problems.extend(with(history, |history| {
                let problems = history.check(&there);
                history.begin(&there);
                problems
            }));
            purses.push(there.purse);
            sessions.push((session, there.open.len() > MANY));
        }
        let fees = histories.iter().map(|history| with(history, |history| history.fees)).sum();
        summary.problems.extend(conserved(&purses, fees));
        // Only now, when everything was looked at, does anything happen again.
        for (((client, _), _), history) in sessions.iter().zip(&histories) {
            send_again(client, history, &mut rng, round, &mut summary).await?;
        }
        if !summary.problems.is_empty() || round == options.kills {
            break;
        }
        let mut tasks = JoinSet::new();
        for (i, ((client, mut inbox), many)) in sessions.into_iter().enumerate() {
            let history = Arc::clone(&histories[i]);
            let listening = Arc::clone(&history);
            tasks.spawn(async move {
                while let Some(data) = inbox.next().await {
                    if let Data::Executions(stream) = data {
                        with(&listening, |history| history.executions(stream.exec_seq.unwrap_or(0), &stream.data));
                    }
                }
            });
            if many {
                let client = client.clone();
                tasks.spawn(async move {
                    // The executions tell what it did; without an answer it may have done all or nothing.
                    let _ = client.cancel_all(CancelAllParams::default()).await;
                });
            }
            for task in 0..IN_FLIGHT {
                let prefix = format!("r{round}-{i}-{task}");
                let rng = Rng(rng.between(0, u64::MAX - 1));
                tasks.spawn(load::run(client.clone(), Arc::clone(&history), rng, prefix));
            }
        }
        tokio::time::sleep(Duration::from_millis(rng.between(*options.load.start(), *options.load.end()))).await;
        machine.cut().await.with_context(|| format!("cut {} of seed {}", round + 1, options.seed))?;
        // Whoever was waiting learns that the outcome is unknown, and what was sent before the end is noted.
        while let Some(ended) = tasks.join_next().await {
            ended.context("a task of the load")?;
        }
        summary.kills += 1;
        if options.talk {
            let orders: usize = histories.iter().map(|history| with(history, |history| history.orders.len())).sum();
            println!(
                "cut {:>5} of {}: {orders} orders sent so far, {} compared",
                round + 1,
                options.kills,
                summary.compared
            );
        }
    }
    for history in &histories {
        summary.exact += with(history, |history| history.exact);
        summary.acknowledged += with(history, |history| {
            history.orders.values().filter(|sent| matches!(sent.told, Told::Accepted(_))).count() as u64
        });
    }
    Ok(summary)
}

/// Sends again what has no answer, all of the last round, and some of what is older.
async fn send_again(client: &Client, history: &Shared, rng: &mut Rng, round: u64, summary: &mut Summary) -> Result<()> {
    let last_round = format!("r{}-", round.saturating_sub(1));
    let again: Vec<(ClOrdId, AddOrderParams, bool)> = with(history, |history| {
        let older = history.orders.len() as u64 / OLDER + 1;
        let chosen = history.orders.iter().filter(|(name, sent)| match sent.told {
            Told::Refused => false,
            Told::Nothing => true,
            Told::Accepted(_) => name.as_str().starts_with(&last_round) || rng.between(0, older) == 0,
        });
        chosen.map(|(name, sent)| (*name, sent.params.clone(), sent.told == Told::Nothing)).collect()
    });
    for some in again.chunks(TOGETHER) {
        let mut tasks = JoinSet::new();
        for (name, params, unknown) in some.iter().cloned() {
            let (client, history) = (client.clone(), Arc::clone(history));
            tasks.spawn(async move { one_again(&client, &history, name, params, unknown).await });
        }
        while let Some(task) = tasks.join_next().await {
            let again = task.context("a task that sends again")??;
            summary.unknown += u64::from(again.unknown);
            summary.compared += u64::from(again.compared);
            summary.problems.extend(again.problem);
        }
    }
    Ok(())
}

/// What came of an order that was sent again.
struct Again {
    /// Its outcome had been unknown.
    unknown: bool,
    /// It was not refused now, and so there was something to compare.
    compared: bool,
    problem: Option<Problem>,
}

/// Sends one order again. If its outcome was unknown, that settles it, and it is sent once more to be compared.
async fn one_again(
    client: &Client,
    history: &Shared,
    name: ClOrdId,
    params: AddOrderParams,
    unknown: bool,
) -> Result<Again> {
    if unknown {
        let answer = send(client, params.clone()).await?;
        let accepted = answer.is_some();
        with(history, |history| match answer {
            Some(result) => history.accepted(name, result),
            None => {
                if let Some(sent) = history.orders.get_mut(&name) {
                    sent.told = Told::Refused;
                }
            }
        });
        if !accepted {
            return Ok(Again { unknown, compared: false, problem: None });
        }
    }
    let answer = send(client, params).await?;
    let problem = with(history, |history| history.check_again(name, answer.as_ref()));
    Ok(Again { unknown, compared: true, problem })
}

/// The answer to an order; `None` is a refusal.
async fn send(client: &Client, params: AddOrderParams) -> Result<Option<OrderResult>> {
    match client.add_order(params).await {
        Ok(result) => Ok(Some(result)),
        Err(ClientError::Refused(_)) => Ok(None),
        Err(error) => Err(error).context("sending an order again"),
    }
}
