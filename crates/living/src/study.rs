//! One flow under different rules: eight cells, and what each comes to over many seeds.

use crate::flow::Flow;
use crate::parameters::Parameters;
use crate::quality::Quality;
use crate::world::{Seats, World};
use std::sync::Arc;
use unspent_model::Date;

/// Which of the venue's mechanisms are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// A later month may fill an earlier one's bid.
    pub dominance: bool,
    /// Sells may lower their own price.
    pub decay: bool,
    /// Two call auctions a day.
    pub auctions: bool,
}

const fn cell(dominance: bool, decay: bool, auctions: bool) -> Cell {
    Cell { dominance, decay, auctions }
}

/// None, each alone, each pair, and all.
pub const CELLS: [Cell; 8] = [
    cell(false, false, false),
    cell(true, false, false),
    cell(false, true, false),
    cell(false, false, true),
    cell(true, true, false),
    cell(true, false, true),
    cell(false, true, true),
    cell(true, true, true),
];

impl Cell {
    /// Its name: `none`, `dominance`, `decay+auctions`, `all`.
    #[must_use]
    pub fn name(self) -> String {
        let parts = [(self.dominance, "dominance"), (self.decay, "decay"), (self.auctions, "auctions")];
        let on: Vec<&str> = parts.iter().filter(|(on, _)| *on).map(|&(_, name)| name).collect();
        match on.len() {
            0 => "none".to_owned(),
            3 => "all".to_owned(),
            _ => on.join("+"),
        }
    }
}

/// Runs one cell with one seed, from a day on.
#[must_use]
pub fn run_cell(parameters: &Arc<Parameters>, first: Date, seed: u64, cell: Cell) -> Quality {
    let flow = Arc::new(Flow::draw(seed, parameters, first));
    let mut world = World::new(parameters, flow, cell, &Seats::default());
    world.run(|_, _| ());
    world.tally().quality(world.market())
}

/// Something that is measured.
#[derive(Clone, Copy)]
pub struct Measure {
    /// Its name for machines.
    pub name: &'static str,
    /// What it is, for people.
    pub about: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// How many of the unit's last decimals a value has: it is a whole number of these.
    pub decimals: u8,
    /// Its value of a run.
    pub of: fn(&Quality) -> i64,
}

/// What is printed of each cell, in order.
#[must_use]
pub fn measures() -> [Measure; 9] {
    let measure = |name, about, unit, decimals, of| Measure { name, about, unit, decimals, of };
    [
        measure("sold_share", "offered face that was sold before it expired", "%", 2, Quality::sold_share),
        measure(
            "recovery_offered",
            "what sellers got, fees paid, for a dollar of face that they offered",
            "¢",
            2,
            Quality::per_offered,
        ),
        measure(
            "recovery_sold",
            "what sellers got, fees paid, for a dollar of face that they sold",
            "¢",
            2,
            Quality::per_sold,
        ),
        measure("buyers_discount", "what teams paid less than face, fees paid", "%", 2, Quality::discount),
        measure("spread", "time-weighted spread, while there are both sides", "bp of face", 1, Quality::spread),
        measure("two_sided", "time with both sides", "%", 2, Quality::two_sided),
        measure(
            "depth",
            "time-weighted face within 300 bp of the best prices of a book, both sides",
            "$",
            0,
            Quality::depth,
        ),
        measure("expired", "face that expired unused, whoever held it", "$", 0, |quality| {
            i64::try_from(quality.expired).expect("face fits")
        }),
        measure("trades", "trades", "", 0, |quality| i64::try_from(quality.trades).expect("trades fit")),
    ]
}

/// A median with its quartiles, over seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// A quarter of the seeds are at or below it.
    pub low: i64,
    /// Half of them are.
    pub median: i64,
    /// Three quarters are.
    pub high: i64,
}

impl Spread {
    /// Of some values: at each quartile's rank, between two values the middle of them, rounded down.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn of(mut values: Vec<i64>) -> Spread {
        assert!(!values.is_empty(), "nothing to spread");
        values.sort_unstable();
        let at = |quarters: usize| {
            let twice = (values.len() - 1) * quarters / 2;
            (values[twice / 2] + values[twice.div_ceil(2)]).div_euclid(2)
        };
        Spread { low: at(1), median: at(2), high: at(3) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_of_few_values() {
        let spread = |values: &[i64]| Spread::of(values.to_vec());
        assert_eq!(spread(&[7]), Spread { low: 7, median: 7, high: 7 });
        assert_eq!(spread(&[1, 2]), Spread { low: 1, median: 1, high: 1 });
        assert_eq!(spread(&[5, 1, 3, 2, 4]), Spread { low: 2, median: 3, high: 4 });
    }

    #[test]
    fn every_cell_has_its_name_and_is_there_once() {
        let names: Vec<String> = CELLS.iter().map(|cell| cell.name()).collect();
        assert_eq!(
            names.join(" "),
            "none dominance decay auctions dominance+decay dominance+auctions decay+auctions all"
        );
        let set: std::collections::BTreeSet<Cell> = CELLS.into_iter().collect();
        assert_eq!(set.len(), 8);
    }
}
