//! What a maker is told to do: values with units, checked before anything is quoted.

use std::fmt;
use unspent_model::{Cash, GroupName, GroupRule, Lots, Price, Symbol, limits};

/// The most instruments of one maker: those that one mass quote can carry.
pub const INSTRUMENTS: usize = 100;
/// The most layers a side.
pub const LAYERS: u32 = 8;

/// The whole configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// What stops it.
    pub safety: Safety,
    /// When it acts.
    pub timing: Timing,
    /// What it may own of everything.
    pub bounds: Bounds,
    /// What it may own of a provider, each once.
    pub providers: Vec<ProviderBound>,
    /// What credits are worth, a family each.
    pub families: Vec<Family>,
    /// What is quoted, each symbol once, in order of who comes first when bounds are short.
    pub instruments: Vec<Quoted>,
}

/// What stops it.
#[derive(Clone, Debug, PartialEq)]
pub struct Safety {
    /// The venue cancels everything so many seconds after it was last asked not to; asked three times as often. 1 to 86,400.
    pub dead_man_seconds: u32,
    /// Without an acknowledgement for so long it pulls, in milliseconds. Less than the dead-man timer.
    pub confirm_ms: u64,
    /// Without anything from the venue for so long it pulls, in milliseconds. A venue says something every second.
    pub stale_ms: u64,
    /// The protection group; `None`: none.
    pub group: Option<GroupSetting>,
    /// It pulls when it lost so much since midnight (UTC), or since somebody resumed.
    pub loss_limit: Cash,
}

/// The protection group that counts its quotes' fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupSetting {
    /// Its name in the account.
    pub name: GroupName,
    /// When it trips.
    pub rule: GroupRule,
    /// It goes on by itself so many seconds after it tripped; `None`: when somebody resumes.
    pub rest_seconds: Option<u32>,
}

/// When it acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// At least so many milliseconds between two rounds of quotes.
    pub requote_ms: u64,
    /// A side that was refused is not tried again for so many milliseconds.
    pub refused_ms: u64,
}

/// What it may own, bids included, as if all were filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Dollars of face in all.
    pub face: u64,
    /// Money that is never spent.
    pub keep: Cash,
}

/// What it may own of one provider, bids included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderBound {
    /// `AWS`.
    pub provider: String,
    /// Dollars of face.
    pub face: u64,
}

/// What the credits of a family are worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// `AWS-ACT-1K`: a credit's symbol without its month.
    pub name: String,
    /// The fair price by days left.
    pub curve: Curve,
    /// How far one trade of `anchor_lots` or more moves the curve toward its price, in thousandths of the way. 0 to 1,000.
    pub anchor_permille: u32,
    /// A smaller trade moves it in proportion.
    pub anchor_lots: u32,
    /// The most that trades may move it, in price units. Trades further away than this do no more.
    pub anchor_max: u32,
    /// What trades have moved halves in so many seconds; 0: it stays.
    pub anchor_half_life_seconds: u32,
}

/// The fair price by days until the last trade, in price units.
#[derive(Clone, Debug, PartialEq)]
pub enum Curve {
    /// `far − (far − near) × half_days ÷ (half_days + days)`: from `near` on the last day half of the way up by `half_days`.
    Parametric {
        /// On the last day.
        near: Price,
        /// In the far future.
        far: Price,
        /// Days left where it is half way.
        half_days: u32,
    },
    /// A line through points; before the first and after the last it is flat.
    Knots(Vec<Knot>),
}

/// One point of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knot {
    /// Days left.
    pub days: u32,
    /// The fair price.
    pub price: Price,
}

/// An instrument that is quoted.
#[derive(Clone, Debug, PartialEq)]
pub struct Quoted {
    /// Its name.
    pub symbol: Symbol,
    /// How.
    pub quoting: Quoting,
}

/// How an instrument is quoted. Distances are in price units (basis points of face).
#[derive(Clone, Debug, PartialEq)]
pub struct Quoting {
    /// The first layer's lots, a *clip*.
    pub lots: Lots,
    /// How many layers a side, 1 to 8.
    pub layers: u32,
    /// How far each layer is behind the one before.
    pub layer_step: u32,
    /// How much larger each layer is than the first, in hundredths of it: 50 makes 1, 1.5, 2 clips.
    pub layer_growth: u32,
    /// The most lots to own, bids included.
    pub max_lots: u32,
    /// The lots that it is content to own: with more it prices lower, with fewer higher.
    pub target_lots: u32,
    /// Aversion to risk (γ), per price unit and clip. Above zero.
    pub risk_aversion: f64,
    /// How far the fair price moves in a day, one standard deviation, in price units (σ).
    pub volatility: f64,
    /// The most that what is owned moves the reservation price, however much it is.
    pub max_skew: u32,
    /// How fast fills become fewer with distance (k), per price unit. Above zero.
    pub fill_decay: f64,
    /// The risk is never counted for longer than so many days, above zero: until then it can trade out.
    pub horizon_days: f64,
    /// The least half-spread beside fees.
    pub min_half_spread: u32,
    /// The largest half-spread.
    pub max_half_spread: u32,
    /// Lots that can be sold in a day: what is owned beyond what can still be sold is worth `salvage` only.
    pub sell_lots_per_day: f64,
    /// What a lot is worth that is not sold before its last trade.
    pub salvage: Price,
    /// No bids so many days before the last trade, and less.
    pub no_buy_days: u32,
    /// So many days before the last trade asks begin to fall to the floor, and to offer everything.
    pub liquidation_days: u32,
    /// Where asks end at the last trade.
    pub liquidation_floor: Price,
    /// No bid or ask below.
    pub price_min: Price,
    /// No bid or ask above.
    pub price_max: Price,
    /// No quotes while the fair price is further than this from the curve alone.
    pub band: u32,
    /// A quote that is there stays while it is nearer than this to where it should be.
    pub move_at: u32,
    /// A quote that is there stays while it has at least so many hundredths of the lots that it should have.
    pub refill_percent: u32,
    /// Whether it quotes in calls too.
    pub in_calls: bool,
}

