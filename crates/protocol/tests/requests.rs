//! Requests as text: what is read, and what is said of what cannot be.

use expect_test::{Expect, expect};
use unspent_model::AccountName;
use unspent_protocol::{Request, RequestError, parse_filter_request, parse_request};

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
            r#"{"method":"mass_quote","req_id":1}"#,
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
            1002 method | frobnicate 1 | method must be one of: ping, login, subscribe, unsubscribe, add_order, amend_order, cancel_order, cancel_all
            1002 method | mass_quote 1 | method mass_quote is not offered yet; offered now: ping, login, subscribe, unsubscribe, add_order, amend_order, cancel_order, cancel_all
            1002 method | clock 1 | method must be one of: ping, login, subscribe, unsubscribe, add_order, amend_order, cancel_order, cancel_all
            1003 req_id | ping - | req_id must be an integer from -9223372036854775808 to 9223372036854775807
            1003 req_id | ping - | req_id must be an integer from -9223372036854775808 to 9223372036854775807
            1003 req_id | ping - | req_id must be an integer from -9223372036854775808 to 9223372036854775807
            1003 req_id | ping - | req_id must be an integer from -9223372036854775808 to 9223372036854775807
            1003 req_id | ping 1 | req_id appears twice
            1003 account | ping 1 | account is unknown; known are method, params, req_id
            1003 params | ping 1 | params must be an object
            1003 x | ping 1 | x is unknown; no field is known here
            1003 quantity | add_order 1 | quantity is unknown; known are symbol, side, order_type, order_qty, limit_price, max_total, time_in_force, post_only, stp_type, cl_ord_id, deadline
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
            r#"{"method":"set_phase","params":{"symbol":"AAPL/USD","phase":"call"}}"#,
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
            1003 phase | set_phase - | phase call is not offered yet; offered now: continuous, halted, closed
            1002 method | frobnicate - | method must be one of: ping, login, subscribe, unsubscribe, add_order, amend_order, cancel_order, cancel_all, deposit_cash, deposit_credits, set_phase, clock
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
            r#""order_type":"LIMIT","order_qty":1000"#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"time_in_force":"day""#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"time_in_force":"forever""#,
            r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"validate":true"#,
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
            1003 order_type | add_order 1 | order_type iceberg is not offered yet; offered now: limit, market
            1003 order_type | add_order 1 | order_type must be one of: limit, market
            1003 time_in_force | add_order 1 | time_in_force day is not offered yet; offered now: gtc, ioc, fok
            1003 time_in_force | add_order 1 | time_in_force must be one of: gtc, ioc, fok
            1003 validate | add_order 1 | validate is not offered yet; known are symbol, side, order_type, order_qty, limit_price, max_total, time_in_force, post_only, stp_type, cl_ord_id, deadline
            1003 display_qty | add_order 1 | display_qty is not offered yet; known are symbol, side, order_type, order_qty, limit_price, max_total, time_in_force, post_only, stp_type, cl_ord_id, deadline
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
            1003 order_qty | amend_order - | order_qty is missing; an amend changes order_qty, limit_price or both
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
            r#"{"method":"subscribe","params":{"channel":"level3"}}"#,
            r#"{"method":"subscribe","params":{"channel":"heartbeat"}}"#,
            r#"{"method":"subscribe","params":{"channel":"book"}}"#,
            r#"{"method":"subscribe","params":{"channel":"book","symbol":[]}}"#,
            r#"{"method":"subscribe","params":{"channel":"book","symbol":["AAPL/USD"],"depth":11}}"#,
            r#"{"method":"subscribe","params":{"channel":"book","symbol":["AAPL/USD"],"from_seq":1}}"#,
            r#"{"method":"subscribe","params":{"channel":"ticker","symbol":["AAPL/USD"],"depth":10}}"#,
            r#"{"method":"subscribe","params":{"channel":"balances","symbol":["AAPL/USD"]}}"#,
            r#"{"method":"subscribe","params":{"channel":"executions","from_seq":1}}"#,
            r#"{"method":"subscribe","params":{"channel":"balances","from_exec_seq":1}}"#,
            r#"{"method":"subscribe","params":{"channel":"executions","token":"t"}}"#,
            r#"{"method":"subscribe","params":{"channel":"executions","snapshot":"yes"}}"#,
        ],
        expect![[r#"
            1003 channel | subscribe - | channel is missing
            3001 channel | subscribe - | channel must be one of: executions, balances, holdings, book, trade, ticker, instrument
            3001 channel | subscribe - | channel level3 is not offered yet; offered now: executions, balances, holdings, book, trade, ticker, instrument
            3001 channel | subscribe - | channel must be one of: executions, balances, holdings, book, trade, ticker, instrument
            1003 symbol | subscribe - | symbol is missing; book needs at least one
            1003 symbol | subscribe - | symbol must list 1 to 1000
            3006 depth | subscribe - | depth must be one of: 10, 25, 100, 1000
            1003 from_seq | subscribe - | from_seq is not taken by book: a book starts with a snapshot
            1003 depth | subscribe - | depth is not taken by ticker, only by book
            1003 symbol | subscribe - | symbol is not taken by balances
            1003 from_seq | subscribe - | from_seq is not taken by executions: use from_exec_seq
            1003 from_exec_seq | subscribe - | from_exec_seq is not taken by balances, only by executions
            1003 token | subscribe - | token is not offered yet; known are channel, symbol, depth, snapshot, from_seq, from_exec_seq
            1003 snapshot | subscribe - | snapshot must be true or false
        "#]],
    );
}
