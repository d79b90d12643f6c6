//! One number for the whole logical state, so that a replay can be compared with what was.
//!
//! It covers what can be seen or can matter later: stamps, counters, instruments, queues in priority order, accounts,
//! balances, open orders, remembered answers. Never slots, capacities or where a lookup stores things.

use crate::calls::Call;
use crate::engine::Engine;
use crate::orders::{Special, Wait};
use crate::registry::Registry;
use crate::settlements::Settlements;
use crate::timers::Due;
use crate::trades::Fate;
use unspent_book::Clearing;
use unspent_ledger::Changed;
use unspent_model::{
    AccountState, AddOrder, Asset, Evidence, InstrumentId, OrderKind, Price, Recalled, SettlementTerms, Side,
    TimeInForce,
};

/// A 64-bit mixing hash over words, stable for ever: it is part of the journal's format.
///
/// Each word is added and mixed by the finaliser of SplitMix64 (Steele, Lea, Flood 2014). It guards against accident,
/// not against an adversary.
struct StateHash(u64);

impl StateHash {
    fn word(&mut self, word: u64) {
        let mut mixed = self.0.wrapping_add(word).wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        self.0 = mixed ^ (mixed >> 31);
    }

    fn words(&mut self, words: &[u64]) {
        for &word in words {
            self.word(word);
        }
    }

