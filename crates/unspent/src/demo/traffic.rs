//! The demo's participants: each a connection of its own over a real websocket.

use crate::demo::market::{LISTINGS, Listing, Role, key_of};
use crate::demo::rng::Rng;
use rust_decimal::Decimal;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::watch;
use unspent_client::{Client, ClientError};
use unspent_model::{ClOrdId, OrderId, OrderRef, Side, Symbol};
use unspent_protocol::{AddOrderParams, CancelAllParams, Channel, Data, OpenRows, TimeInForceWord};

use crate::commands::connect::plain;

/// Orders of one participant that may be open.
const OPEN: usize = 60;

/// Trades until told to stop. A lost connection is made again: the venue may have been slow to start.
pub async fn run(url: String, account: &'static str, role: Role, mut rng: Rng, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let trading = trade(&url, account, role, &mut rng);
        tokio::select! {
            // Whatever went wrong, it is tried again: what matters stands in the journal.
            _ = trading => {}
            _ = stop.wait_for(|&stop| stop) => return,
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

struct Participant {
    client: Client,
    run: u64,
    sent: u64,
    open: VecDeque<OrderId>,
}

async fn trade(url: &str, account: &str, role: Role, rng: &mut Rng) -> Result<(), ClientError> {
    let (client, mut inbox) = Client::connect(url).await?;
    client.login(&key_of(account)).await?;
    let mut participant = Participant { client, run: unspent_gateway::now().0, sent: 0, open: VecDeque::new() };
    // What was open before belongs to this participant still.
    participant.client.subscribe(plain(Channel::Executions)).await?;
    let mut open = OpenRows::default();
    while !open.is_whole() {
        let Some(data) = inbox.next().await else { break };
        if let Data::Executions(stream) = data {
            open.take(&stream);
        }
    }
    participant.open.extend(open.rows().map(|row| row.order_id));
    drop(inbox);
    let mut fair: Vec<i64> = LISTINGS.iter().map(|listing| listing.fair_bp as i64).collect();
    loop {
        // Fair value wanders a little, within a tenth of where it began.
        let which = usize::try_from(rng.between(0, LISTINGS.len() as u64 - 1)).expect("a dozen");
        let base = LISTINGS[which].fair_bp as i64;
        fair[which] = (fair[which] + rng.between(0, 40) as i64 - 20).clamp(base - base / 10, base + base / 10);
        let (listing, fair) = (&LISTINGS[which], fair[which]);
        match role {
            Role::Seller => participant.lump(listing, fair, Side::Sell, rng).await?,
            Role::Buyer => participant.lump(listing, fair, Side::Buy, rng).await?,
            Role::Maker => participant.quote(listing, fair, rng).await?,
        }
        let pause = match role {
            Role::Maker => rng.between(5, 30),
            Role::Seller | Role::Buyer => rng.between(20, 120),
        };
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
}

/// A price in basis points as dollars, on the tick.
fn price(bp: i64) -> Decimal {
    Decimal::new(bp.clamp(10, 10_000) / 10 * 10, 4)
}

impl Participant {
    /// Most often a patient order near fair value; now and then one that takes what is there.
    async fn lump(&mut self, listing: &Listing, fair: i64, side: Side, rng: &mut Rng) -> Result<(), ClientError> {
        let lots = rng.between(1, 40);
        let away = rng.between(0, 300) as i64;
        let eager = rng.one_in(3);
        let outward = if eager { -60 } else { 20 + away };
        let bp = if side == Side::Sell { fair + outward } else { fair - outward };
        let tif = if eager { TimeInForceWord::Ioc } else { TimeInForceWord::Gtc };
        self.add(listing, side, price(bp), lots, tif, false).await?;
        if self.open.len() > OPEN || rng.one_in(6) {
            self.cancel_oldest().await?;
        }
        Ok(())
    }

    /// Quotes of one book anew: what stood there goes first.
    async fn quote(&mut self, listing: &Listing, fair: i64, rng: &mut Rng) -> Result<(), ClientError> {
        let symbol = Symbol::parse(listing.symbol).expect("the demo's symbols are right");
        self.client.cancel_all(CancelAllParams { symbol: Some(symbol), ..CancelAllParams::default() }).await?;
        for layer in 0..3 {
            let half = 30 + 40 * layer;
            let lots = rng.between(5, 25);
            self.add(listing, Side::Sell, price(fair + half), lots, TimeInForceWord::Gtc, true).await?;
            self.add(listing, Side::Buy, price(fair - half), lots, TimeInForceWord::Gtc, true).await?;
        }
        // A maker forgets its orders by replacing them.
        self.open.clear();
        Ok(())
    }

    async fn add(
        &mut self,
        listing: &Listing,
        side: Side,
        limit: Decimal,
        lots: u64,
        tif: TimeInForceWord,
        post_only: bool,
    ) -> Result<(), ClientError> {
        self.sent += 1;
        let name = format!("{:x}-{}", self.run, self.sent);
        let params = AddOrderParams {
            time_in_force: Some(tif),
            post_only,
            cl_ord_id: Some(ClOrdId::parse(&name).expect("hexadecimal and digits")),
            ..AddOrderParams::limit(
                Symbol::parse(listing.symbol).expect("the demo's symbols are right"),
                side,
                Decimal::from(lots * listing.face),
                limit,
            )
        };
        match self.client.add_order(params).await {
            Ok(result) => {
                if result.leaves_qty > 0 {
                    self.open.push_back(result.order_id);
                }
                Ok(())
            }
            // Post-only that would trade, money or credits spent: the next one may do.
            Err(ClientError::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn cancel_oldest(&mut self) -> Result<(), ClientError> {
        let Some(order) = self.open.pop_front() else { return Ok(()) };
        match self.client.cancel_order(OrderRef::Id(order)).await {
            // Filled meanwhile.
            Ok(_) | Err(ClientError::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
