//! What is asked about the registry of holdings, and what happens to a holding by itself.

use crate::engine::Engine;
use crate::registry::Stock;
use crate::timers::Due;
use std::collections::BTreeSet;
use unspent_ledger::Promise;
use unspent_model::{
    AccountId, AccountState, CancelReason, Cash, Event, Expiry, Holding, HoldingCommand, HoldingId, HoldingLots,
    HoldingState, HoldingStep, HoldingTold, InstrumentId, Level, Movement, MovementKind, NewHolding, Phase, Reject,
    Rejection, Reply, Side, Timestamp, limits,
};

impl Engine {
    #[cold]
    pub(crate) fn holding(&mut self, command: &HoldingCommand, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        match command {
            HoldingCommand::Register(terms) => self.register_holding(terms, events),
            HoldingCommand::SetLevel { holding, level } => self.set_holding_level(*holding, *level, events),
            HoldingCommand::List { account, holding, instrument, lots } => {
                self.list_holding(*account, *holding, *instrument, *lots, events)
            }
            HoldingCommand::Delist { account, holding, instrument, lots } => {
                self.delist_holding(*account, *holding, *instrument, *lots, events)
            }
            HoldingCommand::Withdraw { account, holding } => self.withdraw_holding(*account, *holding, events),
        }
    }

    /// An account that there is and that is open.
    fn is_open(&self, account: AccountId) -> Result<(), Reject> {
        self.known(account)?;
        match self.accounts.get(account).expect("known").state() {
            AccountState::Open => Ok(()),
            AccountState::Suspended => Err(Reject::AccountSuspended),
            AccountState::Closed => Err(Reject::AccountClosed),
        }
    }

    /// An account's live holding. Another account's is as unknown as one that never was.
    fn own_holding(&self, account: AccountId, id: HoldingId) -> Result<Holding, Reject> {
        let holding = self.registry.get(id).filter(|holding| holding.terms.account == account);
        holding.copied().ok_or(Reject::UnknownHolding)
    }

    fn register_holding(&mut self, terms: &NewHolding, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        self.is_open(terms.account)?;
        let split = self.terms(&terms.programme).map(|terms| terms.split);
        let splits = split.is_none_or(|split| terms.pieces <= split.most_pieces);
        if !terms.fit() || !splits || terms.dated.start() > self.now {
            return Err(Reject::InvalidHolding.into());
        }
        // What never ends outlives all months and none of them is over.
        let lasts = terms.month().is_some() && terms.over().is_none_or(|over| over > self.now);
        if !lasts {
            return Err(Reject::HoldingOver.into());
        }
        let holding = Holding::new(HoldingId(self.registry.last.0 + 1), *terms);
        if self.registry.of_credit(&holding).is_some() {
            return Err(Reject::CreditRegistered.into());
        }
        if self.registry.count(terms.account) >= limits::HOLDINGS_PER_ACCOUNT {
            return Err(Reject::TooManyHoldings.into());
        }
        if self.registry.len() >= limits::HOLDINGS {
            return Err(Reject::VenueFull.into());
        }
        self.registry.last = holding.holding;
        self.keep_holding(holding);
        events.push(told(HoldingStep::Registered, None, holding));
        Ok(Reply::Registered { holding: holding.holding })
    }

    /// Keeps a holding that is new here, and watches its last month.
    pub(crate) fn keep_holding(&mut self, holding: Holding) {
        if let Some(over) = holding.terms.over() {
            self.timers.arm(over, Due::Holding(holding.holding));
        }
        self.registry.put(holding);
    }

    fn set_holding_level(&mut self, id: HoldingId, level: Level, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        let mut holding = *self.registry.get(id).ok_or(Reject::UnknownHolding)?;
        if holding.level == level {
            return Ok(Reply::Done);
        }
        holding.level = level;
        self.registry.put(holding);
        events.push(told(HoldingStep::LevelSet, None, holding));
        let above: Vec<HoldingLots> = self.registry.listed_of(id).filter(|listed| listed.level > level).collect();
        for listed in above {
            let account = holding.terms.account;
            self.cancel_where(account, CancelReason::Operator, events, |_, order| {
                order.side == Side::Sell && order.instrument == listed.instrument && order.level == listed.level
            });
            self.back_to_holding(id, listed, events);
        }
        Ok(Reply::Done)
    }

