//! What the operator does with accounts, deposits, withdrawals and trades.

use crate::catalogue::{Catalogue, cash_of, invalid_quantity, price_of, units};
use crate::fields::Fields;
use crate::form::Form;
use crate::refusal::Refusal;
use crate::{form, number};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use unspent_model::{
    AccountId, AccountName, AccountState, Asset, Command, Funding, FundingRef, FundingRules, FundingSide, OwnerGroup,
    Symbol, TradeId, WithdrawalId,
};

/// `open_account`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OpenAccountParams {
    /// Its name.
    #[serde(with = "form")]
    pub account: AccountName,
    /// Whose it is: accounts of one owner group do not trade with one another.
    pub owner_group: u32,
}

/// `set_account`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SetAccountParams {
    /// Which.
    #[serde(with = "form")]
    pub account: AccountName,
    /// What it may do.
    #[serde(with = "form")]
    pub state: AccountState,
}

/// `deposit_cash`, `withdraw_cash`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FundCashParams {
    /// Whose.
    #[serde(with = "form")]
    pub account: AccountName,
    /// Dollars.
    #[serde(with = "number")]
    pub amount: Decimal,
    /// The operator's name for it; given again it is not done again. A withdrawal needs one.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub reference: Option<FundingRef>,
}

/// `deposit_credits`, `withdraw_credits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FundCreditsParams {
    /// Whose.
    #[serde(with = "form")]
    pub account: AccountName,
    /// What.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// Dollars of face, a multiple of the lot.
    #[serde(with = "number")]
    pub qty: Decimal,
    /// The operator's name for it; given again it is not done again. A withdrawal needs one.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub reference: Option<FundingRef>,
}

/// `decide_withdrawal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DecideWithdrawalParams {
    /// Its number.
    pub withdrawal: u64,
    /// Whether it is carried out or given up.
    pub approve: bool,
}

/// `set_funding_rules`. An absent threshold is as without rules of the venue's own, an absent bound is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SetFundingRulesParams {
    /// Withdrawals of more dollars than this wait for a second operator.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub approval_cash: Option<Decimal>,
    /// Withdrawals of more dollars of face than this wait for a second operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_face: Option<u64>,
    /// The most dollars that an account may ask for in a day.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub daily_cash: Option<Decimal>,
    /// The most dollars of face that an account may ask for in a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily_face: Option<u64>,
}

/// `bust_trade`, and `adjust_trade` with a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CorrectTradeParams {
    /// Where the trade was.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// Its number.
    pub trade_id: u64,
    /// The price that it gets.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
}

/// The result of a deposit or a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundedResult {
    /// The number of the withdrawal that waits for a second operator, when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<u64>,
    /// Whether its reference was taken before, and nothing moved now.
    pub duplicate: bool,
}

pub(crate) const FUND_CASH: &[&str] = &["account", "amount", "reference"];
pub(crate) const FUND_CREDITS: &[&str] = &["account", "symbol", "qty", "reference"];
pub(crate) const FUNDING_RULES: &[&str] = &["approval_cash", "approval_face", "daily_cash", "daily_face"];

pub(crate) fn open_account(f: &Fields<'_>, account: AccountName) -> Result<OpenAccountParams, Refusal> {
    Ok(OpenAccountParams { account, owner_group: f.required("owner_group")? })
}

pub(crate) fn set_account(f: &Fields<'_>, account: AccountName) -> Result<SetAccountParams, Refusal> {
    Ok(SetAccountParams { account, state: f.required("state")? })
}

pub(crate) fn fund_cash(f: &Fields<'_>, account: AccountName) -> Result<FundCashParams, Refusal> {
    Ok(FundCashParams { account, amount: f.required("amount")?, reference: f.option("reference")? })
}

pub(crate) fn fund_credits(f: &Fields<'_>, account: AccountName) -> Result<FundCreditsParams, Refusal> {
    let (symbol, qty) = (f.required("symbol")?, f.required("qty")?);
    Ok(FundCreditsParams { account, symbol, qty, reference: f.option("reference")? })
}

pub(crate) fn decide_withdrawal(f: &Fields<'_>) -> Result<DecideWithdrawalParams, Refusal> {
    Ok(DecideWithdrawalParams { withdrawal: f.required("withdrawal")?, approve: f.required("approve")? })
}

pub(crate) fn set_funding_rules(f: &Fields<'_>) -> Result<SetFundingRulesParams, Refusal> {
    Ok(SetFundingRulesParams {
        approval_cash: f.option("approval_cash")?,
        approval_face: f.option("approval_face")?,
        daily_cash: f.option("daily_cash")?,
        daily_face: f.option("daily_face")?,
    })
}

pub(crate) fn bust_trade(f: &Fields<'_>) -> Result<CorrectTradeParams, Refusal> {
    Ok(CorrectTradeParams { symbol: f.required("symbol")?, trade_id: f.required("trade_id")?, price: None })
}

pub(crate) fn adjust_trade(f: &Fields<'_>) -> Result<CorrectTradeParams, Refusal> {
    Ok(CorrectTradeParams { price: Some(f.required("price")?), ..bust_trade(f)? })
}

fn named(reference: Option<FundingRef>) -> Result<FundingRef, Refusal> {
    reference.ok_or_else(|| Refusal::field("reference", "is missing; a withdrawal needs the operator's name for it"))
}

impl OpenAccountParams {
    /// The command.
    #[must_use]
    pub fn command(&self) -> Command {
        Command::OpenAccount { name: self.account, group: OwnerGroup(self.owner_group) }
    }
}

