//! Protection groups: a maker's quotes are pulled when too many of them are filled within a window.

use crate::story::{World, check, check_in};
use expect_test::expect;
use unspent_model::limits;

/// m1's group g1 trips at 10 lots within 5 seconds; it quotes 20 a side.
const QUOTED: &str = "m1 connect | m1 group g1 10 in 5s | m1 quote g1: 20@88 / 20@92";

#[test]
fn it_trips_at_its_lots_and_not_before() {
    check_in(
        QUOTED,
        "t1 buy 6 @ 92 | t1 buy 3 @ 92 | t1 sell 1 @ 88",
        expect![[r#"
            open t1#1 buy 6@92, fill t1#1/m1#2 6@92 left 0/14 => filled 6+0
            open t1#2 buy 3@92, fill t1#2/m1#2 3@92 left 0/11 => filled 3+0
            open t1#3 sell 1@88, fill t1#3/m1#1 1@88 left 0/19, m1/g1 tripped by 10, pull m1#1 19@88 group, pull m1#2 11@92 group => filled 1+0
        "#]],
    );
}

#[test]
fn one_execution_is_not_interrupted() {
    check_in(
        QUOTED,
        "t1 buy 15 @ 92",
        expect![[r#"
            open t1#1 buy 15@92, fill t1#1/m1#2 15@92 left 0/5, m1/g1 tripped by 15, pull m1#1 20@88 group, pull m1#2 5@92 group => filled 15+0
        "#]],
    );
}

#[test]
fn what_is_as_old_as_the_window_counts_no_more() {
    check_in(
        QUOTED,
        "t1 buy 6 @ 92 | at 08:00:05 t1 buy 4 @ 92",
        expect![[r#"
            open t1#1 buy 6@92, fill t1#1/m1#2 6@92 left 0/14 => filled 6+0
            open t1#2 buy 4@92, fill t1#2/m1#2 4@92 left 0/10 => filled 4+0
        "#]],
    );
    check_in(
        QUOTED,
        "t1 buy 6 @ 92 | at 08:00:04.999999999 t1 buy 4 @ 92",
        expect![[r#"
            open t1#1 buy 6@92, fill t1#1/m1#2 6@92 left 0/14 => filled 6+0
            open t1#2 buy 4@92, fill t1#2/m1#2 4@92 left 0/10, m1/g1 tripped by 10, pull m1#1 20@88 group, pull m1#2 10@92 group => filled 4+0
        "#]],
    );
}

#[test]
fn a_tripped_group_quotes_again_when_it_is_reset() {
    check_in(
        &format!("{QUOTED} | t1 buy 10 @ 92"),
        "m1 quote g1: 20@88 / - | m1 quote: 1@80 / - | m1 buy 1 @ 81 | m1 reset g1 | m1 quote g1: 20@88 / - | t1 sell 9 @ 88 | t1 sell 1 @ 88",
        expect![[r#"
            => 2126 group_tripped
            open m1#3 buy 1@80, rest m1#3 1@80 => quoted 1 placed
            open m1#4 buy 1@81, rest m1#4 1@81 => open 0+1
            m1/g1 reset
            pull m1#3 1@80 requoted, open m1#5 buy 20@88, rest m1#5 20@88 => quoted 1 placed
            open t1#2 sell 9@88, fill t1#2/m1#5 9@88 left 0/11 => filled 9+0
            open t1#3 sell 1@88, fill t1#3/m1#5 1@88 left 0/10, m1/g1 tripped by 10, pull m1#5 10@88 group => filled 1+0
        "#]],
    );
}

#[test]
fn a_reset_or_a_new_rule_empties_the_window_and_only_a_reset_untrips() {
    check_in(
        QUOTED,
        "t1 buy 9 @ 92 | m1 reset g1 | t1 buy 1 @ 92 | m1 group g1 3 in 5s | t1 buy 2 @ 92 | t1 buy 1 @ 92 | m1 group g1 100 in 5s \
         | m1 quote g1: 20@88 / - | m1 reset g1 | m1 quote g1: 20@88 / -",
        expect![[r#"
            open t1#1 buy 9@92, fill t1#1/m1#2 9@92 left 0/11 => filled 9+0
            m1/g1 reset
            open t1#2 buy 1@92, fill t1#2/m1#2 1@92 left 0/10 => filled 1+0
            m1/g1 3 in 5s
            open t1#3 buy 2@92, fill t1#3/m1#2 2@92 left 0/8 => filled 2+0
            open t1#4 buy 1@92, fill t1#4/m1#2 1@92 left 0/7, m1/g1 tripped by 3, pull m1#1 20@88 group, pull m1#2 7@92 group => filled 1+0
            m1/g1 100 in 5s
            => 2126 group_tripped
            m1/g1 reset
            open m1#3 buy 20@88, rest m1#3 20@88 => quoted 1 placed
        "#]],
    );
}

#[test]
fn only_its_own_quotes_count_and_are_pulled() {
    check_in(
        "list Y | deposit m1 50 Y | m1 connect | m1 group g1 10 in 5s | m1 group g2 10 in 5s | m1 sell 20 @ 91 \
         | m1 quote g1: X 20@88 / 20@92, Y 20@8 / - | m1 quote g2: Y - / 20@12",
        "t1 buy 20 @ 91 | t1 buy 9 on Y @ 12 | t1 buy 10 @ 92",
        expect![[r#"
            open t1#1 buy 20@91, fill t1#1/m1#1 20@91 left 0/0 => filled 20+0
            open t1#2 buy 9@12 on Y, fill t1#2/m1#5 9@12 left 0/11 => filled 9+0
            open t1#3 buy 10@92, fill t1#3/m1#3 10@92 left 0/10, m1/g1 tripped by 10, pull m1#2 20@88 group, pull m1#3 10@92 group, pull m1#4 20@8 group => filled 10+0
        "#]],
    );
}

#[test]
fn a_quotes_own_taking_counts_and_its_other_side_is_refused() {
    check_in(
        "m1 connect | m1 group g1 10 in 5s | m2 sell 10 @ 92",
        "m1 quote g1: 12@92 / 5@95",
        expect![[r#"
            open m1#1 buy 12@92, fill m1#1/m2#1 10@92 left 2/0, rest m1#1 2@92, m1/g1 tripped by 10, pull m1#1 2@92 group, refuse sell 2126 group_tripped => quoted 1 placed 1 refused
        "#]],
    );
}

#[test]
fn two_groups_are_pulled_in_the_order_in_which_they_tripped() {
    check_in(
        "m1 connect | m2 connect | m1 group g1 5 in 5s | m2 group g1 3 in 5s | m2 quote g1: 9@80 / 3@91 | m1 quote g1: 9@81 / 5@90 | m2 group g1 3 in 5s",
        "t1 buy 8 @ 91",
        expect![[r#"
            open t1#1 buy 8@91, fill t1#1/m1#2 5@90 left 3/0, fill t1#1/m2#2 3@91 left 0/0, m1/g1 tripped by 5, pull m1#1 9@81 group, m2/g1 tripped by 3, pull m2#1 9@80 group => filled 8+0
        "#]],
    );
}

#[test]
fn of_two_groups_in_one_fill_the_makers_trips_first() {
    check_in(
        "m1 connect | m2 connect | m1 group g1 5 in 5s | m2 group g1 5 in 5s | m2 quote g1: 9@80 / 9@91",
        "m1 quote g1: 5@91 / 5@99",
        expect![[r#"
            open m1#1 buy 5@91, fill m1#1/m2#2 5@91 left 0/4, m2/g1 tripped by 5, pull m2#1 9@80 group, pull m2#2 4@91 group, m1/g1 tripped by 5, refuse sell 2126 group_tripped => quoted 1 placed 1 refused
        "#]],
    );
    check_in(
        "m1 connect | m2 connect | m1 group g1 5 in 5s | m2 group g1 5 in 5s | phase X call | m2 quote g1: 9@80 / 9@91 | m1 quote g1: 5@91 / 5@99",
        "resume X",
        expect![[r#"
            cross m1#1/m2#2 5@91 left 0/4, m1/g1 tripped by 5, pull m1#2 5@99 group, m2/g1 tripped by 5, pull m2#1 9@80 group, pull m2#2 4@91 group, X call 1 ended 5@91 sell 4 over, X continuous
        "#]],
    );
}

#[test]
fn groups_are_pulled_before_stops_enter() {
    check_in(
        &format!("{QUOTED} | t2 sell 5 @ 80 stop 92"),
        "t1 buy 10 @ 92",
        expect![[r#"
            open t1#1 buy 10@92, fill t1#1/m1#2 10@92 left 0/10, m1/g1 tripped by 10, pull m1#1 20@88 group, pull m1#2 10@92 group, trigger t2#1 @80, rest t2#1 5@80 => filled 10+0
        "#]],
    );
}

#[test]
fn an_uncross_counts_too() {
    check_in(
        &format!("{QUOTED} | phase X call | t1 buy 10 @ 92 | t2 buy 1 @ 70 auction"),
        "resume X",
        expect![[r#"
            cross t1#1/m1#2 10@92 left 0/10, m1/g1 tripped by 10, pull m1#1 20@88 group, pull m1#2 10@92 group, X call 1 ended 10@92 sell 10 over, pull t2#1 1@70 auction-over, X continuous
        "#]],
    );
}

#[test]
fn cancel_all_may_name_a_group() {
    check_in(
        "m1 connect | m1 group g1 10 in 5s | m1 group g2 10 in 5s | m1 sell 1 @ 99 | m1 quote g1: 5@88 / - | m1 quote g2: - / 5@92",
        "m1 cancel-all in g3 | m1 cancel-all in g1 sell | m1 cancel-all in g1 | m1 cancel-all in g2 on NONE | m1 cancel-all",
        expect![[r#"
            => 2129 unknown_group
            => canceled 0
            pull m1#2 5@88 user => canceled 1
            => 2101 unknown_symbol
            pull m1#1 1@99 user, pull m1#3 5@92 user => canceled 2
        "#]],
    );
}

#[test]
fn rules_within_bounds() {
    check(
        "nobody group g1 10 in 5s | m1 group g1 0 in 5s | m1 group g1 1000001 in 5s | m1 group g1 10 in 0s | m1 group g1 10 in 3601s \
         | m1 reset g1 | m1 group g1 1000000 in 3600s | m1 group g1 1 in 1s | nobody reset g1 | m1 reset g1",
        expect![[r#"
            => 6001 unknown_account
            => 2132 invalid_timeout
            => 2132 invalid_timeout
            => 2132 invalid_timeout
            => 2132 invalid_timeout
            => 2129 unknown_group
            m1/g1 1000000 in 3600s
            m1/g1 1 in 1s
            => 6001 unknown_account
            m1/g1 reset
        "#]],
    );
}

#[test]
fn an_account_has_so_many() {
    let mut world = World::new("", "m1 sell 1 @ 90 | m2 sell 1 @ 90");
    for number in 0..limits::GROUPS_PER_ACCOUNT {
        assert_eq!(world.line(&format!("m1 group g{number} 10 in 5s")), format!("m1/g{number} 10 in 5s"));
    }
    assert_eq!(world.line("m1 group new 10 in 5s").trim(), "=> 2133 too_many_groups");
    assert_eq!(world.line("m1 group new 0 in 5s").trim(), "=> 2132 invalid_timeout");
    assert_eq!(world.line("m1 group g7 11 in 5s"), "m1/g7 11 in 5s");
    assert_eq!(world.line("m2 group new 10 in 5s"), "m2/new 10 in 5s");
}

#[test]
fn a_window_of_many_fills() {
    // Forty lots in forty seconds, ten of them in any ten seconds.
    let mut world = World::new("m1 connect | m1 group g1 11 in 10s | m1 quote g1: - / 100@92", "t1 buy 1 @ 92");
    for second in 0..40 {
        let told = world.line(&format!("at 08:00:{second:02} t1 buy 1 @ 92"));
        assert!(!told.contains("tripped"), "{told}");
    }
    assert!(world.line("t1 buy 1 @ 92").contains("m1/g1 tripped by 11"));
}

#[test]
fn the_last_uncross_counts_too() {
    check_in(
        &format!("{QUOTED} | schedule X last 08:10 | phase X call | t1 buy 10 @ 92"),
        "at 08:10",
        expect![[r#"
            cross t1#1/m1#2 10@92 left 0/10, m1/g1 tripped by 10, pull m1#1 20@88 group, pull m1#2 10@92 group, X call 1 ended 10@92 sell 10 over, X expired (last-trade)
        "#]],
    );
}

#[test]
fn an_amended_quote_that_takes_counts() {
    check_in(
        &format!("{QUOTED} | m2 sell 10 @ 91"),
        "m1 amend #1 @ 91",
        expect![[r#"
            amend m1#1 20@88 to 20@91 of 20 lost, fill m1#1/m2#1 10@91 left 10/0, rest m1#1 10@91, m1/g1 tripped by 10, pull m1#1 10@91 group, pull m1#2 20@92 group => part 10+10
        "#]],
    );
}

#[test]
fn what_trips_while_a_stop_enters_is_pulled_before_the_next_stop() {
    check_in(
        "m1 connect | m1 group g1 5 in 5s | m3 sell 1 @ 90 | m1 quote g1: 9@80 / 9@92 | t1 buy 5 @ 95 stop 90 | t2 buy 5 @ 95 stop 90",
        "t3 buy 1 @ 90",
        expect![[r#"
            open t3#1 buy 1@90, fill t3#1/m3#1 1@90 left 0/0, trigger t1#1 @95, fill t1#1/m1#2 5@92 left 0/4, m1/g1 tripped by 5, pull m1#1 9@80 group, pull m1#2 4@92 group, trigger t2#1 @95, rest t2#1 5@95 => filled 1+0
        "#]],
    );
}
