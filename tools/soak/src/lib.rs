//! The loop closed: the real server, the people of the living market and the market maker's bot, each a process of its own on one
//! machine, each killed by SIGKILL now and then and started again.
//!
//! What is looked for: that the bot quotes again by itself after every kill; that nothing of a killed bot stays open at a server
//! that lives; that what rests after everybody has left is nobody's orphan; that the journal replays to the hashes it holds, and
//! that cash, lots and escrow add up in it (`unspent journal verify --replay`, `unspent reconcile`).

mod process;

use anyhow::{Context, Result, ensure};
use process::Process;
use std::fmt;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use unspent_flow::Random;

/// The bot's account and key: the one that the demo keeps for visitors.
const BOT: &str = "uk_demo_visitor";
/// Within so long the bot quotes again after anything: its back-off, its start-up, a server that replays.
const RESUMES_WITHIN: Duration = Duration::from_secs(40);
/// Within so long a killed bot's orders are gone.
const GONE_WITHIN: Duration = Duration::from_secs(20);

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long at least; everybody is killed once however short it is.
    pub lasts: Duration,
    /// Decides who is killed when.
    pub seed: u64,
    /// Seconds between two kills.
    pub every: RangeInclusive<u32>,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Kills of the server, the people and the bot.
    pub kills: [u64; 3],
    /// How often the bot was seen to quote again.
    pub resumed: u64,
    /// Orders that rested when everybody had left.
    pub resting: u64,
    /// Commands in the journal.
    pub commands: u64,
    /// What was wrong.
    pub problems: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [server, people, bot] = self.kills;
        write!(
            f,
            "killed: server {server}, people {people}, maker {bot}; the maker quoted again {} times; {} commands, {} orders of the people \
             rest, {} problems",
            self.resumed,
            self.commands,
            self.resting,
            self.problems.len()
        )?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// The place where it all runs.
struct Soak {
    program: PathBuf,
    dir: tempfile::TempDir,
    address: String,
    server: Process,
    people: Process,
    bot: Process,
}

