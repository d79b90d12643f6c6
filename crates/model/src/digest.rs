//! One number for many: what is remembered of the parts of an order under its client order id.

/// Mixes words with the finalizer of SplitMix64 (Steele, Lea, Flood 2014). Never zero, which is no parts at all. No defence
/// against who looks for two lists with one digest: both would be its own.
pub(crate) fn of(words: impl IntoIterator<Item = u64>) -> u64 {
    let mut digest = 0_u64;
    for word in words {
        let mut mixed = digest.wrapping_add(word).wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        digest = mixed ^ (mixed >> 31);
    }
    digest.max(1)
}
