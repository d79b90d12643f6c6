//! The strategy: what it was told, and what it does about it.

mod markets;
mod plan;
mod round;

use crate::action::{Action, Hold};
use crate::config::{Config, ConfigError};
use crate::fair::Anchor;
use crate::input::{Control, Input, OwnFill, OwnOrder};
use crate::money::{Money, Parts};
use crate::own::OwnOrders;
use crate::pricing::Explained;
use crate::reference::Reference;
use crate::safety::Guard;
use markets::Market;
use round::Rounds;
use std::collections::BTreeMap;
use unspent_marketdata::{Obligation, Sampler, Standing};
use unspent_model::{Cash, InstrumentId, Phase, Reject, Side, Symbol, Timestamp};

const DAY_NS: u64 = 86_400_000_000_000;

/// A maker: see the [crate](crate) for how it is driven.
#[derive(Clone, Debug)]
pub struct Strategy {
    config: Config,
    /// In the configuration's order, which is that of who comes first.
    markets: Vec<Market>,
    places: BTreeMap<InstrumentId, usize>,
    /// Of each family of the configuration.
    anchors: Vec<Anchor>,
    guard: Guard,
    own: OwnOrders,
    rounds: Rounds,
    cash: Cash,
    reconciled: bool,
    money: Money,
    /// The day that the loss is counted for, and what had been made when it began.
    day: (u64, i64),
    /// The time of the last input.
    now: Timestamp,
    obligation: Obligation,
    sampler: Sampler,
    fills: u64,
}

/// What a maker is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Why nothing is quoted; empty while it quotes.
    pub holds: Vec<Hold>,
    /// What was made since the start.
    pub made: Parts,
    /// What was made since midnight (UTC), or since somebody resumed after the loss limit, in cents.
    pub today: i64,
    /// Its own orders that are open.
    pub open_orders: usize,
    /// Fills so far.
    pub fills: u64,
    /// Quotes sent so far.
    pub quotes: u64,
    /// Free and set aside.
    pub cash: Cash,
    /// Each instrument, in the configuration's order.
    pub instruments: Vec<InstrumentStatus>,
}

/// What a maker is doing in one instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstrumentStatus {
    /// Which.
    pub symbol: Symbol,
    /// Its phase, once known.
    pub phase: Option<Phase>,
    /// The fair price in thousandths of a price unit.
    pub fair_milli: i64,
    /// Lots owned.
    pub held: u64,
    /// Its best own bid, and the lots open there.
    pub bid: Option<(unspent_model::Price, u64)>,
    /// Its best own ask, likewise.
    pub ask: Option<(unspent_model::Price, u64)>,
    /// What the venue's samples would have found.
    pub standing: Standing,
}

impl Strategy {
    /// A maker that has not been told anything. `references` has one for every configured instrument; others are passed over.
    ///
    /// # Errors
    /// [`ConfigError`] when the configuration does not hold together, or an instrument has no reference.
    pub fn new(config: Config, references: Vec<Reference>) -> Result<Strategy, ConfigError> {
        config.check()?;
        let markets = markets::join(&config, references)?;
        let places = markets.iter().enumerate().map(|(at, market)| (market.reference.instrument, at)).collect();
        let anchors = vec![Anchor::default(); config.families.len()];
        let rounds = Rounds::new();
        Ok(Strategy {
            config,
            markets,
            places,
            anchors,
            guard: Guard::new(),
            own: OwnOrders::default(),
            rounds,
            cash: Cash::ZERO,
            reconciled: false,
            money: Money::default(),
            day: (0, 0),
            now: Timestamp(0),
            obligation: Obligation::default(),
            sampler: Sampler::new(0),
            fills: 0,
        })
    }

    /// Scores its own standing by this rule, at instants drawn from this seed. Without it the usual rule and seed 0.
    pub fn score_by(&mut self, obligation: Obligation, seed: u64) {
        (self.obligation, self.sampler) = (obligation, Sampler::new(seed));
    }

