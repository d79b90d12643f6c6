//! The facts of an engine: golden bytes that hold every kind, and the same promises as for records.

use crate::{bytes_of as encode, golden, hex};
use proptest::prelude::*;
use unspent_model::{
    AccountFact, AccountId, AccountLimits, AccountName, AddOrder, AnswerFact, AuctionId, CallFact, CancelReason, Cash,
    ClOrdId, CommandSeq, DecayFact, DecayStep, EndingFact, EngineFact, FeeRate, GroupFact, GroupName, GroupRule,
    HoldingFact, IndicationFact, Instrument, InstrumentFact, InstrumentId, Lots, OrderFact, OrderId, OrderKind,
    OrderPlace, OrderStatus, OwnerGroup, Phase, PhaseReason, PostOnly, Price, Programme, Recalled, Schedule,
    ScheduleEntry, SelfTrade, SessionId, Side, SpecialFact, Symbol, TimeInForce, Timestamp, TradeId, TradingRules,
    VenueFact, limits,
};
use unspent_records::{Record, RecordError, decode_engine_fact};

const ACCOUNT: AccountId = AccountId(7);
const HERE: InstrumentId = InstrumentId(3);
const THEN: Timestamp = Timestamp(1_800_000_000_000_000_000);

fn instruments() -> Vec<EngineFact> {
    let mut spec = Instrument::credit(Symbol::parse("AWS-ACT-1K-202706").unwrap()).unwrap();
    (spec.fees.maker, spec.fees.taker) = (FeeRate(25), FeeRate(100));
    let plain = InstrumentFact {
        instrument: HERE,
        phase: Phase::Continuous,
        rules: TradingRules::new(FeeRate(25)),
        auction_fees: vec![FeeRate(25)],
        schedule: Schedule::default(),
        last: None,
        anchor: None,
        reference: None,
        lots_in: 0,
        spec,
    };
    let entry = |second_of_day, phase| ScheduleEntry { second_of_day, phase };
    let entries = vec![entry(28_800, Phase::Call), entry(32_400, Phase::Continuous)];
    let full = InstrumentFact {
        phase: Phase::VolatilityCall,
        rules: TradingRules {
            dynamic_range: Some(200),
            static_range: Some(800),
            entry_range: Some(2_000),
            ..TradingRules::new(FeeRate(10))
        },
        auction_fees: vec![FeeRate(25), FeeRate(10)],
        schedule: Schedule { entries, last_trade: Some(THEN) },
        last: Some(Price(6_600)),
        anchor: Some(Price(6_590)),
        reference: Some(Price(6_580)),
        lots_in: 1 << 40,
        ..plain.clone()
    };
    let call = CallFact {
        instrument: HERE,
        auction: AuctionId(9),
        commitment: None,
        due: Some(THEN),
        ending: None,
        extended: true,
        told: Some(IndicationFact { price: Price(6_600), lots: 40, surplus: None }),
    };
    let ending = EndingFact {
        scheduled: THEN,
        latest: Timestamp(THEN.0 + 30_000_000_000),
        then: Phase::Closed,
        reason: PhaseReason::Schedule,
    };
    let drawn = CallFact {
        commitment: Some([0xc0; 32]),
        due: None,
        ending: Some(ending),
        extended: false,
        told: Some(IndicationFact { price: Price(6_600), lots: 40, surplus: Some((Side::Sell, 5)) }),
        ..call
    };
    vec![
        EngineFact::Instrument(Box::new(plain)),
        EngineFact::Instrument(Box::new(full)),
        EngineFact::Call(call),
        EngineFact::Call(drawn),
        EngineFact::Call(CallFact { due: None, told: None, ..call }),
    ]
}

fn people() -> Vec<EngineFact> {
    let account = AccountFact {
        account: ACCOUNT,
        name: AccountName::parse("acme").unwrap(),
        group: OwnerGroup(2),
        limits: AccountLimits::default(),
        next_arrival: Timestamp(0),
        killed: false,
        available: Cash(123_456_789),
        reserved: Cash(1_000),
    };
    let limits = AccountLimits { open_notional: Some(Cash(5)), orders_per_second: 50, burst: 100, ..account.limits };
    let group = GroupFact {
        account: ACCOUNT,
        name: GroupName::parse("front-months").unwrap(),
        rule: GroupRule { lots: Lots(500), window_seconds: 10 },
        tripped: false,
    };
    vec![
        EngineFact::Account(account),
        EngineFact::Account(AccountFact { limits, next_arrival: THEN, killed: true, ..account }),
        EngineFact::Holding(HoldingFact { account: ACCOUNT, instrument: HERE, available: 1 << 33, reserved: 10 }),
        EngineFact::Session { session: SessionId(41), account: ACCOUNT },
        EngineFact::DeadMan { account: ACCOUNT, due: THEN },
        EngineFact::Group(group),
        EngineFact::Group(GroupFact { tripped: true, ..group }),
        EngineFact::GroupFill { at: THEN, lots: 12 },
    ]
}

