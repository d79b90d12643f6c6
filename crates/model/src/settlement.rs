//! Trades that settle later: what was promised, what its delivery has come to, and on which terms.

use crate::text::ShortText;
use crate::{AccountId, Cash, InstrumentId, Lots, Price, TextError, Timestamp, TradeId};
use std::fmt;

/// How well the venue knows that credits are there, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// Their owner says so. They cannot be offered.
    Declared = 0,
    /// Documents show them. They are delivered after the trade, within two business days by default.
    Documented = 1,
    /// The provider or an auditor confirmed them. They are delivered after the trade, within one business day by default.
    Attested = 2,
    /// The venue holds them. They change hands with the trade.
    Custody = 3,
}

impl Level {
    /// Every level, by number.
    pub const ALL: [Level; 4] = [Level::Declared, Level::Documented, Level::Attested, Level::Custody];

    /// The stable name for machines, `attested`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::Declared => "declared",
            Level::Documented => "documented",
            Level::Attested => "attested",
            Level::Custody => "custody",
        }
    }

    /// The level of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }

    /// The level of this number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Level> {
        Level::ALL.into_iter().find(|&level| level as u8 == code)
    }

    /// Whether lots of this level are registered as promised: sold now and delivered later.
    #[must_use]
    pub fn is_promised(self) -> bool {
        matches!(self, Level::Documented | Level::Attested)
    }
}

/// A settlement's number, counted from 1 over the venue. Only trades that settle later have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SettlementId(pub u64);

impl fmt::Display for SettlementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What somebody says for their side of a delivery, a reference to documents rather than the documents: 1 to 200
/// printable ASCII characters, the first and the last of which are no spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence(ShortText<200>);

impl Evidence {
    /// Most bytes of it.
    pub const MAX_LEN: usize = 200;

    /// Reads it.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long, has a character outside the set, or begins or ends with a space.
    pub fn parse(text: &str) -> Result<Evidence, TextError> {
        let allowed = "printable ASCII, and no space at either end";
        if text.starts_with(' ') || text.ends_with(' ') {
            return Err(TextError::Character { found: ' ', allowed });
        }
        ShortText::parse_with(text, |c| c == ' ' || c.is_ascii_graphic(), allowed).map(Evidence)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Where a settlement stands. What passes in one command (matched and funded, delivered, settled) is no state of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum SettlementState {
    /// Matched and funded; the seller's clock runs.
    Delivering = 1,
    /// The clock has run out; the seller may still deliver within the grace.
    Late = 2,
    /// Delivered, with evidence; the buyer may accept or dispute, and silence accepts.
    Verifying = 3,
    /// The buyer disputes; the operator rules.
    Disputed = 4,
    /// The grace has run out; the venue buys the credits in at the seller's cost.
    BuyIn = 5,
    /// Settled, less what is held back of the seller's proceeds.
    HeldBack = 6,
    /// The end: what was held back is the seller's.
    Final = 7,
    /// The end: bought in, all of it.
    Covered = 8,
    /// The end: the buyer has its money back and the penalty, for what could not be bought in.
    Compensated = 9,
    /// The end: ruled undelivered; the buyer has its money back and the penalty.
    Refunded = 10,
    /// The end: the provider took the credits back, and the buyer has its money back.
    ClawedBack = 11,
    /// The end: the provider took the credits back, and the buyer waits for a part of its money.
    Lost = 12,
}

impl SettlementState {
    /// Every state, by number.
    pub const ALL: [SettlementState; 12] = [
        SettlementState::Delivering,
        SettlementState::Late,
        SettlementState::Verifying,
        SettlementState::Disputed,
        SettlementState::BuyIn,
        SettlementState::HeldBack,
        SettlementState::Final,
        SettlementState::Covered,
        SettlementState::Compensated,
        SettlementState::Refunded,
        SettlementState::ClawedBack,
        SettlementState::Lost,
    ];

    /// The stable name for machines, `held_back`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SettlementState::Delivering => "delivering",
            SettlementState::Late => "late",
            SettlementState::Verifying => "verifying",
            SettlementState::Disputed => "disputed",
            SettlementState::BuyIn => "buy_in",
            SettlementState::HeldBack => "held_back",
            SettlementState::Final => "final",
            SettlementState::Covered => "covered",
            SettlementState::Compensated => "compensated",
            SettlementState::Refunded => "refunded",
            SettlementState::ClawedBack => "clawed_back",
            SettlementState::Lost => "lost",
        }
    }

