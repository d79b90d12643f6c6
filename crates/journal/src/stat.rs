//! What the directory shows without reading a batch.

use crate::JournalError;
use crate::disk::{Dir, Disk};
use crate::segment::{list, name};
use std::fs;
use std::path::{Path, PathBuf};

/// A journal's files at a glance. Nothing in them was checked: [`verify`](crate::verify) does that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// Segments.
    pub segments: usize,
    /// The first command, as the first file's name has it; 0 when there is no file.
    pub first_seq: u64,
    /// Bytes of the segments' files, the zeros behind the last batch included.
    pub file_bytes: u64,
    /// The newest segment.
    pub last_file: Option<PathBuf>,
}

/// Counts the segments in `dir`. Takes no lock, reads names and sizes only.
///
/// # Errors
/// When the operating system refuses.
pub fn stat(dir: &Path) -> Result<Stat, JournalError> {
    let disk = Dir::at(dir);
    let segments = list(&disk)?;
    let mut file_bytes = 0;
    for &first_seq in &segments {
        let path = disk.path(&name(first_seq));
        file_bytes += fs::metadata(&path).map_err(JournalError::io("looking at", &path))?.len();
    }
    Ok(Stat {
        segments: segments.len(),
        first_seq: segments.first().copied().unwrap_or(0),
        file_bytes,
        last_file: segments.last().map(|&first_seq| disk.path(&name(first_seq))),
    })
}
