//! The instruments, with the best of each book.

use super::ladder::{name, price};
use super::model::{Instrument, Model};
use super::paint::{bold, cut, dim, part, side, squeeze};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unspent_model::{Phase, Side};

/// Columns of the prices.
const PRICES: usize = 20;

/// Draws as many as there is room for, the chosen one among them.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let width = usize::from(area.width).saturating_sub(PRICES + 3);
    let heading = format!("  {:<width$} {:>6} {:>6} {:>6}", "", "bid", "ask", "last");
    let mut lines = vec![Line::styled(heading, dim())];
    let rows = usize::from(area.height.saturating_sub(2));
    let first = model.chosen.saturating_sub(rows.saturating_sub(1));
    for (at, instrument) in model.instruments.iter().enumerate().skip(first).take(rows) {
        lines.push(line(instrument, at == model.chosen, width));
    }
    if model.instruments.is_empty() {
        lines = vec![Line::raw(" nothing is listed")];
    }
    let many = model.instruments.len();
    frame.render_widget(Paragraph::new(lines).block(part(format!("instruments {many}"))), area);
}

fn line(instrument: &Instrument, chosen: bool, width: usize) -> Line<'static> {
    let mark = if chosen { '▸' } else { ' ' };
    let symbol = Span::raw(format!("{mark} {:<width$} ", squeeze(instrument.symbol.as_str(), width)));
    let best = |levels: Option<&Vec<unspent_protocol::BookLevel>>| {
        price(levels.and_then(|levels| levels.first()).map(|level| level.price))
    };
    let (bid, ask) = match &instrument.book {
        Some((bids, asks)) => (best(Some(bids)), best(Some(asks))),
        None => ("?".to_owned(), "?".to_owned()),
    };
    let spans = match instrument.phase {
        Some(phase) if phase != Phase::Continuous => {
            vec![symbol, Span::styled(cut(&format!("■ {}", name(phase)), PRICES), bold())]
        }
        _ => vec![
            symbol,
            Span::styled(format!("{bid:>6} "), side(Side::Buy)),
            Span::styled(format!("{ask:>6} "), side(Side::Sell)),
            Span::raw(format!("{:>6}", price(instrument.last))),
        ],
    };
    let line = Line::from(spans);
    if chosen { line.patch_style(bold()) } else { line }
}
