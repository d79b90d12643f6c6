//! An account's money and credits.

use super::asked::Asked;
use super::page::{CURSOR, LIMIT, Paging};
use super::who::identify;
use super::{Answer, found};
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::openapi::{Good, Operation, Tag};
use crate::keys::Scope;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use unspent_model::limits;
use unspent_protocol::BalanceRow;

/// Whose key it is, and what the account has.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub account: String,
    pub scopes: Vec<&'static str>,
    /// The last command that it knows of.
    pub seq: u64,
    /// The account's last number on the channel `executions`.
    pub exec_seq: u64,
    pub balances: [BalanceRow; 1],
    pub limits: AccountLimits,
}

/// The venue's bounds of every account; the operator may have set lower ones, which a refusal tells.
#[derive(Debug, Serialize)]
pub(super) struct AccountLimits {
    pub open_orders: u32,
    pub cl_ord_ids: u32,
    pub groups: usize,
    pub sessions: usize,
}

pub(super) const ACCOUNT: Operation = Operation {
    path: "/v1/account",
    id: "getAccount",
    tag: Tag::Account,
    summary: "The account's money, and what the key may do.",
    good: &[Good::json("The account.", "Account")],
    ..Operation::READ
};

pub(super) async fn account(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Read)?;
    let account = caller.account;
    asked.end()?;
    let (name, scopes) = (*caller.grant.account(), caller.grant.scopes().iter().map(|scope| scope.name()).collect());
    let look = move |announcer: &Announcer| Account {
        account: name.to_string(),
        scopes,
        seq: announcer.seq().0,
        exec_seq: announcer.exec_seq(account),
        balances: [announcer.catalogue().balance(&announcer.view().balances().cash(account))],
        limits: AccountLimits {
            open_orders: limits::OPEN_ORDERS_PER_ACCOUNT,
            cl_ord_ids: limits::CL_ORD_IDS_PER_ACCOUNT,
            groups: limits::GROUPS_PER_ACCOUNT,
            sessions: limits::SESSIONS_PER_ACCOUNT,
        },
    };
    found(&caller.shared.look(look).await?)
}

pub(super) const HOLDINGS: Operation = Operation {
    path: "/v1/holdings",
    id: "listHoldings",
    tag: Tag::Account,
    summary: "The account's credits.",
    about: "In the order of listing; what it has none of is absent.",
    parameters: &[LIMIT, CURSOR],
    good: &[Good::json("A page of holdings.", "HoldingPage")],
    ..Operation::READ
};

pub(super) async fn holdings(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Read)?;
    let account = caller.account;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let rows = announcer.view().balances().holdings(account);
        let rows = rows.map(|holding| (u64::from(holding.instrument.0), holding));
        let rows = rows.filter(|(number, _)| paging.ascends_to(*number));
        paging.page(announcer.seq(), rows, |holding| announcer.catalogue().holding(holding))
    };
    found(&caller.shared.look(look).await?)
}
