//! The registry of holdings as it was told.

use std::collections::{BTreeMap, BTreeSet};
use unspent_model::{
    AccountId, Event, HoldingId, HoldingLots, HoldingState, HoldingStep, HoldingTold, InstrumentId, Level, Timestamp,
    ViewFact, ViewRegistered, ViewRegistry,
};

/// How many holdings that have ended are remembered over the venue; the oldest ends are forgotten first.
pub const ENDED_HOLDINGS: usize = 10_000;

/// Every live holding, the last that have ended, and what is listed out of them.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    rows: BTreeMap<HoldingId, ViewRegistered>,
    of: BTreeSet<(AccountId, HoldingId)>,
    /// Those that have ended, by when.
    ended: BTreeSet<(Timestamp, HoldingId)>,
    /// Only what is not nothing.
    listed: BTreeMap<(HoldingId, InstrumentId, Level), u64>,
}

impl Holdings {
    /// Follows one event.
    pub(crate) fn apply(&mut self, at: Timestamp, event: &Event) {
        let Event::Registry(told) = event else { return };
        let HoldingTold { step, lots, holding } = **told;
        if let Some(HoldingLots { instrument, level, lots }) = lots {
            let listed = self.listed.entry((holding.holding, instrument, level)).or_insert(0);
            *listed = if step == HoldingStep::Listed { *listed + lots } else { listed.saturating_sub(lots) };
            if *listed == 0 {
                self.listed.remove(&(holding.holding, instrument, level));
            }
        }
        self.put(ViewRegistered { holding, at });
    }

    pub(crate) fn put(&mut self, row: ViewRegistered) {
        let (id, account) = (row.holding.holding, row.holding.terms.account);
        self.of.insert((account, id));
        self.rows.insert(id, row);
        if row.holding.state != HoldingState::Live {
            self.ended.insert((row.at, id));
            let gone: Vec<HoldingLots> = self.listed(id).collect();
            for lots in gone {
                self.listed.remove(&(id, lots.instrument, lots.level));
            }
        }
        if self.ended.len() > ENDED_HOLDINGS
            && let Some((_, oldest)) = self.ended.pop_first()
            && let Some(gone) = self.rows.remove(&oldest)
        {
            self.of.remove(&(gone.holding.terms.account, oldest));
        }
    }

    /// Says what is listed out of a holding. `false` when that was said, is nothing, or the holding is not live.
    pub(crate) fn restore_listed(&mut self, holding: HoldingId, lots: HoldingLots) -> bool {
        let live = self.get(holding).is_some_and(|row| row.holding.state == HoldingState::Live);
        let key = (holding, lots.instrument, lots.level);
        live && lots.lots > 0 && self.listed.insert(key, lots.lots).is_none()
    }

    /// A holding, when it is live or is remembered.
    #[must_use]
    pub fn get(&self, holding: HoldingId) -> Option<&ViewRegistered> {
        self.rows.get(&holding)
    }

    /// An account's holdings, newest first.
    pub fn of(&self, account: AccountId) -> impl Iterator<Item = &ViewRegistered> + '_ {
        let all = (account, HoldingId(0))..=(account, HoldingId(u64::MAX));
        self.of.range(all).rev().filter_map(|(_, id)| self.rows.get(id))
    }

    /// All that are known, newest first.
    pub fn all(&self) -> impl Iterator<Item = &ViewRegistered> + '_ {
        self.rows.values().rev()
    }

    /// What is listed out of a holding, by instrument and level.
    pub fn listed(&self, holding: HoldingId) -> impl Iterator<Item = HoldingLots> + '_ {
        let all = (holding, InstrumentId(0), Level::Declared)..=(holding, InstrumentId(u32::MAX), Level::Custody);
        self.listed.range(all).map(|(&(_, instrument, level), &lots)| HoldingLots { instrument, level, lots })
    }

    /// Gives all that is known as facts; nothing when that is nothing.
    pub(crate) fn facts(&self, mut each: impl FnMut(&ViewFact)) {
        let counts = self.counts();
        if counts == ViewRegistry::default() {
            return;
        }
        each(&ViewFact::Registry(counts));
        self.rows.values().for_each(|row| each(&ViewFact::Registered(Box::new(*row))));
        for (&(holding, instrument, level), &lots) in &self.listed {
            each(&ViewFact::ListedOut { holding, listed: HoldingLots { instrument, level, lots } });
        }
    }

    /// How much there is of each sort.
    pub(crate) fn counts(&self) -> ViewRegistry {
        ViewRegistry { holdings: self.rows.len() as u64, listed: self.listed.len() as u64 }
    }
}
