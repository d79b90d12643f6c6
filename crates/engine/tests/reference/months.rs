//! Trades across months, by RULES.md §3.1: a list of all orders that may be met, sorted anew for every question.

use super::accounts::Thing;
use super::orders::{Open, within};
use super::{Listed, Reference};
use unspent_model::{CancelReason, Expiry, InstrumentId, OrderId, Phase, PhaseReason, SelfTrade, Side, limits};

impl Reference {
    fn expiry_of(&self, instrument: InstrumentId) -> Option<Expiry> {
        self.at(instrument).spec.symbol.credit().map(|credit| credit.expiry)
    }

    fn same_family(&self, one: InstrumentId, other: InstrumentId) -> bool {
        let of = |instrument: InstrumentId| {
            let spec = &self.at(instrument).spec;
            let credit = spec.symbol.credit()?;
            let text = (credit.provider.to_owned(), credit.programme.to_owned());
            Some((text, spec.face_dollars, spec.price_decimals, spec.price_unit, spec.price_max))
        };
        of(one).is_some() && of(one) == of(other)
    }

    fn all(&self) -> impl Iterator<Item = InstrumentId> + use<> {
        (0..self.listed.len() as u32).map(InstrumentId)
    }

    pub(super) fn takes_part(&self, instrument: InstrumentId) -> bool {
        let listed = self.at(instrument);
        listed.rules.dominance && listed.phase == Phase::Continuous
    }

    /// Whether an instrument's rules may say that it trades across months.
    pub(super) fn may_dominate(&self, instrument: InstrumentId) -> bool {
        let others = self.all().filter(|&other| {
            let listed = self.at(other);
            other != instrument
                && self.same_family(instrument, other)
                && listed.rules.dominance
                && listed.phase != Phase::Expired
        });
        let room = others.count() < limits::FAMILY_MONTHS || self.phase(instrument) == Phase::Expired;
        self.expiry_of(instrument).is_some() && room
    }

    /// The books that trade with this one, itself included, by expiry; of one that takes no part only itself.
    fn relatives(&self, instrument: InstrumentId) -> Vec<InstrumentId> {
        if !self.takes_part(instrument) {
            return vec![instrument];
        }
        let mut all: Vec<InstrumentId> =
            self.all().filter(|&other| self.takes_part(other) && self.same_family(instrument, other)).collect();
        all.sort_by_key(|&other| self.expiry_of(other));
        all
    }

    /// The orders that one of `side` in this book may meet, the first first.
    pub(super) fn opposite(&self, instrument: InstrumentId, side: Side) -> Vec<&Open> {
        let books = self.relatives(instrument);
        let own = books.iter().position(|&book| book == instrument).expect("it is among them");
        let mut met: Vec<(i64, usize, u64, &Open)> = Vec::new();
        for (at, &book) in books.iter().enumerate() {
            let over = if side == Side::Buy { at.checked_sub(own) } else { own.checked_sub(at) };
            let Some(over) = over else { continue };
            for order in self.queue(book, side.opposite()) {
                let price = i64::from(order.price);
                met.push((if side == Side::Buy { price } else { -price }, over, order.place, order));
            }
        }
        met.sort_by_key(|&(price, over, place, _)| (price, over, place));
        met.into_iter().map(|(_, _, _, order)| order).collect()
    }

    pub(super) fn best_opposite(&self, instrument: InstrumentId, side: Side) -> Option<u32> {
        self.opposite(instrument, side).first().map(|order| order.price)
    }

    /// Trades what is crossed across months now that a book takes part.
    pub(super) fn sweep(&mut self, entered: InstrumentId, reason: PhaseReason) {
        let books = self.relatives(entered);
        let as_it_began: Vec<Listed> = self.listed.clone();
        let mut breached: Vec<InstrumentId> = Vec::new();
        while let Some((bid, ask)) = self.first_crossed(&books, &breached) {
            let (older, younger) = if bid < ask { (bid, ask) } else { (ask, bid) };
            let price = self.find(older).expect("open").price;
            let delivered = self.find(ask).expect("open").terms.instrument;
            if !as_it_began[delivered.0 as usize].inside_bands(price) {
                breached.push(delivered);
                continue;
            }
            let owner = |order: OrderId| self.account(self.find(order).expect("open").terms.account).owner;
            if owner(older) == owner(younger) {
                self.keep_apart(older, younger);
                continue;
            }
            let (mut older, mut younger) = (self.take_out(older), self.take_out(younger));
            let lots = older.shown.min(younger.shown);
            self.print(&mut older, &mut younger, price, lots, super::execution::Way::Sweep);
            self.put_back(older);
            self.put_back(younger);
        }
        for instrument in breached {
            if instrument == entered && reason == PhaseReason::CallEnded {
                self.change_phase(instrument, Phase::Halted, PhaseReason::Unresolved);
            } else {
                self.change_phase(instrument, Phase::VolatilityCall, PhaseReason::Volatility);
            }
        }
    }

    /// The bid that trades first, and the ask that it trades with.
    fn first_crossed(&self, books: &[InstrumentId], without: &[InstrumentId]) -> Option<(OrderId, OrderId)> {
        let month = |order: &Open| books.iter().position(|&book| order.is_in(book)).expect("one of them");
        let all = |side| {
            let books = books.iter().filter(|book| !without.contains(book));
            books.flat_map(|&book| self.queue(book, side)).collect::<Vec<&Open>>()
        };
        let (mut bids, mut asks) = (all(Side::Buy), all(Side::Sell));
        bids.sort_by_key(|bid| (-i64::from(bid.price), -(month(bid) as i64), bid.place));
        asks.sort_by_key(|ask| (ask.price, month(ask), ask.place));
        bids.iter().find_map(|bid| {
            let meets = |ask: &&&Open| month(ask) >= month(bid) && within(Side::Buy, bid.price, ask.price);
            asks.iter().find(meets).map(|ask| (bid.id, ask.id))
        })
    }

    /// Two resting orders of one owner: the younger one's self-trade prevention.
    fn keep_apart(&mut self, older: OrderId, younger: OrderId) {
        match self.find(younger).expect("open").terms.self_trade {
            SelfTrade::CancelNewest => _ = self.pull(younger, CancelReason::SelfTrade),
            SelfTrade::CancelOldest => _ = self.pull(older, CancelReason::SelfTrade),
            SelfTrade::CancelBoth => {
                self.pull(older, CancelReason::SelfTrade);
                self.pull(younger, CancelReason::SelfTrade);
            }
            SelfTrade::Decrement => {
                let mut both = [self.take_out(older), self.take_out(younger)];
                let lots = both[0].shown.min(both[1].shown);
                for order in &mut both {
                    order.total -= lots;
                    order.shown -= lots;
                    if order.link.is_none() {
                        self.change(Thing::of(order));
                    }
                    self.tell_reduced(order, lots, true, CancelReason::SelfTrade);
                    self.leg_lost(order, lots);
                    if order.leaves() == 0 {
                        self.tell_canceled(order, CancelReason::SelfTrade);
                    }
                }
                both.into_iter().for_each(|order| self.put_back(order));
            }
        }
    }
}
