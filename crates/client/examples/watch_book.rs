//! Watches a book: `cargo run -p unspent-client --example watch_book -- ws://127.0.0.1:8080/ws AWS-ACT-1K-202706`
//!
//! It survives a restart of the venue, and never shows a book that is not the venue's.

use unspent_client::{BookEvent, Session, SessionConfig};
use unspent_model::Symbol;
use unspent_protocol::BookDepth;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(symbol)) = (arguments.next(), arguments.next()) else {
        return Err("usage: watch_book URL SYMBOL".into());
    };
    let symbol = Symbol::parse(&symbol).map_err(|error| format!("{symbol}: {error}"))?;
    let session = Session::start(SessionConfig::new(&url)?);
    let mut stream = session.book(symbol, BookDepth::D10).await?;
    loop {
        match stream.next().await? {
            BookEvent::Changed(book) => {
                let show = |level: Option<unspent_protocol::BookLevel>| {
                    level.map_or_else(|| "nothing".to_owned(), |level| format!("{} at {}", level.qty, level.price))
                };
                println!("{:>10}  bid {:<24} ask {}", book.seq, show(book.bids().next()), show(book.asks().next()));
            }
            BookEvent::Lost(why) => println!("the book is not known now ({why:?}); asking for it again"),
        }
    }
}
