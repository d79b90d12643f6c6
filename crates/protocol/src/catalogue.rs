//! What is listed, and with it the way from dollars to units and back.

use crate::number::Rounded;
use crate::params::{AddOrderParams, AmendOrderParams, CancelAllParams, SetPhaseParams};
use crate::quoting::post_only;
use crate::refusal::Refusal;
use crate::words::{OrderType, TimeInForceWord};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::fmt;
use unspent_model::{
    AccountId, AddOrder, AmendOrder, CancelFilter, Cash, Command, Instrument, InstrumentId, Lots, OrderKind, Price,
    Reject, Symbol, TimeInForce,
};

/// The largest face value of a lot: with it every order and every holding fits 64 bits.
pub const MAX_FACE_DOLLARS: u32 = 10_000_000;

/// Every instrument, by id and by symbol. Knows no phases and no balances: only how things are quoted.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    instruments: Vec<Instrument>,
    /// Looked up, never iterated.
    ids: HashMap<Symbol, InstrumentId>,
    /// By id: the curve that it is a point of.
    pub(crate) curves: Vec<Option<Symbol>>,
    /// Of each curve its points, by expiry. Looked up, never iterated.
    pub(crate) points: HashMap<Symbol, Vec<InstrumentId>>,
}

/// Why an instrument was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogueError {
    /// Its symbol is taken.
    SymbolListed,
    /// Its face value is above [`MAX_FACE_DOLLARS`].
    FaceTooLarge,
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CatalogueError::SymbolListed => f.write_str("the symbol is listed already"),
            CatalogueError::FaceTooLarge => write!(f, "face must be at most {MAX_FACE_DOLLARS} dollars"),
        }
    }
}

impl std::error::Error for CatalogueError {}

/// How many times `unit` smallest decimals fit into `value`; `None` when not a whole number of times, or below zero.
pub(crate) fn units(value: Decimal, decimals: u8, unit: u32) -> Option<u128> {
    let value = value.normalize();
    let shift = u32::from(decimals).checked_sub(value.scale())?;
    let scaled = value.mantissa().checked_mul(10_i128.pow(shift))?;
    let scaled = u128::try_from(scaled).ok()?;
    scaled.is_multiple_of(u128::from(unit)).then(|| scaled / u128::from(unit))
}

impl Catalogue {
    /// Nothing listed.
    #[must_use]
    pub fn new() -> Catalogue {
        Catalogue::default()
    }

    /// Takes in the next instrument; ids are given in order from 0, as the engine does.
    ///
    /// # Errors
    /// [`CatalogueError`]; the catalogue is as it was.
    pub fn insert(&mut self, instrument: Instrument) -> Result<InstrumentId, CatalogueError> {
        if self.ids.contains_key(&instrument.symbol) {
            return Err(CatalogueError::SymbolListed);
        }
        if instrument.face_dollars > MAX_FACE_DOLLARS {
            return Err(CatalogueError::FaceTooLarge);
        }
        let id = InstrumentId(u32::try_from(self.instruments.len()).expect("the engine bounds the instruments"));
        self.ids.insert(instrument.symbol, id);
        self.note_curve(id, &instrument.symbol);
        self.instruments.push(instrument);
        Ok(id)
    }

    /// The instrument with this id.
    #[must_use]
    pub fn get(&self, id: InstrumentId) -> Option<&Instrument> {
        self.instruments.get(id.0 as usize)
    }

    /// The instrument with this symbol.
    #[must_use]
    pub fn find(&self, symbol: &Symbol) -> Option<(InstrumentId, &Instrument)> {
        let id = *self.ids.get(symbol)?;
        Some((id, &self.instruments[id.0 as usize]))
    }

    /// The instrument with this symbol, or the refusal.
    ///
    /// # Errors
    /// [`Reject::UnknownSymbol`].
    pub fn resolve(&self, symbol: &Symbol) -> Result<(InstrumentId, &Instrument), Refusal> {
        self.find(symbol).ok_or_else(|| {
            let message = format!("symbol {symbol}/USD is not listed; the instrument channel says what is");
            Refusal::new(Reject::UnknownSymbol, message)
        })
    }

