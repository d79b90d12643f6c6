//! The road of a command: channel, engine thread, journal thread, publisher thread.
//!
//! ```text
//! gateway ──► bounded channel ──► engine ──► (one batch) ──► journal ──► publisher ──► connections
//! ```
//!
//! Every channel is bounded, so a slow stage holds back the one before it, and at the front the gateway answers "busy".

mod auctioneer;
mod calendar;
mod engine_thread;
mod follower;
mod journal_thread;
mod snapshot_thread;
mod work;

pub use engine_thread::{Clock, looked_up, resolve};
pub use follower::Audience;
pub use snapshot_thread::KEPT;

use anyhow::{Context, Result, anyhow, bail};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};
use unspent_engine::Engine;
use unspent_gateway::{Announcer, Inbound, Released};
use unspent_journal::{Dir, Opening, Options, Room, TornTail};
use unspent_model::{Actor, ByOperator, Command, Event, InstrumentId, Phase, Reason, Sequenced, Symbol};
use unspent_recovery::{Journalled, Replay, ReplayError, Replayed, Saved, SnapshotError, Until, check_covers};

use crate::venue_file::VenueFile;

/// Commands waiting for the engine; beyond, order entry is told "busy".
const WAITING_COMMANDS: usize = 16_384;
/// Released batches waiting for the publisher; beyond, the journal waits.
const WAITING_BATCHES: usize = 8;
/// Spent batches kept for their memory.
const SPENT_BATCHES: usize = 4;

/// How to start.
#[derive(Debug, Clone)]
pub struct StartOptions {
    /// The data directory.
    pub data: PathBuf,
    /// Where time comes from.
    pub clock: Clock,
    /// What the journal does not know yet becomes commands.
    pub venue: VenueFile,
    /// Bytes of a journal segment.
    pub segment_bytes: u64,
    /// A snapshot is made whenever so many segments are full; never for 0.
    pub snapshot_segments: usize,
    /// Use no snapshot.
    pub replay_all: bool,
}

/// What was found at the start.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The command after which a snapshot was restored, and how long that took.
    pub restored: Option<(u64, Duration)>,
    /// What the replay did.
    pub replayed: Replayed,
    /// The unfinished last batch that a crash left, which was cut off.
    pub torn: Option<TornTail>,
    /// Open orders after the replay.
    pub open_orders: usize,
}

/// A running engine and journal.
#[derive(Debug)]
pub struct Road {
    /// Commands go in here. The threads end when every clone is dropped.
    pub inbound: Sender<Inbound>,
    /// What is on disk comes out here.
    pub released: Receiver<Released>,
    /// The announcer as of the start, for the publisher.
    pub announcer: Announcer,
    /// What was found.
    pub found: Found,
    /// The last of the commands that the start itself gives.
    pub seeded_seq: u64,
    /// Whether the disk has room for more.
    pub room: Room,
    /// To wait for at the end.
    pub threads: Threads,
}

/// The threads to wait for at the end.
#[derive(Debug)]
pub struct Threads {
    engine: JoinHandle<Engine>,
    journal: JoinHandle<Result<(), unspent_journal::JournalError>>,
    /// The thread that makes snapshots ends when this is gone. Nobody waits for it: what it has not finished it begins again.
    _snapshotting: Sender<()>,
}

