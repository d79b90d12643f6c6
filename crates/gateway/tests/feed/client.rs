//! What a client makes of the messages of a book, and of its orders: by Kraken's rules, and with the checksums compared.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
use unspent_model::{Lots, OrderId, Phase, Price, Side};
use unspent_protocol::{Kind, Level3, OrderEvent, book_checksum, level3_checksum};

/// A credit's price in basis points.
pub fn price_of(price: Decimal) -> Price {
    Price((price * Decimal::from(10_000)).to_u32().unwrap())
}

/// Levels of a book.
#[derive(Default)]
pub struct Book {
    bids: BTreeMap<Decimal, u64>,
    asks: BTreeMap<Decimal, u64>,
    pub phase: Option<Phase>,
}

impl Book {
    pub fn apply(&mut self, kind: Kind, row: &unspent_protocol::Book, depth: usize) {
        if kind == Kind::Snapshot {
            *self = Book::default();
        }
        self.phase = row.phase;
        for (side, levels) in [(&mut self.bids, &row.bids), (&mut self.asks, &row.asks)] {
            for level in levels {
                if level.qty == 0 {
                    side.remove(&level.price);
                } else {
                    side.insert(level.price, level.qty);
                }
            }
        }
        while self.bids.len() > depth {
            self.bids.pop_first();
        }
        while self.asks.len() > depth {
            self.asks.pop_last();
        }
        let asks = self.asks.iter().map(|(&price, &qty)| (price, qty));
        let bids = self.bids.iter().rev().map(|(&price, &qty)| (price, qty));
        assert_eq!(row.checksum, Some(book_checksum(asks, bids)));
    }

    pub fn side(&self, side: Side) -> Vec<(Price, u64)> {
        let level = |(price, qty): (&Decimal, &u64)| (price_of(*price), qty / 1_000);
        match side {
            Side::Buy => self.bids.iter().rev().map(level).collect(),
            Side::Sell => self.asks.iter().map(level).collect(),
        }
    }
}

/// Orders of a book, at each price in the order in which they came.
#[derive(Default)]
pub struct Orders {
    bids: BTreeMap<Decimal, Vec<(OrderId, u64)>>,
    asks: BTreeMap<Decimal, Vec<(OrderId, u64)>>,
}

impl Orders {
    pub fn apply(&mut self, kind: Kind, row: &Level3, depth: usize) {
        if kind == Kind::Snapshot {
            *self = Orders::default();
        }
        for (side, orders) in [(&mut self.bids, &row.bids), (&mut self.asks, &row.asks)] {
            for order in orders {
                let queue = side.entry(order.limit_price).or_default();
                let known = queue.iter().position(|known| known.0 == order.order_id);
                match (order.event, known) {
                    (None, None) => assert_eq!(kind, Kind::Snapshot),
                    (Some(OrderEvent::Add), None) => {}
                    (Some(OrderEvent::Modify), Some(at)) => {
                        assert_ne!(queue[at].1, order.order_qty, "nothing is news of {order:?}");
                        queue[at].1 = order.order_qty;
                        continue;
                    }
                    (Some(OrderEvent::Delete), Some(at)) => {
                        assert_eq!(queue.remove(at).1, order.order_qty);
                        if queue.is_empty() {
                            side.remove(&order.limit_price);
                        }
                        continue;
                    }
                    other => panic!("{other:?} of {order:?}"),
                }
                queue.push((order.order_id, order.order_qty));
            }
        }
        while self.bids.len() > depth {
            self.bids.pop_first();
        }
        while self.asks.len() > depth {
            self.asks.pop_last();
        }
        let flat = |(price, queue): (&Decimal, &Vec<(OrderId, u64)>)| {
            let price = *price;
            queue.iter().map(move |&(_, qty)| (price, qty)).collect::<Vec<_>>()
        };
        let (asks, bids) = (self.asks.iter().flat_map(flat), self.bids.iter().rev().flat_map(flat));
        assert_eq!(row.checksum, level3_checksum(asks, bids));
    }

    pub fn side(&self, side: Side) -> Vec<(OrderId, Price, Lots)> {
        let flat = |(price, queue): (&Decimal, &Vec<(OrderId, u64)>)| {
            let price = price_of(*price);
            let lots = |qty: u64| Lots(u32::try_from(qty / 1_000).unwrap());
            queue.iter().map(|&(order, qty)| (order, price, lots(qty))).collect::<Vec<_>>()
        };
        match side {
            Side::Buy => self.bids.iter().rev().flat_map(flat).collect(),
            Side::Sell => self.asks.iter().flat_map(flat).collect(),
        }
    }
}
