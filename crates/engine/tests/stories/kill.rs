//! Kill switches of the venue, a programme and an account.

use crate::story::{check, check_in};
use expect_test::expect;

#[test]
fn the_venues_cancels_everything_by_account_then_by_id() {
    check_in(
        "m1 sell 5 @ 91 | list Y | deposit m2 9 Y | m2 sell 5 @ 91 | m2 buy 5 @ 99 stop 95 | m1 buy 5 @ 80 show 2 | m2 sell 5 on Y @ 9",
        "kill venue | m1 buy 1 @ 80 | m3 buy 1 on Y @ 80 | release venue | m1 buy 1 @ 80",
        expect![[r#"
            kill venue, pull m1#1 5@91 kill, pull m1#2 5(2)@80 kill, pull m2#1 5@91 kill, cancel m2#2 5@99 kill, pull m2#3 5@9 kill
            => 2125 kill_switch
            => 2125 kill_switch
            release venue
            open m1#3 buy 1@80, rest m1#3 1@80 => open 0+1
        "#]],
    );
}

#[test]
fn who_gave_it_changes_nothing() {
    check_in(
        "m1 sell 5 @ 91",
        "by ops kill venue | m1 buy 1 @ 80 | by ops kill account nobody | by ops release venue | by ops m1 cancel-all | m1 buy 1 @ 80",
        expect![[r#"
            kill venue, pull m1#1 5@91 kill
            => 2125 kill_switch
            => 6001 unknown_account
            release venue
            => canceled 0
            open m1#2 buy 1@80, rest m1#2 1@80 => open 0+1
        "#]],
    );
}

#[test]
fn an_accounts_cancels_its_orders() {
    check_in(
        "m1 sell 5 @ 91 | m2 sell 5 @ 92",
        "kill account m1 | m1 buy 1 @ 80 | m2 buy 1 @ 80 | kill account nobody | release account m1 | m1 buy 1 @ 80",
        expect![[r#"
            kill account m1, pull m1#1 5@91 kill
            => 2125 kill_switch
            open m2#2 buy 1@80, rest m2#2 1@80 => open 0+1
            => 6001 unknown_account
            release account m1
            open m1#2 buy 1@80, rest m1#2 1@80 => open 0+1
        "#]],
    );
}

#[test]
fn a_programmes_cancels_the_orders_in_its_instruments() {
    check_in(
        "list AWS-ACT-A | list AWS-ACT-B | list AWS-ACTS-A | deposit m1 9 AWS-ACT-A | m1 sell 5 @ 91 | m1 sell 5 on AWS-ACT-A @ 91 \
         | m2 buy 5 on AWS-ACT-B @ 80 | m2 buy 5 on AWS-ACTS-A @ 80",
        "kill programme AWS-ACT | m3 buy 1 on AWS-ACT-A @ 80 | m3 buy 1 on AWS-ACTS-A @ 80 | m3 buy 1 @ 80 | release programme AWS-ACT \
         | m3 buy 1 on AWS-ACT-A @ 80",
        expect![[r#"
            kill programme AWS-ACT, pull m1#2 5@91 kill, pull m2#1 5@80 kill
            => 2125 kill_switch
            open m3#1 buy 1@80 on AWS-ACTS-A, rest m3#1 1@80 => open 0+1
            open m3#2 buy 1@80, rest m3#2 1@80 => open 0+1
            release programme AWS-ACT
            open m3#3 buy 1@80 on AWS-ACT-A, rest m3#3 1@80 => open 0+1
        "#]],
    );
}

#[test]
fn cancel_all_may_name_a_programme() {
    check_in(
        "list AWS-ACT-A | list AWS-ACTS-A | m1 buy 5 on AWS-ACT-A @ 80 | m1 buy 5 on AWS-ACTS-A @ 80 | m1 buy 5 @ 80",
        "m1 cancel-all of AWS-CDM | m1 cancel-all of AWS-ACT | m1 cancel-all",
        expect![[r#"
            => canceled 0
            pull m1#1 5@80 user => canceled 1
            pull m1#2 5@80 user, pull m1#3 5@80 user => canceled 2
        "#]],
    );
}

#[test]
fn setting_what_is_already_so_does_nothing() {
    check(
        "release venue | kill venue | kill venue | release venue | release account m1 | release programme AWS-ACT",
        expect![[r#"
            ok
            kill venue
            ok
            release venue
            ok
            ok
        "#]],
    );
}

#[test]
fn each_switch_is_its_own() {
    check_in(
        "m1 sell 5 @ 91 | kill venue | kill account m1",
        "release venue | m1 buy 1 @ 80 | m2 buy 1 @ 80 | release account m1 | m1 buy 1 @ 80",
        expect![[r#"
            release venue
            => 2125 kill_switch
            open m2#1 buy 1@80, rest m2#1 1@80 => open 0+1
            release account m1
            open m1#2 buy 1@80, rest m1#2 1@80 => open 0+1
        "#]],
    );
}

#[test]
fn it_cancels_in_no_cancel_too() {
    check_in(
        "m1 sell 5 @ 91 | phase X no-cancel | t1 buy 5 @ 91",
        "kill account m1",
        expect![[r#"
            kill account m1, pull m1#1 5@91 kill, X call 1 indicates nothing
        "#]],
    );
}

#[test]
fn quotes_are_refused_side_by_side() {
    check_in(
        "m1 connect | kill venue",
        "m1 quote: 5@88 / 5@92 | m1 connect | m1 group g1 10 in 5s | m1 dead-man 30 | m1 cancel-all | disconnect m1~1",
        expect![[r#"
            refuse buy 2125 kill_switch, refuse sell 2125 kill_switch => quoted 2 refused
            m1~2 of m1 opened => connected m1~2
            m1/g1 10 in 5s
            m1 dead-man 08:00:30 => timer 08:00:30
            => canceled 0
            m1~1 of m1 closed
        "#]],
    );
}

#[test]
fn the_first_answer_is_given_all_the_same() {
    check_in(
        "m1 sell 5 @ 91 id=a | kill venue",
        "m1 sell 5 @ 91 id=a | m1 sell 6 @ 91 id=a | m1 sell 5 @ 91 id=b",
        expect![[r#"
            => again m1#1 open 0+5
            => 2106 duplicate_cl_ord_id
            => 2125 kill_switch
        "#]],
    );
}
