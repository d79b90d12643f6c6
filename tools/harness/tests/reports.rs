//! The reports of every way of delivery against those of the most obvious book there is.
#![expect(unsafe_code, reason = "the interface is made of C functions")]

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::sync::{Arc, Mutex};
use unspent_flow::{Flow, Mix, Op, Random};
use unspent_harness::adapter::{Adapter, Message};
use unspent_harness::api::{Body, Cancel, Kind, Modify, NewOrder, Report, Tagged, Transport};
use unspent_harness::exports::*;
use unspent_harness::queue::Queue;
use unspent_model::{Lots, OrderId, Price, Side};

/// Resting orders in the order of their arrival, and what is said of them.
#[derive(Default)]
struct Naive {
    resting: Vec<(u64, u8, i64, u32)>,
    reports: Vec<Report>,
}

impl Naive {
    fn say(&mut self, kind: Kind, seq: u64, order_id: u64, side: u8, price_ticks: i64, quantity: u32) {
        let (kind, sequence_number) = (kind as u8, seq);
        self.reports.push(Report { kind, side, sequence_number, order_id, price_ticks, quantity, ..Report::default() });
    }

    fn leave(&mut self, id: u64) -> Option<(u64, u8, i64, u32)> {
        let place = self.resting.iter().position(|order| order.0 == id)?;
        Some(self.resting.remove(place))
    }

    /// The first of the best price on a side.
    fn first(&self, side: u8) -> Option<usize> {
        let worse = |ticks: i64| if side == 0 { -ticks } else { ticks };
        let of_side = self.resting.iter().enumerate().filter(|(_, order)| order.1 == side);
        of_side.min_by_key(|(place, order)| (worse(order.2), *place)).map(|(place, _)| place)
    }

    fn trade(&mut self, seq: u64, taker: u64, side: u8, limit: i64, mut lots: u32) -> u32 {
        while let Some(place) = self.first(1 - side).filter(|_| lots > 0) {
            let (maker, _, ticks, open) = self.resting[place];
            if (side == 0 && ticks > limit) || (side == 1 && ticks < limit) {
                break;
            }
            let filled = lots.min(open);
            lots -= filled;
            self.resting[place].3 -= filled;
            if filled == open {
                self.resting.remove(place);
            }
            self.reports.push(Report {
                kind: Kind::Trade as u8,
                sequence_number: seq,
                price_ticks: ticks,
                quantity: filled,
                maker_order_id: maker,
                taker_order_id: taker,
                ..Report::default()
            });
        }
        lots
    }

    fn apply(&mut self, message: &Message) {
        match *message {
            Message::New(NewOrder { order_id, sequence_number: seq, price_ticks, quantity, side, ioc, .. }) => {
                self.say(Kind::OrderAck, seq, order_id, side, price_ticks, quantity);
                let left = self.trade(seq, order_id, side, price_ticks, quantity);
                if left > 0 && ioc == 1 {
                    self.say(Kind::CancelAck, seq, order_id, side, price_ticks, left);
                } else if left > 0 {
                    self.resting.push((order_id, side, price_ticks, left));
                }
            }
            Message::Cancel(Cancel { order_id, sequence_number: seq }) => match self.leave(order_id) {
                Some((_, side, ticks, lots)) => self.say(Kind::CancelAck, seq, order_id, side, ticks, lots),
                None => self.say(Kind::CancelReject, seq, order_id, 0, 0, 0),
            },
            Message::Modify(Modify { order_id, sequence_number: seq, new_price_ticks, new_quantity, .. }) => {
                match self.leave(order_id) {
                    Some((_, side, ..)) => {
                        self.say(Kind::ModifyAck, seq, order_id, side, new_price_ticks, new_quantity);
                        let left = self.trade(seq, order_id, side, new_price_ticks, new_quantity);
                        if left > 0 {
                            self.resting.push((order_id, side, new_price_ticks, left));
                        }
                    }
                    None => self.say(Kind::ModifyReject, seq, order_id, 0, 0, 0),
                }
            }
        }
    }
}

