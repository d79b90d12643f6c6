//! The catalogues that are shipped are right, mistakes are named with their place, and a second load does nothing.

use super::plan::lacking;
use super::*;
use unspent_engine::Engine;
use unspent_model::{Command, CommandSeq, Event, Phase, Reject, Reply, Sequenced, Timestamp};

const MARKET: &str = include_str!("../../../../fixtures/catalogue/2026-11-21.toml");
const DEMO: &str = include_str!("../../../../fixtures/catalogue/demo.toml");

fn at(day: &str, second: u64) -> Timestamp {
    Date::parse(day).unwrap().start().plus_seconds(second)
}

/// Gives a venue what it lacks, up to `most` commands; tells how many it lacked.
fn load(engine: &mut Engine, catalogue: &Catalogue, now: Timestamp, most: usize) -> usize {
    let steps = lacking(catalogue, engine, now);
    for step in steps.iter().take(most) {
        give(engine, now, step.command.clone());
    }
    steps.len()
}

fn give(engine: &mut Engine, at: Timestamp, command: Command) -> Vec<Event> {
    let mut events = Vec::new();
    let seq = CommandSeq(engine.seq().0 + 1);
    let reply = engine.apply(&Sequenced { seq, at, command: command.clone() }, &mut events);
    assert_eq!(reply, Reply::Done, "{command:?}");
    engine.check_invariants();
    events
}

#[test]
fn the_catalogues_that_are_shipped_are_right() {
    let market = Catalogue::parse(MARKET).unwrap();
    let find = |id: &str| market.find(&Programme::parse(id).unwrap()).unwrap();
    let activate = find("AWS-ACT");
    assert_eq!((activate.terms.class, activate.terms.split.most_pieces), (PolicyClass::Prohibited, 99));
    assert_eq!(find("OCI-UC").terms.class, PolicyClass::Prohibited);
    assert!(!find("OCI-UC").known && find("OCI-UC").terms.source.as_str().starts_with("unknown, so prohibited"));
    assert_eq!(find("AZR-FH").terms.class, PolicyClass::WithConsent);
    let demo = Catalogue::parse(DEMO).unwrap();
    assert!(demo.about.contains("the demo's own"));
    assert!(demo.programmes.iter().all(|entry| entry.terms.source.as_str().contains("demo")));
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_remedy() {
    let cases = [
        ("version = 1", "version = 0", "version: must be above zero"),
        ("dated = \"2026-11-21\"", "dated = \"tomorrow\"", "must be a day such as"),
        ("class = \"free\"", "class = \"loose\"", "policy.class: loose is none of prohibited"),
        ("faces = [1000]", "faces = []", "faces: must name at least one"),
        ("faces = [1000]", "faces = [1050]", "faces: 1050: must be a whole number of hundreds"),
        ("faces = [1000]", "faces = [1000, 100]", "faces: must ascend"),
        ("fees = \"demo\"", "fees = \"usual\"", "fees: there is no [fees.usual]"),
        ("bands = \"demo\"", "bands = \"usual\"", "bands: there is no [bands.usual]"),
        ("provider = \"AWS\"", "provider = \"GCP\"", "provider: must be AWS, the first part of the id"),
        ("id = \"AWS-ACT\"", "id = \"AWS\"", "id: must be PROVIDER-PROGRAMME"),
        ("taker_bp = 100", "taker_bp = 10001", "fees"),
        (
            "smallest_piece = \"100.00\"",
            "smallest_piece = \"0.001\"",
            "split: smallest_piece: must be dollars above zero",
        ),
        ("most_pieces = 99", "most_pieces = 0", "most_pieces must be from 1"),
        ("name = \"", "nmae = \"", "unknown field `nmae`"),
    ];
    for (good, bad, says) in cases {
        assert!(DEMO.contains(good), "{good}");
        let error = Catalogue::parse(&DEMO.replacen(good, bad, 1)).unwrap_err();
        assert!(format!("{error:#}").contains(says), "{bad}: {error:#}");
    }
    let twice = format!("{DEMO}\n{}", &DEMO[DEMO.find("[[programme]]").unwrap()..]);
    assert!(format!("{:#}", Catalogue::parse(&twice).unwrap_err()).contains("id: is there twice"));
}

#[test]
fn a_second_load_does_nothing_and_a_day_brings_its_month() {
    let catalogue = Catalogue::parse(MARKET).unwrap();
    let (mut engine, noon) = (Engine::new(1), at("2026-11-21", 43_200));
    assert!(load(&mut engine, &catalogue, noon, usize::MAX) > 100);
    assert_eq!(load(&mut engine, &catalogue, noon, usize::MAX), 0);
    let symbol = |text: &str| Symbol::parse(text).unwrap();
    assert!(engine.instrument(&symbol("AWS-ACT-1K-202705")).is_some());
    assert_eq!(engine.instrument(&symbol("CPX-STD-1K-202706")), None);
    let perpetual = engine.instrument(&symbol("CPX-STD-1K-PERP")).unwrap();
    assert_eq!(engine.phase(perpetual), Phase::Continuous);
    let act = engine.instrument(&symbol("AWS-ACT-1K-202706")).unwrap();
    assert_eq!(engine.phase(act), Phase::Halted);
    assert_eq!(engine.schedule(act).last_trade, Some(at("2027-06-20", 59_400)));
    // At the next midnight nothing is new, in December's last third the next month is.
    assert_eq!(load(&mut engine, &catalogue, at("2026-11-22", 0), usize::MAX), 0);
    let listed = engine.instruments().len();
    assert!(load(&mut engine, &catalogue, at("2026-12-22", 0), usize::MAX) > 0);
    assert!(engine.instruments().len() > listed);
}

#[test]
fn a_load_that_was_cut_off_anywhere_goes_on_to_the_same_venue() {
    let catalogue = Catalogue::parse(DEMO).unwrap();
    let now = at("2026-11-21", 43_200);
    let mut whole = Engine::new(1);
    let all = load(&mut whole, &catalogue, now, usize::MAX);
    for cut in 0..all {
        let mut engine = Engine::new(1);
        load(&mut engine, &catalogue, now, cut);
        let rest = load(&mut engine, &catalogue, now, usize::MAX);
        assert_eq!(rest, all - cut, "cut after {cut}");
        assert_eq!(engine.state_hash(), whole.state_hash(), "cut after {cut}");
    }
}

#[test]
fn other_terms_are_set_and_nothing_else() {
    let catalogue = Catalogue::parse(DEMO).unwrap();
    let (mut engine, now) = (Engine::new(1), at("2026-11-21", 43_200));
    load(&mut engine, &catalogue, now, usize::MAX);
    let stricter =
        DEMO.replacen("class = \"free\"", "class = \"prohibited\"", 1).replacen("version = 1", "version = 2", 1);
    let steps = lacking(&Catalogue::parse(&stricter).unwrap(), &engine, now);
    assert!(matches!(steps[..], [plan::Step { symbol: None, command: Command::SetProgramme(_) }]), "{steps:?}");
    let events = give(&mut engine, now, steps[0].command.clone());
    assert!(events.iter().any(|event| matches!(event, Event::PhaseChanged { phase: Phase::Halted, .. })));
    let resume = Command::SetPhase { instrument: unspent_model::InstrumentId(0), phase: Phase::Continuous };
    let seq = CommandSeq(engine.seq().0 + 1);
    let reply = engine.apply(&Sequenced { seq, at: now, command: resume }, &mut Vec::new());
    assert_eq!(reply, Reply::Rejected(Reject::PolicyForbids.into()));
}
