//! How long answers take, and what of the venue's rate is used.

use super::model::Model;
use super::paint::{bar, bold, micros, part};
use crate::money::count;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

/// Draws both.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let mut lines = vec![match model.latency {
        Some(answers) => {
            Line::raw(format!(" p50 {}  p99 {}  max {}", micros(answers.p50), micros(answers.p99), micros(answers.max)))
        }
        None => Line::raw(" no answers yet"),
    }];
    if let Some(rate) = model.rate {
        let used = rate.burst.saturating_sub(rate.left);
        let low = rate.left < rate.burst / 4;
        let warning = if low { " ! LOW" } else { "" };
        let text = format!(" {} of {}/s used, {} left{warning}", count(rate.used), count(rate.rate), count(rate.left));
        lines.push(if low { Line::styled(text, bold()) } else { Line::raw(text) });
        let width = usize::from(area.width).saturating_sub(2);
        lines.push(Line::raw(format!(" {:░<width$}", bar(used, rate.burst, width))));
    }
    frame.render_widget(Paragraph::new(lines).block(part("answers and rate".to_owned())), area);
}
