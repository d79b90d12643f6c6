//! Durable appends beside the raw write and sync of the same bytes to the same disk.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::FileExt;
use unspent_journal::{Batch, Journal, Options};

/// About what an order's frame takes.
const FRAME: [u8; 100] = [0x5a; 100];

fn append(c: &mut Criterion) {
    let mut group = c.benchmark_group("append");
    for commands in [1_u32, 16, 64, 256, 4_096] {
        group.throughput(Throughput::Elements(u64::from(commands)));
        let dir = tempfile::tempdir_in(".").expect("a directory on the disk under test");
        let (mut journal, _) =
            Journal::open(dir.path(), Options { segment_bytes: 256 << 20 }).expect("an empty journal");
        let mut batch = Batch::new();
        for _ in 0..commands {
            batch.push(&FRAME).expect("fits");
        }
        group.bench_function(BenchmarkId::new("journal", commands), |b| {
            b.iter(|| {
                let next = journal.last_seq() + 1;
                journal.append(next, commands, &mut batch).expect("the disk takes it")
            });
        });
        drop(journal);
        let bytes = vec![0x5a_u8; (batch.len_bytes() + 32).next_multiple_of(8)];
        let path = dir.path().join("raw");
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(&path).expect("a file");
        let size = 256_u64 << 20;
        for _ in 0..size >> 20 {
            file.write_all(&vec![0; 1 << 20]).expect("room for 256 MiB");
        }
        file.sync_all().expect("synced");
        let mut at = 0;
        group.bench_function(BenchmarkId::new("raw", commands), |b| {
            b.iter(|| {
                if at + bytes.len() as u64 > size {
                    at = 0;
                }
                file.write_all_at(&bytes, at).expect("written");
                file.sync_data().expect("synced");
                at += bytes.len() as u64;
            });
        });
    }
    group.finish();
}

criterion_group!(benches, append);
criterion_main!(benches);
