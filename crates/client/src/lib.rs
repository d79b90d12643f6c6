//! An async client of the venue's websocket.
//!
//! [`Session`] is what a program uses: it keeps a connection, logs in again, resumes its streams, and tells what could not be
//! resumed. [`Client`] is one connection and no more.
//!
//! ```no_run
//! # async fn example() -> Result<(), unspent_client::ClientError> {
//! use unspent_client::{BookEvent, Session, SessionConfig};
//! use unspent_model::Symbol;
//! use unspent_protocol::BookDepth;
//!
//! let session = Session::start(SessionConfig::new("ws://127.0.0.1:8080/ws")?);
//! let symbol = Symbol::parse("AWS-ACT-1K-202706").expect("a symbol");
//! let mut books = session.book(symbol, BookDepth::D10).await?;
//! while let BookEvent::Changed(book) = books.next().await? {
//!     println!("{:?} {:?}", book.bids().next(), book.asks().next());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Invariants
//! - Every request ends exactly once: with the venue's answer, its refusal, or [`ClientError::OutcomeUnknown`] when the connection
//!   was lost after it was sent. [`Session::add_order_surely`] asks on until an order's fate is known.
//! - An execution is told once and in order, or the snapshot in its place says that some are missing.
//! - A book that is given out is whole, and its checksum holds.
//! - Every queue has a bound. A reader of private streams that stops reading stops its own session and nobody else's; a reader of
//!   books is given the newest; a reader of other public streams is told that it missed some.
//!
//! # Not here
//! REST, and what an order should be.

mod back_off;
mod book;
mod client;
mod endpoint;
mod error;
mod executions;
mod session;
mod signing;

pub use back_off::BackOff;
pub use book::{Book, BookLoss};
pub use client::{Client, Credential, Inbox};
pub use endpoint::Endpoint;
pub use error::{ClientError, Ending};
pub use executions::{ExecutionEvent, OpenOrders};
pub use session::{
    BookEvent, BookStream, Executions, Feed, FeedEvent, Session, SessionConfig, SessionEnd, SessionState,
};
pub use signing::SigningSeed;
