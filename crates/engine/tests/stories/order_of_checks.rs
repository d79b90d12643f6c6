//! A command with two faults is refused for the one that is checked first.

use crate::story::World;

/// Each fault of a new order, in the order of checks. A new order with the faults at two places of this list is refused
/// for the earlier one. The bounds that take long to reach stand between these in `bounds`.
const ADD: &[(&str, &str)] = &[
    ("6001", "account"),
    ("2106", "id"),
    ("2112", "deadline"),
    ("2124", "session"),
    ("2101", "symbol"),
    ("2125", "kill"),
    ("2110", "phase"),
    ("2102", "price"),
    ("2119", "stop price"),
    ("2103", "lots"),
    ("2121", "display"),
    ("2130", "minimum"),
    ("2123", "expiry"),
    ("2118", "combination"),
    ("2109", "open orders"),
    ("4002", "rate"),
    ("2127", "notional"),
    ("2120", "stop reached"),
    ("2117", "no opposite price"),
    ("2108", "band"),
    ("2107", "post"),
    ("2111", "fok"),
    ("2122", "minimum not met"),
    ("2105", "poor"),
];

/// Faults that no order has both: it names one price to wait for, one minimum, one time in force; a market order names no
/// price and cannot rest, nor can a fill-or-kill; what waits, makes only, is killed or has a minimum is of one kind.
const EXCLUDED: &[(&str, &[&str])] = &[
    ("price", &["no opposite price"]),
    ("stop price", &["stop reached"]),
    ("minimum", &["minimum not met"]),
    ("expiry", &["fok"]),
    ("open orders", &["no opposite price", "fok"]),
    ("notional", &["no opposite price", "fok"]),
    ("stop reached", &["no opposite price", "band", "post", "fok", "minimum not met"]),
    ("no opposite price", &["band", "post"]),
    ("post", &["fok", "minimum not met"]),
    ("fok", &["minimum not met"]),
];

/// Tells a venue where all the faults are there, and a buy with them.
fn refused_for(faults: &[&str]) -> String {
    let has = |fault: &str| faults.contains(&fault);
    let mut world = World::new("m3 buy 1 @ 50", "t1 buy 1 @ 90 | m1 sell 5 @ 90 | m2 sell 1 @ 50");
    // The last trade is at 50.
    world.line("m2 sell 1 @ 50");
    let mut limits = String::from("limits t1");
    for (fault, bound) in [("open orders", " orders 1"), ("notional", " notional 100"), ("rate", " rate 1 burst 1")] {
        if has(fault) {
            limits += bound;
        }
    }
    world.line(&limits);
    world.line("t1 buy 1 @ 10 id=taken");
    if has("band") {
        world.line("reference X 90");
        world.line("rules X entry 5");
    }
    if !has("no opposite price") {
        world.line("m1 sell 5 @ 90");
    }
    if has("kill") {
        world.line("kill account t1");
    }
    if has("phase") {
        world.line("halt X");
    }
    let lots = match faults {
        _ if has("lots") => 0,
        // Rich enough for none of it at any price above.
        _ if has("poor") => 100_000,
        _ if has("fok") || has("minimum not met") => 6,
        _ => 5,
    };
    let mut line = format!("{} buy {lots} ", if has("account") { "nobody" } else { "t1" });
    line += match faults {
        _ if has("no opposite price") => "mkt ",
        _ if has("price") => "@ 10001 ",
        _ => "@ 100 ",
    };
    let words = [
        ("symbol", "on NONE "),
        ("stop price", "stop 10001 "),
        ("stop reached", "stop 40 "),
        ("display", "show 0 "),
        ("minimum", "min 0 "),
        ("minimum not met", "min 6 "),
        ("expiry", "gtd -1s "),
        ("fok", "fok "),
        ("post", "post "),
        ("id", "id=taken "),
        ("deadline", "deadline=-1s "),
        ("session", "via ~9 "),
    ];
    for (_, word) in words.iter().filter(|(fault, _)| has(fault)) {
        line += word;
    }
    if has("combination") {
        // A minimum is for orders that take.
        line += if has("minimum") || has("minimum not met") { "post " } else { "post min 1 " };
    }
    world.line(&line).trim().trim_start_matches("=> ").split(' ').next().unwrap().to_owned()
}

#[test]
fn of_a_new_order() {
    let mut pairs = 0;
    for (at, &(code, fault)) in ADD.iter().enumerate() {
        assert_eq!(refused_for(&[fault]), code, "{fault} alone");
        let excluded = EXCLUDED.iter().find(|(it, _)| *it == fault).map_or(&[][..], |(_, others)| others);
        for &(_, later) in ADD[at + 1..].iter().filter(|(_, later)| !excluded.contains(later)) {
            assert_eq!(refused_for(&[fault, later]), code, "{fault} and {later}");
            pairs += 1;
        }
    }
    assert_eq!(pairs, 24 * 23 / 2 - 18);
}

