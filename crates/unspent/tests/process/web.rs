//! The port as HTTP: health, what is not there, TLS, and requests that never end.

use crate::place::Place;
use crate::raw::{Raw, http};
use futures_util::StreamExt;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
}

#[test]
fn health_readiness_version_and_what_is_nowhere() {
    let place = Place::new();
    let server = place.start();
    crate::place::runtime().block_on(async {
        let address = server.address();
        let answer = async |path: &str| http(address, &get(path), Duration::from_secs(2)).await;
        let alive = answer("/healthz").await;
        assert!(alive.starts_with("HTTP/1.1 200 ") && alive.ends_with(r#"{"status":"ok"}"#), "{alive}");
        let ready = answer("/readyz").await;
        assert!(ready.starts_with("HTTP/1.1 200 ") && ready.contains(r#"{"ready":true,"seq":"#), "{ready}");
        let version = answer("/version").await;
        assert!(version.contains(&format!(r#""version":"{}""#, env!("CARGO_PKG_VERSION"))), "{version}");
        for path in ["/", "/nowhere", "/0/public/Nothing", "/ws/"] {
            let missing = answer(path).await;
            assert!(missing.starts_with("HTTP/1.1 404 "), "{missing}");
            assert!(missing.contains("content-type: application/problem+json"), "{missing}");
        }
        let wrong =
            http(address, "DELETE /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", Duration::from_secs(2));
        assert!(wrong.await.starts_with("HTTP/1.1 405 "));
        let upgrade = answer("/ws").await;
        assert!(upgrade.starts_with("HTTP/1.1 426 ") && upgrade.contains("upgrade: websocket"), "{upgrade}");
        let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(40_000));
        let long = http(address, &long, Duration::from_secs(2)).await;
        assert!(long.starts_with("HTTP/1.1 431 ") || long.starts_with("HTTP/1.1 414 "), "{long}");
        let many: String = (0..100).map(|i| format!("X-{i}: y\r\n")).collect();
        let many =
            http(address, &format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{many}\r\n"), Duration::from_secs(2)).await;
        assert!(many.starts_with("HTTP/1.1 431 "), "{many}");
    });
}

#[test]
fn a_thousand_slow_requests_do_not_keep_a_login_from_finishing() {
    let place = Place::new();
    let server = place.start();
    crate::place::runtime().block_on(async {
        let address = server.address().to_owned();
        let drip = |address: String| async move {
            let Ok(mut stream) = TcpStream::connect(&address).await else { return };
            for byte in get("/healthz").bytes() {
                if stream.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        let slow: Vec<_> = (0..1_000).map(|_| tokio::spawn(drip(address.clone()))).collect();
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let started = Instant::now();
        Raw::login(&address, "uk_acme_test").await;
        assert!(started.elapsed() < Duration::from_secs(1), "a login took {:?}", started.elapsed());
        // They are all dropped, long before they are done.
        let ended = async {
            for one in slow {
                let _ = one.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(12), ended).await.expect("slow ones are dropped");
    });
}

#[test]
fn a_websocket_under_tls_with_a_certificate_of_files() {
    let place = Place::new();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (place.beside("cert.pem"), place.beside("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let arguments = ["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];

    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = place.fail_to_start_with(&arguments);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("chmod 600"), "{refused:?}");

    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let server = place.start_with(&arguments);
    let address = server.url.strip_prefix("wss://").unwrap().strip_suffix("/ws").unwrap().to_owned();
    crate::place::runtime().block_on(async {
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone()).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_root_certificates(roots).with_no_client_auth();
        let connector = TlsConnector::from(Arc::new(config));
        let stream = TcpStream::connect(&address).await.unwrap();
        let stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
        let (mut socket, _) = tokio_tungstenite::client_async("wss://localhost/ws", stream).await.unwrap();
        let first = socket.next().await.unwrap().unwrap().into_text().unwrap();
        assert!(first.contains(r#""channel":"status""#), "{first}");
        // Plain text where TLS is spoken gets nothing.
        let plain = http(&address, &get("/healthz"), Duration::from_secs(7)).await;
        assert!(!plain.contains("HTTP/1.1 200"), "{plain}");
    });
}

#[test]
fn metrics_count_what_was_asked_and_what_came_of_it() {
    let place = Place::new();
    let server = place.start();
    crate::place::runtime().block_on(async {
        let address = server.address();
        let mut raw = Raw::login(address, "uk_acme_test").await;
        let order = r#"{"method":"add_order","params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.9}}"#;
        assert_eq!(raw.ask(order).await["success"], true);
        assert_eq!(raw.ask(r#"{"method":"cancel_order","params":{"order_id":"O-99"}}"#).await["success"], false);
        assert_eq!(raw.ask("{}").await["success"], false);
        let text = http(address, &get("/metrics"), Duration::from_secs(2)).await;
        for line in [
            r#"unspent_commands_total{kind="add_order",outcome="done"} 1"#,
            r#"unspent_commands_total{kind="cancel_order",outcome="refused"} 1"#,
            r#"unspent_refusals_total{reason="unknown_order"} 1"#,
            r#"unspent_refusals_total{reason="invalid_field"} 1"#,
            "unspent_acknowledgement_seconds_count 2",
            "unspent_connections 1",
            "unspent_ready 1",
        ] {
            assert!(text.lines().any(|told| told == line), "{line}\n{text}");
        }
        assert!(text.contains("unspent_batch_sync_seconds_bucket"), "{text}");
    });
}
