//! A backtest as a page: plots without scripts, readable on light and dark, in one file.

use super::backtest::{Outcome, QUARTERS, bp, by_quarter, columns, dollars, parts, span, spread, verdict};
use crate::money;
use std::fmt::Write as _;
use unspent_maker::{HORIZONS, Parts, Point, STEP};
use unspent_protocol::print_time;

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1c2430;--soft:#667085;--line:#d9dee7;--paper:#fbfcfe;--card:#fff;
--c0:#2563eb;--c1:#d97706;--c2:#7c3aed;--c3:#dc2626;--c4:#64748b;--c5:#059669;--c6:#db2777;--c7:#0891b2}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf2;--soft:#98a2b3;--line:#2b3442;--paper:#10151d;--card:#171e29;
--c0:#60a5fa;--c1:#fbbf24;--c2:#a78bfa;--c3:#f87171;--c4:#94a3b8;--c5:#34d399;--c6:#f472b6;--c7:#22d3ee}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1020px;margin:0 auto;padding:36px 20px 60px}
h1{font-size:25px;line-height:1.3;margin:0 0 4px;max-width:34em}h2{font-size:16px;margin:0 0 2px}
p{color:var(--soft);margin:0 0 14px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:22px 0}
section,.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px}
section{margin:0 0 16px}.card b{display:block;font-size:20px;font-variant-numeric:tabular-nums}.card span{color:var(--soft);font-size:13px}
svg{width:100%;height:auto;display:block}text{fill:var(--soft);font:11px system-ui,sans-serif}
.grid{stroke:var(--line);stroke-width:1}.zero{stroke:var(--soft);stroke-width:1}
.key{display:flex;flex-wrap:wrap;gap:6px 16px;margin:8px 0 0;font-size:13px;color:var(--soft)}
.key i{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:6px}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:16px}.two section{margin:0}
table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums;margin:10px 0}
th,td{text-align:right;padding:3px 8px;border-bottom:1px solid var(--line)}th:first-child{text-align:left}th{color:var(--soft);font-weight:500}
summary{color:var(--soft);font-size:13px;cursor:pointer}
@media(max-width:480px){.two{grid-template-columns:1fr}}";

const WIDTH: f64 = 900.0;
const LEFT: f64 = 74.0;
const BOTTOM: f64 = 26.0;

/// A frame with a scale: where a value between the lowest and the highest is.
struct Frame {
    width: f64,
    height: f64,
    low: f64,
    high: f64,
}

impl Frame {
    fn new(width: f64, height: f64, values: impl Iterator<Item = f64>) -> Frame {
        let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let room = ((high - low) * 0.06).max(1e-9);
        Frame { width, height, low: if low < 0.0 { low - room } else { low }, high: high + room }
    }

    fn y(&self, value: f64) -> f64 {
        let inner = self.height - BOTTOM - 8.0;
        8.0 + inner * (self.high - value) / (self.high - self.low)
    }

    /// A place along the other axis, 0 to 1.
    fn x(&self, along: f64) -> f64 {
        LEFT + (self.width - LEFT - 10.0) * along
    }

    fn open(&self, label: impl Fn(f64) -> String) -> String {
        let mut out = format!("<svg viewBox=\"0 0 {} {}\" role=\"img\">", self.width, self.height);
        for line in 0..=4 {
            let value = self.low + (self.high - self.low) * f64::from(line) / 4.0;
            let (y, right) = (self.y(value), self.width - 10.0);
            let _ = write!(out, "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>");
            let _ = write!(
                out,
                "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 8.0,
                y + 4.0,
                label(value)
            );
        }
        let (y, right) = (self.y(0.0), self.width - 10.0);
        let _ = write!(out, "<line class=\"zero\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>");
        out
    }

    fn line(&self, values: &[f64], colour: usize, strong: bool) -> String {
        let last = values.len().saturating_sub(1).max(1) as f64;
        let mut path = String::new();
        for (at, value) in values.iter().enumerate() {
            let verb = if at == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{verb}{:.1} {:.1}", self.x(at as f64 / last), self.y(*value));
        }
        let width = if strong { 2.5 } else { 1.5 };
        format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"var(--c{colour})\" stroke-width=\"{width}\" stroke-linejoin=\"round\"/>"
        )
    }

    fn below(&self, along: f64, text: &str) -> String {
        let (x, y) = (self.x(along), self.height - 8.0);
        let anchor = if along < 0.02 {
            "start"
        } else if along > 0.98 {
            "end"
        } else {
            "middle"
        };
        format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>")
    }

    fn bar(&self, from: f64, to: f64, value: f64, colour: usize, title: &str) -> String {
        let (top, zero) = (self.y(value.max(0.0)), self.y(value.min(0.0)));
        let (x, width) = (self.x(from), (self.x(to) - self.x(from)).max(1.0));
        format!(
            "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\" rx=\"2\" fill=\"var(--c{colour})\"><title>{title}</title></rect>",
            (zero - top).max(0.5)
        )
    }
}

