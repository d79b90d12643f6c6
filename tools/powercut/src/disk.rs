//! A disk with a volatile cache, and what a power cut leaves of it.
//!
//! # Invariants
//! - Reads see every write, flushed or not.
//! - What was written before a flush that was answered is in the image file, whatever happens.
//! - A sector is whole: it has its old content or its new one. Nothing else is promised: of what was not flushed any
//!   sectors may survive, in any order of the writes, and one write may survive in part.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use unspent_crashloop::load::Rng;

/// What is written whole or not at all.
pub const SECTOR: usize = 512;

/// One sector of a write that was not flushed.
#[derive(Debug, Clone)]
struct Pending {
    /// Which write it is a part of.
    write: u64,
    sector: usize,
    bytes: Box<[u8]>,
}

/// What a cut found and took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loss {
    /// Cuts at which something was not flushed.
    pub cuts: u64,
    /// Sectors that were written and not flushed.
    pub unflushed: u64,
    /// Those of them that are lost.
    pub lost: u64,
    /// Writes of which some sectors are there and some are not.
    pub torn: u64,
}

impl Loss {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Loss) -> Loss {
        Loss {
            cuts: self.cuts + other.cuts,
            unflushed: self.unflushed + other.unflushed,
            lost: self.lost + other.lost,
            torn: self.torn + other.torn,
        }
    }
}

/// The disk.
#[derive(Debug)]
pub struct Disk {
    /// What is there for good.
    image: File,
    /// What a reader sees.
    view: Vec<u8>,
    /// In the order of the writes.
    pending: Vec<Pending>,
    writes: u64,
    /// Flushes are answered and not done.
    lying: bool,
    off: bool,
}

impl Disk {
    /// The disk that an image file holds; one that is `lying` answers flushes and does nothing.
    ///
    /// # Errors
    /// When the file cannot be read, or is not a number of sectors.
    pub fn open(path: &Path, lying: bool) -> Result<Disk> {
        let image = File::options().read(true).write(true).open(path).with_context(|| path.display().to_string())?;
        let mut disk = Disk { image, view: Vec::new(), pending: Vec::new(), writes: 0, lying, off: true };
        disk.power_on()?;
        ensure!(disk.view.len().is_multiple_of(SECTOR), "{} is not a number of sectors", path.display());
        Ok(disk)
    }

