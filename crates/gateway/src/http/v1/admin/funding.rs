//! Accounts, withdrawals, and trades that are corrected.

use super::commands::{COMMAND, OF_ACCOUNT, OF_INSTRUMENT, beside, give, of_account, of_instrument};
use super::who::identify;
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::arguments::wrong;
use crate::http::openapi::{Good, Operation, Parameter, Place, Schema, Tag, Verb};
use crate::http::v1::asked::Asked;
use crate::http::v1::page::Paging;
use crate::http::v1::{Answer, found};
use axum::extract::State;
use std::sync::Arc;
use unspent_model::PendingWithdrawal;
use unspent_protocol::{Method, WithdrawalRow};

pub(super) const OPEN: Operation = Operation {
    path: "/admin/v1/accounts",
    id: "openAccount",
    tag: Tag::Account,
    summary: "Open an account.",
    body: Some("OpenAccount"),
    ..COMMAND
};

pub(super) async fn open(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let body = asked.object()?.to_owned();
    give(&operator, &asked, Method::OpenAccount, &body).await
}

pub(super) const STATE: Operation = Operation {
    path: "/admin/v1/accounts/{account}/state",
    id: "setAccount",
    summary: "Suspend an account, open it again, or close it for ever.",
    about: "Suspending cancels its orders. Only an empty account is closed.",
    body: Some("SetAccount"),
    ..OF_ACCOUNT
};

pub(super) async fn state(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::SetAccount).await
}

pub(super) const CASH_OUT: Operation = Operation {
    path: "/admin/v1/accounts/{account}/withdrawals/cash",
    id: "withdrawCash",
    summary: "Money leaves an account.",
    about: "It needs a `reference` and is done once however often it is sent. Above the threshold it waits, its amount set aside, \
            until another operator approves.",
    body: Some("FundCash"),
    ..OF_ACCOUNT
};

pub(super) async fn cash_out(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::WithdrawCash).await
}

pub(super) const CREDITS_OUT: Operation = Operation {
    path: "/admin/v1/accounts/{account}/withdrawals/credits",
    id: "withdrawCredits",
    summary: "Credits leave custody.",
    about: "As money does.",
    body: Some("FundCredits"),
    ..OF_ACCOUNT
};

pub(super) async fn credits_out(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::WithdrawCredits).await
}

pub(super) const WITHDRAWALS: Operation = Operation {
    path: "/admin/v1/withdrawals",
    id: "listWithdrawals",
    tag: Tag::Account,
    summary: "Withdrawals that wait for a second operator, oldest first.",
    parameters: &[crate::http::v1::page::LIMIT, crate::http::v1::page::CURSOR],
    good: &[Good::json("A page of withdrawals.", "WithdrawalPage")],
    ..Operation::ADMIN
};

pub(super) async fn withdrawals(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let rows = announcer.view().fundings().pending().map(|pending| (pending.id.0, pending));
        let rows = rows.filter(|(number, _)| paging.ascends_to(*number));
        paging.page(announcer.seq(), rows, |pending| row(announcer, pending))
    };
    found(&operator.shared.look(look).await?)
}

fn row(announcer: &Announcer, pending: &PendingWithdrawal) -> WithdrawalRow {
    let funding = &pending.funding;
    let account = announcer.view().balances().account(funding.account).expect("who withdraws has an account");
    let (asset, amount) = announcer.catalogue().asset(funding.asset);
    WithdrawalRow {
        withdrawal: pending.id.0,
        account: account.name,
        asset,
        amount,
        reference: funding.reference,
        asked_by: pending.asked_by.map(|actor| actor.to_string()),
    }
}

const NUMBER: Parameter = Parameter {
    name: "withdrawal",
    place: Place::Path,
    needed: true,
    about: "Its number.",
    schema: Schema::Text { pattern: "^[0-9]{1,20}$" },
    example: "\"4711\"",
};

const DECIDE: Operation =
    Operation { tag: Tag::Account, parameters: &[NUMBER], body: Some("Because"), verb: Verb::Post, ..COMMAND };

pub(super) const APPROVE: Operation = Operation {
    path: "/admin/v1/withdrawals/{withdrawal}/approve",
    id: "approveWithdrawal",
    summary: "Carry out a withdrawal that waits.",
    about: "Not by the key that asked for it.",
    ..DECIDE
};

pub(super) async fn approve(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    decide(&front, asked, true).await
}

pub(super) const DECLINE: Operation = Operation {
    path: "/admin/v1/withdrawals/{withdrawal}/decline",
    id: "declineWithdrawal",
    summary: "Give up a withdrawal that waits; what it had set aside is free again.",
    ..DECIDE
};

pub(super) async fn decline(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    decide(&front, asked, false).await
}

async fn decide(front: &Front, mut asked: Asked, approve: bool) -> Answer {
    let operator = identify(front, &asked)?;
    let number: u64 = asked.name.parse().map_err(|_| wrong("withdrawal", "must be a number"))?;
    let params = beside(&format!(r#""withdrawal":{number},"approve":{approve}"#), asked.object()?);
    give(&operator, &asked, Method::DecideWithdrawal, &params).await
}

pub(super) const RULES: Operation = Operation {
    path: "/admin/v1/funding-rules",
    id: "setFundingRules",
    tag: Tag::Account,
    summary: "Say above what a withdrawal needs a second operator, and how much may leave an account in a day.",
    about: "An absent threshold is $10,000 of money or $25,000 of face; an absent bound is none.",
    body: Some("SetFundingRules"),
    ..COMMAND
};

pub(super) async fn rules(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let body = asked.object()?.to_owned();
    give(&operator, &asked, Method::SetFundingRules, &body).await
}

pub(super) const BUST: Operation = Operation {
    path: "/admin/v1/instruments/{symbol}/bust",
    id: "bustTrade",
    summary: "Undo a trade: credits, money and fees go back exactly.",
    about: "Of the last 65,536 trades. Refused when the buyer no longer has the credits free, or the seller the proceeds.",
    body: Some("BustTrade"),
    ..OF_INSTRUMENT
};

pub(super) async fn bust(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_instrument(&front, asked, Method::BustTrade).await
}

pub(super) const ADJUST: Operation = Operation {
    path: "/admin/v1/instruments/{symbol}/adjust",
    id: "adjustTrade",
    summary: "Give a trade another price: the difference moves, fees stay.",
    about: "Of the last 65,536 trades. Refused when who pays no longer has it free.",
    body: Some("AdjustTrade"),
    ..OF_INSTRUMENT
};

pub(super) async fn adjust(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_instrument(&front, asked, Method::AdjustTrade).await
}
