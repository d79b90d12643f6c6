//! What the operator says of programmes, permits and months: terms, leave, listings.

use crate::catalogue::{Catalogue, cash_of, dollars, price_of};
use crate::fields::Fields;
use crate::form::Form;
use crate::refusal::Refusal;
use crate::{form, number};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use unspent_model::{
    AccountId, AccountName, Command, Date, FeeRate, FeeSchedule, Instrument, Note, Permit, PermitKind, PolicyClass,
    Programme, ProgrammeTerms, Reject, SplitRule, Symbol, Timestamp,
};

/// `list_instrument`: a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ListInstrumentParams {
    /// What.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// The tick in continuous trading, in dollars per dollar of face.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub tick: Option<Decimal>,
    /// What makers pay, in basis points of notional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maker_bp: Option<u32>,
    /// What takers pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taker_bp: Option<u32>,
    /// How far a market order may trade, in dollars per dollar of face.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub collar: Option<Decimal>,
}

/// `set_programme`: the terms under which a programme may be traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SetProgrammeParams {
    /// Which.
    #[serde(with = "form")]
    pub programme: Programme,
    /// What may be traded.
    #[serde(with = "form")]
    pub class: PolicyClass,
    /// Who says so.
    #[serde(with = "form")]
    pub source: Note,
    /// When that was read or decided.
    #[serde(with = "form")]
    pub dated: Date,
    /// Into how many pieces a credit may be split at most.
    pub most_pieces: u32,
    /// What a piece is worth at least, in dollars.
    #[serde(with = "number")]
    pub smallest_piece: Decimal,
}

/// `permit`: leave for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PermitParams {
    /// Whose.
    #[serde(with = "form")]
    pub account: AccountName,
    /// In which programme.
    #[serde(with = "form")]
    pub programme: Programme,
    /// For what.
    #[serde(with = "form")]
    pub kind: PermitKind,
    /// Which paper proves it.
    #[serde(with = "form")]
    pub reference: Note,
    /// The last day on which it is valid.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// `revoke_permit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RevokePermitParams {
    /// Whose.
    #[serde(with = "form")]
    pub account: AccountName,
    /// In which programme.
    #[serde(with = "form")]
    pub programme: Programme,
    /// Which.
    #[serde(with = "form")]
    pub kind: PermitKind,
}

/// `watch_expiry`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WatchExpiryParams {
    /// Which instrument.
    #[serde(with = "form")]
    pub symbol: Symbol,
}

pub(crate) const LIST_INSTRUMENT: &[&str] = &["symbol", "tick", "maker_bp", "taker_bp", "collar"];
pub(crate) const SET_PROGRAMME: &[&str] = &["programme", "class", "source", "dated", "most_pieces", "smallest_piece"];
pub(crate) const PERMIT: &[&str] = &["account", "programme", "kind", "reference", "until"];
pub(crate) const REVOKE_PERMIT: &[&str] = &["account", "programme", "kind"];

pub(crate) fn list_instrument(f: &Fields<'_>) -> Result<ListInstrumentParams, Refusal> {
    Ok(ListInstrumentParams {
        symbol: f.required("symbol")?,
        tick: f.option("tick")?,
        maker_bp: f.option("maker_bp")?,
        taker_bp: f.option("taker_bp")?,
        collar: f.option("collar")?,
    })
}

pub(crate) fn set_programme(f: &Fields<'_>) -> Result<SetProgrammeParams, Refusal> {
    Ok(SetProgrammeParams {
        programme: f.required("programme")?,
        class: f.required("class")?,
        source: f.required("source")?,
        dated: f.required("dated")?,
        most_pieces: f.required("most_pieces")?,
        smallest_piece: f.required("smallest_piece")?,
    })
}

pub(crate) fn permit(f: &Fields<'_>, account: AccountName) -> Result<PermitParams, Refusal> {
    Ok(PermitParams {
        account,
        programme: f.required("programme")?,
        kind: f.required("kind")?,
        reference: f.required("reference")?,
        until: f.option("until")?,
    })
}

pub(crate) fn revoke_permit(f: &Fields<'_>, account: AccountName) -> Result<RevokePermitParams, Refusal> {
    Ok(RevokePermitParams { account, programme: f.required("programme")?, kind: f.required("kind")? })
}

