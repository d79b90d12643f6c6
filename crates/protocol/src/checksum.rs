//! The checksum by which a client knows that its book is the venue's.

use rust_decimal::Decimal;
use std::io::Write;

/// How many levels of each side the checksum covers.
pub const CHECKSUM_LEVELS: usize = 10;

/// CRC-32 (IEEE) over the best ten asks, lowest first, then the best ten bids, highest first.
///
/// Each level is its price and its quantity as printed, without the point and without leading zeros, nothing between.
/// Levels beyond the tenth are ignored. The price's scale counts: pass it with the instrument's decimals.
///
/// Source: Kraken WebSocket v2, "Book checksum".
pub fn book_checksum<Q: Into<Decimal>>(
    asks: impl IntoIterator<Item = (Decimal, Q)>,
    bids: impl IntoIterator<Item = (Decimal, Q)>,
) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    let sides = asks.into_iter().take(CHECKSUM_LEVELS).chain(bids.into_iter().take(CHECKSUM_LEVELS));
    for (price, qty) in sides {
        // A decimal's mantissa is its printed digits without the point and without leading zeros.
        let mut buffer = [0_u8; 80];
        let mut rest = &mut buffer[..];
        write!(rest, "{}{}", price.mantissa(), qty.into().mantissa()).expect("a mantissa has at most 30 characters");
        let left = rest.len();
        hasher.update(&buffer[..buffer.len() - left]);
    }
    hasher.finalize()
}
