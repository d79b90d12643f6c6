//! What the full screen shows of a running maker, from what it is told and what it does. Pure.

use crate::screen::{Budget, Keys, Latencies, Link, Making, Model, Own, Trade};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::time::Duration;
use unspent_maker::{Action, Control, Input, Level, Reference, SideRefused, Status};
use unspent_model::{InstrumentId, Price, Side, Symbol, Timestamp};
use unspent_protocol::{BookLevel, Data, Kind};

/// A model, and what it is made with.
pub struct View {
    /// What is shown.
    pub model: Model,
    references: BTreeMap<InstrumentId, Reference>,
    latencies: Latencies,
    budget: Budget,
}

fn price(price: Price) -> Decimal {
    Decimal::new(price.0.into(), 4)
}

fn verb(side: Side) -> &'static str {
    if side == Side::Buy { "bought" } else { "sold" }
}

impl View {
    /// Of these instruments.
    pub fn new(mode: &str, url: &str, references: &[Reference]) -> View {
        let symbols: Vec<Symbol> = references.iter().map(|reference| reference.symbol).collect();
        let mut model = Model::new(&format!("maker {mode}"), url, &symbols, Keys::MAKER_HELP);
        model.holdings = Some(BTreeMap::new());
        model.making = Some(Making::default());
        View {
            model,
            references: references.iter().map(|reference| (reference.instrument, reference.clone())).collect(),
            latencies: Latencies::default(),
            budget: Budget::default(),
        }
    }

    fn place(&self, instrument: InstrumentId) -> Option<(Symbol, u64)> {
        self.references.get(&instrument).map(|reference| (reference.symbol, u64::from(reference.face_dollars)))
    }

    /// A message of the venue: of it only trades, which tell more here than the strategy needs.
    pub fn data(&mut self, data: &Data) {
        let Data::Trade(stream) = data else { return };
        if stream.kind != Kind::Update {
            return;
        }
        for row in &stream.data {
            let (symbol, side, price, face) = (row.symbol, row.side, row.price, row.qty);
            self.model.trades.push(Trade { at: row.timestamp, symbol, side, price, face });
            if let Some(instrument) = self.model.instrument(symbol) {
                instrument.last = Some(price);
            }
            self.model.point(&symbol).last = Some(price);
        }
    }

    /// What the strategy is told.
    pub fn input(&mut self, at: Timestamp, input: &Input) {
        self.model.now = at;
        // As the strategy counts it: answers too.
        if !matches!(input, Input::Clock | Input::Control(_) | Input::Down) {
            self.model.heard = Some(at);
        }
        match input {
            Input::Up => {
                self.forget();
                self.model.link = Link::Live;
            }
            Input::Down => {
                self.forget();
                self.model.link = Link::Lost("the connection was lost".to_owned());
            }
            Input::Book { instrument, bids, asks } => self.book(*instrument, Some((bids, asks))),
            Input::BookLost { instrument } => self.book(*instrument, None),
            Input::Order(order) => {
                let Some((symbol, lot)) = self.place(order.instrument) else { return };
                let (side, price, face) = (order.side, price(order.price), u64::from(order.leaves.0) * lot);
                self.model.order(order.order, Own { symbol, side, price, face });
            }
            Input::Fill(fill) => {
                let Some((symbol, lot)) = self.place(fill.delivered) else { return };
                let face = crate::money::face(u64::from(fill.lots.0) * lot);
                let text = format!("{} {face} of {symbol} at {}", verb(fill.side), price(fill.price));
                self.model.note('◆', text);
            }
            Input::Quoted { refused, .. } => {
                for side in refused {
                    self.refused(side);
                }
            }
            Input::Refused { reject, .. } => {
                let why = reject.map_or("unknown", |reject| reject.name());
                self.model.note('!', format!("an order was refused: {why}"));
            }
            Input::Unknown => self.model.note('!', "what became of a request is not known"),
            Input::Cash { available, reserved } => self.model.cash = Some(available.0.saturating_add(reserved.0)),
            Input::Holding { instrument, available, reserved } => {
                let Some((symbol, lot)) = self.place(*instrument) else { return };
                let face = available.saturating_add(*reserved).saturating_mul(lot);
                self.model.holdings.get_or_insert_default().insert(symbol, face);
            }
            Input::Phase { instrument, phase } => {
                let Some((symbol, _)) = self.place(*instrument) else { return };
                let place = self.model.instrument(symbol);
                let before = place.and_then(|instrument| instrument.phase.replace(*phase));
                if before.is_some_and(|before| before != *phase) {
                    self.model.note('!', format!("{symbol} is {} now", phase.name()));
                }
            }
            Input::Control(Control::Reload(_)) => self.model.note('·', "the configuration was read again"),
            Input::Control(Control::Resume) => self.model.note('·', "somebody resumes"),
            Input::Clock
            | Input::Reconciled
            | Input::Confirmed
            | Input::Heard
            | Input::Trade { .. }
            | Input::LastTrade { .. }
            | Input::Tripped
            | Input::Control(_) => {}
        }
    }

