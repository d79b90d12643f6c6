//! The venue written naively: lists searched from end to end, money in `i128`, questions answered by trying them out
//! on a copy. It shares no logic with the engine, only the words of the market.
//!
//! Nothing is kept that can be worked out: what an order has set aside follows from its terms and its fills, what an
//! account has free follows from what it owns and what its open orders have set aside.

mod orders;

use unspent_model::{
    AccountId, AccountName, AddOrder, CancelReason, Canceled, Cash, CashBalance, Command, CommandSeq, Event, FeeRate,
    FeeSchedule, HoldingBalance, Instrument, InstrumentId, Lots, OrderAnswer, OrderId, OrderRef, OwnerGroup, Phase,
    Price, Recalled, Reject, Rejection, Reply, Sequenced, Side, Timestamp, limits,
};

/// An open order.
#[derive(Clone, Debug)]
pub struct Open {
    pub id: OrderId,
    pub terms: AddOrder,
    pub price: u32,
    pub total: u32,
    pub filled: u32,
    pub fees: FeeSchedule,
    /// Every fill's notional in cents and the rate it paid.
    pub paid: Vec<(i128, u16)>,
    /// When it came to its place in the queue: the smaller the earlier.
    pub place: u64,
}

impl Open {
    pub fn leaves(&self) -> u32 {
        self.total - self.filled
    }

    /// The exact fee so far in ten-thousandths of a cent.
    fn exact_fee(&self) -> i128 {
        self.paid.iter().map(|&(notional, rate)| notional * i128::from(rate)).sum()
    }

    fn fee(&self) -> i128 {
        ceil(self.exact_fee())
    }

    /// What a buy must have set aside for its leaves at its price.
    fn need(&self, unit: i128) -> i128 {
        let notional = i128::from(self.price) * i128::from(self.leaves()) * unit;
        let rate = i128::from(self.fees.maker.0.max(self.fees.taker.0));
        notional + ceil(self.exact_fee() + notional * rate) - self.fee()
    }
}

fn ceil(ten_thousandths: i128) -> i128 {
    (ten_thousandths + 9_999) / 10_000
}

#[derive(Clone, Debug)]
struct Listed {
    spec: Instrument,
    phase: Phase,
}

#[derive(Clone, Debug)]
struct Account {
    name: AccountName,
    group: OwnerGroup,
    cash: i128,
}

#[derive(Clone, Debug)]
struct Remembered {
    terms: AddOrder,
    answer: OrderAnswer,
    fills: Vec<Recalled>,
    expires: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Thing {
    Cash(AccountId),
    Lots(AccountId, InstrumentId),
}

/// The whole venue.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    listed: Vec<Listed>,
    accounts: Vec<Account>,
    /// Lots owned, set aside or not.
    owned: Vec<(AccountId, InstrumentId, i128)>,
    pub open: Vec<Open>,
    memory: Vec<Remembered>,
    earned: i128,
    came_in: i128,
    orders: u64,
    trades: u64,
    places: u64,
    seq: u64,
    at: u64,
    /// Balances changed by this command, in the order of the first change.
    changed: Vec<Thing>,
    pub events: Vec<Event>,
}

type Answer = Result<Reply, Rejection>;

fn no(reject: Reject) -> Answer {
    Err(Rejection { reject, available: None })
}