    /// Every instrument, in the order of ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (InstrumentId, &Instrument)> + '_ {
        self.instruments
            .iter()
            .enumerate()
            .map(|(i, instrument)| (InstrumentId(u32::try_from(i).expect("as many as were inserted")), instrument))
    }

    /// How many are listed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.instruments.len()
    }

    /// Whether nothing is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.instruments.is_empty()
    }

    /// The command of an `add_order`.
    ///
    /// # Errors
    /// [`Reject::UnknownSymbol`], [`Reject::InvalidQuantity`], [`Reject::InvalidPrice`]; [`Reject::InvalidField`] for
    /// a `max_total` that is no money. What depends on the book or the account is the engine's to judge.
    pub fn add_order(&self, account: AccountId, params: &AddOrderParams) -> Result<AddOrder, Refusal> {
        let (id, instrument) = self.resolve(&params.symbol)?;
        let kind = if params.order_type.has_limit() {
            let price = params.limit_price.ok_or_else(|| crate::fields::missing("limit_price"))?;
            OrderKind::Limit(price_of("limit_price", instrument, price)?)
        } else {
            OrderKind::Market { max_total: params.max_total.map(|total| cash_of("max_total", total)).transpose()? }
        };
        let lots = |field, qty: Option<Decimal>| qty.map(|qty| lots_of(field, instrument, qty)).transpose();
        let time_in_force = match params.time_in_force {
            Some(TimeInForceWord::Gtc) => TimeInForce::Gtc,
            Some(TimeInForceWord::Day) => TimeInForce::Day,
            Some(TimeInForceWord::Gtd) => {
                TimeInForce::Gtd(params.expire_time.ok_or_else(|| crate::fields::missing("expire_time"))?)
            }
            Some(TimeInForceWord::Ioc) => TimeInForce::Ioc,
            Some(TimeInForceWord::Fok) => TimeInForce::Fok,
            Some(TimeInForceWord::Auction) => TimeInForce::Auction,
            None if params.order_type == OrderType::Market => TimeInForce::Ioc,
            None => TimeInForce::Gtc,
        };
        let stop = params.triggers.map(|triggers| price_of("triggers", instrument, triggers.price)).transpose()?;
        Ok(AddOrder {
            account,
            instrument: id,
            side: params.side,
            kind,
            stop,
            lots: lots_of("order_qty", instrument, params.order_qty)?,
            display: lots("display_qty", params.display_qty)?,
            min_lots: lots("min_qty", params.min_qty)?,
            time_in_force,
            post_only: post_only(params.post_only, params.post_only_mode)?,
            self_trade: params.stp_type.unwrap_or_default(),
            cl_ord_id: params.cl_ord_id,
            session: None,
            deadline: params.deadline,
        })
    }

    /// The command of a `cancel_all`.
    ///
    /// # Errors
    /// [`Reject::UnknownSymbol`].
    pub fn cancel_all(&self, account: AccountId, params: &CancelAllParams) -> Result<Command, Refusal> {
        let instrument = params.symbol.map(|symbol| self.resolve(&symbol).map(|(id, _)| id)).transpose()?;
        let CancelAllParams { side, programme, group, .. } = *params;
        Ok(Command::CancelAll { account, filter: CancelFilter { instrument, side, programme, group } })
    }

    /// The command of a `set_phase`.
    ///
    /// # Errors
    /// [`Reject::UnknownSymbol`].
    pub fn set_phase(&self, params: &SetPhaseParams) -> Result<Command, Refusal> {
        let (instrument, _) = self.resolve(&params.symbol)?;
        Ok(Command::SetPhase { instrument, phase: params.phase })
    }

    /// A price in dollars per dollar of face, with the instrument's decimals.
    ///
    /// # Panics
    /// When `instrument` is not listed here.
    #[must_use]
    pub fn price(&self, instrument: InstrumentId, price: Price) -> Decimal {
        price_in_dollars(self.spec(instrument), price)
    }

    /// A quantity in dollars of face. The core bounds orders and holdings far below 64 bits; a sum over many of them
    /// (a level, a day's volume) that is beyond is told as the largest number.
    ///
    /// # Panics
    /// When `instrument` is not listed here.
    #[must_use]
    pub fn face(&self, instrument: InstrumentId, lots: u64) -> u64 {
        lots.saturating_mul(u64::from(self.spec(instrument).face_dollars))
    }

    /// What fills cost in dollars, without fees: `sum` of price units times lots.
    ///
    /// # Panics
    /// When the instrument is not listed.
    #[must_use]
    pub fn cost(&self, instrument: InstrumentId, sum: u128) -> Option<Decimal> {
        let spec = self.spec(instrument);
        let units = sum.checked_mul(u128::from(spec.price_unit))?.checked_mul(u128::from(spec.face_dollars))?;
        let exact =
            Decimal::try_from_i128_with_scale(i128::try_from(units).ok()?, u32::from(spec.price_decimals)).ok()?;
        let mut cost = exact.normalize();
        if cost.scale() < 2 {
            cost.rescale(2);
        }
        Some(cost)
    }

    /// The average of fills: `sum` of price units times lots, over `lots`. `None` without fills.
    ///
    /// Rounded half up to four decimals more than a price has, then trailing zeros beyond a price's own are dropped.
    ///
    /// # Panics
    /// When `instrument` is not listed here.
    #[must_use]
    pub fn average_price(&self, instrument: InstrumentId, sum: u128, lots: u64) -> Option<Decimal> {
        let spec = self.spec(instrument);
        Rounded { numerator: sum.checked_mul(u128::from(spec.price_unit))?, denominator: u128::from(lots) }
            .decimal(u32::from(spec.price_decimals))
    }

    pub(crate) fn spec(&self, instrument: InstrumentId) -> &Instrument {
        self.get(instrument).expect("an id that the engine gave is listed")
    }
}

