//! An account's trades that settle later.

use super::asked::Asked;
use super::entry::carry_out;
use super::page::{CURSOR, LIMIT, Paging};
use super::who::identify;
use super::{Answer, found};
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::openapi::{Good, Operation, Parameter, Place, Schema, Tag, Verb};
use crate::http::problem::Problem;
use crate::keys::Scope;
use axum::extract::State;
use std::sync::Arc;
use unspent_model::{Reject, SettlementId};
use unspent_protocol::{AcceptParams, Call, Method, Refusal, parse_params};

/// The settlement of a path.
pub(super) const SETTLEMENT: Parameter = Parameter {
    name: "settlement",
    place: Place::Path,
    needed: true,
    about: "The settlement's number.",
    schema: Schema::Text { pattern: "^[1-9][0-9]{0,17}$" },
    example: "\"41\"",
};

/// Reads [`SETTLEMENT`]. Whatever is no number is no settlement either.
pub(super) fn settlement(text: &str) -> Result<SettlementId, Problem> {
    let digits = (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|&number: &u64| digits && number > 0 && !text.starts_with('0'));
    number.map(SettlementId).ok_or_else(|| {
        Refusal::at(Reject::UnknownSettlement, "settlement", "a settlement is named by its number".to_owned()).into()
    })
}

pub(super) const LIST: Operation = Operation {
    path: "/v1/settlements",
    id: "listSettlements",
    tag: Tag::Account,
    summary: "The account's trades that settle later.",
    about: "Newest first, as buyer or seller; of those that have ended the venue remembers the last 10,000 of all together.",
    parameters: &[LIMIT, CURSOR],
    good: &[Good::json("A page of settlements.", "SettlementPage")],
    ..Operation::READ
};

pub(super) async fn list(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Read)?;
    let account = caller.account;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let rows = announcer.view().settlements().of(account).map(|row| (row.settlement.settlement.0, row));
        let rows = rows.filter(|(number, _)| paging.descends_to(*number));
        paging.page(announcer.seq(), rows, |row| announcer.catalogue().settlement(row, account))
    };
    found(&caller.shared.look(look).await?)
}

const STEP: Operation = Operation {
    verb: Verb::Post,
    tag: Tag::Account,
    parameters: &[SETTLEMENT],
    good: &[Good::json("It is done.", "Empty")],
    bad: &[404, 422, 504],
    ..Operation::TRADE
};

pub(super) const DELIVER: Operation = Operation {
    path: "/v1/settlements/{settlement}/deliver",
    id: "deliver",
    summary: "Say that what was sold is delivered, and where that can be seen.",
    about: "As the seller, while it is delivering or late.",
    body: Some("EvidenceBody"),
    bad: &[404, 415, 422, 504],
    ..STEP
};

pub(super) async fn deliver(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    with_evidence(&front, asked, Method::Deliver).await
}

pub(super) const DISPUTE: Operation = Operation {
    path: "/v1/settlements/{settlement}/dispute",
    id: "dispute",
    summary: "Say that what was bought is not as it was sold.",
    about: "As the buyer, while it is verifying. The operator rules.",
    body: Some("EvidenceBody"),
    bad: &[404, 415, 422, 504],
    ..STEP
};

pub(super) async fn dispute(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    with_evidence(&front, asked, Method::Dispute).await
}

pub(super) const ACCEPT: Operation = Operation {
    path: "/v1/settlements/{settlement}/accept",
    id: "accept",
    summary: "Say that what was bought is there.",
    about: "As the buyer, while it is verifying. Silence accepts too.",
    ..STEP
};

pub(super) async fn accept(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Trade)?;
    asked.end()?;
    let settlement_id = settlement(&asked.name)?.0;
    carry_out(&caller, Call::Accept(AcceptParams { settlement_id }), &asked).await?;
    found(&Empty {})
}

/// Nothing more to say.
#[derive(serde::Serialize)]
struct Empty {}

async fn with_evidence(front: &Front, mut asked: Asked, method: Method) -> Answer {
    let caller = identify(front, &asked, Scope::Trade)?;
    let SettlementId(number) = settlement(&asked.name)?;
    let body = asked.object()?;
    let rest = body.strip_prefix('{').expect("the body is an object");
    let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
    let call = parse_params(method, &format!(r#"{{"settlement_id":{number}{comma}{rest}"#))?;
    carry_out(&caller, call, &asked).await?;
    found(&Empty {})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settlement_is_named_by_a_number_without_more() {
        assert_eq!(settlement("41").unwrap(), SettlementId(41));
        for bad in ["", "0", "041", "+1", "-1", "s1", "1 ", "1234567890123456789"] {
            assert_eq!(settlement(bad).unwrap_err().status().as_u16(), 404, "{bad}");
        }
    }
}
