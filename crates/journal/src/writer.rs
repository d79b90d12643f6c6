//! Appending: one batch, one write, one sync.

use crate::JournalError;
use crate::batch::Batch;
use crate::lock::Lock;
use crate::reader::{End, Reader, TornTail};
use crate::segment::{HEADER, Header, Spares};
use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::{Path, PathBuf};

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Bytes of a segment. A batch that is larger makes its segment grow.
    pub segment_bytes: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { segment_bytes: 64 << 20 }
    }
}

/// What was found when the journal was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// The last command.
    pub last_seq: u64,
    /// Good batches.
    pub batches: u64,
    /// Their bytes.
    pub bytes: u64,
    /// An unfinished batch behind them, to be cut before the first append.
    pub torn: Option<TornTail>,
}

/// Where a batch was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The byte of its segment at which it begins.
    pub offset: u64,
    /// Its bytes.
    pub bytes: u64,
}

/// A journal open for appending.
#[derive(Debug)]
pub struct Journal {
    spares: Spares,
    file: Option<File>,
    path: PathBuf,
    at: u64,
    segment_bytes: u64,
    last_seq: u64,
    crc: u32,
    torn: Option<TornTail>,
    failed: bool,
    // Last, so that the directory is free only when nothing writes there any more.
    _lock: Lock,
}

impl Journal {
    /// Opens the journal in `dir`, which is made when it is not there, and reads it to its end.
    ///
    /// # Errors
    /// When another process has it open, when it is damaged, or when the operating system refuses.
    pub fn open(dir: &Path, options: Options) -> Result<(Journal, Recovery), JournalError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
        made.map_err(JournalError::io("creating", dir))?;
        let lock = Lock::take(dir)?;
        let mut reader = Reader::open(dir)?;
        let (mut batches, mut bytes) = (0, 0);
        while let Some(batch) = reader.next_batch()? {
            batches += 1;
            bytes += batch.len_bytes() as u64;
        }
        let End { last_seq, crc, file, offset, torn } = reader.end().cloned().expect("read to the end");
        let path = file.unwrap_or_else(|| dir.to_owned());
        let file = if path == dir {
            None
        } else {
            let open = OpenOptions::new().read(true).write(true).open(&path);
            Some(open.map_err(JournalError::io("opening", &path))?)
        };
        let recovery = Recovery { last_seq, batches, bytes, torn: torn.clone() };
        let journal = Journal {
            spares: Spares::start(dir, options.segment_bytes)?,
            file,
            path,
            at: offset,
            segment_bytes: options.segment_bytes,
            last_seq,
            crc,
            torn,
            failed: false,
            _lock: lock,
        };
        Ok((journal, recovery))
    }

    /// The last command on disk; 0 when there is none.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// The file and the byte at which the next batch begins.
    #[must_use]
    pub fn position(&self) -> (&Path, u64) {
        (&self.path, self.at)
    }

    /// Puts zeros over the unfinished batch that a crash left. Nobody was told of anything in it.
    ///
    /// # Errors
    /// When the operating system refuses. Nothing may be appended then.
    pub fn cut_torn_tail(&mut self) -> Result<(), JournalError> {
        if self.failed {
            return Err(JournalError::Failed);
        }
        let (Some(torn), Some(file)) = (&self.torn, &self.file) else { return Ok(()) };
        self.failed = true;
        let zeros = vec![0; usize::try_from(torn.bytes).expect("a segment fits in memory")];
        file.write_all_at(&zeros, torn.offset).map_err(JournalError::io("cutting the torn tail of", &self.path))?;
        file.sync_data().map_err(JournalError::io("syncing", &self.path))?;
        self.failed = false;
        self.torn = None;
        Ok(())
    }

    /// Writes a batch of `count` commands from `first_seq` on. When it returns, the batch is on disk.
    ///
    /// # Errors
    /// Any error is final: what is on disk is not known, and every later append is refused.
    pub fn append(&mut self, first_seq: u64, count: u32, batch: &mut Batch) -> Result<Appended, JournalError> {
        if self.failed {
            return Err(JournalError::Failed);
        }
        if self.torn.is_some() {
            return Err(JournalError::TornTailLeft);
        }
        if first_seq != self.last_seq + 1 {
            return Err(JournalError::OutOfSequence { expected: self.last_seq + 1, got: first_seq });
        }
        // Until the sync has returned it is not known what is on disk.
        self.failed = true;
        let payload = batch.len_bytes();
        let (bytes, crc) = batch.seal(first_seq, count, self.crc);
        let len = bytes.len() as u64;
        if self.file.is_none() || self.at + len > self.segment_bytes.max(HEADER as u64 + len) {
            let (path, file) = self.spares.open(Header { first_seq, prev_crc: self.crc })?;
            (self.path, self.file, self.at) = (path, Some(file), HEADER as u64);
        }
        let file = self.file.as_ref().expect("opened above");
        file.write_all_at(bytes, self.at).map_err(JournalError::io("writing", &self.path))?;
        file.sync_data().map_err(JournalError::io("syncing", &self.path))?;
        batch.unseal(payload);
        let appended = Appended { offset: self.at, bytes: len };
        self.at += len;
        self.crc = crc;
        self.last_seq += u64::from(count);
        self.failed = false;
        Ok(appended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_failed_write_nothing_is_taken_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(dir.path(), Options { segment_bytes: 4_096 }).unwrap();
        let mut batch = Batch::new();
        batch.push(b"one").unwrap();
        journal.append(1, 1, &mut batch).unwrap();
        let writable = journal.file.replace(File::open(&journal.path).unwrap());
        assert!(matches!(journal.append(2, 1, &mut batch), Err(JournalError::Io { action: "writing", .. })));
        journal.file = writable;
        assert!(matches!(journal.append(2, 1, &mut batch), Err(JournalError::Failed)));
        assert!(matches!(journal.cut_torn_tail(), Err(JournalError::Failed)));
        assert_eq!(journal.last_seq(), 1);
    }
}
