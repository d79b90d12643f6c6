//! One frame of a view's facts: kind, version, body.

use crate::codec;
use crate::record::{RecordError, read, split};
use crate::wire::holdings::{ListedOutV1, ViewRegisteredV1, ViewRegistryV1};
use crate::wire::view::{
    ViewAccountV1, ViewAnnouncerV1, ViewBucketV1, ViewCallV1, ViewCandleV1, ViewCashV1, ViewDecayV1, ViewExecSeqV1,
    ViewGroupV1, ViewHoldingV1, ViewMarketV1, ViewMarketV2, ViewTradeV1, ViewTradeV2, ViewVenueV1, ViewVenueV2,
    ViewVenueV3,
};
use crate::wire::view_history::{ViewClosedV1, ViewClosedV2, ViewFillV1, ViewFillV2, ViewHistoryV1};
use crate::wire::view_order::{ViewOrderV1, ViewOrderV2, ViewOrderV3};
use crate::wire::view_settlements::{ViewClaimV1, ViewEscrowV1, ViewPromisedV1, ViewSettlementV1, ViewSettlingV1};
use crate::wire::{
    AccountStateV1, ExpiredV1, OpenAccountV1, PermitV1, SetRulesV1, SetRulesV2, SetScheduleV1, TermsV1, ViewFundingsV1,
    ViewMonthV1, ViewProgrammesV1, ViewTermsV1, WithdrawalV1, pad,
};
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
    pub const DECAY: u16 = 430;
    pub const SETTLING: u16 = 440;
    pub const PROMISED: u16 = 441;
    pub const ESCROW: u16 = 442;
    pub const SETTLEMENT: u16 = 443;
    pub const CLAIM: u16 = 444;
    pub const FUNDINGS: u16 = 460;
    pub const ACCOUNT_STATE: u16 = 461;
    pub const WITHDRAWAL: u16 = 462;
    pub const PROGRAMMES: u16 = 450;
    pub const TERMS: u16 = 451;
    pub const PERMIT: u16 = 452;
    pub const MONTH: u16 = 453;
    pub const EXPIRED: u16 = 454;
    pub const RULES: u16 = 455;
    pub const SCHEDULE: u16 = 456;
    pub const REGISTRY: u16 = 470;
    pub const REGISTERED: u16 = 471;
    pub const LISTED_OUT: u16 = 472;
}

/// The version of a kind that is written; those below it are read. `None` for a kind that is no view fact.
pub(crate) fn newest(kind: u16) -> Option<u16> {
    match kind {
        kind::VENUE => Some(3),
        kind::ORDER => Some(3),
        kind::MARKET | kind::TRADE | kind::CLOSED | kind::FILL | kind::RULES => Some(2),
        kind::VENUE..=kind::GROUP | kind::HISTORY..=kind::FILL | kind::DECAY => Some(1),
        kind::PROGRAMMES..=kind::SCHEDULE | kind::FUNDINGS..=kind::WITHDRAWAL => Some(1),
        kind::SETTLING..=kind::CLAIM | kind::REGISTRY..=kind::LISTED_OUT => Some(1),
        _ => None,
    }
}

