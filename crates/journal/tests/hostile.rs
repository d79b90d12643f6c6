//! Files that no crash of this writer leaves: made by hand, half copied, or read while they are written.

mod verdict;

use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use unspent_journal::{Batch, Journal, JournalError, Options, Reader, stat, verify};

const SMALL: Options = Options { segment_bytes: 4_096, ahead: true };
const HEADER: usize = 64;

/// CRC-32C by its definition (RFC 3720, B.4), bit by bit.
fn crc32c(bytes: &[u8]) -> u32 {
    crc32c_from(0, bytes)
}

/// The same, begun where another checksum ended.
fn crc32c_from(start: u32, bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!start, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg()))
    })
}

/// A segment header of format 1, which has no salt.
fn header(first_seq: u64, prev_crc: u32) -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bytes[..8].copy_from_slice(b"UNSPJRNL");
    bytes[8..12].copy_from_slice(&1_u32.to_le_bytes());
    bytes[16..24].copy_from_slice(&first_seq.to_le_bytes());
    bytes[24..28].copy_from_slice(&prev_crc.to_le_bytes());
    let crc = crc32c(&bytes);
    bytes[12..16].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// A batch as JOURNAL.md draws it, with the salt 0 of format 1.
fn batch(first_seq: u64, count: u32, prev_crc: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 32];
    bytes[..4].copy_from_slice(b"UBAT");
    bytes[4..8].copy_from_slice(&u32::try_from(payload.len()).unwrap().to_le_bytes());
    bytes[8..16].copy_from_slice(&first_seq.to_le_bytes());
    bytes[16..20].copy_from_slice(&count.to_le_bytes());
    bytes[20..24].copy_from_slice(&prev_crc.to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let crc = crc32c(&bytes);
    bytes[24..28].copy_from_slice(&crc.to_le_bytes());
    bytes
}

fn crc_of(batch: &[u8]) -> u32 {
    u32::from_le_bytes(batch[24..28].try_into().unwrap())
}

fn segment(dir: &Path, first_seq: u64) -> PathBuf {
    dir.join(format!("{first_seq:020}.journal"))
}

fn write(dir: &Path, commands: u64, noise: usize) {
    let (mut journal, _) = Journal::open(dir, SMALL).unwrap();
    let mut batch = Batch::new();
    batch.push(&vec![0xa5; noise]).unwrap();
    for seq in 1..=commands {
        journal.append(seq, 1, &mut batch).unwrap();
    }
}

fn count(dir: &Path) -> Result<u64, JournalError> {
    verdict::same_verdict(dir).map(|report| report.batches)
}

/// Every byte that is written, by an encoder that knows only the document.
#[test]
fn the_writers_bytes_are_the_documents() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 3, 100);
    let image = fs::read(segment(dir.path(), 1)).unwrap();
    let salt: [u8; 4] = image[28..32].try_into().unwrap();
    let mut expected = header(1, 0);
    expected[8] = 2;
    expected[12..16].fill(0);
    expected[28..32].copy_from_slice(&salt);
    let version = env!("CARGO_PKG_VERSION").as_bytes();
    expected[32..32 + version.len()].copy_from_slice(version);
    let crc = crc32c(&expected);
    expected[12..16].copy_from_slice(&crc.to_le_bytes());
    let payload = [&100_u32.to_le_bytes()[..], &[0xa5; 100]].concat();
    let mut prev = 0;
    for seq in 1..=3 {
        let mut bytes = batch(seq, 1, prev, &payload);
        bytes[24..28].fill(0);
        prev = crc32c_from(u32::from_le_bytes(salt), &bytes);
        bytes[24..28].copy_from_slice(&prev.to_le_bytes());
        expected.extend_from_slice(&bytes);
    }
    expected.resize(4_096, 0);
    assert_eq!(image, expected);
}

