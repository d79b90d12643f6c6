use super::engine::{EndingV1, IndicationV1, SpecialV1, SurplusV1, WaitingV1};
use super::facts::{HiddenV2, LegV2};
use super::former::LegV1;
use super::operator::ScheduleEntryV1;
use super::orders::{ExtrasV2, QuoteSideV1, QuoteV1};
use super::settlement::{
    AcceptV1, ClawBackV1, ContributeV1, DeliverV1, DisputeV1, RegisterLotsV1, RuleV1, SetTermsV1, WithdrawLotsV1,
};
use super::settlement_facts::{
    ClaimV1, EscrowV1, FundV1, GoodDeliveriesV1, PromisedOrderV1, PromisedV1, RegisteredV1, SettlementV1, TermsV1,
};
use super::view::{
    ViewAccountV1, ViewAnnouncerV1, ViewBucketV1, ViewCallV1, ViewCashV1, ViewEndingV1, ViewExecSeqV1, ViewHoldingV1,
    ViewMarketV1, ViewSurplusV1, ViewTradeV1, ViewVenueV1,
};
use super::view_order::{FilledV1, ViewOrderV1};
use super::*;
use crate::codec;
use std::fmt::Debug;
use unspent_model::{AccountId, InstrumentId, Lots};

/// bincode and wincode write the same bytes and read each other's.
fn same<T>(value: &T)
where
    T: bincode::Encode + bincode::Decode<()> + PartialEq + Debug,
    T: wincode::SchemaWrite<wincode::config::DefaultConfig, Src = T>,
    T: for<'de> wincode::SchemaRead<'de, wincode::config::DefaultConfig, Dst = T>,
{
    let mut ours = Vec::new();
    codec::put(value, &mut ours);
    assert_eq!(wincode::serialize(value).unwrap(), ours);
    assert_eq!(&wincode::deserialize::<T>(&ours).unwrap(), value);
    assert_eq!(&codec::take::<T>(&ours).unwrap(), value);
}

#[test]
fn another_crate_reads_and_writes_the_same_bytes_of_orders() {
    same(&Stamps { seq: u64::MAX, at: 1 });
    for (max_total_cents, deadline) in [(None, None), (Some(7), None), (None, Some(u64::MAX))] {
        let (account, instrument, side, order_type, price, lots, self_trade) = (1, 2, 1, 2, 3, 4, 4);
        let cl_ord_id = pad("acme-0001");
        same(&AddOrderV1 {
            account,
            instrument,
            side,
            order_type,
            price,
            max_total_cents,
            lots,
            time_in_force: 3,
            post_only: true,
            self_trade,
            cl_ord_id,
            deadline,
        });
        let some = ExtrasV2 { stop: Some(5), display: None, min_lots: Some(6), expiry: Some(7) };
        for extras in [None, Some(some)] {
            same(&AddOrderV2 {
                account,
                instrument,
                side,
                order_type,
                price,
                max_total_cents,
                lots,
                time_in_force: 6,
                post_only: 2,
                self_trade,
                cl_ord_id,
                session: deadline,
                deadline,
                extras,
            });
        }
    }
    let (account, order_id, cl_ord_id, lots, price, post_only) = (1, 2, [0; 36], Some(3), None, Some(false));
    same(&AmendOrderV1 { account, order_id, cl_ord_id, lots, price, post_only, deadline: None });
    let (stop, display) = (Some(8), None);
    same(&AmendOrderV2 { account, order_id, cl_ord_id, lots, price, post_only, stop, display, deadline: Some(1) });
    same(&CancelOrderV1 { account, order_id, cl_ord_id });
    same(&CancelAllV1 { account, instrument: None, side: Some(2) });
    let programme = Some(pad("AWS-ACT"));
    same(&CancelAllV2 { account, instrument: Some(1), side: None, programme, group: Some(pad("front")) });
}

#[test]
fn another_crate_reads_and_writes_the_same_bytes_of_what_else_participants_send() {
    let account = 1;
    let side = |price| Some(QuoteSideV1 { price, lots: 9 });
    let quotes = (0..100).map(|instrument| QuoteV1 { instrument, bid: side(3), ask: None }).collect();
    same(&MassQuoteV1 {
        account,
        session: 2,
        group: Some(pad("front")),
        quote_id: 3,
        post_only: 1,
        deadline: None,
        quotes,
    });
    same(&SetGroupV1 { account, group: pad("front"), lots: 2, window_seconds: 3 });
    same(&ResetGroupV1 { account, group: pad("front") });
    same(&CancelAllAfterV1 { account, seconds: 2 });
    same(&ConnectV1 { account });
    same(&DisconnectV1 { session: u64::MAX });
}

