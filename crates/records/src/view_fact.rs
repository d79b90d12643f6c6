//! One frame of a view's facts: kind, version, body.

use crate::codec;
use crate::record::{RecordError, read, split};
use crate::wire::view::{
    ViewAccountV1, ViewAnnouncerV1, ViewBucketV1, ViewCallV1, ViewCandleV1, ViewCashV1, ViewExecSeqV1, ViewGroupV1,
    ViewHoldingV1, ViewMarketV1, ViewTradeV1, ViewVenueV1, ViewVenueV2,
};
use crate::wire::view_history::{ViewClosedV1, ViewFillV1, ViewHistoryV1};
use crate::wire::view_order::{ViewOrderV1, ViewOrderV2};
use crate::wire::view_settlements::{ViewClaimV1, ViewEscrowV1, ViewPromisedV1, ViewSettlementV1, ViewSettlingV1};
use crate::wire::{AccountStateV1, OpenAccountV1, ViewFundingsV1, WithdrawalV1};
use unspent_model::ViewFact;

mod kind {
    pub const VENUE: u16 = 400;
    pub const MARKET: u16 = 401;
    pub const CALL: u16 = 402;
    pub const TRADE: u16 = 403;
    pub const BUCKET: u16 = 404;
    pub const ACCOUNT: u16 = 405;
    pub const CASH: u16 = 406;
    pub const HOLDING: u16 = 407;
    pub const ORDER: u16 = 408;
    pub const ANNOUNCER: u16 = 409;
    pub const EXEC_SEQ: u16 = 410;
    pub const CANDLE: u16 = 411;
    pub const GROUP: u16 = 412;
    pub const HISTORY: u16 = 420;
    pub const CLOSED: u16 = 421;
    pub const FILL: u16 = 422;
    pub const SETTLING: u16 = 440;
    pub const PROMISED: u16 = 441;
    pub const ESCROW: u16 = 442;
    pub const SETTLEMENT: u16 = 443;
    pub const CLAIM: u16 = 444;
    pub const FUNDINGS: u16 = 460;
    pub const ACCOUNT_STATE: u16 = 461;
    pub const WITHDRAWAL: u16 = 462;
}

/// The version of a kind that is written; those below it are read. `None` for a kind that is no view fact.
pub(crate) fn newest(kind: u16) -> Option<u16> {
    match kind {
        kind::VENUE | kind::ORDER => Some(2),
        kind::FUNDINGS..=kind::WITHDRAWAL => Some(1),
        kind::VENUE..=kind::GROUP | kind::HISTORY..=kind::FILL => Some(1),
        kind::SETTLING..=kind::CLAIM => Some(1),
        _ => None,
    }
}

/// Appends a view fact's frame.
pub fn encode_view_fact(fact: &ViewFact, into: &mut Vec<u8>) {
    match fact {
        ViewFact::Venue(venue) => put(kind::VENUE, &ViewVenueV2::from(venue), into),
        ViewFact::Market(market) => put(kind::MARKET, &ViewMarketV1::from(market), into),
        ViewFact::Call(call) => put(kind::CALL, &ViewCallV1::from(call), into),
        ViewFact::Trade(trade) => put(kind::TRADE, &ViewTradeV1::from(trade), into),
        ViewFact::Bucket(bucket) => put(kind::BUCKET, &ViewBucketV1::from(bucket), into),
        ViewFact::Candle(candle) => put(kind::CANDLE, &ViewCandleV1::from(candle), into),
        ViewFact::Account { account, name, group } => {
            let opened = OpenAccountV1::new(*name, *group);
            put(kind::ACCOUNT, &ViewAccountV1 { account: account.0, opened }, into);
        }
        ViewFact::Cash(cash) => put(kind::CASH, &ViewCashV1::from(cash), into),
        ViewFact::Holding(holding) => put(kind::HOLDING, &ViewHoldingV1::from(holding), into),
        ViewFact::Group(group) => put(kind::GROUP, &ViewGroupV1::from(group), into),
        ViewFact::Order(order) => put(kind::ORDER, &ViewOrderV2::from(order), into),
        ViewFact::History { closed, fills } => {
            put(kind::HISTORY, &ViewHistoryV1 { closed: *closed, fills: *fills }, into);
        }
        ViewFact::Closed(closed) => put(kind::CLOSED, &ViewClosedV1::from(closed), into),
        ViewFact::Fill(fill) => put(kind::FILL, &ViewFillV1::from(fill), into),
        ViewFact::Settling(it) => put(kind::SETTLING, &ViewSettlingV1::from(&**it), into),
        ViewFact::Promised(it) => put(kind::PROMISED, &ViewPromisedV1 { promised: it.into() }, into),
        ViewFact::Escrow(it) => put(kind::ESCROW, &ViewEscrowV1::from(it), into),
        ViewFact::Settlement(it) => put(kind::SETTLEMENT, &ViewSettlementV1::from(&**it), into),
        ViewFact::Claim(it) => put(kind::CLAIM, &ViewClaimV1 { claim: it.into() }, into),
        ViewFact::Fundings { states, withdrawals } => {
            put(kind::FUNDINGS, &ViewFundingsV1 { states: *states, withdrawals: *withdrawals }, into);
        }
        ViewFact::AccountState { account, state } => {
            put(kind::ACCOUNT_STATE, &AccountStateV1::new(*account, *state), into);
        }
        ViewFact::Withdrawal(pending) => put(kind::WITHDRAWAL, &WithdrawalV1::from(pending), into),
        ViewFact::Announcer { seq, exec_seqs } => {
            put(kind::ANNOUNCER, &ViewAnnouncerV1 { seq: seq.0, exec_seqs: *exec_seqs }, into);
        }
        ViewFact::ExecSeq { account, exec_seq } => {
            put(kind::EXEC_SEQ, &ViewExecSeqV1 { account: account.0, exec_seq: *exec_seq }, into);
        }
    }
}