#[test]
fn no_two_segments_share_a_salt() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 9, 1_000);
    let mut salts: Vec<Vec<u8>> =
        [1, 4, 7].map(|seq| fs::read(segment(dir.path(), seq)).unwrap()[28..32].to_vec()).into();
    salts.sort();
    salts.dedup();
    // Once in 1.4 thousand million runs two of three are equal by chance.
    assert_eq!(salts.len(), 3);
}

#[test]
fn numbers_at_the_edges_are_damage_not_overflow() {
    for first in [0, 1, u64::MAX - 1, u64::MAX] {
        for commands in [0, 1, 2, u32::MAX] {
            let dir = tempfile::tempdir().unwrap();
            let mut image = header(first, 0);
            let one = batch(first, commands, 0, b"");
            image.extend_from_slice(&one);
            image.extend_from_slice(&batch(first.wrapping_add(u64::from(commands)), 1, crc_of(&one), b""));
            image.resize(4_096, 0);
            fs::write(segment(dir.path(), first), image).unwrap();
            let got = count(dir.path());
            if first == 1 {
                assert_eq!(got.unwrap(), 2);
            } else if first == 0 {
                assert!(matches!(got, Err(JournalError::Damaged { .. })), "{first} + {commands}: {got:?}");
            } else {
                // Whatever fits below the last number is good.
                assert!(matches!(got, Ok(2) | Err(JournalError::Damaged { .. })), "{first} + {commands}: {got:?}");
            }
        }
    }
}

#[test]
fn a_writer_at_the_last_number_stops_before_it_writes_what_no_reader_takes() {
    let dir = tempfile::tempdir().unwrap();
    lay(&segment(dir.path(), u64::MAX - 1), u64::MAX - 1, 0, &[(u64::MAX - 1, 1, b"")]);
    let (mut journal, recovery) = Journal::open(dir.path(), SMALL).unwrap();
    assert_eq!(recovery.last_seq, u64::MAX - 1);
    let mut next = Batch::new();
    next.push(b"after").unwrap();
    journal.append(u64::MAX, 0, &mut next).unwrap();
    assert!(matches!(journal.append(u64::MAX, 1, &mut next), Err(JournalError::OutOfSequence { .. })));
    drop(journal);
    assert_eq!(count(dir.path()).unwrap(), 2);
}

#[test]
fn a_last_segment_with_a_torn_header_and_nothing_behind_it_does_not_stop_a_start() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 3, 700);
    let good = header(4, 0x1234_5678);
    for (kept, size) in [(0, 0), (0, 4_096), (13, 13), (13, 4_096), (40, 64), (63, 63)] {
        if good[kept..].iter().all(|&byte| byte == 0) && size >= HEADER {
            continue;
        }
        let mut image = good[..kept].to_vec();
        // Bytes 28 to 63 of a header are zeros: tear one that is not.
        if kept > 12 {
            image[12] ^= 0xff;
        }
        image.resize(size, 0);
        let path = segment(dir.path(), 4);
        fs::write(&path, &image).unwrap();
        assert_eq!(count(dir.path()).unwrap(), 3, "{kept} of {size}");
        let (mut journal, recovery) = Journal::open(dir.path(), SMALL).unwrap();
        let torn = recovery.torn.expect("the half-made segment is told of");
        assert_eq!((torn.file.as_path(), torn.offset), (path.as_path(), 0));
        let mut next = Batch::new();
        next.push(b"after").unwrap();
        assert!(matches!(journal.append(4, 1, &mut next), Err(JournalError::TornTailLeft)));
        journal.cut_torn_tail().unwrap();
        assert!(!path.exists());
        if kept == 63 {
            journal.append(4, 1, &mut next).unwrap();
            drop(journal);
            assert_eq!(count(dir.path()).unwrap(), 4);
        }
    }
}