impl FundCashParams {
    /// The command of a `deposit_cash`.
    ///
    /// # Errors
    /// [`unspent_model::Reject::InvalidField`] when the amount is no money.
    pub fn deposit(&self, account: AccountId) -> Result<Command, Refusal> {
        let amount = cash_of("amount", self.amount)?;
        let Some(reference) = self.reference else { return Ok(Command::DepositCash { account, amount }) };
        let asset = Asset::Cash(amount);
        Ok(Command::Fund(Funding { account, side: FundingSide::Deposit, asset, reference }))
    }

    /// The command of a `withdraw_cash`.
    ///
    /// # Errors
    /// [`unspent_model::Reject::InvalidField`] when the amount is no money, or there is no reference.
    pub fn withdrawal(&self, account: AccountId) -> Result<Command, Refusal> {
        let asset = Asset::Cash(cash_of("amount", self.amount)?);
        let reference = named(self.reference)?;
        Ok(Command::Fund(Funding { account, side: FundingSide::Withdrawal, asset, reference }))
    }
}

impl DecideWithdrawalParams {
    /// The command.
    #[must_use]
    pub fn command(&self) -> Command {
        Command::DecideWithdrawal { withdrawal: WithdrawalId(self.withdrawal), approve: self.approve }
    }
}

impl SetFundingRulesParams {
    /// The command.
    ///
    /// # Errors
    /// [`unspent_model::Reject::InvalidField`] when an amount is no money.
    pub fn command(&self) -> Result<Command, Refusal> {
        let usual = FundingRules::default();
        let cash = |field, value: Option<Decimal>| value.map(|value| cash_of(field, value)).transpose();
        Ok(Command::SetFundingRules(FundingRules {
            approval_cash: cash("approval_cash", self.approval_cash)?.unwrap_or(usual.approval_cash),
            approval_face: self.approval_face.unwrap_or(usual.approval_face),
            daily_cash: cash("daily_cash", self.daily_cash)?,
            daily_face: self.daily_face,
        }))
    }
}

impl Catalogue {
    /// The command of a `deposit_credits`.
    ///
    /// # Errors
    /// [`unspent_model::Reject::UnknownSymbol`], [`unspent_model::Reject::InvalidQuantity`].
    pub fn deposit_credits(&self, account: AccountId, params: &FundCreditsParams) -> Result<Command, Refusal> {
        let Some(reference) = params.reference else {
            let (instrument, lots) = self.credits(params)?;
            return Ok(Command::DepositCredits { account, instrument, lots });
        };
        self.move_credits(account, FundingSide::Deposit, params, reference)
    }

    /// The command of a `withdraw_credits`.
    ///
    /// # Errors
    /// [`unspent_model::Reject::UnknownSymbol`], [`unspent_model::Reject::InvalidQuantity`], [`unspent_model::Reject::InvalidField`] without a reference.
    pub fn withdraw_credits(&self, account: AccountId, params: &FundCreditsParams) -> Result<Command, Refusal> {
        self.move_credits(account, FundingSide::Withdrawal, params, named(params.reference)?)
    }

    fn credits(&self, params: &FundCreditsParams) -> Result<(unspent_model::InstrumentId, u64), Refusal> {
        let (id, instrument) = self.resolve(&params.symbol)?;
        let lots = units(params.qty, 0, instrument.face_dollars).and_then(|lots| u64::try_from(lots).ok());
        Ok((id, lots.ok_or_else(|| invalid_quantity("qty", instrument))?))
    }

    fn move_credits(
        &self,
        account: AccountId,
        side: FundingSide,
        params: &FundCreditsParams,
        reference: FundingRef,
    ) -> Result<Command, Refusal> {
        let (instrument, lots) = self.credits(params)?;
        Ok(Command::Fund(Funding { account, side, asset: Asset::Credits { instrument, lots }, reference }))
    }

    /// The command of a `bust_trade`, or with a price of an `adjust_trade`.
    ///
    /// # Errors
    /// [`unspent_model::Reject::UnknownSymbol`], [`unspent_model::Reject::InvalidPrice`].
    pub fn correct_trade(&self, params: &CorrectTradeParams) -> Result<Command, Refusal> {
        let (instrument, spec) = self.resolve(&params.symbol)?;
        let trade = TradeId(params.trade_id);
        let Some(price) = params.price else { return Ok(Command::BustTrade { instrument, trade }) };
        // A price that was not traded need not be on the tick.
        let price = price_of("price", &unspent_model::Instrument { tick: 1, ..spec.clone() }, price)?;
        Ok(Command::AdjustTrade { instrument, trade, price })
    }
}

impl Form for FundingRef {
    fn read(text: &str) -> Result<FundingRef, String> {
        FundingRef::parse(text).map_err(|error| error.to_string())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A withdrawal that waits for a second operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalRow {
    /// Its number.
    pub withdrawal: u64,
    /// Whose.
    #[serde(with = "form")]
    pub account: AccountName,
    /// `USD`, or the symbol of credits.
    pub asset: String,
    /// Dollars, or dollars of face.
    #[serde(with = "number")]
    pub amount: Decimal,
    /// The operator's name for it.
    #[serde(with = "form")]
    pub reference: FundingRef,
    /// Who asked; only another may approve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
}

impl Catalogue {
    /// What something is, and how much of it in dollars or dollars of face.
    #[must_use]
    pub fn asset(&self, asset: Asset) -> (String, Decimal) {
        match asset {
            Asset::Cash(cash) => ("USD".to_owned(), crate::catalogue::dollars(cash)),
            Asset::Credits { instrument, lots } => {
                let symbol = self.get(instrument).expect("what is held is listed").symbol;
                (format!("{symbol}/USD"), Decimal::from(self.face(instrument, lots)))
            }
        }
    }
}
