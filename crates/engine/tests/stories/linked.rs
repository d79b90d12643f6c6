//! Linked bids: one quantity, an order in each of several instruments.

use crate::story::check_in;
use expect_test::expect;

/// Three instruments of one face value; m1 has lots of each.
const THREE: &str = "list X | list Y | list Z | deposit m1 500 Y | deposit m1 500 Z";

/// The same with fees that cost a part of a cent.
const FEES: &str = "list X fee 10/25 | list Y fee 30/45 | list Z | deposit m1 500 Y | deposit m1 500 Z";

#[test]
fn what_one_leg_buys_is_taken_from_all() {
    check_in(
        THREE,
        "t1 buy 60 @ 66 any 70 on Y, 64 on Z | show t1 | m1 sell 20 @ 66 | show t1 | m1 sell 15 on Y @ 70 | book X | book Y
         | book Z | m1 sell 40 on Z @ 60 | show t1 | book X | book Y",
        expect![[r#"
            open t1#1 buy 60@66, leg of t1#1, rest t1#1 60@66, open t1#2 buy 60@70 on Y, leg of t1#1, rest t1#2 60@70, open t1#3 buy 60@64 on Z, leg of t1#1, rest t1#3 60@64 => open 0+60
            t1 $995798+4202 X 1000+0 Y 0+0 Z 0+0
            open m1#1 sell 20@66, fill m1#1/t1#1 20@66 left 0/40, reduce t1#2 by 20 to 40@70 resting, reduce t1#3 by 20 to 40@64 resting => filled 20+0
            t1 $995878+2802 X 1020+0 Y 0+0 Z 0+0
            open m1#2 sell 15@70 on Y, fill m1#2/t1#2 15@70 left 0/25, reduce t1#1 by 15 to 25@66 resting, reduce t1#3 by 15 to 25@64 resting => filled 15+0
            bids 25@66 / asks -
            bids 25@70 / asks -
            bids 25@64 / asks -
            open m1#3 sell 40@60 on Z, fill m1#3/t1#3 25@64 left 15/0, pull t1#1 25@66 linked, pull t1#2 25@70 linked, rest m1#3 15@60 => part 25+15
            t1 $996030+0 X 1020+0 Y 15+0 Z 25+0
            bids - / asks -
            bids - / asks -
        "#]],
    );
}

#[test]
fn what_rests_is_taken_leg_by_leg_in_the_order_given() {
    check_in(
        THREE,
        "m1 sell 20 @ 65 | m1 sell 30 on Y @ 69 | m1 sell 30 on Z @ 60 | t1 buy 60 @ 66 any 70 on Y, 64 on Z | show t1
         | m1 sell 5 @ 61 | m1 sell 5 @ 61 ioc",
        expect![[r#"
            open m1#1 sell 20@65, rest m1#1 20@65 => open 0+20
            open m1#2 sell 30@69 on Y, rest m1#2 30@69 => open 0+30
            open m1#3 sell 30@60 on Z, rest m1#3 30@60 => open 0+30
            open t1#1 buy 60@66, leg of t1#1, fill t1#1/m1#1 20@65 left 40/0, rest t1#1 40@66, open t1#2 buy 40@70 on Y, leg of t1#1, fill t1#2/m1#2 30@69 left 10/0, reduce t1#1 by 30 to 10@66 resting, rest t1#2 10@70, open t1#3 buy 10@64 on Z, leg of t1#1, fill t1#3/m1#3 10@60 left 0/20, pull t1#1 10@66 linked, pull t1#2 10@70 linked => canceled 20+0 linked
            t1 $996030+0 X 1020+0 Y 30+0 Z 10+0
            open m1#4 sell 5@61, rest m1#4 5@61 => open 0+5
            open m1#5 sell 5@61, cancel m1#5 5@61 tif => canceled 0+0 tif
        "#]],
    );
    check_in(
        THREE,
        "m1 sell 20 @ 65 | m1 sell 30 on Y @ 69 | t1 buy 40 @ 66 any 70 on Y, 64 on Z | t2 buy 40 @ 66 any 70 on Y | show t1",
        expect![[r#"
            open m1#1 sell 20@65, rest m1#1 20@65 => open 0+20
            open m1#2 sell 30@69 on Y, rest m1#2 30@69 => open 0+30
            open t1#1 buy 40@66, leg of t1#1, fill t1#1/m1#1 20@65 left 20/0, rest t1#1 20@66, open t1#2 buy 20@70 on Y, leg of t1#1, fill t1#2/m1#2 20@69 left 0/10, pull t1#1 20@66 linked => canceled 20+0 linked
            open t2#1 buy 40@66, leg of t2#1, rest t2#1 40@66, open t2#2 buy 40@70 on Y, leg of t2#1, fill t2#2/m1#2 10@69 left 30/0, reduce t2#1 by 10 to 30@66 resting, rest t2#2 30@70 => open 0+30
            t1 $997320+0 X 1020+0 Y 20+0 Z 0+0
        "#]],
    );
}

#[test]
fn as_much_is_set_aside_as_the_dearest_leg_can_cost() {
    check_in(
        FEES,
        "t1 buy 10 @ 99 any 95 on Y, 98 on Z | show t1 | m1 sell 3 @ 99 | show t1 | m1 sell 3 on Y @ 95 | show t1
         | t1 cancel #1 | show t1 | t1 cancel #2 | show t1 | m1 sell 9 on Z @ 90 | show t1",
        expect![[r#"
            open t1#1 buy 10@99, leg of t1#1, rest t1#1 10@99, open t1#2 buy 10@95 on Y, leg of t1#1, rest t1#2 10@95, open t1#3 buy 10@98 on Z, leg of t1#1, rest t1#3 10@98 => open 0+10
            t1 $999005+995 X 1000+0 Y 0+0 Z 0+0
            open m1#1 sell 3@99, fill m1#1/t1#1 3@99 left 0/7 fee 1/1, reduce t1#2 by 3 to 7@95 resting, reduce t1#3 by 3 to 7@98 resting => filled 3+0
            t1 $999005+697 X 1003+0 Y 0+0 Z 0+0
            open m1#2 sell 3@95 on Y, fill m1#2/t1#2 3@95 left 0/4 fee 2/1, reduce t1#1 by 3 to 4@99 resting, reduce t1#3 by 3 to 4@98 resting => filled 3+0
            t1 $999017+399 X 1003+0 Y 3+0 Z 0+0
            pull t1#1 4@99 user => canceled t1#1
            t1 $999023+393 X 1003+0 Y 3+0 Z 0+0
            pull t1#2 4@95 user => canceled t1#2
            t1 $999024+392 X 1003+0 Y 3+0 Z 0+0
            open m1#3 sell 9@90 on Z, fill m1#3/t1#3 4@98 left 5/0, rest m1#3 5@90 => part 4+5
            t1 $999024+0 X 1003+0 Y 3+0 Z 4+0
        "#]],
    );
    check_in(
        "list X | list Y | open t1 | deposit t1 $ 999",
        "t1 buy 10 @ 99 any 100 on Y | t1 buy 10 @ 99 any 99 on Y | t1 buy 9 @ 99 any 99 on Y | show t1",
        expect![[r#"
            => 2105 insufficient_funds has 999
            open t1#1 buy 10@99, leg of t1#1, rest t1#1 10@99, open t1#2 buy 10@99 on Y, leg of t1#1, rest t1#2 10@99 => open 0+10
            => 2105 insufficient_funds has 8
            t1 $8+991 X 0+0 Y 0+0
        "#]],
    );
}

#[test]
fn a_leg_ends_by_itself_and_the_others_stay() {
    check_in(
        THREE,
        "t1 buy 10 @ 66 any 70 on Y, 64 on Z | t1 cancel #2 | expire Z | show t1 | m1 sell 4 @ 60 | t1 cancel #1 | show t1",
        expect![[r#"
            open t1#1 buy 10@66, leg of t1#1, rest t1#1 10@66, open t1#2 buy 10@70 on Y, leg of t1#1, rest t1#2 10@70, open t1#3 buy 10@64 on Z, leg of t1#1, rest t1#3 10@64 => open 0+10
            pull t1#2 10@70 user => canceled t1#2
            Z expired, pull t1#3 10@64 operator
            t1 $999340+660 X 1000+0 Y 0+0 Z 0+0
            open m1#1 sell 4@60, fill m1#1/t1#1 4@66 left 0/6 => filled 4+0
            pull t1#1 6@66 user => canceled t1#1
            t1 $999736+0 X 1004+0 Y 0+0 Z 0+0
        "#]],
    );
    check_in(
        THREE,
        "t1 buy 10 @ 66 day any 70 on Y | clock +24h | show t1",
        expect![[r#"
        open t1#1 buy 10@66, leg of t1#1, rest t1#1 10@66, open t1#2 buy 10@70 on Y, leg of t1#1, rest t1#2 10@70 => open 0+10
        pull t1#1 10@66 expired, pull t1#2 10@70 expired
        t1 $1000000+0 X 1000+0 Y 0+0 Z 0+0
    "#]],
    );
    check_in(
        THREE,
        "t1 connect | t1 buy 10 @ 66 via ~1 any 70 on Y | disconnect t1~1 | show t1",
        expect![[r#"
        t1~1 of t1 opened => connected t1~1
        open t1#1 buy 10@66, leg of t1#1, rest t1#1 10@66, open t1#2 buy 10@70 on Y, leg of t1#1, rest t1#2 10@70 => open 0+10
        t1~1 of t1 closed, pull t1#1 10@66 disconnect, pull t1#2 10@70 disconnect
        t1 $1000000+0 X 1000+0 Y 0+0 Z 0+0
    "#]],
    );
}

#[test]
fn a_leg_is_not_amended_but_to_its_end() {
    check_in(
        THREE,
        "t1 buy 10 @ 66 any 70 on Y | t1 amend #1 @ 67 | t1 amend #1 qty 9 | m1 sell 4 @ 66 | t1 amend #1 qty 4 | show t1",
        expect![[r#"
            open t1#1 buy 10@66, leg of t1#1, rest t1#1 10@66, open t1#2 buy 10@70 on Y, leg of t1#1, rest t1#2 10@70 => open 0+10
            => 2118 invalid_combination
            => 2118 invalid_combination
            open m1#1 sell 4@66, fill m1#1/t1#1 4@66 left 0/6, reduce t1#2 by 4 to 6@70 resting => filled 4+0
            pull t1#1 6@66 user => canceled 4+0 user
            t1 $999316+420 X 1004+0 Y 0+0 Z 0+0
        "#]],
    );
}

#[test]
fn an_own_order_takes_from_all_legs_what_it_takes_from_one() {
    check_in(
        THREE,
        "deposit t.2 50 X | t.1 buy 10 @ 66 any 70 on Y | t.2 sell 4 @ 66 stp=decrement | t.2 sell 9 @ 66 stp=decrement | show t.1",
        expect![[r#"
            ok
            open t.1#1 buy 10@66, leg of t.1#1, rest t.1#1 10@66, open t.1#2 buy 10@70 on Y, leg of t.1#1, rest t.1#2 10@70 => open 0+10
            open t.2#1 sell 4@66, reduce t.1#1 by 4 to 6@66 resting, reduce t.1#2 by 4 to 6@70 resting, reduce t.2#1 by 4 to 0@66, cancel t.2#1 0@66 self => canceled 0+0 self
            open t.2#2 sell 9@66, reduce t.1#1 by 6 to 0@66 resting, pull t.1#2 6@70 linked, cancel t.1#1 0@66 self, reduce t.2#2 by 6 to 3@66, rest t.2#2 3@66 => open 0+3
            t.1 $1000000+0 X 1000+0 Y 0+0 Z 0+0
        "#]],
    );
    check_in(
        THREE,
        "deposit t.2 50 Y | t.2 sell 4 on Y @ 70 | t.1 buy 10 @ 66 stp=decrement any 70 on Y | show t.1",
        expect![[r#"
            ok
            open t.2#1 sell 4@70 on Y, rest t.2#1 4@70 => open 0+4
            open t.1#1 buy 10@66, leg of t.1#1, rest t.1#1 10@66, open t.1#2 buy 10@70 on Y, leg of t.1#1, reduce t.2#1 by 4 to 0@70 resting, cancel t.2#1 0@70 self, reduce t.1#2 by 4 to 6@70, reduce t.1#1 by 4 to 6@66 resting, rest t.1#2 6@70 => open 0+6
            t.1 $999579+421 X 1000+0 Y 0+0 Z 0+0
        "#]],
    );
    check_in(
        THREE,
        "deposit t.2 50 Y | t.2 sell 4 on Y @ 70 | t.1 buy 10 @ 66 any 70 on Y, 71 on Z | show t.1",
        expect![[r#"
            ok
            open t.2#1 sell 4@70 on Y, rest t.2#1 4@70 => open 0+4
            open t.1#1 buy 10@66, leg of t.1#1, rest t.1#1 10@66, open t.1#2 buy 10@70 on Y, leg of t.1#1, cancel t.1#2 10@70 self, open t.1#3 buy 10@71 on Z, leg of t.1#1, rest t.1#3 10@71 => open 0+10
            t.1 $999289+711 X 1000+0 Y 0+0 Z 0+0
        "#]],
    );
}

#[test]
fn an_uncross_takes_from_the_legs_elsewhere() {
    check_in(
        THREE,
        "phase X call | t1 buy 10 @ 66 any 70 on Y | m1 sell 4 @ 60 | resume X | book Y | m1 sell 10 on Y @ 70 | show t1",
        expect![[r#"
            X call, X call 1
            open t1#1 buy 10@66, leg of t1#1, rest t1#1 10@66, open t1#2 buy 10@70 on Y, leg of t1#1, rest t1#2 10@70 => open 0+10
            open m1#1 sell 4@60, rest m1#1 4@60, X call 1 indicates 4@66 buy 6 over => open 0+4
            cross t1#1/m1#1 4@66 left 6/0, reduce t1#2 by 4 to 6@70 resting, X call 1 ended 4@66 buy 6 over, X continuous
            bids 6@70 / asks -
            open m1#2 sell 10@70 on Y, fill m1#2/t1#2 6@70 left 4/0, pull t1#1 6@66 linked, rest m1#2 4@70 => part 6+4
            t1 $999316+0 X 1004+0 Y 6+0 Z 0+0
        "#]],
    );
}

#[test]
fn a_cascade_begins_when_all_legs_were_entered() {
    check_in(
        THREE,
        "t2 buy 3 @ 80 stop 65 | m1 sell 2 @ 65 | m1 sell 9 @ 80 | m1 sell 2 on Y @ 70 | t1 buy 10 @ 66 any 70 on Y",
        expect![[r#"
            open t2#1 buy 3@80 stop 65 => open 0+3
            open m1#1 sell 2@65, rest m1#1 2@65 => open 0+2
            open m1#2 sell 9@80, rest m1#2 9@80 => open 0+9
            open m1#3 sell 2@70 on Y, rest m1#3 2@70 => open 0+2
            open t1#1 buy 10@66, leg of t1#1, fill t1#1/m1#1 2@65 left 8/0, rest t1#1 8@66, open t1#2 buy 8@70 on Y, leg of t1#1, fill t1#2/m1#3 2@70 left 6/0, reduce t1#1 by 2 to 6@66 resting, rest t1#2 6@70, trigger t2#1 @80, fill t2#1/m1#2 3@80 left 0/6 => part 2+6
        "#]],
    );
}

#[test]
fn it_is_sent_again_under_its_id_as_an_order_is() {
    check_in(
        THREE,
        "m1 sell 4 on Y @ 70 | t1 buy 10 @ 66 id=a any 70 on Y | t1 buy 10 @ 66 id=a any 70 on Y | t1 buy 10 @ 66 id=a any 71 on Y
         | t1 buy 10 @ 66 id=a | t1 cancel :a",
        expect![[r#"
            open m1#1 sell 4@70 on Y, rest m1#1 4@70 => open 0+4
            open t1#1 buy 10@66, leg of t1#1, rest t1#1 10@66, open t1#2 buy 10@70 on Y, leg of t1#1, fill t1#2/m1#1 4@70 left 6/0, reduce t1#1 by 4 to 6@66 resting, rest t1#2 6@70 => open 0+6
            => again t1#1 open 0+6
            => 2106 duplicate_cl_ord_id
            => 2106 duplicate_cl_ord_id
            pull t1#1 6@66 user => canceled t1#1 id=a
        "#]],
    );
}

#[test]
fn only_a_plain_buy_that_rests_has_legs() {
    check_in(
        THREE,
        "m1 sell 10 @ 66 any 70 on Y | t1 buy 10 @ 66 ioc any 70 on Y | t1 buy 10 @ 66 show 2 any 70 on Y
         | t1 buy 10 @ 66 post any 70 on Y | t1 buy 10 @ 66 any 0 on Y | halt Y | t1 buy 10 @ 66 any 70 on Y",
        expect![[r#"
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2118 invalid_combination
            => 2102 invalid_price
            Y halted
            => 2110 wrong_phase
        "#]],
    );
    check_in(
        "list X | list Y | list Y1 | list Y2 | list Y3 | list Y4 | list Y5 | list Y6 | list Y7 | list Z unit 7",
        "t1 buy 10 @ 66 any 70 on Y, 70 on Y1, 70 on Y2, 70 on Y3, 70 on Y4, 70 on Y5, 70 on Y6, 70 on Y7
         | t1 buy 10 @ 66 any 70 on X | t1 buy 10 @ 66 any 70 on Z | t1 buy 10 @ 66 any 70 on nowhere",
        expect![[r#"
            => 2142 invalid_legs
            => 2142 invalid_legs
            => 2142 invalid_legs
            => 2101 unknown_symbol
        "#]],
    );
}
