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
//! The engine and the disk (behind [`Inbound`] and [`Released`]), JSON (`protocol`).

mod announcer;
mod asking;
mod clock;
mod connection;
mod control;
mod directory;
mod gateway;
mod http;
mod keys;
mod metrics;
mod outbox;
mod paging;
mod publisher;
mod rates;
mod resume;
mod road;
mod rows;
mod seat;
mod server;
mod stats;
mod status;

pub use announcer::{Announcer, Audience, BookScope, RestoringAnnouncer, Topic};
pub use clock::now;
pub use gateway::{Gateway, Options, Port, PortOptions};
pub use http::{Tls, TlsError};
pub use keys::{
    ApiKey, Denied, Grant, HMAC_SECRET_BYTES, Key, KeyFile, KeyFileError, KeyId, KeyOptions, Keys, MAX_ADDRESSES,
    MAX_KEYS, MAX_LABEL, MasterKey, Proof, Scope, Sealed, SignedRequest, TOKEN_SECONDS, TOKENS_PER_KEY, Tokens,
    WINDOW_MS, network, private_text, public_key, random, signed_message, write_private,
};
pub use rates::{Rate, RateLimits};
pub use road::{Answer, Applied, Ask, ConnectionId, Inbound, JournalPosition, Origin, Released};
pub use server::MAX_MESSAGE_BYTES;
pub use stats::Stats;
