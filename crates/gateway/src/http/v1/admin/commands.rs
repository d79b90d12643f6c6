//! What the operator has done: each is one command, journalled with who gave it and why.

use super::who::{Operator, identify};
use crate::http::Front;
use crate::http::openapi::{Good, Operation, Parameter, Place, Schema, Tag, Verb};
use crate::http::v1::asked::Asked;
use crate::http::v1::instruments::SYMBOL;
use crate::http::v1::settlements::{SETTLEMENT, settlement};
use crate::http::v1::{Answer, found, symbol};
use crate::road::Ask;
use crate::server::Shared;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use unspent_model::{AccountId, AccountName, ByOperator, Command, Reason, Reject};
use unspent_protocol::{Call, Method, Refusal, ReplyResult, parse_operator, print_time};

/// What was done. It is on disk.
#[derive(Debug, Serialize)]
pub(super) struct Done {
    /// What the journal calls who did it.
    pub actor: String,
    /// Why it was done.
    pub reason: String,
    /// When it was told.
    pub time: String,
    /// Of a cancel of orders: how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canceled: Option<u64>,
    /// Of a withdrawal that waits for a second operator: its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<u64>,
    /// Of a deposit or withdrawal with a reference: whether it was done before, and nothing moved now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<bool>,
    /// Of a holding that was registered: its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holding_id: Option<u64>,
}

/// The account of a path.
pub(super) const ACCOUNT: Parameter = Parameter {
    name: "account",
    place: Place::Path,
    needed: true,
    about: "The account's name.",
    schema: Schema::ACCOUNT,
    example: "\"acme\"",
};

pub(super) const COMMAND: Operation = Operation {
    verb: Verb::Post,
    good: &[Good::json("It is done.", "Done")],
    bad: &[404, 415, 422, 504],
    ..Operation::ADMIN
};
pub(super) const OF_INSTRUMENT: Operation = Operation { tag: Tag::Market, parameters: &[SYMBOL], ..COMMAND };
pub(super) const OF_ACCOUNT: Operation = Operation { tag: Tag::Account, parameters: &[ACCOUNT], ..COMMAND };

pub(super) const PHASE: Operation = Operation {
    path: "/admin/v1/instruments/{symbol}/phase",
    id: "setPhase",
    summary: "Halt an instrument, resume it, or move it to another phase.",
    body: Some("SetPhase"),
    ..OF_INSTRUMENT
};

pub(super) async fn phase(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_instrument(&front, asked, Method::SetPhase).await
}

pub(super) const RULES: Operation = Operation {
    path: "/admin/v1/instruments/{symbol}/rules",
    id: "setRules",
    summary: "Say how an instrument is protected and how its auctions run.",
    about: "What is absent is as for an instrument without rules, not as before.",
    body: Some("SetRules"),
    ..OF_INSTRUMENT
};

pub(super) async fn rules(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_instrument(&front, asked, Method::SetRules).await
}

pub(super) const SCHEDULE: Operation = Operation {
    path: "/admin/v1/instruments/{symbol}/schedule",
    id: "setSchedule",
    summary: "Say an instrument's trading day.",
    about: "It acts from its next entry.",
    body: Some("SetSchedule"),
    ..OF_INSTRUMENT
};

pub(super) async fn schedule(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_instrument(&front, asked, Method::SetSchedule).await
}

pub(super) const REFERENCE: Operation = Operation {
    path: "/admin/v1/instruments/{symbol}/reference",
    id: "setReference",
    summary: "Say the price that auctions and bands refer to.",
    body: Some("SetReference"),
    ..OF_INSTRUMENT
};

pub(super) async fn reference(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_instrument(&front, asked, Method::SetReference).await
}

pub(super) const LIMITS: Operation = Operation {
    path: "/admin/v1/accounts/{account}/limits",
    id: "setLimits",
    summary: "Bound an account.",
    about: "What is absent is as for an account without bounds of its own, not as before.",
    body: Some("SetLimits"),
    ..OF_ACCOUNT
};

