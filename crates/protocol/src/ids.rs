//! The text of the exchange's own ids: `O-918273` for an order, `E-551m` for one leg of trade 551.

use crate::form::{Form, Shown};
use crate::words::Liquidity;
use std::fmt;
use unspent_model::{OrderId, TradeId};

/// Reads `O-` and the id in decimal without leading zeros, from 1.
///
/// # Errors
/// What would be right.
pub fn parse_order_id(text: &str) -> Result<OrderId, String> {
    text.strip_prefix("O-")
        .and_then(parse_id)
        .map(OrderId)
        .ok_or_else(|| "must be an order id, such as O-42".to_owned())
}

/// Prints `O-` and the id in decimal.
#[must_use]
pub fn print_order_id(order: OrderId) -> String {
    Shown(&order).to_string()
}

fn parse_id(digits: &str) -> Option<u64> {
    let canonical = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    if canonical { digits.parse().ok() } else { None }
}

impl Form for OrderId {
    fn read(text: &str) -> Result<OrderId, String> {
        parse_order_id(text)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "O-{self}")
    }
}

/// One execution: one leg of one trade. Prints as `E-`, the trade id and the leg's `m` (maker) or `t` (taker).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExecId {
    /// The trade.
    pub trade: TradeId,
    /// The leg.
    pub leg: Liquidity,
}

impl Form for ExecId {
    fn read(text: &str) -> Result<ExecId, String> {
        let read = || {
            let body = text.strip_prefix("E-")?;
            let (digits, leg) = body.split_at_checked(body.len().checked_sub(1)?)?;
            Some(ExecId { trade: TradeId(parse_id(digits)?), leg: Liquidity::read(leg).ok()? })
        };
        read().ok_or_else(|| "must be an execution id, such as E-551m".to_owned())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E-{}{}", self.trade, Shown(&self.leg))
    }
}

impl fmt::Display for ExecId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(f)
    }
}
