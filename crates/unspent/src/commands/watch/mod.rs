//! `unspent watch`: books, trades and, with a key, own orders: full-screen on a terminal, elsewhere a line of JSON a second.

mod feeds;
mod lines;
mod picture;

use crate::cli::WatchArgs;
use crate::commands::connect::talk;
use crate::failure::Failure;
use crate::output::say;
use crate::screen::{Keys, Order, Press, Terminal, tell};
use feeds::Feeds;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How often the full screen is drawn and keys are looked at.
const FRAME: Duration = Duration::from_millis(100);

/// Follows until interrupted, or for the seconds asked for.
pub fn run(args: &WatchArgs, json: bool) -> Result<(), Failure> {
    if json || args.lines {
        return talk(lines::run(args, json));
    }
    talk(look(args, Terminal::there()))
}

/// What ends it from outside.
struct Signals([Signal; 3]);

impl Signals {
    fn new() -> Result<Signals, Failure> {
        let [terminate, interrupt, hangup] =
            [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()].map(signal);
        Ok(Signals([terminate?, interrupt?, hangup?]))
    }

    /// The next one. Cancel safe.
    async fn next(&mut self) {
        let [terminate, interrupt, hangup] = &mut self.0;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

async fn look(args: &WatchArgs, full_screen: bool) -> Result<(), Failure> {
    let mut signals = Signals::new()?;
    let mut feeds = tokio::select! {
        feeds = Feeds::open(args) => feeds?,
        () = signals.next() => return Ok(()),
    };
    let end = args.seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    // Taken last: whatever goes wrong before is told as it always is.
    let mut terminal = if full_screen { Some(Terminal::take()?) } else { None };
    let mut keys = Keys::WATCH;
    let mut frame = interval(FRAME);
    frame.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut second = interval(Duration::from_secs(1));
    // The first tick is at once, before anything is known.
    second.tick().await;
    loop {
        tokio::select! {
            heard = feeds.next() => heard?,
            _ = frame.tick(), if terminal.is_some() => {
                let Some(terminal) = &mut terminal else { continue };
                for key in terminal.keys()? {
                    let press = keys.press(key);
                    feeds.picture.model.press(press);
                    if press == Press::Do(Order::Quit) {
                        return Ok(());
                    }
                }
                feeds.picture.pass(feeds::now());
                terminal.show(&mut feeds.picture.model)?;
            }
            _ = second.tick(), if terminal.is_none() => {
                feeds.picture.pass(feeds::now());
                say!("{}", feeds.picture.object());
                for note in feeds.picture.untold() {
                    tell(&note);
                }
            }
            () = signals.next() => return Ok(()),
            () = until(end) => return Ok(()),
        }
    }
}

/// Waits for an end, if there is one.
async fn until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}