fn orders() -> Vec<EngineFact> {
    let plain = OrderFact {
        order: OrderId(99),
        account: ACCOUNT,
        instrument: HERE,
        side: Side::Buy,
        limit: Price(6_600),
        lots: Lots(150),
        cum: Lots(50),
        reserved: Cash(6_616_500),
        fees: 1,
        fee_owed: 9_999,
        self_trade: SelfTrade::Decrement,
        post_only: PostOnly::Slide,
        place: OrderPlace::Resting { shown: Lots(100) },
        special: None,
    };
    let nothing = SpecialFact {
        display: None,
        time_in_force: TimeInForce::Gtc,
        expires: None,
        session: None,
        quote: false,
        group: None,
    };
    let iceberg = OrderFact {
        side: Side::Sell,
        reserved: Cash(0),
        place: OrderPlace::Resting { shown: Lots(3) },
        special: Some(SpecialFact {
            display: Some(Lots(10)),
            time_in_force: TimeInForce::Gtd(THEN),
            expires: Some(THEN),
            ..nothing
        }),
        ..plain
    };
    let quote = SpecialFact { session: Some(SessionId(41)), quote: true, group: Some(5), ..nothing };
    let day = SpecialFact { time_in_force: TimeInForce::Day, expires: Some(THEN), ..nothing };
    let waits = |kind, reached| OrderPlace::Waiting { stop: Price(6_500), kind, reached };
    let market = OrderKind::Market { max_total: Some(Cash(1_000_001)) };
    vec![
        EngineFact::Order(plain),
        EngineFact::Order(iceberg),
        EngineFact::Order(OrderFact { special: Some(quote), ..plain }),
        EngineFact::Order(OrderFact {
            place: waits(OrderKind::Limit(Price(6_600)), true),
            special: Some(nothing),
            ..plain
        }),
        EngineFact::Order(OrderFact { place: waits(market, false), special: Some(day), ..plain }),
    ]
}

fn answers() -> Vec<EngineFact> {
    let terms = AddOrder {
        cl_ord_id: Some(ClOrdId::parse("acme-0001").unwrap()),
        ..AddOrder::limit(ACCOUNT, HERE, Side::Sell, Price(6_600), Lots(150))
    };
    let answer = AnswerFact {
        terms,
        order: OrderId(99),
        status: OrderStatus::Open,
        cum: Lots(0),
        leaves: Lots(150),
        canceled: None,
        seq: CommandSeq(15),
        expires: THEN,
        due: THEN,
        fills: 0,
        decay: 0,
    };
    let stop = AddOrder { stop: Some(Price(6_500)), session: Some(SessionId(41)), deadline: Some(THEN), ..terms };
    let ended = AnswerFact {
        terms: stop,
        status: OrderStatus::Canceled,
        cum: Lots(2),
        leaves: Lots(0),
        canceled: Some(CancelReason::Requoted),
        due: Timestamp(THEN.0 + 1),
        fills: 1,
        ..answer
    };
    let fill = Recalled { trade: TradeId(551), price: Price(6_600), lots: Lots(2), fee: Cash(11) };
    vec![EngineFact::Answer(answer), EngineFact::Answer(ended), EngineFact::AnswerFill(fill)]
}

/// One fact of every kind, with every optional field once there and once not: what `golden/facts-v1.hex` says.
fn specimens() -> Vec<EngineFact> {
    let venue = VenueFact {
        seq: CommandSeq(1_000),
        at: Timestamp(1_767_225_600_000_000_000),
        last_order: OrderId(900),
        last_trade: 551,
        last_auction: AuctionId(9),
        killed: true,
        fees: Cash(77),
        cash_in: Cash(1 << 50),
    };
    let programme = EngineFact::KilledProgramme(Programme::parse("AWS-ACT").unwrap());
    [vec![EngineFact::Venue(venue), programme], instruments(), people(), orders(), answers()].concat()
}

/// As with records: the file is never made anew.
#[test]
fn the_bytes_of_facts_stay_as_they_are() {
    let specimens = specimens();
    let golden = golden(include_str!("../golden/facts-v1.hex"));
    assert_eq!(golden.len(), specimens.len());
    for (bytes, fact) in golden.iter().zip(&specimens) {
        assert_eq!(hex(&encode(fact)), hex(bytes), "{fact:?}");
        assert_eq!(&decode_engine_fact(bytes).unwrap(), fact);
    }
}

#[test]
fn what_trades_across_months_is_the_first_version_and_a_byte() {
    for fact in instruments() {
        let EngineFact::Instrument(mut listed) = fact else { continue };
        let mut first = encode(&EngineFact::Instrument(listed.clone()));
        listed.rules.dominance = true;
        let fact = EngineFact::Instrument(listed);
        first[2] = 2;
        first.push(1);
        assert_eq!(hex(&encode(&fact)), hex(&first));
        assert_eq!(decode_engine_fact(&first), Ok(fact));
        // One spelling of what does not.
        *first.last_mut().unwrap() = 0;
        assert_eq!(decode_engine_fact(&first), Err(RecordError::Field { kind: 302, field: "dominance" }));
    }
}

