//! What the public is told beside books, trades, tickers and auctions: orders, candles and curves.

use super::{Announcer, Audience, Heard, Implied, Topic};
use rust_decimal::Decimal;
use std::borrow::Cow;
use unspent_marketdata::{Candle, Market, OrderWindow, QueueChanges, QueueEvent, Queued};
use unspent_model::{CommandSeq, Event, Instrument, InstrumentId, Interval, Phase, Price, Side, Symbol, Timestamp};
use unspent_protocol::{
    CHECKSUM_LEVELS, CHECKSUM_ORDERS, Catalogue, Channel, CurveRow, IMPLIED_LEVELS, Kind, Level3, Level3Order, OhlcRow,
    OrderEvent, Stream, expiry_of, level3_checksum,
};

/// The depths of `level3` that are offered.
const DEPTHS: [u32; 3] = [10, 100, 1_000];

impl Announcer {
    /// One message of each depth in which an order came, changed or left.
    pub(super) fn level3(
        &mut self,
        instrument: InstrumentId,
        seq: CommandSeq,
        at: Timestamp,
        audience: &mut impl Audience,
    ) {
        let mut checksum = None;
        for depth in DEPTHS {
            let topic = Topic::Level3(instrument, depth);
            if !audience.wants(&topic) {
                continue;
            }
            let queue = &self.view.market(instrument).expect("listed").queue;
            let heard = self.heard.entry(topic).or_default();
            let window = heard.orders.get_or_insert_with(|| OrderWindow::new(depth as usize));
            let changes = window.changes(queue, self.view.orders());
            if changes.is_empty() {
                continue;
            }
            let prev_seq = Some(std::mem::replace(&mut heard.seq, seq.0)).filter(|&seq| seq > 0);
            let checksum = *checksum.get_or_insert_with(|| self.level3_checksum(instrument));
            let data = [self.level3_row(instrument, &changes, at, checksum)];
            let stream = Stream { kind: Kind::Update, account: None, exec_seq: None, seq: Some(seq.0), prev_seq, data };
            self.tell(topic, audience, |text| stream.write(Channel::Level3, text));
        }
    }

    fn level3_row(&self, instrument: InstrumentId, changes: &QueueChanges, at: Timestamp, checksum: u32) -> Level3 {
        let orders = |side: Side| {
            let changed = changes.side(side).iter();
            changed
                .map(|(event, queued)| {
                    let (event, timestamp) = match event {
                        QueueEvent::Add => (OrderEvent::Add, queued.place.at),
                        QueueEvent::Modify => (OrderEvent::Modify, at),
                        QueueEvent::Delete => (OrderEvent::Delete, at),
                    };
                    Level3Order { event: Some(event), timestamp, ..self.order(instrument, queued) }
                })
                .collect()
        };
        let symbol = self.catalogue.get(instrument).expect("listed").symbol;
        Level3 { symbol, bids: orders(Side::Buy), asks: orders(Side::Sell), checksum }
    }

    /// An order in a snapshot.
    fn order(&self, instrument: InstrumentId, queued: &Queued) -> Level3Order {
        Level3Order {
            event: None,
            order_id: queued.order,
            limit_price: self.catalogue.price(instrument, queued.price),
            order_qty: self.catalogue.face(instrument, u64::from(queued.lots.0)),
            timestamp: queued.place.at,
        }
    }

    fn level3_checksum(&self, instrument: InstrumentId) -> u32 {
        let market = self.view.market(instrument).expect("listed");
        let side = |side: Side| {
            // The levels bound what is looked at where levels are short, the orders where they are long.
            let levels = market.depth.levels(side, CHECKSUM_LEVELS).map(|level| level.orders as usize).sum();
            market.queue.orders(side).take(CHECKSUM_ORDERS.min(levels)).map(|queued| {
                let lots = u64::from(queued.lots.0);
                (self.catalogue.price(instrument, queued.price), self.catalogue.face(instrument, lots))
            })
        };
        level3_checksum(side(Side::Sell), side(Side::Buy))
    }

    /// One message of each length of candle, when something traded: the candle that it traded in, as it is now.
    pub(super) fn candles(
        &mut self,
        instrument: InstrumentId,
        events: &[Event],
        seq: CommandSeq,
        audience: &mut impl Audience,
    ) {
        let traded = |event: &Event| matches!(event, Event::Fill(fill) if fill.instrument == instrument);
        if !events.iter().any(traded) {
            return;
        }
        for interval in Interval::ALL {
            let topic = Topic::Ohlc(instrument, interval);
            if !audience.wants(&topic) {
                continue;
            }
            // A command has one time, and so its trades are in one candle.
            let candle = self.view.market(instrument).and_then(|market| market.candles.last(interval));
            let data = [ohlc(&self.catalogue, instrument, &candle.expect("it has traded"))];
            let prev_seq = self.last(topic, seq);
            let stream = Stream { kind: Kind::Update, account: None, exec_seq: None, seq: Some(seq.0), prev_seq, data };
            self.tell(topic, audience, |text| stream.write(Channel::Ohlc, text));
        }
    }

