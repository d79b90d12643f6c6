//! Short text of a bounded length, held in place: copied, compared and hashed without an allocation.

use std::fmt;

/// At most `N` bytes of ASCII text, stored inline.
///
/// Unused bytes are always zero, so equality and hashing may look at the whole array.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortText<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

/// Why a text was refused; prints what would be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Empty, or longer than the given number of bytes.
    Length {
        /// Most bytes allowed.
        max: usize,
    },
    /// A character outside the allowed set.
    Character {
        /// The first offending character.
        found: char,
        /// The set in words.
        allowed: &'static str,
    },
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TextError::Length { max } => write!(f, "must be 1 to {max} characters"),
            TextError::Character { found, allowed } => write!(f, "has {found:?}; allowed are {allowed}"),
        }
    }
}

impl std::error::Error for TextError {}

impl<const N: usize> ShortText<N> {
    /// Takes `text` when it is 1 to `N` bytes, all of which `accept` allows.
    ///
    /// # Errors
    /// [`TextError`], naming the bound or the first character outside `allowed`.
    pub fn parse_with(text: &str, accept: impl Fn(char) -> bool, allowed: &'static str) -> Result<Self, TextError> {
        if let Some(found) = text.chars().find(|&c| !c.is_ascii() || !accept(c)) {
            return Err(TextError::Character { found, allowed });
        }
        if text.is_empty() || text.len() > N {
            return Err(TextError::Length { max: N });
        }
        let mut bytes = [0; N];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(ShortText { bytes, len: u8::try_from(text.len()).expect("N is at most 255") })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).expect("only ASCII is ever stored")
    }
}

impl<const N: usize> fmt::Debug for ShortText<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<const N: usize> fmt::Display for ShortText<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The participant's own name for an order: 1 to 36 of `[-A-Za-z0-9_.:]`.
///
/// Source: FIX ClOrdID(11); Kraken WebSocket v2 `cl_ord_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClOrdId(ShortText<36>);

impl ClOrdId {
    /// Most bytes in a client order id.
    pub const MAX_LEN: usize = 36;

    /// Reads a client order id.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long or has a character outside the set.
    pub fn parse(text: &str) -> Result<ClOrdId, TextError> {
        let accept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
        ShortText::parse_with(text, accept, "letters, digits, '-', '_', '.' and ':'").map(ClOrdId)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for ClOrdId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A maker's name for a protection group: 1 to 16 of `[-A-Za-z0-9_.]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupName(ShortText<16>);

impl GroupName {
    /// Reads a group's name.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long or has a character outside the set.
    pub fn parse(text: &str) -> Result<GroupName, TextError> {
        let accept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        ShortText::parse_with(text, accept, "letters, digits, '-', '_' and '.'").map(GroupName)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// An account's name as its owner and the operator say it: 1 to 32 of `[-A-Za-z0-9_.]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountName(ShortText<32>);

impl AccountName {
    /// Reads an account name.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long or has a character outside the set.
    pub fn parse(text: &str) -> Result<AccountName, TextError> {
        let accept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        ShortText::parse_with(text, accept, "letters, digits, '-', '_' and '.'").map(AccountName)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_order_ids_are_bounded_and_name_the_offender() {
        assert_eq!(ClOrdId::parse("acme-0001").unwrap().as_str(), "acme-0001");
        assert_eq!(ClOrdId::parse(&"x".repeat(36)).unwrap().as_str().len(), 36);
        assert_eq!(ClOrdId::parse(&"x".repeat(37)), Err(TextError::Length { max: 36 }));
        assert_eq!(ClOrdId::parse(""), Err(TextError::Length { max: 36 }));
        assert!(matches!(ClOrdId::parse("a b"), Err(TextError::Character { found: ' ', .. })));
        assert!(matches!(ClOrdId::parse("ä"), Err(TextError::Character { found: 'ä', .. })));
    }
}
