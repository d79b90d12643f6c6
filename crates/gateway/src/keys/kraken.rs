//! Kraken's way to sign a request: `API-Sign` is HMAC-SHA512 of the path and SHA-256 of nonce and body.
//!
//! Source: Kraken, "Spot REST authentication": `HMAC-SHA512 of (URI path + SHA256(nonce + POST data)) and base64 decoded
//! secret API key`.

use super::key::KeyId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};
use std::collections::HashMap;
use std::sync::Mutex;

/// Whether `signature` is the one of this request. Compared in a time that does not depend on it.
pub(super) fn holds(secret: &[u8], path: &str, nonce: &str, body: &[u8], signature: &str) -> bool {
    let mut inner = Sha256::new();
    inner.update(nonce.as_bytes());
    inner.update(body);
    let mut mac = Hmac::<Sha512>::new_from_slice(secret).expect("an HMAC takes secrets of any length");
    mac.update(path.as_bytes());
    mac.update(&inner.finalize());
    let signature = STANDARD.decode(signature).unwrap_or_default();
    mac.verify_slice(&signature).is_ok()
}

/// The highest nonce of each key. One number a key, and only of keys whose signature held, so it is bounded by the keys.
///
/// Kept while the process runs: after a restart the first nonce of a key is taken whatever it is, so a request that
/// was overheard could be sent again once. TLS keeps it from being overheard, and an order's `cl_ord_id` from being
/// entered twice.
#[derive(Debug, Default)]
pub(super) struct Nonces(Mutex<HashMap<KeyId, u64>>);

impl Nonces {
    /// Takes a nonce that is higher than all before it.
    pub fn take(&self, key: &KeyId, nonce: u64) -> bool {
        let mut highest = self.0.lock().expect("no code panics while it holds this lock");
        match highest.get_mut(key) {
            Some(highest) if nonce <= *highest => false,
            Some(highest) => {
                *highest = nonce;
                true
            }
            None => {
                highest.insert(key.clone(), nonce);
                true
            }
        }
    }

    /// Forgets the keys that are over.
    pub fn retain(&self, mut alive: impl FnMut(&KeyId) -> bool) {
        self.0.lock().expect("no code panics while it holds this lock").retain(|key, _| alive(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kraken's own example, from its documentation of `API-Sign`.
    #[test]
    fn the_documented_example_holds_and_nothing_near_it() {
        let secret = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";
        let secret = STANDARD.decode(secret).unwrap();
        let signature = "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==";
        let (path, nonce) = ("/0/private/AddOrder", "1616492376594");
        let body = b"nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25";
        assert!(holds(&secret, path, nonce, body, signature));
        assert!(!holds(&secret[1..], path, nonce, body, signature));
        assert!(!holds(&secret, "/0/private/CancelOrder", nonce, body, signature));
        assert!(!holds(&secret, path, "1616492376595", body, signature));
        assert!(!holds(&secret, path, nonce, &body[1..], signature));
        for wrong in ["", "AAAA", &signature[..84], &signature.replacen('4', "5", 1), "not base64 !"] {
            assert!(!holds(&secret, path, nonce, body, wrong), "{wrong}");
        }
    }

    #[test]
    fn nonces_only_rise_each_keys_by_itself() {
        let nonces = Nonces::default();
        let (one, other) = (KeyId::fresh(), KeyId::fresh());
        assert!(nonces.take(&one, 5));
        assert!(!nonces.take(&one, 5));
        assert!(!nonces.take(&one, 4));
        assert!(nonces.take(&other, 1));
        assert!(nonces.take(&one, u64::MAX));
        assert!(!nonces.take(&one, u64::MAX));
        nonces.retain(|key| *key == other);
        assert!(!nonces.take(&other, 1));
        assert!(nonces.take(&one, 1));
    }
}
