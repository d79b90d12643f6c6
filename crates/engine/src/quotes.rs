//! Mass quotes: at most one quote an account, instrument and side, many replaced in one command.

use crate::engine::Engine;
use crate::orders::Special;
use std::collections::BTreeMap;
use unspent_model::{
    AccountId, AddOrder, Amended, CancelReason, Event, InstrumentId, MassQuote, OrderId, Phase, Quote, QuoteSide,
    Reject, Rejection, Reply, Side, limits,
};

/// Which order is whose quote.
#[derive(Debug, Default)]
pub(crate) struct Quotes {
    live: BTreeMap<(AccountId, InstrumentId, Side), OrderId>,
}

impl Quotes {
    fn find(&self, account: AccountId, instrument: InstrumentId, side: Side) -> Option<OrderId> {
        self.live.get(&(account, instrument, side)).copied()
    }

    /// Says which order is a quote. `false`, and nothing is changed, when there is another.
    pub fn keep_again(&mut self, account: AccountId, instrument: InstrumentId, side: Side, order: OrderId) -> bool {
        let new = self.find(account, instrument, side).is_none();
        if new {
            self.live.insert((account, instrument, side), order);
        }
        new
    }

    /// Forgets a quote that has ended.
    pub fn forget(&mut self, account: AccountId, instrument: InstrumentId, side: Side, order: OrderId) {
        let was = self.live.remove(&(account, instrument, side));
        assert_eq!(was, Some(order), "an order that is not the quote ended as one");
    }
}

/// One side of one instrument in a mass quote.
#[derive(Clone, Copy)]
struct Wanted {
    instrument: InstrumentId,
    side: Side,
    at: QuoteSide,
}

/// The sides of quotes in their order: bid before ask.
fn sides(quotes: &[Quote]) -> impl Iterator<Item = Wanted> + '_ {
    quotes.iter().flat_map(|quote| {
        let side = |side, at: Option<QuoteSide>| at.map(|at| Wanted { instrument: quote.instrument, side, at });
        [side(Side::Buy, quote.bid), side(Side::Sell, quote.ask)].into_iter().flatten()
    })
}

/// What the first round made of a side.
#[derive(Debug)]
pub(crate) enum Round {
    Placed,
    Kept,
    Pulled,
    Nothing,
    Refused(Reject),
}

impl Engine {
    pub(crate) fn mass_quote(&mut self, quote: &MassQuote, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        self.known(quote.account)?;
        self.in_time(quote.deadline)?;
        self.live(quote.session, quote.account)?;
        for one in &quote.quotes {
            self.listed(one.instrument)?;
        }
        let group = quote.group.map(|name| self.group(quote.account, name)).transpose()?;
        if group.is_some_and(|group| self.groups.get(group).tripped) {
            return Err(Reject::GroupTripped.into());
        }
        let count = quote.quotes.len();
        if count == 0 || count > limits::QUOTES_PER_COMMAND || !self.each_once(&quote.quotes) {
            return Err(Reject::InvalidQuotes.into());
        }
        self.arrives_evenly(quote.account)?;

        // Decided, but for the sides one by one.
        self.arrived(quote.account);
        let (mut placed, mut unchanged, mut pulled, mut refused) = (0, 0, 0, 0);
        let mut rounds = std::mem::take(&mut self.rounds);
        for wanted in sides(&quote.quotes) {
            rounds.push(self.make_room(quote, group, &wanted, events));
        }
        for (wanted, round) in sides(&quote.quotes).zip(rounds.drain(..)) {
            let rejection = match round {
                Round::Kept => {
                    unchanged += 1;
                    continue;
                }
                Round::Pulled => {
                    pulled += 1;
                    continue;
                }
                Round::Nothing => continue,
                Round::Refused(reject) => Err(reject.into()),
                Round::Placed => self.place(quote, group, &wanted, events),
            };
            match rejection {
                Ok(()) => placed += 1,
                Err(rejection) => {
                    refused += 1;
                    let Wanted { instrument, side, .. } = wanted;
                    events.push(Event::QuoteRefused { instrument, side, rejection });
                }
            }
        }
        self.rounds = rounds;
        Ok(Reply::Quoted { quote_id: quote.quote_id, placed, unchanged, pulled, refused })
    }

    /// Whether no instrument stands twice in a mass quote.
    fn each_once(&mut self, quotes: &[Quote]) -> bool {
        self.quoted.clear();
        self.quoted.extend(quotes.iter().map(|quote| quote.instrument));
        self.quoted.sort_unstable();
        self.quoted.is_sorted_by(|one, next| one < next)
    }

