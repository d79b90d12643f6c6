//! The words of the benchmark's C interface, version of August 2026: layouts, report types, the transport's table.

use std::ffi::{c_int, c_void};

/// A new order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct NewOrder {
    /// The order's id.
    pub order_id: u64,
    /// The message's number.
    pub sequence_number: u64,
    /// Its limit in ticks.
    pub price_ticks: i64,
    /// Its lots.
    pub quantity: u32,
    /// 0 buys, 1 sells.
    pub side: u8,
    /// 1 when immediate-or-cancel.
    pub ioc: u8,
    /// Padding.
    pub reserved: [u8; 2],
}

/// A cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Cancel {
    /// The order's id.
    pub order_id: u64,
    /// The message's number.
    pub sequence_number: u64,
}

/// A modify: the order leaves and comes back behind all others, with another price or quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Modify {
    /// The order's id.
    pub order_id: u64,
    /// The message's number.
    pub sequence_number: u64,
    /// Its limit from now on, in ticks.
    pub new_price_ticks: i64,
    /// Its lots from now on.
    pub new_quantity: u32,
    /// 0 buys, 1 sells: the order's side.
    pub side: u8,
    /// Padding.
    pub reserved: [u8; 3],
}

/// What a [`Tagged`] message holds.
#[derive(Clone, Copy)]
#[repr(C)]
pub union Body {
    /// Tag 0.
    pub new: NewOrder,
    /// Tag 1.
    pub cancel: Cancel,
    /// Any other tag.
    pub modify: Modify,
}

/// One message of a batch.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Tagged {
    /// 0 new, 1 cancel, 2 modify.
    pub tag: u8,
    /// Padding.
    pub reserved: [u8; 7],
    /// The message.
    pub body: Body,
}

/// What a report says, by the interface's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A new order was accepted.
    OrderAck = 0,
    /// A fill.
    Trade = 1,
    /// An order, or what an immediate-or-cancel order left, was cancelled.
    CancelAck = 2,
    /// An order was modified.
    ModifyAck = 3,
    /// The order to cancel does not rest.
    CancelReject = 4,
    /// The order to modify does not rest.
    ModifyReject = 5,
}

/// One report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Report {
    /// A [`Kind`].
    pub kind: u8,
    /// 0 buys, 1 sells.
    pub side: u8,
    /// Padding.
    pub reserved: [u8; 6],
    /// The number of the message that caused it.
    pub sequence_number: u64,
    /// The order; zero in a trade.
    pub order_id: u64,
    /// The order's limit, or the price of the trade.
    pub price_ticks: i64,
    /// Lots.
    pub quantity: u32,
    /// Padding.
    pub reserved2: u32,
    /// The resting order of a trade.
    pub maker_order_id: u64,
    /// The incoming order of a trade.
    pub taker_order_id: u64,
    /// Padding to a cache line.
    pub reserved3: u64,
}

/// A queue for reports, as a table of functions.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Transport {
    /// Makes a queue for at least so many reports.
    pub create: extern "C" fn(capacity: u32) -> *mut c_void,
    /// Puts one report in; 0 when the queue is full.
    pub push: unsafe extern "C" fn(queue: *mut c_void, report: *const Report) -> c_int,
    /// Takes out up to `max` reports and says how many.
    pub drain: unsafe extern "C" fn(queue: *mut c_void, out: *mut Report, max: u32) -> u32,
    /// Makes visible what was put in.
    pub flush: unsafe extern "C" fn(queue: *mut c_void),
    /// Ends the queue.
    pub destroy: unsafe extern "C" fn(queue: *mut c_void),
}

const _: () = assert!(size_of::<NewOrder>() == 32);
const _: () = assert!(size_of::<Cancel>() == 16);
const _: () = assert!(size_of::<Modify>() == 32);
const _: () = assert!(size_of::<Tagged>() == 40);
const _: () = assert!(size_of::<Report>() == 64);
