//! What can go wrong outside.

use std::io;
use std::path::{Path, PathBuf};

/// Trouble with the journal's files.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The operating system refused.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// Another process has the journal open.
    #[error("the journal in {} is in use by another process; stop it first, or choose another directory", dir.display())]
    Locked {
        /// The journal's directory.
        dir: PathBuf,
    },
    /// Bytes that were on disk have changed.
    #[error(
        "the journal is damaged: {} at byte {offset}, command {seq}: {why}. Nothing was changed. Keep a copy of the \
         directory, then restore this file from a backup",
        file.display()
    )]
    Damaged {
        /// In which file.
        file: PathBuf,
        /// At which byte.
        offset: u64,
        /// The first command that cannot be read.
        seq: u64,
        /// What is wrong.
        why: &'static str,
    },
    /// A snapshot that is not whole. An older one, or the journal alone, takes its place.
    #[error("the snapshot {} is not whole: {why}", file.display())]
    BadSnapshot {
        /// Which file.
        file: PathBuf,
        /// What is wrong.
        why: &'static str,
    },
    /// A newer version wrote it.
    #[error(
        "{} has format {version}, and this version ({}) reads up to format {known}; {} reads it",
        file.display(),
        env!("CARGO_PKG_VERSION"),
        writer.as_ref().map_or("the version that wrote it".to_owned(), |writer| format!("version {writer}, which wrote it,"))
    )]
    NewerFormat {
        /// Which file.
        file: PathBuf,
        /// Its format.
        version: u32,
        /// The newest format that this version reads.
        known: u32,
        /// The version that wrote it, if it says.
        writer: Option<String>,
    },
    /// An earlier append or cut failed; what is on disk is not known until the journal is opened again.
    #[error("the journal failed before and takes nothing more; restart to replay it")]
    Failed,
    /// A batch that does not follow the one before it. A bug of the caller; the journal takes nothing more.
    #[error("a batch that starts at command {got} was appended where command {expected} is next")]
    OutOfSequence {
        /// The next command.
        expected: u64,
        /// The batch's first.
        got: u64,
    },
    /// An append while a torn tail is still there. A bug of the caller; cutting it is still possible.
    #[error("the journal has a torn tail; cut it before appending")]
    TornTailLeft,
}

impl JournalError {
    /// Whether it says that the disk is full.
    #[must_use]
    pub fn is_full_disk(&self) -> bool {
        let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
        matches!(self, JournalError::Io { source, .. } if full.contains(&source.kind()))
    }

    /// Wraps what the operating system said.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> JournalError + use<> {
        let path = path.to_owned();
        move |source| JournalError::Io { action, path, source }
    }
}
