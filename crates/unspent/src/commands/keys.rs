//! `unspent keys`: makes keys, shows them, takes them back, and puts new ones in their place.

use crate::cli::{KeyMaking, KeyPlace, KeysArgs, KeysCommand};
use crate::credential::Credential;
use crate::failure::Failure;
use crate::output::say;
use anyhow::{Context, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::{Path, PathBuf};
use unspent_client::SigningSeed;
use unspent_gateway::{
    HMAC_SECRET_BYTES, Key, KeyFile, KeyFileError, KeyId, MasterKey, Proof, Scope, network, now, public_key, random,
};
use unspent_model::{AccountName, Timestamp};
use unspent_protocol::{parse_time, print_time};
use zeroize::Zeroizing;

/// Runs one of the commands on keys.
pub fn run(args: &KeysArgs, json: bool) -> Result<(), Failure> {
    match &args.command {
        KeysCommand::Create { account, scopes, addresses, label, hmac, making, place } => {
            let terms = Terms {
                account: AccountName::parse(account).map_err(|error| usage("--account", error))?,
                scopes: parsed_scopes(scopes)?,
                addresses: parsed_networks(addresses)?,
                label: label.clone(),
            };
            create(terms, *hmac, making, place, json)
        }
        KeysCommand::List { place } => list(place, json),
        KeysCommand::Revoke { id, place } => revoke(id, place, json),
        KeysCommand::Rotate { id, overlap, making, place } => rotate(id, overlap, making, place, json),
    }
}

impl From<KeyFileError> for Failure {
    fn from(error: KeyFileError) -> Failure {
        Failure::Error(error.into())
    }
}

/// What a key is for.
struct Terms {
    account: AccountName,
    scopes: Vec<Scope>,
    addresses: Vec<ipnet::IpNet>,
    label: String,
}

/// A secret that is told once.
enum Secret {
    /// The venue was given the public half by its owner.
    Theirs,
    Seed(SigningSeed),
    Hmac(Zeroizing<String>),
}

fn usage(what: &str, why: impl std::fmt::Display) -> Failure {
    Failure::Usage(format!("{what} {why}"))
}

fn parsed_scopes(names: &[String]) -> Result<Vec<Scope>, Failure> {
    let mut scopes = Vec::new();
    for name in names {
        let scope = Scope::from_name(name);
        let scope =
            scope.ok_or_else(|| usage("--scope", format!("{name}: must be of read, trade, transfer, admin")))?;
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    Ok(scopes)
}

fn parsed_networks(texts: &[String]) -> Result<Vec<ipnet::IpNet>, Failure> {
    texts.iter().map(|text| network(text).map_err(|why| usage("--address", why))).collect()
}

/// A length of time such as `90d`, `24h`, `30m`, `10s`, in nanoseconds.
fn length(text: &str) -> Option<u64> {
    let unit = text.chars().last()?;
    let seconds: u64 = match unit {
        'd' => 86_400,
        'h' => 3_600,
        'm' => 60,
        's' => 1,
        _ => return None,
    };
    let count: u64 = text[..text.len() - 1].parse().ok()?;
    count.checked_mul(seconds)?.checked_mul(1_000_000_000)
}

/// A time, or how long from now.
fn time(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let from_now = length(text).and_then(|length| now.0.checked_add(length)).map(Timestamp);
    let at = from_now.or_else(|| parse_time(text).ok());
    let at =
        at.ok_or_else(|| usage("--expires", format!("{text}: must be such as 90d, 12h or 2027-01-31T00:00:00Z")))?;
    if at <= now {
        return Err(usage("--expires", format!("{text}: is over already")));
    }
    Ok(at)
}

/// Now, as the file prints it.
fn moment() -> Timestamp {
    let now = now();
    Timestamp(now.0 - now.0 % 1_000)
}

/// The file of the keys of a data directory.
pub fn path_of(data: &Path, keys: Option<&PathBuf>) -> PathBuf {
    keys.cloned().unwrap_or_else(|| data.join("keys.toml"))
}

/// The file, its directory made.
fn file(place: &KeyPlace) -> Result<KeyFile, Failure> {
    let path = path_of(&place.data, place.keys.as_ref());
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory).with_context(|| format!("making {}", directory.display()))?;
    }
    Ok(KeyFile::at(&path))
}

/// Refuses a master key that a copy of the data directory, or of the keys, would take along.
pub fn check_apart(master: &Path, data: &Path, keys: &Path) -> Result<(), Failure> {
    let whole = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let above = |path: &Path| match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => whole(parent),
        _ => whole(Path::new(".")),
    };
    let master_home = above(master);
    if master_home.starts_with(whole(data)) || master_home == above(keys) {
        return Err(Failure::Usage(format!(
            "the master key {} lies with the data or the keys, so whoever copies them could open every secret; keep it \
             elsewhere",
            master.display()
        )));
    }
    Ok(())
}

