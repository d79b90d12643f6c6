//! The registry of holdings (RULES.md §16): every listing, delisting and loss is kept, and what is left is added up anew.

use super::accounts::Thing;
use super::aside::Key;
use super::{Answer, Reference, no};
use unspent_model::{
    AccountId, AccountState, CancelReason, Cash, Date, Event, Expiry, Holding, HoldingCommand, HoldingId, HoldingLots,
    HoldingState, HoldingStep, HoldingTold, InstrumentId, Level, Movement, MovementKind, NewHolding, Phase, Reject,
    Rejection, Reply, Side, limits,
};

const DAY: u64 = 86_400_000_000_000;
const LEVELS: [Level; 3] = [Level::Documented, Level::Attested, Level::Custody];

/// A holding, and everything that ever happened to lots of it.
#[derive(Clone, Debug)]
pub struct Row {
    id: u64,
    terms: NewHolding,
    level: Level,
    history: Vec<(HoldingStep, InstrumentId, Level, i128)>,
}

/// The live ones, oldest first, and how many there ever were.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    pub rows: Vec<Row>,
    given: u64,
}

/// The last day of the last month that an end outlives, as its first instant; `None` when there is none.
fn last_month(ends: u64) -> Option<u64> {
    // The month of the end itself, when the end is in the last second of its last day or later; else the one before.
    let end = Date::of(unspent_model::Timestamp(ends));
    let last = |year, month| (28..=31).rev().find_map(|day| Date::new(year, month, day));
    let this = last(end.year(), end.month())?.start().0;
    if ends >= this + DAY - 1_000_000_000 {
        return Some(this);
    }
    let before = if end.month() == 1 { last(end.year() - 1, 12) } else { last(end.year(), end.month() - 1) };
    before.map(|day| day.start().0)
}

impl Row {
    fn sum(&self, steps: &[(HoldingStep, i128)], of: impl Fn(InstrumentId, Level) -> i128) -> i128 {
        let sign = |step| steps.iter().find(|(it, _)| *it == step).map_or(0, |(_, sign)| *sign);
        self.history.iter().map(|&(step, instrument, level, lots)| sign(step) * lots * of(instrument, level)).sum()
    }

    /// Lots of an instrument and level that are listed out of it.
    fn listed(&self, instrument: InstrumentId, level: Level) -> i128 {
        let steps = [(HoldingStep::Listed, 1), (HoldingStep::Delisted, -1), (HoldingStep::Left, -1)];
        self.sum(&steps, |i, l| i128::from((i, l) == (instrument, level)))
    }

    /// The first instant after its last month; `None` when it never ends.
    fn over(&self) -> Option<u64> {
        self.terms.ends.map(|ends| last_month(ends.0).expect("it was registered") + DAY)
    }
}

impl Reference {
    pub(super) fn holdings_command(&mut self, command: &HoldingCommand) -> Answer {
        match *command {
            HoldingCommand::Register(terms) => self.register_holding(terms),
            HoldingCommand::SetLevel { holding, level } => self.set_level(holding, level),
            HoldingCommand::List { account, holding, instrument, lots } => {
                self.list_out(account, holding, instrument, i128::from(lots))
            }
            HoldingCommand::Delist { account, holding, instrument, lots } => {
                self.delist(account, holding, instrument, i128::from(lots))
            }
            HoldingCommand::Withdraw { account, holding } => self.drop_holding(account, holding),
        }
    }

    pub(super) fn has_holding(&self, account: AccountId) -> bool {
        self.registry.rows.iter().any(|row| row.terms.account == account)
    }

    fn only_open(&self, account: AccountId) -> Result<(), Rejection> {
        self.known(account)?;
        match self.state(account) {
            AccountState::Open => Ok(()),
            AccountState::Suspended => no(Reject::AccountSuspended),
            AccountState::Closed => no(Reject::AccountClosed),
        }
    }

    fn place_of(&self, account: AccountId, id: HoldingId) -> Result<usize, Rejection> {
        let found = self.registry.rows.iter().position(|row| row.id == id.0 && row.terms.account == account);
        found.ok_or(Rejection { reject: Reject::UnknownHolding, available: None })
    }

