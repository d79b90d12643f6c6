//! The maker as a process, at a real server: it quotes, and everything that must stop it does.

use crate::place::{Place, SYMBOL, Server, json_of, limit, runtime};
use crate::proxy::Proxy;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use unspent_client::Client;
use unspent_model::{OrderRef, Side};
use unspent_protocol::{AddOrderParams, TimeInForceWord};

/// How long anything may take before a test fails; it usually takes less than a second.
const SOON: Duration = Duration::from_secs(30);

pub const CONFIG: &str = r#"
version = 1
[safety]
dead_man_seconds = 3
confirm_ms = 2500
stale_ms = 2000
loss_limit = 100000000
[bounds]
face = 1000000000
[timing]
requote_ms = 50
[[family]]
name = "AWS-ACT-1K"
near_bp = 6000
far_bp = 6000
anchor_permille = 0
[quoting]
quote_face = 10000
layers = 2
max_face = 900000000
target_face = 150000000
sell_face_per_day = 900000000
[[instrument]]
symbol = "AWS-ACT-1K-202706"
"#;

/// A running maker of `acme`, ended when the test ends however it ends.
struct Maker {
    child: Child,
    status: Receiver<Value>,
    errors: Option<std::thread::JoinHandle<String>>,
    file: PathBuf,
}

impl Maker {
    fn start(place: &Place, url: &str, config: &str) -> Maker {
        Maker::start_with(place, url, config, &["--mode", "live", "--key", "uk_acme_test"])
    }

