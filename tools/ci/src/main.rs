//! `cargo ci`: everything that must hold before a change lands, in one command.
//!
//! Needs the Rust toolchain, the package registries, and Python 3.11 or later with pip for the clients that others wrote. Steps run
//! in order, each with its time; the first that fails ends the run with exit code 1 and says which command to repeat.

use anyhow::{Context, Result, bail};
use std::process::Command;
use std::time::Instant;

/// A command and what it shows.
struct Step {
    shows: &'static str,
    arguments: Vec<String>,
    /// Environment on top of ours.
    environment: &'static [(&'static str, &'static str)],
}

fn step(shows: &'static str, arguments: &str) -> Step {
    let arguments = arguments.split_whitespace().map(str::to_owned).collect();
    Step { shows, arguments, environment: &[] }
}

fn main() -> Result<()> {
    let demo = tempfile::tempdir().context("a directory for the demo")?;
    let demo = demo.path().display();
    let mut documents = step("documentation builds without a warning", "doc --workspace --no-deps --locked --quiet");
    documents.environment = &[("RUSTDOCFLAGS", "-D warnings")];
    let run_demo =
        format!("run --release --locked --quiet -- demo --headless --seconds 3 --listen 127.0.0.1:0 --data {demo}");
    let verify = format!("run --release --locked --quiet -p unspent -- journal verify --replay --data {demo}");
    let steps = [
        step("formatting", "fmt --all --check"),
        step("no warning from clippy", "clippy --workspace --all-targets --locked --quiet -- -D warnings"),
        step("the import table and the documents", "run --locked --quiet -p unspent-tidy"),
        documents,
        step("the binaries build", "build --release --locked --quiet -p unspent -p unspent-lobster"),
        step("all tests and documentation tests", "test --workspace --locked --no-fail-fast"),
        step(
            "clients that others wrote understand the server",
            "run --locked --quiet -p unspent-clients -- ccxt kraken_sdk",
        ),
        step("an hour of NASDAQ flow gives the true book", "run --release --locked --quiet -p unspent-lobster"),
        step("the demo starts, trades and stops", &run_demo),
        step("the demo replays and goes on", &run_demo),
        step("the demo's journal is whole, and a replay makes the same of it", &verify),
    ];
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let all = Instant::now();
    for (i, step) in steps.iter().enumerate() {
        println!("── {} of {}: {} (cargo {})", i + 1, steps.len(), step.shows, step.arguments.join(" "));
        let started = Instant::now();
        let mut command = Command::new(&cargo);
        command.args(&step.arguments).envs(step.environment.iter().copied());
        let status = command.status().context("starting cargo")?;
        if !status.success() {
            println!("{i} passed, 1 failed");
            bail!("failed: {}; repeat it with: cargo {}", step.shows, step.arguments.join(" "));
        }
        println!("   good after {:.1?}", started.elapsed());
    }
    println!("everything holds, in {:.0?}", all.elapsed());
    println!("{} passed, 0 failed", steps.len());
    Ok(())
}
