//! The whole engine, ledger and fees included; and an hour of NASDAQ flow through it.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::env;
use unspent_benches::{Prepared, Venue, cases};
use unspent_engine::Engine;
use unspent_lobster::{Hour, Replay, Tape};

fn engine(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("engine");
    for case in cases() {
        case.check();
        let prepared = Prepared::<Venue>::new(&case);
        group.throughput(Throughput::Elements(case.elements));
        group.bench_function(case.name, |bencher| {
            // What is returned is dropped outside of the time measured.
            let run = |mut venue: Venue| (prepared.run(&mut venue), venue);
            bencher.iter_batched(|| prepared.build(), run, BatchSize::PerIteration);
        });
    }
    group.finish();
}

/// 09:30 to 10:30 of AAPL as commands, from an empty engine; nothing is compared meanwhile.
fn hour(criterion: &mut Criterion) {
    let here = env::current_dir().expect("a current folder");
    let hour = match Hour::find(&Hour::folder(&here)) {
        Ok(hour) => hour,
        Err(absent) => {
            eprintln!("{absent}: THE AAPL HOUR WAS NOT MEASURED");
            return;
        }
    };
    let tape = Tape::read(&hour.messages, &hour.tops, Some(&hour.full)).expect("a good tape");
    let commands = Replay::commands(&tape).expect("the engine takes the hour");
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Elements(commands.len() as u64));
    group.bench_function("lobster_hour", |bencher| {
        let run = |(mut engine, mut events): (Engine, Vec<_>)| {
            for command in &commands {
                events.clear();
                engine.apply(command, &mut events);
            }
            (engine, events)
        };
        bencher.iter_batched(|| (Engine::new(0), Vec::with_capacity(1 << 12)), run, BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = engine, hour
}
criterion_main!(benches);
