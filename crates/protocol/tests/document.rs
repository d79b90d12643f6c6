//! PROTOCOL.md held against the code: every example is read, every table is the code's own.

use std::collections::BTreeSet;
use unspent_model::Reject;
use unspent_protocol::{Data, ServerMessage, book_checksum, parse_filter_request, parse_instrument};

fn document() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../PROTOCOL.md")).unwrap()
}

/// The rows of the first table after the line `heading`, cells trimmed.
fn table(document: &str, heading: &str) -> Vec<Vec<String>> {
    let mut lines = document.lines().skip_while(|line| *line != heading);
    assert!(lines.next().is_some(), "no heading {heading:?}");
    let section = lines.take_while(|line| !line.starts_with('#'));
    let rows = section.skip_while(|line| !line.starts_with("|---")).skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The names in a table's first column.
fn names(document: &str, heading: &str) -> Vec<String> {
    table(document, heading).iter().map(|row| row[0].trim_matches('`').to_owned()).collect()
}

#[test]
fn every_example_is_read_and_what_a_server_sends_prints_as_written() {
    let document = document();
    let mut examples = 0;
    let mut in_json = false;
    for line in document.lines() {
        if line.starts_with("```") {
            in_json = line == "```json";
            continue;
        }
        if !in_json {
            continue;
        }
        examples += 1;
        if line.starts_with("{\"symbol\"") {
            parse_instrument(line).unwrap_or_else(|error| panic!("{line}\n{error}"));
        } else if line.contains("\"success\":") || line.starts_with("{\"channel\"") {
            let mut printed = Vec::new();
            match ServerMessage::parse(line).unwrap_or_else(|error| panic!("{line}\n{error}")) {
                ServerMessage::Reply(reply) => reply.write(&mut printed),
                ServerMessage::Data(data) => data.write(&mut printed),
                ServerMessage::Unknown => panic!("not known: {line}"),
            }
            assert_eq!(String::from_utf8(printed).unwrap(), line);
        } else {
            parse_filter_request(line).unwrap_or_else(|error| panic!("{line}\n{error}"));
        }
    }
    assert!(examples > 30, "only {examples} examples were found");
}

#[test]
fn the_table_of_refusals_is_the_enum() {
    let told: Vec<String> =
        table(&document(), "## Refusals").iter().map(|row| row[..5].join(" | ").replace(" |  | ", " | - | ")).collect();
    let known: Vec<String> = Reject::ALL
        .iter()
        .map(|reject| {
            let field = reject.field().map_or("-".to_owned(), |field| format!("`{field}`"));
            let retryable = if reject.retryable() { "yes" } else { "no" };
            format!("{} | `{}` | {} | {field} | {retryable}", reject.code(), reject.name(), reject.text())
        })
        .collect();
    assert_eq!(told, known);
}

#[test]
fn every_parameter_of_a_method_is_in_its_table_in_the_order_of_checks() {
    let document = document();
    for method in [
        "login",
        "subscribe",
        "unsubscribe",
        "add_order",
        "amend_order",
        "cancel_order",
        "cancel_all",
        "deposit_cash",
        "deposit_credits",
        "set_phase",
    ] {
        let text = format!(r#"{{"method":"{method}","params":{{"?":0}}}}"#);
        let message = parse_filter_request(&text).unwrap_err().refusal.message;
        let known = message.strip_prefix("? is unknown; known are ").unwrap_or_else(|| panic!("{message}"));
        assert_eq!(names(&document, &format!("### `{method}`")).join(", "), known, "{method}");
    }
    let message = parse_instrument(r#"{"?":0}"#).unwrap_err().message;
    assert_eq!(format!("? is unknown; known are {}", names(&document, "### FILE").join(", ")), message);
}

#[test]
fn the_checksums_of_the_examples_hold() {
    let mut best = std::collections::BTreeMap::new();
    let mut checked = 0;
    for line in document().lines().filter(|line| line.starts_with(r#"{"channel":"book""#)) {
        let Ok(ServerMessage::Data(Data::Book(message))) = ServerMessage::parse(line) else { panic!("{line}") };
        for (side, levels) in [("ask", &message.data[0].asks), ("bid", &message.data[0].bids)] {
            assert!(levels.len() <= 1, "the examples have one level a side");
            for level in levels {
                best.insert(side, (level.price, level.qty));
            }
        }
        best.retain(|_, (_, qty)| *qty > 0);
        let sides = (best.get("ask").copied(), best.get("bid").copied());
        assert_eq!(message.data[0].checksum, Some(book_checksum(sides.0, sides.1)), "{line}");
        checked += 1;
    }
    assert_eq!(checked, 2);
}

/// The keys of a printed object, without the values.
fn keys(value: &impl serde::Serialize) -> BTreeSet<String> {
    let text = serde_json::to_string(value).unwrap();
    let map: std::collections::BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    map.into_keys().collect()
}

mod samples;

#[test]
fn every_field_that_is_printed_is_in_its_table() {
    let document = document();
    let told = |heading: &str| names(&document, heading).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(told("### `executions`"), keys(&samples::execution()));
    assert_eq!(told("### `balances`"), keys(&samples::balance()));
    assert_eq!(told("### `holdings`"), keys(&samples::holding()));
    assert_eq!(told("### `book`"), keys(&samples::book()));
    assert_eq!(told("### `trade`"), keys(&samples::trade()));
    assert_eq!(told("### `ticker`"), keys(&samples::ticker()));
    assert_eq!(told("### `instrument`"), keys(&samples::pair()));
    assert_eq!(told("### `status`"), keys(&samples::status()));
    assert_eq!(told("#### `limits`"), keys(&samples::status().limits.unwrap()));
    assert_eq!(told("#### Result"), keys(&samples::order_result()));
    assert_eq!(told("#### `fills`"), keys(&samples::order_result().fills[0]));
    assert_eq!(told("### `error_detail`"), keys(&samples::error_detail()));
}
