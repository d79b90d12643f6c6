//! PROTOCOL.md held against the code: every example is read, every table is the code's own.

use std::collections::BTreeSet;
use unspent_model::Reject;
use unspent_protocol::{
    BatchRow, Data, OrderEvent, QueryResult, Refusal, ServerMessage, book_checksum, level3_checksum,
    parse_filter_request, parse_instrument,
};

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

/// The set of words that a message lists.
fn listed(message: &str) -> Vec<String> {
    let (_, words) = message.split_once("must be one of: ").unwrap_or_else(|| panic!("{message}"));
    let words = words.split(" at line").next().unwrap();
    words.split(", ").map(str::to_owned).collect()
}

/// Every method of the filter.
fn methods() -> Vec<String> {
    listed(&parse_filter_request(r#"{"method":"?"}"#).unwrap_err().refusal.message)
}

/// The words that a request's field takes.
fn taken(text: &str) -> Vec<String> {
    listed(&parse_filter_request(text).unwrap_err().refusal.message)
}

/// The words that a field of a server's message takes.
fn sent(message: &str, field: &str) -> Vec<String> {
    let (before, after) = message.split_once(&format!(r#""{field}":""#)).unwrap_or_else(|| panic!("{field}"));
    let (_, after) = after.split_once('"').unwrap();
    listed(&ServerMessage::parse(&format!(r#"{before}"{field}":"?"{after}"#)).unwrap_err().to_string())
}

/// The words in backticks of a row's second cell.
fn words(document: &str, heading: &str, field: &str) -> Vec<String> {
    let rows = table(document, heading);
    let row = rows.iter().find(|row| row[0] == format!("`{field}`")).unwrap_or_else(|| panic!("{heading} {field}"));
    row[1].split(", ").map(|word| word.trim_matches('`').to_owned()).collect()
}

#[test]
fn every_method_has_its_section_and_every_section_its_method() {
    let document = document();
    let channels = [
        "executions",
        "balances",
        "holdings",
        "groups",
        "settlements",
        "book",
        "level3",
        "trade",
        "ticker",
        "ohlc",
        "curve",
        "auction",
        "instrument",
        "status",
        "heartbeat",
    ];
    let mut told: BTreeSet<String> = document
        .lines()
        .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`').map(str::to_owned))
        .filter(|name| name != "error_detail")
        .collect();
    for channel in channels {
        assert!(told.remove(channel), "{channel}");
    }
    assert_eq!(told, methods().into_iter().collect());
    let subscribed = taken(r#"{"method":"subscribe","params":{"channel":"?"}}"#);
    assert_eq!(subscribed, channels[..subscribed.len()]);
    let cell = &table(&document, "### `subscribe`")[0][3];
    assert!(subscribed.iter().all(|channel| cell.contains(&format!("`{channel}`"))), "{cell}");
}

#[test]
fn every_set_of_words_is_told_whole() {
    let document = document();
    let add = |field: &str| {
        let fields = r#""symbol":"A","side":"buy","order_type":"limit","order_qty":1"#;
        let fields = match field {
            "side" => r#""symbol":"A""#,
            "order_type" => r#""symbol":"A","side":"buy""#,
            _ => fields,
        };
        taken(&format!(r#"{{"method":"add_order","params":{{{fields},"{field}":"?"}}}}"#))
    };
    for field in ["side", "order_type", "time_in_force", "post_only_mode", "stp_type"] {
        assert_eq!(words(&document, "### `add_order`", field), add(field), "{field}");
    }
    let login = taken(r#"{"method":"login","params":{"api_key":"k","cancel_on_disconnect":"?"}}"#);
    assert_eq!(words(&document, "### `login`", "cancel_on_disconnect"), login);
    let phases = taken(r#"{"method":"set_phase","params":{"symbol":"A","phase":"?"}}"#);
    assert_eq!(names(&document, "#### Phases"), phases);

    let stream = |channel, row: String| format!(r#"{{"channel":"{channel}","type":"update","seq":1,"data":[{row}]}}"#);
    let execution = stream("executions", serde_json::to_string(&samples::execution()).unwrap());
    for field in ["exec_type", "side", "order_type", "time_in_force", "order_status", "liquidity_ind"] {
        assert_eq!(words(&document, "### `executions`", field), sent(&execution, field), "{field}");
    }
    assert_eq!(names(&document, "#### Reasons"), sent(&execution, "reason"));
    let level3 = stream("level3", serde_json::to_string(&samples::level3()).unwrap());
    assert_eq!(words(&document, "#### Orders", "event"), sent(&level3, "event"));
    let group = stream("groups", serde_json::to_string(&samples::group()).unwrap());
    assert_eq!(words(&document, "### `groups`", "event"), sent(&group, "event"));
    let settlement = stream("settlements", serde_json::to_string(&samples::settlement()).unwrap());
    for field in ["side", "level"] {
        assert_eq!(words(&document, "### `settlements`", field), sent(&settlement, field), "{field}");
    }
    let status = stream("status", serde_json::to_string(&samples::status()).unwrap());
    assert_eq!(words(&document, "### `status`", "system"), sent(&status, "system"));
    let pair = serde_json::to_string(&samples::pair()).unwrap();
    let listing = format!(r#"{{"channel":"instrument","type":"update","data":{{"assets":[],"pairs":[{pair}]}}}}"#);
    assert_eq!(names(&document, "#### Phases"), sent(&listing, "phase"));
    assert_eq!(names(&document, "#### Phase reasons"), sent(&listing, "phase_reason"));
}

#[test]
fn the_status_of_every_phase_is_told() {
    let mut catalogue = unspent_protocol::Catalogue::new();
    let line = r#"{"symbol":"AAPL/USD","face":1,"tick":0.01,"price_max":1000.0}"#;
    let id = catalogue.insert(parse_instrument(line).unwrap()).unwrap();
    let told = table(&document(), "#### Phases");
    assert_eq!(told.len(), samples::PHASES.len());
    for (row, phase) in told.iter().zip(samples::PHASES) {
        assert_eq!(row[1].trim_matches('`'), catalogue.pair(id, phase, None).status, "{phase:?}");
    }
}

#[test]
fn every_parameter_of_a_method_is_in_its_table_in_the_order_of_checks() {
    let document = document();
    for method in methods() {
        let text = format!(r#"{{"method":"{method}","params":{{"?":0}}}}"#);
        let message = parse_filter_request(&text).unwrap_err().refusal.message;
        let told = names(&document, &format!("### `{method}`")).join(", ");
        if told.is_empty() {
            assert_eq!(message, "? is unknown; no field is known here", "{method}");
        } else {
            assert_eq!(format!("? is unknown; known are {told}"), message);
        }
    }
    for (heading, text) in [
        (
            "#### Decay",
            r#"{"method":"add_order","params":{"symbol":"A","side":"sell","order_type":"decay","order_qty":1,"limit_price":1,"decay":{"?":0}}}"#,
        ),
        (
            "#### Any of several",
            r#"{"method":"add_order","params":{"symbol":"A","side":"buy","order_type":"limit","order_qty":1,"limit_price":1,"any_of":{"?":0}}}"#,
        ),
        ("#### `quotes`", r#"{"method":"mass_quote","params":{"quotes":{"?":0}}}"#),
        ("#### `bid`, `ask`", r#"{"method":"mass_quote","params":{"quotes":{"symbol":"A","bid":{"?":0}}}}"#),
    ] {
        let message = parse_filter_request(text).unwrap_err().refusal.message;
        let told = names(&document, heading).join(", ");
        assert!(message.ends_with(&format!("? is unknown; known are {told}")), "{message}");
    }
    let message =
        parse_filter_request(r#"{"method":"batch_add","params":{"orders":{"?":0}}}"#).unwrap_err().refusal.message;
    let told = names(&document, "### `add_order`").join(", ");
    assert!(message.ends_with(&format!("? is unknown; known are {told}")), "{message}");
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

#[test]
fn the_checksums_of_the_orders_of_the_examples_hold() {
    let (mut asks, mut bids) = (Vec::new(), Vec::new());
    let mut checked = 0;
    for line in document().lines().filter(|line| line.starts_with(r#"{"channel":"level3""#)) {
        let Ok(ServerMessage::Data(Data::Level3(message))) = ServerMessage::parse(line) else { panic!("{line}") };
        for (side, orders) in [(&mut asks, &message.data[0].asks), (&mut bids, &message.data[0].bids)] {
            for order in orders {
                let known =
                    side.iter().position(|known: &unspent_protocol::Level3Order| known.order_id == order.order_id);
                match (order.event, known) {
                    (None | Some(OrderEvent::Add), None) => side.push(order.clone()),
                    (Some(OrderEvent::Modify), Some(at)) => side[at].order_qty = order.order_qty,
                    (Some(OrderEvent::Delete), Some(at)) => drop(side.remove(at)),
                    other => panic!("{other:?} in {line}"),
                }
            }
            // A stable sort: within a price in the order in which they came.
            side.sort_by_key(|order| order.limit_price);
        }
        let sum = |orders: &[unspent_protocol::Level3Order]| {
            orders.iter().map(|order| (order.limit_price, order.order_qty)).collect::<Vec<_>>()
        };
        let mut best = sum(&bids);
        best.sort_by_key(|order| std::cmp::Reverse(order.0));
        assert_eq!(message.data[0].checksum, level3_checksum(sum(&asks), best), "{line}");
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
    assert_eq!(told("#### Schedules"), keys(&samples::decay()));
    assert_eq!(told("### `balances`"), keys(&samples::balance()));
    assert_eq!(told("### `holdings`"), keys(&samples::holding()));
    assert_eq!(told("### `groups`"), keys(&samples::group()));
    assert_eq!(told("### `settlements`"), keys(&samples::settlement()));
    assert_eq!(told("### `level3`"), keys(&samples::level3()));
    assert_eq!(told("#### Orders"), keys(&samples::level3_order()));
    assert_eq!(told("### `ohlc`"), keys(&samples::ohlc()));
    assert_eq!(told("### `curve`"), keys(&samples::curve()));
    assert_eq!(told("### `book`"), keys(&samples::book()));
    assert_eq!(told("### `trade`"), keys(&samples::trade()));
    assert_eq!(told("### `auction`"), keys(&samples::auction()));
    assert_eq!(told("#### Quotes"), keys(&samples::quote_result()));
    assert_eq!(told("#### `rejects`"), keys(&samples::quote_result().rejects[0]));
    assert_eq!(told("#### Logout"), keys(&unspent_protocol::LogoutResult { challenge: "c".into() }));
    let trigger_time = Some(samples::execution().timestamp);
    assert_eq!(told("#### Timer"), keys(&unspent_protocol::TimerResult { trigger_time }));
    assert_eq!(told("### `ticker`"), keys(&samples::ticker()));
    assert_eq!(told("### `instrument`"), keys(&samples::pair()));
    assert_eq!(told("### `status`"), keys(&samples::status()));
    assert_eq!(told("#### `limits`"), keys(&samples::status().limits.unwrap()));
    assert_eq!(told("#### Result"), keys(&samples::order_result()));
    assert_eq!(told("#### `fills`"), keys(&samples::order_result().fills[0]));
    let rows = [Ok(samples::order_result()), Err(Refusal::from(Reject::OrderRate).into())].map(BatchRow::from);
    assert_eq!(told("#### `orders`"), rows.iter().flat_map(keys).collect());
    let (order, fill) = (samples::execution(), samples::past_fill());
    assert_eq!(told("#### Fill"), keys(&fill));
    assert_eq!(told("#### Order"), keys(&QueryResult { order, fills: vec![fill], seq: 1 }));
    assert_eq!(told("### `error_detail`"), keys(&samples::error_detail()));
}
