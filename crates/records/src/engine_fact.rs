//! One frame of a snapshot: a fact of an engine's state.

use crate::codec;
use crate::record::{RecordError, head, read, split};
use crate::settlement_fact;
use crate::wire::{
    AccountStateV1, AccountV1, AnswerFillV1, AnswerV1, AskedV1, CallV1, DeadManV1, FundedV1, FundingRulesV1,
    GroupFillV1, GroupV1, HoldingV1, InstrumentV1, KilledProgrammeV1, OrderV1, SessionV1, TradeV1, TradesSinceV1,
    VenueV1, WithdrawalV1, pad,
};
use unspent_model::EngineFact;

mod kind {
    pub const VENUE: u16 = 300;
    pub const KILLED_PROGRAMME: u16 = 301;
    pub const INSTRUMENT: u16 = 302;
    pub const CALL: u16 = 303;
    pub const ACCOUNT: u16 = 304;
    pub const HOLDING: u16 = 305;
    pub const SESSION: u16 = 306;
    pub const DEAD_MAN: u16 = 307;
    pub const GROUP: u16 = 308;
    pub const GROUP_FILL: u16 = 309;
    pub const ORDER: u16 = 310;
    pub const ANSWER: u16 = 311;
    pub const ANSWER_FILL: u16 = 312;
    pub const ACCOUNT_STATE: u16 = 370;
    pub const FUNDING_RULES: u16 = 371;
    pub const WITHDRAWAL: u16 = 372;
    pub const ASKED: u16 = 373;
    pub const FUNDED: u16 = 374;
    pub const TRADES_SINCE: u16 = 375;
    pub const TRADE: u16 = 376;
}

/// The version of a kind of fact that is written. `None` for a kind that is not known.
pub(crate) fn newest(kind: u16) -> Option<u16> {
    let known = matches!(kind, kind::VENUE..=kind::ANSWER_FILL | kind::ACCOUNT_STATE..=kind::TRADE);
    (known || settlement_fact::KINDS.contains(&kind)).then_some(1)
}

/// Whether a frame of a snapshot says something of the engine, as far as its kind tells.
#[must_use]
pub fn is_engine_fact(frame: &[u8]) -> bool {
    frame.first_chunk().is_some_and(|&kind| (300..400).contains(&u16::from_le_bytes(kind)))
}