    fn face(&self, instrument: InstrumentId) -> i128 {
        i128::from(self.at(instrument).spec.face_dollars) * 100
    }

    /// Cents and pieces left, then cents and pieces listed.
    fn stands(&self, row: &Row) -> [i128; 4] {
        use HoldingStep::{Delisted, Left, Listed};
        let cents = |steps: &[_]| row.sum(steps, |instrument, _| self.face(instrument));
        let pieces = |steps: &[_]| row.sum(steps, |_, _| 1);
        let (taken, listed) = ([(Listed, -1), (Delisted, 1)], [(Listed, 1), (Delisted, -1), (Left, -1)]);
        [
            i128::from(row.terms.amount.0) + cents(&taken),
            i128::from(row.terms.pieces) + pieces(&taken),
            cents(&listed),
            pieces(&listed),
        ]
    }

    fn tell_step(&mut self, row: &Row, step: HoldingStep, lots: Option<HoldingLots>, state: HoldingState) {
        let [left, pieces_left, listed, pieces_listed] = self.stands(row);
        let still = i128::from(state == HoldingState::Live);
        let holding = Holding {
            holding: HoldingId(row.id),
            terms: row.terms,
            level: row.level,
            state,
            left: Cash(left as u64),
            pieces_left: pieces_left as u32,
            listed: Cash((listed * still) as u64),
            pieces_listed: (pieces_listed * still) as u32,
        };
        self.tell(Event::Registry(Box::new(HoldingTold { step, lots, holding })));
    }

    /// Lots of a live holding take a step, which is told.
    fn step(&mut self, place: usize, step: HoldingStep, instrument: InstrumentId, level: Level, lots: i128) {
        self.registry.rows[place].history.push((step, instrument, level, lots));
        let row = self.registry.rows[place].clone();
        let lots = HoldingLots { instrument, level, lots: lots as u64 };
        self.tell_step(&row, step, Some(lots), HoldingState::Live);
    }

    fn register_holding(&mut self, terms: NewHolding) -> Answer {
        self.only_open(terms.account)?;
        let parts: Vec<&str> = terms.programme.as_str().split('-').collect();
        let allowed = self.terms.iter().find(|it| it.programme == terms.programme);
        let most = allowed.map_or(1_000_000, |it| it.split.most_pieces);
        let amount = terms.amount.0 >= 1 && terms.amount.0 <= 100_000_000_000;
        let pieces = terms.pieces >= 1 && terms.pieces <= 1_000_000.min(most);
        if parts.len() != 2 || parts.contains(&"") || !amount || !pieces || terms.dated.start().0 > self.at {
            return no(Reject::InvalidHolding);
        }
        if let Some(ends) = terms.ends
            && last_month(ends.0).is_none_or(|last| last + DAY <= self.at)
        {
            return no(Reject::HoldingOver);
        }
        let provider = |terms: &NewHolding| terms.programme.as_str().split('-').next().map(str::to_owned);
        let same = |row: &&Row| row.terms.credit == terms.credit && provider(&row.terms) == provider(&terms);
        if self.registry.rows.iter().any(|row| same(&row)) {
            return no(Reject::CreditRegistered);
        }
        let mine = self.registry.rows.iter().filter(|row| row.terms.account == terms.account).count();
        if mine >= limits::HOLDINGS_PER_ACCOUNT as usize {
            return no(Reject::TooManyHoldings);
        }
        self.registry.given += 1;
        let row = Row { id: self.registry.given, terms, level: Level::Declared, history: Vec::new() };
        self.registry.rows.push(row.clone());
        self.tell_step(&row, HoldingStep::Registered, None, HoldingState::Live);
        Ok(Reply::Registered { holding: HoldingId(row.id) })
    }

    fn set_level(&mut self, id: HoldingId, level: Level) -> Answer {
        let Some(place) = self.registry.rows.iter().position(|row| row.id == id.0) else {
            return no(Reject::UnknownHolding);
        };
        if self.registry.rows[place].level == level {
            return Ok(Reply::Done);
        }
        self.registry.rows[place].level = level;
        let row = self.registry.rows[place].clone();
        self.tell_step(&row, HoldingStep::LevelSet, None, HoldingState::Live);
        for (instrument, of) in self.listed_pairs(&row) {
            if of <= level {
                continue;
            }
            self.pull_all(CancelReason::Operator, |order| {
                let sold = if order.promised() { order.level } else { Level::Custody };
                let whose = order.terms.account == row.terms.account && order.terms.instrument == instrument;
                whose && order.terms.side == Side::Sell && sold == of
            });
            self.back(place, instrument, of, i128::MAX);
        }
        Ok(Reply::Done)
    }

