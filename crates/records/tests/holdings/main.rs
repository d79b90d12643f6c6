//! The bytes of the registry of holdings: as commands, as facts of an engine and of a view.

use unspent_model::{
    AccountId, Actor, ByOperator, Cash, Command, CommandSeq, CreditId, Date, EngineFact, Holding, HoldingCommand,
    HoldingId, HoldingLots, HoldingState, InstrumentId, Level, NewHolding, Note, Programme, Reason, Sequenced,
    Timestamp, ViewFact, ViewRegistered, ViewRegistry,
};
use unspent_records::{
    Record, RecordError, decode_engine_fact, decode_view_fact, encode_command, encode_engine_fact, encode_view_fact,
};

const THEN: Timestamp = Timestamp(1_800_000_000_000_000_000);

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

fn frames() -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    let mut add = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Vec::new();
        write(&mut bytes);
        frames.push(bytes);
    };
    for (seq, command) in (1..).map(CommandSeq).zip(commands()) {
        let command = Sequenced { seq, at: THEN, command };
        add(&|into| encode_command(&command, into));
    }
    engine_facts().iter().for_each(|fact| add(&|into| encode_engine_fact(fact, into)));
    view_facts().iter().for_each(|fact| add(&|into| encode_view_fact(fact, into)));
    frames
}

/// What a frame says, in words: a record, or a fact of either sort.
fn said(frame: &[u8]) -> Result<String, RecordError> {
    match u16::from_le_bytes([frame[0], frame[1]]) {
        0..300 => Record::decode(frame).map(|record| format!("{record:?}")),
        300..400 => decode_engine_fact(frame).map(|fact| format!("{fact:?}")),
        _ => decode_view_fact(frame).map(|fact| format!("{fact:?}")),
    }
}

/// The file was written once and is never made anew: a difference means that journals on disk have become unreadable.
#[test]
fn the_bytes_stay_as_they_are_and_say_what_they_said() {
    let hex = |bytes: &Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let written: Vec<String> = frames().iter().map(hex).collect();
    let golden: Vec<&str> = include_str!("../golden/holdings-v1.hex").lines().collect();
    assert_eq!(written, golden, "\n{}\n", written.join("\n"));
    let commands = (1..).map(CommandSeq).zip(commands());
    let records = commands.map(|(seq, command)| format!("{:?}", Record::Command(Sequenced { seq, at: THEN, command })));
    let facts = engine_facts().into_iter().map(|fact| format!("{fact:?}"));
    let view = view_facts().into_iter().map(|fact| format!("{fact:?}"));
    let expected: Vec<String> = records.chain(facts).chain(view).collect();
    assert_eq!(frames().iter().map(|frame| said(frame).unwrap()).collect::<Vec<_>>(), expected);
}

#[test]
fn every_byte_must_be_there_and_none_more() {
    for mut frame in frames() {
        for cut in 4..frame.len() {
            assert!(said(&frame[..cut]).is_err(), "cut at {cut}: {frame:?}");
        }
        frame.push(0);
        assert!(matches!(said(&frame), Err(RecordError::Trailing { bytes: 1, .. })), "{frame:?}");
    }
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
