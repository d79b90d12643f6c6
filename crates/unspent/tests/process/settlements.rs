//! Trades that settle later on the real server: one that is delivered, and one that is not and is bought in.

use crate::place::{Place, SYMBOL, Server, json_of, runtime};
use crate::raw::Raw;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Output};
use unspent_model::Reject;

/// A maker with credits in custody, a buyer with money, and a seller that keeps its credits.
const VENUE: &str = r#"
[[instrument]]
symbol = "AWS-ACT-1K-202706"
[[account]]
name = "maker"
cash = 1000000
credits = { "AWS-ACT-1K-202706" = 1000000 }
[[account]]
name = "buyer"
cash = 1000000
[[account]]
name = "seller"
cash = 100000
[[key]]
api_key = "uk_maker_test"
account = "maker"
[[key]]
api_key = "uk_buyer_test"
account = "buyer"
[[key]]
api_key = "uk_seller_test"
account = "seller"
"#;

fn operator(place: &Place) -> PathBuf {
    let made = ["keys", "create", "--account", "ops", "--scope", "admin", "--address", "127.0.0.1", "--json"];
    let made = json_of(&place.unspent(&made));
    let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let file = place.beside("ops.key");
    let body = format!("api_key = \"{}\"\nprivate_key = \"{}\"\n", text("id"), text("private_key"));
    std::fs::write(&file, body).unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    file
}

fn admin(server: &Server, key: &PathBuf, arguments: &[&str]) -> Output {
    let line = server.said.lines().find_map(|line| line.strip_prefix("listening to the operator on ")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    command.arg("admin").args(arguments).args(["--url", line, "--key-file"]).arg(key);
    command.args(["--reason", "a test"]).output().unwrap()
}

fn done(output: &Output) {
    assert!(output.status.success(), "{output:?}");
}

/// A command of a participant's, and what it printed.
fn participant(server: &Server, key: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    command.args(arguments).args(["--url", &format!("ws://{}/ws", server.address()), "--key", key]);
    command.output().unwrap()
}

fn order(side: &str, price: &str) -> String {
    format!(
        r#"{{"method":"add_order","params":{{"symbol":"{SYMBOL}","side":"{side}","order_type":"limit","order_qty":40000,"limit_price":{price}}}}}"#
    )
}

/// The next row of the channel `settlements` in this state.
async fn stands(client: &mut Raw, state: &str) -> Value {
    loop {
        let value = client.next_json().await;
        if value["channel"] == "settlements"
            && let Some(row) = value["data"].as_array().unwrap().iter().find(|row| row["state"] == state)
        {
            return row.clone();
        }
    }
}

async fn follows(server: &Server, key: &str) -> Raw {
    let mut client = Raw::login(server.address(), key).await;
    let reply = client.ask(r#"{"method":"subscribe","params":{"channel":"settlements"}}"#).await;
    assert_eq!(reply["success"], true, "{reply}");
    client
}

#[test]
fn one_sale_is_delivered_and_the_next_is_bought_in() {
    let place = Place::with(VENUE);
    let ops = operator(&place);
    let server = place.start_with(&["--admin-listen", "127.0.0.1:0"]);
    let promise = ["promise", "seller", "AWS-ACT-1K-202706", "--level", "attested", "--qty", "80000"];
    done(&admin(&server, &ops, &promise));
    runtime().block_on(async {
        let mut seller = follows(&server, "uk_seller_test").await;
        let mut buyer = follows(&server, "uk_buyer_test").await;
        assert_eq!(seller.ask(&order("sell", "0.66")).await["success"], true);
        buyer.send_text(&order("buy", "0.66")).await;
        let row = stands(&mut buyer, "delivering").await;
        assert_eq!((&row["side"], &row["qty"], &row["settlement_id"]), (&json!("buy"), &json!(40_000), &json!(1)));
        let early = buyer.ask(r#"{"method":"accept","params":{"settlement_id":1}}"#).await;
        assert_eq!(early["error_detail"]["code"], Reject::WrongState.code(), "{early}");
        // The seller by the command line, the buyer over its socket.
        done(&participant(&server, "uk_seller_test", &["deliver", "1", "--evidence", "transfer 17"]));
        let row = stands(&mut buyer, "verifying").await;
        assert_eq!(row["evidence"], "transfer 17", "{row}");
        let listed = json_of(&participant(&server, "uk_buyer_test", &["settlements", "--json"]));
        assert_eq!((&listed["state"], &listed["due"]), (&json!("verifying"), &row["due"]), "{listed}");
        done(&participant(&server, "uk_buyer_test", &["accept", "1"]));
        let row = stands(&mut seller, "held_back").await;
        assert_eq!(row["delivered_qty"], 40_000, "{row}");

        // No time to deliver, and hardly any grace: the second sale is bought in.
        done(&admin(&server, &ops, &["terms", "--set", "attested_days=0", "--set", "grace_seconds=1"]));
        let mut maker = Raw::login(server.address(), "uk_maker_test").await;
        assert_eq!(seller.ask(&order("sell", "0.66")).await["success"], true);
        buyer.send_text(&order("buy", "0.66")).await;
        stands(&mut buyer, "delivering").await;
        assert_eq!(maker.ask(&order("sell", "0.695")).await["success"], true);
        let row = stands(&mut buyer, "covered").await;
        assert_eq!((&row["settlement_id"], &row["covered_qty"]), (&json!(2), &json!(40_000)), "{row}");
    });
    let account = |name: &str| json_of(&admin(&server, &ops, &["account", name, "--json"]));
    let cash = |name: &str| account(name)["cash"]["balance"].to_string();
    // Two purchases for $26,400, and half of the penalty of $2,640.
    assert_eq!((cash("buyer"), cash("maker")), ("948520.0".to_owned(), "1027800.0".to_owned()));
    // A sale less the 20 % held back, then $1,400 and $2,640.
    assert_eq!(cash("seller"), "117080.0");
    assert_eq!(account("buyer")["holdings"][0]["balance"], 40_000);
    let shown = admin(&server, &ops, &["settlements"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.lines().count() == 3 && shown.contains("covered") && shown.contains("held_back"), "{shown}");
    assert!(server.terminate().success());

    // All of it is in the journal, and comes back.
    assert!(place.unspent(&["journal", "verify", "--replay"]).status.success());
    let dumped = place.journal(&["dump", "--kind", "register_lots,deliver,accept,set_terms"]);
    // The acceptance that came too early is there too.
    assert_eq!(String::from_utf8(dumped.stdout).unwrap().lines().count(), 5);
    let server = place.start();
    let listed = participant(&server, "uk_seller_test", &["settlements", "--json"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.lines().count() == 2 && listed.contains("covered") && listed.contains("held_back"), "{listed}");
    assert!(server.terminate().success());
}
