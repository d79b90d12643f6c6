//! `unspent maker explain`: what would be quoted, and why.

use super::people::now;
use super::venue::{self, Tongue};
use super::{account, read, references};
use crate::cli::MakerExplainArgs;
use crate::commands::connect;
use crate::failure::Failure;
use crate::money::face;
use crate::output::say;
use anyhow::anyhow;
use serde_json::json;
use std::time::Duration;
use unspent_maker::{Config, Explained, Input, Reference, Row, Strategy, Term};
use unspent_model::{Cash, Phase, Side, Timestamp};
use unspent_protocol::{parse_time, print_time};

/// How long the first pictures may take.
const PICTURE: Duration = Duration::from_secs(10);

/// Explains for an account that is said, in empty books that are open.
pub fn run(args: &MakerExplainArgs, json: bool) -> Result<(), Failure> {
    let config = read(&args.file.file)?.config;
    if args.live {
        return connect::talk(live(args, config, json));
    }
    let references = references(&config, &args.account)?;
    let (cash, held) = account(&references, &args.account)?;
    let at = match &args.at {
        Some(text) => {
            parse_time(text).map_err(|_| Failure::Usage(format!("--at {text}: must be as 2027-01-31T16:30:00Z")))?
        }
        None => now(),
    };
    let mut strategy = Strategy::new(config, references.clone()).map_err(|error| anyhow!("{error}"))?;
    let mut inputs = vec![Input::Up, Input::Cash { available: cash, reserved: Cash::ZERO }];
    for (instrument, lots) in held {
        inputs.push(Input::Holding { instrument, available: lots, reserved: 0 });
        inputs.push(Input::Phase { instrument, phase: Phase::Continuous });
        inputs.push(Input::Book { instrument, bids: Vec::new(), asks: Vec::new() });
    }
    let mut actions = Vec::new();
    for input in inputs {
        strategy.take(at, input, &mut actions);
    }
    print(&strategy.explain(at), &references, at, json);
    Ok(())
}

/// Explains for an account at a venue, in the books that are there. What is open already is the account's own.
async fn live(args: &MakerExplainArgs, config: Config, json: bool) -> Result<(), Failure> {
    let (client, mut inbox) = connect::login(&args.client).await?;
    let pairs = connect::instruments(&client, &mut inbox).await?.pairs;
    drop((client, inbox));
    let references = venue::references(&config, &pairs)?;
    let mut strategy = Strategy::new(config, references.clone()).map_err(|error| anyhow!("{error}"))?;
    let mut tongue = Tongue::new(references.clone(), "explain-".to_owned(), true);
    let (client, mut inbox) = connect::login(&args.client).await?;
    let mut actions = Vec::new();
    strategy.take(now(), Input::Up, &mut actions);
    // Their data waits in the inbox, which has room for the first pictures of a hundred instruments.
    for params in tongue.subscriptions() {
        client.subscribe(params).await?;
    }
    let whole = async {
        while let Some(data) = inbox.next().await {
            let heard = tongue.hear(&data)?;
            for input in heard.inputs {
                strategy.take(now(), input, &mut actions);
            }
            if heard.whole {
                return Ok(());
            }
        }
        Err(anyhow!("the connection was lost"))
    };
    tokio::time::timeout(PICTURE, whole).await.map_err(|_| anyhow!("the venue sent no snapshot; try again"))??;
    print(&strategy.explain(now()), &references, now(), json);
    Ok(())
}

/// A term's value as people read it.
fn value(term: &Term) -> String {
    // A zero has no sign.
    match term.unit {
        "lots" => format!("{:.0}", term.value + 0.0),
        _ => format!("{:.1}", term.value + 0.0),
    }
}

fn price(row: &Row) -> String {
    format!("0.{:04}", row.price.0).replacen("0.10000", "1.0000", 1)
}

fn side(row: &Row) -> &'static str {
    if row.side == Side::Buy { "bid" } else { "ask" }
}

fn print(explained: &[Explained], references: &[Reference], at: Timestamp, json: bool) {
    for (explained, reference) in explained.iter().zip(references) {
        let dollars = |row: &Row| u64::from(row.lots.0) * u64::from(reference.face_dollars);
        if json {
            let terms: Vec<_> = explained
                .terms
                .iter()
                .map(|term| json!({ "name": term.name, "value": value(term), "unit": term.unit }))
                .collect();
            let rows: Vec<_> = explained
                .rows
                .iter()
                .map(|row| json!({ "side": side(row), "layer": row.layer, "price": price(row), "qty": dollars(row) }))
                .collect();
            say!(
                "{}",
                json!({
                    "symbol": explained.symbol.as_str(), "time": print_time(at), "terms": terms, "notes": explained.notes,
                    "quotes": rows,
                })
            );
            continue;
        }
        say!("{}", explained.symbol);
        for term in &explained.terms {
            say!("  {:<14} {:>10} {}", term.name, value(term), term.unit);
        }
        for row in &explained.rows {
            say!("  {} {:<10} {:>10} {:>12}", side(row), row.layer, price(row), face(dollars(row)));
        }
        for note in &explained.notes {
            say!("  {note}");
        }
        say!("");
    }
}
