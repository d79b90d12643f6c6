//! `cargo run --release -p unspent-engine --example saved [ORDERS]`: how long it takes to save and to restore a venue with
//! so many resting orders of 1,000 accounts, to and from bytes in memory, without and with client order ids.

#![allow(clippy::disallowed_types, reason = "times for people")]

use std::time::Instant;
use unspent_engine::{Engine, Restore};
use unspent_model::{
    AccountId, AccountName, AddOrder, Cash, ClOrdId, Command, CommandSeq, Instrument, InstrumentId, Lots, OwnerGroup,
    Price, Sequenced, Side, Symbol, Timestamp,
};
use unspent_records::{decode_engine_fact, encode_engine_fact};

const ACCOUNTS: u32 = 1_000;
const INSTRUMENTS: u32 = 10;
const BUFFER: usize = 1 << 20;

fn main() {
    let orders = std::env::args().nth(1).and_then(|text| text.replace('_', "").parse().ok()).unwrap_or(1_000_000);
    for named in [false, true] {
        measure(&venue(orders, named), if named { "with client order ids" } else { "without client order ids" });
    }
}

fn measure(engine: &Engine, what: &str) {
    println!("{} orders {what}:", engine.open_orders());
    let took = |what: &str, from: Instant| println!("  {what:<28} {:>6} ms", from.elapsed().as_millis());

    let from = Instant::now();
    let hash = engine.state_hash();
    took("hash", from);
    let from = Instant::now();
    let facts = engine.facts().count();
    took("say the facts", from);
    for _ in 0..3 {
        // As to a file: a buffer that is emptied again and again.
        let (mut buffer, mut len) = (Vec::with_capacity(BUFFER), 0);
        let from = Instant::now();
        for fact in engine.facts() {
            encode_engine_fact(&fact, &mut buffer);
            if buffer.len() > BUFFER / 2 {
                len += buffer.len();
                buffer.clear();
            }
        }
        len += buffer.len();
        took("save to bytes", from);
        println!("  {facts} facts, {len} bytes");
    }
    let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(facts));
    for fact in engine.facts() {
        encode_engine_fact(&fact, &mut bytes);
        ends.push(bytes.len());
    }
    for _ in 0..3 {
        let from = Instant::now();
        let (mut restore, mut begin) = (Restore::new(1), 0);
        for &end in &ends {
            let fact = decode_engine_fact(&bytes[begin..end]).expect("it was written");
            restore.take(fact).expect("it was said");
            begin = end;
        }
        let restored = restore.finish().expect("it was whole");
        took("restore from bytes", from);
        assert_eq!(restored.state_hash(), hash);
    }
}

/// Orders on 2 × 1,000 levels of each instrument, in no order.
fn venue(orders: u32, named: bool) -> Engine {
    let (mut engine, mut events) = (Engine::new(1), Vec::new());
    let mut tell = |command: Command| {
        let seq = CommandSeq(engine.seq().0 + 1);
        let _ = engine.apply(&Sequenced { seq, at: Timestamp(seq.0), command }, &mut events);
        events.clear();
    };
    for instrument in 0..INSTRUMENTS {
        let symbol = Symbol::parse(&format!("AWS-ACT-1K-2027{:02}", instrument + 1)).expect("a symbol");
        tell(Command::ListInstrument(Instrument::credit(symbol).expect("a credit")));
    }
    for account in (0..ACCOUNTS).map(AccountId) {
        let name = AccountName::parse(&format!("a{account}")).expect("a name");
        tell(Command::OpenAccount { name, group: OwnerGroup(account.0) });
        tell(Command::DepositCash { account, amount: Cash(1_000_000_000_000) });
        for instrument in (0..INSTRUMENTS).map(InstrumentId) {
            tell(Command::DepositCredits { account, instrument, lots: 1_000_000 });
        }
    }
    let mut state = 1_u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (((state >> 33) * bound) >> 31) as u32
    };
    for number in 0..orders {
        let (account, instrument) = (AccountId(below(1_000)), InstrumentId(below(10)));
        let (side, price) = match below(2) {
            0 => (Side::Buy, 10 * (below(499) + 1)),
            _ => (Side::Sell, 10 * (below(499) + 501)),
        };
        let add = AddOrder::limit(account, instrument, side, Price(price), Lots(below(10) + 1));
        let name = named.then(|| ClOrdId::parse(&format!("order-{number}")).expect("a name"));
        tell(Command::AddOrder(AddOrder { cl_ord_id: name, ..add }));
    }
    engine
}
