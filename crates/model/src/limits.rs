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
