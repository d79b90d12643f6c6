//! The mark: how far the journal had been made durable when it was last told to anybody.
//!
//! It is written after each sync and never synced itself, so it costs one small write. Its page survives the end of the
//! process, and reaches the disk some time later; after a power cut it may lag behind. It is never ahead of the batches
//! that are on disk. So a journal that ends before its mark has lost what was there: that is damage, also of the last
//! batch, which its own bytes cannot tell from one that was never finished.

use crate::JournalError;
use crate::disk::{Disk, DiskFile, read_full, write_all};
use std::io::{self, ErrorKind};

/// The file's name.
pub(crate) const NAME: &str = "durable";
const BYTES: usize = 24;

/// A place behind a batch: in the segment that starts at this command, at this byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub segment: u64,
    pub offset: u64,
}

impl Mark {
    fn bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[0..8].copy_from_slice(&self.segment.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.offset.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..16]);
        bytes[16..20].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The mark on `disk`; `None` when there is none, or it is half written.
    pub fn read<D: Disk>(disk: &D) -> Result<Option<Mark>, JournalError> {
        let read = || -> io::Result<([u8; BYTES], usize)> {
            let file = disk.open(NAME, false)?;
            let mut bytes = [0; BYTES];
            let got = read_full(&file, &mut bytes, 0)?;
            Ok((bytes, got))
        };
        let (bytes, got) = match read() {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(JournalError::io("reading", &disk.path(NAME)))?,
        };
        let long = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
        let mark = Mark { segment: long(0), offset: long(8) };
        Ok((got == BYTES && mark.bytes() == bytes).then_some(mark))
    }

    /// The file to write marks to.
    pub fn open<D: Disk>(disk: &D) -> Result<D::File, JournalError> {
        let open = || match disk.open(NAME, true) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let file = disk.create(NAME)?;
                // Its block is there before the disk can be full. Zeros are no mark.
                write_all(&file, &[0; BYTES], 0)?;
                Ok(file)
            }
            file => file,
        };
        open().map_err(JournalError::io("opening", &disk.path(NAME)))
    }

    pub fn write<F: DiskFile>(self, file: &F) -> io::Result<()> {
        write_all(file, &self.bytes(), 0)
    }
}