pub(super) async fn limits(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::SetLimits).await
}

pub(super) const CASH: Operation = Operation {
    path: "/admin/v1/accounts/{account}/deposits/cash",
    id: "depositCash",
    summary: "Money arrived for an account.",
    about: "With a `reference` it is done once however often it is sent; without one it is deposited as often as it is sent.",
    body: Some("FundCash"),
    ..OF_ACCOUNT
};

pub(super) async fn cash(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::DepositCash).await
}

pub(super) const CREDITS: Operation = Operation {
    path: "/admin/v1/accounts/{account}/deposits/credits",
    id: "depositCredits",
    summary: "Credits were taken into custody for an account.",
    about: "With a `reference` it is done once however often it is sent; without one they are deposited as often as it is sent.",
    body: Some("FundCredits"),
    ..OF_ACCOUNT
};

pub(super) async fn credits(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::DepositCredits).await
}

pub(super) const CANCEL_ALL: Operation = Operation {
    path: "/admin/v1/accounts/{account}/cancel-all",
    id: "cancelAll",
    summary: "Cancel an account's open orders, all or some.",
    body: Some("CancelAll"),
    ..OF_ACCOUNT
};

pub(super) async fn cancel_all(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let account = account(&operator.shared, &asked.name)?;
    let (call, reason) = parse_operator(Method::CancelAll, asked.object()?)?;
    let Call::CancelAll(params) = &call else { unreachable!("the method of the parameters is cancel_all") };
    let command = operator.shared.directory.read().catalogue.cancel_all(account, params)?;
    carry_out(&operator, &asked, Method::CancelAll, reason, command).await
}

pub(super) const KILL: Operation = Operation {
    path: "/admin/v1/kill",
    id: "kill",
    tag: Tag::Venue,
    summary: "Cancel every open order of a scope and refuse new ones.",
    about: "Of a programme or of an account; without either of the whole venue.",
    body: Some("Kill"),
    ..COMMAND
};

pub(super) async fn kill(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    switch(&front, asked, true).await
}

pub(super) const UNKILL: Operation = Operation {
    path: "/admin/v1/unkill",
    id: "unkill",
    tag: Tag::Venue,
    summary: "Take orders of a scope again.",
    about: "Of the scope that was killed; what was cancelled stays so.",
    body: Some("Kill"),
    ..COMMAND
};

pub(super) async fn unkill(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    switch(&front, asked, false).await
}

pub(super) const PROMISE: Operation = Operation {
    path: "/admin/v1/accounts/{account}/promises",
    id: "registerLots",
    summary: "Credits that an account keeps may be sold, and are delivered after the trade.",
    about: "Sent twice they are registered twice.",
    body: Some("Promise"),
    ..OF_ACCOUNT
};

pub(super) async fn promise(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::RegisterLots).await
}

pub(super) const WITHDRAW_PROMISE: Operation = Operation {
    path: "/admin/v1/accounts/{account}/promises/withdraw",
    id: "withdrawLots",
    summary: "They may not be sold any more: those that are neither offered nor sold.",
    body: Some("Promise"),
    ..OF_ACCOUNT
};

pub(super) async fn withdraw_promise(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::WithdrawLots).await
}

const OF_SETTLEMENT: Operation = Operation { tag: Tag::Account, parameters: &[SETTLEMENT], ..COMMAND };

pub(super) const RULE: Operation = Operation {
    path: "/admin/v1/settlements/{settlement}/ruling",
    id: "rule",
    summary: "Decide a dispute.",
    body: Some("Ruling"),
    ..OF_SETTLEMENT
};

pub(super) async fn rule(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_settlement(&front, asked, Method::Rule).await
}

pub(super) const CLAW_BACK: Operation = Operation {
    path: "/admin/v1/settlements/{settlement}/clawback",
    id: "clawBack",
    summary: "The provider took delivered credits back: the buyer has its money back, at the seller's cost.",
    body: Some("ClawBack"),
    ..OF_SETTLEMENT
};

