//! A real server on a directory of its own.

#![allow(dead_code, reason = "each test program uses its own part")]

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// The instrument that the tests trade, $1,000 a lot.
pub const SYMBOL: &str = "AWS-ACT-1K-202706";

const VENUE: &str = r#"
[[instrument]]
symbol = "AWS-ACT-1K-202706"
maker_fee_bp = 25
taker_fee_bp = 100

[[account]]
name = "acme"
cash = 1000000
credits = { "AWS-ACT-1K-202706" = 150000000 }

[[account]]
name = "bob"
cash = 1000000
credits = { "AWS-ACT-1K-202706" = 150000000 }

[[key]]
api_key = "uk_acme_test"
account = "acme"

[[key]]
api_key = "uk_bob_test"
account = "bob"

[[key]]
api_key = "uk_acme_reads"
account = "acme"
scopes = ["read"]
"#;

pub struct Server {
    child: Child,
    pub url: String,
    /// What it said before it listened.
    pub said: Vec<String>,
    rest: Option<std::thread::JoinHandle<String>>,
}

/// A fresh directory with a venue file, and where its data goes.
pub fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let mut file = std::fs::OpenOptions::new();
    let mut file =
        file.write(true).create(true).truncate(true).mode(0o600).open(dir.path().join("venue.toml")).unwrap();
    file.write_all(VENUE.as_bytes()).unwrap();
    let data = dir.path().join("data");
    (dir, data)
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--segment-mib", "1", "--data"]).arg(data);
    command.arg("--venue").arg(data.parent().unwrap().join("venue.toml"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Server {
    pub fn start(data: &Path) -> Server {
        let mut child = command(data).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut said = Vec::new();
        let url = loop {
            let line = lines.next().expect("it says where it listens");
            if let Some(url) = line.strip_prefix("listening on ") {
                break url.to_owned();
            }
            said.push(line);
        };
        let rest = std::thread::spawn(move || lines.collect::<Vec<_>>().join("\n"));
        Server { child, url, said, rest: Some(rest) }
    }

    /// A start that is expected to fail: its exit code and what it said on standard error.
    pub fn fails(data: &Path) -> (Option<i32>, String) {
        let output = command(data).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// SIGTERM, as an operator's supervisor does; what it said since it listened.
    pub fn stop(mut self) -> (ExitStatus, String) {
        let kill = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        let status = self.child.wait().unwrap();
        (status, self.rest.take().unwrap().join().unwrap())
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn read_all(mut from: impl Read) -> String {
    let mut text = String::new();
    from.read_to_string(&mut text).unwrap();
    text
}
