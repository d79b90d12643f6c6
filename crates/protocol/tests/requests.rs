//! Requests as text: what is read, and what is said of what cannot be.

use expect_test::{Expect, expect};
use unspent_model::AccountName;
use unspent_protocol::{
    Method, Request, RequestError, parse_filter_request, parse_operator, parse_params, parse_request,
};

fn show(parsed: Result<Request, RequestError>) -> String {
    match parsed {
        Ok(request) => {
            let mut out = Vec::new();
            request.write(&mut out);
            String::from_utf8(out).unwrap()
        }
        Err(RequestError { method, req_id, refusal }) => {
            let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            format!(
                "{} {} | {} {} | {}",
                refusal.reject.code(),
                or_none(refusal.field.map(|f| f.into_owned())),
                or_none(method.map(|m| m.into_owned())),
                or_none(req_id.map(|id| id.to_string())),
                refusal.message
            )
        }
    }
}

/// One line of input, one line of answer.
fn check(inputs: &[&str], answers: Expect) {
    let lines: Vec<String> = inputs.iter().map(|text| show(parse_request(text)) + "\n").collect();
    answers.assert_eq(&lines.concat());
}

fn check_filter(inputs: &[&str], answers: Expect) {
    let lines: Vec<String> = inputs.iter().map(|text| show(parse_filter_request(text)) + "\n").collect();
    answers.assert_eq(&lines.concat());
}

/// An `add_order` with these fields after symbol and side.
fn add(fields: &str) -> String {
    format!(
        r#"{{"method":"add_order","req_id":1,"params":{{"symbol":"AWS-ACT-1K-202706/USD","side":"sell",{fields}}}}}"#
    )
}

fn check_add(fields: &[&str], answers: Expect) {
    let texts: Vec<String> = fields.iter().map(|fields| add(fields)).collect();
    check(&texts.iter().map(String::as_str).collect::<Vec<_>>(), answers);
}

