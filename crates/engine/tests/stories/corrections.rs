//! Trades that the operator undoes or gives another price.

use crate::story::check_in;
use expect_test::expect;

#[test]
fn a_bust_moves_everything_back_exactly() {
    check_in(
        "list X fee 25/100 | balances",
        "m1 sell 5 @ 90 | t1 buy 7 @ 95 | bust 1 | fees | bust 1 | t1 cancel #1 | show t1 | show m1",
        expect![[r#"
            open m1#1 sell 5@90, rest m1#1 5@90, m1 X 995+5 => open 0+5
            open t1#1 buy 7@95, fill t1#1/m1#1 5@90 left 2/0 fee 5/2, rest t1#1 2@95, t1 $999353+192, m1 $1000448+0, m1 X 995+0, t1 X 1005+0 => part 5+2
            trade 1 5@90 undone, t1 $+455 X -5 bust of trade 1, m1 $-448 X +5 bust of trade 1, t1 $999808+192, m1 $1000000+0, t1 X 1000+0, m1 X 1000+0
            fees 0
            => 6059 trade_busted
            pull t1#1 2@95 user, t1 $1000000+0 => canceled t1#1
            t1 $1000000+0 X 1000+0
            m1 $1000000+0 X 1000+0
        "#]],
    );
}

#[test]
fn an_adjustment_moves_the_difference_and_a_later_bust_goes_by_the_new_price() {
    check_in(
        "list X fee 25/100 | balances",
        "m1 sell 5 @ 90 | t1 buy 5 @ 95 | adjust 1 @ 95 | adjust 1 @ 95 | adjust 1 @ 80 | bust 1 | adjust 1 @ 90 | show t1 | show m1",
        expect![[r#"
            open m1#1 sell 5@90, rest m1#1 5@90, m1 X 995+5 => open 0+5
            open t1#1 buy 5@95, fill t1#1/m1#1 5@90 left 0/0 fee 5/2, t1 $999545+0, m1 $1000448+0, m1 X 995+0, t1 X 1005+0 => filled 5+0
            trade 1 5@90 to 95, t1 $-25 adjustment of trade 1, m1 $+25 adjustment of trade 1, t1 $999520+0, m1 $1000473+0
            => 2102 invalid_price
            trade 1 5@95 to 80, m1 $-75 adjustment of trade 1, t1 $+75 adjustment of trade 1, m1 $1000398+0, t1 $999595+0
            trade 1 5@80 undone, t1 $+405 X -5 bust of trade 1, m1 $-398 X +5 bust of trade 1, t1 $1000000+0, m1 $1000000+0, t1 X 1000+0, m1 X 1000+0
            => 6059 trade_busted
            t1 $1000000+0 X 1000+0
            m1 $1000000+0 X 1000+0
        "#]],
    );
}

#[test]
fn what_is_gone_cannot_be_moved_back() {
    check_in(
        "open m1 | deposit m1 5 X | open t1 | deposit t1 $ 500",
        "m1 sell 5 @ 90 | t1 buy 5 @ 90 | t1 sell 1 @ 99 | bust 1 | t1 cancel #2 | fund m1 $ -1 ref a | bust 1 | adjust 1 @ 91 | adjust 1 @ 101 | adjust 1 @ 0 | adjust 1 @ 10001 | bust 2 | bust 0",
        expect![[r#"
            open m1#1 sell 5@90, rest m1#1 5@90 => open 0+5
            open t1#1 buy 5@90, fill t1#1/m1#1 5@90 left 0/0 => filled 5+0
            open t1#2 sell 1@99, rest t1#2 1@99 => open 0+1
            => 2104 insufficient_credits has 4
            pull t1#2 1@99 user => canceled t1#2
            m1 $-1 withdrawal => done
            => 2105 insufficient_funds has 449
            trade 1 5@90 to 91, t1 $-5 adjustment of trade 1, m1 $+5 adjustment of trade 1
            => 2105 insufficient_funds has 45
            => 2102 invalid_price
            => 2102 invalid_price
            => 6058 unknown_trade
            => 6058 unknown_trade
        "#]],
    );
}

#[test]
fn a_cross_may_be_undone_too() {
    check_in(
        "phase X call | m1 sell 5 @ 90 | m1 buy 5 @ 90 | resume X",
        "bust 1 | bust 1",
        expect![[r#"
        trade 1 5@90 undone, m1 $+450 X -5 bust of trade 1, m1 $-450 X +5 bust of trade 1
        => 6059 trade_busted
    "#]],
    );
}
