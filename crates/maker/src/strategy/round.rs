//! From what should be open to what is asked of the venue.

use super::Strategy;
use super::plan::Planned;
use crate::action::{Action, Hold};
use crate::input::OwnOrder;
use crate::pricing::{Row, outside_fees};
use std::collections::BTreeMap;
use unspent_model::{InstrumentId, Lots, Price, Quote, QuoteSide, Side, Timestamp};

const MS: u64 = 1_000_000;

/// An order of a further layer that was asked for.
#[derive(Clone, Copy, Debug)]
struct Placed {
    instrument: InstrumentId,
    side: Side,
    layer: u32,
    at: Timestamp,
    /// Whether the venue has told of it.
    told: bool,
    /// Whether it was asked to cancel it.
    closing: bool,
}

/// What was asked and is not answered, and what it was called.
#[derive(Clone, Debug)]
pub(super) struct Rounds {
    next_quote: u64,
    next_name: u64,
    /// The quote that waits for its answer, and since when.
    waiting: Option<(u64, Timestamp)>,
    placed: BTreeMap<u64, Placed>,
    last: Option<Timestamp>,
    /// Whether the end of the connection has been told.
    down: bool,
    done: bool,
}

impl Rounds {
    pub(super) fn new() -> Rounds {
        let placed = BTreeMap::new();
        Rounds { next_quote: 1, next_name: 1, waiting: None, placed, last: None, down: true, done: false }
    }

    /// What was asked is not waited for any more.
    pub(super) fn forget(&mut self) {
        (self.waiting, self.down) = (None, false);
        self.placed.clear();
    }

    /// The connection is gone; whether that is known already.
    pub(super) fn down(&mut self) -> bool {
        self.forget();
        std::mem::replace(&mut self.down, true)
    }

    pub(super) fn answered(&mut self, id: u64) {
        self.waiting = self.waiting.filter(|&(waiting, _)| waiting != id);
    }

    /// There is no order of this name; where it would have been.
    pub(super) fn refused(&mut self, name: u64) -> Option<(InstrumentId, Side)> {
        self.placed.remove(&name).map(|placed| (placed.instrument, placed.side))
    }

    /// An order is so now; whether it has a name that nobody waits for.
    pub(super) fn told(&mut self, order: &OwnOrder) -> bool {
        let Some(name) = order.name else { return false };
        if order.leaves.is_zero() {
            return self.placed.remove(&name).is_none();
        }
        match self.placed.get_mut(&name) {
            Some(placed) => {
                placed.told = true;
                false
            }
            None => true,
        }
    }

    /// Whether a name was ever given out; that of a quote is none.
    pub(super) fn issued(&self, name: Option<u64>) -> bool {
        name.is_none_or(|name| name < self.next_name)
    }

    pub(super) fn layer(&self, name: u64) -> Option<u32> {
        self.placed.get(&name).map(|placed| placed.layer)
    }

    /// How many quotes were sent.
    pub(super) fn sent(&self) -> u64 {
        self.next_quote - 1
    }

    /// Whether the end is to be told now; once.
    pub(super) fn quit(&mut self) -> bool {
        !std::mem::replace(&mut self.done, true)
    }

    /// The name of what is or will be open in a layer.
    fn name(&self, instrument: InstrumentId, side: Side, layer: u32) -> Option<(u64, Placed)> {
        let here = |placed: &Placed| (placed.instrument, placed.side, placed.layer) == (instrument, side, layer);
        self.placed.iter().find(|(_, placed)| here(placed)).map(|(&name, &placed)| (name, placed))
    }

    /// Whether something has waited for its answer for longer than so many milliseconds.
    fn overdue(&self, now: Timestamp, ms: u64) -> bool {
        let late = |at: Timestamp| now.0.saturating_sub(at.0) > ms.saturating_mul(MS);
        self.waiting.is_some_and(|(_, at)| late(at))
            || self.placed.values().any(|placed| (!placed.told || placed.closing) && late(placed.at))
    }
}

