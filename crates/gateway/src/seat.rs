//! Who sits at a connection: nobody, or whom a login let in.
//!
//! # Invariants
//! - A challenge is the connection's own and is signed once: a login that succeeds uses it up.
//! - After [`MAX_FAILURES`] refused logins the connection is closed.
//! - One account at a time: a token of another does not change it.

use crate::keys::{Denied, Grant, Keys, Scope, TokenDigest, hex, random, token_digest};
use std::net::IpAddr;
use subtle::ConstantTimeEq;
use unspent_model::{AccountId, Reject};
use unspent_protocol::{LoginParams, Refusal};

/// Refused logins of one connection; the last of them closes it.
const MAX_FAILURES: u32 = 3;

/// What a login gives.
#[derive(Debug)]
struct Held {
    grant: Grant,
    account: AccountId,
    /// The token that it was done with last.
    token: Option<TokenDigest>,
}

/// Who sits at a connection.
#[derive(Debug)]
pub(crate) struct Seat {
    keys: Keys,
    address: IpAddr,
    challenge: Option<String>,
    failures: u32,
    held: Option<Held>,
}

impl Seat {
    /// An empty one. `address` is the other side's.
    pub fn new(keys: Keys, address: IpAddr) -> Seat {
        Seat { keys, address, challenge: Some(fresh_challenge()), failures: 0, held: None }
    }

    /// What the next login signs.
    pub fn challenge(&self) -> Option<&str> {
        self.challenge.as_deref()
    }

    /// The account, when somebody is logged in and the key allows it.
    pub fn may(&self, scope: Scope) -> Result<AccountId, Refusal> {
        let held = self.held.as_ref().ok_or_else(|| Refusal::from(Reject::LoginRequired))?;
        if !held.grant.may(scope) {
            let message = format!("this key lacks the scope {}", scope.name());
            return Err(Refusal::new(Reject::NotPermitted, message));
        }
        Ok(held.account)
    }

    /// Whether somebody is logged in.
    pub fn is_taken(&self) -> bool {
        self.held.is_some()
    }

    /// Whether nobody is logged in, or whoever is still may be.
    pub fn still_holds(&self) -> bool {
        self.held.as_ref().is_none_or(|held| self.keys.still_hold(&held.grant))
    }

    /// Whether logins were refused so often that the connection is to be closed.
    pub fn is_worn_out(&self) -> bool {
        self.failures >= MAX_FAILURES
    }

    /// Judges a `login`; nobody sits down yet. `account` finds the id of the account that the key acts for.
    pub fn login(
        &mut self,
        params: &LoginParams,
        account: impl FnOnce(&Grant) -> Option<AccountId>,
    ) -> Result<(Grant, AccountId), Refusal> {
        if self.is_taken() {
            let message = "this connection is logged in already; log out first, or open another";
            return Err(Refusal::new(Reject::AlreadyLoggedIn, message));
        }
        let granted = match (&params.signature, &self.challenge) {
            (Some(signature), Some(challenge)) => {
                self.keys.login_signed(&params.api_key, signature, challenge, self.address)
            }
            (Some(_), None) => Err(Denied::Credentials),
            (None, _) => self.keys.login_static(&params.api_key, self.address),
        };
        self.judge(granted, account)
    }

    /// Judges the token of a private request. `None`: whoever sits here may stay.
    pub fn token(
        &mut self,
        token: &str,
        account: impl FnOnce(&Grant) -> Option<AccountId>,
    ) -> Result<Option<(Grant, AccountId)>, Refusal> {
        let digest = token_digest(token);
        if let Some(held) = &self.held
            && held.token.is_some_and(|known| bool::from(known.ct_eq(&digest)))
        {
            return Ok(None);
        }
        let granted = self.keys.login_token(token, self.address);
        let (grant, account) = self.judge(granted, account)?;
        match &mut self.held {
            None => Ok(Some((grant, account))),
            Some(held) if held.account == account => {
                held.token = Some(digest);
                Ok(None)
            }
            Some(_) => {
                let message = "this token is of another account than the connection is logged in for; open another";
                Err(Refusal::at(Reject::NotPermitted, "token", message))
            }
        }
    }

    /// Somebody sits down.
    pub fn take(&mut self, (grant, account): (Grant, AccountId), token: Option<&str>) {
        self.challenge = None;
        self.failures = 0;
        self.held = Some(Held { grant, account, token: token.map(token_digest) });
    }

    /// Whoever sits here gets up; the next login signs this challenge.
    pub fn leave(&mut self, challenge: String) {
        self.held = None;
        self.challenge = Some(challenge);
    }

