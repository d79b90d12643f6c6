//! `unspent maker backtest`: what a configuration would have made, by what, and how it was filled.

use super::{living, page, replay, sim};
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
    /// What each seed made; the run that is shown is the first.
    pub seeds: Vec<(u64, Parts)>,
}

/// Tries it, and tells.
pub fn run(args: &MakerBacktestArgs, json: bool) -> Result<(), Failure> {
    let outcome = match (&args.data, args.seeds) {
        (Some(data), _) => {
            let (status, seen) = replay::backtest(args, data)?;
            Outcome { about: format!("beside the journal in {}", data.display()), status, seen, seeds: Vec::new() }
        }
        (None, seeds) if args.living => {
            let count = seeds.unwrap_or(1);
            let (status, seen, seeds) = living::backtest(args, count, json)?;
            let markets = if count == 1 { "market".to_owned() } else { format!("markets, {count} from seeds") };
            let about = format!("in a maker's seat of the living {markets}, {} simulated days", args.days);
            Outcome { about, status, seen, seeds }
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
        seeds.push((seed, status.made));
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

/// The lowest, a quarter, the middle, three quarters, the highest of some values; `None` when there is none.
fn quarters(values: impl Iterator<Item = i64>) -> Option<[i64; 5]> {
    let mut values: Vec<i64> = values.collect();
    values.sort_unstable();
    let last = values.len().checked_sub(1)?;
    Some([0, 1, 2, 3, 4].map(|quarter| values[last * quarter / 4]))
}

/// What the seeds came to: how many lost, and the lowest, a quarter, the middle, three quarters, the highest. Ascending.
pub fn spread(seeds: &[(u64, Parts)]) -> Option<(usize, [i64; 5])> {
    let lost = seeds.iter().filter(|(_, made)| made.total < 0).count();
    Some((lost, quarters(seeds.iter().map(|(_, made)| made.total))?))
}

/// A row of money by seed: together and each part.
pub fn columns(made: &Parts) -> [i64; 6] {
    [made.total, made.spread, made.inventory, made.decay, made.waste, made.fees]
}

/// What the rows of [`by_quarter`] are called.
pub const QUARTERS: [&str; 5] = ["worst", "quartile", "median", "quartile", "best"];

/// Each column's quarters: rows as in [`QUARTERS`], each number for itself.
pub fn by_quarter(seeds: &[(u64, Parts)]) -> Option<[[i64; 6]; 5]> {
    let mut rows = [[0; 6]; 5];
    for column in 0..6 {
        let values = quarters(seeds.iter().map(|(_, made)| columns(made)[column]))?;
        for (row, value) in rows.iter_mut().zip(values) {
            row[column] = value;
        }
    }
    Some(rows)
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
        let (middle, lowest) = (dollars(-middle), dollars(lowest));
        return format!(
            "It loses money: {middle} in the middle market of {count}, and in {lost} of them; the worst made {lowest}."
        );
    }
    let (middle, lowest, highest) = (dollars(middle), dollars(lowest), dollars(highest));
    format!("It made {middle} in the middle market of {count}, from {lowest} to {highest}, and lost in {lost} of them.")
}

fn summary(outcome: &Outcome) {
    let Outcome { about, status, seen, seeds } = outcome;
    say!("{} Tried {about}.", verdict(outcome));
    say!("");
    if seeds.len() > 1 {
        table(seeds);
        say!("");
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

/// Dollars without cents: a table is to be read.
fn whole(cents: i64) -> String {
    let text = dollars(cents);
    text.split_once('.').map_or(text.clone(), |(whole, _)| whole.to_owned())
}

/// What each seed made, and how that is spread.
fn table(seeds: &[(u64, Parts)]) {
    let row = |name: &str, columns: [i64; 6]| {
        let cells: String = columns.iter().map(|&cents| format!(" {:>11}", whole(cents))).collect();
        say!("  {name:<9}{cells}");
    };
    say!(
        "  {:<9} {:>11} {:>11} {:>11} {:>11} {:>11} {:>11}",
        "seed",
        "together",
        "spread",
        "inventory",
        "decay",
        "waste",
        "fees"
    );
    for (seed, made) in seeds {
        row(&seed.to_string(), columns(made));
    }
    say!("");
    for (name, columns) in QUARTERS.iter().zip(by_quarter(seeds).unwrap_or_default()) {
        row(name, columns);
    }
    let lost = seeds.iter().filter(|(_, made)| made.total < 0).count();
    say!("  {lost} of {} lost money; worst to best are of each column by itself", seeds.len());
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
    let distribution = spread(seeds).map(|(lost, totals)| {
        let [worst, quartile_1, median, quartile_3, best] = totals.map(plain);
        json!({
            "seeds": seeds.len(), "lost": lost, "worst": worst, "quartile_1": quartile_1, "median": median,
            "quartile_3": quartile_3, "best": best,
        })
    });
    let seeds: Vec<Value> = seeds
        .iter()
        .map(|(seed, parts)| json!({ "seed": seed, "total": plain(parts.total), "made": made(parts) }))
        .collect();
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
        "distribution": distribution,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_told_by_their_quarters() {
        let made = |total: i64| Parts { total, spread: -total, ..Parts::default() };
        let seeds: Vec<(u64, Parts)> = (1..).zip([500, -100, 300, 200, 400].map(made)).collect();
        assert_eq!(spread(&seeds), Some((1, [-100, 200, 300, 400, 500])));
        let rows = by_quarter(&seeds).unwrap();
        assert_eq!(rows.map(|row| (row[0], row[1])), [(-100, -500), (200, -400), (300, -300), (400, -200), (500, 100)]);
        assert_eq!(whole(-123_456), "-$1,234");
        assert_eq!(spread(&[]), None);
        assert_eq!((span(0), span(60), span(86_400)), ("at once".to_owned(), "1 min".to_owned(), "1 d".to_owned()));
        assert_eq!((bp(-1_250), dollars(-123_456)), ("-1.2".to_owned(), "-$1,234.56".to_owned()));
    }
}
