//! The state hash tells apart what can matter later, and nothing else.

use crate::story::World;
use unspent_model::{AccountName, Command, OwnerGroup};

/// The hash after a story told at a venue with accounts a.1, m1, t1 and two instruments.
fn hash(story: &str) -> u64 {
    let everybody = "show a.1 | show m1 | show t1";
    let mut world = World::new("list X fee 10/25 | list Y", everybody);
    for line in story.split('|').map(str::trim) {
        world.line(line);
    }
    world.engine.state_hash()
}

#[test]
fn one_word_of_difference_is_seen() {
    let told = [
        "clock +0s | t1 buy 5 @ 90",
        "clock +1s | t1 buy 5 @ 90",
        "clock +0s | t1 buy 6 @ 90",
        "clock +0s | t1 buy 5 @ 91",
        "clock +0s | t1 buy 5 on Y @ 90",
        "clock +0s | t1 sell 5 @ 90",
        "clock +0s | m1 buy 5 @ 90",
        "clock +0s | t1 buy 5 @ 90 post",
        "clock +0s | t1 buy 5 @ 90 stp=oldest",
        "clock +0s | t1 buy 5 @ 90 stp=both",
        "clock +0s | t1 buy 5 @ 90 stp=decrement",
        "clock +0s | t1 buy 5 @ 90 id=a",
        "clock +0s | t1 buy 5 @ 90 id=b",
        "clock +0s | t1 buy 5 @ 90 id=b deadline=+1s",
        "clock +0s | t1 buy 5 @ 90 id=b deadline=+2s",
        "clock +0s | t1 buy 5 @ 90 ioc",
        "clock +0s | t1 buy 5 @ 90 ioc id=a",
        "halt X | t1 buy 5 on Y @ 90",
        "halt Y | t1 buy 5 @ 90",
        "close X | t1 buy 5 on Y @ 90",
        "deposit t1 $ 1 | t1 buy 5 @ 90",
        "deposit t1 1 X | t1 buy 5 @ 90",
        "deposit m1 1 X | t1 buy 5 @ 90",
        "m1 sell 5 @ 90 | t1 buy 5 @ 90",
        "m1 sell 5 @ 90 | t1 buy 5 @ 90 id=a",
        "m1 sell 5 @ 90 id=a | t1 buy 5 @ 90",
        "m1 sell 5 @ 90 | t1 buy 4 @ 90",
        "m1 buy 5 @ 90 | t1 buy 5 @ 90",
        "t1 buy 5 @ 90 | m1 buy 5 @ 90",
        "open new | t1 buy 5 @ 90",
        "open new.1 | t1 buy 5 @ 90",
        "open t1.1 | t1 buy 5 @ 90",
        "list Z | t1 buy 5 @ 90",
        "list Z fee 1/0 | t1 buy 5 @ 90",
        "list Z fee 0/1 | t1 buy 5 @ 90",
        "list Z tick 5 | t1 buy 5 @ 90",
        "list Z max 500 | t1 buy 5 @ 90",
        "list Z collar 11 | t1 buy 5 @ 90",
        "list Z unit 2 | t1 buy 5 @ 90",
        "clock +0s | t1 buy 5 @ 90 show 2",
        "clock +0s | t1 buy 5 @ 90 show 3",
        "clock +0s | t1 buy 5 @ 90 stop 80",
        "clock +0s | t1 buy 5 @ 90 stop 81",
        "clock +0s | t1 buy 5 @ 90 stop 80 show 2",
        "clock +0s | t1 buy 5 max 450 stop 80",
        "clock +0s | t1 buy 5 max 451 stop 80",
        "clock +0s | t1 sell 5 @ 70 stop 80",
        "clock +0s | t1 sell 5 mkt stop 80",
        "clock +0s | t1 buy 5 @ 90 day",
        "clock +0s | t1 buy 5 @ 90 gtd +1s",
        "clock +0s | t1 buy 5 @ 90 gtd +2s",
        "t1 connect | t1 buy 5 @ 90",
        "m1 connect | t1 buy 5 @ 90",
        "t1 connect | t1 buy 5 @ 90 via ~1",
        "t1 connect | t1 quote: 5@90 / -",
        "t1 connect | t1 quote: - / 5@90",
        "t1 dead-man 1 | t1 buy 5 @ 90",
        "t1 dead-man 2 | t1 buy 5 @ 90",
        "m1 dead-man 1 | t1 buy 5 @ 90",
        "t1 group g1 1 in 1s | t1 buy 5 @ 90",
        "t1 group g1 2 in 1s | t1 buy 5 @ 90",
        "t1 group g1 1 in 2s | t1 buy 5 @ 90",
        "t1 group g2 1 in 1s | t1 buy 5 @ 90",
        "m1 group g1 1 in 1s | t1 buy 5 @ 90",
        "limits t1 orders 5 | t1 buy 5 @ 90",
        "limits t1 notional 5000 | t1 buy 5 @ 90",
        "limits t1 rate 1 burst 1 | t1 buy 5 @ 90",
        "limits t1 rate 1 burst 2 | t1 buy 5 @ 90",
        "limits m1 orders 5 | t1 buy 5 @ 90",
        "kill venue | t1 buy 5 @ 90",
        "kill account m1 | t1 buy 5 @ 90",
        "kill programme AWS | t1 buy 5 @ 90",
        "rules X tick 2 | t1 buy 5 @ 90",
        "rules X fee 11 | t1 buy 5 @ 90",
        "rules X dynamic 5 | t1 buy 5 @ 90",
        "rules X static 5 | t1 buy 5 @ 90",
        "rules X entry 5 | t1 buy 5 @ 90",
        "rules X volatility 5 | t1 buy 5 @ 90",
        "rules X end 5 | t1 buy 5 @ 90",
        "rules Y end 5 | t1 buy 5 @ 90",
        "schedule X 08:10 call | t1 buy 5 @ 90",
        "schedule X 08:11 call | t1 buy 5 @ 90",
        "schedule X 08:10 closed | t1 buy 5 @ 90",
        "schedule Y 08:10 call | t1 buy 5 @ 90",
        "schedule X last 08:10 | t1 buy 5 @ 90",
        "reference X 90 | t1 buy 5 @ 90",
        "reference X 91 | t1 buy 5 @ 90",
        "reference Y 90 | t1 buy 5 @ 90",
        "phase X call | t1 buy 5 @ 90",
        "phase X call | t1 buy 5 @ 90 auction",
        "phase X no-cancel | t1 buy 5 @ 90",
        "phase X cancel-only | t1 buy 5 on Y @ 90",
        "expire X | t1 buy 5 on Y @ 90",
        "phase X call | commit X 1 5s",
        "phase X call | commit X 1 6s",
    ];
    let hashes: Vec<u64> = told.iter().map(|story| hash(story)).collect();
    for (at, first) in hashes.iter().enumerate() {
        assert_eq!(hash(told[at]), *first, "the same story twice: {}", told[at]);
        for (other, second) in hashes[..at].iter().enumerate() {
            assert_ne!(first, second, "not told apart:\n{}\n{}", told[at], told[other]);
        }
    }
}

