//! The protection groups of every account.

use std::collections::BTreeMap;
use unspent_model::{AccountId, Event, GroupChange, GroupName, Timestamp, ViewGroup};

/// Every group that was ever set, at most 256 an account.
///
/// A group that was set before groups were part of a saved view, and is known from such a view, is not known here until
/// it is set again.
#[derive(Clone, Debug, Default)]
pub struct Groups(BTreeMap<AccountId, BTreeMap<GroupName, ViewGroup>>);

impl Groups {
    /// Follows one event.
    pub(crate) fn apply(&mut self, at: Timestamp, event: &Event) {
        match *event {
            Event::GroupSet { account, group, rule } => {
                let change = GroupChange::Set;
                let fresh = ViewGroup { account, group, rule, change, tripped: None, at };
                let known = self.0.entry(account).or_default().entry(group).or_insert(fresh);
                *known = ViewGroup { tripped: known.tripped, ..fresh };
            }
            Event::GroupTripped { account, group, lots } => {
                self.change(at, account, group, GroupChange::Tripped, Some(lots));
            }
            Event::GroupReset { account, group } => self.change(at, account, group, GroupChange::Reset, None),
            _ => {}
        }
    }

    fn change(
        &mut self,
        at: Timestamp,
        account: AccountId,
        group: GroupName,
        change: GroupChange,
        tripped: Option<u64>,
    ) {
        if let Some(known) = self.0.get_mut(&account).and_then(|groups| groups.get_mut(&group)) {
            (known.at, known.change, known.tripped) = (at, change, tripped);
        }
    }

    /// A group.
    #[must_use]
    pub fn get(&self, account: AccountId, group: GroupName) -> Option<&ViewGroup> {
        self.0.get(&account)?.get(&group)
    }

    /// An account's groups in the order of their names.
    pub fn of_account(&self, account: AccountId) -> impl Iterator<Item = &ViewGroup> + '_ {
        self.0.get(&account).into_iter().flat_map(BTreeMap::values)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.values().map(BTreeMap::len).sum()
    }

    /// Takes in a saved one.
    pub(crate) fn insert(&mut self, group: ViewGroup) {
        self.0.entry(group.account).or_default().insert(group.group, group);
    }
}
