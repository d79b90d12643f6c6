//! What is done with a row of the tape, in words, and how often.

/// One way of turning a row, or a level of the first book, into commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    // Seeds, before the first row.
    /// A level of row 0 becomes one order of the seed.
    SeedLevel,
    /// A level of row 0 is less by what row 0's own submission put there.
    SeedLessSubmission,

    // Rows; each falls under one of these.
    /// Row 0 is no submission: what it did is in the seed.
    InSeed,
    /// A submission becomes a limit order, good till cancelled, post-only.
    Submit,
    /// A submission that would trade on arrival is not entered.
    SkipCrossing,
    /// A submission under the id of an open order is not entered.
    SkipOpenId,
    /// A reduction becomes an amend to a lower total.
    Amend,
    /// A reduction by all that is open becomes a cancel.
    ReduceWhole,
    /// A deletion becomes a cancel.
    Cancel,
    /// A reduction or deletion of an id from before the window is taken from the seed at its price.
    CancelFromSeed,
    /// A reduction or deletion of an unknown id, with no seed at its price: beyond the window, skipped.
    SkipUnknownCancel,
    /// An execution of the order at the front becomes an opposite IOC of its size at its price.
    Execute,
    /// An execution of an order that is not at the front reduces that order instead.
    ExecuteBehind,
    /// An execution of an id from before the window, with the seed at the front: an opposite IOC.
    ExecuteSeed,
    /// An execution of an id from before the window, with the seed behind: the seed is reduced instead.
    ExecuteSeedBehind,
    /// An execution of an unknown id, with no seed at its price: skipped.
    SkipUnknownExecution,
    /// A hidden execution: the visible book does not change.
    SkipHidden,
    /// A cross trade: the visible book does not change.
    SkipCross,
    /// A halt, or its end: the tape goes on by itself.
    SkipHalt,

    // Remarks on rows that a rule above has taken.
    /// A deletion of another size than the engine has open.
    DeletedOtherSize,
    /// A reduction or an execution of more than the engine has open, or than one order had.
    BeyondOpen,
    /// Side or price is another than the order's.
    OtherTerms,
}

impl Rule {
    /// Every rule, in the order of the enum.
    pub const ALL: [Rule; 22] = [
        Rule::SeedLevel,
        Rule::SeedLessSubmission,
        Rule::InSeed,
        Rule::Submit,
        Rule::SkipCrossing,
        Rule::SkipOpenId,
        Rule::Amend,
        Rule::ReduceWhole,
        Rule::Cancel,
        Rule::CancelFromSeed,
        Rule::SkipUnknownCancel,
        Rule::Execute,
        Rule::ExecuteBehind,
        Rule::ExecuteSeed,
        Rule::ExecuteSeedBehind,
        Rule::SkipUnknownExecution,
        Rule::SkipHidden,
        Rule::SkipCross,
        Rule::SkipHalt,
        Rule::DeletedOtherSize,
        Rule::BeyondOpen,
        Rule::OtherTerms,
    ];

    /// The rules of which each row falls under one.
    pub fn of_rows() -> impl Iterator<Item = Rule> {
        Rule::ALL
            .into_iter()
            .filter(|rule| (Rule::InSeed as usize..=Rule::SkipHalt as usize).contains(&(*rule as usize)))
    }

    /// Its name for machines.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.texts().0
    }

    /// What it does, for people.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.texts().1
    }

    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Rule::SeedLevel => ("seed_level", "seed: a level of row 0 becomes one order"),
            Rule::SeedLessSubmission => ("seed_less_submission", "seed: a level less what row 0 itself submits there"),
            Rule::InSeed => ("in_seed", "row 0 is no submission and is in the seed: skipped"),
            Rule::Submit => ("submit", "submission: post-only limit order"),
            Rule::SkipCrossing => ("skip_crossing", "submission that would trade on arrival: skipped"),
            Rule::SkipOpenId => ("skip_open_id", "submission under the id of an open order: skipped"),
            Rule::Amend => ("amend", "reduction: amend to a lower total"),
            Rule::ReduceWhole => ("reduce_whole", "reduction by all that is open: cancel"),
            Rule::Cancel => ("cancel", "deletion: cancel"),
            Rule::CancelFromSeed => {
                ("cancel_from_seed", "reduction or deletion of an id from before: taken from the seed at its price")
            }
            Rule::SkipUnknownCancel => {
                ("skip_unknown_cancel", "reduction or deletion of an id from before, no seed at its price: skipped")
            }
            Rule::Execute => ("execute", "execution of the order at the front: opposite IOC"),
            Rule::ExecuteBehind => ("execute_behind", "execution of an order behind the front: that order reduced"),
            Rule::ExecuteSeed => {
                ("execute_seed", "execution of an id from before, the seed at the front: opposite IOC")
            }
            Rule::ExecuteSeedBehind => {
                ("execute_seed_behind", "execution of an id from before, the seed behind the front: seed reduced")
            }
            Rule::SkipUnknownExecution => {
                ("skip_unknown_execution", "execution of an id from before, no seed at its price: skipped")
            }
            Rule::SkipHidden => ("skip_hidden", "hidden execution: skipped"),
            Rule::SkipCross => ("skip_cross", "cross trade: skipped"),
            Rule::SkipHalt => ("skip_halt", "halt or its end: skipped"),
            Rule::DeletedOtherSize => ("deleted_other_size", "remark: deletion of another size than is open"),
            Rule::BeyondOpen => ("beyond_open", "remark: reduction or execution of more than the order has open"),
            Rule::OtherTerms => ("other_terms", "remark: side or price is not the order's"),
        }
    }
}

/// How often each rule was used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; Rule::ALL.len()]);

impl Counts {
    /// One more use.
    pub fn add(&mut self, rule: Rule) {
        self.0[rule as usize] += 1;
    }

    /// How often.
    #[must_use]
    pub fn get(&self, rule: Rule) -> u64 {
        self.0[rule as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_place_and_name() {
        for (at, rule) in Rule::ALL.into_iter().enumerate() {
            assert_eq!(rule as usize, at, "{}", rule.name());
            assert_eq!(Rule::ALL.iter().filter(|other| other.name() == rule.name()).count(), 1);
        }
        assert_eq!(Rule::of_rows().count(), 17);
    }
}
