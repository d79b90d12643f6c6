//! Cancels, one and many.

use crate::story::check;
use expect_test::expect;

#[test]
fn an_open_order_is_cancelled_by_either_name() {
    check(
        "m1 sell 5 @ 90 | m1 sell 5 @ 91 id=a | m1 cancel #1 | m1 cancel :a | book X | show m1",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open m1#2 sell 5@91, rest m1#2 5@91 => open 0+5
        pull m1#1 5@90 user => canceled m1#1
        pull m1#2 5@91 user => canceled m1#2 id=a
        bids - / asks -
        m1 $1000000+0 X 1000+0
    "#]],
    );
}

#[test]
fn a_closed_order_is_too_late_by_its_owners_name_and_unknown_by_the_exchanges() {
    check(
        "m1 sell 5 @ 90 id=a | t1 buy 5 @ 90 | m1 cancel :a | m1 cancel #1 | m1 cancel !99 | m1 cancel :b",
        expect![[r#"
            open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
            open t1#1 buy 5@90, fill t1#1/m1#1 5@90 left 0/0 => filled 5+0
            => 2114 too_late_to_cancel
            => 2113 unknown_order
            => 2113 unknown_order
            => 2113 unknown_order
        "#]],
    );
}

#[test]
fn anothers_order_is_as_unknown_as_none() {
    check(
        "a.1 sell 5 @ 90 id=a | a.2 cancel a.1#1 | a.2 cancel :a | nobody cancel !1 | book X",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        => 2113 unknown_order
        => 2113 unknown_order
        => 6001 unknown_account
        bids - / asks 5@90
    "#]],
    );
}

#[test]
fn cancel_all_takes_what_its_filter_says_in_the_order_of_ids() {
    let orders = "list Y | deposit m1 50 Y | m2 buy 1 @ 70 | m1 sell 1 @ 95 | m1 buy 1 @ 80 | m1 sell 1 on Y @ 90 \
                  | m1 sell 1 @ 94 | m1 buy 1 on Y @ 20";
    let tell = |which: &str, expect| check(&format!("{orders} | m1 cancel-all {which} | book X | book Y"), expect);
    tell(
        "",
        expect![[r#"
        list Y
        ok
        open m2#1 buy 1@70, rest m2#1 1@70 => open 0+1
        open m1#1 sell 1@95, rest m1#1 1@95 => open 0+1
        open m1#2 buy 1@80, rest m1#2 1@80 => open 0+1
        open m1#3 sell 1@90 on Y, rest m1#3 1@90 => open 0+1
        open m1#4 sell 1@94, rest m1#4 1@94 => open 0+1
        open m1#5 buy 1@20 on Y, rest m1#5 1@20 => open 0+1
        pull m1#1 1@95 user, pull m1#2 1@80 user, pull m1#3 1@90 user, pull m1#4 1@94 user, pull m1#5 1@20 user => canceled 5
        bids 1@70 / asks -
        bids - / asks -
    "#]],
    );
    tell(
        "on X",
        expect![[r#"
        list Y
        ok
        open m2#1 buy 1@70, rest m2#1 1@70 => open 0+1
        open m1#1 sell 1@95, rest m1#1 1@95 => open 0+1
        open m1#2 buy 1@80, rest m1#2 1@80 => open 0+1
        open m1#3 sell 1@90 on Y, rest m1#3 1@90 => open 0+1
        open m1#4 sell 1@94, rest m1#4 1@94 => open 0+1
        open m1#5 buy 1@20 on Y, rest m1#5 1@20 => open 0+1
        pull m1#1 1@95 user, pull m1#2 1@80 user, pull m1#4 1@94 user => canceled 3
        bids 1@70 / asks -
        bids 1@20 / asks 1@90
    "#]],
    );
    tell(
        "sell",
        expect![[r#"
        list Y
        ok
        open m2#1 buy 1@70, rest m2#1 1@70 => open 0+1
        open m1#1 sell 1@95, rest m1#1 1@95 => open 0+1
        open m1#2 buy 1@80, rest m1#2 1@80 => open 0+1
        open m1#3 sell 1@90 on Y, rest m1#3 1@90 => open 0+1
        open m1#4 sell 1@94, rest m1#4 1@94 => open 0+1
        open m1#5 buy 1@20 on Y, rest m1#5 1@20 => open 0+1
        pull m1#1 1@95 user, pull m1#3 1@90 user, pull m1#4 1@94 user => canceled 3
        bids 1@80 1@70 / asks -
        bids 1@20 / asks -
    "#]],
    );
    tell(
        "on Y buy",
        expect![[r#"
        list Y
        ok
        open m2#1 buy 1@70, rest m2#1 1@70 => open 0+1
        open m1#1 sell 1@95, rest m1#1 1@95 => open 0+1
        open m1#2 buy 1@80, rest m1#2 1@80 => open 0+1
        open m1#3 sell 1@90 on Y, rest m1#3 1@90 => open 0+1
        open m1#4 sell 1@94, rest m1#4 1@94 => open 0+1
        open m1#5 buy 1@20 on Y, rest m1#5 1@20 => open 0+1
        pull m1#5 1@20 user => canceled 1
        bids 1@80 1@70 / asks 1@94 1@95
        bids - / asks 1@90
    "#]],
    );
}

#[test]
fn cancel_all_of_nothing_is_nothing() {
    check(
        "m1 cancel-all | m1 cancel-all on X buy | m1 cancel-all on NONE | nobody cancel-all",
        expect![[r#"
        => canceled 0
        => canceled 0
        => 2101 unknown_symbol
        => 6001 unknown_account
    "#]],
    );
}

#[test]
fn an_amended_order_keeps_its_place_among_ids() {
    check(
        "m1 sell 1 @ 95 | m1 sell 1 @ 96 | m1 sell 1 @ 97 | m1 amend #1 qty 2 @ 98 | m1 cancel-all",
        expect![[r#"
        open m1#1 sell 1@95, rest m1#1 1@95 => open 0+1
        open m1#2 sell 1@96, rest m1#2 1@96 => open 0+1
        open m1#3 sell 1@97, rest m1#3 1@97 => open 0+1
        amend m1#1 1@95 to 2@98 of 2 lost, rest m1#1 2@98 => open 0+2
        pull m1#1 2@98 user, pull m1#2 1@96 user, pull m1#3 1@97 user => canceled 3
    "#]],
    );
}
