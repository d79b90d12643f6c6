//! What one connection's messages count for.

use super::bucket::{Bucket, Rate};
use super::{KeyRates, clock};
use rust_decimal::Decimal;
use std::sync::Arc;
use unspent_model::Reject;
use unspent_protocol::{Call, Refusal};

/// So many refused messages in a row, none of them let through between, close the connection.
const ABUSE: u32 = 1_000;

/// Counts the messages of one connection.
#[derive(Debug)]
pub(crate) struct Meter {
    requests: Bucket,
    key: Option<Arc<KeyRates>>,
    refused: u32,
}

/// What a request is counted as, and for how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Orders(u32),
    Cancels(u32),
    Other,
}

fn kind(call: &Call) -> Kind {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).max(1);
    match call {
        Call::AddOrder(_) => Kind::Orders(1),
        Call::AmendOrder(params) => {
            let quantity_only =
                params.limit_price.is_none() && params.trigger_price.is_none() && params.display_qty.is_none();
            if quantity_only { Kind::Cancels(1) } else { Kind::Orders(1) }
        }
        Call::MassQuote(params) => {
            let sides = |quote: &unspent_protocol::QuoteParams| {
                usize::from(quote.bid.is_some()) + usize::from(quote.ask.is_some())
            };
            Kind::Orders(count(params.quotes.iter().map(sides).sum()))
        }
        Call::CancelOrder(params) => Kind::Cancels(count(params.orders.len())),
        Call::CancelAll(_) | Call::CancelAllOrdersAfter(_) | Call::ResetGroup(_) => Kind::Cancels(1),
        _ => Kind::Other,
    }
}

impl Meter {
    pub fn new(requests: Rate) -> Meter {
        Meter { requests: Bucket::new(requests), key: None, refused: 0 }
    }

    /// The connection acts for a key from now on, or for none.
    pub fn set_key(&mut self, key: Option<Arc<KeyRates>>) {
        self.key = key;
    }

    /// Counts a request.
    ///
    /// # Errors
    /// [`Reject::RateLimited`]: wait as long as it says.
    pub fn count(&mut self, call: &Call) -> Result<(), Refusal> {
        let counted = match &self.key {
            Some(key) => key.take(kind(call)),
            // Whoever is not logged in is refused anyway, but not for nothing.
            None => None,
        };
        match counted {
            Some((taken, what)) => self.judge(taken, what),
            None => self.count_unreadable(),
        }
    }

    /// Counts a message that could not be read.
    ///
    /// # Errors
    /// [`Reject::RateLimited`]: it is not even answered with what was wrong.
    pub fn count_unreadable(&mut self) -> Result<(), Refusal> {
        let taken = self.requests.take(1, clock());
        self.judge(taken, "requests of this connection")
    }

    /// Whether so much was refused that the connection is to be closed.
    pub fn is_abused(&self) -> bool {
        self.refused >= ABUSE
    }

    fn judge(&mut self, taken: Result<(), u64>, what: &str) -> Result<(), Refusal> {
        match taken {
            Ok(()) => {
                self.refused = 0;
                Ok(())
            }
            Err(wait) => {
                self.refused += 1;
                Err(refusal(what, wait))
            }
        }
    }
}

impl KeyRates {
    /// Takes what a request costs, and says of what; `None` when it costs the key nothing.
    fn take(&self, kind: Kind) -> Option<(Result<(), u64>, &'static str)> {
        match kind {
            Kind::Orders(n) => Some((self.orders.take(n, clock()), "orders of this key")),
            Kind::Cancels(n) => Some((self.cancels.take(n, clock()), "cancels of this key")),
            Kind::Other => None,
        }
    }

    /// Counts a request without a connection.
    ///
    /// # Errors
    /// [`Reject::RateLimited`]: wait as long as it says.
    pub fn count(&self, call: &Call) -> Result<(), Refusal> {
        match self.take(kind(call)) {
            Some((Err(wait), what)) => Err(refusal(what, wait)),
            _ => Ok(()),
        }
    }
}

/// What is said to someone who is too fast.
pub(crate) fn refusal(what: &str, wait: u64) -> Refusal {
    let seconds = Decimal::from_i128_with_scale(i128::from(wait), 9);
    let ms = wait.div_ceil(1_000_000);
    let message = format!("too many {what}; wait {ms} ms");
    Refusal { available: Some(seconds), ..Refusal::new(Reject::RateLimited, message) }
}

#[cfg(test)]
mod tests {
    use super::super::{RateLimits, Rates};
    use super::*;
    use crate::keys::KeyId;
    use unspent_protocol::parse_request;

    fn call(text: &str) -> Call {
        parse_request(text).unwrap().call
    }

    #[test]
    fn each_request_counts_as_what_it_costs() {
        let kinds = [
            (r#"{"method":"ping"}"#, Kind::Other),
            (r#"{"method":"cancel_all"}"#, Kind::Cancels(1)),
            (r#"{"method":"cancel_order","params":{"order_id":["O-1","O-2","O-3"]}}"#, Kind::Cancels(3)),
            (r#"{"method":"amend_order","params":{"order_id":"O-1","order_qty":1000}}"#, Kind::Cancels(1)),
            (
                r#"{"method":"amend_order","params":{"order_id":"O-1","order_qty":1000,"limit_price":0.5}}"#,
                Kind::Orders(1),
            ),
            (
                r#"{"method":"mass_quote","params":{"quote_id":1,"quotes":[{"symbol":"AWS-ACT-1K-202706/USD","bid":{"price":0.5,"qty":1000},"ask":{"price":0.6,"qty":1000}},{"symbol":"OAI-API-100-202706/USD","bid":{"price":0.5,"qty":1000}}]}}"#,
                Kind::Orders(3),
            ),
        ];
        for (text, expected) in kinds {
            assert_eq!(kind(&call(text)), expected, "{text}");
        }
    }

    #[test]
    fn orders_run_out_while_cancels_go_on_over_all_connections_of_a_key() {
        let limits = RateLimits {
            orders: Rate { per_second: 1, burst: 2 },
            cancels: Rate { per_second: 1, burst: 5 },
            ..RateLimits::default()
        };
        let rates = Rates::new(limits);
        let key = KeyId::parse("uk_0123456789abcdef0123456789abcdef").unwrap_or_else(KeyId::fresh);
        let [mut one, mut two] = [rates.meter(), rates.meter()];
        one.set_key(Some(rates.key(&key)));
        two.set_key(Some(rates.key(&key)));
        let order = call(
            r#"{"method":"add_order","params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.66}}"#,
        );
        let cancel = call(r#"{"method":"cancel_all"}"#);
        one.count(&order).unwrap();
        two.count(&order).unwrap();
        let refusal = one.count(&order).unwrap_err();
        assert_eq!(refusal.reject, Reject::RateLimited);
        assert!(refusal.available.unwrap() > Decimal::ZERO);
        for _ in 0..5 {
            two.count(&cancel).unwrap();
        }
        assert!(two.count(&cancel).is_err());
        two.count(&call(r#"{"method":"ping"}"#)).unwrap();
    }

    #[test]
    fn going_on_all_the_same_is_abuse() {
        let mut meter = Meter::new(Rate { per_second: 1, burst: 1 });
        meter.count_unreadable().unwrap();
        for _ in 0..ABUSE - 1 {
            assert!(meter.count_unreadable().is_err());
            assert!(!meter.is_abused());
        }
        assert!(meter.count_unreadable().is_err());
        assert!(meter.is_abused());
    }
}