#[test]
fn another_crate_reads_and_writes_the_same_bytes_of_settlements() {
    same(&RegisterLotsV1 { account: 1, instrument: 2, level: 2, lots: 3 });
    same(&WithdrawLotsV1 { account: 1, instrument: 2, level: 1, lots: 3 });
    same(&DeliverV1 { account: 1, settlement: 2, evidence: pad("transfer 17") });
    same(&AcceptV1 { account: 1, settlement: 2 });
    same(&DisputeV1 { account: 1, settlement: 2, evidence: pad("nothing") });
    same(&RuleV1 { settlement: 2, ruling: 2, lots: 3 });
    same(&ClawBackV1 { settlement: 2, lots: 3 });
    same(&ContributeV1 { cents: u64::MAX });
    let terms = SetTermsV1::from(&unspent_model::SettlementTerms::default());
    same(&terms);
    same(&TermsV1 { terms, last_settlement: 3 });
    same(&EscrowV1 { account: 1, escrow_cents: 2 });
    same(&PromisedV1 { account: 1, instrument: 2, level: 2, available: 3, reserved: 4, escrow: 5 });
    same(&RegisteredV1 { instrument: 1, registered: 2, gone: 3 });
    same(&FundV1 { cents: 1 });
    same(&GoodDeliveriesV1 { account: 1, count: 2 });
    same(&PromisedOrderV1 { order: 1, level: 2 });
    for (settlement, creditor, text) in [(None, None, None), (Some(1), Some(2), Some(pad("reference")))] {
        same(&ClaimV1 { debtor: 1, settlement, creditor, cents: 4 });
        same(&SettlementV1 {
            settlement: 1,
            trade: 2,
            buyer: 3,
            seller: 4,
            instrument: 5,
            level: 2,
            price: 6,
            lots: 7,
            delivered: 1,
            covered: 2,
            refunded: 3,
            escrow_cents: 8,
            buyer_fee_cents: 9,
            seller_fee_cents: 10,
            bond_cents: 11,
            held_back_cents: 12,
            state: 1,
            due: settlement,
            tries: 13,
            evidence: text,
            dispute: text,
        });
    }
}

#[test]
fn another_crate_reads_and_writes_the_same_bytes_of_the_operator() {
    same(&ListInstrumentV1 {
        symbol: pad("AWS-ACT-1K-202706"),
        face_dollars: 1_000,
        price_decimals: 4,
        price_unit: 1,
        tick: 10,
        price_max: 10_000,
        collar: 300,
        maker_fee_bp: 25,
        taker_fee_bp: 100,
    });
    same(&OpenAccountV1 { name: pad("acme"), group: 2 });
    same(&DepositCashV1 { account: 1, cents: u64::MAX });
    same(&DepositCreditsV1 { account: 1, instrument: 2, lots: 3 });
    same(&SetPhaseV1 { instrument: 1, phase: 3 });
    same(&SetPhaseV2 { instrument: 1, phase: 8 });
    same(&ClockV1 {});
    same(&SetRulesV1 {
        instrument: 1,
        auction_tick: 2,
        auction_fee_bp: 3,
        dynamic_range: Some(4),
        static_range: None,
        entry_range: Some(5),
        volatility_seconds: 6,
        random_end_seconds: 7,
    });
    let entries = (0..96).map(|second_of_day| ScheduleEntryV1 { second_of_day, phase: 4 }).collect();
    same(&SetScheduleV1 { instrument: 1, last_trade: Some(2), entries });
    same(&SetReferenceV1 { instrument: 1, price: 2 });
    same(&SetLimitsV1 { account: 1, open_orders: 2, open_notional_cents: Some(3), orders_per_second: 4, burst: 5 });
    same(&KillV1 { scope: 2, programme: pad("AWS-ACT"), account: 0, engaged: true });
    same(&CommitAuctionV1 { auction: 1, instrument: 2, commitment: [3; 32] });
    same(&RevealAuctionV1 { auction: 1, instrument: 2, seed: [3; 32] });
    let (reason, body) = (b"late".to_vec(), vec![6; 5]);
    same(&ByOperatorV1 { actor: pad("uk_ops"), reason, kind: 5, version: 2, body });
}

