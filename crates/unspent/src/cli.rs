//! The command line: what may be said, and who carries it out.

mod accounting;
mod admin;
mod catalogue;
mod funds;
mod journal;
mod keys;
mod maker;
mod market_quality;
mod registry;
mod snapshot;

pub use accounting::*;
pub use admin::*;
pub use catalogue::*;
pub use funds::*;
pub use journal::*;
pub use keys::*;
pub use maker::*;
pub use market_quality::*;
pub use registry::*;
pub use snapshot::*;

use crate::commands;
use crate::demo;
use crate::failure::Failure;
use clap::{Args, Parser, Subcommand, ValueEnum};
use rust_decimal::Decimal;
use std::net::SocketAddr;
use std::path::PathBuf;
use unspent_model::Side;

/// The exchange for unused compute credits.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "Start with: unspent demo\n\
    Exit codes: 0 done, 1 error, 2 usage, 3 refused by the exchange, 4 login, 5 unavailable, 6 outcome unknown, \
    7 the journal is damaged or not the one expected, 8 repaired with a loss."
)]
pub struct Cli {
    /// Print JSON for machines instead of text for people.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a venue.
    #[command(after_help = "Example: unspent serve --data ./data --venue venue.toml --listen 127.0.0.1:8080")]
    Serve(ServeArgs),
    /// Run a venue with a dozen instruments and traffic, and watch it.
    #[command(after_help = "Example: unspent demo --data ./data/demo --seconds 60 --headless")]
    Demo(DemoArgs),
    /// The engine as a filter: requests as JSON Lines in, replies, executions and books out.
    #[command(after_help = "Example: unspent match --instruments instruments.jsonl --book top < requests.jsonl")]
    Match(MatchArgs),
    /// Sell credits: shows what will happen, asks, sends.
    #[command(
        after_help = "Example: unspent sell AWS-ACT-1K-202706 --qty 150000 --price 0.66\n         unspent sell AWS-ACT-1K-202706 --qty 150000 --price 0.66 --display 10000\n         unspent sell AWS-ACT-1K-202706 --qty 20000 --price 0.60 --stop 0.62 --tif day\n         unspent sell AWS-ACT-1K-202706 --qty 20000 --price 0.70 --decay 0.50 --decay-until 2027-05-31T16:00:00Z"
    )]
    Sell(SellArgs),
    /// Buy credits: shows what will happen, asks, sends.
    #[command(after_help = "Example: unspent buy AWS-ACT-1K-202706 --qty 20000 --price 0.68 --tif ioc")]
    Buy(BuyArgs),
    /// Cancel one order, or many.
    #[command(after_help = "Example: unspent cancel O-42\n         unspent cancel --all --symbol AWS-ACT-1K-202706")]
    Cancel(CancelArgs),
    /// Show your open orders.
    #[command(after_help = "Example: unspent orders --key uk_demo_visitor")]
    Orders(ClientArgs),
    /// Show an instrument's book.
    #[command(after_help = "Example: unspent book AWS-ACT-1K-202706 --depth 10")]
    Book(BookArgs),
    /// Follow books, trades and, with a key, your orders: full-screen on a terminal, elsewhere one JSON line a second.
    #[command(after_help = "Example: unspent watch AWS-ACT-1K-202706 --seconds 30")]
    Watch(WatchArgs),
    /// Show your cash and credits.
    #[command(after_help = "Example: unspent account --key uk_demo_visitor")]
    Account(ClientArgs),
    /// Show your trades that settle later, newest first.
    #[command(after_help = "Example: unspent settlements --key uk_demo_visitor")]
    Settlements(ClientArgs),
    /// Say that what you sold is delivered, and where that can be seen.
    #[command(after_help = "Example: unspent deliver 41 --evidence 'transfer 17' --key uk_demo_visitor")]
    Deliver(EvidenceArgs),
    /// Say that what you bought is there; silence accepts too.
    #[command(after_help = "Example: unspent accept 41 --key uk_demo_visitor")]
    Accept(AcceptArgs),
    /// Say that what you bought is not as it was sold, and where that can be seen.
    #[command(after_help = "Example: unspent dispute 41 --evidence 'nothing came' --key uk_demo_visitor")]
    Dispute(EvidenceArgs),
    /// Check, read, save and mend a journal on disk.
    #[command(after_help = "Example: unspent journal verify --data ./data/demo --replay")]
    Journal(JournalArgs),
    /// Make, show, replace and take back the keys that people log in with.
    #[command(after_help = "Example: unspent keys create --account acme --scope read,trade --to acme.key")]
    Keys(KeysArgs),
    /// Operate a running venue: halt, endow, bound, stop. Everything is journalled with who did it and why.
    #[command(after_help = "Example: unspent admin halt AWS-ACT-1K-202706 --reason \"ticket 17\" --key-file ops.key")]
    Admin(AdminArgs),
    /// An account's month, from the journal: opening, every movement, closing.
    #[command(after_help = "Example: unspent statement --data ./data/demo --account acme --month 2026-11 --format csv")]
    Statement(StatementArgs),
    /// Prove cash and credits against the journal: two sets of books that share no code.
    #[command(after_help = "Example: unspent reconcile --data ./data/demo")]
    Reconcile(ReconcileArgs),
    /// Check reference data: providers, programmes with their terms and sources, what is listed of them.
    #[command(after_help = "Example: unspent catalogue check fixtures/catalogue/demo.toml")]
    Catalogue(CatalogueArgs),
    /// Show a venue's programmes and under which terms they are traded.
    #[command(after_help = "Example: unspent programmes --url http://127.0.0.1:8080")]
    Programmes(ProgrammesArgs),
    /// Draw the months of a programme and face value: best prices, last price, what a dollar gains a year.
    #[command(after_help = "Example: unspent curve AWS-ACT-1K --url http://127.0.0.1:8080")]
    Curve(CurveArgs),
    /// See what of your credits can be listed, and how best.
    #[command(after_help = "Example: unspent holdings import credits.json --catalogue catalogue.toml")]
    Holdings(HoldingsArgs),
    /// Make a market: quotes from a fair-value curve, within bounds, pulled when anything is not as it should be.
    #[command(after_help = "Example: unspent maker explain fixtures/maker/demo.toml")]
    Maker(MakerArgs),
    /// Score makers from the journal: every second at an instant that nobody knew before, how near and how large both sides were.
    #[command(after_help = "Example: unspent makers --data ./data/venue --seed 83021 --from 2026-11-01T00:00:00Z")]
    Makers(MakersArgs),
    /// Measure what dominance, decay orders and auctions do to a market: one flow of orders under eight rules, from many seeds.
    #[command(after_help = "Example: unspent market-quality --seeds 5")]
    MarketQuality(MarketQualityArgs),
    /// Look at the snapshots that starts begin from.
    #[command(after_help = "Example: unspent snapshot list --data ./data/demo")]
    Snapshot(SnapshotArgs),
}