    /// Its size in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.view.len()
    }

    /// Nothing is answered any more.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.off
    }

    /// Starts with what the image holds.
    ///
    /// # Errors
    /// When the image cannot be read.
    pub fn power_on(&mut self) -> Result<()> {
        let size = usize::try_from(self.image.metadata()?.len())?;
        self.view.resize(size, 0);
        self.image.read_exact_at(&mut self.view, 0).context("reading the image")?;
        self.off = false;
        Ok(())
    }

    /// The bytes of a range; `None` beyond the end.
    #[must_use]
    pub fn read(&self, range: Range<usize>) -> Option<&[u8]> {
        self.view.get(range)
    }

    /// Writes whole sectors into the cache, or with `through` past it; `false` beyond the end or within a sector.
    ///
    /// # Errors
    /// When the image cannot be written.
    pub fn write(&mut self, at: usize, bytes: &[u8], through: bool) -> Result<bool> {
        let aligned = at.is_multiple_of(SECTOR) && bytes.len().is_multiple_of(SECTOR);
        let Some(view) = self.view.get_mut(at..at.saturating_add(bytes.len())).filter(|_| aligned) else {
            return Ok(false);
        };
        view.copy_from_slice(bytes);
        self.writes += 1;
        let first = at / SECTOR;
        if through && !self.lying {
            let sectors = first..first + bytes.len() / SECTOR;
            self.pending.retain(|pending| !sectors.contains(&pending.sector));
            self.image.write_all_at(bytes, at as u64)?;
            return Ok(true);
        }
        let write = self.writes;
        let sectors = bytes.chunks_exact(SECTOR).enumerate();
        self.pending.extend(sectors.map(|(i, bytes)| Pending { write, sector: first + i, bytes: bytes.into() }));
        Ok(true)
    }

    /// Makes everything written so far durable.
    ///
    /// # Errors
    /// When the image cannot be written.
    pub fn flush(&mut self) -> Result<()> {
        if self.lying {
            return Ok(());
        }
        for pending in std::mem::take(&mut self.pending) {
            self.put(&pending)?;
        }
        Ok(())
    }

    fn put(&self, pending: &Pending) -> Result<()> {
        Ok(self.image.write_all_at(&pending.bytes, (pending.sector * SECTOR) as u64)?)
    }

    /// The power goes. Of what was not flushed nothing survives, or the oldest writes up to some sector, or any of the
    /// writes, or any of the sectors: each of the four as often. A lying disk loses at least the younger half, in the
    /// order it was written in.
    ///
    /// # Errors
    /// When the image cannot be written.
    pub fn cut(&mut self, rng: &mut Rng) -> Result<Loss> {
        self.off = true;
        let pending = std::mem::take(&mut self.pending);
        let count = pending.len() as u64;
        let way = if self.lying { 1 } else { rng.between(0, 3) };
        let prefix = rng.between(0, if self.lying { count / 2 } else { count });
        let mut coins = Rng(rng.between(0, u64::MAX - 1));
        let mut loss = Loss { cuts: u64::from(count > 0), unflushed: count, ..Loss::default() };
        let (mut kept, mut lost) = (BTreeSet::new(), BTreeSet::new());
        let mut write = (0, false);
        for (i, pending) in pending.iter().enumerate() {
            if write.0 != pending.write {
                write = (pending.write, coins.between(0, 1) == 0);
            }
            let survives = match way {
                0 => false,
                1 => (i as u64) < prefix,
                2 => write.1,
                _ => coins.between(0, 1) == 0,
            };
            if survives {
                self.put(pending)?;
                kept.insert(pending.write);
            } else {
                loss.lost += 1;
                lost.insert(pending.write);
            }
        }
        loss.torn = kept.intersection(&lost).count() as u64;
        Ok(loss)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(sectors: usize, lying: bool) -> (tempfile::NamedTempFile, Disk) {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len((sectors * SECTOR) as u64).unwrap();
        let disk = Disk::open(file.path(), lying).unwrap();
        (file, disk)
    }

    fn first_bytes(disk: &Disk, sectors: usize) -> Vec<u8> {
        (0..sectors).map(|i| disk.read(i * SECTOR..(i + 1) * SECTOR).unwrap()[0]).collect()
    }

    #[test]
    fn what_was_flushed_survives_every_cut_and_the_rest_is_old_or_new() {
        let mut seen = BTreeSet::new();
        for seed in 0..200 {
            let (_file, mut disk) = disk(4, false);
            disk.write(0, &[1; 4 * SECTOR], false).unwrap();
            disk.flush().unwrap();
            disk.write(SECTOR, &[2; 2 * SECTOR], false).unwrap();
            disk.write(2 * SECTOR, &[3; 2 * SECTOR], false).unwrap();
            assert_eq!(first_bytes(&disk, 4), [1, 2, 3, 3]);
            let loss = disk.cut(&mut Rng(seed)).unwrap();
            assert!(disk.is_off());
            disk.power_on().unwrap();
            let left = first_bytes(&disk, 4);
            assert_eq!(loss.unflushed, 4);
            assert_eq!(left[0], 1);
            assert!([1, 2].contains(&left[1]) && [1, 2, 3].contains(&left[2]) && [1, 3].contains(&left[3]));
            seen.insert(left);
        }
        // Nothing, everything, the younger write without the older, and torn ones.
        for left in [[1, 1, 1, 1], [1, 2, 3, 3], [1, 1, 3, 3], [1, 2, 1, 1], [1, 1, 1, 3]] {
            assert!(seen.contains(left.as_slice()), "{left:?} never happened");
        }
    }

    #[test]
    fn a_write_through_the_cache_survives_and_is_not_undone_by_an_older_one() {
        for seed in 0..50 {
            let (_file, mut disk) = disk(2, false);
            disk.write(0, &[1; 2 * SECTOR], false).unwrap();
            disk.write(0, &[2; SECTOR], true).unwrap();
            disk.cut(&mut Rng(seed)).unwrap();
            disk.power_on().unwrap();
            assert_eq!(first_bytes(&disk, 1), [2]);
        }
    }

    #[test]
    fn a_lying_disk_loses_what_was_flushed() {
        let (_file, mut disk) = disk(2, true);
        disk.write(0, &[1; SECTOR], false).unwrap();
        disk.flush().unwrap();
        disk.write(SECTOR, &[2; SECTOR], true).unwrap();
        assert_eq!(disk.cut(&mut Rng(1)).unwrap().unflushed, 2);
        disk.power_on().unwrap();
        assert_eq!(first_bytes(&disk, 2)[1], 0);
    }

    #[test]
    fn what_is_no_sector_or_beyond_the_end_is_refused() {
        let (_file, mut disk) = disk(2, false);
        assert!(!disk.write(1, &[1; SECTOR], false).unwrap());
        assert!(!disk.write(0, &[1; 100], false).unwrap());
        assert!(!disk.write(SECTOR, &[1; 2 * SECTOR], false).unwrap());
        assert!(disk.read(SECTOR..3 * SECTOR).is_none());
    }
}
