//! A batch: what is written and synced at once. Its bytes, in the making and as read.

/// Most bytes of all frames of a batch, their lengths included.
pub const MAX_PAYLOAD_BYTES: usize = 1 << 20;
/// Most bytes of one frame.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;

pub(crate) const HEAD: usize = 32;
/// Batches begin at multiples of it: the scan for a later batch looks only there.
pub(crate) const ALIGN: usize = 8;
const MAGIC: [u8; 4] = *b"UBAT";
const CRC_AT: usize = 24;
const _: () = assert!(HEAD.is_multiple_of(ALIGN) && CRC_AT + 8 == HEAD);
const _: () = assert!(4 + MAX_FRAME_BYTES <= MAX_PAYLOAD_BYTES, "every frame fits an empty batch");
const _: () = assert!(MAX_PAYLOAD_BYTES <= u32::MAX as usize);

/// Why a frame was not added. The batch is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The batch has no room for it; the next one has.
    #[error("the batch is full")]
    Full,
    /// No batch has room for it.
    #[error("a frame of {bytes} bytes is above the bound of {MAX_FRAME_BYTES}")]
    TooLarge {
        /// How long it is.
        bytes: usize,
    },
}

/// A batch in the making. Clear it to use its memory again.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Head, then payload; the head is filled in when it is sealed.
    bytes: Vec<u8>,
    /// The checksum of the payload by itself: made as it grows, so that the one who writes need not wait for it.
    payload_crc: u32,
}

impl Default for Batch {
    fn default() -> Batch {
        Batch::new()
    }
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new() -> Batch {
        Batch { bytes: vec![0; HEAD], payload_crc: 0 }
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.bytes.truncate(HEAD);
        self.payload_crc = 0;
    }

    /// Whether it has no frame.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.len() == HEAD
    }

    /// Bytes that it will take in a segment: head, payload and padding.
    pub(crate) fn sealed_bytes(&self) -> u64 {
        self.bytes.len().next_multiple_of(ALIGN) as u64
    }

    /// Bytes of its payload so far.
    #[must_use]
    pub fn len_bytes(&self) -> usize {
        self.bytes.len() - HEAD
    }

    /// Adds a frame.
    ///
    /// # Errors
    /// [`PushError`]; the batch is as it was.
    pub fn push(&mut self, frame: &[u8]) -> Result<(), PushError> {
        if frame.len() > MAX_FRAME_BYTES {
            return Err(PushError::TooLarge { bytes: frame.len() });
        }
        if self.len_bytes() + 4 + frame.len() > MAX_PAYLOAD_BYTES {
            return Err(PushError::Full);
        }
        let len = u32::try_from(frame.len()).expect("bounded above");
        let from = self.bytes.len();
        self.bytes.extend_from_slice(&len.to_le_bytes());
        self.bytes.extend_from_slice(frame);
        self.payload_crc = crc32c::crc32c_append(self.payload_crc, &self.bytes[from..]);
        Ok(())
    }

    /// Fills in head and padding. Returns the bytes to write and their checksum; [`Batch::unseal`] makes it a batch in
    /// the making again.
    pub(crate) fn seal(&mut self, first_seq: u64, count: u32, prev_crc: u32, salt: u32) -> (&[u8], u32) {
        let payload = u32::try_from(self.len_bytes()).expect("bounded by push");
        let padding = HEAD + payload as usize;
        self.bytes.resize(self.bytes.len().next_multiple_of(ALIGN), 0);
        let head = &mut self.bytes[..HEAD];
        head[0..4].copy_from_slice(&MAGIC);
        head[4..8].copy_from_slice(&payload.to_le_bytes());
        head[8..16].copy_from_slice(&first_seq.to_le_bytes());
        head[16..20].copy_from_slice(&count.to_le_bytes());
        head[20..24].copy_from_slice(&prev_crc.to_le_bytes());
        head[24..32].fill(0);
        let head = crc32c::crc32c_append(salt, &self.bytes[..HEAD]);
        let crc = crc32c::crc32c_combine(head, self.payload_crc, payload as usize);
        let crc = crc32c::crc32c_append(crc, &self.bytes[padding..]);
        self.bytes[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
        (&self.bytes, crc)
    }

    /// Takes the padding off again: `payload` is what [`Batch::len_bytes`] said before it was sealed.
    pub(crate) fn unseal(&mut self, payload: usize) {
        self.bytes.truncate(HEAD + payload);
    }
}

/// A batch as it stands in a segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sealed<'a> {
    pub first_seq: u64,
    pub count: u32,
    pub prev_crc: u32,
    pub crc: u32,
    pub payload: &'a [u8],
    /// Bytes of the whole batch, padding included.
    pub len: usize,
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

