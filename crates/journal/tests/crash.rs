//! What a crash or a flipped bit may do to the files, and what a reader makes of it.

mod verdict;

use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use unspent_journal::{Batch, Journal, JournalError, Options, Reader, verify};

const SMALL: Options = Options { segment_bytes: 4_096, ahead: true };

/// Frames of a batch: its commands, each its own sequence number in text, then noise of some length.
fn frames(first_seq: u64, count: u32, noise: usize) -> Vec<Vec<u8>> {
    let commands = (first_seq..first_seq + u64::from(count)).map(|seq| format!("command {seq}").into_bytes());
    commands.chain((noise > 0).then(|| vec![0xa5; noise])).collect()
}

/// A batch's first byte, the byte behind its last, and its frames.
type Written = (u64, u64, Vec<Vec<u8>>);

/// Writes batches of the given commands and noise; returns where each stands.
fn write(dir: &Path, options: Options, batches: &[(u32, usize)]) -> Vec<Written> {
    let (mut journal, _) = Journal::open(dir, options).unwrap();
    let mut batch = Batch::new();
    let mut written = Vec::new();
    for &(count, noise) in batches {
        batch.clear();
        let first = journal.last_seq() + 1;
        let frames = frames(first, count, noise);
        for frame in &frames {
            batch.push(frame).unwrap();
        }
        let at = journal.append(first, count, &mut batch).unwrap();
        written.push((at.offset, at.offset + at.bytes, frames));
    }
    written
}

fn read(dir: &Path) -> Result<Vec<Vec<Vec<u8>>>, JournalError> {
    let _ = verdict::same_verdict(dir);
    let mut reader = Reader::open(dir)?;
    let mut batches = Vec::new();
    while let Some(batch) = reader.next_batch()? {
        batches.push(batch.frames().map(<[u8]>::to_vec).collect());
    }
    Ok(batches)
}

fn only_segment(dir: &Path) -> PathBuf {
    let mut files: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "journal"));
    assert_eq!(files.len(), 1);
    files.remove(0)
}

const THREE: &[(u32, usize)] = &[(2, 0), (1, 700), (3, 13)];

/// The power is cut: the mark of what was durable, which is not synced, did not reach the disk.
fn lose_mark(dir: &Path) {
    fs::remove_file(dir.join("durable")).unwrap();
}

/// A directory with one segment, its bytes, and what was written.
fn specimen() -> (tempfile::TempDir, PathBuf, Vec<u8>, Vec<Written>) {
    let dir = tempfile::tempdir().unwrap();
    let written = write(dir.path(), SMALL, THREE);
    let path = only_segment(dir.path());
    let bytes = fs::read(&path).unwrap();
    lose_mark(dir.path());
    (dir, path, bytes, written)
}

fn frames_of(written: &[Written]) -> Vec<Vec<Vec<u8>>> {
    written.iter().map(|(_, _, frames)| frames.clone()).collect()
}

#[test]
fn what_is_appended_is_read_and_appending_goes_on_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut all = frames_of(&write(dir.path(), SMALL, THREE));
    all.extend(frames_of(&write(dir.path(), SMALL, &[(1, 0), (0, 40), (2, 2_000)])));
    assert_eq!(read(dir.path()).unwrap(), all);
    let report = verify(dir.path(), |_, _| ()).unwrap();
    assert_eq!((report.batches, report.commands, report.end.last_seq), (6, 9, 9));
    assert_eq!(report.end.torn, None);
}

#[test]
fn batches_roll_over_segments_and_one_larger_than_a_segment_fits() {
    let dir = tempfile::tempdir().unwrap();
    let batches: Vec<(u32, usize)> = (0..40).map(|i| (1 + i % 3, if i == 20 { 60_000 } else { 300 })).collect();
    let written = write(dir.path(), SMALL, &batches);
    assert_eq!(read(dir.path()).unwrap(), frames_of(&written));
    let report = verify(dir.path(), |_, _| ()).unwrap();
    assert!(report.segments > 4, "{report:?}");
}

