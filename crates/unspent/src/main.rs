//! The exchange for unused compute credits: server, demo, filter and command line in one binary.
//!
//! Effects live here: configuration, clock, disk, sockets, terminal. What an order does is in `engine`.

mod catalogue;
mod cli;
mod commands;
mod credential;
mod demo;
mod failure;
mod holdings;
mod money;
mod output;
mod road;
mod screen;
mod venue;
mod venue_file;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(cli.json),
    }
}
