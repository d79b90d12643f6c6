//! What people say to a running maker: signals, lines on standard input, the file of the pause, a changed configuration.

use super::load;
use crate::failure::Failure;
use crate::screen::tell;
use std::io::BufRead;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::{Interval, interval};
use unspent_maker::Control;
use unspent_model::Timestamp;

/// How often files are looked at.
const LOOK: Duration = Duration::from_millis(250);

/// This machine's time.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

/// Everything that people may say.
pub struct People {
    config: PathBuf,
    /// When the configuration was changed last, as far as is known.
    changed: Option<SystemTime>,
    pause_file: Option<PathBuf>,
    paused: bool,
    hangup: Signal,
    pause: Signal,
    resume: Signal,
    interrupt: Signal,
    terminate: Signal,
    lines: mpsc::Receiver<String>,
    look: Interval,
}

impl People {
    /// Listens from now on.
    pub fn new(config: PathBuf, pause_file: Option<String>, no_keys: bool) -> Result<People, Failure> {
        let (said, lines) = mpsc::channel(16);
        if !no_keys {
            // A thread, for reading a terminal cannot be given up; it ends with the process.
            std::thread::spawn(move || {
                for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                    if said.blocking_send(line).is_err() {
                        return;
                    }
                }
            });
        }
        let changed = modified(&config);
        Ok(People {
            config,
            changed,
            pause_file: pause_file.map(PathBuf::from),
            paused: false,
            hangup: signal(SignalKind::hangup())?,
            pause: signal(SignalKind::user_defined1())?,
            resume: signal(SignalKind::user_defined2())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            lines,
            look: interval(LOOK),
        })
    }

    /// The next thing that is said. Cancel safe.
    pub async fn next(&mut self) -> Control {
        loop {
            tokio::select! {
                Some(()) = self.hangup.recv() => {
                    if let Some(control) = self.reload() {
                        return control;
                    }
                }
                Some(()) = self.pause.recv() => return Control::Pause,
                Some(()) = self.resume.recv() => return Control::Resume,
                Some(()) = self.interrupt.recv() => return Control::Quit,
                Some(()) = self.terminate.recv() => return Control::Quit,
                Some(line) = self.lines.recv() => match line.trim() {
                    "pause" | "p" => return Control::Pause,
                    "resume" | "r" => return Control::Resume,
                    "quit" | "q" => return Control::Quit,
                    "reload" | "l" => {
                        if let Some(control) = self.reload() {
                            return control;
                        }
                    }
                    "" => {}
                    _ => tell("say pause, resume, reload or quit"),
                },
                _ = self.look.tick() => {
                    if let Some(control) = self.files() {
                        return control;
                    }
                }
            }
        }
    }

    /// What files say.
    fn files(&mut self) -> Option<Control> {
        let there = self.pause_file.as_ref().is_some_and(|path| path.exists());
        if there != self.paused {
            self.paused = there;
            return Some(Control::PauseFile(there));
        }
        let changed = modified(&self.config);
        if changed.is_some() && changed != self.changed {
            return self.reload();
        }
        None
    }

    /// The configuration as it is now; what is wrong with it is told, and nothing changes.
    pub fn reload(&mut self) -> Option<Control> {
        self.changed = modified(&self.config);
        match load(&self.config) {
            Ok(file) => {
                self.pause_file = file.pause_file.map(PathBuf::from);
                Some(Control::Reload(Box::new(file.config)))
            }
            Err(why) => {
                tell(&format!("the new configuration is not taken: {why}"));
                None
            }
        }
    }
}

fn modified(path: &PathBuf) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
