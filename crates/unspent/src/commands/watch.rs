//! `unspent watch`: trades and best prices as they come.

use crate::cli::WatchArgs;
use crate::commands::connect::{connect, instruments, of, symbol, talk};
use crate::failure::Failure;
use crate::money::face;
use crate::output::say;
use std::time::Duration;
use unspent_model::{Side, Symbol};
use unspent_protocol::{Channel, Data, Kind, TickerRow, TradeRow, print_time};

/// Follows until interrupted, or for the seconds asked for.
pub fn run(args: &WatchArgs, json: bool) -> Result<(), Failure> {
    talk(watch(args, json))
}

async fn watch(args: &WatchArgs, json: bool) -> Result<(), Failure> {
    let (client, mut inbox) = connect(&args.client).await?;
    let mut symbols: Vec<Symbol> = args.symbols.iter().map(|text| symbol(text)).collect::<Result<_, _>>()?;
    if symbols.is_empty() {
        symbols = instruments(&client, &mut inbox).await?.pairs.into_iter().map(|pair| pair.symbol).collect();
    }
    client.subscribe(of(Channel::Ticker, symbols.clone(), None)).await?;
    client.subscribe(of(Channel::Trade, symbols, None)).await?;
    let end = args.seconds.map(|seconds| tokio::time::Instant::now() + Duration::from_secs(seconds));
    loop {
        let next = async {
            match end {
                Some(end) => tokio::time::timeout_at(end, inbox.next()).await.ok(),
                None => Some(inbox.next().await),
            }
        };
        let data = match next.await {
            None => return Ok(()),
            Some(None) => return Err(Failure::Unavailable("the venue closed the connection".to_owned())),
            Some(Some(data)) => data,
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
