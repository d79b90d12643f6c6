//! A segment: one file of batches. Its name and its header.

use crate::JournalError;
use crate::disk::Disk;

pub(crate) const HEADER: usize = 64;
/// What is written. Format 1 is read too: it has no salt, so a salt of 0.
pub(crate) const FORMAT: u32 = 2;
const MAGIC: [u8; 8] = *b"UNSPJRNL";
const CRC_AT: usize = 12;

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The first command of its first batch.
    pub first_seq: u64,
    /// The checksum of the last batch of the segment before it; 0 for the first.
    pub prev_crc: u32,
    /// What the checksums of its batches start from. Nobody outside knows it, so nobody can send a frame that holds what
    /// passes for a batch of this segment.
    pub salt: u32,
    /// The version that began it; [`Version::UNKNOWN`] before versions were written down.
    pub version: Version,
}

/// A version's text, padded with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version([u8; VERSION]);

const VERSION: usize = 16;
const VERSION_AT: usize = 32;

impl Version {
    pub const UNKNOWN: Version = Version([0; VERSION]);
    /// This one.
    pub const OURS: Version = {
        let text = env!("CARGO_PKG_VERSION").as_bytes();
        assert!(text.len() <= VERSION, "a version's text is short");
        let mut version = [0; VERSION];
        let mut at = 0;
        while at < text.len() {
            version[at] = text[at];
            at += 1;
        }
        Version(version)
    };

    /// Its text; `None` when it is not known.
    pub fn text(&self) -> Option<&str> {
        let end = self.0.iter().position(|&byte| byte == 0).unwrap_or(VERSION);
        std::str::from_utf8(&self.0[..end]).ok().filter(|text| !text.is_empty())
    }
}

/// What stands where a header should.
pub(crate) enum HeaderRead {
    Good(Header),
    Newer(u32, Version),
    Bad,
}

impl Header {
    pub fn bytes(self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[0..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first_seq.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.prev_crc.to_le_bytes());
        bytes[28..32].copy_from_slice(&self.salt.to_le_bytes());
        bytes[VERSION_AT..VERSION_AT + VERSION].copy_from_slice(&self.version.0);
        let crc = crc32c::crc32c(&bytes);
        bytes[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub fn read(bytes: &[u8]) -> HeaderRead {
        let Some(&bytes) = bytes.first_chunk::<HEADER>() else { return HeaderRead::Bad };
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let mut zeroed = bytes;
        zeroed[CRC_AT..CRC_AT + 4].fill(0);
        if bytes[..8] != MAGIC || crc32c::crc32c(&zeroed) != word(CRC_AT) {
            return HeaderRead::Bad;
        }
        let version = Version(bytes[VERSION_AT..VERSION_AT + VERSION].try_into().expect("sixteen bytes"));
        let salt = match word(8) {
            0 => return HeaderRead::Bad,
            1 => 0,
            FORMAT => word(28),
            newer => return HeaderRead::Newer(newer, version),
        };
        let first_seq = u64::from_le_bytes(bytes[16..24].try_into().expect("eight bytes"));
        HeaderRead::Good(Header { first_seq, prev_crc: word(24), salt, version })
    }
}

/// The file name of the segment that starts at `first_seq`.
pub(crate) fn name(first_seq: u64) -> String {
    format!("{first_seq:020}.journal")
}

/// The segments of a directory by first command, ascending.
///
/// # Errors
/// When the directory cannot be listed.
pub fn list<D: Disk>(disk: &D) -> Result<Vec<u64>, JournalError> {
    let names = disk.names().map_err(JournalError::io("listing", &disk.path("")))?;
    Ok(numbered(&names, ".journal"))
}

/// The numbers of the files that are named by 20 digits and `suffix`, ascending.
pub(crate) fn numbered(names: &[String], suffix: &str) -> Vec<u64> {
    let digits = names.iter().filter_map(|name| name.strip_suffix(suffix));
    let whole = digits.filter(|digits| digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let mut numbers: Vec<u64> = whole.filter_map(|digits| digits.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}
