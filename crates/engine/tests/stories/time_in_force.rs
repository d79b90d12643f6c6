//! How long an order stays: rests, takes what there is, or all or nothing.

use crate::story::check;
use expect_test::expect;

#[test]
fn an_ioc_takes_what_there_is_and_is_gone() {
    check(
        "m1 sell 5 @ 90 | t1 buy 7 @ 90 ioc | book X | show t1",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open t1#1 buy 7@90, fill t1#1/m1#1 5@90 left 2/0, cancel t1#1 2@90 tif => canceled 5+0 tif
        bids - / asks -
        t1 $999550+0 X 1005+0
    "#]],
    );
    check(
        "t1 buy 7 @ 90 ioc | t2 sell 7 @ 90 ioc | book X",
        expect![[r#"
        open t1#1 buy 7@90, cancel t1#1 7@90 tif => canceled 0+0 tif
        open t2#1 sell 7@90, cancel t2#1 7@90 tif => canceled 0+0 tif
        bids - / asks -
    "#]],
    );
}

#[test]
fn a_fok_trades_whole_over_several_makers_and_levels() {
    check(
        "m1 sell 5 @ 90 | m2 sell 5 @ 91 | t1 buy 10 @ 91 fok | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open m2#1 sell 5@91, rest m2#1 5@91 => open 0+5
        open t1#1 buy 10@91, fill t1#1/m1#1 5@90 left 5/0, fill t1#1/m2#1 5@91 left 0/0 => filled 10+0
        bids - / asks -
    "#]],
    );
}

#[test]
fn a_fok_one_lot_short_is_refused_and_says_what_there_was() {
    check(
        "m1 sell 5 @ 90 | m2 sell 5 @ 91 | m3 sell 5 @ 92 | t1 buy 11 @ 91 fok | book X | show t1",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open m2#1 sell 5@91, rest m2#1 5@91 => open 0+5
        open m3#1 sell 5@92, rest m3#1 5@92 => open 0+5
        => 2111 fill_or_kill_not_filled has 10
        bids - / asks 5@90 5@91 5@92
        t1 $1000000+0 X 1000+0
    "#]],
    );
    check(
        "t1 sell 1 @ 91 fok",
        expect![[r#"
        => 2111 fill_or_kill_not_filled has 0
    "#]],
    );
}

#[test]
fn a_fok_needs_the_reserve_of_its_limit_and_not_of_its_fills() {
    check(
        "open t1 | deposit t1 $ 509 | m1 sell 5 @ 90 | t1 buy 5 @ 102 fok | t1 buy 5 @ 101 fok | show t1",
        expect![[r#"
        open t1 of group 1
        ok
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        => 2105 insufficient_funds has 509
        open t1#1 buy 5@101, fill t1#1/m1#1 5@90 left 0/0 => filled 5+0
        t1 $59+0 X 5+0
    "#]],
    );
}

#[test]
fn a_gtc_rests_and_is_filled_later_at_its_price() {
    check(
        "t1 buy 7 @ 90 | clock +24h | clock +24h | m1 sell 7 @ 80 | show t1",
        expect![[r#"
        open t1#1 buy 7@90, rest t1#1 7@90 => open 0+7
        ok
        ok
        open m1#1 sell 7@80, fill m1#1/t1#1 7@90 left 0/0 => filled 7+0
        t1 $999370+0 X 1007+0
    "#]],
    );
}
