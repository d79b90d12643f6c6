//! From dollars to units and back: instruments, orders, refusals of the core, the book's checksum.

use expect_test::{Expect, expect};
use rust_decimal::Decimal;
use unspent_model::{
    AccountId, Cash, ClOrdId, Command, CommandSeq, Fill, InstrumentId, Leg, Lots, OrderAnswer, OrderId, OrderRef,
    OrderStatus, Phase, PhaseReason, Price, Reject, Rejection, SessionId, Side, Timestamp, TradeId,
};
use unspent_protocol::*;

const ACCOUNT: AccountId = AccountId(7);
const AWS: InstrumentId = InstrumentId(0);
const AAPL: InstrumentId = InstrumentId(1);

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::new();
    for line in [
        r#"{"symbol":"AWS-ACT-1K-202706/USD","face":1000,"tick":0.001,"price_max":1.0}"#,
        r#"{"symbol":"AAPL/USD","face":1,"tick":0.01,"price_max":1000.0}"#,
        r#"{"symbol":"HALF/USD","face":10,"tick":0.25,"price_max":100}"#,
    ] {
        catalogue.insert(parse_instrument(line).unwrap()).unwrap();
    }
    catalogue
}

fn told(refusal: &Refusal) -> String {
    let available = refusal.available.map_or(String::new(), |available| format!(" ({available})"));
    format!("{} {}: {}{available}", refusal.reject.code(), refusal.field.as_deref().unwrap_or("-"), refusal.message)
}

fn check(lines: impl IntoIterator<Item = String>, answers: Expect) {
    answers.assert_eq(&lines.into_iter().map(|line| line + "\n").collect::<String>());
}

