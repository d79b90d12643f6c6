//! One journal frame: kind, version, body.

use crate::codec::{self, CodecError};
use crate::wire::{
    AddOrderV1, AmendOrderV1, CancelAllV1, CancelOrderV1, ClockV1, DepositCashV1, DepositCreditsV1, FieldError, FillV1,
    ListInstrumentV1, OpenAccountV1, SetPhaseV1, Stamps, StateMarkV1,
};
use unspent_model::{AccountId, Cash, Command, CommandSeq, Fill, InstrumentId, Sequenced, Timestamp};

/// The only version written so far of every kind.
const VERSION: u16 = 1;
/// Kind and version.
const HEAD: usize = 4;
/// `command_seq` and time.
const STAMPS: usize = 16;

mod kind {
    pub const LIST_INSTRUMENT: u16 = 1;
    pub const OPEN_ACCOUNT: u16 = 2;
    pub const DEPOSIT_CASH: u16 = 3;
    pub const DEPOSIT_CREDITS: u16 = 4;
    pub const SET_PHASE: u16 = 5;
    pub const CLOCK: u16 = 6;
    pub const ADD_ORDER: u16 = 7;
    pub const AMEND_ORDER: u16 = 8;
    pub const CANCEL_ORDER: u16 = 9;
    pub const CANCEL_ALL: u16 = 10;
    pub const FILL: u16 = 100;
    pub const STATE_MARK: u16 = 200;
}

/// The state hash after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateMark {
    /// The last command it covers.
    pub seq: CommandSeq,
    /// The engine's hash.
    pub hash: u64,
}

/// What a journal frame says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A command with its stamps.
    Command(Sequenced),
    /// A fill of the command before it.
    Fill(Fill),
    /// The state hash after the command before it.
    StateMark(StateMark),
}

/// Why a frame is no record. The journal's checksum held, so these bytes were written like this: by a newer version, or
/// by a bug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Fewer bytes than kind and version take.
    #[error("a frame of {len} bytes is too short for a record")]
    Short {
        /// How many there were.
        len: usize,
    },
    /// A kind that this version does not know.
    #[error("record kind {kind} is not known to this version ({}); a newer one wrote it", env!("CARGO_PKG_VERSION"))]
    UnknownKind {
        /// The kind.
        kind: u16,
    },
    /// A version of a known kind that this version does not know.
    #[error(
        "record kind {kind} has version {version}, this version ({}) reads up to {VERSION}; a newer one wrote it",
        env!("CARGO_PKG_VERSION")
    )]
    UnknownVersion {
        /// The kind.
        kind: u16,
        /// The version.
        version: u16,
    },
    /// The body has too few bytes, or a byte that its type does not allow.
    #[error("the body of record kind {kind} is malformed")]
    Malformed {
        /// The kind.
        kind: u16,
    },
    /// The body has more bytes than its kind.
    #[error("the body of record kind {kind} has {bytes} bytes too many")]
    Trailing {
        /// The kind.
        kind: u16,
        /// How many.
        bytes: usize,
    },
    /// A field has a value outside its set.
    #[error("field {field} of record kind {kind} has a value outside its set")]
    Field {
        /// The kind.
        kind: u16,
        /// The field.
        field: &'static str,
    },
}

fn head(kind: u16, into: &mut Vec<u8>) {
    into.extend_from_slice(&kind.to_le_bytes());
    into.extend_from_slice(&VERSION.to_le_bytes());
}

/// Appends a command's frame.
pub fn encode_command(command: &Sequenced, into: &mut Vec<u8>) {
    fn record<T: bincode::Encode>(kind: u16, command: &Sequenced, body: &T, into: &mut Vec<u8>) {
        head(kind, into);
        codec::put(&Stamps { seq: command.seq.0, at: command.at.0 }, into);
        codec::put(body, into);
    }
    match &command.command {
        Command::ListInstrument(spec) => {
            record(kind::LIST_INSTRUMENT, command, &ListInstrumentV1::from(spec), into);
        }
        Command::OpenAccount { name, group } => {
            record(kind::OPEN_ACCOUNT, command, &OpenAccountV1::new(*name, *group), into);
        }
        Command::DepositCash { account, amount } => {
            record(kind::DEPOSIT_CASH, command, &DepositCashV1 { account: account.0, cents: amount.0 }, into);
        }
        Command::DepositCredits { account, instrument, lots } => {
            let body = DepositCreditsV1 { account: account.0, instrument: instrument.0, lots: *lots };
            record(kind::DEPOSIT_CREDITS, command, &body, into);
        }
        Command::SetPhase { instrument, phase } => {
            record(kind::SET_PHASE, command, &SetPhaseV1 { instrument: instrument.0, phase: *phase as u8 }, into);
        }
        Command::Clock => record(kind::CLOCK, command, &ClockV1 {}, into),
        Command::AddOrder(add) => record(kind::ADD_ORDER, command, &AddOrderV1::from(add), into),
        Command::AmendOrder(amend) => record(kind::AMEND_ORDER, command, &AmendOrderV1::from(amend), into),
        Command::CancelOrder { account, order } => {
            record(kind::CANCEL_ORDER, command, &CancelOrderV1::new(*account, *order), into);
        }
        Command::CancelAll { account, filter } => {
            record(kind::CANCEL_ALL, command, &CancelAllV1::new(*account, filter), into);
        }
    }
}

