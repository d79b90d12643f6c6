//! The file of the keys: read whole, written whole, never readable by others.
//!
//! A change is written beside the file, synced and renamed over it, so a reader sees the old keys or the new, and a crash
//! leaves one of them. Two changes at once wait for each other.

use super::key::{Key, KeyId, Proof, Scope};
use super::secret::{Sealed, private_text, sync_parent};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use unspent_model::AccountName;
use unspent_protocol::{parse_time, print_time};

/// Keys of a file, those that are over included.
pub const MAX_KEYS: usize = 10_000;
/// Bytes of a file: ten thousand keys of a kilobyte and more.
const MAX_BYTES: u64 = 16 << 20;

/// Why the file of the keys is of no use.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or written, or others may read it.
    #[error("the key file {path}: {error}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// It holds something else than keys.
    #[error("the key file {path}: {why}")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is wrong, and with which key.
        why: String,
    },
    /// It has as many keys as it may.
    #[error("the key file {path} has {MAX_KEYS} keys; take out some that are revoked or expired")]
    Full {
        /// Which.
        path: PathBuf,
    },
}

/// A file's looks: when they change, so may what is in it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: (i64, i64),
    changed: (i64, i64),
    inode: u64,
    bytes: u64,
    mode: u32,
}

/// The file of the keys.
#[derive(Clone, Debug)]
pub struct KeyFile {
    path: PathBuf,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Text {
    version: u32,
    #[serde(default, rename = "key")]
    keys: Vec<KeyText>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct KeyText {
    id: String,
    account: String,
    scopes: Vec<Scope>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    label: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<String>,
    created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
    /// Of `ed25519`: 32 bytes in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<String>,
    /// Of `hmac`: in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
}

impl KeyFile {
    /// The file at a path, which need not be there yet.
    #[must_use]
    pub fn at(path: &Path) -> KeyFile {
        KeyFile { path: path.to_owned() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The keys in it, in their order; none when there is no file.
    ///
    /// # Errors
    /// When it cannot be read, others may read it, or it holds something else than keys.
    pub fn read(&self) -> Result<Vec<Key>, KeyFileError> {
        match std::fs::metadata(&self.path) {
            Ok(about) if about.len() > MAX_BYTES => {
                return Err(self.malformed(format!("it is longer than {MAX_BYTES} bytes")));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.io(error)),
        }
        let text = private_text(&self.path).map_err(|error| self.io(error))?;
        let text: Text = toml::from_str(&text).map_err(|error| self.malformed(error.to_string()))?;
        if text.version != 1 {
            return Err(self.malformed(format!("its version is {}; this program reads version 1", text.version)));
        }
        if text.keys.len() > MAX_KEYS {
            return Err(KeyFileError::Full { path: self.path.clone() });
        }
        let mut names = HashSet::new();
        let keys = text.keys.iter().map(|entry| {
            let key = key(entry).map_err(|why| self.malformed(format!("key {}: {why}", entry.id)))?;
            if !names.insert(key.id.clone()) {
                return Err(self.malformed(format!("key {} is there twice", entry.id)));
            }
            Ok(key)
        });
        keys.collect()
    }

    /// Reads the keys, lets `change` have them and writes them, while no other change can come between.
    ///
    /// # Errors
    /// As for [`KeyFile::read`], those of `change`, and when it cannot be written; then the file is as it was.
    pub fn change<T, E: From<KeyFileError>>(&self, change: impl FnOnce(&mut Vec<Key>) -> Result<T, E>) -> Result<T, E> {
        let lock = self.path.with_extension("lock");
        let lock = std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(lock);
        let lock = lock.map_err(|error| self.io(error))?;
        lock.lock().map_err(|error| self.io(error))?;
        let mut keys = self.read()?;
        let made = change(&mut keys)?;
        if keys.len() > MAX_KEYS {
            return Err(KeyFileError::Full { path: self.path.clone() }.into());
        }
        self.write(&keys).map_err(|error| self.io(error))?;
        Ok(made)
    }

    fn write(&self, keys: &[Key]) -> io::Result<()> {
        let text = Text { version: 1, keys: keys.iter().map(text_of).collect() };
        let text = toml::to_string(&text).expect("keys serialise");
        let fresh = self.path.with_extension("new");
        match std::fs::remove_file(&fresh) {
            // Of a change that a crash ended.
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        file.write_all(
            b"# The keys of a venue, written by `unspent keys`. A running venue sees a change within a second.\n",
        )?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&fresh, &self.path)?;
        sync_parent(&self.path)
    }

    /// The file's looks; `None` when there is none.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        let about = std::fs::metadata(&self.path).ok()?;
        Some(Stamp {
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
            inode: about.ino(),
            bytes: about.len(),
            mode: about.mode(),
        })
    }

    fn io(&self, error: io::Error) -> KeyFileError {
        KeyFileError::Io { path: self.path.clone(), error }
    }

    fn malformed(&self, why: String) -> KeyFileError {
        KeyFileError::Malformed { path: self.path.clone(), why }
    }
}

fn key(entry: &KeyText) -> Result<Key, String> {
    let time = |name: &str, text: &str| parse_time(text).map_err(|error| format!("{name}: {error}"));
    let id = |text: &str| KeyId::parse(text).ok_or_else(|| format!("{text} is no key id"));
    let bytes = |name: &str, text: &str| STANDARD.decode(text).map_err(|error| format!("{name}: {error}"));
    let proof = match (&entry.public_key, &entry.sealed) {
        (Some(public), None) => Proof::Ed25519(public_key(public)?),
        (None, Some(sealed)) => Proof::Hmac(Sealed(bytes("sealed", sealed)?)),
        _ => return Err("it must have one of public_key and sealed".to_owned()),
    };
    let networks = entry.addresses.iter().map(|text| network(text));
    let key = Key {
        id: id(&entry.id)?,
        proof,
        account: AccountName::parse(&entry.account).map_err(|error| format!("account: {error}"))?,
        scopes: entry.scopes.clone(),
        addresses: networks.collect::<Result<_, _>>()?,
        label: entry.label.clone(),
        created: time("created", &entry.created)?,
        expires: entry.expires.as_deref().map(|text| time("expires", text)).transpose()?,
        revoked: entry.revoked.as_deref().map(|text| time("revoked", text)).transpose()?,
        replaces: entry.replaces.as_deref().map(id).transpose()?,
    };
    key.check().map_err(|why| format!("it {why}"))?;
    Ok(key)
}

fn text_of(key: &Key) -> KeyText {
    let (public_key, sealed) = match &key.proof {
        Proof::Ed25519(public) => (Some(STANDARD.encode(public.as_bytes())), None),
        Proof::Hmac(sealed) => (None, Some(STANDARD.encode(&sealed.0))),
        Proof::Static(_) => unreachable!("static keys are not of this file"),
    };
    KeyText {
        id: key.id.to_string(),
        account: key.account.to_string(),
        scopes: key.scopes.clone(),
        label: key.label.clone(),
        addresses: key.addresses.iter().map(IpNet::to_string).collect(),
        created: print_time(key.created),
        expires: key.expires.map(print_time),
        revoked: key.revoked.map(print_time),
        replaces: key.replaces.as_ref().map(KeyId::to_string),
        public_key,
        sealed,
    }
}

/// Reads an Ed25519 public key in base64.
///
/// # Errors
/// What would be one.
pub fn public_key(text: &str) -> Result<VerifyingKey, String> {
    let bytes = STANDARD.decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let public = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    public
        .filter(|public| !public.is_weak())
        .ok_or_else(|| format!("{text} is no Ed25519 public key: it must be the base64 of its 32 bytes"))
}

/// Reads a network, or an address alone.
///
/// # Errors
/// What would be one.
pub fn network(text: &str) -> Result<IpNet, String> {
    let alone = || text.parse().ok().map(|address: std::net::IpAddr| IpNet::from(address.to_canonical()));
    let network = text.parse().ok().map(|network: IpNet| network.trunc()).or_else(alone);
    network.ok_or_else(|| format!("{text} is no network: it must be such as 10.1.0.0/16, 192.0.2.7 or 2001:db8::/32"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;
    use std::os::unix::fs::PermissionsExt;
    use unspent_model::Timestamp;

    fn sample(label: &str) -> Key {
        Key {
            id: KeyId::fresh(),
            proof: Proof::Ed25519(SigningKey::from_bytes(&[7; 32]).verifying_key()),
            account: AccountName::parse("acme").unwrap(),
            scopes: vec![Scope::Read, Scope::Admin],
            addresses: vec![network("10.1.2.3/16").unwrap(), network("::1").unwrap()],
            label: label.to_owned(),
            created: Timestamp(1_700_000_000_000_000_000),
            expires: Some(Timestamp(1_800_000_000_000_000_000)),
            revoked: None,
            replaces: Some(KeyId::fresh()),
        }
    }

    #[test]
    fn keys_are_written_and_read_again_whole() {
        let dir = tempfile::tempdir().unwrap();
        let file = KeyFile::at(&dir.path().join("keys.toml"));
        assert_eq!(file.read().unwrap(), []);
        assert!(file.stamp().is_none());
        let mut sealed = sample("\"quoted\" = [x] ä");
        sealed.proof = Proof::Hmac(Sealed(vec![1, 2, 3]));
        let keys = [sample("one"), sealed];
        file.change(|known| -> Result<(), KeyFileError> {
            known.extend(keys.clone());
            Ok(())
        })
        .unwrap();
        assert_eq!(file.read().unwrap(), keys);
        assert_eq!(std::fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
        let before = file.stamp();
        // A change that fails leaves the file alone, and what a crash left is in nobody's way.
        std::fs::write(dir.path().join("keys.new"), "half").unwrap();
        let failed: Result<(), KeyFileError> = file.change(|known| {
            known.clear();
            Err(KeyFileError::Full { path: PathBuf::new() })
        });
        assert!(failed.is_err());
        assert_eq!(file.stamp(), before);
        file.change(|known| -> Result<(), KeyFileError> {
            known.remove(0);
            Ok(())
        })
        .unwrap();
        assert_ne!(file.stamp(), before);
        assert_eq!(file.read().unwrap(), keys[1..]);
    }

    #[test]
    fn changes_at_once_do_not_lose_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let file = KeyFile::at(&dir.path().join("keys.toml"));
        std::thread::scope(|scope| {
            for i in 0..8 {
                let file = &file;
                scope.spawn(move || {
                    file.change(|known| -> Result<(), KeyFileError> {
                        known.push(sample(&i.to_string()));
                        Ok(())
                    })
                    .unwrap();
                });
            }
        });
        assert_eq!(file.read().unwrap().len(), 8);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.toml");
        let file = KeyFile::at(&path);
        file.change(|known| -> Result<(), KeyFileError> {
            known.push(sample("x"));
            Ok(())
        })
        .unwrap();
        let good = std::fs::read_to_string(&path).unwrap();
        let weak = STANDARD.encode([0; 32]);
        let public = good.lines().find_map(|line| line.strip_prefix("public_key = ")).unwrap();
        for (from, to, says) in [
            ("version = 1", "version = 2", "reads version 1"),
            ("\"admin\"", "\"owner\"", "unknown variant"),
            ("addresses = [\"10.1.0.0/16\", \"::1/128\"]", "", "scope admin and no address"),
            ("10.1.0.0/16", "10.1.0.0/99", "such as 10.1.0.0/16"),
            ("label", "lable", "unknown field"),
            ("acme", "a b", "account"),
            (public, &format!("\"{weak}\""), "no Ed25519 public key"),
            ("public_key", "sealed", "sealed"),
        ] {
            let bad = good.replace(from, to);
            assert_ne!(bad, good, "{from}");
            std::fs::write(&path, if to == "sealed" { format!("{bad}public_key = {public}\n") } else { bad }).unwrap();
            let error = file.read().unwrap_err().to_string();
            assert!(error.contains(says), "{from}: {error}");
        }
        let twice = format!("{good}{}", good.split_once("version = 1").unwrap().1);
        std::fs::write(&path, twice).unwrap();
        assert!(file.read().unwrap_err().to_string().contains("is there twice"));
        std::fs::write(&path, good).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o604)).unwrap();
        assert!(file.read().unwrap_err().to_string().contains("chmod 600"));
    }
}