fn number(side: Side) -> u8 {
    u8::from(side == Side::Sell)
}

/// A part of the flow's opening, so that much of what is cancelled never came, and then the flow.
fn operations(mix: Mix, seed: u64, count: usize) -> Vec<Op> {
    if !cfg!(miri) {
        let flow = Flow::new(mix, seed);
        let opening = flow.opening().to_vec();
        return opening.into_iter().rev().take(count / 10).chain(flow).take(count).collect();
    }
    // The flow's own book is too much for an interpreter.
    let mut random = Random::new(seed);
    let mut operation = |id| {
        let side = if random.below(2) == 0 { Side::Buy } else { Side::Sell };
        let (id, price, lots) = (OrderId(id), Price(4_900 + random.below(200)), Lots(random.between(1, 99)));
        match random.below(8) {
            0 => Op::Ioc { id, side, price, lots },
            1..=3 => Op::Cancel { id: OrderId(id.0 - u64::from(random.below(8)).min(id.0 - 1)) },
            _ => Op::Add { id, side, price, lots },
        }
    };
    (1..=count as u64).map(&mut operation).collect()
}

/// A flow's orders, some of which are modified in between; now and then a message is sent twice. Every seventh id is
/// far beyond the table, and tick 0 is in the middle of the prices.
fn messages(mix: Mix, seed: u64, count: usize) -> Vec<Message> {
    let mut random = Random::new(seed);
    let id_of = |id: u64| if id.is_multiple_of(7) { id << 32 } else { id };
    let ticks = |price: u32| i64::from(price) - 5_000;
    let mut out = Vec::new();
    let mut seq = 0;
    for op in operations(mix, seed, count) {
        let new = |id, side, price, lots, ioc| NewOrder {
            order_id: id_of(id),
            sequence_number: seq,
            price_ticks: ticks(price),
            quantity: lots,
            side: number(side),
            ioc,
            reserved: [0; 2],
        };
        let message = match op {
            Op::Add { id, side, price, lots } => Message::New(new(id.0, side, price.0, lots.0, 0)),
            Op::Ioc { id, side, price, lots } => Message::New(new(id.0, side, price.0, lots.0, 1)),
            Op::Cancel { id } => Message::Cancel(Cancel { order_id: id_of(id.0), sequence_number: seq }),
            Op::Reduce { .. } => unreachable!("no mix has it"),
        };
        out.push(message);
        seq += 1;
        let chance = random.below(8);
        if let (Message::New(NewOrder { order_id, price_ticks, quantity, side, .. }), 0..=1) = (message, chance) {
            let better = i64::from(random.below(120)) - 20;
            out.push(Message::Modify(Modify {
                order_id,
                sequence_number: seq,
                new_price_ticks: if side == 0 { price_ticks + better } else { price_ticks - better },
                new_quantity: quantity + 1,
                side,
                reserved: [0; 3],
            }));
            seq += 1;
        }
        if let (Message::Cancel(Cancel { order_id, .. }), 0) = (message, chance) {
            out.push(Message::Cancel(Cancel { order_id, sequence_number: seq }));
            seq += 1;
        }
    }
    out
}

fn tagged(messages: &[Message]) -> Vec<Tagged> {
    let tag = |message: &Message| match *message {
        Message::New(new) => (0, Body { new }),
        Message::Cancel(cancel) => (1, Body { cancel }),
        Message::Modify(modify) => (2, Body { modify }),
    };
    messages.iter().map(tag).map(|(tag, body)| Tagged { tag, reserved: [0; 7], body }).collect()
}

/// How many messages a case has: enough to fill and empty levels, few enough for an interpreter.
const COUNT: usize = if cfg!(miri) { 150 } else { 6_000 };

fn cases() -> impl Iterator<Item = Vec<Message>> {
    [Mix::Mixed, Mix::Deep, Mix::Sweeps].into_iter().flat_map(|mix| (1..=2).map(move |seed| messages(mix, seed, COUNT)))
}

