//! How fast the living market lives, and at which discounts it trades: `cargo living [SEEDS] [TIMES] [DAYS]`.
//!
//! SEEDS runs (3), one after the other, each without mechanisms and with all; TIMES as many people (1); DAYS simulated days.

use std::sync::Arc;
use unspent_living::{CELLS, Flow, Parameters, Seats, Tally, World};
use unspent_model::{Date, Timestamp};

#[allow(clippy::disallowed_types, reason = "it is measured by the clock")]
fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u32>().expect("whole numbers"));
    let seeds = arguments.next().unwrap_or(3);
    let mut parameters = Parameters::default().scaled(arguments.next().unwrap_or(1));
    parameters.days = arguments.next().unwrap_or(parameters.days);
    let parameters = Arc::new(parameters);
    let first = Date::parse("2026-12-01").expect("a day");
    for cell in [CELLS[0], CELLS[7]] {
        let mut sum = Tally::new(Timestamp(0), Timestamp(0));
        let (mut commands, mut events, mut trades, mut micros) = (0, 0, 0, 0);
        for seed in 1..=seeds {
            let flow = Arc::new(Flow::draw(u64::from(seed), &parameters, first));
            let started = std::time::Instant::now();
            let mut world = World::new(&parameters, flow, cell, &Seats::default());
            world.run(|_, _| ());
            micros += started.elapsed().as_micros();
            let counts = world.counts();
            (commands, events) = (commands + counts.0, events + counts.1);
            trades += world.tally().quality(world.market()).trades;
            world.engine().check_invariants();
            sum.add_prices(world.tally());
        }
        let rate = u128::from(events) * 1_000_000 / micros.max(1);
        println!(
            "{}: {seeds} × {} days: {commands} commands, {events} events, {trades} trades in {} ms: {rate} events a second",
            cell.name(),
            parameters.days,
            micros / 1_000,
        );
        println!("   days left   median discount   quartiles        face traded");
        for row in sum.ages() {
            let percent = |bp: i64| format!("{}.{:02} %", bp / 100, bp % 100);
            let (low, high) = row.quartiles.unwrap_or_default();
            println!(
                "  {:>4} – {:<5} {:>13}   {:>8} – {:<8} ${:>12}",
                row.from,
                row.to,
                row.median.map_or_else(String::new, percent),
                percent(low),
                percent(high),
                row.face
            );
        }
    }
}
