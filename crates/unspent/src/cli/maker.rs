//! What may be said of makers.

use crate::cli::ClientArgs;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `maker`.
#[derive(Debug, Args)]
pub struct MakerArgs {
    #[command(subcommand)]
    pub command: MakerCommand,
}

/// What to do with a maker.
#[derive(Debug, Subcommand)]
pub enum MakerCommand {
    /// Read a configuration, and say what is wrong, where, and what would be right.
    #[command(after_help = "Example: unspent maker check fixtures/maker/demo.toml")]
    Check(MakerFileArgs),
    /// Show the quotes that a configuration would send now, and every term of each. Nothing is sent.
    #[command(
        after_help = "Example: unspent maker explain fixtures/maker/demo.toml --held AWS-ACT-1K-202703=25000\n         unspent maker explain maker.toml --live --key-file maker.key"
    )]
    Explain(MakerExplainArgs),
    /// Bring an older configuration up to this program's version. Prints it, or writes it back.
    #[command(after_help = "Example: unspent maker migrate maker.toml --write")]
    Migrate {
        #[command(flatten)]
        file: MakerFileArgs,
        /// Write it back, with the old one beside it as FILE.old.
        #[arg(long)]
        write: bool,
    },
    /// Try a configuration beside a journal, or in markets from seeds: what it would have made, by what, and how it was filled.
    #[command(
        after_help = "Example: unspent maker backtest maker.toml --data ./data/venue --html report.html\n         unspent maker backtest fixtures/maker/demo.toml --seeds 30"
    )]
    Backtest(MakerBacktestArgs),
    /// Make a market. Full-screen on a terminal (live and paper), elsewhere a line of JSON a second.
    #[command(
        after_help = "Example: unspent maker run maker.toml --mode live --key-file maker.key\n         unspent maker run maker.toml --mode paper\n         unspent maker run maker.toml --mode sim --seed 7 --steps 10000\n         unspent maker run maker.toml --mode replay --data ./data/venue\n\
        SIGUSR1 pauses, SIGUSR2 resumes, SIGHUP reads the configuration again, SIGTERM pulls everything and ends.\n\
        Lines on standard input do the same: pause, resume, reload, quit; on the full screen keys do: p, r, l, q, and c cancels all."
    )]
    Run(MakerRunArgs),
}

/// A configuration.
#[derive(Debug, Args)]
pub struct MakerFileArgs {
    /// The configuration, in TOML.
    pub file: PathBuf,
}

/// What an account that is not at a venue has.
#[derive(Debug, Args)]
pub struct MakerAccountArgs {
    /// Dollars of cash.
    #[arg(long, default_value_t = 1_000_000)]
    pub cash: u64,
    /// Dollars of face of an instrument, AWS-ACT-1K-202706=25000, as often as needed.
    #[arg(long, value_name = "SYMBOL=FACE")]
    pub held: Vec<String>,
    /// The maker's fee in basis points.
    #[arg(long, default_value_t = 25)]
    pub maker_bp: u16,
    /// The taker's fee in basis points.
    #[arg(long, default_value_t = 100)]
    pub taker_bp: u16,
}

/// `maker explain`.
#[derive(Debug, Args)]
pub struct MakerExplainArgs {
    #[command(flatten)]
    pub file: MakerFileArgs,
    #[command(flatten)]
    pub account: MakerAccountArgs,
    /// As of when: 2027-01-31T16:30:00Z; now when absent.
    #[arg(long, conflicts_with = "live")]
    pub at: Option<String>,
    /// For what the key's account has, in a venue's books as they are; otherwise for the account said here, in empty books.
    #[arg(long)]
    pub live: bool,
    #[command(flatten)]
    pub client: ClientArgs,
}

/// Where a maker trades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MakerMode {
    /// At a venue, with an account's money.
    Live,
    /// With a venue's prices, and fills that would have been.
    Paper,
    /// In a market from a seed.
    Sim,
    /// In the market that a journal tells of, with fills that would have been.
    Replay,
}

/// `maker run`.
#[derive(Debug, Args)]
pub struct MakerRunArgs {
    #[command(flatten)]
    pub file: MakerFileArgs,
    /// Where it trades.
    #[arg(long, value_enum)]
    pub mode: MakerMode,
    #[command(flatten)]
    pub client: ClientArgs,
    #[command(flatten)]
    pub account: MakerAccountArgs,
    /// Write every action and fill to a file, a line of JSON each. Of `sim` and `replay` the same run writes the same bytes.
    #[arg(long)]
    pub transcript: Option<PathBuf>,
    /// End by itself after so many seconds, as if told to quit. Live and paper.
    #[arg(long)]
    pub seconds: Option<u64>,
    /// Do not read standard input, and print lines of text on a terminal. Live and paper.
    #[arg(long)]
    pub no_keys: bool,
    /// Draw the offsets at which its standing is scored from this. Sim: the whole market.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Sim: so many steps of ten seconds.
    #[arg(long, default_value_t = 8_640)]
    pub steps: u32,
    /// Sim: in a maker's seat of the living market, with that one's money and credits. Fees are that market's.
    #[arg(long)]
    pub living: bool,
    /// Of the living market: so many simulated days.
    #[arg(long, default_value_t = 240, value_parser = clap::value_parser!(u32).range(1..=366))]
    pub days: u32,
    /// Replay: the venue's data directory.
    #[arg(long)]
    pub data: Option<PathBuf>,
}

/// `maker backtest`.
#[derive(Debug, Args)]
pub struct MakerBacktestArgs {
    #[command(flatten)]
    pub file: MakerFileArgs,
    #[command(flatten)]
    pub account: MakerAccountArgs,
    /// The data directory of a venue, whose journal it trades beside.
    #[arg(long, conflicts_with = "seeds")]
    pub data: Option<PathBuf>,
    /// Or so many markets from seeds, one after the other; details are of the first.
    #[arg(long, required_unless_present = "data", value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub seeds: Option<u64>,
    /// The first seed; beside a journal that of the offsets at which its standing is scored.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Of small markets from seeds: so many steps of ten seconds.
    #[arg(long, default_value_t = 8_640)]
    pub steps: u32,
    /// In living markets: in a maker's seat, with that one's money and credits. Fees are that market's.
    #[arg(long, conflicts_with = "data")]
    pub living: bool,
    /// Of living markets: so many simulated days.
    #[arg(long, default_value_t = 240, value_parser = clap::value_parser!(u32).range(1..=366))]
    pub days: u32,
    /// Write a page with plots.
    #[arg(long)]
    pub html: Option<PathBuf>,
}
