//! A world: one script, and venues that live through it again and again on disks that fail.

use crate::auditor::Told;
use crate::disk::{Damage, Fault};
use crate::flow::chance::Chance;
use crate::plant;
use crate::script::Script;
use crate::venue::{Disks, End, Plant, Refused, Venue};
use std::ops::AddAssign;
use unspent_journal::{segments, snapshots};

/// What happened in a world, or in many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Worlds.
    pub worlds: u64,
    /// Commands that were acknowledged, first or again after they were lost without having been told.
    pub acknowledged: u64,
    /// Times that the power failed.
    pub crashes: u64,
    /// Times that a storage call failed and the venue stopped.
    pub errors: u64,
    /// Starts after a crash, an error or an end, each judged.
    pub recoveries: u64,
    /// Snapshots that were made.
    pub snapshots: u64,
    /// Segments that were archived.
    pub archived: u64,
    /// Commands that snapshots spared the starts.
    pub spared: u64,
    /// Times that bytes of a journal on disk were damaged.
    pub damages: u64,
    /// Of them, those that stopped the start; the others hit what is not used, or the last batch.
    pub refused: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.worlds += other.worlds;
        self.acknowledged += other.acknowledged;
        self.crashes += other.crashes;
        self.errors += other.errors;
        self.recoveries += other.recoveries;
        self.snapshots += other.snapshots;
        self.archived += other.archived;
        self.spared += other.spared;
        self.damages += other.damages;
        self.refused += other.refused;
    }
}

/// How often a script is lived through, each time on a new disk.
const DISKS: u64 = 20;
/// Lives on one disk that end badly; then it is left in peace.
const BAD_LIVES: u64 = 12;

/// Lives through the world of `seed`.
///
/// # Errors
/// What went wrong, in words; the seed repeats it.
pub fn run(seed: u64, plant: Option<Plant>) -> Result<Tally, String> {
    let mut chance = Chance::Seed(seed);
    let steps = chance.one_of(&[10, 40, 120, 250]);
    let script = Script::draw(chance.number(), steps)?;
    let mut world = World { script, tally: Tally { worlds: 1, ..Tally::default() }, plant };
    for _ in 0..DISKS {
        world.disk(&mut chance)?;
    }
    Ok(world.tally)
}

struct World {
    script: Script,
    tally: Tally,
    plant: Option<Plant>,
}

/// What is to go wrong in a life.
#[derive(Clone, Copy, Debug)]
enum Ends {
    Power,
    Fault(Fault),
    FullDisk,
}

impl World {
    /// One disk from its first byte until everything was asked.
    fn disk(&mut self, chance: &mut Chance<'_>) -> Result<(), String> {
        let disks = Disks::new(chance.number());
        if self.plant == Some(Plant::SkipSync) {
            disks.journal.lie();
        }
        let segment_bytes = chance.one_of(&[1_024, 4_096, 16_384]);
        let mut told = Told::default();
        for _ in 0..BAD_LIVES {
            let ends = chance.weighed(&[
                (6, Ends::Power),
                (1, Ends::Fault(Fault::Eio)),
                (1, Ends::Fault(Fault::Full)),
                (1, Ends::Fault(Fault::Short)),
                (1, Ends::FullDisk),
            ]);
            let calls = chance.one_of(&[12, 40, 150]);
            let call = 1 + chance.below(calls);
            let disk = chance.weighed(&[(12, &disks.journal), (4, &disks.snapshots), (1, &disks.archive)]);
            match ends {
                Ends::Power => disk.crash_at(call),
                Ends::Fault(fault) => disk.fail_at(call, fault),
                Ends::FullDisk => disk.set_capacity(disk.used() + chance.below(3 * segment_bytes)),
            }
            let done = self.life(&disks, segment_bytes, &mut told, chance)?;
            let failed = disk.has_failed();
            if disks.have_crashed() {
                self.tally.crashes += 1;
                disks.crash(chance);
            } else {
                self.tally.errors += u64::from(failed || matches!(ends, Ends::FullDisk));
                // A process that stops is started again, with what the page cache holds; or the machine goes too.
                if chance.below(2) == 0 { disks.kill() } else { disks.crash(chance) }
            }
            disk.set_capacity(u64::MAX);
            if chance.below(3) == 0 {
                self.resend(&disks.copy(), segment_bytes, &told)?;
            }
            if chance.below(4) == 0 {
                self.damage(&disks.copy(), segment_bytes, &told, chance)?;
            }
            if done {
                break;
            }
        }
        if !self.life(&disks, segment_bytes, &mut told, chance)? {
            return Err("the venue stopped though nothing failed".to_owned());
        }
        disks.crash(chance);
        let venue = self.start(&disks, segment_bytes, &told)?;
        let last = self.script.last_seq();
        if venue.seq() != last {
            return Err(format!("the venue ends at command {}, the script at {last}", venue.seq()));
        }
        Ok(())
    }

    /// A start on a disk that does what it is told.
    fn start(&mut self, disks: &Disks, segment_bytes: u64, told: &Told) -> Result<Venue, String> {
        self.tally.recoveries += 1;
        let venue = Venue::start(disks.clone(), segment_bytes, &self.script, told, self.plant);
        venue.map_err(|refused| match refused {
            Refused::Storage(error) | Refused::Damaged(error) => format!("an ordinary crash stops the start: {error}"),
            Refused::Uncovered(why) | Refused::Wrong(why) => why,
        })
    }