/// The refusal of the last line of a story.
fn last(story: &str) -> String {
    let mut world = World::new("", story);
    let mut told = String::new();
    for line in story.split('|').map(str::trim) {
        told = world.line(line);
    }
    told.trim().trim_start_matches("=> ").split(' ').next().unwrap().to_owned()
}

#[test]
fn of_an_order_with_faults_that_only_other_kinds_have() {
    assert_eq!(last("t1 buy 4294967295 mkt gtc"), "2118", "combination before the opposite price");
    assert_eq!(last("list Y unit 100000 | t1 buy 4294967295 on Y mkt gtc"), "2103", "quantity before combination");
    assert_eq!(last("t1 buy 5 mkt stop 10001 gtc"), "2119", "stop price before combination");
    assert_eq!(last("phase X call | t1 buy 5 @ 0 ioc"), "2110", "phase before price");
    assert_eq!(last("phase X call | t1 buy 5 @ 0 auction post"), "2102", "price before combination");
    assert_eq!(last("t1 buy 5 @ 0 auction post"), "2110", "an auction's order is for a phase before all else");
    assert_eq!(last("m1 sell 5 @ 90 | t1 buy 6 max 100000 fok | t1 buy 900 max 9999999 fok"), "2111");
    assert_eq!(last("m1 sell 5 @ 90 | t1 buy 900000 @ 9000 min 6"), "2122", "minimum not met before funds");
    assert_eq!(last("m1 sell 5 @ 1 | t1 buy 900000 @ 9000 slide"), "2107", "nowhere to slide before funds");
    assert_eq!(last("t1 sell 2000 mkt"), "2117", "opposite price before credits");
    assert_eq!(last("m1 buy 5 @ 90 | t1 sell 2000 @ 90 post"), "2107", "post-only before credits");
    assert_eq!(last("m1 buy 5 @ 90 | t1 sell 2000 @ 90 fok"), "2111", "fill-or-kill before credits");
    assert_eq!(last("m1 buy 5 @ 90 | t1 sell 2000 @ 90"), "2104");
}

#[test]
fn of_an_amend() {
    let before = "m1 sell 5 @ 95 | t1 buy 5 @ 90 post id=a | t1 buy 1 @ 90 ioc id=gone";
    let cases = [
        ("nobody amend !99 qty 0 @ 0 deadline=-1s", "6001"),
        ("t1 amend !99 qty 0 @ 0 deadline=-1s", "2112"),
        ("t1 amend !99 qty 0 @ 0", "2113"),
        ("t1 amend :gone qty 0 @ 0", "2114"),
        ("halt X | t1 amend #1 qty 9 @ 0", "2110"),
        // No lots at all are at or below what is filled: to the phase a cancel of the rest.
        ("halt X | t1 amend #1 qty 0", "2103"),
        ("phase X cancel-only | t1 amend #1 qty 0", "2103"),
        ("phase X no-cancel | t1 amend #1 qty 0", "2110"),
        ("t1 amend #1 qty 0 @ 0", "2102"),
        ("t1 amend #1 qty 0 @ 95", "2103"),
        ("t1 amend #1 qty 1000000 @ 95", "2107"),
        ("t1 amend #1 qty 1000000 @ 94", "2105"),
    ];
    for (amend, code) in cases {
        assert_eq!(last(&format!("{before} | {amend}")), code, "{amend}");
    }
    // t1#1 rests, t1#2 shows two of five, t1#3 waits; the last trade was at 90.
    let before = "m1 sell 1 @ 90 | t2 buy 1 @ 90 | m1 sell 5 @ 99 | t1 buy 5 @ 80 | t1 buy 5 @ 80 show 2 | t1 buy 5 @ 95 stop 93";
    let cases = [
        ("nobody amend !99 deadline=-1s", "6001"),
        ("halt X | t1 amend !99 @ 0", "2113"),
        ("halt X | t1 amend #3 @ 0", "2110"),
        ("t1 amend #3 @ 0 stop 0", "2102"),
        ("t1 amend #3 stop 0 qty 0", "2119"),
        ("t1 amend #1 stop 0", "2119"),
        ("t1 amend #2 qty 0 show 0", "2103"),
        ("t1 amend #1 show 0", "2121"),
        ("t1 amend #1 show 6 stop 95", "2121"),
        ("limits t1 rate 1 burst 1 | t1 buy 1 @ 1 | t1 amend #1 show 2", "2118"),
        ("limits t1 rate 1 burst 1 notional 900 | t1 amend #2 qty 4 @ 81 | t1 amend #1 qty 99", "4002"),
        ("limits t1 notional 1 | t1 amend #3 qty 6 stop 90", "2127"),
        ("limits t1 notional 1 | rules X entry 5 | t1 amend #1 @ 96", "2127"),
        ("rules X entry 5 | t1 amend #1 @ 99 post", "2108"),
        ("t1 amend #1 @ 99 qty 900000 post", "2107"),
        ("t1 amend #1 @ 98 qty 900000 post", "2105"),
        ("t1 amend #3 stop 90 qty 900000", "2120"),
        ("t1 amend #3 stop 91 qty 900000", "2105"),
    ];
    for (amend, code) in cases {
        assert_eq!(last(&format!("{before} | {amend}")), code, "{amend}");
    }
    assert_eq!(last("m1 buy 5 @ 90 | t1 sell 5 @ 95 post | t1 amend #1 qty 5000 @ 90"), "2107");
    assert_eq!(last("m1 buy 5 @ 90 | t1 sell 5 @ 95 post | t1 amend #1 qty 5000 @ 91"), "2104");
}

