//! The bytes of programmes, permits and months: as commands, as facts of an engine and of a view.

#[path = "../frames/mod.rs"]
mod frames;

use frames::{Specimens, THEN, said};
use unspent_model::{
    AccountId, Actor, ByOperator, Cash, Command, Date, EngineFact, FeeRate, InstrumentId, Note, Permit, PermitKind,
    Phase, PolicyClass, Programme, ProgrammeTerms, Reason, Schedule, ScheduleEntry, SplitRule, TradingRules, ViewFact,
    ViewMonth, ViewProgrammes,
};
use unspent_records::RecordError;

const HERE: InstrumentId = InstrumentId(3);

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

fn specimens() -> Specimens {
    Specimens { commands: commands(), engine_facts: engine_facts(), view_facts: view_facts() }
}

fn frames() -> Vec<Vec<u8>> {
    specimens().frames()
}

#[test]
fn the_bytes_stay_as_they_are_and_say_what_they_said() {
    specimens().stay_as_they_are(include_str!("../golden/programmes-v1.hex"));
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
