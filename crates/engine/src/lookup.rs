//! A hash map that cannot be iterated, so that its order can reach nothing.

use foldhash::quality::FixedState;
#[expect(clippy::disallowed_types, reason = "never iterated: the wrapper offers lookups only")]
use std::collections::HashMap;
use std::hash::Hash;

/// Key to value. The seed decides only where entries are stored, never what is found: it may differ between runs of
/// the same journal, and should, because keys are chosen by strangers who would make them collide.
#[derive(Debug)]
pub(crate) struct Lookup<K, V> {
    #[expect(clippy::disallowed_types, reason = "never iterated")]
    entries: HashMap<K, V, FixedState>,
}

impl<K: Eq + Hash, V: Copy> Lookup<K, V> {
    pub fn new(seed: u64) -> Lookup<K, V> {
        #[expect(clippy::disallowed_types, reason = "never iterated")]
        let entries = HashMap::with_hasher(FixedState::with_seed(seed));
        Lookup { entries }
    }

    pub fn get(&self, key: &K) -> Option<V> {
        self.entries.get(key).copied()
    }

    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.entries.insert(key, value)
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.entries.remove(key)
    }
}