    /// The state of this number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<SettlementState> {
        SettlementState::ALL.into_iter().find(|&state| state as u8 == code)
    }

    /// Whether it is an end: nothing of the settlement is in escrow and no timer of it runs.
    #[must_use]
    pub fn is_end(self) -> bool {
        self >= SettlementState::Final
    }
}

/// The operator's word in a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ruling {
    /// All was delivered: the settlement settles.
    Delivered,
    /// So many lots were delivered, above none and below all: they settle, and the others are refunded.
    Partial(Lots),
    /// Nothing was delivered: refund and penalty.
    Refund,
}

/// The venue's terms of settlement. Basis points are of 10,000. A settlement reads the terms of the moment at which each of
/// its steps happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SettlementTerms {
    /// The bond of a promised sell, of its notional at its limit.
    pub bond_bp: u16,
    /// The least bond of an order.
    pub bond_min: Cash,
    /// Whole business days (Monday to Friday, UTC) that the seller of documented credits has to deliver, counted from the
    /// trade's instant.
    pub documented_days: u8,
    /// The same for attested credits.
    pub attested_days: u8,
    /// How long after that a seller may still deliver, in seconds.
    pub grace_seconds: u32,
    /// How long the buyer may accept or dispute, in seconds; silence accepts.
    pub acceptance_seconds: u32,
    /// What is held back of the seller's proceeds, of the notional.
    pub hold_back_bp: u16,
    /// The same for a seller with fewer good deliveries than `trusted_after`.
    pub new_hold_back_bp: u16,
    /// How many good deliveries (settlements that became final) make a seller trusted.
    pub trusted_after: u16,
    /// How long it is held back, in days.
    pub hold_back_days: u16,
    /// The penalty of a seller that fails, of the notional that failed.
    pub penalty_bp: u16,
    /// The least penalty.
    pub penalty_min: Cash,
    /// The buyer's share of the penalty where the credits are bought in; the fund has the rest. In a compensation the
    /// penalty is all the buyer's.
    pub penalty_buyer_bp: u16,
    /// How far above the sale's price the venue buys in, of that price; never above the instrument's highest price.
    pub cap_bp: u16,
    /// The time between two tries to buy in, in seconds.
    pub retry_seconds: u32,
    /// The most tries to buy in, the first one included.
    pub tries: u16,
    /// So many days before the last second of the month sold, what is not bought in is compensated.
    pub cutoff_days: u8,
    /// The default fund's share of the fees of trades that settle later.
    pub fund_fee_bp: u16,
}

impl Default for SettlementTerms {
    fn default() -> SettlementTerms {
        SettlementTerms {
            bond_bp: 1_000,
            bond_min: Cash(2_500),
            documented_days: 2,
            attested_days: 1,
            grace_seconds: 4 * 3_600,
            acceptance_seconds: 48 * 3_600,
            hold_back_bp: 1_000,
            new_hold_back_bp: 2_000,
            trusted_after: 5,
            hold_back_days: 14,
            penalty_bp: 1_000,
            penalty_min: Cash(2_500),
            penalty_buyer_bp: 5_000,
            cap_bp: 4_000,
            retry_seconds: 3_600,
            tries: 240,
            cutoff_days: 3,
            fund_fee_bp: 2_000,
        }
    }
}

impl SettlementTerms {
    /// Whether the fields make sense together: shares are at most all, clocks run, no sum can overflow.
    #[must_use]
    pub fn fit(&self) -> bool {
        const DAY: u32 = 86_400;
        let shares = [
            self.bond_bp,
            self.hold_back_bp,
            self.new_hold_back_bp,
            self.penalty_bp,
            self.penalty_buyer_bp,
            self.cap_bp,
            self.fund_fee_bp,
        ];
        shares.iter().all(|&share| share <= 10_000)
            && self.bond_min.0 <= crate::limits::SETTLEMENT_MINIMUM_CENTS
            && self.penalty_min.0 <= crate::limits::SETTLEMENT_MINIMUM_CENTS
            && self.documented_days <= 60
            && self.attested_days <= 60
            && self.grace_seconds <= 60 * DAY
            && (1..=60 * DAY).contains(&self.acceptance_seconds)
            && (1..=400).contains(&self.hold_back_days)
            && (1..=60 * DAY).contains(&self.retry_seconds)
            && (1..=10_000).contains(&self.tries)
            && self.cutoff_days <= 60
    }
}

