//! The maker in a market with the real engine: what it promises holds after every step, whatever comes.

use std::collections::BTreeMap;
use unspent_maker::{Config, Control, File, Hold, Input, Reference, Simulation, SimulationSettings};
use unspent_model::{
    AccountId, Cash, Command, InstrumentId, KillScope, Lots, Phase, Price, SessionId, Side, Symbol, Timestamp,
};

const FILE: &str = r#"
version = 1
[safety]
group = "all"
group_lots = 60
group_window_seconds = 30
group_rest_seconds = 20
loss_limit = 1000000
[bounds]
face = 400000
keep = 1000
[[provider]]
name = "AWS"
face = 150000
[[family]]
name = "AWS-ACT-1K"
[[family]]
name = "GCP-START-1K"
knots = [[0, 4000], [90, 7000], [400, 8200]]
[quoting]
quote_face = 5000
layers = 3
layer_step_bp = 40
layer_growth_percent = 50
max_face = 60000
risk_aversion = 0.002
[[instrument]]
symbol = "AWS-ACT-1K-202612"
[[instrument]]
symbol = "AWS-ACT-1K-202701"
[[instrument]]
symbol = "AWS-ACT-1K-202706"
max_face = 30000
[[instrument]]
symbol = "AWS-ACT-1K-PERP"
[[instrument]]
symbol = "GCP-START-1K-202703"
[[instrument]]
symbol = "GCP-START-1K-202712"
"#;

fn config() -> Config {
    File::parse(FILE).unwrap().config
}

fn settings(seed: u64) -> SimulationSettings {
    SimulationSettings { lots: 10, ..SimulationSettings::new(seed) }
}

/// The maker's best bid and ask of each instrument as the maker knows them.
fn open(simulation: &Simulation) -> BTreeMap<Symbol, (Option<Price>, Option<Price>)> {
    let status = simulation.strategy().status();
    let best = |side: Option<(Price, u64)>| side.map(|(price, _)| price);
    status.instruments.iter().map(|row| (row.symbol, (best(row.bid), best(row.ask)))).collect()
}

fn family(reference: &Reference) -> &str {
    reference.symbol.family().unwrap()
}

/// What holds between steps. That nobody trades with itself the simulation asserts at every fill.
fn check(simulation: &Simulation, config: &Config) {
    simulation.engine().check_invariants();
    let (open, status) = (open(simulation), simulation.strategy().status());
    for bid_at in simulation.references() {
        let Some(bid) = open[&bid_at.symbol].0 else { continue };
        for ask_at in simulation.references() {
            if family(bid_at) == family(ask_at)
                && ask_at.expiry >= bid_at.expiry
                && let Some(ask) = open[&ask_at.symbol].1
            {
                assert!(bid < ask, "own {} bid {bid} meets {} ask {ask}", bid_at.symbol, ask_at.symbol);
            }
        }
        if let Some(ask) = open[&bid_at.symbol].1 {
            let fee = u64::from(bid_at.fees.maker.0) * (u64::from(bid.0) + u64::from(ask.0));
            assert!(u64::from(ask.0 - bid.0) * 10_000 > fee, "{}: {bid} and {ask} are inside fees", bid_at.symbol);
        }
        let days = bid_at.last_trade.map(|last| last.0.saturating_sub(simulation.now().0) / 86_400_000_000_000);
        assert!(days.is_none_or(|days| days >= 14), "a bid in the no-buy window of {}", bid_at.symbol);
    }
    let face = |provider: &str| -> u64 {
        let of_it = status.instruments.iter().filter(|row| row.symbol.as_str().starts_with(provider));
        of_it.map(|row| row.held * 1_000).sum()
    };
    assert!(face("AWS") <= 150_000 && face("") <= config.bounds.face, "{} of AWS", face("AWS"));
    assert!(status.cash >= config.bounds.keep);
    if !status.holds.is_empty() {
        assert_eq!(status.open_orders, 0, "nothing is open while it is held: {:?}", status.holds);
    }
}

