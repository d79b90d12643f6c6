//! An announcer that is saved as frames and restored from them tells what the saved one tells, to the byte.

#[path = "../../../marketdata/tests/market/flow.rs"]
mod flow;

use flow::{ACCOUNTS, Exchange, INSTRUMENTS, Step, steps};
use proptest::prelude::*;
use unspent_gateway::{Announcer, Answer, Applied, Audience, BookScope, RestoringAnnouncer, Topic};
use unspent_marketdata::RestoreError;
use unspent_model::{
    AccountId, AddOrder, ClOrdId, InstrumentId, Interval, Lots, Price, Reply, Side, Symbol, Timestamp, ViewFact,
};
use unspent_protocol::Asked;
use unspent_records::{decode_view_fact, encode_view_fact};

/// The flow's time is stretched to this many times its length, so that flows run through days.
const STRETCH: u64 = 900;

/// Hears everything.
#[derive(Default)]
struct Ear(Vec<(Topic, String)>);

impl Audience for Ear {
    fn wants(&self, _: &Topic) -> bool {
        true
    }

    fn tell(&mut self, topic: Topic, message: &[u8]) {
        self.0.push((topic, String::from_utf8(message.to_vec()).unwrap()));
    }
}

/// Every topic that can be asked for.
fn topics() -> Vec<Topic> {
    let scopes = [10, 25, 100, 1_000].map(BookScope::Levels).into_iter().chain([BookScope::Top, BookScope::Full]);
    let scopes: Vec<BookScope> = scopes.collect();
    let mut topics = vec![Topic::Instruments];
    for instrument in (0..INSTRUMENTS).map(InstrumentId) {
        topics.extend(scopes.iter().map(|&scope| Topic::Book(instrument, scope)));
        topics.extend([Topic::Trade(instrument), Topic::Ticker(instrument), Topic::Auction(instrument)]);
        topics.extend([10, 100, 1_000].map(|depth| Topic::Level3(instrument, depth)));
        topics.extend(Interval::ALL.map(|interval| Topic::Ohlc(instrument, interval)));
    }
    topics.push(Topic::Curve(Symbol::parse("AWS-ACT-1K").unwrap()));
    for account in (0..ACCOUNTS).map(AccountId) {
        topics.push(Topic::Groups(account));
        topics.extend([Topic::Executions(account), Topic::Balances(account), Topic::Holdings(account)]);
    }
    topics
}

/// Flows in which every other order has its owner's name.
fn named_steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    steps(most).prop_map(|mut flow| {
        for (number, step) in flow.iter_mut().enumerate().step_by(2) {
            if let Step::Add(add) = step {
                add.cl_ord_id = Some(ClOrdId::parse(&format!("order-{number}")).unwrap());
            }
        }
        flow
    })
}

fn at(exchange: &Exchange) -> Timestamp {
    Timestamp(exchange.at.0 * STRETCH)
}

fn follow(announcer: &mut Announcer, exchange: &Exchange) {
    announcer.follow(at(exchange), exchange.seq, &exchange.events);
}

/// What is told of the last command.
fn announce(announcer: &mut Announcer, exchange: &Exchange) -> Vec<(Topic, String)> {
    let mut ear = Ear::default();
    let (at, seq, events) = (at(exchange), exchange.seq, exchange.events.len());
    let applied =
        Applied { seq, at, origin: None, asked: Asked::default(), answer: Answer::Reply(Reply::Done), events };
    announcer.announce(&applied, &exchange.events, at, &mut ear);
    ear.0
}

fn snapshots(announcer: &mut Announcer) -> Vec<String> {
    topics().into_iter().map(|topic| String::from_utf8(announcer.snapshot(topic).unwrap()).unwrap()).collect()
}

fn exec_seqs(announcer: &Announcer) -> Vec<u64> {
    let accounts = (0..=ACCOUNTS).map(AccountId);
    accounts.map(|account| announcer.exec_seq(account)).collect()
}

fn save(announcer: &Announcer) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    announcer.facts(|fact| {
        let mut frame = Vec::new();
        encode_view_fact(fact, &mut frame);
        frames.push(frame);
    });
    frames
}

fn restore<'a>(frames: impl IntoIterator<Item = &'a Vec<u8>>) -> Result<Announcer, RestoreError> {
    let mut restoring = RestoringAnnouncer::new();
    frames.into_iter().try_for_each(|frame| restoring.take(decode_view_fact(frame).unwrap()))?;
    restoring.finish()
}

