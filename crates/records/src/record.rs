//! One journal frame: kind, version, body.

use crate::codec::{self, CodecError};
use crate::engine_fact;
use crate::holdings;
use crate::settlement;
use crate::wire::settlement::{RegisterLotsV1, WithdrawLotsV1};
use crate::wire::{
    AccountStateV1, AddDecayV1, AddLinkedV1, AddOrderV1, AddOrderV2, AdjustTradeV1, AmendOrderV1, AmendOrderV2,
    BustTradeV1, ByOperatorV1, CancelAllAfterV1, CancelAllV1, CancelAllV2, CancelOrderV1, ClockV1, CommitAuctionV1,
    ConnectV1, DecideWithdrawalV1, DepositCashV1, DepositCreditsV1, DisconnectV1, FieldError, FillV1, FillV2, FillV3,
    FundV1, FundingRulesV1, KillV1, ListInstrumentV1, MassQuoteV1, OpenAccountV1, PermitV1, ResetGroupV1,
    RevealAuctionV1, RevokePermitV1, SetGroupV1, SetLimitsV1, SetPhaseV1, SetPhaseV2, SetReferenceV1, SetRulesV1,
    SetRulesV2, SetScheduleV1, Stamps, StateMarkV1, TermsV1, WatchExpiryV1, pad,
};
use unspent_model::{ByOperator, Command, CommandSeq, Fill, Sequenced, Timestamp};

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
    pub const MASS_QUOTE: u16 = 11;
    pub const SET_GROUP: u16 = 12;
    pub const RESET_GROUP: u16 = 13;
    pub const CANCEL_ALL_AFTER: u16 = 14;
    pub const CONNECT: u16 = 15;
    pub const DISCONNECT: u16 = 16;
    pub const SET_RULES: u16 = 17;
    pub const SET_SCHEDULE: u16 = 18;
    pub const SET_REFERENCE: u16 = 19;
    pub const SET_LIMITS: u16 = 20;
    pub const KILL: u16 = 21;
    pub const COMMIT_AUCTION: u16 = 22;
    pub const REVEAL_AUCTION: u16 = 23;
    pub const BY_OPERATOR: u16 = 24;
    pub const ADD_DECAY: u16 = 30;
    pub const ADD_LINKED: u16 = 31;
    pub const SET_ACCOUNT: u16 = 80;
    pub const FUND: u16 = 81;
    pub const DECIDE_WITHDRAWAL: u16 = 82;
    pub const SET_FUNDING_RULES: u16 = 83;
    pub const BUST_TRADE: u16 = 84;
    pub const ADJUST_TRADE: u16 = 85;
    pub const SET_PROGRAMME: u16 = 60;
    pub const PERMIT: u16 = 61;
    pub const REVOKE_PERMIT: u16 = 62;
    pub const WATCH_EXPIRY: u16 = 63;
    pub const FILL: u16 = 100;
    pub const FORMER_STATE_MARK: u16 = 200;
    pub const STATE_MARK: u16 = 201;
}