impl Strategy {
    /// Brings what is open to what should be, when it is time.
    pub(super) fn round(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if self.rounds.overdue(now, self.config.safety.confirm_ms) {
            let why = "a request was not answered".to_owned();
            return self.guard.hold(now, Hold::Unknown, why, actions);
        }
        let apart = self.config.timing.requote_ms.saturating_mul(MS);
        let early = self.rounds.last.is_some_and(|last| now.0.saturating_sub(last.0) < apart);
        if early || self.rounds.waiting.is_some() {
            return;
        }
        let mut plan = self.plan(now);
        self.settle(&mut plan);
        self.uncross(&mut plan);
        let (mut quotes, mut cancels, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for (at, planned) in plan.iter().enumerate().filter(|(_, planned)| !planned.fixed) {
            let instrument = self.markets[at].reference.instrument;
            let quote = Quote {
                instrument,
                bid: self.quote_side(instrument, Side::Buy, planned.row(Side::Buy, 0)),
                ask: self.quote_side(instrument, Side::Sell, planned.row(Side::Sell, 0)),
            };
            if quote.bid.is_some() || quote.ask.is_some() {
                quotes.push(quote);
            }
            for side in [Side::Buy, Side::Sell] {
                for layer in 1..crate::config::LAYERS {
                    self.further(now, instrument, planned.row(side, layer), (side, layer), &mut cancels, &mut places);
                }
            }
        }
        if quotes.is_empty() && cancels.is_empty() && places.is_empty() {
            return;
        }
        self.rounds.last = Some(now);
        // What goes first, so that nothing new meets what is old.
        actions.append(&mut cancels);
        if !quotes.is_empty() {
            let id = self.rounds.next_quote;
            self.rounds.next_quote += 1;
            self.rounds.waiting = Some((id, now));
            let group = self.config.safety.group.as_ref().map(|group| group.name);
            actions.push(Action::Quote { id, group, quotes });
        }
        actions.append(&mut places);
    }

    /// Keeps what is open and near enough to what is wanted: it has a place in its queue.
    fn settle(&self, plan: &mut [Planned]) {
        for (market, planned) in self.markets.iter().zip(plan).filter(|(_, planned)| !planned.fixed) {
            let q = &market.quoting;
            let instrument = market.reference.instrument;
            let fresh = planned.explained.rows.clone();
            for row in &mut planned.explained.rows {
                let open = match row.layer {
                    0 => self.own.quote(instrument, row.side),
                    layer => {
                        let name = self.rounds.name(instrument, row.side, layer);
                        name.and_then(|(name, _)| self.own.named(name))
                    }
                };
                let Some(open) = open else { continue };
                let near = open.price.0.abs_diff(row.price.0) < q.move_at.max(1);
                let filled = u64::from(open.leaves.0) * 100 < u64::from(row.lots.0) * u64::from(q.refill_percent);
                if near && !filled {
                    *row = Row { price: open.price, lots: row.lots.min(open.leaves), ..*row };
                }
            }
            // What was kept must not be nearer to the other side than what is new allows.
            let best = |rows: &[Row], side| {
                let prices = rows.iter().filter(|row| row.side == side && row.layer == 0).map(|row| row.price);
                prices.max()
            };
            let (bid, ask) = (best(&planned.explained.rows, Side::Buy), best(&planned.explained.rows, Side::Sell));
            if let (Some(bid), Some(ask)) = (bid, ask)
                && !outside_fees(&market.reference, bid, ask)
            {
                planned.explained.rows = fresh;
            }
        }
    }

    /// What to say of a side of a quote; `None` when it is as it should be.
    fn quote_side(&self, instrument: InstrumentId, side: Side, row: Option<Row>) -> Option<QuoteSide> {
        let open = self.own.quote(instrument, side).map(|open| (open.price, open.leaves));
        let wanted = row.map(|row| (row.price, row.lots));
        if wanted == open {
            return None;
        }
        let (price, lots) = wanted.unwrap_or((Price(0), Lots::ZERO));
        Some(QuoteSide { price, lots })
    }

    /// Brings one further layer to what it should be: one that is there is cancelled, and placed anew once it is gone.
    fn further(
        &mut self,
        now: Timestamp,
        instrument: InstrumentId,
        row: Option<Row>,
        (side, layer): (Side, u32),
        cancels: &mut Vec<Action>,
        places: &mut Vec<Action>,
    ) {
        if let Some((name, placed)) = self.rounds.name(instrument, side, layer) {
            let open = self.own.named(name).map(|open| (open.price, open.leaves));
            let right = row.is_some_and(|row| open == Some((row.price, row.lots)));
            // What the venue has not told of yet is looked at when it has.
            if placed.told && !placed.closing && !right {
                self.rounds.placed.insert(name, Placed { closing: true, at: now, ..placed });
                cancels.push(Action::Cancel { name });
            }
        } else if let Some(Row { price, lots, .. }) = row {
            let name = self.rounds.next_name;
            self.rounds.next_name += 1;
            let placed = Placed { instrument, side, layer, at: now, told: false, closing: false };
            self.rounds.placed.insert(name, placed);
            places.push(Action::Place { name, instrument, side, price, lots });
        }
    }
}
