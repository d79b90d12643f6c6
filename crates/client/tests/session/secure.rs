//! TLS: a venue is reached when its certificate is from an authority that is trusted, and not otherwise.

use crate::soon;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use unspent_client::{Client, ClientError, Endpoint};

#[tokio::test]
async fn a_venue_over_tls_is_reached_through_the_authority_that_is_given() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let pem = made.cert.pem();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let tls =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("wss://localhost:{}/ws", listener.local_addr().unwrap().port());
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    let socket = tokio_tungstenite::accept_async(stream).await;
                    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
                    drop(socket);
                }
            });
        }
    });
    let trusting = Endpoint::new(&url).unwrap().with_authorities(pem.as_bytes()).unwrap();
    assert!(soon(Client::connect_to(&trusting)).await.is_ok());
    let refused = soon(Client::connect(&url)).await.err();
    assert!(matches!(refused, Some(ClientError::Unreachable { .. })), "{refused:?}");
    assert!(Endpoint::new(&url).unwrap().with_authorities(b"nothing").is_err());
    assert!(Endpoint::new("http://localhost").is_err());
}
