//! The screen as a person sees it.

use super::measure::{Quantiles, Rate};
use super::model::{Instrument, Link, Making, Model, Own, Point, Trade};
use super::{Keys, draw};
use expect_test::{Expect, expect};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Color;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use unspent_maker::Parts;
use unspent_model::{OrderId, Phase, Side, Symbol, Timestamp};
use unspent_protocol::BookLevel;

/// 2027-01-15T08:00:00Z.
const NOW: Timestamp = Timestamp(1_800_000_000_000_000_000);

fn symbol(text: &str) -> Symbol {
    Symbol::parse(text).unwrap()
}

fn price(units: i64) -> Decimal {
    Decimal::new(units, 4)
}

fn painted(model: &Model, width: u16, height: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(frame, model)).unwrap();
    terminal.backend().buffer().clone()
}

/// Draws, compares the text, and holds the colours to what is readable on any background.
fn check(model: &Model, width: u16, height: u16, expected: &Expect) {
    let buffer = painted(model, width, height);
    let mut text = String::new();
    for y in 0..height {
        let row: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
        text.push_str(row.trim_end());
        text.push('\n');
    }
    for cell in buffer.content() {
        assert!([Color::Reset, Color::Green, Color::Red].contains(&cell.fg), "{cell:?}");
        assert_eq!(cell.bg, Color::Reset, "{cell:?}");
    }
    expected.assert_eq(&text);
}

fn levels(best: i64, step: i64, many: i64) -> Vec<BookLevel> {
    let level = |at: i64| BookLevel { price: price(best + at * step), qty: 5_000 + 12_000 * at.unsigned_abs() };
    (0..many).map(level).collect()
}

const SYMBOLS: [&str; 5] =
    ["AWS-ACT-1K-202706", "AWS-ACT-1K-202709", "AWS-ACT-1K-202712", "OAI-API-100-202706", "CRW-GPU-1K-PERP"];

fn bare(title: &str, help: &'static str) -> Model {
    let mut model = Model::new(title, "wss://venue.example/ws", &SYMBOLS.map(symbol), help);
    model.now = NOW;
    model.link = Link::Live;
    model
}

/// A maker that quotes, with everything there is to show.
fn busy() -> Model {
    let mut model = bare("maker live", Keys::MAKER_HELP);
    model.heard = Some(Timestamp(NOW.0 - 100_000_000));
    for (at, shift) in (0..).zip([0, -40, -90, 300, 1_200]) {
        let instrument = &mut model.instruments[at];
        instrument.phase = Some(Phase::Continuous);
        instrument.book = Some((levels(6_550 + shift, -10, 12), levels(6_640 + shift, 10, 12)));
        instrument.last = Some(price(6_600 + shift));
        instrument.fair = Some(price(6_598 + shift));
        instrument.score = Some((1_250_000, 9_870));
    }
    let months = [("202706", 6_550), ("202709", 6_510), ("202712", 6_460)];
    let point = |bid: i64| Point {
        bid: Some(price(bid)),
        ask: Some(price(bid + 90)),
        last: Some(price(bid + 50)),
        fair: Some(price(bid + 48)),
    };
    let months = months.map(|(month, bid)| (month.to_owned(), point(bid)));
    model.curves.insert("AWS-ACT-1K".to_owned(), BTreeMap::from(months));
    for (at, (side, units)) in (1..).zip([(Side::Buy, 6_550), (Side::Buy, 6_530), (Side::Sell, 6_640)]) {
        let own = Own { symbol: symbol(SYMBOLS[0]), side, price: price(units), face: 5_000 };
        model.order(OrderId(at), own);
    }
    for at in 0..12 {
        let side = if at % 3 == 0 { Side::Sell } else { Side::Buy };
        let place = symbol(SYMBOLS[usize::try_from(at % 5).unwrap()]);
        let at_time = Timestamp(NOW.0 - (12 - at) * 1_000_000_000);
        model.trades.push(Trade { at: at_time, symbol: place, side, price: price(6_600), face: 1_000 + at * 2_500 });
    }
    let held = [(0, 150_000), (1, 42_000), (2, 5_000), (3, 12_300)];
    model.holdings = Some(held.map(|(at, face)| (symbol(SYMBOLS[at]), face)).into());
    model.cash = Some(98_765_432);
    let made = Parts { spread: 123_450, inventory: -20_000, decay: -4_512, waste: 0, fees: -8_000, total: 90_938 };
    model.making = Some(Making { holds: Vec::new(), fills: 37, quotes: 1_204, made, today: 90_938 });
    model.latency = Some(Quantiles { p50: 850, p99: 4_200, max: 61_000 });
    model.rate = Some(Rate { used: 212, rate: 10_000, left: 19_788, burst: 20_000 });
    model.note('·', "the configuration was read");
    model.note('◆', "bought $5,000 of AWS-ACT-1K-202706 at 0.6550");
    model.note('·', "goes on (paused is over)");
    model
}