    fn list_holding(
        &mut self,
        account: AccountId,
        id: HoldingId,
        instrument: InstrumentId,
        lots: u64,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        self.listed(instrument)?;
        self.is_open(account)?;
        let listed = &self.listed[instrument.0 as usize];
        self.permitted(account, listed, Side::Sell)?;
        let month = listed.spec.symbol.credit().map(|credit| credit.expiry);
        let over = month.and_then(Expiry::ends).is_some_and(|ends| ends <= self.now);
        if listed.phase == Phase::Expired || over {
            return Err(Reject::WrongPhase.into());
        }
        if lots == 0 {
            return Err(Reject::InvalidQuantity.into());
        }
        let mut holding = self.own_holding(account, id)?;
        if holding.level == Level::Declared {
            return Err(Reject::LevelTooLow.into());
        }
        if listed.spec.symbol.programme() != Some(holding.terms.programme) {
            return Err(Reject::OtherProgramme.into());
        }
        if !month.is_some_and(|month| holding.backs(month)) {
            return Err(Reject::MonthTooLate.into());
        }
        let face = listed.spec.face_dollars;
        let smallest = self.terms(&holding.terms.programme).map_or(0, |terms| terms.split.smallest_piece.0);
        if !holding.splits_into(face) || u64::from(face) * 100 < smallest {
            return Err(Reject::LotTooSmall.into());
        }
        if lots > u64::from(holding.pieces_left) {
            return Err(Rejection { reject: Reject::TooFewPieces, available: Some(u64::from(holding.pieces_left)) });
        }
        let (pieces, cents) = part(lots, face);
        if cents > holding.left {
            return Err(Rejection { reject: Reject::TooLittleLeft, available: Some(holding.left.0) });
        }
        let level = holding.level;
        match level {
            Level::Custody => self.ledger.deposit_lots(account, instrument, lots)?,
            _ => self.ledger.register_lots(Promise { account, instrument, level }, lots)?,
        }
        holding.left = holding.left - cents;
        holding.pieces_left -= pieces;
        holding.listed = holding.listed + cents;
        holding.pieces_listed += pieces;
        let listed = HoldingLots { instrument, level, lots };
        self.registry.note(&holding, listed, |before| before + lots);
        self.registry.put(holding);
        let lots = i64::try_from(lots).expect("what an account may have fits");
        events.push(Event::Moved(Movement::lots(account, MovementKind::Listed, instrument, lots)));
        events.push(told(HoldingStep::Listed, Some(listed), holding));
        Ok(Reply::Done)
    }

    fn delist_holding(
        &mut self,
        account: AccountId,
        id: HoldingId,
        instrument: InstrumentId,
        lots: u64,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        self.listed(instrument)?;
        if lots == 0 {
            return Err(Reject::InvalidQuantity.into());
        }
        self.own_holding(account, id)?;
        let of_it = self.registry.listed_of(id).filter(|listed| listed.instrument == instrument);
        let free: Vec<HoldingLots> = of_it.map(|listed| self.free_of(account, listed)).collect();
        let most: u64 = free.iter().map(|free| free.lots).sum();
        if lots > most {
            return Err(Rejection { reject: Reject::NotListed, available: Some(most) });
        }
        let mut open = lots;
        for free in free {
            let lots = free.lots.min(open);
            open -= lots;
            self.back_to_holding(id, HoldingLots { lots, ..free }, events);
        }
        Ok(Reply::Done)
    }

    fn withdraw_holding(
        &mut self,
        account: AccountId,
        id: HoldingId,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.is_open(account)?;
        let holding = self.own_holding(account, id)?;
        if holding.level == Level::Custody {
            return Err(Reject::HoldingInCustody.into());
        }
        if holding.pieces_listed > 0 {
            return Err(Reject::HoldingListed.into());
        }
        if let Some(over) = holding.terms.over() {
            self.timers.disarm(over, Due::Holding(id));
        }
        self.registry.remove(id);
        events.push(told(HoldingStep::Withdrawn, None, Holding { state: HoldingState::Withdrawn, ..holding }));
        Ok(Reply::Done)
    }

    /// What an account has of a stock: free, and with what is set aside and in escrow.
    pub(crate) fn in_stock(&self, stock: Stock) -> (u64, u64) {
        let Stock { account, instrument, level } = stock;
        if level == Level::Custody {
            let (free, reserved) = self.ledger.lots(account, instrument);
            return (free, free + reserved);
        }
        let (free, reserved, escrow) = self.ledger.promised(Promise { account, instrument, level });
        (free, free + reserved + escrow)
    }

