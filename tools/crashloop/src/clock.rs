//! A wall clock that jumps forwards and back, for one process: libfaketime, and a file that says how wrong it is.

use crate::load::Rng;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use unspent_journal::Reader;
use unspent_records::Record;

/// Seconds that it is wrong by, at most, either way: well within the day for which answers are kept.
const WRONG: u64 = 36_000;
/// Seconds by which that bound grows with each jump, so that the clock keeps reaching where it has never been.
const FURTHER: u64 = 60;
/// Where the library may be.
const PLACES: &[&str] =
    &["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib64/faketime"];

/// The clock; it jumps until it is dropped.
#[derive(Debug)]
pub struct Clock {
    library: PathBuf,
    file: PathBuf,
    stop: Arc<AtomicBool>,
    jumps: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

/// The library that a process is preloaded with.
///
/// # Errors
/// When it is not installed.
pub fn library() -> Result<PathBuf> {
    let places = PLACES.iter().map(|place| Path::new(place).join("libfaketimeMT.so.1"));
    places
        .into_iter()
        .find(|path| path.is_file())
        .context("libfaketimeMT.so.1 is missing; install with: apt-get install --no-install-recommends libfaketime")
}

/// Says how wrong the clock is; whole or not at all.
fn set(file: &Path, seconds: i128) -> std::io::Result<()> {
    let next = file.with_extension("next");
    std::fs::write(&next, format!("{seconds:+}\n"))?;
    std::fs::rename(next, file)
}

impl Clock {
    /// Starts jumping, each time further, by up to ten hours, every few hundredths of a second.
    ///
    /// # Errors
    /// When the library is not installed, or the folder cannot be written.
    pub fn start(folder: &Path, seed: u64) -> Result<Clock> {
        let library = library()?;
        let file = folder.join("clock");
        set(&file, 0)?;
        let (stop, jumps) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let thread = {
            let (file, stop, jumps) = (file.clone(), Arc::clone(&stop), Arc::clone(&jumps));
            std::thread::spawn(move || {
                let (mut rng, mut bound) = (Rng(seed), 0);
                while !stop.load(Ordering::Relaxed) {
                    bound = WRONG.min(bound + FURTHER);
                    let wrong = i128::from(rng.between(0, 2 * bound)) - i128::from(bound);
                    if set(&file, wrong).is_ok() {
                        jumps.fetch_add(1, Ordering::Relaxed);
                    }
                    std::thread::sleep(Duration::from_millis(rng.between(5, 60)));
                }
            })
        };
        Ok(Clock { library, file, stop, jumps, thread: Some(thread) })
    }

    /// What the process must find in its environment. The monotonic clock stays as it is: it does not jump on any machine.
    #[must_use]
    pub fn environment(&self) -> BTreeMap<&'static str, String> {
        let path = |path: &Path| path.display().to_string();
        BTreeMap::from([
            ("LD_PRELOAD", path(&self.library)),
            ("FAKETIME_TIMESTAMP_FILE", path(&self.file)),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ])
    }

    /// How often it jumped.
    #[must_use]
    pub fn jumps(&self) -> u64 {
        self.jumps.load(Ordering::Relaxed)
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has nothing that could panic.
            let _ = thread.join();
        }
    }
}

/// What the times of a journal's commands are like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// Commands.
    pub commands: u64,
    /// Commands whose time is before that of the command before.
    pub back: u64,
    /// Commands whose time is that of the command before: the clock was behind it.
    pub still: u64,
    /// Commands a minute or more after the one before.
    pub ahead: u64,
}

/// Reads the times of all commands of a journal.
///
/// # Errors
/// When the journal cannot be read or is damaged.
pub fn times(journal: &Path) -> Result<Times> {
    let mut reader = Reader::open(journal).context("opening the journal")?;
    let (mut times, mut last) = (Times::default(), None);
    while let Some(batch) = reader.next_batch().context("reading the journal")? {
        for frame in batch.frames() {
            if let Record::Command(command) = Record::decode(frame).context("a record")? {
                let at = command.at.0;
                let last = last.replace(at).unwrap_or(at);
                times.commands += 1;
                times.back += u64::from(at < last);
                times.still += u64::from(at == last);
                times.ahead += u64::from(at >= last.saturating_add(60_000_000_000));
            }
        }
    }
    Ok(times)
}