    fn refused(&mut self, side: &SideRefused) {
        let Some((symbol, _)) = self.place(side.instrument) else { return };
        let why = side.reject.map_or("unknown", |reject| reject.name());
        let which = if side.side == Side::Buy { "bid" } else { "ask" };
        self.model.note('!', format!("a quote's {which} was refused in {symbol}: {why}"));
    }

    fn book(&mut self, instrument: InstrumentId, levels: Option<(&Vec<Level>, &Vec<Level>)>) {
        let Some((symbol, lot)) = self.place(instrument) else { return };
        let side = |levels: &Vec<Level>| -> Vec<BookLevel> {
            let one = |level: &Level| BookLevel { price: price(level.price), qty: level.lots.saturating_mul(lot) };
            levels.iter().map(one).collect()
        };
        self.model.book(symbol, levels.map(|(bids, asks)| (side(bids), side(asks))));
    }

    fn forget(&mut self) {
        self.model.own.clear();
        let symbols: Vec<Symbol> = self.references.values().map(|reference| reference.symbol).collect();
        for symbol in symbols {
            self.model.book(symbol, None);
        }
    }

    /// What the strategy wants done.
    pub fn action(&mut self, at: Timestamp, action: &Action) {
        self.model.now = at;
        match action {
            Action::Held { hold, why } => self.model.note('!', format!("pulled ({hold}): {why}")),
            Action::Released { hold } => self.model.note('·', format!("goes on ({hold} is over)")),
            Action::NotReloaded { why } => {
                self.model.note('!', format!("the new configuration is not taken: {why}"));
            }
            Action::Quote { quotes, .. } => {
                let sides = quotes.iter().flat_map(|quote| [quote.bid, quote.ask]).flatten().count();
                self.budget.spend(at.0, sides as u64);
            }
            Action::Place { .. } => self.budget.spend(at.0, 1),
            _ => {}
        }
    }

    /// The venue answered after so long.
    pub fn answered(&mut self, took: Duration) {
        self.latencies.record(took);
    }