#[test]
fn priority_is_seen() {
    // The same orders with the same terms: only their places in the queue differ.
    let amended = |first: &str, second: &str| {
        hash(&format!("m1 sell 5 @ 90 | t1 sell 5 @ 90 | {first} amend #1 qty 6 | {second} amend #1 qty 6"))
    };
    assert_ne!(amended("m1", "t1"), amended("t1", "m1"));
}

#[test]
fn an_accounts_owner_is_seen() {
    let of = |group| {
        let mut world = World::empty();
        world.apply(Command::OpenAccount { name: AccountName::parse("a").unwrap(), group: OwnerGroup(group) });
        world.engine.state_hash()
    };
    assert_ne!(of(0), of(1));
}

#[test]
fn a_resent_order_changes_only_the_stamps() {
    assert_eq!(hash("t1 buy 5 @ 90 id=a | t1 buy 5 @ 90 id=a"), hash("t1 buy 5 @ 90 id=a | clock +0s"));
}

#[test]
fn what_comes_to_the_same_is_the_same() {
    let plain = hash("clock +0s | t1 buy 5 @ 90");
    for nothing in [
        "rules X",
        "schedule X",
        "limits t1",
        "release venue",
        "release account t1",
        "t1 dead-man 0",
        "resume X",
        "t1 cancel-all",
        "deposit t1 $ 0",
    ] {
        assert_eq!(hash(&format!("{nothing} | t1 buy 5 @ 90")), plain, "{nothing}");
    }
    for undone in [
        ["rules X dynamic 5", "rules X"],
        ["schedule X 08:10 call, last 20:00", "schedule X"],
        ["limits t1 orders 5 notional 9000", "limits t1"],
        ["kill venue", "release venue"],
        ["t1 dead-man 5", "t1 dead-man 0"],
        ["halt X", "resume X"],
        ["t1 connect", "disconnect t1~1"],
    ] {
        let [done, undone] = undone;
        assert_eq!(hash(&format!("{done} | {undone}")), hash("clock +0s | clock +0s"), "{done}, {undone}");
    }
}

