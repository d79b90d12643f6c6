//! Linked bids: the command, and what is left of one.

use super::{AddOrderV2, FieldError, body};
use unspent_model as model;
use unspent_model::{Cash, EngineFact, InstrumentId, LinkFact, LinkedLeg, OrderId, Price, limits};

body! {
    /// A leg but the first.
    LinkedLegV1 { instrument: u32, price: u32 }
}
body! {
    /// Kind 31: the first leg with what holds for all, and the others. Of a refused one they may be none, or more than may be.
    AddLinkedV1 { order: AddOrderV2, others: Vec<LinkedLegV1> }
}
body! {
    /// Kind 321.
    LinkV1 { link: u64, purse_cents: u64, legs: Vec<u64> }
}

/// So many legs of a refused bid are recorded: what the wire lets through.
const LEGS: usize = 4 * limits::LINKED_LEGS;

impl From<&model::AddLinked> for AddLinkedV1 {
    fn from(bid: &model::AddLinked) -> Self {
        assert!(bid.others.len() <= LEGS, "{} legs cannot be recorded", bid.others.len());
        let leg = |leg: &LinkedLeg| LinkedLegV1 { instrument: leg.instrument.0, price: leg.price.0 };
        AddLinkedV1 { order: (&bid.order).into(), others: bid.others.iter().map(leg).collect() }
    }
}

impl TryFrom<AddLinkedV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: AddLinkedV1) -> Result<Self, FieldError> {
        if body.others.len() > LEGS {
            return Err("others");
        }
        let order = body.order.try_into()?;
        let leg = |leg: &LinkedLegV1| LinkedLeg { instrument: InstrumentId(leg.instrument), price: Price(leg.price) };
        let others = body.others.iter().map(leg).collect();
        Ok(model::Command::AddLinked(Box::new(model::AddLinked { order, others })))
    }
}

impl From<&LinkFact> for LinkV1 {
    fn from(fact: &LinkFact) -> Self {
        assert!(fact.legs.len() <= limits::LINKED_LEGS, "{} legs cannot be recorded", fact.legs.len());
        LinkV1 { link: fact.link.0, purse_cents: fact.purse.0, legs: fact.legs.iter().map(|leg| leg.0).collect() }
    }
}

impl TryFrom<LinkV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: LinkV1) -> Result<Self, FieldError> {
        if body.legs.len() > limits::LINKED_LEGS {
            return Err("legs");
        }
        let legs = body.legs.into_iter().map(OrderId).collect();
        Ok(EngineFact::Link(LinkFact { link: OrderId(body.link), purse: Cash(body.purse_cents), legs }))
    }
}