/// The version of a kind that is written; those below it are read. `None` for a kind that is not known.
fn newest(kind: u16) -> Option<u16> {
    match kind {
        kind::FILL => Some(3),
        kind::SET_PHASE | kind::ADD_ORDER | kind::AMEND_ORDER | kind::CANCEL_ALL | kind::SET_RULES => Some(2),
        kind::LIST_INSTRUMENT..=kind::BY_OPERATOR | kind::FORMER_STATE_MARK | kind::STATE_MARK => Some(1),
        kind::ADD_DECAY | kind::ADD_LINKED => Some(1),
        kind::SET_ACCOUNT..=kind::ADJUST_TRADE => Some(1),
        kind::SET_PROGRAMME..=kind::WATCH_EXPIRY => Some(1),
        settlement::REGISTER_LOTS..=settlement::SET_TERMS => Some(1),
        kind if holdings::is_command(kind) => Some(1),
        _ => None,
    }
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
    /// A state hash by a definition of before there were auctions. No engine makes it any more: it is read, and there is
    /// nothing to compare it with. It is never written.
    FormerStateMark(StateMark),
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
        "record kind {kind} has version {version}, this version ({}) reads up to {}; a newer one wrote it",
        env!("CARGO_PKG_VERSION"),
        newest(*kind).or(engine_fact::newest(*kind)).or(crate::view_fact::newest(*kind)).unwrap_or(0)
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

/// Appends a frame's kind and version.
pub(crate) fn head(kind: u16, version: u16, into: &mut Vec<u8>) {
    into.extend_from_slice(&kind.to_le_bytes());
    into.extend_from_slice(&version.to_le_bytes());
}

fn begin(kind: u16, into: &mut Vec<u8>) {
    head(kind, newest(kind).expect("only known kinds are written"), into);
}

/// Appends a command's frame.
///
/// # Panics
/// When a mass quote has more than [`unspent_model::limits::QUOTES_PER_COMMAND`] quotes or a schedule more than
/// [`unspent_model::limits::SCHEDULE_ENTRIES`] entries: whoever takes them in refuses them.
pub fn encode_command(command: &Sequenced, into: &mut Vec<u8>) {
    let mut record = Recorder { stamps: Stamps { seq: command.seq.0, at: command.at.0 }, into };
    put_command(&command.command, &mut record);
}

fn put_command(command: &Command, record: &mut impl Put) {
    match command {
        Command::ListInstrument(spec) => record.put(kind::LIST_INSTRUMENT, &ListInstrumentV1::from(spec)),
        Command::OpenAccount { name, group } => record.put(kind::OPEN_ACCOUNT, &OpenAccountV1::new(*name, *group)),
        Command::DepositCash { account, amount } => {
            record.put(kind::DEPOSIT_CASH, &DepositCashV1 { account: account.0, cents: amount.0 });
        }
        Command::DepositCredits { account, instrument, lots } => {
            let body = DepositCreditsV1 { account: account.0, instrument: instrument.0, lots: *lots };
            record.put(kind::DEPOSIT_CREDITS, &body);
        }
        Command::SetPhase { instrument, phase } => {
            record.put(kind::SET_PHASE, &SetPhaseV2 { instrument: instrument.0, phase: *phase as u8 });
        }
        Command::Clock => record.put(kind::CLOCK, &ClockV1 {}),
        Command::AddOrder(add) => record.put(kind::ADD_ORDER, &AddOrderV2::from(add)),
        Command::AddLinked(bid) => record.put(kind::ADD_LINKED, &AddLinkedV1::from(&**bid)),
        Command::AddDecay(add) => record.put(kind::ADD_DECAY, &AddDecayV1::from(&**add)),
        Command::AmendOrder(amend) => record.put(kind::AMEND_ORDER, &AmendOrderV2::from(amend)),
        Command::CancelOrder { account, order } => {
            record.put(kind::CANCEL_ORDER, &CancelOrderV1::new(*account, *order));
        }
        Command::CancelAll { account, filter } => record.put(kind::CANCEL_ALL, &CancelAllV2::new(*account, filter)),
        Command::MassQuote(mass) => record.put(kind::MASS_QUOTE, &MassQuoteV1::from(mass)),
        Command::SetGroup { account, group, rule } => {
            record.put(kind::SET_GROUP, &SetGroupV1::new(*account, *group, *rule));
        }
        Command::ResetGroup { account, group } => {
            record.put(kind::RESET_GROUP, &ResetGroupV1 { account: account.0, group: pad(group.as_str()) });
        }
        Command::CancelAllAfter { account, seconds } => {
            record.put(kind::CANCEL_ALL_AFTER, &CancelAllAfterV1 { account: account.0, seconds: *seconds });
        }
        Command::Connect { account } => record.put(kind::CONNECT, &ConnectV1 { account: account.0 }),
        Command::Disconnect { session } => record.put(kind::DISCONNECT, &DisconnectV1 { session: session.0 }),
        Command::SetRules { instrument, rules } => {
            let body = SetRulesV1::new(*instrument, rules);
            if rules.dominance {
                record.put(kind::SET_RULES, &SetRulesV2 { rules: body, dominance: true });
            } else {
                record.put_as(kind::SET_RULES, 1, &body);
            }
        }
        Command::SetSchedule { instrument, schedule } => {
            record.put(kind::SET_SCHEDULE, &SetScheduleV1::new(*instrument, schedule));
        }
        Command::SetReference { instrument, price } => {
            record.put(kind::SET_REFERENCE, &SetReferenceV1 { instrument: instrument.0, price: price.0 });
        }
        Command::SetLimits { account, limits } => record.put(kind::SET_LIMITS, &SetLimitsV1::new(*account, limits)),
        Command::Kill { scope, engaged } => record.put(kind::KILL, &KillV1::new(*scope, *engaged)),
        Command::CommitAuction { auction, instrument, commitment } => {
            let body = CommitAuctionV1 { auction: auction.0, instrument: instrument.0, commitment: *commitment };
            record.put(kind::COMMIT_AUCTION, &body);
        }
        Command::RevealAuction { auction, instrument, seed } => {
            let body = RevealAuctionV1 { auction: auction.0, instrument: instrument.0, seed: *seed };
            record.put(kind::REVEAL_AUCTION, &body);
        }
        Command::RegisterLots { account, instrument, level, lots } => {
            let body =
                RegisterLotsV1 { account: account.0, instrument: instrument.0, level: *level as u8, lots: *lots };
            record.put(settlement::REGISTER_LOTS, &body);
        }
        Command::WithdrawLots { account, instrument, level, lots } => {
            let body =
                WithdrawLotsV1 { account: account.0, instrument: instrument.0, level: *level as u8, lots: *lots };
            record.put(settlement::WITHDRAW_LOTS, &body);
        }
        Command::Settlement(command) => settlement::put_settlement(command, record),
        Command::Holding(command) => holdings::put(command, record),
        Command::SetAccount { account, state } => {
            record.put(kind::SET_ACCOUNT, &AccountStateV1::new(*account, *state));
        }
        Command::Fund(funding) => record.put(kind::FUND, &FundV1::from(funding)),
        Command::DecideWithdrawal { withdrawal, approve } => {
            let body = DecideWithdrawalV1 { withdrawal: withdrawal.0, approve: *approve };
            record.put(kind::DECIDE_WITHDRAWAL, &body);
        }
        Command::SetFundingRules(rules) => record.put(kind::SET_FUNDING_RULES, &FundingRulesV1::from(rules)),
        Command::BustTrade { instrument, trade } => {
            record.put(kind::BUST_TRADE, &BustTradeV1 { instrument: instrument.0, trade: trade.0 });
        }
        Command::AdjustTrade { instrument, trade, price } => {
            let body = AdjustTradeV1 { instrument: instrument.0, trade: trade.0, price: price.0 };
            record.put(kind::ADJUST_TRADE, &body);
        }
        Command::SetProgramme(terms) => record.put(kind::SET_PROGRAMME, &TermsV1::from(&**terms)),
        Command::Permit(permit) => record.put(kind::PERMIT, &PermitV1::from(&**permit)),
        Command::RevokePermit { account, programme, kind } => {
            record.put(kind::REVOKE_PERMIT, &RevokePermitV1::new(*account, *programme, *kind));
        }
        Command::WatchExpiry { instrument } => {
            record.put(kind::WATCH_EXPIRY, &WatchExpiryV1 { instrument: instrument.0 });
        }
        Command::ByOperator(by) => {
            let mut inner = Inner::default();
            put_command(by.command(), &mut inner);
            record.put(kind::BY_OPERATOR, &ByOperatorV1::new(by, inner));
        }
    }
}

/// Takes a command's kind, version and body.
pub(crate) trait Put {
    fn put_as<T: bincode::Encode>(&mut self, kind: u16, version: u16, body: &T);

    /// In its newest version.
    fn put<T: bincode::Encode>(&mut self, kind: u16, body: &T) {
        self.put_as(kind, newest(kind).expect("only known kinds are written"), body);
    }
}

/// The command that an operator gave, as its own frame would have it, without the stamps.
#[derive(Default)]
pub(crate) struct Inner {
    pub kind: u16,
    pub version: u16,
    pub body: Vec<u8>,
}

impl Put for Inner {
    fn put_as<T: bincode::Encode>(&mut self, kind: u16, version: u16, body: &T) {
        (self.kind, self.version) = (kind, version);
        codec::put(body, &mut self.body);
    }
}

/// Where a command's frame goes, and the stamps that stand before its body.
struct Recorder<'a> {
    stamps: Stamps,
    into: &'a mut Vec<u8>,
}

