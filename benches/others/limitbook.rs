//! `limitbook` 0.1: two trees of levels, each a queue of orders, a hash map by id, and decimals.
//!
//! It does not take a partial fill's lots from the resting order (`add_limit_order` lowers the level's volume alone), so
//! from the first partial fill on its book is another: its fills differ and it is timed as differing.

use limitbook::{OrderBook, OrderSide};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use unspent_benches::{Case, Fill, Matcher};
use unspent_flow::Op;
use unspent_model::{Lots, OrderId, Price, Side};

pub enum Order {
    Limit { side: OrderSide, price: Decimal, lots: Decimal, rests: bool },
    Cancel(u64),
}

pub struct LimitBook(OrderBook);

impl Matcher for LimitBook {
    type Command = Order;

    fn name() -> &'static str {
        "limitbook 0.1"
    }

    fn reduces() -> bool {
        false
    }

    fn prepare(case: &Case) -> Vec<Order> {
        let limit = |of: Side, price: Price, lots: Lots, rests| Order::Limit {
            side: match of {
                Side::Buy => OrderSide::Buy,
                Side::Sell => OrderSide::Sell,
            },
            price: Decimal::from(price.0),
            lots: Decimal::from(lots.0),
            rests,
        };
        let order = |op: &Op| match *op {
            Op::Add { side, price, lots, .. } => limit(side, price, lots, true),
            Op::Ioc { side, price, lots, .. } => limit(side, price, lots, false),
            // It gives ids itself, counted from 0.
            Op::Cancel { id } => Order::Cancel(id.0 - 1),
            Op::Reduce { .. } => unreachable!("it says that it cannot"),
        };
        case.ops().map(order).collect()
    }

    fn open(_: &Case) -> LimitBook {
        LimitBook(OrderBook::new(Decimal::ONE).expect("a good tick"))
    }

    #[inline]
    fn apply_each(&mut self, order: &Order, each: &mut impl FnMut(Fill)) {
        match *order {
            Order::Limit { side, price, lots, rests } => {
                let (id, fills) = self.0.add_limit_order(side, price, lots).expect("a good order");
                let mut open = lots;
                for fill in &fills {
                    open -= fill.quantity;
                    each(Fill {
                        maker: OrderId(fill.maker_order_id + 1),
                        price: Price(fill.price.to_u32().expect("a whole price")),
                        lots: Lots(fill.quantity.to_u32().expect("whole lots")),
                    });
                }
                if !rests && !open.is_zero() {
                    self.0.cancel_limit_order(id).expect("the rest of it rests");
                }
            }
            Order::Cancel(id) => {
                // An error where its own book no longer has the order.
                let _ = self.0.cancel_limit_order(id);
            }
        }
    }
}
