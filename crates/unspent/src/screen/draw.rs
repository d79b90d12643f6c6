//! Where each part is: one layout for 80×24 and what is like it, one for wide terminals.

use super::model::Model;
use super::{curve, events, heat, instruments, ladder, money, pulse, tape, top};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

/// From so many columns and rows on it is wide.
const WIDE: (u16, u16) = (110, 30);
/// With less there is no use in parts.
const LEAST: (u16, u16) = (60, 16);

/// Draws a model on the whole of a frame.
pub fn draw(frame: &mut Frame<'_>, model: &Model) {
    let area = frame.area();
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(2), Constraint::Fill(1), Constraint::Length(1)]).areas(area);
    top::draw(frame, head, model);
    top::foot(frame, foot, model);
    let fits = |(width, height): (u16, u16)| area.width >= width && area.height >= height;
    if fits(WIDE) {
        wide(frame, body, model);
    } else if fits(LEAST) {
        narrow(frame, body, model);
    } else {
        let (width, height) = (area.width, area.height);
        let text = vec![Line::raw(format!(" {width}×{height} is too small")), Line::raw(" make it 80×24 or more")];
        frame.render_widget(Paragraph::new(text), body);
    }
}

fn narrow(frame: &mut Frame<'_>, body: Rect, model: &Model) {
    let [left, _, right] =
        Layout::horizontal([Constraint::Length(38), Constraint::Length(1), Constraint::Fill(1)]).areas(body);
    let [book, months] = Layout::vertical([Constraint::Fill(3), Constraint::Fill(2)]).areas(left);
    ladder::draw(frame, book, model);
    curve::draw(frame, months, model);
    side(frame, right, model, 5, 4);
}

fn wide(frame: &mut Frame<'_>, body: Rect, model: &Model) {
    let gap = Constraint::Length(1);
    let columns = [Constraint::Fill(7), gap, Constraint::Length(40), gap, Constraint::Fill(6)];
    let [left, _, middle, _, right] = Layout::horizontal(columns).areas(body);
    let listed = u16::try_from(model.instruments.len()).unwrap_or(u16::MAX).saturating_add(2).clamp(4, left.height / 2);
    let [all, trades] = Layout::vertical([Constraint::Length(listed), Constraint::Fill(1)]).areas(left);
    instruments::draw(frame, all, model);
    tape::draw(frame, trades, model);
    let [book, months] = Layout::vertical([Constraint::Fill(2), Constraint::Fill(1)]).areas(middle);
    ladder::draw(frame, book, model);
    curve::draw(frame, months, model);
    rest(frame, right, model, 8, 4, false);
}

/// Everything beside the book, with trades.
fn side(frame: &mut Frame<'_>, area: Rect, model: &Model, made: u16, pulsing: u16) {
    rest(frame, area, model, made, pulsing, true);
}

/// What there is of money, pulse, trades, what is owned, and events, from above.
fn rest(frame: &mut Frame<'_>, area: Rect, model: &Model, made: u16, pulsing: u16, trades: bool) {
    let pulsing = if model.rate.is_some() { pulsing } else { 2 };
    let rows = [
        Constraint::Length(if model.making.is_some() { made } else { 0 }),
        Constraint::Length(pulsing),
        Constraint::Fill(u16::from(trades)),
        Constraint::Fill(u16::from(model.holdings.is_some())),
        Constraint::Fill(1),
    ];
    let [money, pulse, tape, heat, events] = Layout::vertical(rows).areas(area);
    if let Some(making) = &model.making {
        money::draw(frame, money, making);
    }
    pulse::draw(frame, pulse, model);
    if trades {
        tape::draw(frame, tape, model);
    }
    if model.holdings.is_some() {
        heat::draw(frame, heat, model);
    }
    events::draw(frame, events, model);
}
