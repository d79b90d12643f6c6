//! One life of a venue: from its start to its end, by power, by an error, or because everything was asked.
//!
//! It is the binary's road on one thread: the same journal, records and replay; the engine's thread and the journal's take
//! turns instead of working side by side.

use crate::auditor::{Auditor, Told};
use crate::disk::SimDisk;
use crate::flow::chance::Chance;
use crate::script::Script;
use crate::watched::Watched;
use unspent_engine::Engine;
use unspent_journal::{Journal, JournalError, Opening, Options};
use unspent_model::{Command, CommandSeq, Event, OrderAnswer, Reply, Sequenced};
use unspent_recovery::{Journalled, MakeError, Replay, ReplayError, Saved, Until, advance, archive, check_covers};

/// Answers are kept longer than this, in nanoseconds.
const REMEMBERED_FOR: u64 = 3_600_000_000_000;

/// A defect that is put in on purpose: the simulator must find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    /// Outcomes are told before their batch is on disk.
    TellFirst,
    /// The disk's syncs do nothing.
    SkipSync,
    /// What the reader sees is made to follow: as if it did not look at sequence and chain.
    DropChain,
}

/// How a life ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything was asked and told.
    Done,
    /// The storage failed; the venue stopped.
    Stopped,
}

/// Why a venue did not start.
#[derive(Debug)]
pub enum Refused {
    /// The storage failed while it was read or made ready.
    Storage(JournalError),
    /// The journal is damaged, and says where.
    Damaged(JournalError),
    /// Older segments were archived, and no snapshot can be used in their place.
    Uncovered(String),
    /// Something is wrong that no fault explains.
    Wrong(String),
}

impl From<JournalError> for Refused {
    fn from(error: JournalError) -> Refused {
        match error {
            JournalError::Io { .. } | JournalError::Failed => Refused::Storage(error),
            JournalError::Damaged { .. } => Refused::Damaged(error),
            _ => Refused::Wrong(error.to_string()),
        }
    }
}

/// The disks of a venue.
#[derive(Clone, Debug)]
pub struct Disks {
    /// The journal's.
    pub journal: SimDisk,
    /// The snapshots'.
    pub snapshots: SimDisk,
    /// Where segments go that no start needs.
    pub archive: SimDisk,
}

impl Disks {
    /// Empty disks.
    pub fn new(seed: u64) -> Disks {
        Disks { journal: SimDisk::new(seed), snapshots: SimDisk::new(!seed), archive: SimDisk::new(seed ^ 1) }
    }

    fn all(&self) -> [&SimDisk; 3] {
        [&self.journal, &self.snapshots, &self.archive]
    }

    /// Whether the power has failed at a call of any.
    pub fn have_crashed(&self) -> bool {
        self.all().iter().any(|disk| disk.has_crashed())
    }

    /// Whether a call of any has gone wrong.
    pub fn have_faulted(&self) -> bool {
        self.all().iter().any(|disk| disk.has_faulted())
    }

    /// See [`SimDisk::crash`].
    pub fn crash(&self, chance: &mut Chance<'_>) {
        self.all().iter().for_each(|disk| disk.crash(chance));
    }

    /// See [`SimDisk::kill`].
    pub fn kill(&self) {
        self.all().iter().for_each(|disk| disk.kill());
    }

    /// See [`SimDisk::copy`].
    pub fn copy(&self) -> Disks {
        Disks { journal: self.journal.copy(), snapshots: self.snapshots.copy(), archive: self.archive.copy() }
    }
}

/// A venue that has started.
#[derive(Debug)]
pub struct Venue {
    engine: Engine,
    journal: Journal<SimDisk>,
    journalled: Journalled,
    disks: Disks,
    plant: Option<Plant>,
    /// Snapshots that were made.
    pub made: u64,
    /// Segments that were archived.
    pub archived: u64,
    /// Commands that a snapshot spared the start.
    pub spared: u64,
}

impl Venue {
    /// Restores the newest snapshot that can be, reads the rest of the journal, lets the auditor judge, and makes ready to go
    /// on.
    ///
    /// # Errors
    /// [`Refused`]; of a disk without faults, only [`Refused::Wrong`] is possible.
    pub fn start(
        disks: Disks,
        segment_bytes: u64,
        script: &Script,
        told: &Told,
        plant: Option<Plant>,
    ) -> Result<Venue, Refused> {
        let seed = script.last_seq();
        let saved = Saved::<Watched>::newest(&disks.snapshots, seed, |_, _| ())?;
        let saved = saved.unwrap_or_else(|| Saved::fresh(seed));
        let spared = saved.engine.seq().0;
        let mut opening = Opening::begin(disks.journal.clone(), spared)?;
        check_covers(opening.reader(), spared).map_err(|error| Refused::Uncovered(error.to_string()))?;
        let mut auditor = Auditor::new(script, saved.follower);
        let mut replay = Replay::new(saved.engine);
        let follow = |command: &Sequenced, events: &[Event]| auditor.follow(command, events);
        match replay.run(opening.reader(), Until::End, follow, |_| ()) {
            Ok(()) => {}
            Err(ReplayError::Journal(error)) => return Err(error.into()),
            Err(error) => return Err(Refused::Wrong(error.to_string())),
        }
        if opening.reader().last_seq() < spared {
            return Err(Refused::Wrong(format!("a snapshot covers command {spared}, beyond the journal")));
        }
        let (engine, outcome) = replay.finish();
        auditor.judge(&engine, told.acked).map_err(Refused::Wrong)?;
        let (mut journal, _) = opening.finish(Options { segment_bytes, ahead: false })?;
        journal.cut_torn_tail()?;
        let mut journalled = Journalled::default();
        for fill in &outcome.untold_fills {
            journalled.fill(fill);
        }
        journalled.append_to(&mut journal)?;
        journalled.clear();
        Ok(Venue { engine, journal, journalled, disks, plant, made: 0, archived: 0, spared })
    }

