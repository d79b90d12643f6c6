//! Terms of programmes, permits, and the ends of months (RULES.md §12 and §13).

use super::{Answer, Reference, no};
use unspent_model::{
    AccountId, CancelReason, Date, Event, Expiry, InstrumentId, Movement, MovementKind, Permit, PermitKind, Phase,
    PhaseReason, PolicyClass, Programme, ProgrammeTerms, Reject, Reply, Side, Timestamp, limits,
};

const DAY: u64 = 86_400_000_000_000;

/// The end of a month and, before it, its alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Month {
    Alert(u16),
    Over,
}

impl Reference {
    pub(super) fn programme_of(&self, instrument: InstrumentId) -> Option<Programme> {
        let symbol = self.at(instrument).spec.symbol;
        let credit = symbol.credit()?;
        Programme::parse(&format!("{}-{}", credit.provider, credit.programme)).ok()
    }

    fn class_of(&self, instrument: InstrumentId) -> Option<PolicyClass> {
        let programme = self.programme_of(instrument)?;
        self.terms.iter().find(|terms| terms.programme == programme).map(|terms| terms.class)
    }

    /// Whether an account may have an order on a side.
    pub(super) fn permits(&self, account: AccountId, instrument: InstrumentId, side: Side) -> bool {
        let has = |kind| {
            let programme = self.programme_of(instrument);
            self.permits.iter().any(|it| (it.account, Some(it.programme), it.kind) == (account, programme, kind))
        };
        match (self.class_of(instrument), side) {
            (None | Some(PolicyClass::Free), _) => true,
            (Some(PolicyClass::Prohibited), _) => false,
            (Some(PolicyClass::OneFamily), _) => has(PermitKind::Family),
            (Some(_), Side::Buy) => true,
            (Some(PolicyClass::UseThrough), Side::Sell) => has(PermitKind::Arrangement),
            (Some(PolicyClass::WithConsent), Side::Sell) => has(PermitKind::Consent),
        }
    }

    pub(super) fn prohibited(&self, instrument: InstrumentId) -> bool {
        self.class_of(instrument) == Some(PolicyClass::Prohibited)
    }

    pub(super) fn set_programme(&mut self, terms: &ProgrammeTerms) -> Answer {
        let parts: Vec<&str> = terms.programme.as_str().split('-').collect();
        let split = terms.split;
        let pieces = split.most_pieces >= 1 && split.most_pieces <= limits::SPLIT_PIECES;
        let piece = split.smallest_piece.0 >= 1 && split.smallest_piece.0 <= limits::ORDER_NOTIONAL_CENTS;
        if parts.len() != 2 || parts.contains(&"") || !pieces || !piece {
            return no(Reject::InvalidProgramme);
        }
        let full = self.terms.len() >= limits::PROGRAMMES;
        match self.terms.iter_mut().find(|before| before.programme == terms.programme) {
            Some(before) if before == terms => return Ok(Reply::Done),
            Some(before) => *before = *terms,
            None if full => return no(Reject::VenueFull),
            None => self.terms.push(*terms),
        }
        self.tell(Event::ProgrammeSet(Box::new(*terms)));
        for instrument in (0..self.listed.len() as u32).map(InstrumentId) {
            if self.programme_of(instrument) == Some(terms.programme) {
                self.halt_prohibited(instrument);
            }
        }
        for account in (0..self.accounts.len() as u32).map(AccountId) {
            self.pull_forbidden(account, terms.programme);
        }
        Ok(Reply::Done)
    }

    pub(super) fn halt_prohibited(&mut self, instrument: InstrumentId) {
        let still = matches!(self.phase(instrument), Phase::Halted | Phase::Expired);
        if self.prohibited(instrument) && !still {
            self.change_phase(instrument, Phase::Halted, PhaseReason::Policy);
        }
    }

    fn pull_forbidden(&mut self, account: AccountId, programme: Programme) {
        let forbidden = |instrument, side| {
            self.programme_of(instrument) == Some(programme) && !self.permits(account, instrument, side)
        };
        let of_it = self.open.iter().filter(|order| order.terms.account == account);
        let ids: Vec<_> = of_it.filter(|o| forbidden(o.terms.instrument, o.terms.side)).map(|o| o.id).collect();
        self.pull_all(CancelReason::Policy, |order| ids.contains(&order.id));
    }

    pub(super) fn permit(&mut self, permit: &Permit) -> Answer {
        self.known(permit.account)?;
        if !self.terms.iter().any(|terms| terms.programme == permit.programme) {
            return no(Reject::UnknownProgramme);
        }
        if permit.until.is_some_and(|until| over(until) <= self.at) {
            return no(Reject::PermitOver);
        }
        if self.permits.contains(permit) {
            return Ok(Reply::Done);
        }
        self.permits.retain(|it| same_permit(it, permit.account, permit.programme, permit.kind).is_none());
        self.permits.push(*permit);
        self.tell(Event::Permitted(Box::new(*permit)));
        Ok(Reply::Done)
    }

