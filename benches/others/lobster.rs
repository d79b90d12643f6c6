//! `lobster` 0.7: two trees of levels, each a vector of places in an arena of orders, and a hash map by id.

use lobster::{FillMetadata, OrderBook, OrderEvent, OrderType};
use unspent_benches::{Case, Fill, Matcher};
use unspent_flow::Op;
use unspent_model::{Lots, OrderId, Price, Side};

/// What it is told; the second where an IOC has a rest.
pub struct Orders(OrderType, Option<OrderType>);

pub struct Lobster(OrderBook);

fn side(side: Side) -> lobster::Side {
    match side {
        Side::Buy => lobster::Side::Bid,
        Side::Sell => lobster::Side::Ask,
    }
}

impl Matcher for Lobster {
    type Command = Orders;

    fn name() -> &'static str {
        "lobster 0.7"
    }

    fn reduces() -> bool {
        false
    }

    fn prepare(case: &Case) -> Vec<Orders> {
        let limit = |id: OrderId, of: Side, price: Price, lots: Lots| OrderType::Limit {
            id: u128::from(id.0),
            side: side(of),
            qty: u64::from(lots.0),
            price: u64::from(price.0),
        };
        let cancel = |id: OrderId| OrderType::Cancel { id: u128::from(id.0) };
        let orders = |op: &Op| match *op {
            Op::Add { id, side, price, lots } => Orders(limit(id, side, price, lots), None),
            Op::Ioc { id, side, price, lots } => Orders(limit(id, side, price, lots), Some(cancel(id))),
            Op::Cancel { id } => Orders(cancel(id), None),
            Op::Reduce { .. } => unreachable!("it says that it cannot"),
        };
        case.ops().map(orders).collect()
    }

    fn open(case: &Case) -> Lobster {
        // Room for every order, ten to a level: its own default for the latter.
        Lobster(OrderBook::new(case.ids().min(1 << 17), 10, false))
    }

    #[inline]
    fn apply_each(&mut self, orders: &Orders, each: &mut impl FnMut(Fill)) {
        let event = self.0.execute(orders.0);
        let (fills, rests): (&[FillMetadata], bool) = match &event {
            OrderEvent::Filled { fills, .. } => (fills, false),
            OrderEvent::PartiallyFilled { fills, .. } => (fills, true),
            OrderEvent::Placed { .. } => (&[], true),
            OrderEvent::Unfilled { .. } | OrderEvent::Canceled { .. } => (&[], false),
        };
        for fill in fills {
            each(Fill {
                maker: OrderId(fill.order_2 as u64),
                price: Price(fill.price as u32),
                lots: Lots(fill.qty as u32),
            });
        }
        if let Some(cancel) = orders.1.filter(|_| rests) {
            self.0.execute(cancel);
        }
    }
}
