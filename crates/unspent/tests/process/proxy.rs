//! A road between a client and a server that is cut at random.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Forwards bytes both ways. Cutting drops what is under way, in both directions.
pub struct Proxy {
    address: SocketAddr,
    target: Arc<Mutex<String>>,
    cuts: watch::Sender<u32>,
    /// Connections that were made through it.
    pub made: Arc<AtomicU32>,
}

impl Proxy {
    pub async fn to(target: &str) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let target = Arc::new(Mutex::new(target.to_owned()));
        let (cuts, cut) = watch::channel(0);
        let made = Arc::new(AtomicU32::new(0));
        tokio::spawn({
            let (target, made) = (target.clone(), made.clone());
            async move {
                while let Ok((mut near, _)) = listener.accept().await {
                    let (target, mut cut) = (target.lock().unwrap().clone(), cut.clone());
                    let made = made.clone();
                    cut.mark_unchanged();
                    tokio::spawn(async move {
                        let Ok(mut far) = TcpStream::connect(target).await else { return };
                        made.fetch_add(1, Ordering::Relaxed);
                        tokio::select! {
                            _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                            _ = cut.changed() => {}
                        }
                    });
                }
            }
        });
        Proxy { address, target, cuts, made }
    }

    pub fn url(&self) -> String {
        format!("ws://{}/ws", self.address)
    }

    /// Cuts every connection through it.
    pub fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Where new connections go from now on.
    pub fn turn_to(&self, target: &str) {
        target.clone_into(&mut self.target.lock().unwrap());
    }

    /// Cuts every so many milliseconds or so, for ever.
    pub async fn cut_for_ever(&self, about_ms: u64) {
        for round in 1_u64.. {
            tokio::time::sleep(Duration::from_millis(about_ms / 2 + round * 7_919 % about_ms)).await;
            self.cut();
        }
    }
}
