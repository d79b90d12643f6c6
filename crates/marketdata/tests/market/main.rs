//! The view against a naive venue: random but valid flows of events, each checked after every command.

mod engine;
mod flow;
mod history;
mod holdings;
mod programmes;
mod saved;
mod stories;
mod twin;
mod venue;
mod view;
mod windows;
