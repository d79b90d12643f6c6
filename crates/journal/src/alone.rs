//! One segment judged by itself, in pieces: what every core can do for another segment.
//!
//! It only says yes. Whatever is not plainly good is left to [`Reader`](crate::Reader), whose verdict is the only one.

use crate::batch::{HEAD, Sealed};
use crate::disk::{Disk, DiskFile, read_full};
use crate::head::{Head, Heading};
use crate::segment::{self, HEADER, Header, HeaderRead};
use crate::verify::{Report, Span};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes read at a time: beyond a few hundred KiB larger pieces are no faster, and these stay in the cache while they are
/// summed. A larger batch makes the buffer grow.
const PIECE: usize = 512 << 10;

/// A segment whose every batch follows the one before it.
#[derive(Debug)]
pub(crate) struct Alone {
    pub header: Header,
    /// The command that comes after it, and the checksum that must be named there.
    pub next_seq: u64,
    pub crc: u32,
    /// Its batches; `spans` has it alone, with a digest when that was asked for.
    pub report: Report,
}

/// The bytes of a file from some place on, as far as they were read.
struct Pieces<'a, F> {
    file: &'a F,
    buffer: &'a mut Vec<u8>,
    /// What of the buffer is to be looked at.
    from: usize,
    filled: usize,
    /// The byte of the file behind what is in the buffer.
    offset: u64,
    read: &'a AtomicU64,
}

impl<F: DiskFile> Pieces<'_, F> {
    fn bytes(&self) -> &[u8] {
        &self.buffer[self.from..self.filled]
    }

    /// Makes at least `wanted` bytes there to be looked at, unless the file ends before.
    fn want(&mut self, wanted: usize) -> io::Result<()> {
        if self.filled - self.from >= wanted {
            return Ok(());
        }
        self.buffer.copy_within(self.from..self.filled, 0);
        (self.filled, self.from) = (self.filled - self.from, 0);
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted.next_multiple_of(PIECE), 0);
        }
        let got = read_full(self.file, &mut self.buffer[self.filled..], self.offset)?;
        self.filled += got;
        self.offset += got as u64;
        self.read.fetch_add(got as u64, Ordering::Relaxed);
        Ok(())
    }
}

/// Reads the segment named `named` up to the first place without a whole batch. `None` when it is not plainly good that far.
/// `read` counts the bytes, `buffer` is used again.
pub(crate) fn alone<D: Disk>(
    disk: &D,
    named: u64,
    heads: bool,
    buffer: &mut Vec<u8>,
    read: &AtomicU64,
) -> io::Result<Option<Alone>> {
    let file = disk.open(&segment::name(named), false)?;
    let mut pieces = Pieces { file: &file, buffer, from: 0, filled: 0, offset: 0, read };
    pieces.want(HEADER)?;
    let HeaderRead::Good(header) = Header::read(pieces.bytes()) else { return Ok(None) };
    if header.first_seq != named || named == 0 {
        return Ok(None);
    }
    let mut heading = heads.then(|| Heading::after(Head::default()));
    if let Some(heading) = &mut heading {
        heading.segment(&pieces.bytes()[..HEADER]);
    }
    pieces.from += HEADER;
    let (mut next_seq, mut crc, mut end) = (named, header.prev_crc, HEADER as u64);
    let mut report = Report::default();
    loop {
        pieces.want(HEAD)?;
        let Some(len) = Sealed::len_of(pieces.bytes()) else { break };
        pieces.want(len)?;
        let Some(batch) = Sealed::read(pieces.bytes(), header.salt) else { break };
        let follows = batch.first_seq == next_seq && batch.prev_crc == crc;
        let (Some(after), Some(frames)) =
            (next_seq.checked_add(batch.count.into()), batch.payload_frames().count_whole())
        else {
            return Ok(None);
        };
        if !follows {
            return Ok(None);
        }
        (next_seq, crc) = (after, batch.crc);
        report.batch(frames, batch.count, len as u64);
        if let Some(heading) = &mut heading {
            heading.batch(&pieces.bytes()[..len]);
        }
        end += len as u64;
        pieces.from += len;
    }
    let digest = heading.as_ref().and_then(Heading::digest);
    report.spans.push(Span { first_seq: named, last_seq: next_seq - 1, end, before: None, digest });
    Ok(Some(Alone { header, next_seq, crc, report }))
}
