//! What is quoted for what is told: prices, sizes and why, without a market.

use expect_test::{Expect, expect};
use unspent_maker::{Action, Config, Explained, File, Input, Level, OwnOrder, Reference, Row, Strategy};
use unspent_model::{
    Cash, FeeRate, FeeSchedule, Instrument, InstrumentId, Lots, OrderId, Phase, Price, QuoteSide, Side, Timestamp,
};

/// 2026-12-01.
const START: Timestamp = Timestamp(1_796_083_200_000_000_000);

/// Two months of a family that are worth 70 % of face whenever they end, and another family.
const FILE: &str = r#"
version = 1
[bounds]
face = 1000000
[[family]]
name = "AWS-ACT-1K"
near_bp = 7000
far_bp = 7000
anchor_permille = 1000
anchor_lots = 10
[[family]]
name = "GCP-STP-1K"
[quoting]
quote_face = 5000
max_face = 100000
risk_aversion = 0.01
volatility_bp = 30.0
[[instrument]]
symbol = "AWS-ACT-1K-202703"
[[instrument]]
symbol = "AWS-ACT-1K-202706"
[[instrument]]
symbol = "GCP-STP-1K-202712"
"#;

struct Told {
    strategy: Strategy,
    now: Timestamp,
    orders: u64,
}

impl Told {
    /// Everything is open, with empty books, a million dollars, and so many lots of each.
    fn new(text: &str, held: &[u64]) -> Told {
        Told::with(File::parse(text).unwrap().config, held, Cash(100_000_000))
    }

    fn with(config: Config, held: &[u64], cash: Cash) -> Told {
        let reference = |(at, symbol)| {
            let fees = FeeSchedule { maker: FeeRate(25), taker: FeeRate(100) };
            let spec = Instrument { fees, ..Instrument::credit(symbol).unwrap() };
            Reference::of(InstrumentId(at), &spec).unwrap()
        };
        let references = (0..).zip(config.instruments.iter().map(|quoted| quoted.symbol)).map(reference).collect();
        let strategy = Strategy::new(config, references).unwrap();
        let mut told = Told { strategy, now: START, orders: 0 };
        told.take(Input::Up);
        told.take(Input::Cash { available: cash, reserved: Cash::ZERO });
        for (at, &lots) in (0..).zip(held) {
            let instrument = InstrumentId(at);
            told.take(Input::Holding { instrument, available: lots, reserved: 0 });
            told.take(Input::Phase { instrument, phase: Phase::Continuous });
            told.book(at, &[], &[]);
        }
        told.take(Input::Reconciled);
        told
    }

    fn take(&mut self, input: Input) -> Vec<Action> {
        let mut actions = Vec::new();
        self.strategy.take(self.now, input, &mut actions);
        actions
    }

    fn book(&mut self, at: u32, bids: &[(u32, u64)], asks: &[(u32, u64)]) -> Vec<Action> {
        let levels = |side: &[(u32, u64)]| side.iter().map(|&(p, lots)| Level { price: Price(p), lots }).collect();
        self.take(Input::Book { instrument: InstrumentId(at), bids: levels(bids), asks: levels(asks) })
    }

    /// The first round of quotes, which all rest.
    fn rest(&mut self) -> Vec<Action> {
        let actions = self.take(Input::Confirmed);
        self.carry_out(&actions);
        actions
    }

    fn carry_out(&mut self, actions: &[Action]) {
        for action in actions {
            let Action::Quote { id, quotes, .. } = action else { continue };
            for quote in quotes {
                for (side, wanted) in [(Side::Buy, quote.bid), (Side::Sell, quote.ask)] {
                    if let Some(QuoteSide { price, lots }) = wanted {
                        self.orders += 1;
                        let order = OrderId(self.orders);
                        let order =
                            OwnOrder { order, instrument: quote.instrument, side, price, leaves: lots, name: None };
                        self.take(Input::Order(order));
                    }
                }
            }
            self.take(Input::Quoted { id: *id, refused: Vec::new() });
        }
    }

    fn later(&mut self, seconds: u64) -> Vec<Action> {
        self.now = self.now.plus_seconds(seconds);
        self.take(Input::Confirmed)
    }

