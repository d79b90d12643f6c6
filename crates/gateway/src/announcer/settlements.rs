//! What an account is told of its trades that settle later.

use super::{Announcer, Audience, Topic};
use unspent_model::{AccountId, CommandSeq, Event, SettlementId};
use unspent_protocol::{Channel, Kind, SettlementRow};

/// The most rows of a snapshot: the newest settlements of the account. REST gives the others, page by page.
const ROWS: usize = 500;

impl Announcer {
    /// One message to every account whose settlements took a step, each settlement as it stands after the command.
    pub(super) fn settlement_changes(&mut self, events: &[Event], seq: CommandSeq, audience: &mut impl Audience) {
        let mut told: Vec<(AccountId, Vec<SettlementId>)> = Vec::new();
        for event in events {
            let Event::Settlement(step) = event else { continue };
            let it = &step.settlement;
            for account in [it.buyer, it.seller] {
                if !audience.wants(&Topic::Settlements(account)) {
                    continue;
                }
                match told.iter_mut().find(|(named, _)| *named == account) {
                    Some((_, rows)) if !rows.contains(&it.settlement) => rows.push(it.settlement),
                    Some(_) => {}
                    None => told.push((account, vec![it.settlement])),
                }
            }
        }
        for (account, ids) in told {
            let known = ids.iter().filter_map(|id| self.view.settlements().get(*id));
            let rows: Vec<SettlementRow> = known.map(|known| self.catalogue.settlement(known, account)).collect();
            let stream = self.private(account, Kind::Update, None, seq, rows);
            self.tell(Topic::Settlements(account), audience, |text| stream.write(Channel::Settlements, text));
        }
    }

    /// The newest settlements of an account.
    pub(super) fn settlement_rows(&self, account: AccountId) -> Vec<SettlementRow> {
        let known = self.view.settlements().of(account).take(ROWS);
        known.map(|known| self.catalogue.settlement(known, account)).collect()
    }
}
