//! `unspent demo`: a venue, the living market trading at it over real websockets, and a view of it, in one process.

mod board;
mod desk;
pub mod market;
mod screen;
mod watcher;

use crate::cli::DemoArgs;
use crate::commands::serve::runtime;
use crate::failure::Failure;
use crate::venue::{Venue, VenueOptions, describe};
use crate::venue_file::VenueFile;
use anyhow::Context;
use board::Board;
use desk::Life;
use market::{CATALOGUE, CATALOGUE_TOML, PARTICIPANTS, VISITOR, key_of, shown, venue_toml};
use std::io::{IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use unspent_model::{Date, Symbol};
use watcher::Watcher;

/// Runs the demo.
pub fn run(args: &DemoArgs, json: bool) -> Result<(), Failure> {
    if !args.listen.ip().is_loopback() {
        let message = format!("everybody knows the demo's keys: it listens on loopback only, not on {}", args.listen);
        return Err(Failure::Usage(message));
    }
    match &args.people_at {
        Some(url) => runtime()?.block_on(people(args, url)),
        None => runtime()?.block_on(demo(args, json)),
    }
}

/// The people alone, at a venue that somebody else runs, until they are told to stop.
async fn people(args: &DemoArgs, url: &str) -> Result<(), Failure> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let symbols = shown(&venue_file(&args.data)?, unspent_gateway::now());
    let (stop, stopping) = watch::channel(false);
    let living = tokio::spawn(live(url.to_owned(), symbols, args.seed, stopping));
    let end = tokio::time::sleep(args.seconds.map_or(Duration::MAX, Duration::from_secs));
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        () = end => {}
    }
    stop.send_replace(true);
    let aborting = living.abort_handle();
    if tokio::time::timeout(Duration::from_secs(2), living).await.is_err() {
        aborting.abort();
    }
    Ok(())
}

async fn demo(args: &DemoArgs, json: bool) -> Result<(), Failure> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let full_screen = !args.headless && !json && std::io::stdout().is_terminal();
    let file = venue_file(&args.data)?;
    let symbols = shown(&file, unspent_gateway::now());
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
            "try: unspent sell {} --qty 150000 --price 0.66 --key {} --url {}",
            symbols.get(symbols.len() / 4).map_or("AWS-ACT-1K-PERP", Symbol::as_str),
            key_of(VISITOR),
            venue.url()
        );
    }
    let _ = std::io::stdout().flush();

    let (stop, stopping) = watch::channel(false);
    let living = tokio::spawn(live(venue.url(), symbols.clone(), args.seed, stopping));
    let watcher = Arc::new(Watcher::start(&venue.url(), venue.stats(), symbols).await?);
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
    // Nobody may hold up the end.
    let aborting = living.abort_handle();
    if tokio::time::timeout(Duration::from_secs(2), living).await.is_err() {
        aborting.abort();
    }
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

/// Lets people live at the venue, one draw of them after the other, until told to stop.
async fn live(url: String, symbols: Vec<Symbol>, seed: u64, stopping: watch::Receiver<bool>) {
    for seed in seed.. {
        let life = Life::begin(seed, unspent_gateway::now());
        let board = Board::new(&life.parameters, &symbols);
        let mut following = JoinSet::new();
        following.spawn(board.clone().follow(url.clone()));
        let mut desks = JoinSet::new();
        for &(name, role) in PARTICIPANTS {
            desks.spawn(desk::run(url.clone(), name, role, board.clone(), life.clone(), stopping.clone()));
        }
        while desks.join_next().await.is_some() {}
        if *stopping.borrow() {
            return;
        }
    }
}

/// The demo's venue file and its catalogue, each written where it is not there yet.
fn venue_file(data: &Path) -> Result<VenueFile, Failure> {
    std::fs::create_dir_all(data).with_context(|| format!("creating {}", data.display()))?;
    let path = data.join("venue.toml");
    let today = Date::of(unspent_gateway::now());
    for (path, text) in [(data.join(CATALOGUE), CATALOGUE_TOML.to_owned()), (path.clone(), venue_toml(today))] {
        if !path.exists() {
            let create = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
            let mut file = create.with_context(|| format!("creating {}", path.display()))?;
            file.write_all(text.as_bytes()).with_context(|| format!("writing {}", path.display()))?;
        }
    }
    Ok(VenueFile::read(&path)?)
}