/// Appends a fill's frame.
pub fn encode_fill(fill: &Fill, into: &mut Vec<u8>) {
    head(kind::FILL, into);
    codec::put(&FillV1::from(fill), into);
}

/// Appends a state hash's frame.
pub fn encode_mark(mark: StateMark, into: &mut Vec<u8>) {
    head(kind::STATE_MARK, into);
    codec::put(&StateMarkV1 { seq: mark.seq.0, hash: mark.hash }, into);
}

impl Record {
    /// Reads one frame.
    ///
    /// # Errors
    /// [`RecordError`] when the bytes are no record that this version knows.
    pub fn decode(frame: &[u8]) -> Result<Record, RecordError> {
        let &[k0, k1, v0, v1, ref body @ ..] = frame else {
            return Err(RecordError::Short { len: frame.len() });
        };
        debug_assert_eq!(frame.len() - body.len(), HEAD);
        let (kind, version) = (u16::from_le_bytes([k0, k1]), u16::from_le_bytes([v0, v1]));
        if !matches!(kind, 1..=10 | kind::FILL | kind::STATE_MARK) {
            return Err(RecordError::UnknownKind { kind });
        }
        if version != VERSION {
            return Err(RecordError::UnknownVersion { kind, version });
        }
        let outside = |field: FieldError| RecordError::Field { kind, field };
        match kind {
            kind::FILL => {
                let fill = body_of::<FillV1>(kind, body)?.try_into().map_err(outside)?;
                return Ok(Record::Fill(fill));
            }
            kind::STATE_MARK => {
                let mark = body_of::<StateMarkV1>(kind, body)?;
                return Ok(Record::StateMark(StateMark { seq: CommandSeq(mark.seq), hash: mark.hash }));
            }
            _ => {}
        }
        let (stamps, body) = body.split_at_checked(STAMPS).ok_or(RecordError::Malformed { kind })?;
        let stamps = body_of::<Stamps>(kind, stamps)?;
        let command = match kind {
            kind::LIST_INSTRUMENT => {
                Command::ListInstrument(body_of::<ListInstrumentV1>(kind, body)?.try_into().map_err(outside)?)
            }
            kind::OPEN_ACCOUNT => body_of::<OpenAccountV1>(kind, body)?.command().map_err(outside)?,
            kind::DEPOSIT_CASH => {
                let body = body_of::<DepositCashV1>(kind, body)?;
                Command::DepositCash { account: AccountId(body.account), amount: Cash(body.cents) }
            }
            kind::DEPOSIT_CREDITS => {
                let body = body_of::<DepositCreditsV1>(kind, body)?;
                let (account, instrument) = (AccountId(body.account), InstrumentId(body.instrument));
                Command::DepositCredits { account, instrument, lots: body.lots }
            }
            kind::SET_PHASE => body_of::<SetPhaseV1>(kind, body)?.command().map_err(outside)?,
            kind::CLOCK => {
                body_of::<ClockV1>(kind, body)?;
                Command::Clock
            }
            kind::ADD_ORDER => Command::AddOrder(body_of::<AddOrderV1>(kind, body)?.try_into().map_err(outside)?),
            kind::AMEND_ORDER => Command::AmendOrder(body_of::<AmendOrderV1>(kind, body)?.try_into().map_err(outside)?),
            kind::CANCEL_ORDER => body_of::<CancelOrderV1>(kind, body)?.command().map_err(outside)?,
            kind::CANCEL_ALL => body_of::<CancelAllV1>(kind, body)?.command().map_err(outside)?,
            _ => return Err(RecordError::UnknownKind { kind }),
        };
        Ok(Record::Command(Sequenced { seq: CommandSeq(stamps.seq), at: Timestamp(stamps.at), command }))
    }
}

fn body_of<T: bincode::Decode<()>>(kind: u16, bytes: &[u8]) -> Result<T, RecordError> {
    codec::take(bytes).map_err(|error| match error {
        CodecError::Invalid => RecordError::Malformed { kind },
        CodecError::Trailing(bytes) => RecordError::Trailing { kind, bytes },
    })
}
