//! One number for the whole logical state, so that a replay can be compared with what was.
//!
//! It covers what can be seen or can matter later: stamps, counters, instruments, queues in priority order, accounts,
//! balances, open orders, remembered answers. Never slots, capacities or where a lookup stores things.

use crate::engine::Engine;
use unspent_ledger::Changed;
use unspent_model::{AddOrder, OrderKind, Recalled, Side};

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

    fn wide(&mut self, wide: u128) {
        self.word((wide >> 64) as u64);
        self.word((wide & u128::from(u64::MAX)) as u64);
    }

    fn optional(&mut self, value: Option<u64>) {
        self.word(u64::from(value.is_some()));
        self.word(value.unwrap_or(0));
    }

    fn terms(&mut self, terms: &AddOrder) {
        let (kind, value) = match terms.kind {
            OrderKind::Limit(price) => (1, Some(u64::from(price.0))),
            OrderKind::Market { max_total } => (2, max_total.map(|cash| cash.0)),
        };
        self.words(&[u64::from(terms.account.0), u64::from(terms.instrument.0), terms.side as u64, kind]);
        self.optional(value);
        self.words(&[u64::from(terms.lots.0), terms.time_in_force as u64, u64::from(terms.post_only)]);
        self.word(terms.self_trade as u64);
        self.text(terms.cl_ord_id.as_ref().map_or("", |id| id.as_str()));
        self.optional(terms.deadline.map(|at| at.0));
    }

    fn recalled(&mut self, fill: &Recalled) {
        self.words(&[fill.trade.0, u64::from(fill.price.0), u64::from(fill.lots.0), fill.fee.0]);
    }
}

impl Engine {
    /// The hash of the logical state after the last command. O(state).
    ///
    /// Equal for two engines that were given the same commands, whatever their hash seeds.
    #[must_use]
    pub fn state_hash(&self) -> u64 {
        let mut hash = StateHash(0);
        hash.words(&[self.seq.0, self.at.0, self.last_order.0, self.last_trade, self.ledger.fees().0]);
        hash.word(self.listed.len() as u64);
        for listed in &self.listed {
            let spec = &listed.spec;
            hash.text(spec.symbol.as_str());
            hash.words(&[u64::from(spec.face_dollars), u64::from(spec.price_decimals), u64::from(spec.price_unit)]);
            hash.words(&[u64::from(spec.tick), u64::from(spec.price_max.0), u64::from(spec.collar)]);
            hash.words(&[u64::from(spec.fees.maker.0), u64::from(spec.fees.taker.0), listed.phase as u64]);
            for side in [Side::Buy, Side::Sell] {
                for resting in listed.book.queue(side) {
                    hash.words(&[resting.id.0, u64::from(resting.price.0), u64::from(resting.leaves.0)]);
                }
                hash.word(0);
            }
        }
        hash.word(self.accounts.len() as u64);
        for (id, account) in self.accounts.iter() {
            hash.text(account.name.as_str());
            hash.words(&[u64::from(account.group.0), u64::from(account.open), u64::from(account.remembered)]);
            for (_, order) in self.orders.of(&self.accounts, id) {
                hash.words(&[order.id.0, u64::from(order.instrument.0), order.side as u64]);
                hash.words(&[u64::from(order.lots.0), u64::from(order.cum.0), u64::from(order.leaves.0)]);
                hash.words(&[order.reserved.0, u64::from(order.post_only), order.self_trade as u64]);
                hash.words(&[u64::from(order.fees.maker.0), u64::from(order.fees.taker.0)]);
                hash.wide(order.fee_product);
                hash.text(order.cl_ord_id.as_ref().map_or("", |id| id.as_str()));
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
            }
        }
        for (first, fills) in self.memory.iter() {
            hash.terms(&first.terms);
            let answer = &first.answer;
            hash.words(&[answer.order.0, answer.status as u64, u64::from(answer.cum.0), u64::from(answer.leaves.0)]);
            hash.optional(answer.canceled.map(|reason| reason as u64));
            hash.words(&[answer.seq.0, first.expires.0]);
            for fill in fills {
                hash.recalled(&fill);
            }
        }
        hash.0
    }
}
