//! What the disk alone takes to keep 4 KiB.

use anyhow::{Context, Result};
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

/// Bytes of one write.
const BLOCK: usize = 4_096;
/// Writes that are timed; as many go before to warm up.
const WRITES: usize = 200;

/// The median of a write and `fdatasync` of 4 KiB into a file of zeros that is there already, in microseconds.
///
/// # Errors
/// When the file cannot be made or written in `directory`.
pub fn sync_p50(directory: &Path) -> Result<f64> {
    let temporary = tempfile::Builder::new()
        .prefix("loadgen-sync-")
        .tempdir_in(directory)
        .with_context(|| format!("no temporary directory in {}", directory.display()))?;
    let path = temporary.path().join("zeros");
    fs::write(&path, vec![0; 2 * WRITES * BLOCK])?;
    let file = OpenOptions::new().write(true).open(&path)?;
    file.sync_all()?;
    let block = [0x5A; BLOCK];
    let mut times = Vec::with_capacity(2 * WRITES);
    for write in 0..2 * WRITES {
        let begun = Instant::now();
        file.write_all_at(&block, (write * BLOCK) as u64)?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    let mut times = times.split_off(WRITES);
    times.sort_unstable();
    Ok(times[WRITES / 2].as_nanos() as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_takes_some_time() {
        let directory = tempfile::tempdir().unwrap();
        assert!(sync_p50(directory.path()).unwrap() > 0.0);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0, "nothing stays behind");
    }
}
