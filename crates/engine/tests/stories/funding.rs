//! Deposits and withdrawals under references, second approvals, daily bounds.

use crate::story::check_in;
use expect_test::expect;

#[test]
fn a_reference_is_carried_out_once() {
    check_in(
        "balances | open m1",
        "fund m1 $ +500 ref a | fund m1 $ +500 ref a | fund m1 $ +501 ref a | fund m1 $ -500 ref a | fund m1 $ -500 ref b | fund m1 $ -500 ref b \
         | open m2 | fund m2 $ +5 ref a",
        expect![[r#"
            m1 $500+0 => done
            => again done
            => 6053 reference_used
            => 6053 reference_used
            m1 $-500 withdrawal, m1 $0+0 => done
            => again done
            open m2 of group 1
            m2 $5+0 => done
        "#]],
    );
}

#[test]
fn a_refused_one_leaves_its_reference_free() {
    check_in(
        "balances | open m1",
        "fund m1 $ -5 ref a | fund m1 $ +0 ref a | fund m1 X -5 ref a | fund m1 NONE +5 ref a | fund nobody $ +5 ref a | fund m1 $ +5 ref a",
        expect![[r#"
            => 2105 insufficient_funds has 0
            => 6005 amount_out_of_range
            => 2104 insufficient_credits has 0
            => 2101 unknown_symbol
            => 6001 unknown_account
            m1 $5+0 => done
        "#]],
    );
}

#[test]
fn above_the_threshold_another_operator_is_needed() {
    check_in(
        "balances | funding cash 100 | open m1 | deposit m1 $ 500",
        "by ann fund m1 $ -100 ref a | by ann fund m1 $ -101 ref b | by ann approve w1 | approve w1 | m1 buy 3 @ 100 | by ann fund m1 $ -101 ref b | by bob approve w1 \
         | by ann fund m1 $ -101 ref b | by bob approve w1",
        expect![[r#"
            m1 $-100 withdrawal, m1 $400+0 => done
            w1 m1 $ -101 ref b waits, m1 $299+101 => w1 waits
            => 6054 second_approver
            => 6054 second_approver
            => 2105 insufficient_funds has 299
            => again w1 waits
            w1 approved, m1 $-101 withdrawal, m1 $299+0
            => again done
            => 6057 unknown_withdrawal
        "#]],
    );
}

#[test]
fn who_asked_may_give_it_up() {
    check_in(
        "balances | funding face 4 | deposit m1 $ 1",
        "by ann fund m1 X -5 ref a | show m1 | by ann decline w1 | decline w1 | by bob fund m1 X -5 ref b | by ann decline w2",
        expect![[r#"
            w1 m1 X -5 ref a waits, m1 X 995+5 => w1 waits
            m1 $1000001+0 X 995+5
            w1 declined, m1 X 1000+0
            => 6057 unknown_withdrawal
            w2 m1 X -5 ref b waits, m1 X 995+5 => w2 waits
            w2 declined, m1 X 1000+0
        "#]],
    );
}

#[test]
fn a_day_has_a_bound_for_each_account() {
    check_in(
        "funding cash 1000 daily 100 dailyface 10 | deposit m1 $ 1 | deposit m2 $ 1",
        "fund m1 $ -60 ref a | fund m1 $ -41 ref b | fund m2 $ -100 ref b | fund m1 $ -40 ref c | fund m1 $ -1 ref d | fund m1 X -11 ref e | fund m1 X -10 ref f \
         | at 32:00 fund m1 $ -100 ref g | fund m1 $ -1 ref h",
        expect![[r#"
            m1 $-60 withdrawal => done
            => 6055 withdrawal_limit has 40
            m2 $-100 withdrawal => done
            m1 $-40 withdrawal => done
            => 6055 withdrawal_limit has 0
            => 6055 withdrawal_limit has 10
            m1 X -10 withdrawal => done
            m1 $-100 withdrawal => done
            => 6055 withdrawal_limit has 0
        "#]],
    );
}

#[test]
fn a_suspended_account_cancels_and_is_paid_and_no_more() {
    check_in(
        "balances | funding cash 100 | m1 sell 5 @ 90 | m1 buy 1 @ 80 stop 95 | by ann fund m1 $ -200 ref a",
        "suspend m1 | suspend m1 | m1 sell 1 @ 95 | m1 cancel-all | fund m1 $ +5 ref b | fund m1 $ -5 ref c | by bob approve w1 | kill account m1 | m1 sell 1 @ 95 \
         | reopen m1 | m1 sell 1 @ 95 | release account m1 | m1 sell 1 @ 95",
        expect![[r#"
            m1 is suspended, pull m1#1 5@90 operator, cancel m1#2 1@80 operator, m1 X 1000+0, m1 $999800+200
            ok
            => 6050 account_suspended
            => canceled 0
            m1 $999805+200 => done
            => 6050 account_suspended
            => 6050 account_suspended
            kill account m1
            => 6050 account_suspended
            m1 is open
            => 2125 kill_switch
            release account m1
            open m1#3 sell 1@95, rest m1#3 1@95, m1 X 999+1 => open 0+1
        "#]],
    );
}

#[test]
fn an_account_is_closed_when_it_is_empty_and_for_ever() {
    check_in(
        "open m1 | deposit m1 $ 5 | deposit m1 1 X | funding face 0",
        "shut m1 | fund m1 $ -5 ref a | shut m1 | by ann fund m1 X -1 ref b | shut m1 | by bob approve w1 | shut m1 | m1 buy 1 @ 80 | fund m1 $ +5 ref c | reopen m1 | open m1 | shut nobody",
        expect![[r#"
            => 6052 account_not_empty
            m1 $-5 withdrawal => done
            => 6052 account_not_empty
            w1 m1 X -1 ref b waits => w1 waits
            => 6052 account_not_empty
            w1 approved, m1 X -1 withdrawal
            m1 is closed
            => 6051 account_closed
            => 6051 account_closed
            => 6051 account_closed
            => 6003 account_exists
            => 6001 unknown_account
        "#]],
    );
}
