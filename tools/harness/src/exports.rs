//! The exported C functions, and nothing else: everything that is unsafe about them is here.
//!
//! The benchmark calls all but the transport's from one thread, so the engine belongs to the thread that started it.
#![expect(unsafe_code, reason = "C functions over C pointers")]

use crate::adapter::Adapter;
use crate::api::{Cancel, Modify, NewOrder, Report, Tagged, Transport};
use crate::pages;
use crate::queue::{Queue, Sender};
use crate::sink::{Sink, Theirs};
use std::cell::RefCell;
use std::ffi::{c_int, c_void};
use unspent_model::Side;

#[derive(Debug)]
enum Engine {
    Theirs(Box<Adapter<Theirs>>),
    Ours(Box<Adapter<Sender>>),
}

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

macro_rules! engine {
    ($adapter:ident => $do:expr) => {
        ENGINE.with_borrow_mut(|engine| match engine {
            Some(Engine::Ours($adapter)) => $do,
            Some(Engine::Theirs($adapter)) => $do,
            None => panic!("no engine was started on this thread"),
        })
    };
}

static OURS: Transport = Transport {
    create: queue_create,
    push: queue_push,
    drain: queue_drain,
    flush: queue_flush,
    destroy: queue_destroy,
};

extern "C" fn queue_create(capacity: u32) -> *mut c_void {
    pages::choose();
    Box::into_raw(Box::new(Queue::new(capacity as usize))).cast()
}

unsafe extern "C" fn queue_push(queue: *mut c_void, report: *const Report) -> c_int {
    // SAFETY: the queue is from `queue_create` and not yet destroyed; the report is the caller's.
    let (queue, report) = unsafe { (&*queue.cast::<Queue>(), &*report) };
    c_int::from(queue.push(report))
}

unsafe extern "C" fn queue_drain(queue: *mut c_void, out: *mut Report, max: u32) -> u32 {
    // SAFETY: the queue is from `queue_create` and not yet destroyed; `out` has room for `max` reports.
    let (queue, out) = unsafe { (&*queue.cast::<Queue>(), std::slice::from_raw_parts_mut(out.cast(), max as usize)) };
    queue.receiver.lock().expect("nobody panics with it").drain(out) as u32
}

unsafe extern "C" fn queue_flush(queue: *mut c_void) {
    // SAFETY: the queue is from `queue_create` and not yet destroyed.
    unsafe { &*queue.cast::<Queue>() }.flush();
}

unsafe extern "C" fn queue_destroy(queue: *mut c_void) {
    // SAFETY: the queue is from `queue_create`, and this is its end.
    drop(unsafe { Box::from_raw(queue.cast::<Queue>()) });
}

/// Our queue, or null to ask for the benchmark's: `UNSPENT_QUEUE=harness`.
#[unsafe(no_mangle)]
pub extern "C" fn engine_get_transport() -> *const Transport {
    if std::env::var_os("UNSPENT_QUEUE").is_some_and(|queue| queue == "harness") {
        return std::ptr::null();
    }
    &raw const OURS
}

/// Starts the engine of this thread.
///
/// # Safety
/// `transport` is a valid table and `queue` was made by it, or is ours.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_init(_nonce: u64, transport: *const Transport, queue: *mut c_void) {
    pages::choose();
    let engine = if std::ptr::eq(transport, &raw const OURS) {
        // SAFETY: a queue of our table is from `queue_create`.
        let queue = unsafe { &*queue.cast::<Queue>() };
        let sender = queue.sender.lock().expect("nobody panics with it").take().expect("one engine for a queue");
        Engine::Ours(Box::new(Adapter::new(sender)))
    } else {
        // SAFETY: the caller vouches for both.
        Engine::Theirs(Box::new(Adapter::new(unsafe { Theirs::new(*transport, queue) })))
    };
    ENGINE.set(Some(engine));
    if std::env::var_os("UNSPENT_AHEAD").is_some_and(|ahead| ahead == "off") {
        engine!(adapter => adapter.look_ahead(false));
    }
}

/// Ends it.
#[unsafe(no_mangle)]
pub extern "C" fn engine_shutdown() {
    ENGINE.take();
}

/// An order comes.
///
/// # Safety
/// The pointer is to an order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_new_order(order: *const NewOrder) {
    // SAFETY: said above.
    let order = unsafe { &*order };
    engine!(adapter => adapter.new_order(order));
}

/// An order is to leave.
///
/// # Safety
/// The pointer is to a cancel.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_cancel(cancel: *const Cancel) {
    // SAFETY: said above.
    let cancel = unsafe { &*cancel };
    engine!(adapter => adapter.cancel(cancel));
}

/// An order is to leave and come back.
///
/// # Safety
/// The pointer is to a modify.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_modify(modify: *const Modify) {
    // SAFETY: said above.
    let modify = unsafe { &*modify };
    engine!(adapter => adapter.modify(modify));
}

/// As if each message had been given alone, in order.
///
/// # Safety
/// The pointer is to `count` messages, each with the body that its tag says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_batch(messages: *const Tagged, count: u32) {
    // SAFETY: said above.
    let messages = unsafe { std::slice::from_raw_parts(messages, count as usize) };
    // SAFETY: said above.
    engine!(adapter => unsafe { adapter.batch(messages) });
}

/// Publishes what is gathered.
#[unsafe(no_mangle)]
pub extern "C" fn engine_flush() {
    engine!(adapter => adapter.sink().flush());
}

/// The best bid in ticks.
#[unsafe(no_mangle)]
pub extern "C" fn engine_query_best_bid() -> i64 {
    engine!(adapter => adapter.best(Side::Buy)).unwrap_or(i64::MIN)
}

/// The best ask in ticks.
#[unsafe(no_mangle)]
pub extern "C" fn engine_query_best_ask() -> i64 {
    engine!(adapter => adapter.best(Side::Sell)).unwrap_or(i64::MAX)
}

/// The lots that rest at a price.
#[unsafe(no_mangle)]
pub extern "C" fn engine_query_depth_at(ticks: i64, side: u8) -> u64 {
    engine!(adapter => adapter.depth(side, ticks))
}
