//! What one hand-over to the journal holds: the bytes to write, and what may be told once they are on disk.

use unspent_gateway::Released;
use unspent_journal::Batch;
use unspent_model::{Fill, Sequenced};
use unspent_records::{StateMark, encode_command, encode_fill, encode_mark};

/// Commands in one hand-over.
const MAX_COMMANDS: usize = 4_096;
/// Bytes in one hand-over, but for the fills of its last command.
const MAX_BYTES: usize = 512 * 1024;

/// Commands that were applied and are not yet on disk.
#[derive(Debug, Default)]
pub struct Work {
    /// What is written.
    pub journalled: Journalled,
    /// What is told afterwards.
    pub released: Released,
}

impl Work {
    /// Whether nothing was applied.
    pub fn is_empty(&self) -> bool {
        self.released.applied.is_empty() && self.journalled.parts[0].batch.is_empty()
    }

    /// Whether no further command may join.
    pub fn is_full(&self) -> bool {
        self.released.applied.len() >= MAX_COMMANDS || self.journalled.bytes() >= MAX_BYTES
    }

    /// Adds the state hash after the last command.
    pub fn mark(&mut self, mark: StateMark) {
        self.journalled.mark(mark);
    }

    /// Forgets everything but keeps its memory.
    pub fn clear(&mut self) {
        self.journalled.clear();
        self.released.applied.clear();
        self.released.events.clear();
    }
}

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

/// The frames of a hand-over: one batch, or several when a command made more fills than one batch holds. What they say
/// is told only when the last of them is on disk.
#[derive(Debug)]
pub struct Journalled {
    /// In the order of writing; never empty.
    pub parts: Vec<Part>,
    frame: Vec<u8>,
}

impl Default for Journalled {
    fn default() -> Journalled {
        Journalled { parts: vec![Part::default()], frame: Vec::new() }
    }
}

impl Journalled {
    fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.batch.len_bytes()).sum()
    }

    /// Adds a command.
    pub fn command(&mut self, command: &Sequenced) {
        self.frame.clear();
        encode_command(command, &mut self.frame);
        self.push();
        let part = self.parts.last_mut().expect("never empty");
        part.first_seq.get_or_insert(command.seq.0);
        part.count += 1;
    }

    /// Adds a fill of the command added last.
    pub fn fill(&mut self, fill: &Fill) {
        self.frame.clear();
        encode_fill(fill, &mut self.frame);
        self.push();
    }

    fn mark(&mut self, mark: StateMark) {
        self.frame.clear();
        encode_mark(mark, &mut self.frame);
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

    fn clear(&mut self) {
        self.parts.truncate(1);
        let part = &mut self.parts[0];
        (part.first_seq, part.count) = (None, 0);
        part.batch.clear();
    }
}
