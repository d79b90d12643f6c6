//! A snapshot's file: whole, or not read.

use std::fs;
use std::path::{Path, PathBuf};
use unspent_journal::{About, Dir, Head, JournalError, SnapshotReader, SnapshotWriter, remove_snapshots, snapshots};

const ABOUT: About = About { seq: 918_273, at: 1_800_000_000_000_000_001, state_hash: 0xfeed, head: Head([9; 32]) };

/// Frames that need more than one batch.
fn frames() -> Vec<Vec<u8>> {
    (0..14_u8).map(|byte| vec![byte; 60_000]).chain([vec![], b"last".to_vec()]).collect()
}

fn write(dir: &Path, about: &About, frames: &[Vec<u8>]) -> PathBuf {
    let mut writer = SnapshotWriter::create(&Dir::at(dir), false).unwrap();
    for frame in frames {
        writer.push(frame).unwrap();
    }
    let bytes = writer.finish(about).unwrap();
    let path = dir.join(format!("{:020}.snapshot", about.seq));
    assert_eq!(fs::metadata(&path).unwrap().len(), bytes);
    path
}

fn read(dir: &Path, seq: u64) -> Result<(About, Vec<Vec<u8>>), JournalError> {
    let mut reader = SnapshotReader::open(&Dir::at(dir), seq)?;
    let mut frames = Vec::new();
    while let Some(batch) = reader.next_batch()? {
        frames.extend(batch.map(<[u8]>::to_vec));
    }
    assert_eq!(reader.frames(), frames.len() as u64);
    Ok((*reader.about(), frames))
}

#[test]
fn what_is_written_is_read() {
    for gentle in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        // What an attempt that was cut short left is cleared away.
        fs::write(dir.path().join("snapshot.making"), b"half").unwrap();
        let mut writer = SnapshotWriter::create(&Dir::at(dir.path()), gentle).unwrap();
        for frame in frames() {
            writer.push(&frame).unwrap();
        }
        writer.finish(&ABOUT).unwrap();
        assert_eq!(read(dir.path(), ABOUT.seq).unwrap(), (ABOUT, frames()));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &ABOUT, &[]);
    assert_eq!(read(dir.path(), ABOUT.seq).unwrap(), (ABOUT, Vec::new()));
}

#[test]
fn the_newest_is_last_and_others_can_be_removed() {
    let dir = tempfile::tempdir().unwrap();
    for seq in [30, 4, 100] {
        write(dir.path(), &About { seq, ..ABOUT }, &[]);
    }
    fs::write(dir.path().join("7.snapshot"), b"no name of ours").unwrap();
    let disk = Dir::at(dir.path());
    assert_eq!(snapshots(&disk).unwrap(), [4, 30, 100]);
    remove_snapshots(&disk, &[4, 30]).unwrap();
    assert_eq!(snapshots(&disk).unwrap(), [100]);
}

#[test]
fn one_that_is_not_whole_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), &ABOUT, &[b"one".to_vec(), b"two".to_vec()]);
    let bytes = fs::read(&path).unwrap();
    let bad = |image: &[u8], what: &str| {
        fs::write(&path, image).unwrap();
        let error = read(dir.path(), ABOUT.seq).unwrap_err();
        assert!(matches!(error, JournalError::BadSnapshot { .. }), "{what}: {error}");
    };
    for bit in 0..bytes.len() * 8 {
        let mut image = bytes.clone();
        image[bit / 8] ^= 1 << (bit % 8);
        bad(&image, &format!("bit {bit}"));
    }
    for cut in 0..bytes.len() {
        bad(&bytes[..cut], &format!("cut at {cut}"));
    }
    let longer = [&bytes[..], &[0]].concat();
    bad(&longer, "a byte too many");
    // A file under another's name.
    fs::write(dir.path().join(format!("{:020}.snapshot", 5)), &bytes).unwrap();
    assert!(matches!(read(dir.path(), 5), Err(JournalError::BadSnapshot { .. })));
    assert!(matches!(read(dir.path(), 6), Err(JournalError::Io { .. })));
}

#[test]
fn batches_that_are_swapped_or_gone_are_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), &ABOUT, &frames());
    let bytes = fs::read(&path).unwrap();
    let starts: Vec<usize> =
        (0..bytes.len() / 8).map(|at| 8 * at).filter(|&at| bytes[at..].starts_with(b"UBAT")).collect();
    assert!(starts.len() >= 3, "the case needs batches: {starts:?}");
    let (first, second) = (&bytes[starts[0]..starts[1]], &bytes[starts[1]..starts[2]]);
    assert_eq!(first.len(), second.len());
    let swapped = [&bytes[..starts[0]], second, first, &bytes[starts[2]..]].concat();
    let gone = [&bytes[..starts[1]], &bytes[starts[2]..]].concat();
    for image in [swapped, gone] {
        fs::write(&path, image).unwrap();
        assert!(matches!(read(dir.path(), ABOUT.seq), Err(JournalError::BadSnapshot { .. })));
    }
}

/// Never made anew: a later version reads what the first one wrote.
#[test]
fn the_first_formats_bytes_stay_readable() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/format-1.snapshot");
    let dir = tempfile::tempdir().unwrap();
    fs::copy(golden, dir.path().join(format!("{:020}.snapshot", ABOUT.seq))).unwrap();
    let frames = vec![b"one".to_vec(), vec![0xa5; 300], Vec::new(), b"four".to_vec()];
    assert_eq!(read(dir.path(), ABOUT.seq).unwrap(), (ABOUT, frames));
}
