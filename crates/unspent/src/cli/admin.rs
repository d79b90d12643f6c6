//! What the operator may say to a running venue.

use super::SideChoice;
use super::funds::{FundsCommand, Movement};
use super::registry::HoldingsDesk;
use clap::{Args, Subcommand};
use rust_decimal::Decimal;
use std::path::PathBuf;

/// `admin`.
#[derive(Debug, Args)]
pub struct AdminArgs {
    /// Where the venue listens to its operator: `--admin-listen` of `unspent serve`.
    #[arg(long, global = true, env = "UNSPENT_ADMIN_URL", default_value = "http://127.0.0.1:8081")]
    pub url: String,
    /// The file of a key with the scope admin, from `unspent keys create --scope admin --address 127.0.0.1 --to FILE`.
    #[arg(long, global = true, env = "UNSPENT_ADMIN_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// Why, for who reads the journal; needed by whatever changes something.
    #[arg(long, global = true)]
    pub reason: Option<String>,
    #[command(subcommand)]
    pub command: AdminCommand,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Show what is listed, and in which phase it is.
    Instruments,
    /// Show every account and its money.
    Accounts,
    /// Show one account with its credits.
    Account {
        /// Its name.
        account: String,
    },
    /// Show where the journal stands.
    Journal,
    /// Stop trading in an instrument; orders stay.
    #[command(after_help = "Example: unspent admin halt AWS-ACT-1K-202706 --reason \"the provider changed its terms\"")]
    Halt {
        /// The instrument.
        symbol: String,
    },
    /// Trade in an instrument again.
    Resume {
        /// The instrument.
        symbol: String,
    },
    /// Move an instrument to another phase: continuous, call, no_cancel, halted, cancel_only, closed, expired.
    Phase {
        /// The instrument.
        symbol: String,
        /// The phase.
        phase: String,
    },
    /// Say how an instrument is protected; what is not said is as without rules, not as before.
    Rules(RulesArgs),
    /// Say an instrument's trading day.
    #[command(
        after_help = "Example: unspent admin schedule AWS-ACT-1K-202706 --day '13:00 call' --day '13:10 continuous' --reason open"
    )]
    Schedule {
        /// The instrument.
        symbol: String,
        /// A time of day (UTC) and the phase that begins then; repeatable, ascending. Without any: no trading day.
        #[arg(long = "day", value_name = "HH:MM[:SS] PHASE")]
        day: Vec<String>,
        /// When it trades for the last time, such as 2027-06-15T20:00:00Z.
        #[arg(long)]
        last_trade: Option<String>,
    },
    /// Say the price that auctions and bands refer to.
    Reference {
        /// The instrument.
        symbol: String,
        /// Dollars per dollar of face.
        price: Decimal,
    },
    /// Bound an account; what is not said is as without bounds of its own, not as before.
    Limits {
        /// The account.
        account: String,
        /// Most open orders.
        #[arg(long)]
        open_orders: Option<u32>,
        /// The most dollars that open orders may be worth.
        #[arg(long)]
        open_notional: Option<Decimal>,
        /// New and amended orders a second.
        #[arg(long)]
        orders_per_second: Option<u32>,
        /// The most of them at once.
        #[arg(long)]
        burst: Option<u32>,
    },
    /// Money or credits arrived for an account. With a reference it is done once however often it is given.
    #[command(
        after_help = "Example: unspent admin deposit acme --cash 100000 --reference wire-4711 --reason 'a wire'\n         unspent admin deposit acme --credits AWS-ACT-1K-202706 --qty 150000 --reference transfer-88 --reason 'taken into custody'"
    )]
    Deposit {
        /// What arrived.
        #[command(flatten)]
        what: Movement,
        /// Your name for it, one for each movement of the account; given again nothing moves.
        #[arg(long)]
        reference: Option<String>,
    },
    /// Show trades that settle later, newest first.
    Settlements,
    /// Credits that an account keeps may be sold, and are delivered after the trade; or with --withdraw not any more.
    #[command(
        after_help = "Example: unspent admin promise acme AWS-ACT-1K-202706 --level attested --qty 150000 --reason 'letter 12'"
    )]
    Promise {
        /// The account.
        account: String,
        /// The instrument.
        symbol: String,
        /// How well they are known: documented or attested.
        #[arg(long)]
        level: String,
        /// Dollars of face.
        #[arg(long)]
        qty: Decimal,
        /// Take the registration back, of what is neither offered nor sold.
        #[arg(long)]
        withdraw: bool,
    },
    /// The registry of holdings: show it, register, say how well one is known, list lots of one.
    #[command(subcommand)]
    Holdings(HoldingsDesk),
    /// Decide a dispute: delivered, partial with --lots, or refund.
    #[command(after_help = "Example: unspent admin rule 41 partial --lots 30 --reason 'the listing shows 30'")]
    Rule {
        /// The settlement's number.
        settlement: u64,
        /// delivered, partial or refund.
        ruling: String,
        /// Of a partial ruling: the lots that were delivered.
        #[arg(long)]
        lots: Option<u32>,
    },
    /// The provider took delivered credits back: the buyer has its money back, at the seller's cost.
    Clawback {
        /// The settlement's number.
        settlement: u64,
        /// How many lots.
        #[arg(long)]
        lots: u32,
    },
    /// Money arrived for the default fund.
    Fund {
        /// Dollars.
        amount: Decimal,
    },
    /// Say the terms of settlement, field by field; what is not said is by default, not as before.
    #[command(
        after_help = "Example: unspent admin terms --set penalty_bp=1500 --set bond_min=50 --reason 'resolution 3'"
    )]
    Terms {
        /// A field of the method set_terms and its value; repeatable.
        #[arg(long = "set", value_name = "FIELD=VALUE")]
        set: Vec<String>,
    },
    /// Accounts, withdrawals and corrected trades.
    #[command(flatten)]
    Funds(FundsCommand),
    /// Send what the venue lacks of a catalogue: terms of programmes and the months of today. A second load sends nothing.
    LoadCatalogue {
        /// The catalogue.
        file: PathBuf,
    },
    /// Alert holders as an instrument's month ends, and write off what is held of it then.
    Watch {
        /// The instrument.
        symbol: String,
    },
    /// Show the permits of an account.
    Permits {
        /// Its name.
        account: String,
    },
    /// Give an account leave to trade a programme whose terms ask for it.
    #[command(
        after_help = "Example: unspent admin permit acme AZR-FH consent --reference 'letter 12' --until 2027-06-30 --reason 'ticket 88'"
    )]
    Permit {
        /// The account.
        account: String,
        /// The programme.
        programme: String,
        /// What for: family, consent or arrangement.
        kind: String,
        /// Which paper proves it.
        #[arg(long)]
        reference: String,
        /// The last day on which it is valid; without it until it is revoked.
        #[arg(long)]
        until: Option<String>,
    },
    /// End a permit; orders that needed it are cancelled.
    RevokePermit {
        /// The account.
        account: String,
        /// The programme.
        programme: String,
        /// Which: family, consent or arrangement.
        kind: String,
    },
    /// Cancel an account's open orders.
    CancelAll {
        /// The account.
        account: String,
        /// Only in this instrument.
        #[arg(long)]
        symbol: Option<String>,
        /// Only on this side.
        #[arg(long, value_enum)]
        side: Option<SideChoice>,
    },
    /// Cancel every open order and refuse new ones: of a programme, of an account, or of the whole venue.
    Kill(KillArgs),
    /// Take orders again.
    Unkill(KillArgs),
}

