//! Whole files of a journal: listed, copied, removed.

use crate::JournalError;
use crate::disk::{Disk, DiskFile, read_whole, write_all};
use crate::segment;

/// Takes the lock of a directory; `None` when another process has it. [`crate::Opening::begin`] takes the journal's itself.
///
/// # Errors
/// When the operating system refuses.
pub fn lock<D: Disk>(disk: &D) -> Result<Option<D::Lock>, JournalError> {
    disk.lock().map_err(JournalError::io("locking", &disk.path("lock")))
}

/// The first command of each segment on `disk`, ascending; the last one is being written to.
///
/// # Errors
/// When the directory cannot be read.
pub fn segments<D: Disk>(disk: &D) -> Result<Vec<u64>, JournalError> {
    segment::list(disk)
}

/// Copies the segment that begins at `first` to another directory, under its own name. When it returns the copy is there for
/// good, was read again and is equal. Returns its bytes.
///
/// # Errors
/// When the operating system refuses, or the copy is not equal.
pub fn copy_segment<D: Disk, T: Disk>(from: &D, to: &T, first: u64) -> Result<u64, JournalError> {
    let name = segment::name(first);
    let making = format!("{name}.copy");
    let (mut bytes, mut again) = (Vec::new(), Vec::new());
    let read = from.open(&name, false).and_then(|file| read_whole(&file, &mut bytes));
    read.map_err(JournalError::io("reading", &from.path(&name)))?;
    let path = to.path(&making);
    let file = to.create(&making).map_err(JournalError::io("creating", &path))?;
    write_all(&file, &bytes, 0).map_err(JournalError::io("writing", &path))?;
    file.sync().map_err(JournalError::io("syncing", &path))?;
    read_whole(&file, &mut again).map_err(JournalError::io("reading again", &path))?;
    if bytes != again {
        let differs = std::io::Error::new(std::io::ErrorKind::InvalidData, "the copy is not what was copied");
        return Err(JournalError::io("copying to", &path)(differs));
    }
    to.rename(&making, &name).map_err(JournalError::io("renaming", &path))?;
    to.sync().map_err(JournalError::io("syncing the directory", &to.path("")))?;
    Ok(bytes.len() as u64)
}

/// Removes the segments that begin at these commands, oldest first, so that what is left is always without a gap.
///
/// # Errors
/// When the operating system refuses.
pub fn remove_segments<D: Disk>(disk: &D, first: &[u64]) -> Result<(), JournalError> {
    for &first in first {
        let name = segment::name(first);
        disk.remove(&name).map_err(JournalError::io("removing", &disk.path(&name)))?;
        // One after the other: a crash must not keep an older one and lose a newer.
        disk.sync().map_err(JournalError::io("syncing the directory", &disk.path("")))?;
    }
    Ok(())
}