    /// What lots are listed out of a holding: instruments and levels, ascending.
    fn listed_pairs(&self, row: &Row) -> Vec<(InstrumentId, Level)> {
        let all = (0..self.listed.len() as u32).map(InstrumentId);
        let pairs = all.flat_map(|instrument| LEVELS.map(|level| (instrument, level)));
        pairs.filter(|&(instrument, level)| row.listed(instrument, level) > 0).collect()
    }

    /// An account's free lots of a level, and all that it owns of them.
    fn lots_of(&self, key: Key) -> (i128, i128) {
        if key.2 == Level::Custody {
            let held = self.holding(key.0, key.1);
            return (i128::from(held.available), i128::from(held.available) + i128::from(held.reserved));
        }
        (self.free(key), self.free(key) + self.offered(key) + self.sold(key))
    }

    fn give_or_take(&mut self, key: Key, lots: i128, kind: MovementKind) {
        if key.2 == Level::Custody {
            self.own(key.0, key.1, lots);
            self.lots_in[key.1.0 as usize] += lots;
            self.change(Thing::Lots(key.0, key.1));
        } else {
            if lots > 0 {
                self.settling.registered.push((key.1, lots));
            }
            self.promise(key, lots);
        }
        self.tell(Event::Moved(Movement::lots(key.0, kind, key.1, lots as i64)));
    }

    /// Up to so many free lots go back to a holding; gives how many did.
    fn back(&mut self, place: usize, instrument: InstrumentId, level: Level, most: i128) -> i128 {
        let row = &self.registry.rows[place];
        let key = (row.terms.account, instrument, level);
        let lots = row.listed(instrument, level).min(self.lots_of(key).0).min(most);
        if lots > 0 {
            self.give_or_take(key, -lots, MovementKind::Delisted);
            self.step(place, HoldingStep::Delisted, instrument, level, lots);
        }
        lots
    }

