//! An engine that was saved and restored goes on as the one that was saved; and facts that are not right make none.

use crate::flow::chance::Chance;
use crate::flow::draw_flow;
use crate::flow::pair::{Pair, START};
use crate::{commands, lasting};
use std::collections::BTreeMap;
use unspent_engine::{Engine, OpenCall, Restore, RestoreError, Wrong};
use unspent_model::{
    AccountId, AddOrder, CancelFilter, Command, CommandSeq, EngineFact, InstrumentId, Lots, OrderId, OrderPlace,
    OrderRef, Phase, Price, Sequenced, Side, TimeInForce, Timestamp, limits,
};
use unspent_records::{decode_engine_fact, encode_engine_fact};

/// The commands before every flow.
fn setup() -> Vec<Sequenced> {
    let setup = (1..).map(CommandSeq).zip(Pair::setup());
    setup.map(|(seq, command)| Sequenced { seq, at: START, command }).collect()
}

/// The commands of a flow, those before it included.
pub fn flow(seed: u64, length: usize) -> Vec<Sequenced> {
    let (mut pair, mut flow) = (Pair::new().unwrap(), setup());
    for step in draw_flow(&mut Chance::Seed(seed), length) {
        pair.step(&step).unwrap();
        flow.push(pair.told.clone());
    }
    flow
}

/// An engine after some commands.
pub fn after(commands: &[Sequenced]) -> Engine {
    let mut engine = Engine::new(7);
    let mut events = Vec::new();
    for command in commands {
        engine.apply(command, &mut events);
        events.clear();
    }
    engine
}

fn frame(fact: &EngineFact) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_engine_fact(fact, &mut bytes);
    bytes
}

pub fn restore(facts: impl IntoIterator<Item = EngineFact>, hash_seed: u64) -> Result<Engine, RestoreError> {
    let mut restore = Restore::new(hash_seed);
    facts.into_iter().try_for_each(|fact| restore.take(fact))?;
    restore.finish()
}

/// Saves to bytes, restores from them, and holds the two against each other.
fn copy(engine: &Engine, hash_seed: u64, counts: &mut BTreeMap<&'static str, u32>) -> Engine {
    let facts: Vec<EngineFact> = engine.facts().collect();
    facts.iter().for_each(|fact| count(fact, counts));
    let read = facts.iter().map(|fact| decode_engine_fact(&frame(fact)).unwrap());
    let copy = restore(read, hash_seed).unwrap_or_else(|error| panic!("{error}\n{facts:#?}"));
    copy.check_invariants();
    assert_eq!(copy.state_hash(), engine.state_hash());
    assert!(copy.facts().eq(facts), "saved again it says something else");
    copy
}

#[test]
fn a_restored_engine_goes_on_as_the_saved_one() {
    let (mut seeds, mut done, mut counts) = (Chance::Seed(3), 0, BTreeMap::new());
    while done < commands(400_000) {
        let seed = seeds.number();
        let mut chance = Chance::Seed(seed);
        let length = chance.one_of(&[60, 200, 600]);
        let flow = flow(seed, length);
        done += flow.len();
        follow(seed, &flow, &mut chance, 10, &mut counts);
    }
    reached(&counts);
}

