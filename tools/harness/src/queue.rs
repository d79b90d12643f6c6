//! Our own queue for reports: a single-producer ring of 32-byte entries, published a few dozen at a time.
//!
//! A trade does not repeat its taker: the report before it that is no trade names it. The consumer unpacks.

use crate::api::{Kind, Report};
use crate::sink::{plain, trade};
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::Mutex;

/// A report as it travels.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Packed {
    pub seq: u64,
    /// The order; of a trade, the maker.
    pub id: u64,
    pub ticks: i64,
    pub quantity: u32,
    pub kind: u8,
    pub side: u8,
}

const _: () = assert!(size_of::<Packed>() == 32);

/// Reports gathered before they are published together.
const GATHER: usize = 64;

/// The matching side.
#[derive(Debug)]
pub struct Sender {
    gathered: [Packed; GATHER],
    count: usize,
    ring: Producer<Packed>,
    /// Whom the consumer takes for the taker.
    taker: u64,
}

impl Sender {
    #[inline]
    pub(crate) fn put(&mut self, report: Packed) {
        self.gathered[self.count] = report;
        self.count += 1;
        if self.count == GATHER {
            self.flush();
        }
    }

    /// Any report, in whatever order.
    fn put_report(&mut self, report: &Report) {
        let Report { kind, side, sequence_number: seq, order_id, price_ticks: ticks, quantity, .. } = *report;
        let mut packed = Packed { seq, id: order_id, ticks, quantity, kind, side };
        if kind == Kind::Trade as u8 {
            if self.taker != report.taker_order_id {
                self.taker = report.taker_order_id;
                self.put(Packed { id: self.taker, kind: TAKER, ..Packed::default() });
            }
            packed.id = report.maker_order_id;
        } else {
            self.taker = order_id;
        }
        self.put(packed);
    }

    /// Publishes what was gathered; waits while the ring is full.
    pub fn flush(&mut self) {
        let mut left = &self.gathered[..self.count];
        while !left.is_empty() {
            (_, left) = self.ring.push_partial_slice(left);
            if !left.is_empty() {
                std::hint::spin_loop();
            }
        }
        self.count = 0;
    }
}

/// Not a report: who the taker of the next trades is.
const TAKER: u8 = u8::MAX;

/// The draining side.
#[derive(Debug)]
pub struct Receiver {
    ring: Consumer<Packed>,
    taker: u64,
}

impl Receiver {
    /// Takes out as many reports as there are, up to the length of `out`, and says how many.
    pub fn drain(&mut self, out: &mut [std::mem::MaybeUninit<Report>]) -> usize {
        let count = self.ring.slots().min(out.len());
        let Ok(chunk) = self.ring.read_chunk(count) else { return 0 };
        let mut filled = 0;
        for packed in chunk {
            let Packed { seq, id, ticks, quantity, kind, side, .. } = packed;
            let report = if kind == Kind::Trade as u8 {
                trade(seq, id, self.taker, ticks, quantity)
            } else {
                self.taker = id;
                if kind == TAKER {
                    continue;
                }
                plain(kind, seq, id, side, ticks, quantity)
            };
            out[filled].write(report);
            filled += 1;
        }
        filled
    }
}

/// Both ends, for the table of functions: the sender leaves when the engine starts.
#[derive(Debug)]
pub struct Queue {
    /// Until the engine takes it.
    pub sender: Mutex<Option<Sender>>,
    /// The drainer's.
    pub receiver: Mutex<Receiver>,
}

impl Queue {
    /// A queue for at least `capacity` reports, its memory already in place.
    pub fn new(capacity: usize) -> Queue {
        let (mut producer, mut consumer) = RingBuffer::new(capacity + GATHER);
        producer.push_entire_slice(&vec![Packed::default(); capacity + GATHER]).expect("it is empty");
        consumer.read_chunk(capacity + GATHER).expect("it is full").commit_all();
        let sender = Sender { gathered: [Packed::default(); GATHER], count: 0, ring: producer, taker: 0 };
        Queue { sender: Mutex::new(Some(sender)), receiver: Mutex::new(Receiver { ring: consumer, taker: 0 }) }
    }

    /// Puts in a report from elsewhere; `false` when the engine holds the sender.
    pub fn push(&self, report: &Report) -> bool {
        let mut sender = self.sender.lock().expect("nobody panics with it");
        sender.as_mut().map(|sender| sender.put_report(report)).is_some()
    }

    /// Publishes what [`Queue::push`] gathered.
    pub fn flush(&self) {
        if let Some(sender) = self.sender.lock().expect("nobody panics with it").as_mut() {
            sender.flush();
        }
    }
}
