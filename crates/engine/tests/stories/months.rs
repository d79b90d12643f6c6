//! The end of an instrument's month. Stories begin on 2027-01-15: January ends at 408:00, February at 1080:00.

use crate::story::{check, check_in};
use expect_test::expect;

const LISTED: &str = "list A-B-100-202701 | list A-B-100-202702 | list A-B-100-PERP | list A-B-1K-202702 | deposit s 50 A-B-100-202702 | deposit b $ 1";

#[test]
fn holders_are_alerted_and_then_what_they_hold_is_written_off() {
    check_in(
        &format!("balances | {LISTED}"),
        "watch A-B-100-202702 | watch A-B-100-202702 | clock 335:59:59 | clock 336:00 | clock 720:00 | clock 888:00 | clock 1079:59:59 | clock 1080:00 | clock 2000:00 \
         | show s | watch A-B-100-202702",
        expect![[r#"
            A-B-100-202702 ends 1080:00
            ok
            ok
            A-B-100-202702 ends in 30 days, then A-B-100-PERP
            A-B-100-202702 ends in 14 days, then A-B-100-PERP
            A-B-100-202702 ends in 7 days, then A-B-100-PERP
            ok
            A-B-100-202702 is over, then A-B-100-PERP, A-B-100-202702 expired (last-trade), s A-B-100-202702 -50 expired_unused, s A-B-100-202702 0+0
            ok
            s $1000000+0 X 1000+0 A-B-100-202701 0+0 A-B-100-202702 0+0 A-B-100-PERP 0+0 A-B-1K-202702 0+0
            => 6034 no_expiry
        "#]],
    );
}

#[test]
fn several_that_were_slept_through_come_in_their_order() {
    check_in(
        LISTED,
        "watch A-B-100-202701 | watch A-B-100-202702 | clock 2000:00",
        expect![[r#"
            A-B-100-202701 ends 408:00
            A-B-100-202702 ends 1080:00
            A-B-100-202701 ends in 14 days, then A-B-100-202702, A-B-100-202701 ends in 7 days, then A-B-100-202702, A-B-100-202702 ends in 30 days, then A-B-100-PERP, A-B-100-202701 is over, then A-B-100-202702, A-B-100-202701 expired (last-trade), A-B-100-202702 ends in 14 days, then A-B-100-PERP, A-B-100-202702 ends in 7 days, then A-B-100-PERP, A-B-100-202702 is over, then A-B-100-PERP, A-B-100-202702 expired (last-trade), s A-B-100-202702 -50 expired_unused
        "#]],
    );
}

#[test]
fn at_the_last_trade_the_next_month_is_named() {
    check_in(
        LISTED,
        "watch A-B-100-202701 | schedule A-B-100-202701 last 136:30 | s buy 5 on A-B-100-202701 @ 90 | b buy 5 on A-B-100-202701 @ 99 stop 98 | clock 136:30 | clock 240:00",
        expect![[r#"
            A-B-100-202701 ends 408:00
            A-B-100-202701 schedule last 136:30
            open s#1 buy 5@90 on A-B-100-202701, rest s#1 5@90 => open 0+5
            open b#1 buy 5@99 stop 98 on A-B-100-202701 => open 0+5
            A-B-100-202701 ends in 14 days, then A-B-100-202702, A-B-100-202701 is over, then A-B-100-202702, A-B-100-202701 expired (last-trade), pull s#1 5@90 last-trade, cancel b#1 5@99 last-trade
            A-B-100-202701 ends in 7 days, then A-B-100-202702
        "#]],
    );
}

#[test]
fn the_next_month_has_not_expired_and_is_of_the_same_face() {
    check_in(
        LISTED,
        "watch A-B-100-202701 | expire A-B-100-202702 | expire A-B-100-PERP | expire A-B-100-202701 | watch A-B-1K-202702 | list A-B-1K-202701X | expire A-B-1K-202702",
        expect![[r#"
            A-B-100-202701 ends 408:00
            A-B-100-202702 expired
            A-B-100-PERP expired
            A-B-100-202701 is over, A-B-100-202701 expired
            A-B-1K-202702 ends 1080:00
            list A-B-1K-202701X
            A-B-1K-202702 is over, A-B-1K-202702 expired
        "#]],
    );
}

#[test]
fn a_month_that_ends_while_it_trades_expires_with_its_uncross_and_frees_what_was_set_aside() {
    check_in(
        &format!("balances | {LISTED}"),
        "watch A-B-100-202702 | schedule A-B-100-202702 last 2000:00 | phase A-B-100-202702 call | s sell 20 on A-B-100-202702 @ 80 | b buy 5 on A-B-100-202702 @ 90 | clock 1080:00 | clock 2000:00",
        expect![[r#"
            A-B-100-202702 ends 1080:00
            A-B-100-202702 schedule last 2000:00
            A-B-100-202702 call, A-B-100-202702 call 1
            open s#1 sell 20@80 on A-B-100-202702, rest s#1 20@80, s A-B-100-202702 30+20 => open 0+20
            open b#1 buy 5@90 on A-B-100-202702, rest b#1 5@90, A-B-100-202702 call 1 indicates 5@80 sell 15 over, b $999551+450 => open 0+5
            A-B-100-202702 ends in 30 days, then A-B-100-PERP, A-B-100-202702 ends in 14 days, then A-B-100-PERP, A-B-100-202702 ends in 7 days, then A-B-100-PERP, cross b#1/s#1 5@80 left 0/15, A-B-100-202702 call 1 ended 5@80 sell 15 over, A-B-100-202702 is over, then A-B-100-PERP, A-B-100-202702 expired (last-trade), pull s#1 15@80 last-trade, s A-B-100-202702 -45 expired_unused, b A-B-100-202702 -5 expired_unused, b $999601+0, s $1000400+0, s A-B-100-202702 0+0, b A-B-100-202702 0+0
            ok
        "#]],
    );
}

#[test]
fn what_is_not_watched_stays() {
    check_in(
        LISTED,
        "clock 2000:00 | show s",
        expect![[r#"
            ok
            s $1000000+0 X 1000+0 A-B-100-202701 0+0 A-B-100-202702 50+0 A-B-100-PERP 0+0 A-B-1K-202702 0+0
        "#]],
    );
}

#[test]
fn what_is_listed_before_its_terms_may_be_watched_under_them() {
    check(
        "list A-B-100-202702 | programme A-B prohibited | watch A-B-100-202702 | deposit s 5 A-B-100-202702 | clock 1080:00",
        expect![[r#"
            list A-B-100-202702
            programme A-B prohibited, A-B-100-202702 halted (policy)
            A-B-100-202702 ends 1080:00
            ok
            A-B-100-202702 ends in 30 days, A-B-100-202702 ends in 14 days, A-B-100-202702 ends in 7 days, A-B-100-202702 is over, A-B-100-202702 expired (last-trade), s A-B-100-202702 -5 expired_unused
        "#]],
    );
}