impl Reference {
    /// Carries out one command.
    pub fn apply(&mut self, command: &Sequenced) -> (Vec<Event>, Reply) {
        (self.seq, self.at) = (command.seq.0, command.at.0);
        self.events.clear();
        self.changed.clear();
        self.forget();
        let reply = match &command.command {
            Command::ListInstrument(spec) => self.list(spec),
            Command::OpenAccount { name, group } => self.open_account(*name, *group),
            Command::DepositCash { account, amount } => self.deposit_cash(*account, i128::from(amount.0)),
            Command::DepositCredits { account, instrument, lots } => {
                self.deposit_lots(*account, *instrument, i128::from(*lots))
            }
            Command::SetPhase { instrument, phase } => self.set_phase(*instrument, *phase),
            Command::Clock => Ok(Reply::Done),
            Command::AddOrder(add) => self.add(add),
            Command::AmendOrder(amend) => self.amend(amend),
            Command::CancelOrder { account, order } => self.cancel(*account, *order),
            Command::CancelAll { account, filter } => {
                let known = self.accounts.get(account.0 as usize).is_some();
                let listed = filter.instrument.is_none_or(|it| self.listed.get(it.0 as usize).is_some());
                if !known {
                    no(Reject::UnknownAccount)
                } else if !listed {
                    no(Reject::UnknownSymbol)
                } else {
                    let mut ids: Vec<OrderId> = self
                        .open
                        .iter()
                        .filter(|order| order.terms.account == *account)
                        .filter(|order| filter.instrument.is_none_or(|it| it == order.terms.instrument))
                        .filter(|order| filter.side.is_none_or(|side| side == order.terms.side))
                        .map(|order| order.id)
                        .collect();
                    ids.sort();
                    for &id in &ids {
                        self.pull(id, CancelReason::User);
                    }
                    Ok(Reply::CanceledAll { count: ids.len() as u32 })
                }
            }
        };
        for thing in std::mem::take(&mut self.changed) {
            let event = match thing {
                Thing::Cash(account) => Event::Cash(self.cash(account)),
                Thing::Lots(account, instrument) => Event::Holding(self.holding(account, instrument)),
            };
            self.events.push(event);
        }
        match reply {
            Ok(reply) => (self.events.clone(), reply),
            Err(rejection) => {
                assert!(self.events.is_empty(), "the reference decides before it changes");
                (Vec::new(), Reply::Rejected(rejection))
            }
        }
    }

    /// An account's cash.
    pub fn cash(&self, account: AccountId) -> CashBalance {
        let reserved: i128 = self
            .open
            .iter()
            .filter(|order| order.terms.account == account && order.terms.side == Side::Buy)
            .map(|order| order.need(self.unit(order.terms.instrument)))
            .sum();
        let available = self.accounts[account.0 as usize].cash - reserved;
        assert!(available >= 0, "account {account} has set aside more than it has");
        CashBalance { account, available: Cash(available as u64), reserved: Cash(reserved as u64) }
    }

    /// An account's lots.
    pub fn holding(&self, account: AccountId, instrument: InstrumentId) -> HoldingBalance {
        let owned: i128 = self
            .owned
            .iter()
            .filter(|&&(who, what, _)| (who, what) == (account, instrument))
            .map(|&(_, _, lots)| lots)
            .sum();
        let reserved: i128 = self
            .open
            .iter()
            .filter(|order| order.terms.account == account && order.terms.instrument == instrument)
            .filter(|order| order.terms.side == Side::Sell)
            .map(|order| i128::from(order.leaves()))
            .sum();
        assert!(owned >= reserved, "account {account} offers more than it has");
        HoldingBalance { account, instrument, available: (owned - reserved) as u64, reserved: reserved as u64 }
    }

    /// What the venue earned.
    pub fn fees(&self) -> Cash {
        Cash(self.earned as u64)
    }

    /// Levels of a side, best first.
    pub fn levels(&self, instrument: InstrumentId, side: Side) -> Vec<(Price, u64)> {
        let mut prices: Vec<u32> = self.side(instrument, side).map(|order| order.price).collect();
        prices.sort();
        prices.dedup();
        if side == Side::Buy {
            prices.reverse();
        }
        let lots = |price| {
            self.side(instrument, side)
                .filter(|order| order.price == price)
                .map(|order| u64::from(order.leaves()))
                .sum()
        };
        prices.into_iter().map(|price| (Price(price), lots(price))).collect()
    }

    fn side(&self, instrument: InstrumentId, side: Side) -> impl Iterator<Item = &Open> {
        self.open.iter().filter(move |order| (order.terms.instrument, order.terms.side) == (instrument, side))
    }

    /// How many accounts and instruments there are.
    pub fn counts(&self) -> (u32, u32) {
        (self.accounts.len() as u32, self.listed.len() as u32)
    }

    fn unit(&self, instrument: InstrumentId) -> i128 {
        let spec = &self.listed[instrument.0 as usize].spec;
        let cents = 100 * i128::from(spec.face_dollars) * i128::from(spec.price_unit);
        cents / 10_i128.pow(u32::from(spec.price_decimals))
    }

