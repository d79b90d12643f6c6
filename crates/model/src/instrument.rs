//! What is traded: provider and programme, face value of a lot, expiry month; and how it is quoted.

use crate::text::ShortText;
use crate::{Cash, FeeRate, Price};
use std::fmt;

/// Maker and taker fees of an instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FeeSchedule {
    /// What the resting side pays.
    pub maker: FeeRate,
    /// What the aggressor pays.
    pub taker: FeeRate,
}

impl FeeSchedule {
    /// The larger of the two: what a buy order sets aside.
    #[must_use]
    pub fn largest(self) -> FeeRate {
        self.maker.max(self.taker)
    }
}

/// An instrument's name, without a currency: `AWS-ACT-1K-202706`, `AAPL`.
///
/// 1 to 32 of `[-A-Z0-9._]`. On the wire `/USD` follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(ShortText<32>);

/// Why a symbol was refused.
pub type SymbolError = crate::TextError;

impl Symbol {
    /// Reads a symbol; a trailing `/USD` is dropped.
    ///
    /// # Errors
    /// [`SymbolError`] when it is empty, too long or has a character outside the set.
    pub fn parse(text: &str) -> Result<Symbol, SymbolError> {
        let accept = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
        let bare = text.strip_suffix("/USD").unwrap_or(text);
        ShortText::parse_with(bare, accept, "capital letters, digits, '-', '.' and '_'").map(Symbol)
    }

    /// The text, without a currency.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its parts when it names a credit.
    #[must_use]
    pub fn credit(&self) -> Option<Credit<'_>> {
        let mut parts = self.as_str().split('-');
        let (provider, programme, face, expiry) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || provider.is_empty() || programme.is_empty() {
            return None;
        }
        Some(Credit { provider, programme, face_dollars: parse_face(face)?, expiry: Expiry::parse(expiry)? })
    }
}

/// A provider's programme, `AWS-ACT`: the first two parts of a credit's symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Programme(ShortText<32>);

impl Programme {
    /// Reads `PROVIDER-PROGRAMME`.
    ///
    /// # Errors
    /// [`crate::TextError`] when it is empty, too long or has a character outside a symbol's set.
    pub fn parse(text: &str) -> Result<Programme, crate::TextError> {
        Symbol::parse(text).map(|symbol| Programme(symbol.0))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether an instrument is of this programme.
    #[must_use]
    pub fn covers(&self, symbol: &Symbol) -> bool {
        symbol.as_str().strip_prefix(self.as_str()).is_some_and(|rest| rest.starts_with('-'))
    }
}

impl fmt::Display for Programme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The parts of a credit's symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit<'a> {
    /// `AWS`.
    pub provider: &'a str,
    /// `ACT` (Activate).
    pub programme: &'a str,
    /// Face value of one lot in dollars, a whole number of hundreds.
    pub face_dollars: u32,
    /// The month at whose last second the credit is still usable.
    pub expiry: Expiry,
}

/// When a credit ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expiry {
    /// Usable until the last second (UTC) of this month.
    Month {
        /// The year, 2000..=9999.
        year: u16,
        /// The month, 1..=12.
        month: u8,
    },
    /// Never.
    Perpetual,
}

impl Expiry {
    fn parse(text: &str) -> Option<Expiry> {
        if text == "PERP" {
            return Some(Expiry::Perpetual);
        }
        if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (year, month) = (text[..4].parse().ok()?, text[4..].parse().ok()?);
        ((2000..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Expiry::Month { year, month })
    }
}

/// Reads the canonical spelling of a face value: `100`, `1K`, `25K`, `1500`.
fn parse_face(text: &str) -> Option<u32> {
    let (digits, scale) = match text.strip_suffix('K') {
        Some(digits) => (digits, 1_000),
        None => (text, 1),
    };
    if digits.is_empty() || digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let dollars = digits.parse::<u32>().ok()?.checked_mul(scale)?;
    let canonical = scale == 1_000 || dollars % 1_000 != 0;
    (canonical && dollars % 100 == 0).then_some(dollars)
}

/// One instrument and how it is quoted. [`Instrument::checked`] holds what the fields promise.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Instrument {
    /// Its name.
    pub symbol: Symbol,
    /// Face value of one lot in dollars; for equity flow 1 a share.
    pub face_dollars: u32,
    /// Digits after the point of a printed price.
    pub price_decimals: u8,
    /// One price unit in steps of the last printed digit: 1 for credits.
    pub price_unit: u32,
    /// Today's tick in price units: an entered price is a multiple of it. 10 for credits (10 bp).
    pub tick: u32,
    /// The highest price in price units: 10,000 for credits.
    pub price_max: Price,
    /// How far from the best opposite price a market order may trade, in price units. 300 for credits.
    pub collar: u32,
    /// What the two sides of a fill pay.
    pub fees: FeeSchedule,
}

/// Why an instrument cannot be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstrumentError {
    /// The face value is zero, or for a credit not the one its symbol says.
    Face,
    /// Tick or unit is zero, or the highest price is below the tick or not a multiple of it.
    Tick,
    /// One price unit on one lot is not a whole number of cents.
    Cents,
    /// More than nine decimals.
    Decimals,
    /// A fee above all of the notional.
    Fee,
}

