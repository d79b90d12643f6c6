//! The last trades.

use super::model::Model;
use super::paint::{clock, part, short, side, squeeze};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unspent_model::Side;

/// Columns before the symbol.
const COLUMNS: usize = 34;

/// Draws the newest, as many as there is room for.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let rows = usize::from(area.height.saturating_sub(1));
    let room = usize::from(area.width).saturating_sub(COLUMNS);
    let line = |trade: &super::model::Trade| {
        let verb = if trade.side == Side::Buy { "bought" } else { "sold  " };
        Line::from(vec![
            Span::raw(format!(" {} ", clock(trade.at))),
            Span::styled(verb, side(trade.side)),
            Span::raw(format!(" {:>9} {:.4} ", short(trade.face), trade.price)),
            Span::raw(squeeze(trade.symbol.as_str(), room)),
        ])
    };
    let mut lines: Vec<Line<'_>> = model.trades.iter().take(rows).map(line).collect();
    if model.trades.is_empty() {
        lines.push(Line::raw(" none yet"));
    }
    frame.render_widget(Paragraph::new(lines).block(part("trades".to_owned())), area);
}
