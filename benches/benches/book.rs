//! The book alone: no owners, no money, no events kept.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use unspent_benches::{Bare, cases};

fn book(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("book");
    for case in cases() {
        case.check();
        group.throughput(Throughput::Elements(case.elements));
        group.bench_function(case.name, |bencher| {
            let build = || {
                let mut bare = Bare::new(case.ids());
                case.opening.iter().for_each(|op| bare.apply(op));
                bare
            };
            // What is returned is dropped outside of the time measured.
            let run = |mut bare: Bare| {
                case.timed.iter().for_each(|op| bare.apply(op));
                bare
            };
            bencher.iter_batched(build, run, BatchSize::PerIteration);
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = book
}
criterion_main!(benches);
