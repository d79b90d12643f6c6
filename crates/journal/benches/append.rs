//! Durable appends beside the raw write and sync of the same bytes to the same disk.
//!
//! - `raw`: one write and one sync over a file of zeros, round and round: what the disk can do.
//! - `journal`: appends within a segment while nothing else writes.
//! - `rolling`: appends as fast as they go, the making of segments included: every byte is written twice.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use unspent_journal::{Batch, Journal, Options};

/// About what an order's frame takes.
const FRAME: [u8; 100] = [0x5a; 100];
const SEGMENT: u64 = 64 << 20;

fn open(batch: &mut Batch, commands: u32) -> (Journal, TempDir) {
    let dir = tempfile::tempdir_in(".").expect("a directory on the disk under test");
    let (mut journal, _) =
        Journal::open(dir.path(), Options { segment_bytes: SEGMENT, ahead: true }).expect("an empty journal");
    journal.append(1, commands, batch).expect("the disk takes it");
    (journal, dir)
}

/// Until the thread that makes segments has nothing to do.
fn wait_for_the_spare(dir: &Path) {
    let full = |dir: &Path| {
        let entries = fs::read_dir(dir).expect("listed").flatten();
        let spares = entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "spare"));
        spares.filter(|entry| entry.metadata().is_ok_and(|metadata| metadata.len() == SEGMENT)).count() == 2
    };
    while !full(dir) {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(20));
}

fn append(c: &mut Criterion) {
    let mut group = c.benchmark_group("append");
    for commands in [1_u32, 64, 4_096] {
        group.throughput(Throughput::Elements(u64::from(commands)));
        let mut batch = Batch::new();
        for _ in 0..commands {
            batch.push(&FRAME).expect("fits");
        }
        let len = (batch.len_bytes() as u64 + 32).next_multiple_of(8);
        let dir = tempfile::tempdir_in(".").expect("a directory on the disk under test");
        let bytes = vec![0x5a_u8; usize::try_from(len).expect("small")];
        let path = dir.path().join("raw");
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(&path).expect("a file");
        for _ in 0..SEGMENT >> 20 {
            file.write_all(&vec![0; 1 << 20]).expect("room for a segment");
        }
        file.sync_all().expect("synced");
        let mut at = 0;
        group.bench_function(BenchmarkId::new("raw", commands), |b| {
            b.iter(|| {
                if at + len > SEGMENT {
                    at = 0;
                }
                file.write_all_at(&bytes, at).expect("written");
                file.sync_data().expect("synced");
                at += len;
            });
        });
        let (mut journal, mut dir) = open(&mut batch, commands);
        wait_for_the_spare(dir.path());
        group.bench_function(BenchmarkId::new("journal", commands), |b| {
            b.iter_custom(|iterations| {
                let mut took = Duration::ZERO;
                for _ in 0..iterations {
                    if journal.position().offset + len > SEGMENT {
                        (journal, dir) = open(&mut batch, commands);
                        wait_for_the_spare(dir.path());
                    }
                    let next = journal.last_seq() + 1;
                    let started = Instant::now();
                    journal.append(next, commands, &mut batch).expect("the disk takes it");
                    took += started.elapsed();
                }
                took
            });
        });
        let (mut journal, _dir) = open(&mut batch, commands);
        group.bench_function(BenchmarkId::new("rolling", commands), |b| {
            b.iter(|| {
                let next = journal.last_seq() + 1;
                journal.append(next, commands, &mut batch).expect("the disk takes it")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, append);
criterion_main!(benches);
