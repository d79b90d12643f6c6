//! What makers ask: mass quotes, protection groups, dead-man timers.

use crate::catalogue::{Catalogue, lots_of, price_of};
use crate::fields::{Fields, FromRaw, Wrong, one_or_many};
use crate::refusal::Refusal;
use crate::words::PostOnlyMode;
use crate::{form, number};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use unspent_model::{
    AccountId, Command, GroupName, GroupRule, InstrumentId, Lots, MassQuote, PostOnly, Quote, QuoteSide, Reject,
    SessionId, Symbol, Timestamp, limits,
};

/// One side of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct QuoteSideParams {
    /// Dollars per dollar of face; not needed when `qty` is 0.
    #[serde(with = "number::option", skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
    /// Dollars of face that shall be open, a multiple of the lot; 0 pulls the side.
    #[serde(with = "number")]
    pub qty: Decimal,
}

/// A maker's prices for one instrument. An absent side stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct QuoteParams {
    /// Where.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// What it buys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bid: Option<QuoteSideParams>,
    /// What it sells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<QuoteSideParams>,
}

/// `mass_quote`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MassQuoteParams {
    /// The protection group that counts the quotes' fills.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupName>,
    /// The maker's number for it, returned; absent: 0.
    pub quote_id: u64,
    /// Whether the quotes only add liquidity. Absent: false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub post_only: bool,
    /// What becomes of a post-only quote that would trade on arrival; absent: `reject`.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub post_only_mode: Option<PostOnlyMode>,
    /// The quotes, 1 to 100, each symbol once.
    pub quotes: Vec<QuoteParams>,
    /// Refuse it when it reaches the engine later.
    #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
}

/// `set_group`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SetGroupParams {
    /// Which.
    #[serde(with = "form")]
    pub group: GroupName,
    /// How many lots filled within the window trip it.
    pub lots: u32,
    /// The window in seconds.
    pub window: u32,
}

/// `reset_group`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ResetGroupParams {
    /// Which.
    #[serde(with = "form")]
    pub group: GroupName,
}

/// `cancel_all_orders_after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CancelAfterParams {
    /// Seconds from now; 0 disarms.
    pub timeout: u32,
}

/// The result of `mass_quote`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteResult {
    /// The maker's number for it.
    pub quote_id: u64,
    /// Sides that are new or moved.
    pub placed: u32,
    /// Sides that kept their place.
    pub unchanged: u32,
    /// Sides that were pulled.
    pub pulled: u32,
    /// Sides that were refused and are not quoted now.
    pub rejects: Vec<QuoteReject>,
}

/// A side of a mass quote that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteReject {
    /// Where.
    #[serde(with = "form")]
    pub symbol: Symbol,
    /// Which side.
    #[serde(with = "form")]
    pub side: unspent_model::Side,
    /// The refusal's number.
    pub code: u16,
    /// The refusal's name.
    pub reason: std::borrow::Cow<'static, str>,
    /// What was wrong and what would be right.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// The result of `cancel_all_orders_after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerResult {
    /// When the account's orders are cancelled; absent: never.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub trigger_time: Option<Timestamp>,
}

pub(crate) fn mass_quote(f: &Fields<'_>) -> Result<MassQuoteParams, Refusal> {
    let quotes = |raw| one_or_many(raw, limits::QUOTES_PER_COMMAND, quote);
    let params = MassQuoteParams {
        group: f.option("group")?,
        quote_id: f.option("quote_id")?.unwrap_or(0),
        post_only: f.option("post_only")?.unwrap_or(false),
        post_only_mode: f.option("post_only_mode")?,
        quotes: f.option_with("quotes", quotes)?.ok_or_else(|| crate::fields::missing("quotes"))?,
        deadline: f.option("deadline")?,
    };
    post_only(params.post_only, params.post_only_mode)?;
    Ok(params)
}

fn quote(raw: &str) -> Result<QuoteParams, Wrong> {
    let mut f = Fields::new(&["symbol", "bid", "ask"], &[]);
    inner(&mut f, raw)?;
    let params = QuoteParams {
        symbol: f.required("symbol").map_err(told)?,
        bid: f.option_with("bid", side).map_err(told)?,
        ask: f.option_with("ask", side).map_err(told)?,
    };
    if params.bid.is_none() && params.ask.is_none() {
        return Err("must have a bid, an ask or both".into());
    }
    Ok(params)
}

