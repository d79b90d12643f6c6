//! `loadgen`: order to durable acknowledgement at a fixed rate, beside an echo on the same stack.

use anyhow::{Result, bail};
use clap::{Args, Parser, Subcommand};
use rust_decimal::Decimal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use unspent_loadgen::mix::Mix;
use unspent_loadgen::report::{Comparison, Figures, comparison_table, table};
use unspent_loadgen::run::{Plan, run};
use unspent_loadgen::server::Server;
use unspent_loadgen::{disk, echo};
use unspent_model::Symbol;

/// Measures the time from an order's intended send to its durable acknowledgement over the websocket, at a fixed rate
/// and without coordinated omission.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Sub>,
    #[command(flatten)]
    load: Load,
}

#[derive(Debug, Subcommand)]
enum Sub {
    /// Measure the venue (what happens without a subcommand).
    Run,
    /// Measure the venue and the echo in turn, and print the ratio of the medians.
    Compare {
        /// Rounds of each at each rate.
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
        rounds: u32,
    },
    /// Serve the echo: the venue's socket stack and parser, and nothing behind them.
    Echo {
        /// Where to listen; port 0 takes a free one and prints it.
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: String,
    },
}

#[derive(Debug, Args)]
struct Load {
    /// The venue.
    #[arg(long, global = true, default_value = "ws://127.0.0.1:8080/ws", conflicts_with = "spawn")]
    url: String,
    /// Start this `unspent` on temporary data with accounts of its own, and measure it.
    #[arg(long, global = true, value_name = "PROGRAM")]
    spawn: Option<PathBuf>,
    /// A key to log in with; repeatable.
    #[arg(long = "key", global = true, value_name = "KEY")]
    keys: Vec<String>,
    /// Connections, which share the keys in turn [default: one for each key; 4 with --spawn].
    #[arg(long, global = true)]
    connections: Option<usize>,
    /// In which book.
    #[arg(long, global = true, default_value = "AWS-ACT-1K-202706", value_parser = symbol)]
    symbol: Symbol,
    /// Requests a second over all connections; several, separated by commas, are run one after the other.
    #[arg(long, global = true, default_value = "1000", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: Vec<u32>,
    /// Seconds that are measured.
    #[arg(long, global = true, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    seconds: u32,
    /// Seconds before that which are not.
    #[arg(long, global = true, default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=3_600))]
    warmup: u32,
    /// Percent of the requests that are orders meeting each other at one price; the rest are post-only orders far from
    /// the touch and cancels of them in turn.
    #[arg(long, global = true, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100))]
    crossing: u32,
    /// Dollars of face of each order.
    #[arg(long, global = true, default_value = "1000")]
    qty: Decimal,
    /// The price of resting bids.
    #[arg(long, global = true, default_value = "0.10")]
    bid: Decimal,
    /// The price of resting offers.
    #[arg(long, global = true, default_value = "0.90")]
    ask: Decimal,
    /// The price of crossing orders.
    #[arg(long, global = true, default_value = "0.50")]
    cross: Decimal,
    /// A send later than this after its time counts as late.
    #[arg(long, global = true, default_value_t = 1_000, value_name = "MICROSECONDS")]
    late: u64,
    /// How long to wait for the last replies.
    #[arg(long, global = true, default_value_t = 10, value_name = "SECONDS")]
    drain: u64,
    /// A refusal's code that is no failure; repeatable.
    #[arg(long = "allow", global = true, value_name = "CODE")]
    allowed: Vec<u16>,
    /// Where temporary data and the file of the fdatasync yardstick go: the disk to be measured [default: the system's
    /// temporary directory].
    #[arg(long, global = true, value_name = "DIR")]
    sync_dir: Option<PathBuf>,
    /// Print JSON, one object a line.
    #[arg(long, global = true)]
    json: bool,
}

fn symbol(text: &str) -> Result<Symbol, String> {
    Symbol::parse(text).map_err(|error| error.to_string())
}

fn main() -> Result<ExitCode> {
    let Cli { command, load } = Cli::parse();
    match command {
        Some(Sub::Echo { listen }) => serve_echo(&listen),
        None | Some(Sub::Run) => measure(&load),
        Some(Sub::Compare { rounds }) => compare(&load, rounds),
    }
}

