//! The loop: start, compare, load, kill.

use crate::history::{History, Problem, Purse, There, Told};
use crate::load::{self, Rng, Shared, with};
use crate::server::{CASH, CREDITS, INSTRUMENTS, Server, key, write_venue};
use anyhow::{Context, Result, ensure};
use rust_decimal::Decimal;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;
use unspent_client::{Client, ClientError, Inbox};
use unspent_model::ClOrdId;
use unspent_protocol::{AddOrderParams, Channel, Data, OrderResult, SubscribeParams};

/// Accounts, each with a connection of its own.
const ACCOUNTS: usize = 3;
/// Requests that an account has in flight.
const IN_FLIGHT: usize = 4;
/// Orders of earlier rounds that are sent again after a restart, besides all of the last round.
const OLDER: u64 = 50;

/// What to do.
#[derive(Debug, Clone)]
pub struct Options {
    /// The `unspent` program.
    pub server: PathBuf,
    /// How often to kill it.
    pub kills: u64,
    /// Decides traffic and moments.
    pub seed: u64,
    /// Say a line a kill.
    pub talk: bool,
    /// The negative control: after each kill the last 4 KiB of the journal are lost, as on a disk that lies about its
    /// syncs. The comparison must see it.
    pub lying_disk: bool,
}

/// What happened.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Kills.
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

