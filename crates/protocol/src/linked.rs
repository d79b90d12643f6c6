//! The other legs of a bid for any of several instruments.

use crate::catalogue::{Catalogue, price_of};
use crate::fields::{Fields, Wrong, one_or_many};
use crate::number;
use crate::params::AddOrderParams;
use crate::quoting::{inner, told};
use crate::refusal::Refusal;
use rust_decimal::Decimal;
use serde::Serialize;
use unspent_model::{AddLinked, AddOrder, Command, LinkedLeg, Reject, Symbol, limits};

/// One of `any_of`: another instrument that the bid takes instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LegParams {
    /// Which.
    #[serde(with = "crate::form")]
    pub symbol: Symbol,
    /// The most to pay there, dollars per dollar of face.
    #[serde(with = "number")]
    pub limit_price: Decimal,
}

pub(crate) fn params(raw: &str) -> Result<Vec<LegParams>, Wrong> {
    one_or_many(raw, limits::LINKED_LEGS - 1, leg)
}

fn leg(raw: &str) -> Result<LegParams, Wrong> {
    let mut f = Fields::new(&["symbol", "limit_price"], &[]);
    inner(&mut f, raw)?;
    let price = f.amount("limit_price", Reject::InvalidPrice).map_err(told)?;
    Ok(LegParams {
        symbol: f.required("symbol").map_err(told)?,
        limit_price: price.ok_or("must have a limit_price for every symbol")?,
    })
}

impl Catalogue {
    /// The command of an order that has other legs.
    ///
    /// # Errors
    /// [`Reject::UnknownSymbol`]; [`Reject::InvalidPrice`] for a price that is no whole number of price units;
    /// [`Reject::InvalidLegs`] where `order_qty` is another number of lots.
    pub(crate) fn linked(&self, order: AddOrder, params: &AddOrderParams) -> Result<Command, Refusal> {
        let (_, first) = self.resolve(&params.symbol)?;
        let leg = |leg: &LegParams| {
            let (instrument, spec) = self.resolve(&leg.symbol)?;
            if spec.face_dollars != first.face_dollars {
                let (one, other) = (first.face_dollars, spec.face_dollars);
                let message = format!(
                    "any_of must be of one face value with symbol: a lot of {} is ${other} of face, one of {} ${one}",
                    spec.symbol, first.symbol
                );
                return Err(Refusal::at(Reject::InvalidLegs, "any_of", message));
            }
            Ok(LinkedLeg { instrument, price: price_of("any_of", spec, leg.limit_price)? })
        };
        let others = params.any_of.iter().map(leg).collect::<Result<_, Refusal>>()?;
        Ok(Command::AddLinked(Box::new(AddLinked { order, others })))
    }
}
