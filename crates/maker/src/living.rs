//! The maker in the living market: it has the seat of one of its makers, with that one's money and credits.
//!
//! What it knows is what a venue would tell it: books, trades, phases, last trades and its own account. The market's days pass fast, so
//! that it looks at everything every half an hour, and a second after each trade; safety timers that are shorter than that are stretched
//! to a few looks. A person comes each morning and lets it go on when a limit stopped it the day before.

use crate::action::{Action, Hold};
use crate::backtest::Backtest;
use crate::config::{Config, ConfigError};
use crate::input::{Control, Input, Level};
use crate::reference::Reference;
use crate::seat::Seat;
use crate::simulation::touches;
use crate::strategy::{Status, Strategy};
use crate::transcript::Transcript;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use unspent_living::{Cell, Flow, Guest, Parameters, View, World, listings};
use unspent_model::{
    Command, Date, Event, FeeSchedule, Instrument, InstrumentId, Phase, Reply, Side, Symbol, Timestamp,
};

/// Levels of a side that the maker is shown: more than it can have orders at.
const LEVELS: usize = 10;
/// Days of the calendar whose listings a configuration may name.
const CALENDAR: u32 = 732;
const DAY: u64 = 86_400_000_000_000;
/// When the person comes who lets it go on, in nanoseconds of a day: 08:00 UTC.
const MORNING: u64 = 8 * 3_600_000_000_000;

/// Which living market.
#[derive(Clone, Copy, Debug)]
pub struct LivingSettings {
    /// What is drawn.
    pub seed: u64,
    /// Its first day.
    pub first: Date,
    /// How many days it lives.
    pub days: u32,
    /// The venue's mechanisms.
    pub cell: Cell,
    /// Seconds between two looks of the maker at everything, at least 1.
    pub look_seconds: u32,
}

impl LivingSettings {
    /// As usual, from a seed: 240 days from 2026-12-01, months that trade with one another and decaying orders as in the demo, a look each half hour.
    ///
    /// # Panics
    /// Never: the first day is one.
    #[must_use]
    pub fn new(seed: u64) -> LivingSettings {
        LivingSettings {
            seed,
            first: Date::new(2026, 12, 1).expect("a day"),
            days: Parameters::default().days,
            cell: Cell { dominance: true, decay: true, auctions: false },
            look_seconds: 1_800,
        }
    }
}

/// The living market with the maker in it.
pub struct Living {
    world: World,
    host: Arc<Mutex<Host>>,
    until: Timestamp,
}

impl Living {
    /// A market on its first morning. Instruments that it will list later wait for their listing.
    ///
    /// # Errors
    /// [`ConfigError`] when the configuration does not hold together, or has an instrument that the market will not list.
    pub fn new(config: Config, settings: LivingSettings) -> Result<Living, ConfigError> {
        let parameters = Arc::new(Parameters { days: settings.days, ..Parameters::default() });
        let flow = Arc::new(Flow::draw(settings.seed, &parameters, settings.first));
        let host = Arc::new(Mutex::new(Host::new(config, &parameters, settings)?));
        let until = flow.start;
        let guest = Box::new(Guested(Arc::clone(&host)));
        let world = World::with_guest(&parameters, flow, settings.cell, guest);
        Ok(Living { world, host, until })
    }

    /// Lives a day; false when the last is over.
    pub fn day(&mut self) -> bool {
        self.until = Timestamp(self.until.0 + DAY);
        while self.world.market().now < self.until {
            if !self.world.step(&mut |_, _| ()) {
                return false;
            }
        }
        true
    }

