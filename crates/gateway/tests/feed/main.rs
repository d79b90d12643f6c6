//! A client that knows only messages has the engine's book, order by order, after every one of them; and the sums that it
//! makes of the trades it is told are the candles it is told.

mod client;
#[path = "../../../marketdata/tests/market/flow.rs"]
mod flow;

use client::{Book, Orders, price_of};
use flow::{ACCOUNTS, Exchange, INSTRUMENTS, Step, steps};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};
use unspent_gateway::{Announcer, Answer, Applied, Audience, BookScope, Topic};
use unspent_model::{
    AccountId, GroupChange, InstrumentId, Interval, Lots, OrderId, Phase, Price, Reply, Side, Symbol, Timestamp,
};
use unspent_protocol::{Asked, CurveRow, Data, GroupRow, Kind, OhlcRow, ServerMessage};

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];
const DEPTHS: [u32; 3] = [10, 100, 1_000];

/// Hears what a venue's sockets would have carried.
#[derive(Default)]
struct Ear(Vec<(Topic, Data)>);

impl Audience for Ear {
    fn wants(&self, _: &Topic) -> bool {
        true
    }

    fn tell(&mut self, topic: Topic, message: &[u8]) {
        self.0.push((topic, read(message)));
    }
}

fn read(message: &[u8]) -> Data {
    let text = std::str::from_utf8(message).unwrap();
    match ServerMessage::parse(text).unwrap() {
        ServerMessage::Data(data) => data,
        other => panic!("{other:?}"),
    }
}

fn curve() -> Symbol {
    Symbol::parse("AWS-ACT-1K").unwrap()
}

/// Everything that a client keeps.
#[derive(Default)]
struct Client {
    books: HashMap<Topic, Book>,
    orders: HashMap<Topic, Orders>,
    candles: HashMap<(InstrumentId, Interval), Vec<OhlcRow>>,
    curve: BTreeMap<String, CurveRow>,
    groups: BTreeMap<(AccountId, String), GroupRow>,
    /// By topic: the `seq` of the last message.
    seqs: HashMap<Topic, u64>,
}

impl Client {
    /// Subscribes to everything.
    fn subscribe(announcer: &mut Announcer) -> Client {
        let mut client = Client::default();
        let mut topics = vec![Topic::Curve(curve())];
        for instrument in (0..INSTRUMENTS).map(InstrumentId) {
            topics.push(Topic::Book(instrument, BookScope::Levels(10)));
            topics.extend(DEPTHS.map(|depth| Topic::Level3(instrument, depth)));
            topics.extend(Interval::ALL.map(|interval| Topic::Ohlc(instrument, interval)));
        }
        topics.extend((0..ACCOUNTS).map(AccountId).map(Topic::Groups));
        for topic in topics {
            let message = announcer.snapshot(topic).unwrap();
            client.hear(topic, read(&message));
        }
        client
    }

    fn hear(&mut self, topic: Topic, data: Data) {
        let (kind, seq, prev_seq) = match &data {
            Data::Book(stream) => (stream.kind, stream.seq, stream.prev_seq),
            Data::Level3(stream) => (stream.kind, stream.seq, stream.prev_seq),
            Data::Ohlc(stream) => (stream.kind, stream.seq, stream.prev_seq),
            Data::Curve(stream) => (stream.kind, stream.seq, stream.prev_seq),
            Data::Groups(stream) => (stream.kind, stream.seq, None),
            _ => return,
        };
        let before = self.seqs.insert(topic, seq.unwrap());
        if kind == Kind::Update && !matches!(topic, Topic::Groups(_) | Topic::Book(_, BookScope::Top | BookScope::Full))
        {
            let known = prev_seq.is_none() || prev_seq == before;
            assert!(known, "{topic:?} continues {prev_seq:?}, not {before:?}");
            assert!(prev_seq.is_some() || !self.subscribed(&topic), "{topic:?} lost its prev_seq");
        }
        match (topic, data) {
            (Topic::Book(_, BookScope::Levels(10)), Data::Book(stream)) => {
                self.books.entry(topic).or_default().apply(kind, &stream.data[0], 10);
            }
            (Topic::Level3(_, depth), Data::Level3(stream)) => {
                self.orders.entry(topic).or_default().apply(kind, &stream.data[0], depth as usize);
            }
            (Topic::Ohlc(instrument, interval), Data::Ohlc(stream)) => {
                let candles = self.candles.entry((instrument, interval)).or_default();
                if kind == Kind::Snapshot {
                    candles.clear();
                }
                for row in stream.data {
                    if candles.last().is_some_and(|last| last.interval_begin == row.interval_begin) {
                        candles.pop();
                    }
                    candles.push(row);
                }
            }
            (Topic::Curve(_), Data::Curve(stream)) => {
                self.curve.extend(stream.data.into_iter().map(|row| (row.expiry.to_string(), row)));
            }
            (Topic::Groups(account), Data::Groups(stream)) => {
                self.groups.extend(stream.data.into_iter().map(|row| ((account, row.group.to_string()), row)));
            }
            _ => {}
        }
    }

