//! asyncapi.yaml held against the code in both directions: what it says exists, and what exists it says.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use unspent_model::Reject;
use unspent_protocol::{ServerMessage, parse_request};

mod samples;

fn document() -> Value {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../asyncapi.yaml")).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    value.pointer(path).unwrap_or_else(|| panic!("{path} is not there"))
}

fn object<'a>(value: &'a Value, path: &str) -> &'a Map<String, Value> {
    at(value, path).as_object().unwrap_or_else(|| panic!("{path} is no object"))
}

fn keys(value: &Value, path: &str) -> BTreeSet<String> {
    object(value, path).keys().cloned().collect()
}

/// The set of words that a refusal lists.
fn listed(text: &str) -> Vec<String> {
    let message = parse_request(text).unwrap_err().refusal.message;
    let (_, words) = message.split_once("must be one of: ").unwrap_or_else(|| panic!("{message}"));
    words.split(", ").map(str::to_owned).collect()
}

fn methods() -> Vec<String> {
    listed(r#"{"method":"?"}"#)
}

fn channels() -> Vec<String> {
    listed(r#"{"method":"subscribe","params":{"channel":"?"}}"#)
}

/// What a message's examples carry, as text.
fn examples(message: &Value) -> Vec<String> {
    let examples = message.get("examples").and_then(Value::as_array);
    examples.into_iter().flatten().map(|example| serde_json::to_string(&example["payload"]).unwrap()).collect()
}

#[test]
fn every_message_is_one_of_the_code_and_has_its_operation() {
    let document = document();
    let requests = methods();
    let replies = requests.iter().map(|method| format!("{method}_reply"));
    let known: BTreeSet<String> = requests.iter().cloned().chain(replies).chain(channels()).collect();
    assert_eq!(keys(&document, "/components/messages"), known);
    assert_eq!(keys(&document, "/channels/v2/messages"), known);
    let told = channels().into_iter().map(|channel| format!("tell_{channel}"));
    assert_eq!(keys(&document, "/operations"), requests.iter().cloned().chain(told).collect());
    for (name, operation) in object(&document, "/operations") {
        let (action, message) = match name.strip_prefix("tell_") {
            Some(channel) => ("send", channel),
            None => ("receive", name.as_str()),
        };
        assert_eq!(operation["action"], action, "{name}");
        assert_eq!(operation["messages"][0]["$ref"], format!("#/channels/v2/messages/{message}"));
        let reply = operation.get("reply").map(|reply| reply["messages"][0]["$ref"].as_str().unwrap().to_owned());
        assert_eq!(reply, (action == "receive").then(|| format!("#/channels/v2/messages/{message}_reply")));
    }
    for name in &known {
        let target = &document["channels"]["v2"]["messages"][name]["$ref"];
        assert_eq!(target, &format!("#/components/messages/{name}"));
    }
    for method in &requests {
        assert_eq!(at(&document, &format!("/components/messages/{method}/payload/properties/method/const")), method);
    }
    for channel in channels() {
        assert_eq!(
            at(&document, &format!("/components/messages/{channel}/payload/properties/channel/const")),
            &channel
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn follow(document: &Value, value: &Value, count: &mut usize) {
        match value {
            Value::Object(map) => {
                if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                    let path = target.strip_prefix('#').expect("every reference is of this document");
                    assert!(document.pointer(path).is_some(), "{target} is not there");
                    *count += 1;
                }
                map.values().for_each(|value| follow(document, value, count));
            }
            Value::Array(list) => list.iter().for_each(|value| follow(document, value, count)),
            _ => {}
        }
    }
    let (document, mut count) = (document(), 0);
    follow(&document, &document, &mut count);
    assert!(count > 100, "{count}");
}

#[test]
fn a_request_has_the_fields_that_the_code_takes() {
    let document = document();
    for method in methods() {
        let refusal = parse_request(&format!(r#"{{"method":"{method}","params":{{"?":0}}}}"#)).unwrap_err().refusal;
        let known = refusal.message.strip_prefix("? is unknown; known are ").unwrap_or("");
        let known: BTreeSet<String> = known.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let params = at(&document, &format!("/components/messages/{method}/payload/properties/params"));
        let told = params.get("properties").and_then(Value::as_object);
        assert_eq!(told.into_iter().flat_map(Map::keys).cloned().collect::<BTreeSet<_>>(), known, "{method}");
        // Without one that is required it is refused for it.
        for field in params.get("required").and_then(Value::as_array).into_iter().flatten() {
            assert!(known.contains(field.as_str().unwrap()), "{method}: {field}");
        }
        if params.get("required").is_some() {
            let empty = parse_request(&format!(r#"{{"method":"{method}"}}"#)).unwrap_err().refusal;
            let first = params["required"][0].as_str();
            assert_eq!(empty.field.as_deref(), first, "{method}: {}", empty.message);
        }
    }
    let envelope = parse_request(r#"{"?":0}"#).unwrap_err().refusal.message;
    let known: BTreeSet<String> =
        envelope.strip_prefix("? is unknown; known are ").unwrap().split(", ").map(str::to_owned).collect();
    for method in methods() {
        assert_eq!(keys(&document, &format!("/components/messages/{method}/payload/properties")), known);
    }
}

/// The keys of what is printed.
fn printed(value: &impl serde::Serialize) -> BTreeSet<String> {
    let value: Value = serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap();
    value.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn a_row_has_the_fields_that_the_code_prints() {
    let document = document();
    let told = |schema: &str| keys(&document, &format!("/components/schemas/{schema}/properties"));
    for (schema, printed) in [
        ("executions", printed(&samples::execution())),
        ("balances", printed(&samples::balance())),
        ("holdings", printed(&samples::holding())),
        ("groups", printed(&samples::group())),
        ("settlements", printed(&samples::settlement())),
        ("book", printed(&samples::book())),
        ("level3", printed(&samples::level3())),
        ("level3_order", printed(&samples::level3_order())),
        ("trade", printed(&samples::trade())),
        ("ticker", printed(&samples::ticker())),
        ("ohlc", printed(&samples::ohlc())),
        ("curve", printed(&samples::curve())),
        ("auction", printed(&samples::auction())),
        ("instrument", printed(&samples::pair())),
        ("status", printed(&samples::status())),
        ("limits", printed(&samples::status().limits.unwrap())),
        ("order_result", printed(&samples::order_result())),
        ("fill", printed(&samples::order_result().fills[0])),
        ("quote_reject", printed(&samples::quote_result().rejects[0])),
        ("error_detail", printed(&samples::error_detail())),
    ] {
        assert_eq!(told(schema), printed, "{schema}");
    }
    let result = |method: &str| {
        keys(&document, &format!("/components/messages/{method}_reply/payload/properties/result/properties"))
    };
    assert_eq!(result("mass_quote"), printed(&samples::quote_result()));
    // Every channel has a schema of its rows, but the one that has none.
    for channel in channels().iter().filter(|channel| *channel != "heartbeat") {
        assert!(!told(channel).is_empty());
    }
}

#[test]
fn every_refusal_is_there_and_no_other() {
    let document = document();
    let list =
        |field: &str| at(&document, &format!("/components/schemas/error_detail/properties/{field}/enum")).clone();
    let codes: Vec<u64> = serde_json::from_value(list("code")).unwrap();
    let names: Vec<String> = serde_json::from_value(list("reason")).unwrap();
    assert_eq!(codes, Reject::ALL.iter().map(|reject| u64::from(reject.code())).collect::<Vec<_>>());
    assert_eq!(names, Reject::ALL.iter().map(|reject| reject.name()).collect::<Vec<_>>());
}

#[test]
fn every_example_is_read_as_what_it_is_an_example_of() {
    let document = document();
    let mut read = 0;
    for (name, message) in object(&document, "/components/messages") {
        for text in examples(message) {
            read += 1;
            if methods().contains(name) {
                parse_request(&text).unwrap_or_else(|error| panic!("{text}\n{error}"));
                let value: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(value["method"], **name);
                continue;
            }
            let mut printed = Vec::new();
            match ServerMessage::parse(&text).unwrap_or_else(|error| panic!("{text}\n{error}")) {
                ServerMessage::Data(data) => data.write(&mut printed),
                ServerMessage::Reply(reply) => reply.write(&mut printed),
                ServerMessage::Unknown => panic!("not known: {text}"),
            }
            let (printed, told): (Value, Value) =
                (serde_json::from_slice(&printed).unwrap(), serde_json::from_str(&text).unwrap());
            assert_eq!(printed, told, "{name}");
        }
    }
    assert!(read > 30, "{read} examples");
    // Of every channel there is one, and of every method.
    for name in methods().into_iter().chain(channels()) {
        assert!(!examples(&document["components"]["messages"][&name]).is_empty(), "{name} has no example");
    }
}
