//! `cargo +nightly fuzz run decode`: bytes as a request and as a server's message.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/protocol/tests/harness/mod.rs"]
mod harness;

fuzz_target!(|bytes: &[u8]| {
    harness::request(bytes);
    harness::message(bytes);
});
