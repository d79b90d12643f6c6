//! Appending: one batch, one write, one sync.

use crate::JournalError;
use crate::batch::Batch;
use crate::disk::{Dir, Disk, DiskFile, write_all};
use crate::mark::{self, Mark};
use crate::reader::{End, Reader, TornTail};
use crate::segment::{HEADER, Header, Version};
use crate::spares::{Room, Spares};
use std::path::{Path, PathBuf};

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Bytes of a segment. A batch that is larger makes its segment grow.
    pub segment_bytes: u64,
    /// Segments are made ahead of time by a thread of their own. Without, each is made when it is needed: the same bytes,
    /// for one thread alone.
    pub ahead: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { segment_bytes: 64 << 20, ahead: true }
    }
}

/// What was found when the journal was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// The first command that is there; 1 unless older segments were taken away. 0 when there is none.
    pub first_seq: u64,
    /// The last command.
    pub last_seq: u64,
    /// Good batches.
    pub batches: u64,
    /// Their bytes.
    pub bytes: u64,
    /// An unfinished batch behind them, to be cut before the first append.
    pub torn: Option<TornTail>,
}

/// Where a batch was written: in the file that [`Journal::position`] names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The byte of its segment at which it begins.
    pub offset: u64,
    /// Its bytes.
    pub bytes: u64,
}

/// Where the next batch begins, for display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position<'a> {
    /// The newest segment; the journal's directory before the first append ever.
    pub file: &'a Path,
    /// The byte in it behind the last batch.
    pub offset: u64,
    /// Bytes of all good batches, those found at the start included; heads and padding included.
    pub bytes: u64,
}

/// A journal that is locked for this process and being read.
#[derive(Debug)]
pub struct Opening<D: Disk = Dir> {
    lock: D::Lock,
    reader: Reader<D>,
}

impl<D: Disk> Opening<D> {
    /// Takes the lock and begins to read at the segment that holds command `seq`, as [`Reader::on`] does.
    ///
    /// # Errors
    /// When another process has it open, when it is damaged, or when the operating system refuses.
    pub fn begin(disk: D, seq: u64) -> Result<Opening<D>, JournalError> {
        let lock = disk.lock().map_err(JournalError::io("locking", &disk.path("lock")))?;
        let lock = lock.ok_or_else(|| JournalError::Locked { dir: disk.path("") })?;
        Ok(Opening { lock, reader: Reader::on(disk, seq)? })
    }

    /// What is there.
    pub fn reader(&mut self) -> &mut Reader<D> {
        &mut self.reader
    }

    /// Reads what was not read yet and makes it a journal to append to.
    ///
    /// # Errors
    /// When it is damaged, or when the operating system refuses.
    pub fn finish(self, options: Options) -> Result<(Journal<D>, Recovery), JournalError> {
        let Opening { lock, mut reader } = self;
        while reader.next_batch()?.is_some() {}
        let End { last_seq, crc, file, offset, torn } = reader.end().cloned().expect("read to the end");
        let disk = reader.disk().clone();
        let path = file.unwrap_or_else(|| disk.path(""));
        let file = match reader.last_name() {
            Some(name) => Some(disk.open(&name, true).map_err(JournalError::io("opening", &path))?),
            None => None,
        };
        if let Some(file) = &file {
            settle(&disk, file, &reader, &path)?;
        }
        let (batches, bytes) = (reader.batches(), reader.bytes());
        let recovery = Recovery { first_seq: reader.first_seq(), last_seq, batches, bytes, torn: torn.clone() };
        let journal = Journal {
            spares: Spares::start(&disk, options.segment_bytes, options.ahead)?,
            file,
            path,
            segment: reader.segment(),
            ours: reader.is_ours(),
            mark: Mark::open(&disk)?,
            at: offset,
            segment_bytes: options.segment_bytes,
            last_seq,
            crc,
            salt: reader.salt(),
            bytes,
            torn,
            failed: false,
            disk,
            _lock: lock,
        };
        Ok((journal, recovery))
    }
}

/// Makes sure that what was read is on disk, and not in the operating system's memory alone.
///
/// The process before may have stopped because a sync failed, or before it synced the directory. What it wrote then is read
/// here all the same, from memory; but the kernel takes it for clean, so that no later sync would write it, and a power cut
/// after the next batches would take it away under them. Only what was written last can be concerned: the last segment's
/// name, its header and its last batch. Source: Rebello et al., "Can Applications Recover from fsync Failures?" (2020).
fn settle<D: Disk>(disk: &D, file: &D::File, reader: &Reader<D>, path: &Path) -> Result<(), JournalError> {
    disk.sync().map_err(JournalError::io("syncing the directory", &disk.path("")))?;
    for (offset, bytes) in reader.last_written() {
        write_all(file, bytes, offset).map_err(JournalError::io("writing again", path))?;
    }
    file.sync().map_err(JournalError::io("syncing", path))
}

