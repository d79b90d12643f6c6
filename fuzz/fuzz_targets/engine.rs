//! `cargo +nightly fuzz run engine`: bytes become a flow of commands, which the engine and the naive venue carry out
//! side by side; the first difference is told as a story, shrunk.
//!
//! The bytes are read as the property tests read them (`crates/engine/tests/properties/flow/chance.rs`): one a choice,
//! so that a changed byte changes one choice and a cut flow is a shorter flow.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/engine/tests/properties/flow/mod.rs"]
#[allow(dead_code, reason = "the property tests draw from seeds")]
mod flow;
#[path = "../../crates/engine/tests/reference/mod.rs"]
mod reference;

use flow::chance::Chance;
use flow::{compare, draw_flow, story_of_failure};

fuzz_target!(|bytes: &[u8]| {
    let steps = draw_flow(&mut Chance::Bytes(bytes), 2_000);
    // A panic of the engine is left to the fuzzer, which has a hook of its own.
    if compare(&steps).is_err() {
        panic!("{}", story_of_failure(&steps));
    }
});
