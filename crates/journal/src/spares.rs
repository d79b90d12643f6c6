//! Segments to be: files of zeros, made ahead of time.
//!
//! Writing over blocks that were written before needs no change to the file system's own records at each sync, which
//! doubles the rate of a merely reserved or growing file.
//!
//! Two are kept ready, so that a disk that fills up is noticed a whole segment before it is full ([`Room`]).

use crate::JournalError;
use crate::disk::{Disk, DiskFile, write_all};
use crate::segment::{self, Header};
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long the maker of spares waits before it tries a full disk again.
const TRY_AGAIN: Duration = Duration::from_millis(200);

/// Whether the disk has room for the journal to go on.
#[derive(Clone, Debug, Default)]
pub struct Room(Arc<AtomicBool>);

impl Room {
    /// The disk is too full for one more segment beyond those that are ready. What is ready is a reserve: at least one
    /// segment at the time this becomes true. It becomes false again when a segment could be made.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The same as something to look at, for those who do not know journals.
    #[must_use]
    pub fn short(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }
}

/// A spare's name and the file.
type Made<D> = Result<(String, <D as Disk>::File), JournalError>;

/// Makes the files of segments to be.
#[derive(Debug)]
pub(crate) struct Spares<D: Disk> {
    disk: D,
    bytes: u64,
    room: Room,
    /// How many were made on this thread.
    made: u64,
    maker: Option<Maker<D>>,
}

/// The thread that makes them ahead of time.
#[derive(Debug)]
struct Maker<D: Disk> {
    /// Only taken on drop.
    ready: Option<Receiver<Made<D>>>,
    orders: Arc<Orders>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread is told.
#[derive(Debug, Default)]
struct Orders {
    stop: AtomicBool,
    /// The writer stands still until a spare is there.
    hurry: AtomicBool,
}

impl<D: Disk> Spares<D> {
    /// Removes what an earlier process left; with `ahead`, starts the thread that keeps two ready. Without, one is made when
    /// it is asked for.
    pub fn start(disk: &D, bytes: u64, ahead: bool) -> Result<Spares<D>, JournalError> {
        let names = disk.names().map_err(JournalError::io("listing", &disk.path("")))?;
        for name in names.iter().filter(|name| name.ends_with(".spare")) {
            disk.remove(name).map_err(JournalError::io("removing", &disk.path(name)))?;
        }
        let room = Room::default();
        let maker = ahead.then(|| Maker::start(disk, bytes, &room)).transpose()?;
        Ok(Spares { disk: disk.clone(), bytes, room, made: 0, maker })
    }

    pub fn room(&self) -> Room {
        self.room.clone()
    }

    /// Puts the header on a spare file and makes it the segment. When it returns the file is there for good.
    pub fn open(&mut self, header: Header) -> Result<(String, D::File), JournalError> {
        let disk = &self.disk;
        let (spare, file) = match &self.maker {
            Some(maker) => maker.take()?,
            None => {
                self.made += 1;
                make(disk, self.made, self.bytes, &Orders { hurry: true.into(), ..Orders::default() })?
            }
        };
        let path = disk.path(&spare);
        write_all(&file, &header.bytes(), 0).map_err(JournalError::io("writing", &path))?;
        file.sync().map_err(JournalError::io("syncing", &path))?;
        let name = segment::name(header.first_seq);
        disk.rename(&spare, &name).map_err(JournalError::io("renaming", &path))?;
        disk.sync().map_err(JournalError::io("syncing the directory", &disk.path("")))?;
        Ok((name, file))
    }
}

impl<D: Disk> Maker<D> {
    fn start(disk: &D, bytes: u64, room: &Room) -> Result<Maker<D>, JournalError> {
        // One waits in the channel, one in the thread's hand.
        let (made, ready) = sync_channel(1);
        let orders = Arc::new(Orders::default());
        let thread = {
            let (disk, room, orders) = (disk.clone(), room.clone(), Arc::clone(&orders));
            let spawn = std::thread::Builder::new().name("journal-spares".into());
            spawn.spawn(move || keep_ready(&disk, bytes, &room, &orders, &made))
        };
        let thread = thread.map_err(JournalError::io("starting a thread for", &disk.path("")))?;
        Ok(Maker { ready: Some(ready), orders, thread: Some(thread) })
    }

