//! `cargo memory`: what books and engines hold.

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use unspent_benches::memory::{self, Heap};
use unspent_benches::{Args, Case, MIX_OPS, Report, mixes, recorded};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const HELP: &str = "\
cargo memory: bytes of empty books, of resting orders in the book and in the whole engine, and requests to the allocator
in the timed part of the mixes

Counted are the bytes asked of the global allocator and not given back (stats_alloc around the system's): spare room in
tables is in it, the allocator's own overhead and pages never touched are not told apart. \"grown\" is a book that started
empty, \"reserved\" one that was told how many orders would come.
";

/// The counters overflow apart from one another, never their difference.
fn heap() -> Heap {
    let stats = HEAP.stats();
    Heap {
        live: stats.bytes_allocated.wrapping_sub(stats.bytes_deallocated),
        requests: stats.allocations + stats.reallocations,
    }
}

fn main() {
    let args = Args::read(HELP);
    let max = args.max.unwrap_or(if args.quick { 1_000 } else { usize::MAX });
    let upto = |sizes: &[usize]| -> Vec<usize> { sizes.iter().copied().filter(|&size| size <= max).collect() };
    let mut report = Report::new("memory");
    report.table(memory::empty(&heap, 10_000.min(max)));
    let books = upto(&[1_000, 10_000, 100_000, 1_000_000, 10_000_000]);
    report.table(memory::resting(&heap, &books, &upto(&[1_000, 10_000, 100_000, 1_000_000])));
    let (ops, warm) = if args.quick { (2_000, 1_000) } else { (2 * MIX_OPS, MIX_OPS) };
    let hour = recorded();
    let half = hour.timed.len() / 2;
    let cases: Vec<Case> = mixes(ops).into_iter().map(|case| case.warmed(warm)).chain([hour.warmed(half)]).collect();
    report.table(memory::requests(&heap, &cases));
    report.table(memory::values());
    report.note("Bytes are those asked of the global allocator and not given back (counted by stats_alloc).");
    report.print(&args);
}
