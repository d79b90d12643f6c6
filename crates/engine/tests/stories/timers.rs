//! What fires at one instant, and what that sets off.

use crate::story::check_in;
use expect_test::expect;

#[test]
fn expiry_dead_man_ends_of_calls_entries_and_last_trades() {
    check_in(
        "list Y | reference X 90 | rules X dynamic 5 | m3 sell 1 @ 96 | schedule Y 08:10 call, last 08:10 \
         | m2 buy 1 @ 79 | m2 dead-man 600 | m1 buy 1 @ 80 gtd 08:10 | at 08:05 t1 buy 1 @ 96",
        "at 08:10",
        expect![[r#"
            pull m1#1 1@80 expired, m2 dead-man off, pull m2#1 1@79 dead-man, cross t1#1/m3#1 1@96 left 0/0, X call 1 ended 1@96, X continuous (call-ended), Y call (schedule), Y call 2, Y call 2 ended nothing, Y expired (last-trade)
        "#]],
    );
}

#[test]
fn an_earlier_timer_of_a_later_kind_comes_first() {
    check_in(
        "schedule X 08:09 cancel-only, last 08:09:30 | m1 buy 1 @ 80 gtd 08:10 | m2 buy 1 @ 79 | m2 dead-man 540",
        "at 08:10",
        expect![[r#"
            m2 dead-man off, pull m2#1 1@79 dead-man, X cancel-only (schedule), X expired (last-trade), pull m1#1 1@80 last-trade
        "#]],
    );
}

#[test]
fn of_one_kind_the_lower_number_comes_first() {
    check_in(
        "list Y | schedule Y 08:10 closed | schedule X 08:10 closed | m1 buy 1 @ 79 | t1 buy 1 @ 80 | t1 dead-man 600 | m1 dead-man 600",
        "at 08:10",
        expect![[r#"
            m1 dead-man off, pull m1#1 1@79 dead-man, t1 dead-man off, pull t1#1 1@80 dead-man, X closed (schedule), Y closed (schedule)
        "#]],
    );
}

#[test]
fn a_timer_that_a_firing_one_sets_fires_too_when_it_is_due() {
    // At 08:10 the uncross reaches a stop that breaches the band: that call ends at 08:15, all in one command.
    check_in(
        "reference X 90 | rules X dynamic 5 | schedule X 08:10 continuous | phase X call | m1 sell 1 @ 90 | t2 buy 1 @ 90 \
         | t1 buy 1 @ 99 stop 90 | m2 sell 1 @ 99",
        "at 08:30",
        expect![[r#"
            cross t2#1/m1#1 1@90 left 0/0, X call 1 ended 1@90, X continuous (schedule), trigger t1#1 @99, X volatility-call (volatility), X call 2, rest t1#1 1@99, cross t1#1/m2#1 1@99 left 0/0, X call 2 ended 1@99, X continuous (call-ended)
        "#]],
    );
}

#[test]
fn an_order_that_expires_at_the_uncross_is_not_in_it() {
    check_in(
        "schedule X 08:10 continuous | phase X call | m1 sell 1 @ 90 | t1 buy 1 @ 90 gtd 08:10",
        "at 08:10",
        expect![[r#"
            pull t1#1 1@90 expired, X call 1 ended nothing, X continuous (schedule)
        "#]],
    );
}

#[test]
fn one_that_expires_a_nanosecond_later_is() {
    check_in(
        "schedule X 08:10 continuous | phase X call | m1 sell 1 @ 90 | t1 buy 3 @ 90 gtd 08:10:00.000000001",
        "at 08:11",
        expect![[r#"
            cross t1#1/m1#1 1@90 left 2/0, X call 1 ended 1@90 buy 2 over, X continuous (schedule), pull t1#1 2@90 expired
        "#]],
    );
}

#[test]
fn the_balances_are_told_once_for_all_that_fired() {
    check_in(
        "balances | t1 buy 1 @ 80 gtd 08:09 | t1 buy 2 @ 80 gtd 08:10",
        "at 08:10 t1 buy 3 @ 80",
        expect![[r#"
            pull t1#1 1@80 expired, pull t1#2 2@80 expired, open t1#3 buy 3@80, rest t1#3 3@80, t1 $999760+240 => open 0+3
        "#]],
    );
}
