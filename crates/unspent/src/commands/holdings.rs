//! `unspent holdings`: what of a holder's credits can be listed, and how best; its part in the registry is in [`registry`].

use crate::catalogue::Catalogue;
use crate::cli::{HolderArgs, HoldingsArgs, HoldingsCommand, ImportArgs};
use crate::commands::public::look;
use crate::commands::registry;
use crate::commands::serve::runtime;
use crate::failure::Failure;
use crate::holdings::split::Split;
use crate::holdings::{Credit, Listing, MAX_BYTES, Verdict, aws, csv, judge};
use crate::money;
use crate::output::say;
use anyhow::{Context, ensure};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use unspent_gateway::now;
use unspent_model::{Date, Programme, Symbol};

pub fn run(args: &HoldingsArgs, json: bool) -> Result<(), Failure> {
    match &args.command {
        HoldingsCommand::Import(args) => import(args, json),
        HoldingsCommand::List(args) => registry::list(args, json),
        HoldingsCommand::Offer(args) => registry::part(args, "list", json),
        HoldingsCommand::Delist(args) => registry::part(args, "delist", json),
        HoldingsCommand::Withdraw { holding, holder } => registry::withdraw(*holding, holder, json),
    }
}

fn import(args: &ImportArgs, json: bool) -> Result<(), Failure> {
    let catalogue = Catalogue::read(&args.catalogue)?;
    let mut credits = read(args)?;
    if let Some(programme) = &args.programme {
        let programme = Programme::parse(programme)
            .map_err(|error| Failure::Usage(format!("--programme {programme} is none: it {error}")))?;
        for credit in credits.iter_mut().filter(|credit| credit.programme.is_none()) {
            credit.programme = Some(programme);
        }
    }
    let at = match &args.on {
        Some(day) => Date::parse(day)
            .map_err(|_| Failure::Usage(format!("--on {day} must be a day such as 2026-11-21")))?
            .start(),
        None => now(),
    };
    let judged: Vec<(Credit, Verdict)> = credits
        .into_iter()
        .map(|credit| {
            let verdict = judge(&credit, &catalogue, at);
            (credit, verdict)
        })
        .collect();
    let prices = match &args.url {
        Some(url) => Some(bids(url, &judged)?),
        None => None,
    };
    if json {
        print_json(&judged, prices.as_ref())
    } else {
        print(&judged, prices.as_ref())
    }
    if let (true, Some(url)) = (args.register, &args.url) {
        let holder = HolderArgs { url: url.clone(), key: args.key.clone(), key_file: args.key_file.clone() };
        let from = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        registry::register(&holder, &from, &judged, Date::of(at), json)?;
    }
    Ok(())
}

fn read(args: &ImportArgs) -> anyhow::Result<Vec<Credit>> {
    let file = args.file.display();
    let size = std::fs::metadata(&args.file).with_context(|| format!("reading {file}"))?.len();
    ensure!(size <= MAX_BYTES, "{file} has {size} bytes; at most {MAX_BYTES} are read");
    let text = std::fs::read_to_string(&args.file).with_context(|| format!("reading {file}"))?;
    let read = if text.trim_start().starts_with('{') { aws::read(&text) } else { csv::read(&text) };
    read.with_context(|| file.to_string())
}

/// The best bid of every instrument that something may be listed in, in dollars per dollar of face.
type Bids = BTreeMap<Symbol, Decimal>;

fn bids(url: &str, judged: &[(Credit, Verdict)]) -> Result<Bids, Failure> {
    #[derive(Deserialize)]
    struct Page {
        data: Vec<Row>,
    }
    #[derive(Deserialize)]
    struct Row {
        #[serde(default)]
        bid: Option<Box<serde_json::value::RawValue>>,
    }
    let runtime = runtime()?;
    let mut bids = Bids::new();
    let listings = judged.iter().filter_map(|(_, verdict)| match verdict {
        Verdict::Listed(listing) => Some(listing),
        Verdict::Refused { .. } => None,
    });
    let symbols: std::collections::BTreeSet<Symbol> = listings
        .flat_map(|listing| &listing.splits)
        .flat_map(|split| &split.lots)
        .map(|(symbol, ..)| *symbol)
        .collect();
    for symbol in symbols {
        // One that is not listed there has no price.
        let Ok(page) = runtime.block_on(look::<Page>(url, &format!("/v1/ticker?symbol={symbol}"))) else { continue };
        let bid = page.data.into_iter().next().and_then(|row| row.bid);
        if let Some(bid) = bid.and_then(|bid| bid.get().parse().ok()) {
            bids.insert(symbol, bid);
        }
    }
    Ok(bids)
}

/// What a split would bring at the best bids; `None` when one of its instruments has none.
fn proceeds(split: &Split, bids: &Bids) -> Option<Decimal> {
    split
        .lots
        .iter()
        .map(|(symbol, face, lots)| Some(*bids.get(symbol)? * Decimal::from(*face) * Decimal::from(*lots)))
        .sum()
}

