//! TLS by rustls: a certificate and its key from PEM files, read again when they change.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::server::TlsStream;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(10);

/// What is wrong with a certificate or its key.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{path}: {why}", path = .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What was wrong with it.
        why: String,
    },
    /// The key lies open.
    #[error("{path} holds a private key and others may read it (mode {mode:03o}); run: chmod 600 {path}", path = .path.display())]
    Exposed {
        /// Which.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The two do not go together, or are of no use here.
    #[error("the certificate and the key cannot be used: {0}")]
    Unusable(#[from] tokio_rustls::rustls::Error),
}

/// A certificate in use. Clones share it, and what it is replaced by.
#[derive(Clone)]
pub struct Tls(Arc<Inner>);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("cert", &self.0.cert).finish_non_exhaustive()
    }
}

struct Inner {
    cert: PathBuf,
    key: PathBuf,
    acceptor: RwLock<TlsAcceptor>,
}

impl Tls {
    /// Reads a chain of certificates, the venue's own first, and its private key.
    ///
    /// # Errors
    /// [`TlsError`]: also when others may read the key.
    pub fn read(cert: &Path, key: &Path) -> Result<Tls, TlsError> {
        let acceptor = RwLock::new(acceptor(cert, key)?);
        Ok(Tls(Arc::new(Inner { cert: cert.to_owned(), key: key.to_owned(), acceptor })))
    }

    /// Completes a handshake.
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let acceptor = self.0.acceptor.read().unwrap_or_else(PoisonError::into_inner).clone();
        acceptor.accept(stream).await
    }

    /// Looks at the files now and then, for ever, and takes what has changed. What cannot be used is logged, and the old stays.
    pub(crate) async fn follow(self) {
        let mut known = self.changed();
        loop {
            tokio::time::sleep(LOOK).await;
            let changed = self.changed();
            if changed == known {
                continue;
            }
            known = changed;
            match acceptor(&self.0.cert, &self.0.key) {
                Ok(acceptor) => {
                    *self.0.acceptor.write().unwrap_or_else(PoisonError::into_inner) = acceptor;
                    tracing::info!(cert = %self.0.cert.display(), "a new certificate is in use");
                }
                Err(error) => tracing::error!(%error, "the new certificate is not used"),
            }
        }
    }

    /// When either file was changed last.
    fn changed(&self) -> [Option<SystemTime>; 2] {
        [&self.0.cert, &self.0.key].map(|path| path.metadata().and_then(|about| about.modified()).ok())
    }
}

fn acceptor(cert: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    use std::os::unix::fs::PermissionsExt;
    let bad = |path: &Path, why: String| TlsError::File { path: path.to_owned(), why };
    let about = key.metadata().map_err(|error| bad(key, error.to_string()))?;
    let mode = about.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(TlsError::Exposed { path: key.to_owned(), mode });
    }
    let chain = CertificateDer::pem_file_iter(cert).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| bad(cert, error.to_string()))?;
    if chain.is_empty() {
        return Err(bad(cert, "no certificate in PEM form is in it".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| bad(key, error.to_string()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, private)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
