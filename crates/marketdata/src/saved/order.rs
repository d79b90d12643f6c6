//! An open order as a fact.

use crate::orders::OpenOrder;
use unspent_model::{Lots, Side, ViewOrder, ViewPlace, ViewVenue};

/// The fact of an open order.
///
/// # Panics
/// When it neither rests nor waits: a command is not over.
pub(super) fn fact(open: &OpenOrder) -> ViewOrder {
    let id = open.order;
    assert_eq!(open.waiting, open.shown.is_zero(), "order {id} neither waits nor shows lots");
    assert_eq!(open.resting, !open.waiting, "order {id} neither waits nor rests");
    assert_eq!(open.lots, open.cum + open.leaves, "order {id} has lots that do not add up");
    assert!(open.canceled.is_none() && !open.leaves.is_zero(), "order {id} is over");
    described(open)
}

/// What a fact says of an order, open or over.
pub(super) fn described(open: &OpenOrder) -> ViewOrder {
    ViewOrder {
        order: open.order,
        account: open.account,
        cl_ord_id: open.cl_ord_id,
        instrument: open.instrument,
        side: open.side,
        kind: open.kind,
        stop: open.stop,
        time_in_force: open.time_in_force,
        post_only: open.post_only,
        price: open.price,
        cum: open.cum,
        leaves: open.leaves,
        shown: open.shown,
        display: open.display,
        notional: open.notional,
        fees: open.fees,
        opened_at: open.opened_at,
        opened_seq: open.opened_seq,
        place: open.place.filter(|_| open.resting),
        link: open.link,
    }
}

/// The order of a fact, in a venue that stands at `venue`.
///
/// # Errors
/// What in it cannot be.
pub(super) fn open(fact: &ViewOrder, venue: &ViewVenue) -> Result<OpenOrder, &'static str> {
    if fact.leaves.is_zero() {
        return Err("no lots of it are open");
    }
    if fact.shown > fact.leaves {
        return Err("it shows more lots than are open");
    }
    if fact.shown < fact.leaves && !fact.shown.is_zero() && fact.display.is_none() {
        return Err("it hides lots and is no iceberg");
    }
    let waiting = fact.shown.is_zero();
    if waiting && fact.stop.is_none() {
        return Err("it neither rests nor has a stop to wait for");
    }
    if fact.cum.is_zero() && (fact.notional, fact.fees.0) != (0, 0) {
        return Err("nothing of it is filled, and it has paid");
    }
    if fact.opened_at > venue.at || fact.opened_seq > venue.seq {
        return Err("it is accepted after the venue's last event");
    }
    // Written before places were kept: it is taken to stand where it was accepted.
    let accepted = ViewPlace { seq: fact.opened_seq, number: 0, at: fact.opened_at };
    let place = match fact.place {
        Some(_) if waiting => return Err("it waits for its stop and has a place in a queue"),
        None if waiting => None,
        place => Some(place.unwrap_or(accepted)),
    };
    if place.is_some_and(|place| place.seq > venue.seq || place.at > venue.at || place.seq < fact.opened_seq) {
        return Err("it took its place before it was accepted, or after the venue's last event");
    }
    if fact.link.is_some_and(|link| link > fact.order || fact.side == Side::Sell || waiting) {
        return Err("no linked bid has such a leg");
    }
    let lots = fact.cum.0.checked_add(fact.leaves.0).map(Lots).ok_or("its lots are too many")?;
    Ok(OpenOrder {
        order: fact.order,
        account: fact.account,
        cl_ord_id: fact.cl_ord_id,
        instrument: fact.instrument,
        side: fact.side,
        kind: fact.kind,
        stop: fact.stop,
        waiting,
        time_in_force: fact.time_in_force,
        post_only: fact.post_only,
        price: fact.price,
        lots,
        cum: fact.cum,
        leaves: fact.leaves,
        shown: fact.shown,
        display: fact.display,
        notional: fact.notional,
        fees: fact.fees,
        resting: !waiting,
        decay: false,
        canceled: None,
        opened_at: fact.opened_at,
        opened_seq: fact.opened_seq,
        link: fact.link,
        place,
    })
}
