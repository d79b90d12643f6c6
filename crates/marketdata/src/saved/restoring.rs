//! A view in the making.

use super::error::RestoreError;
use super::{call_of, history, order, trade_of};
use crate::candles::{Candles, number_of};
use crate::day::{RollingDay, bucket_of};
use crate::depth::Depth;
use crate::queue::{Key, Queue};
use crate::tape::{TAPE_TRADES, Tape};
use crate::view::{Market, View};
use unspent_model::{
    AccountId, Asset, Event, InstrumentId, Lots, Phase, Side, ViewAccountPart, ViewBucket, ViewCall, ViewCandle,
    ViewClosed, ViewCounts, ViewFact, ViewFactName, ViewFill, ViewMarket, ViewMarketPart, ViewMonth, ViewOrder,
    ViewProgrammes, ViewRegistry, ViewSettling, ViewTrade, ViewVenue,
};

/// How much of what accounts did is remembered, and how much of it was told.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    closed: u64,
    fills: u64,
    told_closed: u64,
    told_fills: u64,
}

/// Takes the facts of a view in their order and gives the view.
///
/// After an error it is of no use any more.
#[derive(Clone, Debug, Default)]
pub struct Restoring {
    pub(super) view: View,
    pub(super) venue: ViewVenue,
    /// What was said of trades that settle later.
    pub(super) settling: Option<ViewSettling>,
    /// What was said of the registry of holdings.
    pub(super) registry: Option<ViewRegistry>,
    last: Option<ViewFactName>,
    told: ViewCounts,
    /// How many closed orders and fills are remembered, and how many were told.
    history: Option<Sizes>,
    /// How many accounts are said not to be open, and how many withdrawals to wait.
    fundings: (u64, u64),
    /// Of each instrument what its open orders show.
    shown: Vec<Vec<(Side, Key, Lots)>>,
    /// How much there is of programmes and months.
    programmes: ViewProgrammes,
}

impl Restoring {
    /// Knows nothing yet.
    #[must_use]
    pub fn new() -> Restoring {
        Restoring::default()
    }