    /// The configuration in force.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Takes one input at a time that never goes back (an earlier one counts as the last), and appends what is to be done.
    pub fn take(&mut self, at: Timestamp, input: Input, actions: &mut Vec<Action>) {
        self.note(at, input, actions);
        let now = self.now;
        if self.guard.may_quote() {
            self.round(now, actions);
        } else {
            self.stand_down(now, actions);
        }
    }

    /// As [`Strategy::take`], but what should be open is looked at with the next input that is taken: for a host that has many inputs at once.
    pub fn note(&mut self, at: Timestamp, input: Input, actions: &mut Vec<Action>) {
        let now = at.max(self.now);
        self.sample(now);
        self.now = now;
        if !matches!(input, Input::Clock | Input::Control(_) | Input::Down) {
            self.guard.heard(now, actions);
        }
        self.apply(now, input, actions);
        self.guard.tick(now, &self.config.safety, actions);
        self.mark(now);
        self.watch_losses(now, actions);
    }

    fn apply(&mut self, now: Timestamp, input: Input, actions: &mut Vec<Action>) {
        match input {
            Input::Clock | Input::Heard => {}
            Input::Up => {
                self.own.clear();
                self.rounds.forget();
                self.reconciled = false;
                self.cash = Cash::ZERO;
                self.markets.iter_mut().for_each(Market::forget);
                self.guard.up(now, actions);
                if let Some(group) = &self.config.safety.group {
                    actions.push(Action::SetGroup { group: group.name, rule: group.rule });
                }
            }
            Input::Down => {
                self.guard.hold(now, Hold::Disconnected, "the venue is not connected".to_owned(), &mut Vec::new());
                if !self.rounds.down() {
                    actions.push(Action::Held { hold: Hold::Disconnected, why: "the connection was lost".to_owned() });
                }
                self.own.clear();
            }
            Input::Reconciled => self.reconciled = true,
            Input::Confirmed => self.guard.confirmed(now, actions),
            Input::Book { instrument, bids, asks } => {
                if let Some(market) = self.market(instrument) {
                    market.book = Some((bids, asks));
                }
            }
            Input::BookLost { instrument } => {
                if let Some(market) = self.market(instrument) {
                    market.book = None;
                }
            }
            Input::Trade { instrument, price, lots } => self.anchor(now, instrument, price, lots),
            Input::Order(order) => self.order(now, order, actions),
            Input::Fill(fill) => self.fill(now, fill),
            Input::Quoted { id, refused } => {
                self.rounds.answered(id);
                for side in refused {
                    if side.reject == Some(Reject::GroupTripped) {
                        self.trip(now, actions);
                    }
                    if let Some(market) = self.market(side.instrument) {
                        market.refused(side.side, now);
                    }
                }
            }
            Input::Refused { name, reject: _ } => {
                if let Some((instrument, side)) = self.rounds.refused(name)
                    && let Some(market) = self.market(instrument)
                {
                    market.refused(side, now);
                }
            }
            // Without a connection everything is forgotten anyway.
            Input::Unknown if !self.guard.connected() => {}
            Input::Unknown => {
                let why = "what became of a request is not known".to_owned();
                self.guard.hold(now, Hold::Unknown, why, actions);
            }
            Input::Cash { available, reserved } => self.cash = Cash(available.0.saturating_add(reserved.0)),
            Input::Holding { instrument, available, reserved } => {
                self.mark(now);
                if let Some(market) = self.market(instrument) {
                    market.held = available.saturating_add(reserved);
                }
            }
            Input::Phase { instrument, phase } => {
                if let Some(market) = self.market(instrument) {
                    market.phase = Some(phase);
                }
            }
            Input::LastTrade { instrument, at } => {
                self.mark(now);
                if let Some(market) = self.market(instrument) {
                    market.reference.last_trade = at;
                }
            }
            Input::Tripped => self.trip(now, actions),
            Input::Control(control) => self.control(now, control, actions),
        }
    }

