//! The registry of holdings: what is registered, how well it is known, and the lots that are made of it.

use crate::story::{check, check_in};
use expect_test::expect;

/// Two face values of June, one of September, and one of another programme.
const LISTED: &str = "list A-B-10K-202706 | list A-B-1K-202706 | list A-B-1K-202709 | list A-C-1K-202706";

/// What of it is $150,000 in 99 pieces, attested.
const KNOWN: &str = "list A-B-10K-202706 | list A-B-1K-202706 | list A-B-100-202706 | list A-B-1K-202709 | list A-C-1K-202706 \
                     | list A-B-1K-PERP | m register c1 A-B 15000000 in 99 until 2027-07-20 | level h1 attested";

#[test]
fn a_declared_holding_is_known_and_nothing_of_it_is_offered() {
    check_in(
        LISTED,
        "m register c1 A-B 15000000 in 99 until 2027-07-20 | m list 1 A-B-10K-202706 of h1 | show m",
        expect![[r#"
            h1 registered m register c1 A-B 15000000 in 99 until 2027-07-20: declared left 15000000/99 => h1
            => 2195 level_too_low
            m $1000000+0 X 1000+0 A-B-10K-202706 0+0 A-B-1K-202706 0+0 A-B-1K-202709 0+0 A-C-1K-202706 0+0
        "#]],
    );
}

#[test]
fn a_hundred_and_fifty_thousand_in_99_pieces_are_lots_of_ten_thousand_or_a_part_of_it_in_lots_of_a_thousand() {
    check_in(
        KNOWN,
        "m list 1 A-B-1K-202706 of h1 | m list 10 A-B-10K-202706 of h1 | m list 51 A-B-1K-202706 of h1 \
         | m list 50 A-B-1K-202706 of h1 | m list 1 A-B-100-202706 of h1 | show m",
        expect![[r#"
            => 2198 lot_too_small
            m A-B-10K-202706 +10 listed, h1 listed 10 A-B-10K-202706 attested: attested left 5000000/89 listed 10000000/10
            => 2201 too_little_left has 5000000
            m A-B-1K-202706 +50 listed, h1 listed 50 A-B-1K-202706 attested: attested left 0/39 listed 15000000/60
            => 2201 too_little_left has 0
            m $1000000+0 X 1000+0 A-B-10K-202706 0+0 A-B-1K-202706 0+0 A-B-100-202706 0+0 A-B-1K-202709 0+0 A-C-1K-202706 0+0 A-B-1K-PERP 0+0 A-B-10K-202706 attested 10+0+0 A-B-1K-202706 attested 50+0+0
        "#]],
    );
}

#[test]
fn the_whole_of_it_in_lots_of_ten_thousand_leaves_pieces_and_nothing_to_list() {
    check_in(
        KNOWN,
        "m list 15 A-B-10K-202706 of h1 | m list 1 A-B-100-202706 of h1 | m delist 16 A-B-10K-202706 of h1 \
         | m delist 15 A-B-10K-202706 of h1",
        expect![[r#"
            m A-B-10K-202706 +15 listed, h1 listed 15 A-B-10K-202706 attested: attested left 0/84 listed 15000000/15
            => 2201 too_little_left has 0
            => 2203 not_listed has 15
            m A-B-10K-202706 -15 delisted, h1 delisted 15 A-B-10K-202706 attested: attested left 15000000/99
        "#]],
    );
}

#[test]
fn the_rule_of_the_smallest_lot_is_judged_by_what_is_left() {
    check_in(
        "list A-B-10K-202706 | list A-B-1K-202706 | list A-B-100-202706 | m register c1 A-B 1550000 in 11 | level h1 documented",
        "m list 5 A-B-1K-202706 of h1 | m list 1 A-B-10K-202706 of h1 | m list 5 A-B-100-202706 of h1 \
         | m list 5 A-B-1K-202706 of h1 | m list 6 A-B-100-202706 of h1 | m list 5 A-B-100-202706 of h1",
        expect![[r#"
            => 2198 lot_too_small
            m A-B-10K-202706 +1 listed, h1 listed 1 A-B-10K-202706 documented: documented left 550000/10 listed 1000000/1
            => 2198 lot_too_small
            m A-B-1K-202706 +5 listed, h1 listed 5 A-B-1K-202706 documented: documented left 50000/5 listed 1500000/6
            => 2200 too_few_pieces has 5
            m A-B-100-202706 +5 listed, h1 listed 5 A-B-100-202706 documented: documented left 0/0 listed 1550000/11
        "#]],
    );
}

#[test]
fn a_piece_is_at_least_the_smallest_that_the_programme_gives() {
    check_in(
        "programme A-B free pieces 9 piece 100000 | list A-B-1K-202706 | list A-B-100-202706",
        "m register c1 A-B 90000 in 10 | m register c1 A-B 90000 in 9 | level h1 documented \
         | m list 1 A-B-100-202706 of h1 | m list 1 A-B-1K-202706 of h1",
        expect![[r#"
            => 2192 invalid_holding
            h1 registered m register c1 A-B 90000 in 9: declared left 90000/9 => h1
            h1 level-set: documented left 90000/9
            => 2198 lot_too_small
            => 2201 too_little_left has 90000
        "#]],
    );
}

#[test]
fn a_credit_is_registered_once_by_whomever_and_under_whatever_programme() {
    check(
        "m register c1 A-B 100 in 1 | m register c1 A-B 100 in 1 | n register c1 A-C 200 in 2 | n register c1 B-B 100 in 1 \
         | n register c2 A-B 100 in 1 | m drop h1 | n register c1 A-C 200 in 2",
        expect![[r#"
            h1 registered m register c1 A-B 100 in 1: declared left 100/1 => h1
            => 2191 credit_registered
            => 2191 credit_registered
            h2 registered n register c1 B-B 100 in 1: declared left 100/1 => h2
            h3 registered n register c2 A-B 100 in 1: declared left 100/1 => h3
            h1 withdrawn: declared left 100/1 withdrawn
            h4 registered n register c1 A-C 200 in 2: declared left 200/2 => h4
        "#]],
    );
}

#[test]
fn what_makes_no_sense_is_not_registered() {
    check(
        "nobody register c1 A-B 100 in 1 | m register c1 A 100 in 1 | m register c1 A-B-C 100 in 1 | m register c1 A-B 0 in 1 \
         | m register c1 A-B 100000000001 in 1 | m register c1 A-B 100 in 0 | m register c1 A-B 100 in 1000001 \
         | m register c1 A-B 100 in 1 dated 2027-01-16 | m register c1 A-B 100 in 1 until 2027-01-31 \
         | m register c1 A-B 100 in 1 until 2027-01-31T23:59:58 | m register c1 A-B 100 in 1 until 2027-01-31T23:59:59",
        expect![[r#"
            => 6001 unknown_account
            => 2192 invalid_holding
            => 2192 invalid_holding
            => 2192 invalid_holding
            => 2192 invalid_holding
            => 2192 invalid_holding
            => 2192 invalid_holding
            => 2192 invalid_holding
            => 2193 holding_over
            => 2193 holding_over
            h1 registered m register c1 A-B 100 in 1 until 2027-01-31T23:59:59: declared left 100/1 => h1
        "#]],
    );
}

#[test]
fn a_suspended_account_registers_lists_and_withdraws_nothing_and_a_closed_one_has_nothing() {
    check_in(
        &format!("{KNOWN} | m list 2 A-B-10K-202706 of h1"),
        "suspend m | m register c2 A-B 100 in 1 | m list 1 A-B-10K-202706 of h1 | m delist 2 A-B-10K-202706 of h1 \
         | m drop h1 | open n | reopen n | n register c3 A-B 100 in 1 | shut n | n drop h2 | shut n \
         | n register c3 A-B 100 in 1",
        expect![[r#"
            m is suspended
            => 6050 account_suspended
            => 6050 account_suspended
            m A-B-10K-202706 -2 delisted, h1 delisted 2 A-B-10K-202706 attested: attested left 15000000/99
            => 6050 account_suspended
            open n of group 1
            ok
            h2 registered n register c3 A-B 100 in 1: declared left 100/1 => h2
            => 6052 account_not_empty
            h2 withdrawn: declared left 100/1 withdrawn
            n is closed
            => 6051 account_closed
        "#]],
    );
}

#[test]
fn the_checks_of_a_listing_are_in_order() {
    check_in(
        &format!("{KNOWN} | n register c2 A-B 100 in 1 | programme A-C prohibited"),
        "nobody list 0 A-C-1K-202709 of h9 | m list 0 Z of h9 | m list 0 A-C-1K-202706 of h9 | expire A-B-1K-202709 \
         | m list 0 A-B-1K-202709 of h9 | m list 0 X of h9 | m list 1 X of h2 | n list 1 X of h2 | m list 1 X of h1 \
         | m list 1 A-B-1K-PERP of h1 | m list 100 A-B-1K-202706 of h1 | m list 100 A-B-10K-202706 of h1 \
         | m list 16 A-B-10K-202706 of h1",
        expect![[r#"
            => 6001 unknown_account
            => 2101 unknown_symbol
            => 2115 policy_forbids
            A-B-1K-202709 expired
            => 2110 wrong_phase
            => 2103 invalid_quantity
            => 2190 unknown_holding
            => 2195 level_too_low
            => 2196 other_programme
            => 2197 month_too_late
            => 2198 lot_too_small
            => 2200 too_few_pieces has 99
            => 2201 too_little_left has 15000000
        "#]],
    );
}

#[test]
fn a_prohibited_programme_is_registered_and_not_listed() {
    check_in(
        &format!("{KNOWN} | programme A-B prohibited pieces 99"),
        "m list 1 A-B-10K-202706 of h1 | m register c2 A-B 100 in 1",
        expect![[r#"
            => 2115 policy_forbids
            h2 registered m register c2 A-B 100 in 1: declared left 100/1 => h2
        "#]],
    );
}

#[test]
fn a_month_beyond_the_holdings_own_end_is_refused() {
    check_in(
        "list A-B-100-202706 | list A-B-100-202707 | m register c1 A-B 20000 in 2 until 2027-07-31T23:59:58 \
         | m register c2 A-B 20000 in 2 until 2027-07-31T23:59:59 | level h1 attested | level h2 attested",
        "m list 1 A-B-100-202707 of h1 | m list 1 A-B-100-202706 of h1 | m list 1 A-B-100-202707 of h2",
        expect![[r#"
            => 2197 month_too_late
            m A-B-100-202706 +1 listed, h1 listed 1 A-B-100-202706 attested: attested left 10000/1 listed 10000/1
            m A-B-100-202707 +1 listed, h2 listed 1 A-B-100-202707 attested: attested left 10000/1 listed 10000/1
        "#]],
    );
}

#[test]
fn lots_are_of_the_holdings_level_and_those_in_custody_change_hands_with_the_trade() {
    check_in(
        &format!("{KNOWN} | balances"),
        "m list 2 A-B-10K-202706 of h1 | by ops level h1 custody | m list 3 A-B-10K-202706 of h1 | show m \
         | m sell 2 on A-B-10K-202706 @ 1 | t buy 1 on A-B-10K-202706 @ 1 | m delist 5 A-B-10K-202706 of h1 \
         | m delist 3 A-B-10K-202706 of h1 | m delist 1 A-B-10K-202706 of h1 | m drop h1",
        expect![[r#"
            m A-B-10K-202706 +2 listed, h1 listed 2 A-B-10K-202706 attested: attested left 13000000/97 listed 2000000/2, m A-B-10K-202706 attested 2+0+0
            h1 level-set: custody left 13000000/97 listed 2000000/2
            m A-B-10K-202706 +3 listed, h1 listed 3 A-B-10K-202706 custody: custody left 10000000/94 listed 5000000/5, m A-B-10K-202706 3+0
            m $1000000+0 X 1000+0 A-B-10K-202706 3+0 A-B-1K-202706 0+0 A-B-100-202706 0+0 A-B-1K-202709 0+0 A-C-1K-202706 0+0 A-B-1K-PERP 0+0 A-B-10K-202706 attested 2+0+0
            open m#1 sell 2@1 on A-B-10K-202706, rest m#1 2@1, m A-B-10K-202706 1+2 => open 0+2
            open t#1 buy 1@1 on A-B-10K-202706, fill t#1/m#1 1@1 left 0/1, t $999900+0, m $1000100+0, m A-B-10K-202706 1+1, t A-B-10K-202706 1+0, h1 left 1 A-B-10K-202706 custody: custody left 10000000/94 listed 4000000/4 => filled 1+0
            => 2203 not_listed has 3
            m A-B-10K-202706 -2 delisted, h1 delisted 2 A-B-10K-202706 attested: custody left 12000000/96 listed 2000000/2, m A-B-10K-202706 -1 delisted, h1 delisted 1 A-B-10K-202706 custody: custody left 13000000/97 listed 1000000/1, m A-B-10K-202706 0+1, m A-B-10K-202706 attested 0+0+0
            => 2203 not_listed has 0
            => 2204 holding_in_custody
        "#]],
    );
}

#[test]
fn what_is_sold_and_settled_has_left_the_holding() {
    check_in(
        &format!(
            "{KNOWN} | list A-B-100-202709 | n register c2 A-B 100000 in 10 | level h2 documented | n list 10 A-B-100-202706 of h2"
        ),
        "n sell 4 on A-B-100-202706 @ 10 | t buy 4 on A-B-100-202706 @ 10 | n delist 7 A-B-100-202706 of h2 \
         | n deliver s1 done | t accept s1 | n drop h2 | n delist 6 A-B-100-202706 of h2 | n drop h2",
        expect![[r#"
            open n#1 sell 4@10 on A-B-100-202706, rest n#1 4@10 => open 0+4
            open t#1 buy 4@10 on A-B-100-202706, fill t#1/n#1 4@10 left 0/0, t $+40 A-B-100-202706 -4 deferred of trade 1, n $-40 A-B-100-202706 +4 deferred of trade 1, s1 matched: delivering t/n 4@10 documented open 4 escrow 40 bond 2500 due 104:00 => filled 4+0
            => 2203 not_listed has 6
            s1 delivered: verifying open 4 escrow 40 bond 2500 due 56:00
            t $-40 A-B-100-202706 +4 settled of trade 1, n $+40 A-B-100-202706 -4 settled of trade 1, s1 accepted: held_back delivered 4 held 8 due 344:00, h2 left 4 A-B-100-202706 documented: documented left 0/0 listed 60000/6
            => 2202 holding_listed
            n A-B-100-202706 -6 delisted, h2 delisted 6 A-B-100-202706 documented: documented left 60000/6
            h2 withdrawn: documented left 60000/6 withdrawn
        "#]],
    );
}

#[test]
fn what_leaves_leaves_the_oldest_holding_and_lots_from_elsewhere_first() {
    check_in(
        "list A-B-100-202706 | deposit m 5 A-B-100-202706 | m register c1 A-B 100000 in 10 | m register c2 A-B 100000 in 10 \
         | level h1 custody | level h2 custody | m list 3 A-B-100-202706 of h2 | m list 2 A-B-100-202706 of h1",
        "m sell 10 on A-B-100-202706 @ 1 | t buy 5 on A-B-100-202706 @ 1 | t buy 1 on A-B-100-202706 @ 1 \
         | t buy 3 on A-B-100-202706 @ 1 | m cancel #1 | m delist 1 A-B-100-202706 of h1 | m delist 1 A-B-100-202706 of h2 \
         | t sell 1 on A-B-100-202706 @ 1 | m buy 1 on A-B-100-202706 @ 1 | m delist 1 A-B-100-202706 of h2",
        expect![[r#"
            open m#1 sell 10@1 on A-B-100-202706, rest m#1 10@1 => open 0+10
            open t#1 buy 5@1 on A-B-100-202706, fill t#1/m#1 5@1 left 0/5 => filled 5+0
            open t#2 buy 1@1 on A-B-100-202706, fill t#2/m#1 1@1 left 0/4, h1 left 1 A-B-100-202706 custody: custody left 80000/8 listed 10000/1 => filled 1+0
            open t#3 buy 3@1 on A-B-100-202706, fill t#3/m#1 3@1 left 0/1, h1 left 1 A-B-100-202706 custody: custody left 80000/8, h2 left 2 A-B-100-202706 custody: custody left 70000/7 listed 10000/1 => filled 3+0
            pull m#1 1@1 user => canceled m#1
            => 2203 not_listed has 0
            m A-B-100-202706 -1 delisted, h2 delisted 1 A-B-100-202706 custody: custody left 80000/8
            open t#4 sell 1@1 on A-B-100-202706, rest t#4 1@1 => open 0+1
            open m#2 buy 1@1 on A-B-100-202706, fill m#2/t#4 1@1 left 0/0 => filled 1+0
            => 2203 not_listed has 0
        "#]],
    );
}

#[test]
fn a_level_that_is_lowered_takes_back_what_is_listed_above_it() {
    check_in(
        &format!(
            "{KNOWN} | m list 3 A-B-10K-202706 of h1 | m list 2 A-B-10K-202706 of h1 | deposit m 1 A-B-10K-202706"
        ),
        "m sell 4 on A-B-10K-202706 @ 1 | m sell 1 on A-B-10K-202706 @ 2 | t buy 1 on A-B-10K-202706 @ 1 \
         | level h1 attested | by ops level h1 documented | m list 1 A-B-10K-202706 of h1 | by ops level h1 declared \
         | level h9 declared | show m",
        expect![[r#"
            open m#1 sell 4@1 on A-B-10K-202706, rest m#1 4@1 => open 0+4
            open m#2 sell 1@2 on A-B-10K-202706, rest m#2 1@2 => open 0+1
            open t#1 buy 1@1 on A-B-10K-202706, fill t#1/m#1 1@1 left 0/3, t $+100 A-B-10K-202706 -1 deferred of trade 1, m $-100 A-B-10K-202706 +1 deferred of trade 1, s1 matched: delivering t/m 1@1 attested open 1 escrow 100 bond 625 due 80:00 => filled 1+0
            ok
            h1 level-set: documented left 10000000/94 listed 5000000/5, pull m#1 3@1 operator, m A-B-10K-202706 -4 delisted, h1 delisted 4 A-B-10K-202706 attested: documented left 14000000/98 listed 1000000/1
            m A-B-10K-202706 +1 listed, h1 listed 1 A-B-10K-202706 documented: documented left 13000000/97 listed 2000000/2
            h1 level-set: declared left 13000000/97 listed 2000000/2, m A-B-10K-202706 -1 delisted, h1 delisted 1 A-B-10K-202706 documented: declared left 14000000/98 listed 1000000/1
            => 2190 unknown_holding
            m $999375+0 X 1000+0 A-B-10K-202706 0+1 A-B-1K-202706 0+0 A-B-100-202706 0+0 A-B-1K-202709 0+0 A-C-1K-202706 0+0 A-B-1K-PERP 0+0 escrow 625 A-B-10K-202706 attested 0+0+1
        "#]],
    );
}

#[test]
fn lots_listed_before_a_level_was_raised_stay_at_their_own_and_come_back_first() {
    check_in(
        "list A-B-100-202706 | m register c1 A-B 100000 in 10 | level h1 documented | m list 3 A-B-100-202706 of h1 | level h1 attested \
         | m list 3 A-B-100-202706 of h1",
        "show m | m delist 4 A-B-100-202706 of h1 | show m",
        expect![[r#"
            m $1000000+0 X 1000+0 A-B-100-202706 0+0 A-B-100-202706 documented 3+0+0 A-B-100-202706 attested 3+0+0
            m A-B-100-202706 -3 delisted, h1 delisted 3 A-B-100-202706 documented: attested left 70000/7 listed 30000/3, m A-B-100-202706 -1 delisted, h1 delisted 1 A-B-100-202706 attested: attested left 80000/8 listed 20000/2
            m $1000000+0 X 1000+0 A-B-100-202706 0+0 A-B-100-202706 attested 2+0+0
        "#]],
    );
}

#[test]
fn a_holding_is_written_off_at_the_end_of_its_last_month() {
    check_in(
        "list A-B-100-202701 | list A-B-100-202706 | watch A-B-100-202701 | m register c1 A-B 100000 in 10 until 2027-02-20 \
         | m register c2 A-B 100000 in 10 | level h1 attested | m list 3 A-B-100-202701 of h1 | level h1 custody \
         | m list 2 A-B-100-202701 of h1 | level h2 custody | m list 4 A-B-100-202701 of h2 | deposit m 1 A-B-100-202701 | balances",
        "clock +399h | clock +1h | m list 1 A-B-100-202701 of h2 | m register c1 A-B 100000 in 10 until 2027-02-20 | show m",
        expect![[r#"
            A-B-100-202701 ends in 14 days, then A-B-100-202706, A-B-100-202701 ends in 7 days, then A-B-100-202706
            A-B-100-202701 is over, then A-B-100-202706, A-B-100-202701 expired (last-trade), m A-B-100-202701 -4 delisted, h2 delisted 4 A-B-100-202701 custody: custody left 100000/10, m A-B-100-202701 -3 expired_unused, m A-B-100-202701 -3 expired_unused, h1 written-off: custody left 50000/5 written-off, m A-B-100-202701 0+0, m A-B-100-202701 attested 0+0+0
            => 2110 wrong_phase
            => 2193 holding_over
            m $1000000+0 X 1000+0 A-B-100-202701 0+0 A-B-100-202706 0+0
        "#]],
    );
}

#[test]
fn what_is_free_of_a_month_that_ends_comes_back_to_the_holding_that_outlives_it() {
    check_in(
        "list A-B-100-202701 | watch A-B-100-202701 | m register c1 A-B 100000 in 10 until 2027-03-20 | level h1 attested \
         | m list 3 A-B-100-202701 of h1 | m sell 1 on A-B-100-202701 @ 1 | balances",
        "clock +400h",
        expect![[r#"
            A-B-100-202701 ends in 14 days, A-B-100-202701 ends in 7 days, A-B-100-202701 is over, A-B-100-202701 expired (last-trade), pull m#1 1@1 last-trade, m A-B-100-202701 -3 delisted, h1 delisted 3 A-B-100-202701 attested: attested left 100000/10, m $1000000+0, m A-B-100-202701 attested 0+0+0
        "#]],
    );
}

#[test]
fn an_account_with_a_holding_is_not_closed() {
    check_in(
        "open n | n register c1 A-B 100 in 1",
        "shut n | n drop h1 | shut n",
        expect![[r#"
        => 6052 account_not_empty
        h1 withdrawn: declared left 100/1 withdrawn
        n is closed
    "#]],
    );
}

#[test]
fn a_withdrawal_of_lots_takes_them_out_of_the_holding_too() {
    check_in(
        "list A-B-100-202706 | m register c1 A-B 100000 in 10 | level h1 custody | m list 3 A-B-100-202706 of h1",
        "fund m A-B-100-202706 -2 ref a | m delist 2 A-B-100-202706 of h1 | m delist 1 A-B-100-202706 of h1",
        expect![[r#"
            m A-B-100-202706 -2 withdrawal, h1 left 2 A-B-100-202706 custody: custody left 70000/7 listed 10000/1 => done
            => 2203 not_listed has 1
            m A-B-100-202706 -1 delisted, h1 delisted 1 A-B-100-202706 custody: custody left 80000/8
        "#]],
    );
}

#[test]
fn an_account_has_so_many_holdings_and_no_more() {
    use crate::story::World;
    use unspent_model::limits;
    let mut world = World::new("", "open m");
    world.line("open m");
    for number in 1..=limits::HOLDINGS_PER_ACCOUNT {
        let command = world.command(&format!("m register c{number} A-B 100 in 1"));
        world.apply_unchecked(command);
    }
    assert_eq!(world.line("m register last A-B 100 in 1"), " => 2194 too_many_holdings");
    world.line("m drop h7");
    assert!(world.line("m register last A-B 100 in 1").ends_with("=> h1001"));
}
