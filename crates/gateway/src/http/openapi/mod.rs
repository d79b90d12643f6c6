//! `/openapi.json`: OpenAPI 3.1, printed from the same tables that make the routes.
//!
//! Shapes are written down here and not derived: what they say of a value (which words, which bounds, which form of text) is
//! more than a type says. Tests hold each against the type that prints or reads it, in both directions.

#[cfg(test)]
mod check;
mod document;
mod operation;
mod requests;
mod schema;
mod shapes;

#[cfg(test)]
pub(super) use check::fits;
pub(super) use document::{CSV, Document, print, shapes};
pub(super) use operation::{Good, Operation, Parameter, Place, Tag, Verb};
pub(super) use requests::{MONEY, PRICE, QTY};
pub(super) use schema::{Field, Schema, Shape, has, may};
