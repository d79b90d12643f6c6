//! The real process: hostile and documented input over real sockets while a bystander trades on undisturbed, and
//! stops, starts and damage on its disk.

mod admin;
mod auctions;
mod bystander;
mod closes;
mod funds;
mod holdings;
mod hostile;
mod journal_backup;
mod journal_look;
mod journal_repair;
mod keys;
mod limits;
mod maker;
mod market;
mod months;
mod place;
mod programmes;
mod proxy;
mod queries;
mod raw;
mod reconnect;
mod refusals;
mod rest;
mod restart;
mod resume;
mod scopes;
mod sessions;
mod settlements;
mod slow;
mod snapshots;
mod terminal;
mod walkthrough;
mod watch;
mod web;
