//! One book as a ladder: asks above, bids below, the account's own orders beside them.

use super::model::{Instrument, Model};
use super::paint::{bar, dim, part, short, side, squeeze};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use rust_decimal::Decimal;
use unspent_model::{Phase, Side};
use unspent_protocol::BookLevel;

/// Columns of a level before its bar.
const COLUMNS: usize = 32;

/// Draws the chosen book.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let Some(instrument) = model.chosen() else {
        frame.render_widget(Paragraph::new(" nothing is listed").block(part("book".to_owned())), area);
        return;
    };
    let place = format!(" {}/{}", model.chosen + 1, model.instruments.len());
    let room = usize::from(area.width).saturating_sub(place.len() + 3);
    let name = part(format!("{}{place}", squeeze(instrument.symbol.as_str(), room)));
    let rows = usize::from(area.height.saturating_sub(1));
    let Some((bids, asks)) = &instrument.book else {
        let text = vec![Line::raw(" the book is not known"), state(instrument)];
        frame.render_widget(Paragraph::new(text).block(name), area);
        return;
    };
    // The heading and the line in the middle.
    let levels = rows.saturating_sub(2);
    let above = levels / 2;
    let most = bids.iter().chain(asks).map(|level| level.qty).max().unwrap_or(0);
    let room = usize::from(area.width).saturating_sub(COLUMNS);
    let (own_bids, own_asks) =
        (model.own_at(instrument.symbol, Side::Buy), model.own_at(instrument.symbol, Side::Sell));
    let level = |level: &BookLevel, which: Side| {
        let own = if which == Side::Buy { own_bids.get(&level.price) } else { own_asks.get(&level.price) };
        let own_text = own.map_or_else(String::new, |&own| format!("◆{}", short(own)));
        let line = Line::from(vec![
            Span::styled(format!(" {:>7}", level.price), side(which)),
            Span::raw(format!(" {:>10} {own_text:<11} ", short(level.qty))),
            Span::styled(bar(level.qty, most, room), side(which)),
        ]);
        if own.is_some() { line.patch_style(Modifier::BOLD) } else { line }
    };
    let mut lines = vec![Line::styled(format!(" {:>7} {:>10} {:<11}", "price", "face", "own"), dim())];
    let shown: Vec<Line<'_>> = asks.iter().take(above).map(|ask| level(ask, Side::Sell)).collect();
    lines.extend(std::iter::repeat_n(Line::default(), above - shown.len()));
    lines.extend(shown.into_iter().rev());
    lines.push(middle(instrument, bids, asks));
    lines.extend(bids.iter().take(levels - above).map(|bid| level(bid, Side::Buy)));
    frame.render_widget(Paragraph::new(lines).block(name), area);
}

/// What stands between asks and bids.
fn middle(instrument: &Instrument, bids: &[BookLevel], asks: &[BookLevel]) -> Line<'static> {
    if instrument.phase.is_some_and(|phase| phase != Phase::Continuous) {
        return state(instrument);
    }
    let text = match (asks.first(), bids.first()) {
        (Some(ask), Some(bid)) => format!(" ── asks ↑ spread {:.4} bids ↓ ──", ask.price - bid.price),
        (Some(_), None) => " ── asks ↑ no bids ──".to_owned(),
        (None, Some(_)) => " ── no asks, bids ↓ ──".to_owned(),
        (None, None) => " ── nobody bids or asks ──".to_owned(),
    };
    Line::styled(text, dim())
}

/// A phase that is not the usual one.
fn state(instrument: &Instrument) -> Line<'static> {
    match instrument.phase {
        Some(Phase::Continuous) | None => Line::default(),
        Some(phase) => Line::styled(format!(" ■ {}", name(phase)), Modifier::BOLD),
    }
}

/// A phase for people.
pub fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Continuous => "continuous",
        Phase::Halted => "HALTED",
        Phase::Expired => "EXPIRED",
        Phase::Call => "CALL",
        Phase::NoCancel => "CALL, NO CANCELS",
        Phase::VolatilityCall => "VOLATILITY CALL",
        Phase::CancelOnly => "CANCEL ONLY",
        Phase::Closed => "CLOSED",
    }
}

/// A price with four decimals.
pub fn price(price: Option<Decimal>) -> String {
    price.map_or_else(|| "-".to_owned(), |price| format!("{price:.4}"))
}
