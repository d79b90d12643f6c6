//! First answers by client order id, so that an accepted order sent again gets its answer again.
//!
//! An id is remembered for 24 hours after its acceptance, and on while its order is open. Entries leave in the order of
//! their time, a bounded number a command, so that no command pays for a day's backlog.

use crate::accounts::Accounts;
use crate::lookup::Lookup;
use crate::orders::Orders;
use slab::Slab;
use std::collections::VecDeque;
use unspent_model::{AccountId, AddOrder, AnswerFact, ClOrdId, OrderAnswer, Recalled, Timestamp, limits};

/// How many entries one command forgets at most.
const FORGOTTEN_PER_COMMAND: usize = 64;

/// What is remembered of an accepted order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FirstAnswer {
    pub terms: AddOrder,
    pub answer: OrderAnswer,
    /// The digest of its schedule; 0 without one.
    pub decay: u64,
    /// The order's first fill among `fills`, and how many there are.
    first_fill: u64,
    fills: u32,
    /// When it is forgotten unless its order is open.
    pub expires: Timestamp,
    /// When it is looked at: then it is forgotten, or its order is open and it stays for another day.
    due: Timestamp,
}

impl FirstAnswer {
    /// What a snapshot says of it, besides its fills.
    pub fn fact(&self) -> AnswerFact {
        let OrderAnswer { order, status, cum, leaves, canceled, seq, .. } = self.answer;
        let FirstAnswer { terms, fills, expires, due, decay, .. } = *self;
        AnswerFact { terms, order, status, cum, leaves, canceled, seq, expires, due, fills, decay }
    }
}

/// All first answers.
#[derive(Debug)]
pub(crate) struct Memory {
    by_id: Lookup<(AccountId, ClOrdId), u32>,
    answers: Slab<FirstAnswer>,
    /// Answers by when they are due.
    queue: VecDeque<u32>,
    /// Fills of answers in the order of `queue`.
    fills: VecDeque<Recalled>,
    /// How many fills have left `fills`.
    dropped: u64,
}

impl Memory {
    pub fn new(seed: u64) -> Memory {
        Memory {
            by_id: Lookup::new(seed),
            answers: Slab::new(),
            queue: VecDeque::new(),
            fills: VecDeque::new(),
            dropped: 0,
        }
    }

    /// How many answers are remembered.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// The first answer for an id, unless its time has passed and its order is closed.
    pub fn find(&self, account: AccountId, id: ClOrdId, now: Timestamp, orders: &Orders) -> Option<&FirstAnswer> {
        let first = &self.answers[self.by_id.get(&(account, id))? as usize];
        (now < first.expires || orders.find(first.answer.order).is_some()).then_some(first)
    }

