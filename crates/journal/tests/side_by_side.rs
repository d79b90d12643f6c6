//! Segments checked side by side are judged as a reader judges them one after the other.

mod verdict;

use std::fs;
use std::path::{Path, PathBuf};
use unspent_journal::{Batch, Checking, Dir, Journal, JournalError, Options, Reader, check};
use verdict::same_verdict;

const SMALL: Options = Options { segment_bytes: 4_096, ahead: true };

/// Five segments of three batches, of which some have no command.
fn specimen() -> (tempfile::TempDir, Vec<(PathBuf, Vec<u8>)>) {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(dir.path(), SMALL).unwrap();
    let mut batch = Batch::new();
    for i in 0..14_u8 {
        batch.clear();
        batch.push(&[i; 1_200]).unwrap();
        batch.push(&[i; 3]).unwrap();
        journal.append(journal.last_seq() + 1, u32::from(i % 3), &mut batch).unwrap();
    }
    drop(journal);
    let files = segments(dir.path()).into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    (dir, files)
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "journal"));
    files.sort();
    files
}

#[test]
fn a_whole_journal_has_the_readers_head_and_every_segments() {
    let (dir, files) = specimen();
    assert_eq!(files.len(), 5);
    same_verdict(dir.path()).unwrap();
    let report = check(&Dir::at(dir.path()), Checking::default(), |_, _| ()).unwrap();
    assert_eq!(report.spans.len(), 5);
    for span in &report.spans {
        // From any segment on, with the head before it, a reader comes to the same end.
        let mut reader = Reader::on(Dir::at(dir.path()), span.first_seq).unwrap();
        reader.follow_head(span.before.unwrap());
        while reader.next_batch().unwrap().is_some() {}
        assert_eq!(reader.head(), report.head);
    }
    assert_eq!(report.spans[4].before.unwrap().then(report.spans[4].digest.unwrap()), report.head.unwrap());
    assert_eq!(report.span(1).unwrap().first_seq, 1);
    assert_eq!(report.span(u64::MAX), report.spans.last());
    let without = check(&Dir::at(dir.path()), Checking { heads: false, ..Checking::default() }, |_, _| ()).unwrap();
    assert_eq!((without.head, without.batches, without.end), (None, report.batches, report.end));
}

#[test]
fn a_flip_anywhere_in_any_segment_has_one_verdict() {
    let (dir, files) = specimen();
    let mut damaged = 0;
    for mark in [true, false] {
        if !mark {
            fs::remove_file(dir.path().join("durable")).unwrap();
        }
        for (path, bytes) in &files {
            let end = bytes.iter().rposition(|&byte| byte != 0).unwrap() + 1;
            // Every byte of the header and of the heads of batches, and some of the rest.
            for at in (0..end + 16).filter(|at| *at < 100 || at % 29 == 0 || at % 1_248 < 130) {
                let mut image = bytes.clone();
                image[at] ^= 1 << (at % 8);
                fs::write(path, image).unwrap();
                damaged += usize::from(same_verdict(dir.path()).is_err());
            }
            fs::write(path, bytes).unwrap();
        }
    }
    assert!(damaged > 1_000, "{damaged}");
    same_verdict(dir.path()).unwrap();
}

#[test]
fn segments_cut_gone_exchanged_or_empty_have_one_verdict() {
    let (dir, files) = specimen();
    for (path, bytes) in &files {
        for cut in (0..bytes.len()).step_by(61).chain([63, 64, 65]) {
            fs::write(path, &bytes[..cut]).unwrap();
            let _ = same_verdict(dir.path());
        }
        for (_, other) in &files {
            fs::write(path, other).unwrap();
            let _ = same_verdict(dir.path());
        }
        fs::write(path, vec![0; bytes.len()]).unwrap();
        let _ = same_verdict(dir.path());
        fs::remove_file(path).unwrap();
        let _ = same_verdict(dir.path());
        fs::write(path, bytes).unwrap();
    }
    same_verdict(dir.path()).unwrap();
    // A journal without its oldest segments begins later.
    fs::remove_file(&files[0].0).unwrap();
    same_verdict(dir.path()).unwrap();
    for (path, _) in &files[1..] {
        fs::remove_file(path).unwrap();
    }
    assert!(matches!(same_verdict(dir.path()), Err(JournalError::Damaged { .. })), "the mark says that there was more");
    fs::remove_file(dir.path().join("durable")).unwrap();
    same_verdict(dir.path()).unwrap();
}

#[test]
fn beside_a_writer_a_check_finds_no_damage() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(dir.path(), SMALL).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut batch = Batch::new();
            batch.push(&[7; 700]).unwrap();
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                journal.append(journal.last_seq() + 1, 1, &mut batch).unwrap();
            }
            journal.last_seq()
        });
        let mut last = 0;
        for _ in 0..200 {
            let report = check(&Dir::at(dir.path()), Checking::default(), |_, _| ()).unwrap();
            assert!(report.end.last_seq >= last, "{} behind {last}", report.end.last_seq);
            last = report.end.last_seq;
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(writer.join().unwrap() >= last);
    });
}
