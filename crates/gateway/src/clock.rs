//! The wall clock, at the rim.

use std::time::{SystemTime, UNIX_EPOCH};
use unspent_model::Timestamp;

/// Now. A clock before 1970 reads as 1970.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}
