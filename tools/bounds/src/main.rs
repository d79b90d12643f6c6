//! `cargo bounds`: the real server, built for release, and each of its bounds with a number.
//!
//! Every bound is shown on a server of its own, on a fresh directory, by connections over loopback. Latencies are of requests at a
//! fixed rate, from the time each was meant to leave (`unspent-loadgen`). Exit code 0 says that every bound holds, 1 that one
//! does not or could not be shown.

mod crowd;
mod floods;
mod memory;
mod probe;
mod resets;
mod row;
mod silent;
mod slow;
mod venue;

use anyhow::{Context, Result, ensure};
use clap::{Parser, ValueEnum};
use row::{Row, table};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Shows each bound of the server with a number.
#[derive(Debug, Parser)]
#[command(version, after_help = "Example: cargo bounds memory silent --json")]
struct Arguments {
    /// Which bounds; by default all.
    #[arg(value_enum)]
    bounds: Vec<Bound>,
    /// The program to look at; by default it is built for release.
    #[arg(long)]
    bin: Option<PathBuf>,
    /// Where temporary data goes: the disk that orders wait for [default: the system's temporary directory].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Rounds with and as many without, where the two are compared.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Seconds of each round.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=600))]
    seconds: u32,
    /// Orders and cancels a second of the connections whose acknowledgements are timed.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    rate: u32,
    /// Print JSON: one object for each number, a line each.
    #[arg(long)]
    json: bool,
}

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Bound {
    /// Ten thousand websockets that listen to a book.
    Memory,
    /// A thousand subscribers that never read, beside traffic.
    Silent,
    /// A thousand connections that send a byte a second, and a login.
    Slow,
    /// Floods of pings, subscriptions and orders, beside traffic.
    Floods,
    /// Connections opened and reset, beside traffic.
    Resets,
}

/// How to measure.
#[derive(Debug)]
struct Plan {
    bin: PathBuf,
    data: PathBuf,
    rounds: u32,
    seconds: u32,
    rate: u32,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    venue::raise_descriptors()?;
    let bin = match arguments.bin {
        Some(bin) => bin,
        None => build().context("building the server")?,
    };
    let plan = Plan {
        bin,
        data: arguments.data.unwrap_or_else(std::env::temp_dir),
        rounds: arguments.rounds,
        seconds: arguments.seconds,
        rate: arguments.rate,
    };
    let all = Bound::value_variants();
    let chosen = if arguments.bounds.is_empty() { all } else { &arguments.bounds[..] };
    let mut rows = Vec::new();
    for bound in chosen {
        eprintln!("── {}", bound.to_possible_value().expect("none is skipped").get_name());
        let shown = runtime()?.block_on(show(*bound, &plan))?;
        if arguments.json {
            for row in &shown {
                println!("{}", serde_json::to_string(row)?);
            }
        }
        rows.extend(shown);
    }
    if !arguments.json {
        print!("{}", table(&rows));
    }
    let broken = rows.iter().filter(|row| !row.holds).count();
    if broken > 0 {
        eprintln!("{broken} of {} do not hold", rows.len());
    }
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn show(bound: Bound, plan: &Plan) -> Result<Vec<Row>> {
    match bound {
        Bound::Memory => memory::show(plan).await,
        Bound::Silent => silent::show(plan).await,
        Bound::Slow => slow::show(plan).await,
        Bound::Floods => floods::show(plan).await,
        Bound::Resets => resets::show(plan).await,
    }
}

/// One thread: the rest of the machine is the server's.
fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?)
}

/// Builds the program as it is released, and says where it is.
fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).args(["build", "--release", "--locked", "--quiet", "-p", "unspent"]).status();
    ensure!(status.context("starting cargo")?.success(), "cargo build --release -p unspent failed");
    let named = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"));
    Ok(target.join("release").join("unspent"))
}
