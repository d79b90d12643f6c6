//! Promised lots, and trades that settle later: when all goes well, and disputes.

use crate::story::check_in;
use expect_test::expect;

/// A month of $100 lots, of which a lot at a price of one costs a cent; everybody's cash is a million cents more.
const JUNE: &str = "list A-A-100-202706 | promise s 500 A-A-100-202706 attested";

#[test]
fn a_promised_sell_sets_a_bond_aside_and_a_fill_makes_a_settlement() {
    check_in(
        &format!("{JUNE} | balances"),
        "s sell 100 on A-A-100-202706 @ 60 | t buy 40 on A-A-100-202706 @ 60 | show s | show t | s cancel #1 | show s",
        expect![[r#"
            open s#1 sell 100@60 on A-A-100-202706, rest s#1 100@60, s $997500+2500, s A-A-100-202706 attested 400+100+0 => open 0+100
            open t#1 buy 40@60 on A-A-100-202706, fill t#1/s#1 40@60 left 0/60, t $+2400 A-A-100-202706 -40 deferred of trade 1, s $-2400 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@60 attested open 40 escrow 2400 bond 1000 due 80:00, t $997600+0, s $997500+1500, s escrow 1000, t escrow 2400, s A-A-100-202706 attested 400+60+40 => filled 40+0
            s $997500+1500 X 1000+0 A-A-100-202706 0+0 escrow 1000 A-A-100-202706 attested 400+60+40
            t $997600+0 X 1000+0 A-A-100-202706 0+0 escrow 2400
            pull s#1 60@60 user, s $999000+0, s A-A-100-202706 attested 460+0+40 => canceled s#1
            s $999000+0 X 1000+0 A-A-100-202706 0+0 escrow 1000 A-A-100-202706 attested 460+0+40
        "#]],
    );
}

#[test]
fn custody_is_sold_first_then_attested_then_documented_lots() {
    check_in(
        "list A-A-100-202706 | deposit s 10 A-A-100-202706 | promise s 20 A-A-100-202706 attested \
         | promise s 30 A-A-100-202706 documented",
        "s sell 10 on A-A-100-202706 @ 60 | s sell 11 on A-A-100-202706 @ 60 | s sell 21 on A-A-100-202706 @ 60 \
         | s sell 10 on A-A-100-202706 @ 60 | show s",
        expect![[r#"
            open s#1 sell 10@60 on A-A-100-202706, rest s#1 10@60 => open 0+10
            open s#2 sell 11@60 on A-A-100-202706, rest s#2 11@60 => open 0+11
            open s#3 sell 21@60 on A-A-100-202706, rest s#3 21@60 => open 0+21
            => 2104 insufficient_credits has 9
            s $995000+5000 X 1000+0 A-A-100-202706 0+10 A-A-100-202706 documented 9+21+0 A-A-100-202706 attested 9+11+0
        "#]],
    );
}

#[test]
fn a_bond_is_at_least_the_least_one_and_each_fill_takes_its_share() {
    check_in(
        JUNE,
        "s sell 3 on A-A-100-202706 @ 60 | show s | t buy 1 on A-A-100-202706 @ 60 | t buy 1 on A-A-100-202706 @ 60 \
         | t buy 1 on A-A-100-202706 @ 60 | show s",
        expect![[r#"
            open s#1 sell 3@60 on A-A-100-202706, rest s#1 3@60 => open 0+3
            s $997500+2500 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 497+3+0
            open t#1 buy 1@60 on A-A-100-202706, fill t#1/s#1 1@60 left 0/2, t $+60 A-A-100-202706 -1 deferred of trade 1, s $-60 A-A-100-202706 +1 deferred of trade 1, s1 matched: delivering t/s 1@60 attested open 1 escrow 60 bond 833 due 80:00 => filled 1+0
            open t#2 buy 1@60 on A-A-100-202706, fill t#2/s#1 1@60 left 0/1, t $+60 A-A-100-202706 -1 deferred of trade 2, s $-60 A-A-100-202706 +1 deferred of trade 2, s2 matched: delivering t/s 1@60 attested open 1 escrow 60 bond 833 due 80:00 => filled 1+0
            open t#3 buy 1@60 on A-A-100-202706, fill t#3/s#1 1@60 left 0/0, t $+60 A-A-100-202706 -1 deferred of trade 3, s $-60 A-A-100-202706 +1 deferred of trade 3, s3 matched: delivering t/s 1@60 attested open 1 escrow 60 bond 834 due 80:00 => filled 1+0
            s $997500+0 X 1000+0 A-A-100-202706 0+0 escrow 2500 A-A-100-202706 attested 497+0+3
        "#]],
    );
}

#[test]
fn an_amend_sets_the_bond_anew() {
    check_in(
        JUNE,
        "s sell 100 on A-A-100-202706 @ 6000 | show s | s amend #1 qty 50 | show s | s amend #1 @ 7000 | show s \
         | s amend #1 qty 500 @ 9000 | s amend #1 qty 501 | s amend #1 qty 1 | show s | s amend #1 qty 0 | s cancel #1 | show s",
        expect![[r#"
            open s#1 sell 100@6000 on A-A-100-202706, rest s#1 100@6000 => open 0+100
            s $940000+60000 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 400+100+0
            amend s#1 100@6000 to 50@6000 of 50 kept => open 0+50
            s $970000+30000 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 450+50+0
            amend s#1 50@6000 to 50@7000 of 50 lost, rest s#1 50@7000 => open 0+50
            s $965000+35000 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 450+50+0
            amend s#1 50@7000 to 500@9000 of 500 lost, rest s#1 500@9000 => open 0+500
            => 2104 insufficient_credits has 0
            amend s#1 500@9000 to 1@9000 of 1 kept => open 0+1
            s $997500+2500 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 499+1+0
            => 2103 invalid_quantity
            pull s#1 1@9000 user => canceled s#1
            s $1000000+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 500+0+0
        "#]],
    );
}

#[test]
fn without_the_cash_for_its_bond_a_promised_sell_is_refused() {
    check_in(
        "list A-A-100-202706 | open s | promise s 500 A-A-100-202706 attested | deposit s $ 2499",
        "s sell 10 on A-A-100-202706 @ 60 | s sell 501 on A-A-100-202706 @ 60 | deposit s $ 1 | s sell 10 on A-A-100-202706 @ 60 \
         | withdraw s 491 A-A-100-202706 attested | withdraw s 490 A-A-100-202706 attested | show s",
        expect![[r#"
            => 2105 insufficient_funds has 2499
            => 2104 insufficient_credits has 500
            ok
            open s#1 sell 10@60 on A-A-100-202706, rest s#1 10@60 => open 0+10
            => 6005 amount_out_of_range has 490
            s A-A-100-202706 -490 withdrawal
            s $0+2500 X 0+0 A-A-100-202706 0+0 A-A-100-202706 attested 0+10+0
        "#]],
    );
}

#[test]
fn a_delivery_that_the_buyer_accepts_settles_and_is_final_after_the_hold_back() {
    check_in(
        "list A-A-100-202706 fee 10/20 | promise s 500 A-A-100-202706 attested | balances",
        "s sell 40 on A-A-100-202706 @ 600 | t buy 40 on A-A-100-202706 @ 600 | at 10:00 s deliver s1 transfer-17 \
         | at 12:00 t accept s1 | show s | show t | fees | default-fund | at 347:59 | at 348:00 | show s",
        expect![[r#"
            open s#1 sell 40@600 on A-A-100-202706, rest s#1 40@600, s $997500+2500, s A-A-100-202706 attested 460+40+0 => open 0+40
            open t#1 buy 40@600 on A-A-100-202706, fill t#1/s#1 40@600 left 0/0 fee 48/24, t $+24048 A-A-100-202706 -40 deferred of trade 1, s $-23976 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@600 attested open 40 escrow 24000 bond 2500 due 80:00, t $975952+0, s $997500+0, s escrow 2500, t escrow 24048, s A-A-100-202706 attested 460+0+40 => filled 40+0
            s1 delivered: verifying open 40 escrow 24000 bond 2500 due 58:00
            t $-24048 A-A-100-202706 +40 settled of trade 1, s $+23976 A-A-100-202706 -40 settled of trade 1, s1 accepted: held_back delivered 40 held 4800 due 348:00, s $1019176+0, s escrow 4800, t escrow 0, s A-A-100-202706 attested 460+0+0, t A-A-100-202706 attested 40+0+0, fund 14
            s $1019176+0 X 1000+0 A-A-100-202706 0+0 escrow 4800 A-A-100-202706 attested 460+0+0
            t $975952+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 40+0+0
            fees 58
            default-fund 14
            ok
            s1 released: final delivered 40, s $1023976+0, s escrow 0
            s $1023976+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 460+0+0
        "#]],
    );
}

#[test]
fn silence_accepts() {
    check_in(
        JUNE,
        "s sell 40 on A-A-100-202706 @ 600 | t buy 40 on A-A-100-202706 @ 600 | at 10:00 s deliver s1 transfer-17 \
         | at 57:59 | at 58:00 | show s | show t",
        expect![[r#"
            open s#1 sell 40@600 on A-A-100-202706, rest s#1 40@600 => open 0+40
            open t#1 buy 40@600 on A-A-100-202706, fill t#1/s#1 40@600 left 0/0, t $+24000 A-A-100-202706 -40 deferred of trade 1, s $-24000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@600 attested open 40 escrow 24000 bond 2500 due 80:00 => filled 40+0
            s1 delivered: verifying open 40 escrow 24000 bond 2500 due 58:00
            ok
            t $-24000 A-A-100-202706 +40 settled of trade 1, s $+24000 A-A-100-202706 -40 settled of trade 1, s1 unanswered: held_back delivered 40 held 4800 due 394:00
            s $1019200+0 X 1000+0 A-A-100-202706 0+0 escrow 4800 A-A-100-202706 attested 460+0+0
            t $976000+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 40+0+0
        "#]],
    );
}

#[test]
fn a_late_delivery_within_the_grace_is_one() {
    check_in(
        JUNE,
        "s sell 40 on A-A-100-202706 @ 600 | t buy 40 on A-A-100-202706 @ 600 | at 80:00 | at 83:59 s deliver s1 at-last | s deliver s1 again",
        expect![[r#"
            open s#1 sell 40@600 on A-A-100-202706, rest s#1 40@600 => open 0+40
            open t#1 buy 40@600 on A-A-100-202706, fill t#1/s#1 40@600 left 0/0, t $+24000 A-A-100-202706 -40 deferred of trade 1, s $-24000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@600 attested open 40 escrow 24000 bond 2500 due 80:00 => filled 40+0
            s1 late: late open 40 escrow 24000 bond 2500 due 84:00
            s1 delivered: verifying open 40 escrow 24000 bond 2500 due 131:59
            => 2152 wrong_state
        "#]],
    );
}

#[test]
fn documented_lots_have_two_business_days() {
    check_in(
        "list A-A-100-202706 | promise s 500 A-A-100-202706 documented",
        "s sell 40 on A-A-100-202706 @ 600 | t buy 40 on A-A-100-202706 @ 600 | at 96:00 s sell 1 on A-A-100-202706 @ 600",
        expect![[r#"
            open s#1 sell 40@600 on A-A-100-202706, rest s#1 40@600 => open 0+40
            open t#1 buy 40@600 on A-A-100-202706, fill t#1/s#1 40@600 left 0/0, t $+24000 A-A-100-202706 -40 deferred of trade 1, s $-24000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@600 documented open 40 escrow 24000 bond 2500 due 104:00 => filled 40+0
            open s#2 sell 1@600 on A-A-100-202706, rest s#2 1@600 => open 0+1
        "#]],
    );
}

#[test]
fn a_dispute_is_ruled_for_the_seller() {
    check_in(
        JUNE,
        "s sell 40 on A-A-100-202706 @ 600 | t buy 40 on A-A-100-202706 @ 600 | t dispute s1 early | s deliver s1 transfer-17 \
         | s dispute s1 mine | t deliver s1 mine | u accept s1 | u dispute s9 x | t dispute s1 nothing-came | t accept s1 | at 1000:00 \
         | rule s1 delivered | rule s1 refund | show s | show t",
        expect![[r#"
            open s#1 sell 40@600 on A-A-100-202706, rest s#1 40@600 => open 0+40
            open t#1 buy 40@600 on A-A-100-202706, fill t#1/s#1 40@600 left 0/0, t $+24000 A-A-100-202706 -40 deferred of trade 1, s $-24000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@600 attested open 40 escrow 24000 bond 2500 due 80:00 => filled 40+0
            => 2152 wrong_state
            s1 delivered: verifying open 40 escrow 24000 bond 2500 due 56:00
            => 2153 wrong_party
            => 2153 wrong_party
            => 2151 unknown_settlement
            => 2151 unknown_settlement
            s1 disputed: disputed open 40 escrow 24000 bond 2500
            => 2152 wrong_state
            ok
            t $-24000 A-A-100-202706 +40 settled of trade 1, s $+24000 A-A-100-202706 -40 settled of trade 1, s1 ruled delivered: held_back delivered 40 held 4800 due 1336:00
            => 2152 wrong_state
            s $1019200+0 X 1000+0 A-A-100-202706 0+0 escrow 4800 A-A-100-202706 attested 460+0+0
            t $976000+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 40+0+0
        "#]],
    );
}

#[test]
fn a_dispute_is_ruled_in_part() {
    check_in(
        &format!("{JUNE} | terms new-hold 1000 | balances"),
        "s sell 40 on A-A-100-202706 @ 600 | t buy 40 on A-A-100-202706 @ 600 | s deliver s1 transfer-17 | t dispute s1 half-came \
         | rule s1 partial 0 | rule s1 partial 40 | rule s1 partial 30 | show s | show t",
        expect![[r#"
            open s#1 sell 40@600 on A-A-100-202706, rest s#1 40@600, s $997500+2500, s A-A-100-202706 attested 460+40+0 => open 0+40
            open t#1 buy 40@600 on A-A-100-202706, fill t#1/s#1 40@600 left 0/0, t $+24000 A-A-100-202706 -40 deferred of trade 1, s $-24000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@600 attested open 40 escrow 24000 bond 2500 due 80:00, t $976000+0, s $997500+0, s escrow 2500, t escrow 24000, s A-A-100-202706 attested 460+0+40 => filled 40+0
            s1 delivered: verifying open 40 escrow 24000 bond 2500 due 56:00
            s1 disputed: disputed open 40 escrow 24000 bond 2500
            => 6022 invalid_ruling has 40
            => 6022 invalid_ruling has 40
            t $-18000 A-A-100-202706 +30 settled of trade 1, s $+18000 A-A-100-202706 -30 settled of trade 1, s A-A-100-202706 -10 written_off of trade 1, s $-2500 penalty of trade 1, t $+2500 penalty of trade 1, s1 ruled 30 delivered: held_back delivered 30 refunded 10 held 1800 due 344:00, s $1013700+0, t $984500+0, s escrow 1800, t escrow 0, s A-A-100-202706 attested 460+0+0, t A-A-100-202706 attested 30+0+0
            s $1013700+0 X 1000+0 A-A-100-202706 0+0 escrow 1800 A-A-100-202706 attested 460+0+0
            t $984500+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 30+0+0
        "#]],
    );
}

#[test]
fn a_dispute_is_ruled_for_the_buyer() {
    check_in(
        JUNE,
        "s sell 40 on A-A-100-202706 @ 6000 | t buy 40 on A-A-100-202706 @ 6000 | s deliver s1 transfer-17 | t dispute s1 nothing-came \
         | rule s1 refund | show s | show t | default-fund",
        expect![[r#"
            open s#1 sell 40@6000 on A-A-100-202706, rest s#1 40@6000 => open 0+40
            open t#1 buy 40@6000 on A-A-100-202706, fill t#1/s#1 40@6000 left 0/0, t $+240000 A-A-100-202706 -40 deferred of trade 1, s $-240000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@6000 attested open 40 escrow 240000 bond 24000 due 80:00 => filled 40+0
            s1 delivered: verifying open 40 escrow 240000 bond 24000 due 56:00
            s1 disputed: disputed open 40 escrow 240000 bond 24000
            s A-A-100-202706 -40 written_off of trade 1, s $-24000 penalty of trade 1, t $+24000 penalty of trade 1, s1 ruled refund: refunded refunded 40
            s $976000+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 460+0+0
            t $1024000+0 X 1000+0 A-A-100-202706 0+0
            default-fund 0
        "#]],
    );
}

#[test]
fn the_provider_takes_back_what_was_delivered() {
    check_in(
        JUNE,
        "s sell 40 on A-A-100-202706 @ 6000 | t buy 40 on A-A-100-202706 @ 6000 | s deliver s1 transfer-17 | claw s1 5 | t accept s1 \
         | claw s1 0 | claw s1 41 | claw s1 5 | show s | show t | claw s1 35 | show s | show t | claw s1 1",
        expect![[r#"
            open s#1 sell 40@6000 on A-A-100-202706, rest s#1 40@6000 => open 0+40
            open t#1 buy 40@6000 on A-A-100-202706, fill t#1/s#1 40@6000 left 0/0, t $+240000 A-A-100-202706 -40 deferred of trade 1, s $-240000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@6000 attested open 40 escrow 240000 bond 24000 due 80:00 => filled 40+0
            s1 delivered: verifying open 40 escrow 240000 bond 24000 due 56:00
            => 2152 wrong_state
            t $-240000 A-A-100-202706 +40 settled of trade 1, s $+240000 A-A-100-202706 -40 settled of trade 1, s1 accepted: held_back delivered 40 held 48000 due 344:00
            => 6022 invalid_ruling has 40
            => 6022 invalid_ruling has 40
            s $-30000 clawed_back of trade 1, t $+30000 clawed_back of trade 1, t A-A-100-202706 -5 clawed_back of trade 1, s1 clawed back 5: held_back delivered 35 refunded 5 held 18000 due 344:00
            s $1192000+0 X 1000+0 A-A-100-202706 0+0 escrow 18000 A-A-100-202706 attested 460+0+0
            t $790000+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 35+0+0
            s $-18000 clawed_back of trade 1, t $+18000 clawed_back of trade 1, s $-192000 clawed_back of trade 1, t $+192000 clawed_back of trade 1, t A-A-100-202706 -35 clawed_back of trade 1, s1 clawed back 35: clawed_back refunded 40
            s $1000000+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 460+0+0
            t $1000000+0 X 1000+0 A-A-100-202706 0+0
            => 2151 unknown_settlement
        "#]],
    );
}

#[test]
fn an_uncross_makes_settlements_too() {
    check_in(
        JUNE,
        "phase A-A-100-202706 call | s sell 40 on A-A-100-202706 @ 600 | s sell 2 on A-A-100-202706 @ 600 show 1 | t buy 41 on A-A-100-202706 @ 700 \
         | resume A-A-100-202706 | show s",
        expect![[r#"
            A-A-100-202706 call, A-A-100-202706 call 1
            open s#1 sell 40@600 on A-A-100-202706, rest s#1 40@600 => open 0+40
            open s#2 sell 2@600 on A-A-100-202706, rest s#2 2(1)@600 => open 0+2
            open t#1 buy 41@700 on A-A-100-202706, rest t#1 41@700, A-A-100-202706 call 1 indicates 41@600 sell 1 over => open 0+41
            cross t#1/s#1 40@600 left 1/0, t $+24000 A-A-100-202706 -40 deferred of trade 1, s $-24000 A-A-100-202706 +40 deferred of trade 1, s1 matched: delivering t/s 40@600 attested open 40 escrow 24000 bond 2500 due 80:00, cross t#1/s#2 1@600 left 0/1, t $+600 A-A-100-202706 -1 deferred of trade 2, s $-600 A-A-100-202706 +1 deferred of trade 2, s2 matched: delivering t/s 1@600 attested open 1 escrow 600 bond 1250 due 80:00, refill s#2 1@600, A-A-100-202706 call 1 ended 41@600 sell 1 over, A-A-100-202706 continuous
            s $995000+1250 X 1000+0 A-A-100-202706 0+0 escrow 3750 A-A-100-202706 attested 458+1+41
        "#]],
    );
}

#[test]
fn quotes_stops_and_decrements_of_promised_lots_keep_their_bonds() {
    check_in(
        &format!("{JUNE} | open s.2 | deposit s.2 $ 1000000 | s connect"),
        "s quote ~1: A-A-100-202706 - / 100@6000 | show s | s quote ~1: A-A-100-202706 - / 60@6000 | show s \
         | s.2 buy 20 on A-A-100-202706 @ 6000 stp=decrement | show s | s quote ~1: A-A-100-202706 - / 0@6000 | show s \
         | s sell 10 on A-A-100-202706 @ 5000 stop 5500 | show s | disconnect s~1 | s cancel-all | show s",
        expect![[r#"
            open s#1 sell 100@6000 on A-A-100-202706, rest s#1 100@6000 => quoted 1 placed
            s $940000+60000 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 400+100+0
            amend s#1 100@6000 to 60@6000 of 60 kept => quoted 1 unchanged
            s $964000+36000 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 440+60+0
            open s.2#1 buy 20@6000 on A-A-100-202706, reduce s#1 by 20 to 40@6000 resting, reduce s.2#1 by 20 to 0@6000, cancel s.2#1 0@6000 self => canceled 0+0 self
            s $976000+24000 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 460+40+0
            pull s#1 40@6000 requoted => quoted 1 pulled
            s $1000000+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 500+0+0
            open s#2 sell 10@5000 stop 5500 on A-A-100-202706 => open 0+10
            s $995000+5000 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 490+10+0
            s~1 of s closed
            cancel s#2 10@5000 user => canceled 1
            s $1000000+0 X 1000+0 A-A-100-202706 0+0 A-A-100-202706 attested 500+0+0
        "#]],
    );
}
