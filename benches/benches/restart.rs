//! `cargo restart`: a start from the journal alone and from a snapshot, beside the engine in memory on the same commands.

use std::path::Path;
use std::time::{Duration, Instant};
use unspent_benches::{Args, Cell, Report, Script, Table, Terms, deep};
use unspent_engine::{Engine, LOOK_FAR, LOOK_NEAR};
use unspent_gateway::Announcer;
use unspent_journal::{Dir, Journal, Opening, Options};
use unspent_model::{CommandSeq, Event, Sequenced, Timestamp};
use unspent_recovery::{Journalled, Replay, Saved, Until, advance};

const HELP: &str = "\
cargo restart: how long a venue takes to be what it was

A journal of 10,000,000 commands that leave 1,000,000 orders resting (--max N: so many commands, a tenth of them resting) is
written to a directory beside the target directory, with a sync for every 4,096 commands. Timed on the wall clock: the engine
alone on the same commands in memory; a replay of the whole journal, with every checksum and every fill compared; the same with
what the publisher keeps of the market (open orders, depth, trades, balances), once; and a start of the engine from a snapshot of
the sealed segments, with a replay of the rest. The files are in the page cache.
";

const BATCH: usize = 4_096;

fn main() {
    let args = Args::read(HELP);
    let most = args.max.unwrap_or(if args.quick { 20_000 } else { 10_000_000 });
    let rounds = args.rounds.unwrap_or(if args.quick { 1 } else { 3 });
    let resting = most / 10;
    eprintln!("making {most} commands …");
    let case = deep(resting, most - resting);
    let terms = Terms::one(case.price_max, resting);
    let mut script = Script::new(terms);
    let setup = (1..).zip(terms.setup()).map(|(seq, command)| Sequenced {
        seq: CommandSeq(seq),
        at: Timestamp(seq * 1_000),
        command,
    });
    let mut commands: Vec<Sequenced> = setup.collect();
    commands.extend(case.ops().map(|op| script.command(op)));

    let dir = tempfile::tempdir_in(".").expect("a directory on the disk under test");
    let (journal, snapshots) = (dir.path().join("journal"), dir.path().join("snapshots"));
    Dir::make(&snapshots).expect("a directory");
    eprintln!("writing the journal …");
    let wrote = write(&journal, &commands);
    let bytes = size(&journal);
    let alone: Vec<Duration> = (0..rounds).map(|_| in_memory(&commands)).collect();
    let count = commands.len();
    drop(commands);

    let mut replays = Vec::new();
    let mut hash = 0;
    for _ in 0..rounds {
        let started = Instant::now();
        let (engine, commands) = replay(&journal, Saved::<()>::fresh(0).engine, |_, _| ());
        replays.push(started.elapsed());
        assert_eq!(commands, count as u64);
        hash = engine.state_hash();
    }
    let mut announcer = Announcer::new();
    let started = Instant::now();
    replay(&journal, Engine::new(0), |command, events| announcer.follow(command.at, command.seq, events));
    let followed = started.elapsed();
    drop(announcer);
    let started = Instant::now();
    let made = advance::<_, _, ()>(&Dir::at(&journal), &Dir::at(&snapshots), 1, false, |_, _| ());
    let made = made.expect("a snapshot").expect("something is sealed");
    let making = started.elapsed();
    let mut starts = Vec::new();
    let mut rest = 0;
    for _ in 0..rounds {
        let started = Instant::now();
        let saved = Saved::<()>::newest(&Dir::at(&snapshots), 0, |_, error| panic!("{error}"));
        let saved = saved.expect("listed").expect("there is one");
        let (engine, commands) = replay(&journal, saved.engine, |_, _| ());
        starts.push(started.elapsed());
        rest = commands;
        assert_eq!(engine.state_hash(), hash, "a start from a snapshot is the same venue");
    }

    let mut report = Report::new("restart");
    let title = format!("{count} commands, {resting} of them the opening of a deep book; medians of {rounds}");
    let mut table =
        Table::new(title, &[("what", ""), ("time", "s"), ("commands", ""), ("rate", "M/s"), ("of memory's", "")]);
    let alone = middle(alone);
    let mut row = |what: &str, took: Duration, commands: u64| {
        let rate = commands as f64 / took.as_secs_f64() / 1e6;
        let memory = count as f64 / alone.as_secs_f64() / 1e6;
        table.row(vec![
            what.into(),
            Cell::Number(took.as_secs_f64(), 2),
            Cell::Count(commands),
            Cell::Number(rate, 2),
            Cell::Number(rate / memory, 2),
        ]);
    };
    row("the engine in memory", alone, count as u64);
    row("replay of the journal alone", middle(replays), count as u64);
    row("replay, with the publisher's view", followed, count as u64);
    row("start from the snapshot", middle(starts), rest);
    row("writing the journal", wrote, count as u64);
    row("making the snapshot", making, made.replayed);
    report.table(table);
    report.note(format!(
        "Journal {} MB, snapshot {} MB; state {hash:016x}.",
        bytes / 1_000_000,
        made.bytes / 1_000_000
    ));
    report
        .note("A start from the snapshot includes reading it and comparing its state hash; its commands are the rest.");
    report.print(&args);
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn size(dir: &Path) -> u64 {
    let files = std::fs::read_dir(dir).expect("listed").flatten();
    files.map(|entry| entry.metadata().map_or(0, |file| file.len())).sum()
}

fn in_memory(commands: &[Sequenced]) -> Duration {
    let mut engine = Engine::new(0);
    let mut events = Vec::new();
    let started = Instant::now();
    for (at, command) in commands.iter().enumerate() {
        // As the engine's own thread does, and the replay.
        if let Some(far) = commands.get(at + LOOK_FAR) {
            engine.look_far(&far.command);
        }
        if let Some(near) = commands.get(at + LOOK_NEAR) {
            engine.look_near(&near.command);
        }
        events.clear();
        std::hint::black_box(engine.apply(command, &mut events));
    }
    started.elapsed()
}

fn write(dir: &Path, commands: &[Sequenced]) -> Duration {
    let (mut journal, _) = Journal::open(dir, Options::default()).expect("an empty journal");
    let mut engine = Engine::new(0);
    let mut events: Vec<Event> = Vec::new();
    let mut journalled = Journalled::default();
    let started = Instant::now();
    for batch in commands.chunks(BATCH) {
        for command in batch {
            events.clear();
            engine.apply(command, &mut events);
            journalled.command(command, &events);
        }
        journalled.append_to(&mut journal).expect("the disk takes it");
        journalled.clear();
    }
    started.elapsed()
}

fn replay(dir: &Path, engine: Engine, each: impl FnMut(&Sequenced, &[Event])) -> (Engine, u64) {
    let covered = engine.seq().0;
    let mut opening = Opening::begin(Dir::at(dir), covered).expect("the journal");
    let mut replay = Replay::new(engine);
    replay.run_ahead(opening.reader(), Until::End, each, |_| ()).expect("it is whole");
    let (engine, outcome) = replay.finish();
    (engine, outcome.summary.commands)
}
