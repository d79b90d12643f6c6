//! Who may come in: keys, held in memory and followed on disk, and every way to prove that one has one.
//!
//! # Invariants
//! - A refused proof says nothing of why: an unknown key, a wrong signature, an expired or revoked key and a wrong address are
//!   one answer, and take about as long.
//! - What was revoked or has expired opens nothing a second later, and its live connections are closed.
//! - Secrets are never printed, and compared in a time that does not depend on them.
//!
//! # Not here
//! Making keys (`unspent keys`), what a scope allows (each method), slowing down who guesses (the server).

mod key;
mod kraken;
mod random;
mod secret;
mod signed;
mod store;
mod tokens;

pub use key::{ApiKey, Key, KeyId, MAX_ADDRESSES, MAX_LABEL, Proof, Scope};
pub(crate) use random::hex;
pub use random::random;
pub use secret::{HMAC_SECRET_BYTES, MasterKey, Sealed, private_text, write_private};
pub use signed::{SignedRequest, WINDOW_MS, signed_message};
pub use store::{KeyFile, KeyFileError, MAX_KEYS, network, public_key};
pub use tokens::{TOKEN_SECONDS, TOKENS_PER_KEY, Tokens};
pub(crate) use tokens::{TokenDigest, digest as token_digest};

use crate::clock::now;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use signed::Memory;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use store::Stamp;
use subtle::ConstantTimeEq;
use tokio::sync::watch;
use unspent_model::{AccountName, Timestamp};
use unspent_protocol::login_message;

/// How often the file is looked at: four times a second, so that a revocation is seen within one.
const LOOK: Duration = Duration::from_millis(250);

/// Where keys come from.
#[derive(Debug, Clone)]
pub struct KeyOptions {
    /// Those of the venue file.
    pub fixed: Vec<ApiKey>,
    /// The file that `unspent keys` writes.
    pub file: Option<KeyFile>,
    /// What opens the secrets of HMAC keys.
    pub master: Option<MasterKey>,
    /// The rim's time.
    pub clock: fn() -> Timestamp,
}

/// A proof that held: what its bearer may do.
#[derive(Debug, Clone)]
pub struct Grant {
    key: Arc<Key>,
}

impl Grant {
    /// The key.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.key.id
    }

    /// The account that it acts for.
    #[must_use]
    pub fn account(&self) -> &AccountName {
        &self.key.account
    }

    /// What it may do.
    #[must_use]
    pub fn scopes(&self) -> &[Scope] {
        &self.key.scopes
    }

    /// Whether it may do this.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.key.may(scope)
    }
}

/// Why a proof was refused. Only of a proof that held is more said than that it did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// No key, or not the right one, or not now, or not from here.
    Credentials,
    /// The proof held, and its nonce was used before.
    Nonce,
    /// The request's time is too far from the venue's, whoever sent it.
    Late,
    /// The proof held, and as many requests of this key are remembered as may be: try again in a second.
    Busy,
}

/// Keys in force, shared by all who ask.
#[derive(Debug, Clone)]
pub struct Keys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: fn() -> Timestamp,
    /// When this began: what was signed before is not taken, so nothing is taken again after a restart.
    since: Timestamp,
    fixed: Vec<Arc<Key>>,
    file: Option<KeyFile>,
    master: Option<MasterKey>,
    filed: RwLock<Arc<HashMap<KeyId, Arc<Key>>>>,
    seen: Mutex<Looked>,
    /// Told when a key may have ended.
    changes: watch::Sender<u64>,
    tokens: Tokens,
    nonces: kraken::Nonces,
    requests: signed::Seen,
    /// Stands in for a key that is not there, so that looking for one takes as long.
    nobody: VerifyingKey,
}

/// What the last look at the file saw.
#[derive(Debug)]
struct Looked {
    stamp: Option<Stamp>,
    at: Timestamp,
}