#[test]
fn a_first_segment_with_a_torn_header_and_nothing_behind_it_is_an_empty_journal() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(segment(dir.path(), 1), [0; 4_096]).unwrap();
    assert_eq!(count(dir.path()).unwrap(), 0);
    let (mut journal, recovery) = Journal::open(dir.path(), SMALL).unwrap();
    assert_eq!((recovery.last_seq, recovery.torn.is_some()), (0, true));
    journal.cut_torn_tail().unwrap();
    let mut next = Batch::new();
    next.push(b"first").unwrap();
    journal.append(1, 1, &mut next).unwrap();
    drop(journal);
    assert_eq!(count(dir.path()).unwrap(), 1);
    // Of any other first command it would hide that what came before is gone.
    let dir = tempfile::tempdir().unwrap();
    fs::write(segment(dir.path(), 9), [0; 4_096]).unwrap();
    assert!(matches!(count(dir.path()), Err(JournalError::Damaged { .. })));
}

#[test]
fn a_bad_header_with_anything_behind_it_is_damage() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 6, 1_000);
    let last = segment(dir.path(), 4);
    let good = fs::read(&last).unwrap();
    let refused = |image: &[u8], why: &str| {
        fs::write(&last, image).unwrap();
        assert!(matches!(count(dir.path()), Err(JournalError::Damaged { .. })), "{why}");
    };
    let mut image = good.clone();
    image[..HEADER].fill(0);
    refused(&image, "whole batches behind it");
    image[HEADER..4_096].fill(0);
    image[4_095] = 1;
    refused(&image, "a byte behind it");
    fs::write(&last, &good).unwrap();
    // Torn, last, but its name says that commands between are gone.
    fs::rename(&last, segment(dir.path(), 5)).unwrap();
    fs::write(segment(dir.path(), 5), [0; 4_096]).unwrap();
    assert!(matches!(count(dir.path()), Err(JournalError::Damaged { .. })), "its name does not follow");
    // Torn, last, but the segment before it does not end whole.
    fs::rename(segment(dir.path(), 5), &last).unwrap();
    let before = segment(dir.path(), 1);
    let mut image = fs::read(&before).unwrap();
    let dirty = image.iter().rposition(|&byte| byte != 0).unwrap();
    image[dirty] ^= 1;
    fs::write(&before, image).unwrap();
    assert!(matches!(count(dir.path()), Err(JournalError::Damaged { .. })), "the one before it is bad");
}

#[test]
fn a_stale_batch_behind_a_torn_one_proves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 3, 100);
    let path = segment(dir.path(), 1);
    let mut image = fs::read(&path).unwrap();
    let one = (32 + 4 + 100_usize).next_multiple_of(8);
    let third = HEADER + 2 * one;
    // The third is torn, and behind it stands the first again, as on a block that once held it.
    let first = image[HEADER..HEADER + one].to_vec();
    image[third + 40] ^= 1;
    image[third + one..third + 2 * one].copy_from_slice(&first);
    fs::write(&path, &image).unwrap();
    // The power was cut: the mark, which is not synced, is gone.
    fs::remove_file(dir.path().join("durable")).unwrap();
    assert_eq!(count(dir.path()).unwrap(), 2);
    // A whole batch where the torn one stands must follow, or it is damage; a stale one does not.
    image[third..third + one].copy_from_slice(&first);
    fs::write(&path, &image).unwrap();
    assert!(matches!(count(dir.path()), Err(JournalError::Damaged { seq: 3, .. })));
}

#[test]
fn a_swapped_pair_of_segments_or_a_missing_one_is_damage() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 9, 1_000);
    let (a, b, c) = (segment(dir.path(), 1), segment(dir.path(), 4), segment(dir.path(), 7));
    assert_eq!(stat(dir.path()).unwrap().segments, 3);
    let (in_a, in_b) = (fs::read(&a).unwrap(), fs::read(&b).unwrap());
    fs::write(&a, &in_b).unwrap();
    fs::write(&b, &in_a).unwrap();
    assert!(matches!(count(dir.path()), Err(JournalError::Damaged { .. })));
    fs::write(&a, &in_a).unwrap();
    fs::write(&b, &in_b).unwrap();
    assert_eq!(count(dir.path()).unwrap(), 9);
    fs::remove_file(&b).unwrap();
    assert!(matches!(count(dir.path()), Err(JournalError::Damaged { seq: 4, .. })));
    // The middle one of another journal, its sequence right and its history not.
    let other = tempfile::tempdir().unwrap();
    write(other.path(), 9, 1_001);
    fs::copy(segment(other.path(), 4), &b).unwrap();
    assert!(matches!(count(dir.path()), Err(JournalError::Damaged { .. })));
    assert!(c.exists());
}

