//! What a view knows of trades that settle later.

use super::settlement::SetTermsV1;
use super::settlement_facts::{ClaimV1, PromisedV1, SettlementV1};
use super::{FieldError, body};
use unspent_model::{AccountId, Cash, EngineFact, EscrowBalance, Timestamp, ViewFact, ViewSettlement, ViewSettling};

body! {
    /// Kind 440.
    ViewSettlingV1 { fund_cents: u64, terms: SetTermsV1, promised: u64, escrow: u64, rows: u64, claims: u64 }
}
body! {
    /// Kind 441.
    ViewPromisedV1 { promised: PromisedV1 }
}
body! {
    /// Kind 442.
    ViewEscrowV1 { account: u32, escrow_cents: u64, debt_cents: u64 }
}
body! {
    /// Kind 443.
    ViewSettlementV1 { settlement: SettlementV1, at: u64 }
}
body! {
    /// Kind 444.
    ViewClaimV1 { claim: ClaimV1 }
}

impl From<&ViewSettling> for ViewSettlingV1 {
    fn from(it: &ViewSettling) -> Self {
        ViewSettlingV1 {
            fund_cents: it.fund.0,
            terms: SetTermsV1::from(&it.terms),
            promised: it.promised,
            escrow: it.escrow,
            rows: it.rows,
            claims: it.claims,
        }
    }
}

impl TryFrom<ViewSettlingV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewSettlingV1) -> Result<Self, FieldError> {
        let ViewSettlingV1 { fund_cents, terms, promised, escrow, rows, claims } = body;
        let (fund, terms) = (Cash(fund_cents), terms.into());
        Ok(ViewFact::Settling(Box::new(ViewSettling { fund, terms, promised, escrow, rows, claims })))
    }
}

impl TryFrom<ViewPromisedV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewPromisedV1) -> Result<Self, FieldError> {
        match EngineFact::try_from(body.promised)? {
            EngineFact::Promised(balance) => Ok(ViewFact::Promised(balance)),
            _ => Err("promised"),
        }
    }
}

impl From<&EscrowBalance> for ViewEscrowV1 {
    fn from(it: &EscrowBalance) -> Self {
        ViewEscrowV1 { account: it.account.0, escrow_cents: it.escrow.0, debt_cents: it.debt.0 }
    }
}

impl TryFrom<ViewEscrowV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewEscrowV1) -> Result<Self, FieldError> {
        let (escrow, debt) = (Cash(body.escrow_cents), Cash(body.debt_cents));
        Ok(ViewFact::Escrow(EscrowBalance { account: AccountId(body.account), escrow, debt }))
    }
}

impl From<&ViewSettlement> for ViewSettlementV1 {
    fn from(it: &ViewSettlement) -> Self {
        ViewSettlementV1 { settlement: SettlementV1::from(&it.settlement), at: it.at.0 }
    }
}

impl TryFrom<ViewSettlementV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewSettlementV1) -> Result<Self, FieldError> {
        let (settlement, at) = (body.settlement.try_into()?, Timestamp(body.at));
        Ok(ViewFact::Settlement(Box::new(ViewSettlement { settlement, at })))
    }
}

impl TryFrom<ViewClaimV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewClaimV1) -> Result<Self, FieldError> {
        match EngineFact::try_from(body.claim)? {
            EngineFact::Claim(claim) => Ok(ViewFact::Claim(claim)),
            _ => Err("claim"),
        }
    }
}
