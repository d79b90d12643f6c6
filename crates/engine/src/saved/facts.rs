//! An engine says what it is.

use crate::engine::Engine;
use crate::orders::{Order, Wait};
use std::iter::once;
use unspent_book::Resting;
use unspent_ledger::Changed;
use unspent_model::{
    AccountFact, EngineFact, HoldingFact, InstrumentId, OrderFact, OrderId, OrderPlace, Side, SpecialFact, VenueFact,
};

impl Engine {
    /// The logical state after the last command, fact by fact, in the order that [`crate::Restore`] takes them. Nothing
    /// but the fact at hand is copied.
    pub fn facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        debug_assert!(self.touched.is_empty() && self.groups.quiet(), "asked within a command");
        let programmes = self.killed_programmes.iter().map(|&programme| EngineFact::KilledProgramme(programme));
        let sessions = self.sessions.iter().map(|(&session, &account)| EngineFact::Session { session, account });
        let dead_men = self.dead_men.iter().map(|(&account, &due)| EngineFact::DeadMan { account, due });
        once(EngineFact::Venue(self.venue_fact()))
            .chain(programmes)
            .chain(self.instrument_facts())
            .chain(self.account_facts())
            .chain(self.holding_facts())
            .chain(self.settlement_facts())
            .chain(sessions)
            .chain(dead_men)
            .chain(self.group_facts())
            .chain(self.link_facts().map(EngineFact::Link))
            .chain(self.order_facts())
            .chain(self.decay_facts())
            .chain(self.answer_facts())
            .chain(self.programme_facts())
            .chain(self.funding_facts())
            .chain(self.trades.since(self.last_trade).map(EngineFact::TradesSince))
            .chain(self.trades.iter(self.last_trade).map(|kept| EngineFact::Trade(kept.fact())))
            .chain(self.registry_facts())
    }

    fn venue_fact(&self) -> VenueFact {
        VenueFact {
            seq: self.seq,
            at: self.at,
            last_order: self.last_order,
            last_trade: self.last_trade,
            last_auction: self.last_auction,
            killed: self.killed,
            fees: self.ledger.fees(),
            cash_in: self.ledger.cash_in(),
        }
    }

    fn instrument_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        (0..).map(InstrumentId).zip(&self.listed).flat_map(|(instrument, listed)| {
            let fact = listed.fact(instrument, self.ledger.lots_in(instrument));
            let call = listed.call.map(|call| EngineFact::Call(call.fact(instrument)));
            once(EngineFact::Instrument(Box::new(fact))).chain(call)
        })
    }

    fn account_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        self.accounts.iter().map(|(id, account)| {
            let (available, reserved) = self.ledger.cash(id);
            EngineFact::Account(AccountFact {
                account: id,
                name: account.name,
                group: account.group,
                limits: account.limits,
                next_arrival: account.next_arrival,
                killed: account.killed(),
                available,
                reserved,
            })
        })
    }

    fn holding_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        self.ledger.balances().filter_map(|balance| match balance {
            Changed::Holding { account, instrument, available, reserved } => {
                Some(EngineFact::Holding(HoldingFact { account, instrument, available, reserved }))
            }
            _ => None,
        })
    }

    fn group_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        self.groups.iter().flat_map(|group| {
            let fills = group.window().map(|(at, lots)| EngineFact::GroupFill { at, lots });
            once(EngineFact::Group(group.fact())).chain(fills)
        })
    }

    fn order_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        self.listed.iter().flat_map(|listed| {
            let resting = listed.book.queue(Side::Buy).chain(listed.book.queue(Side::Sell));
            let resting = resting.map(|Resting { id, shown, .. }| (id, OrderPlace::Resting { shown }));
            let waiting = listed.stops.waiting().chain(listed.stops.queued());
            let waiting = waiting.map(|order| (order, self.waiting_place(order)));
            resting.chain(waiting).flat_map(|(order, place)| {
                let order = self.open_order(order);
                let promised = EngineFact::PromisedOrder { order: order.id, level: order.level };
                let promised = order.is_promised().then_some(promised);
                promised.into_iter().chain(once(EngineFact::Order(self.order_fact(order, place))))
            })
        })
    }

    fn open_order(&self, order: OrderId) -> &Order {
        self.orders.get(self.orders.find(order).expect("an order in a book is open"))
    }

    fn waiting_place(&self, order: OrderId) -> OrderPlace {
        let waiting = self.orders.waiting(self.open_order(order)).expect("it waits");
        OrderPlace::Waiting { stop: waiting.stop, kind: waiting.kind, reached: waiting.state == Wait::Queued }
    }

    fn order_fact(&self, order: &Order, place: OrderPlace) -> OrderFact {
        let special = self.orders.special(order).map(|special| SpecialFact {
            display: special.display,
            time_in_force: special.time_in_force,
            expires: special.expires,
            session: special.session,
            quote: special.quote,
            group: special.group,
        });
        OrderFact {
            order: order.id,
            account: order.account,
            instrument: order.instrument,
            side: order.side,
            limit: order.limit,
            lots: order.lots,
            cum: order.cum,
            reserved: order.reserved,
            fees: order.fees,
            fee_owed: order.fee.ten_thousandths(),
            self_trade: order.self_trade,
            post_only: order.post_only,
            place,
            special,
        }
    }

    fn decay_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        self.decays.keys().filter_map(|&order| self.decay_fact(order)).map(EngineFact::Decay)
    }

    fn answer_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        self.memory
            .iter()
            .flat_map(|(first, fills)| once(EngineFact::Answer(first.fact())).chain(fills.map(EngineFact::AnswerFill)))
    }
}