    /// One life; whether everything was asked and told.
    fn life(
        &mut self,
        disks: &Disks,
        segment_bytes: u64,
        told: &mut Told,
        chance: &mut Chance<'_>,
    ) -> Result<bool, String> {
        self.tally.recoveries += 1;
        let mut venue = match Venue::start(disks.clone(), segment_bytes, &self.script, told, self.plant) {
            Ok(venue) => venue,
            // What fails at a start only stops the start.
            Err(Refused::Storage(_)) => return Ok(false),
            Err(Refused::Damaged(error)) => return Err(format!("an ordinary crash stops the start: {error}")),
            Err(Refused::Uncovered(_)) if disks.have_faulted() => return Ok(false),
            Err(Refused::Uncovered(why) | Refused::Wrong(why)) => return Err(why),
        };
        let before = told.acked.max(venue.seq());
        self.tally.spared += venue.spared;
        let end = venue.run(&self.script, told, chance)?;
        self.tally.snapshots += venue.made;
        self.tally.archived += venue.archived;
        self.tally.acknowledged += told.acked.saturating_sub(before);
        Ok(matches!(end, End::Done))
    }

    /// Clients send again what they heard nothing of.
    fn resend(&mut self, disks: &Disks, segment_bytes: u64, told: &Told) -> Result<(), String> {
        self.start(disks, segment_bytes, told)?.answers_again(&self.script, told)
    }

    /// Bytes that were on disk change while the machine is off: the start finds it, or nothing that was told is gone but the
    /// last batch, which cannot be told from one that never was once the mark is gone too.
    fn damage(
        &mut self,
        disks: &Disks,
        segment_bytes: u64,
        told: &Told,
        chance: &mut Chance<'_>,
    ) -> Result<(), String> {
        let damage = chance.one_of(&[Damage::Rot, Damage::Lost, Damage::Misdirected]);
        // A snapshot would spare the start most of the journal; and a bad one only makes it take an older.
        let of_snapshots = chance.below(4) == 0;
        let (disk, suffix) = if of_snapshots { (&disks.snapshots, ".snapshot") } else { (&disks.journal, ".journal") };
        let Some((file, at)) = disk.damage(suffix, damage, chance) else { return Ok(()) };
        if self.plant == Some(Plant::DropChain) {
            plant::make_follow(&disks.journal);
        }
        if of_snapshots {
            // What was archived needs a snapshot: the older of two is there, but a venue may have had one only.
            let spare = snapshots(&disks.snapshots).is_ok_and(|all| all.len() > 1);
            let whole = segments(&disks.journal).is_ok_and(|all| all.first().is_none_or(|&first| first == 1));
            return if spare || whole { self.start(disks, segment_bytes, told).map(|_| ()) } else { Ok(()) };
        }
        if chance.below(2) == 0 {
            disks.snapshots.rewrite(|_, bytes| bytes.clear());
        }
        self.tally.damages += 1;
        let least = Told { acked: told.last_batch.saturating_sub(1).min(told.acked), ..*told };
        match Venue::start(disks.clone(), segment_bytes, &self.script, &least, None) {
            Ok(_) => Ok(()),
            // Without snapshots, archived segments are missed; that is said too.
            Err(Refused::Damaged(_) | Refused::Uncovered(_)) => {
                self.tally.refused += 1;
                Ok(())
            }
            Err(Refused::Storage(error)) => Err(format!("{damage:?} of {file} at byte {at}: {error}")),
            Err(Refused::Wrong(why)) => Err(format!("{damage:?} of {file} at byte {at} was not found: {why}")),
        }
    }
}

/// Fails every storage call of one life once, the first, the second, … until none is left; after each failure the venue must
/// come back with everything that was told. Returns how many calls failed.
///
/// # Errors
/// What went wrong, and at which call.
pub fn sweep(seed: u64, fault: Fault) -> Result<u64, String> {
    let mut chance = Chance::Seed(seed);
    let script = Script::draw(chance.number(), 30)?;
    let mut world = World { script, tally: Tally::default(), plant: None };
    let segment_bytes = 4_096;
    // Disks whose last batch was torn, so that the start has something to cut.
    let torn = Disks::new(seed);
    let mut told = Told::default();
    torn.journal.crash_at(40);
    world.life(&torn, segment_bytes, &mut told, &mut chance)?;
    torn.crash(&mut chance);
    let mut failed = 0;
    for (start, began) in [(Disks::new(seed), Told::default()), (torn, told)] {
        for of in 0..3 {
            let at = |n: u64, why| format!("call {n} of disk {of} answered {fault:?}: {why}");
            for n in 1.. {
                let at = |why| at(n, why);
                let disks = start.copy();
                let disk = [&disks.journal, &disks.snapshots, &disks.archive][of];
                let mut told = began;
                disk.fail_at(n, fault);
                world.life(&disks, segment_bytes, &mut told, &mut Chance::Seed(seed)).map_err(at)?;
                if !disk.has_failed() {
                    break;
                }
                failed += 1;
                // The process is started again on what it left; then the machine stops, and all is judged again.
                disks.kill();
                let again = disks.copy();
                if n % 2 == 0 {
                    again.crash(&mut chance);
                }
                if !world.life(&again, segment_bytes, &mut told, &mut chance).map_err(at)? {
                    return Err(at("the next life stopped though nothing failed".to_owned()));
                }
                again.crash(&mut chance);
                let venue = world.start(&again, segment_bytes, &told).map_err(at)?;
                if venue.seq() != world.script.last_seq() {
                    return Err(at(format!("the venue ends at command {}", venue.seq())));
                }
            }
        }
    }
    Ok(failed)
}
