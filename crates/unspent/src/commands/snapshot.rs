//! `unspent snapshot`: what a start need not replay.

use crate::cli::{SnapshotArgs, SnapshotCommand};
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use crate::road::{Audience, KEPT};
use anyhow::{Context, anyhow};
use std::path::Path;
use std::time::{Duration, Instant};
use unspent_engine::Engine;
use unspent_journal::{Dir, JournalError, Reader, SnapshotReader, snapshots};
use unspent_model::{CommandSeq, Timestamp};
use unspent_protocol::print_time;
use unspent_records::encode_engine_fact;
use unspent_recovery::{Archived, Follower, Replay, Saved, SnapshotError, Until, advance, archive};

/// Runs one of the commands on snapshots.
pub fn run(args: &SnapshotArgs, json: bool) -> Result<(), Failure> {
    match &args.command {
        SnapshotCommand::List { data } => list(data, json),
        SnapshotCommand::Make { data } => make(data, json),
        SnapshotCommand::Archive { data, to } => move_away(data, to, json),
        SnapshotCommand::Verify { data, seq } => verify(data, *seq, json),
    }
}

/// Where snapshots are.
fn disk(data: &Path) -> Dir {
    Dir::at(&data.join("snapshots"))
}

fn list(data: &Path, json: bool) -> Result<(), Failure> {
    let disk = disk(data);
    let seqs = snapshots(&disk).context("listing the snapshots")?;
    if seqs.is_empty() && !json {
        say!("no snapshot in {}; one is made when enough segments of the journal are full", data.display());
    }
    for seq in seqs {
        let looked = look(&disk, seq);
        if json {
            let object = match &looked {
                Ok((about, bytes, frames)) => serde_json::json!({
                    "seq": seq, "time": print_time(Timestamp(about.at)), "bytes": bytes, "facts": frames,
                    "state_hash": format!("{:016x}", about.state_hash), "whole": true,
                }),
                Err(error) => serde_json::json!({ "seq": seq, "whole": false, "error": error.to_string() }),
            };
            say!("{object}");
            continue;
        }
        match looked {
            Ok((about, bytes, frames)) => say!(
                "command {:>14}  {}  {:>10}  {:>12} facts  state {:016x}",
                money::count(seq),
                print_time(Timestamp(about.at)),
                money::bytes(bytes),
                money::count(frames),
                about.state_hash
            ),
            Err(error) => say!("command {:>14}  {error}", money::count(seq)),
        }
    }
    Ok(())
}

/// Reads a whole snapshot, checksums included: what it is of, its bytes and its facts.
fn look(disk: &Dir, seq: u64) -> Result<(unspent_journal::About, u64, u64), unspent_journal::JournalError> {
    let mut reader = SnapshotReader::open(disk, seq)?;
    while reader.next_batch()?.is_some() {}
    Ok((*reader.about(), reader.bytes(), reader.frames()))
}

fn make(data: &Path, json: bool) -> Result<(), Failure> {
    let disk = Dir::make(&data.join("snapshots")).context("making the directory of the snapshots")?;
    let started = Instant::now();
    let skipped = |seq: u64, error: &SnapshotError| eprintln!("passing over the snapshot of command {seq}: {error}");
    let made = advance::<_, _, Audience>(&Dir::at(&data.join("journal")), &disk, KEPT, false, skipped)
        .context("making a snapshot")?;
    match made {
        Some(made) if json => {
            let object = serde_json::json!({
                "seq": made.about.seq, "bytes": made.bytes, "replayed": made.replayed,
                "state_hash": format!("{:016x}", made.about.state_hash),
            });
            say!("{object}");
        }
        Some(made) => say!(
            "made the snapshot of command {}: {}, state {:016x}; replayed {} commands for it, in {:.2?}",
            money::count(made.about.seq),
            money::bytes(made.bytes),
            made.about.state_hash,
            money::count(made.replayed),
            started.elapsed()
        ),
        None if json => say!("{}", serde_json::json!({ "seq": null })),
        None => say!(
            "nothing to make a snapshot of: no segment of the journal was filled since the last one, and what is in the segment \
             that is being written to may not be on disk yet"
        ),
    }
    Ok(())
}

/// How long a command waits for a venue that is making a snapshot.
const PATIENCE: Duration = Duration::from_secs(60);

