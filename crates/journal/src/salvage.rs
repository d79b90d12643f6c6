//! What stands behind a damaged place: whole batches that no reader gets to.

use crate::JournalError;
use crate::batch::{Sealed, find};
use crate::disk::{Disk, read_whole};
use crate::reader::BatchView;
use crate::segment::{self, HEADER, Header, HeaderRead};

/// Looks for whole batches of command `seq` and later ones, from byte `offset` of the segment `first_seq` on and in all
/// segments behind it. `each` sees them in the order of their places. What it sees follows nothing: something before it is
/// missing.
///
/// # Errors
/// When a segment cannot be read.
pub fn salvage<D: Disk>(
    disk: &D,
    first_seq: u64,
    offset: u64,
    seq: u64,
    mut each: impl FnMut(&BatchView<'_>),
) -> Result<(), JournalError> {
    let mut bytes = Vec::new();
    for named in segment::list(disk)?.into_iter().filter(|&named| named >= first_seq) {
        let name = segment::name(named);
        let path = disk.path(&name);
        let file = disk.open(&name, false);
        file.and_then(|file| read_whole(&file, &mut bytes)).map_err(JournalError::io("reading", &path))?;
        let Some(salt) = salt(&bytes) else { continue };
        let begin = if named == first_seq { offset.max(HEADER as u64) } else { HEADER as u64 };
        let mut at = usize::try_from(begin).unwrap_or(usize::MAX).min(bytes.len());
        while let Some(found) = find(&bytes, at, seq, salt) {
            let sealed = Sealed::unchecked(&bytes[found..]).expect("it was found");
            at = found + sealed.len;
            if sealed.in_bounds() {
                each(&BatchView::at(sealed, &path, found as u64));
            }
        }
    }
    Ok(())
}

/// The salt of a segment, even when something else in its header is bad.
fn salt(bytes: &[u8]) -> Option<u32> {
    match Header::read(bytes) {
        HeaderRead::Good(header) => Some(header.salt),
        _ => Some(u32::from_le_bytes(bytes.get(28..32)?.try_into().expect("four bytes"))),
    }
}
