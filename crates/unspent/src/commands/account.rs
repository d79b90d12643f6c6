//! `unspent account`.

use crate::cli::ClientArgs;
use crate::commands::connect::{login, picture, plain, talk};
use crate::failure::Failure;
use crate::money::{dollars, face};
use crate::output::say;
use unspent_protocol::{Channel, Data};

/// Shows the account's cash and credits.
pub fn run(args: &ClientArgs, json: bool) -> Result<(), Failure> {
    talk(account(args, json))
}

async fn account(args: &ClientArgs, json: bool) -> Result<(), Failure> {
    let (client, mut inbox) = login(args).await?;
    let balances = picture(&client, &mut inbox, plain(Channel::Balances), |data| match data {
        Data::Balances(stream) => Some(stream.data),
        _ => None,
    });
    let balances = balances.await?;
    let holdings = picture(&client, &mut inbox, plain(Channel::Holdings), |data| match data {
        Data::Holdings(stream) => Some(stream.data),
        _ => None,
    });
    let holdings = holdings.await?;
    if json {
        say!("{}", serde_json::json!({ "balances": balances, "holdings": holdings }));
        return Ok(());
    }
    say!("{:<24} {:>20} {:>20} {:>20}", "", "available", "in open orders", "all");
    for row in balances {
        say!(
            "{:<24} {:>20} {:>20} {:>20}",
            row.asset,
            dollars(row.available),
            dollars(row.reserved),
            dollars(row.balance)
        );
    }
    for row in holdings {
        say!("{:<24} {:>20} {:>20} {:>20}", row.symbol, face(row.available), face(row.reserved), face(row.balance));
    }
    Ok(())
}
