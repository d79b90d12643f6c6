//! What is common to the things that are timed: an operation in, fills out.

use crate::Case;
use std::fmt;
use unspent_model::{Lots, OrderId, Price};

/// A fill as every matcher can tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The resting order, by the case's id.
    pub maker: OrderId,
    /// The price it traded at.
    pub price: Price,
    /// The lots that traded.
    pub lots: Lots,
}

/// Matches orders: the book here, the engine around it, or another's book.
///
/// What a matcher needs to be told is prepared before anything is timed; what it answers is read while it is.
pub trait Matcher: Sized {
    /// What it is told in the place of an operation.
    type Command;

    /// Its name in tables.
    fn name() -> &'static str;

    /// Whether it can take lots from a resting order that keeps its place.
    fn reduces() -> bool {
        true
    }

    /// All operations of a case as its commands, the opening's first.
    fn prepare(case: &Case) -> Vec<Self::Command>;

    /// An empty one, ready for the case's first command.
    fn open(case: &Case) -> Self;

    /// Told of commands that come later, while the one at hand is about to be carried out: some far, some near.
    #[inline]
    fn look_ahead(&self, _far: Option<&Self::Command>, _near: Option<&Self::Command>) {}

    /// Carries out a command and tells every fill, in order.
    fn apply_each(&mut self, command: &Self::Command, each: &mut impl FnMut(Fill));
}

/// Where the fills of two matchers part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    /// The operation, counted from 0 over opening and timed part.
    pub at: usize,
    /// The operation.
    pub op: String,
    /// The fills that the book here made of it.
    pub ours: Vec<Fill>,
    /// Those of the other.
    pub theirs: Vec<Fill>,
}

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |fills: &[Fill]| {
            let mut texts: Vec<String> =
                fills.iter().take(4).map(|fill| format!("{} {}@{}", fill.maker, fill.lots, fill.price)).collect();
            if fills.len() > texts.len() {
                texts.push(format!("… {} in all", fills.len()));
            }
            if texts.is_empty() { "no fill".to_owned() } else { texts.join(", ") }
        };
        write!(f, "operation {} ({}): ours {}; theirs {}", self.at, self.op, list(&self.ours), list(&self.theirs))
    }
}

/// Runs a case on the book here and on another matcher and compares every operation's fills: makers, prices and lots,
/// in order. Returns how many there were.
///
/// # Errors
/// [`Differs`] at the first operation whose fills are others.
pub fn compare<M: Matcher>(case: &Case) -> Result<usize, Box<Differs>> {
    let (mut ours, mut theirs) = (crate::Bare::open(case), M::open(case));
    let (mut our_fills, mut their_fills) = (Vec::new(), Vec::new());
    let mut count = 0;
    for (at, (op, command)) in case.ops().zip(M::prepare(case)).enumerate() {
        our_fills.clear();
        their_fills.clear();
        ours.apply_each(op, &mut |fill| our_fills.push(fill));
        theirs.apply_each(&command, &mut |fill| their_fills.push(fill));
        if our_fills != their_fills {
            return Err(Box::new(Differs { at, op: format!("{op:?}"), ours: our_fills, theirs: their_fills }));
        }
        count += our_fills.len();
    }
    Ok(count)
}
