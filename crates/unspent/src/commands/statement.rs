//! `unspent statement`: an account's month, line by line, from the journal.

use super::journal::common::{Progress, journal_of};
use super::reconcile::{cash_held, lots_held};
use crate::cli::{StatementArgs, StatementFormat, named};
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use anyhow::anyhow;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use unspent_engine::Engine;
use unspent_journal::Reader;
use unspent_marketdata::{Accounting, Entry, Owned};
use unspent_model::{AccountId, Timestamp};
use unspent_protocol::{Catalogue, print_time};
use unspent_recovery::{Replay, Until};

/// A line of a statement. Amounts are exact decimals in dollars; of credits, dollars of face.
#[derive(Debug, Serialize)]
struct Line {
    time: String,
    seq: u64,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trade_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "maybe")]
    price: Option<Decimal>,
    /// Face that came, or left.
    #[serde(serialize_with = "exact")]
    qty: Decimal,
    #[serde(serialize_with = "exact")]
    fee: Decimal,
    /// Money that came, or left, the fee taken off.
    #[serde(serialize_with = "exact")]
    cash: Decimal,
    /// Money owned behind it.
    #[serde(serialize_with = "exact")]
    balance: Decimal,
}

/// What is owned at an instant.
#[derive(Debug, Serialize)]
struct Standing {
    #[serde(serialize_with = "exact")]
    cash: Decimal,
    credits: Vec<Credits>,
}

#[derive(Debug, Serialize)]
struct Credits {
    symbol: String,
    #[serde(serialize_with = "exact")]
    qty: Decimal,
}

/// An account's month.
#[derive(Debug, Serialize)]
struct Statement {
    account: String,
    month: String,
    /// Whether the month was over when the journal ended.
    complete: bool,
    opening: Standing,
    lines: Vec<Line>,
    #[serde(serialize_with = "exact")]
    fees: Decimal,
    closing: Standing,
}

/// Every digit, as text: no reader makes a float of it.
fn exact<S: Serializer>(amount: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(amount)
}

fn maybe<S: Serializer>(amount: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&amount.unwrap_or_default())
}

/// Replays, and writes the statement when it reconciles.
pub fn run(args: &StatementArgs, json: bool) -> Result<(), Failure> {
    let name = named(&args.account).map_err(Failure::Usage)?;
    let (from, to) = args.month.span();
    let dir = journal_of(&args.data.data, "--data")?;
    let mut reader = Reader::open(&dir)?;
    let mut replay = Replay::new(Engine::new(0));
    let mut progress = Progress::new(json || args.format != StatementFormat::Text);
    let mut books = Accounting::new();
    let (mut opening, mut entries): (Option<Owned>, Vec<(Timestamp, u64, Entry)>) = (None, Vec::new());
    let mut account: Option<AccountId> = None;
    replay.run(
        &mut reader,
        Until::Time(Timestamp(to.0 - 1)),
        |command, events| {
            if command.at >= from && opening.is_none() {
                opening = Some(account.and_then(|account| books.owned(account)).cloned().unwrap_or_default());
            }
            for event in events {
                if let unspent_model::Event::AccountOpened { account: id, name: opened, .. } = event
                    && *opened == name
                {
                    account = Some(*id);
                }
                books.apply(event, |entry| {
                    if command.at >= from && Some(entry.account) == account {
                        entries.push((command.at, command.seq.0, *entry));
                    }
                });
            }
        },
        |seq| progress.command("replaying", seq),
    )?;
    let (engine, outcome) = replay.finish();
    let account = account.ok_or_else(|| {
        Failure::Usage(format!("no account was called {name} behind command {}", outcome.summary.last_seq))
    })?;
    let mut catalogue = Catalogue::new();
    for spec in engine.instruments() {
        catalogue.insert(spec.clone()).map_err(anyhow::Error::from)?;
    }
    let closing = books.owned(account).cloned().unwrap_or_default();
    // Nothing happened since the month began.
    let opening = opening.unwrap_or_else(|| closing.clone());
    reconciles(&engine, account, &opening, &entries, &closing)?;

    let mut balance = opening.cash;
    let mut fees = 0_i128;
    let lines = entries.iter().map(|(at, seq, entry)| {
        balance += i128::from(entry.cash);
        fees += i128::from(entry.fee.0);
        line(&catalogue, *at, *seq, entry, balance)
    });
    let lines: Vec<Line> = lines.collect();
    let statement = Statement {
        account: name.to_string(),
        month: args.month.to_string(),
        complete: outcome.summary.last_seq > 0 && engine.now() >= to,
        opening: standing(&catalogue, &opening),
        lines,
        fees: cents(fees),
        closing: standing(&catalogue, &closing),
    };
    match args.format {
        _ if json => say!("{}", serde_json::to_string(&statement).expect("a statement serialises into memory")),
        StatementFormat::Json => {
            say!("{}", serde_json::to_string(&statement).expect("a statement serialises into memory"));
        }
        StatementFormat::Csv => csv(&statement),
        StatementFormat::Text => text(&statement),
    }
    Ok(())
}

