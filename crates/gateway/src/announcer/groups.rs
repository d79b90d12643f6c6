//! What an account is told of its protection groups.

use super::{Announcer, Audience, Topic};
use unspent_model::{AccountId, CommandSeq, Event, ViewGroup};
use unspent_protocol::{Channel, GroupRow, Kind};

impl Announcer {
    /// One message to every account whose protection groups were set, tripped or reset.
    pub(super) fn group_changes(&mut self, events: &[Event], seq: CommandSeq, audience: &mut impl Audience) {
        let mut told: Vec<(AccountId, Vec<GroupRow>)> = Vec::new();
        for event in events {
            let (Event::GroupSet { account, group, .. }
            | Event::GroupTripped { account, group, .. }
            | Event::GroupReset { account, group }) = *event
            else {
                continue;
            };
            if !audience.wants(&Topic::Groups(account)) {
                continue;
            }
            let Some(known) = self.view.groups().get(account, group) else { continue };
            let row = row(known);
            match told.iter_mut().find(|(named, _)| *named == account) {
                Some((_, rows)) if rows.iter().all(|known| known.group != group) => rows.push(row),
                Some(_) => {}
                None => told.push((account, vec![row])),
            }
        }
        for (account, rows) in told {
            let stream = self.private(account, Kind::Update, None, seq, rows);
            self.tell(Topic::Groups(account), audience, |text| stream.write(Channel::Groups, text));
        }
    }

    /// All groups of an account.
    pub(super) fn group_rows(&self, account: AccountId) -> Vec<GroupRow> {
        self.view.groups().of_account(account).map(row).collect()
    }
}

fn row(group: &ViewGroup) -> GroupRow {
    GroupRow {
        group: group.group,
        event: group.change,
        tripped: group.tripped.is_some(),
        lots: group.rule.lots.0,
        window: group.rule.window_seconds,
        filled_lots: group.tripped,
        timestamp: group.at,
    }
}
