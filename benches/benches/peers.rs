//! Our book and engine beside other books on the same flow, by criterion. Whether they fill the same orders is checked
//! first; one that does not has it in its name.

#[path = "../others/mod.rs"]
mod others;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::time::Duration;
use unspent_benches::{Case, MIX_OPS, mixes, recorded};

fn peers(criterion: &mut Criterion) {
    let recorded = recorded();
    let without = recorded.without_reductions("recorded_without_reductions");
    let cases: Vec<Case> = mixes(MIX_OPS).into_iter().chain([recorded, without]).collect();
    for case in &cases {
        let mut group = criterion.benchmark_group(case.name);
        group.throughput(Throughput::Elements(case.elements));
        for contender in others::contenders().iter().filter(|contender| (contender.runs)(case)) {
            let name = match (contender.check)(case) {
                Ok(_) => contender.name.to_owned(),
                Err(how) => {
                    eprintln!("{}: {} DIFFERS: {how}", case.name, contender.name);
                    format!("{} (differs)", contender.name)
                }
            };
            let timer = (contender.timer)(case);
            // Processor time of the timed part alone; building and dropping are outside of it.
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|rounds| Duration::from_nanos((0..rounds).map(|_| timer()).sum()));
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = peers
}
criterion_main!(benches);
