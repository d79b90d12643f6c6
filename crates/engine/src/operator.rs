//! The operator's commands.

use crate::engine::{Engine, Listed};
use unspent_book::Book;
use unspent_model::{
    AccountId, AccountName, CancelReason, Cash, Event, Instrument, InstrumentId, OwnerGroup, Phase, Reject, Rejection,
    Reply, Side, limits,
};

impl Engine {
    pub(crate) fn list_instrument(&mut self, spec: &Instrument, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        if self.symbols.contains_key(&spec.symbol) {
            return Err(Reject::SymbolListed.into());
        }
        let spec = spec.clone().checked().map_err(|_| Reject::InvalidInstrument)?;
        if self.listed.len() >= limits::INSTRUMENTS as usize {
            return Err(Reject::VenueFull.into());
        }
        let instrument = InstrumentId(u32::try_from(self.listed.len()).expect("the bound on instruments fits"));
        self.symbols.insert(spec.symbol, instrument);
        self.listed.push(Listed {
            unit_value: spec.unit_value(),
            phase: Phase::Continuous,
            book: Book::new(spec.price_max),
            spec: spec.clone(),
        });
        events.push(Event::InstrumentListed { instrument, spec: Box::new(spec) });
        Ok(Reply::Done)
    }

    pub(crate) fn open_account(
        &mut self,
        name: AccountName,
        group: OwnerGroup,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        if self.accounts.find(&name).is_some() {
            return Err(Reject::AccountExists.into());
        }
        if self.accounts.len() >= limits::ACCOUNTS as usize {
            return Err(Reject::VenueFull.into());
        }
        let account = self.accounts.open(name, group);
        self.ledger.open_account();
        events.push(Event::AccountOpened { account, name, group });
        Ok(Reply::Done)
    }

    pub(crate) fn deposit_cash(&mut self, account: AccountId, amount: Cash) -> Result<Reply, Rejection> {
        self.known(account)?;
        self.ledger.deposit_cash(account, amount)?;
        Ok(Reply::Done)
    }

    pub(crate) fn deposit_lots(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        lots: u64,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        self.listed(instrument)?;
        self.ledger.deposit_lots(account, instrument, lots)?;
        Ok(Reply::Done)
    }

    pub(crate) fn set_phase(
        &mut self,
        instrument: InstrumentId,
        phase: Phase,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.listed(instrument)?;
        let listed = &mut self.listed[instrument.0 as usize];
        if listed.phase == phase {
            return Ok(Reply::Done);
        }
        listed.phase = phase;
        events.push(Event::PhaseChanged { instrument, phase });
        if phase == Phase::Closed {
            for side in [Side::Buy, Side::Sell] {
                while let Some(resting) = self.listed[instrument.0 as usize].book.front(side) {
                    let record = self.orders.find(resting.id).expect("a resting order is open");
                    self.cancel_open(record, CancelReason::Operator, events);
                }
            }
        }
        Ok(Reply::Done)
    }
}
