//! What a fill costs both sides, rounded once an order.

use crate::story::{World, check_in, fees, plain};
use expect_test::expect;
use proptest::prelude::*;
use unspent_model::{Cash, Event, FeeRate, Instrument};

#[test]
fn both_sides_pay_and_the_venue_earns() {
    check_in(
        "list X fee 10/25",
        "m1 sell 10 @ 1000 | t1 buy 10 @ 1000 | show m1 | show t1 | fees",
        expect![[r#"
        open m1#1 sell 10@1000, rest m1#1 10@1000 => open 0+10
        open t1#1 buy 10@1000, fill t1#1/m1#1 10@1000 left 0/0 fee 25/10 => filled 10+0
        m1 $1009990+0 X 990+0
        t1 $989975+0 X 1010+0
        fees 35
    "#]],
    );
    check_in(
        "list X fee 10/25",
        "m1 buy 10 @ 1000 | t1 sell 10 @ 1000 | show m1 | show t1 | fees",
        expect![[r#"
        open m1#1 buy 10@1000, rest m1#1 10@1000 => open 0+10
        open t1#1 sell 10@1000, fill t1#1/m1#1 10@1000 left 0/0 fee 25/10 => filled 10+0
        m1 $989990+0 X 1010+0
        t1 $1009975+0 X 990+0
        fees 35
    "#]],
    );
}

#[test]
fn a_part_of_a_cent_is_a_cent_once() {
    check_in(
        "list X fee 10/25",
        "m1 sell 7 @ 100 | t1 buy 1 @ 100 | t1 buy 1 @ 100 | t1 buy 5 @ 100 | show m1 | fees",
        expect![[r#"
            open m1#1 sell 7@100, rest m1#1 7@100 => open 0+7
            open t1#1 buy 1@100, fill t1#1/m1#1 1@100 left 0/6 fee 1/1 => filled 1+0
            open t1#2 buy 1@100, fill t1#2/m1#1 1@100 left 0/5 fee 1/0 => filled 1+0
            open t1#3 buy 5@100, fill t1#3/m1#1 5@100 left 0/0 fee 2/0 => filled 5+0
            m1 $1000699+0 X 993+0
            fees 5
        "#]],
    );
}

#[test]
fn many_small_makers_cost_a_taker_no_more_than_one() {
    check_in(
        "list X fee 0/25",
        "m1 sell 1 @ 100 | m1 sell 1 @ 100 | m1 sell 1 @ 100 | m1 sell 1 @ 100 | t1 buy 4 @ 100 | fees",
        expect![[r#"
            open m1#1 sell 1@100, rest m1#1 1@100 => open 0+1
            open m1#2 sell 1@100, rest m1#2 1@100 => open 0+1
            open m1#3 sell 1@100, rest m1#3 1@100 => open 0+1
            open m1#4 sell 1@100, rest m1#4 1@100 => open 0+1
            open t1#1 buy 4@100, fill t1#1/m1#1 1@100 left 3/0 fee 1/0, fill t1#1/m1#2 1@100 left 2/0, fill t1#1/m1#3 1@100 left 1/0, fill t1#1/m1#4 1@100 left 0/0 => filled 4+0
            fees 1
        "#]],
    );
    check_in(
        "list X fee 0/25",
        "m1 sell 4 @ 100 | t1 buy 4 @ 100 | fees",
        expect![[r#"
        open m1#1 sell 4@100, rest m1#1 4@100 => open 0+4
        open t1#1 buy 4@100, fill t1#1/m1#1 4@100 left 0/0 fee 1/0 => filled 4+0
        fees 1
    "#]],
    );
}

#[test]
fn a_buy_sets_aside_the_larger_fee_and_gets_back_the_difference() {
    check_in(
        "list X fee 10/90",
        "t1 buy 10 @ 1000 | show t1 | m1 sell 4 @ 1000 | show t1 | m1 sell 6 @ 1000 | show t1",
        expect![[r#"
            open t1#1 buy 10@1000, rest t1#1 10@1000 => open 0+10
            t1 $989910+10090 X 1000+0
            open m1#1 sell 4@1000, fill m1#1/t1#1 4@1000 left 0/6 fee 36/4 => filled 4+0
            t1 $989942+6054 X 1004+0
            open m1#2 sell 6@1000, fill m1#2/t1#1 6@1000 left 0/0 fee 54/6 => filled 6+0
            t1 $989990+0 X 1010+0
        "#]],
    );
    check_in(
        "list X fee 90/10",
        "m1 sell 10 @ 900 | t1 buy 4 @ 1000 | show t1 | t1 buy 9 @ 1000 | show t1 | t1 cancel #2 | show t1",
        expect![[r#"
            open m1#1 sell 10@900, rest m1#1 10@900 => open 0+10
            open t1#1 buy 4@1000, fill t1#1/m1#1 4@900 left 0/6 fee 4/33 => filled 4+0
            t1 $996396+0 X 1004+0
            open t1#2 buy 9@1000, fill t1#2/m1#1 6@900 left 3/0 fee 6/48, rest t1#2 3@1000 => part 6+3
            t1 $987963+3027 X 1010+0
            pull t1#2 3@1000 user => canceled t1#2
            t1 $990990+0 X 1010+0
        "#]],
    );
}

#[test]
fn an_order_that_takes_then_makes_pays_each_rate_on_its_part() {
    check_in(
        "list X fee 10/25",
        "m1 sell 3 @ 111 | t1 buy 10 @ 111 | show t1 | m1 sell 3 @ 111 | show t1 | m1 sell 4 @ 111 | show t1 | fees",
        expect![[r#"
            open m1#1 sell 3@111, rest m1#1 3@111 => open 0+3
            open t1#1 buy 10@111, fill t1#1/m1#1 3@111 left 7/0 fee 1/1, rest t1#1 7@111 => part 3+7
            t1 $998887+779 X 1003+0
            open m1#2 sell 3@111, fill m1#2/t1#1 3@111 left 0/4 fee 1/1 => filled 3+0
            t1 $998887+445 X 1006+0
            open m1#3 sell 4@111, fill m1#3/t1#1 4@111 left 0/0 fee 2/0 => filled 4+0
            t1 $998888+0 X 1010+0
            fees 6
        "#]],
    );
}

#[test]
fn a_fee_of_everything_leaves_the_seller_nothing() {
    check_in(
        "balances | list X fee 10000/0",
        "m1 sell 3 @ 111 | t1 buy 3 @ 111 | show m1 | fees",
        expect![[r#"
        open m1#1 sell 3@111, rest m1#1 3@111, m1 X 997+3 => open 0+3
        open t1#1 buy 3@111, fill t1#1/m1#1 3@111 left 0/0 fee 0/333, t1 $999667+0, m1 X 997+0, t1 X 1003+0 => filled 3+0
        m1 $1000000+0 X 997+0
        fees 333
    "#]],
    );
    check_in(
        "list X fee 10000/10000",
        "t1 buy 3 @ 111 | show t1 | m1 sell 3 @ 111 | show t1 | fees",
        expect![[r#"
        open t1#1 buy 3@111, rest t1#1 3@111 => open 0+3
        t1 $999334+666 X 1000+0
        open m1#1 sell 3@111, fill m1#1/t1#1 3@111 left 0/0 fee 333/333 => filled 3+0
        t1 $999334+0 X 1003+0
        fees 666
    "#]],
    );
}

#[test]
fn a_buy_needs_money_for_its_fee_to_the_cent() {
    check_in(
        "list X fee 10/25",
        "open t1 | deposit t1 $ 10024 | t1 buy 10 @ 1000 | show t1",
        expect![[r#"
        open t1 of group 0
        ok
        => 2105 insufficient_funds has 10024
        t1 $10024+0 X 0+0
    "#]],
    );
    check_in(
        "list X fee 10/25",
        "open t1 | deposit t1 $ 10025 | t1 buy 10 @ 1000 | show t1",
        expect![[r#"
        open t1 of group 0
        ok
        open t1#1 buy 10@1000, rest t1#1 10@1000 => open 0+10
        t1 $0+10025 X 0+0
    "#]],
    );
}

#[test]
fn what_is_charged_already_counts_in_what_stays_set_aside() {
    // 33 cents at 25 basis points are 0.0825 cents: the first fill pays the cent that all four share.
    check_in(
        "list X fee 25/25",
        "t1 buy 4 @ 33 | show t1 | m1 sell 1 @ 33 | show t1 | m1 sell 1 @ 33 | show t1 | t1 amend #1 qty 3 | show t1 \
         | t1 cancel #1 | show t1",
        expect![[r#"
            open t1#1 buy 4@33, rest t1#1 4@33 => open 0+4
            t1 $999867+133 X 1000+0
            open m1#1 sell 1@33, fill m1#1/t1#1 1@33 left 0/3 fee 1/1 => filled 1+0
            t1 $999867+99 X 1001+0
            open m1#2 sell 1@33, fill m1#2/t1#1 1@33 left 0/2 fee 1/0 => filled 1+0
            t1 $999867+66 X 1002+0
            amend t1#1 2@33 to 1@33 of 3 kept => part 2+1
            t1 $999900+33 X 1002+0
            pull t1#1 1@33 user => canceled t1#1
            t1 $999933+0 X 1002+0
        "#]],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// The fee of an order over all its fills is its exact fee rounded up, maker and taker.
    #[test]
    fn the_sum_of_fees_is_one_rounding(
        maker in 0..200_u16,
        taker in 0..200_u16,
        price in 1..2_000_u32,
        pieces in prop::collection::vec(1..5_u32, 1..12),
        maker_buys in any::<bool>(),
    ) {
        let mut world = World::new("open nobody.1", "m1 sell 1 @ 1 | t1 sell 1 @ 1");
        world.apply(unspent_model::Command::ListInstrument(Instrument { fees: fees(maker, taker), ..plain("F") }));
        for name in ["m1", "t1"] {
            world.line(&format!("deposit {name} 100 F"));
        }
        let total: u32 = pieces.iter().sum();
        let (one, other) = if maker_buys { ("buy", "sell") } else { ("sell", "buy") };
        world.line(&format!("m1 {one} {total} on F @ {price}"));
        let (mut paid, mut owed) = (Cash::ZERO, Cash::ZERO);
        for lots in &pieces {
            let command = world.command(&format!("t1 {other} {lots} on F @ {price}"));
            for event in world.apply(command).0 {
                if let Event::Fill(fill) = event {
                    paid = paid + fill.maker.fee;
                    let whole = FeeRate::round_up(FeeRate(taker).product(Cash(u64::from(price * lots))));
                    prop_assert_eq!(fill.taker.fee, whole);
                    owed = owed + whole;
                }
            }
        }
        let whole = FeeRate::round_up(FeeRate(maker).product(Cash(u64::from(price * total))));
        prop_assert_eq!(paid, whole);
        prop_assert_eq!(world.engine.fees(), paid + owed);
    }
}