    fn start_with(place: &Place, url: &str, config: &str, more: &[&str]) -> Maker {
        let file = place.beside("maker.toml");
        std::fs::write(&file, config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
        command.args(["maker", "run"]).arg(&file).args(["--url", url]).args(more);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let (said, status) = channel();
        std::thread::spawn(move || {
            for line in lines {
                let _ = said.send(serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}")));
            }
        });
        let errors = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let errors = std::thread::spawn(move || errors.collect::<Vec<_>>().join("\n"));
        Maker { child, status, errors: Some(errors), file }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    fn signal(&self, signal: &str) {
        kill(self.child.id(), signal);
    }

    /// The first status from now on of which this is so.
    fn until(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + SOON;
        let mut last = Value::Null;
        while Instant::now() < end {
            if let Ok(status) = self.status.recv_timeout(Duration::from_millis(200)) {
                if holds(&status) {
                    return status;
                }
                last = status;
            }
        }
        panic!("never {what}; last {last}");
    }

    fn quoting(&self) -> Value {
        self.until("quoting", |status| status["quoting"] == true && status["open_orders"] == 4)
    }

    fn held(&self, hold: &str) -> Value {
        self.until(hold, |status| status["holds"].as_array().unwrap().contains(&hold.into()))
    }

    /// Waits for its end; what it said to people.
    fn ends(mut self) -> String {
        let end = Instant::now() + SOON;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                let said = self.errors.take().unwrap().join().unwrap();
                assert!(status.success(), "{status}: {said}");
                return said;
            }
            assert!(Instant::now() < end, "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Maker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(errors) = self.errors.take() {
            let said = errors.join().unwrap();
            assert!(std::thread::panicking() || !said.contains("panicked"), "{said}");
            if std::thread::panicking() {
                eprintln!("the maker said: {said}");
            }
        }
    }
}

fn kill(pid: u32, signal: &str) {
    assert!(Command::new("kill").args([signal, &pid.to_string()]).status().unwrap().success());
}

/// The best prices as a stranger sees them.
fn best(server: &Server) -> (Option<String>, Option<String>) {
    let url = format!("ws://{}/ws", server.address());
    let symbol = SYMBOL.strip_suffix("/USD").unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_unspent")).args(["book", symbol, "--json", "--url", &url]).output().unwrap();
    let book: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let row = book["data"].get(0).unwrap_or(&book).clone();
    let price = |side: &str| row[side].get(0).map(|level| level["price"].to_string());
    (price("bids"), price("asks"))
}

/// Waits until a stranger sees this.
pub fn sees(server: &Server, what: &str, holds: impl Fn(&(Option<String>, Option<String>)) -> bool) {
    let end = Instant::now() + SOON;
    let mut last = (None, None);
    while Instant::now() < end {
        last = best(server);
        if holds(&last) {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("never {what}: {last:?}");
}

pub const EMPTY: (Option<String>, Option<String>) = (None, None);

async fn trade(client: &Client, side: Side, qty: u64, price: &str, name: &str) {
    let order = AddOrderParams { time_in_force: Some(TimeInForceWord::Ioc), ..limit(side, qty, price, name) };
    client.add_order(order).await.unwrap();
}

/// The configuration with more in its table of safety.
fn safer(lines: &str) -> String {
    CONFIG.replacen("[safety]", &format!("[safety]\n{lines}"), 1)
}

#[test]
fn it_quotes_both_sides_is_filled_quotes_again_and_leaves_nothing() {
    let place = Place::new();
    let server = place.start();
    let maker = Maker::start(&place, &server.url, CONFIG);
    let first = maker.quoting();
    let row = &first["instruments"][0];
    let price = |side: &str| row[side]["price"].as_str().unwrap().parse::<f64>().unwrap();
    assert!(price("bid") < 0.60 && 0.60 < price("ask"), "{row}");
    assert_eq!(row["bid"]["lots"], 10);
    runtime().block_on(async {
        let (bull, _inbox) = server.login("uk_bull_test").await;
        trade(&bull, Side::Buy, 7_000, "0.70", "takes").await;
        trade(&bull, Side::Sell, 4_000, "0.50", "gives").await;
    });
    let after = maker.until("two fills", |status| status["fills"] == 2 && status["open_orders"] == 4);
    assert_eq!(after["instruments"][0]["held"], 150_000 - 7 + 4);
    assert_ne!(after["made"]["fees"], "0.00");
    let scored = maker.until("a score", |status| status["instruments"][0]["score"].as_u64() > Some(0));
    assert_ne!(scored["instruments"][0]["presence"], "0.0000");
    maker.signal("-TERM");
    maker.ends();
    assert_eq!(best(&server), EMPTY);
}

#[test]
fn people_pause_it_by_signal_by_line_and_by_file_and_it_resumes() {
    let place = Place::new();
    let server = place.start();
    let pause = place.beside("pause");
    let line = format!("pause_file = {:?}", pause.to_str().unwrap());
    let mut maker = Maker::start(&place, &server.url, &safer(&line));
    maker.quoting();
    let on = |maker: &Maker, hold: &str| {
        let status = maker.held(hold);
        assert_eq!(status["quoting"], false);
        sees(&server, "an empty book", |best| *best == EMPTY);
    };
    maker.signal("-USR1");
    on(&maker, "paused");
    maker.signal("-USR2");
    maker.quoting();
    maker.say("pause");
    on(&maker, "paused");
    maker.say("resume");
    maker.quoting();
    std::fs::write(&pause, "").unwrap();
    on(&maker, "pause_file");
    std::fs::remove_file(&pause).unwrap();
    maker.quoting();
    maker.say("quit");
    maker.ends();
    assert_eq!(best(&server), EMPTY);
}

#[test]
fn a_changed_configuration_is_taken_and_a_wrong_one_is_not() {
    let place = Place::new();
    let server = place.start();
    let maker = Maker::start(&place, &server.url, CONFIG);
    maker.quoting();
    let bid = |status: &Value| status["instruments"][0]["bid"]["price"].as_str().map(str::to_owned);
    std::fs::write(&maker.file, CONFIG.replace("near_bp = 6000", "near_bp = x")).unwrap();
    maker.signal("-HUP");
    std::thread::sleep(Duration::from_millis(600));
    std::fs::write(&maker.file, CONFIG.replace("_bp = 6000", "_bp = 7000")).unwrap();
    maker.until("another price", |status| bid(status).is_some_and(|bid| bid.as_str() > "0.68"));
    maker.signal("-INT");
    let said = maker.ends();
    assert!(said.contains("the new configuration is not taken") && said.contains("line 14"), "{said}");
}

#[test]
fn a_group_that_trips_stops_it_until_somebody_resumes() {
    let place = Place::new();
    let server = place.start();
    let group = "group = \"maker\"\ngroup_lots = 8\ngroup_window_seconds = 60";
    let mut maker = Maker::start(&place, &server.url, &safer(group));
    maker.quoting();
    runtime().block_on(async {
        let (bull, _inbox) = server.login("uk_bull_test").await;
        trade(&bull, Side::Buy, 9_000, "0.70", "takes").await;
    });
    maker.held("tripped");
    sees(&server, "an empty book", |best| *best == EMPTY);
    maker.say("resume");
    maker.quoting();
}

#[test]
fn the_dead_man_pulls_for_a_maker_that_hangs_and_it_goes_on_by_itself() {
    let place = Place::new();
    let server = place.start();
    let maker = Maker::start(&place, &server.url, CONFIG);
    maker.quoting();
    maker.signal("-STOP");
    sees(&server, "an empty book", |best| *best == EMPTY);
    maker.signal("-CONT");
    maker.quoting();
    sees(&server, "both sides", |(bid, ask)| bid.is_some() && ask.is_some());
    maker.signal("-TERM");
    maker.ends();
    assert_eq!(best(&server), EMPTY);
}

#[test]
fn a_maker_that_is_killed_leaves_nothing() {
    let place = Place::new();
    let server = place.start();
    let maker = Maker::start(&place, &server.url, CONFIG);
    maker.quoting();
    maker.signal("-KILL");
    sees(&server, "an empty book", |best| *best == EMPTY);
    drop(maker);
    let again = Maker::start(&place, &server.url, CONFIG);
    again.quoting();
}

#[test]
fn a_silent_venue_is_not_quoted_at() {
    let place = Place::new();
    let server = place.start();
    let maker = Maker::start(&place, &server.url, CONFIG);
    maker.quoting();
    kill(server.pid(), "-STOP");
    maker.held("stale");
    let status = maker.held("unconfirmed");
    assert_eq!(status["quoting"], false);
    kill(server.pid(), "-CONT");
    maker.quoting();
}

#[test]
fn a_loss_at_the_limit_stops_it() {
    let place = Place::new();
    let server = place.start();
    let config = CONFIG.replace("anchor_permille = 0", "anchor_permille = 500").replace("100000000\n", "1000\n");
    let mut maker = Maker::start(&place, &server.url, &config);
    maker.quoting();
    runtime().block_on(async {
        // The fair price of 150,000 lots falls with a trade far below it.
        let (bull, _inbox) = server.login("uk_bull_test").await;
        let (calm, _calm) = server.login("uk_calm_test").await;
        maker.say("pause");
        sees(&server, "an empty book", |best| *best == EMPTY);
        calm.add_order(limit(Side::Buy, 5_000, "0.55", "low")).await.unwrap();
        trade(&bull, Side::Sell, 5_000, "0.50", "lower").await;
    });
    let status = maker.held("loss");
    assert!(status["today"].as_str().unwrap().starts_with('-'), "{status}");
    maker.say("resume");
    maker.quoting();
    runtime().block_on(async {
        // What moved fades back, and a trade far below it costs again: while it quotes.
        let (bull, _inbox) = server.login("uk_bull_test").await;
        trade(&bull, Side::Sell, 40_000, "0.10", "lowest").await;
    });
    maker.held("loss");
    sees(&server, "an empty book", |best| *best == EMPTY);
}

#[test]
fn outside_its_band_it_does_not_quote() {
    let place = Place::new();
    let server = place.start();
    let config = CONFIG.replace("anchor_permille = 0", "anchor_permille = 1000\nanchor_lots = 1");
    let config = config.replace("layers = 2", "layers = 2\nband_bp = 200");
    let mut maker = Maker::start(&place, &server.url, &config);
    maker.quoting();
    maker.say("pause");
    sees(&server, "an empty book", |best| *best == EMPTY);
    runtime().block_on(async {
        let (bull, _inbox) = server.login("uk_bull_test").await;
        let (calm, _calm) = server.login("uk_calm_test").await;
        calm.add_order(limit(Side::Sell, 5_000, "0.50", "low")).await.unwrap();
        trade(&bull, Side::Buy, 5_000, "0.50", "takes").await;
    });
    maker.say("resume");
    maker.until("no orders and no hold", |status| status["open_orders"] == 0 && status["quoting"] == true);
}

#[test]
fn what_is_open_when_it_starts_is_cancelled_and_what_others_enter_stops_it() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let (acme, _inbox) = server.login("uk_acme_test").await;
        acme.add_order(limit(Side::Buy, 3_000, "0.30", "left-over")).await.unwrap();
        let mut maker = Maker::start(&place, &server.url, CONFIG);
        maker.quoting();
        let order = acme.query_order(OrderRef::ClOrdId(unspent_model::ClOrdId::parse("left-over").unwrap())).await;
        assert_eq!(order.unwrap().order.leaves_qty, 0, "it is cancelled");
        acme.add_order(limit(Side::Buy, 3_000, "0.30", "by-hand")).await.unwrap();
        maker.held("foreign");
        sees(&server, "an empty book", |best| *best == EMPTY);
        maker.say("resume");
        maker.quoting();
    });
}

