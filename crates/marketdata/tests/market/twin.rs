//! Depth made from the messages of the LOBSTER twin has the best prices of its order book file, row by row.

use std::collections::BTreeMap;
use unspent_flow::lobster::{Kind, Message, Top, twin};
use unspent_marketdata::Depth;
use unspent_model::{
    AccountId, Amended, CancelReason, Canceled, Cash, Event, Fill, InstrumentId, Leg, Lots, OrderId, Price, Rested,
    Side, TradeId,
};

const HERE: InstrumentId = InstrumentId(0);
const SOMEBODY: AccountId = AccountId(0);

fn leg(order: OrderId, leaves: Lots) -> Leg {
    Leg { order, account: SOMEBODY, leaves, fee: Cash::ZERO }
}

/// The event that a message stands for. Prices in cents.
fn event(open: &mut BTreeMap<OrderId, Lots>, message: &Message) -> Option<Event> {
    let Message { kind, order, side, .. } = *message;
    let (price, lots) = (Price(u32::try_from(message.price / 100).unwrap()), Lots(message.size));
    let mut leaves = || {
        let open = open.get_mut(&order).unwrap();
        *open = *open - lots;
        *open
    };
    Some(match kind {
        Kind::Add => {
            open.insert(order, lots);
            Event::Rested(Rested { order, instrument: HERE, side, price, leaves: lots })
        }
        Kind::Reduce => {
            let leaves = leaves();
            Event::Amended(Amended {
                order,
                account: SOMEBODY,
                instrument: HERE,
                side,
                old_price: price,
                old_leaves: leaves + lots,
                price,
                lots: leaves,
                leaves,
                kept_priority: true,
            })
        }
        Kind::Delete => {
            let reason = CancelReason::User;
            Event::Canceled(Canceled {
                order,
                account: SOMEBODY,
                instrument: HERE,
                side,
                price,
                lots,
                resting: true,
                reason,
            })
        }
        Kind::Execute => Event::Fill(Fill {
            trade: TradeId(1),
            instrument: HERE,
            taker_side: side.opposite(),
            price,
            lots,
            maker: leg(order, leaves()),
            taker: leg(OrderId(0), Lots::ZERO),
        }),
        Kind::ExecuteHidden | Kind::Cross | Kind::Halt => return None,
    })
}

#[test]
fn depth_has_the_best_prices_of_the_twin() {
    let twin = twin(21, 10_000);
    let (mut depth, mut open) = (Depth::new(), BTreeMap::new());
    for (row, (message, top)) in twin.message.lines().zip(twin.orderbook.lines()).enumerate() {
        if let Some(event) = event(&mut open, &Message::parse(message).unwrap()) {
            depth.apply(&event);
        }
        let best = |side| depth.best(side).map(|level| (i64::from(level.price.0) * 100, level.lots));
        let made = Top { ask: best(Side::Sell), bid: best(Side::Buy) };
        assert_eq!(made.to_string(), top, "row {row}: {message}");
    }
}
