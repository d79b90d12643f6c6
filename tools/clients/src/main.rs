//! `cargo clients`: the real server held against clients that no one here wrote.
//!
//! Every `tools/clients/checks/*.py` is a check. It is run as `python -P check.py ADDRESS KEY OTHER`: the server's `HOST:PORT`, a key
//! that may read and trade, and such a key of another account; each check gets a server of its own, with the same venue and
//! no order yet; the environment has `SIGNING_KEY`, `SIGNING_SECRET` and the same with `OTHER_` before it, for clients that sign as
//! Kraken's do. Exit code 0 says that everything holds. What a check needs is pinned in `tools/clients/requirements.txt` and
//! installed into `target/clients/`, once for each state of that file.
//!
//! Nothing is skipped: without Python, without pip, or without a check of the name asked for, this fails and says so.

mod python;
mod server;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Runs clients of others against a server of its own.
#[derive(Debug, Parser)]
#[command(version, after_help = "Example: cargo clients schemathesis")]
struct Arguments {
    /// Which checks; by default all. A name is a file's in tools/clients/checks, without its ending.
    names: Vec<String>,
    /// The program to check; by default it is built.
    #[arg(long)]
    bin: Option<PathBuf>,
    /// The Python to make an environment with, 3.11 or later.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let checks = chosen(&here.join("checks"), &arguments.names)?;
    let bin = match arguments.bin {
        Some(bin) => bin,
        None => server::build().context("building the server")?,
    };
    let python = python::environment(&arguments.python, &here.join("requirements.txt"))?;
    let mut failed = Vec::new();
    for (name, path) in &checks {
        println!("── {name}");
        let started = Instant::now();
        let holds = check(&bin, &python, path).with_context(|| format!("running {name}"))?;
        println!("   {} after {:.1?}", if holds { "good" } else { "failed" }, started.elapsed());
        if !holds {
            failed.push(name.as_str());
        }
    }
    println!("{} passed, {} failed", checks.len() - failed.len(), failed.len());
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

/// The checks of these names, or all; by name.
fn chosen(directory: &Path, names: &[String]) -> Result<Vec<(String, PathBuf)>> {
    let entries = directory.read_dir().with_context(|| format!("reading {}", directory.display()))?;
    let mut checks = Vec::new();
    for entry in entries {
        let path = entry.context("reading the checks")?.path();
        if path.extension().is_some_and(|extension| extension == "py") {
            let name = path.file_stem().and_then(|stem| stem.to_str()).context("a check has no name")?;
            checks.push((name.to_owned(), path));
        }
    }
    checks.sort();
    ensure!(!checks.is_empty(), "there is no check in {}", directory.display());
    if names.is_empty() {
        return Ok(checks);
    }
    let known: Vec<&str> = checks.iter().map(|(name, _)| name.as_str()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no check {unknown}; there are: {}", known.join(", "));
    }
    Ok(checks.into_iter().filter(|(name, _)| names.contains(name)).collect())
}

/// Whether a check holds against a fresh server.
fn check(bin: &Path, python: &Path, path: &Path) -> Result<bool> {
    let server = server::Server::start(bin)?;
    // -P: a check may have the name of the package it uses.
    let mut command = std::process::Command::new(python);
    command.arg("-P").arg(path).args([server.address(), server::KEY, server::OTHER]);
    let [one, two] = &server.signing;
    command.envs([("SIGNING_KEY", &one.id), ("SIGNING_SECRET", &one.secret)]);
    command.envs([("OTHER_SIGNING_KEY", &two.id), ("OTHER_SIGNING_SECRET", &two.secret)]);
    // What a check writes on the way goes where everything that is built goes.
    command.current_dir(server.directory()).env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUNBUFFERED", "1");
    let status = command.status().with_context(|| format!("starting {}", python.display()))?;
    server.stop()?;
    Ok(status.success())
}
