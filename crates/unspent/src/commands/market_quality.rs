//! `unspent market-quality`: what each of the venue's mechanisms does to the living market, measured.

use crate::cli::MarketQualityArgs;
use crate::failure::Failure;
use crate::output::say;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use unspent_living::{CELLS, Measure, Parameters, Quality, Spread, measures, run_cell};
use unspent_model::Date;

/// The first simulated day: a fixed one, so that a seed is the same market whenever it is run.
const FIRST_DAY: &str = "2026-12-01";

/// What every cell came to, by cell and seed.
type Results = Vec<Vec<Quality>>;

/// Runs every seed under every rule, and prints what came of it.
pub fn run(args: &MarketQualityArgs, as_json: bool) -> Result<(), Failure> {
    let parameters = Arc::new(Parameters { days: args.days, ..Parameters::default() });
    let results = measure(args, &parameters, as_json);
    if as_json {
        say!("{}", object(args, &results));
        return Ok(());
    }
    say!(
        "{} seeds from {}, {} simulated days of {} programmes, each seed's flow under eight rules",
        args.seeds,
        args.first_seed,
        args.days,
        parameters.programmes.len()
    );
    say!("median and quartiles over seeds; against none: the differences of each seed, and in how many it is higher");
    for measure in measures() {
        say!("");
        say!("{}", block(&measure, &results).trim_end());
    }
    Ok(())
}

/// Lives through all of it, on as many threads as there are processors. What comes of it does not depend on them.
fn measure(args: &MarketQualityArgs, parameters: &Arc<Parameters>, quiet: bool) -> Results {
    let first = Date::parse(FIRST_DAY).expect("a day");
    let seeds = args.seeds as usize;
    let runs = seeds * CELLS.len();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(vec![None; runs]));
    let (started, said) = (Instant::now(), Mutex::new((0, Instant::now())));
    let work = || loop {
        let run = next.fetch_add(1, Ordering::Relaxed);
        if run >= runs {
            return;
        }
        let (seed, cell) = (args.first_seed.wrapping_add((run / CELLS.len()) as u64), CELLS[run % CELLS.len()]);
        let quality = run_cell(parameters, first, seed, cell);
        done.lock().unwrap_or_else(PoisonError::into_inner)[run] = Some(quality);
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        said.0 += 1;
        if !quiet && said.1.elapsed() >= Duration::from_secs(1) {
            said.1 = Instant::now();
            // Nobody there to read it is no reason to stop.
            let _ =
                writeln!(std::io::stderr(), "living … {} of {runs} runs, {} s", said.0, started.elapsed().as_secs());
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(runs);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut results: Results = vec![Vec::with_capacity(seeds); CELLS.len()];
    for (run, quality) in done.into_iter().enumerate() {
        results[run % CELLS.len()].push(quality.expect("a thread that panics ends the scope"));
    }
    results
}

/// One cell's values of a measure, their differences from those without mechanisms, and how many of these are above zero.
fn values(measure: &Measure, results: &Results, cell: usize) -> (Spread, Spread, usize) {
    let of = |cell: usize| results[cell].iter().map(measure.of);
    let differences: Vec<i64> = of(cell).zip(of(0)).map(|(with, without)| with - without).collect();
    let higher = differences.iter().filter(|&&difference| difference > 0).count();
    (Spread::of(of(cell).collect()), Spread::of(differences), higher)
}

fn block(measure: &Measure, results: &Results) -> String {
    let seeds = results[0].len();
    let number = |value: i64| Decimal::new(value, u32::from(measure.decimals)).to_string();
    let signed = |value: i64| format!("{}{}", if value > 0 { "+" } else { "" }, number(value));
    let unit = if measure.unit.is_empty() { String::new() } else { format!(", {}", measure.unit) };
    let mut text = String::new();
    let mut line = |text_: String| {
        writeln!(text, "{}", text_.trim_end()).expect("a String takes it");
    };
    line(format!("{}{unit}", measure.about));
    line(format!(
        "  {:<20} {:>9}   {:>9} – {:<9}   {:>9}   {:>9} – {:<9}  higher in",
        "rules", "median", "quartile", "quartile", "vs none", "quartile", "quartile"
    ));
    for (i, cell) in CELLS.iter().enumerate() {
        let (own, against, higher) = values(measure, results, i);
        let mut row = format!(
            "  {:<20} {:>9}   {:>9} – {:<9}",
            cell.name(),
            number(own.median),
            number(own.low),
            number(own.high)
        );
        if i > 0 {
            write!(
                row,
                "   {:>9}   {:>9} – {:<9}  {higher} of {seeds}",
                signed(against.median),
                signed(against.low),
                signed(against.high)
            )
            .expect("a String takes it");
        }
        line(row);
    }
    text
}

fn object(args: &MarketQualityArgs, results: &Results) -> Value {
    let number = |measure: &Measure, value: i64| -> Value {
        let text = Decimal::new(value, u32::from(measure.decimals)).to_string();
        serde_json::from_str(&text).expect("a decimal is a JSON number")
    };
    let spread = |measure: &Measure, spread: Spread| {
        json!({
            "quartile_1": number(measure, spread.low),
            "median": number(measure, spread.median),
            "quartile_3": number(measure, spread.high),
        })
    };
    let cells: Vec<Value> = CELLS
        .iter()
        .enumerate()
        .map(|(i, cell)| {
            let measured: serde_json::Map<String, Value> = measures()
                .iter()
                .map(|measure| {
                    let (own, against, higher) = values(measure, results, i);
                    let runs: Vec<Value> =
                        results[i].iter().map(|quality| number(measure, (measure.of)(quality))).collect();
                    let mut value = spread(measure, own);
                    value["unit"] = measure.unit.into();
                    value["by_seed"] = runs.into();
                    if i > 0 {
                        value["against_none"] = spread(measure, against);
                        value["against_none"]["higher_in"] = higher.into();
                    }
                    (measure.name.to_owned(), value)
                })
                .collect();
            json!({
                "rules": cell.name(), "dominance": cell.dominance, "decay": cell.decay, "auctions": cell.auctions,
                "measures": measured,
            })
        })
        .collect();
    json!({ "seeds": args.seeds, "first_seed": args.first_seed, "days": args.days, "first_day": FIRST_DAY, "cells": cells })
}
