//! One instrument's quotes, from its terms: what each is, and what it adds.

use crate::Reference;
use crate::config::Quoting;
use crate::spread::{fill_term, inventory_step};
use unspent_model::{Lots, Price, Side, Symbol};

/// One number that a quote is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// Its name, `inventory`.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// In what: `bp` of face, `days`, `lots`.
    pub unit: &'static str,
}

/// One order that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which side.
    pub side: Side,
    /// The layer, from 0.
    pub layer: u32,
    /// At which price.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
}

/// What would be quoted in an instrument now, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// Where.
    pub symbol: Symbol,
    /// What it is made of, in the order of the calculation.
    pub terms: Vec<Term>,
    /// Why a side is not there, is smaller, or is elsewhere than its terms say.
    pub notes: Vec<String>,
    /// What is wanted: bids then asks, the first layer first.
    pub rows: Vec<Row>,
}

/// What an instrument is priced from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation<'a> {
    pub(crate) reference: &'a Reference,
    pub(crate) quoting: &'a Quoting,
    /// Until the last trade; `None`: for ever.
    pub(crate) days: Option<f64>,
    /// The curve alone, in price units.
    pub(crate) curve: f64,
    /// What trades have moved it by.
    pub(crate) shift: f64,
    /// Lots owned, those that are offered too.
    pub(crate) held: u64,
}

/// Where one instrument's sides are, before the market and other instruments are looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Priced {
    pub(crate) terms: Vec<Term>,
    /// Lots that can still be sold.
    pub(crate) sellable: f64,
    /// How far the liquidation has come, 0 to 1.
    pub(crate) liquidation: f64,
    /// Whether it may buy.
    pub(crate) buys: bool,
    /// Whether the fair price is within the band.
    pub(crate) in_band: bool,
    pub(crate) bid: f64,
    pub(crate) ask: f64,
}

/// What a maker pays on one side at about this price, in price units.
pub(crate) fn fee_at(reference: &Reference, price: f64) -> f64 {
    price * f64::from(reference.fees.maker.0) / 10_000.0
}

/// Whether buying at one price and selling at the other leaves more than the fees of both.
pub(crate) fn outside_fees(reference: &Reference, bid: Price, ask: Price) -> bool {
    let fee = u64::from(reference.fees.maker.0);
    let both = u64::from(bid.0) + u64::from(ask.0);
    ask > bid && u64::from(ask.0 - bid.0) * 10_000 > fee * both
}

impl Situation<'_> {
    pub(crate) fn price(&self) -> Priced {
        let q = self.quoting;
        let mut terms = Vec::with_capacity(16);
        let mut term = |name, value: f64, unit| {
            terms.push(Term { name, value, unit });
            value
        };
        let days = self.days;
        if let Some(days) = days {
            term("days_left", days, "days");
        }
        let fair = term("curve", self.curve, "bp") + term("anchor", self.shift, "bp");
        term("fair", fair, "bp");
        // What is owned beyond what can still be sold will be worth its salvage only.
        let held = term("held", self.held as f64, "lots");
        let sellable = days.map_or(f64::INFINITY, |days| (q.sell_lots_per_day * days).floor());
        if sellable.is_finite() {
            term("sellable", sellable, "lots");
        }
        let wasted = if held > sellable { (held - sellable) / held } else { 0.0 };
        let waste = term("waste", -(fair - f64::from(q.salvage.0)).max(0.0) * wasted, "bp");
        // A target that cannot be sold any more is none.
        let target = f64::from(q.target_lots).min(sellable);
        let clips = (held.min(sellable) - target) / f64::from(q.lots.0);
        let horizon = days.map_or(q.horizon_days, |days| days.min(q.horizon_days));
        let step = inventory_step(q.risk_aversion, q.volatility, horizon);
        let skew = f64::from(q.max_skew);
        let inventory = term("inventory", (-clips * step).clamp(-skew, skew), "bp");
        let reservation = term("reservation", fair + waste + inventory, "bp");
        let risk = term("half_risk", step / 2.0, "bp");
        let fill = term("half_fill", fill_term(q.risk_aversion, q.fill_decay), "bp");
        let fee = term("fee", fee_at(self.reference, reservation.max(0.0)), "bp");
        let (least, most) = (f64::from(q.min_half_spread), f64::from(q.max_half_spread));
        let half = term("half_spread", (risk + fill).clamp(least, most) + fee, "bp");
        let mut ask = reservation + half;
        let ramp = f64::from(q.liquidation_days);
        let liquidation = days.map_or(0.0, |days| if days < ramp { 1.0 - days / ramp } else { 0.0 });
        if liquidation > 0.0 {
            let floor = f64::from(q.liquidation_floor.0);
            ask += term("liquidation", -liquidation * (ask - floor).max(0.0), "bp");
        }
        let bid = (reservation - half).min(ask - 2.0 * (least + fee));
        term("bid", bid, "bp");
        term("ask", ask, "bp");
        let buys = days.is_none_or(|days| days > f64::from(q.no_buy_days));
        let in_band = self.shift.abs() <= f64::from(q.band);
        Priced { terms, sellable, liquidation, buys, in_band, bid, ask }
    }

    /// The price of a layer on the tick, rounded away from the fair price; `None` when it would be outside the configured bounds.
    pub(crate) fn layer(&self, side: Side, price: f64, layer: u32) -> Option<Price> {
        let (q, tick) = (self.quoting, f64::from(self.reference.tick));
        let behind = f64::from(layer * q.layer_step);
        let ticks = match side {
            Side::Buy => ((price - behind) / tick).floor(),
            Side::Sell => ((price + behind) / tick).ceil(),
        };
        let highest = f64::from(q.price_max.min(self.reference.price_max).0);
        let rounded = ticks * tick;
        // A price outside the domain is out of bounds too, so what is left fits.
        (rounded >= f64::from(q.price_min.0.max(1)) && rounded <= highest).then_some(Price(rounded as u32))
    }

    /// The lots of a layer.
    pub(crate) fn lots(&self, side: Side, layer: u32, liquidation: f64) -> u64 {
        let q = self.quoting;
        let clip = u64::from(q.lots.0) * u64::from(100 + layer * q.layer_growth) / 100;
        match side {
            Side::Sell if liquidation > 0.0 && layer == 0 => {
                let rest = self.held.saturating_sub(clip);
                clip + (rest as f64 * liquidation) as u64
            }
            _ => clip,
        }
    }
}
