//! Everything that can be known from the events of a venue.

use crate::balances::Balances;
use crate::call::Call;
use crate::candles::{Candle, Candles};
use crate::day::{Day, RollingDay};
use crate::depth::{Depth, Level};
use crate::family::Families;
use crate::funding::Fundings;
use crate::groups::Groups;
use crate::history::History;
use crate::holdings::Holdings;
use crate::orders::{OpenOrder, OpenOrders, Touched};
use crate::programmes::Programmes;
use crate::queue::{Key, Queue};
use crate::settlements::Settlements;
use crate::tape::{Tape, Trade};
use crate::ticker::Ticker;
use unspent_model::{
    CallEnded, CommandSeq, Event, Fill, Indicative, Instrument, InstrumentId, Interval, KillScope, Lots, OrderKind,
    Phase, PhaseReason, Price, Side, Timestamp,
};

/// One instrument and what is known of it.
#[derive(Clone, Debug)]
pub struct Market {
    /// What it is.
    pub spec: Instrument,
    /// The phase it is in; continuous from its listing until an event says otherwise.
    pub phase: Phase,
    /// Why it is in that phase; `None` from its listing until an event says otherwise.
    pub reason: Option<PhaseReason>,
    /// The call that has not been uncrossed, if there is one; halted and cancel-only leave it so.
    pub call: Option<Call>,
    /// What the book shows.
    pub depth: Depth,
    /// The orders that it shows, in the order in which they would trade.
    pub queue: Queue,
    /// Its last trades.
    pub tape: Tape,
    /// Its trades summed over the last 24 hours.
    pub rolling: RollingDay,
    /// Its trades summed over intervals.
    pub candles: Candles,
    /// Whether its rules let its book trade across months, which it does while it is continuous.
    pub dominance: bool,
}

impl Market {
    /// The instrument at a glance, at a time not before its last trade.
    #[must_use]
    pub fn ticker(&self, now: Timestamp) -> Ticker {
        Ticker {
            bid: self.depth.best(Side::Buy),
            ask: self.depth.best(Side::Sell),
            last_lots: self.tape.last().map(|trade| trade.lots),
            day: self.day(now),
        }
    }

    /// The 24 hours that end `now`, which is not before its last trade.
    #[must_use]
    pub fn day(&self, now: Timestamp) -> Day {
        self.rolling.day(now)
    }

    /// What it traded in the last intervals of one length, oldest first, at most [`crate::CANDLES`]; the last one may not
    /// be over. An interval without a trade has no candle.
    pub fn candles(&self, interval: Interval) -> impl DoubleEndedIterator<Item = Candle> + '_ {
        self.candles.of(interval)
    }

    /// The book shows an order as it is now, at the price at which it stands.
    fn show(&mut self, order: &OpenOrder) {
        let lots = if order.resting { order.shown } else { Lots::ZERO };
        self.stand(order, order.price, lots);
    }

    /// The book shows so many lots of an order at a price, at the place that it has or had.
    fn stand(&mut self, order: &OpenOrder, price: Price, lots: Lots) {
        if let Some(place) = order.place {
            self.queue.set(order.side, Key::of(order.side, price, place, order.order), lots);
        }
    }

    /// The book loses lots that an order here traded, of which so many were not shown.
    fn give(&mut self, order: &OpenOrder, lots: Lots, hidden: Lots) {
        self.depth.change(order.side, order.price, order.shown + (lots - hidden), order.shown);
        self.show(order);
    }

    /// A trade that printed here.
    fn print(&mut self, at: Timestamp, seq: CommandSeq, fill: &Fill, taker: &OpenOrder) {
        self.rolling.record(at, fill.price, fill.lots);
        self.candles.record(at, fill.price, fill.lots);
        self.tape.push(Trade {
            trade: fill.trade,
            price: fill.price,
            lots: fill.lots,
            taker_side: fill.taker_side,
            taker_market: matches!(taker.kind, OrderKind::Market { .. }),
            auction: fill.auction,
            at,
            seq,
            bid: fill.across.map(|across| across.bid),
        });
    }
}

/// All instruments, orders and balances, as of the last event applied.
#[derive(Clone, Debug, Default)]
pub struct View {
    markets: Vec<Market>,
    orders: OpenOrders,
    history: History,
    balances: Balances,
    groups: Groups,
    families: Families,
    settlements: Settlements,
    holdings: Holdings,
    fundings: Fundings,
    programmes: Programmes,
    stopped: bool,
    seq: CommandSeq,
    at: Timestamp,
}

impl View {
    /// A venue before its first event.
    #[must_use]
    pub fn new() -> View {
        View::default()
    }

