//! Phases of an instrument, and the calls that collect orders for an uncross.

use crate::engine::Engine;
use crate::timers::Due;
use sha2::{Digest, Sha256};
use unspent_book::Clearing;
use unspent_model::{
    AuctionId, CallEnded, CancelReason, Event, Indicative, InstrumentId, OrderId, Phase, PhaseReason, Refilled, Reject,
    Rejection, Reply, Side, TimeInForce, Timestamp,
};

/// A call that has not been uncrossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub auction: AuctionId,
    /// SHA-256 of the seed of its random end.
    pub commitment: Option<[u8; 32]>,
    /// When the volatility call's timer is due.
    pub due: Option<Timestamp>,
    /// Its end, while it is being drawn.
    pub ending: Option<Ending>,
    /// Whether a volatility call goes on for the second time.
    pub extended: bool,
    /// The indication that was told last.
    pub told: Option<Clearing>,
}

/// A call's end that is being drawn: between `scheduled` and `latest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub scheduled: Timestamp,
    pub latest: Timestamp,
    pub then: Phase,
    pub reason: PhaseReason,
}

/// A call whose random end the venue drives: it commits while `committed` is false, and reveals once `ending` is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenCall {
    /// Where.
    pub instrument: InstrumentId,
    /// The auction.
    pub auction: AuctionId,
    /// Whether a commitment was taken.
    pub committed: bool,
    /// The scheduled and the latest end, once the end is being drawn.
    pub ending: Option<(Timestamp, Timestamp)>,
}

const SECOND: u64 = 1_000_000_000;

/// When a call ends by this seed, between its scheduled and its latest end as [`Event::CallEnding`] told them.
#[must_use]
pub fn random_end(seed: &[u8; 32], scheduled: Timestamp, latest: Timestamp) -> Timestamp {
    let (first, _) = seed.split_first_chunk().expect("a seed has more than eight bytes");
    Timestamp(scheduled.0 + u64::from_le_bytes(*first) % (latest.0 - scheduled.0 + 1))
}

impl Engine {
    pub(crate) fn set_phase(
        &mut self,
        instrument: InstrumentId,
        phase: Phase,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        let from = self.listed(instrument)?.phase;
        if from == phase {
            return Ok(Reply::Done);
        }
        if from == Phase::Expired || phase == Phase::VolatilityCall {
            return Err(Reject::WrongPhase.into());
        }
        self.may_be(self.listed(instrument)?, phase)?;
        if phase == Phase::Expired {
            self.expire(instrument, PhaseReason::Operator, events);
        } else {
            self.change_phase(instrument, phase, PhaseReason::Operator, events);
        }
        Ok(Reply::Done)
    }

    /// Moves an instrument to another phase but the last, uncrossing what was collected where trading or the day's end
    /// comes next.
    pub(crate) fn change_phase(
        &mut self,
        instrument: InstrumentId,
        phase: Phase,
        reason: PhaseReason,
        events: &mut Vec<Event>,
    ) {
        self.forget_end(instrument);
        if matches!(phase, Phase::Continuous | Phase::Closed) {
            self.end_call(instrument, events);
        }
        let listed = &mut self.listed[instrument.0 as usize];
        let from = std::mem::replace(&mut listed.phase, phase);
        events.push(Event::PhaseChanged { instrument, from, phase, reason });
        if phase.collects() && listed.call.is_none() {
            listed.book.collect(true);
            self.last_auction = AuctionId(self.last_auction.0 + 1);
            let auction = self.last_auction;
            let call = Call { auction, commitment: None, due: None, ending: None, extended: false, told: None };
            listed.call = Some(call);
            events.push(Event::CallOpened { instrument, auction });
        }
        if phase == Phase::VolatilityCall {
            let seconds = u64::from(listed.rules.volatility_seconds);
            let due = self.now.plus_seconds(seconds);
            let call = listed.call.as_mut().expect("a call was opened");
            (call.due, call.extended) = (Some(due), false);
            self.timers.arm(due, Due::CallEnd(instrument));
        }
        self.touch(instrument);
        self.take_part(instrument);
        if phase == Phase::Continuous {
            if self.listed[instrument.0 as usize].related {
                self.sweep(instrument, reason, events);
            }
            self.settle_down(instrument, None, events);
        }
        // None is overdue where trading was under way.
        if reason != PhaseReason::Volatility && !self.decays.is_empty() {
            self.take_overdue(instrument, events);
        }
    }

