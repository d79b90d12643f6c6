//! JSON Schema (2020-12), as far as the wire needs it.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) enum Schema {
    /// Whatever JSON there is.
    Anything,
    /// A text of a form, as an ECMA-262 regular expression of the whole.
    Text { pattern: &'static str },
    /// A text for people.
    Prose,
    /// A time.
    Time,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Whole numbers.
    Integer { least: i64, most: Option<u64> },
    /// One of these numbers.
    OneOf(&'static [u64]),
    /// Numbers with decimals, from the least on, as JSON has them.
    Number { least: &'static str, most: &'static str },
    /// True or false.
    Flag,
    /// Values of one kind.
    List { of: &'static Schema, least: usize, most: Option<usize> },
    /// A named object.
    Shape(&'static str),
    /// Either of them.
    Either(&'static [Schema]),
    /// A string whose text is a document of its own, which the media type says.
    Document,
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Field {
    pub name: &'static str,
    /// Whether it is always there.
    pub needed: bool,
    pub schema: Schema,
    pub about: &'static str,
}

/// A named object. It has no other fields than these.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Shape {
    pub name: &'static str,
    pub about: &'static str,
    pub fields: &'static [Field],
    /// At least one of these is there, when there are any.
    pub some_of: &'static [&'static str],
    /// One of them, as JSON; it is shown where the shape is used.
    pub example: &'static str,
}

/// A field that is always there.
pub(in crate::http) const fn has(name: &'static str, schema: Schema, about: &'static str) -> Field {
    Field { name, needed: true, schema, about }
}

/// A field that may be absent.
pub(in crate::http) const fn may(name: &'static str, schema: Schema, about: &'static str) -> Field {
    Field { name, needed: false, schema, about }
}

impl Schema {
    pub const SYMBOL_NAME: Schema = Schema::Text { pattern: "^[-A-Z0-9._]{1,32}$" };
    pub const SYMBOL: Schema = Schema::Text { pattern: "^[-A-Z0-9._]{1,32}/USD$" };
    pub const ORDER_ID: Schema = Schema::Text { pattern: "^O-[1-9][0-9]{0,19}$" };
    pub const CL_ORD_ID: Schema = Schema::Text { pattern: "^[-A-Za-z0-9_.:]{1,36}$" };
    pub const EXEC_ID: Schema = Schema::Text { pattern: "^E-[1-9][0-9]{0,19}[mta]$" };
    pub const ACCOUNT: Schema = Schema::Text { pattern: "^[-A-Za-z0-9_.]{1,32}$" };
    /// Numbers of commands, trades and bytes.
    pub const COUNT: Schema = Schema::Integer { least: 0, most: None };
    /// Dollars of face.
    pub const FACE: Schema = Schema::Integer { least: 0, most: None };
    /// Dollars per dollar of face.
    pub const PRICE: Schema = Schema::Number { least: "0", most: "1000000000" };
    /// Dollars.
    pub const MONEY: Schema = Schema::Number { least: "0", most: "10000000000000" };
}

/// A JSON number as it is written here.
pub(super) fn number(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).expect("a number is JSON")
}

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Described { schema: self, about: "", example: None }.serialize(serializer)
    }
}

/// A schema with what it means.
pub(super) struct Described<'a> {
    pub schema: &'a Schema,
    pub about: &'a str,
    pub example: Option<&'a str>,
}

impl Serialize for Described<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match *self.schema {
            Schema::Anything => map.serialize_entry("type", "object")?,
            Schema::Text { pattern } => {
                map.serialize_entry("type", "string")?;
                map.serialize_entry("pattern", pattern)?;
            }
            Schema::Prose | Schema::Document => map.serialize_entry("type", "string")?,
            Schema::Time => {
                map.serialize_entry("type", "string")?;
                map.serialize_entry("format", "date-time")?;
            }
            Schema::Word(words) => {
                map.serialize_entry("type", "string")?;
                map.serialize_entry("enum", words)?;
            }
            Schema::Integer { least, most } => {
                map.serialize_entry("type", "integer")?;
                map.serialize_entry("minimum", &least)?;
                if let Some(most) = most {
                    map.serialize_entry("maximum", &most)?;
                }
            }
            Schema::OneOf(numbers) => {
                map.serialize_entry("type", "integer")?;
                map.serialize_entry("enum", numbers)?;
            }
            Schema::Number { least, most } => {
                map.serialize_entry("type", "number")?;
                map.serialize_entry("minimum", &number(least))?;
                map.serialize_entry("maximum", &number(most))?;
            }
            Schema::Flag => map.serialize_entry("type", "boolean")?,
            Schema::List { of, least, most } => {
                map.serialize_entry("type", "array")?;
                map.serialize_entry("items", of)?;
                if least > 0 {
                    map.serialize_entry("minItems", &least)?;
                }
                if let Some(most) = most {
                    map.serialize_entry("maxItems", &most)?;
                }
            }
            Schema::Shape(name) => map.serialize_entry("$ref", &format!("#/components/schemas/{name}"))?,
            Schema::Either(schemas) => map.serialize_entry("anyOf", schemas)?,
        }
        if !self.about.is_empty() {
            map.serialize_entry("description", self.about)?;
        }
        if let Some(example) = self.example {
            map.serialize_entry("examples", &[number(example)])?;
        }
        map.end()
    }
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let needed: Vec<&str> = self.fields.iter().filter(|field| field.needed).map(|field| field.name).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "object")?;
        map.serialize_entry("description", self.about)?;
        if !needed.is_empty() {
            map.serialize_entry("required", &needed)?;
        }
        map.serialize_entry("properties", &Properties(self.fields))?;
        map.serialize_entry("additionalProperties", &false)?;
        if !self.some_of.is_empty() {
            map.serialize_entry(
                "anyOf",
                &self.some_of.iter().map(|name| Needs { required: [name] }).collect::<Vec<_>>(),
            )?;
        }
        map.serialize_entry("examples", &[number(self.example)])?;
        map.end()
    }
}

#[derive(Serialize)]
struct Needs<'a> {
    required: [&'a str; 1],
}

struct Properties(&'static [Field]);

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let described = |field: &'static Field| Described { schema: &field.schema, about: field.about, example: None };
        serializer.collect_map(self.0.iter().map(|field| (field.name, described(field))))
    }
}