    /// Follows one event of the command `seq`, taken in `at`; gives the orders it changed as they are after it.
    ///
    /// # Panics
    /// When the events are not all those of one venue in order.
    pub fn apply(&mut self, at: Timestamp, seq: CommandSeq, event: &Event) -> Touched {
        assert!(seq >= self.seq, "command {seq} comes after command {}", self.seq);
        assert!(at >= self.at, "time goes back to {} in command {seq}", at.0);
        (self.seq, self.at) = (seq, at);
        let touched = self.orders.apply(at, seq, event);
        self.history.apply(at, seq, event, &touched);
        self.balances.apply(event);
        self.groups.apply(at, event);
        self.settlements.apply(at, event);
        self.holdings.apply(at, event);
        self.fundings.apply(event);
        let markets = &self.markets;
        self.programmes.apply(event, |at| markets.get(at.0 as usize).map(|market| &market.spec));
        let order = touched.order.as_ref();
        match event {
            Event::InstrumentListed { instrument, spec } => {
                assert_eq!(instrument.0 as usize, self.markets.len(), "instruments are numbered as they are listed");
                self.families.list(*instrument, spec);
                self.markets.push(Market {
                    spec: spec.as_ref().clone(),
                    phase: Phase::Continuous,
                    reason: None,
                    call: None,
                    depth: Depth::new(),
                    queue: Queue::default(),
                    tape: Tape::default(),
                    rolling: RollingDay::default(),
                    candles: Candles::default(),
                    dominance: false,
                });
            }
            &Event::PhaseChanged { instrument, phase, reason, .. } => {
                let market = self.market_mut(instrument);
                (market.phase, market.reason) = (phase, Some(reason));
                Call::follow(&mut market.call, event);
            }
            Event::CallOpened { instrument, .. }
            | Event::AuctionCommitted { instrument, .. }
            | Event::CallEnding { instrument, .. }
            | Event::Indicative(Indicative { instrument, .. })
            | Event::CallEnded(CallEnded { instrument, .. }) => {
                Call::follow(&mut self.market_mut(*instrument).call, event);
            }
            Event::Fill(fill) => {
                let (taker, maker) = order.zip(touched.maker.as_ref()).expect("a fill changes two orders");
                self.market_mut(fill.maker_instrument()).give(maker, fill.lots, fill.maker.hidden);
                if fill.taker_rested() {
                    self.market_mut(fill.taker_instrument()).give(taker, fill.lots, fill.taker.hidden);
                }
                self.market_mut(fill.instrument).print(at, seq, fill, taker);
            }
            Event::RulesSet { instrument, rules } => self.market_mut(*instrument).dominance = rules.dominance,
            Event::Rested(e) => {
                let market = self.market_mut(e.instrument);
                market.depth.change(e.side, e.price, Lots::ZERO, e.shown);
                market.show(order.expect("what rests is open"));
            }
            Event::Refilled(e) => {
                let market = self.market_mut(e.instrument);
                market.depth.change(e.side, e.price, Lots::ZERO, e.shown);
                market.show(order.expect("what shows more is open"));
            }
            Event::Reduced(e) if e.resting => {
                let order = order.expect("a reduction is of an open order");
                let market = self.market_mut(e.instrument);
                market.depth.change(e.side, e.price, order.shown + e.lots, order.shown);
                market.show(order);
            }
            Event::Amended(e) => {
                let shown = if e.kept_priority { e.shown } else { Lots::ZERO };
                let market = self.market_mut(e.instrument);
                market.depth.change(e.side, e.old_price, e.old_shown, shown);
                market.stand(order.expect("an amend is of an open order"), e.old_price, shown);
            }
            Event::Canceled(e) => {
                let market = self.market_mut(e.instrument);
                market.depth.change(e.side, e.price, e.shown, Lots::ZERO);
                market.stand(order.expect("a cancel is of an open order"), e.price, Lots::ZERO);
            }
            Event::KillSwitch { scope: KillScope::Venue, engaged } => self.stopped = *engaged,
            Event::AccountOpened { .. }
            | Event::ScheduleSet { .. }
            | Event::ReferenceSet { .. }
            | Event::LimitsSet { .. }
            | Event::KillSwitch { .. }
            | Event::AuctionRevealed { .. }
            | Event::Opened(_)
            | Event::Reduced(_)
            | Event::Triggered { .. }
            | Event::Decaying(_)
            | Event::Linked(_)
            | Event::QuoteRefused { .. }
            | Event::GroupSet { .. }
            | Event::GroupTripped { .. }
            | Event::GroupReset { .. }
            | Event::DeadMan { .. }
            | Event::SessionOpened { .. }
            | Event::SessionClosed { .. }
            | Event::ProgrammeSet(_)
            | Event::Permitted(_)
            | Event::PermitEnded { .. }
            | Event::ExpiryWatched { .. }
            | Event::ExpiryAlert { .. }
            | Event::NextMonth { .. }
            | Event::Recalled(_)
            | Event::AccountSet { .. }
            | Event::FundingRulesSet(_)
            | Event::WithdrawalAsked(_)
            | Event::WithdrawalDecided { .. }
            | Event::TradeCorrected(_)
            | Event::Moved(_)
            | Event::Cash(_)
            | Event::Holding(_)
            | Event::Escrow(_)
            | Event::Promised(_)
            | Event::Fund(_)
            | Event::Claim(_)
            | Event::Settlement(_)
            | Event::Registry(_)
            | Event::TermsSet(_) => {}
        }
        touched
    }

