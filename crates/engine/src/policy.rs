//! What the terms of a provider's programme let whom trade. Judged before an order reaches a book.
//!
//! A programme without terms, and every instrument that is no credit, is traded freely.
//!
//! # Invariants
//! - Every open order is permitted by its programme's terms and its account's permits.
//! - An instrument of a prohibited programme is halted or has expired.

use crate::engine::Engine;
use crate::listed::Listed;
use crate::timers::Due;
use std::collections::BTreeMap;
use unspent_model::{
    AccountId, CancelReason, Event, InstrumentId, Permit, PermitKind, Phase, PhaseReason, PolicyClass, Programme,
    ProgrammeTerms, Reject, Rejection, Reply, Side, limits,
};

/// Where a programme's terms stand among all.
pub(crate) type TermsAt = u16;

/// The terms of all programmes and the permits of all accounts.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    /// In the order in which they were first set.
    terms: Vec<ProgrammeTerms>,
    by_name: BTreeMap<Programme, TermsAt>,
    permits: BTreeMap<(AccountId, TermsAt, PermitKind), Permit>,
}

impl Policies {
    /// The terms of every programme that has some, in the order in which they were first set.
    pub fn terms(&self) -> &[ProgrammeTerms] {
        &self.terms
    }

    /// Every permit, by account, then by the place of its programme, then by kind.
    pub fn permits(&self) -> impl Iterator<Item = &Permit> + '_ {
        self.permits.values()
    }

    /// Where the terms of an instrument's programme stand, when it has some.
    pub fn of(&self, listed: &Listed) -> Option<TermsAt> {
        self.by_name.get(&listed.spec.symbol.programme()?).copied()
    }

    fn find(&self, programme: &Programme) -> Result<TermsAt, Reject> {
        self.by_name.get(programme).copied().ok_or(Reject::UnknownProgramme)
    }

    fn class(&self, at: TermsAt) -> PolicyClass {
        self.terms[usize::from(at)].class
    }

    /// Whether there is no room for another programme.
    fn is_full(&self) -> bool {
        self.terms.len() >= limits::PROGRAMMES
    }

    /// Sets a programme's terms; gives their place.
    fn set(&mut self, terms: ProgrammeTerms) -> TermsAt {
        if let Some(&at) = self.by_name.get(&terms.programme) {
            self.terms[usize::from(at)] = terms;
            return at;
        }
        let at = TermsAt::try_from(self.terms.len()).expect("the bound on programmes fits");
        self.by_name.insert(terms.programme, at);
        self.terms.push(terms);
        at
    }

    fn permits_order(&self, account: AccountId, at: TermsAt, side: Side) -> bool {
        let class = self.class(at);
        class != PolicyClass::Prohibited
            && class.permit(side).is_none_or(|kind| self.permits.contains_key(&(account, at, kind)))
    }
}

impl Engine {
    /// Whether an account may have an order on this side of an instrument.
    #[inline]
    pub(crate) fn permitted(&self, account: AccountId, listed: &Listed, side: Side) -> Result<(), Reject> {
        if listed.terms.is_some() { self.judged(account, listed, side) } else { Ok(()) }
    }

    #[cold]
    fn judged(&self, account: AccountId, listed: &Listed, side: Side) -> Result<(), Reject> {
        let permitted = listed.terms.is_none_or(|at| self.policies.permits_order(account, at, side));
        if permitted { Ok(()) } else { Err(Reject::PolicyForbids) }
    }

    /// Whether an instrument may be in a phase under its programme's terms.
    pub(crate) fn may_be(&self, listed: &Listed, phase: Phase) -> Result<(), Reject> {
        let prohibited = listed.terms.is_some_and(|at| self.policies.class(at) == PolicyClass::Prohibited);
        let rests = matches!(phase, Phase::Halted | Phase::Expired);
        if prohibited && !rests { Err(Reject::PolicyForbids) } else { Ok(()) }
    }

    pub(crate) fn set_programme(
        &mut self,
        terms: &ProgrammeTerms,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        if !terms.fit() {
            return Err(Reject::InvalidProgramme.into());
        }
        match self.policies.find(&terms.programme) {
            Ok(at) if self.policies.terms[usize::from(at)] == *terms => return Ok(Reply::Done),
            Err(_) if self.policies.is_full() => return Err(Reject::VenueFull.into()),
            _ => {}
        }
        events.push(Event::ProgrammeSet(Box::new(*terms)));
        let at = self.keep_terms(*terms);
        if terms.class == PolicyClass::Prohibited {
            for instrument in 0..u32::try_from(self.listed.len()).expect("the bound on instruments fits") {
                if self.listed[instrument as usize].terms == Some(at) {
                    self.halt_by_policy(InstrumentId(instrument), events);
                }
            }
        }
        for account in 0..u32::try_from(self.accounts.len()).expect("the bound on accounts fits") {
            self.enforce(AccountId(account), at, events);
        }
        Ok(Reply::Done)
    }

    /// Keeps terms, and has the programme's instruments refer to them.
    pub(crate) fn keep_terms(&mut self, terms: ProgrammeTerms) -> TermsAt {
        let at = self.policies.set(terms);
        for listed in &mut self.listed {
            if listed.spec.symbol.programme() == Some(terms.programme) {
                listed.terms = Some(at);
            }
        }
        at
    }

