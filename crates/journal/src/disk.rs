//! The directory that files are kept in, and all that is asked of it.
//!
//! [`Dir`] is a directory of the operating system. The simulator brings one that loses, tears and refuses.

use rustix::fs::{FlockOperation, flock};
use std::fmt::Debug;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A directory. Names are plain file names in it. What was done is there for good only after the `sync` that covers it.
pub trait Disk: Clone + Debug + Send + 'static {
    /// A file of it.
    type File: DiskFile;
    /// Held by the one process that writes there; given back when it is dropped, or its process ends.
    type Lock: Debug + Send;

    /// What people call the file `name`.
    fn path(&self, name: &str) -> PathBuf;
    /// Takes the lock; `None` when another has it.
    ///
    /// # Errors
    /// What the operating system said; so in all of these.
    fn lock(&self) -> io::Result<Option<Self::Lock>>;
    /// The names of all files.
    ///
    /// # Errors
    /// See above.
    fn names(&self) -> io::Result<Vec<String>>;
    /// Makes a file, for its owner only, or empties one that is there.
    ///
    /// # Errors
    /// See above.
    fn create(&self, name: &str) -> io::Result<Self::File>;
    /// Opens a file that is there, to read, and to write too when `write` says so.
    ///
    /// # Errors
    /// See above.
    fn open(&self, name: &str, write: bool) -> io::Result<Self::File>;
    /// Gives a file another name, which may be that of a file that is there: it is gone then.
    ///
    /// # Errors
    /// See above.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    ///
    /// # Errors
    /// See above.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes new, renamed and removed names last.
    ///
    /// # Errors
    /// See above.
    fn sync(&self) -> io::Result<()>;
    /// Bytes that can still be stored.
    ///
    /// # Errors
    /// See above.
    fn free(&self) -> io::Result<u64>;
    /// A number that nobody can guess.
    ///
    /// # Errors
    /// See above.
    fn random(&self) -> io::Result<u32>;
}

/// An open file.
pub trait DiskFile: Debug + Send + 'static {
    /// Its bytes.
    ///
    /// # Errors
    /// What the operating system said; so in all of these.
    fn size(&self) -> io::Result<u64>;
    /// Reads from `offset` on; may give fewer bytes than asked for, and 0 only at the end.
    ///
    /// # Errors
    /// See above.
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes at `offset`; may take fewer bytes than it is given.
    ///
    /// # Errors
    /// See above.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;
    /// Makes what was written last, and the size that it needs.
    ///
    /// # Errors
    /// See above. What was written is in an unknown state then.
    fn sync(&self) -> io::Result<()>;
}

/// Writes all of `bytes`, however many the file takes at a time.
pub(crate) fn write_all<F: DiskFile>(file: &F, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write_at(bytes, offset) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => {
                bytes = &bytes[written..];
                offset += written as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Fills `into` from `offset` on, however few bytes the file gives at a time. Fewer only at the file's end: returns how many.
pub(crate) fn read_full<F: DiskFile>(file: &F, into: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match file.read_at(&mut into[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Reads a whole file into `into`, whose memory is used again.
pub(crate) fn read_whole<F: DiskFile>(file: &F, into: &mut Vec<u8>) -> io::Result<()> {
    let size = usize::try_from(file.size()?).map_err(|_| io::Error::from(ErrorKind::FileTooLarge))?;
    into.resize(size, 0);
    let read = read_full(file, into, 0)?;
    into.truncate(read);
    Ok(())
}

/// A directory of the operating system.
#[derive(Clone, Debug)]
pub struct Dir(PathBuf);

impl Dir {
    /// The directory at `path`, which need not be there: then it cannot be listed.
    #[must_use]
    pub fn at(path: &Path) -> Dir {
        Dir(path.to_owned())
    }

    /// The directory at `path`. It is made, for its owner only, with what of the way to it is missing. When it returns they
    /// are there for good.
    ///
    /// # Errors
    /// What the operating system said.
    pub fn make(path: &Path) -> io::Result<Dir> {
        make(path)?;
        Ok(Dir::at(path))
    }
}

fn make(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    // A relative path of one name has the empty path as its parent: the directory we are in.
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    if parent != path {
        make(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => {}
        made => made?,
    }
    File::open(parent)?.sync_all()
}

impl Disk for Dir {
    type File = File;
    type Lock = File;

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn lock(&self) -> io::Result<Option<File>> {
        let path = self.path("lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(file)),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            // A name that is no text is none of ours.
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    fn create(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().create(true).truncate(true).read(true).write(true).mode(0o600).open(self.path(name))
    }

    fn open(&self, name: &str, write: bool) -> io::Result<File> {
        OpenOptions::new().read(true).write(write).open(self.path(name))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path(from), self.path(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path(name))
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }

    fn free(&self) -> io::Result<u64> {
        let stat = rustix::fs::statvfs(&self.0)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    fn random(&self) -> io::Result<u32> {
        let mut bytes = [0; 4];
        let got = rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())?;
        assert_eq!(got, bytes.len(), "the kernel gives small requests whole");
        Ok(u32::from_le_bytes(bytes))
    }
}

impl DiskFile for File {
    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(self, into, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        FileExt::write_at(self, bytes, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}
