//! Accounts, withdrawals and corrected trades by the operator, on the real server, across a restart.

use crate::admin::{LISTEN, admin, key};
use crate::place::{Place, SYMBOL, json_of, runtime};
use crate::raw::Raw;
use serde_json::{Value, json};
use unspent_model::Reject;

const WHY: &[&str] = &["--reason", "ticket 18"];

#[test]
fn money_leaves_once_and_above_the_threshold_by_two_operators() {
    let place = Place::new();
    let (ann, bob) = (key(&place, "ann.key", "admin"), key(&place, "bob.key", "admin"));
    let server = place.start_with(LISTEN);
    let say =
        |who: &crate::admin::Key, arguments: &[&str]| admin(&server, who, &[arguments, WHY, &["--json"]].concat());
    let done = |who, arguments: &[&str]| -> Value {
        let said = say(who, arguments);
        assert!(said.status.success(), "{arguments:?} {said:?}");
        json_of(&said)
    };
    let refused = |who, arguments: &[&str], reject: Reject| {
        let said = say(who, arguments);
        let text = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(!said.status.success() && text.contains(&reject.code().to_string()), "{arguments:?} {said:?}");
    };
    done(&ann, &["open-account", "newcomer", "--owner", "77"]);
    let wire = ["deposit", "newcomer", "--cash", "50000", "--reference", "wire-1"];
    assert_eq!(done(&ann, &wire)["duplicate"], false);
    assert_eq!(done(&bob, &wire)["duplicate"], true);
    refused(&ann, &["withdraw", "newcomer", "--cash", "50000", "--reference", "wire-1"], Reject::ReferenceUsed);
    done(&ann, &["withdraw", "newcomer", "--cash", "10000", "--reference", "out-1"]);
    let waits = done(&ann, &["withdraw", "newcomer", "--cash", "10000.01", "--reference", "out-2"]);
    let number = waits["withdrawal"].as_u64().expect("it waits").to_string();
    let listed = json_of(&admin(&server, &ann, &["withdrawals", "--json"]));
    assert_eq!((&listed[0]["account"], &listed[0]["asked_by"]), (&json!("newcomer"), &json!(ann.id)), "{listed}");
    refused(&ann, &["approve", &number], Reject::SecondApprover);
    assert!(server.terminate().success());

    // What waits, waits on.
    let server = place.start_with(LISTEN);
    let say =
        |who: &crate::admin::Key, arguments: &[&str]| admin(&server, who, &[arguments, WHY, &["--json"]].concat());
    assert!(say(&bob, &["approve", &number]).status.success());
    let one = json_of(&admin(&server, &bob, &["account", "newcomer", "--json"]));
    let cash = &one["cash"];
    assert_eq!((cash["balance"].as_f64(), cash["reserved"].as_f64()), (Some(29_999.99), Some(0.0)), "{one}");
    assert!(!say(&bob, &["close-account", "newcomer"]).status.success());
    let out = ["withdraw", "newcomer", "--cash", "29999.99", "--reference", "out-3"];
    let waits = json_of(&say(&bob, &out));
    assert!(say(&ann, &["approve", &waits["withdrawal"].to_string()]).status.success());
    assert!(say(&bob, &["close-account", "newcomer"]).status.success());
    let one = json_of(&admin(&server, &bob, &["account", "newcomer", "--json"]));
    assert_eq!(one["state"], "closed");
    assert!(server.terminate().success());
    assert!(place.unspent(&["journal", "verify", "--replay"]).status.success());
}

#[test]
fn a_trade_is_adjusted_and_undone_and_a_suspended_account_only_cancels() {
    let place = Place::new();
    let ops = key(&place, "ops.key", "admin");
    let server = place.start_with(LISTEN);
    let say = |arguments: &[&str]| admin(&server, &ops, &[arguments, WHY].concat());
    let cash = |name: &str| json_of(&admin(&server, &ops, &["account", name, "--json"]))["cash"].to_string();
    let before = (cash("acme"), cash("bull"));
    let order = |side: &str, id: &str| {
        format!(
            r#"{{"method":"add_order","params":{{"symbol":"{SYMBOL}","side":"{side}","order_type":"limit","order_qty":1000,"limit_price":0.66,"cl_ord_id":"{id}"}}}}"#
        )
    };
    runtime().block_on(async {
        let mut seller = Raw::login(server.address(), "uk_acme_test").await;
        let mut buyer = Raw::login(server.address(), "uk_bull_test").await;
        assert_eq!(seller.ask(&order("sell", "s")).await["success"], true);
        let bought = buyer.ask(&order("buy", "b")).await;
        let trade = bought["result"]["fills"][0]["trade_id"].to_string();
        assert_ne!(trade, "null", "{bought}");
        assert!(say(&["adjust", "AWS-ACT-1K-202706", &trade, "0.70"]).status.success());
        assert!(say(&["bust", "AWS-ACT-1K-202706", &trade]).status.success());
        let again = say(&["bust", "AWS-ACT-1K-202706", &trade]);
        assert!(String::from_utf8_lossy(&again.stderr).contains("undone already"), "{again:?}");
        assert_eq!((cash("acme"), cash("bull")), before);

        assert_eq!(seller.ask(&order("sell", "s2")).await["success"], true);
        assert!(say(&["suspend", "acme"]).status.success());
        let refused = seller.ask(&order("sell", "s3")).await;
        assert_eq!(refused["error_detail"]["code"], Reject::AccountSuspended.code(), "{refused}");
        assert!(say(&["reopen", "acme"]).status.success());
        assert_eq!(seller.ask(&order("sell", "s4")).await["success"], true);
    });
    assert!(server.terminate().success());
    assert!(place.unspent(&["journal", "verify", "--replay"]).status.success());
}