impl Keys {
    /// Keys that never change, from a venue file alone.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = ApiKey>) -> Keys {
        let fixed = keys.into_iter().collect();
        Keys::open(KeyOptions { fixed, file: None, master: None, clock: now }).expect("there is no file to be wrong")
    }

    /// Reads the keys.
    ///
    /// # Errors
    /// When the file cannot be read, others may read it, or it holds something else than keys.
    pub fn open(options: KeyOptions) -> Result<Keys, KeyFileError> {
        let KeyOptions { fixed, file, master, clock } = options;
        let stamp = file.as_ref().and_then(KeyFile::stamp);
        let filed = file.as_ref().map(KeyFile::read).transpose()?.unwrap_or_default();
        let at = clock();
        let inner = Inner {
            clock,
            since: at,
            fixed: fixed.into_iter().map(|key| Arc::new(of_venue_file(&key))).collect(),
            file,
            master,
            filed: RwLock::new(Arc::new(by_id(filed))),
            seen: Mutex::new(Looked { stamp, at }),
            changes: watch::Sender::new(0),
            tokens: Tokens::new(clock),
            nonces: kraken::Nonces::default(),
            requests: signed::Seen::default(),
            nobody: SigningKey::from_bytes(&random()).verifying_key(),
        };
        Ok(Keys(Arc::new(inner)))
    }

    /// The live HMAC keys whose secret cannot be opened: they open nothing.
    #[must_use]
    pub fn sealed_for_good(&self) -> Vec<KeyId> {
        let now = (self.0.clock)();
        let closed = |key: &&Arc<Key>| {
            key.is_live(now) && matches!(&key.proof, Proof::Hmac(sealed) if self.unsealed(&key.id, sealed).is_none())
        };
        let mut ids: Vec<KeyId> = self.filed().values().filter(closed).map(|key| key.id.clone()).collect();
        ids.sort();
        ids
    }

    /// The tokens that lead from REST to a websocket.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    /// A bearer's secret, from the venue file; from loopback only.
    ///
    /// # Errors
    /// [`Denied::Credentials`].
    pub fn login_static(&self, secret: &str, address: IpAddr) -> Result<Grant, Denied> {
        let said: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        let mut found = None;
        // All of them, always: how long it takes says nothing.
        for key in &self.0.fixed {
            if let Proof::Static(known) = &key.proof
                && bool::from(known.ct_eq(&said))
            {
                found = Some(key);
            }
        }
        self.admit(found.cloned(), true, address)
    }

    /// A signature over a connection's challenge.
    ///
    /// # Errors
    /// [`Denied::Credentials`].
    pub fn login_signed(
        &self,
        api_key: &str,
        signature: &str,
        challenge: &str,
        address: IpAddr,
    ) -> Result<Grant, Denied> {
        self.signed(api_key, &login_message(api_key, challenge), signature, address)
    }

    /// A token from REST.
    ///
    /// # Errors
    /// [`Denied::Credentials`].
    pub fn login_token(&self, token: &str, address: IpAddr) -> Result<Grant, Denied> {
        let key = self.0.tokens.redeem(token).and_then(|id| self.find(&id));
        self.admit(key, true, address)
    }

    /// A request that is signed as Kraken's are: headers `API-Key` and `API-Sign`, the nonce in the body.
    ///
    /// The nonce is an integer, and higher than any before it of this key; see `kraken.rs` for what a restart means.
    ///
    /// # Errors
    /// [`Denied::Credentials`]; [`Denied::Nonce`] when all else was right.
    pub fn verify_kraken(
        &self,
        api_key: &str,
        path: &str,
        nonce: &str,
        body: &[u8],
        signature: &str,
        address: IpAddr,
    ) -> Result<Grant, Denied> {
        let key = KeyId::parse(api_key).and_then(|id| self.find(&id));
        let secret = key.as_ref().and_then(|key| match &key.proof {
            Proof::Hmac(sealed) => self.unsealed(&key.id, sealed),
            _ => None,
        });
        let known = secret.is_some();
        // Without a secret the work is done with another, and in vain.
        let secret = secret.unwrap_or_else(|| self.0.nobody.as_bytes().to_vec().into());
        let proved = kraken::holds(&secret, path, nonce, body, signature) && known;
        let grant = self.admit(key, proved, address)?;
        let digits = !nonce.is_empty() && nonce.bytes().all(|byte| byte.is_ascii_digit());
        let nonce = nonce.parse::<u64>().ok().filter(|_| digits).ok_or(Denied::Nonce)?;
        if self.0.nonces.take(grant.id(), nonce) { Ok(grant) } else { Err(Denied::Nonce) }
    }

    /// A request that is signed our own way, with Ed25519.
    ///
    /// # Errors
    /// [`Denied::Late`], [`Denied::Credentials`]; [`Denied::Nonce`] and [`Denied::Busy`] when all else was right.
    pub fn verify_signed(&self, request: &SignedRequest<'_>) -> Result<Grant, Denied> {
        let now = (self.0.clock)().0 / 1_000_000;
        let time = request.time().ok_or(Denied::Credentials)?;
        if time.abs_diff(now) > WINDOW_MS || time < self.0.since.0 / 1_000_000 {
            return Err(Denied::Late);
        }
        let grant = self.signed(request.key, &request.message(), request.signature, request.address)?;
        match self.0.requests.take(grant.id(), time, request.nonce, now) {
            Memory::New => Ok(grant),
            Memory::Known => Err(Denied::Nonce),
            Memory::Full => Err(Denied::Busy),
        }
    }

    /// Whether what was granted still is: its key is in force, with the same rights.
    #[must_use]
    pub fn still_hold(&self, grant: &Grant) -> bool {
        let now = (self.0.clock)();
        matches!(grant.key.proof, Proof::Static(_))
            || self.find(&grant.key.id).is_some_and(|key| key.is_live(now) && key.same_rights(&grant.key))
    }

    /// Told whenever something that was granted may have ended.
    #[must_use]
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Follows the file and the time until `stop` turns true.
    pub(crate) async fn follow(self, mut stop: watch::Receiver<bool>) {
        let mut tick = tokio::time::interval(LOOK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = tick.tick() => self.look(),
                _ = stop.wait_for(|&stop| stop) => return,
            }
        }
    }

    /// Looks at the file and the clock once. A file that cannot be read changes nothing: what was in force stays, and the
    /// log says so. One that is gone is one without keys.
    pub fn look(&self) {
        let mut looked = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.0.clock)();
        let stamp = self.0.file.as_ref().and_then(KeyFile::stamp);
        let mut changed = false;
        if let Some(file) = self.0.file.as_ref().filter(|_| stamp != looked.stamp) {
            // Taken before the file is read: what changes meanwhile is seen by the next look.
            looked.stamp = stamp;
            match file.read() {
                Ok(keys) => {
                    *self.0.filed.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(by_id(keys));
                    changed = true;
                    let closed = self.sealed_for_good();
                    if !closed.is_empty() {
                        tracing::warn!(
                            keys = closed.len(),
                            "HMAC keys cannot be used: the venue runs without their master key"
                        );
                    }
                }
                Err(error) => tracing::error!(%error, "the keys that were in force stay in force"),
            }
        }
        let filed = self.filed();
        let ended = |key: &Arc<Key>| key.expires.is_some_and(|expires| looked.at < expires && expires <= now);
        changed |= filed.values().any(ended);
        looked.at = now;
        drop(looked);
        if changed {
            let alive = |id: &KeyId| self.find(id).is_some_and(|key| key.is_live(now));
            self.0.tokens.retain(alive);
            self.0.nonces.retain(alive);
            self.0.requests.retain(alive);
            self.0.changes.send_modify(|generation| *generation += 1);
        }
    }

    fn signed(&self, api_key: &str, message: &str, signature: &str, address: IpAddr) -> Result<Grant, Denied> {
        let key = KeyId::parse(api_key).and_then(|id| self.find(&id));
        let public = match key.as_ref().map(|key| &key.proof) {
            Some(Proof::Ed25519(public)) => Some(public),
            _ => None,
        };
        let bytes = STANDARD.decode(signature).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
        let signature = Signature::from_bytes(&bytes.unwrap_or([0; 64]));
        let holds = public.unwrap_or(&self.0.nobody).verify_strict(message.as_bytes(), &signature).is_ok();
        let proved = holds && public.is_some() && bytes.is_some();
        self.admit(key, proved, address)
    }

    fn admit(&self, key: Option<Arc<Key>>, proved: bool, address: IpAddr) -> Result<Grant, Denied> {
        let now = (self.0.clock)();
        let key = key.filter(|key| proved && key.is_live(now) && key.may_come_from(address));
        key.map(|key| Grant { key }).ok_or(Denied::Credentials)
    }

    fn filed(&self) -> Arc<HashMap<KeyId, Arc<Key>>> {
        Arc::clone(&self.0.filed.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn find(&self, id: &KeyId) -> Option<Arc<Key>> {
        self.filed().get(id).or_else(|| self.0.fixed.iter().find(|key| key.id == *id)).cloned()
    }

    fn unsealed(&self, id: &KeyId, sealed: &Sealed) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        self.0.master.as_ref()?.open(id, sealed)
    }
}

fn by_id(keys: Vec<Key>) -> HashMap<KeyId, Arc<Key>> {
    keys.into_iter().map(|key| (key.id.clone(), Arc::new(key))).collect()
}

fn of_venue_file(key: &ApiKey) -> Key {
    let digest: [u8; 32] = Sha256::digest(key.secret.as_bytes()).into();
    Key {
        id: KeyId::of_static(&digest),
        proof: Proof::Static(digest),
        account: key.account,
        scopes: key.scopes.clone(),
        addresses: Vec::new(),
        label: String::new(),
        created: Timestamp(0),
        expires: None,
        revoked: None,
        replaces: None,
    }
}

#[cfg(test)]
mod tests;
