//! Under which terms programmes are traded, who has leave to, the months that are watched, and what the operator set of
//! instruments.

use std::collections::BTreeMap;
use unspent_model::{
    AccountId, Event, Instrument, InstrumentId, MovementKind, Permit, PermitKind, Programme, ProgrammeTerms, Schedule,
    Timestamp, TradingRules, ViewFact, ViewMonth, ViewProgrammes,
};

/// What is known of programmes and months. Bounded by what is listed and permitted.
#[derive(Clone, Debug, Default)]
pub struct Programmes {
    /// In the order in which they were first set.
    terms: Vec<ProgrammeTerms>,
    permits: BTreeMap<(AccountId, Programme, PermitKind), Permit>,
    months: BTreeMap<InstrumentId, ViewMonth>,
    expired: BTreeMap<Programme, u64>,
    /// What was set of instruments. What was set before this was part of a saved view, and is known from such a view, is
    /// not known here until it is set again.
    rules: BTreeMap<InstrumentId, TradingRules>,
    schedules: BTreeMap<InstrumentId, Schedule>,
}

impl Programmes {
    /// Follows one event; `spec` tells what an instrument is.
    pub(crate) fn apply<'a>(&mut self, event: &Event, spec: impl Fn(InstrumentId) -> Option<&'a Instrument>) {
        match event {
            Event::ProgrammeSet(terms) => self.set(**terms),
            Event::RulesSet { instrument, rules } => {
                self.rules.insert(*instrument, *rules);
            }
            Event::ScheduleSet { instrument, schedule } => {
                self.schedules.insert(*instrument, (**schedule).clone());
            }
            Event::Permitted(permit) => self.permit(**permit),
            Event::PermitEnded { account, programme, kind, .. } => {
                self.permits.remove(&(*account, *programme, *kind));
            }
            &Event::ExpiryWatched { instrument, ends } => {
                self.months.insert(instrument, ViewMonth { instrument, ends, over: false, next: None });
            }
            &Event::ExpiryAlert { instrument, next, .. } => {
                if let Some(month) = self.months.get_mut(&instrument) {
                    month.next = next;
                }
            }
            &Event::NextMonth { instrument, next } => {
                if let Some(month) = self.months.get_mut(&instrument) {
                    (month.next, month.over) = (next, true);
                }
            }
            Event::Moved(moved) if moved.kind == MovementKind::ExpiredUnused => {
                let Some(spec) = moved.instrument.and_then(spec) else { return };
                let Some(programme) = spec.symbol.programme() else { return };
                let dollars = moved.lots.unsigned_abs().saturating_mul(u64::from(spec.face_dollars));
                let sum = self.expired.entry(programme).or_insert(0);
                *sum = sum.saturating_add(dollars);
            }
            _ => {}
        }
    }

    fn set(&mut self, terms: ProgrammeTerms) {
        match self.terms.iter_mut().find(|known| known.programme == terms.programme) {
            Some(known) => *known = terms,
            None => self.terms.push(terms),
        }
    }

    fn permit(&mut self, permit: Permit) {
        self.permits.insert((permit.account, permit.programme, permit.kind), permit);
    }

    /// The terms of every programme that has some, in the order in which they were first set.
    #[must_use]
    pub fn terms(&self) -> &[ProgrammeTerms] {
        &self.terms
    }

    /// The terms of an instrument's programme, when it has some.
    #[must_use]
    pub fn terms_of(&self, spec: &Instrument) -> Option<&ProgrammeTerms> {
        let programme = spec.symbol.programme()?;
        self.terms.iter().find(|terms| terms.programme == programme)
    }

    /// Every permit that is valid, by account, programme and kind.
    pub fn permits(&self) -> impl Iterator<Item = &Permit> + '_ {
        self.permits.values()
    }

    /// An account's permits, by programme and kind.
    pub fn permits_of(&self, account: AccountId) -> impl Iterator<Item = &Permit> + '_ {
        self.permits
            .values()
            .skip_while(move |permit| permit.account < account)
            .take_while(move |permit| permit.account == account)
    }

    /// Every instrument whose month is or was watched, by id.
    pub fn months(&self) -> impl Iterator<Item = &ViewMonth> + '_ {
        self.months.values()
    }

    /// An instrument's month, when it is or was watched.
    #[must_use]
    pub fn month(&self, instrument: InstrumentId) -> Option<&ViewMonth> {
        self.months.get(&instrument)
    }

    /// Dollars of face by programme that accounts held when their month ended.
    pub fn expired_unused(&self) -> impl Iterator<Item = (&Programme, u64)> + '_ {
        self.expired.iter().map(|(programme, &dollars)| (programme, dollars))
    }

    /// How an instrument is protected and how its auctions run, when that was set.
    #[must_use]
    pub fn rules(&self, instrument: InstrumentId) -> Option<&TradingRules> {
        self.rules.get(&instrument)
    }

    /// The trading day of an instrument as it was set last, when it was.
    #[must_use]
    pub fn schedule(&self, instrument: InstrumentId) -> Option<&Schedule> {
        self.schedules.get(&instrument)
    }

    /// How much there is of each sort.
    pub(crate) fn counts(&self) -> ViewProgrammes {
        ViewProgrammes {
            terms: self.terms.len() as u64,
            permits: self.permits.len() as u64,
            months: self.months.len() as u64,
            expired: self.expired.len() as u64,
            rules: self.rules.len() as u64,
            schedules: self.schedules.len() as u64,
        }
    }

    /// Gives all of it; nothing when there is none.
    pub(crate) fn facts(&self, mut each: impl FnMut(&ViewFact)) {
        let counts = self.counts();
        if counts == ViewProgrammes::default() {
            return;
        }
        each(&ViewFact::Programmes(counts));
        for (number, terms) in (0..).zip(&self.terms) {
            each(&ViewFact::Terms { number, terms: Box::new(*terms) });
        }
        for permit in self.permits.values() {
            each(&ViewFact::Permit(Box::new(*permit)));
        }
        for month in self.months.values() {
            each(&ViewFact::Month(*month));
        }
        for (&programme, &dollars) in &self.expired {
            each(&ViewFact::Expired { programme, dollars });
        }
        for (&instrument, &rules) in &self.rules {
            each(&ViewFact::Rules { instrument, rules });
        }
        for (&instrument, schedule) in &self.schedules {
            each(&ViewFact::Schedule { instrument, schedule: Box::new(schedule.clone()) });
        }
    }

    /// Takes in one of the facts that it gave; others are left alone.
    ///
    /// # Errors
    /// What in it cannot be.
    pub(crate) fn restore(&mut self, fact: &ViewFact, now: Timestamp) -> Result<(), &'static str> {
        match fact {
            ViewFact::Terms { number, terms } => {
                let known = self.terms.iter().any(|known| known.programme == terms.programme);
                if *number != self.terms.len() as u64 || known || !terms.fit() {
                    return Err("no venue has such terms beside the others");
                }
                self.terms.push(**terms);
            }
            ViewFact::Permit(permit) => {
                if !self.terms.iter().any(|terms| terms.programme == permit.programme) {
                    return Err("its programme has no terms");
                }
                self.permit(**permit);
            }
            ViewFact::Month(month) => {
                if !month.over && month.ends <= now {
                    return Err("it has ended and is not over");
                }
                self.months.insert(month.instrument, *month);
            }
            ViewFact::Expired { programme, dollars } => {
                if *dollars == 0 {
                    return Err("it is nothing");
                }
                self.expired.insert(*programme, *dollars);
            }
            ViewFact::Rules { instrument, rules } => {
                self.rules.insert(*instrument, *rules);
            }
            ViewFact::Schedule { instrument, schedule } => {
                if !schedule.fits() {
                    return Err("no instrument has such a trading day");
                }
                self.schedules.insert(*instrument, (**schedule).clone());
            }
            _ => {}
        }
        Ok(())
    }
}