    /// The end of an instrument: every order is cancelled, every timer of it disarmed.
    pub(crate) fn expire(&mut self, instrument: InstrumentId, reason: PhaseReason, events: &mut Vec<Event>) {
        if self.listed[instrument.0 as usize].phase == Phase::Expired {
            return;
        }
        self.tell_next_month(instrument, events);
        self.forget_end(instrument);
        let listed = &mut self.listed[instrument.0 as usize];
        listed.call = None;
        if let Some(due) = listed.next_entry.take() {
            self.timers.disarm(due, Due::Entry(instrument));
        }
        if let Some(due) = listed.schedule.last_trade.take()
            && reason != PhaseReason::LastTrade
        {
            self.timers.disarm(due, Due::LastTrade(instrument));
        }
        let was_entitled = listed.entitled();
        let from = std::mem::replace(&mut listed.phase, Phase::Expired);
        events.push(Event::PhaseChanged { instrument, from, phase: Phase::Expired, reason });
        self.entitle(instrument, was_entitled);
        self.take_part(instrument);
        let canceled = match reason {
            PhaseReason::LastTrade => CancelReason::LastTrade,
            _ => CancelReason::Operator,
        };
        for side in [Side::Buy, Side::Sell] {
            while let Some(resting) = self.listed[instrument.0 as usize].book.front(side) {
                let record = self.orders.find(resting.id).expect("a resting order is open");
                self.cancel_open(record, canceled, events);
            }
        }
        for order in self.listed[instrument.0 as usize].stops.all() {
            let record = self.orders.find(order).expect("a waiting order is open");
            self.cancel_open(record, canceled, events);
        }
        self.listed[instrument.0 as usize].book.collect(false);
    }

    /// Forgets that a call's end was near.
    fn forget_end(&mut self, instrument: InstrumentId) {
        let Some(call) = &mut self.listed[instrument.0 as usize].call else { return };
        let ending = call.ending.take().map(|ending| ending.latest);
        let due = call.due.take();
        if let Some(due) = ending.or(due) {
            self.timers.disarm(due, Due::CallEnd(instrument));
        }
    }

    /// Uncrosses an unfinished call, if there is one, pulls and queues what follows from that, and cancels what was only
    /// for it.
    pub(crate) fn end_call(&mut self, instrument: InstrumentId, events: &mut Vec<Event>) {
        self.forget_end(instrument);
        let listed = &mut self.listed[instrument.0 as usize];
        let Some(call) = listed.call else { return };
        let clearing = listed.book.clearing(listed.anchor, &mut self.candidates);
        if let Some(clearing) = clearing {
            let mut pairs = std::mem::take(&mut self.pairs);
            let reshown = listed.book.uncross(clearing.lots, |pair| pairs.push(pair));
            for pair in pairs.drain(..) {
                let hidden = (pair.bid_hidden, pair.ask_hidden);
                self.fill_in_auction((pair.bid, pair.ask), clearing.price, pair.lots, hidden, events);
            }
            self.pairs = pairs;
            for again in reshown.into_iter().flatten() {
                events.push(Event::Refilled(Refilled {
                    order: again.order,
                    instrument,
                    side: again.side,
                    price: again.price,
                    shown: again.shown,
                    leaves: again.leaves,
                }));
            }
            let listed = &mut self.listed[instrument.0 as usize];
            let price = Some(clearing.price);
            (listed.last, listed.anchor, listed.reference) = (price, price, price);
            // Nothing is triggered before the instrument trades continuously.
            self.settle_down(instrument, Some((clearing.price, clearing.price)), events);
        }
        let listed = &mut self.listed[instrument.0 as usize];
        listed.call = None;
        listed.book.collect(false);
        events.push(Event::CallEnded(CallEnded {
            instrument,
            auction: call.auction,
            price: clearing.map(|clearing| clearing.price),
            lots: clearing.map_or(0, |clearing| clearing.lots),
            surplus: clearing.and_then(|clearing| clearing.surplus),
        }));
        self.cancel_auction_only(instrument, events);
    }

