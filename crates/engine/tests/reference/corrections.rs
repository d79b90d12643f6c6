//! Trades that are undone or get another price.

use super::accounts::Thing;
use super::{Answer, Reference, no};
use unspent_model::{
    AccountId, Event, Fill, InstrumentId, Movement, MovementKind, Price, Reject, Rejection, Reply, Side,
    TradeCorrection, TradeId, limits,
};

/// A trade that was told, with the price that it has now.
#[derive(Clone, Debug)]
pub struct Traded {
    fill: Fill,
    price: u32,
    busted: bool,
    /// It settles later, or was bought in.
    later: bool,
}

impl Reference {
    pub(super) fn keep_trade(&mut self, fill: Fill, later: bool) {
        self.traded.push(Traded { fill, price: fill.price.0, busted: false, later });
    }

    /// The number of the last trade.
    pub fn newest_trade(&self) -> TradeId {
        TradeId(self.trades)
    }

    /// Where a trade was.
    pub fn instrument_of(&self, trade: TradeId) -> Option<InstrumentId> {
        self.traded.iter().find(|it| it.fill.trade == trade).map(|it| it.fill.instrument)
    }

    fn correctable(&self, instrument: InstrumentId, trade: TradeId) -> Result<usize, Rejection> {
        let oldest = (self.trades + 1).saturating_sub(limits::CORRECTABLE_TRADES as u64);
        self.listed(instrument)?;
        let of_it = |it: &Traded| (it.fill.trade, it.fill.instrument) == (trade, instrument);
        let at = self.traded.iter().position(|it| of_it(it) && !it.later && trade.0 >= oldest);
        let Some(at) = at else { return no(Reject::UnknownTrade) };
        if self.traded[at].busted { no(Reject::TradeBusted) } else { Ok(at) }
    }

    pub(super) fn bust(&mut self, instrument: InstrumentId, trade: TradeId) -> Answer {
        let at = self.correctable(instrument, trade)?;
        let Traded { fill, price, .. } = self.traded[at];
        let (buyer, seller) = sides(&fill);
        let lots = i128::from(fill.lots.0);
        let notional = self.worth(fill.instrument, price, fill.lots.0);
        let (buyer_fee, seller_fee) = (i128::from(buyer.fee.0), i128::from(seller.fee.0));
        let free = self.holding(buyer.account, fill.instrument).available;
        if lots > i128::from(free) {
            return Err(Rejection { reject: Reject::InsufficientCredits, available: Some(free) });
        }
        let proceeds = notional - seller_fee;
        self.must_have(seller.account, proceeds)?;
        self.traded[at].busted = true;
        self.tell_correction(&fill, price, None);
        self.earned -= buyer_fee + seller_fee;
        self.move_for(&fill, MovementKind::Bust, buyer.account, notional + buyer_fee, -lots);
        self.move_for(&fill, MovementKind::Bust, seller.account, -proceeds, lots);
        for thing in [Thing::Cash(buyer.account), Thing::Cash(seller.account)] {
            self.change(thing);
        }
        for account in [buyer.account, seller.account] {
            self.change(Thing::Lots(account, fill.instrument));
        }
        Ok(Reply::Done)
    }

    pub(super) fn adjust(&mut self, instrument: InstrumentId, trade: TradeId, to: Price) -> Answer {
        let at = self.correctable(instrument, trade)?;
        let Traded { fill, price, .. } = self.traded[at];
        let (buyer, seller) = sides(&fill);
        let new = self.worth(fill.instrument, to.0, fill.lots.0);
        let bounds = i128::from(seller.fee.0)..=i128::from(limits::ORDER_NOTIONAL_CENTS);
        let in_domain = to.0 > 0 && to <= self.at(fill.instrument).spec.price_max;
        if !in_domain || to.0 == price || !bounds.contains(&new) {
            return no(Reject::InvalidPrice);
        }
        let more = new - self.worth(fill.instrument, price, fill.lots.0);
        let (payer, payee) = if more > 0 { (buyer.account, seller.account) } else { (seller.account, buyer.account) };
        self.must_have(payer, more.abs())?;
        self.traded[at].price = to.0;
        self.tell_correction(&fill, price, Some(to));
        self.move_for(&fill, MovementKind::Adjustment, payer, -more.abs(), 0);
        self.move_for(&fill, MovementKind::Adjustment, payee, more.abs(), 0);
        self.change(Thing::Cash(payer));
        self.change(Thing::Cash(payee));
        Ok(Reply::Done)
    }

    fn must_have(&self, account: AccountId, cents: i128) -> Result<(), Rejection> {
        let free = self.cash(account).available.0;
        if cents <= i128::from(free) {
            return Ok(());
        }
        Err(Rejection { reject: Reject::InsufficientFunds, available: Some(free) })
    }

    fn tell_correction(&mut self, fill: &Fill, from: u32, to: Option<Price>) {
        let (buyer, seller) = sides(fill);
        self.tell(Event::TradeCorrected(TradeCorrection {
            trade: fill.trade,
            instrument: fill.instrument,
            buyer: buyer.account,
            seller: seller.account,
            lots: fill.lots,
            from: Price(from),
            to,
        }));
    }

    fn move_for(&mut self, fill: &Fill, kind: MovementKind, account: AccountId, cents: i128, lots: i128) {
        self.accounts[account.0 as usize].cash += cents;
        self.own(account, fill.instrument, lots);
        let (instrument, trade) = (Some(fill.instrument), Some(fill.trade));
        let (cash, lots) = (cents as i64, lots as i64);
        self.tell(Event::Moved(Movement { account, kind, cash, instrument, lots, trade }));
    }
}

/// The buyer's side and the seller's.
fn sides(fill: &Fill) -> (unspent_model::Leg, unspent_model::Leg) {
    if fill.taker_side == Side::Buy { (fill.taker, fill.maker) } else { (fill.maker, fill.taker) }
}
