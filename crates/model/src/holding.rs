//! The registry of holdings: what an account has at a provider, how well that is known, and what of it is listed.

use crate::instrument::Expiry;
use crate::{AccountId, Cash, Date, InstrumentId, Level, Note, Programme, ShortText, TextError, Timestamp, limits};
use std::fmt;

/// A holding's number, counted from 1 over the venue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldingId(pub u64);

impl fmt::Display for HoldingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The provider's own id of a credit, byte by byte as the provider writes it: 1 to 64 printable ASCII characters, no spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditId(ShortText<64>);

impl CreditId {
    /// Most bytes of an id.
    pub const MAX_LEN: usize = 64;

    /// Reads an id.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long or has a character outside the set.
    pub fn parse(text: &str) -> Result<CreditId, TextError> {
        ShortText::parse_with(text, |c| c.is_ascii_graphic(), "printable ASCII without spaces").map(CreditId)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for CreditId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What somebody says that they have at a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NewHolding {
    /// Whose.
    pub account: AccountId,
    /// Of which programme.
    pub programme: Programme,
    /// How the provider calls it. A credit of a provider is in the registry once, under whatever programme.
    pub credit: CreditId,
    /// Which paper or answer of the provider shows it.
    pub provenance: Note,
    /// The day of that.
    pub dated: Date,
    /// The provider's own end of it; `None` when it never ends.
    pub ends: Option<Timestamp>,
    /// What of it may be listed, in cents.
    pub amount: Cash,
    /// Into how many pieces it may be split at most.
    pub pieces: u32,
}

impl NewHolding {
    /// Whether the fields are within bounds: a programme of two parts, an amount and pieces.
    #[must_use]
    pub fn fit(&self) -> bool {
        self.programme.is_of_two_parts()
            && (1..=limits::HOLDING_CENTS).contains(&self.amount.0)
            && (1..=limits::SPLIT_PIECES).contains(&self.pieces)
    }

    /// The last month that it outlives; `None` when it outlives none that there is.
    #[must_use]
    pub fn month(&self) -> Option<Expiry> {
        self.ends.map_or(Some(Expiry::Perpetual), Expiry::outlived_by)
    }

    /// The first instant after the last month that it outlives; `None` for what never ends, or outlives no month.
    #[must_use]
    pub fn over(&self) -> Option<Timestamp> {
        self.month()?.ends()
    }
}

/// Where a holding stands in the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum HoldingState {
    /// It may be listed, as far as its level allows.
    Live = 1,
    /// The end: it was taken out of the registry.
    Withdrawn = 2,
    /// The end: its last month is over.
    WrittenOff = 3,
}

impl HoldingState {
    /// Every state, by number.
    pub const ALL: [HoldingState; 3] = [HoldingState::Live, HoldingState::Withdrawn, HoldingState::WrittenOff];

    /// The stable name for machines, `written_off`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            HoldingState::Live => "live",
            HoldingState::Withdrawn => "withdrawn",
            HoldingState::WrittenOff => "written_off",
        }
    }

    /// The state of this number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<HoldingState> {
        HoldingState::ALL.into_iter().find(|&state| state as u8 == code)
    }
}

/// A holding as it stands. What it was registered with is what is left, what is listed, and what has left the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Holding {
    /// Its number.
    pub holding: HoldingId,
    /// What it was registered as.
    pub terms: NewHolding,
    /// How well it is known.
    pub level: Level,
    /// Where it stands.
    pub state: HoldingState,
    /// What is not listed and did not leave, in cents.
    pub left: Cash,
    /// Into how many pieces that may be split at most.
    pub pieces_left: u32,
    /// The face of the lots that are listed out of it and are the account's still, in cents.
    pub listed: Cash,
    /// How many lots that are: each is a piece.
    pub pieces_listed: u32,
}

impl Holding {
    /// One that has just been registered: declared, nothing listed.
    #[must_use]
    pub fn new(holding: HoldingId, terms: NewHolding) -> Holding {
        Holding {
            holding,
            terms,
            level: Level::Declared,
            state: HoldingState::Live,
            left: terms.amount,
            pieces_left: terms.pieces,
            listed: Cash::ZERO,
            pieces_listed: 0,
        }
    }

