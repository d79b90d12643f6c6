//! The real process for tests: on a directory of its own, ended when the test ends however it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use unspent_client::{Client, Inbox};
use unspent_model::{ClOrdId, Side, Symbol};
use unspent_protocol::{AddOrderParams, Channel, Data, OpenRows, Stream, SubscribeParams, parse_decimal};

/// The instrument that tests trade; a second one is listed beside it.
pub const SYMBOL: &str = "AWS-ACT-1K-202706/USD";

/// Two instruments and three accounts, all with money and credits; the key `uk_acme_look` may only read.
pub const VENUE: &str = r#"
[[instrument]]
symbol = "AWS-ACT-1K-202706"
maker_fee_bp = 25
taker_fee_bp = 100
[[instrument]]
symbol = "OAI-API-100-202706"
[[account]]
name = "acme"
cash = 10000000
credits = { "AWS-ACT-1K-202706" = 150000000, "OAI-API-100-202706" = 1000000 }
[[account]]
name = "bull"
cash = 10000000
credits = { "AWS-ACT-1K-202706" = 150000000 }
[[account]]
name = "calm"
cash = 10000000
credits = { "AWS-ACT-1K-202706" = 150000000 }
[[key]]
api_key = "uk_acme_test"
account = "acme"
[[key]]
api_key = "uk_acme_look"
account = "acme"
scopes = ["read"]
[[key]]
api_key = "uk_bull_test"
account = "bull"
[[key]]
api_key = "uk_calm_test"
account = "calm"
"#;

/// A data directory with its venue file.
pub struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Place {
        Place::with(VENUE)
    }

    /// With another venue file.
    pub fn with(venue: &str) -> Place {
        let dir = tempfile::tempdir().unwrap();
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create(true).mode(0o600).open(dir.path().join("venue.toml")).unwrap();
        file.write_all(venue.as_bytes()).unwrap();
        Place { dir }
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The journal's segments, oldest first.
    pub fn segments(&self) -> Vec<PathBuf> {
        self.files("journal", ".journal")
    }

    fn serve(&self, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
        command.args(["serve", "--data"]).arg(self.data());
        if !more.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.arg("--venue").arg(self.dir.path().join("venue.toml"));
        if !more.contains(&"--segment-mib") {
            // Small ones are made sooner, and read sooner.
            command.args(["--segment-mib", "2"]);
        }
        command.args(more);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts the server and waits until it listens.
    pub fn start(&self) -> Server {
        self.start_with(&[])
    }

    /// The same with more to say on its command line.
    pub fn start_with(&self, more: &[&str]) -> Server {
        let mut child = self.serve(more).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut said = Vec::new();
        let url = lines.by_ref().find_map(|line| {
            let url = line.strip_prefix("listening on ").map(str::to_owned);
            said.push(line);
            url
        });
        let Some(url) = url else {
            let mut why = String::new();
            child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
            panic!("the server ended before it listened: {said:?} {why}");
        };
        // Read on, so that it never waits for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let mut errors = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut log = Vec::new();
            let _ = errors.read_to_end(&mut log);
            String::from_utf8_lossy(&log).into_owned()
        });
        Server { child, url, said: said.join("\n"), log: Some(log) }
    }

    /// Starts the server where it must not come up, and gives what it said.
    pub fn fail_to_start(&self) -> Output {
        self.fail_to_start_with(&[])
    }

    /// The same with more to say on its command line.
    pub fn fail_to_start_with(&self, more: &[&str]) -> Output {
        let mut child = self.serve(more).spawn().unwrap();
        for _ in 0..1_000 {
            if child.try_wait().unwrap().is_some() {
                return child.wait_with_output().unwrap();
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let _ = child.kill();
        panic!("the server came up: {:?}", child.wait_with_output());
    }

    /// A directory beside the data directory, not made yet.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// `unspent journal …` on the data directory.
    pub fn journal(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
        command.arg("journal").args(arguments).arg("--data").arg(self.data()).output().unwrap()
    }

    /// The same with `--json`; it must succeed.
    pub fn journal_json(&self, arguments: &[&str]) -> serde_json::Value {
        json_of(&self.journal(&[arguments, &["--json"]].concat()))
    }

    /// `unspent journal verify`.
    pub fn verify(&self) -> Output {
        self.unspent(&["journal", "verify"])
    }

    /// Another command of the binary on this data.
    pub fn unspent(&self, command: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_unspent")).args(command).arg("--data").arg(self.data()).output().unwrap()
    }

    /// The files of a directory of the data whose names end like this, oldest first.
    pub fn files(&self, directory: &str, suffix: &str) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.data().join(directory)) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.to_str().is_some_and(|path| path.ends_with(suffix)));
        paths.sort();
        paths
    }
}

/// The JSON object that a command that succeeded has printed.
pub fn json_of(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A running server.
pub struct Server {
    child: Child,
    pub url: String,
    /// What it said until it listened.
    pub said: String,
    /// Gives what it logged, when it has ended.
    log: Option<std::thread::JoinHandle<String>>,
}

impl Server {
    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        self.url.strip_prefix("ws://").and_then(|rest| rest.strip_suffix("/ws")).unwrap()
    }

    /// Asks it to stop, and waits.
    pub fn terminate(mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.child.wait().unwrap()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Memory that it holds now, in bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(Path::new("/proc").join(self.child.id().to_string()).join("status"));
        let status = status.unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1_024
    }

    /// Sockets that it holds open.
    pub fn sockets(&self) -> usize {
        let open = std::fs::read_dir(Path::new("/proc").join(self.child.id().to_string()).join("fd")).unwrap();
        // One may be closed between the two looks.
        let targets = open.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
        targets.filter(|target| target.to_string_lossy().starts_with("socket:")).count()
    }

    pub async fn login(&self, key: &str) -> (Client, Inbox) {
        let (client, inbox) = Client::connect(&self.url).await.unwrap();
        client.login(key).await.unwrap();
        (client, inbox)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let log = self.log.take().map(std::thread::JoinHandle::join);
        if !std::thread::panicking() {
            let log = log.expect("it is dropped once").unwrap();
            // A task that panics takes its connection with it, and nothing else would tell.
            assert!(!log.contains("panicked"), "the server panicked: {log}");
        }
    }
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// A limit order.
pub fn limit(side: Side, qty: u64, price: &str, name: &str) -> AddOrderParams {
    let symbol = Symbol::parse(SYMBOL.strip_suffix("/USD").unwrap()).unwrap();
    AddOrderParams {
        cl_ord_id: Some(ClOrdId::parse(name).unwrap()),
        ..AddOrderParams::limit(symbol, side, qty.into(), parse_decimal(price).unwrap())
    }
}

/// Subscribes and gives the snapshot.
pub async fn snapshot(client: &Client, inbox: &mut Inbox, channel: Channel) -> Data {
    let symbols = if channel.takes_symbols() { vec![limit(Side::Buy, 1, "1", "x").symbol] } else { Vec::new() };
    let params = SubscribeParams {
        channel,
        symbols,
        depth: None,
        interval: None,
        snapshot: None,
        from_seq: None,
        from_exec_seq: None,
    };
    client.subscribe(params).await.unwrap();
    let mut open = OpenRows::default();
    loop {
        let data = inbox.next().await.expect("the connection is there");
        match data {
            Data::Executions(stream) if channel == Channel::Executions => {
                open.take(&stream);
                if open.is_whole() {
                    return Data::Executions(Stream { data: open.rows().collect(), ..stream });
                }
            }
            data if data.channel() == channel => return data,
            _ => {}
        }
    }
}
