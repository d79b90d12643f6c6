//! A story for every reason that is given for the end of an order or for a phase.

use crate::story::World;
use unspent_model::{CancelReason, Event, PhaseReason};

/// What the last line of a story tells.
fn last(story: &str) -> Vec<Event> {
    let mut world = World::new("", story);
    let mut told = Vec::new();
    for line in story.split('|').map(str::trim) {
        let command = world.command(line);
        (told, _) = world.apply(command);
    }
    told
}

#[test]
fn every_end_of_an_order() {
    // As long as this names every reason, the table below has a story for each.
    let story = |reason: CancelReason| match reason {
        CancelReason::User => "t1 buy 5 @ 90 | t1 cancel #1",
        CancelReason::TimeInForce => "t1 buy 5 @ 90 ioc",
        CancelReason::SelfTrade => "a.1 sell 5 @ 90 | a.2 buy 5 @ 90",
        CancelReason::Operator => "t1 buy 5 @ 90 | expire X",
        CancelReason::Expired => "t1 buy 5 @ 90 day | at 24:00",
        CancelReason::DeadMan => "t1 buy 5 @ 90 | t1 dead-man 1 | clock +1s",
        CancelReason::Disconnect => "t1 connect | t1 buy 5 @ 90 via ~1 | disconnect t1~1",
        CancelReason::Group => "m1 connect | m1 group g1 1 in 1s | m1 quote g1: 5@88 / 5@92 | t1 buy 1 @ 92",
        CancelReason::Kill => "t1 buy 5 @ 90 | kill venue",
        CancelReason::LastTrade => "t1 buy 5 @ 90 | schedule X last 08:10 | at 08:10",
        CancelReason::Volatility => "reference X 90 | rules X dynamic 5 | m1 sell 5 @ 96 | t1 buy 5 @ 96 ioc",
        CancelReason::NoOppositePrice => "m1 sell 1 @ 90 | t1 buy 5 max 900 stop 90 | t2 buy 1 @ 90",
        CancelReason::AuctionOver => "phase X call | t1 buy 5 @ 90 auction | resume X",
        CancelReason::Linked => "list Y | t1 buy 5 @ 90 any 80 on Y | m1 sell 5 @ 90",
        CancelReason::Requoted => "m1 connect | m1 quote: 5@88 / - | m1 quote: 5@89 / -",
        CancelReason::Policy => "list A-B-100-PERP | t1 buy 5 on A-B-100-PERP @ 90 | programme A-B prohibited",
    };
    for reason in CancelReason::ALL {
        let told = last(story(reason));
        let ended = told.iter().any(|event| matches!(event, Event::Canceled(it) if it.reason == reason));
        assert!(ended, "{reason:?}: {told:?}");
    }
}

#[test]
fn every_change_of_phase() {
    let story = |reason: PhaseReason| match reason {
        PhaseReason::Operator => "halt X",
        PhaseReason::Schedule => "schedule X 08:10 call | at 08:10",
        PhaseReason::Volatility => "reference X 90 | rules X dynamic 5 | m1 sell 5 @ 96 | t1 buy 5 @ 96",
        PhaseReason::CallEnded => "reference X 90 | rules X dynamic 5 | m1 sell 5 @ 96 | t1 buy 5 @ 96 | at 08:05",
        PhaseReason::Extended => "reference X 90 | rules X static 5 | m1 sell 5 @ 96 | t1 buy 5 @ 96 | at 08:05",
        PhaseReason::Unresolved => "reference X 90 | rules X static 5 | m1 sell 5 @ 96 | t1 buy 5 @ 96 | at 08:15",
        PhaseReason::LastTrade => "schedule X last 08:10 | at 08:10",
        PhaseReason::Policy => "list A-B-100-PERP | programme A-B prohibited",
    };
    let every = [
        PhaseReason::Operator,
        PhaseReason::Schedule,
        PhaseReason::Volatility,
        PhaseReason::CallEnded,
        PhaseReason::Extended,
        PhaseReason::Unresolved,
        PhaseReason::LastTrade,
    ];
    for (number, reason) in (1_u8..).zip(every).chain([(60, PhaseReason::Policy)]) {
        assert_eq!(reason as u8, number, "one is left out");
        let told = last(story(reason));
        let changed = told.iter().any(|event| matches!(event, Event::PhaseChanged { reason: it, .. } if *it == reason));
        assert!(changed, "{reason:?}: {told:?}");
    }
}