    fn host(&self) -> MutexGuard<'_, Host> {
        self.host.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the maker stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.host().strategy.status()
    }

    /// What was seen of it.
    #[must_use]
    pub fn seen(&self) -> Backtest {
        self.host().backtest.clone()
    }

    /// Its instruments, in its configuration's order.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        self.host().references.clone()
    }

    /// Lines of its transcript since they were taken last.
    #[must_use]
    pub fn take_lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.host().lines)
    }

    /// How often a limit stopped it, by which.
    #[must_use]
    pub fn stops(&self) -> Vec<(Hold, u64)> {
        self.host().stops.iter().map(|(&hold, &count)| (hold, count)).collect()
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.world.market().now
    }

    /// The world, to be looked at.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }
}

/// The guest is the host, which others look at between two steps.
struct Guested(Arc<Mutex<Host>>);

impl Guested {
    fn host(&self) -> MutexGuard<'_, Host> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guest for Guested {
    fn wake(&mut self, view: &View<'_>, commands: &mut Vec<Command>) -> Timestamp {
        self.host().wake(view, commands)
    }

    fn heard(&mut self, now: Timestamp, events: &[Event]) -> bool {
        self.host().heard(now, events)
    }

    fn answered(&mut self, _: Timestamp, command: usize, reply: &Reply) {
        self.host().answered(command, reply);
    }
}

/// Between the strategy and its seat.
struct Host {
    strategy: Strategy,
    references: Vec<Reference>,
    ours: BTreeSet<InstrumentId>,
    backtest: Backtest,
    transcript: Transcript,
    lines: Vec<String>,
    /// Once the session is known.
    seat: Option<Seat>,
    waiting: Vec<Input>,
    touched: BTreeSet<InstrumentId>,
    /// Books of the market that were looked at already.
    known: usize,
    /// What the commands given last were for.
    asked: Vec<Action>,
    stops: BTreeMap<Hold, u64>,
    /// The morning on which a person comes next.
    morning: Timestamp,
    look: u64,
}

/// Instruments' references, as the market lists them.
fn references(
    config: &Config,
    parameters: &Parameters,
    settings: &LivingSettings,
) -> Result<Vec<Reference>, ConfigError> {
    // What the calendar lists after the last day is waited for to the end.
    let listed = listings(&Parameters { days: CALENDAR, ..parameters.clone() }, settings.first);
    let one = |symbol: Symbol| {
        let wrong = || ConfigError {
            field: format!("instrument {symbol}"),
            right: "must be a credit that the living market lists within two years".to_owned(),
        };
        let at = listed.iter().position(|listing| listing.symbol == symbol).ok_or_else(wrong)?;
        let spec = Instrument::credit(symbol).map_err(|_| wrong())?;
        let (maker, taker) = World::fees();
        let spec = Instrument { fees: FeeSchedule { maker, taker }, ..spec };
        Reference::of(InstrumentId(u32::try_from(at).expect("months are few")), &spec).ok_or_else(wrong)
    };
    config.instruments.iter().map(|quoted| one(quoted.symbol)).collect()
}

impl Host {
    fn new(mut config: Config, parameters: &Parameters, settings: LivingSettings) -> Result<Host, ConfigError> {
        config.check()?;
        let look = settings.look_seconds.clamp(1, 7_200);
        let safety = &mut config.safety;
        let look_ms = u64::from(look) * 1_000;
        safety.dead_man_seconds = safety.dead_man_seconds.max(4 * look);
        safety.confirm_ms = safety.confirm_ms.max(3 * look_ms);
        safety.stale_ms = safety.stale_ms.max(2 * look_ms);
        let references = references(&config, parameters, &settings)?;
        let mut strategy = Strategy::new(config, references.clone())?;
        strategy.score_by(crate::Obligation::default(), settings.seed);
        Ok(Host {
            strategy,
            ours: references.iter().map(|reference| reference.instrument).collect(),
            backtest: Backtest::new(&references),
            transcript: Transcript::new(&references),
            references,
            lines: Vec::new(),
            seat: None,
            waiting: Vec::new(),
            touched: BTreeSet::new(),
            known: 0,
            asked: Vec::new(),
            stops: BTreeMap::new(),
            morning: Timestamp(settings.first.start().0 + MORNING),
            look: u64::from(look),
        })
    }

