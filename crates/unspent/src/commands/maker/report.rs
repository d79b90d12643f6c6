//! What a running maker tells: a line a second, events as they come, its transcript.

use super::stage::Stage;
use crate::output::say;
use anyhow::Context;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::Path;
use unspent_maker::{Action, Input, Reference, Status, Transcript};
use unspent_model::{Price, Timestamp};
use unspent_protocol::print_time;

/// Where a maker tells.
pub struct Report {
    lines: Transcript,
    transcript: Option<BufWriter<fs::File>>,
    json: bool,
    mode: &'static str,
    /// The full screen, while there is one.
    stage: Option<Stage>,
}

fn dollars(cents: i64) -> String {
    Decimal::new(cents, 2).to_string()
}

impl Report {
    /// On standard output, and into a file if there shall be one. JSON unless a person looks.
    pub fn new(
        references: &[Reference],
        transcript: Option<&Path>,
        json: bool,
        mode: &'static str,
    ) -> anyhow::Result<Report> {
        let open = |path: &Path| {
            fs::File::create(path).map(BufWriter::new).with_context(|| format!("the transcript {}", path.display()))
        };
        Ok(Report {
            lines: Transcript::new(references),
            transcript: transcript.map(open).transpose()?,
            json: json || !std::io::stdout().is_terminal(),
            mode,
            stage: None,
        })
    }

    /// On the full screen from now on.
    pub fn show(&mut self, stage: Stage) {
        self.stage = Some(stage);
    }

    /// The full screen, while there is one.
    pub fn stage(&mut self) -> Option<&mut Stage> {
        self.stage.as_mut()
    }

    /// The terminal is given back.
    pub fn close(&mut self) {
        self.stage = None;
    }

    /// Writes a line of the transcript.
    pub fn write(&mut self, line: &str) -> anyhow::Result<()> {
        match &mut self.transcript {
            Some(file) => writeln!(file, "{line}").context("writing the transcript"),
            None => Ok(()),
        }
    }

    /// An input: a fill is told.
    pub fn input(&mut self, at: Timestamp, input: &Input) -> anyhow::Result<()> {
        if let Some(stage) = &mut self.stage {
            stage.view.input(at, input);
        }
        match self.lines.fill(at, input) {
            Some(line) => self.write(&line),
            None => Ok(()),
        }
    }

    /// An action: what stops it or lets it go on is told to people too.
    pub fn action(&mut self, at: Timestamp, action: &Action) -> anyhow::Result<()> {
        let line = self.lines.action(at, action);
        if let Some(stage) = &mut self.stage {
            stage.view.action(at, action);
        }
        match action {
            _ if self.stage.is_some() => {}
            Action::Held { hold, why } => eprintln!("unspent: pulled ({hold}): {why}"),
            Action::Released { hold } => eprintln!("unspent: goes on ({hold} is over)"),
            Action::NotReloaded { why } => eprintln!("unspent: the new configuration is not taken: {why}"),
            _ => {}
        }
        self.write(&line)
    }

    /// The transcript reaches its file.
    pub fn flush(&mut self) -> anyhow::Result<()> {
        self.transcript.as_mut().map_or(Ok(()), |file| file.flush().context("writing the transcript"))
    }

    /// Where it stands.
    pub fn status(&self, at: Timestamp, status: &Status) {
        if self.stage.is_some() {
            return;
        }
        if self.json {
            say!("{}", object(at, status, self.mode));
            return;
        }
        let holds: Vec<&str> = status.holds.iter().map(|hold| hold.name()).collect();
        let doing = if holds.is_empty() { "quoting".to_owned() } else { holds.join(", ") };
        say!(
            "{}  {doing}  {} orders  {} fills  made {} today {}",
            print_time(at).get(11..19).unwrap_or_default(),
            status.open_orders,
            status.fills,
            dollars(status.made.total),
            dollars(status.today)
        );
    }
}

/// A status as JSON. Money in dollars, prices in dollars a dollar of face, quantities in lots.
fn object(at: Timestamp, status: &Status, mode: &str) -> Value {
    let made = &status.made;
    let side = |side: Option<(Price, u64)>| match side {
        Some((price, lots)) => json!({ "price": Decimal::new(price.0.into(), 4).to_string(), "lots": lots }),
        None => Value::Null,
    };
    let instruments: Vec<Value> = status
        .instruments
        .iter()
        .map(|row| {
            json!({
                "symbol": row.symbol.as_str(),
                "phase": row.phase.map(|phase| phase.name()),
                "fair": Decimal::new(row.fair_milli, 7).to_string(),
                "held": row.held,
                "bid": side(row.bid),
                "ask": side(row.ask),
                "score": row.standing.average(),
                "presence": Decimal::new(i64::try_from(row.standing.presence_bp()).unwrap_or(0), 4).to_string(),
            })
        })
        .collect();
    json!({
        "time": print_time(at),
        "mode": mode,
        "quoting": status.holds.is_empty(),
        "holds": status.holds.iter().map(|hold| hold.name()).collect::<Vec<_>>(),
        "open_orders": status.open_orders,
        "fills": status.fills,
        "quotes": status.quotes,
        "cash": status.cash.to_string(),
        "made": {
            "total": dollars(made.total), "spread": dollars(made.spread), "inventory": dollars(made.inventory),
            "decay": dollars(made.decay), "waste": dollars(made.waste), "fees": dollars(made.fees),
        },
        "today": dollars(status.today),
        "instruments": instruments,
    })
}