fn expected(messages: &[Message]) -> Naive {
    let mut naive = Naive::default();
    messages.iter().for_each(|message| naive.apply(message));
    naive
}

#[track_caller]
fn compare(got: &[Report], expected: &[Report]) {
    for (place, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert_eq!(got, expected, "report {place}");
    }
    assert_eq!(got.len(), expected.len());
}

#[test]
fn the_flow_brings_every_kind_of_report() {
    let mut kinds = [0; 6];
    for messages in cases() {
        expected(&messages).reports.iter().for_each(|report| kinds[usize::from(report.kind)] += 1);
    }
    assert!(kinds.iter().all(|count| *count > if cfg!(miri) { 0 } else { 100 }), "{kinds:?}");
}

#[test]
fn one_by_one_and_in_batches_the_reports_are_those_of_the_obvious_book() {
    for messages in cases() {
        let expected = expected(&messages);
        let mut singly = Adapter::new(Vec::new());
        messages.iter().for_each(|message| singly.apply(message));
        singly.book().check_invariants();
        compare(singly.sink(), &expected.reports);

        for ahead in [false, true] {
            let mut batched = Adapter::new(Vec::new());
            batched.look_ahead(ahead);
            for batch in tagged(&messages).chunks(997) {
                // SAFETY: each tag says its body.
                unsafe { batched.batch(batch) };
            }
            batched.book().check_invariants();
            compare(batched.sink(), &expected.reports);
        }
    }
}

#[test]
fn the_book_can_be_asked_at_every_moment() {
    let messages = messages(Mix::Mixed, 3, COUNT / 4);
    let (mut naive, mut adapter) = (Naive::default(), Adapter::new(Vec::new()));
    for message in &messages {
        naive.apply(message);
        adapter.apply(message);
        for (number, side) in [(0, Side::Buy), (1, Side::Sell)] {
            let best = naive.first(number).map(|place| naive.resting[place].2);
            assert_eq!(adapter.best(side), best);
            for ticks in best.iter().flat_map(|best| best - 2..=best + 2) {
                let here = naive.resting.iter().filter(|order| (order.1, order.2) == (number, ticks));
                assert_eq!(adapter.depth(number, ticks), here.map(|order| u64::from(order.3)).sum::<u64>());
            }
        }
    }
}

#[test]
fn our_queue_carries_every_report_to_another_thread() {
    let messages = messages(Mix::Mixed, 4, COUNT);
    let expected = expected(&messages);
    // Small, so that it is full and empty many times.
    let queue = Arc::new(Queue::new(64));
    let drained = {
        let (queue, count) = (Arc::clone(&queue), expected.reports.len());
        std::thread::spawn(move || {
            let mut out = [const { MaybeUninit::uninit() }; 48];
            let mut reports: Vec<Report> = Vec::new();
            while reports.len() < count {
                let filled = queue.receiver.lock().unwrap().drain(&mut out);
                // SAFETY: so many were filled.
                reports.extend(out[..filled].iter().map(|report| unsafe { report.assume_init() }));
                std::thread::yield_now();
            }
            reports
        })
    };
    let mut adapter = Adapter::new(queue.sender.lock().unwrap().take().unwrap());
    messages.iter().for_each(|message| adapter.apply(message));
    adapter.sink().flush();
    compare(&drained.join().unwrap(), &expected.reports);
}

/// A queue as the benchmark brings it; now and then it says that it is full.
static LIST: Mutex<(Vec<Report>, u32)> = Mutex::new((Vec::new(), 0));

extern "C" fn list_create(_: u32) -> *mut c_void {
    std::ptr::null_mut()
}
unsafe extern "C" fn list_push(_: *mut c_void, report: *const Report) -> c_int {
    let mut list = LIST.lock().unwrap();
    list.1 += 1;
    if list.1.is_multiple_of(5) {
        return 0;
    }
    // SAFETY: the engine pushes its own reports.
    list.0.push(unsafe { *report });
    1
}
unsafe extern "C" fn list_drain(_: *mut c_void, _: *mut Report, _: u32) -> u32 {
    0
}
unsafe extern "C" fn nothing(_: *mut c_void) {}

