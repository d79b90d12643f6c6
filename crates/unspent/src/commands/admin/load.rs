//! `unspent admin load-catalogue`: what a venue lacks of a catalogue, sent command by command.

use super::ask::Desk;
use super::pages;
use crate::catalogue::Catalogue;
use crate::catalogue::plan::{Has, Listed, lacking};
use crate::commands::serve::runtime;
use crate::failure::Failure;
use crate::output::say;
use anyhow::Context;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use unspent_gateway::now;
use unspent_model::{
    Command, FeeRate, InstrumentId, Phase, Programme, ProgrammeTerms, Reason, Schedule, ScheduleEntry, SplitRule,
    Symbol, TradingRules,
};
use unspent_protocol::{ProgrammeRow, parse_time, print_time};

/// What a venue has, as its listener tells it.
struct Venue {
    terms: BTreeMap<Programme, ProgrammeTerms>,
    listed: BTreeMap<Symbol, Listed>,
}

impl Has for Venue {
    fn terms(&self, programme: &Programme) -> Option<ProgrammeTerms> {
        self.terms.get(programme).copied()
    }

    fn listed(&self, symbol: &Symbol) -> Option<Listed> {
        self.listed.get(symbol).cloned()
    }

    fn count(&self) -> u32 {
        u32::try_from(self.listed.len()).expect("the bound on instruments fits")
    }
}

#[derive(Deserialize)]
struct ListingRow {
    symbol: String,
    phase: String,
    watched: bool,
    rules: Option<RulesRow>,
    schedule: Option<ScheduleRow>,
}

#[derive(Deserialize)]
struct RulesRow {
    auction_tick: u32,
    auction_bp: u16,
    dynamic_range: Option<u32>,
    static_range: Option<u32>,
    entry_range: Option<u32>,
    volatility_seconds: u32,
    random_end_seconds: u32,
    dominance: bool,
}

#[derive(Deserialize)]
struct ScheduleRow {
    entries: Vec<EntryRow>,
    last_trade: Option<String>,
}

#[derive(Deserialize)]
struct EntryRow {
    second: u32,
    phase: String,
}

/// Sends what is lacking, in its order. The first refusal ends it; what was sent is done, and the next load goes on.
pub fn run(desk: &Desk, file: &Path, reason: Reason, json: bool) -> Result<(), Failure> {
    let catalogue = Catalogue::read(file)?;
    let venue = look(desk)?;
    let steps = lacking(&catalogue, &venue, now());
    let runtime = runtime()?;
    let mut counts: BTreeMap<&'static str, u32> = BTreeMap::new();
    for step in &steps {
        let (what, target, mut body) = request(&step.command, step.symbol.as_ref());
        let object = body.as_object_mut().expect("an object");
        object.retain(|_, value| !value.is_null());
        object.insert("reason".to_owned(), reason.as_str().into());
        runtime.block_on(desk.ask("POST", &target, body.to_string()))?;
        *counts.entry(what).or_insert(0) += 1;
    }
    if json {
        say!(
            "{}",
            json!({ "catalogue": catalogue.name, "version": catalogue.version, "sent": steps.len(), "by_kind": counts })
        );
        return Ok(());
    }
    if steps.is_empty() {
        say!("the venue has all of {} version {}: nothing was sent", catalogue.name, catalogue.version);
        return Ok(());
    }
    for (what, count) in &counts {
        say!("{count:>6}  {what}");
    }
    say!("{:>6}  commands sent, {} version {}", steps.len(), catalogue.name, catalogue.version);
    Ok(())
}