impl Put for Recorder<'_> {
    fn put_as<T: bincode::Encode>(&mut self, kind: u16, version: u16, body: &T) {
        head(kind, version, self.into);
        codec::put(&self.stamps, self.into);
        codec::put(body, self.into);
    }
}

/// Appends a fill's frame.
pub fn encode_fill(fill: &Fill, into: &mut Vec<u8>) {
    match FillV3::of(fill) {
        Some(body) => {
            begin(kind::FILL, into);
            codec::put(&body, into);
        }
        None => {
            head(kind::FILL, 2, into);
            codec::put(&FillV2::from(fill), into);
        }
    }
}

/// Appends a state hash's frame.
pub fn encode_mark(mark: StateMark, into: &mut Vec<u8>) {
    begin(kind::STATE_MARK, into);
    codec::put(&StateMarkV1 { seq: mark.seq.0, hash: mark.hash }, into);
}

impl Record {
    /// Reads one frame.
    ///
    /// # Errors
    /// [`RecordError`] when the bytes are no record that this version knows.
    pub fn decode(frame: &[u8]) -> Result<Record, RecordError> {
        let (kind, version, body) = split(frame, newest)?;
        match (kind, version) {
            (kind::FILL, 1) => read::<FillV1, _>(kind, body).map(Record::Fill),
            (kind::FILL, 2) => read::<FillV2, _>(kind, body).map(Record::Fill),
            (kind::FILL, _) => read::<FillV3, _>(kind, body).map(Record::Fill),
            (kind::FORMER_STATE_MARK, _) => mark(kind, body).map(Record::FormerStateMark),
            (kind::STATE_MARK, _) => mark(kind, body).map(Record::StateMark),
            _ => {
                let (stamps, body) = body.split_at_checked(STAMPS).ok_or(RecordError::Malformed { kind })?;
                let stamps = body_of::<Stamps>(kind, stamps)?;
                let command = command(kind, version, body)?;
                Ok(Record::Command(Sequenced { seq: CommandSeq(stamps.seq), at: Timestamp(stamps.at), command }))
            }
        }
    }
}

