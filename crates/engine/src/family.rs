//! Books that trade across months: those of one family side by side, with the best price of each side.

use crate::engine::Engine;
use std::collections::BTreeMap;
use unspent_model::{Expiry, Family, InstrumentId, Phase, Price, Side, limits};

/// No bid, and no ask.
const NO_BID: u32 = 0;
const NO_ASK: u32 = u32::MAX;

/// A book's place among those that it trades with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kin {
    pub family: u32,
    pub place: u8,
}

const _: () = assert!(limits::FAMILY_MONTHS <= 64, "a set of places is a word of bits");

/// The books of a family that take part now, by expiry. Prices stand side by side, so that the best of a year of months is
/// in one line of cache.
#[derive(Debug, Default)]
pub(crate) struct Relatives {
    members: Vec<(Expiry, InstrumentId)>,
    /// The best price of each side of each; [`NO_BID`] and [`NO_ASK`] where nothing rests.
    bids: Vec<u32>,
    asks: Vec<u32>,
    /// How many instruments may take part, those included that are not continuous now.
    entitled: usize,
}

impl Relatives {
    pub fn instrument(&self, place: usize) -> InstrumentId {
        self.members[place].1
    }

    /// The best price that an order of `side` in the book at `place` may meet and the place of the book where it is: its own
    /// before another's, then that with the least months between. Without the books in `out`, a set of places.
    #[inline]
    pub fn best(&self, place: u8, side: Side, out: u64) -> Option<(usize, Price)> {
        let place = usize::from(place);
        let mut found = None;
        match side {
            Side::Buy => {
                let mut lowest = NO_ASK;
                for (at, &ask) in self.asks.iter().enumerate().skip(place) {
                    if ask < lowest && out & (1 << at) == 0 {
                        (lowest, found) = (ask, Some(at));
                    }
                }
                found.map(|at| (at, Price(lowest)))
            }
            Side::Sell => {
                let mut highest = NO_BID;
                for (at, &bid) in self.bids[..=place].iter().enumerate().rev() {
                    if bid > highest && out & (1 << at) == 0 {
                        (highest, found) = (bid, Some(at));
                    }
                }
                found.map(|at| (at, Price(highest)))
            }
        }
    }

    /// The pair of books, bid's and ask's, that trade first when months are crossed: the highest bid that some ask of a later
    /// month reaches, of equal ones that of the latest month; then the lowest of those asks, of equal ones that of the
    /// earliest month.
    pub fn crossed(&self, out: u64) -> Option<(usize, usize)> {
        let mut pair: Option<(usize, usize)> = None;
        for (at, &bid) in self.bids.iter().enumerate().rev() {
            if out & (1 << at) != 0 || pair.is_some_and(|(best, _)| bid <= self.bids[best]) {
                continue;
            }
            let place = u8::try_from(at).expect("the bound on a family's months fits");
            if let Some((ask, price)) = self.best(place, Side::Buy, out)
                && price.0 <= bid
            {
                pair = Some((at, ask));
            }
        }
        pair
    }

    /// A walk of an order of `side` in the book at `place` that changes nothing.
    pub fn walk(&self, place: u8, side: Side) -> Walk {
        let mut prices = [None; limits::FAMILY_MONTHS];
        let (best, none, reached) = match side {
            Side::Buy => (&self.asks, NO_ASK, usize::from(place)..self.asks.len()),
            Side::Sell => (&self.bids, NO_BID, 0..usize::from(place) + 1),
        };
        for at in reached {
            prices[at] = (best[at] != none).then_some(Price(best[at]));
        }
        Walk { prices, side }
    }

    fn set(&mut self, place: u8, side: Side, best: Option<Price>) {
        let place = usize::from(place);
        match side {
            Side::Buy => self.bids[place] = best.map_or(NO_BID, |price| price.0),
            Side::Sell => self.asks[place] = best.map_or(NO_ASK, |price| price.0),
        }
    }
}

/// How far a walk that changes nothing has come in each book.
pub(crate) struct Walk {
    /// The next price in each; `None` where it goes no further.
    prices: [Option<Price>; limits::FAMILY_MONTHS],
    side: Side,
}

