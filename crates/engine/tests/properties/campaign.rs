//! `cargo campaign [COMMANDS] [SEED]`: random flows on the engine and on the naive venue until so many commands
//! agreed; the first flow that does not is shrunk to a story.
//!
//! Every flow has a seed of its own, counted up from SEED: `cargo campaign 1 SEED` repeats the one that failed.

#[path = "../reference/mod.rs"]
mod reference;

#[allow(dead_code, reason = "the fuzzer draws from bytes")]
mod flow;

use flow::chance::Chance;
use flow::{draw_flow, failure, story_of_failure};
use std::process::ExitCode;
#[allow(clippy::disallowed_types, reason = "a rate for people")]
use std::time::Instant;

const USUAL_COMMANDS: u64 = 100_000_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.replace('_', "").parse::<u64>());
    let (Ok(wanted), Ok(first)) = (arguments.next().unwrap_or(Ok(USUAL_COMMANDS)), arguments.next().unwrap_or(Ok(1)))
    else {
        eprintln!("usage: cargo campaign [COMMANDS] [SEED]");
        return ExitCode::from(2);
    };
    #[allow(clippy::disallowed_types, reason = "a rate for people")]
    let started = Instant::now();
    let (mut done, mut told, mut seed) = (0, 0, first);
    while done < wanted {
        let steps = seeded_flow(seed);
        if failure(&steps).is_some() {
            println!(
                "the flow of seed {seed} differs, after {done} commands that agreed:\n{}",
                story_of_failure(&steps)
            );
            println!("again: cargo campaign 1 {seed}");
            return ExitCode::FAILURE;
        }
        done += steps.len() as u64;
        seed += 1;
        let seconds = started.elapsed().as_secs();
        if seconds >= told + 10 {
            told = seconds;
            println!("{done} commands agreed, {} a second, {seconds} s, seed {seed}", done / seconds);
        }
    }
    let seconds = started.elapsed().as_secs().max(1);
    println!("{done} commands agreed in {} flows, {} a second, {seconds} s", seed - first, done / seconds);
    ExitCode::SUCCESS
}

/// A flow as long as its seed says.
fn seeded_flow(seed: u64) -> Vec<flow::step::Step> {
    let mut chance = Chance::Seed(seed);
    let length = chance.one_of(&[30, 100, 300, 1_000, 3_000]);
    draw_flow(&mut chance, length)
}