    fn subscribed(&self, topic: &Topic) -> bool {
        match topic {
            Topic::Book(_, scope) => *scope == BookScope::Levels(10),
            _ => true,
        }
    }

    fn check(&self, exchange: &Exchange) {
        for instrument in (0..INSTRUMENTS).map(InstrumentId) {
            for side in SIDES {
                let queue: Vec<(OrderId, Price, Lots)> = exchange.engine.queue(instrument, side).collect();
                for depth in DEPTHS {
                    let mut prices: Vec<Price> = queue.iter().map(|order| order.1).collect();
                    prices.dedup();
                    prices.truncate(depth as usize);
                    let expected: Vec<_> = queue.iter().copied().filter(|order| prices.contains(&order.1)).collect();
                    let known = &self.orders[&Topic::Level3(instrument, depth)];
                    assert_eq!(known.side(side), expected, "{instrument} {side:?} of {depth}");
                }
                let levels: Vec<_> = exchange.engine.levels(instrument, side).take(10).collect();
                let book = &self.books[&Topic::Book(instrument, BookScope::Levels(10))];
                assert_eq!(book.side(side), levels, "{instrument} {side:?}");
                let phase = exchange.engine.phase(instrument);
                assert_eq!(book.phase.unwrap_or(Phase::Continuous), phase, "the book tells its phase");
            }
            let best = |side| exchange.engine.best(instrument, side);
            let symbol = exchange.engine.instruments().nth(instrument.0 as usize).unwrap().symbol;
            let Some(point) = self.curve.values().find(|row| row.symbol == symbol) else {
                // Who came after its end is not told of it.
                assert_eq!(exchange.engine.phase(instrument), Phase::Expired, "{symbol} was never told");
                assert_eq!((best(Side::Buy), best(Side::Sell)), (None, None));
                continue;
            };
            let told =
                |price: Option<rust_decimal::Decimal>, qty: u64| price.map(|price| (price_of(price), qty / 1_000));
            assert_eq!(told(point.bid, point.bid_qty), best(Side::Buy));
            assert_eq!(told(point.ask, point.ask_qty), best(Side::Sell));
            let mid = point.bid.zip(point.ask).map(|(bid, ask)| (bid + ask) / rust_decimal::Decimal::TWO);
            assert_eq!(point.mid, mid);
        }
    }
}

/// The candles of trades, summed anew.
fn candles_of(
    trades: &[(Timestamp, Price, u64)],
    interval: Interval,
) -> Vec<(u64, Price, Price, Price, Price, u64, u64)> {
    let mut candles: Vec<(u64, Price, Price, Price, Price, u64, u64)> = Vec::new();
    for &(at, price, qty) in trades {
        let number = at.0 / interval.nanoseconds();
        match candles.last_mut().filter(|candle| candle.0 == number) {
            Some(candle) => {
                (candle.2, candle.3, candle.4) = (candle.2.max(price), candle.3.min(price), price);
                (candle.5, candle.6) = (candle.5 + qty, candle.6 + 1);
            }
            None => candles.push((number, price, price, price, price, qty, 1)),
        }
    }
    candles
}