    /// Whether what is left of it may be listed in lots of so many dollars: none is smaller than what is left, divided by
    /// the pieces that are left. The lot is the piece, and who lists in smaller ones could never list all.
    #[must_use]
    pub fn splits_into(&self, face_dollars: u32) -> bool {
        u128::from(face_dollars) * 100 * u128::from(self.pieces_left) >= u128::from(self.left.0)
    }

    /// Whether it outlives a month.
    #[must_use]
    pub fn backs(&self, month: Expiry) -> bool {
        self.terms.month().is_some_and(|last| month <= last)
    }

    /// What is listed is never more than was registered, and what is left beside it neither.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let cents = self.left.0.checked_add(self.listed.0);
        let pieces = self.pieces_left.checked_add(self.pieces_listed);
        cents.is_some_and(|sum| sum <= self.terms.amount.0) && pieces.is_some_and(|sum| sum <= self.terms.pieces)
    }
}

/// What is asked about the registry.
#[expect(clippy::large_enum_variant, reason = "a command is boxed as a whole")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldingCommand {
    /// Its owner, or an operator for one, says that there is a credit. It is declared: nothing of it can be offered.
    Register(NewHolding),
    /// Operator: how well it is known from now on. What is listed at a level above is taken back.
    SetLevel {
        /// Which.
        holding: HoldingId,
        /// How well.
        level: Level,
    },
    /// Its owner, or an operator for one, makes lots of a part of it: promised ones, or in custody.
    List {
        /// Whose.
        account: AccountId,
        /// Which.
        holding: HoldingId,
        /// Lots of what.
        instrument: InstrumentId,
        /// How many, above zero.
        lots: u64,
    },
    /// Its owner, or an operator for one, takes back lots that are free: those of the weakest level first.
    Delist {
        /// Whose.
        account: AccountId,
        /// Which.
        holding: HoldingId,
        /// Lots of what.
        instrument: InstrumentId,
        /// How many, above zero.
        lots: u64,
    },
    /// Its owner, or an operator for one, takes it out of the registry, when nothing of it is listed.
    Withdraw {
        /// Whose.
        account: AccountId,
        /// Which.
        holding: HoldingId,
    },
}

impl HoldingCommand {
    /// The account that it is given for, when it names one.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match *self {
            HoldingCommand::Register(NewHolding { account, .. })
            | HoldingCommand::List { account, .. }
            | HoldingCommand::Delist { account, .. }
            | HoldingCommand::Withdraw { account, .. } => Some(account),
            HoldingCommand::SetLevel { .. } => None,
        }
    }

    /// The instrument that it is about, when there is one.
    #[must_use]
    pub fn instrument(&self) -> Option<InstrumentId> {
        match *self {
            HoldingCommand::List { instrument, .. } | HoldingCommand::Delist { instrument, .. } => Some(instrument),
            _ => None,
        }
    }

    /// The stable name for machines, `register_holding`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            HoldingCommand::Register(_) => "register_holding",
            HoldingCommand::SetLevel { .. } => "set_holding_level",
            HoldingCommand::List { .. } => "list_holding",
            HoldingCommand::Delist { .. } => "delist_holding",
            HoldingCommand::Withdraw { .. } => "withdraw_holding",
        }
    }
}

/// What happened to a holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum HoldingStep {
    /// It is in the registry, declared.
    Registered = 1,
    /// It has another level.
    LevelSet = 2,
    /// Lots were made of a part of it.
    Listed = 3,
    /// Lots are a part of it again.
    Delisted = 4,
    /// Lots of it are its owner's no longer: sold, withdrawn or written off.
    Left = 5,
    /// It was taken out of the registry.
    Withdrawn = 6,
    /// Its last month is over: what is left of it is worth nothing.
    WrittenOff = 7,
}

impl HoldingStep {
    /// Every step, by number.
    pub const ALL: [HoldingStep; 7] = [
        HoldingStep::Registered,
        HoldingStep::LevelSet,
        HoldingStep::Listed,
        HoldingStep::Delisted,
        HoldingStep::Left,
        HoldingStep::Withdrawn,
        HoldingStep::WrittenOff,
    ];

