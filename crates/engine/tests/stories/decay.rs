//! Sells that lower their own price on a schedule.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn each_step_goes_to_the_back_of_its_price_and_trades_at_the_bid() {
    check(
        "m2 sell 1 @ 80 | m1 sell 5 @ 90 falls 80 at 08:10, 70 at 08:20 | t1 buy 2 @ 75 | at 08:10 | t1 buy 1 @ 80
         | at 08:20 | book X",
        expect![[r#"
            open m2#1 sell 1@80, rest m2#1 1@80 => open 0+1
            open m1#1 sell 5@90, rest m1#1 5@90, m1#1 falls to 80 at 08:10, 2 to come => open 0+5
            open t1#1 buy 2@75, rest t1#1 2@75 => open 0+2
            m1#1 falls to 70 at 08:20, 1 to come, amend m1#1 5@90 to 5@80 of 5 lost, rest m1#1 5@80
            open t1#2 buy 1@80, fill t1#2/m2#1 1@80 left 0/0 => filled 1+0
            m1#1 falls no more, amend m1#1 5@80 to 5@70 of 5 lost, fill m1#1/t1#1 2@75 left 3/0, rest m1#1 3@70
            bids - / asks 3@70
        "#]],
    );
}

#[test]
fn a_line_falls_by_equal_parts_in_equal_times_to_the_tick() {
    check(
        "m1 sell 5 @ 100 falls to 90 from 08:00 until 08:03 in 3 | clock +60s | clock +60s | clock +60s",
        expect![[r#"
            open m1#1 sell 5@100, rest m1#1 5@100, m1#1 falls to 96 at 08:01, 3 to come => open 0+5
            m1#1 falls to 93 at 08:02, 2 to come, amend m1#1 5@100 to 5@96 of 5 lost, rest m1#1 5@96
            m1#1 falls to 90 at 08:03, 1 to come, amend m1#1 5@96 to 5@93 of 5 lost, rest m1#1 5@93
            m1#1 falls no more, amend m1#1 5@93 to 5@90 of 5 lost, rest m1#1 5@90
        "#]],
    );
    check_in(
        "list X tick 10",
        "m1 sell 5 @ 100 falls to 70 from 08:00 until 08:06 in 6 | at 08:06",
        expect![[r#"
        open m1#1 sell 5@100, rest m1#1 5@100, m1#1 falls to 90 at 08:01, 3 to come => open 0+5
        m1#1 falls to 80 at 08:03, 2 to come, amend m1#1 5@100 to 5@90 of 5 lost, rest m1#1 5@90, m1#1 falls to 70 at 08:05, 1 to come, amend m1#1 5@90 to 5@80 of 5 lost, rest m1#1 5@80, m1#1 falls no more, amend m1#1 5@80 to 5@70 of 5 lost, rest m1#1 5@70
    "#]],
    );
}

#[test]
fn a_schedule_of_nonsense_is_refused() {
    check_in(
        "list X tick 10",
        "m1 sell 5 @ 90 falls to 90 from 08:00 until 08:10 in 2 | m1 sell 5 @ 90 falls to 85 from 08:00 until 08:10 in 2
         | m1 sell 5 @ 90 falls to 80 from 08:10 until 08:00 in 2 | m1 sell 5 @ 90 falls to 80 from 08:00 until 08:10 in 0
         | m1 sell 5 @ 90 falls to 80 from 08:00 until 08:10 in 101 | m1 sell 5 @ 90 falls 80 at 08:00
         | m1 sell 5 @ 90 falls 80 at 08:10, 80 at 08:20 | m1 sell 5 @ 90 falls 80 at 08:10, 70 at 08:10
         | m1 sell 5 @ 90 falls 85 at 08:10",
        expect![[r#"
            => 2140 invalid_decay
            => 2140 invalid_decay
            => 2140 invalid_decay
            => 2140 invalid_decay
            => 2140 invalid_decay
            => 2140 invalid_decay
            => 2140 invalid_decay
            => 2140 invalid_decay
            => 2140 invalid_decay
        "#]],
    );
}

#[test]
fn only_a_plain_sell_that_stays_falls() {
    check(
        "m1 buy 5 @ 90 falls 80 at 08:10 | m1 sell 5 @ 90 show 1 falls 80 at 08:10 | m1 sell 5 @ 90 day falls 80 at 08:10
         | m1 sell 5 @ 90 post falls 80 at 08:10 | m1 sell 5 @ 90 stop 80 falls 80 at 08:10 | m1 sell 5 @ 90 ioc falls 80 at 08:10
         | m1 sell 5 @ 90 gtd 08:15 falls 80 at 08:10, 70 at 08:20 | at 08:30",
        expect![[r#"
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            open m1#1 sell 5@90, rest m1#1 5@90, m1#1 falls to 80 at 08:10, 2 to come => open 0+5
            m1#1 falls to 70 at 08:20, 1 to come, amend m1#1 5@90 to 5@80 of 5 lost, rest m1#1 5@80, pull m1#1 5@80 expired
        "#]],
    );
}

#[test]
fn quantity_keeps_the_schedule_and_a_price_ends_it() {
    check(
        "m1 sell 5 @ 90 falls 80 at 08:10, 70 at 08:20 | m1 amend #1 qty 3 | m1 amend #1 qty 9 | at 08:10 | m1 amend #1 @ 85 | at 08:20
         | book X",
        expect![[r#"
            open m1#1 sell 5@90, rest m1#1 5@90, m1#1 falls to 80 at 08:10, 2 to come => open 0+5
            amend m1#1 5@90 to 3@90 of 3 kept => open 0+3
            amend m1#1 3@90 to 9@90 of 9 lost, rest m1#1 9@90 => open 0+9
            m1#1 falls to 70 at 08:20, 1 to come, amend m1#1 9@90 to 9@80 of 9 lost, rest m1#1 9@80
            m1#1 falls no more, amend m1#1 9@80 to 9@85 of 9 lost, rest m1#1 9@85 => open 0+9
            ok
            bids - / asks 9@85
        "#]],
    );
}

#[test]
fn a_step_that_comes_in_a_halt_is_taken_when_it_ends() {
    check(
        "m1 sell 5 @ 90 falls 80 at 08:10, 70 at 08:20, 60 at 08:40 | m2 sell 5 @ 95 falls 85 at 08:15 | t1 buy 1 @ 75 | halt X | at 08:20
         | resume X | phase X cancel-only | at 08:40 | close X | phase X call | resume X",
        expect![[r#"
            open m1#1 sell 5@90, rest m1#1 5@90, m1#1 falls to 80 at 08:10, 3 to come => open 0+5
            open m2#1 sell 5@95, rest m2#1 5@95, m2#1 falls to 85 at 08:15, 1 to come => open 0+5
            open t1#1 buy 1@75, rest t1#1 1@75 => open 0+1
            X halted
            m1#1 falls overdue @80 to 70 at 08:20, 2 to come, m2#1 falls overdue @85 no more, m1#1 falls overdue @70 to 60 at 08:40, 1 to come
            X continuous, m1#1 falls to 60 at 08:40, 1 to come, amend m1#1 5@90 to 5@70 of 5 lost, fill m1#1/t1#1 1@75 left 4/0, rest m1#1 4@70, m2#1 falls no more, amend m2#1 5@95 to 5@85 of 5 lost, rest m2#1 5@85
            X cancel-only
            m1#1 falls overdue @60 no more
            X closed
            X call, X call 1, m1#1 falls no more, amend m1#1 4@70 to 4@60 of 5 lost, rest m1#1 4@60
            X call 1 ended nothing, X continuous
        "#]],
    );
}

#[test]
fn in_a_call_a_step_is_taken_at_once() {
    check(
        "phase X call | m1 sell 5 @ 90 falls 80 at 08:10, 70 at 08:20 | t1 buy 2 @ 85 | at 08:10 | phase X no-cancel | at 08:20 | resume X",
        expect![[r#"
            X call, X call 1
            open m1#1 sell 5@90, rest m1#1 5@90, m1#1 falls to 80 at 08:10, 2 to come => open 0+5
            open t1#1 buy 2@85, rest t1#1 2@85 => open 0+2
            m1#1 falls to 70 at 08:20, 1 to come, amend m1#1 5@90 to 5@80 of 5 lost, rest m1#1 5@80, X call 1 indicates 2@80 sell 3 over
            X no-cancel
            m1#1 falls no more, amend m1#1 5@80 to 5@70 of 5 lost, rest m1#1 5@70, X call 1 indicates 2@70 sell 3 over
            cross t1#1/m1#1 2@70 left 0/3, X call 1 ended 2@70 sell 3 over, X continuous
        "#]],
    );
}

#[test]
fn a_step_trades_across_months() {
    check_in(
        "list W-A-100-202612 | list W-A-100-202703 | rules W-A-100-202612 dominance | rules W-A-100-202703 dominance
         | deposit m1 5 W-A-100-202703",
        "t1 buy 2 @ 75 on W-A-100-202612 | m1 sell 5 @ 90 on W-A-100-202703 falls 70 at 08:10 | at 08:10",
        expect![[r#"
            open t1#1 buy 2@75 on W-A-100-202612, rest t1#1 2@75 => open 0+2
            open m1#1 sell 5@90 on W-A-100-202703, rest m1#1 5@90, m1#1 falls to 70 at 08:10, 1 to come => open 0+5
            m1#1 falls no more, amend m1#1 5@90 to 5@70 of 5 lost, fill m1#1/t1#1 2@75 left 3/0 W-A-100-202703 for W-A-100-202612, rest m1#1 3@70
        "#]],
    );
}

#[test]
fn what_ends_the_order_ends_its_schedule() {
    check(
        "m1 sell 2 @ 90 falls 80 at 08:10 | m1 sell 2 @ 91 falls 80 at 08:10 | m1 cancel #1 | t1 buy 2 @ 91 | at 08:10
         | t1 buy 3 @ 91 | m1 sell 2 @ 90 falls 80 at 08:20 | book X",
        expect![[r#"
            open m1#1 sell 2@90, rest m1#1 2@90, m1#1 falls to 80 at 08:10, 1 to come => open 0+2
            open m1#2 sell 2@91, rest m1#2 2@91, m1#2 falls to 80 at 08:10, 1 to come => open 0+2
            pull m1#1 2@90 user => canceled m1#1
            open t1#1 buy 2@91, fill t1#1/m1#2 2@91 left 0/0 => filled 2+0
            ok
            open t1#2 buy 3@91, rest t1#2 3@91 => open 0+3
            open m1#3 sell 2@90, fill m1#3/t1#2 2@91 left 0/1 => filled 2+0
            bids 1@91 / asks -
        "#]],
    );
}

#[test]
fn the_same_again_gets_its_first_answer_and_another_schedule_is_another_order() {
    check(
        "m1 sell 2 @ 90 id=a falls 80 at 08:10 | m1 sell 2 @ 90 id=a falls 80 at 08:10 | m1 sell 2 @ 90 id=a falls 80 at 08:11
         | m1 sell 2 @ 90 id=a | m1 sell 2 @ 91 id=b | m1 sell 2 @ 91 id=b falls 80 at 08:10",
        expect![[r#"
            open m1#1 sell 2@90, rest m1#1 2@90, m1#1 falls to 80 at 08:10, 1 to come => open 0+2
            => again m1#1 open 0+2
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            open m1#2 sell 2@91, rest m1#2 2@91 => open 0+2
            => 2106 duplicate_cl_ord_id
        "#]],
    );
}

#[test]
fn an_order_that_expires_when_its_step_comes_is_gone() {
    check(
        "m1 sell 2 @ 90 gtd 08:10 falls 80 at 08:10 | at 08:10",
        expect![[r#"
        open m1#1 sell 2@90, rest m1#1 2@90, m1#1 falls to 80 at 08:10, 1 to come => open 0+2
        pull m1#1 2@90 expired
    "#]],
    );
}

#[test]
fn an_account_has_so_many_orders_that_fall() {
    let all = "m1 sell 1 @ 90 falls 80 at 08:10 | ".repeat(1_000);
    check_in(
        all.trim_end_matches("| "),
        "m1 sell 1 @ 90 falls 80 at 08:10 | m1 cancel #1 | m1 sell 1 @ 90 falls 80 at 08:10",
        expect![[r#"
            => 2141 too_many_decays
            pull m1#1 1@90 user => canceled m1#1
            open m1#1001 sell 1@90, rest m1#1001 1@90, m1#1001 falls to 80 at 08:10, 1 to come => open 0+1
        "#]],
    );
}