pub(super) async fn claw_back(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_settlement(&front, asked, Method::ClawBack).await
}

pub(super) const FUND: Operation = Operation {
    path: "/admin/v1/fund",
    id: "contribute",
    tag: Tag::Venue,
    summary: "Money arrived for the default fund.",
    about: "Sent twice it is contributed twice.",
    body: Some("Contribution"),
    ..COMMAND
};

pub(super) async fn fund(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_venue(&front, asked, Method::Contribute).await
}

pub(super) const TERMS: Operation = Operation {
    path: "/admin/v1/terms",
    id: "setTerms",
    tag: Tag::Venue,
    summary: "Say the terms of settlement.",
    about: "What is absent is by default, not as before.",
    body: Some("Terms"),
    ..COMMAND
};

pub(super) async fn terms(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_venue(&front, asked, Method::SetTerms).await
}

async fn of_settlement(front: &Front, mut asked: Asked, method: Method) -> Answer {
    let operator = identify(front, &asked)?;
    let number = settlement(&asked.name)?;
    let named = beside(&format!(r#""settlement_id":{number}"#), asked.object()?);
    give(&operator, &asked, method, &named).await
}

async fn of_venue(front: &Front, mut asked: Asked, method: Method) -> Answer {
    let operator = identify(front, &asked)?;
    let body = asked.object()?.to_owned();
    give(&operator, &asked, method, &body).await
}

pub(super) async fn of_instrument(front: &Front, mut asked: Asked, method: Method) -> Answer {
    let operator = identify(front, &asked)?;
    let named = naming("symbol", &format!("{}/USD", symbol(&asked.name)?), asked.object()?);
    give(&operator, &asked, method, &named).await
}

pub(super) async fn of_account(front: &Front, mut asked: Asked, method: Method) -> Answer {
    let operator = identify(front, &asked)?;
    let name = account_name(&asked.name)?;
    let named = naming("account", name.as_str(), asked.object()?);
    give(&operator, &asked, method, &named).await
}

async fn switch(front: &Front, mut asked: Asked, engaged: bool) -> Answer {
    let operator = identify(front, &asked)?;
    let named = beside(&format!(r#""engaged":{engaged}"#), asked.object()?);
    give(&operator, &asked, Method::Kill, &named).await
}

/// A body with what its path names. What the body names too is there twice, and refused so.
fn naming(field: &str, value: &str, body: &str) -> String {
    // Both are of letters that JSON need not escape.
    beside(&format!(r#""{field}":"{value}""#), body)
}

pub(super) fn beside(member: &str, body: &str) -> String {
    let rest = body.strip_prefix('{').expect("the body is an object");
    let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
    format!("{{{member}{comma}{rest}")
}

fn account_name(text: &str) -> Result<AccountName, Refusal> {
    AccountName::parse(text).map_err(|error| Refusal::new(Reject::UnknownAccount, format!("account {error}")))
}

/// The account of a name.
pub(super) fn account(shared: &Shared, name: &str) -> Result<AccountId, Refusal> {
    let name = account_name(name)?;
    let unknown = || Refusal::new(Reject::UnknownAccount, format!("account {name} is not open"));
    shared.directory.read().account(&name).ok_or_else(unknown)
}

pub(super) async fn give(operator: &Operator, asked: &Asked, method: Method, params: &str) -> Answer {
    let (call, reason) = parse_operator(method, params)?;
    let command = command_of(&operator.shared, call)?;
    carry_out(operator, asked, method, reason, command).await
}

/// The command of an operator's call.
fn command_of(shared: &Shared, call: Call) -> Result<Command, Refusal> {
    let known = shared.directory.read();
    let catalogue = &known.catalogue;
    let account = |name: &AccountName| {
        let unknown = || Refusal::new(Reject::UnknownAccount, format!("account {name} is not open"));
        known.account(name).ok_or_else(unknown)
    };
    match call {
        Call::SetPhase(params) => catalogue.set_phase(&params),
        Call::SetRules(params) => catalogue.set_rules(&params),
        Call::SetSchedule(params) => catalogue.set_schedule(&params),
        Call::SetReference(params) => catalogue.set_reference(&params),
        Call::SetLimits(params) => params.command(account(&params.account)?),
        Call::DepositCash(params) => params.deposit(account(&params.account)?),
        Call::WithdrawCash(params) => params.withdrawal(account(&params.account)?),
        Call::WithdrawCredits(params) => catalogue.withdraw_credits(account(&params.account)?, &params),
        Call::OpenAccount(params) => Ok(params.command()),
        Call::SetAccount(params) => Ok(Command::SetAccount { account: account(&params.account)?, state: params.state }),
        Call::DecideWithdrawal(params) => Ok(params.command()),
        Call::SetFundingRules(params) => params.command(),
        Call::BustTrade(params) | Call::AdjustTrade(params) => catalogue.correct_trade(&params),
        Call::DepositCredits(params) => catalogue.deposit_credits(account(&params.account)?, &params),
        Call::RegisterLots(params) => catalogue.register_lots(account(&params.account)?, &params),
        Call::WithdrawLots(params) => catalogue.withdraw_lots(account(&params.account)?, &params),
        Call::Rule(params) => Ok(params.command()),
        Call::ClawBack(params) => Ok(params.command()),
        Call::Contribute(params) => params.command(),
        Call::SetTerms(params) => params.command(),
        Call::Kill(params) => Ok(params.command(params.account.map(|name| account(&name)).transpose()?)),
        Call::ListInstrument(params) => params.command(),
        Call::SetProgramme(params) => params.command(),
        Call::Permit(params) => Ok(params.command(account(&params.account)?)),
        Call::RevokePermit(params) => Ok(params.command(account(&params.account)?)),
        Call::WatchExpiry(params) => catalogue.watch_expiry(&params),
        Call::RegisterHolding(params) => params.command(account(&params.account)?),
        Call::SetHoldingLevel(params) => Ok(params.command()),
        Call::ListHolding(params) => catalogue.list_holding(account(&params.account)?, &params),
        Call::DelistHolding(params) => catalogue.delist_holding(account(&params.account)?, &params),
        Call::WithdrawHolding(params) => Ok(params.command(account(&params.account)?)),
        _ => unreachable!("no route has this method"),
    }
}

async fn carry_out(operator: &Operator, asked: &Asked, method: Method, reason: Reason, command: Command) -> Answer {
    let actor = operator.actor;
    let by = ByOperator::new(actor, reason, command).expect("every route's command is an operator's");
    let ask = Ask::Command(Command::ByOperator(Box::new(by)));
    let reply = operator.shared.carry_out(method, ask, asked.time_in).await.map_err(|mut refusal| {
        if refusal.reject == Reject::OutcomeUnknown {
            refusal.message =
                "whether it was done is not known: look at what it would have changed before it is given again".into();
        }
        refusal
    })?;
    let refused = reply.outcome.as_ref().err().map(|error| error.detail.code);
    tracing::info!(%actor, %reason, method = method.name(), target = %asked.target, ?refused, "an operator's command");
    let mut done = Done {
        actor: actor.to_string(),
        reason: reason.to_string(),
        time: print_time(reply.time_out),
        canceled: None,
        withdrawal: None,
        duplicate: None,
        holding_id: None,
    };
    match reply.outcome? {
        ReplyResult::CancelAll(result) => done.canceled = Some(u64::from(result.count)),
        ReplyResult::Registered(result) => done.holding_id = Some(result.holding_id),
        ReplyResult::Funded(result) => {
            (done.withdrawal, done.duplicate) = (result.withdrawal, Some(result.duplicate));
        }
        _ => {}
    }
    found(&done)
}
