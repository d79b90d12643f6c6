//! Snapshots: the engine's state and what follows it, as a file of facts, so that a start replays the rest of the journal only.
//!
//! A snapshot is made of sealed segments by a replay that begins at the snapshot before. So each one shows that the one
//! before it can be restored, the engine's thread is never asked, and nothing that was not durable can be in it.

use crate::replay::{Replay, ReplayError, Until};
use unspent_engine::{Engine, Restore};
use unspent_journal::{About, Disk, Head, JournalError, Reader, SnapshotReader, SnapshotWriter, lock, snapshots};
use unspent_model::{CommandSeq, Event, Sequenced};
use unspent_records::{decode_engine_fact, encode_engine_fact, is_engine_fact};

/// What follows an engine's events and is saved beside it.
pub trait Follower: Sized {
    /// One that is being restored.
    type Restoring: Default;

    /// One that has followed nothing.
    fn fresh() -> Self;
    /// A command was applied.
    fn follow(&mut self, command: &Sequenced, events: &[Event]);
    /// Gives every frame that it is saved as. None of them is an engine's fact.
    ///
    /// # Errors
    /// What taking a frame failed with.
    fn save<E>(&self, push: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E>;
    /// Takes one frame, in the order in which they were given.
    ///
    /// # Errors
    /// What is wrong with it.
    fn take(restoring: &mut Self::Restoring, frame: &[u8]) -> Result<(), String>;
    /// The follower as it was saved.
    ///
    /// # Errors
    /// What is lacking.
    fn finish(restoring: Self::Restoring) -> Result<Self, String>;
}

/// Nobody follows.
impl Follower for () {
    type Restoring = ();

    fn fresh() {}
    fn follow(&mut self, _: &Sequenced, _: &[Event]) {}
    fn save<E>(&self, _: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        Ok(())
    }
    /// Whoever follows elsewhere is not needed here.
    fn take((): &mut (), _: &[u8]) -> Result<(), String> {
        Ok(())
    }
    fn finish((): ()) -> Result<(), String> {
        Ok(())
    }
}

/// Why a snapshot cannot be used. An older one, or the journal alone, takes its place.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file is not whole, or cannot be read.
    #[error(transparent)]
    File(#[from] JournalError),
    /// Its facts make no state.
    #[error("the snapshot of command {seq} cannot be restored: {what}")]
    Facts {
        /// The last command it covers.
        seq: u64,
        /// What is wrong.
        what: String,
    },
    /// Its facts make another state than it says.
    #[error("the snapshot of command {seq} has state hash {said:016x}, and what it restores has {made:016x}")]
    Hash {
        /// The last command it covers.
        seq: u64,
        /// As its header has it.
        said: u64,
        /// As restored.
        made: u64,
    },
}

/// An engine and its follower after the last command of a snapshot.
#[derive(Debug)]
pub struct Saved<F> {
    /// The engine.
    pub engine: Engine,
    /// What follows it.
    pub follower: F,
    /// What the snapshot is of; `None` of an empty venue.
    pub about: Option<About>,
}

impl<F: Follower> Saved<F> {
    /// An empty venue.
    #[must_use]
    pub fn fresh(hash_seed: u64) -> Saved<F> {
        Saved { engine: Engine::new(hash_seed), follower: F::fresh(), about: None }
    }

    /// Restores the snapshot of command `seq`, and compares its state hash.
    ///
    /// # Errors
    /// [`SnapshotError`].
    pub fn load<S: Disk>(disk: &S, seq: u64, hash_seed: u64) -> Result<Saved<F>, SnapshotError> {
        let mut reader = SnapshotReader::open(disk, seq)?;
        let about = *reader.about();
        let facts = |what: String| SnapshotError::Facts { seq, what };
        let mut engine = Restore::new(hash_seed);
        let mut follower = F::Restoring::default();
        while let Some(frames) = reader.next_batch()? {
            for frame in frames {
                if is_engine_fact(frame) {
                    let fact = decode_engine_fact(frame).map_err(|error| facts(error.to_string()))?;
                    engine.take(fact).map_err(|error| facts(error.to_string()))?;
                } else {
                    F::take(&mut follower, frame).map_err(facts)?;
                }
            }
        }
        let engine = engine.finish().map_err(|error| facts(error.to_string()))?;
        let made = engine.state_hash();
        if (engine.seq(), made) != (CommandSeq(about.seq), about.state_hash) {
            return Err(SnapshotError::Hash { seq, said: about.state_hash, made });
        }
        let follower = F::finish(follower).map_err(facts)?;
        Ok(Saved { engine, follower, about: Some(about) })
    }

