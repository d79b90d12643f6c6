//! The document held against the routes, and its shapes against the types that print and read them.

use super::*;
use crate::http::openapi::{Schema, fits, shapes};
use crate::http::v1::account::{Account, AccountLimits};
use crate::http::v1::instruments::Depth;
use crate::http::v1::past::{FillText, Statement};
use crate::http::v1::venue::{Status, StatusLimits};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use unspent_protocol::*;

#[allow(clippy::wildcard_imports, reason = "the samples of the protocol's own tests")]
#[path = "../../../../protocol/tests/samples/mod.rs"]
mod samples;

fn document() -> Value {
    serde_json::from_slice(&super::document()).unwrap()
}

/// The keys of an object.
fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap_or_else(|| panic!("{value} is no object")).keys().cloned().collect()
}

#[test]
fn every_example_is_what_its_shape_says() {
    let shapes = shapes();
    for shape in &shapes {
        let example: Value = serde_json::from_str(shape.example).unwrap_or_else(|why| panic!("{}: {why}", shape.name));
        fits(&shapes, &Schema::Shape(shape.name), &example).unwrap_or_else(|why| panic!("{}: {why}", shape.name));
    }
    for (operation, _) in operations() {
        for parameter in operation.parameters {
            let example: Value = serde_json::from_str(parameter.example).unwrap();
            fits(&shapes, &parameter.schema, &example).unwrap_or_else(|why| panic!("{}: {why}", parameter.name));
        }
    }
}

