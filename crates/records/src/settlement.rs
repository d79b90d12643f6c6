//! The frames of commands about trades that settle later: kinds 40 to 48.

use crate::record::{Put, RecordError, read};
use crate::wire::settlement::{
    AcceptV1, ClawBackV1, ContributeV1, DeliverV1, DisputeV1, RegisterLotsV1, RuleV1, SetTermsV1, WithdrawLotsV1,
};
use unspent_model::{Command, SettlementCommand};

pub(crate) const REGISTER_LOTS: u16 = 40;
pub(crate) const WITHDRAW_LOTS: u16 = 41;
const DELIVER: u16 = 42;
const ACCEPT: u16 = 43;
const DISPUTE: u16 = 44;
const RULE: u16 = 45;
const CLAW_BACK: u16 = 46;
const CONTRIBUTE: u16 = 47;
pub(crate) const SET_TERMS: u16 = 48;

pub(crate) fn put_settlement(command: &SettlementCommand, record: &mut impl Put) {
    match command {
        SettlementCommand::Deliver { account, settlement, evidence } => {
            record.put(DELIVER, &DeliverV1::new(*account, *settlement, evidence));
        }
        SettlementCommand::Accept { account, settlement } => {
            record.put(ACCEPT, &AcceptV1 { account: account.0, settlement: settlement.0 });
        }
        SettlementCommand::Dispute { account, settlement, evidence } => {
            record.put(DISPUTE, &DisputeV1::new(*account, *settlement, evidence));
        }
        SettlementCommand::Rule { settlement, ruling } => record.put(RULE, &RuleV1::new(*settlement, *ruling)),
        SettlementCommand::ClawBack { settlement, lots } => {
            record.put(CLAW_BACK, &ClawBackV1 { settlement: settlement.0, lots: lots.0 });
        }
        SettlementCommand::Contribute { amount } => record.put(CONTRIBUTE, &ContributeV1 { cents: amount.0 }),
        SettlementCommand::SetTerms(terms) => record.put(SET_TERMS, &SetTermsV1::from(terms)),
    }
}

/// A command of one of these kinds; all are in their first version.
pub(crate) fn command(kind: u16, body: &[u8]) -> Result<Command, RecordError> {
    match kind {
        REGISTER_LOTS => read::<RegisterLotsV1, _>(kind, body),
        WITHDRAW_LOTS => read::<WithdrawLotsV1, _>(kind, body),
        DELIVER => read::<DeliverV1, _>(kind, body),
        ACCEPT => read::<AcceptV1, _>(kind, body),
        DISPUTE => read::<DisputeV1, _>(kind, body),
        RULE => read::<RuleV1, _>(kind, body),
        CLAW_BACK => read::<ClawBackV1, _>(kind, body),
        CONTRIBUTE => read::<ContributeV1, _>(kind, body),
        SET_TERMS => read::<SetTermsV1, _>(kind, body),
        _ => Err(RecordError::UnknownKind { kind }),
    }
}