impl AmendOrderParams {
    /// The command, in the units of the order's instrument; `None` when the order is not open.
    ///
    /// A price or a quantity that is no whole number of units becomes zero, which the engine refuses in its order of
    /// checks; [`Catalogue::explain`] then says what would be right.
    #[must_use]
    pub fn in_units(&self, account: AccountId, instrument: Option<&Instrument>) -> AmendOrder {
        let lots = |qty| instrument.and_then(|spec| lots_of("order_qty", spec, qty).ok()).unwrap_or(Lots::ZERO);
        let price = |price| instrument.and_then(|spec| price_of("limit_price", spec, price).ok()).unwrap_or(Price(0));
        AmendOrder {
            account,
            order: self.order,
            lots: self.order_qty.map(lots),
            price: self.limit_price.map(price),
            post_only: self.post_only,
            stop: self.trigger_price.map(price),
            display: self.display_qty.map(lots),
            deadline: self.deadline,
        }
    }
}

/// Money in dollars with two decimals.
#[must_use]
pub fn dollars(cash: Cash) -> Decimal {
    Decimal::from_i128_with_scale(i128::from(cash.0), 2)
}

pub(crate) fn price_in_dollars(instrument: &Instrument, price: Price) -> Decimal {
    let steps = i128::from(price.0) * i128::from(instrument.price_unit);
    Decimal::from_i128_with_scale(steps, u32::from(instrument.price_decimals))
}

/// A price above zero in whole price units. The words of a refusal are those for a price that is off its tick.
pub(crate) fn price_of(field: &'static str, instrument: &Instrument, value: Decimal) -> Result<Price, Refusal> {
    let price =
        units(value, instrument.price_decimals, instrument.price_unit).and_then(|count| u32::try_from(count).ok());
    price.filter(|count| *count > 0).map(Price).ok_or_else(|| match field {
        "limit_price" => invalid_price(instrument),
        "triggers" => Refusal::at(Reject::InvalidStopPrice, field, price_rule(field, instrument)),
        _ => Refusal::at(Reject::InvalidPrice, field, price_rule(field, instrument)),
    })
}

pub(crate) fn lots_of(field: &'static str, instrument: &Instrument, value: Decimal) -> Result<Lots, Refusal> {
    let lots = units(value, 0, instrument.face_dollars).and_then(|lots| u32::try_from(lots).ok());
    lots.map(Lots).ok_or_else(|| invalid_quantity(field, instrument))
}

pub(crate) fn cash_of(field: &'static str, value: Decimal) -> Result<Cash, Refusal> {
    let cents = units(value, 2, 1).and_then(|cents| u64::try_from(cents).ok());
    cents.map(Cash).ok_or_else(|| Refusal::field(field, "must be dollars, not below zero, with at most 2 decimals"))
}

pub(crate) fn invalid_price(instrument: &Instrument) -> Refusal {
    Refusal::new(Reject::InvalidPrice, price_rule("limit_price", instrument))
}

/// What a price may be.
pub(crate) fn price_rule(field: &str, instrument: &Instrument) -> String {
    let tick = price_in_dollars(instrument, Price(instrument.tick)).normalize();
    let mut max = price_in_dollars(instrument, instrument.price_max).normalize();
    if max.scale() < tick.scale() {
        max.rescale(tick.scale());
    }
    format!("{field} must be a multiple of {tick} between {tick} and {max}")
}

pub(crate) fn invalid_quantity(field: &'static str, instrument: &Instrument) -> Refusal {
    let lot = instrument.face_dollars;
    let message =
        format!("{field} must be a multiple of the lot, {lot} dollars of face, from {lot} to the venue's bound");
    let reject = match field {
        "display_qty" => Reject::InvalidDisplay,
        "min_qty" => Reject::InvalidMinimum,
        _ => Reject::InvalidQuantity,
    };
    Refusal::at(reject, field, message)
}
