//! Trades that settle later: what is asked about them, and the rows that tell how they stand.

use crate::catalogue::{Catalogue, cash_of, dollars, invalid_quantity, units};
use crate::fields::{Fields, missing};
use crate::form::{self, Form};
use crate::number;

use crate::refusal::Refusal;
use crate::words::RulingWord;
use rust_decimal::Decimal;
use serde::Serialize;
use std::fmt;
use unspent_model::{
    AccountId, AccountName, Command, Evidence, Level, Lots, Ruling, SettlementCommand, SettlementId, SettlementState,
    SettlementTerms, Side, Symbol, Timestamp, ViewSettlement,
};

impl Form for Evidence {
    fn read(text: &str) -> Result<Evidence, String> {
        Evidence::parse(text).map_err(|error| error.to_string())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `register_lots` and `withdraw_lots`, the operator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PromiseParams {
    /// Whose.
    #[serde(with = "form")]
    pub account: AccountName,
    /// What.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// How well they are known: documented or attested.
    #[serde(with = "form")]
    pub level: Level,
    /// Dollars of face, a multiple of the lot.
    #[serde(with = "number")]
    pub qty: Decimal,
}

/// `deliver` and `dispute`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceParams {
    /// The settlement.
    pub settlement_id: u64,
    /// Where it can be seen: 1 to 200 printable ASCII characters.
    #[serde(with = "form")]
    pub evidence: Evidence,
}

/// `accept`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AcceptParams {
    /// The settlement.
    pub settlement_id: u64,
}

/// `rule`, the operator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RuleParams {
    /// The settlement.
    pub settlement_id: u64,
    /// How.
    #[serde(with = "form")]
    pub ruling: RulingWord,
    /// Of a partial ruling: the lots that were delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lots: Option<u32>,
}

/// `claw_back`, the operator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ClawBackParams {
    /// The settlement.
    pub settlement_id: u64,
    /// How many lots the provider took back.
    pub lots: u32,
}

/// `contribute`, the operator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ContributeParams {
    /// Dollars for the default fund.
    #[serde(with = "number")]
    pub amount: Decimal,
}

/// `set_terms`, the operator's. What is absent is by default, not as before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the fields are those of SettlementTerms, where each is documented")]
pub struct TermsParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bond_bp: Option<u16>,
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub bond_min: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documented_days: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attested_days: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acceptance_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_back_bp: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_hold_back_bp: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_after: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_back_days: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalty_bp: Option<u16>,
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub penalty_min: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalty_buyer_bp: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap_bp: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cutoff_days: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fund_fee_bp: Option<u16>,
}

/// The fields of `set_terms`.
pub(crate) const TERMS: &[&str] = &[
    "bond_bp",
    "bond_min",
    "documented_days",
    "attested_days",
    "grace_seconds",
    "acceptance_seconds",
    "hold_back_bp",
    "new_hold_back_bp",
    "trusted_after",
    "hold_back_days",
    "penalty_bp",
    "penalty_min",
    "penalty_buyer_bp",
    "cap_bp",
    "retry_seconds",
    "tries",
    "cutoff_days",
    "fund_fee_bp",
];

pub(crate) fn promise(f: &Fields<'_>, account: AccountName) -> Result<PromiseParams, Refusal> {
    Ok(PromiseParams { account, symbol: f.required("symbol")?, level: f.required("level")?, qty: f.required("qty")? })
}

pub(crate) fn evidence(f: &Fields<'_>) -> Result<EvidenceParams, Refusal> {
    Ok(EvidenceParams { settlement_id: f.required("settlement_id")?, evidence: f.required("evidence")? })
}

pub(crate) fn rule(f: &Fields<'_>) -> Result<RuleParams, Refusal> {
    let params = RuleParams {
        settlement_id: f.required("settlement_id")?,
        ruling: f.required("ruling")?,
        lots: f.option("lots")?,
    };
    match (params.ruling, params.lots) {
        (RulingWord::Partial, None) => Err(missing("lots")),
        (RulingWord::Delivered | RulingWord::Refund, Some(_)) => {
            Err(Refusal::field("lots", "is only for a partial ruling"))
        }
        _ => Ok(params),
    }
}

