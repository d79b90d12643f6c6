//! Depth made from the messages of the LOBSTER twin has the best prices of its order book file, row by row.

use std::collections::BTreeMap;
use unspent_flow::lobster::{Kind, Message, Top, twin};
use unspent_marketdata::Depth;
use unspent_model::{Lots, OrderId, Price, Side};

/// Applies what a message says of an order that shows all its lots. Prices in cents.
fn apply(depth: &mut Depth, open: &mut BTreeMap<OrderId, Lots>, message: &Message) {
    let Message { kind, order, side, .. } = *message;
    let (price, lots) = (Price(u32::try_from(message.price / 100).unwrap()), Lots(message.size));
    let before = open.get(&order).copied().unwrap_or(Lots::ZERO);
    let after = match kind {
        Kind::Add => lots,
        Kind::Reduce | Kind::Execute | Kind::Delete => before - lots,
        Kind::ExecuteHidden | Kind::Cross | Kind::Halt => return,
    };
    open.insert(order, after);
    depth.change(side, price, before, after);
}

#[test]
fn depth_has_the_best_prices_of_the_twin() {
    let twin = twin(21, 10_000);
    let (mut depth, mut open) = (Depth::new(), BTreeMap::new());
    for (row, (message, top)) in twin.message.lines().zip(twin.orderbook.lines()).enumerate() {
        apply(&mut depth, &mut open, &Message::parse(message).unwrap());
        let best = |side| depth.best(side).map(|level| (i64::from(level.price.0) * 100, level.lots));
        let made = Top { ask: best(Side::Sell), bid: best(Side::Buy) };
        assert_eq!(made.to_string(), top, "row {row}: {message}");
    }
}
