//! `unspent serve`: the venue until it is told to stop.

use crate::cli::ServeArgs;
use crate::commands::keys::{check_apart, path_of};
use crate::failure::Failure;
use crate::venue::{Venue, VenueOptions, describe};
use crate::venue_file::VenueFile;
use anyhow::anyhow;
use std::io::Write;
use tokio::signal::unix::{SignalKind, signal};
use unspent_gateway::Tls;

/// Runs the venue.
pub fn run(args: &ServeArgs, json: bool) -> Result<(), Failure> {
    logs();
    if !args.listen.ip().is_loopback() && !args.plaintext && args.tls_cert.is_none() {
        return Err(Failure::Usage(format!(
            "{} is not a loopback address; give --tls-cert and --tls-key, put a proxy in front, or say --plaintext to listen \
             there without TLS all the same",
            args.listen
        )));
    }
    if let Some(admin) = args.admin_listen
        && !admin.ip().is_loopback()
        && args.tls_cert.is_none()
    {
        return Err(Failure::Usage(format!(
            "--admin-listen {admin} is not a loopback address: give --tls-cert and --tls-key; the operator's commands are not \
             sent in plain text"
        )));
    }
    let file = VenueFile::read(&args.venue)?;
    if !file.keys.is_empty() && !args.listen.ip().is_loopback() {
        return Err(Failure::Usage(format!(
            "the venue file {} has keys that whoever hears them may use, so they are for loopback and not for {}; make \
             others with `unspent keys create`",
            args.venue.display(),
            args.listen
        )));
    }
    let keys = path_of(&args.data, args.keys.as_ref());
    if let Some(master) = &args.master_key {
        check_apart(master, &args.data, &keys)?;
    }
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(cert), Some(key)) => Some(Tls::read(cert, key).map_err(anyhow::Error::from)?),
        _ => None,
    };
    let options = VenueOptions {
        tls,
        origins: args.origins.clone(),
        data: args.data.clone(),
        listen: args.listen,
        admin_listen: args.admin_listen,
        keys,
        master_key: args.master_key.clone(),
        file,
        segment_bytes: args.segment_mib << 20,
        snapshot_segments: args.snapshot_segments,
        replay_all: args.replay_all,
    };
    runtime()?.block_on(serve(options, json))
}

async fn serve(options: VenueOptions, json: bool) -> Result<(), Failure> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let data = options.data.display().to_string();
    let progress = |seq: u64| eprintln!("replaying … command {}", crate::money::count(seq));
    let venue = Venue::start(options, progress).await?;
    let found = venue.found();
    if json {
        let ready = serde_json::json!({
            "ready": true, "url": venue.url(), "admin_url": venue.admin_url(), "data": data, "commands_replayed": found.replayed.commands,
            "fills_replayed": found.replayed.fills, "open_orders": found.open_orders,
            "snapshot_seq": found.restored.map(|(seq, _)| seq),
            "state_hash": found.replayed.state_hash.map(|hash| format!("{hash:016x}")),
        });
        println!("{ready}");
    } else {
        for line in describe(found) {
            println!("{line}");
        }
        println!("journal in {data}");
        if let Some(url) = venue.admin_url() {
            println!("listening to the operator on {url}");
        }
        println!("listening on {}", venue.url());
    }
    // Whoever waits for this line must not wait for a full buffer.
    let _ = std::io::stdout().flush();
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        () = venue.failed() => {
            let stopped = venue.stop().await;
            return Err(stopped.err().unwrap_or_else(|| anyhow!("a thread of the venue ended by itself")).into());
        }
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
            "stopped after command {}, {} orders open, state {:016x}",
            stopped.last_seq, stopped.open_orders, stopped.state_hash
        );
    }
    Ok(())
}

/// The runtime of everything that talks: two threads, as the engine, the journal and the publisher have their own.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
}

/// Lines for operators on standard error: readable on a terminal, JSON elsewhere.
pub fn logs() {
    use std::io::IsTerminal;
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("UNSPENT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        builder.init();
    } else {
        builder.json().init();
    }
}
