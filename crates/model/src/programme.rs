//! Under which terms a provider's programme may be traded, and who has leave to.

use crate::{AccountId, Cash, Date, Programme, ShortText, TextError, limits};
use std::fmt;

/// Where a statement comes from, or which paper proves it: 1 to 200 printable ASCII characters, the first and the last of
/// which are no spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Note(ShortText<200>);

impl Note {
    /// Most bytes of a note.
    pub const MAX_LEN: usize = 200;

    /// Reads a note.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long, has a character outside the set, or begins or ends with a space.
    pub fn parse(text: &str) -> Result<Note, TextError> {
        let allowed = "printable ASCII, and no space at either end";
        if text.starts_with(' ') || text.ends_with(' ') {
            return Err(TextError::Character { found: ' ', allowed });
        }
        ShortText::parse_with(text, |c| c == ' ' || c.is_ascii_graphic(), allowed).map(Note)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What the provider's terms let be traded, the strictest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PolicyClass {
    /// Nobody trades it.
    Prohibited = 1,
    /// Credits stay where they are and are used for the buyer: sells need an arrangement for that.
    UseThrough = 2,
    /// Within one payer family: both sides are members of it. A programme of this class is one family's.
    OneFamily = 3,
    /// Sells need the provider's consent, on file and valid.
    WithConsent = 4,
    /// Everybody trades it.
    Free = 5,
}

impl PolicyClass {
    /// Every class, the strictest first.
    pub const ALL: &'static [PolicyClass] = &[
        PolicyClass::Prohibited,
        PolicyClass::UseThrough,
        PolicyClass::OneFamily,
        PolicyClass::WithConsent,
        PolicyClass::Free,
    ];

    /// The stable name for machines, `use_through`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PolicyClass::Prohibited => "prohibited",
            PolicyClass::UseThrough => "use_through",
            PolicyClass::OneFamily => "one_family",
            PolicyClass::WithConsent => "with_consent",
            PolicyClass::Free => "free",
        }
    }

    /// The class of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<PolicyClass> {
        PolicyClass::ALL.iter().copied().find(|class| class.name() == name)
    }

    /// The permit that an order of this side needs; `None` when it needs none, or when none helps.
    #[must_use]
    pub fn permit(self, side: crate::Side) -> Option<PermitKind> {
        match (self, side) {
            (PolicyClass::UseThrough, crate::Side::Sell) => Some(PermitKind::Arrangement),
            (PolicyClass::OneFamily, _) => Some(PermitKind::Family),
            (PolicyClass::WithConsent, crate::Side::Sell) => Some(PermitKind::Consent),
            _ => None,
        }
    }
}

/// How a credit of a programme may be split before it is transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SplitRule {
    /// Into how many pieces at most, 1..=[`limits::SPLIT_PIECES`].
    pub most_pieces: u32,
    /// What a piece is worth at least, above zero.
    pub smallest_piece: Cash,
}

impl SplitRule {
    /// Whether both are within bounds.
    #[must_use]
    pub fn fits(&self) -> bool {
        (1..=limits::SPLIT_PIECES).contains(&self.most_pieces)
            && (1..=limits::ORDER_NOTIONAL_CENTS).contains(&self.smallest_piece.0)
    }
}

/// The terms of a programme: what may be traded, who says so, since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProgrammeTerms {
    /// Which, of two parts.
    pub programme: Programme,
    /// What may be traded.
    pub class: PolicyClass,
    /// Who says so: a page, a contract, a decision.
    pub source: Note,
    /// When that was read or decided.
    pub dated: Date,
    /// How its credits may be split.
    pub split: SplitRule,
}

impl ProgrammeTerms {
    /// Whether the fields are within bounds.
    #[must_use]
    pub fn fit(&self) -> bool {
        self.programme.is_of_two_parts() && self.split.fits()
    }
}

/// What an account has leave for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PermitKind {
    /// It is a member of the programme's payer family.
    Family = 1,
    /// The provider consents to its sales.
    Consent = 2,
    /// It has an arrangement by which the buyer's use is charged to its credits.
    Arrangement = 3,
}

impl PermitKind {
    /// Every kind, by number.
    pub const ALL: &'static [PermitKind] = &[PermitKind::Family, PermitKind::Consent, PermitKind::Arrangement];

    /// The stable name for machines, `family`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PermitKind::Family => "family",
            PermitKind::Consent => "consent",
            PermitKind::Arrangement => "arrangement",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<PermitKind> {
        PermitKind::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// Leave for an account to trade a programme as its class asks for. At most one of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Permit {
    /// Whose.
    pub account: AccountId,
    /// In which programme.
    pub programme: Programme,
    /// For what.
    pub kind: PermitKind,
    /// Which paper proves it.
    pub reference: Note,
    /// The last day on which it is valid; `None` until it is revoked.
    pub until: Option<Date>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Side;

    #[test]
    fn names_are_read_back() {
        for &class in PolicyClass::ALL {
            assert_eq!(PolicyClass::from_name(class.name()), Some(class));
        }
        for &kind in PermitKind::ALL {
            assert_eq!(PermitKind::from_name(kind.name()), Some(kind));
        }
        assert!(PolicyClass::ALL.is_sorted());
    }

    #[test]
    fn a_class_says_which_side_needs_what() {
        let needs = |class: PolicyClass| [Side::Buy, Side::Sell].map(|side| class.permit(side));
        assert_eq!(needs(PolicyClass::UseThrough), [None, Some(PermitKind::Arrangement)]);
        assert_eq!(needs(PolicyClass::OneFamily), [Some(PermitKind::Family); 2]);
        assert_eq!(needs(PolicyClass::WithConsent), [None, Some(PermitKind::Consent)]);
        assert_eq!(needs(PolicyClass::Free), [None, None]);
        assert_eq!(needs(PolicyClass::Prohibited), [None, None]);
    }
}
