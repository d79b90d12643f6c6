//! Sellers that do not deliver: buying in, compensation, and who pays in which order.

use crate::story::check_in;
use expect_test::expect;

/// The example of issue 6: $100 lots, 400 of them at 0.6600, and cover at 0.6950.
const EXAMPLE: &str = "list A-A-100-202706 | list A-A-100-202709 | list A-A-100-202703 | open s | deposit s $ 1000000 \
     | deposit t $ 3000000 | promise s 400 A-A-100-202706 attested | deposit m 1000 A-A-100-202706 | deposit m 1000 A-A-100-202709 \
     | deposit m 1000 A-A-100-202703";

#[test]
fn the_worked_example() {
    check_in(
        &format!("{EXAMPLE} | balances"),
        "s sell 400 on A-A-100-202706 @ 6600 | t buy 400 on A-A-100-202706 @ 6600 | m sell 400 on A-A-100-202706 @ 6950 | at 80:00 | at 84:00 \
         | show s | show t | show m | default-fund",
        expect![[r#"
            open s#1 sell 400@6600 on A-A-100-202706, rest s#1 400@6600, s $736000+264000, s A-A-100-202706 attested 0+400+0 => open 0+400
            open t#1 buy 400@6600 on A-A-100-202706, fill t#1/s#1 400@6600 left 0/0, t $+2640000 A-A-100-202706 -400 deferred of trade 1, s $-2640000 A-A-100-202706 +400 deferred of trade 1, s1 matched: delivering t/s 400@6600 attested open 400 escrow 2640000 bond 264000 due 80:00, t $1360000+0, s $736000+0, s escrow 264000, t escrow 2640000, s A-A-100-202706 attested 0+0+400 => filled 400+0
            open m#1 sell 400@6950 on A-A-100-202706, rest m#1 400@6950, m A-A-100-202706 600+400 => open 0+400
            s1 late: late open 400 escrow 2640000 bond 264000 due 84:00
            s1 buy_in: buy_in open 400 escrow 2640000 bond 264000, open t#2 buy 400@6950 on A-A-100-202706, fill t#2/m#1 400@6950 left 0/0, s $-140000 bought_in of trade 1, t $+140000 bought_in of trade 1, s A-A-100-202706 -400 written_off of trade 1, s1 covered 400@6950 A-A-100-202706: buy_in covered 400 bond 124000, s $-132000 penalty of trade 1, t $+132000 penalty of trade 1, s $-132000 penalty of trade 1, s1 closed: covered covered 400, m $3780000+0, m A-A-100-202706 600+0, t A-A-100-202706 400+0, t $1492000+0, s $596000+0, s escrow 0, t escrow 0, s A-A-100-202706 attested 0+0+0, fund 132000
            s $596000+0 X 0+0 A-A-100-202706 0+0 A-A-100-202709 0+0 A-A-100-202703 0+0
            t $1492000+0 X 1000+0 A-A-100-202706 400+0 A-A-100-202709 0+0 A-A-100-202703 0+0
            m $3780000+0 X 1000+0 A-A-100-202706 600+0 A-A-100-202709 1000+0 A-A-100-202703 1000+0
            default-fund 132000
        "#]],
    );
}

#[test]
fn the_best_of_all_dominating_months_is_taken_the_native_first_at_one_price() {
    check_in(
        EXAMPLE,
        "s sell 40 on A-A-100-202706 @ 6600 | t buy 40 on A-A-100-202706 @ 6600 | m sell 10 on A-A-100-202703 @ 6000 | m sell 10 on A-A-100-202709 @ 6900 \
         | m sell 10 on A-A-100-202706 @ 6900 | m sell 10 on A-A-100-202709 @ 6800 | m sell 100 on A-A-100-202709 @ 9240 | m sell 100 on A-A-100-202706 @ 9241 \
         | at 84:00 | show s | show t",
        expect![[r#"
            open s#1 sell 40@6600 on A-A-100-202706, rest s#1 40@6600 => open 0+40
            open t#1 buy 40@6600 on A-A-100-202706, fill t#1/s#1 40@6600 left 0/0, t $+264000 A-A-100-202706 -40 deferred of trade 1, s $-264000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@6600 attested open 40 escrow 264000 bond 26400 due 80:00 => filled 40+0
            open m#1 sell 10@6000 on A-A-100-202703, rest m#1 10@6000 => open 0+10
            open m#2 sell 10@6900 on A-A-100-202709, rest m#2 10@6900 => open 0+10
            open m#3 sell 10@6900 on A-A-100-202706, rest m#3 10@6900 => open 0+10
            open m#4 sell 10@6800 on A-A-100-202709, rest m#4 10@6800 => open 0+10
            open m#5 sell 100@9240 on A-A-100-202709, rest m#5 100@9240 => open 0+100
            open m#6 sell 100@9241 on A-A-100-202706, rest m#6 100@9241 => open 0+100
            s1 late: late open 40 escrow 264000 bond 26400 due 84:00, s1 buy_in: buy_in open 40 escrow 264000 bond 26400, open t#2 buy 10@6800 on A-A-100-202709, fill t#2/m#4 10@6800 left 0/0, s $-2000 bought_in of trade 1, t $+2000 bought_in of trade 1, s A-A-100-202706 -10 written_off of trade 1, s1 covered 10@6800 A-A-100-202709: buy_in open 30 covered 10 escrow 198000 bond 24400, open t#3 buy 10@6900 on A-A-100-202706, fill t#3/m#3 10@6900 left 0/0, s $-3000 bought_in of trade 1, t $+3000 bought_in of trade 1, s A-A-100-202706 -10 written_off of trade 1, s1 covered 10@6900 A-A-100-202706: buy_in open 20 covered 20 escrow 132000 bond 21400, open t#4 buy 10@6900 on A-A-100-202709, fill t#4/m#2 10@6900 left 0/0, s $-3000 bought_in of trade 1, t $+3000 bought_in of trade 1, s A-A-100-202706 -10 written_off of trade 1, s1 covered 10@6900 A-A-100-202709: buy_in open 10 covered 30 escrow 66000 bond 18400, open t#5 buy 10@9240 on A-A-100-202709, fill t#5/m#5 10@9240 left 0/90, s $-26400 bought_in of trade 1, t $+26400 bought_in of trade 1, s A-A-100-202706 -10 written_off of trade 1, s1 covered 10@9240 A-A-100-202709: buy_in covered 40, s $-13200 penalty of trade 1, t $+13200 penalty of trade 1, s $-13200 penalty of trade 1, s1 closed: covered covered 40
            s $939200+0 X 0+0 A-A-100-202706 0+0 A-A-100-202709 0+0 A-A-100-202703 0+0 A-A-100-202706 attested 360+0+0
            t $3749200+0 X 1000+0 A-A-100-202706 10+0 A-A-100-202709 30+0 A-A-100-202703 0+0
        "#]],
    );
}

#[test]
fn beyond_the_cap_it_waits_and_is_compensated_in_the_end() {
    check_in(
        &format!("{EXAMPLE} | terms tries 3 retry 60"),
        "s sell 40 on A-A-100-202706 @ 6600 | t buy 40 on A-A-100-202706 @ 6600 | m sell 100 on A-A-100-202706 @ 9241 | m sell 10 on A-A-100-202709 @ 6600 \
         | at 84:00 | at 84:01 | s deliver s1 too-late | at 84:02 | show s | show t",
        expect![[r#"
            open s#1 sell 40@6600 on A-A-100-202706, rest s#1 40@6600 => open 0+40
            open t#1 buy 40@6600 on A-A-100-202706, fill t#1/s#1 40@6600 left 0/0, t $+264000 A-A-100-202706 -40 deferred of trade 1, s $-264000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@6600 attested open 40 escrow 264000 bond 26400 due 80:00 => filled 40+0
            open m#1 sell 100@9241 on A-A-100-202706, rest m#1 100@9241 => open 0+100
            open m#2 sell 10@6600 on A-A-100-202709, rest m#2 10@6600 => open 0+10
            s1 late: late open 40 escrow 264000 bond 26400 due 84:00, s1 buy_in: buy_in open 40 escrow 264000 bond 26400, open t#2 buy 10@6600 on A-A-100-202709, fill t#2/m#2 10@6600 left 0/0, s A-A-100-202706 -10 written_off of trade 1, s1 covered 10@6600 A-A-100-202709: buy_in open 30 covered 10 escrow 198000 bond 26400, s1 uncovered: buy_in open 30 covered 10 escrow 198000 bond 26400 due 84:01
            s1 uncovered: buy_in open 30 covered 10 escrow 198000 bond 26400 due 84:02
            => 2152 wrong_state
            s A-A-100-202706 -30 written_off of trade 1, s $-23100 penalty of trade 1, t $+23100 penalty of trade 1, s $-3300 penalty of trade 1, s1 compensated: compensated covered 10 refunded 30
            s $973600+0 X 0+0 A-A-100-202706 0+0 A-A-100-202709 0+0 A-A-100-202703 0+0 A-A-100-202706 attested 360+0+0
            t $3957100+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202709 10+0 A-A-100-202703 0+0
        "#]],
    );
}

#[test]
fn three_days_before_the_month_ends_it_is_compensated() {
    check_in(
        "list A-A-100-202701 | open s | deposit s $ 1000000 | deposit t $ 3000000 | promise s 400 A-A-100-202701 attested \
         | terms retry 86400",
        "s sell 40 on A-A-100-202701 @ 6600 | t buy 40 on A-A-100-202701 @ 6600 | at 84:00 | at 335:00 | at 336:00 | show s | show t",
        expect![[r#"
            open s#1 sell 40@6600 on A-A-100-202701, rest s#1 40@6600 => open 0+40
            open t#1 buy 40@6600 on A-A-100-202701, fill t#1/s#1 40@6600 left 0/0, t $+264000 A-A-100-202701 -40 deferred of trade 1, s $-264000 A-A-100-202701 +40 deferred of trade 1, s1 matched: delivering t/s 40@6600 attested open 40 escrow 264000 bond 26400 due 80:00 => filled 40+0
            s1 late: late open 40 escrow 264000 bond 26400 due 84:00, s1 buy_in: buy_in open 40 escrow 264000 bond 26400, s1 uncovered: buy_in open 40 escrow 264000 bond 26400 due 108:00
            s1 uncovered: buy_in open 40 escrow 264000 bond 26400 due 132:00, s1 uncovered: buy_in open 40 escrow 264000 bond 26400 due 156:00, s1 uncovered: buy_in open 40 escrow 264000 bond 26400 due 180:00, s1 uncovered: buy_in open 40 escrow 264000 bond 26400 due 204:00, s1 uncovered: buy_in open 40 escrow 264000 bond 26400 due 228:00, s1 uncovered: buy_in open 40 escrow 264000 bond 26400 due 252:00, s1 uncovered: buy_in open 40 escrow 264000 bond 26400 due 276:00, s1 uncovered: buy_in open 40 escrow 264000 bond 26400 due 300:00, s1 uncovered: buy_in open 40 escrow 264000 bond 26400 due 324:00, s1 uncovered: buy_in open 40 escrow 264000 bond 26400 due 336:00
            s A-A-100-202701 -40 written_off of trade 1, s $-26400 penalty of trade 1, t $+26400 penalty of trade 1, s1 compensated: compensated refunded 40
            s $973600+0 X 0+0 A-A-100-202701 0+0 A-A-100-202701 attested 360+0+0
            t $4026400+0 X 1000+0 A-A-100-202701 0+0
        "#]],
    );
}

#[test]
fn cover_that_is_cheaper_leaves_the_rest_to_the_fund() {
    check_in(
        EXAMPLE,
        "s sell 40 on A-A-100-202706 @ 6600 | t buy 40 on A-A-100-202706 @ 6600 | m sell 40 on A-A-100-202706 @ 6000 | at 84:00 | show s | show t | default-fund",
        expect![[r#"
            open s#1 sell 40@6600 on A-A-100-202706, rest s#1 40@6600 => open 0+40
            open t#1 buy 40@6600 on A-A-100-202706, fill t#1/s#1 40@6600 left 0/0, t $+264000 A-A-100-202706 -40 deferred of trade 1, s $-264000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@6600 attested open 40 escrow 264000 bond 26400 due 80:00 => filled 40+0
            open m#1 sell 40@6000 on A-A-100-202706, rest m#1 40@6000 => open 0+40
            s1 late: late open 40 escrow 264000 bond 26400 due 84:00, s1 buy_in: buy_in open 40 escrow 264000 bond 26400, open t#2 buy 40@6000 on A-A-100-202706, fill t#2/m#1 40@6000 left 0/0, t $-24000 bought_in of trade 1, s A-A-100-202706 -40 written_off of trade 1, s1 covered 40@6000 A-A-100-202706: buy_in covered 40 bond 26400, s $-13200 penalty of trade 1, t $+13200 penalty of trade 1, s $-13200 penalty of trade 1, s1 closed: covered covered 40
            s $973600+0 X 0+0 A-A-100-202706 0+0 A-A-100-202709 0+0 A-A-100-202703 0+0 A-A-100-202706 attested 360+0+0
            t $3749200+0 X 1000+0 A-A-100-202706 40+0 A-A-100-202709 0+0 A-A-100-202703 0+0
            default-fund 37200
        "#]],
    );
}

#[test]
fn cover_from_another_promise_is_a_new_settlement() {
    check_in(
        &format!("{EXAMPLE} | open p | deposit p $ 100000 | promise p 100 A-A-100-202709 documented"),
        "s sell 40 on A-A-100-202706 @ 6600 | t buy 40 on A-A-100-202706 @ 6600 | p sell 50 on A-A-100-202709 @ 6700 | at 84:00 | show s | show t | show p \
         | p deliver s2 here | t accept s2 | show t | show p",
        expect![[r#"
            open s#1 sell 40@6600 on A-A-100-202706, rest s#1 40@6600 => open 0+40
            open t#1 buy 40@6600 on A-A-100-202706, fill t#1/s#1 40@6600 left 0/0, t $+264000 A-A-100-202706 -40 deferred of trade 1, s $-264000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@6600 attested open 40 escrow 264000 bond 26400 due 80:00 => filled 40+0
            open p#1 sell 50@6700 on A-A-100-202709, rest p#1 50@6700 => open 0+50
            s1 late: late open 40 escrow 264000 bond 26400 due 84:00, s1 buy_in: buy_in open 40 escrow 264000 bond 26400, open t#2 buy 40@6700 on A-A-100-202709, fill t#2/p#1 40@6700 left 0/10, s $-4000 bought_in of trade 1, t $+4000 bought_in of trade 1, s A-A-100-202706 -40 written_off of trade 1, t $+268000 A-A-100-202709 -40 deferred of trade 2, p $-268000 A-A-100-202709 +40 deferred of trade 2, s2 matched: delivering t/p 40@6700 documented open 40 escrow 268000 bond 26800 due 132:00, s1 covered 40@6700 A-A-100-202709: buy_in covered 40 bond 22400, s $-13200 penalty of trade 1, t $+13200 penalty of trade 1, s $-13200 penalty of trade 1, s1 closed: covered covered 40
            s $969600+0 X 0+0 A-A-100-202706 0+0 A-A-100-202709 0+0 A-A-100-202703 0+0 A-A-100-202706 attested 360+0+0
            t $3749200+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202709 0+0 A-A-100-202703 0+0 escrow 268000
            p $66500+6700 X 0+0 A-A-100-202706 0+0 A-A-100-202709 0+0 A-A-100-202703 0+0 escrow 26800 A-A-100-202709 documented 50+10+40
            s2 delivered: verifying open 40 escrow 268000 bond 26800 due 132:00
            t $-268000 A-A-100-202709 +40 settled of trade 2, p $+268000 A-A-100-202709 -40 settled of trade 2, s2 accepted: held_back delivered 40 held 53600 due 420:00
            t $3749200+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202709 0+0 A-A-100-202703 0+0 A-A-100-202709 documented 40+0+0
            p $307700+6700 X 0+0 A-A-100-202706 0+0 A-A-100-202709 0+0 A-A-100-202703 0+0 escrow 53600 A-A-100-202709 documented 50+10+0
        "#]],
    );
}

#[test]
fn the_buyers_own_asks_are_not_bought() {
    check_in(
        &format!("{EXAMPLE} | deposit t 50 A-A-100-202706"),
        "s sell 40 on A-A-100-202706 @ 6600 | t buy 40 on A-A-100-202706 @ 6600 | t sell 50 on A-A-100-202706 @ 6700 | m sell 10 on A-A-100-202709 @ 6800 \
         | at 84:00 | show t",
        expect![[r#"
            open s#1 sell 40@6600 on A-A-100-202706, rest s#1 40@6600 => open 0+40
            open t#1 buy 40@6600 on A-A-100-202706, fill t#1/s#1 40@6600 left 0/0, t $+264000 A-A-100-202706 -40 deferred of trade 1, s $-264000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@6600 attested open 40 escrow 264000 bond 26400 due 80:00 => filled 40+0
            open t#2 sell 50@6700 on A-A-100-202706, rest t#2 50@6700 => open 0+50
            open m#1 sell 10@6800 on A-A-100-202709, rest m#1 10@6800 => open 0+10
            s1 late: late open 40 escrow 264000 bond 26400 due 84:00, s1 buy_in: buy_in open 40 escrow 264000 bond 26400, open t#3 buy 10@6800 on A-A-100-202709, fill t#3/m#1 10@6800 left 0/0, s $-2000 bought_in of trade 1, t $+2000 bought_in of trade 1, s A-A-100-202706 -10 written_off of trade 1, s1 covered 10@6800 A-A-100-202709: buy_in open 30 covered 10 escrow 198000 bond 24400, s1 uncovered: buy_in open 30 covered 10 escrow 198000 bond 24400 due 85:00
            t $3736000+0 X 1000+0 A-A-100-202706 0+50 A-A-100-202709 10+0 A-A-100-202703 0+0 escrow 198000
        "#]],
    );
}

#[test]
fn bond_then_free_cash_then_what_is_held_back_then_the_fund_then_a_debt() {
    check_in(
        "terms new-hold 1000 | list A-A-100-202706 | open s | deposit s $ 30000 | deposit t $ 3000000 | promise s 400 A-A-100-202706 attested \
         | deposit m 1000 A-A-100-202706 | contribute 10000 | balances",
        "s sell 10 on A-A-100-202706 @ 6000 | t buy 10 on A-A-100-202706 @ 6000 | s deliver s1 one | t accept s1 \
         | s sell 40 on A-A-100-202706 @ 6000 | t buy 40 on A-A-100-202706 @ 6000 | s buy 10 on A-A-100-202706 @ 5000 \
         | m sell 40 on A-A-100-202706 @ 7500 | at 84:00 | show s | show t | default-fund | s cancel #3 | show s | deposit s $ 100000 | show s | default-fund",
        expect![[r#"
            open s#1 sell 10@6000 on A-A-100-202706, rest s#1 10@6000, s $24000+6000, s A-A-100-202706 attested 390+10+0 => open 0+10
            open t#1 buy 10@6000 on A-A-100-202706, fill t#1/s#1 10@6000 left 0/0, t $+60000 A-A-100-202706 -10 deferred of trade 1, s $-60000 A-A-100-202706 +10 deferred of trade 1, s1 matched: delivering t/s 10@6000 attested open 10 escrow 60000 bond 6000 due 80:00, t $3940000+0, s $24000+0, s escrow 6000, t escrow 60000, s A-A-100-202706 attested 390+0+10 => filled 10+0
            s1 delivered: verifying open 10 escrow 60000 bond 6000 due 56:00
            t $-60000 A-A-100-202706 +10 settled of trade 1, s $+60000 A-A-100-202706 -10 settled of trade 1, s1 accepted: held_back delivered 10 held 6000 due 344:00, s $84000+0, s escrow 6000, t escrow 0, s A-A-100-202706 attested 390+0+0, t A-A-100-202706 attested 10+0+0
            open s#2 sell 40@6000 on A-A-100-202706, rest s#2 40@6000, s $60000+24000, s A-A-100-202706 attested 350+40+0 => open 0+40
            open t#2 buy 40@6000 on A-A-100-202706, fill t#2/s#2 40@6000 left 0/0, t $+240000 A-A-100-202706 -40 deferred of trade 2, s $-240000 A-A-100-202706 +40 deferred of trade 2, s2 matched: delivering t/s 40@6000 attested open 40 escrow 240000 bond 24000 due 80:00, t $3700000+0, s $60000+0, s escrow 30000, t escrow 240000, s A-A-100-202706 attested 350+0+40 => filled 40+0
            open s#3 buy 10@5000 on A-A-100-202706, rest s#3 10@5000, s $10000+50000 => open 0+10
            open m#1 sell 40@7500 on A-A-100-202706, rest m#1 40@7500, m A-A-100-202706 960+40 => open 0+40
            s2 late: late open 40 escrow 240000 bond 24000 due 84:00, s2 buy_in: buy_in open 40 escrow 240000 bond 24000, open t#3 buy 33@7500 on A-A-100-202706, fill t#3/m#1 33@7500 left 0/7, s1 drawn for s2: held_back delivered 10 due 344:00, s $-40000 bought_in of trade 2, t $+49500 bought_in of trade 2, s A-A-100-202706 -33 written_off of trade 2, s2 covered 33@7500 A-A-100-202706: buy_in open 7 covered 33 escrow 42000, s2 uncovered: buy_in open 7 covered 33 escrow 42000 due 85:00, s $0+50000, m $1247500+0, m A-A-100-202706 960+7, t A-A-100-202706 33+0, s escrow 0 debt 9500, t escrow 42000, s A-A-100-202706 attested 350+0+7, fund 500, s owes the fund 9500
            s $0+50000 X 0+0 A-A-100-202706 0+0 debt 9500 A-A-100-202706 attested 350+0+7
            t $3700000+0 X 1000+0 A-A-100-202706 33+0 escrow 42000 A-A-100-202706 attested 10+0+0
            default-fund 500
            pull s#3 10@5000 user, s $-9500 debt_paid, s $40500+0, s escrow 0, fund 10000, s owes the fund 0 => canceled s#3
            s $40500+0 X 0+0 A-A-100-202706 0+0 A-A-100-202706 attested 350+0+7
            s $140500+0
            s $140500+0 X 0+0 A-A-100-202706 0+0 A-A-100-202706 attested 350+0+7
            default-fund 10000
        "#]],
    );
}

#[test]
fn a_buyer_waits_when_even_the_fund_is_short() {
    check_in(
        "list A-A-100-202706 | open s | deposit s $ 24000 | deposit t $ 3000000 | promise s 400 A-A-100-202706 attested \
         | terms tries 1 bond 100 bond-min 0 | balances",
        "s sell 40 on A-A-100-202706 @ 6000 | t buy 40 on A-A-100-202706 @ 6000 | s buy 3 on A-A-100-202706 @ 5000 | at 84:00 \
         | show s | show t | contribute 5000 | show s | show t | deposit s $ 9000 | show s | show t | default-fund",
        expect![[r#"
            open s#1 sell 40@6000 on A-A-100-202706, rest s#1 40@6000, s $21600+2400, s A-A-100-202706 attested 360+40+0 => open 0+40
            open t#1 buy 40@6000 on A-A-100-202706, fill t#1/s#1 40@6000 left 0/0, t $+240000 A-A-100-202706 -40 deferred of trade 1, s $-240000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@6000 attested open 40 escrow 240000 bond 2400 due 80:00, t $3760000+0, s $21600+0, s escrow 2400, t escrow 240000, s A-A-100-202706 attested 360+0+40 => filled 40+0
            open s#2 buy 3@5000 on A-A-100-202706, rest s#2 3@5000, s $6600+15000 => open 0+3
            s1 late: late open 40 escrow 240000 bond 2400 due 84:00, s1 buy_in: buy_in open 40 escrow 240000 bond 2400, s A-A-100-202706 -40 written_off of trade 1, s $-9000 penalty of trade 1, t $+9000 penalty of trade 1, s1 compensated: compensated refunded 40, t $4009000+0, s $0+15000, s escrow 0 debt 15000, t escrow 0, s A-A-100-202706 attested 360+0+0, s owes t 15000 for s1
            s $0+15000 X 0+0 A-A-100-202706 0+0 debt 15000 A-A-100-202706 attested 360+0+0
            t $4009000+0 X 1000+0 A-A-100-202706 0+0
            t $+5000 debt_paid, t $4014000+0, s $0+15000, s escrow 0 debt 15000, fund 0, s owes t 10000 for s1, s owes the fund 5000
            s $0+15000 X 0+0 A-A-100-202706 0+0 debt 15000 A-A-100-202706 attested 360+0+0
            t $4014000+0 X 1000+0 A-A-100-202706 0+0
            s $-9000 debt_paid, t $+9000 debt_paid, s $0+15000, t $4023000+0, s escrow 0 debt 6000, s owes t 1000 for s1
            s $0+15000 X 0+0 A-A-100-202706 0+0 debt 6000 A-A-100-202706 attested 360+0+0
            t $4023000+0 X 1000+0 A-A-100-202706 0+0
            default-fund 0
        "#]],
    );
}

#[test]
fn a_lost_clawback_waits_for_the_rest_of_its_money() {
    check_in(
        "list A-A-100-202706 | open s | deposit s $ 24000 | deposit t $ 3000000 | promise s 400 A-A-100-202706 attested | deposit m 100 A-A-100-202706",
        "s sell 40 on A-A-100-202706 @ 6000 | t buy 40 on A-A-100-202706 @ 6000 | s deliver s1 one | t accept s1 | m sell 30 on A-A-100-202706 @ 7000 \
         | s buy 30 on A-A-100-202706 @ 7000 | t sell 35 on A-A-100-202706 @ 9000 | claw s1 40 | show s | show t | deposit s $ 300000 | show s | show t",
        expect![[r#"
            open s#1 sell 40@6000 on A-A-100-202706, rest s#1 40@6000 => open 0+40
            open t#1 buy 40@6000 on A-A-100-202706, fill t#1/s#1 40@6000 left 0/0, t $+240000 A-A-100-202706 -40 deferred of trade 1, s $-240000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@6000 attested open 40 escrow 240000 bond 24000 due 80:00 => filled 40+0
            s1 delivered: verifying open 40 escrow 240000 bond 24000 due 56:00
            t $-240000 A-A-100-202706 +40 settled of trade 1, s $+240000 A-A-100-202706 -40 settled of trade 1, s1 accepted: held_back delivered 40 held 48000 due 344:00
            open m#1 sell 30@7000 on A-A-100-202706, rest m#1 30@7000 => open 0+30
            open s#2 buy 30@7000 on A-A-100-202706, fill s#2/m#1 30@7000 left 0/0 => filled 30+0
            open t#2 sell 35@9000 on A-A-100-202706, rest t#2 35@9000 => open 0+35
            s $-48000 clawed_back of trade 1, t $+48000 clawed_back of trade 1, s $-6000 clawed_back of trade 1, t $+6000 clawed_back of trade 1, t A-A-100-202706 -5 clawed_back of trade 1, s1 clawed back 40: lost refunded 40
            s $0+0 X 0+0 A-A-100-202706 30+0 debt 186000 A-A-100-202706 attested 360+0+0
            t $3782500+31500 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 0+35+0
            s $-186000 debt_paid, t $+186000 debt_paid
            s $114000+0 X 0+0 A-A-100-202706 30+0 A-A-100-202706 attested 360+0+0
            t $3968500+31500 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 0+35+0
        "#]],
    );
}
