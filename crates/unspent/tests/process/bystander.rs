//! A connection that trades and listens while others misbehave, and checks every number it is told.

use crate::place::{Server, limit, runtime};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use unspent_client::{Client, ClientError, Inbox};
use unspent_model::{OrderRef, OrderStatus, Reject, Side};
use unspent_protocol::{
    Book, BookDepth, Call, CancelOrderParams, Channel, Data, Kind, ReplyResult, Stream, SubscribeParams, book_checksum,
};

/// A book as a subscriber of depth 10 knows it.
#[derive(Debug, Default)]
pub struct BookCopy {
    bids: BTreeMap<Decimal, u64>,
    asks: BTreeMap<Decimal, u64>,
    seq: Option<u64>,
    pub snapshots: u64,
    pub updates: u64,
}

impl BookCopy {
    /// Takes one message; the chain and the checksum must hold.
    pub fn take(&mut self, stream: &Stream<Vec<Book>>) {
        let [row] = &stream.data[..] else { panic!("one row a message: {stream:?}") };
        if stream.kind == Kind::Snapshot {
            assert_eq!(stream.prev_seq, None);
            (self.bids, self.asks) = (BTreeMap::new(), BTreeMap::new());
            self.snapshots += 1;
        } else {
            assert!(self.seq.is_some(), "a book starts with a snapshot");
            assert_eq!(stream.prev_seq, self.seq, "the chain is broken: {stream:?}");
            assert!(stream.seq > self.seq);
            self.updates += 1;
        }
        self.seq = stream.seq;
        for (levels, changes) in [(&mut self.bids, &row.bids), (&mut self.asks, &row.asks)] {
            for level in changes {
                if level.qty == 0 {
                    levels.remove(&level.price);
                } else {
                    levels.insert(level.price, level.qty);
                }
            }
        }
        while self.bids.len() > 10 {
            self.bids.pop_first();
        }
        while self.asks.len() > 10 {
            self.asks.pop_last();
        }
        let asks = self.asks.iter().map(|(price, qty)| (*price, *qty));
        let bids = self.bids.iter().rev().map(|(price, qty)| (*price, *qty));
        assert_eq!(row.checksum, Some(book_checksum(asks, bids)), "after {stream:?}");
    }
}

/// What a bystander saw.
#[derive(Debug, Default)]
pub struct Seen {
    pub requests: u64,
    /// Requests that the venue was too busy to take, each sent again until it took it.
    pub busy: u64,
    pub book: BookCopy,
    pub slowest: Duration,
}

pub struct Bystander {
    stop: Arc<AtomicBool>,
    trading: JoinHandle<Seen>,
    listening: JoinHandle<(u64, BookCopy)>,
}

fn stream(channel: Channel) -> SubscribeParams {
    let symbols = if channel.takes_symbols() { vec![limit(Side::Buy, 1, "1", "x").symbol] } else { Vec::new() };
    let depth = (channel == Channel::Book).then_some(BookDepth::D10);
    SubscribeParams { channel, symbols, depth, interval: None, snapshot: None, from_seq: None, from_exec_seq: None }
}

impl Bystander {
    /// Starts to trade and to listen.
    pub async fn start(server: &Server) -> Bystander {
        let (client, inbox) = Client::connect(&server.url).await.unwrap();
        let login = client.login("uk_calm_test").await.unwrap();
        client.subscribe(stream(Channel::Executions)).await.unwrap();
        client.subscribe(stream(Channel::Book)).await.unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let listening = tokio::spawn(listen(inbox, login.exec_seq));
        let trading = tokio::spawn(trade(client, Arc::clone(&stop), login.exec_seq));
        Bystander { stop, trading, listening }
    }

    /// Stops, and says what it saw; panics when anything was wrong with it.
    pub async fn finish(self) -> Seen {
        self.stop.store(true, Ordering::Relaxed);
        let seen = self.trading.await.unwrap();
        let (executions, book) = self.listening.await.unwrap();
        assert_eq!(executions, seen.requests, "one row for each order and each cancel");
        Seen { book, ..seen }
    }
}

/// Orders and cancels in turn, one request at a time: every answer must come, and be the one that is right.
async fn trade(client: Client, stop: Arc<AtomicBool>, run: u64) -> Seen {
    let mut seen = Seen::default();
    while !stop.load(Ordering::Relaxed) || seen.requests < 20 {
        let cents = 10 + seen.requests % 13;
        let order = limit(Side::Buy, 1_000, &format!("0.{cents}"), &format!("calm-{run}-{}", seen.requests));
        let ReplyResult::AddOrder(placed) = answered(&mut seen, &client, Call::AddOrder(order)).await else {
            panic!("an order was answered by something else")
        };
        assert_eq!((placed.status, placed.leaves_qty), (OrderStatus::Open, 1_000));
        let cancel = Call::CancelOrder(CancelOrderParams { orders: vec![OrderRef::Id(placed.order_id)] });
        let ReplyResult::CancelOrder(canceled) = answered(&mut seen, &client, cancel).await else {
            panic!("a cancel was answered by something else")
        };
        assert_eq!(canceled.order_id, placed.order_id);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // The last row follows the last answer, and nothing is heard when the client is gone.
    tokio::time::sleep(Duration::from_millis(500)).await;
    seen
}

/// The answer to a request, sent again while the venue is too busy for it.
async fn answered(seen: &mut Seen, client: &Client, call: Call) -> ReplyResult {
    loop {
        let started = Instant::now();
        let answer = client.call(call.clone()).await;
        seen.slowest = seen.slowest.max(started.elapsed());
        match answer {
            Ok(answer) => {
                seen.requests += 1;
                return answer;
            }
            Err(ClientError::Refused(body)) if body.detail.reject() == Some(Reject::Busy) => {
                seen.busy += 1;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

async fn listen(mut inbox: Inbox, mut exec_seq: u64) -> (u64, BookCopy) {
    let (mut rows, mut book) = (0, BookCopy::default());
    while let Some(data) = inbox.next().await {
        match data {
            Data::Executions(stream) if stream.kind == Kind::Snapshot => assert_eq!(stream.exec_seq, Some(exec_seq)),
            Data::Executions(stream) => {
                rows += stream.data.len() as u64;
                exec_seq += stream.data.len() as u64;
                assert_eq!(stream.exec_seq, Some(exec_seq), "a gap in exec_seq: {stream:?}");
            }
            Data::Book(stream) => book.take(&stream),
            _ => {}
        }
    }
    (rows, book)
}

/// Runs `attack` beside a bystander, and asserts that the bystander noticed nothing.
pub fn beside<F: Future<Output = ()>>(server: &Server, attack: impl FnOnce(String) -> F) -> Seen {
    runtime().block_on(async {
        let bystander = Bystander::start(server).await;
        attack(server.address().to_owned()).await;
        let seen = bystander.finish().await;
        assert!(seen.book.updates > 10 && seen.book.snapshots == 1, "{seen:?}");
        assert!(seen.slowest < Duration::from_secs(10), "{seen:?}");
        seen
    })
}
