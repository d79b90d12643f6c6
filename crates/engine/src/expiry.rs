//! The end of an instrument's month: alerts before it, the next month's name at the last trade, and what is held then.
//!
//! Only instruments of which that was asked for: what is held of the others stays.

use crate::engine::Engine;
use crate::timers::Due;
use std::ops::Bound;
use unspent_model::{
    Event, Expiry, InstrumentId, Movement, MovementKind, Phase, PhaseReason, Programme, Reject, Rejection, Reply,
    Timestamp,
};

impl Engine {
    pub(crate) fn watch_expiry(
        &mut self,
        instrument: InstrumentId,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        let listed = self.listed(instrument)?;
        if listed.ends.is_some() {
            return Ok(Reply::Done);
        }
        let ends = listed.spec.symbol.credit().and_then(|credit| credit.expiry.ends());
        let ends = ends.filter(|&ends| ends > self.now).ok_or(Reject::NoExpiry)?;
        self.watch(instrument, ends);
        events.push(Event::ExpiryWatched { instrument, ends });
        Ok(Reply::Done)
    }

    /// Watches an instrument's month from now on.
    pub(crate) fn watch(&mut self, instrument: InstrumentId, ends: Timestamp) {
        self.listed[instrument.0 as usize].ends = Some(ends);
        let due = self.next_alert(instrument).map_or(ends, |(at, _)| at);
        self.timers.arm(due, Due::Expiry(instrument));
    }

    /// The first alert of an instrument after now.
    fn next_alert(&self, instrument: InstrumentId) -> Option<(Timestamp, u16)> {
        self.month(instrument).alerts_after(self.now).next()
    }

    fn month(&self, instrument: InstrumentId) -> Expiry {
        let symbol = &self.listed[instrument.0 as usize].spec.symbol;
        symbol.credit().expect("only credits are watched").expiry
    }

    /// An alert, or the month's end, is due.
    pub(crate) fn expiry_due(&mut self, instrument: InstrumentId, due: Timestamp, events: &mut Vec<Event>) {
        let ends = self.listed[instrument.0 as usize].ends.expect("a month that has ended is disarmed");
        if due >= ends {
            return self.month_over(instrument, events);
        }
        // Those that are due at one instant with a command's fire by their own times.
        let month = self.month(instrument);
        let (_, days) = month.alerts_after(Timestamp(due.0 - 1)).next().expect("an alert was due");
        let next = self.next_month(instrument);
        events.push(Event::ExpiryAlert { instrument, days, next });
        let due = month.alerts_after(due).next().map_or(ends, |(at, _)| at);
        self.timers.arm(due, Due::Expiry(instrument));
    }

    /// The next later month of an instrument's programme and face value that is listed and has not expired.
    pub(crate) fn next_month(&self, instrument: InstrumentId) -> Option<InstrumentId> {
        let symbol = self.listed[instrument.0 as usize].spec.symbol;
        let family = symbol.family()?;
        // Months are digits of one length, ascending, and what never expires comes after them.
        let later = self.symbols.range((Bound::Excluded(symbol), Bound::Unbounded));
        later
            .take_while(|(symbol, _)| symbol.as_str().starts_with(family))
            .filter(|(symbol, _)| symbol.family() == Some(family))
            .map(|(_, &next)| next)
            .find(|next| self.listed[next.0 as usize].phase != Phase::Expired)
    }

    /// Tells where to trade instead of an instrument that expires next, when that was asked for.
    pub(crate) fn tell_next_month(&self, instrument: InstrumentId, events: &mut Vec<Event>) {
        if self.listed[instrument.0 as usize].ends.is_some() {
            events.push(Event::NextMonth { instrument, next: self.next_month(instrument) });
        }
    }

    /// The month has ended: what is held of it is worth nothing any more.
    fn month_over(&mut self, instrument: InstrumentId, events: &mut Vec<Event>) {
        self.trade_last(instrument, events);
        let listed = &mut self.listed[instrument.0 as usize];
        listed.ends = None;
        self.back_to_holdings(instrument, events);
        let mut expired = 0_u64;
        self.ledger.write_off(instrument, |account, lots| {
            expired = expired.saturating_add(lots);
            let lots = i64::try_from(lots).expect("what an account holds is bounded");
            events.push(Event::Moved(Movement::lots(account, MovementKind::ExpiredUnused, instrument, -lots)));
        });
        self.count_expired(instrument, expired);
    }

    /// Counts lots of an instrument that were written off.
    pub(crate) fn count_expired(&mut self, instrument: InstrumentId, lots: u64) {
        let spec = &self.listed[instrument.0 as usize].spec;
        let face = lots.saturating_mul(u64::from(spec.face_dollars));
        if face > 0 {
            let sum = self.expired.entry(spec.symbol.programme().expect("only credits expire")).or_insert(0);
            *sum = sum.saturating_add(face);
        }
    }

    /// The last trade of an instrument: a call ends with its uncross, then it expires.
    pub(crate) fn trade_last(&mut self, instrument: InstrumentId, events: &mut Vec<Event>) {
        let listed = &mut self.listed[instrument.0 as usize];
        // Its timer has fired, unless the month ended before.
        if let Some(due) = listed.schedule.last_trade.filter(|&due| due > self.now) {
            listed.schedule.last_trade = None;
            self.timers.disarm(due, Due::LastTrade(instrument));
        }
        if self.listed[instrument.0 as usize].phase.collects() {
            self.end_call(instrument, events);
        }
        self.expire(instrument, PhaseReason::LastTrade, events);
    }

    /// Dollars of face that accounts held of a programme's months when they ended: what was never used. It stops at the
    /// largest number there is.
    pub fn expired_unused(&self) -> impl Iterator<Item = (&Programme, u64)> + '_ {
        self.expired.iter().map(|(programme, &dollars)| (programme, dollars))
    }

    /// Whether an instrument's month is watched, and has not ended.
    ///
    /// # Panics
    /// When it is not listed.
    #[must_use]
    pub fn is_watched(&self, instrument: InstrumentId) -> bool {
        self.listed[instrument.0 as usize].ends.is_some()
    }
}
