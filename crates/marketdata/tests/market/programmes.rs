//! Terms, permits and months as a view knows them, and as it is restored.

use unspent_marketdata::{Restoring, View};
use unspent_model::{
    AccountId, AccountName, Cash, CommandSeq, Date, Event, Instrument, InstrumentId, Movement, MovementKind, Note,
    OwnerGroup, Permit, PermitKind, PolicyClass, Programme, ProgrammeTerms, SplitRule, Symbol, Timestamp, ViewFact,
};

const ACME: AccountId = AccountId(0);

fn terms(class: PolicyClass) -> ProgrammeTerms {
    ProgrammeTerms {
        programme: Programme::parse("A-B").unwrap(),
        class,
        source: Note::parse("page").unwrap(),
        dated: Date::parse("2026-11-21").unwrap(),
        split: SplitRule { most_pieces: 99, smallest_piece: Cash(10_000) },
    }
}

fn permit(kind: PermitKind) -> Permit {
    let (programme, reference) = (terms(PolicyClass::Free).programme, Note::parse("paper").unwrap());
    Permit { account: ACME, programme, kind, reference, until: None }
}

fn events() -> Vec<Event> {
    let listed = |number, symbol: &str| {
        let spec = Instrument::credit(Symbol::parse(symbol).unwrap()).unwrap();
        Event::InstrumentListed { instrument: InstrumentId(number), spec: Box::new(spec) }
    };
    let (this, next) = (InstrumentId(0), InstrumentId(1));
    let programme = terms(PolicyClass::Free).programme;
    vec![
        listed(0, "A-B-1K-202701"),
        listed(1, "A-B-1K-202702"),
        Event::AccountOpened { account: ACME, name: AccountName::parse("acme").unwrap(), group: OwnerGroup(0) },
        Event::ProgrammeSet(Box::new(terms(PolicyClass::Free))),
        Event::ProgrammeSet(Box::new(terms(PolicyClass::WithConsent))),
        Event::Permitted(Box::new(permit(PermitKind::Consent))),
        Event::Permitted(Box::new(permit(PermitKind::Family))),
        Event::PermitEnded { account: ACME, programme, kind: PermitKind::Family, expired: true },
        Event::ExpiryWatched { instrument: this, ends: Timestamp(101) },
        Event::ExpiryWatched { instrument: next, ends: Timestamp(200) },
        Event::ExpiryAlert { instrument: this, days: 7, next: Some(next) },
        Event::NextMonth { instrument: this, next: Some(next) },
        Event::Moved(Movement::lots(ACME, MovementKind::ExpiredUnused, this, -3)),
        Event::Moved(Movement::lots(ACME, MovementKind::Deposit, next, 9)),
    ]
}

fn facts(view: &View) -> Vec<ViewFact> {
    let mut facts = Vec::new();
    view.facts(|fact| facts.push(fact.clone()));
    facts
}

#[test]
fn what_was_set_is_known_and_restored() {
    let mut view = View::new();
    for event in events() {
        view.apply(Timestamp(100), CommandSeq(1), &event);
        let saved = facts(&view);
        let mut restoring = Restoring::new();
        saved
            .iter()
            .try_for_each(|fact| restoring.take(fact.clone()))
            .unwrap_or_else(|why| panic!("{why} after {event:?}"));
        view = restoring.finish().unwrap();
        assert_eq!(facts(&view), saved);
    }
    let known = view.programmes();
    assert_eq!(known.terms(), [terms(PolicyClass::WithConsent)]);
    let spec = &view.market(InstrumentId(1)).unwrap().spec;
    assert_eq!(known.terms_of(spec).map(|terms| terms.class), Some(PolicyClass::WithConsent));
    assert_eq!(known.permits_of(ACME).collect::<Vec<_>>(), [&permit(PermitKind::Consent)]);
    assert_eq!(known.permits_of(AccountId(1)).count(), 0);
    let month = known.month(InstrumentId(0)).unwrap();
    assert_eq!((month.over, month.next), (true, Some(InstrumentId(1))));
    let expired: Vec<_> = known.expired_unused().map(|(programme, dollars)| (programme.as_str(), dollars)).collect();
    assert_eq!(expired, [("A-B", 3_000)]);
}

#[test]
fn facts_that_are_not_of_one_view_are_refused() {
    let mut view = View::new();
    for event in events() {
        view.apply(Timestamp(100), CommandSeq(1), &event);
    }
    let saved = facts(&view);
    let of_programmes = saved.iter().position(|fact| matches!(fact, ViewFact::Programmes(_))).unwrap();
    for left_out in of_programmes..saved.len() {
        let mut fewer = saved.clone();
        fewer.remove(left_out);
        let mut restoring = Restoring::new();
        let taken = fewer.into_iter().try_for_each(|fact| restoring.take(fact));
        assert!(taken.is_err() || restoring.finish().is_err(), "{:?}", saved[left_out]);
    }
}