#[test]
fn the_exported_functions_work_with_a_foreign_queue_and_with_ours() {
    let messages = messages(Mix::Mixed, 5, COUNT);
    let expected = expected(&messages);
    let theirs =
        Transport { create: list_create, push: list_push, drain: list_drain, flush: nothing, destroy: nothing };
    let deliver = || {
        assert_eq!((engine_query_best_bid(), engine_query_best_ask()), (i64::MIN, i64::MAX));
        let tagged = tagged(&messages);
        // SAFETY: each message is what its function takes.
        unsafe {
            for message in &messages[..COUNT / 2] {
                match message {
                    Message::New(order) => engine_on_new_order(order),
                    Message::Cancel(cancel) => engine_on_cancel(cancel),
                    Message::Modify(modify) => engine_on_modify(modify),
                }
            }
            let rest = &tagged[COUNT / 2..];
            engine_on_batch(rest.as_ptr(), u32::try_from(rest.len()).unwrap());
        }
        engine_flush();
        let best = |side, none| expected.first(side).map_or(none, |place| expected.resting[place].2);
        assert_eq!((engine_query_best_bid(), engine_query_best_ask()), (best(0, i64::MIN), best(1, i64::MAX)));
        let (_, side, ticks, _) = expected.resting[0];
        let here = expected.resting.iter().filter(|order| (order.1, order.2) == (side, ticks));
        assert_eq!(engine_query_depth_at(ticks, side), here.map(|order| u64::from(order.3)).sum::<u64>());
    };

    // SAFETY: the table is valid and the list outlives the engine.
    unsafe { engine_init(1, &raw const theirs, std::ptr::null_mut()) };
    deliver();
    engine_shutdown();
    compare(&LIST.lock().unwrap().0, &expected.reports);

    // SAFETY: the table is ours, and so is the queue.
    unsafe {
        let ours = engine_get_transport();
        let queue = ((*ours).create)(1 << 15);
        let foreign = Report { kind: 1, maker_order_id: 7, taker_order_id: 8, ..Report::default() };
        assert_eq!(((*ours).push)(queue, &raw const foreign), 1, "no engine holds the sender yet");
        ((*ours).flush)(queue);
        engine_init(2, ours, queue);
        assert_eq!(((*ours).push)(queue, &raw const foreign), 0, "an engine does");
        deliver();
        engine_shutdown();
        let mut got = vec![Report::default(); expected.reports.len() + 1];
        let mut filled = 0;
        loop {
            let more = ((*ours).drain)(queue, got[filled..].as_mut_ptr(), 256.min(got.len() as u32 - filled as u32));
            if more == 0 && filled == got.len() {
                break;
            }
            filled += more as usize;
        }
        ((*ours).destroy)(queue);
        assert_eq!(got[0], foreign);
        compare(&got[1..], &expected.reports);
    }
}

#[test]
fn what_no_price_can_say_trades_and_does_not_rest() {
    let mut adapter = Adapter::new(Vec::new());
    let new = |seq, price_ticks, side| NewOrder {
        order_id: seq,
        sequence_number: seq,
        price_ticks,
        quantity: 5,
        side,
        ioc: 0,
        reserved: [0; 2],
    };
    adapter.new_order(&new(1, -7, 1));
    adapter.new_order(&new(2, i64::MAX, 0));
    adapter.new_order(&new(3, i64::MAX, 0));
    adapter.new_order(&new(4, i64::MIN, 1));
    let kinds: Vec<_> = adapter.sink().iter().map(|report| (report.kind, report.sequence_number)).collect();
    assert_eq!(kinds, [(0, 1), (0, 2), (1, 2), (0, 3), (2, 3), (0, 4), (2, 4)]);
    assert!(adapter.book().is_empty());
}
