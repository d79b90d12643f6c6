//! What each phase allows.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn a_halt_lets_orders_rest_and_takes_cancels() {
    check(
        "m1 sell 5 @ 91 id=a | t1 buy 5 @ 90 | halt X | t2 buy 1 @ 80 | t2 buy 1 mkt | t1 cancel #1 | m1 cancel-all | book X",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            X halted
            => 2110 wrong_phase
            => 2110 wrong_phase
            pull t1#1 5@90 user => canceled t1#1
            pull m1#1 5@91 user => canceled 1
            bids - / asks -
        "#]],
    );
}

#[test]
fn a_halt_takes_amends_that_cannot_trade() {
    check(
        "m1 sell 5 @ 91 | t1 buy 2 @ 91 | halt X | m1 amend #1 qty 6 | m1 amend #1 @ 95 | m1 amend #1 qty 4 \
         | m1 amend #1 qty 2 | book X",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            open t1#1 buy 2@91, fill t1#1/m1#1 2@91 left 0/3 => filled 2+0
            X halted
            => 2110 wrong_phase
            => 2110 wrong_phase
            amend m1#1 3@91 to 2@91 of 4 kept => part 2+2
            pull m1#1 2@91 user => canceled 2+0 user
            bids - / asks -
        "#]],
    );
}

