//! Connections whose end cancels what was entered with them.

use crate::story::{World, check, check_in};
use expect_test::expect;
use unspent_model::limits;

#[test]
fn its_end_cancels_its_orders_and_no_others() {
    check(
        "m1 connect | m1 connect | m2 connect | m1 sell 5 @ 93 via ~1 | m1 sell 5 @ 92 via ~2 | m1 sell 5 @ 91 | m2 sell 5 @ 91 via ~1 \
         | m1 buy 5 @ 80 show 2 via ~1 | m1 buy 5 @ 99 stop 95 via ~1 | disconnect m1~1 | m1 cancel-all",
        expect![[r#"
            m1~1 of m1 opened => connected m1~1
            m1~2 of m1 opened => connected m1~2
            m2~1 of m2 opened => connected m2~1
            open m1#1 sell 5@93, rest m1#1 5@93 => open 0+5
            open m1#2 sell 5@92, rest m1#2 5@92 => open 0+5
            open m1#3 sell 5@91, rest m1#3 5@91 => open 0+5
            open m2#1 sell 5@91, rest m2#1 5@91 => open 0+5
            open m1#4 buy 5@80, rest m1#4 5(2)@80 => open 0+5
            open m1#5 buy 5@99 stop 95 => open 0+5
            m1~1 of m1 closed, pull m1#1 5@93 disconnect, pull m1#4 5(2)@80 disconnect, cancel m1#5 5@99 disconnect
            pull m1#2 5@92 user, pull m1#3 5@91 user => canceled 2
        "#]],
    );
}

#[test]
fn it_ends_once_and_takes_no_more_orders() {
    check(
        "m1 connect | disconnect m1~1 | disconnect m1~1 | m1 sell 5 @ 91 via ~1 | m1 sell 5 @ 91 via ~2 | m1 connect | m1 sell 5 @ 91 via ~2",
        expect![[r#"
            m1~1 of m1 opened => connected m1~1
            m1~1 of m1 closed
            => 2124 session_closed
            => 2124 session_closed
            => 2124 session_closed
            m1~2 of m1 opened => connected m1~2
            open m1#1 sell 5@91, rest m1#1 5@91 => open 0+5
        "#]],
    );
}

#[test]
fn it_is_its_accounts_own() {
    check(
        "a.1 connect | a.2 sell 5 @ 91 via a.1~1 | a.2 quote a.1~1: 5@88 / 5@92 | nobody connect",
        expect![[r#"
            a.1~1 of a.1 opened => connected a.1~1
            => 2124 session_closed
            => 2124 session_closed
            => 6001 unknown_account
        "#]],
    );
}

#[test]
fn an_amended_order_stays_its_orders() {
    check_in(
        "m1 connect | m1 sell 5 @ 93 via ~1",
        "m1 amend #1 qty 9 @ 94 | disconnect m1~1",
        expect![[r#"
            amend m1#1 5@93 to 9@94 of 9 lost, rest m1#1 9@94 => open 0+9
            m1~1 of m1 closed, pull m1#1 9@94 disconnect
        "#]],
    );
}

#[test]
fn it_cancels_in_every_phase() {
    check_in(
        "m1 connect | m1 sell 5 @ 93 via ~1 | phase X no-cancel | t1 buy 2 @ 93",
        "disconnect m1~1",
        expect![[r#"
            m1~1 of m1 closed, pull m1#1 5@93 disconnect, X call 1 indicates nothing
        "#]],
    );
}

#[test]
fn an_order_sent_again_on_another_session_is_the_same_order() {
    check_in(
        "m1 connect | m1 sell 5 @ 93 via ~1 id=a | m1 connect",
        "m1 sell 5 @ 93 via ~2 id=a | disconnect m1~1 | m1 sell 5 @ 93 via ~1 id=a | m1 sell 5 @ 93 id=a | m1 sell 6 @ 93 id=a",
        expect![[r#"
            => again m1#1 open 0+5
            m1~1 of m1 closed, pull m1#1 5@93 disconnect
            => again m1#1 open 0+5
            => again m1#1 open 0+5
            => 2106 duplicate_cl_ord_id
        "#]],
    );
}

#[test]
fn an_account_has_so_many() {
    let mut world = World::new("", "m1 sell 1 @ 90 | m2 sell 1 @ 90");
    for number in 1..=limits::SESSIONS_PER_ACCOUNT {
        assert!(world.line("m1 connect").ends_with(&format!("connected m1~{number}")));
    }
    expect!["=> 2134 too_many_sessions"].assert_eq(world.line("m1 connect").trim());
    assert!(world.line("m2 connect").ends_with("connected m2~1"));
    world.line("disconnect m1~7");
    assert!(world.line("m1 connect").ends_with("connected m1~1025"));
}
