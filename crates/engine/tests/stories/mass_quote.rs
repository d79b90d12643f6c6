//! Mass quotes: one command says what an account wants open in many books from now on.

use crate::story::{World, check, check_in};
use expect_test::expect;

#[test]
fn both_sides_are_placed_bid_first() {
    check_in(
        "m1 connect",
        "m1 quote id=7: 5@88 / 6@92 | book X | show m1",
        expect![[r#"
            open m1#1 buy 5@88, rest m1#1 5@88, open m1#2 sell 6@92, rest m1#2 6@92 => quoted id=7 2 placed
            bids 5@88 / asks 6@92
            m1 $999560+440 X 994+6
        "#]],
    );
}

#[test]
fn the_same_quote_again_keeps_its_place() {
    check_in(
        "m1 connect | m1 quote: 5@88 / 5@92 | m2 sell 5 @ 92",
        "m1 quote: 5@88 / 5@92 | t1 buy 1 @ 92",
        expect![[r#"
            => quoted 2 unchanged
            open t1#1 buy 1@92, fill t1#1/m1#2 1@92 left 0/4 => filled 1+0
        "#]],
    );
}

#[test]
fn fewer_lots_keep_the_place_and_more_do_not() {
    check_in(
        "m1 connect | m1 quote: 5@88 / 5@92 | m2 sell 5 @ 92",
        "m1 quote: 6@88 / 3@92 | t1 buy 4 @ 92",
        expect![[r#"
            pull m1#1 5@88 requoted, amend m1#2 5@92 to 3@92 of 3 kept, open m1#3 buy 6@88, rest m1#3 6@88 => quoted 1 placed 1 unchanged
            open t1#1 buy 4@92, fill t1#1/m1#2 3@92 left 1/0, fill t1#1/m2#1 1@92 left 0/4 => filled 4+0
        "#]],
    );
}

#[test]
fn what_was_filled_counts_no_more() {
    // Three are left: three keep their place, two are an amend, and five are a new quote.
    check_in(
        "m1 connect | m1 quote: - / 5@92 | t1 buy 2 @ 92",
        "m1 quote: - / 3@92 | m1 quote: - / 2@92 | m1 quote: - / 5@92",
        expect![[r#"
            => quoted 1 unchanged
            amend m1#1 3@92 to 2@92 of 4 kept => quoted 1 unchanged
            pull m1#1 2@92 requoted, open m1#2 sell 5@92, rest m1#2 5@92 => quoted 1 placed
        "#]],
    );
}

#[test]
fn a_side_that_is_not_named_stays() {
    check_in(
        "m1 connect | m1 quote: 5@88 / 5@92",
        "m1 quote: 5@87 / - | m1 quote: - / 5@93 | m1 quote: - / - | book X",
        expect![[r#"
            pull m1#1 5@88 requoted, open m1#3 buy 5@87, rest m1#3 5@87 => quoted 1 placed
            pull m1#2 5@92 requoted, open m1#4 sell 5@93, rest m1#4 5@93 => quoted 1 placed
            => quoted
            bids 5@87 / asks 5@93
        "#]],
    );
}

#[test]
fn a_side_without_lots_is_pulled() {
    check_in(
        "balances | m1 connect | m1 quote: 5@88 / 5@92",
        "m1 quote: 0@88 / - | m1 quote: - / 0@1 | m1 quote: 0@88 / 0@92",
        expect![[r#"
            pull m1#1 5@88 requoted, m1 $1000000+0 => quoted 1 pulled
            pull m1#2 5@92 requoted, m1 X 1000+0 => quoted 1 pulled
            => quoted
        "#]],
    );
}

#[test]
fn both_sides_move_through_the_old_quotes() {
    check_in(
        "m1 connect | m1 quote: 5@88 / 5@92",
        "m1 quote post: 5@93 / 5@97 | m1 quote post: 5@80 / 5@84",
        expect![[r#"
            pull m1#1 5@88 requoted, pull m1#2 5@92 requoted, open m1#3 buy 5@93, rest m1#3 5@93, open m1#4 sell 5@97, rest m1#4 5@97 => quoted 2 placed
            pull m1#3 5@93 requoted, pull m1#4 5@97 requoted, open m1#5 buy 5@80, rest m1#5 5@80, open m1#6 sell 5@84, rest m1#6 5@84 => quoted 2 placed
        "#]],
    );
}

#[test]
fn everything_is_pulled_before_anything_is_placed() {
    // Money for one bid: that of X is free when Y is placed.
    check_in(
        "list Y | open m1 | deposit m1 $ 500 | m1 connect | m1 quote: X 5@90 / -",
        "m1 quote: Y 5@100 / -, X 0@90 / -",
        expect![[r#"
            pull m1#1 5@90 requoted, open m1#2 buy 5@100 on Y, rest m1#2 5@100 => quoted 1 placed 1 pulled
        "#]],
    );
    check_in(
        "list Y | deposit m1 9 Y | m1 connect | m1 quote: X 5@88 / 5@92, Y 5@8 / 5@12",
        "m1 quote: Y 6@8 / 5@12, X 5@87 / 5@93",
        expect![[r#"
            pull m1#3 5@8 requoted, pull m1#1 5@88 requoted, pull m1#2 5@92 requoted, open m1#5 buy 6@8 on Y, rest m1#5 6@8, open m1#6 buy 5@87, rest m1#6 5@87, open m1#7 sell 5@93, rest m1#7 5@93 => quoted 3 placed 1 unchanged
        "#]],
    );
}

#[test]
fn a_refused_side_is_pulled_and_says_why() {
    check_in(
        "m1 connect | m2 sell 5 @ 91 | m1 quote post: 5@88 / 5@92",
        "m1 quote post: 5@91 / 5@93 | book X",
        expect![[r#"
            pull m1#1 5@88 requoted, pull m1#2 5@92 requoted, refuse buy 2107 post_only_would_take, open m1#3 sell 5@93, rest m1#3 5@93 => quoted 1 placed 1 refused
            bids - / asks 5@91 5@93
        "#]],
    );
}

#[test]
fn every_refusal_of_a_side() {
    check_in(
        "list X tick 5 | reference X 90 | rules X entry 10 | open m1 | deposit m1 $ 500 | deposit m1 4 X | m1 connect | m2 sell 1 @ 95",
        "m1 quote: 1@81 / 1@0 | m1 quote: 1@10005 / - | m1 quote: 4294967295@10000 / - | m1 quote: 1@105 / 1@75 | m1 quote post: 1@95 / - \
         | m1 quote: 6@85 / 5@95 | limits m1 notional 339 | m1 quote: 4@85 / - | limits m1 orders 1 | m1 quote: 1@85 / 1@95",
        expect![[r#"
            refuse buy 2102 invalid_price, refuse sell 2102 invalid_price => quoted 2 refused
            refuse buy 2102 invalid_price => quoted 1 refused
            refuse buy 2108 outside_band => quoted 1 refused
            refuse buy 2108 outside_band, refuse sell 2108 outside_band => quoted 2 refused
            refuse buy 2107 post_only_would_take => quoted 1 refused
            refuse buy 2105 insufficient_funds has 500, refuse sell 2104 insufficient_credits has 4 => quoted 2 refused
            limits m1 orders 100000 notional 339
            refuse buy 2127 notional_limit has 339 => quoted 1 refused
            limits m1 orders 1
            open m1#1 buy 1@85, rest m1#1 1@85, refuse sell 2109 too_many_open_orders => quoted 1 placed 1 refused
        "#]],
    );
    check_in(
        "list X unit 100000 | m1 connect",
        "m1 quote: - / 100001@10000 | m1 quote: - / 100000@10000",
        expect![[r#"
            refuse sell 2103 invalid_quantity => quoted 1 refused
            refuse sell 2104 insufficient_credits has 1000 => quoted 1 refused
        "#]],
    );
}

#[test]
fn a_quote_may_take_unless_it_says_otherwise() {
    check_in(
        "m1 connect | m2 sell 3 @ 91",
        "m1 quote: 5@91 / 5@94 | m1 quote: 2@91 / - | m2 sell 3 @ 95 | m1 quote slide: - / - | m1 quote slide: 5@96 / 5@99",
        expect![[r#"
            open m1#1 buy 5@91, fill m1#1/m2#1 3@91 left 2/0, rest m1#1 2@91, open m1#2 sell 5@94, rest m1#2 5@94 => quoted 2 placed
            => quoted 1 unchanged
            open m2#2 sell 3@95, rest m2#2 3@95 => open 0+3
            => quoted
            pull m1#1 2@91 requoted, pull m1#2 5@94 requoted, open m1#3 buy 5@94, rest m1#3 5@94, open m1#4 sell 5@99, rest m1#4 5@99 => quoted 2 placed
        "#]],
    );
}

#[test]
fn a_quote_that_crosses_itself_loses_the_side_that_comes_second() {
    check_in(
        "m1 connect",
        "m1 quote: 5@92 / 5@90 | book X",
        expect![[r#"
            open m1#1 buy 5@92, rest m1#1 5@92, open m1#2 sell 5@90, cancel m1#2 5@90 self => quoted 2 placed
            bids 5@92 / asks -
        "#]],
    );
}

#[test]
fn a_side_filled_at_once_is_no_quote_afterwards() {
    check_in(
        "m1 connect | m2 sell 5 @ 91",
        "m1 quote: 5@91 / - | m1 quote: 5@91 / -",
        expect![[r#"
            open m1#1 buy 5@91, fill m1#1/m2#1 5@91 left 0/0 => quoted 1 placed
            open m1#2 buy 5@91, rest m1#2 5@91 => quoted 1 placed
        "#]],
    );
}

#[test]
fn an_amended_quote_is_still_the_sides_quote_and_a_cancelled_one_is_not() {
    check_in(
        "m1 connect | m1 quote: 5@88 / 5@92",
        "m1 amend #1 qty 9 @ 87 | m1 quote: 9@87 / - | m1 cancel #2 | m1 quote: - / 5@92 | m1 quote: 5@88 / -",
        expect![[r#"
            amend m1#1 5@88 to 9@87 of 9 lost, rest m1#1 9@87 => open 0+9
            => quoted 1 unchanged
            pull m1#2 5@92 user => canceled m1#2
            open m1#3 sell 5@92, rest m1#3 5@92 => quoted 1 placed
            pull m1#1 9@87 requoted, open m1#4 buy 5@88, rest m1#4 5@88 => quoted 1 placed
        "#]],
    );
}

#[test]
fn an_order_of_the_account_is_no_quote() {
    check_in(
        "m1 connect | m1 buy 5 @ 88",
        "m1 quote: 5@88 / - | m1 quote: 0@88 / - | book X",
        expect![[r#"
            open m1#2 buy 5@88, rest m1#2 5@88 => quoted 1 placed
            pull m1#2 5@88 requoted => quoted 1 pulled
            bids 5@88 / asks -
        "#]],
    );
}

#[test]
fn quotes_end_with_their_session() {
    check_in(
        "m1 connect | m1 connect | m1 quote ~1: 5@88 / 5@92 | m1 quote ~2: - / 5@93",
        "disconnect m1~1 | disconnect m1~2",
        expect![[r#"
            m1~1 of m1 closed, pull m1#1 5@88 disconnect
            m1~2 of m1 closed, pull m1#3 5@93 disconnect
        "#]],
    );
}

#[test]
fn a_kept_quote_is_of_the_last_messages_session_and_group() {
    check_in(
        "m1 connect | m1 connect | m1 group g1 5 in 5s | m1 group g2 5 in 5s | m1 quote ~1 g1: 9@88 / 9@92 | m1 quote ~2 g2: 9@88 / -",
        "disconnect m1~1 | t1 sell 5 @ 88",
        expect![[r#"
            m1~1 of m1 closed, pull m1#2 9@92 disconnect
            open t1#1 sell 5@88, fill t1#1/m1#1 5@88 left 0/4, m1/g2 tripped by 5, pull m1#1 4@88 group => filled 5+0
        "#]],
    );
    check_in(
        "m1 connect | m1 group g1 5 in 5s | m1 quote g1: 9@88 / 9@92 | m1 quote: 8@88 / -",
        "t1 sell 5 @ 88 | t1 buy 5 @ 92",
        expect![[r#"
            open t1#1 sell 5@88, fill t1#1/m1#1 5@88 left 0/3 => filled 5+0
            open t1#2 buy 5@92, fill t1#2/m1#2 5@92 left 0/4, m1/g1 tripped by 5, pull m1#2 4@92 group => filled 5+0
        "#]],
    );
}

#[test]
fn in_no_cancel_a_refusal_is_told_in_its_place_among_the_placed() {
    check_in(
        "list Y | deposit m1 9 Y | m1 connect | m1 quote: X 5@88 / 5@92, Y 5@8 / 5@12 | phase X no-cancel",
        "m1 quote: Y 6@8 / -, X 5@87 / 5@91",
        expect![[r#"
            pull m1#3 5@8 requoted, pull m1#2 5@92 requoted, open m1#5 buy 6@8 on Y, rest m1#5 6@8, refuse buy 2110 wrong_phase, open m1#6 sell 5@91, rest m1#6 5@91 => quoted 2 placed 1 refused
        "#]],
    );
}

#[test]
fn what_a_whole_quote_is_refused_for() {
    check_in(
        "m1 connect | m2 connect",
        "nobody quote ~1: 5@88 / - | m1 quote deadline=-1ns: 5@88 / - | m1 quote ~2: 5@88 / - | m1 quote m2~1: 5@88 / - \
         | m1 quote: X 5@88 / -, NONE 5@88 / - | m1 quote g1: 5@88 / - | m1 quote: | m1 quote: X 5@88 / -, X - / 5@92 | book X",
        expect![[r#"
            => 6001 unknown_account
            => 2112 deadline_passed
            => 2124 session_closed
            => 2124 session_closed
            => 2101 unknown_symbol
            => 2129 unknown_group
            => 2131 invalid_quotes
            => 2131 invalid_quotes
            bids - / asks -
        "#]],
    );
}

#[test]
fn a_quote_names_so_many_instruments() {
    let mut world = World::new("m1 connect", "");
    let mut quotes = Vec::new();
    for number in 0..101 {
        world.line(&format!("list S{number}"));
        quotes.push(format!("S{number} 1@5 / -"));
    }
    assert_eq!(world.line(&format!("m1 quote: {}", quotes.join(", "))).trim(), "=> 2131 invalid_quotes");
    quotes.pop();
    assert!(world.line(&format!("m1 quote: {}", quotes.join(", "))).ends_with("=> quoted 100 placed"));
}

#[test]
fn in_no_cancel_a_quote_gives_way_only_to_a_better_one() {
    // The bid goes up, the ask goes away.
    check_in(
        "m1 connect | m1 quote: 5@88 / 5@92 | phase X no-cancel",
        "m1 quote: 5@89 / - | m1 quote: 6@89 / - | m1 quote: 6@89 / - | book X",
        expect![[r#"
            pull m1#1 5@88 requoted, open m1#3 buy 5@89, rest m1#3 5@89 => quoted 1 placed
            pull m1#3 5@89 requoted, open m1#4 buy 6@89, rest m1#4 6@89 => quoted 1 placed
            => quoted 1 unchanged
            bids 6@89 / asks 5@92
        "#]],
    );
    check_in(
        "m1 connect | m1 quote: 5@88 / 5@92 | phase X no-cancel",
        "m1 quote: 5@87 / 5@93 | m1 quote: 4@89 / 4@91 | m1 quote: 4@88 / 0@92 | m1 quote: 5@88 / 5@91 | book X",
        expect![[r#"
            refuse buy 2110 wrong_phase, refuse sell 2110 wrong_phase => quoted 2 refused
            refuse buy 2110 wrong_phase, refuse sell 2110 wrong_phase => quoted 2 refused
            refuse buy 2110 wrong_phase, refuse sell 2110 wrong_phase => quoted 2 refused
            pull m1#2 5@92 requoted, open m1#3 sell 5@91, rest m1#3 5@91 => quoted 1 placed 1 unchanged
            bids 5@88 / asks 5@91
        "#]],
    );
    // Without a quote there, a new one is collected.
    check_in(
        "m1 connect | phase X no-cancel",
        "m1 quote: 5@88 / 5@92 | m2 connect | m2 quote: 0@88 / -",
        expect![[r#"
            open m1#1 buy 5@88, rest m1#1 5@88, open m1#2 sell 5@92, rest m1#2 5@92 => quoted 2 placed
            m2~1 of m2 opened => connected m2~1
            => quoted
        "#]],
    );
}

#[test]
fn in_phases_without_new_orders_a_moved_quote_is_pulled() {
    for phase in ["halted", "closed", "cancel-only"] {
        check_in(
            &format!("m1 connect | m1 quote: 5@88 / 5@92 | phase X {phase}"),
            "m1 quote: 5@88 / 5@93 | m1 quote: 6@88 / 5@92 | m1 quote: - / 0@1",
            expect![[r#"
                pull m1#2 5@92 requoted, refuse sell 2110 wrong_phase => quoted 1 unchanged 1 refused
                pull m1#1 5@88 requoted, refuse buy 2110 wrong_phase, refuse sell 2110 wrong_phase => quoted 2 refused
                => quoted
            "#]],
        );
    }
}

#[test]
fn in_a_call_quotes_are_collected() {
    check_in(
        "m1 connect | phase X call | m2 sell 5 @ 90",
        "m1 quote post: 5@92 / 5@94 | resume X",
        expect![[r#"
            open m1#1 buy 5@92, rest m1#1 5@92, open m1#2 sell 5@94, rest m1#2 5@94, X call 1 indicates 5@90 => quoted 2 placed
            cross m1#1/m2#1 5@90 left 0/0, X call 1 ended 5@90, X continuous
        "#]],
    );
}

#[test]
fn a_placed_side_triggers_stops_before_the_next_is_placed() {
    check_in(
        "m1 connect | m2 sell 1 @ 91 | t1 buy 3 @ 99 stop 91 | m3 sell 9 @ 95",
        "m1 quote: 1@91 / 5@94",
        expect![[r#"
            open m1#1 buy 1@91, fill m1#1/m2#1 1@91 left 0/0, trigger t1#1 @99, fill t1#1/m3#1 3@95 left 0/6, open m1#2 sell 5@94, rest m1#2 5@94 => quoted 2 placed
        "#]],
    );
}

#[test]
fn a_side_that_breaches_a_band_rests_in_the_call_it_opens() {
    check_in(
        "m1 connect | reference X 90 | rules X dynamic 5 | m2 sell 5 @ 96",
        "m1 quote: 5@96 / 5@97",
        expect![[r#"
            open m1#1 buy 5@96, X volatility-call (volatility), X call 1, rest m1#1 5@96, open m1#2 sell 5@97, rest m1#2 5@97, X call 1 indicates 5@96 => quoted 2 placed
        "#]],
    );
}

#[test]
fn one_quote_counts_once_for_the_rate() {
    check(
        "m1 connect | limits m1 rate 1 burst 1 | m1 quote: 5@88 / 5@92 | m1 quote: 5@88 / 5@92 | clock +1s | m1 quote: 5@88 / 5@92 | m1 buy 1 @ 80",
        expect![[r#"
            m1~1 of m1 opened => connected m1~1
            limits m1 orders 100000 rate 1 burst 1
            open m1#1 buy 5@88, rest m1#1 5@88, open m1#2 sell 5@92, rest m1#2 5@92 => quoted 2 placed
            => 4002 order_rate has 1000000000
            ok
            => quoted 2 unchanged
            => 4002 order_rate has 1000000000
        "#]],
    );
}

#[test]
fn a_quote_is_lowered_where_nothing_new_is_taken() {
    for phase in ["halted", "closed", "cancel-only"] {
        check_in(
            &format!("m1 connect | m1 quote: 5@88 / 5@92 | phase X {phase}"),
            "m1 quote: 3@88 / 0@92",
            expect![[r#"
                amend m1#1 5@88 to 3@88 of 3 kept, pull m1#2 5@92 requoted => quoted 1 unchanged 1 pulled
            "#]],
        );
    }
}

#[test]
fn a_deadline_is_kept_at_its_instant() {
    check_in(
        "m1 connect",
        "m1 quote deadline=: 5@88 / -",
        expect![[r#"
            open m1#1 buy 5@88, rest m1#1 5@88 => quoted 1 placed
        "#]],
    );
}

#[test]
fn a_quote_moved_into_anothers_quote_of_the_same_owner_is_ended_by_itself() {
    check_in(
        "a.1 connect | a.2 connect | a.1 quote: - / 5@92",
        "a.2 quote: 5@92 / 5@95 | book X",
        expect![[r#"
            open a.2#1 buy 5@92, cancel a.2#1 5@92 self, open a.2#2 sell 5@95, rest a.2#2 5@95 => quoted 2 placed
            bids - / asks 5@92 5@95
        "#]],
    );
}

#[test]
fn a_quote_that_self_trade_prevention_took_is_no_quote_any_more() {
    check_in(
        "m1 connect | m1 quote: 5@88 / 5@92",
        "m1 buy 3 @ 92 stp=decrement | m1 quote: - / 2@92 | m1 sell 1 @ 88 stp=oldest | m1 quote: 5@88 / -",
        expect![[r#"
            open m1#3 buy 3@92, reduce m1#2 by 3 to 2@92 resting, reduce m1#3 by 3 to 0@92, cancel m1#3 0@92 self => canceled 0+0 self
            => quoted 1 unchanged
            open m1#4 sell 1@88, pull m1#1 5@88 self, rest m1#4 1@88 => open 0+1
            open m1#5 buy 5@88, cancel m1#5 5@88 self => quoted 1 placed
        "#]],
    );
}

#[test]
fn a_kept_side_is_pulled_when_the_other_trips_the_group() {
    check_in(
        "m1 connect | m1 group g1 5 in 5s | m1 quote g1: 5@88 / 5@99 | m2 sell 5 @ 95",
        "m1 quote g1: 6@95 / 4@99",
        expect![[r#"
            pull m1#1 5@88 requoted, amend m1#2 5@99 to 4@99 of 4 kept, open m1#3 buy 6@95, fill m1#3/m2#1 5@95 left 1/0, rest m1#3 1@95, m1/g1 tripped by 5, pull m1#2 4@99 group, pull m1#3 1@95 group => quoted 1 placed 1 unchanged
        "#]],
    );
}

#[test]
fn an_uncross_fills_quotes_which_then_have_their_leaves() {
    check_in(
        "m1 connect | m1 quote: 5@88 / 5@92 | phase X call | t1 buy 2 @ 92 | resume X",
        "m1 quote: 5@88 / 3@92 | m1 quote: 5@88 / 4@92",
        expect![[r#"
            => quoted 2 unchanged
            pull m1#2 3@92 requoted, open m1#3 sell 4@92, rest m1#3 4@92 => quoted 1 placed 1 unchanged
        "#]],
    );
}
