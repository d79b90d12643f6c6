//! Trades across months: an ask of a later month fills a bid of an earlier one.

use crate::story::check_in;
use expect_test::expect;

/// Three months of one family whose books trade with one another; m1 has credits of each.
const MONTHS: &str = "list W-A-100-202612 | list W-A-100-202703 | list W-A-100-202706
    | rules W-A-100-202612 dominance | rules W-A-100-202703 dominance | rules W-A-100-202706 dominance
    | deposit m1 500 W-A-100-202612 | deposit m1 500 W-A-100-202703 | deposit m1 500 W-A-100-202706
    | deposit m2 500 W-A-100-202612 | deposit m2 500 W-A-100-202703 | deposit m2 500 W-A-100-202706
    | deposit t1 500 W-A-100-202612 | deposit t1 500 W-A-100-202703 | deposit t1 500 W-A-100-202706 | deposit t1 $ 9000000
    | deposit m1 $ 9000000 | deposit m2 $ 9000000 ";

fn check(setup: &str, story: &str, expect: expect_test::Expect) {
    // `12`, `03` and `06` are December, March and June, in the order of their end.
    let words = |text: &str| {
        let long = |word: &str| match word {
            "12" | "12," | "03" | "06" => {
                format!("W-A-100-{}{word}", if word.starts_with("12") { "2026" } else { "2027" })
            }
            word => word.to_owned(),
        };
        text.split_whitespace().map(long).collect::<Vec<_>>().join(" ")
    };
    let separator = if setup.is_empty() { "" } else { "|" };
    check_in(&words(&format!("{MONTHS}{separator}{setup}")), &words(story), expect);
}

