//! Exact decimal numbers: JSON text to [`Decimal`] and back, never through a float.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::io::Write;

/// Most digits of a number, before and after the point together.
pub const MAX_DIGITS: usize = 28;

/// Reads `-?(0|[1-9][0-9]*)(\.[0-9]+)?`: JSON's number without an exponent, of at most [`MAX_DIGITS`] digits.
///
/// # Errors
/// What is wrong with it, as in "must be a number without an exponent".
pub fn parse_decimal(text: &str) -> Result<Decimal, String> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !fraction.is_none_or(digits) {
        let exponent = unsigned.starts_with(|c: char| c.is_ascii_digit()) && unsigned.contains(['e', 'E']);
        return Err(match exponent {
            true => "must be a number without an exponent, such as 0.66".to_owned(),
            false => "must be a number, such as 0.66".to_owned(),
        });
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err("must be a number without leading zeros, such as 0.66".to_owned());
    }
    let count = whole.len() + fraction.map_or(0, str::len);
    if count > MAX_DIGITS {
        return Err(format!("must have at most {MAX_DIGITS} digits"));
    }
    Decimal::from_str_exact(text).map_err(|_| format!("must have at most {MAX_DIGITS} digits"))
}

/// Reads a JSON value: a number, or a string that holds one.
pub(crate) fn from_raw(raw: &str) -> Result<Decimal, String> {
    match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => parse_decimal(inner),
        None => parse_decimal(raw),
    }
}

/// Prints with the scale that the value carries: 0.6600 stays 0.6600.
pub(crate) fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    let mut buffer = [0_u8; 40];
    let mut rest = &mut buffer[..];
    write!(rest, "{value}").expect("a decimal has at most 31 characters");
    let left = rest.len();
    let text = std::str::from_utf8(&buffer[..buffer.len() - left]).expect("a decimal prints in ASCII");
    let raw: &RawValue = serde_json::from_str(text).expect("a decimal prints as a JSON number");
    raw.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    from_raw(raw.get()).map_err(|message| D::Error::custom(format_args!("{} {message}", raw.get())))
}

/// For `Option` fields, with `default` and `skip_serializing_if`.
pub(crate) mod option {
    use super::{Decimal, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => super::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
        super::deserialize(deserializer).map(Some)
    }
}

/// A quotient to be printed.
pub(crate) struct Rounded {
    pub(crate) numerator: u128,
    pub(crate) denominator: u128,
}

impl Rounded {
    /// The quotient counted in `10^-decimals`: rounded half up to four decimals more, without needless zeros.
    ///
    /// `None` when the denominator is zero or the result has more digits than a decimal holds.
    pub(crate) fn decimal(self, decimals: u32) -> Option<Decimal> {
        let Rounded { numerator, denominator } = self;
        let scaled = numerator.checked_mul(10_000)?;
        let rounded = scaled.checked_add(denominator / 2)?.checked_div(denominator)?;
        let mut value =
            Decimal::try_from_i128_with_scale(i128::try_from(rounded).ok()?, decimals + 4).ok()?.normalize();
        if value.scale() < decimals {
            value.rescale(decimals);
        }
        Some(value)
    }
}
