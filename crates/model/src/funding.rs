//! What comes to the venue from outside and leaves it: deposits and withdrawals under the operator's reference.

use crate::text::ShortText;
use crate::{AccountId, Actor, Cash, InstrumentId, TextError};
use std::fmt;

/// The operator's name for one movement from or to the outside, a wire's or a transfer's: 1 to 64 of `[-A-Za-z0-9_.:/#]`.
///
/// One movement of an account has one reference: given again it is not carried out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FundingRef(ShortText<64>);

impl FundingRef {
    /// Most bytes of a reference.
    pub const MAX_LEN: usize = 64;

    /// Reads a reference.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long or has a character outside the set.
    pub fn parse(text: &str) -> Result<FundingRef, TextError> {
        let accept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | '#');
        ShortText::parse_with(text, accept, "letters, digits, '-', '_', '.', ':', '/' and '#'").map(FundingRef)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for FundingRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A withdrawal: the number of the command that asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WithdrawalId(pub u64);

impl fmt::Display for WithdrawalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Money or credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asset {
    /// So many cents.
    Cash(Cash),
    /// So many lots.
    Credits {
        /// Of what.
        instrument: InstrumentId,
        /// How many.
        lots: u64,
    },
}

/// Which way something moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum FundingSide {
    /// To the venue.
    Deposit = 1,
    /// From the venue.
    Withdrawal = 2,
}

impl FundingSide {
    /// The stable name for machines, `deposit`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            FundingSide::Deposit => "deposit",
            FundingSide::Withdrawal => "withdrawal",
        }
    }
}

/// Something that came from outside for an account, or is to leave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Funding {
    /// Whose.
    pub account: AccountId,
    /// Which way.
    pub side: FundingSide,
    /// What.
    pub asset: Asset,
    /// Under which reference.
    pub reference: FundingRef,
}

/// What leaves the venue at once, what needs a second approval, and how much may leave in a day (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FundingRules {
    /// A withdrawal of more money than this waits for a second operator.
    pub approval_cash: Cash,
    /// A withdrawal of more dollars of face than this waits for a second operator.
    pub approval_face: u64,
    /// The most money that one account may ask for in a day; `None` for no bound.
    pub daily_cash: Option<Cash>,
    /// The most dollars of face that one account may ask for in a day; `None` for no bound.
    pub daily_face: Option<u64>,
}

impl Default for FundingRules {
    /// Above $10,000 of money or $25,000 of face a second operator; at most $1,000,000 and $5,000,000 of face a day.
    fn default() -> FundingRules {
        FundingRules {
            approval_cash: Cash(1_000_000),
            approval_face: 25_000,
            daily_cash: Some(Cash(100_000_000)),
            daily_face: Some(5_000_000),
        }
    }
}

/// A withdrawal that waits for a second operator. What it takes is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingWithdrawal {
    /// Its number.
    pub id: WithdrawalId,
    /// What was asked for.
    pub funding: Funding,
    /// Who asked; only another may decide. `None` when the venue itself did.
    pub asked_by: Option<Actor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_bounded_and_has_no_spaces() {
        assert_eq!(FundingRef::parse("wire/2026-11#4711").unwrap().as_str(), "wire/2026-11#4711");
        assert_eq!(FundingRef::parse(&"x".repeat(65)), Err(TextError::Length { max: 64 }));
        for bad in ["a b", "a,b", "\"", "ä"] {
            assert!(matches!(FundingRef::parse(bad), Err(TextError::Character { .. })), "{bad:?}");
        }
    }
}
