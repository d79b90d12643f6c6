//! A segment: one file of batches. Its name, its header, and the thread that fills the next one with zeros.

use crate::JournalError;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

pub(crate) const HEADER: usize = 64;
/// What is written. Format 1 is read too: it has no salt, so a salt of 0.
pub(crate) const FORMAT: u32 = 2;
const MAGIC: [u8; 8] = *b"UNSPJRNL";
const CRC_AT: usize = 12;

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The first command of its first batch.
    pub first_seq: u64,
    /// The checksum of the last batch of the segment before it; 0 for the first.
    pub prev_crc: u32,
    /// What the checksums of its batches start from. Nobody outside knows it, so nobody can send a frame that holds what
    /// passes for a batch of this segment.
    pub salt: u32,
}

/// What stands where a header should.
pub(crate) enum HeaderRead {
    Good(Header),
    Newer(u32),
    Bad,
}

impl Header {
    pub fn bytes(self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[0..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first_seq.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.prev_crc.to_le_bytes());
        bytes[28..32].copy_from_slice(&self.salt.to_le_bytes());
        let crc = crc32c::crc32c(&bytes);
        bytes[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub fn read(bytes: &[u8]) -> HeaderRead {
        let Some(&bytes) = bytes.first_chunk::<HEADER>() else { return HeaderRead::Bad };
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let mut zeroed = bytes;
        zeroed[CRC_AT..CRC_AT + 4].fill(0);
        if bytes[..8] != MAGIC || crc32c::crc32c(&zeroed) != word(CRC_AT) {
            return HeaderRead::Bad;
        }
        let salt = match word(8) {
            0 => return HeaderRead::Bad,
            1 => 0,
            FORMAT => word(28),
            newer => return HeaderRead::Newer(newer),
        };
        let first_seq = u64::from_le_bytes(bytes[16..24].try_into().expect("eight bytes"));
        HeaderRead::Good(Header { first_seq, prev_crc: word(24), salt })
    }
}

/// A number that nobody can guess.
pub(crate) fn new_salt(dir: &Path) -> Result<u32, JournalError> {
    let mut salt = [0; 4];
    let got = rustix::rand::getrandom(&mut salt, rustix::rand::GetRandomFlags::empty());
    // The kernel gives small requests whole.
    let got = got.map_err(|errno| JournalError::io("drawing a salt for a segment in", dir)(errno.into()))?;
    assert_eq!(got, salt.len());
    Ok(u32::from_le_bytes(salt))
}

/// The file of the segment that starts at `first_seq`.
pub(crate) fn path(dir: &Path, first_seq: u64) -> PathBuf {
    dir.join(format!("{first_seq:020}.journal"))
}

/// The segments of a directory by first command, ascending.
pub(crate) fn list(dir: &Path) -> Result<Vec<(u64, PathBuf)>, JournalError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(JournalError::io("listing", dir))? {
        let path = entry.map_err(JournalError::io("listing", dir))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let digits = name
            .strip_suffix(".journal")
            .filter(|digits| digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(first_seq) = digits.and_then(|digits| digits.parse().ok()) {
            found.push((first_seq, path));
        }
    }
    found.sort();
    Ok(found)
}

/// Makes `dir`, for its owner only, and what of the way to it is missing. When it returns they are there for good.
pub(crate) fn make_dir(dir: &Path) -> Result<(), JournalError> {
    if dir.is_dir() {
        return Ok(());
    }
    // A relative path of one name has the empty path as its parent: the directory we are in.
    let parent = match dir.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    if parent != dir {
        make_dir(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && dir.is_dir() => {}
        made => made.map_err(JournalError::io("creating", dir))?,
    }
    sync_dir(parent)
}

/// Makes a rename, a new or a removed file in `dir` last.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), JournalError> {
    let open = File::open(dir).and_then(|dir| dir.sync_all());
    open.map_err(JournalError::io("syncing the directory", dir))
}

type Made = Result<(PathBuf, File), JournalError>;

/// Keeps one file of zeros ready. Writing over blocks that were written before needs no change to the file system's own
/// records at each sync, which doubles the rate of a merely reserved or growing file.
#[derive(Debug)]
pub(crate) struct Spares {
    dir: PathBuf,
    ready: Option<Receiver<Made>>,
    stop: Arc<AtomicBool>,
    /// The writer stands still until the spare is there.
    hurry: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Spares {
    pub fn start(dir: &Path, bytes: u64) -> Result<Spares, JournalError> {
        for entry in fs::read_dir(dir).map_err(JournalError::io("listing", dir))?.flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "spare") {
                fs::remove_file(entry.path()).map_err(JournalError::io("removing", &entry.path()))?;
            }
        }
        let (made, ready) = sync_channel(0);
        let stop = Arc::new(AtomicBool::new(false));
        let hurry = Arc::new(AtomicBool::new(false));
        let thread = {
            let (dir, stop, hurry) = (dir.to_owned(), Arc::clone(&stop), Arc::clone(&hurry));
            let spawn = std::thread::Builder::new().name("journal-spares".into());
            spawn.spawn(move || keep_one_ready(&dir, bytes, &stop, &hurry, &made))
        };
        let thread = thread.map_err(JournalError::io("starting a thread for", dir))?;
        Ok(Spares { dir: dir.to_owned(), ready: Some(ready), stop, hurry, thread: Some(thread) })
    }

    /// Puts the header on the spare file and makes it the segment. When it returns the file is there for good.
    pub fn open(&mut self, header: Header) -> Result<(PathBuf, File), JournalError> {
        let ready = self.ready.as_ref().expect("only taken on drop");
        self.hurry.store(true, Ordering::Relaxed);
        let made = ready.recv();
        self.hurry.store(false, Ordering::Relaxed);
        let Ok(made) = made else { return Err(JournalError::Failed) };
        let (spare, file) = made?;
        file.write_all_at(&header.bytes(), 0).map_err(JournalError::io("writing", &spare))?;
        file.sync_data().map_err(JournalError::io("syncing", &spare))?;
        let path = path(&self.dir, header.first_seq);
        fs::rename(&spare, &path).map_err(JournalError::io("renaming", &spare))?;
        sync_dir(&self.dir)?;
        Ok((path, file))
    }
}

impl Drop for Spares {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // A thread that waits for a taker sees that none will come.
        self.ready = None;
        if let Some(thread) = self.thread.take() {
            // It only panics where the process is lost anyway.
            let _ = thread.join();
        }
    }
}