#[test]
fn names_that_are_no_segments_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 3, 100);
    for name in ["+0000000000000000001.journal", "1.journal", "notes.txt", "00000000000000000001.journal.bak"] {
        fs::write(dir.path().join(name), b"mine").unwrap();
    }
    assert_eq!(count(dir.path()).unwrap(), 3);
    write_after(dir.path(), 4);
    assert_eq!(fs::read(dir.path().join("+0000000000000000001.journal")).unwrap(), b"mine");
}

fn write_after(dir: &Path, seq: u64) {
    let (mut journal, _) = Journal::open(dir, SMALL).unwrap();
    let mut batch = Batch::new();
    batch.push(b"more").unwrap();
    journal.append(seq, 1, &mut batch).unwrap();
}

#[test]
fn damage_names_the_file_the_byte_the_command_and_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 3, 100);
    let path = segment(dir.path(), 1);
    let mut image = fs::read(&path).unwrap();
    image[HEADER + 200] ^= 1;
    fs::write(&path, &image).unwrap();
    let text = Journal::open(dir.path(), SMALL).unwrap_err().to_string();
    for part in [path.to_str().unwrap(), "byte 200", "command 2", "restore this file from a backup"] {
        assert!(text.contains(part), "{part:?} is not in {text:?}");
    }
    assert_eq!(fs::read(&path).unwrap(), image, "a refused start changes nothing");
}

#[test]
fn only_the_owner_may_read_what_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("a/b/journal");
    write(&deep, 1, 100);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&deep), 0o700);
    assert_eq!(mode(&segment(&deep, 1)), 0o600);
    assert_eq!(mode(&deep.join("lock")), 0o600);
}

#[test]
fn a_batch_out_of_sequence_ends_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(dir.path(), SMALL).unwrap();
    let mut batch = Batch::new();
    batch.push(b"one").unwrap();
    journal.append(1, 2, &mut batch).unwrap();
    assert!(matches!(journal.append(2, 1, &mut batch), Err(JournalError::OutOfSequence { expected: 3, got: 2 })));
    assert!(matches!(journal.append(3, 1, &mut batch), Err(JournalError::Failed)));
    drop(journal);
    assert_eq!(count(dir.path()).unwrap(), 1);
}

#[test]
fn the_position_counts_what_was_there_and_what_was_added() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 9, 1_000);
    let (mut journal, recovery) = Journal::open(dir.path(), SMALL).unwrap();
    assert_eq!((recovery.first_seq, recovery.last_seq, recovery.batches), (1, 9, 9));
    assert_eq!(journal.position().bytes, recovery.bytes);
    let mut batch = Batch::new();
    batch.push(&[1; 2_000]).unwrap();
    let appended = journal.append(10, 1, &mut batch).unwrap();
    let position = journal.position();
    assert_eq!(position.file, segment(dir.path(), 10));
    assert_eq!((appended.offset, position.offset), (HEADER as u64, HEADER as u64 + appended.bytes));
    assert_eq!(position.bytes, recovery.bytes + appended.bytes);
    let stat = stat(dir.path()).unwrap();
    assert_eq!((stat.segments, stat.first_seq, stat.file_bytes), (4, 1, 4 * 4_096));
    assert_eq!(stat.last_file.as_deref(), Some(position.file));
}

