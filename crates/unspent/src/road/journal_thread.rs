//! The one thread that writes: one batch, one sync, then release.

use super::work::Work;
use crossbeam_channel::{Receiver, Sender};
use std::time::Instant;
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
    for mut work in work {
        let started = Instant::now();
        let (batches, bytes) = work.journalled.append_to(&mut journal)?;
        position.took = started.elapsed();
        position.batches += batches;
        position.bytes += bytes;
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
