//! The whole engine, and eleven other months that trade with the instrument of the flow.

use crate::{Case, Fill, Matcher, Script, Terms, Venue};
use unspent_model::Sequenced;

/// As [`Venue`], in a family of twelve months: what an order costs more there.
///
/// Nothing rests in the other months, so the fills are the same.
#[derive(Debug)]
pub struct Months(Venue);

fn terms(case: &Case) -> Terms {
    Terms { months: 11, ..Terms::one(case.price_max, case.opening.len()) }
}

impl Matcher for Months {
    type Command = Sequenced;

    fn name() -> &'static str {
        "unspent-engine, twelve months"
    }

    fn prepare(case: &Case) -> Vec<Sequenced> {
        let mut script = Script::new(terms(case));
        case.ops().map(|op| script.command(op)).collect()
    }

    fn open(case: &Case) -> Months {
        Months(Venue::with_room(&terms(case)))
    }

    #[inline]
    fn look_ahead(&self, far: Option<&Sequenced>, near: Option<&Sequenced>) {
        self.0.look_ahead(far, near);
    }

    #[inline]
    fn apply_each(&mut self, command: &Sequenced, each: &mut impl FnMut(Fill)) {
        self.0.apply_each(command, each);
    }
}
