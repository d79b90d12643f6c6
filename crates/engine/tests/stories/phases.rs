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
fn closing_cancels_everything_bids_first_in_the_order_of_trading() {
    check_in(
        "balances",
        "m1 sell 5 @ 91 | m2 sell 4 @ 90 | t1 buy 3 @ 80 | t2 buy 2 @ 81 | t1 buy 1 @ 81 | close X | book X \
         | t1 buy 1 @ 80 | t1 cancel #1 | resume X | t1 buy 1 @ 80",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91, m1 X 995+5 => open 0+5
            open m2#1 sell 4@90, rest m2#1 4@90, m2 X 996+4 => open 0+4
            open t1#1 buy 3@80, rest t1#1 3@80, t1 $999760+240 => open 0+3
            open t2#1 buy 2@81, rest t2#1 2@81, t2 $999838+162 => open 0+2
            open t1#2 buy 1@81, rest t1#2 1@81, t1 $999679+321 => open 0+1
            X closed, pull t2#1 2@81 operator, pull t1#2 1@81 operator, pull t1#1 3@80 operator, pull m2#1 4@90 operator, pull m1#1 5@91 operator, t2 $1000000+0, t1 $1000000+0, m2 X 1000+0, m1 X 1000+0
            bids - / asks -
            => 2110 wrong_phase
            => 2113 unknown_order
            X continuous
            open t1#3 buy 1@80, rest t1#3 1@80, t1 $999920+80 => open 0+1
        "#]],
    );
}

#[test]
fn a_halted_book_closes_too() {
    check(
        "m1 sell 5 @ 91 | halt X | close X | halt X | m1 sell 5 @ 91",
        expect![[r#"
        open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        X halted
        X closed, pull m1#1 5@91 operator
        X halted
        => 2110 wrong_phase
    "#]],
    );
}

#[test]
fn the_same_phase_again_is_nothing() {
    check(
        "resume X | halt X | halt X | close X | close X | halt NONE",
        expect![[r#"
        ok
        X halted
        ok
        X closed
        ok
        => 2101 unknown_symbol
    "#]],
    );
}

#[test]
fn one_instruments_phase_is_not_anothers() {
    check(
        "list Y | deposit m1 9 Y | halt X | m1 sell 5 on Y @ 91 | t1 buy 5 on Y @ 91 | close X | t1 buy 1 on Y @ 9",
        expect![[r#"
            list Y
            ok
            X halted
            open m1#1 sell 5@91 on Y, rest m1#1 5@91 => open 0+5
            open t1#1 buy 5@91 on Y, fill t1#1/m1#1 5@91 left 0/0 => filled 5+0
            X closed
            open t1#2 buy 1@9 on Y, rest t1#2 1@9 => open 0+1
        "#]],
    );
}