    /// One message of each curve of which a point has other best prices, or is new.
    pub(super) fn curves(
        &mut self,
        changed: &[InstrumentId],
        events: &[Event],
        seq: CommandSeq,
        at: Timestamp,
        audience: &mut impl Audience,
    ) {
        let listed = events.iter().filter_map(|event| match event {
            Event::InstrumentListed { instrument, .. }
            | Event::PhaseChanged { instrument, .. }
            | Event::RulesSet { instrument, .. } => Some(*instrument),
            _ => None,
        });
        let changed: Vec<InstrumentId> = changed.iter().copied().chain(listed).collect();
        let mut curves: Vec<Symbol> = Vec::new();
        for curve in changed.iter().filter_map(|&instrument| self.catalogue.curve_of(instrument)) {
            if !curves.contains(&curve) && audience.wants(&Topic::Curve(curve)) {
                curves.push(curve);
            }
        }
        for curve in curves {
            let topic = Topic::Curve(curve);
            // What rests in one month may be implied in all the others.
            let points = self.catalogue.curve(&curve).iter().filter_map(|&id| Some((id, self.view.market(id)?)));
            let rows: Vec<CurveRow> = points
                .filter(|(id, market)| market.phase != Phase::Expired || changed.contains(id))
                .map(|(id, market)| point(self, id, market, at))
                .collect();
            let heard = self.heard.entry(topic).or_default();
            let mut data: Vec<CurveRow> = Vec::new();
            for row in rows {
                match heard.curve.iter_mut().find(|told| told.symbol == row.symbol) {
                    Some(told) if CurveRow { timestamp: at, ..told.clone() } == row => {}
                    Some(told) => {
                        *told = row.clone();
                        data.push(row);
                    }
                    None => {
                        heard.curve.push(row.clone());
                        data.push(row);
                    }
                }
            }
            if data.is_empty() {
                continue;
            }
            let prev_seq = Some(std::mem::replace(&mut heard.seq, seq.0)).filter(|&seq| seq > 0);
            let stream = Stream { kind: Kind::Update, account: None, exec_seq: None, seq: Some(seq.0), prev_seq, data };
            self.tell(topic, audience, |text| stream.write(Channel::Curve, text));
        }
    }

    /// The instruments of which what other months imply may have changed with these events, besides those of `changed`.
    pub(super) fn implied_elsewhere(&self, changed: &[InstrumentId], events: &[Event]) -> Vec<InstrumentId> {
        let mut elsewhere: Vec<InstrumentId> = Vec::new();
        let moved = events.iter().filter_map(|event| match event {
            Event::PhaseChanged { instrument, .. } | Event::RulesSet { instrument, .. } => Some(*instrument),
            _ => None,
        });
        let dominant = |id: &InstrumentId| self.view.market(*id).is_some_and(|market| market.dominance);
        for instrument in changed.iter().copied().filter(dominant).chain(moved) {
            let Some(curve) = self.catalogue.curve_of(instrument) else { continue };
            for &point in self.catalogue.curve(&curve) {
                if !changed.contains(&point) && !elsewhere.contains(&point) {
                    elsewhere.push(point);
                }
            }
        }
        elsewhere
    }

    /// What other months imply of an instrument's book; `None` of one whose book does not trade across months.
    pub(super) fn implied(&self, instrument: InstrumentId) -> Option<Implied> {
        let market = self.view.market(instrument).filter(|market| market.dominance)?;
        debug_assert_eq!(market.spec.symbol, self.catalogue.get(instrument).expect("listed").symbol);
        let side = |side| {
            let levels = self.view.implied(instrument, side, IMPLIED_LEVELS).into_iter();
            levels.map(|level| self.catalogue.level(instrument, level.price, level.lots)).collect()
        };
        Some(Implied { bids: side(Side::Buy), asks: side(Side::Sell) })
    }

    /// What of an opened topic is told as news later.
    pub(super) fn begin(&self, topic: Topic, heard: &mut Heard) {
        match topic {
            Topic::Level3(instrument, depth) => {
                let mut window = OrderWindow::new(depth as usize);
                let queue = &self.view.market(instrument).expect("listed").queue;
                // What is there now is what a snapshot tells.
                window.changes(queue, self.view.orders());
                heard.orders = Some(window);
            }
            Topic::Curve(curve) => heard.curve = self.curve_rows(&curve, self.view.at()),
            _ => {}
        }
    }

    /// The orders that were told last.
    pub(super) fn level3_told(&self, instrument: InstrumentId, window: &OrderWindow) -> Level3 {
        let orders = |side| window.told(side).map(|queued| self.order(instrument, &queued)).collect();
        Level3 {
            symbol: self.catalogue.get(instrument).expect("listed").symbol,
            bids: orders(Side::Buy),
            asks: orders(Side::Sell),
            checksum: self.level3_checksum(instrument),
        }
    }

    /// The remembered candles of one length, oldest first.
    pub(crate) fn ohlc_rows(&self, instrument: InstrumentId, interval: Interval) -> Vec<OhlcRow> {
        let candles = self.view.market(instrument).into_iter().flat_map(|market| market.candles(interval));
        candles.map(|candle| ohlc(&self.catalogue, instrument, &candle)).collect()
    }