/// Opens the journal, replays it, seeds what is new, and starts the threads. `progress` is told commands replayed.
///
/// # Errors
/// A directory in use, damage, or a replay that does not agree; each says where, and what to do.
pub fn start(options: StartOptions, progress: impl FnMut(u64)) -> Result<Road> {
    let dir = options.data.join("journal");
    let opening = || format!("opening the journal in {}", dir.display());
    let disk = Dir::make(&dir).with_context(opening)?;
    let snapshots = Dir::make(&options.data.join("snapshots")).context("making the directory of the snapshots")?;
    let begun = Instant::now();
    let Saved { engine, follower, about } = restore(&snapshots, options.replay_all)?;
    let covered = about.map_or(0, |about| about.seq);
    let restored = about.map(|about| (about.seq, begun.elapsed()));
    let mut journal = Opening::begin(disk.clone(), covered).with_context(opening)?;
    check_covers(journal.reader(), covered)
        .context("bring back the older segments from where they were archived, or an older snapshot")?;
    let Audience(mut announcer) = follower;
    let mut replay = Replay::new(engine);
    let each = |command: &Sequenced, events: &[Event]| announcer.follow(command.at, command.seq, events);
    let replayed = replay.run_ahead(journal.reader(), Until::End, each, progress);
    if restored.is_some() && !matches!(replayed, Ok(()) | Err(ReplayError::Journal(_))) {
        return replayed.with_context(|| {
            format!("after the snapshot of command {covered}; start with --replay-all to replay the journal from its beginning")
        }).map(|()| unreachable!("it failed"));
    }
    replayed?;
    if journal.reader().last_seq() < covered {
        bail!(
            "the snapshot of command {covered} is of commands that the journal in {} no longer has: it ends at command {}; \
             restore it from a backup",
            dir.display(),
            journal.reader().last_seq()
        );
    }
    let (engine, replayed) = replay.finish();
    let journal_options = Options { segment_bytes: options.segment_bytes, ..Options::default() };
    let (mut journal, recovery) = journal.finish(journal_options).with_context(opening)?;
    if let Some(torn) = &recovery.torn {
        tracing::warn!(file = %torn.file.display(), offset = torn.offset, bytes = torn.bytes, "cutting a torn tail: a crash left an unfinished batch, of which nobody was told");
        journal.cut_torn_tail()?;
    }
    if replayed.summary.last_seq != journal.last_seq() {
        bail!("the replay ends at command {}, the journal at {}", replayed.summary.last_seq, journal.last_seq());
    }
    let mut tail = Journalled::default();
    for fill in &replayed.untold_fills {
        tail.fill(fill);
    }
    tail.append_to(&mut journal)?;
    let found = Found { restored, replayed: replayed.summary, torn: recovery.torn, open_orders: engine.open_orders() };
    let seeds = seeding(&engine, &options.venue)?;
    let secret = auctioneer::Secret::open(&options.data)?;

    let room = journal.room();
    let (inbound, engine_in) = bounded::<Inbound>(WAITING_COMMANDS);
    let (work_out, work_in) = bounded(0);
    let (spent_out, spent_in) = bounded(SPENT_BATCHES);
    let (released_out, released) = bounded(WAITING_BATCHES);
    let clock = options.clock;
    let (ready, started) = bounded(1);
    let calendar = calendar::Calendar::new(options.venue.catalogue.clone());
    let start = engine_thread::Start { secret, commands: seeds, calendar, ready };
    let engine = Builder::new()
        .name("engine".into())
        .spawn(move || engine_thread::run(engine, clock, start, &engine_in, &work_out, &spent_in))?;
    let journal = Builder::new()
        .name("journal".into())
        .spawn(move || journal_thread::run(journal, &work_in, &released_out, &spent_out))?;
    let (snapshotting, stopped) = bounded(0);
    if options.snapshot_segments > 0 {
        let every = options.snapshot_segments;
        Builder::new()
            .name("snapshots".into())
            .spawn(move || snapshot_thread::run(&disk, &snapshots, every, &stopped))?;
    }
    let seeded_seq = started.recv().map_err(|_| anyhow!("the engine stopped while being seeded"))?;
    Ok(Road {
        inbound,
        released,
        announcer,
        found,
        seeded_seq,
        room,
        threads: Threads { engine, journal, _snapshotting: snapshotting },
    })
}

impl Threads {
    /// Whether a thread has ended though it should run: the venue must stop.
    #[must_use]
    pub fn any_finished(&self) -> bool {
        self.engine.is_finished() || self.journal.is_finished()
    }