    /// Halts an instrument whose programme is prohibited.
    pub(crate) fn halt_by_policy(&mut self, instrument: InstrumentId, events: &mut Vec<Event>) {
        let listed = &self.listed[instrument.0 as usize];
        if self.may_be(listed, listed.phase).is_err() {
            self.change_phase(instrument, Phase::Halted, PhaseReason::Policy, events);
        }
    }

    /// Cancels an account's orders in a programme that are no longer permitted.
    fn enforce(&mut self, account: AccountId, at: TermsAt, events: &mut Vec<Event>) {
        self.cancel_where(account, CancelReason::Policy, events, |engine, order| {
            let terms = engine.listed[order.instrument.0 as usize].terms;
            terms == Some(at) && !engine.policies.permits_order(account, at, order.side)
        });
    }

    pub(crate) fn permit(&mut self, permit: &Permit, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        self.known(permit.account)?;
        let at = self.policies.find(&permit.programme)?;
        if permit.until.is_some_and(|until| until.end() <= self.now) {
            return Err(Reject::PermitOver.into());
        }
        let key = (permit.account, at, permit.kind);
        match self.policies.permits.get(&key) {
            Some(before) if before == permit => return Ok(Reply::Done),
            None if self.policies.permits.len() >= limits::PERMITS => return Err(Reject::VenueFull.into()),
            _ => {}
        }
        self.end_permit(key);
        self.keep_permit(permit, at);
        events.push(Event::Permitted(Box::new(*permit)));
        Ok(Reply::Done)
    }

    fn keep_permit(&mut self, permit: &Permit, at: TermsAt) {
        if let Some(until) = permit.until {
            self.timers.arm(until.end(), Due::Permit(permit.account, at, permit.kind));
        }
        self.policies.permits.insert((permit.account, at, permit.kind), *permit);
    }

    /// Takes a permit away and disarms its timer.
    fn end_permit(&mut self, key: (AccountId, TermsAt, PermitKind)) -> Option<Permit> {
        let permit = self.policies.permits.remove(&key)?;
        if let Some(until) = permit.until {
            self.timers.disarm(until.end(), Due::Permit(key.0, key.1, key.2));
        }
        Some(permit)
    }

    pub(crate) fn revoke_permit(
        &mut self,
        account: AccountId,
        programme: Programme,
        kind: PermitKind,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        let at = self.policies.find(&programme)?;
        self.end_permit((account, at, kind)).ok_or(Reject::UnknownPermit)?;
        events.push(Event::PermitEnded { account, programme, kind, expired: false });
        self.enforce(account, at, events);
        Ok(Reply::Done)
    }

    /// A permit's last day is over.
    pub(crate) fn permit_over(&mut self, account: AccountId, at: TermsAt, kind: PermitKind, events: &mut Vec<Event>) {
        self.policies.permits.remove(&(account, at, kind)).expect("a permit that ended is disarmed");
        let programme = self.policies.terms[usize::from(at)].programme;
        events.push(Event::PermitEnded { account, programme, kind, expired: true });
        self.enforce(account, at, events);
    }

    /// The terms of a programme, when it has some.
    #[must_use]
    pub fn terms(&self, programme: &Programme) -> Option<&ProgrammeTerms> {
        let at = self.policies.find(programme).ok()?;
        Some(&self.policies.terms[usize::from(at)])
    }

    /// Keeps the terms of a snapshot. `false`, and nothing is changed, when they cannot be.
    #[must_use]
    pub(crate) fn terms_again(&mut self, terms: &ProgrammeTerms) -> bool {
        let new = self.policies.find(&terms.programme).is_err();
        let fits = terms.fit() && new && !self.policies.is_full();
        if fits {
            self.keep_terms(*terms);
        }
        fits
    }

    /// Keeps a permit of a snapshot. `false`, and nothing is changed, when it cannot be.
    #[must_use]
    pub(crate) fn permit_again(&mut self, permit: &Permit) -> bool {
        let Ok(at) = self.policies.find(&permit.programme) else { return false };
        let key = (permit.account, at, permit.kind);
        let next = self.policies.permits.last_key_value().is_none_or(|(&last, _)| last < key);
        let valid = permit.until.is_none_or(|until| until.end() > self.at);
        let fits = self.known(permit.account).is_ok() && next && valid && self.policies.permits.len() < limits::PERMITS;
        if fits {
            self.keep_permit(permit, at);
        }
        fits
    }

    /// Whether policies hold: see the module.
    ///
    /// # Panics
    /// When one does not.
    pub(crate) fn check_policies(&self) {
        for listed in &self.listed {
            assert_eq!(listed.terms, self.policies.of(listed), "an instrument refers to other terms than its own");
            assert!(self.may_be(listed, listed.phase).is_ok(), "{} is prohibited and traded", listed.spec.symbol);
        }
        for (account, _) in self.accounts.iter() {
            for (_, order) in self.orders.of(&self.accounts, account) {
                let listed = &self.listed[order.instrument.0 as usize];
                assert!(self.permitted(account, listed, order.side).is_ok(), "order {} is forbidden", order.id);
            }
        }
    }
}
