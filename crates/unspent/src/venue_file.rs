//! The venue file: what is listed, who has an account, and with which keys, in TOML.
//!
//! Read at every start. What the journal does not know yet becomes commands, and so do rules, trading days and bounds that
//! differ from those in force; the rest of what it knows is left alone, so a file may grow and is never a second source of
//! truth. Keys live only here.

use crate::catalogue::Catalogue;
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use unspent_gateway::{ApiKey, Rate, RateLimits, Scope};
use unspent_model::{
    AccountLimits, AccountName, Cash, FeeRate, FeeSchedule, Instrument, OwnerGroup, Phase, Price, Schedule,
    ScheduleEntry, Symbol, TradingRules,
};
use unspent_protocol::parse_time;

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    /// The file of a catalogue, beside this one unless it says where.
    catalogue: Option<std::path::PathBuf>,
    #[serde(default)]
    instrument: Vec<InstrumentText>,
    #[serde(default)]
    account: Vec<AccountText>,
    #[serde(default)]
    key: Vec<KeyText>,
    #[serde(default)]
    limits: LimitsText,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstrumentText {
    symbol: String,
    #[serde(default)]
    maker_fee_bp: u16,
    #[serde(default)]
    taker_fee_bp: u16,
    /// What each side of an uncross pays; absent: as makers do.
    auction_fee_bp: Option<u16>,
    /// How far from the last trade, from the reference, and through the last trade, in basis points of face.
    dynamic_range_bp: Option<u32>,
    static_range_bp: Option<u32>,
    entry_range_bp: Option<u32>,
    volatility_seconds: Option<u32>,
    random_end_seconds: Option<u32>,
    /// Whether its book trades across months.
    #[serde(default)]
    dominance: bool,
    /// The first reference, in basis points of face; only when the instrument is new.
    reference_bp: Option<u32>,
    /// `"11:25 call"`, ascending.
    #[serde(default)]
    day: Vec<String>,
    /// `"2027-06-20T16:30:00Z"`.
    last_trade: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountText {
    name: String,
    owner: Option<u32>,
    /// Whole dollars.
    #[serde(default)]
    cash: u64,
    /// Symbol to dollars of face.
    #[serde(default)]
    credits: BTreeMap<String, u64>,
    max_open_orders: Option<u32>,
    /// Whole dollars.
    max_open_notional: Option<u64>,
    orders_per_second: Option<u32>,
    burst: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyText {
    api_key: String,
    account: String,
    #[serde(default = "read_and_trade")]
    scopes: Vec<Scope>,
}

/// What is let in; a field that is absent is as usual.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsText {
    orders_per_second: Option<u32>,
    orders_burst: Option<u32>,
    cancels_per_second: Option<u32>,
    cancels_burst: Option<u32>,
    requests_per_second: Option<u32>,
    requests_burst: Option<u32>,
    connections_per_address: Option<u32>,
    /// Whether addresses of this machine are bounded as others are.
    loopback: Option<bool>,
}

impl LimitsText {
    fn checked(&self) -> Result<RateLimits> {
        let usual = RateLimits::default();
        let rate = |what: &str, usual: Rate, per_second: Option<u32>, burst: Option<u32>| {
            let rate = Rate { per_second: per_second.unwrap_or(usual.per_second), burst: burst.unwrap_or(usual.burst) };
            ensure!(
                rate.per_second > 0 && rate.burst > 0,
                "{what}_per_second, {what}_burst: must be at least 1; to stop an account use its own limits or keys"
            );
            Ok(rate)
        };
        let limits = RateLimits {
            orders: rate("orders", usual.orders, self.orders_per_second, self.orders_burst)?,
            cancels: rate("cancels", usual.cancels, self.cancels_per_second, self.cancels_burst)?,
            requests: rate("requests", usual.requests, self.requests_per_second, self.requests_burst)?,
            connections_per_address: self.connections_per_address.unwrap_or(usual.connections_per_address),
            loopback: self.loopback.unwrap_or(usual.loopback),
            failures: usual.failures,
        };
        ensure!(
            limits.cancels.per_second >= limits.orders.per_second && limits.cancels.burst >= limits.orders.burst,
            "cancels_per_second, cancels_burst: must be at least those of orders, so that whatever was entered can be pulled"
        );
        Ok(limits)
    }
}

fn read_and_trade() -> Vec<Scope> {
    vec![Scope::Read, Scope::Trade]
}

/// An account to open and fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: AccountName,
    /// Its owner group.
    pub owner: OwnerGroup,
    /// What it starts with.
    pub cash: Cash,
    /// What it starts with, in lots.
    pub credits: Vec<(Symbol, u64)>,
    /// Its bounds, when the file names any.
    pub limits: Option<AccountLimits>,
}

