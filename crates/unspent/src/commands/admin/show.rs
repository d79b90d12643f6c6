//! Answers as an operator reads them.

use crate::money;
use crate::output::say;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use unspent_protocol::{BalanceRow, HoldingRow, Pair, PermitRow, WithdrawalRow};

/// What was done.
#[derive(Deserialize)]
pub struct Done {
    actor: String,
    reason: String,
    time: String,
    canceled: Option<u64>,
    withdrawal: Option<u64>,
    duplicate: Option<bool>,
    holding_id: Option<u64>,
}

/// An account among others.
#[derive(Deserialize, Serialize)]
pub struct AccountRow {
    account: String,
    owner_group: u32,
    cash: BalanceRow,
    state: String,
}

/// An account with its credits.
#[derive(Deserialize)]
pub struct OneAccount {
    account: String,
    owner_group: u32,
    cash: BalanceRow,
    state: String,
    holdings: Vec<HoldingRow>,
}

/// A trade that settles later. Its numbers stay the text that they came as.
#[derive(Deserialize, Serialize)]
pub struct SettlementRow {
    settlement_id: u64,
    trade_id: u64,
    buyer: String,
    seller: String,
    symbol: String,
    level: String,
    state: String,
    price: Box<RawValue>,
    qty: u64,
    delivered_qty: u64,
    covered_qty: u64,
    refunded_qty: u64,
    escrow: Box<RawValue>,
    bond: Box<RawValue>,
    held_back: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dispute: Option<String>,
    timestamp: String,
}

/// Where the journal stands.
#[derive(Deserialize)]
pub struct Journal {
    seq: u64,
    written_bytes: u64,
    batches: u64,
    disk_short: bool,
    killed: bool,
    connections: u64,
}

/// As it came.
pub fn raw(text: &str) {
    say!("{text}");
}

fn listed(rows: &impl Serialize) {
    say!("{}", serde_json::to_string(rows).expect("rows serialise into memory"));
}

pub fn done(done: &Done) {
    if let Some(canceled) = done.canceled {
        say!("{} orders cancelled", money::count(canceled));
    }
    if done.duplicate == Some(true) {
        say!("the reference was taken before; nothing moves now");
    }
    if let Some(holding) = done.holding_id {
        say!("holding {holding} is in the registry, declared");
    }
    if let Some(withdrawal) = done.withdrawal {
        say!("withdrawal {withdrawal} waits: another operator says unspent admin approve {withdrawal}, or decline");
    }
    say!("done at {} by {}: {}", done.time, done.actor, done.reason);
}

pub fn instruments(rows: &[Pair], json: bool) {
    if json {
        return listed(&rows);
    }
    table(
        ["instrument", "phase", "tick", "lot", "maker", "taker"],
        rows.iter().map(|row| {
            [
                row.symbol.to_string(),
                row.phase.name().to_owned(),
                row.price_increment.to_string(),
                money::dollars(Decimal::from(row.qty_increment)),
                format!("{} bp", row.maker_bp),
                format!("{} bp", row.taker_bp),
            ]
        }),
    );
}

pub fn accounts(rows: &[AccountRow], json: bool) {
    if json {
        return listed(&rows);
    }
    table(
        ["account", "owner", "state", "cash", "free", "set aside"],
        rows.iter().map(|row| {
            let cash = &row.cash;
            let [all, free, aside] = [cash.balance, cash.available, cash.reserved].map(money::dollars);
            [row.account.clone(), row.owner_group.to_string(), row.state.clone(), all, free, aside]
        }),
    );
}

pub fn account(one: &OneAccount) {
    say!("{} of owner {}, {}", one.account, one.owner_group, one.state);
    let cash = [one.cash.balance, one.cash.available, one.cash.reserved].map(money::dollars);
    let [all, free, aside] = cash;
    let holdings = one.holdings.iter().map(|row| {
        let [all, free, aside] = [row.balance, row.available, row.reserved].map(money::face);
        [row.symbol.to_string(), all, free, aside]
    });
    table(["", "all", "free", "set aside"], std::iter::once(["USD".to_owned(), all, free, aside]).chain(holdings));
}