    /// The points of a curve that have not expired.
    pub(crate) fn curve_rows(&self, curve: &Symbol, at: Timestamp) -> Vec<CurveRow> {
        let points = self.catalogue.curve(curve).iter();
        points
            .filter_map(|&instrument| Some((instrument, self.view.market(instrument)?)))
            .filter(|(_, market)| market.phase != Phase::Expired)
            .map(|(instrument, market)| point(self, instrument, market, at))
            .collect()
    }
}

fn ohlc(catalogue: &Catalogue, instrument: InstrumentId, candle: &Candle) -> OhlcRow {
    let price = |price| catalogue.price(instrument, price);
    OhlcRow {
        symbol: catalogue.get(instrument).expect("listed").symbol,
        open: price(candle.open),
        high: price(candle.high),
        low: price(candle.low),
        close: price(candle.close),
        vwap: catalogue.average_price(instrument, candle.value, candle.lots),
        trades: candle.trades,
        volume: catalogue.face(instrument, candle.lots),
        interval_begin: candle.begin,
        interval: candle.interval,
        timestamp: candle.end,
    }
}

/// A point of a curve.
pub(crate) fn point(announcer: &Announcer, instrument: InstrumentId, market: &Market, at: Timestamp) -> CurveRow {
    let catalogue = announcer.catalogue();
    let (bid, ask) = (market.depth.best(Side::Buy), market.depth.best(Side::Sell));
    let implied = |side| announcer.view().implied(instrument, side, 1).pop();
    let (implied_bid, implied_ask) = (implied(Side::Buy), implied(Side::Sell));
    let price = |price| catalogue.price(instrument, price);
    let mid = bid.zip(ask).map(|(bid, ask)| u128::from(bid.price.0) + u128::from(ask.price.0));
    CurveRow {
        symbol: market.spec.symbol,
        expiry: Cow::Owned(expiry_of(&market.spec.symbol).to_owned()),
        bid: bid.map(|level| price(level.price)),
        bid_qty: bid.map_or(0, |level| catalogue.face(instrument, level.lots)),
        ask: ask.map(|level| price(level.price)),
        ask_qty: ask.map_or(0, |level| catalogue.face(instrument, level.lots)),
        implied_bid: implied_bid.map(|level| price(level.price)),
        implied_bid_qty: implied_bid.map(|level| catalogue.face(instrument, level.lots)),
        implied_ask: implied_ask.map(|level| price(level.price)),
        implied_ask_qty: implied_ask.map(|level| catalogue.face(instrument, level.lots)),
        mid: mid.and_then(|sum| catalogue.average_price(instrument, sum, 2)),
        last: market.tape.last().map(|trade| price(trade.price)),
        annual_discount: [ask, implied_ask]
            .into_iter()
            .flatten()
            .map(|level| level.price)
            .min()
            .and_then(|ask| annual_discount(&market.spec, ask, at)),
        timestamp: at,
    }
}

/// `(face − price) ÷ price × 365 ÷ days`, rounded half up to four decimals; a day that has begun counts.
fn annual_discount(spec: &Instrument, price: Price, at: Timestamp) -> Option<Decimal> {
    const DAY: u64 = 86_400_000_000_000;
    let ends = spec.symbol.credit()?.expiry.ends()?;
    let days = ends.0.checked_sub(at.0).filter(|left| *left > 0)?.div_ceil(DAY);
    let (face, price) = (u128::from(spec.price_max.0), u128::from(price.0));
    let (gain, cost) = (face.checked_sub(price)? * 365 * 10_000, price * u128::from(days));
    let rate = (2 * gain + cost).checked_div(2 * cost)?;
    Some(Decimal::from_i128_with_scale(i128::try_from(rate).ok()?, 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::Symbol;

    #[test]
    fn a_discount_is_told_by_the_year() {
        let spec = Instrument::credit(Symbol::parse("AWS-ACT-1K-202706").unwrap()).unwrap();
        let ends = spec.symbol.credit().unwrap().expiry.ends().unwrap();
        let days = |days: u64| Timestamp(ends.0 - days * 86_400_000_000_000);
        let rate = |price, at| annual_discount(&spec, Price(price), at).map(|rate| rate.to_string());
        // A third off, a year before and a month before.
        assert_eq!(rate(7_500, days(365)).as_deref(), Some("0.3333"));
        assert_eq!(rate(7_500, days(30)).as_deref(), Some("4.0556"));
        assert_eq!(rate(10_000, days(30)).as_deref(), Some("0.0000"));
        // The last day counts whole; afterwards there is none.
        assert_eq!(rate(5_000, Timestamp(ends.0 - 1)).as_deref(), Some("365.0000"));
        assert_eq!(rate(5_000, ends), None);
        let never = Instrument::credit(Symbol::parse("CRW-GPU-1K-PERP").unwrap()).unwrap();
        assert_eq!(annual_discount(&never, Price(5_000), days(30)), None);
    }
}
