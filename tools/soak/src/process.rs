//! A process that is started, read, killed and started again.

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Lines that are kept of what one says.
const KEPT: usize = 50;

/// One of those that run.
pub struct Process {
    name: &'static str,
    child: Option<Child>,
    /// Its last lines on standard output, and on standard error.
    out: Arc<Mutex<Vec<String>>>,
    err: Arc<Mutex<Vec<String>>>,
}

fn follow(from: impl Read + Send + 'static, into: &Arc<Mutex<Vec<String>>>) {
    let into = Arc::clone(into);
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut lines = into.lock().expect("nobody panics with it");
            if lines.len() == KEPT {
                lines.remove(0);
            }
            lines.push(line);
        }
    });
}

impl Process {
    /// One that was not started yet.
    pub fn new(name: &'static str) -> Process {
        Process { name, child: None, out: Arc::default(), err: Arc::default() }
    }

    /// Starts it.
    pub fn start(&mut self, command: &mut Command) -> Result<()> {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("starting {}", self.name))?;
        follow(child.stdout.take().context("piped")?, &self.out);
        follow(child.stderr.take().context("piped")?, &self.err);
        self.child = Some(child);
        Ok(())
    }

    /// Its last lines on standard output.
    pub fn lines(&self) -> Vec<String> {
        self.out.lock().expect("nobody panics with it").clone()
    }

    /// Forgets what it said so far on standard output.
    pub fn forget(&self) {
        self.out.lock().expect("nobody panics with it").clear();
    }

    /// The last of what it complained about, and of what it said.
    pub fn said(&self) -> String {
        let err = self.err.lock().expect("nobody panics with it");
        let out = self.out.lock().expect("nobody panics with it");
        let last = |lines: &[String]| lines.iter().rev().take(3).rev().cloned().collect::<Vec<_>>().join(" / ");
        format!("{} … {}", last(&err), last(&out))
    }

    /// SIGKILL.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill().with_context(|| format!("killing {}", self.name))?;
            child.wait().with_context(|| format!("waiting for {}", self.name))?;
        }
        Ok(())
    }

    /// SIGTERM; says whether it ended with success within so long.
    pub fn terminate(&mut self, within: Duration) -> Result<bool> {
        let Some(mut child) = self.child.take() else { return Ok(true) };
        let pid = Pid::from_raw(i32::try_from(child.id())?).context("a process has a number")?;
        kill_process(pid, Signal::TERM).with_context(|| format!("stopping {}", self.name))?;
        let began = Instant::now();
        while began.elapsed() < within {
            if let Some(status) = child.try_wait()? {
                return Ok(status.success());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        child.kill()?;
        child.wait()?;
        Ok(false)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing outlives the soak, however it ends.
        drop(self.kill());
    }
}