/// A journal open for appending.
#[derive(Debug)]
pub struct Journal<D: Disk = Dir> {
    spares: Spares<D>,
    disk: D,
    file: Option<D::File>,
    path: PathBuf,
    /// The first command of the open segment.
    segment: u64,
    /// This version began it: what it writes, the version that the segment names can read.
    ours: bool,
    mark: D::File,
    at: u64,
    segment_bytes: u64,
    last_seq: u64,
    crc: u32,
    /// The open segment's.
    salt: u32,
    /// Of all good batches.
    bytes: u64,
    torn: Option<TornTail>,
    failed: bool,
    // Last, so that the directory is free only when nothing writes there any more.
    _lock: D::Lock,
}

impl Journal<Dir> {
    /// Opens the journal in the directory `dir`, which is made when it is not there, and reads it to its end.
    ///
    /// # Errors
    /// When another process has it open, when it is damaged, or when the operating system refuses.
    pub fn open(dir: &Path, options: Options) -> Result<(Journal, Recovery), JournalError> {
        let disk = Dir::make(dir).map_err(JournalError::io("making", dir))?;
        Opening::begin(disk, 1)?.finish(options)
    }
}

impl<D: Disk> Journal<D> {
    /// Whether the disk has room for it to go on, to be asked at any time and on any thread.
    #[must_use]
    pub fn room(&self) -> Room {
        self.spares.room()
    }

