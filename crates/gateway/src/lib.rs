//! Sessions over websockets: requests in, and out what is on disk.
//!
//! ```text
//!  socket ─► reader ─► bounded channel ─► (engine, journal) ─► publisher ─► outbox ─► writer ─► socket
//!               └────► control channel ─────────────────────────┘
//! ```
//!
//! # Invariants
//! - Nothing about a command is told before its batch is released, and then in the order of the sequence. Queries and
//!   subscriptions are answered from the publisher's view, which stands where the disk stands.
//! - Whatever a connection sends, or does not read, costs no other connection anything but the time to say so.
//! - Every queue has a bound: requests are answered "busy", a book is told anew, a connection is closed with 4008.
//!
//! # Not here
//! The engine and the disk (behind [`Inbound`] and [`Released`]), JSON (`protocol`), REST, TLS and metrics (later).

mod announcer;
mod clock;
mod connection;
mod control;
mod directory;
mod gateway;
mod keys;
mod outbox;
mod paging;
mod publisher;
mod resume;
mod road;
mod rows;
mod server;
mod stats;

pub use announcer::{Announcer, Audience, BookScope, RestoringAnnouncer, Topic};
pub use clock::now;
pub use gateway::{Gateway, Options};
pub use keys::{ApiKey, Keys, Scope};
pub use road::{Answer, Applied, Ask, ConnectionId, Inbound, JournalPosition, Origin, Released};
pub use server::MAX_MESSAGE_BYTES;
pub use stats::Stats;
