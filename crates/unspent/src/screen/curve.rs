//! What the months of a family cost, on one scale.

use super::ladder::price;
use super::model::{Model, Point, family_and_month};
use super::paint::{bold, dim, month, part};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use rust_decimal::{Decimal, prelude::ToPrimitive};

/// Columns before the scale.
const COLUMNS: usize = 18;

/// Draws the chosen instrument's family.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let Some((family, chosen)) = model.chosen().map(|instrument| family_and_month(&instrument.symbol)) else {
        frame.render_widget(Paragraph::new("").block(part("price by expiry".to_owned())), area);
        return;
    };
    let points: Vec<(&String, &Point)> = model.curves.get(family).into_iter().flatten().collect();
    let name = part("price by expiry".to_owned());
    let room = usize::from(area.width);
    if points.iter().all(|(_, point)| prices(point).next().is_none()) {
        frame.render_widget(Paragraph::new(" no prices yet").block(name), area);
        return;
    }
    let width = room.saturating_sub(COLUMNS + 1).max(2);
    let all = || points.iter().flat_map(|(_, point)| prices(point));
    let (low, high) = (all().min().unwrap_or_default(), all().max().unwrap_or_default());
    let rows = usize::from(area.height.saturating_sub(2));
    let at = points.iter().position(|(month, _)| *month == chosen).unwrap_or(0);
    let first = at.saturating_sub(rows / 2).min(points.len().saturating_sub(rows));
    let scale = format!("{low:<.4}{:>1$.4}", high, width.saturating_sub(6));
    let mut lines = vec![Line::styled(format!("  {:<7} {:>6}  {scale}", "month", "mid"), dim())];
    for (text, point) in points.iter().skip(first).take(rows) {
        let (mark, style) = if *text == chosen { ('▸', bold()) } else { (' ', ratatui::style::Style::new()) };
        let mid = match (point.bid, point.ask) {
            (Some(bid), Some(ask)) => Some((bid + ask) / Decimal::TWO),
            _ => point.fair.or(point.last).or(point.bid).or(point.ask),
        };
        let strip = strip(point, low, high, width);
        lines.push(Line::styled(format!("{mark} {:<7} {:>6}  {strip}", month(text), price(mid)), style));
    }
    let legend = Line::styled("├bid ┤ask ●last ◇fair", dim());
    frame.render_widget(Paragraph::new(lines).block(name.title(legend.right_aligned())), area);
}

fn prices(point: &Point) -> impl Iterator<Item = Decimal> {
    [point.bid, point.ask, point.last, point.fair].into_iter().flatten()
}

/// A month's marks between the lowest and the highest price.
fn strip(point: &Point, low: Decimal, high: Decimal, width: usize) -> String {
    let column = |price: Decimal| {
        let span = high - low;
        if span.is_zero() {
            return 0;
        }
        ((price - low) * Decimal::from(width - 1) / span).round().to_usize().unwrap_or(0).min(width - 1)
    };
    let mut strip = vec![' '; width];
    if let (Some(bid), Some(ask)) = (point.bid, point.ask) {
        let (from, to) = (column(bid.min(ask)), column(bid.max(ask)));
        strip[from..=to].fill('─');
    }
    for (price, sign) in [(point.bid, '├'), (point.ask, '┤'), (point.fair, '◇'), (point.last, '●')] {
        if let Some(price) = price {
            strip[column(price)] = sign;
        }
    }
    strip.into_iter().collect::<String>().trim_end().to_owned()
}