/// What is asked about trades that settle later, and about what secures them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementCommand {
    /// The seller says that it has delivered.
    Deliver {
        /// Who says so.
        account: AccountId,
        /// Which.
        settlement: SettlementId,
        /// Where that can be seen.
        evidence: Evidence,
    },
    /// The buyer has what it bought.
    Accept {
        /// Who says so.
        account: AccountId,
        /// Which.
        settlement: SettlementId,
    },
    /// The buyer has not.
    Dispute {
        /// Who says so.
        account: AccountId,
        /// Which.
        settlement: SettlementId,
        /// Where that can be seen.
        evidence: Evidence,
    },
    /// Operator: decides a dispute.
    Rule {
        /// Which.
        settlement: SettlementId,
        /// How.
        ruling: Ruling,
    },
    /// Operator: the provider took credits back that were delivered.
    ClawBack {
        /// Which, held back.
        settlement: SettlementId,
        /// How many of its lots, above none.
        lots: Lots,
    },
    /// Operator: money for the default fund arrives from outside.
    Contribute {
        /// How much, above zero.
        amount: Cash,
    },
    /// Operator: the terms from now on.
    SetTerms(SettlementTerms),
}

impl SettlementCommand {
    /// Whether an operator gives it.
    #[must_use]
    pub fn is_an_operators(&self) -> bool {
        match self {
            SettlementCommand::Rule { .. }
            | SettlementCommand::ClawBack { .. }
            | SettlementCommand::Contribute { .. }
            | SettlementCommand::SetTerms(_) => true,
            SettlementCommand::Deliver { .. }
            | SettlementCommand::Accept { .. }
            | SettlementCommand::Dispute { .. } => false,
        }
    }

    /// The account that gives it, when a participant does.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match *self {
            SettlementCommand::Deliver { account, .. }
            | SettlementCommand::Accept { account, .. }
            | SettlementCommand::Dispute { account, .. } => Some(account),
            _ => None,
        }
    }

    /// The settlement that it is about.
    #[must_use]
    pub fn settlement(&self) -> Option<SettlementId> {
        match *self {
            SettlementCommand::Deliver { settlement, .. }
            | SettlementCommand::Accept { settlement, .. }
            | SettlementCommand::Dispute { settlement, .. }
            | SettlementCommand::Rule { settlement, .. }
            | SettlementCommand::ClawBack { settlement, .. } => Some(settlement),
            SettlementCommand::Contribute { .. } | SettlementCommand::SetTerms(_) => None,
        }
    }

    /// The stable name for machines, `deliver`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            SettlementCommand::Deliver { .. } => "deliver",
            SettlementCommand::Accept { .. } => "accept",
            SettlementCommand::Dispute { .. } => "dispute",
            SettlementCommand::Rule { .. } => "rule",
            SettlementCommand::ClawBack { .. } => "claw_back",
            SettlementCommand::Contribute { .. } => "contribute",
            SettlementCommand::SetTerms(_) => "set_terms",
        }
    }
}

/// A trade that settles later, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Its number.
    pub settlement: SettlementId,
    /// The trade.
    pub trade: TradeId,
    /// Who pays.
    pub buyer: AccountId,
    /// Who delivers.
    pub seller: AccountId,
    /// What was sold.
    pub instrument: InstrumentId,
    /// At which level.
    pub level: Level,
    /// The sale's price.
    pub price: Price,
    /// How many lots were sold.
    pub lots: Lots,
    /// Lots of them that the seller delivered and the provider did not take back.
    pub delivered: Lots,
    /// Lots that were bought in instead.
    pub covered: Lots,
    /// Lots whose money the buyer got back: undelivered ones, and those that the provider took back.
    pub refunded: Lots,
    /// What of the buyer's price is in its escrow: that of the lots that are none of these.
    pub escrow: Cash,
    /// What of the buyer's fee is in its escrow.
    pub buyer_fee: Cash,
    /// What of the seller's fee is not charged yet.
    pub seller_fee: Cash,
    /// What of the bond is in the seller's escrow.
    pub bond: Cash,
    /// What of the proceeds is in the seller's escrow.
    pub held_back: Cash,
    /// Where it stands.
    pub state: SettlementState,
    /// When the next timer of it is due; `None` in a dispute and at an end.
    pub due: Option<Timestamp>,
    /// How often the venue tried to buy in.
    pub tries: u16,
    /// What the seller said last for its delivery.
    pub evidence: Option<Evidence>,
    /// What the buyer said for its dispute.
    pub dispute: Option<Evidence>,
}

