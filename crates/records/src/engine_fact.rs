//! One frame of a snapshot: a fact of an engine's state.

use crate::codec;
use crate::holdings;
use crate::record::{RecordError, head, read, split};
use crate::settlement_fact;
use crate::wire::{
    AccountStateV1, AccountV1, AnswerFillV1, AnswerV1, AnswerV2, AskedV1, CallV1, DeadManV1, DecayV1, ExpiredV1,
    FundedV1, FundingRulesV1, GroupFillV1, GroupV1, HoldingV1, InstrumentV1, InstrumentV2, KilledProgrammeV1, LinkV1,
    MonthV1, OrderV1, PermitV1, SessionV1, TermsV1, TradeV1, TradesSinceV1, VenueV1, WithdrawalV1, pad,
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
    pub const DECAY: u16 = 320;
    pub const LINK: u16 = 321;
    pub const ACCOUNT_STATE: u16 = 370;
    pub const FUNDING_RULES: u16 = 371;
    pub const WITHDRAWAL: u16 = 372;
    pub const ASKED: u16 = 373;
    pub const FUNDED: u16 = 374;
    pub const TRADES_SINCE: u16 = 375;
    pub const TRADE: u16 = 376;
    pub const PROGRAMME: u16 = 350;
    pub const PERMIT: u16 = 351;
    pub const MONTH: u16 = 352;
    pub const EXPIRED: u16 = 353;
}

/// The version of a kind of fact that is written. `None` for a kind that is not known.
pub(crate) fn newest(kind: u16) -> Option<u16> {
    match kind {
        kind::INSTRUMENT | kind::ANSWER => Some(2),
        kind::VENUE..=kind::ANSWER_FILL | kind::DECAY | kind::LINK => Some(1),
        kind::PROGRAMME..=kind::EXPIRED | kind::ACCOUNT_STATE..=kind::TRADE => Some(1),
        kind if settlement_fact::KINDS.contains(&kind) || holdings::is_fact(kind) => Some(1),
        _ => None,
    }
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
        EngineFact::Instrument(fact) => {
            let instrument = InstrumentV1::from(&**fact);
            if fact.rules.dominance {
                write(kind::INSTRUMENT, &InstrumentV2 { instrument, dominance: true }, into);
            } else {
                head(kind::INSTRUMENT, 1, into);
                codec::put(&instrument, into);
            }
        }
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
        EngineFact::Link(link) => write(kind::LINK, &LinkV1::from(link), into),
        EngineFact::Decay(decay) => write(kind::DECAY, &DecayV1::from(decay), into),
        EngineFact::Answer(fact) => {
            let answer = AnswerV1::from(fact);
            if fact.decay == 0 {
                head(kind::ANSWER, 1, into);
                codec::put(&answer, into);
            } else {
                write(kind::ANSWER, &AnswerV2 { answer, decay: fact.decay }, into);
            }
        }
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
        EngineFact::Programme(terms) => write(kind::PROGRAMME, &TermsV1::from(&**terms), into),
        EngineFact::Permit(permit) => write(kind::PERMIT, &PermitV1::from(&**permit), into),
        EngineFact::Month { instrument, watched, lots_out } => {
            let body = MonthV1 { instrument: instrument.0, watched: *watched, lots_out: *lots_out };
            write(kind::MONTH, &body, into);
        }
        EngineFact::Expired { programme, dollars } => {
            write(kind::EXPIRED, &ExpiredV1 { programme: pad(programme.as_str()), dollars: *dollars }, into);
        }
        EngineFact::Escrow { .. }
        | EngineFact::Promised(_)
        | EngineFact::Registered { .. }
        | EngineFact::Fund(_)
        | EngineFact::Claim(_)
        | EngineFact::Terms { .. }
        | EngineFact::Settlement(_)
        | EngineFact::GoodDeliveries { .. }
        | EngineFact::PromisedOrder { .. } => settlement_fact::encode(fact, into),
        EngineFact::Registry { .. } | EngineFact::RegisteredHolding(_) | EngineFact::ListedOut { .. } => {
            holdings::encode(fact, into);
        }
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
    let (kind, version, body) = split(frame, newest)?;
    match kind {
        kind::VENUE => read::<VenueV1, _>(kind, body),
        kind::KILLED_PROGRAMME => read::<KilledProgrammeV1, _>(kind, body),
        kind::INSTRUMENT if version == 1 => read::<InstrumentV1, _>(kind, body),
        kind::INSTRUMENT => read::<InstrumentV2, _>(kind, body),
        kind::CALL => read::<CallV1, _>(kind, body),
        kind::ACCOUNT => read::<AccountV1, _>(kind, body),
        kind::HOLDING => read::<HoldingV1, _>(kind, body),
        kind::SESSION => read::<SessionV1, _>(kind, body),
        kind::DEAD_MAN => read::<DeadManV1, _>(kind, body),
        kind::GROUP => read::<GroupV1, _>(kind, body),
        kind::GROUP_FILL => read::<GroupFillV1, _>(kind, body),
        kind::ORDER => read::<OrderV1, _>(kind, body),
        kind::ANSWER if version == 1 => read::<AnswerV1, _>(kind, body),
        kind::ANSWER => read::<AnswerV2, _>(kind, body),
        kind::LINK => read::<LinkV1, _>(kind, body),
        kind::DECAY => read::<DecayV1, _>(kind, body),
        kind::ACCOUNT_STATE => read::<AccountStateV1, _>(kind, body),
        kind::FUNDING_RULES => read::<FundingRulesV1, _>(kind, body),
        kind::WITHDRAWAL => read::<WithdrawalV1, _>(kind, body),
        kind::ASKED => read::<AskedV1, _>(kind, body),
        kind::FUNDED => read::<FundedV1, _>(kind, body),
        kind::TRADES_SINCE => read::<TradesSinceV1, _>(kind, body),
        kind::TRADE => read::<TradeV1, _>(kind, body),
        kind::ANSWER_FILL => read::<AnswerFillV1, _>(kind, body),
        kind::PROGRAMME => read::<TermsV1, _>(kind, body),
        kind::PERMIT => read::<PermitV1, _>(kind, body),
        kind::MONTH => read::<MonthV1, _>(kind, body),
        kind::EXPIRED => read::<ExpiredV1, _>(kind, body),
        kind if holdings::is_fact(kind) => holdings::decode(kind, body),
        _ => settlement_fact::decode(kind, body),
    }
}
