//! How much there may be of anything, from both sides of each bound.

use crate::story::{World, check, check_in, plain};
use expect_test::expect;
use unspent_model::{AccountName, Command, Instrument, OwnerGroup, Reply, Symbol, limits};

fn ok(world: &mut World, command: Command) {
    let (_, reply) = world.apply_unchecked(command);
    assert!(!matches!(reply, Reply::Rejected(_)), "{reply:?}");
}

#[test]
fn the_notional_of_an_order() {
    // 10,000 × 4,294,967,295 fits; a lot of $1,000 at 10,000 is $100,000 a price unit.
    check(
        "t1 buy 4294967295 @ 10000 | m1 sell 4294967295 @ 10000",
        expect![[r#"
        => 2105 insufficient_funds has 1000000
        => 2104 insufficient_credits has 1000
    "#]],
    );
    check_in(
        "list X unit 100000",
        "m1 sell 100000 @ 10000 | m1 sell 100001 @ 10000 | m1 sell 0 @ 10000",
        expect![[r#"
        => 2104 insufficient_credits has 1000
        => 2103 invalid_quantity
        => 2103 invalid_quantity
    "#]],
    );
    check_in(
        "list X unit 100000",
        "m1 buy 1 @ 1 | t1 sell 100001 mkt | t1 sell 100000 mkt | m1 sell 1 @ 9000 | m1 amend #2 qty 111112 | m1 amend #2 qty 111111",
        expect![[r#"
            open m1#1 buy 1@1, rest m1#1 1@1 => open 0+1
            => 2103 invalid_quantity
            => 2104 insufficient_credits has 1000
            open m1#2 sell 1@9000, rest m1#2 1@9000 => open 0+1
            => 2103 invalid_quantity
            => 2104 insufficient_credits has 999
        "#]],
    );
}

#[test]
fn the_balances_of_an_account() {
    check(
        "open t1 | deposit t1 $ 1000000000000001 | deposit t1 $ 1000000000000000 | deposit t1 $ 1 | deposit t1 1000000000001 X \
         | deposit t1 1000000000000 X | deposit t1 1 X | deposit t1 18446744073709551615 X | deposit t1 $ 18446744073709551615",
        expect![[r#"
            open t1 of group 0
            => 6005 amount_out_of_range
            ok
            => 6005 amount_out_of_range
            => 6005 amount_out_of_range
            ok
            => 6005 amount_out_of_range
            => 6005 amount_out_of_range
            => 6005 amount_out_of_range
        "#]],
    );
    check(
        "open t1 | deposit t1 $ 1000000000000000 | t1 buy 5 @ 90 | deposit t1 $ 1 | show t1",
        expect![[r#"
        open t1 of group 0
        ok
        open t1#1 buy 5@90, rest t1#1 5@90 => open 0+5
        => 6005 amount_out_of_range
        t1 $999999999999550+450 X 0+0
    "#]],
    );
}

#[test]
fn open_orders_of_an_account() {
    let mut world = World::new("", "m1 sell 1 @ 90 | t1 buy 1 @ 90");
    world.line("deposit t1 $ 900000000");
    let add = world.command("t1 buy 1 @ 80");
    for _ in 0..limits::OPEN_ORDERS_PER_ACCOUNT {
        ok(&mut world, add.clone());
    }
    expect!["=> 2109 too_many_open_orders"].assert_eq(world.line("t1 buy 1 @ 80").trim());
    expect!["=> 2109 too_many_open_orders"].assert_eq(world.line("t1 buy 1 @ 80 post id=a").trim());
    // What cannot rest is taken, and so are others' orders.
    world.line("m1 sell 1 @ 90");
    assert!(world.line("t1 buy 1 @ 90 ioc").ends_with("=> filled 1+0"));
    assert!(world.line("m1 buy 1 @ 80").ends_with("=> open 0+1"));
    world.line("t1 cancel #7");
    assert!(world.line("t1 buy 1 @ 80").ends_with("=> open 0+1"));
    expect!["=> 2109 too_many_open_orders"].assert_eq(world.line("t1 buy 1 @ 80").trim());
}

#[test]
fn stops_that_wait_in_an_instrument() {
    let mut world = World::new("list Y | m1 sell 1 @ 90 | m2 buy 1 @ 90", "t1 buy 1 @ 80 | t2 buy 1 @ 80");
    world.line("deposit t1 $ 900000000");
    let add = world.command("t1 buy 1 @ 99 stop 95");
    for _ in 0..limits::STOPS_PER_INSTRUMENT {
        ok(&mut world, add.clone());
    }
    expect!["=> 2128 too_many_stops"].assert_eq(world.line("t2 buy 1 @ 99 stop 95").trim());
    expect!["=> 2128 too_many_stops"].assert_eq(world.line("t2 sell 2000 mkt stop 80").trim());
    // Between notional and a stop that is reached; and the account's own bound comes long before.
    expect!["=> 2128 too_many_stops"].assert_eq(world.line("t2 buy 1 @ 99 stop 90").trim());
    expect!["=> 2109 too_many_open_orders"].assert_eq(world.line("t1 buy 1 @ 99 stop 90").trim());
    world.line("limits t2 notional 98");
    expect!["=> 2127 notional_limit has 98"].assert_eq(world.line("t2 buy 1 @ 99 stop 95").trim());
    world.line("limits t2");
    // Others' instruments, and orders that do not wait.
    assert!(world.line("t2 buy 1 on Y @ 99 stop 95").ends_with("=> open 0+1"));
    assert!(world.line("t2 buy 1 @ 80").ends_with("=> open 0+1"));
    world.line("t1 cancel #7");
    assert!(world.line("t2 buy 1 @ 99 stop 95").ends_with("=> open 0+1"));
    expect!["=> 2128 too_many_stops"].assert_eq(world.line("t2 buy 1 @ 99 stop 95").trim());
}

#[test]
fn remembered_ids_of_an_account() {
    let mut world = World::new("", "m1 sell 1 @ 90 | t1 buy 1 @ 90");
    for number in 0..limits::CL_ORD_IDS_PER_ACCOUNT {
        let add = world.command(&format!("t1 buy 1 @ 80 ioc id={number}"));
        ok(&mut world, add);
    }
    expect!["=> 2116 too_many_cl_ord_ids"].assert_eq(world.line("t1 buy 1 @ 80 ioc id=a").trim());
    // Between open orders and the rate.
    world.line("limits t1 orders 1 rate 1 burst 1");
    world.line("t1 buy 1 @ 80");
    expect!["=> 2109 too_many_open_orders"].assert_eq(world.line("t1 buy 1 @ 80 id=a").trim());
    expect!["=> 2116 too_many_cl_ord_ids"].assert_eq(world.line("t1 buy 1 @ 80 ioc id=a").trim());
    expect!["=> 4002 order_rate has 1000000000"].assert_eq(world.line("t1 buy 1 @ 80 ioc").trim());
    world.line("t1 cancel-all");
    world.line("limits t1");
    assert!(world.line("t1 buy 1 @ 80 ioc id=7").contains("again"));
    assert!(world.line("t1 buy 1 @ 80 ioc").ends_with("tif"));
    assert!(world.line("m1 buy 1 @ 80 ioc id=a").ends_with("tif"));
    world.line("clock +24h");
    assert!(world.line("t1 buy 1 @ 80 ioc id=a").ends_with("tif"));
}

#[test]
fn accounts_and_instruments_of_the_venue() {
    let mut world = World::empty();
    for number in 0..limits::ACCOUNTS {
        let name = AccountName::parse(&number.to_string()).unwrap();
        ok(&mut world, Command::OpenAccount { name, group: OwnerGroup(0) });
    }
    for number in 0..limits::INSTRUMENTS {
        let symbol = Symbol::parse(&format!("S{number}")).unwrap();
        ok(&mut world, Command::ListInstrument(Instrument { symbol, ..plain("X") }));
    }
    let refused = |world: &mut World, command| match world.apply_unchecked(command).1 {
        Reply::Rejected(rejection) => rejection.reject.name(),
        other => panic!("{other:?}"),
    };
    let open = |name| Command::OpenAccount { name: AccountName::parse(name).unwrap(), group: OwnerGroup(0) };
    assert_eq!(refused(&mut world, open("new")), "venue_full");
    assert_eq!(refused(&mut world, open("7")), "account_exists");
    assert_eq!(refused(&mut world, Command::ListInstrument(plain("X"))), "venue_full");
    assert_eq!(refused(&mut world, Command::ListInstrument(plain("S7"))), "symbol_listed");
}

#[test]
fn fee_schedules_of_an_instrument() {
    let mut world = World::new("list X fee 10/25", "t1 buy 1 @ 80");
    // The one that it was listed with is the first.
    for fee in (0..limits::FEE_SCHEDULES).filter(|fee| *fee != 10) {
        let told = world.line(&format!("rules X fee {fee}"));
        assert_eq!(told, format!("X rules fee {fee}"));
    }
    assert_eq!(world.line("rules X fee 1000").trim(), "=> 6007 invalid_rules");
    assert_eq!(world.line("rules X fee 7 dynamic 5"), "X rules fee 7 dynamic 5");
    assert_eq!(world.line("rules X"), "X rules");
}

#[test]
fn the_notional_of_an_order_that_slides() {
    check_in(
        "list X unit 100000 | deposit m1 $ 2000000000",
        "m1 buy 1 @ 9999 | m2 sell 100001 @ 1 slide | m2 sell 100000 @ 1 slide",
        expect![[r#"
            open m1#1 buy 1@9999, rest m1#1 1@9999 => open 0+1
            => 2107 post_only_would_take
            => 2104 insufficient_credits has 1000
        "#]],
    );
}
