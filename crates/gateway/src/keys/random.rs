//! Bytes that nobody can guess, from the operating system.

use rustix::rand::{GetRandomFlags, getrandom};

/// So many fresh random bytes.
///
/// # Panics
/// When the system has none: a venue must not go on with secrets that can be guessed.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    const { assert!(N <= 256, "requests of up to 256 bytes are answered whole") };
    let mut bytes = [0; N];
    let filled = getrandom(&mut bytes[..], GetRandomFlags::empty()).expect("the system has random bytes");
    assert_eq!(filled, N);
    bytes
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        use std::fmt::Write;
        write!(text, "{byte:02x}").expect("text grows");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_differ_and_print() {
        let (one, other): ([u8; 32], [u8; 32]) = (random(), random());
        assert_ne!(one, other);
        assert_eq!(hex(&[0, 0xab, 7]), "00ab07");
    }
}
