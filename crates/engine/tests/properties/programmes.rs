//! Terms, permits and the ends of months against the naive venue: random commands of their own, as no instrument of the
//! usual flows is a credit.

use crate::commands;
use crate::flow::chance::Chance;
use crate::flow::make::plain;
use crate::flow::pair::{Pair, START};
use crate::saved::restore;
use std::collections::BTreeMap;
use unspent_model::{
    AccountId, AddOrder, AmendOrder, CancelReason, Cash, Command, Date, Event, Instrument, InstrumentId, Lots,
    MassQuote, MovementKind, Note, OrderRef, Permit, PermitKind, Phase, PhaseReason, PolicyClass, PostOnly, Price,
    Programme, ProgrammeTerms, Quote, QuoteSide, Reject, Reply, Schedule, SessionId, Side, SplitRule, TimeInForce,
    Timestamp,
};
use unspent_records::{decode_engine_fact, encode_engine_fact};

const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400 * SECOND;

/// Instruments 3 to 8; two of them are listed later.
const SYMBOLS: [&str; 6] =
    ["A-B-100-202701", "A-B-100-202702", "A-C-100-202701", "A-B-100-PERP", "A-B-1K-202702", "A-C-100-202703"];

fn credit(symbol: &str) -> Instrument {
    let plain = plain(symbol);
    Instrument { face_dollars: plain.symbol.credit().unwrap().face_dollars, ..plain }
}

fn set_up() -> (Pair, Vec<SessionId>) {
    let mut pair = Pair::new().unwrap();
    let mut give = |command| pair.command(START, command).unwrap();
    for symbol in &SYMBOLS[..4] {
        give(Command::ListInstrument(credit(symbol)));
    }
    for (account, instrument) in (0..4).flat_map(|account| (3..7).map(move |instrument| (account, instrument))) {
        give(Command::DepositCredits { account: AccountId(account), instrument: InstrumentId(instrument), lots: 30 });
    }
    let mut sessions = Vec::new();
    for account in (0..4).map(AccountId) {
        pair.command(START, Command::Connect { account }).unwrap();
        let Reply::Connected { session } = pair.reply else { panic!("{:?}", pair.reply) };
        sessions.push(session);
    }
    (pair, sessions)
}

fn programme(chance: &mut Chance<'_>) -> Programme {
    Programme::parse(chance.weighed(&[(12, "A-B"), (6, "A-C"), (1, "A-D"), (1, "A")])).unwrap()
}

fn draw(chance: &mut Chance<'_>, pair: &Pair, sessions: &[SessionId]) -> Command {
    let now = pair.told.at;
    let account = AccountId(chance.weighed(&[(10, 0), (10, 1), (10, 2), (10, 3), (1, 99)]));
    let (_, listed) = pair.reference.counts();
    let instrument =
        InstrumentId(chance.weighed(&[(20, 3), (20, 4), (12, 5), (20, 6), (6, 7), (6, 8), (1, 0), (1, 99)]));
    let instrument = if instrument.0 < 90 { InstrumentId(instrument.0.min(listed - 1)) } else { instrument };
    let side = chance.one_of(&[Side::Buy, Side::Sell]);
    let price = Price(chance.between(85, 95) as u32);
    let lots = Lots(chance.between(1, 6) as u32);
    let kind = chance.one_of(PermitKind::ALL);
    match chance.below(100) {
        0..=44 => {
            let add = AddOrder::limit(account, instrument, side, price, lots);
            Command::AddOrder(match chance.below(12) {
                0 => AddOrder { time_in_force: TimeInForce::Ioc, ..add },
                1 => AddOrder { stop: Some(price), ..add },
                2 => AddOrder { display: Some(Lots(1)), ..add },
                3 => AddOrder { post_only: PostOnly::Slide, ..add },
                _ => add,
            })
        }
        45..=49 => {
            let whose = account.0.min(3);
            let quote = QuoteSide { price, lots };
            let ask = QuoteSide { price: Price(price.0 + 2), lots };
            Command::MassQuote(MassQuote {
                account: AccountId(whose),
                session: sessions[whose as usize],
                group: None,
                quote_id: 1,
                post_only: PostOnly::No,
                quotes: vec![Quote { instrument, bid: Some(quote), ask: Some(ask) }],
                deadline: None,
            })
        }
        50..=57 => {
            let open = &pair.reference.open;
            let Some(order) = open.get(chance.below(open.len().max(1) as u64) as usize) else { return Command::Clock };
            Command::AmendOrder(AmendOrder {
                account: order.terms.account,
                order: OrderRef::Id(order.id),
                lots: Some(lots),
                price: chance.once_in(2).then_some(price),
                post_only: None,
                stop: None,
                display: None,
                deadline: None,
            })
        }
        58..=66 => {
            let class = chance.weighed(&[
                (2, PolicyClass::Prohibited),
                (4, PolicyClass::UseThrough),
                (4, PolicyClass::OneFamily),
                (4, PolicyClass::WithConsent),
                (4, PolicyClass::Free),
            ]);
            let most_pieces = chance.weighed(&[(30, 9), (2, 99), (1, 0)]);
            Command::SetProgramme(Box::new(ProgrammeTerms {
                programme: programme(chance),
                class,
                source: Note::parse("page").unwrap(),
                dated: Date::of(START),
                split: SplitRule { most_pieces, smallest_piece: Cash(10_000) },
            }))
        }
        67..=78 => {
            let days = chance.between(-1, 4);
            let until = Timestamp((now.0 as i64 + days * DAY as i64) as u64);
            let until = chance.once_in(2).then(|| Date::of(until));
            let reference = Note::parse("paper").unwrap();
            Command::Permit(Box::new(Permit { account, programme: programme(chance), kind, reference, until }))
        }
        79..=81 => Command::RevokePermit { account, programme: programme(chance), kind },
        82..=84 => Command::WatchExpiry { instrument },
        85..=90 => {
            let phase = chance.weighed(&[
                (16, Phase::Continuous),
                (3, Phase::Call),
                (2, Phase::Closed),
                (2, Phase::Halted),
                (1, Phase::CancelOnly),
                (1, Phase::Expired),
            ]);
            Command::SetPhase { instrument, phase }
        }
        91 => {
            let last = chance.weighed(&[(3, 1), (2, 86_400), (1, 90 * 86_400)]);
            let last_trade = Some(now.plus_seconds(last));
            Command::SetSchedule { instrument, schedule: Schedule { entries: Vec::new(), last_trade } }
        }
        92..=95 => Command::DepositCredits { account, instrument, lots: 10 },
        96 => Command::ListInstrument(credit(chance.one_of(&SYMBOLS[3..]))),
        _ => Command::Clock,
    }
}

