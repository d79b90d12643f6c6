//! Post-only: makes, or is refused.

use crate::story::check;
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
