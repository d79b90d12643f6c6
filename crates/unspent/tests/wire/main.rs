//! Hostile and documented input over real sockets against the real process, while a bystander trades on undisturbed.

#[path = "../common/mod.rs"]
mod common;

mod bystander;
mod closes;
mod raw;
mod refusals;
mod slow;
