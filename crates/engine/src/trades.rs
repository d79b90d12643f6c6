//! The last trades, so that the operator can undo one or give it another price.
//!
//! # Invariants
//! - A trade is kept under its number from its fill on until so many others came after it. There is no gap: every trade
//!   from the first one kept to the last one is.
//! - What is kept is what moved: a trade that was given another price has that price.

use crate::engine::Engine;
use crate::settle::Sale;
use unspent_ledger::{Reversal, Settlement};
use unspent_model::{
    AccountId, Cash, Event, InstrumentId, Lots, Movement, MovementKind, Price, Reject, Rejection, Reply,
    TradeCorrection, TradeId, limits,
};

/// So many places of the ring are made at once: a page or a few of memory, touched when trades are about to be written there.
const REACH: usize = 256;

/// A trade that may be corrected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub trade: u64,
    pub buyer_fee: Cash,
    pub seller_fee: Cash,
    pub buyer: AccountId,
    pub seller: AccountId,
    pub instrument: InstrumentId,
    pub price: Price,
    pub lots: Lots,
    pub fate: Fate,
}

const _: () = assert!(std::mem::size_of::<Kept>() == 48);

/// What became of a trade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Fate {
    #[default]
    Stands = 1,
    Adjusted = 2,
    Busted = 3,
    /// It settles later, or was bought in: it cannot be corrected, a settlement can be ruled upon.
    Later = 4,
}

/// The last trades, each where its number says.
#[derive(Debug)]
pub(crate) struct Trades {
    ring: Vec<Kept>,
    /// Those before it were never kept: an engine made of facts that do not say them did not see them.
    since: u64,
}

impl Default for Trades {
    fn default() -> Trades {
        // Asked for at once: memory that is not written to yet costs nothing, and growing by moving would cost a fill now and then.
        Trades { ring: Vec::with_capacity(limits::CORRECTABLE_TRADES), since: 1 }
    }
}

impl Trades {
    /// The first trade that is kept, or would be, when `last` is the number of the last trade.
    fn first(&self, last: u64) -> u64 {
        (last + 1).saturating_sub(limits::CORRECTABLE_TRADES as u64).max(self.since)
    }

    /// The first trade that is kept, when one is.
    pub fn since(&self, last: u64) -> Option<u64> {
        Some(self.first(last)).filter(|&first| first <= last)
    }

    pub fn set_since(&mut self, since: u64) {
        self.since = since;
    }

    /// Whether every trade that is to be kept is.
    pub fn complete(&self, last: u64) -> bool {
        (self.first(last)..=last).all(|trade| self.find(TradeId(trade)).is_some())
    }

    #[inline]
    fn place(trade: u64) -> usize {
        (trade % limits::CORRECTABLE_TRADES as u64) as usize
    }

    #[inline]
    pub fn keep(&mut self, kept: Kept) {
        let place = Trades::place(kept.trade);
        if place >= self.ring.len() {
            self.reach(place);
        }
        self.ring[place] = kept;
    }

    /// Makes places up to `place`, and some more.
    #[cold]
    fn reach(&mut self, place: usize) {
        let places = (place + 1).next_multiple_of(REACH).min(limits::CORRECTABLE_TRADES);
        self.ring.resize(places, Kept::default());
    }

    fn find(&self, trade: TradeId) -> Option<&Kept> {
        self.ring.get(Trades::place(trade.0)).filter(|kept| kept.trade == trade.0 && trade.0 != 0)
    }

    fn set(&mut self, trade: TradeId, fate: Fate, price: Price) {
        let kept = &mut self.ring[Trades::place(trade.0)];
        assert_eq!(kept.trade, trade.0, "a trade is not where its number says");
        (kept.fate, kept.price) = (fate, price);
    }

    /// Those kept, oldest first, when `last` is the number of the last trade.
    pub fn iter(&self, last: u64) -> impl Iterator<Item = &Kept> + '_ {
        (self.first(last)..=last).filter_map(|trade| self.find(TradeId(trade)))
    }
}

impl Engine {
    /// Keeps a trade that has just moved what it moves.
    #[inline]
    pub(crate) fn keep_trade(&mut self, instrument: InstrumentId, price: Price, settled: &Settlement) {
        self.trades.keep(Kept {
            trade: self.last_trade,
            buyer_fee: settled.buyer_fee,
            seller_fee: settled.seller_fee,
            buyer: settled.buyer,
            seller: settled.seller,
            instrument,
            price,
            lots: settled.lots,
            fate: Fate::Stands,
        });
    }

    /// Keeps a trade that settles later, or was bought in: it cannot be corrected.
    pub(crate) fn keep_later(&mut self, seller: AccountId, sale: &Sale) {
        self.trades.keep(Kept {
            trade: self.last_trade,
            buyer_fee: sale.buyer_fee,
            seller_fee: sale.seller_fee,
            buyer: sale.buyer,
            seller,
            instrument: sale.instrument,
            price: sale.price,
            lots: sale.lots,
            fate: Fate::Later,
        });
    }

