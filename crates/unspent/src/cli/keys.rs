//! What may be said of keys.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `keys`.
#[derive(Debug, Args)]
pub struct KeysArgs {
    #[command(subcommand)]
    pub command: KeysCommand,
}

/// Where the keys are.
#[derive(Debug, Args)]
pub struct KeyPlace {
    /// The data directory of the venue; its keys are in keys.toml there.
    #[arg(long, default_value = "data/venue")]
    pub data: PathBuf,
    /// The file of the keys, when it is elsewhere.
    #[arg(long)]
    pub keys: Option<PathBuf>,
}

/// How a key is made.
#[derive(Debug, Args)]
pub struct KeyMaking {
    /// The public key of an Ed25519 pair that you made yourself, in base64. Without it one is made, and shown once.
    #[arg(long, conflicts_with = "to")]
    pub public_key: Option<String>,
    /// What seals the secrets of HMAC keys; made with the first of them. It must be outside the data directory.
    #[arg(long)]
    pub master_key: Option<PathBuf>,
    /// Write the secret to this new file, for --key-file, instead of showing it.
    #[arg(long)]
    pub to: Option<PathBuf>,
    /// When it ends: a time such as 2027-01-31T00:00:00Z, or from now on, such as 90d, 12h.
    #[arg(long)]
    pub expires: Option<String>,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key. Its secret is shown once and not kept.
    #[command(
        after_help = "Example: unspent keys create --account acme --scope read,trade --expires 90d --to acme.key\n         unspent keys create --account ops --scope read,admin --address 10.1.0.0/16\n         unspent keys create --account acme --hmac --master-key /etc/unspent/master.key"
    )]
    Create {
        /// The account that it acts for.
        #[arg(long)]
        account: String,
        /// What it may do: read, trade, transfer, admin.
        #[arg(long = "scope", value_delimiter = ',', default_value = "read")]
        scopes: Vec<String>,
        /// A network or an address that it may be used from; repeatable, and needed for admin. Without any: anywhere.
        #[arg(long = "address", value_delimiter = ',')]
        addresses: Vec<String>,
        /// What you call it.
        #[arg(long, default_value = "")]
        label: String,
        /// A secret for clients that sign as Kraken's do.
        #[arg(long, requires = "master_key", conflicts_with_all = ["public_key", "to"])]
        hmac: bool,
        #[command(flatten)]
        making: KeyMaking,
        #[command(flatten)]
        place: KeyPlace,
    },
    /// Show the keys, without any secret.
    #[command(after_help = "Example: unspent keys list --data ./data/venue")]
    List {
        #[command(flatten)]
        place: KeyPlace,
    },
    /// Take a key back: its connections are closed within a second.
    #[command(after_help = "Example: unspent keys revoke uk_0123456789abcdef0123")]
    Revoke {
        /// Which.
        id: String,
        #[command(flatten)]
        place: KeyPlace,
    },
    /// Make a key that takes the place of another, which ends later.
    #[command(after_help = "Example: unspent keys rotate uk_0123456789abcdef0123 --overlap 24h --to acme.key")]
    Rotate {
        /// Which.
        id: String,
        /// How long both are good.
        #[arg(long, default_value = "24h")]
        overlap: String,
        #[command(flatten)]
        making: KeyMaking,
        #[command(flatten)]
        place: KeyPlace,
    },
}
