//! Orders that lower their own price: the command, and what is to come of one.

use super::{AddOrderV2, FieldError, body};
use unspent_model as model;
use unspent_model::{Decay, DecayFact, DecayStep, EngineFact, OrderId, Price, Timestamp, limits};

body! {
    /// One step.
    DecayStepV1 { at: u64, price: u32 }
}
body! {
    /// Equal parts in equal times.
    DecayLineV1 { floor: u32, from: u64, until: u64, steps: u32 }
}
body! {
    /// Kind 30: an order, and a line or a table, which is empty when there is a line.
    AddDecayV1 { order: AddOrderV2, line: Option<DecayLineV1>, table: Vec<DecayStepV1> }
}
body! {
    /// Kind 320.
    DecayV1 { order_id: u64, overdue: Option<u32>, steps: Vec<DecayStepV1> }
}

fn written(steps: &[DecayStep]) -> Vec<DecayStepV1> {
    assert!(steps.len() <= limits::DECAY_STEPS, "{} steps cannot be recorded", steps.len());
    steps.iter().map(|step| DecayStepV1 { at: step.at.0, price: step.price.0 }).collect()
}

fn read(steps: &[DecayStepV1]) -> Result<Vec<DecayStep>, FieldError> {
    if steps.len() > limits::DECAY_STEPS {
        return Err("steps");
    }
    Ok(steps.iter().map(|step| DecayStep { at: Timestamp(step.at), price: Price(step.price) }).collect())
}

impl From<&model::AddDecay> for AddDecayV1 {
    fn from(add: &model::AddDecay) -> Self {
        let (line, table) = match &add.decay {
            Decay::Linear { floor, from, until, steps } => {
                let line = DecayLineV1 { floor: floor.0, from: from.0, until: until.0, steps: *steps };
                (Some(line), Vec::new())
            }
            Decay::Table(steps) => (None, written(steps)),
        };
        AddDecayV1 { order: (&add.order).into(), line, table }
    }
}

impl TryFrom<AddDecayV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: AddDecayV1) -> Result<Self, FieldError> {
        let order = body.order.try_into()?;
        let decay = match body.line {
            Some(_) if !body.table.is_empty() => return Err("table"),
            Some(DecayLineV1 { floor, from, until, steps }) => {
                Decay::Linear { floor: Price(floor), from: Timestamp(from), until: Timestamp(until), steps }
            }
            None => Decay::Table(read(&body.table)?),
        };
        Ok(model::Command::AddDecay(Box::new(model::AddDecay { order, decay })))
    }
}

impl From<&DecayFact> for DecayV1 {
    fn from(fact: &DecayFact) -> Self {
        DecayV1 { order_id: fact.order.0, overdue: fact.overdue.map(|price| price.0), steps: written(&fact.steps) }
    }
}

impl TryFrom<DecayV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: DecayV1) -> Result<Self, FieldError> {
        let steps = read(&body.steps)?;
        Ok(EngineFact::Decay(DecayFact { order: OrderId(body.order_id), overdue: body.overdue.map(Price), steps }))
    }
}
