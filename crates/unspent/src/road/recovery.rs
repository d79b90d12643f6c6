//! Replay: the journal's commands through a fresh engine, its fills and state hashes against what the engine does.

use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};
use unspent_engine::Engine;
use unspent_journal::Reader;
use unspent_model::{CommandSeq, Event, Fill, Sequenced};
use unspent_records::Record;

/// What a replay did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Commands applied.
    pub commands: u64,
    /// The last command's sequence number.
    pub last_seq: u64,
    /// Journalled fills that the engine made again, each equal.
    pub fills: u64,
    /// State hashes that matched.
    pub marks: u64,
    /// The state hash at the end.
    pub state_hash: u64,
    /// How long it took.
    pub took: Duration,
}

/// A replay's summary, and what the journal still lacks.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What it did.
    pub summary: Replayed,
    /// Fills of the last command that a crash kept from the journal. Nobody was told of them; they are to be written
    /// before anything else.
    pub untold_fills: Vec<Fill>,
}

/// Applies every command in `dir` to a fresh engine. `each` sees every command and its events, in order; `progress` is
/// told the number of commands now and then.
///
/// # Errors
/// Damage in the journal, with file and offset; a record that is none; a fill or a state hash that the engine does not
/// make again: another version or a bug wrote it, and going on would change what was.
pub fn replay(
    dir: &Path,
    hash_seed: u64,
    mut each: impl FnMut(&Sequenced, &[Event]),
    mut progress: impl FnMut(u64),
) -> Result<(Engine, Outcome)> {
    let started = Instant::now();
    let mut engine = Engine::new(hash_seed);
    let mut replayed = Replayed::default();
    let mut events = Vec::new();
    // Fills that the engine made for the last command and the journal has not shown yet.
    let mut expected: VecDeque<Fill> = VecDeque::new();
    let mut reader = Reader::open(dir)?;
    while let Some(batch) = reader.next_batch()? {
        let place = || format!("{} at byte {}, command {}", batch.file().display(), batch.offset(), batch.first_seq());
        for frame in batch.frames() {
            match Record::decode(frame).with_context(place)? {
                Record::Command(command) => {
                    if let Some(fill) = expected.front() {
                        bail!("{}: the journal lacks trade {} that the engine makes", place(), fill.trade);
                    }
                    if command.seq != CommandSeq(engine.seq().0 + 1) {
                        bail!("{}: command {} follows command {}", place(), command.seq, engine.seq());
                    }
                    if command.at < engine.now() {
                        bail!("{}: command {} is earlier than the one before it", place(), command.seq);
                    }
                    events.clear();
                    engine.apply(&command, &mut events);
                    expected.extend(events.iter().filter_map(|event| match event {
                        Event::Fill(fill) => Some(*fill),
                        _ => None,
                    }));
                    each(&command, &events);
                    replayed.commands += 1;
                    if replayed.commands.is_multiple_of(100_000) {
                        progress(replayed.commands);
                    }
                }
                Record::Fill(journalled) => {
                    let made = expected.pop_front();
                    if made != Some(journalled) {
                        bail!(
                            "{}: the journal has {journalled:?}, the engine makes {made:?} for command {}; this journal \
                             was written by a version that matches differently",
                            place(),
                            engine.seq()
                        );
                    }
                    replayed.fills += 1;
                }
                // Of a version whose hash was another: the fills are checked all the same.
                Record::FormerStateMark(_) => {}
                Record::StateMark(mark) => {
                    let hash = engine.state_hash();
                    if (mark.seq, mark.hash) != (engine.seq(), hash) {
                        bail!(
                            "{}: the journal has state hash {:016x} after command {}, the engine has {hash:016x} after \
                             command {}",
                            place(),
                            mark.hash,
                            mark.seq,
                            engine.seq()
                        );
                    }
                    replayed.marks += 1;
                }
            }
        }
    }
    replayed.last_seq = engine.seq().0;
    replayed.state_hash = engine.state_hash();
    replayed.took = started.elapsed();
    Ok((engine, Outcome { summary: replayed, untold_fills: expected.into() }))
}
