//! Accounts, withdrawals and corrected trades: where each command goes, and what it says.

use super::{account_name, pages, show, symbol};
use crate::cli::{FundsCommand, Movement};
use crate::failure::Failure;
use serde_json::{Value, json};
use unspent_protocol::WithdrawalRow;

/// Whether it only looks: then it has been answered.
pub fn looked(desk: &super::Desk, command: &FundsCommand, json: bool) -> Result<bool, Failure> {
    if !matches!(command, FundsCommand::Withdrawals) {
        return Ok(false);
    }
    show::withdrawals(&pages::<WithdrawalRow>(desk, "/admin/v1/withdrawals")?, json);
    Ok(true)
}

/// Where a movement goes below `deposits` or `withdrawals`, and its body.
pub fn movement(what: &Movement, way: &str, reference: Option<&str>) -> Result<(String, Value), Failure> {
    let of =
        |kind: &str| Ok::<String, Failure>(format!("/admin/v1/accounts/{}/{way}/{kind}", account_name(&what.account)?));
    match what.cash {
        Some(cash) => Ok((of("cash")?, json!({ "amount": cash.to_string(), "reference": reference }))),
        None => {
            let qty = what.qty.map(|qty| qty.to_string());
            Ok((of("credits")?, json!({ "symbol": what.credits, "qty": qty, "reference": reference })))
        }
    }
}

/// Where a command goes, and its body but for the reason.
pub fn request(command: &FundsCommand) -> Result<(String, Value), Failure> {
    let state = |account: &str, state: &str| {
        Ok((format!("/admin/v1/accounts/{}/state", account_name(account)?), json!({ "state": state })))
    };
    let at = |text: &str, what: &str| Ok::<String, Failure>(format!("/admin/v1/instruments/{}/{what}", symbol(text)?));
    let decide = |withdrawal: u64, word: &str| Ok((format!("/admin/v1/withdrawals/{withdrawal}/{word}"), json!({})));
    match command {
        FundsCommand::OpenAccount { account, owner } => {
            let body = json!({ "account": account_name(account)?.as_str(), "owner_group": owner });
            Ok(("/admin/v1/accounts".to_owned(), body))
        }
        FundsCommand::Suspend { account } => state(account, "suspended"),
        FundsCommand::Reopen { account } => state(account, "open"),
        FundsCommand::CloseAccount { account } => state(account, "closed"),
        FundsCommand::Withdraw { what, reference } => movement(what, "withdrawals", Some(reference)),
        FundsCommand::Withdrawals => unreachable!("it changes nothing"),
        FundsCommand::Approve { withdrawal } => decide(*withdrawal, "approve"),
        FundsCommand::Decline { withdrawal } => decide(*withdrawal, "decline"),
        FundsCommand::FundingRules { approval_cash, approval_face, daily_cash, daily_face } => {
            let body = json!({
                "approval_cash": approval_cash.map(|cash| cash.to_string()), "approval_face": approval_face,
                "daily_cash": daily_cash.map(|cash| cash.to_string()), "daily_face": daily_face,
            });
            Ok(("/admin/v1/funding-rules".to_owned(), body))
        }
        FundsCommand::Bust { symbol, trade } => Ok((at(symbol, "bust")?, json!({ "trade_id": trade }))),
        FundsCommand::Adjust { symbol, trade, price } => {
            Ok((at(symbol, "adjust")?, json!({ "trade_id": trade, "price": price.to_string() })))
        }
    }
}