impl Default for Quoting {
    fn default() -> Quoting {
        Quoting {
            lots: Lots(5),
            layers: 1,
            layer_step: 50,
            layer_growth: 0,
            max_lots: 100,
            target_lots: 0,
            risk_aversion: 0.01,
            volatility: 30.0,
            max_skew: 300,
            fill_decay: 0.02,
            horizon_days: 1.0,
            min_half_spread: 20,
            max_half_spread: 500,
            sell_lots_per_day: 10.0,
            salvage: Price(0),
            no_buy_days: 14,
            liquidation_days: 14,
            liquidation_floor: Price(4_000),
            price_min: Price(100),
            price_max: Price(10_000),
            band: 1_000,
            move_at: 20,
            refill_percent: 50,
            in_calls: true,
        }
    }
}

impl Default for Safety {
    fn default() -> Safety {
        Safety { dead_man_seconds: 15, confirm_ms: 10_000, stale_ms: 4_000, group: None, loss_limit: Cash(500_000) }
    }
}

impl Default for Timing {
    fn default() -> Timing {
        Timing { requote_ms: 250, refused_ms: 2_000 }
    }
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { face: 1_000_000, keep: Cash(0) }
    }
}

impl Family {
    /// A family with the usual curve: 80 % of face in the far future, 50 % on the last day.
    #[must_use]
    pub fn usual(name: &str) -> Family {
        Family {
            name: name.to_owned(),
            curve: Curve::Parametric { near: Price(5_000), far: Price(8_000), half_days: 60 },
            anchor_permille: 100,
            anchor_lots: 20,
            anchor_max: 1_000,
            anchor_half_life_seconds: 7 * 86_400,
        }
    }
}

/// What is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Which field, as a configuration file names it: `instrument AWS-ACT-1K-202706: layers`.
    pub field: String,
    /// What would be right.
    pub right: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.right)
    }
}

impl std::error::Error for ConfigError {}

/// `Ok` when `holds`; otherwise which field is wrong, and what would be right.
fn need(holds: bool, field: impl FnOnce() -> String, right: &str) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError { field: field(), right: right.to_owned() }) }
}

/// `AWS-ACT-1K` of a credit's symbol.
fn family_of(symbol: &Symbol) -> Option<&str> {
    symbol.family().map(|family| &family[..family.len() - 1])
}

impl Config {
    /// Everything as usual, for these credits.
    #[must_use]
    pub fn simple(symbols: &[Symbol]) -> Config {
        let mut names: Vec<&str> = symbols.iter().filter_map(family_of).collect();
        names.dedup();
        names.sort_unstable();
        names.dedup();
        Config {
            safety: Safety::default(),
            timing: Timing::default(),
            bounds: Bounds::default(),
            providers: Vec::new(),
            families: names.into_iter().map(Family::usual).collect(),
            instruments: symbols.iter().map(|&symbol| Quoted { symbol, quoting: Quoting::default() }).collect(),
        }
    }

