//! The real process: started on a directory, found by the line it prints, killed outright.

use anyhow::{Context, Result, bail};
use std::fmt::Write;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The instruments of the test venue, and dollars of face of a lot.
pub const INSTRUMENTS: &[(&str, u64)] = &[("AWS-ACT-1K-202706", 1_000), ("OAI-API-100-202706", 100)];
/// Dollars of face that every account starts with, of every instrument.
pub const CREDITS: u64 = 500_000_000;
/// Dollars that every account starts with.
pub const CASH: u64 = 1_000_000_000;

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where clients connect.
    pub url: String,
}

/// The key of account `i`.
#[must_use]
pub fn key(i: usize) -> String {
    format!("uk_crash_{i}")
}

/// Writes the venue file of so many accounts.
///
/// # Errors
/// When the file cannot be written.
pub fn write_venue(path: &Path, accounts: usize) -> Result<()> {
    let mut text = String::new();
    for (symbol, _) in INSTRUMENTS {
        writeln!(text, "[[instrument]]\nsymbol = \"{symbol}\"\nmaker_fee_bp = 25\ntaker_fee_bp = 100")?;
    }
    for i in 0..accounts {
        let credits: Vec<String> = INSTRUMENTS.iter().map(|(symbol, _)| format!("\"{symbol}\" = {CREDITS}")).collect();
        writeln!(text, "[[account]]\nname = \"crash-{i}\"\ncash = {CASH}")?;
        writeln!(text, "credits = {{ {} }}", credits.join(", "))?;
        writeln!(text, "[[key]]\napi_key = \"{}\"\naccount = \"crash-{i}\"", key(i))?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

impl Server {
    /// Starts the program on a directory and waits until it listens.
    ///
    /// # Errors
    /// When it cannot be started or does not come up: after a crash that is a finding.
    pub async fn start(program: &Path, data: &Path, venue: &Path) -> Result<Server> {
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--segment-mib", "1", "--data"])
            .arg(data)
            .arg("--venue")
            .arg(venue)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let up = async {
            while let Some(line) = lines.next_line().await? {
                if let Some(url) = line.strip_prefix("listening on ") {
                    return Ok(url.to_owned());
                }
            }
            bail!("the server ended before it listened")
        };
        let url = tokio::time::timeout(Duration::from_secs(30), up).await.context("the server did not come up")??;
        Ok(Server { child, url })
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    ///
    /// # Errors
    /// When it had ended by itself: that is a finding.
    pub async fn kill(mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the server ended by itself: {status}");
        }
        self.child.kill().await?;
        Ok(())
    }
}