    /// Restores the newest snapshot on `disk` that can be used; `None` when there is none. `skipped` hears of every newer
    /// one that cannot.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn newest<S: Disk>(
        disk: &S,
        hash_seed: u64,
        mut skipped: impl FnMut(u64, &SnapshotError),
    ) -> Result<Option<Saved<F>>, JournalError> {
        for seq in snapshots(disk)?.into_iter().rev() {
            match Saved::load(disk, seq, hash_seed) {
                Ok(saved) => return Ok(Some(saved)),
                Err(error) => skipped(seq, &error),
            }
        }
        Ok(None)
    }
}

/// Writes `engine` and `follower` as a snapshot. Returns the bytes of its file.
///
/// # Errors
/// When the operating system refuses.
pub fn save<S: Disk, F: Follower>(
    disk: &S,
    engine: &Engine,
    follower: &F,
    head: Head,
    gentle: bool,
) -> Result<(About, u64), JournalError> {
    let mut writer = SnapshotWriter::create(disk, gentle)?;
    let mut frame = Vec::new();
    for fact in engine.facts() {
        frame.clear();
        encode_engine_fact(&fact, &mut frame);
        writer.push(&frame)?;
    }
    follower.save(|frame| writer.push(frame))?;
    let about = About { seq: engine.seq().0, at: engine.now().0, state_hash: engine.state_hash(), head };
    let bytes = writer.finish(&about)?;
    Ok((about, bytes))
}

/// Why no snapshot was made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// The storage.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal is not what it should be; the venue itself will not start on it.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Somebody else makes one.
    #[error("another process is making a snapshot; wait for it")]
    Busy,
    /// The journal begins later, and no snapshot covers what was before.
    #[error("the journal begins at command {first}, and no snapshot that can be used covers the commands before it")]
    Uncovered {
        /// Its first command.
        first: u64,
    },
}

/// A snapshot that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// What it is of.
    pub about: About,
    /// Bytes of its file.
    pub bytes: u64,
    /// Commands that were replayed for it.
    pub replayed: u64,
}

/// Makes a snapshot of everything in sealed segments, from the newest that can be used; then removes all but the newest
/// `keep`. `None` when nothing was sealed since, or when the last command's fills are not all sealed: the next time they are.
///
/// # Errors
/// [`MakeError`]; nothing is removed then.
pub fn advance<D: Disk, S: Disk, F: Follower>(
    journal: &D,
    disk: &S,
    keep: usize,
    gentle: bool,
    skipped: impl FnMut(u64, &SnapshotError),
) -> Result<Option<Made>, MakeError> {
    let Some(_lock) = lock(disk)? else { return Err(MakeError::Busy) };
    let saved = Saved::<F>::newest(disk, 0, skipped)?.unwrap_or_else(|| Saved::fresh(0));
    let Saved { engine, mut follower, about } = saved;
    let covered = engine.seq().0;
    let mut reader = Reader::sealed(journal.clone(), covered)?;
    check_covers(&reader, covered)?;
    reader.follow_head(about.map_or(Head::default(), |about| about.head));
    let mut replay = Replay::new(engine);
    replay.run(&mut reader, Until::End, |command, events| follower.follow(command, events), |_| ())?;
    if !replay.is_whole() || replay.engine().seq().0 == covered {
        return Ok(None);
    }
    let head = reader.head_before().expect("it is followed");
    let (about, bytes) = save(disk, replay.engine(), &follower, head, gentle)?;
    prune(disk, keep)?;
    Ok(Some(Made { about, bytes, replayed: about.seq - covered }))
}

/// Whether the journal that `reader` begins at follows a snapshot of command `covered`, or its beginning.
///
/// # Errors
/// [`MakeError::Uncovered`].
pub fn check_covers<D: Disk>(reader: &Reader<D>, covered: u64) -> Result<(), MakeError> {
    let first = reader.first_seq();
    if first > covered + 1 { Err(MakeError::Uncovered { first }) } else { Ok(()) }
}

/// Removes all snapshots but the newest `keep`.
fn prune<S: Disk>(disk: &S, keep: usize) -> Result<(), JournalError> {
    let all = snapshots(disk)?;
    let old = &all[..all.len().saturating_sub(keep)];
    unspent_journal::remove_snapshots(disk, old)
}
