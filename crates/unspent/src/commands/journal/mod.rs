//! `unspent journal`: what is on disk, with or without a venue that writes there.

mod backup;
pub mod common;
mod dump;
mod fields;
mod files;
mod head;
mod holdings;
mod names;
mod repair;
mod replay;
mod restore;
mod settlement;
mod stat;
mod verify;
mod words;

use crate::cli::{JournalArgs, JournalCommand};
use crate::failure::Failure;
use unspent_model::Command;
use unspent_records::Record;

/// What records are called.
pub const KINDS: &[&str] = &[
    "list_instrument",
    "open_account",
    "deposit_cash",
    "deposit_credits",
    "set_account",
    "fund",
    "decide_withdrawal",
    "set_funding_rules",
    "bust_trade",
    "adjust_trade",
    "set_phase",
    "clock",
    "add_order",
    "amend_order",
    "cancel_order",
    "cancel_all",
    "mass_quote",
    "set_group",
    "reset_group",
    "cancel_all_after",
    "connect",
    "disconnect",
    "set_rules",
    "set_schedule",
    "set_reference",
    "set_limits",
    "kill",
    "commit_auction",
    "reveal_auction",
    "set_programme",
    "permit",
    "revoke_permit",
    "watch_expiry",
    "register_lots",
    "withdraw_lots",
    "deliver",
    "accept",
    "dispute",
    "rule",
    "claw_back",
    "contribute",
    "set_terms",
    "register_holding",
    "set_holding_level",
    "list_holding",
    "delist_holding",
    "withdraw_holding",
    "fill",
    "state_hash",
    "former_state_hash",
];

/// Runs one of the journal's commands.
pub fn run(args: &JournalArgs, json: bool) -> Result<(), Failure> {
    match &args.command {
        JournalCommand::Verify(args) => verify::run(args, json),
        JournalCommand::Head(args) => head::run(args, json),
        JournalCommand::Dump(args) => dump::run(args, json),
        JournalCommand::Stat(args) => stat::run(args, json),
        JournalCommand::Repair(args) => repair::run(args, json),
        JournalCommand::Backup(args) => backup::run(args, json),
        JournalCommand::Restore(args) => restore::run(args, json),
        JournalCommand::Replay(args) => replay::run(args, json),
    }
}

/// What a record is called.
fn kind(record: &Record) -> &'static str {
    let command = match record {
        Record::Command(command) => command,
        Record::Fill(_) => return "fill",
        Record::FormerStateMark(_) => return "former_state_hash",
        Record::StateMark(_) => return "state_hash",
    };
    match command.command.plain() {
        Command::ListInstrument(_) => "list_instrument",
        Command::OpenAccount { .. } => "open_account",
        Command::DepositCash { .. } => "deposit_cash",
        Command::DepositCredits { .. } => "deposit_credits",
        Command::SetAccount { .. } => "set_account",
        Command::Fund(_) => "fund",
        Command::DecideWithdrawal { .. } => "decide_withdrawal",
        Command::SetFundingRules(_) => "set_funding_rules",
        Command::BustTrade { .. } => "bust_trade",
        Command::AdjustTrade { .. } => "adjust_trade",
        Command::SetPhase { .. } => "set_phase",
        Command::Clock => "clock",
        Command::AddOrder(_) => "add_order",
        Command::AddDecay(_) => "add_decay",
        Command::AddLinked(_) => "add_linked",
        Command::AmendOrder(_) => "amend_order",
        Command::CancelOrder { .. } => "cancel_order",
        Command::CancelAll { .. } => "cancel_all",
        Command::MassQuote(_) => "mass_quote",
        Command::SetGroup { .. } => "set_group",
        Command::ResetGroup { .. } => "reset_group",
        Command::CancelAllAfter { .. } => "cancel_all_after",
        Command::Connect { .. } => "connect",
        Command::Disconnect { .. } => "disconnect",
        Command::SetRules { .. } => "set_rules",
        Command::SetSchedule { .. } => "set_schedule",
        Command::SetReference { .. } => "set_reference",
        Command::SetLimits { .. } => "set_limits",
        Command::Kill { .. } => "kill",
        Command::SetProgramme(_) => "set_programme",
        Command::Permit(_) => "permit",
        Command::RevokePermit { .. } => "revoke_permit",
        Command::WatchExpiry { .. } => "watch_expiry",
        Command::CommitAuction { .. } => "commit_auction",
        Command::RevealAuction { .. } => "reveal_auction",
        Command::RegisterLots { .. } => "register_lots",
        Command::WithdrawLots { .. } => "withdraw_lots",
        Command::Settlement(command) => command.name(),
        Command::Holding(command) => command.name(),
        Command::ByOperator(_) => unreachable!("a plain command is given by nobody"),
    }
}
