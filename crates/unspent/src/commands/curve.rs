//! `unspent curve`: the months of a programme and face value, as a table and a picture.

use crate::cli::CurveArgs;
use crate::commands::public::look;
use crate::commands::serve::runtime;
use crate::failure::Failure;
use crate::money::{face, percent};
use crate::output::say;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::Deserialize;
use unspent_model::Symbol;
use unspent_protocol::CurveRow;

/// How many columns lie between the lowest and the highest price.
const WIDTH: u32 = 40;

#[derive(Deserialize)]
struct Curve {
    data: Vec<CurveRow>,
}

/// Shows a curve.
pub fn run(args: &CurveArgs, json: bool) -> Result<(), Failure> {
    if Symbol::parse(&args.curve).is_err() {
        return Err(Failure::Usage(format!(
            "`{}` is no curve: name a credit without its expiry, such as AWS-ACT-1K",
            args.curve
        )));
    }
    let curve: Curve = runtime()?.block_on(look(&args.url, &format!("/v1/curves/{}", args.curve)))?;
    if json {
        say!("{}", serde_json::to_string(&curve.data).expect("rows serialise into memory"));
        return Ok(());
    }
    for line in picture(&curve.data) {
        say!("{line}");
    }
    say!(
        "* there from another month; ├ bid, ┤ ask, ● last trade; a year: what the best ask gains until the month ends"
    );
    Ok(())
}

/// The better of what rests in a month and what another month implies, with a star when it is implied.
fn best(
    own: Option<Decimal>,
    own_qty: u64,
    implied: Option<(Decimal, u64)>,
    better: fn(Decimal, Decimal) -> bool,
) -> Option<(Decimal, u64, &'static str)> {
    match (own, implied) {
        (Some(own), Some((price, qty))) if better(price, own) => Some((price, qty, "*")),
        (Some(own), _) => Some((own, own_qty, "")),
        (None, implied) => implied.map(|(price, qty)| (price, qty, "*")),
    }
}

/// A heading, and a line for each month.
fn picture(rows: &[CurveRow]) -> Vec<String> {
    let quoted: Vec<_> = rows
        .iter()
        .map(|row| {
            let bid = best(row.bid, row.bid_qty, row.implied_bid.zip(row.implied_bid_qty), |a, b| a > b);
            let ask = best(row.ask, row.ask_qty, row.implied_ask.zip(row.implied_ask_qty), |a, b| a < b);
            (row, bid, ask)
        })
        .collect();
    let prices = quoted.iter().flat_map(|(row, bid, ask)| {
        [bid.map(|(price, ..)| price), ask.map(|(price, ..)| price), row.last].into_iter().flatten()
    });
    let (low, high) =
        prices.fold((Decimal::MAX, Decimal::ZERO), |(low, high), price| (low.min(price), high.max(price)));
    let column = |price: Decimal| {
        let span = high - low;
        if span.is_zero() {
            return 0;
        }
        ((price - low) * Decimal::from(WIDTH) / span).round().to_usize().expect("between low and high")
    };
    let side = |quote: Option<(Decimal, u64, &str)>| {
        quote.map_or_else(|| "-".to_owned(), |(price, qty, star)| format!("{:>10} x {price:.4}{star:1}", face(qty)))
    };
    let number = |price: Option<Decimal>| price.map_or_else(|| "-".to_owned(), |price| format!("{price:.4}"));
    let scale = if high < low { String::new() } else { format!("{low:<.4}{:>1$.4}", high, WIDTH as usize - 5) };
    let mut lines = vec![
        format!("{:7}  {:>20}  {:>20}  {:>6}  {:>9}  {scale}", "month", "bid", "ask", "last", "a year")
            .trim_end()
            .to_owned(),
    ];
    for (row, bid, ask) in &quoted {
        let mut strip = vec![' '; WIDTH as usize + 1];
        let marks = [bid.map(|(price, ..)| column(price)), ask.map(|(price, ..)| column(price))];
        if let [Some(from), Some(to)] = marks {
            strip[from.min(to)..=from.max(to)].fill('─');
        }
        for (mark, sign) in marks.into_iter().zip(['├', '┤']) {
            if let Some(at) = mark {
                strip[at] = sign;
            }
        }
        if let Some(last) = row.last {
            strip[column(last)] = '●';
        }
        let month = match row.expiry.as_ref() {
            month if month.len() == 6 => format!("{}-{}", &month[..4], &month[4..]),
            other => other.to_owned(),
        };
        let rate = row.annual_discount.map_or_else(|| "-".to_owned(), percent);
        let strip: String = strip.into_iter().collect();
        let line =
            format!("{month:7}  {:>20}  {:>20}  {:>6}  {rate:>9}  {strip}", side(*bid), side(*ask), number(row.last));
        lines.push(line.trim_end().to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn months_are_drawn_on_one_scale_with_what_others_imply() {
        let rows: Vec<CurveRow> = serde_json::from_str(
            r#"[
            {"symbol":"AWS-ACT-1K-202706/USD","expiry":"202706","bid":0.65,"bid_qty":20000,"ask":0.70,"ask_qty":150000,"implied_ask":0.68,"implied_ask_qty":30000,"last":0.66,"annual_discount":0.3293,"timestamp":"2026-01-01T00:00:00.000001Z"},
            {"symbol":"AWS-ACT-1K-202712/USD","expiry":"202712","bid_qty":0,"ask":0.68,"ask_qty":30000,"annual_discount":0.2353,"timestamp":"2026-01-01T00:00:00.000001Z"},
            {"symbol":"AWS-ACT-1K-202801/USD","expiry":"202801","bid":0.60,"bid_qty":1000,"ask_qty":0,"last":0.72,"timestamp":"2026-01-01T00:00:00.000001Z"},
            {"symbol":"AWS-ACT-1K-PERP/USD","expiry":"PERP","bid_qty":0,"ask_qty":0,"timestamp":"2026-01-01T00:00:00.000001Z"}]"#,
        )
        .unwrap();
        expect![[r#"
            month                     bid                   ask    last     a year  0.6000                             0.7200
            2027-06     $20,000 x 0.6500      $30,000 x 0.6800*  0.6600     32.9 %                   ├──●──────┤
            2027-12                     -     $30,000 x 0.6800        -     23.5 %                             ┤
            2028-01      $1,000 x 0.6000                      -  0.7200          -  ├                                       ●
            PERP                        -                     -       -          -"#]].assert_eq(&picture(&rows).join("\n"));
        assert_eq!(picture(&[]).len(), 1);
        assert_eq!(picture(&rows[3..])[1].split_whitespace().collect::<Vec<_>>(), ["PERP", "-", "-", "-", "-"]);
    }
}
