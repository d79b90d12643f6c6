//! What the engine is asked to do.

use crate::{
    AccountId, AccountName, Cash, ClOrdId, CommandSeq, Instrument, InstrumentId, Lots, OrderId, OrderKind, OwnerGroup,
    Phase, Price, SelfTrade, Side, TimeInForce, Timestamp,
};

/// A command with its place in the venue's one sequence and its time: the engine's whole input.
///
/// `seq` grows by one, `at` never goes back. Both are stamped before the command is journalled, and replay feeds the
/// same stamps back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequenced {
    /// The position, counted from 1.
    pub seq: CommandSeq,
    /// When the command was taken in.
    pub at: Timestamp,
    /// What to do.
    pub command: Command,
}

/// A new order. Every field is as its owner sent it; nothing is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddOrder {
    /// Whose order.
    pub account: AccountId,
    /// In which book.
    pub instrument: InstrumentId,
    /// Buy or sell.
    pub side: Side,
    /// Limit with its price, or market.
    pub kind: OrderKind,
    /// Total quantity, above zero. For a market buy with `max_total` the most lots to buy.
    pub lots: Lots,
    /// How long it stays. A market order is immediate-or-cancel or fill-or-kill.
    pub time_in_force: TimeInForce,
    /// Refused when it would trade on arrival. Source: FIX ExecInst(18) `6`.
    pub post_only: bool,
    /// What happens when it meets its own owner group.
    pub self_trade: SelfTrade,
    /// The owner's name for it.
    pub cl_ord_id: Option<ClOrdId>,
    /// Refused when the command's time is later than this.
    pub deadline: Option<Timestamp>,
}

/// An order named by the exchange or by its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderRef {
    /// By the exchange's id.
    Id(OrderId),
    /// By the owner's id.
    ClOrdId(ClOrdId),
}

/// A change to an open order: quantity down keeps priority, any price change or quantity up loses it.
///
/// A new total at or below what is already filled cancels the rest, as at Kraken (`amend_order`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmendOrder {
    /// Whose order.
    pub account: AccountId,
    /// Which order.
    pub order: OrderRef,
    /// The new *total* quantity, filled part included; `None` leaves it.
    pub lots: Option<Lots>,
    /// The new limit price; `None` leaves it.
    pub price: Option<Price>,
    /// Refuse the amend, leaving the order as it was, when the order would trade on its new terms. `None`: as the
    /// order was entered.
    pub post_only: Option<bool>,
    /// Refused when the command's time is later than this.
    pub deadline: Option<Timestamp>,
}

/// Which of an account's open orders a cancel-all takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CancelFilter {
    /// Only in this instrument.
    pub instrument: Option<InstrumentId>,
    /// Only on this side.
    pub side: Option<Side>,
}

/// One thing the engine is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Operator: lists an instrument; its id is the number of instruments listed before it.
    ListInstrument(Instrument),
    /// Operator: opens an account; its id is the number of accounts opened before it.
    OpenAccount {
        /// The account's name, unique.
        name: AccountName,
        /// Accounts of one owner share a group.
        group: OwnerGroup,
    },
    /// Operator: money arrives from outside.
    DepositCash {
        /// Whose.
        account: AccountId,
        /// How much, above zero.
        amount: Cash,
    },
    /// Operator: credits are taken into custody.
    DepositCredits {
        /// Whose.
        account: AccountId,
        /// What.
        instrument: InstrumentId,
        /// How many lots, above zero.
        lots: u64,
    },
    /// Operator: moves an instrument to another phase.
    SetPhase {
        /// Which.
        instrument: InstrumentId,
        /// The phase it shall be in.
        phase: Phase,
    },
    /// Time passes; nothing else.
    Clock,
    /// A participant's new order.
    AddOrder(AddOrder),
    /// A participant changes an open order.
    AmendOrder(AmendOrder),
    /// A participant cancels an open order.
    CancelOrder {
        /// Whose order.
        account: AccountId,
        /// Which order.
        order: OrderRef,
    },
    /// A participant cancels many open orders, in the order of their ids.
    CancelAll {
        /// Whose orders.
        account: AccountId,
        /// Which of them.
        filter: CancelFilter,
    },
}
