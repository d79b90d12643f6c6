//! A disk that fills up: noticed a segment before it is full, and again when there is room.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use unspent_journal::{Batch, Dir, Disk, Journal, Opening, Options};

/// A directory on a disk with so many free bytes.
#[derive(Clone, Debug)]
struct Small(Dir, Arc<AtomicU64>);

impl Disk for Small {
    type File = <Dir as Disk>::File;
    type Lock = <Dir as Disk>::Lock;

    fn path(&self, name: &str) -> PathBuf {
        self.0.path(name)
    }
    fn lock(&self) -> io::Result<Option<Self::Lock>> {
        self.0.lock()
    }
    fn names(&self) -> io::Result<Vec<String>> {
        self.0.names()
    }
    fn create(&self, name: &str) -> io::Result<Self::File> {
        self.0.create(name)
    }
    fn open(&self, name: &str, write: bool) -> io::Result<Self::File> {
        self.0.open(name, write)
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.0.rename(from, to)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.remove(name)
    }
    fn sync(&self) -> io::Result<()> {
        self.0.sync()
    }
    fn free(&self) -> io::Result<u64> {
        Ok(self.1.load(Ordering::Relaxed))
    }
    fn random(&self) -> io::Result<u32> {
        self.0.random()
    }
}

const SEGMENT: u64 = 64 * 1_024;

fn wait_until(journal: &Journal<Small>, short: bool) {
    let patience = Instant::now() + Duration::from_secs(20);
    while journal.room().is_short() != short {
        assert!(Instant::now() < patience, "it should say that room is short: {short}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn spares(dir: &std::path::Path) -> usize {
    std::fs::read_dir(dir).unwrap().flatten().filter(|e| e.path().extension().is_some_and(|e| e == "spare")).count()
}

#[test]
fn a_disk_that_fills_up_is_noticed_a_segment_before_it_is_full() {
    let dir = tempfile::tempdir().unwrap();
    let free = Arc::new(AtomicU64::new(u64::MAX));
    let disk = Small(Dir::at(dir.path()), Arc::clone(&free));
    let options = Options { segment_bytes: SEGMENT, ahead: true };
    let (mut journal, _) = Opening::begin(disk, 1).unwrap().finish(options).unwrap();
    let mut batch = Batch::new();
    batch.push(&[7; 40_000]).unwrap();
    journal.append(1, 1, &mut batch).unwrap();
    // Two are made ready; then no more can be.
    while spares(dir.path()) < 2 {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(!journal.room().is_short());
    free.store(SEGMENT / 2, Ordering::Relaxed);
    // Each batch takes a segment of its own. The first takes a spare, and another cannot be made.
    journal.append(2, 1, &mut batch).unwrap();
    wait_until(&journal, true);
    // The reserve is a whole segment, and can be written to.
    journal.append(3, 1, &mut batch).unwrap();
    assert!(journal.room().is_short());
    // There is room again.
    free.store(u64::MAX, Ordering::Relaxed);
    wait_until(&journal, false);
    for seq in 4..=8 {
        journal.append(seq, 1, &mut batch).unwrap();
    }
    // And when the reserve is used up, the journal stops.
    free.store(0, Ordering::Relaxed);
    let error = (9..20).find_map(|seq| journal.append(seq, 1, &mut batch).err()).expect("the disk is full");
    assert!(error.is_full_disk(), "{error}");
    drop(journal);
    let (_, recovery) = Journal::open(dir.path(), options).unwrap();
    assert!(recovery.last_seq >= 9, "{recovery:?}");
}
