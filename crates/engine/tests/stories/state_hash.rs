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
