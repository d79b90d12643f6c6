//! Reading and judging. Never writes, needs no lock.

use crate::JournalError;
use crate::batch::{Frames, Sealed, find};
use crate::disk::{Dir, Disk, read_whole};
use crate::head::{Head, Heading};
use crate::mark::Mark;
use crate::segment::{self, FORMAT, HEADER, Header, HeaderRead, Version};
use std::path::{Path, PathBuf};

/// What a crash left unfinished behind the last batch: a batch, or a segment without a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornTail {
    /// In which file: the last.
    pub file: PathBuf,
    /// Where it begins; 0 when the whole file is a segment that was being made.
    pub offset: u64,
    /// How many bytes from there to the last that is not zero; 0 when such a file is all zeros.
    pub bytes: u64,
}

/// Where the good batches end.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct End {
    /// The last command; 0 when there is none.
    pub last_seq: u64,
    /// The last batch's checksum: the journal's head. 0 when there is none.
    pub crc: u32,
    /// The file that the next batch goes to while it has room; `None` when there is none.
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
    /// One that was found at `offset` of `file`.
    pub(crate) fn at(sealed: Sealed<'a>, file: &'a Path, offset: u64) -> BatchView<'a> {
        BatchView { sealed, file, offset }
    }

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

/// Reads a journal's batches in order.
#[derive(Debug)]
pub struct Reader<D: Disk = Dir> {
    disk: D,
    /// The first command of each segment.
    segments: Vec<u64>,
    /// The segment that is loaded, its file, and how far it is read.
    current: usize,
    path: PathBuf,
    bytes: Vec<u8>,
    /// The segment behind it, until that is found good.
    coming: Vec<u8>,
    at: usize,
    next_seq: u64,
    crc: u32,
    /// The loaded segment's.
    salt: u32,
    /// The version that began it.
    version: Version,
    /// Where the last batch of it that was read begins; where batches begin, when there is none.
    last_at: usize,
    /// The segment was loaded again because of what stands at `at`.
    again: bool,
    heading: Option<Heading>,
    /// How far it had been durable when it was read.
    mark: Option<Mark>,
    end: Option<End>,
    /// Read so far.
    batches: u64,
    batch_bytes: u64,
}

impl Reader<Dir> {
    /// Opens the journal in the directory `dir`. One without segments is an empty journal.
    ///
    /// # Errors
    /// When the directory cannot be read, or the first segment is no segment.
    pub fn open(dir: &Path) -> Result<Reader, JournalError> {
        Reader::on(Dir::at(dir), 1)
    }
}

