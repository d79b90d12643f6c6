//! Calls, their indication, their random end, and the uncross.

use super::{Answer, Open, Reference, no};
use sha2::{Digest, Sha256};
use unspent_model::{
    AuctionId, CallEnded, CancelReason, Event, Indicative, InstrumentId, OrderId, Phase, Price, Reject, Reply, Side,
    TimeInForce, Timestamp,
};

/// A call that is not finished.
#[derive(Clone, Debug)]
pub struct Call {
    pub auction: AuctionId,
    pub committed: Option<[u8; 32]>,
    /// Whether it is a volatility call that goes on because it would have ended outside the band.
    pub extended: bool,
    /// When a volatility call ends, if that is near or not.
    pub ends: Option<u64>,
    /// Its random end, once its scheduled end has come.
    pub ending: Option<Ending>,
    told: Indication,
}

/// A random end that is near.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    pub scheduled: u64,
    pub latest: u64,
    pub leads: Leads,
}

/// What the end of a call leads to.
#[derive(Clone, Copy, Debug)]
pub enum Leads {
    /// To the phase of an entry of the trading day.
    Entry(Phase),
    /// To continuous trading, another turn, or a halt.
    OutOfVolatility,
}

/// What an uncross comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Indication {
    pub price: Option<u32>,
    lots: u64,
    surplus: Option<(Side, u64)>,
}

#[derive(Clone, Copy)]
struct Candidate {
    price: u32,
    volume: u64,
    /// What would be bought beyond what would be sold.
    surplus: i128,
}

impl Reference {
    pub(super) fn open_call(&mut self, instrument: InstrumentId) {
        self.auctions += 1;
        let auction = AuctionId(self.auctions);
        self.at_mut(instrument).call = Some(Call {
            auction,
            committed: None,
            extended: false,
            ends: None,
            ending: None,
            told: Indication::default(),
        });
        self.tell(Event::CallOpened { instrument, auction });
    }

    /// Uncrosses and is over; the phase has not changed yet.
    pub(super) fn end_call(&mut self, instrument: InstrumentId) {
        let Indication { price, lots, surplus } = self.uncross(instrument);
        self.follow_fills();
        let call = self.at_mut(instrument).call.take().expect("a call");
        let price = price.map(Price);
        self.tell(Event::CallEnded(CallEnded { instrument, auction: call.auction, price, lots, surplus }));
        for side in [Side::Buy, Side::Sell] {
            let for_it = |order: &&Open| order.terms.time_in_force == TimeInForce::Auction;
            let ids: Vec<OrderId> = self.queue(instrument, side).into_iter().filter(for_it).map(|it| it.id).collect();
            for id in ids {
                self.pull(id, CancelReason::AuctionOver);
            }
        }
    }

    fn candidate(&self, instrument: InstrumentId, price: u32) -> Candidate {
        let sum = |side, counts: &dyn Fn(u32) -> bool| -> u64 {
            let orders = self.queue(instrument, side).into_iter().filter(|order| counts(order.price));
            orders.map(|order| u64::from(order.leaves())).sum()
        };
        let buying = sum(Side::Buy, &|limit| limit >= price);
        let selling = sum(Side::Sell, &|limit| limit <= price);
        Candidate { price, volume: buying.min(selling), surplus: i128::from(buying) - i128::from(selling) }
    }

    /// The price of an uncross now, by the four principles.
    pub(super) fn indication(&self, instrument: InstrumentId) -> Indication {
        let anchor = self.at(instrument).anchor;
        let in_book = self.open.iter().filter(|order| order.is_in(instrument) && !order.waiting());
        let mut prices: Vec<u32> = in_book.map(|order| order.price).chain(anchor).collect();
        prices.sort();
        prices.dedup();
        let mut left: Vec<Candidate> = prices.into_iter().map(|price| self.candidate(instrument, price)).collect();

        let most = left.iter().map(|it| it.volume).max().unwrap_or(0);
        if most == 0 {
            return Indication::default();
        }
        left.retain(|it| it.volume == most);
        let least = left.iter().map(|it| it.surplus.abs()).min().expect("one at least");
        left.retain(|it| it.surplus.abs() == least);
        let chosen = if left.iter().all(|it| it.surplus > 0) {
            left[left.len() - 1]
        } else if left.iter().all(|it| it.surplus < 0) {
            left[0]
        } else if let Some(anchor) = anchor {
            // The first of equally near ones is the lower.
            *left.iter().min_by_key(|it| it.price.abs_diff(anchor)).expect("one at least")
        } else {
            left[(left.len() - 1) / 2]
        };
        let surplus = match chosen.surplus {
            0 => None,
            more @ 1.. => Some((Side::Buy, more as u64)),
            less => Some((Side::Sell, -less as u64)),
        };
        Indication { price: Some(chosen.price), lots: most, surplus }
    }

