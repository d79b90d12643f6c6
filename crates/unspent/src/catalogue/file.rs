//! The catalogue as it is written.

use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub version: u32,
    pub dated: String,
    pub about: String,
    #[serde(default)]
    pub fees: BTreeMap<String, FeesText>,
    #[serde(default)]
    pub bands: BTreeMap<String, BandsText>,
    /// Trading days by name: `"11:25 call"`, ascending.
    #[serde(default)]
    pub days: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub provider: Vec<ProviderText>,
    #[serde(default)]
    pub programme: Vec<ProgrammeText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderText {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeesText {
    pub maker_bp: u16,
    pub taker_bp: u16,
    /// What each side of an uncross pays; absent: as makers do.
    pub auction_bp: Option<u16>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandsText {
    pub dynamic_bp: Option<u32>,
    pub static_bp: Option<u32>,
    pub entry_bp: Option<u32>,
    pub volatility_seconds: Option<u32>,
    pub random_end_seconds: Option<u32>,
    /// Whether its books trade across months.
    #[serde(default)]
    pub dominance: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeText {
    pub id: String,
    pub provider: String,
    pub name: String,
    pub scope: String,
    pub policy: PolicyText,
    /// Absent: not known, so a credit is one piece.
    pub split: Option<SplitText>,
    pub rail: Option<SourcedText>,
    #[serde(default)]
    pub clauses: Vec<SourcedText>,
    #[serde(default)]
    pub credit_types: Vec<String>,
    pub faces: Vec<u32>,
    #[serde(default = "yes")]
    pub months: bool,
    #[serde(default)]
    pub perpetual: bool,
    pub fees: String,
    pub bands: String,
    /// The name of a trading day; absent: always continuous.
    pub day: Option<String>,
    pub tick_bp: Option<u32>,
    pub auction_tick_bp: Option<u32>,
    pub collar_bp: Option<u32>,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyText {
    /// A class, or `unknown`.
    pub class: String,
    pub source: String,
    pub dated: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitText {
    pub most_pieces: u32,
    /// Dollars, as text: no number of money is ever a float.
    pub smallest_piece: String,
    pub source: String,
    pub dated: String,
}

/// A statement with who says so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcedText {
    pub text: String,
    pub source: String,
    pub dated: String,
}
