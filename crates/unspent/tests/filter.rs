//! `unspent match` as a program: lines in, lines out.

use expect_test::{Expect, expect};
use std::io::Write;
use std::process::{Command, Output, Stdio};

const CREDIT: &str = r#"{"symbol":"AWS-ACT-1K-202706/USD","face":1000,"tick":0.001,"price_max":1.0}"#;
const EQUITY: &str = r#"{"symbol":"AAPL/USD","face":1,"tick":0.01,"price_max":1000.0}"#;

fn run(instruments: &str, book: &str, input: &[u8]) -> Output {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(instruments.as_bytes()).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_unspent"))
        .args(["match", "--book", book, "--instruments"])
        .arg(file.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    // A filter that ended early has said why.
    let _ = writer.join().unwrap();
    output
}

/// Every time in these stories is the same: it is left out of what is compared.
fn check(instruments: &str, book: &str, input: &str, expected: Expect) {
    let output = run(instruments, book, input.as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let text = text.replace(r#","time_in":"2026-01-01T00:00:00.000000Z","time_out":"2026-01-01T00:00:00.000000Z""#, "");
    expected.assert_eq(&text.replace(r#","timestamp":"2026-01-01T00:00:00.000000Z""#, ""));
}

#[test]
fn a_trade_is_told_to_both_sides_and_to_the_public() {
    let input = r#"
{"method":"deposit_credits","params":{"account":"acme","symbol":"AWS-ACT-1K-202706/USD","qty":150000}}
{"method":"deposit_cash","params":{"account":"bob","amount":"100000.00"}}
{"method":"add_order","req_id":1,"account":"acme","params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":150000,"limit_price":0.66,"cl_ord_id":"a1"}}
{"method":"add_order","req_id":2,"account":"bob","params":{"symbol":"AWS-ACT-1K-202706","side":"buy","order_type":"limit","order_qty":150000,"limit_price":"0.67","time_in_force":"ioc"}}
"#;
    check(
        CREDIT,
        "top",
        input,
        expect![[r#"
            {"method":"deposit_credits","success":true,"result":{}}
            {"method":"deposit_cash","success":true,"result":{}}
            {"method":"add_order","req_id":1,"success":true,"result":{"order_id":"O-1","cl_ord_id":"a1","status":"open","leaves_qty":150000,"cum_qty":0,"fills":[],"seq":6}}
            {"channel":"executions","type":"update","account":"acme","exec_seq":1,"seq":6,"data":[{"exec_type":"new","order_id":"O-1","cl_ord_id":"a1","symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":150000,"limit_price":0.6600,"time_in_force":"gtc","cum_qty":0,"leaves_qty":150000,"order_status":"new"}]}
            {"channel":"book","type":"update","seq":6,"data":[{"symbol":"AWS-ACT-1K-202706/USD","bids":[],"asks":[{"price":0.6600,"qty":150000}]}]}
            {"method":"add_order","req_id":2,"success":false,"error":"EOrder:Insufficient funds","error_detail":{"code":2105,"reason":"insufficient_funds","field":"order_qty","message":"too little cash is free for this, fees included; available are 100000.00 dollars","available":100000.00,"retryable":false,"outcome":"rejected"}}
        "#]],
    );
}

#[test]
fn equity_prices_far_from_credits_are_taken_and_a_level_that_is_best_no_longer_is_told_with_zero() {
    let input = r#"
{"method":"deposit_credits","params":{"account":"m","symbol":"AAPL/USD","qty":1000}}
{"method":"deposit_cash","params":{"account":"t","amount":1000000}}
{"method":"add_order","account":"m","params":{"symbol":"AAPL/USD","side":"sell","order_type":"limit","order_qty":10,"limit_price":585.33}}
{"method":"add_order","account":"m","params":{"symbol":"AAPL/USD","side":"sell","order_type":"limit","order_qty":10,"limit_price":585.32}}
{"method":"add_order","account":"t","params":{"symbol":"AAPL/USD","side":"buy","order_type":"limit","order_qty":15,"limit_price":999.99,"time_in_force":"ioc"}}
"#;
    let output = run(EQUITY, "top", input.as_bytes());
    let text = String::from_utf8(output.stdout).unwrap();
    let books: Vec<&str> = text.lines().filter(|line| line.contains(r#""channel":"book""#)).collect();
    assert_eq!(books.len(), 3, "{text}");
    assert!(books[0].contains(r#""asks":[{"price":585.33,"qty":10}]"#), "{}", books[0]);
    assert!(books[1].contains(r#""asks":[{"price":585.32,"qty":10},{"price":585.33,"qty":0}]"#), "{}", books[1]);
    assert!(books[2].contains(r#""asks":[{"price":585.32,"qty":0},{"price":585.33,"qty":5}]"#), "{}", books[2]);
    assert!(text.contains(r#""last_price":585.32"#) && text.contains(r#""last_price":585.33"#), "{text}");
}

#[test]
fn whatever_a_line_is_the_next_one_is_answered() {
    let mut input = Vec::new();
    for line in [
        &b"garbage"[..],
        b"{\"method\":\"nope\"}",
        b"\xff\xfe",
        b"[1,2]",
        b"{\"method\":\"ping\",\"req_id\":1} trailing",
        b"{\"method\":\"add_order\",\"params\":{}}",
        b"{\"method\":\"login\",\"params\":{\"api_key\":\"uk_x\"}}",
    ] {
        input.extend_from_slice(line);
        input.push(b'\n');
    }
    input.extend_from_slice(&vec![b'x'; 1 << 20]);
    input.extend_from_slice(b"\n{\"method\":\"ping\",\"req_id\":2}\n");
    // The last line need not end.
    input.extend_from_slice(b"{\"method\":\"ping\",\"req_id\":3}");
    let output = run(CREDIT, "none", &input);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let codes = ["1001", "1002", "1001", "1001", "1001", "1003", "1002", "1004"];
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), codes.len() + 2, "{text}");
    for (line, code) in lines.iter().zip(codes) {
        assert!(line.contains(&format!(r#""code":{code}"#)), "{code}: {line}");
    }
    assert!(lines[8].contains(r#""method":"pong","req_id":2"#) && lines[9].contains(r#""req_id":3"#));
}

#[test]
fn time_comes_from_the_requests_and_never_goes_back() {
    let input = r#"{"method":"clock","time":"2026-03-01T00:00:00Z"}
{"method":"clock"}
{"method":"clock","time":"2026-02-28T23:59:59Z"}
"#;
    let output = run(CREDIT, "none", input.as_bytes());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].contains(r#""time_in":"2026-03-01T00:00:00.000000Z""#), "{}", lines[1]);
    assert!(lines[2].contains(r#""field":"time""#) && lines[2].contains("must not go back"), "{}", lines[2]);
}

#[test]
fn a_bad_instrument_names_file_line_and_remedy() {
    let output = run(
        &format!("{CREDIT}\n{{\"symbol\":\"AAPL/USD\",\"face\":1,\"tick\":0.001,\"price_max\":1000}}"),
        "none",
        b"",
    );
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("line 2") && text.contains("cents"), "{text}");
}
