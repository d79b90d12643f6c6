//! What may be asked of the living market.

use clap::Args;

/// `market-quality`.
#[derive(Debug, Args)]
pub struct MarketQualityArgs {
    /// How many seeds: each is lived through under all eight rules.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub seeds: u32,
    /// The first of them; the others follow it.
    #[arg(long, default_value_t = 1)]
    pub first_seed: u64,
    /// Simulated days of a run. What ends in the first 45 is not measured.
    #[arg(long, default_value_t = 240, value_parser = clap::value_parser!(u32).range(120..=720))]
    pub days: u32,
}