fn look(desk: &Desk) -> Result<Venue, Failure> {
    let programmes: Vec<ProgrammeRow> = pages(desk, "/admin/v1/programmes")?;
    let rows: Vec<ListingRow> = pages(desk, "/admin/v1/listings")?;
    let mut terms = BTreeMap::new();
    for row in programmes {
        let smallest_piece = crate::holdings::cents(&row.smallest_piece.to_string()).context("smallest_piece")?;
        let split = SplitRule { most_pieces: row.most_pieces, smallest_piece };
        let ProgrammeRow { programme, class, source, dated, .. } = row;
        terms.insert(programme, ProgrammeTerms { programme, class, source, dated, split });
    }
    let mut listed = BTreeMap::new();
    for (number, row) in (0..).zip(rows) {
        let symbol = Symbol::parse(&row.symbol).context("the venue's answer names no symbol")?;
        let phase = Phase::from_name(&row.phase).context("the venue's answer names no phase")?;
        let rules = row.rules.map(|rules| TradingRules {
            auction_tick: rules.auction_tick,
            auction_fee: FeeRate(rules.auction_bp),
            dynamic_range: rules.dynamic_range,
            static_range: rules.static_range,
            entry_range: rules.entry_range,
            volatility_seconds: rules.volatility_seconds,
            random_end_seconds: rules.random_end_seconds,
            dominance: rules.dominance,
        });
        let schedule = row.schedule.map(schedule).transpose()?.unwrap_or_default();
        let instrument = InstrumentId(number);
        listed.insert(symbol, Listed { instrument, phase, rules, schedule, watched: row.watched });
    }
    Ok(Venue { terms, listed })
}

fn schedule(row: ScheduleRow) -> anyhow::Result<Schedule> {
    let entry = |entry: EntryRow| {
        let phase = Phase::from_name(&entry.phase).context("the venue's answer names no phase")?;
        Ok(ScheduleEntry { second_of_day: entry.second, phase })
    };
    let last_trade = row.last_trade.as_deref().map(parse_time).transpose();
    Ok(Schedule {
        entries: row.entries.into_iter().map(entry).collect::<anyhow::Result<_>>()?,
        last_trade: last_trade.map_err(|error| anyhow::anyhow!("the venue's answer: {error}"))?,
    })
}

/// What a command is called, where it goes and its body. Prices are text: no number of theirs is ever a float.
fn request(command: &Command, symbol: Option<&Symbol>) -> (&'static str, String, Value) {
    let at = |what: &str| format!("/admin/v1/instruments/{}/{what}", symbol.expect("it is of an instrument"));
    let price = |units: u32| Decimal::new(i64::from(units), 4).to_string();
    match command {
        Command::SetProgramme(terms) => {
            let body = json!({
                "programme": terms.programme.as_str(), "class": terms.class.name(), "source": terms.source.as_str(),
                "dated": terms.dated.to_string(), "most_pieces": terms.split.most_pieces,
                "smallest_piece": terms.split.smallest_piece.to_string(),
            });
            ("terms of programmes", "/admin/v1/programmes".to_owned(), body)
        }
        Command::ListInstrument(spec) => {
            let body = json!({
                "symbol": spec.symbol.as_str(), "tick": price(spec.tick), "collar": price(spec.collar),
                "maker_bp": spec.fees.maker.0, "taker_bp": spec.fees.taker.0,
            });
            ("instruments", "/admin/v1/instruments".to_owned(), body)
        }
        Command::SetRules { rules, .. } => {
            let body = json!({
                "auction_tick": price(rules.auction_tick), "auction_bp": rules.auction_fee.0,
                "dynamic_range": rules.dynamic_range.map(price), "static_range": rules.static_range.map(price),
                "entry_range": rules.entry_range.map(price), "volatility_seconds": rules.volatility_seconds,
                "random_end_seconds": rules.random_end_seconds, "dominance": rules.dominance,
            });
            ("rules", at("rules"), body)
        }
        Command::SetPhase { phase, .. } => ("phases", at("phase"), json!({ "phase": phase.name() })),
        Command::SetSchedule { schedule, .. } => {
            let entry = |entry: &ScheduleEntry| json!({ "second": entry.second_of_day, "phase": entry.phase.name() });
            let entries: Vec<Value> = schedule.entries.iter().map(entry).collect();
            let body = json!({ "entries": entries, "last_trade": schedule.last_trade.map(print_time) });
            ("trading days", at("schedule"), body)
        }
        Command::WatchExpiry { .. } => ("months to watch", at("watch"), json!({})),
        _ => unreachable!("a catalogue asks for nothing else"),
    }
}
