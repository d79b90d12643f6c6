//! Terms, permits, listings and months, as the operator sets and sees them.

use super::commands::{ACCOUNT, COMMAND, OF_ACCOUNT, OF_INSTRUMENT, account, give, of_account, of_instrument};
use super::who::identify;
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::openapi::{Good, Operation, Tag};
use crate::http::v1::asked::Asked;
use crate::http::v1::page::{CURSOR, LIMIT, Paging};
use crate::http::v1::{Answer, found};
use axum::extract::State;
use std::sync::Arc;
use unspent_protocol::{Method, PermitRow};

pub(super) const PROGRAMME: Operation = Operation {
    path: "/admin/v1/programmes",
    id: "setProgramme",
    tag: Tag::Market,
    summary: "Say under which terms a programme is traded.",
    about: "What they forbid is halted and cancelled with it. Setting what is so does nothing.",
    body: Some("SetProgramme"),
    ..COMMAND
};

pub(super) async fn programme(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let body = asked.object()?.to_owned();
    give(&operator, &asked, Method::SetProgramme, &body).await
}

pub(super) const LIST: Operation = Operation {
    path: "/admin/v1/instruments",
    id: "listInstrument",
    tag: Tag::Market,
    summary: "List a credit.",
    about: "It trades continuously at once, unless its programme is prohibited: then it is halted.",
    body: Some("ListInstrument"),
    ..COMMAND
};

pub(super) async fn list(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let body = asked.object()?.to_owned();
    give(&operator, &asked, Method::ListInstrument, &body).await
}

pub(super) const WATCH: Operation = Operation {
    path: "/admin/v1/instruments/{symbol}/watch",
    id: "watchExpiry",
    summary: "Alert holders as an instrument's month ends, and write off what is held of it then.",
    body: Some("WatchExpiry"),
    ..OF_INSTRUMENT
};

pub(super) async fn watch(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_instrument(&front, asked, Method::WatchExpiry).await
}

pub(super) const PERMIT: Operation = Operation {
    path: "/admin/v1/accounts/{account}/permits",
    id: "permit",
    summary: "Give an account leave to trade a programme.",
    about: "In place of its permit of that kind, if it has one.",
    body: Some("GivePermit"),
    ..OF_ACCOUNT
};

pub(super) async fn permit(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::Permit).await
}

pub(super) const REVOKE: Operation = Operation {
    path: "/admin/v1/accounts/{account}/permits/revoke",
    id: "revokePermit",
    summary: "End a permit; orders that needed it are cancelled.",
    body: Some("RevokePermit"),
    ..OF_ACCOUNT
};

pub(super) async fn revoke(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::RevokePermit).await
}

pub(super) const PERMITS: Operation = Operation {
    path: "/admin/v1/accounts/{account}/permits",
    id: "listPermits",
    tag: Tag::Account,
    summary: "The permits of an account.",
    parameters: &[ACCOUNT, LIMIT, CURSOR],
    good: &[Good::json("A page of permits.", "PermitPage")],
    bad: &[404],
    ..Operation::ADMIN
};

pub(super) async fn permits(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let id = account(&operator.shared, &asked.name)?;
    let look = move |announcer: &Announcer| {
        let known = announcer.view().programmes();
        let mut rows: Vec<(u64, PermitRow)> = known
            .permits_of(id)
            .filter_map(|permit| {
                let place = known.terms().iter().position(|terms| terms.programme == permit.programme)?;
                Some((place as u64 * 4 + permit.kind as u64, permit.into()))
            })
            .collect();
        rows.sort_unstable_by_key(|(number, _)| *number);
        paging.page(announcer.seq(), rows.into_iter().filter(|(number, _)| paging.ascends_to(*number)), |row| row)
    };
    found(&operator.shared.look(look).await?)
}
