//! Orders of one owner never trade with each other.

use crate::story::check;
use expect_test::expect;

#[test]
fn by_default_the_incoming_order_ends() {
    check(
        "a.1 sell 5 @ 90 | a.2 buy 7 @ 90 | book X | show a.2",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 buy 7@90, cancel a.2#1 7@90 self => canceled 0+0 self
        bids - / asks 5@90
        a.2 $1000000+0 X 1000+0
    "#]],
    );
}

#[test]
fn the_same_account_is_the_same_owner() {
    check(
        "m1 sell 5 @ 90 | m1 buy 7 @ 90 | m1 buy 7 @ 90 stp=oldest | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open m1#2 buy 7@90, cancel m1#2 7@90 self => canceled 0+0 self
        open m1#3 buy 7@90, pull m1#1 5@90 self, rest m1#3 7@90 => open 0+7
        bids 7@90 / asks -
    "#]],
    );
}

#[test]
fn newest_keeps_what_it_traded_before_its_own_order() {
    check(
        "m1 sell 2 @ 90 | a.1 sell 5 @ 90 | m2 sell 9 @ 90 | a.2 buy 7 @ 90 stp=newest | book X",
        expect![[r#"
        open m1#1 sell 2@90, rest m1#1 2@90 => open 0+2
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open m2#1 sell 9@90, rest m2#1 9@90 => open 0+9
        open a.2#1 buy 7@90, fill a.2#1/m1#1 2@90 left 5/0, cancel a.2#1 5@90 self => canceled 2+0 self
        bids - / asks 14@90
    "#]],
    );
}

#[test]
fn oldest_pulls_its_own_orders_and_goes_on() {
    check(
        "a.1 sell 5 @ 90 | m1 sell 2 @ 90 | a.1 sell 1 @ 91 | m2 sell 9 @ 92 | a.2 buy 7 @ 91 stp=oldest | book X \
         | show a.1",
        expect![[r#"
            open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
            open m1#1 sell 2@90, rest m1#1 2@90 => open 0+2
            open a.1#2 sell 1@91, rest a.1#2 1@91 => open 0+1
            open m2#1 sell 9@92, rest m2#1 9@92 => open 0+9
            open a.2#1 buy 7@91, pull a.1#1 5@90 self, fill a.2#1/m1#1 2@90 left 5/0, pull a.1#2 1@91 self, rest a.2#1 5@91 => part 2+5
            bids 5@91 / asks 9@92
            a.1 $1000000+0 X 1000+0
        "#]],
    );
}

#[test]
fn both_end_at_the_first_meeting() {
    check(
        "m1 sell 2 @ 90 | a.1 sell 5 @ 90 | a.1 sell 1 @ 90 | a.2 buy 7 @ 90 stp=both | book X | show a.1 | show a.2",
        expect![[r#"
            open m1#1 sell 2@90, rest m1#1 2@90 => open 0+2
            open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
            open a.1#2 sell 1@90, rest a.1#2 1@90 => open 0+1
            open a.2#1 buy 7@90, fill a.2#1/m1#1 2@90 left 5/0, pull a.1#1 5@90 self, cancel a.2#1 5@90 self => canceled 2+0 self
            bids - / asks 1@90
            a.1 $1000000+0 X 999+1
            a.2 $999820+0 X 1002+0
        "#]],
    );
}

#[test]
fn decrement_takes_the_smaller_quantity_from_both() {
    check(
        "a.1 sell 5 @ 90 | a.2 buy 7 @ 90 stp=decrement | book X | show a.1 | show a.2",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 buy 7@90, reduce a.1#1 by 5 to 0@90 resting, cancel a.1#1 0@90 self, reduce a.2#1 by 5 to 2@90, rest a.2#1 2@90 => open 0+2
        bids 2@90 / asks -
        a.1 $1000000+0 X 1000+0
        a.2 $999820+180 X 1000+0
    "#]],
    );
    check(
        "a.1 sell 7 @ 90 | a.2 buy 5 @ 90 stp=decrement | book X | show a.1 | show a.2",
        expect![[r#"
        open a.1#1 sell 7@90, rest a.1#1 7@90 => open 0+7
        open a.2#1 buy 5@90, reduce a.1#1 by 5 to 2@90 resting, reduce a.2#1 by 5 to 0@90, cancel a.2#1 0@90 self => canceled 0+0 self
        bids - / asks 2@90
        a.1 $1000000+0 X 998+2
        a.2 $1000000+0 X 1000+0
    "#]],
    );
    check(
        "a.1 sell 5 @ 90 | a.2 buy 5 @ 90 stp=decrement | book X | show a.1 | show a.2",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 buy 5@90, reduce a.1#1 by 5 to 0@90 resting, cancel a.1#1 0@90 self, reduce a.2#1 by 5 to 0@90, cancel a.2#1 0@90 self => canceled 0+0 self
        bids - / asks -
        a.1 $1000000+0 X 1000+0
        a.2 $1000000+0 X 1000+0
    "#]],
    );
}

#[test]
fn decrement_goes_on_to_those_behind() {
    check(
        "a.1 sell 2 @ 90 | m1 sell 2 @ 90 | a.1 sell 2 @ 91 | m2 sell 2 @ 91 | a.2 buy 7 @ 91 stp=decrement | book X",
        expect![[r#"
            open a.1#1 sell 2@90, rest a.1#1 2@90 => open 0+2
            open m1#1 sell 2@90, rest m1#1 2@90 => open 0+2
            open a.1#2 sell 2@91, rest a.1#2 2@91 => open 0+2
            open m2#1 sell 2@91, rest m2#1 2@91 => open 0+2
            open a.2#1 buy 7@91, reduce a.1#1 by 2 to 0@90 resting, cancel a.1#1 0@90 self, reduce a.2#1 by 2 to 5@91, fill a.2#1/m1#1 2@90 left 3/0, reduce a.1#2 by 2 to 0@91 resting, cancel a.1#2 0@91 self, reduce a.2#1 by 2 to 1@91, fill a.2#1/m2#1 1@91 left 0/1 => filled 3+0
            bids - / asks 1@91
        "#]],
    );
}

#[test]
fn an_order_filled_and_decremented_to_nothing_is_cancelled_with_its_fills() {
    check(
        "m1 sell 2 @ 90 | a.1 sell 9 @ 90 | a.2 buy 5 @ 90 stp=decrement id=x | a.2 buy 5 @ 90 stp=decrement id=x",
        expect![[r#"
            open m1#1 sell 2@90, rest m1#1 2@90 => open 0+2
            open a.1#1 sell 9@90, rest a.1#1 9@90 => open 0+9
            open a.2#1 buy 5@90, fill a.2#1/m1#1 2@90 left 3/0, reduce a.1#1 by 3 to 6@90 resting, reduce a.2#1 by 3 to 0@90, cancel a.2#1 0@90 self => canceled 2+0 self
            recall trade 1 2@90 => again a.2#1 canceled 2+0 self
        "#]],
    );
}

#[test]
fn sells_are_prevented_as_buys_are() {
    check(
        "a.1 buy 5 @ 90 | a.2 sell 7 @ 90 | show a.1",
        expect![[r#"
        open a.1#1 buy 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 sell 7@90, cancel a.2#1 7@90 self => canceled 0+0 self
        a.1 $999550+450 X 1000+0
    "#]],
    );
    check(
        "a.1 buy 5 @ 90 | a.2 sell 7 @ 90 stp=oldest | show a.1 | show a.2",
        expect![[r#"
        open a.1#1 buy 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 sell 7@90, pull a.1#1 5@90 self, rest a.2#1 7@90 => open 0+7
        a.1 $1000000+0 X 1000+0
        a.2 $1000000+0 X 993+7
    "#]],
    );
    check(
        "a.1 buy 5 @ 90 | a.2 sell 7 @ 90 stp=both | show a.1 | show a.2",
        expect![[r#"
        open a.1#1 buy 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 sell 7@90, pull a.1#1 5@90 self, cancel a.2#1 7@90 self => canceled 0+0 self
        a.1 $1000000+0 X 1000+0
        a.2 $1000000+0 X 1000+0
    "#]],
    );
    check(
        "a.1 buy 5 @ 90 | a.2 sell 3 @ 90 stp=decrement | show a.1 | show a.2",
        expect![[r#"
        open a.1#1 buy 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 sell 3@90, reduce a.1#1 by 3 to 2@90 resting, reduce a.2#1 by 3 to 0@90, cancel a.2#1 0@90 self => canceled 0+0 self
        a.1 $999820+180 X 1000+0
        a.2 $1000000+0 X 1000+0
    "#]],
    );
}

#[test]
fn the_incoming_orders_policy_counts() {
    check(
        "a.1 sell 5 @ 90 stp=oldest | a.2 buy 5 @ 90 stp=newest | book X",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 buy 5@90, cancel a.2#1 5@90 self => canceled 0+0 self
        bids - / asks 5@90
    "#]],
    );
    check(
        "a.1 sell 5 @ 90 stp=newest | a.2 buy 5 @ 90 stp=oldest | book X",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 buy 5@90, pull a.1#1 5@90 self, rest a.2#1 5@90 => open 0+5
        bids 5@90 / asks -
    "#]],
    );
}

#[test]
fn two_owners_trade_whatever_their_policy() {
    check(
        "a.1 sell 5 @ 90 stp=both | b.1 buy 5 @ 90 stp=both",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open b.1#1 buy 5@90, fill b.1#1/a.1#1 5@90 left 0/0 => filled 5+0
    "#]],
    );
}

#[test]
fn an_own_order_beyond_the_limit_or_the_quantity_is_not_met() {
    check(
        "m1 sell 5 @ 90 | a.1 sell 5 @ 91 | a.2 buy 5 @ 91 stp=both | a.2 buy 5 @ 90 stp=both | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open a.1#1 sell 5@91, rest a.1#1 5@91 => open 0+5
        open a.2#1 buy 5@91, fill a.2#1/m1#1 5@90 left 0/0 => filled 5+0
        open a.2#2 buy 5@90, rest a.2#2 5@90 => open 0+5
        bids 5@90 / asks 5@91
    "#]],
    );
}

#[test]
fn a_fok_counts_only_what_it_may_trade() {
    check(
        "a.1 sell 5 @ 90 | m1 sell 5 @ 90 | a.2 buy 5 @ 90 fok",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        => 2111 fill_or_kill_not_filled has 0
    "#]],
    );
    check(
        "a.1 sell 5 @ 90 | m1 sell 5 @ 90 | a.2 buy 5 @ 90 fok stp=both",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        => 2111 fill_or_kill_not_filled has 0
    "#]],
    );
    check(
        "a.1 sell 5 @ 90 | m1 sell 5 @ 90 | a.2 buy 6 @ 90 fok stp=oldest",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        => 2111 fill_or_kill_not_filled has 5
    "#]],
    );
    check(
        "a.1 sell 5 @ 90 | m1 sell 5 @ 90 | a.2 buy 5 @ 90 fok stp=oldest",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open a.2#1 buy 5@90, pull a.1#1 5@90 self, fill a.2#1/m1#1 5@90 left 0/0 => filled 5+0
    "#]],
    );
    check(
        "a.1 sell 1 @ 90 | m1 sell 9 @ 90 | a.2 buy 5 @ 90 fok stp=decrement",
        expect![[r#"
        open a.1#1 sell 1@90, rest a.1#1 1@90 => open 0+1
        open m1#1 sell 9@90, rest m1#1 9@90 => open 0+9
        => 2111 fill_or_kill_not_filled has 4
    "#]],
    );
    check(
        "m1 sell 5 @ 90 | a.1 sell 5 @ 90 | a.2 buy 5 @ 90 fok",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 buy 5@90, fill a.2#1/m1#1 5@90 left 0/0 => filled 5+0
    "#]],
    );
    check(
        "m1 sell 3 @ 90 | a.1 sell 5 @ 90 | m2 sell 5 @ 90 | a.2 buy 5 @ 90 fok",
        expect![[r#"
        open m1#1 sell 3@90, rest m1#1 3@90 => open 0+3
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open m2#1 sell 5@90, rest m2#1 5@90 => open 0+5
        => 2111 fill_or_kill_not_filled has 3
    "#]],
    );
}

#[test]
fn an_ioc_that_meets_itself_says_so() {
    check(
        "m1 sell 2 @ 90 | a.1 sell 5 @ 90 | a.2 buy 5 @ 90 ioc",
        expect![[r#"
        open m1#1 sell 2@90, rest m1#1 2@90 => open 0+2
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 buy 5@90, fill a.2#1/m1#1 2@90 left 3/0, cancel a.2#1 3@90 self => canceled 2+0 self
    "#]],
    );
}

#[test]
fn max_total_is_not_spent_on_own_orders() {
    check(
        "a.1 sell 5 @ 90 | m1 sell 5 @ 91 | a.2 buy 10 max 2000 ioc stp=decrement | book X | show a.2",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        open a.2#1 buy 10@100, reduce a.1#1 by 5 to 0@90 resting, cancel a.1#1 0@90 self, reduce a.2#1 by 5 to 5@100, fill a.2#1/m1#1 5@91 left 0/0 => filled 5+0
        bids - / asks -
        a.2 $999545+0 X 1005+0
    "#]],
    );
    check(
        "a.1 sell 5 @ 90 | m1 sell 5 @ 91 | a.2 buy 10 max 200 ioc stp=decrement | book X | show a.2",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        open a.2#1 buy 10@100, reduce a.1#1 by 5 to 0@90 resting, cancel a.1#1 0@90 self, reduce a.2#1 by 5 to 5@100, fill a.2#1/m1#1 2@91 left 3/3, cancel a.2#1 3@100 tif => canceled 2+0 tif
        bids - / asks 3@91
        a.2 $999818+0 X 1002+0
    "#]],
    );
    check(
        "a.1 sell 5 @ 90 | m1 sell 5 @ 91 | a.2 buy 5 max 455 ioc stp=oldest | book X | show a.1",
        expect![[r#"
        open a.1#1 sell 5@90, rest a.1#1 5@90 => open 0+5
        open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        open a.2#1 buy 5@100, pull a.1#1 5@90 self, fill a.2#1/m1#1 5@91 left 0/0 => filled 5+0
        bids - / asks -
        a.1 $1000000+0 X 1000+0
    "#]],
    );
}

#[test]
fn a_max_total_that_does_not_bind_changes_nothing() {
    check(
        "m1 sell 5 @ 90 | a.1 sell 5 @ 91 | a.2 buy 10 mkt stp=oldest | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open a.1#1 sell 5@91, rest a.1#1 5@91 => open 0+5
        open a.2#1 buy 10@100, fill a.2#1/m1#1 5@90 left 5/0, pull a.1#1 5@91 self, cancel a.2#1 5@100 tif => canceled 5+0 tif
        bids - / asks -
    "#]],
    );
    check(
        "m1 sell 5 @ 90 | a.1 sell 5 @ 91 | a.2 buy 10 max 9000 ioc stp=oldest | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open a.1#1 sell 5@91, rest a.1#1 5@91 => open 0+5
        open a.2#1 buy 10@100, fill a.2#1/m1#1 5@90 left 5/0, pull a.1#1 5@91 self, cancel a.2#1 5@100 tif => canceled 5+0 tif
        bids - / asks -
    "#]],
    );
    check(
        "m1 sell 5 @ 90 | a.1 sell 5 @ 91 | a.2 buy 10 max 9000 ioc | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open a.1#1 sell 5@91, rest a.1#1 5@91 => open 0+5
        open a.2#1 buy 10@100, fill a.2#1/m1#1 5@90 left 5/0, cancel a.2#1 5@100 self => canceled 5+0 self
        bids - / asks 5@91
    "#]],
    );
}

#[test]
fn an_order_whose_money_is_spent_touches_nothing_more() {
    check(
        "m1 sell 5 @ 90 | a.1 sell 1 @ 91 | m2 sell 9 @ 91 | a.2 buy 9 max 450 ioc stp=oldest | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open a.1#1 sell 1@91, rest a.1#1 1@91 => open 0+1
        open m2#1 sell 9@91, rest m2#1 9@91 => open 0+9
        open a.2#1 buy 9@100, fill a.2#1/m1#1 5@90 left 4/0, cancel a.2#1 4@100 tif => canceled 5+0 tif
        bids - / asks 10@91
    "#]],
    );
    check(
        "m1 sell 5 @ 90 | a.1 sell 1 @ 91 | m2 sell 9 @ 91 | a.2 buy 9 max 450 ioc stp=decrement | book X",
        expect![[r#"
            open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
            open a.1#1 sell 1@91, rest a.1#1 1@91 => open 0+1
            open m2#1 sell 9@91, rest m2#1 9@91 => open 0+9
            open a.2#1 buy 9@100, fill a.2#1/m1#1 5@90 left 4/0, cancel a.2#1 4@100 tif => canceled 5+0 tif
            bids - / asks 10@91
        "#]],
    );
}