impl<D: Disk> Reader<D> {
    /// Opens the journal on `disk` at the beginning of the segment that holds command `seq`; at the first when it begins
    /// later, and at the last when it ends before.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn on(disk: D, seq: u64) -> Result<Reader<D>, JournalError> {
        // Before anything else: beside a writer, everything it names can be read by now.
        let mark = Mark::read(&disk)?;
        let segments = segment::list(&disk)?;
        Reader::over(disk, segments, seq, mark)
    }

    /// As [`Reader::on`], but only the segments that have a successor: all of it was on disk before that was made. Empty when
    /// command `seq` is in none of them.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn sealed(disk: D, seq: u64) -> Result<Reader<D>, JournalError> {
        let mut segments = segment::list(&disk)?;
        let open = segments.pop();
        if open.is_some_and(|open| open <= seq) {
            segments.clear();
        }
        Reader::over(disk, segments, seq, None)
    }

    fn over(disk: D, segments: Vec<u64>, seq: u64, mark: Option<Mark>) -> Result<Reader<D>, JournalError> {
        let start = segments.partition_point(|&first| first <= seq).saturating_sub(1);
        let mut reader = Reader {
            next_seq: segments.get(start).map_or(1, |&first| first),
            disk,
            segments: segments.get(start..).unwrap_or_default().to_owned(),
            current: 0,
            path: PathBuf::new(),
            bytes: Vec::new(),
            coming: Vec::new(),
            at: 0,
            crc: 0,
            salt: 0,
            version: Version::UNKNOWN,
            last_at: HEADER,
            again: false,
            heading: None,
            mark,
            end: None,
            batches: 0,
            batch_bytes: 0,
        };
        if reader.segments.is_empty() {
            reader.path = reader.disk.path("");
            reader.reaches(0, 0)?;
            reader.end = Some(End::default());
        } else {
            reader.load(0)?;
        }
        Ok(reader)
    }

    /// From here on computes the journal's head too. `before` is the head of everything before the segment at which this
    /// reader was opened, [`Head::default`] when nothing is.
    ///
    /// # Panics
    /// When a batch was read already.
    pub fn follow_head(&mut self, before: Head) {
        assert_eq!(self.batches, 0, "a head covers whole segments");
        let mut heading = Heading::after(before);
        if self.at == HEADER {
            heading.segment(&self.bytes[..HEADER]);
        }
        self.heading = Some(heading);
    }

    /// Goes on behind batches that were checked before, of the segment at which it was opened: with the command `next_seq`
    /// at the byte `at`, behind a batch with the checksum `crc`. Refuses when the segment is not that long.
    pub(crate) fn resume(&mut self, at: u64, next_seq: u64, crc: u32, heading: Option<Heading>) -> bool {
        assert_eq!(self.batches, 0, "it was not read from yet");
        let Some(at) = usize::try_from(at).ok().filter(|&at| at <= self.bytes.len()) else { return false };
        (self.at, self.next_seq, self.crc, self.heading) = (at, next_seq, crc, heading);
        true
    }

    /// The head of everything read so far, when it is followed.
    #[must_use]
    pub fn head(&self) -> Option<Head> {
        self.heading.as_ref().map(Heading::head)
    }

    /// The head of everything before the segment that is being read, when it is followed.
    #[must_use]
    pub fn head_before(&self) -> Option<Head> {
        self.heading.as_ref().map(Heading::before)
    }

    /// The digest of the segment that is being read, when the head is followed.
    pub(crate) fn digest(&self) -> Option<[u8; 32]> {
        self.heading.as_ref().and_then(Heading::digest)
    }

    /// The directory it reads.
    #[must_use]
    pub fn disk(&self) -> &D {
        &self.disk
    }

    /// Batches read so far.
    #[must_use]
    pub fn batches(&self) -> u64 {
        self.batches
    }

    /// Their bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.batch_bytes
    }

    /// The last command of which the beginning was read; 0 before the first.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.next_seq - 1
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
            let Some(batch) = Sealed::read(&self.bytes[self.at..], self.salt) else {
                self.judge()?;
                continue;
            };
            if batch.first_seq != self.next_seq {
                return Err(self.damaged("a batch is missing, moved or repeated: its sequence does not follow"));
            }
            if batch.prev_crc != self.crc {
                return Err(self.damaged("a batch is missing, moved or repeated: the one before it is another"));
            }
            if !batch.in_bounds() {
                return Err(self.damaged("a batch breaks the format's bounds though its checksum is right"));
            }
            let Some(next_seq) = batch.first_seq.checked_add(batch.count.into()) else {
                return Err(self.damaged("a batch counts past the last sequence number"));
            };
            let (at, len) = (self.at, batch.len);
            self.next_seq = next_seq;
            self.crc = batch.crc;
            self.at += len;
            self.last_at = at;
            self.again = false;
            self.batches += 1;
            self.batch_bytes += len as u64;
            if let Some(heading) = &mut self.heading {
                heading.batch(&self.bytes[at..at + len]);
            }
            // Parsed again to give it out: the borrow of the first reading ends above.
            let sealed = Sealed::unchecked(&self.bytes[at..at + len]).expect("read before");
            return Ok(Some(BatchView { sealed, file: &self.path, offset: at as u64 }));
        }
    }

    /// Where the good batches end, once [`Reader::next_batch`] gave `None`.
    #[must_use]
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// The name of the segment in which the good batches end; `None` when no segment has a good header.
    pub(crate) fn last_name(&self) -> Option<String> {
        let file = self.end.as_ref().and_then(|end| end.file.as_ref());
        file.map(|_| segment::name(self.segments[self.current]))
    }

    /// The first command of the segment that is being read; 0 when there is none.
    pub(crate) fn segment(&self) -> u64 {
        self.segments.get(self.current).copied().unwrap_or(0)
    }

    /// The header and the last batch of the segment in which the good batches end, with their places.
    pub(crate) fn last_written(&self) -> [(u64, &[u8]); 2] {
        [(0, &self.bytes[..HEADER]), (self.last_at as u64, &self.bytes[self.last_at..self.at])]
    }

    /// The version that began the segment that is being read; `None` before versions were written down.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.text()
    }

    /// Whether this version began it.
    pub(crate) fn is_ours(&self) -> bool {
        self.version == Version::OURS
    }

    /// The salt of the segment in which the good batches end.
    pub(crate) fn salt(&self) -> u32 {
        self.salt
    }

    /// The first command of the segment at which it was opened. 0 when there is no segment.
    #[must_use]
    pub fn first_seq(&self) -> u64 {
        self.segments.first().copied().unwrap_or(0)
    }

    /// The segment that is being read, from 0, and how many there are.
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
        if find(&self.bytes, self.at, self.next_seq, self.salt).is_some() {
            return self.look_again();
        }
        let file = self.path.clone();
        let torn = self.dirty().map(|bytes| TornTail { file, offset: self.at as u64, bytes });
        self.finish(torn)
    }

    /// A later batch is whole and the one that should stand here is not. Beside a writer that may only mean that this
    /// place was read before it was written and the later one after. When the later one was written, this one was on
    /// disk: so it is there when the file is read once more, or it is damaged.
    fn look_again(&mut self) -> Result<(), JournalError> {
        if self.again {
            return Err(self.damaged("a batch is bad though a later one was written, so it had been on disk"));
        }
        let name = segment::name(self.segments[self.current]);
        read(&self.disk, &name, &mut self.bytes)?;
        self.at = self.at.min(self.bytes.len());
        self.again = true;
        Ok(())
    }

    /// Bytes from here to the segment's last that is not zero; `None` when all are.
    fn dirty(&self) -> Option<u64> {
        self.bytes[self.at..].iter().rposition(|&byte| byte != 0).map(|last| last as u64 + 1)
    }

    /// Whether an end at this byte of this segment is not before what had been durable.
    fn reaches(&self, segment: u64, offset: u64) -> Result<(), JournalError> {
        if self.mark.is_some_and(|mark| mark > Mark { segment, offset }) {
            return Err(self.damaged("the journal ends before what was acknowledged: the last batch is bad, or gone"));
        }
        Ok(())
    }

    fn finish(&mut self, torn: Option<TornTail>) -> Result<(), JournalError> {
        self.reaches(self.segments[self.current], self.at as u64)?;
        let file = Some(self.path.clone());
        self.end = Some(End { last_seq: self.next_seq - 1, crc: self.crc, file, offset: self.at as u64, torn });
        Ok(())
    }

    fn load(&mut self, index: usize) -> Result<(), JournalError> {
        let named = self.segments[index];
        let name = segment::name(named);
        let path = self.disk.path(&name);
        read(&self.disk, &name, &mut self.coming)?;
        let header = match Header::read(&self.coming) {
            HeaderRead::Good(header) => header,
            HeaderRead::Newer(version, writer) => {
                let writer = writer.text().map(str::to_owned);
                return Err(JournalError::NewerFormat { file: path, version, known: FORMAT, writer });
            }
            HeaderRead::Bad => return self.half_made(index, path),
        };
        let bad = |why| Err(JournalError::Damaged { file: path.clone(), offset: 0, seq: named, why });
        if header.first_seq != named {
            return bad("the segment's header names another first command than the file's name");
        }
        if index == 0 {
            if named == 0 {
                return bad("commands are numbered from 1");
            }
            self.crc = header.prev_crc;
        }
        if header.first_seq != self.next_seq || header.prev_crc != self.crc {
            return Err(self.damaged("the segment ends before the next one begins: a batch that was on disk is bad"));
        }
        (self.current, self.path, self.at, self.again) = (index, path, HEADER, false);
        self.last_at = HEADER;
        std::mem::swap(&mut self.bytes, &mut self.coming);
        (self.salt, self.version) = (header.salt, header.version);
        if let Some(heading) = &mut self.heading {
            heading.segment(&self.bytes[..HEADER]);
        }
        Ok(())
    }

    /// The header of the segment at `index` is bad. A batch is written only behind a header that is on disk, so a last
    /// segment of nothing else was being made when the machine stopped: it is a torn tail, and the journal ends in the
    /// segment before. Everything else is damage.
    fn half_made(&mut self, index: usize, file: PathBuf) -> Result<(), JournalError> {
        let named = self.segments[index];
        let last = index + 1 == self.segments.len();
        let empty = self.coming.iter().skip(HEADER).all(|&byte| byte == 0);
        // Of a first segment, and of one whose name does not follow, it would hide that commands are gone.
        let follows = if index == 0 { named == 1 } else { named == self.next_seq };
        if !(last && empty && follows) {
            let why = "the segment's header is bad, though it was on disk before the file had its name";
            return Err(JournalError::Damaged { file, offset: 0, seq: self.next_seq, why });
        }
        if index > 0 && self.dirty().is_some() {
            return Err(self.damaged("a batch is bad though a later segment was made, so it had been on disk"));
        }
        let bytes = self.coming.iter().rposition(|&byte| byte != 0).map_or(0, |last| last as u64 + 1);
        let torn = Some(TornTail { file, offset: 0, bytes });
        if index > 0 {
            return self.finish(torn);
        }
        self.reaches(0, 0)?;
        self.end = Some(End { torn, ..End::default() });
        Ok(())
    }

    fn damaged(&self, why: &'static str) -> JournalError {
        let file = self.path.clone();
        JournalError::Damaged { file, offset: self.at as u64, seq: self.next_seq, why }
    }
}

