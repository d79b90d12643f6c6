//! The bytes to write of what was applied.

use unspent_journal::{Batch, Disk, Journal, JournalError};
use unspent_model::{CommandSeq, Event, Fill, Sequenced};
use unspent_records::{StateMark, encode_command, encode_fill, encode_mark};

/// One batch of the journal in the making.
#[derive(Debug, Default)]
pub struct Part {
    /// The first command in it, once it has one.
    pub first_seq: Option<u64>,
    /// How many commands start in it.
    pub count: u32,
    /// Its frames.
    pub batch: Batch,
}

/// The frames of a hand-over to the journal: one batch, or several when a command made more fills than one batch holds.
/// What they say is told only when the last of them is on disk.
#[derive(Debug)]
pub struct Journalled {
    /// In the order of writing; never empty.
    parts: Vec<Part>,
    frame: Vec<u8>,
}

impl Default for Journalled {
    fn default() -> Journalled {
        Journalled { parts: vec![Part::default()], frame: Vec::new() }
    }
}

impl Journalled {
    /// Whether it has no frame.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts[0].batch.is_empty()
    }

    /// Bytes of its frames.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.batch.len_bytes()).sum()
    }

    /// Adds a command and those of its events that are journalled.
    pub fn command(&mut self, command: &Sequenced, events: &[Event]) {
        self.frame.clear();
        encode_command(command, &mut self.frame);
        self.push();
        let part = self.parts.last_mut().expect("never empty");
        part.first_seq.get_or_insert(command.seq.0);
        part.count += 1;
        for event in events {
            if let Event::Fill(fill) = event {
                self.fill(fill);
            }
        }
    }

    /// Adds a fill of the command added last; or of the journal's last command, when none was added.
    pub fn fill(&mut self, fill: &Fill) {
        self.frame.clear();
        encode_fill(fill, &mut self.frame);
        self.push();
    }

    /// Adds the state hash after the last command.
    pub fn mark(&mut self, seq: CommandSeq, hash: u64) {
        self.frame.clear();
        encode_mark(StateMark { seq, hash }, &mut self.frame);
        self.push();
    }

    fn push(&mut self) {
        let part = self.parts.last_mut().expect("never empty");
        if part.batch.push(&self.frame).is_ok() {
            return;
        }
        let mut next = Part::default();
        next.batch.push(&self.frame).expect("an empty batch takes any record");
        self.parts.push(next);
    }

    /// Appends every batch; when it returns, all are on disk. Returns their number and their bytes in the file.
    ///
    /// # Errors
    /// As [`Journal::append`]: final.
    pub fn append_to<D: Disk>(&mut self, journal: &mut Journal<D>) -> Result<(u64, u64), JournalError> {
        let (mut batches, mut bytes) = (0, 0);
        for part in self.parts.iter_mut().filter(|part| !part.batch.is_empty()) {
            let first_seq = part.first_seq.unwrap_or(journal.last_seq() + 1);
            bytes += journal.append(first_seq, part.count, &mut part.batch)?.bytes;
            batches += 1;
        }
        Ok((batches, bytes))
    }

    /// Forgets everything but keeps its memory.
    pub fn clear(&mut self) {
        self.parts.truncate(1);
        let part = &mut self.parts[0];
        (part.first_seq, part.count) = (None, 0);
        part.batch.clear();
    }
}
