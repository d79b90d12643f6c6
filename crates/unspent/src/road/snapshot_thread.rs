//! Makes a snapshot now and then, of what is sealed, beside the venue.

use super::follower::Audience;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::time::Duration;
use unspent_journal::{Dir, segments, snapshots};
use unspent_recovery::advance;

/// How often it is looked whether there is enough to make one of.
const LOOK: Duration = Duration::from_secs(1);
/// How many are kept.
pub const KEPT: usize = 3;

/// Makes a snapshot whenever `every` segments were sealed since the last, until the sender of `stop` is gone. What goes wrong
/// is logged and tried again when the next segment is sealed: a venue does not stop for want of a snapshot.
pub fn run(journal: &Dir, disk: &Dir, every: usize, stop: &Receiver<()>) {
    // Behind everything else that wants the processor; on Linux this concerns the calling thread alone.
    let _ = rustix::process::nice(19);
    let mut tried = 0;
    // At once too: what a venue that did not live long has left is to be covered all the same.
    let mut wait = Duration::ZERO;
    while stop.recv_timeout(std::mem::replace(&mut wait, LOOK)) == Err(RecvTimeoutError::Timeout) {
        let (Ok(all), Ok(made)) = (segments(journal), snapshots(disk)) else { continue };
        let last = made.last().copied().unwrap_or(0);
        let sealed = all.len().saturating_sub(1);
        let since = all[..sealed].iter().filter(|&&first| first > last).count();
        if since < every || all.last() == Some(&tried) {
            continue;
        }
        tried = all.last().copied().unwrap_or(0);
        let skipped = |seq: u64, error: &_| tracing::warn!(seq, %error, "passing over a snapshot");
        match advance::<_, _, Audience>(journal, disk, KEPT, true, skipped) {
            Ok(Some(made)) => {
                let (seq, state) = (made.about.seq, format!("{:016x}", made.about.state_hash));
                tracing::info!(seq, bytes = made.bytes, replayed = made.replayed, state, "made a snapshot");
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "no snapshot could be made; the venue goes on without"),
        }
    }
}