    /// Whether the fields fit together.
    ///
    /// # Errors
    /// The first [`ConfigError`] found.
    pub fn check(&self) -> Result<(), ConfigError> {
        let safety = |name: &'static str| move || format!("safety: {name}");
        let dead_man = self.safety.dead_man_seconds;
        need((1..=86_400).contains(&dead_man), safety("dead_man_seconds"), "must be 1 to 86400")?;
        let confirm = self.safety.confirm_ms;
        need(
            confirm >= 500 && confirm < u64::from(dead_man) * 1_000,
            safety("confirm_ms"),
            "must be at least 500 and less than the dead-man timer",
        )?;
        need(self.safety.stale_ms >= 1_500, safety("stale_ms"), "must be at least 1500: a venue speaks once a second")?;
        need(self.safety.loss_limit > Cash::ZERO, safety("loss_limit"), "must be above zero")?;
        if let Some(group) = &self.safety.group {
            let GroupRule { lots, window_seconds } = group.rule;
            need((1..=limits::GROUP_LOTS).contains(&lots.0), safety("group_lots"), "must be 1 to 1000000")?;
            need(
                (1..=limits::GROUP_WINDOW_SECONDS).contains(&window_seconds),
                safety("group_window_seconds"),
                "must be 1 to 3600",
            )?;
        }
        need(self.timing.requote_ms >= 20, || "timing: requote_ms".to_owned(), "must be at least 20")?;
        for (at, bound) in self.providers.iter().enumerate() {
            let once = self.providers[..at].iter().all(|other| other.provider != bound.provider);
            need(once, || format!("provider {}", bound.provider), "must be there once")?;
        }
        for (at, family) in self.families.iter().enumerate() {
            let once = self.families[..at].iter().all(|other| other.name != family.name);
            need(once, || format!("family {}", family.name), "must be there once")?;
            family.check()?;
        }
        need(
            (1..=INSTRUMENTS).contains(&self.instruments.len()),
            || "instrument".to_owned(),
            "there must be 1 to 100 of them",
        )?;
        for (at, quoted) in self.instruments.iter().enumerate() {
            let once = self.instruments[..at].iter().all(|other| other.symbol != quoted.symbol);
            need(once, || format!("instrument {}", quoted.symbol), "must be there once")?;
            let named = self.families.iter().any(|family| family_of(&quoted.symbol) == Some(&family.name));
            need(
                named,
                || format!("instrument {}", quoted.symbol),
                "must be a credit whose family has a curve: its symbol without the month is a [[family]]'s name",
            )?;
            quoted.check()?;
        }
        Ok(())
    }
}

impl Family {
    fn check(&self) -> Result<(), ConfigError> {
        let field = |name: &'static str| move || format!("family {}: {name}", self.name);
        match &self.curve {
            Curve::Parametric { near, far, half_days } => {
                need(near.0 > 0, field("near"), "must be above zero")?;
                need(far >= near, field("far"), "must not be below near: a later expiry is never worse")?;
                need(*half_days > 0, field("half_days"), "must be above zero")?;
            }
            Curve::Knots(knots) => {
                need(!knots.is_empty() && knots.len() <= 64, field("knots"), "must be 1 to 64 of [days, price]")?;
                need(knots[0].price.0 > 0, field("knots"), "must have prices above zero")?;
                need(
                    knots.windows(2).all(|pair| pair[0].days < pair[1].days && pair[0].price <= pair[1].price),
                    field("knots"),
                    "must ascend by days, and the price must never fall: a later expiry is never worse",
                )?;
            }
        }
        need(self.anchor_permille <= 1_000, field("anchor_permille"), "must be 0 to 1000")?;
        need(self.anchor_lots > 0, field("anchor_lots"), "must be above zero")
    }
}

impl Quoted {
    fn check(&self) -> Result<(), ConfigError> {
        let q = &self.quoting;
        let field = |name: &'static str| move || format!("instrument {}: {name}", self.symbol);
        let positive = |value: f64| value.is_finite() && value > 0.0 && value <= 1e6;
        need(q.lots.0 > 0, field("quote_face"), "must be at least one lot")?;
        need((1..=LAYERS).contains(&q.layers), field("layers"), "must be 1 to 8")?;
        need(q.layers == 1 || q.layer_step > 0, field("layer_step_bp"), "must be above zero for further layers")?;
        need(q.layer_growth <= 1_000, field("layer_growth_percent"), "must be at most 1000")?;
        need(q.max_lots >= q.lots.0, field("max_face"), "must be at least quote_face")?;
        need(q.max_lots <= 1_000_000, field("max_face"), "must be at most a million lots")?;
        need(q.target_lots <= q.max_lots, field("target_face"), "must be at most max_face")?;
        need(positive(q.risk_aversion), field("risk_aversion"), "must be above zero")?;
        need(q.volatility == 0.0 || positive(q.volatility), field("volatility_bp"), "must not be below zero")?;
        need(positive(q.fill_decay), field("fill_decay"), "must be above zero")?;
        need(positive(q.horizon_days), field("horizon_days"), "must be above zero")?;
        need(q.min_half_spread > 0, field("min_half_spread_bp"), "must be above zero")?;
        need(
            q.max_half_spread >= q.min_half_spread,
            field("max_half_spread_bp"),
            "must be at least min_half_spread_bp",
        )?;
        let sells = q.sell_lots_per_day;
        need(sells == 0.0 || positive(sells), field("sell_face_per_day"), "must not be below zero")?;
        need(q.no_buy_days >= 1, field("no_buy_days"), "must be at least 1")?;
        need(q.price_min.0 > 0, field("price_min_bp"), "must be above zero")?;
        need(q.price_max > q.price_min, field("price_max_bp"), "must be above price_min_bp")?;
        need(q.band > 0, field("band_bp"), "must be above zero")?;
        need(q.refill_percent <= 100, field("refill_percent"), "must be at most 100")
    }
}