/// Archives between two snapshots of a running venue: while one is made nobody else may move what it stands on.
fn archive_when_free(data: &Path, into: &Dir) -> Result<Archived, JournalError> {
    let (since, mut said) = (Instant::now(), false);
    loop {
        match archive::<_, _, _, Audience>(&Dir::at(&data.join("journal")), &disk(data), into) {
            Err(JournalError::Locked { .. }) if since.elapsed() < PATIENCE => {
                if !std::mem::replace(&mut said, true) {
                    eprintln!("a snapshot is being made; waiting for its end");
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            done => return done,
        }
    }
}

fn move_away(data: &Path, to: &Path, json: bool) -> Result<(), Failure> {
    let into = Dir::make(to).with_context(|| format!("making {}", to.display()))?;
    let archived = archive_when_free(data, &into).context("archiving segments")?;
    if json {
        let object = serde_json::json!({
            "segments": archived.segments, "bytes": archived.bytes, "covered_by": archived.covered_by,
        });
        say!("{object}");
    } else if archived.covered_by == 0 {
        say!("nothing is moved before two snapshots can be restored; see: unspent snapshot list");
    } else {
        say!(
            "moved {} segments, {}, to {}; starts begin at the snapshot of command {} or later",
            archived.segments.len(),
            money::bytes(archived.bytes),
            to.display(),
            money::count(archived.covered_by)
        );
    }
    Ok(())
}

/// Replays the journal from its beginning up to a snapshot's command, and compares every fact.
fn verify(data: &Path, seq: Option<u64>, json: bool) -> Result<(), Failure> {
    let disk = disk(data);
    let all = snapshots(&disk).context("listing the snapshots")?;
    let chosen = seq
        .or(all.last().copied())
        .ok_or_else(|| Failure::Error(anyhow!("no snapshot in {}; make one: unspent snapshot make", data.display())))?;
    let reader = SnapshotReader::open(&disk, chosen).context("opening the snapshot")?;
    let about = *reader.about();
    let mut journal = Reader::open(&data.join("journal")).context("opening the journal")?;
    // When older segments were archived, the oldest snapshot takes their place.
    let base = if journal.first_seq() <= 1 {
        Saved::fresh(0)
    } else {
        let oldest = all.iter().copied().find(|&seq| seq < chosen).ok_or_else(|| {
            anyhow!("the journal begins at command {}, and no older snapshot is there", journal.first_seq())
        })?;
        Saved::<Audience>::load(&disk, oldest, 0).context("restoring the oldest snapshot")?
    };
    let from = base.engine.seq().0;
    let Saved { engine, follower: mut audience, .. } = base;
    let mut replay = Replay::new(engine);
    let progress = |seq: u64| eprintln!("replaying … command {}", money::count(seq));
    let each = |command: &_, events: &[_]| audience.follow(command, events);
    replay.run_ahead(&mut journal, Until::Seq(CommandSeq(chosen)), each, progress).context("replaying the journal")?;
    let (engine, outcome) = replay.finish();
    let hash = engine.state_hash();
    if (engine.seq().0, hash) != (about.seq, about.state_hash) {
        return Err(anyhow!(
            "the snapshot of command {chosen} has state hash {:016x}; the journal makes {hash:016x} after command {}. Remove {}, \
             an older one or the journal takes its place",
            about.state_hash,
            engine.seq(),
            reader.path().display()
        )
        .into());
    }
    let facts = compare(reader, &engine, &audience)?;
    if json {
        let object = serde_json::json!({
            "ok": true, "seq": chosen, "from_seq": from, "replayed": outcome.summary.commands, "facts": facts,
            "state_hash": format!("{hash:016x}"),
        });
        say!("{object}");
    } else {
        say!(
            "ok: {} commands replayed from command {} on make the snapshot of command {} again: {} facts are equal, state {hash:016x}",
            money::count(outcome.summary.commands),
            money::count(from + 1),
            money::count(chosen),
            money::count(facts)
        );
    }
    Ok(())
}

/// Every frame of the snapshot against what the replay would write.
fn compare(mut reader: SnapshotReader<Dir>, engine: &Engine, audience: &Audience) -> Result<u64, anyhow::Error> {
    let mut batch: std::vec::IntoIter<Vec<u8>> = Vec::new().into_iter();
    let mut number = 0_u64;
    let mut next = |expected: Option<&[u8]>| -> Result<(), anyhow::Error> {
        let there = loop {
            if let Some(frame) = batch.next() {
                break Some(frame);
            }
            match reader.next_batch().context("reading the snapshot")? {
                Some(frames) => batch = frames.map(<[u8]>::to_vec).collect::<Vec<_>>().into_iter(),
                None => break None,
            }
        };
        number += u64::from(there.is_some());
        if there.as_deref() == expected {
            return Ok(());
        }
        Err(anyhow!("fact {number} of the snapshot is not what the journal makes; remove {}", reader.path().display()))
    };
    let mut frame = Vec::new();
    for fact in engine.facts() {
        frame.clear();
        encode_engine_fact(&fact, &mut frame);
        next(Some(&frame))?;
    }
    audience.save(|frame| next(Some(frame)))?;
    next(None)?;
    Ok(number)
}
