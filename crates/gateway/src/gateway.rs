//! Starts and stops the whole rim.

use crate::announcer::Announcer;
use crate::directory::Directory;
use crate::http::{self, Door, Front, Tls};
use crate::keys::Keys;
use crate::metrics::Metrics;
use crate::publisher::Publisher;
use crate::rates::{RateLimits, Rates};
use crate::road::{Inbound, Released};
use crate::server::Shared;
use crate::stats::Stats;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::watch;
use unspent_model::Event;

/// Messages to the publisher that may wait; beyond, a subscription is told "busy".
const WAITING_CONTROL: usize = 16_384;

/// How the port is opened.
#[derive(Debug, Default)]
pub struct PortOptions {
    /// A certificate; without one the port speaks plain text.
    pub tls: Option<Tls>,
    /// Pages elsewhere that may connect, as a browser names them: `https://desk.example`.
    pub origins: Vec<String>,
    /// How much is let in.
    pub rates: RateLimits,
    /// Where the operator is listened to; nowhere without it. It has the port's certificate.
    pub admin: Option<TcpListener>,
}

/// The open port. Until a [`Gateway`] is put behind it, it says that the venue is not ready.
#[derive(Debug)]
pub struct Port {
    address: SocketAddr,
    admin: Option<SocketAddr>,
    front: Arc<Front>,
}

impl Port {
    /// Answers on the current tokio runtime.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn open(listener: TcpListener, options: PortOptions) -> io::Result<Port> {
        let address = listener.local_addr()?;
        let PortOptions { tls, origins, rates, admin } = options;
        let (rates, metrics) = (Arc::new(Rates::new(rates)), Arc::new(Metrics::new()));
        let front = Arc::new(Front { door: Door::default(), origins, rates, metrics, stop: watch::channel(false).0 });
        if let Some(tls) = &tls {
            tokio::spawn(tls.clone().follow());
        }
        let admin = match admin {
            None => None,
            Some(listener) => {
                let address = listener.local_addr()?;
                let router = http::admin_router(Arc::clone(&front));
                tokio::spawn(http::serve(listener, router, tls.clone(), Arc::clone(&front)));
                Some(address)
            }
        };
        tokio::spawn(http::serve(listener, http::router(Arc::clone(&front)), tls, Arc::clone(&front)));
        Ok(Port { address, admin, front })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A handle to say how far the replay is.
    pub fn progress(&self) -> impl Fn(u64) + Send + 'static {
        let front = Arc::clone(&self.front);
        move |seq| {
            front.door.replayed(seq);
            front.metrics.replayed(seq);
        }
    }
}

/// What the rim is made of.
#[derive(Debug)]
pub struct Options {
    /// The open port.
    pub port: Port,
    /// Who may log in.
    pub keys: Keys,
    /// To the engine.
    pub inbound: Sender<Inbound>,
    /// From the journal.
    pub released: Receiver<Released>,
    /// As of the last replayed command.
    pub announcer: Announcer,
    /// True while the disk is nearly full: what adds to the book is refused then, what takes from it is not.
    pub disk_short: Arc<AtomicBool>,
}

/// A running rim.
#[derive(Debug)]
pub struct Gateway {
    port: Port,
    stats: Arc<Stats>,
    publisher: JoinHandle<()>,
}

impl Gateway {
    /// Starts the publisher's thread and lets connections in.
    ///
    /// # Errors
    /// When a thread cannot be had.
    pub fn start(options: Options) -> io::Result<Gateway> {
        let Options { port, keys, inbound, released, announcer, disk_short } = options;
        let stats = Arc::new(Stats::default());
        let directory = Directory::default();
        let accounts = announcer.view().balances().accounts().iter().map(|account| Event::AccountOpened {
            account: account.account,
            name: account.name,
            group: account.group,
        });
        let instruments = announcer
            .view()
            .markets()
            .map(|(instrument, market)| Event::InstrumentListed { instrument, spec: Box::new(market.spec.clone()) });
        directory.follow(&instruments.chain(accounts).collect::<Vec<Event>>());
        let (control, controls) = bounded(WAITING_CONTROL);
        let publisher = Publisher::new(
            announcer,
            directory.clone(),
            Arc::clone(&stats),
            Arc::clone(&port.front.metrics),
            Arc::clone(&disk_short),
        );
        let spawn = std::thread::Builder::new().name("publisher".into());
        let publisher = spawn.spawn(move || publisher.run(&released, &controls))?;
        let connections = AtomicU64::new(0);
        tokio::spawn(keys.clone().follow(port.front.stop.subscribe()));
        let shared = Shared {
            rates: Arc::clone(&port.front.rates),
            metrics: Arc::clone(&port.front.metrics),
            inbound,
            control,
            directory,
            keys,
            stats: Arc::clone(&stats),
            connections,
            disk_short,
        };
        port.front.door.open(Arc::new(shared));
        Ok(Gateway { port, stats, publisher })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.port.address
    }

    /// Where the operator is listened to, if anywhere.
    #[must_use]
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.port.admin
    }

    /// Its counters.
    #[must_use]
    pub fn stats(&self) -> Arc<Stats> {
        Arc::clone(&self.stats)
    }

    /// Stops taking requests. What was taken is carried out, written and told; then connections are closed with 4012.
    pub fn stop(&self) {
        self.port.front.door.shut();
        self.port.front.stop.send_replace(true);
    }

    /// Waits until everything is told. Blocks: call it where blocking is allowed, after the engine has ended.
    ///
    /// # Errors
    /// When the publisher panicked.
    pub fn join(self) -> std::thread::Result<()> {
        self.publisher.join()
    }
}
