//! Protection groups: a maker's quotes that are pulled when too many of them are hit.

use super::{Answer, Open, Reference, no};
use unspent_model::{AccountId, CancelReason, Event, GroupName, GroupRule, Reject, Rejection, Reply, limits};

#[derive(Clone, Debug)]
pub struct Group {
    pub account: AccountId,
    pub name: GroupName,
    rule: GroupRule,
    /// Fills: when, and how many lots.
    window: Vec<(u64, u64)>,
    tripped: bool,
}

/// A group that an execution tripped, and the lots that did it.
pub type Trip = (AccountId, GroupName, u64);

impl Reference {
    pub(super) fn set_group(&mut self, account: AccountId, name: GroupName, rule: GroupRule) -> Answer {
        self.known(account)?;
        let lots_fit = (1..=limits::GROUP_LOTS).contains(&rule.lots.0);
        if !lots_fit || !(1..=limits::GROUP_WINDOW_SECONDS).contains(&rule.window_seconds) {
            return no(Reject::InvalidTimeout);
        }
        if let Ok(at) = self.group(account, name) {
            let group = &mut self.groups[at];
            group.rule = rule;
            group.window.clear();
        } else {
            if self.groups.iter().filter(|group| group.account == account).count() >= limits::GROUPS_PER_ACCOUNT {
                return no(Reject::TooManyGroups);
            }
            self.groups.push(Group { account, name, rule, window: Vec::new(), tripped: false });
        }
        self.tell(Event::GroupSet { account, group: name, rule });
        Ok(Reply::Done)
    }

    pub(super) fn reset_group(&mut self, account: AccountId, name: GroupName) -> Answer {
        self.known(account)?;
        let at = self.group(account, name)?;
        let group = &mut self.groups[at];
        group.tripped = false;
        group.window.clear();
        self.tell(Event::GroupReset { account, group: name });
        Ok(Reply::Done)
    }

    pub(super) fn group(&self, account: AccountId, name: GroupName) -> Result<usize, Rejection> {
        match self.groups.iter().position(|group| (group.account, group.name) == (account, name)) {
            Some(at) => Ok(at),
            None => no(Reject::UnknownGroup),
        }
    }

    pub(super) fn not_tripped(&self, account: AccountId, name: Option<GroupName>) -> Result<(), Rejection> {
        let Some(name) = name else { return Ok(()) };
        let at = self.group(account, name)?;
        if self.groups[at].tripped { no(Reject::GroupTripped) } else { Ok(()) }
    }

    pub(super) fn count_fill(&mut self, order: &Open, lots: u32) {
        let Some(name) = order.group else { return };
        let (account, now) = (order.terms.account, self.at);
        let at = self.group(account, name).expect("a quote's group is there");
        let group = &mut self.groups[at];
        if group.tripped {
            return;
        }
        group.window.push((now, u64::from(lots)));
        let length = u64::from(group.rule.window_seconds) * 1_000_000_000;
        group.window.retain(|&(when, _)| when + length > now);
        let sum: u64 = group.window.iter().map(|&(_, lots)| lots).sum();
        if sum >= u64::from(group.rule.lots.0) {
            group.tripped = true;
            group.window.clear();
            self.tripped.push((account, name, sum));
        }
    }

    pub(super) fn pull_tripped(&mut self) {
        for (account, group, lots) in std::mem::take(&mut self.tripped) {
            self.tell(Event::GroupTripped { account, group, lots });
            self.pull_all(CancelReason::Group, |order| order.terms.account == account && order.group == Some(group));
        }
    }

    /// The names of an account's groups, for those who pick one.
    pub fn group_names(&self) -> Vec<(AccountId, GroupName, bool)> {
        self.groups.iter().map(|group| (group.account, group.name, group.tripped)).collect()
    }
}