    pub(super) fn revoke_permit(&mut self, account: AccountId, programme: Programme, kind: PermitKind) -> Answer {
        self.known(account)?;
        if !self.terms.iter().any(|terms| terms.programme == programme) {
            return no(Reject::UnknownProgramme);
        }
        if !self.permits.iter().any(|it| same_permit(it, account, programme, kind).is_some()) {
            return no(Reject::UnknownPermit);
        }
        self.end_permit(account, programme, kind, false);
        Ok(Reply::Done)
    }

    pub(super) fn end_permit(&mut self, account: AccountId, programme: Programme, kind: PermitKind, expired: bool) {
        self.permits.retain(|it| same_permit(it, account, programme, kind).is_none());
        self.tell(Event::PermitEnded { account, programme, kind, expired });
        self.pull_forbidden(account, programme);
    }

    /// When permits end, with where their programmes stand among all.
    pub(super) fn permit_ends(&self) -> impl Iterator<Item = (u64, (AccountId, usize, PermitKind))> + '_ {
        self.permits.iter().filter_map(|it| {
            let place = self.terms.iter().position(|terms| terms.programme == it.programme).expect("it has terms");
            Some((over(it.until?), (it.account, place, it.kind)))
        })
    }

    pub(super) fn programme_at(&self, place: usize) -> Programme {
        self.terms[place].programme
    }

    fn last_day(&self, instrument: InstrumentId) -> Option<u64> {
        let symbol = self.at(instrument).spec.symbol;
        let Expiry::Month { year, month } = symbol.credit()?.expiry else { return None };
        let last = (28..=31).rev().find_map(|day| Date::new(year, month, day))?;
        Some(last.start().0)
    }

    pub(super) fn watch_expiry(&mut self, instrument: InstrumentId) -> Answer {
        self.listed(instrument)?;
        if self.watched.iter().any(|(watched, _)| *watched == instrument) {
            return Ok(Reply::Done);
        }
        match self.last_day(instrument) {
            Some(last) if last + DAY > self.at => {
                self.watched.push((instrument, self.at));
                self.tell(Event::ExpiryWatched { instrument, ends: Timestamp(last + DAY) });
                Ok(Reply::Done)
            }
            _ => no(Reject::NoExpiry),
        }
    }

    /// The next that is due of each watched month; each remembers until when its alerts were told.
    pub(super) fn months(&self) -> Vec<(u64, InstrumentId, Month)> {
        let mut all = Vec::new();
        for &(instrument, told) in &self.watched {
            let last = self.last_day(instrument).expect("it has a month");
            let days = [90, 60, 30, 14, 7].map(|days| (last - u64::from(days) * DAY, Month::Alert(days)));
            let to_come = days.into_iter().chain([(last + DAY, Month::Over)]).filter(|&(due, _)| due > told);
            all.extend(to_come.min().map(|(due, what)| (due, instrument, what)));
        }
        all
    }

    pub(super) fn month(&mut self, instrument: InstrumentId, what: Month) {
        let now = self.at;
        if let Month::Alert(days) = what {
            self.watched.iter_mut().filter(|(it, _)| *it == instrument).for_each(|(_, told)| *told = now);
            let next = self.next_month(instrument);
            self.tell(Event::ExpiryAlert { instrument, days, next });
            return;
        }
        self.at_mut(instrument).last_trade = None;
        self.last_trade(instrument);
        self.watched.retain(|(it, _)| *it != instrument);
        self.month_back(instrument);
        let mut places: Vec<usize> = (0..self.owned.len()).collect();
        places.sort_by_key(|&place| self.owned[place].0);
        for place in places {
            let (account, of, lots) = self.owned[place];
            if of == instrument && lots > 0 {
                self.owned[place].2 = 0;
                self.lots_in[instrument.0 as usize] -= lots;
                self.change(super::accounts::Thing::Lots(account, instrument));
                let gone = -i64::try_from(lots).expect("bounded");
                self.tell(Event::Moved(Movement::lots(account, MovementKind::ExpiredUnused, instrument, gone)));
            }
        }
    }

    pub(super) fn tell_next_month(&mut self, instrument: InstrumentId) {
        if self.watched.iter().any(|(it, _)| *it == instrument) {
            let next = self.next_month(instrument);
            self.tell(Event::NextMonth { instrument, next });
        }
    }

    fn next_month(&self, instrument: InstrumentId) -> Option<InstrumentId> {
        let programme = self.programme_of(instrument);
        let face = self.at(instrument).spec.face_dollars;
        // A month in one number; what never expires comes last.
        let number = |at: InstrumentId| match self.at(at).spec.symbol.credit().map(|credit| credit.expiry) {
            Some(Expiry::Month { year, month }) => u32::from(year) * 100 + u32::from(month),
            _ => u32::MAX,
        };
        let all = (0..self.listed.len() as u32).map(InstrumentId);
        let family = all.filter(|&at| self.programme_of(at) == programme && self.at(at).spec.face_dollars == face);
        let later = family.filter(|&at| number(at) > number(instrument) && self.phase(at) != Phase::Expired);
        later.min_by_key(|&at| number(at))
    }
}

fn same_permit(it: &Permit, account: AccountId, programme: Programme, kind: PermitKind) -> Option<()> {
    ((it.account, it.programme, it.kind) == (account, programme, kind)).then_some(())
}

/// The first instant after a day.
fn over(day: Date) -> u64 {
    day.start().0 + DAY
}