fn after(chance: &mut Chance<'_>) -> u64 {
    chance.weighed(&[(60, 0), (20, SECOND), (6, 3_600 * SECOND), (4, DAY / 2), (2, 3 * DAY), (1, 11 * DAY)])
}

/// Saves the engine to bytes and goes on with one that was made of them.
fn save_and_restore(pair: &mut Pair, seed: u64) {
    let facts = pair.engine.facts().map(|fact| {
        let mut bytes = Vec::new();
        encode_engine_fact(&fact, &mut bytes);
        decode_engine_fact(&bytes).unwrap()
    });
    let copy = restore(facts, seed).unwrap();
    assert_eq!(copy.state_hash(), pair.engine.state_hash());
    assert!(copy.facts().eq(pair.engine.facts()), "saved again it says something else");
    pair.engine = copy;
}

fn count(pair: &Pair, counts: &mut BTreeMap<String, u32>) {
    let mut one = |what: &str| *counts.entry(what.to_owned()).or_insert(0) += 1;
    match &pair.reply {
        Reply::Rejected(rejection) => one(rejection.reject.name()),
        Reply::Done if pair.events.is_empty() => match &pair.told.command {
            Command::SetProgramme(_) => one("the same terms"),
            Command::Permit(_) => one("the same permit"),
            _ => {}
        },
        _ => {}
    }
    for event in &pair.events {
        match event {
            Event::ProgrammeSet(terms) => one(terms.class.name()),
            Event::Permitted(permit) => one(if permit.until.is_some() { "permit with an end" } else { "permit" }),
            Event::PermitEnded { expired, .. } => one(if *expired { "permit over" } else { "permit revoked" }),
            Event::ExpiryWatched { .. } => one("watched"),
            Event::ExpiryAlert { next, .. } => one(if next.is_some() { "alert" } else { "last alert" }),
            Event::NextMonth { next, .. } => one(if next.is_some() { "next month" } else { "no next month" }),
            Event::Moved(it) if it.kind == MovementKind::ExpiredUnused => one("written off"),
            Event::Canceled(it) if it.reason == CancelReason::Policy => one("canceled by policy"),
            Event::PhaseChanged { reason: PhaseReason::Policy, from, .. } => one(&format!("halted {}", from.name())),
            Event::QuoteRefused { rejection, .. } if rejection.reject == Reject::PolicyForbids => {
                one("quote forbidden")
            }
            Event::Fill(_) => one("fill"),
            _ => {}
        }
    }
}

#[test]
fn terms_permits_and_months_are_as_the_rules_say() {
    let (mut seeds, mut done, mut counts) = (Chance::Seed(11), 0, BTreeMap::new());
    while done < commands(40_000) {
        let seed = seeds.number();
        let mut chance = Chance::Seed(seed);
        let (mut pair, sessions) = set_up();
        for _ in 0..250 {
            let command = draw(&mut chance, &pair, &sessions);
            let at = Timestamp(pair.told.at.0 + after(&mut chance));
            if let Err(difference) = pair.command(at, command) {
                panic!("seed {seed}: {:?}\n{difference}", pair.told);
            }
            count(&pair, &mut counts);
            if chance.once_in(40) {
                save_and_restore(&mut pair, seed);
            }
            done += 1;
        }
    }
    let wanted = "policy_forbids, unknown_programme, invalid_programme, unknown_permit, permit_over, no_expiry, the same terms, the same permit, \
        prohibited, use_through, one_family, with_consent, free, permit, permit with an end, permit over, permit revoked, watched, alert, \
        last alert, next month, no next month, written off, canceled by policy, halted continuous, halted call, halted closed, \
        quote forbidden, fill";
    let missing: Vec<&str> =
        wanted.split(", ").filter(|what| counts.get(*what).is_none_or(|&times| times < 5)).collect();
    assert!(missing.is_empty(), "hardly ever: {missing:?}, of {counts:?}");
}
