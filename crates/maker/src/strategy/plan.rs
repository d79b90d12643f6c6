//! What should be open now: every instrument's layers, within all bounds, without a crossed month.

use super::{Market, Strategy};
use crate::pricing::{Explained, Priced, Row, Situation, outside_fees};
use crate::sizing::Budget;
use unspent_model::{Lots, Phase, Price, Side, Timestamp};

/// One instrument's part of a plan.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    /// Nothing of it may be changed now: what is open stays as it is.
    pub(super) fixed: bool,
    pub(super) explained: Explained,
}

impl Planned {
    /// The row of a layer.
    pub(super) fn row(&self, side: Side, layer: u32) -> Option<Row> {
        self.explained.rows.iter().copied().find(|row| row.side == side && row.layer == layer)
    }

    fn note(&mut self, note: String) {
        if !self.explained.notes.contains(&note) {
            self.explained.notes.push(note);
        }
    }
}

fn word(side: Side) -> &'static str {
    match side {
        Side::Buy => "bid",
        Side::Sell => "ask",
    }
}

impl Strategy {
    /// What should be open at a time, in the order of the markets.
    pub(super) fn plan(&self, now: Timestamp) -> Vec<Planned> {
        let held = self.markets.iter().map(|market| (&market.reference, market.held));
        let mut budget = Budget::new(&self.config, self.cash, held);
        let mut plan: Vec<Planned> =
            self.markets.iter().map(|market| self.plan_one(now, market, &mut budget)).collect();
        self.uncross(&mut plan);
        plan
    }

    fn situation<'a>(&'a self, now: Timestamp, market: &'a Market) -> Situation<'a> {
        let family = &self.config.families[market.family];
        let days = market.reference.days_left(now);
        Situation {
            reference: &market.reference,
            quoting: &market.quoting,
            days,
            curve: family.curve.at(days),
            shift: self.anchors[market.family].shift(family, now),
            held: market.held,
        }
    }

    fn plan_one(&self, now: Timestamp, market: &Market, budget: &mut Budget) -> Planned {
        let situation = self.situation(now, market);
        let priced = situation.price();
        let symbol = market.reference.symbol;
        let explained = Explained { symbol, terms: priced.terms.clone(), notes: Vec::new(), rows: Vec::new() };
        let mut planned = Planned { fixed: market.phase == Some(Phase::NoCancel), explained };
        if planned.fixed {
            planned.note("nothing is changed in the no-cancel phase".to_owned());
            self.keep(market, &mut planned);
            return planned;
        }
        if let Some(why) = self.silent(now, market, &priced) {
            planned.note(why);
            return planned;
        }
        for side in [Side::Buy, Side::Sell] {
            if side == Side::Buy && !priced.buys {
                planned.note(format!("no bid: {} days or less before the last trade", market.quoting.no_buy_days));
            } else if market.rests(side, now, self.config.timing.refused_ms) {
                planned.note(format!("no {}: it was refused a moment ago", word(side)));
            } else {
                self.plan_side(side, market, &situation, &priced, budget, &mut planned);
            }
        }
        planned
    }

    /// Why an instrument is not quoted at all.
    fn silent(&self, now: Timestamp, market: &Market, priced: &Priced) -> Option<String> {
        match market.phase {
            Some(Phase::Continuous) => {}
            Some(phase) if phase.collects() && market.quoting.in_calls => {}
            Some(phase) => return Some(format!("not quoted: its phase is {}", phase.name())),
            None => return Some("not quoted: its phase is not known".to_owned()),
        }
        if market.reference.last_trade.is_some_and(|last| now >= last) {
            return Some("not quoted: its last trade is over".to_owned());
        }
        if market.book.is_none() {
            return Some("not quoted: its book is not known".to_owned());
        }
        if !priced.in_band {
            return Some(format!(
                "not quoted: trades moved the fair price by more than {} bp from its curve",
                market.quoting.band
            ));
        }
        None
    }