fn read<D: Disk>(disk: &D, name: &str, into: &mut Vec<u8>) -> Result<(), JournalError> {
    let file = disk.open(name, false);
    file.and_then(|file| read_whole(&file, into)).map_err(JournalError::io("reading", &disk.path(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Batch, Journal, Options};

    /// Four batches, and a reader whose copy of their segment lacks some of the second.
    fn read_too_early(dir: &Path) -> Reader {
        let (mut journal, _) = Journal::open(dir, Options { segment_bytes: 4_096, ahead: true }).unwrap();
        let mut batch = Batch::new();
        batch.push(&[7; 60]).unwrap();
        for seq in 1..=4 {
            journal.append(seq, 1, &mut batch).unwrap();
        }
        let mut reader = Reader::open(dir).unwrap();
        reader.bytes[HEADER + 96 + 8..HEADER + 2 * 96].fill(0);
        reader
    }

    #[test]
    fn what_was_read_before_it_was_written_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut reader = read_too_early(dir.path());
        let mut seen = 0;
        while let Some(batch) = reader.next_batch().unwrap() {
            seen = batch.first_seq();
        }
        assert_eq!(seen, 4);
    }

    #[test]
    fn what_is_bad_when_read_again_is_damage() {
        let dir = tempfile::tempdir().unwrap();
        let mut reader = read_too_early(dir.path());
        std::fs::write(&reader.path, &reader.bytes).unwrap();
        assert!(reader.next_batch().unwrap().is_some());
        assert!(matches!(reader.next_batch(), Err(JournalError::Damaged { seq: 2, .. })));
        assert!(matches!(reader.next_batch(), Err(JournalError::Damaged { seq: 2, .. })), "it stays damaged");
    }
}