#[test]
fn another_crate_reads_and_writes_the_same_bytes_of_facts() {
    let (trade_id, instrument, taker_side, price, lots) = (1, 2, 1, 3, 4);
    let leg = LegV1 { order_id: 1, account: 2, leaves: 3, fee_cents: 4 };
    same(&FillV1 { trade_id, instrument, taker_side, price, lots, maker: leg.clone(), taker: leg });
    for hidden in [None, Some(HiddenV2 { maker: 5, taker: 6 })] {
        let leg = LegV2 { order_id: 1, account: 2, leaves: 3, fee_cents: 4 };
        let (maker, taker) = (leg.clone(), leg);
        same(&FillV2 { trade_id, instrument, taker_side, auction: true, price, lots, maker, taker, hidden });
    }
    same(&StateMarkV1 { seq: 1, hash: 2 });
}

#[test]
fn another_crate_reads_and_writes_the_same_bytes_of_an_engine() {
    let (seq, at, last_order, last_trade, last_auction) = (1, 2, 3, 4, 5);
    same(&VenueV1 { seq, at, last_order, last_trade, last_auction, killed: true, fees_cents: 6, cash_in_cents: 7 });
    same(&KilledProgrammeV1 { programme: pad("AWS-ACT") });
    let surplus = SurplusV1 { side: 1, lots: u64::MAX };
    same(&CallV1 {
        instrument: 1,
        auction: 2,
        commitment: Some([3; 32]),
        due: None,
        ending: Some(EndingV1 { scheduled: 4, latest: 5, then: 1, reason: 2 }),
        extended: false,
        told: Some(IndicationV1 { price: 6, lots: 7, surplus: Some(surplus) }),
    });
    same(&AccountV1 {
        account: 1,
        name: pad("acme"),
        group: 2,
        open_orders: 3,
        open_notional_cents: Some(4),
        orders_per_second: 5,
        burst: 6,
        next_arrival: 7,
        killed: true,
        available_cents: 8,
        reserved_cents: 9,
    });
    same(&HoldingV1 { account: 1, instrument: 2, available: 3, reserved: u64::MAX });
    same(&SessionV1 { session: 1, account: 2 });
    same(&DeadManV1 { account: 1, due: 2 });
    same(&GroupV1 { account: 1, name: pad("front"), lots: 2, window_seconds: 3, tripped: true });
    same(&GroupFillV1 { at: 1, lots: 2 });
    same(&AnswerFillV1 { trade_id: 1, price: 2, lots: 3, fee_cents: 4 });
}

#[test]
fn another_crate_reads_and_writes_the_same_bytes_of_an_engines_orders() {
    let waiting = WaitingV1 { stop: 1, order_type: 2, price: 0, max_total_cents: Some(3), reached: true };
    let (display, expiry, expires, session, group) = (Some(1), None, Some(2), Some(3), Some(4));
    let special = SpecialV1 { display, time_in_force: 5, expiry, expires, session, quote: true, group };
    for (waiting, special) in [(None, None), (None, Some(special.clone())), (Some(waiting), Some(special))] {
        let (order_id, account, instrument, side, limit, lots, cum) = (1, 2, 3, 2, 4, 5, 6);
        same(&OrderV1 {
            order_id,
            account,
            instrument,
            side,
            limit,
            lots,
            cum,
            reserved_cents: 7,
            fees: 8,
            fee_owed: 9_999,
            self_trade: 4,
            post_only: 2,
            shown: 10,
            waiting,
            special,
        });
    }
    let add = model::AddOrder::limit(AccountId(1), InstrumentId(2), Side::Buy, Price(3), Lots(4));
    let (order_id, status, cum, leaves, canceled, seq) = (1, 2, 3, 4, 14, 5);
    same(&AnswerV1 {
        order_id,
        status,
        cum,
        leaves,
        canceled,
        seq,
        expires: 6,
        due: 7,
        fills: 8,
        terms: (&add).into(),
    });
}

