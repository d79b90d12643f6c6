//! Stop orders: unseen until a trade reaches their price, then orders like any other.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn a_waiting_order_is_in_no_book_and_has_its_reserve() {
    check(
        "m1 sell 5 @ 95 | t1 buy 5 @ 96 stop 93 | t2 sell 5 @ 80 stop 85 | book X | show t1 | show t2",
        expect![[r#"
            open m1#1 sell 5@95, rest m1#1 5@95 => open 0+5
            open t1#1 buy 5@96 stop 93 => open 0+5
            open t2#1 sell 5@80 stop 85 => open 0+5
            bids - / asks 5@95
            t1 $999520+480 X 1000+0
            t2 $1000000+0 X 995+5
        "#]],
    );
}

#[test]
fn a_buy_enters_at_the_first_trade_at_its_stop() {
    check_in(
        "m1 sell 1 @ 92 | m1 sell 1 @ 93 | m2 sell 9 @ 95",
        "t1 buy 5 @ 96 stop 93 | t2 buy 1 @ 92 | t2 buy 1 @ 93",
        expect![[r#"
            open t1#1 buy 5@96 stop 93 => open 0+5
            open t2#1 buy 1@92, fill t2#1/m1#1 1@92 left 0/0 => filled 1+0
            open t2#2 buy 1@93, fill t2#2/m1#2 1@93 left 0/0, trigger t1#1 @96, fill t1#1/m2#1 5@95 left 0/4 => filled 1+0
        "#]],
    );
}

#[test]
fn a_sell_enters_at_the_first_trade_at_its_stop() {
    check_in(
        "m1 buy 1 @ 93 | m1 buy 1 @ 92 | m2 buy 9 @ 90",
        "t1 sell 5 @ 89 stop 92 | t2 sell 1 @ 93 | t2 sell 1 @ 92",
        expect![[r#"
            open t1#1 sell 5@89 stop 92 => open 0+5
            open t2#1 sell 1@93, fill t2#1/m1#1 1@93 left 0/0 => filled 1+0
            open t2#2 sell 1@92, fill t2#2/m1#2 1@92 left 0/0, trigger t1#1 @89, fill t1#1/m2#1 5@90 left 0/4 => filled 1+0
        "#]],
    );
}

#[test]
fn a_trade_beyond_the_stop_reaches_it_too() {
    check_in(
        "m1 sell 1 @ 94 | m2 buy 1 @ 80",
        "t1 buy 1 @ 90 stop 93 | t1 sell 1 @ 99 stop 81 | t2 buy 1 @ 94 | t2 sell 1 @ 80",
        expect![[r#"
            open t1#1 buy 1@90 stop 93 => open 0+1
            open t1#2 sell 1@99 stop 81 => open 0+1
            open t2#1 buy 1@94, fill t2#1/m1#1 1@94 left 0/0, trigger t1#1 @90, rest t1#1 1@90 => filled 1+0
            open t2#2 sell 1@80, fill t2#2/t1#1 1@90 left 0/0 => filled 1+0
        "#]],
    );
    check_in(
        "m2 buy 1 @ 80",
        "t1 sell 1 @ 99 stop 81 | t2 sell 1 @ 80",
        expect![[r#"
            open t1#1 sell 1@99 stop 81 => open 0+1
            open t2#1 sell 1@80, fill t2#1/m2#1 1@80 left 0/0, trigger t1#1 @99, rest t1#1 1@99 => filled 1+0
        "#]],
    );
}

#[test]
fn a_price_without_a_trade_reaches_nothing() {
    check(
        "t1 buy 1 @ 96 stop 93 | m1 sell 1 @ 95 | m1 buy 1 @ 94 | reference X 99 | t1 cancel #1",
        expect![[r#"
            open t1#1 buy 1@96 stop 93 => open 0+1
            open m1#1 sell 1@95, rest m1#1 1@95 => open 0+1
            open m1#2 buy 1@94, rest m1#2 1@94 => open 0+1
            X reference 99
            cancel t1#1 1@96 user => canceled t1#1
        "#]],
    );
}

#[test]
fn what_does_not_trade_rests_by_its_time_in_force() {
    check_in(
        "m1 sell 1 @ 93 | m2 sell 2 @ 94",
        "t1 buy 5 @ 94 stop 93 gtd 08:10 show 2 | t2 buy 1 @ 93 | book X | at 08:10",
        expect![[r#"
            open t1#1 buy 5@94 stop 93 => open 0+5
            open t2#1 buy 1@93, fill t2#1/m1#1 1@93 left 0/0, trigger t1#1 @94, fill t1#1/m2#1 2@94 left 3/0, rest t1#1 3(2)@94 => filled 1+0
            bids 2@94 / asks -
            pull t1#1 3(2)@94 expired
        "#]],
    );
}

#[test]
fn buys_look_at_the_highest_price_of_a_sweep_and_sells_at_the_lowest() {
    check_in(
        "m1 sell 1 @ 90 | m1 sell 1 @ 93 | m2 buy 9 @ 80",
        "t1 buy 1 @ 99 stop 94 | t2 buy 1 @ 93 stop 93 | t3 sell 1 @ 85 stop 90 | t4 sell 1 @ 85 stop 89 \
         | t5 buy 2 @ 93 | t1 cancel #1 | t4 cancel #1",
        expect![[r#"
            open t1#1 buy 1@99 stop 94 => open 0+1
            open t2#1 buy 1@93 stop 93 => open 0+1
            open t3#1 sell 1@85 stop 90 => open 0+1
            open t4#1 sell 1@85 stop 89 => open 0+1
            open t5#1 buy 2@93, fill t5#1/m1#1 1@90 left 1/0, fill t5#1/m1#2 1@93 left 0/0, trigger t2#1 @93, rest t2#1 1@93, trigger t3#1 @85, fill t3#1/t2#1 1@93 left 0/0 => filled 2+0
            cancel t1#1 1@99 user => canceled t1#1
            cancel t4#1 1@85 user => canceled t4#1
        "#]],
    );
}

#[test]
fn two_stops_of_one_execution_enter_by_their_ids_and_not_by_their_prices() {
    check_in(
        "m1 sell 1 @ 92 | m2 sell 9 @ 95",
        "t1 buy 1 @ 95 stop 92 | t2 buy 1 @ 95 stop 91 | t3 buy 1 @ 92",
        expect![[r#"
            open t1#1 buy 1@95 stop 92 => open 0+1
            open t2#1 buy 1@95 stop 91 => open 0+1
            open t3#1 buy 1@92, fill t3#1/m1#1 1@92 left 0/0, trigger t1#1 @95, fill t1#1/m2#1 1@95 left 0/8, trigger t2#1 @95, fill t2#1/m2#1 1@95 left 0/7 => filled 1+0
        "#]],
    );
}

#[test]
fn a_chain_of_three() {
    check_in(
        "m1 sell 1 @ 90 | m1 sell 1 @ 91 | m1 sell 1 @ 92 | m1 sell 1 @ 93",
        "t3 buy 1 @ 95 stop 92 | t2 buy 1 @ 95 stop 91 | t1 buy 1 @ 92 stop 90 | t4 buy 1 @ 90",
        expect![[r#"
            open t3#1 buy 1@95 stop 92 => open 0+1
            open t2#1 buy 1@95 stop 91 => open 0+1
            open t1#1 buy 1@92 stop 90 => open 0+1
            open t4#1 buy 1@90, fill t4#1/m1#1 1@90 left 0/0, trigger t1#1 @92, fill t1#1/m1#2 1@91 left 0/0, trigger t2#1 @95, fill t2#1/m1#3 1@92 left 0/0, trigger t3#1 @95, fill t3#1/m1#4 1@93 left 0/0 => filled 1+0
        "#]],
    );
}

#[test]
fn what_a_triggered_stop_reaches_queues_behind_what_was_reached_before() {
    check_in(
        "m1 sell 1 @ 92 | m2 sell 9 @ 95",
        "t1 buy 1 @ 95 stop 95 | t2 buy 1 @ 95 stop 92 | t3 buy 1 @ 95 stop 92 | t4 buy 1 @ 92",
        expect![[r#"
            open t1#1 buy 1@95 stop 95 => open 0+1
            open t2#1 buy 1@95 stop 92 => open 0+1
            open t3#1 buy 1@95 stop 92 => open 0+1
            open t4#1 buy 1@92, fill t4#1/m1#1 1@92 left 0/0, trigger t2#1 @95, fill t2#1/m2#1 1@95 left 0/8, trigger t3#1 @95, fill t3#1/m2#1 1@95 left 0/7, trigger t1#1 @95, fill t1#1/m2#1 1@95 left 0/6 => filled 1+0
        "#]],
    );
}

#[test]
fn an_amended_order_that_trades_reaches_stops_after_its_own_execution() {
    check_in(
        "m1 buy 5 @ 90 | m2 sell 9 @ 95",
        "t1 sell 1 @ 85 stop 90 | t2 sell 3 @ 92 | t2 amend #1 @ 90",
        expect![[r#"
            open t1#1 sell 1@85 stop 90 => open 0+1
            open t2#1 sell 3@92, rest t2#1 3@92 => open 0+3
            amend t2#1 3@92 to 3@90 of 3 lost, fill t2#1/m1#1 3@90 left 0/2, trigger t1#1 @85, fill t1#1/m1#1 1@90 left 0/1 => filled 3+0
        "#]],
    );
}

#[test]
fn the_answer_is_what_the_orders_own_execution_came_to() {
    // Its own fill triggers a stop that takes what rested of it.
    check_in(
        "m1 sell 1 @ 92",
        "t1 sell 1 @ 90 stop 92 | t2 buy 3 @ 92",
        expect![[r#"
            open t1#1 sell 1@90 stop 92 => open 0+1
            open t2#1 buy 3@92, fill t2#1/m1#1 1@92 left 2/0, rest t2#1 2@92, trigger t1#1 @90, fill t1#1/t2#1 1@92 left 0/1 => part 1+2
        "#]],
    );
}

#[test]
fn a_stop_meets_its_owner_by_its_own_policy() {
    check_in(
        "m1 sell 1 @ 92 | a.1 sell 5 @ 95",
        "a.2 buy 1 @ 95 stop 92 | t1 buy 1 @ 92 | book X",
        expect![[r#"
            open a.2#1 buy 1@95 stop 92 => open 0+1
            open t1#1 buy 1@92, fill t1#1/m1#1 1@92 left 0/0, trigger a.2#1 @95, cancel a.2#1 1@95 self => filled 1+0
            bids - / asks 5@95
        "#]],
    );
}

#[test]
fn a_stop_that_the_last_trade_has_reached_is_refused() {
    check_in(
        "m1 sell 1 @ 92 | t1 buy 1 @ 92",
        "t1 buy 1 @ 95 stop 91 | t1 buy 1 @ 95 stop 92 | t1 buy 1 @ 95 stop 93 | t1 sell 1 @ 85 stop 93 \
         | t1 sell 1 @ 85 stop 92 | t1 sell 1 @ 85 stop 91",
        expect![[r#"
            => 2120 stop_reached
            => 2120 stop_reached
            open t1#2 buy 1@95 stop 93 => open 0+1
            => 2120 stop_reached
            => 2120 stop_reached
            open t1#3 sell 1@85 stop 91 => open 0+1
        "#]],
    );
}

#[test]
fn a_stop_price_is_a_price_of_the_instruments_tick() {
    check_in(
        "list X tick 5 max 100 | rules X tick 1",
        "t1 buy 1 @ 95 stop 0 | t1 buy 1 @ 95 stop 91 | t1 buy 1 @ 95 stop 105 | t1 buy 1 @ 95 stop 100 | phase X call \
         | t1 buy 1 @ 93 stop 91 | t1 buy 1 @ 93 stop 90",
        expect![[r#"
            => 2119 invalid_stop_price
            => 2119 invalid_stop_price
            => 2119 invalid_stop_price
            open t1#1 buy 1@95 stop 100 => open 0+1
            X call, X call 1
            => 2119 invalid_stop_price
            open t1#2 buy 1@93 stop 90 => open 0+1
        "#]],
    );
}

#[test]
fn a_market_buy_is_bounded_by_the_collar_and_its_total_at_the_trigger() {
    check_in(
        "m1 sell 1 @ 92 | m2 sell 9 @ 95",
        "t1 buy 5 max 300 stop 92 | show t1 | t2 buy 1 @ 92 | show t1",
        expect![[r#"
            open t1#1 buy 5@92 stop 92 => open 0+5
            t1 $999700+300 X 1000+0
            open t2#1 buy 1@92, fill t2#1/m1#1 1@92 left 0/0, trigger t1#1 @105, fill t1#1/m2#1 3@95 left 2/6, cancel t1#1 2@105 tif => filled 1+0
            t1 $999715+0 X 1003+0
        "#]],
    );
    check_in(
        "m1 sell 1 @ 92 | m2 sell 1 @ 95 | m2 sell 1 @ 105 | m2 sell 9 @ 106",
        "t1 buy 5 max 3000 stop 92 | t2 buy 1 @ 92 | show t1",
        expect![[r#"
            open t1#1 buy 5@92 stop 92 => open 0+5
            open t2#1 buy 1@92, fill t2#1/m1#1 1@92 left 0/0, trigger t1#1 @105, fill t1#1/m2#1 1@95 left 4/0, fill t1#1/m2#2 1@105 left 3/0, cancel t1#1 3@105 tif => filled 1+0
            t1 $999800+0 X 1002+0
        "#]],
    );
}

#[test]
fn a_market_buys_total_includes_its_fee() {
    check_in(
        "list X fee 10/25 | m1 sell 1 @ 999 | m2 sell 9 @ 1000",
        "t1 buy 4 max 4010 stop 999 | t2 buy 1 @ 999 | show t1",
        expect![[r#"
            open t1#1 buy 4@999 stop 999 => open 0+4
            open t2#1 buy 1@999, fill t2#1/m1#1 1@999 left 0/0 fee 3/1, trigger t1#1 @1010, fill t1#1/m2#1 4@1000 left 0/5 fee 10/4 => filled 1+0
            t1 $995990+0 X 1004+0
        "#]],
    );
    check_in(
        "list X fee 10/25 | m1 sell 1 @ 999 | m2 sell 9 @ 1000",
        "t1 buy 4 max 4009 stop 999 | t2 buy 1 @ 999 | show t1",
        expect![[r#"
            open t1#1 buy 4@999 stop 999 => open 0+4
            open t2#1 buy 1@999, fill t2#1/m1#1 1@999 left 0/0 fee 3/1, trigger t1#1 @1010, fill t1#1/m2#1 3@1000 left 1/6 fee 8/3, cancel t1#1 1@1010 tif => filled 1+0
            t1 $996992+0 X 1003+0
        "#]],
    );
}

#[test]
fn a_market_sell_is_bounded_by_the_collar() {
    check_in(
        "m1 buy 1 @ 92 | m2 buy 1 @ 90 | m2 buy 1 @ 80 | m2 buy 9 @ 79",
        "t1 sell 5 mkt stop 92 | show t1 | t2 sell 1 @ 92 | show t1",
        expect![[r#"
            open t1#1 sell 5@92 stop 92 => open 0+5
            t1 $1000000+0 X 995+5
            open t2#1 sell 1@92, fill t2#1/m1#1 1@92 left 0/0, trigger t1#1 @80, fill t1#1/m2#1 1@90 left 4/0, fill t1#1/m2#2 1@80 left 3/0, cancel t1#1 3@80 tif => filled 1+0
            t1 $1000170+0 X 998+0
        "#]],
    );
}

#[test]
fn a_market_order_without_an_opposite_price_ends_unseen() {
    check_in(
        "m1 sell 1 @ 92 | m2 buy 1 @ 85",
        "t1 buy 5 max 600 stop 92 | t2 buy 1 @ 92 | show t1",
        expect![[r#"
            open t1#1 buy 5@92 stop 92 => open 0+5
            open t2#1 buy 1@92, fill t2#1/m1#1 1@92 left 0/0, cancel t1#1 5@92 no-opposite => filled 1+0
            t1 $1000000+0 X 1000+0
        "#]],
    );
    // Its end is no execution that anything waits for: the next in the queue goes on.
    check_in(
        "m1 sell 1 @ 92",
        "t1 buy 5 max 600 stop 92 | t2 buy 1 @ 91 stop 92 | t3 buy 1 @ 92",
        expect![[r#"
            open t1#1 buy 5@92 stop 92 => open 0+5
            open t2#1 buy 1@91 stop 92 => open 0+1
            open t3#1 buy 1@92, fill t3#1/m1#1 1@92 left 0/0, cancel t1#1 5@92 no-opposite, trigger t2#1 @91, rest t2#1 1@91 => filled 1+0
        "#]],
    );
}

#[test]
fn a_triggered_limit_that_would_leave_the_bands_opens_a_call() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 92 | m2 sell 1 @ 94 | m2 sell 9 @ 100",
        "t1 buy 5 @ 101 stop 92 | t2 buy 1 @ 92",
        expect![[r#"
            open t1#1 buy 5@101 stop 92 => open 0+5
            open t2#1 buy 1@92, fill t2#1/m1#1 1@92 left 0/0, trigger t1#1 @101, fill t1#1/m2#1 1@94 left 4/0, X volatility-call (volatility), X call 1, rest t1#1 4@101, X call 1 indicates 4@100 sell 5 over => filled 1+0
        "#]],
    );
}

#[test]
fn a_triggered_market_order_that_would_leave_the_bands_is_cancelled_by_them() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 92 | m2 sell 1 @ 94 | m2 sell 9 @ 100",
        "t1 buy 5 max 2000 stop 92 | t2 buy 1 @ 92 | show t1",
        expect![[r#"
            open t1#1 buy 5@92 stop 92 => open 0+5
            open t2#1 buy 1@92, fill t2#1/m1#1 1@92 left 0/0, trigger t1#1 @104, fill t1#1/m2#1 1@94 left 4/0, X volatility-call (volatility), X call 1, cancel t1#1 4@104 volatility => filled 1+0
            t1 $999906+0 X 1001+0
        "#]],
    );
}

/// A band is breached by the order that reaches t1's stop, which is queued and waits for the call to end.
const QUEUED: &str = "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 93 | m2 sell 9 @ 96 | t1 buy 5 @ 97 stop 93";

#[test]
fn a_queued_stop_waits_until_the_phase_is_continuous() {
    check_in(
        QUEUED,
        "t2 buy 2 @ 96 | resume X",
        expect![[r#"
            open t2#1 buy 2@96, fill t2#1/m1#1 1@93 left 1/0, X volatility-call (volatility), X call 1, rest t2#1 1@96, X call 1 indicates 1@96 sell 8 over => part 1+1
            cross t2#1/m2#1 1@96 left 0/8, X call 1 ended 1@96 sell 8 over, X continuous, trigger t1#1 @97, fill t1#1/m2#1 5@96 left 0/3
        "#]],
    );
    check_in(
        QUEUED,
        "t2 buy 2 @ 96 | halt X | at 08:05 | close X | phase X call | resume X",
        expect![[r#"
            open t2#1 buy 2@96, fill t2#1/m1#1 1@93 left 1/0, X volatility-call (volatility), X call 1, rest t2#1 1@96, X call 1 indicates 1@96 sell 8 over => part 1+1
            X halted
            ok
            cross t2#1/m2#1 1@96 left 0/8, X call 1 ended 1@96 sell 8 over, X closed
            X call, X call 2
            X call 2 ended nothing, X continuous, trigger t1#1 @97, fill t1#1/m2#1 5@96 left 0/3
        "#]],
    );
}

#[test]
fn a_queued_stop_is_cancelled_like_any_other() {
    check_in(
        QUEUED,
        "t2 buy 2 @ 96 | t1 cancel #1 | resume X",
        expect![[r#"
            open t2#1 buy 2@96, fill t2#1/m1#1 1@93 left 1/0, X volatility-call (volatility), X call 1, rest t2#1 1@96, X call 1 indicates 1@96 sell 8 over => part 1+1
            cancel t1#1 5@97 user => canceled t1#1
            cross t2#1/m2#1 1@96 left 0/8, X call 1 ended 1@96 sell 8 over, X continuous
        "#]],
    );
}

#[test]
fn a_queued_stop_is_amended_but_its_stop_is_not() {
    check_in(
        QUEUED,
        "t2 buy 2 @ 96 | t1 amend #1 stop 94 | t1 amend #1 qty 4 @ 96 | show t1 | resume X",
        expect![[r#"
            open t2#1 buy 2@96, fill t2#1/m1#1 1@93 left 1/0, X volatility-call (volatility), X call 1, rest t2#1 1@96, X call 1 indicates 1@96 sell 8 over => part 1+1
            => 2118 invalid_combination
            amend t1#1 5@97 to 4@96 of 4 kept stop 93 => open 0+4
            t1 $999616+384 X 1000+0
            cross t2#1/m2#1 1@96 left 0/8, X call 1 ended 1@96 sell 8 over, X continuous, trigger t1#1 @96, fill t1#1/m2#1 4@96 left 0/4
        "#]],
    );
}

#[test]
fn a_stop_reached_by_a_trade_that_fell_back_stays_reached() {
    // Queued at 93; the uncross prints at 90, and t1 enters all the same.
    check_in(
        QUEUED,
        "t2 buy 2 @ 96 | t2 cancel #1 | m2 cancel #1 | m2 sell 1 @ 90 | t2 buy 1 @ 90 | resume X",
        expect![[r#"
            open t2#1 buy 2@96, fill t2#1/m1#1 1@93 left 1/0, X volatility-call (volatility), X call 1, rest t2#1 1@96, X call 1 indicates 1@96 sell 8 over => part 1+1
            pull t2#1 1@96 user, X call 1 indicates nothing => canceled t2#1
            pull m2#1 9@96 user => canceled m2#1
            open m2#2 sell 1@90, rest m2#2 1@90 => open 0+1
            open t2#2 buy 1@90, rest t2#2 1@90, X call 1 indicates 1@90 => open 0+1
            cross t2#2/m2#2 1@90 left 0/0, X call 1 ended 1@90, X continuous, trigger t1#1 @97, rest t1#1 5@97
        "#]],
    );
}

#[test]
fn an_uncross_reaches_stops_which_enter_when_it_is_over() {
    check_in(
        "phase X call | m1 sell 5 @ 90 | m2 sell 9 @ 95",
        "t1 buy 2 @ 95 stop 90 | t3 buy 1 @ 80 auction | t2 buy 5 @ 91 | resume X",
        expect![[r#"
            open t1#1 buy 2@95 stop 90 => open 0+2
            open t3#1 buy 1@80, rest t3#1 1@80 => open 0+1
            open t2#1 buy 5@91, rest t2#1 5@91, X call 1 indicates 5@90 => open 0+5
            cross t2#1/m1#1 5@90 left 0/0, X call 1 ended 5@90, pull t3#1 1@80 auction-over, X continuous, trigger t1#1 @95, fill t1#1/m2#1 2@95 left 0/7
        "#]],
    );
    // Into closed, it stays queued.
    check_in(
        "phase X call | m1 sell 5 @ 90 | m2 sell 9 @ 95",
        "t1 buy 2 @ 95 stop 90 | t2 buy 5 @ 91 | close X | resume X",
        expect![[r#"
            open t1#1 buy 2@95 stop 90 => open 0+2
            open t2#1 buy 5@91, rest t2#1 5@91, X call 1 indicates 5@90 => open 0+5
            cross t2#1/m1#1 5@90 left 0/0, X call 1 ended 5@90, X closed
            X continuous, trigger t1#1 @95, fill t1#1/m2#1 2@95 left 0/7
        "#]],
    );
}

#[test]
fn new_terms_for_a_waiting_order_keep_its_place() {
    check_in(
        "balances | m1 sell 1 @ 92",
        "t1 buy 5 @ 95 stop 92 | t2 buy 5 @ 94 stop 92 | t1 amend #1 qty 9 @ 94 | t1 amend #1 stop 91 | t1 amend #1 qty 2 stop 93 \
         | t3 buy 1 @ 92",
        expect![[r#"
            open t1#1 buy 5@95 stop 92, t1 $999525+475 => open 0+5
            open t2#1 buy 5@94 stop 92, t2 $999530+470 => open 0+5
            amend t1#1 5@95 to 9@94 of 9 kept stop 92, t1 $999154+846 => open 0+9
            amend t1#1 9@94 to 9@94 of 9 kept stop 91 => open 0+9
            amend t1#1 9@94 to 2@94 of 2 kept stop 93, t1 $999812+188 => open 0+2
            open t3#1 buy 1@92, fill t3#1/m1#1 1@92 left 0/0, trigger t2#1 @94, rest t2#1 5@94, t3 $999908+0, m1 $1000092+0, m1 X 999+0, t3 X 1001+0 => filled 1+0
        "#]],
    );
}

#[test]
fn a_waiting_order_is_not_amended_to_a_stop_that_is_reached() {
    check_in(
        "m1 sell 1 @ 92 | t2 buy 1 @ 92",
        "t1 buy 5 @ 95 stop 94 | t1 amend #1 stop 92 | t1 amend #1 stop 0 | t1 amend #1 stop 93 \
         | t1 sell 5 @ 85 stop 90 | t1 amend #2 stop 92 | t1 amend #2 stop 91 | t1 buy 1 @ 80 | t1 amend #3 stop 95",
        expect![[r#"
            open t1#1 buy 5@95 stop 94 => open 0+5
            => 2120 stop_reached
            => 2119 invalid_stop_price
            amend t1#1 5@95 to 5@95 of 5 kept stop 93 => open 0+5
            open t1#2 sell 5@85 stop 90 => open 0+5
            => 2120 stop_reached
            amend t1#2 5@85 to 5@85 of 5 kept stop 91 => open 0+5
            open t1#3 buy 1@80, rest t1#3 1@80 => open 0+1
            => 2118 invalid_combination
        "#]],
    );
}

#[test]
fn a_waiting_market_order_has_no_price_to_amend() {
    check(
        "t1 buy 5 max 600 stop 92 | t1 amend #1 @ 95 | t1 amend #1 qty 4 | show t1 | t1 amend #1 qty 0",
        expect![[r#"
            open t1#1 buy 5@92 stop 92 => open 0+5
            => 2118 invalid_combination
            amend t1#1 5@92 to 4@92 of 4 kept stop 92 => open 0+4
            t1 $999400+600 X 1000+0
            => 2103 invalid_quantity
        "#]],
    );
}

#[test]
fn a_waiting_market_buy_reserves_its_total_whatever_its_lots() {
    check(
        "open t1 | deposit t1 $ 600 | t1 buy 1 max 601 stop 92 | t1 buy 900 max 600 stop 92 | show t1",
        expect![[r#"
            open t1 of group 0
            ok
            => 2105 insufficient_funds has 600
            open t1#1 buy 900@92 stop 92 => open 0+900
            t1 $0+600 X 0+0
        "#]],
    );
}

#[test]
fn what_a_stop_may_not_be() {
    check(
        "t1 buy 5 @ 95 stop 92 ioc | t1 buy 5 @ 95 stop 92 fok | t1 buy 5 @ 95 stop 92 auction | t1 buy 5 mkt stop 92 \
         | t1 buy 5 max 600 stop 92 ioc | t1 sell 5 max 600 stop 80 | t1 sell 5 mkt stop 80 ioc | t1 buy 5 @ 95 stop 92 post \
         | t1 buy 5 @ 95 stop 92 slide | t1 buy 5 @ 95 stop 92 min 1 | t1 buy 5 max 600 stop 92 show 2",
        expect![[r#"
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2110 wrong_phase
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
        "#]],
    );
}

#[test]
fn a_waiting_order_is_cancelled_by_everything_that_cancels() {
    check(
        "t1 buy 5 @ 95 stop 92 id=a | t1 cancel :a | t1 buy 5 @ 95 stop 92 | t1 sell 1 @ 99 | t1 cancel-all on X \
         | t1 buy 5 @ 95 stop 92 | expire X",
        expect![[r#"
            open t1#1 buy 5@95 stop 92 => open 0+5
            cancel t1#1 5@95 user => canceled t1#1 id=a
            open t1#2 buy 5@95 stop 92 => open 0+5
            open t1#3 sell 1@99, rest t1#3 1@99 => open 0+1
            cancel t1#2 5@95 user, pull t1#3 1@99 user => canceled 2
            open t1#4 buy 5@95 stop 92 => open 0+5
            X expired, cancel t1#4 5@95 operator
        "#]],
    );
}

#[test]
fn a_stop_sent_again_gets_its_first_answer() {
    check_in(
        "m1 sell 1 @ 92 | m2 sell 9 @ 93",
        "t1 buy 5 @ 95 stop 92 id=a | t2 buy 1 @ 92 | t1 buy 5 @ 95 stop 92 id=a | t1 buy 5 @ 95 stop 93 id=a | t1 cancel :a",
        expect![[r#"
            open t1#1 buy 5@95 stop 92 => open 0+5
            open t2#1 buy 1@92, fill t2#1/m1#1 1@92 left 0/0, trigger t1#1 @95, fill t1#1/m2#1 5@93 left 0/4 => filled 1+0
            => again t1#1 open 0+5
            => 2106 duplicate_cl_ord_id
            => 2114 too_late_to_cancel
        "#]],
    );
}

#[test]
fn a_cascade_stops_at_a_breach_and_goes_on_after_it() {
    // t1's execution breaches the band; t2 waits behind it, and t3, reached by the uncross, behind t2.
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 92 | m2 sell 9 @ 98",
        "t3 buy 1 @ 98 stop 98 | t1 buy 2 @ 98 stop 92 | t2 buy 3 @ 98 stop 92 | t4 buy 1 @ 92 | resume X",
        expect![[r#"
            open t3#1 buy 1@98 stop 98 => open 0+1
            open t1#1 buy 2@98 stop 92 => open 0+2
            open t2#1 buy 3@98 stop 92 => open 0+3
            open t4#1 buy 1@92, fill t4#1/m1#1 1@92 left 0/0, trigger t1#1 @98, X volatility-call (volatility), X call 1, rest t1#1 2@98, X call 1 indicates 2@98 sell 7 over => filled 1+0
            cross t1#1/m2#1 2@98 left 0/7, X call 1 ended 2@98 sell 7 over, X continuous, trigger t2#1 @98, fill t2#1/m2#1 3@98 left 0/4, trigger t3#1 @98, fill t3#1/m2#1 1@98 left 0/3
        "#]],
    );
}

#[test]
fn a_queued_stop_ends_with_its_date_its_session_and_its_instrument() {
    let queued = "t1 connect | m2 sell 9 @ 97 | phase X call | t1 buy 5 @ 97 stop 96 via ~1 gtd 08:01 | m1 sell 1 @ 96 | t2 buy 1 @ 96 | close X";
    check_in(
        queued,
        "resume X",
        expect![[r#"
            X continuous, trigger t1#1 @97, fill t1#1/m2#1 5@97 left 0/4
        "#]],
    );
    check_in(
        queued,
        "at 08:01 | resume X",
        expect![[r#"
            cancel t1#1 5@97 expired
            X continuous
        "#]],
    );
    check_in(
        queued,
        "disconnect t1~1 | resume X",
        expect![[r#"
            t1~1 of t1 closed, cancel t1#1 5@97 disconnect
            X continuous
        "#]],
    );
    check_in(
        queued,
        "kill account t1 | resume X",
        expect![[r#"
            kill account t1, cancel t1#1 5@97 kill
            X continuous
        "#]],
    );
    check_in(
        queued,
        "expire X",
        expect![[r#"
            X expired, pull m2#1 9@97 operator, cancel t1#1 5@97 operator
        "#]],
    );
}

#[test]
fn a_queued_market_order_finds_no_opposite_price_when_it_enters() {
    check_in(
        "phase X call | t1 buy 5 max 600 stop 90 | t1 sell 5 mkt stop 90 | m1 sell 1 @ 90 | t2 buy 1 @ 90",
        "resume X | show t1",
        expect![[r#"
            cross t2#1/m1#1 1@90 left 0/0, X call 1 ended 1@90, X continuous, cancel t1#1 5@90 no-opposite, cancel t1#2 5@90 no-opposite
            t1 $1000000+0 X 1000+0
        "#]],
    );
}

#[test]
fn a_waiting_market_orders_price_is_its_stop() {
    check_in(
        "limits t1 notional 200",
        "t1 sell 2 mkt stop 90 | t1 amend #1 stop 100 | t1 amend #1 stop 101 | t1 cancel #1",
        expect![[r#"
            open t1#1 sell 2@90 stop 90 => open 0+2
            amend t1#1 2@90 to 2@100 of 2 kept stop 100 => open 0+2
            => 2127 notional_limit has 200
            cancel t1#1 2@100 user => canceled t1#1
        "#]],
    );
}

#[test]
fn a_market_order_whose_total_buys_nothing_is_triggered_and_ends() {
    check_in(
        "m1 sell 1 @ 92 | m2 sell 5 @ 95",
        "t1 buy 5 max 10 stop 92 | t2 buy 1 @ 92 | show t1",
        expect![[r#"
            open t1#1 buy 5@92 stop 92 => open 0+5
            open t2#1 buy 1@92, fill t2#1/m1#1 1@92 left 0/0, trigger t1#1 @105, cancel t1#1 5@105 tif => filled 1+0
            t1 $1000000+0 X 1000+0
        "#]],
    );
}
