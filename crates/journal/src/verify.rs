//! Reads everything and says what is there.

use crate::{End, JournalError, Reader};
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
}

/// Checks every batch of the journal in `dir`. `progress` hears the segment being read, from 0, and how many there are.
///
/// # Errors
/// Damage, with file, offset and command.
pub fn verify(dir: &Path, mut progress: impl FnMut(usize, usize)) -> Result<Report, JournalError> {
    let mut reader = Reader::open(dir)?;
    let mut report = Report::default();
    let mut shown = None;
    loop {
        let at = reader.progress();
        if shown != Some(at) {
            shown = Some(at);
            progress(at.0, at.1);
        }
        let Some(batch) = reader.next_batch()? else { break };
        report.batches += 1;
        report.frames += batch.frames().count() as u64;
        report.commands += u64::from(batch.count());
        report.bytes += batch.len_bytes() as u64;
        report.largest_batch = report.largest_batch.max(batch.len_bytes() as u64);
    }
    report.first_seq = reader.first_seq();
    report.segments = reader.progress().1;
    report.end = reader.end().cloned().expect("read to the end");
    Ok(report)
}
