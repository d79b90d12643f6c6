//! `unspent admin`: what an operator looks at and has done, over the venue's own listener for it.

pub mod ask;
mod funds;
mod load;
mod registry;
mod show;

use crate::cli::{AdminArgs, AdminCommand, HoldingsDesk, KillArgs, SideChoice};
use crate::commands::serve::runtime;
use crate::failure::Failure;
use anyhow::Context;
use ask::Desk;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use unspent_model::{AccountName, Reason, Symbol};

/// Looks, or has something done.
pub fn run(args: &AdminArgs, json: bool) -> Result<(), Failure> {
    let desk = Desk::open(&args.url, args.key_file.as_deref())?;
    match &args.command {
        AdminCommand::Instruments => show::instruments(&pages(&desk, "/admin/v1/instruments")?, json),
        AdminCommand::Accounts => show::accounts(&pages(&desk, "/admin/v1/accounts")?, json),
        AdminCommand::Account { account } => {
            let text = get(&desk, &format!("/admin/v1/accounts/{}", account_name(account)?))?;
            if json { show::raw(&text) } else { show::account(&read(&text)?) }
        }
        AdminCommand::Settlements => show::settlements(&pages(&desk, "/admin/v1/settlements")?, json),
        AdminCommand::Holdings(HoldingsDesk::List) => show::registry(&pages(&desk, "/admin/v1/registry")?, json),
        AdminCommand::Journal => {
            let text = get(&desk, "/admin/v1/journal")?;
            if json { show::raw(&text) } else { show::journal(&read(&text)?) }
        }
        AdminCommand::Funds(command) if funds::looked(&desk, command, json)? => {}
        AdminCommand::Permits { account } => {
            let path = format!("/admin/v1/accounts/{}/permits", account_name(account)?);
            show::permits(&pages(&desk, &path)?, json);
        }
        AdminCommand::LoadCatalogue { file } => {
            let reason = args.reason.as_deref().unwrap_or("load-catalogue");
            let reason = Reason::parse(reason).map_err(|error| Failure::Usage(format!("--reason {error}")))?;
            load::run(&desk, file, reason, json)?;
        }
        command => {
            let (target, mut body) = request(command)?;
            let reason = args.reason.as_deref().ok_or_else(|| {
                Failure::Usage("--reason is missing: say why, for who reads the journal later".to_owned())
            })?;
            let reason = Reason::parse(reason).map_err(|error| Failure::Usage(format!("--reason {error}")))?;
            body.insert("reason".to_owned(), reason.as_str().into());
            let body = Value::Object(body).to_string();
            let text = runtime()?.block_on(desk.ask("POST", &target, body))?;
            if json { show::raw(&text) } else { show::done(&read(&text)?) }
        }
    }
    Ok(())
}

fn get(desk: &Desk, target: &str) -> Result<String, Failure> {
    runtime()?.block_on(desk.ask("GET", target, String::new()))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    Ok(serde_json::from_str(text).context("the venue's answer is none that this version knows")?)
}

/// A part of a list.
#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

/// All of a list.
fn pages<T: DeserializeOwned>(desk: &Desk, path: &str) -> Result<Vec<T>, Failure> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page: Page<T> = read(&get(desk, &format!("{path}?limit=1000{cursor}"))?)?;
        rows.extend(page.data);
        match page.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(rows),
        }
    }
}

fn symbol(text: &str) -> Result<Symbol, Failure> {
    Symbol::parse(text).map_err(|error| Failure::Usage(format!("{text} is no symbol: it {error}")))
}

fn account_name(text: &str) -> Result<AccountName, Failure> {
    AccountName::parse(text).map_err(|error| Failure::Usage(format!("{text} is no account's name: it {error}")))
}

