//! What is shown.

use serde::Serialize;
use std::fmt::Write;

/// One number beside its bound.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What was done to the server.
    pub under: String,
    /// What is measured.
    pub measured: &'static str,
    /// The number.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
    /// What the number must be below; nothing when it is only shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// Whether it is.
    pub holds: bool,
}

impl Row {
    /// A number that must be below `bound`.
    pub fn below(under: &str, measured: &'static str, value: f64, unit: &'static str, bound: f64) -> Row {
        Row { under: under.to_owned(), measured, value, unit, bound: Some(bound), holds: value < bound }
    }

    /// A number that explains another.
    pub fn told(under: &str, measured: &'static str, value: f64, unit: &'static str) -> Row {
        Row { under: under.to_owned(), measured, value, unit, bound: None, holds: true }
    }
}

/// The rows under a heading, in columns.
pub fn table(rows: &[Row]) -> String {
    let number = |value: f64| if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") };
    let mut cells = vec![["under", "measured", "value", "bound", ""].map(str::to_owned)];
    cells.extend(rows.iter().map(|row| {
        let bound = row.bound.map(|bound| format!("< {}", number(bound))).unwrap_or_default();
        let verdict = match (row.bound, row.holds) {
            (None, true) => "",
            (_, true) => "holds",
            (_, false) => "BROKEN",
        };
        let value = format!("{} {}", number(row.value), row.unit);
        [row.under.clone(), row.measured.to_owned(), value.trim().to_owned(), bound, verdict.to_owned()]
    }));
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(width);
    let mut text = String::new();
    for row in &cells {
        let [under, measured, value, bound, verdict] = row;
        let [u, m, v, b, _] = widths;
        let line = format!("{under:<u$}  {measured:<m$}  {value:>v$}  {bound:>b$}  {verdict}");
        writeln!(text, "{}", line.trim_end()).expect("a string takes everything");
    }
    text
}

/// The middle of some numbers; of an even count, between the two in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { f64::midpoint(values[middle - 1], values[middle]) } else { values[middle] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_at_its_bound_does_not_hold_it() {
        assert!(Row::below("x", "y", 9.99, "%", 10.0).holds);
        assert!(!Row::below("x", "y", 10.0, "%", 10.0).holds);
        assert!(!Row::below("x", "y", f64::NAN, "%", 10.0).holds, "what could not be measured");
        let rows = [Row::below("ten", "memory", 201.5, "MiB", 200.0), Row::told("ten", "each", 7.0, "KiB")];
        let expected = "under  measured       value  bound\nten    memory    201.50 MiB  < 200  BROKEN\nten    each           7 KiB\n";
        assert_eq!(table(&rows), expected);
    }

    #[test]
    fn the_middle_of_three_and_of_four() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