    fn list_out(&mut self, account: AccountId, id: HoldingId, instrument: InstrumentId, lots: i128) -> Answer {
        self.known(account)?;
        self.listed(instrument)?;
        self.only_open(account)?;
        if !self.permits(account, instrument, Side::Sell) {
            return no(Reject::PolicyForbids);
        }
        let symbol = self.at(instrument).spec.symbol;
        let month = symbol.credit().map(|credit| credit.expiry);
        let ends = match month {
            Some(Expiry::Month { year, month }) => {
                (28..=31).rev().find_map(|day| Date::new(year, month, day)).map(|day| day.start().0 + DAY)
            }
            _ => None,
        };
        if self.phase(instrument) == Phase::Expired || ends.is_some_and(|ends| ends <= self.at) {
            return no(Reject::WrongPhase);
        }
        if lots == 0 {
            return no(Reject::InvalidQuantity);
        }
        let place = self.place_of(account, id)?;
        let row = self.registry.rows[place].clone();
        if row.level == Level::Declared {
            return no(Reject::LevelTooLow);
        }
        if self.programme_of(instrument) != Some(row.terms.programme) {
            return no(Reject::OtherProgramme);
        }
        let late = match (ends, row.over()) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(ends), Some(over)) => ends > over,
        };
        if late {
            return no(Reject::MonthTooLate);
        }
        let [left, pieces, ..] = self.stands(&row);
        let face = self.face(instrument);
        let terms = self.terms.iter().find(|it| it.programme == row.terms.programme);
        if face * pieces < left || terms.is_some_and(|it| face < i128::from(it.split.smallest_piece.0)) {
            return no(Reject::LotTooSmall);
        }
        if lots > pieces {
            return Err(Rejection { reject: Reject::TooFewPieces, available: Some(pieces as u64) });
        }
        if lots * face > left {
            return Err(Rejection { reject: Reject::TooLittleLeft, available: Some(left as u64) });
        }
        let key = (account, instrument, row.level);
        if self.lots_of(key).1 + lots > i128::from(limits::ACCOUNT_LOTS) {
            return no(Reject::AmountOutOfRange);
        }
        self.give_or_take(key, lots, MovementKind::Listed);
        self.step(place, HoldingStep::Listed, instrument, row.level, lots);
        Ok(Reply::Done)
    }

    fn delist(&mut self, account: AccountId, id: HoldingId, instrument: InstrumentId, lots: i128) -> Answer {
        self.known(account)?;
        self.listed(instrument)?;
        if lots == 0 {
            return no(Reject::InvalidQuantity);
        }
        let place = self.place_of(account, id)?;
        let row = &self.registry.rows[place];
        let free = |level| row.listed(instrument, level).min(self.lots_of((account, instrument, level)).0);
        let most: i128 = LEVELS.into_iter().map(free).sum();
        if lots > most {
            return Err(Rejection { reject: Reject::NotListed, available: Some(most as u64) });
        }
        let mut open = lots;
        for level in LEVELS {
            open -= self.back(place, instrument, level, open);
        }
        Ok(Reply::Done)
    }

    fn drop_holding(&mut self, account: AccountId, id: HoldingId) -> Answer {
        self.only_open(account)?;
        let place = self.place_of(account, id)?;
        if self.registry.rows[place].level == Level::Custody {
            return no(Reject::HoldingInCustody);
        }
        if self.stands(&self.registry.rows[place])[3] > 0 {
            return no(Reject::HoldingListed);
        }
        let row = self.registry.rows.remove(place);
        self.tell_step(&row, HoldingStep::Withdrawn, None, HoldingState::Withdrawn);
        Ok(Reply::Done)
    }

    /// Every (account, instrument, level) with lots listed out of holdings, ascending.
    fn listed_keys(&self) -> Vec<Key> {
        let rows = self.registry.rows.iter();
        let keys = rows.flat_map(|row| {
            self.listed_pairs(row).into_iter().map(|(instrument, level)| (row.terms.account, instrument, level))
        });
        let mut keys: Vec<Key> = keys.collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// What is gone has left the holdings.
    pub(super) fn note_left(&mut self) {
        for key in self.listed_keys() {
            let rows = 0..self.registry.rows.len();
            let of_it = |row: &Row| if row.terms.account == key.0 { row.listed(key.1, key.2) } else { 0 };
            let sum: i128 = self.registry.rows.iter().map(of_it).sum();
            let mut gone = sum - self.lots_of(key).1;
            for place in rows {
                let lots = of_it(&self.registry.rows[place]).min(gone);
                if lots > 0 {
                    gone -= lots;
                    self.step(place, HoldingStep::Left, key.1, key.2, lots);
                }
            }
        }
    }

    /// A watched month ends: what is free goes back to holdings that outlive it.
    pub(super) fn month_back(&mut self, instrument: InstrumentId) {
        for key in self.listed_keys().into_iter().filter(|key| key.1 == instrument) {
            for place in 0..self.registry.rows.len() {
                let row = &self.registry.rows[place];
                if row.terms.account == key.0 && row.over().is_none_or(|over| over > self.at) {
                    self.back(place, instrument, key.2, i128::MAX);
                }
            }
        }
    }

    pub(super) fn holding_ends(&self) -> Vec<(u64, HoldingId)> {
        self.registry.rows.iter().filter_map(|row| Some((row.over()?, HoldingId(row.id)))).collect()
    }

    pub(super) fn holding_over(&mut self, id: HoldingId) {
        let place = self.registry.rows.iter().position(|row| row.id == id.0).expect("a live holding");
        let row = self.registry.rows.remove(place);
        for (instrument, level) in self.listed_pairs(&row) {
            let key = (row.terms.account, instrument, level);
            let lots = row.listed(instrument, level).min(self.lots_of(key).0);
            if lots > 0 {
                self.give_or_take(key, -lots, MovementKind::ExpiredUnused);
            }
        }
        self.tell_step(&row, HoldingStep::WrittenOff, None, HoldingState::WrittenOff);
    }
}
