//! The filter answers where orders stand, checks orders, and enters them together.

use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

const CREDIT: &str = r#"{"symbol":"AWS-ACT-1K-202706/USD","face":1000,"tick":0.001,"price_max":1.0}"#;

fn order(side: &str, qty: u64, price: f64, name: &str) -> Value {
    json!({
        "symbol": "AWS-ACT-1K-202706/USD", "side": side, "order_type": "limit", "order_qty": qty, "limit_price": price,
        "cl_ord_id": name,
    })
}

/// The replies to these requests, `account method params`.
fn replies(requests: &[(&str, &str, Value)]) -> Vec<Value> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(CREDIT.as_bytes()).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_unspent"))
        .args(["match", "--book", "none", "--instruments"])
        .arg(file.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for (account, method, params) in requests {
        let request = json!({"method": method, "account": account, "params": params});
        writeln!(stdin, "{request}").unwrap();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let lines = output.stdout.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_slice(line).unwrap())
        .filter(|line: &Value| line.get("channel").is_none())
        .collect()
}

#[test]
fn orders_are_asked_after_checked_and_entered_together() {
    let credits = json!({"symbol": "AWS-ACT-1K-202706/USD", "qty": 10_000});
    let mut checked = order("sell", 3_000, 0.66, "s-1");
    checked["validate"] = json!(true);
    let mut too_much = order("sell", 30_000, 0.66, "s-2");
    too_much["validate"] = json!(true);
    let replies = replies(&[
        ("acme", "deposit_credits", credits),
        ("bull", "deposit_cash", json!({"amount": 10_000})),
        ("acme", "add_order", checked),
        ("acme", "add_order", too_much),
        ("acme", "query_order", json!({"cl_ord_id": "s-1"})),
        (
            "acme",
            "batch_add",
            json!({"orders": [
                order("sell", 3_000, 0.66, "s-1"), order("sell", 30_000, 0.66, "s-2"), order("sell", 4_000, 0.67, "s-3"),
            ]}),
        ),
        ("bull", "add_order", order("buy", 5_000, 0.67, "b-1")),
        ("acme", "query_order", json!({"cl_ord_id": "s-1"})),
        ("acme", "query_order", json!({"order_id": "O-2"})),
        ("bull", "query_order", json!({"order_id": "O-2"})),
    ]);
    assert_eq!(replies.len(), 10, "one reply for each request: {replies:?}");
    assert_eq!(replies[2]["result"], json!({"valid": true}));
    assert_eq!(replies[3]["error_detail"]["code"], 2104);
    assert_eq!(replies[4]["error_detail"]["code"], 2113, "it was only checked");
    let rows = replies[5]["result"]["orders"].as_array().unwrap();
    let told: Vec<_> = rows.iter().map(|row| (&row["result"]["order_id"], &row["error_detail"]["code"])).collect();
    let null = Value::Null;
    assert_eq!(told, [(&json!("O-1"), &null), (&null, &json!(2104)), (&json!("O-2"), &null)]);
    let filled = &replies[7]["result"];
    assert_eq!((&filled["order"]["order_status"], &filled["order"]["leaves_qty"]), (&json!("filled"), &json!(0)));
    assert_eq!(filled["fills"][0]["last_qty"], 3_000);
    let partly = &replies[8]["result"];
    assert_eq!(partly["order"]["order_status"], "partially_filled");
    assert_eq!((&partly["order"]["cum_qty"], partly["fills"].as_array().unwrap().len()), (&json!(2_000), 1));
    assert_eq!(replies[9]["error_detail"]["code"], 2113, "another account's");
}