pub fn settlements(rows: &[SettlementRow], json: bool) {
    if json {
        return listed(&rows);
    }
    table(
        ["settlement", "instrument", "buyer", "seller", "price", "face", "state", "escrow", "bond", "held back", "due"],
        rows.iter().map(|row| {
            [
                row.settlement_id.to_string(),
                row.symbol.clone(),
                row.buyer.clone(),
                row.seller.clone(),
                row.price.get().to_owned(),
                money::face(row.qty),
                row.state.clone(),
                row.escrow.get().to_owned(),
                row.bond.get().to_owned(),
                row.held_back.get().to_owned(),
                row.due.clone().unwrap_or_else(|| "-".to_owned()),
            ]
        }),
    );
}

/// A holding of the registry, and whose it is.
#[derive(Deserialize, Serialize)]
pub struct OwnedHolding {
    account: String,
    holding_id: u64,
    programme: String,
    credit_id: String,
    provenance: String,
    dated: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<String>,
    month: String,
    level: String,
    state: String,
    amount: Box<RawValue>,
    pieces: u32,
    left: Box<RawValue>,
    pieces_left: u32,
    listed: Box<RawValue>,
    lots: Vec<unspent_protocol::ListedRow>,
    timestamp: String,
}

pub fn registry(rows: &[OwnedHolding], json: bool) {
    if json {
        return listed(&rows);
    }
    table(
        [
            "holding",
            "account",
            "credit",
            "programme",
            "month",
            "level",
            "state",
            "amount",
            "left",
            "pieces left",
            "listed",
        ],
        rows.iter().map(|row| {
            [
                row.holding_id.to_string(),
                row.account.clone(),
                row.credit_id.clone(),
                row.programme.clone(),
                row.month.clone(),
                row.level.clone(),
                row.state.clone(),
                row.amount.get().to_owned(),
                row.left.get().to_owned(),
                row.pieces_left.to_string(),
                row.listed.get().to_owned(),
            ]
        }),
    );
}

pub fn withdrawals(rows: &[WithdrawalRow], json: bool) {
    if json {
        return listed(&rows);
    }
    if rows.is_empty() {
        return say!("no withdrawal waits");
    }
    table(
        ["withdrawal", "account", "asset", "amount", "reference", "asked by"],
        rows.iter().map(|row| {
            let amount = money::dollars(row.amount);
            let asked_by = row.asked_by.clone().unwrap_or_default();
            let (account, reference) = (row.account.to_string(), row.reference.to_string());
            [row.withdrawal.to_string(), account, row.asset.clone(), amount, reference, asked_by]
        }),
    );
}

pub fn permits(rows: &[PermitRow], json: bool) {
    if json {
        return listed(&rows);
    }
    table(
        ["programme", "kind", "until", "reference"],
        rows.iter().map(|row| {
            let until = row.until.map_or_else(|| "revoked".to_owned(), |until| until.to_string());
            [row.programme.to_string(), row.kind.name().to_owned(), until, row.reference.to_string()]
        }),
    );
}

pub fn journal(journal: &Journal) {
    say!("last command   {}", money::count(journal.seq));
    say!("written        {} in {} batches", money::bytes(journal.written_bytes), money::count(journal.batches));
    say!("connections    {}", money::count(journal.connections));
    say!("disk           {}", if journal.disk_short { "nearly full: orders are refused" } else { "has room" });
    say!("kill switch    {}", if journal.killed { "the whole venue is stopped" } else { "not engaged for the venue" });
}

/// Columns: the first to the left, the others to the right.
fn table<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) {
    let rows: Vec<[String; N]> = std::iter::once(head.map(str::to_owned)).chain(rows).collect();
    let widths: [usize; N] = std::array::from_fn(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or(0));
    for row in &rows {
        let mut line = format!("{:<width$}", row[0], width = widths[0]);
        for (text, width) in row.iter().zip(widths).skip(1) {
            line += &format!("  {text:>width$}");
        }
        say!("{}", line.trim_end());
    }
}
