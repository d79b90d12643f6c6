//! A record in words: what `dump` prints for people.

use super::fields::{fields_of, side, time_in_force};
use super::names::Names;
use crate::money;
use serde_json::Value;
use unspent_model::{
    AddOrder, AmendOrder, Command, Decay, Fill, InstrumentId, LinkedLeg, OrderKind, OrderRef, PostOnly, Price,
    TimeInForce,
};
use unspent_protocol::{dollars, print_order_id, print_time};
use unspent_records::Record;

/// A record in words, without its kind, sequence number and time.
pub fn words(record: &Record, names: &Names) -> String {
    match record {
        Record::Fill(fill) => fill_words(fill, names),
        Record::StateMark(mark) | Record::FormerStateMark(mark) => {
            format!("{:016x} after command {}", mark.hash, mark.seq)
        }
        Record::Command(command) => match command.command.by_operator() {
            Some(by) => {
                format!("{}; by {}: {}", command_words(by.command(), names), by.actor(), by.reason())
            }
            None => command_words(&command.command, names),
        },
    }
}

fn command_words(command: &Command, names: &Names) -> String {
    match command {
        Command::AddOrder(add) => add_words(add, names),
        Command::AddDecay(add) => {
            let steps = match &add.decay {
                Decay::Linear { floor, until, steps, .. } => {
                    let floor = price(names, add.order.instrument, *floor);
                    format!("to {floor} by {} in {steps} steps", print_time(*until))
                }
                Decay::Table(steps) => format!("in {} steps", steps.len()),
            };
            format!("{}, falling {steps}", add_words(&add.order, names))
        }
        Command::AddLinked(bid) => {
            let other = |leg: &LinkedLeg| {
                format!("{} at {}", names.symbol_text(leg.instrument), price(names, leg.instrument, leg.price))
            };
            let others: Vec<String> = bid.others.iter().map(other).collect();
            format!("{}, or any of {}", add_words(&bid.order, names), others.join(", "))
        }
        Command::AmendOrder(amend) => amend_words(amend, names),
        Command::CancelOrder { account, order } => {
            format!("{} cancels {}", names.account_text(*account), order_text(*order))
        }
        Command::DepositCash { account, amount } => {
            format!("{} gets {}", names.account_text(*account), money::dollars(dollars(*amount)))
        }
        Command::DepositCredits { account, instrument, lots } => {
            let qty = qty(names, *instrument, *lots);
            format!("{} gets {qty} of {}", names.account_text(*account), names.symbol_text(*instrument))
        }
        Command::RegisterLots { account, instrument, level, lots } => {
            let (who, qty) = (names.account_text(*account), qty(names, *instrument, *lots));
            format!("{who} promises {qty} of {}, {}", names.symbol_text(*instrument), level.name())
        }
        Command::SetPhase { instrument, phase } => {
            format!("{} to {}", names.symbol_text(*instrument), phase.name())
        }
        Command::ListInstrument(spec) => format!(
            "{}, {} a lot, fees {} bp as maker and {} bp as taker",
            spec.symbol,
            money::face(u64::from(spec.face_dollars)),
            spec.fees.maker.0,
            spec.fees.taker.0
        ),
        Command::OpenAccount { name, group } => format!("{name}, of owner group {group}"),
        Command::Connect { account } => names.account_text(*account),
        _ => in_order(command, names),
    }
}

fn qty(names: &Names, instrument: InstrumentId, lots: u64) -> String {
    names.face(instrument, lots).map_or_else(|| format!("{lots} lots"), money::face)
}

fn price(names: &Names, instrument: InstrumentId, price: Price) -> String {
    names.price(instrument, price).map_or_else(|| format!("{price} units"), |price| price.to_string())
}

fn order_text(order: OrderRef) -> String {
    match order {
        OrderRef::Id(id) => print_order_id(id),
        OrderRef::ClOrdId(name) => format!("\"{name}\""),
    }
}

fn add_words(add: &AddOrder, names: &Names) -> String {
    let verb = if side(add.side) == "buy" { "buys" } else { "sells" };
    let at = add.instrument;
    let qty = |lots: unspent_model::Lots| qty(names, at, u64::from(lots.0));
    let mut text = format!("{} {verb} {} of {}", names.account_text(add.account), qty(add.lots), names.symbol_text(at));
    match add.kind {
        OrderKind::Limit(limit) => text += &format!(" at {}", price(names, at, limit)),
        OrderKind::Market { max_total: None } => text += " at the market",
        OrderKind::Market { max_total: Some(total) } => {
            text += &format!(" at the market for at most {}", money::dollars(dollars(total)));
        }
    }
    match add.time_in_force {
        TimeInForce::Gtd(until) => text += &format!(", until {}", print_time(until)),
        tif => text += &format!(", {}", time_in_force(tif)),
    }
    if let Some(stop) = add.stop {
        text += &format!(", stop {}", price(names, at, stop));
    }
    if let Some(display) = add.display {
        text += &format!(", shows {}", qty(display));
    }
    if let Some(min) = add.min_lots {
        text += &format!(", at least {}", qty(min));
    }
    text += match add.post_only {
        PostOnly::No => "",
        PostOnly::Reject => ", post-only",
        PostOnly::Slide => ", post-only slide",
    };
    if let Some(name) = add.cl_ord_id {
        text += &format!(", \"{name}\"");
    }
    text
}

fn amend_words(amend: &AmendOrder, names: &Names) -> String {
    let mut text = format!("{} amends {}", names.account_text(amend.account), order_text(amend.order));
    let changes = [
        ("lots", amend.lots.map(|lots| lots.0)),
        ("price units", amend.price.map(|price| price.0)),
        ("stop units", amend.stop.map(|stop| stop.0)),
        ("display lots", amend.display.map(|lots| lots.0)),
    ];
    for (what, value) in changes {
        if let Some(value) = value {
            text += &format!(", {what} {value}");
        }
    }
    text
}

fn fill_words(fill: &Fill, names: &Names) -> String {
    let (taker, maker) = (&fill.taker, &fill.maker);
    format!(
        "trade {}: {} {} {} of {} at {} ({}, fee {}) {} {} ({}, fee {}){}",
        fill.trade,
        names.account_text(taker.account),
        if side(fill.taker_side) == "buy" { "buys" } else { "sells" },
        qty(names, fill.instrument, u64::from(fill.lots.0)),
        names.symbol_text(fill.instrument),
        price(names, fill.instrument, fill.price),
        print_order_id(taker.order),
        money::dollars(dollars(taker.fee)),
        if side(fill.taker_side) == "buy" { "from" } else { "to" },
        names.account_text(maker.account),
        print_order_id(maker.order),
        money::dollars(dollars(maker.fee)),
        match fill.across {
            Some(across) => format!(", for a bid in {}", names.symbol_text(across.bid)),
            None if fill.auction => ", in an auction".to_owned(),
            None => String::new(),
        },
    )
}

/// What is rare: its fields, one after the other.
fn in_order(command: &Command, names: &Names) -> String {
    let shown = fields_of(command, names).into_iter().filter_map(|(key, value)| {
        let text = match value {
            Value::String(text) => text,
            // A name stands beside a number, and says more.
            Value::Number(_) if key == "account" || key == "instrument" => return None,
            value => value.to_string(),
        };
        Some(format!("{} {text}", key.replace('_', " ")))
    });
    shown.collect::<Vec<_>>().join(", ")
}
