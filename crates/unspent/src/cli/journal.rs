//! What may be said of a journal.

use clap::{Args, Subcommand};
use std::path::PathBuf;
use unspent_journal::Head;
use unspent_model::{Symbol, Timestamp};
use unspent_protocol::parse_time;

/// `journal`.
#[derive(Debug, Args)]
pub struct JournalArgs {
    #[command(subcommand)]
    pub command: JournalCommand,
}

/// What to do with a journal.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Check every batch with every core; with --replay also every fill and state hash.
    #[command(after_help = "Example: unspent journal verify --data ./data/demo --replay\n         \
                            unspent journal verify --data ./data/demo --at 41200 --expect HEAD")]
    Verify(VerifyArgs),
    /// Print the journal's head: 64 digits that stand for everything up to a command.
    #[command(after_help = "Example: unspent journal head --data ./data/demo --time 2027-01-31T00:00:00Z")]
    Head(HeadArgs),
    /// Print records, a line each.
    #[command(after_help = "Example: unspent journal dump --data ./data/demo --from 100 --to 120\n         \
                            unspent journal dump --account acme --since 2027-01-31T16:00:00Z --kind add_order,fill --json")]
    Dump(DumpArgs),
    /// Count what is there.
    #[command(after_help = "Example: unspent journal stat --data ./data/demo")]
    Stat(DataArgs),
    /// Save what is whole of a damaged journal to a new directory, and say what is lost.
    #[command(after_help = "Example: unspent journal repair --data ./data/venue --to ./data/repaired")]
    Repair(RepairArgs),
    /// Save a venue's journal, while it runs or not; what was saved before is not copied again.
    #[command(after_help = "Example: unspent journal backup --data ./data/venue --to /mnt/backup/venue")]
    Backup(BackupArgs),
    /// Make a data directory from a backup, as it was behind any command.
    #[command(
        after_help = "Example: unspent journal restore --from /mnt/backup/venue --data ./data/restored --until 41200"
    )]
    Restore(RestoreArgs),
    /// Show the books, the open orders and the balances as they were behind any command.
    #[command(
        after_help = "Example: unspent journal replay --data ./data/demo --at 41200 --instrument AWS-ACT-1K-202706"
    )]
    Replay(ReplayArgs),
}

/// A journal.
#[derive(Debug, Args)]
pub struct DataArgs {
    /// The data directory.
    #[arg(long, default_value = "data/demo")]
    pub data: PathBuf,
}

/// `journal verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// Replay every command and compare what the engine makes.
    #[arg(long)]
    pub replay: bool,
    /// Check that this is the journal's head: 64 hexadecimal digits.
    #[arg(long, value_name = "HEAD")]
    pub expect: Option<Head>,
    /// With --expect: the head behind the batch that ends with this command.
    #[arg(long, value_name = "SEQ", requires = "expect")]
    pub at: Option<u64>,
    /// Check the checksums only: faster where the machine has no SHA-256.
    #[arg(long, conflicts_with = "expect")]
    pub no_head: bool,
}

/// `journal head`.
#[derive(Debug, Args)]
pub struct HeadArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// Behind the last batch that has no later command.
    #[arg(long, value_name = "SEQ", conflicts_with = "time")]
    pub at: Option<u64>,
    /// Behind the last batch that has no later command, such as 2027-01-31T00:00:00Z.
    #[arg(long, value_parser = parse_time)]
    pub time: Option<Timestamp>,
}

/// An account or an instrument by its name, or `#` and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// By its number.
    Number(u32),
    /// By its name.
    Name(String),
}

impl std::str::FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Named, String> {
        match text.strip_prefix('#') {
            Some(number) => {
                number.parse().map(Named::Number).map_err(|_| "behind # stands a number, such as #3".to_owned())
            }
            None if text.is_empty() => Err("a name, or # and a number".to_owned()),
            None => Ok(Named::Name(text.to_owned())),
        }
    }
}

/// `journal dump`.
#[derive(Debug, Args)]
pub struct DumpArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// The first command to print.
    #[arg(long, default_value_t = 0, value_name = "SEQ")]
    pub from: u64,
    /// The last command to print.
    #[arg(long, default_value_t = u64::MAX, value_name = "SEQ", hide_default_value = true)]
    pub to: u64,
    /// Only commands of this time and later, such as 2027-01-31T16:00:00Z.
    #[arg(long, value_parser = parse_time, value_name = "TIME")]
    pub since: Option<Timestamp>,
    /// Only commands of this time and earlier.
    #[arg(long, value_parser = parse_time, value_name = "TIME")]
    pub until: Option<Timestamp>,
    /// Only what names this account, by name or #number: its commands and its fills.
    #[arg(long, value_name = "NAME|#N")]
    pub account: Option<Named>,
    /// Only what names this instrument, by symbol or #number.
    #[arg(long, value_name = "SYMBOL|#N")]
    pub instrument: Option<Named>,
    /// Only records of these kinds, such as add_order,fill.
    #[arg(long, value_delimiter = ',', value_parser = crate::commands::journal::KINDS.to_vec(), hide_possible_values = true)]
    pub kind: Vec<String>,
}

/// `journal repair`.
#[derive(Debug, Args)]
pub struct RepairArgs {
    /// The damaged venue's data directory. Nothing in it is changed.
    #[arg(long)]
    pub data: PathBuf,
    /// A new data directory.
    #[arg(long)]
    pub to: PathBuf,
}

/// `journal backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The venue's data directory; the venue may be running.
    #[arg(long)]
    pub data: PathBuf,
    /// The directory of the backup: a new one, or one of an earlier backup of the same venue.
    #[arg(long)]
    pub to: PathBuf,
}

/// `journal restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The directory of the backup.
    #[arg(long)]
    pub from: PathBuf,
    /// A new data directory.
    #[arg(long)]
    pub data: PathBuf,
    /// The last command to restore.
    #[arg(long, value_name = "SEQ", conflicts_with = "until_time")]
    pub until: Option<u64>,
    /// Restore every command of this time and earlier, such as 2027-01-31T16:00:00Z.
    #[arg(long, value_parser = parse_time, value_name = "TIME")]
    pub until_time: Option<Timestamp>,
}

/// `journal replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// The last command to replay.
    #[arg(long, value_name = "SEQ", conflicts_with = "time")]
    pub at: Option<u64>,
    /// Replay every command of this time and earlier, such as 2027-01-31T16:00:00Z.
    #[arg(long, value_parser = parse_time)]
    pub time: Option<Timestamp>,
    /// Only this instrument.
    #[arg(long, value_parser = |text: &str| Symbol::parse(text))]
    pub instrument: Option<Symbol>,
    /// Levels a side to show.
    #[arg(long, default_value_t = 10)]
    pub depth: usize,
}
