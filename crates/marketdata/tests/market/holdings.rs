//! The registry of holdings as a view knows it, and as it is restored.

use unspent_marketdata::{ENDED_HOLDINGS, Restoring, View};
use unspent_model::{
    AccountId, AccountName, AccountState, Cash, CommandSeq, CreditId, Date, Event, Holding, HoldingId, HoldingLots,
    HoldingState, HoldingStep, HoldingTold, Instrument, InstrumentId, Level, NewHolding, Note, OwnerGroup, Programme,
    PromisedBalance, Symbol, Timestamp, ViewFact,
};

const ACME: AccountId = AccountId(0);
const HERE: InstrumentId = InstrumentId(0);

fn held(number: u64) -> Holding {
    let terms = NewHolding {
        account: ACME,
        programme: Programme::parse("A-B").unwrap(),
        credit: CreditId::parse(&format!("c{number}")).unwrap(),
        provenance: Note::parse("paper").unwrap(),
        dated: Date::parse("2026-11-21").unwrap(),
        ends: None,
        amount: Cash(1_000_000),
        pieces: 10,
    };
    Holding::new(HoldingId(number), terms)
}

fn told(step: HoldingStep, lots: u64, holding: Holding) -> Event {
    let lots = (lots > 0).then_some(HoldingLots { instrument: HERE, level: Level::Attested, lots });
    Event::Registry(Box::new(HoldingTold { step, lots, holding }))
}

fn listed(lots: u64, holding: Holding) -> Holding {
    let left = Cash(1_000_000 - lots * 100_000);
    let pieces = u32::try_from(lots).unwrap();
    Holding { left, pieces_left: 10 - pieces, listed: Cash(lots * 100_000), pieces_listed: pieces, ..holding }
}

fn opened() -> Vec<Event> {
    let spec = Instrument::credit(Symbol::parse("A-B-1K-202701").unwrap()).unwrap();
    vec![
        Event::InstrumentListed { instrument: HERE, spec: Box::new(spec) },
        Event::AccountOpened { account: ACME, name: AccountName::parse("acme").unwrap(), group: OwnerGroup(0) },
    ]
}

fn facts(view: &View) -> Vec<ViewFact> {
    let mut facts = Vec::new();
    view.facts(|fact| facts.push(fact.clone()));
    facts
}

fn restored(view: &View) -> View {
    let mut restoring = Restoring::new();
    facts(view).into_iter().try_for_each(|fact| restoring.take(fact)).unwrap();
    restoring.finish().unwrap()
}

#[test]
fn holdings_are_known_with_what_is_listed_out_of_them_and_restored() {
    let (one, two) = (held(1), held(2));
    let over = Holding { state: HoldingState::WrittenOff, ..listed(1, one) };
    let steps = [
        told(HoldingStep::Registered, 0, one),
        told(HoldingStep::Listed, 4, listed(4, one)),
        told(HoldingStep::Registered, 0, two),
        told(HoldingStep::Listed, 2, listed(2, two)),
        told(HoldingStep::Delisted, 2, listed(2, one)),
        told(HoldingStep::Left, 1, listed(1, one)),
        told(HoldingStep::LevelSet, 0, listed(1, one)),
        told(HoldingStep::WrittenOff, 0, over),
    ];
    let mut view = View::new();
    opened().iter().for_each(|event| _ = view.apply(Timestamp(100), CommandSeq(1), event));
    let lots = |view: &View, id| view.holdings().listed(HoldingId(id)).map(|lots| lots.lots).collect::<Vec<_>>();
    for (at, event) in (2..).zip(&steps) {
        view.apply(Timestamp(100 + at), CommandSeq(at), event);
        let again = restored(&view);
        assert_eq!(facts(&again), facts(&view), "after {event:?}");
        view = again;
        if at == 8 {
            assert_eq!((lots(&view, 1), lots(&view, 2)), (vec![1], vec![2]));
        }
    }
    assert_eq!((lots(&view, 1), lots(&view, 2)), (vec![], vec![2]));
    let known: Vec<_> = view.holdings().of(ACME).map(|row| (row.holding, row.at.0)).collect();
    assert_eq!(known, [(listed(2, two), 105), (over, 109)]);
    assert_eq!(view.holdings().of(AccountId(1)).count(), 0);
}

#[test]
fn facts_that_are_not_of_one_view_are_refused() {
    let mut view = View::new();
    let steps = [told(HoldingStep::Registered, 0, held(1)), told(HoldingStep::Listed, 4, listed(4, held(1)))];
    opened().iter().chain(&steps).for_each(|event| _ = view.apply(Timestamp(100), CommandSeq(1), event));
    let saved = facts(&view);
    let first = saved.iter().position(|fact| matches!(fact, ViewFact::Registry(_))).unwrap();
    for left_out in first..saved.len() {
        let mut fewer = saved.clone();
        fewer.remove(left_out);
        let mut restoring = Restoring::new();
        let taken = fewer.into_iter().try_for_each(|fact| restoring.take(fact));
        assert!(taken.is_err() || restoring.finish().is_err(), "{:?}", saved[left_out]);
    }
}

/// What the operator did to accounts, what settles later and holdings are said in one order.
#[test]
fn a_view_with_all_sorts_is_restored() {
    let mut view = View::new();
    let promised = PromisedBalance {
        account: ACME,
        instrument: HERE,
        level: Level::Attested,
        available: 3,
        reserved: 0,
        escrow: 0,
    };
    let steps = [
        Event::AccountSet { account: ACME, state: AccountState::Suspended },
        Event::Promised(promised),
        told(HoldingStep::Registered, 0, held(1)),
    ];
    opened().iter().chain(&steps).for_each(|event| _ = view.apply(Timestamp(100), CommandSeq(1), event));
    assert_eq!(facts(&restored(&view)), facts(&view));
}

#[test]
fn those_that_ended_first_are_forgotten_first() {
    let mut view = View::new();
    opened().iter().for_each(|event| _ = view.apply(Timestamp(0), CommandSeq(1), event));
    let count = ENDED_HOLDINGS as u64 + 2;
    for number in 1..=count {
        let over = Holding { state: HoldingState::Withdrawn, ..held(number) };
        view.apply(Timestamp(number), CommandSeq(number), &told(HoldingStep::Withdrawn, 0, over));
    }
    assert_eq!(view.holdings().all().count(), ENDED_HOLDINGS);
    assert!(view.holdings().get(HoldingId(2)).is_none() && view.holdings().get(HoldingId(3)).is_some());
}
