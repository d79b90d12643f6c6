//! Checks a journal with every core: segments side by side, then the joints between them.
//!
//! # Invariants
//! - The verdict is [`Reader`]'s. What the cores say is only how many segments from the first on are plainly good; the reader
//!   goes on behind the last batch of those, and so judges whatever follows, and where the journal ends.

use crate::alone::{Alone, alone};
use crate::disk::{Disk, DiskFile};
use crate::head::Heading;
use crate::segment;
use crate::verify::{Report, Span, read_on};
use crate::{Head, JournalError, Reader};
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How often progress is told.
const TELL: Duration = Duration::from_millis(100);

/// How to check.
#[derive(Clone, Copy, Debug)]
pub struct Checking {
    /// Compute the journal's head, and the digest of every segment.
    pub heads: bool,
    /// How many threads to use; `None` for as many as there are cores.
    pub threads: Option<NonZero<usize>>,
}

impl Default for Checking {
    fn default() -> Checking {
        Checking { heads: true, threads: None }
    }
}

/// Checks every batch of the journal on `disk`. `progress` hears every tenth of a second how many bytes were read, and how
/// many the files have.
///
/// # Errors
/// As [`Reader`]: damage, with file, offset and command.
pub fn check<D: Disk>(disk: &D, how: Checking, mut progress: impl FnMut(u64, u64)) -> Result<Report, JournalError> {
    let named = segment::list(disk)?;
    let total = sizes(disk, &named);
    let read = AtomicU64::new(0);
    let checked = side_by_side(disk, &named, how, &read, || progress(read.load(Ordering::Relaxed), total));
    let good = good(&checked);

    let mut report = Report::default();
    let mut head = Head::default();
    let mut last = None;
    for one in checked.into_iter().take(good).flatten() {
        let span = report.add(&one, &mut head);
        last = Some((span, one.next_seq, one.crc));
    }
    let mut reader = Reader::on(disk.clone(), last.map_or(1, |(span, ..)| span.first_seq))?;
    match last {
        Some((span, next_seq, crc)) => {
            let heading = span.before.zip(span.digest).map(|(before, digest)| Heading::within(before, digest));
            let same = reader.first_seq() == span.first_seq;
            if !same || !reader.resume(span.end, next_seq, crc, heading) {
                // Somebody took it away or made it shorter since: whatever it is now, it is read from the beginning.
                return read_all(disk, how);
            }
        }
        None if how.heads => reader.follow_head(head),
        None => {}
    }
    let mut shown = 0;
    let counted = read.load(Ordering::Relaxed);
    read_on(&mut reader, &mut report, |_, bytes| {
        let bytes = read.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if bytes - counted >= shown {
            shown = bytes - counted + (16 << 20);
            progress(bytes.min(total), total);
        }
    })?;
    report.first_seq = named.first().copied().unwrap_or(reader.first_seq());
    report.segments = good.saturating_sub(1) + reader.progress().1;
    Ok(report)
}

/// One batch after the other.
fn read_all<D: Disk>(disk: &D, how: Checking) -> Result<Report, JournalError> {
    let mut reader = Reader::on(disk.clone(), 1)?;
    if how.heads {
        reader.follow_head(Head::default());
    }
    let mut report = Report::default();
    read_on(&mut reader, &mut report, |_, _| ())?;
    (report.first_seq, report.segments) = (reader.first_seq(), reader.progress().1);
    Ok(report)
}

impl Report {
    /// Adds a segment that follows what is in the report; `head` is that before it, and then behind it.
    fn add(&mut self, one: &Alone, head: &mut Head) -> Span {
        let mut span = one.report.spans[0];
        if let Some(digest) = span.digest {
            span.before = Some(*head);
            *head = head.then(digest);
        }
        self.spans.push(span);
        self.batches += one.report.batches;
        self.frames += one.report.frames;
        self.commands += one.report.commands;
        self.bytes += one.report.bytes;
        self.largest_batch = self.largest_batch.max(one.report.largest_batch);
        span
    }
}

fn sizes<D: Disk>(disk: &D, named: &[u64]) -> u64 {
    // Only for display: what cannot be looked at now is not there when it is read either.
    let size = |&first: &u64| disk.open(&segment::name(first), false).and_then(|file| file.size()).unwrap_or(0);
    named.iter().map(size).sum()
}

/// Each segment by itself; `None` for one that is not plainly good, or cannot be read.
fn side_by_side<D: Disk>(
    disk: &D,
    named: &[u64],
    how: Checking,
    read: &AtomicU64,
    mut tell: impl FnMut(),
) -> Vec<Option<Alone>> {
    let cores = how.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let mut checked: Vec<Option<Alone>> = named.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        let (done, results) = channel();
        for _ in 0..cores.min(named.len()) {
            let (disk, done, next) = (disk.clone(), done.clone(), &next);
            scope.spawn(move || {
                let mut buffer = Vec::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(&first) = named.get(at) else { break };
                    let one = alone(&disk, first, how.heads, &mut buffer, read).ok().flatten();
                    // Nobody receives only when this scope is unwinding.
                    let _ = done.send((at, one));
                }
            });
        }
        drop(done);
        loop {
            match results.recv_timeout(TELL) {
                Ok((at, one)) => checked[at] = one,
                Err(RecvTimeoutError::Timeout) => tell(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    });
    checked
}

/// How many from the first on are good and continue each other.
fn good(checked: &[Option<Alone>]) -> usize {
    let mut before: Option<&Alone> = None;
    for (at, one) in checked.iter().enumerate() {
        let Some(one) = one else { return at };
        let joins = before.is_none_or(|last| last.next_seq == one.header.first_seq && last.crc == one.header.prev_crc);
        if !joins {
            return at;
        }
        before = Some(one);
    }
    checked.len()
}
