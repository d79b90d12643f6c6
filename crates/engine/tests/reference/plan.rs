//! What an order would trade now, found out on a copy of the other side.

use super::Reference;
use super::orders::{Open, ceil, within};
use unspent_model::{InstrumentId, OrderId, SelfTrade, Side};

/// One thing that an execution does with a resting order.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    Fill {
        maker: OrderId,
        price: u32,
        lots: u32,
    },
    /// Self-trade prevention takes lots from both.
    Decrement {
        maker: OrderId,
        lots: u32,
    },
    /// The next level, of another month, is outside that month's bands: the walk goes on without that month.
    Breach {
        instrument: InstrumentId,
        price: u32,
    },
    /// Self-trade prevention takes the resting order away.
    Cancel {
        maker: OrderId,
    },
}

/// Why an execution goes no further.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// It has no lots left.
    Filled,
    /// Nobody is within its limit.
    Nobody,
    SelfTrade,
    /// Its `max_total` pays for no further lot.
    Money,
    /// The next level, at this price, is outside the bands.
    Band(u32),
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub deeds: Vec<Deed>,
    pub end: End,
}

impl Plan {
    /// An order that is not executed.
    pub fn none() -> Plan {
        Plan { deeds: Vec::new(), end: End::Nobody }
    }

    pub fn traded(&self) -> u32 {
        self.deeds.iter().map(|deed| if let Deed::Fill { lots, .. } = deed { *lots } else { 0 }).sum()
    }
}

impl Reference {
    pub(super) fn plan(&self, order: &Open) -> Plan {
        let others = self.opposite(order.terms.instrument, order.terms.side).into_iter().cloned().collect();
        self.plan_among(order, others, true)
    }

    /// What an order would trade with the resting orders of its own book, whatever the bands.
    pub(super) fn plan_at_home(&self, order: &Open) -> Plan {
        let others = self.queue(order.terms.instrument, order.terms.side.opposite()).into_iter().cloned().collect();
        self.plan_among(order, others, false)
    }

    fn plan_among(&self, order: &Open, mut others: Vec<Open>, banded: bool) -> Plan {
        let (instrument, side) = (order.terms.instrument, order.terms.side);
        // The credits of a sell are its own month's, those of a buy the resting order's.
        let delivered = |first: &Open| if side == Side::Buy { first.terms.instrument } else { instrument };
        let owner = self.account(order.terms.account).owner;
        let mut deeds = Vec::new();
        let mut leaves = order.leaves();
        let end = loop {
            if leaves == 0 {
                break End::Filled;
            }
            let Some(first) = others.first() else { break End::Nobody };
            if !within(side, order.price, first.price) {
                break End::Nobody;
            }
            let asks = delivered(first);
            if banded && !self.at(asks).inside_bands(first.price) {
                if asks == instrument {
                    break End::Band(first.price);
                }
                deeds.push(Deed::Breach { instrument: asks, price: first.price });
                others.retain(|other| !other.is_in(asks));
                continue;
            }
            let (maker, price) = (first.id, first.price);
            let lots = leaves.min(first.shown);
            if self.account(first.terms.account).owner != owner {
                deeds.push(Deed::Fill { maker, price, lots });
                leaves -= lots;
                take_from_legs(&mut others, lots);
                take_from_first(&mut others, lots);
                continue;
            }
            match order.terms.self_trade {
                SelfTrade::CancelNewest => break End::SelfTrade,
                SelfTrade::CancelOldest => {
                    deeds.push(Deed::Cancel { maker });
                    others.remove(0);
                }
                SelfTrade::CancelBoth => {
                    deeds.push(Deed::Cancel { maker });
                    break End::SelfTrade;
                }
                SelfTrade::Decrement => {
                    deeds.push(Deed::Decrement { maker, lots });
                    leaves -= lots;
                    take_from_legs(&mut others, lots);
                    take_from_first(&mut others, lots);
                    if leaves == 0 {
                        break End::SelfTrade;
                    }
                }
            }
        };
        let plan = Plan { deeds, end };
        match order.max_total() {
            Some(most) => self.as_far_as_paid(order, plan, most),
            None => plan,
        }
    }

    /// The plan as far as `most` cents pay for it, fees included, and not a step further than the last lot.
    fn as_far_as_paid(&self, order: &Open, plan: Plan, most: i128) -> Plan {
        let mut paid = Vec::new();
        let mut reach = 0;
        for deed in &plan.deeds {
            if let Deed::Breach { price, .. } = *deed {
                let mut trial = Plan { deeds: paid.clone(), end: End::Money };
                trial.deeds.push(Deed::Fill { maker: OrderId(0), price, lots: 1 });
                if self.spends(order, &trial) > most {
                    paid.truncate(reach);
                    return Plan { deeds: paid, end: End::Money };
                }
            }
            let Deed::Fill { maker, price, lots } = *deed else {
                paid.push(*deed);
                continue;
            };
            let cost = |lots| {
                let mut trial = Plan { deeds: paid.clone(), end: End::Money };
                trial.deeds.push(Deed::Fill { maker, price, lots });
                self.spends(order, &trial)
            };
            let (mut affordable, mut too_many) = (0, u64::from(lots) + 1);
            while u64::from(affordable) + 1 < too_many {
                let middle = u64::from(affordable).midpoint(too_many);
                if cost(middle as u32) <= most { affordable = middle as u32 } else { too_many = middle }
            }
            if affordable > 0 {
                paid.push(Deed::Fill { maker, price, lots: affordable });
                reach = paid.len();
            }
            if affordable < lots {
                paid.truncate(reach);
                return Plan { deeds: paid, end: End::Money };
            }
        }
        if let End::Band(price) = plan.end {
            let maker = OrderId(0);
            paid.push(Deed::Fill { maker, price, lots: 1 });
            if self.spends(order, &Plan { deeds: paid.clone(), end: End::Money }) > most {
                paid.truncate(reach);
                return Plan { deeds: paid, end: End::Money };
            }
        }
        plan
    }

    /// What a plan costs a buy without fills, its fees included.
    pub(super) fn spends(&self, order: &Open, plan: &Plan) -> i128 {
        let mut notional = 0;
        for deed in &plan.deeds {
            if let Deed::Fill { price, lots, .. } = *deed {
                notional += self.worth(order.terms.instrument, price, lots);
            }
        }
        notional + ceil(notional * i128::from(order.fees.taker))
    }
}

/// Takes lots that the first order is about to lose from the other legs of its linked bid.
fn take_from_legs(queue: &mut Vec<Open>, lots: u32) {
    let (first, link) = (queue[0].id, queue[0].link);
    for other in queue.iter_mut().filter(|other| other.id != first && link.is_some() && other.link == link) {
        other.total -= lots;
        other.shown -= lots;
    }
    queue.retain(|other| other.leaves() > 0);
}

/// Takes lots that the first order shows; an iceberg then shows its next slice, behind everything at its price.
fn take_from_first(queue: &mut Vec<Open>, lots: u32) {
    let mut first = queue.remove(0);
    first.filled += lots;
    first.shown -= lots;
    if first.leaves() == 0 {
        return;
    }
    let at = if first.shown > 0 {
        0
    } else {
        first.shown = first.slice();
        let beside = |other: &&Open| other.price == first.price && other.terms.instrument == first.terms.instrument;
        queue.iter().take_while(beside).count()
    };
    queue.insert(at, first);
}
