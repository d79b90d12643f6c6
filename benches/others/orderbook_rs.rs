//! `orderbook-rs` 0.15: skip lists of lock-free levels and concurrent hash maps; made for many threads, run on one.

use orderbook_rs::{Id, OrderBook, OrderType, TimeInForce, TimestampMs, TradeResult};
use pricelevel::{Hash32, OrderUpdate, Quantity};
use unspent_benches::{Case, Fill, Matcher};
use unspent_flow::Op;
use unspent_model::{Lots, OrderId, Price, Side};

pub enum Order {
    Add(OrderType<()>),
    Cancel(Id),
    Reduce(OrderUpdate),
}

pub struct OrderBookRs(OrderBook<()>);

fn name(id: OrderId) -> Id {
    Id::Sequential(id.0)
}

fn standard(id: OrderId, side: Side, price: Price, lots: Lots, time_in_force: TimeInForce) -> Order {
    Order::Add(OrderType::Standard {
        id: name(id),
        price: pricelevel::Price::new(u128::from(price.0)),
        quantity: Quantity::new(u64::from(lots.0)),
        side: match side {
            Side::Buy => orderbook_rs::Side::Buy,
            Side::Sell => orderbook_rs::Side::Sell,
        },
        user_id: Hash32::zero(),
        timestamp: TimestampMs::new(1),
        time_in_force,
        extra_fields: (),
    })
}

fn tell(result: &TradeResult, each: &mut impl FnMut(Fill)) {
    for trade in result.match_result.trades().as_vec() {
        let Id::Sequential(maker) = trade.maker_order_id() else { unreachable!("ids are numbers") };
        each(Fill {
            maker: OrderId(maker),
            price: Price(trade.price().as_u128() as u32),
            lots: Lots(trade.quantity().as_u64() as u32),
        });
    }
}

impl Matcher for OrderBookRs {
    type Command = Order;

    fn name() -> &'static str {
        "orderbook-rs 0.15"
    }

    fn prepare(case: &Case) -> Vec<Order> {
        let order = |(op, leaves): (&Op, Lots)| match *op {
            Op::Add { id, side, price, lots } => standard(id, side, price, lots, TimeInForce::Gtc),
            Op::Ioc { id, side, price, lots } => standard(id, side, price, lots, TimeInForce::Ioc),
            Op::Cancel { id } => Order::Cancel(name(id)),
            Op::Reduce { id, .. } => Order::Reduce(OrderUpdate::UpdateQuantity {
                order_id: name(id),
                new_quantity: Quantity::new(u64::from(leaves.0)),
            }),
        };
        case.ops().zip(case.leaves()).map(order).collect()
    }

    fn open(_: &Case) -> OrderBookRs {
        OrderBookRs(OrderBook::new("BENCH"))
    }

    #[inline]
    fn apply_each(&mut self, order: &Order, each: &mut impl FnMut(Fill)) {
        match *order {
            Order::Add(order) => match self.0.add_order_with_committed(order) {
                Ok((_, Some(result))) => tell(&result, each),
                Ok((_, None)) => {}
                // An IOC with a rest is an error that carries its fills.
                Err(failure) => {
                    if let Some(result) = failure.committed {
                        tell(&result, each);
                    }
                }
            },
            Order::Cancel(id) => {
                self.0.cancel_order(id).expect("a cancel is carried out").expect("only resting orders are named");
            }
            Order::Reduce(update) => {
                self.0.update_order(update).expect("an update is carried out");
            }
        }
    }
}
