//! Enters an order, learns its fate even when the connection is lost, and cancels it:
//! `cargo run -p unspent-client --example enter_order -- ws://127.0.0.1:8080/ws KEY AWS-ACT-1K-202706 buy 1000 0.10`

use std::time::Duration;
use unspent_client::{ClientError, Credential, Session, SessionConfig};
use unspent_model::{OrderRef, Side, Symbol};
use unspent_protocol::{AddOrderParams, parse_decimal};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, key, symbol, side, qty, price] = &arguments[..] else {
        return Err("usage: enter_order URL KEY SYMBOL buy|sell QTY PRICE".into());
    };
    let symbol = Symbol::parse(symbol).map_err(|error| format!("{symbol}: {error}"))?;
    let side = if side == "buy" { Side::Buy } else { Side::Sell };
    let session = Session::start(SessionConfig {
        credential: Some(Credential::Static { api_key: key.clone() }),
        ..SessionConfig::new(url)?
    });
    let order = AddOrderParams::limit(symbol, side, parse_decimal(qty)?, parse_decimal(price)?);
    match session.add_order_surely(order, Duration::from_secs(5)).await {
        Ok(result) => {
            println!("{} stands at {:?}, {} open", result.order_id, result.status, result.leaves_qty);
            if result.leaves_qty > 0 {
                session.cancel_order(OrderRef::Id(result.order_id)).await?;
                println!("cancelled");
            }
        }
        Err(ClientError::Refused(body)) => println!("refused, and there is no such order: {}", body.detail.message),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
