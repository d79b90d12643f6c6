//! A command with two faults is refused for the one that is checked first.

use crate::story::World;

/// Each fault of a new order, in the order of checks. A new order with the faults at two places of this list is refused
/// for the earlier one.
const ADD: &[(&str, &[&str])] = &[
    ("6001", &["account"]),
    ("2106", &["id"]),
    ("2112", &["deadline"]),
    ("2101", &["symbol"]),
    ("2110", &["phase"]),
    ("2102", &["price"]),
    ("2103", &["lots"]),
    ("2118", &["combination"]),
    ("2117", &["market", "empty"]),
    ("2107", &["post", "crossing"]),
    ("2111", &["fok"]),
    ("2105", &["poor"]),
];

/// Tells a venue where all the faults are there, and a buy with them.
fn refused_for(faults: &[&str]) -> String {
    let has = |fault: &str| faults.contains(&fault);
    let mut world = World::new("", "t1 buy 1 @ 90 | m1 sell 5 @ 90");
    world.line("t1 buy 1 @ 10 id=taken");
    if !has("empty") {
        world.line("m1 sell 5 @ 90");
    }
    if has("phase") {
        world.line("halt X");
    }
    let account = if has("account") { "nobody" } else { "t1" };
    let mut lots = if has("fok") { 6 } else { 5 };
    if has("poor") {
        // Rich enough for none of it at any price above.
        lots = 100_000;
    }
    if has("lots") {
        lots = 0;
    }
    let price = if has("price") { 10_001 } else { 100 };
    let mut line = format!("{account} buy {lots} ");
    if has("symbol") {
        line += "on NONE ";
    }
    line += &if has("market") { "mkt ".to_owned() } else { format!("@ {price} ") };
    if has("fok") || has("combination") {
        line += "fok ";
    }
    if has("post") || has("combination") {
        line += "post ";
    }
    if has("id") {
        line += "id=taken ";
    }
    if has("deadline") {
        line += "deadline=-1s";
    }
    world.line(&line).trim().trim_start_matches("=> ").split(' ').next().unwrap().to_owned()
}

#[test]
fn of_a_new_order() {
    for (at, &(code, faults)) in ADD.iter().enumerate() {
        assert_eq!(refused_for(faults), code, "{faults:?} alone");
        for &(_, later) in &ADD[at + 1..] {
            let both = [faults, later].concat();
            // Faults that exclude each other: a market order names no price, is not post-only, and needs an empty side.
            let market = both.contains(&"market");
            let excluded = market && ["price", "post", "combination", "crossing"].iter().any(|it| both.contains(it));
            let post_fok = both.contains(&"post") && both.contains(&"fok");
            if excluded || post_fok {
                continue;
            }
            assert_eq!(refused_for(&both), code, "{both:?}");
        }
    }
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
        ("halt X | t1 amend #1 qty 0 @ 0", "2110"),
        ("t1 amend #1 qty 0 @ 0", "2102"),
        ("t1 amend #1 qty 0 @ 95", "2103"),
        ("t1 amend #1 qty 1000000 @ 95", "2107"),
        ("t1 amend #1 qty 1000000 @ 94", "2105"),
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
}