fn keep_one_ready(dir: &Path, bytes: u64, stop: &AtomicBool, hurry: &AtomicBool, made: &SyncSender<Made>) {
    for number in 0_u64.. {
        let path = dir.join(format!("{}-{number}.spare", std::process::id()));
        let file = fill(&path, bytes, stop, hurry);
        if stop.load(Ordering::Relaxed) || made.send(file.map(|file| (path.clone(), file))).is_err() {
            // Nobody takes it: leave nothing behind. The next start removes what cannot be removed now.
            let _ = fs::remove_file(&path);
            return;
        }
    }
}

/// Writes and syncs in small steps, and rests after each for three times as long as it took: a sync of the whole file at
/// once would keep the writer's own syncs waiting behind it. It does not rest while the writer waits for the file.
fn fill(path: &Path, bytes: u64, stop: &AtomicBool, hurry: &AtomicBool) -> Result<File, JournalError> {
    const ZEROS: &[u8] = &[0; 256 << 10];
    let create = OpenOptions::new().create(true).truncate(true).read(true).write(true).mode(0o600).open(path);
    let mut file = create.map_err(JournalError::io("creating", path))?;
    let mut left = bytes;
    while left > 0 && !stop.load(Ordering::Relaxed) {
        let started = Instant::now();
        let chunk = left.min(ZEROS.len() as u64);
        let zeros = &ZEROS[..usize::try_from(chunk).expect("at most 256 KiB")];
        file.write_all(zeros).map_err(JournalError::io("filling", path))?;
        left -= chunk;
        if !hurry.load(Ordering::Relaxed) {
            file.sync_data().map_err(JournalError::io("syncing", path))?;
            std::thread::sleep(3 * started.elapsed());
        }
    }
    file.sync_all().map_err(JournalError::io("syncing", path))?;
    Ok(file)
}
