//! `unspent maker backtest`: what a configuration would have made, by what, and how it was filled.

use super::{page, replay, sim};
use crate::cli::MakerBacktestArgs;
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use anyhow::Context;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use unspent_maker::{Backtest, HORIZONS, Parts, STEP, Status};
use unspent_protocol::print_time;

/// What there is to say of a configuration.
pub struct Outcome {
    /// Where it was tried.
    pub about: String,
    /// How the run that is shown ended.
    pub status: Status,
    /// What was seen of it.
    pub seen: Backtest,
    /// What each seed made, in cents; the run that is shown is the first.
    pub seeds: Vec<(u64, i64)>,
}

/// Tries it, and tells.
pub fn run(args: &MakerBacktestArgs, json: bool) -> Result<(), Failure> {
    let outcome = match (&args.data, args.seeds) {
        (Some(data), _) => {
            let (status, seen) = replay::backtest(args, data)?;
            Outcome { about: format!("beside the journal in {}", data.display()), status, seen, seeds: Vec::new() }
        }
        (None, seeds) => of_seeds(args, seeds.unwrap_or(1))?,
    };
    if let Some(path) = &args.html {
        std::fs::write(path, page::page(&outcome)).with_context(|| format!("writing {}", path.display()))?;
    }
    if json {
        say!("{}", object(&outcome));
    } else {
        summary(&outcome);
    }
    Ok(())
}

fn of_seeds(args: &MakerBacktestArgs, count: u64) -> Result<Outcome, Failure> {
    let mut first = None;
    let mut seeds = Vec::new();
    for seed in (args.seed..).take(usize::try_from(count).unwrap_or(usize::MAX)) {
        let (status, seen) = sim::backtest(args, seed)?;
        seeds.push((seed, status.made.total));
        first.get_or_insert((status, seen));
    }
    let (status, seen) = first.context("at least one seed")?;
    let about = format!("in {count} small markets from seeds, {} steps of ten seconds each", args.steps);
    Ok(Outcome { about, status, seen, seeds })
}

/// The parts in the order in which they are shown, with what each is.
pub fn parts(made: &Parts) -> [(&'static str, i64, &'static str); 5] {
    [
        ("spread", made.spread, "bought below and sold above the fair price"),
        ("inventory", made.inventory, "trades moved the fair price of what was owned"),
        ("decay", made.decay, "days did"),
        ("waste", made.waste, "what was not sold before its last trade"),
        ("fees", made.fees, "paid to the venue"),
    ]
}

/// Dollars of cents.
pub fn dollars(cents: i64) -> String {
    money::dollars(Decimal::new(cents, 2))
}

/// Thousandths of a price unit as basis points of face.
pub fn bp(milli: i64) -> String {
    format!("{:.1}", Decimal::new(milli, 3))
}

