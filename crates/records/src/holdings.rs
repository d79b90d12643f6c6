//! The frames of the registry of holdings: commands of kinds 96 to 99 and 101, facts of kinds 380 to 382.

use crate::engine_fact::write;
use crate::record::{Put, RecordError, read};
use crate::wire::holdings::{
    DelistHoldingV1, ListHoldingV1, ListedOutV1, NewHoldingV1, RegisteredHoldingV1, RegistryV1, SetHoldingLevelV1,
    WithdrawHoldingV1,
};
use unspent_model::{Command, EngineFact, HoldingCommand};

const REGISTER: u16 = 96;
const SET_LEVEL: u16 = 97;
const LIST: u16 = 98;
const DELIST: u16 = 99;
/// 100 is a fill.
const WITHDRAW: u16 = 101;

const REGISTRY: u16 = 380;
const HOLDING: u16 = 381;
const LISTED_OUT: u16 = 382;

/// Whether a command of this kind is about holdings.
pub(crate) fn is_command(kind: u16) -> bool {
    matches!(kind, REGISTER | SET_LEVEL | LIST | DELIST | WITHDRAW)
}

/// Whether a fact of this kind is about holdings.
pub(crate) fn is_fact(kind: u16) -> bool {
    matches!(kind, REGISTRY | HOLDING | LISTED_OUT)
}

pub(crate) fn put(command: &HoldingCommand, record: &mut impl Put) {
    match *command {
        HoldingCommand::Register(ref terms) => record.put(REGISTER, &NewHoldingV1::from(terms)),
        HoldingCommand::SetLevel { holding, level } => {
            record.put(SET_LEVEL, &SetHoldingLevelV1 { holding: holding.0, level: level as u8 });
        }
        HoldingCommand::List { account, holding, instrument, lots } => {
            let body = ListHoldingV1 { account: account.0, holding: holding.0, instrument: instrument.0, lots };
            record.put(LIST, &body);
        }
        HoldingCommand::Delist { account, holding, instrument, lots } => {
            let body = DelistHoldingV1 { account: account.0, holding: holding.0, instrument: instrument.0, lots };
            record.put(DELIST, &body);
        }
        HoldingCommand::Withdraw { account, holding } => {
            record.put(WITHDRAW, &WithdrawHoldingV1 { account: account.0, holding: holding.0 });
        }
    }
}

/// A command of one of these kinds; all are in their first version.
pub(crate) fn command(kind: u16, body: &[u8]) -> Result<Command, RecordError> {
    match kind {
        REGISTER => read::<NewHoldingV1, _>(kind, body),
        SET_LEVEL => read::<SetHoldingLevelV1, _>(kind, body),
        LIST => read::<ListHoldingV1, _>(kind, body),
        DELIST => read::<DelistHoldingV1, _>(kind, body),
        WITHDRAW => read::<WithdrawHoldingV1, _>(kind, body),
        _ => Err(RecordError::UnknownKind { kind }),
    }
}

/// Appends the frame of one of these facts.
///
/// # Panics
/// When it is another.
pub(crate) fn encode(fact: &EngineFact, into: &mut Vec<u8>) {
    match fact {
        EngineFact::Registry { last } => write(REGISTRY, &RegistryV1 { last: last.0 }, into),
        EngineFact::RegisteredHolding(holding) => write(HOLDING, &RegisteredHoldingV1::from(&**holding), into),
        EngineFact::ListedOut { holding, listed } => write(LISTED_OUT, &ListedOutV1::new(*holding, listed), into),
        _ => unreachable!("a fact of another kind"),
    }
}

/// Reads the body of one of these facts.
pub(crate) fn decode(kind: u16, body: &[u8]) -> Result<EngineFact, RecordError> {
    match kind {
        REGISTRY => read::<RegistryV1, _>(kind, body),
        HOLDING => read::<RegisteredHoldingV1, _>(kind, body),
        LISTED_OUT => read::<ListedOutV1, _>(kind, body),
        _ => Err(RecordError::UnknownKind { kind }),
    }
}