/// Kills and compares.
///
/// # Errors
/// When the server does not come up again, or ends by itself; problems in what it says are in the summary.
pub async fn run(options: &Options) -> Result<Summary> {
    let dir = tempfile::tempdir().context("a directory")?;
    let venue = dir.path().join("venue.toml");
    write_venue(&venue, ACCOUNTS)?;
    let data = dir.path().join("data");
    let histories: Vec<Shared> = (0..ACCOUNTS).map(|_| Arc::new(Mutex::new(History::default()))).collect();
    let mut rng = Rng(options.seed);
    let mut summary = Summary::default();
    for round in 0..=options.kills {
        let server = Server::start(&options.server, &data, &venue)
            .await
            .with_context(|| format!("after kill {round} of seed {}", options.seed))?;
        let mut sessions = Vec::new();
        let mut purses = Vec::new();
        for (i, history) in histories.iter().enumerate() {
            let (session, there) = open(&server.url, i).await?;
            summary.problems.extend(with(history, |history| {
                let problems = history.check(&there);
                history.begin(&there);
                problems
            }));
            purses.push(there.purse);
            sessions.push(session);
        }
        let fees = histories.iter().map(|history| with(history, |history| history.fees)).sum();
        summary.problems.extend(conserved(&purses, fees));
        // Only now, when everything was looked at, does anything happen again.
        for ((client, _), history) in sessions.iter().zip(&histories) {
            send_again(client, history, &mut rng, round, &mut summary).await?;
        }
        if !summary.problems.is_empty() || round == options.kills {
            break;
        }
        let mut tasks = JoinSet::new();
        for (i, (client, mut inbox)) in sessions.into_iter().enumerate() {
            let history = Arc::clone(&histories[i]);
            let listening = Arc::clone(&history);
            tasks.spawn(async move {
                while let Some(data) = inbox.next().await {
                    if let Data::Executions(stream) = data {
                        with(&listening, |history| history.executions(stream.exec_seq.unwrap_or(0), &stream.data));
                    }
                }
            });
            for task in 0..IN_FLIGHT {
                let prefix = format!("r{round}-{i}-{task}");
                let rng = Rng(rng.between(0, u64::MAX - 1));
                tasks.spawn(load::run(client.clone(), Arc::clone(&history), rng, prefix));
            }
        }
        tokio::time::sleep(Duration::from_millis(rng.between(20, 250))).await;
        server.kill().await.with_context(|| format!("kill {} of seed {}", round + 1, options.seed))?;
        // Whoever was waiting learns that the outcome is unknown, and what was sent before the end is noted.
        while let Some(ended) = tasks.join_next().await {
            ended.context("a task of the load")?;
        }
        summary.kills += 1;
        if options.lying_disk {
            lose_tail(&data.join("journal"))?;
        }
        if options.talk {
            let orders: usize = histories.iter().map(|history| with(history, |history| history.orders.len())).sum();
            println!(
                "kill {:>5} of {}: {orders} orders sent so far, {} compared",
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

/// Puts zeros over the last 4 KiB that were written.
fn lose_tail(journal: &Path) -> Result<()> {
    let mut segments: Vec<PathBuf> =
        std::fs::read_dir(journal)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    segments.retain(|path| path.extension().is_some_and(|extension| extension == "journal"));
    segments.sort();
    let last = segments.last().context("a segment")?;
    let mut bytes = std::fs::read(last)?;
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |at| at + 1);
    // The segment's header stays: it was on disk before any batch.
    bytes[end.saturating_sub(4_096).max(64)..end].fill(0);
    std::fs::write(last, bytes)?;
    // So is the mark of what was durable, with which the venue itself would notice and not start.
    Ok(std::fs::remove_file(journal.join("durable"))?)
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
    for (name, params, unknown) in again {
        if unknown {
            summary.unknown += 1;
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
                continue;
            }
        }
        let answer = send(client, params).await?;
        summary.compared += 1;
        summary.problems.extend(with(history, |history| history.check_again(name, answer.as_ref())));
    }
    Ok(())
}

/// The answer to an order; `None` is a refusal.
async fn send(client: &Client, params: AddOrderParams) -> Result<Option<OrderResult>> {
    match client.add_order(params).await {
        Ok(result) => Ok(Some(result)),
        Err(ClientError::Refused(_)) => Ok(None),
        Err(error) => Err(error).context("sending an order again"),
    }
}

fn stream(channel: Channel) -> SubscribeParams {
    SubscribeParams { channel, symbols: Vec::new(), depth: None, snapshot: None, from_seq: None, from_exec_seq: None }
}

/// Connects an account and looks at everything it has.
async fn open(url: &str, i: usize) -> Result<((Client, Inbox), There)> {
    let (client, mut inbox) = Client::connect(url).await?;
    let mut there = There { exec_seq: client.login(&key(i)).await?.exec_seq, ..There::default() };
    for channel in [Channel::Executions, Channel::Balances, Channel::Holdings] {
        client.subscribe(stream(channel)).await?;
        loop {
            match inbox.next().await.context("the connection was lost")? {
                Data::Executions(snapshot) => {
                    ensure!(snapshot.exec_seq == Some(there.exec_seq), "login and executions differ in exec_seq");
                    there.open = snapshot.data;
                    break;
                }
                Data::Balances(snapshot) => {
                    there.purse.cash = snapshot.data.iter().map(|row| row.balance).sum();
                    break;
                }
                Data::Holdings(snapshot) => {
                    let held = snapshot.data.iter().filter(|row| row.balance > 0);
                    there.purse.credits = held.map(|row| (row.symbol.to_string(), i128::from(row.balance))).collect();
                    break;
                }
                _ => {}
            }
        }
    }
    Ok(((client, inbox), there))
}

/// The credits of all accounts are what came in; their cash is what came in less the fees, all of which are told but
/// those of the last moments before a kill.
fn conserved(purses: &[Purse], fees: Decimal) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (symbol, _) in INSTRUMENTS {
        let name = (*symbol).to_owned();
        let is: i128 = purses.iter().filter_map(|purse| purse.credits.get(&name)).sum();
        let came_in = i128::from(CREDITS) * purses.len() as i128;
        if is != came_in {
            problems.push(Problem::CreditsNotConserved { symbol: name, is, came_in });
        }
    }
    let is: Decimal = purses.iter().map(|purse| purse.cash).sum();
    let came_in = Decimal::from(CASH) * Decimal::from(purses.len());
    if is + fees > came_in {
        problems.push(Problem::CashNotConserved { is, fees, came_in });
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn what_is_made_from_nothing_is_seen() {
        let credits = || INSTRUMENTS.iter().map(|(symbol, _)| ((*symbol).to_owned(), i128::from(CREDITS)));
        let purse = Purse { cash: Decimal::from(CASH), credits: BTreeMap::from_iter(credits()) };
        assert_eq!(conserved(&[purse.clone(), purse.clone()], Decimal::ZERO), []);
        // A fee was told, and nobody paid it.
        let unpaid = conserved(&[purse.clone(), purse.clone()], Decimal::ONE);
        assert!(matches!(unpaid[..], [Problem::CashNotConserved { .. }]));
        let mut less = purse.clone();
        less.credits.pop_first();
        assert!(matches!(conserved(&[purse, less], Decimal::ZERO)[..], [Problem::CreditsNotConserved { .. }]));
    }
}
