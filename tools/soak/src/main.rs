//! `soak`: the whole loop for as long as one likes, and everything in it killed now and then.

use anyhow::{Result, bail};
use clap::Parser;
use std::path::PathBuf;
use std::time::Duration;
use unspent_soak::{Options, run};

/// Runs server, living market and maker as processes of their own, kills one of them by SIGKILL every few seconds, and then looks
/// whether anything is missing.
#[derive(Debug, Parser)]
#[command(version, after_help = "Example: cargo soak 30")]
struct Arguments {
    /// For so many minutes.
    #[arg(default_value_t = 30.0)]
    minutes: f64,
    /// Decides who is killed when; what they do meanwhile is real time.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The program; by default it is built.
    #[arg(long)]
    program: Option<PathBuf>,
}

fn main() -> Result<()> {
    let Arguments { minutes, seed, program } = Arguments::parse();
    let program = program.map_or_else(unspent_crashloop::server::build, Ok)?;
    let lasts = Duration::from_secs_f64(minutes * 60.0);
    let report = run(&program, &Options { lasts, seed, every: 4..=20 })?;
    println!("{report}");
    if report.problems.is_empty() { Ok(()) } else { bail!("something is missing, or did not come back") }
}
