//! A guest in a maker's seat: somebody who speaks the engine's own language.
//!
//! What it owns is that maker's: the same money, and the same credits of each month when it is listed. It knows the public's books,
//! its own money and lots, and every event of the engine; what it makes of events that are not its own is its own affair, and an
//! honest one passes over them.

use crate::market::Market;
use unspent_engine::Engine;
use unspent_model::{AccountId, Cash, Command, Event, InstrumentId, Price, Reply, SessionId, Side, Timestamp};

/// What a guest may look at.
pub struct View<'a> {
    /// The public's view.
    pub market: &'a Market,
    /// Its account.
    pub account: AccountId,
    /// Its session.
    pub session: SessionId,
    pub(crate) engine: &'a Engine,
}

impl View<'_> {
    /// A side's best levels, best first: price and lots.
    pub fn levels(&self, instrument: InstrumentId, side: Side) -> impl Iterator<Item = (Price, u64)> {
        self.engine.levels(instrument, side)
    }

    /// Its money, free and set aside.
    #[must_use]
    pub fn cash(&self) -> (Cash, Cash) {
        self.engine.cash(self.account)
    }

    /// Its lots, free and set aside.
    #[must_use]
    pub fn lots(&self, instrument: InstrumentId) -> (u64, u64) {
        self.engine.lots(self.account, instrument)
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.market.now
    }
}

/// Somebody in a maker's seat.
pub trait Guest: Send {
    /// Looks, and appends its own account's commands, which are carried out in their order, at once; after that it is asked again, until it
    /// has none. Returns when it wants to be asked then, later than now; what it is told may bring that forward.
    fn wake(&mut self, view: &View<'_>, commands: &mut Vec<Command>) -> Timestamp;

    /// Hears the events of one command, whoever gave it. Returns whether it wants to be asked a second later.
    fn heard(&mut self, now: Timestamp, events: &[Event]) -> bool;

    /// Hears the reply to a command of its last [`Guest::wake`], counted from none, after its events.
    fn answered(&mut self, now: Timestamp, command: usize, reply: &Reply);
}
