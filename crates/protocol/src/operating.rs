//! What the operator sets, in the filter: rules, trading days, references, bounds, kill switches.

use crate::catalogue::{Catalogue, cash_of, price_in_dollars, price_of};
use crate::fields::{Fields, Wrong, one_or_many};
use crate::quoting::{inner, told};
use crate::refusal::Refusal;
use crate::{form, number};
use rust_decimal::Decimal;
use serde::Serialize;
use unspent_model::{
    AccountId, AccountLimits, AccountName, Cash, Command, FeeRate, KillScope, Phase, Price, Programme, Schedule,
    ScheduleEntry, Symbol, Timestamp, TradingRules, limits,
};

/// `set_rules`. What is absent is as for an instrument without rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SetRulesParams {
    /// Which instrument.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// The tick during a call.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub auction_tick: Option<Decimal>,
    /// What each side of an uncross pays, in basis points of notional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auction_bp: Option<u16>,
    /// How far from the last trade a trade may print.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub dynamic_range: Option<Decimal>,
    /// How far from the reference a trade may print.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub static_range: Option<Decimal>,
    /// How far through the last trade a limit may be entered.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub entry_range: Option<Decimal>,
    /// How long a volatility call lasts, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volatility_seconds: Option<u32>,
    /// The most seconds that a call goes on beyond its scheduled end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub random_end_seconds: Option<u32>,
    /// Whether its book trades across months with those of its family that do too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dominance: Option<bool>,
}

/// One entry of a trading day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EntryParams {
    /// Seconds since midnight UTC.
    pub second: u32,
    /// The phase that begins then.
    #[serde(with = "form")]
    pub phase: Phase,
}

/// `set_schedule`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SetScheduleParams {
    /// Which instrument.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// The changes of phase, ascending by time; empty for none.
    pub entries: Vec<EntryParams>,
    /// When it trades for the last time.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub last_trade: Option<Timestamp>,
}

/// `set_reference`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SetReferenceParams {
    /// Which instrument.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// The price.
    #[serde(with = "number")]
    pub price: Decimal,
}

/// `set_limits`. What is absent is as for an account without bounds of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SetLimitsParams {
    /// Whose.
    #[serde(with = "form")]
    pub account: AccountName,
    /// Most open orders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_orders: Option<u32>,
    /// The most dollars that open orders may be worth.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub open_notional: Option<Decimal>,
    /// Most new and amended orders a second; 0 or absent: any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders_per_second: Option<u32>,
    /// Most of them at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst: Option<u32>,
}

/// `kill`. Without programme and account it is the venue's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KillParams {
    /// Only this programme, `AWS-ACT`.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub programme: Option<Programme>,
    /// Only this account.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountName>,
    /// Whether it is engaged or released.
    pub engaged: bool,
}

pub(crate) fn set_rules(f: &Fields<'_>) -> Result<SetRulesParams, Refusal> {
    Ok(SetRulesParams {
        symbol: f.required("symbol")?,
        auction_tick: f.option("auction_tick")?,
        auction_bp: f.option("auction_bp")?,
        dynamic_range: f.option("dynamic_range")?,
        static_range: f.option("static_range")?,
        entry_range: f.option("entry_range")?,
        volatility_seconds: f.option("volatility_seconds")?,
        random_end_seconds: f.option("random_end_seconds")?,
        dominance: f.option("dominance")?,
    })
}

pub(crate) fn set_schedule(f: &Fields<'_>) -> Result<SetScheduleParams, Refusal> {
    let empty = |raw: &str| raw.strip_prefix('[').is_some_and(|rest| rest.trim_start() == "]");
    let entries = |raw| if empty(raw) { Ok(Vec::new()) } else { one_or_many(raw, limits::SCHEDULE_ENTRIES, entry) };
    Ok(SetScheduleParams {
        symbol: f.required("symbol")?,
        entries: f.option_with("entries", entries)?.unwrap_or_default(),
        last_trade: f.option("last_trade")?,
    })
}

fn entry(raw: &str) -> Result<EntryParams, Wrong> {
    let mut f = Fields::new(&["second", "phase"], &[]);
    inner(&mut f, raw)?;
    Ok(EntryParams { second: f.required("second").map_err(told)?, phase: f.required("phase").map_err(told)? })
}

