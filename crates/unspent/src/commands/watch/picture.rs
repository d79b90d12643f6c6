//! What is known of a venue, from what its streams tell. Pure.

use crate::screen::{Keys, Latencies, Link, Model, Own, Trade};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use unspent_client::{BookEvent, ExecutionEvent, SessionState};
use unspent_model::{Side, Symbol, Timestamp};
use unspent_protocol::{BookLevel, Data, ExecType, Execution, Kind, print_time};

/// Lines for people that wait for the next second; the oldest go.
const WAITING: usize = 64;

/// Something that a stream told.
#[derive(Clone, Debug)]
pub enum News {
    /// A book.
    Book(Symbol, BookEvent),
    /// A message of another stream.
    Data(Box<Data>),
    /// A stream could not be resumed: what comes next does not continue what came before.
    Missed(Option<Symbol>),
    /// Something about the account's orders.
    Execution(ExecutionEvent),
    /// The venue answered after so long.
    Answered(Duration),
}

/// Everything that is known.
pub struct Picture {
    /// What is shown.
    pub model: Model,
    /// Traded in the last 24 hours, in dollars of face.
    volumes: BTreeMap<Symbol, u64>,
    latencies: Latencies,
    missed: u64,
    /// What people are to be told where there is no screen.
    untold: VecDeque<String>,
}

impl Picture {
    /// Nothing is known yet.
    pub fn new(url: &str, symbols: &[Symbol], private: bool) -> Picture {
        let mut model = Model::new("watch", url, symbols, Keys::WATCH_HELP);
        model.holdings = private.then(BTreeMap::new);
        let (volumes, latencies) = (BTreeMap::new(), Latencies::default());
        Picture { model, volumes, latencies, missed: 0, untold: VecDeque::new() }
    }

    /// It is so late now.
    pub fn pass(&mut self, at: Timestamp) {
        self.model.now = at;
    }

    /// What people are to be told since.
    pub fn untold(&mut self) -> Vec<String> {
        self.untold.drain(..).collect()
    }

    fn warn(&mut self, text: String) {
        if self.untold.len() == WAITING {
            self.untold.pop_front();
        }
        self.untold.push_back(text.clone());
        self.model.note('!', text);
    }

    /// The session stands so now.
    pub fn state(&mut self, at: Timestamp, state: &SessionState) {
        self.model.now = at;
        self.model.link = match state {
            SessionState::Connecting => Link::Connecting,
            SessionState::Live => {
                self.model.heard = Some(at);
                Link::Live
            }
            SessionState::Waiting { why, .. } => {
                self.model.own.clear();
                self.warn(format!("{why}; trying again"));
                Link::Lost(why.clone())
            }
            SessionState::Over(end) => Link::Lost(end.to_string()),
        };
    }

    /// Takes what a stream told.
    pub fn take(&mut self, at: Timestamp, news: News) {
        self.model.now = at;
        self.model.heard = Some(at);
        match news {
            News::Book(symbol, BookEvent::Changed(book)) => {
                self.model.book(symbol, Some((book.bids().collect(), book.asks().collect())));
            }
            News::Book(symbol, BookEvent::Lost(_)) => self.model.book(symbol, None),
            News::Data(data) => self.data(&data),
            News::Missed(symbol) => {
                self.missed += 1;
                self.model.trades.retain(|trade| Some(trade.symbol) != symbol);
                self.warn("some of what happened meanwhile is missing here".to_owned());
            }
            News::Execution(ExecutionEvent::Open(open)) => {
                if open.first {
                    self.model.own.clear();
                }
                open.orders.iter().for_each(|row| self.order(row));
            }
            News::Execution(ExecutionEvent::Happened { execution, .. }) => self.execution(&execution),
            News::Answered(took) => {
                self.latencies.record(took);
                self.model.latency = self.latencies.quantiles();
            }
        }
    }

