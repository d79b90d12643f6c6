//! Records survive the way to bytes and back, old bytes stay readable, and no bytes panic.

mod arbitrary;
mod facts;
#[path = "../frames/mod.rs"]
mod frames;
mod funding;
mod linked;
mod settlements;
mod specimens;

use proptest::prelude::*;
use specimens::{across_months, by_operator, newest, of_the_first_versions};
use unspent_model::{
    AccountId, AddOrder, Command, CommandSeq, EngineFact, InstrumentId, Lots, MassQuote, Phase, PostOnly, Price, Quote,
    Schedule, ScheduleEntry, Sequenced, SessionId, Side, Timestamp, limits,
};
use unspent_records::{Record, RecordError, encode_command, encode_engine_fact, encode_fill, encode_mark};

fn encode(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::new();
    match record {
        Record::Command(command) => encode_command(command, &mut bytes),
        Record::Fill(fill) => encode_fill(fill, &mut bytes),
        Record::StateMark(mark) => encode_mark(*mark, &mut bytes),
        Record::FormerStateMark(mark) => panic!("{mark:?} is never written"),
    }
    bytes
}

fn of(command: Command) -> Vec<u8> {
    encode(&Record::Command(Sequenced { seq: CommandSeq(1), at: Timestamp(2), command }))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn golden(text: &str) -> Vec<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    text.lines().map(|line| line.as_bytes().chunks(2).map(byte).collect()).collect()
}

fn bytes_of(fact: &EngineFact) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_engine_fact(fact, &mut bytes);
    bytes
}

fn first_versions() -> Vec<Vec<u8>> {
    golden(include_str!("../golden/v1.hex"))
}

/// The file was written once and is never made anew: a difference means that journals on disk have become unreadable.
#[test]
fn the_first_versions_stay_readable() {
    let specimens = of_the_first_versions();
    let golden = first_versions();
    assert_eq!(golden.len(), specimens.len());
    for (bytes, record) in golden.iter().zip(&specimens) {
        assert_eq!(&Record::decode(bytes).unwrap(), record);
    }
}

/// Neither is this one.
#[test]
fn the_second_versions_bytes_stay_as_they_are() {
    let specimens = newest();
    let golden: Vec<&str> = include_str!("../golden/v2.hex").lines().collect();
    assert_eq!(golden.len(), specimens.len());
    for (line, record) in golden.iter().zip(&specimens) {
        assert_eq!(&hex(&encode(record)), line, "{record:?}");
        assert_eq!(&Record::decode(&encode(record)).unwrap(), record);
    }
}

/// Nor this one.
#[test]
fn the_bytes_of_what_an_operator_gave_stay_as_they_are() {
    let specimens = by_operator();
    let golden: Vec<&str> = include_str!("../golden/by-operator-v1.hex").lines().collect();
    let written: Vec<String> = specimens.iter().map(|record| hex(&encode(record))).collect();
    assert_eq!(written, golden);
    for record in &specimens {
        assert_eq!(&Record::decode(&encode(record)).unwrap(), record);
    }
}

/// Nor this one.
#[test]
fn the_bytes_of_trades_across_months_stay_as_they_are() {
    let specimens = across_months();
    let golden: Vec<&str> = include_str!("../golden/across-months.hex").lines().collect();
    let written: Vec<String> = specimens.iter().map(|record| hex(&encode(record))).collect();
    assert_eq!(written, golden);
    for record in &specimens {
        assert_eq!(&Record::decode(&encode(record)).unwrap(), record);
    }
}

#[test]
fn what_an_older_version_says_has_no_second_spelling() {
    let mut rules = encode(&across_months()[0]);
    *rules.last_mut().unwrap() = 0;
    assert_eq!(Record::decode(&rules), Err(RecordError::Field { kind: 17, field: "dominance" }));
}

/// Kind 24 around a frame's kind, version and body.
fn given(kind: u16, version: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![24, 0, 1, 0];
    bytes.extend([1_u64, 2].map(u64::to_le_bytes).concat());
    bytes.extend([b"ops".as_slice(), &[0; 61], &4_u64.to_le_bytes(), b"late"].concat());
    bytes.extend([kind.to_le_bytes(), version.to_le_bytes()].concat());
    bytes.extend([&(body.len() as u64).to_le_bytes(), body].concat());
    bytes
}