    /// Takes the next fact.
    ///
    /// # Errors
    /// [`RestoreError`] when it is out of order, names what is not there, or contradicts one before it.
    pub fn take(&mut self, fact: ViewFact) -> Result<(), RestoreError> {
        let name = fact.name();
        let in_order = match self.last {
            Some(last) => last < name,
            None => name == ViewFactName::Venue,
        };
        if !in_order {
            return Err(RestoreError::OutOfOrder { fact: name, after: self.last });
        }
        self.check_end_of_market(Some(name))?;
        let contradiction = |why| RestoreError::Contradiction { fact: name, why };
        match fact {
            ViewFact::Venue(venue) => {
                self.venue = venue;
                self.view.stand(venue.seq, venue.at, venue.stopped);
            }
            ViewFact::Market(market) => self.market(name, market)?,
            ViewFact::Call(call) => {
                self.told.calls += 1;
                let market = self.known_market(name, call.instrument)?;
                take_call(market, &call).map_err(contradiction)?;
            }
            ViewFact::Trade(trade) => {
                self.told.trades += 1;
                let venue = self.venue;
                let market = self.known_market(name, trade.instrument)?;
                take_trade(market, &trade, &venue).map_err(contradiction)?;
            }
            ViewFact::Bucket(bucket) => {
                self.told.buckets += 1;
                let venue = self.venue;
                let market = self.known_market(name, bucket.instrument)?;
                take_bucket(market, &bucket, &venue).map_err(contradiction)?;
            }
            ViewFact::Candle(candle) => {
                self.told.candles += 1;
                let venue = self.venue;
                let market = self.known_market(name, candle.bucket.instrument)?;
                take_candle(market, &candle, &venue).map_err(contradiction)?;
            }
            ViewFact::Account { account, name: called, group } => {
                self.told.accounts += 1;
                let next = AccountId(next_id(self.view.balances().accounts().len()));
                if account != next {
                    return Err(RestoreError::Unknown { fact: name, missing: account_named(next) });
                }
                if self.view.balances().named(&called).is_some() {
                    return Err(contradiction("another account has its name"));
                }
                self.view.balances_mut().apply(&Event::AccountOpened { account, name: called, group });
            }
            ViewFact::Cash(cash) => {
                self.told.cash += 1;
                self.known_account(name, cash.account)?;
                self.view.balances_mut().apply(&Event::Cash(cash));
            }
            ViewFact::Holding(holding) => {
                self.told.holdings += 1;
                self.known_account(name, holding.account)?;
                self.known_market(name, holding.instrument)?;
                if (holding.available, holding.reserved) == (0, 0) {
                    return Err(contradiction("it is nothing"));
                }
                self.view.balances_mut().apply(&Event::Holding(holding));
            }
            ViewFact::Group(group) => {
                self.told.groups += 1;
                self.known_account(name, group.account)?;
                if group.at > self.venue.at {
                    return Err(contradiction("it is changed after the venue's last event"));
                }
                self.view.groups_mut().insert(group);
            }
            ViewFact::Order(order) => self.order(name, &order)?,
            ViewFact::Decay(decay) => {
                self.told.decays += 1;
                if !self.view.orders_mut().restore_decay(&decay) {
                    return Err(contradiction("no open order falls so"));
                }
            }
            ViewFact::History { closed: 0, fills: 0 } => return Err(contradiction("it is nothing")),
            ViewFact::History { closed, fills } => {
                self.history = Some(Sizes { closed, fills, told_closed: 0, told_fills: 0 });
            }
            ViewFact::Closed(closed) => self.closed(name, &closed)?,
            ViewFact::Fill(fill) => self.fill(name, &fill)?,
            ViewFact::Settling(_)
            | ViewFact::Promised(_)
            | ViewFact::Escrow(_)
            | ViewFact::Settlement(_)
            | ViewFact::Claim(_) => self.settling(name, &fact)?,
            ViewFact::Registry(_) | ViewFact::Registered(_) | ViewFact::ListedOut { .. } => {
                self.registry(name, &fact)?
            }
            ViewFact::Fundings { states: 0, withdrawals: 0 } => return Err(contradiction("it is nothing")),
            ViewFact::Fundings { states, withdrawals } => self.fundings = (states, withdrawals),
            ViewFact::AccountState { account, state } => {
                self.known_account(name, account)?;
                self.view.fundings_mut().restore_state(account, state).map_err(contradiction)?;
            }
            ViewFact::Withdrawal(pending) => {
                self.known_account(name, pending.funding.account)?;
                if let Asset::Credits { instrument, .. } = pending.funding.asset {
                    self.known_market(name, instrument)?;
                }
                self.view.fundings_mut().restore_pending(pending).map_err(contradiction)?;
            }
            ViewFact::Programmes(counts) if counts == ViewProgrammes::default() => {
                return Err(contradiction("it is nothing"));
            }
            ViewFact::Programmes(counts) => self.programmes = counts,
            ref fact @ (ViewFact::Terms { .. }
            | ViewFact::Permit(_)
            | ViewFact::Month(_)
            | ViewFact::Expired { .. }
            | ViewFact::Rules { .. }
            | ViewFact::Schedule { .. }) => {
                if self.programmes == ViewProgrammes::default() {
                    return Err(RestoreError::Unknown { fact: name, missing: ViewFactName::Programmes });
                }
                if let ViewFact::Permit(permit) = fact {
                    self.known_account(name, permit.account)?;
                }
                if let ViewFact::Rules { instrument, .. } | ViewFact::Schedule { instrument, .. } = *fact {
                    self.known_market(name, instrument)?;
                }
                if let ViewFact::Month(ViewMonth { instrument, next, .. }) = *fact {
                    for market in [Some(instrument), next].into_iter().flatten() {
                        self.known_market(name, market)?;
                    }
                }
                let now = self.venue.at;
                self.view.programmes_mut().restore(fact, now).map_err(contradiction)?;
            }
            ViewFact::Announcer { .. } | ViewFact::ExecSeq { .. } => return Err(RestoreError::Foreign { fact: name }),
        }
        self.last = Some(name);
        Ok(())
    }

