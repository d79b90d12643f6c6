//! A view as facts, one small piece after the other, and a view of such facts again.
//!
//! # Invariants
//! - A view that is made of another's facts says what the other would have said, of everything that follows, and has the
//!   same facts.
//! - Facts that are not those of one view, each once and in order, are an error that says which. They never panic.
//!
//! # Not here
//! What was told to whom: windows and subscriptions begin anew. Facts as bytes (`records`).

mod error;
mod history;
mod holdings;
mod order;
mod restoring;
mod settlements;

pub use error::RestoreError;
pub use restoring::Restoring;

use crate::call::Call;
use crate::tape::Trade;
use crate::view::View;
use unspent_model::{InstrumentId, ViewCall, ViewCounts, ViewFact, ViewMarket, ViewTrade, ViewVenue};

impl View {
    /// Gives everything that is known, piece by piece, in the order that [`Restoring`] takes it in.
    ///
    /// Costs nothing but the time to go through it; nothing is gathered.
    ///
    /// # Panics
    /// When an order neither rests nor waits: a view is saved between two commands, not between two events of one.
    pub fn facts(&self, mut each: impl FnMut(&ViewFact)) {
        each(&ViewFact::Venue(ViewVenue {
            seq: self.seq(),
            at: self.at(),
            stopped: self.stopped(),
            counts: self.counts(),
        }));
        for (instrument, market) in self.markets() {
            each(&ViewFact::Market(ViewMarket {
                instrument,
                spec: market.spec.clone(),
                phase: market.phase,
                reason: market.reason,
                before: market.rolling.before(),
                dominance: market.dominance,
            }));
            if let Some(call) = &market.call {
                each(&ViewFact::Call(call_fact(instrument, call)));
            }
            for trade in market.tape.recent(usize::MAX) {
                each(&ViewFact::Trade(trade_fact(instrument, trade)));
            }
            for bucket in market.rolling.buckets(instrument) {
                each(&ViewFact::Bucket(bucket));
            }
            for candle in market.candles.facts(instrument) {
                each(&ViewFact::Candle(candle));
            }
        }
        for known in self.balances().accounts() {
            let account = known.account;
            each(&ViewFact::Account { account, name: known.name, group: known.group });
            if let Some(cash) = self.balances().known_cash(account) {
                each(&ViewFact::Cash(cash));
            }
            for holding in self.balances().holdings(account) {
                each(&ViewFact::Holding(*holding));
            }
            for group in self.groups().of_account(account) {
                each(&ViewFact::Group(*group));
            }
        }
        for open in self.orders().iter() {
            each(&ViewFact::Order(order::fact(open)));
        }
        for decay in self.orders().decays() {
            each(&ViewFact::Decay(*decay));
        }
        history::facts(self.history(), &mut each);
        self.programmes().facts(&mut each);
        self.fundings().facts(&mut each);
        self.settlements().facts(&mut each);
        self.holdings().facts(each);
    }

    fn counts(&self) -> ViewCounts {
        let mut counts = ViewCounts {
            markets: self.market_count() as u64,
            accounts: self.balances().accounts().len() as u64,
            cash: self.balances().known_cash_count() as u64,
            holdings: self.balances().holdings_count() as u64,
            orders: self.orders().len() as u64,
            groups: self.groups().len() as u64,
            decays: self.orders().decays().len() as u64,
            ..ViewCounts::default()
        };
        for (_, market) in self.markets() {
            counts.calls += u64::from(market.call.is_some());
            counts.trades += market.tape.len() as u64;
            counts.buckets += market.rolling.len() as u64;
            counts.candles += market.candles.len() as u64;
        }
        counts
    }
}

fn call_fact(instrument: InstrumentId, call: &Call) -> ViewCall {
    let Call { auction, price, lots, surplus, commitment, ending } = *call;
    ViewCall { instrument, auction, price, lots, surplus, commitment, ending }
}

fn call_of(fact: &ViewCall) -> Call {
    let ViewCall { instrument: _, auction, price, lots, surplus, commitment, ending } = *fact;
    Call { auction, price, lots, surplus, commitment, ending }
}

fn trade_fact(instrument: InstrumentId, trade: &Trade) -> ViewTrade {
    let Trade { trade, price, lots, taker_side, taker_market, auction, at, seq, bid } = *trade;
    ViewTrade { instrument, trade, price, lots, taker_side, taker_market, auction, at, seq, bid }
}

fn trade_of(fact: &ViewTrade) -> Trade {
    let ViewTrade { instrument: _, trade, price, lots, taker_side, taker_market, auction, at, seq, bid } = *fact;
    Trade { trade, price, lots, taker_side, taker_market, auction, at, seq, bid }
}