fn after(flow: &[Step]) -> (Exchange, Announcer) {
    let (mut exchange, mut announcer) = (Exchange::open(), Announcer::new());
    follow(&mut announcer, &exchange);
    for step in flow {
        exchange.run(step);
        follow(&mut announcer, &exchange);
    }
    (exchange, announcer)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn a_restored_announcer_tells_what_the_saved_one_tells(
        flow in named_steps(300),
        saved_at in any::<prop::sample::Index>(),
        closed in any::<prop::sample::Index>(),
    ) {
        let saved_at = saved_at.index(flow.len());
        let (mut exchange, mut saved) = after(&flow[..saved_at]);
        let frames = save(&saved);
        let mut restored = restore(&frames).unwrap();
        prop_assert_eq!(&save(&restored), &frames);
        prop_assert_eq!(restored.seq(), saved.seq());
        prop_assert_eq!(exec_seqs(&restored), exec_seqs(&saved));
        prop_assert_eq!(restored.catalogue().iter().collect::<Vec<_>>(), saved.catalogue().iter().collect::<Vec<_>>());
        prop_assert_eq!(snapshots(&mut restored), snapshots(&mut saved));
        for (i, step) in flow[saved_at..].iter().enumerate() {
            exchange.run(step);
            prop_assert_eq!(announce(&mut restored, &exchange), announce(&mut saved, &exchange));
            if i % 16 == 0 {
                let closed = *closed.get(&topics());
                restored.close(&closed);
                saved.close(&closed);
                prop_assert_eq!(snapshots(&mut restored), snapshots(&mut saved));
            }
        }
        prop_assert_eq!(exec_seqs(&restored), exec_seqs(&saved));
        prop_assert_eq!(snapshots(&mut restored), snapshots(&mut saved));
        prop_assert_eq!(save(&restored), save(&saved));
    }

    /// What is told, and to whom, is no part of what is known.
    #[test]
    fn whoever_listens_the_facts_are_the_same(flow in named_steps(200), joined in any::<prop::sample::Index>()) {
        let joined = joined.index(flow.len());
        let (mut exchange, mut live) = after(&flow[..joined]);
        snapshots(&mut live);
        for step in &flow[joined..] {
            exchange.run(step);
            announce(&mut live, &exchange);
        }
        prop_assert_eq!(save(&live), save(&after(&flow).1));
    }

    #[test]
    fn frames_that_are_not_those_of_one_announcer_are_refused(
        flow in named_steps(200),
        which in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
    ) {
        let frames = save(&after(&flow).1);
        // The announcer's own are few, and are asked for as often as all others.
        let own = frames.len() - frames.iter().rev().take_while(|frame| frame[0..2] == 410_u16.to_le_bytes()).count() - 1;
        for which in [which.index(frames.len()), own + which.index(frames.len() - own)] {
            let mut dropped = frames.clone();
            let gone = dropped.remove(which);
            prop_assert!(restore(&dropped).is_err(), "without {:?}", decode_view_fact(&gone));
            let mut doubled = frames.clone();
            doubled.insert(which, frames[which].clone());
            let name = decode_view_fact(&frames[which]).unwrap().name();
            prop_assert_eq!(
                restore(&doubled).unwrap_err(),
                RestoreError::OutOfOrder { fact: name, after: Some(name) }
            );
            let mut swapped = frames.clone();
            let other = other.index(frames.len());
            swapped.swap(which, other);
            prop_assert_eq!(restore(&swapped).is_ok(), which == other);
            prop_assert!(restore(&frames[..which]).is_err());
        }
    }
}

fn facts(announcer: &Announcer) -> Vec<ViewFact> {
    let mut facts = Vec::new();
    announcer.facts(|fact| facts.push(fact.clone()));
    facts
}

/// The facts of a venue that has just opened, and of a first order in it, changed.
fn refused(change: impl Fn(&mut Vec<ViewFact>)) -> String {
    let (mut exchange, mut announcer) = after(&[]);
    let (account, instrument) = (AccountId(2), InstrumentId(0));
    let (side, price, lots) = (Side::Buy, Price(4_990), Lots(9));
    exchange.run(&Step::Add(AddOrder::limit(account, instrument, side, price, lots)));
    follow(&mut announcer, &exchange);
    let mut facts = facts(&announcer);
    change(&mut facts);
    let mut restoring = RestoringAnnouncer::new();
    let taken = facts.into_iter().try_for_each(|fact| restoring.take(fact));
    taken.and_then(|()| restoring.finish().map(|_| ())).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_is_named() {
    let exec_seq = |account, exec_seq| ViewFact::ExecSeq { account: AccountId(account), exec_seq };
    let last = |fact: ViewFact| refused(move |facts| *facts.last_mut().unwrap() = fact.clone());
    assert_eq!(last(exec_seq(2, 0)), "the exec_seq of account 2: it counts nothing");
    assert_eq!(last(exec_seq(9, 1)), "the exec_seq of account 9 is told, and account 9 was not");
    assert_eq!(refused(|facts| facts.push(exec_seq(3, 1))), "2 exec_seqs are told of 1");
    assert_eq!(
        refused(|facts| facts.push(exec_seq(0, 1))),
        "the exec_seq of account 0 comes after the exec_seq of account 2"
    );
    assert_eq!(refused(|facts| facts.truncate(facts.len() - 1)), "0 exec_seqs are told of 1");
    let without = refused(|facts| facts.retain(|fact| !matches!(fact, ViewFact::Announcer { .. })));
    assert_eq!(without, "the exec_seq of account 2 is told, and where the announcer stands was not");
    assert_eq!(refused(Vec::clear), "where the announcer stands is not told");
    let twice = refused(|facts| {
        for fact in facts {
            if let ViewFact::Market(market) = fact {
                market.spec.symbol = Symbol::parse("AWS-ACT-1K-202701").unwrap();
            }
        }
    });
    assert_eq!(twice, "instrument 1: another instrument has its symbol");
    let earlier = refused(|facts| {
        for fact in facts {
            if let ViewFact::Announcer { seq, .. } = fact {
                seq.0 = 1;
            }
        }
    });
    assert_eq!(earlier, "where the announcer stands: the view is of a later command");
    let late = refused(|facts| {
        let order = facts.iter().find(|fact| matches!(fact, ViewFact::Order(_))).cloned();
        facts.push(order.unwrap());
    });
    assert_eq!(late, "order 1 comes after the exec_seq of account 2");
}