/// `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The data directory; its journal is replayed first.
    #[arg(long, default_value = "data/venue")]
    pub data: PathBuf,
    /// Where to listen; port 0 takes any that is free.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Listen to the operator too; without an address at 127.0.0.1:8081. Another than loopback needs a certificate.
    #[arg(long, num_args = 0..=1, default_missing_value = "127.0.0.1:8081")]
    pub admin_listen: Option<SocketAddr>,
    /// Instruments, accounts and keys, in TOML.
    #[arg(long)]
    pub venue: PathBuf,
    /// The file of the keys that `unspent keys` makes; by default keys.toml in the data directory.
    #[arg(long)]
    pub keys: Option<PathBuf>,
    /// What seals the secrets of HMAC keys; needed when there are any.
    #[arg(long)]
    pub master_key: Option<PathBuf>,
    /// The certificate for TLS, in PEM, with those that vouch for it after it. Read again when it changes.
    #[arg(long, requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key, in PEM; a file that others may read is refused.
    #[arg(long, requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Listen without TLS on an address that others can reach.
    #[arg(long, conflicts_with = "tls_cert")]
    pub plaintext: bool,
    /// A page elsewhere that may connect, as a browser names it, such as `https://desk.example`; may be given more than once.
    #[arg(long = "origin", value_name = "ORIGIN")]
    pub origins: Vec<String>,
    /// MiB of a journal segment.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=4_096))]
    pub segment_mib: u64,
    /// Make a snapshot whenever so many segments are full; 0 for never.
    #[arg(long, default_value_t = 4)]
    pub snapshot_segments: usize,
    /// Use no snapshot: replay the journal from its beginning.
    #[arg(long)]
    pub replay_all: bool,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The data directory; started again there, the demo replays and goes on.
    #[arg(long, default_value = "data/demo")]
    pub data: PathBuf,
    /// Where to listen; port 0 takes any that is free.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Print lines instead of a full-screen view; also when standard output is no terminal.
    #[arg(long)]
    pub headless: bool,
    /// End by itself after so many seconds.
    #[arg(long)]
    pub seconds: Option<u64>,
    /// The seed of the traffic.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Only the people: let them trade at a venue that already serves the demo's venue file, such as ws://127.0.0.1:8080/ws. With
    /// --data it is read from there which books they know.
    #[arg(long, value_name = "URL", conflicts_with = "listen")]
    pub people_at: Option<String>,
}

