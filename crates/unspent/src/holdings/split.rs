//! Into which lots a credit is split.
//!
//! A lot is a piece: what is sold as a lot of $1,000 is handed over as a piece of $1,000. So with at most P pieces at most P lots
//! are sold, and of a large credit in small lots the rest stays.

use crate::catalogue::Entry;
use unspent_model::{Cash, Expiry, Symbol};

/// One way to split a credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The instruments and how many lots of each, the largest face value first.
    pub lots: Vec<(Symbol, u32, u32)>,
    /// Dollars of face that it sells.
    pub sells: u64,
    /// What of the credit stays.
    pub stays: Cash,
    /// How many pieces it takes.
    pub pieces: u32,
}

/// Every way worth looking at: one face value alone, and the largest first with the rest in smaller ones. The one that sells
/// most comes first, of two that sell the same the one with fewer pieces.
#[must_use]
pub fn ways(amount: Cash, pieces: u32, smallest: Cash, entry: &Entry, month: Expiry) -> Vec<Split> {
    let large = entry.faces.iter().rev().copied().filter(|&face| u64::from(face) * 100 >= smallest.0);
    let faces: Vec<u32> = large.collect();
    let mut all: Vec<Split> = faces.iter().map(|&face| split(amount, pieces, &[face], entry, month)).collect();
    all.push(split(amount, pieces, &faces, entry, month));
    all.retain(|split| split.sells > 0);
    all.sort_by_key(|split| (std::cmp::Reverse(split.sells), split.pieces));
    all.dedup();
    all
}

/// As many lots of each face value as there are, in the order given.
fn split(amount: Cash, pieces: u32, faces: &[u32], entry: &Entry, month: Expiry) -> Split {
    let (mut left, mut used) = (amount.0, 0);
    let (mut lots, mut sells) = (Vec::new(), 0);
    for &face in faces {
        let cents = u64::from(face) * 100;
        let most = u64::from(pieces - used).min(left / cents);
        let count = u32::try_from(most).expect("at most as many as there are pieces");
        if count == 0 {
            continue;
        }
        let symbol = entry.spec(face, month).expect("a checked catalogue").symbol;
        lots.push((symbol, face, count));
        left -= most * cents;
        sells += most * u64::from(face);
        used += count;
    }
    Split { lots, sells, stays: Cash(left), pieces: used }
}
