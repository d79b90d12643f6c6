//! Facts that contradict each other, one by one: which they are is said.

use crate::flow::chance::Chance;
use crate::flow::pair::Pair;
use crate::saved::{after, flow, restore};
use unspent_engine::Engine;
use unspent_model::{
    AccountId, AccountState, AddOrder, Asset, Cash, Command, CommandSeq, EngineFact, GroupName, GroupRule,
    InstrumentFact, InstrumentId, Lots, OrderFact, OrderId, OrderKind, OrderPlace, Phase, Price, Reject, Reply,
    Sequenced, SessionId, Side, SpecialFact, TimeInForce, Timestamp, limits,
};

type Change = fn(&mut EngineFact) -> bool;

/// Changes a fact of this kind, and says whether it did.
macro_rules! changed {
    ($fact:ident, $kind:pat => $change:expr) => {
        if let $kind = $fact { $change } else { false }
    };
}

/// Changes an order that can be changed like this.
fn order(fact: &mut EngineFact, change: impl FnOnce(&mut OrderFact) -> bool) -> bool {
    if let EngineFact::Order(order) = fact { change(order) } else { false }
}

fn special(fact: &mut EngineFact, change: impl FnOnce(&mut SpecialFact) -> bool) -> bool {
    order(fact, |order| order.special.as_mut().is_some_and(change))
}

fn listed(fact: &mut EngineFact, change: impl FnOnce(&mut InstrumentFact) -> bool) -> bool {
    if let EngineFact::Instrument(listed) = fact { change(listed) } else { false }
}

fn done<T>(place: &mut T, value: T) -> bool {
    *place = value;
    true
}

fn more(place: &mut u64) -> bool {
    *place += 1;
    true
}

