//! Moments and spans in a story's words.

use super::START;
use unspent_model::Timestamp;

const SECOND: u64 = 1_000_000_000;

/// The midnight before the story begins.
fn midnight() -> u64 {
    START.0 - START.0 % (86_400 * SECOND)
}

/// `08:10`, `08:10:05`, `08:10:05.5`, `32:00` (tomorrow); `+5s`, `-1s`, `+24h` from `now`; `=` is now.
pub fn moment(now: Timestamp, text: &str) -> Option<Timestamp> {
    if text == "=" {
        return Some(now);
    }
    if let Some(later) = text.strip_prefix('+') {
        return Some(Timestamp(now.0 + span(later)?));
    }
    if let Some(earlier) = text.strip_prefix('-') {
        return Some(Timestamp(now.0 - span(earlier)?));
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    Some(Timestamp(midnight() + second_of_day(whole)? * SECOND + format!("{part:0<9}").parse::<u64>().ok()?))
}

/// `08:10` or `08:10:05` in seconds.
pub fn second_of_day(text: &str) -> Option<u64> {
    let mut parts = text.split(':').map(|part| part.parse::<u64>().ok());
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    parts.next().is_none().then_some(hours * 3_600 + minutes * 60 + seconds)
}

/// `5s`, `24h`, `3ns` in nanoseconds.
pub fn span(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ns" => 1,
        "s" => SECOND,
        "h" => 3_600 * SECOND,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

/// A span as [`span`] reads it.
pub fn say_span(nanoseconds: u64) -> String {
    if nanoseconds.is_multiple_of(SECOND) { format!("{}s", nanoseconds / SECOND) } else { format!("{nanoseconds}ns") }
}

/// A moment as [`moment`] reads it.
pub fn say_moment(at: Timestamp) -> String {
    let Some(since) = at.0.checked_sub(midnight()) else { return format!("{}ns", at.0) };
    let (seconds, rest) = (since / SECOND, since % SECOND);
    let mut text = format!("{:02}:{:02}", seconds / 3_600, seconds / 60 % 60);
    if seconds % 60 != 0 || rest != 0 {
        text += &format!(":{:02}", seconds % 60);
    }
    if rest != 0 {
        text += &format!(".{rest:09}");
        text.truncate(text.trim_end_matches('0').len());
    }
    text
}