/// The scope of a kill switch.
#[derive(Debug, Args)]
pub struct KillArgs {
    /// Only this programme, such as AWS-ACT.
    #[arg(long, conflicts_with = "account")]
    pub programme: Option<String>,
    /// Only this account.
    #[arg(long)]
    pub account: Option<String>,
    /// The whole venue.
    #[arg(long, conflicts_with_all = ["programme", "account"], required_unless_present_any = ["programme", "account"])]
    pub venue: bool,
}

/// `admin rules`.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// The instrument.
    pub symbol: String,
    /// The tick during a call.
    #[arg(long)]
    pub auction_tick: Option<Decimal>,
    /// What each side of an uncross pays, in basis points.
    #[arg(long)]
    pub auction_bp: Option<u16>,
    /// How far from the last trade a trade may print.
    #[arg(long)]
    pub dynamic_range: Option<Decimal>,
    /// How far from the reference a trade may print.
    #[arg(long)]
    pub static_range: Option<Decimal>,
    /// How far through the last trade a limit may be entered.
    #[arg(long)]
    pub entry_range: Option<Decimal>,
    /// How long a volatility call lasts.
    #[arg(long)]
    pub volatility_seconds: Option<u32>,
    /// The most seconds that a call goes on beyond its end.
    #[arg(long)]
    pub random_end_seconds: Option<u32>,
    /// Let its book trade across months: its asks fill bids of earlier months of the same programme and face value.
    #[arg(long)]
    pub dominance: bool,
}