#[test]
fn a_buy_takes_the_asks_of_its_month_and_later_ones_best_price_first() {
    check(
        "m1 buy 50 @ 6100 on 12 | m1 sell 20 @ 6600 on 12 | m1 buy 30 @ 6800 on 03 | m1 sell 40 @ 7000 on 03",
        "book 12 | book 03 | t1 buy 60 @ 7050 on 12 | book 12 | book 03 | show t1",
        expect![[r#"
            bids 50@6100 / asks 20@6600
            bids 30@6800 / asks 40@7000
            open t1#1 buy 60@7050 on W-A-100-202612, fill t1#1/m1#2 20@6600 left 40/0, fill t1#1/m1#4 40@7000 left 0/0 W-A-100-202703 for W-A-100-202612 => filled 60+0
            bids 50@6100 / asks -
            bids 30@6800 / asks -
            t1 $9588000+0 X 1000+0 W-A-100-202612 520+0 W-A-100-202703 540+0 W-A-100-202706 500+0
        "#]],
    );
}

#[test]
fn a_sell_takes_the_bids_of_its_month_and_earlier_ones() {
    check(
        "m1 buy 50 @ 6100 on 12 | m1 buy 30 @ 6800 on 03",
        "t1 sell 25 @ 6550 on 06 | show m1",
        expect![[r#"
        open t1#1 sell 25@6550 on W-A-100-202706, fill t1#1/m1#2 25@6800 left 0/5 W-A-100-202706 for W-A-100-202703 => filled 25+0
        m1 $9491000+339000 X 1000+0 W-A-100-202612 500+0 W-A-100-202703 500+0 W-A-100-202706 525+0
    "#]],
    );
}

#[test]
fn an_earlier_month_fills_no_later_one() {
    check(
        "m1 buy 30 @ 6800 on 03 | m1 sell 20 @ 6600 on 12",
        "book 12 | book 03 | t1 sell 1 @ 6500 on 12 | t1 buy 1 @ 7000 on 06",
        expect![[r#"
            bids - / asks 20@6600
            bids 30@6800 / asks -
            open t1#1 sell 1@6500 on W-A-100-202612, rest t1#1 1@6500 => open 0+1
            open t1#2 buy 1@7000 on W-A-100-202706, rest t1#2 1@7000 => open 0+1
        "#]],
    );
}

#[test]
fn at_one_price_its_own_book_goes_first_then_the_nearest_month_then_the_oldest() {
    check(
        "m1 sell 1 @ 70 on 06 | m1 sell 1 @ 70 on 03 | m2 sell 1 @ 70 on 03 | m1 sell 1 @ 70 on 12 | m1 sell 1 @ 71 on 12",
        "t1 buy 5 @ 71 on 12",
        expect![[r#"
            open t1#1 buy 5@71 on W-A-100-202612, fill t1#1/m1#3 1@70 left 4/0, fill t1#1/m1#2 1@70 left 3/0 W-A-100-202703 for W-A-100-202612, fill t1#1/m2#1 1@70 left 2/0 W-A-100-202703 for W-A-100-202612, fill t1#1/m1#1 1@70 left 1/0 W-A-100-202706 for W-A-100-202612, fill t1#1/m1#4 1@71 left 0/0 => filled 5+0
        "#]],
    );
    check(
        "m1 buy 1 @ 70 on 12 | m1 buy 1 @ 70 on 03 | m2 buy 1 @ 70 on 03 | m1 buy 1 @ 70 on 06 | m1 buy 1 @ 69 on 06",
        "t1 sell 5 @ 69 on 06",
        expect![[r#"
            open t1#1 sell 5@69 on W-A-100-202706, fill t1#1/m1#3 1@70 left 4/0, fill t1#1/m1#2 1@70 left 3/0 W-A-100-202706 for W-A-100-202703, fill t1#1/m2#1 1@70 left 2/0 W-A-100-202706 for W-A-100-202703, fill t1#1/m1#1 1@70 left 1/0 W-A-100-202706 for W-A-100-202612, fill t1#1/m1#4 1@69 left 0/0 => filled 5+0
        "#]],
    );
}

#[test]
fn each_side_pays_its_own_instruments_schedule() {
    check(
        "list F-A-100-202612 fee 100/200 | list F-A-100-202703 fee 300/400
         | rules F-A-100-202612 fee 100 dominance | rules F-A-100-202703 fee 300 dominance | deposit m1 10 F-A-100-202703
         | balances | m1 sell 1 @ 5000 on F-A-100-202703",
        "t1 buy 1 @ 5000 on F-A-100-202612 | show t1 | show m1 | fees",
        expect![[r#"
            open t1#1 buy 1@5000 on F-A-100-202612, fill t1#1/m1#1 1@5000 left 0/0 fee 100/150 F-A-100-202703 for F-A-100-202612, t1 $9994900+0, m1 $10004850+0, m1 F-A-100-202703 9+0, t1 F-A-100-202703 1+0 => filled 1+0
            t1 $9994900+0 X 1000+0 W-A-100-202612 500+0 W-A-100-202703 500+0 W-A-100-202706 500+0 F-A-100-202612 0+0 F-A-100-202703 1+0
            m1 $10004850+0 X 1000+0 W-A-100-202612 500+0 W-A-100-202703 500+0 W-A-100-202706 500+0 F-A-100-202612 0+0 F-A-100-202703 9+0
            fees 250
        "#]],
    );
}

#[test]
fn the_print_belongs_to_the_month_delivered_and_wakes_its_stops() {
    check(
        "m1 sell 1 @ 70 on 03 | m2 sell 5 @ 75 on 03 | m2 buy 1 @ 71 stop 70 on 03 | m2 buy 1 @ 71 stop 70 on 12",
        "t1 buy 1 @ 70 on 12 | t1 buy 1 @ 50 stop 70 on 03 | t1 buy 1 @ 50 stop 70 on 12",
        expect![[r#"
            open t1#1 buy 1@70 on W-A-100-202612, fill t1#1/m1#1 1@70 left 0/0 W-A-100-202703 for W-A-100-202612, trigger m2#2 @71, rest m2#2 1@71 => filled 1+0
            => 2120 stop_reached
            open t1#2 buy 1@50 stop 70 on W-A-100-202612 => open 0+1
        "#]],
    );
}

#[test]
fn stops_of_the_instrument_listed_first_go_first() {
    check(
        "m1 sell 1 @ 70 on 06 | m1 sell 1 @ 70 on 03 | m2 buy 1 @ 60 stop 70 on 06 | m2 buy 1 @ 61 stop 70 on 03
         | m2 buy 1 @ 62 stop 70 on 06",
        "t1 buy 2 @ 70 on 12",
        expect![[r#"
            open t1#1 buy 2@70 on W-A-100-202612, fill t1#1/m1#2 1@70 left 1/0 W-A-100-202703 for W-A-100-202612, fill t1#1/m1#1 1@70 left 0/0 W-A-100-202706 for W-A-100-202612, trigger m2#2 @61, rest m2#2 1@61, trigger m2#1 @60, rest m2#1 1@60, trigger m2#3 @62, rest m2#3 1@62 => filled 2+0
        "#]],
    );
}

#[test]
fn fill_or_kill_and_a_minimum_count_other_months() {
    check(
        "m1 sell 2 @ 70 on 12 | m1 sell 10 @ 71 on 03 show 2 | m1 sell 3 @ 72 on 06",
        "t1 buy 16 @ 72 on 12 fok | t1 buy 14 @ 72 on 03 min 14 | t1 buy 15 @ 72 on 12 fok",
        expect![[r#"
            => 2111 fill_or_kill_not_filled has 15
            => 2122 minimum_not_met has 13
            open t1#1 buy 15@72 on W-A-100-202612, fill t1#1/m1#1 2@70 left 13/0, fill t1#1/m1#2 2@71 left 11/8 W-A-100-202703 for W-A-100-202612, refill m1#2 8(2)@71, fill t1#1/m1#2 2@71 left 9/6 W-A-100-202703 for W-A-100-202612, refill m1#2 6(2)@71, fill t1#1/m1#2 2@71 left 7/4 W-A-100-202703 for W-A-100-202612, refill m1#2 4(2)@71, fill t1#1/m1#2 2@71 left 5/2 W-A-100-202703 for W-A-100-202612, refill m1#2 2@71, fill t1#1/m1#2 2@71 left 3/0 W-A-100-202703 for W-A-100-202612, fill t1#1/m1#3 3@72 left 0/0 W-A-100-202706 for W-A-100-202612 => filled 15+0
        "#]],
    );
}

#[test]
fn a_market_order_is_collared_from_the_best_price_of_any_month() {
    check(
        "m1 sell 1 @ 70 on 06 | m1 sell 1 @ 85 on 12",
        "t1 buy 2 mkt on 12 | t1 sell 1 mkt on 06 | m1 buy 1 @ 50 on 12 | t1 sell 1 mkt on 06",
        expect![[r#"
            open t1#1 buy 2@80 on W-A-100-202612, fill t1#1/m1#1 1@70 left 1/0 W-A-100-202706 for W-A-100-202612, cancel t1#1 1@80 tif => canceled 1+0 tif
            => 2117 no_opposite_price
            open m1#3 buy 1@50 on W-A-100-202612, rest m1#3 1@50 => open 0+1
            open t1#2 sell 1@40 on W-A-100-202706, fill t1#2/m1#3 1@50 left 0/0 W-A-100-202706 for W-A-100-202612 => filled 1+0
        "#]],
    );
}

#[test]
fn money_is_counted_across_months() {
    check(
        "m1 sell 2 @ 70 on 06 | m1 sell 2 @ 75 on 12",
        "t1 buy 4 mkt max 220 on 12",
        expect![[r#"
        open t1#1 buy 4@80 on W-A-100-202612, fill t1#1/m1#1 2@70 left 2/0 W-A-100-202706 for W-A-100-202612, fill t1#1/m1#2 1@75 left 1/1, cancel t1#1 1@80 tif => canceled 3+0 tif
    "#]],
    );
}

#[test]
fn post_only_is_judged_by_other_months_too() {
    check(
        "m1 sell 2 @ 70 on 06 | m1 sell 1 @ 80 on 12",
        "t1 buy 1 @ 70 on 12 post | t1 buy 1 @ 75 on 12 slide | t1 buy 1 @ 69 on 12 post | t1 amend #2 @ 70
         | m2 sell 1 @ 60 on 06 slide",
        expect![[r#"
            => 2107 post_only_would_take
            open t1#1 buy 1@69 on W-A-100-202612, rest t1#1 1@69 => open 0+1
            open t1#2 buy 1@69 on W-A-100-202612, rest t1#2 1@69 => open 0+1
            => 2107 post_only_would_take
            open m2#1 sell 1@70 on W-A-100-202706, rest m2#1 1@70 => open 0+1
        "#]],
    );
}

#[test]
fn an_iceberg_refills_in_its_own_book() {
    check(
        "m1 sell 5 @ 70 on 03 show 2 | m2 sell 1 @ 70 on 03 | m1 sell 1 @ 70 on 06",
        "t1 buy 7 @ 70 on 12",
        expect![[r#"
            open t1#1 buy 7@70 on W-A-100-202612, fill t1#1/m1#1 2@70 left 5/3 W-A-100-202703 for W-A-100-202612, refill m1#1 3(2)@70, fill t1#1/m2#1 1@70 left 4/0 W-A-100-202703 for W-A-100-202612, fill t1#1/m1#1 2@70 left 2/1 W-A-100-202703 for W-A-100-202612, refill m1#1 1@70, fill t1#1/m1#1 1@70 left 1/0 W-A-100-202703 for W-A-100-202612, fill t1#1/m1#2 1@70 left 0/0 W-A-100-202706 for W-A-100-202612 => filled 7+0
        "#]],
    );
}

#[test]
fn owners_do_not_meet_in_another_month_either() {
    let book = "t1.b sell 2 @ 70 on 03 | m1 sell 2 @ 71 on 03";
    let book = format!("open t1.b | deposit t1.b 9 03 | open t1.a | deposit t1.a $ 90000 | {book}");
    check(
        &book,
        "t1.a buy 3 @ 71 on 12",
        expect![[r#"
        open t1.a#1 buy 3@71 on W-A-100-202612, cancel t1.a#1 3@71 self => canceled 0+0 self
    "#]],
    );
    check(
        &book,
        "t1.a buy 3 @ 71 on 12 stp=oldest",
        expect![[r#"
        open t1.a#1 buy 3@71 on W-A-100-202612, pull t1.b#1 2@70 self, fill t1.a#1/m1#1 2@71 left 1/0 W-A-100-202703 for W-A-100-202612, rest t1.a#1 1@71 => part 2+1
    "#]],
    );
    check(
        &book,
        "t1.a buy 3 @ 71 on 12 stp=both",
        expect![[r#"
        open t1.a#1 buy 3@71 on W-A-100-202612, pull t1.b#1 2@70 self, cancel t1.a#1 3@71 self => canceled 0+0 self
    "#]],
    );
    check(
        &book,
        "t1.a buy 3 @ 71 on 12 stp=decrement",
        expect![[r#"
        open t1.a#1 buy 3@71 on W-A-100-202612, reduce t1.b#1 by 2 to 0@70 resting, cancel t1.b#1 0@70 self, reduce t1.a#1 by 2 to 1@71, fill t1.a#1/m1#1 1@71 left 0/1 W-A-100-202703 for W-A-100-202612 => filled 1+0
    "#]],
    );
}

#[test]
fn no_book_trades_across_months_but_where_its_rules_say_so_and_it_is_continuous() {
    check(
        "rules 03 | m1 sell 1 @ 70 on 03 | m1 sell 1 @ 72 on 06",
        "t1 buy 1 @ 70 on 12 | halt 06 | t1 buy 1 @ 72 on 12",
        expect![[r#"
            open t1#1 buy 1@70 on W-A-100-202612, rest t1#1 1@70 => open 0+1
            W-A-100-202706 halted
            open t1#2 buy 1@72 on W-A-100-202612, rest t1#2 1@72 => open 0+1
        "#]],
    );
    check(
        "m1 sell 1 @ 70 on 06",
        "phase 12 call | t1 buy 1 @ 70 on 12",
        expect![[r#"
        W-A-100-202612 call, W-A-100-202612 call 1
        open t1#1 buy 1@70 on W-A-100-202612, rest t1#1 1@70 => open 0+1
    "#]],
    );
}

#[test]
fn an_entry_into_the_continuous_phase_trades_what_is_crossed_at_the_older_price() {
    check(
        "phase 06 call | m1 sell 3 @ 60 on 06 | m1 sell 1 @ 61 on 06 | t1 buy 1 @ 65 on 12 | t1 buy 2 @ 63 on 03 | m2 buy 1 @ 65 on 03",
        "resume 06 | book 06",
        expect![[r#"
            W-A-100-202706 call 1 ended nothing, W-A-100-202706 continuous, sweep m2#1/m1#1 1@60 left 0/2 W-A-100-202706 for W-A-100-202703, sweep t1#1/m1#1 1@60 left 0/1 W-A-100-202706 for W-A-100-202612, sweep t1#2/m1#1 1@60 left 1/0 W-A-100-202706 for W-A-100-202703, sweep t1#2/m1#2 1@61 left 0/0 W-A-100-202706 for W-A-100-202703
            bids - / asks -
        "#]],
    );
    check(
        "phase 12 call | t1 buy 3 @ 70 on 12 | m1 sell 2 @ 68 on 03 | m1 sell 2 @ 67 on 06",
        "resume 12 | book 12",
        expect![[r#"
            W-A-100-202612 call 1 ended nothing, W-A-100-202612 continuous, sweep m1#2/t1#1 2@70 left 0/1 W-A-100-202706 for W-A-100-202612, sweep m1#1/t1#1 1@70 left 1/0 W-A-100-202703 for W-A-100-202612
            bids - / asks -
        "#]],
    );
}

#[test]
fn turning_the_rule_on_is_an_entry() {
    check(
        "rules 06 | m1 sell 3 @ 60 on 06 | t1 buy 2 @ 65 on 12",
        "rules 06 dominance",
        expect![[r#"
        W-A-100-202706 rules dominance, sweep t1#1/m1#1 2@60 left 0/1 W-A-100-202706 for W-A-100-202612
    "#]],
    );
}

#[test]
fn a_halt_and_a_close_end_in_a_sweep_too() {
    check(
        "m1 sell 3 @ 60 on 06 | halt 06 | t1 buy 2 @ 65 on 12 | m2 sell 1 @ 64 on 12",
        "resume 06",
        expect![[r#"
        W-A-100-202706 continuous, sweep t1#1/m1#1 1@60 left 0/2 W-A-100-202706 for W-A-100-202612
    "#]],
    );
}

#[test]
fn stops_and_groups_follow_a_sweep() {
    check(
        "m1 connect | m1 group g1 2 in 5s | m1 quote ~1 g1: 12 2@65 / -, 03 1@40 / - | m2 buy 1 @ 50 stop 65 on 06
         | phase 06 call | m2 sell 2 @ 60 on 06",
        "resume 06",
        expect![[r#"
            W-A-100-202706 call 1 ended nothing, W-A-100-202706 continuous, sweep m2#2/m1#1 2@65 left 0/0 W-A-100-202706 for W-A-100-202612, m1/g1 tripped by 2, pull m1#2 1@40 group, trigger m2#1 @50, rest m2#1 1@50
        "#]],
    );
}

#[test]
fn owners_do_not_meet_in_a_sweep_either() {
    let book = |policy: &str| {
        format!(
            "open t1.a | open t1.b | deposit t1.b 9 06 | deposit t1.a $ 90000 | deposit m1 9 06 | phase 06 call
             | t1.b sell 3 @ 60 on 06 show 2 | m1 sell 1 @ 61 on 06 | t1.a buy 2 @ 65 on 12 {policy}"
        )
    };
    check(
        &book(""),
        "resume 06",
        expect![[r#"
        W-A-100-202706 call 1 ended nothing, W-A-100-202706 continuous, pull t1.a#1 2@65 self
    "#]],
    );
    check(
        &book("stp=oldest"),
        "resume 06",
        expect![[r#"
        W-A-100-202706 call 1 ended nothing, W-A-100-202706 continuous, pull t1.b#1 3(2)@60 self, sweep t1.a#1/m1#1 1@61 left 1/0 W-A-100-202706 for W-A-100-202612
    "#]],
    );
    check(
        &book("stp=both"),
        "resume 06",
        expect![[r#"
        W-A-100-202706 call 1 ended nothing, W-A-100-202706 continuous, pull t1.b#1 3(2)@60 self, pull t1.a#1 2@65 self
    "#]],
    );
    check(
        &book("stp=decrement"),
        "resume 06",
        expect![[r#"
        W-A-100-202706 call 1 ended nothing, W-A-100-202706 continuous, reduce t1.b#1 by 2 to 1@60 resting, reduce t1.a#1 by 2 to 0@65 resting, cancel t1.a#1 0@65 self, refill t1.b#1 1@60
    "#]],
    );
}

#[test]
fn icebergs_show_their_next_slice_in_a_sweep() {
    check(
        "phase 06 call | m1 sell 5 @ 60 on 06 show 2 | t1 buy 6 @ 65 on 12 show 3",
        "resume 06 | book 06 | book 12",
        expect![[r#"
            W-A-100-202706 call 1 ended nothing, W-A-100-202706 continuous, sweep t1#1/m1#1 2@60 left 4/3 W-A-100-202706 for W-A-100-202612, refill m1#1 3(2)@60, sweep t1#1/m1#1 1@60 left 3/2 W-A-100-202706 for W-A-100-202612, refill t1#1 3@65, sweep t1#1/m1#1 1@60 left 2/1 W-A-100-202706 for W-A-100-202612, refill m1#1 1@60, sweep t1#1/m1#1 1@60 left 1/0 W-A-100-202706 for W-A-100-202612
            bids - / asks -
            bids 1@65 / asks -
        "#]],
    );
}

#[test]
fn a_breach_is_the_delivered_months_and_the_walk_goes_on_elsewhere() {
    check(
        "rules 03 dominance dynamic 5 | reference 03 60 | m1 sell 1 @ 70 on 03 | m1 sell 1 @ 71 on 12",
        "t1 buy 3 @ 71 on 12 | book 12",
        expect![[r#"
            open t1#1 buy 3@71 on W-A-100-202612, fill t1#1/m1#2 1@71 left 2/0, W-A-100-202703 volatility-call (volatility), W-A-100-202703 call 1, rest t1#1 2@71 => part 1+2
            bids 2@71 / asks -
        "#]],
    );
    // A sell prints in its own month.
    check(
        "rules 06 dominance dynamic 5 | reference 06 60 | m1 buy 1 @ 64 on 06 | m1 buy 1 @ 54 on 12",
        "t1 sell 3 @ 50 on 06",
        expect![[r#"
            open t1#1 sell 3@50 on W-A-100-202706, fill t1#1/m1#1 1@64 left 2/0, W-A-100-202706 volatility-call (volatility), W-A-100-202706 call 1, rest t1#1 2@50 => part 1+2
        "#]],
    );
}

#[test]
fn fill_or_kill_passes_over_what_is_outside_another_months_bands() {
    check(
        "rules 03 dominance dynamic 5 | reference 03 60 | m1 sell 1 @ 70 on 03 | m1 sell 2 @ 71 on 12",
        "t1 buy 3 @ 71 on 12 fok | t1 buy 2 @ 71 on 12 fok",
        expect![[r#"
            => 2111 fill_or_kill_not_filled has 2
            open t1#1 buy 2@71 on W-A-100-202612, fill t1#1/m1#2 2@71 left 0/0, W-A-100-202703 volatility-call (volatility), W-A-100-202703 call 1 => filled 2+0
        "#]],
    );
}

#[test]
fn a_sweep_outside_the_bands_is_a_call_and_after_a_call_a_halt() {
    check(
        "rules 06 dominance static 5 volatility 60 | reference 06 60 | phase 06 call | t1 buy 1 @ 70 on 12
         | m1 sell 1 @ 60 on 06",
        "resume 06 | clock +60s | resume 06",
        expect![[r#"
            W-A-100-202706 call 1 ended nothing, W-A-100-202706 continuous, W-A-100-202706 volatility-call (volatility), W-A-100-202706 call 2
            W-A-100-202706 call 2 ended nothing, W-A-100-202706 continuous (call-ended), W-A-100-202706 halted (unresolved)
            W-A-100-202706 continuous, W-A-100-202706 volatility-call (volatility), W-A-100-202706 call 3
        "#]],
    );
    // Another month's bands keep that month away, and the sweep goes on.
    check(
        "rules 06 dominance static 5 volatility 60 | reference 06 60 | phase 12 call | t1 buy 3 @ 70 on 12
         | m1 sell 1 @ 62 on 06 | m2 sell 1 @ 63 on 03",
        "resume 12 | book 12",
        expect![[r#"
            W-A-100-202612 call 1 ended nothing, W-A-100-202612 continuous, sweep m2#1/t1#1 1@70 left 0/2 W-A-100-202703 for W-A-100-202612, W-A-100-202706 volatility-call (volatility), W-A-100-202706 call 2
            bids 2@70 / asks -
        "#]],
    );
}

#[test]
fn only_months_of_one_family_are_relatives() {
    check(
        "list W-A-1K-202703 | list W-B-100-202703 | list W-A-100-PERP max 9000 | list W-A-100-PERPX
         | rules W-A-1K-202703 dominance | rules W-B-100-202703 dominance | rules W-A-100-PERP dominance
         | deposit m1 9 W-A-1K-202703 | deposit m1 9 W-B-100-202703 | deposit m1 9 W-A-100-PERP
         | m1 sell 1 @ 60 on W-A-1K-202703 | m1 sell 1 @ 60 on W-B-100-202703 | m1 sell 1 @ 60 on W-A-100-PERP",
        "t1 buy 1 @ 70 on 12 | rules W-A-100-PERPX dominance | rules X dominance",
        expect![[r#"
            open t1#1 buy 1@70 on W-A-100-202612, rest t1#1 1@70 => open 0+1
            => 6007 invalid_rules
            => 6007 invalid_rules
        "#]],
    );
    check(
        "list W-A-100-PERP | rules W-A-100-PERP dominance | deposit m1 9 W-A-100-PERP | m1 sell 1 @ 60 on W-A-100-PERP",
        "t1 buy 1 @ 70 on 12 | t1 buy 1 @ 50 on W-A-100-PERP | m1 sell 1 @ 40 on 06",
        expect![[r#"
            open t1#1 buy 1@70 on W-A-100-202612, fill t1#1/m1#1 1@60 left 0/0 W-A-100-PERP for W-A-100-202612 => filled 1+0
            open t1#2 buy 1@50 on W-A-100-PERP, rest t1#2 1@50 => open 0+1
            open m1#2 sell 1@40 on W-A-100-202706, rest m1#2 1@40 => open 0+1
        "#]],
    );
}

#[test]
fn at_most_so_many_months_of_a_family_are_relatives() {
    let months: Vec<String> =
        (2027..2033).flat_map(|year| (1..=12).map(move |month| format!("{year}{month:02}"))).collect();
    let all = |count: usize| {
        let one = |month: &String| format!("list L-A-100-{month} | rules L-A-100-{month} dominance");
        months[..count].iter().map(one).collect::<Vec<_>>().join(" | ")
    };
    check(
        &format!("{} | list L-A-100-PERP", all(64)),
        "rules L-A-100-PERP dominance | expire L-A-100-202701 | rules L-A-100-PERP dominance",
        expect![[r#"
            => 6007 invalid_rules
            L-A-100-202701 expired
            L-A-100-PERP rules dominance
        "#]],
    );
}

#[test]
fn a_sell_that_meets_two_legs_of_a_linked_bid_takes_it_once() {
    check(
        "t1 buy 40 @ 6100 on 12 any 6400 on 03",
        "m1 sell 60 @ 6000 on 03 fok | m1 sell 60 @ 6000 on 03 ioc min 41 | m1 sell 30 @ 6000 on 03 fok | m1 sell 30 @ 6000 on 03 ioc | show t1",
        expect![[r#"
            => 2111 fill_or_kill_not_filled has 40
            => 2122 minimum_not_met has 40
            open m1#1 sell 30@6000 on W-A-100-202703, fill m1#1/t1#2 30@6400 left 0/10, reduce t1#1 by 30 to 10@6100 resting => filled 30+0
            open m1#2 sell 30@6000 on W-A-100-202703, fill m1#2/t1#2 10@6400 left 20/0, pull t1#1 10@6100 linked, cancel m1#2 20@6000 tif => canceled 10+0 tif
            t1 $9744000+0 X 1000+0 W-A-100-202612 500+0 W-A-100-202703 540+0 W-A-100-202706 500+0
        "#]],
    );
}

#[test]
fn a_linked_bids_legs_buy_across_months() {
    check(
        "m1 sell 10 @ 6100 on 06 | m1 sell 10 @ 6300 on 03",
        "t1 buy 40 @ 6200 on 12 any 6400 on 03 | book 12 | book 03 | show t1",
        expect![[r#"
            open t1#1 buy 40@6200 on W-A-100-202612, leg of t1#1, fill t1#1/m1#1 10@6100 left 30/0 W-A-100-202706 for W-A-100-202612, rest t1#1 30@6200, open t1#2 buy 30@6400 on W-A-100-202703, leg of t1#1, fill t1#2/m1#2 10@6300 left 20/0, reduce t1#1 by 10 to 20@6200 resting, rest t1#2 20@6400 => part 10+20
            bids 20@6200 / asks -
            bids 20@6400 / asks -
            t1 $9747999+128001 X 1000+0 W-A-100-202612 500+0 W-A-100-202703 510+0 W-A-100-202706 510+0
        "#]],
    );
}

#[test]
fn a_sweep_takes_a_linked_bid_once() {
    check(
        "phase 03 call | t1 buy 40 @ 6100 on 12 any 6000 on 03 | m1 sell 30 @ 6050 on 03 | m1 sell 30 @ 6060 on 03",
        "resume 03 | book 12 | book 03 | show t1",
        expect![[r#"
            W-A-100-202703 call 1 ended nothing, W-A-100-202703 continuous, sweep m1#1/t1#1 30@6100 left 0/10 W-A-100-202703 for W-A-100-202612, reduce t1#2 by 30 to 10@6000 resting, sweep m1#2/t1#1 10@6100 left 20/0 W-A-100-202703 for W-A-100-202612, pull t1#2 10@6000 linked
            bids - / asks -
            bids - / asks 20@6060
            t1 $9756000+0 X 1000+0 W-A-100-202612 500+0 W-A-100-202703 540+0 W-A-100-202706 500+0
        "#]],
    );
}
