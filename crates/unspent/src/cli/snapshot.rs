//! What may be said of snapshots.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `snapshot`.
#[derive(Debug, Args)]
pub struct SnapshotArgs {
    #[command(subcommand)]
    pub command: SnapshotCommand,
}

/// What to do with snapshots.
#[derive(Debug, Subcommand)]
pub enum SnapshotCommand {
    /// Show those that are there, and whether they are whole.
    #[command(after_help = "Example: unspent snapshot list --data ./data/demo")]
    List {
        /// The data directory.
        #[arg(long, default_value = "data/demo")]
        data: PathBuf,
    },
    /// Make one of the journal's full segments; a venue that runs there is not disturbed.
    #[command(after_help = "Example: unspent snapshot make --data ./data/demo")]
    Make {
        /// The data directory.
        #[arg(long, default_value = "data/demo")]
        data: PathBuf,
    },
    /// Move the journal's segments that no start needs any more to another directory; a venue may run beside it.
    #[command(after_help = "Example: unspent snapshot archive --data ./data/venue --to /backup/journal")]
    Archive {
        /// The data directory.
        #[arg(long, default_value = "data/demo")]
        data: PathBuf,
        /// Where to: made when it is not there.
        #[arg(long)]
        to: PathBuf,
    },
    /// Replay the journal from its beginning, and compare every fact.
    #[command(after_help = "Example: unspent snapshot verify --data ./data/demo")]
    Verify {
        /// The data directory.
        #[arg(long, default_value = "data/demo")]
        data: PathBuf,
        /// The last command of the one to verify; the newest when absent.
        #[arg(long)]
        seq: Option<u64>,
    },
}
