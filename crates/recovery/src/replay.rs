//! Replay: the journal's commands through an engine, its fills and state hashes against what the engine does.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};
use unspent_engine::{Engine, LOOK_FAR, LOOK_NEAR};
use unspent_journal::{Disk, JournalError, Reader};
use unspent_model::{CommandSeq, Event, Fill, Sequenced, Timestamp};
use unspent_records::{Record, RecordError, StateMark};

/// Batches that are read and decoded ahead of the one that is applied.
const BATCHES_AHEAD: usize = 8;

/// The largest state that is hashed at the end of a replay.
const MOST_HASHED: usize = 100_000;

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
    /// The state hash at the end, unless the state is so large that it would take long.
    pub state_hash: Option<u64>,
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

/// Up to where to replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// To the journal's end.
    End,
    /// Through this command.
    Seq(CommandSeq),
    /// Through the last command that is not later.
    Time(Timestamp),
}

/// A place in a journal: the batch in which something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// In which file.
    pub file: PathBuf,
    /// At which byte its batch begins.
    pub offset: u64,
    /// The batch's first command.
    pub first_seq: u64,
    /// The version that wrote it, if it says.
    pub version: Option<String>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at byte {}, command {}", self.file.display(), self.offset, self.first_seq)?;
        self.version.as_ref().map_or(Ok(()), |version| write!(f, ", written by version {version}"))
    }
}

/// Why a replay ended before the journal did.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A frame is no record of this version.
    #[error("{place}: {source}")]
    Record {
        /// Where.
        place: Place,
        /// What is wrong with it.
        source: RecordError,
    },
    /// The journal's commands do not follow one another.
    #[error("{place}: {what}")]
    Order {
        /// Where.
        place: Place,
        /// What does not follow what.
        what: String,
    },
    /// The engine does not do again what the journal says was done: another version or a bug wrote it, and going on would
    /// change what was.
    #[error("{place}: {what}; this journal was written by a version that matches differently")]
    Differs {
        /// Where.
        place: Place,
        /// The difference.
        what: String,
    },
}

/// The records of the next batch, in place of what `records` holds, and where it is; `None` at the end.
fn decode<D: Disk>(reader: &mut Reader<D>, records: &mut Vec<Record>) -> Result<Option<Place>, ReplayError> {
    let Some(batch) = reader.next_batch()? else { return Ok(None) };
    let mut place =
        Place { file: batch.file().to_owned(), offset: batch.offset(), first_seq: batch.first_seq(), version: None };
    records.clear();
    let mut wrong = None;
    for frame in batch.frames() {
        match Record::decode(frame) {
            Ok(record) => records.push(record),
            Err(source) => {
                wrong = Some(source);
                break;
            }
        }
    }
    place.version = reader.version().map(str::to_owned);
    wrong.map_or(Ok(Some(place.clone())), |source| Err(ReplayError::Record { place, source }))
}

/// An engine on its way through a journal.
#[derive(Debug)]
pub struct Replay {
    engine: Engine,
    replayed: Replayed,
    events: Vec<Event>,
    /// Fills that the engine made for the last command and the journal has not shown yet.
    expected: VecDeque<Fill>,
    /// Everything up to this command was in the engine at the beginning.
    covered: CommandSeq,
    /// What is read belongs to a command that was covered.
    skips: bool,
    /// A command beyond the end was read.
    ended: bool,
    started: Instant,
}

impl Replay {
    /// Begins with `engine`, which has been given every command up to [`Engine::seq`], if any.
    #[must_use]
    pub fn new(engine: Engine) -> Replay {
        let covered = engine.seq();
        Replay {
            engine,
            replayed: Replayed { last_seq: covered.0, ..Replayed::default() },
            events: Vec::new(),
            expected: VecDeque::new(),
            covered,
            skips: covered > CommandSeq(0),
            ended: false,
            started: Instant::now(),
        }
    }

