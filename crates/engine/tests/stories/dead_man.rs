//! The dead-man timer of an account.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn it_cancels_everything_of_its_account() {
    check(
        "m1 sell 5 @ 91 | m2 sell 5 @ 91 | m1 dead-man 30 | m1 buy 5 @ 80 show 2 | m1 buy 5 @ 99 stop 95 | at 08:00:29.999999999 | at 08:00:30 \
         | m1 buy 1 @ 80 | at 08:01",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            open m2#1 sell 5@91, rest m2#1 5@91 => open 0+5
            m1 dead-man 08:00:30 => timer 08:00:30
            open m1#2 buy 5@80, rest m1#2 5(2)@80 => open 0+5
            open m1#3 buy 5@99 stop 95 => open 0+5
            ok
            m1 dead-man off, pull m1#1 5@91 dead-man, pull m1#2 5(2)@80 dead-man, cancel m1#3 5@99 dead-man
            open m1#4 buy 1@80, rest m1#4 1@80 => open 0+1
            ok
        "#]],
    );
}

#[test]
fn it_is_put_off_by_setting_it_again() {
    check(
        "m1 sell 5 @ 91 | m1 dead-man 30 | at 08:00:29 m1 dead-man 30 | at 08:00:30 | at 08:00:58 m1 dead-man 1 | at 08:00:59",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            m1 dead-man 08:00:30 => timer 08:00:30
            m1 dead-man 08:00:59 => timer 08:00:59
            ok
            m1 dead-man 08:00:59 => timer 08:00:59
            m1 dead-man off, pull m1#1 5@91 dead-man
        "#]],
    );
}

#[test]
fn setting_it_again_at_its_instant_is_too_late() {
    check(
        "m1 sell 5 @ 91 | m1 dead-man 30 | at 08:00:30 m1 dead-man 30",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            m1 dead-man 08:00:30 => timer 08:00:30
            m1 dead-man off, pull m1#1 5@91 dead-man, m1 dead-man 08:01 => timer 08:01
        "#]],
    );
}

#[test]
fn zero_disarms_it() {
    check(
        "m1 sell 5 @ 91 | m1 dead-man 30 | m1 dead-man 0 | at 08:01 | m1 dead-man 0",
        expect![[r#"
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
            m1 dead-man 08:00:30 => timer 08:00:30
            m1 dead-man off => timer off
            ok
            m1 dead-man off => timer off
        "#]],
    );
}

#[test]
fn it_lasts_a_day_at_most() {
    check(
        "m1 dead-man 86401 | m1 dead-man 86400 | nobody dead-man 30 | nobody dead-man 86401 | at 32:00",
        expect![[r#"
            => 2132 invalid_timeout
            m1 dead-man 32:00 => timer 32:00
            => 6001 unknown_account
            => 6001 unknown_account
            m1 dead-man off
        "#]],
    );
}

#[test]
fn it_fires_before_a_refused_command_and_in_no_cancel() {
    check_in(
        "m1 sell 5 @ 91 | m1 dead-man 30 | phase X no-cancel",
        "at 08:00:30 m1 cancel #1",
        expect![[r#"
            m1 dead-man off, pull m1#1 5@91 dead-man => 2113 unknown_order
        "#]],
    );
}

#[test]
fn an_order_of_the_command_that_fires_it_is_not_cancelled() {
    check_in(
        "m1 sell 5 @ 91 | m1 dead-man 30",
        "at 08:00:31 m1 sell 5 @ 92",
        expect![[r#"
            m1 dead-man off, pull m1#1 5@91 dead-man, open m1#2 sell 5@92, rest m1#2 5@92 => open 0+5
        "#]],
    );
}
