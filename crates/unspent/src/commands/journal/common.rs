//! What the journal's commands have in common: where it is, how far the work is, and which command a time means.

use crate::failure::Failure;
use crate::money;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use unspent_journal::{Checking, Dir, Head, Reader, Report, Span, check};
use unspent_model::Timestamp;
use unspent_records::Record;

/// How often progress is said.
const SAY: Duration = Duration::from_secs(1);

/// The journal of a data directory, if there is one.
pub fn journal_of(data: &Path, option: &str) -> Result<PathBuf, Failure> {
    let dir = data.join("journal");
    if dir.is_dir() {
        return Ok(dir);
    }
    Err(Failure::Usage(format!(
        "{} has no journal; name the directory that `unspent serve` or `unspent demo` was given, with {option} DIR",
        data.display()
    )))
}

/// Says on standard error how far long work is: first after a second, then once a second.
#[derive(Debug)]
pub struct Progress {
    quiet: bool,
    started: Instant,
    said: Instant,
}

impl Progress {
    /// From now on; says nothing when standard error is for machines.
    pub fn new(json: bool) -> Progress {
        Progress { quiet: json, started: Instant::now(), said: Instant::now() }
    }

    /// So many bytes of so many are done.
    pub fn bytes(&mut self, doing: &str, done: u64, total: u64) {
        let rate =
            |took: Duration| u64::try_from(u128::from(done) * 1_000 / took.as_millis().max(1)).unwrap_or(u64::MAX);
        self.say(|took| {
            format!(
                "{doing} … {} of {}, {} a second",
                money::bytes(done),
                money::bytes(total),
                money::bytes(rate(took))
            )
        });
    }

    /// Everything up to this command is done.
    pub fn command(&mut self, doing: &str, seq: u64) {
        self.say(|_| format!("{doing} … command {}", money::count(seq)));
    }

    fn say(&mut self, line: impl FnOnce(Duration) -> String) {
        if !self.quiet && self.said.elapsed() >= SAY {
            self.said = Instant::now();
            // Nobody there to read it is no reason to stop.
            let _ = writeln!(std::io::stderr(), "{}", line(self.started.elapsed()));
        }
    }
}

/// Checks everything and computes its heads.
pub fn checked(dir: &Path, doing: &str, json: bool) -> Result<Report, Failure> {
    let mut progress = Progress::new(json);
    Ok(check(&Dir::at(dir), Checking::default(), |done, total| progress.bytes(doing, done, total))?)
}

/// The journal behind one of its batches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// The last command.
    pub seq: u64,
    /// The head.
    pub head: Head,
    /// The segment it is in, by first command.
    pub segment: u64,
    /// The byte behind the batch.
    pub offset: u64,
}

/// The places behind the last batches that have no command later than `seq`, oldest first; all have the same last command.
/// More than one when what follows that command has a batch of its own: the rest of its fills, a state hash. Empty only
/// when there is no segment.
pub fn behind(dir: &Path, report: &Report, seq: u64) -> Result<Vec<Behind>, Failure> {
    let mut found: Vec<Behind> = Vec::new();
    let Some(first) = report.span(seq) else { return Ok(found) };
    let mut add = |place: Behind| {
        if found.last().is_some_and(|last| last.seq != place.seq) {
            found.clear();
        }
        found.push(place);
    };
    add(start_of(first));
    for span in report.spans.iter().filter(|span| span.first_seq >= first.first_seq) {
        if span.first_seq > seq.saturating_add(1) {
            break;
        }
        let mut reader = Reader::on(Dir::at(dir), span.first_seq)?;
        reader.follow_head(span.before.unwrap_or_default());
        let head = |reader: &Reader| reader.head().expect("it is followed");
        // A segment that has only its header yet.
        add(Behind { head: head(&reader), ..start_of(span) });
        while let Some(batch) = reader.next_batch()? {
            let (offset, bytes, last) =
                (batch.offset(), batch.len_bytes() as u64, last_of(batch.first_seq(), batch.count()));
            // Beside a writer there may be more than was checked.
            let beyond = last > seq || last > report.end.last_seq || offset >= span.end;
            if beyond || !same_segment(&batch, span) {
                break;
            }
            add(Behind { seq: last, head: head(&reader), segment: span.first_seq, offset: offset + bytes });
        }
    }
    Ok(found)
}

fn start_of(span: &Span) -> Behind {
    Behind { seq: span.first_seq - 1, head: span.before.unwrap_or_default(), segment: span.first_seq, offset: 64 }
}

fn same_segment(batch: &unspent_journal::BatchView<'_>, span: &Span) -> bool {
    batch.file().file_name().is_some_and(|name| name == file_name(span.first_seq).as_str())
}

/// The last command that starts in a batch, or before it.
pub fn last_of(first_seq: u64, count: u32) -> u64 {
    first_seq + u64::from(count) - 1
}

/// The name of a segment's file.
pub fn file_name(first_seq: u64) -> String {
    format!("{first_seq:020}.journal")
}

/// The last command that is not later than `time`; the one before the first when all are.
pub fn seq_at(dir: &Path, report: &Report, time: Timestamp) -> Result<u64, Failure> {
    let Some(first) = report.spans.first() else { return Ok(0) };
    // The last segment of which the first command is not later.
    let (mut low, mut high) = (0, report.spans.len());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match first_time(dir, report.spans[middle].first_seq)? {
            Some(at) if at <= time => low = middle,
            _ => high = middle,
        }
    }
    let mut last = first.first_seq.max(report.spans[low].first_seq) - 1;
    let mut reader = Reader::on(Dir::at(dir), report.spans[low].first_seq)?;
    while let Some(batch) = reader.next_batch()? {
        for frame in batch.frames() {
            if let Record::Command(command) = decode(frame, &batch)? {
                if command.at > time || command.seq.0 > report.end.last_seq {
                    return Ok(last);
                }
                last = command.seq.0;
            }
        }
    }
    Ok(last)
}

fn first_time(dir: &Path, segment: u64) -> Result<Option<Timestamp>, Failure> {
    let mut reader = Reader::on(Dir::at(dir), segment)?;
    while let Some(batch) = reader.next_batch()? {
        for frame in batch.frames() {
            if let Record::Command(command) = decode(frame, &batch)? {
                return Ok(Some(command.at));
            }
        }
    }
    Ok(None)
}

/// The record in a frame, or where it stands and what is wrong with it.
pub fn decode(frame: &[u8], batch: &unspent_journal::BatchView<'_>) -> Result<Record, Failure> {
    Record::decode(frame).map_err(|error| {
        let place = format!("{} at byte {}, command {}", batch.file().display(), batch.offset(), batch.first_seq());
        Failure::Error(anyhow::Error::from(error).context(place))
    })
}
