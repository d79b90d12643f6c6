//! `unspent cancel`.

use crate::cli::CancelArgs;
use crate::commands::connect::{login, symbol, talk};
use crate::failure::Failure;
use crate::output::say;
use unspent_model::{ClOrdId, OrderRef, Programme};
use unspent_protocol::{CancelAllParams, parse_order_id, print_order_id};

/// Cancels one order or many.
pub fn run(args: &CancelArgs, json: bool) -> Result<(), Failure> {
    talk(cancel(args, json))
}

async fn cancel(args: &CancelArgs, json: bool) -> Result<(), Failure> {
    let Some(order) = &args.order else {
        let symbol = args.symbol.as_deref().map(symbol).transpose()?;
        let (client, _inbox) = login(&args.client).await?;
        let programme = args.programme.as_deref().map(Programme::parse).transpose();
        let programme = programme.map_err(|error| Failure::Usage(format!("--programme {error}")))?;
        let side = args.side.map(Into::into);
        let result = client.cancel_all(CancelAllParams { symbol, side, programme, group: None }).await?;
        if json {
            say!("{}", serde_json::json!({ "canceled": result.count }));
        } else {
            say!("{} orders cancelled", result.count);
        }
        return Ok(());
    };
    let order = match parse_order_id(order) {
        Ok(id) => OrderRef::Id(id),
        Err(_) => OrderRef::ClOrdId(ClOrdId::parse(order).map_err(|error| Failure::Usage(format!("order {error}")))?),
    };
    let (client, _inbox) = login(&args.client).await?;
    let result = client.cancel_order(order).await?;
    if json {
        say!("{}", serde_json::to_string(&result).expect("a result serialises"));
    } else {
        say!("{} is cancelled", print_order_id(result.order_id));
    }
    Ok(())
}
