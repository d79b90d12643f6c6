//! What was quoted and what was filled, a line of JSON each: the same run gives the same bytes.

use crate::action::Action;
use crate::input::Input;
use crate::reference::Reference;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use unspent_model::{Cash, InstrumentId, Lots, Price, QuoteSide, Side, Symbol, Timestamp};

/// Writes lines; knows the symbols and values of what they are about. Times are nanoseconds since 1970, prices price units, quantities
/// lots, fees cents.
#[derive(Clone, Debug)]
pub struct Transcript(BTreeMap<InstrumentId, Symbol>);

fn word(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

impl Transcript {
    /// Of these instruments.
    #[must_use]
    pub fn new(references: &[Reference]) -> Transcript {
        Transcript(references.iter().map(|reference| (reference.instrument, reference.symbol)).collect())
    }

    fn symbol(&self, instrument: InstrumentId) -> &str {
        self.0.get(&instrument).map_or("?", |symbol| symbol.as_str())
    }

    /// The line of an action.
    #[must_use]
    pub fn action(&self, at: Timestamp, action: &Action) -> String {
        let mut line = format!("{{\"at\":{}", at.0);
        let mut more = |text: std::fmt::Arguments<'_>| line.write_fmt(text).expect("a string takes all");
        match action {
            Action::Quote { id, quotes, .. } => {
                more(format_args!(",\"do\":\"quote\",\"id\":{id},\"rows\":["));
                for (at, quote) in quotes.iter().enumerate() {
                    let comma = if at > 0 { "," } else { "" };
                    more(format_args!("{comma}{{\"symbol\":\"{}\"", self.symbol(quote.instrument)));
                    for (name, side) in [("bid", quote.bid), ("ask", quote.ask)] {
                        if let Some(QuoteSide { price, lots }) = side {
                            more(format_args!(",\"{name}\":[{price},{lots}]"));
                        }
                    }
                    more(format_args!("}}"));
                }
                more(format_args!("]"));
            }
            &Action::Place { name, instrument, side, price, lots } => more(format_args!(
                ",\"do\":\"place\",\"name\":{name},\"symbol\":\"{}\",\"side\":\"{}\",\"price\":{price},\"lots\":{lots}",
                self.symbol(instrument),
                word(side)
            )),
            Action::Cancel { name } => more(format_args!(",\"do\":\"cancel\",\"name\":{name}")),
            Action::CancelAll => more(format_args!(",\"do\":\"cancel_all\"")),
            Action::SetGroup { group, rule } => more(format_args!(
                ",\"do\":\"set_group\",\"group\":\"{group}\",\"lots\":{},\"window\":{}",
                rule.lots, rule.window_seconds
            )),
            Action::ResetGroup { group } => more(format_args!(",\"do\":\"reset_group\",\"group\":\"{group}\"")),
            Action::DeadMan { seconds } => more(format_args!(",\"do\":\"dead_man\",\"seconds\":{seconds}")),
            Action::Held { hold, why } => {
                more(format_args!(",\"held\":\"{hold}\",\"why\":\"{}\"", escaped(why)));
            }
            Action::Released { hold } => more(format_args!(",\"released\":\"{hold}\"")),
            Action::NotReloaded { why } => more(format_args!(",\"not_reloaded\":\"{}\"", escaped(why))),
            Action::Done => more(format_args!(",\"done\":true")),
        }
        line + "}"
    }

    /// The line of an own fill; `None` of every other input.
    #[must_use]
    pub fn fill(&self, at: Timestamp, input: &Input) -> Option<String> {
        let Input::Fill(fill) = input else { return None };
        let (Lots(lots), Price(price), Cash(fee)) = (fill.lots, fill.price, fill.fee);
        Some(format!(
            "{{\"at\":{},\"filled\":\"{}\",\"symbol\":\"{}\",\"delivered\":\"{}\",\"price\":{price},\"lots\":{lots},\"fee_cents\":{fee}}}",
            at.0,
            word(fill.side),
            self.symbol(fill.instrument),
            self.symbol(fill.delivered)
        ))
    }
}

/// Text inside quotes of JSON.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
