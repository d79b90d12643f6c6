//! The bands that interrupt trading, and the one that entry is held to.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn a_trade_may_print_at_the_edge_of_the_dynamic_band_and_not_beyond() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 95 | m1 sell 1 @ 96",
        "t1 buy 1 @ 96 | t1 buy 1 @ 96",
        expect![[r#"
            open t1#1 buy 1@96, fill t1#1/m1#1 1@95 left 0/0 => filled 1+0
            open t1#2 buy 1@96, fill t1#2/m1#2 1@96 left 0/0 => filled 1+0
        "#]],
    );
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 96",
        "t1 buy 1 @ 96",
        expect![[r#"
            open t1#1 buy 1@96, X volatility-call (volatility), X call 1, rest t1#1 1@96, X call 1 indicates 1@96 => open 0+1
        "#]],
    );
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 buy 1 @ 85 | m1 buy 1 @ 84",
        "t1 sell 2 @ 84",
        expect![[r#"
            open t1#1 sell 2@84, fill t1#1/m1#1 1@85 left 1/0, X volatility-call (volatility), X call 1, rest t1#1 1@84, X call 1 indicates 1@84 => part 1+1
        "#]],
    );
}

#[test]
fn a_trade_may_print_at_the_edge_of_the_static_band_and_not_beyond() {
    check_in(
        "reference X 90 | rules X static 5 | m1 sell 1 @ 94 | m1 sell 1 @ 95 | m1 sell 1 @ 96",
        "t1 buy 1 @ 96 | t1 buy 2 @ 96",
        expect![[r#"
            open t1#1 buy 1@96, fill t1#1/m1#1 1@94 left 0/0 => filled 1+0
            open t1#2 buy 2@96, fill t1#2/m1#2 1@95 left 1/0, X volatility-call (volatility), X call 1, rest t1#2 1@96, X call 1 indicates 1@96 => part 1+1
        "#]],
    );
    check_in(
        "reference X 90 | rules X static 5 | m1 buy 1 @ 85 | m1 buy 1 @ 84",
        "t1 sell 2 @ 80",
        expect![[r#"
            open t1#1 sell 2@80, fill t1#1/m1#1 1@85 left 1/0, X volatility-call (volatility), X call 1, rest t1#1 1@80, X call 1 indicates 1@84 => part 1+1
        "#]],
    );
}

#[test]
fn an_execution_is_judged_by_the_anchor_that_it_found() {
    // 97 is within 5 of the trade at 95 and not of the 90 before.
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 95 | m1 sell 1 @ 97",
        "t1 buy 2 @ 97",
        expect![[r#"
            open t1#1 buy 2@97, fill t1#1/m1#1 1@95 left 1/0, X volatility-call (volatility), X call 1, rest t1#1 1@97, X call 1 indicates 1@97 => part 1+1
        "#]],
    );
}

#[test]
fn trades_move_the_anchor_and_not_the_reference() {
    check_in(
        "reference X 90 | rules X dynamic 5 static 7 | m1 sell 1 @ 95 | m1 sell 1 @ 97 | m1 sell 1 @ 98",
        "t1 buy 1 @ 98 | t1 buy 1 @ 98 | t1 buy 1 @ 98",
        expect![[r#"
            open t1#1 buy 1@98, fill t1#1/m1#1 1@95 left 0/0 => filled 1+0
            open t1#2 buy 1@98, fill t1#2/m1#2 1@97 left 0/0 => filled 1+0
            open t1#3 buy 1@98, X volatility-call (volatility), X call 1, rest t1#3 1@98, X call 1 indicates 1@98 => open 0+1
        "#]],
    );
}

#[test]
fn an_uncross_moves_both() {
    check_in(
        "reference X 90 | rules X dynamic 5 static 7 | phase X call | t1 buy 1 @ 98 | m1 sell 1 @ 98 | resume X",
        "m1 sell 1 @ 103 | t1 buy 1 @ 103",
        expect![[r#"
            open m1#2 sell 1@103, rest m1#2 1@103 => open 0+1
            open t1#2 buy 1@103, fill t1#2/m1#2 1@103 left 0/0 => filled 1+0
        "#]],
    );
}

#[test]
fn without_an_anchor_there_is_no_band() {
    check_in(
        "rules X dynamic 5 static 5 entry 5 | m1 sell 1 @ 500",
        "t1 buy 1 @ 900 | m1 sell 1 @ 506 | t1 buy 1 @ 505 | t1 buy 1 @ 506",
        expect![[r#"
            open t1#1 buy 1@900, fill t1#1/m1#1 1@500 left 0/0 => filled 1+0
            open m1#2 sell 1@506, rest m1#2 1@506 => open 0+1
            open t1#2 buy 1@505, rest t1#2 1@505 => open 0+1
            => 2108 outside_band
        "#]],
    );
}

#[test]
fn what_has_no_lots_left_or_ends_before_the_level_breaches_nothing() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 95 | m1 sell 1 @ 96",
        "t1 buy 1 @ 99 | m1 sell 1 @ 95 | t1 buy 2 @ 95",
        expect![[r#"
            open t1#1 buy 1@99, fill t1#1/m1#1 1@95 left 0/0 => filled 1+0
            open m1#3 sell 1@95, rest m1#3 1@95 => open 0+1
            open t1#2 buy 2@95, fill t1#2/m1#3 1@95 left 1/0, rest t1#2 1@95 => part 1+1
        "#]],
    );
    // Its own order ends it first.
    check_in(
        "reference X 90 | rules X dynamic 5 | a.1 sell 1 @ 95 | m1 sell 1 @ 96",
        "a.2 buy 2 @ 96",
        expect![[r#"
            open a.2#1 buy 2@96, cancel a.2#1 2@96 self => canceled 0+0 self
        "#]],
    );
    // Its money ends it first, at the last level inside or in front of the first outside.
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 2 @ 95 | m1 sell 1 @ 96",
        "t1 buy 3 max 100 ioc",
        expect![[r#"
            open t1#1 buy 3@105, fill t1#1/m1#1 1@95 left 2/1, cancel t1#1 2@105 tif => canceled 1+0 tif
        "#]],
    );
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 95 | m1 sell 1 @ 96",
        "t1 buy 2 max 100 ioc",
        expect![[r#"
            open t1#1 buy 2@105, fill t1#1/m1#1 1@95 left 1/0, cancel t1#1 1@105 tif => canceled 1+0 tif
        "#]],
    );
}

#[test]
fn what_may_not_rest_is_cancelled_and_the_call_opens_all_the_same() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 95 | m1 sell 1 @ 96",
        "t1 buy 2 @ 96 ioc",
        expect![[r#"
            open t1#1 buy 2@96, fill t1#1/m1#1 1@95 left 1/0, X volatility-call (volatility), X call 1, cancel t1#1 1@96 volatility => canceled 1+0 volatility
        "#]],
    );
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 96",
        "t1 buy 2 mkt | show t1",
        expect![[r#"
            open t1#1 buy 2@106, X volatility-call (volatility), X call 1, cancel t1#1 2@106 volatility => canceled 0+0 volatility
            t1 $1000000+0 X 1000+0
        "#]],
    );
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 96",
        "t1 buy 3 @ 99 day show 2",
        expect![[r#"
            open t1#1 buy 3@99, X volatility-call (volatility), X call 1, rest t1#1 3(2)@99, X call 1 indicates 1@99 buy 2 over => open 0+3
        "#]],
    );
}

#[test]
fn fill_or_kill_and_minimum_are_judged_inside_the_bands_and_breach_nothing() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 95 | m1 sell 1 @ 96",
        "t1 buy 2 @ 96 fok | t1 buy 2 @ 96 min 2 | t1 buy 2 mkt fok | t1 buy 1 @ 96 fok",
        expect![[r#"
            => 2111 fill_or_kill_not_filled has 1
            => 2122 minimum_not_met has 1
            => 2111 fill_or_kill_not_filled has 1
            open t1#1 buy 1@96, fill t1#1/m1#1 1@95 left 0/0 => filled 1+0
        "#]],
    );
}

#[test]
fn a_met_minimum_does_not_keep_the_rest_from_breaching() {
    // A minimum that is met is an order like any other from there on.
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 95 | m1 sell 1 @ 96",
        "t1 buy 2 @ 96 min 1",
        expect![[r#"
            open t1#1 buy 2@96, fill t1#1/m1#1 1@95 left 1/0, X volatility-call (volatility), X call 1, rest t1#1 1@96, X call 1 indicates 1@96 => part 1+1
        "#]],
    );
}

#[test]
fn own_orders_outside_the_band_are_not_met() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 95 | a.1 sell 1 @ 96",
        "a.2 buy 2 @ 96 stp=oldest",
        expect![[r#"
            open a.2#1 buy 2@96, fill a.2#1/m1#1 1@95 left 1/0, X volatility-call (volatility), X call 1, rest a.2#1 1@96, X call 1 indicates 1@96 => part 1+1
        "#]],
    );
}

#[test]
fn an_amend_breaches_as_a_new_order_does() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 96",
        "t1 buy 1 @ 90 | t1 amend #1 @ 96",
        expect![[r#"
            open t1#1 buy 1@90, rest t1#1 1@90 => open 0+1
            amend t1#1 1@90 to 1@96 of 1 lost, X volatility-call (volatility), X call 1, rest t1#1 1@96, X call 1 indicates 1@96 => open 0+1
        "#]],
    );
}

#[test]
fn a_volatility_call_lasts_as_long_as_the_rules_say() {
    check_in(
        "reference X 90 | rules X dynamic 5 volatility 60 | m1 sell 1 @ 96 | t1 buy 1 @ 96",
        "at 08:00:59.999999999 | at 08:01",
        expect![[r#"
            ok
            cross t1#1/m1#1 1@96 left 0/0, X call 1 ended 1@96, X continuous (call-ended)
        "#]],
    );
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 96 | t1 buy 1 @ 96 ioc",
        "at 08:04:59.999999999 | at 08:05",
        expect![[r#"
            ok
            X call 1 ended nothing, X continuous (call-ended)
        "#]],
    );
}

#[test]
fn one_that_would_end_outside_the_static_band_goes_on_once_for_twice_as_long() {
    check_in(
        "reference X 90 | rules X static 5 volatility 60 | m1 sell 1 @ 96 | t1 buy 1 @ 96",
        "at 08:01 | m1 sell 1 @ 95 | at 08:02:59.999999999 | at 08:03",
        expect![[r#"
            X volatility-call (extended)
            open m1#2 sell 1@95, rest m1#2 1@95, X call 1 indicates 1@95 => open 0+1
            ok
            cross t1#1/m1#2 1@95 left 0/0, X call 1 ended 1@95, X continuous (call-ended)
        "#]],
    );
}

#[test]
fn one_that_still_would_is_halted_until_the_operator_decides() {
    check_in(
        "reference X 90 | rules X static 5 volatility 60 | m1 sell 1 @ 96 | t1 buy 1 @ 96",
        "at 08:03 | at 08:10 | t2 buy 1 @ 80 | resume X",
        expect![[r#"
            X volatility-call (extended), X halted (unresolved)
            ok
            => 2110 wrong_phase
            cross t1#1/m1#1 1@96 left 0/0, X call 1 ended 1@96, X continuous
        "#]],
    );
    check_in(
        "reference X 90 | rules X static 5 volatility 60 | m1 sell 1 @ 96 | t1 buy 1 @ 96",
        "at 08:03 t1 cancel #1 | resume X",
        expect![[r#"
            X volatility-call (extended), X halted (unresolved), pull t1#1 1@96 user => canceled t1#1
            X call 1 ended nothing, X continuous
        "#]],
    );
}

#[test]
fn the_next_volatility_call_may_be_extended_again() {
    check_in(
        "reference X 90 | rules X static 5 volatility 60 | m1 sell 2 @ 96 | t1 buy 1 @ 96 | at 08:01 t1 cancel #1 | at 08:03",
        "t1 buy 1 @ 96 | at 08:04 | at 08:06",
        expect![[r#"
            open t1#2 buy 1@96, X volatility-call (volatility), X call 2, rest t1#2 1@96, X call 2 indicates 1@96 sell 1 over => open 0+1
            X volatility-call (extended)
            X halted (unresolved)
        "#]],
    );
}

#[test]
fn an_operators_end_prints_outside_the_band() {
    check_in(
        "reference X 90 | rules X static 5 | m1 sell 1 @ 96 | t1 buy 1 @ 96",
        "resume X",
        expect![[r#"
            cross t1#1/m1#1 1@96 left 0/0, X call 1 ended 1@96, X continuous
        "#]],
    );
}

#[test]
fn a_limit_may_be_entered_so_far_through_the_anchor() {
    check_in(
        "reference X 90 | rules X entry 5",
        "t1 buy 1 @ 95 | t1 buy 1 @ 96 | t1 buy 1 @ 1 | t2 sell 1 @ 10000 | t2 sell 1 @ 84 | t2 sell 1 @ 85",
        expect![[r#"
            open t1#1 buy 1@95, rest t1#1 1@95 => open 0+1
            => 2108 outside_band
            open t1#2 buy 1@1, rest t1#2 1@1 => open 0+1
            open t2#1 sell 1@10000, rest t2#1 1@10000 => open 0+1
            => 2108 outside_band
            open t2#2 sell 1@85, fill t2#2/t1#1 1@95 left 0/0 => filled 1+0
        "#]],
    );
}

#[test]
fn the_entry_band_moves_with_the_anchor_and_holds_in_calls() {
    check_in(
        "reference X 90 | rules X entry 5 | t1 buy 1 @ 94 | m1 sell 1 @ 94",
        "t1 buy 1 @ 99 | t1 buy 1 @ 100 | reference X 80 | t1 buy 1 @ 86 | phase X call | t1 buy 1 @ 86 ioc | t1 buy 1 @ 86",
        expect![[r#"
            open t1#2 buy 1@99, rest t1#2 1@99 => open 0+1
            => 2108 outside_band
            X reference 80
            => 2108 outside_band
            X call, X call 1
            => 2110 wrong_phase
            => 2108 outside_band
        "#]],
    );
}

#[test]
fn orders_that_wait_and_market_orders_have_no_entry_band() {
    check_in(
        "reference X 90 | rules X entry 5 | m1 sell 1 @ 97",
        "t1 buy 1 @ 99 stop 98 | t1 amend #1 @ 120 | t1 buy 1 mkt",
        expect![[r#"
            open t1#1 buy 1@99 stop 98 => open 0+1
            amend t1#1 1@99 to 1@120 of 1 kept stop 98 => open 0+1
            open t1#2 buy 1@107, fill t1#2/m1#1 1@97 left 0/0 => filled 1+0
        "#]],
    );
}

#[test]
fn an_amend_is_held_to_the_entry_band_when_its_price_differs() {
    check_in(
        "reference X 90 | rules X entry 5 | t1 buy 5 @ 95 | reference X 80",
        "t1 amend #1 qty 9 | t1 amend #1 @ 95 | t1 amend #1 @ 94 | t1 amend #1 @ 86 | t1 amend #1 @ 85",
        expect![[r#"
            amend t1#1 5@95 to 9@95 of 9 lost, rest t1#1 9@95 => open 0+9
            amend t1#1 9@95 to 9@95 of 9 kept => open 0+9
            => 2108 outside_band
            => 2108 outside_band
            amend t1#1 9@95 to 9@85 of 9 lost, rest t1#1 9@85 => open 0+9
        "#]],
    );
}

#[test]
fn rules_that_do_not_fit_are_refused() {
    check(
        "rules NONE dynamic 5 | rules X dynamic 0 | rules X static 0 | rules X entry 0 | rules X tick 0 | rules X tick 10001 \
         | rules X fee 10001 | rules X volatility 0 | rules X volatility 86401 | rules X end 86401 \
         | rules X tick 10000 fee 10000 dynamic 1 static 1 entry 1 volatility 86400 end 86400 | rules X | reference X 0 \
         | reference X 10001 | reference X 10000 | reference NONE 90",
        expect![[r#"
            => 2101 unknown_symbol
            => 6007 invalid_rules
            => 6007 invalid_rules
            => 6007 invalid_rules
            => 6007 invalid_rules
            => 6007 invalid_rules
            => 6007 invalid_rules
            => 6007 invalid_rules
            => 6007 invalid_rules
            => 6007 invalid_rules
            X rules tick 10000 fee 10000 dynamic 1 static 1 entry 1 volatility 86400 end 86400
            X rules
            => 2102 invalid_price
            => 2102 invalid_price
            X reference 10000
            => 2101 unknown_symbol
        "#]],
    );
}

#[test]
fn a_band_ends_where_prices_do() {
    check_in(
        "reference X 3 | rules X dynamic 5 static 5 entry 5 | m1 buy 1 @ 1",
        "t1 sell 1 @ 1",
        expect![[r#"
            open t1#1 sell 1@1, fill t1#1/m1#1 1@1 left 0/0 => filled 1+0
        "#]],
    );
    check_in(
        "list X max 4294967295 | deposit t1 $ 9000000000 | reference X 4294967290 | rules X dynamic 4294967295 static 6 entry 9 \
         | m1 sell 1 @ 4294967295",
        "t1 buy 1 @ 4294967295",
        expect![[r#"
            open t1#1 buy 1@4294967295, fill t1#1/m1#1 1@4294967295 left 0/0 => filled 1+0
        "#]],
    );
}

#[test]
fn a_sliding_order_is_held_to_the_entry_band_before_it_slides() {
    check_in(
        "reference X 90 | rules X entry 5 | m1 sell 1 @ 95",
        "t1 buy 1 @ 96 slide | t1 buy 1 @ 95 slide",
        expect![[r#"
            => 2108 outside_band
            open t1#1 buy 1@94, rest t1#1 1@94 => open 0+1
        "#]],
    );
}

#[test]
fn the_operators_reference_moves_both_and_may_end_a_volatility_call_inside() {
    check_in(
        "reference X 90 | rules X static 5 volatility 60 | m1 sell 1 @ 96 | t1 buy 1 @ 96",
        "reference X 91 | at 08:01",
        expect![[r#"
            X reference 91
            cross t1#1/m1#1 1@96 left 0/0, X call 1 ended 1@96, X continuous (call-ended)
        "#]],
    );
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 90 | t1 buy 1 @ 90 | reference X 100 | m1 sell 1 @ 96",
        "t1 buy 1 @ 96",
        expect![[r#"
            open t1#2 buy 1@96, fill t1#2/m1#2 1@96 left 0/0 => filled 1+0
        "#]],
    );
}

#[test]
fn an_iceberg_is_taken_up_to_the_band_and_no_further() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 5 @ 95 show 2 | m1 sell 5 @ 96 show 1",
        "t1 buy 6 @ 96 fok | t1 buy 6 @ 96",
        expect![[r#"
            => 2111 fill_or_kill_not_filled has 5
            open t1#1 buy 6@96, fill t1#1/m1#1 2@95 left 4/3, refill m1#1 3(2)@95, fill t1#1/m1#1 2@95 left 2/1, refill m1#1 1@95, fill t1#1/m1#1 1@95 left 1/0, X volatility-call (volatility), X call 1, rest t1#1 1@96, X call 1 indicates 1@96 sell 4 over => part 5+1
        "#]],
    );
}

#[test]
fn a_stop_reached_before_the_breach_waits_for_the_end_of_the_call() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 95 | m1 sell 1 @ 96 | t2 sell 1 @ 93 stop 95 | t3 buy 1 @ 94 stop 96",
        "t1 buy 2 @ 96 | at 08:05",
        expect![[r#"
            open t1#1 buy 2@96, fill t1#1/m1#1 1@95 left 1/0, X volatility-call (volatility), X call 1, rest t1#1 1@96, X call 1 indicates 1@96 => part 1+1
            cross t1#1/m1#2 1@96 left 0/0, X call 1 ended 1@96, X continuous (call-ended), trigger t2#1 @93, rest t2#1 1@93, trigger t3#1 @94, fill t3#1/t2#1 1@93 left 0/0
        "#]],
    );
}
