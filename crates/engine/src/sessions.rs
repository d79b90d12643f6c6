//! Connections whose end cancels their orders, and dead-man timers.

use crate::engine::Engine;
use crate::timers::Due;
use unspent_model::{AccountId, CancelReason, Event, Reject, Rejection, Reply, SessionId, limits};

impl Engine {
    pub(crate) fn connect(&mut self, account: AccountId, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        self.known(account)?;
        let held = self.accounts.get_mut(account);
        if held.sessions as usize >= limits::SESSIONS_PER_ACCOUNT {
            return Err(Reject::TooManySessions.into());
        }
        held.sessions += 1;
        let session = SessionId(self.seq.0);
        self.sessions.insert(session, account);
        events.push(Event::SessionOpened { session, account });
        Ok(Reply::Connected { session })
    }

    pub(crate) fn disconnect(&mut self, session: SessionId, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        let account = self.sessions.remove(&session).ok_or(Reject::SessionClosed)?;
        self.accounts.get_mut(account).sessions -= 1;
        events.push(Event::SessionClosed { session, account });
        self.cancel_where(account, CancelReason::Disconnect, events, |engine, order| {
            engine.orders.special(order).is_some_and(|special| special.session == Some(session))
        });
        Ok(Reply::Done)
    }

    /// Whether a session is live, and of this account.
    pub(crate) fn live(&self, session: SessionId, account: AccountId) -> Result<(), Reject> {
        if self.sessions.get(&session) == Some(&account) { Ok(()) } else { Err(Reject::SessionClosed) }
    }

    pub(crate) fn cancel_all_after(
        &mut self,
        account: AccountId,
        seconds: u32,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        if seconds > limits::DEAD_MAN_SECONDS {
            return Err(Reject::InvalidTimeout.into());
        }
        if let Some(due) = self.dead_men.remove(&account) {
            self.timers.disarm(due, Due::DeadMan(account));
        }
        let due = (seconds > 0).then(|| self.now.plus_seconds(u64::from(seconds)));
        if let Some(due) = due {
            self.dead_men.insert(account, due);
            self.timers.arm(due, Due::DeadMan(account));
        }
        events.push(Event::DeadMan { account, due });
        Ok(Reply::Timer { due })
    }
}
