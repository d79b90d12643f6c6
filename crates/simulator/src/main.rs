//! `cargo sim [RECOVERIES] [SEED]`: worlds from seeds counted up from SEED until so many starts were judged; the first that
//! goes wrong ends it, and says how to repeat it.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;
use unspent_simulator::{Tally, run};

const USUAL_RECOVERIES: u64 = 1_000_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.replace('_', "").parse::<u64>());
    let (Ok(wanted), Ok(first)) = (arguments.next().unwrap_or(Ok(USUAL_RECOVERIES)), arguments.next().unwrap_or(Ok(1)))
    else {
        eprintln!("usage: cargo sim [RECOVERIES] [SEED]");
        return ExitCode::from(2);
    };
    let next = AtomicU64::new(first);
    let failed = AtomicBool::new(false);
    let sum = Mutex::new(Tally::default());
    let started = Instant::now();
    let told = AtomicU64::new(0);
    let work = || {
        while !failed.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            match std::panic::catch_unwind(|| run(seed, None)) {
                Ok(Ok(tally)) => {
                    let mut sum = sum.lock().expect("nobody panics while it is held");
                    *sum += tally;
                    let seconds = started.elapsed().as_secs();
                    if seconds >= told.load(Ordering::Relaxed) + 10 {
                        told.store(seconds, Ordering::Relaxed);
                        eprintln!("{}", describe(&sum, seconds));
                    }
                    if sum.recoveries >= wanted {
                        return;
                    }
                }
                Ok(Err(why)) => {
                    failed.store(true, Ordering::Relaxed);
                    println!("seed {seed}: {why}\nagain: cargo sim 1 {seed}");
                }
                Err(_) => {
                    failed.store(true, Ordering::Relaxed);
                    println!("seed {seed}: panicked\nagain: cargo sim 1 {seed}");
                }
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    println!("{}", describe(&sum.lock().expect("nobody panics while it is held"), started.elapsed().as_secs()));
    if failed.load(Ordering::Relaxed) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn describe(tally: &Tally, seconds: u64) -> String {
    format!(
        "{} recoveries after {} crashes and {} errors in {} worlds, {} commands acknowledged; {} snapshots, {} segments archived; {} damages, {} of \
         them stopped the start; {} a second, {seconds} s",
        tally.recoveries,
        tally.crashes,
        tally.errors,
        tally.worlds,
        tally.acknowledged,
        tally.snapshots,
        tally.archived,
        tally.damages,
        tally.refused,
        tally.recoveries / seconds.max(1)
    )
}
