//! Connections with cancel-on-disconnect.

use super::{Answer, Reference, no};
use unspent_model::{AccountId, CancelReason, Event, Reject, Reply, SessionId, limits};

impl Reference {
    pub(super) fn connect(&mut self, account: AccountId) -> Answer {
        self.known(account)?;
        if self.sessions.iter().filter(|&&(_, whose)| whose == account).count() >= limits::SESSIONS_PER_ACCOUNT {
            return no(Reject::TooManySessions);
        }
        let session = SessionId(self.seq);
        self.sessions.push((session, account));
        self.tell(Event::SessionOpened { session, account });
        Ok(Reply::Connected { session })
    }

    pub(super) fn disconnect(&mut self, session: SessionId) -> Answer {
        let Some(at) = self.sessions.iter().position(|&(live, _)| live == session) else {
            return no(Reject::SessionClosed);
        };
        let (_, account) = self.sessions.remove(at);
        self.tell(Event::SessionClosed { session, account });
        self.pull_all(CancelReason::Disconnect, |order| order.session == Some(session));
        Ok(Reply::Done)
    }

    /// The live sessions, oldest first.
    pub fn sessions(&self) -> &[(SessionId, AccountId)] {
        &self.sessions
    }
}
