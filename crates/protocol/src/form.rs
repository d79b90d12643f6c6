//! Values that are a JSON string on the wire: one trait says how each reads and prints.
//!
//! `#[serde(with = "form")]` and its `option` and `list` variants serve the message structs with it.

use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;
use std::fmt;
use std::marker::PhantomData;
use unspent_model::{AccountName, ClOrdId, GroupName, Programme, Reject, Symbol};

/// A value with one canonical text.
pub(crate) trait Form: Sized {
    /// The refusal when the text is none of its own.
    const REJECT: Reject = Reject::InvalidField;

    /// Reads the text; the message completes "<field> ...", as in "must be one of buy, sell".
    fn read(text: &str) -> Result<Self, String>;

    /// Prints the text.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// Displays a value's text.
pub(crate) struct Shown<'a, T>(pub &'a T);

impl<T: Form> fmt::Display for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }
}

/// Prints a value as its text.
pub(crate) struct Text<'a, T>(pub &'a T);

impl<T: Form> serde::Serialize for Text<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.0, serializer)
    }
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: Form> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::read(text).map_err(|message| E::custom(format_args!("{text:?} {message}")))
    }
}

pub(crate) fn serialize<T: Form, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Shown(value))
}

pub(crate) fn deserialize<'de, T: Form, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_str(TextVisitor(PhantomData))
}

/// For `Option` fields, with `default` and `skip_serializing_if`.
pub(crate) mod option {
    use super::{Deserializer, Form, Serializer};
    use serde::Deserialize;

    pub(crate) fn serialize<T: Form, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => super::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, T: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        Ok(Option::<Owned<T>>::deserialize(deserializer)?.map(|owned| owned.0))
    }

    pub(super) struct Owned<T>(pub T);

    impl<'de, T: Form> Deserialize<'de> for Owned<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            super::deserialize(deserializer).map(Owned)
        }
    }
}

/// For `Vec` fields.
pub(crate) mod list {
    use super::{Form, Serializer, Shown};

    pub(crate) fn serialize<T: Form, S: Serializer>(values: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|value| Text(Shown(value))))
    }

    struct Text<'a, T>(Shown<'a, T>);

    impl<T: Form> serde::Serialize for Text<'_, T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&self.0)
        }
    }
}

impl Form for Symbol {
    const REJECT: Reject = Reject::UnknownSymbol;

    fn read(text: &str) -> Result<Symbol, String> {
        Symbol::parse(text).map_err(|error| error.to_string())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}/USD")
    }
}

impl Form for ClOrdId {
    fn read(text: &str) -> Result<ClOrdId, String> {
        ClOrdId::parse(text).map_err(|error| error.to_string())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Form for AccountName {
    fn read(text: &str) -> Result<AccountName, String> {
        AccountName::parse(text).map_err(|error| error.to_string())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Form for GroupName {
    fn read(text: &str) -> Result<GroupName, String> {
        GroupName::parse(text).map_err(|error| error.to_string())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Form for Programme {
    fn read(text: &str) -> Result<Programme, String> {
        Programme::parse(text).map_err(|error| error.to_string())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
