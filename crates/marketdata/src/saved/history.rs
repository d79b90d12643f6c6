//! What accounts did lately as facts.

use super::order::described;
use crate::history::{AccountFill, ClosedOrder, History};
use crate::orders::OpenOrder;
use unspent_model::{CommandSeq, Lots, OrderStatus, Timestamp, ViewClosed, ViewFact, ViewFill, ViewVenue};

/// Gives all that is remembered; nothing when that is nothing.
pub(super) fn facts(history: &History, mut each: impl FnMut(&ViewFact)) {
    let (closed, fills) = (history.closed.len() as u64, history.fills.len() as u64);
    if closed == 0 && fills == 0 {
        return;
    }
    each(&ViewFact::History { closed, fills });
    for (number, _, closed) in history.closed.iter() {
        each(&ViewFact::Closed(closed_fact(number, closed)));
    }
    for (number, account, fill) in history.fills.iter() {
        let AccountFill { trade, order, cl_ord_id, instrument, side, price, lots, fee, taker, auction, at, seq, bid } =
            *fill;
        each(&ViewFact::Fill(ViewFill {
            number,
            account,
            trade,
            order,
            cl_ord_id,
            instrument,
            side,
            price,
            lots,
            fee,
            taker,
            auction,
            at,
            seq,
            bid,
        }));
    }
}

fn closed_fact(number: u64, closed: &ClosedOrder) -> ViewClosed {
    let order = &closed.order;
    assert!(order.leaves.is_zero() && order.shown.is_zero(), "order {} is remembered and open", order.order);
    ViewClosed {
        number,
        order: described(order),
        lots: order.lots,
        rested: order.resting,
        waited: order.waiting,
        reason: order.canceled,
        closed_at: closed.at,
        closed_seq: closed.seq,
    }
}

/// The remembered order of a fact, in a venue that stands at `venue`.
///
/// # Errors
/// What in it cannot be.
pub(super) fn closed(fact: &ViewClosed, venue: &ViewVenue) -> Result<ClosedOrder, &'static str> {
    let ViewClosed { number, order: was, lots, rested, waited, reason, closed_at, closed_seq } = *fact;
    if number == 0 {
        return Err("orders are counted from one");
    }
    if !was.leaves.is_zero() || !was.shown.is_zero() || was.place.is_some() {
        return Err("lots of it are open");
    }
    if was.cum > lots {
        return Err("more than all of it is filled");
    }
    if rested && waited {
        return Err("it rested while it waited for its stop");
    }
    if was.cum.is_zero() && (was.notional, was.fees.0) != (0, 0) {
        return Err("nothing of it is filled, and it has paid");
    }
    let in_time = |at: Timestamp, seq: CommandSeq| at <= venue.at && seq <= venue.seq;
    if was.opened_at > closed_at || was.opened_seq > closed_seq || !in_time(closed_at, closed_seq) {
        return Err("it closed before it was accepted or after the venue's last event");
    }
    let order = OpenOrder {
        order: was.order,
        account: was.account,
        cl_ord_id: was.cl_ord_id,
        instrument: was.instrument,
        side: was.side,
        kind: was.kind,
        stop: was.stop,
        waiting: waited,
        time_in_force: was.time_in_force,
        post_only: was.post_only,
        price: was.price,
        lots,
        cum: was.cum,
        leaves: Lots::ZERO,
        shown: Lots::ZERO,
        display: was.display,
        notional: was.notional,
        fees: was.fees,
        resting: rested,
        decay: false,
        canceled: reason,
        opened_at: was.opened_at,
        opened_seq: was.opened_seq,
        link: was.link,
        place: None,
    };
    if order.status() == OrderStatus::Filled && was.cum != lots {
        return Err("nothing of it was cancelled, and not all of it is filled");
    }
    Ok(ClosedOrder { order, at: closed_at, seq: closed_seq })
}

/// The remembered fill of a fact, in a venue that stands at `venue`.
///
/// # Errors
/// What in it cannot be.
pub(super) fn fill(fact: &ViewFill, venue: &ViewVenue) -> Result<AccountFill, &'static str> {
    let ViewFill {
        number,
        trade,
        order,
        cl_ord_id,
        instrument,
        side,
        price,
        lots,
        fee,
        taker,
        auction,
        at,
        seq,
        bid,
        ..
    } = *fact;
    if number == 0 {
        return Err("fills are counted from one");
    }
    if lots.is_zero() {
        return Err("it is of no lots");
    }
    if at > venue.at || seq > venue.seq {
        return Err("it is later than the venue's last event");
    }
    Ok(AccountFill { trade, order, cl_ord_id, instrument, side, price, lots, fee, taker, auction, at, seq, bid })
}
