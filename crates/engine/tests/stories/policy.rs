//! What the terms of a programme let whom trade.

use crate::story::{check, check_in};
use expect_test::expect;

const LISTED: &str = "list A-B-100-202706 | list A-B-100-PERP | list A-C-100-PERP | deposit s 50 A-B-100-202706 | deposit s 50 A-B-100-PERP \
                      | deposit s 50 A-C-100-PERP | deposit b $ 1";

#[test]
fn a_programme_without_terms_and_a_free_one_are_everybodys() {
    check_in(
        LISTED,
        "s sell 5 on A-B-100-PERP @ 90 | programme A-B free | s sell 5 on A-B-100-PERP @ 90 | b buy 6 on A-B-100-PERP @ 90",
        expect![[r#"
            open s#1 sell 5@90 on A-B-100-PERP, rest s#1 5@90 => open 0+5
            programme A-B free
            open s#2 sell 5@90 on A-B-100-PERP, rest s#2 5@90 => open 0+5
            open b#1 buy 6@90 on A-B-100-PERP, fill b#1/s#1 5@90 left 1/0, fill b#1/s#2 1@90 left 0/4 => filled 6+0
        "#]],
    );
}

#[test]
fn a_prohibited_one_is_nobodys_and_halts() {
    check_in(
        LISTED,
        "s sell 5 on A-B-100-PERP @ 90 | b buy 5 on A-B-100-202706 @ 80 | s sell 5 on A-C-100-PERP @ 90 | b buy 5 on A-B-100-PERP @ 95 stop 94 \
         | programme A-B prohibited | b buy 1 on A-B-100-PERP @ 80 | s sell 1 on A-B-100-PERP @ 99 | b buy 1 on A-C-100-PERP @ 80 \
         | list A-B-100-202712 | resume A-B-100-PERP | phase A-B-100-PERP call | close A-B-100-PERP | expire A-B-100-202712",
        expect![[r#"
            open s#1 sell 5@90 on A-B-100-PERP, rest s#1 5@90 => open 0+5
            open b#1 buy 5@80 on A-B-100-202706, rest b#1 5@80 => open 0+5
            open s#2 sell 5@90 on A-C-100-PERP, rest s#2 5@90 => open 0+5
            open b#2 buy 5@95 stop 94 on A-B-100-PERP => open 0+5
            programme A-B prohibited, A-B-100-202706 halted (policy), A-B-100-PERP halted (policy), pull s#1 5@90 policy, pull b#1 5@80 policy, cancel b#2 5@95 policy
            => 2115 policy_forbids
            => 2115 policy_forbids
            open b#3 buy 1@80 on A-C-100-PERP, rest b#3 1@80 => open 0+1
            list A-B-100-202712, A-B-100-202712 halted (policy)
            => 2115 policy_forbids
            => 2115 policy_forbids
            => 2115 policy_forbids
            A-B-100-202712 expired
        "#]],
    );
}

#[test]
fn an_upgrade_lets_the_operator_resume() {
    check_in(
        LISTED,
        "programme A-B prohibited | programme A-B free | b buy 1 on A-B-100-PERP @ 80 | resume A-B-100-PERP | b buy 1 on A-B-100-PERP @ 80",
        expect![[r#"
            programme A-B prohibited, A-B-100-202706 halted (policy), A-B-100-PERP halted (policy)
            programme A-B free
            => 2110 wrong_phase
            A-B-100-PERP continuous
            open b#1 buy 1@80 on A-B-100-PERP, rest b#1 1@80 => open 0+1
        "#]],
    );
}

#[test]
fn the_trading_day_does_not_move_what_is_prohibited() {
    check_in(
        LISTED,
        "schedule A-B-100-PERP 08:10 call, 08:20 continuous | close A-B-100-PERP | programme A-B prohibited | at 08:10 | at 08:20",
        expect![[r#"
            A-B-100-PERP schedule 08:10 call, 08:20 continuous
            A-B-100-PERP closed
            programme A-B prohibited, A-B-100-202706 halted (policy), A-B-100-PERP halted (policy)
            ok
            ok
        "#]],
    );
}

#[test]
fn a_call_that_is_prohibited_is_left_unfinished() {
    check_in(
        LISTED,
        "phase A-B-100-PERP call | s sell 5 on A-B-100-PERP @ 80 | b buy 5 on A-B-100-PERP @ 90 | programme A-B prohibited | programme A-B free | resume A-B-100-PERP",
        expect![[r#"
            A-B-100-PERP call, A-B-100-PERP call 1
            open s#1 sell 5@80 on A-B-100-PERP, rest s#1 5@80 => open 0+5
            open b#1 buy 5@90 on A-B-100-PERP, rest b#1 5@90, A-B-100-PERP call 1 indicates 5@80 => open 0+5
            programme A-B prohibited, A-B-100-202706 halted (policy), A-B-100-PERP halted (policy), pull s#1 5@80 policy, pull b#1 5@90 policy
            programme A-B free
            A-B-100-PERP call 1 ended nothing, A-B-100-PERP continuous
        "#]],
    );
}

#[test]
fn a_use_through_sale_needs_an_arrangement() {
    check_in(
        LISTED,
        "programme A-B use_through | s sell 1 on A-B-100-PERP @ 90 | permit s A-B family | permit s A-B consent | s sell 1 on A-B-100-PERP @ 90 \
         | permit s A-B arrangement | s sell 1 on A-B-100-PERP @ 90 | b buy 1 on A-B-100-PERP @ 90",
        expect![[r#"
            programme A-B use_through
            => 2115 policy_forbids
            permit s A-B family
            permit s A-B consent
            => 2115 policy_forbids
            permit s A-B arrangement
            open s#1 sell 1@90 on A-B-100-PERP, rest s#1 1@90 => open 0+1
            open b#1 buy 1@90 on A-B-100-PERP, fill b#1/s#1 1@90 left 0/0 => filled 1+0
        "#]],
    );
}

#[test]
fn within_a_family_both_sides_are_members() {
    check_in(
        LISTED,
        "programme A-B one_family | b buy 1 on A-B-100-PERP @ 90 | s sell 1 on A-B-100-PERP @ 90 | permit b A-B family | b buy 1 on A-B-100-PERP @ 90 \
         | s sell 1 on A-B-100-PERP @ 90 | permit s A-B family | s sell 1 on A-B-100-PERP @ 90",
        expect![[r#"
            programme A-B one_family
            => 2115 policy_forbids
            => 2115 policy_forbids
            permit b A-B family
            open b#1 buy 1@90 on A-B-100-PERP, rest b#1 1@90 => open 0+1
            => 2115 policy_forbids
            permit s A-B family
            open s#1 sell 1@90 on A-B-100-PERP, fill s#1/b#1 1@90 left 0/0 => filled 1+0
        "#]],
    );
}

#[test]
fn consent_is_valid_to_the_end_of_its_last_day() {
    check_in(
        LISTED,
        "programme A-B with_consent | permit s A-B consent until 2027-01-15 | s sell 2 on A-B-100-PERP @ 90 | s sell 3 on A-C-100-PERP @ 90 \
         | b buy 1 on A-B-100-PERP @ 80 | at 23:59:59.999999999 s sell 1 on A-B-100-PERP @ 91 | at 24:00 s sell 1 on A-B-100-PERP @ 90 | s buy 1 on A-B-100-PERP @ 70",
        expect![[r#"
            programme A-B with_consent
            permit s A-B consent until 2027-01-15
            open s#1 sell 2@90 on A-B-100-PERP, rest s#1 2@90 => open 0+2
            open s#2 sell 3@90 on A-C-100-PERP, rest s#2 3@90 => open 0+3
            open b#1 buy 1@80 on A-B-100-PERP, rest b#1 1@80 => open 0+1
            open s#3 sell 1@91 on A-B-100-PERP, rest s#3 1@91 => open 0+1
            permit s A-B consent is over, pull s#1 2@90 policy, pull s#3 1@91 policy => 2115 policy_forbids
            open s#4 buy 1@70 on A-B-100-PERP, rest s#4 1@70 => open 0+1
        "#]],
    );
}

#[test]
fn a_permit_is_prolonged_revoked_and_given_twice() {
    check_in(
        LISTED,
        "programme A-B with_consent | permit s A-B consent until 2027-01-15 | permit s A-B consent until 2027-01-16 | permit s A-B consent until 2027-01-16 \
         | at 24:00 s sell 2 on A-B-100-PERP @ 90 | permit s A-B consent | at 48:00 s sell 2 on A-B-100-PERP @ 91 | revoke s A-B consent | revoke s A-B consent",
        expect![[r#"
            programme A-B with_consent
            permit s A-B consent until 2027-01-15
            permit s A-B consent until 2027-01-16
            ok
            open s#1 sell 2@90 on A-B-100-PERP, rest s#1 2@90 => open 0+2
            permit s A-B consent
            open s#2 sell 2@91 on A-B-100-PERP, rest s#2 2@91 => open 0+2
            permit s A-B consent is revoked, pull s#1 2@90 policy, pull s#2 2@91 policy
            => 6032 unknown_permit
        "#]],
    );
}

#[test]
fn another_class_takes_out_what_it_forbids_and_leaves_the_rest() {
    check_in(
        LISTED,
        "programme A-B use_through | permit s A-B arrangement | permit b A-B family | s sell 2 on A-B-100-PERP @ 90 | b buy 1 on A-B-100-PERP @ 80 \
         | programme A-B one_family | b amend #1 @ 81 | programme A-B one_family",
        expect![[r#"
            programme A-B use_through
            permit s A-B arrangement
            permit b A-B family
            open s#1 sell 2@90 on A-B-100-PERP, rest s#1 2@90 => open 0+2
            open b#1 buy 1@80 on A-B-100-PERP, rest b#1 1@80 => open 0+1
            programme A-B one_family, pull s#1 2@90 policy
            amend b#1 1@80 to 1@81 of 1 lost, rest b#1 1@81 => open 0+1
            ok
        "#]],
    );
}

#[test]
fn a_quote_is_refused_side_by_side() {
    check_in(
        LISTED,
        "s connect | programme A-B with_consent | s quote: A-B-100-PERP 5@80 / 5@90, A-C-100-PERP 5@80 / 5@90",
        expect![[r#"
            s~1 of s opened => connected s~1
            programme A-B with_consent
            open s#1 buy 5@80 on A-B-100-PERP, rest s#1 5@80, refuse sell on A-B-100-PERP 2115 policy_forbids, open s#2 buy 5@80 on A-C-100-PERP, rest s#2 5@80, open s#3 sell 5@90 on A-C-100-PERP, rest s#3 5@90 => quoted 3 placed 1 refused
        "#]],
    );
}

#[test]
fn it_is_judged_after_the_kill_switch_and_before_the_phase() {
    check_in(
        LISTED,
        "programme A-B prohibited | b buy 0 on A-B-100-PERP @ 0 | kill account b | b buy 0 on A-B-100-PERP @ 0",
        expect![[r#"
            programme A-B prohibited, A-B-100-202706 halted (policy), A-B-100-PERP halted (policy)
            => 2115 policy_forbids
            kill account b
            => 2125 kill_switch
        "#]],
    );
}

#[test]
fn an_accepted_order_gets_its_answer_again_whatever_the_terms_are_now() {
    check_in(
        LISTED,
        "s sell 5 on A-B-100-PERP @ 90 id=a | programme A-B prohibited | s sell 5 on A-B-100-PERP @ 90 id=a",
        expect![[r#"
            open s#1 sell 5@90 on A-B-100-PERP, rest s#1 5@90 => open 0+5
            programme A-B prohibited, A-B-100-202706 halted (policy), A-B-100-PERP halted (policy), pull s#1 5@90 policy
            => again s#1 open 0+5
        "#]],
    );
}

#[test]
fn terms_may_change_in_their_source_alone() {
    check(
        "programme A-B free | programme A-B free | programme A-B free dated 2026-12-01 | programme A-B free source letter pieces 99 piece 100",
        expect![[r#"
            programme A-B free
            ok
            programme A-B free dated 2026-12-01
            programme A-B free pieces 99 piece 100 source letter
        "#]],
    );
}