/// Carries out a flow, restores about so many copies on the way, and lets all go on.
fn follow(
    seed: u64,
    flow: &[Sequenced],
    chance: &mut Chance<'_>,
    times: u64,
    counts: &mut BTreeMap<&'static str, u32>,
) {
    let (mut engine, mut copies) = (Engine::new(7), Vec::new());
    let (mut events, mut again) = (Vec::new(), Vec::new());
    for command in flow {
        // Ends of calls are short: they are saved more often.
        let ends = |call: OpenCall| call.ending.is_some() || engine.phase(call.instrument) == Phase::VolatilityCall;
        if chance.below(flow.len() as u64) < times || (engine.calls().any(ends) && chance.once_in(4)) {
            copies.push((command.seq, copy(&engine, seed, counts)));
        }
        events.clear();
        let reply = engine.apply(command, &mut events);
        for (from, copy) in &mut copies {
            again.clear();
            let told = copy.apply(command, &mut again);
            assert_eq!(told, reply, "seed {seed}, saved before {from}: {command:?}");
            assert_eq!(again, events, "seed {seed}, saved before {from}: {command:?}");
        }
    }
    for (from, copy) in &copies {
        assert_eq!(copy.state_hash(), engine.state_hash(), "seed {seed}, saved before {from}");
        assert!(copy.facts().eq(engine.facts()), "seed {seed}, saved before {from}");
    }
}

/// Answers of many days.
#[test]
fn a_long_flow_is_restored_too() {
    let (mut pair, mut flow) = (Pair::new().unwrap(), setup());
    for seed in 0..30 {
        for step in draw_flow(&mut Chance::Seed(seed), 500).into_iter().filter(|step| !lasting(&step.what)) {
            pair.step(&step).unwrap();
            flow.push(pair.told.clone());
        }
    }
    follow(7, &flow, &mut Chance::Seed(7), 6, &mut BTreeMap::new());
}

/// Their ids come back in the order of prices, and each account's in their own.
#[test]
fn orders_of_several_pages_are_listed_again() {
    let (mut flow, instrument) = (setup(), InstrumentId(0));
    let mut tell = |command| flow.push(Sequenced { seq: CommandSeq(flow.len() as u64 + 1), at: START, command });
    for number in 0..10_000 {
        let account = AccountId(number % 3);
        let price = Price(10 * (1 + number * 7 % 89));
        tell(Command::AddOrder(AddOrder::limit(account, instrument, Side::Buy, price, Lots(1))));
    }
    for order in (1..10_000).filter(|order| order % 4 == 1).map(OrderId) {
        let account = AccountId(((order.0 - 1) % 3) as u32);
        tell(Command::CancelOrder { account, order: OrderRef::Id(order) });
    }
    let (mut engine, mut events, mut again) = (after(&flow), Vec::new(), Vec::new());
    assert_eq!(engine.open_orders(), 7_500);
    let mut copy = copy(&engine, 8, &mut BTreeMap::new());
    for (seq, account) in (flow.len() as u64 + 1..).map(CommandSeq).zip((0..3).map(AccountId)) {
        let command = Command::CancelAll { account, filter: CancelFilter::default() };
        let command = Sequenced { seq, at: START, command };
        assert_eq!(engine.apply(&command, &mut events), copy.apply(&command, &mut again));
    }
    assert_eq!(events, again);
    assert_eq!(copy.open_orders(), 0);
}

