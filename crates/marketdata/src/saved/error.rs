//! Why facts are no view.

use std::fmt;
use unspent_model::ViewFactName;

/// Why facts are not those of one view, each once and in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreError {
    /// A fact stands behind one that it should stand before, or is told twice; or it should be the first and is not.
    OutOfOrder {
        /// The fact.
        fact: ViewFactName,
        /// The one before it, if there is one.
        after: Option<ViewFactName>,
    },
    /// A fact names what no fact before it told of.
    Unknown {
        /// The fact.
        fact: ViewFactName,
        /// What it names.
        missing: ViewFactName,
    },
    /// A fact contradicts itself or one before it.
    Contradiction {
        /// The fact.
        fact: ViewFactName,
        /// What is wrong.
        why: &'static str,
    },
    /// A fact of somebody else's state.
    Foreign {
        /// The fact.
        fact: ViewFactName,
    },
    /// There are not as many facts of a sort as there were said to be.
    Incomplete {
        /// The sort.
        what: &'static str,
        /// How many there were said to be.
        expected: u64,
        /// How many there are.
        told: u64,
    },
    /// The fact that says how many there are is not there.
    Missing {
        /// The fact.
        fact: ViewFactName,
    },
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RestoreError::OutOfOrder { fact, after: Some(after) } => write!(f, "{fact} comes after {after}"),
            RestoreError::OutOfOrder { fact, after: None } => write!(f, "{fact} comes first"),
            RestoreError::Unknown { fact, missing } => write!(f, "{fact} is told, and {missing} was not"),
            RestoreError::Contradiction { fact, why } => write!(f, "{fact}: {why}"),
            RestoreError::Foreign { fact } => write!(f, "{fact} is no part of a view"),
            RestoreError::Incomplete { what, expected, told } => write!(f, "{told} {what} are told of {expected}"),
            RestoreError::Missing { fact } => write!(f, "{fact} is not told"),
        }
    }
}

impl std::error::Error for RestoreError {}
