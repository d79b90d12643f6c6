//! How far the engine's book agrees with the file's, and how far it must.

use crate::rule::{Counts, Rule};
use serde_json::{Map, Value, json};
use std::fmt;
use unspent_model::Price;

/// What a replay came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows of the message file.
    pub rows: usize,
    /// Rows whose best prices and sizes were compared.
    pub compared: usize,
    /// Rows on which best bid, best ask or one of their sizes differs.
    pub differ: usize,
    /// The first of them, counted from 0.
    pub first_differ: Option<usize>,
    /// First rows on which more levels were compared.
    pub full_rows: usize,
    /// How many levels a side.
    pub depth: usize,
    /// How many of those rows differ.
    pub full_differ: usize,
    /// Executions of visible orders.
    pub executions: u64,
    /// Those that traded, whole, with the order that the file names.
    pub on_named: u64,
    /// The lowest and the highest price at which an order rested, in cents.
    pub prices: Option<(Price, Price)>,
    /// Commands applied, setup included.
    pub commands: u64,
    /// Orders open at the end.
    pub open_orders: usize,
    /// The engine's state at the end.
    pub state_hash: u64,
    /// How often each rule was used.
    pub counts: Counts,
}

impl Report {
    /// How many ticks lie between the lowest and the highest price.
    #[must_use]
    pub fn span(&self) -> u32 {
        self.prices.map_or(0, |(low, high)| high.0 - low.0)
    }

    /// The report for machines.
    #[must_use]
    pub fn json(&self) -> Value {
        let rules: Map<String, Value> =
            Rule::ALL.iter().map(|&rule| (rule.name().to_owned(), json!(self.counts.get(rule)))).collect();
        json!({
            "rows": self.rows,
            "compared": self.compared,
            "differ": self.differ,
            "first_differ": self.first_differ,
            "full_rows": self.full_rows,
            "depth": self.depth,
            "full_differ": self.full_differ,
            "executions": self.executions,
            "on_named": self.on_named,
            "price_low_cents": self.prices.map(|(low, _)| low.0),
            "price_high_cents": self.prices.map(|(_, high)| high.0),
            "commands": self.commands,
            "open_orders": self.open_orders,
            "state_hash": format!("{:016x}", self.state_hash),
            "rules": rules,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "rows                           {:>9}", self.rows)?;
        writeln!(f, "rows compared                  {:>9}", self.compared)?;
        writeln!(f, "rows equal                     {:>9}", self.compared - self.differ)?;
        write!(f, "rows whose best differs        {:>9}", self.differ)?;
        match self.first_differ {
            Some(row) => writeln!(f, "  (the first is row {row}, counted from 0)")?,
            None => writeln!(f)?,
        }
        if self.full_rows > 0 {
            let equal = self.full_rows - self.full_differ;
            writeln!(f, "rows with {:>2} levels a side     {:>9}  ({equal} equal)", self.depth, self.full_rows)?;
        }
        writeln!(f, "executions                     {:>9}", self.executions)?;
        writeln!(f, "  on the order the file names  {:>9}", self.on_named)?;
        if let Some((low, high)) = self.prices {
            writeln!(f, "prices, in cents               {low} to {high}: {} ticks", self.span())?;
        }
        writeln!(f, "commands                       {:>9}", self.commands)?;
        writeln!(f, "orders open at the end         {:>9}", self.open_orders)?;
        writeln!(f, "state hash              {:016x}", self.state_hash)?;
        writeln!(f, "rules")?;
        for rule in Rule::ALL {
            writeln!(f, "  {:>8}  {}", self.counts.get(rule), rule.text())?;
        }
        Ok(())
    }
}

/// What a replay must reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floor {
    /// Everything: all rows, all levels, every execution on the order that the file names.
    Whole,
    /// What the AAPL hour allows: liquidity enters its window of 50 levels from beyond, and 36 executions are of orders
    /// that price-time priority does not name or that are older than the file.
    AaplHour,
}

impl Floor {
    /// What of it a report does not reach; empty when it is good.
    #[must_use]
    pub fn missed(self, report: &Report) -> Vec<String> {
        let mut missed = Vec::new();
        let mut require = |good: bool, what: &str| {
            if !good {
                missed.push(what.to_owned());
            }
        };
        let classified: u64 = Rule::of_rows().map(|rule| report.counts.get(rule)).sum();
        require(classified == report.rows as u64, "every row falls under one rule");
        require(report.rows > 0 && report.compared == report.rows, "every row is compared");
        require(report.full_differ == 0, "all levels of the first rows are equal");
        match self {
            Floor::Whole => {
                require(report.differ == 0, "all rows are equal");
                require(report.on_named == report.executions, "all executions are on the order that the file names");
            }
            Floor::AaplHour => {
                require(report.rows == 91_997, "there are 91,997 rows");
                require(report.first_differ.is_none_or(|row| row > 54_605), "rows 0 to 54,605 are equal");
                require(report.compared - report.differ >= 91_907, "at least 91,907 rows are equal");
                let deep = report.full_rows == 672 && report.depth >= 40;
                require(deep, "at least 40 levels a side are compared on the first 672 rows");
                require(report.executions == 4_067, "there are 4,067 executions");
                require(report.on_named >= 4_031, "at least 4,031 executions are on the order that the file names");
                require(report.span() > 10_000, "prices span more than 10,000 ticks");
            }
        }
        missed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour() -> Report {
        let mut report = Report {
            rows: 91_997,
            compared: 91_997,
            differ: 90,
            first_differ: Some(54_606),
            full_rows: 672,
            depth: 40,
            executions: 4_067,
            on_named: 4_031,
            prices: Some((Price(46_894), Price(200_000))),
            ..Report::default()
        };
        (0..report.rows).for_each(|_| report.counts.add(Rule::Submit));
        report
    }

    #[test]
    fn the_floor_of_the_hour_is_reached_exactly() {
        assert_eq!(Floor::AaplHour.missed(&hour()), Vec::<String>::new());
        let lowered: [fn(&mut Report); 10] = [
            |report| report.differ = 91,
            |report| report.first_differ = Some(54_605),
            |report| report.on_named = 4_030,
            |report| report.executions = 4_066,
            |report| report.full_differ = 1,
            |report| report.full_rows = 671,
            |report| report.depth = 39,
            |report| report.compared -= 1,
            |report| report.prices = Some((Price(46_894), Price(56_894))),
            |report| report.counts.add(Rule::SkipHidden),
        ];
        for (at, lower) in lowered.into_iter().enumerate() {
            let mut report = hour();
            lower(&mut report);
            assert!(!Floor::AaplHour.missed(&report).is_empty(), "{at}");
        }
    }

    #[test]
    fn a_file_of_ones_own_must_agree_wholly() {
        let mut report = Report { differ: 0, first_differ: None, on_named: 4_067, ..hour() };
        assert_eq!(Floor::Whole.missed(&report), Vec::<String>::new());
        report.on_named -= 1;
        report.differ = 1;
        assert_eq!(Floor::Whole.missed(&report).len(), 2);
    }
}
