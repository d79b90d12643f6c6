//! `unspent watch --json` and `--lines`: trades and best prices as they come.

use super::until;
use crate::cli::WatchArgs;
use crate::commands::connect::{connect, instruments, of, session, symbol};
use crate::failure::Failure;
use crate::money::face;
use crate::output::say;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use unspent_client::{FeedEvent, SessionState};
use unspent_model::{Side, Symbol};
use unspent_protocol::{Channel, Data, Kind, TickerRow, TradeRow, print_time};

/// Messages that wait to be printed.
const WAITING: usize = 256;

/// Follows until interrupted, or for the seconds asked for.
pub async fn run(args: &WatchArgs, json: bool) -> Result<(), Failure> {
    let mut symbols: Vec<Symbol> = args.symbols.iter().map(|text| symbol(text)).collect::<Result<_, _>>()?;
    // A venue that is not there at first is an error; one that goes is waited for.
    let (client, mut inbox) = connect(&args.client).await?;
    if symbols.is_empty() {
        symbols = instruments(&client, &mut inbox).await?.pairs.into_iter().map(|pair| pair.symbol).collect();
    }
    drop((client, inbox));
    let session = session(&args.client)?;
    let mut states = session.states();
    states.mark_unchanged();
    let (events, mut news) = mpsc::channel(WAITING);
    for channel in [Channel::Ticker, Channel::Trade] {
        for &symbol in &symbols {
            let (mut feed, events) = (session.feed(of(channel, vec![symbol], None)).await?, events.clone());
            tokio::spawn(async move {
                loop {
                    let event = feed.next().await;
                    let over = event.is_err();
                    if events.send(event).await.is_err() || over {
                        return;
                    }
                }
            });
        }
    }
    let end = args.seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    loop {
        let event = tokio::select! {
            event = news.recv() => event.expect("a sender is here")?,
            Ok(()) = states.changed() => {
                if let SessionState::Waiting { why, .. } = &*states.borrow_and_update() {
                    eprintln!("unspent: {why}; trying again");
                }
                continue;
            }
            () = until(end) => return Ok(()),
        };
        let data = match event {
            FeedEvent::Data(data) => *data,
            FeedEvent::Missed => {
                eprintln!("unspent: some of what happened meanwhile is missing here");
                continue;
            }
        };
        if json {
            let mut line = Vec::new();
            data.write(&mut line);
            say!("{}", String::from_utf8_lossy(&line));
            continue;
        }
        match data {
            Data::Trade(stream) if stream.kind == Kind::Update => stream.data.iter().for_each(trade),
            Data::Ticker(stream) => stream.data.iter().for_each(ticker),
            _ => {}
        }
    }
}

fn clock(time: unspent_model::Timestamp) -> String {
    print_time(time).get(11..19).unwrap_or_default().to_owned()
}

fn trade(row: &TradeRow) {
    let verb = if row.side == Side::Buy { "bought" } else { "sold" };
    say!("{}  {:<22} {verb:<6} {:>14} at {}", clock(row.timestamp), row.symbol, face(row.qty), row.price);
}

fn ticker(row: &TickerRow) {
    let price = |price: Option<rust_decimal::Decimal>| price.map_or_else(|| "-".to_owned(), |price| price.to_string());
    say!(
        "{}  {:<22} bid {:>7} {:>13}   ask {:>7} {:>13}   last {}",
        clock(row.timestamp),
        row.symbol,
        price(row.bid),
        face(row.bid_qty),
        price(row.ask),
        face(row.ask_qty),
        price(row.last)
    );
}