pub(crate) fn terms(f: &Fields<'_>) -> Result<TermsParams, Refusal> {
    Ok(TermsParams {
        bond_bp: f.option("bond_bp")?,
        bond_min: f.option("bond_min")?,
        documented_days: f.option("documented_days")?,
        attested_days: f.option("attested_days")?,
        grace_seconds: f.option("grace_seconds")?,
        acceptance_seconds: f.option("acceptance_seconds")?,
        hold_back_bp: f.option("hold_back_bp")?,
        new_hold_back_bp: f.option("new_hold_back_bp")?,
        trusted_after: f.option("trusted_after")?,
        hold_back_days: f.option("hold_back_days")?,
        penalty_bp: f.option("penalty_bp")?,
        penalty_min: f.option("penalty_min")?,
        penalty_buyer_bp: f.option("penalty_buyer_bp")?,
        cap_bp: f.option("cap_bp")?,
        retry_seconds: f.option("retry_seconds")?,
        tries: f.option("tries")?,
        cutoff_days: f.option("cutoff_days")?,
        fund_fee_bp: f.option("fund_fee_bp")?,
    })
}

fn of(command: SettlementCommand) -> Command {
    Command::Settlement(Box::new(command))
}

impl EvidenceParams {
    /// The command of a `deliver`.
    #[must_use]
    pub fn deliver(&self, account: AccountId) -> Command {
        let (settlement, evidence) = (SettlementId(self.settlement_id), self.evidence);
        of(SettlementCommand::Deliver { account, settlement, evidence })
    }

    /// The command of a `dispute`.
    #[must_use]
    pub fn dispute(&self, account: AccountId) -> Command {
        let (settlement, evidence) = (SettlementId(self.settlement_id), self.evidence);
        of(SettlementCommand::Dispute { account, settlement, evidence })
    }
}

impl AcceptParams {
    /// The command.
    #[must_use]
    pub fn command(&self, account: AccountId) -> Command {
        of(SettlementCommand::Accept { account, settlement: SettlementId(self.settlement_id) })
    }
}

impl RuleParams {
    /// The command.
    #[must_use]
    pub fn command(&self) -> Command {
        let ruling = match self.ruling {
            RulingWord::Delivered => Ruling::Delivered,
            RulingWord::Partial => Ruling::Partial(Lots(self.lots.unwrap_or(0))),
            RulingWord::Refund => Ruling::Refund,
        };
        of(SettlementCommand::Rule { settlement: SettlementId(self.settlement_id), ruling })
    }
}

impl ClawBackParams {
    /// The command.
    #[must_use]
    pub fn command(&self) -> Command {
        of(SettlementCommand::ClawBack { settlement: SettlementId(self.settlement_id), lots: Lots(self.lots) })
    }
}

impl ContributeParams {
    /// The command.
    ///
    /// # Errors
    /// [`unspent_model::Reject::InvalidField`] when the amount is no money.
    pub fn command(&self) -> Result<Command, Refusal> {
        Ok(of(SettlementCommand::Contribute { amount: cash_of("amount", self.amount)? }))
    }
}

impl TermsParams {
    /// The command.
    ///
    /// # Errors
    /// [`unspent_model::Reject::InvalidField`] when a least bond or penalty is no money.
    pub fn command(&self) -> Result<Command, Refusal> {
        let usual = SettlementTerms::default();
        let days = |asked: Option<u16>, usual| asked.map_or(usual, |days| u8::try_from(days).unwrap_or(u8::MAX));
        let money = |field, asked: Option<Decimal>, usual| asked.map_or(Ok(usual), |asked| cash_of(field, asked));
        Ok(of(SettlementCommand::SetTerms(SettlementTerms {
            bond_bp: self.bond_bp.unwrap_or(usual.bond_bp),
            bond_min: money("bond_min", self.bond_min, usual.bond_min)?,
            documented_days: days(self.documented_days, usual.documented_days),
            attested_days: days(self.attested_days, usual.attested_days),
            grace_seconds: self.grace_seconds.unwrap_or(usual.grace_seconds),
            acceptance_seconds: self.acceptance_seconds.unwrap_or(usual.acceptance_seconds),
            hold_back_bp: self.hold_back_bp.unwrap_or(usual.hold_back_bp),
            new_hold_back_bp: self.new_hold_back_bp.unwrap_or(usual.new_hold_back_bp),
            trusted_after: self.trusted_after.unwrap_or(usual.trusted_after),
            hold_back_days: self.hold_back_days.unwrap_or(usual.hold_back_days),
            penalty_bp: self.penalty_bp.unwrap_or(usual.penalty_bp),
            penalty_min: money("penalty_min", self.penalty_min, usual.penalty_min)?,
            penalty_buyer_bp: self.penalty_buyer_bp.unwrap_or(usual.penalty_buyer_bp),
            cap_bp: self.cap_bp.unwrap_or(usual.cap_bp),
            retry_seconds: self.retry_seconds.unwrap_or(usual.retry_seconds),
            tries: self.tries.unwrap_or(usual.tries),
            cutoff_days: days(self.cutoff_days, usual.cutoff_days),
            fund_fee_bp: self.fund_fee_bp.unwrap_or(usual.fund_fee_bp),
        })))
    }
}