    fn cancel_auction_only(&mut self, instrument: InstrumentId, events: &mut Vec<Event>) {
        let book = &self.listed[instrument.0 as usize].book;
        let resting: Vec<OrderId> = book.queue(Side::Buy).chain(book.queue(Side::Sell)).map(|order| order.id).collect();
        for order in resting {
            let record = self.orders.find(order).expect("a resting order is open");
            let special = self.orders.special(self.orders.get(record));
            if special.is_some_and(|special| special.time_in_force == TimeInForce::Auction) {
                self.cancel_open(record, CancelReason::AuctionOver, events);
            }
        }
    }

    /// The trading day's next entry has come.
    pub(crate) fn next_entry(&mut self, instrument: InstrumentId, due: Timestamp, events: &mut Vec<Event>) {
        let listed = &mut self.listed[instrument.0 as usize];
        let entry = listed
            .schedule
            .entries
            .iter()
            .find(|entry| due.0 % (86_400 * SECOND) == u64::from(entry.second_of_day) * SECOND);
        let phase = entry.expect("an entry was due").phase;
        listed.next_entry = listed.schedule.next(due).map(|(next, _)| next);
        if let Some(next) = listed.next_entry {
            self.timers.arm(next, Due::Entry(instrument));
        }
        let from = listed.phase;
        let unmoved = from == Phase::VolatilityCall && phase == Phase::Continuous;
        if from == phase || unmoved || matches!(from, Phase::Halted | Phase::Expired) {
            return;
        }
        let ends = matches!(phase, Phase::Continuous | Phase::Closed);
        if !ends || !self.draw_end(instrument, due, phase, PhaseReason::Schedule, events) {
            self.change_phase(instrument, phase, PhaseReason::Schedule, events);
        }
    }

    /// A volatility call's time, or the time for drawing an end, is over.
    pub(crate) fn call_end(&mut self, instrument: InstrumentId, due: Timestamp, events: &mut Vec<Event>) {
        let call = self.listed[instrument.0 as usize].call.as_mut().expect("a call that is over is disarmed");
        if let Some(ending) = call.ending.take() {
            self.finish(instrument, ending.then, ending.reason, events);
            return;
        }
        call.due = None;
        let again = call.extended;
        if again || !self.draw_end(instrument, due, Phase::Continuous, PhaseReason::CallEnded, events) {
            self.finish(instrument, Phase::Continuous, PhaseReason::CallEnded, events);
        }
    }

    /// Begins to draw a committed call's end, when it has a random one.
    fn draw_end(
        &mut self,
        instrument: InstrumentId,
        scheduled: Timestamp,
        then: Phase,
        reason: PhaseReason,
        events: &mut Vec<Event>,
    ) -> bool {
        let near = self.listed[instrument.0 as usize].call.as_mut().and_then(|call| call.ending.as_mut());
        if let Some(ending) = near {
            // What was announced binds: only what it leads to is another.
            (ending.then, ending.reason) = (then, reason);
            return true;
        }
        let listed = &self.listed[instrument.0 as usize];
        let seconds = listed.rules.random_end_seconds;
        let committed = listed.call.is_some_and(|call| call.commitment.is_some() && !call.extended);
        if !committed || !listed.phase.collects() || seconds == 0 {
            return false;
        }
        self.forget_end(instrument);
        let call = self.listed[instrument.0 as usize].call.as_mut().expect("a committed call");
        let latest = scheduled.plus_seconds(u64::from(seconds));
        call.ending = Some(Ending { scheduled, latest, then, reason });
        let auction = call.auction;
        self.timers.arm(latest, Due::CallEnd(instrument));
        events.push(Event::CallEnding { instrument, auction, scheduled, latest });
        true
    }

