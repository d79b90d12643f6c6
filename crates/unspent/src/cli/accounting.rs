//! What may be asked of a venue's books.

use super::DataArgs;
use clap::{Args, ValueEnum};
use unspent_model::{AccountName, Timestamp};
use unspent_protocol::parse_time;

/// `statement`.
#[derive(Debug, Args)]
pub struct StatementArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// The account.
    #[arg(long)]
    pub account: String,
    /// The month (UTC), such as 2026-11.
    #[arg(long, value_parser = Month::read)]
    pub month: Month,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = StatementFormat::Text)]
    pub format: StatementFormat,
}

/// How a statement is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatementFormat {
    /// Columns for people.
    Text,
    /// One table, RFC 4180.
    Csv,
    /// One object.
    Json,
}

/// `reconcile`.
#[derive(Debug, Args)]
pub struct ReconcileArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// Only up to this instant, such as 2026-12-01T00:00:00Z.
    #[arg(long, value_parser = time)]
    pub until: Option<Timestamp>,
}

/// `makers`.
#[derive(Debug, Args)]
pub struct MakersArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// What the instants of the samples are drawn from. Keep it to yourself until the period is over, then publish it.
    #[arg(long)]
    pub seed: u64,
    /// The widest spread that counts, in basis points of face.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub spread_bp: u32,
    /// The least quantity a side, in dollars of face.
    #[arg(long, default_value_t = 5_000)]
    pub face: u64,
    /// Only samples from this instant on, such as 2026-12-01T00:00:00Z.
    #[arg(long, value_parser = time)]
    pub from: Option<Timestamp>,
    /// Only up to this instant.
    #[arg(long, value_parser = time)]
    pub until: Option<Timestamp>,
}

fn time(text: &str) -> Result<Timestamp, String> {
    parse_time(text)
}

/// A month of a year, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    year: u16,
    month: u8,
}

impl Month {
    fn read(text: &str) -> Result<Month, String> {
        let wrong = || "must be a month such as 2026-11".to_owned();
        let (year, month) = text.split_once('-').ok_or_else(wrong)?;
        let whole =
            (year.len(), month.len()) == (4, 2) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
        let (year, month) = (year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?);
        if whole && (1970..=2500).contains(&year) && (1..=12).contains(&month) {
            return Ok(Month { year, month });
        }
        Err(wrong())
    }

    /// The first instant of it, and the first one after it.
    pub fn span(self) -> (Timestamp, Timestamp) {
        let Month { year, month } = self;
        let first = |year: u16, month: u8| {
            parse_time(&format!("{year:04}-{month:02}-01T00:00:00Z")).expect("the first of a month is a time")
        };
        let next = if month == 12 { first(year + 1, 1) } else { first(year, month + 1) };
        (first(year, month), next)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// An account's name as it was said.
pub fn named(text: &str) -> Result<AccountName, String> {
    AccountName::parse(text).map_err(|error| format!("{text} is no account's name: it {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let span = |text| Month::read(text).unwrap().span();
        assert_eq!(span("2026-11").1, span("2026-12").0);
        assert_eq!(span("2026-12").1, span("2027-01").0);
        assert_eq!(span("1970-01").0, Timestamp(0));
        for bad in ["2026-13", "2026-00", "2026", "26-11", "2026-1", "2026-11-01", "+026-11"] {
            assert!(Month::read(bad).is_err(), "{bad}");
        }
    }
}
