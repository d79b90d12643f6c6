//! Text and styles that every part of the screen uses.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Span;
use ratatui::widgets::{Block, Borders};
use unspent_model::{Side, Timestamp};
use unspent_protocol::print_time;

/// What matters.
pub fn bold() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

/// What can be passed over.
pub fn dim() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// A side's colour, beside a word or a place that says the same.
pub fn side(side: Side) -> Style {
    Style::new().fg(if side == Side::Buy { Color::Green } else { Color::Red })
}

/// The colour of money with a sign.
pub fn gain(cents: i64) -> Style {
    match cents {
        0 => Style::new(),
        1.. => Style::new().fg(Color::Green),
        _ => Style::new().fg(Color::Red),
    }
}

/// A part of the screen: a line with its name above it.
pub fn part(name: String) -> Block<'static> {
    Block::new().borders(Borders::TOP).title(Span::styled(format!(" {name} "), bold()))
}

/// At most so many columns, the end cut off.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(width.saturating_sub(1)).collect();
    if width > 0 {
        kept.push('…');
    }
    kept
}

/// At most so many columns, the beginning cut off.
pub fn tail(text: &str, width: usize) -> String {
    let long = text.chars().count();
    if long <= width {
        return text.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    let end: String = text.chars().skip(long + 1 - width).collect();
    format!("…{end}")
}

/// At most so many columns of a symbol: its month stays.
pub fn squeeze(symbol: &str, width: usize) -> String {
    let long = symbol.chars().count();
    if long <= width || width < 10 {
        return tail(symbol, width);
    }
    let end: String = symbol.chars().skip(long - 7).collect();
    format!("{}{end}", cut(symbol, width - 7))
}

/// `2027-06` of `202706`, and what else there is as it is.
pub fn month(text: &str) -> String {
    match (text.get(..4), text.get(4..)) {
        (Some(year), Some(month)) if month.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{year}-{month}")
        }
        _ => cut(text, 7),
    }
}

/// Dollars of face in at most eight columns: `$150,000`, `$1.5M`.
pub fn short(face: u64) -> String {
    let scaled = |unit: u64, name: &str| {
        let tenths = face / (unit / 10);
        format!("${}.{}{name}", tenths / 10, tenths % 10)
    };
    match face {
        0..1_000_000 => crate::money::face(face),
        1_000_000..1_000_000_000 => scaled(1_000_000, "M"),
        1_000_000_000..1_000_000_000_000 => scaled(1_000_000_000, "B"),
        _ => scaled(1_000_000_000_000, "T"),
    }
}

/// Money with its sign: `+$12.30`, `-$4.00`, `$0.00`.
pub fn signed(cents: i64) -> String {
    let text = crate::money::dollars(rust_decimal::Decimal::new(cents, 2));
    if cents > 0 { format!("+{text}") } else { text }
}

/// The same in at most ten columns: cents of little money only.
pub fn signed_short(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "+" };
    match cents.unsigned_abs() {
        0..1_000_000 => signed(cents),
        money => format!("{sign}{}", short(money / 100)),
    }
}

/// Microseconds in at most seven columns.
pub fn micros(us: u64) -> String {
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..10_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        10_000..1_000_000 => format!("{} ms", us / 1_000),
        _ => format!("{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
    }
}

/// `21:04:05`.
pub fn clock(at: Timestamp) -> String {
    print_time(at).get(11..19).unwrap_or_default().to_owned()
}

/// A bar of at most `width` columns; what is there at all has one.
pub fn bar(of: u64, most: u64, width: usize) -> String {
    if of == 0 || most == 0 {
        return String::new();
    }
    let long = u128::from(of) * width as u128 / u128::from(most);
    "█".repeat(usize::try_from(long).unwrap_or(width).clamp(1, width.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short_and_signed() {
        assert_eq!(short(999_999), "$999,999");
        assert_eq!(short(1_560_000), "$1.5M");
        assert_eq!(short(u64::MAX), "$18446744.0T");
        assert_eq!((signed(1_230), signed(-400), signed(0)), ("+$12.30".into(), "-$4.00".into(), "$0.00".into()));
        let amounts = [999_999, -999_999, -51_234_567, 512_345_678_901].map(signed_short);
        assert_eq!(amounts, ["+$9,999.99", "-$9,999.99", "-$512,345", "+$5.1B"]);
        assert_eq!(squeeze("MICROSOFT-FOUNDERS-10K-202706", 20), "MICROSOFT-FO…-202706");
        assert_eq!(
            (squeeze("AWS-ACT-1K-202706", 17), squeeze("AWS-ACT-1K-202706", 5)),
            ("AWS-ACT-1K-202706".into(), "…2706".into())
        );
        assert_eq!([999, 1_250, 64_999, 1_540_000].map(micros), ["999 µs", "1.2 ms", "64 ms", "1.5 s"]);
        assert_eq!((cut("long name", 5), tail("long name", 5)), ("long…".into(), "…name".into()));
        assert_eq!((cut("x", 0), tail("x", 0)), (String::new(), String::new()));
        assert_eq!((month("202706"), month("PERP")), ("2027-06".into(), "PERP".into()));
        assert_eq!((bar(1, 1_000, 4), bar(1_000, 1_000, 4), bar(0, 5, 4)), ("█".into(), "████".into(), String::new()));
    }
}