    /// As many of the lots listed as their owner has free.
    fn free_of(&self, account: AccountId, listed: HoldingLots) -> HoldingLots {
        let (free, _) = self.in_stock(Stock { account, instrument: listed.instrument, level: listed.level });
        HoldingLots { lots: listed.lots.min(free), ..listed }
    }

    /// Takes lots that are free from their owner, for a reason.
    fn take_free(&mut self, account: AccountId, lots: HoldingLots, kind: MovementKind, events: &mut Vec<Event>) {
        let HoldingLots { instrument, level, lots } = lots;
        if level == Level::Custody {
            let held = self.ledger.holding(account, instrument);
            self.ledger.withdraw_lots(held, lots);
        } else {
            let promise = Promise { account, instrument, level };
            self.ledger.unregister_lots(promise, lots).expect("they are free");
        }
        let lots = -i64::try_from(lots).expect("what an account has fits");
        events.push(Event::Moved(Movement::lots(account, kind, instrument, lots)));
    }

    /// Makes lots that are listed out of a holding a part of it again, as far as they are free.
    fn back_to_holding(&mut self, id: HoldingId, listed: HoldingLots, events: &mut Vec<Event>) {
        let mut holding = *self.registry.get(id).expect("a live holding");
        let free = self.free_of(holding.terms.account, listed);
        if free.lots == 0 {
            return;
        }
        self.take_free(holding.terms.account, free, MovementKind::Delisted, events);
        let (pieces, cents) = part(free.lots, self.listed[free.instrument.0 as usize].spec.face_dollars);
        holding.left = holding.left + cents;
        holding.pieces_left += pieces;
        self.unlist(&mut holding, free);
        events.push(told(HoldingStep::Delisted, Some(free), holding));
    }

    /// Counts lots as listed out of a holding no longer, and keeps it.
    fn unlist(&mut self, holding: &mut Holding, lots: HoldingLots) {
        let (pieces, cents) = part(lots.lots, self.listed[lots.instrument.0 as usize].spec.face_dollars);
        holding.listed = holding.listed - cents;
        holding.pieces_listed -= pieces;
        self.registry.note(holding, lots, |before| before - lots.lots);
        self.registry.put(*holding);
    }

    /// Of these stocks accounts have less than is listed out of their holdings: what is gone has left them, the oldest
    /// holding first.
    #[cold]
    pub(crate) fn lots_left(&mut self, short: BTreeSet<Stock>, events: &mut Vec<Event>) {
        for stock in short {
            let mut gone = self.registry.sum(stock).saturating_sub(self.in_stock(stock).1);
            for (id, listed) in self.registry.listed_as(stock).collect::<Vec<_>>() {
                let lots = HoldingLots { instrument: stock.instrument, level: stock.level, lots: listed.min(gone) };
                if lots.lots == 0 {
                    break;
                }
                gone -= lots.lots;
                let mut holding = *self.registry.get(id).expect("a live holding");
                self.unlist(&mut holding, lots);
                events.push(told(HoldingStep::Left, Some(lots), holding));
            }
        }
    }

    /// An instrument's month has ended: what is free of it and listed out of a holding that outlives it is a part of that
    /// again.
    pub(crate) fn back_to_holdings(&mut self, instrument: InstrumentId, events: &mut Vec<Event>) {
        for (stock, id) in self.registry.listed_in(instrument) {
            let outlives = self.registry.get(id).expect("live").terms.over().is_none_or(|over| over > self.now);
            let listed = self.registry.listed_of(id).find(|it| (it.instrument, it.level) == (instrument, stock.level));
            if let (true, Some(listed)) = (outlives, listed) {
                self.back_to_holding(id, listed, events);
            }
        }
    }

    /// A holding's last month is over: what is left of it, and what is free of the lots listed out of it, is worth nothing
    /// any more.
    pub(crate) fn holding_over(&mut self, id: HoldingId, events: &mut Vec<Event>) {
        let account = self.registry.get(id).expect("a holding that has ended is disarmed").terms.account;
        for listed in self.registry.listed_of(id).collect::<Vec<_>>() {
            let free = self.free_of(account, listed);
            if free.lots > 0 {
                self.take_free(account, free, MovementKind::ExpiredUnused, events);
                self.count_expired(free.instrument, free.lots);
            }
        }
        // Lots of it that are set aside or in escrow go on as lots of no holding.
        let (state, listed, pieces_listed) = (HoldingState::WrittenOff, Cash::ZERO, 0);
        let holding = Holding { state, listed, pieces_listed, ..self.registry.remove(id) };
        events.push(told(HoldingStep::WrittenOff, None, holding));
    }

