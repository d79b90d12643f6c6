//! The one thread that writes: one batch, one sync, then release.

use super::work::Work;
use crossbeam_channel::{Receiver, Sender};
use unspent_gateway::{JournalPosition, Released};
use unspent_journal::{Journal, JournalError};

/// Writes what arrives, and releases it when it is on disk, until the sender of `work` is gone.
///
/// # Errors
/// The first write or sync that fails. It is not tried again, and nothing of its hand-over is released: what reached
/// the disk is no longer known, so the process must stop and replay.
pub fn run(
    mut journal: Journal,
    work: &Receiver<Work>,
    released: &Sender<Released>,
    spent: &Sender<Work>,
) -> Result<(), JournalError> {
    let mut position = JournalPosition::default();
    let mut next_seq = journal.last_seq() + 1;
    for mut work in work {
        for part in &mut work.journalled.parts {
            if part.batch.is_empty() {
                continue;
            }
            let first_seq = part.first_seq.unwrap_or(next_seq);
            let appended = journal.append(first_seq, part.count, &mut part.batch)?;
            next_seq = first_seq + u64::from(part.count);
            position.bytes += appended.bytes;
            position.batches += 1;
        }
        work.released.journal = position;
        let next = Released::default();
        if released.send(std::mem::replace(&mut work.released, next)).is_err() {
            return Ok(());
        }
        work.clear();
        // A full return channel only means that this memory is not needed again.
        let _ = spent.try_send(work);
    }
    Ok(())
}
