//! One JSON object as the slices of its values, for a known set of keys.
//!
//! The object is scanned once and nothing is built: each value stays text until its field is read. The scan does
//! not recurse, so nesting costs no stack.

use crate::form::Form;
use crate::number;
use crate::refusal::{Refusal, clipped};
use rust_decimal::Decimal;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use unspent_model::Reject;

/// The most keys an object may have.
const MAX_FIELDS: usize = 21;

/// The values of an object by key, as text.
pub(crate) struct Fields<'a> {
    known: &'static [&'static str],
    /// Documented keys that are not offered yet.
    later: &'static [&'static str],
    values: [Option<&'a str>; MAX_FIELDS],
    /// A key beside the known ones that only some senders of the same object add, and its value.
    beside: Option<(&'static str, Option<&'a str>)>,
    /// The first key that is unknown or appears twice.
    pub(crate) wrong: Option<Refusal>,
}

/// Why a value was refused: the number, and the message that follows the field's name.
pub(crate) struct Wrong {
    pub(crate) reject: Reject,
    pub(crate) message: String,
}

impl From<String> for Wrong {
    fn from(message: String) -> Wrong {
        Wrong { reject: Reject::InvalidField, message }
    }
}

impl From<&str> for Wrong {
    fn from(message: &str) -> Wrong {
        Wrong::from(message.to_owned())
    }
}

/// A value read from the text of one JSON value.
pub(crate) trait FromRaw: Sized {
    fn from_raw(raw: &str) -> Result<Self, Wrong>;
}

impl<T: Form> FromRaw for T {
    fn from_raw(raw: &str) -> Result<T, Wrong> {
        let text = text(raw)?;
        T::read(&text).map_err(|message| Wrong { reject: T::REJECT, message })
    }
}

impl FromRaw for String {
    fn from_raw(raw: &str) -> Result<String, Wrong> {
        text(raw).map(Cow::into_owned)
    }
}

impl FromRaw for Decimal {
    fn from_raw(raw: &str) -> Result<Decimal, Wrong> {
        number::from_raw(raw).map_err(Wrong::from)
    }
}

impl FromRaw for bool {
    fn from_raw(raw: &str) -> Result<bool, Wrong> {
        match raw {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("must be true or false".into()),
        }
    }
}

impl FromRaw for i64 {
    fn from_raw(raw: &str) -> Result<i64, Wrong> {
        raw.parse().map_err(|_| format!("must be an integer from {} to {}", i64::MIN, i64::MAX).into())
    }
}

impl FromRaw for u64 {
    fn from_raw(raw: &str) -> Result<u64, Wrong> {
        raw.parse().map_err(|_| format!("must be an integer from 0 to {}", u64::MAX).into())
    }
}

impl FromRaw for u32 {
    fn from_raw(raw: &str) -> Result<u32, Wrong> {
        raw.parse().map_err(|_| format!("must be an integer from 0 to {}", u32::MAX).into())
    }
}

/// The content of a JSON string.
pub(crate) fn text(raw: &str) -> Result<Cow<'_, str>, Wrong> {
    let inner = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or("must be a string")?;
    if !inner.contains('\\') {
        return Ok(Cow::Borrowed(inner));
    }
    serde_json::from_str::<String>(raw).map(Cow::Owned).map_err(|_| "must be a string of whole characters".into())
}

/// One value or an array of at most `max`, each passed to `read`.
pub(crate) fn one_or_many<T>(raw: &str, max: usize, read: impl Fn(&str) -> Result<T, Wrong>) -> Result<Vec<T>, Wrong> {
    if !raw.starts_with('[') {
        return Ok(vec![read(raw)?]);
    }
    let raws: Vec<&RawValue> = serde_json::from_str(raw).map_err(|_| "must be a list")?;
    if raws.is_empty() || raws.len() > max {
        return Err(format!("must list 1 to {max}").into());
    }
    raws.into_iter().map(|raw| read(raw.get())).collect()
}

