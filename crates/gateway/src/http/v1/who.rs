//! Who asks: a key of the venue file, said as it is, from this machine only.

use super::asked::Asked;
use crate::http::problem::Problem;
use crate::keys::Scope;
use crate::server::Shared;
use axum::http::header;
use unspent_model::{AccountId, AccountName, Reject};
use unspent_protocol::Refusal;

/// Who asks, and may.
#[derive(Debug)]
pub(super) struct Caller {
    pub account: AccountId,
    pub name: AccountName,
    pub scopes: Vec<Scope>,
}

/// Who sent a request, when whoever it is may do what it asks for.
///
/// # Errors
/// [`Reject::LoginRequired`] without a proof, [`Reject::LoginFailed`] with a wrong one, whatever is wrong with it, and
/// [`Reject::NotPermitted`] when the key lacks the scope.
pub(super) fn identify(shared: &Shared, asked: &Asked, scope: Scope) -> Result<Caller, Problem> {
    if !asked.headers.contains_key(header::AUTHORIZATION) {
        let message = "this request needs a key: Authorization: Bearer and a key of the venue file";
        return Err(Refusal::new(Reject::LoginRequired, message).into());
    }
    let failed = || Problem::from(Refusal::new(Reject::LoginFailed, "the key is not known here"));
    let said = asked.header(header::AUTHORIZATION.as_str()).and_then(bearer).ok_or_else(failed)?;
    let key = shared.keys.find(said).filter(|_| asked.peer.to_canonical().is_loopback()).ok_or_else(failed)?;
    let account = shared.directory.read().account(&key.account).ok_or_else(failed)?;
    let caller = Caller { account, name: key.account, scopes: key.scopes.clone() };
    if !caller.scopes.contains(&scope) {
        let message = format!("this key lacks the scope {}", scope.name());
        return Err(Refusal::new(Reject::NotPermitted, message).into());
    }
    Ok(caller)
}

/// What a bearer says (RFC 6750).
fn bearer(text: &str) -> Option<&str> {
    let (scheme, said) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| said.trim())
}