#[test]
fn of_cancels_and_operators_commands() {
    assert_eq!(last("nobody cancel !1"), "6001");
    assert_eq!(last("nobody cancel-all on NONE"), "6001");
    assert_eq!(last("deposit nobody $ 0"), "6001");
    assert_eq!(last("deposit nobody 0 NONE"), "6001");
    assert_eq!(last("deposit t1 0 NONE"), "2101");
    assert_eq!(last("list X | list X tick 0"), "6002");
    assert_eq!(last("nobody cancel-all on NONE in g1"), "6001");
    assert_eq!(last("t1 cancel-all on NONE in g1"), "2101");
    assert_eq!(last("t1 buy 5 @ 90 ioc id=a | phase X no-cancel | t1 cancel !99"), "2113");
    assert_eq!(last("t1 buy 5 @ 90 ioc id=a | phase X no-cancel | t1 cancel :a"), "2114");
    assert_eq!(last("nobody group g1 0 in 5s"), "6001");
    assert_eq!(last("rules NONE tick 0"), "2101");
    assert_eq!(last("schedule NONE 24:00 call"), "2101");
    assert_eq!(last("phase NONE volatility-call"), "2101");
    assert_eq!(last("limits nobody orders 100001"), "6001");
}

#[test]
fn of_a_mass_quote() {
    let before = "m1 connect | m1 group g1 1 in 5s | m1 quote g1: 1@80 / - | t1 sell 1 @ 80 | limits m1 rate 1 burst 1 | m1 buy 1 @ 1";
    let cases = [
        ("nobody quote ~9 deadline=-1s:", "6001"),
        ("m1 quote ~9 g2 deadline=-1s: NONE 1@1 / -", "2112"),
        ("m1 quote ~9 g2: NONE 1@1 / -", "2124"),
        ("m1 quote g2: NONE 1@1 / -, NONE 1@1 / -", "2101"),
        ("m1 quote g2:", "2129"),
        ("m1 quote g1:", "2126"),
        ("m1 quote:", "2131"),
        ("m1 quote: X 1@1 / -, X 1@1 / -", "2131"),
        ("m1 quote: 1@0 / -", "4002"),
    ];
    for (quote, code) in cases {
        assert_eq!(last(&format!("{before} | {quote}")), code, "{quote}");
    }
}

/// What the bid of the last line's quote is refused for.
fn bid(story: &str) -> String {
    let mut world = World::new("", story);
    let mut told = String::new();
    for line in story.split('|').map(str::trim) {
        told = world.line(line);
    }
    let (_, refused) = told.split_once("refuse buy ").unwrap_or_else(|| panic!("not refused: {told}"));
    let refused = refused.strip_prefix("on Z ").unwrap_or(refused);
    refused.split(' ').next().unwrap().to_owned()
}

#[test]
fn of_a_side_of_a_quote() {
    let all = "open m1 | deposit m1 $ 500 | limits m1 orders 1 notional 100 | m1 connect | m1 buy 1 @ 10 | reference X 90 | rules X entry 5 | m2 sell 5 @ 90";
    let cases = [
        ("kill venue | halt X | m1 quote post: 1@10001 / -", "2125"),
        ("halt X | m1 quote post: 1@10001 / -", "2110"),
        ("m1 quote post: 4294967295@10001 / -", "2102"),
        ("m1 quote post: 4294967295@100 / -", "2109"),
        ("limits m1 notional 100 | m1 quote post: 5@100 / -", "2127"),
        ("limits m1 | m1 quote post: 6@100 / -", "2108"),
        ("limits m1 | m1 quote post: 6@95 / -", "2107"),
        ("limits m1 | m1 quote: 6@95 / -", "2105"),
    ];
    for (quote, code) in cases {
        assert_eq!(bid(&format!("{all} | {quote}")), code, "{quote}");
    }
    assert_eq!(
        bid(
            "list Z unit 100000 | open m1 | limits m1 orders 1 | m1 connect | m1 buy 1 @ 10 | deposit m1 $ 500 | m1 buy 1 @ 10 \
             | m1 quote: Z 100001@10000 / -"
        ),
        "2103",
    );
}
