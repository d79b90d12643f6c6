//! What the market looks like from outside, made from events alone by whoever receives them.
//!
//! [`View`] takes every [`unspent_model::Event`] in order and keeps, per instrument, its phase, [`Depth`], running
//! [`Queue`] of orders, [`Call`], [`Tape`], rolling day and [`Candles`], and over the venue the [`OpenOrders`], [`History`],
//! [`Balances`] and [`Groups`] of every account, and the [`Programmes`]. A [`Window`] turns depth, an [`OrderWindow`] the queue, into what the subscribers of
//! [`Balances`], [`Groups`], [`Settlements`] and [`Holdings`] of every account. A [`Window`] turns depth, an [`OrderWindow`] the queue, into what the subscribers of
//! one depth are told; a [`Rebuilt`] is the book such a subscriber keeps, a [`RebuiltQueue`] its queue.
//! [`View::facts`] says all that a view knows in small pieces, and [`Restoring`] makes a view of them.
//!
//! # Invariants
//! - The same events give the same view: no clock, no float, no hash map, no engine.
//! - What is kept is bounded by what is open, held or listed, plus a fixed amount an instrument, an account
//!   and over all.
//! - Depth is what the book shows: of an iceberg its slice, of an order that waits for its stop nothing.
//! - Bids and asks may cross: they do in a call.
//! - What other months imply ([`View::implied`]) is worked out of their depth when it is asked for.
//! - Events that contradict the view are a bug of whoever made them: the view panics and says which.
//!
//! # Not here
//! Sessions, limits, rules and schedules. Text, checksums and sequence numbers of the feed (`protocol`, `gateway`), and how events are made (`engine`).

mod accounting;
mod balances;
mod call;
mod candles;
mod day;
mod depth;
mod family;
mod funding;
mod groups;
mod history;
mod holdings;
mod obligation;
mod order_window;
mod orders;
mod programmes;
mod queue;
mod rank;
mod rebuild;
mod rebuild_orders;
mod remembered;
mod saved;
mod scores;
mod settlements;
mod slots;
mod tape;
mod ticker;
mod touched;
mod view;
mod window;

pub use accounting::{Accounting, Entry, EntryKind, Owned};
pub use balances::{Account, Balances};
pub use call::Call;
pub use candles::{CANDLES, Candle, Candles};
pub use day::{BUCKET_SECONDS, BUCKETS, Day, RollingDay};
pub use depth::{Depth, Level};
pub use funding::Fundings;
pub use groups::Groups;
pub use history::{AccountFill, CLOSED_ORDERS, CLOSED_PER_ACCOUNT, ClosedOrder, FILLS, FILLS_PER_ACCOUNT, History};
pub use holdings::{ENDED_HOLDINGS, Holdings};
pub use obligation::{Obligation, Sampler, Standing};
pub use order_window::{OrderWindow, QueueChanges, QueueEvent, QueueNews};
pub use orders::{OpenOrder, OpenOrders, Touched};
pub use programmes::Programmes;
pub use queue::{Queue, Queued};
pub use rebuild::Rebuilt;
pub use rebuild_orders::{RebuildError, RebuiltQueue};
pub use saved::{RestoreError, Restoring};
pub use scores::Scores;
pub use settlements::{ENDED_SETTLEMENTS, Settlements};
pub use tape::{TAPE_TRADES, Tape, Trade};
pub use ticker::Ticker;
pub use view::{Market, View};
pub use window::{Changes, LevelChange, Window};