#[test]
fn an_instruments_line_decides_the_price_unit() {
    let lines = [
        r#"{"symbol":"AWS-ACT-1K-202706/USD","face":1000,"tick":0.001,"price_max":1.0}"#,
        r#"{"symbol":"AWS-ACT-1K-202706","face":1000,"tick":"0.0010","price_max":"1","fees":{"maker_bp":0,"taker_bp":25},"collar":0.05}"#,
        r#"{"symbol":"GPU/USD","face":100,"tick":0.01,"price_max":1}"#,
        r#"{"symbol":"GPU/USD","face":50,"tick":0.02,"price_max":1}"#,
        r#"{"symbol":"AAPL/USD","face":1,"tick":0.01,"price_max":1000.0}"#,
        r#"{"symbol":"HALF/USD","face":10,"tick":0.25,"price_max":100}"#,
        r#"{"symbol":"BIG/USD","face":1,"tick":5,"price_max":20}"#,
        r#"{"symbol":"WIDE/USD","face":1,"tick":0.01,"price_max":42949672.95}"#,
        // Refused.
        r#"{"symbol":"WIDE/USD","face":1,"tick":0.01,"price_max":42949672.96}"#,
        r#"{"symbol":"AWS-ACT-1K-202706","face":100,"tick":0.001,"price_max":1.0}"#,
        r#"{"symbol":"AWS-ACT-1K-202706","face":1000,"tick":0.00001,"price_max":1.0}"#,
        r#"{"symbol":"AAPL","face":1,"tick":0.001,"price_max":10}"#,
        r#"{"symbol":"AAPL","face":0,"tick":0.01,"price_max":10}"#,
        r#"{"symbol":"AAPL","face":10000001,"tick":0.01,"price_max":10}"#,
        r#"{"symbol":"AAPL","face":1.5,"tick":0.01,"price_max":10}"#,
        r#"{"symbol":"AAPL","face":1,"tick":0,"price_max":10}"#,
        r#"{"symbol":"AAPL","face":1,"tick":-0.01,"price_max":10}"#,
        r#"{"symbol":"AAPL","face":1,"tick":0.01,"price_max":10.005}"#,
        r#"{"symbol":"AAPL","face":1,"tick":0.01,"price_max":0}"#,
        r#"{"symbol":"AWS-ACT-1K-202706","face":1000,"tick":0.003,"price_max":1.0}"#,
        r#"{"symbol":"AAPL","face":1,"tick":0.01,"price_max":10,"collar":0}"#,
        r#"{"symbol":"AAPL","face":1,"tick":0.01,"price_max":10,"fees":{"taker_bp":10001}}"#,
        r#"{"symbol":"AAPL","face":1,"tick":0.01,"price_max":10,"fees":{"taker":1}}"#,
        r#"{"symbol":"AAPL","face":1,"tick":0.01,"price_max":10,"fees":25}"#,
        r#"{"symbol":"AAPL","face":1,"tick":0.01,"price_max":10,"phase":"closed"}"#,
        r#"{"symbol":"AAPL","face":1,"tick":0.01}"#,
        r#"{"symbol":"AAPL""#,
    ];
    check(
        lines.into_iter().map(|line| match parse_instrument(line) {
            Ok(i) => format!(
                "{} face {} decimals {} unit {} tick {} max {} collar {} fees {}/{}",
                i.symbol,
                i.face_dollars,
                i.price_decimals,
                i.price_unit,
                i.tick,
                i.price_max,
                i.collar,
                i.fees.maker.0,
                i.fees.taker.0
            ),
            Err(refusal) => told(&refusal),
        }),
        expect![[r#"
            AWS-ACT-1K-202706 face 1000 decimals 4 unit 1 tick 10 max 10000 collar 300 fees 0/0
            AWS-ACT-1K-202706 face 1000 decimals 4 unit 1 tick 10 max 10000 collar 500 fees 0/25
            GPU face 100 decimals 4 unit 1 tick 100 max 10000 collar 300 fees 0/0
            GPU face 50 decimals 2 unit 2 tick 1 max 50 collar 1 fees 0/0
            AAPL face 1 decimals 2 unit 1 tick 1 max 100000 collar 3000 fees 0/0
            HALF face 10 decimals 2 unit 25 tick 1 max 400 collar 12 fees 0/0
            BIG face 1 decimals 0 unit 5 tick 1 max 4 collar 1 fees 0/0
            WIDE face 1 decimals 2 unit 1 tick 1 max 4294967295 collar 128849018 fees 0/0
            1003 price_max: price_max must be a multiple of 0.01 above zero, at most 4294967295 of them
            6004 face: face must be 1000, as in the symbol
            1003 tick: tick of a credit must be a multiple of 0.0001
            6004 tick: face times the price unit must be a whole number of cents
            1003 face: face must be from 1 to 10000000 dollars
            1003 face: face must be from 1 to 10000000 dollars
            1003 face: face must be an integer from 0 to 4294967295
            1003 tick: tick must be above zero with at most 9 decimals
            1003 tick: tick must be above zero with at most 9 decimals
            1003 price_max: price_max must be a multiple of 0.01 above zero, at most 4294967295 of them
            1003 price_max: price_max must be a multiple of 0.01 above zero, at most 4294967295 of them
            6004 price_max: tick must be above zero and price_max a multiple of it, at most 4294967295 price units
            1003 collar: collar must be a multiple of 0.01 above zero, at most 4294967295 of them
            1003 fees: fees must have taker_bp from 0 to 10000 basis points
            1003 fees: fees has a field in error: taker is unknown; known are maker_bp, taker_bp
            1003 fees: fees must be an object, such as {"maker_bp":0,"taker_bp":25}
            1003 phase: phase is unknown; known are symbol, face, tick, price_max, fees, collar
            1003 price_max: price_max is missing
            1001 -: an instrument is a JSON object in one line: EOF while parsing an object at line 1 column 16
        "#]],
    );
}

/// `symbol price qty` or `symbol market:max_total qty`.
fn add(text: &str) -> String {
    let [symbol, price, qty] = text.split(' ').collect::<Vec<_>>()[..] else { panic!("{text}") };
    let price = match price.strip_prefix("market:") {
        Some(total) => format!(r#""order_type":"market","max_total":{total}"#),
        None => format!(r#""order_type":"limit","limit_price":{price}"#),
    };
    let request =
        format!(r#"{{"method":"add_order","params":{{"symbol":"{symbol}","side":"buy","order_qty":{qty},{price}}}}}"#);
    let Call::AddOrder(params) = parse_request(&request).unwrap().call else { panic!("{request}") };
    match catalogue().add_order(ACCOUNT, &params) {
        Ok(order) => {
            format!("{text}: {:?} {:?} {} lots {:?}", order.instrument, order.kind, order.lots, order.time_in_force)
        }
        Err(refusal) => format!("{text}: {}", told(&refusal)),
    }
}

#[test]
fn dollars_become_units_exactly_or_not_at_all() {
    let orders = [
        "AWS-ACT-1K-202706 0.6600 150000",
        "AWS-ACT-1K-202706 0.66000000000000000000000000 1000.000",
        "AWS-ACT-1K-202706 0.6601 1000",
        "AWS-ACT-1K-202706 0.66001 1000",
        "AWS-ACT-1K-202706 0 1000",
        "AWS-ACT-1K-202706 -0.66 1000",
        "AWS-ACT-1K-202706 429496.7295 1000",
        "AWS-ACT-1K-202706 429496.7296 1000",
        "AWS-ACT-1K-202706 1234567890123456789012345678 1000",
        "AWS-ACT-1K-202706 0.66 1500",
        "AWS-ACT-1K-202706 0.66 -1000",
        "AWS-ACT-1K-202706 0.66 0",
        "AWS-ACT-1K-202706 0.66 1000.5",
        "AWS-ACT-1K-202706 0.66 4294967295000",
        "AWS-ACT-1K-202706 0.66 4294967296000",
        "AAPL 187.25 3",
        "AAPL 187.255 3",
        "HALF 12.75 20",
        "HALF 12.70 20",
        "NOPE 1 1",
        "AAPL market:1000.50 3",
        "AAPL market:1000.505 3",
        "AAPL market:-1 3",
    ];
    check(
        orders.into_iter().map(add),
        expect![[r#"
        AWS-ACT-1K-202706 0.6600 150000: InstrumentId(0) Limit(Price(6600)) 150 lots Gtc
        AWS-ACT-1K-202706 0.66000000000000000000000000 1000.000: InstrumentId(0) Limit(Price(6600)) 1 lots Gtc
        AWS-ACT-1K-202706 0.6601 1000: InstrumentId(0) Limit(Price(6601)) 1 lots Gtc
        AWS-ACT-1K-202706 0.66001 1000: 2102 limit_price: limit_price must be a multiple of 0.001 between 0.001 and 1.000
        AWS-ACT-1K-202706 0 1000: 2102 limit_price: limit_price must be a multiple of 0.001 between 0.001 and 1.000
        AWS-ACT-1K-202706 -0.66 1000: 2102 limit_price: limit_price must be a multiple of 0.001 between 0.001 and 1.000
        AWS-ACT-1K-202706 429496.7295 1000: InstrumentId(0) Limit(Price(4294967295)) 1 lots Gtc
        AWS-ACT-1K-202706 429496.7296 1000: 2102 limit_price: limit_price must be a multiple of 0.001 between 0.001 and 1.000
        AWS-ACT-1K-202706 1234567890123456789012345678 1000: 2102 limit_price: limit_price must be a multiple of 0.001 between 0.001 and 1.000
        AWS-ACT-1K-202706 0.66 1500: 2103 order_qty: order_qty must be a multiple of the lot, 1000 dollars of face, from 1000 to the venue's bound
        AWS-ACT-1K-202706 0.66 -1000: 2103 order_qty: order_qty must be a multiple of the lot, 1000 dollars of face, from 1000 to the venue's bound
        AWS-ACT-1K-202706 0.66 0: InstrumentId(0) Limit(Price(6600)) 0 lots Gtc
        AWS-ACT-1K-202706 0.66 1000.5: 2103 order_qty: order_qty must be a multiple of the lot, 1000 dollars of face, from 1000 to the venue's bound
        AWS-ACT-1K-202706 0.66 4294967295000: InstrumentId(0) Limit(Price(6600)) 4294967295 lots Gtc
        AWS-ACT-1K-202706 0.66 4294967296000: 2103 order_qty: order_qty must be a multiple of the lot, 1000 dollars of face, from 1000 to the venue's bound
        AAPL 187.25 3: InstrumentId(1) Limit(Price(18725)) 3 lots Gtc
        AAPL 187.255 3: 2102 limit_price: limit_price must be a multiple of 0.01 between 0.01 and 1000.00
        HALF 12.75 20: InstrumentId(2) Limit(Price(51)) 2 lots Gtc
        HALF 12.70 20: 2102 limit_price: limit_price must be a multiple of 0.25 between 0.25 and 100.00
        NOPE 1 1: 2101 symbol: symbol NOPE/USD is not listed; the instrument channel says what is
        AAPL market:1000.50 3: InstrumentId(1) Market { max_total: Some(Cash(100050)) } 3 lots Ioc
        AAPL market:1000.505 3: 1003 max_total: max_total must be dollars, not below zero, with at most 2 decimals
        AAPL market:-1 3: 1003 max_total: max_total must be dollars, not below zero, with at most 2 decimals
    "#]],
    );
}

#[test]
fn what_the_core_refused_is_said_with_the_instruments_numbers() {
    let catalogue = catalogue();
    let named = OrderRef::ClOrdId(ClOrdId::parse("acme-1").unwrap());
    let asked = Asked { instrument: Some(AWS), quantity_field: Some("order_qty"), ..Asked::default() };
    let deposit = Asked::of(&Command::DepositCredits { account: ACCOUNT, instrument: AWS, lots: 1 });
    let cancel = |order| Asked::of(&Command::CancelOrder { account: ACCOUNT, order });
    let with = |reject, available| Rejection { reject, available };
    let mut lines: Vec<String> = [
        (with(Reject::InvalidPrice, None), asked),
        (with(Reject::InvalidPrice, None), asked.in_instrument(AAPL)),
        (with(Reject::InvalidPrice, None), asked.in_instrument(InstrumentId(2))),
        (with(Reject::InvalidQuantity, None), deposit),
        (with(Reject::AmountOutOfRange, None), deposit),
        (with(Reject::InsufficientCredits, Some(3)), asked),
        (with(Reject::InsufficientFunds, Some(1_050)), asked),
        (with(Reject::FillOrKillNotFilled, Some(0)), asked),
        (with(Reject::UnknownOrder, None), cancel(named)),
        (with(Reject::TooLateToCancel, None), cancel(OrderRef::Id(OrderId(5)))),
        (with(Reject::WrongPhase, None), asked),
        (with(Reject::InvalidStopPrice, None), asked),
        (with(Reject::StopReached, None), asked),
        (with(Reject::InvalidDisplay, None), asked),
        (with(Reject::InvalidMinimum, None), asked),
        (with(Reject::InvalidExpiry, None), asked),
        (with(Reject::MinimumNotMet, Some(2)), asked),
        (with(Reject::NotionalLimit, Some(1_050)), asked),
        (with(Reject::OutsideBand, None), asked),
        (with(Reject::KillSwitch, None), asked),
        (with(Reject::SessionClosed, None), asked),
    ]
    .into_iter()
    .map(|(rejection, asked)| told(&catalogue.explain(rejection, asked)))
    .collect();
    let entered = add("AWS-ACT-1K-202706 0.66001 1000");
    assert!(entered.ends_with(&lines[0]), "an off-unit price and an off-tick price read the same: {entered}");
    // Every refusal has something to say, whatever is known.
    for &reject in Reject::ALL {
        let refusal = catalogue.explain(reject.into(), Asked::default());
        assert!(refusal.message.len() > 15, "{reject:?} says {:?}", refusal.message);
        assert!(Refusal::from(reject).message.len() >= reject.name().len());
    }
    lines.push(told(&Refusal::from(Reject::Busy)));
    check(
        lines,
        expect![[r#"
            2102 limit_price: limit_price must be a multiple of 0.001 between 0.001 and 1.000
            2102 limit_price: limit_price must be a multiple of 0.01 between 0.01 and 1000.00
            2102 limit_price: limit_price must be a multiple of 0.25 between 0.25 and 100.00
            2103 qty: qty must be a multiple of the lot, 1000 dollars of face, from 1000 to the venue's bound
            6005 qty: qty must be above zero and leave the balance within the venue's bound
            2104 order_qty: too few credits are free for this; available are 3000 dollars of face (3000)
            2105 order_qty: too little cash is free for this, fees included; available are 10.50 dollars (10.50)
            2111 order_qty: the order cannot be filled whole; available are 0 dollars of face (0)
            2113 cl_ord_id: order acme-1 is no order of this account
            2114 order_id: order O-5 was filled or cancelled before
            2110 symbol: AWS-ACT-1K-202706/USD is in a phase that does not allow this; the instrument channel says which
            2119 triggers: the price of triggers must be a multiple of 0.001 between 0.001 and 1.000
            2120 triggers: the last trade has reached the trigger already; send the order without it
            2121 display_qty: display_qty must be at least a lot and a 100th of order_qty, and at most order_qty
            2130 min_qty: min_qty must be from one lot to order_qty
            2123 expire_time: expire_time must be later than now
            2122 min_qty: min_qty cannot be traded on arrival; available are 2000 dollars of face (2000)
            2127 order_qty: the account's open orders would be worth more than they may; available are 10.50 dollars (10.50)
            2108 limit_price: limit_price is further through the last trade or the reference of AWS-ACT-1K-202706/USD than its rules allow; use a price nearer to it
            2125 -: a kill switch is engaged for the account, the programme or the venue; ask the operator
            2124 -: the session of this connection is over; connect again
            5001 -: the engine is busy; send it again
        "#]],
    );
}

#[test]
fn an_amend_that_is_no_whole_number_of_units_is_left_to_the_engine_to_refuse() {
    let catalogue = catalogue();
    let amended = |fields: &str, instrument: Option<InstrumentId>| {
        let request = format!(r#"{{"method":"amend_order","params":{{"order_id":"O-1",{fields}}}}}"#);
        let Call::AmendOrder(params) = parse_request(&request).unwrap().call else { panic!("{request}") };
        let amend = params.in_units(ACCOUNT, instrument.and_then(|id| catalogue.get(id)));
        (amend.price, amend.lots)
    };
    assert_eq!(amended(r#""limit_price":0.67"#, Some(AWS)), (Some(Price(6_700)), None));
    assert_eq!(amended(r#""limit_price":0.67001,"order_qty":3000"#, Some(AWS)), (Some(Price(0)), Some(Lots(3))));
    assert_eq!(amended(r#""order_qty":1500"#, Some(AWS)), (None, Some(Lots(0))));
    assert_eq!(amended(r#""order_qty":3000"#, None), (None, Some(Lots(0))));
}

/// An order's terms beside price and quantity, in units.
fn terms(fields: &str) -> String {
    let request = format!(
        r#"{{"method":"add_order","params":{{"symbol":"AWS-ACT-1K-202706","side":"buy","order_qty":100000,{fields}}}}}"#
    );
    let Call::AddOrder(params) = parse_request(&request).unwrap().call else { panic!("{request}") };
    match catalogue().add_order(ACCOUNT, &params) {
        Ok(order) => format!(
            "{:?} stop {:?} display {:?} minimum {:?} {:?} {:?}",
            order.kind, order.stop, order.display, order.min_lots, order.time_in_force, order.post_only
        ),
        Err(refusal) => told(&refusal),
    }
}

#[test]
fn every_term_of_an_order_becomes_units() {
    let fields = [
        r#""order_type":"stop-loss","triggers":{"price":0.7},"max_total":80000"#,
        r#""order_type":"stop-loss","triggers":{"price":0.70001}"#,
        r#""order_type":"stop-loss-limit","triggers":{"price":0.7},"limit_price":0.71,"time_in_force":"day""#,
        r#""order_type":"iceberg","limit_price":0.71,"display_qty":10000"#,
        r#""order_type":"iceberg","limit_price":0.71,"display_qty":10500"#,
        r#""order_type":"limit","limit_price":0.71,"min_qty":5000,"time_in_force":"auction""#,
        r#""order_type":"limit","limit_price":0.71,"min_qty":1"#,
        r#""order_type":"limit","limit_price":0.71,"time_in_force":"gtd","expire_time":"2026-01-01T00:00:01Z""#,
        r#""order_type":"limit","limit_price":0.71,"post_only":true,"post_only_mode":"reject""#,
        r#""order_type":"limit","limit_price":0.71,"post_only":true,"post_only_mode":"slide""#,
    ];
    check(
        fields.into_iter().map(terms),
        expect![[r#"
        Market { max_total: Some(Cash(8000000)) } stop Some(Price(7000)) display None minimum None Gtc No
        2119 triggers: triggers must be a multiple of 0.001 between 0.001 and 1.000
        Limit(Price(7100)) stop Some(Price(7000)) display None minimum None Day No
        Limit(Price(7100)) stop None display Some(Lots(10)) minimum None Gtc No
        2121 display_qty: display_qty must be a multiple of the lot, 1000 dollars of face, from 1000 to the venue's bound
        Limit(Price(7100)) stop None display None minimum Some(Lots(5)) Auction No
        2130 min_qty: min_qty must be a multiple of the lot, 1000 dollars of face, from 1000 to the venue's bound
        Limit(Price(7100)) stop None display None minimum None Gtd(Timestamp(1767225601000000000)) No
        Limit(Price(7100)) stop None display None minimum None Gtc Reject
        Limit(Price(7100)) stop None display None minimum None Gtc Slide
    "#]],
    );
}

#[test]
fn makers_and_operators_asks_become_commands_and_their_refusals_name_the_wires_fields() {
    let catalogue = catalogue();
    let command = |text: &str| {
        let call = parse_filter_request(text).unwrap_or_else(|error| panic!("{text}\n{error}")).call;
        match call {
            Call::MassQuote(params) => catalogue.mass_quote(ACCOUNT, SessionId(3), &params),
            Call::SetGroup(params) => Ok(params.command(ACCOUNT)),
            Call::SetRules(params) => catalogue.set_rules(&params),
            Call::SetSchedule(params) => catalogue.set_schedule(&params),
            Call::SetReference(params) => catalogue.set_reference(&params),
            Call::SetLimits(params) => params.command(ACCOUNT),
            Call::Kill(params) => Ok(params.command(params.account.map(|_| ACCOUNT))),
            Call::CancelAll(params) => catalogue.cancel_all(ACCOUNT, &params),
            Call::CancelAllOrdersAfter(params) => {
                Ok(Command::CancelAllAfter { account: ACCOUNT, seconds: params.timeout })
            }
            call => panic!("{call:?}"),
        }
    };
    let refused = |reject: Reject, text: &str| {
        let asked = Asked::of(&command(text).unwrap_or_else(|refusal| panic!("{text}\n{refusal}")));
        told(&catalogue.explain(reject.into(), asked))
    };
    let amend = |fields: &str| {
        let request = format!(r#"{{"method":"amend_order","params":{{"order_id":"O-1",{fields}}}}}"#);
        let Call::AmendOrder(params) = parse_request(&request).unwrap().call else { panic!("{request}") };
        Asked::of(&Command::AmendOrder(params.in_units(ACCOUNT, catalogue.get(AWS)))).in_instrument(AWS)
    };
    let texts = [
        r#"{"method":"mass_quote","params":{"group":"g","quote_id":7,"quotes":[{"symbol":"AAPL","bid":{"price":187.25,"qty":3},"ask":{"qty":0}}]}}"#,
        r#"{"method":"mass_quote","params":{"quotes":[{"symbol":"AAPL","bid":{"price":187.255,"qty":3}}]}}"#,
        r#"{"method":"mass_quote","params":{"quotes":[{"symbol":"HALF","bid":{"price":1,"qty":15}}]}}"#,
        r#"{"method":"mass_quote","params":{"quotes":[{"symbol":"NOPE","bid":{"qty":0}}]}}"#,
        r#"{"method":"set_rules","params":{"symbol":"AWS-ACT-1K-202706","dynamic_range":0.02,"entry_range":0.1,"auction_bp":5}}"#,
        r#"{"method":"set_rules","params":{"symbol":"AWS-ACT-1K-202706","static_range":0.00005}}"#,
        r#"{"method":"set_schedule","params":{"symbol":"AAPL","entries":{"second":60,"phase":"call"},"last_trade":"2026-01-01T00:00:01Z"}}"#,
        r#"{"method":"set_reference","params":{"symbol":"AWS-ACT-1K-202706","price":0.66}}"#,
        r#"{"method":"set_reference","params":{"symbol":"AWS-ACT-1K-202706","price":0}}"#,
        r#"{"method":"set_limits","params":{"account":"a","open_notional":1000.5}}"#,
        r#"{"method":"set_limits","params":{"account":"a","open_notional":1000.505}}"#,
        r#"{"method":"kill","params":{"engaged":true}}"#,
        r#"{"method":"kill","params":{"account":"a","engaged":true}}"#,
        r#"{"method":"kill","params":{"programme":"AWS-ACT","engaged":true}}"#,
        r#"{"method":"cancel_all","params":{"programme":"AWS-ACT","group":"g"}}"#,
    ];
    let mut lines: Vec<String> = texts
        .into_iter()
        .map(|text| command(text).map_or_else(|refusal| told(&refusal), |command| format!("{command:?}")))
        .collect();
    lines.extend([
        refused(Reject::InvalidTimeout, r#"{"method":"set_group","params":{"group":"g","lots":0,"window":1}}"#),
        refused(Reject::InvalidTimeout, r#"{"method":"set_group","params":{"group":"g","lots":1,"window":0}}"#),
        refused(Reject::InvalidTimeout, r#"{"method":"cancel_all_orders_after","params":{"timeout":86401}}"#),
        refused(Reject::InvalidRules, r#"{"method":"set_rules","params":{"symbol":"AAPL","auction_bp":10001}}"#),
        refused(Reject::InvalidRules, r#"{"method":"set_rules","params":{"symbol":"AAPL","volatility_seconds":0}}"#),
        refused(
            Reject::InvalidRules,
            r#"{"method":"set_rules","params":{"symbol":"AAPL","random_end_seconds":86401}}"#,
        ),
        refused(Reject::InvalidSchedule, r#"{"method":"set_schedule","params":{"symbol":"AAPL"}}"#),
        refused(Reject::InvalidLimits, r#"{"method":"set_limits","params":{"account":"a","open_orders":100001}}"#),
        refused(
            Reject::InvalidLimits,
            r#"{"method":"set_limits","params":{"account":"a","orders_per_second":5,"burst":0}}"#,
        ),
        told(&catalogue.explain(Reject::InvalidStopPrice.into(), amend(r#""trigger_price":0"#))),
        told(&catalogue.explain(Reject::InvalidCombination.into(), amend(r#""trigger_price":0.5"#))),
        told(&catalogue.explain(Reject::InvalidCombination.into(), amend(r#""display_qty":1000"#))),
    ]);
    check(
        lines,
        expect![[r#"
            MassQuote(MassQuote { account: AccountId(7), session: SessionId(3), group: Some(GroupName("g")), quote_id: 7, post_only: No, quotes: [Quote { instrument: InstrumentId(1), bid: Some(QuoteSide { price: Price(18725), lots: Lots(3) }), ask: Some(QuoteSide { price: Price(0), lots: Lots(0) }) }], deadline: None })
            2102 quotes: price of AAPL/USD must be a multiple of 0.01 between 0.01 and 1000.00
            2103 quotes: qty of HALF/USD must be a multiple of the lot, 10 dollars of face, from 10 to the venue's bound
            2101 symbol: symbol NOPE/USD is not listed; the instrument channel says what is
            SetRules { instrument: InstrumentId(0), rules: TradingRules { auction_tick: 1, auction_fee: FeeRate(5), dynamic_range: Some(200), static_range: None, entry_range: Some(1000), volatility_seconds: 300, random_end_seconds: 30, dominance: false } }
            2102 static_range: static_range must be a multiple of 0.0001 above zero
            SetSchedule { instrument: InstrumentId(1), schedule: Schedule { entries: [ScheduleEntry { second_of_day: 60, phase: Call }], last_trade: Some(Timestamp(1767225601000000000)) } }
            SetReference { instrument: InstrumentId(0), price: Price(6600) }
            2102 price: price must be a multiple of 0.001 between 0.001 and 1.000
            SetLimits { account: AccountId(7), limits: AccountLimits { open_orders: 100000, open_notional: Some(Cash(100050)), orders_per_second: 0, burst: 1 } }
            1003 open_notional: open_notional must be dollars, not below zero, with at most 2 decimals
            Kill { scope: Venue, engaged: true }
            Kill { scope: Account(AccountId(7)), engaged: true }
            Kill { scope: Programme(Programme("AWS-ACT")), engaged: true }
            CancelAll { account: AccountId(7), filter: CancelFilter { instrument: None, side: None, programme: Some(Programme("AWS-ACT")), group: Some(GroupName("g")) } }
            2132 lots: a group counts 1 to 1000000 lots within 1 to 3600 seconds; a dead-man timer runs 0 to 86400 seconds
            2132 window: a group counts 1 to 1000000 lots within 1 to 3600 seconds; a dead-man timer runs 0 to 86400 seconds
            2132 timeout: a group counts 1 to 1000000 lots within 1 to 3600 seconds; a dead-man timer runs 0 to 86400 seconds
            6007 auction_bp: the rules do not fit together: auction_tick and ranges are above zero and at most price_max, auction_bp at most 10000, volatility_seconds 1 to 86400, random_end_seconds at most 86400; an instrument has had at most 255 fee schedules; dominance is for credits, at most 64 of one family
            6007 volatility_seconds: the rules do not fit together: auction_tick and ranges are above zero and at most price_max, auction_bp at most 10000, volatility_seconds 1 to 86400, random_end_seconds at most 86400; an instrument has had at most 255 fee schedules; dominance is for credits, at most 64 of one family
            6007 random_end_seconds: the rules do not fit together: auction_tick and ranges are above zero and at most price_max, auction_bp at most 10000, volatility_seconds 1 to 86400, random_end_seconds at most 86400; an instrument has had at most 255 fee schedules; dominance is for credits, at most 64 of one family
            6008 entries: a trading day has at most 96 entries, ascending by second, below 86400, of call, no_cancel, continuous, cancel_only and closed
            6010 open_orders: open_orders must be at most 100000, orders_per_second at most 1000000000, and burst at least 1
            6010 burst: open_orders must be at most 100000, orders_per_second at most 1000000000, and burst at least 1
            2119 trigger_price: trigger_price must be a multiple of 0.001 between 0.001 and 1.000
            2118 trigger_price: the order has no such term: limit_price is not taken by a waiting stop-loss, trigger_price only by an order that waits for its trigger, display_qty only by an iceberg
            2118 display_qty: the order has no such term: limit_price is not taken by a waiting stop-loss, trigger_price only by an order that waits for its trigger, display_qty only by an iceberg
        "#]],
    );
}

#[test]
fn a_rate_limit_says_when_to_come_back() {
    let rejection = Rejection { reject: Reject::OrderRate, available: Some(99_000_001) };
    let body: ErrorBody = catalogue().explain(rejection, Asked::default()).into();
    assert_eq!((body.detail.retry_after_ms, body.detail.available), (Some(100), None));
    assert!(body.detail.message.ends_with("wait 0.099000001 seconds"), "{}", body.detail.message);
}

#[test]
fn averages_are_rounded_half_up_to_four_decimals_more() {
    let catalogue = catalogue();
    let average = |id, sum, lots| catalogue.average_price(id, sum, lots).map_or("none".to_owned(), |a| a.to_string());
    assert_eq!(average(AWS, 6_600 * 3, 3), "0.6600");
    assert_eq!(average(AWS, 6_600 + 6_601, 2), "0.66005");
    assert_eq!(average(AWS, 2, 3), "0.00006667");
    assert_eq!(average(AWS, 1, 3), "0.00003333");
    assert_eq!(average(AAPL, 100, 1), "1.00");
    assert_eq!(average(AAPL, 0, 0), "none");
    let most = u128::from(u32::MAX);
    assert_eq!(average(AWS, most * most, u64::from(u32::MAX)), "429496.7295");
}

#[test]
fn a_fill_is_told_to_its_taker_and_to_the_public() {
    let catalogue = catalogue();
    let leg =
        |order, fee| Leg { order: OrderId(order), account: ACCOUNT, leaves: Lots(0), hidden: Lots(0), fee: Cash(fee) };
    let fill = Fill {
        trade: TradeId(551),
        instrument: AWS,
        taker_side: Side::Buy,
        auction: false,
        price: Price(6_600),
        lots: Lots(2),
        maker: leg(1, 0),
        taker: leg(2, 330),
        across: None,
    };
    let answer = OrderAnswer {
        order: OrderId(2),
        cl_ord_id: None,
        instrument: AWS,
        status: OrderStatus::Filled,
        cum: Lots(2),
        leaves: Lots(0),
        canceled: None,
        seq: CommandSeq(9),
        duplicate: false,
    };
    let at = Timestamp(1_767_225_600_123_456_789);
    let result = catalogue.order_result(&answer, vec![catalogue.taker_fill(&fill)], None);
    let reply = Reply::done(Method::AddOrder, Some(-1), ReplyResult::AddOrder(result), at);
    let trade = Stream {
        kind: Kind::Update,
        account: None,
        exec_seq: None,
        seq: Some(9),
        prev_seq: Some(7),
        data: vec![catalogue.trade(&fill, Some(OrderType::Limit), at)],
    };
    let Stream { kind, account, exec_seq, seq, prev_seq, ref data } = trade;
    let borrowed = Stream { kind, account, exec_seq, seq, prev_seq, data: &data[..] };
    let refused = Reply::unreadable(parse_request(r#"{"method":"nope","req_id":3}"#).unwrap_err(), at);
    let mut error: ErrorBody = Refusal::from(Reject::OutcomeUnknown).into();
    error = error.about(OrderRef::Id(OrderId(4)));
    let unknown = Reply { outcome: Err(error), ..Reply::done(Method::CancelOrder, None, ReplyResult::Done, at) };
    let pong = Reply::done(Method::Ping, Some(1), ReplyResult::Pong, at);
    let instrument = Stream {
        kind: Kind::Snapshot,
        account: None,
        exec_seq: None,
        seq: Some(1),
        prev_seq: None,
        data: catalogue.instruments(|id| match id {
            AAPL => (Phase::Halted, Some(PhaseReason::Unresolved)),
            _ => (Phase::Continuous, None),
        }),
    };
    let print = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    };
    check(
        [
            print(&|out| reply.write(out)),
            print(&|out| refused.write(out)),
            print(&|out| unknown.write(out)),
            print(&|out| pong.write(out)),
            print(&|out| trade.write(Channel::Trade, out)),
            print(&|out| borrowed.write(Channel::Trade, out)),
            print(&|out| Data::Instrument(instrument.clone()).write(out)),
        ],
        expect![[r#"
            {"method":"add_order","req_id":-1,"success":true,"result":{"order_id":"O-2","status":"filled","leaves_qty":0,"cum_qty":2000,"fills":[{"exec_id":"E-551t","trade_id":551,"last_qty":2000,"last_price":0.6600,"liquidity_ind":"t","fees":[{"asset":"USD","qty":3.30}]}],"seq":9},"time_in":"2026-01-01T00:00:00.123456Z","time_out":"2026-01-01T00:00:00.123456Z"}
            {"method":"nope","req_id":3,"success":false,"error":"EGeneral:Unknown method","error_detail":{"code":1002,"reason":"unknown_method","field":"method","message":"method must be one of: ping, login, logout, subscribe, unsubscribe, add_order, amend_order, cancel_order, cancel_all, cancel_all_orders_after, batch_add, query_order, mass_quote, set_group, reset_group, deliver, accept, dispute","retryable":false,"outcome":"rejected"},"time_in":"2026-01-01T00:00:00.123456Z","time_out":"2026-01-01T00:00:00.123456Z"}
            {"method":"cancel_order","success":false,"error":"EService:Timeout","error_detail":{"code":5002,"reason":"outcome_unknown","message":"the outcome cannot be known now; ask by cl_ord_id, or send the same order again","retryable":true,"outcome":"unknown","order_id":"O-4"},"time_in":"2026-01-01T00:00:00.123456Z","time_out":"2026-01-01T00:00:00.123456Z"}
            {"method":"pong","req_id":1,"success":true,"result":{},"time_in":"2026-01-01T00:00:00.123456Z","time_out":"2026-01-01T00:00:00.123456Z"}
            {"channel":"trade","type":"update","seq":9,"prev_seq":7,"data":[{"symbol":"AWS-ACT-1K-202706/USD","side":"buy","price":0.6600,"qty":2000,"ord_type":"limit","trade_id":551,"timestamp":"2026-01-01T00:00:00.123456Z"}]}
            {"channel":"trade","type":"update","seq":9,"prev_seq":7,"data":[{"symbol":"AWS-ACT-1K-202706/USD","side":"buy","price":0.6600,"qty":2000,"ord_type":"limit","trade_id":551,"timestamp":"2026-01-01T00:00:00.123456Z"}]}
            {"channel":"instrument","type":"snapshot","seq":1,"data":{"assets":[{"id":"USD","status":"enabled","precision":2},{"id":"AWS-ACT-1K-202706","status":"enabled","precision":0},{"id":"AAPL","status":"enabled","precision":0},{"id":"HALF","status":"enabled","precision":0}],"pairs":[{"symbol":"AWS-ACT-1K-202706/USD","base":"AWS-ACT-1K-202706","quote":"USD","price_precision":4,"price_increment":0.0010,"qty_precision":0,"qty_increment":1000,"qty_min":1000,"cost_precision":2,"status":"online","phase":"continuous","price_max":1.0000,"collar":0.0300,"maker_bp":0,"taker_bp":0},{"symbol":"AAPL/USD","base":"AAPL","quote":"USD","price_precision":2,"price_increment":0.01,"qty_precision":0,"qty_increment":1,"qty_min":1,"cost_precision":2,"status":"cancel_only","phase":"halted","phase_reason":"unresolved","price_max":1000.00,"collar":30.00,"maker_bp":0,"taker_bp":0},{"symbol":"HALF/USD","base":"HALF","quote":"USD","price_precision":2,"price_increment":0.25,"qty_precision":0,"qty_increment":10,"qty_min":10,"cost_precision":2,"status":"online","phase":"continuous","price_max":100.00,"collar":3.00,"maker_bp":0,"taker_bp":0}]}}
        "#]],
    );
}

fn levels(texts: &[(&str, &str)]) -> Vec<(Decimal, Decimal)> {
    texts.iter().map(|(price, qty)| (parse_decimal(price).unwrap(), parse_decimal(qty).unwrap())).collect()
}

/// Source: the worked example of Kraken's guide "Book checksum (WebSocket v2)".
#[test]
fn the_checksum_is_krakens() {
    let asks = levels(&[
        ("45285.2", "0.00100000"),
        ("45286.4", "1.54571953"),
        ("45286.6", "1.54571109"),
        ("45289.6", "1.54560911"),
        ("45290.2", "0.15890660"),
        ("45291.8", "1.54553491"),
        ("45294.7", "0.04454749"),
        ("45296.1", "0.35380000"),
        ("45297.5", "0.09945542"),
        ("45299.5", "0.18772827"),
    ]);
    let mut bids = levels(&[
        ("45283.5", "0.10000000"),
        ("45283.4", "1.54582015"),
        ("45282.1", "0.10000000"),
        ("45281.0", "0.10000000"),
        ("45280.3", "1.54592586"),
        ("45279.0", "0.07990000"),
        ("45277.6", "0.03310103"),
        ("45277.5", "0.30000000"),
        ("45277.3", "1.54602737"),
        ("45276.6", "0.15445238"),
    ]);
    assert_eq!(book_checksum(asks.clone(), bids.clone()), 3_310_070_434);
    bids.push((Decimal::ONE, Decimal::ONE));
    assert_eq!(book_checksum(asks.clone(), bids.clone()), 3_310_070_434, "the eleventh level does not count");
    bids.swap(0, 1);
    assert_ne!(book_checksum(asks, bids), 3_310_070_434, "the order counts");
}

#[test]
fn the_checksum_of_a_credits_book_is_that_of_its_printed_digits() {
    let book = |levels: &[(u32, u64)]| -> Vec<(Decimal, u64)> {
        levels.iter().map(|&(price, qty)| (catalogue().price(AWS, Price(price)), qty)).collect()
    };
    assert_eq!(
        book_checksum(book(&[(6_700, 150_000)]), book(&[(6_600, 7_000)])),
        crc32fast::hash(b"670015000066007000")
    );
    assert_eq!(book_checksum(book(&[(10_000, 1_000)]), book(&[(10, 1_000)])), crc32fast::hash(b"100001000101000"));
    assert_eq!(book_checksum(book(&[]), book(&[])), 0);
}

#[test]
fn symbols_are_listed_once_in_the_order_of_ids() {
    let mut catalogue = catalogue();
    let again = catalogue.get(AAPL).unwrap().clone();
    assert_eq!(catalogue.insert(again.clone()), Err(CatalogueError::SymbolListed));
    let mut large = again;
    large.symbol = unspent_model::Symbol::parse("LARGE").unwrap();
    large.face_dollars = MAX_FACE_DOLLARS + 1;
    assert_eq!(catalogue.insert(large), Err(CatalogueError::FaceTooLarge));
    let ids: Vec<u32> = catalogue.iter().map(|(id, _)| id.0).collect();
    assert_eq!((ids, catalogue.len()), (vec![0, 1, 2], 3));
    assert_eq!(catalogue.find(&unspent_model::Symbol::parse("AAPL/USD").unwrap()).unwrap().0, AAPL);
}
