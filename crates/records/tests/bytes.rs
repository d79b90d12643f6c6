//! Records survive the way to bytes and back, old bytes stay readable, and no bytes panic.

use proptest::prelude::*;
use unspent_model::{
    AccountId, AccountName, AddOrder, AmendOrder, CancelFilter, Cash, ClOrdId, Command, CommandSeq, FeeRate, Fill,
    Instrument, InstrumentId, Leg, Lots, OrderId, OrderKind, OrderRef, OwnerGroup, Phase, Price, SelfTrade, Sequenced,
    Side, Symbol, TimeInForce, Timestamp, TradeId,
};
use unspent_records::{Record, RecordError, StateMark, encode_command, encode_fill, encode_mark};

/// One record of every kind, with every optional field once there and once not.
fn specimens() -> Vec<Record> {
    let mut instrument = Instrument::credit(Symbol::parse("AWS-ACT-1K-202706").unwrap()).unwrap();
    (instrument.fees.maker, instrument.fees.taker) = (FeeRate(25), FeeRate(100));
    let (account, id) = (AccountId(7), InstrumentId(3));
    let name = ClOrdId::parse("acme-0001").unwrap();
    let limit = AddOrder {
        account,
        instrument: id,
        side: Side::Sell,
        kind: OrderKind::Limit(Price(6_600)),
        lots: Lots(150),
        time_in_force: TimeInForce::Gtc,
        post_only: true,
        self_trade: SelfTrade::Decrement,
        cl_ord_id: Some(name),
        deadline: Some(Timestamp(1_800_000_000_000_000_000)),
    };
    let market = AddOrder {
        side: Side::Buy,
        kind: OrderKind::Market { max_total: Some(Cash(1_000_001)) },
        time_in_force: TimeInForce::Fok,
        post_only: false,
        self_trade: SelfTrade::CancelOldest,
        cl_ord_id: None,
        deadline: None,
        ..limit
    };
    let amend = AmendOrder {
        account,
        order: OrderRef::Id(OrderId(99)),
        lots: Some(Lots(10)),
        price: None,
        post_only: Some(true),
        deadline: None,
    };
    let commands = vec![
        Command::ListInstrument(instrument),
        Command::OpenAccount { name: AccountName::parse("acme").unwrap(), group: OwnerGroup(2) },
        Command::DepositCash { account, amount: Cash(123_456_789) },
        Command::DepositCredits { account, instrument: id, lots: 1 << 40 },
        Command::SetPhase { instrument: id, phase: Phase::Halted },
        Command::Clock,
        Command::AddOrder(limit),
        Command::AddOrder(market),
        Command::AddOrder(AddOrder { kind: OrderKind::Market { max_total: None }, ..market }),
        Command::AmendOrder(amend),
        Command::AmendOrder(AmendOrder { order: OrderRef::ClOrdId(name), price: Some(Price(1)), lots: None, ..amend }),
        Command::CancelOrder { account, order: OrderRef::ClOrdId(name) },
        Command::CancelOrder { account, order: OrderRef::Id(OrderId(u64::MAX)) },
        Command::CancelAll { account, filter: CancelFilter::default() },
        Command::CancelAll { account, filter: CancelFilter { instrument: Some(id), side: Some(Side::Buy) } },
    ];
    let leg = |order, fee| Leg { order: OrderId(order), account, leaves: Lots(5), fee: Cash(fee) };
    let fill = Fill {
        trade: TradeId(551),
        instrument: id,
        taker_side: Side::Sell,
        price: Price(6_600),
        lots: Lots(2),
        maker: leg(99, 3),
        taker: leg(100, 11),
    };
    let stamped = (1..).zip(commands).map(|(seq, command)| {
        Record::Command(Sequenced { seq: CommandSeq(seq), at: Timestamp(1_767_225_600_000_000_000 + seq), command })
    });
    let mark = StateMark { seq: CommandSeq(15), hash: 0x0123_4567_89ab_cdef };
    stamped.chain([Record::Fill(fill), Record::StateMark(mark)]).collect()
}

fn encode(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::new();
    match record {
        Record::Command(command) => encode_command(command, &mut bytes),
        Record::Fill(fill) => encode_fill(fill, &mut bytes),
        Record::StateMark(mark) => encode_mark(*mark, &mut bytes),
    }
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_kind_survives_the_way_to_bytes_and_back() {
    for record in specimens() {
        assert_eq!(Record::decode(&encode(&record)), Ok(record));
    }
}

/// The file was written once and is never made anew: a difference means that journals on disk have become unreadable.
#[test]
fn the_first_versions_bytes_stay_as_they_are() {
    let golden: Vec<&str> = include_str!("golden/v1.hex").lines().collect();
    let specimens = specimens();
    assert_eq!(golden.len(), specimens.len());
    for (line, record) in golden.iter().zip(&specimens) {
        let bytes: Vec<u8> = line
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        assert_eq!(&Record::decode(&bytes).unwrap(), record);
        assert_eq!(&hex(&encode(record)), line);
    }
}

#[test]
fn what_a_newer_version_wrote_is_refused_by_name() {
    let mut bytes = encode(&specimens()[0]);
    bytes[2] = 2;
    assert_eq!(Record::decode(&bytes), Err(RecordError::UnknownVersion { kind: 1, version: 2 }));
    bytes[0] = 11;
    let error = Record::decode(&bytes).unwrap_err();
    assert_eq!(error, RecordError::UnknownKind { kind: 11 });
    assert!(error.to_string().contains("a newer one wrote it"), "{error}");
}

#[test]
fn every_byte_must_be_there_and_none_more() {
    for record in specimens() {
        let mut bytes = encode(&record);
        for cut in 0..bytes.len() {
            assert!(Record::decode(&bytes[..cut]).is_err(), "cut at {cut}: {record:?}");
        }
        bytes.push(0);
        assert!(matches!(Record::decode(&bytes), Err(RecordError::Trailing { bytes: 1, .. })), "{record:?}");
    }
}

#[test]
fn a_value_outside_its_set_names_the_field() {
    let mut bytes = encode(&specimens()[4]);
    *bytes.last_mut().unwrap() = 9;
    assert_eq!(Record::decode(&bytes), Err(RecordError::Field { kind: 5, field: "phase" }));
}

proptest! {
    #[test]
    fn no_bytes_panic_and_what_decodes_encodes_to_the_same(
        which in 0..17_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let _ = Record::decode(&noise);
        let mut bytes = encode(&specimens()[which]);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Ok(record) = Record::decode(&bytes) {
            prop_assert_eq!(encode(&record), bytes);
        }
    }
}
