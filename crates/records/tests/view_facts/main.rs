//! Facts of a view survive the way to bytes and back, old bytes stay readable, and no bytes panic.

mod arbitrary;
mod settlements;
mod specimens;

use proptest::prelude::*;
use specimens::{across_months, all, first, history, second};
use std::collections::BTreeSet;
use unspent_model::{
    AccountId, CancelReason, Command, CommandSeq, DecayStep, Decaying, InstrumentId, OrderId, Price, Sequenced,
    Timestamp, ViewClosed, ViewCounts, ViewFact, ViewVenue,
};
use unspent_records::{Record, RecordError, decode_view_fact, encode_command, encode_view_fact};

fn encode(fact: &ViewFact) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_view_fact(fact, &mut bytes);
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn kind_of(bytes: &[u8]) -> u16 {
    u16::from_le_bytes([bytes[0], bytes[1]])
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// The files were written once and are never made anew: a difference means that snapshots on disk have become unreadable.
#[test]
fn the_bytes_stay_as_they_are() {
    let golden: Vec<&str> = include_str!("../golden/view-facts-v1.hex").lines().collect();
    assert_eq!(golden.len(), first().len());
    for (line, fact) in golden.iter().zip(&first()) {
        assert_eq!(&decode_view_fact(&bytes_of(line)).unwrap(), fact);
        // Kinds 400 and 408 have a later version by now.
        if ![400, 408].contains(&kind_of(&encode(fact))) {
            assert_eq!(&hex(&encode(fact)), line, "{fact:?}");
        }
    }
    let golden: Vec<&str> = include_str!("../golden/view-facts-v2.hex").lines().collect();
    assert_eq!(golden.len(), second().len());
    for (line, fact) in golden.iter().zip(&second()) {
        assert_eq!(&hex(&encode(fact)), line, "{fact:?}");
        assert_eq!(&decode_view_fact(&encode(fact)).unwrap(), fact);
    }
    let kinds: BTreeSet<u16> = [first(), second()].concat().iter().map(|fact| kind_of(&encode(fact))).collect();
    assert_eq!(kinds, (400..=412).collect());
}

/// Neither is this one, of what is remembered of accounts.
#[test]
fn the_bytes_of_what_is_remembered_stay_as_they_are() {
    let golden: Vec<&str> = include_str!("../golden/view-history-v1.hex").lines().collect();
    assert_eq!(golden.len(), history().len());
    for (line, fact) in golden.iter().zip(&history()) {
        assert_eq!(&hex(&encode(fact)), line, "{fact:?}");
        assert_eq!(&decode_view_fact(&encode(fact)).unwrap(), fact);
    }
    let kinds: BTreeSet<u16> = history().iter().map(|fact| kind_of(&encode(fact))).collect();
    assert_eq!(kinds, (420..=422).collect());
}

/// Nor this one, of trades across months.
#[test]
fn the_bytes_of_trades_across_months_stay_as_they_are() {
    let golden: Vec<&str> = include_str!("../golden/view-across-months.hex").lines().collect();
    let written: Vec<String> = across_months().iter().map(|fact| hex(&encode(fact))).collect();
    assert_eq!(written, golden);
    for fact in &across_months() {
        assert_eq!(&decode_view_fact(&encode(fact)).unwrap(), fact);
    }
    let mut market = encode(&across_months()[0]);
    *market.last_mut().unwrap() = 0;
    assert_eq!(decode_view_fact(&market), Err(RecordError::Field { kind: 401, field: "dominance" }));
}

/// Nor these, of trades that settle later and of legs of linked bids.
#[test]
fn the_bytes_of_settlements_and_legs_stay_as_they_are() {
    for (golden, facts) in [
        (include_str!("../golden/view-settlements-v1.hex"), settlements::settlements()),
        (include_str!("../golden/view-linked.hex"), settlements::legs()),
    ] {
        let written: Vec<String> = facts.iter().map(|fact| hex(&encode(fact))).collect();
        assert_eq!(written, golden.lines().collect::<Vec<_>>());
        for fact in &facts {
            let bytes = encode(fact);
            assert_eq!(&decode_view_fact(&bytes).unwrap(), fact);
            for cut in 0..bytes.len() {
                assert!(decode_view_fact(&bytes[..cut]).is_err(), "cut at {cut}: {fact:?}");
            }
        }
    }
    let kinds: BTreeSet<u16> = settlements::settlements().iter().map(|fact| kind_of(&encode(fact))).collect();
    assert_eq!(kinds, (440..=444).collect());
}

/// A reason that a version cannot read back would keep a whole snapshot from being read.
#[test]
fn an_order_may_have_closed_for_any_reason() {
    let Some(ViewFact::Closed(closed)) = history().into_iter().find(|fact| matches!(fact, ViewFact::Closed(_))) else {
        panic!("there is one")
    };
    for reason in CancelReason::ALL {
        let fact = ViewFact::Closed(ViewClosed { reason: Some(reason), ..closed });
        assert_eq!(decode_view_fact(&encode(&fact)).as_ref(), Ok(&fact));
    }
}

#[test]
fn what_falls_is_counted_and_told() {
    let ViewFact::Venue(venue) = &second()[0] else { panic!("the venue comes first") };
    let counts = ViewCounts { decays: 7, ..venue.counts };
    let mut before = encode(&ViewFact::Venue(*venue));
    before[2] = 3;
    before.extend(7_u64.to_le_bytes());
    let fact = ViewFact::Venue(ViewVenue { counts, ..*venue });
    assert_eq!(hex(&encode(&fact)), hex(&before));
    assert_eq!(decode_view_fact(&before), Ok(fact));
    for (overdue, next) in [(None, Some((9, 6_500))), (Some(6_550), None), (Some(6_550), Some((9, 6_500)))] {
        let fact = ViewFact::Decay(Decaying {
            order: OrderId(99),
            account: AccountId(7),
            instrument: InstrumentId(3),
            overdue: overdue.map(Price),
            next: next.map(|(at, price)| DecayStep { at: Timestamp(at), price: Price(price) }),
            left: u32::from(next.is_some()),
        });
        assert_eq!(decode_view_fact(&encode(&fact)).as_ref(), Ok(&fact));
        assert_eq!(kind_of(&encode(&fact)), 430);
    }
}

#[test]
fn a_plain_order_takes_little() {
    let lengths: Vec<usize> =
        all().iter().filter(|fact| matches!(fact, ViewFact::Order(_))).map(|fact| encode(fact).len()).collect();
    assert_eq!(lengths, [63, 143, 75, 83, 63]);
}

#[test]
fn what_a_newer_version_wrote_is_refused_by_name() {
    for fact in all() {
        let mut bytes = encode(&fact);
        let kind = kind_of(&bytes);
        let newest = match kind {
            400 | 408 => 3,
            401 | 403 | 421 | 422 => 2,
            _ => 1,
        };
        for version in [0, newest + 1, 255] {
            bytes[2] = version;
            let error = decode_view_fact(&bytes).unwrap_err();
            assert_eq!(error, RecordError::UnknownVersion { kind, version: u16::from(version) });
            assert!(error.to_string().contains(&format!("reads up to {newest}; a newer one wrote it")), "{error}");
        }
    }
    for kind in [0, 1, 201, 300, 399, 413, 419, 423, 65_535] {
        let bytes = [kind as u8, (kind >> 8) as u8, 1, 0];
        assert_eq!(decode_view_fact(&bytes), Err(RecordError::UnknownKind { kind }));
    }
    assert_eq!(decode_view_fact(&[1, 2, 3]), Err(RecordError::Short { len: 3 }));
}

#[test]
fn a_view_and_a_journal_are_not_taken_for_each_other() {
    for fact in all() {
        let kind = kind_of(&encode(&fact));
        assert_eq!(Record::decode(&encode(&fact)), Err(RecordError::UnknownKind { kind }));
    }
    let mut bytes = Vec::new();
    encode_command(&Sequenced { seq: CommandSeq(1), at: Timestamp(2), command: Command::Clock }, &mut bytes);
    assert_eq!(decode_view_fact(&bytes), Err(RecordError::UnknownKind { kind: 6 }));
}

#[test]
fn every_byte_must_be_there_and_none_more() {
    for mut bytes in all().iter().map(encode) {
        for cut in 0..bytes.len() {
            assert!(decode_view_fact(&bytes[..cut]).is_err(), "cut at {cut}: {}", hex(&bytes));
        }
        bytes.push(0);
        assert!(matches!(decode_view_fact(&bytes), Err(RecordError::Trailing { bytes: 1, .. })), "{}", hex(&bytes));
    }
}

#[test]
fn a_value_outside_its_set_names_the_field() {
    let field = |which: usize, from_end: usize, value: u8| {
        let mut bytes = encode(&all()[which]);
        let at = bytes.len() - from_end;
        bytes[at] = value;
        match decode_view_fact(&bytes) {
            Err(RecordError::Field { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(field(1, 3, 9), "phase");
    assert_eq!(field(2, 6, 8), "reason");
    assert_eq!(field(5, 19, 3), "taker_side");
    // Of no fills nothing is written: a filled part of nothing is another spelling of the same.
    let mut order = encode(&all()[12]);
    let filled = order.len() - 1 - 37 - 16 - 28;
    order[filled..filled + 28].fill(0);
    assert_eq!(decode_view_fact(&order), Err(RecordError::Field { kind: 408, field: "filled" }));
    // So is a name of no letters.
    let mut order = encode(&all()[12]);
    let name = order.len() - 1 - 36;
    order[name..name + 36].fill(0);
    assert_eq!(decode_view_fact(&order), Err(RecordError::Field { kind: 408, field: "cl_ord_id" }));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn every_fact_survives_the_way_to_bytes_and_back(fact in arbitrary::fact()) {
        let bytes = encode(&fact);
        prop_assert!(bytes.len() <= 256, "{} bytes", bytes.len());
        prop_assert_eq!(decode_view_fact(&bytes), Ok(fact));
    }

    #[test]
    fn no_bytes_panic_and_what_decodes_encodes_to_the_same(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        kind in 395..425_u16,
        noise in prop::collection::vec(prop_oneof![3 => 0..3_u8, 1 => any::<u8>()], 0..200),
    ) {
        let _ = decode_view_fact(&noise);
        let _ = decode_view_fact(&[&kind.to_le_bytes(), &[1, 0][..], &noise].concat());
        let mut bytes = encode(which.get(&all()));
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Ok(fact) = decode_view_fact(&bytes) {
            prop_assert_eq!(encode(&fact), bytes);
        }
    }
}
