//! What the strategy knows of each instrument.

use crate::config::{Config, ConfigError, Family, Quoting};
use crate::input::Level;
use crate::money::{Money, milli};
use crate::reference::Reference;
use unspent_marketdata::Standing;
use unspent_model::{Phase, Side, Timestamp};

/// One instrument.
#[derive(Clone, Debug)]
pub(super) struct Market {
    pub(super) reference: Reference,
    pub(super) quoting: Quoting,
    /// Which family of the configuration.
    pub(super) family: usize,
    pub(super) phase: Option<Phase>,
    /// Bids and asks, own orders included; `None` while it is not known.
    pub(super) book: Option<(Vec<Level>, Vec<Level>)>,
    /// Lots owned, those that are offered too.
    pub(super) held: u64,
    /// When a bid and an ask were refused last.
    refused: [Option<Timestamp>; 2],
    /// The curve and the shift at the last mark, in thousandths of a price unit.
    marked: Option<(i64, i64)>,
    /// Whether what was left at its last trade has been written off.
    wasted: bool,
    pub(super) standing: Standing,
}

/// Each configured instrument with its reference.
pub(super) fn join(config: &Config, references: Vec<Reference>) -> Result<Vec<Market>, ConfigError> {
    let one = |quoted: &crate::config::Quoted| {
        let reference = references.iter().find(|reference| reference.symbol == quoted.symbol).cloned();
        let reference = reference.ok_or_else(|| ConfigError {
            field: format!("instrument {}", quoted.symbol),
            right: "must be listed at the venue".to_owned(),
        })?;
        let family = config.families.iter().position(|family| family.name == reference.family());
        Ok(Market {
            family: family.expect("a checked configuration has a family for each"),
            reference,
            quoting: quoted.quoting.clone(),
            phase: None,
            book: None,
            held: 0,
            refused: [None; 2],
            marked: None,
            wasted: false,
            standing: Standing::default(),
        })
    };
    config.instruments.iter().map(one).collect()
}

/// Takes another configuration of the same instruments and families, in its order.
pub(super) fn adopt(markets: &mut [Market], config: &Config) {
    let place = |market: &Market| {
        let quoted = config.instruments.iter().position(|quoted| quoted.symbol == market.reference.symbol);
        quoted.expect("the instruments are the same")
    };
    markets.sort_by_key(place);
    for (market, quoted) in markets.iter_mut().zip(&config.instruments) {
        market.quoting = quoted.quoting.clone();
    }
}

fn index(side: Side) -> usize {
    match side {
        Side::Buy => 0,
        Side::Sell => 1,
    }
}

impl Market {
    /// What was known of it came over a connection that is gone.
    pub(super) fn forget(&mut self) {
        (self.phase, self.book, self.refused) = (None, None, [None; 2]);
    }

    pub(super) fn refused(&mut self, side: Side, now: Timestamp) {
        self.refused[index(side)] = Some(now);
    }

    /// Whether a side was refused less than so many milliseconds ago.
    pub(super) fn rests(&self, side: Side, now: Timestamp, refused_ms: u64) -> bool {
        self.refused[index(side)].is_some_and(|at| now.0.saturating_sub(at.0) < refused_ms.saturating_mul(1_000_000))
    }

    /// The fair price at the last mark, in thousandths of a price unit.
    pub(super) fn fair_milli(&self) -> i64 {
        self.marked.map_or(0, |(curve, shift)| curve + shift)
    }

    /// Brings the fair price up to date.
    pub(super) fn mark(&mut self, now: Timestamp, family: &Family, shift: f64, money: &mut Money) {
        let unit = self.reference.unit_value;
        let over = self.reference.last_trade.is_some_and(|last| now > last) || self.phase == Some(Phase::Expired);
        let curve = milli(family.curve.at(self.reference.days_left(now)));
        let shift = milli(shift);
        match self.marked {
            _ if over => {
                if !self.wasted && self.marked.is_some() {
                    let salvage = i64::from(self.quoting.salvage.0) * 1_000;
                    money.waste(self.fair_milli() - salvage, self.held, unit);
                    self.marked = Some((salvage, 0));
                }
                self.wasted = true;
            }
            Some((curve_was, shift_was)) => {
                money.mark(curve - curve_was, shift - shift_was, self.held, unit);
                self.marked = Some((curve, shift));
            }
            None => self.marked = Some((curve, shift)),
        }
    }
}