/// An instrument to list, and how it trades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// What it is.
    pub spec: Instrument,
    /// Its protections and auctions, when the file names any.
    pub rules: Option<TradingRules>,
    /// Its trading day, when the file names one.
    pub schedule: Option<Schedule>,
    /// Its first reference.
    pub reference: Option<Price>,
}

/// The file, checked.
#[derive(Debug, Clone, Default)]
pub struct VenueFile {
    /// What the file is called, when it was read from one.
    pub name: Option<String>,
    /// To be listed, in this order.
    pub instruments: Vec<Listing>,
    /// To be opened, in this order.
    pub accounts: Vec<Account>,
    /// Who may log in.
    pub keys: Vec<ApiKey>,
    /// How much connections are let in.
    pub limits: RateLimits,
    /// Where the catalogue is, until it is read.
    catalogue_path: Option<std::path::PathBuf>,
    /// Programmes, their terms, and what of them is listed.
    pub catalogue: Option<Catalogue>,
}

impl VenueFile {
    /// Reads and checks a file. One with keys that others may read is refused.
    ///
    /// # Errors
    /// What is wrong, with file, table and field, and what would be right.
    pub fn read(path: &Path) -> Result<VenueFile> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("reading the venue file {}", path.display()))?;
        let mut file = VenueFile::parse(&text).with_context(|| format!("the venue file {}", path.display()))?;
        file.name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        if let Some(beside) = file.catalogue_path.take() {
            let at = path.parent().map_or_else(|| beside.clone(), |folder| folder.join(&beside));
            file.catalogue = Some(Catalogue::read(&at).context("catalogue")?);
        }
        if !file.keys.is_empty() {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path)?.permissions().mode();
            ensure!(
                mode & 0o077 == 0,
                "the venue file {0} holds keys and others may read it (mode {mode:03o}); run: chmod 600 {0}",
                path.display(),
                mode = mode & 0o777,
            );
        }
        Ok(file)
    }

    /// Checks a file's text.
    ///
    /// # Errors
    /// What is wrong, with table and field, and what would be right.
    pub fn parse(text: &str) -> Result<VenueFile> {
        let text: Text = toml::from_str(text)?;
        let mut file = VenueFile {
            limits: text.limits.checked().context("[limits]")?,
            catalogue_path: text.catalogue.clone(),
            ..VenueFile::default()
        };
        for (i, entry) in text.instrument.iter().enumerate() {
            let at = || format!("[[instrument]] {} ({})", i + 1, entry.symbol);
            file.instruments.push(instrument(entry).with_context(at)?);
        }
        for (i, entry) in text.account.iter().enumerate() {
            let at = || format!("[[account]] {} ({})", i + 1, entry.name);
            let group = u32::try_from(i).expect("fewer than 2^32 accounts") + 1_000_000;
            file.accounts.push(account(entry, group, &file.instruments).with_context(at)?);
        }
        for (i, entry) in text.key.iter().enumerate() {
            let at = || format!("[[key]] {} (account {})", i + 1, entry.account);
            file.keys.push(key(entry).with_context(at)?);
        }
        Ok(file)
    }
}

fn instrument(entry: &InstrumentText) -> Result<Listing> {
    let symbol = Symbol::parse(&entry.symbol).context("symbol")?;
    let mut spec = Instrument::credit(symbol).with_context(|| {
        "symbol: must be PROVIDER-PROGRAMME-FACE-EXPIRY with a face of 100, 1K, 10K … and an expiry YYYYMM or PERP, \
         such as AWS-ACT-1K-202706"
    })?;
    spec.fees = FeeSchedule { maker: FeeRate(entry.maker_fee_bp), taker: FeeRate(entry.taker_fee_bp) };
    let spec = spec.checked().context("maker_fee_bp, taker_fee_bp")?;
    let reference = entry.reference_bp.map(Price);
    if let Some(reference) = reference {
        ensure!(reference.0 >= 1 && reference <= spec.price_max, "reference_bp: must be from 1 to {}", spec.price_max);
    }
    Ok(Listing { rules: rules(entry, &spec)?, schedule: schedule(entry)?, reference, spec })
}