    fn plan_side(
        &self,
        side: Side,
        market: &Market,
        situation: &Situation<'_>,
        priced: &Priced,
        budget: &mut Budget,
        planned: &mut Planned,
    ) {
        let q = &market.quoting;
        let mut price = match side {
            Side::Buy => priced.bid,
            Side::Sell => priced.ask,
        };
        if let Some(limit) = self.short_of_others(side, market) {
            let limit = f64::from(limit);
            let beyond = if side == Side::Buy { price > limit } else { price < limit };
            if beyond {
                price = limit;
                planned.note(format!("the {} stays one tick short of the other side", word(side)));
            }
        }
        // What may still be bought is what may be owned and could be sold again, less what is owned.
        let most = f64::from(q.max_lots).min(priced.sellable) - market.held as f64;
        let mut left = match side {
            Side::Buy => most.max(0.0) as u64,
            Side::Sell => market.held,
        };
        for layer in 0..q.layers {
            let wanted = situation.lots(side, layer, priced.liquidation);
            let Some(at) = situation.layer(side, price, layer) else {
                let word = word(side);
                planned.note(format!("no {word} of layer {layer}: outside {} to {} bp", q.price_min, q.price_max));
                continue;
            };
            let (mut lots, mut short) = (wanted, None);
            if left < lots {
                let why = if side == Side::Buy { "what may be owned and sold again" } else { "what is owned" };
                (lots, short) = (left, Some(why));
            }
            if side == Side::Buy {
                let (given, bound) = budget.take(&market.reference, at, lots);
                (lots, short) = (given, bound.or(short));
            }
            if let Some(why) = short {
                planned.note(format!("{} of layer {layer}: {lots} of {wanted} lots, bounded by {why}", word(side)));
            }
            left -= lots;
            if let (Ok(lots), true) = (u32::try_from(lots), lots > 0) {
                planned.explained.rows.push(Row { side, layer, price: at, lots: Lots(lots) });
            }
        }
    }

    /// The furthest price of a side that meets nobody: a tick short of the best that others offer in its month or one that would
    /// trade with it. `None` where books may be crossed, or nobody is there.
    fn short_of_others(&self, side: Side, market: &Market) -> Option<u32> {
        if market.phase != Some(Phase::Continuous) {
            return None;
        }
        let meets = |other: &&Market| {
            let (ours, theirs) = (market.reference.expiry, other.reference.expiry);
            other.family == market.family
                && other.phase == Some(Phase::Continuous)
                && if side == Side::Buy { theirs >= ours } else { theirs <= ours }
        };
        let best = self.markets.iter().filter(meets).filter_map(|other| {
            let (bids, asks) = other.book.as_ref()?;
            let levels = if side == Side::Buy { asks } else { bids };
            let best = self.own.best_of_others(other.reference.instrument, side.opposite(), levels)?;
            Some(best.price.0)
        });
        let tick = market.reference.tick;
        match side {
            Side::Buy => best.min().map(|ask| ask.saturating_sub(tick)),
            Side::Sell => best.max().map(|bid| bid.saturating_add(tick)),
        }
    }

    /// What is open, as if it were wanted.
    fn keep(&self, market: &Market, planned: &mut Planned) {
        for side in [Side::Buy, Side::Sell] {
            for order in self.own.of(market.reference.instrument, side) {
                let layer = order.name.and_then(|name| self.rounds.layer(name)).unwrap_or(0);
                planned.explained.rows.push(Row { side, layer, price: order.price, lots: order.leaves });
            }
        }
    }

    /// Lowers bids so that none meets an own ask of its month or of a later one, nor is nearer to its month's ask than fees; and keeps
    /// layers apart.
    pub(super) fn uncross(&self, plan: &mut [Planned]) {
        let mut order: Vec<usize> = (0..self.markets.len()).collect();
        // From the latest month to the earliest: what was seen of asks is what may fill a bid.
        order.sort_by_key(|&at| (self.markets[at].family, std::cmp::Reverse(self.markets[at].reference.expiry)));
        let mut lowest: Option<(usize, Price)> = None;
        for at in order {
            let market = &self.markets[at];
            if lowest.is_some_and(|(family, _)| family != market.family) {
                lowest = None;
            }
            let asks = plan[at].explained.rows.iter().filter(|row| row.side == Side::Sell).map(|row| row.price);
            let own_ask = asks.min();
            if let Some(ask) = own_ask {
                let least = lowest.map_or(ask, |(_, price)| price.min(ask));
                lowest = Some((market.family, least));
            }
            if !plan[at].fixed {
                self.lower_bids(market, lowest.map(|(_, price)| price), own_ask, &mut plan[at]);
            }
        }
    }

    fn lower_bids(&self, market: &Market, family_ask: Option<Price>, own_ask: Option<Price>, planned: &mut Planned) {
        let tick = market.reference.tick;
        let mut above = family_ask;
        let mut lowered = false;
        planned.explained.rows.retain_mut(|row| {
            if row.side == Side::Sell {
                return true;
            }
            if let Some(ask) = above
                && row.price >= ask
            {
                let highest = (ask.0 - 1) / tick * tick;
                (row.price, lowered) = (Price(highest), true);
            }
            while let Some(ask) = own_ask
                && row.price.0 > 0
                && !outside_fees(&market.reference, row.price, ask)
            {
                (row.price, lowered) = (Price(row.price.0.saturating_sub(tick)), true);
            }
            // The next layer is behind this one.
            above = Some(row.price);
            row.price >= market.quoting.price_min && row.price.0 > 0
        });
        if lowered {
            planned.note(
                "bids are lowered: below its own asks of this month and later ones, and outside its fees".to_owned(),
            );
        }
    }
}