    /// Accounts that are not open, and withdrawals that wait.
    #[must_use]
    pub fn fundings(&self) -> &Fundings {
        &self.fundings
    }

    pub(crate) fn fundings_mut(&mut self) -> &mut Fundings {
        &mut self.fundings
    }

    /// An instrument, `None` when it was never listed.
    #[must_use]
    pub fn market(&self, instrument: InstrumentId) -> Option<&Market> {
        self.markets.get(instrument.0 as usize)
    }

    /// All instruments with their ids, in the order of listing.
    pub fn markets(&self) -> impl Iterator<Item = (InstrumentId, &Market)> + '_ {
        (0..).map(InstrumentId).zip(&self.markets)
    }

    /// The books that trade with this one across months, itself included, by their month; none when it does not, now.
    pub fn relatives(&self, instrument: InstrumentId) -> impl Iterator<Item = InstrumentId> + '_ {
        let takes_part = |id: InstrumentId| {
            self.market(id).is_some_and(|market| market.dominance && market.phase == Phase::Continuous)
        };
        let family = if takes_part(instrument) { self.families.of(instrument) } else { &[] };
        family.iter().map(|&(_, member)| member).filter(move |&member| takes_part(member))
    }

    /// The levels of a side that an order in this book meets in the books of other months, best first, at most so many: of
    /// the sell side the asks of later months, of the buy side the bids of earlier ones. Lots at one price are one level.
    #[must_use]
    pub fn implied(&self, instrument: InstrumentId, side: Side, levels: usize) -> Vec<Level> {
        let mut before = true;
        let mut found: Vec<Level> = Vec::new();
        for relative in self.relatives(instrument) {
            if relative == instrument {
                before = false;
            } else if before == (side == Side::Buy) {
                let market = &self.markets[relative.0 as usize];
                found.extend(market.depth.levels(side, levels));
            }
        }
        found.sort_unstable_by_key(|level| match side {
            Side::Buy => u32::MAX - level.price.0,
            Side::Sell => level.price.0,
        });
        found.dedup_by(|later, kept| {
            let same = later.price == kept.price;
            if same {
                (kept.lots, kept.orders) = (kept.lots + later.lots, kept.orders + later.orders);
            }
            same
        });
        found.truncate(levels);
        found
    }

    /// The open orders of all accounts.
    #[must_use]
    pub fn orders(&self) -> &OpenOrders {
        &self.orders
    }

    /// What accounts did lately.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Accounts, cash and holdings.
    #[must_use]
    pub fn balances(&self) -> &Balances {
        &self.balances
    }

    /// The protection groups of all accounts.
    #[must_use]
    pub fn groups(&self) -> &Groups {
        &self.groups
    }

    /// Under which terms programmes are traded, permits, and the months that are watched.
    #[must_use]
    pub fn programmes(&self) -> &Programmes {
        &self.programmes
    }

    pub(crate) fn programmes_mut(&mut self) -> &mut Programmes {
        &mut self.programmes
    }

    /// Trades that settle later, and what they set aside.
    #[must_use]
    pub fn settlements(&self) -> &Settlements {
        &self.settlements
    }

    /// Whether a kill switch stops the whole venue: it takes cancels and no orders.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stopped
    }

    /// The command of the last event applied.
    #[must_use]
    pub fn seq(&self) -> CommandSeq {
        self.seq
    }

    /// The time of the last event applied.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Stands where the last event of a command left it.
    pub(crate) fn stand(&mut self, seq: CommandSeq, at: Timestamp, stopped: bool) {
        (self.seq, self.at, self.stopped) = (seq, at, stopped);
    }

    pub(crate) fn list(&mut self, market: Market) {
        self.families.list(InstrumentId(u32::try_from(self.markets.len()).unwrap_or(u32::MAX)), &market.spec);
        self.markets.push(market);
    }

    pub(crate) fn market_count(&self) -> usize {
        self.markets.len()
    }

    pub(crate) fn listed_mut(&mut self, instrument: InstrumentId) -> Option<&mut Market> {
        self.markets.get_mut(instrument.0 as usize)
    }

    pub(crate) fn orders_mut(&mut self) -> &mut OpenOrders {
        &mut self.orders
    }

    pub(crate) fn history_mut(&mut self) -> &mut History {
        &mut self.history
    }

    pub(crate) fn balances_mut(&mut self) -> &mut Balances {
        &mut self.balances
    }

    /// The registry of holdings.
    #[must_use]
    pub fn holdings(&self) -> &Holdings {
        &self.holdings
    }

    pub(crate) fn holdings_mut(&mut self) -> &mut Holdings {
        &mut self.holdings
    }

    pub(crate) fn settlements_mut(&mut self) -> &mut Settlements {
        &mut self.settlements
    }

    pub(crate) fn groups_mut(&mut self) -> &mut Groups {
        &mut self.groups
    }

    fn market_mut(&mut self, instrument: InstrumentId) -> &mut Market {
        self.listed_mut(instrument).unwrap_or_else(|| panic!("instrument {instrument} was never listed"))
    }
}