fn count(fact: &EngineFact, counts: &mut BTreeMap<&'static str, u32>) {
    let mut one = |what| *counts.entry(what).or_insert(0) += 1;
    one(fact.name());
    match fact {
        EngineFact::Venue(venue) if venue.killed => one("killed venue"),
        EngineFact::Instrument(listed) if listed.auction_fees.len() > 1 => one("several fees"),
        EngineFact::Instrument(listed) if listed.schedule.last_trade.is_some() => one("last trade"),
        EngineFact::Instrument(listed) if listed.phase == Phase::Expired => one("expired"),
        EngineFact::Instrument(listed) if !listed.schedule.entries.is_empty() => one("trading day"),
        EngineFact::Call(call) if call.ending.is_some() => one("call ending"),
        EngineFact::Call(call) if call.due.is_some() && call.extended => one("call extended"),
        EngineFact::Call(call) if call.due.is_some() => one("volatility call"),
        EngineFact::Call(call) if call.commitment.is_some() => one("call committed"),
        EngineFact::Call(call) if call.told.is_some() => one("call told"),
        EngineFact::Account(account) if account.killed => one("killed account"),
        EngineFact::Account(account) if account.next_arrival.0 > 0 => one("rated account"),
        EngineFact::Group(group) if group.tripped => one("tripped group"),
        EngineFact::Order(order) => {
            if order.fee_owed > 0 {
                one("order owes of a cent");
            }
            if order.fees > 0 {
                one("order with another fee");
            }
            match order.place {
                OrderPlace::Waiting { reached: true, .. } => one("order queued"),
                OrderPlace::Waiting { .. } if order.side == Side::Buy => one("buy waits"),
                OrderPlace::Waiting { .. } => one("sell waits"),
                OrderPlace::Resting { shown } => {
                    let display = order.special.and_then(|special| special.display);
                    if display.is_some_and(|display| shown < display && shown.0 < order.lots.0 - order.cum.0) {
                        one("iceberg in the middle of a slice");
                    }
                }
            }
            if let Some(special) = order.special {
                if special.quote {
                    one("quote");
                }
                if special.group.is_some() {
                    one("quote of a group");
                }
                match special.time_in_force {
                    TimeInForce::Day => one("day order"),
                    TimeInForce::Gtd(_) => one("dated order"),
                    TimeInForce::Auction => one("auction order"),
                    _ => {}
                }
            }
        }
        EngineFact::Answer(answer) if answer.due > answer.expires => one("answer kept for another day"),
        _ => {}
    }
}

/// The flows come to everything that a snapshot can say.
fn reached(counts: &BTreeMap<&'static str, u32>) {
    let wanted = "venue, killed programme, instrument, call, account, holding, session, dead-man timer, group, group fill, \
        order, answer, answer fill, killed venue, several fees, last trade, expired, trading day, call ending, \
        call extended, volatility call, call committed, call told, killed account, rated account, tripped group, \
        order owes of a cent, order with another fee, order queued, buy waits, sell waits, \
        iceberg in the middle of a slice, quote, quote of a group, day order, dated order, auction order, \
        answer kept for another day";
    let missing = |what: &&str| counts.get(what).is_none_or(|&times| times < 5);
    let missing: Vec<&str> = wanted.split(", ").filter(missing).collect();
    assert!(missing.is_empty(), "hardly ever saved: {missing:?}, of {counts:?}");
}

#[test]
fn an_engine_without_commands_is_one_fact() {
    let facts: Vec<EngineFact> = Engine::new(1).facts().collect();
    assert_eq!(facts.len(), 1);
    assert_eq!(restore(facts, 2).unwrap().state_hash(), Engine::new(3).state_hash());
}

#[test]
fn a_fact_dropped_doubled_or_moved_is_found() {
    let mut seeds = Chance::Seed(4);
    for _ in 0..60 {
        let seed = seeds.number();
        let engine = after(&flow(seed, 300));
        let (facts, hash) = (engine.facts().collect::<Vec<_>>(), engine.state_hash());
        let found = |what: &str, at: usize, facts: Vec<EngineFact>| match restore(facts, 7) {
            Err(_) => {}
            Ok(engine) => {
                engine.check_invariants();
                assert_ne!(engine.state_hash(), hash, "seed {seed}, fact {at} {what}");
            }
        };
        for at in 0..facts.len() {
            let mut changed = facts.clone();
            changed.remove(at);
            found("dropped", at, changed.clone());
            changed.insert(at, facts[at].clone());
            changed.insert(at, facts[at].clone());
            found("doubled", at, changed);
            for other in [at + 1, facts.len() - 1].into_iter().filter(|&other| at < other && other < facts.len()) {
                let mut changed = facts.clone();
                changed.swap(at, other);
                found("moved", at, changed);
            }
        }
    }
}

