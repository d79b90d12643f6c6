//! What each subcommand does.

pub mod account;
pub mod admin;
pub mod book;
pub mod cancel;
pub mod catalogue;
pub mod connect;
pub mod curve;
pub mod filter;
pub mod holdings;
pub mod journal;
pub mod keys;
pub mod maker;
pub mod makers;
pub mod market_quality;
pub mod order;
pub mod orders;
pub mod public;
pub mod reconcile;
pub mod registry;
pub mod serve;
pub mod settlements;
pub mod snapshot;
pub mod statement;
pub mod watch;
