//! A key file: what its owner logs in with, readable by nobody else.

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;
use std::path::Path;
use unspent_client::SigningSeed;
use unspent_gateway::{private_text, write_private};
use zeroize::Zeroizing;

/// A key with its private half.
#[derive(Debug)]
pub struct Credential {
    /// The key's public name.
    pub api_key: String,
    /// What signs for it.
    pub seed: SigningSeed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    api_key: String,
    private_key: String,
}

impl Credential {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, others may read it, or it holds something else.
    pub fn read(path: &Path) -> Result<Credential> {
        let text = Zeroizing::new(private_text(path).with_context(|| format!("the key file {}", path.display()))?);
        // What the parser says may repeat a line, and with it the secret.
        let wrong = || anyhow!("the key file {} must hold an api_key and a private_key in base64", path.display());
        let text: Text = toml::from_str(&text).map_err(|_| wrong())?;
        let private = Zeroizing::new(text.private_key);
        let seed = SigningSeed::from_base64(&private).ok_or_else(wrong)?;
        Ok(Credential { api_key: text.api_key, seed })
    }

    /// Writes a new file.
    ///
    /// # Errors
    /// When there is one already, or it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let secret = self.seed.to_base64();
        let text = Zeroizing::new(format!("api_key = \"{}\"\nprivate_key = \"{}\"\n", self.api_key, secret.as_str()));
        write_private(path, text.as_bytes()).with_context(|| format!("writing {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_and_read_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("acme.key");
        let credential = Credential { api_key: "uk_1".to_owned(), seed: SigningSeed::new([7; 32]) };
        credential.write(&path).unwrap();
        assert!(credential.write(&path).is_err(), "nothing is overwritten");
        let again = Credential::read(&path).unwrap();
        assert_eq!((again.api_key.as_str(), again.seed.public_key()), ("uk_1", credential.seed.public_key()));
        std::fs::write(&path, "private_key = \"c2VjcmV0\"\n").unwrap();
        let error = format!("{:#}", Credential::read(&path).unwrap_err());
        assert!(error.contains("must hold an api_key") && !error.contains("c2VjcmV0"), "{error}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(format!("{:#}", Credential::read(&path).unwrap_err()).contains("chmod 600"));
    }
}