/// Which books the filter prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BookChoice {
    /// None.
    None,
    /// The best level of each side.
    Top,
    /// Every level.
    Full,
}

/// `match`.
#[derive(Debug, Args)]
pub struct MatchArgs {
    /// Instruments as JSON Lines: {"symbol":"AWS-ACT-1K-202706/USD","face":1000,"tick":0.001,"price_max":1.0}
    #[arg(long)]
    pub instruments: PathBuf,
    /// Which book updates to print.
    #[arg(long, value_enum, default_value = "full")]
    pub book: BookChoice,
}

/// How to reach a venue.
#[derive(Debug, Clone, Args)]
pub struct ClientArgs {
    /// The venue's websocket.
    #[arg(long, env = "UNSPENT_URL", default_value = "ws://127.0.0.1:8080/ws")]
    pub url: String,
    /// Your API key. Better in the environment than on a command line that others can see.
    #[arg(long, env = "UNSPENT_KEY", hide_env_values = true)]
    pub key: Option<String>,
    /// The file of a key that signs, from `unspent keys create --to FILE`. Only you may be able to read it.
    #[arg(long, env = "UNSPENT_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// Of a venue at wss://: certificate authorities in PEM to trust, and no others; by default those that this system trusts.
    #[arg(long, env = "UNSPENT_CA_FILE")]
    pub ca_file: Option<PathBuf>,
}

/// The times in force that the command line offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tif {
    /// Good till cancelled.
    Gtc,
    /// Until the next midnight UTC.
    Day,
    /// Immediate or cancel.
    Ioc,
    /// Fill or kill.
    Fok,
    /// For the auction that is being called.
    Auction,
}

/// `sell`.
#[derive(Debug, Clone, Args)]
pub struct OrderArgs {
    /// The instrument.
    pub symbol: String,
    /// Dollars of face, a multiple of the lot.
    #[arg(long)]
    pub qty: Decimal,
    /// Dollars per dollar of face, such as 0.66. Without it: a market order.
    #[arg(long)]
    pub price: Option<Decimal>,
    /// How long it stays. A limit order: gtc. A market order: ioc.
    #[arg(long, value_enum)]
    pub tif: Option<Tif>,
    /// Until when it stays, such as 2027-01-31T16:30:00Z.
    #[arg(long, conflicts_with = "tif")]
    pub until: Option<String>,
    /// Wait until a trade prints at this price: at or above it for a buy, at or below it for a sell.
    #[arg(long)]
    pub stop: Option<Decimal>,
    /// Show only so many dollars of face at a time (an iceberg).
    #[arg(long, requires = "price")]
    pub display: Option<Decimal>,
    /// Dollars of face that must trade at once, or it is refused.
    #[arg(long)]
    pub min_qty: Option<Decimal>,
    /// Refuse it when it would trade on arrival.
    #[arg(long)]
    pub post_only: bool,
    /// When it would trade on arrival, rest one tick short of the best opposite price instead.
    #[arg(long, conflicts_with = "post_only")]
    pub slide: bool,
    /// Your own name for it; made up when absent. Sent again, the same order gets its first answer.
    #[arg(long)]
    pub cl_ord_id: Option<String>,
    /// Send without asking.
    #[arg(long, short)]
    pub yes: bool,
    #[command(flatten)]
    pub client: ClientArgs,
}

/// `sell`.
#[derive(Debug, Args)]
pub struct SellArgs {
    #[command(flatten)]
    pub order: OrderArgs,
    /// Lower the price by itself, in equal steps from --price down to this one.
    #[arg(long, requires = "price", requires = "decay_until", conflicts_with = "decay_step")]
    pub decay: Option<Decimal>,
    /// When it is down there, such as 2027-01-31T16:30:00Z.
    #[arg(long, requires = "decay")]
    pub decay_until: Option<String>,
    /// When it begins to fall; a minute from now when absent.
    #[arg(long, requires = "decay")]
    pub decay_from: Option<String>,
    /// In how many steps, 1 to 100.
    #[arg(long, requires = "decay", default_value_t = 10)]
    pub decay_steps: u32,
    /// Lower the price by itself, step by step: 2027-01-31T16:30:00Z=0.60, as often as needed.
    #[arg(long, requires = "price", value_name = "TIME=PRICE")]
    pub decay_step: Vec<String>,
}

