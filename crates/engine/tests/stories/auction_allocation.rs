//! Who trades in an uncross, and what it costs.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn better_prices_then_older_orders() {
    check_in(
        "phase X call | t1 buy 4 @ 92 | t2 buy 4 @ 93 | t3 buy 4 @ 92 | m1 sell 3 @ 92 | m2 sell 3 @ 91 | m3 sell 3 @ 92",
        "resume X | book X",
        expect![[r#"
            cross t2#1/m2#1 3@92 left 1/0, cross t2#1/m1#1 1@92 left 0/2, cross t1#1/m1#1 2@92 left 2/0, cross t1#1/m3#1 2@92 left 0/1, cross t3#1/m3#1 1@92 left 3/0, X call 1 ended 9@92 buy 3 over, X continuous
            bids 3@92 / asks -
        "#]],
    );
}

#[test]
fn an_order_that_rested_before_the_call_is_the_older() {
    check_in(
        "t1 buy 2 @ 90 | phase X call | t2 buy 2 @ 90 | t1 amend #1 qty 1 | m1 sell 2 @ 90",
        "resume X",
        expect![[r#"
            cross t1#1/m1#1 1@90 left 0/1, cross t2#1/m1#1 1@90 left 1/0, X call 1 ended 2@90 buy 1 over, X continuous
        "#]],
    );
}

#[test]
fn an_iceberg_stands_with_all_its_leaves() {
    check_in(
        "phase X call | t1 buy 10 @ 90 show 2 | t2 buy 5 @ 90 | m1 sell 11 @ 90",
        "resume X | book X",
        expect![[r#"
            cross t1#1/m1#1 10@90 left 0/1 hidden 8/0, cross t2#1/m1#1 1@90 left 4/0, X call 1 ended 11@90 buy 4 over, X continuous
            bids 4@90 / asks -
        "#]],
    );
}

#[test]
fn an_iceberg_that_gave_its_slice_queues_anew() {
    check_in(
        "phase X call | t1 buy 10 @ 90 show 2 | t2 buy 5 @ 90 | m1 sell 2 @ 90",
        "resume X | m2 sell 6 @ 90",
        expect![[r#"
            cross t1#1/m1#1 2@90 left 8/0, refill t1#1 8(2)@90, X call 1 ended 2@90 buy 13 over, X continuous
            open m2#1 sell 6@90, fill m2#1/t2#1 5@90 left 1/0, fill m2#1/t1#1 1@90 left 0/7 => filled 6+0
        "#]],
    );
    check_in(
        "phase X call | t1 buy 10 @ 90 show 4 | m1 sell 7 @ 90",
        "resume X | book X",
        expect![[r#"
            cross t1#1/m1#1 7@90 left 3/0 hidden 3/0, refill t1#1 3@90, X call 1 ended 7@90 buy 3 over, X continuous
            bids 3@90 / asks -
        "#]],
    );
}

#[test]
fn an_iceberg_that_gave_less_shows_less_and_keeps_its_place() {
    check_in(
        "phase X call | t1 buy 10 @ 90 show 4 | t2 buy 5 @ 90 | m1 sell 3 @ 90",
        "resume X | book X | m2 sell 2 @ 90",
        expect![[r#"
            cross t1#1/m1#1 3@90 left 7/0, X call 1 ended 3@90 buy 12 over, X continuous
            bids 6@90 / asks -
            open m2#1 sell 2@90, fill m2#1/t1#1 1@90 left 1/6, refill t1#1 6(4)@90, fill m2#1/t2#1 1@90 left 0/4 => filled 2+0
        "#]],
    );
}

#[test]
fn both_sides_hidden() {
    check_in(
        "phase X call | t1 buy 6 @ 90 show 2 | t2 buy 3 @ 90 | m1 sell 5 @ 90 show 1 | m2 sell 9 @ 90 show 3",
        "resume X | book X",
        expect![[r#"
            cross t1#1/m1#1 5@90 left 1/0 hidden 3/4, cross t1#1/m2#1 1@90 left 0/8 hidden 1/0, cross t2#1/m2#1 3@90 left 0/5 hidden 0/1, refill m2#1 5(3)@90, X call 1 ended 9@90 sell 5 over, X continuous
            bids - / asks 3@90
        "#]],
    );
}

#[test]
fn self_trade_prevention_does_not_act() {
    check_in(
        "phase X call | a.1 buy 5 @ 95 stp=both | a.2 sell 5 @ 90",
        "resume X | show a.1 | show a.2",
        expect![[r#"
            cross a.1#1/a.2#1 5@90 left 0/0, X call 1 ended 5@90, X continuous
            a.1 $999550+0 X 1005+0
            a.2 $1000450+0 X 995+0
        "#]],
    );
}

#[test]
fn orders_for_the_auction_end_with_it_bids_first() {
    check_in(
        "phase X call | t1 buy 5 @ 80 auction | t2 buy 5 @ 81 auction | t3 buy 5 @ 80 auction | t4 buy 5 @ 79 \
         | m1 sell 5 @ 99 auction | m2 sell 5 @ 98 auction",
        "resume X | book X",
        expect![[r#"
            X call 1 ended nothing, pull t2#1 5@81 auction-over, pull t1#1 5@80 auction-over, pull t3#1 5@80 auction-over, pull m2#1 5@98 auction-over, pull m1#1 5@99 auction-over, X continuous
            bids 5@79 / asks -
        "#]],
    );
    check_in(
        "balances | phase X call | t1 buy 5 @ 90 auction | m1 sell 3 @ 90 auction",
        "resume X",
        expect![[r#"
            cross t1#1/m1#1 3@90 left 2/0, X call 1 ended 3@90 buy 2 over, pull t1#1 2@90 auction-over, X continuous, t1 $999730+0, m1 $1000270+0, m1 X 997+0, t1 X 1003+0
        "#]],
    );
}

#[test]
fn an_auction_order_is_for_a_call_and_plain() {
    check(
        "t1 buy 5 @ 80 auction | phase X call | t1 buy 5 @ 80 auction post | t1 buy 5 @ 80 auction slide | t1 buy 5 @ 80 auction show 2 \
         | t1 buy 5 @ 80 auction stop 79 | t1 buy 5 @ 80 auction | phase X no-cancel | t1 buy 5 @ 80 auction | close X",
        expect![[r#"
            => 2110 wrong_phase
            X call, X call 1
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            open t1#1 buy 5@80, rest t1#1 5@80 => open 0+5
            X no-cancel
            open t1#2 buy 5@80, rest t1#2 5@80 => open 0+5
            X call 1 ended nothing, pull t1#1 5@80 auction-over, pull t1#2 5@80 auction-over, X closed
        "#]],
    );
}

#[test]
fn an_interrupted_call_keeps_its_auction_orders() {
    check_in(
        "phase X call | t1 buy 5 @ 80 auction",
        "halt X | phase X call | phase X cancel-only | resume X",
        expect![[r#"
            X halted
            X call
            X cancel-only
            X call 1 ended nothing, pull t1#1 5@80 auction-over, X continuous
        "#]],
    );
}

#[test]
fn both_sides_pay_the_auctions_fee() {
    check_in(
        "list X fee 10/25 | rules X fee 20 | phase X call | t1 buy 10 @ 1000 | m1 sell 10 @ 1000",
        "show t1 | resume X | show t1 | show m1 | fees",
        expect![[r#"
            t1 $989975+10025 X 1000+0
            cross t1#1/m1#1 10@1000 left 0/0 fee 20/20, X call 1 ended 10@1000, X continuous
            t1 $989980+0 X 1010+0
            m1 $1009980+0 X 990+0
            fees 40
        "#]],
    );
}

#[test]
fn without_rules_the_auctions_fee_is_the_makers() {
    check_in(
        "list X fee 10/25 | phase X call | t1 buy 10 @ 1000 | m1 sell 10 @ 1000",
        "resume X",
        expect![[r#"
            cross t1#1/m1#1 10@1000 left 0/0 fee 10/10, X call 1 ended 10@1000, X continuous
        "#]],
    );
}

#[test]
fn a_buy_reserves_the_largest_of_three_fees() {
    check_in(
        "list X fee 10/25 | rules X fee 90",
        "t1 buy 10 @ 1000 | show t1 | m1 sell 10 @ 1000 | show t1",
        expect![[r#"
            open t1#1 buy 10@1000, rest t1#1 10@1000 => open 0+10
            t1 $989910+10090 X 1000+0
            open m1#1 sell 10@1000, fill m1#1/t1#1 10@1000 left 0/0 fee 25/10 => filled 10+0
            t1 $989990+0 X 1010+0
        "#]],
    );
}

#[test]
fn each_order_pays_by_the_schedule_of_its_entry() {
    check_in(
        "list X fee 10/25 | phase X call | t1 buy 10 @ 1000 | rules X fee 90 | m1 sell 10 @ 1000",
        "resume X | show t1",
        expect![[r#"
            cross t1#1/m1#1 10@1000 left 0/0 fee 10/90, X call 1 ended 10@1000, X continuous
            t1 $989990+0 X 1010+0
        "#]],
    );
}

#[test]
fn a_fee_over_several_fills_is_rounded_once() {
    check_in(
        "list X fee 25/25 | phase X call | t1 buy 4 @ 33 | m1 sell 1 @ 33 | m1 sell 1 @ 33 | m1 sell 2 @ 33",
        "resume X | fees",
        expect![[r#"
            cross t1#1/m1#1 1@33 left 3/0 fee 1/1, cross t1#1/m1#2 1@33 left 2/0 fee 0/1, cross t1#1/m1#3 2@33 left 0/0 fee 0/1, X call 1 ended 4@33, X continuous
            fees 4
        "#]],
    );
}

#[test]
fn the_price_is_the_last_trade_afterwards() {
    check_in(
        "phase X call | t1 buy 5 @ 90 | m1 sell 5 @ 90 | resume X",
        "t1 buy 1 @ 95 stop 90 | t1 buy 1 @ 95 stop 91",
        expect![[r#"
            => 2120 stop_reached
            open t1#2 buy 1@95 stop 91 => open 0+1
        "#]],
    );
}

#[test]
fn trades_and_auctions_are_numbered_over_the_venue() {
    check(
        "list Y | deposit m1 9 Y | phase Y call | phase X call | close Y | phase Y call",
        expect![[r#"
            list Y
            ok
            Y call, Y call 1
            X call, X call 2
            Y call 1 ended nothing, Y closed
            Y call, Y call 3
        "#]],
    );
}