impl Settlement {
    /// Lots that are neither delivered nor bought in nor refunded.
    #[must_use]
    pub fn open(&self) -> Lots {
        self.lots - self.delivered - self.covered - self.refunded
    }
}

/// What happened to a settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementStep {
    /// It was matched, and the buyer's money is in escrow.
    Matched,
    /// The seller delivered.
    Delivered,
    /// It settled because the buyer accepted.
    Accepted,
    /// It settled because the buyer said nothing in time.
    Unanswered,
    /// The buyer disputes.
    Disputed,
    /// The operator ruled.
    Ruled(Ruling),
    /// The seller's clock ran out.
    Late,
    /// The grace ran out.
    BuyIn,
    /// Lots were bought in.
    Covered {
        /// The trade.
        trade: TradeId,
        /// Of which instrument.
        instrument: InstrumentId,
        /// At which price.
        price: Price,
        /// How many.
        lots: Lots,
    },
    /// A try to buy in ended with lots open.
    Uncovered,
    /// All of it was bought in, and the penalty was charged.
    Closed,
    /// What was not bought in was refunded, and the penalty was charged.
    Compensated,
    /// What was held back was released.
    Released,
    /// The provider took lots back.
    ClawedBack {
        /// How many.
        lots: Lots,
    },
    /// Something of what was held back was taken for another settlement of the seller's.
    Drawn {
        /// For which.
        settlement: SettlementId,
    },
}

impl SettlementStep {
    /// The stable name for machines, `clawed_back`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            SettlementStep::Matched => "matched",
            SettlementStep::Delivered => "delivered",
            SettlementStep::Accepted => "accepted",
            SettlementStep::Unanswered => "unanswered",
            SettlementStep::Disputed => "disputed",
            SettlementStep::Ruled(_) => "ruled",
            SettlementStep::Late => "late",
            SettlementStep::BuyIn => "buy_in",
            SettlementStep::Covered { .. } => "covered",
            SettlementStep::Uncovered => "uncovered",
            SettlementStep::Closed => "closed",
            SettlementStep::Compensated => "compensated",
            SettlementStep::Released => "released",
            SettlementStep::ClawedBack { .. } => "clawed_back",
            SettlementStep::Drawn { .. } => "drawn",
        }
    }
}

/// One step of a settlement, and where it stands after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettlementTold {
    /// What happened.
    pub step: SettlementStep,
    /// Where it stands now.
    pub settlement: Settlement,
}

/// An account's money in escrow and its debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EscrowBalance {
    /// Whose.
    pub account: AccountId,
    /// In escrow for trades that settle later: what it pays for purchases, its bonds, and what is held back of its proceeds.
    pub escrow: Cash,
    /// What it owes to buyers and to the default fund; while it owes anything it has no free cash.
    pub debt: Cash,
}

/// An account's lots of one instrument that are promised at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromisedBalance {
    /// Whose.
    pub account: AccountId,
    /// What.
    pub instrument: InstrumentId,
    /// At which level: documented or attested.
    pub level: Level,
    /// Free to sell, in lots.
    pub available: u64,
    /// Set aside for open sell orders, in lots.
    pub reserved: u64,
    /// Sold and not settled yet, in lots.
    pub escrow: u64,
}

/// What somebody waits for because a seller could not pay and the fund was short, after this command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who owes.
    pub debtor: AccountId,
    /// The settlement whose buyer waits; `None` for what the debtor owes to the default fund.
    pub settlement: Option<SettlementId>,
    /// The buyer that waits; `None` for the fund.
    pub creditor: Option<AccountId>,
    /// What is owed still; zero when it is paid.
    pub amount: Cash,
}
