//! A disk in memory that keeps only what it must.
//!
//! What a file system promises: bytes that were synced are there after a crash, and names once their directory was synced.
//! Everything else is left to chance, page by page: a crash keeps some of what was written and not synced, loses the rest,
//! and tears a page in between. Names keep the order in which they changed: some of the latest changes are lost.
//!
//! # Not here
//! Which fault comes when: the caller says it ([`SimDisk::fail_at`], [`SimDisk::crash_at`], [`Damage`]).

use crate::flow::chance::Chance;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use unspent_journal::{Disk, DiskFile};

/// What reaches the platter whole or not at all, mostly.
const PAGE: usize = 512;

/// How one storage call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The device says no. Of a sync, some of the data is there and some is not, and the next sync says yes.
    Eio,
    /// The disk is full.
    Full,
    /// Fewer bytes are written or read than asked for; other calls are interrupted.
    Short,
}

/// What happens to bytes that were on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// A bit flips.
    Rot,
    /// A synced write is not there.
    Lost,
    /// A synced write of a whole batch is somewhere else, over what was there; any other is lost.
    Misdirected,
}

/// One file.
#[derive(Clone, Debug, Default)]
struct Content {
    /// What a reader sees.
    live: Vec<u8>,
    /// What a crash leaves in any case.
    durable: Vec<u8>,
    /// Pages in which they may differ.
    dirty: BTreeSet<usize>,
    /// They differ in other pages too: a sync has failed.
    stale: bool,
    /// Where the last synced write was, and what was there before.
    synced: Option<(usize, Vec<u8>)>,
    /// The bytes of the last write, when it is not synced.
    written: Option<(usize, usize)>,
}

impl Content {
    fn page(bytes: &[u8], page: usize) -> &[u8] {
        let from = (page * PAGE).min(bytes.len());
        &bytes[from..((page + 1) * PAGE).min(bytes.len())]
    }

    /// Puts `bytes` of the page, all or the first `len` of them, on the platter.
    fn keep(&mut self, page: usize, len: usize) {
        let bytes = Content::page(&self.live, page);
        let len = len.min(bytes.len());
        if len == 0 {
            return;
        }
        let from = page * PAGE;
        if self.durable.len() < from + len {
            self.durable.resize(from + len, 0);
        }
        self.durable[from..from + len].copy_from_slice(&bytes[..len]);
    }

    fn sync(&mut self) {
        if let Some((from, end)) = self.written.take() {
            let mut before = vec![0; end - from];
            let there = self.durable.get(from..self.durable.len().min(end)).unwrap_or_default();
            before[..there.len()].copy_from_slice(there);
            self.synced = Some((from, before));
        }
        for page in std::mem::take(&mut self.dirty) {
            self.keep(page, PAGE);
        }
    }

    /// Some pages reach the platter, some do not, one may in part.
    fn keep_some(&mut self, chance: &mut Chance<'_>) {
        self.stale = true;
        // Mostly few are lost, or few are kept, or half of them.
        let kept_of_8 = chance.one_of(&[1, 4, 7]);
        for page in std::mem::take(&mut self.dirty) {
            if chance.below(8) < kept_of_8 {
                let torn = chance.below(8) == 0;
                let len = if torn { chance.below(PAGE as u64) as usize } else { PAGE };
                self.keep(page, len);
            }
        }
    }
}

/// A change of names that its directory was not synced after.
#[derive(Clone, Debug)]
enum Renaming {
    Created(String, usize),
    Renamed(String, String),
    Removed(String),
}

fn rename(names: &mut BTreeMap<String, usize>, change: &Renaming) {
    match change {
        Renaming::Created(name, file) => {
            names.insert(name.clone(), *file);
        }
        Renaming::Renamed(from, to) => {
            if let Some(file) = names.remove(from) {
                names.insert(to.clone(), file);
            }
        }
        Renaming::Removed(name) => {
            names.remove(name);
        }
    }
}

