//! What a maker made and lost, and by what.

use super::model::Making;
use super::paint::{bold, gain, part, signed, signed_short};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

/// Draws the total and its parts: a line each with a bar where there is room, else two a line.
pub fn draw(frame: &mut Frame<'_>, area: Rect, making: &Making) {
    let made = &making.made;
    let parts = [
        ("spread", made.spread),
        ("inventory", made.inventory),
        ("decay", made.decay),
        ("waste", made.waste),
        ("fees", made.fees),
    ];
    let one = |name: &str, cents: i64| {
        vec![Span::raw(format!(" {name:<10}")), Span::styled(format!("{:>12}", signed(cents)), gain(cents))]
    };
    let mut lines = Vec::new();
    if usize::from(area.height) > parts.len() + 2 {
        for (name, cents) in [("total", made.total), ("today", making.today)] {
            lines.push(Line::from(one(name, cents)).patch_style(bold()));
        }
        let most = parts.iter().map(|(_, cents)| cents.unsigned_abs()).max().unwrap_or(0);
        let room = usize::from(area.width).saturating_sub(26);
        lines.extend(parts.map(|(name, cents)| {
            let mut spans = one(name, cents);
            spans.push(Span::styled(format!(" {}", super::paint::bar(cents.unsigned_abs(), most, room)), gain(cents)));
            Line::from(spans)
        }));
    } else {
        let [spread, inventory, decay, waste, fees] = parts;
        let rows = [[("total", made.total), ("today", making.today)], [spread, inventory], [decay, waste]];
        let last = [fees];
        let rows = rows.iter().map(|two| &two[..]).chain([&last[..]]);
        lines.extend(rows.map(|two| {
            let spans = two.iter().flat_map(|&(name, cents)| {
                let width = 19_usize.saturating_sub(name.len());
                let amount = format!("{:>width$}", signed_short(cents));
                [Span::raw(format!(" {name}")), Span::styled(amount, gain(cents))]
            });
            Line::from(spans.collect::<Vec<_>>())
        }));
    }
    frame.render_widget(Paragraph::new(lines).block(part("made and lost".to_owned())), area);
}