fn key(names: &[(String, usize)]) -> String {
    let item =
        |(name, colour): &(String, usize)| format!("<span><i style=\"background:var(--c{colour})\"></i>{name}</span>");
    format!("<div class=\"key\">{}</div>", names.iter().map(item).collect::<String>())
}

fn section(title: &str, what: &str, plot: &str) -> String {
    format!("<section><h2>{title}</h2><p>{what}</p>{plot}</section>")
}

fn short_dollars(cents: f64) -> String {
    let sign = if cents < -0.5 { "−" } else { "" };
    format!("{sign}${}", money::count((cents.abs() / 100.0).round() as u64))
}

fn days(frame: &Frame, points: &[Point]) -> String {
    let label = |along: f64, point: Option<&Point>| {
        point.map_or_else(String::new, |point| frame.below(along, print_time(point.at).get(..16).unwrap_or_default()))
    };
    label(0.0, points.first()) + &label(1.0, points.last())
}

fn money_over_time(points: &[Point]) -> String {
    let series = |pick: fn(&Parts) -> i64| points.iter().map(|point| pick(&point.made) as f64).collect::<Vec<f64>>();
    let all = [
        ("together", series(|made| made.total), 5),
        ("spread", series(|made| made.spread), 0),
        ("inventory", series(|made| made.inventory), 1),
        ("decay", series(|made| made.decay), 2),
        ("waste", series(|made| made.waste), 3),
        ("fees", series(|made| made.fees), 4),
    ];
    let frame = Frame::new(WIDTH, 300.0, all.iter().flat_map(|(_, values, _)| values.iter().copied()));
    let lines: String =
        all.iter().rev().map(|(name, values, colour)| frame.line(values, *colour, *name == "together")).collect();
    let names: Vec<(String, usize)> = all.iter().map(|(name, _, colour)| ((*name).to_owned(), *colour)).collect();
    format!("{}{lines}{}</svg>{}", frame.open(short_dollars), days(&frame, points), key(&names))
}

fn markouts(outcome: &Outcome) -> String {
    let there: Vec<(u64, f64)> = HORIZONS
        .iter()
        .zip(&outcome.seen.markouts)
        .filter(|(_, markout)| markout.lots > 0)
        .map(|(&seconds, markout)| (seconds, markout.average_milli() as f64))
        .collect();
    let values: Vec<f64> = there.iter().map(|&(_, value)| value).collect();
    let frame = Frame::new(450.0, 240.0, values.iter().copied());
    let last = values.len().saturating_sub(1).max(1) as f64;
    let label = |(at, (seconds, _)): (usize, &(u64, f64))| frame.below(at as f64 / last, &span(*seconds));
    let labels: String = there.iter().enumerate().map(label).collect();
    format!(
        "{}{}{labels}</svg>",
        frame.open(|milli| format!("{:.0} bp", milli / 1_000.0)),
        frame.line(&values, 0, true)
    )
}

fn fill_curve(outcome: &Outcome) -> String {
    let rate = |there: &unspent_maker::AtDistance| match there.lot_seconds {
        0 => 0.0,
        seconds => there.filled as f64 * 3_600.0 / seconds as f64,
    };
    let distances = &outcome.seen.distances;
    let most = distances.iter().rposition(|there| there.lot_seconds > 0).map_or(1, |at| at + 1);
    let rates: Vec<f64> = distances[..most].iter().map(rate).collect();
    let frame = Frame::new(450.0, 240.0, rates.iter().copied());
    let width = 1.0 / most as f64;
    let bars: String = rates
        .iter()
        .enumerate()
        .map(|(at, rate)| {
            let title = format!("from {} bp: {rate:.2} of a lot each hour", at * STEP as usize);
            frame.bar(at as f64 * width, (at as f64 + 0.85) * width, *rate, 5, &title)
        })
        .collect();
    let ends = frame.below(0.0, "0 bp") + &frame.below(1.0, &format!("{} bp", most * STEP as usize));
    format!("{}{bars}{ends}</svg>", frame.open(|rate| format!("{rate:.2}")))
}