#[test]
fn every_shape_is_used_and_every_name_is_there() {
    let text = String::from_utf8(super::document()).unwrap();
    let document = document();
    let components = keys(&document["components"]["schemas"]);
    let referred = |kind: &str| -> BTreeSet<String> {
        let marker = format!("#/components/{kind}/");
        text.split(&marker).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    assert_eq!(referred("schemas"), components);
    assert_eq!(referred("responses"), keys(&document["components"]["responses"]));
    assert_eq!(components.len(), shapes().len(), "no two shapes have one name");
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_what_it_takes() {
    let mut ids = BTreeSet::new();
    let mut routes = BTreeSet::new();
    for (operation, _) in operations() {
        assert!(ids.insert(operation.id), "{} is there twice", operation.id);
        assert!(routes.insert((operation.path, operation.verb.name())), "{}", operation.path);
        assert!(!operation.good.is_empty() && !operation.summary.is_empty(), "{}", operation.id);
        let variables: Vec<&str> = operation.path.split(['{', '}']).skip(1).step_by(2).collect();
        let named = operation.parameters.iter().filter(|parameter| parameter.place == openapi::Place::Path);
        assert_eq!(variables, named.map(|parameter| parameter.name).collect::<Vec<_>>(), "{}", operation.id);
    }
    let documented: BTreeSet<(String, String)> = document()["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, verbs)| keys(verbs).into_iter().map(move |verb| (path.clone(), verb)))
        .collect();
    let routes = routes.into_iter().map(|(path, verb)| (path.to_owned(), verb.to_owned())).collect();
    assert_eq!(documented, routes);
}

/// Holds a shape against a type: `full` has every field there is.
fn holds(name: &'static str, full: &impl Serialize) {
    let shapes = shapes();
    let full = serde_json::to_value(full).unwrap();
    fits(&shapes, &Schema::Shape(name), &full).unwrap_or_else(|why| panic!("{name}: {why}"));
    let shape = shapes.iter().find(|shape| shape.name == name).unwrap();
    let told: BTreeSet<String> = shape.fields.iter().map(|field| field.name.to_owned()).collect();
    assert_eq!(told, keys(&full), "{name}");
}

/// The same for a type that is read as well: what the shape says is always there must be, the rest may be absent.
fn reads<T: Serialize + DeserializeOwned>(name: &'static str, full: &T) {
    holds(name, full);
    let shapes = shapes();
    let shape = shapes.iter().find(|shape| shape.name == name).unwrap();
    for field in shape.fields {
        let mut less = serde_json::to_value(full).unwrap();
        less.as_object_mut().unwrap().remove(field.name);
        let read = serde_json::from_str::<T>(&less.to_string()).is_ok();
        assert_eq!(read, !field.needed, "{name} without {}", field.name);
    }
    // The example is the type's own text.
    let example: T = serde_json::from_str(shape.example).unwrap_or_else(|why| panic!("{name}: {why}"));
    assert_eq!(serde_json::to_string(&example).unwrap(), shape.example, "{name}");
}

#[test]
fn every_shape_of_the_protocol_is_the_type_that_prints_it() {
    reads("Instrument", &samples::pair());
    reads("Level", &samples::book().bids[0]);
    reads("Trade", &samples::trade());
    reads("Ticker", &samples::ticker());
    reads("Candle", &samples::ohlc());
    reads("Auction", &samples::auction());
    reads("CurvePoint", &samples::curve());
    reads("Balance", &samples::balance());
    reads("Holding", &samples::holding());
    reads("Order", &samples::execution());
    reads("OrderResult", &samples::order_result());
    reads("Fill", &samples::order_result().fills[0]);
    reads("PastFill", &samples::past_fill());
    reads("Valid", &ValidResult { valid: true });
    reads("OrderState", &QueryResult { order: samples::execution(), fills: vec![samples::past_fill()], seq: 1 });
    reads("Schedule", &samples::execution().decay.unwrap());
    reads("Triggers", &samples::execution().triggers.unwrap());
    let result = samples::order_result();
    reads("CancelResult", &CancelResult { order_id: result.order_id, cl_ord_id: result.cl_ord_id });
    reads("CancelAllResult", &CancelAllResult { count: 3 });
}

#[test]
fn every_shape_of_these_routes_is_the_type_that_prints_it() {
    let open_orders = unspent_model::limits::OPEN_ORDERS_PER_ACCOUNT;
    let limits = StatusLimits { body_bytes: 1, page_rows: 1, open_orders };
    holds("StatusLimits", &limits);
    let server_time = "2026-01-01T00:00:00.000001Z".to_owned();
    let status = Status { system: "online", api_version: "v1", version: "0.1.0", seq: Some(1), server_time, limits };
    holds("Status", &status);
    let limits = AccountLimits { open_orders, cl_ord_ids: 1, groups: 1, sessions: 1 };
    holds("AccountLimits", &limits);
    let scopes = vec!["read"];
    let balances = [samples::balance()];
    holds("Account", &Account { account: "acme".to_owned(), scopes, seq: 1, exec_seq: 2, balances, limits });
    let Book { bids, asks, .. } = samples::book();
    let timestamp = "2026-01-01T00:00:00.000001Z".to_owned();
    let symbol = "AWS-ACT-1K-202706/USD".to_owned();
    let implied = Some(bids.clone());
    let (implied_bids, implied_asks) = (implied.clone(), implied);
    holds("Depth", &Depth { symbol, seq: 1, bids, asks, implied_bids, implied_asks, checksum: u32::MAX, timestamp });
    let fill = || FillText {
        order_id: "O-17".to_owned(),
        cl_ord_id: Some("acme-0001".to_owned()),
        symbol: "AWS-ACT-1K-202706/USD".to_owned(),
        side: "sell",
        fill: samples::past_fill(),
    };
    holds("AccountFill", &fill());
    let (account, timestamp) = ("acme".to_owned(), "2026-01-01T00:00:00.000001Z".to_owned());
    let (balances, holdings, fills) = ([samples::balance()], vec![samples::holding()], vec![fill()]);
    holds("Statement", &Statement { account, seq: 1, timestamp, balances, holdings, fills });
    let errors = serde_json::to_value(venue::all_errors()).unwrap();
    fits(&shapes(), &Schema::Shape("Errors"), &errors).unwrap();
    let full = errors["data"].as_array().unwrap().iter().find(|error| error.get("field").is_some()).unwrap();
    holds("Error", full);
}

#[tokio::test]
async fn the_shape_of_a_problem_is_what_a_problem_prints() {
    use axum::response::IntoResponse;
    use http_body_util::BodyExt;
    let error = ErrorBody { error: "EOrder:Insufficient credits".into(), detail: samples::error_detail() };
    let printed = Problem::from(error).into_response();
    assert_eq!(printed.headers()[header::CONTENT_TYPE], "application/problem+json");
    let body = printed.into_body().collect().await.unwrap().to_bytes();
    holds("Problem", &serde_json::from_slice::<Value>(&body).unwrap());
    let denied = Problem::from(Refusal::new(Reject::LoginRequired, "log in")).into_response();
    assert_eq!((denied.status().as_u16(), denied.headers().contains_key(header::WWW_AUTHENTICATE)), (401, true));
    let plain = Problem::not_found("nothing").into_response().into_body().collect().await.unwrap().to_bytes();
    fits(&shapes(), &Schema::Shape("Problem"), &serde_json::from_slice(&plain).unwrap()).unwrap();
}

/// The fields that the protocol's parser knows, from its own mouth.
fn known(method: Method) -> Vec<String> {
    let message = parse_params(method, r#"{"?":0}"#).unwrap_err().message;
    let known = message.split_once("known are ").unwrap().1.split(", ").map(str::to_owned);
    // Over HTTP the request itself says who sends it.
    known.filter(|field| field != "token").collect()
}

#[test]
fn every_body_is_what_the_parser_takes() {
    let shapes = shapes();
    let shape = |name: &str| *shapes.iter().find(|shape| shape.name == name).unwrap();
    let told = |name: &str| shape(name).fields.iter().map(|field| field.name.to_owned()).collect::<Vec<_>>();
    assert_eq!(told("AddOrder"), known(Method::AddOrder));
    let beside: Vec<String> = ["order_id", "cl_ord_id"].map(str::to_owned).into();
    assert_eq!([beside, told("AmendOrder")].concat(), known(Method::AmendOrder));
    // The example is read; without a field that is always there it is not.
    let add = shape("AddOrder");
    let example: BTreeMap<String, Value> = serde_json::from_str(add.example).unwrap();
    assert!(matches!(parse_params(Method::AddOrder, add.example), Ok(Call::AddOrder(_))));
    for field in add.fields.iter().filter(|field| field.needed) {
        let mut less = example.clone();
        less.remove(field.name).unwrap();
        let refusal = parse_params(Method::AddOrder, &serde_json::to_string(&less).unwrap()).unwrap_err();
        assert_eq!(refusal.message, format!("{} is missing", field.name));
    }
    let amend = shape("AmendOrder").example.replacen('{', r#"{"order_id":"O-17","#, 1);
    assert!(matches!(parse_params(Method::AmendOrder, &amend), Ok(Call::AmendOrder(_))));
}

#[test]
fn every_status_of_a_refusal_is_one_that_the_document_explains() {
    let told = keys(&document()["components"]["responses"]);
    for error in venue::all_errors().data {
        let status = StatusCode::from_u16(error.status).unwrap();
        let name: String = status.canonical_reason().unwrap().split(' ').collect();
        assert!(told.contains(&name), "{} is told with {status}", error.reason);
    }
}

/// What a parameter may be, in a cell of a table.
fn cell(parameter: &openapi::Parameter) -> String {
    let list = |words: Vec<String>| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match parameter.schema {
        Schema::Word(words) => list(words.iter().map(ToString::to_string).collect()),
        Schema::OneOf(numbers) => list(numbers.iter().map(ToString::to_string).collect()),
        Schema::Integer { least, most: Some(most) } => format!("{least} to {most}"),
        _ => format!("text: `{}`", parameter.example.trim_matches('"')),
    }
}

/// The routes as PROTOCOL.md tells them.
fn told_in_the_protocol() -> String {
    let mut text = String::new();
    for (operation, _) in operations() {
        let verb = operation.verb.name().to_ascii_uppercase();
        let scope = operation.scope.map_or("For everybody.".to_owned(), |scope| format!("Scope `{}`.", scope.name()));
        let mut answers: Vec<String> = Vec::new();
        for good in operation.good {
            let what = match good.schema {
                Schema::Shape(name) => format!("`{name}`"),
                _ => format!("`{}`", good.media),
            };
            answers.push(format!("{} {what}", good.status));
        }
        if operation.csv {
            answers.push(format!("or `{}`", openapi::CSV));
        }
        answers.extend(operation.problems().iter().map(ToString::to_string));
        text += &format!("### {verb} {}\n\n{}", operation.path, operation.summary);
        for more in [operation.about, &scope].into_iter().filter(|more| !more.is_empty()) {
            text += &format!(" {more}");
        }
        if let Some(body) = operation.body {
            text += &format!(" Body: `{body}`.");
        }
        text += &format!(" Answers: {}.\n\n", answers.join(", "));
        if operation.parameters.is_empty() {
            continue;
        }
        text += "| parameter | in | value | needed | meaning |\n|---|---|---|---|---|\n";
        for parameter in operation.parameters {
            let needed = if parameter.needed { "yes" } else { "" };
            let (name, place) = (parameter.name, parameter.place.name());
            text += &format!("| `{name}` | {place} | {} | {needed} | {} |\n", cell(parameter), parameter.about);
        }
        text += "\n";
    }
    text.replace("|  |", "| |")
}

#[test]
fn the_protocol_tells_every_route_as_it_is() {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../PROTOCOL.md")).unwrap();
    let (_, rest) = document.split_once("\n## REST\n").expect("PROTOCOL.md has a part on REST");
    let (rest, _) = rest.split_once("\n## ").expect("REST is not its last part");
    let (_, told) = rest.split_once("\n### GET ").expect("its routes have headings");
    let told = format!("### GET {}\n", told.trim_end());
    let known = told_in_the_protocol();
    assert!(told.trim_end() == known.trim_end(), "the routes of PROTOCOL.md should be:\n\n{known}");
}
