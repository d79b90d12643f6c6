//! A client order id sent again gets the first answer again.

use crate::story::{World, check, check_in};
use expect_test::expect;

#[test]
fn the_first_answer_comes_again_with_its_fills() {
    check_in(
        "balances | list X fee 10/25",
        "m1 sell 2 @ 90 | m2 sell 2 @ 91 | t1 buy 9 @ 91 id=a | t1 buy 9 @ 91 id=a | book X",
        expect![[r#"
            open m1#1 sell 2@90, rest m1#1 2@90, m1 X 998+2 => open 0+2
            open m2#1 sell 2@91, rest m2#1 2@91, m2 X 998+2 => open 0+2
            open t1#1 buy 9@91, fill t1#1/m1#1 2@90 left 7/0 fee 1/1, fill t1#1/m2#1 2@91 left 5/0 fee 0/1, rest t1#1 5@91, t1 $999180+457, m1 $1000179+0, m1 X 998+0, t1 X 1004+0, m2 $1000181+0, m2 X 998+0 => part 4+5
            recall trade 1 2@90 fee 1, recall trade 2 2@91 => again t1#1 part 4+5
            bids 5@91 / asks -
        "#]],
    );
}

#[test]
fn it_is_the_first_answer_whatever_happened_since() {
    check(
        "m1 sell 2 @ 90 | t1 buy 5 @ 91 id=a | m2 sell 1 @ 91 | t1 amend :a qty 9 @ 80 | t1 buy 5 @ 91 id=a \
         | t1 cancel :a | t1 buy 5 @ 91 id=a",
        expect![[r#"
            open m1#1 sell 2@90, rest m1#1 2@90 => open 0+2
            open t1#1 buy 5@91, fill t1#1/m1#1 2@90 left 3/0, rest t1#1 3@91 => part 2+3
            open m2#1 sell 1@91, fill m2#1/t1#1 1@91 left 0/2 => filled 1+0
            amend t1#1 2@91 to 6@80 of 9 lost, rest t1#1 6@80 => part 3+6
            recall trade 1 2@90 => again t1#1 part 2+3
            pull t1#1 6@80 user => canceled t1#1 id=a
            recall trade 1 2@90 => again t1#1 part 2+3
        "#]],
    );
}

#[test]
fn another_body_under_the_same_id_is_refused() {
    check(
        "list Y | deposit t1 9 Y | t1 buy 5 @ 90 id=a | t1 buy 6 @ 90 id=a | t1 buy 5 @ 91 id=a | t1 sell 5 @ 90 id=a \
         | t1 buy 5 on Y @ 90 id=a | t1 buy 5 @ 90 ioc id=a | t1 buy 5 @ 90 post id=a | t1 buy 5 @ 90 stp=both id=a \
         | t1 buy 5 mkt id=a | t1 buy 5 max 450 id=a",
        expect![[r#"
            list Y
            ok
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
        "#]],
    );
}

#[test]
fn a_deadline_belongs_to_the_sending() {
    check(
        "t1 buy 5 @ 90 id=a deadline=+5s | t1 buy 5 @ 90 id=a deadline=+9s | t1 buy 5 @ 90 id=a | clock +10s \
         | t1 buy 5 @ 90 id=a deadline=-5s | t1 buy 6 @ 90 id=a deadline=-5s | t1 buy 5 @ 90 id=b deadline=-5s",
        expect![[r#"
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            => again t1#1 open 0+5
            => again t1#1 open 0+5
            ok
            => again t1#1 open 0+5
            => 2106 duplicate_cl_ord_id
            => 2112 deadline_passed
        "#]],
    );
}

#[test]
fn the_first_answer_comes_before_every_check_of_the_present() {
    check(
        "open t1 | deposit t1 $ 450 | t1 buy 5 @ 90 id=a | m1 sell 5 @ 90 | t1 buy 5 @ 90 id=a | halt X \
         | t1 buy 5 @ 90 id=a | close X | t1 buy 5 @ 90 id=a | t1 buy 5 @ 90 id=b",
        expect![[r#"
            open t1 of group 1
            ok
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            open m1#1 sell 5@90, fill m1#1/t1#1 5@90 left 0/0 => filled 5+0
            => again t1#1 open 0+5
            X halted
            => again t1#1 open 0+5
            X closed
            => again t1#1 open 0+5
            => 2110 wrong_phase
        "#]],
    );
    check(
        "m1 sell 1 @ 90 | t1 buy 1 @ 90 fok id=a | t1 buy 1 @ 90 fok id=a",
        expect![[r#"
        open m1#1 sell 1@90, rest m1#1 1@90 => open 0+1
        open t1#1 buy 1@90, fill t1#1/m1#1 1@90 left 0/0 => filled 1+0
        recall trade 1 1@90 => again t1#1 filled 1+0
    "#]],
    );
    check(
        "t1 buy 1 @ 90 post id=a | m1 sell 2 @ 90 | m2 sell 2 @ 80 | t1 buy 1 @ 90 post id=a",
        expect![[r#"
        open t1#1 buy 1@90, rest t1#1 1@90 => open 0+1
        open m1#1 sell 2@90, fill m1#1/t1#1 1@90 left 1/0, rest m1#1 1@90 => part 1+1
        open m2#1 sell 2@80, rest m2#1 2@80 => open 0+2
        => again t1#1 open 0+1
    "#]],
    );
    check(
        "m1 sell 1 @ 90 | t1 buy 1 mkt id=a | t1 buy 1 mkt id=a | t1 buy 1 mkt id=b",
        expect![[r#"
        open m1#1 sell 1@90, rest m1#1 1@90 => open 0+1
        open t1#1 buy 1@100, fill t1#1/m1#1 1@90 left 0/0 => filled 1+0
        recall trade 1 1@90 => again t1#1 filled 1+0
        => 2117 no_opposite_price
    "#]],
    );
}

#[test]
fn a_refused_order_left_no_trace_and_is_judged_afresh() {
    check(
        "t1 buy 5 mkt id=a | m1 sell 9 @ 90 | t1 buy 5 mkt id=a | t1 buy 5 mkt id=a",
        expect![[r#"
        => 2117 no_opposite_price
        open m1#1 sell 9@90, rest m1#1 9@90 => open 0+9
        open t1#1 buy 5@100, fill t1#1/m1#1 5@90 left 0/4 => filled 5+0
        recall trade 1 5@90 => again t1#1 filled 5+0
    "#]],
    );
    check(
        "t1 buy 0 @ 90 id=a | t1 cancel :a | t1 buy 5 @ 91 id=a",
        expect![[r#"
        => 2103 invalid_quantity
        => 2113 unknown_order
        open t1#1 buy 5@91, rest t1#1 5@91 => open 0+5
    "#]],
    );
}

#[test]
fn an_id_is_its_accounts_own() {
    check(
        "a.1 buy 5 @ 90 id=a | a.2 sell 1 @ 95 id=a | a.2 cancel :a | a.1 cancel :a",
        expect![[r#"
        open a.1#1 buy 5@90, rest a.1#1 5@90 => open 0+5
        open a.2#1 sell 1@95, rest a.2#1 1@95 => open 0+1
        pull a.2#1 1@95 user => canceled a.2#1 id=a
        pull a.1#1 5@90 user => canceled a.1#1 id=a
    "#]],
    );
}

#[test]
fn orders_without_an_id_are_all_new() {
    check(
        "t1 buy 5 @ 90 | t1 buy 5 @ 90",
        expect![[r#"
        open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
        open t1#2 buy 5@90, rest t1#2 5@90 => open 0+5
    "#]],
    );
}

#[test]
fn an_id_is_forgotten_a_day_after_its_acceptance() {
    check(
        "t1 buy 5 @ 90 ioc id=a | clock +23h | t1 buy 5 @ 90 ioc id=a | clock +3599s | t1 buy 5 @ 90 ioc id=a \
         | t1 cancel :a | clock +1s | t1 cancel :a | t1 buy 6 @ 90 id=a | t1 buy 6 @ 90 id=a",
        expect![[r#"
            open t1#1 buy 5@90, cancel t1#1 5@90 tif => canceled 0+0 tif
            ok
            => again t1#1 canceled 0+0 tif
            ok
            => again t1#1 canceled 0+0 tif
            => 2114 too_late_to_cancel
            ok
            => 2113 unknown_order
            open t1#2 buy 6@90, rest t1#2 6@90 => open 0+6
            => again t1#2 open 0+6
        "#]],
    );
}

#[test]
fn it_is_remembered_to_the_last_nanosecond() {
    check(
        "t1 buy 5 @ 90 ioc id=a | clock +86399999999999ns | t1 buy 6 @ 90 ioc id=a | clock +1ns | t1 buy 6 @ 90 ioc id=a",
        expect![[r#"
            open t1#1 buy 5@90, cancel t1#1 5@90 tif => canceled 0+0 tif
            ok
            => 2106 duplicate_cl_ord_id
            ok
            open t1#2 buy 6@90, cancel t1#2 6@90 tif => canceled 0+0 tif
        "#]],
    );
}

#[test]
fn an_id_is_remembered_while_its_order_is_open() {
    check(
        "m1 sell 2 @ 90 | t1 buy 5 @ 90 id=a | clock +25h | t1 buy 5 @ 90 id=a | t1 buy 6 @ 90 id=a | clock +49h \
         | t1 buy 5 @ 90 id=a | t1 amend :a qty 6 | t1 cancel :a | t1 buy 5 @ 90 id=a | clock +24h | t1 buy 5 @ 90 id=a",
        expect![[r#"
            open m1#1 sell 2@90, rest m1#1 2@90 => open 0+2
            open t1#1 buy 5@90, fill t1#1/m1#1 2@90 left 3/0, rest t1#1 3@90 => part 2+3
            ok
            recall trade 1 2@90 => again t1#1 part 2+3
            => 2106 duplicate_cl_ord_id
            ok
            recall trade 1 2@90 => again t1#1 part 2+3
            amend t1#1 3@90 to 4@90 of 6 lost, rest t1#1 4@90 => part 2+4
            pull t1#1 4@90 user => canceled t1#1 id=a
            open t1#2 buy 5@90, rest t1#2 5@90 => open 0+5
            ok
            => again t1#2 open 0+5
        "#]],
    );
}

#[test]
fn a_days_backlog_is_forgotten_bit_by_bit_and_nobody_can_tell() {
    let mut world = World::new("", "m1 sell 1 @ 90 | t1 sell 1 @ 90");
    world.line("m1 sell 900 @ 90");
    for number in 0..300 {
        let told = world.line(&format!("t1 buy 1 @ 90 id=a{number}"));
        assert!(told.ends_with("=> filled 1+0"), "{told}");
    }
    world.line("t1 buy 1 @ 80 id=open");
    world.line("clock +24h");
    // The last ids are due and not forgotten yet; the open order's id is kept.
    expect!["open t1#302 buy 2@90, fill t1#302/m1#1 2@90 left 0/598 => filled 2+0"]
        .assert_eq(&world.line("t1 buy 2 @ 90 id=a299"));
    expect!["again t1#302 filled 2+0"].assert_eq(world.line("t1 buy 2 @ 90 id=a299").split_once("=> ").unwrap().1);
    for number in 0..5 {
        let told = world.line(&format!("t1 buy 3 @ 90 ioc id=a{number}"));
        assert!(told.ends_with("=> filled 3+0"), "{told}");
    }
    for _ in 0..10 {
        world.line("clock +1s");
    }
    expect!["=> again t1#301 open 0+1"].assert_eq(world.line("t1 buy 1 @ 80 id=open").trim());
    expect!["again t1#302 filled 2+0"].assert_eq(world.line("t1 buy 2 @ 90 id=a299").split_once("=> ").unwrap().1);
    expect!["again t1#307 filled 3+0"].assert_eq(world.line("t1 buy 3 @ 90 ioc id=a4").split_once("=> ").unwrap().1);
    expect!["=> 2113 unknown_order"].assert_eq(world.line("t1 cancel :a5").trim());
}

#[test]
fn every_word_of_an_order_is_of_its_body() {
    check(
        "m1 connect | t1 buy 5 @ 90 id=a | t1 buy 5 @ 90 id=a show 2 | t1 buy 5 @ 90 id=a min 2 | t1 buy 5 @ 90 id=a stop 89 | t1 buy 5 @ 90 id=a day \
         | t1 buy 5 @ 90 id=a gtd +1s | t1 buy 5 @ 90 id=a auction | t1 buy 5 @ 90 id=a slide | t1 buy 5 @ 90 id=a via m1~1",
        expect![[r#"
            m1~1 of m1 opened => connected m1~1
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            => again t1#1 open 0+5
        "#]],
    );
}

#[test]
fn an_order_that_slid_or_was_refilled_is_told_as_it_was_at_first() {
    check_in(
        "m1 sell 5 @ 91",
        "t1 buy 5 @ 95 slide id=a | t1 buy 5 @ 95 slide id=a | m2 buy 9 @ 90 show 2 id=b | m3 sell 7 @ 90 | m2 buy 9 @ 90 show 2 id=b",
        expect![[r#"
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            => again t1#1 open 0+5
            open m2#1 buy 9@90, rest m2#1 9(2)@90 => open 0+9
            open m3#1 sell 7@90, fill m3#1/t1#1 5@90 left 2/0, fill m3#1/m2#1 2@90 left 0/7, refill m2#1 7(2)@90 => filled 7+0
            => again m2#1 open 0+9
        "#]],
    );
}

#[test]
fn an_order_that_breached_a_band_is_told_as_it_was_at_first() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 95 | m1 sell 1 @ 96",
        "t1 buy 2 @ 96 ioc id=a | t1 buy 2 @ 96 ioc id=a",
        expect![[r#"
            open t1#1 buy 2@96, fill t1#1/m1#1 1@95 left 1/0, X volatility-call (volatility), X call 1, cancel t1#1 1@96 volatility => canceled 1+0 volatility
            recall trade 1 1@95 => again t1#1 canceled 1+0 volatility
        "#]],
    );
}
