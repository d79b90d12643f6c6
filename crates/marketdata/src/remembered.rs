//! A bounded memory of what happened to accounts: the newest of each, and not too much over all.
//!
//! # Invariants
//! - What is remembered is numbered in the order in which it was put in; the newest of all is always there.
//! - An account that has as many as it may loses its own oldest; only when the venue has as many as it may is the oldest of
//!   all lost, whoever's it is. So one busy account cannot push out what others did.
//! - A place that becomes free is taken by what pushed it out: nothing is allocated once a bound is reached.

use unspent_model::AccountId;

/// No place.
const NONE: u32 = u32::MAX;

/// How much is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Of one account, above zero.
    pub an_account: u32,
    /// Of all accounts together, above zero.
    pub over_all: u32,
}

/// One thing and its neighbours in the two queues it stands in.
#[derive(Clone, Copy, Debug)]
struct Node<T> {
    what: T,
    number: u64,
    account: AccountId,
    /// Of the same account.
    older: u32,
    newer: u32,
    /// Of all accounts.
    before: u32,
    after: u32,
}

/// The two ends of an account's queue.
#[derive(Clone, Copy, Debug)]
struct Queue {
    oldest: u32,
    newest: u32,
    len: u32,
}

impl Queue {
    const EMPTY: Queue = Queue { oldest: NONE, newest: NONE, len: 0 };
}

/// The memory.
#[derive(Clone, Debug)]
pub(crate) struct Remembered<T> {
    bounds: Bounds,
    nodes: Vec<Node<T>>,
    accounts: Vec<Queue>,
    oldest: u32,
    newest: u32,
    /// The number of the newest; zero before the first.
    last: u64,
}

impl<T: Copy> Remembered<T> {
    pub fn new(bounds: Bounds) -> Remembered<T> {
        Remembered { bounds, nodes: Vec::new(), accounts: Vec::new(), oldest: NONE, newest: NONE, last: 0 }
    }

    /// Remembers something new and gives its number.
    pub fn push(&mut self, account: AccountId, what: T) -> u64 {
        let number = self.last + 1;
        self.put(number, account, what);
        number
    }

    /// Remembers something under a number above all that were given. The caller has made sure that there is an account of
    /// this id, for a place is kept for every id below it.
    pub fn put(&mut self, number: u64, account: AccountId, what: T) {
        assert!(number > self.last, "number {number} comes after number {}", self.last);
        self.last = number;
        let index = account.0 as usize;
        if self.accounts.len() <= index {
            self.accounts.resize(index + 1, Queue::EMPTY);
        }
        let at = self.free(index);
        let older = self.accounts[index].newest;
        let before = self.newest;
        let node = Node { what, number, account, older, newer: NONE, before, after: NONE };
        match self.nodes.get_mut(at as usize) {
            Some(place) => *place = node,
            None => self.nodes.push(node),
        }
        match older {
            NONE => self.accounts[index].oldest = at,
            older => self.nodes[older as usize].newer = at,
        }
        match before {
            NONE => self.oldest = at,
            before => self.nodes[before as usize].after = at,
        }
        self.accounts[index].newest = at;
        self.accounts[index].len += 1;
        self.newest = at;
    }

    /// The place of the next thing of an account: fresh, or that of the one that has to go.
    fn free(&mut self, account: usize) -> u32 {
        let at = if self.accounts[account].len == self.bounds.an_account {
            self.accounts[account].oldest
        } else if self.nodes.len() == self.bounds.over_all as usize {
            self.oldest
        } else {
            return u32::try_from(self.nodes.len()).expect("a bound fits u32");
        };
        self.forget(at);
        at
    }