    fn data(&mut self, data: &Data) {
        match data {
            Data::Instrument(stream) => {
                for pair in &stream.data.pairs {
                    let instrument = self.model.instrument(pair.symbol);
                    let before = instrument.and_then(|instrument| instrument.phase.replace(pair.phase));
                    if before.is_some_and(|before| before != pair.phase) {
                        self.model.note('!', format!("{} is {} now", pair.symbol, pair.phase.name()));
                    }
                }
            }
            Data::Ticker(stream) => {
                for row in &stream.data {
                    self.volumes.insert(row.symbol, row.volume);
                    if let Some(instrument) = self.model.instrument(row.symbol) {
                        instrument.last = row.last;
                    }
                    self.model.point(&row.symbol).last = row.last;
                }
            }
            Data::Trade(stream) => {
                for row in &stream.data {
                    let (symbol, side, price, face) = (row.symbol, row.side, row.price, row.qty);
                    self.model.trades.push(Trade { at: row.timestamp, symbol, side, price, face });
                }
                if stream.kind != Kind::Update {
                    // The last ones of an instrument, among those of others.
                    self.model.trades.sort_by_key(|trade| std::cmp::Reverse(trade.at));
                }
            }
            Data::Curve(stream) => {
                for row in &stream.data {
                    let point = self.model.point(&row.symbol);
                    (point.bid, point.ask, point.last) = (row.bid, row.ask, row.last);
                }
            }
            Data::Balances(stream) => {
                for row in stream.data.iter().filter(|row| row.asset == "USD") {
                    self.model.cash = (row.balance * Decimal::ONE_HUNDRED).to_u64();
                }
            }
            Data::Holdings(stream) => {
                let holdings = self.model.holdings.get_or_insert_default();
                if stream.kind != Kind::Update {
                    holdings.clear();
                }
                holdings.extend(stream.data.iter().map(|row| (row.symbol, row.balance)));
            }
            _ => {}
        }
    }

    fn order(&mut self, row: &Execution) {
        // What waits for a trigger is in no book, and a snapshot does not say of it whether it still does.
        let rests = row.triggers.is_none()
            || row.exec_type == ExecType::Triggered
            || row.cum_qty > 0
            || row.leaves_qty == 0
            || self.model.own.contains_key(&row.order_id);
        if let (Some(price), true) = (row.limit_price, rests) {
            let own = Own { symbol: row.symbol, side: row.side, price, face: row.leaves_qty };
            self.model.order(row.order_id, own);
        }
    }

    fn execution(&mut self, row: &Execution) {
        self.order(row);
        if let (ExecType::Trade, Some(qty), Some(price)) = (row.exec_type, row.last_qty, row.last_price) {
            let verb = if row.side == Side::Buy { "bought" } else { "sold" };
            let symbol = row.delivered.unwrap_or(row.symbol);
            self.model.note('◆', format!("{verb} {} of {symbol} at {price:.4}", crate::money::face(qty)));
        }
    }

