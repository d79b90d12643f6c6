//! Servers that a run starts itself, in processes of their own.

use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;
use unspent_model::Symbol;

/// How long a server may take to listen.
const STARTS: Duration = Duration::from_secs(20);
/// What a server prints before its address.
const LISTENING: &str = "listening on ";

/// A server, ended when dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub url: String,
    /// Who may log in.
    pub keys: Vec<String>,
    child: Child,
    log: PathBuf,
    /// Its data; removed after it.
    _directory: Option<TempDir>,
}

impl Server {
    /// Starts the venue `program` on data of its own under `parent`, with an account and a key for each connection.
    ///
    /// # Errors
    /// When it does not start; with what it said.
    pub fn venue(program: &Path, parent: &Path, symbol: Symbol, connections: usize) -> Result<Server> {
        let directory = tempfile::Builder::new()
            .prefix("loadgen-venue-")
            .tempdir_in(parent)
            .with_context(|| format!("no temporary directory in {}", parent.display()))?;
        let venue = directory.path().join("venue.toml");
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&venue)?;
        file.write_all(venue_file(symbol, connections).as_bytes())?;
        let log = directory.path().join("venue.log");
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(directory.path().join("data"));
        command.arg("--venue").arg(&venue);
        let (child, url) = start(command, &log)?;
        let keys = (0..connections).map(key).collect();
        Ok(Server { url, keys, child, log, _directory: Some(directory) })
    }

    /// Starts the echo of this program.
    ///
    /// # Errors
    /// When it does not start.
    pub fn echo(parent: &Path) -> Result<Server> {
        let directory = tempfile::Builder::new().prefix("loadgen-echo-").tempdir_in(parent)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["echo", "--listen", "127.0.0.1:0"]);
        let log = directory.path().join("echo.log");
        let (child, url) = start(command, &log)?;
        Ok(Server { url, keys: vec!["echo".to_owned()], child, log, _directory: Some(directory) })
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Its resources so far.
    #[must_use]
    pub fn cpu_seconds(&self) -> Option<f64> {
        // Fields 14 and 15 of stat(5), user and system time in ticks of 10 ms; the name before them may have blanks.
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
        Some(ticks / 100.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn key(connection: usize) -> String {
    format!("uk_load_{connection}")
}

fn venue_file(symbol: Symbol, connections: usize) -> String {
    let mut text = format!("[[instrument]]\nsymbol = \"{symbol}\"\nmaker_fee_bp = 25\ntaker_fee_bp = 100\n");
    for connection in 0..connections {
        let key = key(connection);
        write!(
            text,
            "\n[[account]]\nname = \"load-{connection}\"\ncash = 1000000000\ncredits = {{ \"{symbol}\" = 1000000000 }}\n\
             \n[[key]]\napi_key = \"{key}\"\naccount = \"load-{connection}\"\n"
        )
        .expect("a string takes everything");
    }
    text
}

fn start(mut command: Command, log: &PathBuf) -> Result<(Child, String)> {
    let errors = File::create(log)?;
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
    let mut child =
        command.spawn().with_context(|| format!("{} cannot be started", command.get_program().display()))?;
    let output = child.stdout.take().expect("it is piped");
    let (found, find) = mpsc::channel();
    // Reads on to the end, or the server would wait for room in the pipe.
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(url) = line.strip_prefix(LISTENING) {
                // Whoever asked may have given up.
                let _ = found.send(url.trim().to_owned());
            }
        }
    });
    match find.recv_timeout(STARTS) {
        Ok(url) => Ok((child, url)),
        Err(_) => {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
            let said = fs::read_to_string(log).unwrap_or_default();
            bail!("{} does not listen; it said:\n{said}", command.get_program().display())
        }
    }
}