#[test]
fn trading_goes_on_where_it_stopped() {
    check(
        "m1 sell 5 @ 91 | m2 sell 5 @ 91 | halt X | resume X | t1 buy 7 @ 91",
        expect![[r#"
        open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        open m2#1 sell 5@91, rest m2#1 5@91 => open 0+5
        X halted
        X continuous
        open t1#1 buy 7@91, fill t1#1/m1#1 5@91 left 2/0, fill t1#1/m2#1 2@91 left 0/3 => filled 7+0
    "#]],
    );
}

#[test]
fn closing_lets_orders_rest_until_the_next_day() {
    check_in(
        "balances",
        "m1 sell 5 @ 91 | t1 buy 3 @ 80 | close X | book X | t1 buy 1 @ 80 | t1 amend #1 qty 2 | t1 amend #1 qty 3 | t1 cancel #1 \
         | resume X | t1 buy 5 @ 91",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91, m1 X 995+5 => open 0+5
            open t1#1 buy 3@80, rest t1#1 3@80, t1 $999760+240 => open 0+3
            X closed
            bids 3@80 / asks 5@91
            => 2110 wrong_phase
            amend t1#1 3@80 to 2@80 of 2 kept, t1 $999840+160 => open 0+2
            => 2110 wrong_phase
            pull t1#1 2@80 user, t1 $1000000+0 => canceled t1#1
            X continuous
            open t1#2 buy 5@91, fill t1#2/m1#1 5@91 left 0/0, t1 $999545+0, m1 $1000455+0, m1 X 995+0, t1 X 1005+0 => filled 5+0
        "#]],
    );
}

#[test]
fn expiring_cancels_everything_bids_first_in_the_order_of_trading() {
    check_in(
        "balances",
        "m1 sell 5 @ 91 | m2 sell 4 @ 90 | t1 buy 3 @ 80 | t2 buy 2 @ 81 | t1 buy 1 @ 81 | expire X | book X \
         | t1 buy 1 @ 80 | t1 cancel #1 | t1 amend #1 qty 1 | resume X | t1 buy 1 @ 80",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91, m1 X 995+5 => open 0+5
            open m2#1 sell 4@90, rest m2#1 4@90, m2 X 996+4 => open 0+4
            open t1#1 buy 3@80, rest t1#1 3@80, t1 $999760+240 => open 0+3
            open t2#1 buy 2@81, rest t2#1 2@81, t2 $999838+162 => open 0+2
            open t1#2 buy 1@81, rest t1#2 1@81, t1 $999679+321 => open 0+1
            X expired, pull t2#1 2@81 operator, pull t1#2 1@81 operator, pull t1#1 3@80 operator, pull m2#1 4@90 operator, pull m1#1 5@91 operator, t2 $1000000+0, t1 $1000000+0, m2 X 1000+0, m1 X 1000+0
            bids - / asks -
            => 2110 wrong_phase
            => 2113 unknown_order
            => 2113 unknown_order
            => 2110 wrong_phase
            => 2110 wrong_phase
        "#]],
    );
}

#[test]
fn waiting_orders_end_after_the_book_by_id_and_an_unfinished_call_is_dropped() {
    check(
        "t1 buy 3 @ 99 stop 95 | phase X call | t1 buy 3 @ 90 | m1 sell 3 @ 90 auction | m1 sell 3 @ 80 stop 85 | expire X \
         | commit X 1 5s",
        expect![[r#"
            open t1#1 buy 3@99 stop 95 => open 0+3
            X call, X call 1
            open t1#2 buy 3@90, rest t1#2 3@90 => open 0+3
            open m1#1 sell 3@90, rest m1#1 3@90, X call 1 indicates 3@90 => open 0+3
            open m1#2 sell 3@80 stop 85 => open 0+3
            X expired, pull t1#2 3@90 operator, pull m1#1 3@90 operator, cancel t1#1 3@99 operator, cancel m1#2 3@80 operator
            => 6009 wrong_auction
        "#]],
    );
}

#[test]
fn a_volatility_call_that_is_dropped_does_not_end_later() {
    for (phase, told) in [("expire X", "expired"), ("phase X cancel-only", "cancel-only"), ("phase X call", "call")] {
        check_in(
            &format!(
                "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 96 | t1 buy 1 @ 96 ioc | m1 cancel #1 | {phase}"
            ),
            "at 08:05 | at 08:15",
            expect![[r#"
                ok
                ok
            "#]],
        );
        let mut world = crate::story::World::new("", "");
        assert!(world.line(phase).starts_with(&format!("X {told}")));
    }
}

#[test]
fn a_halted_book_closes_and_expires_too() {
    check(
        "m1 sell 5 @ 91 | halt X | close X | halt X | expire X | halt X | m1 sell 5 @ 91",
        expect![[r#"
        open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        X halted
        X closed
        X halted
        X expired, pull m1#1 5@91 operator
        => 2110 wrong_phase
        => 2110 wrong_phase
    "#]],
    );
}

#[test]
fn the_same_phase_again_is_nothing() {
    check(
        "resume X | halt X | halt X | close X | close X | phase X call | phase X call | halt NONE",
        expect![[r#"
        ok
        X halted
        ok
        X closed
        ok
        X call, X call 1
        ok
        => 2101 unknown_symbol
    "#]],
    );
}

#[test]
fn the_operator_calls_no_volatility_call() {
    check(
        "phase X volatility-call | phase X call | phase X volatility-call | phase NONE volatility-call",
        expect![[r#"
        => 2110 wrong_phase
        X call, X call 1
        => 2110 wrong_phase
        => 2101 unknown_symbol
    "#]],
    );
}

#[test]
fn one_instruments_phase_is_not_anothers() {
    check(
        "list Y | deposit m1 9 Y | halt X | m1 sell 5 on Y @ 91 | t1 buy 5 on Y @ 91 | expire X | t1 buy 1 on Y @ 9",
        expect![[r#"
            list Y
            ok
            X halted
            open m1#1 sell 5@91 on Y, rest m1#1 5@91 => open 0+5
            open t1#1 buy 5@91 on Y, fill t1#1/m1#1 5@91 left 0/0 => filled 5+0
            X expired
            open t1#2 buy 1@9 on Y, rest t1#2 1@9 => open 0+1
        "#]],
    );
}

/// Every command on orders, in one phase: a new order, one that keeps its place, one cut to what is filled, one that
/// grows, one at a better price, one at a worse price, and a cancel.
fn every_command(before: &str, expect: expect_test::Expect) {
    check_in(
        &format!("m1 buy 5 @ 80 | m1 buy 5 @ 81 | m2 sell 5 @ 90 | t9 sell 1 @ 80 | t8 buy 1 @ 90 | {before}"),
        "t1 buy 1 @ 70 | m1 amend #1 qty 4 | m2 amend #1 qty 1 | m1 amend #1 qty 6 | m1 amend #1 @ 82 | m1 amend #1 @ 79 \
         | m1 cancel #2",
        expect,
    );
}

#[test]
fn continuous_takes_everything() {
    every_command(
        "",
        expect![[r#"
            open t1#1 buy 1@70, rest t1#1 1@70 => open 0+1
            amend m1#1 5@80 to 4@80 of 4 kept => open 0+4
            pull m2#1 4@90 user => canceled 1+0 user
            amend m1#1 4@80 to 6@80 of 6 lost, rest m1#1 6@80 => open 0+6
            amend m1#1 6@80 to 6@82 of 6 lost, rest m1#1 6@82 => open 0+6
            amend m1#1 6@82 to 6@79 of 6 lost, rest m1#1 6@79 => open 0+6
            pull m1#2 4@81 user => canceled m1#2
        "#]],
    );
}

#[test]
fn a_call_takes_everything_and_trades_nothing() {
    every_command(
        "phase X call",
        expect![[r#"
            open t1#1 buy 1@70, rest t1#1 1@70 => open 0+1
            amend m1#1 5@80 to 4@80 of 4 kept => open 0+4
            pull m2#1 4@90 user => canceled 1+0 user
            amend m1#1 4@80 to 6@80 of 6 lost, rest m1#1 6@80 => open 0+6
            amend m1#1 6@80 to 6@82 of 6 lost, rest m1#1 6@82 => open 0+6
            amend m1#1 6@82 to 6@79 of 6 lost, rest m1#1 6@79 => open 0+6
            pull m1#2 4@81 user => canceled m1#2
        "#]],
    );
}

#[test]
fn a_volatility_call_takes_what_a_call_takes() {
    every_command(
        "rules X dynamic 5 | m3 sell 1 @ 96 | m2 amend #1 qty 6 @ 97 | t7 buy 1 @ 97 ioc | m2 amend #1 @ 90",
        expect![[r#"
            open t1#1 buy 1@70, rest t1#1 1@70 => open 0+1
            amend m1#1 5@80 to 4@80 of 4 kept => open 0+4
            pull m2#1 5@90 user => canceled 1+0 user
            amend m1#1 4@80 to 6@80 of 6 lost, rest m1#1 6@80 => open 0+6
            amend m1#1 6@80 to 6@82 of 6 lost, rest m1#1 6@82 => open 0+6
            amend m1#1 6@82 to 6@79 of 6 lost, rest m1#1 6@79 => open 0+6
            pull m1#2 4@81 user => canceled m1#2
        "#]],
    );
}

#[test]
fn no_cancel_takes_what_is_better_or_larger() {
    every_command(
        "phase X no-cancel",
        expect![[r#"
            open t1#1 buy 1@70, rest t1#1 1@70 => open 0+1
            => 2110 wrong_phase
            => 2110 wrong_phase
            amend m1#1 5@80 to 6@80 of 6 lost, rest m1#1 6@80 => open 0+6
            amend m1#1 6@80 to 6@82 of 6 lost, rest m1#1 6@82 => open 0+6
            => 2110 wrong_phase
            => 2110 wrong_phase
        "#]],
    );
    // What is better in one and worse in the other is worse; what changes nothing is not worse. Sells look up.
    check_in(
        "m1 buy 5 @ 80 | m2 sell 5 @ 90 | phase X no-cancel",
        "m1 amend #1 qty 4 @ 85 | m1 amend #1 qty 9 @ 79 | m1 amend #1 | m1 amend #1 qty 5 @ 80 | m2 amend #1 @ 91 | m2 amend #1 @ 89 \
         | m2 amend #1 qty 4 | m2 cancel-all | m1 cancel-all on X",
        expect![[r#"
            => 2110 wrong_phase
            => 2110 wrong_phase
            amend m1#1 5@80 to 5@80 of 5 kept => open 0+5
            amend m1#1 5@80 to 5@80 of 5 kept => open 0+5
            => 2110 wrong_phase
            amend m2#1 5@90 to 5@89 of 5 lost, rest m2#1 5@89 => open 0+5
            => 2110 wrong_phase
            => canceled 0
            => canceled 0
        "#]],
    );
}

#[test]
fn halted_takes_what_keeps_its_place() {
    every_command(
        "halt X",
        expect![[r#"
            => 2110 wrong_phase
            amend m1#1 5@80 to 4@80 of 4 kept => open 0+4
            pull m2#1 4@90 user => canceled 1+0 user
            => 2110 wrong_phase
            => 2110 wrong_phase
            => 2110 wrong_phase
            pull m1#2 4@81 user => canceled m1#2
        "#]],
    );
}

#[test]
fn closed_takes_what_keeps_its_place() {
    every_command(
        "close X",
        expect![[r#"
            => 2110 wrong_phase
            amend m1#1 5@80 to 4@80 of 4 kept => open 0+4
            pull m2#1 4@90 user => canceled 1+0 user
            => 2110 wrong_phase
            => 2110 wrong_phase
            => 2110 wrong_phase
            pull m1#2 4@81 user => canceled m1#2
        "#]],
    );
}

#[test]
fn cancel_only_takes_cancels() {
    every_command(
        "phase X cancel-only",
        expect![[r#"
            => 2110 wrong_phase
            => 2110 wrong_phase
            pull m2#1 4@90 user => canceled 1+0 user
            => 2110 wrong_phase
            => 2110 wrong_phase
            => 2110 wrong_phase
            pull m1#2 4@81 user => canceled m1#2
        "#]],
    );
}

#[test]
fn expired_takes_nothing() {
    every_command(
        "expire X",
        expect![[r#"
            => 2110 wrong_phase
            => 2113 unknown_order
            => 2113 unknown_order
            => 2113 unknown_order
            => 2113 unknown_order
            => 2113 unknown_order
            => 2113 unknown_order
        "#]],
    );
}

#[test]
fn a_call_takes_no_order_that_cannot_wait_for_its_end() {
    for phase in ["phase X call", "phase X no-cancel"] {
        check_in(
            &format!("m1 sell 5 @ 90 | {phase}"),
            "t1 buy 1 mkt | t1 buy 1 max 500 fok | t1 buy 1 @ 90 ioc | t1 buy 1 @ 90 fok | t1 buy 1 @ 90 min 1 | t1 buy 1 max 500 stop 95",
            expect![[r#"
                => 2110 wrong_phase
                => 2110 wrong_phase
                => 2110 wrong_phase
                => 2110 wrong_phase
                => 2110 wrong_phase
                open t1#1 buy 1@95 stop 95 => open 0+1
            "#]],
        );
    }
}

#[test]
fn waiting_orders_are_amended_by_the_same_phases() {
    for (phase, grows, shrinks, cancels) in [
        ("call", true, true, true),
        ("no-cancel", true, false, false),
        ("halted", false, true, true),
        ("closed", false, true, true),
        ("cancel-only", false, false, true),
    ] {
        let mut world = crate::story::World::new("", "t1 buy 1 @ 90");
        world.line("t1 buy 5 @ 99 stop 95");
        world.line(&format!("phase X {phase}"));
        let grown = world.line("t1 amend #1 qty 6");
        assert_eq!(grown.contains("2110"), !grows, "{phase}: {grown}");
        let shrunk = world.line("t1 amend #1 qty 4");
        assert_eq!(shrunk.contains("2110"), !shrinks, "{phase}: {shrunk}");
        let canceled = world.line("t1 cancel #1");
        assert_eq!(canceled.contains("2110"), !cancels, "{phase}: {canceled}");
    }
}

#[test]
fn no_cancel_lets_an_iceberg_show_more_or_less() {
    check_in(
        "m1 buy 5 @ 80 show 2 | phase X no-cancel",
        "m1 amend #1 show 1 | m1 amend #1 show 3 qty 4",
        expect![[r#"
            amend m1#1 5(2)@80 to 5@80 of 5 lost, rest m1#1 5(1)@80 => open 0+5
            => 2110 wrong_phase
        "#]],
    );
}

#[test]
fn every_way_out_of_a_call_and_back() {
    check_in(
        "m1 sell 2 @ 90 | phase X call | t1 buy 5 @ 90",
        "halt X | t1 amend #1 qty 4 | phase X no-cancel | phase X call | phase X cancel-only | close X | phase X cancel-only | phase X call | expire X",
        expect![[r#"
            X halted
            amend t1#1 5@90 to 4@90 of 4 kept => open 0+4
            X no-cancel, X call 1 indicates 2@90 buy 2 over
            X call
            X cancel-only
            cross t1#1/m1#1 2@90 left 2/0, X call 1 ended 2@90 buy 2 over, X closed
            X cancel-only
            X call, X call 2
            X expired, pull t1#1 2@90 operator
        "#]],
    );
}