#[test]
fn every_method_is_read_and_printed_again() {
    check(
        &[
            r#"{"method":"ping"}"#,
            r#" { "req_id" : -9223372036854775808 , "params" : { } , "method" : "ping" } "#,
            r#"{"method":"login","req_id":1,"params":{"api_key":"uk_1","signature":"AA==","cancel_on_disconnect":"connection"}}"#,
            r#"{"method":"subscribe","params":{"channel":"book","symbol":["AAPL/USD","AWS-ACT-1K-202706/USD"],"depth":25,"snapshot":true}}"#,
            r#"{"method":"subscribe","params":{"channel":"executions","from_exec_seq":48211}}"#,
            r#"{"method":"subscribe","params":{"channel":"trade","symbol":"AAPL/USD","from_seq":7}}"#,
            r#"{"method":"subscribe","params":{"channel":"instrument"}}"#,
            r#"{"method":"unsubscribe","params":{"channel":"ticker","symbol":"AAPL/USD"}}"#,
            r#"{"method":"add_order","req_id":42,"params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":150000,"limit_price":0.66,"time_in_force":"gtc","cl_ord_id":"acme-0001","post_only":true,"stp_type":"cancel_newest"}}"#,
            r#"{"method":"add_order","params":{"symbol":"AAPL/USD","side":"buy","order_type":"market","order_qty":"100","max_total":"1000.50","time_in_force":"fok","deadline":"2026-01-01T02:00:00.5+01:00"}}"#,
            r#"{"method":"amend_order","params":{"order_id":"O-42","limit_price":0.6700}}"#,
            r#"{"method":"amend_order","params":{"cl_ord_id":"a","order_qty":1000,"post_only":false,"deadline":"2026-01-01T00:00:00Z"}}"#,
            r#"{"method":"cancel_order","params":{"order_id":"O-1"}}"#,
            r#"{"method":"cancel_order","params":{"order_id":["O-1","O-18446744073709551615"],"cl_ord_id":["a","b"]}}"#,
            r#"{"method":"cancel_all"}"#,
            r#"{"method":"cancel_all","params":{"symbol":"AAPL","side":"buy"}}"#,
            r#"{"method":"cancel_all","params":{"programme":"AWS-ACT","group":"g.1"}}"#,
            r#"{"method":"subscribe","params":{"channel":"auction","symbol":"AAPL/USD"}}"#,
            r#"{"method":"add_order","params":{"symbol":"AAPL/USD","side":"sell","order_type":"stop-loss","order_qty":1,"triggers":{"price":"150.00"},"time_in_force":"day"}}"#,
            r#"{"method":"add_order","params":{"symbol":"AAPL/USD","side":"buy","order_type":"stop-loss-limit","order_qty":1,"limit_price":151,"triggers":{"price":150},"time_in_force":"gtd","expire_time":"2026-01-01T02:00:00+01:00"}}"#,
            r#"{"method":"add_order","params":{"symbol":"AAPL/USD","side":"buy","order_type":"iceberg","order_qty":100,"limit_price":151,"display_qty":"10","post_only":true,"post_only_mode":"slide"}}"#,
            r#"{"method":"add_order","params":{"symbol":"AAPL/USD","side":"buy","order_type":"limit","order_qty":100,"limit_price":151,"min_qty":10,"time_in_force":"auction"}}"#,
            r#"{"method":"amend_order","params":{"order_id":"O-1","trigger_price":1.5,"display_qty":10}}"#,
            r#"{"method":"cancel_all_orders_after","params":{"timeout":60}}"#,
            r#"{"method":"mass_quote","params":{"quotes":{"symbol":"AAPL","bid":{"qty":0}}}}"#,
            r#"{"method":"mass_quote","req_id":3,"params":{"group":"g.1","quote_id":18446744073709551615,"post_only":true,"post_only_mode":"slide","quotes":[{"symbol":"AAPL","bid":{"price":"150","qty":10},"ask":{"price":151,"qty":10}},{"symbol":"AWS-ACT-1K-202706","ask":{"qty":0}}],"deadline":"2026-01-01T00:00:00Z"}}"#,
            r#"{"method":"set_group","params":{"group":"g.1","lots":50,"window":10}}"#,
            r#"{"method":"reset_group","params":{"group":"g.1"}}"#,
            r#"{"method":"logout"}"#,
            r#"{"method":"subscribe","params":{"token":"t0k-en_","channel":"executions"}}"#,
            r#"{"method":"add_order","params":{"symbol":"AAPL/USD","side":"sell","order_type":"limit","order_qty":1,"limit_price":150.10,"token":"t"}}"#,
            r#"{"method":"cancel_all","params":{"token":"t"}}"#,
            r#"{"method":"c\u0061ncel_all","params":{"\u0073ide":"b\u0075y"}}"#,
        ],
        expect![[r#"
            {"method":"ping"}
            {"method":"ping","req_id":-9223372036854775808}
            {"method":"login","req_id":1,"params":{"api_key":"uk_1","signature":"AA==","cancel_on_disconnect":"connection"}}
            {"method":"subscribe","params":{"channel":"book","symbol":["AAPL/USD","AWS-ACT-1K-202706/USD"],"depth":25,"snapshot":true}}
            {"method":"subscribe","params":{"channel":"executions","from_exec_seq":48211}}
            {"method":"subscribe","params":{"channel":"trade","symbol":["AAPL/USD"],"from_seq":7}}
            {"method":"subscribe","params":{"channel":"instrument"}}
            {"method":"unsubscribe","params":{"channel":"ticker","symbol":["AAPL/USD"]}}
            {"method":"add_order","req_id":42,"params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":150000,"limit_price":0.66,"time_in_force":"gtc","post_only":true,"stp_type":"cancel_newest","cl_ord_id":"acme-0001"}}
            {"method":"add_order","params":{"symbol":"AAPL/USD","side":"buy","order_type":"market","order_qty":100,"max_total":1000.50,"time_in_force":"fok","deadline":"2026-01-01T01:00:00.500000Z"}}
            {"method":"amend_order","params":{"order_id":"O-42","limit_price":0.6700}}
            {"method":"amend_order","params":{"cl_ord_id":"a","order_qty":1000,"post_only":false,"deadline":"2026-01-01T00:00:00.000000Z"}}
            {"method":"cancel_order","params":{"order_id":["O-1"]}}
            {"method":"cancel_order","params":{"order_id":["O-1","O-18446744073709551615"],"cl_ord_id":["a","b"]}}
            {"method":"cancel_all","params":{}}
            {"method":"cancel_all","params":{"symbol":"AAPL/USD","side":"buy"}}
            {"method":"cancel_all","params":{"programme":"AWS-ACT","group":"g.1"}}
            {"method":"subscribe","params":{"channel":"auction","symbol":["AAPL/USD"]}}
            {"method":"add_order","params":{"symbol":"AAPL/USD","side":"sell","order_type":"stop-loss","order_qty":1,"triggers":{"price":150.00},"time_in_force":"day"}}
            {"method":"add_order","params":{"symbol":"AAPL/USD","side":"buy","order_type":"stop-loss-limit","order_qty":1,"limit_price":151,"triggers":{"price":150},"time_in_force":"gtd","expire_time":"2026-01-01T01:00:00.000000Z"}}
            {"method":"add_order","params":{"symbol":"AAPL/USD","side":"buy","order_type":"iceberg","order_qty":100,"limit_price":151,"display_qty":10,"post_only":true,"post_only_mode":"slide"}}
            {"method":"add_order","params":{"symbol":"AAPL/USD","side":"buy","order_type":"limit","order_qty":100,"limit_price":151,"min_qty":10,"time_in_force":"auction"}}
            {"method":"amend_order","params":{"order_id":"O-1","trigger_price":1.5,"display_qty":10}}
            {"method":"cancel_all_orders_after","params":{"timeout":60}}
            {"method":"mass_quote","params":{"quote_id":0,"quotes":[{"symbol":"AAPL/USD","bid":{"qty":0}}]}}
            {"method":"mass_quote","req_id":3,"params":{"group":"g.1","quote_id":18446744073709551615,"post_only":true,"post_only_mode":"slide","quotes":[{"symbol":"AAPL/USD","bid":{"price":150,"qty":10},"ask":{"price":151,"qty":10}},{"symbol":"AWS-ACT-1K-202706/USD","ask":{"qty":0}}],"deadline":"2026-01-01T00:00:00.000000Z"}}
            {"method":"set_group","params":{"group":"g.1","lots":50,"window":10}}
            {"method":"reset_group","params":{"group":"g.1"}}
            {"method":"logout"}
            {"method":"subscribe","params":{"channel":"executions","token":"t0k-en_"}}
            {"method":"add_order","params":{"symbol":"AAPL/USD","side":"sell","order_type":"limit","order_qty":1,"limit_price":150.10,"token":"t"}}
            {"method":"cancel_all","params":{"token":"t"}}
            {"method":"cancel_all","params":{"side":"buy"}}
        "#]],
    );
}

#[test]
fn what_is_no_message_is_malformed_and_what_could_be_read_is_kept() {
    let deep = format!(r#"{{"method":"ping","params":{}"#, "[".repeat(60_000));
    let deep_object = format!(r#"{{"req_id":3,"method":"add_order","params":{}"#, r#"{"symbol":"#.repeat(9_000));
    check(
        &[
            "",
            "null",
            "[1]",
            "{",
            r#"{"method":"ping","req_id":7"#,
            r#"{"method":"ping","req_id":7}x"#,
            r#"{"method":"ping","req_id":7}{}"#,
            r#"{"method":"ping" "req_id":7}"#,
            r#"{"method":"ping","req_id":007}"#,
            r#"{"req_id":7,"method":"add_order","params":{"order_qty":00.5}}"#,
            r#"{"req_id":7,"method":"add_order","params":{"order_qty":NaN}}"#,
            &deep,
            &deep_object,
        ],
        expect![[r#"
            1001 - | - - | the message is no JSON object: EOF while parsing a value at line 1 column 0
            1001 - | - - | the message is no JSON object: invalid type: null, expected a JSON object at line 1 column 4
            1001 - | - - | the message is no JSON object: invalid type: sequence, expected a JSON object at line 1 column 0
            1001 - | - - | the message is no JSON object: EOF while parsing an object at line 1 column 1
            1001 - | ping 7 | the message is no JSON object: EOF while parsing an object at line 1 column 27
            1001 - | ping 7 | the message is no JSON object: trailing characters at line 1 column 29
            1001 - | ping 7 | the message is no JSON object: trailing characters at line 1 column 29
            1001 - | ping - | the message is no JSON object: expected `,` or `}` at line 1 column 18
            1001 - | ping - | the message is no JSON object: invalid number at line 1 column 28
            1001 - | add_order 7 | the message is no JSON object: invalid number at line 1 column 57
            1001 - | add_order 7 | the message is no JSON object: expected value at line 1 column 56
            1001 - | ping - | the message is no JSON object: EOF while parsing a list at line 1 column 60026
            1001 - | add_order 3 | the message is no JSON object: EOF while parsing a value at line 1 column 90042
        "#]],
    );
}

#[test]
fn the_frame_names_its_fields() {
    check(
        &[
            r#"{}"#,
            r#"{"method":7,"req_id":1}"#,
            r#"{"method":"frobnicate","req_id":1}"#,
            r#"{"method":"logout","req_id":1}"#,
            r#"{"method":"kill","req_id":1}"#,
            r#"{"method":"clock","req_id":1}"#,
            r#"{"method":"ping","req_id":"1"}"#,
            r#"{"method":"ping","req_id":1.0}"#,
            r#"{"method":"ping","req_id":9223372036854775808}"#,
            r#"{"method":"ping","req_id":null}"#,
            r#"{"method":"ping","req_id":1,"req_id":2}"#,
            r#"{"method":"ping","req_id":1,"account":"a"}"#,
            r#"{"method":"ping","req_id":1,"params":[]}"#,
            r#"{"method":"ping","req_id":1,"params":{"x":1}}"#,
            r#"{"method":"add_order","req_id":1,"params":{"quantity":1}}"#,
            r#"{"method":"add_order","req_id":1,"params":{"side":"buy","side":"buy"}}"#,
            r#"{"method":"\ud800","req_id":1}"#,
        ],
        expect![[r#"
            1003 method | - - | method is missing
            1003 method | - 1 | method must be a string
            1002 method | frobnicate 1 | method must be one of: ping, login, logout, subscribe, unsubscribe, add_order, amend_order, cancel_order, cancel_all, cancel_all_orders_after, batch_add, query_order, mass_quote, set_group, reset_group, deliver, accept, dispute
            {"method":"logout","req_id":1}
            1002 method | kill 1 | method must be one of: ping, login, logout, subscribe, unsubscribe, add_order, amend_order, cancel_order, cancel_all, cancel_all_orders_after, batch_add, query_order, mass_quote, set_group, reset_group, deliver, accept, dispute
            1002 method | clock 1 | method must be one of: ping, login, logout, subscribe, unsubscribe, add_order, amend_order, cancel_order, cancel_all, cancel_all_orders_after, batch_add, query_order, mass_quote, set_group, reset_group, deliver, accept, dispute
            1003 req_id | ping - | req_id must be an integer from -9223372036854775808 to 9223372036854775807
            1003 req_id | ping - | req_id must be an integer from -9223372036854775808 to 9223372036854775807
            1003 req_id | ping - | req_id must be an integer from -9223372036854775808 to 9223372036854775807
            1003 req_id | ping - | req_id must be an integer from -9223372036854775808 to 9223372036854775807
            1003 req_id | ping 1 | req_id appears twice
            1003 account | ping 1 | account is unknown; known are method, params, req_id
            1003 params | ping 1 | params must be an object
            1003 x | ping 1 | x is unknown; no field is known here
            1003 quantity | add_order 1 | quantity is unknown; known are symbol, side, order_type, order_qty, limit_price, max_total, triggers, display_qty, decay, any_of, min_qty, time_in_force, expire_time, post_only, post_only_mode, stp_type, cl_ord_id, deadline, validate, token
            1003 side | add_order 1 | side appears twice
            1003 method | - 1 | method must be a string of whole characters
        "#]],
    );
}

#[test]
fn the_filter_takes_account_time_and_the_operators_methods() {
    check_filter(
        &[
            r#"{"method":"ping","account":"a","time":"2026-01-01T00:00:00Z"}"#,
            r#"{"method":"deposit_cash","params":{"account":"a","amount":100000}}"#,
            r#"{"method":"deposit_cash","account":"a","params":{"amount":"0.05"}}"#,
            r#"{"method":"deposit_credits","params":{"account":"a","symbol":"AWS-ACT-1K-202706/USD","qty":5000}}"#,
            r#"{"method":"set_phase","params":{"symbol":"AAPL/USD","phase":"halted"}}"#,
            r#"{"method":"clock","params":{},"time":"2026-01-01T00:00:00.123456789Z"}"#,
            r#"{"method":"deposit_cash","account":"b","params":{"account":"a","amount":1}}"#,
            r#"{"method":"deposit_cash","params":{"amount":1}}"#,
            r#"{"method":"ping","account":"a b"}"#,
            r#"{"method":"ping","time":"yesterday"}"#,
            r#"{"method":"ping","time":"2026-02-30T00:00:00Z"}"#,
            r#"{"method":"ping","time":"1969-12-31T23:59:59Z"}"#,
            r#"{"method":"set_phase","params":{"symbol":"AAPL/USD","phase":"no_cancel"}}"#,
            r#"{"method":"set_phase","params":{"symbol":"AAPL/USD","phase":"auction"}}"#,
            r#"{"method":"frobnicate"}"#,
        ],
        expect![[r#"
            {"method":"ping","account":"a","time":"2026-01-01T00:00:00.000000Z"}
            {"method":"deposit_cash","params":{"account":"a","amount":100000}}
            {"method":"deposit_cash","account":"a","params":{"account":"a","amount":0.05}}
            {"method":"deposit_credits","params":{"account":"a","symbol":"AWS-ACT-1K-202706/USD","qty":5000}}
            {"method":"set_phase","params":{"symbol":"AAPL/USD","phase":"halted"}}
            {"method":"clock","time":"2026-01-01T00:00:00.123456Z"}
            1003 account | deposit_cash - | account is a in params but b beside method
            1003 account | deposit_cash - | account is missing
            1003 account | ping - | account has ' '; allowed are letters, digits, '-', '_' and '.'
            1003 time | ping - | time must be an RFC 3339 time, such as 2026-01-01T00:00:00Z
            1003 time | ping - | time must be an RFC 3339 time, such as 2026-01-01T00:00:00Z
            1003 time | ping - | time must be a time from 1970 to 2554
            {"method":"set_phase","params":{"symbol":"AAPL/USD","phase":"no_cancel"}}
            1003 phase | set_phase - | phase must be one of: continuous, call, no_cancel, volatility_call, halted, cancel_only, closed, expired
            1002 method | frobnicate - | method must be one of: ping, login, logout, subscribe, unsubscribe, add_order, amend_order, cancel_order, cancel_all, cancel_all_orders_after, batch_add, query_order, mass_quote, set_group, reset_group, deliver, accept, dispute, deposit_cash, deposit_credits, register_lots, withdraw_lots, rule, claw_back, contribute, set_terms, open_account, set_account, withdraw_cash, withdraw_credits, decide_withdrawal, set_funding_rules, bust_trade, adjust_trade, set_phase, set_rules, set_schedule, set_reference, set_limits, kill, list_instrument, set_programme, permit, revoke_permit, watch_expiry, register_holding, set_holding_level, list_holding, delist_holding, withdraw_holding, connect, disconnect, clock
        "#]],
    );
    let request = parse_filter_request(r#"{"method":"ping","account":"a"}"#).unwrap();
    assert_eq!(request.account, Some(AccountName::parse("a").unwrap()));
}

#[test]
fn an_order_says_what_is_missing_or_not_offered() {
    check_add(
        &[
            r#""order_type":"limit""#,
            r#""order_type":"limit","order_qty":1000"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"max_total":5"#,
            r#""order_type":"market","order_qty":1000,"limit_price":0.66"#,
            r#""order_type":"iceberg","order_qty":1000"#,
            r#""order_type":"iceberg","order_qty":1000,"limit_price":0.66"#,
            r#""order_type":"stop-loss","order_qty":1000"#,
            r#""order_type":"stop-loss","order_qty":1000,"limit_price":0.66,"triggers":{"price":0.6}"#,
            r#""order_type":"stop-loss-limit","order_qty":1000,"triggers":{"price":0.6}"#,
            r#""order_type":"stop-loss-limit","order_qty":1000,"limit_price":0.66"#,
            r#""order_type":"stop-loss-limit","order_qty":1000,"limit_price":0.66,"triggers":0.6"#,
            r#""order_type":"stop-loss-limit","order_qty":1000,"limit_price":0.66,"triggers":{}"#,
            r#""order_type":"stop-loss-limit","order_qty":1000,"limit_price":0.66,"triggers":{"price":"x"}"#,
            r#""order_type":"stop-loss-limit","order_qty":1000,"limit_price":0.66,"triggers":{"price":0.6,"reference":"last"}"#,
            r#""order_type":"stop-loss-limit","order_qty":1000,"limit_price":0.66,"triggers":{"price":0.6},"max_total":5"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"triggers":{"price":0.6}"#,
            r#""order_type":"decay","order_qty":1000,"limit_price":0.66"#,
            r#""order_type":"decay","order_qty":1000,"limit_price":0.66,"decay":{}"#,
            r#""order_type":"decay","order_qty":1000,"limit_price":0.66,"decay":{"floor":0.5,"from":"now"}"#,
            r#""order_type":"decay","order_qty":1000,"limit_price":0.66,"decay":{"floor":0.5,"table":[{"time":"2026-01-01T00:00:00Z","price":0.5}]}"#,
            r#""order_type":"decay","order_qty":1000,"limit_price":0.66,"decay":{"table":[{"time":"2026-01-01T00:00:00Z"}]}"#,
            r#""order_type":"market","order_qty":1000,"any_of":{"symbol":"GCP-STD-1K-202706","limit_price":0.7}"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"any_of":[]"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"any_of":[{"symbol":"GCP-STD-1K-202706"}]"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"any_of":[{"limit_price":0.7}]"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"any_of":[{"symbol":"GCP-STD-1K-202706","limit_price":"x"}]"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"decay":{"floor":0.5,"from":"2026-01-01T00:00:00Z","until":"2026-01-02T00:00:00Z","steps":2}"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"min_qty":"all""#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"time_in_force":"gtd""#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"time_in_force":"day","expire_time":"2026-01-01T00:00:00Z""#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"time_in_force":"gtd","expire_time":"tomorrow""#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"post_only_mode":"slide""#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"post_only":true,"post_only_mode":"hide""#,
            r#""order_type":"LIMIT","order_qty":1000"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"time_in_force":"forever""#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"validate":1"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"display_qty":1"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"stp_type":"none""#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"post_only":1"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"cl_ord_id":"a b""#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"cl_ord_id":7"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"deadline":1"#,
        ],
        expect![[r#"
            1003 order_qty | add_order 1 | order_qty is missing
            1003 limit_price | add_order 1 | limit_price is missing; order_type limit needs it
            1003 max_total | add_order 1 | max_total is not taken by order_type limit, only by a market buy
            1003 limit_price | add_order 1 | limit_price is not taken by order_type market
            1003 limit_price | add_order 1 | limit_price is missing; order_type iceberg needs it
            1003 display_qty | add_order 1 | display_qty is missing; order_type iceberg needs it
            1003 triggers | add_order 1 | triggers is missing; order_type stop-loss needs it
            1003 limit_price | add_order 1 | limit_price is not taken by order_type stop-loss
            1003 limit_price | add_order 1 | limit_price is missing; order_type stop-loss-limit needs it
            1003 triggers | add_order 1 | triggers is missing; order_type stop-loss-limit needs it
            1003 triggers | add_order 1 | triggers must be an object
            1003 triggers | add_order 1 | triggers must have a price
            2119 triggers | add_order 1 | triggers has a field in error: price must be a number, such as 0.66
            1003 triggers | add_order 1 | triggers has a field in error: reference is not offered yet; known are price
            1003 max_total | add_order 1 | max_total is not taken by order_type stop-loss-limit, only by a market buy
            1003 triggers | add_order 1 | triggers is not taken by order_type limit
            1003 decay | add_order 1 | decay is missing; order_type decay needs it
            1003 decay | add_order 1 | decay must have a floor, or a table
            1003 decay | add_order 1 | decay has a field in error: from must be an RFC 3339 time, such as 2026-01-01T00:00:00Z
            1003 decay | add_order 1 | decay has a table, which takes no floor
            1003 decay | add_order 1 | decay has a field in error: table must have a price in every step
            1003 any_of | add_order 1 | any_of is not taken by order_type market, only by limit
            1003 any_of | add_order 1 | any_of must list 1 to 7
            1003 any_of | add_order 1 | any_of must have a limit_price for every symbol
            1003 any_of | add_order 1 | any_of has a field in error: symbol is missing
            2102 any_of | add_order 1 | any_of has a field in error: limit_price must be a number, such as 0.66
            1003 decay | add_order 1 | decay is not taken by order_type limit
            2130 min_qty | add_order 1 | min_qty must be a number, such as 0.66
            1003 expire_time | add_order 1 | expire_time is missing; time_in_force gtd needs it
            1003 expire_time | add_order 1 | expire_time is taken with time_in_force gtd only
            1003 expire_time | add_order 1 | expire_time must be an RFC 3339 time, such as 2026-01-01T00:00:00Z
            1003 post_only_mode | add_order 1 | post_only_mode is taken with post_only true only
            1003 post_only_mode | add_order 1 | post_only_mode must be one of: reject, slide
            1003 order_type | add_order 1 | order_type must be one of: limit, market, stop-loss, stop-loss-limit, iceberg, decay
            1003 time_in_force | add_order 1 | time_in_force must be one of: gtc, day, gtd, ioc, fok, auction
            1003 validate | add_order 1 | validate must be true or false
            1003 display_qty | add_order 1 | display_qty is not taken by order_type limit
            1003 stp_type | add_order 1 | stp_type must be one of: cancel_newest, cancel_oldest, cancel_both, decrement
            1003 post_only | add_order 1 | post_only must be true or false
            1003 cl_ord_id | add_order 1 | cl_ord_id has ' '; allowed are letters, digits, '-', '_', '.' and ':'
            1003 cl_ord_id | add_order 1 | cl_ord_id must be a string
            1003 deadline | add_order 1 | deadline must be a string
        "#]],
    );
    check(
        &[
            r#"{"method":"add_order","params":{"symbol":"aws","side":"sell"}}"#,
            r#"{"method":"add_order","params":{"symbol":"AAPL","side":"short"}}"#,
        ],
        expect![[r#"
            2101 symbol | add_order - | symbol has 'a'; allowed are capital letters, digits, '-', '.' and '_'
            1003 side | add_order - | side must be one of: buy, sell
        "#]],
    );
}

#[test]
fn numbers_are_exact_or_refused() {
    let price = |text: &str| format!(r#""order_type":"limit","order_qty":1000,"limit_price":{text}"#);
    let texts = [
        "0.6600",
        "\"0.66\"",
        "0.66000",
        "0",
        "-1",
        "-0",
        "1e-1",
        "\"1e-1\"",
        "1E5",
        "\"00.5\"",
        "\"NaN\"",
        "\".5\"",
        "\"5.\"",
        "\"+1\"",
        "\"\"",
        "\" 1\"",
        "\"0x10\"",
        "\"1_000\"",
        "true",
        "null",
        "[0.66]",
        "1234567890123456789012345678",
        "12345678901234567890123456789",
        "0.1234567890123456789012345678",
        "0.123456789012345678901234567",
    ];
    let fields: Vec<String> = texts.iter().map(|text| price(text)).collect();
    check_add(
        &fields.iter().map(String::as_str).collect::<Vec<_>>(),
        expect![[r#"
            {"method":"add_order","req_id":1,"params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.6600}}
            {"method":"add_order","req_id":1,"params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.66}}
            {"method":"add_order","req_id":1,"params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.66000}}
            {"method":"add_order","req_id":1,"params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0}}
            {"method":"add_order","req_id":1,"params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":-1}}
            {"method":"add_order","req_id":1,"params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0}}
            2102 limit_price | add_order 1 | limit_price must be a number without an exponent, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number without an exponent, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number without an exponent, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number without leading zeros, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number, such as 0.66
            2102 limit_price | add_order 1 | limit_price must be a number, such as 0.66
            {"method":"add_order","req_id":1,"params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":1234567890123456789012345678}}
            2102 limit_price | add_order 1 | limit_price must have at most 28 digits
            2102 limit_price | add_order 1 | limit_price must have at most 28 digits
            {"method":"add_order","req_id":1,"params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.123456789012345678901234567}}
        "#]],
    );
}

#[test]
fn orders_are_named_one_way() {
    let fifty_one =
        format!(r#"{{"method":"cancel_order","params":{{"cl_ord_id":[{}]}}}}"#, vec![r#""a""#; 51].join(","));
    let thirty = vec![r#""a""#; 30].join(",");
    let sixty = format!(
        r#"{{"method":"cancel_order","params":{{"order_id":[{}],"cl_ord_id":[{thirty}]}}}}"#,
        vec![r#""O-1""#; 30].join(",")
    );
    check(
        &[
            r#"{"method":"amend_order","params":{"order_qty":1000}}"#,
            r#"{"method":"amend_order","params":{"order_id":"O-1","cl_ord_id":"a","order_qty":1000}}"#,
            r#"{"method":"amend_order","params":{"order_id":"O-1"}}"#,
            r#"{"method":"amend_order","params":{"order_id":"O-1","trigger_price":"low"}}"#,
            r#"{"method":"amend_order","params":{"order_id":"O-1","display_qty":[]}}"#,
            r#"{"method":"amend_order","params":{"order_id":"1","order_qty":1000}}"#,
            r#"{"method":"amend_order","params":{"order_id":"O-01","order_qty":1000}}"#,
            r#"{"method":"amend_order","params":{"order_id":"O-0","order_qty":1000}}"#,
            r#"{"method":"amend_order","params":{"order_id":"O-18446744073709551616","order_qty":1000}}"#,
            r#"{"method":"cancel_order"}"#,
            r#"{"method":"cancel_order","params":{"order_id":[]}}"#,
            r#"{"method":"cancel_order","params":{"order_id":[1]}}"#,
            r#"{"method":"cancel_order","params":{"order_id":[["O-1"]]}}"#,
            &fifty_one,
            &sixty,
        ],
        expect![[r#"
            1003 order_id | amend_order - | order_id is missing; name the order by order_id or cl_ord_id
            1003 cl_ord_id | amend_order - | cl_ord_id is one too many; name the order by order_id or cl_ord_id
            1003 order_qty | amend_order - | order_qty is missing; an amend changes order_qty, limit_price, trigger_price or display_qty
            2119 trigger_price | amend_order - | trigger_price must be a number, such as 0.66
            2121 display_qty | amend_order - | display_qty must be a number, such as 0.66
            1003 order_id | amend_order - | order_id must be an order id, such as O-42
            1003 order_id | amend_order - | order_id must be an order id, such as O-42
            1003 order_id | amend_order - | order_id must be an order id, such as O-42
            1003 order_id | amend_order - | order_id must be an order id, such as O-42
            1003 order_id | cancel_order - | order_id is missing; name the orders by order_id or cl_ord_id
            1003 order_id | cancel_order - | order_id must list 1 to 50
            1003 order_id | cancel_order - | order_id must be a string
            1003 order_id | cancel_order - | order_id must be a string
            1003 cl_ord_id | cancel_order - | cl_ord_id must list 1 to 50
            1003 cl_ord_id | cancel_order - | cl_ord_id is too long; a request cancels at most 50 orders
        "#]],
    );
}

#[test]
fn subscriptions_name_a_channel_and_what_it_takes() {
    check(
        &[
            r#"{"method":"subscribe"}"#,
            r#"{"method":"subscribe","params":{"channel":"books"}}"#,
            r#"{"method":"subscribe","params":{"channel":"settlings"}}"#,
            r#"{"method":"subscribe","params":{"channel":"heartbeat","symbol":"AAPL"}}"#,
            r#"{"method":"subscribe","params":{"channel":"level3","symbol":"AAPL","depth":25}}"#,
            r#"{"method":"subscribe","params":{"channel":"level3","symbol":"AAPL","from_seq":1}}"#,
            r#"{"method":"subscribe","params":{"channel":"ohlc","symbol":"AAPL","interval":2}}"#,
            r#"{"method":"subscribe","params":{"channel":"trade","symbol":"AAPL","interval":1}}"#,
            r#"{"method":"unsubscribe","params":{"channel":"curve"}}"#,
            r#"{"method":"subscribe","params":{"channel":"book"}}"#,
            r#"{"method":"subscribe","params":{"channel":"book","symbol":[]}}"#,
            r#"{"method":"subscribe","params":{"channel":"book","symbol":["AAPL/USD"],"depth":11}}"#,
            r#"{"method":"subscribe","params":{"channel":"book","symbol":["AAPL/USD"],"from_seq":1}}"#,
            r#"{"method":"subscribe","params":{"channel":"ticker","symbol":["AAPL/USD"],"depth":10}}"#,
            r#"{"method":"subscribe","params":{"channel":"balances","symbol":["AAPL/USD"]}}"#,
            r#"{"method":"subscribe","params":{"channel":"executions","from_seq":1}}"#,
            r#"{"method":"subscribe","params":{"channel":"balances","from_exec_seq":1}}"#,
            r#"{"method":"subscribe","params":{"channel":"executions","token":7}}"#,
            r#"{"method":"subscribe","params":{"channel":"executions","snapshot":"yes"}}"#,
        ],
        expect![[r#"
            1003 channel | subscribe - | channel is missing
            3001 channel | subscribe - | channel must be one of: executions, balances, holdings, groups, settlements, book, level3, trade, ticker, ohlc, curve, auction, instrument, status, heartbeat
            3001 channel | subscribe - | channel must be one of: executions, balances, holdings, groups, settlements, book, level3, trade, ticker, ohlc, curve, auction, instrument, status, heartbeat
            1003 symbol | subscribe - | symbol is not taken by heartbeat
            3006 depth | subscribe - | depth must be one of: 10, 100, 1000
            1003 from_seq | subscribe - | from_seq is not taken by level3: a book starts with a snapshot
            1003 interval | subscribe - | interval must be one of: 1, 5, 15, 30, 60, 240, 1440, 10080, 21600
            1003 interval | subscribe - | interval is not taken by trade, only by ohlc
            1003 symbol | unsubscribe - | symbol is missing; curve needs at least one
            1003 symbol | subscribe - | symbol is missing; book needs at least one
            1003 symbol | subscribe - | symbol must list 1 to 1000
            3006 depth | subscribe - | depth must be one of: 10, 25, 100, 1000
            1003 from_seq | subscribe - | from_seq is not taken by book: a book starts with a snapshot
            1003 depth | subscribe - | depth is not taken by ticker, only by book and level3
            1003 symbol | subscribe - | symbol is not taken by balances
            1003 from_seq | subscribe - | from_seq is not taken by executions: use from_exec_seq
            1003 from_exec_seq | subscribe - | from_exec_seq is not taken by balances, only by executions
            1003 token | subscribe - | token must be a string
            1003 snapshot | subscribe - | snapshot must be true or false
        "#]],
    );
}

#[test]
fn what_makers_ask_names_the_field_at_fault() {
    let quotes = |quotes: &str| format!(r#"{{"method":"mass_quote","params":{{"quotes":{quotes}}}}}"#);
    let many = quotes(&format!("[{}]", vec![r#"{"symbol":"AAPL","bid":{"qty":0}}"#; 101].join(",")));
    let inner: Vec<String> = [
        "[]",
        "7",
        "[[]]",
        "[{}]",
        r#"[{"symbol":"AAPL"}]"#,
        r#"[{"symbol":"aapl","bid":{"qty":0}}]"#,
        r#"[{"symbol":"AAPL","bid":1}]"#,
        r#"[{"symbol":"AAPL","bid":{}}]"#,
        r#"[{"symbol":"AAPL","bid":{"qty":1}}]"#,
        r#"[{"symbol":"AAPL","bid":{"qty":"x"}}]"#,
        r#"[{"symbol":"AAPL","bid":{"price":"x","qty":1}}]"#,
        r#"[{"symbol":"AAPL","bid":{"price":1,"qty":1,"lots":1}}]"#,
        r#"[{"symbol":"AAPL","bid":{"qty":0},"bid":{"qty":0}}]"#,
    ]
    .into_iter()
    .map(quotes)
    .collect();
    let mut texts = vec![many.as_str()];
    texts.extend(inner.iter().map(String::as_str));
    texts.extend([
        r#"{"method":"mass_quote"}"#,
        // The first field of its table is the answer.
        r#"{"method":"mass_quote","params":{"quotes":7,"group":"a b"}}"#,
        r#"{"method":"mass_quote","params":{"quotes":{"symbol":"AAPL","bid":{"qty":0}},"post_only_mode":"slide"}}"#,
        r#"{"method":"mass_quote","params":{"quote_id":-1}}"#,
        r#"{"method":"mass_quote","params":{"validate":true}}"#,
        r#"{"method":"query_order"}"#,
        r#"{"method":"query_order","params":{"order_id":"O-7","cl_ord_id":"a"}}"#,
        r#"{"method":"batch_add"}"#,
        r#"{"method":"batch_add","params":{"orders":[]}}"#,
        r#"{"method":"batch_add","params":{"orders":[7]}}"#,
        r#"{"method":"batch_add","params":{"orders":[{"symbol":"AAPL","side":"buy","order_type":"market","order_qty":1},{"symbol":"AAPL"}]}}"#,
        r#"{"method":"batch_add","params":{"orders":[{"symbol":"AAPL","validate":true}]}}"#,
        r#"{"method":"batch_add","params":{"orders":[{"symbol":"AAPL","side":"buy","order_type":"limit","order_qty":1,"limit_price":"x"}]}}"#,
        r#"{"method":"set_group","params":{"lots":50,"window":10}}"#,
        r#"{"method":"set_group","params":{"group":"seventeen-letters","lots":50,"window":10}}"#,
        r#"{"method":"set_group","params":{"group":"g","window":10}}"#,
        r#"{"method":"set_group","params":{"group":"g","lots":50.5,"window":10}}"#,
        r#"{"method":"set_group","params":{"group":"g","lots":50}}"#,
        r#"{"method":"reset_group"}"#,
        r#"{"method":"cancel_all_orders_after"}"#,
        r#"{"method":"cancel_all_orders_after","params":{"timeout":-1}}"#,
        r#"{"method":"cancel_all_orders_after","params":{"timeout":"60"}}"#,
        r#"{"method":"cancel_all","params":{"programme":"aws"}}"#,
        r#"{"method":"cancel_all","params":{"group":""}}"#,
        r#"{"method":"login","params":{"api_key":"k","cancel_on_disconnect":"account"}}"#,
    ]);
    check(
        &texts,
        expect![[r#"
            1003 quotes | mass_quote - | quotes must list 1 to 100
            1003 quotes | mass_quote - | quotes must list 1 to 100
            1003 quotes | mass_quote - | quotes must be an object
            1003 quotes | mass_quote - | quotes must be an object
            1003 quotes | mass_quote - | quotes has a field in error: symbol is missing
            1003 quotes | mass_quote - | quotes must have a bid, an ask or both
            2101 quotes | mass_quote - | quotes has a field in error: symbol has 'a'; allowed are capital letters, digits, '-', '.' and '_'
            1003 quotes | mass_quote - | quotes has a field in error: bid must be an object
            1003 quotes | mass_quote - | quotes has a field in error: bid has a field in error: qty is missing
            1003 quotes | mass_quote - | quotes has a field in error: bid must have a price, unless qty is 0
            1003 quotes | mass_quote - | quotes has a field in error: bid has a field in error: qty must be a number, such as 0.66
            2102 quotes | mass_quote - | quotes has a field in error: bid has a field in error: price must be a number, such as 0.66
            1003 quotes | mass_quote - | quotes has a field in error: bid has a field in error: lots is unknown; known are price, qty
            1003 quotes | mass_quote - | quotes has a field in error: bid appears twice
            1003 quotes | mass_quote - | quotes is missing
            1003 group | mass_quote - | group has ' '; allowed are letters, digits, '-', '_' and '.'
            1003 post_only_mode | mass_quote - | post_only_mode is taken with post_only true only
            1003 quote_id | mass_quote - | quote_id must be an integer from 0 to 18446744073709551615
            1003 validate | mass_quote - | validate is not offered yet; known are group, quote_id, post_only, post_only_mode, quotes, deadline, token
            1003 order_id | query_order - | order_id is missing; name the order by order_id or cl_ord_id
            1003 cl_ord_id | query_order - | cl_ord_id is one too many; name the order by order_id or cl_ord_id
            1003 orders | batch_add - | orders is missing
            1003 orders | batch_add - | orders must list 1 to 50
            1003 orders | batch_add - | orders must be an object
            1003 orders | batch_add - | orders has an order in error, number 2: side is missing
            1003 orders | batch_add - | orders has an order in error, number 1: validate is not taken by an order of a list
            2102 orders | batch_add - | orders has an order in error, number 1: limit_price must be a number, such as 0.66
            1003 group | set_group - | group is missing
            1003 group | set_group - | group must be 1 to 16 characters
            1003 lots | set_group - | lots is missing
            1003 lots | set_group - | lots must be an integer from 0 to 4294967295
            1003 window | set_group - | window is missing
            1003 group | reset_group - | group is missing
            1003 timeout | cancel_all_orders_after - | timeout is missing
            1003 timeout | cancel_all_orders_after - | timeout must be an integer from 0 to 4294967295
            1003 timeout | cancel_all_orders_after - | timeout must be an integer from 0 to 4294967295
            1003 programme | cancel_all - | programme has 'a'; allowed are capital letters, digits, '-', '.' and '_'
            1003 group | cancel_all - | group must be 1 to 16 characters
            1003 cancel_on_disconnect | login - | cancel_on_disconnect must be one of: connection, none
        "#]],
    );
}

#[test]
fn what_the_operator_sets_names_the_field_at_fault() {
    check_filter(
        &[
            r#"{"method":"set_rules","params":{"symbol":"AAPL/USD","auction_tick":0.05,"auction_bp":5,"dynamic_range":"1.5","static_range":3,"entry_range":2,"volatility_seconds":120,"random_end_seconds":0}}"#,
            r#"{"method":"set_rules","params":{"symbol":"AAPL"}}"#,
            r#"{"method":"set_rules","params":{"auction_bp":5}}"#,
            r#"{"method":"set_rules","params":{"symbol":"AAPL","auction_bp":70000}}"#,
            r#"{"method":"set_rules","params":{"symbol":"AAPL","dynamic_range":"wide"}}"#,
            r#"{"method":"set_rules","params":{"symbol":"AAPL","volatility_seconds":1.5}}"#,
            r#"{"method":"set_rules","params":{"symbol":"AAPL","band":1}}"#,
            r#"{"method":"set_schedule","params":{"symbol":"AAPL/USD","entries":[{"second":28800,"phase":"call"},{"second":"x","phase":"continuous"}]}}"#,
            r#"{"method":"set_schedule","params":{"symbol":"AAPL/USD","entries":[{"second":28800,"phase":"call"},{"second":29400,"phase":"continuous"}],"last_trade":"2027-06-15T20:00:00Z"}}"#,
            r#"{"method":"set_schedule","params":{"symbol":"AAPL/USD","entries":[ ]}}"#,
            r#"{"method":"set_schedule","params":{"symbol":"AAPL/USD"}}"#,
            // The first field of its table is the answer.
            r#"{"method":"set_schedule","params":{"entries":7}}"#,
            r#"{"method":"set_schedule","params":{"symbol":"AAPL","entries":7}}"#,
            r#"{"method":"set_schedule","params":{"symbol":"AAPL","entries":{"phase":"call"}}}"#,
            r#"{"method":"set_schedule","params":{"symbol":"AAPL","entries":{"second":1,"phase":"lunch"}}}"#,
            r#"{"method":"set_reference","params":{"symbol":"AAPL","price":"150.25"}}"#,
            r#"{"method":"set_reference","params":{"symbol":"AAPL"}}"#,
            r#"{"method":"set_reference","params":{"symbol":"AAPL","price":"dear"}}"#,
            r#"{"method":"set_limits","account":"acme","params":{"open_orders":5,"open_notional":1000.50,"orders_per_second":10,"burst":20}}"#,
            r#"{"method":"set_limits","params":{"open_orders":5}}"#,
            r#"{"method":"set_limits","params":{"account":"a","open_orders":-5}}"#,
            r#"{"method":"set_limits","params":{"account":"a","open_notional":"much"}}"#,
            r#"{"method":"kill","params":{"engaged":true}}"#,
            r#"{"method":"kill","params":{"programme":"AWS-ACT","engaged":false}}"#,
            r#"{"method":"kill","params":{"account":"a","engaged":true}}"#,
            r#"{"method":"kill","params":{"programme":"AWS-ACT","account":"a","engaged":true}}"#,
            r#"{"method":"kill"}"#,
            r#"{"method":"kill","params":{"engaged":"yes"}}"#,
            r#"{"method":"connect","account":"acme"}"#,
            r#"{"method":"disconnect","account":"acme"}"#,
            r#"{"method":"connect","params":{"account":"acme"}}"#,
        ],
        expect![[r#"
            {"method":"set_rules","params":{"symbol":"AAPL/USD","auction_tick":0.05,"auction_bp":5,"dynamic_range":1.5,"static_range":3,"entry_range":2,"volatility_seconds":120,"random_end_seconds":0}}
            {"method":"set_rules","params":{"symbol":"AAPL/USD"}}
            1003 symbol | set_rules - | symbol is missing
            1003 auction_bp | set_rules - | auction_bp must be an integer from 0 to 65535
            1003 dynamic_range | set_rules - | dynamic_range must be a number, such as 0.66
            1003 volatility_seconds | set_rules - | volatility_seconds must be an integer from 0 to 4294967295
            1003 band | set_rules - | band is unknown; known are symbol, auction_tick, auction_bp, dynamic_range, static_range, entry_range, volatility_seconds, random_end_seconds, dominance
            1003 entries | set_schedule - | entries has a field in error: second must be an integer from 0 to 4294967295
            {"method":"set_schedule","params":{"symbol":"AAPL/USD","entries":[{"second":28800,"phase":"call"},{"second":29400,"phase":"continuous"}],"last_trade":"2027-06-15T20:00:00.000000Z"}}
            {"method":"set_schedule","params":{"symbol":"AAPL/USD","entries":[]}}
            {"method":"set_schedule","params":{"symbol":"AAPL/USD","entries":[]}}
            1003 symbol | set_schedule - | symbol is missing
            1003 entries | set_schedule - | entries must be an object
            1003 entries | set_schedule - | entries has a field in error: second is missing
            1003 entries | set_schedule - | entries has a field in error: phase must be one of: continuous, call, no_cancel, volatility_call, halted, cancel_only, closed, expired
            {"method":"set_reference","params":{"symbol":"AAPL/USD","price":150.25}}
            1003 price | set_reference - | price is missing
            2102 price | set_reference - | price must be a number, such as 0.66
            {"method":"set_limits","account":"acme","params":{"account":"acme","open_orders":5,"open_notional":1000.50,"orders_per_second":10,"burst":20}}
            1003 account | set_limits - | account is missing
            1003 open_orders | set_limits - | open_orders must be an integer from 0 to 4294967295
            1003 open_notional | set_limits - | open_notional must be a number, such as 0.66
            {"method":"kill","params":{"engaged":true}}
            {"method":"kill","params":{"programme":"AWS-ACT","engaged":false}}
            {"method":"kill","params":{"account":"a","engaged":true}}
            1003 account | kill - | account is one too many; a kill switch has one scope
            1003 engaged | kill - | engaged is missing
            1003 engaged | kill - | engaged must be true or false
            {"method":"connect","account":"acme"}
            {"method":"disconnect","account":"acme"}
            1003 account | connect - | account is unknown; no field is known here
        "#]],
    );
}

#[test]
fn an_operators_params_have_a_reason_beside_them() {
    let read = |method, text: &str| match parse_operator(method, text) {
        Ok((call, reason)) => {
            let mut bytes = Vec::new();
            Request::new(call, None).write(&mut bytes);
            format!("{} because {reason}", String::from_utf8(bytes).unwrap())
        }
        Err(refusal) => format!("{} {}", refusal.reject.code(), refusal.message),
    };
    let lines = [
        read(Method::SetPhase, r#"{"symbol":"AAPL","phase":"halted","reason":"news"}"#),
        read(Method::Kill, r#"{"reason":"to be safe","engaged":true}"#),
        read(Method::SetPhase, r#"{"symbol":"AAPL","phase":"halted"}"#),
        read(Method::SetPhase, r#"{"symbol":"AAPL","reason":"news"}"#),
        read(Method::SetPhase, r#"{"symbol":"AAPL","phase":"halted","reason":"a","reason":"b"}"#),
        read(Method::SetPhase, r#"{"symbol":"AAPL","phase":"halted","reason":7}"#),
        read(Method::SetPhase, r#"{"symbol":"AAPL","phase":"halted","reason":"no\nline"}"#),
        read(Method::SetPhase, r#"{"symbol":"AAPL","phase":"halted","why":"news"}"#),
        read(Method::CancelAll, r#"{"token":"t","reason":"x"}"#),
    ];
    expect![[r#"
        {"method":"set_phase","params":{"symbol":"AAPL/USD","phase":"halted"}} because news
        {"method":"kill","params":{"engaged":true}} because to be safe
        1003 reason is missing
        1003 phase is missing
        1003 reason appears twice
        1003 reason must be a string
        1003 reason has '\n'; allowed are printable ASCII, and no space at either end
        1003 why is unknown; known are symbol, phase, reason
        1003 token is not taken over HTTP; sign the request"#]]
    .assert_eq(&lines.join("\n"));
    // Whoever is no operator gives none.
    let refused = parse_params(Method::CancelAll, r#"{"reason":"x"}"#).unwrap_err();
    assert!(refused.message.starts_with("reason is unknown; known are symbol,"), "{refused}");
}
