//! Worlds of their own: the same seed gives the same market, whatever is owned adds up, and prices are where they should be.

use std::sync::Arc;
use unspent_engine::Engine;
use unspent_living::{CELLS, Cell, Flow, Kind, Parameters, Seats, Tally, World};
use unspent_model::{AccountId, Command, Date, Event, InstrumentId, MovementKind, Sequenced, Timestamp};

/// A market with fewer people, for so many days, all of them measured.
fn small(days: u32) -> Arc<Parameters> {
    let mut parameters = Parameters { days, warm_up: 0, ..Parameters::default() };
    parameters.programmes.truncate(2);
    for programme in &mut parameters.programmes {
        (programme.arrivals, programme.teams) = (programme.arrivals / 3, programme.teams / 3);
    }
    Arc::new(parameters)
}

fn first() -> Date {
    Date::parse("2026-12-01").unwrap()
}

fn world(parameters: &Arc<Parameters>, seed: u64, cell: Cell) -> World {
    World::new(parameters, Arc::new(Flow::draw(seed, parameters, first())), cell, &Seats::default())
}

type Told = Vec<(Sequenced, Vec<Event>)>;

fn lived(parameters: &Arc<Parameters>, seed: u64, cell: Cell) -> (Told, u64) {
    let mut world = world(parameters, seed, cell);
    let mut told = Vec::new();
    world.run(|command, events| told.push((command.clone(), events.to_vec())));
    (told, world.engine().state_hash())
}

#[test]
fn the_same_seed_lives_the_same_market_and_another_one_does_not() {
    let parameters = small(35);
    for cell in [CELLS[0], CELLS[7]] {
        let (once, again) = (lived(&parameters, 5, cell), lived(&parameters, 5, cell));
        assert!(once.0.len() > 1_000 && once.0 == again.0 && once.1 == again.1);
        let other = lived(&parameters, 6, cell);
        assert!(other.1 != once.1);
    }
}

/// What a world asks its engine is all that its engine knows.
#[test]
fn another_engine_makes_the_same_of_its_commands() {
    let parameters = small(35);
    let mut engine = Engine::new(99);
    let mut events = Vec::new();
    let mut world = World::new(&parameters, Arc::new(Flow::draw(2, &parameters, first())), CELLS[7], &Seats::default());
    // What opened the market came before anybody could watch.
    let mut replayed = world.opening().to_vec();
    world.run(|command, _| replayed.push(command.clone()));
    for command in &replayed {
        events.clear();
        engine.apply(command, &mut events);
    }
    assert_eq!(engine.state_hash(), world.engine().state_hash());
    assert_eq!(engine.seq().0, world.counts().0);
}

/// What start-ups bring, and when, by instrument's name.
fn brought(parameters: &Arc<Parameters>, cell: Cell) -> Vec<(Timestamp, String, u64)> {
    let mut world = world(parameters, 11, cell);
    let (mut names, mut brought) = (Vec::new(), Vec::new());
    world.run(|command, events| {
        for event in events {
            if let Event::InstrumentListed { spec, .. } = event {
                names.push(spec.symbol.to_string());
            }
        }
        if let Command::DepositCredits { account, instrument, lots } = &command.command
            && account.0 > 20
        {
            brought.push((command.at, names[instrument.0 as usize].clone(), *lots));
        }
    });
    brought
}

#[test]
fn rules_change_nothing_that_is_drawn() {
    let parameters = small(30);
    let usual = brought(&parameters, CELLS[0]);
    assert!(usual.len() > 10, "{}", usual.len());
    for cell in &CELLS[1..] {
        assert_eq!(brought(&parameters, *cell), usual, "{}", cell.name());
    }
}

#[test]
fn whatever_the_rules_everything_adds_up_and_what_expires_unused_is_counted() {
    let parameters = small(125);
    for cell in CELLS {
        let mut world = world(&parameters, 3, cell);
        let mut written_off = 0;
        let mut faces: Vec<u64> = Vec::new();
        let (mut unsold, mut holders) = (0, Vec::new());
        world.run(|_, events| {
            for event in events {
                match event {
                    Event::InstrumentListed { spec, .. } => faces.push(u64::from(spec.face_dollars)),
                    Event::Moved(moved) if moved.kind == MovementKind::ExpiredUnused => {
                        let face = faces[moved.instrument.unwrap().0 as usize] * moved.lots.unsigned_abs();
                        written_off += face;
                        holders.push((moved.account, face));
                    }
                    _ => {}
                }
            }
        });
        let engine = world.engine();
        engine.check_invariants();
        for (holder, face) in holders {
            unsold += if world.kind(holder) == Kind::StartUp { face } else { 0 };
        }
        let quality = world.tally().quality(world.market());
        let counted: u64 = engine.expired_unused().map(|(_, face)| face).sum();
        assert_eq!((counted, quality.expired, quality.expired_unsold), (written_off, written_off, unsold));
        assert!(written_off > 0 && quality.sold > 0 && quality.sold < quality.offered, "{quality:?}");
        // What was offered of months that have ended was sold or has expired in its owners' hands.
        assert_eq!(quality.offered - quality.sold, unsold, "{}", cell.name());
        let lots = |account| world.market().books().iter().enumerate().map(move |(i, _)| (account, i));
        let accounts = 0..engine.account_count();
        let held = accounts.flat_map(|a| lots(AccountId(u32::try_from(a).unwrap())));
        for (account, i) in held {
            let id = InstrumentId(u32::try_from(i).unwrap());
            let over = world.market().book(id).ends.is_some_and(|ends| ends <= world.market().now);
            assert!(!over || engine.lots(account, id) == (0, 0), "somebody holds what has ended");
        }
    }
}

#[test]
fn discounts_are_as_brokers_report_them_and_deepen_towards_the_end() {
    let parameters = Arc::new(Parameters::default());
    let mut sum = Tally::new(Timestamp(0), Timestamp(0));
    for seed in 1..=6 {
        let mut world = world(&parameters, seed, CELLS[0]);
        world.run(|_, _| ());
        sum.add_prices(world.tally());
    }
    let ages = sum.ages();
    let medians: Vec<i64> = ages.iter().map(|row| row.median.expect("every age trades")).collect();
    assert!(medians.iter().all(|median| (2_000..=4_000).contains(median)), "{ages:?}");
    // Neighbours may differ by chance, by a percentage point at most.
    assert!(medians.is_sorted_by(|near, far| near + 100 >= *far), "{ages:?}");
    assert!(medians[0] - medians[6] >= 1_000 && medians[1] - medians[4] >= 500, "{ages:?}");
}
