//! Where a venue is, and whom its certificate must be from.

use crate::ClientError;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::Connector;

/// A venue's address: `ws://` in the clear, `wss://` over TLS.
#[derive(Clone)]
pub struct Endpoint {
    url: String,
    /// TLS with authorities of the caller's choice; absent: those that the system trusts.
    tls: Option<Arc<ClientConfig>>,
}

impl Endpoint {
    /// A venue at a URL such as `wss://venue.example/ws`, whose certificate is from an authority that the system trusts.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] when the URL starts with neither `ws://` nor `wss://`.
    pub fn new(url: impl Into<String>) -> Result<Endpoint, ClientError> {
        let url = url.into();
        if !url.starts_with("ws://") && !url.starts_with("wss://") {
            return Err(ClientError::Unreachable { url, why: "it must start with ws:// or wss://".to_owned() });
        }
        Ok(Endpoint { url, tls: None })
    }

    /// The same venue, whose certificate must be from one of the authorities in PEM text, and from no other.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] when the text holds no certificate that can be read.
    pub fn with_authorities(self, pem: &[u8]) -> Result<Endpoint, ClientError> {
        let Endpoint { url, .. } = self;
        match trusting(pem) {
            Ok(tls) => Ok(Endpoint { url, tls: Some(Arc::new(tls)) }),
            Err(why) => Err(ClientError::Unreachable { url, why }),
        }
    }

    /// The same with the authorities in a file.
    ///
    /// # Errors
    /// As for [`Endpoint::with_authorities`], and when the file cannot be read.
    pub fn with_authorities_in(self, path: &Path) -> Result<Endpoint, ClientError> {
        match std::fs::read(path) {
            Ok(pem) => self.with_authorities(&pem),
            Err(error) => {
                Err(ClientError::Unreachable { url: self.url, why: format!("reading {}: {error}", path.display()) })
            }
        }
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn connector(&self) -> Option<Connector> {
        self.tls.clone().map(Connector::Rustls)
    }
}

fn trusting(pem: &[u8]) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| format!("the certificate authorities: {error}"))?;
        roots.add(certificate).map_err(|error| format!("the certificate authorities: {error}"))?;
    }
    if roots.is_empty() {
        return Err("the certificate authorities: no certificate in PEM".to_owned());
    }
    Ok(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}