/// The rules, when the entry names any.
fn rules(entry: &InstrumentText, spec: &Instrument) -> Result<Option<TradingRules>> {
    let usual = TradingRules::new(spec.fees.maker);
    let rules = TradingRules {
        auction_fee: entry.auction_fee_bp.map_or(usual.auction_fee, FeeRate),
        dynamic_range: entry.dynamic_range_bp,
        static_range: entry.static_range_bp,
        entry_range: entry.entry_range_bp,
        volatility_seconds: entry.volatility_seconds.unwrap_or(usual.volatility_seconds),
        random_end_seconds: entry.random_end_seconds.unwrap_or(usual.random_end_seconds),
        dominance: entry.dominance,
        ..usual
    };
    ensure!(
        rules.fit(spec.price_max),
        "auction_fee_bp, dynamic_range_bp, static_range_bp, entry_range_bp, volatility_seconds, random_end_seconds: a fee is \
         at most 10000, a range and a volatility call are above zero, and both times at most a day"
    );
    Ok((rules != usual).then_some(rules))
}

fn day_must() -> &'static str {
    "day: must be times and phases, ascending, such as [\"11:25 call\", \"11:29 no_cancel\", \"11:30 continuous\"]"
}

/// The changes of phase of a trading day, `"11:25 call"`, ascending.
///
/// # Errors
/// What is wrong, and what would be right.
pub fn entries(texts: &[String]) -> Result<Vec<ScheduleEntry>> {
    let mut schedule = Schedule::default();
    let day = day_must;
    for text in texts {
        let (time, phase) = text.split_once(' ').with_context(day)?;
        let mut parts = time.split(':').map(str::parse::<u32>);
        let mut part = |most: u32| match parts.next() {
            Some(Ok(part)) if part < most => Ok(part),
            None => Ok(0),
            _ => Err(anyhow::anyhow!("day: {time} is no time of a day")),
        };
        let second_of_day = part(24)? * 3_600 + part(60)? * 60 + part(60)?;
        let phase = Phase::from_name(phase).with_context(|| format!("day: {phase} is no phase"))?;
        schedule.entries.push(ScheduleEntry { second_of_day, phase });
    }
    ensure!(schedule.fits(), "{}", day());
    Ok(schedule.entries)
}

/// The trading day, when the entry names one.
fn schedule(entry: &InstrumentText) -> Result<Option<Schedule>> {
    let mut schedule = Schedule { entries: entries(&entry.day)?, ..Schedule::default() };
    let last = entry.last_trade.as_deref().map(parse_time).transpose();
    schedule.last_trade = last.map_err(|error| anyhow::anyhow!("last_trade: {error}"))?;
    Ok((schedule != Schedule::default()).then_some(schedule))
}

fn account(entry: &AccountText, group: u32, instruments: &[Listing]) -> Result<Account> {
    let mut credits = Vec::new();
    for (symbol, &dollars) in &entry.credits {
        let parsed = Symbol::parse(symbol).with_context(|| format!("credits: {symbol}"))?;
        let Some(spec) = instruments.iter().map(|listing| &listing.spec).find(|spec| spec.symbol == parsed) else {
            bail!("credits: {symbol} is not listed in this file");
        };
        let face = u64::from(spec.face_dollars);
        ensure!(
            dollars > 0 && dollars.is_multiple_of(face),
            "credits: {symbol} = {dollars} must be a multiple of {face}, the face value of a lot"
        );
        credits.push((parsed, dollars / face));
    }
    let usual = AccountLimits::default();
    let limits = AccountLimits {
        open_orders: entry.max_open_orders.unwrap_or(usual.open_orders),
        open_notional: entry
            .max_open_notional
            .map(|dollars| dollars.checked_mul(100).map(Cash).context("max_open_notional: too many dollars"))
            .transpose()?,
        orders_per_second: entry.orders_per_second.unwrap_or(0),
        burst: entry.burst.unwrap_or(entry.orders_per_second.unwrap_or(0)),
    };
    ensure!(
        limits.open_orders <= usual.open_orders,
        "max_open_orders: must be at most {}, the venue's own bound",
        usual.open_orders
    );
    ensure!(limits.orders_per_second == 0 || limits.burst > 0, "burst: must be at least 1 with orders_per_second");
    Ok(Account {
        limits: (limits != usual).then_some(limits),
        name: AccountName::parse(&entry.name).context("name")?,
        owner: OwnerGroup(entry.owner.unwrap_or(group)),
        cash: Cash(entry.cash.checked_mul(100).context("cash: too many dollars")?),
        credits,
    })
}

