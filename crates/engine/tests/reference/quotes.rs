//! Mass quotes.

use super::entry::Source;
use super::{Answer, Open, Reference, no};
use unspent_model::{
    AccountId, AddOrder, CancelReason, Event, InstrumentId, MassQuote, Phase, QuoteSide, Reject, Rejection, Reply,
    Side, limits,
};

/// What became of the sides of a mass quote.
#[derive(Default)]
struct Count {
    placed: u32,
    unchanged: u32,
    pulled: u32,
    refused: u32,
}

/// What the first turn leaves of a side for the second.
#[derive(Clone, Copy)]
enum Turn {
    Done,
    Place,
    /// The quote may not be touched now, and its side is refused.
    Stays,
}

impl Reference {
    pub(super) fn mass_quote(&mut self, mass: &MassQuote) -> Answer {
        self.known(mass.account)?;
        self.in_time(mass.deadline)?;
        self.live(mass.session, mass.account)?;
        for quote in &mass.quotes {
            self.listed(quote.instrument)?;
        }
        if let Some(group) = mass.group {
            self.group(mass.account, group)?;
            self.not_tripped(mass.account, mass.group)?;
        }
        let twice = |at: usize| mass.quotes[..at].iter().any(|quote| quote.instrument == mass.quotes[at].instrument);
        let many = mass.quotes.len();
        if many == 0 || many > limits::QUOTES_PER_COMMAND || (0..many).any(twice) {
            return no(Reject::InvalidQuotes);
        }
        let arrival = self.next_arrival(mass.account)?;
        self.accounts[mass.account.0 as usize].arrival = arrival;

        let mut count = Count::default();
        let mut second: Vec<(InstrumentId, Side, QuoteSide, Turn)> = Vec::new();
        for quote in &mass.quotes {
            for (side, wanted) in [(Side::Buy, quote.bid), (Side::Sell, quote.ask)] {
                let Some(wanted) = wanted else { continue };
                let turn = self.keep_or_pull(mass, quote.instrument, side, wanted, &mut count);
                second.push((quote.instrument, side, wanted, turn));
            }
        }
        for (instrument, side, wanted, turn) in second {
            let placed = match turn {
                Turn::Done => continue,
                Turn::Stays => no(Reject::WrongPhase),
                Turn::Place => self.place(mass, instrument, side, wanted),
            };
            match placed {
                Ok(()) => count.placed += 1,
                Err(rejection) => {
                    count.refused += 1;
                    self.tell(Event::QuoteRefused { instrument, side, rejection });
                }
            }
        }
        let Count { placed, unchanged, pulled, refused } = count;
        Ok(Reply::Quoted { quote_id: mass.quote_id, placed, unchanged, pulled, refused })
    }

    /// The first turn.
    fn keep_or_pull(
        &mut self,
        mass: &MassQuote,
        instrument: InstrumentId,
        side: Side,
        wanted: QuoteSide,
        count: &mut Count,
    ) -> Turn {
        let (price, lots) = (wanted.price.0, wanted.lots.0);
        let Some(old) = self.quote_of(mass.account, instrument, side).cloned() else {
            return if lots > 0 { Turn::Place } else { Turn::Done };
        };
        if self.phase(instrument) == Phase::NoCancel {
            let no_worse = if side == Side::Buy { price >= old.price } else { price <= old.price };
            if !no_worse || lots < old.leaves() {
                return Turn::Stays;
            }
        }
        if lots == 0 {
            self.pull(old.id, CancelReason::Requoted);
            count.pulled += 1;
            return Turn::Done;
        }
        if price == old.price && lots <= old.leaves() {
            count.unchanged += 1;
            let mut new = self.take_out(old.id);
            (new.session, new.group) = (Some(mass.session), mass.group);
            if lots < old.leaves() {
                new.total = new.filled + lots;
                new.shown = new.shown.min(lots);
                new.bond = self.bond_again(&old, &new);
                self.change_for(&new, i128::from(old.leaves() - lots), old.bond - new.bond);
                self.tell_amended(&old, &new, true);
            }
            self.open.push(new);
            return Turn::Done;
        }
        self.pull(old.id, CancelReason::Requoted);
        Turn::Place
    }

    /// The second turn.
    fn place(
        &mut self,
        mass: &MassQuote,
        instrument: InstrumentId,
        side: Side,
        wanted: QuoteSide,
    ) -> Result<(), Rejection> {
        self.not_tripped(mass.account, mass.group)?;
        let add = AddOrder {
            post_only: mass.post_only,
            session: Some(mass.session),
            ..AddOrder::limit(mass.account, instrument, side, wanted.price, wanted.lots)
        };
        self.enter(&add, Source::Quote(mass.group)).map(|_| ())
    }

    fn quote_of(&self, account: AccountId, instrument: InstrumentId, side: Side) -> Option<&Open> {
        let its = |order: &&Open| (order.terms.account, order.terms.instrument) == (account, instrument);
        self.open.iter().filter(its).find(|order| order.quote && order.terms.side == side)
    }
}
