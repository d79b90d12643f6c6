//! Segments that no start needs any more, moved elsewhere.

use crate::snapshot::{Follower, Saved};
use unspent_journal::{Disk, JournalError, copy_segment, lock, remove_segments, segments, snapshots};

/// What was moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archived {
    /// The first command of each segment that was moved.
    pub segments: Vec<u64>,
    /// Their bytes.
    pub bytes: u64,
    /// The snapshot that covers them, and from which every start that is still possible begins at the earliest.
    pub covered_by: u64,
}

/// Moves to `archive` every segment of `journal` of which no snapshot needs anything: those before the one that holds the last
/// command of the oldest snapshot that can be restored. With fewer than two of these nothing is moved: one may go bad. A segment
/// is removed only when its copy was read again, is equal, and is on disk.
///
/// # Errors
/// When a snapshot is being made, or the operating system refuses; what was moved until then is complete.
pub fn archive<D: Disk, S: Disk, A: Disk, F: Follower>(
    journal: &D,
    snapshot_disk: &S,
    archive: &A,
) -> Result<Archived, JournalError> {
    // Nobody removes snapshots meanwhile.
    let busy = || JournalError::Locked { dir: snapshot_disk.path("") };
    let _lock = lock(snapshot_disk)?.ok_or_else(busy)?;
    let usable = |&seq: &u64| Saved::<F>::load(snapshot_disk, seq, 0).is_ok();
    let [oldest, _, ..] = snapshots(snapshot_disk)?.into_iter().filter(usable).collect::<Vec<u64>>()[..] else {
        return Ok(Archived::default());
    };
    let all = segments(journal)?;
    // The segment that holds the command is needed: a start begins to read there.
    let needed = all.partition_point(|&first| first <= oldest).saturating_sub(1);
    let mut archived = Archived { covered_by: oldest, ..Archived::default() };
    for &first in &all[..needed] {
        archived.bytes += copy_segment(journal, archive, first)?;
        archived.segments.push(first);
    }
    remove_segments(journal, &archived.segments)?;
    Ok(archived)
}
