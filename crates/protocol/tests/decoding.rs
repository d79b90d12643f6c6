//! Messages that were good once, cut, mended and filled with what is hostile. As many as one has time for:
//! `PROPTEST_CASES=10000000 cargo test --release -p unspent-protocol --test decoding`.

mod harness;

use proptest::prelude::*;
use proptest::sample::select;

/// Every message of the document.
fn examples() -> Vec<&'static str> {
    let document = include_str!("../../../PROTOCOL.md");
    document.lines().filter(|line| line.starts_with('{')).collect()
}

/// What parsers stumble over.
const TOKENS: [&str; 38] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "\\uD83D\\uDE00",
    "\u{202e}",
    "\u{feff}",
    "\0",
    "null",
    "true",
    "0",
    "-0",
    "-1",
    "1e999",
    "1e-999",
    "0.00000000000000000000000000001",
    "79228162514264337593543950335",
    "79228162514264337593543950336",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "NaN",
    "Infinity",
    "\"method\":\"ping\",",
    "\"params\":{},",
    "\"req_id\":1,",
    "\"token\":\"x\",",
    "\"symbol\":[],",
    "\"order_qty\":1000,",
    "2026-02-30T25:61:61Z",
    "9999-12-31T23:59:59.999999999Z",
    "O-18446744073709551615",
];

/// One change: where, how much is taken out, and what comes in.
fn change() -> impl Strategy<Value = (usize, usize, String)> {
    let into = prop_oneof![
        4 => select(&TOKENS[..]).prop_map(str::to_owned),
        2 => Just(String::new()),
        1 => (select(&["[", "{\"a\":", "\"", "9", "x"][..]), 1..3_000_usize).prop_map(|(what, n)| what.repeat(n)),
        1 => any::<char>().prop_map(|c| c.to_string()),
    ];
    (any::<usize>(), prop_oneof![3 => Just(0_usize), 2 => 1..4_usize, 1 => 1..64_usize], into)
}

/// A message with some changes; half of the time a value is what is changed.
fn changed() -> impl Strategy<Value = String> {
    (select(examples()), prop::collection::vec(change(), 0..4)).prop_map(|(example, changes)| {
        let mut text = example.to_owned();
        for (at, out, into) in changes {
            let starts: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let from = at % starts.len();
            let to = (from + out).min(starts.len() - 1);
            text.replace_range(starts[from]..starts[to], &into);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(4_096), ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sent_is_read_or_refused_shortly(text in changed()) {
        harness::request(text.as_bytes());
    }

    #[test]
    fn whatever_a_server_says_is_read_as_it_would_be_said(text in changed()) {
        harness::message(text.as_bytes());
    }
}

#[test]
fn the_document_has_examples_of_both_kinds() {
    let examples = examples();
    assert!(
        examples.iter().filter(|text| unspent_protocol::parse_request(text).is_ok()).count() > 10,
        "{}",
        examples.len()
    );
    let messages = examples.iter().filter(|text| unspent_protocol::ServerMessage::parse(text).is_ok());
    assert!(messages.count() > 10);
}
