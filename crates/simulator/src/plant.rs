//! A reader that does not look whether batches follow one another, made from one that does: what it sees is made to follow.

use crate::disk::SimDisk;

const HEADER: usize = 64;
const HEAD: usize = 32;

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn checksum(salt: u32, batch: &[u8]) -> u32 {
    let sum = crc32c::crc32c_append(salt, &batch[..24]);
    crc32c::crc32c_append(crc32c::crc32c_append(sum, &[0; 4]), &batch[28..])
}

/// Gives every whole batch of every segment the sequence and the predecessor that it would need.
pub fn make_follow(disk: &SimDisk) {
    disk.rewrite(|name, bytes| {
        if name.ends_with(".journal") && bytes.len() > HEADER {
            follow(bytes);
        }
    });
}

fn follow(bytes: &mut [u8]) {
    let salt = word(bytes, 28);
    let (mut crc, mut at) = (word(bytes, 24), HEADER);
    let mut next = u64::from_le_bytes(bytes[16..24].try_into().expect("eight bytes"));
    while at + HEAD <= bytes.len() && bytes[at..at + 4] == *b"UBAT" {
        let len = (HEAD + word(bytes, at + 4) as usize).next_multiple_of(8);
        if at + len > bytes.len() {
            return;
        }
        let batch = &mut bytes[at..at + len];
        if checksum(salt, batch) != word(batch, 24) {
            return;
        }
        batch[8..16].copy_from_slice(&next.to_le_bytes());
        batch[20..24].copy_from_slice(&crc.to_le_bytes());
        crc = checksum(salt, batch);
        batch[24..28].copy_from_slice(&crc.to_le_bytes());
        next += u64::from(word(batch, 16));
        at += len;
    }
}
