//! Reference data and holdings.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `catalogue`.
#[derive(Debug, Args)]
pub struct CatalogueArgs {
    #[command(subcommand)]
    pub command: CatalogueCommand,
}

/// What to do with a catalogue.
#[derive(Debug, Subcommand)]
pub enum CatalogueCommand {
    /// Check a file, and show its programmes with their terms and what it would list today.
    Check {
        /// The catalogue.
        file: PathBuf,
    },
}

/// `programmes`.
#[derive(Debug, Args)]
pub struct ProgrammesArgs {
    /// Where the venue answers over HTTP.
    #[arg(long, env = "UNSPENT_HTTP_URL", default_value = "http://127.0.0.1:8080")]
    pub url: String,
}

/// `curve`.
#[derive(Debug, Args)]
pub struct CurveArgs {
    /// A credit's symbol without its expiry, such as AWS-ACT-1K.
    pub curve: String,
    /// Where the venue answers over HTTP.
    #[arg(long, env = "UNSPENT_HTTP_URL", default_value = "http://127.0.0.1:8080")]
    pub url: String,
}

/// `holdings`.
#[derive(Debug, Args)]
pub struct HoldingsArgs {
    #[command(subcommand)]
    pub command: HoldingsCommand,
}

/// What to do with holdings.
#[derive(Debug, Subcommand)]
pub enum HoldingsCommand {
    /// Read a provider's listing, show what of it can be listed and what cannot and why, and propose how to split it.
    #[command(
        after_help = "Example: aws billing get-credits > credits.json && unspent holdings import credits.json --catalogue catalogue.toml"
    )]
    Import(ImportArgs),
}

/// `holdings import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// AWS's answer of GetCredits (JSON), or a table (CSV) with the columns id, programme, amount, ends and if wanted
    /// currency, pieces, about.
    pub file: PathBuf,
    /// The catalogue that it is judged by.
    #[arg(long)]
    pub catalogue: PathBuf,
    /// The programme of credits that do not say theirs, such as AWS-ACT.
    #[arg(long)]
    pub programme: Option<String>,
    /// Judge as of this day instead of today, such as 2026-11-21.
    #[arg(long)]
    pub on: Option<String>,
    /// A venue whose best bids weigh the ways to split, such as http://127.0.0.1:8080.
    #[arg(long)]
    pub url: Option<String>,
}
