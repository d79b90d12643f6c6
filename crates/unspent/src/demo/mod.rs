//! `unspent demo`: a venue, its traffic and a view of it, in one process.

pub mod market;
pub mod rng;
mod screen;
mod traffic;
mod watcher;

use crate::cli::DemoArgs;
use crate::commands::serve::runtime;
use crate::failure::Failure;
use crate::venue::{Venue, VenueOptions, describe};
use crate::venue_file::VenueFile;
use anyhow::Context;
use market::{CATALOGUE, CATALOGUE_TOML, PARTICIPANTS, VISITOR, key_of, venue_toml};
use std::io::{IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use watcher::Watcher;

/// Runs the demo.
pub fn run(args: &DemoArgs, json: bool) -> Result<(), Failure> {
    if !args.listen.ip().is_loopback() {
        let message = format!("everybody knows the demo's keys: it listens on loopback only, not on {}", args.listen);
        return Err(Failure::Usage(message));
    }
    runtime()?.block_on(demo(args, json))
}

async fn demo(args: &DemoArgs, json: bool) -> Result<(), Failure> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let full_screen = !args.headless && !json && std::io::stdout().is_terminal();
    let file = venue_file(&args.data)?;
    let options = VenueOptions {
        tls: None,
        origins: Vec::new(),
        data: args.data.clone(),
        listen: args.listen,
        admin_listen: None,
        keys: args.data.join("keys.toml"),
        master_key: None,
        file,
        segment_bytes: 64 << 20,
        snapshot_segments: 4,
        replay_all: false,
    };
    let progress = |seq: u64| eprintln!("replaying … command {}", crate::money::count(seq));
    let venue = Venue::start(options, progress).await?;
    let found = describe(venue.found());
    if !json {
        println!("journal in {}", args.data.join("journal").display());
        for line in &found {
            println!("{line}");
        }
        println!("listening on {}", venue.url());
        println!(
            "try: unspent sell AWS-ACT-1K-202706 --qty 150000 --price 0.66 --key {} --url {}",
            key_of(VISITOR),
            venue.url()
        );
    }
    let _ = std::io::stdout().flush();

    let (stop, stopping) = watch::channel(false);
    let mut traffic = tokio::task::JoinSet::new();
    for (i, &(name, role)) in PARTICIPANTS.iter().enumerate() {
        let rng = rng::Rng::new(args.seed, i as u64);
        traffic.spawn(traffic::run(venue.url(), name, role, rng, stopping.clone()));
    }
    let watcher = Arc::new(Watcher::start(&venue.url(), venue.stats()).await?);
    let end = async {
        match args.seconds {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    let show = async {
        if full_screen {
            screen::run(&watcher, &args.data, &venue.url(), found.last().map_or("", String::as_str)).await
        } else {
            watcher.lines(json).await
        }
    };
    let ended = tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        () = end => Ok(()),
        shown = show => shown.map_err(Failure::from),
        () = venue.failed() => Err(Failure::Error(anyhow::anyhow!("a thread of the venue ended by itself"))),
    };
    screen::restore();
    stop.send_replace(true);
    // Participants finish what they are saying; none may hold up the end.
    let _ = tokio::time::timeout(Duration::from_secs(2), async { while traffic.join_next().await.is_some() {} }).await;
    traffic.abort_all();
    let stopped = venue.stop().await?;
    if json {
        let object = serde_json::json!({
            "stopped": true, "last_seq": stopped.last_seq, "open_orders": stopped.open_orders,
            "state_hash": format!("{:016x}", stopped.state_hash),
        });
        println!("{object}");
    } else {
        println!(
            "stopped after command {}: {} orders open, state {:016x}; start again to go on from here",
            crate::money::count(stopped.last_seq),
            crate::money::count(stopped.open_orders as u64),
            stopped.state_hash
        );
    }
    ended
}

/// The demo's venue file and its catalogue, each written where it is not there yet.
fn venue_file(data: &Path) -> Result<VenueFile, Failure> {
    std::fs::create_dir_all(data).with_context(|| format!("creating {}", data.display()))?;
    let path = data.join("venue.toml");
    for (path, text) in [(data.join(CATALOGUE), CATALOGUE_TOML.to_owned()), (path.clone(), venue_toml())] {
        if !path.exists() {
            let create = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
            let mut file = create.with_context(|| format!("creating {}", path.display()))?;
            file.write_all(text.as_bytes()).with_context(|| format!("writing {}", path.display()))?;
        }
    }
    Ok(VenueFile::read(&path)?)
}
