//! The registry of holdings: what is asked about it, and the rows that tell what stands in it.

use crate::catalogue::{Catalogue, cash_of, dollars, invalid_quantity, units};
use crate::fields::Fields;
use crate::form::{self, Form};
use crate::number;
use crate::refusal::Refusal;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use unspent_model::{
    AccountId, AccountName, Command, CreditId, Date, HoldingCommand, HoldingId, HoldingLots, HoldingState, Level,
    NewHolding, Note, Programme, Symbol, Timestamp, ViewRegistered,
};

impl Form for CreditId {
    fn read(text: &str) -> Result<CreditId, String> {
        CreditId::parse(text).map_err(|error| error.to_string())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `register_holding`: a credit that an account says it has at a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RegisterHoldingParams {
    /// Whose.
    #[serde(with = "form")]
    pub account: AccountName,
    /// Of which programme.
    #[serde(with = "form")]
    pub programme: Programme,
    /// How the provider calls it.
    #[serde(with = "form")]
    pub credit_id: CreditId,
    /// Where that can be seen.
    #[serde(with = "form")]
    pub provenance: Note,
    /// The day of that.
    #[serde(with = "form")]
    pub dated: Date,
    /// The provider's own end of it; absent when it never ends.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub ends: Option<Timestamp>,
    /// Dollars of it that may be listed.
    #[serde(with = "number")]
    pub amount: Decimal,
    /// Into how many pieces it may be split at most.
    pub pieces: u32,
}

/// `set_holding_level`, the operator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HoldingLevelParams {
    /// Which.
    pub holding_id: u64,
    /// How well it is known from now on.
    #[serde(with = "form")]
    pub level: Level,
}

/// `list_holding` and `delist_holding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HoldingLotsParams {
    /// Whose.
    #[serde(with = "form")]
    pub account: AccountName,
    /// Which.
    pub holding_id: u64,
    /// Lots of what.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// Dollars of face, a multiple of the lot.
    #[serde(with = "number")]
    pub qty: Decimal,
}

/// `withdraw_holding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WithdrawHoldingParams {
    /// Whose.
    #[serde(with = "form")]
    pub account: AccountName,
    /// Which.
    pub holding_id: u64,
}

/// The fields of `register_holding`.
pub(crate) const REGISTER: &[&str] =
    &["account", "programme", "credit_id", "provenance", "dated", "ends", "amount", "pieces"];
/// The fields of `list_holding` and `delist_holding`.
pub(crate) const LOTS: &[&str] = &["account", "holding_id", "symbol", "qty"];

pub(crate) fn register(f: &Fields<'_>, account: AccountName) -> Result<RegisterHoldingParams, Refusal> {
    Ok(RegisterHoldingParams {
        account,
        programme: f.required("programme")?,
        credit_id: f.required("credit_id")?,
        provenance: f.required("provenance")?,
        dated: f.required("dated")?,
        ends: f.option("ends")?,
        amount: f.required("amount")?,
        pieces: f.required("pieces")?,
    })
}

pub(crate) fn level(f: &Fields<'_>) -> Result<HoldingLevelParams, Refusal> {
    Ok(HoldingLevelParams { holding_id: f.required("holding_id")?, level: f.required("level")? })
}

pub(crate) fn lots(f: &Fields<'_>, account: AccountName) -> Result<HoldingLotsParams, Refusal> {
    let (holding_id, symbol) = (f.required("holding_id")?, f.required("symbol")?);
    Ok(HoldingLotsParams { account, holding_id, symbol, qty: f.required("qty")? })
}

pub(crate) fn withdraw(f: &Fields<'_>, account: AccountName) -> Result<WithdrawHoldingParams, Refusal> {
    Ok(WithdrawHoldingParams { account, holding_id: f.required("holding_id")? })
}

fn of(command: HoldingCommand) -> Command {
    Command::Holding(Box::new(command))
}

impl RegisterHoldingParams {
    /// The command.
    ///
    /// # Errors
    /// [`unspent_model::Reject::InvalidField`] when the amount is no money.
    pub fn command(&self, account: AccountId) -> Result<Command, Refusal> {
        Ok(of(HoldingCommand::Register(NewHolding {
            account,
            programme: self.programme,
            credit: self.credit_id,
            provenance: self.provenance,
            dated: self.dated,
            ends: self.ends,
            amount: cash_of("amount", self.amount)?,
            pieces: self.pieces,
        })))
    }
}

impl HoldingLevelParams {
    /// The command.
    #[must_use]
    pub fn command(&self) -> Command {
        of(HoldingCommand::SetLevel { holding: HoldingId(self.holding_id), level: self.level })
    }
}

