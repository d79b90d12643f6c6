//! An account's holdings in the registry.

use super::asked::Asked;
use super::entry::carry_out;
use super::page::{CURSOR, LIMIT, Paging};
use super::who::{Caller, identify};
use super::{Answer, found};
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::openapi::{Good, Operation, Parameter, Place, Schema, Tag, Verb};
use crate::http::problem::Problem;
use crate::keys::Scope;
use axum::extract::State;
use std::sync::Arc;
use unspent_model::{HoldingId, Reject};
use unspent_protocol::{Method, Refusal, ReplyResult, parse_params};

/// The holding of a path.
pub(super) const HOLDING: Parameter = Parameter {
    name: "holding",
    place: Place::Path,
    needed: true,
    about: "The holding's number.",
    schema: Schema::Text { pattern: "^[1-9][0-9]{0,17}$" },
    example: "\"7\"",
};

/// Reads [`HOLDING`]. Whatever is no number is no holding either.
pub(super) fn holding(text: &str) -> Result<HoldingId, Problem> {
    let digits = (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|&number: &u64| digits && number > 0 && !text.starts_with('0'));
    number.map(HoldingId).ok_or_else(|| {
        Refusal::at(Reject::UnknownHolding, "holding", "a holding is named by its number".to_owned()).into()
    })
}

pub(super) const LIST: Operation = Operation {
    path: "/v1/registry",
    id: "listRegistry",
    tag: Tag::Account,
    summary: "The account's holdings in the registry, and what is listed out of them.",
    about: "Newest first; of those that have ended the venue remembers the last 10,000 of all together.",
    parameters: &[LIMIT, CURSOR],
    good: &[Good::json("A page of holdings.", "RegistryPage")],
    ..Operation::READ
};

pub(super) async fn list(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Read)?;
    let account = caller.account;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let known = announcer.view().holdings();
        let rows = known.of(account).map(|row| (row.holding.holding.0, row));
        let rows = rows.filter(|(number, _)| paging.descends_to(*number));
        paging.page(announcer.seq(), rows, |row| {
            announcer.catalogue().holding_in_registry(row, known.listed(row.holding.holding))
        })
    };
    found(&caller.shared.look(look).await?)
}

pub(super) const REGISTER: Operation = Operation {
    verb: Verb::Post,
    path: "/v1/registry",
    id: "registerHolding",
    tag: Tag::Account,
    summary: "Say that there is a credit at a provider.",
    about: "It is declared: nothing of it is listed before the operator has seen more. A credit of a provider is registered once, by whomever.",
    body: Some("RegisterHolding"),
    good: &[Good::json("It is in the registry.", "Registered")],
    bad: &[415, 422, 504],
    ..Operation::TRADE
};

pub(super) async fn register(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Trade)?;
    let params = named(&caller, "", asked.object()?);
    let call = parse_params(Method::RegisterHolding, &params)?;
    match carry_out(&caller, call, &asked).await? {
        ReplyResult::Registered(result) => found(&result),
        _ => unreachable!("a holding that is registered has a number"),
    }
}

const STEP: Operation = Operation {
    verb: Verb::Post,
    tag: Tag::Account,
    parameters: &[HOLDING],
    good: &[Good::json("It is done.", "Empty")],
    bad: &[404, 422, 504],
    ..Operation::TRADE
};

pub(super) const OFFER: Operation = Operation {
    path: "/v1/registry/{holding}/list",
    id: "listHolding",
    summary: "Make lots of a part of a holding.",
    about: "Promised lots of its level, or in custody. Sent twice they are listed twice.",
    body: Some("HoldingLots"),
    bad: &[404, 415, 422, 504],
    ..STEP
};

pub(super) async fn offer(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_holding(&front, asked, Method::ListHolding).await
}

pub(super) const DELIST: Operation = Operation {
    path: "/v1/registry/{holding}/delist",
    id: "delistHolding",
    summary: "Make free lots a part of their holding again.",
    about: "Those of the weakest level first; amount and pieces come back.",
    body: Some("HoldingLots"),
    bad: &[404, 415, 422, 504],
    ..STEP
};

pub(super) async fn delist(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_holding(&front, asked, Method::DelistHolding).await
}

pub(super) const WITHDRAW: Operation = Operation {
    path: "/v1/registry/{holding}/withdraw",
    id: "withdrawHolding",
    summary: "Take a holding out of the registry.",
    about: "When nothing of it is listed, and it is not in custody.",
    ..STEP
};

pub(super) async fn withdraw(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Trade)?;
    asked.end()?;
    let HoldingId(number) = holding(&asked.name)?;
    let call = parse_params(Method::WithdrawHolding, &named(&caller, &format!(r#","holding_id":{number}"#), "{}"))?;
    carry_out(&caller, call, &asked).await?;
    found(&Empty {})
}

/// Nothing more to say.
#[derive(serde::Serialize)]
struct Empty {}

async fn of_holding(front: &Front, mut asked: Asked, method: Method) -> Answer {
    let caller = identify(front, &asked, Scope::Trade)?;
    let HoldingId(number) = holding(&asked.name)?;
    let params = named(&caller, &format!(r#","holding_id":{number}"#), asked.object()?);
    carry_out(&caller, parse_params(method, &params)?, &asked).await?;
    found(&Empty {})
}

/// A body with the caller's account, and with what the path names. What the body names too is there twice, and refused so.
fn named(caller: &Caller, member: &str, body: &str) -> String {
    let rest = body.strip_prefix('{').expect("the body is an object");
    let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
    // An account's name is of letters that JSON need not escape.
    format!(r#"{{"account":"{}"{member}{comma}{rest}"#, caller.grant.account())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holding_is_named_by_a_number_without_more() {
        assert_eq!(holding("7").unwrap(), HoldingId(7));
        for bad in ["", "0", "07", "+1", "-1", "h1", "1 ", "1234567890123456789"] {
            assert_eq!(holding(bad).unwrap_err().status().as_u16(), 404, "{bad}");
        }
    }
}
