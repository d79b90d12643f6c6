//! The real process: started on a directory, found by the line it prints, killed outright.

use crate::clock::Clock;
use crate::machine::Machine;
use anyhow::{Context, Result, bail, ensure};
use std::fmt::Write;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use unspent_client::SigningSeed;

/// Accounts, each with a connection of its own.
pub const ACCOUNTS: usize = 3;
/// The instruments of the test venue, and dollars of face of a lot.
pub const INSTRUMENTS: &[(&str, u64)] = &[("AWS-ACT-1K-202706", 1_000), ("OAI-API-100-202706", 100)];
/// Dollars of face that every account starts with, of every instrument.
pub const CREDITS: u64 = 500_000_000;
/// Dollars that every account starts with.
pub const CASH: u64 = 1_000_000_000;

/// The program, on a directory that goes away with this.
#[derive(Debug)]
pub struct Server {
    program: PathBuf,
    dir: TempDir,
    data: PathBuf,
    child: Option<Child>,
    clock: Option<Clock>,
    /// Each cut loses the journal's last 4 KiB.
    lying_disk: bool,
}

/// The key of account `i`, and what signs for it.
#[must_use]
pub fn key(i: usize) -> (String, SigningSeed) {
    let mut bytes = [7; 32];
    bytes[0] = u8::try_from(i).expect("a few accounts");
    (format!("uk_crash_{i}"), SigningSeed::new(bytes))
}

/// Writes the venue file of so many accounts, and beside it their keys.
///
/// # Errors
/// When a file cannot be written.
pub fn write_venue(path: &Path, accounts: usize) -> Result<()> {
    let mut keys = "version = 1\n".to_owned();
    let mut text = String::new();
    for (symbol, _) in INSTRUMENTS {
        writeln!(text, "[[instrument]]\nsymbol = \"{symbol}\"\nmaker_fee_bp = 25\ntaker_fee_bp = 100")?;
    }
    for i in 0..accounts {
        let credits: Vec<String> = INSTRUMENTS.iter().map(|(symbol, _)| format!("\"{symbol}\" = {CREDITS}")).collect();
        writeln!(text, "[[account]]\nname = \"crash-{i}\"\ncash = {CASH}")?;
        writeln!(text, "credits = {{ {} }}", credits.join(", "))?;
        let (id, seed) = key(i);
        writeln!(keys, "[[key]]\nid = \"{id}\"\naccount = \"crash-{i}\"\nscopes = [\"read\", \"trade\"]")?;
        writeln!(keys, "created = \"2026-01-01T00:00:00Z\"\npublic_key = \"{}\"", seed.public_key())?;
    }
    write(path, &text)?;
    write(&keys_beside(path), &keys)
}

/// Where the keys of a venue file are.
#[must_use]
pub fn keys_beside(venue: &Path) -> PathBuf {
    venue.with_file_name("keys.toml")
}

fn write(path: &Path, text: &str) -> Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

/// The program beside the one that runs, built when it is not there yet or older than its sources.
///
/// # Errors
/// When it does not build.
pub fn build() -> Result<PathBuf> {
    let mut arguments = vec!["build", "--quiet", "--locked", "--package", "unspent"];
    if !cfg!(debug_assertions) {
        arguments.push("--release");
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    ensure!(std::process::Command::new(cargo).args(&arguments).status()?.success(), "the server does not build");
    let own = std::env::current_exe()?;
    let folder = own.parent().context("a program is in a folder")?;
    // A test's program is one folder deeper.
    let folder = if folder.ends_with("deps") { folder.parent().context("a folder")? } else { folder };
    Ok(folder.join("unspent"))
}

impl Server {
    /// A server that was not started yet, on an empty directory.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub fn new(program: &Path) -> Result<Server> {
        let dir = tempfile::tempdir().context("a directory")?;
        write_venue(&dir.path().join("venue.toml"), ACCOUNTS)?;
        let data = dir.path().join("data");
        Ok(Server { program: program.to_owned(), dir, data, child: None, clock: None, lying_disk: false })
    }

    /// The negative control: at each cut the last 4 KiB of the journal are lost, as on a disk that lies about its
    /// syncs. The comparison must see it.
    #[must_use]
    pub fn lying(mut self) -> Server {
        self.lying_disk = true;
        self
    }

    /// With another data directory, on a file system of one's own.
    #[must_use]
    pub fn on(mut self, data: PathBuf) -> Server {
        self.data = data;
        self
    }

    /// From the next start on its wall clock jumps forwards and back.
    ///
    /// # Errors
    /// When libfaketime is not installed.
    pub fn jumping(mut self, seed: u64) -> Result<Server> {
        self.clock = Some(Clock::start(self.dir.path(), seed)?);
        Ok(self)
    }

    /// The clock that jumps.
    #[must_use]
    pub fn clock(&self) -> Option<&Clock> {
        self.clock.as_ref()
    }

    /// Lets everything stay when this is dropped: venue file, data and what the program said. Answers where.
    pub fn keep(&mut self) -> &Path {
        self.dir.disable_cleanup(true);
        self.dir.path()
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }
}

impl Machine for Server {
    async fn start(&mut self) -> Result<String> {
        let log = std::fs::File::options().create(true).append(true).open(self.dir.path().join("log"))?;
        let mut child = Command::new(&self.program)
            .args(["serve", "--listen", "127.0.0.1:0", "--segment-mib", "1", "--data"])
            .arg(&self.data)
            .arg("--venue")
            .arg(self.dir.path().join("venue.toml"))
            .arg("--keys")
            .arg(keys_beside(&self.dir.path().join("venue.toml")))
            .envs(self.clock.iter().flat_map(Clock::environment))
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {}", self.program.display()))?;
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
        self.child = Some(child);
        Ok(url)
    }

    async fn cut(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the server runs")?;
        if let Some(status) = child.try_wait()? {
            bail!("the server ended by itself: {status}");
        }
        child.kill().await?;
        if self.lying_disk {
            lose_tail(&self.data.join("journal"))?;
        }
        Ok(())
    }
}

/// Puts zeros over the last 4 KiB that were written.
fn lose_tail(journal: &Path) -> Result<()> {
    let mut segments: Vec<PathBuf> =
        std::fs::read_dir(journal)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    segments.retain(|path| path.extension().is_some_and(|extension| extension == "journal"));
    segments.sort();
    let last = segments.last().context("a segment")?;
    let mut bytes = std::fs::read(last)?;
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |at| at + 1);
    // The segment's header stays: it was on disk before any batch.
    bytes[end.saturating_sub(4_096).max(64)..end].fill(0);
    std::fs::write(last, bytes)?;
    // So is the mark of what was durable, with which the venue itself would notice and not start.
    Ok(std::fs::remove_file(journal.join("durable"))?)
}