#[test]
fn after_a_crash_of_the_venue_it_quotes_again_by_itself() {
    let place = Place::new();
    let server = place.start();
    let address = server.address().to_owned();
    let maker = Maker::start(&place, &server.url, CONFIG);
    maker.quoting();
    server.kill();
    maker.held("disconnected");
    let server = place.start_with(&["--listen", &address]);
    maker.quoting();
    maker.signal("-TERM");
    maker.ends();
    assert_eq!(best(&server), EMPTY);
}

#[test]
fn a_journal_gives_the_same_quotes_and_fills_byte_for_byte_and_paper_trades_beside_a_venue() {
    let place = Place::new();
    let server = place.start();
    let maker = Maker::start(&place, &server.url, CONFIG);
    maker.quoting();
    let paper = place.beside("paper");
    std::fs::create_dir(&paper).unwrap();
    let file = paper.join("maker.toml");
    std::fs::write(&file, CONFIG).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_unspent"))
        .args(["maker", "run"])
        .arg(&file)
        .args(["--url", &server.url, "--mode", "paper", "--seconds", "2", "--no-keys"])
        .args(["--held", "AWS-ACT-1K-202706=150000000"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    assert!(
        lines.lines().any(|line| line.contains(r#""mode":"paper""#) && line.contains(r#""open_orders":4"#)),
        "{lines}"
    );
    runtime().block_on(async {
        let (bull, _inbox) = server.login("uk_bull_test").await;
        for (n, (side, price)) in [(Side::Buy, "0.70"), (Side::Sell, "0.50"), (Side::Buy, "0.70")].iter().enumerate() {
            trade(&bull, *side, 15_000, price, &format!("n{n}")).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    });
    maker.signal("-TERM");
    maker.ends();
    assert!(server.terminate().success());
    let replay = |name: &str| {
        let transcript = place.beside(name);
        let output = place.unspent(&[
            "maker",
            "run",
            file.to_str().unwrap(),
            "--mode",
            "replay",
            "--held",
            "AWS-ACT-1K-202706=150000000",
            "--transcript",
            transcript.to_str().unwrap(),
        ]);
        assert!(output.status.success(), "{output:?}");
        (std::fs::read(transcript).unwrap(), output.stdout)
    };
    let (first, again) = (replay("first"), replay("again"));
    assert!(first == again);
    let text = String::from_utf8(first.0).unwrap();
    assert!(text.contains("\"do\":\"quote\"") && text.contains("\"filled\""), "{text}");
    let page = place.beside("page.html");
    let (file, html) = (file.to_str().unwrap(), page.to_str().unwrap());
    let held = ["--held", "AWS-ACT-1K-202706=150000000"];
    let arguments = [&["maker", "backtest", file, "--json", "--html", html], &held[..]].concat();
    let report = json_of(&place.unspent(&arguments));
    let lots = report["bought"]["lots"].as_u64().unwrap() + report["sold"]["lots"].as_u64().unwrap();
    assert!(lots > 0 && report["markouts"][0]["lots"] == lots, "{report}");
    let parts = ["spread", "inventory", "decay", "waste", "fees"].map(|part| report["made"][part].as_str().unwrap());
    let cents = |dollars: &str| (dollars.parse::<f64>().unwrap() * 100.0).round();
    let together: f64 = parts.iter().map(|part| cents(part)).sum();
    assert!((together - cents(report["made"]["total"].as_str().unwrap())).abs() <= 5.0, "{report}");
    assert!(std::fs::read_to_string(&page).unwrap().contains("<svg"));
    // The venue scores the maker that was live from its journal, by the rule that the maker scores itself by.
    let scored = json_of(&place.unspent(&["makers", "--json", "--seed", "7"]));
    let row = &scored["makers"][0];
    assert_eq!(row["account"], "acme", "{scored}");
    assert!(row["present"].as_u64() > Some(0) && row["present"].as_u64() <= row["samples"].as_u64(), "{scored}");
}

#[test]
fn a_connection_that_is_cut_is_made_anew_and_explain_shows_what_would_be_quoted_there() {
    let place = Place::new();
    let server = place.start();
    let runtime = runtime();
    let proxy = runtime.block_on(Proxy::to(server.address()));
    let maker = Maker::start(&place, &proxy.url(), CONFIG);
    maker.quoting();
    runtime.block_on(async {
        let (bull, _inbox) = server.login("uk_bull_test").await;
        trade(&bull, Side::Buy, 2_000, "0.70", "takes").await;
    });
    let mut quotes = maker.until("a fill", |status| status["fills"] == 1)["quotes"].as_u64();
    for _ in 0..3 {
        proxy.cut();
        let again = |status: &Value| status["quotes"].as_u64() > quotes && status["open_orders"] == 4;
        let status = maker.until("quotes anew", again);
        quotes = status["quotes"].as_u64();
        assert_eq!((&status["fills"], &status["instruments"][0]["held"]), (&1.into(), &149_998.into()));
    }
    maker.signal("-TERM");
    maker.ends();
    let explain = Command::new(env!("CARGO_BIN_EXE_unspent"))
        .args(["maker", "explain", "--live", "--json", "--url", &server.url, "--key", "uk_acme_look"])
        .arg(place.beside("maker.toml"))
        .output()
        .unwrap();
    let explained: Value = serde_json::from_slice(&explain.stdout).unwrap_or_else(|_| panic!("{explain:?}"));
    let held = explained["terms"].as_array().unwrap().iter().find(|term| term["name"] == "held").unwrap();
    assert_eq!(held["value"], "149998", "{explained}");
    assert_eq!(explained["quotes"].as_array().unwrap().len(), 4, "{explained}");
    assert_eq!(best(&server), EMPTY, "explaining sends nothing");
}
