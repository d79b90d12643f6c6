//! Who trades first: the better price, then the earlier order.

use crate::story::check;
use expect_test::expect;

#[test]
fn older_maker_fills_first_at_the_same_price() {
    check(
        "m1 sell 5 @ 90 | m2 sell 5 @ 90 | t1 buy 7 @ 95 ioc",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open m2#1 sell 5@90, rest m2#1 5@90 => open 0+5
        open t1#1 buy 7@95, fill t1#1/m1#1 5@90 left 2/0, fill t1#1/m2#1 2@90 left 0/3 => filled 7+0
    "#]],
    );
}

#[test]
fn a_better_price_goes_before_an_older_order() {
    check(
        "m1 sell 5 @ 92 | m2 sell 5 @ 91 | m3 sell 5 @ 93 | t1 buy 12 @ 93",
        expect![[r#"
        open m1#1 sell 5@92, rest m1#1 5@92 => open 0+5
        open m2#1 sell 5@91, rest m2#1 5@91 => open 0+5
        open m3#1 sell 5@93, rest m3#1 5@93 => open 0+5
        open t1#1 buy 12@93, fill t1#1/m2#1 5@91 left 7/0, fill t1#1/m1#1 5@92 left 2/0, fill t1#1/m3#1 2@93 left 0/3 => filled 12+0
    "#]],
    );
    check(
        "m1 buy 5 @ 90 | m2 buy 5 @ 91 | m3 buy 5 @ 89 | t1 sell 12 @ 89",
        expect![[r#"
        open m1#1 buy 5@90, rest m1#1 5@90 => open 0+5
        open m2#1 buy 5@91, rest m2#1 5@91 => open 0+5
        open m3#1 buy 5@89, rest m3#1 5@89 => open 0+5
        open t1#1 sell 12@89, fill t1#1/m2#1 5@91 left 7/0, fill t1#1/m1#1 5@90 left 2/0, fill t1#1/m3#1 2@89 left 0/3 => filled 12+0
    "#]],
    );
}

#[test]
fn a_fill_prints_at_the_makers_price() {
    check(
        "m1 sell 5 @ 90 | t1 buy 5 @ 99",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open t1#1 buy 5@99, fill t1#1/m1#1 5@90 left 0/0 => filled 5+0
    "#]],
    );
    check(
        "m1 buy 5 @ 99 | t1 sell 5 @ 90",
        expect![[r#"
        open m1#1 buy 5@99, rest m1#1 5@99 => open 0+5
        open t1#1 sell 5@90, fill t1#1/m1#1 5@99 left 0/0 => filled 5+0
    "#]],
    );
}

#[test]
fn what_does_not_trade_rests_at_its_limit() {
    check(
        "m1 sell 5 @ 90 | m2 sell 5 @ 96 | t1 buy 7 @ 95 | book X | t2 sell 3 @ 95 | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open m2#1 sell 5@96, rest m2#1 5@96 => open 0+5
        open t1#1 buy 7@95, fill t1#1/m1#1 5@90 left 2/0, rest t1#1 2@95 => part 5+2
        bids 2@95 / asks 5@96
        open t2#1 sell 3@95, fill t2#1/t1#1 2@95 left 1/0, rest t2#1 1@95 => part 2+1
        bids - / asks 1@95 5@96
    "#]],
    );
}

#[test]
fn a_partly_filled_maker_keeps_its_place() {
    check(
        "m1 sell 5 @ 90 | m2 sell 5 @ 90 | t1 buy 2 @ 90 | t1 buy 4 @ 90 | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open m2#1 sell 5@90, rest m2#1 5@90 => open 0+5
        open t1#1 buy 2@90, fill t1#1/m1#1 2@90 left 0/3 => filled 2+0
        open t1#2 buy 4@90, fill t1#2/m1#1 3@90 left 1/0, fill t1#2/m2#1 1@90 left 0/4 => filled 4+0
        bids - / asks 4@90
    "#]],
    );
}

#[test]
fn equal_prices_trade_and_a_step_apart_do_not() {
    check(
        "m1 sell 5 @ 91 | t1 buy 5 @ 90 | t2 buy 1 @ 91 | t3 sell 1 @ 90 | book X",
        expect![[r#"
        open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
        open t2#1 buy 1@91, fill t2#1/m1#1 1@91 left 0/4 => filled 1+0
        open t3#1 sell 1@90, fill t3#1/t1#1 1@90 left 0/4 => filled 1+0
        bids 4@90 / asks 4@91
    "#]],
    );
}

#[test]
fn a_cancelled_order_leaves_the_queue_to_those_behind_it() {
    check(
        "m1 sell 1 @ 90 | m2 sell 1 @ 90 | m3 sell 1 @ 90 | m2 cancel #1 | t1 buy 3 @ 90 ioc | book X",
        expect![[r#"
        open m1#1 sell 1@90, rest m1#1 1@90 => open 0+1
        open m2#1 sell 1@90, rest m2#1 1@90 => open 0+1
        open m3#1 sell 1@90, rest m3#1 1@90 => open 0+1
        pull m2#1 1@90 user => canceled m2#1
        open t1#1 buy 3@90, fill t1#1/m1#1 1@90 left 2/0, fill t1#1/m3#1 1@90 left 1/0, cancel t1#1 1@90 tif => canceled 2+0 tif
        bids - / asks -
    "#]],
    );
}

#[test]
fn books_of_two_instruments_do_not_meet() {
    check(
        "list Y | deposit m1 9 Y | m1 sell 5 on Y @ 90 | t1 buy 5 @ 95 | t1 buy 5 on Y @ 95 | book X | book Y",
        expect![[r#"
            list Y
            ok
            open m1#1 sell 5@90 on Y, rest m1#1 5@90 => open 0+5
            open t1#1 buy 5@95, rest t1#1 5@95 => open 0+5
            open t1#2 buy 5@95 on Y, fill t1#2/m1#1 5@90 left 0/0 => filled 5+0
            bids 5@95 / asks -
            bids - / asks -
        "#]],
    );
}

#[test]
fn a_taker_sweeps_levels_far_apart() {
    check(
        "m1 sell 1 @ 1 | m1 sell 1 @ 64 | m1 sell 1 @ 65 | m1 sell 1 @ 4097 | m1 sell 1 @ 10000 | book X \
         | t1 buy 9 @ 9999 ioc | book X",
        expect![[r#"
            open m1#1 sell 1@1, rest m1#1 1@1 => open 0+1
            open m1#2 sell 1@64, rest m1#2 1@64 => open 0+1
            open m1#3 sell 1@65, rest m1#3 1@65 => open 0+1
            open m1#4 sell 1@4097, rest m1#4 1@4097 => open 0+1
            open m1#5 sell 1@10000, rest m1#5 1@10000 => open 0+1
            bids - / asks 1@1 1@64 1@65 1@4097 1@10000
            open t1#1 buy 9@9999, fill t1#1/m1#1 1@1 left 8/0, fill t1#1/m1#2 1@64 left 7/0, fill t1#1/m1#3 1@65 left 6/0, fill t1#1/m1#4 1@4097 left 5/0, cancel t1#1 5@9999 tif => canceled 4+0 tif
            bids - / asks 1@10000
        "#]],
    );
}
