//! A small file system of one's own, that can be filled: a tmpfs in a mount namespace, which needs no privilege.

use anyhow::{Context, Result, bail, ensure};
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The file system; it goes away with this.
#[derive(Debug)]
pub struct SmallDisk {
    /// Lives as long as its input is open, and the namespace with it.
    holder: Child,
}

impl SmallDisk {
    /// Makes one of so many MiB.
    ///
    /// # Errors
    /// When this machine does not allow it.
    pub fn new(mib: u64) -> Result<SmallDisk> {
        let script = format!("mount -t tmpfs -o size={mib}m none /mnt && echo mounted && exec cat");
        let mut holder = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("unshare")?;
        let mut line = String::new();
        BufReader::new(holder.stdout.take().context("its output")?).read_line(&mut line)?;
        // It is killed and waited for as this is dropped.
        let disk = SmallDisk { holder };
        ensure!(line.trim() == "mounted", "no file system can be mounted in a namespace of one's own here");
        Ok(disk)
    }

    /// Where everybody finds it.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root/mnt", self.holder.id()))
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }

    /// Takes all the space there is.
    ///
    /// # Errors
    /// When the file system refuses for another reason than that it is full.
    pub fn fill(&self) -> Result<()> {
        let mut file = File::options().create(true).append(true).open(self.filler())?;
        loop {
            match file.write(&[0; 4_096]) {
                Ok(0) => bail!("a write of nothing"),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return Ok(()),
                Err(error) => return Err(error).context("filling the file system"),
            }
        }
    }

    /// Gives the space back.
    ///
    /// # Errors
    /// When it was not filled.
    pub fn clear(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.filler())?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Nothing can be done about a failure, and nothing depends on it.
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