    fn correctable(&self, instrument: InstrumentId, trade: TradeId) -> Result<Kept, Reject> {
        self.listed(instrument)?;
        let kept = self.trades.find(trade).filter(|kept| kept.instrument == instrument);
        let kept = *kept.filter(|kept| kept.fate != Fate::Later).ok_or(Reject::UnknownTrade)?;
        if kept.fate == Fate::Busted { Err(Reject::TradeBusted) } else { Ok(kept) }
    }

    fn worth(&self, kept: &Kept, price: Price) -> Cash {
        let unit_value = self.listed[kept.instrument.0 as usize].unit_value;
        price.notional(kept.lots, unit_value).expect("an order's notional is bounded")
    }

    fn has_free(&self, account: AccountId, amount: Cash) -> Result<(), Rejection> {
        let (available, _) = self.ledger.cash(account);
        if amount <= available {
            return Ok(());
        }
        Err(Rejection { reject: Reject::InsufficientFunds, available: Some(available.0) })
    }

    pub(crate) fn bust_trade(
        &mut self,
        instrument: InstrumentId,
        trade: TradeId,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        let kept = self.correctable(instrument, trade)?;
        let notional = self.worth(&kept, kept.price);
        let (available, _) = self.ledger.lots(kept.buyer, kept.instrument);
        if u64::from(kept.lots.0) > available {
            return Err(Rejection { reject: Reject::InsufficientCredits, available: Some(available) });
        }
        let proceeds = notional - kept.seller_fee;
        self.has_free(kept.seller, proceeds)?;
        let earned = kept.buyer_fee + kept.seller_fee;
        if earned > self.ledger.fees() {
            return Err(Rejection { reject: Reject::InsufficientFunds, available: Some(self.ledger.fees().0) });
        }

        // Decided.
        self.trades.set(trade, Fate::Busted, kept.price);
        events.push(Event::TradeCorrected(kept.corrected(None)));
        self.ledger.reverse(&Reversal {
            buyer: kept.buyer,
            seller: kept.seller,
            instrument: kept.instrument,
            lots: kept.lots,
            notional,
            buyer_fee: kept.buyer_fee,
            seller_fee: kept.seller_fee,
        });
        let lots = i64::from(kept.lots.0);
        let paid = cents(notional + kept.buyer_fee);
        events.push(Event::Moved(kept.movement(MovementKind::Bust, kept.buyer, paid, -lots)));
        events.push(Event::Moved(kept.movement(MovementKind::Bust, kept.seller, -cents(proceeds), lots)));
        Ok(Reply::Done)
    }

    pub(crate) fn adjust_trade(
        &mut self,
        instrument: InstrumentId,
        trade: TradeId,
        price: Price,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        let kept = self.correctable(instrument, trade)?;
        let listed = &self.listed[kept.instrument.0 as usize];
        if price.0 == 0 || price > listed.spec.price_max || price == kept.price {
            return Err(Reject::InvalidPrice.into());
        }
        // Within the bound of one order, and what the seller got still covers its fee.
        let worth = price.notional(kept.lots, listed.unit_value).filter(|cash| cash.0 <= limits::ORDER_NOTIONAL_CENTS);
        let new = worth.filter(|&cash| cash >= kept.seller_fee).ok_or(Reject::InvalidPrice)?;
        let old = self.worth(&kept, kept.price);
        let (payer, payee, difference) =
            if new > old { (kept.buyer, kept.seller, new - old) } else { (kept.seller, kept.buyer, old - new) };
        self.has_free(payer, difference)?;

        // Decided.
        self.trades.set(trade, Fate::Adjusted, price);
        events.push(Event::TradeCorrected(kept.corrected(Some(price))));
        self.ledger.pay(payer, payee, difference);
        for (account, moved) in [(payer, -cents(difference)), (payee, cents(difference))] {
            events.push(Event::Moved(kept.movement(MovementKind::Adjustment, account, moved, 0)));
        }
        Ok(Reply::Done)
    }
}

impl Kept {
    fn corrected(&self, to: Option<Price>) -> TradeCorrection {
        TradeCorrection {
            trade: TradeId(self.trade),
            instrument: self.instrument,
            buyer: self.buyer,
            seller: self.seller,
            lots: self.lots,
            from: self.price,
            to,
        }
    }

    fn movement(&self, kind: MovementKind, account: AccountId, cash: i64, lots: i64) -> Movement {
        let (instrument, trade) = (Some(self.instrument), Some(TradeId(self.trade)));
        Movement { account, kind, cash, instrument, lots, trade }
    }
}

fn cents(cash: Cash) -> i64 {
    i64::try_from(cash.0).expect("what an order may be worth fits")
}
