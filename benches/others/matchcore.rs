//! `matchcore` 0.4: two trees of levels in a slab, each a queue of ids, and a hash map of orders.

use matchcore::{
    AmendCmd, AmendPatch, CancelCmd, Command, CommandKind, CommandMeta, CommandOutcome, CommandReport, LimitOrder,
    LimitOrderPatch, NewOrder, OrderBook, OrderFlags, OrderKind, Quantity, QuantityPolicy, SequenceNumber, SubmitCmd,
    TimeInForce, Timestamp,
};
use unspent_benches::{Case, Fill, Matcher};
use unspent_flow::Op;
use unspent_model::{Lots, OrderId, Price, Side};

pub struct MatchCore {
    book: OrderBook,
    /// Our id by its own, which is the sequence number of the order's command.
    ids: Vec<u64>,
}

fn submit(side: Side, price: Price, lots: Lots, time_in_force: TimeInForce) -> CommandKind {
    let side = match side {
        Side::Buy => matchcore::Side::Buy,
        Side::Sell => matchcore::Side::Sell,
    };
    let flags = OrderFlags::new(side, false, time_in_force);
    let order = LimitOrder::new(matchcore::Price(u64::from(price.0)), quantity(lots), flags);
    CommandKind::Submit(SubmitCmd { order: NewOrder::Limit(order) })
}

fn quantity(lots: Lots) -> QuantityPolicy {
    QuantityPolicy::Standard { quantity: Quantity(u64::from(lots.0)) }
}

impl Matcher for MatchCore {
    type Command = Command;

    fn name() -> &'static str {
        "matchcore 0.4"
    }

    fn prepare(case: &Case) -> Vec<Command> {
        let mut names = vec![matchcore::OrderId(0); case.ids() + 1];
        let mut commands = Vec::new();
        for (seq, (op, leaves)) in (0..).zip(case.ops().zip(case.leaves())) {
            let kind = match *op {
                Op::Add { id, side, price, lots } => {
                    names[id.0 as usize] = matchcore::OrderId(seq);
                    submit(side, price, lots, TimeInForce::Gtc)
                }
                Op::Ioc { side, price, lots, .. } => submit(side, price, lots, TimeInForce::Ioc),
                Op::Cancel { id } => {
                    CommandKind::Cancel(CancelCmd { order_id: names[id.0 as usize], order_kind: OrderKind::Limit })
                }
                Op::Reduce { id, .. } => CommandKind::Amend(AmendCmd {
                    order_id: names[id.0 as usize],
                    patch: AmendPatch::Limit(LimitOrderPatch::new().with_quantity_policy(quantity(leaves))),
                }),
            };
            let meta = CommandMeta { sequence_number: SequenceNumber(seq), timestamp: Timestamp(seq) };
            commands.push(Command { meta, kind });
        }
        commands
    }

    fn open(case: &Case) -> MatchCore {
        let mut ids = Vec::new();
        for op in case.ops() {
            ids.push(match op {
                Op::Add { id, .. } | Op::Ioc { id, .. } => id.0,
                Op::Cancel { .. } | Op::Reduce { .. } => 0,
            });
        }
        MatchCore { book: OrderBook::new("BENCH"), ids }
    }

    #[inline]
    fn apply_each(&mut self, command: &Command, each: &mut impl FnMut(Fill)) {
        match self.book.execute(command) {
            CommandOutcome::Applied(CommandReport::Submit(effects) | CommandReport::Amend(effects)) => {
                for trade in effects.target_order().match_result().map_or(&[][..], |result| result.trades()) {
                    each(Fill {
                        maker: OrderId(self.ids[trade.maker_order_id().0 as usize]),
                        price: Price(trade.price().0 as u32),
                        lots: Lots(trade.quantity().0 as u32),
                    });
                }
            }
            CommandOutcome::Applied(CommandReport::Cancel) => {}
            // An order that its own book no longer has: its fills tell that it differs.
            CommandOutcome::Rejected(_) => {}
        }
    }
}