    /// Every refused login comes by here. All are told the same.
    fn judge(
        &mut self,
        granted: Result<Grant, Denied>,
        account: impl FnOnce(&Grant) -> Option<AccountId>,
    ) -> Result<(Grant, AccountId), Refusal> {
        let granted = granted.ok().and_then(|grant| account(&grant).map(|account| (grant, account)));
        granted.ok_or_else(|| {
            // The place to slow down an address that guesses (`self.address`).
            self.failures += 1;
            Refusal::from(Reject::LoginFailed)
        })
    }
}

/// 256 bits that nobody can guess.
pub(crate) fn fresh_challenge() -> String {
    hex(&random::<32>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::ApiKey;
    use std::net::Ipv4Addr;
    use unspent_model::AccountName;

    fn seat() -> Seat {
        let key = |secret: &str, account: &str| ApiKey {
            secret: secret.to_owned(),
            account: AccountName::parse(account).unwrap(),
            scopes: vec![Scope::Read],
        };
        let keys = Keys::new([key("uk_acme", "acme"), key("uk_bull", "bull"), key("uk_gone", "gone")]);
        Seat::new(keys, IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    fn account(grant: &Grant) -> Option<AccountId> {
        match grant.account().as_str() {
            "acme" => Some(AccountId(1)),
            "bull" => Some(AccountId(2)),
            _ => None,
        }
    }

    fn said(api_key: &str, signature: Option<&str>) -> LoginParams {
        let signature = signature.map(str::to_owned);
        LoginParams { api_key: api_key.to_owned(), signature, cancel_on_disconnect: None }
    }

    #[test]
    fn every_failure_is_the_same_answer_and_the_third_wears_out() {
        let mut seat = seat();
        assert_eq!(seat.may(Scope::Read).unwrap_err().reject, Reject::LoginRequired);
        let challenge = seat.challenge().unwrap().to_owned();
        assert_eq!(challenge.len(), 64);
        let wrong = [said("uk_nobody", None), said("uk_acme", Some("AAAA")), said("uk_gone", None)];
        let answers: Vec<Refusal> = wrong.iter().map(|params| seat.login(params, account).unwrap_err()).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(answers[0].reject, Reject::LoginFailed);
        assert_eq!(seat.challenge(), Some(challenge.as_str()), "a failure leaves the challenge");
        assert!(seat.is_worn_out());
    }

    #[test]
    fn one_sits_at_a_time_and_gets_up_again() {
        let mut seat = seat();
        let first = seat.challenge().unwrap().to_owned();
        seat.login(&said("uk_nobody", None), account).unwrap_err();
        let granted = seat.login(&said("uk_acme", None), account).unwrap();
        seat.take(granted, None);
        assert_eq!(seat.challenge(), None);
        assert_eq!(seat.may(Scope::Read), Ok(AccountId(1)));
        assert_eq!(seat.may(Scope::Trade).unwrap_err().reject, Reject::NotPermitted);
        assert_eq!(seat.login(&said("uk_bull", None), account).unwrap_err().reject, Reject::AlreadyLoggedIn);
        assert!(!seat.is_worn_out() && seat.still_holds());
        seat.leave(fresh_challenge());
        assert_ne!(seat.challenge(), Some(first.as_str()));
        assert!(!seat.is_taken());
        let granted = seat.login(&said("uk_bull", None), account).unwrap();
        seat.take(granted, None);
        assert_eq!(seat.may(Scope::Read), Ok(AccountId(2)));
    }

    #[test]
    fn a_token_seats_its_account_and_keeps_it() {
        let mut seat = seat();
        let of = |seat: &Seat, key: &str| {
            let grant = seat.keys.login_static(key, seat.address).unwrap();
            seat.keys.tokens().issue(grant.id())
        };
        let (acme, again, bull) = (of(&seat, "uk_acme"), of(&seat, "uk_acme"), of(&seat, "uk_bull"));
        assert_eq!(seat.token("guess", account).unwrap_err().reject, Reject::LoginFailed);
        let granted = seat.token(&acme, account).unwrap().unwrap();
        seat.take(granted, Some(&acme));
        assert_eq!(seat.may(Scope::Read), Ok(AccountId(1)));
        assert!(seat.token(&acme, account).unwrap().is_none());
        assert!(seat.token(&again, account).unwrap().is_none());
        assert_eq!(seat.token(&bull, account).unwrap_err().reject, Reject::NotPermitted);
        assert_eq!(seat.token("guess", account).unwrap_err().reject, Reject::LoginFailed);
        assert_eq!(seat.may(Scope::Read), Ok(AccountId(1)));
    }
}