fn create(terms: Terms, hmac: bool, making: &KeyMaking, place: &KeyPlace, json: bool) -> Result<(), Failure> {
    let file = file(place)?;
    let created = moment();
    let expires = making.expires.as_deref().map(|text| time(text, created)).transpose()?;
    let (key, secret) = file.change(|keys| {
        let id = KeyId::fresh();
        let (proof, secret) = if hmac { sealed(&id, keys, making, place, file.path())? } else { signing(making)? };
        let Terms { account, scopes, addresses, label } = terms;
        let key = Key { id, proof, account, scopes, addresses, label, created, expires, revoked: None, replaces: None };
        add(keys, key, &secret, making).map(|key| (key, secret))
    })?;
    tell(&key, &secret, making, json);
    Ok(())
}

/// Checks a new key and puts it with the others. Its secret is written first: a key that nobody has is of no use.
fn add(keys: &mut Vec<Key>, key: Key, secret: &Secret, making: &KeyMaking) -> Result<Key, Failure> {
    key.check().map_err(|why| usage("the key", why))?;
    if let (Some(to), Secret::Seed(seed)) = (&making.to, secret) {
        Credential { api_key: key.id.to_string(), seed: seed.clone() }.write(to)?;
    }
    keys.push(key.clone());
    Ok(key)
}

/// A pair, or the public half of one that is not ours.
fn signing(making: &KeyMaking) -> Result<(Proof, Secret), Failure> {
    if let Some(text) = &making.public_key {
        let public = public_key(text).map_err(|why| usage("--public-key", why))?;
        return Ok((Proof::Ed25519(public), Secret::Theirs));
    }
    let seed = SigningSeed::new(random());
    let public = public_key(&seed.public_key()).map_err(|why| anyhow!(why))?;
    Ok((Proof::Ed25519(public), Secret::Seed(seed)))
}

/// A secret under the master key, which is made with the first of them.
fn sealed(
    id: &KeyId,
    keys: &[Key],
    making: &KeyMaking,
    place: &KeyPlace,
    file: &Path,
) -> Result<(Proof, Secret), Failure> {
    if making.to.is_some() || making.public_key.is_some() {
        return Err(usage("--hmac", "goes with neither --to nor --public-key: its secret is shown"));
    }
    let Some(path) = &making.master_key else {
        return Err(Failure::Usage("an HMAC key needs what seals its secret: say --master-key FILE".to_owned()));
    };
    check_apart(path, &place.data, file)?;
    let known: Vec<_> = keys
        .iter()
        .filter_map(|key| match &key.proof {
            Proof::Hmac(sealed) => Some((&key.id, sealed)),
            _ => None,
        })
        .collect();
    let master = if path.exists() {
        MasterKey::read(path)
    } else if known.is_empty() {
        MasterKey::create(path)
    } else {
        return Err(Failure::Usage(format!("there are HMAC keys already, and no master key at {}", path.display())));
    };
    let master = master.context("the master key")?;
    if let Some((other, _)) = known.iter().find(|(other, sealed)| master.open(other, sealed).is_none()) {
        return Err(Failure::Usage(format!("{} is not the master key that sealed key {other}", path.display())));
    }
    let secret = Zeroizing::new(random::<HMAC_SECRET_BYTES>());
    let proof = Proof::Hmac(master.seal(id, &secret[..]));
    Ok((proof, Secret::Hmac(Zeroizing::new(STANDARD.encode(&secret[..])))))
}

fn rotate(id: &str, overlap: &str, making: &KeyMaking, place: &KeyPlace, json: bool) -> Result<(), Failure> {
    let overlap =
        length(overlap).ok_or_else(|| usage("--overlap", format!("{overlap}: must be such as 24h or 30m")))?;
    let file = file(place)?;
    let now = moment();
    let ends = now.0.checked_add(overlap).map(Timestamp).ok_or_else(|| usage("--overlap", "is too long"))?;
    let given = making.expires.as_deref().map(|text| time(text, now)).transpose()?;
    let (key, secret) = file.change(|keys| {
        let at = find(keys, id)?;
        if !keys[at].is_live(now) {
            return Err(Failure::Usage(format!("key {id} is over; make a new one with `unspent keys create`")));
        }
        let old = keys[at].clone();
        let fresh = KeyId::fresh();
        let (proof, secret) = match old.proof {
            Proof::Hmac(_) => sealed(&fresh, keys, making, place, file.path())?,
            _ => signing(making)?,
        };
        // As long a life as the old one was given.
        let life = old.expires.map(|expires| Timestamp(now.0.saturating_add(expires.0 - old.created.0.min(expires.0))));
        let key = Key {
            id: fresh,
            proof,
            created: now,
            expires: given.or(life),
            replaces: Some(old.id.clone()),
            ..old.clone()
        };
        keys[at].expires = Some(old.expires.map_or(ends, |expires| expires.min(ends)));
        add(keys, key, &secret, making).map(|key| (key, secret))
    })?;
    tell(&key, &secret, making, json);
    Ok(())
}