/// The split that sells best: by what it brings where every price is known, else by how much of the credit it sells.
fn best<'a>(listing: &'a Listing, bids: Option<&Bids>) -> &'a Split {
    let first = listing.splits.first().expect("a listing has a way to split");
    let priced = bids.and_then(|bids| {
        let all = listing.splits.iter().filter_map(|split| Some((proceeds(split, bids)?, split)));
        all.max_by(|(a, one), (b, other)| a.cmp(b).then(other.pieces.cmp(&one.pieces)))
    });
    priced.map_or(first, |(_, split)| split)
}

fn lots(split: &Split) -> String {
    split.lots.iter().map(|(symbol, _, lots)| format!("{lots} x {symbol}")).collect::<Vec<_>>().join(" + ")
}

fn print(judged: &[(Credit, Verdict)], bids: Option<&Bids>) {
    let width = judged.iter().map(|(credit, _)| credit.id.len()).max().unwrap_or(0).max(6);
    say!("{:width$}  {:>14}  {:10}", "credit", "amount", "ends");
    let (mut total, mut count) = (0, 0);
    for (credit, verdict) in judged {
        let ends = credit.ends.map_or_else(|| "never".to_owned(), |ends| Date::of(ends).to_string());
        let amount = money::dollars(Decimal::from_i128_with_scale(i128::from(credit.amount.0), 2));
        say!("{:width$}  {amount:>14}  {ends:10}  {}", credit.id, credit.about);
        match verdict {
            Verdict::Refused { why, source } => {
                say!("{:width$}  cannot be listed: {why}", "");
                say!("{:width$}  source: {source}", "");
            }
            Verdict::Listed(listing) => {
                let chosen = best(listing, bids);
                total += chosen.sells;
                count += 1;
                say!("{:width$}  as {} of {}: {}", "", listing.month.text(), listing.programme, lots(chosen));
                print_splits(listing, chosen, bids, width);
                if !credit.products.is_empty() {
                    say!("{:width$}  it is for these products only: {}", "", credit.products.join(", "));
                }
                if let Some(needs) = &listing.needs {
                    say!("{:width$}  a sale needs {needs}", "");
                }
                say!("{:width$}  policy: {}", "", listing.source);
            }
        }
    }
    say!("{count} of {} can be listed, {} of face", judged.len(), money::face(total));
}

fn print_splits(listing: &Listing, chosen: &Split, bids: Option<&Bids>, width: usize) {
    for split in &listing.splits {
        let mark = if split == chosen { '*' } else { ' ' };
        let stays = money::dollars(Decimal::from_i128_with_scale(i128::from(split.stays.0), 2));
        let brings = match bids.map(|bids| proceeds(split, bids)) {
            Some(Some(dollars)) => format!(", brings {} at the best bids", money::dollars(dollars)),
            Some(None) => ", no bid for all of it now".to_owned(),
            None => String::new(),
        };
        say!(
            "{:width$}  {mark} {}: sells {} in {} of {} pieces, {stays} stay{brings}",
            "",
            lots(split),
            money::face(split.sells),
            split.pieces,
            listing.pieces
        );
    }
    if listing.splits.len() > 1 {
        let by = if bids.is_some() {
            "by what it brings at the best bids"
        } else {
            "by how much it sells; --url weighs it by prices"
        };
        say!(
            "{:width$}  large lots sell all of a large credit; small ones find more buyers, but a lot is a piece and there are {} ({by})",
            "",
            listing.pieces
        );
    }
}

fn print_json(judged: &[(Credit, Verdict)], bids: Option<&Bids>) {
    let rows: Vec<Value> = judged.iter().map(|(credit, verdict)| row(credit, verdict, bids)).collect();
    say!("{}", Value::Array(rows));
}

fn row(credit: &Credit, verdict: &Verdict, bids: Option<&Bids>) -> Value {
    let mut row = json!({
        "id": credit.id, "amount": credit.amount.to_string(), "currency": credit.currency,
        "ends": credit.ends.map(unspent_protocol::print_time),
    });
    let object = row.as_object_mut().expect("an object");
    match verdict {
        Verdict::Refused { why, source } => {
            object.insert("listed".to_owned(), false.into());
            object.insert("why".to_owned(), why.clone().into());
            object.insert("source".to_owned(), source.clone().into());
        }
        Verdict::Listed(listing) => {
            let chosen = best(listing, bids);
            let splits = listing.splits.iter().map(|split| {
                json!({
                    "lots": split.lots.iter().map(|(symbol, face, lots)| {
                        json!({ "symbol": symbol.as_str(), "face": face, "lots": lots })
                    }).collect::<Vec<_>>(),
                    "sells": split.sells, "stays": split.stays.to_string(), "pieces": split.pieces, "best": split == chosen,
                    "brings": bids.and_then(|bids| proceeds(split, bids)).map(|dollars| dollars.to_string()),
                })
            });
            object.insert("listed".to_owned(), true.into());
            object.insert("programme".to_owned(), listing.programme.as_str().into());
            object.insert("month".to_owned(), listing.month.text().into());
            object.insert("most_pieces".to_owned(), listing.pieces.into());
            object.insert("needs".to_owned(), listing.needs.clone().into());
            object.insert("source".to_owned(), listing.source.clone().into());
            object.insert("splits".to_owned(), splits.collect::<Vec<_>>().into());
        }
    }
    row
}
