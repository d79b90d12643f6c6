//! What came to an account or left it, for its statement.

use crate::{AccountId, InstrumentId, TradeId};

/// A change of what an account owns, whatever it has set aside of it: money, lots of one instrument, or both.
///
/// Everything that an account owns follows from its movements and its plain fills, which tell themselves
/// ([`crate::Event::Fill`]): setting aside and freeing moves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Whose.
    pub account: AccountId,
    /// Why.
    pub kind: MovementKind,
    /// How many cents more it owns; negative when it owns less.
    pub cash: i64,
    /// The instrument of `lots`; also that of what the money was for, when it was for one.
    pub instrument: Option<InstrumentId>,
    /// How many lots more it owns; negative when it owns less.
    pub lots: i64,
    /// The trade that it belongs to, when it belongs to one.
    pub trade: Option<TradeId>,
}

/// Why something moved. A number never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum MovementKind {
    /// It came from outside the venue.
    Deposit = 1,
    /// It left the venue.
    Withdrawal = 2,
    /// A trade was undone.
    Bust = 3,
    /// A trade got another price.
    Adjustment = 4,
    /// The month of its instrument has ended: it is worth nothing any more.
    ExpiredUnused = 60,
    /// The trade settles later: what its fill told is taken back until then.
    Deferred = 40,
    /// Lots of a trade that settles later were settled.
    Settled = 41,
    /// Lots of it were bought in: the buyer has them at the sale's price, the seller pays what they cost more.
    BoughtIn = 42,
    /// A penalty.
    Penalty = 43,
    /// Promised lots that were sold and not delivered are written off.
    WrittenOff = 44,
    /// The provider took lots back, and the seller pays their price back.
    ClawedBack = 45,
    /// A debt was paid.
    DebtPaid = 46,
    /// Lots were made of a part of a holding.
    Listed = 70,
    /// Lots are a part of a holding again.
    Delisted = 71,
}

impl MovementKind {
    /// Every kind, by number.
    pub const ALL: &'static [MovementKind] = &[
        MovementKind::Deposit,
        MovementKind::Withdrawal,
        MovementKind::Bust,
        MovementKind::Adjustment,
        MovementKind::ExpiredUnused,
        MovementKind::Deferred,
        MovementKind::Settled,
        MovementKind::BoughtIn,
        MovementKind::Penalty,
        MovementKind::WrittenOff,
        MovementKind::ClawedBack,
        MovementKind::DebtPaid,
        MovementKind::Listed,
        MovementKind::Delisted,
    ];

    /// The stable name for machines, `deposit`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MovementKind::Deposit => "deposit",
            MovementKind::Withdrawal => "withdrawal",
            MovementKind::Bust => "bust",
            MovementKind::Adjustment => "adjustment",
            MovementKind::ExpiredUnused => "expired_unused",
            MovementKind::Deferred => "deferred",
            MovementKind::Settled => "settled",
            MovementKind::BoughtIn => "bought_in",
            MovementKind::Penalty => "penalty",
            MovementKind::WrittenOff => "written_off",
            MovementKind::ClawedBack => "clawed_back",
            MovementKind::DebtPaid => "debt_paid",
            MovementKind::Listed => "listed",
            MovementKind::Delisted => "delisted",
        }
    }

    /// The kind of this number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<MovementKind> {
        MovementKind::ALL.iter().copied().find(|&kind| kind as u8 == code)
    }
}

impl Movement {
    /// Money that came from outside, or left.
    #[must_use]
    pub fn cash(account: AccountId, kind: MovementKind, cents: i64) -> Movement {
        Movement { account, kind, cash: cents, instrument: None, lots: 0, trade: None }
    }

    /// Lots that came from outside, or left.
    #[must_use]
    pub fn lots(account: AccountId, kind: MovementKind, instrument: InstrumentId, lots: i64) -> Movement {
        Movement { account, kind, cash: 0, instrument: Some(instrument), lots, trade: None }
    }
}