#[test]
fn a_busy_maker_at_80_by_24() {
    check(
        &busy(),
        80,
        24,
        &expect![[r#"
             UNSPENT maker live  wss://venue.example/ws                        08:00:00 UTC
             ▶ QUOTING  3 orders  37 fills  1,204 quotes  cash $987,654.32  present 98.7 %
             AWS-ACT-1K-202706 1/5 ───────────────  made and lost ──────────────────────────
               price       face own                 total      +$909.38 today      +$909.38
              0.6680    $53,000             ██      spread   +$1,234.50 inventory  -$200.00
              0.6670    $41,000             █       decay       -$45.12 waste         $0.00
              0.6660    $29,000             █       fees        -$80.00
              0.6650    $17,000             █       answers and rate ───────────────────────
              0.6640     $5,000 ◆$5,000     █       p50 850 µs  p99 4.2 ms  max 61 ms
             ── asks ↑ spread 0.0090 bids ↓ ──      212 of 10,000/s used, 19,788 left
              0.6550     $5,000 ◆$5,000     █       █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
              0.6540    $17,000             █       trades ─────────────────────────────────
              0.6530    $29,000 ◆$5,000     █       07:59:59 bought   $28,500 0.6600 …202709
              0.6520    $41,000             █       07:59:58 bought   $26,000 0.6600 …202706
              0.6510    $53,000             ██      07:59:57 sold     $23,500 0.6600 …K-PERP
             price by expiry ├bid ┤ask ●last ◇fair  owned by month $209,300 ────────────────
              month      mid  0.6460       0.6640  ▸ 2027-06 $162,300 ██████████████████████
            ▸ 2027-06 0.6595           ├────●───┤    2027-09  $42,000 ▒▒▒▒▒
              2027-09 0.6555       ├────●───┤        2027-12   $5,000 ░
              2027-12 0.6505  ├────●───┤            events ─────────────────────────────────
                                                    08:00:00 · goes on (paused is over)
                                                    08:00:00 ◆ bought $5,000 of
                                                               AWS-ACT-1K-202706 at 0.6550
             ↑ ↓ book  p pause  r resume  c cancel all  l reload  q quit safely
        "#]],
    );
}

#[test]
fn a_busy_maker_at_120_by_40() {
    check(
        &busy(),
        120,
        40,
        &expect![[r#"
             UNSPENT maker live  wss://venue.example/ws                                                                08:00:00 UTC
             ▶ QUOTING  3 orders  37 fills  1,204 quotes  cash $987,654.32  score 1,250,000 at 98.7 %
             instruments 5 ───────────────────────────  AWS-ACT-1K-202706 1/5 ─────────────────  made and lost ─────────────────────
                                     bid    ask   last    price       face own                   total         +$909.38
            ▸ AWS-ACT-1K-202706   0.6550 0.6640 0.6600   0.6740   $125,000             ███████   today         +$909.38
              AWS-ACT-1K-202709   0.6510 0.6600 0.6560   0.6730   $113,000             ██████    spread      +$1,234.50 ██████████
              AWS-ACT-1K-202712   0.6460 0.6550 0.6510   0.6720   $101,000             █████     inventory     -$200.00 █
              OAI-API-100-202706  0.6850 0.6940 0.6900   0.6710    $89,000             █████     decay          -$45.12 █
              CRW-GPU-1K-PERP     0.7750 0.7840 0.7800   0.6700    $77,000             ████      waste            $0.00
             trades ──────────────────────────────────   0.6690    $65,000             ███       fees           -$80.00 █
             07:59:59 bought   $28,500 0.6600 …-202709   0.6680    $53,000             ███       answers and rate ──────────────────
             07:59:58 bought   $26,000 0.6600 …-202706   0.6670    $41,000             ██        p50 850 µs  p99 4.2 ms  max 61 ms
             07:59:57 sold     $23,500 0.6600 …1K-PERP   0.6660    $29,000             █         212 of 10,000/s used, 19,788 left
             07:59:56 bought   $21,000 0.6600 …-202706   0.6650    $17,000             █         █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
             07:59:55 bought   $18,500 0.6600 …-202712   0.6640     $5,000 ◆$5,000     █         owned by month $209,300 ───────────
             07:59:54 sold     $16,000 0.6600 …-202709  ── asks ↑ spread 0.0090 bids ↓ ──       ▸ 2027-06 $162,300 █████████████████
             07:59:53 bought   $13,500 0.6600 …-202706   0.6550     $5,000 ◆$5,000     █          2027-09  $42,000 ▒▒▒▒
             07:59:52 bought   $11,000 0.6600 …1K-PERP   0.6540    $17,000             █          2027-12   $5,000 ░
             07:59:51 sold      $8,500 0.6600 …-202706   0.6530    $29,000 ◆$5,000     █
             07:59:50 bought    $6,000 0.6600 …-202712   0.6520    $41,000             ██
             07:59:49 bought    $3,500 0.6600 …-202709   0.6510    $53,000             ███
             07:59:48 sold      $1,000 0.6600 …-202706   0.6500    $65,000             ███
                                                         0.6490    $77,000             ████
                                                         0.6480    $89,000             █████
                                                         0.6470   $101,000             █████
                                                         0.6460   $113,000             ██████
                                                         0.6450   $125,000             ███████
                                                        price by expiry ──├bid ┤ask ●last ◇fair  events ────────────────────────────
                                                         month      mid  0.6460         0.6640   08:00:00 · goes on (paused is over)
                                                       ▸ 2027-06 0.6595            ├────◇●───┤   08:00:00 ◆ bought $5,000 of
                                                         2027-09 0.6555        ├────●────┤                  AWS-ACT-1K-202706 at
                                                         2027-12 0.6505  ├────◇●───┤                        0.6550
                                                                                                 08:00:00 · the configuration was
                                                                                                            read





             ↑ ↓ book  p pause  r resume  c cancel all  l reload  q quit safely
        "#]],
    );
}

#[test]
fn an_empty_venue() {
    let mut model = Model::new("watch", "ws://127.0.0.1:8080/ws", &[], Keys::WATCH_HELP);
    model.now = NOW;
    check(
        &model,
        80,
        24,
        &expect![[r#"
             UNSPENT watch  ws://127.0.0.1:8080/ws                             08:00:00 UTC
             … connecting
             book ────────────────────────────────  answers and rate ───────────────────────
             nothing is listed                      no answers yet
                                                    trades ─────────────────────────────────
                                                    none yet








                                                    events ─────────────────────────────────
             price by expiry ─────────────────────  none yet







             ↑ ↓ choose a book   q quit
        "#]],
    );
    model.step(true);
    model.step(false);
    check(
        &model,
        120,
        40,
        &expect![[r#"
             UNSPENT watch  ws://127.0.0.1:8080/ws                                                                     08:00:00 UTC
             … connecting
             instruments 0 ───────────────────────────  book ──────────────────────────────────  answers and rate ──────────────────
             nothing is listed                          nothing is listed                        no answers yet
                                                                                                 events ────────────────────────────
                                                                                                 none yet
             trades ──────────────────────────────────
             none yet



















                                                        price by expiry ───────────────────────











             ↑ ↓ choose a book   q quit
        "#]],
    );
}

#[test]
fn who_only_looks_sees_no_account() {
    let mut model = busy();
    (model.title, model.help) = ("watch".to_owned(), Keys::WATCH_HELP);
    (model.making, model.holdings, model.cash, model.rate) = (None, None, None, None);
    model.own.clear();
    for instrument in &mut model.instruments {
        (instrument.fair, instrument.score) = (None, None);
    }
    check(
        &model,
        80,
        24,
        &expect![[r#"
             UNSPENT watch  wss://venue.example/ws                             08:00:00 UTC
             ✓ connected
             AWS-ACT-1K-202706 1/5 ───────────────  answers and rate ───────────────────────
               price       face own                 p50 850 µs  p99 4.2 ms  max 61 ms
              0.6680    $53,000             ██      trades ─────────────────────────────────
              0.6670    $41,000             █       07:59:59 bought   $28,500 0.6600 …202709
              0.6660    $29,000             █       07:59:58 bought   $26,000 0.6600 …202706
              0.6650    $17,000             █       07:59:57 sold     $23,500 0.6600 …K-PERP
              0.6640     $5,000             █       07:59:56 bought   $21,000 0.6600 …202706
             ── asks ↑ spread 0.0090 bids ↓ ──      07:59:55 bought   $18,500 0.6600 …202712
              0.6550     $5,000             █       07:59:54 sold     $16,000 0.6600 …202709
              0.6540    $17,000             █       07:59:53 bought   $13,500 0.6600 …202706
              0.6530    $29,000             █       07:59:52 bought   $11,000 0.6600 …K-PERP
              0.6520    $41,000             █       07:59:51 sold      $8,500 0.6600 …202706
              0.6510    $53,000             ██      events ─────────────────────────────────
             price by expiry ├bid ┤ask ●last ◇fair  08:00:00 · goes on (paused is over)
              month      mid  0.6460       0.6640   08:00:00 ◆ bought $5,000 of
            ▸ 2027-06 0.6595           ├────●───┤              AWS-ACT-1K-202706 at 0.6550
              2027-09 0.6555       ├────●───┤       08:00:00 · the configuration was read
              2027-12 0.6505  ├────●───┤



             ↑ ↓ choose a book   q quit
        "#]],
    );
}

#[test]
fn a_halted_instrument_and_books_of_one_side() {
    let mut model = busy();
    model.instruments[0].phase = Some(Phase::Halted);
    check(
        &model,
        80,
        24,
        &expect![[r#"
             UNSPENT maker live  wss://venue.example/ws                        08:00:00 UTC
             ▶ QUOTING  3 orders  37 fills  1,204 quotes  cash $987,654.32  present 98.7 %
             AWS-ACT-1K-202706 1/5 ───────────────  made and lost ──────────────────────────
               price       face own                 total      +$909.38 today      +$909.38
              0.6680    $53,000             ██      spread   +$1,234.50 inventory  -$200.00
              0.6670    $41,000             █       decay       -$45.12 waste         $0.00
              0.6660    $29,000             █       fees        -$80.00
              0.6650    $17,000             █       answers and rate ───────────────────────
              0.6640     $5,000 ◆$5,000     █       p50 850 µs  p99 4.2 ms  max 61 ms
             ■ HALTED                               212 of 10,000/s used, 19,788 left
              0.6550     $5,000 ◆$5,000     █       █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
              0.6540    $17,000             █       trades ─────────────────────────────────
              0.6530    $29,000 ◆$5,000     █       07:59:59 bought   $28,500 0.6600 …202709
              0.6520    $41,000             █       07:59:58 bought   $26,000 0.6600 …202706
              0.6510    $53,000             ██      07:59:57 sold     $23,500 0.6600 …K-PERP
             price by expiry ├bid ┤ask ●last ◇fair  owned by month $209,300 ────────────────
              month      mid  0.6460       0.6640  ▸ 2027-06 $162,300 ██████████████████████
            ▸ 2027-06 0.6595           ├────●───┤    2027-09  $42,000 ▒▒▒▒▒
              2027-09 0.6555       ├────●───┤        2027-12   $5,000 ░
              2027-12 0.6505  ├────●───┤            events ─────────────────────────────────
                                                    08:00:00 · goes on (paused is over)
                                                    08:00:00 ◆ bought $5,000 of
                                                               AWS-ACT-1K-202706 at 0.6550
             ↑ ↓ book  p pause  r resume  c cancel all  l reload  q quit safely
        "#]],
    );
    model.step(true);
    model.instruments[1].book = Some((Vec::new(), levels(6_600, 10, 2)));
    model.instruments[2].phase = Some(Phase::NoCancel);
    model.instruments[3].book = Some((Vec::new(), Vec::new()));
    check(
        &model,
        120,
        40,
        &expect![[r#"
             UNSPENT maker live  wss://venue.example/ws                                                                08:00:00 UTC
             ▶ QUOTING  3 orders  37 fills  1,204 quotes  cash $987,654.32  score 1,250,000 at 98.7 %
             instruments 5 ───────────────────────────  AWS-ACT-1K-202709 2/5 ─────────────────  made and lost ─────────────────────
                                     bid    ask   last    price       face own                   total         +$909.38
              AWS-ACT-1K-202706   ■ HALTED                                                       today         +$909.38
            ▸ AWS-ACT-1K-202709        - 0.6600 0.6560                                           spread      +$1,234.50 ██████████
              AWS-ACT-1K-202712   ■ CALL, NO CANCELS                                             inventory     -$200.00 █
              OAI-API-100-202706       -      - 0.6900                                           decay          -$45.12 █
              CRW-GPU-1K-PERP     0.7750 0.7840 0.7800                                           waste            $0.00
             trades ──────────────────────────────────                                           fees           -$80.00 █
             07:59:59 bought   $28,500 0.6600 …-202709                                           answers and rate ──────────────────
             07:59:58 bought   $26,000 0.6600 …-202706                                           p50 850 µs  p99 4.2 ms  max 61 ms
             07:59:57 sold     $23,500 0.6600 …1K-PERP                                           212 of 10,000/s used, 19,788 left
             07:59:56 bought   $21,000 0.6600 …-202706   0.6610    $17,000             ████████  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
             07:59:55 bought   $18,500 0.6600 …-202712   0.6600     $5,000             ██        owned by month $209,300 ───────────
             07:59:54 sold     $16,000 0.6600 …-202709  ── asks ↑ no bids ──                      2027-06 $162,300 █████████████████
             07:59:53 bought   $13,500 0.6600 …-202706                                          ▸ 2027-09  $42,000 ▒▒▒▒
             07:59:52 bought   $11,000 0.6600 …1K-PERP                                            2027-12   $5,000 ░
             07:59:51 sold      $8,500 0.6600 …-202706
             07:59:50 bought    $6,000 0.6600 …-202712
             07:59:49 bought    $3,500 0.6600 …-202709
             07:59:48 sold      $1,000 0.6600 …-202706





                                                        price by expiry ──├bid ┤ask ●last ◇fair  events ────────────────────────────
                                                         month      mid  0.6460         0.6640   08:00:00 · goes on (paused is over)
                                                         2027-06 0.6595            ├────◇●───┤   08:00:00 ◆ bought $5,000 of
                                                       ▸ 2027-09 0.6555        ├────●────┤                  AWS-ACT-1K-202706 at
                                                         2027-12 0.6505  ├────◇●───┤                        0.6550
                                                                                                 08:00:00 · the configuration was
                                                                                                            read





             ↑ ↓ book  p pause  r resume  c cancel all  l reload  q quit safely
        "#]],
    );
}

#[test]
fn a_lost_connection_and_a_loss() {
    let mut model = busy();
    model.link =
        Link::Lost("the venue closed the connection with 4012, a server restart, and is expected back".to_owned());
    for instrument in &mut model.instruments {
        instrument.book = None;
    }
    model.own.clear();
    let making = model.making.as_mut().unwrap();
    making.holds = vec!["disconnected", "reconciling", "loss"];
    making.made =
        Parts { spread: 1_000, inventory: -51_234_567, decay: -400, waste: -99_900, fees: -8_000, total: -51_341_867 };
    making.today = -51_341_867;
    model.note(
        '!',
        "pulled (disconnected): the connection was lost, and what the session entered is the venue's to cancel",
    );
    check(
        &model,
        80,
        24,
        &expect![[r#"
             UNSPENT maker live  wss://venue.example/ws                        08:00:00 UTC
             ✗ NOT CONNECTED, loss; trying again: the venue closed the connection with 4012…
             AWS-ACT-1K-202706 1/5 ───────────────  made and lost ──────────────────────────
             the book is not known                  total     -$513,418 today     -$513,418
                                                    spread      +$10.00 inventory -$512,345
                                                    decay        -$4.00 waste      -$999.00
                                                    fees        -$80.00
                                                    answers and rate ───────────────────────
                                                    p50 850 µs  p99 4.2 ms  max 61 ms
                                                    212 of 10,000/s used, 19,788 left
                                                    █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
                                                    trades ─────────────────────────────────
                                                    07:59:59 bought   $28,500 0.6600 …202709
                                                    07:59:58 bought   $26,000 0.6600 …202706
                                                    07:59:57 sold     $23,500 0.6600 …K-PERP
             price by expiry ├bid ┤ask ●last ◇fair  owned by month $209,300 ────────────────
              month      mid  0.6460       0.6640  ▸ 2027-06 $162,300 ██████████████████████
            ▸ 2027-06 0.6595           ├────●───┤    2027-09  $42,000 ▒▒▒▒▒
              2027-09 0.6555       ├────●───┤        2027-12   $5,000 ░
              2027-12 0.6505  ├────●───┤            events ─────────────────────────────────
                                                    08:00:00 ! pulled (disconnected): the
                                                               connection was lost, and what
                                                               the session entered is the
             ↑ ↓ book  p pause  r resume  c cancel all  l reload  q quit safely
        "#]],
    );
    check(
        &model,
        120,
        40,
        &expect![[r#"
             UNSPENT maker live  wss://venue.example/ws                                                                08:00:00 UTC
             ✗ NOT CONNECTED, loss; trying again: the venue closed the connection with 4012, a server restart, and is expected back
             instruments 5 ───────────────────────────  AWS-ACT-1K-202706 1/5 ─────────────────  made and lost ─────────────────────
                                     bid    ask   last  the book is not known                    total     -$513,418.67
            ▸ AWS-ACT-1K-202706        ?      ? 0.6600                                           today     -$513,418.67
              AWS-ACT-1K-202709        ?      ? 0.6560                                           spread         +$10.00 █
              AWS-ACT-1K-202712        ?      ? 0.6510                                           inventory -$512,345.67 ██████████
              OAI-API-100-202706       ?      ? 0.6900                                           decay           -$4.00 █
              CRW-GPU-1K-PERP          ?      ? 0.7800                                           waste         -$999.00 █
             trades ──────────────────────────────────                                           fees           -$80.00 █
             07:59:59 bought   $28,500 0.6600 …-202709                                           answers and rate ──────────────────
             07:59:58 bought   $26,000 0.6600 …-202706                                           p50 850 µs  p99 4.2 ms  max 61 ms
             07:59:57 sold     $23,500 0.6600 …1K-PERP                                           212 of 10,000/s used, 19,788 left
             07:59:56 bought   $21,000 0.6600 …-202706                                           █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
             07:59:55 bought   $18,500 0.6600 …-202712                                           owned by month $209,300 ───────────
             07:59:54 sold     $16,000 0.6600 …-202709                                          ▸ 2027-06 $162,300 █████████████████
             07:59:53 bought   $13,500 0.6600 …-202706                                            2027-09  $42,000 ▒▒▒▒
             07:59:52 bought   $11,000 0.6600 …1K-PERP                                            2027-12   $5,000 ░
             07:59:51 sold      $8,500 0.6600 …-202706
             07:59:50 bought    $6,000 0.6600 …-202712
             07:59:49 bought    $3,500 0.6600 …-202709
             07:59:48 sold      $1,000 0.6600 …-202706





                                                        price by expiry ──├bid ┤ask ●last ◇fair  events ────────────────────────────
                                                         month      mid  0.6460         0.6640   08:00:00 ! pulled (disconnected):
                                                       ▸ 2027-06 0.6595            ├────◇●───┤              the connection was lost,
                                                         2027-09 0.6555        ├────●────┤                  and what the session
                                                         2027-12 0.6505  ├────◇●───┤                        entered is the venue's …
                                                                                                 08:00:00 · goes on (paused is over)
                                                                                                 08:00:00 ◆ bought $5,000 of
                                                                                                            AWS-ACT-1K-202706 at
                                                                                                            0.6550
                                                                                                 08:00:00 · the configuration was
                                                                                                            read

             ↑ ↓ book  p pause  r resume  c cancel all  l reload  q quit safely
        "#]],
    );
}

#[test]
fn a_pause_a_question_and_little_left_of_the_rate() {
    let mut model = busy();
    model.making.as_mut().unwrap().holds = vec!["paused"];
    model.question = Some("Cancel every order of the account and pause? y: yes, any other key: no".to_owned());
    model.rate = Some(Rate { used: 9_950, rate: 10_000, left: 120, burst: 20_000 });
    model.heard = Some(Timestamp(NOW.0 - 3_200_000_000));
    check(
        &model,
        80,
        24,
        &expect![[r#"
             UNSPENT maker live  wss://venue.example/ws                        08:00:00 UTC
             ■ PULLED: paused   ! SILENT 3.2 s  3 orders  37 fills  1,204 quotes  cash $987,
             AWS-ACT-1K-202706 1/5 ───────────────  made and lost ──────────────────────────
               price       face own                 total      +$909.38 today      +$909.38
              0.6680    $53,000             ██      spread   +$1,234.50 inventory  -$200.00
              0.6670    $41,000             █       decay       -$45.12 waste         $0.00
              0.6660    $29,000             █       fees        -$80.00
              0.6650    $17,000             █       answers and rate ───────────────────────
              0.6640     $5,000 ◆$5,000     █       p50 850 µs  p99 4.2 ms  max 61 ms
             ── asks ↑ spread 0.0090 bids ↓ ──      9,950 of 10,000/s used, 120 left ! LOW
              0.6550     $5,000 ◆$5,000     █       ██████████████████████████████████████░
              0.6540    $17,000             █       trades ─────────────────────────────────
              0.6530    $29,000 ◆$5,000     █       07:59:59 bought   $28,500 0.6600 …202709
              0.6520    $41,000             █       07:59:58 bought   $26,000 0.6600 …202706
              0.6510    $53,000             ██      07:59:57 sold     $23,500 0.6600 …K-PERP
             price by expiry ├bid ┤ask ●last ◇fair  owned by month $209,300 ────────────────
              month      mid  0.6460       0.6640  ▸ 2027-06 $162,300 ██████████████████████
            ▸ 2027-06 0.6595           ├────●───┤    2027-09  $42,000 ▒▒▒▒▒
              2027-09 0.6555       ├────●───┤        2027-12   $5,000 ░
              2027-12 0.6505  ├────●───┤            events ─────────────────────────────────
                                                    08:00:00 · goes on (paused is over)
                                                    08:00:00 ◆ bought $5,000 of
                                                               AWS-ACT-1K-202706 at 0.6550
             Cancel every order of the account and pause? y: yes, any other key: no
        "#]],
    );
}

#[test]
fn long_names_and_large_numbers() {
    let long = "MICROSOFT-FOUNDERS-10K-202706";
    let mut model = busy();
    model.venue = format!("wss://{}.example/ws", "venue".repeat(30));
    model.instruments[0] = Instrument {
        symbol: symbol(long),
        book: Some((
            vec![BookLevel { price: price(9_999), qty: 123_456_789_000 }],
            vec![BookLevel { price: price(10_000), qty: 1 }],
        )),
        ..model.instruments[0].clone()
    };
    let own = Own { symbol: symbol(long), side: Side::Buy, price: price(9_999), face: 123_456_789_000 };
    model.order(OrderId(9), own);
    let trade = Trade { at: NOW, symbol: symbol(long), side: Side::Sell, price: price(9_999), face: 123_456_789_000 };
    model.trades.push(trade);
    model.holdings = Some(
        (0..30)
            .map(|at| (symbol(&format!("AWS-ACT-1K-20{}{:02}", 27 + at / 12, at % 12 + 1)), 1_000 * (at + 1)))
            .collect(),
    );
    model.cash = Some(u64::MAX);
    check(
        &model,
        80,
        24,
        &expect![[r#"
             UNSPENT maker live  wss://venuevenuevenuevenuevenuevenuevenueven… 08:00:00 UTC
             ▶ QUOTING  4 orders  37 fills  1,204 quotes  cash $184,467,440,737,095,516.15
             MICROSOFT-FOUNDERS-10K-202706 1/5 ───  made and lost ──────────────────────────
               price       face own                 total      +$909.38 today      +$909.38
                                                    spread   +$1,234.50 inventory  -$200.00
                                                    decay       -$45.12 waste         $0.00
                                                    fees        -$80.00
                                                    answers and rate ───────────────────────
              1.0000         $1             █       p50 850 µs  p99 4.2 ms  max 61 ms
             ── asks ↑ spread 0.0001 bids ↓ ──      212 of 10,000/s used, 19,788 left
              0.9999    $123.4B ◆$123.4B    ██████  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
                                                    trades ─────────────────────────────────
                                                    08:00:00 sold     $123.4B 0.9999 …202706
                                                    07:59:59 bought   $28,500 0.6600 …202709
                                                    07:59:58 bought   $26,000 0.6600 …202706
             price by expiry ─────────────────────  owned by month $465,000 ────────────────
             no prices yet                           2027-01   $1,000 ░
                                                     2027-02   $2,000 ░
                                                     28 more $462,000 ░░░░░▒▒▒▒▒▒▒▓▓▓▓▓▓▓▓██
                                                    events ─────────────────────────────────
                                                    08:00:00 · goes on (paused is over)
                                                    08:00:00 ◆ bought $5,000 of
                                                               AWS-ACT-1K-202706 at 0.6550
             ↑ ↓ book  p pause  r resume  c cancel all  l reload  q quit safely
        "#]],
    );
    check(
        &model,
        120,
        40,
        &expect![[r#"
             UNSPENT maker live  wss://venuevenuevenuevenuevenuevenuevenuevenuevenuevenuevenuevenuevenuevenuevenueven… 08:00:00 UTC
             ▶ QUOTING  4 orders  37 fills  1,204 quotes  cash $184,467,440,737,095,516.15  score 1,250,000 at 98.7 %
             instruments 5 ───────────────────────────  MICROSOFT-FOUNDERS-10K-202706 1/5 ─────  made and lost ─────────────────────
                                     bid    ask   last    price       face own                   total         +$909.38
            ▸ MICROSOFT-F…-202706 0.9999 1.0000 0.6600                                           today         +$909.38
              AWS-ACT-1K-202709   0.6510 0.6600 0.6560                                           spread      +$1,234.50 ██████████
              AWS-ACT-1K-202712   0.6460 0.6550 0.6510                                           inventory     -$200.00 █
              OAI-API-100-202706  0.6850 0.6940 0.6900                                           decay          -$45.12 █
              CRW-GPU-1K-PERP     0.7750 0.7840 0.7800                                           waste            $0.00
             trades ──────────────────────────────────                                           fees           -$80.00 █
             08:00:00 sold     $123.4B 0.9999 …-202706                                           answers and rate ──────────────────
             07:59:59 bought   $28,500 0.6600 …-202709                                           p50 850 µs  p99 4.2 ms  max 61 ms
             07:59:58 bought   $26,000 0.6600 …-202706                                           212 of 10,000/s used, 19,788 left
             07:59:57 sold     $23,500 0.6600 …1K-PERP                                           █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
             07:59:56 bought   $21,000 0.6600 …-202706   1.0000         $1             █         owned by month $465,000 ───────────
             07:59:55 bought   $18,500 0.6600 …-202712  ── asks ↑ spread 0.0001 bids ↓ ──         2027-01   $1,000 ░
             07:59:54 sold     $16,000 0.6600 …-202709   0.9999    $123.4B ◆$123.4B    ████████   2027-02   $2,000 ░
             07:59:53 bought   $13,500 0.6600 …-202706                                            2027-03   $3,000 ░
             07:59:52 bought   $11,000 0.6600 …1K-PERP                                            2027-04   $4,000 ░░
             07:59:51 sold      $8,500 0.6600 …-202706                                            2027-05   $5,000 ░░
             07:59:50 bought    $6,000 0.6600 …-202712                                          ▸ 2027-06   $6,000 ░░░
             07:59:49 bought    $3,500 0.6600 …-202709                                            2027-07   $7,000 ░░░
             07:59:48 sold      $1,000 0.6600 …-202706                                            2027-08   $8,000 ▒▒▒▒
                                                                                                  2027-09   $9,000 ▒▒▒▒▒
                                                                                                  2027-10  $10,000 ▒▒▒▒▒
                                                                                                  2027-11  $11,000 ▒▒▒▒▒▒
                                                                                                  19 more $399,000 ▒▒▒▓▓▓▓▓▓▓▓██████
                                                        price by expiry ───────────────────────  events ────────────────────────────
                                                        no prices yet                            08:00:00 · goes on (paused is over)
                                                                                                 08:00:00 ◆ bought $5,000 of
                                                                                                            AWS-ACT-1K-202706 at
                                                                                                            0.6550
                                                                                                 08:00:00 · the configuration was
                                                                                                            read





             ↑ ↓ book  p pause  r resume  c cancel all  l reload  q quit safely
        "#]],
    );
}

#[test]
fn no_size_is_too_small_to_be_drawn() {
    for model in [busy(), Model::new("watch", "", &[], "")] {
        for (width, height) in [(1, 1), (3, 2), (20, 5), (60, 16), (61, 17), (79, 23), (110, 30), (111, 16), (300, 90)]
        {
            painted(&model, width, height);
        }
    }
    check(
        &busy(),
        40,
        8,
        &expect![[r#"
             UNSPENT maker live  wss:… 08:00:00 UTC
             ▶ QUOTING  3 orders  37 fills  1,204 qu
             40×8 is too small
             make it 80×24 or more



             ↑ ↓ book  p pause  r resume  c cancel a
        "#]],
    );
}