    /// What a connection's first snapshots tell.
    fn introduce(&mut self, view: &View<'_>) {
        let (available, reserved) = view.cash();
        self.waiting.extend([Input::Up, Input::Cash { available, reserved }]);
        for &instrument in &self.ours {
            if (instrument.0 as usize) < view.market.books().len() {
                let (available, reserved) = view.lots(instrument);
                self.waiting.push(Input::Holding { instrument, available, reserved });
            }
        }
        self.waiting.push(Input::Reconciled);
        self.seat = Some(Seat::new(view.account, view.session));
    }

    fn wake(&mut self, view: &View<'_>, commands: &mut Vec<Command>) -> Timestamp {
        let (now, mut actions) = (view.now(), Vec::new());
        if self.seat.is_none() {
            self.introduce(view);
        }
        let books = view.market.books().len();
        for at in self.known..books {
            let instrument = InstrumentId(u32::try_from(at).expect("books are few"));
            if self.ours.contains(&instrument) {
                self.waiting.push(Input::Phase { instrument, phase: view.market.book(instrument).phase });
                self.touched.insert(instrument);
            }
        }
        self.known = books;
        self.strategy.note(now, Input::Heard, &mut actions);
        for input in std::mem::take(&mut self.waiting) {
            self.lines.extend(self.transcript.fill(now, &input));
            if let Input::Fill(fill) = &input {
                self.backtest.fill(now, fill, &self.strategy);
            }
            self.strategy.note(now, input, &mut actions);
        }
        for instrument in std::mem::take(&mut self.touched) {
            if view.market.book(instrument).phase == Phase::Expired {
                continue;
            }
            let levels =
                |side| view.levels(instrument, side).take(LEVELS).map(|(price, lots)| Level { price, lots }).collect();
            let book = Input::Book { instrument, bids: levels(Side::Buy), asks: levels(Side::Sell) };
            self.strategy.note(now, book, &mut actions);
        }
        if now >= self.morning {
            self.morning = Timestamp(now.0 / DAY * DAY + DAY + MORNING);
            let stopped = self.strategy.status().holds;
            if stopped.iter().any(|hold| matches!(hold, Hold::Loss | Hold::Tripped)) {
                self.strategy.note(now, Input::Control(Control::Resume), &mut actions);
            }
        }
        self.strategy.take(now, Input::Clock, &mut actions);
        self.backtest.see(now, &self.strategy);
        let Some(seat) = &self.seat else { return now.plus_seconds(self.look) };
        self.asked.clear();
        for action in actions {
            if let Action::Held { hold: hold @ (Hold::Loss | Hold::Tripped | Hold::Foreign), .. } = action {
                *self.stops.entry(hold).or_default() += 1;
            }
            // The timer is set anew all day long, and is no news.
            if !matches!(action, Action::DeadMan { .. }) {
                self.lines.push(self.transcript.action(now, &action));
            }
            if let Some(command) = seat.command(&action) {
                commands.push(command);
                self.asked.push(action);
            }
        }
        now.plus_seconds(self.look)
    }

    fn heard(&mut self, _: Timestamp, events: &[Event]) -> bool {
        let Some(seat) = &mut self.seat else { return false };
        let mut traded = false;
        for event in events {
            seat.hear(event, &mut self.waiting);
            for instrument in touches(event) {
                if self.ours.contains(&instrument) {
                    self.touched.insert(instrument);
                }
            }
            if let Event::Fill(fill) = event {
                traded |= self.ours.contains(&fill.instrument);
            }
        }
        traded
    }

    fn answered(&mut self, command: usize, reply: &Reply) {
        if let (Some(seat), Some(action)) = (&mut self.seat, self.asked.get(command)) {
            self.waiting.extend(seat.answered(action, reply));
        }
    }
}