#[test]
fn another_crate_reads_and_writes_the_same_bytes_of_an_engines_instruments() {
    let spec = model::Instrument::credit(model::Symbol::parse("AWS-ACT-1K-202706").unwrap()).unwrap();
    let entries = (0..96).map(|second_of_day| ScheduleEntryV1 { second_of_day, phase: 4 }).collect();
    same(&InstrumentV1 {
        instrument: 1,
        spec: (&spec).into(),
        phase: 2,
        auction_tick: 3,
        auction_fee_bp: 4,
        dynamic_range: Some(5),
        static_range: None,
        entry_range: Some(6),
        volatility_seconds: 7,
        random_end_seconds: 8,
        auction_fees_bp: (0..255).collect(),
        last_trade: Some(9),
        entries,
        last: Some(10),
        anchor: None,
        reference: Some(11),
        lots_in: 12,
    });
}

#[test]
fn another_crate_reads_and_writes_the_same_bytes_of_facts_of_a_view() {
    let (account, instrument, seq, at, lots) = (1, 2, 3, 4, 5);
    let (markets, calls, trades, buckets, accounts, cash, holdings, orders) = (1, 2, 3, 4, 5, 6, 7, u64::MAX);
    same(&ViewVenueV1 { seq, at, markets, calls, trades, buckets, accounts, cash, holdings, orders });
    let spec = ListInstrumentV1 {
        symbol: pad("AWS-ACT-1K-202706"),
        face_dollars: 1_000,
        price_decimals: 4,
        price_unit: 1,
        tick: 10,
        price_max: 10_000,
        collar: 300,
        maker_fee_bp: 25,
        taker_fee_bp: 100,
    };
    same(&ViewMarketV1 { instrument, spec, phase: 5, reason: Some(2), before: None });
    let (surplus, ending) = (Some(ViewSurplusV1 { side: 2, lots }), Some(ViewEndingV1 { scheduled: 1, latest: 2 }));
    same(&ViewCallV1 { instrument, auction: 1, price: Some(2), lots, surplus, commitment: Some([3; 32]), ending });
    let (price, lots) = (6, 7);
    let (taker_side, taker_market, auction) = (2, true, false);
    same(&ViewTradeV1 { instrument, trade_id: 1, price, lots, taker_side, taker_market, auction, at, seq });
    let (first, last, high, low) = (1, 2, 3, 4);
    same(&ViewBucketV1 { instrument, number: 1, first, last, high, low, lots: 5, value: u128::MAX - 1, trades: 6 });
    same(&ViewAccountV1 { account, opened: OpenAccountV1 { name: pad("acme"), group: 2 } });
    same(&ViewCashV1 { account, available_cents: 2, reserved_cents: u64::MAX });
    same(&ViewHoldingV1 { account, instrument, available: 3, reserved: 4 });
    let filled = FilledV1 { cum: 1, notional: u128::MAX - 1, fees_cents: 2 };
    for (filled, cl_ord_id, option) in [(None, None, None), (Some(filled), Some(pad("acme-0001")), Some(9))] {
        same(&ViewOrderV1 {
            order_id: 1,
            account,
            instrument,
            side: 1,
            order_type: 2,
            entered_price: 3,
            max_total_cents: option.map(u64::from),
            stop: option,
            time_in_force: 6,
            expiry: option.map(u64::from),
            post_only: 2,
            price,
            leaves: 4,
            shown: 5,
            display: option,
            filled,
            opened_at: at,
            opened_seq: seq,
            cl_ord_id,
        });
    }
    same(&ViewAnnouncerV1 { seq, exec_seqs: 2 });
    same(&ViewExecSeqV1 { account, exec_seq: 2 });
}

#[test]
fn another_crate_reads_and_writes_the_same_bytes_of_programmes() {
    let programme = pad("AWS-ACT");
    let (source, reference) = (b"page".to_vec(), b"paper".to_vec());
    let terms = super::TermsV1 {
        programme,
        class: 1,
        source,
        dated: 20_261_121,
        most_pieces: 99,
        smallest_piece_cents: u64::MAX,
    };
    same(&terms);
    for until in [None, Some(20_270_630)] {
        same(&PermitV1 { account: 1, programme, kind: 2, reference: reference.clone(), until });
    }
    same(&RevokePermitV1 { account: 1, programme, kind: 3 });
    same(&WatchExpiryV1 { instrument: 1 });
    same(&MonthV1 { instrument: 1, watched: true, lots_out: u64::MAX });
    same(&ExpiredV1 { programme, dollars: 2 });
    same(&ViewProgrammesV1 { terms: 1, permits: 2, months: 3, expired: 4, rules: 5, schedules: 6 });
    same(&ViewTermsV1 { number: 1, terms });
    same(&ViewMonthV1 { instrument: 1, ends: 2, over: false, next: Some(3) });
}
