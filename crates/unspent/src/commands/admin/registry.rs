//! What the operator has done about holdings.

use super::{account_name, symbol};
use crate::cli::{HoldingsDesk, OfferArgs};
use crate::failure::Failure;
use serde_json::{Value, json};

/// Where a command goes, and its body but for the reason.
pub fn request(command: &HoldingsDesk) -> Result<(String, Value), Failure> {
    let of = |account: &str, what: &str| {
        Ok::<String, Failure>(format!("/admin/v1/accounts/{}/registry{what}", account_name(account)?))
    };
    let part = |args: &OfferArgs| {
        let symbol = symbol(&args.symbol)?;
        let body = json!({ "holding_id": args.holding, "symbol": symbol.as_str(), "qty": args.qty.to_string() });
        Ok::<Value, Failure>(body)
    };
    Ok(match command {
        HoldingsDesk::List => unreachable!("it changes nothing"),
        HoldingsDesk::Register(args) => {
            let body = json!({
                "programme": args.programme, "credit_id": args.credit, "provenance": args.provenance,
                "dated": args.dated, "ends": args.ends, "amount": args.amount.to_string(), "pieces": args.pieces,
            });
            (of(&args.account, "")?, body)
        }
        HoldingsDesk::Level { holding, level } => {
            (format!("/admin/v1/registry/{holding}/level"), json!({ "level": level }))
        }
        HoldingsDesk::Offer(args) => (of(&args.account, "/list")?, part(args)?),
        HoldingsDesk::Delist(args) => (of(&args.account, "/delist")?, part(args)?),
        HoldingsDesk::Withdraw { account, holding } => (of(account, "/withdraw")?, json!({ "holding_id": holding })),
    })
}
