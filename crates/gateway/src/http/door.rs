//! What stands behind the port: nothing while the journal is replayed, then the venue, then nothing again.
//!
//! # Invariants
//! - Whoever holds the venue's parts ([`Shared`]) can send commands. When the door is shut and the last holder is done, the
//!   engine's channel closes, and the engine stops.

use crate::server::Shared;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// The way from a request to the venue.
#[derive(Debug, Default)]
pub(crate) struct Door {
    state: RwLock<State>,
    /// The last command replayed, for those who wait.
    replayed: AtomicU64,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Replaying,
    Open(Arc<Shared>),
    Stopping,
}

/// Why the venue cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shut {
    /// It replays its journal, and has come to this command.
    Replaying(u64),
    /// It ends.
    Stopping,
}

impl Door {
    /// The venue.
    pub fn enter(&self) -> Result<Arc<Shared>, Shut> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Replaying => Err(Shut::Replaying(self.replayed.load(Ordering::Relaxed))),
            State::Open(shared) => Ok(Arc::clone(shared)),
            State::Stopping => Err(Shut::Stopping),
        }
    }

    /// Notes how far the replay is.
    pub fn replayed(&self, seq: u64) {
        self.replayed.store(seq, Ordering::Relaxed);
    }

    /// Lets requests in.
    pub fn open(&self, shared: Arc<Shared>) {
        self.put(State::Open(shared));
    }

    /// Lets no more requests in.
    pub fn shut(&self) {
        self.put(State::Stopping);
    }

    fn put(&self, state: State) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
    }
}
