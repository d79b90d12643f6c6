//! Everything that can be known from the events of a venue.

use crate::balances::Balances;
use crate::day::{Day, RollingDay};
use crate::depth::Depth;
use crate::orders::{OpenOrders, Touched};
use crate::tape::{Tape, Trade};
use crate::ticker::Ticker;
use unspent_model::{CommandSeq, Event, Instrument, InstrumentId, OrderKind, Phase, Side, Timestamp};

/// One instrument and what is known of it.
#[derive(Clone, Debug)]
pub struct Market {
    /// What it is.
    pub spec: Instrument,
    /// The phase it is in; continuous from its listing until an event says otherwise.
    pub phase: Phase,
    /// What rests.
    pub depth: Depth,
    /// Its last trades.
    pub tape: Tape,
    /// Its trades summed over the last 24 hours.
    pub rolling: RollingDay,
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
}

/// All instruments, open orders and balances, as of the last event applied.
#[derive(Clone, Debug, Default)]
pub struct View {
    markets: Vec<Market>,
    orders: OpenOrders,
    balances: Balances,
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
        self.balances.apply(event);
        match event {
            Event::InstrumentListed { instrument, spec } => {
                assert_eq!(instrument.0 as usize, self.markets.len(), "instruments are numbered as they are listed");
                self.markets.push(Market {
                    spec: spec.as_ref().clone(),
                    phase: Phase::Continuous,
                    depth: Depth::new(),
                    tape: Tape::default(),
                    rolling: RollingDay::default(),
                });
            }
            &Event::PhaseChanged { instrument, phase } => self.market_mut(instrument).phase = phase,
            Event::Fill(fill) => {
                let taker = touched.order.expect("a fill changes its taker");
                let market = self.market_mut(fill.instrument);
                market.depth.apply(event);
                market.rolling.record(at, fill.price, fill.lots);
                market.tape.push(Trade {
                    trade: fill.trade,
                    price: fill.price,
                    lots: fill.lots,
                    taker_side: fill.taker_side,
                    taker_market: matches!(taker.kind, OrderKind::Market { .. }),
                    at,
                    seq,
                });
            }
            Event::Rested(e) => self.market_mut(e.instrument).depth.apply(event),
            Event::Reduced(e) => self.market_mut(e.instrument).depth.apply(event),
            Event::Amended(e) => self.market_mut(e.instrument).depth.apply(event),
            Event::Canceled(e) => self.market_mut(e.instrument).depth.apply(event),
            Event::AccountOpened { .. }
            | Event::Opened(_)
            | Event::Recalled(_)
            | Event::Cash(_)
            | Event::Holding(_) => {}
        }
        touched
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

    /// The open orders of all accounts.
    #[must_use]
    pub fn orders(&self) -> &OpenOrders {
        &self.orders
    }

    /// Accounts, cash and holdings.
    #[must_use]
    pub fn balances(&self) -> &Balances {
        &self.balances
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

    fn market_mut(&mut self, instrument: InstrumentId) -> &mut Market {
        let market = self.markets.get_mut(instrument.0 as usize);
        market.unwrap_or_else(|| panic!("instrument {instrument} was never listed"))
    }
}
