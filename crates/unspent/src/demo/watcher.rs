//! What the demo's view shows, followed over a websocket like anybody's, and the venue's own counters.

use crate::commands::connect::of;
use crate::failure::Failure;
use crate::money::{bytes, count, face};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use unspent_client::{Client, Inbox};
use unspent_gateway::Stats;
use unspent_model::{Side, Symbol};
use unspent_protocol::{BookDepth, BookLevel, Channel, Data, Kind, TickerRow, TradeRow};

/// Trades kept for the view.
const TRADES: usize = 64;

/// A book as followed.
#[derive(Debug, Clone, Default)]
pub struct Followed {
    /// Highest first.
    pub bids: Vec<BookLevel>,
    /// Lowest first.
    pub asks: Vec<BookLevel>,
}

/// The picture so far.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// Books by symbol.
    pub books: BTreeMap<Symbol, Followed>,
    /// Tickers by symbol.
    pub tickers: BTreeMap<Symbol, TickerRow>,
    /// The last trades, newest first.
    pub trades: VecDeque<TradeRow>,
}

/// Counters now and what they grew by in the last second.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pulse {
    /// Seconds since the start.
    pub seconds: u64,
    /// New orders accepted.
    pub orders: u64,
    /// Fills.
    pub fills: u64,
    /// Refused requests.
    pub rejects: u64,
    /// The last `command_seq` on disk.
    pub seq: u64,
    /// Bytes written.
    pub journal_bytes: u64,
    /// Batches written.
    pub journal_batches: u64,
    /// Open connections.
    pub connections: u64,
}

/// Follows the venue.
pub struct Watcher {
    /// The instruments, in the order in which they are shown.
    pub symbols: Vec<Symbol>,
    picture: Arc<Mutex<Picture>>,
    stats: Arc<Stats>,
    started: Instant,
    _client: Client,
}

impl Watcher {
    /// Subscribes to everything and follows it in a task of its own.
    pub async fn start(url: &str, stats: Arc<Stats>, symbols: Vec<Symbol>) -> Result<Watcher, Failure> {
        let (client, inbox) = Client::connect(url).await?;
        let picture = Arc::new(Mutex::new(Picture::default()));
        tokio::spawn(follow(inbox, Arc::clone(&picture)));
        client.subscribe(of(Channel::Ticker, symbols.clone(), None)).await?;
        client.subscribe(of(Channel::Trade, symbols.clone(), None)).await?;
        client.subscribe(of(Channel::Book, symbols.clone(), Some(BookDepth::D10))).await?;
        Ok(Watcher { symbols, picture, stats, started: Instant::now(), _client: client })
    }

    /// The picture now.
    pub fn picture(&self) -> MutexGuard<'_, Picture> {
        self.picture.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The counters now.
    pub fn pulse(&self) -> Pulse {
        let stats = &self.stats;
        Pulse {
            seconds: self.started.elapsed().as_secs(),
            orders: Stats::get(&stats.orders),
            fills: Stats::get(&stats.fills),
            rejects: Stats::get(&stats.rejects),
            seq: Stats::get(&stats.seq),
            journal_bytes: Stats::get(&stats.journal_bytes),
            journal_batches: Stats::get(&stats.journal_batches),
            connections: Stats::get(&stats.connections),
        }
    }

    /// Prints a line a second, for as long as it is let.
    pub async fn lines(&self, json: bool) -> std::io::Result<()> {
        let mut before = self.pulse();
        let mut next = 0;
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = self.pulse();
            let picture = self.picture();
            if json {
                let object = serde_json::json!({
                    "seconds": now.seconds, "seq": now.seq, "orders_per_second": now.orders - before.orders,
                    "fills_per_second": now.fills - before.fills, "orders": now.orders, "fills": now.fills,
                    "rejects": now.rejects, "journal_bytes": now.journal_bytes, "journal_batches": now.journal_batches,
                    "connections": now.connections,
                });
                println!("{object}");
            } else {
                println!(
                    "{:>5}s  command {:>9}  {:>5} orders/s  {:>5} fills/s  journal {:>9} in {:>7} batches  {}",
                    now.seconds,
                    count(now.seq),
                    now.orders - before.orders,
                    now.fills - before.fills,
                    bytes(now.journal_bytes),
                    count(now.journal_batches),
                    sample(&picture, &mut next)
                );
            }
            drop(picture);
            before = now;
        }
    }
}

/// One instrument's line, another each time.
fn sample(picture: &Picture, next: &mut usize) -> String {
    let row = picture.tickers.values().cycle().nth(*next);
    *next = (*next + 1) % picture.tickers.len().max(1);
    row.map_or_else(String::new, |row| {
        let price =
            |price: Option<rust_decimal::Decimal>| price.map_or_else(|| "-".to_owned(), |price| price.to_string());
        format!("{} {} / {} last {}", row.symbol, price(row.bid), price(row.ask), price(row.last))
    })
}

async fn follow(mut inbox: Inbox, picture: Arc<Mutex<Picture>>) {
    while let Some(data) = inbox.next().await {
        let mut picture = picture.lock().unwrap_or_else(PoisonError::into_inner);
        match data {
            Data::Ticker(stream) => {
                for row in stream.data {
                    picture.tickers.insert(row.symbol, row);
                }
            }
            Data::Trade(stream) => {
                for row in stream.data {
                    picture.trades.push_front(row);
                }
                picture.trades.truncate(TRADES);
            }
            Data::Book(stream) => {
                let fresh = stream.kind == Kind::Snapshot;
                for row in stream.data {
                    let book = picture.books.entry(row.symbol).or_default();
                    if fresh {
                        *book = Followed::default();
                    }
                    change(&mut book.bids, &row.bids, Side::Buy);
                    change(&mut book.asks, &row.asks, Side::Sell);
                }
            }
            _ => {}
        }
    }
}

/// Applies changed levels and cuts what is out of scope, as the protocol says.
fn change(levels: &mut Vec<BookLevel>, changed: &[BookLevel], side: Side) {
    for level in changed {
        levels.retain(|known| known.price != level.price);
        if level.qty > 0 {
            levels.push(*level);
        }
    }
    levels.sort_by(|a, b| match side {
        Side::Buy => b.price.cmp(&a.price),
        Side::Sell => a.price.cmp(&b.price),
    });
    levels.truncate(10);
}

/// What a level holds, for people.
pub fn quantity(level: Option<&BookLevel>) -> (String, String) {
    level.map_or_else(|| (String::new(), String::new()), |level| (face(level.qty), level.price.to_string()))
}