#[derive(Debug)]
struct State {
    files: Vec<Content>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    renamings: Vec<Renaming>,
    /// Storage calls so far.
    calls: u64,
    fail_at: Option<(u64, Fault)>,
    /// The power fails at this call: it and all later ones are refused.
    crash_at: Option<u64>,
    failed: bool,
    crashed: bool,
    /// Syncs say yes and do nothing.
    lies: bool,
    /// Bytes that all files together may have.
    capacity: u64,
    salts: u32,
    seed: u64,
}

/// The disk. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct SimDisk(Arc<Mutex<State>>);

/// What a call does when nothing goes wrong with it, or when it is cut short.
enum Turn {
    Whole,
    Short,
}

impl State {
    /// Counts a call; the answer of one that goes wrong.
    fn turn(&mut self) -> io::Result<Turn> {
        self.calls += 1;
        if self.crash_at.is_some_and(|at| self.calls >= at) {
            self.crashed = true;
            return Err(io::Error::other("the power is gone"));
        }
        match self.fail_at.filter(|&(at, _)| at == self.calls) {
            None => Ok(Turn::Whole),
            Some((_, fault)) => {
                self.failed = true;
                match fault {
                    Fault::Eio => Err(io::Error::from_raw_os_error(5)),
                    Fault::Full => Err(io::Error::from_raw_os_error(28)),
                    Fault::Short => Ok(Turn::Short),
                }
            }
        }
    }

    /// As [`State::turn`] for a call that has no half: it is interrupted.
    fn whole_turn(&mut self) -> io::Result<()> {
        match self.turn()? {
            Turn::Whole => Ok(()),
            Turn::Short => Err(ErrorKind::Interrupted.into()),
        }
    }

