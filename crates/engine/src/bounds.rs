//! What an account may have open, and how fast it may order.

use crate::engine::Engine;
use crate::listed::Listed;
use unspent_model::{AccountId, AccountLimits, Cash, Event, KillScope, Reject, Rejection, Reply, Timestamp, limits};

const SECOND: u64 = 1_000_000_000;

/// How far apart an account's orders are at its rate, and how much earlier one may come; `None` without a rate.
fn pace(limits: &AccountLimits) -> Option<(u64, u64)> {
    if limits.orders_per_second == 0 {
        return None;
    }
    let apart = SECOND.checked_div(u64::from(limits.orders_per_second))?;
    Some((apart, apart * u64::from(limits.burst.saturating_sub(1))))
}

/// Whether an account may be bounded so.
pub(crate) fn fit(limits: &AccountLimits) -> bool {
    let paced = limits.orders_per_second == 0 || limits.burst > 0;
    let evenly = u64::from(limits.orders_per_second) <= SECOND;
    limits.open_orders <= limits::OPEN_ORDERS_PER_ACCOUNT && paced && evenly
}

impl Engine {
    /// Whether an account's order comes at its rate: the virtual scheduling algorithm of ITU-T I.371.
    #[inline]
    pub(crate) fn arrives_evenly(&self, account: AccountId) -> Result<(), Rejection> {
        let account = self.accounts.get(account).expect("known");
        let Some((_, tolerance)) = pace(&account.limits) else { return Ok(()) };
        match account.next_arrival.0.checked_sub(self.now.0.saturating_add(tolerance)) {
            None | Some(0) => Ok(()),
            wait => Err(Rejection { reject: Reject::OrderRate, available: wait }),
        }
    }

    /// Counts an accepted order against its account's rate.
    #[inline]
    pub(crate) fn arrived(&mut self, account: AccountId) {
        let now = self.now;
        let account = self.accounts.get_mut(account);
        if let Some((apart, _)) = pace(&account.limits) {
            account.next_arrival = Timestamp(account.next_arrival.0.max(now.0).saturating_add(apart));
        }
    }

    /// Whether an account's open orders may be worth what they would be with `new` in place of `old`.
    pub(crate) fn within_notional(&self, account: AccountId, old: Cash, new: Cash) -> Result<(), Rejection> {
        let account = self.accounts.get(account).expect("known");
        let Some(bound) = account.limits.open_notional else { return Ok(()) };
        let others = account.open_notional - old;
        if others.checked_add(new).is_some_and(|sum| sum <= bound) {
            return Ok(());
        }
        let available = Some(bound.0.saturating_sub(others.0));
        Err(Rejection { reject: Reject::NotionalLimit, available })
    }

    pub(crate) fn set_limits(
        &mut self,
        account: AccountId,
        limits: AccountLimits,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        if !fit(&limits) {
            return Err(Reject::InvalidLimits.into());
        }
        let held = self.accounts.get_mut(account);
        (held.limits, held.next_arrival) = (limits, Timestamp(0));
        events.push(Event::LimitsSet { account, limits });
        Ok(Reply::Done)
    }

    /// Whether neither the venue, nor the instrument's programme, nor the account is stopped.
    #[inline]
    pub(crate) fn not_killed(&self, account: AccountId, listed: &Listed) -> Result<(), Reject> {
        let account = self.accounts.get(account).expect("known");
        if account.barred != 0 {
            return Err(account.why_barred());
        }
        if self.killed || listed.killed { Err(Reject::KillSwitch) } else { Ok(()) }
    }

    pub(crate) fn kill(
        &mut self,
        scope: KillScope,
        engaged: bool,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        let was = match scope {
            KillScope::Venue => std::mem::replace(&mut self.killed, engaged),
            KillScope::Account(account) => {
                self.known(account)?;
                self.accounts.get_mut(account).set_killed(engaged)
            }
            KillScope::Programme(programme) => {
                let was = self.killed_programmes.contains(&programme);
                if engaged {
                    self.killed_programmes.insert(programme);
                } else {
                    self.killed_programmes.remove(&programme);
                }
                for listed in &mut self.listed {
                    let symbol = &listed.spec.symbol;
                    listed.killed = self.killed_programmes.iter().any(|programme| programme.covers(symbol));
                }
                was
            }
        };
        if was == engaged {
            return Ok(Reply::Done);
        }
        events.push(Event::KillSwitch { scope, engaged });
        if engaged {
            let everyone = 0..u32::try_from(self.accounts.len()).expect("the bound on accounts fits");
            let accounts = match scope {
                KillScope::Account(account) => account.0..account.0 + 1,
                _ => everyone,
            };
            for account in accounts.map(AccountId) {
                self.cancel_where(account, unspent_model::CancelReason::Kill, events, |engine, order| match scope {
                    KillScope::Programme(programme) => {
                        programme.covers(&engine.listed[order.instrument.0 as usize].spec.symbol)
                    }
                    _ => true,
                });
            }
        }
        Ok(Reply::Done)
    }
}
