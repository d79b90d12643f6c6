//! What people are to know, newest first.

use super::model::{Model, Note};
use super::paint::{bold, clock, cut, part};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

/// Columns before the text.
const INDENT: usize = 12;

/// Draws as many as there is room for; long ones go over two lines and are cut then.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let rows = usize::from(area.height.saturating_sub(1));
    let width = usize::from(area.width);
    let mut lines: Vec<Line<'_>> = Vec::new();
    for note in model.notes.iter() {
        if lines.len() >= rows {
            break;
        }
        lines.extend(one(note, width));
    }
    lines.truncate(rows);
    if model.notes.is_empty() {
        lines.push(Line::raw(" none yet"));
    }
    frame.render_widget(Paragraph::new(lines).block(part("events".to_owned())), area);
}

fn one(note: &Note, width: usize) -> Vec<Line<'static>> {
    let text = format!(" {} {} {}", clock(note.at), note.sign, note.text);
    let style = if note.sign == '!' { bold() } else { ratatui::style::Style::new() };
    let mut first: String = text.chars().take(width).collect();
    // Between words, where there are some.
    if text.chars().nth(width).is_some_and(|next| next != ' ')
        && let Some(at) = first.rfind(' ').filter(|&at| at > INDENT)
    {
        first.truncate(at);
    }
    let rest = text[first.len()..].trim_start().to_owned();
    let mut lines = vec![Line::styled(first, style)];
    if !rest.is_empty() {
        let indent = INDENT.min(width);
        lines.push(Line::styled(format!("{:indent$}{}", "", cut(&rest, width - indent)), style));
    }
    lines
}
