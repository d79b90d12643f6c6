//! The benchmark's messages upon a [`Book`]: which calls they are, and which reports those are.

use crate::api::{Cancel, Kind, Modify, NewOrder, Tagged};
use crate::ids::Ids;
use crate::sink::Sink;
use unspent_book::{Book, Slot, Step, Taker};
use unspent_model::{Lots, OrderId, OwnerGroup, Price, SelfTrade, Side};

/// Ticks are signed, prices are not: tick 0 is this price.
const TICK_ZERO: i64 = 1 << 31;
/// Nobody here owns two orders that could meet.
const MAKERS: OwnerGroup = OwnerGroup(0);
const TAKERS: OwnerGroup = OwnerGroup(1);
/// Ids that there is room for from the start.
const ROOM: usize = if cfg!(miri) { 1 << 10 } else { 1 << 21 };
/// How many messages ahead of the present one an id's entry is asked for.
const AHEAD: usize = 16;

/// What a cancel says of a price.
static NOTHING: Modify =
    Modify { order_id: 0, sequence_number: 0, new_price_ticks: 0, new_quantity: 0, side: 0, reserved: [0; 3] };

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// An order comes.
    New(NewOrder),
    /// An order is to leave.
    Cancel(Cancel),
    /// An order is to leave and come back.
    Modify(Modify),
}

/// A book, where its orders are by id, and where its reports go.
#[derive(Debug)]
pub struct Adapter<S> {
    book: Book,
    ids: Ids,
    sink: S,
    ahead: usize,
}

impl<S: Sink> Adapter<S> {
    /// An empty book.
    pub fn new(sink: S) -> Adapter<S> {
        let mut book = Book::new(Price(u32::MAX - 1));
        book.reserve(1 << 17);
        Adapter { book, ids: Ids::new(ROOM), sink, ahead: AHEAD }
    }

    /// Whether a batch's later messages are looked at for their ids, to ask for the memory that they will need. The
    /// reports are the same.
    pub fn look_ahead(&mut self, wanted: bool) {
        self.ahead = if wanted { AHEAD } else { usize::MAX };
    }

    /// Where the reports go.
    pub fn sink(&mut self) -> &mut S {
        &mut self.sink
    }

    /// The book.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Does what a message says.
    #[inline]
    pub fn apply(&mut self, message: &Message) {
        match message {
            Message::New(order) => self.new_order(order),
            Message::Cancel(cancel) => self.cancel(cancel),
            Message::Modify(modify) => self.modify(modify),
        }
    }

    /// Does what each message says, in order.
    ///
    /// # Safety
    /// Each message has the body that its tag says.
    #[expect(unsafe_code, reason = "the interface's messages are unions")]
    pub unsafe fn batch(&mut self, messages: &[Tagged]) {
        for (index, message) in messages.iter().enumerate() {
            if let Some(later) = messages.get(index.saturating_add(self.ahead)) {
                // SAFETY: all three begin with the order's id.
                self.ids.prefetch(unsafe { later.body.cancel.order_id });
            }
            if let Some(later) = messages.get(index.saturating_add(self.ahead / 2)) {
                // Where a cancel's order rests is not in the message. The tag is as yet unforeseen, so what to read is
                // chosen rather than branched to.
                // SAFETY: a new order's price and side lie where a modify's do, and the rest of it is whole numbers.
                let order = if later.tag == 1 { &NOTHING } else { unsafe { &later.body.modify } };
                self.prefetch_level(order.side, order.new_price_ticks);
            }
            // SAFETY: said above.
            unsafe {
                match message.tag {
                    0 => self.new_order(&message.body.new),
                    1 => self.cancel(&message.body.cancel),
                    _ => self.modify(&message.body.modify),
                }
            }
        }
    }

    /// Only a hint: ticks that are no price ask for some other level.
    #[inline]
    fn prefetch_level(&self, side: u8, ticks: i64) {
        self.book.prefetch_level(side_of(side), Price(ticks.wrapping_add(TICK_ZERO) as u32));
    }