fn revoke(id: &str, place: &KeyPlace, json: bool) -> Result<(), Failure> {
    let now = moment();
    let key = file(place)?.change(|keys| {
        let at = find(keys, id)?;
        // The first time counts.
        keys[at].revoked.get_or_insert(now);
        Ok::<Key, Failure>(keys[at].clone())
    })?;
    if json {
        say!("{}", json_of(&key, now));
    } else {
        say!("{} is revoked; its connections are closed within a second", key.id);
    }
    Ok(())
}

fn find(keys: &[Key], id: &str) -> Result<usize, Failure> {
    let at = keys.iter().position(|key| key.id.as_str() == id);
    at.ok_or_else(|| Failure::Usage(format!("there is no key {id}; `unspent keys list` shows them")))
}

fn list(place: &KeyPlace, json: bool) -> Result<(), Failure> {
    let file = KeyFile::at(&path_of(&place.data, place.keys.as_ref()));
    let (keys, now) = (file.read()?, now());
    if keys.is_empty() && !json {
        say!("no keys in {}; make one with `unspent keys create`", file.path().display());
    }
    for key in &keys {
        if json {
            say!("{}", json_of(key, now));
        } else {
            let until = key.expires.map_or_else(|| "no end".to_owned(), print_time);
            say!(
                "{:<24} {:<8} {:<8} {:<20} {:<24} {:<27} {}",
                key.id.as_str(),
                state(key, now),
                key.proof.kind(),
                key.account.as_str(),
                names(&key.scopes),
                until,
                key.label
            );
        }
    }
    Ok(())
}

fn state(key: &Key, now: Timestamp) -> &'static str {
    match (key.revoked, key.is_live(now)) {
        (Some(_), _) => "revoked",
        (None, true) => "live",
        (None, false) => "expired",
    }
}

fn names(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(",")
}

/// A key for machines, without its secret.
fn json_of(key: &Key, now: Timestamp) -> serde_json::Value {
    serde_json::json!({
        "id": key.id.as_str(),
        "kind": key.proof.kind(),
        "account": key.account.as_str(),
        "scopes": key.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>(),
        "addresses": key.addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "label": key.label,
        "state": state(key, now),
        "created": print_time(key.created),
        "expires": key.expires.map(print_time),
        "revoked": key.revoked.map(print_time),
        "replaces": key.replaces.as_ref().map(KeyId::as_str),
    })
}

/// Says what was made, and this once its secret.
fn tell(key: &Key, secret: &Secret, making: &KeyMaking, json: bool) {
    let shown = match secret {
        Secret::Seed(seed) if making.to.is_none() => Some(("private_key", seed.to_base64())),
        Secret::Hmac(secret) => Some(("secret", secret.clone())),
        _ => None,
    };
    if json {
        let mut object = json_of(key, key.created);
        if let Some((name, secret)) = shown {
            object[name] = secret.as_str().into();
        }
        say!("{object}");
        return;
    }
    say!("key        {}", key.id);
    say!("account    {}", key.account);
    say!("scopes     {}", names(&key.scopes));
    say!("expires    {}", key.expires.map_or_else(|| "never".to_owned(), print_time));
    if let Some(old) = &key.replaces {
        say!("replaces   {old}");
    }
    match (shown, &making.to) {
        (Some((_, secret)), _) => {
            say!("secret     {}", secret.as_str());
            say!("The secret is shown this once and is not kept: write it down where only you can read it.");
        }
        (None, Some(to)) => say!("written to {}; log in with --key-file {0}", to.display()),
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_times_are_read() {
        assert_eq!(length("90d"), Some(90 * 86_400 * 1_000_000_000));
        assert_eq!(length("0s"), Some(0));
        for wrong in ["", "d", "90", "1.5h", "-1h", "9999999999999d", "1ä"] {
            assert_eq!(length(wrong), None, "{wrong}");
        }
        let now = Timestamp(1_700_000_000_000_000_000);
        assert_eq!(time("1h", now).unwrap(), Timestamp(now.0 + 3_600_000_000_000));
        assert!(time("2030-01-01T00:00:00Z", now).unwrap() > now);
        assert!(time("2020-01-01T00:00:00Z", now).is_err());
        assert!(time("0s", now).is_err());
        assert!(time("tomorrow", now).is_err());
    }

    #[test]
    fn a_master_key_lies_apart() {
        let dir = tempfile::tempdir().unwrap();
        let (data, other) = (dir.path().join("data"), dir.path().join("other"));
        std::fs::create_dir_all(data.join("deep")).unwrap();
        std::fs::create_dir_all(&other).unwrap();
        let keys = data.join("keys.toml");
        assert!(check_apart(&data.join("master"), &data, &keys).is_err());
        assert!(check_apart(&data.join("deep/master"), &data, &keys).is_err());
        assert!(check_apart(&other.join("../data/master"), &data, &keys).is_err());
        assert!(check_apart(&other.join("master"), &data, &other.join("keys.toml")).is_err());
        assert!(check_apart(&other.join("master"), &data, &keys).is_ok());
    }
}