#[test]
fn a_segment_in_which_no_command_begins_grows_and_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    // One command with more fills than two segments hold.
    let written = write(dir.path(), SMALL, &[(1, 3_900), (0, 3_900), (0, 3_900), (0, 900), (2, 3_900), (1, 10)]);
    assert_eq!(read(dir.path()).unwrap(), frames_of(&written));
    assert_eq!(verify(dir.path(), |_, _| ()).unwrap().segments, 3);
}

#[test]
fn cut_at_every_byte_the_whole_batches_before_the_cut_are_there() {
    let (dir, path, bytes, written) = specimen();
    let end = usize::try_from(written.last().unwrap().1).unwrap();
    for cut in 0..=end {
        // A file that is shorter, and one whose rest never reached the disk.
        let mut zeroed = bytes.clone();
        zeroed[cut..].fill(0);
        for image in [&bytes[..cut], &zeroed[..]] {
            fs::write(&path, image).unwrap();
            let whole = written.iter().filter(|(_, last, _)| *last <= cut as u64).count();
            // Padding is zeros: a batch that lacks only some of it is whole in the zeroed image.
            let got = read(dir.path()).unwrap_or_else(|error| panic!("cut at {cut}: {error}"));
            assert!(got.len() >= whole && got.len() <= written.len(), "cut at {cut}");
            assert_eq!(got, frames_of(&written[..got.len()]), "cut at {cut}");
            if image.len() == cut {
                assert_eq!(got.len(), whole, "cut at {cut}");
            }
        }
    }
}

#[test]
fn a_flip_of_any_bit_is_refused_or_cuts_only_the_last_batch() {
    let (dir, path, bytes, written) = specimen();
    let last_batch = written.last().unwrap().0;
    let end = written.last().unwrap().1;
    for bit in 0..usize::try_from(end).unwrap() * 8 {
        let mut image = bytes.clone();
        image[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &image).unwrap();
        match read(dir.path()) {
            Ok(got) => {
                assert!((bit / 8) as u64 >= last_batch, "bit {bit} of an earlier batch went unnoticed");
                assert_eq!(got, frames_of(&written[..2]), "bit {bit}");
            }
            Err(JournalError::Damaged { file, offset, seq, .. }) => {
                assert!(((bit / 8) as u64) < last_batch, "bit {bit} of the last batch was called damage");
                assert_eq!(file, path);
                let damaged = written.iter().position(|(_, last, _)| ((bit / 8) as u64) < *last).unwrap();
                if bit / 8 >= 64 {
                    assert_eq!(offset, written[damaged].0, "bit {bit}");
                    assert_eq!(seq, [1, 3, 4][damaged], "bit {bit}");
                }
            }
            Err(JournalError::NewerFormat { .. }) => panic!("bit {bit}: the header's checksum covers its version"),
            Err(other) => panic!("bit {bit}: {other}"),
        }
    }
}

#[test]
fn while_the_mark_is_there_the_last_batch_is_not_lost_unseen() {
    let dir = tempfile::tempdir().unwrap();
    let written = write(dir.path(), SMALL, THREE);
    let path = only_segment(dir.path());
    let bytes = fs::read(&path).unwrap();
    let end = usize::try_from(written.last().unwrap().1).unwrap();
    for bit in 0..end * 8 {
        let mut image = bytes.clone();
        image[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &image).unwrap();
        assert!(matches!(read(dir.path()), Err(JournalError::Damaged { .. })), "bit {bit}");
    }
    for cut in 0..end {
        fs::write(&path, &bytes[..cut]).unwrap();
        assert!(matches!(read(dir.path()), Err(JournalError::Damaged { .. })), "cut at {cut}");
    }
    fs::remove_file(&path).unwrap();
    assert!(matches!(read(dir.path()), Err(JournalError::Damaged { .. })), "no segment at all");
    // Half a mark is none, and one that lags behind says nothing.
    fs::write(&path, &bytes).unwrap();
    let mark = fs::read(dir.path().join("durable")).unwrap();
    for half in 0..mark.len() {
        let mut torn = mark.clone();
        torn[half..].fill(0);
        fs::write(dir.path().join("durable"), &torn).unwrap();
        assert_eq!(read(dir.path()).unwrap(), frames_of(&written), "a mark torn at byte {half}");
    }
}

