//! `unspent holdings list`, `offer`, `delist`, `withdraw` and `import --register`: a holder's part in the registry of holdings.

use crate::cli::{HolderArgs, PartArgs};
use crate::commands::admin::ask::Desk;
use crate::commands::serve::runtime;
use crate::failure::Failure;
use crate::holdings::{Credit, Listing, Verdict};
use crate::money::dollars;
use crate::output::say;
use anyhow::Context;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use unspent_model::{CreditId, Date, Symbol};
use unspent_protocol::HoldingInRegistry;

fn desk(args: &HolderArgs) -> Result<Desk, Failure> {
    Desk::of_holder(&args.url, args.key.as_deref(), args.key_file.as_deref())
}

/// A part of the list.
#[derive(Deserialize)]
struct Page {
    data: Vec<HoldingInRegistry>,
    next_cursor: Option<String>,
}

/// Shows the account's holdings, newest first.
pub fn list(args: &HolderArgs, json: bool) -> Result<(), Failure> {
    let (desk, runtime) = (desk(args)?, runtime()?);
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let text = runtime.block_on(desk.ask("GET", &format!("/v1/registry?limit=1000{cursor}"), String::new()))?;
        let page: Page = serde_json::from_str(&text).context("the venue's answer is none that this version knows")?;
        rows.extend(page.data);
        match page.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    if json {
        say!("{}", serde_json::to_string(&rows).context("rows serialise")?);
    } else {
        print(&rows);
    }
    Ok(())
}

/// Holdings as a table, each followed by what is listed out of it.
fn print(rows: &[HoldingInRegistry]) {
    say!(
        "{:>8}  {:16} {:14} {:8} {:10} {:12} {:>14} {:>14} {:>14} {:>10}",
        "holding",
        "credit",
        "programme",
        "month",
        "level",
        "state",
        "amount",
        "left",
        "listed",
        "pieces left"
    );
    for row in rows {
        say!(
            "{:>8}  {:16} {:14} {:8} {:10} {:12} {:>14} {:>14} {:>14} {:>10}",
            row.holding_id,
            row.credit_id.as_str(),
            row.programme,
            row.month,
            row.level.name(),
            row.state.name(),
            dollars(row.amount),
            dollars(row.left),
            dollars(row.listed),
            row.pieces_left
        );
        for lots in &row.lots {
            let face = crate::money::face(lots.qty);
            say!("{:>8}  {} of {} are listed, {}", "", face, lots.symbol, lots.level.name());
        }
    }
}

/// Makes lots of a part of a holding, or takes free ones back.
pub fn part(args: &PartArgs, verb: &str, json: bool) -> Result<(), Failure> {
    let symbol = Symbol::parse(&args.symbol)
        .map_err(|error| Failure::Usage(format!("{} is no symbol: it {error}", args.symbol)))?;
    let body = json!({ "symbol": symbol.as_str(), "qty": args.qty.to_string() }).to_string();
    let target = format!("/v1/registry/{}/{verb}", args.holding);
    runtime()?.block_on(desk(&args.holder)?.ask("POST", &target, body))?;
    if json {
        say!("{}", json!({ "holding_id": args.holding, "symbol": symbol.as_str(), "qty": args.qty.to_string() }));
    } else {
        let what = if verb == "list" { "listed out of" } else { "back in" };
        say!("{} of {symbol} are {what} holding {}", dollars(args.qty), args.holding);
    }
    Ok(())
}

/// Takes a holding out of the registry.
pub fn withdraw(holding: u64, args: &HolderArgs, json: bool) -> Result<(), Failure> {
    let target = format!("/v1/registry/{holding}/withdraw");
    runtime()?.block_on(desk(args)?.ask("POST", &target, String::new()))?;
    if json {
        say!("{}", json!({ "holding_id": holding }));
    } else {
        say!("holding {holding} is no longer in the registry");
    }
    Ok(())
}

/// Registers as declared what can be listed, and shows each answer. One that is refused keeps none of the others back.
pub fn register(
    args: &HolderArgs,
    from: &str,
    judged: &[(Credit, Verdict)],
    on: Date,
    json: bool,
) -> Result<(), Failure> {
    let (desk, runtime) = (desk(args)?, runtime()?);
    for (credit, verdict) in judged {
        let Verdict::Listed(listing) = verdict else { continue };
        let answer = match body(credit, listing, from, on) {
            Ok(body) => runtime.block_on(desk.ask("POST", "/v1/registry", body)),
            Err(why) => Err(Failure::Usage(why)),
        };
        let said = match answer {
            Ok(text) => {
                let answer: Value =
                    serde_json::from_str(&text).context("the venue's answer is none that this version knows")?;
                Ok(answer["holding_id"].as_u64().unwrap_or_default())
            }
            Err(Failure::Refused(body)) => Err(body.detail.message.clone()),
            Err(Failure::Usage(why)) => Err(why),
            // Nothing else will be answered either.
            Err(failure) => return Err(failure),
        };
        match (said, json) {
            (Ok(holding), true) => say!("{}", json!({ "id": credit.id, "holding_id": holding })),
            (Ok(holding), false) => say!("{}: holding {holding}, declared", credit.id),
            (Err(why), true) => say!("{}", json!({ "id": credit.id, "refused": why })),
            (Err(why), false) => say!("{}: not registered: {why}", credit.id),
        }
    }
    Ok(())
}

fn body(credit: &Credit, listing: &Listing, from: &str, on: Date) -> Result<String, String> {
    let id = CreditId::parse(&credit.id).map_err(|error| format!("its id {error}"))?;
    // What the venue keeps of where it was seen is printable, and no more than 200 characters.
    let from: String = from.chars().map(|c| if c.is_ascii_graphic() { c } else { '_' }).take(180).collect();
    Ok(json!({
        "programme": listing.programme.as_str(), "credit_id": id.as_str(), "provenance": format!("import of {from}"),
        "dated": on.to_string(), "ends": credit.ends.map(unspent_protocol::print_time),
        "amount": Decimal::from_i128_with_scale(i128::from(credit.amount.0), 2).to_string(), "pieces": listing.pieces,
    }))
    .map(|mut body: Value| {
        body.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
        body.to_string()
    })
}