impl Soak {
    fn begin(program: &Path) -> Result<Soak> {
        let dir = tempfile::tempdir().context("a directory")?;
        let data = dir.path().join("data");
        // The demo writes its venue file and its catalogue where there are none.
        let once = Command::new(program)
            .args(["demo", "--headless", "--seconds", "1", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .output()
            .context("starting the demo")?;
        ensure!(once.status.success(), "the demo does not start: {}", String::from_utf8_lossy(&once.stderr));
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let venue = std::fs::read_to_string(data.join("venue.toml")).context("the demo's venue file")?;
        std::fs::write(dir.path().join("maker.toml"), configuration(&venue)).context("the maker's configuration")?;
        let mut soak = Soak {
            program: program.to_owned(),
            address: format!("127.0.0.1:{port}"),
            server: Process::new("the server"),
            people: Process::new("the people"),
            bot: Process::new("the maker"),
            dir,
        };
        soak.start_server()?;
        soak.start_people()?;
        soak.start_bot()?;
        Ok(soak)
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn url(&self) -> String {
        format!("ws://{}/ws", self.address)
    }

    fn start_server(&mut self) -> Result<()> {
        let data = self.data();
        let mut command = Command::new(&self.program);
        command.arg("serve").arg("--data").arg(&data).arg("--venue").arg(data.join("venue.toml"));
        self.server.start(command.args(["--listen", &self.address]))?;
        let began = Instant::now();
        while !self.is_ready().unwrap_or(false) {
            ensure!(began.elapsed() < Duration::from_secs(60), "the server is not ready: {}", self.server.said());
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Whether it says that it takes orders.
    fn is_ready(&self) -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n\r\n")?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(answer.ends_with(b"200"))
    }

    fn start_people(&mut self) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.args(["demo", "--headless", "--people-at", &self.url(), "--data"]).arg(self.data());
        self.people.start(&mut command)
    }

    fn start_bot(&mut self) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.args(["maker", "run"]).arg(self.dir.path().join("maker.toml"));
        command.args(["--mode", "live", "--no-keys", "--json", "--key", BOT, "--url", &self.url()]);
        self.bot.start(&mut command)
    }

    /// The open orders of an account, by asking the server as anybody may who has its key.
    fn open_orders(&self, key: &str) -> Result<u64> {
        let asked = Command::new(&self.program)
            .args(["orders", "--json", "--key", key, "--url", &self.url()])
            .output()
            .context("asking for open orders")?;
        ensure!(asked.status.success(), "orders: {}", String::from_utf8_lossy(&asked.stderr));
        // A line of JSON each.
        Ok(asked.stdout.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).count() as u64)
    }

    /// Waits until the bot says that it quotes, in a line that it wrote since now.
    fn quotes_again(&mut self) -> bool {
        let began = Instant::now();
        self.bot.forget();
        while began.elapsed() < RESUMES_WITHIN {
            let quoting = self.bot.lines().iter().rev().find_map(|line| {
                let told: serde_json::Value = serde_json::from_str(line).ok()?;
                Some(told["quoting"] == true && told["open_orders"].as_u64() > Some(0))
            });
            if quoting == Some(true) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        false
    }

    /// Kills one of the three and starts it again.
    fn kill(&mut self, who: usize, report: &mut Report) -> Result<()> {
        report.kills[who] += 1;
        match who {
            0 => {
                self.server.kill()?;
                self.start_server()?;
            }
            1 => {
                self.people.kill()?;
                self.start_people()?;
            }
            _ => {
                self.bot.kill()?;
                let began = Instant::now();
                while self.open_orders(BOT)? > 0 {
                    if began.elapsed() > GONE_WITHIN {
                        report.problems.push("orders of a killed maker stay open".to_owned());
                        break;
                    }
                    std::thread::sleep(Duration::from_millis(200));
                }
                self.start_bot()?;
            }
        }
        if self.quotes_again() {
            report.resumed += 1;
        } else {
            let why = self.bot.said();
            report.problems.push(format!("the maker does not quote again after kill {:?}: {why}", report.kills));
        }
        Ok(())
    }

    /// Everybody leaves, and what they left is looked at.
    fn end(mut self, report: &mut Report) -> Result<()> {
        if !self.bot.terminate(Duration::from_secs(15))? {
            report.problems.push(format!("the maker does not end when it is told to: {}", self.bot.said()));
        }
        if !self.people.terminate(Duration::from_secs(15))? {
            report.problems.push("the people do not end when they are told to".to_owned());
        }
        let orphans = self.open_orders(BOT)?;
        if orphans > 0 {
            report.problems.push(format!("{orphans} orders of the maker are open and nobody's"));
        }
        if !self.server.terminate(Duration::from_secs(30))? {
            report.problems.push(format!("the server does not end in order: {}", self.server.said()));
        }
        for (what, arguments) in [
            ("the journal", &["journal", "verify", "--replay", "--json"][..]),
            ("the accounts", &["reconcile", "--json"]),
        ] {
            let done = Command::new(&self.program).args(arguments).arg("--data").arg(self.data()).output()?;
            if !done.status.success() {
                let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
                report.problems.push(format!("{what} is not in order: {said}"));
            }
            let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap_or_default();
            for field in ["commands", "last_seq"] {
                report.commands = report.commands.max(told[field].as_u64().unwrap_or(0));
            }
            report.resting = report.resting.max(told["open_orders"].as_u64().unwrap_or(0));
        }
        Ok(())
    }
}

/// Runs it.
///
/// # Errors
/// When a process cannot be started, or the server does not come up again. What is wrong with the market is in the report.
pub fn run(program: &Path, options: &Options) -> Result<Report> {
    let mut soak = Soak::begin(program)?;
    let mut report = Report::default();
    let mut chance = Random::new(options.seed);
    let began = Instant::now();
    if !soak.quotes_again() {
        report.problems.push(format!("the maker does not quote: {}", soak.bot.said()));
    }
    let (least, most) = (*options.every.start(), *options.every.end());
    // Round by round, in each of them everybody once.
    while began.elapsed() < options.lasts || report.kills.contains(&0) {
        let mut round = vec![0, 1, 2];
        while !round.is_empty() {
            let wait = Duration::from_secs(u64::from(least + chance.below(most - least + 1)));
            std::thread::sleep(wait);
            let who = round.swap_remove(chance.below(round.len() as u32) as usize);
            soak.kill(who, &mut report)?;
            eprintln!("{:>5} s: {report}", began.elapsed().as_secs());
        }
    }
    soak.end(&mut report)?;
    Ok(report)
}

/// A maker for the first three months that the demo lists of its first programme.
fn configuration(venue: &str) -> String {
    let symbols = venue.lines().filter_map(|line| line.strip_prefix("symbol = \"")?.strip_suffix('"'));
    let months = symbols.filter(|symbol| symbol.starts_with("AWS-ACT-1K-2")).take(3);
    let instruments: String = months.map(|symbol| format!("\n[[instrument]]\nsymbol = \"{symbol}\"\n")).collect();
    format!(
        r#"version = 1

[safety]
dead_man_seconds = 15
confirm_ms = 10000
stale_ms = 30000
loss_limit = 5000000

[bounds]
face = 5000000
keep = 0

[[family]]
name = "AWS-ACT-1K"
near_bp = 5000
far_bp = 8000
half_days = 60

[quoting]
quote_face = 5000
layers = 1
max_face = 5000000
target_face = 100000
risk_aversion = 0.000001
{instruments}"#
    )
}