/// How a fact is changed, and what is said of it or of what comes after it.
const CASES: &[(Change, &str)] = &[
    (|fact| changed!(fact, EngineFact::Venue(venue) => done(&mut venue.at, Timestamp(u64::MAX))), "the end of time"),
    (
        |fact| changed!(fact, EngineFact::Venue(venue) => done(&mut venue.last_order, OrderId(1 << 50))),
        "more orders than commands can open",
    ),
    (|fact| changed!(fact, EngineFact::Venue(venue) => done(&mut venue.last_trade, u64::MAX)), "a count beyond reach"),
    (
        |fact| changed!(fact, EngineFact::Venue(venue) => done(&mut venue.cash_in, Cash(u64::MAX))),
        "more cash than came in, or than may",
    ),
    (|fact| listed(fact, |listed| done(&mut listed.spec.tick, 0)), "its fields do not fit together"),
    (|fact| listed(fact, |listed| done(&mut listed.rules.auction_tick, 0)), "its rules or its trading day do not fit"),
    (|fact| listed(fact, |listed| done(&mut listed.last, Some(Price(u32::MAX)))), "it has a price outside its domain"),
    (|fact| listed(fact, |listed| done(&mut listed.auction_fees, Vec::new())), "it has no fees"),
    (|fact| listed(fact, |listed| done(&mut listed.lots_in, u64::MAX)), "more lots came in than may"),
    (
        |fact| listed(fact, |listed| listed.phase == Phase::Call && done(&mut listed.phase, Phase::Closed)),
        "no call in this phase",
    ),
    (
        |fact| listed(fact, |listed| listed.phase == Phase::Closed && done(&mut listed.phase, Phase::Call)),
        "an instrument collects orders without a call",
    ),
    (
        |fact| changed!(fact, EngineFact::Call(call) => done(&mut call.auction.0, u64::MAX)),
        "an auction whose number was not given",
    ),
    (
        |fact| changed!(fact, EngineFact::Call(call) => call.due.is_none() && done(&mut call.due, Some(Timestamp(1)))),
        "an end in this phase",
    ),
    (
        |fact| {
            let EngineFact::Call(call) = fact else { return false };
            call.ending.as_mut().is_some_and(|ending| done(&mut ending.latest, Timestamp(0)))
        },
        "an end that is not drawn so",
    ),
    (
        |fact| {
            let EngineFact::Call(call) = fact else { return false };
            call.told.as_mut().is_some_and(|told| done(&mut told.lots, 0))
        },
        "an indication of nothing",
    ),
    (
        |fact| changed!(fact, EngineFact::Account(account) => done(&mut account.limits.open_orders, u32::MAX)),
        "its bounds do not fit",
    ),
    (
        |fact| changed!(fact, EngineFact::Account(account) => done(&mut account.available.0, u64::MAX - 1)),
        "cash was made or lost",
    ),
    (
        |fact| {
            let EngineFact::Account(account) = fact else { return false };
            account.available.0 += 1;
            account.reserved.0.checked_sub(1).is_some_and(|reserved| done(&mut account.reserved, Cash(reserved)))
        },
        "what is set aside is not what orders need",
    ),
    (|fact| changed!(fact, EngineFact::Holding(holding) => more(&mut holding.available)), "credits were made or lost"),
    (|fact| changed!(fact, EngineFact::Holding(holding) => done(&mut holding.account.0, 99)), "an unknown account"),
    (
        |fact| changed!(fact, EngineFact::Session { session, .. } => done(session, SessionId(u64::MAX))),
        "no account could have opened it",
    ),
    (
        |fact| changed!(fact, EngineFact::Group(group) => done(&mut group.rule.lots, Lots(0))),
        "its account cannot have it",
    ),
    (|fact| changed!(fact, EngineFact::GroupFill { lots, .. } => done(lots, 0)), "no window has it here"),
    (|fact| order(fact, |order| done(&mut order.order, OrderId(0))), "an open order of this id"),
    (|fact| order(fact, |order| done(&mut order.instrument, InstrumentId(9_999))), "an unknown instrument"),
    (|fact| order(fact, |order| done(&mut order.fees, 254)), "an unknown auction fee"),
    (|fact| order(fact, |order| done(&mut order.fee_owed, 10_000)), "it owes more than a cent"),
    (|fact| order(fact, |order| done(&mut order.cum, order.lots)), "it has no lots open"),
    (
        |fact| order(fact, |order| order.side == Side::Sell && done(&mut order.reserved, Cash(1))),
        "it set aside too much or too little",
    ),
    (
        |fact| {
            order(fact, |order| {
                let OrderPlace::Resting { shown } = &mut order.place else { return false };
                done(shown, Lots(shown.0 + 1)) && order.special.is_none()
            })
        },
        "no book has it like this",
    ),
    (
        |fact| {
            order(fact, |order| {
                let OrderPlace::Waiting { stop, kind: OrderKind::Market { .. }, .. } = order.place else {
                    return false;
                };
                done(&mut order.limit, Price(stop.0 + 1))
            })
        },
        "no order waits like this",
    ),
    (
        |fact| order(fact, |order| matches!(order.place, OrderPlace::Waiting { .. }) && order.special.take().is_some()),
        "a waiting order is special",
    ),
    (
        |fact| special(fact, |special| done(&mut special.time_in_force, TimeInForce::Ioc)),
        "its time in force says something else",
    ),
    (
        |fact| special(fact, |special| done(&mut special.session, Some(SessionId(u64::MAX)))),
        "an unknown session of its account",
    ),
    (|fact| special(fact, |special| done(&mut special.group, Some(u32::MAX))), "an unknown group of its account"),
    (|fact| special(fact, |special| done(&mut special.display, Some(Lots(0)))), "an iceberg shows something"),
    (
        |fact| special(fact, |special| special.quote && done(&mut special.display, Some(Lots(u32::MAX)))),
        "no quote is like this",
    ),
    (
        |fact| {
            order(fact, |order| {
                let waits = matches!(order.place, OrderPlace::Waiting { .. });
                waits && order.special.as_mut().is_some_and(|special| done(&mut special.quote, true))
            })
        },
        "no quote is like this",
    ),
    (
        |fact| changed!(fact, EngineFact::Answer(answer) => done(&mut answer.terms.cl_ord_id, None)),
        "only orders with an id are remembered",
    ),
    (
        |fact| changed!(fact, EngineFact::Answer(answer) => done(&mut answer.order, OrderId(u64::MAX))),
        "no order was answered so",
    ),
    (|fact| changed!(fact, EngineFact::Answer(answer) => done(&mut answer.fills, u32::MAX)), "are missing"),
    (
        |fact| changed!(fact, EngineFact::Answer(answer) => answer.fills > 0 && done(&mut answer.fills, 0)),
        "is out of order",
    ),
    (
        |fact| changed!(fact, EngineFact::AccountState { state, .. } => done(state, AccountState::Open)),
        "an open account needs no word of it",
    ),
    (
        |fact| changed!(fact, EngineFact::Withdrawal(pending) => done(&mut pending.id.0, u64::MAX)),
        "nobody could have asked for it",
    ),
    (
        |fact| changed!(fact, EngineFact::Withdrawal(pending) => done(&mut pending.funding.asset, Asset::Cash(Cash(u64::MAX)))),
        "nobody could have asked for it",
    ),
    (|fact| changed!(fact, EngineFact::Asked { account, .. } => done(account, AccountId(999))), "an unknown account"),
    (
        |fact| changed!(fact, EngineFact::Trade(trade) => done(&mut trade.trade.0, u64::MAX)),
        "it is not among the last trades",
    ),
    (
        |fact| changed!(fact, EngineFact::Trade(trade) => done(&mut trade.seller_fee, Cash(u64::MAX))),
        "nobody could have made it",
    ),
    (|fact| changed!(fact, EngineFact::Trade(trade) => more(&mut trade.trade.0)), "is out of order"),
];