#[test]
fn a_months_statement_and_two_sets_of_books_reconcile() {
    let place = Place::new();
    let ops = key(&place, "ops.key", "admin");
    let server = place.start_with(LISTEN);
    let say = |arguments: &[&str]| {
        let said = admin(&server, &ops, &[arguments, WHY].concat());
        assert!(said.status.success(), "{said:?}");
    };
    let order = |side: &str, price: &str, id: &str| {
        format!(
            r#"{{"method":"add_order","params":{{"symbol":"{SYMBOL}","side":"{side}","order_type":"limit","order_qty":3000,"limit_price":{price},"cl_ord_id":"{id}"}}}}"#
        )
    };
    say(&["open-account", "newcomer", "--owner", "77"]);
    say(&["deposit", "bull", "--cash", "1234.56", "--reference", "wire-1"]);
    say(&["withdraw", "bull", "--cash", "0.56", "--reference", "out-1"]);
    runtime().block_on(async {
        let mut seller = Raw::login(server.address(), "uk_acme_test").await;
        let mut buyer = Raw::login(server.address(), "uk_bull_test").await;
        for (number, price) in ["0.66", "0.67"].into_iter().enumerate() {
            assert_eq!(seller.ask(&order("sell", price, &format!("s{number}"))).await["success"], true);
            let bought = buyer.ask(&order("buy", price, &format!("b{number}"))).await;
            let trade = bought["result"]["fills"][0]["trade_id"].to_string();
            if number == 1 {
                say(&["bust", "AWS-ACT-1K-202706", &trade]);
            } else {
                say(&["adjust", "AWS-ACT-1K-202706", &trade, "0.65"]);
            }
        }
    });
    let now = unspent_protocol::print_time(unspent_gateway::now());
    let month = &now[..7];
    assert!(server.terminate().success());

    let asked = ["statement", "--account", "bull", "--month", month];
    let statement = json_of(&place.unspent(&[&asked[..], &["--json"]].concat()));
    let kinds: Vec<&str> =
        statement["lines"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
    let ours = kinds.iter().skip_while(|kind| **kind == "deposit").copied().collect::<Vec<_>>();
    assert_eq!(ours, ["withdrawal", "bought", "adjustment", "bought", "bust"], "{statement}");
    let amount = |value: &Value| value.as_str().unwrap().parse::<rust_decimal::Decimal>().unwrap();
    let moved: rust_decimal::Decimal =
        statement["lines"].as_array().unwrap().iter().map(|line| amount(&line["cash"])).sum();
    assert_eq!(amount(&statement["opening"]["cash"]) + moved, amount(&statement["closing"]["cash"]));
    let csv = String::from_utf8(place.unspent(&[&asked[..], &["--format", "csv"]].concat()).stdout).unwrap();
    assert_eq!(csv.lines().filter(|line| line.starts_with("entry,")).count(), kinds.len(), "{csv}");
    assert!(csv.starts_with("record,time,seq,kind,") && csv.contains("\r\n"), "{csv}");
    let text = String::from_utf8(place.unspent(&asked).stdout).unwrap();
    assert!(text.ends_with("It reconciles with the ledger to the cent and to the lot.\n"), "{text}");

    let books = json_of(&place.unspent(&["reconcile", "--json"]));
    assert_eq!((&books["reconciles"], &books["wrong"]), (&json!(true), &json!([])), "{books}");
    let nobody = place.unspent(&["statement", "--account", "nobody", "--month", month]);
    assert_eq!(nobody.status.code(), Some(2), "{nobody:?}");
    let early = json_of(&place.unspent(&["statement", "--account", "newcomer", "--month", month, "--json"]));
    assert_eq!(early["lines"], json!([]));
}