    /// Takes a place out of both queues. It is the oldest of its account in either case.
    fn forget(&mut self, at: u32) {
        let Node { account, newer, before, after, .. } = self.nodes[at as usize];
        let queue = &mut self.accounts[account.0 as usize];
        debug_assert_eq!(queue.oldest, at, "only the oldest of an account is forgotten");
        queue.oldest = newer;
        queue.len -= 1;
        match newer {
            NONE => queue.newest = NONE,
            newer => self.nodes[newer as usize].older = NONE,
        }
        match before {
            NONE => self.oldest = after,
            before => self.nodes[before as usize].after = after,
        }
        match after {
            NONE => self.newest = before,
            after => self.nodes[after as usize].before = before,
        }
    }

    /// What is remembered of an account, newest first.
    pub fn of_account(&self, account: AccountId) -> impl Iterator<Item = &T> + '_ {
        let newest = self.accounts.get(account.0 as usize).map_or(NONE, |queue| queue.newest);
        std::iter::successors(self.nodes.get(newest as usize), |node| self.nodes.get(node.older as usize))
            .map(|node| &node.what)
    }

    /// Everything with its number and whose it is, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (u64, AccountId, &T)> + '_ {
        std::iter::successors(self.nodes.get(self.oldest as usize), |node| self.nodes.get(node.after as usize))
            .map(|node| (node.number, node.account, &node.what))
    }

    /// How much is remembered.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether one more of this account pushes nothing out.
    pub fn has_room(&self, account: AccountId) -> bool {
        let len = self.accounts.get(account.0 as usize).map_or(0, |queue| queue.len);
        len < self.bounds.an_account && self.nodes.len() < self.bounds.over_all as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    fn of(memory: &Remembered<u32>, account: u32) -> Vec<u32> {
        memory.of_account(AccountId(account)).copied().collect()
    }

    #[test]
    fn an_account_forgets_its_own_oldest_and_nobody_elses() {
        let mut memory = Remembered::new(Bounds { an_account: 3, over_all: 5 });
        memory.push(AccountId(2), 100);
        for what in 1..=10 {
            memory.push(AccountId(0), what);
        }
        assert_eq!((of(&memory, 0), of(&memory, 1), of(&memory, 2)), (vec![10, 9, 8], vec![], vec![100]));
        // A third account: the venue is full, and the oldest of all goes.
        memory.push(AccountId(1), 200);
        memory.push(AccountId(1), 201);
        assert_eq!((of(&memory, 0), of(&memory, 1), of(&memory, 2)), (vec![10, 9, 8], vec![201, 200], vec![]));
        let all: Vec<_> = memory.iter().map(|(number, account, &what)| (number, account.0, what)).collect();
        assert_eq!(all, [(9, 0, 8), (10, 0, 9), (11, 0, 10), (12, 1, 200), (13, 1, 201)]);
        assert_eq!((memory.len(), memory.has_room(AccountId(2))), (5, false));
    }

    proptest! {
        #[test]
        fn it_remembers_what_plain_queues_would(pushes in prop::collection::vec(0..4_u32, 0..200)) {
            let bounds = Bounds { an_account: 7, over_all: 20 };
            let (mut memory, mut plain) = (Remembered::new(bounds), VecDeque::new());
            for (what, account) in (1..).zip(pushes) {
                let own = plain.iter().filter(|&&(_, named, _)| named == account).count();
                if own == bounds.an_account as usize {
                    let oldest = plain.iter().position(|&(_, named, _)| named == account).unwrap();
                    plain.remove(oldest);
                } else if plain.len() == bounds.over_all as usize {
                    plain.pop_front();
                }
                prop_assert_eq!(memory.push(AccountId(account), what), u64::from(what));
                plain.push_back((u64::from(what), account, what));
                let all: Vec<_> = memory.iter().map(|(number, account, &what)| (number, account.0, what)).collect();
                prop_assert_eq!(&all, &Vec::from(plain.clone()));
                for account in 0..4 {
                    let own = plain.iter().rev().filter(|&&(_, named, _)| named == account);
                    prop_assert_eq!(of(&memory, account), own.map(|&(.., what)| what).collect::<Vec<_>>());
                }
            }
        }
    }
}