pub(crate) fn set_limits(f: &Fields<'_>, account: AccountName) -> Result<SetLimitsParams, Refusal> {
    Ok(SetLimitsParams {
        account,
        open_orders: f.option("open_orders")?,
        open_notional: f.option("open_notional")?,
        orders_per_second: f.option("orders_per_second")?,
        burst: f.option("burst")?,
    })
}

pub(crate) fn kill(f: &Fields<'_>) -> Result<KillParams, Refusal> {
    let params = KillParams {
        programme: f.option("programme")?,
        account: f.option("account")?,
        engaged: f.required("engaged")?,
    };
    if params.programme.is_some() && params.account.is_some() {
        return Err(Refusal::field("account", "is one too many; a kill switch has one scope"));
    }
    Ok(params)
}

impl Catalogue {
    /// The command of a `set_rules`.
    ///
    /// # Errors
    /// [`unspent_model::Reject::UnknownSymbol`]; [`unspent_model::Reject::InvalidPrice`] for a range or tick that is no
    /// whole number of price units.
    pub fn set_rules(&self, params: &SetRulesParams) -> Result<Command, Refusal> {
        let (instrument, spec) = self.resolve(&params.symbol)?;
        let range = |field, value: Option<Decimal>| {
            let units = value.map(|value| price_of(field, spec, value).map(|price| price.0)).transpose();
            // A range need not be whole ticks.
            units.map_err(|refusal| {
                let unit = price_in_dollars(spec, Price(1)).normalize();
                Refusal { message: format!("{field} must be a multiple of {unit} above zero"), ..refusal }
            })
        };
        let usual = TradingRules::new(spec.fees.maker);
        let rules = TradingRules {
            auction_tick: range("auction_tick", params.auction_tick)?.unwrap_or(usual.auction_tick),
            auction_fee: params.auction_bp.map_or(usual.auction_fee, FeeRate),
            dynamic_range: range("dynamic_range", params.dynamic_range)?,
            static_range: range("static_range", params.static_range)?,
            entry_range: range("entry_range", params.entry_range)?,
            volatility_seconds: params.volatility_seconds.unwrap_or(usual.volatility_seconds),
            random_end_seconds: params.random_end_seconds.unwrap_or(usual.random_end_seconds),
            dominance: params.dominance.unwrap_or(usual.dominance),
        };
        Ok(Command::SetRules { instrument, rules })
    }

    /// The command of a `set_schedule`.
    ///
    /// # Errors
    /// [`unspent_model::Reject::UnknownSymbol`].
    pub fn set_schedule(&self, params: &SetScheduleParams) -> Result<Command, Refusal> {
        let (instrument, _) = self.resolve(&params.symbol)?;
        let entry = |entry: &EntryParams| ScheduleEntry { second_of_day: entry.second, phase: entry.phase };
        let entries = params.entries.iter().map(entry).collect();
        Ok(Command::SetSchedule { instrument, schedule: Schedule { entries, last_trade: params.last_trade } })
    }

    /// The command of a `set_reference`.
    ///
    /// # Errors
    /// [`unspent_model::Reject::UnknownSymbol`], [`unspent_model::Reject::InvalidPrice`].
    pub fn set_reference(&self, params: &SetReferenceParams) -> Result<Command, Refusal> {
        let (instrument, spec) = self.resolve(&params.symbol)?;
        Ok(Command::SetReference { instrument, price: price_of("price", spec, params.price)? })
    }
}

impl SetLimitsParams {
    /// The command.
    ///
    /// # Errors
    /// [`unspent_model::Reject::InvalidField`] when `open_notional` is no money.
    pub fn command(&self, account: AccountId) -> Result<Command, Refusal> {
        let open_notional: Option<Cash> =
            self.open_notional.map(|dollars| cash_of("open_notional", dollars)).transpose()?;
        let usual = AccountLimits::default();
        let limits = AccountLimits {
            open_orders: self.open_orders.unwrap_or(usual.open_orders),
            open_notional,
            orders_per_second: self.orders_per_second.unwrap_or(0),
            burst: self.burst.unwrap_or(1),
        };
        Ok(Command::SetLimits { account, limits })
    }
}

impl KillParams {
    /// The command; `account` is the one named, if one is.
    #[must_use]
    pub fn command(&self, account: Option<AccountId>) -> Command {
        let scope = match (account, self.programme) {
            (Some(account), _) => KillScope::Account(account),
            (None, Some(programme)) => KillScope::Programme(programme),
            (None, None) => KillScope::Venue,
        };
        Command::Kill { scope, engaged: self.engaged }
    }
}
