//! Commands about promised credits and trades that settle later.

use super::{FieldError, body, pad, unpad};
use unspent_model as model;
use unspent_model::{
    AccountId, Cash, Evidence, InstrumentId, Level, Lots, Ruling, SettlementCommand, SettlementId, SettlementTerms,
};

body! {
    /// Kind 40.
    RegisterLotsV1 { account: u32, instrument: u32, level: u8, lots: u64 }
}
body! {
    /// Kind 41.
    WithdrawLotsV1 { account: u32, instrument: u32, level: u8, lots: u64 }
}
body! {
    /// Kind 42. The evidence is padded with zeros.
    DeliverV1 { account: u32, settlement: u64, evidence: [u8; 200] }
}
body! {
    /// Kind 43.
    AcceptV1 { account: u32, settlement: u64 }
}
body! {
    /// Kind 44. The evidence is padded with zeros.
    DisputeV1 { account: u32, settlement: u64, evidence: [u8; 200] }
}
body! {
    /// Kind 45. Ruling 1 delivered, 2 partial, 3 refund; lots only with 2, else 0.
    RuleV1 { settlement: u64, ruling: u8, lots: u32 }
}
body! {
    /// Kind 46.
    ClawBackV1 { settlement: u64, lots: u32 }
}
body! {
    /// Kind 47.
    ContributeV1 { cents: u64 }
}
body! {
    /// Kind 48.
    SetTermsV1 {
        bond_bp: u16, bond_min_cents: u64, documented_days: u8, attested_days: u8, grace_seconds: u32,
        acceptance_seconds: u32, hold_back_bp: u16, new_hold_back_bp: u16, trusted_after: u16, hold_back_days: u16,
        penalty_bp: u16, penalty_min_cents: u64, penalty_buyer_bp: u16, cap_bp: u16, retry_seconds: u32, tries: u16,
        cutoff_days: u8, fund_fee_bp: u16,
    }
}

pub(crate) fn level(code: u8) -> Result<Level, FieldError> {
    Level::from_code(code).ok_or("level")
}

pub(crate) fn evidence(bytes: &[u8; 200]) -> Result<Evidence, FieldError> {
    unpad(bytes).and_then(|text| Evidence::parse(text).ok()).ok_or("evidence")
}

fn command(command: SettlementCommand) -> model::Command {
    model::Command::Settlement(Box::new(command))
}

impl TryFrom<RegisterLotsV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: RegisterLotsV1) -> Result<Self, FieldError> {
        let (account, instrument) = (AccountId(body.account), InstrumentId(body.instrument));
        Ok(model::Command::RegisterLots { account, instrument, level: level(body.level)?, lots: body.lots })
    }
}

impl TryFrom<WithdrawLotsV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: WithdrawLotsV1) -> Result<Self, FieldError> {
        let (account, instrument) = (AccountId(body.account), InstrumentId(body.instrument));
        Ok(model::Command::WithdrawLots { account, instrument, level: level(body.level)?, lots: body.lots })
    }
}

impl DeliverV1 {
    pub fn new(account: AccountId, settlement: SettlementId, evidence: &Evidence) -> Self {
        DeliverV1 { account: account.0, settlement: settlement.0, evidence: pad(evidence.as_str()) }
    }
}

impl TryFrom<DeliverV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: DeliverV1) -> Result<Self, FieldError> {
        let (account, settlement) = (AccountId(body.account), SettlementId(body.settlement));
        Ok(command(SettlementCommand::Deliver { account, settlement, evidence: evidence(&body.evidence)? }))
    }
}

impl TryFrom<AcceptV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: AcceptV1) -> Result<Self, FieldError> {
        let (account, settlement) = (AccountId(body.account), SettlementId(body.settlement));
        Ok(command(SettlementCommand::Accept { account, settlement }))
    }
}

impl DisputeV1 {
    pub fn new(account: AccountId, settlement: SettlementId, evidence: &Evidence) -> Self {
        DisputeV1 { account: account.0, settlement: settlement.0, evidence: pad(evidence.as_str()) }
    }
}