    fn change(&mut self, thing: Thing) {
        if !self.changed.contains(&thing) {
            self.changed.push(thing);
        }
    }

    fn own(&mut self, account: AccountId, instrument: InstrumentId, lots: i128) {
        match self.owned.iter_mut().find(|(who, what, _)| (*who, *what) == (account, instrument)) {
            Some((_, _, owned)) => *owned += lots,
            None => self.owned.push((account, instrument, lots)),
        }
    }

    fn list(&mut self, spec: &Instrument) -> Answer {
        if self.listed.iter().any(|listed| listed.spec.symbol == spec.symbol) {
            return no(Reject::SymbolListed);
        }
        if spec.clone().checked().is_err() {
            return no(Reject::InvalidInstrument);
        }
        let instrument = InstrumentId(self.listed.len() as u32);
        self.listed.push(Listed { spec: spec.clone(), phase: Phase::Continuous });
        self.events.push(Event::InstrumentListed { instrument, spec: Box::new(spec.clone()) });
        Ok(Reply::Done)
    }

    fn open_account(&mut self, name: AccountName, group: OwnerGroup) -> Answer {
        if self.accounts.iter().any(|account| account.name == name) {
            return no(Reject::AccountExists);
        }
        let account = AccountId(self.accounts.len() as u32);
        self.accounts.push(Account { name, group, cash: 0 });
        self.events.push(Event::AccountOpened { account, name, group });
        Ok(Reply::Done)
    }

    fn deposit_cash(&mut self, account: AccountId, amount: i128) -> Answer {
        let Some(held) = self.accounts.get(account.0 as usize) else { return no(Reject::UnknownAccount) };
        if amount == 0 || held.cash + amount > i128::from(limits::ACCOUNT_CASH_CENTS) {
            return no(Reject::AmountOutOfRange);
        }
        self.accounts[account.0 as usize].cash += amount;
        self.came_in += amount;
        self.change(Thing::Cash(account));
        Ok(Reply::Done)
    }

    fn deposit_lots(&mut self, account: AccountId, instrument: InstrumentId, lots: i128) -> Answer {
        if account.0 as usize >= self.accounts.len() {
            return no(Reject::UnknownAccount);
        }
        if instrument.0 as usize >= self.listed.len() {
            return no(Reject::UnknownSymbol);
        }
        let held = self.holding(account, instrument);
        let after = i128::from(held.available) + i128::from(held.reserved) + lots;
        if lots == 0 || after > i128::from(limits::ACCOUNT_LOTS) {
            return no(Reject::AmountOutOfRange);
        }
        self.own(account, instrument, lots);
        self.change(Thing::Lots(account, instrument));
        Ok(Reply::Done)
    }

    fn set_phase(&mut self, instrument: InstrumentId, phase: Phase) -> Answer {
        let Some(listed) = self.listed.get_mut(instrument.0 as usize) else { return no(Reject::UnknownSymbol) };
        if listed.phase == phase {
            return Ok(Reply::Done);
        }
        listed.phase = phase;
        self.events.push(Event::PhaseChanged { instrument, phase });
        if phase == Phase::Closed {
            for side in [Side::Buy, Side::Sell] {
                while let Some(best) = self.first(instrument, side) {
                    self.pull(best, CancelReason::Operator);
                }
            }
        }
        Ok(Reply::Done)
    }

    /// The order of a side that trades first: the best price, then the earliest place.
    fn first(&self, instrument: InstrumentId, side: Side) -> Option<OrderId> {
        let mut found: Option<&Open> = None;
        for order in self.side(instrument, side) {
            let better = match found {
                None => true,
                Some(best) if order.price == best.price => order.place < best.place,
                Some(best) => (side == Side::Buy) == (order.price > best.price),
            };
            if better {
                found = Some(order);
            }
        }
        found.map(|order| order.id)
    }

    /// Takes an open order out and says why.
    fn pull(&mut self, id: OrderId, reason: CancelReason) -> Open {
        let at = self.open.iter().position(|order| order.id == id).expect("open");
        let order = self.open.remove(at);
        self.say_canceled(&order, reason, true);
        if order.leaves() > 0 {
            self.change(reserved_thing(&order));
        }
        order
    }

