//! Reading and judging. Never writes, needs no lock.

use crate::JournalError;
use crate::batch::{Frames, Sealed, find};
use crate::segment::{self, FORMAT, HEADER, Header, HeaderRead};
use std::fs;
use std::path::{Path, PathBuf};

/// An unfinished last batch, as a crash leaves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornTail {
    /// In which file: the last.
    pub file: PathBuf,
    /// Where it begins.
    pub offset: u64,
    /// How many bytes from there to the last that is not zero.
    pub bytes: u64,
}

/// Where the good batches end.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct End {
    /// The last command; 0 when there is none.
    pub last_seq: u64,
    /// The last batch's checksum: the journal's head. 0 when there is none.
    pub crc: u32,
    /// The last file; `None` when there is none.
    pub file: Option<PathBuf>,
    /// The byte in it behind the last batch.
    pub offset: u64,
    /// What a crash left behind them.
    pub torn: Option<TornTail>,
}

/// A batch as read.
#[derive(Clone, Copy, Debug)]
pub struct BatchView<'a> {
    sealed: Sealed<'a>,
    file: &'a Path,
    offset: u64,
}

impl<'a> BatchView<'a> {
    /// Its first command's sequence number; the next one's when it has no command.
    #[must_use]
    pub fn first_seq(&self) -> u64 {
        self.sealed.first_seq
    }

    /// How many commands start in it.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.sealed.count
    }

    /// Bytes it takes in the file.
    #[must_use]
    pub fn len_bytes(&self) -> usize {
        self.sealed.len
    }

    /// Its checksum.
    #[must_use]
    pub fn crc(&self) -> u32 {
        self.sealed.crc
    }

    /// The file it is in.
    #[must_use]
    pub fn file(&self) -> &'a Path {
        self.file
    }

    /// The byte of the file at which it begins.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Its frames.
    #[must_use]
    pub fn frames(&self) -> Frames<'a> {
        Frames::new(self.sealed.payload)
    }
}

/// Reads a journal's batches from the first.
#[derive(Debug)]
pub struct Reader {
    segments: Vec<(u64, PathBuf)>,
    /// The segment that is loaded, and how far it is read.
    current: usize,
    bytes: Vec<u8>,
    at: usize,
    next_seq: u64,
    crc: u32,
    end: Option<End>,
}

impl Reader {
    /// Opens the journal in `dir`. A directory without segments is an empty journal.
    ///
    /// # Errors
    /// When the directory cannot be read, or the first segment is no segment.
    pub fn open(dir: &Path) -> Result<Reader, JournalError> {
        let segments = segment::list(dir)?;
        let mut reader = Reader {
            next_seq: segments.first().map_or(1, |&(first, _)| first),
            segments,
            current: 0,
            bytes: Vec::new(),
            at: 0,
            crc: 0,
            end: None,
        };
        if reader.segments.is_empty() {
            reader.end = Some(End::default());
        } else {
            reader.load(0)?;
        }
        Ok(reader)
    }

    /// The next batch, or `None` behind the last good one; [`Reader::end`] then says where that is.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] at the first batch that was on disk and is no longer what it was.
    pub fn next_batch(&mut self) -> Result<Option<BatchView<'_>>, JournalError> {
        loop {
            if self.end.is_some() {
                return Ok(None);
            }
            let Some(batch) = Sealed::read(&self.bytes[self.at..]) else {
                self.judge()?;
                continue;
            };
            if batch.first_seq != self.next_seq {
                return Err(self.damaged("a batch is missing, moved or repeated: its sequence does not follow"));
            }
            if batch.prev_crc != self.crc {
                return Err(self.damaged("a batch is missing, moved or repeated: the one before it is another"));
            }
            let (at, len) = (self.at, batch.len);
            self.next_seq += u64::from(batch.count);
            self.crc = batch.crc;
            self.at += len;
            // Read again to give it out: the borrow of the first reading ends above.
            let sealed = Sealed::read(&self.bytes[at..at + len]).expect("read before");
            return Ok(Some(BatchView { sealed, file: &self.segments[self.current].1, offset: at as u64 }));
        }
    }

    /// Where the good batches end, once [`Reader::next_batch`] gave `None`.
    #[must_use]
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Bytes of all segments, and of those read so far.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.current, self.segments.len())
    }

    /// No whole batch stands where one should: the end of a segment, a torn tail, or damage.
    fn judge(&mut self) -> Result<(), JournalError> {
        if self.current + 1 < self.segments.len() {
            // The next segment was made only when everything before it was on disk.
            return self.load(self.current + 1);
        }
        if find(&self.bytes, self.at).is_some() {
            return Err(self.damaged("a batch is bad though a later one was written, so it had been on disk"));
        }
        let file = self.segments[self.current].1.clone();
        let rest = &self.bytes[self.at..];
        let dirty = rest.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        let offset = self.at as u64;
        let torn = (dirty > 0).then(|| TornTail { file: file.clone(), offset, bytes: dirty as u64 });
        self.end = Some(End { last_seq: self.next_seq - 1, crc: self.crc, file: Some(file), offset, torn });
        Ok(())
    }

    fn load(&mut self, index: usize) -> Result<(), JournalError> {
        let (named, path) = self.segments[index].clone();
        let bytes = fs::read(&path).map_err(JournalError::io("reading", &path))?;
        let header = match Header::read(&bytes) {
            HeaderRead::Good(header) => header,
            HeaderRead::Newer(version) => return Err(JournalError::NewerFormat { file: path, version, known: FORMAT }),
            HeaderRead::Bad => {
                let why = "the segment's header is bad, though it was on disk before the file had its name";
                return Err(JournalError::Damaged { file: path, offset: 0, seq: self.next_seq, why });
            }
        };
        if index == 0 {
            self.crc = header.prev_crc;
        }
        if header.first_seq != named || header.first_seq != self.next_seq || header.prev_crc != self.crc {
            if index == 0 {
                let why = "the segment's header names another first command than the file's name";
                return Err(JournalError::Damaged { file: path, offset: 0, seq: named, why });
            }
            return Err(self.damaged("the segment ends before the next one begins: a batch that was on disk is bad"));
        }
        (self.current, self.bytes, self.at) = (index, bytes, HEADER);
        Ok(())
    }

    fn damaged(&self, why: &'static str) -> JournalError {
        let file = self.segments[self.current].1.clone();
        JournalError::Damaged { file, offset: self.at as u64, seq: self.next_seq, why }
    }
}
