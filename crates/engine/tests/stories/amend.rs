//! New terms for an open order.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn quantity_down_keeps_priority() {
    check(
        "m1 sell 5 @ 90 | m2 sell 5 @ 90 | m1 amend #1 qty 2 | t1 buy 3 @ 90 | show m1 | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open m2#1 sell 5@90, rest m2#1 5@90 => open 0+5
        amend m1#1 5@90 to 2@90 of 2 kept => open 0+2
        open t1#1 buy 3@90, fill t1#1/m1#1 2@90 left 1/0, fill t1#1/m2#1 1@90 left 0/4 => filled 3+0
        m1 $1000180+0 X 998+0
        bids - / asks 4@90
    "#]],
    );
}

#[test]
fn the_same_terms_change_nothing_and_keep_priority() {
    check_in(
        "balances",
        "m1 sell 5 @ 90 | m2 buy 5 @ 80 | m1 amend #1 | m1 amend #1 qty 5 @ 90 | m2 amend #1 qty 5",
        expect![[r#"
            open m1#1 sell 5@90, rest m1#1 5@90, m1 X 995+5 => open 0+5
            open m2#1 buy 5@80, rest m2#1 5@80, m2 $999600+400 => open 0+5
            amend m1#1 5@90 to 5@90 of 5 kept => open 0+5
            amend m1#1 5@90 to 5@90 of 5 kept => open 0+5
            amend m2#1 5@80 to 5@80 of 5 kept => open 0+5
        "#]],
    );
}

#[test]
fn quantity_up_goes_to_the_back() {
    check(
        "m1 sell 5 @ 90 | m2 sell 5 @ 90 | m1 amend #1 qty 6 | t1 buy 7 @ 90 | show m1 | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open m2#1 sell 5@90, rest m2#1 5@90 => open 0+5
        amend m1#1 5@90 to 6@90 of 6 lost, rest m1#1 6@90 => open 0+6
        open t1#1 buy 7@90, fill t1#1/m2#1 5@90 left 2/0, fill t1#1/m1#1 2@90 left 0/4 => filled 7+0
        m1 $1000180+0 X 994+4
        bids - / asks 4@90
    "#]],
    );
}

#[test]
fn quantity_up_and_down_again_stays_at_the_back() {
    check(
        "m1 sell 5 @ 90 | m2 sell 5 @ 90 | m1 amend #1 qty 6 | m1 amend #1 qty 5 | t1 buy 7 @ 90",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open m2#1 sell 5@90, rest m2#1 5@90 => open 0+5
        amend m1#1 5@90 to 6@90 of 6 lost, rest m1#1 6@90 => open 0+6
        amend m1#1 6@90 to 5@90 of 5 kept => open 0+5
        open t1#1 buy 7@90, fill t1#1/m2#1 5@90 left 2/0, fill t1#1/m1#1 2@90 left 0/3 => filled 7+0
    "#]],
    );
}

#[test]
fn a_new_price_goes_to_the_back_even_with_less_quantity() {
    check(
        "m1 sell 5 @ 91 | m2 sell 5 @ 90 | m1 amend #1 qty 3 @ 90 | t1 buy 7 @ 90 | book X",
        expect![[r#"
        open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        open m2#1 sell 5@90, rest m2#1 5@90 => open 0+5
        amend m1#1 5@91 to 3@90 of 3 lost, rest m1#1 3@90 => open 0+3
        open t1#1 buy 7@90, fill t1#1/m2#1 5@90 left 2/0, fill t1#1/m1#1 2@90 left 0/1 => filled 7+0
        bids - / asks 1@90
    "#]],
    );
}

#[test]
fn a_new_price_that_crosses_trades_and_the_rest_rests() {
    check(
        "m1 sell 5 @ 92 | t1 buy 3 @ 90 | t2 buy 1 @ 89 | m1 amend #1 @ 90 | book X | m1 amend #1 @ 88 | show m1",
        expect![[r#"
            open m1#1 sell 5@92, rest m1#1 5@92 => open 0+5
            open t1#1 buy 3@90, rest t1#1 3@90 => open 0+3
            open t2#1 buy 1@89, rest t2#1 1@89 => open 0+1
            amend m1#1 5@92 to 5@90 of 5 lost, fill m1#1/t1#1 3@90 left 2/0, rest m1#1 2@90 => part 3+2
            bids 1@89 / asks 2@90
            amend m1#1 2@90 to 2@88 of 5 lost, fill m1#1/t2#1 1@89 left 1/0, rest m1#1 1@88 => part 4+1
            m1 $1000359+0 X 995+1
        "#]],
    );
}

#[test]
fn a_new_price_that_crosses_may_fill_the_order_whole() {
    check(
        "m1 sell 5 @ 92 | t1 buy 9 @ 90 | m1 amend #1 @ 90 | show m1 | m1 amend #1 qty 6 | book X",
        expect![[r#"
        open m1#1 sell 5@92, rest m1#1 5@92 => open 0+5
        open t1#1 buy 9@90, rest t1#1 9@90 => open 0+9
        amend m1#1 5@92 to 5@90 of 5 lost, fill m1#1/t1#1 5@90 left 0/4 => filled 5+0
        m1 $1000450+0 X 995+0
        => 2113 unknown_order
        bids 4@90 / asks -
    "#]],
    );
}

#[test]
fn the_total_counts_what_is_filled() {
    check(
        "m1 sell 5 @ 90 | t1 buy 2 @ 90 | m1 amend #1 qty 4 | m1 amend #1 qty 6 | book X | show m1",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open t1#1 buy 2@90, fill t1#1/m1#1 2@90 left 0/3 => filled 2+0
        amend m1#1 3@90 to 2@90 of 4 kept => part 2+2
        amend m1#1 2@90 to 4@90 of 6 lost, rest m1#1 4@90 => part 2+4
        bids - / asks 4@90
        m1 $1000180+0 X 994+4
    "#]],
    );
}

#[test]
fn a_total_at_or_below_what_is_filled_cancels_the_rest() {
    check(
        "m1 sell 5 @ 90 | t1 buy 2 @ 90 | m1 amend #1 qty 2 | book X | show m1",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open t1#1 buy 2@90, fill t1#1/m1#1 2@90 left 0/3 => filled 2+0
        pull m1#1 3@90 user => canceled 2+0 user
        bids - / asks -
        m1 $1000180+0 X 998+0
    "#]],
    );
    check(
        "m1 sell 5 @ 90 | t1 buy 2 @ 90 | m1 amend #1 qty 1 @ 95 | book X | show m1",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open t1#1 buy 2@90, fill t1#1/m1#1 2@90 left 0/3 => filled 2+0
        pull m1#1 3@90 user => canceled 2+0 user
        bids - / asks -
        m1 $1000180+0 X 998+0
    "#]],
    );
    check(
        "m1 sell 5 @ 90 | t1 buy 2 @ 90 | m1 amend #1 qty 0 | book X",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open t1#1 buy 2@90, fill t1#1/m1#1 2@90 left 0/3 => filled 2+0
        => 2103 invalid_quantity
        bids - / asks 3@90
    "#]],
    );
}

#[test]
fn the_total_follows_what_decrement_took() {
    check(
        "a.1 sell 9 @ 90 | a.2 buy 4 @ 90 stp=decrement | a.1 amend #1 qty 5 | a.1 amend #1 qty 6 | show a.1",
        expect![[r#"
            open a.1#1 sell 9@90, rest a.1#1 9@90 => open 0+9
            open a.2#1 buy 4@90, reduce a.1#1 by 4 to 5@90 resting, reduce a.2#1 by 4 to 0@90, cancel a.2#1 0@90 self => canceled 0+0 self
            amend a.1#1 5@90 to 5@90 of 5 kept => open 0+5
            amend a.1#1 5@90 to 6@90 of 6 lost, rest a.1#1 6@90 => open 0+6
            a.1 $1000000+0 X 994+6
        "#]],
    );
}

#[test]
fn post_only_may_be_asked_for_or_waived_by_one_amend() {
    check(
        "m1 sell 5 @ 91 | m2 buy 5 @ 90 | m2 amend #1 @ 91 post | m2 amend #1 @ 89 post | m2 amend #1 @ 91",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            open m2#1 buy 5@90, rest m2#1 5@90 => open 0+5
            => 2107 post_only_would_take
            amend m2#1 5@90 to 5@89 of 5 lost, rest m2#1 5@89 => open 0+5
            amend m2#1 5@89 to 5@91 of 5 lost, fill m2#1/m1#1 5@91 left 0/0 => filled 5+0
        "#]],
    );
    check(
        "m1 sell 5 @ 91 | m2 buy 5 @ 90 post | m2 amend #1 @ 91 nopost",
        expect![[r#"
        open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        open m2#1 buy 5@90, rest m2#1 5@90 => open 0+5
        amend m2#1 5@90 to 5@91 of 5 lost, fill m2#1/m1#1 5@91 left 0/0 => filled 5+0
    "#]],
    );
}

#[test]
fn an_amended_order_meets_its_owners_order_by_its_own_policy() {
    check(
        "a.1 sell 5 @ 92 | a.2 buy 3 @ 90 | a.1 amend #1 @ 90 | book X | show a.1",
        expect![[r#"
        open a.1#1 sell 5@92, rest a.1#1 5@92 => open 0+5
        open a.2#1 buy 3@90, rest a.2#1 3@90 => open 0+3
        amend a.1#1 5@92 to 5@90 of 5 lost, cancel a.1#1 5@90 self => canceled 0+0 self
        bids 3@90 / asks -
        a.1 $1000000+0 X 1000+0
    "#]],
    );
    check(
        "a.1 sell 5 @ 92 stp=oldest | a.2 buy 3 @ 90 | a.1 amend #1 @ 90 | book X | show a.2",
        expect![[r#"
        open a.1#1 sell 5@92, rest a.1#1 5@92 => open 0+5
        open a.2#1 buy 3@90, rest a.2#1 3@90 => open 0+3
        amend a.1#1 5@92 to 5@90 of 5 lost, pull a.2#1 3@90 self, rest a.1#1 5@90 => open 0+5
        bids - / asks 5@90
        a.2 $1000000+0 X 1000+0
    "#]],
    );
    check(
        "a.1 sell 5 @ 92 stp=both | a.2 buy 3 @ 90 | a.1 amend #1 @ 90 | book X",
        expect![[r#"
        open a.1#1 sell 5@92, rest a.1#1 5@92 => open 0+5
        open a.2#1 buy 3@90, rest a.2#1 3@90 => open 0+3
        amend a.1#1 5@92 to 5@90 of 5 lost, pull a.2#1 3@90 self, cancel a.1#1 5@90 self => canceled 0+0 self
        bids - / asks -
    "#]],
    );
    check(
        "a.1 sell 5 @ 92 stp=decrement | a.2 buy 3 @ 90 | a.1 amend #1 @ 90 | book X | show a.1",
        expect![[r#"
        open a.1#1 sell 5@92, rest a.1#1 5@92 => open 0+5
        open a.2#1 buy 3@90, rest a.2#1 3@90 => open 0+3
        amend a.1#1 5@92 to 5@90 of 5 lost, reduce a.2#1 by 3 to 0@90 resting, cancel a.2#1 0@90 self, reduce a.1#1 by 3 to 2@90, rest a.1#1 2@90 => open 0+2
        bids - / asks 2@90
        a.1 $1000000+0 X 998+2
    "#]],
    );
}

#[test]
fn an_amended_order_that_pulls_its_accounts_neighbours_keeps_the_others() {
    check(
        "m1 buy 1 @ 80 | m1 buy 1 @ 81 | m1 sell 5 @ 92 stp=oldest | m1 buy 1 @ 82 | m1 buy 1 @ 79 \
         | m1 amend #3 @ 81 | m1 cancel-all",
        expect![[r#"
            open m1#1 buy 1@80, rest m1#1 1@80 => open 0+1
            open m1#2 buy 1@81, rest m1#2 1@81 => open 0+1
            open m1#3 sell 5@92, rest m1#3 5@92 => open 0+5
            open m1#4 buy 1@82, rest m1#4 1@82 => open 0+1
            open m1#5 buy 1@79, rest m1#5 1@79 => open 0+1
            amend m1#3 5@92 to 5@81 of 5 lost, pull m1#4 1@82 self, pull m1#2 1@81 self, rest m1#3 5@81 => open 0+5
            pull m1#1 1@80 user, pull m1#3 5@81 user, pull m1#5 1@79 user => canceled 3
        "#]],
    );
}

#[test]
fn a_buy_amended_up_needs_the_difference() {
    check(
        "open t1 | deposit t1 $ 500 | t1 buy 5 @ 90 | t1 amend #1 @ 101 | t1 amend #1 @ 100 | show t1 \
         | t1 amend #1 qty 3 | show t1 | t1 amend #1 qty 6 | t1 amend #1 qty 6 @ 83 | show t1",
        expect![[r#"
            open t1 of group 0
            ok
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            => 2105 insufficient_funds has 50
            amend t1#1 5@90 to 5@100 of 5 lost, rest t1#1 5@100 => open 0+5
            t1 $0+500 X 0+0
            amend t1#1 5@100 to 3@100 of 3 kept => open 0+3
            t1 $200+300 X 0+0
            => 2105 insufficient_funds has 200
            amend t1#1 3@100 to 6@83 of 6 lost, rest t1#1 6@83 => open 0+6
            t1 $2+498 X 0+0
        "#]],
    );
}

#[test]
fn a_sell_amended_up_needs_the_difference() {
    check(
        "open t1 | deposit t1 7 X | t1 sell 5 @ 90 | t1 amend #1 qty 8 | t1 amend #1 qty 7 | show t1",
        expect![[r#"
        open t1 of group 0
        ok
        open t1#1 sell 5@90, rest t1#1 5@90 => open 0+5
        => 2104 insufficient_credits has 2
        amend t1#1 5@90 to 7@90 of 7 lost, rest t1#1 7@90 => open 0+7
        t1 $0+0 X 0+7
    "#]],
    );
}

#[test]
fn an_order_off_todays_tick_may_stay_but_not_move_off_it() {
    check_in(
        "list X tick 5",
        "m1 sell 5 @ 90 | m1 amend #1 @ 91 | m1 amend #1 @ 95 | m1 amend #1 @ 0 | m1 amend #1 @ 10005",
        expect![[r#"
            open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
            => 2102 invalid_price
            amend m1#1 5@90 to 5@95 of 5 lost, rest m1#1 5@95 => open 0+5
            => 2102 invalid_price
            => 2102 invalid_price
        "#]],
    );
}

#[test]
fn an_order_is_amended_by_its_owner_and_while_it_is_open() {
    check(
        "m1 sell 5 @ 90 id=a | m2 amend m1#1 qty 3 | m2 amend :a qty 3 | m1 amend :a qty 3 | m1 cancel #1 \
         | m1 amend #1 qty 2 | m1 amend :a qty 2 | m1 amend :b qty 2",
        expect![[r#"
            open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
            => 2113 unknown_order
            => 2113 unknown_order
            amend m1#1 5@90 to 3@90 of 3 kept => open 0+3
            pull m1#1 3@90 user => canceled m1#1 id=a
            => 2113 unknown_order
            => 2114 too_late_to_cancel
            => 2113 unknown_order
        "#]],
    );
}

#[test]
fn an_amend_after_its_deadline_is_refused() {
    check(
        "m1 sell 5 @ 90 | m1 amend #1 qty 3 deadline=-1ns | m1 amend #1 qty 3 deadline=",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        => 2112 deadline_passed
        amend m1#1 5@90 to 3@90 of 3 kept => open 0+3
    "#]],
    );
}