fn put<T: bincode::Encode>(kind: u16, body: &T, into: &mut Vec<u8>) {
    let version = newest(kind).expect("only known kinds are written");
    into.extend_from_slice(&kind.to_le_bytes());
    into.extend_from_slice(&version.to_le_bytes());
    codec::put(body, into);
}

/// Reads one frame.
///
/// # Errors
/// [`RecordError`] when the bytes are no view fact that this version knows.
pub fn decode_view_fact(frame: &[u8]) -> Result<ViewFact, RecordError> {
    let (kind, version, body) = split(frame, newest)?;
    match kind {
        kind::VENUE if version == 1 => read::<ViewVenueV1, _>(kind, body),
        kind::VENUE => read::<ViewVenueV2, _>(kind, body),
        kind::MARKET => read::<ViewMarketV1, _>(kind, body),
        kind::CALL => read::<ViewCallV1, _>(kind, body),
        kind::TRADE => read::<ViewTradeV1, _>(kind, body),
        kind::BUCKET => read::<ViewBucketV1, _>(kind, body),
        kind::ACCOUNT => read::<ViewAccountV1, _>(kind, body),
        kind::CASH => read::<ViewCashV1, _>(kind, body),
        kind::HOLDING => read::<ViewHoldingV1, _>(kind, body),
        kind::ORDER if version == 1 => read::<ViewOrderV1, _>(kind, body),
        kind::ORDER => read::<ViewOrderV2, _>(kind, body),
        kind::ANNOUNCER => read::<ViewAnnouncerV1, _>(kind, body),
        kind::EXEC_SEQ => read::<ViewExecSeqV1, _>(kind, body),
        kind::HISTORY => read::<ViewHistoryV1, _>(kind, body),
        kind::CLOSED => read::<ViewClosedV1, _>(kind, body),
        kind::FILL => read::<ViewFillV1, _>(kind, body),
        kind::FUNDINGS => read::<ViewFundingsV1, _>(kind, body),
        kind::ACCOUNT_STATE => read::<AccountStateV1, _>(kind, body),
        kind::WITHDRAWAL => read::<WithdrawalV1, _>(kind, body),
        kind::CANDLE => read::<ViewCandleV1, _>(kind, body),
        kind::SETTLING => read::<ViewSettlingV1, _>(kind, body),
        kind::PROMISED => read::<ViewPromisedV1, _>(kind, body),
        kind::ESCROW => read::<ViewEscrowV1, _>(kind, body),
        kind::SETTLEMENT => read::<ViewSettlementV1, _>(kind, body),
        kind::CLAIM => read::<ViewClaimV1, _>(kind, body),
        kind::GROUP => read::<ViewGroupV1, _>(kind, body),
        _ => Err(RecordError::UnknownKind { kind }),
    }
}