#[test]
fn any_pages_of_a_torn_batch_may_be_missing() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { segment_bytes: 64 * 1_024, ahead: true };
    let written = write(dir.path(), options, &[(3, 900), (2, 20_000)]);
    let path = only_segment(dir.path());
    let bytes = fs::read(&path).unwrap();
    let (start, end) = (written[1].0 as usize, written[1].1 as usize);
    lose_mark(dir.path());
    let mut chance = 0x1234_5678_9abc_def1_u64;
    for round in 0..2_000 {
        let page = if round % 2 == 0 { 512 } else { 4_096 };
        let mut image = bytes.clone();
        let mut missing = 0;
        for at in (start / page * page..end).step_by(page) {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            if chance & 1 == 1 {
                // The page that the batch before it shares was written then and stays.
                let from = at.max(start);
                image[from..(at + page).min(end)].fill(0);
                missing += 1;
            }
        }
        fs::write(&path, &image).unwrap();
        let got = read(dir.path()).unwrap_or_else(|error| panic!("round {round}: {error}"));
        let expected = if missing == 0 { 2 } else { 1 };
        assert_eq!(got, frames_of(&written[..expected]), "round {round}");
        if round % 200 == 0 {
            let (mut journal, recovery) = Journal::open(dir.path(), options).unwrap();
            assert_eq!(recovery.batches, expected as u64);
            let mut batch = Batch::new();
            batch.push(b"after").unwrap();
            let next = journal.last_seq() + 1;
            if recovery.torn.is_some() {
                assert!(matches!(journal.append(next, 1, &mut batch), Err(JournalError::TornTailLeft)));
                journal.cut_torn_tail().unwrap();
            }
            journal.append(next, 1, &mut batch).unwrap();
            drop(journal);
            assert_eq!(read(dir.path()).unwrap().len(), expected + 1);
            lose_mark(dir.path());
        }
    }
}

#[test]
fn a_missing_moved_or_repeated_batch_is_damage() {
    let (dir, path, bytes, written) = specimen();
    let span = |i: usize| written[i].0 as usize..written[i].1 as usize;
    let rebuild = |order: &[usize]| {
        let mut image = bytes[..64].to_vec();
        for &i in order {
            image.extend_from_slice(&bytes[span(i)]);
        }
        image.resize(bytes.len(), 0);
        image
    };
    for order in [&[0, 2][..], &[1, 2], &[0, 0, 1, 2], &[0, 1, 1, 2], &[0, 2, 1], &[0, 1, 2, 2], &[2]] {
        fs::write(&path, rebuild(order)).unwrap();
        let error = read(dir.path()).unwrap_err();
        assert!(matches!(error, JournalError::Damaged { .. }), "{order:?}: {error}");
    }
    fs::write(&path, rebuild(&[0, 1, 2])).unwrap();
    assert_eq!(read(dir.path()).unwrap().len(), 3);
}

#[test]
fn a_bad_last_batch_of_a_segment_that_has_a_successor_is_damage() {
    let dir = tempfile::tempdir().unwrap();
    let batches: Vec<(u32, usize)> = (0..6).map(|_| (1, 1_000)).collect();
    write(dir.path(), SMALL, &batches);
    let mut files: Vec<PathBuf> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "journal"));
    files.sort();
    assert_eq!(files.len(), 2);
    let good = fs::read(&files[0]).unwrap();
    let mut bad = good.clone();
    let last = bad.iter().rposition(|&byte| byte != 0).unwrap();
    bad[last] ^= 1;
    fs::write(&files[0], &bad).unwrap();
    assert!(matches!(read(dir.path()), Err(JournalError::Damaged { seq: 3, .. })));
    fs::write(&files[0], good).unwrap();
    fs::remove_file(&files[0]).unwrap();
    // Without its beginning a journal is not damaged, it begins later: old segments may be archived.
    assert_eq!(read(dir.path()).unwrap().len(), 3);
}

#[test]
fn a_second_opener_is_told_to_wait() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), SMALL).unwrap();
    let error = Journal::open(dir.path(), SMALL).unwrap_err();
    assert!(error.to_string().contains("in use by another process"), "{error}");
    drop(journal);
    Journal::open(dir.path(), SMALL).unwrap();
}

