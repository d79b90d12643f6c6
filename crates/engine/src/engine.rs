//! The whole state, and the one way to change it.

use crate::accounts::Accounts;
use crate::memory::Memory;
use crate::orders::Orders;
use std::collections::BTreeMap;
use unspent_book::{Book, Step};
use unspent_ledger::{Changed, Ledger};
use unspent_model::{
    AccountId, AccountName, Cash, CashBalance, Command, CommandSeq, Event, Fill, HoldingBalance, Instrument,
    InstrumentId, Lots, OrderId, OrderRef, Phase, Price, Rejection, Reply, Sequenced, Side, Symbol, Timestamp,
};

/// An instrument with its book.
#[derive(Debug)]
pub(crate) struct Listed {
    pub spec: Instrument,
    /// [`Instrument::unit_value`], worked out once.
    pub unit_value: Cash,
    pub phase: Phase,
    pub book: Book,
}

/// The venue. See the crate for what always holds.
#[derive(Debug)]
pub struct Engine {
    pub(crate) listed: Vec<Listed>,
    pub(crate) symbols: BTreeMap<Symbol, InstrumentId>,
    pub(crate) accounts: Accounts,
    pub(crate) ledger: Ledger,
    pub(crate) orders: Orders,
    pub(crate) memory: Memory,
    /// The last order id and trade id given.
    pub(crate) last_order: OrderId,
    pub(crate) last_trade: u64,
    pub(crate) seq: CommandSeq,
    pub(crate) at: Timestamp,
    /// What the book did for the current command; kept to be filled again.
    pub(crate) steps: Vec<Step>,
}

impl Engine {
    /// An empty venue. `hash_seed` decides only where lookups store their entries: nothing that can be seen depends on
    /// it, and a value that strangers cannot guess keeps them from slowing the venue with colliding ids.
    #[must_use]
    pub fn new(hash_seed: u64) -> Engine {
        Engine {
            listed: Vec::new(),
            symbols: BTreeMap::new(),
            accounts: Accounts::default(),
            ledger: Ledger::new(),
            orders: Orders::default(),
            memory: Memory::new(hash_seed),
            last_order: OrderId(0),
            last_trade: 0,
            seq: CommandSeq(0),
            at: Timestamp(0),
            steps: Vec::new(),
        }
    }

    /// Carries out one command, appends what happened to `events` and returns the answer.
    ///
    /// Decides before it changes: with [`Reply::Rejected`] the venue is as it was, and `events` untouched.
    ///
    /// # Panics
    /// When the stamps are not the next: the sequence has a gap, or time goes back. And when an invariant is broken:
    /// the process must stop and replay its journal.
    pub fn apply(&mut self, command: &Sequenced, events: &mut Vec<Event>) -> Reply {
        assert_eq!(command.seq.0, self.seq.0 + 1, "command out of sequence");
        assert!(command.at >= self.at, "time went back");
        (self.seq, self.at) = (command.seq, command.at);
        self.memory.forget(self.at, &self.orders, &mut self.accounts);
        let before = events.len();
        match self.carry_out(&command.command, events) {
            Ok(reply) => {
                self.tell_balances(events);
                reply
            }
            Err(rejection) => {
                debug_assert_eq!(events.len(), before, "a refused command left a trace");
                Reply::Rejected(rejection)
            }
        }
    }

    fn carry_out(&mut self, command: &Command, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        match command {
            Command::ListInstrument(spec) => self.list_instrument(spec, events),
            Command::OpenAccount { name, group } => self.open_account(*name, *group, events),
            Command::DepositCash { account, amount } => self.deposit_cash(*account, *amount),
            Command::DepositCredits { account, instrument, lots } => self.deposit_lots(*account, *instrument, *lots),
            Command::SetPhase { instrument, phase } => self.set_phase(*instrument, *phase, events),
            Command::Clock => Ok(Reply::Done),
            Command::AddOrder(add) => self.add_order(add, events),
            Command::AmendOrder(amend) => self.amend_order(amend, events),
            Command::CancelOrder { account, order } => self.cancel_order(*account, *order, events),
            Command::CancelAll { account, filter } => self.cancel_all(*account, filter, events),
        }
    }

    fn tell_balances(&mut self, events: &mut Vec<Event>) {
        self.ledger.drain_changed(|changed| {
            events.push(match changed {
                Changed::Cash { account, available, reserved } => {
                    Event::Cash(CashBalance { account, available: Cash(available), reserved: Cash(reserved) })
                }
                Changed::Holding { account, instrument, available, reserved } => {
                    Event::Holding(HoldingBalance { account, instrument, available, reserved })
                }
            });
        });
    }

    /// The last command's sequence number.
    #[must_use]
    pub fn seq(&self) -> CommandSeq {
        self.seq
    }