#[test]
fn the_bytes_of_orders_that_fall_stay_as_they_are() {
    let steps = vec![DecayStep { at: THEN, price: Price(6_500) }];
    let fact = EngineFact::Decay(DecayFact { order: OrderId(99), overdue: Some(Price(6_550)), steps });
    let bytes = "400101006300000000000000019619000001000000000000000000b49376e2fa1864190000";
    assert_eq!(hex(&encode(&fact)), bytes);
    assert_eq!(decode_engine_fact(&encode(&fact)), Ok(fact));
    for fact in answers() {
        let EngineFact::Answer(answer) = fact else { continue };
        let mut first = encode(&EngineFact::Answer(answer));
        let fact = EngineFact::Answer(AnswerFact { decay: 1, ..answer });
        first[2] = 2;
        first.extend(1_u64.to_le_bytes());
        assert_eq!(hex(&encode(&fact)), hex(&first));
        assert_eq!(decode_engine_fact(&first), Ok(fact));
        let digest = first.len() - 8;
        first[digest] = 0;
        assert!(decode_engine_fact(&first).is_err());
    }
}

#[test]
fn every_kind_has_a_specimen() {
    let mut kinds: Vec<u16> =
        specimens().iter().map(encode).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]])).collect();
    kinds.dedup();
    assert_eq!(kinds, (300..=312).collect::<Vec<u16>>());
}

#[test]
fn a_resting_order_is_fifty_two_bytes() {
    assert_eq!(encode(&orders()[0]).len(), 52);
}

#[test]
fn a_fact_cut_short_or_with_more_is_none() {
    for mut bytes in specimens().iter().map(encode) {
        for cut in 0..bytes.len() {
            assert!(decode_engine_fact(&bytes[..cut]).is_err(), "cut at {cut}: {}", hex(&bytes));
        }
        bytes.push(0);
        assert!(matches!(decode_engine_fact(&bytes), Err(RecordError::Trailing { bytes: 1, .. })), "{}", hex(&bytes));
    }
}

#[test]
fn facts_are_no_records_and_records_no_facts() {
    let mut bytes = encode(&specimens()[0]);
    assert_eq!(Record::decode(&bytes), Err(RecordError::UnknownKind { kind: 300 }));
    bytes[..2].copy_from_slice(&313_u16.to_le_bytes());
    assert_eq!(decode_engine_fact(&bytes), Err(RecordError::UnknownKind { kind: 313 }));
    bytes[..2].copy_from_slice(&100_u16.to_le_bytes());
    assert_eq!(decode_engine_fact(&bytes), Err(RecordError::UnknownKind { kind: 100 }));
    bytes[..2].copy_from_slice(&300_u16.to_le_bytes());
    bytes[2] = 2;
    let error = decode_engine_fact(&bytes).unwrap_err();
    assert_eq!(error, RecordError::UnknownVersion { kind: 300, version: 2 });
    assert!(error.to_string().contains("reads up to 1; a newer one wrote it"), "{error}");
}

#[test]
fn a_waiting_order_shows_nothing() {
    let mut bytes = encode(&orders()[3]);
    let shown = 4 + 8 + 4 + 4 + 1 + 4 + 4 + 4 + 8 + 1 + 2 + 1 + 1;
    bytes[shown] = 1;
    assert_eq!(decode_engine_fact(&bytes), Err(RecordError::Field { kind: 310, field: "shown" }));
}

#[test]
fn the_longest_fact_is_far_below_a_frame() {
    let EngineFact::Instrument(mut listed) = instruments().swap_remove(1) else { panic!("an instrument") };
    listed.auction_fees = vec![FeeRate(1); limits::FEE_SCHEDULES];
    listed.schedule.entries = vec![ScheduleEntry { second_of_day: 0, phase: Phase::Call }; limits::SCHEDULE_ENTRIES];
    let bytes = encode(&EngineFact::Instrument(listed.clone()));
    assert!(bytes.len() < 2_048, "{} bytes", bytes.len());
    assert_eq!(decode_engine_fact(&bytes), Ok(EngineFact::Instrument(listed)));
}

#[test]
#[should_panic(expected = "256 auction fees cannot be recorded")]
fn more_fees_than_can_be_read_are_never_written() {
    let EngineFact::Instrument(mut listed) = instruments().swap_remove(0) else { panic!("an instrument") };
    listed.auction_fees = vec![FeeRate(1); limits::FEE_SCHEDULES + 1];
    encode(&EngineFact::Instrument(listed));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    #[test]
    fn no_bytes_panic_and_a_fact_has_one_spelling(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![0..3_u8, any::<u8>()]), 0..5),
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let _ = decode_engine_fact(&noise);
        let specimens = specimens();
        let mut bytes = encode(which.get(&specimens));
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Ok(fact) = decode_engine_fact(&bytes) {
            prop_assert_eq!(&encode(&fact), &bytes);
        }
        bytes.truncate(4);
        let _ = decode_engine_fact(&[bytes, noise].concat());
    }
}
