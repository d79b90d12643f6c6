//! The last trades of one instrument.

use std::collections::VecDeque;
use unspent_model::{CommandSeq, InstrumentId, Lots, Price, Side, Timestamp, TradeId};

/// Most trades a tape remembers.
pub const TAPE_TRADES: usize = 1_000;

/// One trade as the public sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    /// The trade.
    pub trade: TradeId,
    /// Its price in price units.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
    /// The side of the aggressor; of an uncross, which has none, buy.
    pub taker_side: Side,
    /// Whether the aggressor was a market order.
    pub taker_market: bool,
    /// Whether it is of an uncross.
    pub auction: bool,
    /// When.
    pub at: Timestamp,
    /// The command that made it.
    pub seq: CommandSeq,
    /// Of a trade across months the bid's instrument; it prints in the ask's.
    pub bid: Option<InstrumentId>,
}

/// The last [`TAPE_TRADES`] trades of one instrument.
#[derive(Clone, Debug, Default)]
pub struct Tape {
    trades: VecDeque<Trade>,
}

impl Tape {
    /// Remembers a trade; the oldest is forgotten when there are too many.
    pub fn push(&mut self, trade: Trade) {
        if self.trades.len() == TAPE_TRADES {
            self.trades.pop_front();
        }
        self.trades.push_back(trade);
    }

    /// The last trade.
    #[must_use]
    pub fn last(&self) -> Option<&Trade> {
        self.trades.back()
    }

    /// How many are remembered.
    pub(crate) fn len(&self) -> usize {
        self.trades.len()
    }

    /// The last `n` trades that are remembered, oldest first.
    pub fn recent(&self, n: usize) -> impl DoubleEndedIterator<Item = &Trade> + '_ {
        self.trades.range(self.trades.len().saturating_sub(n)..)
    }

    /// The remembered trades of the commands after `seq`, oldest first; `None` when some of them may be forgotten.
    pub fn after(&self, seq: CommandSeq) -> Option<impl Iterator<Item = &Trade> + '_> {
        let from = self.trades.partition_point(|trade| trade.seq <= seq);
        (from > 0 || self.trades.len() < TAPE_TRADES).then(|| self.trades.range(from..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape(trades: u64) -> Tape {
        let mut tape = Tape::default();
        for id in 1..=trades {
            tape.push(Trade {
                trade: TradeId(id),
                price: Price(100),
                lots: Lots(1),
                taker_side: Side::Buy,
                taker_market: false,
                auction: false,
                at: Timestamp(id),
                seq: CommandSeq(id),
                bid: None,
            });
        }
        tape
    }

    #[test]
    fn the_oldest_trades_are_forgotten() {
        let tape = tape(1_005);
        let ids = |n| tape.recent(n).map(|trade| trade.trade.0).collect::<Vec<_>>();
        assert_eq!(ids(3), [1_003, 1_004, 1_005]);
        assert_eq!(ids(usize::MAX).len(), TAPE_TRADES);
        assert_eq!(ids(usize::MAX)[0], 6);
        assert_eq!(tape.last().unwrap().trade, TradeId(1_005));
    }

    #[test]
    fn what_cannot_be_replayed_whole_is_refused() {
        let ids = |tape: &Tape, seq| Some(tape.after(CommandSeq(seq))?.map(|trade| trade.trade.0).collect::<Vec<_>>());
        assert_eq!(ids(&tape(3), 0), Some(vec![1, 2, 3]));
        assert_eq!(ids(&tape(3), 2), Some(vec![3]));
        assert_eq!(ids(&tape(3), 3), Some(vec![]));
        assert_eq!(ids(&tape(1_005), 5), None);
        assert_eq!(ids(&tape(1_005), 6).unwrap()[0], 7);
    }
}
