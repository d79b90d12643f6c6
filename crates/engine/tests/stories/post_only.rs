//! Post-only: makes, or is refused.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn a_post_only_order_rests_beside_the_other_side() {
    check(
        "m1 sell 5 @ 91 | m2 buy 5 @ 90 post | book X",
        expect![[r#"
        open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        open m2#1 buy 5@90, rest m2#1 5@90 => open 0+5
        bids 5@90 / asks 5@91
    "#]],
    );
}

#[test]
fn a_post_only_order_that_would_take_is_refused() {
    check(
        "m1 sell 5 @ 91 | m2 buy 5 @ 91 post | m2 buy 5 @ 95 post | book X | show m2",
        expect![[r#"
        open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        => 2107 post_only_would_take
        => 2107 post_only_would_take
        bids - / asks 5@91
        m2 $1000000+0 X 1000+0
    "#]],
    );
    check(
        "m1 buy 5 @ 91 | m2 sell 5 @ 91 post",
        expect![[r#"
        open m1#1 buy 5@91, rest m1#1 5@91 => open 0+5
        => 2107 post_only_would_take
    "#]],
    );
}

#[test]
fn its_own_owners_order_counts_too() {
    check(
        "a.1 sell 5 @ 91 | a.2 buy 5 @ 91 post stp=oldest | book X",
        expect![[r#"
        open a.1#1 sell 5@91, rest a.1#1 5@91 => open 0+5
        => 2107 post_only_would_take
        bids - / asks 5@91
    "#]],
    );
}

#[test]
fn post_only_means_nothing_for_an_order_that_cannot_rest() {
    check(
        "m1 buy 5 @ 91 post ioc | m1 buy 5 @ 91 post fok | m1 buy 5 mkt post",
        expect![[r#"
        => 2118 invalid_combination
        => 2118 invalid_combination
        => 2118 invalid_combination
    "#]],
    );
}

#[test]
fn a_post_only_order_amended_into_the_book_is_refused_and_untouched() {
    check(
        "m1 sell 5 @ 91 | m2 buy 5 @ 90 post | m3 buy 5 @ 90 | m2 amend #1 qty 9 @ 91 | show m2 | t1 sell 6 @ 90",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            open m2#1 buy 5@90, rest m2#1 5@90 => open 0+5
            open m3#1 buy 5@90, rest m3#1 5@90 => open 0+5
            => 2107 post_only_would_take
            m2 $999550+450 X 1000+0
            open t1#1 sell 6@90, fill t1#1/m2#1 5@90 left 1/0, fill t1#1/m3#1 1@90 left 0/4 => filled 6+0
        "#]],
    );
}

#[test]
fn a_sliding_order_rests_one_tick_short_of_the_other_side() {
    check(
        "m1 sell 5 @ 91 | m2 buy 5 @ 95 slide | book X | show m2",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            open m2#1 buy 5@90, rest m2#1 5@90 => open 0+5
            bids 5@90 / asks 5@91
            m2 $999550+450 X 1000+0
        "#]],
    );
    check(
        "m1 buy 5 @ 91 | m2 sell 5 @ 91 slide | book X",
        expect![[r#"
            open m1#1 buy 5@91, rest m1#1 5@91 => open 0+5
            open m2#1 sell 5@92, rest m2#1 5@92 => open 0+5
            bids 5@91 / asks 5@92
        "#]],
    );
}

#[test]
fn a_sliding_order_that_takes_nothing_stays_where_it_is() {
    check(
        "m1 sell 5 @ 91 | m2 buy 5 @ 80 slide | m3 sell 5 @ 81 slide",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            open m2#1 buy 5@80, rest m2#1 5@80 => open 0+5
            open m3#1 sell 5@81, rest m3#1 5@81 => open 0+5
        "#]],
    );
}

#[test]
fn it_slides_to_a_multiple_of_the_tick() {
    // The auction's finer tick leaves prices between.
    check_in(
        "list X tick 5 | rules X tick 1 | phase X call | m1 sell 1 @ 93 | m1 buy 1 @ 82 | resume X",
        "m2 buy 1 @ 95 slide | m2 cancel #1 | m2 sell 1 @ 80 slide | m2 cancel #2 | m1 cancel #1 | m1 sell 1 @ 90 | m2 buy 1 @ 90 slide",
        expect![[r#"
            open m2#1 buy 1@90, rest m2#1 1@90 => open 0+1
            pull m2#1 1@90 user => canceled m2#1
            open m2#2 sell 1@85, rest m2#2 1@85 => open 0+1
            pull m2#2 1@85 user => canceled m2#2
            pull m1#1 1@93 user => canceled m1#1
            open m1#3 sell 1@90, rest m1#3 1@90 => open 0+1
            open m2#3 buy 1@85, rest m2#3 1@85 => open 0+1
        "#]],
    );
}

#[test]
fn without_a_price_to_slide_to_it_is_refused() {
    check(
        "m1 sell 5 @ 1 | m2 buy 5 @ 3 slide | m1 cancel #1 | m1 buy 1 @ 10000 | m2 sell 1 @ 10000 slide",
        expect![[r#"
            open m1#1 sell 5@1, rest m1#1 5@1 => open 0+5
            => 2107 post_only_would_take
            pull m1#1 5@1 user => canceled m1#1
            open m1#2 buy 1@10000, rest m1#2 1@10000 => open 0+1
            => 2107 post_only_would_take
        "#]],
    );
    check_in(
        "list X tick 5 | m1 sell 5 @ 5",
        "m2 buy 5 @ 5 slide",
        expect![[r#"
            => 2107 post_only_would_take
        "#]],
    );
}

#[test]
fn a_sliding_order_is_amended_as_one_that_is_refused() {
    check(
        "m1 sell 5 @ 91 | m2 buy 5 @ 95 slide | m2 amend #1 @ 91 | m2 amend #1 @ 89 | m2 amend #1 @ 91 nopost",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            open m2#1 buy 5@90, rest m2#1 5@90 => open 0+5
            => 2107 post_only_would_take
            amend m2#1 5@90 to 5@89 of 5 lost, rest m2#1 5@89 => open 0+5
            amend m2#1 5@89 to 5@91 of 5 lost, fill m2#1/m1#1 5@91 left 0/0 => filled 5+0
        "#]],
    );
}

#[test]
fn sliding_means_nothing_for_an_order_that_cannot_rest() {
    check(
        "m1 sell 5 @ 91 | m2 buy 5 @ 91 slide ioc | m2 buy 5 @ 91 slide fok | m2 buy 5 mkt slide",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
        "#]],
    );
}

#[test]
fn in_a_call_nothing_takes() {
    check_in(
        "phase X call",
        "m1 sell 5 @ 91 | m2 buy 3 @ 92 post | m3 buy 3 @ 93 slide | m2 amend #1 @ 94 | resume X",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            open m2#1 buy 3@92, rest m2#1 3@92, X call 1 indicates 3@91 sell 2 over => open 0+3
            open m3#1 buy 3@93, rest m3#1 3@93, X call 1 indicates 5@92 buy 1 over => open 0+3
            amend m2#1 3@92 to 3@94 of 3 lost, rest m2#1 3@94, X call 1 indicates 5@93 buy 1 over => open 0+3
            cross m2#1/m1#1 3@93 left 0/2, cross m3#1/m1#1 2@93 left 1/0, X call 1 ended 5@93 buy 1 over, X continuous
        "#]],
    );
}