    /// The stable name for machines, `delisted`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            HoldingStep::Registered => "registered",
            HoldingStep::LevelSet => "level_set",
            HoldingStep::Listed => "listed",
            HoldingStep::Delisted => "delisted",
            HoldingStep::Left => "left",
            HoldingStep::Withdrawn => "withdrawn",
            HoldingStep::WrittenOff => "written_off",
        }
    }
}

/// Lots that are listed out of a holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldingLots {
    /// Of what.
    pub instrument: InstrumentId,
    /// At which level: documented, attested or in custody.
    pub level: Level,
    /// How many.
    pub lots: u64,
}

/// One step of a holding, and where it stands after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldingTold {
    /// What happened.
    pub step: HoldingStep,
    /// The lots that were listed or delisted, or left.
    pub lots: Option<HoldingLots>,
    /// Where it stands now.
    pub holding: Holding,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(amount: u64, pieces: u32, ends: Option<Timestamp>) -> NewHolding {
        NewHolding {
            account: AccountId(0),
            programme: Programme::parse("AWS-ACT").unwrap(),
            credit: CreditId::parse("90000001").unwrap(),
            provenance: Note::parse("GetCredits").unwrap(),
            dated: Date::new(2026, 11, 21).unwrap(),
            ends,
            amount: Cash(amount),
            pieces,
        }
    }

    #[test]
    fn a_credits_id_is_bounded_and_has_no_spaces() {
        assert_eq!(CreditId::parse("arn:aws/90#1").unwrap().as_str(), "arn:aws/90#1");
        assert_eq!(CreditId::parse(&"x".repeat(65)), Err(TextError::Length { max: 64 }));
        for bad in ["a b", " ", "ä", "a\n"] {
            assert!(matches!(CreditId::parse(bad), Err(TextError::Character { .. })), "{bad:?}");
        }
    }

    #[test]
    fn what_is_left_is_listed_in_lots_that_its_pieces_suffice_for() {
        let mut holding = Holding::new(HoldingId(1), terms(15_000_000, 99, None));
        assert!(holding.adds_up() && holding.terms.fit());
        assert_eq!([10_000, 1_600, 1_500, 1_000].map(|face| holding.splits_into(face)), [true, true, false, false]);
        (holding.left, holding.pieces_left) = (Cash(5_000_000), 89);
        (holding.listed, holding.pieces_listed) = (Cash(10_000_000), 10);
        assert!(holding.adds_up() && holding.splits_into(1_000) && !holding.splits_into(500));
        holding.pieces_listed = 11;
        assert!(!holding.adds_up());
    }

    #[test]
    fn it_backs_the_months_that_it_outlives() {
        let month = |year, month| Expiry::Month { year, month };
        let ends = Date::new(2027, 1, 20).unwrap().start();
        let holding = Holding::new(HoldingId(1), terms(100, 1, Some(ends)));
        assert!(holding.backs(month(2026, 12)) && holding.backs(month(2026, 6)));
        assert!(!holding.backs(month(2027, 1)) && !holding.backs(Expiry::Perpetual));
        assert_eq!(holding.terms.over(), month(2026, 12).ends());
        let perpetual = Holding::new(HoldingId(1), terms(100, 1, None));
        assert!(perpetual.backs(month(2099, 1)) && perpetual.backs(Expiry::Perpetual));
        assert_eq!(perpetual.terms.over(), None);
    }

    #[test]
    fn names_and_numbers_are_read_back() {
        for state in HoldingState::ALL {
            assert_eq!(HoldingState::from_code(state as u8), Some(state));
        }
        assert!(HoldingStep::ALL.is_sorted());
    }

    #[test]
    fn what_is_outside_its_bounds_does_not_fit() {
        for (amount, pieces) in [(0, 1), (1, 0), (limits::HOLDING_CENTS + 1, 1), (1, limits::SPLIT_PIECES + 1)] {
            assert!(!terms(amount, pieces, None).fit(), "{amount} {pieces}");
        }
        assert!(terms(limits::HOLDING_CENTS, limits::SPLIT_PIECES, None).fit());
    }
}
