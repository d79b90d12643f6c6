//! `crashloop`: SIGKILL under load, any number of times.

use anyhow::{Result, bail, ensure};
use clap::Parser;
use std::path::PathBuf;
use unspent_crashloop::server::{Server, build};
use unspent_crashloop::{Options, run};
use unspent_crashloop::{clock, full};

/// Kills the server under load and compares what clients were told with what is there after the restart.
#[derive(Debug, Parser)]
#[command(version, after_help = "Example: cargo kills 1000")]
struct Arguments {
    /// How often to kill it.
    #[arg(default_value_t = 100)]
    kills: u64,
    /// Decides traffic and moments; the same seed sends the same orders, but the moments are real time.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The program; by default it is built.
    #[arg(long)]
    server: Option<PathBuf>,
    /// The negative control: lose the journal's last 4 KiB at each kill; the comparison must report it.
    #[arg(long)]
    lying_disk: bool,
    /// Let the program's wall clock jump forwards and back all the while, by up to ten hours. Needs libfaketime.
    #[arg(long)]
    clock: bool,
    /// Instead: once, let its disk fill up, cancel, restart, make space, go on. Needs leave to mount a tmpfs in a namespace.
    #[arg(long, conflicts_with_all = ["lying_disk", "clock"])]
    full_disk: bool,
}

fn main() -> Result<()> {
    let Arguments { kills, seed, server, lying_disk, clock, full_disk } = Arguments::parse();
    let server = server.map_or_else(build, Ok)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    if full_disk {
        return full(&runtime.block_on(full::run(&server))?);
    }
    let server = Server::new(&server)?;
    let mut server = if lying_disk { server.lying() } else { server };
    if clock {
        server = server.jumping(seed)?;
    }
    let ended = runtime.block_on(run(&mut server, &Options { kills, seed, load: 20..=250, talk: true }));
    if ended.as_ref().map_or(true, |summary| !summary.problems.is_empty()) {
        println!("data and log are kept in {}", server.keep().display());
    }
    let summary = ended?;
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
    if let Some(clock) = server.clock() {
        let times = clock::times(&server.data().join("journal"))?;
        println!(
            "the clock jumped {} times; of {} commands {} came a minute or more after the one before, {} while the clock \
             was behind, {} went back in time",
            clock.jumps(),
            times.commands,
            times.ahead,
            times.still,
            times.back
        );
        ensure!(times.back == 0, "the journal's time went back");
    }
    for problem in &summary.problems {
        println!("  {problem}");
    }
    if summary.problems.is_empty() { Ok(()) } else { bail!("what was told is not so") }
}

fn full(report: &full::Report) -> Result<()> {
    println!(
        "a full disk: {} orders until one was refused, {} cancelled meanwhile, orders accepted again after {:.1?}; {} orders \
         acknowledged, {} sent again and compared, {} problems",
        report.before_refusal,
        report.canceled,
        report.resumed_after,
        report.acknowledged,
        report.compared,
        report.problems.len()
    );
    for problem in &report.problems {
        println!("  {problem}");
    }
    if report.problems.is_empty() { Ok(()) } else { bail!("what was told is not so") }
}
