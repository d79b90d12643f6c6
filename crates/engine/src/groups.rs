//! Protection groups: so many lots filled within a rolling window pull a maker's quotes.

use crate::engine::Engine;
use crate::orders::More;
use std::collections::{BTreeMap, VecDeque};
use unspent_model::{
    AccountId, CancelReason, Event, GroupFact, GroupName, GroupRule, Lots, Reject, Rejection, Reply, Timestamp, limits,
};

/// One protection group.
#[derive(Debug)]
pub(crate) struct Group {
    pub account: AccountId,
    pub name: GroupName,
    pub rule: GroupRule,
    pub tripped: bool,
    /// Fills within the window, oldest first, those of one instant together.
    window: VecDeque<(Timestamp, u64)>,
    /// Their sum.
    filled: u64,
}

impl Group {
    fn empty(&mut self) {
        self.window.clear();
        self.filled = 0;
    }

    /// Adds a fill and says whether the group trips with it.
    fn count(&mut self, now: Timestamp, lots: Lots) -> bool {
        let window = u64::from(self.rule.window_seconds) * 1_000_000_000;
        while let Some(&(at, lots)) = self.window.front() {
            if now.0 < at.0.saturating_add(window) {
                break;
            }
            self.filled -= lots;
            self.window.pop_front();
        }
        let lots = u64::from(lots.0);
        self.filled += lots;
        match self.window.back_mut() {
            Some((at, sum)) if *at == now => *sum += lots,
            _ => self.window.push_back((now, lots)),
        }
        self.filled >= u64::from(self.rule.lots.0)
    }

    /// What a snapshot says of it, besides its window.
    pub fn fact(&self) -> GroupFact {
        GroupFact { account: self.account, name: self.name, rule: self.rule, tripped: self.tripped }
    }

    /// The window, oldest first.
    pub fn window(&self) -> impl Iterator<Item = (Timestamp, u64)> + '_ {
        self.window.iter().copied()
    }
}

/// All protection groups, by the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    all: Vec<Group>,
    by_name: BTreeMap<(AccountId, GroupName), u32>,
    /// Those that tripped with the current execution, in the order in which they did.
    tripped: Vec<(u32, u64)>,
}

impl Groups {
    /// Whether none has tripped.
    pub fn quiet(&self) -> bool {
        self.tripped.is_empty()
    }

    pub fn get(&self, group: u32) -> &Group {
        &self.all[group as usize]
    }

    pub fn find(&self, account: AccountId, name: GroupName) -> Option<u32> {
        self.by_name.get(&(account, name)).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Group> {
        self.all.iter()
    }

    /// Adds a group that was there before, with an empty window. `false`, and nothing is changed, when its account has
    /// one of this name or its rule is out of bounds.
    pub fn make_again(&mut self, fact: &GroupFact) -> bool {
        let GroupFact { account, name, rule, tripped } = *fact;
        let Ok(new) = u32::try_from(self.all.len()) else { return false };
        if !fits(rule) || self.find(account, name).is_some() {
            return false;
        }
        self.by_name.insert((account, name), new);
        self.all.push(Group { account, name, rule, tripped, window: VecDeque::new(), filled: 0 });
        true
    }

    /// Adds to the window of the last group. `false`, and nothing is changed, when it cannot have had so much then.
    pub fn fill_again(&mut self, at: Timestamp, lots: u64) -> bool {
        let Some(group) = self.all.last_mut() else { return false };
        let later = group.window.back().is_none_or(|&(before, _)| before < at);
        let filled = group.filled.checked_add(lots).filter(|&filled| filled < u64::from(group.rule.lots.0));
        let Some(filled) = filled.filter(|_| later && lots > 0 && !group.tripped) else { return false };
        group.filled = filled;
        group.window.push_back((at, lots));
        true
    }
}

/// Whether a rule is within its bounds.
fn fits(rule: GroupRule) -> bool {
    let lots = (1..=limits::GROUP_LOTS).contains(&rule.lots.0);
    lots && (1..=limits::GROUP_WINDOW_SECONDS).contains(&rule.window_seconds)
}

impl Engine {
    /// An account's group by name.
    pub(crate) fn group(&self, account: AccountId, name: GroupName) -> Result<u32, Reject> {
        self.groups.find(account, name).ok_or(Reject::UnknownGroup)
    }

    pub(crate) fn set_group(
        &mut self,
        account: AccountId,
        name: GroupName,
        rule: GroupRule,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        if !fits(rule) {
            return Err(Reject::InvalidTimeout.into());
        }
        match self.groups.find(account, name) {
            Some(group) => {
                let group = &mut self.groups.all[group as usize];
                group.rule = rule;
                group.empty();
            }
            None => {
                let held = self.accounts.get_mut(account);
                if held.groups as usize >= limits::GROUPS_PER_ACCOUNT {
                    return Err(Reject::TooManyGroups.into());
                }
                held.groups += 1;
                let new = u32::try_from(self.groups.all.len()).expect("the bounds on accounts and groups fit");
                self.groups.by_name.insert((account, name), new);
                let group = Group { account, name, rule, tripped: false, window: VecDeque::new(), filled: 0 };
                self.groups.all.push(group);
            }
        }
        events.push(Event::GroupSet { account, group: name, rule });
        Ok(Reply::Done)
    }

    pub(crate) fn reset_group(
        &mut self,
        account: AccountId,
        name: GroupName,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        let group = self.group(account, name)?;
        let group = &mut self.groups.all[group as usize];
        group.tripped = false;
        group.empty();
        events.push(Event::GroupReset { account, group: name });
        Ok(Reply::Done)
    }

    /// Counts a fill for the group of the order's quote, if it is one's.
    pub(crate) fn count_for_group(&mut self, more: More, lots: Lots) {
        let Some(group) = self.orders.special_mut(more).and_then(|special| special.group) else { return };
        let now = self.now;
        let counted = &mut self.groups.all[group as usize];
        if !counted.tripped && counted.count(now, lots) {
            counted.tripped = true;
            self.groups.tripped.push((group, counted.filled));
            counted.empty();
        }
    }

    /// Pulls the quotes of the groups that tripped.
    pub(crate) fn pull_tripped(&mut self, events: &mut Vec<Event>) {
        if self.groups.tripped.is_empty() {
            return;
        }
        for (group, lots) in std::mem::take(&mut self.groups.tripped) {
            let Group { account, name, .. } = *self.groups.get(group);
            events.push(Event::GroupTripped { account, group: name, lots });
            self.cancel_where(account, CancelReason::Group, events, |engine, order| {
                engine.orders.special(order).is_some_and(|special| special.group == Some(group))
            });
        }
    }
}