    /// An order comes.
    #[inline]
    pub fn new_order(&mut self, order: &NewOrder) {
        // Its level comes while it is acknowledged, and its entry, soon asked for even if it does not rest.
        self.prefetch_level(order.side, order.price_ticks);
        self.ids.prefetch(order.order_id);
        let NewOrder { order_id, sequence_number: seq, price_ticks: ticks, quantity, side, ioc, .. } = *order;
        self.sink.report(Kind::OrderAck, seq, order_id, side, ticks, quantity);
        let leaves = self.place(seq, order_id, side, ticks, quantity, ioc == 0);
        if leaves > 0 {
            self.sink.report(Kind::CancelAck, seq, order_id, side, ticks, leaves);
        }
    }

    /// An order is to leave.
    #[inline]
    pub fn cancel(&mut self, cancel: &Cancel) {
        let Cancel { order_id, sequence_number: seq } = *cancel;
        match self.book.remove_if(self.ids.get(order_id), OrderId(order_id)) {
            Some(gone) => {
                self.sink.report(Kind::CancelAck, seq, order_id, number(gone.side), ticks(gone.price), gone.leaves.0);
            }
            None => self.sink.report(Kind::CancelReject, seq, order_id, 0, 0, 0),
        }
    }

    /// An order is to leave and come back.
    #[inline]
    pub fn modify(&mut self, modify: &Modify) {
        let Modify { order_id, sequence_number: seq, new_price_ticks: ticks, new_quantity: quantity, .. } = *modify;
        match self.book.remove_if(self.ids.get(order_id), OrderId(order_id)) {
            Some(gone) => {
                let side = number(gone.side);
                self.sink.report(Kind::ModifyAck, seq, order_id, side, ticks, quantity);
                self.place(seq, order_id, side, ticks, quantity, true);
            }
            None => self.sink.report(Kind::ModifyReject, seq, order_id, 0, 0, 0),
        }
    }

    /// Trades what crosses and rests what is left, if it may; what may not is returned.
    #[inline]
    fn place(&mut self, seq: u64, order_id: u64, side: u8, ticks_limit: i64, quantity: u32, rests: bool) -> u32 {
        let (side, price) = (side_of(side), price(ticks_limit));
        // What no price can say is as good as the nearest one for trading, but it cannot rest.
        let limit = price.unwrap_or(if ticks_limit > 0 { Price(u32::MAX - 1) } else { Price(1) });
        let taker = Taker { side, limit, lots: Lots(quantity), owner: TAKERS, self_trade: SelfTrade::CancelNewest };
        let mut leaves = taker.lots;
        if self.book.would_take(side, limit) {
            let sink = &mut self.sink;
            (leaves, _) = self.book.take(&taker, |step| match step {
                Step::Fill { maker, price, lots, .. } => sink.trade(seq, maker.0, order_id, ticks(price), lots.0),
                other => unreachable!("no order meets its owner: {other:?}"),
            });
        }
        if !rests {
            return leaves.0;
        }
        let Some(price) = price.filter(|_| !leaves.is_zero()) else {
            // A cancel often follows at once: it then reads what was just written, and waits for no memory.
            self.ids.set(order_id, Slot::NOWHERE);
            return leaves.0;
        };
        let slot = self.book.rest(OrderId(order_id), side, price, leaves, MAKERS);
        self.ids.set(order_id, slot);
        0
    }

    /// The best price of a side in ticks.
    pub fn best(&self, side: Side) -> Option<i64> {
        self.book.best(side).map(|(price, _)| ticks(price))
    }

    /// The lots that rest at a price of a side.
    pub fn depth(&self, side: u8, ticks: i64) -> u64 {
        price(ticks).map_or(0, |price| self.book.depth(side_of(side), price))
    }
}

#[inline]
fn side_of(side: u8) -> Side {
    if side == 0 { Side::Buy } else { Side::Sell }
}

#[inline]
fn number(side: Side) -> u8 {
    match side {
        Side::Buy => 0,
        Side::Sell => 1,
    }
}

#[inline]
fn price(ticks: i64) -> Option<Price> {
    let price = u32::try_from(ticks.checked_add(TICK_ZERO)?).ok()?;
    (1..u32::MAX).contains(&price).then_some(Price(price))
}

#[inline]
fn ticks(price: Price) -> i64 {
    i64::from(price.0) - TICK_ZERO
}