/// Time is stretched, so that flows run through days.
fn at(exchange: &Exchange) -> Timestamp {
    Timestamp(exchange.at.0 * 900)
}

/// Follows a flow with a subscriber from `joined` on, and checks it after every command. Gives it and what it heard.
fn run(flow: &[Step], joined: usize) -> (Exchange, Client, Vec<(Topic, Data)>) {
    let (mut exchange, mut announcer) = (Exchange::open(), Announcer::new());
    announcer.follow(at(&exchange), exchange.seq, &exchange.events);
    for step in &flow[..joined] {
        exchange.run(step);
        announcer.follow(at(&exchange), exchange.seq, &exchange.events);
    }
    let mut client = Client::subscribe(&mut announcer);
    client.check(&exchange);
    let mut heard = Vec::new();
    for step in &flow[joined..] {
        exchange.run(step);
        let mut ear = Ear::default();
        let (now, seq, events) = (at(&exchange), exchange.seq, exchange.events.len());
        let applied =
            Applied { seq, at: now, origin: None, asked: Asked::default(), answer: Answer::Reply(Reply::Done), events };
        announcer.announce(&applied, &exchange.events, now, &mut ear);
        for (topic, data) in ear.0 {
            heard.push((topic, data.clone()));
            client.hear(topic, data);
        }
        client.check(&exchange);
    }
    // Who joins now is told what is known.
    let fresh = Client::subscribe(&mut announcer);
    assert_eq!(fresh.candles, client.candles);
    assert_eq!(fresh.groups, client.groups);
    (exchange, client, heard)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn a_client_of_messages_has_the_engines_book(flow in steps(250), joined in any::<prop::sample::Index>()) {
        run(&flow, joined.index(flow.len()));
    }

    #[test]
    fn candles_are_the_sums_of_the_trades_that_were_told(flow in steps(250)) {
        let (_, client, heard) = run(&flow, 0);
        for instrument in (0..INSTRUMENTS).map(InstrumentId) {
            let rows = heard.iter().filter_map(|(topic, data)| match data {
                Data::Trade(stream) if *topic == Topic::Trade(instrument) => Some(&stream.data),
                _ => None,
            });
            let trades: Vec<_> = rows.flatten().map(|row| (row.timestamp, price_of(row.price), row.qty)).collect();
            for interval in Interval::ALL {
                let told = client.candles.get(&(instrument, interval)).into_iter().flatten().map(|row| {
                    assert_eq!(row.interval, interval);
                    assert_eq!(row.timestamp.0 - row.interval_begin.0, interval.nanoseconds());
                    let number = row.interval_begin.0 / interval.nanoseconds();
                    let [open, high, low, close] = [row.open, row.high, row.low, row.close].map(price_of);
                    (number, open, high, low, close, row.volume, row.trades)
                });
                prop_assert_eq!(told.collect::<Vec<_>>(), candles_of(&trades, interval));
            }
        }
    }
}

/// The flows above are worth what happens in them.
#[test]
fn groups_trip_and_calls_are_drawn_in_the_flows() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = steps(300);
    let (mut tripped, mut drawn, mut sown, mut changes) = (0, 0, 0, HashMap::new());
    for _ in 0..60 {
        let flow = strategy.new_tree(&mut runner).unwrap().current();
        let (_, client, heard) = run(&flow, 0);
        tripped += client.groups.values().filter(|row| row.event == GroupChange::Tripped && row.tripped).count();
        for (_, data) in &heard {
            match data {
                Data::Auction(stream) => {
                    drawn +=
                        stream.data.iter().filter(|row| row.commitment.is_some() && row.latest_end.is_some()).count();
                    sown += stream.data.iter().filter(|row| row.seed.is_some()).count();
                }
                Data::Level3(stream) => {
                    for order in stream.data[0].bids.iter().chain(&stream.data[0].asks) {
                        *changes.entry(order.event).or_insert(0) += 1;
                    }
                }
                _ => {}
            }
        }
    }
    assert!(tripped > 0 && drawn > 0 && sown > 0, "{tripped} tripped, {drawn} drawn, {sown} revealed");
    assert_eq!(changes.len(), 3, "{changes:?}");
}