#[test]
fn what_a_crash_left_of_a_spare_is_cleared_away() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("1-0.spare"), b"half").unwrap();
    write(dir.path(), SMALL, THREE);
    assert!(!dir.path().join("1-0.spare").exists());
    assert_eq!(read(dir.path()).unwrap().len(), 3);
}

/// The file was written once and is never made anew: a difference means that journals on disk have become unreadable.
#[test]
fn the_first_formats_bytes_stay_readable() {
    let dir = tempfile::tempdir().unwrap();
    let golden = include_bytes!("golden/format-1.journal");
    let path = dir.path().join("00000000000000000001.journal");
    fs::write(&path, golden).unwrap();
    let expected: Vec<_> = [(1, 2, 0), (3, 1, 700), (4, 3, 13)].map(|(seq, n, noise)| frames(seq, n, noise)).into();
    assert_eq!(read(dir.path()).unwrap(), expected);
    // It goes on in the segment that the old version began, then in one of its own.
    let end = usize::try_from(verify(dir.path(), |_, _| ()).unwrap().end.offset).unwrap();
    let more = write(dir.path(), SMALL, &[(1, 0), (1, 3_000)]);
    assert_eq!(read(dir.path()).unwrap(), [expected, frames_of(&more)].concat());
    assert_eq!(fs::read(&path).unwrap()[..end], golden[..end]);
}

/// As above, for the format with a salt.
#[test]
fn the_second_formats_bytes_stay_readable() {
    let dir = tempfile::tempdir().unwrap();
    let golden = include_bytes!("golden/format-2.journal");
    let path = dir.path().join("00000000000000000001.journal");
    fs::write(&path, golden).unwrap();
    let expected: Vec<_> = [(1, 2, 0), (3, 1, 700), (4, 3, 13)].map(|(seq, n, noise)| frames(seq, n, noise)).into();
    assert_eq!(read(dir.path()).unwrap(), expected);
    // Another version does not write to it.
    let (mut journal, _) = Journal::open(dir.path(), SMALL).unwrap();
    let mut batch = Batch::new();
    batch.push(b"ours").unwrap();
    journal.append(7, 1, &mut batch).unwrap();
    drop(journal);
    assert_eq!(fs::read(&path).unwrap(), golden);
    let ours = dir.path().join("00000000000000000007.journal");
    assert_eq!(&fs::read(&ours).unwrap()[32..64].trim_ascii_end()[..5], env!("CARGO_PKG_VERSION").as_bytes());
    assert_eq!(read(dir.path()).unwrap().len(), 4);
    fs::remove_file(ours).unwrap();
    lose_mark(dir.path());
    let mut newer = golden.to_vec();
    newer[8] = 3;
    newer[32..37].copy_from_slice(b"7.1.0");
    newer[12..16].fill(0);
    let crc = crc32c_of(&newer[..64]);
    newer[12..16].copy_from_slice(&crc.to_le_bytes());
    fs::write(&path, newer).unwrap();
    let refused = read(dir.path()).unwrap_err();
    assert!(matches!(refused, JournalError::NewerFormat { version: 3, known: 2, .. }), "{refused}");
    assert!(refused.to_string().contains("version 7.1.0, which wrote it, reads it"), "{refused}");
}

/// CRC32C by its definition (RFC 3720, B.4), bit by bit.
fn crc32c_of(bytes: &[u8]) -> u32 {
    let mut crc = !0_u32;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        changes in prop::collection::vec((64..1_500_usize, any::<u8>()), 1..8),
    ) {
        let (dir, path, good, _) = specimen();
        fs::write(&path, &bytes).unwrap();
        let _ = read(dir.path());
        let mut image = good;
        for (at, value) in changes {
            image[at] = value;
        }
        fs::write(&path, &image).unwrap();
        let _ = read(dir.path());
        if let Ok((mut journal, _)) = Journal::open(dir.path(), SMALL) {
            journal.cut_torn_tail().unwrap();
            let mut batch = Batch::new();
            batch.push(b"after").unwrap();
            journal.append(journal.last_seq() + 1, 1, &mut batch).unwrap();
            drop(journal);
            read(dir.path()).unwrap();
        }
    }
}