    fn text(&mut self, text: &str) {
        self.word(text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    fn optional(&mut self, value: Option<u64>) {
        self.word(u64::from(value.is_some()));
        self.word(value.unwrap_or(0));
    }

    fn price(&mut self, price: Option<Price>) {
        self.optional(price.map(|price| u64::from(price.0)));
    }

    fn time_in_force(&mut self, time_in_force: TimeInForce) {
        self.word(u64::from(time_in_force.code()));
        if let TimeInForce::Gtd(until) = time_in_force {
            self.word(until.0);
        }
    }

    fn kind(&mut self, kind: OrderKind) {
        let (kind, value) = match kind {
            OrderKind::Limit(price) => (1, Some(u64::from(price.0))),
            OrderKind::Market { max_total } => (2, max_total.map(|cash| cash.0)),
        };
        self.word(kind);
        self.optional(value);
    }

    fn terms(&mut self, terms: &AddOrder) {
        self.words(&[u64::from(terms.account.0), u64::from(terms.instrument.0), terms.side as u64]);
        self.kind(terms.kind);
        self.price(terms.stop);
        self.word(u64::from(terms.lots.0));
        self.optional(terms.display.map(|lots| u64::from(lots.0)));
        self.optional(terms.min_lots.map(|lots| u64::from(lots.0)));
        self.time_in_force(terms.time_in_force);
        self.words(&[terms.post_only as u64, terms.self_trade as u64]);
        self.text(terms.cl_ord_id.as_ref().map_or("", |id| id.as_str()));
        self.optional(terms.session.map(|session| session.0));
        self.optional(terms.deadline.map(|at| at.0));
    }

    fn special(&mut self, special: &Special) {
        self.optional(special.display.map(|lots| u64::from(lots.0)));
        self.time_in_force(special.time_in_force);
        self.optional(special.expires.map(|at| at.0));
        self.optional(special.session.map(|session| session.0));
        if let Some(waiting) = special.waiting {
            let state = match waiting.state {
                Wait::Armed => 1,
                Wait::Queued => 2,
                Wait::Triggered => 3,
            };
            self.words(&[state, u64::from(waiting.stop.0)]);
            self.kind(waiting.kind);
        }
        self.word(u64::from(special.quote));
        self.optional(special.group.map(u64::from));
    }

    fn clearing(&mut self, clearing: Option<Clearing>) {
        self.price(clearing.map(|clearing| clearing.price));
        self.optional(clearing.map(|clearing| clearing.lots));
        let surplus = clearing.and_then(|clearing| clearing.surplus);
        self.optional(surplus.map(|(side, _)| side as u64));
        self.optional(surplus.map(|(_, lots)| lots));
    }

    fn call(&mut self, call: &Call) {
        self.words(&[call.auction.0, u64::from(call.extended)]);
        for chunk in call.commitment.iter().flat_map(|commitment| commitment.chunks_exact(8)) {
            self.word(u64::from_le_bytes(chunk.try_into().expect("eight bytes")));
        }
        self.optional(call.due.map(|at| at.0));
        if let Some(ending) = call.ending {
            self.words(&[ending.scheduled.0, ending.latest.0, ending.then as u64, ending.reason as u64]);
        }
        self.clearing(call.told);
    }

    fn settlements(&mut self, settlements: &Settlements) {
        self.terms_of_settlement(&settlements.terms);
        self.word(settlements.last.0);
        for (account, &count) in &settlements.good {
            self.words(&[u64::from(account.0), u64::from(count)]);
        }
        for it in settlements.iter() {
            self.words(&[it.settlement.0, it.trade.0, u64::from(it.buyer.0), u64::from(it.seller.0)]);
            self.words(&[u64::from(it.instrument.0), it.level as u64, u64::from(it.price.0), u64::from(it.lots.0)]);
            for lots in [it.delivered, it.covered, it.refunded] {
                self.word(u64::from(lots.0));
            }
            for cash in [it.escrow, it.buyer_fee, it.seller_fee, it.bond, it.held_back] {
                self.word(cash.0);
            }
            self.words(&[it.state as u64, u64::from(it.tries)]);
            self.optional(it.due.map(|due| due.0));
            self.text(it.evidence.as_ref().map_or("", Evidence::as_str));
            self.text(it.dispute.as_ref().map_or("", Evidence::as_str));
        }
    }

    fn terms_of_settlement(&mut self, terms: &SettlementTerms) {
        self.words(&[u64::from(terms.bond_bp), terms.bond_min.0]);
        self.words(&[u64::from(terms.documented_days), u64::from(terms.attested_days), u64::from(terms.grace_seconds)]);
        self.words(&[u64::from(terms.acceptance_seconds), u64::from(terms.hold_back_bp)]);
        self.words(&[u64::from(terms.new_hold_back_bp), u64::from(terms.trusted_after)]);
        self.words(&[u64::from(terms.hold_back_days), u64::from(terms.penalty_bp), terms.penalty_min.0]);
        self.words(&[u64::from(terms.penalty_buyer_bp), u64::from(terms.cap_bp), u64::from(terms.retry_seconds)]);
        self.words(&[u64::from(terms.tries), u64::from(terms.cutoff_days), u64::from(terms.fund_fee_bp)]);
    }

    fn registry(&mut self, registry: &Registry) {
        self.word(registry.last.0);
        for it in registry.iter() {
            let terms = &it.terms;
            self.words(&[it.holding.0, u64::from(terms.account.0), it.level as u64, it.state as u64]);
            self.text(terms.programme.as_str());
            self.text(terms.credit.as_str());
            self.text(terms.provenance.as_str());
            self.word(terms.dated.start().0);
            self.optional(terms.ends.map(|ends| ends.0));
            self.words(&[terms.amount.0, u64::from(terms.pieces), it.left.0, u64::from(it.pieces_left)]);
            self.words(&[it.listed.0, u64::from(it.pieces_listed)]);
            for lots in registry.listed_of(it.holding) {
                self.words(&[u64::from(lots.instrument.0), lots.level as u64, lots.lots]);
            }
        }
    }

    fn recalled(&mut self, fill: &Recalled) {
        self.words(&[fill.trade.0, u64::from(fill.price.0), u64::from(fill.lots.0), fill.fee.0]);
    }
}

impl Engine {
    /// Terms, permits, months that are watched and what was written off; nothing when there is none of it.
    fn hash_programmes(&self, hash: &mut StateHash) {
        for terms in self.policies.terms() {
            hash.text(terms.programme.as_str());
            hash.text(terms.source.as_str());
            let split = terms.split;
            hash.words(&[terms.class as u64, terms.dated.start().0]);
            hash.words(&[u64::from(split.most_pieces), split.smallest_piece.0]);
        }
        for permit in self.policies.permits() {
            hash.words(&[u64::from(permit.account.0), permit.kind as u64]);
            hash.text(permit.programme.as_str());
            hash.text(permit.reference.as_str());
            hash.optional(permit.until.map(|until| until.start().0));
        }
        for (instrument, listed) in (0..).zip(&self.listed) {
            let out = self.ledger.lots_out(InstrumentId(instrument));
            if listed.ends.is_some() || out > 0 {
                hash.words(&[u64::from(instrument), out]);
                hash.optional(listed.ends.map(|ends| ends.0));
            }
        }
        for (programme, dollars) in &self.expired {
            hash.text(programme.as_str());
            hash.word(*dollars);
        }
    }

    /// The hash of the logical state after the last command. O(state).
    ///
    /// Equal for two engines that were given the same commands, whatever their hash seeds.
    #[must_use]
    pub fn state_hash(&self) -> u64 {
        let mut hash = StateHash(0);
        hash.words(&[self.seq.0, self.at.0, self.last_order.0, self.last_trade, self.ledger.fees().0]);
        hash.words(&[self.last_auction.0, u64::from(self.killed)]);
        hash.word(self.listed.len() as u64);
        for listed in &self.listed {
            let spec = &listed.spec;
            hash.text(spec.symbol.as_str());
            hash.words(&[u64::from(spec.face_dollars), u64::from(spec.price_decimals), u64::from(spec.price_unit)]);
            hash.words(&[u64::from(spec.tick), u64::from(spec.price_max.0), u64::from(spec.collar)]);
            hash.words(&[u64::from(spec.fees.maker.0), u64::from(spec.fees.taker.0), listed.phase as u64]);
            let rules = &listed.rules;
            hash.words(&[u64::from(rules.auction_tick), u64::from(rules.auction_fee.0)]);
            for range in [rules.dynamic_range, rules.static_range, rules.entry_range] {
                hash.optional(range.map(u64::from));
            }
            hash.words(&[u64::from(rules.volatility_seconds), u64::from(rules.random_end_seconds)]);
            if rules.dominance {
                hash.text("dominance");
            }
            for fees in &listed.fees {
                hash.words(&[u64::from(fees.maker.0), u64::from(fees.taker.0), u64::from(fees.auction.0)]);
            }
            for entry in &listed.schedule.entries {
                hash.words(&[u64::from(entry.second_of_day), entry.phase as u64]);
            }
            for price in [listed.last, listed.anchor, listed.reference] {
                hash.price(price);
            }
            hash.word(u64::from(listed.call.is_some()));
            if let Some(call) = &listed.call {
                hash.call(call);
            }
            for order in listed.stops.queued() {
                hash.word(order.0);
            }
            for side in [Side::Buy, Side::Sell] {
                for resting in listed.book.queue(side) {
                    hash.words(&[resting.id.0, u64::from(resting.price.0), u64::from(resting.leaves.0)]);
                    hash.word(u64::from(resting.shown.0));
                }
                hash.word(0);
            }
        }
        hash.word(self.accounts.len() as u64);
        for (id, account) in self.accounts.iter() {
            hash.text(account.name.as_str());
            hash.words(&[u64::from(account.group.0), u64::from(account.open), u64::from(account.remembered)]);
            let limits = &account.limits;
            hash.words(&[u64::from(limits.open_orders), u64::from(limits.orders_per_second), u64::from(limits.burst)]);
            hash.optional(limits.open_notional.map(|cash| cash.0));
            hash.words(&[account.next_arrival.0, u64::from(account.killed()), account.open_notional.0]);
            for (_, order) in self.orders.of(&self.accounts, id) {
                hash.words(&[order.id.0, u64::from(order.instrument.0), order.side as u64]);
                hash.words(&[u64::from(order.lots.0), u64::from(order.cum.0), u64::from(order.limit.0)]);
                hash.words(&[order.reserved.0, order.post_only as u64, order.self_trade as u64]);
                hash.words(&[u64::from(order.fees), u64::from(order.fee.ten_thousandths())]);
                hash.text(self.cl_ord_id(order).as_ref().map_or("", |id| id.as_str()));
                if let Some(special) = self.orders.special(order) {
                    hash.special(special);
                }
                if order.is_promised() {
                    hash.word(order.level as u64);
                }
            }
        }
        for balance in self.ledger.balances() {
            match balance {
                Changed::Cash { account, available, reserved } => {
                    hash.words(&[1, u64::from(account.0), available, reserved]);
                }
                Changed::Holding { account, instrument, available, reserved } => {
                    hash.words(&[2, u64::from(account.0), u64::from(instrument.0), available, reserved]);
                }
                // Only there when it is something.
                Changed::Escrow(it) => hash.words(&[10, u64::from(it.account.0), it.escrow.0, it.debt.0]),
                Changed::Promised(it) => {
                    hash.words(&[11, u64::from(it.account.0), u64::from(it.instrument.0), it.level as u64]);
                    hash.words(&[it.available, it.reserved, it.escrow]);
                }
                Changed::Fund(fund) => hash.words(&[12, fund.0]),
                Changed::Claim(claim) => {
                    hash.words(&[13, u64::from(claim.debtor.0), claim.amount.0]);
                    hash.optional(claim.settlement.map(|settlement| settlement.0));
                    hash.optional(claim.creditor.map(|creditor| u64::from(creditor.0)));
                }
            }
        }
        for programme in &self.killed_programmes {
            hash.text(programme.as_str());
        }
        for (session, account) in &self.sessions {
            hash.words(&[session.0, u64::from(account.0)]);
        }
        for group in self.groups.iter() {
            hash.word(u64::from(group.account.0));
            hash.text(group.name.as_str());
            let rule = group.rule;
            hash.words(&[u64::from(rule.lots.0), u64::from(rule.window_seconds), u64::from(group.tripped)]);
            for (at, lots) in group.window() {
                hash.words(&[at.0, lots]);
            }
        }
        for (due, what) in self.timers.iter() {
            let (kind, id) = match what {
                Due::Order(order) => (1, order.0),
                Due::DeadMan(account) => (2, u64::from(account.0)),
                Due::CallEnd(instrument) => (3, u64::from(instrument.0)),
                Due::Entry(instrument) => (4, u64::from(instrument.0)),
                Due::LastTrade(instrument) => (5, u64::from(instrument.0)),
                Due::Decay(order) => (6, order.0),
                Due::Permit(account, at, kind) => {
                    hash.words(&[u64::from(at), kind as u64]);
                    (60, u64::from(account.0))
                }
                Due::Expiry(instrument) => (61, u64::from(instrument.0)),
                Due::Holding(holding) => (62, holding.0),
                Due::Settlement(settlement) => (40, settlement.0),
            };
            hash.words(&[due.0, kind, id]);
        }
        for (order, falling) in &self.decays {
            hash.word(order.0);
            hash.price(falling.overdue);
            for step in &falling.steps {
                hash.words(&[step.at.0, u64::from(step.price.0)]);
            }
        }
        for (link, held) in &self.links {
            hash.words(&[7, link.0, held.purse.0]);
            for leg in held.legs() {
                hash.word(leg.0);
            }
        }
        for (first, fills) in self.memory.iter() {
            hash.terms(&first.terms);
            if first.decay != 0 {
                hash.word(first.decay);
            }
            let answer = &first.answer;
            hash.words(&[answer.order.0, answer.status as u64, u64::from(answer.cum.0), u64::from(answer.leaves.0)]);
            hash.optional(answer.canceled.map(|reason| reason as u64));
            hash.words(&[answer.seq.0, first.expires.0]);
            for fill in fills {
                hash.recalled(&fill);
            }
        }
        for (instrument, registered, gone) in self.ledger.registered() {
            hash.words(&[u64::from(instrument.0), registered, gone]);
        }
        if self.settlements.used() {
            hash.settlements(&self.settlements);
        }
        if self.registry.used() {
            hash.registry(&self.registry);
        }
        self.hash_funding(&mut hash);
        self.hash_programmes(&mut hash);
        hash.0
    }

    /// What came with accounts' states, references and corrections: a state without any hashes as before there were such.
    fn hash_funding(&self, hash: &mut StateHash) {
        for (id, account) in self.accounts.iter() {
            if account.state() != AccountState::Open {
                hash.words(&[31, u64::from(id.0), account.state() as u64]);
            }
        }
        if let Some(rules) = &self.fundings.rules {
            hash.words(&[32, rules.approval_cash.0, rules.approval_face]);
            hash.optional(rules.daily_cash.map(|cash| cash.0));
            hash.optional(rules.daily_face);
        }
        for pending in self.fundings.pending.values() {
            hash.words(&[33, pending.id.0]);
            hash.text(pending.asked_by.as_ref().map_or("", |actor| actor.as_str()));
        }
        for (account, asked) in &self.fundings.asked {
            hash.words(&[34, u64::from(account.0), asked.day, asked.cents, asked.face]);
        }
        for (funding, withdrawal) in self.fundings.remembered() {
            let asset = match funding.asset {
                Asset::Cash(cash) => [1, cash.0, 0],
                Asset::Credits { instrument, lots } => [2, u64::from(instrument.0), lots],
            };
            hash.words(&[35, u64::from(funding.account.0), funding.side as u64]);
            hash.words(&asset);
            hash.text(funding.reference.as_str());
            hash.optional(withdrawal.map(|id| id.0));
        }
        // Those that stand are in the journal, fill by fill.
        for kept in self.trades.iter(self.last_trade).filter(|kept| kept.fate != Fate::Stands) {
            hash.words(&[36, kept.trade, kept.fate as u64, u64::from(kept.price.0)]);
        }
    }
}
