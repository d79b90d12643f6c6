//! What people are to know, newest first.

use super::model::{Model, Note};
use super::paint::{bold, clock, cut, part};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

/// Lines of an event; the last is cut.
const LINES: usize = 4;
/// Columns before the text.
const INDENT: usize = 12;

/// Draws as many as there is room for; long ones go over several lines.
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
    let style = if note.sign == '!' { bold() } else { ratatui::style::Style::new() };
    let room = width.saturating_sub(INDENT).max(1);
    let mut rest = note.text.as_str();
    let mut lines = Vec::new();
    while !rest.is_empty() && lines.len() < LINES {
        let mut end = rest.char_indices().nth(room).map_or(rest.len(), |(end, _)| end);
        // Between words, where there are some.
        if end < rest.len()
            && !rest[end..].starts_with(' ')
            && let Some(space) = rest[..end].rfind(' ')
        {
            end = space;
        }
        let text = if lines.len() + 1 == LINES { cut(rest, room) } else { rest[..end].to_owned() };
        let before = match lines.len() {
            0 => format!(" {} {} ", clock(note.at), note.sign),
            _ => " ".repeat(INDENT),
        };
        lines.push(Line::styled(before + &text, style));
        rest = rest[end..].trim_start();
    }
    lines
}