impl ListInstrumentParams {
    /// The command.
    ///
    /// # Errors
    /// [`Reject::InvalidInstrument`] when the symbol is no credit's, or the fields do not fit together.
    pub fn command(&self) -> Result<Command, Refusal> {
        let unfit = |field: &'static str, why: String| Refusal::at(Reject::InvalidInstrument, field, why);
        let mut spec = Instrument::credit(self.symbol)
            .map_err(|_| unfit("symbol", "symbol must be of a credit, such as AWS-ACT-1K-202706/USD".to_owned()))?;
        let rate = |field: &'static str, bp: Option<u32>| {
            let bp = u16::try_from(bp.unwrap_or(0)).ok().map(FeeRate).filter(|&rate| rate <= FeeRate::MAX);
            bp.ok_or_else(|| unfit(field, format!("{field} must be from 0 to {} basis points", FeeRate::MAX.0)))
        };
        spec.fees = FeeSchedule { maker: rate("maker_bp", self.maker_bp)?, taker: rate("taker_bp", self.taker_bp)? };
        let units = |field, value: Option<Decimal>, usual| match value {
            Some(value) => price_of(field, &Instrument { tick: 1, ..spec.clone() }, value).map(|price| price.0),
            None => Ok(usual),
        };
        let (tick, collar) = (units("tick", self.tick, spec.tick)?, units("collar", self.collar, spec.collar)?);
        (spec.tick, spec.collar) = (tick, collar);
        let spec = spec.checked().map_err(|error| unfit("tick", error.to_string()))?;
        Ok(Command::ListInstrument(spec))
    }
}

impl SetProgrammeParams {
    /// The command.
    ///
    /// # Errors
    /// [`Reject::InvalidField`] when `smallest_piece` is no money.
    pub fn command(&self) -> Result<Command, Refusal> {
        let split = SplitRule {
            most_pieces: self.most_pieces,
            smallest_piece: cash_of("smallest_piece", self.smallest_piece)?,
        };
        let SetProgrammeParams { programme, class, source, dated, .. } = *self;
        Ok(Command::SetProgramme(Box::new(ProgrammeTerms { programme, class, source, dated, split })))
    }
}

impl PermitParams {
    /// The command.
    #[must_use]
    pub fn command(&self, account: AccountId) -> Command {
        let PermitParams { programme, kind, reference, until, .. } = *self;
        Command::Permit(Box::new(Permit { account, programme, kind, reference, until }))
    }
}

impl RevokePermitParams {
    /// The command.
    #[must_use]
    pub fn command(&self, account: AccountId) -> Command {
        Command::RevokePermit { account, programme: self.programme, kind: self.kind }
    }
}

impl Catalogue {
    /// The command of a `watch_expiry`.
    ///
    /// # Errors
    /// [`Reject::UnknownSymbol`].
    pub fn watch_expiry(&self, params: &WatchExpiryParams) -> Result<Command, Refusal> {
        let (instrument, _) = self.resolve(&params.symbol)?;
        Ok(Command::WatchExpiry { instrument })
    }
}

impl Form for Note {
    fn read(text: &str) -> Result<Note, String> {
        Note::parse(text).map_err(|error| error.to_string())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Form for Date {
    fn read(text: &str) -> Result<Date, String> {
        Date::parse(text).map_err(|_| "must be a day such as 2026-11-21".to_owned())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A programme and its terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeRow {
    /// Which.
    #[serde(with = "form")]
    pub programme: Programme,
    /// What may be traded.
    #[serde(with = "form")]
    pub class: PolicyClass,
    /// Who says so.
    #[serde(with = "form")]
    pub source: Note,
    /// When that was read or decided.
    #[serde(with = "form")]
    pub dated: Date,
    /// Into how many pieces a credit may be split at most.
    pub most_pieces: u32,
    /// What a piece is worth at least, in dollars.
    #[serde(with = "number")]
    pub smallest_piece: Decimal,
    /// Dollars of face that accounts held when their month ended.
    pub expired_unused: u64,
}

impl ProgrammeRow {
    /// Of these terms, when so much expired unused.
    #[must_use]
    pub fn new(terms: &ProgrammeTerms, expired_unused: u64) -> ProgrammeRow {
        let ProgrammeTerms { programme, class, source, dated, split } = *terms;
        ProgrammeRow {
            programme,
            class,
            source,
            dated,
            most_pieces: split.most_pieces,
            smallest_piece: dollars(split.smallest_piece),
            expired_unused,
        }
    }
}

/// A permit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitRow {
    /// In which programme.
    #[serde(with = "form")]
    pub programme: Programme,
    /// For what.
    #[serde(with = "form")]
    pub kind: PermitKind,
    /// Which paper proves it.
    #[serde(with = "form")]
    pub reference: Note,
    /// The last day on which it is valid.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl From<&Permit> for PermitRow {
    fn from(permit: &Permit) -> PermitRow {
        let Permit { programme, kind, reference, until, .. } = *permit;
        PermitRow { programme, kind, reference, until }
    }
}

/// A month of the calendar and what is listed for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthRow {
    /// As a symbol says it.
    pub month: String,
    /// When its instruments trade for the last time.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub last_trade: Option<Timestamp>,
    /// The first instant after it.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Timestamp>,
    /// Whether the calendar lists it today.
    pub listed: bool,
    /// Its instruments that have not expired, in the order of listing.
    pub symbols: Vec<SymbolText>,
}

/// A symbol in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SymbolText(#[serde(with = "form")] pub Symbol);
