//! `cargo powercut`: the power goes under load, any number of times.

use anyhow::{Result, bail};
use clap::{Parser, ValueEnum};
use std::path::PathBuf;
use unspent_crashloop::{Options, run};
use unspent_powercut::machine::{Guest, Lie};
use unspent_powercut::needs::Needs;

/// Boots a virtual machine with the venue in it, switches it off under load, boots it again and compares what clients
/// were told with what is there. Its disk loses what was not flushed.
#[derive(Debug, Parser)]
#[command(version, after_help = "Example: cargo powercut 100\n         cargo powercut 3 --lying")]
struct Arguments {
    /// How often to switch it off.
    #[arg(default_value_t = 100)]
    cuts: u64,
    /// Decides traffic, moments and what the disk loses; the moments are real time.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The negative control: syncs do nothing. The comparison must report loss; it is an error if it does not.
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "disk")]
    lying: Option<Liar>,
    /// The program; by default it is built.
    #[arg(long)]
    server: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Liar {
    /// The disk answers flushes and does nothing.
    Disk,
    /// libeatmydata in the guest makes the venue's syncs do nothing; the disk is honest.
    Eatmydata,
}

fn main() -> Result<()> {
    let Arguments { cuts, seed, lying, server } = Arguments::parse();
    let needs = Needs::find()?;
    let server = server.map_or_else(unspent_crashloop::server::build, Ok)?;
    let lie = lying.map(|liar| match liar {
        Liar::Disk => Lie::Disk,
        Liar::Eatmydata => Lie::Eatmydata,
    });
    let mut guest = Guest::new(needs, &server, seed, lie)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let options = Options { kills: cuts, seed, load: 200..=2_500, talk: true };
    let summary = runtime.block_on(run(&mut guest, &options))?;
    println!("{} (seed {seed})", guest.describe(&summary));
    for problem in summary.problems.iter().take(20) {
        println!("  {problem}");
    }
    match (lying.is_some(), summary.problems.is_empty()) {
        (false, true) => Ok(()),
        (false, false) => bail!("what was told is not so"),
        (true, false) => {
            println!("the loss was noticed, as it should be");
            Ok(())
        }
        (true, true) => bail!("syncs did nothing, and nothing was missed"),
    }
}
