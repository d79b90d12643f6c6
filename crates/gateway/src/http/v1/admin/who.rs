//! Which operator asks.

use crate::http::Front;
use crate::http::problem::Problem;
use crate::http::v1::asked::Asked;
use crate::http::v1::venue;
use crate::http::v1::who::{denied, of_signature};
use crate::keys::Scope;
use crate::rates::{clock, refusal};
use crate::server::Shared;
use std::sync::Arc;
use unspent_model::{Actor, Reject};
use unspent_protocol::Refusal;

/// An operator, proved.
#[derive(Debug)]
pub(super) struct Operator {
    pub shared: Arc<Shared>,
    /// The key's name: what the journal will call whoever holds it.
    pub actor: Actor,
}

/// Who signed a request, when the key may operate the venue. Its account need not be one of the venue's.
///
/// # Errors
/// [`Reject::LoginRequired`] without a signature, [`Reject::LoginFailed`] with a wrong one, [`Reject::NotPermitted`] when the key
/// lacks the scope; [`Reject::RateLimited`] to an address from which too many proofs were wrong.
pub(super) fn identify(front: &Front, asked: &Asked) -> Result<Operator, Problem> {
    let shared = venue(front)?;
    proved(front, &shared, asked).map(|actor| Operator { shared: Arc::clone(&shared), actor }).map_err(|refusal| {
        front.metrics.refusal(refusal.reject);
        // A stranger chose the name: it is cut to a length, and printed so that it cannot pretend to be another line.
        let key = asked.header("x-unspent-key").unwrap_or_default();
        let key: String = key.chars().take(Actor::MAX_LEN).collect();
        tracing::warn!(
            ?key, peer = %asked.peer, method = %asked.method, target = ?asked.target, reason = refusal.reject.name(),
            "an operator's request was refused"
        );
        refusal.into()
    })
}

fn proved(front: &Front, shared: &Shared, asked: &Asked) -> Result<Actor, Refusal> {
    if !asked.headers.contains_key("x-unspent-key") {
        let message =
            "the operator's requests are signed: with the four X-Unspent headers, by a key of the scope admin";
        return Err(Refusal::new(Reject::LoginRequired, message));
    }
    let address = front.rates.addresses.of(asked.peer, clock());
    address.may_log_in(clock()).map_err(|wait| refusal("failed logins of this address", wait))?;
    let granted = of_signature(shared, asked);
    if granted.is_err() {
        address.failed(clock());
    }
    let grant = granted.map_err(denied)?;
    if !grant.may(Scope::Admin) {
        return Err(Refusal::new(Reject::NotPermitted, "this key lacks the scope admin"));
    }
    Ok(Actor::parse(grant.id().as_str()).expect("the name of a key is an actor's"))
}
