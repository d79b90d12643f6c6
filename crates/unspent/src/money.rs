//! Amounts as people read them.

use rust_decimal::Decimal;

/// Dollars with separators and two decimals: `$99,000.00`.
pub fn dollars(amount: Decimal) -> String {
    let text = format!("{:.2}", amount.abs());
    let (whole, cents) = text.split_once('.').expect("two decimals were asked for");
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    format!("{sign}${}.{cents}", grouped(whole))
}

/// Whole dollars of face with separators: `$150,000`.
pub fn face(amount: u64) -> String {
    format!("${}", grouped(&amount.to_string()))
}

/// A count with separators: `1,234,567`.
pub fn count(n: u64) -> String {
    grouped(&n.to_string())
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share as a percentage with one decimal: `65.8 %`.
pub fn percent(share: Decimal) -> String {
    format!("{:.1} %", share * Decimal::ONE_HUNDRED)
}

/// Bytes in the largest fitting unit: `1.5 MiB`.
pub fn bytes(n: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let (mut scale, mut unit) = (1_u64, 0);
    while n / scale >= 1_024 && unit + 1 < units.len() {
        scale *= 1_024;
        unit += 1;
    }
    if unit == 0 {
        return format!("{n} B");
    }
    let tenths = u128::from(n) * 10 / u128::from(scale);
    format!("{}.{} {}", tenths / 10, tenths % 10, units[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped() {
        assert_eq!(dollars(Decimal::new(9_900_000, 2)), "$99,000.00");
        assert_eq!(dollars(Decimal::new(-5, 2)), "-$0.05");
        assert_eq!(face(150_000), "$150,000");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(999), "999");
        assert_eq!(percent(Decimal::new(6_583, 4)), "65.8 %");
        assert_eq!(bytes(1_023), "1023 B");
        assert_eq!(bytes(1_572_864), "1.5 MiB");
    }
}
