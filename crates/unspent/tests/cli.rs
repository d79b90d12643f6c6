//! The command line against a running demo, as a person would use it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

struct Demo {
    child: Child,
    url: String,
    _data: tempfile::TempDir,
}

impl Demo {
    fn start() -> Demo {
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_unspent"))
            .args(["demo", "--headless", "--seconds", "120", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let url = lines.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned)).expect("it says where");
        // Read on, so that it never waits for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Demo { child, url, _data: data }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_unspent"))
            .args(arguments)
            .env("UNSPENT_URL", &self.url)
            .env("UNSPENT_KEY", "uk_demo_visitor")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_seller_sees_what_will_happen_and_a_refusal_says_what_would_be_right() {
    let demo = Demo::start();

    // A price at which nothing trades at once: MARKET's figures hold whatever the traffic does.
    let sold =
        demo.run(&["sell", "CRW-GPU-1K-PERP", "--qty", "150000", "--price", "0.99", "--yes", "--cl-ord-id", "mine"]);
    let shown = text(&sold.stdout);
    assert_eq!(sold.status.code(), Some(0), "{}", text(&sold.stderr));
    assert!(shown.contains("gross                        $148,500.00") || shown.contains("$148,500.00"), "{shown}");
    assert!(shown.contains("$371.25 as maker"), "{shown}");
    assert!(shown.contains("share of face recovered           98.8 %"), "{shown}");
    assert!(shown.contains("is open: $0 filled, $150,000 open"), "{shown}");

    let again =
        demo.run(&["sell", "CRW-GPU-1K-PERP", "--qty", "150000", "--price", "0.99", "--yes", "--cl-ord-id", "mine"]);
    assert!(text(&again.stdout).contains("the answer it got the first time"), "{}", text(&again.stdout));

    let orders = text(&demo.run(&["orders"]).stdout);
    assert!(orders.contains("mine") && orders.contains("0.9900"), "{orders}");
    let account = text(&demo.run(&["account"]).stdout);
    assert!(account.contains("CRW-GPU-1K-PERP") && account.contains("$150,000 "), "{account}");
    let book = text(&demo.run(&["book", "CRW-GPU-1K-PERP", "--depth", "1000"]).stdout);
    assert!(book.contains("0.9900"), "{book}");
    let watched = demo.run(&["watch", "AWS-ACT-1K-202706", "--seconds", "1", "--json"]);
    assert!(text(&watched.stdout).contains(r#""channel":"ticker""#));

    let refused = demo.run(&["sell", "CRW-GPU-1K-PERP", "--qty", "150500", "--price", "0.99", "--yes"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(text(&refused.stderr).contains("multiple of the lot, 1000 dollars of face"), "{}", text(&refused.stderr));

    let unasked = demo.run(&["sell", "CRW-GPU-1K-PERP", "--qty", "150000", "--price", "0.99"]);
    assert_eq!(unasked.status.code(), Some(2), "nobody can be asked without a terminal");

    let unknown = demo.run(&["book", "XXX-YYY-1K-PERP", "--json"]);
    assert_eq!(unknown.status.code(), Some(3), "{}", text(&unknown.stderr));
    assert!(text(&unknown.stderr).contains(r#""code":2101"#));

    let stranger = demo.run(&["orders", "--key", "uk_unknown"]);
    assert_eq!(stranger.status.code(), Some(4));
    let nobody = demo.run(&["orders", "--url", "ws://127.0.0.1:1/ws"]);
    assert_eq!(nobody.status.code(), Some(5));
    assert_eq!(demo.run(&["orders", "--nonsense"]).status.code(), Some(2));

    let canceled = demo.run(&["cancel", "mine"]);
    assert!(text(&canceled.stdout).contains("is cancelled"), "{}", text(&canceled.stderr));
    let late = demo.run(&["cancel", "mine"]);
    assert_eq!(late.status.code(), Some(3));
    assert!(text(&late.stderr).contains("filled or cancelled before"), "{}", text(&late.stderr));
    let none = demo.run(&["orders"]);
    assert!(text(&none.stdout).contains("no open orders"));
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in ["serve", "demo", "match", "sell", "buy", "cancel", "orders", "book", "watch", "account"] {
        let output = Command::new(env!("CARGO_BIN_EXE_unspent")).args([command, "--help"]).output().unwrap();
        let help = text(&output.stdout);
        let example = help.contains("Example: unspent ") || help.contains("Examples: unspent ");
        assert!(example && help.contains("--json"), "{command}: {help}");
    }
    for command in ["verify", "head", "dump", "stat", "repair", "backup", "restore", "replay"] {
        let output = Command::new(env!("CARGO_BIN_EXE_unspent")).args(["journal", command, "--help"]).output().unwrap();
        assert!(text(&output.stdout).contains("Example: unspent journal "), "{command}");
    }
}
