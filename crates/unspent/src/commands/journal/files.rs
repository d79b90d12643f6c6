//! Copies of a data directory's files: whole or not there under their name, and on disk when that is said.

use crate::failure::Failure;
use anyhow::Context;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use unspent_journal::Dir;

/// Files beside the journal that a restore needs, and what is in them.
const BESIDE: &[(&str, &str)] = &[
    ("auction.secret", "the venue's auction secret: whoever has it knows the random ends of calls ahead"),
    ("venue.toml", "the venue file: its API keys let whoever has them trade"),
];

/// Makes a directory that is new or empty, for its owner only.
pub fn make_new(dir: &Path, option: &str) -> Result<(), Failure> {
    let taken = match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => {
            return Err(Failure::Usage(format!("{}: {error}; name a new directory with {option}", dir.display())));
        }
    };
    if taken {
        return Err(Failure::Usage(format!(
            "{} is not empty, and nothing there is overwritten; name a new directory with {option}",
            dir.display()
        )));
    }
    Dir::make(dir).with_context(|| format!("making {}", dir.display()))?;
    Ok(())
}

/// Copies the first `bytes` bytes of a file. It has its name only when it is whole and on disk; the name itself is on disk
/// when [`sync`] has returned. `each` hears of the bytes of every step.
pub fn copy(from: &Path, to: &Path, bytes: u64, mut each: impl FnMut(u64)) -> Result<(), Failure> {
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let mut copy = || -> io::Result<()> {
        let mut source = File::open(from)?.take(bytes);
        let mut target = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        let mut buffer = vec![0; 1 << 20];
        let mut copied = 0;
        loop {
            let got = source.read(&mut buffer)?;
            if got == 0 {
                break;
            }
            target.write_all(&buffer[..got])?;
            copied += got as u64;
            each(got as u64);
        }
        if copied < bytes {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was copied"));
        }
        target.sync_all()?;
        fs::rename(&part, to)
    };
    copy().with_context(|| format!("copying {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Makes the names in a directory last.
pub fn sync(dir: &Path) -> Result<(), Failure> {
    File::open(dir).and_then(|dir| dir.sync_all()).with_context(|| format!("syncing {}", dir.display()))?;
    Ok(())
}

/// Copies what a restore needs beside the journal. Returns the names, and what to know of each.
pub fn copy_beside(data: &Path, to: &Path) -> Result<Vec<(&'static str, &'static str)>, Failure> {
    let mut copied = Vec::new();
    for &(name, note) in BESIDE {
        let from = data.join(name);
        match fs::metadata(&from) {
            Ok(metadata) => {
                copy(&from, &to.join(name), metadata.len(), |_| ())?;
                copied.push((name, note));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Failure::Error(anyhow::Error::from(error).context(format!("reading {}", from.display()))));
            }
        }
    }
    sync(to)?;
    Ok(copied)
}