    /// The live holdings, by number.
    pub fn holdings(&self) -> impl Iterator<Item = &Holding> {
        self.registry.iter()
    }

    /// A live holding.
    #[must_use]
    pub fn live_holding(&self, id: HoldingId) -> Option<&Holding> {
        self.registry.get(id)
    }

    /// What is listed out of a holding, by instrument and level.
    pub fn listed_out_of(&self, id: HoldingId) -> impl Iterator<Item = HoldingLots> + '_ {
        self.registry.listed_of(id)
    }

    /// An account's live holdings, oldest first.
    pub fn holdings_of(&self, account: AccountId) -> impl Iterator<Item = &Holding> {
        self.registry.of_account(account)
    }

    /// Whether the registry is right: see its module, and what a holding says of itself.
    ///
    /// # Panics
    /// When it is not.
    pub(crate) fn check_registry(&self) {
        let mut credits = BTreeSet::new();
        let mut sums = std::collections::BTreeMap::new();
        for holding in self.registry.iter() {
            let id = holding.holding;
            assert!(id.0 > 0 && id <= self.registry.last, "holding {id} has a number that was not given");
            assert_eq!(holding.state, HoldingState::Live, "holding {id} has ended and is kept");
            assert!(holding.adds_up() && holding.terms.fit(), "holding {id} has more listed and left than there was");
            assert!(self.known(holding.terms.account).is_ok(), "holding {id} is nobody's");
            let credit = (holding.terms.programme.provider(), holding.terms.credit);
            assert!(credits.insert(credit), "the credit of holding {id} is registered twice");
            assert_eq!(self.registry.of_credit(holding), Some(id), "the credit of holding {id} is not found");
            assert!(holding.terms.over().is_none_or(|over| over > self.now), "holding {id} outlived its last month");
            let (mut pieces, mut cents) = (0, Cash::ZERO);
            for listed in self.registry.listed_of(id) {
                let instrument = &self.listed[listed.instrument.0 as usize].spec;
                let (these, worth) = part(listed.lots, instrument.face_dollars);
                (pieces, cents) = (pieces + these, cents + worth);
                assert!(listed.level != Level::Declared && listed.lots > 0, "nothing, or what is declared, is listed");
                assert_eq!(instrument.symbol.programme(), Some(holding.terms.programme), "listed in another programme");
                let month = instrument.symbol.credit().expect("only credits are listed").expiry;
                assert!(holding.backs(month), "holding {id} is listed in a month that it does not outlive");
                let account = holding.terms.account;
                let stock = Stock { account, instrument: listed.instrument, level: listed.level };
                *sums.entry(stock).or_insert(0) += listed.lots;
            }
            assert_eq!((pieces, cents), (holding.pieces_listed, holding.listed), "holding {id} lists something else");
        }
        assert_eq!(&sums, self.registry.sums(), "the sums of what is listed are off");
        for (&stock, &listed) in &sums {
            assert!(listed <= self.in_stock(stock).1, "more is listed out of holdings than there is");
        }
        let over = |id: HoldingId| self.registry.get(id).and_then(|holding| holding.terms.over());
        let timers: Vec<(Timestamp, HoldingId)> = self
            .timers
            .iter()
            .filter_map(|(due, what)| if let Due::Holding(id) = what { Some((due, id)) } else { None })
            .collect();
        assert!(timers.iter().all(|&(due, id)| over(id) == Some(due)), "a holding is due at another time");
        let dated = self.registry.iter().filter(|holding| holding.terms.over().is_some()).count();
        assert_eq!(timers.len(), dated, "a holding's last month is not watched");
    }
}

/// Pieces and cents of so many lots of a face: at most as many as a holding has pieces.
pub(crate) fn part(lots: u64, face_dollars: u32) -> (u32, Cash) {
    let pieces = u32::try_from(lots).expect("a lot is a piece");
    (pieces, Cash(lots * u64::from(face_dollars) * 100))
}

fn told(step: HoldingStep, lots: Option<HoldingLots>, holding: Holding) -> Event {
    Event::Registry(Box::new(HoldingTold { step, lots, holding }))
}
