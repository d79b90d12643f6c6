//! The price of an uncross, principle by principle.

use crate::story::{check, check_in};
use expect_test::{Expect, expect};

/// Collects `book` in a call, after `before`, and tells its end: bids of t1, t2, …; asks of m1, m2, …
fn uncross(before: &str, book: &str, expect: Expect) {
    check_in(&format!("{before} | phase X call | {book}"), "resume X", expect);
}

#[test]
fn the_largest_volume() {
    uncross(
        "",
        "t1 buy 10 @ 95 | t2 buy 20 @ 93 | m1 sell 15 @ 93 | m2 sell 30 @ 94",
        expect![[r#"
            cross t1#1/m1#1 10@93 left 0/5, cross t2#1/m1#1 5@93 left 15/0, X call 1 ended 15@93 buy 15 over, X continuous
        "#]],
    );
    // Whatever the surplus: at 95 one lot would be left.
    uncross(
        "",
        "t1 buy 10 @ 95 | t2 buy 20 @ 92 | m1 sell 10 @ 90 | m2 sell 1 @ 92 | m3 sell 9 @ 96",
        expect![[r#"
            cross t1#1/m1#1 10@92 left 0/0, cross t2#1/m2#1 1@92 left 19/0, X call 1 ended 11@92 buy 19 over, X continuous
        "#]],
    );
}

#[test]
fn of_these_the_smallest_surplus() {
    uncross(
        "",
        "t1 buy 10 @ 95 | t2 buy 5 @ 93 | m1 sell 10 @ 90",
        expect![[r#"
            cross t1#1/m1#1 10@95 left 0/0, X call 1 ended 10@95, X continuous
        "#]],
    );
    uncross(
        "",
        "t1 buy 10 @ 95 | m1 sell 10 @ 90 | m2 sell 5 @ 93",
        expect![[r#"
            cross t1#1/m1#1 10@90 left 0/0, X call 1 ended 10@90, X continuous
        "#]],
    );
    // Of either side: 2 to buy at 93 are fewer than 3 to sell at 95.
    uncross(
        "",
        "t1 buy 10 @ 95 | t2 buy 2 @ 93 | m1 sell 10 @ 93 | m2 sell 3 @ 95",
        expect![[r#"
            cross t1#1/m1#1 10@93 left 0/0, X call 1 ended 10@93 buy 2 over, X continuous
        "#]],
    );
}

#[test]
fn a_surplus_of_buyers_wherever_it_is_left_takes_the_highest() {
    uncross(
        "",
        "t1 buy 15 @ 95 | m1 sell 10 @ 90",
        expect![[r#"
            cross t1#1/m1#1 10@95 left 5/0, X call 1 ended 10@95 buy 5 over, X continuous
        "#]],
    );
    // The anchor between them is one of them and decides nothing.
    uncross(
        "reference X 91",
        "t1 buy 15 @ 95 | m1 sell 10 @ 90",
        expect![[r#"
            cross t1#1/m1#1 10@95 left 5/0, X call 1 ended 10@95 buy 5 over, X continuous
        "#]],
    );
}

#[test]
fn a_surplus_of_sellers_wherever_it_is_left_takes_the_lowest() {
    uncross(
        "",
        "t1 buy 10 @ 95 | m1 sell 15 @ 90",
        expect![[r#"
            cross t1#1/m1#1 10@90 left 0/5, X call 1 ended 10@90 sell 5 over, X continuous
        "#]],
    );
    uncross(
        "reference X 94",
        "t1 buy 10 @ 95 | m1 sell 15 @ 90",
        expect![[r#"
            cross t1#1/m1#1 10@90 left 0/5, X call 1 ended 10@90 sell 5 over, X continuous
        "#]],
    );
}

/// At 94 and 95 five too many are sold, at 90 and 92 five too many bought.
const MIXED: &str = "t1 buy 10 @ 95 | t2 buy 5 @ 92 | m1 sell 10 @ 90 | m2 sell 5 @ 94";

#[test]
fn a_surplus_of_both_takes_the_nearest_to_the_anchor() {
    uncross(
        "reference X 99",
        MIXED,
        expect![[r#"
            cross t1#1/m1#1 10@95 left 0/0, X call 1 ended 10@95 sell 5 over, X continuous
        "#]],
    );
    uncross(
        "reference X 80",
        MIXED,
        expect![[r#"
            cross t1#1/m1#1 10@90 left 0/0, X call 1 ended 10@90 buy 5 over, X continuous
        "#]],
    );
    uncross(
        "reference X 94",
        MIXED,
        expect![[r#"
            cross t1#1/m1#1 10@94 left 0/0, X call 1 ended 10@94 sell 5 over, X continuous
        "#]],
    );
    // One that is no order's limit is better than all of them: nothing is left over there.
    uncross(
        "reference X 93",
        MIXED,
        expect![[r#"
            cross t1#1/m1#1 10@93 left 0/0, X call 1 ended 10@93, X continuous
        "#]],
    );
}

#[test]
fn a_surplus_of_both_without_an_anchor_takes_the_middle() {
    // Of 90, 92, 94, 95 the lower of two.
    uncross(
        "",
        MIXED,
        expect![[r#"
            cross t1#1/m1#1 10@92 left 0/0, X call 1 ended 10@92 buy 5 over, X continuous
        "#]],
    );
    // Of 90, 92, 94.
    uncross(
        "",
        "t1 buy 10 @ 94 | t2 buy 5 @ 92 | m1 sell 10 @ 90 | m2 sell 5 @ 94",
        expect![[r#"
            cross t1#1/m1#1 10@92 left 0/0, X call 1 ended 10@92 buy 5 over, X continuous
        "#]],
    );
}

#[test]
fn without_a_surplus_the_nearest_to_the_anchor_decides_too() {
    let book = "t1 buy 10 @ 95 | m1 sell 10 @ 90";
    uncross(
        "reference X 99",
        book,
        expect![[r#"
            cross t1#1/m1#1 10@95 left 0/0, X call 1 ended 10@95, X continuous
        "#]],
    );
    uncross(
        "reference X 1",
        book,
        expect![[r#"
            cross t1#1/m1#1 10@90 left 0/0, X call 1 ended 10@90, X continuous
        "#]],
    );
    uncross(
        "",
        book,
        expect![[r#"
            cross t1#1/m1#1 10@90 left 0/0, X call 1 ended 10@90, X continuous
        "#]],
    );
}

#[test]
fn the_anchor_is_a_price_that_nobody_named() {
    uncross(
        "reference X 93",
        "t1 buy 10 @ 95 | m1 sell 10 @ 90",
        expect![[r#"
            cross t1#1/m1#1 10@93 left 0/0, X call 1 ended 10@93, X continuous
        "#]],
    );
}

#[test]
fn the_anchor_is_the_last_trade_or_the_reference_whichever_is_later() {
    let trade = "m9 sell 1 @ 92 | t9 buy 1 @ 92";
    let book = "t1 buy 10 @ 95 | m1 sell 10 @ 90";
    uncross(
        trade,
        book,
        expect![[r#"
            cross t1#1/m1#1 10@92 left 0/0, X call 1 ended 10@92, X continuous
        "#]],
    );
    uncross(
        &format!("{trade} | reference X 94"),
        book,
        expect![[r#"
            cross t1#1/m1#1 10@94 left 0/0, X call 1 ended 10@94, X continuous
        "#]],
    );
    uncross(
        &format!("reference X 94 | {trade}"),
        book,
        expect![[r#"
            cross t1#1/m1#1 10@92 left 0/0, X call 1 ended 10@92, X continuous
        "#]],
    );
}

#[test]
fn a_reference_set_during_the_call_counts() {
    check_in(
        "phase X call | t1 buy 10 @ 95 | m1 sell 10 @ 90",
        "reference X 93 | resume X",
        expect![[r#"
            X reference 93, X call 1 indicates 10@93
            cross t1#1/m1#1 10@93 left 0/0, X call 1 ended 10@93, X continuous
        "#]],
    );
}

#[test]
fn four_bids_and_four_asks() {
    check_in(
        "phase X call | t1 buy 30 @ 700 | t2 buy 40 @ 690 | t3 buy 50 @ 680 | t4 buy 80 @ 660 \
         | m1 sell 20 @ 640 | m2 sell 60 @ 665 | m3 sell 30 @ 680 | m4 sell 50 @ 695",
        "resume X | book X | show t3",
        expect![[r#"
            cross t1#1/m1#1 20@680 left 10/0, cross t1#1/m2#1 10@680 left 0/50, cross t2#1/m2#1 40@680 left 0/10, cross t3#1/m2#1 10@680 left 40/0, cross t3#1/m3#1 30@680 left 10/0, X call 1 ended 110@680 buy 10 over, X continuous
            bids 10@680 80@660 / asks 50@695
            t3 $966000+6800 X 1040+0
        "#]],
    );
}

#[test]
fn hidden_quantity_counts() {
    uncross(
        "",
        "t1 buy 15 @ 95 show 1 | m1 sell 10 @ 90",
        expect![[r#"
            cross t1#1/m1#1 10@95 left 5/0 hidden 9/0, refill t1#1 5(1)@95, X call 1 ended 10@95 buy 5 over, X continuous
        "#]],
    );
}

#[test]
fn nothing_crossed_has_no_price() {
    for book in ["t1 buy 10 @ 90 | m1 sell 10 @ 91", "t1 buy 10 @ 90", "m1 sell 10 @ 91", "t1 buy 10 @ 90 stop 89"] {
        uncross(
            "reference X 90",
            book,
            expect![[r#"
                X call 1 ended nothing, X continuous
            "#]],
        );
    }
}

#[test]
fn one_lot_at_one_price() {
    uncross(
        "reference X 50",
        "t1 buy 1 @ 90 | m1 sell 1 @ 90",
        expect![[r#"
            cross t1#1/m1#1 1@90 left 0/0, X call 1 ended 1@90, X continuous
        "#]],
    );
    uncross(
        "list X max 4294967295 | deposit t1 $ 90000000000",
        "t1 buy 1 @ 4294967295 | m1 sell 1 @ 1",
        expect![[r#"
            cross t1#1/m1#1 1@1 left 0/0, X call 1 ended 1@1, X continuous
        "#]],
    );
}

#[test]
fn a_call_has_its_own_tick() {
    check_in(
        "list X tick 5 | rules X tick 2 | phase X call",
        "t1 buy 1 @ 95 | t1 buy 1 @ 94 | m1 sell 1 @ 92 | resume X | t1 buy 1 @ 94 | t1 amend #1 qty 2 | t1 buy 1 @ 90",
        expect![[r#"
            => 2102 invalid_price
            open t1#1 buy 1@94, rest t1#1 1@94 => open 0+1
            open m1#1 sell 1@92, rest m1#1 1@92, X call 1 indicates 1@92 => open 0+1
            cross t1#1/m1#1 1@92 left 0/0, X call 1 ended 1@92, X continuous
            => 2102 invalid_price
            => 2113 unknown_order
            open t1#2 buy 1@90, rest t1#2 1@90 => open 0+1
        "#]],
    );
}

#[test]
fn the_indication_follows_every_change() {
    check_in(
        "phase X call",
        "t1 buy 10 @ 95 | m1 sell 4 @ 95 | m2 sell 9 @ 96 | m2 amend #1 @ 94 | t2 buy 1 @ 80 | m1 cancel #1 | t1 amend #1 qty 9 \
         | t1 cancel #1",
        expect![[r#"
            open t1#1 buy 10@95, rest t1#1 10@95 => open 0+10
            open m1#1 sell 4@95, rest m1#1 4@95, X call 1 indicates 4@95 buy 6 over => open 0+4
            open m2#1 sell 9@96, rest m2#1 9@96 => open 0+9
            amend m2#1 9@96 to 9@94 of 9 lost, rest m2#1 9@94, X call 1 indicates 10@95 sell 3 over => open 0+9
            open t2#1 buy 1@80, rest t2#1 1@80 => open 0+1
            pull m1#1 4@95 user, X call 1 indicates 9@95 buy 1 over => canceled m1#1
            amend t1#1 10@95 to 9@95 of 9 kept, X call 1 indicates 9@94 => open 0+9
            pull t1#1 9@95 user, X call 1 indicates nothing => canceled t1#1
        "#]],
    );
}

#[test]
fn the_anchor_may_lie_between_the_calls_ticks() {
    uncross(
        "rules X tick 10 | reference X 93",
        "t1 buy 10 @ 100 | m1 sell 10 @ 90",
        expect![[r#"
            cross t1#1/m1#1 10@93 left 0/0, X call 1 ended 10@93, X continuous
        "#]],
    );
}

#[test]
fn an_order_off_the_days_tick_may_grow_after_the_call_but_not_move_off_it() {
    check_in(
        "list X tick 5 | rules X tick 1 | phase X call | t1 buy 5 @ 93 | resume X",
        "t1 amend #1 qty 9 | t1 amend #1 @ 92 | t1 amend #1 @ 93 qty 10 | t1 amend #1 @ 95",
        expect![[r#"
            amend t1#1 5@93 to 9@93 of 9 lost, rest t1#1 9@93 => open 0+9
            => 2102 invalid_price
            amend t1#1 9@93 to 10@93 of 10 lost, rest t1#1 10@93 => open 0+10
            amend t1#1 10@93 to 10@95 of 10 lost, rest t1#1 10@95 => open 0+10
        "#]],
    );
}

#[test]
fn more_lots_than_one_order_has() {
    check_in(
        "list X max 1 | deposit m1 5000000000 X | deposit m2 5000000000 X | deposit t1 $ 9000000000 | deposit t2 $ 9000000000 \
         | phase X call | t1 buy 4294967295 @ 1 | t2 buy 4294967295 @ 1 | m1 sell 4294967295 @ 1 | m2 sell 4294967290 @ 1",
        "resume X",
        expect![[r#"
            cross t1#1/m1#1 4294967295@1 left 0/0, cross t2#1/m2#1 4294967290@1 left 5/0, X call 1 ended 8589934585@1 buy 5 over, X continuous
        "#]],
    );
}

#[test]
fn one_account_on_both_sides_pays_itself_and_both_fees() {
    check_in(
        "balances | list X fee 10/25 | phase X call | m1 buy 10 @ 1000 | m1 sell 10 @ 1000",
        "resume X | fees",
        expect![[r#"
            cross m1#1/m1#2 10@1000 left 0/0 fee 10/10, X call 1 ended 10@1000, X continuous, m1 $999980+0, m1 X 1000+0
            fees 20
        "#]],
    );
}

#[test]
fn every_call_that_a_command_changed_tells_its_indication_by_instrument() {
    check_in(
        "list Y | deposit m1 9 Y | phase Y call | phase X call | m1 sell 1 on Y @ 90 | m1 sell 1 @ 90 | t1 buy 1 on Y @ 90 | t1 buy 1 @ 90",
        "t1 cancel-all",
        expect![[r#"
            pull t1#1 1@90 user, pull t1#2 1@90 user, X call 2 indicates nothing, Y call 1 indicates nothing => canceled 2
        "#]],
    );
}

#[test]
fn a_book_that_rests_uncrossed_is_indicated_as_nothing_and_nothing_is_no_news() {
    check(
        "m1 sell 5 @ 91 | t1 buy 5 @ 90 | phase X call | resume X | phase X call | t1 amend #1 @ 91 | t1 amend #1 @ 90",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            X call, X call 1
            X call 1 ended nothing, X continuous
            X call, X call 2
            amend t1#1 5@90 to 5@91 of 5 lost, rest t1#1 5@91, X call 2 indicates 5@91 => open 0+5
            amend t1#1 5@91 to 5@90 of 5 lost, rest t1#1 5@90, X call 2 indicates nothing => open 0+5
        "#]],
    );
}

#[test]
fn an_uncross_reaches_stops_of_both_sides_by_id() {
    check_in(
        "t1 sell 1 @ 99 stop 92 | t2 buy 1 @ 80 stop 91 | t3 sell 1 @ 98 stop 90 | t4 sell 1 @ 97 stop 91 | phase X call | t5 buy 5 @ 91 | m1 sell 5 @ 91",
        "resume X",
        expect![[r#"
            cross t5#1/m1#1 5@91 left 0/0, X call 1 ended 5@91, X continuous, trigger t1#1 @99, rest t1#1 1@99, trigger t2#1 @80, rest t2#1 1@80, trigger t4#1 @97, rest t4#1 1@97
        "#]],
    );
}