fn key(entry: &KeyText) -> Result<ApiKey> {
    ensure!(
        entry.api_key.starts_with("uk_") && entry.api_key.len() >= 8 && entry.api_key.len() <= 128,
        "api_key: must start with uk_ and have 8 to 128 characters"
    );
    ensure!(!entry.scopes.is_empty(), "scopes: must name at least one of read, trade, transfer");
    ensure!(
        !entry.scopes.contains(&Scope::Admin),
        "scopes: admin is for keys that sign, from addresses that are named; make one with `unspent keys create`"
    );
    let account = AccountName::parse(&entry.account).context("account")?;
    Ok(ApiKey { secret: entry.api_key.clone(), account, scopes: entry.scopes.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [[instrument]]
        symbol = "AWS-ACT-1K-202706"
        maker_fee_bp = 25
        taker_fee_bp = 100

        [[account]]
        name = "acme"
        cash = 10
        credits = { "AWS-ACT-1K-202706" = 150000 }

        [[key]]
        api_key = "uk_acme_demo"
        account = "acme"
    "#;

    #[test]
    fn a_good_file_is_read() {
        let file = VenueFile::parse(GOOD).unwrap();
        assert_eq!(file.instruments[0].spec.fees.taker, FeeRate(100));
        assert_eq!(file.accounts[0].cash, Cash(1_000));
        assert_eq!(file.accounts[0].credits[0].1, 150);
        assert_eq!(file.keys[0].scopes, [Scope::Read, Scope::Trade]);
    }

    #[test]
    fn rules_a_day_and_bounds_are_read() {
        let text = GOOD
            .replace(
                "taker_fee_bp = 100",
                "taker_fee_bp = 100\n static_range_bp = 1200\n day = [\"11:25 call\", \"11:29:30 no_cancel\", \"11:30 \
                 continuous\"]\n last_trade = \"2027-06-20T16:30:00Z\"\n reference_bp = 6600",
            )
            .replace("cash = 10", "cash = 10\n orders_per_second = 5");
        let file = VenueFile::parse(&text).unwrap();
        let listing = &file.instruments[0];
        assert_eq!(listing.rules.unwrap().static_range, Some(1_200));
        let schedule = listing.schedule.as_ref().unwrap();
        let entry = ScheduleEntry { second_of_day: 11 * 3_600 + 29 * 60 + 30, phase: Phase::NoCancel };
        assert_eq!(schedule.entries[1], entry);
        assert!(schedule.last_trade.is_some());
        assert_eq!(listing.reference, Some(Price(6_600)));
        assert_eq!(file.accounts[0].limits.unwrap().burst, 5);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_remedy() {
        let cases = [
            ("150000", "150500", "must be a multiple of 1000"),
            ("AWS-ACT-1K-202706", "AWS-ACT-2X-202706", "such as AWS-ACT-1K-202706"),
            ("uk_acme_demo", "acme", "must start with uk_"),
            ("account = \"acme\"", "account = \"acme\"\n scopes = [\"admin\"]", "admin is for keys that sign"),
            ("cash = 10", "cahs = 10", "unknown field `cahs`"),
            ("taker_fee_bp = 100", "taker_fee_bp = 10001", "at most 10000 basis points"),
            ("taker_fee_bp = 100", "static_range_bp = 0", "above zero"),
            ("taker_fee_bp = 100", "day = [\"25:00 call\"]", "25:00 is no time of a day"),
            ("taker_fee_bp = 100", "day = [\"11:00 lunch\"]", "lunch is no phase"),
            ("taker_fee_bp = 100", "day = [\"11:00 call\", \"10:00 continuous\"]", "ascending, such as"),
            ("taker_fee_bp = 100", "last_trade = \"tomorrow\"", "last_trade: must"),
            ("taker_fee_bp = 100", "reference_bp = 10001", "reference_bp: must be from 1 to 10000"),
            ("cash = 10", "orders_per_second = 5\n        burst = 0", "burst: must be at least 1"),
            ("cash = 10", "max_open_orders = 100001", "at most 100000"),
        ];
        for (good, bad, says) in cases {
            let error = VenueFile::parse(&GOOD.replace(good, bad)).unwrap_err();
            assert!(format!("{error:#}").contains(says), "{bad}: {error:#}");
        }
    }

    #[test]
    fn keys_that_others_may_read_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("venue.toml");
        std::fs::write(&path, GOOD).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(VenueFile::read(&path).unwrap_err().to_string().contains("chmod 600"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        VenueFile::read(&path).unwrap();
    }
}
