//! Who may log in: API keys from a file, held in memory.

use serde::Deserialize;
use std::collections::HashMap;
use std::fmt;
use unspent_model::AccountName;

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// See the account's orders, fills and balances.
    Read,
    /// Enter, amend and cancel its orders.
    Trade,
}

impl Scope {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Trade => "trade",
        }
    }
}

/// A key and what it opens.
#[derive(Clone)]
pub struct ApiKey {
    /// The key itself: whoever says it is let in, so it is never printed.
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

/// All keys.
#[derive(Debug, Default)]
pub struct Keys(HashMap<String, ApiKey>);

impl Keys {
    /// Keys by what they say. The map's own hash is keyed by chance, so a guesser learns nothing from its timing.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = ApiKey>) -> Keys {
        Keys(keys.into_iter().map(|key| (key.secret.clone(), key)).collect())
    }

    /// The key that says `secret`.
    #[must_use]
    pub fn find(&self, secret: &str) -> Option<&ApiKey> {
        self.0.get(secret)
    }
}
