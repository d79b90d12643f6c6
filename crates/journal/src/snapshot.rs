//! A snapshot's file: facts instead of the commands that made them. JOURNAL.md shows every byte.
//!
//! # Invariants
//! - A file with its final name is whole: it was written and synced under another name first.
//! - It is read only when every checksum is right, its header has counted it whole, and nothing follows.
//!
//! # Not here
//! What the frames say (`records`), whether the state they make is right (its hash, which the caller compares).

use crate::JournalError;
use crate::batch::{Batch, Frames, HEAD, Sealed};
use crate::disk::{Disk, DiskFile, read_full, write_all};
use crate::head::Head;
use crate::segment::numbered;
use std::path::PathBuf;
use std::time::Instant;

const HEADER: usize = 128;
const MAGIC: [u8; 8] = *b"UNSPSNAP";
const FORMAT: u32 = 1;
const CRC_AT: usize = 12;
/// Frames are gathered until there are so many bytes of them.
const BATCH_BYTES: usize = 256 << 10;

/// What a snapshot is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The last command that it covers.
    pub seq: u64,
    /// Its time in nanoseconds since 1970.
    pub at: u64,
    /// The state hash after it.
    pub state_hash: u64,
    /// The head of everything before the segment that holds that command.
    pub head: Head,
}

/// Sums over what a file holds, as its header has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Whole {
    frames: u64,
    bytes: u64,
    crc: u32,
}