impl fmt::Display for InstrumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InstrumentError::Face => "face must be above zero and, for a credit, the face value in its symbol",
            InstrumentError::Tick => {
                "tick must be above zero and price_max a multiple of it, at most 4294967295 price units"
            }
            InstrumentError::Cents => "face times the price unit must be a whole number of cents",
            InstrumentError::Decimals => "price_decimals must be at most 9",
            InstrumentError::Fee => "a fee must be at most 10000 basis points",
        })
    }
}

impl std::error::Error for InstrumentError {}

impl Instrument {
    /// A credit quoted in basis points of face with a tick of 10 bp, a collar of 300 bp and no fees.
    ///
    /// # Errors
    /// [`InstrumentError::Face`] when the symbol is no credit's.
    pub fn credit(symbol: Symbol) -> Result<Instrument, InstrumentError> {
        let face_dollars = symbol.credit().ok_or(InstrumentError::Face)?.face_dollars;
        Instrument {
            symbol,
            face_dollars,
            price_decimals: 4,
            price_unit: 1,
            tick: 10,
            price_max: Price(10_000),
            collar: 300,
            fees: FeeSchedule::default(),
        }
        .checked()
    }

    /// The instrument itself when its fields fit together.
    ///
    /// # Errors
    /// The first [`InstrumentError`] found, in the order of its variants.
    pub fn checked(self) -> Result<Instrument, InstrumentError> {
        let face_matches = self.symbol.credit().is_none_or(|credit| credit.face_dollars == self.face_dollars);
        if self.face_dollars == 0 || !face_matches {
            return Err(InstrumentError::Face);
        }
        let max = self.price_max.0;
        if self.tick == 0 || self.price_unit == 0 || max < self.tick || !max.is_multiple_of(self.tick) {
            return Err(InstrumentError::Tick);
        }
        if self.price_decimals > 9 {
            return Err(InstrumentError::Decimals);
        }
        if self.unit_cents().is_none() {
            return Err(InstrumentError::Cents);
        }
        if self.fees.largest() > FeeRate::MAX {
            return Err(InstrumentError::Fee);
        }
        Ok(self)
    }

    /// What one lot costs at a price of one unit, in cents; `None` when that is not whole.
    fn unit_cents(&self) -> Option<u64> {
        let scale = 10_u64.pow(u32::from(self.price_decimals));
        // u32 × u32 × 100 fits: 2^64 / 2^64 would not, so widen.
        let cents = u128::from(self.face_dollars) * u128::from(self.price_unit) * 100;
        (cents % u128::from(scale) == 0 && cents > 0).then(|| u64::try_from(cents / u128::from(scale)).ok()).flatten()
    }

    /// What one lot costs at a price of one unit.
    ///
    /// # Panics
    /// When the instrument did not come through [`Instrument::checked`].
    #[must_use]
    pub fn unit_value(&self) -> Cash {
        Cash(self.unit_cents().expect("a checked instrument has a whole number of cents a unit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_symbol_has_four_parts() {
        let symbol = Symbol::parse("AWS-ACT-1K-202706/USD").unwrap();
        assert_eq!(symbol.as_str(), "AWS-ACT-1K-202706");
        let credit = symbol.credit().unwrap();
        assert_eq!((credit.provider, credit.programme, credit.face_dollars), ("AWS", "ACT", 1_000));
        assert_eq!(credit.expiry, Expiry::Month { year: 2027, month: 6 });
        assert_eq!(Symbol::parse("OAI-API-100-PERP").unwrap().credit().unwrap().expiry, Expiry::Perpetual);
        for other in
            ["AAPL", "AWS-ACT-1000-202706", "AWS-ACT-1K-202713", "AWS-ACT-150-202706", "A-B-0K-PERP", "A-B-1K-PERP-X"]
        {
            assert_eq!(Symbol::parse(other).unwrap().credit(), None, "{other}");
        }
    }

    #[test]
    fn a_lot_of_a_thousand_dollars_costs_ten_cents_a_basis_point() {
        let instrument = Instrument::credit(Symbol::parse("AWS-ACT-1K-202706").unwrap()).unwrap();
        assert_eq!(instrument.unit_value(), Cash(10));
    }

    #[test]
    fn an_instrument_says_what_does_not_fit() {
        let good = Instrument::credit(Symbol::parse("AWS-ACT-1K-202706").unwrap()).unwrap();
        let with = |change: fn(&mut Instrument)| {
            let mut instrument = good.clone();
            change(&mut instrument);
            instrument.checked().unwrap_err()
        };
        assert_eq!(with(|i| i.face_dollars = 100), InstrumentError::Face);
        assert_eq!(with(|i| i.tick = 0), InstrumentError::Tick);
        assert_eq!(with(|i| i.price_max = Price(10_001)), InstrumentError::Tick);
        assert_eq!(with(|i| i.price_decimals = 6), InstrumentError::Cents);
        assert_eq!(with(|i| i.price_decimals = 10), InstrumentError::Decimals);
        assert_eq!(with(|i| i.fees.taker = FeeRate(10_001)), InstrumentError::Fee);
    }
}