/// A frame's kind, version and body, of the kinds and versions that are known to `newest`.
pub(crate) fn split(frame: &[u8], newest: fn(u16) -> Option<u16>) -> Result<(u16, u16, &[u8]), RecordError> {
    let &[k0, k1, v0, v1, ref body @ ..] = frame else {
        return Err(RecordError::Short { len: frame.len() });
    };
    debug_assert_eq!(frame.len() - body.len(), HEAD);
    let (kind, version) = (u16::from_le_bytes([k0, k1]), u16::from_le_bytes([v0, v1]));
    let newest = newest(kind).ok_or(RecordError::UnknownKind { kind })?;
    if !(1..=newest).contains(&version) {
        return Err(RecordError::UnknownVersion { kind, version });
    }
    Ok((kind, version, body))
}

fn command(kind: u16, version: u16, body: &[u8]) -> Result<Command, RecordError> {
    match (kind, version) {
        (kind::LIST_INSTRUMENT, _) => read::<ListInstrumentV1, _>(kind, body),
        (kind::OPEN_ACCOUNT, _) => read::<OpenAccountV1, _>(kind, body),
        (kind::DEPOSIT_CASH, _) => read::<DepositCashV1, _>(kind, body),
        (kind::DEPOSIT_CREDITS, _) => read::<DepositCreditsV1, _>(kind, body),
        (kind::SET_PHASE, 1) => read::<SetPhaseV1, _>(kind, body),
        (kind::SET_PHASE, _) => read::<SetPhaseV2, _>(kind, body),
        (kind::CLOCK, _) => read::<ClockV1, _>(kind, body),
        (kind::ADD_ORDER, 1) => read::<AddOrderV1, _>(kind, body),
        (kind::ADD_ORDER, _) => read::<AddOrderV2, _>(kind, body),
        (kind::ADD_LINKED, _) => read::<AddLinkedV1, _>(kind, body),
        (kind::ADD_DECAY, _) => read::<AddDecayV1, _>(kind, body),
        (kind::AMEND_ORDER, 1) => read::<AmendOrderV1, _>(kind, body),
        (kind::AMEND_ORDER, _) => read::<AmendOrderV2, _>(kind, body),
        (kind::CANCEL_ORDER, _) => read::<CancelOrderV1, _>(kind, body),
        (kind::CANCEL_ALL, 1) => read::<CancelAllV1, _>(kind, body),
        (kind::CANCEL_ALL, _) => read::<CancelAllV2, _>(kind, body),
        (kind::MASS_QUOTE, _) => read::<MassQuoteV1, _>(kind, body),
        (kind::SET_GROUP, _) => read::<SetGroupV1, _>(kind, body),
        (kind::RESET_GROUP, _) => read::<ResetGroupV1, _>(kind, body),
        (kind::CANCEL_ALL_AFTER, _) => read::<CancelAllAfterV1, _>(kind, body),
        (kind::CONNECT, _) => read::<ConnectV1, _>(kind, body),
        (kind::DISCONNECT, _) => read::<DisconnectV1, _>(kind, body),
        (kind::SET_RULES, 1) => read::<SetRulesV1, _>(kind, body),
        (kind::SET_RULES, _) => read::<SetRulesV2, _>(kind, body),
        (kind::SET_SCHEDULE, _) => read::<SetScheduleV1, _>(kind, body),
        (kind::SET_REFERENCE, _) => read::<SetReferenceV1, _>(kind, body),
        (kind::SET_LIMITS, _) => read::<SetLimitsV1, _>(kind, body),
        (kind::KILL, _) => read::<KillV1, _>(kind, body),
        (kind::COMMIT_AUCTION, _) => read::<CommitAuctionV1, _>(kind, body),
        (kind::REVEAL_AUCTION, _) => read::<RevealAuctionV1, _>(kind, body),
        (kind::SET_ACCOUNT, _) => read::<AccountStateV1, _>(kind, body),
        (kind::FUND, _) => read::<FundV1, _>(kind, body),
        (kind::DECIDE_WITHDRAWAL, _) => read::<DecideWithdrawalV1, _>(kind, body),
        (kind::SET_FUNDING_RULES, _) => read::<FundingRulesV1, _>(kind, body),
        (kind::BUST_TRADE, _) => read::<BustTradeV1, _>(kind, body),
        (kind::ADJUST_TRADE, _) => read::<AdjustTradeV1, _>(kind, body),
        (kind::SET_PROGRAMME, _) => read::<TermsV1, _>(kind, body),
        (kind::PERMIT, _) => read::<PermitV1, _>(kind, body),
        (kind::REVOKE_PERMIT, _) => read::<RevokePermitV1, _>(kind, body),
        (kind::WATCH_EXPIRY, _) => read::<WatchExpiryV1, _>(kind, body),
        (kind::BY_OPERATOR, _) => by_operator(&body_of::<ByOperatorV1>(kind, body)?),
        (kind, _) if holdings::is_command(kind) => holdings::command(kind, body),
        _ => settlement::command(kind, body),
    }
}

