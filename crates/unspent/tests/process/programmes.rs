//! Programmes at a real server: a catalogue that the venue file names, one that an operator loads, terms that refuse.

use crate::admin::{admin, key};
use crate::place::{Place, Server, VENUE, runtime};
use crate::raw::{Raw, http};
use serde_json::{Value, json};
use std::time::Duration;

const DEMO: &str = include_str!("../../../../fixtures/catalogue/demo.toml");
const LISTEN: &[&str] = &["--admin-listen", "127.0.0.1:0"];

async fn get(server: &Server, target: &str) -> Value {
    let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let answer = http(server.address(), &request, Duration::from_secs(5)).await;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
    serde_json::from_str(body).unwrap_or_else(|why| panic!("{why}: {answer}"))
}

/// The answer to an order.
async fn order(server: &Server, symbol: &str, side: &str) -> Value {
    let mut client = Raw::login(server.address(), "uk_acme_test").await;
    let text = format!(
        r#"{{"method":"add_order","params":{{"symbol":"{symbol}/USD","side":"{side}","order_type":"limit","order_qty":1000,"limit_price":0.5}}}}"#
    );
    client.send_text(&text).await;
    loop {
        let value = client.next_json().await;
        if value["method"] == "add_order" {
            return value;
        }
    }
}

/// What a programme's terms forbid is refused with the programme, the class, the source and the day.
async fn grant_is_refused(server: &Server) {
    let refused = order(server, "OAI-GRANT-100-PERP", "buy").await;
    assert_eq!(refused["error_detail"]["code"], 2115, "{refused}");
    let message = refused["error_detail"]["message"].as_str().unwrap();
    assert_eq!(
        message,
        "programme OAI-GRANT is prohibited: nobody may trade it; source: decided for the demo, by no provider, of 2026-11-21"
    );
    // A side of a mass quote is told the same.
    let mut client = Raw::connect(server.address()).await;
    let login = r#"{"method":"login","params":{"api_key":"uk_acme_test","cancel_on_disconnect":"connection"}}"#;
    assert_eq!(client.ask(login).await["success"], true);
    let quote = r#"{"method":"mass_quote","params":{"quote_id":1,"quotes":[{"symbol":"OAI-GRANT-100-PERP/USD","bid":{"price":0.5,"qty":100}}]}}"#;
    let quoted = client.ask(quote).await;
    assert_eq!(quoted["result"]["rejects"][0]["message"], message, "{quoted}");
}

#[test]
fn a_venue_file_may_name_a_catalogue_whose_months_are_listed_at_the_start() {
    let place = Place::with(&format!("catalogue = \"demo.toml\"\n{VENUE}"));
    std::fs::write(place.beside("demo.toml"), DEMO).unwrap();
    let server = place.start();
    runtime().block_on(async {
        grant_is_refused(&server).await;
        let bought = order(&server, "CRW-GPU-1K-PERP", "buy").await;
        assert_eq!(bought["success"], true, "{bought}");
        let programmes = get(&server, "/v1/programmes").await;
        assert_eq!(programmes["data"].as_array().unwrap().len(), 7, "{programmes}");
        assert_eq!(programmes["data"][0]["programme"], "AWS-ACT");
        let calendar = get(&server, "/v1/calendar").await;
        let months = calendar["data"].as_array().unwrap();
        assert!((12..=14).contains(&months.len()), "{calendar}");
        for month in months.iter().filter(|month| month["listed"] == true) {
            let least = if month["month"] == "PERP" { 1 } else { 5 };
            assert!(month["symbols"].as_array().unwrap().len() >= least, "{month}");
        }
        assert_eq!(months.last().unwrap()["month"], "PERP");
    });
    assert!(server.terminate().success());
    let dumped = place.journal(&["dump", "--json", "--kind", "set_programme,watch_expiry"]);
    let rows = String::from_utf8(dumped.stdout).unwrap();
    let first: Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    assert_eq!((&first["actor"], &first["programme"]), (&json!("calendar"), &json!("AWS-ACT")), "{first}");
    let before = rows.lines().count();
    // The next start lacks nothing.
    assert!(place.start().terminate().success());
    let dumped = place.journal(&["dump", "--json", "--kind", "set_programme,watch_expiry,list_instrument"]);
    let again = String::from_utf8(dumped.stdout).unwrap();
    assert_eq!(again.lines().filter(|line| !line.contains("\"list_instrument\"")).count(), before);
    assert!(place.unspent(&["journal", "verify", "--replay"]).status.success());
}

#[test]
fn an_operator_loads_a_catalogue_once() {
    let place = Place::new();
    let file = place.beside("demo.toml");
    std::fs::write(&file, DEMO).unwrap();
    let ops = key(&place, "ops.key", "admin");
    let server = place.start_with(LISTEN);
    let load = || {
        let said = admin(&server, &ops, &["--json", "load-catalogue", file.to_str().unwrap()]);
        assert!(said.status.success(), "{said:?}");
        serde_json::from_slice::<Value>(&said.stdout).unwrap()
    };
    let first = load();
    assert!(first["sent"].as_u64().unwrap() > 100, "{first}");
    assert_eq!(first["by_kind"]["terms of programmes"], 7);
    assert_eq!(load()["sent"], 0);
    runtime().block_on(grant_is_refused(&server));
    // Another class is one command, and halts what it prohibits.
    std::fs::write(&file, DEMO.replacen("class = \"free\"", "class = \"with_consent\"", 1)).unwrap();
    let changed = load();
    assert_eq!((&changed["sent"], &changed["by_kind"]), (&json!(1), &json!({ "terms of programmes": 1 })));
    runtime().block_on(async {
        let refused = order(&server, "AWS-ACT-1K-202706", "sell").await;
        let message = refused["error_detail"]["message"].as_str().unwrap();
        assert!(message.contains("a sale needs the provider's consent on file"), "{message}");
        let permit = ["permit", "acme", "AWS-ACT", "consent", "--reference", "letter 12", "--reason", "ticket 88"];
        assert!(admin(&server, &ops, &permit).status.success());
        assert_eq!(order(&server, "AWS-ACT-1K-202706", "sell").await["success"], true);
        let shown = admin(&server, &ops, &["permits", "acme"]);
        assert!(String::from_utf8(shown.stdout).unwrap().contains("letter 12"));
        let revoked = ["revoke-permit", "acme", "AWS-ACT", "consent", "--reason", "withdrawn"];
        assert!(admin(&server, &ops, &revoked).status.success());
        assert_eq!(order(&server, "AWS-ACT-1K-202706", "sell").await["error_detail"]["code"], 2115);
    });
    // What was loaded is the journal's, and needs no file.
    assert!(server.terminate().success());
    let server = place.start_with(LISTEN);
    runtime().block_on(grant_is_refused(&server));
    assert!(server.terminate().success());
}
