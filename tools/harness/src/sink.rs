//! Where reports go: into the queue that the benchmark brings, into ours, or into a list.

use crate::api::{Kind, Report, Transport};
use crate::queue::{Packed, Sender};
use std::ffi::c_void;

/// Takes reports, in order.
pub trait Sink {
    /// Everything but a trade.
    fn report(&mut self, kind: Kind, seq: u64, order_id: u64, side: u8, ticks: i64, quantity: u32);
    /// A trade. The last report but trades was about the taker.
    fn trade(&mut self, seq: u64, maker: u64, taker: u64, ticks: i64, quantity: u32);
    /// Makes visible what was taken.
    fn flush(&mut self) {}
}

/// A report that is no trade.
#[inline]
pub(crate) fn plain(kind: u8, seq: u64, order_id: u64, side: u8, ticks: i64, quantity: u32) -> Report {
    Report { kind, side, sequence_number: seq, order_id, price_ticks: ticks, quantity, ..Report::default() }
}

/// A trade.
#[inline]
pub(crate) fn trade(seq: u64, maker: u64, taker: u64, ticks: i64, quantity: u32) -> Report {
    Report {
        kind: Kind::Trade as u8,
        sequence_number: seq,
        price_ticks: ticks,
        quantity,
        maker_order_id: maker,
        taker_order_id: taker,
        ..Report::default()
    }
}

impl Sink for Vec<Report> {
    fn report(&mut self, kind: Kind, seq: u64, order_id: u64, side: u8, ticks: i64, quantity: u32) {
        self.push(plain(kind as u8, seq, order_id, side, ticks, quantity));
    }

    fn trade(&mut self, seq: u64, maker: u64, taker: u64, ticks: i64, quantity: u32) {
        self.push(trade(seq, maker, taker, ticks, quantity));
    }
}

impl Sink for Sender {
    #[inline]
    fn report(&mut self, kind: Kind, seq: u64, order_id: u64, side: u8, ticks: i64, quantity: u32) {
        self.put(Packed { seq, id: order_id, ticks, quantity, kind: kind as u8, side });
    }

    #[inline]
    fn trade(&mut self, seq: u64, maker: u64, _taker: u64, ticks: i64, quantity: u32) {
        self.put(Packed { seq, id: maker, ticks, quantity, kind: Kind::Trade as u8, side: 0 });
    }

    fn flush(&mut self) {
        Sender::flush(self);
    }
}

/// The queue that the benchmark handed over.
#[derive(Debug)]
pub struct Theirs {
    transport: Transport,
    queue: *mut c_void,
}

impl Theirs {
    /// # Safety
    /// `queue` was made by this transport, outlives the value, and nothing else puts reports in.
    #[expect(unsafe_code, reason = "the interface hands over a table of C functions")]
    pub unsafe fn new(transport: Transport, queue: *mut c_void) -> Theirs {
        Theirs { transport, queue }
    }

    #[inline]
    #[expect(unsafe_code, reason = "the interface hands over a table of C functions")]
    fn push(&mut self, report: &Report) {
        // SAFETY: the caller of `new` vouches for the queue; the report outlives the call.
        while unsafe { (self.transport.push)(self.queue, report) } == 0 {
            std::hint::spin_loop();
        }
    }
}

impl Sink for Theirs {
    #[inline]
    fn report(&mut self, kind: Kind, seq: u64, order_id: u64, side: u8, ticks: i64, quantity: u32) {
        self.push(&plain(kind as u8, seq, order_id, side, ticks, quantity));
    }

    #[inline]
    fn trade(&mut self, seq: u64, maker: u64, taker: u64, ticks: i64, quantity: u32) {
        self.push(&trade(seq, maker, taker, ticks, quantity));
    }
}
