//! The loop: start, compare, load, kill.

use crate::history::{History, Problem, Told};
use crate::load::{self, Rng, Shared, with};
use crate::server::{CREDITS, INSTRUMENTS, Server, key, write_venue};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use unspent_client::{Client, ClientError, Inbox};
use unspent_model::{ClOrdId, Symbol};
use unspent_protocol::{AddOrderParams, Channel, Data, Execution, HoldingRow, SubscribeParams};

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
        for (i, history) in histories.iter().enumerate() {
            sessions.push(session(&server.url, i, history, &mut rng, round, &mut summary).await?);
        }
        conserved(&mut sessions).await?;
        if !summary.problems.is_empty() || round == options.kills {
            break;
        }
        for (i, (client, mut inbox)) in sessions.into_iter().enumerate() {
            let history = Arc::clone(&histories[i]);
            let listening = Arc::clone(&history);
            tokio::spawn(async move {
                while let Some(data) = inbox.next().await {
                    if let Data::Executions(stream) = data {
                        with(&listening, |history| history.executions(stream.exec_seq.unwrap_or(0), &stream.data));
                    }
                }
            });
            for task in 0..IN_FLIGHT {
                let prefix = format!("r{round}-{i}-{task}");
                let rng = Rng(rng.between(0, u64::MAX - 1));
                tokio::spawn(load::run(client.clone(), Arc::clone(&history), rng, prefix));
            }
        }
        tokio::time::sleep(Duration::from_millis(rng.between(20, 250))).await;
        server.kill().await.with_context(|| format!("kill {} of seed {}", round + 1, options.seed))?;
        // Whoever was waiting learns that the outcome is unknown.
        tokio::time::sleep(Duration::from_millis(50)).await;
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
    Ok(std::fs::write(last, bytes)?)
}

/// Connects an account, compares what is there with what it was told, and sends what is to be sent again.
async fn session(
    url: &str,
    i: usize,
    history: &Shared,
    rng: &mut Rng,
    round: u64,
    summary: &mut Summary,
) -> Result<(Client, Inbox)> {
    let (client, mut inbox) = Client::connect(url).await?;
    let login = client.login(&key(i)).await?;
    let open = first_executions(&client, &mut inbox).await?;
    summary.problems.extend(with(history, |history| history.check(&open, login.exec_seq)));

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
        let answer = match client.add_order(params).await {
            Ok(result) => Some(result),
            Err(ClientError::Refused(_)) => None,
            Err(error) => return Err(error).context("sending an order again"),
        };
        if unknown {
            summary.unknown += 1;
            with(history, |history| match answer {
                Some(result) => history.accepted(name, result),
                None => {
                    if let Some(sent) = history.orders.get_mut(&name) {
                        sent.told = Told::Refused;
                    }
                }
            });
            continue;
        }
        summary.compared += 1;
        summary.problems.extend(with(history, |history| history.check_again(name, answer.as_ref())));
    }
    Ok((client, inbox))
}

fn stream(channel: Channel) -> SubscribeParams {
    SubscribeParams { channel, symbols: Vec::new(), depth: None, snapshot: None, from_seq: None, from_exec_seq: None }
}

async fn first_executions(client: &Client, inbox: &mut Inbox) -> Result<Vec<Execution>> {
    client.subscribe(stream(Channel::Executions)).await?;
    while let Some(data) = inbox.next().await {
        if let Data::Executions(snapshot) = data {
            return Ok(snapshot.data);
        }
    }
    anyhow::bail!("the connection was lost")
}

async fn first_holdings(client: &Client, inbox: &mut Inbox) -> Result<Vec<HoldingRow>> {
    client.subscribe(stream(Channel::Holdings)).await?;
    while let Some(data) = inbox.next().await {
        if let Data::Holdings(snapshot) = data {
            return Ok(snapshot.data);
        }
    }
    anyhow::bail!("the connection was lost")
}

/// The credits of all accounts are what came in.
async fn conserved(sessions: &mut [(Client, Inbox)]) -> Result<()> {
    let mut rows = Vec::new();
    for (client, inbox) in sessions.iter_mut() {
        rows.extend(first_holdings(client, inbox).await?);
    }
    for (symbol, _) in INSTRUMENTS {
        let symbol = Symbol::parse(symbol).expect("right");
        let all: u64 = rows.iter().filter(|row| row.symbol == symbol).map(|row| row.balance).sum();
        let came_in = CREDITS * sessions.len() as u64;
        anyhow::ensure!(all == came_in, "{symbol}: accounts hold {all} dollars of face, {came_in} came in");
    }
    Ok(())
}
