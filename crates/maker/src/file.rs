//! A maker's configuration as a file, in TOML.
//!
//! What is wrong is told with its line, its field and what would be right. Money and quantities are whole dollars, quantities of
//! face; prices and distances are basis points of face. [`PARAMETERS`] says what every field is.

use crate::config::{
    Bounds, Config, ConfigError, Curve, Family, GroupSetting, Knot, ProviderBound, Quoted, Quoting, Safety, Timing,
};
use serde::Deserialize;
use std::fmt;
use unspent_model::{Cash, GroupName, GroupRule, Lots, Price, Symbol};

mod parameters;

pub use parameters::{PARAMETERS, Parameter};

/// The version of the files that this program reads.
pub const VERSION: u32 = 1;

/// A configuration with what concerns only the one who runs it.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// What the strategy is told.
    pub config: Config,
    /// While there is a file of this name, nothing is quoted.
    pub pause_file: Option<String>,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// Where, counted from 1.
    pub line: usize,
    /// What is wrong and what would be right, or what the parser said.
    pub what: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for FileError {}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    version: Option<u32>,
    #[serde(default)]
    safety: SafetyText,
    #[serde(default)]
    timing: TimingText,
    #[serde(default)]
    bounds: BoundsText,
    #[serde(default)]
    provider: Vec<ProviderText>,
    #[serde(default)]
    family: Vec<FamilyText>,
    #[serde(default)]
    quoting: QuotingText,
    #[serde(default)]
    instrument: Vec<InstrumentText>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SafetyText {
    dead_man_seconds: Option<u32>,
    confirm_ms: Option<u64>,
    stale_ms: Option<u64>,
    loss_limit: Option<u64>,
    group: Option<String>,
    group_lots: Option<u32>,
    group_window_seconds: Option<u32>,
    group_rest_seconds: Option<u32>,
    pause_file: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TimingText {
    requote_ms: Option<u64>,
    refused_ms: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct BoundsText {
    face: Option<u64>,
    keep: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderText {
    name: String,
    face: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FamilyText {
    name: String,
    near_bp: Option<u32>,
    far_bp: Option<u32>,
    half_days: Option<u32>,
    knots: Option<Vec<(u32, u32)>>,
    anchor_permille: Option<u32>,
    anchor_lots: Option<u32>,
    anchor_max_bp: Option<u32>,
    anchor_half_life_seconds: Option<u32>,
}

/// Every field of [`Quoting`] as it is written: absent is as in `[quoting]`, absent there as usual.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuotingText {
    quote_face: Option<u64>,
    layers: Option<u32>,
    layer_step_bp: Option<u32>,
    layer_growth_percent: Option<u32>,
    max_face: Option<u64>,
    target_face: Option<u64>,
    risk_aversion: Option<f64>,
    volatility_bp: Option<f64>,
    max_skew_bp: Option<u32>,
    fill_decay: Option<f64>,
    horizon_days: Option<f64>,
    min_half_spread_bp: Option<u32>,
    max_half_spread_bp: Option<u32>,
    sell_face_per_day: Option<u64>,
    salvage_bp: Option<u32>,
    no_buy_days: Option<u32>,
    liquidation_days: Option<u32>,
    liquidation_floor_bp: Option<u32>,
    price_min_bp: Option<u32>,
    price_max_bp: Option<u32>,
    band_bp: Option<u32>,
    move_at_bp: Option<u32>,
    refill_percent: Option<u32>,
    in_calls: Option<bool>,
}

/// An instrument: its symbol, and fields of `[quoting]` that are its own. (`flatten` would lose both lines and unknown fields.)
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstrumentText {
    symbol: String,
    quote_face: Option<u64>,
    layers: Option<u32>,
    layer_step_bp: Option<u32>,
    layer_growth_percent: Option<u32>,
    max_face: Option<u64>,
    target_face: Option<u64>,
    risk_aversion: Option<f64>,
    volatility_bp: Option<f64>,
    max_skew_bp: Option<u32>,
    fill_decay: Option<f64>,
    horizon_days: Option<f64>,
    min_half_spread_bp: Option<u32>,
    max_half_spread_bp: Option<u32>,
    sell_face_per_day: Option<u64>,
    salvage_bp: Option<u32>,
    no_buy_days: Option<u32>,
    liquidation_days: Option<u32>,
    liquidation_floor_bp: Option<u32>,
    price_min_bp: Option<u32>,
    price_max_bp: Option<u32>,
    band_bp: Option<u32>,
    move_at_bp: Option<u32>,
    refill_percent: Option<u32>,
    in_calls: Option<bool>,
}

impl InstrumentText {
    /// Its own fields, and where it has none those of `[quoting]`.
    fn over(&self, base: &QuotingText) -> QuotingText {
        QuotingText {
            quote_face: self.quote_face.or(base.quote_face),
            layers: self.layers.or(base.layers),
            layer_step_bp: self.layer_step_bp.or(base.layer_step_bp),
            layer_growth_percent: self.layer_growth_percent.or(base.layer_growth_percent),
            max_face: self.max_face.or(base.max_face),
            target_face: self.target_face.or(base.target_face),
            risk_aversion: self.risk_aversion.or(base.risk_aversion),
            volatility_bp: self.volatility_bp.or(base.volatility_bp),
            max_skew_bp: self.max_skew_bp.or(base.max_skew_bp),
            fill_decay: self.fill_decay.or(base.fill_decay),
            horizon_days: self.horizon_days.or(base.horizon_days),
            min_half_spread_bp: self.min_half_spread_bp.or(base.min_half_spread_bp),
            max_half_spread_bp: self.max_half_spread_bp.or(base.max_half_spread_bp),
            sell_face_per_day: self.sell_face_per_day.or(base.sell_face_per_day),
            salvage_bp: self.salvage_bp.or(base.salvage_bp),
            no_buy_days: self.no_buy_days.or(base.no_buy_days),
            liquidation_days: self.liquidation_days.or(base.liquidation_days),
            liquidation_floor_bp: self.liquidation_floor_bp.or(base.liquidation_floor_bp),
            price_min_bp: self.price_min_bp.or(base.price_min_bp),
            price_max_bp: self.price_max_bp.or(base.price_max_bp),
            band_bp: self.band_bp.or(base.band_bp),
            move_at_bp: self.move_at_bp.or(base.move_at_bp),
            refill_percent: self.refill_percent.or(base.refill_percent),
            in_calls: self.in_calls.or(base.in_calls),
        }
    }
}

fn wrong(field: String, right: impl Into<String>) -> ConfigError {
    ConfigError { field, right: right.into() }
}

/// The quantities that are usual, in dollars of face: whatever the lot is, they are whole lots of the usual ones.
pub(crate) const USUAL_FACE: [(&str, u64); 4] =
    [("quote_face", 5_000), ("max_face", 100_000), ("target_face", 0), ("sell_face_per_day", 10_000)];

fn quoting(symbol: &Symbol, text: &QuotingText) -> Result<Quoting, ConfigError> {
    let face = symbol.credit().map(|credit| u64::from(credit.face_dollars)).ok_or_else(|| {
        wrong(format!("instrument {symbol}"), "must be a credit, such as AWS-ACT-1K-202706: only they have a month")
    })?;
    let lots = |name: &str, dollars: Option<u64>| {
        let usual = USUAL_FACE.iter().find(|(usual, _)| *usual == name).map_or(0, |&(_, face)| face);
        // What is usual is rounded up to a lot of this instrument; what somebody wrote must be whole lots.
        let dollars = dollars.unwrap_or(usual.div_ceil(face) * face);
        let lots = u32::try_from(dollars / face).ok().filter(|_| dollars.is_multiple_of(face));
        lots.ok_or_else(|| {
            wrong(format!("instrument {symbol}: {name}"), format!("must be whole lots of {face} dollars of face"))
        })
    };
    let usual = Quoting::default();
    Ok(Quoting {
        lots: Lots(lots("quote_face", text.quote_face)?),
        layers: text.layers.unwrap_or(usual.layers),
        layer_step: text.layer_step_bp.unwrap_or(usual.layer_step),
        layer_growth: text.layer_growth_percent.unwrap_or(usual.layer_growth),
        max_lots: lots("max_face", text.max_face)?,
        target_lots: lots("target_face", text.target_face)?,
        risk_aversion: text.risk_aversion.unwrap_or(usual.risk_aversion),
        volatility: text.volatility_bp.unwrap_or(usual.volatility),
        max_skew: text.max_skew_bp.unwrap_or(usual.max_skew),
        fill_decay: text.fill_decay.unwrap_or(usual.fill_decay),
        horizon_days: text.horizon_days.unwrap_or(usual.horizon_days),
        min_half_spread: text.min_half_spread_bp.unwrap_or(usual.min_half_spread),
        max_half_spread: text.max_half_spread_bp.unwrap_or(usual.max_half_spread),
        sell_lots_per_day: f64::from(lots("sell_face_per_day", text.sell_face_per_day)?),
        salvage: text.salvage_bp.map_or(usual.salvage, Price),
        no_buy_days: text.no_buy_days.unwrap_or(usual.no_buy_days),
        liquidation_days: text.liquidation_days.unwrap_or(usual.liquidation_days),
        liquidation_floor: text.liquidation_floor_bp.map_or(usual.liquidation_floor, Price),
        price_min: text.price_min_bp.map_or(usual.price_min, Price),
        price_max: text.price_max_bp.map_or(usual.price_max, Price),
        band: text.band_bp.unwrap_or(usual.band),
        move_at: text.move_at_bp.unwrap_or(usual.move_at),
        refill_percent: text.refill_percent.unwrap_or(usual.refill_percent),
        in_calls: text.in_calls.unwrap_or(usual.in_calls),
    })
}

impl FamilyText {
    fn family(self) -> Result<Family, ConfigError> {
        let usual = Family::usual(&self.name);
        let Curve::Parametric { near, far, half_days } = usual.curve else {
            unreachable!("the usual curve has a form")
        };
        let formed = self.near_bp.is_some() || self.far_bp.is_some() || self.half_days.is_some();
        let curve = match self.knots {
            Some(_) if formed => {
                let field = format!("family {}: knots", self.name);
                return Err(wrong(
                    field,
                    "must stand alone: near_bp, far_bp and half_days are another form of the curve",
                ));
            }
            Some(knots) => {
                Curve::Knots(knots.into_iter().map(|(days, price)| Knot { days, price: Price(price) }).collect())
            }
            None => Curve::Parametric {
                near: self.near_bp.map_or(near, Price),
                far: self.far_bp.map_or(far, Price),
                half_days: self.half_days.unwrap_or(half_days),
            },
        };
        Ok(Family {
            curve,
            anchor_permille: self.anchor_permille.unwrap_or(usual.anchor_permille),
            anchor_lots: self.anchor_lots.unwrap_or(usual.anchor_lots),
            anchor_max: self.anchor_max_bp.unwrap_or(usual.anchor_max),
            anchor_half_life_seconds: self.anchor_half_life_seconds.unwrap_or(usual.anchor_half_life_seconds),
            name: self.name,
        })
    }
}

impl SafetyText {
    fn safety(self) -> Result<(Safety, Option<String>), ConfigError> {
        let usual = Safety::default();
        let name = self.group.as_deref().map(GroupName::parse).transpose();
        let name = name.map_err(|error| wrong("safety: group".to_owned(), error.to_string()))?;
        let alone = self.group_lots.or(self.group_window_seconds).or(self.group_rest_seconds).is_some();
        if name.is_none() && alone {
            return Err(wrong("safety: group".to_owned(), "must be there when group_lots or another field of it is"));
        }
        let rest_seconds = self.group_rest_seconds.filter(|&seconds| seconds > 0);
        let group = name.map(|name| GroupSetting {
            name,
            rule: GroupRule {
                lots: Lots(self.group_lots.unwrap_or(50)),
                window_seconds: self.group_window_seconds.unwrap_or(10),
            },
            rest_seconds,
        });
        let dollars = |dollars: u64| {
            let cents = dollars.checked_mul(100).filter(|&cents| cents < i64::MAX as u64);
            cents.map(Cash).ok_or_else(|| wrong("safety: loss_limit".to_owned(), "must be less"))
        };
        let safety = Safety {
            dead_man_seconds: self.dead_man_seconds.unwrap_or(usual.dead_man_seconds),
            confirm_ms: self.confirm_ms.unwrap_or(usual.confirm_ms),
            stale_ms: self.stale_ms.unwrap_or(usual.stale_ms),
            loss_limit: self.loss_limit.map_or(Ok(usual.loss_limit), dollars)?,
            group,
        };
        Ok((safety, self.pause_file))
    }
}

impl Text {
    fn file(self) -> Result<File, ConfigError> {
        match self.version {
            Some(VERSION) => {}
            Some(other) if other > VERSION => {
                let right = format!("must be {VERSION}, the newest that this program knows; it is {other}");
                return Err(wrong("version".to_owned(), right));
            }
            _ => {
                let right = format!("must be {VERSION}: `unspent maker migrate FILE` brings an older file up to it");
                return Err(wrong("version".to_owned(), right));
            }
        }
        let (safety, pause_file) = self.safety.safety()?;
        let (timing, bounds) = (Timing::default(), Bounds::default());
        let keep = self.bounds.keep.map(|dollars| dollars.checked_mul(100).map(Cash));
        let keep =
            keep.map(|cents| cents.ok_or_else(|| wrong("bounds: keep".to_owned(), "must be less"))).transpose()?;
        let instrument = |text: &InstrumentText| {
            let symbol = Symbol::parse(&text.symbol);
            let symbol = symbol.map_err(|error| wrong(format!("instrument {}", text.symbol), error.to_string()))?;
            Ok(Quoted { symbol, quoting: quoting(&symbol, &text.over(&self.quoting))? })
        };
        let config = Config {
            safety,
            timing: Timing {
                requote_ms: self.timing.requote_ms.unwrap_or(timing.requote_ms),
                refused_ms: self.timing.refused_ms.unwrap_or(timing.refused_ms),
            },
            bounds: Bounds { face: self.bounds.face.unwrap_or(bounds.face), keep: keep.unwrap_or(bounds.keep) },
            providers: self
                .provider
                .into_iter()
                .map(|text| ProviderBound { provider: text.name, face: text.face })
                .collect(),
            families: self.family.into_iter().map(FamilyText::family).collect::<Result<_, _>>()?,
            instruments: self.instrument.iter().map(instrument).collect::<Result<_, _>>()?,
        };
        config.check()?;
        Ok(File { config, pause_file })
    }
}

impl File {
    /// Reads a file.
    ///
    /// # Errors
    /// [`FileError`]: the first thing that is wrong.
    pub fn parse(text: &str) -> Result<File, FileError> {
        let read: Text = toml::from_str(text).map_err(|error| FileError {
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            what: error.message().to_owned(),
        })?;
        read.file().map_err(|error| FileError { line: locate(text, &error.field), what: error.to_string() })
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}

/// The line of a field as an error names it, `instrument AWS-ACT-1K-202706: layers`: where it is written, for that instrument or for
/// all; else where its table begins; else the first.
fn locate(text: &str, field: &str) -> usize {
    let (table, key) = field.split_once(": ").map_or((field, None), |(table, key)| (table, Some(key)));
    let (kind, name) = table.split_once(' ').map_or((table, None), |(kind, name)| (kind, Some(name)));
    let is_key = |line: &str, key: &str| line.split_once('=').is_some_and(|(left, _)| left.trim() == key);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    // Where each table begins, and where the next one does.
    let begins = |kind: &str| {
        let header = |line: &str| line == format!("[{kind}]") || line == format!("[[{kind}]]");
        let starts: Vec<usize> = (0..lines.len()).filter(|&at| header(lines[at])).collect();
        let end = |start: usize| (start + 1..lines.len()).find(|&at| lines[at].starts_with('[')).unwrap_or(lines.len());
        starts.into_iter().map(|start| (start, end(start))).collect::<Vec<_>>()
    };
    let named = |&&(start, end): &&(usize, usize)| {
        name.is_none_or(|name| lines[start..end].iter().any(|line| line.contains(&format!("\"{name}\""))))
    };
    let in_table = |(start, end): (usize, usize)| key.and_then(|key| (start..end).find(|&at| is_key(lines[at], key)));
    let tables = begins(kind);
    let own = tables.iter().rfind(named).copied();
    let for_all = || if kind == "instrument" { begins("quoting").into_iter().find_map(in_table) } else { None };
    let top = || (0..lines.len()).find(|&at| is_key(lines[at], kind));
    own.and_then(in_table).or_else(for_all).or(own.map(|(start, _)| start)).or_else(top).map_or(1, |at| at + 1)
}

/// Brings an older file up to [`VERSION`]; `None` when it is there already. Comments and order stay.
///
/// Files without a `version` are those of before there were versions: they get one.
///
/// # Errors
/// [`FileError`] for what is no TOML, and for a version that is newer than this program.
pub fn migrate(text: &str) -> Result<Option<String>, FileError> {
    let table: toml::Table = toml::from_str(text).map_err(|error| FileError {
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        what: error.message().to_owned(),
    })?;
    let version = match table.get("version") {
        None => 0,
        Some(value) => value.as_integer().unwrap_or(-1),
    };
    if version == i64::from(VERSION) {
        return Ok(None);
    }
    if version != 0 {
        let what = format!("version: must be {VERSION}, the newest that this program knows");
        return Err(FileError { line: locate(text, "version"), what });
    }
    let rest: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("version"))
        .fold(String::with_capacity(text.len()), |rest, line| rest + line + "\n");
    Ok(Some(format!("version = {VERSION}\n{rest}")))
}

#[cfg(test)]
mod tests;
