//! The first two lines and the last: what runs, where it stands, what keys do.

use super::model::{Link, Making, Model};
use super::paint::{bold, clock, cut, dim};
use crate::money::{count, dollars};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use rust_decimal::Decimal;

/// A venue says something every second.
const SILENCE_MS: u64 = 2_500;

/// Draws the first two lines.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let [first, second] = Layout::vertical([Constraint::Length(1); 2]).areas(area);
    let clock = format!("{} UTC ", clock(model.now));
    let [left, right] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(u16::try_from(clock.len()).unwrap_or(13))])
            .areas(first);
    let title = Line::from(vec![
        Span::styled(format!(" UNSPENT {}  ", model.title), bold()),
        Span::raw(cut(&model.venue, usize::from(left.width).saturating_sub(model.title.len() + 12))),
    ]);
    frame.render_widget(Paragraph::new(title), left);
    frame.render_widget(Paragraph::new(clock), right);
    frame.render_widget(Paragraph::new(standing(model, usize::from(second.width))), second);
}

/// Where it stands: a lost connection before all else.
fn standing(model: &Model, width: usize) -> Line<'static> {
    let mut spans = Vec::new();
    match &model.link {
        Link::Lost(why) => {
            // What goes with the connection is no news; what stays when it is back is.
            let gone = ["disconnected", "reconciling", "unconfirmed", "stale"];
            let holds = model.making.iter().flat_map(|making| &making.holds).filter(|hold| !gone.contains(hold));
            let also: String = holds.map(|hold| format!(", {hold}")).collect();
            let text = cut(&format!(" ✗ NOT CONNECTED{also}; trying again: {why} "), width);
            return Line::styled(text, bold().add_modifier(Modifier::REVERSED));
        }
        Link::Connecting => spans.push(Span::styled(" … connecting  ".to_owned(), bold())),
        Link::Live if model.making.is_none() => {
            spans.push(Span::styled(" ✓ connected  ".to_owned(), bold()));
            spans.extend(silent(model));
        }
        Link::Live => {}
    }
    if let Some(making) = &model.making {
        spans.push(doing(making));
        spans.extend(silent(model));
        spans.push(Span::raw(format!(
            "  {} orders  {} fills  {} quotes",
            model.own.len(),
            count(making.fills),
            count(making.quotes)
        )));
    } else if model.holdings.is_some() {
        spans.push(Span::raw(format!("{} own orders", model.own.len())));
    }
    if let Some(cents) = model.cash {
        spans.push(Span::raw(format!("  cash {}", dollars(Decimal::from(cents) / Decimal::ONE_HUNDRED))));
    }
    if let Some((score, presence)) = model.chosen().and_then(|instrument| instrument.score) {
        let percent = crate::money::percent(Decimal::new(i64::try_from(presence).unwrap_or(0), 4));
        let used: usize = spans.iter().map(Span::width).sum();
        let all = format!("  score {} at {percent}", count(score));
        spans.push(Span::raw(if used + all.len() > width { format!("  present {percent}") } else { all }));
    }
    Line::from(spans)
}

/// That nothing was heard for a while.
fn silent(model: &Model) -> Option<Span<'static>> {
    let ms = model.now.0.saturating_sub(model.heard?.0) / 1_000_000;
    let text = format!("  ! SILENT {}.{} s", ms / 1_000, ms % 1_000 / 100);
    (ms >= SILENCE_MS).then(|| Span::styled(text, bold()))
}

fn doing(making: &Making) -> Span<'static> {
    if making.holds.is_empty() {
        return Span::styled(" ▶ QUOTING", bold());
    }
    Span::styled(format!(" ■ PULLED: {} ", making.holds.join(", ")), bold().add_modifier(Modifier::REVERSED))
}

/// Draws the last line: a question that waits, or what keys do.
pub fn foot(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let line = match &model.question {
        Some(question) => Line::styled(format!(" {question} "), bold().add_modifier(Modifier::REVERSED)),
        None => Line::styled(format!(" {}", model.help), dim()),
    };
    frame.render_widget(Paragraph::new(line), area);
}
