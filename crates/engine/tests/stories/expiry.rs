//! Orders for a day and until a date.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn a_day_ends_at_midnight() {
    check_in(
        "balances",
        "t1 buy 5 @ 90 day | at 23:59:59.999999999 | at 24:00",
        expect![[r#"
            open t1#1 buy 5@90, rest t1#1 5@90, t1 $999550+450 => open 0+5
            ok
            pull t1#1 5@90 expired, t1 $1000000+0
        "#]],
    );
}

#[test]
fn an_order_of_midnight_is_of_the_day_that_begins() {
    check(
        "at 24:00 t1 buy 5 @ 90 day | at 47:59:59.999999999 | at 48:00",
        expect![[r#"
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            ok
            pull t1#1 5@90 expired
        "#]],
    );
}

#[test]
fn a_date_is_kept_to_the_nanosecond() {
    check(
        "t1 sell 5 @ 90 gtd 08:10 | at 08:09:59.999999999 t2 buy 1 @ 90 | at 08:10 t2 buy 1 @ 90",
        expect![[r#"
            open t1#1 sell 5@90, rest t1#1 5@90 => open 0+5
            open t2#1 buy 1@90, fill t2#1/t1#1 1@90 left 0/4 => filled 1+0
            pull t1#1 4@90 expired, open t2#2 buy 1@90, rest t2#2 1@90 => open 0+1
        "#]],
    );
}

#[test]
fn a_date_lies_ahead() {
    check(
        "t1 buy 5 @ 90 gtd -1ns | t1 buy 5 @ 90 gtd = | t1 buy 5 @ 90 gtd +1ns | clock +1ns",
        expect![[r#"
            => 2123 invalid_expiry
            => 2123 invalid_expiry
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            pull t1#1 5@90 expired
        "#]],
    );
}

#[test]
fn a_refused_command_tells_what_expired_before_it() {
    check_in(
        "balances",
        "t1 buy 5 @ 90 gtd 08:10 | at 08:10 t2 buy 0 @ 90",
        expect![[r#"
            open t1#1 buy 5@90, rest t1#1 5@90, t1 $999550+450 => open 0+5
            pull t1#1 5@90 expired, t1 $1000000+0 => 2103 invalid_quantity
        "#]],
    );
}

#[test]
fn what_expired_is_not_there_for_the_command_that_comes_with_it() {
    check(
        "t1 sell 5 @ 90 gtd 08:10 id=a | at 08:10 t1 cancel :a | t1 sell 5 @ 90 gtd 08:20 | at 08:20 t2 buy 5 @ 90 fok",
        expect![[r#"
            open t1#1 sell 5@90, rest t1#1 5@90 => open 0+5
            pull t1#1 5@90 expired => 2114 too_late_to_cancel
            open t1#2 sell 5@90, rest t1#2 5@90 => open 0+5
            pull t1#2 5@90 expired => 2111 fill_or_kill_not_filled has 0
        "#]],
    );
}

#[test]
fn it_takes_on_arrival_and_expires_with_what_is_left() {
    check_in(
        "m1 sell 2 @ 90",
        "t1 buy 5 @ 90 gtd 08:10 | t2 buy 5 @ 90 day | t2 cancel #1 | at 24:00",
        expect![[r#"
            open t1#1 buy 5@90, fill t1#1/m1#1 2@90 left 3/0, rest t1#1 3@90 => part 2+3
            open t2#1 buy 5@90, rest t2#1 5@90 => open 0+5
            pull t2#1 5@90 user => canceled t2#1
            pull t1#1 3@90 expired
        "#]],
    );
}

#[test]
fn an_order_filled_before_its_date_is_forgotten() {
    check(
        "t1 buy 5 @ 90 gtd 08:10 | m1 sell 5 @ 90 | at 08:10",
        expect![[r#"
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            open m1#1 sell 5@90, fill m1#1/t1#1 5@90 left 0/0 => filled 5+0
            ok
        "#]],
    );
}

#[test]
fn new_terms_leave_the_date() {
    check(
        "t1 buy 5 @ 90 gtd 08:10 | t1 amend #1 qty 9 @ 91 | at 08:10",
        expect![[r#"
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            amend t1#1 5@90 to 9@91 of 9 lost, rest t1#1 9@91 => open 0+9
            pull t1#1 9@91 expired
        "#]],
    );
}

#[test]
fn waiting_orders_and_icebergs_expire_too() {
    check(
        "t1 buy 5 @ 95 stop 92 day | t1 buy 5 max 600 stop 92 gtd 08:10 | t1 sell 5 @ 99 show 2 day | at 08:10 | at 24:00",
        expect![[r#"
            open t1#1 buy 5@95 stop 92 => open 0+5
            open t1#2 buy 5@92 stop 92 => open 0+5
            open t1#3 sell 5@99, rest t1#3 5(2)@99 => open 0+5
            cancel t1#2 5@92 expired
            cancel t1#1 5@95 expired, pull t1#3 5(2)@99 expired
        "#]],
    );
}

#[test]
fn orders_expire_by_date_then_by_id() {
    check(
        "m2 buy 1 @ 80 gtd 08:10 | m1 buy 1 @ 81 gtd 08:10 | m1 buy 1 @ 79 gtd 08:09 | at 08:11",
        expect![[r#"
            open m2#1 buy 1@80, rest m2#1 1@80 => open 0+1
            open m1#1 buy 1@81, rest m1#1 1@81 => open 0+1
            open m1#2 buy 1@79, rest m1#2 1@79 => open 0+1
            pull m1#2 1@79 expired, pull m2#1 1@80 expired, pull m1#1 1@81 expired
        "#]],
    );
}

#[test]
fn they_expire_in_every_phase() {
    for (phase, opened) in
        [("call", ", X call 1"), ("no-cancel", ", X call 1"), ("halted", ""), ("cancel-only", ""), ("closed", "")]
    {
        let mut world = crate::story::World::new("", "t1 buy 5 @ 90");
        world.line("t1 buy 5 @ 90 gtd 08:10");
        assert_eq!(world.line(&format!("phase X {phase}")), format!("X {phase}{opened}"));
        assert_eq!(world.line("at 08:10"), "pull t1#1 5@90 expired", "{phase}");
    }
}

#[test]
fn an_order_is_remembered_beyond_its_expiry() {
    check(
        "t1 buy 5 @ 90 gtd 08:10 id=a | at 08:20 t1 buy 5 @ 90 gtd 08:10 id=a | t1 buy 5 @ 90 gtd 08:30 id=a",
        expect![[r#"
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            pull t1#1 5@90 expired => again t1#1 open 0+5
            => 2106 duplicate_cl_ord_id
        "#]],
    );
}
