//! The bounds that the operator sets for an account.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn open_orders() {
    check_in(
        "limits t1 orders 2 | m1 sell 9 @ 90",
        "t1 buy 1 @ 80 | t1 buy 1 @ 99 stop 95 | t1 buy 1 @ 80 | t1 buy 1 @ 99 stop 95 | t1 buy 1 @ 90 ioc | t1 buy 1 mkt \
         | t1 cancel #2 | t1 buy 1 @ 80 day",
        expect![[r#"
            open t1#1 buy 1@80, rest t1#1 1@80 => open 0+1
            open t1#2 buy 1@99 stop 95 => open 0+1
            => 2109 too_many_open_orders
            => 2109 too_many_open_orders
            open t1#3 buy 1@90, fill t1#3/m1#1 1@90 left 0/8 => filled 1+0
            open t1#4 buy 1@100, fill t1#4/m1#1 1@90 left 0/7 => filled 1+0
            cancel t1#2 1@99 user => canceled t1#2
            open t1#5 buy 1@80, rest t1#5 1@80 => open 0+1
        "#]],
    );
}

#[test]
fn an_order_that_may_stay_is_counted_even_if_it_would_trade_whole() {
    check_in(
        "limits t1 orders 1 | m1 sell 9 @ 90 | t1 buy 1 @ 80",
        "t1 buy 1 @ 90 | t1 buy 1 @ 90 ioc",
        expect![[r#"
            => 2109 too_many_open_orders
            open t1#2 buy 1@90, fill t1#2/m1#1 1@90 left 0/8 => filled 1+0
        "#]],
    );
}

#[test]
fn open_notional_of_both_sides() {
    check_in(
        "limits t1 notional 1000",
        "t1 buy 5 @ 100 | t1 sell 4 @ 125 | t1 buy 1 @ 1 | t1 cancel #1 | t1 buy 6 @ 100 | t1 buy 5 @ 100",
        expect![[r#"
            open t1#1 buy 5@100, rest t1#1 5@100 => open 0+5
            open t1#2 sell 4@125, rest t1#2 4@125 => open 0+4
            => 2127 notional_limit has 0
            pull t1#1 5@100 user => canceled t1#1
            => 2127 notional_limit has 500
            open t1#3 buy 5@100, rest t1#3 5@100 => open 0+5
        "#]],
    );
}

#[test]
fn fills_free_notional_and_what_cannot_stay_needs_none() {
    check_in(
        "limits t1 notional 500 | m1 sell 9 @ 90 | t1 buy 5 @ 80",
        "t1 buy 2 @ 90 | t1 buy 2 @ 90 ioc | m2 sell 3 @ 80 | t1 buy 3 @ 85",
        expect![[r#"
            => 2127 notional_limit has 100
            open t1#2 buy 2@90, fill t1#2/m1#1 2@90 left 0/7 => filled 2+0
            open m2#1 sell 3@80, fill m2#1/t1#1 3@80 left 0/2 => filled 3+0
            open t1#3 buy 3@85, rest t1#3 3@85 => open 0+3
        "#]],
    );
}

#[test]
fn waiting_orders_count_their_limit_their_total_or_their_stop() {
    check(
        "limits t1 notional 1000 | t1 buy 5 @ 100 stop 95 | t1 buy 900 max 300 stop 95 | t1 sell 2 mkt stop 80 | t1 buy 1 @ 41 | t1 buy 1 @ 40",
        expect![[r#"
            limits t1 orders 100000 notional 1000
            open t1#1 buy 5@100 stop 95 => open 0+5
            open t1#2 buy 900@95 stop 95 => open 0+900
            open t1#3 sell 2@80 stop 80 => open 0+2
            => 2127 notional_limit has 40
            open t1#4 buy 1@40, rest t1#4 1@40 => open 0+1
        "#]],
    );
}

#[test]
fn an_amend_is_bound_when_its_orders_own_share_grows() {
    check_in(
        "t1 buy 5 @ 100 | t1 buy 5 @ 90 | limits t1 notional 500",
        "t1 amend #1 qty 4 | t1 amend #1 @ 99 | t1 amend #1 qty 5 @ 79 | t1 amend #1 qty 5 @ 80 | t1 cancel #2 | t1 amend #1 qty 6",
        expect![[r#"
            amend t1#1 5@100 to 4@100 of 4 kept => open 0+4
            amend t1#1 4@100 to 4@99 of 4 lost, rest t1#1 4@99 => open 0+4
            amend t1#1 4@99 to 5@79 of 5 lost, rest t1#1 5@79 => open 0+5
            => 2127 notional_limit has 50
            pull t1#2 5@90 user => canceled t1#2
            amend t1#1 5@79 to 6@79 of 6 lost, rest t1#1 6@79 => open 0+6
        "#]],
    );
}

#[test]
fn lower_bounds_leave_what_is_open() {
    check_in(
        "t1 buy 1 @ 80 | t1 buy 1 @ 80",
        "limits t1 orders 1 notional 10 | t1 amend #1 qty 1 @ 70 | t1 cancel #1 | t1 buy 1 @ 1 | limits t1 | t1 buy 1 @ 80",
        expect![[r#"
            limits t1 orders 1 notional 10
            amend t1#1 1@80 to 1@70 of 1 lost, rest t1#1 1@70 => open 0+1
            pull t1#1 1@70 user => canceled t1#1
            => 2109 too_many_open_orders
            limits t1 orders 100000
            open t1#3 buy 1@80, rest t1#3 1@80 => open 0+1
        "#]],
    );
}

#[test]
fn a_burst_and_then_so_many_a_second() {
    check_in(
        "limits t1 rate 2 burst 3 | limits m1 rate 2 burst 3",
        "t1 buy 1 @ 80 | t1 buy 1 @ 80 | t1 buy 1 @ 80 | t1 buy 1 @ 80 | m1 buy 1 @ 80 | at 08:00:00.499999999 t1 buy 1 @ 80 | at 08:00:00.5 t1 buy 1 @ 80 \
         | t1 buy 1 @ 80 | at 08:00:02 t1 buy 1 @ 80 | t1 buy 1 @ 80 | t1 buy 1 @ 80 | t1 buy 1 @ 80",
        expect![[r#"
            open t1#1 buy 1@80, rest t1#1 1@80 => open 0+1
            open t1#2 buy 1@80, rest t1#2 1@80 => open 0+1
            open t1#3 buy 1@80, rest t1#3 1@80 => open 0+1
            => 4002 order_rate has 500000000
            open m1#1 buy 1@80, rest m1#1 1@80 => open 0+1
            => 4002 order_rate has 1
            open t1#4 buy 1@80, rest t1#4 1@80 => open 0+1
            => 4002 order_rate has 500000000
            open t1#5 buy 1@80, rest t1#5 1@80 => open 0+1
            open t1#6 buy 1@80, rest t1#6 1@80 => open 0+1
            open t1#7 buy 1@80, rest t1#7 1@80 => open 0+1
            => 4002 order_rate has 500000000
        "#]],
    );
}

#[test]
fn only_what_is_accepted_counts() {
    check_in(
        "limits t1 rate 1 burst 1",
        "t1 buy 0 @ 80 | t1 buy 1 mkt | t1 buy 1 @ 80 id=a | t1 buy 1 @ 80 id=a | t1 buy 1 @ 80 | t1 buy 1 @ 80 | at 08:00:01 t1 buy 1 @ 80",
        expect![[r#"
            => 2103 invalid_quantity
            => 2117 no_opposite_price
            open t1#1 buy 1@80, rest t1#1 1@80 => open 0+1
            => again t1#1 open 0+1
            => 4002 order_rate has 1000000000
            => 4002 order_rate has 1000000000
            open t1#2 buy 1@80, rest t1#2 1@80 => open 0+1
        "#]],
    );
}

#[test]
fn cancels_and_amends_that_keep_their_place_are_free() {
    check_in(
        "t1 buy 5 @ 80 | t1 buy 5 @ 81 | limits t1 rate 1 burst 1",
        "t1 amend #1 qty 4 | t1 amend #1 @ 79 | t1 amend #1 qty 3 | t1 amend #1 @ 78 | t1 amend #1 qty 0 | t1 cancel #2 | t1 cancel-all | t1 buy 1 @ 80 \
         | at 08:00:01 t1 buy 1 @ 80",
        expect![[r#"
            amend t1#1 5@80 to 4@80 of 4 kept => open 0+4
            amend t1#1 4@80 to 4@79 of 4 lost, rest t1#1 4@79 => open 0+4
            amend t1#1 4@79 to 3@79 of 3 kept => open 0+3
            => 4002 order_rate has 1000000000
            => 2103 invalid_quantity
            pull t1#2 5@81 user => canceled t1#2
            pull t1#1 3@79 user => canceled 1
            => 4002 order_rate has 1000000000
            open t1#3 buy 1@80, rest t1#3 1@80 => open 0+1
        "#]],
    );
}

#[test]
fn bounds_that_do_not_fit_are_refused() {
    check(
        "limits nobody orders 5 | limits t1 orders 100001 | limits t1 rate 1 burst 0 | limits t1 rate 1000000001 burst 1 \
         | limits t1 rate 1000000000 burst 1 | limits t1 orders 100000 rate 1 burst 1",
        expect![[r#"
            => 6001 unknown_account
            => 6010 invalid_limits
            => 6010 invalid_limits
            => 6010 invalid_limits
            limits t1 orders 100000 rate 1000000000 burst 1
            limits t1 orders 100000 rate 1 burst 1
        "#]],
    );
}

#[test]
fn amends_that_cancel_the_rest_are_free() {
    check_in(
        "t1 buy 5 @ 80 | m1 sell 2 @ 80 | limits t1 rate 1 burst 1 | t1 buy 1 @ 79",
        "t1 amend #1 @ 81 | t1 amend #1 qty 2 @ 81",
        expect![[r#"
            => 4002 order_rate has 1000000000
            pull t1#1 3@80 user => canceled 2+0 user
        "#]],
    );
}

#[test]
fn quotes_count_what_is_open_after_the_old_ones_are_pulled() {
    check_in(
        "limits m1 orders 2 notional 900 | m1 connect | m1 quote: 5@88 / 5@92",
        "m1 quote: 5@86 / 5@94 | m1 quote: 5@88 / 5@95 | m1 quote: 5@85 / -",
        expect![[r#"
            pull m1#1 5@88 requoted, pull m1#2 5@92 requoted, open m1#3 buy 5@86, rest m1#3 5@86, open m1#4 sell 5@94, rest m1#4 5@94 => quoted 2 placed
            pull m1#3 5@86 requoted, pull m1#4 5@94 requoted, open m1#5 buy 5@88, rest m1#5 5@88, refuse sell 2127 notional_limit has 460 => quoted 1 placed 1 refused
            pull m1#5 5@88 requoted, open m1#6 buy 5@85, rest m1#6 5@85 => quoted 1 placed
        "#]],
    );
}