    fn take(&self) -> Made<D> {
        let ready = self.ready.as_ref().expect("only taken on drop");
        self.orders.hurry.store(true, Ordering::Relaxed);
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
        let made = ready.recv();
        self.orders.hurry.store(false, Ordering::Relaxed);
        made.unwrap_or(Err(JournalError::Failed))
    }
}

impl<D: Disk> Drop for Maker<D> {
    fn drop(&mut self) {
        self.orders.stop.store(true, Ordering::Relaxed);
        // A thread that waits for a taker sees that none will come.
        self.ready = None;
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It only panics where the process is lost anyway.
            let _ = thread.join();
        }
    }
}

fn keep_ready<D: Disk>(disk: &D, bytes: u64, room: &Room, orders: &Orders, made: &SyncSender<Made<D>>) {
    for number in 0_u64.. {
        let spare = loop {
            let hurried = orders.hurry.load(Ordering::Relaxed);
            let spare = make(disk, number, bytes, orders);
            let full = matches!(&spare, Err(error) if error.is_full_disk());
            room.0.store(full, Ordering::Relaxed);
            // A writer that stands still hears of the full disk: it has nothing left to write to.
            if !full || hurried || orders.stop.load(Ordering::Relaxed) {
                break spare;
            }
            std::thread::park_timeout(TRY_AGAIN);
        };
        if orders.stop.load(Ordering::Relaxed) || made.send(spare).is_err() {
            break;
        }
    }
    // Nobody takes them: leave nothing behind. The next start removes what cannot be removed now.
    for name in disk.names().unwrap_or_default().iter().filter(|name| name.ends_with(".spare")) {
        let _ = disk.remove(name);
    }
}

/// A file of `bytes` zeros that is on disk. Writes and syncs in small steps, and rests after each for three times as long as
/// it took: a sync of the whole file at once would keep the writer's own syncs waiting behind it. It does not rest while the
/// writer waits for the file.
fn make<D: Disk>(disk: &D, number: u64, bytes: u64, orders: &Orders) -> Made<D> {
    let name = format!("{number}.spare");
    let path = disk.path(&name);
    let free = disk.free().map_err(JournalError::io("looking at the room in", &disk.path("")))?;
    let hurry = || orders.hurry.load(Ordering::Relaxed);
    // Others need some of the last bytes, snapshots and logs among them; a writer that stands still needs them more.
    let wanted = if hurry() { bytes } else { bytes + bytes / 4 };
    let fill = || {
        if free < wanted {
            return Err(JournalError::io("making a segment in", &path)(ErrorKind::StorageFull.into()));
        }
        let file = disk.create(&name).map_err(JournalError::io("creating", &path))?;
        fill(&file, bytes, orders, &path)?;
        Ok(file)
    };
    match fill() {
        Ok(file) => Ok((name, file)),
        Err(error) => {
            // What of it is there only fills the disk further.
            let _ = disk.remove(&name);
            Err(error)
        }
    }
}

fn fill<F: DiskFile>(file: &F, bytes: u64, orders: &Orders, path: &std::path::Path) -> Result<(), JournalError> {
    const ZEROS: &[u8] = &[0; 256 << 10];
    let mut at = 0;
    while at < bytes && !orders.stop.load(Ordering::Relaxed) {
        let started = Instant::now();
        let chunk = (bytes - at).min(ZEROS.len() as u64);
        let zeros = &ZEROS[..usize::try_from(chunk).expect("at most 256 KiB")];
        write_all(file, zeros, at).map_err(JournalError::io("filling", path))?;
        at += chunk;
        if !orders.hurry.load(Ordering::Relaxed) {
            file.sync().map_err(JournalError::io("syncing", path))?;
            std::thread::sleep(3 * started.elapsed());
        }
    }
    file.sync().map_err(JournalError::io("syncing", path))
}
