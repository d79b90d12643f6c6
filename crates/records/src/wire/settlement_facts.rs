//! The facts of an engine about promised credits and trades that settle later.

use super::settlement::{SetTermsV1, evidence, level};
use super::{FieldError, body, pad};
use unspent_model::{
    AccountId, Cash, Claim, EngineFact, InstrumentId, Lots, OrderId, Price, PromisedBalance, Settlement, SettlementId,
    SettlementState, Timestamp, TradeId,
};

body! {
    /// Kind 330.
    EscrowV1 { account: u32, escrow_cents: u64 }
}
body! {
    /// Kind 331.
    PromisedV1 { account: u32, instrument: u32, level: u8, available: u64, reserved: u64, escrow: u64 }
}
body! {
    /// Kind 332.
    RegisteredV1 { instrument: u32, registered: u64, gone: u64 }
}
body! {
    /// Kind 333.
    FundV1 { cents: u64 }
}
body! {
    /// Kind 334. Without a settlement and a creditor what is owed to the fund.
    ClaimV1 { debtor: u32, settlement: Option<u64>, creditor: Option<u32>, cents: u64 }
}
body! {
    /// Kind 335.
    TermsV1 { terms: SetTermsV1, last_settlement: u64 }
}
body! {
    /// Kind 336.
    SettlementV1 {
        settlement: u64, trade: u64, buyer: u32, seller: u32, instrument: u32, level: u8, price: u32, lots: u32,
        delivered: u32, covered: u32, refunded: u32, escrow_cents: u64, buyer_fee_cents: u64, seller_fee_cents: u64,
        bond_cents: u64, held_back_cents: u64, state: u8, due: Option<u64>, tries: u16, evidence: Option<[u8; 200]>,
        dispute: Option<[u8; 200]>,
    }
}
body! {
    /// Kind 337.
    GoodDeliveriesV1 { account: u32, count: u32 }
}
body! {
    /// Kind 338.
    PromisedOrderV1 { order: u64, level: u8 }
}

impl TryFrom<EscrowV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: EscrowV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Escrow { account: AccountId(body.account), escrow: Cash(body.escrow_cents) })
    }
}

impl From<&PromisedBalance> for PromisedV1 {
    fn from(fact: &PromisedBalance) -> Self {
        let PromisedBalance { account, instrument, level, available, reserved, escrow } = *fact;
        PromisedV1 { account: account.0, instrument: instrument.0, level: level as u8, available, reserved, escrow }
    }
}

impl TryFrom<PromisedV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: PromisedV1) -> Result<Self, FieldError> {
        let PromisedV1 { available, reserved, escrow, .. } = body;
        let (account, instrument) = (AccountId(body.account), InstrumentId(body.instrument));
        let level = level(body.level)?;
        Ok(EngineFact::Promised(PromisedBalance { account, instrument, level, available, reserved, escrow }))
    }
}

impl TryFrom<RegisteredV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: RegisteredV1) -> Result<Self, FieldError> {
        let RegisteredV1 { instrument, registered, gone } = body;
        Ok(EngineFact::Registered { instrument: InstrumentId(instrument), registered, gone })
    }
}

impl TryFrom<FundV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: FundV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Fund(Cash(body.cents)))
    }
}

impl From<&Claim> for ClaimV1 {
    fn from(claim: &Claim) -> Self {
        ClaimV1 {
            debtor: claim.debtor.0,
            settlement: claim.settlement.map(|settlement| settlement.0),
            creditor: claim.creditor.map(|creditor| creditor.0),
            cents: claim.amount.0,
        }
    }
}

impl TryFrom<ClaimV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: ClaimV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Claim(Claim {
            debtor: AccountId(body.debtor),
            settlement: body.settlement.map(SettlementId),
            creditor: body.creditor.map(AccountId),
            amount: Cash(body.cents),
        }))
    }
}

impl TryFrom<TermsV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: TermsV1) -> Result<Self, FieldError> {
        let last_settlement = SettlementId(body.last_settlement);
        Ok(EngineFact::Terms { terms: Box::new(body.terms.into()), last_settlement })
    }
}

impl From<&Settlement> for SettlementV1 {
    fn from(it: &Settlement) -> Self {
        SettlementV1 {
            settlement: it.settlement.0,
            trade: it.trade.0,
            buyer: it.buyer.0,
            seller: it.seller.0,
            instrument: it.instrument.0,
            level: it.level as u8,
            price: it.price.0,
            lots: it.lots.0,
            delivered: it.delivered.0,
            covered: it.covered.0,
            refunded: it.refunded.0,
            escrow_cents: it.escrow.0,
            buyer_fee_cents: it.buyer_fee.0,
            seller_fee_cents: it.seller_fee.0,
            bond_cents: it.bond.0,
            held_back_cents: it.held_back.0,
            state: it.state as u8,
            due: it.due.map(|due| due.0),
            tries: it.tries,
            evidence: it.evidence.map(|text| pad(text.as_str())),
            dispute: it.dispute.map(|text| pad(text.as_str())),
        }
    }
}

impl TryFrom<SettlementV1> for Settlement {
    type Error = FieldError;
    fn try_from(body: SettlementV1) -> Result<Self, FieldError> {
        // So that no sum of them overflows.
        let done = [body.delivered, body.covered, body.refunded].map(u64::from).iter().sum::<u64>();
        if done > u64::from(body.lots) {
            return Err("lots");
        }
        Ok(Settlement {
            settlement: SettlementId(body.settlement),
            trade: TradeId(body.trade),
            buyer: AccountId(body.buyer),
            seller: AccountId(body.seller),
            instrument: InstrumentId(body.instrument),
            level: level(body.level)?,
            price: Price(body.price),
            lots: Lots(body.lots),
            delivered: Lots(body.delivered),
            covered: Lots(body.covered),
            refunded: Lots(body.refunded),
            escrow: Cash(body.escrow_cents),
            buyer_fee: Cash(body.buyer_fee_cents),
            seller_fee: Cash(body.seller_fee_cents),
            bond: Cash(body.bond_cents),
            held_back: Cash(body.held_back_cents),
            state: SettlementState::from_code(body.state).ok_or("state")?,
            due: body.due.map(Timestamp),
            tries: body.tries,
            evidence: body.evidence.as_ref().map(evidence).transpose()?,
            dispute: body.dispute.as_ref().map(evidence).transpose()?,
        })
    }
}

impl TryFrom<SettlementV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: SettlementV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Settlement(Box::new(body.try_into()?)))
    }
}

impl TryFrom<GoodDeliveriesV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: GoodDeliveriesV1) -> Result<Self, FieldError> {
        Ok(EngineFact::GoodDeliveries { account: AccountId(body.account), count: body.count })
    }
}

impl TryFrom<PromisedOrderV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: PromisedOrderV1) -> Result<Self, FieldError> {
        Ok(EngineFact::PromisedOrder { order: OrderId(body.order), level: level(body.level)? })
    }
}