/// Reads again and again while batches are appended: whatever is seen is a prefix, and never called damage.
#[test]
fn a_reader_beside_a_writer_sees_a_prefix() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { segment_bytes: 4 << 20, ahead: true };
    let (mut journal, _) = Journal::open(dir.path(), options).unwrap();
    let mut batch = Batch::new();
    batch.push(&[0x5a; 3_000]).unwrap();
    journal.append(1, 1, &mut batch).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for seq in 2..=3_000 {
                journal.append(seq, 1, &mut batch).unwrap();
            }
            done.store(true, Ordering::Release);
        });
        let mut seen = 0;
        while !done.load(Ordering::Acquire) {
            let mut reader = Reader::open(dir.path()).unwrap();
            let mut last = 0;
            while let Some(batch) = reader.next_batch().unwrap() {
                last = batch.first_seq();
            }
            assert!(last >= seen, "{last} after {seen}");
            seen = last;
        }
    });
    assert_eq!(count(dir.path()).unwrap(), 3_000);
}

/// A segment of the given batches: first command, count, payload. Returns the checksum of the last.
fn lay(path: &Path, first_seq: u64, prev_crc: u32, batches: &[(u64, u32, &[u8])]) -> (Vec<Vec<u8>>, u32) {
    let mut image = header(first_seq, prev_crc);
    let mut prev = prev_crc;
    let mut made = Vec::new();
    for &(seq, count, payload) in batches {
        let bytes = batch(seq, count, prev, payload);
        prev = crc_of(&bytes);
        image.extend_from_slice(&bytes);
        made.push(bytes);
    }
    image.resize(4_096, 0);
    fs::write(path, image).unwrap();
    (made, prev)
}

/// Batches without commands share their sequence number with the next: only the chain tells them apart.
#[test]
fn a_batch_without_commands_is_not_lost_swapped_or_replaced_unseen() {
    let dir = tempfile::tempdir().unwrap();
    let path = segment(dir.path(), 1);
    let (made, _) = lay(
        &path,
        1,
        0,
        &[(1, 1, b"\x01\0\0\0a"), (2, 0, b"\x01\0\0\0b"), (2, 0, b"\x01\0\0\0c"), (2, 1, b"\x01\0\0\0d")],
    );
    assert_eq!(count(dir.path()).unwrap(), 4);
    for order in [&[0, 2, 3][..], &[0, 1, 3], &[0, 3], &[0, 2, 1, 3], &[0, 1, 1, 2, 3], &[0, 1, 2, 2, 3], &[0, 2]] {
        let mut image = header(1, 0);
        order.iter().for_each(|&i: &usize| image.extend_from_slice(&made[i]));
        image.resize(4_096, 0);
        fs::write(&path, image).unwrap();
        let got = count(dir.path());
        assert!(matches!(got, Err(JournalError::Damaged { seq: 2, .. })), "{order:?}: {got:?}");
    }
}

#[test]
fn a_segments_last_batch_without_commands_is_not_lost_unseen() {
    let dir = tempfile::tempdir().unwrap();
    let (first, next) = (segment(dir.path(), 1), segment(dir.path(), 2));
    let (made, crc) = lay(&first, 1, 0, &[(1, 1, b"\x01\0\0\0a"), (2, 0, b"\x01\0\0\0b")]);
    // The next segment has no batch yet: its header alone knows what came before.
    lay(&next, 2, crc, &[]);
    assert_eq!(count(dir.path()).unwrap(), 2);
    let whole = fs::read(&first).unwrap();
    let mut image = whole.clone();
    let mark = HEADER + made[0].len();
    image[mark..].fill(0);
    fs::write(&first, &image).unwrap();
    let error = count(dir.path()).unwrap_err();
    assert!(
        matches!(&error, JournalError::Damaged { file, offset, .. } if *file == first && *offset == mark as u64),
        "{error}"
    );
    // Nor when the next segment's header is torn, as long as any of the batch is there.
    fs::write(&next, [0; 4_096]).unwrap();
    fs::write(&first, &whole).unwrap();
    assert_eq!(count(dir.path()).unwrap(), 2);
    image[mark + 40] = 1;
    fs::write(&first, &image).unwrap();
    assert!(matches!(count(dir.path()), Err(JournalError::Damaged { seq: 2, .. })));
}

