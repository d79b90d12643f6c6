//! One process at a time.

use crate::JournalError;
use rustix::fs::{FlockOperation, flock};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Held while the journal is open; the operating system gives it back when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "held, not read")] File);

impl Lock {
    pub fn take(dir: &Path) -> Result<Lock, JournalError> {
        let path = dir.join("lock");
        let open = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let file = open.map_err(JournalError::io("opening", &path))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Lock(file)),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(JournalError::Locked { dir: dir.to_owned() }),
            Err(errno) => Err(JournalError::io("locking", &path)(errno.into())),
        }
    }
}
