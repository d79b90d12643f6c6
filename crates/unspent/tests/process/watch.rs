//! `unspent watch` where nobody looks: one line of JSON a second, over a restart of the server too.

use crate::place::{Place, Server, limit, runtime};
use crate::proxy::Proxy;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use unspent_model::Side;

const SOON: Duration = Duration::from_secs(30);

/// A running watch, ended when the test ends however it ends.
struct Watch {
    child: Child,
    lines: std::sync::mpsc::Receiver<Value>,
}

impl Watch {
    fn start(url: &str, more: &[&str]) -> Watch {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
        command.args(["watch", "--url", url]).args(more);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let (said, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in lines {
                let _ = said.send(serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}")));
            }
        });
        Watch { child, lines: heard }
    }

    /// The first line from now on of which this is so.
    fn until(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + SOON;
        let mut last = Value::Null;
        while Instant::now() < end {
            if let Ok(line) = self.lines.recv_timeout(Duration::from_millis(200)) {
                if holds(&line) {
                    return line;
                }
                last = line;
            }
        }
        panic!("never {what}; last {last}");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn sell(server: &Server, qty: u64, price: &str, name: &str) {
    let (acme, _inbox) = server.login("uk_acme_test").await;
    acme.add_order(limit(Side::Sell, qty, price, name)).await.unwrap();
}

#[test]
fn without_a_terminal_it_tells_a_line_a_second_and_survives_a_restart() {
    let place = Place::new();
    let server = place.start();
    let runtime = runtime();
    let proxy = runtime.block_on(Proxy::to(server.address()));
    let watch = Watch::start(&proxy.url(), &[]);
    let first = watch.until("two instruments", |line| {
        line["instruments"]
            .as_array()
            .is_some_and(|rows| rows.len() == 2 && rows.iter().all(|row| row["known"] == true))
    });
    assert_eq!((&first["connected"], &first["account"]), (&true.into(), &Value::Null));
    assert_eq!(
        (&first["instruments"][0]["phase"], &first["instruments"][0]["ask"]),
        (&"continuous".into(), &Value::Null)
    );
    runtime.block_on(sell(&server, 3_000, "0.66", "before"));
    let ask = watch.until("an ask", |line| line["instruments"][0]["ask"]["qty"] == 3_000);
    assert_eq!(ask["instruments"][0]["ask"]["price"], "0.6600");
    watch.until("an answer", |line| line["answers_us"]["p50"].as_u64() > Some(0));
    assert!(server.terminate().success());
    watch.until("no connection", |line| line["connected"] == false);
    let server = place.start();
    proxy.turn_to(server.address());
    runtime.block_on(sell(&server, 2_000, "0.64", "after"));
    let again = watch.until("another ask", |line| line["instruments"][0]["ask"]["price"] == "0.6400");
    assert_eq!(again["connected"], true);
}

#[test]
fn with_a_key_it_tells_of_the_account_and_ends_in_time() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(sell(&server, 3_000, "0.66", "rests"));
    let mut watch = Watch::start(&server.url, &["AWS-ACT-1K-202706", "--key", "uk_acme_look", "--seconds", "4"]);
    let line = watch.until("an order", |line| line["account"]["open_orders"] == 1);
    assert_eq!(line["instruments"].as_array().unwrap().len(), 1);
    assert_eq!(line["account"]["cash"], "10000000.00");
    assert_eq!(line["account"]["holdings"]["AWS-ACT-1K-202706"], 150_000_000);
    assert!(watch.child.wait().unwrap().success());
    let output = Command::new(env!("CARGO_BIN_EXE_unspent"))
        .args(["watch", "--key", "uk_nobody", "--seconds", "5", "--url", &server.url])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4), "{output:?}");
}

#[test]
fn lines_as_they_come_are_there_when_asked_for() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(sell(&server, 3_000, "0.66", "rests"));
    let output = Command::new(env!("CARGO_BIN_EXE_unspent"))
        .args(["watch", "AWS-ACT-1K-202706", "--lines", "--seconds", "1", "--url", &server.url])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("AWS-ACT-1K-202706") && said.contains("ask  0.6600"), "{said}");
}
