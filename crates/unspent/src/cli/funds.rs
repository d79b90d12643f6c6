//! What the operator may say of accounts, withdrawals and trades.

use clap::{Args, Subcommand};
use rust_decimal::Decimal;

/// What moves from or to the outside.
#[derive(Debug, Args)]
pub struct Movement {
    /// The account.
    pub account: String,
    /// Dollars.
    #[arg(long, required_unless_present = "credits", conflicts_with = "credits")]
    pub cash: Option<Decimal>,
    /// The instrument of credits.
    #[arg(long, requires = "qty")]
    pub credits: Option<String>,
    /// Their dollars of face.
    #[arg(long, requires = "credits")]
    pub qty: Option<Decimal>,
}

/// Accounts, withdrawals and corrected trades.
#[derive(Debug, Subcommand)]
pub enum FundsCommand {
    /// Open an account.
    OpenAccount {
        /// Its name, for ever.
        account: String,
        /// Whose it is, as a number: orders of one owner do not trade with one another.
        #[arg(long)]
        owner: u32,
    },
    /// Take no new orders of an account and let nothing leave it; its orders are cancelled.
    Suspend {
        /// The account.
        account: String,
    },
    /// Let a suspended account trade again.
    Reopen {
        /// The account.
        account: String,
    },
    /// Close an empty account for ever.
    CloseAccount {
        /// The account.
        account: String,
    },
    /// Let money or credits leave. Above a threshold it waits for another operator's `approve`.
    #[command(
        after_help = "Example: unspent admin withdraw acme --cash 50000 --reference wire-4712 --reason 'asked for by letter'"
    )]
    Withdraw {
        /// What leaves.
        #[command(flatten)]
        what: Movement,
        /// Your name for it, one for each movement of the account; given again nothing moves.
        #[arg(long)]
        reference: String,
    },
    /// Show the withdrawals that wait for a second operator.
    Withdrawals,
    /// Carry out a withdrawal that waits; not with the key that asked for it.
    Approve {
        /// Its number.
        withdrawal: u64,
    },
    /// Give up a withdrawal that waits.
    Decline {
        /// Its number.
        withdrawal: u64,
    },
    /// Say above what a withdrawal waits for a second operator, and how much may leave an account in a day.
    FundingRules {
        /// Withdrawals of more dollars wait.
        #[arg(long)]
        approval_cash: Option<Decimal>,
        /// Withdrawals of more dollars of face wait.
        #[arg(long)]
        approval_face: Option<u64>,
        /// The most dollars in a day; without it any.
        #[arg(long)]
        daily_cash: Option<Decimal>,
        /// The most dollars of face in a day; without it any.
        #[arg(long)]
        daily_face: Option<u64>,
    },
    /// Undo a trade: credits, money and fees go back exactly.
    Bust {
        /// Where it was.
        symbol: String,
        /// Its number.
        trade: u64,
    },
    /// Give a trade another price; the difference moves, fees stay.
    Adjust {
        /// Where it was.
        symbol: String,
        /// Its number.
        trade: u64,
        /// Dollars per dollar of face.
        price: Decimal,
    },
}
