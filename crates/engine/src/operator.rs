//! The operator's commands.

use crate::engine::Engine;
use crate::listed::Listed;
use crate::timers::Due;
use unspent_model::{
    AccountId, AccountName, Cash, Event, Instrument, InstrumentId, Movement, MovementKind, OwnerGroup, Phase, Price,
    Reject, Rejection, Reply, Schedule, TradingRules, limits,
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
        let killed = self.killed_programmes.iter().any(|programme| programme.covers(&spec.symbol));
        self.listed.push(Listed::new(spec.clone(), killed));
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

    pub(crate) fn deposit_cash(
        &mut self,
        account: AccountId,
        amount: Cash,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        self.ledger.deposit_cash(account, amount)?;
        let cents = i64::try_from(amount.0).expect("what an account may have fits");
        events.push(Event::Moved(Movement::cash(account, MovementKind::Deposit, cents)));
        Ok(Reply::Done)
    }

    pub(crate) fn deposit_lots(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        lots: u64,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        self.listed(instrument)?;
        self.ledger.deposit_lots(account, instrument, lots)?;
        let lots = i64::try_from(lots).expect("what an account may have fits");
        events.push(Event::Moved(Movement::lots(account, MovementKind::Deposit, instrument, lots)));
        Ok(Reply::Done)
    }

    pub(crate) fn set_rules(
        &mut self,
        instrument: InstrumentId,
        rules: TradingRules,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        let listed = self.listed(instrument)?;
        if !rules.fit(listed.spec.price_max) || !listed.room_for_fees(rules.auction_fee) {
            return Err(Reject::InvalidRules.into());
        }
        let listed = &mut self.listed[instrument.0 as usize];
        listed.rules = rules;
        listed.set_auction_fee(rules.auction_fee);
        events.push(Event::RulesSet { instrument, rules });
        Ok(Reply::Done)
    }

    pub(crate) fn set_schedule(
        &mut self,
        instrument: InstrumentId,
        schedule: &Schedule,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        let listed = self.listed(instrument)?;
        if listed.phase == Phase::Expired {
            return Err(Reject::WrongPhase.into());
        }
        if !schedule.fits() {
            return Err(Reject::InvalidSchedule.into());
        }
        let next = schedule.next(self.now).map(|(due, _)| due);
        let listed = &mut self.listed[instrument.0 as usize];
        let before = std::mem::replace(&mut listed.schedule, schedule.clone());
        if let Some(due) = std::mem::replace(&mut listed.next_entry, next) {
            self.timers.disarm(due, Due::Entry(instrument));
        }
        if let Some(due) = before.last_trade {
            self.timers.disarm(due, Due::LastTrade(instrument));
        }
        if let Some(due) = next {
            self.timers.arm(due, Due::Entry(instrument));
        }
        if let Some(due) = schedule.last_trade {
            self.timers.arm(due, Due::LastTrade(instrument));
        }
        events.push(Event::ScheduleSet { instrument, schedule: Box::new(schedule.clone()) });
        Ok(Reply::Done)
    }

    pub(crate) fn set_reference(
        &mut self,
        instrument: InstrumentId,
        price: Price,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        let listed = self.listed(instrument)?;
        if price.0 == 0 || price > listed.spec.price_max {
            return Err(Reject::InvalidPrice.into());
        }
        let listed = &mut self.listed[instrument.0 as usize];
        (listed.anchor, listed.reference) = (Some(price), Some(price));
        events.push(Event::ReferenceSet { instrument, price });
        self.touch(instrument);
        Ok(Reply::Done)
    }
}