    fn say_canceled(&mut self, order: &Open, reason: CancelReason, resting: bool) {
        self.events.push(Event::Canceled(Canceled {
            order: order.id,
            account: order.terms.account,
            instrument: order.terms.instrument,
            side: order.terms.side,
            price: Price(order.price),
            lots: Lots(order.leaves()),
            resting,
            reason,
        }));
    }

    fn cancel(&mut self, account: AccountId, order: OrderRef) -> Answer {
        if account.0 as usize >= self.accounts.len() {
            return no(Reject::UnknownAccount);
        }
        let order = self.find(account, order)?;
        let gone = self.pull(order, CancelReason::User);
        Ok(Reply::Canceled { order: gone.id, cl_ord_id: gone.terms.cl_ord_id })
    }

    /// An account's open order.
    fn find(&self, account: AccountId, order: OrderRef) -> Result<OrderId, Rejection> {
        let unknown = Err(Reject::UnknownOrder.into());
        match order {
            OrderRef::Id(id) => {
                let mine = self.open.iter().any(|order| order.id == id && order.terms.account == account);
                if mine { Ok(id) } else { unknown }
            }
            OrderRef::ClOrdId(name) => {
                let named = |first: &&Remembered| first.terms.account == account && first.terms.cl_ord_id == Some(name);
                let Some(first) = self.memory.iter().find(named) else { return unknown };
                let id = first.answer.order;
                if self.open.iter().any(|order| order.id == id) { Ok(id) } else { Err(Reject::TooLateToCancel.into()) }
            }
        }
    }

    /// What is a day old is forgotten; an order still open is remembered for another day.
    fn forget(&mut self) {
        let day = limits::CL_ORD_ID_MEMORY_SECONDS * 1_000_000_000;
        let (open, now) = (&self.open, self.at);
        self.memory.retain_mut(|first| {
            if now < first.expires {
                return true;
            }
            first.expires = now + day;
            open.iter().any(|order| order.id == first.answer.order)
        });
    }

    fn recall(&mut self, add: &AddOrder) -> Option<Answer> {
        let named = |first: &&Remembered| first.terms.account == add.account && first.terms.cl_ord_id == add.cl_ord_id;
        add.cl_ord_id?;
        let first = self.memory.iter().find(named)?.clone();
        let mut same = first.terms;
        same.deadline = add.deadline;
        if same != *add {
            return Some(no(Reject::DuplicateClOrdId));
        }
        self.events.extend(first.fills.into_iter().map(Event::Recalled));
        Some(Ok(Reply::Added(OrderAnswer { duplicate: true, ..first.answer })))
    }

    fn remember(&mut self, terms: &AddOrder, answer: OrderAnswer) {
        let day = limits::CL_ORD_ID_MEMORY_SECONDS * 1_000_000_000;
        let fills = self.events.iter().filter_map(|event| match event {
            Event::Fill(it) => Some(Recalled { trade: it.trade, price: it.price, lots: it.lots, fee: it.taker.fee }),
            _ => None,
        });
        if terms.cl_ord_id.is_some() {
            let fills = fills.collect();
            self.memory.push(Remembered { terms: *terms, answer, fills, expires: self.at + day });
        }
    }

    /// Cash in accounts and fees is what came in.
    pub fn check_conservation(&self) {
        let held: i128 = self.accounts.iter().map(|account| account.cash).sum();
        assert_eq!(held + self.earned, self.came_in);
    }

    fn seq(&self) -> CommandSeq {
        CommandSeq(self.seq)
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.at)
    }
}

/// What an open order has set aside.
fn reserved_thing(order: &Open) -> Thing {
    match order.terms.side {
        Side::Buy => Thing::Cash(order.terms.account),
        Side::Sell => Thing::Lots(order.terms.account, order.terms.instrument),
    }
}

fn rate(fees: FeeSchedule, maker: bool) -> u16 {
    let FeeRate(rate) = if maker { fees.maker } else { fees.taker };
    rate
}