    fn explained(&self, at: usize) -> Explained {
        self.strategy.explain(self.now).swap_remove(at)
    }

    /// Each instrument's rows and notes, a line each.
    fn lines(&self) -> String {
        let row = |row: &Row| {
            let side = if row.side == Side::Buy { "bid" } else { "ask" };
            format!(" {side} {}x{}", row.price, row.lots)
        };
        let line = |explained: Explained| {
            let rows: String = explained.rows.iter().map(row).collect();
            format!(
                "{}:{rows}{}\n",
                explained.symbol,
                explained.notes.iter().map(|n| format!("; {n}")).collect::<String>()
            )
        };
        self.strategy.explain(self.now).into_iter().map(line).collect()
    }
}

fn check(told: &Told, lines: Expect) {
    lines.assert_eq(&told.lines());
}

#[test]
fn a_flat_book_gives_half_spreads_around_the_fair_price() {
    let told = Told::new(FILE, &[10, 10, 10]);
    check(
        &told,
        expect![[r#"
        AWS-ACT-1K-202703: bid 6910x5 ask 7050x5
        AWS-ACT-1K-202706: bid 6910x5 ask 7050x5
        GCP-STP-1K-202712: bid 7510x5 ask 7650x5
    "#]],
    );
    let term = |name: &str| told.explained(0).terms.iter().find(|term| term.name == name).unwrap().value;
    // γ σ² τ = 0.01 × 900 × 1 day, of two clips; ln(1.5) ÷ 0.01 and half the risk; 25 bp of the reservation price.
    assert_eq!(term("inventory"), -18.0);
    assert!((term("half_spread") - (40.546_5 + 4.5 + 6_982.0 * 0.0025)).abs() < 0.001);
}

#[test]
fn an_own_ask_of_a_later_month_bounds_an_earlier_bid() {
    // Nothing of March, far too much of June: June's ask is below where March's bid would be.
    let told = Told::new(FILE, &[0, 95, 0]);
    check(
        &told,
        expect![[r#"
        AWS-ACT-1K-202703: bid 6890x5; ask of layer 0: 0 of 5 lots, bounded by what is owned; bids are lowered: below its own asks of this month and later ones, and outside its fees
        AWS-ACT-1K-202706: bid 6760x5 ask 6900x5
        GCP-STP-1K-202712: bid 7530x5; ask of layer 0: 0 of 5 lots, bounded by what is owned
    "#]],
    );
}

#[test]
fn a_bid_that_is_kept_for_its_place_is_moved_when_a_later_months_ask_comes_to_it() {
    let slow = FILE.replace("quote_face = 5000", "quote_face = 5000\nmove_at_bp = 300");
    let mut told = Told::new(&slow, &[0, 0, 0]);
    told.rest();
    told.now = told.now.plus_seconds(1);
    let holding = Input::Holding { instrument: InstrumentId(1), available: 95, reserved: 0 };
    let actions = told.take(holding);
    let quotes = actions.iter().find_map(|action| match action {
        Action::Quote { quotes, .. } => Some(quotes.clone()),
        _ => None,
    });
    let quotes = quotes.expect("a round of quotes");
    let june = quotes.iter().find(|quote| quote.instrument == InstrumentId(1)).unwrap().ask.unwrap();
    let march = quotes.iter().find(|quote| quote.instrument == InstrumentId(0)).and_then(|quote| quote.bid);
    assert!(march.is_some_and(|bid| bid.price < june.price), "{march:?} {june:?}");
}

#[test]
fn what_others_offer_is_not_met_in_its_own_month_or_one_that_would_trade_with_it() {
    let mut told = Told::new(FILE, &[10, 10, 10]);
    told.book(1, &[], &[(6_900, 3)]);
    told.book(0, &[(7_100, 3)], &[]);
    // Another family's prices are nothing to it.
    told.book(2, &[], &[(6_700, 3)]);
    // A book that is crossed across months is taken as it is: neither side of either month meets the other's.
    check(
        &told,
        expect![[r#"
            AWS-ACT-1K-202703: bid 6890x5 ask 7110x5; the bid stays one tick short of the other side; the ask stays one tick short of the other side
            AWS-ACT-1K-202706: bid 6890x5 ask 7110x5; the bid stays one tick short of the other side; the ask stays one tick short of the other side
            GCP-STP-1K-202712: bid 6690x5 ask 7650x5; the bid stays one tick short of the other side
        "#]],
    );
}

#[test]
fn its_own_orders_are_not_others() {
    let mut told = Told::new(FILE, &[10, 10, 10]);
    let first = told.lines();
    told.rest();
    let explained = told.explained(0);
    let best = |side| explained.rows.iter().find(|row| row.side == side).unwrap().price.0;
    told.book(0, &[(best(Side::Buy), 5)], &[(best(Side::Sell), 5)]);
    assert_eq!(told.lines(), first);
    assert_eq!(told.later(1).iter().filter(|action| matches!(action, Action::Quote { .. })).count(), 0);
    // The fair price rises above its own ask, which does not hold its bid down.
    let ask = best(Side::Sell);
    told.take(Input::Trade { instrument: InstrumentId(0), price: Price(7_300), lots: Lots(10) });
    let rows = told.explained(0).rows;
    assert!(rows.iter().any(|row| row.side == Side::Buy && row.price.0 > ask), "{rows:?}");
}

#[test]
fn money_bounds_bids_and_what_is_kept_is_not_spent() {
    let mut config = File::parse(FILE).unwrap().config;
    config.bounds.keep = Cash(500_000);
    let told = Told::with(config, &[0, 0, 0], Cash(1_000_000));
    check(
        &told,
        expect![[r#"
        AWS-ACT-1K-202703: bid 6930x5; ask of layer 0: 0 of 5 lots, bounded by what is owned
        AWS-ACT-1K-202706: bid 6930x2; bid of layer 0: 2 of 5 lots, bounded by money; ask of layer 0: 0 of 5 lots, bounded by what is owned
        GCP-STP-1K-202712:; bid of layer 0: 0 of 5 lots, bounded by money; ask of layer 0: 0 of 5 lots, bounded by what is owned
    "#]],
    );
}

#[test]
fn what_cannot_be_sold_any_more_is_worth_its_salvage_and_is_not_bought() {
    let slow = FILE.replace("max_face = 100000", "max_face = 1000000\nsell_face_per_day = 1000\nno_buy_days = 1");
    // 110 days before March's last trade 110 lots can be sold.
    let told = Told::new(&slow, &[130, 109, 0]);
    check(
        &told,
        expect![[r#"
        AWS-ACT-1K-202703: ask 5790x5; bid of layer 0: 0 of 5 lots, bounded by what may be owned and sold again
        AWS-ACT-1K-202706: bid 6740x5 ask 6870x5
        GCP-STP-1K-202712: bid 7530x5; ask of layer 0: 0 of 5 lots, bounded by what is owned
    "#]],
    );
}

#[test]
fn trades_move_the_whole_family_and_nothing_else() {
    let mut told = Told::new(FILE, &[10, 10, 10]);
    let gcp = told.explained(2);
    told.take(Input::Trade { instrument: InstrumentId(1), price: Price(6_800), lots: Lots(5) });
    let fair = |told: &Told, at: usize| told.explained(at).terms.iter().find(|term| term.name == "fair").unwrap().value;
    assert_eq!((fair(&told, 0), fair(&told, 1)), (6_900.0, 6_900.0), "half of the lots that count, all of the way");
    assert_eq!(told.explained(2), gcp);
}

#[test]
fn it_does_not_quote_before_all_is_known_and_confirmed() {
    let config = File::parse(FILE).unwrap().config;
    let mut told = Told::with(config, &[10, 10, 10], Cash(100_000_000));
    for input in [Input::Clock, Input::Heard] {
        assert!(!told.take(input).iter().any(|action| matches!(action, Action::Quote { .. })));
    }
    assert!(told.rest().iter().any(|action| matches!(action, Action::Quote { .. })));
    // Down and up again, everything is asked for anew.
    told.take(Input::Down);
    told.now = told.now.plus_seconds(1);
    told.take(Input::Up);
    assert!(told.take(Input::Confirmed).iter().all(|action| !matches!(action, Action::Quote { .. })));
    assert!(
        told.take(Input::Reconciled).iter().all(|action| !matches!(action, Action::Quote { .. })),
        "no phase is known"
    );
}

#[test]
fn a_refused_side_rests_for_a_while() {
    let mut told = Told::new(FILE, &[10, 10, 10]);
    let actions = told.take(Input::Confirmed);
    let Some(Action::Quote { id, .. }) = actions.iter().find(|action| matches!(action, Action::Quote { .. })) else {
        panic!("{actions:?}")
    };
    let refused = unspent_maker::SideRefused { instrument: InstrumentId(0), side: Side::Buy, reject: None };
    told.take(Input::Quoted { id: *id, refused: vec![refused] });
    assert!(told.explained(0).notes.contains(&"no bid: it was refused a moment ago".to_owned()));
    told.now = told.now.plus_seconds(3);
    assert!(told.explained(0).rows.iter().any(|row| row.side == Side::Buy));
}

#[test]
fn a_quote_without_an_answer_pulls_everything() {
    let mut told = Told::new(FILE, &[10, 10, 10]);
    told.take(Input::Confirmed);
    let mut actions = Vec::new();
    for _ in 0..12 {
        actions.extend(told.later(1));
    }
    assert!(actions.contains(&Action::CancelAll), "{actions:?}");
    let held = |action: &Action| matches!(action, Action::Held { hold: unspent_maker::Hold::Unknown, .. });
    assert!(actions.iter().any(held), "{actions:?}");
}

#[test]
fn a_quote_that_is_mostly_filled_is_placed_anew_and_one_that_is_not_keeps_its_place() {
    let mut told = Told::new(FILE, &[10, 10, 10]);
    told.rest();
    let bid = told.explained(0).rows.iter().find(|row| row.side == Side::Buy).copied().unwrap();
    let left = |leaves| {
        let (instrument, side) = (InstrumentId(0), Side::Buy);
        Input::Order(OwnOrder {
            order: OrderId(1),
            instrument,
            side,
            price: bid.price,
            leaves: Lots(leaves),
            name: None,
        })
    };
    let quoted = |actions: &[Action]| actions.iter().any(|action| matches!(action, Action::Quote { .. }));
    told.now = told.now.plus_seconds(1);
    assert!(!quoted(&told.take(left(3))), "three of five are more than half");
    assert!(quoted(&told.take(left(2))), "two of five are not");
}

#[test]
fn in_the_last_days_asks_fall_in_a_line_and_offer_more_and_more() {
    // March's last trade is on 2027-03-21 at 16:30; the fair price does not fall.
    let last = Timestamp(1_805_646_600_000_000_000);
    let mut told = Told::new(FILE, &[50, 0, 0]);
    let mut asks = Vec::new();
    for days in [15, 14, 7, 1] {
        told.now = Timestamp(last.0 - days * 86_400_000_000_000);
        let rows = told.explained(0).rows;
        assert!(days > 14 || rows.iter().all(|row| row.side == Side::Sell), "no bid {days} days before");
        let ask = rows.iter().find(|row| row.side == Side::Sell).unwrap();
        asks.push((ask.price.0, ask.lots.0));
    }
    assert!(asks.is_sorted_by(|a, b| a.0 >= b.0 && a.1 <= b.1), "{asks:?}");
    assert_eq!((asks[0].1, asks[2].1), (5, 27), "half of what is beyond a clip, half way");
    // Half way the ask is half way down to 4,000.
    assert!((5_400..5_500).contains(&asks[2].0) && asks[3].0 < 4_300, "{asks:?}");
}

#[test]
fn however_much_is_owned_it_moves_prices_by_a_bound() {
    let much = FILE
        .replace("sell_face_per_day", "# ")
        .replace("max_face = 100000", "max_face = 900000000\nsell_face_per_day = 900000000");
    let told = Told::new(&much, &[800_000, 10, 10]);
    let term = |name: &str| told.explained(0).terms.iter().find(|term| term.name == name).unwrap().value;
    assert_eq!((term("inventory"), term("reservation")), (-300.0, 6_700.0));
}