#[test]
fn each_contradiction_is_found_and_named() {
    let mut seeds = Chance::Seed(6);
    let mut open: Vec<_> = CASES.iter().collect();
    for _ in 0..5_000 {
        if open.is_empty() {
            break;
        }
        let flow = flow(seeds.number(), 200);
        let facts: Vec<EngineFact> = after(&flow).facts().collect();
        open.retain(|(change, said)| {
            let mut changed = facts.clone();
            let Some(at) = (0..facts.len()).find(|&at| {
                changed[at] = facts[at].clone();
                let hit = change(&mut changed[at]);
                if !hit {
                    changed[at] = facts[at].clone();
                }
                hit
            }) else {
                return true;
            };
            let error = restore(changed.clone(), 7).expect_err(said).to_string();
            assert!(error.ends_with(said), "{error}, not {said}, for {:?}", changed[at]);
            false
        });
    }
    let open: Vec<&str> = open.iter().map(|(_, said)| *said).collect();
    assert!(open.is_empty(), "no flow has a fact for {open:?}");
}

/// What an account has of each kind is counted anew.
#[test]
fn the_bounds_of_an_account_hold_after_a_restore() {
    let account = AccountId(1);
    let group = |number: usize| GroupName::parse(&format!("g{number}")).unwrap();
    let rule = GroupRule { lots: Lots(1), window_seconds: 1 };
    let set = |number| Command::SetGroup { account, group: group(number), rule };
    let (mut engine, mut events) = (Engine::new(1), Vec::new());
    let mut tell = |engine: &mut Engine, command: Command| {
        let seq = CommandSeq(engine.seq().0 + 1);
        engine.apply(&Sequenced { seq, at: Timestamp(1), command }, &mut events)
    };
    let setup = Pair::setup().into_iter().chain((0..limits::GROUPS_PER_ACCOUNT).map(set));
    for command in setup.chain((0..limits::SESSIONS_PER_ACCOUNT).map(|_| Command::Connect { account })) {
        assert!(!matches!(tell(&mut engine, command), Reply::Rejected(_)));
    }
    let mut copy = restore(engine.facts(), 2).unwrap();
    assert_eq!(tell(&mut copy, set(limits::GROUPS_PER_ACCOUNT)), Reply::Rejected(Reject::TooManyGroups.into()));
    assert_eq!(tell(&mut copy, Command::Connect { account }), Reply::Rejected(Reject::TooManySessions.into()));
    let add = AddOrder::limit(account, InstrumentId(0), Side::Buy, Price(10), Lots(1));
    assert!(matches!(tell(&mut copy, Command::AddOrder(add)), Reply::Added(_)));
    copy.check_invariants();
}
