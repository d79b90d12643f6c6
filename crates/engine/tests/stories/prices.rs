//! Which prices may be entered, from one to the widest domain there is.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn from_one_tick_to_the_highest_price() {
    check(
        "m1 buy 1 @ 0 | m1 buy 1 @ 1 | m1 sell 1 @ 10000 | m1 sell 1 @ 10001 | m1 sell 1 @ 4294967295",
        expect![[r#"
        => 2102 invalid_price
        open m1#1 buy 1@1, rest m1#1 1@1 => open 0+1
        open m1#2 sell 1@10000, rest m1#2 1@10000 => open 0+1
        => 2102 invalid_price
        => 2102 invalid_price
    "#]],
    );
}

#[test]
fn multiples_of_the_tick() {
    check_in(
        "list X tick 5 max 100",
        "m1 buy 1 @ 1 | m1 buy 1 @ 4 | m1 buy 1 @ 5 | m1 buy 1 @ 6 | m1 sell 1 @ 99 | m1 sell 1 @ 100 | m1 sell 1 @ 105",
        expect![[r#"
            => 2102 invalid_price
            => 2102 invalid_price
            open m1#1 buy 1@5, rest m1#1 1@5 => open 0+1
            => 2102 invalid_price
            => 2102 invalid_price
            open m1#2 sell 1@100, rest m1#2 1@100 => open 0+1
            => 2102 invalid_price
        "#]],
    );
}

#[test]
fn a_collar_may_end_between_ticks() {
    check_in(
        "list X tick 5 collar 7",
        "m1 sell 1 @ 90 | m1 sell 1 @ 95 | m1 sell 1 @ 100 | t1 buy 3 mkt | book X",
        expect![[r#"
            open m1#1 sell 1@90, rest m1#1 1@90 => open 0+1
            open m1#2 sell 1@95, rest m1#2 1@95 => open 0+1
            open m1#3 sell 1@100, rest m1#3 1@100 => open 0+1
            open t1#1 buy 3@97, fill t1#1/m1#1 1@90 left 2/0, fill t1#1/m1#2 1@95 left 1/0, cancel t1#1 1@97 tif => canceled 2+0 tif
            bids - / asks 1@100
        "#]],
    );
}

#[test]
fn the_widest_domain_trades_at_both_ends() {
    check_in(
        "list X max 4294967295 tick 1 fee 10/25",
        "deposit t1 $ 99999999999 | m1 sell 1 @ 4294967295 | m1 sell 1 @ 4294967294 | m1 sell 1 @ 2147483648 \
         | m1 sell 1 @ 1000000 | m1 sell 1 @ 2 | t1 buy 1 @ 1 | book X | t1 buy 4 @ 4294967294 | t1 buy 1 mkt | book X \
         | m1 sell 1 @ 1 | show t1 | fees",
        expect![[r#"
            ok
            open m1#1 sell 1@4294967295, rest m1#1 1@4294967295 => open 0+1
            open m1#2 sell 1@4294967294, rest m1#2 1@4294967294 => open 0+1
            open m1#3 sell 1@2147483648, rest m1#3 1@2147483648 => open 0+1
            open m1#4 sell 1@1000000, rest m1#4 1@1000000 => open 0+1
            open m1#5 sell 1@2, rest m1#5 1@2 => open 0+1
            open t1#1 buy 1@1, rest t1#1 1@1 => open 0+1
            bids 1@1 / asks 1@2 1@1000000 1@2147483648 1@4294967294 1@4294967295
            open t1#2 buy 4@4294967294, fill t1#2/m1#5 1@2 left 3/0 fee 1/1, fill t1#2/m1#4 1@1000000 left 2/0 fee 2500/1000, fill t1#2/m1#3 1@2147483648 left 1/0 fee 5368709/2147484, fill t1#2/m1#2 1@4294967294 left 0/0 fee 10737418/4294968 => filled 4+0
            open t1#3 buy 1@4294967295, fill t1#3/m1#1 1@4294967295 left 0/0 fee 10737419/4294968 => filled 1+0
            bids 1@1 / asks -
            open m1#6 sell 1@1, fill m1#6/t1#1 1@1 left 0/0 fee 1/1 => filled 1+0
            t1 $89235735711+0 X 1006+0
            fees 37584470
        "#]],
    );
    check_in(
        "list X max 4294967295 tick 5",
        "deposit t1 $ 99999999999 | t1 buy 1 @ 4294967295 | t1 buy 1 @ 4294967290 | t1 buy 1 @ 5 | t1 buy 1 @ 4294967291 \
         | book X | m1 sell 3 @ 5 | book X",
        expect![[r#"
            ok
            open t1#1 buy 1@4294967295, rest t1#1 1@4294967295 => open 0+1
            open t1#2 buy 1@4294967290, rest t1#2 1@4294967290 => open 0+1
            open t1#3 buy 1@5, rest t1#3 1@5 => open 0+1
            => 2102 invalid_price
            bids 1@4294967295 1@4294967290 1@5 / asks -
            open m1#1 sell 3@5, fill m1#1/t1#1 1@4294967295 left 2/0, fill m1#1/t1#2 1@4294967290 left 1/0, fill m1#1/t1#3 1@5 left 0/0 => filled 3+0
            bids - / asks -
        "#]],
    );
}

#[test]
fn a_dear_lot_costs_its_unit() {
    check_in(
        "list X unit 1000",
        "m1 sell 3 @ 7 | t1 buy 3 @ 7 | show t1",
        expect![[r#"
        open m1#1 sell 3@7, rest m1#1 3@7 => open 0+3
        open t1#1 buy 3@7, fill t1#1/m1#1 3@7 left 0/0 => filled 3+0
        t1 $979000+0 X 1003+0
    "#]],
    );
}
