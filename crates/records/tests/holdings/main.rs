//! The bytes of the registry of holdings: as commands, as facts of an engine and of a view.

#[path = "../frames/mod.rs"]
mod frames;

use frames::{Specimens, THEN, said};
use unspent_model::{
    AccountId, Actor, ByOperator, Cash, Command, CreditId, Date, EngineFact, Holding, HoldingCommand, HoldingId,
    HoldingLots, HoldingState, InstrumentId, Level, NewHolding, Note, Programme, Reason, Timestamp, ViewFact,
    ViewRegistered, ViewRegistry,
};
use unspent_records::RecordError;

fn terms(ends: Option<Timestamp>) -> NewHolding {
    NewHolding {
        account: AccountId(7),
        programme: Programme::parse("AWS-ACT").unwrap(),
        credit: CreditId::parse("90000001").unwrap(),
        provenance: Note::parse("GetCredits, export 12").unwrap(),
        dated: Date::parse("2026-11-21").unwrap(),
        ends,
        amount: Cash(15_000_000),
        pieces: 99,
    }
}

fn held() -> Holding {
    Holding {
        level: Level::Attested,
        left: Cash(5_000_000),
        pieces_left: 88,
        listed: Cash(9_000_000),
        pieces_listed: 9,
        ..Holding::new(HoldingId(3), terms(Some(THEN)))
    }
}

fn listed() -> HoldingLots {
    HoldingLots { instrument: InstrumentId(5), level: Level::Attested, lots: 9 }
}

fn commands() -> Vec<Command> {
    let (account, holding, instrument) = (AccountId(7), HoldingId(3), InstrumentId(5));
    let of = |command| Command::Holding(Box::new(command));
    let set = of(HoldingCommand::SetLevel { holding, level: Level::Documented });
    let (actor, reason) = (Actor::parse("verifier").unwrap(), Reason::parse("invoice 7 seen").unwrap());
    let by = ByOperator::new(actor, reason, set.clone()).unwrap();
    vec![
        of(HoldingCommand::Register(terms(Some(THEN)))),
        of(HoldingCommand::Register(terms(None))),
        set,
        of(HoldingCommand::List { account, holding, instrument, lots: 15 }),
        of(HoldingCommand::Delist { account, holding, instrument, lots: 6 }),
        of(HoldingCommand::Withdraw { account, holding }),
        Command::ByOperator(Box::new(by)),
    ]
}

fn engine_facts() -> Vec<EngineFact> {
    vec![
        EngineFact::Registry { last: HoldingId(4) },
        EngineFact::RegisteredHolding(Box::new(held())),
        EngineFact::ListedOut { holding: HoldingId(3), listed: listed() },
    ]
}

fn view_facts() -> Vec<ViewFact> {
    let row = ViewRegistered { holding: held(), at: THEN };
    let over = Holding { state: HoldingState::WrittenOff, ..held() };
    vec![
        ViewFact::Registry(ViewRegistry { holdings: 2, listed: 1 }),
        ViewFact::Registered(Box::new(row)),
        ViewFact::Registered(Box::new(ViewRegistered { holding: over, at: THEN })),
        ViewFact::ListedOut { holding: HoldingId(3), listed: listed() },
    ]
}

fn specimens() -> Specimens {
    Specimens { commands: commands(), engine_facts: engine_facts(), view_facts: view_facts() }
}

fn frames() -> Vec<Vec<u8>> {
    specimens().frames()
}

#[test]
fn the_bytes_stay_as_they_are_and_say_what_they_said() {
    specimens().stay_as_they_are(include_str!("../golden/holdings-v1.hex"));
}

#[test]
fn every_byte_must_be_there_and_none_more() {
    specimens().are_whole();
}

#[test]
fn a_changed_byte_is_read_as_it_is_written_or_not_at_all() {
    specimens().have_one_spelling();
}

#[test]
fn a_value_outside_its_set_is_named() {
    let mut register = frames().swap_remove(0);
    // After kind, version, stamps, account and the programme's 32 bytes comes the provider's id.
    register[56] = b' ';
    assert_eq!(said(&register), Err(RecordError::Field { kind: 96, field: "credit" }));
    let mut level = frames().swap_remove(2);
    let last = level.len() - 1;
    level[last] = 4;
    assert_eq!(said(&level), Err(RecordError::Field { kind: 97, field: "level" }));
}

/// Kind 100 is a fill's, and 102 nothing's yet.
#[test]
fn the_kinds_around_are_others() {
    let mut frame = frames().swap_remove(5);
    frame[0] = 102;
    assert_eq!(said(&frame), Err(RecordError::UnknownKind { kind: 102 }));
}
