//! `unspent book`.

use crate::cli::BookArgs;
use crate::commands::connect::{book, connect, symbol, talk};
use crate::failure::Failure;
use crate::money::face;
use crate::output::say;
use unspent_protocol::{Book, BookDepth, BookLevel};

/// Shows an instrument's book.
pub fn run(args: &BookArgs, json: bool) -> Result<(), Failure> {
    talk(show(args, json))
}

async fn show(args: &BookArgs, json: bool) -> Result<(), Failure> {
    let symbol = symbol(&args.symbol)?;
    let (client, mut inbox) = connect(&args.client).await?;
    let depth = BookDepth::ALL.into_iter().find(|depth| depth.levels() >= args.depth).unwrap_or(BookDepth::D1000);
    let mut book = book(&client, &mut inbox, symbol, depth).await?;
    book.bids.truncate(args.depth as usize);
    book.asks.truncate(args.depth as usize);
    if json {
        say!("{}", serde_json::to_string(&book).expect("a book serialises"));
    } else {
        print(&book);
    }
    Ok(())
}

fn print(book: &Book) {
    say!("{}", book.symbol);
    print_levels(&book.bids, &book.asks);
}

/// Levels side by side, best first.
pub fn print_levels(bids: &[BookLevel], asks: &[BookLevel]) {
    say!("{:>16} {:>8}   {:<8} {:>16}", "bid for", "price", "price", "offered");
    let rows = bids.len().max(asks.len());
    for i in 0..rows {
        let (bid_qty, bid) = side(bids.get(i).map(|level| (level.qty, level.price.to_string())));
        let (ask_qty, ask) = side(asks.get(i).map(|level| (level.qty, level.price.to_string())));
        say!("{bid_qty:>16} {bid:>8}   {ask:<8} {ask_qty:>16}");
    }
    if rows == 0 {
        say!("nothing rests here");
    }
}

fn side(level: Option<(u64, String)>) -> (String, String) {
    level.map_or_else(|| (String::new(), String::new()), |(qty, price)| (face(qty), price))
}
