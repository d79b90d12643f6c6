//! The bounds of the core. They decide what is accepted, so a change to one changes replay: each is part of the format.

/// Most open orders of one account, [`crate::Reject::TooManyOpenOrders`] beyond.
pub const OPEN_ORDERS_PER_ACCOUNT: u32 = 100_000;

/// Most client order ids remembered for one account, [`crate::Reject::TooManyClOrdIds`] beyond.
pub const CL_ORD_IDS_PER_ACCOUNT: u32 = 200_000;

/// How long an accepted client order id is remembered after its acceptance, in seconds; longer while the order is open.
pub const CL_ORD_ID_MEMORY_SECONDS: u64 = 24 * 60 * 60;

/// The largest notional of one order in cents ($1,000,000,000,000), [`crate::Reject::InvalidQuantity`] beyond.
pub const ORDER_NOTIONAL_CENTS: u64 = 100_000_000_000_000;

/// The most money one account may hold, in cents, [`crate::Reject::AmountOutOfRange`] beyond.
pub const ACCOUNT_CASH_CENTS: u64 = 1_000_000_000_000_000;

/// The most lots of one instrument one account may hold, [`crate::Reject::AmountOutOfRange`] beyond.
pub const ACCOUNT_LOTS: u64 = 1_000_000_000_000;

/// Most accounts, [`crate::Reject::VenueFull`] beyond.
pub const ACCOUNTS: u32 = 1_000_000;

/// Most instruments, [`crate::Reject::VenueFull`] beyond.
pub const INSTRUMENTS: u32 = 100_000;

/// Most steps of one order that lowers its own price, [`crate::Reject::InvalidDecay`] beyond.
pub const DECAY_STEPS: usize = 100;

/// Most open orders of one account that lower their own price, [`crate::Reject::TooManyDecays`] beyond.
pub const DECAYS_PER_ACCOUNT: u32 = 1_000;

/// Most legs of one linked bid, [`crate::Reject::InvalidLegs`] beyond.
pub const LINKED_LEGS: usize = 8;

/// Most stop orders waiting in one instrument, [`crate::Reject::TooManyStops`] beyond: the longest cascade.
pub const STOPS_PER_INSTRUMENT: usize = 100_000;

/// Most instruments of one family that trade across months and have not expired, [`crate::Reject::InvalidRules`] beyond.
pub const FAMILY_MONTHS: usize = 64;

/// An iceberg shows at least one lot in so many, [`crate::Reject::InvalidDisplay`] below: most slices of one order.
pub const ICEBERG_SLICES: u32 = 100;

/// Most instruments in one mass quote, [`crate::Reject::InvalidQuotes`] beyond.
pub const QUOTES_PER_COMMAND: usize = 100;

/// Most protection groups of one account, [`crate::Reject::TooManyGroups`] beyond.
pub const GROUPS_PER_ACCOUNT: usize = 256;

/// The most lots a protection group may allow in its window: the most fills it has to remember.
pub const GROUP_LOTS: u32 = 1_000_000;

/// The longest window of a protection group, in seconds.
pub const GROUP_WINDOW_SECONDS: u32 = 3_600;

/// The longest dead-man timer, in seconds, [`crate::Reject::InvalidTimeout`] beyond.
pub const DEAD_MAN_SECONDS: u32 = 86_400;

/// Most live sessions of one account, [`crate::Reject::TooManySessions`] beyond.
pub const SESSIONS_PER_ACCOUNT: usize = 1_024;

/// Most entries of an instrument's trading day, [`crate::Reject::InvalidSchedule`] beyond.
pub const SCHEDULE_ENTRIES: usize = 96;

/// The longest random end of an auction, in seconds, and the longest volatility call.
pub const CALL_SECONDS: u32 = 86_400;

/// Most programmes with terms, [`crate::Reject::VenueFull`] beyond.
pub const PROGRAMMES: usize = 1_000;

/// Most permits of all accounts, [`crate::Reject::VenueFull`] beyond.
pub const PERMITS: usize = 1_000_000;

/// Into how many pieces a credit may be split at most, [`crate::Reject::InvalidProgramme`] beyond.
pub const SPLIT_PIECES: u32 = 1_000_000;

/// Most different fee schedules that one instrument has had, [`crate::Reject::InvalidRules`] beyond.
pub const FEE_SCHEDULES: usize = 255;

/// The largest least bond or penalty of the terms of settlement, in cents.
pub const SETTLEMENT_MINIMUM_CENTS: u64 = 100_000_000;

/// Most settlements of one seller that have not ended, [`crate::Reject::TooManySettlements`] beyond: no further promised
/// order is taken; those that are open may still be filled.
pub const SETTLEMENTS_PER_SELLER: u32 = 100_000;

/// Most withdrawals that wait for a second operator, [`crate::Reject::TooManyWithdrawals`] beyond.
pub const PENDING_WITHDRAWALS: usize = 10_000;

/// Most references of deposits and withdrawals that are remembered over the whole venue; the oldest is forgotten.
pub const FUNDING_REFERENCES: usize = 65_536;

/// How many trades, counted back from the last one, may be undone or get another price,
/// [`crate::Reject::UnknownTrade`] beyond.
pub const CORRECTABLE_TRADES: usize = 65_536;

/// The largest amount of one holding, in cents ($1,000,000,000), [`crate::Reject::InvalidHolding`] beyond.
pub const HOLDING_CENTS: u64 = 100_000_000_000;

/// Most live holdings of one account, [`crate::Reject::TooManyHoldings`] beyond.
pub const HOLDINGS_PER_ACCOUNT: u32 = 1_000;

/// Most live holdings of the venue, [`crate::Reject::VenueFull`] beyond.
pub const HOLDINGS: usize = 1_000_000;
