//! The frames of an engine's facts about trades that settle later: kinds 330 to 338.

use crate::engine_fact::write;
use crate::record::{RecordError, read};
use crate::wire::settlement::SetTermsV1;
use crate::wire::settlement_facts::{
    ClaimV1, EscrowV1, FundV1, GoodDeliveriesV1, PromisedOrderV1, PromisedV1, RegisteredV1, SettlementV1, TermsV1,
};
use std::ops::RangeInclusive;
use unspent_model::EngineFact;

const ESCROW: u16 = 330;
const PROMISED: u16 = 331;
const REGISTERED: u16 = 332;
const FUND: u16 = 333;
const CLAIM: u16 = 334;
const TERMS: u16 = 335;
const SETTLEMENT: u16 = 336;
const GOOD_DELIVERIES: u16 = 337;
const PROMISED_ORDER: u16 = 338;

pub(crate) const KINDS: RangeInclusive<u16> = ESCROW..=PROMISED_ORDER;

/// Appends the frame of one of these facts.
///
/// # Panics
/// When it is another.
pub(crate) fn encode(fact: &EngineFact, into: &mut Vec<u8>) {
    match fact {
        EngineFact::Escrow { account, escrow } => {
            write(ESCROW, &EscrowV1 { account: account.0, escrow_cents: escrow.0 }, into);
        }
        EngineFact::Promised(promised) => write(PROMISED, &PromisedV1::from(promised), into),
        EngineFact::Registered { instrument, registered, gone } => {
            let body = RegisteredV1 { instrument: instrument.0, registered: *registered, gone: *gone };
            write(REGISTERED, &body, into);
        }
        EngineFact::Fund(fund) => write(FUND, &FundV1 { cents: fund.0 }, into),
        EngineFact::Claim(claim) => write(CLAIM, &ClaimV1::from(claim), into),
        EngineFact::Terms { terms, last_settlement } => {
            let body = TermsV1 { terms: SetTermsV1::from(&**terms), last_settlement: last_settlement.0 };
            write(TERMS, &body, into);
        }
        EngineFact::Settlement(settlement) => write(SETTLEMENT, &SettlementV1::from(&**settlement), into),
        EngineFact::GoodDeliveries { account, count } => {
            write(GOOD_DELIVERIES, &GoodDeliveriesV1 { account: account.0, count: *count }, into);
        }
        EngineFact::PromisedOrder { order, level } => {
            write(PROMISED_ORDER, &PromisedOrderV1 { order: order.0, level: *level as u8 }, into);
        }
        _ => unreachable!("a fact of another kind"),
    }
}

/// Reads the body of one of these facts.
pub(crate) fn decode(kind: u16, body: &[u8]) -> Result<EngineFact, RecordError> {
    match kind {
        ESCROW => read::<EscrowV1, _>(kind, body),
        PROMISED => read::<PromisedV1, _>(kind, body),
        REGISTERED => read::<RegisteredV1, _>(kind, body),
        FUND => read::<FundV1, _>(kind, body),
        CLAIM => read::<ClaimV1, _>(kind, body),
        TERMS => read::<TermsV1, _>(kind, body),
        SETTLEMENT => read::<SettlementV1, _>(kind, body),
        GOOD_DELIVERIES => read::<GoodDeliveriesV1, _>(kind, body),
        PROMISED_ORDER => read::<PromisedOrderV1, _>(kind, body),
        _ => Err(RecordError::UnknownKind { kind }),
    }
}
