//! The real server, on a directory and a port of its own.

use crate::python::target;
use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The key of an account with money and credits; it may read and trade.
pub const KEY: &str = "uk_acme_test";
/// The same for another account.
pub const OTHER: &str = "uk_bull_test";

const VENUE: &str = r#"
[[instrument]]
symbol = "AWS-ACT-1K-202706"
maker_fee_bp = 25
taker_fee_bp = 100
[[instrument]]
symbol = "AWS-ACT-1K-202612"
[[instrument]]
symbol = "OAI-API-100-202706"
[[account]]
name = "acme"
cash = 100000000
credits = { "AWS-ACT-1K-202706" = 150000000, "AWS-ACT-1K-202612" = 150000000, "OAI-API-100-202706" = 100000000 }
[[account]]
name = "bull"
cash = 100000000
credits = { "AWS-ACT-1K-202706" = 150000000, "AWS-ACT-1K-202612" = 150000000, "OAI-API-100-202706" = 100000000 }
[[key]]
api_key = "uk_acme_test"
account = "acme"
[[key]]
api_key = "uk_bull_test"
account = "bull"
"#;

/// Builds the program and says where it is.
pub fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).args(["build", "--locked", "--quiet", "-p", "unspent"]).status();
    ensure!(status.context("starting cargo")?.success(), "cargo build -p unspent failed");
    Ok(target().join("debug").join("unspent"))
}

/// A key for clients that sign as Kraken's do.
#[derive(Debug, Clone)]
pub struct Signing {
    /// Its public name.
    pub id: String,
    /// Its secret, in base64.
    pub secret: String,
}

/// Has the program make such a key.
fn signing(bin: &Path, data: &Path, master: &Path, account: &str) -> Result<Signing> {
    let mut command = Command::new(bin);
    command.args(["keys", "create", "--json", "--hmac", "--scope", "read,trade", "--account", account]);
    let made = command.arg("--data").arg(data).arg("--master-key").arg(master).output().context("making a key")?;
    ensure!(made.status.success(), "no key was made: {}", String::from_utf8_lossy(&made.stderr));
    let said: serde_json::Value = serde_json::from_slice(&made.stdout).context("reading a key")?;
    let text = |field: &str| said[field].as_str().map(str::to_owned).with_context(|| format!("a key without {field}"));
    Ok(Signing { id: text("id")?, secret: text("secret")? })
}

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    /// Keys that sign, of the accounts of [`KEY`] and [`OTHER`].
    pub signing: [Signing; 2],
    child: Child,
    address: String,
    directory: tempfile::TempDir,
}

impl Server {
    /// Starts it and waits until it takes orders.
    pub fn start(bin: &Path) -> Result<Server> {
        let directory = tempfile::tempdir().context("a directory for the server")?;
        let venue = directory.path().join("venue.toml");
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&venue)?;
        file.write_all(VENUE.as_bytes()).context("writing the venue file")?;
        let (data, master) = (directory.path().join("data"), directory.path().join("master.key"));
        std::fs::create_dir(&data).context("making the data directory")?;
        let signing = [signing(bin, &data, &master, "acme")?, signing(bin, &data, &master, "bull")?];
        let mut command = Command::new(bin);
        command.args(["serve", "--listen", "127.0.0.1:0", "--segment-mib", "2", "--venue"]).arg(&venue);
        command.arg("--data").arg(&data).arg("--master-key").arg(&master);
        let log = std::fs::File::create(directory.path().join("server.log")).context("making the server's log")?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn();
        let mut child = child.with_context(|| format!("starting {}", bin.display()))?;
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let said = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let url = line.strip_prefix("listening on ws://")?;
            Some(url.trim_end_matches("/ws").to_owned())
        });
        // Read on, so that it never waits for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let mut server = Server { child, address: said.unwrap_or_default(), directory, signing };
        if server.address.is_empty() {
            server.child.wait().context("waiting for the server")?;
            bail!("the server did not come up: {}", server.log());
        }
        Ok(server)
    }

    /// `HOST:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its directory, for whatever a check writes.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Stops it as a supervisor would.
    ///
    /// # Errors
    /// When it has ended before, or does not end well: a check that brings the server down has found something.
    pub fn stop(mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait().context("looking at the server")? {
            bail!("the server ended during the check, with {status}: {}", self.log());
        }
        let killed = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        ensure!(killed.context("starting kill")?.success(), "the server cannot be told to stop");
        let status = self.child.wait().context("waiting for the server")?;
        ensure!(status.success(), "the server stopped with {status}: {}", self.log());
        Ok(())
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("server.log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
