//! The engine against the naive venue: random flows of commands, and everything that it says compared.

#[path = "../reference/mod.rs"]
mod reference;

mod contradictions;
mod coverage;
mod flow;
mod holdings;
mod programmes;
mod saved;
mod settling;

use flow::chance::Chance;
use flow::pair::{Pair, START};
use flow::step::What;
use flow::{draw_flow, failure, story_of_failure};
use unspent_engine::Engine;
use unspent_model::{
    AccountId, Command, CommandSeq, Event, GroupName, GroupRule, Lots, Phase, Reply, Sequenced, limits,
};

/// How many commands; `FLOW_COMMANDS` says otherwise.
fn commands(usual: usize) -> usize {
    std::env::var("FLOW_COMMANDS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn the_engine_says_what_the_rules_say() {
    let wanted = commands(1_500_000);
    let mut seeds = Chance::Seed(1);
    let mut done = 0;
    while done < wanted {
        let seed = seeds.number();
        let mut chance = Chance::Seed(seed);
        let length = chance.one_of(&[60, 200, 600]);
        let steps = draw_flow(&mut chance, length);
        if failure(&steps).is_some() {
            panic!("flow of seed {seed}: {}", story_of_failure(&steps));
        }
        done += steps.len();
    }
}

/// A check says what the order itself is told right after it, and leaves no trace.
#[test]
fn a_checked_order_is_told_what_it_would_be_told() {
    let (mut accepted, mut refused) = (0, 0);
    for seed in 0..40 {
        let mut engine = Engine::new(seed);
        let mut events = Vec::new();
        for (seq, command) in (1..).map(CommandSeq).zip(Pair::setup()) {
            engine.apply(&Sequenced { seq, at: START, command }, &mut events);
        }
        for (command, _) in told(seed, 300) {
            let Command::AddOrder(add) = &command.command else {
                engine.apply(&command, &mut events);
                continue;
            };
            // What is due fires with the command; a check is of a venue where it has.
            if engine.next_timer().is_some_and(|due| due <= command.at) {
                engine.apply(&command, &mut events);
                continue;
            }
            let before = engine.state_hash();
            let checked = engine.check_order(add, command.at);
            assert_eq!(engine.state_hash(), before, "a check changed something: {add:?}");
            match (checked, engine.apply(&command, &mut events)) {
                (Ok(()), Reply::Added(_)) => accepted += 1,
                (Err(rejection), Reply::Rejected(told)) => {
                    assert_eq!(rejection, told, "{add:?}");
                    refused += 1;
                }
                other => panic!("{add:?}: {other:?}"),
            }
        }
    }
    assert!(accepted > 500 && refused > 100, "{accepted} accepted, {refused} refused");
}

/// What a fuzzer would try: bytes, mostly of no sense.
#[test]
fn bytes_say_the_same_to_both() {
    let mut chance = Chance::Seed(2);
    for _ in 0..commands(4_000) {
        let length = chance.below(1_500) as usize;
        // Few different bytes make the same choice again and again.
        let kinds = chance.one_of(&[256, 256, 16, 5]);
        let bytes: Vec<u8> = (0..length).map(|_| (chance.below(kinds) * (256 / kinds)) as u8).collect();
        let steps = draw_flow(&mut Chance::Bytes(&bytes), usize::MAX);
        if failure(&steps).is_some() {
            panic!("bytes {bytes:?}: {}", story_of_failure(&steps));
        }
    }
}

/// A flow as commands, and whether each was refused.
fn told(seed: u64, length: usize) -> Vec<(Sequenced, bool)> {
    let mut pair = Pair::new().unwrap();
    let mut told = Vec::new();
    for step in draw_flow(&mut Chance::Seed(seed), length) {
        pair.step(&step).unwrap();
        told.push((pair.told.clone(), matches!(pair.reply, Reply::Rejected(_))));
    }
    told
}

/// The state hash after every command, and every event.
fn replay(commands: impl Iterator<Item = Sequenced>, hash_seed: u64) -> (Vec<u64>, Vec<Event>) {
    let mut engine = Engine::new(hash_seed);
    let mut events = Vec::new();
    let mut hashes = Vec::new();
    let mut apply = |command: &Sequenced| {
        engine.apply(command, &mut events);
        hashes.push(engine.state_hash());
    };
    for (seq, command) in (1..).map(CommandSeq).zip(Pair::setup()) {
        apply(&Sequenced { seq, at: START, command });
    }
    commands.for_each(|command| apply(&command));
    (hashes, events)
}

#[test]
fn the_same_commands_give_the_same_events_and_the_same_hash() {
    for seed in 0..200 {
        let told = told(seed, 120);
        let commands = || told.iter().map(|(command, _)| command.clone());
        let (hashes, events) = replay(commands(), 7);
        let (again, events_again) = replay(commands(), seed * 31 + 1);
        assert_eq!(hashes, again, "seed {seed}");
        assert_eq!(events, events_again, "seed {seed}");
    }
}

/// The one who refuses has not changed anything: a venue that was given the time instead is in the same state.
#[test]
fn a_refused_command_leaves_no_trace() {
    for seed in 1_000..1_200 {
        let told = told(seed, 120);
        let without = told.iter().map(|(command, refused)| {
            let instead = if *refused { Command::Clock } else { command.command.clone() };
            Sequenced { command: instead, ..command.clone() }
        });
        let (hashes, events) = replay(told.iter().map(|(command, _)| command.clone()), 7);
        let (again, events_again) = replay(without, 7);
        assert_eq!(hashes, again, "seed {seed}");
        assert_eq!(events, events_again, "seed {seed}");
    }
}

/// What no flow is long enough for.
#[test]
fn the_bounds_of_an_account_agree() {
    let mut pair = Pair::new().unwrap();
    let account = AccountId(1);
    let refused = |pair: &mut Pair, command: Command| {
        pair.command(START, command).unwrap();
        matches!(pair.reply, Reply::Rejected(_))
    };
    for number in 0..=limits::SESSIONS_PER_ACCOUNT {
        let full = number == limits::SESSIONS_PER_ACCOUNT;
        assert_eq!(refused(&mut pair, Command::Connect { account }), full, "session {number}");
    }
    for number in 0..=limits::GROUPS_PER_ACCOUNT {
        let group = GroupName::parse(&format!("g{number}")).unwrap();
        let rule = GroupRule { lots: Lots(1), window_seconds: 1 };
        let full = number == limits::GROUPS_PER_ACCOUNT;
        assert_eq!(refused(&mut pair, Command::SetGroup { account, group, rule }), full, "group {number}");
    }
}

/// Whether what a step does may last for ever.
fn lasting(what: &What) -> bool {
    match what {
        What::Phase(_, phase) => *phase == Phase::Expired,
        What::Schedule { last_trade, .. } => last_trade.is_some(),
        What::Kill(_, engaged) => *engaged,
        What::Limits(..) => true,
        _ => false,
    }
}

/// Order ids and remembered answers that fill more than one page of anything: nothing here lasts for ever but orders.
#[test]
fn a_long_flow_agrees_too() {
    let mut pair = Pair::new().unwrap();
    let mut opened = 0;
    for seed in 0..120 {
        for step in draw_flow(&mut Chance::Seed(seed), 500).into_iter().filter(|step| !lasting(&step.what)) {
            if let Err(difference) = pair.step(&step) {
                panic!("part {seed}: {difference}");
            }
            opened += pair.events.iter().filter(|event| matches!(event, Event::Opened(_))).count();
        }
    }
    assert!(pair.engine.open_orders() < 4_000, "the flow should close most of its orders");
    assert!(opened > 2 * 4_096, "only {opened} orders");
}
