//! The length of a candle on the wire: a JSON integer of minutes.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::Serializer;
use unspent_model::Interval;

/// What would be right, as in "interval must be one of: 1, 5, 15".
pub(crate) fn choices() -> String {
    let all: Vec<String> = Interval::ALL.iter().map(|interval| interval.minutes().to_string()).collect();
    format!("must be one of: {}", all.join(", "))
}

pub(crate) fn serialize<S: Serializer>(interval: &Interval, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u32(interval.minutes())
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Interval, D::Error> {
    let minutes = u32::deserialize(deserializer)?;
    Interval::from_minutes(minutes).ok_or_else(|| D::Error::custom(format_args!("interval {}", choices())))
}

/// For `Option` fields, with `default` and `skip_serializing_if`.
pub(crate) mod option {
    use super::{Deserializer, Interval, Serializer};

    pub(crate) fn serialize<S: Serializer>(interval: &Option<Interval>, serializer: S) -> Result<S::Ok, S::Error> {
        match interval {
            Some(interval) => super::serialize(interval, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Interval>, D::Error> {
        super::deserialize(deserializer).map(Some)
    }
}
