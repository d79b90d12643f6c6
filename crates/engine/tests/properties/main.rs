//! The engine against the naive venue: random flows of commands, and everything it says compared.

mod coverage;
mod flow;
#[path = "../reference/mod.rs"]
mod reference;
#[path = "../story/mod.rs"]
#[allow(dead_code, reason = "the stories use the rest")]
mod story;

use flow::{Flow, Run, flows, long_flows};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use unspent_engine::Engine;
use unspent_model::{Event, Sequenced};

/// As many cases as `PROPTEST_CASES` says, otherwise `usual`.
fn cases(usual: u32) -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() }
}

/// The state hash after every command, and every event.
fn replay(commands: &[Sequenced], hash_seed: u64) -> (Vec<u64>, Vec<Event>) {
    let mut engine = Engine::new(hash_seed);
    let mut events = Vec::new();
    let hashes = commands
        .iter()
        .map(|command| {
            engine.apply(command, &mut events);
            engine.state_hash()
        })
        .collect();
    (hashes, events)
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn the_engine_says_what_the_naive_venue_says(flow in flows(60)) {
        let mut run = Run::default();
        for step in &flow.steps {
            run.step(step);
        }
    }

}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn the_same_commands_give_the_same_events_and_the_same_hash(flow in flows(60), seed in any::<u64>()) {
        let commands = commands(&flow);
        let (hashes, events) = replay(&commands, 7);
        let (again, events_again) = replay(&commands, seed);
        prop_assert_eq!(hashes, again);
        prop_assert_eq!(events, events_again);
    }

    /// The one who refuses has not changed anything: a venue that was given the time instead is in the same state.
    #[test]
    fn a_refused_command_leaves_no_trace(flow in flows(60)) {
        let mut run = Run::default();
        for step in &flow.steps {
            run.step(step);
        }
        let without: Vec<Sequenced> = run.told.iter().map(|told| {
            let command = if told.refused { unspent_model::Command::Clock } else { told.command.command.clone() };
            Sequenced { command, ..told.command.clone() }
        }).collect();
        let commands: Vec<Sequenced> = run.told.iter().map(|told| told.command.clone()).collect();
        let (hashes, events) = replay(&commands, 7);
        let (again, events_again) = replay(&without, 7);
        prop_assert_eq!(hashes, again);
        prop_assert_eq!(events, events_again);
    }
}

/// Order ids and remembered answers that fill more than one page of anything.
#[test]
fn a_long_flow_agrees_too() {
    let flow = long_flows(30_000).new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let mut run = Run::default();
    for step in &flow.steps {
        run.step(step);
    }
    assert!(run.world.engine.open_orders() < 4_000, "the flow should close most of its orders");
    let opened = run.events.iter().filter(|event| matches!(event, Event::Opened(_))).count();
    assert!(opened > 2 * 4_096, "only {opened} orders");
}

/// The commands that a flow comes to.
fn commands(flow: &Flow) -> Vec<Sequenced> {
    let mut run = Run::default();
    for step in &flow.steps {
        run.step(step);
    }
    run.told.into_iter().map(|told| told.command).collect()
}
