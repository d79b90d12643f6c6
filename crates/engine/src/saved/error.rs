//! Why facts make no engine.

use std::fmt;

/// What is wrong with a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Its kind, or it among its kind, cannot come here.
    OutOfOrder,
    /// It names this, which is not there.
    Unknown(&'static str),
    /// There is this already.
    Twice(&'static str),
    /// This cannot be, by itself or beside the facts before it.
    Contradiction(&'static str),
}

/// The first fact that was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreError {
    /// Which, counted from 1; the end comes after the last.
    pub number: u64,
    /// Its kind, or "end".
    pub fact: &'static str,
    /// What is wrong with it.
    pub wrong: Wrong,
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RestoreError { number, fact, wrong } = self;
        match wrong {
            Wrong::OutOfOrder => write!(f, "fact {number} ({fact}) is out of order"),
            Wrong::Unknown(what) => write!(f, "fact {number} ({fact}) names an unknown {what}"),
            Wrong::Twice(what) => write!(f, "fact {number} ({fact}): there is this {what} already"),
            Wrong::Contradiction(what) => write!(f, "fact {number} ({fact}): {what}"),
        }
    }
}

impl std::error::Error for RestoreError {}