/// Where a command goes, and its body but for the reason. Amounts are text: no number of theirs is ever a float.
fn request(command: &AdminCommand) -> Result<(String, Map<String, Value>), Failure> {
    let at = |text: &str, what: &str| Ok::<String, Failure>(format!("/admin/v1/instruments/{}/{what}", symbol(text)?));
    let of =
        |text: &str, what: &str| Ok::<String, Failure>(format!("/admin/v1/accounts/{}/{what}", account_name(text)?));
    let (target, body) = match command {
        AdminCommand::Halt { symbol } => (at(symbol, "phase")?, json!({ "phase": "halted" })),
        AdminCommand::Resume { symbol } => (at(symbol, "phase")?, json!({ "phase": "continuous" })),
        AdminCommand::Phase { symbol, phase } => (at(symbol, "phase")?, json!({ "phase": phase })),
        AdminCommand::Rules(rules) => {
            let text = |value: Option<rust_decimal::Decimal>| value.map(|value| value.to_string());
            let body = json!({
                "auction_tick": text(rules.auction_tick), "auction_bp": rules.auction_bp,
                "dynamic_range": text(rules.dynamic_range), "static_range": text(rules.static_range),
                "entry_range": text(rules.entry_range), "volatility_seconds": rules.volatility_seconds,
                "random_end_seconds": rules.random_end_seconds,
                "dominance": rules.dominance.then_some(true),
            });
            (at(&rules.symbol, "rules")?, body)
        }
        AdminCommand::Schedule { symbol, day, last_trade } => {
            let entries = day.iter().map(|text| entry(text)).collect::<Result<Vec<Value>, Failure>>()?;
            (at(symbol, "schedule")?, json!({ "entries": entries, "last_trade": last_trade }))
        }
        AdminCommand::Reference { symbol, price } => (at(symbol, "reference")?, json!({ "price": price.to_string() })),
        AdminCommand::Limits { account, open_orders, open_notional, orders_per_second, burst } => {
            let body = json!({
                "open_orders": open_orders, "open_notional": open_notional.map(|dollars| dollars.to_string()),
                "orders_per_second": orders_per_second, "burst": burst,
            });
            (of(account, "limits")?, body)
        }
        AdminCommand::Deposit { what, reference } => funds::movement(what, "deposits", reference.as_deref())?,
        AdminCommand::Funds(command) => funds::request(command)?,
        AdminCommand::Promise { account, symbol: of_what, level, qty, withdraw } => {
            let what = if *withdraw { "promises/withdraw" } else { "promises" };
            let body = json!({ "symbol": symbol(of_what)?.as_str(), "level": level, "qty": qty.to_string() });
            (of(account, what)?, body)
        }
        AdminCommand::Holdings(command) => registry::request(command)?,
        AdminCommand::Rule { settlement, ruling, lots } => {
            (format!("/admin/v1/settlements/{settlement}/ruling"), json!({ "ruling": ruling, "lots": lots }))
        }
        AdminCommand::Clawback { settlement, lots } => {
            (format!("/admin/v1/settlements/{settlement}/clawback"), json!({ "lots": lots }))
        }
        AdminCommand::Fund { amount } => ("/admin/v1/fund".to_owned(), json!({ "amount": amount.to_string() })),
        AdminCommand::Terms { set } => ("/admin/v1/terms".to_owned(), terms(set)?),
        AdminCommand::CancelAll { account, symbol, side } => {
            let side = side.map(|side| if side == SideChoice::Buy { "buy" } else { "sell" });
            (of(account, "cancel-all")?, json!({ "symbol": symbol, "side": side }))
        }
        AdminCommand::Kill(scope) => ("/admin/v1/kill".to_owned(), scope_of(scope)),
        AdminCommand::Unkill(scope) => ("/admin/v1/unkill".to_owned(), scope_of(scope)),
        AdminCommand::Watch { symbol } => (at(symbol, "watch")?, json!({})),
        AdminCommand::Permit { account, programme, kind, reference, until } => {
            let body = json!({ "programme": programme, "kind": kind, "reference": reference, "until": until });
            (of(account, "permits")?, body)
        }
        AdminCommand::RevokePermit { account, programme, kind } => {
            (of(account, "permits/revoke")?, json!({ "programme": programme, "kind": kind }))
        }
        AdminCommand::Instruments
        | AdminCommand::Accounts
        | AdminCommand::Account { .. }
        | AdminCommand::Permits { .. }
        | AdminCommand::LoadCatalogue { .. }
        | AdminCommand::Settlements
        | AdminCommand::Journal => unreachable!("it changes nothing, or more than one thing"),
    };
    let Value::Object(mut body) = body else { unreachable!("every body is an object") };
    // What was not said is not sent.
    body.retain(|_, value| !value.is_null());
    Ok((target, body))
}

fn scope_of(scope: &KillArgs) -> Value {
    json!({ "programme": scope.programme, "account": scope.account })
}

/// `penalty_bp=1500` and the like as a body. Money stays text, as no number of it is ever a float.
fn terms(set: &[String]) -> Result<Value, Failure> {
    let mut body = Map::new();
    for text in set {
        let wrong = || Failure::Usage(format!("--set {text:?} must be a field and a value, such as penalty_bp=1500"));
        let (field, value) = text.split_once('=').ok_or_else(wrong)?;
        let value = match value.parse::<u64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(value),
        };
        body.insert(field.to_owned(), value);
    }
    Ok(Value::Object(body))
}

/// `13:00 call` as an entry of a trading day.
fn entry(text: &str) -> Result<Value, Failure> {
    let wrong = || Failure::Usage(format!("--day {text:?} must be a time and a phase, such as '13:00 call'"));
    let (time, phase) = text.split_once(' ').ok_or_else(wrong)?;
    let parts: Vec<u32> = time.split(':').map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?;
    let second = match parts[..] {
        [hour @ 0..24, minute @ 0..60] => hour * 3_600 + minute * 60,
        [hour @ 0..24, minute @ 0..60, second @ 0..60] => hour * 3_600 + minute * 60 + second,
        _ => return Err(wrong()),
    };
    Ok(json!({ "second": second, "phase": phase.trim() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_and_a_phase_make_an_entry() {
        assert_eq!(entry("13:00 call").unwrap(), json!({ "second": 46_800, "phase": "call" }));
        assert_eq!(entry("13:10:05 continuous").unwrap(), json!({ "second": 47_405, "phase": "continuous" }));
        for bad in ["13:00", "24:00 call", "13:60 call", "13 call", "x:00 call", "1:2:3:4 call"] {
            assert!(entry(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_not_said_is_not_sent_and_amounts_are_text() {
        let (symbol, price) = ("AWS-ACT-1K-202706".to_owned(), "0.660".parse().unwrap());
        let (target, body) = request(&AdminCommand::Reference { symbol, price }).unwrap();
        assert_eq!(target, "/admin/v1/instruments/AWS-ACT-1K-202706/reference");
        assert_eq!(Value::Object(body), json!({ "price": "0.660" }));
        let scope = KillArgs { programme: None, account: None, venue: true };
        assert_eq!(request(&AdminCommand::Kill(scope)).unwrap().1.len(), 0);
    }
}