/// A row of `settlements`: a trade that settles later, as one of its parties sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct SettlementRow {
    /// Its number.
    pub settlement_id: u64,
    /// The trade.
    pub trade_id: u64,
    /// What was sold.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// Whether the account bought or sold.
    #[serde(with = "form")]
    pub side: Side,
    /// At which level.
    #[serde(with = "form")]
    pub level: Level,
    /// Where it stands.
    #[serde(with = "form")]
    pub state: SettlementState,
    /// The sale's price.
    #[serde(with = "number")]
    pub price: Decimal,
    /// Dollars of face sold.
    pub qty: u64,
    /// Those that were delivered and not taken back.
    pub delivered_qty: u64,
    /// Those that were bought in.
    pub covered_qty: u64,
    /// Those whose money the buyer got back.
    pub refunded_qty: u64,
    /// Dollars that the buyer has in escrow for it, its fee included.
    #[serde(with = "number")]
    pub escrow: Decimal,
    /// Dollars of the seller's bond that are left.
    #[serde(with = "number")]
    pub bond: Decimal,
    /// Dollars held back of the seller's proceeds.
    #[serde(with = "number")]
    pub held_back: Decimal,
    /// When its next timer is due.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// What the seller said last for its delivery.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// What the buyer said for its dispute.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub dispute: Option<Evidence>,
    /// When it came to stand so.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}

impl Catalogue {
    /// The command of a `register_lots`.
    ///
    /// # Errors
    /// [`unspent_model::Reject::UnknownSymbol`], [`unspent_model::Reject::InvalidQuantity`].
    pub fn register_lots(&self, account: AccountId, params: &PromiseParams) -> Result<Command, Refusal> {
        let (instrument, lots) = self.promised_lots(params)?;
        Ok(Command::RegisterLots { account, instrument, level: params.level, lots })
    }

    /// The command of a `withdraw_lots`.
    ///
    /// # Errors
    /// As [`Catalogue::register_lots`].
    pub fn withdraw_lots(&self, account: AccountId, params: &PromiseParams) -> Result<Command, Refusal> {
        let (instrument, lots) = self.promised_lots(params)?;
        Ok(Command::WithdrawLots { account, instrument, level: params.level, lots })
    }

    fn promised_lots(&self, params: &PromiseParams) -> Result<(unspent_model::InstrumentId, u64), Refusal> {
        let (id, instrument) = self.resolve(&params.symbol)?;
        let lots = units(params.qty, 0, instrument.face_dollars).and_then(|lots| u64::try_from(lots).ok());
        Ok((id, lots.ok_or_else(|| invalid_quantity("qty", instrument))?))
    }

    /// A settlement as an account sees it: as its buyer, or else as its seller.
    ///
    /// # Panics
    /// When its instrument is not listed here.
    #[must_use]
    pub fn settlement(&self, known: &ViewSettlement, account: AccountId) -> SettlementRow {
        let it = &known.settlement;
        let face = |lots: Lots| self.face(it.instrument, u64::from(lots.0));
        SettlementRow {
            settlement_id: it.settlement.0,
            trade_id: it.trade.0,
            symbol: self.spec(it.instrument).symbol,
            side: if it.buyer == account { Side::Buy } else { Side::Sell },
            level: it.level,
            state: it.state,
            price: self.price(it.instrument, it.price),
            qty: face(it.lots),
            delivered_qty: face(it.delivered),
            covered_qty: face(it.covered),
            refunded_qty: face(it.refunded),
            escrow: dollars(it.escrow + it.buyer_fee),
            bond: dollars(it.bond),
            held_back: dollars(it.held_back),
            due: it.due,
            evidence: it.evidence,
            dispute: it.dispute,
            timestamp: known.at,
        }
    }
}