/// Appends a fact's frame.
///
/// # Panics
/// When an instrument has more auction fees or entries of its day than [`unspent_model::limits`] allows.
pub fn encode_engine_fact(fact: &EngineFact, into: &mut Vec<u8>) {
    match fact {
        EngineFact::Venue(venue) => write(kind::VENUE, &VenueV1::from(venue), into),
        EngineFact::KilledProgramme(programme) => {
            write(kind::KILLED_PROGRAMME, &KilledProgrammeV1 { programme: pad(programme.as_str()) }, into);
        }
        EngineFact::Instrument(instrument) => write(kind::INSTRUMENT, &InstrumentV1::from(&**instrument), into),
        EngineFact::Call(call) => write(kind::CALL, &CallV1::from(call), into),
        EngineFact::Account(account) => write(kind::ACCOUNT, &AccountV1::from(account), into),
        EngineFact::Holding(holding) => write(kind::HOLDING, &HoldingV1::from(holding), into),
        EngineFact::Session { session, account } => {
            write(kind::SESSION, &SessionV1 { session: session.0, account: account.0 }, into);
        }
        EngineFact::DeadMan { account, due } => {
            write(kind::DEAD_MAN, &DeadManV1 { account: account.0, due: due.0 }, into);
        }
        EngineFact::Group(group) => write(kind::GROUP, &GroupV1::from(group), into),
        EngineFact::GroupFill { at, lots } => write(kind::GROUP_FILL, &GroupFillV1 { at: at.0, lots: *lots }, into),
        EngineFact::Order(order) => write(kind::ORDER, &OrderV1::from(order), into),
        EngineFact::Answer(answer) => write(kind::ANSWER, &AnswerV1::from(answer), into),
        EngineFact::AccountState { account, state } => {
            write(kind::ACCOUNT_STATE, &AccountStateV1::new(*account, *state), into);
        }
        EngineFact::FundingRules(rules) => write(kind::FUNDING_RULES, &FundingRulesV1::from(rules), into),
        EngineFact::Withdrawal(pending) => write(kind::WITHDRAWAL, &WithdrawalV1::from(pending), into),
        EngineFact::Asked { account, day, cents, face } => {
            write(kind::ASKED, &AskedV1 { account: account.0, day: *day, cents: *cents, face: *face }, into);
        }
        EngineFact::Funded { funding, withdrawal } => {
            let body = FundedV1 { funding: funding.into(), withdrawal: withdrawal.map(|id| id.0) };
            write(kind::FUNDED, &body, into);
        }
        EngineFact::TradesSince(since) => write(kind::TRADES_SINCE, &TradesSinceV1 { trade: *since }, into),
        EngineFact::Trade(trade) => write(kind::TRADE, &TradeV1::from(trade), into),
        EngineFact::AnswerFill(fill) => write(kind::ANSWER_FILL, &AnswerFillV1::from(fill), into),
        EngineFact::Escrow { .. }
        | EngineFact::Promised(_)
        | EngineFact::Registered { .. }
        | EngineFact::Fund(_)
        | EngineFact::Claim(_)
        | EngineFact::Terms { .. }
        | EngineFact::Settlement(_)
        | EngineFact::GoodDeliveries { .. }
        | EngineFact::PromisedOrder { .. } => settlement_fact::encode(fact, into),
    }
}

pub(crate) fn write<T: bincode::Encode>(kind: u16, body: &T, into: &mut Vec<u8>) {
    head(kind, newest(kind).expect("only known kinds are written"), into);
    codec::put(body, into);
}

/// Reads one fact's frame.
///
/// # Errors
/// [`RecordError`] when the bytes are no fact that this version knows.
pub fn decode_engine_fact(frame: &[u8]) -> Result<EngineFact, RecordError> {
    let (kind, _, body) = split(frame, newest)?;
    match kind {
        kind::VENUE => read::<VenueV1, _>(kind, body),
        kind::KILLED_PROGRAMME => read::<KilledProgrammeV1, _>(kind, body),
        kind::INSTRUMENT => read::<InstrumentV1, _>(kind, body),
        kind::CALL => read::<CallV1, _>(kind, body),
        kind::ACCOUNT => read::<AccountV1, _>(kind, body),
        kind::HOLDING => read::<HoldingV1, _>(kind, body),
        kind::SESSION => read::<SessionV1, _>(kind, body),
        kind::DEAD_MAN => read::<DeadManV1, _>(kind, body),
        kind::GROUP => read::<GroupV1, _>(kind, body),
        kind::GROUP_FILL => read::<GroupFillV1, _>(kind, body),
        kind::ORDER => read::<OrderV1, _>(kind, body),
        kind::ANSWER => read::<AnswerV1, _>(kind, body),
        kind::ACCOUNT_STATE => read::<AccountStateV1, _>(kind, body),
        kind::FUNDING_RULES => read::<FundingRulesV1, _>(kind, body),
        kind::WITHDRAWAL => read::<WithdrawalV1, _>(kind, body),
        kind::ASKED => read::<AskedV1, _>(kind, body),
        kind::FUNDED => read::<FundedV1, _>(kind, body),
        kind::TRADES_SINCE => read::<TradesSinceV1, _>(kind, body),
        kind::TRADE => read::<TradeV1, _>(kind, body),
        kind::ANSWER_FILL => read::<AnswerFillV1, _>(kind, body),
        _ => settlement_fact::decode(kind, body),
    }
}