impl Walk {
    /// The best of the next prices and its place, as [`Relatives::best`] has it.
    pub fn first(&self) -> Option<(usize, Price)> {
        let next = self.prices.iter().enumerate().filter_map(|(at, price)| price.map(|price| (at, price)));
        match self.side {
            Side::Buy => next.min_by_key(|&(at, price)| (price, at)),
            Side::Sell => next.max_by_key(|&(at, price)| (price, at)),
        }
    }

    /// Where the walk goes on in a book.
    pub fn set(&mut self, at: usize, next: Option<Price>) {
        self.prices[at] = next;
    }
}

/// All families of which some book takes part or did.
#[derive(Debug, Default)]
pub(crate) struct Families {
    by_key: BTreeMap<Family, u32>,
    all: Vec<Relatives>,
}

impl Families {
    #[inline]
    pub fn get(&self, family: u32) -> &Relatives {
        &self.all[family as usize]
    }

    fn number(&mut self, family: Family) -> u32 {
        let next = u32::try_from(self.all.len()).expect("the bound on instruments fits");
        let number = *self.by_key.entry(family).or_insert(next);
        if number == next {
            self.all.push(Relatives::default());
        }
        number
    }
}

impl Engine {
    /// Whether an instrument may trade across months: a credit, and not one of too many of its family.
    pub(crate) fn room_in_family(&self, instrument: InstrumentId) -> bool {
        let listed = &self.listed[instrument.0 as usize];
        let Some((family, _)) = listed.spec.family() else { return false };
        let entitled = self.families.by_key.get(&family).map_or(0, |&family| self.families.get(family).entitled);
        listed.entitled() || listed.phase == Phase::Expired || entitled < limits::FAMILY_MONTHS
    }

    /// Counts an instrument that trades across months from now on, once it is continuous, or no longer.
    pub(crate) fn entitle(&mut self, instrument: InstrumentId, was: bool) {
        let listed = &self.listed[instrument.0 as usize];
        let is = listed.entitled();
        let Some((family, _)) = listed.spec.family().filter(|_| is != was) else { return };
        let family = self.families.number(family);
        let entitled = &mut self.families.all[family as usize].entitled;
        if is { *entitled += 1 } else { *entitled -= 1 }
    }

    /// Lets a book trade with its relatives, or no longer, as its rules and its phase have it now.
    pub(crate) fn take_part(&mut self, instrument: InstrumentId) {
        let listed = &self.listed[instrument.0 as usize];
        let takes_part = listed.rules.dominance && listed.phase == Phase::Continuous;
        match listed.kin {
            None if takes_part => self.join(instrument),
            Some(kin) if !takes_part => self.leave(instrument, kin),
            _ => {}
        }
    }

    fn join(&mut self, instrument: InstrumentId) {
        let listed = &self.listed[instrument.0 as usize];
        let (family, expiry) = listed.spec.family().expect("only credits trade across months");
        let family = self.families.number(family);
        let relatives = &mut self.families.all[family as usize];
        let place = relatives.members.partition_point(|&(other, _)| other < expiry);
        relatives.members.insert(place, (expiry, instrument));
        relatives.bids.insert(place, NO_BID);
        relatives.asks.insert(place, NO_ASK);
        self.seat(family);
    }

    fn leave(&mut self, instrument: InstrumentId, kin: Kin) {
        let relatives = &mut self.families.all[kin.family as usize];
        let place = usize::from(kin.place);
        let (_, left) = relatives.members.remove(place);
        assert_eq!(left, instrument, "another book stood in its place");
        relatives.bids.remove(place);
        relatives.asks.remove(place);
        let listed = &mut self.listed[instrument.0 as usize];
        (listed.kin, listed.related) = (None, false);
        self.seat(kin.family);
    }

    /// Tells every book of a family its place, and notes its best prices.
    fn seat(&mut self, family: u32) {
        let relatives = &mut self.families.all[family as usize];
        let related = relatives.members.len() > 1;
        for at in 0..relatives.members.len() {
            let (_, instrument) = relatives.members[at];
            let place = u8::try_from(at).expect("the bound on a family's months fits");
            let listed = &mut self.listed[instrument.0 as usize];
            (listed.kin, listed.related) = (Some(Kin { family, place }), related);
            for side in [Side::Buy, Side::Sell] {
                relatives.set(place, side, listed.book.best(side).map(|(price, _)| price));
            }
        }
    }