    fn control(&mut self, now: Timestamp, control: Control, actions: &mut Vec<Action>) {
        match control {
            Control::Pause => self.guard.hold(now, Hold::Paused, "somebody paused it".to_owned(), actions),
            Control::Resume => {
                if self.guard.is(Hold::Loss) {
                    self.day.1 = self.money.total();
                }
                self.guard.resume(&self.config.safety, actions);
            }
            Control::PauseFile(true) => {
                self.guard.hold(now, Hold::PauseFile, "the file of the pause is there".to_owned(), actions);
            }
            Control::PauseFile(false) => self.guard.release(Hold::PauseFile, actions),
            Control::Quit => self.guard.hold(now, Hold::Quitting, "it was told to quit".to_owned(), actions),
            Control::Reload(config) => {
                if let Err(error) = self.reload(now, *config, actions) {
                    actions.push(Action::NotReloaded { why: error.to_string() });
                }
            }
        }
    }

    /// Takes another configuration: the same instruments, and the same families.
    fn reload(&mut self, now: Timestamp, config: Config, actions: &mut Vec<Action>) -> Result<(), ConfigError> {
        config.check()?;
        let wrong = |field: &str, right: &str| ConfigError { field: field.to_owned(), right: right.to_owned() };
        let symbols = |config: &Config| {
            let mut symbols: Vec<Symbol> = config.instruments.iter().map(|quoted| quoted.symbol).collect();
            symbols.sort_unstable();
            symbols
        };
        if symbols(&config) != symbols(&self.config) {
            return Err(wrong("instrument", "must be the ones that it was started with; start it anew for others"));
        }
        let names = |config: &Config| config.families.iter().map(|family| family.name.clone()).collect::<Vec<_>>();
        if names(&config) != names(&self.config) {
            return Err(wrong("family", "must be the ones that it was started with, in their order"));
        }
        for (anchor, family) in self.anchors.iter_mut().zip(&self.config.families) {
            anchor.settle(family, now);
        }
        markets::adopt(&mut self.markets, &config);
        self.places = self.markets.iter().enumerate().map(|(at, market)| (market.reference.instrument, at)).collect();
        let regroup = config.safety.group.map(|group| (group.name, group.rule))
            != self.config.safety.group.map(|group| (group.name, group.rule));
        if let (Some(group), true) = (&config.safety.group, regroup && self.guard.connected()) {
            actions.push(Action::SetGroup { group: group.name, rule: group.rule });
        }
        self.config = config;
        Ok(())
    }

    fn trip(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        self.guard.hold(now, Hold::Tripped, "the protection group tripped".to_owned(), actions);
    }

    fn market(&mut self, instrument: InstrumentId) -> Option<&mut Market> {
        self.places.get(&instrument).map(|&at| &mut self.markets[at])
    }

    /// A trade moves its family's curve.
    fn anchor(
        &mut self,
        now: Timestamp,
        instrument: InstrumentId,
        price: unspent_model::Price,
        lots: unspent_model::Lots,
    ) {
        self.mark(now);
        let Some(&at) = self.places.get(&instrument) else { return };
        let market = &self.markets[at];
        let family = &self.config.families[market.family];
        let curve = family.curve.at(market.reference.days_left(now));
        self.anchors[market.family].trade(family, now, curve, price, lots);
    }

    /// One of the account's orders is so now.
    fn order(&mut self, now: Timestamp, order: OwnOrder, actions: &mut Vec<Action>) {
        self.own.take(order);
        let orphan = self.rounds.told(&order);
        if !self.reconciled {
            return;
        }
        if let (true, Some(name)) = (orphan && !order.leaves.is_zero(), order.name) {
            actions.push(Action::Cancel { name });
        }
        let known = self.places.contains_key(&order.instrument) && self.rounds.issued(order.name);
        if (!known && !order.leaves.is_zero())
            || (order.name.is_none() && self.own.has_foreign(order.instrument, order.side))
        {
            let why = format!("order {} is not its own", order.order.0);
            self.guard.hold(now, Hold::Foreign, why, actions);
        }
    }