#[test]
fn what_only_time_will_tell_is_seen() {
    // The same books and balances; what differs comes out later.
    let told = [
        // Which stops are reached and queued.
        "t1 buy 5 @ 99 stop 90 | phase X call | m1 sell 1 @ 90 | a.1 buy 1 @ 90 | close X",
        "t1 buy 5 @ 99 stop 91 | phase X call | m1 sell 1 @ 90 | a.1 buy 1 @ 90 | close X",
        // In which order they queue.
        "t1 buy 5 @ 99 stop 90 | t1 buy 5 @ 99 stop 91 | phase X call | m1 sell 1 @ 90 | a.1 buy 1 @ 90",
        "t1 buy 5 @ 99 stop 91 | t1 buy 5 @ 99 stop 90 | phase X call | m1 sell 1 @ 90 | a.1 buy 1 @ 90",
        // What a group has seen.
        "m1 connect | m1 group g1 5 in 5s | m1 quote g1: 5@88 / 5@92 | t1 buy 1 @ 92 | clock +0s",
        "m1 connect | m1 group g1 5 in 5s | m1 quote g1: 5@88 / 5@92 | t1 buy 1 @ 92 | m1 reset g1",
        "m1 connect | m1 group g1 5 in 5s | m1 quote: 5@88 / 5@92 | t1 buy 1 @ 92 | clock +0s",
        // How much of its burst an account has left.
        "limits t1 rate 1 burst 5 | t1 buy 1 @ 80 | t1 amend #1 @ 81 | t1 amend #1 @ 80 | clock +0s",
        "limits t1 rate 1 burst 5 | t1 buy 1 @ 80 | t1 amend #1 qty 1 | t1 amend #1 @ 80 | clock +0s",
        // Whether a call was interrupted, extended, or is about to end.
        "phase X call | halt X | clock +0s | clock +0s | clock +0s",
        "halt X | clock +0s | clock +0s | clock +0s | clock +0s",
        "schedule X 08:10 closed | phase X call | commit X 1 5s | at 08:10 | clock +0s",
        "schedule X 08:10 continuous | phase X call | commit X 1 5s | at 08:10 | clock +0s",
        "reference X 90 | rules X static 5 | m1 sell 1 @ 96 | t1 buy 1 @ 96 | at 08:06",
        "reference X 90 | rules X dynamic 5 | m1 sell 1 @ 96 | t1 buy 1 @ 96 | at 08:04",
    ];
    let hashes: Vec<u64> = told.iter().map(|story| hash(story)).collect();
    for (at, first) in hashes.iter().enumerate() {
        for (other, second) in hashes[..at].iter().enumerate() {
            assert_ne!(first, second, "not told apart:\n{}\n{}", told[at], told[other]);
        }
    }
}
