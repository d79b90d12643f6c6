//! Every maker's standing, from the venue's view: samples of the same kind as a maker counts for itself.

use crate::View;
use crate::obligation::{Obligation, Sampler, Standing};
use std::collections::BTreeMap;
use unspent_model::{AccountId, InstrumentId, Phase, Price, Side, Timestamp};

/// One side's best price of an account, and what it shows there.
type Best = Option<(Price, u64)>;

/// Makers scored while a view goes by.
///
/// Who drives it says of every instant, before the view changes at it, that time has come to it. A sample finds what the view showed
/// when it was taken: of an iceberg its slice, of what waits nothing. Many samples without a change between them are one look.
#[derive(Clone, Debug)]
pub struct Scores {
    obligation: Obligation,
    sampler: Sampler,
    seen: Timestamp,
    /// How many samples an instrument had in the continuous phase.
    samples: BTreeMap<InstrumentId, u64>,
    /// Accounts that scored at least once.
    standings: BTreeMap<(InstrumentId, AccountId), Standing>,
}

impl Scores {
    /// Samples are taken after an instant, by a rule, at instants drawn by a sampler.
    #[must_use]
    pub fn new(obligation: Obligation, sampler: Sampler, after: Timestamp) -> Scores {
        Scores { obligation, sampler, seen: after, samples: BTreeMap::new(), standings: BTreeMap::new() }
    }

    /// Time has come to an instant, and the view is as it was since the instant before.
    pub fn pass(&mut self, view: &View, to: Timestamp) {
        let samples = self.sampler.between(self.seen, to);
        self.seen = self.seen.max(to);
        if samples == 0 {
            return;
        }
        let continuous = |instrument| view.market(instrument).is_some_and(|market| market.phase == Phase::Continuous);
        for (instrument, _) in view.markets().filter(|(_, market)| market.phase == Phase::Continuous) {
            *self.samples.entry(instrument).or_insert(0) += samples;
        }
        let mut best: BTreeMap<(InstrumentId, AccountId), [Best; 2]> = BTreeMap::new();
        for order in
            view.orders().iter().filter(|order| order.resting && order.shown.0 > 0 && continuous(order.instrument))
        {
            let sides = best.entry((order.instrument, order.account)).or_default();
            let side = &mut sides[usize::from(order.side == Side::Sell)];
            let lots = u64::from(order.shown.0);
            *side = match *side {
                Some((price, there)) if price == order.price => Some((price, there + lots)),
                Some((price, there)) if !is_better(order.side, order.price, price) => Some((price, there)),
                _ => Some((order.price, lots)),
            };
        }
        for ((instrument, account), [bid, ask]) in best {
            let face = view.market(instrument).map_or(0, |market| u64::from(market.spec.face_dollars));
            let dollars = |side: Best| side.map(|(price, lots)| (price, lots * face));
            let score = self.obligation.score(dollars(bid), dollars(ask));
            if score > 0 {
                self.standings.entry((instrument, account)).or_default().count(samples, score);
            }
        }
    }

    /// Where every account stands that scored at least once, by instrument and account; samples are all of the instrument's.
    pub fn standings(&self) -> impl Iterator<Item = (InstrumentId, AccountId, Standing)> + '_ {
        self.standings.iter().map(|(&(instrument, account), &standing)| {
            let samples = self.samples.get(&instrument).copied().unwrap_or(0);
            (instrument, account, Standing { samples, ..standing })
        })
    }
}

/// Whether a price of a side is better for the other side than another one.
fn is_better(side: Side, price: Price, than: Price) -> bool {
    if side == Side::Buy { price > than } else { price < than }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_engine::Engine;
    use unspent_model::{
        AccountName, AddOrder, Cash, Command, CommandSeq, Event, Instrument, Lots, OwnerGroup, Sequenced, Symbol,
    };

    #[test]
    fn both_sides_of_an_account_are_scored_each_second_of_the_continuous_phase() {
        let (mut engine, mut view) = (Engine::new(0), View::new());
        let mut scores = Scores::new(Obligation::default(), Sampler::new(4), Timestamp(0));
        let mut seq = 0;
        let mut give = |second: u64, command: Command| {
            seq += 1;
            let at = Timestamp(second * 1_000_000_000);
            scores.pass(&view, at);
            let mut events: Vec<Event> = Vec::new();
            engine.apply(&Sequenced { seq: CommandSeq(seq), at, command }, &mut events);
            for event in &events {
                view.apply(at, CommandSeq(seq), event);
            }
            scores.standings().collect::<Vec<_>>()
        };
        let (maker, other, instrument) = (AccountId(0), AccountId(1), InstrumentId(0));
        let spec = Instrument::credit(Symbol::parse("AWS-ACT-1K-202706").unwrap()).unwrap();
        give(0, Command::ListInstrument(spec));
        for name in ["maker", "other"] {
            let name = AccountName::parse(name).unwrap();
            give(0, Command::OpenAccount { name, group: OwnerGroup(seq_of(name)) });
        }
        give(0, Command::DepositCash { account: maker, amount: Cash(100_000_000) });
        give(0, Command::DepositCash { account: other, amount: Cash(100_000_000) });
        give(0, Command::DepositCredits { account: maker, instrument, lots: 100 });
        let order = |account, side, price, lots| {
            Command::AddOrder(AddOrder::limit(account, instrument, side, Price(price), Lots(lots)))
        };
        give(10, order(maker, Side::Buy, 6_500, 6));
        give(10, order(maker, Side::Buy, 6_500, 4));
        give(10, order(maker, Side::Buy, 6_400, 50));
        give(10, order(other, Side::Buy, 6_600, 50));
        assert_eq!(give(20, order(maker, Side::Sell, 6_700, 8)), [], "one side is none");
        let told = give(30, Command::SetPhase { instrument, phase: Phase::Halted });
        let standing = Standing { samples: 30, present: 10, score: 10 * 2_000 };
        assert_eq!(told, [(instrument, maker, standing)], "half of 400 bp, squared, of eight lots");
        assert_eq!(give(40, Command::Clock), [(instrument, maker, standing)], "a halt does not count");
    }

    fn seq_of(name: AccountName) -> u32 {
        u32::from(name.as_str().as_bytes()[0])
    }
}
