//! Every refusal that the core can give, and that it leaves no trace.

use crate::story::World;
use unspent_model::{Command, Reject, Reply};

/// Reject, what goes before, the refused command. The bounds that take long to reach are told in `bounds`.
const REFUSED: &[(Reject, &str, &str)] = &[
    (Reject::UnknownAccount, "", "promise nobody 5 X attested"),
    (Reject::UnknownAccount, "", "withdraw nobody 5 X attested"),
    (Reject::UnknownAccount, "", "nobody deliver s1 ref"),
    (Reject::UnknownAccount, "", "nobody accept s1"),
    (Reject::UnknownAccount, "", "nobody dispute s1 ref"),
    (Reject::UnknownSymbol, "", "promise t1 5 NONE attested"),
    (Reject::UnknownSymbol, "", "withdraw t1 5 NONE attested"),
    (Reject::InvalidLevel, "", "promise t1 5 X declared"),
    (Reject::InvalidLevel, "", "promise t1 5 X custody"),
    (Reject::InvalidLevel, "", "withdraw t1 5 X custody"),
    (Reject::AmountOutOfRange, "", "promise t1 0 X attested"),
    (Reject::AmountOutOfRange, "promise t1 5 X attested", "withdraw t1 6 X attested"),
    (Reject::AmountOutOfRange, "promise t1 5 X attested", "withdraw t1 1 X documented"),
    (Reject::InsufficientCredits, "promise t1 1001 X attested", "t1 sell 1002 @ 90"),
    (Reject::InsufficientFunds, "promise t1 5000 X attested", "t1 sell 2000 @ 9000"),
    (Reject::UnknownSettlement, "", "t1 accept s1"),
    (Reject::UnknownSettlement, "promise s1 2000 X attested | s1 sell 1001 @ 90 | b1 buy 5 @ 90", "t1 deliver s1 ref"),
    (Reject::UnknownSettlement, "", "rule s1 refund"),
    (Reject::UnknownSettlement, "", "claw s1 1"),
    (Reject::WrongParty, "promise s1 2000 X attested | s1 sell 1001 @ 90 | b1 buy 5 @ 90", "b1 deliver s1 ref"),
    (Reject::WrongParty, "promise s1 2000 X attested | s1 sell 1001 @ 90 | b1 buy 5 @ 90", "s1 accept s1"),
    (Reject::WrongParty, "promise s1 2000 X attested | s1 sell 1001 @ 90 | b1 buy 5 @ 90", "s1 dispute s1 ref"),
    (Reject::WrongState, "promise s1 2000 X attested | s1 sell 1001 @ 90 | b1 buy 5 @ 90", "b1 accept s1"),
    (Reject::WrongState, "promise s1 2000 X attested | s1 sell 1001 @ 90 | b1 buy 5 @ 90", "b1 dispute s1 ref"),
    (Reject::WrongState, "promise s1 2000 X attested | s1 sell 1001 @ 90 | b1 buy 5 @ 90", "rule s1 refund"),
    (Reject::WrongState, "promise s1 2000 X attested | s1 sell 1001 @ 90 | b1 buy 5 @ 90", "claw s1 1"),
    (Reject::InvalidTerms, "", "terms bond 10001"),
    (Reject::InvalidTerms, "", "terms tries 0"),
    (Reject::InvalidTerms, "", "terms retry 0"),
    (Reject::InvalidTerms, "", "terms hold-days 401"),
    (Reject::InvalidTerms, "", "terms penalty-min 100000001"),
    (
        Reject::InvalidRuling,
        "promise s1 2000 X attested | s1 sell 1001 @ 90 | b1 buy 5 @ 90 | s1 deliver s1 a | b1 dispute s1 b",
        "rule s1 partial 5",
    ),
    (
        Reject::InvalidRuling,
        "promise s1 2000 X attested | s1 sell 1001 @ 90 | b1 buy 5 @ 90 | s1 deliver s1 a | b1 accept s1",
        "claw s1 6",
    ),
    (Reject::AmountOutOfRange, "", "contribute 0"),
    (Reject::UnknownAccount, "", "nobody buy 5 @ 90"),
    (Reject::UnknownAccount, "", "nobody amend !1 qty 5"),
    (Reject::UnknownAccount, "", "nobody cancel !1"),
    (Reject::UnknownAccount, "", "nobody cancel-all"),
    (Reject::UnknownAccount, "", "deposit nobody $ 5"),
    (Reject::UnknownAccount, "", "deposit nobody 5 X"),
    (Reject::DuplicateClOrdId, "t1 buy 5 @ 90 id=a", "t1 buy 6 @ 90 id=a"),
    (Reject::DeadlinePassed, "", "t1 buy 5 @ 90 deadline=-1ns"),
    (Reject::DeadlinePassed, "t1 buy 5 @ 90", "t1 amend #1 qty 3 deadline=-1ns"),
    (Reject::UnknownAccount, "", "nobody connect"),
    (Reject::UnknownAccount, "", "nobody dead-man 30"),
    (Reject::UnknownAccount, "", "nobody quote: 5@88 / -"),
    (Reject::UnknownAccount, "", "nobody group g1 10 in 5s"),
    (Reject::UnknownAccount, "", "nobody reset g1"),
    (Reject::UnknownAccount, "", "limits nobody orders 5"),
    (Reject::UnknownAccount, "", "kill account nobody"),
    (Reject::DeadlinePassed, "m1 connect", "m1 quote deadline=-1ns: 5@88 / -"),
    (Reject::SessionClosed, "", "t1 buy 5 @ 90 via ~1"),
    (Reject::SessionClosed, "m1 connect", "t1 buy 5 @ 90 via m1~1"),
    (Reject::SessionClosed, "m1 connect | disconnect m1~1", "disconnect m1~1"),
    (Reject::SessionClosed, "", "m1 quote: 5@88 / -"),
    (Reject::UnknownSymbol, "", "t1 buy 5 on NONE @ 90"),
    (Reject::UnknownSymbol, "m1 connect", "m1 quote: 5@88 / -, NONE 5@88 / -"),
    (Reject::UnknownSymbol, "", "rules NONE dynamic 5"),
    (Reject::UnknownSymbol, "", "schedule NONE 08:10 call"),
    (Reject::UnknownSymbol, "", "reference NONE 90"),
    (Reject::UnknownSymbol, "", "commit NONE 1 5s"),
    (Reject::UnknownSymbol, "", "reveal NONE 1 5s"),
    (Reject::UnknownSymbol, "", "t1 cancel-all on NONE"),
    (Reject::UnknownSymbol, "", "deposit t1 5 NONE"),
    (Reject::UnknownSymbol, "", "halt NONE"),
    (Reject::UnknownOrder, "m1 buy 5 @ 90", "t1 cancel m1#1"),
    (Reject::UnknownOrder, "", "t1 cancel !1"),
    (Reject::UnknownOrder, "", "t1 cancel :a"),
    (Reject::UnknownOrder, "", "t1 amend :a qty 5"),
    (Reject::TooLateToCancel, "t1 buy 5 @ 90 ioc id=a", "t1 cancel :a"),
    (Reject::TooLateToCancel, "t1 buy 5 @ 90 ioc id=a", "t1 amend :a qty 5"),
    (Reject::UnknownGroup, "m1 connect", "m1 quote g1: 5@88 / -"),
    (Reject::UnknownGroup, "", "m1 reset g1"),
    (Reject::UnknownGroup, "", "m1 cancel-all in g1"),
    (
        Reject::GroupTripped,
        "m1 connect | m1 group g1 1 in 5s | m1 quote g1: 5@88 / - | t1 sell 1 @ 88",
        "m1 quote g1: 5@88 / -",
    ),
    (Reject::InvalidQuotes, "m1 connect", "m1 quote:"),
    (Reject::InvalidQuotes, "m1 connect", "m1 quote: 5@88 / -, - / 5@92"),
    (Reject::InvalidTimeout, "", "m1 dead-man 86401"),
    (Reject::InvalidTimeout, "", "m1 group g1 0 in 5s"),
    (Reject::InvalidTimeout, "", "m1 group g1 10 in 3601s"),
    (Reject::AccountSuspended, "suspend t1", "t1 buy 5 @ 90"),
    (Reject::AccountSuspended, "t1 buy 5 @ 80 | suspend t1 | kill venue", "t1 buy 5 @ 90"),
    (Reject::AccountSuspended, "suspend m1", "fund m1 $ -5 ref a"),
    (Reject::AccountSuspended, "funding cash 4 | by ann fund m1 $ -5 ref a | suspend m1", "by bob approve w1"),
    (Reject::AccountClosed, "open m1 | shut m1", "m1 buy 5 @ 90"),
    (Reject::AccountClosed, "open m1 | shut m1", "fund m1 $ +5 ref a"),
    (Reject::AccountClosed, "open m1 | shut m1", "reopen m1"),
    (Reject::AccountNotEmpty, "open m1 | deposit m1 $ 1", "shut m1"),
    (Reject::AccountNotEmpty, "open m1 | deposit m1 1 X", "shut m1"),
    (Reject::ReferenceUsed, "fund m1 $ +5 ref a", "fund m1 $ -5 ref a"),
    (Reject::SecondApprover, "funding cash 4 | by ann fund m1 $ -5 ref a", "by ann approve w1"),
    (Reject::SecondApprover, "funding cash 4 | fund m1 $ -5 ref a", "approve w1"),
    (Reject::WithdrawalLimit, "funding daily 4", "fund m1 $ -5 ref a"),
    (Reject::WithdrawalLimit, "funding dailyface 4", "fund m1 X -5 ref a"),
    (Reject::UnknownWithdrawal, "", "by ann approve w1"),
    (Reject::UnknownWithdrawal, "funding cash 4 | by ann fund m1 $ -5 ref a | decline w1", "decline w1"),
    (Reject::UnknownTrade, "", "bust 1"),
    (Reject::UnknownTrade, "", "adjust 0 @ 90"),
    (Reject::UnknownTrade, "list Y | m1 sell 5 @ 90 | t1 buy 5 @ 90", "bust 1 on Y"),
    (Reject::UnknownSymbol, "m1 sell 5 @ 90 | t1 buy 5 @ 90", "bust 1 on NONE"),
    (Reject::TradeBusted, "m1 sell 5 @ 90 | t1 buy 5 @ 90 | bust 1", "bust 1"),
    (Reject::TradeBusted, "m1 sell 5 @ 90 | t1 buy 5 @ 90 | bust 1", "adjust 1 @ 91"),
    (Reject::InvalidPrice, "m1 sell 5 @ 90 | t1 buy 5 @ 90", "adjust 1 @ 90"),
    (
        Reject::InsufficientCredits,
        "open t1 | deposit t1 $ 900 | m1 sell 5 @ 90 | t1 buy 5 @ 90 | t1 sell 5 @ 99",
        "bust 1",
    ),
    (Reject::AmountOutOfRange, "", "fund m1 $ -0 ref a"),
    (Reject::AmountOutOfRange, "", "fund m1 $ +0 ref a"),
    (Reject::InsufficientFunds, "open m1", "fund m1 $ -5 ref a"),
    (Reject::UnknownSymbol, "", "fund m1 NONE -5 ref a"),
    (Reject::UnknownAccount, "", "fund nobody $ -5 ref a"),
    (Reject::UnknownAccount, "", "suspend nobody"),
    (Reject::KillSwitch, "kill venue", "t1 buy 5 @ 90"),
    (Reject::KillSwitch, "kill account t1", "t1 buy 5 @ 90"),
    (Reject::KillSwitch, "list AWS-ACT-A | kill programme AWS-ACT", "t1 buy 5 on AWS-ACT-A @ 90"),
    (Reject::WrongPhase, "", "t1 buy 5 @ 90 auction"),
    (Reject::WrongPhase, "expire X", "resume X"),
    (Reject::WrongPhase, "", "phase X volatility-call"),
    (Reject::WrongPhase, "expire X", "schedule X 08:10 call"),
    (Reject::WrongPhase, "t1 buy 5 @ 90 | phase X no-cancel", "t1 cancel #1"),
    (Reject::WrongPhase, "halt X", "t1 buy 5 @ 90"),
    (Reject::WrongPhase, "close X", "t1 buy 5 @ 90"),
    (Reject::WrongPhase, "t1 buy 5 @ 90 | halt X", "t1 amend #1 qty 6"),
    (Reject::InvalidPrice, "", "t1 buy 5 @ 0"),
    (Reject::InvalidPrice, "", "t1 buy 5 @ 10001"),
    (Reject::InvalidPrice, "list Y tick 5", "t1 buy 5 on Y @ 91"),
    (Reject::InvalidPrice, "t1 buy 5 @ 90", "t1 amend #1 @ 0"),
    (Reject::InvalidPrice, "", "reference X 0"),
    (Reject::InvalidStopPrice, "", "t1 buy 5 @ 90 stop 0"),
    (Reject::InvalidStopPrice, "list Y tick 5", "t1 buy 5 on Y @ 90 stop 91"),
    (Reject::InvalidStopPrice, "t1 buy 5 @ 90 stop 89", "t1 amend #1 stop 10001"),
    (Reject::InvalidQuantity, "", "t1 buy 0 @ 90"),
    (Reject::InvalidQuantity, "list Y unit 100000", "t1 buy 100001 on Y @ 10000"),
    (Reject::InvalidQuantity, "t1 buy 5 @ 90", "t1 amend #1 qty 0"),
    (Reject::InvalidDisplay, "", "t1 buy 5 @ 90 show 6"),
    (Reject::InvalidDisplay, "t1 buy 5 @ 90 show 2", "t1 amend #1 show 6"),
    (Reject::InvalidDisplay, "t1 buy 5 @ 90 show 2", "t1 amend #1 qty 201"),
    (Reject::InvalidMinimum, "", "t1 buy 5 @ 90 min 6"),
    (Reject::InvalidExpiry, "", "t1 buy 5 @ 90 gtd ="),
    (Reject::InvalidCombination, "t1 buy 5 @ 90", "t1 amend #1 stop 95"),
    (Reject::InvalidCombination, "t1 buy 5 @ 90", "t1 amend #1 show 2"),
    (Reject::InvalidCombination, "", "t1 buy 5 @ 90 ioc post"),
    (Reject::InvalidCombination, "m1 sell 5 @ 90", "t1 buy 5 mkt gtc"),
    (Reject::InvalidCombination, "m1 buy 5 @ 90", "t1 sell 5 max 900 ioc"),
    (Reject::TooManyOpenOrders, "limits t1 orders 1 | t1 buy 1 @ 80", "t1 buy 5 @ 90"),
    (Reject::OrderRate, "limits t1 rate 1 burst 1 | t1 buy 1 @ 80", "t1 buy 5 @ 90"),
    (Reject::OrderRate, "limits t1 rate 1 burst 1 | t1 buy 1 @ 80", "t1 amend #1 @ 81"),
    (Reject::OrderRate, "limits m1 rate 1 burst 1 | m1 connect | m1 quote: 5@88 / -", "m1 quote: 5@88 / -"),
    (Reject::NotionalLimit, "limits t1 notional 449", "t1 buy 5 @ 90"),
    (Reject::NotionalLimit, "limits t1 notional 450 | t1 buy 5 @ 90", "t1 amend #1 @ 91"),
    (Reject::StopReached, "m1 sell 1 @ 90 | t1 buy 1 @ 90", "t1 buy 5 @ 95 stop 90"),
    (Reject::StopReached, "m1 sell 1 @ 90 | t1 buy 1 @ 90 | t1 buy 5 @ 95 stop 91", "t1 amend #2 stop 90"),
    (Reject::OutsideBand, "reference X 90 | rules X entry 5", "t1 buy 5 @ 96"),
    (Reject::OutsideBand, "reference X 90 | rules X entry 5 | t1 buy 5 @ 95", "t1 amend #1 @ 96"),
    (Reject::MinimumNotMet, "m1 sell 5 @ 90", "t1 buy 6 @ 90 min 6"),
    (Reject::NoOppositePrice, "m1 buy 5 @ 90", "t1 buy 5 mkt"),
    (Reject::PostOnlyWouldTake, "m1 sell 5 @ 90", "t1 buy 5 @ 90 post"),
    (Reject::PostOnlyWouldTake, "m1 sell 5 @ 1", "t1 buy 5 @ 90 slide"),
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
    (Reject::InvalidRules, "", "rules X dynamic 0"),
    (Reject::InvalidSchedule, "", "schedule X 08:10 call, 08:05 closed"),
    (Reject::WrongAuction, "phase X call", "commit X 2 5s"),
    (Reject::WrongAuction, "phase X call | commit X 1 5s", "reveal X 1 5s"),
    (Reject::InvalidLimits, "", "limits t1 orders 100001"),
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
    let elsewhere = [
        Reject::TooManyClOrdIds,
        Reject::TooManyStops,
        Reject::TooManyGroups,
        Reject::TooManySessions,
        Reject::VenueFull,
        Reject::TooManySettlements,
        Reject::TooManyWithdrawals,
    ];
    // Not offered yet.
    let later = [Reject::PolicyForbids];
    for &reject in Reject::ALL.iter().filter(|reject| matches!(reject.code(), 2000..3000 | 4002 | 6000..)) {
        let told = REFUSED.iter().any(|&(told, _, _)| told == reject);
        let known = told || elsewhere.contains(&reject) || later.contains(&reject);
        assert!(known, "no story of {}", reject.name());
    }
}