    /// The last command that was applied.
    pub fn seq(&self) -> u64 {
        self.engine.seq().0
    }

    /// Asks for what the script still has, in batches; what is on disk is told.
    ///
    /// # Errors
    /// When an answer is not that of the venue that never fails.
    pub fn run(&mut self, script: &Script, told: &mut Told, chance: &mut Chance<'_>) -> Result<End, String> {
        let mut events = Vec::new();
        // Most batches are of a few commands, some of as many as there are.
        let most = chance.one_of(&[1, 3, 8, 40]);
        while self.seq() < script.last_seq() {
            let first = self.seq() + 1;
            let last = (self.seq() + 1 + chance.below(most)).min(script.last_seq());
            for seq in first..=last {
                let line = script.at(seq);
                events.clear();
                let reply = self.engine.apply(&line.command, &mut events);
                if (&events, reply) != (&line.events, line.reply) {
                    return Err(format!("command {seq} does something else than without the crash"));
                }
                self.journalled.command(&line.command, &events);
            }
            if chance.once_in(4) {
                self.journalled.mark(self.engine.seq(), self.engine.state_hash());
            }
            if self.plant == Some(Plant::TellFirst) {
                told.acked = last;
            }
            if self.journalled.append_to(&mut self.journal).is_err() {
                return Ok(End::Stopped);
            }
            self.journalled.clear();
            (told.acked, told.last_batch) = (last, first);
            if chance.once_in(8) {
                self.snapshot()?;
            }
            if chance.once_in(40) {
                self.archive()?;
            }
            if self.disks.have_crashed() {
                return Ok(End::Stopped);
            }
        }
        Ok(End::Done)
    }

    /// What the thread that makes snapshots does; when its disk fails it tries again later, and the venue goes on.
    fn snapshot(&mut self) -> Result<(), String> {
        match advance::<_, _, Watched>(&self.disks.journal, &self.disks.snapshots, 2, false, |_, _| ()) {
            Ok(made) => self.made += u64::from(made.is_some()),
            Err(MakeError::Journal(JournalError::Io { .. })) => {}
            Err(MakeError::Replay(ReplayError::Journal(JournalError::Io { .. }))) => {}
            // One that could not be read was passed over.
            Err(MakeError::Uncovered { .. }) if self.disks.have_faulted() => {}
            Err(error) => return Err(format!("a snapshot beside the venue fails: {error}")),
        }
        Ok(())
    }

    /// What an operator does now and then.
    fn archive(&mut self) -> Result<(), String> {
        let Disks { journal, snapshots, archive: to } = &self.disks;
        match archive::<_, _, _, Watched>(journal, snapshots, to) {
            Ok(archived) => self.archived += archived.segments.len() as u64,
            Err(JournalError::Io { .. }) => {}
            Err(error) => return Err(format!("archiving beside the venue fails: {error}")),
        }
        Ok(())
    }

    /// After a crash, clients send again what they heard nothing of. What the journal has kept of it is answered as it was
    /// the first time, and nothing happens twice.
    ///
    /// # Errors
    /// What was answered instead.
    pub fn answers_again(mut self, script: &Script, told: &Told) -> Result<(), String> {
        let mut events = Vec::new();
        for seq in told.acked + 1..=self.seq() {
            let line = script.at(seq);
            let (Command::AddOrder(add), Reply::Added(first)) = (&line.command.command, &line.reply) else { continue };
            let late = self.engine.now().0 > script.at(first.seq.0).command.at.0 + REMEMBERED_FOR;
            if add.cl_ord_id.is_none() || add.deadline.is_some() || late {
                continue;
            }
            let next = CommandSeq(self.seq() + 1);
            let again = Sequenced { seq: next, at: self.engine.now(), command: line.command.command.clone() };
            events.clear();
            let reply = self.engine.apply(&again, &mut events);
            let same = reply == Reply::Added(OrderAnswer { duplicate: true, ..*first });
            // Its session may be over by then.
            let refused = matches!(&reply, Reply::Rejected(_)) && add.session.is_some();
            // Timers that were due may fire before it.
            let again = |event: &Event| match event {
                Event::Opened(opened) => opened.terms.cl_ord_id == add.cl_ord_id,
                Event::Fill(fill) => fill.taker.order == first.order,
                _ => false,
            };
            if !(same || refused) || events.iter().any(again) {
                return Err(format!(
                    "command {seq} sent again is answered {reply:?} with {events:?}, and at first {first:?}"
                ));
            }
        }
        Ok(())
    }
}