    /// The last command on disk; 0 when there is none.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// Where the next batch begins, unless it opens a new segment.
    #[must_use]
    pub fn position(&self) -> Position<'_> {
        Position { file: &self.path, offset: self.at, bytes: self.bytes }
    }

    /// Puts zeros over the unfinished batch that a crash left, or removes the segment that was being made. Nobody was
    /// told of anything in it. When it returns, that is on disk. Does nothing when there is no torn tail.
    ///
    /// # Errors
    /// When the operating system refuses: that is final, nothing may be appended then.
    pub fn cut_torn_tail(&mut self) -> Result<(), JournalError> {
        if self.failed {
            return Err(JournalError::Failed);
        }
        let Some(torn) = &self.torn else { return Ok(()) };
        self.failed = true;
        match &self.file {
            Some(file) if torn.file == self.path => {
                let zeros = vec![0; usize::try_from(torn.bytes).expect("a segment fits in memory")];
                write_all(file, &zeros, torn.offset)
                    .map_err(JournalError::io("cutting the torn tail of", &self.path))?;
                file.sync().map_err(JournalError::io("syncing", &self.path))?;
            }
            _ => {
                assert_eq!(torn.offset, 0, "only a segment without a header is another file than the last batch's");
                let name = torn.file.file_name().and_then(|name| name.to_str()).expect("a segment's name is text");
                self.disk.remove(name).map_err(JournalError::io("removing", &torn.file))?;
                self.disk.sync().map_err(JournalError::io("syncing the directory", &self.disk.path("")))?;
            }
        }
        self.failed = false;
        self.torn = None;
        Ok(())
    }

    /// Writes a batch of `count` commands from `first_seq` on: one write and one sync, and before them a new segment
    /// when the batch does not fit. When it returns, the batch is on disk. `batch` keeps its frames and its memory.
    ///
    /// # Errors
    /// Any error is final, for what is on disk is not known: every later append is [`JournalError::Failed`]. But
    /// [`JournalError::TornTailLeft`] only asks for [`Journal::cut_torn_tail`] first.
    pub fn append(&mut self, first_seq: u64, count: u32, batch: &mut Batch) -> Result<Appended, JournalError> {
        if self.failed {
            return Err(JournalError::Failed);
        }
        if self.torn.is_some() {
            return Err(JournalError::TornTailLeft);
        }
        // Until the sync has returned it is not known what is on disk.
        self.failed = true;
        let expected = self.last_seq + 1;
        let last_seq = self.last_seq.checked_add(count.into()).filter(|&last| last < u64::MAX);
        let (true, Some(last_seq)) = (first_seq == expected, last_seq) else {
            return Err(JournalError::OutOfSequence { expected, got: first_seq });
        };
        self.make_room(first_seq, batch.sealed_bytes())?;
        let payload = batch.len_bytes();
        let (bytes, crc) = batch.seal(first_seq, count, self.crc, self.salt);
        let len = bytes.len() as u64;
        let written = self.write(bytes);
        batch.unseal(payload);
        written?;
        let mark = Mark { segment: self.segment, offset: self.at + len };
        mark.write(&self.mark).map_err(JournalError::io("writing", &self.disk.path(mark::NAME)))?;
        let appended = Appended { offset: self.at, bytes: len };
        self.at += len;
        self.bytes += len;
        self.crc = crc;
        self.last_seq = last_seq;
        self.failed = false;
        Ok(appended)
    }

    /// Opens a new segment when a batch of `len` bytes does not fit where the next one begins. An empty segment takes
    /// any batch, and so does one in which no command begins.
    fn make_room(&mut self, first_seq: u64, len: u64) -> Result<(), JournalError> {
        // A segment is named after its first command: as long as none begins in it, another would take its name.
        let unnamed = self.segment == first_seq;
        let fits = self.ours && self.at + len <= self.segment_bytes.max(HEADER as u64 + len);
        if self.file.is_some() && (unnamed || fits) {
            return Ok(());
        }
        let salt = self.disk.random().map_err(JournalError::io("drawing a salt for", &self.disk.path("")))?;
        let header = Header { first_seq, prev_crc: self.crc, salt, version: Version::OURS };
        let (name, file) = self.spares.open(header)?;
        (self.path, self.file, self.at, self.salt) = (self.disk.path(&name), Some(file), HEADER as u64, salt);
        (self.segment, self.ours) = (first_seq, true);
        Ok(())
    }

    /// One write where the next batch begins, and one sync.
    fn write(&self, bytes: &[u8]) -> Result<(), JournalError> {
        let file = self.file.as_ref().expect("opened by make_room");
        write_all(file, bytes, self.at).map_err(JournalError::io("writing", &self.path))?;
        // Never tried again: a second sync may answer yes for pages that the first has dropped.
        file.sync().map_err(JournalError::io("syncing", &self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File, OpenOptions};

    #[test]
    fn after_a_failed_write_nothing_is_taken_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(dir.path(), Options { segment_bytes: 4_096, ahead: true }).unwrap();
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

    #[test]
    fn after_a_failed_sync_nothing_is_taken_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(dir.path(), Options { segment_bytes: 4_096, ahead: true }).unwrap();
        let mut batch = Batch::new();
        batch.push(b"one").unwrap();
        journal.append(1, 1, &mut batch).unwrap();
        // It takes every write and refuses every sync.
        let null = OpenOptions::new().write(true).open("/dev/null").unwrap();
        let syncable = journal.file.replace(null);
        assert!(matches!(journal.append(2, 1, &mut batch), Err(JournalError::Io { action: "syncing", .. })));
        journal.file = syncable;
        assert!(matches!(journal.append(2, 1, &mut batch), Err(JournalError::Failed)));
        assert_eq!((journal.last_seq(), batch.len_bytes()), (1, 7), "the batch is as it was");
    }

    #[test]
    fn after_a_full_disk_nothing_is_taken_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(dir.path(), Options { segment_bytes: 4_096, ahead: true }).unwrap();
        let mut batch = Batch::new();
        batch.push(b"one").unwrap();
        journal.append(1, 1, &mut batch).unwrap();
        journal.file = Some(OpenOptions::new().write(true).open("/dev/full").unwrap());
        let error = journal.append(2, 1, &mut batch).unwrap_err();
        assert!(matches!(&error, JournalError::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull));
        assert!(matches!(journal.append(2, 1, &mut batch), Err(JournalError::Failed)));
    }

    #[test]
    fn a_segment_that_cannot_be_made_ends_the_journal() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("journal");
        let (mut journal, _) = Journal::open(&data, Options { segment_bytes: 4_096, ahead: true }).unwrap();
        let mut batch = Batch::new();
        batch.push(&[1; 3_000]).unwrap();
        journal.append(1, 1, &mut batch).unwrap();
        fs::rename(&data, dir.path().join("gone")).unwrap();
        assert!(matches!(journal.append(2, 1, &mut batch), Err(JournalError::Io { .. })));
        fs::rename(dir.path().join("gone"), &data).unwrap();
        assert!(matches!(journal.append(2, 1, &mut batch), Err(JournalError::Failed)));
        drop(journal);
        let (_, recovery) = Journal::open(&data, Options { segment_bytes: 4_096, ahead: true }).unwrap();
        assert_eq!((recovery.last_seq, recovery.torn), (1, None));
    }
}
