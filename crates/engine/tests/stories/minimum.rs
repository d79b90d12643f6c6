//! The minimum that an order must trade on arrival.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn it_trades_at_least_its_minimum_and_the_rest_rests() {
    check_in(
        "m1 sell 3 @ 89 | m2 sell 2 @ 90",
        "t1 buy 8 @ 90 min 5 | m2 sell 1 @ 90",
        expect![[r#"
            open t1#1 buy 8@90, fill t1#1/m1#1 3@89 left 5/0, fill t1#1/m2#1 2@90 left 3/0, rest t1#1 3@90 => part 5+3
            open m2#2 sell 1@90, fill m2#2/t1#1 1@90 left 0/2 => filled 1+0
        "#]],
    );
}

#[test]
fn one_lot_short_is_refused_and_says_what_there_was() {
    check_in(
        "m1 sell 3 @ 89 | m2 sell 2 @ 90 | m3 sell 9 @ 91",
        "t1 buy 8 @ 90 min 6 | book X | t1 buy 8 @ 90 min 6 ioc",
        expect![[r#"
            => 2122 minimum_not_met has 5
            bids - / asks 3@89 2@90 9@91
            => 2122 minimum_not_met has 5
        "#]],
    );
}

#[test]
fn an_ioc_and_a_market_order_may_have_one() {
    check_in(
        "m1 sell 3 @ 90",
        "t1 buy 8 mkt min 4 | t1 buy 8 mkt min 3",
        expect![[r#"
            => 2122 minimum_not_met has 3
            open t1#1 buy 8@100, fill t1#1/m1#1 3@90 left 5/0, cancel t1#1 5@100 tif => canceled 3+0 tif
        "#]],
    );
}

#[test]
fn hidden_lots_count() {
    check_in(
        "m1 sell 5 @ 90 show 1",
        "t1 buy 8 @ 90 min 6 ioc | t1 buy 5 @ 90 min 5 ioc | book X",
        expect![[r#"
            => 2122 minimum_not_met has 5
            open t1#1 buy 5@90, fill t1#1/m1#1 1@90 left 4/4, refill m1#1 4(1)@90, fill t1#1/m1#1 1@90 left 3/3, refill m1#1 3(1)@90, fill t1#1/m1#1 1@90 left 2/2, refill m1#1 2(1)@90, fill t1#1/m1#1 1@90 left 1/1, refill m1#1 1@90, fill t1#1/m1#1 1@90 left 0/0 => filled 5+0
            bids - / asks -
        "#]],
    );
}

#[test]
fn own_orders_do_not_count() {
    check_in(
        "m1 sell 2 @ 90 | a.1 sell 3 @ 90 | m2 sell 5 @ 90",
        "a.2 buy 8 @ 90 min 3 | a.2 buy 8 @ 90 min 6 stp=decrement | a.2 buy 8 @ 90 min 8 stp=oldest",
        expect![[r#"
            => 2122 minimum_not_met has 2
            => 2122 minimum_not_met has 5
            => 2122 minimum_not_met has 7
        "#]],
    );
    check_in(
        "m1 sell 2 @ 90 | a.1 sell 3 @ 90 | m2 sell 5 @ 90",
        "a.2 buy 8 @ 90 min 2",
        expect![[r#"
            open a.2#1 buy 8@90, fill a.2#1/m1#1 2@90 left 6/0, cancel a.2#1 6@90 self => canceled 2+0 self
        "#]],
    );
}

#[test]
fn a_total_binds_before_it_is_judged() {
    check_in(
        "m1 sell 5 @ 90",
        "t1 buy 5 max 269 min 3 | t1 buy 5 max 270 min 3",
        expect![[r#"
            => 2122 minimum_not_met has 2
            open t1#1 buy 5@100, fill t1#1/m1#1 3@90 left 2/2, cancel t1#1 2@100 tif => canceled 3+0 tif
        "#]],
    );
}

#[test]
fn a_minimum_is_some_of_the_quantity() {
    check_in(
        "m1 sell 9 @ 90",
        "t1 buy 5 @ 90 min 0 | t1 buy 5 @ 90 min 6 | t1 buy 5 @ 90 min 5",
        expect![[r#"
            => 2130 invalid_minimum
            => 2130 invalid_minimum
            open t1#1 buy 5@90, fill t1#1/m1#1 5@90 left 0/4 => filled 5+0
        "#]],
    );
}

#[test]
fn what_may_not_have_a_minimum() {
    check(
        "m1 sell 9 @ 90 | t1 buy 5 @ 90 min 2 fok | t1 buy 5 @ 80 min 2 post | t1 buy 5 @ 80 min 2 slide \
         | t1 buy 5 @ 99 min 2 stop 95 | t1 buy 5 @ 90 min 2 show 1 | phase X call | t1 buy 5 @ 90 min 2",
        expect![[r#"
            open m1#1 sell 9@90, rest m1#1 9@90 => open 0+9
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            open t1#1 buy 5@90, fill t1#1/m1#1 5@90 left 0/4 => filled 5+0
            X call, X call 1
            => 2110 wrong_phase
        "#]],
    );
}

#[test]
fn the_next_slice_of_an_own_iceberg_is_behind_the_others() {
    // Its first slice takes 3 of the order, then m1 trades 5, and what is left meets the second.
    check_in(
        "a.1 sell 7 @ 90 show 3 | m1 sell 5 @ 90",
        "a.2 buy 9 @ 90 min 6 stp=decrement | a.2 buy 9 @ 90 fok stp=decrement | a.2 buy 9 @ 90 min 5 stp=decrement",
        expect![[r#"
            => 2122 minimum_not_met has 5
            => 2111 fill_or_kill_not_filled has 5
            open a.2#1 buy 9@90, reduce a.1#1 by 3 to 4@90 resting, reduce a.2#1 by 3 to 6@90, refill a.1#1 4(3)@90, fill a.2#1/m1#1 5@90 left 1/0, reduce a.1#1 by 1 to 3@90 resting, reduce a.2#1 by 1 to 0@90, cancel a.2#1 0@90 self => canceled 5+0 self
        "#]],
    );
}