impl WithdrawHoldingParams {
    /// The command.
    #[must_use]
    pub fn command(&self, account: AccountId) -> Command {
        of(HoldingCommand::Withdraw { account, holding: HoldingId(self.holding_id) })
    }
}

/// The result of `register_holding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredResult {
    /// The holding's number.
    pub holding_id: u64,
}

/// Lots that are listed out of a holding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRow {
    /// Of what.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// At which level.
    #[serde(with = "form")]
    pub level: Level,
    /// Dollars of face.
    pub qty: u64,
}

/// A row of the registry: a holding as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldingInRegistry {
    /// Its number.
    pub holding_id: u64,
    /// Of which programme.
    #[serde(with = "form")]
    pub programme: Programme,
    /// How the provider calls it.
    #[serde(with = "form")]
    pub credit_id: CreditId,
    /// Where that can be seen.
    #[serde(with = "form")]
    pub provenance: Note,
    /// The day of that.
    #[serde(with = "form")]
    pub dated: Date,
    /// The provider's own end of it.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Timestamp>,
    /// The last month that it outlives, `202612` or `PERP`.
    pub month: String,
    /// How well it is known.
    #[serde(with = "form")]
    pub level: Level,
    /// Where it stands.
    #[serde(with = "form")]
    pub state: HoldingState,
    /// Dollars that were registered.
    #[serde(with = "number")]
    pub amount: Decimal,
    /// Pieces that were registered.
    pub pieces: u32,
    /// Dollars that are neither listed nor gone.
    #[serde(with = "number")]
    pub left: Decimal,
    /// Pieces of these.
    pub pieces_left: u32,
    /// Dollars of face that are listed and the account's still.
    #[serde(with = "number")]
    pub listed: Decimal,
    /// What that is.
    pub lots: Vec<ListedRow>,
    /// When it came to stand so.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}

impl Catalogue {
    /// The command of a `list_holding`.
    ///
    /// # Errors
    /// [`unspent_model::Reject::UnknownSymbol`], [`unspent_model::Reject::InvalidQuantity`].
    pub fn list_holding(&self, account: AccountId, params: &HoldingLotsParams) -> Result<Command, Refusal> {
        let (holding, (instrument, lots)) = (HoldingId(params.holding_id), self.lots_of_holding(params)?);
        Ok(of(HoldingCommand::List { account, holding, instrument, lots }))
    }

    /// The command of a `delist_holding`.
    ///
    /// # Errors
    /// As [`Catalogue::list_holding`].
    pub fn delist_holding(&self, account: AccountId, params: &HoldingLotsParams) -> Result<Command, Refusal> {
        let (holding, (instrument, lots)) = (HoldingId(params.holding_id), self.lots_of_holding(params)?);
        Ok(of(HoldingCommand::Delist { account, holding, instrument, lots }))
    }

    fn lots_of_holding(&self, params: &HoldingLotsParams) -> Result<(unspent_model::InstrumentId, u64), Refusal> {
        let (id, instrument) = self.resolve(&params.symbol)?;
        let lots = units(params.qty, 0, instrument.face_dollars).and_then(|lots| u64::try_from(lots).ok());
        Ok((id, lots.ok_or_else(|| invalid_quantity("qty", instrument))?))
    }

    /// A holding of the registry, with what is listed out of it.
    ///
    /// # Panics
    /// When an instrument that it is listed in is not listed here.
    #[must_use]
    pub fn holding_in_registry(
        &self,
        known: &ViewRegistered,
        listed: impl Iterator<Item = HoldingLots>,
    ) -> HoldingInRegistry {
        let it = &known.holding;
        let row = |lots: HoldingLots| ListedRow {
            symbol: self.spec(lots.instrument).symbol,
            level: lots.level,
            qty: self.face(lots.instrument, lots.lots),
        };
        HoldingInRegistry {
            holding_id: it.holding.0,
            programme: it.terms.programme,
            credit_id: it.terms.credit,
            provenance: it.terms.provenance,
            dated: it.terms.dated,
            ends: it.terms.ends,
            month: it.terms.month().map(unspent_model::Expiry::text).unwrap_or_default(),
            level: it.level,
            state: it.state,
            amount: dollars(it.terms.amount),
            pieces: it.terms.pieces,
            left: dollars(it.left),
            pieces_left: it.pieces_left,
            listed: dollars(it.listed),
            lots: listed.map(row).collect(),
            timestamp: known.at,
        }
    }
}