#[test]
fn what_an_operator_gave_is_judged_as_if_it_stood_alone() {
    assert!(Record::decode(&given(5, 2, &[3, 0, 0, 0, 2])).is_ok());
    // An old version of what is within stays readable.
    assert!(Record::decode(&given(5, 1, &[3, 0, 0, 0, 2])).is_ok());
    assert_eq!(Record::decode(&given(5, 3, &[])), Err(RecordError::UnknownVersion { kind: 5, version: 3 }));
    assert_eq!(Record::decode(&given(5, 2, &[3, 0, 0, 0])), Err(RecordError::Malformed { kind: 5 }));
    assert_eq!(Record::decode(&given(5, 2, &[3, 0, 0, 0, 2, 0])), Err(RecordError::Trailing { kind: 5, bytes: 1 }));
    assert_eq!(Record::decode(&given(77, 1, &[])), Err(RecordError::UnknownKind { kind: 77 }));
    // No participant's command, no fill, and none within another.
    let outside = Err(RecordError::Field { kind: 24, field: "kind" });
    assert_eq!(Record::decode(&given(15, 1, &[0; 4])), outside);
    let inner = given(5, 2, &[3, 0, 0, 0, 2]);
    assert_eq!(Record::decode(&given(24, 1, &inner[20..])), outside);
    assert_eq!(Record::decode(&given(100, 2, &[])), Err(RecordError::UnknownKind { kind: 100 }));
    let mut nobody = given(5, 2, &[3, 0, 0, 0, 2]);
    nobody[20..23].fill(0);
    assert_eq!(Record::decode(&nobody), Err(RecordError::Field { kind: 24, field: "actor" }));
    let mut silent = given(5, 2, &[3, 0, 0, 0, 2]);
    silent[92..96].fill(b' ');
    assert_eq!(Record::decode(&silent), Err(RecordError::Field { kind: 24, field: "reason" }));
}

#[test]
fn what_was_called_closed_once_is_expired() {
    let mut bytes = first_versions().swap_remove(4);
    *bytes.last_mut().unwrap() = 3;
    let Record::Command(command) = Record::decode(&bytes).unwrap() else { panic!("kind 5 is a command") };
    assert_eq!(command.command, Command::SetPhase { instrument: InstrumentId(3), phase: Phase::Expired });
    // The phases that came later are not in a first version.
    *bytes.last_mut().unwrap() = 4;
    assert_eq!(Record::decode(&bytes), Err(RecordError::Field { kind: 5, field: "phase" }));
}

#[test]
fn a_former_state_hash_is_not_taken_for_one_of_today() {
    let former = first_versions().pop().unwrap();
    let Record::FormerStateMark(mark) = Record::decode(&former).unwrap() else { panic!("kind 200 is a former mark") };
    let today = encode(&Record::StateMark(mark));
    assert_eq!((former[0], today[0]), (200, 201));
    assert_eq!(former[1..], today[1..]);
}

#[test]
fn a_plain_order_is_two_bytes_longer_than_it_was() {
    let plain = AddOrder::limit(AccountId(1), InstrumentId(2), Side::Buy, Price(3), Lots(4));
    assert_eq!(of(Command::AddOrder(plain)).len(), 81);
    assert_eq!(of(Command::AddOrder(AddOrder { post_only: PostOnly::Slide, ..plain })).len(), 81);
    assert_eq!(of(Command::AddOrder(AddOrder { session: Some(SessionId(1)), ..plain })).len(), 89);
    assert_eq!(of(Command::AddOrder(AddOrder { display: Some(Lots(1)), ..plain })).len(), 89);
}

#[test]
fn what_a_newer_version_wrote_is_refused_by_name() {
    let mut bytes = encode(&newest()[0]);
    for version in [0, 2, 255] {
        bytes[2] = version;
        let version = u16::from(version);
        assert_eq!(Record::decode(&bytes), Err(RecordError::UnknownVersion { kind: 1, version }));
    }
    let mut order = encode(&newest()[6]);
    order[2] = 3;
    let error = Record::decode(&order).unwrap_err();
    assert_eq!(error, RecordError::UnknownVersion { kind: 7, version: 3 });
    assert!(error.to_string().contains("reads up to 2; a newer one wrote it"), "{error}");
    for kind in [0, 25, 95, 102, 199, 202] {
        bytes[0] = kind;
        let error = Record::decode(&bytes).unwrap_err();
        assert_eq!(error, RecordError::UnknownKind { kind: u16::from(kind) });
        assert!(error.to_string().contains("a newer one wrote it"), "{error}");
    }
}

#[test]
fn every_byte_must_be_there_and_none_more() {
    for mut bytes in
        first_versions().into_iter().chain(newest().iter().chain(&by_operator()).chain(&across_months()).map(encode))
    {
        for cut in 0..bytes.len() {
            assert!(Record::decode(&bytes[..cut]).is_err(), "cut at {cut}: {}", hex(&bytes));
        }
        bytes.push(0);
        assert!(matches!(Record::decode(&bytes), Err(RecordError::Trailing { bytes: 1, .. })), "{}", hex(&bytes));
    }
}

