//! How fast a journal is checked from the page cache: `cargo bench -p unspent-journal --bench check [GIB]`.
//!
//! Makes a journal of so many GiB (1 when none is named) in the directory of temporary files, reads it once so that it is in
//! memory, and times one core and all of them, with the head and without, beside the reader that reads one batch after the
//! other. A rate is bytes of batches by seconds.

use std::num::NonZero;
use std::path::Path;
use std::time::Instant;
use unspent_journal::{Batch, Checking, Dir, Journal, Options, check, verify};

/// A frame is as long as an order with its name, a batch has so many of them.
const FRAME: usize = 120;

fn make(dir: &Path, bytes: u64, frames: u32) -> u64 {
    let (mut journal, _) = Journal::open(dir, Options { ahead: false, ..Options::default() }).expect("a new journal");
    let mut batch = Batch::new();
    while journal.position().bytes < bytes {
        batch.clear();
        for i in 0..frames {
            let byte = u8::try_from((journal.last_seq() + u64::from(i)) % 251).expect("below 251");
            batch.push(&[byte; FRAME]).expect("it fits");
        }
        journal.append(journal.last_seq() + 1, frames, &mut batch).expect("appended");
    }
    journal.position().bytes
}

fn main() {
    // What cargo itself passes begins with two hyphens.
    let gib = std::env::args().skip(1).find_map(|arg| arg.parse::<f64>().ok()).unwrap_or(1.0);
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    for frames in [4_000, 100] {
        let dir = tempfile::tempdir().expect("a directory");
        // Every append is synced: small batches take long.
        let share = if frames == 100 { 0.25 } else { 1.0 };
        let bytes = make(dir.path(), (gib * share * f64::from(1 << 30)) as u64, frames);
        let rate = |took: f64| bytes as f64 / took / 1e9;
        println!("{frames} frames of {FRAME} bytes a batch, {:.2} GB", bytes as f64 / 1e9);
        let disk = Dir::at(dir.path());
        verify(dir.path(), |_, _| ()).expect("it is whole");
        let started = Instant::now();
        verify(dir.path(), |_, _| ()).expect("it is whole");
        println!("  one batch after the other          {:>6.2} GB/s", rate(started.elapsed().as_secs_f64()));
        for (heads, what) in [(false, "checksums"), (true, "checksums and head")] {
            for threads in if cores > 1 { vec![1, cores] } else { vec![1] } {
                let how = Checking { heads, threads: NonZero::new(threads) };
                let best = (0..3).map(|_| {
                    let started = Instant::now();
                    check(&disk, how, |_, _| ()).expect("it is whole");
                    started.elapsed().as_secs_f64()
                });
                let best = best.fold(f64::INFINITY, f64::min);
                println!("  {what:<20} {threads:>2} threads    {:>6.2} GB/s", rate(best));
            }
        }
    }
}
