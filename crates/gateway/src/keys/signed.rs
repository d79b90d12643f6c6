//! Our own way to sign a request, with Ed25519, and the memory that keeps one from being sent twice.
//!
//! ```text
//! key|timestamp|nonce|METHOD|path?query|sha256(body) in hexadecimal
//! ```

use super::key::KeyId;
use super::random::hex;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Mutex;

/// How far a request's time may be from the venue's, in milliseconds.
pub const WINDOW_MS: u64 = 5_000;
/// Requests of one key that are remembered at a time: 400 a second over the whole window.
pub const NONCES_PER_KEY: usize = 4_096;
/// Characters of a nonce.
const MAX_NONCE: usize = 36;

/// A signed request as it came.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// `X-Unspent-Key`.
    pub key: &'a str,
    /// `X-Unspent-Timestamp`: milliseconds since 1970.
    pub timestamp: &'a str,
    /// `X-Unspent-Nonce`: 1 to 36 of `[-A-Za-z0-9_.:]`.
    pub nonce: &'a str,
    /// `X-Unspent-Signature`: base64.
    pub signature: &'a str,
    /// `GET`, `POST` …
    pub method: &'a str,
    /// The path, and after a question mark the query, as it was sent.
    pub target: &'a str,
    /// The body's bytes.
    pub body: &'a [u8],
    /// Where it came from.
    pub address: IpAddr,
}

impl SignedRequest<'_> {
    /// What is signed.
    pub(super) fn message(&self) -> String {
        signed_message(self.key, self.timestamp, self.nonce, self.method, self.target, self.body)
    }

    /// Its time, in milliseconds, when it and the nonce have their form.
    pub(super) fn time(&self) -> Option<u64> {
        let fits = |c: u8| c.is_ascii_alphanumeric() || b"-_.:".contains(&c);
        let nonce = (1..=MAX_NONCE).contains(&self.nonce.len()) && self.nonce.bytes().all(fits);
        let digits = self.timestamp.bytes().all(|byte| byte.is_ascii_digit());
        if nonce && digits { self.timestamp.parse().ok() } else { None }
    }
}

/// What a client signs.
#[must_use]
pub fn signed_message(key: &str, timestamp: &str, nonce: &str, method: &str, target: &str, body: &[u8]) -> String {
    let body = hex(&Sha256::digest(body));
    format!("{key}|{timestamp}|{nonce}|{method}|{target}|{body}")
}

/// What came of remembering a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    /// It is the first of its kind.
    New,
    /// It was there before.
    Known,
    /// As many are remembered as may be.
    Full,
}

/// The requests of the last seconds: those that could be sent again and still be in time.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<KeyId, BTreeSet<(u64, String)>>>);

impl Seen {
    /// Remembers a request whose time is within the window of `now`; both in milliseconds. What was sent again has the
    /// same time, as its signature covers it.
    pub fn take(&self, key: &KeyId, time: u64, nonce: &str, now: u64) -> Memory {
        let mut keys = self.0.lock().expect("no code panics while it holds this lock");
        let seen = keys.entry(key.clone()).or_default();
        // Too old to be taken again, whatever is remembered.
        let oldest = now.saturating_sub(WINDOW_MS);
        if seen.first().is_some_and(|(time, _)| *time < oldest) {
            *seen = seen.split_off(&(oldest, String::new()));
        }
        let request = (time, nonce.to_owned());
        if seen.contains(&request) {
            return Memory::Known;
        }
        if seen.len() >= NONCES_PER_KEY {
            return Memory::Full;
        }
        seen.insert(request);
        Memory::New
    }

    /// Forgets the keys that are over.
    pub fn retain(&self, mut alive: impl FnMut(&KeyId) -> bool) {
        self.0.lock().expect("no code panics while it holds this lock").retain(|key, _| alive(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_as_documented() {
        assert_eq!(
            signed_message("uk_1", "1700000000000", "n-1", "POST", "/v1/orders?a=b", b""),
            "uk_1|1700000000000|n-1|POST|/v1/orders?a=b|\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn a_request_is_remembered_as_long_as_it_would_be_taken() {
        let seen = Seen::default();
        let (one, other) = (KeyId::fresh(), KeyId::fresh());
        let start = 1_700_000_000_000;
        // A time ahead of ours, as far as it may be.
        assert_eq!(seen.take(&one, start + WINDOW_MS, "a", start), Memory::New);
        for later in [0, WINDOW_MS, 2 * WINDOW_MS] {
            assert_eq!(seen.take(&one, start + WINDOW_MS, "a", start + later), Memory::Known, "{later}");
        }
        assert_eq!(seen.take(&one, start + WINDOW_MS, "b", start), Memory::New);
        assert_eq!(seen.take(&other, start + WINDOW_MS, "a", start), Memory::New);
        for i in 2..NONCES_PER_KEY {
            assert_eq!(seen.take(&one, start, &i.to_string(), start), Memory::New);
        }
        assert_eq!(seen.take(&one, start, "more", start), Memory::Full);
        assert_eq!(seen.take(&one, start, "2", start), Memory::Known);
        assert_eq!(seen.take(&one, start + WINDOW_MS + 1, "more", start + WINDOW_MS + 1), Memory::New, "room again");
    }
}
