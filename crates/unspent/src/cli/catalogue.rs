//! Reference data and holdings.

use clap::{Args, Subcommand};
use rust_decimal::Decimal;
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
    /// Show your holdings in a venue's registry, and what of them is listed.
    List(HolderArgs),
    /// Make lots of a part of a holding, to be sold: promised ones of its level, or in custody.
    #[command(after_help = "Example: unspent holdings offer 7 AWS-ACT-10K-202706 --qty 150000 --key-file startup.key")]
    Offer(PartArgs),
    /// Take lots that are free back into their holding.
    Delist(PartArgs),
    /// Take a holding of which nothing is listed out of the registry.
    Withdraw {
        /// Its number, as `unspent holdings list` shows it.
        holding: u64,
        #[command(flatten)]
        holder: HolderArgs,
    },
}

/// Who asks a venue about its holdings.
#[derive(Debug, Args)]
pub struct HolderArgs {
    /// The venue.
    #[arg(long, env = "UNSPENT_HTTP_URL", default_value = "http://127.0.0.1:8080")]
    pub url: String,
    /// Your API key, of the venue file and on the venue's own machine.
    #[arg(long, env = "UNSPENT_KEY", hide_env_values = true)]
    pub key: Option<String>,
    /// The file of a key that signs, from `unspent keys create --to FILE`.
    #[arg(long, env = "UNSPENT_KEY_FILE")]
    pub key_file: Option<PathBuf>,
}

/// A part of a holding in lots.
#[derive(Debug, Args)]
pub struct PartArgs {
    /// The holding's number, as `unspent holdings list` shows it.
    pub holding: u64,
    /// Lots of what.
    pub symbol: String,
    /// Dollars of face, a multiple of the lot.
    #[arg(long)]
    pub qty: Decimal,
    #[command(flatten)]
    pub holder: HolderArgs,
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
    /// Register what can be listed, as declared, at the venue at --url, and show each answer.
    #[arg(long, requires = "url")]
    pub register: bool,
    /// Your API key, of the venue file and on the venue's own machine.
    #[arg(long, env = "UNSPENT_KEY", hide_env_values = true)]
    pub key: Option<String>,
    /// The file of a key that signs, from `unspent keys create --to FILE`.
    #[arg(long, env = "UNSPENT_KEY_FILE")]
    pub key_file: Option<PathBuf>,
}
