//! Tokens: what a key's owner takes from REST to a websocket, as Kraken's clients do.
//!
//! # Invariants
//! - A token is known only to whom it was given: 256 random bits, of which the venue keeps the SHA-256.
//! - It opens its key's account for [`TOKEN_SECONDS`], on any number of connections, and never outlives its key.
//! - A key has at most [`TOKENS_PER_KEY`]: one more ends its oldest.

use super::key::KeyId;
use super::random::random;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};
use unspent_model::Timestamp;

/// How long a token may be used to begin with a connection, in seconds.
pub const TOKEN_SECONDS: u64 = 15 * 60;
/// Tokens of one key at a time.
pub const TOKENS_PER_KEY: usize = 16;

/// What is kept of a token.
pub(crate) type TokenDigest = [u8; 32];

/// What is kept of a token that was said.
pub(crate) fn digest(token: &str) -> TokenDigest {
    Sha256::digest(token.as_bytes()).into()
}

/// All tokens that may be used now.
#[derive(Debug)]
pub struct Tokens {
    clock: fn() -> Timestamp,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    keys: HashMap<TokenDigest, (KeyId, Timestamp)>,
    /// Oldest first.
    of_key: HashMap<KeyId, VecDeque<TokenDigest>>,
}

impl Tokens {
    /// None yet; `clock` says when they are over.
    #[must_use]
    pub fn new(clock: fn() -> Timestamp) -> Tokens {
        Tokens { clock, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().expect("no code panics while it holds this lock")
    }

    /// A new token for a key that was proved. It is said to nobody else, ever.
    #[must_use]
    pub fn issue(&self, key: &KeyId) -> String {
        let token = URL_SAFE_NO_PAD.encode(random::<32>());
        let until = Timestamp((self.clock)().0 + TOKEN_SECONDS * 1_000_000_000);
        let mut held = self.held();
        let Held { keys, of_key } = &mut *held;
        let own = of_key.entry(key.clone()).or_default();
        if own.len() == TOKENS_PER_KEY {
            let oldest = own.pop_front().expect("there are some");
            keys.remove(&oldest);
        }
        own.push_back(digest(&token));
        keys.insert(digest(&token), (key.clone(), until));
        token
    }

    /// The key of a token that may still be used.
    #[must_use]
    pub fn redeem(&self, token: &str) -> Option<KeyId> {
        let now = (self.clock)();
        // Found by its hash: how long that takes says nothing about the tokens.
        let held = self.held();
        held.keys.get(&digest(token)).filter(|(_, until)| now < *until).map(|(key, _)| key.clone())
    }

    /// Forgets the tokens of keys that are over, and those that are too old themselves.
    pub(super) fn retain(&self, mut alive: impl FnMut(&KeyId) -> bool) {
        let now = (self.clock)();
        let mut held = self.held();
        let Held { keys, of_key } = &mut *held;
        of_key.retain(|key, own| {
            let alive = alive(key);
            own.retain(|token| {
                let keep = alive && keys.get(token).is_some_and(|(_, until)| now < *until);
                if !keep {
                    keys.remove(token);
                }
                keep
            });
            !own.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    static NOW: AtomicU64 = AtomicU64::new(0);

    #[test]
    fn tokens_are_for_a_time_and_bounded_and_end_with_their_key() {
        let tokens = Tokens::new(|| Timestamp(NOW.load(Ordering::Relaxed)));
        let (one, other) = (KeyId::fresh(), KeyId::fresh());
        let first = tokens.issue(&one);
        assert_eq!(first.len(), 43);
        assert_eq!(tokens.redeem(&first), Some(one.clone()));
        assert_eq!(tokens.redeem(&first), Some(one.clone()), "on another connection too");
        assert_eq!(tokens.redeem(""), None);
        assert_eq!(tokens.redeem(&first[1..]), None);
        let stays = tokens.issue(&other);
        let more: Vec<String> = (0..TOKENS_PER_KEY).map(|_| tokens.issue(&one)).collect();
        assert_eq!(tokens.redeem(&first), None, "the oldest went");
        assert!(more.iter().all(|token| tokens.redeem(token).as_ref() == Some(&one)));
        assert_eq!(tokens.redeem(&stays), Some(other.clone()), "another key's are not touched");
        tokens.retain(|key| *key == other);
        assert_eq!(tokens.redeem(&more[3]), None);
        NOW.store(TOKEN_SECONDS * 1_000_000_000 - 1, Ordering::Relaxed);
        assert_eq!(tokens.redeem(&stays), Some(other.clone()));
        NOW.store(TOKEN_SECONDS * 1_000_000_000, Ordering::Relaxed);
        assert_eq!(tokens.redeem(&stays), None);
        tokens.retain(|_| true);
        assert!(tokens.held().keys.is_empty() && tokens.held().of_key.is_empty());
    }
}
