//! What stops the maker, and what lets it go on.

use crate::action::{Action, Hold};
use crate::config::Safety;
use std::collections::BTreeSet;
use unspent_model::Timestamp;

const MS: u64 = 1_000_000;
/// While something is open that must not be, it is cancelled so often, in nanoseconds.
const PULL_AGAIN: u64 = 1_000 * MS;

/// Which holds are on, and the clocks that put them on.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    holds: BTreeSet<Hold>,
    heard: Timestamp,
    confirmed: Option<Timestamp>,
    /// When the dead-man timer was asked for last.
    asked: Option<Timestamp>,
    /// When everything was cancelled last.
    pulled: Option<Timestamp>,
    tripped: Option<Timestamp>,
}

/// Whether so many milliseconds passed between two instants.
fn passed(from: Timestamp, now: Timestamp, ms: u64) -> bool {
    now.0.saturating_sub(from.0) > ms.saturating_mul(MS)
}

impl Guard {
    /// Nothing is connected yet.
    pub(crate) fn new() -> Guard {
        Guard {
            holds: BTreeSet::from([Hold::Disconnected, Hold::Reconciling, Hold::Unconfirmed]),
            heard: Timestamp(0),
            confirmed: None,
            asked: None,
            pulled: None,
            tripped: None,
        }
    }

    pub(crate) fn holds(&self) -> &BTreeSet<Hold> {
        &self.holds
    }

    pub(crate) fn may_quote(&self) -> bool {
        self.holds.is_empty()
    }

    pub(crate) fn is(&self, hold: Hold) -> bool {
        self.holds.contains(&hold)
    }

    /// Whether what is asked would reach the venue.
    pub(crate) fn connected(&self) -> bool {
        !self.is(Hold::Disconnected)
    }

    /// Puts a hold on, and pulls everything.
    pub(crate) fn hold(&mut self, now: Timestamp, hold: Hold, why: String, actions: &mut Vec<Action>) {
        if !self.holds.insert(hold) {
            return;
        }
        if hold == Hold::Tripped {
            self.tripped = Some(now);
        }
        actions.push(Action::Held { hold, why });
        self.pull(now, actions);
    }

    pub(crate) fn release(&mut self, hold: Hold, actions: &mut Vec<Action>) {
        if self.holds.remove(&hold) {
            actions.push(Action::Released { hold });
        }
    }

    fn pull(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if self.connected() {
            self.pulled = Some(now);
            actions.push(Action::CancelAll);
        }
    }

    /// Something is open that must not be: asks again, once a second.
    pub(crate) fn pull_again(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if self.pulled.is_none_or(|pulled| now.0.saturating_sub(pulled.0) >= PULL_AGAIN) {
            self.pull(now, actions);
        }
    }

    /// The venue is connected: what was known of it is not known any more.
    pub(crate) fn up(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        (self.confirmed, self.asked, self.pulled) = (None, None, None);
        self.heard = now;
        for hold in [Hold::Reconciling, Hold::Unconfirmed] {
            if self.holds.insert(hold) {
                actions.push(Action::Held { hold, why: "the venue is connected anew".to_owned() });
            }
        }
        self.release(Hold::Disconnected, actions);
    }

    pub(crate) fn heard(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        self.heard = self.heard.max(now);
        self.release(Hold::Stale, actions);
    }

    pub(crate) fn confirmed(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if self.connected() {
            self.confirmed = Some(now);
            self.release(Hold::Unconfirmed, actions);
        }
    }

    /// What is due by the clock.
    pub(crate) fn tick(&mut self, now: Timestamp, safety: &Safety, actions: &mut Vec<Action>) {
        if !self.connected() {
            return;
        }
        let third = u64::from(safety.dead_man_seconds) * 1_000_000_000 / 3;
        if self.asked.is_none_or(|asked| now.0.saturating_sub(asked.0) >= third) && !self.is(Hold::Quitting) {
            self.asked = Some(now);
            actions.push(Action::DeadMan { seconds: safety.dead_man_seconds });
        }
        if passed(self.heard, now, safety.stale_ms) {
            let why = format!("nothing was heard for {} ms", safety.stale_ms);
            self.hold(now, Hold::Stale, why, actions);
        }
        if self.confirmed.is_some_and(|confirmed| passed(confirmed, now, safety.confirm_ms)) {
            let why = format!("the dead-man timer was not acknowledged for {} ms", safety.confirm_ms);
            self.hold(now, Hold::Unconfirmed, why, actions);
        }
        if let (Some(group), Some(tripped)) = (&safety.group, self.tripped)
            && self.is(Hold::Tripped)
            && group.rest_seconds.is_some_and(|rest| now >= tripped.plus_seconds(u64::from(rest)))
        {
            actions.push(Action::ResetGroup { group: group.name });
            self.release(Hold::Tripped, actions);
        }
    }

    /// Somebody resumes: what waits for a person goes on.
    pub(crate) fn resume(&mut self, safety: &Safety, actions: &mut Vec<Action>) {
        if self.is(Hold::Tripped)
            && let Some(group) = &safety.group
        {
            actions.push(Action::ResetGroup { group: group.name });
        }
        for hold in [Hold::Paused, Hold::Tripped, Hold::Loss, Hold::Foreign] {
            self.release(hold, actions);
        }
    }
}