#[test]
fn a_batch_that_breaks_the_bounds_under_a_right_checksum_is_damage_not_a_tail() {
    let long = 64 * 1_024 + 1_u32;
    let mut too_long_frame = long.to_le_bytes().to_vec();
    too_long_frame.resize(4 + long as usize, 7);
    let frame = [&(60 * 1_024_u32).to_le_bytes()[..], &[7; 60 * 1_024]].concat();
    let too_long_payload = frame.repeat(18);
    assert!(too_long_payload.len() > 1 << 20);
    for payload in [&b"\x05\0\0\0four"[..], b"\x01\0\0", &too_long_frame, &too_long_payload] {
        let dir = tempfile::tempdir().unwrap();
        let image = [header(1, 0), batch(1, 1, 0, payload)].concat();
        fs::write(segment(dir.path(), 1), image).unwrap();
        let got = count(dir.path());
        assert!(matches!(got, Err(JournalError::Damaged { seq: 1, .. })), "{} bytes: {got:?}", payload.len());
    }
}

/// Whoever sends orders chooses bytes of a frame. A whole batch of a later command among them must not turn a torn tail
/// into damage: it would keep the venue from starting.
#[test]
fn a_batch_planted_in_a_frame_proves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(dir.path(), SMALL).unwrap();
    let mut next = Batch::new();
    next.push(b"before").unwrap();
    journal.append(1, 1, &mut next).unwrap();
    next.clear();
    // Wherever it comes to stand, one of the eight is at a multiple of 8.
    let mut frame = Vec::new();
    for shift in 0..8 {
        frame.resize(frame.len().next_multiple_of(8) + shift, 0);
        frame.extend_from_slice(&batch(1 << 40, 1, 0, b"\x04\0\0\0evil"));
    }
    next.push(&frame).unwrap();
    let torn = journal.append(2, 1, &mut next).unwrap();
    drop(journal);
    // The power is cut before the sync has returned: nothing was marked.
    fs::remove_file(dir.path().join("durable")).unwrap();
    let path = segment(dir.path(), 1);
    let mut image = fs::read(&path).unwrap();
    // Its head never reached the disk, the frame did.
    let at = usize::try_from(torn.offset).unwrap();
    image[at..at + 32].fill(0);
    fs::write(&path, &image).unwrap();
    let (mut journal, recovery) = Journal::open(dir.path(), SMALL).unwrap();
    assert_eq!((recovery.last_seq, recovery.torn.map(|torn| torn.offset)), (1, Some(torn.offset)));
    journal.cut_torn_tail().unwrap();
}

/// Numbers that meet the edges and each other often.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..6_u64, (u64::MAX - 3)..=u64::MAX, any::<u64>()]
}

proptest! {
    /// Checksums that are right say nothing of the numbers under them.
    #[test]
    fn no_well_summed_bytes_make_a_reader_panic(
        named in number(),
        first in number(),
        chained in any::<bool>(),
        batches in prop::collection::vec(
            (number(), prop_oneof![0..3_u32, any::<u32>()], prop::collection::vec(any::<u8>(), 0..40)), 0..5),
        cut in 0..4_096_usize,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut image = header(first, 0);
        let mut prev = 0;
        for (seq, count, payload) in &batches {
            let bytes = batch(*seq, *count, prev, payload);
            prev = if chained { crc_of(&bytes) } else { 0 };
            image.extend_from_slice(&bytes);
        }
        image.resize(image.len().max(cut), 0);
        fs::write(segment(dir.path(), named), &image).unwrap();
        let _ = verify(dir.path(), |_, _| ());
        if let Ok((mut journal, recovery)) = Journal::open(dir.path(), SMALL) {
            journal.cut_torn_tail().unwrap();
            let mut next = Batch::new();
            next.push(b"after").unwrap();
            let added = journal.append(recovery.last_seq + 1, 1, &mut next).is_ok();
            drop(journal);
            prop_assert_eq!(count(dir.path()).unwrap(), recovery.batches + u64::from(added));
        }
    }
}
