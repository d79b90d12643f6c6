//! The secrets of keys that the venue must know: sealed at rest, and opened only to check a request.

use super::key::KeyId;
use super::random::{hex, random};
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use std::fmt;
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use zeroize::Zeroizing;

/// Bytes of an HMAC secret, as Kraken gives them out.
pub const HMAC_SECRET_BYTES: usize = 64;
/// Bytes of XChaCha20's nonce, large enough to be drawn by chance.
const NONCE: usize = 24;

/// A secret under the master key: a nonce, then the ciphertext with its tag. It opens only for the key it was made for.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub(super) Vec<u8>);

/// What seals the secrets: 32 bytes in a file of their own, apart from the keys, so that a copy of the keys alone forges
/// nothing.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// Reads the file.
    ///
    /// # Errors
    /// When it cannot be read, others may read it, or it is no master key.
    pub fn read(path: &Path) -> io::Result<MasterKey> {
        let text = Zeroizing::new(private_text(path)?);
        let digits = text.trim().as_bytes();
        let mut bytes = Zeroizing::new([0; 32]);
        let whole = digits.len() == 64 && digits.iter().all(u8::is_ascii_hexdigit);
        if !whole {
            let why = format!("{} is no master key: it must hold 64 hexadecimal digits", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let pair = std::str::from_utf8(pair).expect("digits are text");
            *byte = u8::from_str_radix(pair, 16).expect("these are hexadecimal digits");
        }
        Ok(MasterKey(bytes))
    }

    /// Makes a new one where no file is.
    ///
    /// # Errors
    /// When there is a file, or it cannot be written.
    pub fn create(path: &Path) -> io::Result<MasterKey> {
        let bytes = Zeroizing::new(random::<32>());
        let text = Zeroizing::new(format!("{}\n", hex(&bytes[..])));
        write_private(path, text.as_bytes())?;
        Ok(MasterKey(bytes))
    }

    /// Seals a secret for one key.
    #[must_use]
    pub fn seal(&self, id: &KeyId, secret: &[u8]) -> Sealed {
        let nonce = random::<NONCE>();
        let payload = Payload { msg: secret, aad: &about(id) };
        let sealed = self.cipher().encrypt(&nonce.into(), payload).expect("a secret is short");
        Sealed([&nonce[..], &sealed].concat())
    }

    /// Opens a key's secret; `None` when it was not sealed for this key, or not by this master key.
    #[must_use]
    pub fn open(&self, id: &KeyId, sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.0.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: &about(id) };
        self.cipher().decrypt(&(*nonce).into(), payload).ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.0).into())
    }
}

/// What a sealed secret is bound to.
fn about(id: &KeyId) -> Vec<u8> {
    format!("unspent-hmac\n{id}").into_bytes()
}

/// The text of a file that holds a secret.
///
/// # Errors
/// When it cannot be read, or others than its owner may.
pub fn private_text(path: &Path) -> io::Result<String> {
    use std::io::Read;
    // The file that is looked at is the one that is read.
    let mut file = std::fs::File::open(path)?;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let why =
            format!("{0} holds secrets and others may read it (mode {mode:03o}); run: chmod 600 {0}", path.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text)
}

/// Writes a new file that only its owner may read, durably.
///
/// # Errors
/// When there is one already, or it cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    sync_parent(path)
}

/// Makes what was done to a file's name durable.
pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(parent)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_for_its_key_under_its_master_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master");
        let master = MasterKey::create(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(MasterKey::create(&path).is_err(), "one that is there is never overwritten");
        let (id, other) = (KeyId::fresh(), KeyId::fresh());
        let sealed = master.seal(&id, b"secret");
        let again = MasterKey::read(&path).unwrap();
        assert_eq!(again.open(&id, &sealed).unwrap().as_slice(), b"secret");
        assert!(again.open(&other, &sealed).is_none(), "bound to its key");
        for i in 0..sealed.0.len() {
            let mut forged = sealed.clone();
            forged.0[i] ^= 1;
            assert!(again.open(&id, &forged).is_none(), "byte {i}");
        }
        assert!(again.open(&id, &Sealed(vec![1; 5])).is_none());
        let stranger = MasterKey::create(&dir.path().join("stranger")).unwrap();
        assert!(stranger.open(&id, &sealed).is_none());
        assert_eq!(format!("{master:?}"), "MasterKey(…)");
    }

    #[test]
    fn a_master_key_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master");
        MasterKey::create(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = MasterKey::read(&path).unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, "zz").unwrap();
        assert!(MasterKey::read(&path).unwrap_err().to_string().contains("64 hexadecimal digits"));
    }
}