    /// Waits for the end. Every clone of the inbound sender must be gone, and the publisher must go on receiving.
    ///
    /// # Errors
    /// What stopped the journal, or that a thread panicked.
    pub fn join(self) -> Result<Engine> {
        let journal = self.journal.join().map_err(|_| anyhow!("the journal thread panicked"))?;
        let engine = self.engine.join().map_err(|_| anyhow!("the engine thread panicked: an invariant is broken"))?;
        journal
            .context("the journal failed; nothing after its last good batch was acknowledged; restart to replay it")?;
        Ok(engine)
    }
}

/// The newest snapshot that can be used, or an empty venue.
fn restore(snapshots: &Dir, replay_all: bool) -> Result<Saved<Audience>> {
    let seed = hash_seed();
    let skipped = |seq: u64, error: &SnapshotError| tracing::warn!(seq, %error, "passing over a snapshot");
    let newest = if replay_all { None } else { Saved::newest(snapshots, seed, skipped)? };
    Ok(newest.unwrap_or_else(|| Saved::fresh(seed)))
}

/// A number that strangers cannot guess, from the process's own randomness.
fn hash_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}

/// The commands that make `engine` know what the venue file says.
fn seeding(engine: &Engine, file: &VenueFile) -> Result<Vec<Command>> {
    let mut commands = Vec::new();
    let mut ids: BTreeMap<Symbol, InstrumentId> = BTreeMap::new();
    let mut next_instrument = u32::try_from(engine.instruments().len()).expect("the bound on instruments fits");
    for listing in &file.instruments {
        let spec = &listing.spec;
        let known = engine.instrument(&spec.symbol);
        let id = known.unwrap_or_else(|| {
            commands.push(Command::ListInstrument(spec.clone()));
            next_instrument += 1;
            InstrumentId(next_instrument - 1)
        });
        ids.insert(spec.symbol, id);
        if let Some(rules) = listing.rules.filter(|rules| known.is_none_or(|id| engine.rules(id) != rules)) {
            commands.push(Command::SetRules { instrument: id, rules });
        }
        let expired = known.is_some_and(|id| engine.phase(id) == Phase::Expired);
        if let Some(schedule) = &listing.schedule
            && !expired
            && known.is_none_or(|id| engine.schedule(id) != schedule)
        {
            commands.push(Command::SetSchedule { instrument: id, schedule: schedule.clone() });
        }
        if let (None, Some(price)) = (known, listing.reference) {
            commands.push(Command::SetReference { instrument: id, price });
        }
    }
    let mut next_account = u32::try_from(engine.account_count()).expect("the bound on accounts fits");
    for account in &file.accounts {
        if let Some(id) = engine.account(&account.name) {
            if let Some(limits) = account.limits.filter(|limits| engine.limits(id) != *limits) {
                commands.push(Command::SetLimits { account: id, limits });
            }
            continue;
        }
        let id = unspent_model::AccountId(next_account);
        next_account += 1;
        commands.push(Command::OpenAccount { name: account.name, group: account.owner });
        if account.cash.0 > 0 {
            commands.push(Command::DepositCash { account: id, amount: account.cash });
        }
        if let Some(limits) = account.limits {
            commands.push(Command::SetLimits { account: id, limits });
        }
        for &(symbol, lots) in &account.credits {
            let instrument = *ids.get(&symbol).context("the venue file was checked")?;
            commands.push(Command::DepositCredits { account: id, instrument, lots });
        }
    }
    let (actor, reason) = (Actor::parse("venue-file").expect("a name"), reason_of(file));
    let by = |command| ByOperator::new(actor, reason, command).expect("a file says what an operator could");
    Ok(commands.into_iter().map(|command| Command::ByOperator(Box::new(by(command)))).collect())
}

/// Why the commands of a venue file are given: because the file of this name says so.
fn reason_of(file: &VenueFile) -> Reason {
    let named = file.name.as_deref().and_then(|name| Reason::parse(name).ok());
    named.unwrap_or_else(|| Reason::parse("the venue file").expect("a reason"))
}