#[tokio::main]
async fn serve_echo(listen: &str) -> Result<ExitCode> {
    let listener = TcpListener::bind(listen).await?;
    println!("listening on ws://{}/ws", listener.local_addr()?);
    echo::serve(listener, None).await?;
    Ok(ExitCode::SUCCESS)
}

/// A server to be measured, and how.
struct Target {
    name: &'static str,
    server: Option<Server>,
    plan: Plan,
}

impl Target {
    fn venue(load: &Load) -> Result<Target> {
        let mut plan = load.plan();
        if let Some(program) = &load.spawn {
            plan.connections = load.connections.unwrap_or(4);
            let server = Server::venue(program, &load.directory(), load.symbol, plan.connections)?;
            (plan.url, plan.keys) = (server.url.clone(), server.keys.clone());
            return Ok(Target { name: "venue", server: Some(server), plan });
        }
        if plan.keys.is_empty() {
            bail!("say who logs in, with --key KEY, or start a venue with --spawn target/release/unspent");
        }
        Ok(Target { name: "venue", server: None, plan })
    }

    /// The echo, asked in the same way as `venue`.
    fn echo(load: &Load, venue: &Target) -> Result<Target> {
        let server = Server::echo(&load.directory())?;
        let plan = Plan { url: server.url.clone(), ..venue.plan.clone() };
        Ok(Target { name: "echo", server: Some(server), plan })
    }

    /// One run; its faults go to `faults`.
    fn run(&self, rate: u32, load: &Load, faults: &mut Vec<String>) -> Result<Figures> {
        let cpu = || self.server.as_ref().and_then(Server::cpu_seconds);
        let before = cpu();
        let outcome = run(&Plan { rate, ..self.plan.clone() })?;
        let used = cpu().zip(before).map(|(after, before)| after - before);
        let name = self.name;
        faults.extend(outcome.faults(&load.allowed).into_iter().map(|fault| format!("{name} at {rate}/s: {fault}")));
        Ok(Figures::new(name, &outcome, used))
    }
}

impl Load {
    fn plan(&self) -> Plan {
        Plan {
            url: self.url.clone(),
            keys: self.keys.clone(),
            connections: self.connections.unwrap_or(self.keys.len()),
            rate: self.rate[0],
            warmup: self.warmup,
            seconds: self.seconds,
            mix: Mix {
                symbol: self.symbol,
                qty: self.qty,
                bid: self.bid,
                ask: self.ask,
                cross: self.cross,
                crossing: self.crossing,
            },
            late: Duration::from_micros(self.late),
            drain: Duration::from_secs(self.drain),
        }
    }

    fn directory(&self) -> PathBuf {
        self.sync_dir.clone().unwrap_or_else(std::env::temp_dir)
    }
}

fn measure(load: &Load) -> Result<ExitCode> {
    let venue = Target::venue(load)?;
    let mut faults = Vec::new();
    let mut runs = Vec::new();
    for &rate in &load.rate {
        runs.push(venue.run(rate, load, &mut faults)?);
    }
    print_runs(load, &runs)?;
    if load.sync_dir.is_some() && !load.json {
        println!("write + fdatasync of 4 KiB: p50 {:.0} µs", disk::sync_p50(&load.directory())?);
    }
    Ok(verdict(&faults))
}

fn compare(load: &Load, rounds: u32) -> Result<ExitCode> {
    let venue = Target::venue(load)?;
    let echo = Target::echo(load, &venue)?;
    let mut faults = Vec::new();
    let mut comparisons = Vec::new();
    for &rate in &load.rate {
        let (mut venues, mut echoes, mut syncs) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            venues.push(venue.run(rate, load, &mut faults)?);
            echoes.push(echo.run(rate, load, &mut faults)?);
            syncs.push(disk::sync_p50(&load.directory())?);
        }
        let comparison = Comparison::new(&venues, &echoes, &syncs);
        print_runs(load, &[venues, echoes].concat())?;
        if load.json {
            println!("{}", serde_json::to_string(&comparison)?);
        } else {
            println!();
        }
        comparisons.push(comparison);
    }
    if !load.json {
        print!("{}", comparison_table(&comparisons));
    }
    Ok(verdict(&faults))
}

fn print_runs(load: &Load, runs: &[Figures]) -> Result<()> {
    if load.json {
        for run in runs {
            println!("{}", serde_json::to_string(run)?);
        }
    } else {
        print!("{}", table(runs));
    }
    Ok(())
}

fn verdict(faults: &[String]) -> ExitCode {
    for fault in faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
