//! The journal's head: one number that names everything before it, for an auditor.
//!
//! CRC-32C guards against accident. A head guards against people: whoever wrote one down can tell later whether the
//! journal up to there is still the same. It is SHA-256 over SHA-256s, so that segments can be hashed side by side:
//!
//! ```text
//! segment, 0 batches   S = SHA-256(its 64 bytes of header)
//! each batch           S = SHA-256(S ‖ the batch, head and padding included)
//! the head             H = SHA-256(H of all segments before ‖ S)        H of nothing: 32 zeros
//! ```
//!
//! Nothing of it is stored in a segment, so it costs the writer nothing; a snapshot carries the head it was made at.

use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// A head. [`Head::default`] is that of an empty journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head(pub [u8; 32]);

impl Head {
    /// The head behind a segment with the digest `segment`, when this is the head before it.
    #[must_use]
    pub fn then(self, segment: [u8; 32]) -> Head {
        Head(Sha256::new().chain_update(self.0).chain_update(segment).finalize().into())
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a head is 64 hexadecimal digits")]
pub struct NoHead;

impl FromStr for Head {
    type Err = NoHead;

    fn from_str(text: &str) -> Result<Head, NoHead> {
        let mut head = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NoHead);
        }
        for (at, byte) in head.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| NoHead)?;
        }
        Ok(Head(head))
    }
}

/// A head in the making.
#[derive(Clone, Debug)]
pub(crate) struct Heading {
    /// Of all segments before the one in hand.
    before: Head,
    /// The digest of the segment in hand.
    segment: Option<[u8; 32]>,
}

impl Heading {
    pub fn after(before: Head) -> Heading {
        Heading { before, segment: None }
    }

    /// Behind some batch of a segment: the digest so far, and the head of all segments before.
    pub fn within(before: Head, digest: [u8; 32]) -> Heading {
        Heading { before, segment: Some(digest) }
    }

    /// A segment begins, with this header.
    pub fn segment(&mut self, header: &[u8]) {
        self.before = self.head();
        self.segment = Some(Sha256::digest(header).into());
    }

    /// A batch of it, as it stands in the file.
    pub fn batch(&mut self, batch: &[u8]) {
        let segment = self.segment.expect("a batch is in a segment");
        self.segment = Some(Sha256::new().chain_update(segment).chain_update(batch).finalize().into());
    }

    /// The head of everything before the segment in hand.
    pub fn before(&self) -> Head {
        self.before
    }

    /// The digest of the segment in hand.
    pub fn digest(&self) -> Option<[u8; 32]> {
        self.segment
    }

    pub fn head(&self) -> Head {
        self.segment.map_or(self.before, |segment| self.before.then(segment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_printed() {
        let head = Head::default().then([7; 32]);
        assert_eq!(head.to_string().parse(), Ok(head));
        assert_eq!("7".repeat(63).parse::<Head>(), Err(NoHead));
        assert_eq!("g".repeat(64).parse::<Head>(), Err(NoHead));
    }
}