fn header(about: &About, whole: Whole) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    bytes[0..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    bytes[16..24].copy_from_slice(&about.seq.to_le_bytes());
    bytes[24..32].copy_from_slice(&about.at.to_le_bytes());
    bytes[32..40].copy_from_slice(&about.state_hash.to_le_bytes());
    bytes[40..48].copy_from_slice(&whole.frames.to_le_bytes());
    bytes[48..56].copy_from_slice(&whole.bytes.to_le_bytes());
    bytes[56..60].copy_from_slice(&whole.crc.to_le_bytes());
    bytes[64..96].copy_from_slice(&about.head.0);
    let crc = crc32c::crc32c(&bytes);
    bytes[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// The header's format, and what it says if that is ours.
fn read_header(bytes: &[u8; HEADER]) -> Option<(u32, About, Whole)> {
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    let long = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    let mut zeroed = *bytes;
    zeroed[CRC_AT..CRC_AT + 4].fill(0);
    if bytes[..8] != MAGIC || crc32c::crc32c(&zeroed) != word(CRC_AT) {
        return None;
    }
    let head = Head(bytes[64..96].try_into().expect("32 bytes"));
    let about = About { seq: long(16), at: long(24), state_hash: long(32), head };
    Some((word(8), about, Whole { frames: long(40), bytes: long(48), crc: word(56) }))
}

fn name(seq: u64) -> String {
    format!("{seq:020}.snapshot")
}

/// The last commands of the snapshots on `disk`, ascending.
///
/// # Errors
/// When the directory cannot be read.
pub fn snapshots<D: Disk>(disk: &D) -> Result<Vec<u64>, JournalError> {
    let names = disk.names().map_err(JournalError::io("listing", &disk.path("")))?;
    Ok(numbered(&names, ".snapshot"))
}

/// Removes the snapshots of these commands.
///
/// # Errors
/// When the operating system refuses.
pub fn remove_snapshots<D: Disk>(disk: &D, seqs: &[u64]) -> Result<(), JournalError> {
    for &seq in seqs {
        disk.remove(&name(seq)).map_err(JournalError::io("removing", &disk.path(&name(seq))))?;
    }
    if seqs.is_empty() {
        Ok(())
    } else {
        disk.sync().map_err(JournalError::io("syncing the directory", &disk.path("")))
    }
}

/// A snapshot in the making.
#[derive(Debug)]
pub struct SnapshotWriter<D: Disk> {
    disk: D,
    making: String,
    file: D::File,
    batch: Batch,
    in_batch: u32,
    whole: Whole,
    gentle: bool,
}

impl<D: Disk> SnapshotWriter<D> {
    /// Begins one; what an earlier attempt left is removed. A `gentle` one syncs in small steps and rests between them, so
    /// that the journal's own syncs do not wait behind it.
    ///
    /// # Errors
    /// When the operating system refuses; so in all of these.
    pub fn create(disk: &D, gentle: bool) -> Result<SnapshotWriter<D>, JournalError> {
        let names = disk.names().map_err(JournalError::io("listing", &disk.path("")))?;
        for name in names.iter().filter(|name| name.ends_with(".making")) {
            disk.remove(name).map_err(JournalError::io("removing", &disk.path(name)))?;
        }
        let making = "snapshot.making".to_owned();
        let file = disk.create(&making).map_err(JournalError::io("creating", &disk.path(&making)))?;
        let whole = Whole { bytes: HEADER as u64, ..Whole::default() };
        Ok(SnapshotWriter { disk: disk.clone(), making, file, batch: Batch::new(), in_batch: 0, whole, gentle })
    }

    /// Adds a frame.
    ///
    /// # Errors
    /// See above.
    ///
    /// # Panics
    /// When the frame is larger than a frame may be.
    pub fn push(&mut self, frame: &[u8]) -> Result<(), JournalError> {
        self.batch.push(frame).expect("a batch that is never full takes any frame");
        self.in_batch += 1;
        if self.batch.len_bytes() >= BATCH_BYTES { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), JournalError> {
        let started = Instant::now();
        let (bytes, crc) = self.batch.seal(self.whole.frames + 1, self.in_batch, self.whole.crc, 0);
        let len = bytes.len() as u64;
        let path = || self.disk.path(&self.making);
        let written = write_all(&self.file, bytes, self.whole.bytes);
        written.map_err(|error| JournalError::io("writing", &path())(error))?;
        if self.gentle {
            self.file.sync().map_err(|error| JournalError::io("syncing", &path())(error))?;
            std::thread::sleep(3 * started.elapsed());
        }
        self.whole = Whole { frames: self.whole.frames + u64::from(self.in_batch), bytes: self.whole.bytes + len, crc };
        self.batch.clear();
        self.in_batch = 0;
        Ok(())
    }

    /// Ends it and gives it its name. When it returns it is there for good. Returns its bytes.
    ///
    /// # Errors
    /// See above.
    pub fn finish(mut self, about: &About) -> Result<u64, JournalError> {
        if !self.batch.is_empty() {
            self.write()?;
        }
        let path = self.disk.path(&self.making);
        let wrote = write_all(&self.file, &header(about, self.whole), 0);
        wrote.map_err(JournalError::io("writing", &path))?;
        self.file.sync().map_err(JournalError::io("syncing", &path))?;
        self.disk.rename(&self.making, &name(about.seq)).map_err(JournalError::io("renaming", &path))?;
        self.disk.sync().map_err(JournalError::io("syncing the directory", &self.disk.path("")))?;
        Ok(self.whole.bytes)
    }
}

/// Reads a snapshot, batch after batch.
#[derive(Debug)]
pub struct SnapshotReader<D: Disk> {
    file: D::File,
    path: PathBuf,
    about: About,
    whole: Whole,
    /// What was read so far.
    read: Whole,
    bytes: Vec<u8>,
}

impl<D: Disk> SnapshotReader<D> {
    /// Opens the snapshot of command `seq`.
    ///
    /// # Errors
    /// [`JournalError::BadSnapshot`] when it is not whole, or of a newer format; or when the operating system refuses.
    pub fn open(disk: &D, seq: u64) -> Result<SnapshotReader<D>, JournalError> {
        let path = disk.path(&name(seq));
        let file = disk.open(&name(seq), false).map_err(JournalError::io("opening", &path))?;
        let mut bytes = [0; HEADER];
        let got = read_full(&file, &mut bytes, 0).map_err(JournalError::io("reading", &path))?;
        let size = file.size().map_err(JournalError::io("looking at", &path))?;
        let bad = |why| Err(JournalError::BadSnapshot { file: path.clone(), why });
        let Some((format, about, whole)) = (got == HEADER).then(|| read_header(&bytes)).flatten() else {
            return bad("its header is bad");
        };
        if format != FORMAT {
            return Err(JournalError::NewerFormat { file: path, version: format, known: FORMAT, writer: None });
        }
        if about.seq != seq {
            return bad("its header names another command than the file's name");
        }
        if whole.bytes != size {
            return bad("it has another size than its header says");
        }
        let read = Whole { bytes: HEADER as u64, ..Whole::default() };
        Ok(SnapshotReader { file, path, about, whole, read, bytes: Vec::new() })
    }

    /// What it is of.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Its file.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.whole.bytes
    }

    /// Frames in it.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.whole.frames
    }

    /// The frames of the next batch, or `None` when all were read and are what the header has counted.
    ///
    /// # Errors
    /// As [`SnapshotReader::open`].
    pub fn next_batch(&mut self) -> Result<Option<Frames<'_>>, JournalError> {
        let bad = |why| JournalError::BadSnapshot { file: self.path.clone(), why };
        let left = self.whole.bytes - self.read.bytes;
        if left == 0 {
            return if self.read == self.whole { Ok(None) } else { Err(bad("it holds other than its header says")) };
        }
        let io = |error| JournalError::io("reading", &self.path)(error);
        self.bytes.resize(HEAD, 0);
        let got = read_full(&self.file, &mut self.bytes, self.read.bytes).map_err(io)?;
        let len = Sealed::len_of(&self.bytes[..got]).filter(|&len| len as u64 <= left);
        let len = len.ok_or_else(|| bad("a batch's head is bad"))?;
        self.bytes.resize(len, 0);
        let at = self.read.bytes + HEAD as u64;
        let got = read_full(&self.file, &mut self.bytes[HEAD..], at).map_err(io)?;
        let batch = Sealed::read(&self.bytes, 0).filter(|_| HEAD + got == len);
        let batch = batch.ok_or_else(|| bad("a batch's checksum is wrong"))?;
        let follows = (batch.first_seq, batch.prev_crc) == (self.read.frames + 1, self.read.crc);
        if !follows || !batch.in_bounds() || batch.payload_frames().count() != batch.count as usize {
            return Err(bad("a batch is missing, moved or repeated"));
        }
        let frames = self.read.frames + u64::from(batch.count);
        self.read = Whole { frames, bytes: self.read.bytes + len as u64, crc: batch.crc };
        Ok(Some(batch.payload_frames()))
    }
}
