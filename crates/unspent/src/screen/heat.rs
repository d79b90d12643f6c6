//! What is owned of each month: the more, the longer and the denser its bar.

use super::model::{Model, family_and_month};
use super::paint::{bold, month, part, short};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use std::collections::BTreeMap;

/// From little to much.
const HEAT: [&str; 4] = ["░", "▒", "▓", "█"];
/// Columns before a bar.
const COLUMNS: usize = 19;

/// Draws the months, the nearest first; those without room are added up in the last line, a column each.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let mut months: BTreeMap<&str, u64> = BTreeMap::new();
    for (symbol, &face) in model.holdings.iter().flatten().filter(|(_, face)| **face > 0) {
        let all = months.entry(family_and_month(symbol).1).or_default();
        *all = all.saturating_add(face);
    }
    let total = months.values().fold(0_u64, |sum, &face| sum.saturating_add(face));
    let name = part(format!("owned by month {}", short(total)));
    let rows = usize::from(area.height.saturating_sub(1));
    let most = months.values().copied().max().unwrap_or(0);
    let chosen = model.chosen().map(|instrument| family_and_month(&instrument.symbol).1);
    let room = usize::from(area.width).saturating_sub(COLUMNS);
    let fits = if months.len() > rows { rows.saturating_sub(1) } else { rows };
    let mut lines: Vec<Line<'_>> = Vec::new();
    for (&text, &face) in months.iter().take(fits) {
        let mark = if Some(text) == chosen { '▸' } else { ' ' };
        let line = Line::from(vec![
            Span::raw(format!("{mark} {:<7} {:>8} ", month(text), short(face))),
            Span::raw(heat(face, most, room)),
        ]);
        lines.push(if mark == '▸' { line.patch_style(bold()) } else { line });
    }
    let rest: Vec<u64> = months.values().copied().skip(fits).collect();
    if !rest.is_empty() {
        let sum = rest.iter().fold(0_u64, |sum, &face| sum.saturating_add(face));
        // A column each, as many as there is room for.
        let strip: String = rest.iter().take(room).map(|&face| glyph(face, most)).collect();
        lines.push(Line::raw(format!("  {:<7} {:>8} {strip}", format!("{} more", rest.len()), short(sum))));
    }
    if months.is_empty() {
        lines.push(Line::raw(" nothing"));
    }
    frame.render_widget(Paragraph::new(lines).block(name), area);
}

/// The share of `most` in `of` parts.
fn share(face: u64, most: u64, of: usize) -> usize {
    let part = u128::from(face) * of as u128 / u128::from(most.max(1));
    usize::try_from(part).unwrap_or(of)
}

fn glyph(face: u64, most: u64) -> &'static str {
    HEAT[share(face, most, HEAT.len()).min(HEAT.len() - 1)]
}

fn heat(face: u64, most: u64, width: usize) -> String {
    glyph(face, most).repeat(share(face, most, width).max(1))
}
