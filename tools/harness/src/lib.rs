//! The book behind the C interface of the public matching-engine benchmark. See the README beside it.

pub mod adapter;
pub mod api;
pub mod exports;
pub mod ids;
pub mod pages;
pub mod queue;
pub mod sink;