    /// The fills of a first answer.
    pub fn fills<'a>(&'a self, first: &FirstAnswer) -> impl Iterator<Item = Recalled> + use<'a> {
        let start = usize::try_from(first.first_fill - self.dropped).expect("fills fit in memory");
        self.fills.range(start..start + first.fills as usize).copied()
    }

    /// Remembers an accepted order and its fills; returns the answer's key.
    ///
    /// An entry under the same id, whose time has passed, is replaced.
    pub fn remember(
        &mut self,
        terms: &AddOrder,
        decay: u64,
        answer: OrderAnswer,
        fills: impl Iterator<Item = Recalled>,
        now: Timestamp,
        accounts: &mut Accounts,
    ) -> u32 {
        let id = answer.cl_ord_id.expect("only orders with an id are remembered");
        let first_fill = self.dropped + self.fills.len() as u64;
        self.fills.extend(fills);
        let count = self.dropped + self.fills.len() as u64 - first_fill;
        let fills = u32::try_from(count).expect("an order has fewer than 2^32 fills");
        let expires = now.plus_seconds(limits::CL_ORD_ID_MEMORY_SECONDS);
        let key =
            self.answers.insert(FirstAnswer { terms: *terms, answer, decay, first_fill, fills, expires, due: expires });
        let key = u32::try_from(key).expect("fewer than 2^32 answers");
        self.queue.push_back(key);
        if self.by_id.insert((terms.account, id), key).is_none() {
            accounts.get_mut(terms.account).remembered += 1;
        }
        key
    }

    /// The client order id of a first answer.
    pub fn cl_ord_id(&self, key: u32) -> Option<ClOrdId> {
        self.answers[key as usize].answer.cl_ord_id
    }

    /// Forgets what is due, oldest first; what is due but open is kept for another day.
    #[inline]
    pub fn forget(&mut self, now: Timestamp, orders: &Orders, accounts: &mut Accounts) {
        match self.queue.front() {
            Some(&key) if self.answers[key as usize].due <= now => self.forget_due(now, orders, accounts),
            _ => {}
        }
    }

    #[cold]
    fn forget_due(&mut self, now: Timestamp, orders: &Orders, accounts: &mut Accounts) {
        for _ in 0..FORGOTTEN_PER_COMMAND {
            let Some(&key) = self.queue.front() else { return };
            let first = self.answers[key as usize];
            if now < first.due {
                return;
            }
            self.queue.pop_front();
            assert_eq!(first.first_fill, self.dropped, "fills leave in the order of their answers");
            let open = orders.find(first.answer.order).is_some();
            if open {
                let again = &mut self.answers[key as usize];
                again.due = now.plus_seconds(limits::CL_ORD_ID_MEMORY_SECONDS);
                again.first_fill = self.dropped + self.fills.len() as u64;
                self.queue.push_back(key);
            }
            for _ in 0..first.fills {
                let fill = self.fills.pop_front().expect("an answer's fills are there");
                if open {
                    self.fills.push_back(fill);
                }
            }
            self.dropped += u64::from(first.fills);
            if open {
                continue;
            }
            self.answers.remove(key as usize);
            let id = first.answer.cl_ord_id.expect("only orders with an id are remembered");
            let named = (first.terms.account, id);
            if self.by_id.get(&named) == Some(key) {
                self.by_id.remove(&named);
                accounts.get_mut(named.0).remembered -= 1;
            }
        }
    }

    /// Remembers a first answer that was remembered before, as the youngest; its fills follow. Returns its key.
    ///
    /// Of several under one id the youngest is the one that is found.
    pub fn remember_again(&mut self, fact: &AnswerFact, id: ClOrdId, accounts: &mut Accounts) -> u32 {
        let answer = OrderAnswer {
            order: fact.order,
            cl_ord_id: Some(id),
            instrument: fact.terms.instrument,
            status: fact.status,
            cum: fact.cum,
            leaves: fact.leaves,
            canceled: fact.canceled,
            seq: fact.seq,
            duplicate: false,
        };
        let first_fill = self.dropped + self.fills.len() as u64;
        let AnswerFact { terms, fills, expires, due, decay, .. } = *fact;
        let key = self.answers.insert(FirstAnswer { terms, answer, decay, first_fill, fills, expires, due });
        let key = u32::try_from(key).expect("fewer than 2^32 answers");
        self.queue.push_back(key);
        if self.by_id.insert((terms.account, id), key).is_none() {
            accounts.get_mut(terms.account).remembered += 1;
        }
        key
    }

    /// When the youngest answer is due.
    pub fn youngest(&self) -> Option<Timestamp> {
        self.queue.back().map(|&key| self.answers[key as usize].due)
    }

    /// Remembers a fill of the youngest answer.
    pub fn recall_again(&mut self, fill: Recalled) {
        self.fills.push_back(fill);
    }

    /// Every first answer with its fills, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&FirstAnswer, impl Iterator<Item = Recalled> + '_)> {
        self.queue.iter().map(|&key| {
            let first = &self.answers[key as usize];
            (first, self.fills(first))
        })
    }
}
