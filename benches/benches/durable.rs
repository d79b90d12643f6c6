//! `cargo durable`: appends to the journal beside the raw write and sync of as many bytes, in turn on the same disk.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};
use unspent_benches::{Args, Cell, Report, Table};
use unspent_journal::{Batch, Journal, Options};

const HELP: &str = "\
cargo durable: commands made durable a second, and how long one batch takes, beside a raw write and fdatasync

Both write to files of zeros that were written and synced before, on the file system of this directory, and take turns every
few batches. A command's record has 100 bytes. The journal's figures have in them the batch's head and checksum, the mark, and
the opening of the next segment when one is full; its thread that makes segments rests first. In the last column segments are
made as fast as they are used up: then every byte is written twice.
";

const FRAME: [u8; 100] = [0x5a; 100];
const SEGMENT: u64 = 64 << 20;

fn main() {
    let args = Args::read(HELP);
    let (rounds, chunk) = if args.quick { (2, 5) } else { (args.rounds.unwrap_or(60), 20) };
    let dir = tempfile::tempdir_in(".").expect("a directory on the disk under test");
    let mut report = Report::new("durable");
    let mut table = Table::new(
        format!("Medians of {rounds} rounds of {chunk} batches"),
        &[
            ("commands a batch", ""),
            ("raw", "k/s"),
            ("journal", "k/s"),
            ("of raw", ""),
            ("raw p50", "us"),
            ("journal p50", "us"),
            ("raw p99", "us"),
            ("journal p99", "us"),
            ("rolling, of raw", ""),
        ],
    );
    for commands in [1_u32, 4, 16, 64, 256, 1_024, 4_096] {
        let mut batch = Batch::new();
        for _ in 0..commands {
            batch.push(&FRAME).expect("fits");
        }
        let bytes = (32 + batch.len_bytes()).next_multiple_of(8);
        // Flat out, through at least two segments for large batches.
        let flat = if args.quick { 5 } else { (2 * SEGMENT / bytes as u64).clamp(100, 2_000) as usize };
        let mut raw = Raw::new(&dir.path().join(format!("raw-{commands}")), bytes, rounds * chunk + flat);
        let path = dir.path().join(format!("journal-{commands}"));
        let (mut journal, _) =
            Journal::open(&path, Options { segment_bytes: SEGMENT, ahead: true }).expect("an empty one");
        journal.append(1, commands, &mut batch).expect("the disk takes it");
        let (mut raws, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            wait_for_spares(&path);
            for _ in 0..chunk {
                raws.push(raw.append());
            }
            for _ in 0..chunk {
                ours.push(append(&mut journal, commands, &mut batch));
            }
        }
        let started = Instant::now();
        for _ in 0..flat {
            append(&mut journal, commands, &mut batch);
        }
        let rolling = started.elapsed();
        let started = Instant::now();
        for _ in 0..flat {
            raw.append();
        }
        let rolling = started.elapsed().as_secs_f64() / rolling.as_secs_f64();
        drop((journal, raw));
        std::fs::remove_dir_all(&path).expect("removed");
        let rate = |times: &[Duration]| {
            let mut sums: Vec<f64> =
                times.chunks(chunk).map(|chunk| chunk.iter().sum::<Duration>().as_secs_f64()).collect();
            sums.sort_by(f64::total_cmp);
            f64::from(commands) * chunk as f64 / sums[sums.len() / 2] / 1e3
        };
        let (raw_rate, our_rate) = (rate(&raws), rate(&ours));
        raws.sort();
        ours.sort();
        let at = |times: &[Duration], percent: usize| {
            Cell::Number(times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1e6, 0)
        };
        table.row(vec![
            Cell::Count(commands.into()),
            Cell::Number(raw_rate, 1),
            Cell::Number(our_rate, 1),
            Cell::Number(our_rate / raw_rate, 2),
            at(&raws, 50),
            at(&ours, 50),
            at(&raws, 99),
            at(&ours, 99),
            Cell::Number(rolling, 2),
        ]);
    }
    report.table(table);
    report.print(&args);
}

/// A file of zeros that is written over.
struct Raw {
    file: std::fs::File,
    bytes: Vec<u8>,
    at: u64,
}

impl Raw {
    /// For so many batches of so many bytes: each goes where none was before, as in a journal.
    fn new(path: &std::path::Path, bytes: usize, batches: usize) -> Raw {
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(path).expect("a file");
        for _ in 0..=(bytes * batches) >> 20 {
            file.write_all(&vec![0; 1 << 20]).expect("room for a segment");
        }
        file.sync_all().expect("synced");
        Raw { file, bytes: vec![0x5a; bytes], at: 0 }
    }

    fn append(&mut self) -> Duration {
        let started = Instant::now();
        self.file.write_all_at(&self.bytes, self.at).expect("written");
        self.file.sync_data().expect("synced");
        self.at += self.bytes.len() as u64;
        started.elapsed()
    }
}

fn append(journal: &mut Journal, commands: u32, batch: &mut Batch) -> Duration {
    let next = journal.last_seq() + 1;
    let started = Instant::now();
    journal.append(next, commands, batch).expect("the disk takes it");
    started.elapsed()
}

/// Until the thread that makes segments has nothing to do.
fn wait_for_spares(dir: &std::path::Path) {
    let full = || {
        let entries = std::fs::read_dir(dir).expect("listed").flatten();
        let spares = entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "spare"));
        spares.filter(|entry| entry.metadata().is_ok_and(|file| file.len() == SEGMENT)).count() == 2
    };
    while !full() {
        std::thread::sleep(Duration::from_millis(5));
    }
    // The last of it is being synced.
    std::thread::sleep(Duration::from_millis(1));
}