/// How long, as people say it.
pub fn span(seconds: u64) -> String {
    match seconds {
        0 => "at once".to_owned(),
        1..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// What the seeds came to: how many lost, and the lowest, a quarter, the middle, three quarters, the highest. Ascending.
pub fn spread(seeds: &[(u64, i64)]) -> Option<(usize, [i64; 5])> {
    let mut made: Vec<i64> = seeds.iter().map(|&(_, made)| made).collect();
    made.sort_unstable();
    let last = made.len().checked_sub(1)?;
    let lost = made.iter().filter(|&&made| made < 0).count();
    Some((lost, [0, 1, 2, 3, 4].map(|quarter| made[last * quarter / 4])))
}

/// In a sentence whether it made money.
pub fn verdict(outcome: &Outcome) -> String {
    let Some((lost, [lowest, _, middle, _, highest])) = spread(&outcome.seeds) else {
        let total = outcome.status.made.total;
        let verb = if total >= 0 { "would have made" } else { "would have lost" };
        return format!("It {verb} {}.", dollars(total.abs()));
    };
    let count = outcome.seeds.len();
    if middle < 0 {
        return format!("It loses money: {} in the middle market of {count}, and in {lost} of them.", dollars(-middle));
    }
    let (middle, lowest, highest) = (dollars(middle), dollars(lowest), dollars(highest));
    format!("It made {middle} in the middle market of {count}, from {lowest} to {highest}, and lost in {lost} of them.")
}

fn summary(outcome: &Outcome) {
    let Outcome { about, status, seen, seeds } = outcome;
    say!("{} Tried {about}.", verdict(outcome));
    say!("");
    if seeds.len() > 1 {
        say!("Of seed {}:", seeds[0].0);
    }
    for (name, cents, what) in parts(&status.made) {
        say!("  {name:<10} {:>14}  {what}", dollars(cents));
    }
    say!("  {:<10} {:>14}", "together", dollars(status.made.total));
    say!("");
    say!("{} lots bought in {} fills, {} sold in {}", seen.lots[0], seen.fills[0], seen.lots[1], seen.fills[1]);
    say!("");
    say!("What fills were worth later, an average lot in bp of face:");
    for (seconds, markout) in HORIZONS.iter().zip(&seen.markouts).filter(|(_, markout)| markout.lots > 0) {
        say!("  {:<10} {:>8}  {} lots", span(*seconds), bp(markout.average_milli()), markout.lots);
    }
    say!("");
    say!("How often best quotes were filled, by their distance from the fair price:");
    let step = usize::try_from(STEP).unwrap_or(1);
    for (at, there) in seen.distances.iter().enumerate().filter(|(_, there)| there.lot_seconds + there.filled > 0) {
        say!("  from {:>4} bp {:>12} lot hours {:>8} lots filled", at * step, there.lot_seconds / 3_600, there.filled);
    }
    say!("");
    say!("What was owned at the end, and its most:");
    for (at, symbol) in seen.symbols.iter().enumerate() {
        let owned = |point: &unspent_maker::Point| point.face[at];
        let (end, most) = (seen.points.last().map_or(0, owned), seen.points.iter().map(owned).max().unwrap_or(0));
        let standing = &status.instruments[at].standing;
        say!(
            "  {:<22} {:>12} {:>12}   score {:>6}, present {} % of the time",
            symbol,
            money::face(end),
            money::face(most),
            standing.average(),
            standing.presence_bp() / 100
        );
    }
}

fn object(outcome: &Outcome) -> Value {
    let Outcome { about, status, seen, seeds } = outcome;
    let plain = |cents: i64| Decimal::new(cents, 2).to_string();
    let made = |made: &Parts| {
        let mut all: serde_json::Map<String, Value> =
            parts(made).iter().map(|&(name, cents, _)| (name.to_owned(), plain(cents).into())).collect();
        all.insert("total".to_owned(), plain(made.total).into());
        Value::Object(all)
    };
    let markouts: Vec<Value> = HORIZONS
        .iter()
        .zip(&seen.markouts)
        .map(
            |(seconds, markout)| json!({ "seconds": seconds, "bp": bp(markout.average_milli()), "lots": markout.lots }),
        )
        .collect();
    let distances: Vec<Value> = (0_u32..)
        .zip(&seen.distances)
        .map(|(at, there)| json!({ "from_bp": at * STEP, "lot_seconds": there.lot_seconds, "lots": there.filled }))
        .collect();
    let points: Vec<Value> = seen
        .points
        .iter()
        .map(|point| json!({ "time": print_time(point.at), "made": made(&point.made), "face": point.face }))
        .collect();
    let seeds: Vec<Value> = seeds.iter().map(|&(seed, cents)| json!({ "seed": seed, "total": plain(cents) })).collect();
    json!({
        "about": about,
        "verdict": verdict(outcome),
        "made": made(&status.made),
        "bought": { "fills": seen.fills[0], "lots": seen.lots[0] },
        "sold": { "fills": seen.fills[1], "lots": seen.lots[1] },
        "markouts": markouts,
        "distances": distances,
        "symbols": seen.symbols.iter().map(|symbol| symbol.as_str()).collect::<Vec<_>>(),
        "points": points,
        "seeds": seeds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_told_by_their_quarters() {
        let seeds: Vec<(u64, i64)> = (1..).zip([500, -100, 300, 200, 400]).collect();
        assert_eq!(spread(&seeds), Some((1, [-100, 200, 300, 400, 500])));
        assert_eq!(spread(&[]), None);
        assert_eq!((span(0), span(60), span(86_400)), ("at once".to_owned(), "1 min".to_owned(), "1 d".to_owned()));
        assert_eq!((bp(-1_250), dollars(-123_456)), ("-1.2".to_owned(), "-$1,234.56".to_owned()));
    }
}
