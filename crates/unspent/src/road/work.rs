//! What one hand-over to the journal holds: the bytes to write, and what may be told once they are on disk.

use unspent_gateway::Released;
use unspent_recovery::Journalled;

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
        self.released.applied.is_empty() && self.journalled.is_empty()
    }

    /// Whether no further command may join.
    pub fn is_full(&self) -> bool {
        self.released.applied.len() >= MAX_COMMANDS || self.journalled.bytes() >= MAX_BYTES
    }

    /// Forgets everything but keeps its memory.
    pub fn clear(&mut self) {
        self.journalled.clear();
        self.released.applied.clear();
        self.released.events.clear();
    }
}
