//! The demo's full-screen view: instruments, one book as a ladder, the last trades, the venue's pulse.

use crate::demo::desk::SECONDS_A_DAY;
use crate::demo::watcher::{Picture, Pulse, Watcher, quantity};
use crate::money::{bytes, count, face};
use ratatui::Frame;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Cell, Paragraph, Row, Table};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use unspent_model::{Side, Symbol};

/// Whether the terminal is ours to give back.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Frames a second.
const FRAME: Duration = Duration::from_millis(200);
const BUY: Color = Color::Green;
const SELL: Color = Color::Red;

/// What the view shows besides the picture.
struct View<'a> {
    symbols: &'a [Symbol],
    chosen: usize,
    orders_per_second: u64,
    fills_per_second: u64,
    data: &'a Path,
    url: &'a str,
    found: &'a str,
}

/// Draws until q, Escape or Ctrl-C is pressed.
pub async fn run(watcher: &Arc<Watcher>, data: &Path, url: &str, found: &str) -> std::io::Result<()> {
    let mut terminal = ratatui::try_init()?;
    TAKEN.store(true, Ordering::Relaxed);
    let symbols = &watcher.symbols;
    let mut view = View {
        symbols,
        chosen: 2.min(symbols.len().saturating_sub(1)),
        orders_per_second: 0,
        fills_per_second: 0,
        data,
        url,
        found,
    };
    let (mut before, mut second) = (watcher.pulse(), Instant::now());
    let mut tick = tokio::time::interval(FRAME);
    loop {
        tick.tick().await;
        while event::poll(Duration::ZERO)? {
            let Event::Key(key) = event::read()? else { continue };
            if key.kind != KeyEventKind::Press {
                continue;
            }
            let interrupted = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
            match key.code {
                _ if interrupted => return Ok(()),
                KeyCode::Char('q') | KeyCode::Esc => return Ok(()),
                KeyCode::Down | KeyCode::Char('j') => view.chosen = (view.chosen + 1) % symbols.len().max(1),
                KeyCode::Up | KeyCode::Char('k') => {
                    view.chosen = (view.chosen + symbols.len().saturating_sub(1)) % symbols.len().max(1);
                }
                _ => {}
            }
        }
        let now = watcher.pulse();
        let elapsed = second.elapsed();
        if elapsed >= Duration::from_secs(1) {
            let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
            view.orders_per_second = (now.orders - before.orders) * 1_000 / millis;
            view.fills_per_second = (now.fills - before.fills) * 1_000 / millis;
            (before, second) = (now, Instant::now());
        }
        let picture = watcher.picture().clone();
        terminal.draw(|frame| draw(frame, &picture, &now, &view))?;
    }
}

/// Gives the terminal back, when it was taken.
pub fn restore() {
    if TAKEN.swap(false, Ordering::Relaxed) {
        ratatui::restore();
    }
}

fn draw(frame: &mut Frame<'_>, picture: &Picture, pulse: &Pulse, view: &View<'_>) {
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(3), Constraint::Fill(1), Constraint::Length(1)]).areas(frame.area());
    frame.render_widget(header(pulse, view), head);
    let [left, right] = Layout::horizontal([Constraint::Fill(1), Constraint::Length(36)]).areas(body);
    let listed = u16::try_from(view.symbols.len()).unwrap_or(u16::MAX).saturating_add(3);
    let [markets, trades] = Layout::vertical([Constraint::Length(listed), Constraint::Fill(1)]).areas(left);
    frame.render_widget(instruments(picture, view), markets);
    frame.render_widget(tape(picture, trades), trades);
    frame.render_widget(ladder(picture, view.symbols.get(view.chosen).copied()), right);
    let help = format!(
        " ↑ ↓ choose a book   q quit   people live a day in {SECONDS_A_DAY} s   journal {}   {}",
        view.data.display(),
        view.url
    );
    frame.render_widget(Paragraph::new(help).style(Style::new().add_modifier(Modifier::DIM)), foot);
}

