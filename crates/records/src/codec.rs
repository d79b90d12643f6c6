//! The only module that names bincode: fixed-width, little-endian, bounded, every byte consumed.
//!
//! bincode 2.0.1 is the last release that works and is no longer maintained. `wincode` reads and writes the same bytes
//! (a test holds it), so this module can change its crate without a change to any journal.

use bincode::config::{Configuration, Fixint, Limit, LittleEndian};
use bincode::{Decode, Encode};

/// No record is longer: the journal's own bound on a frame.
const LIMIT: usize = 64 * 1024;

const CONFIG: Configuration<LittleEndian, Fixint, Limit<LIMIT>> =
    bincode::config::standard().with_fixed_int_encoding().with_limit::<LIMIT>();

/// Why bytes are no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodecError {
    /// Too few bytes, or a byte that its type does not allow.
    Invalid,
    /// Bytes are left over.
    Trailing(usize),
}

/// Appends a value's bytes.
pub(crate) fn put<T: Encode>(value: &T, into: &mut Vec<u8>) {
    bincode::encode_into_std_write(value, into, CONFIG).expect("records are small and a Vec takes every byte");
}

/// Reads a value that must be all of `bytes`.
pub(crate) fn take<T: Decode<()>>(bytes: &[u8]) -> Result<T, CodecError> {
    let (value, used) = bincode::decode_from_slice(bytes, CONFIG).map_err(|_| CodecError::Invalid)?;
    if used == bytes.len() { Ok(value) } else { Err(CodecError::Trailing(bytes.len() - used)) }
}
