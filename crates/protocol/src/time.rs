//! Instants as RFC 3339 text.

use crate::form::Form;
use jiff::fmt::temporal::DateTimePrinter;
use std::fmt;
use unspent_model::Timestamp;

/// Reads `2026-01-01T00:00:00.000001Z`, or with an offset such as `+02:00`; at most nine digits of a second.
///
/// # Errors
/// What would be right, when it is not RFC 3339 or lies outside 1970 to 2554.
pub fn parse_time(text: &str) -> Result<Timestamp, String> {
    const WRONG: &str = "must be an RFC 3339 time, such as 2026-01-01T00:00:00Z";
    if !is_rfc3339(text.as_bytes()) {
        return Err(WRONG.to_owned());
    }
    let instant: jiff::Timestamp = text.parse().map_err(|_| WRONG.to_owned())?;
    u64::try_from(instant.as_nanosecond()).map(Timestamp).map_err(|_| "must be a time from 1970 to 2554".to_owned())
}

/// Whether the shape is RFC 3339's `date-time`; whether the numbers are a date is left to the calendar.
fn is_rfc3339(text: &[u8]) -> bool {
    let shaped = |part: &[u8], shape: &[u8]| {
        part.len() == shape.len()
            && part.iter().zip(shape).all(|(b, s)| if *s == b'0' { b.is_ascii_digit() } else { b == s })
    };
    let Some((start, rest)) = text.split_at_checked(19) else { return false };
    let fraction = match rest.first() {
        Some(b'.') => 1 + rest[1..].iter().take_while(|b| b.is_ascii_digit()).count(),
        _ => 0,
    };
    let zone = &rest[fraction..];
    shaped(start, b"0000-00-00T00:00:00")
        && (fraction == 0 || (2..=10).contains(&fraction))
        && (zone == b"Z" || shaped(zone, b"+00:00") || shaped(zone, b"-00:00"))
}

/// Prints an instant in UTC with microseconds, finer digits dropped: `2026-01-01T00:00:00.000001Z`.
#[must_use]
pub fn print_time(time: Timestamp) -> String {
    crate::form::Shown(&time).to_string()
}

impl Form for Timestamp {
    fn read(text: &str) -> Result<Timestamp, String> {
        parse_time(text)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_nanosecond(i128::from(self.0 - self.0 % 1_000)).map_err(|_| fmt::Error)?;
        const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));
        PRINTER.print_timestamp(&instant, jiff::fmt::StdFmtWrite(f)).map_err(|_| fmt::Error)
    }
}