#[test]
fn what_it_promises_holds_after_every_step() {
    for (seed, step_seconds) in [(0, 10), (1, 10), (2, 10), (3, 600), (4, 3_600), (5, 3_600)] {
        let settings = SimulationSettings { step_seconds, ..settings(seed) };
        let mut config = config();
        config.safety.dead_man_seconds = 86_400;
        let mut simulation = Simulation::new(config.clone(), settings).unwrap();
        // With the longest steps beyond the last trade of the first month, 2026-12-21, and its no-buy window before.
        for _ in 0..600 {
            simulation.step();
            check(&simulation, &config);
        }
        let status = simulation.strategy().status();
        assert!(status.fills > 10, "seed {seed}: {} fills", status.fills);
        assert!(status.quotes > 20, "seed {seed}: {} quotes", status.quotes);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let run = |seed| {
        let mut simulation = Simulation::new(config(), settings(seed)).unwrap();
        (0..300).for_each(|_| simulation.step());
        simulation.take_lines().join("\n")
    };
    let first = run(5);
    assert!(first.lines().count() > 300);
    assert_eq!(first, run(5));
    assert_ne!(first, run(6));
}

#[test]
fn the_last_days_sell_and_do_not_buy() {
    // A start nine days before the first month's last trade, 2026-12-21T16:30Z, with something to sell.
    let start = Timestamp(1_797_000_000_000_000_000);
    let config = Config::simple(&[Symbol::parse("AWS-ACT-1K-202612").unwrap()]);
    let step_seconds = 3_600;
    let settings = SimulationSettings { start, step_seconds, ..SimulationSettings::new(1) };
    let mut simulation = Simulation::new(config, settings).unwrap();
    let mut asks = Vec::new();
    for _ in 0..24 * 10 {
        simulation.step();
        let status = simulation.strategy().status();
        assert_eq!(status.instruments[0].bid, None);
        asks.extend(status.instruments[0].ask.map(|(price, _)| price.0));
    }
    let status = simulation.strategy().status();
    assert!(asks.len() > 20 && asks[0] > asks[asks.len() - 1], "asks fall toward the end: {asks:?}");
    assert_eq!(status.open_orders, 0, "after the last trade nothing is open");
}

/// Runs until the maker has orders open, and gives how many.
fn quoting(simulation: &mut Simulation) -> usize {
    for _ in 0..20 {
        simulation.step();
        if simulation.strategy().status().holds.is_empty() && simulation.strategy().status().open_orders > 0 {
            return simulation.strategy().status().open_orders;
        }
    }
    panic!("it does not quote: {:?}", simulation.strategy().status().holds);
}

fn holds(simulation: &Simulation) -> Vec<Hold> {
    simulation.strategy().status().holds
}

#[test]
fn a_pause_pulls_and_resume_quotes_again() {
    let mut simulation = Simulation::new(config(), settings(2)).unwrap();
    quoting(&mut simulation);
    simulation.say(Input::Control(Control::Pause));
    assert_eq!((holds(&simulation), simulation.strategy().status().open_orders), (vec![Hold::Paused], 0));
    (0..5).for_each(|_| simulation.step());
    assert_eq!(simulation.engine().cash(AccountId(0)).1, Cash::ZERO, "nothing is reserved");
    simulation.say(Input::Control(Control::PauseFile(true)));
    simulation.say(Input::Control(Control::Resume));
    assert_eq!(holds(&simulation), [Hold::PauseFile]);
    simulation.say(Input::Control(Control::PauseFile(false)));
    quoting(&mut simulation);
}

#[test]
fn a_request_whose_fate_is_not_known_pulls_until_nothing_is_open() {
    let mut simulation = Simulation::new(config(), settings(3)).unwrap();
    quoting(&mut simulation);
    simulation.say(Input::Unknown);
    assert!(simulation.take_lines().iter().any(|line| line.contains("\"held\":\"unknown\"")));
    assert!(quoting(&mut simulation) > 0, "it goes on once nothing is open");
}

#[test]
fn orders_that_are_not_its_own_stop_it_until_somebody_resumes() {
    let mut simulation = Simulation::new(config(), settings(4)).unwrap();
    quoting(&mut simulation);
    let theirs = unspent_model::AddOrder::limit(AccountId(0), InstrumentId(3), Side::Buy, Price(10), Lots(1));
    simulation.give(Command::AddOrder(theirs));
    simulation.say(Input::Clock);
    assert_eq!(holds(&simulation), [Hold::Foreign]);
    assert_eq!(simulation.engine().cash(AccountId(0)).1, Cash::ZERO, "it is cancelled too");
    simulation.say(Input::Control(Control::Resume));
    quoting(&mut simulation);
}

#[test]
fn a_halt_or_a_kill_switch_is_waited_out() {
    let mut simulation = Simulation::new(config(), settings(5)).unwrap();
    quoting(&mut simulation);
    simulation.give(Command::SetPhase { instrument: InstrumentId(0), phase: Phase::Halted });
    simulation.give(Command::Kill { scope: KillScope::Account(AccountId(0)), engaged: true });
    (0..5).for_each(|_| simulation.step());
    assert_eq!(simulation.strategy().status().open_orders, 0);
    simulation.give(Command::Kill { scope: KillScope::Account(AccountId(0)), engaged: false });
    quoting(&mut simulation);
    assert_eq!(open(&simulation)[&Symbol::parse("AWS-ACT-1K-202612").unwrap()], (None, None));
}

#[test]
fn a_lost_connection_stops_it_and_nothing_is_asked() {
    let mut simulation = Simulation::new(config(), settings(6)).unwrap();
    quoting(&mut simulation);
    let session: SessionId = simulation.engine().sessions().next().unwrap();
    simulation.cut(session);
    assert!(holds(&simulation).contains(&Hold::Disconnected));
    assert_eq!(simulation.engine().cash(AccountId(0)).1, Cash::ZERO, "the venue has cancelled");
    simulation.take_lines();
    (0..5).for_each(|_| simulation.step());
    assert!(simulation.take_lines().iter().all(|line| !line.contains("\"do\"")));
}

#[test]
fn the_loss_limit_stops_it_until_somebody_resumes() {
    let mut config = config();
    config.safety.loss_limit = Cash(1);
    let mut simulation = Simulation::new(config, settings(7)).unwrap();
    (0..300).for_each(|_| simulation.step());
    assert_eq!(holds(&simulation), [Hold::Loss]);
    simulation.say(Input::Control(Control::Resume));
    assert!(!holds(&simulation).contains(&Hold::Loss));
}

#[test]
fn another_configuration_is_taken_while_it_runs_or_refused_whole() {
    let mut simulation = Simulation::new(config(), settings(8)).unwrap();
    quoting(&mut simulation);
    let mut narrower = config();
    narrower.instruments.iter_mut().for_each(|quoted| quoted.quoting.min_half_spread = 400);
    simulation.say(Input::Control(Control::Reload(Box::new(narrower.clone()))));
    assert_eq!(simulation.strategy().config(), &narrower);
    let other = Config::simple(&[Symbol::parse("AWS-ACT-1K-202612").unwrap()]);
    simulation.say(Input::Control(Control::Reload(Box::new(other))));
    assert_eq!(simulation.strategy().config(), &narrower);
    assert!(simulation.take_lines().iter().any(|line| line.contains("not_reloaded")));
}

#[test]
fn told_to_quit_it_leaves_nothing_and_disarms_its_timer() {
    let mut simulation = Simulation::new(config(), settings(9)).unwrap();
    quoting(&mut simulation);
    simulation.take_lines();
    simulation.say(Input::Control(Control::Quit));
    let lines = simulation.take_lines();
    let last = &lines[lines.len() - 2..];
    assert!(last[0].contains("\"dead_man\",\"seconds\":0") && last[1].contains("\"done\""), "{last:?}");
    assert_eq!(simulation.strategy().status().open_orders, 0);
}