/// `buy`.
#[derive(Debug, Args)]
pub struct BuyArgs {
    #[command(flatten)]
    pub order: OrderArgs,
    /// Of a market order: most dollars to spend, fees included.
    #[arg(long)]
    pub max_total: Option<Decimal>,
    /// Take this instrument instead, at most at this price, as often as needed: AWS-ACT-1K-202709=0.64. Together with SYMBOL they are
    /// one bid for any of them, and what one buys is taken from all.
    #[arg(long, requires = "price", value_name = "SYMBOL=PRICE")]
    pub or: Vec<String>,
}

/// `cancel`.
#[derive(Debug, Args)]
pub struct CancelArgs {
    /// The order: the exchange's id (O-42) or your own.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub order: Option<String>,
    /// Cancel every open order.
    #[arg(long)]
    pub all: bool,
    /// With --all: only in this instrument.
    #[arg(long, requires = "all")]
    pub symbol: Option<String>,
    /// With --all: only this side.
    #[arg(long, requires = "all", value_enum)]
    pub side: Option<SideChoice>,
    /// With --all: only in instruments of this programme, such as AWS-ACT.
    #[arg(long, requires = "all")]
    pub programme: Option<String>,
    #[command(flatten)]
    pub client: ClientArgs,
}

/// `deliver` and `dispute`.
#[derive(Debug, Args)]
pub struct EvidenceArgs {
    /// The settlement's number.
    pub settlement: u64,
    /// Where it can be seen: a reference to documents, 1 to 200 characters.
    #[arg(long)]
    pub evidence: String,
    #[command(flatten)]
    pub client: ClientArgs,
}

/// `accept`.
#[derive(Debug, Args)]
pub struct AcceptArgs {
    /// The settlement's number.
    pub settlement: u64,
    #[command(flatten)]
    pub client: ClientArgs,
}

/// A side on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SideChoice {
    /// Bids.
    Buy,
    /// Offers.
    Sell,
}

impl From<SideChoice> for Side {
    fn from(side: SideChoice) -> Side {
        match side {
            SideChoice::Buy => Side::Buy,
            SideChoice::Sell => Side::Sell,
        }
    }
}

/// `book`.
#[derive(Debug, Args)]
pub struct BookArgs {
    /// The instrument.
    pub symbol: String,
    /// Levels a side to show, at most 1000.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub depth: u32,
    #[command(flatten)]
    pub client: ClientArgs,
}

/// `watch`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// The instruments; all when none is named.
    pub symbols: Vec<String>,
    /// Print trades and best prices as they come, a line of text each. With --json every message as the venue sent it.
    #[arg(long)]
    pub lines: bool,
    /// End by itself after so many seconds.
    #[arg(long)]
    pub seconds: Option<u64>,
    #[command(flatten)]
    pub client: ClientArgs,
}

impl Cli {
    /// Carries out what was said.
    ///
    /// # Errors
    /// A [`Failure`] with its exit code.
    pub fn run(&self) -> Result<(), Failure> {
        let json = self.json;
        match &self.command {
            Command::Serve(args) => commands::serve::run(args, json),
            Command::Demo(args) => demo::run(args, json),
            Command::Match(args) => commands::filter::run(args),
            Command::Sell(args) => commands::order::sell(args, json),
            Command::Buy(args) => commands::order::buy(args, json),
            Command::Cancel(args) => commands::cancel::run(args, json),
            Command::Orders(args) => commands::orders::run(args, json),
            Command::Book(args) => commands::book::run(args, json),
            Command::Watch(args) => commands::watch::run(args, json),
            Command::Account(args) => commands::account::run(args, json),
            Command::Settlements(args) => commands::settlements::list(args, json),
            Command::Deliver(args) => commands::settlements::deliver(args, json),
            Command::Accept(args) => commands::settlements::accept(args, json),
            Command::Dispute(args) => commands::settlements::dispute(args, json),
            Command::Journal(args) => commands::journal::run(args, json),
            Command::Keys(args) => commands::keys::run(args, json),
            Command::Admin(args) => commands::admin::run(args, json),
            Command::Statement(args) => commands::statement::run(args, json),
            Command::Reconcile(args) => commands::reconcile::run(args, json),
            Command::Catalogue(args) => commands::catalogue::run(args, json),
            Command::Programmes(args) => commands::catalogue::programmes(args, json),
            Command::Curve(args) => commands::curve::run(args, json),
            Command::Holdings(args) => commands::holdings::run(args, json),
            Command::Maker(args) => commands::maker::run(args, json),
            Command::Makers(args) => commands::makers::run(args, json),
            Command::MarketQuality(args) => commands::market_quality::run(args, json),
            Command::Snapshot(args) => commands::snapshot::run(args, json),
        }
    }
}
