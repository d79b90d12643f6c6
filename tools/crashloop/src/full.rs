//! The disk fills up under load: orders are refused and cancels are not, and it goes on when there is space again.

use crate::history::{History, Problem, Sent, Told};
use crate::load::{Shared, with};
use crate::look::open;
use crate::machine::Machine;
use crate::server::{INSTRUMENTS, Server};
use crate::small_disk::SmallDisk;
use anyhow::{Context, Result, bail, ensure};
use rust_decimal::Decimal;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use unspent_client::{Client, ClientError};
use unspent_model::{ClOrdId, OrderId, OrderRef, Reject, Side, Symbol};
use unspent_protocol::{AddOrderParams, Data, TimeInForceWord};

/// MiB of the file system; a segment has one.
const MIB: u64 = 12;
/// Orders that rest on the book, to be cancelled while the disk is full.
const RESTING: usize = 200;
/// Who sends at the same time.
const TASKS: usize = 8;
/// Orders of a task after which the disk ought to have been noticed: several segments' worth.
const ENOUGH: u64 = 10_000;
/// How long it may take until orders are accepted again.
const SOON: Duration = Duration::from_secs(10);

/// What happened.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Orders acknowledged from the moment the disk was full until the first was refused.
    pub before_refusal: u64,
    /// Orders cancelled while the disk was full, before and after a restart.
    pub canceled: u64,
    /// From when there was space again until an order was accepted.
    pub resumed_after: Duration,
    /// Orders acknowledged.
    pub acknowledged: u64,
    /// Orders sent again after the last restart.
    pub compared: u64,
    /// What was told and is not so.
    pub problems: Vec<Problem>,
}

/// What an order was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Accepted(OrderId),
    /// The venue takes no orders.
    Unavailable,
}

fn order(name: &str, time_in_force: Option<TimeInForceWord>) -> AddOrderParams {
    let (symbol, face) = INSTRUMENTS[0];
    AddOrderParams {
        time_in_force,
        cl_ord_id: Some(ClOrdId::parse(name).expect("letters, digits and dashes")),
        ..AddOrderParams::limit(
            Symbol::parse(symbol).expect("right"),
            Side::Buy,
            Decimal::from(face),
            Decimal::new(65, 2),
        )
    }
}

async fn send(client: &Client, history: &Shared, params: AddOrderParams) -> Result<Answer> {
    let name = params.cl_ord_id.context("every order here has a name")?;
    with(history, |history| history.orders.insert(name, Sent { params: params.clone(), told: Told::Nothing }));
    match client.add_order(params).await {
        Ok(result) => {
            let id = result.order_id;
            with(history, |history| history.accepted(name, result));
            Ok(Answer::Accepted(id))
        }
        Err(ClientError::Refused(why)) if why.detail.code == Reject::ShuttingDown.code() => {
            with(history, |history| history.orders.remove(&name));
            Ok(Answer::Unavailable)
        }
        Err(error) => Err(error).with_context(|| format!("order {name}")),
    }
}

/// A connection that notes every execution it is told.
async fn connect(url: &str, history: &Shared) -> Result<(Client, Vec<Problem>)> {
    let ((client, mut inbox), there) = open(url, 0).await?;
    let problems = with(history, |history| {
        let problems = history.check(&there);
        history.begin(&there);
        problems
    });
    let listening = Arc::clone(history);
    tokio::spawn(async move {
        while let Some(data) = inbox.next().await {
            if let Data::Executions(stream) = data {
                with(&listening, |history| history.executions(stream.exec_seq.unwrap_or(0), &stream.data));
            }
        }
    });
    Ok((client, problems))
}

/// Sends until orders are refused; how many were accepted.
async fn until_refused(client: &Client, history: &Shared) -> Result<u64> {
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (client, history) = (client.clone(), Arc::clone(history));
        tasks.spawn(async move {
            for number in 0..ENOUGH {
                let params = order(&format!("full-{task}-{number}"), Some(TimeInForceWord::Ioc));
                if send(&client, &history, params).await? == Answer::Unavailable {
                    return Ok(number);
                }
            }
            bail!("the disk is full, and {ENOUGH} orders were accepted")
        });
    }
    let mut accepted = 0;
    while let Some(task) = tasks.join_next().await {
        accepted += task??;
    }
    Ok(accepted)
}

async fn cancel(client: &Client, history: &Shared, orders: &[OrderId]) -> Result<u64> {
    for &order in orders {
        let result = client.cancel_order(OrderRef::Id(order)).await.context("a cancel while the disk is full")?;
        with(history, |history| history.canceled.insert(result.order_id));
    }
    Ok(orders.len() as u64)
}

/// Fills the disk under load, cancels, restarts on the full disk, cancels more, makes space, goes on, restarts and
/// compares.
///
/// # Errors
/// When there can be no small file system here, or the venue does something else than it should.
pub async fn run(program: &Path) -> Result<Report> {
    let disk = SmallDisk::new(MIB)?;
    let mut server = Server::new(program)?.on(disk.path().join("data"));
    let history: Shared = Arc::new(Mutex::new(History::default()));
    let mut report = Report::default();
    let (client, _) = connect(&server.start().await?, &history).await?;
    let mut resting = Vec::new();
    for number in 0..RESTING {
        match send(&client, &history, order(&format!("rest-{number}"), None)).await? {
            Answer::Accepted(id) => resting.push(id),
            Answer::Unavailable => bail!("an order was refused before the disk was full"),
        }
    }

    disk.fill()?;
    report.before_refusal = until_refused(&client, &history).await?;
    let (now, later) = resting.split_at(RESTING / 2);
    report.canceled += cancel(&client, &history, now).await?;
    ensure!(
        send(&client, &history, order("still-full", None)).await? == Answer::Unavailable,
        "an order was accepted while the disk was full"
    );

    server.cut().await?;
    let (client, problems) = connect(&server.start().await.context("a restart on the full disk")?, &history).await?;
    report.problems.extend(problems);
    // What the restart gave back is taken again.
    disk.fill()?;
    report.canceled += cancel(&client, &history, later).await?;

    disk.clear()?;
    let since = Instant::now();
    while send(&client, &history, order("again", None)).await? == Answer::Unavailable {
        ensure!(since.elapsed() < SOON, "there is space again, and orders are still refused");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    report.resumed_after = since.elapsed();
    for number in 0..RESTING {
        let answer = send(&client, &history, order(&format!("after-{number}"), None)).await?;
        ensure!(answer != Answer::Unavailable, "an order was refused though there is space again");
    }

    server.cut().await?;
    let (client, problems) = connect(&server.start().await?, &history).await?;
    report.problems.extend(problems);
    let sent: Vec<(ClOrdId, AddOrderParams)> =
        with(&history, |history| history.orders.iter().map(|(name, sent)| (*name, sent.params.clone())).collect());
    report.acknowledged = sent.len() as u64;
    for (name, params) in sent {
        let again = client.add_order(params).await;
        report.compared += 1;
        let problem = with(&history, |history| history.check_again(name, again.as_ref().ok()));
        report.problems.extend(problem);
    }
    Ok(report)
}
