//! Who asks: whoever signed the request, or says a key of the venue file from this machine.

use super::asked::Asked;
use super::venue;
use crate::http::Front;
use crate::http::problem::Problem;
use crate::keys::{Denied, Grant, Scope, SignedRequest};
use crate::rates::{clock, refusal};
use crate::server::Shared;
use axum::http::header;
use std::sync::Arc;
use unspent_model::{AccountId, Reject};
use unspent_protocol::Refusal;

/// Who asks, and may.
#[derive(Debug)]
pub(super) struct Caller {
    pub shared: Arc<Shared>,
    pub grant: Grant,
    pub account: AccountId,
}

/// Who sent a request, when whoever it is may do what it asks for. With both proofs the key that is said counts.
///
/// # Errors
/// [`Reject::LoginRequired`] without a proof, [`Reject::LoginFailed`] with a wrong one, [`Reject::NotPermitted`] when the key
/// lacks the scope; [`Reject::RateLimited`] to an address from which too many proofs were wrong.
pub(super) fn identify(front: &Front, asked: &Asked, scope: Scope) -> Result<Caller, Problem> {
    let shared = venue(front)?;
    let said = asked.headers.contains_key(header::AUTHORIZATION);
    if !said && !asked.headers.contains_key("x-unspent-key") {
        let message = "this request needs a key: sign it with the four X-Unspent headers, or from the venue's own machine say a \
                       key of the venue file as Authorization: Bearer";
        return Err(Refusal::new(Reject::LoginRequired, message).into());
    }
    let address = front.rates.addresses.of(asked.peer, clock());
    address.may_log_in(clock()).map_err(|wait| refusal("failed logins of this address", wait))?;
    let granted = if said { of_bearer(&shared, asked) } else { of_signature(&shared, asked) };
    let granted = granted.and_then(|grant| {
        let account = shared.directory.read().account(grant.account()).ok_or(Denied::Credentials)?;
        Ok((grant, account))
    });
    if granted.is_err() {
        address.failed(clock());
    }
    let (grant, account) = granted.map_err(denied)?;
    if !grant.may(scope) {
        let message = format!("this key lacks the scope {}", scope.name());
        return Err(Refusal::new(Reject::NotPermitted, message).into());
    }
    Ok(Caller { shared, grant, account })
}

pub(super) fn denied(denied: Denied) -> Refusal {
    match denied {
        Denied::Credentials => Refusal::new(Reject::LoginFailed, "the request does not prove a key of this venue"),
        Denied::Late => {
            let message = "the request's time is too far from the venue's; /v1/status says what time it is";
            Refusal::at(Reject::LoginFailed, "X-Unspent-Timestamp", message)
        }
        Denied::Nonce => {
            let message = "this nonce was used before; each request needs another";
            Refusal::at(Reject::LoginFailed, "X-Unspent-Nonce", message)
        }
        Denied::Busy => {
            Refusal::new(Reject::Busy, "too many requests of this key are remembered; try again in a second")
        }
    }
}

/// What a bearer says (RFC 6750).
fn of_bearer(shared: &Shared, asked: &Asked) -> Result<Grant, Denied> {
    let text = asked.header(header::AUTHORIZATION.as_str()).unwrap_or_default();
    match text.split_once(' ') {
        Some((scheme, said)) if scheme.eq_ignore_ascii_case("bearer") => {
            shared.keys.login_static(said.trim(), asked.peer)
        }
        _ => Err(Denied::Credentials),
    }
}

pub(super) fn of_signature(shared: &Shared, asked: &Asked) -> Result<Grant, Denied> {
    let header = |name| asked.header(name).ok_or(Denied::Credentials);
    shared.keys.verify_signed(&SignedRequest {
        key: header("x-unspent-key")?,
        timestamp: header("x-unspent-timestamp")?,
        nonce: header("x-unspent-nonce")?,
        signature: header("x-unspent-signature")?,
        method: asked.method.as_str(),
        target: &asked.target,
        body: &asked.body,
        address: asked.peer,
    })
}
