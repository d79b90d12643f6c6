//! The price at which collected orders trade at once, by four principles, and the trade itself.
//!
//! Source of the principles: the rules of the Xetra and Euronext auctions (largest executable volume, smallest surplus,
//! market pressure, reference price).

use crate::book::{Book, Node};
use crate::ladder::NIL;
use unspent_model::{Lots, OrderId, Price, Side};

/// What an uncross comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clearing {
    /// The one price.
    pub price: Price,
    /// How many lots trade, above zero.
    pub lots: u64,
    /// The side left with lots at that price, and how many.
    pub surplus: Option<(Side, u64)>,
}

/// One pairing of an uncross.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The buy.
    pub bid: OrderId,
    /// The sell.
    pub ask: OrderId,
    /// How many lots.
    pub lots: Lots,
    /// How many of them the buy did not show.
    pub bid_hidden: Lots,
    /// How many of them the sell did not show.
    pub ask_hidden: Lots,
}

/// An iceberg whose shown lots went in an uncross, at the back of its price's queue with its next slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reshown {
    /// The order.
    pub order: OrderId,
    /// Its side.
    pub side: Side,
    /// Its price.
    pub price: Price,
    /// What it shows now.
    pub shown: Lots,
    /// What it has open, hidden lots included.
    pub leaves: Lots,
}

/// Lots bought at or above, and sold at or below, one candidate price.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    price: Price,
    buying: u64,
    selling: u64,
}

/// Room for the candidates of [`Book::clearing`], kept so that finding a price again allocates nothing.
#[derive(Debug, Default)]
pub struct Candidates(Vec<Candidate>);

impl Candidate {
    fn volume(&self) -> u64 {
        self.buying.min(self.selling)
    }

    fn surplus(&self) -> u64 {
        self.buying.abs_diff(self.selling)
    }
}

impl Book {
    /// The price at which an uncross would print now, and how much; `None` when nothing would trade.
    ///
    /// Candidates are the limits in the book and `anchor`. Largest volume, then smallest surplus, then market pressure
    /// (only buy surpluses left: the highest; only sell surpluses: the lowest), then the nearest to `anchor`, the lower
    /// of two; without an anchor the middle one, the lower of two. Hidden lots count.
    #[must_use]
    pub fn clearing(&self, anchor: Option<Price>, room: &mut Candidates) -> Option<Clearing> {
        let (bid, _) = self.best(Side::Buy)?;
        let (ask, _) = self.best(Side::Sell)?;
        if bid < ask {
            return None;
        }
        // Outside [best ask, best bid] one side has nothing: no candidate there trades.
        let candidates = &mut room.0;
        candidates.clear();
        let entry = |(price, lots): (Price, u64), side: Side| match side {
            Side::Buy => Candidate { price, buying: lots, selling: 0 },
            Side::Sell => Candidate { price, buying: 0, selling: lots },
        };
        candidates
            .extend(self.levels(Side::Buy).take_while(|&(price, _)| price >= ask).map(|level| entry(level, Side::Buy)));
        candidates.extend(
            self.levels(Side::Sell).take_while(|&(price, _)| price <= bid).map(|level| entry(level, Side::Sell)),
        );
        for (key, lots) in self.icebergs.iter() {
            let node = self.orders[key as usize];
            let price = self.ladder(node.side).price(crate::ladder::LevelRef(node.level));
            if (ask..=bid).contains(&price) {
                candidates.push(entry((price, u64::from(lots.0)), node.side));
            }
        }
        if let Some(anchor) = anchor.filter(|anchor| (ask..=bid).contains(anchor)) {
            candidates.push(Candidate { price: anchor, buying: 0, selling: 0 });
        }
        candidates.sort_unstable_by_key(|candidate| candidate.price);
        candidates.dedup_by(|later, kept| {
            let same = later.price == kept.price;
            if same {
                kept.buying += later.buying;
                kept.selling += later.selling;
            }
            same
        });
        let mut selling = 0;
        for candidate in candidates.iter_mut() {
            selling += candidate.selling;
            candidate.selling = selling;
        }
        let mut buying = 0;
        for candidate in candidates.iter_mut().rev() {
            buying += candidate.buying;
            candidate.buying = buying;
        }
        let volume = candidates.iter().map(Candidate::volume).max().filter(|&volume| volume > 0)?;
        candidates.retain(|candidate| candidate.volume() == volume);
        let surplus = candidates.iter().map(Candidate::surplus).min().expect("a candidate has the largest volume");
        candidates.retain(|candidate| candidate.surplus() == surplus);
        let chosen = if candidates.iter().all(|candidate| candidate.buying > candidate.selling) {
            *candidates.last().expect("a candidate is left")
        } else if candidates.iter().all(|candidate| candidate.buying < candidate.selling) {
            candidates[0]
        } else if let Some(anchor) = anchor {
            // The first of the nearest is the lower one.
            *candidates
                .iter()
                .min_by_key(|candidate| candidate.price.0.abs_diff(anchor.0))
                .expect("a candidate is left")
        } else {
            candidates[(candidates.len() - 1) / 2]
        };
        let side = if chosen.buying > chosen.selling { Side::Buy } else { Side::Sell };
        Some(Clearing { price: chosen.price, lots: volume, surplus: (surplus > 0).then_some((side, surplus)) })
    }

