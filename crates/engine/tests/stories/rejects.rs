//! Every refusal that the core can give, and that it leaves no trace.

use crate::story::World;
use unspent_model::{Command, Reject, Reply};

/// Reject, what goes before, the refused command. The bounds that take long to reach are told in `bounds`.
const REFUSED: &[(Reject, &str, &str)] = &[
    (Reject::UnknownAccount, "", "nobody buy 5 @ 90"),
    (Reject::UnknownAccount, "", "nobody amend !1 qty 5"),
    (Reject::UnknownAccount, "", "nobody cancel !1"),
    (Reject::UnknownAccount, "", "nobody cancel-all"),
    (Reject::UnknownAccount, "", "deposit nobody $ 5"),
    (Reject::UnknownAccount, "", "deposit nobody 5 X"),
    (Reject::DuplicateClOrdId, "t1 buy 5 @ 90 id=a", "t1 buy 6 @ 90 id=a"),
    (Reject::DeadlinePassed, "", "t1 buy 5 @ 90 deadline=-1ns"),
    (Reject::DeadlinePassed, "t1 buy 5 @ 90", "t1 amend #1 qty 3 deadline=-1ns"),
    (Reject::UnknownSymbol, "", "t1 buy 5 on NONE @ 90"),
    (Reject::UnknownSymbol, "", "t1 cancel-all on NONE"),
    (Reject::UnknownSymbol, "", "deposit t1 5 NONE"),
    (Reject::UnknownSymbol, "", "halt NONE"),
    (Reject::UnknownOrder, "m1 buy 5 @ 90", "t1 cancel m1#1"),
    (Reject::UnknownOrder, "", "t1 cancel !1"),
    (Reject::UnknownOrder, "", "t1 cancel :a"),
    (Reject::UnknownOrder, "", "t1 amend :a qty 5"),
    (Reject::TooLateToCancel, "t1 buy 5 @ 90 ioc id=a", "t1 cancel :a"),
    (Reject::TooLateToCancel, "t1 buy 5 @ 90 ioc id=a", "t1 amend :a qty 5"),
    (Reject::WrongPhase, "halt X", "t1 buy 5 @ 90"),
    (Reject::WrongPhase, "close X", "t1 buy 5 @ 90"),
    (Reject::WrongPhase, "t1 buy 5 @ 90 | halt X", "t1 amend #1 qty 6"),
    (Reject::InvalidPrice, "", "t1 buy 5 @ 0"),
    (Reject::InvalidPrice, "", "t1 buy 5 @ 10001"),
    (Reject::InvalidPrice, "list Y tick 5", "t1 buy 5 on Y @ 91"),
    (Reject::InvalidPrice, "t1 buy 5 @ 90", "t1 amend #1 @ 0"),
    (Reject::InvalidQuantity, "", "t1 buy 0 @ 90"),
    (Reject::InvalidQuantity, "list Y unit 100000", "t1 buy 100001 on Y @ 10000"),
    (Reject::InvalidQuantity, "t1 buy 5 @ 90", "t1 amend #1 qty 0"),
    (Reject::InvalidCombination, "", "t1 buy 5 @ 90 ioc post"),
    (Reject::InvalidCombination, "m1 sell 5 @ 90", "t1 buy 5 mkt gtc"),
    (Reject::InvalidCombination, "m1 buy 5 @ 90", "t1 sell 5 max 900 ioc"),
    (Reject::NoOppositePrice, "m1 buy 5 @ 90", "t1 buy 5 mkt"),
    (Reject::PostOnlyWouldTake, "m1 sell 5 @ 90", "t1 buy 5 @ 90 post"),
    (Reject::PostOnlyWouldTake, "m1 sell 5 @ 90 | t1 buy 5 @ 89 post", "t1 amend #1 @ 90"),
    (Reject::FillOrKillNotFilled, "m1 sell 5 @ 90", "t1 buy 6 @ 90 fok"),
    (Reject::InsufficientCredits, "", "t1 sell 1001 @ 90"),
    (Reject::InsufficientCredits, "t1 sell 5 @ 90", "t1 amend #1 qty 1001"),
    (Reject::InsufficientFunds, "", "t1 buy 101 @ 10000"),
    (Reject::InsufficientFunds, "t1 buy 5 @ 90", "t1 amend #1 qty 101 @ 10000"),
    (Reject::SymbolListed, "list X", "list X tick 0"),
    (Reject::AccountExists, "open t1", "open t1"),
    (Reject::InvalidInstrument, "", "list Y tick 0"),
    (Reject::InvalidInstrument, "", "list Y fee 10001/0"),
    (Reject::InvalidInstrument, "", "list Y unit 0"),
    (Reject::AmountOutOfRange, "", "deposit t1 $ 0"),
    (Reject::AmountOutOfRange, "", "deposit t1 $ 1000000000000000"),
    (Reject::AmountOutOfRange, "", "deposit t1 0 X"),
    (Reject::AmountOutOfRange, "", "deposit t1 1000000000000 X"),
];

#[test]
fn a_refused_command_says_why_and_leaves_no_trace() {
    for &(reject, before, refused) in REFUSED {
        let story = format!("{before} | {refused} | m1 sell 1 @ 95 | m2 buy 1 @ 60 | t1 buy 1 @ 70");
        let mut worlds = [World::new("", &story), World::new("", &story)];
        for world in &mut worlds {
            for line in before.split('|').map(str::trim).filter(|line| !line.is_empty()) {
                world.line(line);
            }
            // So that there is a book to have a hash of.
            world.line("m2 buy 1 @ 60");
        }
        let [mut with, mut without] = worlds;
        let command = with.command(refused);
        let (events, reply) = with.apply(command);
        assert!(events.is_empty(), "{refused}: {events:?}");
        match reply {
            Reply::Rejected(rejection) => assert_eq!(rejection.reject, reject, "{refused}"),
            other => panic!("{refused}: {other:?}"),
        }
        without.apply(Command::Clock);
        assert_eq!(with.engine.state_hash(), without.engine.state_hash(), "{refused} left a trace");
        let next = "t1 buy 1 @ 70 id=next";
        assert_eq!(with.line(next), without.line(next), "{refused} left a trace");
    }
}

#[test]
fn every_refusal_of_the_core_is_in_the_table() {
    let elsewhere = [Reject::TooManyOpenOrders, Reject::TooManyClOrdIds, Reject::VenueFull];
    // Not offered yet.
    let later = [Reject::PolicyForbids, Reject::OutsideBand];
    for &reject in Reject::ALL.iter().filter(|reject| matches!(reject.code(), 2000..3000 | 6000..)) {
        let told = REFUSED.iter().any(|&(told, _, _)| told == reject);
        let known = told || elsewhere.contains(&reject) || later.contains(&reject);
        assert!(known, "no story of {}", reject.name());
    }
}