    /// The view.
    ///
    /// # Errors
    /// [`RestoreError`] when there are fewer facts than there were said to be, or more.
    pub fn finish(self) -> Result<View, RestoreError> {
        if self.last.is_none() {
            return Err(RestoreError::Missing { fact: ViewFactName::Venue });
        }
        self.check_end_of_market(None)?;
        let (expected, told) = (self.venue.counts, self.told);
        for (what, expected, told) in [
            ("instruments", expected.markets, told.markets),
            ("calls", expected.calls, told.calls),
            ("trades", expected.trades, told.trades),
            ("buckets", expected.buckets, told.buckets),
            ("accounts", expected.accounts, told.accounts),
            ("cash balances", expected.cash, told.cash),
            ("holdings", expected.holdings, told.holdings),
            ("open orders", expected.orders, told.orders),
            ("candles", expected.candles, told.candles),
            ("groups", expected.groups, told.groups),
            ("schedules", expected.decays, told.decays),
        ] {
            if expected != told {
                return Err(RestoreError::Incomplete { what, expected, told });
            }
        }
        if let Some(Sizes { closed, fills, told_closed, told_fills }) = self.history {
            for (what, expected, told) in [("closed orders", closed, told_closed), ("fills", fills, told_fills)] {
                if expected != told {
                    return Err(RestoreError::Incomplete { what, expected, told });
                }
            }
        }
        self.settling_complete()?;
        self.registry_complete()?;
        let (expected, told) = (self.fundings, self.view.fundings().counts());
        for (what, expected, told) in
            [("accounts that are not open", expected.0, told.0), ("withdrawals", expected.1, told.1)]
        {
            if expected != told {
                return Err(RestoreError::Incomplete { what, expected, told });
            }
        }
        let (expected, told) = (self.programmes, self.view.programmes().counts());
        for (what, expected, told) in [
            ("terms", expected.terms, told.terms),
            ("permits", expected.permits, told.permits),
            ("months", expected.months, told.months),
            ("programmes with what expired", expected.expired, told.expired),
            ("rules", expected.rules, told.rules),
            ("trading days", expected.schedules, told.schedules),
        ] {
            if expected != told {
                return Err(RestoreError::Incomplete { what, expected, told });
            }
        }
        let mut view = self.view;
        for (instrument, shown) in (0..).map(InstrumentId).zip(self.shown) {
            if let Some(market) = view.listed_mut(instrument) {
                market.depth =
                    Depth::of(shown.iter().map(|&(side, key, lots)| (side, key.rank.price(side), lots)).collect());
                market.queue = Queue::of(shown);
            }
        }
        Ok(view)
    }

    fn market(&mut self, name: ViewFactName, market: ViewMarket) -> Result<(), RestoreError> {
        self.told.markets += 1;
        let ViewMarket { instrument, spec, phase, reason, before, dominance } = market;
        let next = InstrumentId(next_id(self.view.market_count()));
        if instrument != next {
            return Err(RestoreError::Unknown { fact: name, missing: market_named(next) });
        }
        if reason.is_none() && phase != Phase::Continuous {
            let why = "it is in another phase than it was listed in, and nobody said why";
            return Err(RestoreError::Contradiction { fact: name, why });
        }
        self.view.list(Market {
            spec,
            phase,
            reason,
            call: None,
            depth: Depth::new(),
            queue: Queue::default(),
            tape: Tape::default(),
            rolling: RollingDay::since(before),
            candles: Candles::default(),
            dominance,
        });
        self.shown.push(Vec::new());
        Ok(())
    }

    fn order(&mut self, name: ViewFactName, fact: &ViewOrder) -> Result<(), RestoreError> {
        self.told.orders += 1;
        self.known_account(name, fact.account)?;
        self.known_market(name, fact.instrument)?;
        let open = order::open(fact, &self.venue).map_err(|why| RestoreError::Contradiction { fact: name, why })?;
        if let Some(place) = open.place {
            let key = Key::of(open.side, open.price, place, open.order);
            self.shown[open.instrument.0 as usize].push((open.side, key, open.shown));
        }
        let fresh = self.view.orders_mut().restore(open);
        debug_assert!(fresh, "a name that is told twice is out of order");
        Ok(())
    }

    fn closed(&mut self, name: ViewFactName, fact: &ViewClosed) -> Result<(), RestoreError> {
        let missing = ViewFactName::History;
        self.history.as_mut().ok_or(RestoreError::Unknown { fact: name, missing })?.told_closed += 1;
        self.known_account(name, fact.order.account)?;
        self.known_market(name, fact.order.instrument)?;
        let contradiction = |why| RestoreError::Contradiction { fact: name, why };
        let closed = history::closed(fact, &self.venue).map_err(contradiction)?;
        if self.view.orders().get(closed.order.order).is_some() {
            return Err(contradiction("the order is open"));
        }
        let memory = &mut self.view.history_mut().closed;
        if !memory.has_room(closed.order.account) {
            return Err(contradiction("more closed orders are remembered than may be"));
        }
        memory.put(fact.number, closed.order.account, closed);
        Ok(())
    }

