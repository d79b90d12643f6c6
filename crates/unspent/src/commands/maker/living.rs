//! The strategy in a seat of the living market, from seeds.

use super::{read, report::Report};
use crate::cli::{MakerBacktestArgs, MakerRunArgs};
use crate::failure::Failure;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use unspent_maker::{Backtest, Config, Living, LivingSettings, Parts, Status};

/// How often people are told how far it is.
const TELL: Duration = Duration::from_secs(1);

fn market(config: Config, seed: u64, days: u32) -> Result<Living, Failure> {
    let settings = LivingSettings { days, ..LivingSettings::new(seed) };
    Living::new(config, settings).map_err(|error| Failure::Usage(error.to_string()))
}

/// Lives through one market, and tells where the maker stands at its end.
pub fn run(args: &MakerRunArgs, json: bool) -> Result<(), Failure> {
    let mut living = market(read(&args.file.file)?.config, args.seed, args.days)?;
    let mut report = Report::new(&living.references(), args.transcript.as_deref(), json, "sim")?;
    let (mut told, mut day) = (Instant::now(), 0);
    while living.day() {
        for line in living.take_lines() {
            report.write(&line)?;
        }
        day += 1;
        if !json && told.elapsed() >= TELL {
            told = Instant::now();
            // Nobody there to read it is no reason to stop.
            let _ = writeln!(std::io::stderr(), "living … day {day} of {}", args.days);
        }
    }
    for line in living.take_lines() {
        report.write(&line)?;
    }
    report.flush()?;
    report.status(living.now(), &living.status());
    Ok(())
}

/// The first market's end, what was seen of it, and what each seed made.
pub type Tried = (Status, Backtest, Vec<(u64, Parts)>);

/// Lives through the markets of so many seeds, on as many threads as there are processors. What comes of it does not depend on them.
pub fn backtest(args: &MakerBacktestArgs, count: u64, quiet: bool) -> Result<Tried, Failure> {
    let config = read(&args.file.file)?.config;
    // What is wrong with the configuration is known before anything is lived through.
    market(config.clone(), args.seed, args.days)?;
    let seeds: Vec<u64> = (0..count).map(|at| args.seed.wrapping_add(at)).collect();
    let made: Mutex<Vec<Option<Parts>>> = Mutex::new(vec![None; seeds.len()]);
    let first: Mutex<Option<(Status, Backtest)>> = Mutex::new(None);
    let next = AtomicUsize::new(0);
    let (started, said) = (Instant::now(), Mutex::new((0, Instant::now())));
    let work = || -> Result<(), Failure> {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(&seed) = seeds.get(at) else { return Ok(()) };
            let mut living = market(config.clone(), seed, args.days)?;
            while living.day() {
                drop(living.take_lines());
            }
            let status = living.status();
            made.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(status.made);
            if at == 0 {
                *first.lock().unwrap_or_else(PoisonError::into_inner) = Some((status, living.seen()));
            }
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            said.0 += 1;
            if !quiet && said.1.elapsed() >= TELL {
                said.1 = Instant::now();
                let seconds = started.elapsed().as_secs();
                let _ = writeln!(std::io::stderr(), "living … {} of {} markets, {seconds} s", said.0, seeds.len());
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(seeds.len());
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().try_for_each(|thread| thread.join().expect("a thread that panics ends the command"))
    })?;
    let made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    let made = seeds.iter().copied().zip(made.into_iter().map(|made| made.expect("every seed was lived through")));
    let first = first.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (status, seen) = first.expect("there is a first seed");
    Ok((status, seen, made.collect()))
}
