//! What each slot asks for.

use rust_decimal::Decimal;
use unspent_model::{OrderId, OrderRef, Side, Symbol};
use unspent_protocol::{AddOrderParams, Call, CancelOrderParams, Request};

/// Acknowledged orders of one connection beyond which every slot cancels until they are fewer.
const MOST_OPEN: usize = 64;

/// The mix: orders far from the touch and cancels of them in turn, and a share that trades.
#[derive(Clone, Debug)]
pub struct Mix {
    /// In which book.
    pub symbol: Symbol,
    /// Dollars of face of each order.
    pub qty: Decimal,
    /// The price of resting bids.
    pub bid: Decimal,
    /// The price of resting offers.
    pub ask: Decimal,
    /// The price at which the crossing share trades.
    pub cross: Decimal,
    /// Of a hundred slots, how many cross.
    pub crossing: u32,
}

impl Mix {
    /// Whether a slot's order crosses; the same in every run.
    #[must_use]
    pub fn crosses(&self, slot: u64) -> bool {
        // A multiplicative hash spreads the share evenly over connections and time.
        let spread = slot.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        spread % 100 < u64::from(self.crossing)
    }

    /// Whether a slot cancels, given how many acknowledged orders its connection has and its turn there.
    #[must_use]
    pub fn cancels(turn: u64, open: usize) -> bool {
        open > MOST_OPEN || (open > 0 && turn % 2 == 1)
    }

    /// Writes the request of a slot: a cancel when there is something to cancel, else an order. Crossing orders are
    /// bids on even connections and offers on odd ones, so that no account meets itself.
    pub fn write(&self, slot: u64, connection: usize, turn: u64, cancel: Option<OrderId>, out: &mut Vec<u8>) {
        let call = match cancel {
            Some(order) => Call::CancelOrder(CancelOrderParams { orders: vec![OrderRef::Id(order)] }),
            None if self.crosses(slot) => {
                let side = if connection.is_multiple_of(2) { Side::Buy } else { Side::Sell };
                self.add(side, self.cross, false)
            }
            None if turn % 4 < 2 => self.add(Side::Buy, self.bid, true),
            None => self.add(Side::Sell, self.ask, true),
        };
        Request::new(call, Some(i64::try_from(slot).expect("fewer slots than 2^63"))).write(out);
    }

    fn add(&self, side: Side, price: Decimal, post_only: bool) -> Call {
        Call::AddOrder(AddOrderParams { post_only, ..AddOrderParams::limit(self.symbol, side, self.qty, price) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_protocol::parse_request;

    fn mix(crossing: u32) -> Mix {
        Mix {
            symbol: Symbol::parse("AWS-ACT-1K-202706").unwrap(),
            qty: Decimal::from(1_000),
            bid: Decimal::new(1, 1),
            ask: Decimal::new(9, 1),
            cross: Decimal::new(5, 1),
            crossing,
        }
    }

    #[test]
    fn the_crossing_share_is_what_was_asked() {
        for percent in [0, 1, 20, 100] {
            let crossing = (0..100_000).filter(|&slot| mix(percent).crosses(slot)).count();
            let expected = percent as usize * 1_000;
            assert!(crossing.abs_diff(expected) <= 300, "{percent} %: {crossing}");
        }
    }

    #[test]
    fn orders_and_cancels_alternate_and_a_backlog_is_cancelled_first() {
        assert!(!Mix::cancels(0, 5));
        assert!(Mix::cancels(1, 5));
        assert!(!Mix::cancels(1, 0), "nothing to cancel");
        assert!(Mix::cancels(0, MOST_OPEN + 1));
    }

    #[test]
    fn what_is_written_is_what_the_venue_reads() {
        let mut text = Vec::new();
        mix(0).write(7, 0, 2, None, &mut text);
        let request = parse_request(std::str::from_utf8(&text).unwrap()).unwrap();
        let Call::AddOrder(add) = request.call else { panic!("{request:?}") };
        assert_eq!((request.req_id, add.side, add.post_only), (Some(7), Side::Sell, true));
        text.clear();
        mix(100).write(8, 1, 0, None, &mut text);
        let request = parse_request(std::str::from_utf8(&text).unwrap()).unwrap();
        let Call::AddOrder(add) = request.call else { panic!("{request:?}") };
        assert_eq!((add.side, add.post_only, add.limit_price), (Side::Sell, false, Some(Decimal::new(5, 1))));
        text.clear();
        mix(0).write(9, 1, 0, Some(OrderId(3)), &mut text);
        let request = parse_request(std::str::from_utf8(&text).unwrap()).unwrap();
        assert_eq!(request.call, Call::CancelOrder(CancelOrderParams { orders: vec![OrderRef::Id(OrderId(3))] }));
    }
}