    fn fill(&mut self, name: ViewFactName, fact: &ViewFill) -> Result<(), RestoreError> {
        let missing = ViewFactName::History;
        self.history.as_mut().ok_or(RestoreError::Unknown { fact: name, missing })?.told_fills += 1;
        self.known_account(name, fact.account)?;
        self.known_market(name, fact.instrument)?;
        let contradiction = |why| RestoreError::Contradiction { fact: name, why };
        let fill = history::fill(fact, &self.venue).map_err(contradiction)?;
        let memory = &mut self.view.history_mut().fills;
        if !memory.has_room(fact.account) {
            return Err(contradiction("more fills are remembered than may be"));
        }
        memory.put(fact.number, fact.account, fill);
        Ok(())
    }

    /// After the last fact of an instrument: its tape and its day end with the same trade.
    fn check_end_of_market(&self, next: Option<ViewFactName>) -> Result<(), RestoreError> {
        let Some(ViewFactName::Market(instrument, _)) = self.last else { return Ok(()) };
        if matches!(next, Some(ViewFactName::Market(same, _)) if same == instrument) {
            return Ok(());
        }
        let Some(market) = self.view.market(instrument) else { return Ok(()) };
        let traded = market.tape.last().map(|trade| (bucket_of(trade.at), trade.price));
        if traded != market.rolling.last() || (traded.is_none() && market.rolling.before().is_some()) {
            let why = "its tape and its day do not end with the same trade";
            return Err(RestoreError::Contradiction { fact: market_named(instrument), why });
        }
        Ok(())
    }

    pub(super) fn known_market(
        &mut self,
        fact: ViewFactName,
        instrument: InstrumentId,
    ) -> Result<&mut Market, RestoreError> {
        let missing = market_named(instrument);
        self.view.listed_mut(instrument).ok_or(RestoreError::Unknown { fact, missing })
    }

    pub(super) fn known_account(&self, fact: ViewFactName, account: AccountId) -> Result<(), RestoreError> {
        let missing = account_named(account);
        self.view.balances().account(account).map(|_| ()).ok_or(RestoreError::Unknown { fact, missing })
    }
}

/// Beyond what an id can count there is nothing that could be told in order.
fn next_id(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn market_named(instrument: InstrumentId) -> ViewFactName {
    ViewFactName::Market(instrument, ViewMarketPart::Itself)
}

fn account_named(account: AccountId) -> ViewFactName {
    ViewFactName::Account(account, ViewAccountPart::Itself)
}

fn take_call(market: &mut Market, call: &ViewCall) -> Result<(), &'static str> {
    if market.phase == Phase::Expired {
        return Err("its instrument has expired");
    }
    market.call = Some(call_of(call));
    Ok(())
}

fn take_trade(market: &mut Market, trade: &ViewTrade, venue: &ViewVenue) -> Result<(), &'static str> {
    if trade.at > venue.at || trade.seq > venue.seq {
        return Err("it is later than the venue's last event");
    }
    if market.tape.last().is_some_and(|last| last.at > trade.at || last.seq > trade.seq) {
        return Err("it is earlier than the trade before it");
    }
    if trade.lots.is_zero() {
        return Err("it is of no lots");
    }
    if market.tape.len() == TAPE_TRADES {
        return Err("its tape remembers as many as it can");
    }
    market.tape.push(trade_of(trade));
    Ok(())
}

fn take_bucket(market: &mut Market, bucket: &ViewBucket, venue: &ViewVenue) -> Result<(), &'static str> {
    if bucket.number > bucket_of(venue.at) {
        return Err("it is later than the venue's last event");
    }
    market.rolling.take(bucket)
}

fn take_candle(market: &mut Market, candle: &ViewCandle, venue: &ViewVenue) -> Result<(), &'static str> {
    if candle.bucket.number > number_of(candle.interval, venue.at) {
        return Err("it is later than the venue's last event");
    }
    market.candles.take(candle.interval, &candle.bucket)
}
