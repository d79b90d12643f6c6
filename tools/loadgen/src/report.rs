//! What people and programs read.

use crate::run::Outcome;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The figures of one run. Times in microseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Who answered: `venue` or `echo`.
    pub server: &'static str,
    /// Requests a second that were meant to be sent.
    pub offered_per_second: u32,
    /// Measured replies a second.
    pub achieved_per_second: f64,
    /// Measured requests that were done.
    pub acks: u64,
    /// Refusals by code, warm-up included.
    pub rejects: BTreeMap<u16, u64>,
    /// Requests without a reply, warm-up included.
    pub missing: u64,
    /// Measured requests that left later than the bound after their time.
    pub late_sends: u64,
    /// The most that one left after its time.
    pub latest_send_us: f64,
    /// The median.
    pub p50_us: f64,
    /// Of ten, nine were as fast.
    pub p90_us: f64,
    /// Of a hundred, 99 were as fast.
    pub p99_us: f64,
    /// Of a thousand, 999 were as fast.
    pub p999_us: f64,
    /// The slowest.
    pub max_us: f64,
    /// Processor time of the server for one request, when it is a process of this run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_us_per_request: Option<f64>,
}

impl Figures {
    /// The figures of an outcome.
    #[must_use]
    pub fn new(server: &'static str, outcome: &Outcome, cpu_seconds: Option<f64>) -> Figures {
        let tally = &outcome.tally;
        Figures {
            server,
            offered_per_second: outcome.rate,
            achieved_per_second: outcome.achieved,
            acks: tally.acks,
            rejects: tally.rejects.clone(),
            missing: outcome.missing(),
            late_sends: outcome.late,
            latest_send_us: outcome.latest.as_nanos() as f64 / 1_000.0,
            p50_us: tally.percentile(50.0),
            p90_us: tally.percentile(90.0),
            p99_us: tally.percentile(99.0),
            p999_us: tally.percentile(99.9),
            max_us: tally.max(),
            cpu_us_per_request: cpu_seconds.map(|seconds| seconds * 1e6 / outcome.sent.max(1) as f64),
        }
    }

    fn cells(&self) -> Vec<String> {
        let whole = |value: f64| format!("{value:.0}");
        let rejects: Vec<String> = self.rejects.iter().map(|(code, count)| format!("{code}×{count}")).collect();
        vec![
            self.server.to_owned(),
            self.offered_per_second.to_string(),
            whole(self.achieved_per_second),
            self.acks.to_string(),
            if rejects.is_empty() { "0".to_owned() } else { rejects.join(" ") },
            self.missing.to_string(),
            self.late_sends.to_string(),
            whole(self.p50_us),
            whole(self.p90_us),
            whole(self.p99_us),
            whole(self.p999_us),
            whole(self.max_us),
            self.cpu_us_per_request.map_or("-".to_owned(), |cpu| format!("{cpu:.1}")),
        ]
    }
}

/// Runs as an aligned table with a heading.
#[must_use]
pub fn table(runs: &[Figures]) -> String {
    let heading = [
        "server",
        "offered/s",
        "replies/s",
        "acks",
        "rejects",
        "missing",
        "late",
        "p50 µs",
        "p90 µs",
        "p99 µs",
        "p99.9 µs",
        "max µs",
        "cpu µs/req",
    ];
    let rows: Vec<Vec<String>> =
        std::iter::once(heading.map(str::to_owned).to_vec()).chain(runs.iter().map(Figures::cells)).collect();
    aligned(&rows)
}

/// Columns as wide as their widest cell: the first to the left, the others to the right.
fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let mut text = String::new();
    for row in rows {
        write!(text, "{:<width$}", row[0], width = widths[0]).expect("a string takes everything");
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            write!(text, "  {cell:>width$}").expect("a string takes everything");
        }
        text.push('\n');
    }
    text
}

/// The venue beside the echo at one rate: medians over the rounds, in microseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Requests a second.
    pub offered_per_second: u32,
    /// Rounds of each.
    pub rounds: usize,
    /// The venue's p50.
    pub venue_p50_us: f64,
    /// The echo's p50.
    pub echo_p50_us: f64,
    /// A write and `fdatasync` of 4 KiB.
    pub sync_p50_us: f64,
    /// The venue's p50 over the echo's.
    pub ratio_to_echo_p50: f64,
    /// The venue's p50 over the echo's and one sync.
    pub ratio_to_echo_and_sync_p50: f64,
    /// The venue's p99.
    pub venue_p99_us: f64,
    /// The echo's p99.
    pub echo_p99_us: f64,
    /// The venue's p99 over the echo's.
    pub ratio_to_echo_p99: f64,
}

impl Comparison {
    /// Compares the rounds at one rate. At least one of each.
    #[must_use]
    pub fn new(venue: &[Figures], echo: &[Figures], syncs: &[f64]) -> Comparison {
        let of = |runs: &[Figures], figure: fn(&Figures) -> f64| median(runs.iter().map(figure).collect());
        let (venue_p50_us, echo_p50_us) = (of(venue, |run| run.p50_us), of(echo, |run| run.p50_us));
        let (venue_p99_us, echo_p99_us) = (of(venue, |run| run.p99_us), of(echo, |run| run.p99_us));
        let sync_p50_us = median(syncs.to_vec());
        Comparison {
            offered_per_second: venue[0].offered_per_second,
            rounds: venue.len(),
            venue_p50_us,
            echo_p50_us,
            sync_p50_us,
            ratio_to_echo_p50: venue_p50_us / echo_p50_us,
            ratio_to_echo_and_sync_p50: venue_p50_us / (echo_p50_us + sync_p50_us),
            venue_p99_us,
            echo_p99_us,
            ratio_to_echo_p99: venue_p99_us / echo_p99_us,
        }
    }
}

/// Comparisons as an aligned table with a heading.
#[must_use]
pub fn comparison_table(comparisons: &[Comparison]) -> String {
    let heading = [
        "medians",
        "rounds",
        "venue p50 µs",
        "echo p50 µs",
        "fdatasync µs",
        "venue/echo",
        "venue/(echo+sync)",
        "venue p99 µs",
        "echo p99 µs",
        "p99 ratio",
    ];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for it in comparisons {
        rows.push(vec![
            format!("{}/s", it.offered_per_second),
            it.rounds.to_string(),
            format!("{:.0}", it.venue_p50_us),
            format!("{:.0}", it.echo_p50_us),
            format!("{:.0}", it.sync_p50_us),
            format!("{:.2}", it.ratio_to_echo_p50),
            format!("{:.2}", it.ratio_to_echo_and_sync_p50),
            format!("{:.0}", it.venue_p99_us),
            format!("{:.0}", it.echo_p99_us),
            format!("{:.2}", it.ratio_to_echo_p99),
        ]);
    }
    aligned(&rows)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { f64::midpoint(values[middle - 1], values[middle]) } else { values[middle] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_columns() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        let rows = [vec!["a".to_owned(), "µs".to_owned()], vec!["bbb".to_owned(), "1234".to_owned()]];
        assert_eq!(aligned(&rows), "a      µs\nbbb  1234\n");
    }
}