impl<'a> Sealed<'a> {
    /// The batch at the start of `bytes`, if there is a whole one whose checksum is right. Its frames may still be wrong:
    /// [`Sealed::in_bounds`] says.
    pub fn read(bytes: &'a [u8], salt: u32) -> Option<Sealed<'a>> {
        let sealed = Sealed::unchecked(bytes)?;
        let sum = crc32c::crc32c_append(salt, &bytes[..CRC_AT]);
        let sum = crc32c::crc32c_append(sum, &[0; 4]);
        let sum = crc32c::crc32c_append(sum, &bytes[CRC_AT + 4..sealed.len]);
        (sum == sealed.crc).then_some(sealed)
    }

    /// What stands at the start of `bytes`, if its head could be a batch's and it ends within them. Only for bytes that
    /// [`Sealed::read`] has checked, or to check them.
    pub fn unchecked(bytes: &'a [u8]) -> Option<Sealed<'a>> {
        if bytes.len() < HEAD || bytes[..4] != MAGIC {
            return None;
        }
        let payload = word(bytes, 4) as usize;
        let len = (HEAD + payload).next_multiple_of(ALIGN);
        if len > bytes.len() {
            return None;
        }
        Some(Sealed {
            first_seq: u64::from_le_bytes(bytes[8..16].try_into().expect("eight bytes")),
            count: word(bytes, 16),
            prev_crc: word(bytes, 20),
            crc: word(bytes, CRC_AT),
            payload: &bytes[HEAD..HEAD + payload],
            len,
        })
    }

    /// The length of the batch whose head `bytes` are; `None` when they are none, or the batch is too long to be one.
    pub fn len_of(bytes: &[u8]) -> Option<usize> {
        if bytes.len() < HEAD || bytes[..4] != MAGIC {
            return None;
        }
        let payload = word(bytes, 4) as usize;
        (payload <= MAX_PAYLOAD_BYTES).then(|| (HEAD + payload).next_multiple_of(ALIGN))
    }

    /// Its frames, which are whole when [`Sealed::in_bounds`] says so.
    pub fn payload_frames(&self) -> Frames<'a> {
        Frames::new(self.payload)
    }

    /// Whether its payload and each of its frames keep to their bounds and the frames fill the payload. A writer makes
    /// no other.
    pub fn in_bounds(&self) -> bool {
        self.payload.len() <= MAX_PAYLOAD_BYTES && Frames::new(self.payload).count_whole().is_some()
    }
}

/// The frames of a batch, in order.
#[derive(Clone, Copy, Debug)]
pub struct Frames<'a>(&'a [u8]);

impl<'a> Frames<'a> {
    pub(crate) fn new(payload: &'a [u8]) -> Frames<'a> {
        Frames(payload)
    }

    /// How many there are; `None` when they do not fill the payload.
    pub(crate) fn count_whole(mut self) -> Option<u64> {
        let mut frames = 0;
        while self.next().is_some() {
            frames += 1;
        }
        self.0.is_empty().then_some(frames)
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (len, rest) = self.0.split_first_chunk()?;
        let len = u32::from_le_bytes(*len) as usize;
        if len > MAX_FRAME_BYTES {
            return None;
        }
        let (frame, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        Some(frame)
    }
}

/// The first place at or after `from`, in steps of [`ALIGN`], where a whole batch of command `seq` or a later one stands.
///
/// A batch of earlier commands proves nothing: it was not written behind the place where `seq` is missing.
pub(crate) fn find(bytes: &[u8], from: usize, seq: u64, salt: u32) -> Option<usize> {
    let mut at = from.next_multiple_of(ALIGN);
    while at + HEAD <= bytes.len() {
        let later = |batch: Sealed<'_>| batch.first_seq >= seq && batch.payload.len() <= MAX_PAYLOAD_BYTES;
        if bytes[at..at + 4] == MAGIC
            && Sealed::unchecked(&bytes[at..]).is_some_and(later)
            && Sealed::read(&bytes[at..], salt).is_some()
        {
            return Some(at);
        }
        at += ALIGN;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_batch_says_so_and_stays_as_it_was() {
        let mut batch = Batch::new();
        let frame = vec![7; MAX_FRAME_BYTES];
        let mut pushed = 0;
        while batch.push(&frame).is_ok() {
            pushed += 1;
        }
        assert_eq!(pushed, MAX_PAYLOAD_BYTES / (MAX_FRAME_BYTES + 4));
        let before = batch.len_bytes();
        assert_eq!(batch.push(&frame), Err(PushError::Full));
        assert_eq!(batch.push(&[0; MAX_FRAME_BYTES + 1]), Err(PushError::TooLarge { bytes: MAX_FRAME_BYTES + 1 }));
        assert_eq!(batch.len_bytes(), before);
        let (bytes, _) = batch.seal(1, 1, 0, 7);
        assert_eq!(Frames::new(Sealed::read(bytes, 7).unwrap().payload).count(), pushed);
    }
}
