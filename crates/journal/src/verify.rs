//! Reads everything and says what is there.

use crate::{Disk, End, Head, JournalError, Reader};
use std::path::Path;

/// What a journal holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Segments.
    pub segments: usize,
    /// Good batches.
    pub batches: u64,
    /// Frames in them.
    pub frames: u64,
    /// Commands that start in them.
    pub commands: u64,
    /// Their bytes, heads and padding included.
    pub bytes: u64,
    /// The first command that is there; 1 unless older segments were taken away. 0 when there is none.
    pub first_seq: u64,
    /// The largest batch in bytes.
    pub largest_batch: u64,
    /// Where they end.
    pub end: End,
    /// The head behind the last of them, when it was asked for.
    pub head: Option<Head>,
    /// Each segment with a good header, oldest first.
    pub spans: Vec<Span>,
}

/// A segment of a journal that was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Its first command, which is its name too.
    pub first_seq: u64,
    /// The last command that starts in it or before; one less than `first_seq` when none starts in it.
    pub last_seq: u64,
    /// The byte behind its last batch.
    pub end: u64,
    /// The head of everything before it, when heads were asked for.
    pub before: Option<Head>,
    /// Its digest, when heads were asked for.
    pub digest: Option<[u8; 32]>,
}

impl Report {
    /// The segment in which command `seq` starts; the last when it is beyond the end.
    #[must_use]
    pub fn span(&self, seq: u64) -> Option<&Span> {
        let behind = self.spans.partition_point(|span| span.first_seq <= seq);
        self.spans.get(behind.saturating_sub(1))
    }

    /// Adds a batch.
    pub(crate) fn batch(&mut self, frames: u64, commands: u32, bytes: u64) {
        self.batches += 1;
        self.frames += frames;
        self.commands += u64::from(commands);
        self.bytes += bytes;
        self.largest_batch = self.largest_batch.max(bytes);
    }
}

/// Checks every batch of the journal in `dir`, one after the other; [`check`](crate::check) uses every core. `progress` hears
/// the segment being read, from 0, and how many there are.
///
/// # Errors
/// Damage, with file, offset and command.
pub fn verify(dir: &Path, mut progress: impl FnMut(usize, usize)) -> Result<Report, JournalError> {
    let mut reader = Reader::open(dir)?;
    let mut report = Report::default();
    let mut shown = None;
    read_on(&mut reader, &mut report, |at, _| {
        if shown != Some(at) {
            shown = Some(at);
            progress(at.0, at.1);
        }
    })?;
    report.first_seq = reader.first_seq();
    report.segments = reader.progress().1;
    Ok(report)
}

/// Reads to the end and adds what is there to `report`. `progress` hears of each batch: [`Reader::progress`], and its bytes.
pub(crate) fn read_on<D: Disk>(
    reader: &mut Reader<D>,
    report: &mut Report,
    mut progress: impl FnMut((usize, usize), u64),
) -> Result<(), JournalError> {
    progress(reader.progress(), 0);
    while let Some(batch) = reader.next_batch()? {
        let bytes = batch.len_bytes() as u64;
        let end = batch.offset() + bytes;
        report.batch(batch.frames().count() as u64, batch.count(), bytes);
        span_in_hand(reader, report, end);
        progress(reader.progress(), bytes);
    }
    report.end = reader.end().cloned().expect("read to the end");
    report.head = reader.head();
    if report.end.file.is_some() {
        let offset = report.end.offset;
        span_in_hand(reader, report, offset);
    }
    Ok(())
}

/// Says of the segment that the reader is in that it is good up to `end`.
fn span_in_hand<D: Disk>(reader: &Reader<D>, report: &mut Report, end: u64) {
    let first_seq = reader.segment();
    let (last_seq, before, digest) = (reader.last_seq(), reader.head_before(), reader.digest());
    let span = Span { first_seq, last_seq, end, before, digest };
    match report.spans.last_mut() {
        Some(last) if last.first_seq == first_seq => *last = span,
        _ => report.spans.push(span),
    }
}
