//! One key: what it is proved by, whom it acts for, what it may do, from where and until when.

use super::random::{hex, random};
use super::secret::Sealed;
use ed25519_dalek::VerifyingKey;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;
use unspent_model::{AccountName, Timestamp};

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// See the account's orders, fills and balances.
    Read,
    /// Enter, amend and cancel its orders.
    Trade,
    /// Move its cash and credits.
    Transfer,
    /// Operate the venue. A key with it names the addresses that it may be used from.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 4] = [Scope::Read, Scope::Trade, Scope::Transfer, Scope::Admin];

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Trade => "trade",
            Scope::Transfer => "transfer",
            Scope::Admin => "admin",
        }
    }

    /// The scope of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// A key's public name, such as `uk_4f0e…`: 4 to 64 of `[A-Za-z0-9_]`, beginning with `uk_`. It is no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// A new name, unlike any other.
    #[must_use]
    pub fn fresh() -> KeyId {
        KeyId(format!("uk_{}", hex(&random::<10>())))
    }

    /// Reads a name; `None` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<KeyId> {
        let good = text.starts_with("uk_") && (4..=64).contains(&text.len());
        let good = good && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        good.then(|| KeyId(text.to_owned()))
    }

    /// A name for a key that has none but its secret: the beginning of the secret's hash.
    pub(crate) fn of_static(digest: &[u8; 32]) -> KeyId {
        KeyId(format!("uk_static_{}", hex(&digest[..8])))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What proves that one has a key.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// A signature that this public key verifies. The venue knows no secret.
    Ed25519(VerifyingKey),
    /// An HMAC with a secret that the venue must know, and keeps sealed.
    Hmac(Sealed),
    /// The secret itself; only its SHA-256 is kept. From the venue file, on loopback only.
    Static([u8; 32]),
}

impl Proof {
    /// The kind's name in the file and on the screen.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Proof::Ed25519(_) => "ed25519",
            Proof::Hmac(_) => "hmac",
            Proof::Static(_) => "static",
        }
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// A key and what it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its public name.
    pub id: KeyId,
    /// What proves that one has it.
    pub proof: Proof,
    /// The account it acts for.
    pub account: AccountName,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Where it may be used from; empty: anywhere.
    pub addresses: Vec<IpNet>,
    /// What its owner calls it, up to [`MAX_LABEL`] characters.
    pub label: String,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it opens nothing.
    pub expires: Option<Timestamp>,
    /// When it was taken back.
    pub revoked: Option<Timestamp>,
    /// The key that it takes the place of.
    pub replaces: Option<KeyId>,
}

/// Characters of a label.
pub const MAX_LABEL: usize = 64;
/// Networks of one key's list.
pub const MAX_ADDRESSES: usize = 64;

impl Key {
    /// Whether it opens anything at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|expires| now < expires)
    }

    /// Whether it may be used from an address.
    #[must_use]
    pub fn may_come_from(&self, address: IpAddr) -> bool {
        // A listener on both protocols sees an IPv4 client under its mapped address.
        let address = address.to_canonical();
        match self.proof {
            Proof::Static(_) => address.is_loopback(),
            _ => self.addresses.is_empty() || self.addresses.iter().any(|network| network.contains(&address)),
        }
    }

    /// Whether it may do this.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether it opens exactly what `other` does, time apart.
    pub(crate) fn same_rights(&self, other: &Key) -> bool {
        self.proof == other.proof
            && self.account == other.account
            && self.scopes == other.scopes
            && self.addresses == other.addresses
    }

    /// What is wrong with it, in words that complete "the key …".
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self) -> Result<(), String> {
        if self.scopes.is_empty() {
            return Err("has no scope; give it at least one of read, trade, transfer, admin".to_owned());
        }
        if self.may(Scope::Admin) && self.addresses.is_empty() {
            return Err("has the scope admin and no address; name those that it may be used from".to_owned());
        }
        if self.addresses.len() > MAX_ADDRESSES {
            return Err(format!("has more than {MAX_ADDRESSES} addresses"));
        }
        if self.label.chars().count() > MAX_LABEL || self.label.chars().any(char::is_control) {
            return Err(format!("has a label of more than {MAX_LABEL} characters, or with control characters"));
        }
        if let Proof::Ed25519(public) = &self.proof
            && public.is_weak()
        {
            return Err("has a weak public key, under which anybody could sign".to_owned());
        }
        Ok(())
    }
}

/// A key from the venue file: whoever says it is let in.
#[derive(Clone)]
pub struct ApiKey {
    /// The key itself, so it is never printed.
    pub secret: String,
    /// The account it acts for.
    pub account: AccountName,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey").field("account", &self.account).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}