    /// The last command's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.at
    }

    /// The account of this name.
    #[must_use]
    pub fn account(&self, name: &AccountName) -> Option<AccountId> {
        self.accounts.find(name)
    }

    /// How many accounts there are; their ids count from 0.
    #[must_use]
    pub fn account_count(&self) -> usize {
        self.accounts.len()
    }

    /// The instrument of this symbol.
    #[must_use]
    pub fn instrument(&self, symbol: &Symbol) -> Option<InstrumentId> {
        self.symbols.get(symbol).copied()
    }

    /// The instruments listed, by id from 0.
    pub fn instruments(&self) -> impl ExactSizeIterator<Item = &Instrument> {
        self.listed.iter().map(|listed| &listed.spec)
    }

    /// The best price of a side and the lots resting there.
    ///
    /// # Panics
    /// When the instrument is not listed.
    #[must_use]
    pub fn best(&self, instrument: InstrumentId, side: Side) -> Option<(Price, u64)> {
        self.listed[instrument.0 as usize].book.best(side)
    }

    /// The levels of a side, best first: price and lots resting there.
    ///
    /// # Panics
    /// When the instrument is not listed.
    pub fn levels(&self, instrument: InstrumentId, side: Side) -> impl Iterator<Item = (Price, u64)> + '_ {
        self.listed[instrument.0 as usize].book.levels(side)
    }

    /// The order that would trade first on a side, and its open lots.
    ///
    /// # Panics
    /// When the instrument is not listed.
    #[must_use]
    pub fn front(&self, instrument: InstrumentId, side: Side) -> Option<(OrderId, Lots)> {
        self.listed[instrument.0 as usize].book.front(side).map(|resting| (resting.id, resting.leaves))
    }

    /// Whether an order is open, and with how many lots.
    #[must_use]
    pub fn leaves(&self, order: OrderId) -> Option<Lots> {
        self.orders.find(order).map(|record| self.orders.get(record).leaves)
    }

    /// The instrument of an account's open order, so that a request to amend it can be read.
    #[must_use]
    pub fn order_instrument(&self, account: AccountId, order: OrderRef) -> Option<InstrumentId> {
        let record = self.own_order(account, order).ok()?;
        Some(self.orders.get(record).instrument)
    }

    /// How many orders are open.
    #[must_use]
    pub fn open_orders(&self) -> usize {
        self.orders.len()
    }

    /// An account's cash: available and reserved.
    ///
    /// # Panics
    /// When the account is not open.
    #[must_use]
    pub fn cash(&self, account: AccountId) -> (Cash, Cash) {
        self.ledger.cash(account)
    }

    /// An account's lots of an instrument: available and reserved.
    ///
    /// # Panics
    /// When the account is not open.
    #[must_use]
    pub fn lots(&self, account: AccountId, instrument: InstrumentId) -> (u64, u64) {
        self.ledger.lots(account, instrument)
    }

    /// What the venue earned in fees.
    #[must_use]
    pub fn fees(&self) -> Cash {
        self.ledger.fees()
    }

    /// Checks every invariant by looking at everything. O(n): for tests and the simulator.
    ///
    /// # Panics
    /// At the first one that does not hold.
    pub fn check_invariants(&self) {
        self.ledger.check_conservation();
        let mut resting = 0;
        for listed in &self.listed {
            listed.book.check_invariants();
            resting += listed.book.len();
        }
        assert_eq!(resting, self.orders.len(), "an open order rests in no book, or one that rests is not open");
        let mut cash = vec![Cash::ZERO; self.accounts.len()];
        let mut lots = BTreeMap::new();
        for (account, held) in self.accounts.iter() {
            let mut before = OrderId(0);
            let mut open = 0;
            for (_, order) in self.orders.of(&self.accounts, account) {
                assert_eq!(order.account, account, "order {} is in another account's list", order.id);
                assert!(order.id > before, "an account's orders are not in the order of their ids");
                before = order.id;
                open += 1;
                let listed = &self.listed[order.instrument.0 as usize];
                let rests = listed.book.get(order.slot.expect("an open order rests"));
                assert_eq!((rests.id, rests.side), (order.id, order.side));
                assert_eq!((rests.price, rests.leaves), (order.limit, order.leaves));
                match order.side {
                    Side::Buy => {
                        let required = order.required(order.limit, order.leaves, listed.unit_value);
                        assert_eq!(
                            Some(order.reserved),
                            required,
                            "order {} has not set aside what it may cost",
                            order.id
                        );
                        cash[account.0 as usize] = cash[account.0 as usize] + order.reserved;
                    }
                    Side::Sell => {
                        assert_eq!(order.reserved, Cash::ZERO);
                        *lots.entry((account, order.instrument)).or_insert(0) += u64::from(order.leaves.0);
                    }
                }
            }
            assert_eq!(open, held.open, "an account's count of open orders is off");
        }
        for balance in self.ledger.balances() {
            match balance {
                Changed::Cash { account, reserved, .. } => {
                    assert_eq!(Cash(reserved), cash[account.0 as usize], "reserved cash is not what orders need");
                }
                Changed::Holding { account, instrument, reserved, .. } => {
                    let needed = lots.remove(&(account, instrument)).unwrap_or(0);
                    assert_eq!(reserved, needed, "reserved lots are not what orders need");
                }
            }
        }
        assert!(lots.is_empty(), "a sell order without a holding");
    }
}

/// The part of a fill that a first answer remembers.
pub(crate) fn taker_fills(events: &[Event], order: OrderId) -> impl Iterator<Item = &Fill> {
    events.iter().filter_map(move |event| match event {
        Event::Fill(fill) if fill.taker.order == order => Some(fill),
        _ => None,
    })
}
