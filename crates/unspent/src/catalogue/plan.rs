//! What a venue lacks of a catalogue, as operator's commands.
//!
//! Whatever a venue has of it already is not asked for again, so a second load does nothing, and a load that was cut off in
//! the middle goes on where it was.

use super::{Catalogue, Entry};
use unspent_engine::Engine;
use unspent_model::{
    Command, Date, Expiry, Instrument, InstrumentId, Phase, Programme, ProgrammeTerms, Schedule, Symbol, Timestamp,
    TradingRules,
};

/// What a venue has, as far as a catalogue asks.
pub trait Has {
    /// A programme's terms.
    fn terms(&self, programme: &Programme) -> Option<ProgrammeTerms>;
    /// An instrument.
    fn listed(&self, symbol: &Symbol) -> Option<Listed>;
    /// How many instruments are listed.
    fn count(&self) -> u32;
}

/// What a venue has of an instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub instrument: InstrumentId,
    /// Its phase.
    pub phase: Phase,
    /// Its rules; `None` when they are not known.
    pub rules: Option<TradingRules>,
    /// Its trading day; the usual one when none was set.
    pub schedule: Schedule,
    /// Whether its month is watched, or has been.
    pub watched: bool,
}

impl Has for Engine {
    fn terms(&self, programme: &Programme) -> Option<ProgrammeTerms> {
        Engine::terms(self, programme).copied()
    }

    fn listed(&self, symbol: &Symbol) -> Option<Listed> {
        let instrument = self.instrument(symbol)?;
        Some(Listed {
            instrument,
            phase: self.phase(instrument),
            rules: Some(*self.rules(instrument)),
            schedule: self.schedule(instrument).clone(),
            watched: self.is_watched(instrument),
        })
    }

    fn count(&self) -> u32 {
        u32::try_from(self.instruments().len()).expect("the bound on instruments fits")
    }
}

/// An instrument's symbol and the command that it lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The instrument, when it is about one: it may be listed by a step before.
    pub symbol: Option<Symbol>,
    /// What is to be done.
    pub command: Command,
}

/// What a venue lacks of a catalogue at `now`: the programmes' terms, then the months of that day by programme, month and
/// face.
#[must_use]
pub fn lacking(catalogue: &Catalogue, venue: &impl Has, now: Timestamp) -> Vec<Step> {
    let mut steps = terms_lacking(catalogue, venue);
    let mut next = venue.count();
    let today = Date::of(now);
    for entry in &catalogue.programmes {
        for month in entry.months_on(today) {
            for &face in &entry.faces {
                let spec = entry.spec(face, month).expect("a checked catalogue");
                one(entry, spec, month, venue, &mut next, now, &mut steps);
            }
        }
    }
    steps
}

fn terms_lacking(catalogue: &Catalogue, venue: &impl Has) -> Vec<Step> {
    let lacks = |entry: &&Entry| venue.terms(&entry.terms.programme) != Some(entry.terms);
    let set = |entry: &Entry| Step { symbol: None, command: Command::SetProgramme(Box::new(entry.terms)) };
    catalogue.programmes.iter().filter(lacks).map(set).collect()
}

/// What one instrument lacks. Its trading day comes last: an instrument that has it has all the rest.
fn one(
    entry: &Entry,
    spec: Instrument,
    month: Expiry,
    venue: &impl Has,
    next: &mut u32,
    now: Timestamp,
    steps: &mut Vec<Step>,
) {
    let symbol = spec.symbol;
    let mut step = |command| steps.push(Step { symbol: Some(symbol), command });
    let known = venue.listed(&symbol);
    let usual = TradingRules::new(spec.fees.maker);
    let listed = known.clone().unwrap_or_else(|| {
        step(Command::ListInstrument(spec));
        *next += 1;
        let instrument = InstrumentId(*next - 1);
        let prohibited = entry.terms.class == unspent_model::PolicyClass::Prohibited;
        let phase = if prohibited { Phase::Halted } else { Phase::Continuous };
        Listed { instrument, phase, rules: Some(usual), schedule: Schedule::default(), watched: false }
    });
    if listed.phase == Phase::Expired {
        return;
    }
    let instrument = listed.instrument;
    if listed.rules.unwrap_or(usual) != entry.rules {
        step(Command::SetRules { instrument, rules: entry.rules });
    }
    if month != Expiry::Perpetual && !listed.watched {
        step(Command::WatchExpiry { instrument });
    }
    let schedule = Schedule { entries: entry.day.clone(), last_trade: month.last_trade() };
    if listed.schedule == schedule {
        return;
    }
    // The day's phase for one that was never given a day: from then on its entries move it, or an operator.
    let begins = phase_at(&schedule, now);
    if listed.schedule == Schedule::default() && listed.phase == Phase::Continuous && begins != listed.phase {
        step(Command::SetPhase { instrument, phase: begins });
    }
    step(Command::SetSchedule { instrument, schedule });
}

/// The phase in which a trading day stands at an instant: that of the last entry before it, or of yesterday's last.
fn phase_at(schedule: &Schedule, now: Timestamp) -> Phase {
    let second = u32::try_from(now.0 / 1_000_000_000 % 86_400).expect("a day has fewer seconds");
    let past = schedule.entries.iter().rfind(|entry| entry.second_of_day <= second);
    past.or(schedule.entries.last()).map_or(Phase::Continuous, |entry| entry.phase)
}