/// What a bug could write: whatever is taken makes an engine that holds its invariants, and works.
#[test]
fn a_changed_byte_never_makes_an_engine_that_breaks() {
    let mut chance = Chance::Seed(5);
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..commands(40_000) / 400 {
        let flow = flow(chance.number(), 300);
        let at = chance.below(flow.len() as u64) as usize;
        let facts: Vec<EngineFact> = after(&flow[..at]).facts().collect();
        for _ in 0..400 {
            let which = chance.below(facts.len() as u64) as usize;
            let mut bytes = frame(&facts[which]);
            for _ in 0..=chance.below(2) {
                let byte = 4 + chance.below(bytes.len() as u64 - 4) as usize;
                bytes[byte] = match chance.below(4) {
                    0 => chance.below(256) as u8,
                    1 => 0,
                    2 => bytes[byte].wrapping_add(1),
                    _ => bytes[byte].wrapping_sub(1),
                };
            }
            let Ok(fact) = decode_engine_fact(&bytes) else { continue };
            // As many order ids as that since the oldest open order take an index that no test should make.
            if matches!(fact, EngineFact::Venue(venue) if venue.last_order.0 > 1 << 32) {
                continue;
            }
            let changed = facts.iter().enumerate().map(|(at, kept)| if at == which { &fact } else { kept }.clone());
            match restore(changed, 7) {
                Err(_) => refused += 1,
                Ok(mut engine) => {
                    taken += 1;
                    goes_on(&mut engine, &flow[at..]);
                }
            }
        }
    }
    assert!(taken > 1_000 && refused > 1_000, "{taken} taken, {refused} refused");
}

fn goes_on(engine: &mut Engine, flow: &[Sequenced]) {
    engine.check_invariants();
    let mut events = Vec::new();
    for command in flow.iter().take(40) {
        let Some(seq) = engine.seq().0.checked_add(1).map(CommandSeq) else { return };
        let at = command.at.max(engine.now());
        engine.apply(&Sequenced { seq, at, command: command.command.clone() }, &mut events);
        events.clear();
    }
    engine.check_invariants();
}

#[test]
fn an_error_says_which_fact_and_stays() {
    let remembers =
        |facts: &Vec<EngineFact>| facts.iter().filter(|fact| matches!(fact, EngineFact::Answer(_))).count() > 1;
    let facts = (1..).map(|seed| after(&flow(seed, 300)).facts().collect()).find(remembers).expect("many flows do");
    let mut restore = Restore::new(1);
    let accounts = || facts.iter().filter(|fact| matches!(fact, EngineFact::Account(_)));
    let failed = restore.take(accounts().next().unwrap().clone()).unwrap_err();
    assert_eq!(failed, RestoreError { number: 1, fact: "account", wrong: Wrong::OutOfOrder });
    assert_eq!(failed.to_string(), "fact 1 (account) is out of order");
    assert_eq!(restore.take(facts[0].clone()), Err(failed));
    assert_eq!(restore.finish().map(|_| ()), Err(failed));

    let mut restore = Restore::new(1);
    restore.take(facts[0].clone()).unwrap();
    let nobody = EngineFact::DeadMan { account: AccountId(limits::ACCOUNTS), due: Timestamp(1) };
    let failed = restore.take(nobody).unwrap_err();
    assert_eq!(failed.to_string(), "fact 2 (dead-man timer) names an unknown account");

    // An answer that is due after the next one.
    let answers: Vec<usize> = (0..facts.len()).filter(|&at| matches!(facts[at], EngineFact::Answer(_))).collect();
    let mut late = facts.clone();
    let EngineFact::Answer(answer) = &mut late[answers[0]] else { unreachable!("it is an answer") };
    answer.due = Timestamp(u64::MAX);
    let failed = self::restore(late, 1).map(|_| ()).unwrap_err();
    let number = answers[1] as u64 + 1;
    assert_eq!(failed, RestoreError { number, fact: "answer", wrong: Wrong::OutOfOrder });

    let failed = Restore::new(1).finish().map(|_| ()).unwrap_err();
    assert_eq!(failed.to_string(), "fact 1 (end): there are no facts");
}
