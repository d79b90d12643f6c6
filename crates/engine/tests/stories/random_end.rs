//! The random end of a call: committed to before, revealed after, and bounded.

use crate::story::{check, check_in};
use expect_test::expect;

/// A call that is to end at 08:10, or within 30 seconds of it.
const CALL: &str = "schedule X 08:10 continuous | phase X call";

#[test]
fn a_committed_call_ends_when_the_seed_says() {
    check_in(
        CALL,
        "commit X 1 5s | at 08:10 | at 08:10:04.999999999 reveal X 1 5s | at 08:10:05 reveal X 1 5s",
        expect![[r#"
            X call 1 committed 5s
            X call 1 ending 08:10 to 08:10:30
            => 6009 wrong_auction
            X call 1 revealed 5s, X call 1 ended nothing, X continuous (schedule)
        "#]],
    );
}

#[test]
fn orders_are_collected_until_then() {
    check_in(
        CALL,
        "commit X 1 5s | t1 buy 5 @ 90 | at 08:10 m1 sell 2 @ 90 | at 08:10:03 m1 sell 2 @ 89 | t1 amend #1 qty 4 \
         | at 08:10:05 reveal X 1 5s",
        expect![[r#"
            X call 1 committed 5s
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            X call 1 ending 08:10 to 08:10:30, open m1#1 sell 2@90, rest m1#1 2@90, X call 1 indicates 2@90 buy 3 over => open 0+2
            open m1#2 sell 2@89, rest m1#2 2@89, X call 1 indicates 4@90 buy 1 over => open 0+2
            amend t1#1 5@90 to 4@90 of 4 kept, X call 1 indicates 4@90 => open 0+4
            X call 1 revealed 5s, cross t1#1/m1#2 2@90 left 2/0, cross t1#1/m1#1 2@90 left 0/0, X call 1 ended 4@90, X continuous (schedule)
        "#]],
    );
}

#[test]
fn without_a_seed_it_ends_at_the_latest() {
    check_in(
        CALL,
        "commit X 1 5s | at 08:10 | at 08:10:29.999999999 | at 08:10:30 | reveal X 1 5s",
        expect![[r#"
            X call 1 committed 5s
            X call 1 ending 08:10 to 08:10:30
            ok
            X call 1 ended nothing, X continuous (schedule)
            => 6009 wrong_auction
        "#]],
    );
}

#[test]
fn the_seed_is_taken_modulo_the_longest_end_and_a_nanosecond() {
    // 31 s leave 0.999999999 s.
    check_in(
        CALL,
        "commit X 1 31s | at 08:10:00.999999998 reveal X 1 31s | at 08:10:00.999999999 reveal X 1 31s",
        expect![[r#"
            X call 1 committed 31s
            X call 1 ending 08:10 to 08:10:30 => 6009 wrong_auction
            X call 1 revealed 31s, X call 1 ended nothing, X continuous (schedule)
        "#]],
    );
    check_in(
        CALL,
        "commit X 1 30000000001ns | at 08:10 reveal X 1 30000000001ns",
        expect![[r#"
            X call 1 committed 30000000001ns
            X call 1 ending 08:10 to 08:10:30, X call 1 revealed 30000000001ns, X call 1 ended nothing, X continuous (schedule)
        "#]],
    );
    check_in(
        CALL,
        "commit X 1 30s | at 08:10:29.999999999 reveal X 1 30s | at 08:10:30 reveal X 1 30s",
        expect![[r#"
            X call 1 committed 30s
            X call 1 ending 08:10 to 08:10:30 => 6009 wrong_auction
            X call 1 ended nothing, X continuous (schedule) => 6009 wrong_auction
        "#]],
    );
}

#[test]
fn a_commitment_is_made_once_during_its_call() {
    check_in(
        "list Y",
        "commit X 1 5s | phase X call | commit X 2 5s | commit Y 1 5s | commit NONE 1 5s | commit X 1 5s | commit X 1 6s \
         | resume X | commit X 1 5s | phase X call | commit X 1 5s | halt X | commit X 2 5s",
        expect![[r#"
            => 6009 wrong_auction
            X call, X call 1
            => 6009 wrong_auction
            => 6009 wrong_auction
            => 2101 unknown_symbol
            X call 1 committed 5s
            => 6009 wrong_auction
            X call 1 ended nothing, X continuous
            => 6009 wrong_auction
            X call, X call 2
            => 6009 wrong_auction
            X halted
            => 6009 wrong_auction
        "#]],
    );
}

#[test]
fn no_cancel_is_too_late_to_commit_and_not_to_end() {
    check_in(
        CALL,
        "phase X no-cancel | commit X 1 5s | at 08:10",
        expect![[r#"
            X no-cancel
            => 6009 wrong_auction
            X call 1 ended nothing, X continuous (schedule)
        "#]],
    );
    check_in(
        CALL,
        "commit X 1 5s | phase X no-cancel | t1 buy 5 @ 90 | at 08:10 t1 cancel #1 | at 08:10:05 reveal X 1 5s",
        expect![[r#"
            X call 1 committed 5s
            X no-cancel
            open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
            X call 1 ending 08:10 to 08:10:30 => 2110 wrong_phase
            X call 1 revealed 5s, X call 1 ended nothing, X continuous (schedule)
        "#]],
    );
}

#[test]
fn another_seed_auction_or_time_is_refused() {
    check_in(
        &format!("list Y | {CALL} | commit X 1 5s"),
        "reveal X 1 5s | at 08:10 reveal X 1 6s | at 08:10:20 reveal X 1 6s | reveal X 2 5s | reveal Y 1 5s | reveal NONE 1 5s \
         | reveal X 1 5s | reveal X 1 5s",
        expect![[r#"
            => 6009 wrong_auction
            X call 1 ending 08:10 to 08:10:30 => 6009 wrong_auction
            => 6009 wrong_auction
            => 6009 wrong_auction
            => 6009 wrong_auction
            => 2101 unknown_symbol
            X call 1 revealed 5s, X call 1 ended nothing, X continuous (schedule)
            => 6009 wrong_auction
        "#]],
    );
}

#[test]
fn a_call_without_a_commitment_or_without_a_random_end_ends_on_time() {
    check_in(
        CALL,
        "at 08:10",
        expect![[r#"
            X call 1 ended nothing, X continuous (schedule)
        "#]],
    );
    check_in(
        &format!("rules X end 0 | {CALL}"),
        "commit X 1 5s | at 08:10",
        expect![[r#"
            X call 1 committed 5s
            X call 1 ended nothing, X continuous (schedule)
        "#]],
    );
}

#[test]
fn it_ends_in_the_phase_that_the_day_said() {
    check_in(
        "schedule X 08:10 closed | phase X call | commit X 1 5s | t1 buy 5 @ 90 auction",
        "at 08:10:05 reveal X 1 5s",
        expect![[r#"
            X call 1 ending 08:10 to 08:10:30, X call 1 revealed 5s, X call 1 ended nothing, pull t1#1 5@90 auction-over, X closed (schedule)
        "#]],
    );
}

#[test]
fn the_operator_ends_it_at_once() {
    check_in(
        &format!("{CALL} | commit X 1 5s"),
        "at 08:10 | at 08:10:01 resume X | reveal X 1 5s | at 08:11",
        expect![[r#"
            X call 1 ending 08:10 to 08:10:30
            X call 1 ended nothing, X continuous
            => 6009 wrong_auction
            ok
        "#]],
    );
    // Before its scheduled end too.
    check_in(
        &format!("{CALL} | commit X 1 5s"),
        "resume X | at 08:10",
        expect![[r#"
            X call 1 ended nothing, X continuous
            ok
        "#]],
    );
}

#[test]
fn another_change_of_phase_forgets_that_the_end_was_near() {
    check_in(
        &format!("{CALL} | commit X 1 5s"),
        "at 08:10 | at 08:10:01 phase X no-cancel | at 08:10:06 reveal X 1 5s | at 08:10:30 | resume X",
        expect![[r#"
            X call 1 ending 08:10 to 08:10:30
            X no-cancel
            => 6009 wrong_auction
            ok
            X call 1 ended nothing, X continuous
        "#]],
    );
    check_in(
        "schedule X 08:10 continuous, 08:10:10 no-cancel | phase X call | commit X 1 5s",
        "at 08:10 | at 08:10:30",
        expect![[r#"
            X call 1 ending 08:10 to 08:10:30
            X no-cancel (schedule)
        "#]],
    );
}

#[test]
fn an_interrupted_call_ends_on_time() {
    check_in(
        &format!("{CALL} | commit X 1 5s | t1 buy 1 @ 90 auction"),
        "phase X cancel-only | at 08:10 | reveal X 1 5s",
        expect![[r#"
            X cancel-only
            X call 1 ended nothing, pull t1#1 1@90 auction-over, X continuous (schedule)
            => 6009 wrong_auction
        "#]],
    );
    // Taken up again, it is the same call with the same commitment.
    check_in(
        &format!("{CALL} | commit X 1 5s"),
        "halt X | phase X call | commit X 1 6s | at 08:10:05 reveal X 1 5s",
        expect![[r#"
            X halted
            X call
            => 6009 wrong_auction
            X call 1 ending 08:10 to 08:10:30, X call 1 revealed 5s, X call 1 ended nothing, X continuous (schedule)
        "#]],
    );
}

#[test]
fn a_volatility_call_ends_at_random_too() {
    check_in(
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 96 | t1 buy 1 @ 96",
        "commit X 1 5s | at 08:05 | at 08:05:05 reveal X 1 5s",
        expect![[r#"
            X call 1 committed 5s
            X call 1 ending 08:05 to 08:05:30
            X call 1 revealed 5s, cross t1#1/m1#1 1@96 left 0/0, X call 1 ended 1@96, X continuous (call-ended)
        "#]],
    );
}

#[test]
fn an_extended_call_has_no_second_random_end() {
    check_in(
        "reference X 90 | rules X static 5 | m1 sell 1 @ 96 | t1 buy 1 @ 96",
        "commit X 1 5s | at 08:05:05 reveal X 1 5s | commit X 1 6s | at 08:15:04.999999999 | at 08:15:05",
        expect![[r#"
            X call 1 committed 5s
            X call 1 ending 08:05 to 08:05:30, X call 1 revealed 5s, X volatility-call (extended)
            => 6009 wrong_auction
            ok
            X halted (unresolved)
        "#]],
    );
}

#[test]
fn the_longest_end_is_the_instruments() {
    check(
        "rules X end 1 | schedule X 08:10 continuous | phase X call | commit X 1 1s | at 08:10:02",
        expect![[r#"
            X rules end 1
            X schedule 08:10 continuous
            X call, X call 1
            X call 1 committed 1s
            X call 1 ending 08:10 to 08:10:01, X call 1 ended nothing, X continuous (schedule)
        "#]],
    );
}