fn side(raw: &str) -> Result<QuoteSideParams, Wrong> {
    let mut f = Fields::new(&["price", "qty"], &[]);
    inner(&mut f, raw)?;
    let params = QuoteSideParams {
        price: f.amount("price", Reject::InvalidPrice).map_err(told)?,
        qty: f.required::<Decimal>("qty").map_err(told)?,
    };
    if params.price.is_none() && !params.qty.is_zero() {
        return Err("must have a price, unless qty is 0".into());
    }
    Ok(params)
}

/// Scans an object inside a field.
pub(crate) fn inner<'a>(f: &mut Fields<'a>, raw: &'a str) -> Result<(), Wrong> {
    f.scan(raw).map_err(|_| Wrong::from("must be an object"))?;
    match f.wrong.take() {
        Some(wrong) => Err(told(wrong)),
        None => Ok(()),
    }
}

/// A refusal of a field inside a field.
pub(crate) fn told(refusal: Refusal) -> Wrong {
    Wrong { reject: refusal.reject, message: format!("has a field in error: {}", refusal.message) }
}

/// How a post-only flag and its mode go together.
pub(crate) fn post_only(flag: bool, mode: Option<PostOnlyMode>) -> Result<PostOnly, Refusal> {
    match (flag, mode) {
        (false, None) => Ok(PostOnly::No),
        (true, None | Some(PostOnlyMode::Reject)) => Ok(PostOnly::Reject),
        (true, Some(PostOnlyMode::Slide)) => Ok(PostOnly::Slide),
        (false, Some(_)) => Err(Refusal::field("post_only_mode", "is taken with post_only true only")),
    }
}

impl Catalogue {
    /// The command of a `mass_quote` on a session.
    ///
    /// # Errors
    /// [`Reject::UnknownSymbol`], [`Reject::InvalidPrice`], [`Reject::InvalidQuantity`].
    pub fn mass_quote(
        &self,
        account: AccountId,
        session: SessionId,
        params: &MassQuoteParams,
    ) -> Result<Command, Refusal> {
        let mut quotes = Vec::with_capacity(params.quotes.len());
        for quote in &params.quotes {
            let (instrument, _) = self.resolve(&quote.symbol)?;
            let side = |side: Option<QuoteSideParams>| side.map(|side| self.quote_side(instrument, side)).transpose();
            quotes.push(Quote { instrument, bid: side(quote.bid)?, ask: side(quote.ask)? });
        }
        Ok(Command::MassQuote(MassQuote {
            account,
            session,
            group: params.group,
            quote_id: params.quote_id,
            post_only: post_only(params.post_only, params.post_only_mode)?,
            quotes,
            deadline: params.deadline,
        }))
    }

    fn quote_side(&self, instrument: InstrumentId, side: QuoteSideParams) -> Result<QuoteSide, Refusal> {
        let spec = self.spec(instrument);
        // The refusal names the field of the request; its words, which quote and what of it.
        let of = |what: &'static str| {
            move |refusal: Refusal| {
                let message = refusal.message.replacen("quotes", &format!("{what} of {}/USD", spec.symbol), 1);
                Refusal { message, ..refusal }
            }
        };
        let lots = match side.qty {
            qty if qty.is_zero() => Lots::ZERO,
            qty => lots_of("quotes", spec, qty).map_err(of("qty"))?,
        };
        let price = side.price.map(|price| price_of("quotes", spec, price)).transpose().map_err(of("price"))?;
        Ok(QuoteSide { price: price.unwrap_or_default(), lots })
    }
}

impl SetGroupParams {
    /// The command.
    #[must_use]
    pub fn command(&self, account: AccountId) -> Command {
        let rule = GroupRule { lots: Lots(self.lots), window_seconds: self.window };
        Command::SetGroup { account, group: self.group, rule }
    }
}

impl FromRaw for u16 {
    fn from_raw(raw: &str) -> Result<u16, Wrong> {
        raw.parse().map_err(|_| format!("must be an integer from 0 to {}", u16::MAX).into())
    }
}