    /// Notes the best price of a side of a book that has relatives.
    #[inline(never)]
    pub(crate) fn note_best(&mut self, instrument: InstrumentId, side: Side) {
        let listed = &self.listed[instrument.0 as usize];
        let Some(Kin { family, place }) = listed.kin else { return };
        let best = listed.book.best(side).map(|(price, _)| price);
        self.families.all[family as usize].set(place, side, best);
    }

    /// The best price that an order of `side` would meet now, in its own book or a relative's.
    #[inline]
    pub(crate) fn opposite(&self, instrument: InstrumentId, side: Side) -> Option<Price> {
        let listed = &self.listed[instrument.0 as usize];
        match listed.kin {
            Some(kin) if listed.related => {
                self.families.get(kin.family).best(kin.place, side, 0).map(|(_, price)| price)
            }
            _ => listed.book.best(side.opposite()).map(|(price, _)| price),
        }
    }

    /// Whether an order of `side` with this limit would meet a resting order, in its own book or a relative's.
    #[inline]
    pub(crate) fn would_meet(&self, instrument: InstrumentId, side: Side, limit: Price) -> bool {
        let listed = &self.listed[instrument.0 as usize];
        if !listed.related {
            return listed.book.would_take(side, limit);
        }
        self.opposite(instrument, side).is_some_and(|best| within(side, limit, best))
    }

    /// Checks that the books that take part are those that should, that their best prices are noted, and that no bid meets
    /// an ask of its month or a later one.
    ///
    /// # Panics
    /// At the first that is not so.
    pub(crate) fn check_families(&self) {
        for (instrument, listed) in (0..).map(InstrumentId).zip(&self.listed) {
            let takes_part = listed.rules.dominance && listed.phase == Phase::Continuous;
            assert_eq!(listed.kin.is_some(), takes_part, "{instrument} takes part and should not, or the reverse");
            let Some(kin) = listed.kin else {
                assert!(!listed.related, "{instrument} has relatives and takes no part");
                continue;
            };
            let relatives = self.families.get(kin.family);
            assert_eq!(relatives.instrument(usize::from(kin.place)), instrument, "a book in another's place");
            assert_eq!(listed.related, relatives.members.len() > 1);
            let (bid, ask) = (listed.book.best(Side::Buy), listed.book.best(Side::Sell));
            if listed.related {
                let place = usize::from(kin.place);
                assert_eq!(relatives.bids[place], bid.map_or(NO_BID, |(price, _)| price.0), "a best bid is not noted");
                assert_eq!(relatives.asks[place], ask.map_or(NO_ASK, |(price, _)| price.0), "a best ask is not noted");
            }
            for later in &relatives.members[usize::from(kin.place)..] {
                let ask = self.listed[later.1.0 as usize].book.best(Side::Sell);
                if let (Some((bid, _)), Some((ask, _))) = (bid, ask) {
                    assert!(bid < ask, "crossed across months: bid {bid} in {instrument}, ask {ask} in {}", later.1);
                }
            }
        }
        for relatives in &self.families.all {
            assert!(relatives.members.is_sorted_by(|one, next| one.0 < next.0), "months out of order");
            let kin = |&(_, instrument): &(Expiry, InstrumentId)| self.listed[instrument.0 as usize].kin.is_some();
            assert!(relatives.members.iter().all(kin), "a member that takes no part");
        }
    }

    /// Lets the books of restored instruments trade across months. `Err` when they are crossed or too many.
    pub(crate) fn restore_families(&mut self) -> Result<(), &'static str> {
        for instrument in (0..self.listed.len()).map(|id| InstrumentId(id as u32)) {
            let listed = &self.listed[instrument.0 as usize];
            if listed.rules.dominance && listed.spec.family().is_none() {
                return Err("what is no credit trades across months");
            }
            self.entitle(instrument, false);
            self.take_part(instrument);
        }
        if self.families.all.iter().any(|relatives| relatives.entitled > limits::FAMILY_MONTHS) {
            return Err("too many months of one family trade across months");
        }
        if self.families.all.iter().any(|relatives| relatives.crossed(0).is_some()) {
            return Err("books are crossed across months");
        }
        Ok(())
    }
}

/// Whether an order of `side` with this limit trades at `price`.
#[inline]
pub(crate) fn within(side: Side, limit: Price, price: Price) -> bool {
    match side {
        Side::Buy => price <= limit,
        Side::Sell => price >= limit,
    }
}