impl TryFrom<DisputeV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: DisputeV1) -> Result<Self, FieldError> {
        let (account, settlement) = (AccountId(body.account), SettlementId(body.settlement));
        Ok(command(SettlementCommand::Dispute { account, settlement, evidence: evidence(&body.evidence)? }))
    }
}

impl RuleV1 {
    pub fn new(settlement: SettlementId, ruling: Ruling) -> Self {
        let (ruling, lots) = match ruling {
            Ruling::Delivered => (1, 0),
            Ruling::Partial(lots) => (2, lots.0),
            Ruling::Refund => (3, 0),
        };
        RuleV1 { settlement: settlement.0, ruling, lots }
    }
}

impl TryFrom<RuleV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: RuleV1) -> Result<Self, FieldError> {
        let ruling = match (body.ruling, body.lots) {
            (1, 0) => Ruling::Delivered,
            (2, lots) => Ruling::Partial(Lots(lots)),
            (3, 0) => Ruling::Refund,
            _ => return Err("ruling"),
        };
        Ok(command(SettlementCommand::Rule { settlement: SettlementId(body.settlement), ruling }))
    }
}

impl TryFrom<ClawBackV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: ClawBackV1) -> Result<Self, FieldError> {
        let settlement = SettlementId(body.settlement);
        Ok(command(SettlementCommand::ClawBack { settlement, lots: Lots(body.lots) }))
    }
}

impl TryFrom<ContributeV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: ContributeV1) -> Result<Self, FieldError> {
        Ok(command(SettlementCommand::Contribute { amount: Cash(body.cents) }))
    }
}

impl From<&SettlementTerms> for SetTermsV1 {
    fn from(terms: &SettlementTerms) -> Self {
        SetTermsV1 {
            bond_bp: terms.bond_bp,
            bond_min_cents: terms.bond_min.0,
            documented_days: terms.documented_days,
            attested_days: terms.attested_days,
            grace_seconds: terms.grace_seconds,
            acceptance_seconds: terms.acceptance_seconds,
            hold_back_bp: terms.hold_back_bp,
            new_hold_back_bp: terms.new_hold_back_bp,
            trusted_after: terms.trusted_after,
            hold_back_days: terms.hold_back_days,
            penalty_bp: terms.penalty_bp,
            penalty_min_cents: terms.penalty_min.0,
            penalty_buyer_bp: terms.penalty_buyer_bp,
            cap_bp: terms.cap_bp,
            retry_seconds: terms.retry_seconds,
            tries: terms.tries,
            cutoff_days: terms.cutoff_days,
            fund_fee_bp: terms.fund_fee_bp,
        }
    }
}

impl From<SetTermsV1> for SettlementTerms {
    fn from(body: SetTermsV1) -> Self {
        SettlementTerms {
            bond_bp: body.bond_bp,
            bond_min: Cash(body.bond_min_cents),
            documented_days: body.documented_days,
            attested_days: body.attested_days,
            grace_seconds: body.grace_seconds,
            acceptance_seconds: body.acceptance_seconds,
            hold_back_bp: body.hold_back_bp,
            new_hold_back_bp: body.new_hold_back_bp,
            trusted_after: body.trusted_after,
            hold_back_days: body.hold_back_days,
            penalty_bp: body.penalty_bp,
            penalty_min: Cash(body.penalty_min_cents),
            penalty_buyer_bp: body.penalty_buyer_bp,
            cap_bp: body.cap_bp,
            retry_seconds: body.retry_seconds,
            tries: body.tries,
            cutoff_days: body.cutoff_days,
            fund_fee_bp: body.fund_fee_bp,
        }
    }
}

impl TryFrom<SetTermsV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: SetTermsV1) -> Result<Self, FieldError> {
        Ok(command(SettlementCommand::SetTerms(body.into())))
    }
}
