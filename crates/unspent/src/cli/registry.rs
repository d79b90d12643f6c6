//! What the operator may say about holdings.

use clap::{Args, Subcommand};
use rust_decimal::Decimal;

/// `admin holdings`.
#[derive(Debug, Subcommand)]
pub enum HoldingsDesk {
    /// Show every live holding and those that ended lately.
    List,
    /// Register a credit for an account, as declared.
    #[command(
        after_help = "Example: unspent admin holdings register acme --programme AWS-ACT --credit 90000001 --amount 150000 --pieces 99 --ends 2027-07-20T00:00:00Z --provenance 'GetCredits of 2026-11-21' --dated 2026-11-21 --reason 'letter 12'"
    )]
    Register(RegisterArgs),
    /// Say how well a holding is known: declared, documented, attested, custody. What is listed above that is taken back.
    #[command(after_help = "Example: unspent admin holdings level 7 attested --reason 'the provider confirmed it'")]
    Level {
        /// The holding.
        holding: u64,
        /// The level.
        level: String,
    },
    /// Make lots of a part of an account's holding.
    Offer(OfferArgs),
    /// Take an account's free lots back into their holding.
    Delist(OfferArgs),
    /// Take an account's holding out of the registry.
    Withdraw {
        /// The account.
        account: String,
        /// The holding.
        holding: u64,
    },
}

/// `admin holdings register`.
#[derive(Debug, Args)]
pub struct RegisterArgs {
    /// The account.
    pub account: String,
    /// Of which programme, such as AWS-ACT.
    #[arg(long)]
    pub programme: String,
    /// How the provider calls it.
    #[arg(long)]
    pub credit: String,
    /// Dollars of it that may be listed.
    #[arg(long)]
    pub amount: Decimal,
    /// Into how many pieces it may be split at most.
    #[arg(long)]
    pub pieces: u32,
    /// The provider's own end of it, such as 2027-07-20T00:00:00Z; without it never.
    #[arg(long)]
    pub ends: Option<String>,
    /// Where it can be seen.
    #[arg(long)]
    pub provenance: String,
    /// The day of that, such as 2026-11-21.
    #[arg(long)]
    pub dated: String,
}

/// `admin holdings offer` and `delist`.
#[derive(Debug, Args)]
pub struct OfferArgs {
    /// The account.
    pub account: String,
    /// The holding.
    pub holding: u64,
    /// Lots of what.
    pub symbol: String,
    /// Dollars of face, a multiple of the lot.
    #[arg(long)]
    pub qty: Decimal,
}
