//! Accepts connections and speaks HTTP/1.1 on each until it ends or becomes a websocket.

use super::{Front, HANDSHAKE, Peer, Tls, Transport};
use crate::rates::clock;
use axum::Router;
use axum::extract::Extension;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Sockets that have not become websockets at a time. Beyond, a new one is closed unheard: they are strangers, and each has
/// its time to ask.
const MAX_ASKING: usize = 4_096;
/// Bytes that the kernel may hold unsent for one connection. Small, so that who does not read is noticed.
const SEND_BUFFER: usize = 64 << 10;
/// How long after its last request a connection may stay: whatever is asked is answered long before, so one that is still there
/// does not take its answer.
const QUIET: Duration = Duration::from_secs(30);
/// Bytes of a request's head.
const MAX_HEAD: usize = 16 << 10;
/// Fields in a request's head.
const MAX_HEADERS: usize = 64;

/// Accepts connections until the venue stops.
pub(crate) async fn serve(listener: TcpListener, router: Router, tls: Option<Tls>, front: Arc<Front>) {
    let asking = Arc::new(Semaphore::new(MAX_ASKING));
    let mut stop = front.stop.subscribe();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|&stop| stop) => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Ok(seat) = Arc::clone(&asking).try_acquire_owned() else { continue };
                tokio::spawn(welcome(stream, peer, seat, router.clone(), tls.clone(), Arc::clone(&front)));
            }
            Err(error) => {
                // Out of file descriptors, most likely: connections that end will free some.
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn welcome(
    stream: TcpStream,
    peer: SocketAddr,
    seat: OwnedSemaphorePermit,
    router: Router,
    tls: Option<Tls>,
    front: Arc<Front>,
) {
    // Answers are small and each matters: none may wait for another.
    let _ = stream.set_nodelay(true);
    // Best effort: without it a slow reader is noticed later.
    let _ = socket2::SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER);
    let transport = match tls {
        None => Transport::Plain(stream),
        Some(tls) => match tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => Transport::Tls(Box::new(stream)),
            // Scanners and plain text: nobody to tell.
            Ok(Err(_)) | Err(_) => return,
        },
    };
    let service = TowerToHyperService::new(router.layer(Extension(Peer(peer.ip()))));
    let asked = Arc::new(AtomicU64::new(clock()));
    let service = {
        let asked = Arc::clone(&asked);
        service_fn(move |request| {
            asked.store(clock(), Ordering::Relaxed);
            service.call(request)
        })
    };
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HANDSHAKE)
        .max_headers(MAX_HEADERS)
        .max_header_size(MAX_HEAD)
        .serve_connection(TokioIo::new(transport), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let mut stop = front.stop.subscribe();
    let stopping = loop {
        let quiet = clock().saturating_sub(asked.load(Ordering::Relaxed));
        let Some(left) = QUIET.checked_sub(Duration::from_nanos(quiet)) else { return };
        tokio::select! {
            _ = connection.as_mut() => break false,
            stopping = stop.wait_for(|&stop| stop) => break stopping.is_ok(),
            () = tokio::time::sleep(left + Duration::from_millis(1)) => {}
        }
    };
    if stopping {
        // What is being answered is answered; who is still asking must not hold up the end.
        connection.as_mut().graceful_shutdown();
        let _ = tokio::time::timeout(HANDSHAKE, connection).await;
    }
    drop(seat);
}
