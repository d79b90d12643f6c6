//! The schedule of an order that lowers its own price.

use crate::catalogue::{Catalogue, price_of};
use crate::fields::{Fields, Wrong, one_or_many};
use crate::params::AddOrderParams;
use crate::quoting::{inner, told};
use crate::refusal::Refusal;
use crate::{form, number};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use unspent_model::{AccountId, AddDecay, Command, Decay, DecayStep, Reject, Timestamp, limits};

/// `decay` of an `add_order`: a line (`floor`, `from`, `until`, `steps`) or a `table`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum DecayParams {
    /// By equal parts in equal times.
    Line {
        /// The lowest price.
        #[serde(with = "number")]
        floor: Decimal,
        /// When its time begins.
        #[serde(with = "form")]
        from: Timestamp,
        /// When it is at its floor.
        #[serde(with = "form")]
        until: Timestamp,
        /// How many steps.
        steps: u32,
    },
    /// Step by step.
    Table {
        /// Times ascend, prices fall.
        table: Vec<DecayStepParams>,
    },
}

/// One step of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DecayStepParams {
    /// When.
    #[serde(with = "form")]
    pub time: Timestamp,
    /// The price from then on.
    #[serde(with = "number")]
    pub price: Decimal,
}

/// What is to come of an order's schedule, in a row of `executions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecayRow {
    /// A step that came while the instrument was halted, closed or cancel-only: its price, taken when that ends.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub overdue_price: Option<Decimal>,
    /// When the next step is due; absent when there is none any more.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub next_time: Option<Timestamp>,
    /// Its price.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub next_price: Option<Decimal>,
    /// How many steps are to come.
    pub steps: u32,
}

pub(crate) fn params(raw: &str) -> Result<DecayParams, Wrong> {
    let mut f = Fields::new(&["floor", "from", "until", "steps", "table"], &[]);
    inner(&mut f, raw)?;
    let table = f.option_with("table", |raw| one_or_many(raw, limits::DECAY_STEPS, step)).map_err(told)?;
    if let Some(table) = table {
        if let Some(field) = ["floor", "from", "until", "steps"].into_iter().find(|field| f.raw(field).is_some()) {
            return Err(format!("has a table, which takes no {field}").into());
        }
        return Ok(DecayParams::Table { table });
    }
    Ok(DecayParams::Line {
        floor: f.amount("floor", Reject::InvalidDecay).map_err(told)?.ok_or("must have a floor, or a table")?,
        from: f.required("from").map_err(told)?,
        until: f.required("until").map_err(told)?,
        steps: f.required("steps").map_err(told)?,
    })
}

fn step(raw: &str) -> Result<DecayStepParams, Wrong> {
    let mut f = Fields::new(&["time", "price"], &[]);
    inner(&mut f, raw)?;
    let price = f.amount("price", Reject::InvalidDecay).map_err(told)?.ok_or("must have a price in every step")?;
    Ok(DecayStepParams { time: f.required("time").map_err(told)?, price })
}

impl Catalogue {
    /// The command of an `add_order`, of whatever type.
    ///
    /// # Errors
    /// As [`Catalogue::add_order`]; [`Reject::InvalidPrice`] for a price of the schedule or of another leg that is no whole number
    /// of price units; [`Reject::UnknownSymbol`] and [`Reject::InvalidLegs`] for other legs.
    pub fn enter(&self, account: AccountId, params: &AddOrderParams) -> Result<Command, Refusal> {
        let order = self.add_order(account, params)?;
        if !params.any_of.is_empty() {
            return self.linked(order, params);
        }
        let Some(decay) = &params.decay else { return Ok(Command::AddOrder(order)) };
        let (_, spec) = self.resolve(&params.symbol)?;
        let decay = match decay {
            DecayParams::Line { floor, from, until, steps } => {
                Decay::Linear { floor: price_of("decay", spec, *floor)?, from: *from, until: *until, steps: *steps }
            }
            DecayParams::Table { table } => {
                let step = |step: &DecayStepParams| {
                    Ok(DecayStep { at: step.time, price: price_of("decay", spec, step.price)? })
                };
                Decay::Table(table.iter().map(step).collect::<Result<_, Refusal>>()?)
            }
        };
        Ok(Command::AddDecay(Box::new(AddDecay { order, decay })))
    }
}
