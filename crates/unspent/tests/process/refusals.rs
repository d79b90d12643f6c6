//! Requests that are refused, each with its documented code, on connections that stay usable.

use crate::bystander::beside;
use crate::place::Place;
use crate::raw::{Raw, assert_refused};
use unspent_model::Reject;

/// What is sent, the refusal, and the field it names.
type Case = (&'static str, Reject, Option<&'static str>);

/// Every case in turn on one connection; after each it still answers.
async fn refused(raw: &mut Raw, cases: &[Case]) {
    for (i, (text, reject, field)) in cases.iter().enumerate() {
        let reply = raw.ask(text).await;
        assert_refused(&reply, *reject, *field, text);
        let pong = raw.ask(&format!(r#"{{"method":"ping","req_id":{i}}}"#)).await;
        assert_eq!((&pong["method"], &pong["req_id"]), (&"pong".into(), &i.into()), "after {text}");
    }
}

#[test]
fn what_is_no_request_is_refused_and_the_connection_goes_on() {
    use Reject::{InvalidField, MalformedMessage, UnknownMethod};
    let deep = format!(r#"{{"method":"ping","params":{}}}"#, "[".repeat(60_000));
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        let mut raw = Raw::connect(&address).await;
        let deep: &'static str = Box::leak(deep.into_boxed_str());
        refused(
            &mut raw,
            &[
                ("", MalformedMessage, None),
                ("{", MalformedMessage, None),
                ("null", MalformedMessage, None),
                ("42", MalformedMessage, None),
                (r#""ping""#, MalformedMessage, None),
                (r#"[{"method":"ping"}]"#, MalformedMessage, None),
                (r#"{"method":"ping"} x"#, MalformedMessage, None),
                (r#"{"method":"ping"}{"method":"ping"}"#, MalformedMessage, None),
                (r#"{"method":"ping",}"#, MalformedMessage, None),
                (r#"{method:"ping"}"#, MalformedMessage, None),
                ("{\"method\":\"pi\u{0}ng\"}", MalformedMessage, None),
                (deep, MalformedMessage, None),
                (r#"{}"#, InvalidField, Some("method")),
                (r#"{"req_id":1}"#, InvalidField, Some("method")),
                (r#"{"method":7}"#, InvalidField, Some("method")),
                (r#"{"method":null}"#, InvalidField, Some("method")),
                (r#"{"method":"ping","extra":1}"#, InvalidField, Some("extra")),
                (r#"{"method":"ping","method":"ping"}"#, InvalidField, Some("method")),
                (r#"{"method":"ping","req_id":"1"}"#, InvalidField, Some("req_id")),
                (r#"{"method":"ping","req_id":1.5}"#, InvalidField, Some("req_id")),
                (r#"{"method":"ping","req_id":9223372036854775808}"#, InvalidField, Some("req_id")),
                (r#"{"method":"ping","params":[]}"#, InvalidField, Some("params")),
                (r#"{"method":"ping","params":{"x":1}}"#, InvalidField, Some("x")),
                (r#"{"method":"pong"}"#, UnknownMethod, Some("method")),
                (r#"{"method":"PING"}"#, UnknownMethod, Some("method")),
                (r#"{"method":"logout"}"#, Reject::LoginRequired, None),
                (r#"{"method":"batch_add"}"#, InvalidField, Some("orders")),
                (r#"{"method":"query_order"}"#, InvalidField, Some("order_id")),
                (r#"{"method":"mass_quote"}"#, InvalidField, Some("quotes")),
                // The operator's, in the filter only.
                (r#"{"method":"deposit_cash","params":{"account":"acme","amount":1}}"#, UnknownMethod, Some("method")),
                (r#"{"method":"kill","params":{"engaged":true}}"#, UnknownMethod, Some("method")),
                (r#"{"method":"connect"}"#, UnknownMethod, Some("method")),
                (r#"{"method":"clock"}"#, UnknownMethod, Some("method")),
                (r#"{"method":"ping","account":"acme"}"#, InvalidField, Some("account")),
            ],
        )
        .await;
    });
}

#[test]
fn who_has_not_logged_in_may_only_look() {
    use Reject::{AlreadyLoggedIn, InvalidField, LoginFailed, LoginRequired, NotPermitted};
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        let add = r#"{"method":"add_order","params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.9}}"#;
        let mut raw = Raw::connect(&address).await;
        refused(
            &mut raw,
            &[
                (add, LoginRequired, None),
                (r#"{"method":"cancel_order","params":{"order_id":"O-1"}}"#, LoginRequired, None),
                (r#"{"method":"amend_order","params":{"order_id":"O-1","order_qty":1000}}"#, LoginRequired, None),
                (r#"{"method":"cancel_all"}"#, LoginRequired, None),
                (r#"{"method":"cancel_all_orders_after","params":{"timeout":1}}"#, LoginRequired, None),
                (
                    r#"{"method":"mass_quote","params":{"quotes":{"symbol":"AWS-ACT-1K-202706","bid":{"qty":0}}}}"#,
                    LoginRequired,
                    None,
                ),
                (r#"{"method":"set_group","params":{"group":"g","lots":1,"window":1}}"#, LoginRequired, None),
                (r#"{"method":"reset_group","params":{"group":"g"}}"#, LoginRequired, None),
                (r#"{"method":"subscribe","params":{"channel":"executions"}}"#, LoginRequired, None),
                (r#"{"method":"subscribe","params":{"channel":"balances"}}"#, LoginRequired, None),
                (r#"{"method":"subscribe","params":{"channel":"holdings"}}"#, LoginRequired, None),
                (r#"{"method":"login"}"#, InvalidField, Some("api_key")),
                (r#"{"method":"login","params":{"api_key":7}}"#, InvalidField, Some("api_key")),
                (r#"{"method":"login","params":{"api_key":"uk_nobody"}}"#, LoginFailed, None),
                (r#"{"method":"login","params":{"api_key":""}}"#, LoginFailed, None),
                (
                    r#"{"method":"login","params":{"api_key":"uk_acme_test","cancel_on_disconnect":"all"}}"#,
                    InvalidField,
                    Some("cancel_on_disconnect"),
                ),
                // A failed login leaves it logged out.
                (add, LoginRequired, None),
            ],
        )
        .await;
        raw.log_in("uk_acme_test").await;
        let again = r#"{"method":"login","params":{"api_key":"uk_bull_test"}}"#;
        refused(&mut raw, &[(again, AlreadyLoggedIn, None)]).await;

        let mut shouts = Raw::connect(&address).await;
        refused(&mut shouts, &[(r#"{"method":"login","params":{"api_key":"UK_ACME_TEST"}}"#, LoginFailed, None)]).await;

        let mut looks = Raw::login(&address, "uk_acme_look").await;
        assert_eq!(looks.ask(r#"{"method":"subscribe","params":{"channel":"executions"}}"#).await["success"], true);
        refused(
            &mut looks,
            &[
                (add, NotPermitted, None),
                (r#"{"method":"cancel_all"}"#, NotPermitted, None),
                (r#"{"method":"cancel_all_orders_after","params":{"timeout":1}}"#, NotPermitted, None),
                (r#"{"method":"set_group","params":{"group":"g","lots":1,"window":1}}"#, NotPermitted, None),
                (r#"{"method":"cancel_order","params":{"order_id":"O-1"}}"#, NotPermitted, None),
            ],
        )
        .await;
    });
}

#[test]
fn subscriptions_are_checked() {
    use Reject::{AlreadySubscribed, Gap, InvalidDepth, InvalidField, NotSubscribed, UnknownChannel, UnknownSymbol};
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        let mut raw = Raw::login(&address, "uk_acme_test").await;
        let book = r#"{"method":"subscribe","params":{"channel":"book","symbol":"AWS-ACT-1K-202706/USD"}}"#;
        assert_eq!(raw.ask(book).await["success"], true);
        let executions = r#"{"method":"subscribe","params":{"channel":"executions"}}"#;
        assert_eq!(raw.ask(executions).await["success"], true);
        refused(
            &mut raw,
            &[
                (book, AlreadySubscribed, None),
                (executions, AlreadySubscribed, None),
                (r#"{"method":"subscribe"}"#, InvalidField, Some("channel")),
                (r#"{"method":"subscribe","params":{"channel":"gossip"}}"#, UnknownChannel, Some("channel")),
                (r#"{"method":"subscribe","params":{"channel":"settlement"}}"#, UnknownChannel, Some("channel")),
                (r#"{"method":"subscribe","params":{"channel":"level3"}}"#, InvalidField, Some("symbol")),
                (r#"{"method":"subscribe","params":{"channel":7}}"#, InvalidField, Some("channel")),
                (r#"{"method":"subscribe","params":{"channel":"book"}}"#, InvalidField, Some("symbol")),
                (r#"{"method":"subscribe","params":{"channel":"book","symbol":[]}}"#, InvalidField, Some("symbol")),
                (
                    r#"{"method":"subscribe","params":{"channel":"book","symbol":"AWS-ACT-1K-209912/USD"}}"#,
                    UnknownSymbol,
                    Some("symbol"),
                ),
                (
                    r#"{"method":"subscribe","params":{"channel":"book","symbol":"AWS-ACT-1K-202706/USD","depth":11}}"#,
                    InvalidDepth,
                    Some("depth"),
                ),
                (
                    r#"{"method":"subscribe","params":{"channel":"book","symbol":"AWS-ACT-1K-202706/USD","depth":"10"}}"#,
                    InvalidDepth,
                    Some("depth"),
                ),
                (
                    r#"{"method":"subscribe","params":{"channel":"trade","symbol":"AWS-ACT-1K-202706/USD","depth":10}}"#,
                    InvalidField,
                    Some("depth"),
                ),
                (r#"{"method":"subscribe","params":{"channel":"balances","from_seq":1}}"#, Gap, None),
                (
                    r#"{"method":"unsubscribe","params":{"channel":"trade","symbol":"AWS-ACT-1K-202706/USD"}}"#,
                    NotSubscribed,
                    None,
                ),
                (r#"{"method":"unsubscribe","params":{"channel":"balances"}}"#, NotSubscribed, None),
            ],
        )
        .await;
        // Ended and begun again it starts with a snapshot again.
        let end = r#"{"method":"unsubscribe","params":{"channel":"book","symbol":"AWS-ACT-1K-202706/USD"}}"#;
        assert_eq!(raw.ask(end).await["success"], true);
        assert_eq!(raw.ask(book).await["success"], true);
        let first = raw.next_json().await;
        assert_eq!((&first["channel"], &first["type"]), (&"book".into(), &"snapshot".into()), "{first}");
    });
}

#[test]
fn orders_are_checked_and_a_refused_one_leaves_no_trace() {
    use Reject::{
        InsufficientCredits, InsufficientFunds, InvalidCombination, InvalidField, InvalidPrice, InvalidQuantity,
        NoOppositePrice, UnknownOrder, UnknownSymbol,
    };
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        let mut raw = Raw::login(&address, "uk_acme_test").await;
        let good = r#"{"method":"add_order","params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.9,"cl_ord_id":"bad"}}"#;
        let with = |from: &str, to: &str| -> &'static str {
            let text = good.replace(from, to);
            assert_ne!(text, good);
            Box::leak(text.into_boxed_str())
        };
        let price = |to: &str| with(r#""limit_price":0.9"#, &format!(r#""limit_price":{to}"#));
        let qty = |to: &str| with(r#""order_qty":1000"#, &format!(r#""order_qty":{to}"#));
        let cases = [
            (with("AWS-ACT-1K-202706/USD", "AWS-ACT-1K-209912/USD"), UnknownSymbol, Some("symbol")),
            (with(r#""AWS-ACT-1K-202706/USD""#, "7"), InvalidField, Some("symbol")),
            (price("0"), InvalidPrice, Some("limit_price")),
            (price("-0.9"), InvalidPrice, Some("limit_price")),
            (price("0.66005"), InvalidPrice, Some("limit_price")),
            (price("0.6605"), InvalidPrice, Some("limit_price")),
            (price("1.001"), InvalidPrice, Some("limit_price")),
            (price("99999999999999999999"), InvalidPrice, Some("limit_price")),
            (price("9e-1"), InvalidPrice, Some("limit_price")),
            (price(r#""cheap""#), InvalidPrice, Some("limit_price")),
            (price("true"), InvalidPrice, Some("limit_price")),
            (price("[0.9]"), InvalidPrice, Some("limit_price")),
            (with(r#","limit_price":0.9"#, ""), InvalidField, Some("limit_price")),
            (qty("0"), InvalidQuantity, Some("order_qty")),
            (qty("-1000"), InvalidQuantity, Some("order_qty")),
            (qty("1500"), InvalidQuantity, Some("order_qty")),
            (qty("1000.5"), InvalidQuantity, Some("order_qty")),
            (qty("99999999999999000"), InvalidQuantity, Some("order_qty")),
            (qty("1e3"), InvalidQuantity, Some("order_qty")),
            (qty("null"), InvalidQuantity, Some("order_qty")),
            (qty("150001000"), InsufficientCredits, Some("order_qty")),
            (
                with(
                    r#""side":"sell","order_type":"limit","order_qty":1000"#,
                    r#""side":"buy","order_type":"limit","order_qty":100000000"#,
                ),
                InsufficientFunds,
                Some("order_qty"),
            ),
            (with("sell", "short"), InvalidField, Some("side")),
            (with(r#""limit""#, r#""decay""#), InvalidField, Some("decay")),
            (with(r#""limit""#, r#""iceberg""#), InvalidField, Some("display_qty")),
            (with(r#""limit""#, r#""stop-loss-limit""#), InvalidField, Some("triggers")),
            (with(r#""cl_ord_id":"bad""#, r#""time_in_force":"gtd""#), InvalidField, Some("expire_time")),
            (with(r#""cl_ord_id":"bad""#, r#""post_only_mode":"slide""#), InvalidField, Some("post_only_mode")),
            (with(r#""cl_ord_id":"bad""#, r#""cl_ord_id":"""#), InvalidField, Some("cl_ord_id")),
            (with(r#""cl_ord_id":"bad""#, r#""cl_ord_id":"a b""#), InvalidField, Some("cl_ord_id")),
            (with("bad", "abcdefghijklmnopqrstuvwxyz01234567890"), InvalidField, Some("cl_ord_id")),
            (with(r#""cl_ord_id":"bad""#, r#""time_in_force":"forever""#), InvalidField, Some("time_in_force")),
            (with(r#""cl_ord_id":"bad""#, r#""post_only":"yes""#), InvalidField, Some("post_only")),
            (with(r#""cl_ord_id":"bad""#, r#""deadline":"tomorrow""#), InvalidField, Some("deadline")),
            (with(r#""cl_ord_id":"bad""#, r#""validate":"yes""#), InvalidField, Some("validate")),
            (with(r#""cl_ord_id":"bad""#, r#""post_only":true,"time_in_force":"ioc""#), InvalidCombination, None),
            (
                r#"{"method":"add_order","params":{"symbol":"OAI-API-100-202706/USD","side":"sell","order_type":"market","order_qty":100}}"#,
                NoOppositePrice,
                None,
            ),
            (r#"{"method":"cancel_order","params":{"order_id":"O-999999999"}}"#, UnknownOrder, None),
            (r#"{"method":"cancel_order","params":{"cl_ord_id":"bad"}}"#, UnknownOrder, None),
            (r#"{"method":"cancel_order","params":{"order_id":"999"}}"#, InvalidField, Some("order_id")),
            (r#"{"method":"cancel_order","params":{}}"#, InvalidField, None),
            (r#"{"method":"amend_order","params":{"order_id":"O-999999999","order_qty":1000}}"#, UnknownOrder, None),
            (
                r#"{"method":"amend_order","params":{"order_id":"O-1","cl_ord_id":"x","order_qty":1000}}"#,
                InvalidField,
                None,
            ),
            (r#"{"method":"amend_order","params":{"order_id":"O-1"}}"#, InvalidField, None),
        ];
        refused(&mut raw, &cases).await;
        let executions = raw.ask(r#"{"method":"subscribe","params":{"channel":"executions"}}"#).await;
        assert_eq!(executions["success"], true);
        let snapshot = raw.next_json().await;
        assert_eq!((&snapshot["data"], &snapshot["exec_seq"]), (&serde_json::json!([]), &0.into()), "{snapshot}");
        // The name of what was refused is free.
        assert_eq!(raw.ask(good).await["result"]["status"], "open");
    });
}

#[test]
fn a_list_of_cancels_is_answered_one_by_one_and_bounded() {
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        let mut raw = Raw::login(&address, "uk_acme_test").await;
        let list = |n: usize| {
            let ids: Vec<String> = (1..=n).map(|i| format!("\"O-{}\"", 1_000_000 + i)).collect();
            format!(r#"{{"method":"cancel_order","req_id":5,"params":{{"order_id":[{}]}}}}"#, ids.join(","))
        };
        raw.send_text(&list(50)).await;
        for i in 1..=50 {
            let reply = raw.next_reply().await;
            assert_refused(&reply, Reject::UnknownOrder, None, "one of fifty");
            assert_eq!(reply["error_detail"]["order_id"], format!("O-{}", 1_000_000 + i));
            assert_eq!(reply["req_id"], 5);
        }
        let reply = raw.ask(&list(51)).await;
        assert_refused(&reply, Reject::InvalidField, Some("order_id"), "fifty-one");
    });
}
