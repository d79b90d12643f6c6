//! What icebergs hide. Few orders do, so it is kept beside the nodes, by key.

use std::collections::BTreeMap;
use unspent_model::Lots;

/// What one order hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hidden {
    /// How many lots.
    pub lots: Lots,
    /// The most lots that it shows at a time.
    pub display: Lots,
}

impl Hidden {
    pub const NONE: Hidden = Hidden { lots: Lots::ZERO, display: Lots::ZERO };
}

/// The hidden lots of a book's icebergs, by the key of their node.
#[derive(Debug, Default)]
pub(crate) struct Icebergs {
    by_key: BTreeMap<u32, Hidden>,
}

impl Icebergs {
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    pub fn insert(&mut self, key: u32, hidden: Hidden) {
        let before = self.by_key.insert(key, hidden);
        assert!(before.is_none(), "two icebergs under one key");
    }

    pub fn get(&self, key: u32) -> Hidden {
        self.by_key[&key]
    }

    pub fn hidden(&self, key: u32) -> Lots {
        self.get(key).lots
    }

    pub fn set(&mut self, key: u32, lots: Lots) {
        self.by_key.get_mut(&key).expect("an iceberg").lots = lots;
    }

    /// Forgets an iceberg and returns what it hid.
    pub fn remove(&mut self, key: u32) -> Lots {
        self.by_key.remove(&key).expect("an iceberg").lots
    }

    /// Brings the next slice out of hiding and returns it.
    pub fn refill(&mut self, key: u32) -> Lots {
        let hidden = self.by_key.get_mut(&key).expect("an iceberg");
        let shown = hidden.lots.min(hidden.display);
        hidden.lots = hidden.lots - shown;
        shown
    }

    /// Every iceberg's key and hidden lots.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Lots)> + '_ {
        self.by_key.iter().map(|(&key, hidden)| (key, hidden.lots))
    }
}
