//! The bytes of programmes, permits and months: as commands, as facts of an engine and of a view.

use unspent_model::{
    AccountId, Actor, ByOperator, Cash, Command, CommandSeq, Date, EngineFact, FeeRate, InstrumentId, Note, Permit,
    PermitKind, Phase, PolicyClass, Programme, ProgrammeTerms, Reason, Schedule, ScheduleEntry, Sequenced, SplitRule,
    Timestamp, TradingRules, ViewFact, ViewMonth, ViewProgrammes,
};
use unspent_records::{
    Record, RecordError, decode_engine_fact, decode_view_fact, encode_command, encode_engine_fact, encode_view_fact,
};

const HERE: InstrumentId = InstrumentId(3);
const THEN: Timestamp = Timestamp(1_800_000_000_000_000_000);

fn terms() -> ProgrammeTerms {
    ProgrammeTerms {
        programme: Programme::parse("AWS-ACT").unwrap(),
        class: PolicyClass::UseThrough,
        source: Note::parse("the provider's terms, section 4").unwrap(),
        dated: Date::parse("2026-11-21").unwrap(),
        split: SplitRule { most_pieces: 99, smallest_piece: Cash(10_000) },
    }
}

fn permit(until: Option<&str>) -> Permit {
    Permit {
        account: AccountId(7),
        programme: terms().programme,
        kind: PermitKind::Arrangement,
        reference: Note::parse("letter 12").unwrap(),
        until: until.map(|day| Date::parse(day).unwrap()),
    }
}

fn commands() -> Vec<Command> {
    let set = Command::SetProgramme(Box::new(terms()));
    let (actor, reason) = (Actor::parse("calendar").unwrap(), Reason::parse("months of 2026-12-01").unwrap());
    let by = ByOperator::new(actor, reason, Command::WatchExpiry { instrument: HERE }).unwrap();
    vec![
        set,
        Command::Permit(Box::new(permit(Some("2027-06-30")))),
        Command::Permit(Box::new(permit(None))),
        Command::RevokePermit { account: AccountId(7), programme: terms().programme, kind: PermitKind::Family },
        Command::WatchExpiry { instrument: HERE },
        Command::ByOperator(Box::new(by)),
    ]
}

fn engine_facts() -> Vec<EngineFact> {
    vec![
        EngineFact::Programme(Box::new(terms())),
        EngineFact::Permit(Box::new(permit(Some("2027-06-30")))),
        EngineFact::Month { instrument: HERE, watched: true, lots_out: 0 },
        EngineFact::Month { instrument: HERE, watched: false, lots_out: 1 << 40 },
        EngineFact::Expired { programme: terms().programme, dollars: 61_000 },
    ]
}

fn view_facts() -> Vec<ViewFact> {
    let entries = vec![ScheduleEntry { second_of_day: 46_800, phase: Phase::Call }];
    let schedule = Box::new(Schedule { entries, last_trade: Some(THEN) });
    let month = ViewMonth { instrument: HERE, ends: THEN, over: false, next: None };
    vec![
        ViewFact::Programmes(ViewProgrammes { terms: 1, permits: 2, months: 3, expired: 4, rules: 5, schedules: 6 }),
        ViewFact::Terms { number: 9, terms: Box::new(terms()) },
        ViewFact::Permit(Box::new(permit(None))),
        ViewFact::Month(month),
        ViewFact::Month(ViewMonth { over: true, next: Some(InstrumentId(4)), ..month }),
        ViewFact::Expired { programme: terms().programme, dollars: 61_000 },
        ViewFact::Rules { instrument: HERE, rules: TradingRules::new(FeeRate(25)) },
        ViewFact::Schedule { instrument: HERE, schedule },
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
    let golden: Vec<&str> = include_str!("../golden/programmes-v1.hex").lines().collect();
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
    let mut terms = frames().swap_remove(0);
    // After kind, version, stamps and the programme's 32 bytes comes the class.
    terms[52] = 6;
    assert_eq!(said(&terms), Err(RecordError::Field { kind: 60, field: "class" }));
    let mut permit = frames().swap_remove(1);
    permit[56] = 4;
    assert_eq!(said(&permit), Err(RecordError::Field { kind: 61, field: "kind" }));
    let mut terms = frames().swap_remove(0);
    let at = terms.len() - 16;
    terms[at..at + 4].copy_from_slice(&20_260_230_u32.to_le_bytes());
    assert_eq!(said(&terms), Err(RecordError::Field { kind: 60, field: "dated" }));
}
