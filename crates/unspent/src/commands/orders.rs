//! `unspent orders`.

use crate::cli::ClientArgs;
use crate::commands::connect::{login, open_orders, talk};
use crate::failure::Failure;
use crate::money::face;
use crate::output::say;
use unspent_model::Side;
use unspent_protocol::print_order_id;

/// Shows the account's open orders.
pub fn run(args: &ClientArgs, json: bool) -> Result<(), Failure> {
    talk(orders(args, json))
}

async fn orders(args: &ClientArgs, json: bool) -> Result<(), Failure> {
    let (client, mut inbox) = login(args).await?;
    let open = open_orders(&client, &mut inbox).await?;
    if json {
        for order in &open {
            say!("{}", serde_json::to_string(order).expect("a row serialises"));
        }
        return Ok(());
    }
    if open.is_empty() {
        say!("no open orders");
        return Ok(());
    }
    say!(
        "{:<12} {:<22} {:<4} {:>8} {:>14} {:>14}  your name",
        "order",
        "instrument",
        "side",
        "price",
        "filled",
        "open"
    );
    for order in open {
        say!(
            "{:<12} {:<22} {:<4} {:>8} {:>14} {:>14}  {}",
            print_order_id(order.order_id),
            order.symbol,
            if order.side == Side::Buy { "buy" } else { "sell" },
            order.limit_price.unwrap_or_default(),
            face(order.cum_qty),
            face(order.leaves_qty),
            order.cl_ord_id.map_or_else(|| "-".to_owned(), |id| id.to_string())
        );
    }
    Ok(())
}