fn header<'a>(pulse: &Pulse, view: &'a View<'_>) -> Paragraph<'a> {
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let text = Line::from(vec![
        Span::styled(format!(" {:>6} orders/s ", count(view.orders_per_second)), bold),
        Span::raw(format!(" {:>5} fills/s ", count(view.fills_per_second))),
        Span::raw(format!("  command {} ", count(pulse.seq))),
        Span::raw(format!("  journal {} in {} batches ", bytes(pulse.journal_bytes), count(pulse.journal_batches))),
        Span::raw(format!("  {}s", pulse.seconds)),
    ]);
    let title = Span::styled(" UNSPENT · the exchange for unused compute credits ", bold);
    Paragraph::new(text).block(Block::bordered().title(title).title_bottom(view.found))
}

fn instruments(picture: &Picture, view: &View<'_>) -> Table<'static> {
    let price = |price: Option<rust_decimal::Decimal>| price.map_or_else(|| "-".to_owned(), |price| price.to_string());
    let rows = view.symbols.iter().enumerate().map(|(i, &symbol)| {
        let ticker = picture.tickers.get(&symbol);
        let chosen = view.chosen;
        let mark = if i == chosen { "▸" } else { " " };
        let style = if i == chosen { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
        let off = ticker
            .and_then(|row| row.last)
            .map_or_else(String::new, |last| crate::money::percent(rust_decimal::Decimal::ONE - last));
        Row::new(vec![
            Cell::from(format!("{mark} {symbol}")),
            Cell::from(price(ticker.and_then(|row| row.bid))).style(Style::new().fg(BUY)),
            Cell::from(price(ticker.and_then(|row| row.ask))).style(Style::new().fg(SELL)),
            Cell::from(price(ticker.and_then(|row| row.last))),
            Cell::from(off),
            Cell::from(format!("{:>15}", face(ticker.map_or(0, |row| row.volume)))),
        ])
        .style(style)
    });
    let widths = [
        Constraint::Length(22),
        Constraint::Length(8),
        Constraint::Length(8),
        Constraint::Length(8),
        Constraint::Length(8),
        Constraint::Length(15),
    ];
    let head = Row::new(["  instrument", "bid", "ask", "last", "off face", "    24 h traded"]);
    Table::new(rows.collect::<Vec<_>>(), widths)
        .header(head.style(Style::new().add_modifier(Modifier::DIM)))
        .block(Block::bordered().title(" books "))
}

fn tape(picture: &Picture, area: Rect) -> Paragraph<'static> {
    let fits = usize::from(area.height.saturating_sub(2));
    let lines = picture.trades.iter().take(fits).map(|trade| {
        let (verb, color) = if trade.side == Side::Buy { ("bought", BUY) } else { ("sold  ", SELL) };
        let time = unspent_protocol::print_time(trade.timestamp).get(11..19).unwrap_or_default().to_owned();
        Line::from(vec![
            Span::raw(format!(" {time}  {:<20} ", trade.symbol.to_string())),
            Span::styled(verb, Style::new().fg(color)),
            Span::raw(format!(" {:>12} at {}", face(trade.qty), trade.price)),
        ])
    });
    Paragraph::new(lines.collect::<Vec<_>>()).block(Block::bordered().title(" last trades "))
}

fn ladder(picture: &Picture, symbol: Option<Symbol>) -> Paragraph<'static> {
    let Some(symbol) = symbol else { return Paragraph::new("nothing trades any more").block(Block::bordered()) };
    let book = picture.books.get(&symbol).cloned().unwrap_or_default();
    let most = book.bids.iter().chain(&book.asks).map(|level| level.qty).max().unwrap_or(1).max(1);
    let line = |level: &unspent_protocol::BookLevel, color| {
        let (qty, price) = quantity(Some(level));
        let bar = "█".repeat(usize::try_from(level.qty * 9 / most).unwrap_or(0));
        Line::from(vec![
            Span::styled(format!(" {price:>8} "), Style::new().fg(color)),
            Span::raw(format!("{qty:>12} ")),
            Span::styled(bar, Style::new().fg(color)),
        ])
    };
    let mut lines: Vec<Line<'static>> = book.asks.iter().rev().map(|level| line(level, SELL)).collect();
    let spread = match (book.asks.first(), book.bids.first()) {
        (Some(ask), Some(bid)) => format!(" ── spread {} ──", ask.price - bid.price),
        _ => " ── nothing on one side ──".to_owned(),
    };
    lines.push(Line::styled(spread, Style::new().add_modifier(Modifier::DIM)));
    lines.extend(book.bids.iter().map(|level| line(level, BUY)));
    Paragraph::new(lines).block(Block::bordered().title(format!(" {symbol} ")))
}
