//! Icebergs: they show a slice at a time, and each slice queues anew.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn the_book_shows_a_slice_and_everything_is_reserved() {
    check(
        "m1 sell 10 @ 90 show 3 | m2 buy 4 @ 80 show 4 | book X | show m1 | show m2",
        expect![[r#"
            open m1#1 sell 10@90, rest m1#1 10(3)@90 => open 0+10
            open m2#1 buy 4@80, rest m2#1 4@80 => open 0+4
            bids 4@80 / asks 3@90
            m1 $1000000+0 X 990+10
            m2 $999680+320 X 1000+0
        "#]],
    );
}

#[test]
fn a_refill_loses_its_place() {
    check_in(
        "m1 sell 6 @ 90 show 3 | m2 sell 3 @ 90",
        "t1 buy 4 @ 90 | t1 buy 3 @ 90",
        expect![[r#"
            open t1#1 buy 4@90, fill t1#1/m1#1 3@90 left 1/3, refill m1#1 3@90, fill t1#1/m2#1 1@90 left 0/2 => filled 4+0
            open t1#2 buy 3@90, fill t1#2/m2#1 2@90 left 1/0, fill t1#2/m1#1 1@90 left 0/2 => filled 3+0
        "#]],
    );
}

#[test]
fn it_is_refilled_when_its_taker_is_done_too() {
    check_in(
        "m1 sell 7 @ 90 show 3",
        "t1 buy 3 @ 90 | book X | t1 buy 3 @ 90 | book X | t1 buy 1 @ 90 | book X",
        expect![[r#"
            open t1#1 buy 3@90, fill t1#1/m1#1 3@90 left 0/4, refill m1#1 4(3)@90 => filled 3+0
            bids - / asks 3@90
            open t1#2 buy 3@90, fill t1#2/m1#1 3@90 left 0/1, refill m1#1 1@90 => filled 3+0
            bids - / asks 1@90
            open t1#3 buy 1@90, fill t1#3/m1#1 1@90 left 0/0 => filled 1+0
            bids - / asks -
        "#]],
    );
}

#[test]
fn one_sweep_meets_slice_after_slice() {
    check_in(
        "m1 sell 7 @ 90 show 3",
        "t1 buy 7 @ 90",
        expect![[r#"
            open t1#1 buy 7@90, fill t1#1/m1#1 3@90 left 4/4, refill m1#1 4(3)@90, fill t1#1/m1#1 3@90 left 1/1, refill m1#1 1@90, fill t1#1/m1#1 1@90 left 0/0 => filled 7+0
        "#]],
    );
    check_in(
        "m1 sell 7 @ 90 show 3 | m2 sell 2 @ 90 | m3 sell 4 @ 90 show 2",
        "t1 buy 11 @ 90 | book X",
        expect![[r#"
            open t1#1 buy 11@90, fill t1#1/m1#1 3@90 left 8/4, refill m1#1 4(3)@90, fill t1#1/m2#1 2@90 left 6/0, fill t1#1/m3#1 2@90 left 4/2, refill m3#1 2@90, fill t1#1/m1#1 3@90 left 1/1, refill m1#1 1@90, fill t1#1/m3#1 1@90 left 0/1 => filled 11+0
            bids - / asks 2@90
        "#]],
    );
}

#[test]
fn a_sweep_takes_all_of_a_price_before_the_next_hidden_or_not() {
    check_in(
        "m1 sell 5 @ 90 show 2 | m2 sell 5 @ 91",
        "t1 buy 6 @ 91",
        expect![[r#"
            open t1#1 buy 6@91, fill t1#1/m1#1 2@90 left 4/3, refill m1#1 3(2)@90, fill t1#1/m1#1 2@90 left 2/1, refill m1#1 1@90, fill t1#1/m1#1 1@90 left 1/0, fill t1#1/m2#1 1@91 left 0/4 => filled 6+0
        "#]],
    );
}

#[test]
fn part_of_a_slice_keeps_its_place() {
    check_in(
        "m1 sell 7 @ 90 show 3 | m2 sell 1 @ 90",
        "t1 buy 2 @ 90 | book X | t1 buy 2 @ 90",
        expect![[r#"
            open t1#1 buy 2@90, fill t1#1/m1#1 2@90 left 0/5 => filled 2+0
            bids - / asks 2@90
            open t1#2 buy 2@90, fill t1#2/m1#1 1@90 left 1/4, refill m1#1 4(3)@90, fill t1#2/m2#1 1@90 left 0/0 => filled 2+0
        "#]],
    );
}

#[test]
fn it_takes_with_everything_and_rests_with_a_slice() {
    check_in(
        "m1 sell 2 @ 90",
        "t1 buy 9 @ 90 show 4 | book X",
        expect![[r#"
            open t1#1 buy 9@90, fill t1#1/m1#1 2@90 left 7/0, rest t1#1 7(4)@90 => part 2+7
            bids 4@90 / asks -
        "#]],
    );
    check_in(
        "m1 sell 2 @ 90",
        "t1 buy 5 @ 90 show 4 | book X",
        expect![[r#"
            open t1#1 buy 5@90, fill t1#1/m1#1 2@90 left 3/0, rest t1#1 3@90 => part 2+3
            bids 3@90 / asks -
        "#]],
    );
}

#[test]
fn fill_or_kill_counts_what_is_hidden() {
    check_in(
        "m1 sell 5 @ 90 show 2 | m2 sell 1 @ 91",
        "t1 buy 6 @ 90 fok | t1 buy 5 @ 90 fok",
        expect![[r#"
            => 2111 fill_or_kill_not_filled has 5
            open t1#1 buy 5@90, fill t1#1/m1#1 2@90 left 3/3, refill m1#1 3(2)@90, fill t1#1/m1#1 2@90 left 1/1, refill m1#1 1@90, fill t1#1/m1#1 1@90 left 0/0 => filled 5+0
        "#]],
    );
}

#[test]
fn a_total_is_spent_on_hidden_lots_too() {
    check_in(
        "m1 sell 5 @ 90 show 2",
        "t1 buy 9 max 300 ioc | show t1",
        expect![[r#"
            open t1#1 buy 9@100, fill t1#1/m1#1 2@90 left 7/3, refill m1#1 3(2)@90, fill t1#1/m1#1 1@90 left 6/2, cancel t1#1 6@100 tif => canceled 3+0 tif
            t1 $999730+0 X 1003+0
        "#]],
    );
}

#[test]
fn decrement_takes_what_is_shown_and_meets_the_next_slice() {
    check_in(
        "a.1 sell 7 @ 90 show 3",
        "a.2 buy 5 @ 90 stp=decrement | book X | show a.1",
        expect![[r#"
            open a.2#1 buy 5@90, reduce a.1#1 by 3 to 4@90 resting, reduce a.2#1 by 3 to 2@90, refill a.1#1 4(3)@90, reduce a.1#1 by 2 to 2@90 resting, reduce a.2#1 by 2 to 0@90, cancel a.2#1 0@90 self => canceled 0+0 self
            bids - / asks 1@90
            a.1 $1000000+0 X 998+2
        "#]],
    );
    // Another's order that stands behind the first slice is met before the second.
    check_in(
        "a.1 sell 4 @ 90 show 2 | m1 sell 1 @ 90",
        "a.2 buy 4 @ 90 stp=decrement",
        expect![[r#"
            open a.2#1 buy 4@90, reduce a.1#1 by 2 to 2@90 resting, reduce a.2#1 by 2 to 2@90, refill a.1#1 2@90, fill a.2#1/m1#1 1@90 left 1/0, reduce a.1#1 by 1 to 1@90 resting, reduce a.2#1 by 1 to 0@90, cancel a.2#1 0@90 self => canceled 1+0 self
        "#]],
    );
}

#[test]
fn cancel_oldest_takes_all_its_leaves() {
    check_in(
        "a.1 sell 7 @ 90 show 3 | m1 sell 1 @ 90",
        "a.2 buy 5 @ 90 stp=oldest",
        expect![[r#"
            open a.2#1 buy 5@90, pull a.1#1 7(3)@90 self, fill a.2#1/m1#1 1@90 left 4/0, rest a.2#1 4@90 => part 1+4
        "#]],
    );
    check_in(
        "a.1 sell 7 @ 90 show 3 | m1 sell 9 @ 90",
        "a.2 buy 5 @ 90 stp=both",
        expect![[r#"
            open a.2#1 buy 5@90, pull a.1#1 7(3)@90 self, cancel a.2#1 5@90 self => canceled 0+0 self
        "#]],
    );
}

#[test]
fn a_cancel_frees_everything() {
    check_in(
        "m1 sell 7 @ 90 show 3 | t1 buy 4 @ 90",
        "m1 cancel #1 | show m1",
        expect![[r#"
            pull m1#1 3(2)@90 user => canceled m1#1
            m1 $1000360+0 X 996+0
        "#]],
    );
}

#[test]
fn quantity_down_keeps_the_slice_and_its_place() {
    check_in(
        "m1 sell 10 @ 90 show 3 | m2 sell 1 @ 90",
        "m1 amend #1 qty 8 | t1 buy 2 @ 90 | m1 amend #1 qty 5 | m1 amend #1 qty 3 | t1 buy 2 @ 90",
        expect![[r#"
            amend m1#1 10(3)@90 to 8(3)@90 of 8 kept => open 0+8
            open t1#1 buy 2@90, fill t1#1/m1#1 2@90 left 0/6 => filled 2+0
            amend m1#1 6(1)@90 to 3(1)@90 of 5 kept => part 2+3
            amend m1#1 3(1)@90 to 1@90 of 3 kept => part 2+1
            open t1#2 buy 2@90, fill t1#2/m1#1 1@90 left 1/0, fill t1#2/m2#1 1@90 left 0/0 => filled 2+0
        "#]],
    );
    // Fewer lots are open now than were shown.
    check_in(
        "m1 sell 10 @ 90 show 4 | t1 buy 5 @ 90",
        "m1 amend #1 qty 7 | book X",
        expect![[r#"
            amend m1#1 5(3)@90 to 2@90 of 7 kept => part 5+2
            bids - / asks 2@90
        "#]],
    );
}

#[test]
fn quantity_up_price_and_display_lose_the_place() {
    check_in(
        "m1 sell 10 @ 90 show 3 | t1 buy 2 @ 90",
        "m1 amend #1 show 3 | m1 amend #1 qty 12 | m1 amend #1 @ 91 | m1 amend #1 show 5 | m1 amend #1 show 2 qty 4 | book X",
        expect![[r#"
            amend m1#1 8(1)@90 to 8(1)@90 of 10 kept => part 2+8
            amend m1#1 8(1)@90 to 10@90 of 12 lost, rest m1#1 10(3)@90 => part 2+10
            amend m1#1 10(3)@90 to 10@91 of 12 lost, rest m1#1 10(3)@91 => part 2+10
            amend m1#1 10(3)@91 to 10@91 of 12 lost, rest m1#1 10(5)@91 => part 2+10
            amend m1#1 10(5)@91 to 2@91 of 4 lost, rest m1#1 2@91 => part 2+2
            bids - / asks 2@91
        "#]],
    );
}

#[test]
fn the_lots_to_show_are_some_and_not_too_few() {
    check(
        "m1 sell 5 @ 90 show 0 | m1 sell 5 @ 90 show 6 | m1 sell 5 @ 90 show 5 | m1 sell 101 @ 90 show 1 | m1 sell 100 @ 90 show 1",
        expect![[r#"
            => 2121 invalid_display
            => 2121 invalid_display
            open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
            => 2121 invalid_display
            open m1#2 sell 100@90, rest m1#2 100(1)@90 => open 0+100
        "#]],
    );
}

#[test]
fn an_amend_names_as_many_as_there_are_and_enough() {
    check_in(
        "m1 sell 100 @ 90 show 2",
        "m1 amend #1 show 0 | m1 amend #1 show 101 | m1 amend #1 qty 99 show 100 | m1 amend #1 qty 201 | m1 amend #1 qty 200 show 1 \
         | m1 amend #1 qty 200 | m1 sell 5 @ 91 | m1 amend #2 show 2",
        expect![[r#"
            => 2121 invalid_display
            => 2121 invalid_display
            => 2121 invalid_display
            => 2121 invalid_display
            => 2121 invalid_display
            amend m1#1 100(2)@90 to 200@90 of 200 lost, rest m1#1 200(2)@90 => open 0+200
            open m1#2 sell 5@91, rest m1#2 5@91 => open 0+5
            => 2118 invalid_combination
        "#]],
    );
}

#[test]
fn fewer_lots_than_it_shows_are_all_shown_and_the_display_stays() {
    check_in(
        "m1 sell 100 @ 90 show 3",
        "m1 amend #1 qty 2 | m1 amend #1 qty 9",
        expect![[r#"
            amend m1#1 100(3)@90 to 2@90 of 2 kept => open 0+2
            amend m1#1 2@90 to 9@90 of 9 lost, rest m1#1 9(3)@90 => open 0+9
        "#]],
    );
}

#[test]
fn what_an_iceberg_may_not_be() {
    check_in(
        "m1 sell 5 @ 90",
        "t1 buy 5 @ 90 show 2 ioc | t1 buy 5 @ 90 show 2 fok | t1 buy 5 mkt show 2 | t1 buy 5 max 400 show 2 fok \
         | t1 buy 5 @ 80 show 2 post | t1 buy 5 @ 90 show 2 slide | t1 buy 5 @ 80 show 2 day",
        expect![[r#"
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            open t1#1 buy 5@80, rest t1#1 5(2)@80 => open 0+5
            open t1#2 buy 5@89, rest t1#2 5(2)@89 => open 0+5
            open t1#3 buy 5@80, rest t1#3 5(2)@80 => open 0+5
        "#]],
    );
}

#[test]
fn each_fill_of_an_order_pays_and_rounds_as_one() {
    check_in(
        "list X fee 25/25 | m1 sell 4 @ 33 show 1",
        "t1 buy 4 @ 33 | fees",
        expect![[r#"
            open t1#1 buy 4@33, fill t1#1/m1#1 1@33 left 3/3 fee 1/1, refill m1#1 3(1)@33, fill t1#1/m1#1 1@33 left 2/2, refill m1#1 2(1)@33, fill t1#1/m1#1 1@33 left 1/1, refill m1#1 1@33, fill t1#1/m1#1 1@33 left 0/0 => filled 4+0
            fees 2
        "#]],
    );
}
