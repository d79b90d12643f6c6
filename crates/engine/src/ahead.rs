//! Asking for the memory that the next commands will need, while the ones before them are carried out.
//!
//! Whoever has several commands at hand calls [`Engine::look_far`] with the one [`LOOK_FAR`] commands ahead and
//! [`Engine::look_near`] with the one [`LOOK_NEAR`] ahead: an order's record, then its place in the book, are two misses that otherwise nothing hides. Both change
//! nothing but time.

use crate::engine::Engine;
use unspent_book::prefetch;
use unspent_model::{Command, OrderId, OrderRef};

/// How many commands ahead an order's record is asked for.
pub const LOOK_FAR: usize = 12;
/// How many commands ahead what the record leads to is asked for.
pub const LOOK_NEAR: usize = 6;
/// How many fills ahead of the one at hand a maker's record is asked for.
pub(crate) const LOOK_AT: usize = 6;

/// The order that a command names by the exchange's id.
fn named(command: &Command) -> Option<OrderId> {
    match command {
        Command::CancelOrder { order: OrderRef::Id(id), .. } => Some(*id),
        Command::AmendOrder(amend) => match amend.order {
            OrderRef::Id(id) => Some(id),
            OrderRef::ClOrdId(_) => None,
        },
        _ => None,
    }
}

impl Engine {
    /// Asks for the record of the order that a command some way ahead names.
    #[inline]
    pub fn look_far(&self, command: &Command) {
        if let Some(record) = named(command).and_then(|id| self.orders.find(id)) {
            prefetch(self.orders.get(record));
        }
    }

    /// Asks for what the record of the order that a near command names leads to: its node in the book, its entry in
    /// its account's list.
    #[inline]
    pub fn look_near(&self, command: &Command) {
        if let Some(record) = named(command).and_then(|id| self.orders.find(id)) {
            let order = self.orders.get(record);
            if let Some(slot) = order.slot {
                self.listed[order.instrument.0 as usize].book.prefetch_slot(slot);
            }
            self.orders.prefetch_place(order.place);
        }
    }

    /// Asks for the record of an order that is about to trade.
    #[inline]
    pub(crate) fn look_at(&self, order: OrderId) {
        if let Some(record) = self.orders.find(order) {
            prefetch(self.orders.get(record));
        }
    }
}
