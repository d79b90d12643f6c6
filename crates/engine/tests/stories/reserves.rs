//! What an open order sets aside, and when it comes back.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn every_step_of_a_buy() {
    check_in(
        "balances | open t1 | deposit t1 $ 1000",
        "t1 buy 5 @ 100 | m1 sell 2 @ 90 | t1 amend #1 qty 4 | t1 amend #1 @ 110 | t1 amend #1 qty 6 | t1 cancel #1",
        expect![[r#"
            open t1#1 buy 5@100, rest t1#1 5@100, t1 $500+500 => open 0+5
            open m1#1 sell 2@90, fill m1#1/t1#1 2@100 left 0/3, m1 X 998+0, t1 $500+300, m1 $1000200+0, t1 X 2+0 => filled 2+0
            amend t1#1 3@100 to 2@100 of 4 kept, t1 $600+200 => part 2+2
            amend t1#1 2@100 to 2@110 of 4 lost, rest t1#1 2@110, t1 $580+220 => part 2+2
            amend t1#1 2@110 to 4@110 of 6 lost, rest t1#1 4@110, t1 $360+440 => part 2+4
            pull t1#1 4@110 user, t1 $800+0 => canceled t1#1
        "#]],
    );
}

#[test]
fn every_step_of_a_sell() {
    check_in(
        "balances | open t1 | deposit t1 10 X",
        "t1 sell 5 @ 100 | m1 buy 2 @ 110 | t1 amend #1 qty 4 | t1 amend #1 @ 110 | t1 amend #1 qty 6 | t1 cancel #1",
        expect![[r#"
            open t1#1 sell 5@100, rest t1#1 5@100, t1 X 5+5 => open 0+5
            open m1#1 buy 2@110, fill m1#1/t1#1 2@100 left 0/3, m1 $999800+0, t1 $200+0, t1 X 5+3, m1 X 1002+0 => filled 2+0
            amend t1#1 3@100 to 2@100 of 4 kept, t1 X 6+2 => part 2+2
            amend t1#1 2@100 to 2@110 of 4 lost, rest t1#1 2@110 => part 2+2
            amend t1#1 2@110 to 4@110 of 6 lost, rest t1#1 4@110, t1 X 4+4 => part 2+4
            pull t1#1 4@110 user, t1 X 8+0 => canceled t1#1
        "#]],
    );
}

#[test]
fn a_taker_gets_back_what_a_better_price_saved() {
    check_in(
        "balances",
        "m1 sell 5 @ 90 | t1 buy 5 @ 100",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90, m1 X 995+5 => open 0+5
        open t1#1 buy 5@100, fill t1#1/m1#1 5@90 left 0/0, t1 $999550+0, m1 $1000450+0, m1 X 995+0, t1 X 1005+0 => filled 5+0
    "#]],
    );
    check_in(
        "balances",
        "m1 sell 5 @ 90 | t1 buy 9 @ 100",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90, m1 X 995+5 => open 0+5
        open t1#1 buy 9@100, fill t1#1/m1#1 5@90 left 4/0, rest t1#1 4@100, t1 $999150+400, m1 $1000450+0, m1 X 995+0, t1 X 1005+0 => part 5+4
    "#]],
    );
    check_in(
        "balances",
        "m1 sell 5 @ 90 | t1 buy 9 @ 100 ioc",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90, m1 X 995+5 => open 0+5
        open t1#1 buy 9@100, fill t1#1/m1#1 5@90 left 4/0, cancel t1#1 4@100 tif, t1 $999550+0, m1 $1000450+0, m1 X 995+0, t1 X 1005+0 => canceled 5+0 tif
    "#]],
    );
}

#[test]
fn what_is_set_aside_cannot_be_used_twice() {
    check(
        "open t1 | deposit t1 $ 100 | deposit t1 5 X | t1 buy 1 @ 60 | t1 buy 1 @ 41 | t1 buy 1 @ 40 | t1 sell 3 @ 95 \
         | t1 sell 3 @ 95 | t1 sell 2 @ 95 | show t1",
        expect![[r#"
            open t1 of group 0
            ok
            ok
            open t1#1 buy 1@60, rest t1#1 1@60 => open 0+1
            => 2105 insufficient_funds has 40
            open t1#2 buy 1@40, rest t1#2 1@40 => open 0+1
            open t1#3 sell 3@95, rest t1#3 3@95 => open 0+3
            => 2104 insufficient_credits has 2
            open t1#4 sell 2@95, rest t1#4 2@95 => open 0+2
            t1 $0+100 X 0+5
        "#]],
    );
}

#[test]
fn what_was_bought_can_be_sold_at_once() {
    check(
        "open t1 | deposit t1 $ 100 | m1 sell 1 @ 100 | t1 buy 1 @ 100 | t1 sell 1 @ 120 | m2 buy 1 @ 120 | show t1",
        expect![[r#"
            open t1 of group 2
            ok
            open m1#1 sell 1@100, rest m1#1 1@100 => open 0+1
            open t1#1 buy 1@100, fill t1#1/m1#1 1@100 left 0/0 => filled 1+0
            open t1#2 sell 1@120, rest t1#2 1@120 => open 0+1
            open m2#1 buy 1@120, fill m2#1/t1#2 1@120 left 0/0 => filled 1+0
            t1 $120+0 X 0+0
        "#]],
    );
}

#[test]
fn money_and_lots_of_one_account_are_not_anothers() {
    check(
        "open a.1 | open a.2 | deposit a.1 $ 500 | a.2 buy 5 @ 100 | a.1 buy 5 @ 100 | show a.2",
        expect![[r#"
        open a.1 of group 0
        open a.2 of group 0
        ok
        => 2105 insufficient_funds has 0
        open a.1#1 buy 5@100, rest a.1#1 5@100 => open 0+5
        a.2 $0+0 X 0+0
    "#]],
    );
}

#[test]
fn pulled_makers_get_everything_back() {
    check_in(
        "balances",
        "a.1 buy 5 @ 90 | a.2 sell 5 @ 90 stp=both",
        expect![[r#"
        open a.1#1 buy 5@90, rest a.1#1 5@90, a.1 $999550+450 => open 0+5
        open a.2#1 sell 5@90, pull a.1#1 5@90 self, cancel a.2#1 5@90 self, a.2 X 1000+0, a.1 $1000000+0 => canceled 0+0 self
    "#]],
    );
    check_in(
        "balances",
        "a.1 buy 5 @ 90 | a.2 sell 3 @ 90 stp=decrement",
        expect![[r#"
        open a.1#1 buy 5@90, rest a.1#1 5@90, a.1 $999550+450 => open 0+5
        open a.2#1 sell 3@90, reduce a.1#1 by 3 to 2@90 resting, reduce a.2#1 by 3 to 0@90, cancel a.2#1 0@90 self, a.2 X 1000+0, a.1 $999820+180 => canceled 0+0 self
    "#]],
    );
}

#[test]
fn a_market_order_sets_aside_what_the_collar_may_cost() {
    check_in(
        "balances",
        "m1 sell 5 @ 90 | t1 buy 9 mkt",
        expect![[r#"
        open m1#1 sell 5@90, rest m1#1 5@90, m1 X 995+5 => open 0+5
        open t1#1 buy 9@100, fill t1#1/m1#1 5@90 left 4/0, cancel t1#1 4@100 tif, t1 $999550+0, m1 $1000450+0, m1 X 995+0, t1 X 1005+0 => canceled 5+0 tif
    "#]],
    );
    check(
        "open t1 | deposit t1 $ 499 | m1 sell 5 @ 90 | t1 buy 5 mkt",
        expect![[r#"
        open t1 of group 1
        ok
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        => 2105 insufficient_funds has 499
    "#]],
    );
    check(
        "open t1 | deposit t1 $ 500 | m1 sell 5 @ 90 | t1 buy 5 mkt | show t1",
        expect![[r#"
        open t1 of group 1
        ok
        open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
        open t1#1 buy 5@100, fill t1#1/m1#1 5@90 left 0/0 => filled 5+0
        t1 $50+0 X 5+0
    "#]],
    );
}

#[test]
fn deposits_add_up() {
    check_in(
        "balances | open t1",
        "deposit t1 $ 5 | deposit t1 $ 7 | deposit t1 3 X | deposit t1 4 X | deposit t1 $ 0 | deposit t1 0 X",
        expect![[r#"
            t1 $5+0
            t1 $12+0
            t1 X 3+0
            t1 X 7+0
            => 6005 amount_out_of_range
            => 6005 amount_out_of_range
        "#]],
    );
}
