//! What the operator looks at. All of it stands where the disk stands.

use super::commands;
use super::who::identify;
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::openapi::{Good, Operation, Tag};
use crate::http::v1::asked::Asked;
use crate::http::v1::instruments::{markets, pair};
use crate::http::v1::page::{CURSOR, LIMIT, Paging};
use crate::http::v1::{Answer, found};
use crate::stats::Stats;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use unspent_marketdata::Account;
use unspent_protocol::{BalanceRow, HoldingRow, SettlementRow};

pub(super) const INSTRUMENTS: Operation = Operation {
    path: "/admin/v1/instruments",
    id: "listInstruments",
    tag: Tag::Market,
    summary: "What is listed, and in which phase it is.",
    parameters: &[LIMIT, CURSOR],
    good: &[Good::json("A page of instruments.", "InstrumentPage")],
    ..Operation::ADMIN
};

pub(super) async fn instruments(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let rows = markets(announcer, paging);
        paging.page(announcer.seq(), rows, |(id, market)| pair(announcer, id, market))
    };
    found(&operator.shared.look(look).await?)
}

/// An account among others.
#[derive(Debug, Serialize)]
pub(super) struct AccountRow {
    pub account: String,
    /// Orders of one group do not trade with one another.
    pub owner_group: u32,
    pub cash: BalanceRow,
    /// What it may do.
    pub state: &'static str,
}

pub(super) const ACCOUNTS: Operation = Operation {
    path: "/admin/v1/accounts",
    id: "listAccounts",
    tag: Tag::Account,
    summary: "Every account and its money.",
    about: "In the order in which they were opened.",
    parameters: &[LIMIT, CURSOR],
    good: &[Good::json("A page of accounts.", "AccountPage")],
    ..Operation::ADMIN
};

fn row(announcer: &Announcer, account: &Account) -> AccountRow {
    AccountRow {
        account: account.name.to_string(),
        owner_group: account.group.0,
        cash: announcer.catalogue().balance(&announcer.view().balances().cash(account.account)),
        state: announcer.view().fundings().state(account.account).name(),
    }
}

pub(super) async fn accounts(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let rows = announcer.view().balances().accounts().iter();
        let rows = rows.map(|account| (u64::from(account.account.0), account));
        let rows = rows.filter(|(number, _)| paging.ascends_to(*number));
        paging.page(announcer.seq(), rows, |account| row(announcer, account))
    };
    found(&operator.shared.look(look).await?)
}

/// One account with all it has.
#[derive(Debug, Serialize)]
pub(super) struct OneAccount {
    /// The last command that it knows of.
    pub seq: u64,
    #[serde(flatten)]
    pub row: AccountRow,
    /// In the order of listing.
    pub holdings: Vec<HoldingRow>,
}

pub(super) const ACCOUNT: Operation = Operation {
    path: "/admin/v1/accounts/{account}",
    id: "getAccount",
    tag: Tag::Account,
    summary: "One account, its money and its credits.",
    parameters: &[commands::ACCOUNT],
    good: &[Good::json("The account.", "OneAccount")],
    bad: &[404],
    ..Operation::ADMIN
};

pub(super) async fn account(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    asked.end()?;
    let id = commands::account(&operator.shared, &asked.name)?;
    let look = move |announcer: &Announcer| {
        let balances = announcer.view().balances();
        let account = balances.account(id).expect("the directory knows no account that the view does not");
        let holdings = balances.holdings(id).map(|holding| announcer.catalogue().holding(holding)).collect();
        OneAccount { seq: announcer.seq().0, row: row(announcer, account), holdings }
    };
    found(&operator.shared.look(look).await?)
}

/// A trade that settles later, with both its parties.
#[derive(Debug, Serialize)]
pub(super) struct BothSides {
    pub buyer: String,
    pub seller: String,
    #[serde(flatten)]
    pub row: SettlementRow,
}

pub(super) const SETTLEMENTS: Operation = Operation {
    path: "/admin/v1/settlements",
    id: "listSettlements",
    tag: Tag::Account,
    summary: "Every trade that settles later and has not ended, and the last 10,000 that have.",
    about: "Newest first; `side` is the buyer's.",
    parameters: &[LIMIT, CURSOR],
    good: &[Good::json("A page of settlements.", "BothSidesPage")],
    ..Operation::ADMIN
};

pub(super) async fn settlements(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let rows = announcer.view().settlements().all().map(|row| (row.settlement.settlement.0, row));
        let rows = rows.filter(|(number, _)| paging.descends_to(*number));
        paging.page(announcer.seq(), rows, |known| {
            let it = &known.settlement;
            let name = |account| {
                let account = announcer.view().balances().account(account);
                account.expect("a party's account is open").name.to_string()
            };
            let row = announcer.catalogue().settlement(known, it.buyer);
            BothSides { buyer: name(it.buyer), seller: name(it.seller), row }
        })
    };
    found(&operator.shared.look(look).await?)
}

/// Where the journal stands, and who is there.
#[derive(Debug, Serialize)]
pub(super) struct Journal {
    /// The last command on disk.
    pub seq: u64,
    /// Bytes written since the start.
    pub written_bytes: u64,
    /// Batches written since the start: one write and one sync each.
    pub batches: u64,
    /// Whether orders are refused because the disk is nearly full.
    pub disk_short: bool,
    /// Whether the venue's kill switch is engaged.
    pub killed: bool,
    /// Open websockets.
    pub connections: u64,
}

pub(super) const JOURNAL: Operation = Operation {
    path: "/admin/v1/journal",
    id: "getJournal",
    tag: Tag::Venue,
    summary: "Where the journal stands, and how many are connected.",
    about: "Heads and snapshots are files of the venue's directory: `unspent journal head` and `unspent snapshot list` tell them.",
    good: &[Good::json("The journal.", "Journal")],
    ..Operation::ADMIN
};

pub(super) async fn journal(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    asked.end()?;
    let shared = &operator.shared;
    let killed = shared.look(|announcer: &Announcer| announcer.view().stopped()).await?;
    let stats = &shared.stats;
    found(&Journal {
        seq: Stats::get(&stats.seq),
        written_bytes: Stats::get(&stats.journal_bytes),
        batches: Stats::get(&stats.journal_batches),
        disk_short: shared.disk_short.load(Ordering::Relaxed),
        killed,
        connections: Stats::get(&stats.connections),
    })
}
