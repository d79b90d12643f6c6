//! Traffic of one account: several requests in flight, every answer noted.

use crate::history::{History, Sent, Told};
use crate::server::INSTRUMENTS;
use rust_decimal::Decimal;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use unspent_client::{Client, ClientError};
use unspent_model::{ClOrdId, OrderId, OrderRef, Side, Symbol};
use unspent_protocol::{AddOrderParams, AmendOrderParams, TimeInForceWord};

/// What one client was told, shared by its tasks.
pub type Shared = Arc<Mutex<History>>;

/// Chance from a seed: SplitMix64.
#[derive(Clone, Debug)]
pub struct Rng(pub u64);

impl Rng {
    /// A number in `from..=to`.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        from + (mixed ^ (mixed >> 31)) % (to - from + 1)
    }
}

/// Runs `work` on the history.
pub fn with<T>(history: &Shared, work: impl FnOnce(&mut History) -> T) -> T {
    work(&mut history.lock().unwrap_or_else(PoisonError::into_inner))
}

/// One random order under a name that was never used.
fn order(rng: &mut Rng, name: &str) -> AddOrderParams {
    let (symbol, face) = INSTRUMENTS[usize::try_from(rng.between(0, INSTRUMENTS.len() as u64 - 1)).expect("small")];
    let side = if rng.between(0, 1) == 0 { Side::Buy } else { Side::Sell };
    // A narrow band, so that much of it trades.
    let bp = 6_500 + 10 * rng.between(0, 30);
    let kind = rng.between(0, 9);
    AddOrderParams {
        time_in_force: match kind {
            0 | 1 => Some(TimeInForceWord::Ioc),
            2 => Some(TimeInForceWord::Fok),
            _ => None,
        },
        post_only: kind == 3,
        cl_ord_id: Some(ClOrdId::parse(name).expect("letters, digits and dashes")),
        ..AddOrderParams::limit(
            Symbol::parse(symbol).expect("right"),
            side,
            Decimal::from(face * rng.between(1, 20)),
            Decimal::new(i64::try_from(bp).expect("small"), 4),
        )
    }
}

/// Sends until the connection is lost.
pub async fn run(client: Client, history: Shared, mut rng: Rng, prefix: String) {
    let mut mine: VecDeque<OrderId> = VecDeque::new();
    for number in 0_u64.. {
        let alive = match (rng.between(0, 9), mine.front().copied()) {
            (0 | 1, Some(order)) => {
                mine.pop_front();
                cancel(&client, &history, order).await
            }
            (2, Some(order)) => amend(&client, order, &mut rng).await,
            _ => add(&client, &history, order(&mut rng, &format!("{prefix}-{number}")), &mut mine).await,
        };
        if !alive {
            return;
        }
    }
}

async fn add(client: &Client, history: &Shared, params: AddOrderParams, mine: &mut VecDeque<OrderId>) -> bool {
    let name = params.cl_ord_id.expect("every order here has one");
    with(history, |history| history.orders.insert(name, Sent { params: params.clone(), told: Told::Nothing }));
    match client.add_order(params).await {
        Ok(result) => {
            if result.leaves_qty > 0 {
                mine.push_back(result.order_id);
            }
            with(history, |history| history.accepted(name, result));
            true
        }
        Err(ClientError::Refused(_)) => {
            with(history, |history| {
                if let Some(sent) = history.orders.get_mut(&name) {
                    sent.told = Told::Refused;
                }
            });
            true
        }
        Err(_) => false,
    }
}

async fn cancel(client: &Client, history: &Shared, order: OrderId) -> bool {
    match client.cancel_order(OrderRef::Id(order)).await {
        Ok(result) => {
            with(history, |history| history.canceled.insert(result.order_id));
            true
        }
        Err(ClientError::Refused(_)) => true,
        Err(_) => false,
    }
}

async fn amend(client: &Client, order: OrderId, rng: &mut Rng) -> bool {
    let bp = 6_500 + 10 * rng.between(0, 30);
    let params = AmendOrderParams {
        order: OrderRef::Id(order),
        order_qty: None,
        limit_price: Some(Decimal::new(i64::try_from(bp).expect("small"), 4)),
        post_only: None,
        deadline: None,
        trigger_price: None,
        display_qty: None,
    };
    !matches!(client.amend_order(params).await, Err(ClientError::OutcomeUnknown | ClientError::Closed))
}
