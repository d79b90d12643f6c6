//! The trading day and its last.

use crate::story::{World, check, check_in};
use expect_test::expect;

const DAY: &str = "schedule X 08:10 call, 08:20 no-cancel, 08:25 continuous, 16:00 closed";

#[test]
fn a_day_goes_from_phase_to_phase_and_begins_again() {
    check(
        &format!("{DAY} | at 08:10 | at 08:20 | at 08:25 | at 16:00 | at 32:09:59.999999999 | at 32:10"),
        expect![[r#"
            X schedule 08:10 call, 08:20 no-cancel, 08:25 continuous, 16:00 closed
            X call (schedule), X call 1
            X no-cancel (schedule)
            X call 1 ended nothing, X continuous (schedule)
            X closed (schedule)
            ok
            X call (schedule), X call 2
        "#]],
    );
}

#[test]
fn what_was_slept_through_happens_in_order() {
    check_in(
        DAY,
        "at 32:00",
        expect![[r#"
            X call (schedule), X call 1, X no-cancel (schedule), X call 1 ended nothing, X continuous (schedule), X closed (schedule)
        "#]],
    );
}

#[test]
fn it_happens_before_the_command_that_comes_with_it() {
    check_in(
        DAY,
        "at 08:10 t1 buy 5 @ 90 ioc | t1 buy 5 @ 90 | at 08:20 t1 cancel #1 | at 08:25 t1 cancel #1",
        expect![[r#"
            X call (schedule), X call 1 => 2110 wrong_phase
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            X no-cancel (schedule) => 2110 wrong_phase
            X call 1 ended nothing, X continuous (schedule), pull t1#1 5@90 user => canceled t1#1
        "#]],
    );
}

#[test]
fn a_closing_auction() {
    check_in(
        "balances | schedule X 16:00 call, 16:05 closed | t1 buy 5 @ 91 | at 16:00 m1 sell 3 @ 90 | m1 sell 4 @ 99 auction",
        "at 16:05",
        expect![[r#"
            cross t1#1/m1#1 3@91 left 2/0, X call 1 ended 3@91 buy 2 over, pull m1#2 4@99 auction-over, X closed (schedule), t1 $999545+182, m1 $1000273+0, m1 X 997+0, t1 X 1003+0
        "#]],
    );
}

#[test]
fn an_entry_for_the_phase_that_is_does_nothing() {
    check(
        "schedule X 08:10 continuous, 08:20 call, 08:30 call | at 08:10 | at 08:20 | at 08:30",
        expect![[r#"
            X schedule 08:10 continuous, 08:20 call, 08:30 call
            ok
            X call (schedule), X call 1
            ok
        "#]],
    );
}

#[test]
fn a_halted_instrument_stays_halted_until_the_operator_says_otherwise() {
    check_in(
        DAY,
        "halt X | at 08:15 | at 08:25 | resume X | at 16:00",
        expect![[r#"
            X halted
            ok
            ok
            X continuous
            X closed (schedule)
        "#]],
    );
}

#[test]
fn cancel_only_and_closed_are_moved() {
    check_in(
        DAY,
        "phase X cancel-only | at 08:10 | close X | at 08:20",
        expect![[r#"
            X cancel-only
            X call (schedule), X call 1
            X call 1 ended nothing, X closed
            X no-cancel (schedule), X call 2
        "#]],
    );
}

#[test]
fn an_expired_instrument_is_expired() {
    check_in(
        DAY,
        "expire X | at 08:15 | at 32:15 | schedule X 08:10 call | schedule X | expire X",
        expect![[r#"
            X expired
            ok
            ok
            => 2110 wrong_phase
            => 2110 wrong_phase
            ok
        "#]],
    );
}

/// A volatility call from 08:00 to 08:05 with a trade waiting in it.
const VOLATILE: &str = "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 96 | t1 buy 1 @ 96";

#[test]
fn a_volatility_call_is_not_ended_by_an_entry_for_continuous_trading() {
    check_in(
        &format!("{VOLATILE} | schedule X 08:01 continuous, 08:10 closed"),
        "at 08:01 | at 08:05 | at 08:10",
        expect![[r#"
            ok
            cross t1#1/m1#1 1@96 left 0/0, X call 1 ended 1@96, X continuous (call-ended)
            X closed (schedule)
        "#]],
    );
}

#[test]
fn a_volatility_call_becomes_the_days_call_or_its_close() {
    check_in(
        &format!("{VOLATILE} | schedule X 08:01 call, 08:10 continuous"),
        "at 08:01 | at 08:05 | at 08:10",
        expect![[r#"
            X call (schedule)
            ok
            cross t1#1/m1#1 1@96 left 0/0, X call 1 ended 1@96, X continuous (schedule)
        "#]],
    );
    check_in(
        &format!("{VOLATILE} | schedule X 08:01 closed"),
        "at 08:01 | at 08:05",
        expect![[r#"
            cross t1#1/m1#1 1@96 left 0/0, X call 1 ended 1@96, X closed (schedule)
            ok
        "#]],
    );
    check_in(
        &format!("{VOLATILE} | schedule X 08:01 cancel-only, 08:10 continuous"),
        "at 08:01 | at 08:05 | at 08:10",
        expect![[r#"
            X cancel-only (schedule)
            ok
            cross t1#1/m1#1 1@96 left 0/0, X call 1 ended 1@96, X continuous (schedule)
        "#]],
    );
}

#[test]
fn a_new_schedule_acts_from_its_next_entry() {
    check(
        "at 08:15 schedule X 08:10 call, 08:15 closed, 08:20 cancel-only | at 08:19 | at 08:20 | at 32:10",
        expect![[r#"
            X schedule 08:10 call, 08:15 closed, 08:20 cancel-only
            ok
            X cancel-only (schedule)
            X call (schedule), X call 1
        "#]],
    );
}

#[test]
fn a_new_schedule_replaces_the_old_one() {
    check_in(
        DAY,
        "schedule X 08:30 call | at 08:25 | schedule X | at 40:00",
        expect![[r#"
            X schedule 08:30 call
            ok
            X schedule
            ok
        "#]],
    );
}

#[test]
fn the_last_trade_ends_the_instrument() {
    check_in(
        "balances | t1 buy 5 @ 90 | m1 sell 5 @ 91 | t1 buy 5 @ 99 stop 95",
        "schedule X last 08:10 | at 08:09:59.999999999 | at 08:10 t1 buy 1 @ 80",
        expect![[r#"
            X schedule last 08:10
            ok
            X expired (last-trade), pull t1#1 5@90 last-trade, pull m1#1 5@91 last-trade, cancel t1#2 5@99 last-trade, t1 $1000000+0, m1 X 1000+0 => 2110 wrong_phase
        "#]],
    );
}

#[test]
fn a_last_call_is_uncrossed_first() {
    check_in(
        "schedule X 08:05 call, last 08:10 | t1 buy 5 @ 90 | at 08:05 m1 sell 3 @ 90 | t2 sell 1 @ 85 stop 90 | t3 sell 1 @ 99 auction",
        "at 08:10",
        expect![[r#"
            cross t1#1/m1#1 3@90 left 2/0, X call 1 ended 3@90 buy 2 over, pull t3#1 1@99 auction-over, X expired (last-trade), pull t1#1 2@90 last-trade, cancel t2#1 1@85 last-trade
        "#]],
    );
}

#[test]
fn a_last_volatility_call_is_uncrossed_first_too() {
    check_in(
        &format!("{VOLATILE} | schedule X last 08:03"),
        "at 08:03 | at 08:05",
        expect![[r#"
            cross t1#1/m1#1 1@96 left 0/0, X call 1 ended 1@96, X expired (last-trade)
            ok
        "#]],
    );
}

#[test]
fn a_halted_instrument_trades_for_the_last_time_too() {
    check_in(
        "t1 buy 5 @ 90 | halt X",
        "schedule X last 08:10 | at 08:10",
        expect![[r#"
            X schedule last 08:10
            X expired (last-trade), pull t1#1 5@90 last-trade
        "#]],
    );
}

#[test]
fn the_random_end_does_not_outlast_the_last_trade() {
    check_in(
        "schedule X 08:10 continuous, last 08:10:10 | phase X call | commit X 1 20s",
        "at 08:10:10 | reveal X 1 20s",
        expect![[r#"
            X call 1 ending 08:10 to 08:10:30, X call 1 ended nothing, X expired (last-trade)
            => 6009 wrong_auction
        "#]],
    );
}

#[test]
fn a_day_in_disorder_is_refused() {
    check(
        "schedule NONE 08:10 call | schedule X 08:10 call, 08:10 closed | schedule X 08:10 call, 08:05 closed | schedule X 24:00 call \
         | schedule X 08:10 expired | schedule X 08:10 volatility-call | schedule X 08:10 halted | schedule X 00:00 call, 23:59:59 closed",
        expect![[r#"
            => 2101 unknown_symbol
            => 6008 invalid_schedule
            => 6008 invalid_schedule
            => 6008 invalid_schedule
            => 6008 invalid_schedule
            => 6008 invalid_schedule
            => 6008 invalid_schedule
            X schedule 00:00 call, 23:59:59 closed
        "#]],
    );
}

#[test]
fn a_day_has_so_many_entries() {
    let entries = |count: u32| {
        let entry = |at: u32| format!("{:02}:{:02} {}", at / 60, at % 60, ["call", "closed"][at as usize % 2]);
        (0..count).map(entry).collect::<Vec<_>>().join(", ")
    };
    let mut world = World::new("", "");
    assert_eq!(world.line(&format!("schedule X {}", entries(97))).trim(), "=> 6008 invalid_schedule");
    assert_eq!(world.line(&format!("schedule X {}", entries(96))), format!("X schedule {}", entries(96)));
}

#[test]
fn a_last_trade_that_is_past_comes_with_the_next_command() {
    check_in(
        "t1 buy 5 @ 90",
        "schedule X last 07:00 | t1 buy 1 @ 90",
        expect![[r#"
            X schedule last 07:00
            X expired (last-trade), pull t1#1 5@90 last-trade => 2110 wrong_phase
        "#]],
    );
}