    /// The first round: what is there is kept, lowered or pulled. What is kept passes to this message's session and group.
    fn make_room(&mut self, quote: &MassQuote, group: Option<u32>, wanted: &Wanted, events: &mut Vec<Event>) -> Round {
        let Wanted { instrument, side, at } = *wanted;
        let Some(id) = self.quotes.find(quote.account, instrument, side) else {
            return if at.lots.is_zero() { Round::Nothing } else { Round::Placed };
        };
        let record = self.orders.find(id).expect("a live quote is open");
        let old = *self.orders.get(record);
        let keeps = at.price == old.limit && !at.lots.is_zero() && at.lots <= old.leaves();
        let same = keeps && at.lots == old.leaves();
        if !same && self.listed[instrument.0 as usize].phase == Phase::NoCancel {
            let better = match side {
                Side::Buy => at.price >= old.limit,
                Side::Sell => at.price <= old.limit,
            };
            if !better || at.lots < old.leaves() {
                return Round::Refused(Reject::WrongPhase);
            }
        }
        if keeps {
            if !same {
                self.lower(record, at, events);
            }
            let special = self.orders.special_mut(old.more).expect("a quote is special");
            (special.session, special.group) = (Some(quote.session), group);
            return Round::Kept;
        }
        self.cancel_open(record, CancelReason::Requoted, events);
        if at.lots.is_zero() { Round::Pulled } else { Round::Placed }
    }

    /// Lowers what a quote has open; it keeps its place.
    fn lower(&mut self, record: u32, to: QuoteSide, events: &mut Vec<Event>) {
        let old = *self.orders.get(record);
        let mut new = old;
        new.lots = old.cum + to.lots;
        let listed = &mut self.listed[old.instrument.0 as usize];
        let (unit_value, fees) = (listed.unit_value, listed.fees[usize::from(old.fees)]);
        listed.book.reduce(old.slot.expect("a quote rests"), to.lots);
        if old.side == Side::Buy {
            let needed = old.required(fees, old.limit, to.lots, unit_value);
            new.reserved = needed.expect("less than before");
            self.ledger.release_cash(old.account, old.reserved - new.reserved);
        } else if old.is_promised() {
            new.reserved = self.bond_again(&old, &new);
            self.move_promised_reserve(&old, &new);
        } else {
            self.ledger.release_lots(old.holding, old.leaves() - to.lots);
        }
        self.orders.put_back(record, new, unit_value, &mut self.accounts);
        self.touch(old.instrument);
        events.push(Event::Amended(Amended {
            order: old.id,
            account: old.account,
            instrument: old.instrument,
            side: old.side,
            old_price: old.limit,
            old_leaves: old.leaves(),
            old_shown: old.leaves(),
            price: old.limit,
            lots: new.lots,
            leaves: to.lots,
            shown: to.lots,
            stop: None,
            kept_priority: true,
        }));
    }

    /// The second round: places a side whose room was made.
    fn place(
        &mut self,
        quote: &MassQuote,
        group: Option<u32>,
        wanted: &Wanted,
        events: &mut Vec<Event>,
    ) -> Result<(), Rejection> {
        let Wanted { instrument, side, at } = *wanted;
        if group.is_some_and(|group| self.groups.get(group).tripped) {
            return Err(Reject::GroupTripped.into());
        }
        let add = AddOrder {
            post_only: quote.post_only,
            session: Some(quote.session),
            ..AddOrder::limit(quote.account, instrument, side, at.price, at.lots)
        };
        let listed = self.listed(instrument)?;
        self.not_killed(quote.account, listed)?;
        self.permitted(quote.account, listed, side)?;
        listed.takes(&add)?;
        listed.check_terms(&add, self.now)?;
        let account = self.accounts.get(quote.account).expect("known");
        if account.open >= account.limits.open_orders {
            return Err(Reject::TooManyOpenOrders.into());
        }
        let asked = at.price.notional(at.lots, listed.unit_value).expect("an order's notional is bounded");
        self.within_notional(quote.account, unspent_model::Cash::ZERO, asked)?;
        let decided = self.decide(&add)?;
        let special = Special { session: Some(quote.session), quote: true, group, ..Special::PLAIN };
        self.quotes.live.insert((quote.account, instrument, side), unspent_model::OrderId(self.last_order.0 + 1));
        let (_, _, traded) = self.open(&add, &decided, Some(special), events);
        self.settle_down(instrument, traded, events);
        Ok(())
    }
}
