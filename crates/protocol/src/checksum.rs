//! The checksum by which a client knows that its book is the venue's.

use rust_decimal::Decimal;
use std::io::Write;

/// How many levels of each side the checksum covers.
pub const CHECKSUM_LEVELS: usize = 10;

/// How many orders of each side the checksum of `level3` covers at most.
pub const CHECKSUM_ORDERS: usize = 1_000;

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
    let sides = asks.into_iter().take(CHECKSUM_LEVELS).chain(bids.into_iter().take(CHECKSUM_LEVELS));
    sum(sides)
}

/// CRC-32 (IEEE) over the orders at the best ten asks, lowest first, then those at the best ten bids, highest first, at each
/// price in the order in which they would trade.
///
/// Each order is its price and its quantity, printed as in [`book_checksum`]. Orders at prices beyond the tenth are
/// ignored, and on each side those beyond the first [`CHECKSUM_ORDERS`], which Kraken does not bound.
///
/// Source: Kraken WebSocket v2, "L3 checksum".
pub fn level3_checksum<Q: Into<Decimal>>(
    asks: impl IntoIterator<Item = (Decimal, Q)>,
    bids: impl IntoIterator<Item = (Decimal, Q)>,
) -> u32 {
    sum(nearest(asks).chain(nearest(bids)))
}

/// The orders of a side that count.
fn nearest<Q>(orders: impl IntoIterator<Item = (Decimal, Q)>) -> impl Iterator<Item = (Decimal, Q)> {
    let (mut prices, mut last) = (0, None);
    orders.into_iter().take(CHECKSUM_ORDERS).take_while(move |(price, _)| {
        if last != Some(*price) {
            (prices, last) = (prices + 1, Some(*price));
        }
        prices <= CHECKSUM_LEVELS
    })
}

fn sum<Q: Into<Decimal>>(lines: impl Iterator<Item = (Decimal, Q)>) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for (price, qty) in lines {
        // A decimal's mantissa is its printed digits without the point and without leading zeros.
        let mut buffer = [0_u8; 80];
        let mut rest = &mut buffer[..];
        write!(rest, "{}{}", price.mantissa(), qty.into().mantissa()).expect("a mantissa has at most 30 characters");
        let left = rest.len();
        hasher.update(&buffer[..buffer.len() - left]);
    }
    hasher.finalize()
}