fn by_operator(by: &ByOperatorV1) -> Result<Command, RecordError> {
    let outside = |field| RecordError::Field { kind: kind::BY_OPERATOR, field };
    // Read before what is within, so that none within another is followed down.
    if by.kind == kind::BY_OPERATOR {
        return Err(outside("kind"));
    }
    let newest = newest(by.kind).ok_or(RecordError::UnknownKind { kind: by.kind })?;
    if !(1..=newest).contains(&by.version) {
        return Err(RecordError::UnknownVersion { kind: by.kind, version: by.version });
    }
    let command = command(by.kind, by.version, &by.body)?;
    let (actor, reason) = by.who_and_why().map_err(outside)?;
    let by = ByOperator::new(actor, reason, command).ok_or(outside("kind"))?;
    Ok(Command::ByOperator(Box::new(by)))
}

fn mark(kind: u16, body: &[u8]) -> Result<StateMark, RecordError> {
    let mark = body_of::<StateMarkV1>(kind, body)?;
    Ok(StateMark { seq: CommandSeq(mark.seq), hash: mark.hash })
}

/// Reads a body and what it stands for.
pub(crate) fn read<T, V>(kind: u16, bytes: &[u8]) -> Result<V, RecordError>
where
    T: bincode::Decode<()>,
    V: TryFrom<T, Error = FieldError>,
{
    body_of::<T>(kind, bytes)?.try_into().map_err(|field| RecordError::Field { kind, field })
}

fn body_of<T: bincode::Decode<()>>(kind: u16, bytes: &[u8]) -> Result<T, RecordError> {
    codec::take(bytes).map_err(|error| match error {
        CodecError::Invalid => RecordError::Malformed { kind },
        CodecError::Trailing(bytes) => RecordError::Trailing { kind, bytes },
    })
}