    /// A call's end has come: it uncrosses, or a volatility call goes on or is handed to the operator.
    fn finish(&mut self, instrument: InstrumentId, then: Phase, reason: PhaseReason, events: &mut Vec<Event>) {
        let listed = &mut self.listed[instrument.0 as usize];
        let would = listed.book.clearing(listed.anchor, &mut self.candidates);
        let beyond = would.is_some_and(|clearing| listed.beyond_static(clearing.price));
        if reason == PhaseReason::CallEnded && beyond {
            let call = listed.call.as_mut().expect("a call ends");
            if call.extended {
                self.change_phase(instrument, Phase::Halted, PhaseReason::Unresolved, events);
                return;
            }
            let due = self.now.plus_seconds(2 * u64::from(listed.rules.volatility_seconds));
            (call.due, call.extended) = (Some(due), true);
            self.timers.arm(due, Due::CallEnd(instrument));
            let phase = Phase::VolatilityCall;
            events.push(Event::PhaseChanged { instrument, from: phase, phase, reason: PhaseReason::Extended });
            return;
        }
        self.change_phase(instrument, then, reason, events);
    }

    pub(crate) fn commit_auction(
        &mut self,
        instrument: InstrumentId,
        auction: AuctionId,
        commitment: [u8; 32],
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.listed(instrument)?;
        let listed = &mut self.listed[instrument.0 as usize];
        let open = matches!(listed.phase, Phase::Call | Phase::VolatilityCall);
        match &mut listed.call {
            Some(call) if open && call.auction == auction && call.commitment.is_none() && !call.extended => {
                call.commitment = Some(commitment);
                events.push(Event::AuctionCommitted { instrument, auction, commitment });
                Ok(Reply::Done)
            }
            _ => Err(Reject::WrongAuction.into()),
        }
    }

    pub(crate) fn reveal_auction(
        &mut self,
        instrument: InstrumentId,
        auction: AuctionId,
        seed: &[u8; 32],
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        let listed = self.listed(instrument)?;
        let call = listed.call.filter(|call| call.auction == auction).ok_or(Reject::WrongAuction)?;
        let ending = call.ending.ok_or(Reject::WrongAuction)?;
        let drawn = random_end(seed, ending.scheduled, ending.latest);
        if call.commitment != Some(Sha256::digest(seed).into()) || self.now < drawn {
            return Err(Reject::WrongAuction.into());
        }
        events.push(Event::AuctionRevealed { instrument, auction, seed: *seed });
        self.forget_end(instrument);
        self.finish(instrument, ending.then, ending.reason, events);
        Ok(Reply::Done)
    }

    /// Notes that an instrument's indication may have changed.
    #[inline]
    pub(crate) fn touch(&mut self, instrument: InstrumentId) {
        let listed = &mut self.listed[instrument.0 as usize];
        if listed.call.is_some() && !listed.touched {
            listed.touched = true;
            self.touched.push(instrument);
        }
    }

    /// Tells the indications that changed with this command.
    #[inline]
    pub(crate) fn tell_indications(&mut self, events: &mut Vec<Event>) {
        if !self.touched.is_empty() {
            self.tell_touched(events);
        }
    }

    #[cold]
    fn tell_touched(&mut self, events: &mut Vec<Event>) {
        self.touched.sort();
        for instrument in self.touched.drain(..) {
            let listed = &mut self.listed[instrument.0 as usize];
            listed.touched = false;
            if !listed.phase.collects() {
                continue;
            }
            let clearing = listed.book.clearing(listed.anchor, &mut self.candidates);
            let Some(call) = &mut listed.call else { continue };
            if call.told != clearing {
                call.told = clearing;
                events.push(Event::Indicative(Indicative {
                    instrument,
                    auction: call.auction,
                    price: clearing.map(|clearing| clearing.price),
                    lots: clearing.map_or(0, |clearing| clearing.lots),
                    surplus: clearing.and_then(|clearing| clearing.surplus),
                }));
            }
        }
    }
}
