//! The book alone: no owners, no money, no events kept.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use unspent_benches::{Bare, Prepared, cases, recorded};

fn book(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("book");
    for case in cases().into_iter().chain([recorded()]) {
        case.check();
        let prepared = Prepared::<Bare>::new(&case);
        group.throughput(Throughput::Elements(case.elements));
        group.bench_function(case.name, |bencher| {
            // What is returned is dropped outside of the time measured.
            let run = |mut bare: Bare| (prepared.run(&mut bare), bare);
            bencher.iter_batched(|| prepared.build(), run, BatchSize::PerIteration);
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