    /// One of the account's orders was filled.
    fn fill(&mut self, now: Timestamp, fill: OwnFill) {
        self.mark(now);
        self.fills += 1;
        let Some(&at) = self.places.get(&fill.delivered).or_else(|| self.places.get(&fill.instrument)) else { return };
        let market = &self.markets[at];
        let unit = market.reference.unit_value;
        self.money.fill(market.fair_milli(), fill.side, fill.price, fill.lots, unit, fill.fee);
    }

    /// Brings fair prices up to date, and counts what that makes of what is owned.
    fn mark(&mut self, now: Timestamp) {
        for market in &mut self.markets {
            let family = &self.config.families[market.family];
            market.mark(now, family, self.anchors[market.family].shift(family, now), &mut self.money);
        }
    }

    /// Counts the samples since the last input: they found what was open then.
    fn sample(&mut self, now: Timestamp) {
        let samples = if self.now == Timestamp(0) { 0 } else { self.sampler.between(self.now, now) };
        if samples == 0 {
            return;
        }
        for market in &mut self.markets {
            if market.phase == Some(Phase::Continuous) {
                let face = u64::from(market.reference.face_dollars);
                let best = |side| {
                    let best = best_own(&self.own, market.reference.instrument, side);
                    best.map(|(price, lots)| (price, lots * face))
                };
                let score = self.obligation.score(best(Side::Buy), best(Side::Sell));
                market.standing.count(samples, score);
            }
        }
    }

    fn watch_losses(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let today = now.0 / DAY_NS;
        if today != self.day.0 {
            self.day = (today, self.money.total());
        }
        let limit = i64::try_from(self.config.safety.loss_limit.0).unwrap_or(i64::MAX);
        let lost = self.day.1.saturating_sub(self.money.total());
        if lost >= limit {
            let why =
                format!("it lost {} today, and may lose {}", Cash(lost.unsigned_abs()), Cash(limit.unsigned_abs()));
            self.guard.hold(now, Hold::Loss, why, actions);
        }
    }

    /// While a hold is on: nothing may be open, and what waits for that goes on when nothing is.
    fn stand_down(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if !self.guard.connected() {
            return;
        }
        if !self.own.is_empty() {
            if self.reconciled {
                self.guard.pull_again(now, actions);
            }
            return;
        }
        if self.reconciled {
            self.guard.release(Hold::Reconciling, actions);
        }
        if self.guard.is(Hold::Unknown) && !self.guard.is(Hold::Unconfirmed) {
            self.rounds.forget();
            self.guard.release(Hold::Unknown, actions);
        }
        if self.guard.is(Hold::Quitting) && self.rounds.quit() {
            actions.push(Action::DeadMan { seconds: 0 });
            actions.push(Action::Done);
        }
    }

    /// What it would quote now, and why, whether or not it may.
    #[must_use]
    pub fn explain(&self, at: Timestamp) -> Vec<Explained> {
        self.plan(at.max(self.now)).into_iter().map(|planned| planned.explained).collect()
    }

    /// What it is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        let instruments = self.markets.iter().map(|market| {
            let instrument = market.reference.instrument;
            InstrumentStatus {
                symbol: market.reference.symbol,
                phase: market.phase,
                fair_milli: market.fair_milli(),
                held: market.held,
                bid: best_own(&self.own, instrument, Side::Buy),
                ask: best_own(&self.own, instrument, Side::Sell),
                standing: market.standing,
            }
        });
        Status {
            holds: self.guard.holds().iter().copied().collect(),
            made: self.money.parts(),
            today: self.money.total() - self.day.1,
            open_orders: self.own.len(),
            fills: self.fills,
            quotes: self.rounds.sent(),
            cash: self.cash,
            instruments: instruments.collect(),
        }
    }
}

/// The best own price of a side, and the lots open there.
fn best_own(own: &OwnOrders, instrument: InstrumentId, side: Side) -> Option<(unspent_model::Price, u64)> {
    let prices = own.of(instrument, side).map(|order| order.price);
    let best = match side {
        Side::Buy => prices.max(),
        Side::Sell => prices.min(),
    }?;
    let there = own.of(instrument, side).filter(|order| order.price == best);
    Some((best, there.map(|order| u64::from(order.leaves.0)).sum()))
}