fn inventory(outcome: &Outcome) -> String {
    let points = &outcome.seen.points;
    let series: Vec<Vec<f64>> =
        (0..outcome.seen.symbols.len()).map(|at| points.iter().map(|point| point.face[at] as f64).collect()).collect();
    let frame = Frame::new(WIDTH, 260.0, series.iter().flatten().copied());
    let lines: String = series.iter().enumerate().map(|(at, values)| frame.line(values, at % 8, false)).collect();
    let names: Vec<(String, usize)> =
        outcome.seen.symbols.iter().enumerate().map(|(at, symbol)| (symbol.to_string(), at % 8)).collect();
    format!("{}{lines}{}</svg>{}", frame.open(|face| short_dollars(face * 100.0)), days(&frame, points), key(&names))
}

fn seeds(outcome: &Outcome) -> String {
    let Some((lost, quarters)) = spread(&outcome.seeds).filter(|_| outcome.seeds.len() > 1) else {
        return String::new();
    };
    let mut made: Vec<(u64, Parts)> = outcome.seeds.clone();
    made.sort_by_key(|(_, made)| made.total);
    let frame = Frame::new(WIDTH, 220.0, made.iter().map(|(_, made)| made.total as f64));
    let width = 1.0 / made.len() as f64;
    let bars: String = made
        .iter()
        .enumerate()
        .map(|(at, (seed, made))| {
            let colour = if made.total < 0 { 3 } else { 5 };
            let title = format!("seed {seed}: {}", dollars(made.total));
            frame.bar(at as f64 * width, (at as f64 + 0.85) * width, made.total as f64, colour, &title)
        })
        .collect();
    let [worst, quarter, middle, three, _] = quarters.map(dollars);
    let what = format!(
        "Each market from its seed, from the worst to the best. Half of them lie between {quarter} and {three}; the middle one made {middle}, the worst {worst}; {lost} of {} lost money.",
        made.len()
    );
    section("By seed", &what, &format!("{}{bars}</svg>{}", frame.open(short_dollars), parts_by_seed(&outcome.seeds)))
}

/// What each seed made by its parts, and how each part is spread.
fn parts_by_seed(seeds: &[(u64, Parts)]) -> String {
    let row = |name: &str, cents: [i64; 6]| {
        let cells: String = cents.iter().map(|&cents| format!("<td>{}</td>", short_dollars(cents as f64))).collect();
        format!("<tr><th>{name}</th>{cells}</tr>")
    };
    let head = "<tr><th>seed</th><th>together</th><th>spread</th><th>inventory</th><th>decay</th><th>waste</th><th>fees</th></tr>";
    let spread: String =
        QUARTERS.iter().zip(by_quarter(seeds).unwrap_or_default()).map(|(name, cents)| row(name, cents)).collect();
    let all: String = seeds.iter().map(|(seed, made)| row(&seed.to_string(), columns(made))).collect();
    format!("<table>{head}{spread}</table><details><summary>Every seed</summary><table>{head}{all}</table></details>")
}

/// The whole page.
pub fn page(outcome: &Outcome) -> String {
    let Outcome { about, status, seen, .. } = outcome;
    let cards: String = std::iter::once(("together", status.made.total, "of the run below"))
        .chain(parts(&status.made))
        .map(|(name, cents, what)| {
            format!("<div class=\"card\"><span>{name}</span><b>{}</b><span>{what}</span></div>", dollars(cents))
        })
        .collect();
    let at_once = seen.markouts.first().map_or(0, unspent_maker::Markout::average_milli);
    let adverse = format!(
        "An average lot is {} bp better than the fair price when it fills; the line is what it is worth later. What falls is lost to those who knew.",
        bp(at_once)
    );
    let two = format!(
        "<div class=\"two\">{}{}</div><br>",
        section("What fills were worth later", &adverse, &markouts(outcome)),
        section(
            "Fills by distance",
            "Lots filled of a lot that is quoted for an hour, by its distance from the fair price.",
            &fill_curve(outcome)
        )
    );
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
        <title>Backtest</title><style>{STYLE}</style><main><h1>{}</h1><p>Tried {}. {} lots bought in {} fills, {} sold in {}.</p>\
        <div class=\"cards\">{cards}</div>{}{two}{}{}</main></html>\n",
        verdict(outcome),
        escaped(about),
        seen.lots[0],
        seen.fills[0],
        seen.lots[1],
        seen.fills[1],
        section("Money over time", "What had been made by then, and by what.", &money_over_time(&seen.points)),
        section("What was owned", "Dollars of face by instrument, and so by expiry.", &inventory(outcome)),
        seeds(outcome)
    )
}

/// Text inside a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
