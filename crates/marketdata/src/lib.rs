//! What the market looks like from outside, made from events alone by whoever receives them.
//!
//! [`View`] takes every [`unspent_model::Event`] in order and keeps, per instrument, its phase, [`Depth`], running
//! [`Call`], [`Tape`] and rolling day, and over the venue the
//! [`OpenOrders`], the [`History`] and the [`Balances`] of every account. A [`Window`] turns depth into
//! what the subscribers of one depth are told; a [`Rebuilt`] is the book such a subscriber keeps.
//! [`View::facts`] says all that a view knows in small pieces, and [`Restoring`] makes a view of them.
//!
//! # Invariants
//! - The same events give the same view: no clock, no float, no hash map, no engine.
//! - What is kept is bounded by what is open, held or listed, plus a fixed amount an instrument, an account
//!   and over all.
//! - Depth is what the book shows: of an iceberg its slice, of an order that waits for its stop nothing.
//! - Bids and asks may cross: they do in a call.
//! - Events that contradict the view are a bug of whoever made them: the view panics and says which.
//!
//! # Not here
//! Sessions, limits, rules and schedules. Text, checksums and sequence numbers of the feed (`protocol`, `gateway`), and how events are made (`engine`).

mod balances;
mod call;
mod day;
mod depth;
mod history;
mod orders;
mod rank;
mod rebuild;
mod remembered;
mod saved;
mod slots;
mod tape;
mod ticker;
mod touched;
mod view;
mod window;

pub use balances::{Account, Balances};
pub use call::Call;
pub use day::{BUCKET_SECONDS, BUCKETS, Day, RollingDay};
pub use depth::{Depth, Level};
pub use history::{AccountFill, CLOSED_ORDERS, CLOSED_PER_ACCOUNT, ClosedOrder, FILLS, FILLS_PER_ACCOUNT, History};
pub use orders::{OpenOrder, OpenOrders, Touched};
pub use rebuild::Rebuilt;
pub use saved::{RestoreError, Restoring};
pub use tape::{TAPE_TRADES, Tape, Trade};
pub use ticker::Ticker;
pub use view::{Market, View};
pub use window::{Changes, LevelChange, Window};
