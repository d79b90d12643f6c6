//! What a connection must know to read a request: symbols, and the ids of accounts.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use unspent_model::{AccountId, AccountName, Event};
use unspent_protocol::Catalogue;

/// Instruments and accounts, as far as they are on disk.
#[derive(Debug, Default)]
pub struct Known {
    /// Instruments by symbol.
    pub catalogue: Catalogue,
    accounts: HashMap<AccountName, AccountId>,
}

impl Known {
    /// The account of this name.
    #[must_use]
    pub fn account(&self, name: &AccountName) -> Option<AccountId> {
        self.accounts.get(name).copied()
    }

    /// Follows one event.
    pub(crate) fn apply(&mut self, event: &Event) {
        match event {
            Event::InstrumentListed { spec, .. } => {
                self.catalogue.insert(spec.as_ref().clone()).expect("the engine lists a symbol once");
            }
            Event::AccountOpened { account, name, .. } => {
                self.accounts.insert(*name, *account);
            }
            _ => {}
        }
    }
}

/// Shared by all connections; written by the publisher alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directory(Arc<RwLock<Known>>);

impl Directory {
    pub fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows events, taking the lock only when one of them matters.
    pub fn follow(&self, events: &[Event]) {
        let matters = |event: &Event| matches!(event, Event::InstrumentListed { .. } | Event::AccountOpened { .. });
        if events.iter().any(matters) {
            let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
            for event in events {
                known.apply(event);
            }
        }
    }
}