/// Opening and lines come to closing, and closing is what the ledger has.
fn reconciles(
    engine: &Engine,
    account: AccountId,
    opening: &Owned,
    entries: &[(Timestamp, u64, Entry)],
    closing: &Owned,
) -> Result<(), Failure> {
    let mut sum = opening.clone();
    for (_, _, entry) in entries {
        sum.cash += i128::from(entry.cash);
        if let Some(instrument) = entry.instrument {
            *sum.lots.entry(instrument).or_default() += i128::from(entry.lots);
        }
    }
    sum.lots.retain(|_, lots| *lots != 0);
    let ids = (0..).map(unspent_model::InstrumentId).take(engine.instruments().len());
    let same_lots = |instrument| {
        closing.lots.get(&instrument).copied().unwrap_or_default() == lots_held(engine, account, instrument)
    };
    if sum != *closing || closing.cash != cash_held(engine, account) || !ids.into_iter().all(same_lots) {
        return Err(anyhow!("the statement does not reconcile with the ledger; run unspent reconcile").into());
    }
    Ok(())
}

fn cents(cents: i128) -> Decimal {
    Decimal::from_i128_with_scale(cents, 2)
}

fn face(catalogue: &Catalogue, entry: &Entry) -> Decimal {
    let dollars = entry.instrument.and_then(|id| catalogue.get(id)).map_or(0, |spec| spec.face_dollars);
    Decimal::from(i128::from(entry.lots) * i128::from(dollars))
}

fn line(catalogue: &Catalogue, at: Timestamp, seq: u64, entry: &Entry, balance: i128) -> Line {
    let spec = entry.instrument.and_then(|id| catalogue.get(id));
    Line {
        time: print_time(at),
        seq,
        kind: entry.kind.name(),
        symbol: spec.map(|spec| spec.symbol.to_string()),
        trade_id: entry.trade.map(|trade| trade.0),
        price: entry.instrument.zip(entry.price).map(|(id, price)| catalogue.price(id, price)),
        qty: face(catalogue, entry),
        fee: cents(i128::from(entry.fee.0)),
        cash: cents(i128::from(entry.cash)),
        balance: cents(balance),
    }
}

fn standing(catalogue: &Catalogue, owned: &Owned) -> Standing {
    let credits = owned.lots.iter().filter_map(|(&id, &lots)| {
        let spec = catalogue.get(id)?;
        Some(Credits { symbol: spec.symbol.to_string(), qty: Decimal::from(lots * i128::from(spec.face_dollars)) })
    });
    Standing { cash: cents(owned.cash), credits: credits.collect() }
}

/// RFC 4180. No value has a comma, a quote or a line's end in it.
fn csv(statement: &Statement) {
    say!("record,time,seq,kind,symbol,trade_id,price,qty,fee,cash,balance\r");
    stand("opening", &statement.opening);
    for Line { time, seq, kind, symbol, trade_id, price, qty, fee, cash, balance } in &statement.lines {
        let symbol = symbol.as_deref().unwrap_or_default();
        let trade = trade_id.map(|trade| trade.to_string()).unwrap_or_default();
        let price = price.map(|price| price.to_string()).unwrap_or_default();
        say!("entry,{time},{seq},{kind},{symbol},{trade},{price},{qty},{fee},{cash},{balance}\r");
    }
    stand("closing", &statement.closing);
}

fn stand(record: &str, standing: &Standing) {
    say!("{record},,,,USD,,,,,,{}\r", standing.cash);
    for Credits { symbol, qty } in &standing.credits {
        say!("{record},,,,{symbol},,,{qty},,,\r");
    }
}

fn text(statement: &Statement) {
    let open = if statement.complete { "" } else { ", as far as the journal goes" };
    say!("{}, {} (UTC){open}", statement.account, statement.month);
    say!("");
    say!("{:<64} {:>20}", "opening balance", money::dollars(statement.opening.cash));
    credits(&statement.opening);
    if !statement.lines.is_empty() {
        say!("");
        say!(
            "{:<20} {:<12} {:<24} {:>12} {:>8} {:>10} {:>16} {:>16}",
            "time",
            "what",
            "instrument",
            "face",
            "price",
            "fee",
            "cash",
            "balance"
        );
    }
    for line in &statement.lines {
        let time: String = line.time.chars().take(19).collect::<String>().replace('T', " ");
        let zero = |amount: Decimal, text: String| if amount.is_zero() { String::new() } else { text };
        say!(
            "{time:<20} {:<12} {:<24} {:>12} {:>8} {:>10} {:>16} {:>16}",
            line.kind,
            line.symbol.as_deref().unwrap_or_default(),
            zero(line.qty, signed(line.qty)),
            line.price.map(|price| price.to_string()).unwrap_or_default(),
            zero(line.fee, money::dollars(line.fee)),
            zero(line.cash, money::dollars(line.cash)),
            money::dollars(line.balance)
        );
    }
    say!("");
    say!("{:<64} {:>20}", "fees paid", money::dollars(statement.fees));
    say!("{:<64} {:>20}", "closing balance", money::dollars(statement.closing.cash));
    credits(&statement.closing);
    say!("");
    say!("It reconciles with the ledger to the cent and to the lot.");
}

fn credits(standing: &Standing) {
    for Credits { symbol, qty } in &standing.credits {
        say!("  {:<62} {:>20}", symbol, signed(*qty));
    }
}

/// Whole dollars of face with their sign: `-$5,000`.
fn signed(qty: Decimal) -> String {
    let text = money::dollars(qty);
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}
