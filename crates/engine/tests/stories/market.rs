//! Market orders: a limit at the best opposite price and a collar beyond it.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn it_trades_up_to_the_collar_and_no_further() {
    check(
        "m1 sell 1 @ 90 | m2 sell 1 @ 100 | m3 sell 1 @ 101 | t1 buy 3 mkt | book X",
        expect![[r#"
        open m1#1 sell 1@90, rest m1#1 1@90 => open 0+1
        open m2#1 sell 1@100, rest m2#1 1@100 => open 0+1
        open m3#1 sell 1@101, rest m3#1 1@101 => open 0+1
        open t1#1 buy 3@100, fill t1#1/m1#1 1@90 left 2/0, fill t1#1/m2#1 1@100 left 1/0, cancel t1#1 1@100 tif => canceled 2+0 tif
        bids - / asks 1@101
    "#]],
    );
    check(
        "m1 buy 1 @ 90 | m2 buy 1 @ 80 | m3 buy 1 @ 79 | t1 sell 3 mkt | book X",
        expect![[r#"
        open m1#1 buy 1@90, rest m1#1 1@90 => open 0+1
        open m2#1 buy 1@80, rest m2#1 1@80 => open 0+1
        open m3#1 buy 1@79, rest m3#1 1@79 => open 0+1
        open t1#1 sell 3@80, fill t1#1/m1#1 1@90 left 2/0, fill t1#1/m2#1 1@80 left 1/0, cancel t1#1 1@80 tif => canceled 2+0 tif
        bids 1@79 / asks -
    "#]],
    );
}

#[test]
fn the_collar_ends_at_the_domain() {
    check(
        "m1 sell 1 @ 9995 | t1 buy 2 mkt",
        expect![[r#"
        open m1#1 sell 1@9995, rest m1#1 1@9995 => open 0+1
        open t1#1 buy 2@10000, fill t1#1/m1#1 1@9995 left 1/0, cancel t1#1 1@10000 tif => canceled 1+0 tif
    "#]],
    );
    check(
        "m1 buy 1 @ 5 | t1 sell 2 mkt",
        expect![[r#"
        open m1#1 buy 1@5, rest m1#1 1@5 => open 0+1
        open t1#1 sell 2@1, fill t1#1/m1#1 1@5 left 1/0, cancel t1#1 1@1 tif => canceled 1+0 tif
    "#]],
    );
    check_in(
        "list X collar 0",
        "m1 sell 1 @ 90 | m1 sell 1 @ 91 | t1 buy 2 mkt",
        expect![[r#"
        open m1#1 sell 1@90, rest m1#1 1@90 => open 0+1
        open m1#2 sell 1@91, rest m1#2 1@91 => open 0+1
        open t1#1 buy 2@90, fill t1#1/m1#1 1@90 left 1/0, cancel t1#1 1@90 tif => canceled 1+0 tif
    "#]],
    );
    check_in(
        "list X collar 4294967295",
        "m1 sell 1 @ 90 | m1 sell 1 @ 10000 | t1 buy 2 mkt",
        expect![[r#"
        open m1#1 sell 1@90, rest m1#1 1@90 => open 0+1
        open m1#2 sell 1@10000, rest m1#2 1@10000 => open 0+1
        open t1#1 buy 2@10000, fill t1#1/m1#1 1@90 left 1/0, fill t1#1/m1#2 1@10000 left 0/0 => filled 2+0
    "#]],
    );
}

#[test]
fn without_an_opposite_price_it_is_refused() {
    check(
        "m1 buy 1 @ 90 | t1 buy 1 mkt | t1 buy 1 mkt fok | t1 buy 1 max 500 ioc",
        expect![[r#"
        open m1#1 buy 1@90, rest m1#1 1@90 => open 0+1
        => 2117 no_opposite_price
        => 2117 no_opposite_price
        => 2117 no_opposite_price
    "#]],
    );
}

#[test]
fn all_or_nothing() {
    check(
        "m1 sell 3 @ 90 | t1 buy 4 mkt fok | t1 buy 3 mkt fok",
        expect![[r#"
        open m1#1 sell 3@90, rest m1#1 3@90 => open 0+3
        => 2111 fill_or_kill_not_filled has 3
        open t1#1 buy 3@100, fill t1#1/m1#1 3@90 left 0/0 => filled 3+0
    "#]],
    );
}

#[test]
fn it_cannot_rest() {
    check(
        "m1 sell 3 @ 90 | t1 buy 3 mkt gtc | t1 buy 3 mkt post | t1 buy 3 max 500 gtc",
        expect![[r#"
        open m1#1 sell 3@90, rest m1#1 3@90 => open 0+3
        => 2118 invalid_combination
        => 2118 invalid_combination
        => 2118 invalid_combination
    "#]],
    );
}

#[test]
fn max_total_is_only_for_buys() {
    check(
        "m1 buy 3 @ 90 | t1 sell 3 max 500 ioc",
        expect![[r#"
        open m1#1 buy 3@90, rest m1#1 3@90 => open 0+3
        => 2118 invalid_combination
    "#]],
    );
}

#[test]
fn max_total_pays_for_whole_lots_to_the_cent() {
    check(
        "m1 sell 3 @ 90 | m2 sell 3 @ 91 | t1 buy 9 max 361 ioc | show t1",
        expect![[r#"
        open m1#1 sell 3@90, rest m1#1 3@90 => open 0+3
        open m2#1 sell 3@91, rest m2#1 3@91 => open 0+3
        open t1#1 buy 9@100, fill t1#1/m1#1 3@90 left 6/0, fill t1#1/m2#1 1@91 left 5/2, cancel t1#1 5@100 tif => canceled 4+0 tif
        t1 $999639+0 X 1004+0
    "#]],
    );
    check(
        "m1 sell 3 @ 90 | m2 sell 3 @ 91 | t1 buy 9 max 360 ioc | show t1",
        expect![[r#"
        open m1#1 sell 3@90, rest m1#1 3@90 => open 0+3
        open m2#1 sell 3@91, rest m2#1 3@91 => open 0+3
        open t1#1 buy 9@100, fill t1#1/m1#1 3@90 left 6/0, cancel t1#1 6@100 tif => canceled 3+0 tif
        t1 $999730+0 X 1003+0
    "#]],
    );
    check(
        "m1 sell 3 @ 90 | m2 sell 3 @ 91 | t1 buy 9 max 89 ioc | show t1",
        expect![[r#"
        open m1#1 sell 3@90, rest m1#1 3@90 => open 0+3
        open m2#1 sell 3@91, rest m2#1 3@91 => open 0+3
        open t1#1 buy 9@100, cancel t1#1 9@100 tif => canceled 0+0 tif
        t1 $1000000+0 X 1000+0
    "#]],
    );
}

#[test]
fn max_total_includes_the_fee_to_the_cent() {
    check_in(
        "list X fee 10/25",
        "m1 sell 9 @ 1000 | t1 buy 4 max 4010 ioc | show t1 | fees",
        expect![[r#"
        open m1#1 sell 9@1000, rest m1#1 9@1000 => open 0+9
        open t1#1 buy 4@1010, fill t1#1/m1#1 4@1000 left 0/5 fee 10/4 => filled 4+0
        t1 $995990+0 X 1004+0
        fees 14
    "#]],
    );
    check_in(
        "list X fee 10/25",
        "m1 sell 9 @ 1000 | t1 buy 4 max 4009 ioc | show t1 | fees",
        expect![[r#"
        open m1#1 sell 9@1000, rest m1#1 9@1000 => open 0+9
        open t1#1 buy 4@1010, fill t1#1/m1#1 3@1000 left 1/6 fee 8/3, cancel t1#1 1@1010 tif => canceled 3+0 tif
        t1 $996992+0 X 1003+0
        fees 11
    "#]],
    );
    // Ten makers, one rounding: 1,000 cents and 2.5 of fee.
    let makers = "m1 sell 1 @ 100 | ".repeat(10);
    check_in(
        "list X fee 10/25",
        &format!("{makers} t1 buy 10 max 1003 fok | fees"),
        expect![[r#"
        open m1#1 sell 1@100, rest m1#1 1@100 => open 0+1
        open m1#2 sell 1@100, rest m1#2 1@100 => open 0+1
        open m1#3 sell 1@100, rest m1#3 1@100 => open 0+1
        open m1#4 sell 1@100, rest m1#4 1@100 => open 0+1
        open m1#5 sell 1@100, rest m1#5 1@100 => open 0+1
        open m1#6 sell 1@100, rest m1#6 1@100 => open 0+1
        open m1#7 sell 1@100, rest m1#7 1@100 => open 0+1
        open m1#8 sell 1@100, rest m1#8 1@100 => open 0+1
        open m1#9 sell 1@100, rest m1#9 1@100 => open 0+1
        open m1#10 sell 1@100, rest m1#10 1@100 => open 0+1
        open t1#1 buy 10@110, fill t1#1/m1#1 1@100 left 9/0 fee 1/1, fill t1#1/m1#2 1@100 left 8/0 fee 0/1, fill t1#1/m1#3 1@100 left 7/0 fee 0/1, fill t1#1/m1#4 1@100 left 6/0 fee 0/1, fill t1#1/m1#5 1@100 left 5/0 fee 1/1, fill t1#1/m1#6 1@100 left 4/0 fee 0/1, fill t1#1/m1#7 1@100 left 3/0 fee 0/1, fill t1#1/m1#8 1@100 left 2/0 fee 0/1, fill t1#1/m1#9 1@100 left 1/0 fee 1/1, fill t1#1/m1#10 1@100 left 0/0 fee 0/1 => filled 10+0
        fees 13
    "#]],
    );
    check_in(
        "list X fee 10/25",
        &format!("{makers} t1 buy 10 max 1002 fok | fees"),
        expect![[r#"
        open m1#1 sell 1@100, rest m1#1 1@100 => open 0+1
        open m1#2 sell 1@100, rest m1#2 1@100 => open 0+1
        open m1#3 sell 1@100, rest m1#3 1@100 => open 0+1
        open m1#4 sell 1@100, rest m1#4 1@100 => open 0+1
        open m1#5 sell 1@100, rest m1#5 1@100 => open 0+1
        open m1#6 sell 1@100, rest m1#6 1@100 => open 0+1
        open m1#7 sell 1@100, rest m1#7 1@100 => open 0+1
        open m1#8 sell 1@100, rest m1#8 1@100 => open 0+1
        open m1#9 sell 1@100, rest m1#9 1@100 => open 0+1
        open m1#10 sell 1@100, rest m1#10 1@100 => open 0+1
        => 2111 fill_or_kill_not_filled has 9
        fees 0
    "#]],
    );
}

#[test]
fn max_total_asks_only_for_what_it_spends() {
    check(
        "open t1 | deposit t1 $ 270 | m1 sell 3 @ 90 | t1 buy 9 max 5000 ioc | show t1",
        expect![[r#"
        open t1 of group 1
        ok
        open m1#1 sell 3@90, rest m1#1 3@90 => open 0+3
        open t1#1 buy 9@100, fill t1#1/m1#1 3@90 left 6/0, cancel t1#1 6@100 tif => canceled 3+0 tif
        t1 $0+0 X 3+0
    "#]],
    );
    check(
        "open t1 | deposit t1 $ 269 | m1 sell 3 @ 90 | t1 buy 9 max 5000 ioc | show t1",
        expect![[r#"
        open t1 of group 1
        ok
        open m1#1 sell 3@90, rest m1#1 3@90 => open 0+3
        => 2105 insufficient_funds has 269
        t1 $269+0 X 0+0
    "#]],
    );
}

#[test]
fn a_fok_with_max_total_needs_both() {
    check(
        "m1 sell 3 @ 90 | t1 buy 3 max 269 fok | t1 buy 4 max 5000 fok | t1 buy 3 max 270 fok",
        expect![[r#"
        open m1#1 sell 3@90, rest m1#1 3@90 => open 0+3
        => 2111 fill_or_kill_not_filled has 2
        => 2111 fill_or_kill_not_filled has 3
        open t1#1 buy 3@100, fill t1#1/m1#1 3@90 left 0/0 => filled 3+0
    "#]],
    );
}

#[test]
fn the_largest_quantity_is_counted_to_its_last_lot() {
    check_in(
        "list X max 1",
        "deposit m1 5000000000 X | deposit t1 $ 5000000000 | m1 sell 4294967295 @ 1 \
         | t1 buy 4294967295 max 4294967295 fok | show m1",
        expect![[r#"
            ok
            ok
            open m1#1 sell 4294967295@1, rest m1#1 4294967295@1 => open 0+4294967295
            open t1#1 buy 4294967295@1, fill t1#1/m1#1 4294967295@1 left 0/0 => filled 4294967295+0
            m1 $4295967295+0 X 705033705+0
        "#]],
    );
}

#[test]
fn a_total_is_spent_between_own_slices() {
    check_in(
        "m1 sell 5 @ 90 show 2 | a.1 sell 4 @ 90 show 1",
        "a.2 buy 9 max 300 ioc stp=decrement | show a.2 | show a.1",
        expect![[r#"
            open a.2#1 buy 9@100, fill a.2#1/m1#1 2@90 left 7/3, refill m1#1 3(2)@90, reduce a.1#1 by 1 to 3@90 resting, reduce a.2#1 by 1 to 6@100, refill a.1#1 3(1)@90, fill a.2#1/m1#1 1@90 left 5/2, cancel a.2#1 5@100 tif => canceled 3+0 tif
            a.2 $999730+0 X 1003+0
            a.1 $1000000+0 X 997+3
        "#]],
    );
}
