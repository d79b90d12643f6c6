//! A value held against a schema, for tests.

use super::schema::{Schema, Shape};
use serde_json::Value;

/// Whether a value is what a schema says, apart from the form of texts; otherwise where it is not.
pub(in crate::http) fn fits(shapes: &[&'static Shape], schema: &Schema, value: &Value) -> Result<(), String> {
    let no = |what: &str| Err(format!("{value} is no {what}"));
    match *schema {
        Schema::Anything => Ok(()),
        Schema::Text { .. } | Schema::Prose | Schema::Time | Schema::Document if value.is_string() => Ok(()),
        Schema::Text { .. } | Schema::Prose | Schema::Time | Schema::Document => no("text"),
        Schema::Word(words) if value.as_str().is_some_and(|word| words.contains(&word)) => Ok(()),
        Schema::Word(words) => no(&format!("{words:?}")),
        Schema::Integer { least, most } => {
            let number = value.as_i64().map(i128::from).or(value.as_u64().map(i128::from));
            let fits = number.is_some_and(|n| n >= least.into() && most.is_none_or(|most| n <= most.into()));
            if fits { Ok(()) } else { no(&format!("integer from {least} to {most:?}")) }
        }
        Schema::OneOf(numbers) if value.as_u64().is_some_and(|n| numbers.contains(&n)) => Ok(()),
        Schema::OneOf(numbers) => no(&format!("{numbers:?}")),
        Schema::Number { least, most } => {
            let bound = |text: &str| text.parse::<f64>().unwrap();
            let fits = value.as_f64().is_some_and(|n| (bound(least)..=bound(most)).contains(&n));
            if fits { Ok(()) } else { no(&format!("number from {least} to {most}")) }
        }
        Schema::Flag if value.is_boolean() => Ok(()),
        Schema::Flag => no("flag"),
        Schema::List { of, least, most } => {
            let Value::Array(values) = value else { return no("list") };
            if values.len() < least || most.is_some_and(|most| values.len() > most) {
                return no("list of that length");
            }
            values.iter().try_for_each(|value| fits(shapes, of, value))
        }
        Schema::Either(schemas) if schemas.iter().any(|schema| fits(shapes, schema, value).is_ok()) => Ok(()),
        Schema::Either(_) => no("either"),
        Schema::Shape(name) => {
            let shape = shapes.iter().find(|shape| shape.name == name).ok_or(format!("no shape {name}"))?;
            let Value::Object(object) = value else { return no(name) };
            for field in shape.fields {
                match object.get(field.name) {
                    Some(value) => {
                        fits(shapes, &field.schema, value).map_err(|why| format!("{}: {why}", field.name))?;
                    }
                    None if field.needed => return Err(format!("{name} lacks {}", field.name)),
                    None => {}
                }
            }
            if !shape.some_of.is_empty() && !shape.some_of.iter().any(|name| object.contains_key(*name)) {
                return Err(format!("{name} lacks all of {:?}", shape.some_of));
            }
            let known = |key: &&String| !shape.fields.iter().any(|field| field.name == key.as_str());
            object.keys().find(known).map_or(Ok(()), |key| Err(format!("{name} has no {key}")))
        }
    }
}
