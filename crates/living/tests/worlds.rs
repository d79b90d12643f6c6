//! Worlds of their own: the same seed gives the same market, whatever is owned adds up, and prices are where they should be.

use std::sync::{Arc, Mutex};
use unspent_engine::Engine;
use unspent_living::{CELLS, Cell, Flow, Guest, Kind, Parameters, Seats, Tally, View, World, listings};
use unspent_model::{
    AccountId, AddOrder, Command, Date, Event, InstrumentId, Lots, MovementKind, Price, Reply, Sequenced, Side, Symbol,
    Timestamp,
};

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

#[test]
fn what_will_be_listed_is_known_from_the_calendar() {
    let parameters = small(100);
    let mut world = world(&parameters, 1, CELLS[0]);
    world.run(|_, _| ());
    let listed: Vec<Symbol> = world.market().books().iter().map(|book| book.symbol).collect();
    let known = listings(&parameters, first());
    assert_eq!(known.iter().map(|listing| listing.symbol).collect::<Vec<_>>(), listed);
    assert!(known.iter().any(|listing| listing.day > 0), "months are listed later too");
}

/// Bids a lot in the first book once, then says whenever it is told of something of its own.
#[derive(Default)]
struct Bidder {
    asked: bool,
    said: Arc<Mutex<Vec<String>>>,
}

impl Guest for Bidder {
    fn wake(&mut self, view: &View<'_>, commands: &mut Vec<Command>) -> Timestamp {
        if !std::mem::replace(&mut self.asked, true) {
            let (lots, price) = (Lots(5), Price(9_000));
            let order = AddOrder::limit(view.account, InstrumentId(0), Side::Buy, price, lots);
            commands.push(Command::AddOrder(AddOrder { session: Some(view.session), ..order }));
            let (cash, lots) = (view.cash(), view.lots(InstrumentId(0)));
            self.said.lock().unwrap().push(format!("has {} {}", cash.0, lots.0));
        }
        view.now().plus_seconds(86_400)
    }

    fn heard(&mut self, _: Timestamp, events: &[Event]) -> bool {
        let own = |event: &&Event| matches!(event, Event::Fill(fill) if fill.maker.account == AccountId(0));
        self.said.lock().unwrap().extend(events.iter().filter(own).map(|_| "filled".to_owned()));
        false
    }

    fn answered(&mut self, _: Timestamp, command: usize, reply: &Reply) {
        let refused = matches!(reply, Reply::Rejected(_));
        self.said.lock().unwrap().push(format!("answered {command} {refused}"));
    }
}

#[test]
fn a_guest_has_a_makers_money_and_credits_and_trades_with_the_others() {
    let parameters = small(20);
    let lives = || {
        let said = Arc::new(Mutex::new(Vec::new()));
        let guest = Box::new(Bidder { asked: false, said: Arc::clone(&said) });
        let flow = Arc::new(Flow::draw(4, &parameters, first()));
        let mut world = World::with_guest(&parameters, flow, CELLS[4], guest);
        world.run(|_, _| ());
        world.engine().check_invariants();
        let said = said.lock().unwrap().clone();
        (said, world.engine().state_hash(), world.kind(AccountId(0)))
    };
    let (said, hash, kind) = lives();
    let seat = World::new(&parameters, Arc::new(Flow::draw(4, &parameters, first())), CELLS[4], &Seats::default());
    let money = seat.engine().cash(AccountId(0)).0;
    assert_eq!(said[..2], [format!("has {money} 5"), "answered 0 false".to_owned()]);
    assert!(said[2..].iter().all(|line| line == "filled") && said.len() > 2, "{said:?}");
    assert_eq!((hash, kind), (lives().1, Kind::Maker), "the same guest lives the same market");
}