    /// Where the strategy stands.
    pub fn status(&mut self, at: Timestamp, status: &Status) {
        self.model.now = at;
        self.model.making = Some(Making {
            holds: status.holds.iter().map(|hold| hold.name()).collect(),
            fills: status.fills,
            quotes: status.quotes,
            made: status.made,
            today: status.today,
        });
        for row in &status.instruments {
            // None before it was reckoned for the first time.
            let fair = (row.fair_milli != 0).then(|| Decimal::new(row.fair_milli, 7).round_dp(4));
            if let Some(instrument) = self.model.instrument(row.symbol) {
                instrument.fair = fair;
                instrument.score = Some((row.standing.average(), row.standing.presence_bp()));
            }
            self.model.point(&row.symbol).fair = fair;
        }
        self.model.latency = self.latencies.quantiles();
        self.model.rate = Some(self.budget.rate(at.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_maker::{Hold, OwnFill, OwnOrder, Parts};
    use unspent_model::{Cash, Instrument, Lots, OrderId, Phase, Quote, QuoteSide, Reject};

    const AT: Timestamp = Timestamp(1_800_000_000_000_000_000);

    fn view() -> View {
        let symbol = Symbol::parse("AWS-ACT-1K-202706").unwrap();
        let reference = Reference::of(InstrumentId(0), &Instrument::credit(symbol).unwrap()).unwrap();
        View::new("live", "ws://127.0.0.1:8080/ws", &[reference])
    }

    fn notes(view: &View) -> Vec<String> {
        view.model.notes.iter().map(|note| format!("{} {}", note.sign, note.text)).collect()
    }

    #[test]
    fn it_follows_a_connection_orders_and_fills() {
        let (mut view, instrument) = (view(), InstrumentId(0));
        view.input(AT, &Input::Up);
        assert_eq!(view.model.link, Link::Live);
        let level = |price, lots| Level { price: Price(price), lots };
        let book = Input::Book { instrument, bids: vec![level(6_600, 5)], asks: vec![level(6_700, 7)] };
        view.input(AT, &book);
        view.input(AT, &Input::Phase { instrument, phase: Phase::Continuous });
        let order = |leaves| OwnOrder {
            order: OrderId(1),
            instrument,
            side: Side::Buy,
            price: Price(6_600),
            leaves: Lots(leaves),
            name: None,
        };
        view.input(AT, &Input::Order(order(5)));
        view.input(AT, &Input::Order(OwnOrder { instrument: InstrumentId(u32::MAX), ..order(5) }));
        let chosen = view.model.chosen().unwrap().clone();
        let (bids, asks) = chosen.book.unwrap();
        assert_eq!((bids[0].qty, asks[0].qty, asks[0].price), (5_000, 7_000, Decimal::new(6_700, 4)));
        assert_eq!(view.model.own_at(chosen.symbol, Side::Buy), [(Decimal::new(6_600, 4), 5_000)].into());
        assert_eq!(view.model.point(&chosen.symbol).bid, Some(Decimal::new(6_600, 4)));
        let (side, price, lots) = (Side::Buy, Price(6_600), Lots(2));
        view.input(AT, &Input::Fill(OwnFill { instrument, delivered: instrument, side, price, lots, fee: Cash(3) }));
        view.input(AT, &Input::Order(order(0)));
        view.input(AT, &Input::Phase { instrument, phase: Phase::Halted });
        view.input(AT, &Input::Holding { instrument, available: 3, reserved: 4 });
        view.input(AT, &Input::Cash { available: Cash(100), reserved: Cash(5) });
        assert!(view.model.own.is_empty());
        assert_eq!(view.model.holdings.as_ref().unwrap()[&chosen.symbol], 7_000);
        assert_eq!(view.model.cash, Some(105));
        view.input(AT, &Input::Order(order(5)));
        let later = Timestamp(AT.0 + 5);
        view.input(later, &Input::Clock);
        assert_eq!((view.model.heard, view.model.now), (Some(AT), later));
        view.input(AT, &Input::Down);
        assert_eq!((view.model.own.len(), view.model.chosen().unwrap().book.clone()), (0, None));
        assert_eq!(view.model.point(&chosen.symbol).bid, None);
        assert!(matches!(view.model.link, Link::Lost(_)));
        let said = ["! AWS-ACT-1K-202706 is halted now", "◆ bought $2,000 of AWS-ACT-1K-202706 at 0.6600"];
        assert_eq!(notes(&view), said);
    }

    #[test]
    fn it_counts_what_is_sent_and_tells_what_stops_it() {
        let (mut view, instrument) = (view(), InstrumentId(0));
        let side = QuoteSide { price: Price(6_600), lots: Lots(5) };
        let quote = Quote { instrument, bid: Some(side), ask: None };
        view.action(AT, &Action::Quote { id: 1, group: None, quotes: vec![quote; 3] });
        view.answered(Duration::from_micros(700));
        let (side, price, lots) = (Side::Sell, Price(6_700), Lots(1));
        view.action(AT, &Action::Place { name: 1, instrument, side, price, lots });
        view.action(AT, &Action::Held { hold: Hold::Paused, why: "somebody paused it".to_owned() });
        let refused = SideRefused { instrument, side: Side::Sell, reject: Some(Reject::PostOnlyWouldTake) };
        view.input(AT, &Input::Quoted { id: 1, refused: vec![refused, refused] });
        let made = Parts { spread: 5, total: 5, ..Parts::default() };
        let status = Status {
            holds: vec![Hold::Paused],
            made,
            today: -3,
            open_orders: 0,
            fills: 2,
            quotes: 9,
            cash: Cash(0),
            instruments: Vec::new(),
        };
        view.status(AT, &status);
        let making = view.model.making.clone().unwrap();
        assert_eq!((making.holds, making.today, making.fills, making.made), (vec!["paused"], -3, 2, made));
        assert_eq!(view.model.rate.unwrap().left, 20_000 - 4);
        assert_eq!(view.model.latency.unwrap().max, 700);
        let said = [
            "! a quote's ask was refused in AWS-ACT-1K-202706: post_only_would_take",
            "! pulled (paused): somebody paused it",
        ];
        assert_eq!(notes(&view), said, "the same again is told once");
    }
}