    /// Trades `lots` of collected orders at once: bids, best and oldest first, with asks, best and oldest first, each
    /// with all its leaves. `pair` hears every pairing, in order.
    ///
    /// Returns the icebergs that were left with hidden lots only, at most one a side: they show their next slice now,
    /// behind everything at their price.
    ///
    /// # Panics
    /// When either side has fewer lots.
    pub fn uncross(&mut self, mut lots: u64, mut pair: impl FnMut(Pair)) -> [Option<Reshown>; 2] {
        while lots > 0 {
            let (bid, bid_leaves) = self.first(Side::Buy);
            let (ask, ask_leaves) = self.first(Side::Sell);
            let most = bid_leaves.min(ask_leaves);
            let given = Lots(u32::try_from(lots.min(u64::from(most.0))).expect("at most an order's leaves"));
            lots -= u64::from(given.0);
            let (bid_id, ask_id) = (self.orders[bid as usize].id, self.orders[ask as usize].id);
            let (bid_hidden, ask_hidden) = (self.give(bid, given), self.give(ask, given));
            pair(Pair { bid: bid_id, ask: ask_id, lots: given, bid_hidden, ask_hidden });
        }
        [self.reshow(Side::Buy), self.reshow(Side::Sell)]
    }

    /// The first order of a side and its leaves.
    fn first(&self, side: Side) -> (u32, Lots) {
        let ladder = self.ladder(side);
        let key = ladder.level(ladder.best().expect("an uncross trades what is there")).head;
        let node = &self.orders[key as usize];
        (key, if node.iceberg { node.shown + self.icebergs.hidden(key) } else { node.shown })
    }

    /// Takes lots from the first order of its level, shown ones first, and takes it out when none are left. Returns how
    /// many were hidden.
    fn give(&mut self, key: u32, lots: Lots) -> Lots {
        let node = &mut self.orders[key as usize];
        let shown = node.shown.min(lots);
        let hidden = lots - shown;
        node.shown = node.shown - shown;
        let Node { side, level, iceberg, shown: left, .. } = *node;
        self.ladder_mut(side).level_mut(crate::ladder::LevelRef(level)).total -= u64::from(shown.0);
        if iceberg {
            let rest = self.icebergs.hidden(key) - hidden;
            self.icebergs.set(key, rest);
            if left.is_zero() && rest.is_zero() {
                self.icebergs.remove(key);
                self.take_out(key);
            }
        } else if left.is_zero() {
            self.take_out(key);
        }
        hidden
    }

    fn take_out(&mut self, key: u32) {
        let node = self.orders.remove(key as usize);
        self.unlink(&node);
    }

    /// Shows the next slice of a side's first order when all that it showed is gone.
    fn reshow(&mut self, side: Side) -> Option<Reshown> {
        let ladder = self.ladder(side);
        let at = ladder.best()?;
        let price = ladder.price(at);
        let key = ladder.level(at).head;
        let node = self.orders[key as usize];
        if !node.shown.is_zero() {
            return None;
        }
        let leaves = self.icebergs.hidden(key);
        let shown = self.icebergs.refill(key);
        self.orders[key as usize].shown = shown;
        let level = self.ladder_mut(side).level_mut(at);
        level.total += u64::from(shown.0);
        if node.next != NIL {
            let last = std::mem::replace(&mut level.tail, key);
            level.head = node.next;
            self.orders[last as usize].next = key;
            self.orders[node.next as usize].prev = NIL;
            let moved = &mut self.orders[key as usize];
            (moved.prev, moved.next) = (last, NIL);
        }
        Some(Reshown { order: node.id, side, price, shown, leaves })
    }
}
