//! `unspent settlements`, `deliver`, `accept` and `dispute`.

use crate::cli::{AcceptArgs, ClientArgs, EvidenceArgs};
use crate::commands::connect::{login, picture, plain, talk};
use crate::failure::Failure;
use crate::money::{dollars, face};
use crate::output::say;
use unspent_model::{Evidence, Side};
use unspent_protocol::{AcceptParams, Call, Channel, Data, EvidenceParams, print_time, state_word};

/// Shows the account's trades that settle later.
pub fn list(args: &ClientArgs, json: bool) -> Result<(), Failure> {
    talk(settlements(args, json))
}

async fn settlements(args: &ClientArgs, json: bool) -> Result<(), Failure> {
    let (client, mut inbox) = login(args).await?;
    let rows = picture(&client, &mut inbox, plain(Channel::Settlements), |data| match data {
        Data::Settlements(stream) => Some(stream.data),
        _ => None,
    });
    let rows = rows.await?;
    if json {
        for row in &rows {
            say!("{}", serde_json::to_string(row).expect("a row serialises"));
        }
        return Ok(());
    }
    if rows.is_empty() {
        say!("no trades that settle later");
        return Ok(());
    }
    say!(
        "{:<12} {:<22} {:<4} {:>8} {:>14} {:<12} {:>14} {:>12}  due",
        "settlement",
        "instrument",
        "side",
        "price",
        "face",
        "state",
        "escrow",
        "held back"
    );
    for row in rows {
        say!(
            "{:<12} {:<22} {:<4} {:>8} {:>14} {:<12} {:>14} {:>12}  {}",
            row.settlement_id,
            row.symbol,
            if row.side == Side::Buy { "buy" } else { "sell" },
            row.price,
            face(row.qty),
            state_word(row.state),
            dollars(row.escrow),
            dollars(row.held_back),
            row.due.map_or_else(|| "-".to_owned(), print_time)
        );
    }
    Ok(())
}

fn evidence(args: &EvidenceArgs) -> Result<EvidenceParams, Failure> {
    let evidence = Evidence::parse(&args.evidence);
    let evidence = evidence.map_err(|error| Failure::Usage(format!("--evidence {error}")))?;
    Ok(EvidenceParams { settlement_id: args.settlement, evidence })
}

/// Says that a sale is delivered.
pub fn deliver(args: &EvidenceArgs, json: bool) -> Result<(), Failure> {
    let call = Call::Deliver(evidence(args)?);
    talk(done(&args.client, call, json, format!("settlement {} is delivered", args.settlement)))
}

/// Says that a purchase is not as it was sold.
pub fn dispute(args: &EvidenceArgs, json: bool) -> Result<(), Failure> {
    let call = Call::Dispute(evidence(args)?);
    talk(done(&args.client, call, json, format!("settlement {} is disputed; the operator rules", args.settlement)))
}

/// Says that a purchase is there.
pub fn accept(args: &AcceptArgs, json: bool) -> Result<(), Failure> {
    let call = Call::Accept(AcceptParams { settlement_id: args.settlement });
    talk(done(&args.client, call, json, format!("settlement {} is accepted", args.settlement)))
}

async fn done(args: &ClientArgs, call: Call, json: bool, words: String) -> Result<(), Failure> {
    let (client, _inbox) = login(args).await?;
    client.call(call).await?;
    if json {
        say!("{}", serde_json::json!({}));
    } else {
        say!("{words}");
    }
    Ok(())
}