    /// The engine so far.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether the journal has shown every fill that the engine made.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.expected.is_empty()
    }

    /// Reads to the end, or `until` before. `each` sees every command that is applied and its events, in order; `progress` is
    /// told the last command now and then.
    ///
    /// # Errors
    /// [`ReplayError`] at the first thing that is wrong.
    pub fn run<D: Disk>(
        &mut self,
        reader: &mut Reader<D>,
        until: Until,
        mut each: impl FnMut(&Sequenced, &[Event]),
        mut progress: impl FnMut(u64),
    ) -> Result<(), ReplayError> {
        let mut shown = self.engine.seq().0;
        let mut records = Vec::new();
        while !self.ended
            && let Some(place) = decode(reader, &mut records)?
        {
            self.take(&records, &place, until, &mut each)?;
            self.tell(&mut shown, &mut progress);
        }
        Ok(())
    }

    /// As [`Replay::run`], but reads and decodes on a thread of its own, ahead of what is applied: the same outcome, sooner.
    ///
    /// # Errors
    /// As [`Replay::run`].
    pub fn run_ahead<D: Disk>(
        &mut self,
        reader: &mut Reader<D>,
        until: Until,
        mut each: impl FnMut(&Sequenced, &[Event]),
        mut progress: impl FnMut(u64),
    ) -> Result<(), ReplayError> {
        let mut shown = self.engine.seq().0;
        std::thread::scope(|scope| {
            // In here, so that they are gone before the thread is waited for: then it ends, wherever it is.
            let (send, read) = sync_channel::<Result<(Vec<Record>, Place), ReplayError>>(BATCHES_AHEAD);
            let (give_back, spent) = sync_channel::<Vec<Record>>(BATCHES_AHEAD + 2);
            scope.spawn(move || {
                loop {
                    let mut records = spent.try_recv().unwrap_or_default();
                    let decoded = match decode(reader, &mut records) {
                        Ok(None) => return,
                        Ok(Some(place)) => Ok((records, place)),
                        Err(error) => Err(error),
                    };
                    let failed = decoded.is_err();
                    if send.send(decoded).is_err() || failed {
                        return;
                    }
                }
            });
            while !self.ended
                && let Ok(decoded) = read.recv()
            {
                let (records, place) = decoded?;
                self.take(&records, &place, until, &mut each)?;
                self.tell(&mut shown, &mut progress);
                // When there are enough, this memory is not needed again.
                let _ = give_back.try_send(records);
            }
            Ok(())
        })
    }

    fn tell(&self, shown: &mut u64, progress: &mut impl FnMut(u64)) {
        let seq = self.engine.seq().0;
        if seq >= *shown + 100_000 {
            *shown = seq;
            progress(seq);
        }
    }

    /// Asks for the memory that records behind this one will need.
    fn look_ahead(&self, records: &[Record], at: usize) {
        if let Some(Record::Command(far)) = records.get(at + LOOK_FAR) {
            self.engine.look_far(&far.command);
        }
        if let Some(Record::Command(near)) = records.get(at + LOOK_NEAR) {
            self.engine.look_near(&near.command);
        }
    }

    /// The records of one batch.
    fn take(
        &mut self,
        records: &[Record],
        place: &Place,
        until: Until,
        each: &mut impl FnMut(&Sequenced, &[Event]),
    ) -> Result<(), ReplayError> {
        for (at, record) in records.iter().enumerate() {
            self.look_ahead(records, at);
            match record {
                Record::Command(command) if command.seq <= self.covered => self.skips = true,
                Record::Command(command) => {
                    self.skips = false;
                    let beyond = match until {
                        Until::End => false,
                        Until::Seq(last) => command.seq > last,
                        Until::Time(last) => command.at > last,
                    };
                    if beyond {
                        self.ended = true;
                        return Ok(());
                    }
                    self.command(command, place)?;
                    each(command, &self.events);
                }
                // What belongs to a command that was covered was compared when the snapshot was made.
                _ if self.skips => {}
                Record::Fill(journalled) => self.fill(journalled, place)?,
                // Of a version whose hash was another: the fills are checked all the same.
                Record::FormerStateMark(_) => {}
                Record::StateMark(mark) => self.mark(*mark, place)?,
            }
        }
        Ok(())
    }

    fn command(&mut self, command: &Sequenced, place: &Place) -> Result<(), ReplayError> {
        let order = |what| Err(ReplayError::Order { place: place.clone(), what });
        if let Some(fill) = self.expected.front() {
            return Err(ReplayError::Differs {
                place: place.clone(),
                what: format!("the journal lacks trade {} that the engine makes", fill.trade),
            });
        }
        if command.seq != CommandSeq(self.engine.seq().0 + 1) {
            return order(format!("command {} follows command {}", command.seq, self.engine.seq()));
        }
        if command.at < self.engine.now() {
            return order(format!("command {} is earlier than the one before it", command.seq));
        }
        self.events.clear();
        self.engine.apply(command, &mut self.events);
        self.expected.extend(self.events.iter().filter_map(|event| match event {
            Event::Fill(fill) => Some(*fill),
            _ => None,
        }));
        self.replayed.commands += 1;
        Ok(())
    }

    fn fill(&mut self, journalled: &Fill, place: &Place) -> Result<(), ReplayError> {
        let made = self.expected.pop_front();
        if made.as_ref() != Some(journalled) {
            let what =
                format!("the journal has {journalled:?}, the engine makes {made:?} for command {}", self.engine.seq());
            return Err(ReplayError::Differs { place: place.clone(), what });
        }
        self.replayed.fills += 1;
        Ok(())
    }

    fn mark(&mut self, mark: StateMark, place: &Place) -> Result<(), ReplayError> {
        let hash = self.engine.state_hash();
        if (mark.seq, mark.hash) != (self.engine.seq(), hash) {
            let what = format!(
                "the journal has state hash {:016x} after command {}, the engine has {hash:016x} after command {}",
                mark.hash,
                mark.seq,
                self.engine.seq()
            );
            return Err(ReplayError::Differs { place: place.clone(), what });
        }
        self.replayed.marks += 1;
        Ok(())
    }

    /// The engine as it is now, and what was done.
    #[must_use]
    pub fn finish(mut self) -> (Engine, Outcome) {
        self.replayed.last_seq = self.engine.seq().0;
        self.replayed.state_hash = (self.engine.size() <= MOST_HASHED).then(|| self.engine.state_hash());
        self.replayed.took = self.started.elapsed();
        (self.engine, Outcome { summary: self.replayed, untold_fills: self.expected.into() })
    }
}