/// Appends a view fact's frame.
pub fn encode_view_fact(fact: &ViewFact, into: &mut Vec<u8>) {
    match fact {
        ViewFact::Venue(fact) => {
            let venue = ViewVenueV2::from(fact);
            match fact.counts.decays {
                0 => put_as(kind::VENUE, 2, &venue, into),
                decays => put(kind::VENUE, &ViewVenueV3 { venue, decays }, into),
            }
        }
        ViewFact::Market(fact) => {
            let market = ViewMarketV1::from(fact);
            if fact.dominance {
                put(kind::MARKET, &ViewMarketV2 { market, dominance: true }, into);
            } else {
                put_as(kind::MARKET, 1, &market, into);
            }
        }
        ViewFact::Call(call) => put(kind::CALL, &ViewCallV1::from(call), into),
        ViewFact::Trade(fact) => {
            let trade = ViewTradeV1::from(fact);
            match fact.bid {
                Some(bid) => put(kind::TRADE, &ViewTradeV2 { trade, bid_instrument: bid.0 }, into),
                None => put_as(kind::TRADE, 1, &trade, into),
            }
        }
        ViewFact::Bucket(bucket) => put(kind::BUCKET, &ViewBucketV1::from(bucket), into),
        ViewFact::Candle(candle) => put(kind::CANDLE, &ViewCandleV1::from(candle), into),
        ViewFact::Account { account, name, group } => {
            let opened = OpenAccountV1::new(*name, *group);
            put(kind::ACCOUNT, &ViewAccountV1 { account: account.0, opened }, into);
        }
        ViewFact::Cash(cash) => put(kind::CASH, &ViewCashV1::from(cash), into),
        ViewFact::Holding(holding) => put(kind::HOLDING, &ViewHoldingV1::from(holding), into),
        ViewFact::Group(group) => put(kind::GROUP, &ViewGroupV1::from(group), into),
        ViewFact::Order(fact) => {
            let order = ViewOrderV2::from(fact);
            match fact.link {
                Some(link) => put(kind::ORDER, &ViewOrderV3 { order, link: link.0 }, into),
                None => put_as(kind::ORDER, 2, &order, into),
            }
        }
        ViewFact::Decay(decay) => put(kind::DECAY, &ViewDecayV1::from(decay), into),
        ViewFact::History { closed, fills } => {
            put(kind::HISTORY, &ViewHistoryV1 { closed: *closed, fills: *fills }, into);
        }
        ViewFact::Closed(fact) => {
            let closed = ViewClosedV1::from(fact);
            match fact.order.link {
                Some(link) => put(kind::CLOSED, &ViewClosedV2 { closed, link: link.0 }, into),
                None => put_as(kind::CLOSED, 1, &closed, into),
            }
        }
        ViewFact::Fill(fact) => {
            let fill = ViewFillV1::from(fact);
            match fact.bid {
                Some(bid) => put(kind::FILL, &ViewFillV2 { fill, bid_instrument: bid.0 }, into),
                None => put_as(kind::FILL, 1, &fill, into),
            }
        }
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
        ViewFact::Programmes(counts) => put(kind::PROGRAMMES, &ViewProgrammesV1::from(counts), into),
        ViewFact::Terms { number, terms } => {
            put(kind::TERMS, &ViewTermsV1 { number: *number, terms: TermsV1::from(&**terms) }, into);
        }
        ViewFact::Permit(permit) => put(kind::PERMIT, &PermitV1::from(&**permit), into),
        ViewFact::Month(month) => put(kind::MONTH, &ViewMonthV1::from(month), into),
        ViewFact::Expired { programme, dollars } => {
            put(kind::EXPIRED, &ExpiredV1 { programme: pad(programme.as_str()), dollars: *dollars }, into);
        }
        ViewFact::Rules { instrument, rules } => {
            let body = SetRulesV1::new(*instrument, rules);
            if rules.dominance {
                put(kind::RULES, &SetRulesV2 { rules: body, dominance: true }, into);
            } else {
                put_as(kind::RULES, 1, &body, into);
            }
        }
        ViewFact::Schedule { instrument, schedule } => {
            put(kind::SCHEDULE, &SetScheduleV1::new(*instrument, schedule), into);
        }
        ViewFact::Registry(it) => {
            put(kind::REGISTRY, &ViewRegistryV1 { holdings: it.holdings, listed: it.listed }, into);
        }
        ViewFact::Registered(it) => put(kind::REGISTERED, &ViewRegisteredV1::from(&**it), into),
        ViewFact::ListedOut { holding, listed } => {
            put(kind::LISTED_OUT, &ListedOutV1::new(*holding, listed), into);
        }
        ViewFact::Announcer { seq, exec_seqs } => {
            put(kind::ANNOUNCER, &ViewAnnouncerV1 { seq: seq.0, exec_seqs: *exec_seqs }, into);
        }
        ViewFact::ExecSeq { account, exec_seq } => {
            put(kind::EXEC_SEQ, &ViewExecSeqV1 { account: account.0, exec_seq: *exec_seq }, into);
        }
    }
}

/// In its newest version.
fn put<T: bincode::Encode>(kind: u16, body: &T, into: &mut Vec<u8>) {
    put_as(kind, newest(kind).expect("only known kinds are written"), body, into);
}

fn put_as<T: bincode::Encode>(kind: u16, version: u16, body: &T, into: &mut Vec<u8>) {
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
        kind::VENUE if version == 2 => read::<ViewVenueV2, _>(kind, body),
        kind::VENUE => read::<ViewVenueV3, _>(kind, body),
        kind::DECAY => read::<ViewDecayV1, _>(kind, body),
        kind::MARKET if version == 1 => read::<ViewMarketV1, _>(kind, body),
        kind::MARKET => read::<ViewMarketV2, _>(kind, body),
        kind::CALL => read::<ViewCallV1, _>(kind, body),
        kind::TRADE if version == 1 => read::<ViewTradeV1, _>(kind, body),
        kind::TRADE => read::<ViewTradeV2, _>(kind, body),
        kind::BUCKET => read::<ViewBucketV1, _>(kind, body),
        kind::ACCOUNT => read::<ViewAccountV1, _>(kind, body),
        kind::CASH => read::<ViewCashV1, _>(kind, body),
        kind::HOLDING => read::<ViewHoldingV1, _>(kind, body),
        kind::ORDER if version == 1 => read::<ViewOrderV1, _>(kind, body),
        kind::ORDER if version == 2 => read::<ViewOrderV2, _>(kind, body),
        kind::ORDER => read::<ViewOrderV3, _>(kind, body),
        kind::ANNOUNCER => read::<ViewAnnouncerV1, _>(kind, body),
        kind::EXEC_SEQ => read::<ViewExecSeqV1, _>(kind, body),
        kind::HISTORY => read::<ViewHistoryV1, _>(kind, body),
        kind::CLOSED if version == 1 => read::<ViewClosedV1, _>(kind, body),
        kind::CLOSED => read::<ViewClosedV2, _>(kind, body),
        kind::FILL if version == 1 => read::<ViewFillV1, _>(kind, body),
        kind::FILL => read::<ViewFillV2, _>(kind, body),
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
        kind::PROGRAMMES => read::<ViewProgrammesV1, _>(kind, body),
        kind::TERMS => read::<ViewTermsV1, _>(kind, body),
        kind::PERMIT => read::<PermitV1, _>(kind, body),
        kind::MONTH => read::<ViewMonthV1, _>(kind, body),
        kind::EXPIRED => read::<ExpiredV1, _>(kind, body),
        kind::RULES if version == 1 => read::<SetRulesV1, _>(kind, body),
        kind::RULES => read::<SetRulesV2, _>(kind, body),
        kind::SCHEDULE => read::<SetScheduleV1, _>(kind, body),
        kind::REGISTRY => read::<ViewRegistryV1, _>(kind, body),
        kind::REGISTERED => read::<ViewRegisteredV1, _>(kind, body),
        kind::LISTED_OUT => read::<ListedOutV1, _>(kind, body),
        _ => Err(RecordError::UnknownKind { kind }),
    }
}