#[test]
fn a_value_outside_its_set_names_the_field() {
    let field = |bytes: &[u8]| match Record::decode(bytes) {
        Err(RecordError::Field { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    let mut phase = encode(&newest()[4]);
    *phase.last_mut().unwrap() = 9;
    assert_eq!(Record::decode(&phase), Err(RecordError::Field { kind: 5, field: "phase" }));

    let plain = AddOrder::limit(AccountId(1), InstrumentId(2), Side::Buy, Price(3), Lots(4));
    let mut order = of(Command::AddOrder(plain));
    // Of no extras nothing is written: four options that are all none are another spelling of the same.
    *order.last_mut().unwrap() = 1;
    order.extend([0; 4]);
    assert_eq!(field(&order), "extras");
    // A date belongs to good till date, and to nothing else.
    *order.last_mut().unwrap() = 1;
    order.extend([0; 8]);
    assert_eq!(field(&order), "expiry");
    let tif = order.len() - 13 - 1 - 1 - 36 - 3; // extras, deadline, session, name, three codes
    order[tif] = 6;
    assert!(Record::decode(&order).is_ok());
    order.truncate(order.len() - 12);
    *order.last_mut().unwrap() = 0;
    assert_eq!(field(&order), "time_in_force");
}

fn mass_quote(quotes: usize) -> Command {
    let quote = Quote { instrument: InstrumentId(0), bid: None, ask: None };
    Command::MassQuote(MassQuote {
        account: AccountId(0),
        session: SessionId(0),
        group: None,
        quote_id: 0,
        post_only: PostOnly::No,
        quotes: vec![quote; quotes],
        deadline: None,
    })
}

fn schedule(entries: usize) -> Command {
    let entry = ScheduleEntry { second_of_day: 0, phase: Phase::Call };
    let schedule = Schedule { entries: vec![entry; entries], last_trade: None };
    Command::SetSchedule { instrument: InstrumentId(0), schedule }
}

/// Adds one element, all zeros but for its last byte, to a list that ends a frame and has `len` elements.
fn one_more(mut bytes: Vec<u8>, len: usize, element: usize, last: u8) -> Vec<u8> {
    let count = bytes.len() - len * element - 8;
    let more = u64::try_from(len + 1).unwrap();
    bytes[count..count + 8].copy_from_slice(&more.to_le_bytes());
    bytes.extend(vec![0; element - 1]);
    bytes.push(last);
    bytes
}

#[test]
fn a_list_beyond_its_bound_is_no_record() {
    let quotes = of(mass_quote(limits::QUOTES_PER_COMMAND));
    assert!(Record::decode(&quotes).is_ok());
    assert!(Record::decode(&one_more(of(mass_quote(7)), 7, 6, 0)).is_ok());
    let quotes = one_more(quotes, limits::QUOTES_PER_COMMAND, 6, 0);
    assert_eq!(Record::decode(&quotes), Err(RecordError::Field { kind: 11, field: "quotes" }));
    let entries = of(schedule(limits::SCHEDULE_ENTRIES));
    assert!(Record::decode(&entries).is_ok());
    let entries = one_more(entries, limits::SCHEDULE_ENTRIES, 5, 4);
    assert_eq!(Record::decode(&entries), Err(RecordError::Field { kind: 18, field: "entries" }));
    // A length that no frame could hold takes no memory.
    let mut endless = of(mass_quote(0));
    let count = endless.len() - 8;
    endless[count..].fill(0xff);
    assert_eq!(Record::decode(&endless), Err(RecordError::Malformed { kind: 11 }));
}

#[test]
#[should_panic(expected = "101 quotes cannot be recorded")]
fn more_quotes_than_can_be_read_are_never_written() {
    let _ = of(mass_quote(limits::QUOTES_PER_COMMAND + 1));
}

#[test]
#[should_panic(expected = "97 entries cannot be recorded")]
fn more_entries_than_can_be_read_are_never_written() {
    let _ = of(schedule(limits::SCHEDULE_ENTRIES + 1));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn every_record_survives_the_way_to_bytes_and_back(record in arbitrary::record()) {
        let bytes = encode(&record);
        prop_assert!(bytes.len() < 4_096, "{} bytes", bytes.len());
        prop_assert_eq!(Record::decode(&bytes), Ok(record));
    }

    #[test]
    fn no_bytes_panic_and_what_decodes_encodes_to_the_same(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let _ = Record::decode(&noise);
        let newest = newest();
        let mut bytes = encode(which.get(&newest));
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Ok(record) = Record::decode(&bytes)
            && !matches!(record, Record::FormerStateMark(_))
            && u16::from_le_bytes([bytes[2], bytes[3]]) == u16::from_le_bytes([encode(&record)[2], encode(&record)[3]])
        {
            prop_assert_eq!(encode(&record), bytes);
        }
    }

    #[test]
    fn no_kind_and_no_version_panics(
        kind in prop_oneof![0..26_u16, 99..102_u16, 198..203_u16],
        version in 0..4_u16,
        noise in prop::collection::vec(prop_oneof![3 => 0..3_u8, 1 => any::<u8>()], 0..200),
    ) {
        let mut bytes = [kind.to_le_bytes(), version.to_le_bytes()].concat();
        bytes.extend(noise);
        let _ = Record::decode(&bytes);
    }

    #[test]
    fn a_first_version_is_written_anew_without_a_loss(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let golden = first_versions();
        let mut bytes = which.get(&golden).clone();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        match Record::decode(&bytes) {
            Err(_) | Ok(Record::FormerStateMark(_)) => {}
            Ok(record) => prop_assert_eq!(Record::decode(&encode(&record)), Ok(record)),
        }
    }
}