impl<'a> Fields<'a> {
    pub(crate) fn new(known: &'static [&'static str], later: &'static [&'static str]) -> Fields<'a> {
        assert!(known.len() <= MAX_FIELDS);
        Fields { known, later, values: [None; MAX_FIELDS], beside: None, wrong: None }
    }

    /// The same, with one key more.
    pub(crate) fn beside(self, key: Option<&'static str>) -> Fields<'a> {
        Fields { beside: key.map(|key| (key, None)), ..self }
    }

    /// Scans an object. What was read before an error stays readable.
    pub(crate) fn scan(&mut self, text: &'a str) -> Result<(), serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        Scan(self).deserialize(&mut deserializer)?;
        deserializer.end()
    }

    /// The text of a field's value. The first occurrence counts.
    pub(crate) fn raw(&self, field: &'static str) -> Option<&'a str> {
        match self.known.iter().position(|known| *known == field) {
            Some(index) => self.values[index],
            None => self.beside.filter(|(key, _)| *key == field).expect("only known fields are read").1,
        }
    }

    /// A field that may be absent.
    pub(crate) fn option<T: FromRaw>(&self, field: &'static str) -> Result<Option<T>, Refusal> {
        self.option_with(field, T::from_raw)
    }

    /// A field that may be absent, read by `read`.
    pub(crate) fn option_with<T>(
        &self,
        field: &'static str,
        read: impl FnOnce(&'a str) -> Result<T, Wrong>,
    ) -> Result<Option<T>, Refusal> {
        let Some(raw) = self.raw(field) else { return Ok(None) };
        let value =
            read(raw).map_err(|wrong| Refusal::at(wrong.reject, field, format!("{field} {}", wrong.message)))?;
        Ok(Some(value))
    }

    /// A number that may be absent; one that is none is refused with `reject`, as one that does not fit is.
    pub(crate) fn amount(&self, field: &'static str, reject: Reject) -> Result<Option<Decimal>, Refusal> {
        self.option_with(field, |raw| Decimal::from_raw(raw).map_err(|wrong| Wrong { reject, ..wrong }))
    }

    /// A field that must be there.
    pub(crate) fn required<T: FromRaw>(&self, field: &'static str) -> Result<T, Refusal> {
        self.option(field)?.ok_or_else(|| missing(field))
    }

    fn take(&mut self, key: &str, text: &'a str) {
        if let Some((beside, value @ None)) = &mut self.beside
            && *beside == key
        {
            *value = Some(text);
            return;
        }
        let all = || self.known.iter().copied().chain(self.beside.map(|(key, _)| key)).collect::<Vec<_>>().join(", ");
        let wrong = match self.known.iter().position(|known| *known == key) {
            Some(index) if self.values[index].is_none() => {
                self.values[index] = Some(text);
                return;
            }
            Some(_) => "appears twice".to_owned(),
            None if self.beside.is_some_and(|(beside, _)| beside == key) => "appears twice".to_owned(),
            None if self.later.contains(&key) => format!("is not offered yet; known are {}", all()),
            None if self.known.is_empty() && self.beside.is_none() => "is unknown; no field is known here".to_owned(),
            None => format!("is unknown; known are {}", all()),
        };
        let key = clipped(key);
        self.wrong.get_or_insert_with(|| Refusal::at(Reject::InvalidField, key.to_owned(), format!("{key} {wrong}")));
    }
}

/// The refusal of a request without `field`.
pub(crate) fn missing(field: &'static str) -> Refusal {
    Refusal::field(field, "is missing")
}

struct Scan<'f, 'a>(&'f mut Fields<'a>);

impl<'de> DeserializeSeed<'de> for Scan<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Scan<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Key)? {
            let value: &'de RawValue = map.next_value()?;
            self.0.take(&key, value.get());
        }
        Ok(())
    }
}

struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}
