//! The venue file: what is listed, who has an account, and with which keys, in TOML.
//!
//! Read at every start. What the journal does not know yet becomes commands; what it knows already is left alone, so a
//! file may grow and is never a second source of truth. Keys live only here.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use unspent_gateway::{ApiKey, Scope};
use unspent_model::{AccountName, Cash, FeeRate, FeeSchedule, Instrument, OwnerGroup, Symbol};

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    instrument: Vec<InstrumentText>,
    #[serde(default)]
    account: Vec<AccountText>,
    #[serde(default)]
    key: Vec<KeyText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstrumentText {
    symbol: String,
    #[serde(default)]
    maker_fee_bp: u16,
    #[serde(default)]
    taker_fee_bp: u16,
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
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyText {
    api_key: String,
    account: String,
    #[serde(default = "read_and_trade")]
    scopes: Vec<Scope>,
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
}

/// The file, checked.
#[derive(Debug, Clone, Default)]
pub struct VenueFile {
    /// To be listed, in this order.
    pub instruments: Vec<Instrument>,
    /// To be opened, in this order.
    pub accounts: Vec<Account>,
    /// Who may log in.
    pub keys: Vec<ApiKey>,
}

impl VenueFile {
    /// Reads and checks a file. One with keys that others may read is refused.
    ///
    /// # Errors
    /// What is wrong, with file, table and field, and what would be right.
    pub fn read(path: &Path) -> Result<VenueFile> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("reading the venue file {}", path.display()))?;
        let file = VenueFile::parse(&text).with_context(|| format!("the venue file {}", path.display()))?;
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
        let mut file = VenueFile::default();
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

fn instrument(entry: &InstrumentText) -> Result<Instrument> {
    let symbol = Symbol::parse(&entry.symbol).context("symbol")?;
    let mut spec = Instrument::credit(symbol).with_context(|| {
        "symbol: must be PROVIDER-PROGRAMME-FACE-EXPIRY with a face of 100, 1K, 10K … and an expiry YYYYMM or PERP, \
         such as AWS-ACT-1K-202706"
    })?;
    spec.fees = FeeSchedule { maker: FeeRate(entry.maker_fee_bp), taker: FeeRate(entry.taker_fee_bp) };
    spec.checked().context("maker_fee_bp, taker_fee_bp")
}

fn account(entry: &AccountText, group: u32, instruments: &[Instrument]) -> Result<Account> {
    let mut credits = Vec::new();
    for (symbol, &dollars) in &entry.credits {
        let parsed = Symbol::parse(symbol).with_context(|| format!("credits: {symbol}"))?;
        let Some(spec) = instruments.iter().find(|spec| spec.symbol == parsed) else {
            bail!("credits: {symbol} is not listed in this file");
        };
        let face = u64::from(spec.face_dollars);
        ensure!(
            dollars > 0 && dollars.is_multiple_of(face),
            "credits: {symbol} = {dollars} must be a multiple of {face}, the face value of a lot"
        );
        credits.push((parsed, dollars / face));
    }
    Ok(Account {
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
    ensure!(!entry.scopes.is_empty(), "scopes: must name at least one of read, trade");
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
        assert_eq!(file.instruments[0].fees.taker, FeeRate(100));
        assert_eq!(file.accounts[0].cash, Cash(1_000));
        assert_eq!(file.accounts[0].credits[0].1, 150);
        assert_eq!(file.keys[0].scopes, [Scope::Read, Scope::Trade]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_remedy() {
        let cases = [
            ("150000", "150500", "must be a multiple of 1000"),
            ("AWS-ACT-1K-202706", "AWS-ACT-2X-202706", "such as AWS-ACT-1K-202706"),
            ("uk_acme_demo", "acme", "must start with uk_"),
            ("cash = 10", "cahs = 10", "unknown field `cahs`"),
            ("taker_fee_bp = 100", "taker_fee_bp = 10001", "at most 10000 basis points"),
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
