//! `crashloop`: SIGKILL under load, any number of times.

use anyhow::{Result, bail};
use clap::Parser;
use std::path::PathBuf;
use unspent_crashloop::{Options, run};

/// Kills the server under load and compares what clients were told with what is there after the restart.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Example: cargo run --release -p unspent-crashloop -- --kills 1000 --server target/release/unspent"
)]
struct Arguments {
    /// How often to kill it.
    #[arg(long, default_value_t = 100)]
    kills: u64,
    /// Decides traffic and moments; the same seed sends the same orders, but the moments are real time.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The program.
    #[arg(long, default_value = "target/release/unspent")]
    server: PathBuf,
    /// The negative control: lose the journal's last 4 KiB at each kill; the comparison must report it.
    #[arg(long)]
    lying_disk: bool,
}

fn main() -> Result<()> {
    let Arguments { kills, seed, server, lying_disk } = Arguments::parse();
    if !server.exists() {
        bail!("{} is not there; build it with: cargo build --release -p unspent", server.display());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let summary = runtime.block_on(run(&Options { server, kills, seed, talk: true, lying_disk }))?;
    println!(
        "{} kills, {} orders acknowledged, {} unknown and resolved, {} sent again and compared, {} accounts compared to the \
         cent, {} problems (seed {seed})",
        summary.kills,
        summary.acknowledged,
        summary.unknown,
        summary.compared,
        summary.exact,
        summary.problems.len()
    );
    for problem in &summary.problems {
        println!("  {problem}");
    }
    if summary.problems.is_empty() { Ok(()) } else { bail!("what was told is not so") }
}