    /// The line of a second. Prices in dollars a dollar of face and money in dollars, as text; quantities in dollars of face.
    pub fn object(&self) -> Value {
        let model = &self.model;
        let best = |levels: Option<&BookLevel>| match levels {
            Some(level) => json!({ "price": level.price.to_string(), "qty": level.qty }),
            None => Value::Null,
        };
        let instruments: Vec<Value> = model
            .instruments
            .iter()
            .map(|row| {
                let book = row.book.as_ref();
                json!({
                    "symbol": row.symbol.as_str(),
                    "phase": row.phase.map(|phase| phase.name()),
                    "known": book.is_some(),
                    "bid": best(book.and_then(|(bids, _)| bids.first())),
                    "ask": best(book.and_then(|(_, asks)| asks.first())),
                    "last": row.last.map(|last| last.to_string()),
                    "volume": self.volumes.get(&row.symbol),
                })
            })
            .collect();
        let account = model.holdings.as_ref().map(|holdings| {
            let held: serde_json::Map<String, Value> =
                holdings.iter().map(|(symbol, &face)| (symbol.to_string(), face.into())).collect();
            let cash = model.cash.map(|cents| Decimal::from_i128_with_scale(cents.into(), 2).to_string());
            json!({ "cash": cash, "open_orders": model.own.len(), "holdings": held })
        });
        json!({
            "time": print_time(model.now),
            "connected": model.link == Link::Live,
            "missed": self.missed,
            "answers_us": model.latency.map(|took| json!({ "p50": took.p50, "p99": took.p99, "max": took.max })),
            "instruments": instruments,
            "account": account,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use tokio::time::Instant;
    use unspent_client::OpenOrders;
    use unspent_protocol::ServerMessage;

    const AT: Timestamp = Timestamp(1_800_000_000_000_000_000);
    const ORDER: &str = r#"{"exec_type":"new","order_id":"O-7","symbol":"AWS-ACT-1K-202706/USD","side":"buy","order_qty":5000,"limit_price":0.6500,"cum_qty":0,"leaves_qty":5000,"order_status":"new","timestamp":"2027-01-15T08:00:00.000000Z"}"#;

    fn picture(private: bool) -> Picture {
        let symbols = ["AWS-ACT-1K-202706", "OAI-API-100-202706"].map(|text| Symbol::parse(text).unwrap());
        let mut picture = Picture::new("ws://127.0.0.1:8080/ws", &symbols, private);
        picture.state(AT, &SessionState::Live);
        picture
    }

    fn hear(picture: &mut Picture, text: &str) {
        match ServerMessage::parse(text).unwrap() {
            ServerMessage::Data(data) => picture.take(AT, News::Data(Box::new(data))),
            other => panic!("{other:?}"),
        }
    }

    fn row(text: &str) -> Execution {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn nothing_known_is_a_line_too() {
        let mut picture = picture(false);
        let line = |picture: &Picture| picture.object().to_string();
        expect![[r#"{"account":null,"answers_us":null,"connected":true,"instruments":[{"ask":null,"bid":null,"known":false,"last":null,"phase":null,"symbol":"AWS-ACT-1K-202706","volume":null},{"ask":null,"bid":null,"known":false,"last":null,"phase":null,"symbol":"OAI-API-100-202706","volume":null}],"missed":0,"time":"2027-01-15T08:00:00.000000Z"}"#]].assert_eq(&line(&picture));
        let (until, why) = (Instant::now(), "the venue is away".to_owned());
        picture.state(AT, &SessionState::Waiting { until, why });
        assert!(line(&picture).contains(r#""connected":false"#));
        assert_eq!(picture.untold(), ["the venue is away; trying again"]);
        assert!(picture.untold().is_empty());
    }

    #[test]
    fn an_account_is_followed() {
        let mut picture = picture(true);
        let happened =
            |text: &str| News::Execution(ExecutionEvent::Happened { exec_seq: 1, execution: Box::new(row(text)) });
        let orders = vec![row(ORDER)];
        let open = OpenOrders { first: true, last: true, missed: false, exec_seq: 1, orders };
        picture.take(AT, News::Execution(ExecutionEvent::Open(open)));
        let own = |picture: &Picture| picture.model.own.values().map(|own| own.face).collect::<Vec<_>>();
        assert_eq!(own(&picture), [5_000]);
        let traded = ORDER
            .replace(r#""new","order_id""#, r#""trade","last_qty":2000,"last_price":0.65,"order_id""#)
            .replace(r#""cum_qty":0,"leaves_qty":5000"#, r#""cum_qty":2000,"leaves_qty":3000"#);
        picture.take(AT, happened(&traded));
        assert_eq!(own(&picture), [3_000]);
        let note = picture.model.notes.iter().next().unwrap();
        assert_eq!((note.sign, note.text.as_str()), ('◆', "bought $2,000 of AWS-ACT-1K-202706 at 0.6500"));
        let waiting = ORDER.replace("O-7", "O-8").replace(r#""cum_qty""#, r#""triggers":{"price":0.7},"cum_qty""#);
        picture.take(AT, happened(&waiting));
        assert_eq!(own(&picture), [3_000], "what waits is in no book");
        picture.take(AT, happened(&waiting.replace(r#""exec_type":"new""#, r#""exec_type":"triggered""#)));
        assert_eq!(own(&picture), [3_000, 5_000]);
        picture.take(AT, happened(&traded.replace(r#""leaves_qty":3000"#, r#""leaves_qty":0"#)));
        assert_eq!(own(&picture), [5_000]);
        picture.take(AT, News::Answered(Duration::from_millis(2)));
        let line = picture.object();
        assert_eq!((&line["account"]["open_orders"], &line["answers_us"]["p99"]), (&1.into(), &2_000.into()));
    }

    #[test]
    fn trades_of_several_instruments_are_told_by_time() {
        let mut picture = picture(false);
        let trades = |kind: &str, symbol: &str, at: &[u32]| {
            let rows: Vec<String> = at
                .iter()
                .map(|second| {
                    format!(
                        r#"{{"symbol":"{symbol}/USD","side":"buy","price":0.66,"qty":1000,"trade_id":{second},"timestamp":"2027-01-15T08:00:{second:02}Z"}}"#
                    )
                })
                .collect();
            format!(r#"{{"channel":"trade","type":"{kind}","seq":{},"data":[{}]}}"#, at[at.len() - 1], rows.join(","))
        };
        hear(&mut picture, &trades("snapshot", "AWS-ACT-1K-202706", &[1, 4]));
        hear(&mut picture, &trades("snapshot", "OAI-API-100-202706", &[2, 3]));
        hear(&mut picture, &trades("update", "OAI-API-100-202706", &[5]));
        let seconds = |picture: &Picture| {
            picture.model.trades.iter().map(|trade| trade.at.0 / 1_000_000_000 % 60).collect::<Vec<_>>()
        };
        assert_eq!(seconds(&picture), [5, 4, 3, 2, 1]);
        picture.take(AT, News::Missed(Symbol::parse("OAI-API-100-202706").ok()));
        assert_eq!(seconds(&picture), [4, 1]);
        assert_eq!(picture.object()["missed"], 1);
    }
}
