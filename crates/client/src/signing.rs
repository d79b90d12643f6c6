//! The private half of a key, and what it signs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use std::fmt;
use unspent_protocol::login_message;
use zeroize::Zeroizing;

/// The 32 secret bytes of an Ed25519 key. Never printed by accident, and wiped when dropped.
#[derive(Clone)]
pub struct SigningSeed(Zeroizing<[u8; 32]>);

impl fmt::Debug for SigningSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSeed(…)")
    }
}

impl SigningSeed {
    /// From bytes that nobody else knows.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> SigningSeed {
        SigningSeed(Zeroizing::new(bytes))
    }

    /// From base64; `None` when it is not the base64 of 32 bytes.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<SigningSeed> {
        let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
        Some(SigningSeed::new(bytes.as_slice().try_into().ok()?))
    }

    /// As base64: the secret itself, to be written where only its owner reads.
    #[must_use]
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(&self.0[..]))
    }

    /// The public half, in base64: what the venue is given.
    #[must_use]
    pub fn public_key(&self) -> String {
        STANDARD.encode(SigningKey::from_bytes(&self.0).verifying_key().as_bytes())
    }

    /// The signature of a login, in base64, over the challenge that the connection was given.
    #[must_use]
    pub fn sign_login(&self, api_key: &str, challenge: &str) -> String {
        self.sign(login_message(api_key, challenge).as_bytes())
    }

    /// A signature of anything, in base64.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> String {
        STANDARD.encode(SigningKey::from_bytes(&self.0).sign(message).to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, 7.1, test 1.
    #[test]
    fn the_published_example_holds() {
        let seed = SigningSeed::from_base64("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=").unwrap();
        assert_eq!(seed.public_key(), "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        assert_eq!(
            seed.sign(b""),
            "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw=="
        );
        assert_eq!(seed.to_base64().as_str(), "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=");
        assert_eq!(format!("{seed:?}"), "SigningSeed(…)");
        for wrong in ["", "AAAA", "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "?"] {
            assert!(SigningSeed::from_base64(wrong).is_none(), "{wrong}");
        }
    }
}