    fn uncross(&mut self, instrument: InstrumentId) -> Indication {
        let indication = self.indication(instrument);
        let Some(price) = indication.price else { return indication };
        let mut left = indication.lots;
        while left > 0 {
            let first = |side| self.queue(instrument, side)[0].id;
            let (bid, ask) = (first(Side::Buy), first(Side::Sell));
            let (mut bid, mut ask) = (self.take_out(bid), self.take_out(ask));
            let lots = bid.leaves().min(ask.leaves()).min(u32::try_from(left).unwrap_or(u32::MAX));
            self.print(&mut ask, &mut bid, price, lots, super::execution::Way::Uncross);
            left -= u64::from(lots);
            for order in [bid, ask] {
                if order.leaves() > 0 {
                    self.open.push(order);
                } else {
                    self.end_leg(&order);
                }
            }
        }
        for side in [Side::Buy, Side::Sell] {
            let given: Vec<OrderId> =
                self.queue(instrument, side).iter().filter(|order| order.shown == 0).map(|order| order.id).collect();
            for id in given {
                let mut order = self.take_out(id);
                self.refill(&mut order);
                self.open.push(order);
            }
        }
        self.at_mut(instrument).reference = Some(price);
        indication
    }

    pub(super) fn tell_indications(&mut self) {
        for instrument in (0..self.listed.len() as u32).map(InstrumentId) {
            if !self.phase(instrument).collects() {
                continue;
            }
            let now = self.indication(instrument);
            let call = self.at_mut(instrument).call.as_mut().expect("a call");
            if call.told == now {
                continue;
            }
            call.told = now;
            let (auction, price) = (call.auction, now.price.map(Price));
            let Indication { lots, surplus, .. } = now;
            self.tell(Event::Indicative(Indicative { instrument, auction, price, lots, surplus }));
        }
    }

    pub(super) fn commit(&mut self, instrument: InstrumentId, auction: AuctionId, commitment: [u8; 32]) -> Answer {
        self.listed(instrument)?;
        let phase = self.phase(instrument);
        match &mut self.at_mut(instrument).call {
            Some(call)
                if call.auction == auction
                    && call.committed.is_none()
                    && !call.extended
                    && matches!(phase, Phase::Call | Phase::VolatilityCall) =>
            {
                call.committed = Some(commitment);
            }
            _ => return no(Reject::WrongAuction),
        }
        self.tell(Event::AuctionCommitted { instrument, auction, commitment });
        Ok(Reply::Done)
    }

    pub(super) fn reveal(&mut self, instrument: InstrumentId, auction: AuctionId, seed: [u8; 32]) -> Answer {
        self.listed(instrument)?;
        let Some(call) = &self.at(instrument).call else { return no(Reject::WrongAuction) };
        let Some(ending) = call.ending else { return no(Reject::WrongAuction) };
        let hash: [u8; 32] = Sha256::digest(seed).into();
        let number = u64::from_le_bytes(seed[..8].try_into().expect("eight bytes"));
        let drawn = ending.scheduled + number % (ending.latest - ending.scheduled + 1);
        if call.auction != auction || call.committed != Some(hash) || self.at < drawn {
            return no(Reject::WrongAuction);
        }
        self.tell(Event::AuctionRevealed { instrument, auction, seed });
        self.conclude(instrument, ending.leads);
        Ok(Reply::Done)
    }

    /// The end of a call, or the announcement of its random one.
    pub(super) fn end_or_draw(&mut self, instrument: InstrumentId, leads: Leads) {
        let seconds = u64::from(self.at(instrument).rules.random_end_seconds);
        let (scheduled, latest) = (self.at, Timestamp(self.at).plus_seconds(seconds).0);
        let collects = self.phase(instrument).collects();
        match &mut self.at_mut(instrument).call {
            // What was announced stands.
            Some(Call { ending: Some(ending), .. }) => ending.leads = leads,
            Some(call) if call.committed.is_some() && seconds > 0 && !call.extended && collects => {
                call.ends = None;
                call.ending = Some(Ending { scheduled, latest, leads });
                let auction = call.auction;
                let (scheduled, latest) = (Timestamp(scheduled), Timestamp(latest));
                self.tell(Event::CallEnding { instrument, auction, scheduled, latest });
            }
            _ => self.conclude(instrument, leads),
        }
    }
}

/// Questions of those who draw what happens next.
impl Reference {
    /// The unfinished call of an instrument.
    pub fn call(&self, instrument: InstrumentId) -> Option<&Call> {
        self.listed.get(instrument.0 as usize)?.call.as_ref()
    }
}