    fn find(&self, name: &str) -> io::Result<usize> {
        self.names.get(name).copied().ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn change(&mut self, change: Renaming) {
        rename(&mut self.names, &change);
        self.renamings.push(change);
    }

    fn used(&self) -> u64 {
        self.names.values().map(|&file| self.files[file].live.len() as u64).sum()
    }
}

impl SimDisk {
    /// An empty disk. What it draws, it draws from `seed`.
    pub fn new(seed: u64) -> SimDisk {
        SimDisk(Arc::new(Mutex::new(State {
            files: Vec::new(),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            renamings: Vec::new(),
            calls: 0,
            fail_at: None,
            crash_at: None,
            failed: false,
            crashed: false,
            lies: false,
            capacity: u64::MAX,
            salts: 0,
            seed,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nothing panics while it is held")
    }

    /// Lets the `n`th call from now on, counted from 1, go wrong.
    pub fn fail_at(&self, n: u64, fault: Fault) {
        let mut state = self.state();
        state.failed = false;
        state.fail_at = Some((state.calls + n, fault));
    }

    /// Whether the call of [`SimDisk::fail_at`] was made; nothing more goes wrong by it.
    pub fn has_failed(&self) -> bool {
        let mut state = self.state();
        state.fail_at = None;
        state.failed
    }

    /// Whether a call has gone wrong since the last crash or kill.
    pub fn has_faulted(&self) -> bool {
        let state = self.state();
        state.failed || state.crashed
    }

    /// Lets the power fail at the `n`th call from now on, counted from 1.
    pub fn crash_at(&self, n: u64) {
        let mut state = self.state();
        state.crash_at = Some(state.calls + n);
    }

    /// Whether the power has failed.
    pub fn has_crashed(&self) -> bool {
        self.state().crashed
    }

    /// Lets every sync say yes and do nothing.
    pub fn lie(&self) {
        self.state().lies = true;
    }

    /// Bounds the bytes of all files together.
    pub fn set_capacity(&self, bytes: u64) {
        self.state().capacity = bytes;
    }

    /// Bytes of all files together.
    pub fn used(&self) -> u64 {
        self.state().used()
    }

    /// The machine stops and starts again: what was not synced is there or not.
    pub fn crash(&self, chance: &mut Chance<'_>) {
        let mut state = self.state();
        (state.crash_at, state.fail_at, state.crashed, state.failed) = (None, None, false, false);
        let kept = chance.below(state.renamings.len() as u64 + 1) as usize;
        let renamings = std::mem::take(&mut state.renamings);
        for change in &renamings[..kept] {
            rename(&mut state.durable_names, change);
        }
        state.names = state.durable_names.clone();
        let State { files, names, .. } = &mut *state;
        let mut there = vec![false; files.len()];
        names.values().for_each(|&file| there[file] = true);
        for (file, there) in files.iter_mut().zip(there) {
            if !there {
                *file = Content::default();
                continue;
            }
            if !file.dirty.is_empty() {
                file.keep_some(chance);
            }
            if file.stale {
                file.live.clone_from(&file.durable);
            }
            (file.written, file.stale) = (None, false);
        }
    }

    /// The process stops, the machine does not: everything that was written is there.
    pub fn kill(&self) {
        let mut state = self.state();
        (state.crash_at, state.fail_at, state.crashed, state.failed) = (None, None, false, false);
    }

    /// A copy that shares nothing with it, as it is now.
    pub fn copy(&self) -> SimDisk {
        let state = self.state();
        let copy = State {
            files: state.files.clone(),
            names: state.names.clone(),
            durable_names: state.durable_names.clone(),
            renamings: state.renamings.clone(),
            ..*state
        };
        SimDisk(Arc::new(Mutex::new(copy)))
    }

    /// Damages a file whose name ends with `suffix` where something was synced to it; says which and where, or `None` when
    /// there is no such file. Call it between a crash and the next start.
    pub fn damage(&self, suffix: &str, damage: Damage, chance: &mut Chance<'_>) -> Option<(String, usize)> {
        let mut state = self.state();
        let names: Vec<(String, usize)> =
            state.names.iter().filter(|(name, _)| name.ends_with(suffix)).map(|(n, &f)| (n.clone(), f)).collect();
        if names.is_empty() {
            return None;
        }
        let (name, file) = names[chance.below(names.len() as u64) as usize].clone();
        let file = &mut state.files[file];
        let used = file.durable.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        if used == 0 {
            return None;
        }
        let at = match damage {
            Damage::Rot => {
                let at = chance.below(used as u64) as usize;
                file.durable[at] ^= 1 << chance.below(8);
                at
            }
            Damage::Lost => {
                let (at, before) = file.synced.take()?;
                file.durable[at..at + before.len()].copy_from_slice(&before);
                at
            }
            Damage::Misdirected => {
                let (from, before) = file.synced.take()?;
                let there = from..from + before.len();
                let bytes = file.durable[there.clone()].to_vec();
                file.durable[there].copy_from_slice(&before);
                let length = bytes.get(4..8).map(|length| u32::from_le_bytes(length.try_into().expect("four bytes")));
                let whole = length.is_some_and(|length| (32 + length as usize).next_multiple_of(8) == bytes.len());
                if !(whole && bytes.starts_with(b"UBAT")) {
                    file.live.clone_from(&file.durable);
                    return Some((name, from));
                }
                // Mostly where another write began: that is where it may pass for what belongs there.
                let starts: Vec<usize> = (0..used / 8).map(|word| 8 * word).filter(|&at| at != from).collect();
                let begun = |at: &usize| file.durable[*at..].starts_with(b"UBAT");
                let begun: Vec<usize> = starts.iter().copied().filter(begun).collect();
                let among = if begun.is_empty() || chance.below(4) == 0 { &starts } else { &begun };
                let to = among.get(chance.below(among.len().max(1) as u64) as usize).copied().unwrap_or(from);
                let to = to.min(file.durable.len() - bytes.len());
                file.durable[to..to + bytes.len()].copy_from_slice(&bytes);
                to.min(from)
            }
        };
        file.live.clone_from(&file.durable);
        Some((name, at))
    }

    /// Changes the bytes of each file that is there, by name.
    pub fn rewrite(&self, change: impl Fn(&str, &mut Vec<u8>)) {
        let mut state = self.state();
        for (name, file) in state.names.clone() {
            let file = &mut state.files[file];
            change(&name, &mut file.live);
            file.durable.clone_from(&file.live);
        }
    }
}

/// An open file of a [`SimDisk`].
#[derive(Debug)]
pub struct SimFile {
    disk: SimDisk,
    file: usize,
}

impl Disk for SimDisk {
    type File = SimFile;
    type Lock = ();

    fn path(&self, name: &str) -> PathBuf {
        PathBuf::from("sim").join(name)
    }

    fn lock(&self) -> io::Result<Option<()>> {
        self.state().whole_turn()?;
        Ok(Some(()))
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut state = self.state();
        state.whole_turn()?;
        Ok(state.names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<SimFile> {
        let mut state = self.state();
        state.whole_turn()?;
        state.files.push(Content::default());
        let file = state.files.len() - 1;
        state.change(Renaming::Created(name.to_owned(), file));
        Ok(SimFile { disk: self.clone(), file })
    }

    fn open(&self, name: &str, _write: bool) -> io::Result<SimFile> {
        let mut state = self.state();
        state.whole_turn()?;
        Ok(SimFile { disk: self.clone(), file: state.find(name)? })
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state();
        state.whole_turn()?;
        state.find(from)?;
        state.change(Renaming::Renamed(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        state.whole_turn()?;
        state.find(name)?;
        state.change(Renaming::Removed(name.to_owned()));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.state();
        state.whole_turn()?;
        if !state.lies {
            state.durable_names = state.names.clone();
            state.renamings.clear();
        }
        Ok(())
    }

    fn free(&self) -> io::Result<u64> {
        let mut state = self.state();
        state.whole_turn()?;
        Ok(state.capacity.saturating_sub(state.used()))
    }

    fn random(&self) -> io::Result<u32> {
        let mut state = self.state();
        state.whole_turn()?;
        state.salts += 1;
        Ok(Chance::Seed(state.seed ^ u64::from(state.salts)).number() as u32)
    }
}

impl DiskFile for SimFile {
    fn size(&self) -> io::Result<u64> {
        let mut state = self.disk.state();
        state.whole_turn()?;
        Ok(state.files[self.file].live.len() as u64)
    }

    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.disk.state();
        let turn = state.turn()?;
        let live = &state.files[self.file].live;
        let from = (offset as usize).min(live.len());
        let mut len = into.len().min(live.len() - from);
        if matches!(turn, Turn::Short) && len > 1 {
            len /= 2;
        }
        into[..len].copy_from_slice(&live[from..from + len]);
        Ok(len)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let mut state = self.disk.state();
        let turn = state.turn();
        // A write that the power or the device ends has begun.
        let len = match turn {
            Ok(Turn::Whole) => bytes.len(),
            _ => bytes.len() / 2,
        };
        let from = offset as usize;
        let grows = (from + len).saturating_sub(state.files[self.file].live.len()) as u64;
        if turn.is_ok() && grows > 0 && state.used() + grows > state.capacity {
            return Err(io::Error::from_raw_os_error(28));
        }
        let file = &mut state.files[self.file];
        if file.live.len() < from + len {
            file.live.resize(from + len, 0);
        }
        file.live[from..from + len].copy_from_slice(&bytes[..len]);
        if len > 0 {
            file.dirty.extend(from / PAGE..=(from + len - 1) / PAGE);
            file.written = Some((from, from + len));
        }
        turn.map(|_| len)
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        let turn = state.whole_turn();
        let interrupted = matches!(&turn, Err(error) if error.kind() == ErrorKind::Interrupted);
        let (seed, calls) = (state.seed, state.calls);
        let (lies, crashed) = (state.lies, state.crashed);
        let file = &mut state.files[self.file];
        match turn {
            Ok(()) if lies => {}
            Ok(()) => file.sync(),
            // Cut short by the power, nothing more is known than before.
            Err(_) if crashed || interrupted => {}
            // What did not reach the platter never will: the next sync has nothing to do, and says yes.
            Err(_) => file.keep_some(&mut Chance::Seed(seed ^ calls)),
        }
        turn
    }
}
